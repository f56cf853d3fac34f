/* Noise that changes nothing of what a target predicts, such as noise whose standard deviation is 0: it has no
 * coordinates, which would cost moves and tell nothing.
 *
 * It is found by trying: points drawn from the prior are simulated, and again with all levels of one stream
 * moved. Where a stream that matters seldom were taken for silent by chance, nothing would be wrong: it keeps
 * its draws, by counting, and only loses the coordinates that a fit could move. */
#include "ensemble/ensemble.h"
#include "fit/posterior_target.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 8, MOVED = 5 /* standard deviations */ };

typedef struct trial {
    const fit_target *t;
    fit_worker w;
    double *rest, *before;
    size_t results; /* numbers in w.results */
} trial;

/* Points of the prior, with the levels of a stream (SIZE_MAX: of none) moved. */
static void simulate(trial *r, size_t stream)
{
    const fit_target *t = r->t;
    uint64_t of_trial = hash_bytes("silence", 7);
    for (size_t j = 0; j < t->dimension; j++) {
        bool moved = j >= t->parameter_count && t->coordinates[j].stream == stream;
        for (size_t lane = 0; lane < LANES; lane++)
            r->w.x[j * LANES + lane] =
                random_normal(0, lane, of_trial, j) + (moved ? lane % 2 ? MOVED : -MOVED : 0);
    }
    worker_evaluate(&r->w, r->rest, LANES);
}

static bool any_sound(const trial *r)
{
    for (size_t lane = 0; lane < LANES; lane++)
        if (isfinite(r->w.likelihood[lane]))
            return true;
    return false;
}

static truce_status begin(trial *r, truce_error *error)
{
    const fit_target *t = r->t;
    TRY(worker_make(t, NULL, LANES, &r->w, error));
    r->results = (t->months + 1) * truce_program_output_count(t->plan.program) * LANES;
    r->rest = calloc(t->noise.count * t->noise.steps * LANES + 1, sizeof *r->rest);
    r->before = calloc(r->results + 1, sizeof *r->before);
    if (!r->rest || !r->before)
        return error_memory(error);
    uint64_t keys[LANES];
    for (size_t lane = 0; lane < LANES; lane++)
        keys[lane] = lane;
    for (size_t m = 0; m < t->noise.periods; m++)
        noise_rest(&t->noise, 0, keys, NULL, LANES, m, r->rest, LANES);
    return TRUCE_OK;
}

/* Which streams are silent; *any when one is. */
static void listen(trial *r, bool *silent, bool *any)
{
    size_t size = r->results * sizeof *r->before;
    simulate(r, SIZE_MAX);
    bool sound = any_sound(r);
    memcpy(r->before, r->w.results, size);
    for (size_t k = 0; sound && k < r->t->noise.normal_count; k++) {
        simulate(r, k);
        silent[k] = memcmp(r->before, r->w.results, size) == 0;
        *any = *any || silent[k];
    }
}

truce_status target_find_silent(const fit_target *t, bool *silent, bool *any, truce_error *error)
{
    trial r = {.t = t};
    truce_status status = begin(&r, error);
    *any = false;
    if (status == TRUCE_OK)
        listen(&r, silent, any);
    worker_free(&r.w);
    free(r.rest);
    free(r.before);
    return status;
}
