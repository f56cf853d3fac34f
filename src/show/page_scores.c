/* The record of forecasts in report.html: the model beside its rivals, and beside the target. */
#include "results/findings.h"
#include "show/html.h"
#include "show/report_page.h"

#include <math.h>
#include <string.h>

/* ---- Cells --------------------------------------------------------------- */

static void put_plain(text *t, double value)
{
    char number[WORDS_SIZE];
    words_plain(number, value);
    text_print(t, "<td class=\"number\">%s</td>\n", number);
}

/* Lower scores are better. What is good or bad is said by an arrow and a word, and by colour besides. */
static void put_against(text *t, double against)
{
    if (isnan(against))
        text_print(t, "<td class=\"number\">\xe2\x80\x93</td>\n");
    else if (fabs(against) < 0.005)
        text_print(t, "<td class=\"number\">the same</td>\n");
    else
        text_print(t, "<td class=\"number %s\">%s\xc2\xa0%.0f\xc2\xa0%% %s</td>\n",
                   against < 0 ? "good" : "bad", against < 0 ? "\xe2\x96\xbc" : "\xe2\x96\xb2",
                   100 * fabs(against), against < 0 ? "lower" : "higher");
}

static void put_held(text *t, double share, size_t origins)
{
    if (isnan(share))
        text_print(t, "<td class=\"number\">\xe2\x80\x93</td>\n");
    else
        text_print(t, "<td class=\"number\">%.0f of %zu</td>\n", share * (double)origins, origins);
}

/* ---- The table ----------------------------------------------------------- */

/* The next larger number of months ahead that a series (SIZE_MAX: any) is scored at; 0 after the last. */
static int next_months(const score_record *s, size_t series, int months)
{
    int next = 0;
    for (size_t i = 0; i < s->row_count; i++) {
        int here = s->rows[i].months;
        if ((series == SIZE_MAX || s->rows[i].series == series) && here > months && (!next || here < next))
            next = here;
    }
    return next;
}

/* Columns beside the best rival, which is another in every row. */
static const char *const compared[] = {"persistence", "pool"};
enum { COMPARED = 2, COLUMNS = 9 };

static void put_head(text *t, const char *period)
{
    text_print(t,
               "<table><thead><tr><th scope=\"col\">%c%ss ahead</th><th class=\"number\" "
               "scope=\"col\">CRPS</th><th class=\"number\" scope=\"col\">against the<br/>best rival</th>"
               "<th scope=\"col\">which is</th>",
               period[0] - 'a' + 'A', period + 1);
    for (size_t k = 0; k < COMPARED; k++)
        text_print(t, "<th class=\"number\" scope=\"col\">against<br/>%s</th>", compared[k]);
    text_print(t, "<th class=\"number\" scope=\"col\">in 50 %%<br/>interval</th><th class=\"number\" "
                  "scope=\"col\">in 90 %%<br/>interval</th><th class=\"number\" scope=\"col\">bias</th>"
                  "</tr></thead>\n<tbody>\n");
}

static void put_row(text *t, const score_record *s, const score_row *row)
{
    text_print(t, "<tr><th scope=\"row\">%d</th>\n", row->months);
    put_plain(t, row->crps);
    size_t best = best_rival(s, row);
    put_against(t, best == SIZE_MAX ? NAN : score_against(s, row, best));
    text_print(t, "<td>");
    html_text(t, best == SIZE_MAX ? "" : s->rivals.names[best]);
    text_print(t, "</td>");
    for (size_t k = 0; k < COMPARED; k++)
        put_against(t, score_against(s, row, scores_rival(s, compared[k])));
    put_held(t, row->within_50, row->origins);
    put_held(t, row->within_90, row->origins);
    put_plain(t, row->bias);
    text_print(t, "</tr>\n");
}

static void put_series(text *t, const case_results *r, size_t series, size_t model)
{
    const score_record *s = r->scores;
    text_print(t, "<tr><th class=\"section\" colspan=\"%d\" scope=\"rowgroup\">", COLUMNS);
    html_text(t, series_title(r, s->series.names[series]));
    if (s->units.names[series][0]) {
        text_print(t, " <small>");
        html_units(t, s->units.names[series]);
        text_print(t, "</small>");
    }
    text_print(t, "</th></tr>\n");
    for (int months = next_months(s, series, 0); months; months = next_months(s, series, months)) {
        const score_row *row = scores_find(s, series, model, months);
        if (row)
            put_row(t, s, row);
    }
}

