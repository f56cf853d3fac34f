/* The levers of a plan: those of the case's section, or elements of the model; and a setting of them as a scenario. */
#include "answers/goal.h"
#include "answers/plan.h"
#include "results/findings.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char scenario_name[] = "plan-in-hand";

/* ---- A lever of the section ------------------------------------------------------------------------------------- */

static void take_control(truce_plan *p, plan_lever *lever, size_t index)
{
    const case_control *k = &p->c->controls[index];
    *lever = (plan_lever){.name = k->name,
                          .title = k->title,
                          .units = k->units,
                          .control = index,
                          .least = k->least,
                          .most = k->greatest,
                          .step = k->step,
                          .rest = k->rest,
                          .date = k->date};
}

/* ---- An element --------------------------------------------------------------------------------------------------- */

/* An element without a range: a lever may move it. */
static truce_status needs_range(const truce_plan *p, const char *name, size_t variable, truce_error *error)
{
    const truce_model *model = p->c->model;
    for (size_t i = 0; i < p->c->control_count; i++) {
        const case_control *k = &p->c->controls[i];
        for (size_t e = 0; e < k->element_count; e++)
            if (model->elements[k->elements[e]].variable == variable)
                return error_set(
                    error, TRUCE_BAD_USAGE, NULL, 0,
                    "\"%s\" is a variable, and needs a range (\"%s=LEAST:MOST\"); a lever of the case that "
                    "moves it is \"%s\"",
                    name, name, k->name);
    }
    return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                     "\"%s\" is a variable, and needs a range (\"%s=LEAST:MOST\")", name, name);
}

static bool kind_of(const char *how, enum change_kind *kind, double *rest)
{
    static const char *const names[] = {[CHANGE_SET] = "set",
                                        [CHANGE_SCALE] = "scale",
                                        [CHANGE_VALUE] = "value",
                                        [CHANGE_MULTIPLY] = "multiply",
                                        [CHANGE_ADD] = "add"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], how) == 0) {
            *kind = (enum change_kind)i;
            *rest = i == CHANGE_SCALE || i == CHANGE_MULTIPLY ? 1 : i == CHANGE_ADD ? 0 : NAN;
            return true;
        }
    return false;
}

static void put_quoted(text *t, const char *string)
{
    text_print(t, "\"");
    for (; *string; string++)
        text_print(t, *string == '"' || *string == '\\' ? "\\%c" : "%c", *string);
    text_print(t, "\"");
}

/* The case's reader decides whether the element can be changed in this way, and which elements a variable has: it is
 * given a scenario that does it, and the changes are taken from what it made of it. */
static truce_status read_changes(truce_plan *p, plan_lever *lever, truce_error *error)
{
    text part = {0};
    char from[16];
    truce_case *own = NULL;
    text_print(&part, "scenarios:\n  %s: {from: ", scenario_name);
    put_quoted(&part, p->c->scenarios[0].name);
    text_print(&part, ", title: A lever, changes: [{variable: ");
    put_quoted(&part, lever->name);
    if (p->asked.from != MONTH_NONE) {
        month_iso(p->asked.from, from);
        text_print(&part, ", from: %s", from);
    }
    text_print(&part, ", %s: 1}]}\n", p->asked.how);
    truce_status status = part.failed
                              ? error_memory(error)
                              : truce_case_load_from(p->c->files, p->c->path, part.bytes, &own, error);
    text_free(&part);
    if (status != TRUCE_OK) {
        if (error && strcmp(error->file, CASE_GIVEN_PART) == 0) {
            error->file[0] = '\0'; /* nobody has seen that scenario */
            error->line = 0;
        }
        return status;
    }
    const case_scenario *made = &own->scenarios[own->scenario_count - 1];
    lever->change_count = made->change_count;
    lever->changes = arena_array(&p->memory, made->change_count + 1, sizeof *lever->changes);
    for (size_t i = 0; lever->changes && i < made->change_count; i++) {
        lever->changes[i] = made->changes[i];
        lever->changes[i].variable = p->c->model->elements[made->changes[i].element].name;
        lever->changes[i].at = (place){0};
    }
    truce_case_destroy(own);
    return lever->changes ? TRUCE_OK : error_memory(error);
}

