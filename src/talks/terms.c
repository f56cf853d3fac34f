/* What the months of talks are made of: the worth of terms, the weight of a member, and what is left undone. */
#include "fit/fit.h"
#include "talks/answers.h"
#include "talks/talking.h"

#include <math.h>
#include <string.h>

const double talks_far_off = 1e3;
const double talks_probabilities[TALKS_BAND] = {0.05, 0.25, 0.5, 0.75, 0.95};

void value_terms(const talking *k, size_t deal, size_t j, const telling *room, float *const *worth)
{
    size_t n = k->members;
    const case_deal *d = deal < k->t->deal_count ? &k->t->deals[deal] : NULL;
    peace_expect(k->peace, deal, k->state + j * k->features * n, room->targets, room->decided);
    for (int i = 0; i < CASE_SIDES; i++)
        for (size_t m = 0; m < n; m++) {
            double given = d ? d->relief * k->worths.relief[i][m] - k->worths.cost[d->guarantee][i][m] : 0.0;
            worth[i][m] = (float)(given / k->worths.stake[i][m] - room->targets[PEACE_LOSS + i][m]);
        }
}

double bargaining_point(const talking *k, size_t at, size_t m)
{
    double q = k->worths.proposer[m], most = k->kept.most[at], least = k->kept.least[at];
    return fabs(least) < talks_far_off && fabs(most) < talks_far_off ? q * most + (1.0 - q) * least : NAN;
}

static size_t fitted_index(const truce_fit *f, const char *name)
{
    for (size_t j = 0; f && j < f->parameter_count; j++)
        if (strcmp(f->names[j], name) == 0)
            return j;
    return SIZE_MAX;
}

bool parameter_draws(const talking *k, const case_parameter *p, float *values)
{
    const truce_fit *f = k->options->fit;
    size_t j = fitted_index(f, p->name);
    if (j == SIZE_MAX)
        return quantity_draw(p, k->options->run.seed, k->members, values);
    for (size_t m = 0; m < k->members; m++)
        values[m] = (float)f->values[j * f->count + draw_of_member(f->count, f->deal, m)];
    return true;
}

double bounded_gap(double gap)
{
    return gap > 1.0 ? 1.0 : gap > -1.0 ? gap : -1.0;
}

double answering_weight(const talking *k, size_t m)
{
    return k->weights ? k->weights[m] : k->worths.weights ? k->worths.weights[m] : 1.0;
}

double answering_undone(const talking *k, size_t j, size_t m)
{
    size_t before = k->from_now;
    double start = before > k->told ? k->kept.undone[(before - 1) * k->members + m] : 1.0;
    return start > 0.0 ? k->kept.undone[j * k->members + m] / start : 0.0;
}
