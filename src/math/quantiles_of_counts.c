/* Quantiles of counts (Poisson, binomial) and of what they are made of (gamma), and of a normal distribution
 * cut off at both ends.
 *
 * A count is found in one of three ways, by its mean:
 *
 *     small   the probabilities are added up from 0
 *     middle  from a guess near the quantile, where the distribution function is known from an incomplete
 *             gamma or beta function, the probabilities are added or taken away one by one until u is met
 *     large   the guess itself, rounded
 *
 * The guess is the expansion of Cornish and Fisher (1938) to the fourth cumulant. Its error is of the order
 * of the inverse of the variance: less than a step in the middle, and 1e-6 of one where it is used alone. */
#include "math/quantiles.h"
#include "math/special.h"

#include <assert.h>
#include <float.h>
#include <stdbool.h>

#define SMALL_MEAN     30.0
#define LARGE_VARIANCE 1e6
#define MOST_TRIALS    1e9

/* ---- Normal, cut off ---------------------------------------------------------------------------------- */

/* Phi(-z): the smaller of the two tails keeps all its digits. */
static double upper_tail(double z)
{
    return 0.5 * portable_erfc(z * 0.70710678118654752440);
}

/* The same where both ends are so far below the mean that their tails are no normal numbers. Beyond z the tail is close to
 * exp(-z^2 / 2) / z, and z itself changes little over what such an interval holds, so that the exponential alone is
 * inverted (after Marsaglia 1964, whose method for the tail rejects for the rest): within .001 of the quantile. */
static double far_quantile(double u, double least, double greatest)
{
    double rest =
        portable_exp(0.5 * (greatest - least) * (greatest + least)); /* beyond the far end, of all */
    double share = rest + u * (1 - rest);
    return greatest * sqrt(1 - 2 * portable_log(share) / greatest / greatest);
}

/* Quantile at u of the part between least and greatest: Phi(x) = Phi(least) + u (Phi(greatest) - Phi(least)).
 * An interval in the upper half is mirrored, so that tails are differences of small numbers. */
double truncated_normal_quantile(double u, double least, double greatest)
{
    if (!(least <= greatest))
        return NAN;
    bool mirrored = least + greatest > 0;
    double from = mirrored ? -greatest : least, to = mirrored ? -least : greatest;
    double below = upper_tail(-from), above = upper_tail(-to), v = mirrored ? 1 - u : u;
    double z = above < DBL_MIN ? far_quantile(v, from, to) : normal_quantile(below + v * (above - below));
    z = fmin(fmax(z, from), to);
    return mirrored ? -z : z;
}

/* ---- Incomplete gamma functions ----------------------------------------------------------------------- */

/* ln of x^a e^-x / Gamma(a). For large a the terms cancel, and Stirling's series is taken out of them: with
 * x = a (1 + d), it is a (ln(1 + d) - d) + ln(a / 2 pi) / 2 - 1 / (12 a). */
static double log_gamma_front(double a, double x)
{
    assert(a > 0 && x >= 0);
    if (a < 1e4 || x < 0.5 * a || x > 2 * a)
        return a * portable_log(x) - x - portable_lgamma(a);
    double d = (x - a) / a;
    return a * (portable_log1p(d) - d) + 0.5 * portable_log(a / 6.28318530717958647693) - 1 / (12 * a);
}

enum { MOST_TERMS = 200000 };

