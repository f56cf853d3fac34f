/* talks.csv, and the files of talks in a directory. */
#include "base/output.h"
#include "show/talks.h"

#include <math.h>
#include <string.h>

/* Where a row belongs; NULL or "" for what it has none of. */
typedef struct row_key {
    FILE *out;
    const char *scenario, *month, *deal, *given;
} row_key;

static void write_key(const row_key *key, const char *quantity, const char *side)
{
    text_write_field(key->out, key->scenario);
    fprintf(key->out, ",%s,", key->month);
    text_write_field(key->out, quantity);
    putc(',', key->out);
    text_write_field(key->out, key->deal ? key->deal : "");
    fprintf(key->out, ",%s", side);
}

/* ",0.5", or "," where there is no number. */
static void write_value(const row_key *key, double value)
{
    char number[32] = "";
    if (!isnan(value))
        text_from_number(number, value);
    fprintf(key->out, ",%s", number);
}

/* Units, and whether the priors or the record are what is known. */
static void write_end(const row_key *key, const char *units)
{
    fprintf(key->out, ",%s,%s\n", units, key->given);
}

/* Bands are in shares of the stake, but for probabilities of peace. */
static void write_band(const row_key *key, const char *quantity, const char *side, const talks_band *band)
{
    write_key(key, quantity, side);
    for (int i = 0; i < TALKS_BAND; i++)
        write_value(key, band->quantiles[i]);
    write_end(key, strncmp(quantity, "peace", 5) == 0 || strstr(quantity, "deal ") == quantity ||
                           strstr(quantity, "no deal") == quantity
                       ? "probability"
                       : "share of the stake");
}

/* A probability or a mean stands in the column of the median. */
static void write_number_in(const row_key *key, const char *quantity, const char *side, double value,
                            const char *units)
{
    write_key(key, quantity, side);
    fputs(",,", key->out);
    write_value(key, value);
    fputs(",,", key->out);
    write_end(key, units);
}

static void write_number(const row_key *key, const char *quantity, const char *side, double value)
{
    write_number_in(key, quantity, side, value, "probability");
}

static const char *const sides[CASE_SIDES] = {"defender", "attacker"};

static void write_offer(const row_key *key, const talks_offer *o)
{
    write_band(key, "line", "", &o->line);
    for (int i = 0; i < CASE_SIDES; i++) {
        write_band(key, "acceptance gap", sides[i], &o->gap[i]);
        write_number(key, "accepts", sides[i], o->accepted[i]);
        write_number(key, "never signs", sides[i], o->never[i]);
    }
    write_number(key, "both accept", "", o->accepted_by_both);
    for (int y = 0; y < TALKS_YEARS; y++) {
        char quantity[64];
        const char *years = talks_years[y] == 1 ? "year" : "years";
        snprintf(quantity, sizeof quantity, "resumed within %d %s", talks_years[y], years);
        write_number(key, quantity, "", o->resumed[y]);
        snprintf(quantity, sizeof quantity, "resumed by decision within %d %s", talks_years[y], years);
        write_number(key, quantity, "", o->decided[y]);
        snprintf(quantity, sizeof quantity, "peace for %d %s", talks_years[y], years);
        write_band(key, quantity, "", &o->peace[y]);
    }
}

/* Against the first scenario. */
static void write_change(const row_key *key, const talks_change *c)
{
    write_band(key, "change of position", "defender", &c->position);
    const struct {
        const char *quantity;
        const talks_mean *mean;
    } means[] = {{"mean change of position", &c->mean},
                 {"change of zone", &c->zone},
                 {"change of deal struck", &c->struck}};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
        char quantity[64];
        const char *side = i == 0 ? "defender" : "";
        const char *units = i == 0 ? "share of the stake" : "probability";
        write_number_in(key, means[i].quantity, side, means[i].mean->mean, units);
        snprintf(quantity, sizeof quantity, "standard error of %s", means[i].quantity);
        write_number_in(key, quantity, side, means[i].mean->error, units);
    }
    for (int i = 0; i < CASE_SIDES; i++) {
        write_number_in(key, "change of acceptance gap", sides[i], c->gap[i].mean, "share of the stake");
        write_number(key, "change of accepts", sides[i], c->accepts[i]);
    }
    write_number(key, "stronger", "defender", c->stronger);
    write_number(key, "weaker", "defender", c->weaker);
}

