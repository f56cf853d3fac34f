/* Reports: numbers in words, charts, and the statistics of a run against closed forms and against an
 * independent computation. */
#include "report_case.h"
#include "results/findings.h"
#include "show/chart.h"
#include "show/grid.h"
#include "show/html.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <sys/wait.h>

/* ---- Numbers in words ---------------------------------------------------- */

static void check_number(double value, double step, const char *words)
{
    char out[WORDS_SIZE];
    words_number(out, value, step);
    assert_string_equal(out, words);
}

static void numbers_are_rounded_to_their_step_with_thousands_separated(void **state)
{
    (void)state;
    check_number(1234567, 1, "1,234,567");
    check_number(1234567, 1000, "1,235,000");
    check_number(-12345, 100,
                 "\xe2\x88\x92"
                 "12,300");
    check_number(0.0444, 0.01, "0.04");
    check_number(999.96, 0.1, "1,000.0");
    check_number(-0.001, 0.1, "0.0");
    check_number(410, 10, "410");
    check_number(NAN, 1, "\xe2\x80\x93");
    check_number(INFINITY, 1, "infinite");
    check_number(1e300, 1, "1e+300");
}

static void steps_follow_the_width_of_the_interval(void **state)
{
    (void)state;
    assert_true(words_step(210, 650) == 10);   /* width 440 */
    assert_true(words_step(100, 1200) == 100); /* width 1,100 */
    assert_true(fabs(words_step(0.51, 0.58) / 0.001 - 1) < 1e-9);
    assert_true(words_step(5000, 5000) == 1); /* no width: four digits */
    assert_true(words_step(100000, 100000.1) == 100);
    assert_true(words_step(0, 0) == 1);
    assert_true(words_step(NAN, 1) == 1);
}

static void shares_are_not_called_certain(void **state)
{
    (void)state;
    char out[WORDS_SIZE];
    words_percent(out, 0.974);
    assert_string_equal(out, "97 %");
    words_percent(out, 1);
    assert_string_equal(out, "100 %");
    words_percent(out, 0.999);
    assert_string_equal(out, ">99 %");
    words_percent(out, 0.001);
    assert_string_equal(out, "<1 %");
    words_probability(out, 1, 1000);
    assert_string_equal(out, ">99 %");
    words_probability(out, 0, SIZE_MAX);
    assert_string_equal(out, "<1 %");
    words_probability(out, 1, 100); /* 3/n */
    assert_string_equal(out, ">97 %");
    words_probability(out, 0, 40);
    assert_string_equal(out, "<8 %");
    words_probability(out, 0.25, 40);
    assert_string_equal(out, "25 %");
    words_direction(out, 0.995, 1000, 3); /* 1 - 0.5 / 4 */
    assert_string_equal(out, ">88 %");
    words_direction(out, 1, 1, 3); /* one member tells no probability */
    assert_string_equal(out, "1 of 1");
    words_direction(out, 1, 20, 3); /* 1 - 3 / 20, the rule of three, is less than the record would allow */
    assert_string_equal(out, ">85 %");
    words_direction(out, 1, 1000, 1000);
    assert_string_equal(out, ">99 %");
    words_direction(out, 0, 1000, 3);
    assert_string_equal(out, "<12 %");
    words_direction(out, 0.97, 1000, 3); /* no surer than what is nearly certain */
    assert_string_equal(out, ">88 %");
    words_direction(out, 0.09, 1000, 0);
    assert_string_equal(out, "<50 %");
    words_direction(out, 0.84, 1000, 3);
    assert_string_equal(out, "84 %");
    words_direction(out, 0.995, 1000, 60);
    assert_string_equal(out, ">99 %");
    words_probability(out, 1, 5);
    assert_string_equal(out, "5 of 5");
}

static void units_of_1_are_not_told(void **state)
{
    (void)state;
    text t = {0};
    words_in_units(&t, "1");
    words_in_units(&t, "");
    assert_int_equal(t.length, 0);
    words_in_units(&t, "km2 a month");
    assert_string_equal(t.bytes, ", km\xc2\xb2 a month");
    text_free(&t);
}

static void two_parts_of_one_make_a_hundred_per_cent(void **state)
{
    (void)state;
    for (int tenths = 15; tenths <= 985; tenths += 10) {
        char out[WORDS_SIZE], other[WORDS_SIZE];
        words_probability(out, words_beside(tenths / 1000.0, 1 - tenths / 1000.0), 1000);
        words_probability(other, words_beside(1 - tenths / 1000.0, tenths / 1000.0), 1000);
        assert_int_equal(atoi(out) + atoi(other), 100);
    }
    assert_true(words_beside(0.055, 0.5) == 0.055);
}

