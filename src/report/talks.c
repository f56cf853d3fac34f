/* The table of talks on a terminal, and talks.csv. */
#include "report/talks.h"

#include <math.h>
#include <string.h>

enum { LEFT = 0, LOW = 1, MIDDLE = 2, HIGH = 3, RIGHT = 4 }; /* of a band's quantiles */

/* ---- Table
 * --------------------------------------------------------------------------------------------------- */

static const char *side_name(const talks_shown *t, int side)
{
    return case_display_name(t->c, side == CASE_ATTACKER ? "attacker" : "defender");
}

/* One row a half-year, and the last month. */
static bool is_row(const talks_result *r, size_t j)
{
    return j % 6 == 0 || j + 1 == r->month_count;
}

static void print_positions(FILE *out, const talks_shown *t)
{
    const talks_result *r = t->result;
    const case_deal *d = &t->c->talks->deals[t->c->talks->reference];
    fprintf(out, "\nPosition at the table: 100 is all that is fought over (terms beside the line: %s)\n",
            d->title);
    fprintf(out, "%-10s %22s %22s %12s %12s %8s %8s\n", "", side_name(t, 0), side_name(t, 1), "least that",
            "most that", "zone", "deal by");
    fprintf(out, "%-10s %22s %22s %12.12s %12.12s %8s %8s\n", "Month", "median [90 % band]",
            "median [90 % band]", side_name(t, 1), side_name(t, 0), "in %", "then, %");
    fprintf(out, "%-10s %22s %22s %12s %12s\n", "", "", "", "accepts", "concedes");
    for (size_t j = 0; j < r->month_count; j++) {
        const talks_month *m = &r->months[j];
        char name[16], bands[CASE_SIDES][40];
        if (!is_row(r, j))
            continue;
        month_name(m->month, name);
        for (int i = 0; i < CASE_SIDES; i++) {
            const double *q = m->point.quantiles;
            double low = i == CASE_ATTACKER ? q[LEFT] : 1.0 - q[RIGHT],
                   high = i == CASE_ATTACKER ? q[RIGHT] : 1.0 - q[LEFT];
            double middle = i == CASE_ATTACKER ? q[MIDDLE] : 1.0 - q[MIDDLE];
            snprintf(bands[i], sizeof bands[i], "%.0f [%.0f to %.0f]", 100.0 * middle, 100.0 * low,
                     100.0 * high);
        }
        fprintf(out, "%-10s %22s %22s %12.0f %12.0f %8.0f %8.0f\n", name, bands[0], bands[1],
                100.0 * m->least.quantiles[MIDDLE], 100.0 * m->most.quantiles[MIDDLE], 100.0 * m->zone,
                100.0 * m->struck);
    }
}

static void print_deals(FILE *out, const talks_shown *t)
{
    const talks_month *m = &t->result->months[0];
    char name[16];
    month_name(m->month, name);
    fprintf(out,
            "\nDeals in %s: share of futures in which a side prefers the deal to another month of war, and\n",
            name);
    fprintf(out, "probability that fighting resumes after it\n");
    fprintf(out, "%-44s %9.9s %9.9s %6s  %6s %7s %8s\n", "", side_name(t, 0), side_name(t, 1), "both",
            "1 year", "5 years", "10 years");
    for (size_t i = 0; i < t->deal_count; i++) {
        const talks_offer *o = &m->offers[t->deals[i]];
        fprintf(out, "%-44.44s %8.0f%% %8.0f%% %5.0f%%  %5.0f%% %6.0f%% %7.0f%%\n",
                t->c->talks->deals[t->deals[i]].title, 100.0 * o->accepted[0], 100.0 * o->accepted[1],
                100.0 * o->accepted_by_both, 100.0 * o->resumed[0], 100.0 * o->resumed[3],
                100.0 * o->resumed[TALKS_YEARS - 1]);
    }
}

void talks_print(FILE *out, const talks_shown *t)
{
    const talks_result *r = t->result;
    const case_scenario *s = &t->c->scenarios[t->options->scenario];
    fprintf(out, "%s\nScenario \"%s\": %s. %zu futures, seed %llu.\n", t->c->title, s->name, s->title,
            r->members, (unsigned long long)t->options->run.seed);
    if (t->options->branch != SIZE_MAX)
        fprintf(out, "Both sides know that with probability %g it becomes \"%s\".\n",
                t->options->branch_probability, t->c->scenarios[t->options->branch].name);
    print_positions(out, t);
    print_deals(out, t);
    fprintf(out,
            "\nMean worth to each side at the start, in shares of the stake (standard error), and how much\n"
            "more talks would be worth by regressions judged on the futures they were fitted to\n");
    for (int i = 0; i < CASE_SIDES; i++)
        fprintf(out, "%-12.12s war %.3f (%.3f), talks %.3f (%.3f), %+.3f\n", side_name(t, i), r->war[i],
                r->war_error[i], r->value[i], r->value_error[i], r->flattery[i]);
    fprintf(out, "\nWorths of the table are judgements with wide ranges, not measurements: docs/talks.md.\n");
}

