/* Cases read from files: the tree and its lines, series, months, priors, bindings, and the documented
 * example. */
#include "case/load.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static const char *source_path(const char *name, char *path)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    snprintf(path, 512, "%s/%s", root ? root : ".", name);
    return path;
}

/* ---- Trees -------------------------------------------------------------------------------------------- */

static void read_tree(const char *yaml, arena *a, const tree **root)
{
    truce_error error = {0};
    truce_status status = tree_read(a, yaml, strlen(yaml), "t.yaml", root, &error);
    if (status != TRUCE_OK)
        fail_msg("%d: %s", error.line, error.message);
}

static void refuse_tree(const char *yaml, int line, const char *message)
{
    arena a = {0};
    const tree *root = NULL;
    truce_error error = {0};
    assert_int_equal(tree_read(&a, yaml, strlen(yaml), "t.yaml", &root, &error), TRUCE_BAD_INPUT);
    assert_null(root);
    assert_string_equal(error.file, "t.yaml");
    if (!strstr(error.message, message))
        fail_msg("\"%s\" does not contain \"%s\"", error.message, message);
    assert_int_equal(error.line, line);
    arena_free(&a);
}

static void tree_keeps_lines_of_keys_and_values(void **state)
{
    (void)state;
    arena a = {0};
    const tree *root;
    read_tree("a: 1\n# remark\nb:\n  - x\n  - {c: y,\n     d: z}\ne: >\n  two\n  lines\n"
              "g: \"over\\rwritten,\\nor a row\"\n",
              &a, &root);
    assert_int_equal(root->kind, TREE_MAP);
    assert_int_equal(root->count, 4);
    const tree *b = tree_get(root, "b");
    assert_int_equal(root->keys[1].line, 3);
    assert_int_equal(b->kind, TREE_LIST);
    assert_int_equal(b->items[0].line, 4);
    assert_string_equal(b->items[0].text, "x");
    assert_int_equal(b->items[1].line, 5);
    assert_int_equal(tree_get(&b->items[1], "d")->line, 6);
    assert_string_equal(tree_get(root, "e")->text, "two lines");
    assert_string_equal(tree_get(root, "g")->text, "over written, or a row");
    assert_null(tree_get(root, "f"));
    arena_free(&a);
}

static void tree_refuses_what_could_blow_up_or_be_misread(void **state)
{
    (void)state;
    refuse_tree("a: &x 1\nb: 2\n", 1, "anchors");
    refuse_tree("a: 1\nb: &x [1]\n", 2, "anchors");
    refuse_tree("a: 1\nb: *x\n", 2, "aliases");
    refuse_tree("a: 1\nb: !!int 2\n", 2, "tags");
    refuse_tree("a: !thing {b: 1}\n", 1, "tags");
    refuse_tree("a: 1\nb: 2\na: 3\n", 3, "the key \"a\" is given twice, first on line 1");
    refuse_tree("a: 1\n---\nb: 2\n", 2, "second YAML document");
    refuse_tree("? [a]\n: 1\n", 1, "a key must be plain text");
    refuse_tree("a: \"x\\0y\"\n", 1, "zero character");
    refuse_tree("a: [1, 2\nb: 3\n", 2, "not valid YAML");
    refuse_tree("a: 'x\n", 2, "not valid YAML");
    refuse_tree("a: \xff\n", 1, "not valid YAML");
    refuse_tree("", 1, "the file is empty");
    refuse_tree("# nothing\n", 1, "the file is empty");
}

static void tree_takes_32_levels_and_no_more(void **state)
{
    (void)state;
    char yaml[80] = "";
    arena a = {0};
    const tree *root;
    memset(yaml, '[', 32);
    memset(yaml + 32, ']', 32);
    read_tree(yaml, &a, &root);
    arena_free(&a);
    memset(yaml, '[', 33);
    memset(yaml + 33, ']', 33);
    refuse_tree(yaml, 1, "more than 32 levels of nesting");
}

/* ---- Months ------------------------------------------------------------------------------------------- */

