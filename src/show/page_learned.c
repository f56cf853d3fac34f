/* What a fit has taught, in report.html: each parameter's posterior beside its prior.
 *
 * Parameters have units and sizes of their own, so bars are drawn in quantiles of the prior, spaced as normal
 * scores are: every prior is then the same bar, and a posterior is narrower by what was learned and off its
 * middle by where the data pull. The bars are plain rectangles in a table, which needs no gnuplot: names,
 * units and numbers stay text that wraps and can be searched.
 *
 *      5 %      50 %     95 %     of the prior
 *       |########|########|       prior, 90 %
 *       |     ===|##|===  |       posterior, 90 % and 50 %
 */
#include "math/distribution.h"
#include "results/findings.h"
#include "results/learned.h"
#include "show/html.h"
#include "show/report_page.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { BAR_WIDTH = 250, BAR_HEIGHT = 22, SHOWN = 36 };

static const double reach = 2.6; /* normal scores left and right of the prior's median */
static const double five_percent = 1.6448536269514722; /* normal score of 95 % */

/* ---- Bars ---------------------------------------------------------------- */

static double pixel(double score)
{
    return BAR_WIDTH * (0.5 + 0.5 * fmin(fmax(score, -reach), reach) / reach);
}

static void put_bar(text *t, double from, double to, double top, double height, const char *colour)
{
    text_print(t, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", pixel(from),
               top, fmax(pixel(to) - pixel(from), 1.5), height, colour);
}

static void put_share_of_prior(text *t, double score)
{
    char share[WORDS_SIZE];
    words_percent(share, normal_probability(score));
    html_text(t, share);
}

static void put_bars(text *t, const learned *x)
{
    const double *z = x->scores;
    text_print(
        t,
        "<td class=\"bar\"><svg role=\"img\" viewBox=\"0 0 %d %d\" aria-label=\"posterior, 90 %%: from the ",
        BAR_WIDTH, BAR_HEIGHT);
    put_share_of_prior(t, z[0]);
    text_print(t, " to the ");
    put_share_of_prior(t, z[4]);
    text_print(t, " quantile of the prior\">");
    put_bar(t, -five_percent, five_percent, 3, 16, "#dde2e6");
    put_bar(t, z[0], z[4], 7, 8, "#6f9dc4");
    put_bar(t, z[1], z[3], 7, 8, "#17456e");
    text_print(t, "<path d=\"M%.1f 1v20\" stroke=\"#555\" stroke-dasharray=\"2 2\"/>", pixel(0));
    text_print(t, "<path d=\"M%.1f 5v12\" stroke=\"#000\" stroke-width=\"2.5\"/></svg></td>\n", pixel(z[2]));
}

static void put_bar_head(text *t)
{
    text_print(
        t,
        "<th class=\"bar\" scope=\"col\">quantiles of the prior<svg role=\"img\" viewBox=\"0 0 %d 16\" "
        "aria-label=\"axis\"><g font-size=\"12\" text-anchor=\"middle\">",
        BAR_WIDTH);
    static const struct {
        double at;
        const char *name;
    } ticks[] = {{-1, "5\xc2\xa0%"}, {0, "50\xc2\xa0%"}, {1, "95\xc2\xa0%"}};
    for (size_t i = 0; i < 3; i++)
        text_print(t, "<text x=\"%.1f\" y=\"12\">%s</text>", pixel(ticks[i].at * five_percent),
                   ticks[i].name);
    text_print(t, "</g></svg></th>");
}

/* ---- The table ----------------------------------------------------------- */

static void put_interval(text *t, double low, double middle, double high)
{
    char number[WORDS_SIZE];
    double step = words_step(low, high);
    words_number(number, middle, step);
    text_print(t, "<td class=\"number\">%s<small>", number);
    put_range(t, low, high, step);
    text_print(t, "</small></td>\n");
}

/* What is wrong with the draws of a parameter, in words. */
static void put_doubts(text *t, const truce_fit_diagnosis *d)
{
    text_print(t, "<td class=\"number\">");
    if (isnan(d->r_hat))
        text_print(t, "\xe2\x80\x93");
    else
        text_print(t, "%.2f", d->r_hat);
    if (d->r_hat > FIT_R_HAT_LIMIT)
        text_print(t, "<small class=\"judgement\">populations disagree</small>");
    if (d->tail < FIT_TAIL_LEAST)
        text_print(t, "<small class=\"judgement\">ends uncertain</small>");
    text_print(t, "</td></tr>\n");
}

static void put_row(text *t, const learned *x)
{
    const truce_distribution *prior = &x->parameter->prior;
    text_print(t, "<tr><th scope=\"row\">");
    html_text(t, x->parameter->name);
    text_print(t, "<br/><small>");
    html_units(t, x->units);
    text_print(t, "</small></th>\n");
    put_interval(t, truce_distribution_quantile(prior, 0.05), truce_distribution_quantile(prior, 0.5),
                 truce_distribution_quantile(prior, 0.95));
    put_bars(t, x);
    put_interval(t, x->posterior.quantiles[0], x->posterior.quantiles[2], x->posterior.quantiles[4]);
    if (isnan(x->diagnosis.contraction))
        text_print(t, "<td class=\"number\">\xe2\x80\x93</td>\n");
    else if (x->diagnosis.contraction < 0.005)
        text_print(t, "<td class=\"number\">nothing</td>\n");
    else
        text_print(t, "<td class=\"number\">%.0f\xc2\xa0%%</td>\n", 100 * x->diagnosis.contraction);
    put_doubts(t, &x->diagnosis);
}

