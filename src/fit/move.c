/* Moves of a population. Each is a Metropolis step for all particles at once, block by block, with the
 * tempered posterior
 *
 *     log density(x) = temperature x log likelihood(x) - |x|^2 / 2
 *
 * as its target. Proposals are made in the whitened coordinates v of linear.h. What they use of the
 * population (the approximation) does not change during the stage, so that the target is left exactly as it
 * is, however good or bad the approximation.
 *
 * MOVE_REGRESS      v' = sqrt(1 - s^2) v + s z, all coordinates or a random quarter: reversible for the
 *                   approximation, which the acceptance divides out (Neal 1999; Cotter, Roberts, Stuart and
 * White 2013) MOVE_KEYS         the rest of the noise of a few periods anew, from its own distribution:
 * accepted by the likelihood alone */
#include "engine/random.h"
#include "fit/smc.h"
#include "program/functions.h"

#include <math.h>
#include <string.h>

typedef struct draws { /* of one particle and move, counted */
    uint64_t seed, particle, stream, step;
} draws;

static draws draws_of(const smc *s, size_t particle, const char *purpose)
{
    uint64_t at[] = {hash_bytes(purpose, strlen(purpose)), s->stage_count, s->move_number};
    return (draws){s->seed, s->population << 32 | particle, hash_bytes(at, sizeof at), 0};
}

static double uniform(draws *d)
{
    return random_uniform(d->seed, d->particle, d->stream, d->step++);
}

static double normal(draws *d)
{
    return random_normal(d->seed, d->particle, d->stream, d->step++);
}

static size_t pick(draws *d, size_t count)
{
    size_t i = (size_t)(uniform(d) * (double)count);
    return i < count ? i : count - 1;
}

/* ---- Proposals: fill `to`, return what the acceptance divides out, as a logarithm ------------------------
 */

/* Each coordinate is in the subset with probability `share`, sixteen to a draw of the generator. */
static bool chosen(draws *d, size_t j, unsigned char bytes[16], double share)
{
    if (share >= 1)
        return true;
    if (j % 16 == 0) {
        uint64_t words[2];
        random_words(random_key(d->seed, d->stream), d->particle, d->step++, words);
        memcpy(bytes, words, sizeof words);
    }
    return bytes[j % 16] < 256 * share;
}

static double propose_regress(const smc *s, draws *d, const double *v, double share, double *to)
{
    double step = s->scale, keep = sqrt(1 - step * step), ratio = 0;
    unsigned char bytes[16];
    for (size_t j = 0; j < s->target->dimension; j++) {
        to[j] = chosen(d, j, bytes, share) ? keep * v[j] + step * normal(d) : v[j];
        ratio += 0.5 * (to[j] * to[j] - v[j] * v[j]);
    }
    return ratio;
}

static double propose(const smc *s, size_t i, double *to)
{
    const double *v = s->v + i * s->target->dimension;
    draws d = draws_of(s, i, "propose");
    double share = s->target->dimension <= 8 || uniform(&d) < 0.5 ? 1 : 0.25;
    if (s->kind == MOVE_REGRESS)
        return propose_regress(s, &d, v, share, to);
    memcpy(to, v, s->target->dimension * sizeof *to);
    return 0;
}

/* ---- Blocks ------------------------------------------------------------------------------------------ */

/* From [lane][coordinate] to [coordinate][lane], eight coordinates at a time to stay in the cache. */
static void transpose(const double *from, size_t dimension, size_t width, double *to)
{
    for (size_t first = 0; first < dimension; first += 8)
        for (size_t lane = 0; lane < width; lane++)
            for (size_t j = first; j < first + 8 && j < dimension; j++)
                to[j * width + lane] = from[lane * dimension + j];
}

static size_t lanes_in(const smc *s, size_t block)
{
    size_t left = s->count - block * s->width;
    return left < s->width ? left : s->width;
}

static double *block_rest(const smc *s, double *rest, size_t block)
{
    return rest + block * s->target->noise.count * s->target->noise.steps * s->width;
}

