/* The results of report.html: key numbers, losses, figures, scenarios, milestones, observations, failures. */
#include "results/findings.h"
#include "show/html.h"
#include "show/report_page.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* ---- Cells --------------------------------------------------------------- */

/* A median over its 50 % and 90 % intervals. */
static void put_cell(text *t, const statistics *s, bool difference)
{
    char median[WORDS_SIZE];
    double step = statistics_step(s);
    text_print(t, "<td class=\"number\">");
    if (isnan(s->quantiles[2])) {
        text_print(t, "no sound member</td>\n");
        return;
    }
    if (difference && s->above == 0 && s->below == 0) {
        text_print(t, "no difference</td>\n");
        return;
    }
    if (statistics_agree(s)) {
        words_plain(median, statistics_agreed(s));
        text_print(t, "<b>%s%s</b><small>%s</small></td>\n",
                   difference && statistics_agreed(s) > 0 ? "+" : "", median,
                   s->share ? "of members" : "in all members");
        return;
    }
    if (difference)
        words_signed(median, s->quantiles[2], step);
    else
        words_number(median, s->quantiles[2], step);
    text_print(t, "<b>%s</b><small>", median);
    put_range(t, s->quantiles[1], s->quantiles[3], step);
    text_print(t, "</small><small>");
    put_range(t, s->quantiles[0], s->quantiles[4], step);
    text_print(t, "</small></td>\n");
}

void page_share(text *t, double share, size_t members)
{
    char words[WORDS_SIZE];
    if (members)
        words_probability(words, share, members);
    else
        words_percent(words, share);
    text_print(t, "<td class=\"number\">");
    html_text(t, words);
    text_print(t, "</td>\n");
}

static void put_row_head(text *t, const quantity *q)
{
    text_print(t, "<tr><th scope=\"row\">");
    html_text(t, q->title);
    if (q->label[0]) {
        text_print(t, ", ");
        html_text(t, q->label);
    }
    text_print(t, "<br/><small>");
    html_units(t, q->units);
    if (q->output && q->output->share_key && q->label[0]) {
        text_print(t, "; part by ");
        html_text(t, q->output->share_key);
    }
    text_print(t, "</small></th>\n");
}

/* ---- Key numbers --------------------------------------------------------- */

static void key_head(text *t, const case_results *r)
{
    char past[WORDS_SIZE], next[WORDS_SIZE], forecast[WORDS_SIZE], now[WORDS_SIZE], soon[WORDS_SIZE],
        stop[WORDS_SIZE];
    window_name(r, r->past_from, r->data_months, past);
    next_window_name(r, next);
    window_name(r, has_forecast(r) ? r->data_months : r->past_from, r->months, forecast);
    save_name(r, r->data_months, now);
    save_name(r, r->next_to, soon);
    save_name(r, r->months, stop);
    const char *period = case_period(r->c);
    text_print(
        t,
        "<p>Bold: median; below it the 50 %% and the 90 %% interval of the members. Stocks are those at "
        "the %s's end, flows and similar quantities those of the %s, changes the mean per %s over the "
        "window.</p>\n"
        "<table><thead><tr><th scope=\"col\">Quantity</th>",
        period, period, period);
    text_print(t, "<th class=\"number\" scope=\"col\">%s<br/>(changes: %s)</th>", now, past);
    text_print(t, "<th class=\"number\" scope=\"col\">%s<br/>(changes: %s)</th>", soon, next);
    text_print(t, "<th class=\"number\" scope=\"col\">%s<br/>(changes: %s)</th></tr></thead>\n<tbody>\n",
               stop, forecast);
}

static void section_row(text *t, const char *title)
{
    text_print(t, "<tr><th class=\"section\" colspan=\"4\" scope=\"rowgroup\">");
    html_text(t, title);
    text_print(t, "</th></tr>\n");
}

static void key_rows(text *t, const case_results *r, bool key, case_section section)
{
    const scenario_result *s = &r->scenarios[0];
    bool any = false;
    for (size_t q = 0; q < r->quantity_count; q++) {
        const quantity *x = &r->quantities[q];
        if (x->section != section || quantity_is_key(r, q) != key)
            continue;
        if (!any)
            section_row(t, case_section_title(r->c, section));
        any = true;
        put_row_head(t, x);
        put_cell(t, reading_of(s, q, READING_NOW), false);
        put_cell(t, reading_of(s, q, READING_NEXT), false);
        put_cell(t, reading_of(s, q, READING_END), false);
        text_print(t, "</tr>\n");
    }
}

