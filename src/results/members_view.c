/* Where the values of the elements and of the months lie in the ensemble of a scenario, and which members are
 * sound. */
#include "results/collecting.h"

#include <math.h>
#include <stdlib.h>

static truce_status find_saves(const case_results *r, const truce_program *program, members_view *v,
                               truce_error *error)
{
    size_t saves = truce_program_save_count(program), save = 0;
    for (size_t k = 0; k <= r->months; k++) {
        double time = r->c->time_start + (double)k;
        while (save < saves && truce_program_save_time(program, save) < time - 1e-6)
            save++;
        if (save >= saves || fabs(truce_program_save_time(program, save) - time) > 1e-6)
            return error_set(error, TRUCE_RUN_FAILED, r->c->path, 0,
                             "the run has no value for the start of %s %zu of its horizon", case_period(r->c),
                             k + 1);
        v->save_of[k] = save;
    }
    return TRUCE_OK;
}

truce_status members_view_make(const case_results *r, const results_scenario *scenario, members_view *v,
                               truce_error *error)
{
    const truce_program *program = scenario->plan->program;
    size_t elements = r->c->model->element_count;
    size_t members = truce_ensemble_members(scenario->ensemble);
    uint64_t first = truce_ensemble_first_member(scenario->ensemble);
    *v = (members_view){.ensemble = scenario->ensemble,
                        .members = members,
                        .part = {.first = (size_t)first, .last = first + members == r->members}};
    v->output_of = malloc((elements ? elements : 1) * sizeof *v->output_of);
    v->save_of = malloc((r->months + 1) * sizeof *v->save_of);
    v->bad = malloc((v->members ? v->members : 1) * sizeof *v->bad);
    if (!v->output_of || !v->save_of || !v->bad) {
        members_view_free(v);
        return error_memory(error);
    }
    for (size_t e = 0; e < elements; e++)
        v->output_of[e] = SIZE_MAX;
    for (size_t o = 0; o < truce_program_output_count(program); o++) {
        size_t found = model_find_element(r->c->model, truce_program_output_name(program, o));
        if (found < elements)
            v->output_of[found] = o;
    }
    for (size_t i = 0; i < v->members; i++)
        v->bad[i] = truce_ensemble_is_bad(scenario->ensemble, first + i);
    truce_status status = find_saves(r, program, v, error);
    for (size_t q = 0; q < r->quantity_count && !status; q++)
        for (size_t i = 0; i < r->quantities[q].element_count && !status; i++)
            if (v->output_of[r->quantities[q].elements[i]] == SIZE_MAX)
                status = error_set(error, TRUCE_RUN_FAILED, r->c->path, 0, "the run did not save \"%s\"",
                                   truce_model_element_name(r->c->model, r->quantities[q].elements[i]));
    if (status)
        members_view_free(v);
    return status;
}

void members_view_free(members_view *v)
{
    free(v->output_of);
    free(v->save_of);
    free(v->bad);
    *v = (members_view){0};
}