static void numbers_for_programs_read_back(void **state)
{
    (void)state;
    static const double values[] = {0,       1,         -1,     0.1,    123456.7, -0.0001234567, 107818.9,
                                    1e9 + 7, 3.1415926, 999999, 1e-300, -2.5e20,  0.00001,       9999999.4};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char out[WORDS_SIZE];
        size_t written = words_machine(out, values[i]);
        assert_int_equal(written, strlen(out));
        double back = strtod(out, NULL);
        if (fabs(back - values[i]) > 5e-7 * fabs(values[i]))
            fail_msg("%.17g is written as %s", values[i], out);
    }
    char out[WORDS_SIZE];
    words_machine(out, 0.1);
    assert_string_equal(out, "0.1");
    assert_int_equal(words_machine(out, NAN), 0);
}

static void units_and_widths_are_those_of_the_reader(void **state)
{
    (void)state;
    text t = {0};
    words_units(&t, "km2 a month of km24 and skm2");
    assert_string_equal(t.bytes, "km\xc2\xb2 a month of km24 and skm2");
    text_free(&t);
    assert_int_equal(words_columns("km\xc2\xb2"), 3);
    assert_int_equal(words_columns("\xe4\xb8\xad\xe5\x9b\xbd"), 4); /* two wide characters */
}

static void settings_of_a_narrow_range_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        double value, width;
        const char *words;
    } cases[] = {{70.746, 200, "70.75"},
                 {1000.4765, 1, "1,000.477"},
                 {1000, 1, "1,000"},
                 {5000002, 4, "5,000,002"},
                 {-0.5, 1,
                  "\xe2\x88\x92"
                  "0.5"},
                 {0, 1, "0"},
                 {1234567, 1e6, "1,235,000"},
                 {1234567, 0, "1,235,000"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[WORDS_SIZE];
        words_within(words, cases[i].value, cases[i].width);
        assert_string_equal(words, cases[i].words);
    }
}

static void priors_are_told_in_words(void **state)
{
    (void)state;
    text t = {0};
    truce_distribution d = {.kind = TRUCE_LOGNORMAL, .a = 1.2, .b = 0.3, .scale = 1};
    words_prior(&t, &d);
    assert_string_equal(t.bytes, "lognormal, median 1.2, standard deviation of the logarithm 0.3");
    text_free(&t);
    t = (text){0};
    d = (truce_distribution){.kind = TRUCE_BETA, .a = 6, .b = 4, .c = 0, .d = 1, .scale = 2};
    words_prior(&t, &d);
    assert_string_equal(t.bytes, "beta with shapes 6 and 4 from 0 to 1, times 2");
    text_free(&t);
}

/* ---- Charts --------------------------------------------------------------- */

static void ticks_are_round_and_at_most_six(void **state)
{
    (void)state;
    double first, step;
    assert_int_equal(chart_ticks(0, 1000, 6, &first, &step), 6); /* 0, 200, ..., 1000 */
    assert_true(first == 0 && step == 200);
    assert_int_equal(chart_ticks(-3, 7.4, 6, &first, &step), 5); /* -2, 0, ..., 6 */
    for (double low = -1e4; low < 1e4; low += 777)
        for (double width = 1e-5; width < 1e9; width *= 3.7) {
            size_t count = chart_ticks(low, low + width, 6, &first, &step);
            assert_in_range(count, 2, 6);
            assert_true(first >= low - 1e-6 * width);
            assert_true(first + (double)(count - 1) * step <= low + width * (1 + 1e-6));
        }
    assert_int_equal(chart_ticks(1, 1, 6, &first, &step), 0);
    assert_int_equal(chart_ticks(0, NAN, 6, &first, &step), 0);
}

static chart simple_chart(chart_panel *panel, chart_line *line, double *x, double *quantiles)
{
    for (int i = 0; i < 24; i++) {
        x[i] = i + 1;
        for (int k = 0; k < QUANTILES; k++)
            quantiles[i * QUANTILES + k] = 100 + i + 5 * k;
    }
    *line = (chart_line){
        .label = "it's `id` {/Bold x} <&> \\n\n", .count = 24, .x = x, .quantiles = quantiles, .fan = true};
    *panel = (chart_panel){.line_count = 1, .lines = line};
    return (chart){.width = 600,
                   .height = 300,
                   .start = 12 * 2024,
                   .x_last = 24,
                   .forecast_from = 12,
                   .y_title = "km2",
                   .zero = true,
                   .columns = 1,
                   .panel_count = 1,
                   .panels = panel};
}

static void a_chart_is_drawn_and_its_texts_stay_text(void **state)
{
    (void)state;
    chart_panel panel;
    chart_line line;
    double x[24], quantiles[24 * QUANTILES];
    chart c = simple_chart(&panel, &line, x, quantiles);
    text script = {0}, drawing = {0};
    truce_error error = {0};
    chart_script(&script, &c);
    assert_false(script.failed);
    assert_non_null(strstr(script.bytes, "\"it's \\`id\\` {/Bold x} <&> \\\\n\""));
    assert_non_null(strstr(script.bytes, "\"Jan 2024\" 0 0")); /* month axis */
    assert_non_null(strstr(script.bytes, "yrange [0:"));       /* zero baseline */
    must(gnuplot_draw(&script, 1, 1, (interruption){0}, &drawing, &error), &error);
    assert_non_null(strstr(drawing.bytes, "it's `id` {/Bold x} &lt;&amp;> \\n"));
    assert_non_null(strstr(drawing.bytes, "Jan 2024"));
    assert_non_null(strstr(drawing.bytes, "forecast"));
    text_free(&script);
    text_free(&drawing);
}

