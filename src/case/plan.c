/* From a scenario to a program and the numbers to feed it.
 *
 * The case and the changes of a scenario are first put together element by element, in months, on a working
 * copy: what distribution an element is drawn from, what value it has in each month (NaN: none), and what
 * factor it is multiplied by. Then each of these becomes an input of the program, and months become steps:
 *
 *     distribution  -> TRUCE_INPUT_PARAMETER
 *     months        -> TRUCE_INPUT_SCHEDULE  value at step s = that of month floor(s x dt), or interpolated
 *     factors       -> TRUCE_INPUT_FACTOR
 *
 * A change sees what the changes before it made, so the order of the file counts. */
#include "case/load.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct target { /* what is said about one element */
    size_t element;
    bool has_distribution;
    truce_distribution distribution;
    double *months;           /* [month of the horizon, and the one after it], NULL: none in any */
    double *factors;          /* likewise, NULL: 1 in all */
    bool *points;             /* likewise: its value is the series' own and not held through it; NULL: none */
    bool linear;              /* these are joined by lines; else they hold on the first day only */
    bool scheduled, factored; /* an input in any case: something may change it */
} target;

typedef struct planner {
    const truce_case *c;
    const case_plan_options *options;
    arena memory;
    truce_error *error;
    size_t months;     /* of the run */
    size_t known;      /* one more: a series may lead from the last month to it */
    size_t *target_of; /* by element */
    target *targets;   /* in the order of first mention */
    size_t count, capacity;
} planner;

static target *find_target(planner *p, size_t index)
{
    assert(index < p->c->model->element_count);
    if (p->target_of[index] == SIZE_MAX) {
        target fresh = {.element = index};
        if (!ARENA_PUSH(&p->memory, p->targets, p->count, p->capacity, fresh))
            return NULL;
        p->target_of[index] = p->count - 1;
    }
    return &p->targets[p->target_of[index]];
}

static double *filled(planner *p, double value)
{
    double *numbers = arena_array(&p->memory, p->known, sizeof *numbers);
    for (size_t i = 0; numbers && i < p->known; i++)
        numbers[i] = value;
    return numbers;
}

/* Makes sure that the working months (factors) of a target exist. */
static bool need_months(planner *p, target *t)
{
    return t->months || (t->months = filled(p, NAN)) != NULL;
}

static bool need_factors(planner *p, target *t)
{
    return t->factors || (t->factors = filled(p, 1)) != NULL;
}

/* ---- The case itself ---------------------------------------------------------------------------------- */

/* Mean of the data of a series over months first to last, which lie in them. */
static double mean_of(const case_column *data, month first, month last)
{
    assert(first <= last);
    double sum = 0;
    for (month m = first; m <= last; m++)
        sum += data->values[m - data->first];
    return sum / (last - first + 1);
}

static bool plan_series(planner *p, const case_series *s)
{
    target *t = find_target(p, s->element);
    if (!t || !need_months(p, t))
        return false;
    if (s->interpolation != TRUCE_INTERPOLATE_PREVIOUS) {
        t->linear = s->interpolation == TRUCE_INTERPOLATE_LINEAR;
        t->points = arena_array(&p->memory, p->known, sizeof *t->points);
        if (!t->points)
            return false;
    }
    month last = s->data.first + (month)s->data.count - 1;
    double after = NAN;
    if (s->beyond == BEYOND_HOLD && s->beyond_months > 0)
        after = mean_of(&s->data, last - s->beyond_months + 1, last);
    else if (s->beyond == BEYOND_ZERO)
        after = 0;
    else if (s->beyond == BEYOND_VALUE)
        after = s->beyond_value;
    for (size_t i = 0; i < p->known; i++) {
        month m = p->c->start + (month)i;
        t->months[i] = m <= last ? s->data.values[m - s->data.first] : after;
        if (t->points)
            t->points[i] = m <= last;
    }
    return true;
}

static bool plan_case(planner *p)
{
    const truce_case *c = p->c;
    for (size_t i = 0; i < c->parameter_count; i++) {
        if (c->parameters[i].element == SIZE_MAX)
            continue;
        target *t = find_target(p, c->parameters[i].element);
        if (!t)
            return false;
        t->has_distribution = true;
        t->distribution = c->parameters[i].prior;
    }
    for (size_t i = 0; i < c->series_count; i++)
        if (!plan_series(p, &c->series[i]))
            return false;
    return true;
}

