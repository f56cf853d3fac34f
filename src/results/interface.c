/* Results as data and sentences for programs: the public side of results.h and findings.h. */
#include "results/findings.h"

#include <math.h>
#include <stdlib.h>

truce_results_facts truce_results_facts_of(const truce_results *r)
{
    if (!r)
        return (truce_results_facts){.command = "", .front_level = SIZE_MAX, .front_change = SIZE_MAX};
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

/* NULL when there is none. */
static const scenario_result *result_of(const truce_results *r, size_t scenario)
{
    return r && scenario < r->scenario_count ? &r->scenarios[scenario] : NULL;
}

size_t truce_results_scenario(const truce_results *r, size_t scenario)
{
    const scenario_result *s = result_of(r, scenario);
    return s ? s->scenario : SIZE_MAX;
}

/* ---- Numbers ----------------------------------------------------------------------------------------- */

truce_quantity truce_results_quantity(const truce_results *r, size_t index)
{
    if (!r || index >= r->quantity_count)
        return (truce_quantity){0};
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
    const scenario_result *s = result_of(r, scenario);
    bool there = s && q < r->quantity_count && m < r->months;
    return there ? statistics_at(s->series, q * r->months + m) : statistics_at(NULL, 0);
}

truce_statistics truce_results_difference(const truce_results *r, size_t scenario, size_t q, size_t m)
{
    const scenario_result *s = result_of(r, scenario);
    bool there = s && q < r->quantity_count && m < r->months;
    return there ? statistics_at(s->differences, q * r->months + m) : statistics_at(NULL, 0);
}

truce_statistics truce_results_reading(const truce_results *r, size_t scenario, size_t q, truce_reading k)
{
    const scenario_result *s = result_of(r, scenario);
    bool there = s && q < r->quantity_count && (size_t)k < READING_COUNT;
    return there ? statistics_at(s->readings, q * READING_COUNT + (size_t)k) : statistics_at(NULL, 0);
}

truce_statistics truce_results_reading_difference(const truce_results *r, size_t scenario, size_t q,
                                                  truce_reading k)
{
    const scenario_result *s = result_of(r, scenario);
    bool there = s && q < r->quantity_count && (size_t)k < READING_COUNT;
    return there ? statistics_at(s->reading_differences, q * READING_COUNT + (size_t)k)
                 : statistics_at(NULL, 0);
}

/* ---- Events ------------------------------------------------------------------------------------------ */

truce_milestone truce_results_milestone(const truce_results *r, size_t scenario, size_t index)
{
    const scenario_result *of = result_of(r, scenario);
    if (!of || index >= r->milestone_count)
        return (truce_milestone){
            .before = NAN, .after = NAN, .dates = {NAN, NAN, NAN}, .dates_of_all = {NAN, NAN, NAN}};
    const milestone_result *s = &of->milestones[index];
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
    const scenario_result *s = result_of(r, scenario);
    return s ? s->failure_count : 0;
}

bool truce_results_failure(const truce_results *r, size_t scenario, size_t index, truce_failure *failure)
{
    const scenario_result *s = result_of(r, scenario);
    if (!s || !failure || index >= s->failure_kept)
        return false;
    const failure_record *f = &s->failures[index];
    *failure = (truce_failure){f->member, f->time, f->value, f->variable};
    return true;
}

/* ---- Observations ------------------------------------------------------------------------------------ */

truce_statistics truce_results_predicted(const truce_results *r, size_t index, size_t m)
{
    if (!r || index >= r->c->observation_count || m >= r->months)
        return statistics_at(NULL, 0);
    return statistics_at(r->observations[index].predicted, m);
}

truce_coverage truce_results_coverage(const truce_results *r, size_t index, bool fitted)
{
    if (!r || index >= r->c->observation_count)
        return (truce_coverage){0};
    const coverage *c = fitted ? &r->observations[index].fitted : &r->observations[index].later;
    return (truce_coverage){c->used, c->within_50, c->within_90};
}

/* ---- Sentences --------------------------------------------------------------------------------------- */

/* How many findings of a kind there are. */
static size_t finding_count(const truce_results *r, truce_finding kind)
{
    switch (kind) {
    case TRUCE_FINDING_FRONT:
    case TRUCE_FINDING_LOSSES:
        return r->scenario_count;
    case TRUCE_FINDING_DIFFERENCE:
        return r->quantity_count;
    case TRUCE_FINDING_OBSERVATION:
        return r->c->observation_count;
    case TRUCE_FINDING_MILESTONE:
        return r->scenario_count ? r->milestone_count : 0;
    case TRUCE_FINDING_WEAKNESS:
        return 1;
    }
    return 0;
}

truce_status truce_results_finding(const truce_results *r, truce_finding kind, size_t index, char **sentence,
                                   truce_error *error)
{
    REQUIRE(r, "results");
    REQUIRE(sentence, "sentence");
    if (index >= finding_count(r, kind))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there is no finding %zu of kind %d", index,
                         (int)kind);
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
