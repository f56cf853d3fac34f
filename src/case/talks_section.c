/* The section `talks`: what the sides fight over, what it is worth to them, and the deals on the table. */
#include "case/load.h"

#include <math.h>
#include <string.h>

enum { STATE_VARIABLES = 12, GREATEST_BELIEFS = 4, GREATEST_SIGNALS = 4, GREATEST_RENEWED_MONTHS = 240 };

/* ---- The war ------------------------------------------------------------------------------------------ */

static truce_status load_line(const loader *l, const tree *entry, const char *what, case_talks *t)
{
    const tree *node = tree_get(entry, "line");
    if (!node)
        return tree_error(&l->read, entry, "%s needs the key \"line\"", what);
    TRY(load_keys(l, node, KEYS_LINE, &what));
    TRY(bind_element(l, node, what, "variable", &t->line));
    TRY(tree_number(&l->read, node, what, "defender wants", TREE_REQUIRED, &t->wanted[CASE_DEFENDER]));
    TRY(tree_number(&l->read, node, what, "attacker wants", TREE_REQUIRED, &t->wanted[CASE_ATTACKER]));
    if (t->wanted[CASE_DEFENDER] == t->wanted[CASE_ATTACKER])
        return tree_error(&l->read, node, "both sides want the same line: there is nothing to talk about");
    return TRUCE_OK;
}

/* What both sides see: single elements, each a feature of the regressions. */
static truce_status load_state(const loader *l, const tree *entry, const char *what, case_talks *t)
{
    const tree *list = tree_get(entry, "state");
    if (!list)
        return tree_error(&l->read, entry, "%s needs the key \"state\"", what);
    TRY(tree_is_list(&l->read, list, "\"state\""));
    if (list->count < 1 || list->count > STATE_VARIABLES)
        return tree_error(&l->read, list, "\"state\" lists 1 to %d elements, not %zu", STATE_VARIABLES,
                          list->count);
    size_t *state = arena_array(l->memory, list->count, sizeof *state);
    if (!state)
        return error_memory(l->read.error);
    for (size_t i = 0; i < list->count; i++) {
        const char *name;
        TRY(tree_node_text(&l->read, &list->items[i], "an element of \"state\"", &name));
        state[i] = model_find_element(l->c->model, name);
        if (state[i] == SIZE_MAX)
            return model_unknown_name(l->c->model, name, list->items[i].file, list->items[i].line,
                                      l->read.error);
    }
    t->state = state;
    t->state_count = list->count;
    return TRUCE_OK;
}

/* The dates must be constants of the model: the analysis draws them. */
static truce_status load_date(const loader *l, const tree *entry, const char *what, const char *key,
                              size_t *constant)
{
    double value;
    TRY(bind_element(l, entry, what, key, constant));
    if (l->c->model->elements[*constant].kind == ELEMENT_STOCK ||
        !case_constant(l->c->model, *constant, &value))
        return tree_error(&l->read, tree_get(entry, key), "\"%s\" must be a constant of the model",
                          l->c->model->elements[*constant].name);
    return TRUCE_OK;
}

/* ---- Guarantees and deals ----------------------------------------------------------------------------- */

static truce_status load_guarantee(const loader *l, const tree *key, const tree *entry, case_guarantee *g)
{
    const char *what;
    TRY(load_keys(l, entry, KEYS_GUARANTEE, &what));
    *g = (case_guarantee){.name = key->text, .title = key->text, .at = {key->file, key->line}};
    TRY(tree_text(&l->read, entry, what, "title", TREE_OPTIONAL, &g->title));
    TRY(tree_text(&l->read, entry, what, "note", TREE_OPTIONAL, &g->note));
    TRY(tree_text(&l->read, entry, what, "source", TREE_OPTIONAL, &g->source));
    TRY(load_pair(l, entry, what, g->name, "penalty", 0, g->penalty));
    TRY(load_pair(l, entry, what, g->name, "cost", 0, g->cost));
    TRY(load_quantity_or(l, entry, what, g->name, "credibility", 1, &g->credibility));
    TRY(load_fails(l, entry, g->fails));
    return load_quantity(l, entry, what, g->name, "hazard ratio", &g->hazard_ratio);
}

