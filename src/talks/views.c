/* What each side believes where the case says that they differ, and what both see with an error.
 *
 * Members are possible worlds, drawn from the priors of the case (or a fit). In the eyes of a side a world
 * weighs as its own prior's density against the case's. What the war shows reweighs the worlds of a side by
 * how likely they made it; the mean over worlds so reweighed is what the regressions of the game estimate,
 * which weigh members by the side's prior and compare those in which the same is seen (game.h). */
#include "talks/beliefs.h"
#include "talks/talking.h"

#include "ensemble/ensemble.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>

static const case_parameter *parameter_on(const truce_case *c, size_t index)
{
    size_t i = 0;
    while (i < c->parameter_count && c->parameters[i].element != index)
        i++;
    return &c->parameters[i];
}

size_t views_elements(const case_talks *t, size_t *elements)
{
    size_t count = 0;
    for (size_t s = 0; s < t->signal_count; s++)
        elements[count++] = t->signals[s].element;
    return count;
}

bool views_see(talking *k, size_t j, float *features)
{
    size_t n = k->members;
    for (size_t s = 0; s < k->t->signal_count; s++) {
        const case_signal *signal = &k->t->signals[s];
        uint64_t stream;
        if (!distribution_stream(k->c->model->elements[signal->element].name, &stream))
            return false;
        stream ^= hash_bytes("seen with an error", 18);
        futures_values(&k->war, k->views + s, k->first + j, features + s * n);
        for (size_t m = 0; m < n; m++)
            features[s * n + m] += (float)(signal->error * random_normal(k->options->run.seed, m, stream, 0));
    }
    return true;
}

/* Of a draw that was kept as a 32-bit float, which may lie on a bound, or a unit in its last place beyond it, that the
 * draw itself keeps; -INFINITY of what is no draw. */
static double log_density(const truce_distribution *d, float value)
{
    const float near[] = {value, nextafterf(value, -INFINITY), nextafterf(value, INFINITY)};
    for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
        double density = truce_distribution_log_density(d, (double)near[i]);
        if (isfinite(density))
            return density;
    }
    return -INFINITY;
}

/* By how much more likely a side takes a draw than the case does. */
static double log_ratio(const case_parameter *own, const case_parameter *common, float value)
{
    double density = log_density(&common->prior, value);
    return isfinite(density) ? log_density(&own->prior, value) - density : 0.0;
}

/* The weights of one side, [member]: by what the members drew, so that worlds weigh alike in all scenarios. */
static truce_status weigh(talking *k, int side, truce_error *error)
{
    const case_talks *t = k->t;
    size_t n = k->members, least = regression_least_members(k->features, 1);
    float *weights = k->belief[side] = calloc(n, sizeof *weights);
    double *likely = calloc(n, sizeof *likely);
    float *draws = calloc(n, sizeof *draws);
    bool enough = weights && likely && draws;
    for (size_t m = 0; m < n && enough; m++)
        weights[m] = 1.0f;
    for (size_t b = 0; b < t->belief_count[side] && enough; b++) {
        const case_parameter *own = &t->beliefs[side][b], *common = parameter_on(k->c, own->element);
        enough = parameter_draws(k, common, draws);
        for (size_t m = 0; enough && m < n; m++)
            likely[m] += log_ratio(own, common, draws[m]);
    }
    double worlds =
        enough && beliefs_update(weights, likely, n, weights) ? beliefs_effective(weights, n) : 0.0;
    free(likely);
    free(draws);
    if (!enough)
        return error_memory(error);
    if (worlds < (double)least)
        return error_set(
            error, TRUCE_BAD_INPUT, k->c->path, t->beliefs[side][0].at.line,
            "the beliefs of the %s rest on %.0f of %zu members, and %zu are needed: they lie too far "
            "from the priors of the case",
            side == CASE_ATTACKER ? "attacker" : "defender", worlds, n, least);
    return TRUCE_OK;
}

truce_status views_weigh(talking *k, truce_error *error)
{
    for (int i = 0; i < CASE_SIDES; i++)
        if (k->t->belief_count[i] > 0)
            TRY(weigh(k, i, error));
    return TRUCE_OK;
}
