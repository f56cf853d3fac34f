/* What a case shows: outputs and events; milestone_section.c has milestones and shortages. */
#include "case/load.h"

#include <assert.h>
#include <string.h>

static const case_name known_sections[SECTION_KNOWN] = {
    [SECTION_FRONT] = {"front", "Front"},       [SECTION_FORCES] = {"forces", "Forces"},
    [SECTION_LOSSES] = {"losses", "Losses"},    [SECTION_MATERIEL] = {"materiel", "Materiel"},
    [SECTION_SUPPORT] = {"support", "Support"}, [SECTION_ECONOMY] = {"economy", "Economy"},
    [SECTION_RESOLVE] = {"resolve", "Resolve"},
};

static const case_name *section_of(const truce_case *c, size_t section)
{
    assert(section < SECTION_KNOWN + c->section_count);
    return section < SECTION_KNOWN ? &known_sections[section] : &c->sections[section - SECTION_KNOWN];
}

const char *case_section_name(const truce_case *c, size_t section)
{
    return section_of(c, section)->name;
}

const char *case_section_title(const truce_case *c, size_t section)
{
    return section_of(c, section)->display;
}

truce_status load_sections(loader *l, const tree *node)
{
    truce_case *c = l->c;
    c->section_count = SECTION_KNOWN;
    if (!node)
        return TRUCE_OK;
    TRY(tree_is_map(&l->read, node, "\"sections\"", NULL));
    if (node->count > MOST_SECTIONS)
        return tree_error(&l->read, node, "more than %d sections", MOST_SECTIONS);
    case_name *own = arena_array(l->memory, node->count, sizeof *own);
    if (!own && node->count)
        return error_memory(l->read.error);
    c->sections = own;
    for (size_t i = 0; i < node->count; i++) {
        own[i].name = node->keys[i].text;
        TRY(tree_node_text(&l->read, &node->items[i], "the title of a section", &own[i].display));
        for (size_t k = 0; k < SECTION_KNOWN; k++)
            if (strcmp(known_sections[k].name, own[i].name) == 0)
                return tree_error(&l->read, &node->keys[i], "the section \"%s\" already exists", own[i].name);
        c->section_count++;
    }
    return TRUCE_OK;
}

/* The error lists the sections there are: few people know them by heart. */
static truce_status unknown_section(const loader *l, const tree *at, const char *name)
{
    size_t count = l->c->section_count;
    const char **names = arena_array(l->memory, count, sizeof *names);
    text list = {0};
    for (size_t i = 0; names && i < count; i++) {
        names[i] = case_section_name(l->c, i);
        text_print(&list, "%s%s", i ? ", " : "", names[i]);
    }
    const char *near = names ? truce_nearest_name(name, names, count) : NULL;
    truce_status status =
        !names || list.failed
            ? error_memory(l->read.error)
            : tree_error(&l->read, at, "no section \"%s\"%s%s%s; the sections are %.400s", name,
                         near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "", list.bytes);
    text_free(&list);
    return status;
}

static truce_status load_section(const loader *l, const tree *entry, const char *what, case_section *section)
{
    const char *name = NULL;
    TRY(tree_text(&l->read, entry, what, "section", TREE_REQUIRED, &name));
    for (size_t i = 0; i < l->c->section_count; i++)
        if (strcmp(case_section_name(l->c, i), name) == 0) {
            *section = (case_section)i;
            return TRUCE_OK;
        }
    return unknown_section(l, tree_get(entry, "section"), name);
}

/* Who bears which part of it: `shares: {Germany: 0.24, ...}`, with the key by which they do. */
static truce_status load_shares(const loader *l, const tree *entry, const char *what, case_output *o)
{
    const tree *node = tree_get(entry, "shares");
    double sum = 0;
    if (!node && tree_get(entry, "key"))
        return tree_error(&l->read, tree_get(entry, "key"), "\"key\" says how \"shares\" are shared out");
    if (!node)
        return TRUCE_OK;
    TRY(tree_is_map(&l->read, node, "\"shares\"", NULL));
    TRY(tree_text(&l->read, entry, what, "key", TREE_REQUIRED, &o->share_key));
    const char **labels = arena_array(l->memory, node->count, sizeof *labels);
    double *shares = arena_array(l->memory, node->count, sizeof *shares);
    if (!labels || !shares)
        return error_memory(l->read.error);
    if (o->element_count != 1)
        return tree_error(&l->read, node, "\"shares\" are of one element, and \"%s\" has %zu", o->variable,
                          o->element_count);
    for (size_t i = 0; i < node->count; i++) {
        TRY(tree_node_number(&l->read, &node->items[i], node->keys[i].text, &shares[i]));
        sum += shares[i];
        labels[i] = arena_format(l->memory, "%s (%.3g %%)", node->keys[i].text, 100 * shares[i]);
        if (!labels[i])
            return error_memory(l->read.error);
        if (!(shares[i] > 0) || sum > 1 + 1e-9)
            return tree_error(&l->read, &node->items[i], "shares are above zero, and together at most 1");
    }
    o->share_count = node->count;
    o->share_labels = labels;
    o->shares = shares;
    return TRUCE_OK;
}

