/* talks.nc: the numbers of talks.csv as arrays over month, deal, side, quantile and years of peace. */
#include "report/talks.h"

#include <netcdf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MONTH, DEAL, SIDE, QUANTILE, YEARS, DIMENSIONS };

typedef struct talks_file {
    const talks_shown *t;
    int id, dimensions[DIMENSIONS], code;
} talks_file;

/* The value of a variable at a month, a deal, a side, and a place of a band or of the years. */
typedef double reader(const talks_month *m, const talks_offer *o, size_t side, size_t k);

static double at_war(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)o, (void)side, (void)k;
    return m->at_war;
}

static double zone(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)o, (void)side, (void)k;
    return m->zone;
}

static double struck(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)o, (void)side, (void)k;
    return m->struck;
}

static double least(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)o, (void)side;
    return m->least.quantiles[k];
}

static double most(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)o, (void)side;
    return m->most.quantiles[k];
}

static double width(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)o, (void)side;
    return m->width.quantiles[k];
}

static double point(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)o, (void)side;
    return m->point.quantiles[k];
}

static double war(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)o;
    return m->war[side].quantiles[k];
}

static double going(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)o;
    return m->going[side].quantiles[k];
}

static double gap(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)m;
    return o->gap[side].quantiles[k];
}

static double accepted(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)m, (void)k;
    return o->accepted[side];
}

static double both(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)m, (void)side, (void)k;
    return o->accepted_by_both;
}

static double resumed(const talks_month *m, const talks_offer *o, size_t side, size_t k)
{
    (void)m, (void)side;
    return o->resumed[k];
}

static const struct {
    const char *name, *long_name;
    reader *read;
    bool deal, side, quantile, years;
} variables[] = {
    {"war_goes_on", "share of members whose war goes on without talks", at_war, false, false, false, false},
    {"zone", "share of members with a line that both accept", zone, false, false, false, false},
    {"deal_struck", "share of members with a deal by this month", struck, false, false, false, false},
    {"least_line_accepted", "least line that the attacker accepts", least, false, false, true, false},
    {"most_line_conceded", "most that the defender concedes", most, false, false, true, false},
    {"width_of_the_zone", "most line conceded less least line accepted", width, false, false, true, false},
    {"bargaining_point", "position of the attacker", point, false, false, true, false},
    {"value_of_war", "value of fighting on without a deal", war, false, true, true, false},
    {"value_of_talks", "value of going on for a month", going, false, true, true, false},
    {"acceptance_gap", "worth of the deal less worth of going on", gap, true, true, true, false},
    {"accepts", "share of members in which the side prefers the deal", accepted, true, true, false, false},
    {"both_accept", "share of members in which both prefer the deal", both, true, false, false, false},
    {"resumed", "probability that fighting has resumed", resumed, true, false, false, true},
};

static void put_text(talks_file *f, int variable, const char *name, const char *value)
{
    if (!f->code)
        f->code = nc_put_att_text(f->id, variable, name, strlen(value), value);
}

static void put_numbers(talks_file *f, const char *name, int dimension, const double *values)
{
    int variable;
    if (!f->code)
        f->code = nc_def_var(f->id, name, NC_DOUBLE, 1, &f->dimensions[dimension], &variable);
    if (!f->code)
        f->code = nc_put_var_double(f->id, variable, values);
}

static void put_names(talks_file *f, const char *name, int dimension, const char **names)
{
    int variable;
    if (!f->code)
        f->code = nc_def_var(f->id, name, NC_STRING, 1, &f->dimensions[dimension], &variable);
    if (!f->code)
        f->code = nc_put_var_string(f->id, variable, names);
}

static void put_variable(talks_file *f, size_t i)
{
    const talks_result *r = f->t->result;
    size_t deals = variables[i].deal ? f->t->deal_count : 1, sides = variables[i].side ? CASE_SIDES : 1;
    size_t last = variables[i].quantile ? TALKS_BAND : variables[i].years ? TALKS_YEARS : 1, count = 0;
    int dimensions[4] = {f->dimensions[MONTH]}, rank = 1, id = 0;
    if (variables[i].deal)
        dimensions[rank++] = f->dimensions[DEAL];
    if (variables[i].side)
        dimensions[rank++] = f->dimensions[SIDE];
    if (last > 1)
        dimensions[rank++] = f->dimensions[variables[i].quantile ? QUANTILE : YEARS];
    double *values = calloc(r->month_count * deals * sides * last, sizeof *values);
    if (!values && !f->code)
        f->code = NC_ENOMEM;
    for (size_t j = 0; values && j < r->month_count; j++)
        for (size_t d = 0; d < deals; d++)
            for (size_t s = 0; s < sides; s++)
                for (size_t k = 0; k < last; k++)
                    values[count++] =
                        variables[i].read(&r->months[j], &r->months[j].offers[f->t->deals[d]], s, k);
    if (!f->code)
        f->code = nc_def_var(f->id, variables[i].name, NC_DOUBLE, rank, dimensions, &id);
    put_text(f, id, "long_name", variables[i].long_name);
    put_text(f, id, "units", "1");
    if (!f->code)
        f->code = nc_put_var_double(f->id, id, values);
    free(values);
}

static void put_all(talks_file *f)
{
    static const char *const names[DIMENSIONS] = {"month", "deal", "side", "quantile", "years"};
    const talks_shown *t = f->t;
    const size_t sizes[DIMENSIONS] = {t->result->month_count, t->deal_count, CASE_SIDES, TALKS_BAND,
                                      TALKS_YEARS};
    const char *deals[TALKS_SHOWN], *sides[CASE_SIDES] = {"defender", "attacker"};
    double years[TALKS_YEARS];
    for (int i = 0; i < DIMENSIONS && !f->code; i++)
        f->code = nc_def_dim(f->id, names[i], sizes[i], &f->dimensions[i]);
    for (size_t k = 0; k < t->deal_count; k++)
        deals[k] = t->c->talks->deals[t->deals[k]].name;
    for (int y = 0; y < TALKS_YEARS; y++)
        years[y] = talks_years[y];
    char(*isos)[16] = calloc(t->result->month_count, sizeof *isos);
    const char **months = calloc(t->result->month_count, sizeof *months);
    if ((!isos || !months) && !f->code)
        f->code = NC_ENOMEM;
    for (size_t j = 0; isos && months && j < t->result->month_count; j++) {
        month_iso(t->result->months[j].month, isos[j]);
        months[j] = isos[j];
    }
    put_names(f, "month", MONTH, months);
    put_names(f, "deal", DEAL, deals);
    put_names(f, "side", SIDE, sides);
    put_numbers(f, "quantile", QUANTILE, talks_probabilities);
    put_numbers(f, "years", YEARS, years);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        put_variable(f, i);
    put_text(f, NC_GLOBAL, "title", t->c->title);
    put_text(f, NC_GLOBAL, "scenario", t->c->scenarios[t->options->scenario].name);
    put_text(f, NC_GLOBAL, "source", "truce");
    free(isos);
    free(months);
}

truce_status talks_write_netcdf(const char *path, const talks_shown *t, truce_error *error)
{
    talks_file f = {.t = t};
    f.code = nc_create(path, NC_NETCDF4 | NC_CLOBBER, &f.id);
    if (!f.code) {
        put_all(&f);
        int closed = nc_close(f.id);
        f.code = f.code ? f.code : closed;
        if (f.code)
            unlink(path);
    }
    return f.code
               ? error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot write the file: %s", nc_strerror(f.code))
               : TRUCE_OK;
}