static void months_are_counted_from_year_zero(void **state)
{
    (void)state;
    month m;
    char name[16];
    assert_true(month_parse("2024-03", &m));
    assert_int_equal(m, 2024 * 12 + 2);
    month_iso(m, name);
    assert_string_equal(name, "2024-03");
    month_name(m, name);
    assert_string_equal(name, "Mar 2024");
    month_name(m - 3, name);
    assert_string_equal(name, "Dec 2023");
    assert_true(month_parse("0000-01", &m));
    assert_int_equal(m, 0);
    static const char *const wrong[] = {"",        "2024",     "2024-3",  "2024-13", "2024-00", "24-03",
                                        "2024/03", "2024-03 ", " 024-03", "2024-0x", "-024-03", "2024-03-01"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(month_parse_in(TRUCE_MONTHS, wrong[i], &m));
}

static month read_period(time_unit unit, const char *iso)
{
    month m = MONTH_NONE;
    if (!month_parse_in(unit, iso, &m))
        fail_msg("\"%s\" is not read", iso);
    assert_int_equal(month_unit(m), unit);
    return m;
}

/* Lengths between dates by the Julian day numbers of almanacs: 2,415,021 on 1 January 1900, 2,451,545 on
 * 1 January 2000, 2,460,677 on 1 January 2025, at noon. */
static void days_are_those_of_the_calendar(void **state)
{
    (void)state;
    month m, start = read_period(TRUCE_DAYS, "1900-01-01");
    char name[16];
    assert_int_equal(read_period(TRUCE_DAYS, "2000-01-01") - start, 2451545 - 2415021);
    assert_int_equal(read_period(TRUCE_DAYS, "2025-01-01") - start, 2460677 - 2415021);
    assert_int_equal(read_period(TRUCE_DAYS, "1945-03-26") - read_period(TRUCE_DAYS, "1945-02-19"), 35);
    assert_true(month_parse("2000-02-29", &m) && month_parse("2024-02-29", &m));
    static const char *const wrong[] = {"1900-02-29",  "2023-02-29", "2024-04-31", "2024-00-10",
                                        "2024-13-01",  "2024-01-00", "2024-01-32", "2024-01-1",
                                        "2024-01-011", "2024-1-011", "2024-01/11"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (month_parse(wrong[i], &m))
            fail_msg("\"%s\" is read", wrong[i]);
    month_name(read_period(TRUCE_DAYS, "1945-02-19"), name);
    assert_string_equal(name, "19 Feb 1945");
    month_iso(read_period(TRUCE_DAYS, "1945-02-28") + 1, name);
    assert_string_equal(name, "1945-03-01");
    month_last_day(read_period(TRUCE_MONTHS, "2024-02"), name);
    assert_string_equal(name, "2024-02-29");
}

/* ISO 8601 gives 2020 a week 53 and 2021 none, and puts 30 December 2024 into the first week of 2025. */
static void weeks_are_those_of_iso_8601(void **state)
{
    (void)state;
    month m;
    char name[16];
    assert_int_equal(read_period(TRUCE_WEEKS, "2021-W01") - read_period(TRUCE_WEEKS, "2020-W53"), 1);
    assert_false(month_parse("2021-W53", &m));
    assert_false(month_parse("2021-W00", &m));
    assert_int_equal(read_period(TRUCE_WEEKS, "2024-12-30"), read_period(TRUCE_WEEKS, "2025-W01"));
    assert_int_equal(read_period(TRUCE_WEEKS, "2021-01-03"), read_period(TRUCE_WEEKS, "2020-W53"));
    month_iso(read_period(TRUCE_WEEKS, "2020-W52") + 2, name);
    assert_string_equal(name, "2021-W01");
    month_first_date(read_period(TRUCE_WEEKS, "2025-W01"), name);
    assert_string_equal(name, "2024-12-30");
    month_last_day(read_period(TRUCE_WEEKS, "2025-W01"), name);
    assert_string_equal(name, "2025-01-05");
    month_name(read_period(TRUCE_WEEKS, "2025-W05"), name);
    assert_string_equal(name, "Week 5 2025");
}

static void years_follow_years(void **state)
{
    (void)state;
    month m;
    char name[16];
    assert_int_equal(read_period(TRUCE_YEARS, "1975") - read_period(TRUCE_YEARS, "1955"), 20);
    assert_int_equal(read_period(TRUCE_YEARS, "1955-11-01"), read_period(TRUCE_YEARS, "1955"));
    assert_false(month_parse_in(TRUCE_YEARS, "1955-11", &m));
    month_last_day(read_period(TRUCE_YEARS, "1955"), name);
    assert_string_equal(name, "1955-12-31");
    assert_int_equal(month_in(TRUCE_MONTHS, read_period(TRUCE_YEARS, "1955")), 1955 * 12);
    assert_int_equal(month_in(TRUCE_DAYS, 2024 * 12 + 1), read_period(TRUCE_DAYS, "2024-02-01"));
}

/* ---- Series files ------------------------------------------------------------------------------------- */

static char folder[] = "/tmp/truce-case-XXXXXX";

static const char *write_file(const char *name, const char *bytes, size_t length)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    assert_int_equal(fclose(stream), 0);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"s.csv",      "case.yaml", "plan.xmile", "aid.csv",
                                        "other.yaml", "a.yaml",    "b.yaml",     "link.yaml"};
    char path[256];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    return remove(folder);
}

static void refuse_series(const char *csv, size_t length, int line, const char *message)
{
    arena a = {0};
    series_file file;
    truce_error error = {0};
    const char *path = write_file("s.csv", csv, length);
    assert_int_equal(series_file_read(&a, NULL, path, TRUCE_MONTHS, &file, &error), TRUCE_BAD_INPUT);
    if (!strstr(error.message, message))
        fail_msg("\"%s\" does not contain \"%s\"", error.message, message);
    assert_int_equal(error.line, line);
    assert_string_equal(error.file, path);
    arena_free(&a);
}

static void series_are_read_by_column(void **state)
{
    (void)state;
    arena a = {0};
    series_file file;
    truce_error error = {0};
    const char *csv = "month, one ,two\n2023-12, 1.5 ,\n2024-01,-2e3,7";
    const char *path = write_file("s.csv", csv, strlen(csv));
    assert_int_equal(series_file_read(&a, NULL, path, TRUCE_MONTHS, &file, &error), TRUCE_OK);
    assert_int_equal(file.first, 2023 * 12 + 11);
    assert_int_equal(file.months, 2);
    assert_int_equal(file.column_count, 2);
    assert_string_equal(file.columns[0], "one");
    assert_true(file.values[0] == 1.5 && file.values[1] == -2000);
    assert_true(isnan(file.values[2]) && file.values[3] == 7);
    arena_free(&a);
}

