/* The progress bar, and interruption: a signal only raises a flag, which the next progress call turns into
 * the end of the run, so that files are tidied up by the code that made them. */
#include "cli/cli.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BAR = 30 };

static volatile sig_atomic_t caught_signal;

static void on_signal(int number)
{
    caught_signal = number;
}

static void catch_signals(void (*handler)(int))
{
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction action = {.sa_handler = handler};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction before;
        /* What was ignored stays so: nohup, a job in the background. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

void catch_interruption(void)
{
    catch_signals(on_signal);
}

/* Folders that go with the process: the deepest of them, and the length of the path of the first. */
static char doomed[4096];
static size_t least_doomed;

static void die(int number)
{
    size_t end = strlen(doomed);
    while (end && end >= least_doomed) {
        doomed[end] = '\0';
        if (rmdir(doomed) != 0)
            break;
        while (end && doomed[end] != '/')
            end--;
    }
    signal(number, SIG_DFL);
    raise(number);
}

void die_at_signals(const char *path, const char *made)
{
    const char *slash = made ? strrchr(path, '/') : NULL;
    if (slash && (size_t)(slash - path) < sizeof doomed) {
        snprintf(doomed, sizeof doomed, "%.*s", (int)(slash - path), path);
        least_doomed = strlen(made);
    }
    catch_signals(die);
    if (caught_signal)
        die(caught_signal);
}

bool was_interrupted(void)
{
    return caught_signal != 0;
}

bool not_interrupted(void *context)
{
    (void)context;
    return !was_interrupted();
}

truce_status check_interruption(truce_error *error)
{
    return was_interrupted() ? error_make(error, TRUCE_RUN_FAILED, NULL, "the command was cancelled")
                             : TRUCE_OK;
}

void die_of_signal(int number)
{
    signal(number, SIG_DFL);
    raise(number);
}

void die_of_interruption(void)
{
    die_of_signal(caught_signal);
}

static bool terminal_has_bar(void)
{
    const char *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && !(terminal && strcmp(terminal, "dumb") == 0);
}

/* How many bytes a text has up to this many characters. */
static size_t bytes_of_columns(const char *words, size_t columns)
{
    size_t bytes = 0;
    for (size_t used = 0; words[bytes]; bytes++) {
        used += ((unsigned char)words[bytes] & 0xC0) != 0x80;
        if (used > columns)
            break;
    }
    return bytes;
}

bool progress_update(void *context, size_t done, size_t members)
{
    progress *p = context;
    if (was_interrupted())
        return false;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double since = (double)(now.tv_sec - p->last.tv_sec) + 1e-9 * (double)(now.tv_nsec - p->last.tv_nsec);
    if (!terminal_has_bar() || (p->shown && since < 0.1 && done < members))
        return true;
    size_t filled = (p->before + done) * BAR / (p->total ? p->total : 1);
    char bar[BAR + 1];
    memset(bar, ' ', BAR);
    memset(bar, '=', filled);
    bar[BAR] = '\0';
    fprintf(stderr, "\r\033[K[%s] %.*s: %zu of %zu members", bar, (int)bytes_of_columns(p->title, 40),
            p->title, p->first + done, p->members);
    fflush(stderr);
    p->shown = true;
    p->last = now;
    return true;
}

void progress_clear(progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
    p->shown = false;
}

/* ---- At work, without a measure of it ------------------------------------------------------------------- */

static struct busy {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    const char *what;
    bool running, stop;
} busy = {.lock = PTHREAD_MUTEX_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER};

static void *show_busy(void *unused)
{
    (void)unused;
    struct timespec next;
    bool shown = false;
    clock_gettime(CLOCK_REALTIME, &next);
    pthread_mutex_lock(&busy.lock);
    for (unsigned seconds = 1; !busy.stop; seconds++) {
        next.tv_sec++;
        while (!busy.stop && pthread_cond_timedwait(&busy.ended, &busy.lock, &next) == 0)
            ;
        if (!busy.stop && seconds >= 2) {
            fprintf(stderr, "\r\033[K%s: %u s", busy.what, seconds);
            shown = true;
        }
    }
    pthread_mutex_unlock(&busy.lock);
    if (shown)
        fputs("\r\033[K", stderr);
    return NULL;
}

void busy_begin(const char *what)
{
    if (busy.running || !terminal_has_bar())
        return;
    busy.what = what;
    busy.stop = false;
    busy.running = pthread_create(&busy.thread, NULL, show_busy, NULL) == 0;
}

void busy_end(void)
{
    if (!busy.running)
        return;
    pthread_mutex_lock(&busy.lock);
    busy.stop = true;
    pthread_cond_signal(&busy.ended);
    pthread_mutex_unlock(&busy.lock);
    pthread_join(busy.thread, NULL);
    busy.running = false;
}
