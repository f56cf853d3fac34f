/* truce_yearly_find (truce.h): an output by calendar year and member, beyond the horizon where it is asked: sums of
 * rates, ends of stocks, means of the rest. Nothing is saved but the output, at every step, so that a long time costs
 * little where it depends on little. */
#include "answers/yearly.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MONTHS_BEYOND = 1200, MOST_SPREADS = 16 };

truce_yearly_options truce_yearly_default_options(void)
{
    return (truce_yearly_options){.until = TRUCE_MONTH_NONE, .members = 1000, .seed = 1};
}

/* ---- What is asked ---------------------------------------------------------------------------------------------- */

/* The first of the names that holds the word. */
static const char *name_with(const char *word, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (word[0] && strcasestr(names[i], word))
            return names[i];
    return NULL;
}

static truce_status unknown_output(const truce_case *c, const char *name, truce_error *error)
{
    size_t count = 0, most = 0;
    for (size_t i = 0; i < c->output_count; i++)
        most += 2 + c->outputs[i].element_count;
    const char **names = calloc(most + 1, sizeof *names);
    if (!names)
        return error_memory(error);
    for (size_t i = 0; i < c->output_count; i++) {
        names[count++] = c->outputs[i].variable;
        names[count++] = c->outputs[i].title;
        for (size_t k = 0; k < c->outputs[i].element_count; k++)
            names[count++] = c->model->elements[c->outputs[i].elements[k]].name;
    }
    const char *near = name_with(name, names, count);
    if (!near)
        near = truce_nearest_name(name, names, count);
    truce_status status = near ? error_set(error, TRUCE_BAD_INPUT, c->path, 0,
                                           "no output \"%s\" (did you mean \"%s\"?)", name, near)
                               : error_set(error, TRUCE_BAD_INPUT, c->path, 0, "no output \"%s\"", name);
    free(names);
    return status;
}

static bool is_rate(const char *units)
{
    static const char *const ends[] = {"a month", "per month", "/month", "/ month", "/months"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strlen(units) >= strlen(ends[i]) && strcmp(units + strlen(units) - strlen(ends[i]), ends[i]) == 0)
            return true;
    return false;
}

/* Units say what is a rate; where neither the case nor the model knows them, flows are. */
static yearly_measure measure_of(const truce_case *c, const case_output *o)
{
    const element *e = &c->model->elements[o->elements[0]];
    const truce_variable *v = &c->model->variables[e->variable];
    const char *units = o->units[0] ? o->units : v->units;
    if (o->change)
        return YEARLY_SUM;
    if (e->kind == ELEMENT_STOCK)
        return YEARLY_END;
    return (units[0] ? is_rate(units) : v->kind == TRUCE_FLOW) ? YEARLY_SUM : YEARLY_MEAN;
}

/* An output of one element by its variable or title, or an element of an output. */
static bool is_asked(const truce_yearly *y, const case_output *o, size_t index)
{
    return strcmp(y->c->model->elements[index].name, y->asked.value) == 0 ||
           (o->element_count == 1 &&
            (strcmp(o->variable, y->asked.value) == 0 || strcmp(o->title, y->asked.value) == 0));
}

static const char *part_label(const case_output *o, size_t part)
{
    return part == YEARLY_BOTH ? "both sides" : o->labels[part];
}

/* part: an element of the output, or of losses of both sides YEARLY_BOTH. */
static truce_status take_output(truce_yearly *y, const case_output *o, size_t part, truce_error *error)
{
    text title = {0};
    bool both = output_of_both_sides(y->c, o);
    const char *label = both ? part_label(o, part) : o->labels[part];
    y->output = o;
    y->element = o->elements[both && part == YEARLY_BOTH ? 0 : part];
    y->asked_part = part;
    y->part_count = both ? YEARLY_PARTS : 0;
    for (size_t i = 0; i < y->part_count; i++)
        y->parts[i].label = part_label(o, i);
    text_print(&title, "%s%s%s", o->title, label[0] ? ", " : "", label);
    y->title = title.failed ? NULL : arena_string(&y->memory, title.bytes);
    text_free(&title);
    return y->title ? TRUCE_OK : error_memory(error);
}

/* Of several elements: which may be asked for. */
static truce_status has_elements(const truce_case *c, const case_output *o, truce_error *error)
{
    text names = {0};
    for (size_t k = 0; k < o->element_count; k++)
        text_print(&names, "%s\"%s\"", k ? ", " : "", c->model->elements[o->elements[k]].name);
    truce_status status = names.failed ? error_memory(error)
                                       : error_set(error, TRUCE_BAD_INPUT, c->path, o->at.line,
                                                   "\"%s\" has %zu elements; name one of them: %s", o->title,
                                                   o->element_count, names.bytes);
    text_free(&names);
    return status;
}