static void series_with_a_fault_are_refused_at_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *csv;
        int line;
        const char *message;
    } faults[] = {
        {"", 1, "the file is empty"},
        {"\xEF\xBB\xBFmonth,a\n2024-01,1\n", 1, "byte order mark"},
        {"month,a\r\n2024-01,1\r\n", 1, "carriage return"},
        {"month,a\n2024-01,1\r\n", 2, "carriage return"},
        {"date,a\n2024-01,1\n", 1, "must be called month, not \"date\""},
        {"month\n2024-01\n", 1, "no column besides the first"},
        {"month,a,a\n2024-01,1,1\n", 1, "two columns are called \"a\""},
        {"month,,b\n2024-01,1,1\n", 1, "column 2 has no name"},
        {"month,a\n", 1, "the file has no month"},
        {"month,a\n2024-01,1\n2024-03,1\n", 3, "the month 2024-02 is missing before 2024-03"},
        {"month,a\n2024-01,1\n2024-01,1\n", 3, "the month 2024-01 is given twice"},
        {"month,a\n2024-02,1\n2024-03,1\n2024-01,1\n", 4, "the month 2024-01 is out of order"},
        {"month,a\n2024-1,1\n", 2, "\"2024-1\" is not a month"},
        {"month,a\n2024-01,1,2\n", 2, "the line has 3 cells, the first line has 2"},
        {"month,a\n2024-01\n", 2, "the line has 1 cells, the first line has 2"},
        {"month,a\n2024-01,1\n\n2024-02,1\n", 3, "an empty line"},
        {"month,a\n2024-01,x\n", 2, "\"x\" in column \"a\" is not a number"},
        {"month,a\n2024-01,1;2\n", 2, "\"1;2\" in column \"a\" is not a number"},
        {"month,a\n2024-01,nan\n", 2, "\"nan\" in column \"a\" is not a finite number"},
        {"month,a\n2024-01,1\n2024-02,-inf\n", 3, "\"-inf\" in column \"a\" is not a finite number"},
        {"month,a\n2024-01,1e999\n", 2, "not a finite number"},
        {"month,\"a\"\n2024-01,1\n", 1, "a quote"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        refuse_series(faults[i].csv, strlen(faults[i].csv), faults[i].line, faults[i].message);
    refuse_series("month,a\n2024-01,1\0\n", 19, 2, "zero byte");
    char wide[4096] = "month";
    for (size_t i = 5; i < 5 + 2 * 1001; i += 2)
        wide[i] = ',', wide[i + 1] = 'a';
    refuse_series(wide, strlen(wide), 1, "1001 columns, more than 1000");
}

/* ---- The example -------------------------------------------------------------------------------------- */

static truce_case *load(const char *path)
{
    truce_case *c = NULL;
    truce_error error = {0};
    if (truce_case_load(path, &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return c;
}

static void example_is_read_key_by_key(void **state)
{
    (void)state;
    char path[512];
    truce_case *c = load(source_path("docs/example/case.yaml", path));
    assert_string_equal(truce_case_facts_of(c).title, "An invented war of two years");
    assert_int_equal(c->start, 2024 * 12);
    assert_int_equal(c->stop, 2025 * 12 + 11);
    assert_int_equal(c->data_end, 2024 * 12 + 5);
    assert_string_equal(case_display_name(c, "defender"), "Lowland");
    assert_string_equal(case_display_name(c, "nobody"), "nobody");
    assert_string_equal(c->front_gains, "Highland");
    assert_string_equal(c->model->elements[c->front_element].name, "territory held");
    assert_string_equal(case_find_source(c, "ministry")->licence, "CC BY 4.0");
    assert_null(case_find_source(c, "press"));

    assert_int_equal(c->series_count, 1);
    assert_int_equal(c->series[0].beyond, BEYOND_HOLD);
    assert_int_equal(c->series[0].beyond_months, 3);
    assert_int_equal(c->series[0].data.count, 8);
    assert_true(c->series[0].data.values[4] == 60);

    assert_int_equal(c->parameter_count, 6);
    assert_string_equal(c->parameters[0].name, "lethality[defender]");
    assert_true(c->parameters[0].prior.a == 0.02 && c->parameters[0].prior.b == 0.3);
    assert_false(c->parameters[0].judgement);
    assert_string_equal(c->parameters[1].note, "The estimates disagree.");
    assert_true(c->parameters[2].judgement);
    assert_null(c->parameters[2].source);
    assert_int_equal(c->parameters[4].element, SIZE_MAX);

    assert_int_equal(c->observation_count, 2);
    assert_false(c->observations[0].change);
    assert_int_equal(c->observations[0].offset, 5);
    assert_int_equal(c->observations[0].scale, SIZE_MAX);
    assert_int_equal(c->observations[0].first_used,
                     c->start); /* the datum of December is before the horizon */
    assert_int_equal(c->observations[0].last_used, c->start + 5);
    assert_true(c->observations[1].change);
    assert_int_equal(c->observations[1].scale, 4);
    assert_int_equal(c->observations[1].error, ERROR_LOGNORMAL);
    assert_true(isnan(c->observations[1].data.values[3]));
    assert_int_equal(c->observations[1].last_used, c->start + 4);

    assert_int_equal(truce_case_facts_of(c).scenarios, 3);
    assert_string_equal(truce_case_scenario(c, 1).name, "no-gap");
    assert_string_equal(truce_case_scenario(c, 2).title, "Deliveries stop");
    assert_int_equal(c->scenarios[0].base, SIZE_MAX);
    assert_int_equal(c->scenarios[2].base, 0);
    assert_int_equal(c->scenarios[2].changes[0].last, MONTH_NONE);
    assert_int_equal(truce_case_find_scenario(c, "stops"), 2);

    assert_int_equal(c->output_count, 4);
    assert_int_equal(c->outputs[2].element_count, 2);
    assert_string_equal(c->outputs[2].labels[1], "Highland");
    assert_string_equal(c->outputs[0].labels[0], "");
    assert_true(c->outputs[1].change && !c->outputs[1].chart);
    assert_true(c->outputs[3].scale == 1000);
    assert_string_equal(case_section_name(c, c->outputs[3].section), "losses");
    assert_int_equal(c->milestones[0].months, 2);
    assert_int_equal(c->events[0].at_month, c->start + 1);
    truce_case_destroy(c);
}

static char *read_all(const char *path)
{
    text t = {0};
    assert_int_equal(text_read_file(&t, path, 1 << 20, NULL), TRUCE_OK);
    return t.bytes;
}

static void documentation_shows_the_example_as_it_is(void **state)
{
    (void)state;
    char path[512];
    char *page = read_all(source_path("docs/use/case.md", path));
    char *example = read_all(source_path("docs/example/case.yaml", path));
    assert_non_null(strstr(page, example));
    free(page);
    free(example);
}

static void documentation_describes_every_key(void **state)
{
    (void)state;
    char path[512], quoted[64];
    char *page = read_all(source_path("docs/use/case.md", path));
    for (size_t i = 0; i < case_key_table_count; i++)
        for (const char *const *key = case_key_table[i].keys; *key; key++) {
            snprintf(quoted, sizeof quoted, "`%s`", *key);
            char form[64];
            snprintf(form, sizeof form, "{%s: ", *key); /* small maps are described in one piece */
            char later[64];
            snprintf(later, sizeof later, ", %s: ", *key);
            if (!strstr(page, quoted) && !strstr(page, form) && !strstr(page, later))
                fail_msg("docs/use/case.md does not describe \"%s\" of %s", *key, case_key_table[i].what);
        }
    free(page);
}

/* ---- Small cases -------------------------------------------------------------------------------------- */

/* A case on tests/data/small/model.xmile with `rest` after its first four lines. */
static const char *small_case(const char *rest)
{
    char from[512], yaml[4096];
    char *model = read_all(source_path("tests/data/small/model.xmile", from));
    write_file("plan.xmile", model, strlen(model));
    free(model);
    char *series = read_all(source_path("tests/data/small/aid.csv", from));
    write_file("aid.csv", series, strlen(series));
    free(series);
    snprintf(yaml, sizeof yaml,
             "truce: 1\ntitle: t\nmodel: plan.xmile\nhorizon: {start: 2024-01, end: 2024-03}\n%s", rest);
    return write_file("case.yaml", yaml, strlen(yaml));
}

static truce_distribution prior_of(const char *prior)
{
    char rest[512];
    snprintf(rest, sizeof rest, "parameters:\n  - {variable: price, judgement: true, prior: %s}\n", prior);
    truce_case *c = load(small_case(rest));
    truce_distribution d = c->parameters[0].prior;
    truce_case_destroy(c);
    return d;
}

static void quantiles_of_priors_are_those_asked_for(void **state)
{
    (void)state;
    static const char *const priors[] = {"{normal: {p05: -3, p95: 8}}", "{lognormal: {p05: 0.5, p95: 8}}"};
    static const double low[] = {-3, 0.5};
    for (size_t i = 0; i < 2; i++) {
        truce_distribution d = prior_of(priors[i]);
        assert_true(fabs(truce_distribution_quantile(&d, 0.05) - low[i]) < 1e-12);
        assert_true(fabs(truce_distribution_quantile(&d, 0.95) - 8) < 1e-12);
        assert_true(d.scale == 1);
    }
    /* sd of the logarithm: ln(8 / 0.5) / (2 x 1.6448536269514722) */
    truce_distribution d = prior_of(priors[1]);
    assert_true(fabs(d.b - 2.772588722239781 / 3.2897072539029444) < 1e-14);
    assert_true(fabs(d.a - 2) < 1e-14);
}

static void priors_of_each_kind_are_read(void **state)
{
    (void)state;
    truce_distribution d = prior_of("{fixed: 3}");
    assert_true(d.kind == TRUCE_FIXED && d.a == 3);
    d = prior_of("{fixed: 2025-02}");
    assert_true(d.kind == TRUCE_FIXED && d.a == 13); /* its first day, in months from January 2024 */
    d = prior_of("{normal: {mean: 1, sd: 2}}");
    assert_true(d.kind == TRUCE_NORMAL && d.a == 1 && d.b == 2);
    d = prior_of("{uniform: {low: 1, high: 2}}");
    assert_true(d.kind == TRUCE_UNIFORM && d.a == 1 && d.b == 2);
    d = prior_of("{beta: {a: 2, b: 3}}");
    assert_true(d.kind == TRUCE_BETA && d.a == 2 && d.b == 3 && d.c == 0 && d.d == 1);
    d = prior_of("{beta: {a: 2, b: 3, low: -1, high: 4}}");
    assert_true(d.c == -1 && d.d == 4);
    d = prior_of("{triangular: {low: 1, mode: 2, high: 5}}");
    assert_true(d.kind == TRUCE_TRIANGULAR && d.a == 1 && d.b == 2 && d.c == 5);
}

static void labels_tell_the_lines_of_an_output_apart(void **state)
{
    (void)state;
    char path[512];
    truce_case *c = load(source_path("tests/data/small/case.yaml", path));
    assert_int_equal(c->outputs[1].element_count, 6);
    assert_string_equal(c->outputs[1].labels[0], "Lowland, shells");
    assert_string_equal(c->outputs[1].labels[5], "Highland, missiles");
    assert_int_equal(c->outputs[2].element_count, 2);
    assert_string_equal(c->outputs[2].labels[0], "Lowland");
    assert_string_equal(c->outputs[2].labels[1], "Highland");
    assert_string_equal(c->model->elements[c->outputs[2].elements[1]].name, "store[attacker, air defence]");
    assert_int_equal(c->outputs[3].element_count, 1);
    assert_string_equal(c->outputs[3].labels[0], "");
    assert_string_equal(c->outputs[3].title, "store[defender, shells]");
    assert_string_equal(c->outputs[0].units, "EUR bn");
    truce_case_destroy(c);
}

static void parameters_of_the_model_come_before_free_ones(void **state)
{
    (void)state;
    char path[512];
    truce_case *c = load(source_path("tests/data/small/case.yaml", path));
    assert_int_equal(c->parameter_count, 2);
    assert_string_equal(c->parameters[0].name, "price");
    assert_string_equal(c->parameters[1].name, "bias");
    truce_case_destroy(c);
}

static void units_are_compared_blanks_aside(void **state)
{
    (void)state;
    truce_case *c = load(small_case(
        "sources: {s: {text: t}}\n"
        "series: [{variable: aid, file: aid.csv, column: aid, units: EUR  bn/ Month, source: s}]\n"
        "parameters: [{variable: price, prior: {fixed: 1}, units: dmnl, judgement: true}]\n"
        "observations:\n"
        "  - {name: a, variable: pool, measure: change, file: aid.csv, column: aid, units: EUR bn/month, "
        "source: s, error: {normal: 1}}\n"
        "  - {name: b, variable: pool, file: aid.csv, column: half, convert: 2, units: EUR_bn, source: s, "
        "error: {student: {sd: 1, degrees: 4}}}\n"));
    assert_string_equal(c->series[0].units, "EUR  bn/ Month");
    assert_true(c->observations[1].data.values[4] == 5);
    assert_true(c->observations[1].error_degrees == 4);
    truce_case_destroy(c);
}

/* ---- Two cases on the same data ----------------------------------------------------------------------- */

static void case_takes_the_data_of_another(void **state)
{
    (void)state;
    char path[512];
    truce_case *walk = load(source_path("tests/data/fit/rival.yaml", path));
    truce_case *line = load(source_path("tests/data/fit/case.yaml", path));
    const case_observation *a = &walk->observations[0], *b = &line->observations[0];
    assert_true(walk->start == line->start && walk->stop == line->stop);
    assert_int_equal(walk->observation_count, 1);
    assert_string_equal(a->units, "km");
    assert_true(a->error == b->error && a->error_sd == b->error_sd);
    assert_memory_equal(a->data.values, b->data.values, a->data.count * sizeof *a->data.values);
    assert_int_equal(walk->parameter_count, 2); /* the slope is not asked for */
    assert_true(walk->parameters[0].prior.b == 3);
    assert_true(walk->parameters[1].prior.a == 1.2);
    assert_int_equal(line->rival_count, 1);
    assert_string_equal(line->rivals[0].name, "walk");
    truce_case_destroy(line);
    truce_case_destroy(walk);
}

/* The other case spells the parameter in another way than its observation, which names it, and has a scenario that the
 * given part has too. */
static void what_is_given_is_a_part_of_one_case_and_names_are_folded_in_both(void **state)
{
    (void)state;
    char path[300];
    truce_case *c = NULL;
    truce_error error = {0};
    const char *other =
        "truce: 1\nhorizon: {start: 2024-01, end: 2024-03}\nsources: {s: {text: t}}\n"
        "parameters: [{name: The bias, prior: {uniform: {low: 0, high: 1}}, source: s}]\n"
        "observations:\n"
        "  - {name: a, variable: pool, file: aid.csv, column: aid, source: s, error: {normal: 1}, "
        "offset: the_bias}\n"
        "scenarios: {more: {title: More}}\n";
    const char *own =
        "truce: 1\ndata from: other.yaml\ntitle: t\nmodel: plan.xmile\nobservations: [{name: a}]\n";
    small_case("");
    write_file("other.yaml", other, strlen(other));
    write_file("case.yaml", own, strlen(own));
    snprintf(path, sizeof path, "%s/case.yaml", folder);
    if (truce_case_load_with(path, "scenarios: {more: {title: Even more}}\n", &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    assert_int_equal(c->parameter_count, 1);
    assert_int_equal(c->observations[0].offset, 0);
    assert_string_equal(truce_case_scenario(c, 1).title, "Even more");
    truce_case_destroy(c);
}

/* "above" at the end of a word is no test. */
static void a_test_begins_where_a_word_does(void **state)
{
    (void)state;
    const char *wrong = NULL;
    case_test t;
    const char *written = "the lake hereabove at most 5 %";
    assert_true(case_test_read(written, strlen(written), &t, &wrong));
    assert_int_equal(t.length, strlen("the lake hereabove"));
    assert_true(t.test == MILESTONE_AT_MOST && t.bound == 0.05);
}

static void awm_and_lanchester_take_the_error_models_of_the_flagship(void **state)
{
    (void)state;
    char path[512];
    truce_case *c = load(source_path("cases/ukraine/case.yaml", path));
    assert_int_equal(c->rival_count, 2);
    for (size_t r = 0; r < c->rival_count; r++) {
        truce_case *rival = load(c->rivals[r].path);
        assert_true(rival->observation_count >= 9);
        for (size_t i = 0; i < rival->observation_count; i++) {
            const case_observation *o = &rival->observations[i], *seen = NULL;
            for (size_t k = 0; k < c->observation_count; k++)
                if (strcmp(c->observations[k].name, o->name) == 0)
                    seen = &c->observations[k];
            assert_non_null(seen);
            assert_true(o->error == seen->error && o->error_sd == seen->error_sd);
            const size_t ours[] = {o->scale, o->offset}, theirs[] = {seen->scale, seen->offset};
            for (int k = 0; k < 2; k++) {
                assert_int_equal(ours[k] == SIZE_MAX, theirs[k] == SIZE_MAX);
                if (ours[k] == SIZE_MAX)
                    continue;
                const case_parameter *a = &rival->parameters[ours[k]], *b = &c->parameters[theirs[k]];
                assert_string_equal(a->name, b->name);
                assert_memory_equal(&a->prior, &b->prior, sizeof a->prior);
            }
        }
        truce_case_destroy(rival);
    }
    truce_case_destroy(c);
}

/* A mistake is told at its place, which may be in the other file. */
static void mistakes_in_shared_data_are_told_where_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *other, *own, *file;
        int line;
        const char *message;
    } faults[] = {
        {"truce: 1\ndata from: third.yaml\n", "", "case.yaml", 2, "takes its data from a third case"},
        {"truce: 1\nhorizont: 1\n", "", "other.yaml", 2,
         "has no key \"horizont\" (did you mean \"horizon\"?)"},
        {"truce: 1\nobservations: 1\n", "", "other.yaml", 2, "\"observations\" must be a list"},
        {"truce: 1\nsources: 1\n", "sources: {s: {text: t}}\n", "other.yaml", 2, "\"sources\" must be a map"},
        {"truce: 1\nhorizon: {start: 2024-01, end: 2024-06}\nobservations:\n"
         "  - {name: a, file: aid.csv, column: lost, source: s, error: {normal: 1}}\n",
         "sources: {s: {text: t}}\nobservations: [{name: a, variable: pool}]\n", "other.yaml", 4,
         "has no column \"lost\""},
        {"truce: 1\nhorizon: {start: 2024-01, end: 2024-06}\n", "observations: [{name: a, variable: pool}]\n",
         "case.yaml", 4, "needs the key \"source\""},
        {"truce: 1\nhorizon: {start: 2024-01, end: 2024-06}\n", "rivals: {model: other.yaml}\n", "case.yaml",
         4, "is reserved in scores"},
        {"truce: 1\nhorizon: {start: 2024-01, end: 2024-06}\n", "rivals: {ar1: other.yaml}\n", "case.yaml", 4,
         "is reserved in scores"},
    };
    char path[300], yaml[512];
    small_case("");
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        truce_case *c = NULL;
        truce_error error = {0};
        write_file("other.yaml", faults[i].other, strlen(faults[i].other));
        snprintf(yaml, sizeof yaml, "truce: 1\ndata from: other.yaml\ntitle: t\n%smodel: plan.xmile\n",
                 faults[i].own);
        write_file("case.yaml", yaml, strlen(yaml));
        snprintf(path, sizeof path, "%s/case.yaml", folder);
        assert_int_equal(truce_case_load(path, &c, &error), TRUCE_BAD_INPUT);
        if (!strstr(error.message, faults[i].message) || !strstr(error.file, faults[i].file) ||
            error.line != faults[i].line)
            fail_msg("%s:%d: %s", error.file, error.line, error.message);
    }
}

/* ---- A case in several files -------------------------------------------------------------------------- */

static const char part_a[] = "sources: {t: {text: u}}\n"
                             "parameters:\n"
                             "  - {name: bias, prior: {uniform: {low: 0, high: 1}}, source: s}\n"
                             "series: [{variable: aid, file: aid.csv, column: aid, source: t}]\n";

static void included_entries_follow_those_of_the_case_in_order(void **state)
{
    (void)state;
    write_file("a.yaml", part_a, strlen(part_a));
    const char *scenarios = "scenarios: {more: {title: More, from: actual}}\n"
                            "parameters: [{name: gap, prior: {fixed: 1}, judgement: true}]\n";
    write_file("b.yaml", scenarios, strlen(scenarios));
    truce_case *c = load(small_case("include: [a.yaml, b.yaml]\n"
                                    "sources: {s: {text: t}}\n"
                                    "scenarios: {actual: {title: As it went}}\n"
                                    "parameters:\n"
                                    "  - {name: first, prior: {fixed: 2}, judgement: true}\n"));
    assert_int_equal(c->source_count, 2);
    assert_string_equal(c->sources[1].id, "t");
    assert_int_equal(c->series_count, 1);
    assert_int_equal(c->parameter_count, 3);
    assert_string_equal(c->parameters[0].name, "first");
    assert_string_equal(c->parameters[1].name, "bias");
    assert_string_equal(c->parameters[2].name, "gap");
    assert_true(strstr(c->parameters[1].at.file, "a.yaml") && c->parameters[1].at.line == 3);
    assert_string_equal(truce_case_scenario(c, 0).name, "actual");
    assert_string_equal(truce_case_scenario(c, 1).name, "more");
    truce_case_destroy(c);
}

/* aid is 3, 4 and 5 in the horizon, and 1 and 2 before it. */
static void a_lever_rests_where_its_series_or_prior_leaves_it(void **state)
{
    (void)state;
    static const struct {
        const char *beyond, *more;
        double rest;
    } rows[] = {{"", "", 5},
                {", beyond: {mean of last: 2}", "data end: 2024-03\n", 5},
                {", beyond: prior",
                 "parameters: [{variable: aid, prior: {uniform: {low: 6, high: 8}}, judgement: true}]\n", 7}};
    char rest[512];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(rest, sizeof rest,
                 "series: [{variable: aid, file: aid.csv, column: aid, source: a bulletin%s}]\n%s"
                 "levers: {aid: {group: g, variable: aid, change: value, range: [0, 9]}}\n",
                 rows[i].beyond, rows[i].more);
        truce_case *c = load(small_case(rest));
        assert_true(truce_case_lever(c, 0).rest == rows[i].rest);
        truce_case_destroy(c);
    }
}

static void one_file_is_included_by_its_name_alone(void **state)
{
    (void)state;
    const char *events = "events: [{month: 2024-02, label: Something}]\n";
    write_file("a.yaml", events, strlen(events));
    truce_case *c = load(small_case("include: a.yaml\n"));
    assert_int_equal(c->event_count, 1);
    truce_case_destroy(c);
}

static void refuse_parts(const char *a, const char *rest, const char *file, int line, const char *message)
{
    truce_case *c = NULL;
    truce_error error = {0};
    write_file("a.yaml", a, strlen(a));
    assert_int_equal(truce_case_load(small_case(rest), &c, &error), TRUCE_BAD_INPUT);
    if (!strstr(error.message, message) || !strstr(error.file, file) || error.line != line)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
}

static void mistakes_in_included_files_are_told_where_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *part, *own, *file;
        int line;
        const char *message;
    } faults[] = {
        {"parameters:\n  - {name: bias, prior: {fixed: x}, judgement: true}\n", "include: [a.yaml]\n",
         "a.yaml", 2, "must be a number"},
        {"parameter: []\n", "include: [a.yaml]\n", "a.yaml", 1,
         "no key \"parameter\" (did you mean \"parameters\"?)"},
        {"title: t\n", "include: [a.yaml]\n", "a.yaml", 1, "an included file has no key \"title\""},
        {"- a\n", "include: [a.yaml]\n", "a.yaml", 1, "must be a map"},
        {"\nparameters: {a: 1}\n", "include: [a.yaml]\n", "a.yaml", 2, "\"parameters\" must be a list"},
        {"sources:\n  s: {text: u}\n", "sources: {s: {text: t}}\ninclude: [a.yaml]\n", "a.yaml", 2,
         "the key \"s\" is given twice, first in"},
        {"talks: {}\n", "talks: {}\ninclude: [a.yaml]\n", "a.yaml", 1, "\"talks\" is given twice, first in"},
        {"parameters:\n  - {name: bias, prior: {fixed: 1}, judgement: true}\n",
         "include: [a.yaml]\nparameters: [{name: Bias, prior: {fixed: 2}, judgement: true}]\n", "a.yaml", 2,
         "case.yaml, line 6"},
        {"include: b.yaml\n", "include: [a.yaml]\n", "a.yaml", 1, "cannot include others"},
        {"events: []\n", "include:\n  - a.yaml\n  - a.yaml\n", "case.yaml", 7,
         "\"a.yaml\" is included twice"},
        {"events: []\n", "include:\n  - case.yaml\n", "case.yaml", 6, "\"case.yaml\" includes itself"},
        {"events: []\n", "include: [lost.yaml]\n", "case.yaml", 5, "cannot read the file"},
        {"events: []\n", "include: {a: b}\n", "case.yaml", 5, "\"include\" must be a list"},
        {"events: []\n", "include: [[a.yaml]]\n", "case.yaml", 5, "an entry of \"include\" must be a text"},
        {"", "include: [a.yaml]\n", "a.yaml", 1, "the file is empty"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        refuse_parts(faults[i].part, faults[i].own, faults[i].file, faults[i].line, faults[i].message);
}

static void include_does_not_leave_the_folder(void **state)
{
    (void)state;
    char rest[300], link[256];
    const char *outside = "is not in the folder of the case";
    snprintf(rest, sizeof rest, "include: [../%s/../../etc/passwd]\n", strrchr(folder, '/') + 1);
    refuse_parts("", rest, "case.yaml", 5, outside);
    refuse_parts("", "include: [/etc/passwd]\n", "case.yaml", 5, outside);
    snprintf(link, sizeof link, "%s/link.yaml", folder);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    refuse_parts("", "include: [link.yaml]\n", "case.yaml", 5, outside);
}

static void at_most_64_files_are_included(void **state)
{
    (void)state;
    char rest[1024] = "include: [a.yaml";
    for (int i = 0; i < 64; i++)
        strcat(rest, ", a.yaml");
    strcat(rest, "]\n");
    refuse_parts("events: []\n", rest, "case.yaml", 5, "more than 64 included files");
}

/* What others refer to by name, each of which is looked for among all. */
static void sections_scenarios_and_levers_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *key, *entry, *message;
        int count;
    } rows[] = {{"sections", "t", "more than 1000 sections", 1001},
                {"scenarios", "{title: t}", "more than 10000 scenarios", 10001},
                {"levers", "{group: g}", "more than 10000 levers", 10001}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        text part = {0};
        truce_case *c = NULL;
        truce_error error = {0};
        text_print(&part, "%s:\n", rows[r].key);
        for (int i = 0; i < rows[r].count; i++)
            text_print(&part, "  s%d: %s\n", i, rows[r].entry);
        assert_int_equal(truce_case_load_with(small_case(""), part.bytes, &c, &error), TRUCE_BAD_INPUT);
        if (!strstr(error.message, rows[r].message))
            fail_msg("%s", error.message);
        text_free(&part);
    }
}