/* ln P(a, x) by the series of DLMF 8.11.4, for x < a + 1. */
static double log_lower(double a, double x)
{
    assert(a > 0);
    double term = 1 / a, sum = term;
    for (int n = 1; n < MOST_TERMS && term > 1e-17 * sum; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return log_gamma_front(a, x) + portable_log(sum);
}

/* ln Q(a, x) by the continued fraction of DLMF 8.9.2 in its even part, by Lentz's method, for x >= a + 1. The
 * factors end at 1 but for their rounding, two units in the last place, which they need not ever lose. */
static double log_upper(double a, double x)
{
    assert(a > 0);
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, value = d;
    for (int n = 1; n < MOST_TERMS; n++) {
        double term = -n * (n - a);
        b += 2;
        d = term * d + b;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = b + term / c;
        if (fabs(c) < tiny)
            c = tiny;
        value *= c * d;
        if (fabs(c * d - 1) <= 0x1p-51)
            break;
    }
    return log_gamma_front(a, x) + portable_log(value);
}

/* ln P(a, x), or ln Q(a, x) when `upper`. */
static double log_gamma_integral(double a, double x, bool upper)
{
    bool by_series = x < a + 1;
    double direct = by_series ? log_lower(a, x) : log_upper(a, x);
    if (by_series != upper)
        return direct;
    double rest = portable_exp(direct);
    return rest < 1 ? portable_log1p(-rest) : -INFINITY;
}

/* ---- Gamma -------------------------------------------------------------------------------------------- */

/* Wilson and Hilferty (1931) where it holds; for small shapes and far left, the leading term of the series,
 * P(a, x) = x^a / Gamma(a + 1). In logarithms. */
static double guess_log_gamma(double u, double a)
{
    assert(u > 0 && u < 1 && a > 0);
    double leading = (portable_log(u) + portable_lgamma(a + 1)) / a;
    if (a < 1 && leading < -1)
        return leading;
    double root = 1 - 1 / (9 * a) + normal_quantile(u) / (3 * sqrt(a));
    return root > 0.1 ? portable_log(a) + 3 * portable_log(root) : leading;
}

/* Solves ln P(a, e^y) = ln u, or in the upper half ln Q = ln(1 - u), by Newton's method inside a bracket. */
double gamma_quantile(double u, double shape)
{
    if (!(u >= 0 && u <= 1) || !(shape > 0) || shape == INFINITY)
        return NAN;
    if (u == 0 || u == 1)
        return u == 0 ? 0 : INFINITY;
    double y = guess_log_gamma(u, shape), low = -745, high = 745;
    if (shape > LARGE_VARIANCE ||
        y < low) /* the error of the guess is of the order of 1 / shape^2, or x is 0 */
        return portable_exp(y);
    bool upper = u > 0.5;
    double wanted = upper ? portable_log1p(-u) : portable_log(u);
    for (int i = 0; i < 200; i++) {
        double x = portable_exp(y), got = log_gamma_integral(shape, x, upper);
        bool above = upper ? got < wanted : got > wanted;
        if (above)
            high = y;
        else
            low = y;
        double slope = portable_exp(log_gamma_front(shape, x) - got); /* d ln P / d ln x */
        double next = y - (got - wanted) / (upper ? -slope : slope);
        if (!(next > low && next < high))
            next = low + (high - low) / 2;
        double change = fabs(next - y);
        y = next;
        if (change <= 1e-13 * fmax(1, fabs(y)))
            break;
    }
    return portable_exp(y);
}

/* ---- Counts ------------------------------------------------------------------------------------------- */

/* Mean, variance, skewness and excess kurtosis to the quantile at the normal quantile z, rounded to a count.
 */
static double guess_count(double mean, double variance, double skewness, double kurtosis, double z)
{
    double w = z + (z * z - 1) * skewness / 6 + (z * z * z - 3 * z) * kurtosis / 24 -
               (2 * z * z * z - 5 * z) * skewness * skewness / 36;
    return fmax(0, ceil(mean + sqrt(variance) * w - 0.5));
}

/* The least k with F(k) >= u. From F(k) and the probability of k at a guess, with ratio(k) that of k + 1 to
 * k; the tails end where a probability does not change the sum. */
typedef double ratio(double k, double a, double b);

static double walk(double u, double k, double at, double probability, ratio *next, double a, double b)
{
    if (at < u) {
        while (at < u && probability > 1e-30) {
            probability *= next(k, a, b);
            at += probability;
            k++;
        }
        return k;
    }
    while (k > 0 && at - probability >= u) {
        at -= probability;
        k--;
        probability /= next(k, a, b);
    }
    return k;
}

static double poisson_ratio(double k, double mean, double unused)
{
    assert(k >= 0 && mean >= 0);
    (void)unused;
    return mean / (k + 1);
}

double poisson_quantile(double u, double mean)
{
    if (!(u >= 0 && u <= 1) || !(mean >= 0) || mean == INFINITY)
        return NAN;
    if (mean <= SMALL_MEAN) {
        double none = portable_exp(-mean);
        return walk(u, 0, none, none, poisson_ratio, mean, 0);
    }
    double k = guess_count(mean, mean, 1 / sqrt(mean), 1 / mean, normal_quantile(u));
    if (mean > LARGE_VARIANCE)
        return k;
    double at = portable_exp(log_gamma_integral(k + 1, mean, true)); /* F(k) = Q(k + 1, mean) */
    double probability = portable_exp(log_gamma_front(k + 1, mean)) / mean;
    return walk(u, k, at, probability, poisson_ratio, mean, 0);
}

static double binomial_ratio(double k, double trials, double odds)
{
    assert(k >= 0 && odds >= 0);
    return (trials - k) / (k + 1) * odds;
}

static double less_likely_success(double u, double n, double p)
{
    assert(n >= 0 && p >= 0 && p <= 0.5);
    double q = 1 - p, mean = n * p, variance = mean * q;
    if (mean <= SMALL_MEAN) {
        double none = portable_exp(n * portable_log1p(-p));
        return walk(u, 0, none, none, binomial_ratio, n, p / q);
    }
    double deviation = sqrt(variance);
    double k =
        guess_count(mean, variance, (q - p) / deviation, (1 - 6 * p * q) / variance, normal_quantile(u));
    if (k >= n)
        k = n - 1;
    if (variance > LARGE_VARIANCE)
        return k;
    if (n > MOST_TRIALS) /* no longer told from a normal or from a Poisson distribution */
        return variance > 1e3 ? k : poisson_quantile(u, mean);
    double log_q = portable_log1p(-p);
    double at = portable_exp(log_incomplete_beta(log_q, n - k, k + 1)); /* F(k) = I_q(n - k, k + 1) */
    double probability = portable_exp(portable_lgamma(n + 1) - portable_lgamma(k + 1) -
                                      portable_lgamma(n - k + 1) + k * portable_log(p) + (n - k) * log_q);
    return walk(u, k, at, probability, binomial_ratio, n, p / q);
}

double binomial_quantile(double u, double trials, double probability)
{
    double n = floor(trials);
    if (!(u >= 0 && u <= 1) || !(n >= 0) || n > 0x1p53 || !(probability >= 0 && probability <= 1))
        return NAN;
    if (n == 0 || probability == 0)
        return 0;
    if (probability == 1)
        return n;
    double k = probability <= 0.5 ? less_likely_success(u, n, probability)
                                  : n - less_likely_success(1 - u, n, 1 - probability);
    return k > n ? n : k;
}