/* Pieces of the longest path of a drawing, and the points in it. */
static void longest_path(const char *drawing, size_t *pieces, size_t *points)
{
    *pieces = *points = 0;
    for (const char *at = drawing; (at = strstr(at, " d='M")) != NULL;) {
        size_t moves = 0, all = 0;
        for (at += 4; *at && *at != '\''; at++) {
            moves += *at == 'M';
            all += *at == 'M' || *at == 'L';
        }
        if (all > *points) {
            *points = all;
            *pieces = moves;
        }
    }
}

static void a_line_has_a_gap_where_it_has_no_numbers(void **state)
{
    (void)state;
    chart_panel panel;
    chart_line line;
    double x[24], quantiles[24 * QUANTILES];
    chart c = simple_chart(&panel, &line, x, quantiles);
    line.fan = false;
    for (size_t i = 10 * QUANTILES; i < 12 * QUANTILES; i++)
        quantiles[i] = NAN;
    text script = {0}, drawing = {0};
    truce_error error = {0};
    size_t pieces, points;
    chart_script(&script, &c);
    must(gnuplot_draw(&script, 1, 1, (interruption){0}, &drawing, &error), &error);
    longest_path(drawing.bytes, &pieces, &points);
    assert_int_equal(pieces, 2);
    assert_int_equal(points, 22);
    text_free(&script);
    text_free(&drawing);
}

/* The places of the names in two panels, from the top: as pixels, in the order of the script. */
static size_t name_places(const char *script, int height, double *places, size_t most)
{
    size_t count = 0;
    for (const char *at = script; (at = strstr(at, "\"policy ")) != NULL && count < most; at++) {
        const char *screen = strstr(strchr(at, ','), "screen ");
        assert_non_null(screen);
        places[count++] = height * (1 - strtod(screen + strlen("screen "), NULL));
    }
    return count;
}

static void a_chart_is_as_high_as_its_names_need(void **state)
{
    (void)state;
    enum { LINES = 13, PANELS = 2 };
    chart_panel panels[PANELS];
    chart_line line, lines[LINES];
    double x[24], quantiles[24 * QUANTILES], places[LINES * PANELS];
    char names[LINES][20];
    text script = {0};
    chart c = simple_chart(&panels[0], &line, x, quantiles);
    for (int i = 0; i < LINES; i++) {
        snprintf(names[i], sizeof names[i], "policy %d", i);
        lines[i] = line;
        lines[i].label = names[i];
        lines[i].whisker = true;
    }
    panels[0] = panels[1] = (chart_panel){.title = "a side", .line_count = LINES, .lines = lines};
    c.panels = panels;
    c.panel_count = PANELS;
    c.width = 470;
    chart_make_room(&c);
    chart_script(&script, &c);
    assert_int_equal(name_places(script.bytes, c.height, places, LINES * PANELS), LINES * PANELS);
    for (size_t i = 0; i < LINES * PANELS; i++) {
        assert_true(places[i] > (double)(i / LINES) * c.height / PANELS &&
                    places[i] < (double)(i / LINES + 1) * c.height / PANELS);
        assert_true(i % LINES == 0 || places[i] - places[i - 1] > 16);
    }
    int height = c.height;
    chart_make_room(&c);
    assert_int_equal(c.height, height);
    text_free(&script);
}

static void a_chart_says_whether_zero_lies_below_it(void **state)
{
    (void)state;
    chart_panel panel;
    chart_line line;
    double x[24], quantiles[24 * QUANTILES];
    chart c = simple_chart(&panel, &line, x, quantiles);
    for (size_t i = 0; i < 24 * QUANTILES; i++)
        quantiles[i] = 100 + (double)i;
    assert_false(chart_starts_above_zero(&c));
    c.zero = false;
    assert_true(chart_starts_above_zero(&c));
    for (size_t k = 0; k < QUANTILES; k++)
        quantiles[k] = 1; /* less than the room under it */
    assert_false(chart_starts_above_zero(&c));
}

/* It is cut, in whole characters. */
static void a_plot_keeps_its_width_beside_a_long_name(void **state)
{
    (void)state;
    chart_panel panel;
    chart_line line;
    double x[24], quantiles[24 * QUANTILES], left = 0, right = 0;
    chart c = simple_chart(&panel, &line, x, quantiles);
    char name[601] = "";
    for (int i = 0; i < 300; i++)
        memcpy(name + (size_t)(2 * i), "\xc3\xa9", 3); /* e with an acute accent */
    line.label = name;
    text script = {0};
    chart_script(&script, &c);
    assert_false(script.failed);
    const char *margins = strstr(script.bytes, "set lmargin at screen ");
    assert_non_null(margins);
    assert_int_equal(sscanf(margins, "set lmargin at screen %lf; set rmargin at screen %lf", &left, &right),
                     2);
    assert_true(right - left > 0.2 && right <= 1);
    assert_null(strstr(script.bytes, name));
    assert_non_null(strstr(script.bytes, "\xc3\xa9\xe2\x80\xa6\""));
    text_free(&script);
}

