/* Special functions of the draws: quantiles of the normal and the beta distribution. All transcendental
 * functions are SLEEF's deterministic ones, so that a draw is the same bits on every machine. */
#include "ensemble/ensemble.h"
#include "ensemble/functions.h"

#include <math.h>

static double polynomial(const double *coefficients, int degree, double x)
{
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
 * (1986). Converges fast for x < (a + 1) / (a + b + 2); the number of terms grows as the root of the shapes.
 */
static double beta_fraction(double x, double a, double b)
{
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
        if (fabs(c * d - 1) < 1e-16)
            break;
    }
    return 1 / value;
}

double log_incomplete_beta(double log_x, double a, double b)
{
    double x = portable_exp(log_x);
    if (x >= 1)
        return 0;
    double log_rest = portable_log1p(-x);
    double log_front = a * log_x + b * log_rest - log_beta(a, b);
    if (x < (a + 1) / (a + b + 2)) {
        double fraction = beta_fraction(x, a, b);
        return log_front + portable_log(fraction / a);
    }
    /* I_x(a, b) = 1 - I_{1-x}(b, a) */
    double rest = portable_exp(log_front) * beta_fraction(1 - x, b, a) / b;
    return rest < 1 ? portable_log1p(-rest) : -INFINITY;
}

/* Solves ln I_x(a, b) = log_p for y = ln x in [log(smallest double), ln(1/2)]: Newton's method, kept inside a
 * bracket by bisection. In these coordinates the function is nearly a line of slope a for small x, and
 * concave for b >= 1, so that Newton's method hardly ever needs the bracket. */
static double beta_quantile_left(double log_p, double a, double b)
{
    double low = -745, high = -0.69314718055994530942;
    double constant = log_beta(a, b);
    double y = (log_p + portable_log(a) + constant) / a;
    if (y <= low)
        return 0;
    if (y > high)
        y = high;
    for (int i = 0; i < 200; i++) {
        double log_value = log_incomplete_beta(y, a, b);
        double excess = log_value - log_p;
        if (excess > 0)
            high = y;
        else
            low = y;
        double x = portable_exp(y);
        /* d ln I / d ln x = x density(x) / I */
        double slope = portable_exp(a * y + (b - 1) * portable_log1p(-x) - constant - log_value);
        double next = y - excess / slope;
        if (!(next >= low && next <= high))
            next = low + (high - low) / 2;
        double change = fabs(next - y);
        y = next;
        if (change <= 2e-16 * fmax(1, fabs(y)))
            break;
    }
    return portable_exp(y);
}

double beta_quantile(double p, double a, double b)
{
    if (!(p >= 0 && p <= 1))
        return NAN;
    if (p == 0 || p == 1)
        return p;
    double log_half = log_incomplete_beta(-0.69314718055994530942, a, b);
    double log_p = portable_log(p);
    if (log_p <= log_half)
        return beta_quantile_left(log_p, a, b);
    return 1 - beta_quantile_left(portable_log1p(-p), b, a);
}
