/* Intervals and ranks from replicates (sensitivity.h). */
#include "answers/sensitivity.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* 5 and 95 % of one column; `room` for its values. */
static void interval_of(const double *replicates, size_t count, size_t inputs, size_t i, double *room,
                        double *low, double *high)
{
    size_t sound = 0;
    for (size_t r = 0; r < count; r++)
        if (isfinite(replicates[r * inputs + i]))
            room[sound++] = replicates[r * inputs + i];
    qsort(room, sound, sizeof *room, ascending);
    *low = sound ? room[(size_t)(0.05 * (double)(sound - 1) + 0.5)] : NAN;
    *high = sound ? room[(size_t)(0.95 * (double)(sound - 1) + 0.5)] : NAN;
}

/* In place of its values. */
static void rank_row(double *row, size_t inputs, double *room)
{
    for (size_t i = 0; i < inputs; i++) {
        size_t above = 0;
        for (size_t k = 0; k < inputs; k++)
            above += row[k] > row[i];
        room[i] = isnan(row[i]) ? (double)inputs : 1 + (double)above;
    }
    for (size_t i = 0; i < inputs; i++)
        row[i] = room[i];
}

void sensitivity_intervals(double *replicates, size_t count, size_t inputs, double *low, double *high,
                           double *best_rank, double *worst_rank, double *room)
{
    for (size_t i = 0; i < inputs; i++)
        interval_of(replicates, count, inputs, i, room, &low[i], &high[i]);
    for (size_t r = 0; r < count; r++)
        rank_row(replicates + r * inputs, inputs, room);
    for (size_t i = 0; i < inputs; i++)
        interval_of(replicates, count, inputs, i, room, &best_rank[i], &worst_rank[i]);
}
