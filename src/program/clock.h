/* The times of a run: start + k DT, rounded once.
 *
 * DT = 1/10 is no binary number, and three times the nearest one is not the number nearest to 0.3. So where
 * start and DT are fractions of one denominator, as what people write is, a time is (first + k step) / parts
 * with whole first, step and parts, and only the division rounds. Else the three are start, DT and 1, and the
 * one rounding is that of a fused multiply-add. */
#ifndef TRUCE_CLOCK_H
#define TRUCE_CLOCK_H

#include <math.h>

typedef struct program_clock {
    double first, step, parts;
} program_clock;

program_clock clock_of(double start, double dt);

/* The time of a step, or of a stage within it: k need not be whole. */
static inline double clock_time(const program_clock *c, double k)
{
    return fma(k, c->step, c->first) / c->parts;
}

#endif