static void a_drawing_in_a_page_has_names_of_its_own_and_a_label(void **state)
{
    (void)state;
    text drawing = {0}, page = {0};
    text_print(&drawing, "<?xml version='1.0'?><svg viewBox='0 0 1 1'><title>x</title><desc>y</desc>"
                         "<defs><circle id='gpDot'/><filter id='f'><a/></filter></defs>"
                         "<g id=\"canvas\"><use xlink:href='#gpDot'/></g></svg>");
    html_drawing(&page, &drawing, 7, 30, 20, "a <label>");
    assert_string_equal(page.bytes,
                        "<svg role=\"img\" viewBox=\"0 0 30 20\" xmlns=\"http://www.w3.org/2000/svg\" "
                        "xmlns:xlink=\"http://www.w3.org/1999/xlink\" aria-label=\"a &lt;label&gt;\">"
                        "<defs><circle id='f7-gpDot'/></defs><g id=\"f7-canvas\">"
                        "<use xlink:href='#f7-gpDot'/></g></svg>\n");
    text_free(&drawing);
    text_free(&page);
}

static void a_long_command_breaks_before_options_and_not_within_quotes(void **state)
{
    (void)state;
    text page = {0};
    html_command(
        &page,
        "truce plan ukraine --goal 'change \"territory held\" --by now 2027-01..2027-12 <= 0' --lever a "
        "--lever fund-size --seed 1");
    assert_string_equal(page.bytes,
                        "<pre>truce plan ukraine --goal 'change &quot;territory held&quot; --by now "
                        "2027-01..2027-12 &lt;= 0' \\\n"
                        "    --lever a --lever fund-size --seed 1</pre>\n");
    page.length = 0;
    html_command(&page, "truce run a --chart 'Bob'\\''s title, which is long, --and its end' --output "
                        "a-name-that-is-long.png --members 20");
    assert_string_equal(page.bytes,
                        "<pre>truce run a --chart 'Bob'\\''s title, which is long, --and its end' \\\n"
                        "    --output a-name-that-is-long.png --members 20</pre>\n");
    page.length = 0;
    html_command(&page, "truce run a");
    assert_string_equal(page.bytes, "<pre>truce run a</pre>\n");
    page.length = 0;
    html_command(&page, "");
    assert_string_equal(page.bytes, "<pre></pre>\n");
    text_free(&page);
}

/* Runs gnuplot_draw on one script with an environment of its own and checks that nothing is left. */
static truce_status draw_in(const char *script, const char *path, const char *parent, truce_error *error)
{
    text s = {0}, drawing = {0};
    text_print(&s, "%s", script);
    char *old_path = strdup(getenv("PATH"));
    char scratch[] = "/tmp/truce-charts-test-XXXXXX";
    assert_non_null(mkdtemp(scratch));
    setenv("TMPDIR", parent ? parent : scratch, 1);
    if (path)
        setenv("PATH", path, 1);
    truce_status status = gnuplot_draw(&s, 1, 1, (interruption){0}, &drawing, error);
    setenv("PATH", old_path, 1);
    unsetenv("TMPDIR");
    assert_int_equal(rmdir(scratch), 0); /* it is empty: nothing was left behind */
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD); /* no child is waiting to be asked */
    if (status)
        assert_null(drawing.bytes);
    text_free(&s);
    text_free(&drawing);
    free(old_path);
    return status;
}

static void a_missing_or_failing_gnuplot_is_one_sentence(void **state)
{
    (void)state;
    truce_error error = {0};
    assert_int_equal(draw_in("plot x\n", "/nonexistent", NULL, &error), TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "cannot start gnuplot"));
    assert_int_equal(draw_in("this is no command\n", NULL, NULL, &error), TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "gnuplot failed to draw"));
    if (!strstr(error.message, "invalid command"))
        fail_msg("%s", error.message);
    assert_int_equal(draw_in("set terminal svg\n", NULL, NULL, &error), TRUCE_RUN_FAILED); /* draws nothing */
    assert_int_equal(draw_in("plot x\n", NULL, "/nonexistent", &error), TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "temporary directory"));
}

/* ---- Statistics of a run --------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Type 7 of Hyndman and Fan (1996), written out again. */
static double quantile_again(double *values, size_t count, double p)
{
    qsort(values, count, sizeof *values, by_value);
    double h = (double)(count - 1) * p;
    size_t k = (size_t)h;
    return k + 1 < count ? values[k] + (h - (double)k) * (values[k + 1] - values[k]) : values[k];
}

