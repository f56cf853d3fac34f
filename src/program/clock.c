/* The common denominator of a run's start and DT. */
#include "program/clock.h"

#include <assert.h>
#include <stdbool.h>

/* Whole numbers up to these stay whole, and exact, over as many steps as a run may have. */
static const double greatest_first = 0x1p51, greatest_step = 0x1p27;

static bool in_parts(double start, double dt, double parts, program_clock *clock)
{
    assert(parts >= 1);
    double first = nearbyint(start * parts), step = nearbyint(dt * parts);
    if (!(fabs(first) <= greatest_first) || !(step <= greatest_step) || first / parts != start ||
        step / parts != dt)
        return false;
    *clock = (program_clock){first, step, parts};
    return true;
}

program_clock clock_of(double start, double dt)
{
    program_clock clock;
    double whole = nearbyint(1 / dt);
    /* The number of steps in a unit of time, when it is whole, and decimals of up to nine places. */
    double least = whole >= 1 && whole <= greatest_step && 1 / whole == dt ? whole : 1;
    for (double parts = 1; parts <= 1e9; parts *= 10)
        if (in_parts(start, dt, parts * least, &clock))
            return clock;
    for (double parts = 10; parts <= 1e9; parts *= 10)
        if (in_parts(start, dt, parts, &clock))
            return clock;
    return (program_clock){start, dt, 1};
}
