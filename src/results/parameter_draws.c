/* What members drew for the parameters of the case: the same in all scenarios, but where a scenario scales a
 * prior or puts another in its place. Kept from scenario to scenario, because the quantiles of some priors
 * cost much.
 */
#include "results/collecting.h"

#include <string.h>

/* Who watches the members wants all parameters, observations want their own. */
static bool is_needed(const case_results *r, size_t parameter)
{
    if (r->draws_all)
        return true;
    for (size_t i = 0; i < r->c->observation_count; i++)
        if (r->c->observations[i].scale == parameter || r->c->observations[i].offset == parameter)
            return true;
    return false;
}

/* Member k has draw k of the posterior, and begins again after the last. */
static void take_posterior(case_results *r, size_t parameter, const double *values)
{
    size_t draws = truce_fit_draw_count(r->fit);
    for (size_t i = 0; i < r->draws_count; i++)
        r->draws[parameter * r->draws_room + i] = values[(r->draws_first + i) % draws];
}

static bool draw_item(void *context, unsigned worker, size_t item)
{
    (void)worker;
    case_results *r = context;
    const case_parameter *p = &r->c->parameters[item];
    truce_distribution plain = p->prior;
    uint64_t stream;
    if (!is_needed(r, item))
        return true;
    for (size_t j = 0; r->fit && j < truce_fit_parameter_count(r->fit); j++)
        if (strcmp(truce_fit_parameter_name(r->fit, j), p->name) == 0) {
            take_posterior(r, item, truce_fit_values(r->fit, j));
            return true;
        }
    if (!distribution_stream(p->name, &stream))
        return false;
    plain.scale = 1;
    distribution_draws(&plain, r->seed, r->draws_first, r->draws_count, stream,
                       r->draws + item * r->draws_room);
    return true;
}

truce_status draws_make(case_results *r, const members_view *v, truce_error *error)
{
    size_t count = r->c->parameter_count;
    if (!count || (r->draws && r->draws_first == v->part.first))
        return TRUCE_OK;
    if (!r->draws) {
        r->draws_all = r->watcher && v->part.first == 0 && v->part.last;
        r->draws_room = v->members; /* no later part is larger */
        r->draws = arena_array(&r->memory, count * v->members, sizeof *r->draws);
    }
    r->draws_first = v->part.first;
    r->draws_count = v->members;
    if (!r->draws || !workers_run(r->threads, count, draw_item, r))
        return error_memory(error);
    return TRUCE_OK;
}

/* The distribution of a parameter of the case in a plan. */
static const truce_distribution *distribution_in(const case_plan *plan, const case_parameter *p)
{
    size_t count = truce_program_input_count(plan->program, TRUCE_INPUT_PARAMETER);
    for (size_t i = 0; i < count && p->element != SIZE_MAX; i++)
        if (strcmp(truce_program_input_name(plan->program, TRUCE_INPUT_PARAMETER, i), p->name) == 0)
            return &plan->parameters[i];
    return &p->prior;
}

static bool is_same_but_scale(const truce_distribution *x, const truce_distribution *y)
{
    return x->kind == y->kind && x->a == y->a && x->b == y->b && x->c == y->c && x->d == y->d;
}

bool results_draws(const case_results *r, const case_plan *plan, size_t index, size_t first, size_t count,
                   double *out, size_t stride)
{
    const case_parameter *p = &r->c->parameters[index];
    const truce_distribution *d = distribution_in(plan, p);
    uint64_t stream = 0;
    bool same = is_same_but_scale(d, &p->prior);
    if (!same && !distribution_stream(p->name, &stream))
        return false;
    for (size_t i = 0; i < count; i++)
        out[i * stride] = same ? d->scale * r->draws[index * r->draws_room + first - r->draws_first + i]
                               : distribution_draw_from(d, r->seed, first + i, stream);
    return true;
}
