/* The figures of talks.html: picks the numbers of each chart out of the results, and says what it shows. */
#include "results/words.h"
#include "show/talks.h"

#include <assert.h>
#include <math.h>

enum { HIGH = 360, PANEL = 250, NARROW_PANEL = 210, PANELS = 12, LINES = 12 };

const int talks_widths[TALKS_WIDTHS] = {960, 470};

typedef struct canvas {
    arena memory;
    const talks_shown *t;
    bool failed;
} canvas;

static const talks_result *first_of(const canvas *v)
{
    return &v->t->scenarios[0].result;
}

static const talks_month *now_of(const canvas *v)
{
    return &first_of(v)->months[talks_now(v->t)];
}

static size_t panels_of(const canvas *v)
{
    return v->t->scenario_count < PANELS ? v->t->scenario_count : PANELS;
}

/* ---- Pieces of charts --------------------------------------------------------------------------------- */

/* Reads the five quantiles of a month from a scenario. */
typedef void reader(const talks_scenario *s, size_t j, int side, double quantiles[QUANTILES]);

static void scale_band(const talks_band *band, double scale, double quantiles[QUANTILES])
{
    for (size_t k = 0; k < QUANTILES; k++)
        quantiles[k] = scale * band->quantiles[k];
}

static void fill(double value, double quantiles[QUANTILES])
{
    for (size_t k = 0; k < QUANTILES; k++)
        quantiles[k] = value;
}

static void read_position(const talks_scenario *s, size_t j, int side, double *quantiles)
{
    assert(j < s->result.month_count && side >= 0 && side < GAME_SIDES);
    talks_band position = talks_position(&s->result.months[j].point, side);
    scale_band(&position, 100.0, quantiles);
}

static void read_change(const talks_scenario *s, size_t j, int side, double *quantiles)
{
    assert(j < s->result.month_count && side >= 0 && side < GAME_SIDES);
    (void)side;
    scale_band(&s->changes[j].position, 100.0, quantiles);
}

/* The least that the attacker accepts, the most that the defender concedes: medians. */
static void read_limit(const talks_scenario *s, size_t j, int side, double *quantiles)
{
    const talks_month *m = &s->result.months[j];
    const talks_band *limit = side == CASE_ATTACKER ? &m->least : &m->most;
    fill(100.0 * limit->quantiles[TALKS_50], quantiles);
}

/* From the one to the other, where there is something between them. */
static void read_zone(const talks_scenario *s, size_t j, int side, double *quantiles)
{
    const talks_month *m = &s->result.months[j];
    double least = 100.0 * m->least.quantiles[TALKS_50], most = 100.0 * m->most.quantiles[TALKS_50];
    (void)side;
    fill(NAN, quantiles);
    if (!(least <= most))
        return;
    quantiles[TALKS_5] = quantiles[TALKS_25] = least;
    quantiles[TALKS_75] = quantiles[TALKS_95] = most;
}

/* Where the war's own line is; a deal on the line of contact tells, whatever else it says. */
static void read_contact(const talks_scenario *s, size_t j, int deal, double *quantiles)
{
    fill(100.0 * s->result.months[j].offers[deal].line.quantiles[TALKS_50], quantiles);
}

static void read_struck(const talks_scenario *s, size_t j, int side, double *quantiles)
{
    (void)side;
    fill(100.0 * s->result.months[j].struck, quantiles);
}

static void read_strong(const talks_scenario *s, size_t j, int side, double *quantiles)
{
    fill(100.0 * s->result.months[j].strong[side], quantiles);
}

static void read_ripe(const talks_scenario *s, size_t j, int side, double *quantiles)
{
    (void)side;
    fill(100.0 * s->result.months[j].ripe, quantiles);
}

static void read_terms(const talks_scenario *s, size_t j, int side, double *quantiles)
{
    (void)side;
    scale_band(&s->result.months[j].terms, 100.0, quantiles);
}

static void read_war(const talks_scenario *s, size_t j, int side, double *quantiles)
{
    scale_band(&s->result.months[j].war[side], 100.0, quantiles);
}

