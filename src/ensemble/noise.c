/* See noise.h. */
#include "ensemble/noise.h"
#include "engine/level.h"
#include "math/random.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lanes that are filled at once. */
enum { TOGETHER = 128 };

/* The streams of a program, each once (lists of instructions have streams of their own for the same draws),
 * the normal ones first. */
static truce_status list_streams(const truce_program *program, noise_design *d, truce_error *error)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < program->stream_count; i++) {
            engine_draws now = engine_stream(program, i);
            if (!now.element)
                return error_set(
                    error, TRUCE_BAD_INPUT, NULL, 0,
                    "the model draws random numbers that are neither normal nor uniform, which a "
                    "fit cannot carry from one member to another");
            if (now.normal != (pass == 0))
                continue;
            size_t k = 0;
            while (k < d->count && d->streams[k].hash != now.hash)
                k++;
            if (k == d->count)
                d->streams[d->count++] = now;
            d->stream_of[i] = k;
        }
    while (d->normal_count < d->count && d->streams[d->normal_count].normal)
        d->normal_count++;
    return TRUCE_OK;
}

truce_status noise_design_make(const truce_program *program, size_t periods, noise_design *design,
                               truce_error *error)
{
    assert(program->dt > 0);
    size_t per_period = program->dt < 1.0 ? (size_t)(1.0 / program->dt + 0.5) : 1;
    *design = (noise_design){.per_period = per_period,
                             .periods = periods,
                             .steps = periods * per_period,
                             .program_streams = program->stream_count,
                             .kernels = level_kernels(engine_best_level(), TOGETHER)};
    design->streams = calloc(program->stream_count + 1, sizeof *design->streams);
    design->stream_of = calloc(program->stream_count + 1, sizeof *design->stream_of);
    truce_status status =
        design->streams && design->stream_of ? list_streams(program, design, error) : error_memory(error);
    if (status != TRUCE_OK)
        noise_design_free(design);
    return status;
}

void noise_design_free(noise_design *design)
{
    free(design->streams);
    free(design->stream_of);
    free(design->still);
    *design = (noise_design){0};
}

bool noise_without_levels(noise_design *d, const bool *silent)
{
    size_t *place = calloc(d->count + 1, sizeof *place), next = 0, kept;
    struct engine_draws *streams = calloc(d->count + 1, sizeof *streams);
    bool good = place && streams;
    for (size_t k = 0; good && k < d->normal_count; k++)
        if (!silent[k])
            place[k] = next++;
    kept = next;
    for (size_t k = 0; good && k < d->count; k++)
        if (k >= d->normal_count || silent[k])
            place[k] = next++;
    for (size_t k = 0; good && k < d->count; k++)
        streams[place[k]] = d->streams[k];
    for (size_t i = 0; good && i < d->program_streams; i++)
        d->stream_of[i] = place[d->stream_of[i]];
    free(place);
    free(good ? d->streams : streams);
    if (good) {
        d->streams = streams;
        d->normal_count = kept;
    }
    return good;
}

bool noise_without_periods(noise_design *d, const bool *still)
{
    size_t size = d->normal_count * d->periods * sizeof *still;
    bool *own = malloc(size + 1);
    if (!own)
        return false;
    memcpy(own, still, size);
    free(d->still);
    d->still = own;
    return true;
}

enum { STEPS_TOGETHER = 8 };

typedef struct lane_set {
    uint64_t keys[TOGETHER];
    size_t lanes[TOGETHER], count;
    double draws[STEPS_TOGETHER * TOGETHER], sums[TOGETHER];
} lane_set;

/* The draws of one stream in some steps, into their rows; the sums of what was drawn grow. */
static void fill_rows(const noise_design *d, size_t k, uint64_t key, size_t step, size_t steps, lane_set *l,
                      double *rows, size_t stride)
{
    size_t width = (l->count + 7) & ~(size_t)7;
    (d->streams[k].normal ? d->kernels->normals : d->kernels->uniforms)(l->draws, key, l->keys, step, steps,
                                                                        width);
    for (size_t s = 0; s < steps; s++)
        for (size_t i = 0; i < l->count; i++) {
            rows[s * stride + l->lanes[i]] = l->draws[s * width + i];
            l->sums[i] += l->draws[s * width + i];
        }
}

static void subtract_means(const noise_design *d, const lane_set *l, double *row, size_t stride)
{
    for (size_t s = 0; s < d->per_period; s++, row += stride)
        for (size_t i = 0; i < l->count; i++)
            row[l->lanes[i]] -= l->sums[i] / (double)d->per_period;
}

static void fill_lanes(const noise_design *d, uint64_t seed, size_t period, lane_set *l, double *rows,
                       size_t stride)
{
    size_t first = period * d->per_period;
    for (size_t k = 0; k < d->count; k++) {
        double *row = rows + (k * d->steps + first) * stride;
        uint64_t key = random_key(seed, d->streams[k].hash);
        memset(l->sums, 0, sizeof l->sums);
        for (size_t s = 0, steps; s < d->per_period; s += steps) {
            steps = d->per_period - s < STEPS_TOGETHER ? d->per_period - s : STEPS_TOGETHER;
            fill_rows(d, k, key, first + s, steps, l, row + s * stride, stride);
        }
        if (k < d->normal_count && !(d->still && d->still[k * d->periods + period]))
            subtract_means(d, l, row, stride);
    }
}

void noise_rest(const noise_design *design, uint64_t seed, const uint64_t *keys, const size_t *lanes,
                size_t count, size_t period, double *rows, size_t stride)
{
    assert(period < design->periods && stride > 0);
    lane_set l;
    for (size_t first = 0; first < count; first += l.count) {
        l.count = count - first < TOGETHER ? count - first : TOGETHER;
        for (size_t i = 0; i < ((l.count + 7) & ~(size_t)7); i++) {
            size_t at = first + (i < l.count ? i : 0);
            l.keys[i] = keys[at];
            l.lanes[i] = lanes ? lanes[at] : at;
            assert(l.lanes[i] < stride);
        }
        fill_lanes(design, seed, period, &l, rows, stride);
    }
}

double noise_level_of(const noise_design *design, uint64_t seed, uint64_t key, size_t stream, size_t period)
{
    assert(stream < design->normal_count && period < design->periods);
    enum { TOGETHER_LEAST = 8 };
    double draws[TOGETHER_LEAST], sum = 0;
    uint64_t keys[TOGETHER_LEAST], of_stream = random_key(seed, design->streams[stream].hash);
    for (size_t i = 0; i < TOGETHER_LEAST; i++)
        keys[i] = key;
    for (size_t s = 0; s < design->per_period; s++) {
        design->kernels->normals(draws, of_stream, keys, period * design->per_period + s, 1, TOGETHER_LEAST);
        sum += draws[0];
    }
    return sum * noise_level_weight(design);
}

double noise_level_weight(const noise_design *design)
{
    assert(design->per_period > 0);
    return 1 / sqrt((double)design->per_period);
}
