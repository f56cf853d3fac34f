/* What the model says of a month of an observation, and what was observed. */
#include "observe/observe.h"
#include "results/collecting.h"

measure measure_of(const case_results *r, const members_view *v, const case_observation *o, size_t i)
{
    size_t output = v->output_of[o->element];
    const float *before = truce_ensemble_values(v->ensemble, output, v->save_of[i]);
    const float *after = truce_ensemble_values(v->ensemble, output, v->save_of[i + 1]);
    return o->change ? (measure){after, before}
                     : (measure){observe_is_stock(r->c, o->element) ? after : before, NULL};
}

double observed_in(const case_results *r, const case_observation *o, size_t i)
{
    return observe_seen(o, r->c->start + (month)i);
}

bool is_used(const case_results *r, const case_observation *o, size_t i)
{
    return observe_counts(o, r->c->start + (month)i);
}