static truce_status load_guarantees(const loader *l, const tree *entry, const char *what, case_talks *t)
{
    const tree *node = tree_get(entry, "guarantees");
    if (!node)
        return tree_error(&l->read, entry, "%s needs the key \"guarantees\"", what);
    TRY(tree_is_map(&l->read, node, "\"guarantees\"", NULL));
    case_guarantee *all = arena_array(l->memory, node->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    for (size_t i = 0; i < node->count; i++)
        TRY(load_guarantee(l, &node->keys[i], &node->items[i], &all[i]));
    t->guarantees = all;
    t->guarantee_count = node->count;
    return TRUCE_OK;
}

/* How far beyond the line of contact a deal's line runs. */
static truce_status load_beyond_contact(const loader *l, const tree *entry, const char *what,
                                        const case_talks *t, case_deal *d)
{
    TRY(tree_number(&l->read, entry, what, "beyond", TREE_OPTIONAL, &d->beyond));
    double width = fabs(t->wanted[0] - t->wanted[1]);
    if ((d->beyond != 0 && !d->contact) || !(fabs(d->beyond) <= width))
        return tree_error(&l->read, tree_get(entry, "beyond"),
                          "\"beyond\" is how far a line runs beyond the line of contact, at most %g", width);
    return TRUCE_OK;
}

static truce_status load_deals(const loader *l, const tree *entry, const char *what, case_talks *t)
{
    const tree *node = tree_get(entry, "deals"), *guarantees = tree_get(entry, "guarantees");
    if (!node)
        return tree_error(&l->read, entry, "%s needs the key \"deals\"", what);
    TRY(tree_is_map(&l->read, node, "\"deals\"", NULL));
    case_deal *all = arena_array(l->memory, node->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    for (size_t i = 0; i < node->count; i++) {
        const tree *deal = &node->items[i];
        const char *of;
        TRY(load_keys(l, deal, KEYS_DEAL, &of));
        all[i] = (case_deal){.name = node->keys[i].text,
                             .title = node->keys[i].text,
                             .at = {node->keys[i].file, node->keys[i].line}};
        TRY(tree_text(&l->read, deal, of, "title", TREE_OPTIONAL, &all[i].title));
        TRY(tree_text(&l->read, deal, of, "note", TREE_OPTIONAL, &all[i].note));
        TRY(load_line_value(l, deal, of, t, &all[i].contact, &all[i].line));
        TRY(load_beyond_contact(l, deal, of, t, &all[i]));
        TRY(load_index(l, deal, of, "guarantee", guarantees, "no guarantee", &all[i].guarantee));
        TRY(tree_number(&l->read, deal, of, "relief", TREE_OPTIONAL, &all[i].relief));
        if (!(all[i].relief >= 0 && all[i].relief <= 1))
            return tree_error(&l->read, tree_get(deal, "relief"), "\"relief\" must be 0 to 1, not %g",
                              all[i].relief);
        all[i].form = SIZE_MAX;
        if (tree_get(deal, "form") && !tree_get(entry, "forms"))
            return tree_error(&l->read, tree_get(deal, "form"), "the case has no \"forms\"");
        if (tree_get(deal, "form"))
            TRY(load_index(l, deal, of, "form", tree_get(entry, "forms"), "no form", &all[i].form));
    }
    t->deals = all;
    t->deal_count = node->count;
    return load_index(l, entry, what, "reference", node, "no deal", &t->reference);
}

/* ---- Beliefs ------------------------------------------------------------------------------------------ */

static truce_status load_side_beliefs(const loader *l, const tree *list, const char *side, size_t *count,
                                      const case_parameter **beliefs)
{
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, side));
    if (list->count > GREATEST_BELIEFS)
        return tree_error(&l->read, list, "a side holds at most %d beliefs, not %zu", GREATEST_BELIEFS,
                          list->count);
    case_parameter *all = arena_array(l->memory, list->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    for (size_t i = 0; i < list->count; i++) {
        const char *what;
        TRY(load_keys(l, &list->items[i], KEYS_BELIEF, &what));
        TRY(bind_element(l, &list->items[i], what, "variable", &all[i].element));
        all[i].name = l->c->model->elements[all[i].element].name;
        size_t parameter = l->parameter_of[all[i].element];
        if (parameter == SIZE_MAX || l->c->parameters[parameter].prior.kind == TRUCE_FIXED)
            return tree_error(&l->read, &list->items[i],
                              "\"%s\" has no prior in \"parameters\" from which a belief could differ",
                              all[i].name);
        TRY(load_belief(l, &list->items[i], what, &all[i]));
        if (all[i].prior.kind == TRUCE_FIXED)
            return tree_error(&l->read, &list->items[i],
                              "a belief about \"%s\" must be a distribution with a spread", all[i].name);
    }
    *beliefs = all;
    *count = list->count;
    return TRUCE_OK;
}

static truce_status load_signals(const loader *l, const tree *list, case_talks *t)
{
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, "\"observed\""));
    if (list->count > GREATEST_SIGNALS)
        return tree_error(&l->read, list, "\"observed\" lists at most %d elements, not %zu", GREATEST_SIGNALS,
                          list->count);
    case_signal *all = arena_array(l->memory, list->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    for (size_t i = 0; i < list->count; i++) {
        const tree *entry = &list->items[i];
        const char *what;
        TRY(load_keys(l, entry, KEYS_OBSERVED, &what));
        TRY(bind_element(l, entry, what, "variable", &all[i].element));
        TRY(tree_number(&l->read, entry, what, "error", TREE_REQUIRED, &all[i].error));
        if (!(all[i].error >= 0))
            return tree_error(&l->read, tree_get(entry, "error"), "\"error\" must not be negative, as %g is",
                              all[i].error);
    }
    t->signals = all;
    t->signal_count = list->count;
    return TRUCE_OK;
}

