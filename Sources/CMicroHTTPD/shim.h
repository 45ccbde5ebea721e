#ifndef CMICROHTTPD_SHIM_H
#define CMICROHTTPD_SHIM_H

// Not part of the Glibc module: what the relay in front of libmicrohttpd waits with.
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/file.h>
#include <sys/socket.h>

#include <microhttpd.h>

// What Swift cannot import from microhttpd.h: variadic functions, casts in macros, and `MHD_NO`.

static inline enum MHD_Result microhttpd_yes(void) { return MHD_YES; }
static inline enum MHD_Result microhttpd_no(void) { return MHD_NO; }
static inline ssize_t microhttpd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }

static inline enum MHD_ValueKind microhttpd_header_kind(void) { return MHD_HEADER_KIND; }
static inline enum MHD_ValueKind microhttpd_footer_kind(void) { return MHD_FOOTER_KIND; }

// accept4 needs _GNU_SOURCE, which Swift's importer does not define.
static inline int microhttpd_accept(int listener, struct sockaddr *address, socklen_t *length)
{
    int socket = accept(listener, address, length);
    if (socket >= 0) {
        fcntl(socket, F_SETFD, FD_CLOEXEC);
        fcntl(socket, F_SETFL, O_NONBLOCK);
    }
    return socket;
}

// struct ucred needs _GNU_SOURCE, too; this is its layout.
struct microhttpd_credentials { pid_t process; uid_t user; gid_t group; };

// Whether the kernel knows who is at the other end of a unix socket.
static inline int microhttpd_peer_credentials(int socket, struct microhttpd_credentials *credentials)
{
    socklen_t length = sizeof *credentials;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, credentials, &length) == 0 && length == sizeof *credentials;
}

static inline void microhttpd_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

typedef void *(*microhttpd_uri_callback)(void *context, const char *uri, struct MHD_Connection *connection);

// Starts a daemon without a listening socket: connections come from MHD_add_connection only.
static inline struct MHD_Daemon *microhttpd_start(
    unsigned int polling_threads, unsigned int connection_limit, unsigned int idle_timeout_seconds,
    size_t connection_memory, microhttpd_uri_callback uri_callback, MHD_AccessHandlerCallback access_handler,
    MHD_RequestCompletedCallback completed, void *context)
{
    // A pool of one is no pool for libmicrohttpd: the option is left out then.
    enum MHD_OPTION pool = polling_threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END;
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
        access_handler, context,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, uri_callback, context,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        pool, polling_threads,
        MHD_OPTION_END);
}

// The address that was given to MHD_add_connection, or NULL.
static inline const struct sockaddr *microhttpd_client_address(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

static inline struct MHD_Response *microhttpd_response_of_copied_bytes(size_t count, const void *bytes)
{
    return MHD_create_response_from_buffer(count, (void *) bytes, MHD_RESPMEM_MUST_COPY);
}

static inline struct MHD_Response *microhttpd_response_of_unknown_length(
    size_t block, MHD_ContentReaderCallback reader, void *context, MHD_ContentReaderFreeCallback release)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, block, reader, context, release);
}

#endif
