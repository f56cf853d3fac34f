/* The model against what was observed, in report.html: the bands of each series, in the months of the fit and
 * after them, and what the fit leaves unexplained (residuals.c). */
#include "results/findings.h"
#include "show/html.h"
#include "show/report_page.h"

#include <math.h>

/* ---- The bands ----------------------------------------------------------- */

static void put_intro(text *t, const case_results *r)
{
    char until[WORDS_SIZE];
    text_print(
        t,
        "<h2>The model against what was observed</h2>\n<p>Each series in its own terms: what would have been "
        "observed had the war gone as simulated, with the error of the observation. Of the used "
        "points, half should lie in the inner and nine in ten in the outer band; ");
    if (!r->fit) {
        text_print(t, "nothing was fitted, but priors that were set with these series in view are not tested "
                      "by them.</p>\n");
        return;
    }
    if (!r->fitted_months) {
        text_print(t, "the scenario shown here is not the one that was fitted.</p>\n");
        return;
    }
    save_name(r, r->fitted_months, until);
    const char *period = case_period(r->c);
    text_print(t,
               "in the %ss of the fit, up to %s, that is not an achievement, since the model has seen them. "
               "<span class=\"key fitted\"></span> green: %ss in the fit; "
               "<span class=\"key after\"></span> blue-grey: %ss after it (out of sample), if there are "
               "any; white, with hollow "
               "points: left out as incomplete or doubtful.</p>\n",
               period, until, period, period);
}

static void put_coverage(text *t, const coverage *c)
{
    text_print(t, "<td class=\"number\">%zu</td>\n", c->used);
    page_share(t, c->used ? (double)c->within_50 / (double)c->used : NAN, 0);
    page_share(t, c->used ? (double)c->within_90 / (double)c->used : NAN, 0);
}

static void add_coverage(coverage *sum, const coverage *c)
{
    sum->used += c->used;
    sum->within_50 += c->within_50;
    sum->within_90 += c->within_90;
}

static void coverage_head(text *t, const case_results *r)
{
    static const char *const columns = "<th class=\"number\" scope=\"col\">%ss%s</th><th class=\"number\" "
                                       "scope=\"col\">in the 50 %% band</th><th class=\"number\" "
                                       "scope=\"col\">in the 90 %% band</th>";
    text_print(t, "<table><thead><tr><th scope=\"col\">Series</th>");
    if (r->fitted_months)
        text_print(t, columns, case_period(r->c), "<br/>in the fit");
    text_print(t, columns, case_period(r->c), r->fitted_months ? "<br/>after the fit" : " used");
    text_print(t, "</tr></thead>\n<tbody>\n");
}

static void coverage_row(text *t, const case_results *r, const char *title, const coverage *fitted,
                         const coverage *later)
{
    text_print(t, "<tr><th scope=\"row\">");
    html_text(t, title);
    text_print(t, "</th>");
    if (r->fitted_months)
        put_coverage(t, fitted);
    put_coverage(t, later);
    text_print(t, "</tr>\n");
}

static void coverage_table(text *t, const case_results *r)
{
    coverage fitted = {0}, later = {0};
    coverage_head(t, r);
    for (size_t i = 0; i < r->c->observation_count; i++) {
        const observation_result *x = &r->observations[i];
        coverage_row(t, r, series_title(r, r->c->observations[i].name), &x->fitted, &x->later);
        add_coverage(&fitted, &x->fitted);
        add_coverage(&later, &x->later);
    }
    if (r->c->observation_count > 1)
        coverage_row(t, r, "All", &fitted, &later);
    text_print(t, "</tbody></table>\n");
}

/* ---- Residuals ----------------------------------------------------------- */

static void put_two_digits(text *t, double value, const char *end)
{
    char number[WORDS_SIZE];
    words_number(number, value, 0.01);
    text_print(t, "<td class=\"number\">%s%s", number, end);
}

