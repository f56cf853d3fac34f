/* What the results of report.html rest on: priors, data, sources, scenarios, and how to get the same numbers.
 */
#include "results/findings.h"
#include "show/html.h"
#include "show/report_page.h"

#include <string.h>

/* ---- Sources ------------------------------------------------------------- */

static const case_source *find_source(const truce_case *c, const char *id)
{
    for (size_t i = 0; id && i < c->source_count; i++)
        if (strcmp(c->sources[i].id, id) == 0)
            return &c->sources[i];
    return NULL;
}

/* A source's id leads to its entry; a source in words stands as it is. */
static void put_source(text *t, const truce_case *c, const char *source)
{
    const case_source *found = find_source(c, source);
    if (!found) {
        html_text(t, source ? source : "");
        return;
    }
    text_print(t, "<a href=\"#source-");
    html_text(t, found->id);
    text_print(t, "\">");
    html_text(t, found->id);
    text_print(t, "</a>");
}

void page_sources(text *t, const case_results *r)
{
    const truce_case *c = r->c;
    if (!c->source_count)
        return;
    text_print(t,
               "<h2>Sources</h2>\n<table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Source</th>"
               "<th scope=\"col\">Date</th><th scope=\"col\">Licence</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < c->source_count; i++) {
        const case_source *s = &c->sources[i];
        text_print(t, "<tr id=\"source-");
        html_text(t, s->id);
        text_print(t, "\"><th scope=\"row\">");
        html_text(t, s->id);
        text_print(t, "</th><td>");
        html_link(t, s->url, s->text);
        text_print(t, "</td><td>");
        html_text(t, s->date && *s->date ? s->date : "not stated");
        text_print(t, "</td><td>");
        html_text(t, s->licence && *s->licence ? s->licence : "not stated");
        text_print(t, "</td></tr>\n");
    }
    text_print(t, "</tbody></table>\n");
}

/* ---- Priors and data ----------------------------------------------------- */

static void put_quantile(text *t, const truce_distribution *d, double p, double step)
{
    char number[WORDS_SIZE];
    words_number(number, truce_distribution_quantile(d, p), step);
    text_print(t, "<td class=\"number\">%s</td>", number);
}

static void put_parameter(text *t, const case_results *r, const case_parameter *p)
{
    double low = truce_distribution_quantile(&p->prior, 0.05);
    double high = truce_distribution_quantile(&p->prior, 0.95), step = words_step(low, high);
    text words = {0};
    words_prior(&words, &p->prior);
    text_print(t, "<tr><th scope=\"row\">");
    html_text(t, p->name);
    text_print(t, "<br/><small>");
    html_units(t, p->units ? p->units : "");
    text_print(t, "</small></th><td>");
    html_text(t, words.length ? words.bytes : "");
    text_print(t, "</td>");
    t->failed = t->failed || words.failed;
    text_free(&words);
    put_quantile(t, &p->prior, 0.05, step);
    put_quantile(t, &p->prior, 0.5, step);
    put_quantile(t, &p->prior, 0.95, step);
    text_print(t, "<td>");
    if (p->judgement)
        text_print(t, "<small class=\"judgement\">judgement: nobody has measured it</small> ");
    put_source(t, r->c, p->source);
    if (p->note && *p->note) {
        text_print(t, " <small>");
        html_text(t, p->note);
        text_print(t, "</small>");
    }
    text_print(t, "</td></tr>\n");
}

/* On paper a line of a narrow column: name, median, 90 % interval, and a star for what nobody has measured. */
static void put_compact(text *t, const case_parameter *p)
{
    double low = truce_distribution_quantile(&p->prior, 0.05),
           middle = truce_distribution_quantile(&p->prior, 0.5);
    double high = truce_distribution_quantile(&p->prior, 0.95), step = words_step(low, high);
    char number[WORDS_SIZE];
    text_print(t, "<p>");
    html_text(t, p->name);
    words_number(number, middle, step);
    text_print(t, "%s <b>%s</b> (", p->judgement ? "*" : "", number);
    put_range(t, low, high, step);
    text_print(t, ") ");
    html_units(t, p->units ? p->units : "");
    text_print(t, "</p>\n");
}