/* ---- What may change ---------------------------------------------------------------------------------- */

/* A stock has no schedule: what a change sets is where it begins. */
static bool plan_movable_element(planner *p, size_t index, int kind)
{
    target *t = find_target(p, index);
    if (t && p->c->model->elements[index].kind != ELEMENT_STOCK) {
        t->scheduled = true;
        t->factored = t->factored || kind == CHANGE_SCALE || kind == CHANGE_MULTIPLY;
    }
    return t != NULL;
}

/* Before any change is made, so that the inputs of the program and their order are always the same. */
static bool plan_movable(planner *p)
{
    const truce_case *c = p->c;
    for (size_t i = 0; i < c->scenario_count; i++)
        for (size_t k = 0; k < c->scenarios[i].change_count; k++)
            if (!plan_movable_element(p, c->scenarios[i].changes[k].element, c->scenarios[i].changes[k].kind))
                return false;
    for (size_t i = 0; i < c->control_count; i++)
        for (size_t k = 0; k < c->controls[i].element_count; k++)
            if (!plan_movable_element(p, c->controls[i].elements[k], c->controls[i].kind))
                return false;
    return true;
}

/* ---- Changes ------------------------------------------------------------------------------------------ */

/* One value for all members and months. A series stays a series, so that nothing else of it shows through, and what is
 * an input in any case stays that. */
static bool apply_set(planner *p, target *t, double value)
{
    bool series = t->scheduled;
    for (size_t i = 0; i < p->c->series_count && !series; i++)
        series = p->c->series[i].element == t->element;
    t->factors = NULL;
    t->months = NULL;
    t->points = NULL;
    if (series) {
        t->months = filled(p, value);
        return t->months != NULL;
    }
    t->has_distribution = true;
    t->distribution = (truce_distribution){.kind = TRUCE_FIXED, .a = value, .scale = 1};
    return true;
}

/* Everything said about the element so far, times value: its draw, its constant, its months, or what its
 * equation gives. */
static bool apply_scale(planner *p, target *t, double value)
{
    double constant;
    bool is_constant = case_constant(p->c->model, t->element, &constant);
    if (!t->has_distribution && !t->months && is_constant && t->scheduled) {
        t->months = filled(p, constant * value);
        return t->months != NULL;
    }
    if (!t->has_distribution && !t->months && is_constant) {
        t->has_distribution = true;
        t->distribution = (truce_distribution){.kind = TRUCE_FIXED, .a = constant, .scale = 1};
    }
    if (!t->has_distribution && !t->months) {
        if (!need_factors(p, t))
            return false;
        for (size_t i = 0; i < p->known; i++)
            t->factors[i] *= value;
        return true;
    }
    t->distribution.scale *= value;
    for (size_t i = 0; t->months && i < p->known; i++) {
        bool first_step = t->points && t->points[i] && !t->linear && !t->has_distribution;
        if (!isnan(t->months[i]) && !first_step) /* else the equation holds for the rest of the month */
            t->months[i] *= value;
        else if (!t->has_distribution && !need_factors(p, t))
            return false;
        else if (!t->has_distribution)
            t->factors[i] *= value;
    }
    return true;
}

/* The months of a change, as far as the plan goes: a view of a case may end before them. */
static month first_of(const planner *p, const case_change *change)
{
    return change->first == MONTH_NONE || change->first < p->c->start ? p->c->start : change->first;
}

static month last_of(const planner *p, const case_change *change)
{
    month end = p->c->start + (month)p->known - 1;
    return change->last == MONTH_NONE || change->last > end ? end : change->last;
}

/* More than the series or the constant gives, in the months of the change. */
static bool apply_add(planner *p, target *t, const case_change *change)
{
    double constant = NAN;
    case_constant(p->c->model, t->element, &constant);
    if (t->has_distribution) /* a constant that was set */
        constant = t->distribution.a * t->distribution.scale;
    month first = first_of(p, change), last = last_of(p, change);
    if (!need_months(p, t))
        return false;
    for (month m = first; m <= last; m++) {
        size_t i = (size_t)(m - p->c->start);
        double factor = t->factors ? t->factors[i] : 1;
        if (t->points)
            t->points[i] = false;
        t->months[i] = (isnan(t->months[i]) ? constant : t->months[i]) * factor + change->value;
        if (t->factors)
            t->factors[i] = 1;
    }
    return true;
}