static void put_table(text *t, const learned *list, size_t count)
{
    text_print(t, "<table class=\"learned\"><thead><tr><th scope=\"col\">Parameter</th>"
                  "<th class=\"number\" scope=\"col\">prior<br/>50 %% (90 %%)</th>");
    put_bar_head(t);
    text_print(t, "<th class=\"number\" scope=\"col\">posterior<br/>50 %% (90 %%)</th>"
                  "<th class=\"number\" scope=\"col\">learned</th>"
                  "<th class=\"number\" scope=\"col\">R-hat</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count; i++)
        put_row(t, &list[i]);
    text_print(t, "</tbody></table>\n");
}

/* The same on paper, in narrow columns. */
static void put_compact(text *t, const learned *list, size_t count)
{
    text_print(
        t, "<div class=\"compact\">\n<p>Median of the prior, then median (5 %% to 95 %%) of the posterior; "
           "learned.</p>\n");
    for (size_t i = 0; i < count; i++) {
        const learned *x = &list[i];
        const double *q = x->posterior.quantiles;
        char prior[WORDS_SIZE], posterior[WORDS_SIZE];
        double step = words_step(q[0], q[4]);
        words_number(prior, truce_distribution_quantile(&x->parameter->prior, 0.5), step);
        words_number(posterior, q[2], step);
        text_print(t, "<p>");
        html_text(t, x->parameter->name);
        text_print(t, " %s, <b>%s</b> (", prior, posterior);
        put_range(t, q[0], q[4], step);
        text_print(t, ")");
        if (x->diagnosis.contraction >= 0.005)
            text_print(t, "; %.0f\xc2\xa0%%", 100 * x->diagnosis.contraction);
        text_print(t, "</p>\n");
    }
    text_print(t, "</div>\n");
}

/* ---- In words ------------------------------------------------------------ */

/* "The data say most about x: 83 % of its variance is gone; of 160 parameters 12 have lost at least half of it."
 */
static void put_finding(text *t, const learned *list, size_t count)
{
    size_t half = 0, furthest = 0;
    for (size_t i = 0; i < count; i++) {
        half += list[i].diagnosis.contraction >= 0.5;
        if (fabs(list[i].scores[2]) > fabs(list[furthest].scores[2]))
            furthest = i;
    }
    if (list[0].diagnosis.contraction > 0) {
        text_print(t, "The data say most about \xe2\x80\x9c");
        html_text(t, list[0].parameter->name);
        text_print(t,
                   "\xe2\x80\x9d: they removed %.0f %% of its prior\xe2\x80\x99s variance; of %zu parameters "
                   "%zu lost at least half of theirs. ",
                   100 * list[0].diagnosis.contraction, count, half);
    }
    text_print(t, "Furthest from its prior lies \xe2\x80\x9c");
    html_text(t, list[furthest].parameter->name);
    text_print(t, "\xe2\x80\x9d, with its median at the prior\xe2\x80\x99s ");
    put_share_of_prior(t, list[furthest].scores[2]);
    text_print(t, " quantile");
}

static void put_warnings(text *t, const truce_fit *f)
{
    if (!truce_fit_warning_count(f))
        return;
    text_print(t, "<div class=\"caveat\"><p>The fit warns:</p>\n<ul>\n");
    for (size_t i = 0; i < truce_fit_warning_count(f); i++)
        html_element(t, "li", truce_fit_warning(f, i));
    text_print(t, "</ul></div>\n");
}

static void put_figure(text *t, const case_results *r, const learned *list, size_t shown, size_t count)
{
    assert(shown <= count);
    text_print(t, "<figure class=\"learned\">\n<h3>");
    put_finding(t, list, count);
    text_print(t,
               "</h3>\n<p>The %zu most learned of %zu parameters. Light bar: 90 %% of the prior; dark bars: "
               "90 %% and 50 %% of ",
               shown, count);
    text_print(t,
               "the posterior; black stroke: its median; dashed: that of the prior. The axis is quantiles of "
               "the prior, so that all priors are the same bar. Learned: the share of the prior\xe2\x80\x99s "
               "variance that the data removed. R-hat above %.2f: the four independent populations of the "
               "fit disagree.</p>\n",
               FIT_R_HAT_LIMIT);
    put_table(t, list, shown);
    text_print(t, "<figcaption>Source: a fit to the data up to %s, %zu draws.</figcaption>\n</figure>\n",
               truce_fit_until(r->fit), truce_fit_draw_count(r->fit));
}

void page_learned(text *t, const case_results *r)
{
    if (!r->fit)
        return;
    size_t count;
    learned *list = learned_make(r, &count);
    if (!list) {
        t->failed = true;
        return;
    }
    size_t shown = count < SHOWN ? count : SHOWN;
    text_print(t, "<h2>What the fit has learned</h2>\n");
    put_warnings(t, r->fit);
    if (count)
        put_figure(t, r, list, shown, count);
    if (shown < count) {
        text_print(t, "<details><summary>The other %zu parameter%s</summary>\n", count - shown,
                   count - shown == 1 ? "" : "s");
        put_table(t, list + shown, count - shown);
        put_compact(t, list + shown, count - shown);
        text_print(t, "</details>\n");
    }
    if (r->fit->command[0])
        html_command(t, r->fit->command);
    free(list);
}