static void put_all_compact(text *t, const case_results *r)
{
    text_print(
        t,
        "<div class=\"compact\">\n<p>Median (5 %% to 95 %% of the prior); * judgement. The page on a screen "
        "has forms, notes and sources.</p>\n");
    for (size_t i = 0; i < r->c->parameter_count; i++)
        put_compact(t, &r->c->parameters[i]);
    text_print(t, "</div>\n");
}

static void put_beyond(text *t, const case_series *s, const char *period)
{
    char value[WORDS_SIZE];
    words_plain(value, s->beyond_value);
    if (s->beyond == BEYOND_HOLD)
        text_print(t, "mean of its last %d %s%s", s->beyond_months, period, s->beyond_months == 1 ? "" : "s");
    else if (s->beyond == BEYOND_ZERO)
        text_print(t, "nothing");
    else if (s->beyond == BEYOND_VALUE)
        text_print(t, "%s", value);
    else
        text_print(t, "its prior, member by member");
}

static void put_series(text *t, const case_results *r)
{
    const truce_case *c = r->c;
    if (!c->series_count)
        return;
    text_print(
        t, "<h3>Data that drive the model</h3>\n<table><thead><tr><th scope=\"col\">Variable</th>"
           "<th scope=\"col\">From and to</th><th scope=\"col\">After that</th><th scope=\"col\">Column</th>"
           "<th scope=\"col\">Source</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < c->series_count; i++) {
        const case_series *s = &c->series[i];
        char first[WORDS_SIZE], last[WORDS_SIZE];
        month_name(s->data.first, first);
        month_name(s->data.first + (month)s->data.count - 1, last);
        text_print(t, "<tr><th scope=\"row\">");
        html_text(t, s->variable);
        text_print(t, "<br/><small>");
        html_units(t, s->units ? s->units : "");
        text_print(t, "</small></th><td>%s to %s</td><td>", first, last);
        put_beyond(t, s, case_period(c));
        text_print(t, "</td><td>");
        html_text(t, s->data.column);
        text_print(t, "</td><td>");
        put_source(t, c, s->source);
        text_print(t, "</td></tr>\n");
    }
    text_print(t, "</tbody></table>\n");
}

void page_assumptions(text *t, const case_results *r)
{
    size_t judged = 0, count = r->c->parameter_count, uncertain = 0;
    for (size_t i = 0; i < count; i++) {
        bool drawn = r->c->parameters[i].prior.kind != TRUCE_FIXED;
        uncertain += drawn;
        judged += drawn && r->c->parameters[i].judgement;
    }
    text_print(
        t,
        "<h2>Assumptions</h2>\n<p>%zu parameter%s uncertain; each member draws its own values from these "
        "priors. %zu of them %s of the case's authors. The equations are in the model file; "
        "<code>truce explain</code> shows each with its units and its source.</p>\n",
        uncertain, uncertain == 1 ? " is" : "s are", judged,
        judged == 1 ? "is a judgement" : "are judgements");
    if (count) {
        text_print(t,
                   "<table class=\"assumptions\"><thead><tr><th scope=\"col\">Parameter</th><th "
                   "scope=\"col\">Prior</th>"
                   "<th class=\"number\" scope=\"col\">5 %%</th><th class=\"number\" scope=\"col\">50 %%</th>"
                   "<th class=\"number\" scope=\"col\">95 %%</th><th scope=\"col\">Source</th></tr></thead>\n"
                   "<tbody>\n");
        for (size_t i = 0; i < count; i++)
            put_parameter(t, r, &r->c->parameters[i]);
        text_print(t, "</tbody></table>\n");
        put_all_compact(t, r);
    }
    put_series(t, r);
}

/* ---- Scenarios in words -------------------------------------------------- */

static void put_period(text *t, const case_change *x)
{
    char first[WORDS_SIZE], last[WORDS_SIZE];
    if (x->first != MONTH_NONE)
        month_name(x->first, first);
    if (x->last != MONTH_NONE)
        month_name(x->last, last);
    if (x->first != MONTH_NONE && x->first == x->last)
        text_print(t, "in %s, ", first);
    else if (x->first != MONTH_NONE && x->last != MONTH_NONE)
        text_print(t, "from %s to %s, ", first, last);
    else if (x->first != MONTH_NONE)
        text_print(t, "from %s on, ", first);
    else if (x->last != MONTH_NONE)
        text_print(t, "until %s, ", last);
    else
        text_print(t, "over the whole horizon, ");
}