/* The model's units, and of a change over a period the same a period; what the case gives goes before. */
static truce_status load_shown_units(const loader *l, const tree *entry, const char *what, case_output *o)
{
    const char *units = element_units(l->c->model, o->elements[0]);
    o->units = o->change && units[0] ? arena_format(l->memory, "%s a %s", units, case_period(l->c)) : units;
    if (!o->units)
        return error_memory(l->read.error);
    return tree_text(&l->read, entry, what, "units", TREE_OPTIONAL, &o->units);
}

static truce_status load_output(const loader *l, const tree *entry, case_output *o)
{
    const char *what;
    binding b = {0};
    TRY(load_keys(l, entry, KEYS_OUTPUT, &what));
    TRY(bind_elements(l, entry, what, "variable", &b));
    *o = (case_output){.variable = b.variable,
                       .title = b.variable,
                       .scale = 1,
                       .element_count = b.count,
                       .elements = b.elements,
                       .labels = b.labels,
                       .at = {entry->file, entry->line}};
    TRY(tree_text(&l->read, entry, what, "title", TREE_OPTIONAL, &o->title));
    TRY(load_section(l, entry, what, &o->section));
    TRY(tree_number(&l->read, entry, what, "scale", TREE_OPTIONAL, &o->scale));
    TRY(tree_number(&l->read, entry, what, "offset", TREE_OPTIONAL, &o->offset));
    TRY(tree_flag(&l->read, entry, what, "change", &o->change));
    TRY(load_shown_units(l, entry, what, o));
    TRY(load_shares(l, entry, what, o));
    return tree_flag(&l->read, entry, what, "chart", &o->chart);
}

/* Two outputs of the same elements that would be told apart by nothing. */
static truce_status check_outputs(const loader *l, const case_output *all, size_t count)
{
    map seen = {0};
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < count && status == TRUCE_OK; i++) {
        size_t before = SIZE_MAX;
        const case_output *o = &all[i];
        const char *key =
            arena_format(l->memory, "%zu %zu %d %s", o->elements[0], o->element_count, o->change, o->title);
        if (!key || !map_put(&seen, key, i, &before))
            status = error_memory(l->read.error);
        else if (before != SIZE_MAX)
            status =
                load_repeated(l, o->at, all[before].at, "the output \"%s\" is given twice, first", o->title);
    }
    map_free(&seen);
    return status;
}

truce_status load_outputs(loader *l, const tree *list)
{
    truce_case *c = l->c;
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, "\"outputs\""));
    case_output *all = arena_array(l->memory, list->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    for (size_t i = 0; i < list->count; i++)
        TRY(load_output(l, &list->items[i], &all[i]));
    c->outputs = all;
    c->output_count = list->count;
    return check_outputs(l, all, list->count);
}

/* ---- Events ------------------------------------------------------------------------------------------- */

truce_status load_events(loader *l, const tree *list)
{
    truce_case *c = l->c;
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, "\"events\""));
    case_event *all = arena_array(l->memory, list->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    for (size_t i = 0; i < list->count; i++) {
        const tree *entry = &list->items[i];
        const char *what;
        TRY(load_keys(l, entry, KEYS_EVENT, &what));
        const char *key = NULL;
        TRY(load_period_key(l, entry, false, &key));
        TRY(load_month(l, entry, what, key, TREE_REQUIRED, &all[i].at_month));
        TRY(load_horizon_month(l, entry, what, key, &all[i].at_month));
        TRY(tree_text(&l->read, entry, what, "label", TREE_REQUIRED, &all[i].label));
        all[i].at = (place){entry->file, entry->line};
    }
    c->events = all;
    c->event_count = list->count;
    return TRUCE_OK;
}
