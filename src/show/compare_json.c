/* A comparison as JSON: what was compared, the words, and every quantity with its window and its months. */
#include "show/answers.h"

#include <assert.h>

static void put_month(json *j, const truce_comparison *x, size_t i, const truce_effect_month *m, bool level)
{
    char iso[16];
    month_iso(x->c->start + (month)(x->from + i), iso);
    json_open(j, NULL, '{');
    json_string(j, case_period(x->c), iso);
    answers_json_statistics(j, "reference", &m->reference);
    answers_json_statistics(j, "world", &m->world);
    answers_json_statistics(j, "effect", &m->effect);
    if (!level)
        answers_json_statistics(j, "cumulative", &m->cumulative);
    json_close(j, '}');
}

static void put_shares(json *j, const truce_comparison *x, size_t q)
{
    json_open(j, "shares", '[');
    for (size_t i = 0; i < x->switch_count; i++) {
        json_open(j, NULL, '{');
        json_string(j, "switch", x->switch_names[i]);
        answers_json_statistics(j, "share", &x->shares[q].switches[i].share);
        answers_json_statistics(j, "alone", &x->shares[q].switches[i].alone);
        json_close(j, '}');
    }
    json_close(j, ']');
    answers_json_statistics(j, "interaction", &x->shares[q].interaction);
}

static void put_quantity(json *j, const truce_comparison *x, size_t world, size_t index)
{
    assert(world > 0 && world < x->world_count && index < x->quantities->quantity_count);
    const quantity *q = &x->quantities->quantities[index];
    const compared_quantity *found = effect_of(x, world, index);
    const truce_effect *e = &found->window;
    char mean[32], periods[16], half[16];
    snprintf(periods, sizeof periods, "%ss", case_period(x->c));
    json_open(j, NULL, '{');
    json_string(j, "title", q->title);
    json_string(j, "label", q->label);
    json_string(j, "units", q->units);
    json_string(j, "section", case_section_name(x->c, q->section));
    snprintf(mean, sizeof mean, "mean a %s", case_period(x->c));
    json_string(j, "measure", e->level ? "level at the end" : mean);
    json_bool(j, "share of members", e->share);
    json_bool(j, "resolved", e->resolved);
    comparison_half_iso(half, x, e);
    json_string(j, "half by", half[0] ? half : NULL);
    answers_json_statistics(j, "reference", &e->reference);
    answers_json_statistics(j, "world", &e->world);
    answers_json_statistics(j, "effect", &e->effect);
    if (e->relative.members)
        answers_json_statistics(j, "relative", &e->relative);
    if (!e->level)
        answers_json_statistics(j, "total", &e->total);
    if (x->shares)
        put_shares(j, x, index);
    json_open(j, periods, '[');
    for (size_t i = 0; i < x->months; i++)
        put_month(j, x, i, &found->months[i], e->level);
    json_close(j, ']');
    json_close(j, '}');
}

static void put_world(json *j, const truce_comparison *x, size_t world)
{
    assert(world > 0 && world < x->world_count);
    text words = {0};
    comparison_words(&words, x, world);
    json_open(j, NULL, '{');
    json_string(j, "scenario", x->names[world]);
    json_string(j, "title", x->titles[world]);
    json_string(j, "words", words.failed ? NULL : words.bytes);
    json_open(j, "quantities", '[');
    for (size_t q = 0; q < x->quantities->quantity_count; q++)
        put_quantity(j, x, world, q);
    json_close(j, ']');
    json_close(j, '}');
    j->out->failed = j->out->failed || words.failed;
    text_free(&words);
}

void comparison_put_json(text *t, const truce_comparison *x)
{
    json j = {.out = t};
    char from[16], to[16];
    month_iso(x->c->start + (month)x->from, from);
    month_iso(x->c->start + (month)(x->from + x->months) - 1, to);
    json_open(&j, NULL, '{');
    json_string(&j, "case", x->c->title);
    json_string(&j, "version", truce_version());
    json_string(&j, "command", x->command);
    json_whole(&j, "seed", x->seed);
    json_number(&j, "members", (double)x->members);
    json_number(&j, "failed", (double)x->failed);
    json_string(&j, "draws", x->fit ? "posterior" : "priors");
    json_string(&j, "from", from);
    json_string(&j, "to", to);
    json_string(&j, "reference", x->names[0]);
    json_open(&j, "worlds", '[');
    for (size_t w = 1; w < x->world_count; w++)
        put_world(&j, x, w);
    json_close(&j, ']');
    json_close(&j, '}');
}

truce_status truce_comparison_json(const truce_comparison *x, char **words, truce_error *error)
{
    REQUIRE(x, "comparison");
    REQUIRE(words, "json");
    text t = {0};
    comparison_put_json(&t, x);
    return answers_hand_over(&t, words, error);
}