static bool any_number(const case_results *r, bool key)
{
    bool any = false;
    for (size_t q = 0; q < r->quantity_count; q++)
        any = any || quantity_is_key(r, q) == key;
    return any;
}

static void key_table(text *t, const case_results *r, bool key, const char *heading)
{
    if (!any_number(r, key))
        return;
    text_print(t, "<h2>%s</h2>\n<p>Scenario: ", heading);
    html_text(t, scenario_of(r, &r->scenarios[0])->title);
    text_print(t, ".</p>\n");
    key_head(t, r);
    for (size_t section = 0; section < r->c->section_count; section++)
        key_rows(t, r, key, (case_section)section);
    text_print(t, "</tbody></table>\n");
}

void page_key_numbers(text *t, const case_results *r)
{
    key_table(t, r, true, "Key numbers");
}

void page_other_numbers(text *t, const case_results *r)
{
    if (!any_number(r, false))
        return;
    text_print(t, "<details><summary>Other numbers of the case</summary>\n");
    key_table(t, r, false, "Other numbers");
    text_print(t, "</details>\n");
}

/* ---- Losses -------------------------------------------------------------- */

void page_losses(text *t, const case_results *r)
{
    const scenario_result *s = &r->scenarios[0];
    if (both_sides_quantity(r) == SIZE_MAX)
        return;
    char past[WORDS_SIZE], forecast[WORDS_SIZE];
    window_name(r, 0, r->data_months, past);
    window_name(r, r->data_months, r->months, forecast);
    text finding = {0};
    losses_finding(&finding, r, s);
    text_print(t, "<h2>Losses of both sides</h2>\n<p>");
    html_text(t, finding.length ? finding.bytes : "");
    text_print(t,
               ".</p>\n<table><thead><tr><th scope=\"col\">Sums over time</th><th class=\"number\" "
               "scope=\"col\">%s</th>",
               past);
    if (has_forecast(r))
        text_print(t, "<th class=\"number\" scope=\"col\">%s</th>", forecast);
    text_print(t, "</tr></thead>\n<tbody>\n");
    t->failed = t->failed || finding.failed;
    text_free(&finding);
    for (size_t q = 0; q < r->quantity_count; q++) {
        const quantity *x = &r->quantities[q];
        if (!is_summed(r, q))
            continue;
        text_print(t, "<tr><th scope=\"row\">");
        html_text(t, x->title);
        if (x->label[0]) {
            text_print(t, x->both ? ", <b>" : ", ");
            html_text(t, x->label);
            text_print(t, x->both ? "</b>" : "");
        }
        text_print(t, "<br/><small>");
        text units = {0};
        amount_units(&units, x, case_period(r->c));
        html_text(t, units.length ? units.bytes : "");
        t->failed = t->failed || units.failed;
        text_free(&units);
        text_print(t, "</small></th>\n");
        put_cell(t, reading_of(s, q, READING_PAST_AMOUNT), false);
        if (has_forecast(r))
            put_cell(t, reading_of(s, q, READING_FUTURE_AMOUNT), false);
        text_print(t, "</tr>\n");
    }
    text_print(t, "</tbody></table>\n");
}

/* ---- Figures ------------------------------------------------------------- */

/* What a data link holds: bytes other than letters, digits and a few marks as %xx. */
static void put_encoded(text *t, const char *bytes, size_t length)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < length;) {
        size_t plain = i;
        while (plain < length &&
               strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.,~()=:/; '!*+@$?",
                      bytes[plain]) &&
               bytes[plain])
            plain++;
        text_add(t, bytes + i, plain - i);
        for (i = plain; i < length && i == plain; i++) {
            char code[3] = {'%', digits[(unsigned char)bytes[i] >> 4], digits[bytes[i] & 15]};
            text_add(t, code, 3);
        }
    }
}

static void put_link(text *t, const figure *f, const char *type, const char *extension, const text *content)
{
    if (!content->length)
        return;
    text_print(t, " <a download=\"");
    html_text(t, f->name.bytes);
    text_print(t, ".%s\" href=\"data:%s,", extension, type);
    put_encoded(t, content->bytes, content->length);
    text_print(t, "\">%s</a>", extension);
}