static truce_status look_up_output(truce_yearly *y, truce_error *error)
{
    const truce_case *c = y->c;
    for (size_t i = 0; i < c->output_count; i++)
        for (size_t k = 0; k < c->outputs[i].element_count; k++)
            if (is_asked(y, &c->outputs[i], c->outputs[i].elements[k]))
                return take_output(y, &c->outputs[i], k, error);
    for (size_t i = 0; i < c->output_count; i++)
        if (strcmp(c->outputs[i].variable, y->asked.value) == 0 ||
            strcmp(c->outputs[i].title, y->asked.value) == 0)
            return output_of_both_sides(c, &c->outputs[i])
                       ? take_output(y, &c->outputs[i], YEARLY_BOTH, error)
                       : has_elements(c, &c->outputs[i], error);
    return unknown_output(c, y->asked.value, error);
}

static truce_status find_output(truce_yearly *y, truce_error *error)
{
    const truce_case *c = y->c;
    TRY(look_up_output(y, error));
    y->measure = measure_of(c, y->output);
    for (size_t i = 0; i < c->output_count && !y->shared; i++)
        if (c->outputs[i].section == y->output->section && c->outputs[i].share_count)
            y->shared = &c->outputs[i];
    if (y->output->share_count)
        y->shared = y->output;
    if (y->measure == YEARLY_MEAN)
        y->shared = NULL; /* nobody bears a part of a mean */
    return TRUCE_OK;
}

static truce_status find_months(truce_yearly *y, truce_error *error)
{
    const truce_case *c = y->c;
    month last = y->asked.until == MONTH_NONE ? c->stop : y->asked.until;
    if (c->unit != TRUCE_MONTHS)
        return error_set(error, TRUCE_BAD_INPUT, c->path, 0, "yearly sums need a case in months");
    if (last < c->start || last - c->stop > MOST_MONTHS_BEYOND)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                         "the last month must lie within the horizon or %d months after it",
                         MOST_MONTHS_BEYOND);
    y->months = (size_t)(last - c->start) + 1;
    y->first_year = (int)floor(c->start / 12.0);
    y->years = (size_t)((int)floor(last / 12.0) - y->first_year) + 1;
    return TRUCE_OK;
}

typedef struct drawn_spreads {
    size_t elements[MOST_SPREADS];
    truce_distribution distributions[MOST_SPREADS];
} drawn_spreads;

static truce_status read_spreads(const truce_yearly *y, drawn_spreads *d, truce_error *error)
{
    if (y->asked.spread_count && !y->asked.spreads)
        return error_missing(error, "truce_yearly_find", "spreads");
    if (y->asked.spread_count > MOST_SPREADS)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "at most %d elements have ranges", MOST_SPREADS);
    for (size_t i = 0; i < y->asked.spread_count; i++) {
        const truce_yearly_spread *s = &y->asked.spreads[i];
        const truce_model *m = y->c->model;
        size_t whole, part;
        TRY(answers_require(&s->element, 1, "range", error));
        d->elements[i] = model_find_element(m, s->element);
        if (d->elements[i] >= m->element_count) {
            TRY(truce_model_look_up(m, s->element, &whole, &part, error));
            if (model_find_element(m, s->element) < m->element_count)
                return error_memory(error); /* it was not found for want of memory */
            return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "\"%s\" is an array: name one of its elements",
                             s->element);
        }
        if (m->elements[d->elements[i]].kind != ELEMENT_AUX || !m->elements[d->elements[i]].equation)
            return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                             "\"%s\" has no equation that a range could replace", s->element);
        if (!(s->low < s->high) || !isfinite(s->low) || !isfinite(s->high))
            return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the range of \"%s\" must go from less to more",
                             s->element);
        d->distributions[i] =
            (truce_distribution){.kind = TRUCE_UNIFORM, .a = s->low, .b = s->high, .scale = 1};
    }
    return TRUCE_OK;
}

/* ---- Years -------------------------------------------------------------------------------------------------------- */

/* Which of the saved elements are summed. */
typedef struct saved_span {
    const truce_ensemble *e;
    size_t first, end;
} saved_span;

/* Values are kept as 32-bit floats: a change within their rounding is none (compare_months.c). */
static double change_between(double start, double end)
{
    return fabs(end - start) <= 0x1p-22 * (fabs(end) + fabs(start)) ? 0 : end - start;
}

