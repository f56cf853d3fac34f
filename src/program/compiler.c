/* truce_program_compile: options and inputs, then values on demand from the outputs back, then lists. */
#include "program/compiler.h"

#include <assert.h>
#include <stdlib.h>

/* ---- Horizon ------------------------------------------------------------------------------------------ */

enum { MOST_STEPS = 9999999 };

/* `span` in whole multiples of `unit`, within rounding; 0 when it is none. */
static size_t whole_multiple(double span, double unit)
{
    assert(unit > 0);
    double n = floor(span / unit + 0.5);
    return n >= 1 && n <= MOST_STEPS && fabs(n * unit - span) <= 1e-6 * unit ? (size_t)n : 0;
}

/* What is wrong with the horizon is the caller's fault where the options say it, and else the model's. */
#define WRONG_HORIZON(c, asked, ...)                                                                         \
    error_set((c)->error, (asked) ? TRUCE_BAD_USAGE : TRUCE_BAD_INPUT, (asked) ? NULL : (c)->model->file, 0, \
              __VA_ARGS__)

static truce_status set_horizon(compiler *c, const truce_program_options *options)
{
    truce_program *p = c->program;
    const truce_sim_specs *specs = &c->model->sim_specs;
    const bool asked = options->start < options->stop;
    const bool saves = options->save_step > 0;
    double start = asked ? options->start : specs->start, stop = asked ? options->stop : specs->stop;
    double save_step = saves ? options->save_step : specs->save_step;
    if (!(save_step > 0))
        save_step = specs->dt;
    if (!isfinite(start) || !isfinite(stop) || !(start < stop) || !(specs->dt > 0))
        return WRONG_HORIZON(c, asked, "the horizon from %g to %g is empty", start, stop);
    if ((stop - start) / specs->dt > MOST_STEPS + 0.5)
        return WRONG_HORIZON(c, asked, "from %g to %g by %g are more than the %d steps allowed", start, stop,
                             specs->dt, (int)MOST_STEPS);
    /* The run ends with the last step that does not pass the stop time, rounding aside. */
    p->step_count = (size_t)floor((stop - start) / specs->dt + 1e-6);
    if (!p->step_count)
        return WRONG_HORIZON(c, asked, "from %g to %g is less than one step of %g", start, stop, specs->dt);
    p->save_every = whole_multiple(save_step, specs->dt);
    if (!p->save_every)
        return WRONG_HORIZON(c, saves, "the save step %g is not a whole number of steps of %g", save_step,
                             specs->dt);
    p->save_count = p->step_count / p->save_every + 1;
    p->start = start;
    p->dt = specs->dt;
    p->clock = clock_of(start, specs->dt);
    return TRUCE_OK;
}

static truce_status set_method(compiler *c, const truce_program_options *options)
{
    static const double usual = 1e-6, tightest = 1e-12, loosest = 0.1;
    truce_program *p = c->program;
    p->method = c->model->sim_specs.method;
    p->time_column = NO_COLUMN;
    if (options->tolerance != 0 && !(options->tolerance >= tightest && options->tolerance <= loosest))
        return error_set(c->error, TRUCE_BAD_USAGE, NULL, 0, "the tolerance %g is not from %g to %g",
                         options->tolerance, tightest, loosest);
    p->tolerance = options->tolerance != 0 ? options->tolerance : usual;
    return TRUCE_OK;
}

/* ---- Inputs ------------------------------------------------------------------------------------------- */

