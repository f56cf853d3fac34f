/* Those who decide and what was done at the table: what signing costs a government, when ending the war could
 * be talked about, which terms were accepted or refused in public, and what the record of other wars says. */
#include "case/load.h"

#include <math.h>
#include <string.h>

enum { GREATEST_ACTS = 64, GREATEST_AIMS = 32 };

/* ---- Forms -------------------------------------------------------------------------------------------- */

truce_status load_forms(const loader *l, const tree *entry, case_talks *t)
{
    const tree *node = tree_get(entry, "forms");
    if (!node)
        return TRUCE_OK;
    TRY(tree_is_map(&l->read, node, "\"forms\"", NULL));
    case_form *all = arena_array(l->memory, node->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    for (size_t i = 0; i < node->count; i++) {
        const tree *form = &node->items[i], *key = &node->keys[i];
        const char *what;
        TRY(load_keys(l, form, KEYS_FORM, &what));
        all[i] = (case_form){.name = key->text, .title = key->text, .at = {key->file, key->line}};
        TRY(tree_text(&l->read, form, what, "title", TREE_OPTIONAL, &all[i].title));
        TRY(tree_text(&l->read, form, what, "note", TREE_OPTIONAL, &all[i].note));
        TRY(tree_text(&l->read, form, what, "source", TREE_OPTIONAL, &all[i].source));
        TRY(load_pair(l, form, what, key->text, "weight", 1, all[i].weight));
        TRY(load_fails(l, form, all[i].fails));
    }
    t->forms = all;
    t->form_count = node->count;
    return TRUCE_OK;
}

/* ---- Those who decide --------------------------------------------------------------------------------- */

static truce_status load_aims(const loader *l, const tree *list, const case_talks *t, case_government *g)
{
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, "\"aims\""));
    if (list->count > GREATEST_AIMS)
        return tree_error(&l->read, list, "\"aims\" lists at most %d aims, not %zu", GREATEST_AIMS,
                          list->count);
    case_aim *all = arena_array(l->memory, list->count, sizeof *all);
    if (!all && list->count)
        return error_memory(l->read.error);
    for (size_t i = 0; i < list->count; i++) {
        const tree *entry = &list->items[i];
        const char *what;
        TRY(load_keys(l, entry, KEYS_AIM, &what));
        all[i] = (case_aim){.at = {entry->file, entry->line}};
        if (!tree_get(entry, "side"))
            return tree_error(&l->read, entry, "%s needs the key \"side\"", what);
        TRY(load_side(l, tree_get(entry, "side"), &all[i].side));
        TRY(load_month(l, entry, what, "from", TREE_REQUIRED, &all[i].from));
        TRY(load_line_value(l, entry, what, t, &all[i].contact, &all[i].line));
        TRY(tree_text(&l->read, entry, what, "source", TREE_OPTIONAL, &all[i].source));
        TRY(tree_text(&l->read, entry, what, "note", TREE_OPTIONAL, &all[i].note));
        if (i > 0 && all[i].from < all[i - 1].from)
            return tree_error(&l->read, entry, "\"aims\" must be in the order of their %ss",
                              case_period(l->c));
    }
    g->aims = all;
    g->aim_count = list->count;
    return TRUCE_OK;
}

static truce_status load_hard(const loader *l, const tree *entry, case_government *g)
{
    static const char *const keys[CASE_ISSUES] = {"line", "form", "guarantee"};
    const tree *node = tree_get(entry, "hard");
    const char *what = "\"hard\"";
    static const tree nothing = {.kind = TREE_MAP};
    if (node)
        TRY(load_keys(l, node, KEYS_HARD, &what));
    for (int issue = 0; issue < CASE_ISSUES; issue++)
        TRY(load_pair(l, node ? node : &nothing, what, "hard", keys[issue], 0, g->hard[issue]));
    return TRUCE_OK;
}

