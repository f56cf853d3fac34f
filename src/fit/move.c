/* Moves of a population. Each is a Metropolis step for all particles at once, block by block, with the
 * tempered posterior
 *
 *     log density(x) = temperature x log likelihood(x) - |x|^2 / 2
 *
 * as its target. Proposals are made in the whitened coordinates v of linear.h. What they use of the
 * population (the approximation) does not change during the stage, so that the target is left exactly as it
 * is, however good or bad the approximation.
 *
 *     MOVE_WHOLE, MOVE_PART   v' = sqrt(1 - s^2) v + s z, all coordinates or a random quarter of them, the
 *                             same for all particles, s the scale times the coordinate's stride: reversible for
 *                             the approximation, which the acceptance divides out (Neal 1999; Cotter, Roberts,
 *                             Stuart and White 2013)
 *     MOVE_KEYS               the rest of the noise of a few periods anew, from its own distribution:
 *                             accepted by the likelihood alone */
#include "engine/kernels.h"
#include "engine/row_kernels.h"
#include "fit/smc.h"
#include "math/random.h"
#include "math/special.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The stream of random numbers that a move has for a purpose. */
static uint64_t stream_of(const smc *s, const char *purpose)
{
    uint64_t at[] = {hash_bytes(purpose, strlen(purpose)), s->stage_count, s->move_number};
    return hash_bytes(at, sizeof at);
}

static uint64_t member_of(const smc *s, size_t particle)
{
    assert(particle < s->count);
    return s->population << 32 | particle;
}

/* ---- Blocks ------------------------------------------------------------------------------------------ */

static double *block_rest(const smc *s, double *rest, size_t block)
{
    assert(block < s->blocks);
    return rest + block * s->target->noise.count * s->target->noise.steps * s->width;
}

static bool evaluate_block(void *context, unsigned worker, size_t block)
{
    assert(block < ((const smc *)context)->blocks);
    smc *s = context;
    fit_worker *w = &s->workers[worker];
    size_t count = smc_lanes(s, block);
    worker_evaluate(w, smc_row(s, s->x, block, 0), block_rest(s, s->rest, block), count);
    memcpy(s->likelihood + block * s->width, w->likelihood, count * sizeof *s->likelihood);
    return true;
}

void smc_evaluate(smc *s)
{
    workers_run(s->threads, s->blocks, evaluate_block, s);
}

static void sum_squares(fit_worker *w, const double *x)
{
    memset(w->squares, 0, w->width * sizeof *w->squares);
    w->row_kernels->add_squares(w->squares, x, w->target->dimension, w->width);
}

static bool whiten_block(void *context, unsigned worker, size_t block)
{
    smc *s = context;
    fit_worker *w = &s->workers[worker];
    size_t d = s->target->dimension;
    const double *x = smc_row(s, s->x, block, 0);
    double *v = smc_row(s, s->v, block, 0);
    memcpy(v, x, d * s->width * sizeof *v);
    linear_whiten(&s->linear, v, s->width);
    sum_squares(w, x);
    memcpy(s->squares + block * s->width, w->squares, smc_lanes(s, block) * sizeof *s->squares);
    return true;
}

void smc_whiten(smc *s)
{
    workers_run(s->threads, s->blocks, whiten_block, s);
}

typedef struct density_work {
    smc *s;
    double *room;     /* [worker][point][width] */
    float *densities; /* [point][particle] */
} density_work;

static bool densities_of_block(void *context, unsigned worker, size_t block)
{
    const density_work *work = context;
    smc *s = work->s;
    size_t points = s->target->point_count, count = smc_lanes(s, block);
    double *room = work->room + worker * points * s->width;
    evaluate_block(s, worker, block);
    worker_densities(&s->workers[worker], room);
    for (size_t p = 0; p < points; p++)
        for (size_t lane = 0; lane < count; lane++)
            work->densities[p * s->count + block * s->width + lane] = (float)room[p * s->width + lane];
    return true;
}

bool smc_densities(smc *s, float *densities)
{
    size_t size = s->threads * s->target->point_count * s->width;
    density_work work = {.s = s, .room = calloc(size + 1, sizeof *work.room)};
    work.densities = densities;
    if (work.room)
        workers_run(s->threads, s->blocks, densities_of_block, &work);
    free(work.room);
    return work.room != NULL;
}

