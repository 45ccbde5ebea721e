// Clients of an HTTP proxy that behave as they should: kept connections, a close honoured, requests at the times of a
// Poisson process whether the earlier ones are answered or not.
//
//     clients PORT CONNECTIONS PER_SECOND SECONDS PATH BODY_BYTES SEED
//
// A request that comes due takes the next connection in turn that is free, or waits for one. Its latency runs from the
// moment it came due, so that a stall of the proxy shows in every request it delays. A connection that the other side has
// closed between two requests is opened again when it is needed; that is no error. Errors are: a connection that can't be
// made, one that breaks before its request is answered, an answer other than 200. The last line of output is JSON.
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { head_limit = 8192, events_at_once = 256 };

struct connection {
    int socket; // -1 while closed
    enum { closed, idle, connecting, sending, receiving } state;
    bool is_reused;
    double due; // of the request it carries
    size_t sent, received;
    long body_left; // -1 before the end of the head
    int status;
    bool closes;
    char head[head_limit + 1];
};

static struct {
    unsigned long answered, status, refused, broken, stale, opened;
} counts;

static struct sockaddr_in address = {.sin_family = AF_INET};
static struct connection *connections;
static int connection_count, next_connection, epoll, first_status;
static char *request;
static size_t request_size;
static double *due_queue; // requests that wait for a connection: a ring
static size_t queue_size, queue_start, queue_count;
static uint32_t *latencies;
static size_t latency_count, latency_room;
static uint64_t random_state;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// splitmix64
static double uniform(void)
{
    uint64_t z = (random_state += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static void record(double latency)
{
    if (latency_count == latency_room) {
        latency_room = latency_room ? 2 * latency_room : 1 << 16;
        latencies = realloc(latencies, latency_room * sizeof *latencies);
        if (!latencies) fail("realloc");
    }
    latencies[latency_count++] = (uint32_t)fmin(latency * 1e6, UINT32_MAX);
}

// Requests that wait

static void wait_in_line(double due)
{
    if (queue_count == queue_size) {
        size_t size = queue_size ? 2 * queue_size : 1024;
        double *queue = malloc(size * sizeof *queue);
        if (!queue) fail("malloc");
        for (size_t index = 0; index < queue_count; index++) queue[index] = due_queue[(queue_start + index) % queue_size];
        free(due_queue);
        due_queue = queue;
        queue_size = size;
        queue_start = 0;
    }
    due_queue[(queue_start + queue_count++) % queue_size] = due;
}

static double next_in_line(void)
{
    double due = due_queue[queue_start];
    queue_start = (queue_start + 1) % queue_size;
    queue_count -= 1;
    return due;
}

// Connections

static void watch(struct connection *connection, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events | EPOLLRDHUP, .data.ptr = connection};
    if (epoll_ctl(epoll, operation, connection->socket, &event) < 0) fail("epoll_ctl");
}

static void hang_up(struct connection *connection)
{
    if (connection->socket >= 0) close(connection->socket);
    connection->socket = -1;
    connection->state = closed;
}

static void open_connection(struct connection *connection)
{
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->socket < 0) fail("socket");
    int on = 1;
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
        counts.refused += 1;
        hang_up(connection);
        return;
    }
    connection->state = connecting;
    connection->is_reused = false;
    watch(connection, EPOLL_CTL_ADD, EPOLLOUT);
}

static void broke(struct connection *connection)
{
    if (connection->is_reused && connection->received == 0) counts.stale += 1;
    counts.broken += 1;
    hang_up(connection);
}