static void case_without_scenarios_has_one(void **state)
{
    (void)state;
    truce_case *c = load(small_case("data end: 2024-02\n"));
    assert_int_equal(truce_case_facts_of(c).scenarios, 1);
    assert_string_equal(truce_case_scenario(c, 0).name, "base");
    assert_int_equal(c->front_element, SIZE_MAX);
    assert_int_equal(c->data_end, c->start + 1);
    truce_case_destroy(c);
}

/* ---- What was known when ------------------------------------------------------------------------------ */

static void a_view_of_an_earlier_month_has_the_priors_and_data_of_that_month(void **state)
{
    (void)state;
    char from[512];
    truce_error error = {0};
    truce_case view, *c = load(source_path("tests/data/known/case.yaml", from));
    arena memory = {0};
    for (int later = 0; later < 2; later++)
        for (int dated = 0; dated < 2; dated++) {
            month origin = c->start + 4 + later;
            assert_int_equal(case_as_known(c, origin, dated, &memory, &view, &error), TRUCE_OK);
            bool known = later || !dated; /* since June 2024 */
            assert_true(view.parameters[0].prior.a == (known ? 2 : 1));
            assert_true(view.parameters[0].prior.b == (known ? 0.5 : 3));
            assert_true(view.parameters[1].prior.b == 1);                 /* always known */
            assert_int_equal(view.observations[0].last_used, origin - 2); /* complete after two months */
        }
    assert_int_equal(case_priors_known_later(c, c->start + 4), 1);
    assert_int_equal(case_priors_known_later(c, c->start + 5), 0);
    assert_true(c->parameters[0].prior.a == 2 && c->observations[0].last_used == c->start + 11);
    arena_free(&memory);
    truce_case_destroy(c);
}