static void write_month(row_key *key, const talks_shown *t, const talks_month *m, const talks_change *change)
{
    char when[16];
    month_iso(m->month, when);
    key->month = when;
    key->deal = NULL;
    write_number(key, "war goes on", "", m->at_war);
    write_number(key, "zone", "", m->zone);
    write_number(key, "each side signs some line", "", m->placed);
    write_number(key, "deal if they meet", "", m->met);
    write_number(key, "deal in the month", "", m->chance);
    write_number(key, "deal struck", "", m->struck);
    write_number(key, "neither over nor agreed", "", m->goes_on);
    write_number(key, "ripe", "", m->ripe);
    write_number_in(key, "error of the width of the zone", "", m->loose, "share of the stake");
    for (int i = 0; i < CASE_SIDES; i++)
        write_number(key, "position of strength", sides[i], m->strong[i]);
    write_band(key, "line agreed", "attacker", &m->terms);
    write_band(key, "line agreed so far", "attacker", &m->terms_so_far);
    write_band(key, "least line accepted", "attacker", &m->least);
    write_band(key, "most line conceded", "defender", &m->most);
    write_band(key, "width of the zone", "", &m->width);
    write_band(key, "bargaining point", "", &m->point);
    for (int i = 0; i < CASE_SIDES; i++) {
        talks_band position = talks_position(&m->point, i);
        write_band(key, "position", sides[i], &position);
        write_band(key, "value of war", sides[i], &m->war[i]);
        write_band(key, "value of talks", sides[i], &m->going[i]);
    }
    if (change)
        write_change(key, change);
    for (size_t k = 0; k < t->deal_count; k++) {
        key->deal = t->c->talks->deals[t->deals[k]].name;
        write_offer(key, &m->offers[t->deals[k]]);
    }
}

/* Answers, for the month that they are about. */
static void write_answers(row_key *key, const talks_shown *t, const talks_result *r)
{
    static const char *const obstacles[TALKS_OBSTACLES] = {"aims of the defender", "aims of the attacker",
                                                           "beliefs", "commitment", "no opening"};
    const talks_answers *a = &r->answers;
    char when[16], quantity[96];
    month_iso(r->months[a->now].month, when);
    key->month = when;
    key->deal = NULL;
    snprintf(quantity, sizeof quantity, "no deal within %zu month%s", a->ahead, a->ahead == 1 ? "" : "s");
    write_number(key, quantity, "", a->no_deal);
    for (int i = 0; i < TALKS_OBSTACLES; i++) {
        snprintf(quantity, sizeof quantity, "no deal: %s", obstacles[i]);
        const talks_share *s = &a->obstacle[i];
        talks_band band = {{s->low, NAN, s->mean, NAN, s->high}};
        write_band(key, quantity, "", &band);
    }
    for (size_t i = 0; i < a->date_count; i++) {
        snprintf(quantity, sizeof quantity, "deal within %d months", a->dates[i].months);
        talks_band band = {{a->dates[i].low, NAN, a->dates[i].mean, NAN, a->dates[i].high}};
        write_band(key, quantity, "", &band);
        snprintf(quantity, sizeof quantity, "deal within %d months, on the priors", a->dates[i].months);
        write_number(key, quantity, "", a->dates[i].prior);
        snprintf(quantity, sizeof quantity, "past wars ended within %d months", a->dates[i].months);
        write_number(key, quantity, "", a->dates[i].base);
    }
    for (size_t k = 0; k < t->deal_count; k++)
        for (int i = 0; i < CASE_SIDES; i++) {
            const talks_deal_answer *d = &a->deals[t->deals[k]];
            key->deal = t->c->talks->deals[t->deals[k]].name;
            write_band(key, "change of acceptance gap in 6 months", sides[i], &d->waiting[i][0]);
            write_band(key, "change of acceptance gap in 12 months", sides[i], &d->waiting[i][1]);
            write_number_in(key, "line missing", sides[i], d->missing[i].line, "share of the stake");
        }
}