static truce_status add_input(compiler *c, const truce_input *input)
{
    static const char *const words[] = {"parameter", "schedule", "factor"};
    truce_program *p = c->program;
    if (!input->name)
        return error_set(c->error, TRUCE_BAD_USAGE, NULL, 0, "an input has NULL for a name");
    size_t at = model_find_element(c->model, input->name), whole;
    if (at == SIZE_MAX && (whole = truce_model_find(c->model, input->name)) != SIZE_MAX &&
        c->model->variables[whole].dimension_count)
        return error_set(c->error, TRUCE_BAD_INPUT, c->model->file, 0,
                         "\"%s\" is an array: name an element, such as %s", c->model->variables[whole].name,
                         truce_model_element_name(c->model, c->model->variables[whole].first_element));
    if (at == SIZE_MAX)
        return model_unknown_name(c->model, input->name, NULL, 0, c->error);
    if ((unsigned)input->kind > TRUCE_INPUT_FACTOR)
        return error_set(c->error, TRUCE_BAD_USAGE, NULL, 0, "\"%s\" is an input of no known kind",
                         input->name);
    const element *e = &c->model->elements[at];
    if (e->kind == ELEMENT_AUX && !e->equation)
        return error_set(c->error, TRUCE_BAD_INPUT, e->at.file, e->at.line,
                         "\"%s\" is a lookup table and cannot be a %s", e->name, words[input->kind]);
    if (e->fixes && strcmp(e->fixes, MODEL_CLOCK) == 0)
        return error_set(c->error, TRUCE_BAD_INPUT, e->at.file, e->at.line,
                         "\"%s\" is part of the model's clock (start, stop, DT or save step) and cannot be a "
                         "%s: change it in the model",
                         e->name, words[input->kind]);
    if (e->fixes)
        return error_set(c->error, TRUCE_BAD_INPUT, e->at.file, e->at.line,
                         "\"%s\" is part of the order, seed or bounds of %s and cannot be a %s", e->name,
                         e->fixes, words[input->kind]);
    if (e->steady && input->kind != TRUCE_INPUT_PARAMETER)
        return error_set(
            c->error, TRUCE_BAD_INPUT, e->at.file, e->at.line,
            "\"%s\" is part of the transit time or a leak of the conveyor \"%s\", which takes it as "
            "it is at the start: it cannot have a %s",
            e->name, e->steady, words[input->kind]);
    if (e->kind == ELEMENT_STOCK && input->kind != TRUCE_INPUT_PARAMETER)
        return error_set(c->error, TRUCE_BAD_INPUT, e->at.file, e->at.line,
                         "the stock \"%s\" cannot have a %s; give it to one of its flows", e->name,
                         words[input->kind]);
    if (c->input_of[input->kind][at] != NO_INPUT)
        return error_set(c->error, TRUCE_BAD_INPUT, e->at.file, e->at.line, "\"%s\" is given as a %s twice",
                         e->name, words[input->kind]);
    size_t index = p->input_counts[input->kind]++;
    c->input_of[input->kind][at] = (uint32_t)index;
    p->inputs[input->kind][index] = p->elements[at];
    p->input_elements[input->kind][index] = (uint32_t)at;
    p->readings[input->kind][index] = (uint32_t)e->reading;
    return TRUCE_OK;
}

static truce_status add_inputs(compiler *c, const truce_program_options *options)
{
    truce_program *p = c->program;
    size_t elements = c->model->element_count;
    for (int kind = 0; kind < 3; kind++) {
        c->input_of[kind] = arena_array(&c->scratch, elements, sizeof *c->input_of[kind]);
        p->inputs[kind] = arena_array(&p->memory, options->input_count, sizeof *p->inputs[kind]);
        p->input_elements[kind] =
            arena_array(&p->memory, options->input_count, sizeof *p->input_elements[kind]);
        p->readings[kind] = arena_array(&p->memory, options->input_count, sizeof *p->readings[kind]);
        if (!c->input_of[kind] || !p->inputs[kind] || !p->input_elements[kind] || !p->readings[kind])
            return error_memory(c->error);
        memset(c->input_of[kind], 0xFF, elements * sizeof *c->input_of[kind]);
    }
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < options->input_count && status == TRUCE_OK; i++)
        status = add_input(c, &options->inputs[i]);
    for (size_t i = 0; i < c->model->visible_count && status == TRUCE_OK; i++)
        if (c->model->elements[i].is_data && c->input_of[TRUCE_INPUT_PARAMETER][i] == NO_INPUT &&
            c->input_of[TRUCE_INPUT_SCHEDULE][i] == NO_INPUT)
            status = error_set(c->error, TRUCE_BAD_INPUT, c->model->elements[i].at.file,
                               c->model->elements[i].at.line,
                               "\"%s\" has no equation and no data: give a series for it (--data FILE)",
                               c->model->elements[i].name);
    return status;
}