static bool apply_between(planner *p, target *t, const case_change *change)
{
    month first = first_of(p, change), last = last_of(p, change);
    double value = change->value;
    if (change->kind == CHANGE_MEAN_OF)
        for (size_t i = 0; i < p->c->series_count; i++)
            if (p->c->series[i].element == t->element)
                value = mean_of(&p->c->series[i].data, change->mean_first, change->mean_last);
    if (!need_months(p, t) || !need_factors(p, t))
        return false;
    for (month m = first; m <= last; m++) {
        size_t i = (size_t)(m - p->c->start);
        if (t->points)
            t->points[i] = false;
        if (change->kind != CHANGE_MULTIPLY) {
            t->months[i] = value;
            t->factors[i] = 1;
        } else if (isnan(t->months[i])) {
            t->factors[i] *= value;
        } else {
            t->months[i] *= value;
        }
    }
    return true;
}

static bool apply_change(planner *p, const case_change *change)
{
    target *t = find_target(p, change->element);
    if (!t)
        return false;
    if (change->kind == CHANGE_SET)
        return apply_set(p, t, change->value);
    if (change->kind == CHANGE_SCALE)
        return apply_scale(p, t, change->value);
    if (change->kind == CHANGE_ADD)
        return apply_add(p, t, change);
    return apply_between(p, t, change);
}

/* The changes of a scenario after those of what it builds on. */
static bool apply_scenario(planner *p, size_t scenario)
{
    assert(scenario < p->c->scenario_count);
    const truce_case *c = p->c;
    size_t *chain = arena_array(&p->memory, c->scenario_count, sizeof *chain), length = 0;
    if (!chain)
        return false;
    for (size_t s = scenario; s != SIZE_MAX && length < c->scenario_count; s = c->scenarios[s].base)
        chain[length++] = s;
    while (length-- > 0) {
        const case_scenario *s = &c->scenarios[chain[length]];
        for (size_t i = 0; i < s->change_count; i++)
            if (!apply_change(p, &s->changes[i]))
                return false;
    }
    return true;
}

/* ---- Inputs and outputs of the program ---------------------------------------------------------------- */

static bool any_month(const planner *p, const target *t)
{
    for (size_t i = 0; t->months && i < p->months; i++)
        if (!isnan(t->months[i]))
            return true;
    return false;
}

static bool any_factor(const planner *p, const target *t)
{
    for (size_t i = 0; t->factors && i < p->months; i++)
        if (t->factors[i] != 1)
            return true;
    return false;
}

static bool has_input(const planner *p, const target *t, truce_input_kind kind)
{
    return kind == TRUCE_INPUT_PARAMETER  ? t->has_distribution
           : kind == TRUCE_INPUT_SCHEDULE ? t->scheduled || any_month(p, t)
                                          : t->factored || any_factor(p, t);
}

static bool list_inputs(planner *p, truce_input **inputs, size_t *count)
{
    truce_input *list = arena_array(&p->memory, 3 * p->count, sizeof *list);
    *count = 0;
    for (int kind = TRUCE_INPUT_PARAMETER; list && kind <= TRUCE_INPUT_FACTOR; kind++)
        for (size_t i = 0; i < p->count; i++)
            if (has_input(p, &p->targets[i], (truce_input_kind)kind))
                list[(*count)++] =
                    (truce_input){p->c->model->elements[p->targets[i].element].name, (truce_input_kind)kind};
    *inputs = list;
    return list != NULL;
}

/* The elements that the options name, in their order. */
static bool list_saved(planner *p, const char ***outputs, size_t *count)
{
    *count = p->options->saved_count;
    *outputs = arena_array(&p->memory, *count, sizeof **outputs);
    for (size_t i = 0; *outputs && i < *count; i++)
        (*outputs)[i] = p->c->model->elements[p->options->saved[i]].name;
    return *outputs != NULL;
}

