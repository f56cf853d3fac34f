/* Serves a page to the browsers of this machine: truce_serve. Small on purpose: GET and HEAD of regular files
 * in one directory, no writes, no lists, no ranges, one request per connection.
 *
 * One thread waits for all connections. Each has a place in a table, a bounded request and a deadline, so that
 * clients that are slow, silent or many cost nobody else more than their places.
 *
 *     accepted -> reading, until a blank line -> writing head and file -> closed
 *
 * What Host says must be a name that the reader can have meant: a page of somebody else's that lets its own
 * name point here (DNS rebinding) gets nothing. */
#include "base/base.h"
#include "truce/web.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 64, REQUEST = 8192, HEAD = 2048, SECONDS_TO_ASK = 10, SECONDS_TO_TAKE = 60, WAIT = 250 };

typedef struct connection {
    int socket, file; /* -1: none */
    time_t until;
    size_t asked; /* bytes of the request so far */
    char request[REQUEST + 1];
    char head[HEAD];
    size_t head_length, sent;
    off_t left; /* of the file */
    bool answering;
} connection;

typedef struct server {
    const truce_server_options *options;
    int folder, socket;
    unsigned port;
    connection connections[CONNECTIONS];
} server;

static time_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

static void let_go(connection *c)
{
    if (c->socket >= 0)
        close(c->socket);
    if (c->file >= 0)
        close(c->file);
    c->socket = c->file = -1;
}

/* ---- Answers ------------------------------------------------------------------------------------------ */

static const char security[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "worker-src 'self' blob:; connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action "
    "'none'; frame-ancestors 'self'\r\n"
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: "
    "same-origin\r\nCache-Control: no-cache\r\nConnection: close\r\n";

static void begin_answer(connection *c, const char *status, const char *type, long long length)
{
    int size =
        snprintf(c->head, sizeof c->head, "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %lld\r\n%s\r\n",
                 status, type, length, security);
    c->head_length = (size_t)size;
    c->sent = 0;
    c->answering = true;
    c->until = now() + SECONDS_TO_TAKE;
}

/* A sentence in place of a file. */
static void refuse(connection *c, const char *status)
{
    size_t length = strlen(status);
    begin_answer(c, status, "text/plain; charset=utf-8", (long long)length);
    memcpy(c->head + c->head_length, status, length);
    c->head_length += length;
}

static const char *type_of(const char *name)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                           {".js", "text/javascript; charset=utf-8"},
                                           {".css", "text/css; charset=utf-8"},
                                           {".svg", "image/svg+xml"},
                                           {".png", "image/png"},
                                           {".json", "application/json"},
                                           {".csv", "text/csv; charset=utf-8"}};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t size = strlen(types[i][0]);
        if (length > size && strcmp(name + length - size, types[i][0]) == 0)
            return types[i][1];
    }
    return "application/octet-stream";
}

/* ---- What is asked for -------------------------------------------------------------------------------- */

/* A name of a file in the directory itself: pages have no others. */
static bool is_plain_name(const char *name)
{
    if (!*name || *name == '.')
        return false;
    for (; *name; name++)
        if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
              (*name >= '0' && *name <= '9') || strchr("._-", *name)))
            return false;
    return true;
}

