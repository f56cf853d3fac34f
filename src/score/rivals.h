/* Forecasts of a single series by its own past, without a model of the war: what a model has to beat.
 *
 * All forecast the changes of single months, path by path; sums of a path are the changes over several. They
 * see what is in score_past and nothing else. Random numbers are counted: the same past, seed and number of
 * paths give the same bits.
 *
 *     persistence      the mean of the last six months, known as well as the last twelve differ
 *     ar1              x(t) = c + r x(t-1) + Student's t, with all that is uncertain about c, r and the error
 *                      (autoregression.c)
 *     bootstrap        past months drawn anew in blocks: climatology
 *     damped           a local level that reverts to the mean (damped.c)
 *     year-before      the same months a year before, known as well as years differ */
#ifndef TRUCE_RIVALS_H
#define TRUCE_RIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RIVAL_LEAST = 6 }; /* months that must be known */

typedef struct score_past {
    const double *changes; /* of single months, in order; NaN where not known */
    size_t count;
    uint64_t seed, stream; /* of random numbers: stream names series and origin */
    size_t year;           /* months in a year, or of what the case counts time in */
} score_past;

typedef struct score_rival {
    const char *name, *title;
    /* Fills paths[path][month], the months after the last of the past. False when the past is too short, or
     * without memory, which errno (ENOMEM) says. */
    bool (*forecast)(const score_past *past, size_t months, double *paths, size_t count);
} score_rival;

enum { SCORE_RIVALS = 5 };
extern const score_rival score_rivals[SCORE_RIVALS]; /* persistence is the last */

bool rival_persistence(const score_past *past, size_t months, double *paths, size_t count);
bool rival_bootstrap(const score_past *past, size_t months, double *paths, size_t count);
bool rival_year_before(const score_past *past, size_t months, double *paths, size_t count);

/* ---- autoregression.c -------------------------------------------------------------------------------- */
bool rival_autoregression(const score_past *past, size_t months, double *paths, size_t count);
/* The same with errors of so many degrees of freedom; INFINITY: normal ones. */
bool autoregression_paths(const score_past *past, double degrees, size_t months, double *paths, size_t count);

/* ---- damped.c ---------------------------------------------------------------------------------------- */
bool rival_damped(const score_past *past, size_t months, double *paths, size_t count);
/* The filter of one pair of parameters: what it leaves, over the months known. */
typedef struct damped_fit {
    double mean, level; /* the level of the last month, less the mean */
    double squares;     /* sum of squared errors one month ahead */
    size_t known;
} damped_fit;
damped_fit damped_filter(const score_past *past, double gain, double damping);

#endif