/* What month i has of an element. Save k is the start of step k: a rate holds from there to the next, as the engine has
 * it; a stock is that at the end, and a change that from the start to the end. */
static double of_element(const truce_yearly *y, const truce_ensemble *e, size_t which, size_t i,
                         size_t member)
{
    size_t steps = (truce_ensemble_save_count(e) - 1) / y->months, first = i * steps;
    double sum = 0, end = (double)truce_ensemble_values(e, which, first + steps)[member];
    if (y->output->change)
        return y->output->scale * change_between((double)truce_ensemble_values(e, which, first)[member], end);
    for (size_t k = first; k < first + steps; k++)
        sum += (double)truce_ensemble_values(e, which, k)[member] / (double)steps;
    return y->output->scale * (y->measure == YEARLY_END ? end : sum) + y->output->offset;
}

static double of_month(const truce_yearly *y, const saved_span *r, size_t i, size_t member)
{
    double sum = 0;
    for (size_t which = r->first; which < r->end; which++)
        sum += of_element(y, r->e, which, i, member);
    return sum;
}

/* The months of a member; what the model's rounding leaves of the greatest of them is nothing. */
static void read_months(const truce_yearly *y, const saved_span *r, size_t member, double *months)
{
    const double rounding = 1e-12;
    double greatest = 0;
    for (size_t i = 0; i < y->months; i++) {
        months[i] = of_month(y, r, i, member);
        greatest = fmax(greatest, fabs(months[i]));
    }
    for (size_t i = 0; i < y->months; i++)
        if (fabs(months[i]) < rounding * greatest)
            months[i] = 0;
}

/* Of the months from `first` on. */
static double measure(const truce_yearly *y, const double *months, size_t first, size_t count)
{
    double sum = 0;
    for (size_t i = first; i < first + count; i++)
        sum += months[i];
    if (y->measure == YEARLY_END)
        return months[first + count - 1];
    return y->measure == YEARLY_SUM ? sum : sum / (double)count;
}

/* The first month of a year within the months shown. */
static size_t year_begins(const truce_yearly *y, size_t year)
{
    month first = 12 * (y->first_year + (month)year);
    return first <= y->c->start                        ? 0
           : (size_t)(first - y->c->start) < y->months ? (size_t)(first - y->c->start)
                                                       : y->months;
}

/* values: [year][member], then of all years, and of the last month. Returns how many members are sound. */
static size_t measure_members(const truce_yearly *y, const saved_span *r, float *values, double *months)
{
    size_t members = y->asked.members, sound = 0;
    float *all = values + y->years * members, *last = all + members;
    for (size_t m = 0; m < members; m++) {
        if (truce_ensemble_is_bad(r->e, m))
            continue;
        read_months(y, r, m, months);
        for (size_t k = 0; k < y->years; k++) {
            size_t first = year_begins(y, k);
            values[k * members + sound] = (float)measure(y, months, first, year_begins(y, k + 1) - first);
        }
        all[sound] = (float)measure(y, months, 0, y->months);
        last[sound++] = (float)months[y->months - 1];
    }
    return sound;
}

static truce_status measure_years(truce_yearly *y, const saved_span *r, yearly_part *part, truce_error *error)
{
    size_t members = y->asked.members;
    float *values = calloc((y->years + 3) * members + 1, sizeof *values);
    double *months = malloc((y->months + 1) * sizeof *months);
    part->sums = arena_array(&y->memory, y->years, sizeof *part->sums);
    truce_status status = values && months && part->sums ? TRUCE_OK : error_memory(error);
    if (status == TRUCE_OK) {
        float *all = values + y->years * members, *last = all + members, *room = last + members;
        size_t sound = measure_members(y, r, values, months);
        for (size_t k = 0; k < y->years; k++)
            part->sums[k] = answers_statistics(values + k * members, room, sound);
        part->total = answers_statistics(all, room, sound);
        part->last = answers_statistics(last, room, sound);
    }
    free(months);
    free(values);
    return status;
}

/* What is asked about, and of losses also each side's and both together. */
static truce_status measure_parts(truce_yearly *y, const truce_ensemble *e, truce_error *error)
{
    yearly_part one = {0}, *asked = y->part_count ? &y->parts[y->asked_part] : &one;
    if (!y->part_count)
        TRY(measure_years(y, &(saved_span){e, 0, 1}, &one, error));
    for (size_t i = 0; i < y->part_count; i++) {
        saved_span r = {e, i == YEARLY_BOTH ? 0 : i, i == YEARLY_BOTH ? 2 : i + 1};
        TRY(measure_years(y, &r, &y->parts[i], error));
    }
    y->sums = asked->sums;
    y->total = asked->total;
    y->last = asked->last;
    return TRUCE_OK;
}

