/* See observe.h. */
#include "observe/observe.h"
#include "engine/level.h"
#include "math/distribution.h"
#include "math/quantiles.h"
#include "math/random.h"
#include "math/special.h"

#include <assert.h>
#include <string.h>

#define LOG_ROOT_TWO_PI 0.91893853320467274178
#define PI              3.14159265358979323846

/* ---- What was observed ------------------------------------------------------------------------------- */

double observe_seen(const case_observation *o, month m)
{
    bool known = m >= o->data.first && (size_t)(m - o->data.first) < o->data.count;
    return known ? o->data.values[m - o->data.first] : NAN;
}

bool observe_counts(const case_observation *o, month m)
{
    return m >= o->first_used && m <= o->last_used;
}

bool observe_is_stock(const truce_case *c, size_t index)
{
    assert(index < c->model->element_count);
    const truce_model *model = c->model;
    size_t variable = index < model->element_count ? model->elements[index].variable : SIZE_MAX;
    return variable < model->variable_count && model->variables[variable].kind == TRUCE_STOCK;
}

/* ---- Errors ------------------------------------------------------------------------------------------ */

double observe_left(const case_observation *o, size_t months)
{
    double left = 1;
    while (months-- > 0)
        left *= o->error_persistence;
    return left;
}

/* Student's t by way of t^2 / (n + t^2) ~ Beta(1/2, n/2) (Johnson, Kotz and Balakrishnan 1995, volume 2,
 * chapter 28), with the sign of the normal number. */
double observe_error(const case_observation *o, double normal, double uniform)
{
    if (o->error != ERROR_STUDENT)
        return normal;
    double n = o->error_degrees, share = fmin(beta_quantile(uniform, 0.5, n / 2), 1 - 1e-12);
    return copysign(sqrt(n * share / (1 - share)), normal);
}

double observe_error_draw(const case_observation *o, uint64_t seed, uint64_t member, uint64_t at)
{
    uint64_t stream = hash_bytes(o->name, strlen(o->name));
    double uniform = o->error == ERROR_STUDENT ? random_uniform(seed, member, ~stream, at) : NAN;
    return observe_error(o, random_normal(seed, member, stream, at), uniform);
}

double observe_error_member(const case_observation *o, uint64_t seed, uint64_t member)
{
    static const truce_distribution normal = {.kind = TRUCE_NORMAL, .a = 0, .b = 1, .scale = 1},
                                    uniform = {.kind = TRUCE_UNIFORM, .a = 0, .b = 1, .scale = 1};
    uint64_t stream = ~hash_bytes(o->name, strlen(o->name)); /* of no parameter, even of one of this name */
    return observe_error(o, distribution_draw_from(&normal, seed, member, stream),
                         distribution_draw_from(&uniform, seed, member, stream ^ 1));
}

double observe_value(const case_observation *o, double mean, double error)
{
    double z = o->error_sd * error;
    return o->error == ERROR_LOGNORMAL ? mean * portable_exp(z) : mean + z;
}

/* The normal score of t under Student's t with n degrees of freedom: beyond |t| lies the share
 * I(n / (n + t^2); n/2, 1/2) (Johnson, Kotz and Balakrishnan 1995, volume 2, chapter 28). */
static double score_of_student(double t, double n)
{
    assert(n > 0);
    double beyond = portable_exp(log_incomplete_beta(-portable_log1p(t * t / n), n / 2, 0.5));
    return copysign(normal_quantile(fmax(beyond, 1e-300) / 2), t);
}

double observe_residual(const case_observation *o, double seen, double mean)
{
    if (o->error == ERROR_LOGNORMAL)
        return (portable_log(seen) - portable_log(mean)) / o->error_sd;
    double z = (seen - mean) / o->error_sd;
    return o->error == ERROR_STUDENT ? score_of_student(z, o->error_degrees) : z;
}

/* ---- Likelihood -------------------------------------------------------------------------------------- */

double observe_weight(const case_observation *o)
{
    double n = o->error_degrees;
    return (o->error == ERROR_STUDENT ? sqrt((n + 1) / (n + 3)) : 1) / o->error_sd;
}

double observe_constant(const case_observation *o)
{
    double constant = -portable_log(o->error_sd);
    if (o->error != ERROR_STUDENT)
        return constant - LOG_ROOT_TWO_PI;
    double n = o->error_degrees;
    return constant + portable_lgamma((n + 1) / 2) - portable_lgamma(n / 2) - 0.5 * portable_log(n * PI);
}

void observe_add_densities(const case_observation *o, double constant, double seen, const double *predictions,
                           double *sums, size_t width)
{
    assert(predictions && sums && width % 8 == 0);
    const row_kernels *rows = level_rows(engine_best_level());
    if (o->error == ERROR_STUDENT)
        rows->add_student(sums, constant, o->error_degrees, seen, predictions, width);
    else
        rows->add_normal(sums, constant, seen, predictions, width);
}
