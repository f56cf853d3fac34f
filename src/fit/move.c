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
#include "fit/smc.h"
#include "math/random.h"
#include "math/special.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TOGETHER = 128 }; /* lanes whose noise is drawn at once */

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

/* From [lane][coordinate] to [coordinate][lane], eight coordinates at a time to stay in the cache. */
static void transpose(const double *from, size_t dimension, size_t count, size_t width, double *to)
{
    assert(dimension > 0 && count <= width);
    for (size_t first = 0; first < dimension; first += 8)
        for (size_t lane = 0; lane < width; lane++) {
            const double *row = from + (lane < count ? lane : count - 1) * dimension;
            for (size_t j = first; j < first + 8 && j < dimension; j++)
                to[j * width + lane] = row[j];
        }
}

static size_t lanes_in(const smc *s, size_t block)
{
    assert(block < s->blocks);
    size_t left = s->count - block * s->width;
    return left < s->width ? left : s->width;
}

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
    size_t d = s->target->dimension, count = lanes_in(s, block);
    transpose(s->x + block * s->width * d, d, count, s->width, w->x);
    worker_evaluate(w, block_rest(s, s->rest, block), count);
    memcpy(s->likelihood + block * s->width, w->likelihood, count * sizeof *s->likelihood);
    return true;
}

void smc_evaluate(smc *s)
{
    workers_run(s->threads, s->blocks, evaluate_block, s);
}