static void send_request(struct connection *connection)
{
    ssize_t count = send(connection->socket, request + connection->sent, request_size - connection->sent, MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) {
        broke(connection);
        return;
    }
    bool was_sending = connection->state == sending || connection->state == connecting;
    if (count > 0) connection->sent += (size_t)count;
    if (connection->sent == request_size) {
        connection->state = receiving;
        if (was_sending) watch(connection, EPOLL_CTL_MOD, EPOLLIN);
    } else {
        connection->state = sending;
        watch(connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
}

static void begin(struct connection *connection, double due)
{
    connection->due = due;
    connection->sent = connection->received = 0;
    connection->body_left = -1;
    if (connection->state == closed) {
        counts.opened += 1;
        open_connection(connection);
    } else {
        connection->is_reused = true;
        send_request(connection);
    }
}

static void answered(struct connection *connection)
{
    if (connection->status == 200) {
        counts.answered += 1;
        record(now() - connection->due);
    } else {
        if (!counts.status) first_status = connection->status;
        counts.status += 1;
    }
    if (connection->closes) hang_up(connection);
    else connection->state = idle;
}

// Reads what matters of a whole head, which ends with an empty line and a NUL.
static bool read_head(struct connection *connection)
{
    const char *head = connection->head;
    if (sscanf(head, "HTTP/1.1 %d", &connection->status) != 1) return false;
    const char *length = strcasestr(head, "\r\ncontent-length:");
    if (!length) return false;
    connection->body_left = strtol(length + strlen("\r\ncontent-length:"), NULL, 10);
    connection->closes = strcasestr(head, "\r\nconnection: close") != NULL;
    return true;
}

// Takes in `count` bytes of an answer; false when they are none.
static bool take(struct connection *connection, const char *bytes, size_t count)
{
    if (connection->body_left < 0) {
        size_t before = connection->received;
        size_t part = count < head_limit - before ? count : head_limit - before;
        memcpy(connection->head + before, bytes, part);
        connection->head[before + part] = 0;
        connection->received += part;
        char *end = strstr(connection->head, "\r\n\r\n");
        if (!end) return part == count;
        end[4] = 0;
        size_t used = (size_t)(end + 4 - connection->head) - before;
        if (!read_head(connection)) return false;
        count -= used;
    }
    if ((long)count > connection->body_left) return false;
    connection->body_left -= (long)count;
    if (connection->body_left == 0) answered(connection);
    return true;
}

static void receive(struct connection *connection)
{
    static char buffer[65536];
    while (connection->state == receiving || connection->state == sending) {
        ssize_t count = recv(connection->socket, buffer, sizeof buffer, 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count <= 0 || !take(connection, buffer, (size_t)count)) {
            broke(connection);
            return;
        }
        if (count < (ssize_t)sizeof buffer) return;
    }
}

static void happened(struct connection *connection, uint32_t events)
{
    switch (connection->state) {
    case closed: return;
    case idle: hang_up(connection); return; // The other side may close between two requests; anything else it says is wrong, too.
    case connecting: {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(connection->socket, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            counts.refused += 1;
            hang_up(connection);
        } else {
            send_request(connection);
        }
        return;
    }
    case sending:
        if (events & (EPOLLIN | EPOLLRDHUP | EPOLLERR)) receive(connection);
        if (connection->state == sending && events & EPOLLOUT) send_request(connection);
        return;
    case receiving: receive(connection); return;
    }
}

// Gives requests that are due to the connections in turn.
static void hand_out(void)
{
    for (int looked_at = 0; queue_count > 0 && looked_at < connection_count; looked_at++) {
        struct connection *connection = &connections[next_connection];
        next_connection = (next_connection + 1) % connection_count;
        if (connection->state == idle || connection->state == closed) begin(connection, next_in_line());
    }
}

static bool is_busy(void)
{
    for (int index = 0; index < connection_count; index++) {
        if (connections[index].state > idle) return true;
    }
    return queue_count > 0;
}

static void run(double per_second, double seconds)
{
    double start = now(), end = start + seconds, due = start;
    struct epoll_event events[events_at_once];
    for (;;) {
        double time = now();
        while (due <= time && due < end) {
            wait_in_line(due);
            due -= log(uniform()) / per_second;
        }
        hand_out();
        if (time > end && (!is_busy() || time > end + 5)) return;
        double wake = time < end && due < end ? due : time + 0.02;
        double pause = queue_count > 0 ? 0.02 : fmax(wake - now(), 0);
        struct timespec timeout = {.tv_sec = (time_t)pause, .tv_nsec = (long)((pause - floor(pause)) * 1e9)};
        int count = epoll_pwait2(epoll, events, events_at_once, &timeout, NULL);
        for (int index = 0; index < count; index++) happened(events[index].data.ptr, events[index].events);
    }
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void tell(double seconds)
{
    unsigned long unanswered = queue_count;
    for (int index = 0; index < connection_count; index++) unanswered += connections[index].state > idle;
    qsort(latencies, latency_count, sizeof *latencies, by_size);
    uint32_t p50 = latency_count ? latencies[latency_count / 2] : 0;
    uint32_t p99 = latency_count ? latencies[latency_count * 99 / 100] : 0;
    uint32_t most = latency_count ? latencies[latency_count - 1] : 0;
    printf("{\"answered\":%lu,\"seconds\":%.3f,\"status\":%lu,\"first_status\":%d,\"refused\":%lu,\"broken\":%lu,"
           "\"stale\":%lu,\"unanswered\":%lu,\"opened\":%lu,\"p50\":%u,\"p99\":%u,\"most\":%u}\n",
        counts.answered, seconds, counts.status, first_status, counts.refused, counts.broken, counts.stale, unanswered,
        counts.opened, p50, p99, most);
}

static void make_request(const char *path, size_t body_size)
{
    request = malloc(body_size + strlen(path) + 256);
    if (!request) fail("malloc");
    size_t head = (size_t)sprintf(request,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", path, body_size);
    memset(request + head, ' ', body_size);
    if (body_size >= 2) memcpy(request + head, "[]", 2);
    request_size = head + body_size;
}

int main(int count, char **words)
{
    if (count != 8) {
        fprintf(stderr, "usage: clients PORT CONNECTIONS PER_SECOND SECONDS PATH BODY_BYTES SEED\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1UL);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)atoi(words[1]));
    connection_count = atoi(words[2]);
    double per_second = atof(words[3]), seconds = atof(words[4]);
    random_state = strtoull(words[7], NULL, 10);
    make_request(words[5], strtoul(words[6], NULL, 10));
    connections = calloc((size_t)connection_count, sizeof *connections);
    if (!connections) fail("calloc");
    for (int index = 0; index < connection_count; index++) connections[index].socket = -1;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) fail("epoll_create1");
    run(per_second, seconds);
    tell(seconds);
}
