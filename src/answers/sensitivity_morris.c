/* Elementary effects (sensitivity.h). */
#include "answers/sensitivity.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REPLICATES = 200 };

static const uint64_t stream = 0x6d6f72726973u; /* of its own */

/* The inputs in random order: those of the least random words first. */
static void draw_order(uint64_t seed, uint64_t number, size_t inputs, size_t *order, uint64_t *words)
{
    uint64_t key = random_key(seed, stream), pair[2];
    for (size_t i = 0; i < inputs; i++) {
        random_words(key, number, i, pair);
        words[i] = pair[0];
    }
    for (size_t i = 0; i < inputs; i++) {
        size_t at = i;
        for (; at > 0 && words[order[at - 1]] > words[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

void sensitivity_trajectory(uint64_t seed, uint64_t number, size_t inputs, double *points, size_t *order,
                            uint64_t *room)
{
    uint64_t key = random_key(seed, stream), pair[2];
    draw_order(seed, number, inputs, order, room);
    for (size_t i = 0; i < inputs; i++) {
        random_words(key, number, i, pair);
        double level = floor(random_unit(pair[1]) * MORRIS_LEVELS);
        points[i] = (level + 0.5) / MORRIS_LEVELS;
    }
    for (size_t k = 0; k < inputs; k++) {
        double *from = points + k * inputs, *to = from + inputs;
        memcpy(to, from, inputs * sizeof *to);
        to[order[k]] += from[order[k]] < 0.5 ? MORRIS_STEP : -MORRIS_STEP;
    }
}

/* Mean of sizes, mean, and standard deviation of the effects of one input. */
static void moments(const double *effects, size_t trajectories, size_t inputs, size_t i, double *size,
                    double *mean, double *deviation)
{
    double sum = 0, sizes = 0, squares = 0, n = 0;
    for (size_t t = 0; t < trajectories; t++) {
        double e = effects[t * inputs + i];
        if (isnan(e))
            continue;
        sum += e;
        sizes += fabs(e);
        squares += e * e;
        n++;
    }
    *size = n > 0 ? sizes / n : NAN;
    *mean = n > 0 ? sum / n : NAN;
    *deviation = n > 1 ? sqrt(fmax(squares - sum * sum / n, 0) / (n - 1)) : NAN;
}

static void draw_replicate(const double *effects, size_t trajectories, size_t inputs, uint64_t seed,
                           uint64_t replicate, double *sizes)
{
    uint64_t key = random_key(seed, stream + 1), words[2];
    for (size_t i = 0; i < inputs; i++) {
        double sum = 0, known = 0;
        for (size_t t = 0; t < trajectories; t++) {
            random_words(key, replicate, t, words);
            double e = effects[(size_t)(random_unit(words[0]) * (double)trajectories) * inputs + i];
            sum += isnan(e) ? 0 : fabs(e);
            known += !isnan(e);
        }
        sizes[i] = known > 0 ? sum / known : 0;
    }
}

bool sensitivity_morris(const double *effects, size_t trajectories, size_t inputs, uint64_t seed,
                        truce_index *indices)
{
    size_t most = inputs > REPLICATES ? inputs : REPLICATES;
    double *replicates = calloc(REPLICATES * inputs + 1, sizeof *replicates);
    double *ends = calloc(4 * inputs + most + 1, sizeof *ends);
    bool good = replicates && ends;
    for (uint64_t r = 0; good && r < REPLICATES; r++)
        draw_replicate(effects, trajectories, inputs, seed, r, replicates + r * inputs);
    if (good)
        sensitivity_intervals(replicates, REPLICATES, inputs, ends, ends + inputs, ends + 2 * inputs,
                              ends + 3 * inputs, ends + 4 * inputs);
    for (size_t i = 0; good && i < inputs; i++) {
        truce_index *x = &indices[i];
        moments(effects, trajectories, inputs, i, &x->size, &x->effect, &x->deviation);
        x->size_low = ends[i];
        x->size_high = ends[inputs + i];
        x->best_rank = ends[2 * inputs + i];
        x->worst_rank = ends[3 * inputs + i];
    }
    free(replicates);
    free(ends);
    return good;
}