static void answer_file(server *s, connection *c, const char *name, bool only_head)
{
    struct stat about;
    c->file = openat(s->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (c->file < 0 || fstat(c->file, &about) != 0 || !S_ISREG(about.st_mode)) {
        refuse(c, "404 Not Found");
        return;
    }
    begin_answer(c, "200 OK", type_of(name), (long long)about.st_size);
    c->left = only_head ? 0 : about.st_size;
}

/* The host without its port, which must be ours where one is told. */
static bool host_is_known(const server *s, char *host)
{
    char *port = strrchr(host, ':');
    if (port && !strchr(port, ']')) {
        char own[16];
        snprintf(own, sizeof own, "%u", s->port);
        if (strcmp(port + 1, own) != 0)
            return false;
        *port = '\0';
    }
    size_t length = strlen(host);
    if (length > 1 && host[0] == '[' && host[length - 1] == ']') {
        host[length - 1] = '\0';
        host++;
    }
    static const char *const own[] = {"localhost", "127.0.0.1", "::1"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcasecmp(host, own[i]) == 0)
            return true;
    if (s->options->address && strcasecmp(host, s->options->address) == 0)
        return true;
    for (size_t i = 0; i < s->options->host_count; i++)
        if (strcasecmp(host, s->options->hosts[i]) == 0)
            return true;
    return false;
}

/* The only Host line of a request, or NULL; cuts the request into lines. */
static char *find_host(char *lines)
{
    char *found = NULL;
    for (char *line = lines, *end; line && *line; line = end) {
        end = strstr(line, "\r\n");
        if (end) {
            *end = '\0';
            end += 2;
        }
        if (strncasecmp(line, "host:", 5) != 0)
            continue;
        if (found)
            return NULL;
        found = line + 5 + strspn(line + 5, " \t");
        for (size_t length = strlen(found); length && strchr(" \t", found[length - 1]);)
            found[--length] = '\0';
    }
    return found;
}

static void answer(server *s, connection *c)
{
    char *end = strstr(c->request, "\r\n"), *target = strchr(c->request, ' ');
    char *version = target && target < end ? strchr(target + 1, ' ') : NULL;
    if (!version || version > end || strlen(c->request) != c->asked ||
        strncmp(version + 1, "HTTP/1.", 7) != 0) {
        refuse(c, "400 Bad Request");
        return;
    }
    *target++ = *version = '\0';
    bool get = strcmp(c->request, "GET") == 0, head = strcmp(c->request, "HEAD") == 0;
    char *host = find_host(end + 2);
    target[strcspn(target, "?#")] = '\0';
    if (!host || !host_is_known(s, host))
        refuse(c, "421 Misdirected Request");
    else if (!get && !head)
        refuse(c, "405 Method Not Allowed");
    else if (strcmp(target, "/") == 0)
        answer_file(s, c, "index.html", head);
    else if (*target == '/' && is_plain_name(target + 1))
        answer_file(s, c, target + 1, head);
    else
        refuse(c, "404 Not Found");
}

/* ---- Connections -------------------------------------------------------------------------------------- */

static void take_request(server *s, connection *c)
{
    ssize_t got = recv(c->socket, c->request + c->asked, REQUEST - c->asked, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        let_go(c);
        return;
    }
    c->asked += got > 0 ? (size_t)got : 0;
    c->request[c->asked] = '\0';
    if (memmem(c->request, c->asked, "\r\n\r\n", 4))
        answer(s, c);
    else if (c->asked == REQUEST)
        refuse(c, "431 Request Header Fields Too Large");
}

static bool send_some(connection *c)
{
    char buffer[16384];
    const char *bytes = c->head + c->sent;
    size_t length = c->head_length - c->sent;
    bool of_file = length == 0;
    if (of_file) {
        size_t want = c->left < (off_t)sizeof buffer ? (size_t)c->left : sizeof buffer;
        ssize_t got = want ? read(c->file, buffer, want) : 0;
        if (got <= 0)
            return false;
        bytes = buffer;
        length = (size_t)got;
    }
    ssize_t done = send(c->socket, bytes, length, MSG_NOSIGNAL);
    if (done < 0 && (errno == EAGAIN || errno == EINTR))
        done = 0;
    if (done < 0)
        return false;
    if (of_file && (size_t)done < length && lseek(c->file, (off_t)done - (off_t)length, SEEK_CUR) < 0)
        return false;
    if (of_file)
        c->left -= done;
    else
        c->sent += (size_t)done;
    return c->sent < c->head_length || c->left > 0;
}

/* Lets the client read to the end before the connection goes; one that goes on sending does not keep the others. */
static void finish(connection *c)
{
    enum { MOST = 64 };
    char rest[1024];
    shutdown(c->socket, SHUT_WR);
    for (int i = 0; i < MOST && recv(c->socket, rest, sizeof rest, MSG_DONTWAIT) > 0; i++)
        continue;
    let_go(c);
}

/* A free place, else that of whoever has been silent for longest, else that of the oldest. */
static connection *find_place(server *s)
{
    connection *best = &s->connections[0];
    for (size_t i = 0; i < CONNECTIONS; i++) {
        connection *c = &s->connections[i];
        if (c->socket < 0)
            return c;
        if (c->answering != best->answering ? best->answering : c->until < best->until)
            best = c;
    }
    return best;
}

static void accept_one(server *s)
{
    int socket = accept4(s->socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0)
        return;
    connection *c = find_place(s);
    let_go(c);
    c->socket = socket;
    c->asked = c->sent = c->head_length = 0;
    c->left = 0;
    c->answering = false;
    c->until = now() + SECONDS_TO_ASK;
}

/* ---- Listening ---------------------------------------------------------------------------------------- */

static truce_status listen_at(server *s, truce_error *error)
{
    char port[16];
    const char *address = s->options->address ? s->options->address : "127.0.0.1";
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *found;
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    int on = 1;
    snprintf(port, sizeof port, "%u", s->options->port);
    if (getaddrinfo(address, port, &hints, &found) != 0)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "\"%s\" is not a numeric address", address);
    s->socket = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool good = s->socket >= 0 && setsockopt(s->socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                bind(s->socket, found->ai_addr, found->ai_addrlen) == 0 &&
                listen(s->socket, CONNECTIONS) == 0 &&
                getsockname(s->socket, (struct sockaddr *)&bound, &size) == 0;
    freeaddrinfo(found);
    if (!good)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cannot listen at %s, port %u: %s", address,
                         s->options->port, strerror(errno));
    s->port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                                : ((struct sockaddr_in *)&bound)->sin_port);
    return TRUCE_OK;
}