/* ---- talks.csv
 * ------------------------------------------------------------------------------------------------ */

static void write_band(FILE *out, const char *when, const char *quantity, const char *deal, const char *side,
                       const talks_band *band)
{
    char number[32];
    fprintf(out, "%s,%s,%s,%s", when, quantity, deal, side);
    for (int i = 0; i < TALKS_BAND; i++) {
        text_from_number(number, band->quantiles[i]);
        fprintf(out, ",%s", number);
    }
    fprintf(out, "\n");
}

/* A probability stands in the column of the median. */
static void write_probability(FILE *out, const char *when, const char *quantity, const char *deal,
                              const char *side, double p)
{
    char number[32];
    text_from_number(number, p);
    fprintf(out, "%s,%s,%s,%s,,,%s,,\n", when, quantity, deal, side, number);
}

static void write_month(FILE *out, const talks_shown *t, const talks_month *m)
{
    static const char *const sides[CASE_SIDES] = {"defender", "attacker"};
    char when[16];
    month_iso(m->month, when);
    write_probability(out, when, "war goes on", "", "", m->at_war);
    write_probability(out, when, "zone", "", "", m->zone);
    write_probability(out, when, "deal struck", "", "", m->struck);
    write_band(out, when, "least line accepted", "", "attacker", &m->least);
    write_band(out, when, "most line conceded", "", "defender", &m->most);
    write_band(out, when, "width of the zone", "", "", &m->width);
    write_band(out, when, "bargaining point", "", "", &m->point);
    for (int i = 0; i < CASE_SIDES; i++) {
        write_band(out, when, "value of war", "", sides[i], &m->war[i]);
        write_band(out, when, "value of talks", "", sides[i], &m->going[i]);
    }
    for (size_t k = 0; k < t->deal_count; k++) {
        const talks_offer *o = &m->offers[t->deals[k]];
        const char *deal = t->c->talks->deals[t->deals[k]].name;
        write_band(out, when, "line", deal, "", &o->line);
        for (int i = 0; i < CASE_SIDES; i++) {
            write_band(out, when, "acceptance gap", deal, sides[i], &o->gap[i]);
            write_probability(out, when, "accepts", deal, sides[i], o->accepted[i]);
        }
        write_probability(out, when, "both accept", deal, "", o->accepted_by_both);
        for (int y = 0; y < TALKS_YEARS; y++) {
            char quantity[40];
            snprintf(quantity, sizeof quantity, "resumed within %d year%s", talks_years[y],
                     talks_years[y] == 1 ? "" : "s");
            write_probability(out, when, quantity, deal, "", o->resumed[y]);
        }
    }
}

static truce_status write_table(const char *directory, const talks_shown *t, truce_error *error)
{
    char path[4096];
    output_file f;
    snprintf(path, sizeof path, "%s/talks.csv", directory);
    truce_status status = output_open(&f, path, error);
    if (status != TRUCE_OK)
        return status;
    fprintf(f.stream, "month,quantity,deal,side,p05,p25,p50,p75,p95\n");
    for (size_t j = 0; j < t->result->month_count; j++)
        write_month(f.stream, t, &t->result->months[j]);
    return output_commit(&f, error);
}

static truce_status write_page(const char *directory, const talks_shown *t, truce_error *error)
{
    char path[4096];
    output_file f;
    text page = {0};
    snprintf(path, sizeof path, "%s/talks.html", directory);
    truce_status status = talks_page(t, &page, error);
    if (status == TRUCE_OK)
        status = output_open(&f, path, error);
    if (status == TRUCE_OK) {
        fwrite(page.bytes, 1, page.length, f.stream); /* output_commit sees what went wrong */
        status = output_commit(&f, error);
    }
    text_free(&page);
    return status;
}

truce_status talks_write(const char *directory, const talks_shown *t, truce_error *error)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/talks.nc", directory);
    truce_status status = write_page(directory, t, error);
    if (status == TRUCE_OK)
        status = talks_write_netcdf(path, t, error);
    return status == TRUCE_OK ? write_table(directory, t, error) : status;
}