static void read_talks(const talks_scenario *s, size_t j, int side, double *quantiles)
{
    scale_band(&s->result.months[j].going[side], 100.0, quantiles);
}

/* `which` is 2 x the deal's number + the side. */
static void read_gap(const talks_scenario *s, size_t j, int which, double *quantiles)
{
    scale_band(&s->result.months[j].offers[which / CASE_SIDES].gap[which % CASE_SIDES], 100.0, quantiles);
}

static chart_line make_line(canvas *v, size_t count, double **x, double **quantiles)
{
    *x = arena_array(&v->memory, count, sizeof **x);
    *quantiles = arena_array(&v->memory, count, QUANTILES * sizeof **quantiles);
    bool enough = *x && *quantiles;
    v->failed = v->failed || !enough;
    return (chart_line){.count = enough ? count : 0, .x = *x, .quantiles = *quantiles, .dash = 1};
}

/* Bands around a line, the inner one where enough futures tell it. */
static void give_bands(const canvas *v, chart_line *line)
{
    line->fan = true;
    line->outer = !talks_has_bands(v->t);
}

static const char *band_words(const canvas *v)
{
    return talks_has_bands(v->t)
               ? "bands: 50 % and 90 %"
               : "band: 90 % (an effective number of futures below 40 is too few for a 50 % band)";
}

/* A line over the months. `which` is the side or the deal that the reader wants. */
static chart_line month_line(canvas *v, size_t scenario, reader *read, int which, uint32_t colour,
                             uint32_t ink, const char *label)
{
    const talks_scenario *s = &v->t->scenarios[scenario];
    double *x, *quantiles;
    chart_line line = make_line(v, s->result.month_count, &x, &quantiles);
    for (size_t j = 0; j < line.count; j++) {
        x[j] = (double)j;
        read(s, j, which, quantiles + j * QUANTILES);
        const talks_month *m = &s->result.months[j];
        if ((read == read_terms && !talks_has_terms(v->t, m)) ||
            (read == read_position && !talks_has_position(v->t, m)) ||
            (read == read_change && !talks_has_change(v->t, scenario, j)))
            fill(NAN, quantiles + j * QUANTILES);
    }
    line.colour = colour;
    line.ink = ink;
    line.label = label;
    return line;
}

static chart_line *lines_for(canvas *v, size_t count)
{
    chart_line *lines = arena_array(&v->memory, count, sizeof *lines);
    v->failed = v->failed || !lines;
    return lines;
}

static chart start_chart(const canvas *v, const chart_panel *panels, size_t count, const char *y_title)
{
    const talks_result *r = first_of(v);
    month first = r->months[0].month, known = v->t->c->data_end + 1;
    return (chart){.width = talks_widths[0],
                   .height = count == 1 ? HIGH : PANEL * (int)((count + 1) / 2),
                   .start = first,
                   .x_last = (double)r->month_count,
                   .forecast_from = known > first ? known - first : (double)r->month_count,
                   .zero = true,
                   .shared = true,
                   .columns = count == 1 ? 1 : 2,
                   .y_title = y_title,
                   .panels = panels,
                   .panel_count = count};
}

/* Events of the case within the months of the chart. */
static void add_events(canvas *v, chart *c)
{
    const truce_case *k = v->t->c;
    chart_rule *rules = arena_array(&v->memory, k->event_count, sizeof *rules);
    v->failed = v->failed || (!rules && k->event_count);
    for (size_t i = 0; rules && i < k->event_count; i++) {
        double x = k->events[i].at_month - c->start;
        if (x >= 0 && x <= c->x_last)
            rules[c->rule_count++] = (chart_rule){x, k->events[i].label};
    }
    c->rules = rules;
}

/* On a narrow screen panels stand below each other. */
static void finish_chart(talks_figure *f, const chart *wide)
{
    for (size_t i = 0; i < TALKS_WIDTHS; i++) {
        chart c = *wide;
        c.width = talks_widths[i];
        if (i > 0 && c.panel_count > 1) {
            c.columns = 1;
            c.height = NARROW_PANEL * (int)c.panel_count;
        }
        chart_make_room(&c);
        f->heights[i] = c.height;
        f->cut = chart_is_cut(&c);
        chart_script(&f->scripts[i], &c);
    }
}