static void serve_connection(server *s, connection *c, short events)
{
    if (now() > c->until || events & (POLLERR | POLLNVAL))
        let_go(c);
    else if (!c->answering && events & (POLLIN | POLLHUP))
        take_request(s, c);
    else if (c->answering && events & POLLOUT && !send_some(c))
        finish(c);
    else if (c->answering && events & POLLHUP)
        let_go(c);
}

static void wait_once(server *s)
{
    struct pollfd polled[CONNECTIONS + 1] = {{.fd = s->socket, .events = POLLIN}};
    for (size_t i = 0; i < CONNECTIONS; i++)
        polled[i + 1] = (struct pollfd){.fd = s->connections[i].socket,
                                        .events = s->connections[i].answering ? POLLOUT : POLLIN};
    if (poll(polled, CONNECTIONS + 1, WAIT) < 0)
        return;
    for (size_t i = 0; i < CONNECTIONS; i++)
        if (s->connections[i].socket >= 0)
            serve_connection(s, &s->connections[i], polled[i + 1].revents);
    if (polled[0].revents & POLLIN)
        accept_one(s);
}

static truce_status check_options(const truce_server_options *o, truce_error *error)
{
    if (o->port > 65535)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a port is at most 65535, not %u", o->port);
    for (size_t i = 0; i < o->host_count; i++)
        if (!o->hosts || !o->hosts[i])
            return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "host %zu of %zu has no name", i + 1,
                             o->host_count);
    return TRUCE_OK;
}

truce_status truce_serve(const char *directory, const truce_server_options *options, truce_error *error)
{
    REQUIRE_DIRECTORY(directory);
    REQUIRE(options, "options");
    TRY(check_options(options, error));
    server *s = calloc(1, sizeof *s);
    if (!s)
        return error_memory(error);
    s->options = options;
    s->socket = -1;
    for (size_t i = 0; i < CONNECTIONS; i++)
        s->connections[i].socket = s->connections[i].file = -1;
    s->folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    truce_status status = s->folder >= 0 ? listen_at(s, error)
                                         : error_set(error, TRUCE_BAD_INPUT, directory, 0,
                                                     "cannot open the folder: %s", strerror(errno));
    if (status == TRUCE_OK && options->ready)
        options->ready(options->context, s->port);
    while (status == TRUCE_OK && (!options->go_on || options->go_on(options->context)))
        wait_once(s);
    for (size_t i = 0; i < CONNECTIONS; i++)
        let_go(&s->connections[i]);
    if (s->socket >= 0)
        close(s->socket);
    if (s->folder >= 0)
        close(s->folder);
    free(s);
    return status;
}