static void put_change(text *t, const case_change *x)
{
    char value[WORDS_SIZE], first[WORDS_SIZE], last[WORDS_SIZE];
    words_plain(value, x->value);
    text_print(t, "<li>");
    if (x->kind == CHANGE_SET || x->kind == CHANGE_SCALE)
        text_print(t, "over the whole horizon, ");
    else
        put_period(t, x);
    html_text(t, x->variable);
    switch (x->kind) {
    case CHANGE_SET:
        text_print(t, " is %s for all members", value);
        break;
    case CHANGE_SCALE:
        text_print(t, " is %s times what it would be", value);
        break;
    case CHANGE_VALUE:
        text_print(t, " is %s", value);
        break;
    case CHANGE_MULTIPLY:
        text_print(t, " is %s times what it would be", value);
        break;
    case CHANGE_ADD:
        text_print(t, " is %s more than it would be", value);
        break;
    case CHANGE_MEAN_OF:
        month_name(x->mean_first, first);
        month_name(x->mean_last, last);
        text_print(t, " is its mean of %s to %s", first, last);
        break;
    }
    text_print(t, "</li>\n");
}

void page_scenario_words(text *t, const case_results *r)
{
    text_print(t, "<h2>Scenarios in words</h2>\n<dl>\n");
    for (size_t i = 0; i < r->scenario_count; i++) {
        const case_scenario *s = scenario_of(r, &r->scenarios[i]);
        text_print(t, "<dt>");
        html_text(t, s->title);
        text_print(t, " (<code>");
        html_text(t, s->name);
        text_print(t, "</code>)</dt>\n<dd>");
        if (s->note && *s->note)
            html_element(t, "p", s->note);
        text learned = {0};
        learned_finding(&learned, r, s);
        if (learned.length) {
            text_print(t, "<p>Its size is ");
            html_text(t, learned.bytes);
            text_print(t, ".</p>\n");
        }
        t->failed = t->failed || learned.failed;
        text_free(&learned);
        if (s->base < r->c->scenario_count) {
            text_print(t, "<p>As &quot;");
            html_text(t, r->c->scenarios[s->base].title);
            text_print(t, s->change_count ? "&quot;, but:</p>\n" : "&quot;.</p>\n");
        } else if (!s->change_count) {
            text_print(t, "<p>The case without changes.</p>\n");
        }
        if (s->change_count)
            text_print(t, "<ul>\n");
        for (size_t k = 0; k < s->change_count; k++)
            put_change(t, &s->changes[k]);
        text_print(t, s->change_count ? "</ul></dd>\n" : "</dd>\n");
    }
    text_print(t, "</dl>\n");
}

/* ---- Reproduction -------------------------------------------------------- */

void page_reproduce(text *t, const case_results *r, bool members)
{
    text_print(t, "<h2>How to get the same numbers</h2>\n<p>truce %s, model ", truce_version());
    html_text(t, r->c->model->name);
    text_print(t, ", case ");
    html_text(t, r->c->path);
    text_print(
        t,
        ", %zu member%s, seed %llu. The same command gives the same numbers, bit for bit, on any number "
        "of processors:</p>\n",
        r->members, r->members == 1 ? "" : "s", (unsigned long long)r->seed);
    if (r->command && *r->command)
        html_command(t, r->command);
    text_print(
        t,
        "<p>With <code>--chart NAME -o NAME.png</code> (or <code>.svg</code>, <code>.csv</code>) the command "
        "writes one chart; the name of each is printed below it.</p>\n");
    double rank_error = results_rank_error(r);
    if (rank_error > 0)
        text_print(t,
                   "<p>This many members are counted in cells: at most %.2g %% of them lie between "
                   "a quantile shown and the exact one.</p>\n",
                   100 * rank_error);
    text_print(t,
               "<p>In the folder of this page are <code>summary.csv</code> (statistics by scenario, quantity "
               "and %s)%s <code>observed.csv</code> (what was observed beside what is predicted of it)%s.",
               case_period(r->c), members ? "," : " and",
               members ? " and <code>members.nc</code> (every member; NetCDF-4)" : "");
    text_print(t, " One member alone, with every variable: <code>truce run CASE --member K</code>.</p>\n");
}