static void limit_scenarios(const canvas *v, talks_figure *f, size_t drawn)
{
    chart_limit_words(&f->words, drawn, v->t->scenario_count, "scenarios");
}

/* A panel for each scenario, named after it where there are several. */
static void name_panels(const canvas *v, chart_panel *panels)
{
    for (size_t i = 0; i < panels_of(v); i++)
        panels[i].title = v->t->scenario_count > 1 ? talks_scenario_name(v->t, i) : NULL;
}

static const char *month_words(canvas *v, month m)
{
    char *name = arena_array(&v->memory, 16, 1);
    v->failed = v->failed || !name;
    if (name)
        month_name(m, name);
    return name ? name : "";
}

/* ---- Positions ---------------------------------------------------------------------------------------- */

static void draw_position(canvas *v, talks_figure *f)
{
    chart_line lines[CASE_SIDES];
    for (int i = 0; i < CASE_SIDES; i++) {
        lines[i] =
            month_line(v, 0, read_position, i, chart_side_colour(i), chart_side_ink(i), talks_side(v->t, i));
        give_bands(v, &lines[i]);
    }
    chart_panel panel = {.line_count = CASE_SIDES, .lines = lines};
    chart c = start_chart(v, &panel, 1, "position, of 100");
    add_events(v, &c);
    c.height += 15 * (c.rule_count < 10 ? (int)c.rule_count : 10); /* rows of names */
    finish_chart(f, &c);
    talks_title(&f->title, v->t, TALKS_CHART_POSITION);
    text_print(
        &f->words,
        "Position of strength of each side in the scenario %s: the share of all that is fought over which it "
        "can expect at the table; line: median, %s of the futures in which the war goes on",
        talks_scenario_name(v->t, 0), band_words(v));
    talks_placed_words(&f->words, v->t);
    text_print(
        &f->words,
        ". Below 0 or above 100: going on is worth so little to one side, or so much to the other, that they "
        "would meet on a line beyond all that is fought over. Dotted rules: events of the case.");
}

/* The medians of all scenarios side by side. */
static void draw_positions(canvas *v, talks_figure *f)
{
    size_t count = v->t->scenario_count < LINES ? v->t->scenario_count : LINES;
    chart_line lines[LINES];
    if (v->t->scenario_count < 2)
        return;
    for (size_t i = 0; i < count; i++)
        lines[i] = month_line(v, i, read_position, CASE_DEFENDER, chart_scenario_colour(i),
                              chart_scenario_colour(i), talks_scenario_name(v->t, i));
    chart_panel panel = {.line_count = count, .lines = lines};
    chart c = start_chart(v, &panel, 1, "position, of 100");
    finish_chart(f, &c);
    talks_title(&f->title, v->t, TALKS_CHART_POSITIONS);
    text_print(&f->words,
               "Medians; that of %s is 100 less this. What the scenarios change, with its uncertainty, "
               "is in the next chart.",
               talks_side(v->t, CASE_ATTACKER));
    limit_scenarios(v, f, count);
}

static void draw_changes(canvas *v, talks_figure *f)
{
    size_t count = panels_of(v);
    chart_panel panels[PANELS] = {0};
    if (v->t->scenario_count < 2)
        return;
    for (size_t i = 1; i < count; i++) {
        chart_line *line = lines_for(v, 1);
        if (!line)
            return;
        *line = month_line(v, i, read_change, 0, chart_scenario_colour(i), chart_scenario_colour(i), NULL);
        give_bands(v, line);
        panels[i - 1] = (chart_panel){.title = talks_scenario_name(v->t, i), .line_count = 1, .lines = line};
    }
    chart c = start_chart(v, panels, count - 1, "change of position, points of 100");
    finish_chart(f, &c);
    talks_title(&f->title, v->t, TALKS_CHART_CHANGES);
    text_print(&f->words,
               "Its position less that in %s, future by future with the same draws; line: median, "
               "%s. The median of changes is not the difference of medians. Sides foresee what a scenario "
               "brings, so positions move before it begins. ",
               talks_scenario_name(v->t, 0), band_words(v));
    chart_limit_words(&f->words, count - 1, v->t->scenario_count - 1, "scenarios");
    for (size_t i = 1; i < v->t->scenario_count; i++) {
        talks_verdict_words(&f->words, v->t, i);
        text_print(&f->words, " ");
    }
}