static size_t find_quantity(const case_results *r, const char *title, const char *label)
{
    for (size_t q = 0; q < r->quantity_count; q++)
        if (strcmp(r->quantities[q].title, title) == 0 && strcmp(r->quantities[q].label, label) == 0)
            return q;
    fail_msg("no quantity %s, %s", title, label);
    return 0;
}

static void close_to(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.10g is not %.10g", value, expected);
}

/* The drift that member `member` drew. */
static double drift_of(const small *s, uint64_t member)
{
    return truce_distribution_draw(&s->c->parameters[0].prior, SEED, member, "drift");
}

static void levels_and_changes_have_the_quantiles_of_straight_lines(void **state)
{
    const small *s = *state;
    const case_results *r = s->r;
    static const double p[QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
    double drifts[MEMBERS];
    for (size_t i = 0; i < MEMBERS; i++)
        drifts[i] = drift_of(s, i);
    for (size_t m = 0; m < MONTHS; m++) {
        const statistics *level = series_of(r, &r->scenarios[0], find_quantity(r, "Territory", ""), m);
        const statistics *change = series_of(r, &r->scenarios[0], find_quantity(r, "Speed", ""), m);
        assert_int_equal(level->members, MEMBERS);
        for (int k = 0; k < QUANTILES; k++) {
            double drift = quantile_again(drifts, MEMBERS, p[k]);
            close_to(level->quantiles[k], 1000 + drift * (double)(m + 1), 1e-3); /* end of the month */
            close_to(change->quantiles[k], drift, 1e-3);
        }
    }
}

static void readings_are_windows_around_the_end_of_the_data(void **state)
{
    const small *s = *state;
    const case_results *r = s->r;
    double drifts[MEMBERS], above = 0;
    for (size_t i = 0; i < MEMBERS; i++) {
        drifts[i] = drift_of(s, i);
        above += drifts[i] > 0;
    }
    double median = quantile_again(drifts, MEMBERS, 0.5);
    size_t level = find_quantity(r, "Territory", ""), speed = find_quantity(r, "Speed", "");
    assert_int_equal(r->front_level, level);
    assert_int_equal(r->front_change, speed);
    close_to(reading_of(&r->scenarios[0], level, READING_NOW)->quantiles[2], 1000 + 12 * median, 1e-3);
    close_to(reading_of(&r->scenarios[0], level, READING_END)->quantiles[2], 1000 + 24 * median, 1e-3);
    close_to(reading_of(&r->scenarios[0], level, READING_TREND)->quantiles[2], 12 * median, 1e-3);
    close_to(reading_of(&r->scenarios[0], level, READING_FUTURE_AMOUNT)->quantiles[2], 12 * median, 1e-3);
    close_to(reading_of(&r->scenarios[0], speed, READING_NEXT)->quantiles[2], median, 1e-3);
    close_to(reading_of(&r->scenarios[0], speed, READING_NEXT)->above, above / MEMBERS, 1e-12);
    close_to(reading_of(&r->scenarios[0], speed, READING_NEXT)->above, 0.75, 0.05); /* uniform on -10..30 */
    close_to(reading_of(&r->scenarios[0], speed, READING_NEXT)->below, 1 - above / MEMBERS, 1e-12);
}

static void losses_of_both_sides_are_summed(void **state)
{
    const case_results *r = ((const small *)*state)->r;
    size_t both = both_sides_quantity(r);
    assert_int_equal(both, find_quantity(r, "Killed", "both sides"));
    close_to(series_of(r, &r->scenarios[0], both, 3)->mean, 5, 1e-5);
    close_to(reading_of(&r->scenarios[0], both, READING_PAST_AMOUNT)->quantiles[2], 60, 1e-4);
    close_to(reading_of(&r->scenarios[0], both, READING_FUTURE_AMOUNT)->quantiles[2], 60, 1e-4);
    text t = {0};
    losses_finding(&t, r, &r->scenarios[0]);
    assert_string_equal(t.bytes, "Killed, both sides together: 60 people from 2024, and 60 more from 2025");
    text_free(&t);
}

static void differences_are_taken_member_by_member(void **state)
{
    const small *s = *state;
    const case_results *r = s->r;
    double drifts[MEMBERS], above = 0;
    for (size_t i = 0; i < MEMBERS; i++) {
        drifts[i] = drift_of(s, i);
        above += drifts[i] > 0;
    }
    size_t level = find_quantity(r, "Territory", ""), killed = find_quantity(r, "Killed", "Lowland");
    const scenario_result *twice = &r->scenarios[1];
    const statistics *end = &twice->reading_differences[level * READING_COUNT + READING_END];
    close_to(end->quantiles[1], 24 * quantile_again(drifts, MEMBERS, 0.25), 2e-3);
    close_to(end->quantiles[4], 24 * quantile_again(drifts, MEMBERS, 0.95), 2e-3);
    close_to(end->above, above / MEMBERS, 1e-12);
    const statistics *same = &twice->reading_differences[killed * READING_COUNT + READING_END];
    assert_true(same->above == 0 && same->below == 0);
    assert_null(r->scenarios[0].differences);
}

static void shortages_are_dated_by_the_first_month_of_the_first_spell(void **state)
{
    const small *s = *state;
    const case_results *r = s->r;
    assert_int_equal(r->milestone_count, 3);
    /* 10 - t is below 5 at the ends of month 5 (June) and after: within the data, and still when they end. */
    const milestone_result *lowland = &r->scenarios[0].milestones[1];
    close_to(lowland->before, 1, 0);
    close_to(lowland->after, 1, 0);
    for (int i = 0; i < 3; i++)
        close_to(lowland->dates[i], DATA_MONTHS, 0);
    /* 100 - use t: below 5 from the first whole t > 95 / use on, which must leave three months. */
    double before = 0, after = 0, dates[MEMBERS];
    for (size_t i = 0; i < MEMBERS; i++) {
        double use = truce_distribution_draw(&s->c->parameters[1].prior, SEED, i, "use[attacker]");
        double first = floor(95 / use); /* month whose end is the first below */
        before += first + 2 < DATA_MONTHS;
        if (first + 2 < MONTHS)
            dates[(size_t)after++] = first < DATA_MONTHS ? DATA_MONTHS : first;
    }
    const milestone_result *highland = &r->scenarios[0].milestones[2];
    close_to(highland->before, before / MEMBERS, 1e-12);
    close_to(highland->after, after / MEMBERS, 1e-12);
    close_to(highland->dates[1], quantile_again(dates, (size_t)after, 0.5), 1e-6);
    close_to(highland->dates[2], quantile_again(dates, (size_t)after, 0.95), 1e-6);
}

static void a_milestone_of_a_change_comes_to_those_who_change_enough(void **state)
{
    const small *s = *state;
    const milestone_result *fast = &s->r->scenarios[0].milestones[0];
    double share = 0;
    for (size_t i = 0; i < MEMBERS; i++) /* the front moves by the drift every month */
        share += drift_of(s, i) >= 15;
    close_to(fast->after, share / MEMBERS, 2.0 / MEMBERS); /* levels are kept in 32 bits */
    close_to(milestone_by(fast, DATA_MONTHS), 0, 0);
    close_to(milestone_by(fast, DATA_MONTHS + 1), fast->after, 0);
    close_to(fast->dates[1], DATA_MONTHS, 0);
    assert_true(fast->after < 0.5 && isnan(fast->dates_of_all[1])); /* half of all never have it */
    close_to(fast->dates_of_all[0], DATA_MONTHS, 0);
}

static void observations_count_the_used_points_in_the_bands(void **state)
{
    const case_results *r = ((const small *)*state)->r;
    const observation_result *o = &r->observations[0];
    assert_int_equal(o->point_count, 11); /* one month is empty */
    assert_int_equal(o->later.used, 9);   /* and two are not used */
    assert_int_equal(o->later.within_90, 8);
    assert_int_equal(o->later.within_50, 7);
    assert_true(o->hollow[9] && o->hollow[10] && !o->hollow[8]);
    close_to(o->predicted[5].quantiles[2], 1050 + 6 * 10, 3); /* offset 50, six months of drift 10 */
    close_to(o->offset, 50, 3);
    text t = {0};
    observation_finding(&t, r, 0);
    assert_non_null(strstr(t.bytes, "8 of 9 observed months lie in the 90\xc2\xa0% band (89\xc2\xa0%)"));
    text_free(&t);
}

static void an_observation_error_widens_the_band_as_it_should(void **state)
{
    const small *s = *state;
    /* Two months in, territory is 1000 + 2 drift: standard deviation 2 x 40 / sqrt(12), plus the error's 1.
     */
    const statistics *p = &s->r->observations[0].predicted[0];
    double spread = (p->quantiles[3] - p->quantiles[1]) / 20; /* in units of the uniform's own 50 % band */
    close_to(spread, 1, 0.08);
    close_to(p->mean, 1050 + 10, 1.2);
}

static void findings_say_the_number(void **state)
{
    const case_results *r = ((const small *)*state)->r;
    text t = {0};
    front_finding(&t, r, &r->scenarios[0]);
    assert_non_null(strstr(t.bytes, "Highland gains "));
    assert_non_null(strstr(t.bytes, " km\xc2\xb2 a month in 2025 (50\xc2\xa0%: "));
    text_free(&t);
    t = (text){0};
    difference_finding(&t, r, r->front_level);
    assert_non_null(strstr(t.bytes, ", with \"Twice the drift\": higher by "));
    assert_non_null(strstr(t.bytes, " km\xc2\xb2 at the end of Dec 2025 (50"));
    text_free(&t);
    t = (text){0};
    milestone_finding(&t, r, &r->scenarios[0].milestones[1]);
    assert_string_equal(
        t.bytes, "Lowland, rounds: under way at the end of Dec 2024 in >99 %; continues or returns in >99 % "
                 "between Dec 2024 and Dec 2025");
    text_free(&t);
}

/* Twelve months of data hold one window of twelve months: no surer than 1 - 1/4, and the sentence says why. */
static void directions_are_no_surer_than_the_record(void **state)
{
    const case_results *r = ((const small *)*state)->r;
    statistics *speed = &r->scenarios[0].readings[r->front_change * READING_COUNT + READING_NEXT];
    const statistics kept = *speed;
    text t = {0};
    speed->above = 0.7;
    speed->below = 0.3;
    direction_finding(&t, r);
    assert_int_equal(t.length, 0);
    speed->above = 0.8;
    speed->below = 0.2;
    direction_finding(&t, r);
    assert_non_null(strstr(t.bytes, "limited by the record to Dec 2024"));
    assert_non_null(strstr(t.bytes, ": 1 as long as 2025 (75\xc2\xa0%)"));
    text_free(&t);
    t = (text){0};
    speed_finding(&t, r, READING_NEXT, *speed);
    assert_non_null(strstr(t.bytes, "with a probability of >75 %"));
    text_free(&t);
    *speed = kept;
}

/* The rule of three: of n members that all agree, up to 3/n of futures may be otherwise. */
static void words_of_likelihood_go_no_further_than_the_members(void **state)
{
    (void)state;
    assert_string_equal(likelihood_words(1, 50), "very likely");
    assert_string_equal(likelihood_words(1, 20), "likely");
    assert_string_equal(likelihood_words(0, 20), "unlikely");
    assert_string_equal(likelihood_words(0, 50), "very unlikely");
    assert_string_equal(likelihood_words(0, 100000), "very unlikely");
    assert_string_equal(likelihood_words(0.5, 100), "about as likely as not");
}

/* Steps of 1e-4, beside a course that reaches 100: less than that is nothing. */
static void what_is_nothing_beside_its_course_is_zero(void **state)
{
    (void)state;
    statistics s = {.quantiles = {1e-30, 1e-28, 1e-24, 1e-20, 1e-9}, .above = 1, .members = 100};
    assert_false(statistics_agree(&s));
    s.nothing = 1e-4;
    assert_true(statistics_agree(&s));
    assert_true(statistics_agreed(&s) == 0);
    assert_true(statistics_step(&s) >= 1e-4);
    s.quantiles[4] = 1;
    assert_false(statistics_agree(&s));
}

static void members_that_went_wrong_are_counted_named_and_left_out(void **state)
{
    (void)state;
    small s;
    truce_error error = {0};
    small_make(&s, true, 400);
    must(small_report(&s, NULL, &error), &error);
    size_t bad = 0, first = SIZE_MAX;
    for (size_t i = 0; i < s.c->parameter_count; i++)
        if (strcmp(s.c->parameters[i].name, "margin") == 0)
            for (uint64_t m = 0; m < 400; m++)
                if (truce_distribution_draw(&s.c->parameters[i].prior, SEED, m, "margin") < 0) {
                    first = first == SIZE_MAX ? m : first;
                    bad++;
                }
    assert_in_range(bad, 10, 80);
    const scenario_result *result = &s.r->scenarios[0];
    assert_int_equal(result->failure_count, bad);
    assert_int_equal(result->failures[0].member, first);
    assert_string_equal(result->failures[0].variable, "fragile");
    size_t q = find_quantity(s.r, "Territory", "");
    assert_int_equal(series_of(s.r, result, q, 0)->members, 400 - bad);
    assert_true(isfinite(series_of(s.r, result, find_quantity(s.r, "Fragile", ""), 0)->mean));
    char *out = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&out, &length);
    report_print_table(s.r, stream, false);
    fclose(stream);
    char expected[128];
    snprintf(expected, sizeof expected, "actual: %zu of 400 members failed", bad);
    assert_non_null(strstr(out, expected));
    snprintf(expected, sizeof expected, "member %zu: fragile in Jan 2024, not a number", first);
    assert_non_null(strstr(out, expected));
    free(out);
    small_free(&s);
}