static truce_status load_government(const loader *l, const tree *entry, case_talks *t)
{
    const tree *node = tree_get(entry, "government");
    const char *what;
    if (!node)
        return TRUCE_OK;
    TRY(load_keys(l, node, KEYS_GOVERNMENT, &what));
    case_government *g = arena_alloc(l->memory, sizeof *g);
    if (!g)
        return error_memory(l->read.error);
    TRY(load_elements(l, node, what, "resolve", g->resolve));
    TRY(load_pair(l, node, what, "", "bears", 1, g->bears));
    TRY(load_pair(l, node, what, "", "signing", 0, g->signing));
    TRY(load_pair(l, node, what, "", "relaxation", 0, g->relaxation));
    TRY(load_pair(l, node, what, "", "yields", 0, g->yields));
    TRY(load_hard(l, node, g));
    TRY(load_aims(l, tree_get(node, "aims"), t, g));
    t->government = g;
    return TRUCE_OK;
}

/* ---- The record --------------------------------------------------------------------------------------- */

static truce_status load_openings(loader *l, const tree *entry, case_talks *t)
{
    const tree *node = tree_get(entry, "openings");
    const char *what;
    t->opening_rate = (case_quantity){
        .name = "rate", .element = SIZE_MAX, .units = "", .prior = {.kind = TRUCE_FIXED, .a = 1, .scale = 1}};
    if (!node)
        return TRUCE_OK;
    t->has_openings = true;
    TRY(load_keys(l, node, KEYS_OPENINGS, &what));
    TRY(load_quantity(l, node, what, "openings", "rate", &t->opening_rate));
    TRY(tree_text(&l->read, node, what, "source", TREE_OPTIONAL, &t->opening_source));
    if (!tree_get(node, "file") && !tree_get(node, "column"))
        return TRUCE_OK;
    TRY(load_column(l, node, what, 1, &t->openings));
    for (size_t i = 0; i < t->openings.count; i++)
        if (!(t->openings.values[i] >= 0 && t->openings.values[i] <= 1))
            return error_set(
                l->read.error, TRUCE_BAD_INPUT, t->openings.file, (int)i + 2,
                "column \"%s\" must be 0 to 1 in every month: whether ending the war was discussed",
                t->openings.column);
    return TRUCE_OK;
}

static truce_status load_act(const loader *l, const tree *entry, const tree *deals, case_act *act)
{
    const char *what, *key;
    TRY(load_keys(l, entry, KEYS_ACT, &what));
    *act = (case_act){.at = {entry->file, entry->line}};
    TRY(load_period_key(l, entry, false, &key));
    TRY(load_month(l, entry, what, key, TREE_REQUIRED, &act->at_month));
    if (!tree_get(entry, "side"))
        return tree_error(&l->read, entry, "%s needs the key \"side\"", what);
    TRY(load_side(l, tree_get(entry, "side"), &act->side));
    TRY(load_index(l, entry, what, "deal", deals, "no deal", &act->deal));
    if (!tree_get(entry, "accepts"))
        return tree_error(&l->read, entry, "%s needs the key \"accepts\": true or false", what);
    TRY(tree_flag(&l->read, entry, what, "accepts", &act->accepts));
    TRY(tree_text(&l->read, entry, what, "source", TREE_REQUIRED, &act->source));
    return tree_text(&l->read, entry, what, "note", TREE_OPTIONAL, &act->note);
}