/* ---- Outputs ------------------------------------------------------------------------------------------ */

static truce_status add_output(compiler *c, size_t at)
{
    assert(at < c->model->element_count);
    truce_program *p = c->program;
    const element *e = &c->model->elements[at];
    const char *units = e->variable < c->model->variable_count ? c->model->variables[e->variable].units : "";
    p->outputs[p->output_count].name = p->elements[at];
    p->outputs[p->output_count].units = arena_string(&p->memory, units ? units : "");
    if (!p->outputs[p->output_count].units)
        return error_memory(c->error);
    c->output_elements[p->output_count++] = (uint32_t)at;
    return TRUCE_OK;
}

static bool has_value(const compiler *c, size_t at)
{
    assert(at < c->model->element_count);
    return c->model->elements[at].kind != ELEMENT_AUX || c->model->elements[at].equation;
}

/* The elements [*first, *first + *count) that a name stands for. */
static truce_status find_output(compiler *c, const char *name, size_t *first, size_t *count)
{
    if (!name)
        return error_set(c->error, TRUCE_BAD_USAGE, NULL, 0, "an output has NULL for a name");
    size_t variable = truce_model_find(c->model, name);
    if (variable != SIZE_MAX) {
        *first = c->model->variables[variable].first_element;
        *count = c->model->variables[variable].element_count;
    } else {
        *first = model_find_element(c->model, name);
        *count = 1;
    }
    if (*first == SIZE_MAX)
        return model_unknown_name(c->model, name, NULL, 0, c->error);
    if (!has_value(c, *first)) {
        const element *e = &c->model->elements[*first];
        return error_set(c->error, TRUCE_BAD_INPUT, e->at.file, e->at.line,
                         "\"%s\" is a lookup table and has no value to save", e->name);
    }
    return TRUCE_OK;
}

static truce_status count_outputs(compiler *c, const truce_program_options *options, size_t *total)
{
    *total = options->outputs ? 0 : c->model->visible_count;
    for (size_t i = 0; options->outputs && i < options->output_count; i++) {
        size_t first, count;
        truce_status status = find_output(c, options->outputs[i], &first, &count);
        if (status != TRUCE_OK)
            return status;
        *total += count;
    }
    return TRUCE_OK;
}

static truce_status add_outputs(compiler *c, const truce_program_options *options)
{
    truce_program *p = c->program;
    size_t total;
    truce_status status = count_outputs(c, options, &total);
    if (status != TRUCE_OK)
        return status;
    p->outputs = arena_array(&p->memory, total, sizeof *p->outputs);
    c->output_elements = arena_array(&c->scratch, total, sizeof *c->output_elements);
    if (!p->outputs || !c->output_elements)
        return error_memory(c->error);
    if (!options->outputs)
        for (size_t e = 0; e < c->model->visible_count && status == TRUCE_OK; e++)
            if (has_value(c, e))
                status = add_output(c, e);
    for (size_t i = 0; options->outputs && i < options->output_count && status == TRUCE_OK; i++) {
        size_t first = 0, count = 0;
        status = find_output(c, options->outputs[i], &first, &count);
        for (size_t e = first; e < first + count && status == TRUCE_OK; e++)
            status = add_output(c, e);
    }
    return status;
}

/* ---- From the outputs back ---------------------------------------------------------------------------- */