/* ---- The terminal ----------------------------------------------------------- */

static void the_table_fits_100_columns_and_has_colour_only_when_asked(void **state)
{
    const case_results *r = ((const small *)*state)->r;
    for (int colour = 0; colour < 2; colour++) {
        char *out = NULL;
        size_t length = 0;
        FILE *stream = open_memstream(&out, &length);
        report_print_table(r, stream, colour == 1);
        fclose(stream);
        assert_true((strchr(out, '\033') != NULL) == (colour == 1));
        for (char *line = strtok(out, "\n"); line && !colour; line = strtok(NULL, "\n"))
            if (words_columns(line) > GRID_WIDTH)
                fail_msg("%zu columns: %s", words_columns(line), line);
        free(out);
    }
}

static void words_are_cut_at_a_whole_character_and_quoted_for_a_shell(void **state)
{
    (void)state;
    assert_int_equal(words_cut("aїї", 0), 0);
    assert_int_equal(words_cut("aїї", 1), 1);
    assert_int_equal(words_cut("aїї", 2), 1);
    assert_int_equal(words_cut("aїї", 3), 3);
    assert_int_equal(words_cut("aїї", 100), 5);
    text t = {0};
    words_shell(&t, "plain.yaml");
    words_shell(&t, "it's $(x)");
    assert_string_equal(t.bytes, " plain.yaml 'it'\\''s $(x)'");
    text_free(&t);
}