/* 2024-02 was published in August, 2024-04 in May, 2024-08 in October, and there is no value of July. */
static void a_view_has_the_values_that_were_published(void **state)
{
    (void)state;
    char from[512];
    truce_error error = {0};
    truce_case view, *c = load(source_path("tests/data/known/published.yaml", from));
    arena memory = {0};
    const case_observation *o = &c->observations[0];
    static const int published[12] = {0, 7, 2, 4, 4, 5, 6, 9, 8, 9, 10, 11};
    for (int m = 0; m < 12; m++)
        assert_int_equal(case_value_known(o, c->start + m), c->start + published[m]);
    for (int origin = 0; origin < 12; origin++) {
        assert_int_equal(case_as_known(c, c->start + origin, true, &memory, &view, &error), TRUCE_OK);
        const case_observation *seen = &view.observations[0];
        for (int m = 0; m < 12; m++) {
            bool there = m <= origin && m != 6 && published[m] <= origin;
            double value = m <= seen->last_used - c->start ? seen->data.values[m] : NAN;
            assert_true(there ? value == o->data.values[m] : isnan(value));
        }
    }
    arena_free(&memory);
    truce_case_destroy(c);
}

static void refuse_known(const char *entry, const char *message)
{
    char rest[1024];
    truce_case *c = NULL;
    truce_error error = {0};
    snprintf(rest, sizeof rest,
             "sources:\n  office: {text: An office, date: 2024-02-20}\n  yearbook: {text: A yearbook, date: "
             "2024}\n"
             "parameters:\n  - {variable: price, prior: {fixed: 3}, %s}\n",
             entry);
    assert_int_equal(truce_case_load(small_case(rest), &c, &error), message ? TRUCE_BAD_INPUT : TRUCE_OK);
    if (message && !strstr(error.message, message))
        fail_msg("\"%s\" does not contain \"%s\"", error.message, message);
    if (message)
        assert_int_equal(error.line, 9);
    truce_case_destroy(c);
}

