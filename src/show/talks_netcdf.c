/* talks.nc: the numbers of talks.csv as arrays over scenario, month, deal, side, quantile and years of peace.
 */
#include "base/netcdf.h"
#include "base/netcdf_file.h"
#include "show/talks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SCENARIO, MONTH, DEAL, SIDE, QUANTILE, YEARS, DIMENSIONS };

typedef struct talks_file {
    const talks_shown *t;
    int id, dimensions[DIMENSIONS], code;
} talks_file;

/* What a number is of. */
typedef struct place_of {
    const talks_month *m;
    const talks_offer *o;
    const talks_month *prior;   /* NULL without a record */
    const talks_change *change; /* NULL in the first scenario */
    size_t side, quantile, year;
} place_of;

/* Readers of one number each. */
#define READER(name, expression)                                                                             \
    static double name(const place_of *at)                                                                   \
    {                                                                                                        \
        return expression;                                                                                   \
    }
READER(at_war, at->m->at_war)
READER(zone, at->m->zone)
READER(placed, at->m->placed)
READER(struck, at->m->struck)
READER(terms, at->m->terms.quantiles[at->quantile])
READER(terms_so_far, at->m->terms_so_far.quantiles[at->quantile])
READER(least, at->m->least.quantiles[at->quantile])
READER(most, at->m->most.quantiles[at->quantile])
READER(width, at->m->width.quantiles[at->quantile])
READER(point, at->m->point.quantiles[at->quantile])
READER(position, talks_position(&at->m->point, (int)at->side).quantiles[at->quantile])
READER(war, at->m->war[at->side].quantiles[at->quantile])
READER(going, at->m->going[at->side].quantiles[at->quantile])
READER(line, at->o->line.quantiles[at->quantile])
READER(gap, at->o->gap[at->side].quantiles[at->quantile])
READER(accepted, at->o->accepted[at->side])
READER(both, at->o->accepted_by_both)
READER(resumed, at->o->resumed[at->year])
READER(decided, at->o->decided[at->year])
READER(never, at->o->never[at->side])
READER(met, at->m->met)
READER(chance, at->m->chance)
READER(goes_on, at->m->goes_on)
READER(ripe, at->m->ripe)
READER(strong, at->m->strong[at->side])
READER(loose, at->m->loose)
READER(prior_chance, at->prior ? at->prior->chance : NAN)
READER(prior_struck, at->prior ? at->prior->struck : NAN)
READER(prior_position,
       at->prior ? talks_position(&at->prior->point, (int)at->side).quantiles[at->quantile] : NAN)
READER(prior_strong, at->prior ? at->prior->strong[at->side] : NAN)
READER(holds, at->o->peace[at->year].quantiles[at->quantile])
READER(change, at->change ? at->change->position.quantiles[at->quantile] : NAN)
READER(change_mean, at->change ? at->change->mean.mean : NAN)
READER(change_error, at->change ? at->change->mean.error : NAN)
READER(stronger, at->change ? at->change->stronger : NAN)
READER(weaker, at->change ? at->change->weaker : NAN)
READER(zone_change, at->change ? at->change->zone.mean : NAN)
READER(zone_error, at->change ? at->change->zone.error : NAN)
READER(struck_change, at->change ? at->change->struck.mean : NAN)
READER(struck_error, at->change ? at->change->struck.error : NAN)

enum { OF_DEAL = 1, OF_SIDE = 2, OF_QUANTILE = 4, OF_YEAR = 8 };

