// Two tiny model servers in one process: "stable" and "canary", each on a free port of 127.0.0.1, HTTP/1.1 keep-alive.
//
// Prints the two ports and serves until it is killed. A path that begins with /big is answered with 16 KiB, /counts with
// the requests answered so far (not counting itself), any other path with 200 bytes. Bodies need a Content-Length; they
// are read and thrown away. It knows no more of HTTP than a load test needs: what it does not know closes the connection.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { versions = 2, small_size = 200, big_size = 16384, head_limit = 8192, events_at_once = 128 };

struct answer {
    char *bytes;
    size_t length;
};

struct version {
    const char *name;
    int listener;
    unsigned long long answered;
    struct answer small, big;
};

struct connection {
    int socket;
    struct version *version;
    size_t head_length; // bytes of an unfinished head
    unsigned long body_left;
    enum { wants_small, wants_big, wants_counts } wants;
    bool in_body;
    char head[head_limit + 1];
};

static struct version served[versions] = {{.name = "stable"}, {.name = "canary"}};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static struct answer make_answer(const char *name, size_t size)
{
    struct answer answer = {.bytes = malloc(size + 256)};
    if (!answer.bytes) fail("malloc");
    size_t head = (size_t)sprintf(answer.bytes,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", size);
    char *body = answer.bytes + head;
    size_t used = (size_t)sprintf(body, "{\"model_version\":\"%s\",\"outputs\":[{\"name\":\"y\",\"data\":[0.5", name);
    while (used + strlen(",0.5]}]}") <= size) used += (size_t)sprintf(body + used, ",0.5");
    memset(body + used, ' ', size - used);
    memcpy(body + size - strlen("]}]}"), "]}]}", strlen("]}]}"));
    answer.length = head + size;
    return answer;
}

static bool send_all(int socket, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes += sent;
            length -= (size_t)sent;
        } else if (errno == EAGAIN) {
            struct pollfd writable = {.fd = socket, .events = POLLOUT};
            if (poll(&writable, 1, 5000) <= 0) return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

static bool answer(struct connection *connection)
{
    if (connection->wants == wants_counts) {
        char body[96], text[256];
        int size = sprintf(body, "{\"stable\":%llu,\"canary\":%llu}", served[0].answered, served[1].answered);
        int length = sprintf(text, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", size, body);
        return send_all(connection->socket, text, (size_t)length);
    }
    struct version *version = connection->version;
    version->answered += 1;
    struct answer *chosen = connection->wants == wants_big ? &version->big : &version->small;
    return send_all(connection->socket, chosen->bytes, chosen->length);
}

// Reads what matters of a whole head, which ends with an empty line and a NUL.
static bool read_head(struct connection *connection)
{
    char *path = strchr(connection->head, ' ');
    if (!path) return false;
    path += 1;
    connection->wants = strncmp(path, "/big", 4) == 0 ? wants_big
        : strncmp(path, "/counts", 7) == 0           ? wants_counts
                                                     : wants_small;
    if (strcasestr(connection->head, "\r\ntransfer-encoding:")) return false;
    char *length = strcasestr(connection->head, "\r\ncontent-length:");
    connection->body_left = length ? strtoul(length + strlen("\r\ncontent-length:"), NULL, 10) : 0;
    connection->in_body = true;
    return true;
}

// Takes in `count` bytes; false ends the connection.
static bool take(struct connection *connection, const char *bytes, size_t count)
{
    while (count > 0 || (connection->in_body && connection->body_left == 0)) {
        if (connection->in_body) {
            size_t part = count < connection->body_left ? count : connection->body_left;
            connection->body_left -= part;
            bytes += part;
            count -= part;
            if (connection->body_left > 0) return true;
            connection->in_body = false;
            if (!answer(connection)) return false;
            continue;
        }
        size_t before = connection->head_length;
        size_t part = count < head_limit - before ? count : head_limit - before;
        if (part == 0) return false;
        memcpy(connection->head + before, bytes, part);
        connection->head[before + part] = 0;
        char *end = strstr(connection->head, "\r\n\r\n");
        if (!end) {
            connection->head_length += part;
            bytes += part;
            count -= part;
            continue;
        }
        end[4] = 0;
        size_t used = (size_t)(end + 4 - connection->head) - before;
        bytes += used;
        count -= used;
        connection->head_length = 0;
        if (!read_head(connection)) return false;
    }
    return true;
}

static void watch(int epoll, int socket, void *context)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = context};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) < 0) fail("epoll_ctl");
}

static unsigned listen_somewhere(struct version *version)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    version->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (version->listener < 0) fail("socket");
    if (bind(version->listener, (struct sockaddr *)&address, size) < 0) fail("bind");
    if (listen(version->listener, 1024) < 0) fail("listen");
    if (getsockname(version->listener, (struct sockaddr *)&address, &size) < 0) fail("getsockname");
    return ntohs(address.sin_port);
}

static void accept_all(int epoll, struct version *version)
{
    int socket;
    while ((socket = accept4(version->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        if (!connection) fail("calloc");
        connection->socket = socket;
        connection->version = version;
        watch(epoll, socket, connection);
    }
}

static void read_some(struct connection *connection)
{
    static char buffer[65536];
    ssize_t count = recv(connection->socket, buffer, sizeof buffer, 0);
    if (count > 0 && take(connection, buffer, (size_t)count)) return;
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    close(connection->socket);
    free(connection);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) fail("epoll_create1");
    unsigned ports[versions];
    for (int index = 0; index < versions; index++) {
        struct version *version = &served[index];
        version->small = make_answer(version->name, small_size);
        version->big = make_answer(version->name, big_size);
        ports[index] = listen_somewhere(version);
        watch(epoll, version->listener, version);
    }
    printf("%u %u\n", ports[0], ports[1]);
    fflush(stdout);
    struct epoll_event events[events_at_once];
    for (;;) {
        int count = epoll_wait(epoll, events, events_at_once, -1);
        for (int index = 0; index < count; index++) {
            void *context = events[index].data.ptr;
            if (context == &served[0] || context == &served[1]) {
                accept_all(epoll, context);
            } else {
                read_some(context);
            }
        }
    }
}