static truce_status take_element(truce_plan *p, plan_lever *lever, const truce_plan_lever *asked,
                                 truce_error *error)
{
    enum change_kind kind;
    size_t whole, part;
    if (truce_model_look_up(p->c->model, asked->name, &whole, &part, NULL) != TRUCE_OK)
        return lever_unknown(p->c, asked->name, error);
    if (isnan(asked->least) || isnan(asked->most))
        return needs_range(p, asked->name, whole, error);
    *lever = (plan_lever){.name = arena_string(&p->memory, asked->name), .units = "", .control = SIZE_MAX};
    if (!lever->name)
        return error_memory(error);
    lever->title = lever->name;
    if (!kind_of(p->asked.how, &kind, &lever->rest))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "a lever is moved by set, scale, value, multiply or add, not \"%s\"", p->asked.how);
    TRY(read_changes(p, lever, error));
    lever->step = (asked->most - asked->least) / 200;
    lever->always = isnan(lever->rest);
    if (lever->always)
        lever->rest = asked->least;
    return TRUCE_OK;
}

/* ---- A term of the deal --------------------------------------------------------------------------------------------- */

static plan_term term_of(const truce_plan *p, const char *name)
{
    static const char *const names[] = {
        [PLAN_GUARANTEE] = "deal guarantee", [PLAN_RELIEF] = "deal relief", [PLAN_LINE] = "deal line"};
    for (plan_term i = PLAN_GUARANTEE; i <= PLAN_LINE; i++)
        if (strcmp(names[i], name) == 0 && p->of_talks && p->goal.watch.what == TALKS_ACCEPTED)
            return i;
    return PLAN_NO_TERM;
}

/* Guarantees are numbered from 0 as the case lists them. */
static const char *guarantee_title(truce_plan *p)
{
    text t = {0};
    text_print(&t, "Guarantee of the deal (");
    for (size_t i = 0; i < p->c->talks->guarantee_count; i++)
        text_print(&t, "%s%zu %s", i ? ", " : "", i, p->c->talks->guarantees[i].name);
    text_print(&t, ")");
    const char *title = t.failed ? NULL : arena_string(&p->memory, t.bytes);
    text_free(&t);
    return title;
}

static truce_status take_term(truce_plan *p, plan_lever *lever, plan_term term, truce_error *error)
{
    const case_talks *t = p->c->talks;
    const case_deal *d = &t->deals[p->goal.watch.deal];
    *lever = (plan_lever){.term = term, .control = SIZE_MAX, .units = ""};
    if (term == PLAN_GUARANTEE) {
        lever->name = "deal guarantee";
        lever->title = guarantee_title(p);
        lever->most = (double)t->guarantee_count - 1;
        lever->step = 1;
        lever->rest = (double)d->guarantee;
    } else if (term == PLAN_RELIEF) {
        lever->name = "deal relief";
        lever->title = "Share of the sanctions that the deal lifts";
        lever->most = 1;
        lever->step = 0.05;
        lever->rest = d->relief;
    } else {
        lever->name = "deal line";
        lever->title = "Line of the deal, beyond that of contact";
        lever->units = p->c->model->variables[p->c->model->elements[t->line].variable].units;
        lever->least = lever->most = lever->step = NAN;
        lever->rest = d->beyond;
    }
    return !lever->title ? error_memory(error)
           : term == PLAN_LINE && !d->contact
               ? error_set(
                     error, TRUCE_BAD_INPUT, NULL, 0,
                     "\"deal line\" moves a deal on the line of contact, and \"%s\" has a line of its own",
                     d->name)
               : TRUCE_OK;
}

/* The deal of the goal once more, after all that the case has: the game and the record stay as they are. */
static truce_status copy_deal(truce_plan *p, truce_error *error)
{
    const case_talks *t = p->c->talks;
    bool moved = false;
    for (size_t i = 0; i < p->lever_count; i++)
        moved = moved || p->levers[i].term != PLAN_NO_TERM;
    if (!moved)
        return TRUCE_OK;
    p->deals = arena_array(&p->memory, t->deal_count + 1, sizeof *p->deals);
    if (!p->deals)
        return error_memory(error);
    memcpy(p->deals, t->deals, t->deal_count * sizeof *p->deals);
    p->deals[t->deal_count] = t->deals[p->goal.watch.deal];
    p->talks = *t;
    p->talks.deals = p->deals;
    p->talks.deal_count++;
    p->view.talks = &p->talks;
    p->goal.watch.deal = t->deal_count;
    return TRUCE_OK;
}

