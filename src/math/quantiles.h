/* Quantile functions: the inverse of a distribution's probability at u. A draw is the quantile of one uniform
 * number, so that it depends on nothing but that number and the parameters, and moves with them in order.
 * Parameters outside a distribution's domain give not-a-number. */
#ifndef TRUCE_QUANTILES_H
#define TRUCE_QUANTILES_H

/* z with Phi(z) = p; -inf and inf at 0 and 1, NaN outside. */
double normal_quantile(double p);
/* Logarithm of the regularised incomplete beta function I_x(a, b) at x = exp(log_x), log_x <= 0. */
double log_incomplete_beta(double log_x, double a, double b);
/* x with I_x(a, b) = p, for shapes within BETA_SHAPE_LEAST .. BETA_SHAPE_GREATEST, else NaN. */
double beta_quantile(double p, double a, double b);
double log_beta(double a, double b); /* ln B(a, b) */
/* The same, given ln B(a, b): for many draws from one distribution. */
double beta_quantile_given(double p, double a, double b, double log_beta);

#define BETA_SHAPE_LEAST    1e-3
#define BETA_SHAPE_GREATEST 1e6

/* The standard normal distribution between least and greatest. */
double truncated_normal_quantile(double u, double least, double greatest);
/* The gamma distribution of scale 1. */
double gamma_quantile(double u, double shape);
double poisson_quantile(double u, double mean);
/* Successes in floor(trials) trials. */
double binomial_quantile(double u, double trials, double probability);

#endif