/* ---- The zone, and deals ------------------------------------------------------------------------------ */

enum { ZONE_LINES = 4 };

/* The zone, and its ends in the colours of the sides. */
static bool zone_lines(canvas *v, size_t scenario, chart_line *lines)
{
    static const char *const does[CASE_SIDES] = {[CASE_DEFENDER] = "concedes", [CASE_ATTACKER] = "accepts"};
    lines[0] =
        month_line(v, scenario, read_zone, 0, chart_scenario_colour(1), chart_scenario_colour(1), NULL);
    lines[0].fan = true;
    for (int i = 0; i < CASE_SIDES; i++) {
        const char *side = talks_side(v->t, i),
                   *label = arena_format(&v->memory, "%.*s %s", words_cut(side, 24), side, does[i]);
        v->failed = v->failed || !label;
        lines[1 + i] = month_line(v, scenario, read_limit, i, chart_side_colour(i), chart_side_ink(i), label);
    }
    lines[ZONE_LINES - 1] = month_line(v, scenario, read_contact, (int)v->t->c->talks->reference, CHART_INK,
                                       CHART_INK, "the deal's line");
    return !v->failed;
}

static void draw_zone(canvas *v, talks_figure *f)
{
    const case_talks *t = v->t->c->talks;
    chart_panel panels[PANELS] = {0};
    for (size_t i = 0; i < panels_of(v); i++) {
        chart_line *lines = lines_for(v, ZONE_LINES);
        if (!lines || !zone_lines(v, i, lines))
            return;
        panels[i] = (chart_panel){.line_count = ZONE_LINES, .lines = lines};
    }
    name_panels(v, panels);
    chart c = start_chart(v, panels, panels_of(v), "share of the stake to the attacker, %");
    finish_chart(f, &c);
    talks_title(&f->title, v->t, TALKS_CHART_ZONE);
    text_print(&f->words,
               "Lines: the least that %s accepts and the most that %s concedes, medians over the futures in "
               "which that side would sign some line. Band: the zone between them, where the first is below "
               "the second; without a band there is no "
               "zone in the median future. Dark line: where the reference deal (%s) would run. The line is "
               "free here, with all other terms those of the reference deal; the deals further down have a "
               "fixed line and terms of their own, and one of them may suit both where no line does.",
               talks_side(v->t, CASE_ATTACKER), talks_side(v->t, CASE_DEFENDER),
               t->deals[t->reference].title);
    limit_scenarios(v, f, panels_of(v));
}

static void draw_struck(canvas *v, talks_figure *f)
{
    size_t count = v->t->scenario_count < LINES ? v->t->scenario_count : LINES;
    const talks_result *r = first_of(v);
    chart_line lines[LINES];
    for (size_t i = 0; i < count; i++)
        lines[i] = month_line(v, i, read_struck, 0, chart_scenario_colour(i), chart_scenario_colour(i),
                              talks_scenario_name(v->t, i));
    chart_panel panel = {.line_count = count, .lines = lines};
    chart c = start_chart(v, &panel, 1, "deal by then, % of futures");
    finish_chart(f, &c);
    talks_title(&f->title, v->t, TALKS_CHART_STRUCK);
    text_print(&f->words,
               "Probability that the sides have met and agreed by a month, by their worths%s. It is not a "
               "forecast of talks.",
               r->prior ? ", given what happened at the table so far" : "");
    limit_scenarios(v, f, count);
}