/* The page runs no script that could draw a bitmap: a fold has the command that does. */
static void put_bitmap_command(text *t, const case_results *r, const figure *f)
{
    if (!f->drawing.length || !r->command || !r->command[0])
        return;
    text_print(t, " <details><summary>png</summary><code>");
    html_text(t, r->command);
    text_print(t, " --chart ");
    html_text(t, f->name.bytes);
    text_print(t, " -o ");
    html_text(t, f->name.bytes);
    text_print(t, ".png</code></details>");
}

void page_figure_links(text *t, const case_results *r, const figure *f)
{
    text_print(t, " <span class=\"links\">Chart <code>");
    html_text(t, f->name.length ? f->name.bytes : "");
    text_print(t, "</code>:");
    put_link(t, f, "image/svg+xml", "svg", &f->drawing);
    put_link(t, f, "text/csv", "csv", &f->csv);
    put_bitmap_command(t, r, f);
    text_print(t, "</span>");
}

void page_figure(text *t, const case_results *r, const figure_list *list, size_t index)
{
    const figure *f = &list->items[index];
    const char *title = f->title.length ? f->title.bytes : "";
    text_print(t, "<figure id=\"chart-");
    html_text(t, f->name.length ? f->name.bytes : "");
    text_print(t, "\">\n");
    html_element(t, "h3", title);
    html_element(t, "p", f->subtitle.length ? f->subtitle.bytes : "");
    html_drawing(t, &f->drawing, index, f->width, f->height, title);
    text_print(t, "<figcaption>");
    html_text(t, f->source.length ? f->source.bytes : "");
    page_figure_links(t, r, f);
    text_print(t, "</figcaption>\n</figure>\n");
}

/* What the numbers above the charts of a section stand for. */
static void put_events(text *t, const case_results *r, size_t section)
{
    text events = {0};
    if (section == SECTION_FRONT || section == SECTION_LOSSES || section == SECTION_SUPPORT)
        figure_events(&events, r);
    if (events.length)
        html_element(t, "p", events.bytes);
    t->failed = t->failed || events.failed;
    text_free(&events);
}

void page_figures(text *t, const case_results *r, const figure_list *list)
{
    for (size_t section = 0; section < r->c->section_count; section++) {
        bool any = false;
        for (size_t i = 0; i < list->count; i++) {
            if (list->items[i].kind != FIGURE_OUTPUT || list->items[i].section != section)
                continue;
            if (!any) {
                html_element(t, "h2", case_section_title(r->c, section));
                put_events(t, r, section);
                text_print(t, "<div class=\"figures\">\n");
            }
            any = true;
            page_figure(t, r, list, i);
        }
        text_print(t, any ? "</div>\n" : "");
    }
}

/* ---- Scenarios ----------------------------------------------------------- */

static bool is_moved(const statistics *difference)
{
    return difference->above > 0 || difference->below > 0;
}

static void difference_rows(text *t, const case_results *r, size_t q)
{
    assert(q < r->quantity_count);
    const quantity *x = &r->quantities[q];
    text_print(t, "<tr><th class=\"section\" colspan=\"5\" scope=\"rowgroup\">");
    html_text(t, x->title);
    if (x->label[0]) {
        text_print(t, ", ");
        html_text(t, x->label);
    }
    text_print(t, " (");
    html_units(t, x->units);
    text_print(t, ")</th></tr>\n");
    for (size_t i = 1; i < r->scenario_count; i++) {
        const scenario_result *s = &r->scenarios[i];
        const statistics *now = &s->reading_differences[q * READING_COUNT + READING_NOW];
        const statistics *end = &s->reading_differences[q * READING_COUNT + READING_END];
        if (!is_moved(now) && !is_moved(end))
            continue;
        text_print(t, "<tr><th scope=\"row\">");
        html_text(t, scenario_of(r, s)->title);
        text_print(t, "</th>\n");
        put_cell(t, now, true);
        put_cell(t, end, true);
        page_share(t, words_beside(end->above, end->below), end->members);
        page_share(t, words_beside(end->below, end->above), end->members);
        text_print(t, "</tr>\n");
    }
}

static bool any_difference(const case_results *r, size_t q)
{
    assert(q < r->quantity_count);
    for (size_t i = 1; i < r->scenario_count; i++) {
        const statistics *d = &r->scenarios[i].reading_differences[q * READING_COUNT];
        if (is_moved(&d[READING_NOW]) || is_moved(&d[READING_END]))
            return true;
    }
    return false;
}