static const struct {
    const char *name, *long_name;
    double (*read)(const place_of *at);
    unsigned of; /* beside scenario and month */
} variables[] = {
    {"war_goes_on", "share of members whose war goes on without talks", at_war, 0},
    {"zone", "share of members with a line that both accept", zone, 0},
    {"each_signs_some_line",
     "share of members in which each side signs some line on the terms of the reference deal: those that "
     "have a "
     "position",
     placed, 0},
    {"deal_struck", "share of members with a deal by this month", struck, 0},
    {"line_agreed",
     "attacker's share in a deal of this month, members by the probability of one if they meet", terms,
     OF_QUANTILE},
    {"line_agreed_so_far", "attacker's share in the deals struck by this month", terms_so_far, OF_QUANTILE},
    {"least_line_accepted", "least line that the attacker accepts", least, OF_QUANTILE},
    {"most_line_conceded", "most that the defender concedes", most, OF_QUANTILE},
    {"width_of_the_zone", "most line conceded less least line accepted", width, OF_QUANTILE},
    {"bargaining_point", "position of the attacker, as a share", point, OF_QUANTILE},
    {"position", "position of strength of a side, as a share", position, OF_SIDE | OF_QUANTILE},
    {"value_of_war", "value of fighting on without a deal", war, OF_SIDE | OF_QUANTILE},
    {"value_of_talks", "value of going on for a month", going, OF_SIDE | OF_QUANTILE},
    {"position_change", "defender's position as a share less that in the first scenario", change,
     OF_QUANTILE},
    {"position_change_mean", "mean of position_change", change_mean, 0},
    {"position_change_error", "standard error of position_change_mean", change_error, 0},
    {"stronger", "share of members in which the defender's position is stronger", stronger, 0},
    {"weaker", "share of members in which the defender's position is weaker", weaker, 0},
    {"zone_change", "zone less that in the first scenario", zone_change, 0},
    {"zone_change_error", "standard error of zone_change", zone_error, 0},
    {"deal_struck_change", "deal_struck less that in the first scenario", struck_change, 0},
    {"deal_struck_change_error", "standard error of deal_struck_change", struck_error, 0},
    {"line", "attacker's share where the line of the deal runs", line, OF_DEAL | OF_QUANTILE},
    {"acceptance_gap", "worth of the deal less worth of going on", gap, OF_DEAL | OF_SIDE | OF_QUANTILE},
    {"accepts", "share of members in which the side prefers the deal", accepted, OF_DEAL | OF_SIDE},
    {"both_accept", "share of members in which both prefer the deal", both, OF_DEAL},
    {"never_signs", "share of members in which the side signs no such deal", never, OF_DEAL | OF_SIDE},
    {"deal_if_they_meet", "probability of a deal in the month if the sides meet", met, 0},
    {"deal_in_the_month", "probability of a deal in the month", chance, 0},
    {"neither_over_nor_agreed",
     "probability that after the month the war is over neither by itself nor by a deal", goes_on, 0},
    {"ripe", "probability that going on loses worth to both and a deal suits both", ripe, 0},
    {"position_of_strength", "probability that the other's best terms meet the side's declared minimum",
     strong, OF_SIDE},
    {"zone_width_error", "error of the regressions in the width of the zone", loose, 0},
    {"prior_deal_in_the_month", "the same before the record is known", prior_chance, 0},
    {"prior_deal_struck", "deal_struck before the record is known", prior_struck, 0},
    {"prior_position", "position before the record is known", prior_position, OF_SIDE | OF_QUANTILE},
    {"prior_position_of_strength", "position_of_strength before the record is known", prior_strong, OF_SIDE},
    {"resumed", "probability that fighting has resumed", resumed, OF_DEAL | OF_YEAR},
    {"resumed_by_decision", "the part of it that a side decides", decided, OF_DEAL | OF_YEAR},
    {"peace", "probability that fighting has not resumed, by member", holds, OF_DEAL | OF_YEAR | OF_QUANTILE},
};

