/* See run_past.h. */
#include "engine/run_past.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- Size -------------------------------------------------------------------------------------------- */

static void mark_written(const instruction_list *list, size_t persistent, bool *written)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].result < persistent)
            written[list->items[i].result] = true;
}

/* Columns that a run has of its beginning. */
static void mark_begun(const truce_program *p, bool *written)
{
    mark_written(&p->member, p->persistent_count, written);
}

/* Columns that a step may leave otherwise than it found them. */
static void mark_changing(const truce_program *p, bool *written)
{
    mark_written(&p->step, p->persistent_count, written);
    mark_written(&p->save, p->persistent_count, written);
    mark_written(&p->stage, p->persistent_count, written);
    for (size_t i = 0; i < p->stock_count; i++)
        written[p->stocks[i].column] = true;
    for (size_t i = 0; i < p->state_count; i++)
        written[p->states[i].column] = true;
}

static bool list_columns(const truce_program *p, void (*mark)(const truce_program *p, bool *written),
                         uint32_t **list, size_t *count)
{
    bool *written = calloc(p->persistent_count + 1, sizeof *written);
    *list = calloc(p->persistent_count + 1, sizeof **list);
    bool good = written && *list;
    if (good)
        mark(p, written);
    for (size_t i = 0; good && i < p->persistent_count; i++)
        if (written[i])
            (*list)[(*count)++] = (uint32_t)i;
    free(written);
    return good;
}

static size_t ring_columns(const truce_program *p)
{
    size_t columns = 0;
    for (size_t i = 0; i < p->delay_count; i++)
        columns += p->delays[i].ring;
    return columns;
}

static bool measure(const truce_run *run, run_past *past, size_t *size)
{
    const truce_program *p = run->program;
    size_t columns = past->changing_count + ring_columns(p) + 1, marks;
    past->marks = (p->save_count + past->every - 1) / past->every;
    past->places = (size_t)run_places(p);
    past->shared_size = (p->step_count + 1) * p->shared_count;
    past->begin_size = past->begun_count * run->width;
    return !__builtin_mul_overflow(columns, run->width, &past->state_size) &&
           !__builtin_mul_overflow(past->state_size, past->marks, &marks) &&
           !__builtin_mul_overflow(past->places, past->shared_size, size) &&
           !__builtin_add_overflow(*size, past->begin_size, size) &&
           !__builtin_add_overflow(*size, marks, size) && *size <= SIZE_MAX / sizeof(double) / 2;
}

truce_status run_past_create(const truce_run *run, size_t every, run_past **past, truce_error *error)
{
    assert(every > 0);
    *past = NULL;
    if (run->native || run->program->method == TRUCE_RK45)
        return TRUCE_OK;
    run_past *made = calloc(1, sizeof *made);
    size_t size;
    if (!made)
        return error_memory(error);
    made->every = every;
    if (!list_columns(run->program, mark_begun, &made->begun, &made->begun_count) ||
        !list_columns(run->program, mark_changing, &made->changing, &made->changing_count) ||
        !measure(run, made, &size) || !(made->memory = malloc(size * sizeof(double) + 1))) {
        run_past_destroy(made);
        return error_memory(error);
    }
    made->shared = made->memory;
    made->begin = made->shared + made->places * made->shared_size;
    made->states = made->begin + made->begin_size;
    *past = made;
    return TRUCE_OK;
}

void run_past_destroy(run_past *past)
{
    if (!past)
        return;
    free(past->begun);
    free(past->changing);
    free(past->memory);
    free(past);
}

/* ---- States ------------------------------------------------------------------------------------------ */

/* Copies between a run and a mark, in one order for both ways. */
static void copy_state(const run_past *past, const truce_run *run, double *state, bool into_run)
{
    const truce_program *p = run->program;
    size_t width = run->width;
    for (size_t i = 0; i < past->changing_count; i++, state += width) {
        double *column = run_column(run, past->changing[i]);
        memcpy(into_run ? column : state, into_run ? state : column, width * sizeof *state);
    }
    for (size_t i = 0; i < p->delay_count; i++) {
        size_t size = p->delays[i].ring * width;
        memcpy(into_run ? run->rings[i] : state, into_run ? state : run->rings[i], size * sizeof *state);
        state += size;
    }
    memcpy(into_run ? run->bad : state, into_run ? state : run->bad, width * sizeof *state);
}

void past_keep(run_past *past, const truce_run *run, size_t step)
{
    size_t every = past->every * run->program->save_every;
    if (!past->filled && step % every == 0)
        copy_state(past, run, past->states + step / every * past->state_size, false);
}

/* The first step in which something shared by all members is not as it was; the number of steps: none. */
static size_t first_difference(const run_past *past, const truce_run *run)
{
    const truce_program *p = run->program;
    size_t first = p->step_count, row = p->shared_count;
    for (size_t place = 0; place < past->places && row; place++)
        for (size_t step = 0; step < first; step++)
            if (memcmp(past->shared + place * past->shared_size + step * row, run->shared[place] + step * row,
                       row * sizeof(double)) != 0)
                first = step;
    return first;
}

static bool begins_the_same(const run_past *past, const truce_run *run)
{
    bool same = true;
    for (size_t i = 0; same && i < past->begun_count; i++)
        same = memcmp(past->begin + i * run->width, run_column(run, past->begun[i]),
                      run->width * sizeof(double)) == 0;
    return same;
}

static void fill(run_past *past, const truce_run *run)
{
    for (size_t i = 0; i < past->begun_count; i++)
        memcpy(past->begin + i * run->width, run_column(run, past->begun[i]), run->width * sizeof(double));
    for (size_t place = 0; place < past->places && past->shared_size; place++)
        memcpy(past->shared + place * past->shared_size, run->shared[place],
               past->shared_size * sizeof(double));
}

size_t past_enter(run_past *past, truce_run *run)
{
    size_t every = past->every * run->program->save_every;
    if (!past->filled) {
        fill(past, run);
        return 0;
    }
    if (!begins_the_same(past, run))
        return 0;
    size_t mark = first_difference(past, run) / every;
    if (mark >= past->marks)
        mark = past->marks - 1;
    if (mark > 0)
        copy_state(past, run, past->states + mark * past->state_size, true);
    return mark * every;
}
