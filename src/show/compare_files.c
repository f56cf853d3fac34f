/* compare.csv, compare.json and compare.html. In the table the rows without a month are of the window. */
#include "show/answer_netcdf.h"
#include "show/answers.h"

#include <assert.h>

static void put_statistics(FILE *out, const truce_statistics *s)
{
    char number[WORDS_SIZE];
    words_machine(number, s->mean);
    fprintf(out, ",%s", number);
    for (int k = 0; k < TRUCE_QUANTILES; k++) {
        words_machine(number, s->quantiles[k]);
        fprintf(out, ",%s", number);
    }
    words_machine(number, s->above);
    fprintf(out, ",%s,%zu,", number, s->members);
}

typedef struct csv_key {
    FILE *out;
    const char *world;
    const quantity *q;
    const char *month, *half; /* "" where a row has none */
} csv_key;

static void put_row(const csv_key *key, const char *what, const truce_statistics *s, const char *units)
{
    if (!s->members)
        return;
    text_write_field(key->out, key->world);
    putc(',', key->out);
    text_write_field(key->out, key->q->title);
    putc(',', key->out);
    text_write_field(key->out, key->q->label);
    fprintf(key->out, ",%s,%s", key->month, what);
    put_statistics(key->out, s);
    text_write_field(key->out, units);
    fprintf(key->out, ",%s\n", key->half);
}

static void put_shares(const csv_key *key, const truce_comparison *x, size_t index)
{
    for (size_t i = 0; i < x->switch_count; i++) {
        csv_key of = *key;
        of.world = x->switch_names[i];
        put_row(&of, "share", &x->shares[index].switches[i].share, key->q->units);
        put_row(&of, "alone", &x->shares[index].switches[i].alone, key->q->units);
    }
    put_row(key, "interaction", &x->shares[index].interaction, key->q->units);
}

static void put_quantity(const truce_comparison *x, size_t world, size_t index, FILE *out)
{
    assert(world > 0 && world < x->world_count && index < x->quantities->quantity_count);
    const compared_quantity *found = effect_of(x, world, index);
    const truce_effect *e = &found->window;
    char half[16];
    csv_key key = {out, x->names[world], &x->quantities->quantities[index], "", ""};
    put_row(&key, "reference", &e->reference, key.q->units);
    put_row(&key, "world", &e->world, key.q->units);
    comparison_half_iso(half, x, e);
    key.half = half;
    put_row(&key, "effect", &e->effect, key.q->units);
    key.half = "";
    put_row(&key, "relative effect", &e->relative, "1");
    put_row(&key, "total effect", &e->total, key.q->units);
    if (x->shares)
        put_shares(&key, x, index);
    for (size_t i = 0; i < x->months; i++) {
        char iso[16];
        month_iso(x->c->start + (month)(x->from + i), iso);
        key.month = iso;
        put_row(&key, "reference", &found->months[i].reference, key.q->units);
        put_row(&key, "world", &found->months[i].world, key.q->units);
        put_row(&key, "effect", &found->months[i].effect, key.q->units);
        put_row(&key, "cumulative effect", &found->months[i].cumulative, key.q->units);
    }
}

static truce_status write_csv(const output_set *set, const truce_comparison *x, truce_error *error)
{
    FILE *out;
    TRY(output_set_create(set, "compare.csv", &out, error));
    fprintf(out,
            "scenario,variable,element,%s,what,mean,p05,p25,p50,p75,p95,above_zero,members,units,half_by\n",
            case_period(x->c));
    for (size_t w = 1; w < x->world_count; w++)
        for (size_t q = 0; q < x->quantities->quantity_count; q++)
            put_quantity(x, w, q, out);
    return output_set_close(set, "compare.csv", out, error);
}

static truce_status write_all(const output_set *set, const void *context, truce_error *error)
{
    const truce_comparison *x = context;
    text page = {0}, words = {0};
    truce_status status = write_csv(set, x, error);
    if (status == TRUCE_OK)
        status = comparison_page(x, &page, error);
    if (status == TRUCE_OK)
        status = output_set_write(set, "compare.html", page.bytes, page.length, error);
    comparison_put_json(&words, x);
    if (status == TRUCE_OK)
        status = words.failed ? error_memory(error)
                              : output_set_write(set, "compare.json", words.bytes, words.length, error);
    if (status == TRUCE_OK)
        status = answer_netcdf_write(set, "compare.nc", comparison_put_netcdf, x, error);
    text_free(&words);
    text_free(&page);
    return status;
}

truce_status truce_comparison_write(const truce_comparison *x, const char *directory, truce_error *error)
{
    REQUIRE(x, "comparison");
    REQUIRE_DIRECTORY(directory);
    static const char *const names[] = {"compare.csv", "compare.json", "compare.html", "compare.nc"};
    static const answers_files files = {names, sizeof names / sizeof *names - !TRUCE_NETCDF, write_all};
    return answers_write(&files, x, directory, error);
}