/* Every step where a month has a whole number of them, as it must for its start and end to be saved. */
static double step_of(const truce_model *model)
{
    double dt = model->sim_specs.dt, steps = round(1 / dt);
    return steps >= 1 && fabs(steps * dt - 1) < 1e-9 ? dt : 1;
}

static truce_status run(truce_yearly *y, truce_error *error)
{
    drawn_spreads spreads;
    truce_ensemble *e;
    const truce_yearly_options *o = &y->asked;
    TRY(read_spreads(y, &spreads, error));
    case_plan_options plan = {.saved = y->part_count ? y->output->elements : &y->element,
                              .saved_count = y->part_count ? y->output->element_count : 1,
                              .save_step = step_of(y->c->model),
                              .drawn = spreads.elements,
                              .distributions = spreads.distributions,
                              .drawn_count = o->spread_count};
    truce_case view = *y->c;
    if (y->c->start + (month)y->months - 1 > y->c->stop)
        plan.more_months = (int)(y->c->start + (month)y->months - 1 - y->c->stop);
    truce_ensemble_options run_options = {.members = o->members,
                                          .seed = o->seed,
                                          .threads = o->threads,
                                          .engine = o->engine,
                                          .progress = answers_go_on,
                                          .context = &y->watched};
    TRY(simulate_scenario(&view, y->scenario, &plan, o->posterior, &run_options, &e, error));
    truce_status status = measure_parts(y, e, error);
    truce_ensemble_destroy(e);
    return status;
}

static truce_status find(truce_yearly *y, truce_error *error)
{
    const char **words[] = {&y->asked.value, &y->asked.scenario, &y->asked.command};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*words[i] && !(*words[i] = arena_string(&y->memory, *words[i])))
            return error_memory(error);
    if (!y->asked.members || y->asked.members > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "yearly sums take 1 to %d members",
                         TRUCE_MEMBERS_AT_ONCE);
    if (y->asked.scenario)
        TRY(simulate_find_scenario(y->c, y->asked.scenario, &y->scenario, error));
    TRY(find_output(y, error));
    TRY(find_months(y, error));
    return run(y, error);
}

truce_status truce_yearly_find(const truce_case *c, const truce_yearly_options *options,
                               truce_yearly **yearly, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(options, "options");
    REQUIRE(yearly, "yearly");
    REQUIRE(options->value, "value");
    TRY(month_require(options->until, "until", error));
    *yearly = NULL;
    truce_yearly *y = calloc(1, sizeof *y);
    if (!y)
        return error_memory(error);
    *y = (truce_yearly){.c = c, .asked = *options, .watched = {options->go_on, options->context}};
    truce_status status = find(y, error);
    if (status == TRUCE_OK)
        *yearly = y;
    else
        truce_yearly_destroy(y);
    return status;
}

void truce_yearly_destroy(truce_yearly *y)
{
    if (!y)
        return;
    arena_free(&y->memory);
    free(y);
}

/* ---- Reading it ----------------------------------------------------------------------------------------------------- */

size_t truce_yearly_years(const truce_yearly *y)
{
    return y ? y->years : 0;
}

int truce_yearly_year(const truce_yearly *y, size_t index)
{
    return y && index < y->years ? y->first_year + (int)index : 0;
}

truce_statistics truce_yearly_sum(const truce_yearly *y, size_t year)
{
    return y && year < y->years ? y->sums[year] : answers_nothing();
}

truce_statistics truce_yearly_total(const truce_yearly *y)
{
    return y ? y->total : answers_nothing();
}

size_t truce_yearly_sides(const truce_yearly *y)
{
    return y ? y->part_count : 0;
}

const char *truce_yearly_side(const truce_yearly *y, size_t index)
{
    return index < truce_yearly_sides(y) ? y->parts[index].label : "";
}

truce_statistics truce_yearly_side_sum(const truce_yearly *y, size_t index, size_t year)
{
    return index < truce_yearly_sides(y) && year < y->years ? y->parts[index].sums[year] : answers_nothing();
}

size_t truce_yearly_bearers(const truce_yearly *y)
{
    return y && y->shared ? y->shared->share_count : 0;
}

const char *truce_yearly_bearer(const truce_yearly *y, size_t index, double *share)
{
    bool known = index < truce_yearly_bearers(y);
    if (share)
        *share = known ? y->shared->shares[index] : NAN;
    return known ? y->shared->share_labels[index] : "";
}
