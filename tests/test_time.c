/* Time is the case's: the same case in days, weeks, months or years is the same numbers, under the dates and
 * words of its unit; and noise that is 0 costs a fit nothing. */
#include "fit/posterior_target.h"
#include "truce/truce.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char folder[] = "/tmp/truce-time-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static FILE *create(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    return stream;
}

enum { PERIODS = 24, DATA = 18 };

static void write_model(const char *unit)
{
    FILE *f = create("model.xmile");
    fprintf(f,
            "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
            "<header><name>m</name><vendor>v</vendor><product version=\"1\">p</product></header>\n"
            "<sim_specs time_units=\"%ss\"><start>0</start><stop>24</stop><dt>0.5</dt></sim_specs>\n"
            "<model><variables>\n"
            "<stock name=\"amount\"><eqn>10</eqn><inflow>growth</inflow><units>kg</units></stock>\n"
            "<flow name=\"growth\"><eqn>supply - rate * amount + noise_sd * NORMAL(0, 1) +\n"
            "  still_sd * NORMAL(0, 1)</eqn><units>kg/%s</units></flow>\n"
            "<aux name=\"supply\"><eqn>1</eqn><units>kg/%s</units></aux>\n"
            "<aux name=\"rate\"><eqn>0.1</eqn><units>1/%s</units></aux>\n"
            "<aux name=\"noise sd\"><eqn>0.3</eqn><units>kg/%s</units></aux>\n"
            "<aux name=\"still sd\"><eqn>0</eqn><units>kg/%s</units></aux>\n"
            "</variables></model></xmile>\n",
            unit, unit, unit, unit, unit, unit);
    fclose(f);
}

static void write_series(const char *unit, month start)
{
    FILE *f = create("data.csv");
    char iso[16];
    fprintf(f, "%s,supply,seen\n", unit);
    for (int i = 0; i < DATA; i++) {
        month_iso(start + i, iso);
        fprintf(f, "%s,%d,%.1f\n", iso, 1 + i % 3, 10 + 0.2 * i + (i % 4));
    }
    fclose(f);
}

