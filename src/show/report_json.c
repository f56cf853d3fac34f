/* The results of a run as JSON: what the table says, for programs. docs/use/report.md describes it. */
#include "base/json.h"
#include "results/findings.h"
#include "show/report.h"

#include <math.h>

static void put_statistics(json *j, const char *name, const statistics *s)
{
    static const char *const names[QUANTILES] = {"p05", "p25", "p50", "p75", "p95"};
    json_open(j, name, '{');
    json_number(j, "mean", s->mean);
    for (int k = 0; k < QUANTILES; k++)
        json_number(j, names[k], s->quantiles[k]);
    json_number(j, "above", s->above);
    json_number(j, "below", s->below);
    json_close(j, '}');
}

static void put_quantity(json *j, const case_results *r, const scenario_result *s, size_t q)
{
    const quantity *x = &r->quantities[q];
    json_open(j, NULL, '{');
    json_string(j, "title", x->title);
    json_string(j, "label", x->label);
    json_string(j, "units", x->units);
    json_string(j, "section", case_section_name(r->c, x->section));
    json_bool(j, "change", x->change);
    put_statistics(j, "now", reading_of(s, q, READING_NOW));
    put_statistics(j, "next", reading_of(s, q, READING_NEXT));
    put_statistics(j, "end", reading_of(s, q, READING_END));
    if (s->reading_differences)
        put_statistics(j, "end_difference", &s->reading_differences[q * READING_COUNT + READING_END]);
    json_close(j, '}');
}

/* A month of the horizon; null where there is none. */
static void put_month(json *j, const case_results *r, const char *name, double index)
{
    char iso[WORDS_SIZE];
    if (isnan(index)) {
        json_string(j, name, NULL);
        return;
    }
    month_iso(r->c->start + (month)index, iso);
    json_string(j, name, iso);
}

static void put_milestone(json *j, const case_results *r, const milestone_result *m)
{
    json_open(j, NULL, '{');
    json_string(j, "title", m->milestone->title);
    json_string(j, "label", m->label);
    json_bool(j, "shortage", m->milestone->shortage);
    json_number(j, "before", m->before);
    json_number(j, "after", m->after);
    put_month(j, r, "in_half_by", m->dates_of_all[1]);
    put_month(j, r, "if_it_comes_p05", m->dates[0]);
    put_month(j, r, "if_it_comes_p50", m->dates[1]);
    put_month(j, r, "if_it_comes_p95", m->dates[2]);
    json_close(j, '}');
}

/* A sentence on a scenario; null where there is none. */
static void put_sentence(json *j, const char *name, const case_results *r, const scenario_result *s,
                         void (*write)(text *, const case_results *, const scenario_result *))
{
    text words = {0};
    write(&words, r, s);
    json_string(j, name, words.length ? words.bytes : NULL);
    j->out->failed |= words.failed;
    text_free(&words);
}

static void put_scenario(json *j, const case_results *r, const scenario_result *s)
{
    const case_scenario *x = scenario_of(r, s);
    json_open(j, NULL, '{');
    json_string(j, "name", x->name);
    json_string(j, "title", x->title);
    put_sentence(j, "verdict", r, s, verdict_finding);
    put_sentence(j, "caution", r, s, range_finding);
    json_number(j, "failed_members", (double)s->failure_count);
    json_open(j, "quantities", '[');
    for (size_t q = 0; q < r->quantity_count; q++)
        put_quantity(j, r, s, q);
    json_close(j, ']');
    json_open(j, "milestones", '[');
    for (size_t k = 0; k < r->milestone_count; k++)
        put_milestone(j, r, &s->milestones[k]);
    json_close(j, ']');
    json_close(j, '}');
}

static void put_finding(json *j, const case_results *r, void (*write)(text *, const case_results *))
{
    text words = {0};
    write(&words, r);
    json_string(j, NULL, words.length ? words.bytes : "");
    j->out->failed |= words.failed;
    text_free(&words);
}

truce_status truce_results_json(const truce_results *r, char **words, truce_error *error)
{
    REQUIRE(r, "results");
    REQUIRE(words, "text");
    text out = {0};
    json j = {.out = &out};
    *words = NULL;
    json_open(&j, NULL, '{');
    json_string(&j, "case", r->c->title);
    json_string(&j, "version", truce_version());
    json_string(&j, "command", r->command);
    json_whole(&j, "seed", r->seed);
    json_number(&j, "members", (double)r->members);
    json_string(&j, "drawn_from", r->fit ? "posterior" : "priors");
    put_month(&j, r, "data_end", (double)r->data_months - 1);
    put_month(&j, r, "horizon_end", (double)r->months - 1);
    json_open(&j, "findings", '[');
    put_finding(&j, r, opening_findings);
    put_finding(&j, r, weakness_finding);
    json_close(&j, ']');
    json_open(&j, "scenarios", '[');
    for (size_t i = 0; i < r->scenario_count; i++)
        put_scenario(&j, r, &r->scenarios[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    if (out.failed) {
        text_free(&out);
        return error_memory(error);
    }
    *words = out.bytes;
    return TRUCE_OK;
}
