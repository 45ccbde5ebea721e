// The system calls that Sockets makes, in a shape that Swift can call without ceremony: variadic functions, packed
// structures and macros don't cross over. A result below 0 is a negated errno; calls that a signal interrupts are repeated.
#ifndef CSOCKETS_H
#define CSOCKETS_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

// glibc declares it for _GNU_SOURCE only, with which Swift's own import of glibc would not agree.
int accept4(int, struct sockaddr *, socklen_t *, int);

// MARK: epoll

static const uint32_t cs_readable = EPOLLIN;
static const uint32_t cs_writable = EPOLLOUT;
static const uint32_t cs_hung_up = EPOLLHUP;
static const uint32_t cs_failed = EPOLLERR;
static const uint32_t cs_peer_ended = EPOLLRDHUP;

static inline int cs_epoll_create(void) {
    int result = epoll_create1(EPOLL_CLOEXEC);
    return result < 0 ? -errno : result;
}

static inline int cs_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t tag) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = tag;
    return epoll_ctl(epoll, operation, descriptor, &event) < 0 ? -errno : 0;
}

static inline int cs_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t tag) {
    return cs_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, events, tag);
}

static inline int cs_epoll_change(int epoll, int descriptor, uint32_t events, uint64_t tag) {
    return cs_epoll_control(epoll, EPOLL_CTL_MOD, descriptor, events, tag);
}

static inline int cs_epoll_remove(int epoll, int descriptor) {
    return cs_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0);
}

static inline int cs_epoll_wait(int epoll, struct epoll_event *events, int capacity, int milliseconds) {
    int result = epoll_wait(epoll, events, capacity, milliseconds);
    if (result >= 0) return result;
    return errno == EINTR ? 0 : -errno;
}

static inline uint32_t cs_event_kinds(const struct epoll_event *event) { return event->events; }
static inline uint64_t cs_event_tag(const struct epoll_event *event) { return event->data.u64; }

// MARK: Waking and ticking

static inline int cs_eventfd(void) {
    int result = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return result < 0 ? -errno : result;
}

static inline void cs_eventfd_signal(int descriptor) {
    uint64_t one = 1;
    while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {}
}

// A descriptor that is readable after every such span of time.
static inline int cs_timerfd(long milliseconds) {
    int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (descriptor < 0) return -errno;
    struct timespec step = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    struct itimerspec timer = {step, step};
    if (timerfd_settime(descriptor, 0, &timer, NULL) < 0) {
        int error = -errno;
        close(descriptor);
        return error;
    }
    return descriptor;
}

// Takes the count out of an eventfd or a timerfd.
static inline void cs_drain(int descriptor) {
    uint64_t count;
    while (read(descriptor, &count, sizeof count) < 0 && errno == EINTR) {}
}

// MARK: Streams

static inline ssize_t cs_receive(int descriptor, void *buffer, size_t count) {
    while (1) {
        ssize_t result = recv(descriptor, buffer, count, 0);
        if (result >= 0) return result;
        if (errno != EINTR) return -errno;
    }
}

static inline ssize_t cs_send(int descriptor, const void *bytes, size_t count) {
    while (1) {
        ssize_t result = send(descriptor, bytes, count, MSG_NOSIGNAL);
        if (result >= 0) return result;
        if (errno != EINTR) return -errno;
    }
}

static inline ssize_t cs_send_two(int descriptor, const void *first, size_t first_count, const void *second,
                                  size_t second_count) {
    struct iovec parts[2] = {{(void *)first, first_count}, {(void *)second, second_count}};
    struct msghdr message = {0};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    while (1) {
        ssize_t result = sendmsg(descriptor, &message, MSG_NOSIGNAL);
        if (result >= 0) return result;
        if (errno != EINTR) return -errno;
    }
}

static inline int cs_shutdown_output(int descriptor) { return shutdown(descriptor, SHUT_WR) < 0 ? -errno : 0; }

static inline void cs_close(int descriptor) { close(descriptor); }

// The next close breaks the connection off with a reset.
static inline void cs_reset_on_close(int descriptor) {
    struct linger option = {1, 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, sizeof option);
}

static inline void cs_send_without_delay(int descriptor) {
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// The error that is pending on a socket as a negated errno, or 0.
static inline int cs_pending_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -errno;
    return -error;
}

// MARK: Making sockets

static inline int cs_stream_socket(int family) {
    int result = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return result < 0 ? -errno : result;
}

static inline int cs_connect(int descriptor, const struct sockaddr_storage *address, socklen_t length) {
    return connect(descriptor, (const struct sockaddr *)address, length) < 0 ? -errno : 0;
}

static inline int cs_listen(int descriptor, const struct sockaddr_storage *address, socklen_t length, int backlog) {
    int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(descriptor, (const struct sockaddr *)address, length) < 0) return -errno;
    return listen(descriptor, backlog) < 0 ? -errno : 0;
}

static inline int cs_accept(int descriptor, struct sockaddr_storage *address, socklen_t *length) {
    while (1) {
        *length = sizeof *address;
        int result = accept4(descriptor, (struct sockaddr *)address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (result >= 0) return result;
        if (errno != EINTR) return -errno;
    }
}

static inline int cs_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) return -errno;
    return fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

static inline int cs_local_address(int descriptor, struct sockaddr_storage *address, socklen_t *length) {
    *length = sizeof *address;
    return getsockname(descriptor, (struct sockaddr *)address, length) < 0 ? -errno : 0;
}

static inline int cs_peer_address(int descriptor, struct sockaddr_storage *address, socklen_t *length) {
    *length = sizeof *address;
    return getpeername(descriptor, (struct sockaddr *)address, length) < 0 ? -errno : 0;
}

// MARK: Names

// A list to be given back with freeaddrinfo, or a number for gai_strerror.
static inline int cs_lookup(const char *host, int is_for_listening, struct addrinfo **list) {
    struct addrinfo hints = {0};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = is_for_listening ? AI_PASSIVE : 0;
    return getaddrinfo(host, NULL, &hints, list);
}

#endif