static void difference_head(text *t, const case_results *r, const char *title)
{
    char past[WORDS_SIZE], forecast[WORDS_SIZE], now[WORDS_SIZE], stop[WORDS_SIZE];
    window_name(r, r->past_from, r->data_months, past);
    window_name(r, has_forecast(r) ? r->data_months : r->past_from, r->months, forecast);
    save_name(r, r->data_months, now);
    save_name(r, r->months, stop);
    text_print(t, "<table><caption>");
    html_text(t, title);
    text_print(t,
               "</caption><thead><tr><th scope=\"col\">Scenario</th>"
               "<th class=\"number\" scope=\"col\">%s<br/>(changes: %s)</th>"
               "<th class=\"number\" scope=\"col\">%s<br/>(changes: %s)</th>"
               "<th class=\"number\" scope=\"col\">more<br/>with</th>"
               "<th class=\"number\" scope=\"col\">less<br/>with</th></tr></thead>\n<tbody>\n",
               now, past, stop, forecast);
}

static void difference_table(text *t, const case_results *r, case_section section)
{
    bool any = false;
    for (size_t q = 0; q < r->quantity_count; q++) {
        if (r->quantities[q].section != section || !any_difference(r, q))
            continue;
        if (!any)
            difference_head(t, r, case_section_title(r->c, section));
        any = true;
        difference_rows(t, r, q);
    }
    if (any)
        text_print(t, "</tbody></table>\n");
}

void page_scenarios(text *t, const case_results *r, const figure_list *list)
{
    if (r->scenario_count < 2)
        return;
    text_print(t, "<h2>Scenarios against the baseline</h2>\n<p>Every member is run once in each scenario "
                  "with the same parameters and the same chance events, so that differences to &quot;");
    html_text(t, scenario_of(r, &r->scenarios[0])->title);
    text_print(t, "&quot; are taken member by member. &quot;More with&quot; and &quot;less with&quot; are "
                  "the shares of members above and below zero in the last window. Quantities that a scenario "
                  "does not change are left out.</p>\n<p>");
    for (size_t i = 1; i < r->scenario_count; i++) {
        const case_scenario *s = scenario_of(r, &r->scenarios[i]);
        text_print(t, "%s<b>", i > 1 ? "; " : "");
        html_text(t, s->name);
        text_print(t, "</b>: ");
        html_text(t, s->title);
    }
    text_print(t, ".</p>\n");
    text_print(t, "<div class=\"figures\">\n");
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == FIGURE_SCENARIOS)
            page_figure(t, r, list, i);
    text_print(t, "</div>\n");
    text_print(t, "<details><summary>All differences, quantity by quantity</summary>\n");
    for (size_t section = 0; section < r->c->section_count; section++)
        difference_table(t, r, (case_section)section);
    text_print(t, "</details>\n");
}

/* ---- Milestones and shortages -------------------------------------------- */

static void milestone_dates(text *t, const case_results *r, const milestone_result *s)
{
    char dates[3][WORDS_SIZE];
    text_print(t, "<td class=\"number\">");
    if (isnan(s->dates_of_all[1])) {
        text_print(t, "\xe2\x80\x93");
    } else {
        milestone_date(r, s->dates_of_all[1], dates[1]);
        text_print(t, "%s", dates[1]);
    }
    text_print(t, "</td><td class=\"number\">");
    if (s->after > 0) {
        for (int i = 0; i < 3; i++)
            milestone_date(r, s->dates[i], dates[i]);
        text_print(t, "%s<small>%s to %s</small></td>\n", dates[1], dates[0], dates[2]);
    } else {
        text_print(t, "\xe2\x80\x93</td>\n");
    }
}

/* What must hold, below the title of a milestone. */
static void milestone_test(text *t, const case_milestone *m, const char *period)
{
    static const char *const tests[] = {[MILESTONE_BELOW] = "below",
                                        [MILESTONE_AT_MOST] = "at most",
                                        [MILESTONE_ABOVE] = "above",
                                        [MILESTONE_AT_LEAST] = "at least"};
    char bound[WORDS_SIZE];
    words_plain(bound, m->bound);
    char over[32] = "";
    if (m->change)
        snprintf(over, sizeof over, "change over the %s ", period);
    text_print(t, "<br/><small>%s%s %s for %d %s%s</small>", over, tests[m->test], bound, m->months, period,
               m->months == 1 ? "" : "s");
}