typedef struct change { /* what a stock, state, delay or held value needs besides its value */
    uint32_t element;
    uint32_t initial; /* stocks and states */
    uint32_t rate;    /* net flow, next value, input of a delay, or held value */
    uint32_t later;   /* net flow in the stages of the step after the first */
} change;

typedef struct reach {
    compiler *c;
    uint8_t *seen; /* by value */
    size_t seen_capacity;
    uint32_t *stack;
    size_t stack_count, stack_capacity;
    change *changes;
    size_t change_count, change_capacity;
    uint8_t *has_change; /* by element */
    uint32_t *delay_elements;
} reach;

static bool mark(reach *r, uint32_t v)
{
    if (v >= r->seen_capacity) {
        size_t larger = r->c->values.count * 2;
        uint8_t *seen = arena_array(&r->c->scratch, larger, 1);
        if (!seen)
            return false;
        if (r->seen_capacity)
            memcpy(seen, r->seen, r->seen_capacity);
        r->seen = seen;
        r->seen_capacity = larger;
    }
    if (r->seen[v])
        return true;
    r->seen[v] = 1;
    return ARENA_PUSH(&r->c->scratch, r->stack, r->stack_count, r->stack_capacity, v);
}

/* Lowers what changes the element that a value reads, once. */
static truce_status follow_element(reach *r, size_t at)
{
    assert(at < r->c->model->element_count);
    compiler *c = r->c;
    const element *e = &c->model->elements[at];
    if (r->has_change[at])
        return TRUCE_OK;
    r->has_change[at] = 1;
    change new = {.element = (uint32_t)at, .initial = NO_VALUE, .later = NO_VALUE};
    truce_status status = e->kind == ELEMENT_AUX
                              ? lower_element(c, at, STEP_CONTEXT, &new.rate)
                              : lower_expression(c, e->equation, at, STEP_CONTEXT, &new.rate);
    if (status == TRUCE_OK && (e->kind == ELEMENT_STOCK || e->kind == ELEMENT_STATE))
        status = lower_element(c, at, INITIAL_CONTEXT, &new.initial);
    if (status == TRUCE_OK && e->kind == ELEMENT_STOCK && c->program->method != TRUCE_EULER)
        status = lower_expression(c, e->equation, at, STAGE_CONTEXT, &new.later);
    if (status != TRUCE_OK)
        return status;
    if (!ARENA_PUSH(&c->scratch, r->changes, r->change_count, r->change_capacity, new) ||
        !mark(r, new.rate) || (new.later != NO_VALUE && !mark(r, new.later)))
        return error_memory(c->error);
    return TRUCE_OK;
}

static truce_status follow(reach *r, uint32_t v)
{
    assert(v < r->c->values.count);
    const value item = r->c->values.items[v];
    for (unsigned i = 0; i < item.arity; i++)
        if (!mark(r, item.arguments[i]))
            return error_memory(r->c->error);
    if (item.code == CODE_STATE && item.index < r->c->model->element_count)
        return follow_element(r, item.index);
    if (item.code == CODE_DELAY_READ)
        return follow_element(r, item.element);
    return TRUCE_OK;
}

static truce_status follow_from(reach *r, size_t at, uint32_t *v)
{
    assert(at < r->c->model->element_count);
    truce_status status = lower_element(r->c, at, STEP_CONTEXT, v);
    if (status == TRUCE_OK && !mark(r, *v))
        status = error_memory(r->c->error);
    while (status == TRUCE_OK && r->stack_count > 0)
        status = follow(r, r->stack[--r->stack_count]);
    return status;
}

static truce_status follow_all(reach *r, uint32_t *output_values)
{
    compiler *c = r->c;
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < c->program->output_count && status == TRUCE_OK; i++)
        status = follow_from(r, c->output_elements[i], &output_values[i]);
    for (size_t e = 0; c->program->method == TRUCE_RK45 && e < c->model->element_count && status == TRUCE_OK;
         e++) {
        uint32_t ignored;
        if (c->model->elements[e].kind != ELEMENT_AUX)
            status = follow_from(r, e, &ignored);
    }
    return status;
}