/* The case of a unit, which begins with the period `first` stands in. */
static truce_case *load(time_unit unit, const char *first)
{
    const char *name = time_unit_name(unit);
    char dates[5][16], path[128];
    month start = MONTH_NONE;
    assert_true(month_parse_in(unit, first, &start));
    static const int at[5] = {0, PERIODS - 1, DATA - 1, 5, DATA};
    for (int i = 0; i < 5; i++)
        month_iso(start + at[i], dates[i]);
    write_model(name);
    write_series(name, start);
    FILE *f = create("case.yaml");
    fprintf(f, "truce: 1\ntitle: T\nmodel: model.xmile\n");
    if (unit != TRUCE_MONTHS)
        fprintf(f, "time unit: %ss\n", name);
    fprintf(f,
            "horizon: {start: %s, end: %s}\ndata end: %s\n"
            "series:\n  - {variable: supply, file: data.csv, column: supply, source: \"a text will do\",\n"
            "     beyond: {mean of last: 6}}\n"
            "parameters:\n"
            "  - {variable: rate, prior: {lognormal: {median: 0.1, sd: 0.5}}, judgement: true}\n"
            "  - {variable: still sd, prior: {fixed: 0}, judgement: true}\n"
            "observations:\n"
            "  - {name: seen, variable: amount, file: data.csv, column: seen, source: \"by eye\",\n"
            "     error: {normal: 1}}\n"
            "scenarios:\n  base: {title: Base}\n"
            "  more: {changes: [{variable: supply, from: %s, value: 2}]}\n"
            "outputs: [{variable: growth, title: Growth, section: materiel}]\n"
            "shortages: [{variable: amount, title: amount, below: 8, %ss: 2}]\n"
            "events: [{%s: %s, label: turn}]\n",
            dates[0], dates[1], dates[2], dates[4], name, name, dates[3]);
    fclose(f);
    snprintf(path, sizeof path, "%s/case.yaml", folder);
    truce_case *c = NULL;
    truce_error error = {0};
    if (truce_case_load(path, &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return c;
}

static const struct {
    time_unit unit;
    const char *first;
} kinds[] = {
    {TRUCE_MONTHS, "2023-11"}, {TRUCE_DAYS, "2024-02-20"}, {TRUCE_WEEKS, "2020-W45"}, {TRUCE_YEARS, "1939"}};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* What a scenario is fed does not depend on the unit. */
static void inputs_are_the_same_in_every_unit(void **state)
{
    (void)state;
    double *kept = NULL;
    for (size_t k = 0; k < KINDS; k++) {
        truce_case *c = load(kinds[k].unit, kinds[k].first);
        case_plan plan;
        truce_error error = {0};
        assert_int_equal(truce_case_facts_of(c).time_unit, kinds[k].unit);
        assert_int_equal(c->stop - c->start + 1, PERIODS);
        assert_int_equal(c->events[0].at_month - c->start, 5);
        assert_int_equal(c->milestones[0].months, 2);
        assert_int_equal(case_plan_create(c, 1, false, &plan, &error), TRUCE_OK);
        size_t count = truce_program_input_count(plan.program, TRUCE_INPUT_SCHEDULE) *
                       (truce_program_step_count(plan.program) + 1);
        assert_true(count >= 2 * PERIODS);
        if (!kept) {
            kept = malloc(count * sizeof *kept);
            assert_non_null(kept);
            memcpy(kept, plan.schedules, count * sizeof *kept);
        }
        assert_memory_equal(plan.schedules, kept, count * sizeof *kept);
        case_plan_free(&plan);
        truce_case_destroy(c);
    }
    free(kept);
}

static void fits_are_the_same_in_every_unit(void **state)
{
    (void)state;
    double kept[64];
    for (size_t k = 0; k < KINDS; k++) {
        truce_case *c = load(kinds[k].unit, kinds[k].first);
        truce_fit_options options = truce_fit_default_options();
        truce_fit *f = NULL;
        truce_error error = {0};
        char last[16];
        options.particles = 64;
        if (truce_fit_run(c, &options, &f, &error) != TRUCE_OK)
            fail_msg("%s", error.message);
        assert_int_equal(truce_fit_draw_count(f), 64);
        month_iso(c->data_end, last);
        assert_string_equal(truce_fit_until(f), last);
        if (k == 0)
            memcpy(kept, truce_fit_values(f, 0), sizeof kept);
        assert_memory_equal(truce_fit_values(f, 0), kept, sizeof kept);
        truce_fit_destroy(f);
        truce_case_destroy(c);
    }
}

/* Of the two streams of `growth` one is multiplied by 0. */
static void noise_that_is_zero_has_no_coordinates(void **state)
{
    (void)state;
    truce_case *c = load(TRUCE_DAYS, "2024-02-20");
    fit_target t;
    truce_error error = {0};
    assert_int_equal(target_make(c, 0, c->data_end, &t, &error), TRUCE_OK);
    assert_int_equal(t.parameter_count, 1);
    assert_int_equal(t.noise.count, 2);
    assert_int_equal(t.noise.normal_count, 1);
    assert_int_equal(t.dimension, 1 + DATA);
    for (size_t i = 0; i < t.noise.program_streams; i++)
        assert_true(t.noise.stream_of[i] < 2);
    target_free(&t);
    truce_case_destroy(c);
}

/* Faults name the unit, and a date of another unit is none. */
static void dates_of_another_unit_are_refused(void **state)
{
    (void)state;
    static const struct {
        time_unit unit;
        const char *first, *from, *to, *message;
    } faults[] = {
        {TRUCE_DAYS, "2024-02-20", "start: 2024-02-20", "start: 2024-02", "must be a day such as 2024-03-31"},
        {TRUCE_WEEKS, "2020-W45", "start: 2020-W45", "start: 2020-11", "must be a week such as 2024-W09"},
        {TRUCE_YEARS, "1939", "{year: 1944", "{month: 1944", "write \"year\" in place of \"month\""},
        {TRUCE_DAYS, "2024-02-20", "days: 2}", "months: 2}", "write \"days\" in place of \"months\""},
        {TRUCE_DAYS, "2024-02-20", "time unit: days\n", "time unit: day\n", "did you mean \"days\""},
        {TRUCE_DAYS, "2024-02-20", "time unit: days\n", "time unit: weeks\n", "unit of time is \"days\""},
        {TRUCE_MONTHS, "2023-11", "title: T", "title: T\ntime unit: years", "must be a year such as 2024"},
        {TRUCE_DAYS, "2024-02-20", "title: T", "title: T\ntalks: {}", "talks are in months"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        truce_case_destroy(load(faults[i].unit, faults[i].first));
        char path[128];
        snprintf(path, sizeof path, "%s/case.yaml", folder);
        text t = {0}, changed = {0};
        assert_int_equal(text_read_file(&t, path, 1 << 20, NULL), TRUCE_OK);
        char *at = strstr(t.bytes, faults[i].from);
        assert_non_null(at);
        text_add(&changed, t.bytes, (size_t)(at - t.bytes));
        text_print(&changed, "%s%s", faults[i].to, at + strlen(faults[i].from));
        FILE *f = create("case.yaml");
        fputs(changed.bytes, f);
        fclose(f);
        truce_case *c = NULL;
        truce_error error = {0};
        assert_int_equal(truce_case_load(path, &c, &error), TRUCE_BAD_INPUT);
        if (!strstr(error.message, faults[i].message))
            fail_msg("\"%s\" does not contain \"%s\"", error.message, faults[i].message);
        text_free(&t);
        text_free(&changed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_are_the_same_in_every_unit),
        cmocka_unit_test(fits_are_the_same_in_every_unit),
        cmocka_unit_test(noise_that_is_zero_has_no_coordinates),
        cmocka_unit_test(dates_of_another_unit_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
