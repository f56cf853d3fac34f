/* What the page's workers call (web/src/worker.ts). One case per worker; memory that a call hands out is valid
 * until the next one of its kind. */
#include "results/statistics.h"
#include "web/archive.h"
#include "web/session.h"
#include "web/talks_answer.h"

#include <emscripten.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static truce_case *opened_case;
static truce_fit *opened_fit;
static web_session session;
static truce_error last_error;
static char message[1200];

EMSCRIPTEN_KEEPALIVE const char *page_message(void)
{
    truce_error_text(&last_error, message, sizeof message);
    return message;
}

EMSCRIPTEN_KEEPALIVE void *page_allocate(size_t size)
{
    return malloc(size ? size : 1);
}

EMSCRIPTEN_KEEPALIVE void page_release(void *memory)
{
    free(memory);
}

/* 0 when the archive is open, and read as a case. */
EMSCRIPTEN_KEEPALIVE int page_open(const unsigned char *bytes, size_t length)
{
    const char *path;
    last_error = (truce_error){0};
    truce_status status = archive_open(bytes, length, &path, &last_error);
    if (status == TRUCE_OK)
        status = truce_case_load(path, &opened_case, &last_error);
    if (status == TRUCE_OK)
        status = archive_fit(opened_case, &opened_fit, &last_error);
    if (status == TRUCE_OK)
        status = session_open(opened_case, opened_fit, &session, &last_error);
    return (int)status;
}

EMSCRIPTEN_KEEPALIVE size_t page_values(void)
{
    return session_values(&session);
}

EMSCRIPTEN_KEEPALIVE size_t page_months(void)
{
    return session.results->months;
}

typedef truce_status answer(const web_request *request, void *out, truce_error *error);

static int answer_request(const double *numbers, size_t count, answer *call, void *out)
{
    arena memory = {0};
    web_request request;
    last_error = (truce_error){0};
    truce_status status = session_read(&session, numbers, count, &memory, &request, &last_error);
    if (status == TRUCE_OK)
        status = call(&request, out, &last_error);
    arena_free(&memory);
    return (int)status;
}

typedef struct run_order {
    web_wanted wanted;
    float *values;
    size_t first;
} run_order;

static truce_status run(const web_request *request, void *out, truce_error *error)
{
    run_order *order = out;
    return session_run(&session, request, order->wanted, order->values, &order->first, error);
}

static truce_status weigh(const web_request *request, void *out, truce_error *error)
{
    return session_weigh(&session, request, out, error);
}

/* out: page_values() floats per member. The first month that is there, or -1 when it failed; `charts` and `later` are
 * those of web_wanted. */
EMSCRIPTEN_KEEPALIVE int page_run(const double *numbers, size_t count, float *out, int charts, int later)
{
    run_order order = {{charts != 0, later != 0}, out, 0};
    return answer_request(numbers, count, run, &order) == TRUCE_OK ? (int)order.first : -1;
}

/* out: a double per member. */
EMSCRIPTEN_KEEPALIVE int page_weigh(const double *numbers, size_t count, double *out)
{
    return answer_request(numbers, count, weigh, out);
}

/* The first member of the request with all its digits: a count of numbers, then the numbers, to be released; NULL
 * when it failed. For tests. */
EMSCRIPTEN_KEEPALIVE double *page_member(const double *numbers, size_t count)
{
    arena memory = {0};
    web_request request;
    const double *values = NULL;
    size_t found = 0;
    double *out = NULL;
    last_error = (truce_error){0};
    truce_status status = session_read(&session, numbers, count, &memory, &request, &last_error);
    if (status == TRUCE_OK)
        status = session_member(&session, &request, &memory, &values, &found, &last_error);
    if (status == TRUCE_OK && (out = malloc((found + 1) * sizeof *out))) {
        out[0] = (double)found;
        memcpy(out + 1, values, found * sizeof *out);
    }
    arena_free(&memory);
    return out;
}

/* Talks as a JSON text, to be released; NULL when it failed. */
EMSCRIPTEN_KEEPALIVE char *page_talks(const double *numbers, size_t count, unsigned degree)
{
    arena memory = {0};
    web_request request;
    text json = {0};
    last_error = (truce_error){0};
    truce_status status = session_read(&session, numbers, count, &memory, &request, &last_error);
    if (status == TRUCE_OK)
        status = talks_answer(&session, &request, degree, &json, &last_error);
    arena_free(&memory);
    if (status == TRUCE_OK)
        return json.bytes;
    text_free(&json);
    return NULL;
}

/* ---- Statistics -------------------------------------------------------------------------------------- */

enum { STATISTICS = QUANTILES + 3 };

static void put(const statistics *s, float *out)
{
    for (int k = 0; k < QUANTILES; k++)
        out[k] = (float)s->quantiles[k];
    out[QUANTILES] = (float)s->mean;
    out[QUANTILES + 1] = (float)s->above;
    out[QUANTILES + 2] = (float)s->below;
}

/* Differences within the rounding of the floats that they are taken of are none. */
static float difference(float value, float base)
{
    double d = (double)value - (double)base;
    return fabs(d) <= 0x1p-22 * (fabs((double)value) + fabs((double)base)) ? 0 : (float)d;
}

typedef struct taken {
    size_t members, count;
    const uint32_t *picked; /* NULL: each member once */
    float *room;            /* 3 floats per one that counts */
} taken;

/* A row's statistics, and those of its difference to `base` (NULL: none). */
static void row_statistics(const taken *t, const float *values, const float *base, float *out)
{
    size_t sound = 0, both = 0;
    for (size_t i = 0; i < t->count; i++) {
        size_t m = t->picked ? t->picked[i] : i;
        if (isfinite(values[m]))
            t->room[sound++] = values[m];
        if (base && isfinite(values[m]) && isfinite(base[m]))
            t->room[t->count + both++] = difference(values[m], base[m]);
    }
    statistics s = statistics_of(t->room, t->room + 2 * t->count, sound);
    put(&s, out);
    if (!base)
        return;
    s = statistics_of(t->room + t->count, t->room + 2 * t->count, both);
    put(&s, out + STATISTICS);
}

/* Statistics of values, [quantity][month from `first` on][member], and of their differences to `base`,
 * [quantity][month][member] (NULL: none), member by member; `which` are the quantities' places in the base, and `picked`
 * (NULL: each once) the members that count. out: [quantity][month from `first` on][2][STATISTICS]. room: 3 floats per one
 * that counts. */
EMSCRIPTEN_KEEPALIVE void page_statistics(const float *values, const float *base, const uint32_t *which,
                                          size_t quantities, size_t first, size_t members,
                                          const uint32_t *picked, size_t count, float *out, float *room)
{
    const taken t = {members, count, picked, room};
    size_t months = page_months();
    for (size_t q = 0; q < quantities; q++)
        for (size_t month = first; month < months; month++) {
            row_statistics(&t, values, base ? base + (which[q] * months + month) * members : NULL, out);
            values += members;
            out += 2 * STATISTICS;
        }
}