static truce_status load_beliefs(const loader *l, const tree *entry, case_talks *t)
{
    const tree *node = tree_get(entry, "beliefs");
    if (!node)
        return TRUCE_OK;
    TRY(load_keys(l, node, KEYS_BELIEFS, NULL));
    for (int i = 0; i < CASE_SIDES; i++)
        TRY(load_side_beliefs(l, tree_get(node, case_side_keys[i]), case_side_keys[i], &t->belief_count[i],
                              &t->beliefs[i]));
    return load_signals(l, tree_get(node, "observed"), t);
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

static truce_status load_worths(const loader *l, const tree *node, const char *what, case_talks *t)
{
    TRY(load_pair(l, node, what, "", "stake", NAN, t->stake));
    TRY(load_pair(l, node, what, "", "dictated", 0, t->dictated));
    TRY(load_pair(l, node, what, "", "discount", NAN, t->discount));
    TRY(load_pair(l, node, what, "", "relief", 0, t->relief));
    TRY(load_quantity(l, node, what, "", "proposer", &t->proposer));
    TRY(load_quantity(l, node, what, "", "incidents", &t->incidents));
    double months = 60;
    TRY(tree_number(&l->read, node, what, "renewed war", TREE_OPTIONAL, &months));
    if (!(months >= 3 && months <= GREATEST_RENEWED_MONTHS) || fmod(months, 3) != 0)
        return tree_error(&l->read, tree_get(node, "renewed war"),
                          "a renewed war is followed for 3 to %d months in whole quarters, not %g",
                          GREATEST_RENEWED_MONTHS, months);
    t->renewed_months = (int)months;
    return TRUCE_OK;
}

truce_status load_talks(loader *l, const tree *node)
{
    const char *what;
    if (!node)
        return TRUCE_OK;
    if (l->c->unit != TRUCE_MONTHS)
        return tree_error(&l->read, node, "talks are in months, and this case is in %ss", case_period(l->c));
    case_talks *t = arena_alloc(l->memory, sizeof *t);
    if (!t)
        return error_memory(l->read.error);
    TRY(load_keys(l, node, KEYS_TALKS, &what));
    TRY(load_line(l, node, what, t));
    TRY(load_state(l, node, what, t));
    TRY(load_elements(l, node, what, "burden", t->burden));
    TRY(load_elements(l, node, what, "collapsed", t->collapsed));
    t->has_risk = tree_get(node, "risk") != NULL;
    if (t->has_risk)
        TRY(load_elements(l, node, what, "risk", t->risk));
    TRY(load_date(l, node, what, "truce", &t->truce));
    TRY(load_date(l, node, what, "resumption", &t->resumption));
    t->from = l->c->data_end < l->c->stop ? l->c->data_end + 1 : l->c->start;
    TRY(load_horizon_month(l, node, what, "from", &t->from));
    TRY(load_worths(l, node, what, t));
    TRY(load_guarantees(l, node, what, t));
    TRY(load_forms(l, node, t));
    TRY(load_deals(l, node, what, t));
    TRY(load_beliefs(l, node, t));
    TRY(load_table(l, node, what, t));
    l->c->talks = t;
    return TRUCE_OK;
}