/* Names of the elements that somebody wants to see, in the order of the model. */
static bool list_outputs(planner *p, const char ***outputs, size_t *count)
{
    const truce_case *c = p->c;
    size_t total = c->model->element_count;
    bool *wanted = arena_array(&p->memory, total, sizeof *wanted);
    const char **list = arena_array(&p->memory, total, sizeof *list);
    if (!wanted || !list)
        return false;
    for (size_t i = 0; i < c->output_count; i++)
        for (size_t k = 0; k < c->outputs[i].element_count; k++)
            wanted[c->outputs[i].elements[k]] = true;
    for (size_t i = 0; i < c->milestone_count; i++)
        for (size_t k = 0; k < c->milestones[i].element_count; k++) {
            wanted[c->milestones[i].elements[k]] = true;
            if (c->milestones[i].collapsed)
                wanted[c->milestones[i].collapsed[k]] = true;
        }
    for (size_t i = 0; i < c->observation_count; i++)
        wanted[c->observations[i].element] = true;
    if (c->front_element != SIZE_MAX)
        wanted[c->front_element] = true;
    *count = 0;
    for (size_t i = 0; i < total; i++)
        if (wanted[i])
            list[(*count)++] = c->model->elements[i].name;
    *outputs = list;
    return true;
}

/* Whether the program that the options lend has these inputs and outputs. */
static bool compiled_already(const planner *p, const truce_program_options *o)
{
    const truce_program *lent = p->options->compiled;
    size_t seen[TRUCE_INPUT_FACTOR + 1] = {0};
    bool same = lent && truce_program_output_count(lent) == o->output_count;
    for (size_t i = 0; same && i < o->input_count; i++) {
        const char *name = truce_program_input_name(lent, o->inputs[i].kind, seen[o->inputs[i].kind]++);
        same = name && strcmp(name, o->inputs[i].name) == 0;
    }
    for (int kind = 0; same && kind <= TRUCE_INPUT_FACTOR; kind++)
        same = seen[kind] == truce_program_input_count(lent, (truce_input_kind)kind);
    for (size_t i = 0; same && i < o->output_count; i++)
        same = strcmp(truce_program_output_name(lent, i), o->outputs[i]) == 0;
    return same;
}

/* A horizon that the model's steps do not fit is the case's, not an argument of a caller. */
static truce_status blame_case(planner *p, truce_status status)
{
    truce_error told = {0};
    if (status != TRUCE_BAD_USAGE)
        return status;
    if (p->error)
        told = *p->error;
    return error_set(p->error, TRUCE_BAD_INPUT, p->c->model->file, 0, "%s", told.message);
}

static truce_status compile_plan(planner *p, case_plan *plan)
{
    truce_input *inputs = NULL;
    const char **outputs = NULL;
    size_t input_count = 0, output_count = 0;
    bool every_element = p->options->every_element;
    if (!list_inputs(p, &inputs, &input_count) ||
        !(p->options->saved_count ? list_saved : list_outputs)(p, &outputs, &output_count))
        return error_memory(p->error);
    truce_program_options options = {
        .inputs = inputs,
        .input_count = input_count,
        .outputs = every_element || !output_count ? NULL : outputs,
        .output_count = every_element ? 0 : output_count,
        .start = p->c->time_start,
        .stop = p->c->time_start + (double)p->months,
        .save_step = p->options->save_step > 0 ? p->options->save_step : 1,
    };
    plan->borrowed = compiled_already(p, &options);
    if (plan->borrowed) {
        plan->program = p->options->compiled;
        return TRUCE_OK;
    }
    return blame_case(p, truce_program_compile(p->c->model, &options, &plan->program, p->error));
}

/* A month's value at a part of it, when it is one of a series that is not held through its months. At the end of the
 * last, the next begins. */
static double within_month(const target *t, size_t m, double part)
{
    double value = t->months[m];
    if (part < 1e-6)
        return value;
    if (!t->linear)
        return part > 1 - 1e-6 && t->points[m + 1] ? t->months[m + 1] : NAN;
    return t->points[m + 1] ? value + (t->months[m + 1] - value) * part : value;
}

static void spread_series(const planner *p, const truce_program *program, const target *t, double *row)
{
    size_t steps = truce_program_step_count(program);
    for (size_t s = 0; s <= steps; s++) {
        double time = truce_program_step_time(program, s) - p->c->time_start, whole = floor(time + 1e-6);
        size_t m = whole > 0 ? (size_t)whole : 0;
        m = m < p->months ? m : p->months - 1;
        row[s] = t->points[m] ? within_month(t, m, time - (double)m) : t->months[m];
    }
}