/* Lanes without a particle of their own repeat the last one. */
static void pad(double *lanes, size_t dimension, size_t count, size_t width)
{
    for (size_t lane = count; lane < width; lane++)
        memcpy(lanes + lane * dimension, lanes + (count - 1) * dimension, dimension * sizeof *lanes);
}

static bool evaluate_block(void *context, unsigned worker, size_t block)
{
    smc *s = context;
    fit_worker *w = &s->workers[worker];
    size_t d = s->target->dimension, count = lanes_in(s, block);
    double *lanes = s->proposals + worker * s->width * d;
    memcpy(lanes, s->x + block * s->width * d, count * d * sizeof *lanes);
    pad(lanes, d, count, s->width);
    transpose(lanes, d, s->width, w->x);
    worker_evaluate(w, block_rest(s, s->rest, block), count);
    memcpy(s->likelihood + block * s->width, w->likelihood, count * sizeof *s->likelihood);
    return true;
}

void smc_evaluate(smc *s)
{
    workers_run(s->threads, s->blocks, evaluate_block, s);
}

/* ---- Slopes ------------------------------------------------------------------------------------------ */

/* Half the distance of a central difference, in units of the prior's deviation: of the order of the
 * posterior's, so that small kinks of a model do not matter. */
static const double reach = 0.25;

/* An item is a run's width of differences at one place, two lanes each. */
static bool slope_item(void *context, unsigned worker, size_t item)
{
    double start = seconds_now();
    smc *s = context;
    fit_worker *w = &s->workers[worker];
    linear *l = &s->linear;
    size_t d = l->dimension, points = s->target->point_count, pairs = s->width / 2;
    size_t items = (d + pairs - 1) / pairs, at = item / items, first = item % items * pairs;
    size_t i = (2 * at + 1) * s->count / (2 * l->places),
           rows = s->target->noise.count * s->target->noise.steps;
    size_t count = d - first < pairs ? d - first : pairs;
    double *rest = s->fresh + worker * rows * s->width;
    const double *own = block_rest(s, s->rest, i / s->width) + i % s->width;
    for (size_t r = 0; r < rows; r++)
        for (size_t lane = 0; lane < s->width; lane++)
            rest[r * s->width + lane] = own[r * s->width];
    for (size_t j = 0; j < d; j++)
        for (size_t lane = 0; lane < s->width; lane++)
            w->x[j * s->width + lane] = s->x[i * d + j];
    for (size_t k = 0; k < count; k++) {
        w->x[(first + k) * s->width + 2 * k] += reach;
        w->x[(first + k) * s->width + 2 * k + 1] -= reach;
    }
    worker_evaluate(w, rest, s->width);
    for (size_t p = 0; p < points; p++)
        for (size_t k = 0; k < count; k++) {
            const double *z = w->predictions + p * s->width + 2 * k;
            double slope = (z[0] - z[1]) / (2 * reach);
            l->slopes[(at * points + p) * d + first + k] = isfinite(slope) ? slope : 0;
        }
    w->busy_seconds += seconds_now() - start;
    return true;
}

void smc_linearise(smc *s)
{
    size_t pairs = s->width / 2;
    workers_run(s->threads, s->linear.places * ((s->linear.dimension + pairs - 1) / pairs), slope_item, s);
}

/* ---- The rest of the noise --------------------------------------------------------------------------- */

static size_t particle_of(const smc *s, size_t block, size_t lane)
{
    size_t i = block * s->width + lane;
    return i < s->count ? i : s->count - 1;
}

static bool fill_block(void *context, unsigned worker, size_t block)
{
    (void)worker;
    smc *s = context;
    size_t periods = s->target->noise.periods;
    for (size_t lane = 0; lane < s->width; lane++)
        for (size_t m = 0; m < periods; m++)
            noise_rest(&s->target->noise, s->seed, s->keys[particle_of(s, block, lane) * periods + m], m,
                       block_rest(s, s->rest, block) + lane, s->width);
    return true;
}

void smc_fill_rest(smc *s)
{
    workers_run(s->threads, s->blocks, fill_block, s);
}