static void put_all_held(text *t, const score_record *s, bool wide, int months)
{
    double covered, cases;
    if (isnan(share_held(s, wide, SIZE_MAX, months, &covered, &cases)))
        text_print(t, "<td class=\"number\">\xe2\x80\x93</td>\n");
    else
        text_print(t, "<td class=\"number\">%.0f of %.0f</td>\n", covered, cases);
}

static void put_all(text *t, const score_record *s)
{
    text_print(
        t,
        "<tr><th class=\"section\" colspan=\"%d\" scope=\"rowgroup\">All series together <small>each in "
        "shares of the score of persistence</small></th></tr>\n",
        COLUMNS);
    for (int months = next_months(s, SIZE_MAX, 0); months; months = next_months(s, SIZE_MAX, months)) {
        size_t best = best_rival_of_all(s, months);
        text_print(t, "<tr><th scope=\"row\">%d</th><td></td>\n", months);
        put_against(t, best == SIZE_MAX ? NAN : all_against(s, best, months));
        text_print(t, "<td>");
        html_text(t, best == SIZE_MAX ? "" : s->rivals.names[best]);
        text_print(t, "</td>");
        for (size_t k = 0; k < COMPARED; k++)
            put_against(t, all_against(s, scores_rival(s, compared[k]), months));
        put_all_held(t, s, false, months);
        put_all_held(t, s, true, months);
        text_print(t, "<td></td></tr>\n");
    }
}

/* ---- In words ------------------------------------------------------------ */

static void put_basis(text *t, const case_results *r)
{
    const score_record *s = r->scores;
    char first[WORDS_SIZE], last[WORDS_SIZE];
    text_print(t, "<p>The model was fitted again up to each of several %ss, the origins", case_period(r->c));
    if (s->first != MONTH_NONE && s->last != MONTH_NONE) {
        month_name(s->first, first);
        month_name(s->last, last);
        text_print(t, " (%s to %s)", first, last);
    }
    text_print(
        t,
        ", and run on; its forecast of the change since the origin is compared with what was observed. CRPS, "
        "the continuous ranked probability score, is the mean distance of the draws from it less half that "
        "among them, in "
        "the units of the series: lower is better. In the 50 %% and 90 %% intervals should lie "
        "half and nine in ten. Bias is the median less the observed. Origins are few, and the "
        "priors were set by people who knew the years that are scored.");
    if (!isnan(s->particles))
        text_print(t, " Each fit had %.0f particles", s->particles);
    if (!isnan(s->particles) && !isnan(s->seed))
        text_print(t, ", seed %.0f", s->seed);
    text_print(t, "%s</p>\n", isnan(s->particles) ? "" : ".");
}

static void put_targets(text *t, const case_results *r)
{
    bool listed = false;
    for (size_t k = 0; k < TARGETS; k++) {
        text words = {0};
        bool met = false;
        if (target_finding(&words, r, k, &met)) {
            text_print(t, "%s<li><b>%s</b>: ",
                       listed ? "" : "<p>The targets, of territory and losses together:</p>\n<ul>\n",
                       met ? "met" : "missed");
            html_text(t, words.bytes);
            text_print(t, "</li>\n");
            listed = true;
        }
        t->failed = t->failed || words.failed;
        text_free(&words);
    }
    if (listed)
        text_print(t, "</ul>\n");
}

void page_scores(text *t, const case_results *r)
{
    const score_record *s = r->scores;
    size_t model = s ? scores_rival(s, "model") : SIZE_MAX;
    if (model == SIZE_MAX)
        return;
    text weakness = {0};
    text_print(t, "<h2>How good the forecasts have been</h2>\n");
    weakness_finding(&weakness, r);
    if (weakness.length) {
        text_print(t, "<p class=\"caveat\">");
        html_text(t, weakness.bytes);
        text_print(t, ".</p>\n");
    }
    t->failed = t->failed || weakness.failed;
    text_free(&weakness);
    if (!r->fit)
        text_print(
            t, "<p>These are forecasts of fits; the futures of this page are drawn from the priors.</p>\n");
    put_targets(t, r);
    put_basis(t, r);
    put_head(t, case_period(r->c));
    put_all(t, s);
    for (size_t k = 0; k < s->series.count; k++)
        put_series(t, r, k, model);
    text_print(t, "</tbody></table>\n");
}
