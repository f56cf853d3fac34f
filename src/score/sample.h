/* A forecast of one number as SAMPLE_POINTS equally likely values, and how it is scored.
 *
 * The values q_i are the quantiles at p_i = (i - 1/2) / SAMPLE_POINTS. The continuous ranked probability
 * score of their distribution is the mean of quantile scores (Gneiting and Raftery 2007; Bracher, Ray,
 * Gneiting and Reich 2021, section 2.2),
 *     CRPS = 2 / n * sum of (1{y < q_i} - p_i) (q_i - y)
 * and, with each quantile paired with its opposite, falls into three parts: spread + too_high + too_low. */
#ifndef TRUCE_SAMPLE_H
#define TRUCE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

enum { SAMPLE_POINTS = 100 };

typedef struct sample_score {
    double crps;
    double spread;            /* sharpness: what the score would be of a forecast that was always right */
    double too_high, too_low; /* calibration: what lies beyond what was observed */
} sample_score;

/* The points of `count` > 0 draws, which are sorted in place. */
void sample_from_draws(double *draws, size_t count, double points[SAMPLE_POINTS]);
/* The quantile at p: a line between points, the outermost beyond them. */
double sample_quantile(const double points[SAMPLE_POINTS], double p);
/* The probability below y, half of that at y: the probability integral transform. */
double sample_below(const double points[SAMPLE_POINTS], double y);
sample_score sample_score_of(const double points[SAMPLE_POINTS], double observed);
/* Of the central interval that holds `share`: its width, and 2 / (1 - share) times what lies beyond it
 * (Gneiting and Raftery 2007, equation 43). */
double sample_interval_score(const double points[SAMPLE_POINTS], double share, double observed);
/* The density at y, each point a logistic distribution with the spread of Silverman (1986, equation 3.31):
 * of tails it only knows that they fall off. 0 when all points are the same. */
double sample_density(const double points[SAMPLE_POINTS], double y);
/* E|X - Y| of two independent forecasts. */
double sample_distance(const double x[SAMPLE_POINTS], const double y[SAMPLE_POINTS]);
/* The forecast whose quantiles are the weighted means of those of `count` forecasts, count > 0 (Lichtendahl,
 * Grushka-Cockayne and Winkler 2013). Weights add up to 1. */
void sample_average(const double *const *forecasts, const double *weights, size_t count,
                    double points[SAMPLE_POINTS]);

#endif