static void draw_statements(canvas *v, talks_figure *f)
{
    chart_line lines[CASE_SIDES + 1];
    for (int i = 0; i < CASE_SIDES; i++) {
        const char *side = talks_side(v->t, i),
                   *label = arena_format(&v->memory, "%.*s strong", words_cut(side, 24), side);
        v->failed = v->failed || !label;
        lines[i] = month_line(v, 0, read_strong, i, chart_side_colour(i), chart_side_ink(i), label);
    }
    lines[CASE_SIDES] = month_line(v, 0, read_ripe, 0, CHART_INK, CHART_INK, "ripe");
    chart_panel panel = {.line_count = CASE_SIDES + 1, .lines = lines};
    chart c = start_chart(v, &panel, 1, "share of worlds, %");
    finish_chart(f, &c);
    talks_title(&f->title, v->t, TALKS_CHART_STATEMENTS);
    text_print(&f->words, "Ripe: going on loses worth to both sides and some deal suits both. Strong: the "
                          "other's best terms meet "
                          "what the side has declared.");
}

static void draw_terms(canvas *v, talks_figure *f)
{
    chart_panel panels[PANELS] = {0};
    for (size_t i = 0; i < panels_of(v); i++) {
        chart_line *lines = lines_for(v, 2);
        if (!lines)
            return;
        lines[0] =
            month_line(v, i, read_terms, 0, chart_scenario_colour(4), chart_scenario_colour(4), "agreed");
        give_bands(v, &lines[0]);
        lines[1] = month_line(v, i, read_contact, (int)v->t->c->talks->reference, CHART_INK, CHART_INK,
                              "the deal's line");
        panels[i] = (chart_panel){.line_count = 2, .lines = lines};
    }
    name_panels(v, panels);
    chart c = start_chart(v, panels, panels_of(v), "share of the stake to the attacker, %");
    finish_chart(f, &c);
    talks_title(&f->title, v->t, TALKS_CHART_TERMS);
    text_print(
        &f->words,
        "Line agreed if the sides met in that month: each future counts by the probability that they would "
        "agree, and months in which fewer than five have a line that both accept are left out; the side that "
        "proposes takes the rest; median, %s. Dark line: where the reference deal would run.",
        band_words(v));
    limit_scenarios(v, f, panels_of(v));
}

/* ---- Values ------------------------------------------------------------------------------------------- */

static void draw_values(canvas *v, talks_figure *f)
{
    size_t scenarios = panels_of(v) < PANELS / 2 ? panels_of(v) : PANELS / 2;
    chart_panel panels[PANELS] = {0};
    for (size_t i = 0; i < scenarios; i++)
        for (int side = 0; side < CASE_SIDES; side++) {
            chart_line *lines = lines_for(v, 2);
            char *title = arena_array(&v->memory, WORDS_SIZE, 1);
            v->failed = v->failed || !title;
            if (v->failed)
                return;
            lines[0] = month_line(v, i, read_war, side, 0x8c8c8c, 0x666666, "war");
            lines[1] =
                month_line(v, i, read_talks, side, chart_side_colour(side), chart_side_ink(side), "talks");
            give_bands(v, &lines[0]);
            give_bands(v, &lines[1]);
            snprintf(title, WORDS_SIZE, "%.*s%s%.25s", words_cut(talks_side(v->t, side), 30),
                     talks_side(v->t, side), v->t->scenario_count > 1 ? ": " : "",
                     v->t->scenario_count > 1 ? talks_scenario_name(v->t, i) : "");
            panels[i * CASE_SIDES + (size_t)side] =
                (chart_panel){.title = title, .line_count = 2, .lines = lines};
        }
    chart c = start_chart(v, panels, scenarios * CASE_SIDES, "worth, % of the stake");
    finish_chart(f, &c);
    talks_title(&f->title, v->t, TALKS_CHART_WORTH);
    text_print(&f->words,
               "What fighting on without ever a deal, and going on with talks, are worth to each side, in "
               "shares of what the whole stake is worth to it; below 0: the cost is greater than the final "
               "gain. Median, %s of futures.",
               band_words(v));
    limit_scenarios(v, f, scenarios);
}

/* ---- Who accepts what --------------------------------------------------------------------------------- */

enum { COLUMNS = CASE_SIDES + 1 };