static void ticks_of_the_smallest_and_the_largest_ranges_end(void **state)
{
    (void)state;
    const double ranges[][2] = {{0, 5e-324},  {0, 1e-310},         {1, 1 + DBL_EPSILON},
                                {0, DBL_MAX}, {-DBL_MAX, DBL_MAX}, {0, 0}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        double first = 0, step = 0;
        assert_true(chart_ticks(ranges[i][0], ranges[i][1], 6, &first, &step) <= 6);
    }
}

static void a_grid_aligns_decimals_and_cuts_labels(void **state)
{
    (void)state;
    char *out = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&out, &length);
    grid g = {.title = "TITLE", .column_count = 1, .heads = {{0, 0, "x"}}, .head_count = 1};
    char label[300];
    memset(label, 'y', 299);
    label[299] = '\0';
    strcpy(grid_add(&g, "one")->cells[0], "1,234.5");
    strcpy(grid_add(&g, "two")->cells[0], "7");
    strcpy(grid_add(&g, label)->cells[0], "0.25");
    grid_print(&g, stream, false);
    grid_free(&g);
    fclose(stream);
    char *line = strtok(out, "\n");
    size_t points[3] = {0};
    for (int i = 0; i < 3; i++) {
        line = strtok(NULL, "\n");
        assert_true(words_columns(line) <= GRID_WIDTH);
        const char *point = strchr(line, '.');
        points[i] = point ? words_columns(line) - words_columns(point) : words_columns(line);
    }
    assert_int_equal(points[0], points[1]);
    assert_int_equal(points[0], points[2]);
    assert_non_null(strstr(line, "\xe2\x80\xa6")); /* the last label was cut */
    free(out);
}

