/* Noise that changes nothing of what a target predicts, such as noise whose standard deviation is 0, or noise in
 * months in which what it moves stands still: it has no coordinates, which would cost moves and tell nothing.
 *
 * It is found by trying: points drawn from the prior are simulated, and again with all levels of one stream
 * moved, or of a month of it. Where noise that matters seldom were taken for silent by chance, nothing would be
 * wrong: it keeps its draws, by counting, and only loses the coordinates that a fit could move. */
#include "ensemble/ensemble.h"
#include "fit/posterior_target.h"
#include "math/random.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 8, MONTHS_TOGETHER = 8, MOVED = 5 /* standard deviations */ };

typedef struct trial {
    const fit_target *t;
    size_t width; /* lane: a point; with several months together, lane / POINTS is one of them */
    fit_worker w;
    double *rest, *before;
    size_t rows; /* in w.results */
} trial;

/* Points of the prior, with levels of a stream (SIZE_MAX: of none) moved: all, where `first` is SIZE_MAX, or in each
 * lane those of one month, from `first` on. */
static void simulate(trial *r, size_t stream, size_t first)
{
    const fit_target *t = r->t;
    uint64_t of_trial = hash_bytes("silence", 7);
    for (size_t j = 0; j < t->dimension; j++) {
        bool of_stream = j >= t->parameter_count && t->coordinates[j].stream == stream;
        for (size_t lane = 0; lane < r->width; lane++) {
            size_t point = lane % POINTS;
            bool moved =
                of_stream && (first == SIZE_MAX || t->coordinates[j].period == first + lane / POINTS);
            r->w.x[j * r->width + lane] =
                random_normal(0, point, of_trial, j) + (moved ? point % 2 ? MOVED : -MOVED : 0);
        }
    }
    worker_evaluate(&r->w, r->w.x, r->rest, r->width);
}

static bool any_sound(const trial *r)
{
    for (size_t lane = 0; lane < r->width; lane++)
        if (isfinite(r->w.likelihood[lane]))
            return true;
    return false;
}

/* Whether POINTS lanes from `lane` on have the bits that they had before. */
static bool same(const trial *r, size_t lane)
{
    assert(lane + POINTS <= r->width);
    for (size_t row = 0; row < r->rows; row++) {
        size_t at = row * r->width + lane;
        if (memcmp(r->before + at, r->w.results + at, POINTS * sizeof *r->before) != 0)
            return false;
    }
    return true;
}

/* Simulates the points as they are; false in *sound when none of them has a likelihood. */
static truce_status begin(trial *r, bool *sound, truce_error *error)
{
    const fit_target *t = r->t;
    TRY(worker_make(t, NULL, r->width, &r->w, error));
    r->rows = (t->months + 1) * truce_program_output_count(t->plan.program);
    r->rest = calloc(t->noise.count * t->noise.steps * r->width + 1, sizeof *r->rest);
    r->before = calloc(r->rows * r->width + 1, sizeof *r->before);
    if (!r->rest || !r->before)
        return error_memory(error);
    uint64_t keys[POINTS * MONTHS_TOGETHER];
    assert(r->width <= POINTS * MONTHS_TOGETHER);
    for (size_t lane = 0; lane < r->width; lane++)
        keys[lane] = lane % POINTS;
    for (size_t m = 0; m < t->noise.periods; m++)
        noise_rest(&t->noise, 0, keys, NULL, r->width, m, r->rest, r->width);
    simulate(r, SIZE_MAX, SIZE_MAX);
    *sound = any_sound(r);
    memcpy(r->before, r->w.results, r->rows * r->width * sizeof *r->before);
    return TRUCE_OK;
}

static void end(trial *r)
{
    worker_free(&r->w);
    free(r->rest);
    free(r->before);
}

truce_status target_find_silent(const fit_target *t, bool *silent, bool *any, truce_error *error)
{
    bool sound = false;
    trial r = {.t = t, .width = POINTS};
    truce_status status = begin(&r, &sound, error);
    *any = false;
    for (size_t k = 0; sound && k < t->noise.normal_count; k++) {
        simulate(&r, k, SIZE_MAX);
        silent[k] = same(&r, 0);
        *any = *any || silent[k];
    }
    end(&r);
    return status;
}

truce_status target_find_still(const fit_target *t, bool *still, bool *any, truce_error *error)
{
    bool sound = false;
    size_t periods = t->noise.periods;
    trial r = {.t = t, .width = POINTS * MONTHS_TOGETHER};
    truce_status status = begin(&r, &sound, error);
    *any = false;
    for (size_t k = 0; sound && k < t->noise.normal_count; k++)
        for (size_t first = 0; first < periods; first += MONTHS_TOGETHER) {
            simulate(&r, k, first);
            for (size_t m = first; m < periods && m < first + MONTHS_TOGETHER; m++) {
                still[k * periods + m] = same(&r, (m - first) * POINTS);
                *any = *any || still[k * periods + m];
            }
        }
    end(&r);
    return status;
}