/* ---- Lists -------------------------------------------------------------------------------------------- */

static bool add_root(compiler *c, root_list *list, uint32_t v, code how, uint32_t column, uint32_t index,
                     uint32_t owner)
{
    root r = {.value = v, .code = (uint16_t)how, .column = column, .index = index, .element = owner};
    return v != NO_VALUE && ARENA_PUSH(&c->scratch, list->items, list->count, list->capacity, r);
}

/* Under Euler's method the new value of a stock, else its net flow. */
static uint32_t stock_root(compiler *c, const change *x)
{
    values *v = &c->values;
    v->element = x->element;
    if (c->program->method != TRUCE_EULER)
        return x->rate;
    return values_binary(v, CODE_ADD, values_leaf(v, CODE_STATE, x->element, VARIES_BY_BOTH),
                         values_binary(v, CODE_MULTIPLY, x->rate, values_number(v, c->program->dt)));
}

/* Gives every stock and state its columns and says what the lists must leave in them. */
static bool plan_changes(compiler *c, const reach *r, root_list *step, root_list *stage, root_list *initial)
{
    truce_program *p = c->program;
    bool room = true, derivatives = p->method != TRUCE_EULER;
    p->stocks = arena_array(&p->memory, r->change_count, sizeof *p->stocks);
    p->states = arena_array(&p->memory, r->change_count, sizeof *p->states);
    if (!p->stocks || !p->states)
        return false;
    if (p->method == TRUCE_RK45)
        c->column_of[c->model->element_count] = p->time_column = (uint32_t)c->persistent++;
    for (size_t i = 0; i < r->change_count && room; i++) {
        const change *x = &r->changes[i];
        element_kind kind = c->model->elements[x->element].kind;
        if (kind == ELEMENT_DELAY) {
            room =
                add_root(c, step, x->rate, CODE_DELAY_PUSH, NO_COLUMN, c->delay_of[x->element], x->element);
            continue;
        }
        uint32_t column = (uint32_t)c->persistent++, target = column;
        if (kind == ELEMENT_AUX) {
            c->column_of[x->element] = column;
            room = add_root(c, step, x->rate, CODE_COPY, column, 0, x->element);
            continue;
        }
        if (derivatives)
            target = (uint32_t)c->persistent++;
        c->column_of[x->element] = column;
        room = add_root(c, initial, x->initial, CODE_COPY, column, 0, x->element) &&
               add_root(c, step, kind == ELEMENT_STOCK ? stock_root(c, x) : x->rate, CODE_COPY, target, 0,
                        x->element);
        if (kind == ELEMENT_STATE) {
            if (derivatives)
                p->states[p->state_count++] = (program_state){column, target};
            continue;
        }
        p->stocks[p->stock_count++] = (program_stock){column, derivatives ? target : NO_COLUMN, x->element};
        if (derivatives)
            room = room && add_root(c, stage, x->later, CODE_COPY, target, 0, x->element);
    }
    return room;
}

static bool append(compiler *c, root_list *to, const root_list *from)
{
    for (size_t i = 0; i < from->count; i++)
        if (!ARENA_PUSH(&c->scratch, to->items, to->count, to->capacity, from->items[i]))
            return false;
    return true;
}