static void milestone_body(text *t, const case_results *r, size_t k)
{
    assert(k < r->milestone_count);
    for (size_t i = 0; i < r->scenario_count; i++) {
        const milestone_result *s = &r->scenarios[i].milestones[k];
        text_print(t, "<tr><th scope=\"row\">");
        if (i == 0) {
            html_text(t, s->label);
            text_print(t, s->label[0] ? ": " : "");
            html_text(t, s->milestone->title);
            milestone_test(t, s->milestone, case_period(r->c));
        }
        text_print(t, "</th><td>");
        html_text(t, scenario_of(r, &r->scenarios[i])->title);
        text_print(t, "</td>\n");
        page_share(t, s->before, s->sound);
        page_share(t, s->after, s->sound);
        milestone_dates(t, r, s);
        text_print(t, "</tr>\n");
    }
}

/* Those of one kind; nothing when there are none. */
static void milestone_section(text *t, const case_results *r, bool shortages)
{
    size_t count = 0;
    for (size_t k = 0; k < r->milestone_count; k++)
        count += r->scenarios[0].milestones[k].milestone->shortage == shortages;
    if (!count)
        return;
    char data_end[WORDS_SIZE], stop[WORDS_SIZE];
    save_name(r, r->data_months, data_end);
    save_name(r, r->months, stop);
    const char *period = case_period(r->c);
    text collapsed = {0};
    text_print(t,
               "<h2>%s</h2>\n<p>%s is a spell of at least the stated %ss in which the test holds. It has "
               "come in half of all futures by the first date; the second one is the first %s of the "
               "first spell after %s among the futures that have one: median, and 90 %% of them below it. A "
               "scenario that brings few spells may bring them early, so read both. A spell that is under "
               "way at the end of the data counts from the %s after.</p>\n",
               shortages ? "Shortages" : "Milestones", shortages ? "A shortage" : "A milestone", period,
               period, data_end, period);
    if (shortages)
        collapsed_finding(&collapsed, r);
    if (collapsed.length)
        text_print(t, "<p>%s.</p>\n", collapsed.bytes);
    t->failed = t->failed || collapsed.failed;
    text_free(&collapsed);
    text_print(t,
               "<table><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">Scenario</th>"
               "<th class=\"number\" scope=\"col\">until %s</th><th class=\"number\" scope=\"col\">after it, "
               "by %s</th><th class=\"number\" scope=\"col\">in half of all by</th><th class=\"number\" "
               "scope=\"col\">if it comes</th></tr></thead>\n<tbody>\n",
               shortages ? "Who and what" : "What", data_end, stop);
    for (size_t k = 0; k < r->milestone_count; k++)
        if (r->scenarios[0].milestones[k].milestone->shortage == shortages)
            milestone_body(t, r, k);
    text_print(t, "</tbody></table>\n");
}

void page_milestones(text *t, const case_results *r)
{
    if (!r->milestone_count)
        return;
    milestone_section(t, r, false);
    milestone_section(t, r, true);
}

/* ---- Failed members ------------------------------------------------------ */

static void failure_items(text *t, const case_results *r, const scenario_result *s)
{
    text_print(t, "<p>");
    html_text(t, scenario_of(r, s)->title);
    text_print(
        t,
        ": %zu of %zu members failed (non-finite values) and are left out of every number. Where each first "
        "did:</p>\n<ul>\n",
        s->failure_count, r->members);
    for (size_t i = 0; i < s->failure_kept; i++) {
        const failure_record *f = &s->failures[i];
        char at[WORDS_SIZE];
        failure_month(r, f, at);
        text_print(t, "<li>member %llu: ", (unsigned long long)f->member);
        html_text(t, f->variable);
        text_print(t, " in %s, %s</li>\n", at, failure_words(f));
    }
    if (s->failure_count > s->failure_kept)
        text_print(t, "<li>and %zu more</li>\n", s->failure_count - s->failure_kept);
    text_print(t, "</ul>\n");
}

void page_failures(text *t, const case_results *r)
{
    size_t total = 0;
    text_print(t, "<h2>Members that failed</h2>\n");
    for (size_t i = 0; i < r->scenario_count; i++) {
        total += r->scenarios[i].failure_count;
        if (r->scenarios[i].failure_count)
            failure_items(t, r, &r->scenarios[i]);
    }
    if (!total)
        text_print(t, "<p>None: every value of every member of every scenario is finite.</p>\n");
}
