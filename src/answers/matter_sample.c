/* Members as they come, for what matters and for boxes of futures (matter.h). */
#include "answers/matter.h"
#include "math/distribution.h"
#include "simulate/simulate.h"

#include <math.h>

/* One simulation serves all times: every month is asked for by a statement of its own. */
static truce_status copy_value(const statement *value, int back, arena *memory, statement *copy,
                               truce_error *error)
{
    *copy = *value;
    copy->terms = arena_array(memory, value->term_count + 1, sizeof *copy->terms);
    if (!copy->terms)
        return error_memory(error);
    for (size_t k = 0; k < value->term_count; k++) {
        copy->terms[k] = value->terms[k];
        if (copy->terms[k].source != TERM_MODEL)
            continue;
        copy->terms[k].first -= back;
        copy->terms[k].last -= back;
    }
    return TRUCE_OK;
}

truce_status matter_sample_make(const truce_case *view, statement *value, const truce_fit *posterior,
                                const truce_ensemble_options *run, const int *back, size_t times,
                                arena *memory, matter_sample *s, truce_error *error)
{
    statement *copies = arena_array(memory, times, sizeof *copies);
    statement **asked = arena_array(memory, times, sizeof *asked);
    bool *bad = arena_array(memory, run->members, sizeof *bad);
    *s = (matter_sample){.count = run->members, .times = times};
    s->y = arena_array(memory, times * run->members, sizeof *s->y);
    if (!copies || !asked || !bad || !s->y)
        return error_memory(error);
    for (size_t t = 0; t < times; t++) {
        TRY(copy_value(value, back[t], memory, &copies[t], error));
        asked[t] = &copies[t];
    }
    TRY(terms_fill(view, asked, times, posterior, run, memory, bad, error));
    for (size_t t = 0; t < times; t++)
        for (size_t m = 0; m < run->members; m++) {
            double y = bad[m] ? NAN : statement_value(&copies[t], m);
            s->y[t * run->members + m] = isfinite(y) ? y : NAN;
        }
    return TRUCE_OK;
}

bool matter_draws_of(const truce_case *c, const truce_fit *posterior, uint64_t seed, size_t parameter,
                     matter_draws *draws)
{
    const case_parameter *p = &c->parameters[parameter];
    *draws = (matter_draws){.prior = &p->prior, .seed = seed};
    draws->row = posterior ? fit_parameter(posterior, p->name) : SIZE_MAX;
    if (draws->row == SIZE_MAX)
        return distribution_stream(p->name, &draws->stream);
    draws->posterior = posterior;
    return true;
}

double matter_drawn(const matter_draws *draws, uint64_t member)
{
    const truce_fit *f = draws->posterior;
    return f ? f->values[draws->row * f->count + draw_of_member(f->count, f->deal, member)]
             : distribution_draw_from(draws->prior, draws->seed, member, draws->stream);
}