static truce_status load_record(const loader *l, const tree *entry, case_talks *t)
{
    const tree *node = tree_get(entry, "record"), *acts;
    const char *what;
    t->error = (case_quantity){
        .name = "error", .element = SIZE_MAX, .units = "", .prior = {.kind = TRUCE_FIXED, .scale = 1}};
    if (!node)
        return TRUCE_OK;
    TRY(load_keys(l, node, KEYS_RECORD, &what));
    TRY(load_quantity(l, node, what, "record", "error", &t->error));
    t->has_record = true;
    acts = tree_get(node, "acts");
    if (!acts)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, acts, "\"acts\""));
    if (acts->count > GREATEST_ACTS)
        return tree_error(&l->read, acts, "\"acts\" lists at most %d acts, not %zu", GREATEST_ACTS,
                          acts->count);
    case_act *all = arena_array(l->memory, acts->count, sizeof *all);
    if (!all && acts->count)
        return error_memory(l->read.error);
    for (size_t i = 0; i < acts->count; i++)
        TRY(load_act(l, &acts->items[i], tree_get(entry, "deals"), &all[i]));
    t->acts = all;
    t->act_count = acts->count;
    return TRUCE_OK;
}

static truce_status load_base_rate(const loader *l, const tree *entry, case_talks *t)
{
    const tree *node = tree_get(entry, "base rate");
    const char *what;
    if (!node)
        return TRUCE_OK;
    TRY(load_keys(l, node, KEYS_BASE_RATE, &what));
    case_base_rate *rate = arena_alloc(l->memory, sizeof *rate);
    if (!rate)
        return error_memory(l->read.error);
    TRY(tree_number(&l->read, node, what, "shape", TREE_REQUIRED, &rate->shape));
    TRY(tree_number(&l->read, node, what, "scale", TREE_REQUIRED, &rate->scale));
    TRY(load_month(l, node, what, "start", TREE_REQUIRED, &rate->start));
    TRY(tree_text(&l->read, node, what, "source", TREE_OPTIONAL, &rate->source));
    if (!(rate->shape > 0) || !(rate->scale > 0))
        return tree_error(&l->read, node, "the shape and the scale of a log-logistic are above 0");
    t->base_rate = rate;
    return TRUCE_OK;
}

/* ---- Levers ------------------------------------------------------------------------------------------- */

static truce_status load_lever(const loader *l, const tree *entry, case_lever *lever)
{
    const char *what, *name = NULL;
    TRY(load_keys(l, entry, KEYS_LEVER, &what));
    *lever = (case_lever){.at = {entry->file, entry->line}};
    TRY(tree_text(&l->read, entry, what, "scenario", TREE_REQUIRED, &name));
    lever->scenario = truce_case_find_scenario(l->c, name);
    if (lever->scenario == SIZE_MAX)
        return tree_error(&l->read, tree_get(entry, "scenario"), "no scenario \"%s\"", name);
    TRY(tree_number(&l->read, entry, what, "size", TREE_REQUIRED, &lever->size));
    TRY(tree_text(&l->read, entry, what, "units", TREE_REQUIRED, &lever->units));
    if (!(lever->size > 0))
        return tree_error(&l->read, tree_get(entry, "size"), "the size of a lever is above 0, not %g",
                          lever->size);
    return tree_text(&l->read, entry, what, "note", TREE_OPTIONAL, &lever->note);
}

static truce_status load_levers(const loader *l, const tree *entry, case_talks *t)
{
    const tree *list = tree_get(entry, "levers");
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, "\"levers\""));
    case_lever *all = arena_array(l->memory, list->count, sizeof *all);
    if (!all && list->count)
        return error_memory(l->read.error);
    for (size_t i = 0; i < list->count; i++)
        TRY(load_lever(l, &list->items[i], &all[i]));
    t->levers = all;
    t->lever_count = list->count;
    return TRUCE_OK;
}

truce_status load_table(loader *l, const tree *entry, const char *what, case_talks *t)
{
    TRY(load_government(l, entry, t));
    TRY(load_openings(l, entry, t));
    TRY(tree_flag(&l->read, entry, what, "flow", &t->flow));
    TRY(tree_flag(&l->read, entry, what, "private", &t->private_worths));
    TRY(load_record(l, entry, t));
    TRY(load_base_rate(l, entry, t));
    return load_levers(l, entry, t);
}
