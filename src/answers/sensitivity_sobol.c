/* Sobol' indices from a design (sensitivity.h). */
#include "answers/sensitivity.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct spread {
    double mean, variance;
} spread;

bool sensitivity_varies(const double *values, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (values[i] != values[0])
            return true;
    return false;
}

/* Of both samples together, at the rows that are named (NULL: all). */
static spread spread_of(const double *a, const double *b, const uint32_t *which, size_t rows)
{
    double sum = 0, squares = 0, n = 2 * (double)rows;
    size_t first = which ? which[0] : 0;
    bool moves = false;
    for (size_t j = 0; j < rows; j++) {
        size_t at = which ? which[j] : j;
        sum += a[at] + b[at];
    }
    for (size_t j = 0; j < rows; j++) {
        size_t at = which ? which[j] : j;
        squares += (a[at] - sum / n) * (a[at] - sum / n) + (b[at] - sum / n) * (b[at] - sum / n);
        moves = moves || a[at] != a[first] || b[at] != a[first];
    }
    return (spread){sum / n, moves ? squares / n : 0};
}

/* Saltelli and others (2010), table 2: (b), with values about their mean, and (f) of Jansen (1999). */
static void estimate(const double *a, const double *b, const double *ab, const uint32_t *which, size_t rows,
                     spread s, double *first, double *total)
{
    double products = 0, squares = 0;
    for (size_t j = 0; j < rows; j++) {
        size_t at = which ? which[j] : j;
        double moved = ab[at] - a[at];
        products += (b[at] - s.mean) * moved;
        squares += moved * moved;
    }
    *first = s.variance > 0 ? products / (double)rows / s.variance : NAN;
    *total = s.variance > 0 ? squares / (2 * (double)rows) / s.variance : NAN;
}

void sensitivity_sobol_point(const double *a, const double *b, const double *ab, size_t rows, double *first,
                             double *total)
{
    estimate(a, b, ab, NULL, rows, spread_of(a, b, NULL, rows), first, total);
}

typedef struct bootstrap {
    double *first, *total; /* [replicate][input] */
    uint32_t *which;       /* [row] */
    double *ends;          /* [4][input] */
    double *room;
} bootstrap;

static bool bootstrap_make(bootstrap *t, size_t rows, size_t inputs)
{
    size_t most = inputs > SOBOL_REPLICATES ? inputs : SOBOL_REPLICATES;
    *t =
        (bootstrap){calloc(SOBOL_REPLICATES * inputs + 1, sizeof(double)),
                    calloc(SOBOL_REPLICATES * inputs + 1, sizeof(double)), calloc(rows + 1, sizeof(uint32_t)),
                    calloc(4 * inputs + 1, sizeof(double)), calloc(most + 1, sizeof(double))};
    return t->first && t->total && t->which && t->ends && t->room;
}

static void bootstrap_free(bootstrap *t)
{
    free(t->first);
    free(t->total);
    free(t->which);
    free(t->ends);
    free(t->room);
}

/* Rows with replacement. */
static void draw_rows(uint64_t seed, uint64_t replicate, size_t rows, uint32_t *which)
{
    uint64_t key = random_key(seed, 0x736f626f6cu); /* a stream of its own */
    for (size_t j = 0; j < rows; j++) {
        uint64_t words[2];
        random_words(key, replicate, j, words);
        which[j] = (uint32_t)(random_unit(words[0]) * (double)rows);
    }
}

bool sensitivity_sobol(const double *a, const double *b, const double *const *ab, size_t rows, size_t inputs,
                       uint64_t seed, truce_index *indices)
{
    bootstrap t;
    bool good = bootstrap_make(&t, rows, inputs);
    double *low = t.ends, *high = t.ends + inputs, *best = high + inputs, *worst = best + inputs;
    for (uint64_t r = 0; good && r < SOBOL_REPLICATES; r++) {
        draw_rows(seed, r, rows, t.which);
        spread s = spread_of(a, b, t.which, rows);
        for (size_t i = 0; i < inputs; i++)
            estimate(a, b, ab[i], t.which, rows, s, &t.first[r * inputs + i], &t.total[r * inputs + i]);
    }
    for (size_t i = 0; good && i < inputs; i++)
        sensitivity_sobol_point(a, b, ab[i], rows, &indices[i].share, &indices[i].total);
    if (good)
        sensitivity_intervals(t.first, SOBOL_REPLICATES, inputs, low, high, best, worst, t.room);
    for (size_t i = 0; good && i < inputs; i++) {
        indices[i].low = low[i];
        indices[i].high = high[i];
    }
    if (good)
        sensitivity_intervals(t.total, SOBOL_REPLICATES, inputs, low, high, best, worst, t.room);
    for (size_t i = 0; good && i < inputs; i++) {
        indices[i].total_low = low[i];
        indices[i].total_high = high[i];
        indices[i].best_rank = best[i];
        indices[i].worst_rank = worst[i];
    }
    bootstrap_free(&t);
    return good;
}