static void an_observation_may_give_its_source_in_words(void **state)
{
    (void)state;
    char rest[512];
    static const char *const sources[] = {"\"A diary, 1917\"", "diary"};
    for (int words = 0; words < 2; words++) {
        truce_case *c = NULL;
        truce_error error = {0};
        snprintf(rest, sizeof rest,
                 "observations:\n  - {name: seen, variable: \"store[defender, shells]\", file: aid.csv, "
                 "column: %s, "
                 "source: %s, error: {normal: 1}}\n",
                 "aid", sources[words]);
        truce_status status = truce_case_load(small_case(rest), &c, &error);
        if (words == 0 && status != TRUCE_OK)
            fail_msg("%d: %s", error.line, error.message);
        if (words == 0)
            assert_string_equal(c->observations[0].source, "A diary, 1917");
        else
            assert_non_null(strstr(error.message, "no source"));
        truce_case_destroy(c);
    }
}

static void a_source_later_than_known_is_an_error_where_its_date_can_be_read(void **state)
{
    (void)state;
    static const char before[] = "before: {uniform: {low: 0, high: 9}}";
    static const struct {
        const char *source, *known, *message;
    } cases[] = {
        {"office", "2024-01",
         "\"price\" cannot be known since 2024-01, as its source is of 2024-02 or later"},
        {"office", "2024-02", NULL},
        {"yearbook", "2023-12", "of 2024-01 or later"},
        {"yearbook", "2024-01", NULL},
        {"\"A minister, February 2024 and March 2024: 3\"", "2024-02", "of 2024-03 or later"},
        {"\"A minister, 2024-03-01: 3\"", "2024-02", "of 2024-03 or later"},
        {"\"A minister, March 2024: 3\"", "2024-03", NULL},
        {"\"Plans for 2027 of 2023-25\"", "2023-06", NULL}, /* a year alone is no date of the words */
        {"\"Report, 2024\"", "2023-06", "of 2024-01 or later"},
        {"\"Kluge 2024: 3\"", "2023-06", "of 2024-01 or later"},
        {"\"A minister (2024)\"", "2023-06", "of 2024-01 or later"},
        {"\"A minister, Sep. 2023 and Oct 2023\"", "2023-09", "of 2023-10 or later"},
        {"\"A minister, Sept. 2023\"", "2023-08", "of 2023-09 or later"},
        {"\"Theapril 20245 and 1999-12-01\"", "2023-06", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char entry[256];
        snprintf(entry, sizeof entry, "source: %s, known: %s, %s", cases[i].source, cases[i].known, before);
        refuse_known(entry, cases[i].message);
    }
    refuse_known("judgement: true, known: 2024-02", "after the case begins in 2024-01, and needs \"before\"");
    refuse_known("judgement: true, known: 2024-01", NULL);
    refuse_known("judgement: true, before: {fixed: 2}", "\"before\" needs \"known\"");
    refuse_known("judgement: true, known: soon", "soon");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_keeps_lines_of_keys_and_values),
        cmocka_unit_test(tree_refuses_what_could_blow_up_or_be_misread),
        cmocka_unit_test(tree_takes_32_levels_and_no_more),
        cmocka_unit_test(months_are_counted_from_year_zero),
        cmocka_unit_test(days_are_those_of_the_calendar),
        cmocka_unit_test(weeks_are_those_of_iso_8601),
        cmocka_unit_test(years_follow_years),
        cmocka_unit_test(series_are_read_by_column),
        cmocka_unit_test(series_with_a_fault_are_refused_at_its_line),
        cmocka_unit_test(example_is_read_key_by_key),
        cmocka_unit_test(documentation_shows_the_example_as_it_is),
        cmocka_unit_test(documentation_describes_every_key),
        cmocka_unit_test(quantiles_of_priors_are_those_asked_for),
        cmocka_unit_test(priors_of_each_kind_are_read),
        cmocka_unit_test(labels_tell_the_lines_of_an_output_apart),
        cmocka_unit_test(parameters_of_the_model_come_before_free_ones),
        cmocka_unit_test(units_are_compared_blanks_aside),
        cmocka_unit_test(case_without_scenarios_has_one),
        cmocka_unit_test(sections_scenarios_and_levers_are_bounded),
        cmocka_unit_test(a_view_of_an_earlier_month_has_the_priors_and_data_of_that_month),
        cmocka_unit_test(a_view_has_the_values_that_were_published),
        cmocka_unit_test(an_observation_may_give_its_source_in_words),
        cmocka_unit_test(a_source_later_than_known_is_an_error_where_its_date_can_be_read),
        cmocka_unit_test(case_takes_the_data_of_another),
        cmocka_unit_test(what_is_given_is_a_part_of_one_case_and_names_are_folded_in_both),
        cmocka_unit_test(a_test_begins_where_a_word_does),
        cmocka_unit_test(awm_and_lanchester_take_the_error_models_of_the_flagship),
        cmocka_unit_test(mistakes_in_shared_data_are_told_where_they_are),
        cmocka_unit_test(included_entries_follow_those_of_the_case_in_order),
        cmocka_unit_test(a_lever_rests_where_its_series_or_prior_leaves_it),
        cmocka_unit_test(one_file_is_included_by_its_name_alone),
        cmocka_unit_test(mistakes_in_included_files_are_told_where_they_are),
        cmocka_unit_test(include_does_not_leave_the_folder),
        cmocka_unit_test(at_most_64_files_are_included),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