/* ---- Slopes ------------------------------------------------------------------------------------------ */

/* Half the distance of a central difference, in units of the prior's deviation: of the order of the
 * posterior's, so that small kinks of a model do not matter. */
static const double reach = 0.25;

/* Of an item of slopes: a run's width of differences at one place, two lanes each. */
typedef struct slope_lanes {
    size_t place, particle, first, count;
} slope_lanes;

static size_t items_a_place(const smc *s)
{
    size_t pairs = s->width / 2;
    return (s->linear.dimension + pairs - 1) / pairs;
}

static slope_lanes lanes_of_item(const smc *s, size_t item)
{
    size_t items = items_a_place(s), pairs = s->width / 2;
    slope_lanes a = {.place = item / items, .first = item % items * pairs};
    size_t left = s->linear.dimension - a.first;
    a.count = left < pairs ? left : pairs;
    a.particle = (2 * a.place + 1) * s->count / (2 * s->linear.places);
    return a;
}

/* A particle in all lanes. */
static void spread_particle(const smc *s, size_t i, fit_worker *w, double *rest)
{
    size_t rows = s->target->noise.count * s->target->noise.steps;
    const double *x = smc_lane(s, s->x, i), *own = block_rest(s, s->rest, i / s->width) + i % s->width;
    for (size_t r = 0; r < rows; r++)
        for (size_t lane = 0; lane < s->width; lane++)
            rest[r * s->width + lane] = own[r * s->width];
    for (size_t j = 0; j < s->linear.dimension; j++)
        for (size_t lane = 0; lane < s->width; lane++)
            w->x[j * s->width + lane] = x[j * s->width];
    worker_set_parameters(w, w->x, 0, s->linear.dimension);
    w->spread = i;
}

/* The lanes at the place, each with one coordinate moved up or down by `by`. */
static void shift_lanes(const slope_lanes *a, fit_worker *w, double by)
{
    for (size_t k = 0; k < a->count; k++) {
        double *x = w->x + (a->first + k) * w->width, here = x[(2 * k + 2) % w->width];
        x[2 * k] = here + by;
        x[2 * k + 1] = here - by;
    }
    worker_set_parameters(w, w->x, a->first, a->count);
}

static void take_slopes(const smc *s, const slope_lanes *a, const fit_worker *w)
{
    const linear *l = &s->linear;
    size_t points = s->target->point_count;
    for (size_t p = 0; p < points; p++) {
        const double *z = w->predictions + p * s->width;
        double *slopes = l->slopes + (a->place * points + p) * l->dimension + a->first;
        for (size_t k = 0; k < a->count; k++) {
            double slope = (z[2 * k] - z[2 * k + 1]) / (2 * reach);
            slopes[k] = isfinite(slope) ? slope : 0;
        }
    }
}

static bool slope_item(void *context, unsigned worker, size_t item)
{
    smc *s = context;
    fit_worker *w = &s->workers[worker];
    slope_lanes a = lanes_of_item(s, item);
    double *rest = s->fresh + worker * s->target->noise.count * s->target->noise.steps * s->width;
    if (w->spread != a.particle)
        spread_particle(s, a.particle, w, rest);
    shift_lanes(&a, w, reach);
    worker_evaluate_set(w, w->x, rest, s->width);
    shift_lanes(&a, w, 0);
    take_slopes(s, &a, w);
    return true;
}

void smc_linearise(smc *s)
{
    for (unsigned i = 0; i < s->threads; i++)
        s->workers[i].spread = SIZE_MAX;
    workers_run(s->threads, s->linear.places * items_a_place(s), slope_item, s);
}

/* ---- The rest of the noise --------------------------------------------------------------------------- */

static size_t particle_of(const smc *s, size_t block, size_t lane)
{
    assert(block < s->blocks && lane < s->width);
    size_t i = block * s->width + lane;
    return i < s->count ? i : s->count - 1;
}