static void put_cell(canvas *v, const talks_offer *o, size_t column, chart_cell *cell)
{
    assert(column < TALKS_SHOWN);
    char *words = arena_array(&v->memory, WORDS_SIZE, 1), percent[WORDS_SIZE];
    v->failed = v->failed || !words;
    cell->words = words;
    cell->share = column < CASE_SIDES ? o->accepted[column] : o->accepted_by_both;
    if (!words)
        return;
    talks_share_words(v->t, percent, cell->share);
    if (column == CASE_SIDES) {
        snprintf(words, WORDS_SIZE, "%s", percent);
        return;
    }
    static const int shown[] = {TALKS_50, TALKS_5, TALKS_95};
    char gains[3][WORDS_SIZE];
    for (int i = 0; i < 3; i++)
        words_number(gains[i], 100.0 * o->gap[column].quantiles[shown[i]], 1);
    snprintf(words, WORDS_SIZE, "%.8s, %.15s [%.15s to %.15s]", percent, gains[0], gains[1], gains[2]);
}

/* A row for each deal; with several scenarios one for each of them under it. */
static void draw_grid(canvas *v, talks_figure *f)
{
    const talks_shown *t = v->t;
    size_t each = t->scenario_count > 1 ? 1 + t->scenario_count : 1, rows = t->deal_count * each;
    const char **labels = arena_array(&v->memory, rows, sizeof *labels);
    chart_cell *cells = arena_array(&v->memory, rows * COLUMNS, sizeof *cells);
    v->failed = v->failed || !labels || !cells;
    if (v->failed)
        return;
    for (size_t d = 0; d < t->deal_count; d++) {
        labels[d * each] = t->c->talks->deals[t->deals[d]].title;
        for (size_t i = 0; i < t->scenario_count; i++) {
            size_t row = d * each + (each > 1 ? 1 + i : 0);
            if (each > 1)
                labels[row] = arena_format(&v->memory, "      %s", talks_scenario_name(t, i));
            v->failed = v->failed || !labels[row];
            for (size_t k = 0; k < COLUMNS; k++)
                put_cell(v, &t->scenarios[i].result.months[talks_now(t)].offers[t->deals[d]], k,
                         &cells[row * COLUMNS + k]);
        }
    }
    if (v->failed)
        return;
    const char *const heads[COLUMNS] = {talks_side(t, 0), talks_side(t, 1), "both"};
    const uint32_t colours[COLUMNS] = {chart_side_colour(0), chart_side_colour(1), chart_scenario_colour(1)};
    for (size_t i = 0; i < TALKS_WIDTHS; i++) {
        const chart_cells c = {.width = talks_widths[i],
                               .column_count = COLUMNS,
                               .row_count = rows,
                               .heads = heads,
                               .colours = colours,
                               .labels = labels,
                               .cells = cells};
        f->heights[i] = chart_cells_height(&c);
        chart_cells_script(&f->scripts[i], &c);
    }
    talks_title(&f->title, v->t, TALKS_CHART_ACCEPTS);
    text_print(&f->words,
               "Share of futures in which a side prefers the deal to another month of war, and what it "
               "gains by it, in %% of the stake (median, 90 %% of the futures in which it would sign at some "
               "price).");
}

static void draw_gaps(canvas *v, talks_figure *f)
{
    const talks_shown *t = v->t;
    size_t count = t->deal_count < PANELS ? t->deal_count : PANELS;
    chart_panel panels[PANELS] = {0};
    for (size_t d = 0; d < count; d++) {
        chart_line *lines = lines_for(v, CASE_SIDES);
        if (!lines)
            return;
        for (int i = 0; i < CASE_SIDES; i++) {
            lines[i] = month_line(v, 0, read_gap, (int)t->deals[d] * CASE_SIDES + i, chart_side_colour(i),
                                  chart_side_ink(i), talks_side(t, i));
            give_bands(v, &lines[i]);
        }
        panels[d] = (chart_panel){
            .title = t->c->talks->deals[t->deals[d]].name, .line_count = CASE_SIDES, .lines = lines};
    }
    chart c = start_chart(v, panels, count, "gain over war, % of the stake");
    finish_chart(f, &c);
    talks_title(&f->title, v->t, TALKS_CHART_GAINS);
    text_print(
        &f->words,
        "Worth of the deal less worth of another month of war, in the scenario %s: above 0 the side prefers "
        "the deal; median, %s of the futures in which it would sign at some price.",
        talks_scenario_name(t, 0), band_words(v));
    chart_limit_words(&f->words, count, t->deal_count, "deals");
}

