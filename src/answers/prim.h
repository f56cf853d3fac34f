/* The patient rule induction method (Friedman and Fisher 1999): a box of inputs within which something is frequent.
 * Numbers in, boxes out; it knows nothing of cases. */
#ifndef TRUCE_PRIM_H
#define TRUCE_PRIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRIM_PEEL  0.05 /* share of a box that one peel takes */
#define PRIM_LEAST 0.05 /* share of the points that a box keeps */
enum { PRIM_STEPS = 96 };

typedef struct prim_points {
    size_t count, inputs;
    const double *x;       /* [input][count] */
    const uint8_t *hits;   /* [count]: 1 where it holds */
    const uint32_t *order; /* [input][count]: points in ascending order (prim_sort) */
} prim_points;

/* Ends of a box, both inclusive; infinite where the input is not restricted. */
typedef struct prim_box {
    double *low, *high;  /* [input] */
    size_t points, hits; /* in it */
} prim_box;

typedef struct prim_step {
    size_t points, hits, restricted; /* restricted: inputs */
} prim_step;

/* Fills `order`. False: out of memory. */
bool prim_sort(const double *x, size_t count, size_t inputs, uint32_t *order);
/* Peels from all points down to the least box, notes the trade-off of each step, and gives the box chosen of them, after
 * pasting: that of the greatest hits - points times the share of hits in all, or with density > 0 the first that has
 * it (the densest where none does). False: out of memory. */
bool prim_search(const prim_points *p, double density, prim_box *box, prim_step steps[PRIM_STEPS],
                 size_t *step_count);
/* The quasi-p-value of a restriction (Bryant and Lempert 2010): how likely a box drawn from the one without it would
 * hold as many hits by chance. */
double prim_chance(const prim_points *p, const prim_box *box, size_t input);
/* Lifts restrictions, the least likely to be real first, while one has a quasi-p-value above `most`. */
void prim_prune(const prim_points *p, prim_box *box, double most);
bool prim_restricts(const prim_box *box, size_t input);
/* Counts the points within the ends. */
void prim_count(const prim_points *p, prim_box *box);
/* The probability of at least `least` of `count` trials with probability p each. */
double prim_binomial_tail(size_t count, size_t least, double p);

#endif