static bool plan_kept(compiler *c, root_list *initial, root_list *shared)
{
    bool room = true;
    for (size_t i = 0; i < c->member.count && room; i++) {
        uint32_t v = c->member.items[i];
        room = add_root(c, initial, v, CODE_COPY, c->place_of[v], 0, c->values.items[v].element);
    }
    for (size_t i = 0; i < c->shared.count && room; i++) {
        uint32_t v = c->shared.items[i];
        room = add_root(c, shared, v, CODE_STORE_SHARED, NO_COLUMN, (uint32_t)i, c->values.items[v].element);
    }
    return room;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Does an equation state a number without limit, INF? By way of other constants too, a few steps on, and of what is
 * computed with it; what is computed with NAN is a mistake. */
static bool states_it(const compiler *c, const expression *e, int depth)
{
    if (!e || depth == 0)
        return false;
    if (e->op == OP_NUMBER)
        return !isfinite(e->number);
    if (e->op == OP_VARIABLE)
        return states_it(c, c->model->elements[e->index].equation, depth - 1);
    for (int i = 0; i < e->arity; i++)
        if (states_it(c, e->arguments[i], depth - 1))
            return true;
    return false;
}

/* Does an equation choose such a number, as in IF known THEN x ELSE NAN? */
static bool chooses_it(const compiler *c, const expression *e, int depth)
{
    if (!e || depth == 0)
        return false;
    if (e->op == OP_NUMBER)
        return !isfinite(e->number);
    if (e->op == OP_VARIABLE)
        return chooses_it(c, c->model->elements[e->index].equation, depth - 1);
    if (e->op == OP_NEGATE)
        return chooses_it(c, e->arguments[0], depth - 1);
    return e->op == OP_IF &&
           (chooses_it(c, e->arguments[1], depth - 1) || chooses_it(c, e->arguments[2], depth - 1));
}

/* What is not finite because the model says so ("NAN" for what nobody measured, "INF" for what has no limit),
 * or what it asks about by ISNAN, is no failure of the run. */
static code store_of(const compiler *c, size_t at, uint32_t v)
{
    enum { MOST_DEPTH = 16 };
    const element *e = &c->model->elements[at];
    const value *item = v < c->values.count ? &c->values.items[v] : NULL;
    if (e->kind != ELEMENT_AUX || !item)
        return CODE_STORE;
    bool constant = item->code == CODE_NUMBER && !isfinite(item->number);
    bool stated = e->guarded                         ? true
                  : constant && !isnan(item->number) ? states_it(c, e->equation, MOST_DEPTH)
                                                     : chooses_it(c, e->equation, MOST_DEPTH);
    return stated ? CODE_STORE_STATED : CODE_STORE;
}

static truce_status schedule_lists(compiler *c, const reach *r, const uint32_t *output_values)
{
    truce_program *p = c->program;
    root_list step = {0}, save = {0}, stage = {0}, initial = {0}, shared = {0};
    size_t used[5] = {0};
    bool room = plan_changes(c, r, &step, &stage, &initial);
    for (size_t i = 0; i < p->output_count && room; i++)
        room = add_root(c, &save, output_values[i], store_of(c, c->output_elements[i], output_values[i]),
                        NO_COLUMN, (uint32_t)i, c->output_elements[i]);
    c->place_count = c->values.count;
    c->place_of = arena_array(&c->scratch, c->place_count, sizeof *c->place_of);
    if (!room || c->values.failed || !c->place_of || !append(c, &save, &step))
        return error_memory(c->error);
    memset(c->place_of, 0xFF, c->place_count * sizeof *c->place_of);
    truce_status status = schedule_list(c, &step, VARIES_BY_BOTH, &p->step, &used[0]);
    if (status == TRUCE_OK)
        status = schedule_list(c, &save, VARIES_BY_BOTH, &p->save, &used[1]);
    if (status == TRUCE_OK)
        status = schedule_list(c, &stage, VARIES_BY_BOTH, &p->stage, &used[2]);
    if (status == TRUCE_OK && !plan_kept(c, &initial, &shared))
        status = error_memory(c->error);
    if (status == TRUCE_OK)
        status = schedule_list(c, &initial, VARIES_BY_MEMBER, &p->member, &used[3]);
    if (status == TRUCE_OK)
        status = schedule_list(c, &shared, VARIES_BY_STEP, &p->shared, &used[4]);
    p->persistent_count = c->persistent;
    p->column_count = c->persistent + larger(larger(used[0], used[1]), larger(used[2], used[3]));
    p->shared_columns = used[4];
    return status;
}

/* Final numbers for temporary columns and shared scalars. */
static void number_list(instruction_list *list, uint32_t persistent, uint32_t constants)
{
    for (size_t i = 0; i < list->count; i++) {
        instruction *x = &list->items[i];
        if (x->result != NO_COLUMN && x->result >= TEMPORARY)
            x->result = x->result - TEMPORARY + persistent;
        for (unsigned k = 0; k < code_operands(x->code); k++)
            if (x->operands[k] >= TEMPORARY)
                x->operands[k] =
                    x->operands[k] - TEMPORARY + ((x->scalars >> k & 1) ? constants : persistent);
    }
}

static truce_status number_all(compiler *c)
{
    truce_program *p = c->program;
    p->constant_count = c->constants.count;
    p->shared_count = c->shared.count;
    p->constants = arena_array(&p->memory, p->constant_count, sizeof *p->constants);
    p->shared_elements = arena_array(&p->memory, p->shared_count, sizeof *p->shared_elements);
    if (!p->constants || !p->shared_elements)
        return error_memory(c->error);
    for (size_t i = 0; i < p->constant_count; i++)
        p->constants[i] = c->values.items[c->constants.items[i]].number;
    for (size_t i = 0; i < p->shared_count; i++)
        p->shared_elements[i] = c->values.items[c->shared.items[i]].element;
    instruction_list *lists[] = {&p->member, &p->step, &p->save, &p->stage};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        number_list(lists[i], (uint32_t)p->persistent_count, (uint32_t)p->constant_count);
    number_list(&p->shared, 0, (uint32_t)p->constant_count);
    return TRUCE_OK;
}

/* Arithmetic and special functions: no jump and no kink between values that are finite. */
static bool is_smooth(unsigned c)
{
#define WITH(first)                                                                                          \
    first, first##_ADD, first##_SUBTRACT, first##_SUBTRACT_FROM, first##_MULTIPLY, first##_DIVIDE,           \
        first##_DIVIDE_INTO
    static const uint16_t smooth[] = {CODE_COPY,
                                      CODE_NEGATE,
                                      CODE_SQRT,
                                      CODE_POWER,
                                      CODE_EXP,
                                      CODE_LN,
                                      CODE_LOG10,
                                      CODE_SIN,
                                      CODE_COS,
                                      CODE_TAN,
                                      CODE_ARCSIN,
                                      CODE_ARCCOS,
                                      CODE_ARCTAN,
                                      WITH(CODE_ADD),
                                      WITH(CODE_SUBTRACT),
                                      WITH(CODE_MULTIPLY),
                                      WITH(CODE_DIVIDE),
                                      CODE_MULTIPLY_ADD_MULTIPLY,
                                      CODE_MULTIPLY_SUBTRACT_MULTIPLY,
                                      CODE_SUBTRACT_MULTIPLY_ADD,
                                      CODE_MULTIPLY_MULTIPLY_MULTIPLY,
                                      CODE_MULTIPLY_MULTIPLY_ADD,
                                      CODE_MULTIPLY_MULTIPLY_DIVIDE,
                                      CODE_ADD_ADD_ADD};
#undef WITH
    for (size_t i = 0; i < sizeof smooth / sizeof *smooth; i++)
        if (c == smooth[i])
            return true;
    return false;
}

/* RK45 may step over DT where nothing happens at it: no state takes its next value, no delay its next input,
 * no value is held, and the derivatives are smooth functions of stocks and time alone, without draws and
 * schedules. */
static void find_freedom(truce_program *p, bool holds)
{
    p->steps_cross_dt = p->method == TRUCE_RK45 && !holds && p->state_count == 0 && p->delay_count == 0;
    for (size_t i = 0; i < p->stage.count && p->steps_cross_dt; i++) {
        const instruction *x = &p->stage.items[i];
        p->steps_cross_dt = is_smooth(x->code);
        for (unsigned k = 0; k < code_operands(x->code); k++)
            if ((x->scalars >> k & 1) && x->operands[k] >= p->constant_count)
                p->steps_cross_dt = false;
    }
}

/* Elements whose value is recomputed every step: every distinct one counts once. */
static size_t count_step_variables(compiler *c, const reach *r)
{
    size_t count = 0;
    for (size_t e = 0; e < c->model->element_count; e++) {
        uint32_t v = c->known[STEP_CONTEXT][e];
        if (v >= c->values.count || v >= r->seen_capacity || !r->seen[v])
            continue;
        count += c->values.items[v].varies == VARIES_BY_BOTH && r->seen[v] == 1;
        r->seen[v] = 2;
    }
    return count;
}

/* ---- The whole ---------------------------------------------------------------------------------------- */

static truce_status prepare(compiler *c)
{
    truce_program *p = c->program;
    size_t elements = c->model->element_count;
    p->elements = arena_array(&p->memory, elements, sizeof *p->elements);
    if (!p->elements || elements >= NO_INPUT)
        return error_memory(c->error);
    p->element_count = elements;
    for (size_t i = 0; i < elements; i++) {
        const element *e = &c->model->elements[i];
        p->elements[i] = e->hidden ? p->elements[e->owner] : arena_string(&p->memory, e->name);
        if (!p->elements[i])
            return error_memory(c->error);
    }
    uint32_t **arrays[] = {&c->known[0], &c->known[1], &c->known[2], &c->column_of, &c->delay_of};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        *arrays[i] = arena_array(&c->scratch, elements + 1, sizeof **arrays[i]);
        if (!*arrays[i])
            return error_memory(c->error);
        memset(*arrays[i], 0xFF, (elements + 1) * sizeof **arrays[i]);
    }
    return lower_tables(c);
}