static void apply_term(truce_plan *p, plan_term term, double value)
{
    case_deal *d = &p->deals[p->goal.watch.deal];
    if (term == PLAN_GUARANTEE)
        d->guarantee = (size_t)(value + 0.5);
    else if (term == PLAN_RELIEF)
        d->relief = value;
    else
        d->beyond = value;
}

/* ---- All of them ---------------------------------------------------------------------------------------------------- */

static truce_status load_lever(truce_plan *p, const truce_plan_lever *asked, plan_lever *lever,
                               truce_error *error)
{
    size_t control = lever_find(p->c, asked->name);
    plan_term term = term_of(p, asked->name);
    if (term != PLAN_NO_TERM)
        TRY(take_term(p, lever, term, error));
    else if (control != SIZE_MAX)
        take_control(p, lever, control);
    else
        TRY(take_element(p, lever, asked, error));
    lever->least = isnan(asked->least) ? lever->least : asked->least;
    lever->most = isnan(asked->most) ? lever->most : asked->most;
    if (!(lever->least < lever->most) || !isfinite(lever->most - lever->least))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the range of \"%s\" must go from less to more",
                         lever->name);
    if (term == PLAN_GUARANTEE && (lever->least < 0 || lever->most >= (double)p->c->talks->guarantee_count))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the guarantees of the case are numbered 0 to %zu",
                         p->c->talks->guarantee_count - 1);
    if (term == PLAN_RELIEF && (lever->least < 0 || lever->most > 1))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "\"deal relief\" is a share, 0 to 1");
    if (term == PLAN_LINE)
        lever->step = (lever->most - lever->least) / 50;
    double latest = p->c->time_start + (double)(p->c->stop - p->c->start);
    if (lever->date && (lever->least < p->c->time_start || lever->most > latest))
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "the range of \"%s\" leaves the horizon",
                         lever->name);
    if (term != PLAN_GUARANTEE)
        lever->step = fmin(lever->step, (lever->most - lever->least) / 2);
    lever->price = !isnan(asked->price) ? asked->price : lever->date ? 0 : 1 / (lever->most - lever->least);
    if (!(lever->price >= 0) || !isfinite(lever->price))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the price of \"%s\" must not be below 0",
                         lever->name);
    return TRUCE_OK;
}

static size_t most_changes(const truce_plan *p)
{
    size_t count = 1;
    for (size_t i = 0; i < p->lever_count; i++)
        count += p->levers[i].change_count;
    for (size_t i = 0; i < p->c->control_count; i++)
        count += p->c->controls[i].element_count;
    return count;
}

static truce_status make_view(truce_plan *p, truce_error *error)
{
    size_t base = 0, count = p->c->scenario_count;
    if (p->asked.scenario)
        TRY(simulate_find_scenario(p->c, p->asked.scenario, &base, error));
    if (p->c->scenarios[base].branch_count)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                         "\"%s\" has branches, and levers cannot be moved in them: name one of these",
                         p->c->scenarios[base].name);
    p->applied = arena_array(&p->memory, p->c->control_count + 1, sizeof *p->applied);
    p->scenarios = arena_array(&p->memory, count + 1, sizeof *p->scenarios);
    p->changes = arena_array(&p->memory, most_changes(p), sizeof *p->changes);
    if (!p->applied || !p->scenarios || !p->changes)
        return error_memory(error);
    memcpy(p->scenarios, p->c->scenarios, count * sizeof *p->scenarios);
    p->scenarios[count] = (case_scenario){.name = scenario_name,
                                          .title = "The levers of the plan",
                                          .base = base,
                                          .changes = p->changes,
                                          .at = p->c->scenarios[base].at};
    p->view = *p->c;
    p->view.scenarios = p->scenarios;
    p->view.scenario_count = count + 1;
    return TRUCE_OK;
}

/* Of two that are no levers of the case: names may be written in several ways, and arrays have elements. */
static bool share_an_element(const plan_lever *a, const plan_lever *b)
{
    for (size_t i = 0; i < a->change_count; i++)
        for (size_t k = 0; k < b->change_count; k++)
            if (a->changes[i].element == b->changes[k].element)
                return true;
    return false;
}