static bool fill_block(void *context, unsigned worker, size_t block)
{
    (void)worker;
    smc *s = context;
    size_t periods = s->target->noise.periods;
    assert(s->width <= SMC_WIDTH);
    for (size_t m = 0; m < periods; m++) {
        uint64_t keys[SMC_WIDTH];
        for (size_t i = 0; i < s->width; i++)
            keys[i] = s->keys[particle_of(s, block, i) * periods + m];
        noise_rest(&s->target->noise, s->seed, keys, NULL, s->width, m, block_rest(s, s->rest, block),
                   s->width);
    }
    return true;
}

void smc_fill_rest(smc *s)
{
    workers_run(s->threads, s->blocks, fill_block, s);
}

/* The periods whose keys the particles of a block would change, at most eight on end each. */
typedef struct windows {
    size_t count, first[SMC_WIDTH], end[SMC_WIDTH];
} windows;

static void choose_windows(const smc *s, size_t block, windows *w)
{
    size_t periods = s->target->noise.periods, most = periods < 8 ? periods : 8;
    uint64_t key = random_key(s->seed, stream_of(s, "window"));
    w->count = smc_lanes(s, block);
    assert(w->count <= SMC_WIDTH);
    for (size_t i = 0; i < w->count; i++) {
        uint64_t words[2];
        random_words(key, member_of(s, block * s->width + i), 0, words);
        size_t length = 1 + (size_t)(random_unit(words[0]) * (double)most);
        w->first[i] = (size_t)(random_unit(words[1]) * (double)(periods - length + 1));
        w->end[i] = w->first[i] + length;
    }
}

static size_t lanes_inside(const windows *w, size_t period, size_t *lanes)
{
    size_t inside = 0;
    for (size_t i = 0; i < w->count; i++)
        if (w->first[i] <= period && period < w->end[i])
            lanes[inside++] = i;
    return inside;
}

static uint64_t new_key(const smc *s, size_t i)
{
    assert(i < s->count);
    return s->population << 58 | (uint64_t)(s->stage_count + 1) << 48 | s->move_number << 36 | i;
}

/* Copies the draws of some lanes of a block in a period. */
static void copy_draws(const smc *s, size_t period, const size_t *lanes, size_t count, const double *from,
                       double *to)
{
    const noise_design *d = &s->target->noise;
    for (size_t k = 0; k < d->count; k++) {
        size_t row = (k * d->steps + period * d->per_period) * s->width;
        for (size_t n = 0; n < d->per_period; n++, row += s->width)
            for (size_t i = 0; i < count; i++)
                to[row + lanes[i]] = from[row + lanes[i]];
    }
}

/* New draws for the lanes of a block, in the window of each; the old ones are kept in the second room. */
static void propose_rest(smc *s, size_t block, const windows *w)
{
    double *rest = block_rest(s, s->rest, block), *old = block_rest(s, s->fresh, block);
    for (size_t m = 0; m < s->target->noise.periods; m++) {
        uint64_t keys[SMC_WIDTH];
        size_t lanes[SMC_WIDTH], inside = lanes_inside(w, m, lanes);
        for (size_t i = 0; i < inside; i++)
            keys[i] = new_key(s, block * s->width + lanes[i]);
        copy_draws(s, m, lanes, inside, rest, old);
        noise_rest(&s->target->noise, s->seed, keys, lanes, inside, m, rest, s->width);
    }
}

/* The keys of lanes that accept, and the old draws of the others. */
static void take_keys(smc *s, size_t block, const windows *w, const double *taken)
{
    double *rest = block_rest(s, s->rest, block), *old = block_rest(s, s->fresh, block);
    size_t periods = s->target->noise.periods;
    for (size_t m = 0; m < periods; m++) {
        size_t lanes[SMC_WIDTH], inside = lanes_inside(w, m, lanes), back = 0;
        for (size_t i = 0; i < inside; i++) {
            size_t lane = lanes[i], particle = block * s->width + lane;
            if (taken[lane] == 1)
                s->keys[particle * periods + m] = new_key(s, particle);
            else
                lanes[back++] = lane;
        }
        copy_draws(s, m, lanes, back, old, rest);
    }
}

/* ---- The autoregression ------------------------------------------------------------------------------ */

static const double part = 0.25;