/* How often chance gives as much; where it seldom does, the cell says so. */
static void put_chance(text *t, double chance)
{
    char share[WORDS_SIZE];
    words_probability(share, chance, SIZE_MAX);
    text_print(t, "<small%s>chance ", chance < 0.05 ? " class=\"judgement\"" : "");
    html_text(t, share);
    text_print(t, "</small></td>\n");
}

static void put_calendar(text *t, const residual_check *c)
{
    for (size_t k = 0; k < 12; k++) {
        char number[WORDS_SIZE];
        double limit = 1.96 / sqrt((double)c->month_counts[k]);
        bool odd = c->month_counts[k] && fabs(c->by_month[k]) > limit;
        words_number(number, c->by_month[k], 0.1);
        text_print(t, "<td class=\"number%s\">%s%s%s</td>", odd ? " odd" : "", odd ? "<b>" : "", number,
                   odd ? "</b>" : "");
    }
}

static void residual_row(text *t, const case_results *r, size_t index)
{
    const residual_check *c = &r->observations[index].check;
    if (!c->draws)
        return;
    text_print(t, "<tr><th scope=\"row\">");
    html_text(t, series_title(r, r->c->observations[index].name));
    text_print(t, "</th>\n");
    put_two_digits(t, c->mean, "</td>");
    put_two_digits(t, c->spread, "</td>");
    put_two_digits(t, c->lag, "");
    put_chance(t, c->lag_chance);
    if (has_seasons(r, c)) {
        put_two_digits(t, c->season, "");
        put_chance(t, c->season_chance);
    } else {
        text_print(t, "<td class=\"number\">\xe2\x80\x93</td>");
    }
    if (r->c->unit == TRUCE_MONTHS)
        put_calendar(t, c);
    text_print(t, "</tr>\n");
}

static void residual_table(text *t, const case_results *r)
{
    static const char letters[] = "JFMAMJJASOND";
    size_t chances = 0;
    for (size_t i = 0; i < r->c->observation_count; i++)
        if (r->observations[i].check.draws)
            chances += has_seasons(r, &r->observations[i].check) ? 2 : 1;
    if (!chances)
        return;
    text_print(
        t,
        "<h3>What the fit leaves unexplained</h3>\n<p>Residuals of the %ss in the fit: for each draw, "
        "where "
        "the observed value lies in the distribution that the draw gives it, as a normal score. "
        "If the model were right, their mean would be 0, their spread 1, and they would depend neither on "
        "the previous %s nor on the month of the year. Chance is how often independent residuals "
        "show at least as much; below 5 %% it is marked, as one in twenty of these %zu numbers would be. "
        "Bold: means of a month of the year that independent residuals exceed one time in twenty.</p>\n",
        case_period(r->c), case_period(r->c), chances);
    text_print(t,
               "<table class=\"residuals\"><thead><tr><th scope=\"col\">Series</th><th class=\"number\" "
               "scope=\"col\">mean</th><th class=\"number\" scope=\"col\">spread</th><th class=\"number\" "
               "scope=\"col\">%s to<br/>%s</th><th class=\"number\" scope=\"col\">share by<br/>season</th>",
               case_period(r->c), case_period(r->c));
    for (size_t k = 0; k < 12 && r->c->unit == TRUCE_MONTHS; k++)
        text_print(t, "<th class=\"number\" scope=\"col\">%c</th>", letters[k]);
    text_print(t, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < r->c->observation_count; i++)
        residual_row(t, r, i);
    text_print(t, "</tbody></table>\n");
}

void page_observations(text *t, const case_results *r, const figure_list *list)
{
    if (!r->c->observation_count)
        return;
    put_intro(t, r);
    coverage_table(t, r);
    text_print(t, "<div class=\"figures\">\n");
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == FIGURE_OBSERVATION)
            page_figure(t, r, list, i);
    text_print(t, "</div>\n");
    residual_table(t, r);
}
