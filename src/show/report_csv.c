/* summary.csv: one row per scenario, quantity, label and month, with the statistics over the sound members,
 * and one per scenario, milestone, label and month of the forecast;
 * and observed.csv: one row an observed month of a series, with what the first scenario predicts of it.
 * docs/use/report.md is the reference of its columns. */
#include "show/report_parts.h"

#include <assert.h>
#include <math.h>

static void put_value(FILE *stream, double value)
{
    char number[WORDS_SIZE];
    putc(',', stream);
    words_machine(number, value);
    fputs(number, stream);
}

static void put_row(const case_results *r, const scenario_result *s, size_t index, size_t i, FILE *stream)
{
    assert(i <= r->months);
    const quantity *q = &r->quantities[index];
    const statistics *x = series_of(r, s, index, i);
    char iso[WORDS_SIZE];
    text_write_field(stream, scenario_of(r, s)->name);
    putc(',', stream);
    text_write_field(stream, q->title);
    putc(',', stream);
    text_write_field(stream, q->label);
    month_iso(r->c->start + (month)i, iso);
    fprintf(stream, ",%s", iso);
    put_value(stream, x->mean);
    for (int k = 0; k < QUANTILES; k++)
        put_value(stream, x->quantiles[k]);
    fprintf(stream, ",%zu,", x->members);
    text_write_field(stream, q->units);
    putc('\n', stream);
}

/* The probability that a milestone has come by the end of a month stands in the place of a mean. */
static void put_milestone(const case_results *r, const scenario_result *s, size_t index, size_t i,
                          FILE *stream)
{
    const milestone_result *x = &s->milestones[index];
    char iso[WORDS_SIZE];
    text_write_field(stream, scenario_of(r, s)->name);
    putc(',', stream);
    text_write_field(stream, x->milestone->title);
    putc(',', stream);
    text_write_field(stream, x->label);
    month_iso(r->c->start + (month)i, iso);
    fprintf(stream, ",%s", iso);
    put_value(stream, milestone_by(x, i + 1));
    fprintf(stream, ",,,,,,%zu,probability by then\n", x->sound);
}

void summary_write(const case_results *r, FILE *stream)
{
    fprintf(stream, "scenario,variable,element,%s,mean,p05,p25,p50,p75,p95,members,units\n",
            case_period(r->c));
    for (size_t s = 0; s < r->scenario_count; s++)
        for (size_t q = 0; q < r->quantity_count; q++)
            for (size_t i = 0; i < r->months; i++)
                put_row(r, &r->scenarios[s], q, i, stream);
    for (size_t s = 0; s < r->scenario_count; s++)
        for (size_t k = 0; k < r->milestone_count; k++)
            for (size_t i = r->data_months; i < r->months; i++)
                put_milestone(r, &r->scenarios[s], k, i, stream);
}

/* ---- observed.csv -------------------------------------------------------- */

static const char *sample_name(const case_results *r, const case_observation *o, size_t i)
{
    return !is_used(r, o, i) ? "left out" : i < r->fitted_months ? "fitted" : "not fitted";
}

static void put_observed(const case_results *r, size_t index, size_t i, FILE *stream)
{
    const case_observation *o = &r->c->observations[index];
    const observation_result *x = &r->observations[index];
    const statistics *s = &x->predicted[i];
    char iso[WORDS_SIZE];
    text_write_field(stream, o->name);
    month_iso(r->c->start + (month)i, iso);
    fprintf(stream, ",%s,%s", iso, sample_name(r, o, i));
    put_value(stream, observed_in(r, o, i));
    for (int k = 0; k < QUANTILES; k++)
        put_value(stream, s->quantiles[k]);
    put_value(stream, s->members ? x->below[i] / (double)s->members : NAN);
    put_value(stream, x->residuals[i]);
    putc(',', stream);
    text_write_field(stream, o->units ? o->units : "");
    putc('\n', stream);
}

void observed_write(const case_results *r, FILE *stream)
{
    fprintf(stream, "series,%s,sample,observed,p05,p25,p50,p75,p95,pit,residual,units\n", case_period(r->c));
    for (size_t k = 0; k < r->c->observation_count; k++)
        for (size_t i = 0; i < r->months; i++)
            if (!isnan(observed_in(r, &r->c->observations[k], i)))
                put_observed(r, k, i, stream);
}