static void put_text(talks_file *f, int variable, const char *name, const char *value)
{
    if (!f->code)
        f->code = netcdf_put_text(f->id, variable, name, value);
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

/* Numbers of one scenario and month, in the order of the dimensions; returns how many. */
static size_t read_month(const talks_file *f, size_t i, const talks_scenario *scenario, size_t j,
                         double *values)
{
    const unsigned of = variables[i].of;
    size_t deals = of & OF_DEAL ? f->t->deal_count : 1, sides = of & OF_SIDE ? CASE_SIDES : 1;
    size_t years = of & OF_YEAR ? TALKS_YEARS : 1, quantiles = of & OF_QUANTILE ? TALKS_BAND : 1, count = 0;
    place_of at = {.m = &scenario->result.months[j],
                   .prior = scenario->result.prior ? &scenario->result.prior[j] : NULL,
                   .change = scenario->changes ? &scenario->changes[j] : NULL};
    for (size_t d = 0; d < deals; d++)
        for (at.side = 0; at.side < sides; at.side++)
            for (at.year = 0; at.year < years; at.year++)
                for (at.quantile = 0; at.quantile < quantiles; at.quantile++) {
                    at.o = &at.m->offers[f->t->deals[d]];
                    values[count++] = variables[i].read(&at);
                }
    return count;
}

static size_t numbers_of(const talks_shown *t, size_t i)
{
    const unsigned of = variables[i].of;
    return (of & OF_DEAL ? t->deal_count : 1) * (of & OF_SIDE ? CASE_SIDES : 1) *
           (of & OF_YEAR ? TALKS_YEARS : 1) * (of & OF_QUANTILE ? TALKS_BAND : 1);
}

static void put_variable(talks_file *f, size_t i)
{
    static const struct {
        unsigned of;
        int dimension;
    } kinds[] = {{OF_DEAL, DEAL}, {OF_SIDE, SIDE}, {OF_YEAR, YEARS}, {OF_QUANTILE, QUANTILE}};
    const talks_shown *t = f->t;
    size_t months = t->scenarios[0].result.month_count, count = 0;
    int dimensions[DIMENSIONS] = {f->dimensions[SCENARIO], f->dimensions[MONTH]}, rank = 2, id = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (variables[i].of & kinds[k].of)
            dimensions[rank++] = f->dimensions[kinds[k].dimension];
    double *values = calloc(t->scenario_count * months * numbers_of(t, i), sizeof *values);
    if (!values && !f->code)
        f->code = NC_ENOMEM;
    for (size_t s = 0; values && s < t->scenario_count; s++)
        for (size_t j = 0; j < months; j++)
            count += read_month(f, i, &t->scenarios[s], j, values + count);
    if (!f->code)
        f->code = nc_def_var(f->id, variables[i].name, NC_DOUBLE, rank, dimensions, &id);
    put_text(f, id, "long_name", variables[i].long_name);
    put_text(f, id, "units", "1");
    if (!f->code)
        f->code = nc_put_var_double(f->id, id, values);
    free(values);
}

static void put_months(talks_file *f)
{
    const talks_result *r = &f->t->scenarios[0].result;
    char(*isos)[16] = calloc(r->month_count, sizeof *isos);
    const char **months = calloc(r->month_count, sizeof *months);
    if ((!isos || !months) && !f->code)
        f->code = NC_ENOMEM;
    for (size_t j = 0; isos && months && j < r->month_count; j++) {
        month_iso(r->months[j].month, isos[j]);
        months[j] = isos[j];
    }
    put_names(f, "month", MONTH, months);
    free(isos);
    free(months);
}

static void put_scenarios(talks_file *f)
{
    const char **names = calloc(f->t->scenario_count, sizeof *names);
    if (!names && !f->code)
        f->code = NC_ENOMEM;
    for (size_t i = 0; names && i < f->t->scenario_count; i++)
        names[i] = talks_scenario_name(f->t, i);
    put_names(f, "scenario", SCENARIO, names);
    free(names);
}

static void put_globals(talks_file *f)
{
    text members = {0}, command = {0}, seed = {0};
    talks_draws_words(&members, f->t);
    talks_command_words(&command, f->t);
    text_print(&seed, "%llu", (unsigned long long)f->t->options->run.seed);
    put_text(f, NC_GLOBAL, "title", f->t->c->title);
    put_text(f, NC_GLOBAL, "source", "truce");
    put_text(f, NC_GLOBAL, "version", truce_version());
    if ((members.failed || command.failed || seed.failed) && !f->code)
        f->code = NC_ENOMEM;
    if (!f->code) {
        put_text(f, NC_GLOBAL, "members", members.bytes);
        put_text(f, NC_GLOBAL, "command", command.bytes);
        put_text(f, NC_GLOBAL, "seed", seed.bytes);
    }
    text_free(&members);
    text_free(&command);
    text_free(&seed);
}

static void put_all(talks_file *f)
{
    static const char *const names[DIMENSIONS] = {"scenario", "month", "deal", "side", "quantile", "years"};
    const talks_shown *t = f->t;
    const size_t sizes[DIMENSIONS] = {t->scenario_count, t->scenarios[0].result.month_count,
                                      t->deal_count,     CASE_SIDES,
                                      TALKS_BAND,        TALKS_YEARS};
    const char *deals[TALKS_SHOWN], *sides[CASE_SIDES] = {"defender", "attacker"};
    double years[TALKS_YEARS];
    for (int i = 0; i < DIMENSIONS && !f->code; i++)
        f->code = nc_def_dim(f->id, names[i], sizes[i], &f->dimensions[i]);
    for (size_t k = 0; k < t->deal_count; k++)
        deals[k] = t->c->talks->deals[t->deals[k]].name;
    for (int y = 0; y < TALKS_YEARS; y++)
        years[y] = talks_years[y];
    put_scenarios(f);
    put_months(f);
    put_names(f, "deal", DEAL, deals);
    put_names(f, "side", SIDE, sides);
    put_numbers(f, "quantile", QUANTILE, talks_probabilities);
    put_numbers(f, "years", YEARS, years);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        put_variable(f, i);
    put_globals(f);
}

/* In memory: HDF5 may crash when a file of its own cannot be written. */
truce_status talks_netcdf(const talks_shown *t, text *content, truce_error *error)
{
    talks_file f = {.t = t};
    NC_memio bytes = {0};
    TRY(netcdf_load(error));
    netcdf_lock();
    f.code = nc_create_mem("talks.nc", NC_NETCDF4, 1 << 20, &f.id);
    if (!f.code) {
        put_all(&f);
        int closed = nc_close_memio(f.id, &bytes);
        f.code = f.code ? f.code : closed;
    }
    netcdf_unlock();
    if (!f.code)
        text_add(content, bytes.memory, bytes.size);
    free(bytes.memory);
    if (f.code == NC_ENOMEM || content->failed)
        return error_memory(error);
    return f.code ? error_set(error, TRUCE_RUN_FAILED, NULL, 0, "talks.nc cannot be made: %s",
                              nc_strerror(f.code))
                  : TRUCE_OK;
}