/* The periods whose keys a particle would change, at most eight on end. */
static void choose_window(const smc *s, size_t i, size_t *first, size_t *end)
{
    size_t periods = s->target->noise.periods;
    draws d = draws_of(s, i, "window");
    size_t length = 1 + pick(&d, periods < 8 ? periods : 8);
    *first = pick(&d, periods - length + 1);
    *end = *first + length;
}

static uint64_t new_key(const smc *s, size_t i)
{
    return s->population << 58 | (uint64_t)(s->stage_count + 1) << 48 | s->move_number << 36 | i;
}

/* The rest of the noise as it is, but for the windows. */
static double *propose_rest(smc *s, size_t block)
{
    size_t rows = s->target->noise.count * s->target->noise.steps;
    double *to = block_rest(s, s->fresh, block);
    memcpy(to, block_rest(s, s->rest, block), rows * s->width * sizeof *to);
    for (size_t lane = 0; lane < s->width; lane++) {
        size_t i = particle_of(s, block, lane), first, end;
        choose_window(s, i, &first, &end);
        for (size_t m = first; m < end; m++)
            noise_rest(&s->target->noise, s->seed, new_key(s, i), m, to + lane, s->width);
    }
    return to;
}

/* ---- Acceptance -------------------------------------------------------------------------------------- */

/* The squares of the coordinates of a lane, and of a particle. */
static double lane_squares(const fit_worker *w, size_t lane)
{
    double sum = 0;
    for (size_t j = 0; j < w->target->dimension; j++)
        sum += w->x[j * w->width + lane] * w->x[j * w->width + lane];
    return sum;
}

static double squares(const double *x, size_t count)
{
    double sum = 0;
    for (size_t j = 0; j < count; j++)
        sum += x[j] * x[j];
    return sum;
}

static void take(smc *s, const fit_worker *w, size_t block, size_t lane, const double *v)
{
    size_t d = s->target->dimension, i = block * s->width + lane;
    size_t rows = s->target->noise.count * s->target->noise.steps;
    s->likelihood[i] = w->likelihood[lane];
    memcpy(s->v + i * d, v, d * sizeof *v);
    for (size_t j = 0; j < d; j++)
        s->x[i * d + j] = w->x[j * s->width + lane];
    if (s->kind != MOVE_KEYS)
        return;
    size_t first, end, periods = s->target->noise.periods;
    const double *from = block_rest(s, s->fresh, block) + lane;
    double *to = block_rest(s, s->rest, block) + lane;
    choose_window(s, i, &first, &end);
    for (size_t m = first; m < end; m++)
        s->keys[i * periods + m] = new_key(s, i);
    for (size_t r = 0; r < rows; r++)
        to[r * s->width] = from[r * s->width];
}

static bool move_block(void *context, unsigned worker, size_t block)
{
    smc *s = context;
    fit_worker *w = &s->workers[worker];
    size_t d = s->target->dimension, count = lanes_in(s, block);
    double *lanes = s->proposals + worker * s->width * d, ratios[1024], start = seconds_now();
    for (size_t lane = 0; lane < count; lane++)
        ratios[lane] = propose(s, block * s->width + lane, lanes + lane * d);
    pad(lanes, d, count, s->width);
    transpose(lanes, d, s->width, w->x);
    linear_unwhiten(&s->linear, w->x, s->width);
    const double *rest = s->kind == MOVE_KEYS ? propose_rest(s, block) : block_rest(s, s->rest, block);
    worker_evaluate(w, rest, count);
    for (size_t lane = 0; lane < count; lane++) {
        size_t i = block * s->width + lane;
        draws coin = draws_of(s, i, "accept");
        double log_ratio = ratios[lane] + s->temperature * (w->likelihood[lane] - s->likelihood[i]) -
                           0.5 * (lane_squares(w, lane) - squares(s->x + i * d, d));
        s->accepted[i] = portable_log(uniform(&coin)) < log_ratio ? 1 : 0;
        if (s->accepted[i] != 0)
            take(s, w, block, lane, lanes + lane * d);
    }
    w->busy_seconds += seconds_now() - start;
    return true;
}

double smc_move(smc *s, move_kind kind)
{
    s->kind = kind;
    workers_run(s->threads, s->blocks, move_block, s);
    s->move_number++;
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += s->accepted[i];
    return sum / (double)s->count;
}
