/* Any bytes as what a client sends to `truce serve`: in pieces, which a byte of 1 divides. The server serves a folder with
 * three files and a link out of it. Whatever is asked, it answers with one of them or refuses, in well-formed HTTP, or says
 * nothing; what the link leads to is not told; and it goes on serving. */
#include "fuzz/files.h"
#include "fuzz/fuzz.h"
#include "truce/truce.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { PIECE = 1, MOST_ANSWER = 16384 };

static const char secret[] = "nobody may read this", page[] = "<p>page</p>", data[] = "let x = 1";
static atomic_uint port;

static void tell_port(void *context, unsigned number)
{
    (void)context;
    atomic_store(&port, number);
}

static void *serve(void *folder)
{
    const truce_server_options options = {.port = 0, .ready = tell_port};
    truce_serve(folder, &options, NULL);
    abort(); /* it never ends */
}

static void start(void)
{
    static char folder[192];
    char path[256], target[256];
    pthread_t thread;
    snprintf(folder, sizeof folder, "%s/served", fuzz_folder());
    mkdir(folder, 0700);
    fuzz_file("secret", (const uint8_t *)secret, strlen(secret));
    fuzz_file("served/index.html", (const uint8_t *)page, strlen(page));
    fuzz_file("served/page.js", (const uint8_t *)data, strlen(data));
    fuzz_file("served/.hidden", (const uint8_t *)secret, strlen(secret));
    snprintf(path, sizeof path, "%s/out.js", folder);
    snprintf(target, sizeof target, "%s/secret", fuzz_folder());
    if (symlink(target, path) != 0 || pthread_create(&thread, NULL, serve, folder) != 0)
        abort();
    pthread_detach(thread);
    while (atomic_load(&port) == 0)
        usleep(1000);
}

/* A connection that leaves nothing behind when it is closed, so that addresses do not run out. */
static int connect_to_server(void)
{
    const struct linger none = {.l_onoff = 1};
    const struct timeval patience = {.tv_sec = 20};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atomic_load(&port))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0 || connect(s, (struct sockaddr *)&at, sizeof at) != 0)
        abort();
    setsockopt(s, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return s;
}

/* The server may have answered and gone before all is sent. */
static void send_pieces(int s, const uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(bytes + at, PIECE, size - at);
        size_t length = end ? (size_t)(end - bytes) - at : size - at;
        if (length && send(s, bytes + at, length, MSG_NOSIGNAL) != (ssize_t)length)
            return;
        at += length + (end ? 1 : 0);
    }
    shutdown(s, SHUT_WR);
}

/* What comes until the server closes, as a text. */
static size_t receive(int s, char *text)
{
    size_t length = 0;
    ssize_t got;
    while (length < MOST_ANSWER - 1 && (got = recv(s, text + length, MOST_ANSWER - 1 - length, 0)) > 0)
        length += (size_t)got;
    text[length] = '\0';
    return length;
}

/* Without the fuzzer's alarms, which would interrupt the calls. */
static size_t ask(const uint8_t *bytes, size_t size, char *answer)
{
    sigset_t alarms, before;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarms, &before);
    int s = connect_to_server();
    send_pieces(s, bytes, size);
    size_t length = receive(s, answer);
    close(s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return length;
}

/* A head with the length of what follows; a body that is one of the files, or none. */
static void check(const char *answer, size_t length)
{
    const char *body = strstr(answer, "\r\n\r\n"), *told = strstr(answer, "Content-Length: ");
    if (strlen(answer) != length || strncmp(answer, "HTTP/1.1 ", 9) != 0 || !body || !told || told > body ||
        !strstr(answer, "Content-Security-Policy: default-src 'none'") || strstr(answer, secret))
        abort();
    body += 4;
    if (*body && strtoul(told + 16, NULL, 10) != strlen(body))
        abort();
    if (strncmp(answer + 9, "200 ", 4) == 0 && *body && strcmp(body, page) != 0 && strcmp(body, data) != 0)
        abort();
}

/* No file for a request that names none of the hosts that the server is asked as (DNS rebinding). */
static void check_host(const uint8_t *bytes, size_t size, const char *answer)
{
    static const char *const own[] = {"localhost", "127.0.0.1", "::1"};
    char *asked = malloc(size + 1);
    size_t length = 0;
    bool named = false;
    for (size_t i = 0; asked && i < size; i++)
        if (bytes[i] != PIECE)
            asked[length++] = (char)tolower(bytes[i]);
    for (size_t i = 0; asked && i < sizeof own / sizeof *own; i++)
        named |= memmem(asked, length, own[i], strlen(own[i])) != NULL;
    if (asked && !named && strncmp(answer + 9, "200 ", 4) == 0)
        abort();
    free(asked);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char good[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    static unsigned asked;
    char answer[MOST_ANSWER];
    if (atomic_load(&port) == 0)
        start();
    size_t length = ask(bytes, size, answer);
    if (length) {
        check(answer, length);
        check_host(bytes, size, answer);
    }
    if (asked++ % 64)
        return 0;
    length = ask((const uint8_t *)good, strlen(good), answer);
    if (length < strlen(page) || strcmp(answer + length - strlen(page), page) != 0)
        abort();
    return 0;
}
