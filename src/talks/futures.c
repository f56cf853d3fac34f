/* Running a case for the analysis of talks. */
#include "talks/futures.h"
#include "simulate/simulate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Each element once, and where each entry of the list has gone. */
static size_t once(const size_t *elements, size_t count, size_t *each, size_t *outputs)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < found && each[k] != elements[i])
            k++;
        if (k == found)
            each[found++] = elements[i];
        outputs[i] = k;
    }
    return found;
}

static truce_status run_scenario(const truce_case *c, size_t scenario, const case_plan_options *plan_options,
                                 const truce_fit *fit, const truce_ensemble_options *run,
                                 truce_ensemble **ensemble, truce_error *error)
{
    truce_status status = simulate_scenario(c, scenario, plan_options, fit, run, ensemble, error);
    if (status != TRUCE_OK || truce_ensemble_failure_count(*ensemble) == 0)
        return status;
    const truce_failure *failure = truce_ensemble_failure(*ensemble, 0);
    return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                     "%zu of %zu members of the scenario \"%s\" failed, the first of them (%zu) in \"%s\"",
                     truce_ensemble_failure_count(*ensemble), run->members, c->scenarios[scenario].name,
                     (size_t)failure->member, failure->variable);
}

truce_status futures_run(const truce_case *c, const futures_options *options, const size_t *elements,
                         size_t count, const bool *takes_branch, futures *f, truce_error *error)
{
    assert(count > 0);
    *f = (futures){.members = options->run.members,
                   .elements = elements,
                   .element_count = count,
                   .step = options->step,
                   .takes_branch = options->branch == SIZE_MAX ? NULL : takes_branch};
    size_t *each = calloc(count, sizeof *each);
    f->outputs = calloc(count, sizeof *f->outputs);
    truce_status status = TRUCE_OK;
    if (!each || !f->outputs) {
        status = error_memory(error);
    } else {
        case_plan_options plan = {.saved = each,
                                  .saved_count = once(elements, count, each, f->outputs),
                                  .save_step = options->step,
                                  .more_months = options->more_months,
                                  .drawn = options->drawn,
                                  .distributions = options->distributions,
                                  .drawn_count = options->drawn_count};
        status = run_scenario(c, options->scenario, &plan, options->fit, &options->run, &f->base, error);
        if (status == TRUCE_OK && f->takes_branch)
            status = run_scenario(c, options->branch, &plan, options->fit, &options->run, &f->branch, error);
    }
    free(each);
    if (status == TRUCE_OK)
        f->saves = truce_ensemble_save_count(f->base);
    else
        futures_free(f);
    return status;
}

void futures_free(futures *f)
{
    truce_ensemble_destroy(f->base);
    truce_ensemble_destroy(f->branch);
    free(f->outputs);
    *f = (futures){0};
}

void futures_values(const futures *f, size_t i, size_t save, float *out)
{
    assert(out);
    memcpy(out, truce_ensemble_values(f->base, f->outputs[i], save), f->members * sizeof *out);
    if (!f->takes_branch)
        return;
    const float *other = truce_ensemble_values(f->branch, f->outputs[i], save);
    for (size_t m = 0; m < f->members; m++)
        if (f->takes_branch[m])
            out[m] = other[m];
}

float futures_value(const futures *f, size_t i, size_t save, size_t member)
{
    assert(member < f->members);
    const truce_ensemble *e = f->takes_branch && f->takes_branch[member] ? f->branch : f->base;
    return truce_ensemble_values(e, f->outputs[i], save)[member];
}

bool quantity_draw(const case_quantity *q, uint64_t seed, size_t members, float *out)
{
    assert(out && members > 0);
    uint64_t stream;
    if (!distribution_stream(q->name, &stream))
        return false;
    for (size_t m = 0; m < members; m++)
        out[m] = (float)distribution_draw_from(&q->prior, seed, m, stream);
    return true;
}