static truce_status compile(compiler *c, const truce_program_options *options)
{
    reach r = {.c = c};
    truce_status status = set_horizon(c, options);
    if (status == TRUCE_OK)
        status = set_method(c, options);
    if (status == TRUCE_OK)
        status = prepare(c);
    if (status == TRUCE_OK)
        status = add_inputs(c, options);
    if (status == TRUCE_OK)
        status = add_outputs(c, options);
    if (status != TRUCE_OK)
        return status;
    uint32_t *output_values = arena_array(&c->scratch, c->program->output_count, sizeof *output_values);
    r.has_change = arena_array(&c->scratch, c->model->element_count, 1);
    if (!output_values || !r.has_change)
        return error_memory(c->error);
    status = follow_all(&r, output_values);
    if (status == TRUCE_OK)
        status = schedule_lists(c, &r, output_values);
    if (status == TRUCE_OK)
        status = number_all(c);
    if (status == TRUCE_OK)
        find_freedom(c->program, c->holds);
    if (status == TRUCE_OK)
        c->program->step_variables = count_step_variables(c, &r);
    return status;
}

truce_status truce_program_compile(const truce_model *model, const truce_program_options *options,
                                   truce_program **program, truce_error *error)
{
    static const truce_program_options none = {0};
    if (!model || !program)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a model and a place for the program are needed");
    if (options && options->input_count && !options->inputs)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "%zu inputs are counted and none are given",
                         options->input_count);
    truce_program *p = calloc(1, sizeof *p);
    if (!p)
        return error_memory(error);
    compiler c = {.model = model, .program = p, .error = error};
    c.values.memory = &c.scratch;
    c.values.program = p;
    truce_status status = compile(&c, options ? options : &none);
    arena_free(&c.scratch);
    if (status == TRUCE_OK)
        *program = p;
    else
        truce_program_destroy(p);
    return status;
}