/* ---- Peace -------------------------------------------------------------------------------------------- */

static chart_line peace_line(canvas *v, size_t scenario, size_t deal)
{
    assert(scenario < v->t->scenario_count);
    const talks_offer *o = &v->t->scenarios[scenario].result.months[talks_now(v->t)].offers[deal];
    double *x, *q;
    chart_line line = make_line(v, TALKS_YEARS + 1, &x, &q);
    for (size_t y = 0; y < line.count; y++) {
        x[y] = y == 0 ? 0.0 : 12.0 * talks_years[y - 1];
        fill(100.0, q + y * QUANTILES);
        if (y == 0)
            continue;
        scale_band(&o->peace[y - 1], 100.0, q + y * QUANTILES);
        q[y * QUANTILES + TALKS_50] = 100.0 * (1.0 - o->resumed[y - 1]);
    }
    line.colour = line.ink = chart_scenario_colour(scenario + 1);
    line.label = v->t->scenario_count > 1 ? talks_scenario_name(v->t, scenario) : NULL;
    line.fan = scenario == 0;
    line.outer = !talks_has_bands(v->t);
    return line;
}

static void draw_peace(canvas *v, talks_figure *f)
{
    const talks_shown *t = v->t;
    const talks_month *m = now_of(v);
    size_t panels_count = t->deal_count < PANELS ? t->deal_count : PANELS;
    size_t lines_count = t->scenario_count < LINES ? t->scenario_count : LINES;
    chart_panel panels[PANELS] = {0};
    for (size_t d = 0; d < panels_count; d++) {
        const case_deal *deal = &t->c->talks->deals[t->deals[d]];
        chart_line *lines = lines_for(v, lines_count);
        const char *title =
            arena_format(&v->memory, "%s (%s)", deal->name, t->c->talks->guarantees[deal->guarantee].title);
        v->failed = v->failed || !title;
        if (v->failed)
            return;
        for (size_t i = 0; i < lines_count; i++)
            lines[i] = peace_line(v, i, t->deals[d]);
        panels[d] = (chart_panel){.title = title, .line_count = lines_count, .lines = lines};
    }
    chart c = start_chart(v, panels, panels_count, "peace still holds, %");
    c.start = m->month;
    c.x_last = c.forecast_from = 12.0 * talks_years[TALKS_YEARS - 1];
    finish_chart(f, &c);
    talks_title(&f->title, v->t, TALKS_CHART_PEACE);
    text_print(
        &f->words,
        "Probability that fighting has not resumed after a settlement struck in %s, by deal and guarantee: "
        "mean (line), %s of futures%s.",
        month_words(v, m->month), band_words(v), t->scenario_count > 1 ? " of the first scenario" : "");
    chart_limit_words(&f->words, panels_count, t->deal_count, "deals");
    limit_scenarios(v, f, lines_count);
}

bool talks_figures(const talks_shown *t, talks_figure *figures)
{
    static void (*const draw[TALKS_FIGURES])(canvas * v, talks_figure * f) = {
        draw_position, draw_positions, draw_changes, draw_zone, draw_struck, draw_statements,
        draw_terms,    draw_values,    draw_grid,    draw_gaps, draw_peace,
    };
    canvas v = {.t = t};
    for (size_t i = 0; i < TALKS_FIGURES; i++) {
        talks_figure *f = &figures[i];
        draw[i](&v, f);
        v.failed = v.failed || f->title.failed || f->words.failed;
        for (size_t k = 0; k < TALKS_WIDTHS; k++)
            v.failed = v.failed || f->scripts[k].failed;
    }
    arena_free(&v.memory);
    return !v.failed;
}
