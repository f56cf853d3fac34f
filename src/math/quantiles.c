/* Quantiles of the normal and the beta distribution. The special functions are those of
 * special.h, so that a draw is the same bits on every machine. */
#include "math/quantiles.h"
#include "math/special.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

static double polynomial(const double *coefficients, int degree, double x)
{
    assert(degree >= 0);
    double sum = coefficients[degree];
    while (degree-- > 0)
        sum = sum * x + coefficients[degree];
    return sum;
}

/* Wichura (1988), Algorithm AS 241, routine PPND16: rational approximations in the middle, in the near and in
 * the far tail, relative error about 1e-16. */
double normal_quantile(double p)
{
    static const double middle_above[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                          1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                          4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                          3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double middle_below[] = {1.0,
                                          4.2313330701600911252e+1,
                                          6.8718700749205790830e+2,
                                          5.3941960214247511077e+3,
                                          2.1213794301586595867e+4,
                                          3.9307895800092710610e+4,
                                          2.8729085735721942674e+4,
                                          5.2264952788528545610e+3};
    static const double near_above[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                        5.76949722146069140550e0,  3.64784832476320460504e0,
                                        1.27045825245236838258e0,  2.41780725177450611770e-1,
                                        2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double near_below[] = {1.0,
                                        2.05319162663775882187e0,
                                        1.67638483018380384940e0,
                                        6.89767334985100004550e-1,
                                        1.48103976427480074590e-1,
                                        1.51986665636164571966e-2,
                                        5.47593808499534494600e-4,
                                        1.05075007164441684324e-9};
    static const double far_above[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                       1.78482653991729133580e0,  2.96560571828504891230e-1,
                                       2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                       2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double far_below[] = {1.0,
                                       5.99832206555887937690e-1,
                                       1.36929880922735805310e-1,
                                       1.48753612908506148525e-2,
                                       7.86869131145613259100e-4,
                                       1.84631831751005468180e-5,
                                       1.42151175831644588870e-7,
                                       2.04426310338993978564e-15};
    if (!(p >= 0 && p <= 1))
        return NAN;
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(middle_above, 7, r) / polynomial(middle_below, 7, r);
    }
    double tail = q < 0 ? p : 1 - p;
    if (tail <= 0)
        return q < 0 ? -INFINITY : INFINITY;
    double r = sqrt(-portable_log(tail));
    double z;
    if (r <= 5) {
        z = polynomial(near_above, 7, r - 1.6) / polynomial(near_below, 7, r - 1.6);
    } else {
        z = polynomial(far_above, 7, r - 5) / polynomial(far_below, 7, r - 5);
    }
    return q < 0 ? -z : z;
}

double log_beta(double a, double b)
{
    return portable_lgamma(a) + portable_lgamma(b) - portable_lgamma(a + b);
}

/* The continued fraction of I_x(a, b), DLMF 8.17.22, by Lentz's method as modified by Thompson and Barnett
 * (1986). Converges fast for x < (a + 1) / (a + b + 2); the number of terms grows as the root of the shapes. Its factors end
 * at 1 but for their rounding, two units in the last place.
 */
static double beta_fraction(double x, double a, double b)
{
    assert(x >= 0 && x <= 1 && a > 0 && b > 0);
    const double tiny = 1e-300;
    double c = 1, d = 0, value = 1;
    for (int n = 1; n <= 20000; n++) {
        int half = n / 2;
        double m = half;
        double term = n % 2 == 0 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                 : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + term * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + term / c;
        if (fabs(c) < tiny)
            c = tiny;
        value *= c * d;
        if (fabs(c * d - 1) <= 0x1p-51)
            break;
    }
    return 1 / value;
}

/* ln I_x(a, b), given x, ln x, ln(1 - x) and ln B(a, b). */
static double log_beta_integral(double x, double log_x, double log_rest, double a, double b, double constant)
{
    assert(a > 0 && b > 0);
    if (x >= 1)
        return 0;
    double log_front = a * log_x + b * log_rest - constant;
    if (x < (a + 1) / (a + b + 2))
        return log_front + portable_log(beta_fraction(x, a, b) / a);
    /* I_x(a, b) = 1 - I_{1-x}(b, a) */
    double rest = portable_exp(log_front) * beta_fraction(1 - x, b, a) / b;
    return rest < 1 ? portable_log1p(-rest) : -INFINITY;
}

double log_incomplete_beta(double log_x, double a, double b)
{
    assert(log_x <= 0 && a > 0 && b > 0);
    double x = portable_exp(log_x);
    return log_beta_integral(x, log_x, portable_log1p(-x), a, b, log_beta(a, b));
}

/* A first guess of the quantile's logarithm; z is the normal quantile of the same probability. For shapes
 * above 1, Abramowitz and Stegun (1964), 26.5.22, from the normal quantile; else the leading term of the
 * series, I_x(a, b) = x^a / (a B(a, b)). */
static double guess_log_quantile(double log_p, double z, double a, double b, double constant)
{
    assert(log_p <= 0 && a > 0 && b > 0);
    if (a <= 1 || b <= 1)
        return (log_p + portable_log(a) + constant) / a;
    double lambda = (z * z - 3) / 6;
    double u = 1 / (2 * a - 1), v = 1 / (2 * b - 1), h = 2 / (u + v);
    double root = h + lambda > 0 ? sqrt(h + lambda) : 0;
    double w = -z * root / h - (v - u) * (lambda + 5.0 / 6 - 2 / (3 * h));
    return -portable_log1p(b / a * portable_exp(2 * w));
}

/* Solves ln I_x(a, b) = ln p for y = ln x: Newton's method, kept inside a bracket by bisection. In these
 * coordinates the function is nearly a line of slope a for small x, and concave for b >= 1, so that Newton's
 * method hardly ever needs the bracket. The error is squared by every step: a small step is the last. */
static double beta_quantile_left(double log_p, double z, double a, double b, double constant)
{
    assert(log_p <= 0 && a > 0 && b > 0);
    double low = -745, high = 0; /* from the smallest double to 1 */
    double y = guess_log_quantile(log_p, z, a, b, constant);
    if (y <= low)
        return 0;
    if (!(y < -1e-9))
        y = -1e-9;
    for (int i = 0; i < 200; i++) {
        double x = portable_exp(y), log_rest = portable_log1p(-x);
        double log_value = log_beta_integral(x, y, log_rest, a, b, constant);
        double excess = log_value - log_p;
        if (excess > 0)
            high = y;
        else
            low = y;
        /* d ln I / d ln x = x density(x) / I */
        double slope = portable_exp(a * y + (b - 1) * log_rest - constant - log_value);
        double next = y - excess / slope;
        if (!(next >= low && next <= high))
            next = low + (high - low) / 2;
        double change = fabs(next - y);
        y = next;
        if (change <= 1e-11 * fmax(1, fabs(y)))
            break;
    }
    return portable_exp(y);
}

double beta_quantile(double p, double a, double b)
{
    return beta_quantile_given(p, a, b, log_beta(a, b));
}

double beta_quantile_given(double p, double a, double b, double constant)
{
    if (!(p >= 0 && p <= 1) || !(a >= BETA_SHAPE_LEAST && a <= BETA_SHAPE_GREATEST) ||
        !(b >= BETA_SHAPE_LEAST && b <= BETA_SHAPE_GREATEST))
        return NAN;
    if (p == 0 || p == 1)
        return p;
    /* From the end that the quantile is nearer to: small numbers have more digits than those near 1. */
    double log_half = -0.69314718055994530942;
    double log_p = portable_log(p), z = normal_quantile(p);
    bool left = a > 1 && b > 1 ? guess_log_quantile(log_p, z, a, b, constant) <= log_half
                               : log_p <= log_beta_integral(0.5, log_half, log_half, a, b, constant);
    if (left)
        return beta_quantile_left(log_p, z, a, b, constant);
    return 1 - beta_quantile_left(portable_log1p(-p), -z, b, a, constant);
}