/* What the ends of the ranges go beyond, and whether the past is moved. */
static truce_status look_beyond(truce_plan *p, truce_error *error)
{
    text t = {0};
    for (size_t i = 0; i < p->lever_count; i++) {
        const plan_lever *l = &p->levers[i];
        const case_control *k = l->control != SIZE_MAX ? &p->c->controls[l->control] : NULL;
        const double ends[] = {l->least, l->most};
        if (l->date || (k ? !k->element_count : !l->change_count))
            continue;
        case_change x = k ? (case_change){.variable = k->variable,
                                          .element = k->elements[0],
                                          .kind = (enum change_kind)k->kind}
                          : l->changes[0];
        for (size_t e = 0; e < 2; e++) {
            x.value = ends[e];
            range_caution(&t, p->c, &x);
        }
        p->moves_past = p->moves_past || (!k && p->asked.from == MONTH_NONE && p->c->data_end != MONTH_NONE);
    }
    if (t.length && !t.failed)
        p->caution = arena_string(&p->memory, t.bytes);
    truce_status status = t.failed || (t.length && !p->caution) ? error_memory(error) : TRUCE_OK;
    text_free(&t);
    return status;
}

truce_status plan_load_levers(truce_plan *p, truce_error *error)
{
    const truce_plan_options *o = &p->asked;
    p->levers = arena_array(&p->memory, o->lever_count, sizeof *p->levers);
    if (!p->levers)
        return error_memory(error);
    for (size_t i = 0; i < o->lever_count; i++) {
        if (!o->levers[i].name)
            return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a lever needs a name");
        TRY(load_lever(p, &o->levers[i], &p->levers[i], error));
        p->lever_count++;
        for (size_t k = 0; k < i; k++)
            if (strcmp(p->levers[k].name, p->levers[i].name) == 0 ||
                share_an_element(&p->levers[k], &p->levers[i]))
                return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                                 "the levers \"%s\" and \"%s\" move the same element", p->levers[k].name,
                                 p->levers[i].name);
    }
    TRY(look_beyond(p, error));
    TRY(make_view(p, error));
    return copy_deal(p, error);
}

/* ---- A setting ------------------------------------------------------------------------------------------------------ */

double plan_value(const plan_lever *lever, double x)
{
    double value = lever->least + lever->step * round(x * (lever->most - lever->least) / lever->step);
    return fmin(fmax(value, lever->least), lever->most);
}

/* Where a control stands in the setting. */
static double standing(const truce_plan *p, const double *values, size_t control)
{
    for (size_t i = 0; i < p->lever_count; i++)
        if (p->levers[i].control == control)
            return values[i];
    return p->c->controls[control].rest;
}

static month month_of(const truce_plan *p, const double *values, month fixed, size_t by)
{
    return by == SIZE_MAX ? fixed
                          : p->c->start + (month)floor(standing(p, values, by) - p->c->time_start + 1e-9);
}

/* Adds the changes of a control. */
static void apply_control(truce_plan *p, const double *values, size_t control, size_t *count)
{
    const case_control *k = &p->c->controls[control];
    month first = month_of(p, values, k->first, k->first_by), last = month_of(p, values, k->last, k->last_by);
    if (first != MONTH_NONE && last != MONTH_NONE && last < first)
        return;
    for (size_t i = 0; i < k->element_count; i++)
        p->changes[(*count)++] = (case_change){.variable = p->c->model->elements[k->elements[i]].name,
                                               .element = k->elements[i],
                                               .kind = (enum change_kind)k->kind,
                                               .value = standing(p, values, control),
                                               .first = first,
                                               .last = last,
                                               .mean_first = MONTH_NONE,
                                               .mean_last = MONTH_NONE};
}

static void apply_element(truce_plan *p, const plan_lever *lever, double value, size_t *count)
{
    for (size_t i = 0; i < lever->change_count; i++) {
        p->changes[*count] = lever->changes[i];
        p->changes[(*count)++].value = value;
    }
}

void plan_set(truce_plan *p, const double *values)
{
    size_t count = 0;
    memset(p->applied, 0, p->c->control_count * sizeof *p->applied);
    for (size_t i = 0; i < p->lever_count; i++) {
        const plan_lever *lever = &p->levers[i];
        if (lever->term != PLAN_NO_TERM) {
            apply_term(p, lever->term, values[i]);
            continue;
        }
        if (values[i] == lever->rest && !lever->always)
            continue; /* it changes nothing */
        if (lever->control == SIZE_MAX) {
            apply_element(p, lever, values[i], &count);
            continue;
        }
        /* what counts once this one is moved, and what counts once that counts */
        for (size_t k = lever->control; k != SIZE_MAX && !p->applied[k]; k = p->c->controls[k].with) {
            apply_control(p, values, k, &count);
            p->applied[k] = true;
        }
    }
    p->scenarios[p->view.scenario_count - 1].change_count = count;
}
