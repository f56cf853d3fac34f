/* The functions of the stand-in sde.h. */
#include "sde.h"

/* Vensim takes divisors of less than a millionth for zero. */
double sde_divide(double x, double y, double otherwise)
{
    return fabs(y) < 1e-6 ? otherwise : x / y;
}

Lookup *__new_lookup(size_t count, bool copy, double *points)
{
    Lookup *table = malloc(sizeof *table);
    (void)copy; /* generated points live as long as the program */
    if (!table)
        abort();
    *table = (Lookup){.points = points, .count = count, .last = INFINITY};
    return table;
}

/* A straight line between points, the first and the last value beyond them. */
double sde_lookup(Lookup *table, double x)
{
    const double *p = table->points;
    size_t k = x >= table->last ? table->found : 0;
    while (k < table->count && p[2 * k] < x)
        k++;
    table->last = x;
    table->found = k;
    if (k == 0)
        return p[1];
    if (k == table->count)
        return p[2 * k - 1];
    return p[2 * k - 1] + (p[2 * k + 1] - p[2 * k - 1]) / (p[2 * k] - p[2 * k - 2]) * (x - p[2 * k - 2]);
}

FixedDelay *__new_fixed_delay(FixedDelay *before, double time, double initial)
{
    FixedDelay *delay = before ? before : calloc(1, sizeof *delay);
    if (!delay)
        abort();
    delay->length = (size_t)ceil(time / _time_step - 1e-6);
    free(delay->ring);
    delay->ring = calloc(delay->length + 1, sizeof *delay->ring);
    if (!delay->ring)
        abort();
    delay->next = 0;
    delay->initial = initial;
    return delay;
}

double _DELAY_FIXED(double input, FixedDelay *delay)
{
    if (delay->length == 0)
        return input;
    size_t slot = delay->next++ % delay->length;
    delay->ring[slot] = input;
    return delay->next < delay->length ? delay->initial : delay->ring[delay->next % delay->length];
}