static int make_small(void **state)
{
    static small s;
    truce_error error = {0};
    small_make(&s, false, MEMBERS);
    must(small_report(&s, NULL, &error), &error);
    *state = &s;
    return 0;
}

static int free_small(void **state)
{
    small_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_rounded_to_their_step_with_thousands_separated),
        cmocka_unit_test(steps_follow_the_width_of_the_interval),
        cmocka_unit_test(shares_are_not_called_certain),
        cmocka_unit_test(units_of_1_are_not_told),
        cmocka_unit_test(two_parts_of_one_make_a_hundred_per_cent),
        cmocka_unit_test(numbers_for_programs_read_back),
        cmocka_unit_test(units_and_widths_are_those_of_the_reader),
        cmocka_unit_test(settings_of_a_narrow_range_are_told_apart),
        cmocka_unit_test(priors_are_told_in_words),
        cmocka_unit_test(ticks_are_round_and_at_most_six),
        cmocka_unit_test(a_chart_is_drawn_and_its_texts_stay_text),
        cmocka_unit_test(a_line_has_a_gap_where_it_has_no_numbers),
        cmocka_unit_test(a_chart_is_as_high_as_its_names_need),
        cmocka_unit_test(a_chart_says_whether_zero_lies_below_it),
        cmocka_unit_test(a_plot_keeps_its_width_beside_a_long_name),
        cmocka_unit_test(a_drawing_in_a_page_has_names_of_its_own_and_a_label),
        cmocka_unit_test(a_long_command_breaks_before_options_and_not_within_quotes),
        cmocka_unit_test(a_missing_or_failing_gnuplot_is_one_sentence),
        cmocka_unit_test(levels_and_changes_have_the_quantiles_of_straight_lines),
        cmocka_unit_test(readings_are_windows_around_the_end_of_the_data),
        cmocka_unit_test(losses_of_both_sides_are_summed),
        cmocka_unit_test(differences_are_taken_member_by_member),
        cmocka_unit_test(shortages_are_dated_by_the_first_month_of_the_first_spell),
        cmocka_unit_test(a_milestone_of_a_change_comes_to_those_who_change_enough),
        cmocka_unit_test(observations_count_the_used_points_in_the_bands),
        cmocka_unit_test(an_observation_error_widens_the_band_as_it_should),
        cmocka_unit_test(findings_say_the_number),
        cmocka_unit_test(directions_are_no_surer_than_the_record),
        cmocka_unit_test(words_of_likelihood_go_no_further_than_the_members),
        cmocka_unit_test(what_is_nothing_beside_its_course_is_zero),
        cmocka_unit_test(members_that_went_wrong_are_counted_named_and_left_out),
        cmocka_unit_test(the_table_fits_100_columns_and_has_colour_only_when_asked),
        cmocka_unit_test(words_are_cut_at_a_whole_character_and_quoted_for_a_shell),
        cmocka_unit_test(ticks_of_the_smallest_and_the_largest_ranges_end),
        cmocka_unit_test(a_grid_aligns_decimals_and_cuts_labels),
    };
    return cmocka_run_group_tests(tests, make_small, free_small);
}
