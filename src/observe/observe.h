/* The observation model of a case, for all who need it: fits, scores and results.
 *
 *     mean     = offset + scale * measure           of what the model says of a month
 *     observed = mean + sd * error                  or, lognormal, mean * exp(sd * error)
 *     error    = left * error of the last point + sqrt(1 - left^2) * a fresh one
 *
 * A fresh error is standard normal or, robust, Student's t. What is left of an error after n months is
 * persistence^n. */
#ifndef TRUCE_OBSERVE_H
#define TRUCE_OBSERVE_H

#include "case/case.h"

#include <math.h>

/* ---- What was observed ------------------------------------------------------------------------------- */

/* The value of a month; NaN when there is none. */
double observe_seen(const case_observation *o, month m);
/* Whether a month counts: the others are shown, and neither fitted nor judged. */
bool observe_counts(const case_observation *o, month m);

/* ---- What the model says of it ----------------------------------------------------------------------- */

/* A stock is observed at the end of a month. Anything else holds for a month and is read on its first day. */
bool observe_is_stock(const truce_case *c, size_t index);

/* The measure of a month, from the values of the element on its first day and on that of the next. */
static inline double observe_measure(const case_observation *o, bool stock, double first, double next)
{
    return o->change ? next - first : stock ? next : first;
}

static inline double observe_mean(double offset, double scale, double value)
{
    return offset + scale * value;
}

/* ---- Errors ------------------------------------------------------------------------------------------ */

/* What is left of an error after so many months, as a share. */
double observe_left(const case_observation *o, size_t months);
/* The error of a month, when `left` is left of the last one. */
static inline double observe_carry(double left, double last, double fresh)
{
    return left * last + sqrt(1 - left * left) * fresh;
}
/* What is new in the error of a month: the inverse of observe_carry. */
static inline double observe_fresh(double left, double last, double error)
{
    return (error - left * last) / sqrt(1 - left * left);
}

/* A fresh error from a standard normal number and, used for Student's t only, a uniform one. */
double observe_error(const case_observation *o, double normal, double uniform);
/* One from numbers by counting, of a member (or draw) and a month. */
double observe_error_draw(const case_observation *o, uint64_t seed, uint64_t member, uint64_t at);
/* The fresh error of a member that serves for all months: bands by month need no other, and do not flicker.
 */
double observe_error_member(const case_observation *o, uint64_t seed, uint64_t member);
/* What is observed with an error. */
double observe_value(const case_observation *o, double mean, double error);
/* The error with which `seen` was observed, as a normal score: the quantile residual of Dunn and Smyth
 * (1996). */
double observe_residual(const case_observation *o, double seen, double mean);

/* ---- Likelihood -------------------------------------------------------------------------------------- */

/* The density of an observation is that of a standard distance, which stands for itself in a normal error
 * and in Student's t counts by its information, (n + 1) / (n + 3) of that of a normal one of the same scale
 * (Lange, Little and Taylor 1989): predictions compared so bend the likelihood alike. */
double observe_weight(const case_observation *o); /* distance = weight * (seen - mean), or of logarithms */
/* Logarithm of the density of a value of `distance` from its mean, with all that does not depend on the
 * prediction in `constant`. */
double observe_constant(const case_observation *o);
/* Adds the log densities of a point for a block of predictions, both in units of distance; `width` is a multiple of
 * 8. */
void observe_add_densities(const case_observation *o, double constant, double seen, const double *predictions,
                           double *sums, size_t width);

#endif
