/* Least squares on polynomials of state features, cross-fitted: what a side expects, given what it sees.
 *
 * The conditional expectation E[y | s] of a realised value y, given the state s, is the regression of y on
 * functions of s over simulated members (Longstaff and Schwartz 2001; Tsitsiklis and Van Roy 2001). A member
 * that helped to fit a regression is flattered by it, so members are dealt into two folds, and each fold is
 * valued with the coefficients of the other.
 *
 * A prediction is held to the range of the values it was fitted on: no expectation lies outside it, and
 * polynomials do in states that the fit has not met.
 *
 * Values of a member may come in units of its own, which the side knows: with a scale u every function of the
 * state is taken as it is and times u.
 *
 * Sums are made chunk by chunk and added in the order of chunks, so results are the same bits whatever the
 * threads. */
#ifndef TRUCE_REGRESSION_H
#define TRUCE_REGRESSION_H

#include "base/base.h"

enum {
    GREATEST_FEATURES = 24,
    GREATEST_DEGREE = 4,
    GREATEST_TARGETS = 16,
    GREATEST_SCALES = 2,
    REGRESSION_CHUNK = 256
};

typedef struct regression_options {
    unsigned degree;  /* 0 to 4: greatest power of a feature; products of pairs from 2 on */
    unsigned folds;   /* 2: cross-fitted; 1: every member is valued with what it helped to fit */
    unsigned threads; /* 0: all processors */
    unsigned scales;  /* 0 to 2: those of regression_scale, which every fit and prediction takes */
} regression_options;

typedef struct regression regression;

/* Room for `members` members (at least `folds` of them), `features` (at most 24) and `targets` (at most 16).
 */
truce_status regression_create(size_t members, size_t features, size_t targets,
                               const regression_options *options, regression **result, truce_error *error);
void regression_destroy(regression *r);

/* Fits and predicts. features: [feature][member]; values: `targets` pointers to [member]; weights: [member],
 * 0 for a member that takes no part in the fit, or NULL for 1; fitted: `targets` pointers to [member],
 * predictions for all members. A feature that is the same for all members, or follows from others, takes no
 * part. Without members in a fold the predictions are not numbers. False: a value to fit on is not finite. */
bool regression_run(regression *r, const float *features, const double *const *values, const float *weights,
                    double *const *fitted);

/* Features that the fit of a target must not see: bit f for feature f. Until now: none. */
void regression_hide(regression *r, size_t target, uint32_t features);

/* [member]: what functions of the state are multiplied by. It must outlive fits and predictions. */
void regression_scale(regression *r, unsigned which, const float *scale);

/* Takes a function that another regression has fitted, of as many features and targets and the same degree: its
 * own members may be others, and more. */
void regression_adopt(regression *r, const double *function);

/* Predictions of the last fit, or of what was adopted, for the same members in another state: fitted as above. */
void regression_predict(regression *r, const float *features, double *const *fitted);

/* The fold of a member, 0 or 1, when there are two. */
unsigned regression_fold(size_t members, size_t member);
/* Members in runs of so many are in the two folds by turns. */
size_t regression_run_length(size_t members);

/* The same in parts, for a caller that keeps what was fitted and values other states with it. A function is a
 * block of regression_size numbers; NULL: not kept. Members are dealt into chunks of at most
 * REGRESSION_CHUNK, which fall to the two folds by turns. */
bool regression_fit(regression *r, const float *features, const double *const *values, const float *weights,
                    double *function);
/* The same on the basis of another function, of any regression with as many features and the same degree, so
 * that one basis serves both. */
bool regression_fit_on(regression *r, const double *basis_of, const float *features,
                       const double *const *values, const float *weights, double *function);
size_t regression_size(const regression *r);
size_t regression_chunks(const regression *r);
void regression_chunk(const regression *r, size_t chunk, size_t *first, size_t *count);
/* The basis for the members of a chunk; basis: regression_room numbers. */
void regression_basis(const regression *r, const double *function, const float *features, size_t chunk,
                      double *basis);
size_t regression_room(const regression *r);
/* Predictions from it, by what the members' own fold has fitted or by what the other has. out: `targets`
 * pointers to the chunk's members. */
void regression_value(const regression *r, const double *function, size_t chunk, bool own,
                      const double *basis, double *const *out);

/* Functions of the state, the constant included; as many again for each scale. */
size_t regression_basis_size(size_t features, unsigned degree);
/* Members below which, in two folds, only means are fitted; with scales, their products need as many again. */
size_t regression_least_members(size_t features, unsigned degree);

#endif
