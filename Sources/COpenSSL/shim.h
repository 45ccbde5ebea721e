#ifndef SERIN_COPENSSL_SHIM_H
#define SERIN_COPENSSL_SHIM_H

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

// What Swift cannot import from OpenSSL's headers: macros that are calls, and shifted constants.

static inline int tls_allow_from_1_2(SSL_CTX *context)
{
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

static inline void tls_set_modes(SSL_CTX *context)
{
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                                  | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // One system call for a record's header and its body; what is read too early waits in the session.
    SSL_CTX_set_read_ahead(context, 1);
}

static inline void tls_keep_no_sessions(SSL_CTX *context)
{
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline void tls_hand_out_sessions(SSL_CTX *context)
{
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}

static inline void tls_on_server_name(SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument)
{
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}

static inline int tls_ask_for_name(SSL *session, const char *name)
{
    return (int)SSL_set_tlsext_host_name(session, name);
}

static inline int tls_reason(unsigned long error) { return ERR_GET_REASON(error); }

static inline int tls_library(unsigned long error) { return ERR_GET_LIB(error); }

// A socket BIO that never raises SIGPIPE: OpenSSL's own writes with write(2).

static inline int tls_socket_write(BIO *bio, const char *bytes, int count)
{
    int descriptor = -1;
    BIO_get_fd(bio, &descriptor);
    errno = 0;
    BIO_clear_retry_flags(bio);
    ssize_t sent = send(descriptor, bytes, (size_t)count, MSG_NOSIGNAL);
    if (sent <= 0 && BIO_sock_should_retry((int)sent)) BIO_set_retry_write(bio);
    return (int)sent;
}

static inline BIO_METHOD *tls_socket_method(void)
{
    const BIO_METHOD *plain = BIO_s_socket();
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOCKET, "socket without SIGPIPE");
    if (method == NULL) return NULL;
    BIO_meth_set_write(method, tls_socket_write);
    BIO_meth_set_read(method, BIO_meth_get_read(plain));
    BIO_meth_set_ctrl(method, BIO_meth_get_ctrl(plain));
    BIO_meth_set_create(method, BIO_meth_get_create(plain));
    BIO_meth_set_destroy(method, BIO_meth_get_destroy(plain));
    return method;
}

static inline int tls_attach(SSL *session, const BIO_METHOD *method, int descriptor)
{
    BIO *bio = BIO_new(method);
    if (bio == NULL) return 0;
    BIO_set_fd(bio, descriptor, BIO_NOCLOSE);
    SSL_set_bio(session, bio, bio);
    return 1;
}

#endif