/* What the branch does: means, with 90 % of their errors. */
static void write_branch(row_key *key, const talks_shown *t, const talks_result *r)
{
    static const char *const rows[TRUCE_BRANCH_ROWS] = {"less a future without it",
                                                        "less one in which it comes", "worth of not knowing"};
    const double z = 1.6448536269514722;
    char when[16], quantity[96];
    month_iso(r->months[talks_now(t)].month, when);
    key->month = when;
    key->deal = NULL;
    for (int i = 0; i < TRUCE_BRANCH_ROWS; i++) {
        const truce_mean *p = &t->branch.position[i];
        talks_band band = {{p->mean - z * p->error, NAN, p->mean, NAN, p->mean + z * p->error}};
        key->deal = NULL;
        snprintf(quantity, sizeof quantity, "branch, %s: position", rows[i]);
        write_band(key, quantity, sides[CASE_DEFENDER], &band);
        snprintf(quantity, sizeof quantity, "branch, %s: gap", rows[i]);
        key->deal = t->c->talks->deals[t->c->talks->reference].name;
        for (int side = 0; side < CASE_SIDES; side++) {
            p = &t->branch.gap[i][side];
            band = (talks_band){{p->mean - z * p->error, NAN, p->mean, NAN, p->mean + z * p->error}};
            write_band(key, quantity, sides[side], &band);
        }
    }
}

void talks_print_csv(const talks_shown *t, FILE *stream)
{
    fprintf(stream, "scenario,month,quantity,deal,side,p05,p25,p50,p75,p95,units,given\n");
    for (size_t i = 0; i < t->scenario_count; i++) {
        const talks_scenario *s = &t->scenarios[i];
        row_key key = {.out = stream,
                       .scenario = talks_scenario_name(t, i),
                       .given = s->result.prior ? "record" : "priors"};
        for (size_t j = 0; j < s->result.month_count; j++)
            write_month(&key, t, &s->result.months[j], s->changes ? &s->changes[j] : NULL);
        write_answers(&key, t, &s->result);
        if (!isnan(t->branch.probability))
            write_branch(&key, t, &s->result);
        key.given = "priors";
        for (size_t j = 0; s->result.prior && j < s->result.month_count; j++)
            write_month(&key, t, &s->result.prior[j], NULL);
    }
}

static truce_status write_table(const output_set *set, const talks_shown *t, truce_error *error)
{
    FILE *stream;
    TRY(output_set_create(set, "talks.csv", &stream, error));
    talks_print_csv(t, stream);
    return output_set_close(set, "talks.csv", stream, error);
}

static truce_status write_page(const output_set *set, const talks_shown *t, truce_error *error)
{
    FILE *stream;
    text page = {0};
    truce_status status = talks_page(t, &page, error);
    if (status == TRUCE_OK)
        status = output_set_create(set, "talks.html", &stream, error);
    if (status == TRUCE_OK) {
        fwrite(page.bytes, 1, page.length, stream); /* output_set_close sees what went wrong */
        status = output_set_close(set, "talks.html", stream, error);
    }
    text_free(&page);
    return status;
}

static truce_status write_netcdf(const output_set *set, const talks_shown *t, truce_error *error)
{
    text content = {0};
    truce_status status = talks_netcdf(t, &content, error);
    if (status == TRUCE_OK)
        status = output_set_write(set, "talks.nc", content.bytes, content.length, error);
    text_free(&content);
    return status;
}

static const char *const talks_files[] = {"talks.csv", "talks.nc", "talks.html"};

truce_status talks_write(const char *directory, const talks_shown *t, truce_error *error)
{
    output_set *set;
    TRY(output_set_open(&set, directory, error));
    truce_status status = write_page(set, t, error);
    if (status == TRUCE_OK)
        status = write_netcdf(set, t, error);
    if (status == TRUCE_OK)
        status = write_table(set, t, error);
    if (status == TRUCE_OK)
        return output_set_commit(set, talks_files, sizeof talks_files / sizeof *talks_files, error);
    output_set_discard(set);
    return status;
}