static bool whiten_block(void *context, unsigned worker, size_t block)
{
    smc *s = context;
    fit_worker *w = &s->workers[worker];
    size_t d = s->target->dimension, first = block * s->width, count = lanes_in(s, block);
    transpose(s->x + first * d, d, count, s->width, w->v);
    linear_whiten(&s->linear, w->v, s->width);
    for (size_t i = 0; i < count; i++) {
        const double *x = s->x + (first + i) * d;
        double *v = s->v + (first + i) * d, squares = 0;
        for (size_t j = 0; j < d; j++) {
            v[j] = w->v[j * s->width + i];
            squares += x[j] * x[j];
        }
        s->squares[first + i] = squares;
    }
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
    size_t points = s->target->point_count, count = lanes_in(s, block);
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

/* The lanes at the place, each with one coordinate moved up or down. */
static void fill_item(const smc *s, const slope_lanes *a, fit_worker *w, double *rest)
{
    size_t d = s->linear.dimension, i = a->particle, rows = s->target->noise.count * s->target->noise.steps;
    const double *own = block_rest(s, s->rest, i / s->width) + i % s->width;
    for (size_t r = 0; r < rows; r++)
        for (size_t lane = 0; lane < s->width; lane++)
            rest[r * s->width + lane] = own[r * s->width];
    for (size_t j = 0; j < d; j++)
        for (size_t lane = 0; lane < s->width; lane++)
            w->x[j * s->width + lane] = s->x[i * d + j];
    for (size_t k = 0; k < a->count; k++) {
        w->x[(a->first + k) * s->width + 2 * k] += reach;
        w->x[(a->first + k) * s->width + 2 * k + 1] -= reach;
    }
}

static bool slope_item(void *context, unsigned worker, size_t item)
{
    double start = seconds_now();
    smc *s = context;
    fit_worker *w = &s->workers[worker];
    linear *l = &s->linear;
    slope_lanes a = lanes_of_item(s, item);
    size_t points = s->target->point_count;
    double *rest = s->fresh + worker * s->target->noise.count * s->target->noise.steps * s->width;
    fill_item(s, &a, w, rest);
    worker_evaluate(w, rest, s->width);
    for (size_t p = 0; p < points; p++)
        for (size_t k = 0; k < a.count; k++) {
            const double *z = w->predictions + p * s->width + 2 * k;
            double slope = (z[0] - z[1]) / (2 * reach);
            l->slopes[(a.place * points + p) * l->dimension + a.first + k] = isfinite(slope) ? slope : 0;
        }
    w->busy_seconds += seconds_now() - start;
    return true;
}

void smc_linearise(smc *s)
{
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
    for (size_t m = 0; m < periods; m++)
        for (size_t from = 0, count; from < s->width; from += count) {
            uint64_t keys[TOGETHER];
            count = s->width - from < TOGETHER ? s->width - from : TOGETHER;
            for (size_t i = 0; i < count; i++)
                keys[i] = s->keys[particle_of(s, block, from + i) * periods + m];
            noise_rest(&s->target->noise, s->seed, keys, NULL, count, m, block_rest(s, s->rest, block) + from,
                       s->width);
        }
    return true;
}

void smc_fill_rest(smc *s)
{
    workers_run(s->threads, s->blocks, fill_block, s);
}

/* The periods whose keys a particle would change, at most eight on end. */
static void choose_window(const smc *s, size_t i, size_t *first, size_t *end)
{
    assert(i < s->count);
    size_t periods = s->target->noise.periods, most = periods < 8 ? periods : 8;
    uint64_t words[2];
    random_words(random_key(s->seed, stream_of(s, "window")), member_of(s, i), 0, words);
    size_t length = 1 + (size_t)(random_unit(words[0]) * (double)most);
    *first = (size_t)(random_unit(words[1]) * (double)(periods - length + 1));
    *end = *first + length;
}

static uint64_t new_key(const smc *s, size_t i)
{
    assert(i < s->count);
    return s->population << 58 | (uint64_t)(s->stage_count + 1) << 48 | s->move_number << 36 | i;
}

/* Copies the draws of a particle in some periods. */
static void copy_window(const smc *s, size_t i, size_t first, size_t end, const double *from, double *to)
{
    assert(i < s->count);
    assert(first <= end);
    const noise_design *d = &s->target->noise;
    size_t lane = i % s->width, steps = (end - first) * d->per_period;
    for (size_t k = 0; k < d->count; k++)
        for (size_t at = k * d->steps + first * d->per_period, n = 0; n < steps; n++)
            to[(at + n) * s->width + lane] = from[(at + n) * s->width + lane];
}

/* New draws for lanes of a block, in the window of each; the old ones are kept in the second room. */
static void propose_lanes(smc *s, size_t block, size_t lane, size_t count)
{
    double *rest = block_rest(s, s->rest, block) + lane, *old = block_rest(s, s->fresh, block);
    size_t first[TOGETHER], end[TOGETHER];
    for (size_t i = 0; i < count; i++) {
        size_t particle = block * s->width + lane + i;
        choose_window(s, particle, &first[i], &end[i]);
        copy_window(s, particle, first[i], end[i], rest - lane, old);
    }
    for (size_t m = 0; m < s->target->noise.periods; m++) {
        uint64_t keys[TOGETHER];
        size_t lanes[TOGETHER], inside = 0;
        for (size_t i = 0; i < count; i++)
            if (first[i] <= m && m < end[i]) {
                keys[inside] = new_key(s, block * s->width + lane + i);
                lanes[inside++] = i;
            }
        noise_rest(&s->target->noise, s->seed, keys, lanes, inside, m, rest, s->width);
    }
}

static void propose_rest(smc *s, size_t block, size_t count)
{
    assert(block < s->blocks && count <= s->width);
    for (size_t lane = 0, lanes; lane < count; lane += lanes) {
        lanes = count - lane < TOGETHER ? count - lane : TOGETHER;
        propose_lanes(s, block, lane, lanes);
    }
}

/* ---- The autoregression ------------------------------------------------------------------------------ */

static const double part = 0.25;

/* Proposes in w->v and w->x; w->measure receives what the acceptance divides out, as a logarithm. */
static void propose(const smc *s, fit_worker *w, size_t block, size_t count)
{
    assert(block < s->blocks && count <= s->width);
    size_t d = s->target->dimension, width = s->width;
    uint64_t key = random_key(s->seed, stream_of(s, "propose")), choice = stream_of(s, "coordinates");
    transpose(s->v + block * width * d, d, count, width, w->v);
    memset(w->ratio, 0, width * sizeof *w->ratio);
    for (size_t j = 0; j < d; j++) {
        double *v = w->v + j * width, *z = w->measure;
        double stride = s->linear.stride[j];
        if (s->kind == MOVE_PART) {
            if (random_uniform(s->seed, s->population, choice, j) >= part * (2 - stride * stride))
                continue;
            stride = 1;
        }
        double step = s->scales[s->kind] * stride, keep = sqrt(1 - step * step);
        w->kernels->member_normals(z, key, member_of(s, block * width), j, width);
        for (size_t lane = 0; lane < width; lane++) {
            double to = keep * v[lane] + step * z[lane];
            w->ratio[lane] += 0.5 * (to * to - v[lane] * v[lane]);
            v[lane] = to;
        }
    }
    memcpy(w->x, w->v, d * width * sizeof *w->x);
    linear_unwhiten(&s->linear, w->kernels, w->x, width);
}

/* ---- Acceptance -------------------------------------------------------------------------------------- */

static void take(smc *s, const fit_worker *w, size_t i, size_t lane)
{
    assert(i < s->count && lane < w->width);
    size_t d = s->target->dimension;
    s->squares[i] = w->squares[lane];
    for (size_t j = 0; j < d; j++) {
        s->v[i * d + j] = w->v[j * s->width + lane];
        s->x[i * d + j] = w->x[j * s->width + lane];
    }
}

static void take_keys(smc *s, size_t block, size_t i, bool accepted)
{
    assert(block < s->blocks && i < s->count);
    size_t first, end;
    choose_window(s, i, &first, &end);
    for (size_t m = first; accepted && m < end; m++)
        s->keys[i * s->target->noise.periods + m] = new_key(s, i);
    if (!accepted)
        copy_window(s, i, first, end, block_rest(s, s->fresh, block), block_rest(s, s->rest, block));
}

static bool move_block(void *context, unsigned worker, size_t block)
{
    assert(block < ((const smc *)context)->blocks);
    double start = seconds_now();
    smc *s = context;
    fit_worker *w = &s->workers[worker];
    size_t count = lanes_in(s, block);
    bool keys = s->kind == MOVE_KEYS;
    uint64_t coin = stream_of(s, "accept");
    if (keys) {
        transpose(s->x + block * s->width * s->target->dimension, s->target->dimension, count, s->width,
                  w->x);
        propose_rest(s, block, count);
    } else {
        propose(s, w, block, count);
    }
    worker_evaluate(w, block_rest(s, s->rest, block), count);
    for (size_t lane = 0; lane < count; lane++) {
        size_t i = block * s->width + lane;
        double log_ratio = s->temperature * (w->likelihood[lane] - s->likelihood[i]) +
                           (keys ? 0 : w->ratio[lane] - 0.5 * (w->squares[lane] - s->squares[i]));
        bool accepted = portable_log(random_uniform(s->seed, member_of(s, i), coin, 0)) < log_ratio;
        s->accepted[i] = accepted ? 1 : 0;
        if (accepted)
            s->likelihood[i] = w->likelihood[lane];
        if (keys)
            take_keys(s, block, i, accepted);
        else if (accepted)
            take(s, w, i, lane);
    }
    w->busy_seconds += seconds_now() - start;
    return true;
}

double smc_move(smc *s, move_kind kind)
{
    assert(kind >= 0 && kind < MOVE_KINDS);
    s->kind = kind;
    workers_run(s->threads, s->blocks, move_block, s);
    s->move_number++;
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += s->accepted[i];
    return sum / (double)s->count;
}
