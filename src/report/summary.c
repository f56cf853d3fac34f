/* summary.csv: one row a scenario, quantity, label and month, with the statistics over the sound members.
 * docs/report.md is the reference of its columns. */
#include "report/parts.h"

#include <math.h>

static void put_value(FILE *stream, double value)
{
    char number[WORDS_SIZE];
    putc(',', stream);
    words_machine(number, value);
    fputs(number, stream);
}

static void put_row(const report *r, const scenario_result *s, size_t index, size_t i, FILE *stream)
{
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
    for (int k = 0; k < CHART_QUANTILES; k++)
        put_value(stream, x->quantiles[k]);
    fprintf(stream, ",%zu,", x->members);
    text_write_field(stream, q->units);
    putc('\n', stream);
}

void summary_write(const report *r, FILE *stream)
{
    fputs("scenario,variable,element,month,mean,p05,p25,p50,p75,p95,members,units\n", stream);
    for (size_t s = 0; s < r->scenario_count; s++)
        for (size_t q = 0; q < r->quantity_count; q++)
            for (size_t i = 0; i < r->months; i++)
                put_row(r, &r->scenarios[s], q, i, stream);
}
