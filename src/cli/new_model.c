/* See new_model.h. What can be told from the model is written out (stocks as outputs, constants as parameters); what
 * only its author knows is explained and left as a comment. */
#include "cli/new_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUTS_MOST = 12, CHARTS_MOST = 6, PARAMETERS_MOST = 12, ELEMENTS_MOST = 12, PERIODS_MOST = 1200 };

/* The calendar of a case: how its periods are called, and the first of them. */
typedef struct calendar {
    const char *unit; /* of the case: "months" */
    bool own;         /* it is the model's unit, too */
    size_t periods;
    char first[16], last[16];
} calendar;

/* ---- Time ----------------------------------------------------------------------------------------------- */

static bool starts_with(const char *word, const char *start)
{
    for (; *start; word++, start++)
        if ((*word | 32) != *start)
            return false;
    return true;
}

/* Years of a model that counts from 1800 or 1970 are its own; else the first period is one of 2026. */
static calendar make_calendar(const truce_sim_specs *specs)
{
    static const char *const units[] = {"month", "day", "week", "year"};
    const char *words = specs->time_units ? specs->time_units : "";
    double length = ceil(specs->stop - specs->start - 1e-9);
    calendar c = {.unit = "days",
                  .periods = length < 1              ? 1
                             : length > PERIODS_MOST ? PERIODS_MOST
                                                     : (size_t)length};
    static const char *const names[] = {"months", "days", "weeks", "years"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (starts_with(words, units[i])) {
            c.unit = names[i];
            c.own = true;
        }
    if (!words[0])
        c.unit = "months";
    bool years = strcmp(c.unit, "years") == 0;
    if (years && specs->start >= 1000 && specs->start + (double)c.periods <= 9999)
        snprintf(c.first, sizeof c.first, "%04d", (int)specs->start);
    else
        snprintf(c.first, sizeof c.first, "2026%s",
                 years                           ? ""
                 : strcmp(c.unit, "months") == 0 ? "-01"
                 : strcmp(c.unit, "weeks") == 0  ? "-W01"
                                                 : "-01-01");
    truce_month first = 0;
    truce_month_parse(c.first, &first);
    truce_month_iso(first + (truce_month)c.periods - 1, c.last);
    return c;
}

static void put_time(phrase *p, const truce_sim_specs *specs, const calendar *c)
{
    bool counted = strcmp(c->unit, "months") != 0;
    double length = specs->stop - specs->start;
    phrase_print(p,
                 "\n# The unit of time of the case (days, weeks, months or years), and the first and last of "
                 "these that are\n# simulated. The model's start time, %g, is the beginning of the first.\n",
                 specs->start);
    if (!c->own && specs->time_units && specs->time_units[0])
        phrase_print(p,
                     "# The model's unit of time is \"%s\", for which cases have no calendar: here one unit "
                     "stands for one day.\n",
                     specs->time_units);
    else if (!c->own)
        phrase_print(p, "# The model does not state its unit of time: months are a guess.\n");
    if (length > (double)c->periods + 1)
        phrase_print(p, "# The model runs on to %g; a case has at most %d %s.\n", specs->stop, PERIODS_MOST,
                     c->unit);
    if (counted)
        phrase_print(p, "time unit: %s\n", c->unit);
    phrase_print(p, "horizon: {start: %s, end: %s}\n", c->first, c->last);
    phrase_print(p,
                 "# The last one with data; everything later is shown as a forecast. There are no data yet, "
                 "so it is the first.\ndata end: %s\n",
                 c->first);
}

/* ---- Names and texts ------------------------------------------------------------------------------------ */

/* In double quotes, as YAML takes any text. */
static void put_quoted(phrase *p, const char *words)
{
    phrase_print(p, "\"");
    for (; *words; words++)
        phrase_print(p,
                     *words == '"' || *words == '\\' ? "\\%c"
                     : (unsigned char)*words < ' '   ? " "
                                                     : "%c",
                     *words);
    phrase_print(p, "\"");
}

/* The number that a constant is; NaN where it is none, or arrayed. */
static double constant_of(const truce_variable *v)
{
    char *end;
    double value = v->equation[0] && v->dimension_count == 0 ? strtod(v->equation, &end) : NAN;
    if (isnan(value))
        return NAN;
    end += strspn(end, " \t\n");
    return *end || !isfinite(value) ? NAN : value;
}

static bool is_constant(const truce_variable *v)
{
    double value = constant_of(v);
    return v->kind == TRUCE_AUXILIARY && isfinite(value) && value != 0;
}

/* ---- Sections ------------------------------------------------------------------------------------------- */

static void put_parameters(phrase *p, const truce_model *m, bool wanted)
{
    size_t count = 0;
    phrase_print(p, "\n# What is uncertain, and how much: every member of an ensemble draws its own values. "
                    "These are the model's\n"
                    "# constants, give or take 10 %%, which nobody has judged yet: replace the priors by "
                    "what is known, with its\n"
                    "# source in place of `judgement: true` (docs/use/case.md has the distributions), or "
                    "leave lines out.\n");
    for (size_t i = 0; i < truce_model_variable_count(m); i++) {
        const truce_variable *v = truce_model_variable(m, i);
        if (!wanted || !is_constant(v) || count >= PARAMETERS_MOST)
            continue;
        double value = constant_of(v), low = fmin(0.9 * value, 1.1 * value),
               high = fmax(0.9 * value, 1.1 * value);
        phrase_print(p, count++ ? "" : "parameters:\n");
        phrase_print(p, "  - {variable: ");
        put_quoted(p, v->name);
        phrase_print(p, ", prior: {uniform: {low: %.12g, high: %.12g}}, judgement: true}\n", low, high);
    }
    if (!count)
        phrase_print(
            p,
            "# parameters:\n#   - {variable: NAME, prior: {normal: {mean: 10, sd: 1}}, judgement: true}\n");
}

/* A variable, or the first element of one that has too many to show. */
static void put_output(phrase *p, const truce_model *m, const truce_variable *v, bool chart)
{
    bool whole = v->dimension_count <= 1 && v->element_count <= ELEMENTS_MOST;
    phrase_print(p, "  - {variable: ");
    put_quoted(p, whole ? v->name : truce_model_element_name(m, v->first_element));
    phrase_print(p, ", title: ");
    put_quoted(p, v->name);
    phrase_print(p, ", section: results, units: ");
    put_quoted(p, v->units[0] ? v->units : "1");
    phrase_print(p, "%s}\n", chart ? ", chart: true" : "");
}

typedef enum wanted { STOCKS, OTHERS, CONSTANTS } wanted;

static size_t put_kind(phrase *p, const truce_model *m, wanted kind)
{
    size_t count = 0;
    for (size_t i = 0; i < truce_model_variable_count(m) && count < OUTPUTS_MOST; i++) {
        const truce_variable *v = truce_model_variable(m, i);
        wanted is = v->kind == TRUCE_STOCK ? STOCKS : isfinite(constant_of(v)) ? CONSTANTS : OTHERS;
        if (is == kind && v->element_count > 0) {
            put_output(p, m, v, count < CHARTS_MOST);
            count++;
        }
    }
    return count;
}

static void put_outputs(phrase *p, const truce_model *m)
{
    phrase_print(p, "\n# What is shown, and where: the sections of tables and reports, and the variables in "
                    "them. `change: true` shows\n"
                    "# the change over a period, `scale` multiplies, `chart: true` draws.\n"
                    "sections: {results: Results}\noutputs:\n");
    if (!put_kind(p, m, STOCKS) && !put_kind(p, m, OTHERS))
        put_kind(p, m, CONSTANTS);
}

static void put_rest(phrase *p, const truce_model *m, const calendar *c)
{
    const char *name = NULL;
    for (size_t i = 0; i < truce_model_variable_count(m) && !name; i++)
        if (is_constant(truce_model_variable(m, i)))
            name = truce_model_variable(m, i)->name;
    phrase_print(
        p, "\n# What could go otherwise. Members with the same number have the same draws in all scenarios. "
           "On the command\n"
           "# line: truce run CASE --set \"NAME=VALUE\" [--from DATE], --add, --scale, --sweep NAME=A:B:N.\n"
           "scenarios:\n  baseline: {title: As the model says}\n#   higher: {from: baseline, title: Half as "
           "much again, changes: "
           "[{variable: ");
    put_quoted(p, name ? name : "NAME");
    phrase_print(
        p,
        ", scale: 1.5}]}\n"
        "\n# Data that drive a variable in place of its equation: a CSV file whose first column is called "
        "%.*s.\n"
        "# series:\n#   - {variable: NAME, file: data.csv, column: COLUMN, source: who, beyond: {mean of "
        "last: 3}}\n"
        "\n# Data to which the model is fitted (truce fit) and by which it is judged (truce score).\n"
        "# observations:\n#   - {name: survey, variable: NAME, file: data.csv, column: COLUMN, source: who, "
        "error: {normal: 10}}\n"
        "\n# Where numbers come from; the key `source` elsewhere names one of these, or is words.\n"
        "# sources:\n#   who: {text: Author and title, url: \"https://example.org\", date: 2026-01, licence: "
        "CC BY 4.0}\n"
        "\n# Events: how likely a test is to hold, and when (or --milestone on the command line).\n"
        "# milestones:\n#   - {variable: NAME, title: High, above: 100, %s: 1}\n",
        (int)strlen(c->unit) - 1, c->unit, c->unit);
}

truce_status new_model_case(const char *path, const char *name, bool parameters, phrase *yaml,
                            truce_error *error)
{
    truce_model *m = NULL;
    truce_status status = truce_model_load(path, &m, error);
    if (status != TRUCE_OK)
        return status;
    const truce_sim_specs *specs = truce_model_sim_specs(m);
    calendar c = make_calendar(specs);
    phrase_print(yaml, "# A case for a model, made by truce new. Lines that begin with # are explanations, "
                       "or sections to fill in;\n"
                       "# docs/use/case.md has every key.\ntruce: 1\ntitle: ");
    put_quoted(yaml, truce_model_name(m));
    phrase_print(yaml, "\nmodel: ");
    put_quoted(yaml, name);
    phrase_print(yaml, "\n");
    put_time(yaml, specs, &c);
    put_parameters(yaml, m, parameters);
    put_outputs(yaml, m);
    put_rest(yaml, m, &c);
    truce_model_destroy(m);
    return yaml->failed ? error_no_memory(error) : TRUCE_OK;
}
