/* Workers: a loop over items shared out to threads, one item at a time. Which worker takes which item must
 * not matter to the caller. */
#include "base/base.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct shared_work {
    bool (*work)(void *context, unsigned worker, size_t item);
    void *context;
    size_t count;
    atomic_size_t next;
    atomic_bool stop;
} shared_work;

typedef struct worker {
    shared_work *shared;
    unsigned number;
    pthread_t thread;
    bool started;
} worker;

static void *worker_main(void *argument)
{
    worker *w = argument;
    shared_work *shared = w->shared;
    while (!atomic_load(&shared->stop)) {
        size_t item = atomic_fetch_add(&shared->next, 1);
        if (item >= shared->count)
            break;
        if (!shared->work(shared->context, w->number, item))
            atomic_store(&shared->stop, true);
    }
    return NULL;
}

unsigned workers_count(unsigned threads, size_t items)
{
    if (threads == 0) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        threads = processors > 0 ? (unsigned)processors : 1;
    }
    if (threads > 1024)
        threads = 1024;
    if (items < threads)
        threads = items ? (unsigned)items : 1;
    return threads;
}

bool workers_run(unsigned threads, size_t count, bool (*work)(void *context, unsigned worker, size_t item),
                 void *context)
{
    shared_work shared = {.work = work, .context = context, .count = count};
    threads = workers_count(threads, count);
    worker self = {.shared = &shared};
    worker *others = threads > 1 ? calloc(threads - 1, sizeof *others) : NULL;
    for (unsigned i = 0; others && i + 1 < threads; i++) {
        others[i].shared = &shared;
        others[i].number = i + 1;
        others[i].started = pthread_create(&others[i].thread, NULL, worker_main, &others[i]) == 0;
    }
    worker_main(&self);
    for (unsigned i = 0; others && i + 1 < threads; i++)
        if (others[i].started)
            pthread_join(others[i].thread, NULL);
    free(others);
    return !atomic_load(&shared.stop);
}
