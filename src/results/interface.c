/* Results as data and sentences for programs: the public side of results.h and findings.h. */
#include "results/findings.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

truce_results_facts truce_results_facts_of(const truce_results *r)
{
    return (truce_results_facts){.command = r->command,
                                 .seed = r->seed,
                                 .members = r->members,
                                 .months = r->months,
                                 .data_months = r->data_months,
                                 .fitted_months = r->fitted_months,
                                 .scenarios = r->scenario_count,
                                 .quantities = r->quantity_count,
                                 .milestones = r->milestone_count,
                                 .observations = r->c->observation_count,
                                 .front_level = r->front_level,
                                 .front_change = r->front_change};
}

static const scenario_result *result_of(const truce_results *r, size_t scenario)
{
    assert(scenario < r->scenario_count);
    return &r->scenarios[scenario];
}

size_t truce_results_scenario(const truce_results *r, size_t scenario)
{
    return result_of(r, scenario)->scenario;
}

/* ---- Numbers ----------------------------------------------------------------------------------------- */

truce_quantity truce_results_quantity(const truce_results *r, size_t index)
{
    assert(index < r->quantity_count);
    const quantity *q = &r->quantities[index];
    return (truce_quantity){.title = q->title,
                            .units = q->units,
                            .label = q->label,
                            .section = case_section_name(r->c, q->section),
                            .change = q->change,
                            .both = q->both};
}

/* Of a set that may not be there, such as the differences of the baseline. */
static truce_statistics statistics_at(const statistics *all, size_t index)
{
    truce_statistics found = {.mean = NAN, .above = NAN, .below = NAN, .rank_error = NAN};
    for (size_t i = 0; i < TRUCE_QUANTILES; i++)
        found.quantiles[i] = all ? all[index].quantiles[i] : NAN;
    if (!all)
        return found;
    found.mean = all[index].mean;
    found.above = all[index].above;
    found.below = all[index].below;
    found.members = all[index].members;
    found.rank_error = all[index].rank_error;
    return found;
}

truce_statistics truce_results_series(const truce_results *r, size_t scenario, size_t q, size_t m)
{
    assert(q < r->quantity_count && m < r->months);
    return statistics_at(result_of(r, scenario)->series, q * r->months + m);
}

truce_statistics truce_results_difference(const truce_results *r, size_t scenario, size_t q, size_t m)
{
    assert(q < r->quantity_count && m < r->months);
    return statistics_at(result_of(r, scenario)->differences, q * r->months + m);
}

truce_statistics truce_results_reading(const truce_results *r, size_t scenario, size_t q, truce_reading k)
{
    assert(q < r->quantity_count && (size_t)k < READING_COUNT);
    return statistics_at(result_of(r, scenario)->readings, q * READING_COUNT + (size_t)k);
}

truce_statistics truce_results_reading_difference(const truce_results *r, size_t scenario, size_t q,
                                                  truce_reading k)
{
    assert(q < r->quantity_count && (size_t)k < READING_COUNT);
    return statistics_at(result_of(r, scenario)->reading_differences, q * READING_COUNT + (size_t)k);
}

/* ---- Events ------------------------------------------------------------------------------------------ */

truce_milestone truce_results_milestone(const truce_results *r, size_t scenario, size_t index)
{
    assert(index < r->milestone_count);
    const milestone_result *s = &result_of(r, scenario)->milestones[index];
    return (truce_milestone){.title = s->milestone->title,
                             .label = s->label,
                             .shortage = s->milestone->shortage,
                             .before = s->before,
                             .after = s->after,
                             .dates = {s->dates[0], s->dates[1], s->dates[2]},
                             .dates_of_all = {s->dates_of_all[0], s->dates_of_all[1], s->dates_of_all[2]},
                             .members = s->sound,
                             .starts = s->starts};
}

size_t truce_results_failure_count(const truce_results *r, size_t scenario)
{
    return result_of(r, scenario)->failure_count;
}

bool truce_results_failure(const truce_results *r, size_t scenario, size_t index, truce_failure *failure)
{
    const scenario_result *s = result_of(r, scenario);
    if (index >= s->failure_kept)
        return false;
    const failure_record *f = &s->failures[index];
    *failure = (truce_failure){f->member, f->time, f->value, f->variable};
    return true;
}

/* ---- Observations ------------------------------------------------------------------------------------ */

truce_statistics truce_results_predicted(const truce_results *r, size_t index, size_t m)
{
    assert(index < r->c->observation_count && m < r->months);
    return statistics_at(r->observations[index].predicted, m);
}

truce_coverage truce_results_coverage(const truce_results *r, size_t index, bool fitted)
{
    assert(index < r->c->observation_count);
    const coverage *c = fitted ? &r->observations[index].fitted : &r->observations[index].later;
    return (truce_coverage){c->used, c->within_50, c->within_90};
}

/* ---- Sentences --------------------------------------------------------------------------------------- */

truce_status truce_results_finding(const truce_results *r, truce_finding kind, size_t index, char **sentence,
                                   truce_error *error)
{
    text words = {0};
    *sentence = NULL;
    switch (kind) {
    case TRUCE_FINDING_FRONT:
        front_finding(&words, r, result_of(r, index));
        break;
    case TRUCE_FINDING_LOSSES:
        losses_finding(&words, r, result_of(r, index));
        break;
    case TRUCE_FINDING_DIFFERENCE:
        difference_finding(&words, r, index);
        break;
    case TRUCE_FINDING_OBSERVATION:
        observation_finding(&words, r, index);
        break;
    case TRUCE_FINDING_MILESTONE:
        milestone_finding(&words, r, &result_of(r, 0)->milestones[index]);
        break;
    case TRUCE_FINDING_WEAKNESS:
        weakness_finding(&words, r);
        break;
    }
    text_print(&words, "%s", ""); /* bytes, even where there is nothing to say */
    if (words.failed || !words.bytes) {
        text_free(&words);
        return error_memory(error);
    }
    *sentence = words.bytes;
    return TRUCE_OK;
}

void truce_text_free(char *bytes)
{
    free(bytes);
}

truce_status truce_text_write(const char *bytes, const char *path, truce_error *error)
{
    output_file file;
    if (!bytes || !path)
        return error_set(error, TRUCE_BAD_USAGE, "", 0, "a text and a path are needed");
    TRY(output_open(&file, path, error));
    fputs(bytes, file.stream);
    return output_commit(&file, error);
}