/* One row per step for each month of a target (NULL: `otherwise` in all), the last month's at the stop time too. */
static void spread(const planner *p, const truce_program *program, const double *months, double otherwise,
                   double *row)
{
    size_t steps = truce_program_step_count(program);
    for (size_t s = 0; s <= steps; s++) {
        /* Steps add up dt, so a month's first step may come out a hair before it. */
        double time = floor(truce_program_step_time(program, s) - p->c->time_start + 1e-6);
        size_t m = time > 0 ? (size_t)time : 0;
        row[s] = months ? months[m < p->months ? m : p->months - 1] : otherwise;
    }
}

static truce_status fill_plan(const planner *p, case_plan *plan)
{
    size_t steps = truce_program_step_count(plan->program) + 1;
    size_t parameters = truce_program_input_count(plan->program, TRUCE_INPUT_PARAMETER);
    size_t schedules = truce_program_input_count(plan->program, TRUCE_INPUT_SCHEDULE);
    size_t factors = truce_program_input_count(plan->program, TRUCE_INPUT_FACTOR);
    plan->parameters = calloc(parameters + 1, sizeof *plan->parameters);
    plan->schedules = calloc(schedules * steps + 1, sizeof *plan->schedules);
    plan->factors = calloc(factors * steps + 1, sizeof *plan->factors);
    if (!plan->parameters || !plan->schedules || !plan->factors)
        return error_memory(p->error);
    size_t parameter = 0, schedule = 0, factor = 0;
    for (size_t i = 0; i < p->count; i++) {
        const target *t = &p->targets[i];
        if (t->has_distribution)
            plan->parameters[parameter++] = t->distribution;
        if (has_input(p, t, TRUCE_INPUT_SCHEDULE)) {
            double *row = &plan->schedules[schedule++ * steps];
            if (t->points)
                spread_series(p, plan->program, t, row);
            else
                spread(p, plan->program, t->months, NAN, row);
        }
        if (has_input(p, t, TRUCE_INPUT_FACTOR))
            spread(p, plan->program, t->factors, 1, &plan->factors[factor++ * steps]);
    }
    return TRUCE_OK;
}

/* Elements that are drawn whatever the case says about them. */
static bool plan_drawn(planner *p)
{
    for (size_t i = 0; i < p->options->drawn_count; i++) {
        target *t = find_target(p, p->options->drawn[i]);
        if (!t)
            return false;
        *t = (target){
            .element = t->element, .has_distribution = true, .distribution = p->options->distributions[i]};
    }
    return true;
}

static truce_status make_plan(planner *p, size_t scenario, case_plan *plan)
{
    assert(scenario < p->c->scenario_count);
    size_t elements = p->c->model->element_count;
    p->target_of = arena_array(&p->memory, elements, sizeof *p->target_of);
    for (size_t i = 0; p->target_of && i < elements; i++)
        p->target_of[i] = SIZE_MAX;
    if (!p->target_of || !plan_case(p) || (p->options->movable && !plan_movable(p)) ||
        !apply_scenario(p, scenario) || !plan_drawn(p))
        return error_memory(p->error);
    TRY(compile_plan(p, plan));
    return fill_plan(p, plan);
}

truce_status case_plan_create(const truce_case *c, size_t scenario, bool every_element, case_plan *plan,
                              truce_error *error)
{
    case_plan_options options = {.every_element = every_element};
    return case_plan_create_with(c, scenario, &options, plan, error);
}

truce_status case_plan_create_with(const truce_case *c, size_t scenario, const case_plan_options *options,
                                   case_plan *plan, truce_error *error)
{
    planner p = {.c = c,
                 .options = options,
                 .error = error,
                 .months = (size_t)(c->stop - c->start + 1 + options->more_months)};
    p.known = p.months + 1;
    const case_scenario *s = &c->scenarios[scenario];
    *plan = (case_plan){0};
    if (s->branch_count && !options->branched)
        return error_set(error, TRUCE_BAD_INPUT, s->at.file, s->at.line,
                         "scenario \"%s\" has branches, which this cannot follow: name one of them", s->name);
    truce_status status = make_plan(&p, scenario, plan);
    arena_free(&p.memory);
    if (status != TRUCE_OK)
        case_plan_free(plan);
    return status;
}

void case_plan_free(case_plan *plan)
{
    if (!plan->borrowed)
        truce_program_destroy(plan->program);
    free(plan->parameters);
    free(plan->schedules);
    free(plan->factors);
    *plan = (case_plan){0};
}