/* The step of each coordinate in the move under way. */
static void choose_steps(smc *s)
{
    uint64_t choice = stream_of(s, "coordinates");
    for (size_t j = 0; j < s->target->dimension; j++) {
        double stride = s->linear.stride[j];
        bool moves = true;
        if (s->kind == MOVE_PART) {
            moves = random_uniform(s->seed, s->population, choice, j) < part * (2 - stride * stride);
            stride = 1;
        }
        s->steps[j] = moves ? s->scales[s->kind] * stride : 0;
    }
}

/* Proposes in w->v and w->x; w->ratio receives what the acceptance divides out, as a logarithm. */
static void propose(const smc *s, fit_worker *w, size_t block)
{
    size_t width = s->width;
    uint64_t key = random_key(s->seed, stream_of(s, "propose"));
    memset(w->ratio, 0, width * sizeof *w->ratio);
    for (size_t j = 0; j < s->target->dimension; j++) {
        const double *from = smc_row(s, s->v, block, j);
        double *v = w->v + j * width, step = s->steps[j];
        if (step == 0) {
            memcpy(v, from, width * sizeof *v);
            continue;
        }
        w->kernels->member_normals(w->normals, key, member_of(s, block * width), j, width);
        w->row_kernels->mix(v, w->ratio, from, w->normals, sqrt(1 - step * step), step, width);
    }
    linear_unwhiten(&s->linear, w->v, w->x, width);
    sum_squares(w, w->x);
}

/* ---- Acceptance -------------------------------------------------------------------------------------- */

/* Decides for each particle of a block; lanes beyond them stay. */
static void judge(smc *s, fit_worker *w, size_t block)
{
    uint64_t coin = stream_of(s, "accept");
    bool keys = s->kind == MOVE_KEYS;
    memset(w->taken, 0, s->width * sizeof *w->taken);
    for (size_t lane = 0; lane < smc_lanes(s, block); lane++) {
        size_t i = block * s->width + lane;
        double log_ratio = s->temperature * (w->likelihood[lane] - s->likelihood[i]) +
                           (keys ? 0 : w->ratio[lane] - 0.5 * (w->squares[lane] - s->squares[i]));
        bool accepted = portable_log(random_uniform(s->seed, member_of(s, i), coin, 0)) < log_ratio;
        s->accepted[i] = w->taken[lane] = accepted ? 1 : 0;
        if (accepted)
            s->likelihood[i] = w->likelihood[lane];
        if (accepted && !keys)
            s->squares[i] = w->squares[lane];
    }
}

static void move_keys(smc *s, fit_worker *w, size_t block)
{
    windows chosen;
    choose_windows(s, block, &chosen);
    propose_rest(s, block, &chosen);
    worker_evaluate(w, smc_row(s, s->x, block, 0), block_rest(s, s->rest, block), chosen.count);
    judge(s, w, block);
    take_keys(s, block, &chosen, w->taken);
}

/* The coordinates of lanes that accept: all of x, and what has moved of v. */
static void take_coordinates(smc *s, const fit_worker *w, size_t block)
{
    size_t d = s->target->dimension;
    for (size_t j = 0; j < d; j++)
        if (s->steps[j] != 0)
            w->row_kernels->take(smc_row(s, s->v, block, j), w->v + j * s->width, w->taken, 1, s->width);
    w->row_kernels->take(smc_row(s, s->x, block, 0), w->x, w->taken, d, s->width);
}

static void move_coordinates(smc *s, fit_worker *w, size_t block)
{
    propose(s, w, block);
    worker_evaluate(w, w->x, block_rest(s, s->rest, block), smc_lanes(s, block));
    judge(s, w, block);
    take_coordinates(s, w, block);
}

static bool move_block(void *context, unsigned worker, size_t block)
{
    assert(block < ((const smc *)context)->blocks);
    smc *s = context;
    fit_worker *w = &s->workers[worker];
    if (s->kind == MOVE_KEYS)
        move_keys(s, w, block);
    else
        move_coordinates(s, w, block);
    return true;
}

double smc_move(smc *s, move_kind kind)
{
    assert(kind >= 0 && kind < MOVE_KINDS);
    s->kind = kind;
    if (kind != MOVE_KEYS)
        choose_steps(s);
    workers_run(s->threads, s->blocks, move_block, s);
    s->move_number++;
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += s->accepted[i];
    return sum / (double)s->count;
}
