/* What a side asks for when it does not know what the other would concede.
 *
 * The other concedes up to c, known to itself. The side that proposes knows how c is spread: mean + spread x
 * theta, with theta at one of ATOMS values, each as likely as the next. It keeps `own` without a deal and
 * gains y - own by a demand of y that is met, so it asks for the y that makes the most of
 *
 *     P(c >= y) (y - own)
 *
 * (risk against return: Fearon 1995; Powell 1999, In the Shadow of Power). Best demands lie at atoms. A
 * demand that is refused tells that c lies below it: what is left are the atoms below, so that demands fall
 * from refusal to refusal (Fudenberg and Tirole 1991, Game Theory, section 10.2; Slantchev 2003). The side
 * that proposes does not reckon with what it will learn from a refusal. */
#ifndef TRUCE_SCREENING_H
#define TRUCE_SCREENING_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum { SCREENING_ATOMS = 32, SCREENING_GRID = 65 };

typedef struct screening {
    double theta[SCREENING_ATOMS]; /* ascending, in units of `spread` */
    double spread, inverse;        /* above 0, and 1 / spread */
    double share;                  /* of worlds in which some line can be conceded at all */
    /* What a side knows by itself tells of the war that both fight: the mean moves by `tie` for each unit by
     * which its own concession is off what the other expects. */
    double tie;
    float gain[SCREENING_GRID]; /* expected by the best demand, by (own - mean) / spread on a grid */
} screening;

/* From residuals c - mean of members, weighed; both are used up: [count]. */
void screening_make(screening *s, float *residuals, float *room, size_t count, double share);
/* From values of theta, ascending. */
void screening_of(screening *s, const double *theta, double spread, double share);

/* The best demand of a side that keeps `own`, when refusals have left `left` atoms (SCREENING_ATOMS: all).
 * In the unit of c. */
double screening_demand(const screening *s, double mean, double own, size_t left);
/* Probability that it is met. */
double screening_met(const screening *s, double mean, double demand, size_t left);
/* How many atoms lie below a demand that was refused. At least 1. */
size_t screening_left(const screening *s, double mean, double refused, size_t left);
/* Grids run over standardised values from -reach to reach. */
#define SCREENING_REACH 4.0
static inline double screening_place(double value)
{
    double at = (value + SCREENING_REACH) / (2.0 * SCREENING_REACH) * (SCREENING_GRID - 1);
    at = at > 0.0 ? at : 0.0; /* not a number: 0 */
    return at < SCREENING_GRID - 1 ? at : SCREENING_GRID - 1;
}
static inline double screening_between(const float *values, double at)
{
    size_t below = at < SCREENING_GRID - 1 ? (size_t)at : SCREENING_GRID - 2;
    return values[below] + (at - (double)below) * (values[below + 1] - values[below]);
}

/* What it expects to gain by its best demand; read from the table. */
static inline double screening_gain(const screening *s, double mean, double own)
{
    double standard = (own - mean) * s->inverse;
    if (standard < -SCREENING_REACH) /* too little to lose: the lowest atom, or close to it */
        return s->share * (mean + s->theta[0] * s->spread - own);
    return screening_between(s->gain, screening_place(standard)) * s->spread;
}

/* What a side expects to gain when the other proposes: by the other's spread of what it keeps, in units of
 * the side's own concession. */
typedef struct answering {
    float gain[SCREENING_GRID][SCREENING_GRID]; /* [gap of the means][own concession] */
    double spread, inverse;
} answering;
/* own: what others know of this side; other: what this side knows of the other, mirrored. */
void answering_make(answering *a, const screening *own, const screening *other);
/* mean: of this side's concession as others see it; kept: mean of what the other side keeps, in the same
 * coordinate; concession: this side's own. */
static inline double answering_gain(const answering *a, double mean, double kept, double concession)
{
    size_t row = (size_t)(screening_place((kept - mean) * a->inverse) + 0.5);
    return screening_between(a->gain[row], screening_place((concession - mean) * a->inverse)) * a->spread;
}

#endif
