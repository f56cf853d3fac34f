/* What the numbers say, in sentences. Nothing here knows of a country or a weapon: names come from the case.
 */
#include "results/findings.h"

#include <math.h>
#include <string.h>

#define PERCENT "\xc2\xa0%%" /* with a no-break space; part of formats */
#define FIFTY   "50" PERCENT

/* ---- Dates and numbers --------------------------------------------------- */

void window_name(const case_results *r, size_t from, size_t to, char out[WORDS_SIZE])
{
    month first = r->c->start + (month)from, last = r->c->start + (month)to - 1;
    char a[WORDS_SIZE / 2], b[WORDS_SIZE / 2];
    month_first_date(first, a);
    month_last_day(last, b);
    if (first <= last && month_begins_year(first) && month_begins_year(last + 1)) {
        a[4] = b[4] = '\0';
        snprintf(out, WORDS_SIZE, strcmp(a, b) == 0 ? "%.24s" : "%.24s to %.24s", a, b);
        return;
    }
    month_name(first, a);
    month_name(last, b);
    const char *day = month_unit(first) == TRUCE_DAYS ? strchr(a, ' ') : NULL;
    if (day && first < last && strchr(b, ' ') && strcmp(day, strchr(b, ' ')) == 0)
        a[day - a] = '\0'; /* "1 to 12 Nov 2023" */
    if (first >= last)
        snprintf(out, WORDS_SIZE, "%.24s", a);
    else
        snprintf(out, WORDS_SIZE, "%.24s to %.24s", a, b);
}

void next_window_name(const case_results *r, char out[WORDS_SIZE])
{
    window_name(r, has_forecast(r) ? r->data_months : r->past_from, r->next_to, out);
}

void save_name(const case_results *r, size_t k, char out[WORDS_SIZE])
{
    month_name(r->c->start + (month)k - 1, out);
}

void put_range(text *t, double low, double high, double step)
{
    char a[WORDS_SIZE], b[WORDS_SIZE];
    words_number(a, low, step);
    words_number(b, high, step);
    text_print(t, "%s to %s", a, b);
}

void put_estimate(text *t, const statistics *s)
{
    char median[WORDS_SIZE];
    if (statistics_agree(s)) {
        words_plain(median, statistics_agreed(s));
        text_print(t, "%s", median);
        return;
    }
    double step = statistics_step(s);
    words_number(median, s->quantiles[2], step);
    text_print(t, "%s (" FIFTY ": ", median);
    put_range(t, s->quantiles[1], s->quantiles[3], step);
    text_print(t, ")");
}

/* ---- The front ----------------------------------------------------------- */

/* The same quantity seen from the other side. */
static statistics turned(const statistics *s)
{
    statistics result = *s;
    for (int i = 0; i < QUANTILES; i++)
        result.quantiles[i] = -s->quantiles[QUANTILES - 1 - i];
    result.mean = -s->mean;
    result.above = s->below;
    result.below = s->above;
    return result;
}

static double days_of(time_unit unit)
{
    static const double days[] = {
        [TRUCE_MONTHS] = 365.25 / 12, [TRUCE_DAYS] = 1, [TRUCE_WEEKS] = 7, [TRUCE_YEARS] = 365.25};
    return days[unit];
}

/* Metres a day along the line that a change of the front is; NaN where the case does not give its length, or the
 * model measures ground in other units. */
static double metres_a_day(const case_results *r, double change)
{
    const truce_case *c = r->c;
    if (strcmp(element_units(c->model, c->front_element), "km2") != 0)
        return NAN;
    return 1000 * change / r->quantities[r->front_change].scale / c->front_length / days_of(c->unit);
}

void put_pace(text *t, const case_results *r, double change)
{
    const char *way = change < 0 ? r->c->front_back : r->c->front_towards;
    double metres = fabs(metres_a_day(r, change));
    char number[WORDS_SIZE];
    if (change == 0 || !isfinite(change))
        return;
    words_number(number, metres, metres < 1 ? 0.1 : 1);
    if (isfinite(metres))
        text_print(t, ", %s m a day%s%s along the line", number, way ? " " : "", way ? way : "");
    else if (way)
        text_print(t, ", %s", way);
}

/* The window of a mean change, and where it ends. */
static size_t change_window(const case_results *r, reading k, char out[WORDS_SIZE])
{
    if (k == READING_NEXT)
        next_window_name(r, out);
    else
        window_name(r, has_forecast(r) ? r->data_months : r->past_from, r->months, out);
    return k == READING_NEXT ? r->next_to : r->months;
}

reading front_reading(const case_results *r)
{
    return r->scenario_count > 1 ? READING_END : READING_NEXT;
}

void speed_finding(text *t, const case_results *r, reading k, statistics speed)
{
    char window[WORDS_SIZE], share[WORDS_SIZE], median[WORDS_SIZE];
    const quantity *q = &r->quantities[r->front_change];
    const char *gains = r->c->front_gains ? r->c->front_gains : "the front";
    double change = speed.quantiles[2];
    if (speed.quantiles[2] < 0 && r->c->front_loses) {
        gains = r->c->front_loses;
        speed = turned(&speed);
    }
    double step = statistics_step(&speed);
    size_t end = change_window(r, k, window);
    words_number(median, speed.quantiles[2], step);
    words_direction(share, speed.above, speed.members, windows_of_record(r, end - r->data_months));
    text_print(t, "%s gains %s ", gains, median);
    words_units(t, q->units);
    text_print(t, " in %s", window);
    if (!statistics_agree(&speed)) {
        text_print(t, " (" FIFTY ": ");
        put_range(t, speed.quantiles[1], speed.quantiles[3], step);
        text_print(t, ")");
    }
    put_pace(t, r, change);
    if (strchr(share, '%'))
        text_print(t, "; the front moves its way with a probability of %s", share);
    else
        text_print(t, "; the front moves its way in %s futures", share);
}

/* Whether the record, rather than the members, limits how sure the direction over this window is told. */
static bool is_limited(const case_results *r, const scenario_result *s, reading k)
{
    const statistics *x = reading_of(s, r->front_change, k);
    size_t end = k == READING_NEXT ? r->next_to : r->months;
    double least = words_least_direction(windows_of_record(r, end - r->data_months));
    bool told = (x->above > 0 || x->below > 0) && x->members >= WORDS_FEW;
    return told && (fmax(x->above, x->below) > 1 - least || fmin(x->above, x->below) < least);
}

static void put_limit(text *t, const case_results *r, reading k)
{
    char window[WORDS_SIZE], count[WORDS_SIZE];
    size_t windows = windows_of_record(r, change_window(r, k, window) - r->data_months);
    words_number(count, (double)windows, 1);
    text_print(t, "%s as long as %s (%.0f" PERCENT ")", windows ? count : "none", window,
               100 * (1 - words_least_direction(windows)));
}

void direction_finding(text *t, const case_results *r)
{
    char data_end[WORDS_SIZE];
    if (r->front_change == SIZE_MAX || !has_forecast(r))
        return;
    bool next = is_limited(r, &r->scenarios[0], READING_NEXT), end = false;
    for (size_t i = 0; i < r->scenario_count && r->next_to < r->months; i++)
        end = end || is_limited(r, &r->scenarios[i], READING_END);
    if (!next && !end)
        return;
    save_name(r, r->data_months, data_end);
    text_print(t,
               "Directions with > or < are limited by the record to %s, however many members agree. Windows "
               "in it that do not overlap: ",
               data_end);
    if (next)
        put_limit(t, r, READING_NEXT);
    text_print(t, next && end ? ", " : "");
    if (end)
        put_limit(t, r, READING_END);
}

void front_finding(text *t, const case_results *r, const scenario_result *s)
{
    if (r->front_change != SIZE_MAX)
        speed_finding(t, r, front_reading(r), *reading_of(s, r->front_change, front_reading(r)));
}

/* ---- Losses -------------------------------------------------------------- */

bool is_summed(const case_results *r, size_t q)
{
    const quantity *x = &r->quantities[q];
    if (x->section != SECTION_LOSSES)
        return false;
    for (size_t i = 0; i < r->quantity_count; i++) {
        const quantity *y = &r->quantities[i];
        bool same = i != q && y->section == SECTION_LOSSES && y->element_count == x->element_count &&
                    y->elements[0] == x->elements[0];
        if (same && ((y->change && !x->change) || (y->change == x->change && i < q)))
            return false;
    }
    return true;
}

size_t both_sides_quantity(const case_results *r)
{
    for (size_t q = 0; q < r->quantity_count; q++)
        if (r->quantities[q].both && is_summed(r, q))
            return q;
    return SIZE_MAX;
}

void amount_units(text *t, const quantity *q, const char *period)
{
    text plain = {0};
    words_units(&plain, q->units);
    static const char *const rates[] = {"a %s", "/%s", "per %s"};
    for (size_t i = 0; i < 3 && plain.length; i++) {
        char rate[WORDS_SIZE];
        snprintf(rate, sizeof rate, rates[i], period);
        size_t length = strlen(rate);
        if (plain.length >= length && strcmp(plain.bytes + plain.length - length, rate) == 0) {
            plain.length -= length;
            while (plain.length && plain.bytes[plain.length - 1] == ' ')
                plain.length--;
            break;
        }
    }
    text_add(t, plain.bytes ? plain.bytes : "", plain.length);
    t->failed = t->failed || plain.failed;
    text_free(&plain);
}

void losses_finding(text *t, const case_results *r, const scenario_result *s)
{
    size_t index = both_sides_quantity(r);
    if (index == SIZE_MAX)
        return;
    const quantity *q = &r->quantities[index];
    char window[WORDS_SIZE];
    window_name(r, 0, r->data_months, window);
    text_print(t, "%s, both sides together: ", q->title);
    put_estimate(t, reading_of(s, index, READING_PAST_AMOUNT));
    text_print(t, " ");
    amount_units(t, q, case_period(r->c));
    text_print(t, " from %s", window);
    if (!has_forecast(r))
        return;
    window_name(r, r->data_months, r->months, window);
    text_print(t, ", and ");
    put_estimate(t, reading_of(s, index, READING_FUTURE_AMOUNT));
    text_print(t, " more from %s", window);
}

/* ---- Outputs ------------------------------------------------------------- */

/* "down from 5.1 to 3.2 (50 %: 2.6 to 3.9)". Up and down are said when three of four members agree. */
static void put_level(text *t, const case_results *r, const scenario_result *s, size_t q)
{
    const statistics *now = reading_of(s, q, READING_NOW), *next = reading_of(s, q, READING_NEXT);
    const statistics *trend = reading_of(s, q, READING_TREND);
    char a[WORDS_SIZE], b[WORDS_SIZE];
    double step = statistics_step(next);
    words_number(a, now->quantiles[2], step);
    words_number(b, next->quantiles[2], step);
    if (!has_forecast(r) || strcmp(a, b) == 0)
        text_print(t, "at ");
    else if (trend->above >= 0.75)
        text_print(t, "up from %s to ", a);
    else if (trend->below >= 0.75)
        text_print(t, "down from %s to ", a);
    else
        text_print(t, "little changed from %s, at ", a);
    put_estimate(t, next);
}

/* How far a quantity moves for its size: decides which of many is named in a title. */
static double movement(const scenario_result *s, size_t q)
{
    const statistics *now = reading_of(s, q, READING_NOW), *trend = reading_of(s, q, READING_TREND);
    double size = fabs(now->quantiles[2]);
    double moved = fabs(trend->quantiles[2]);
    return isfinite(moved) ? moved / (size > 1e-12 ? size : 1) : 0;
}

static void put_label(text *t, const quantity *q)
{
    if (q->label[0])
        text_print(t, "%s ", q->label);
}

void output_finding(text *t, const case_results *r, const scenario_result *s, const case_output *output)
{
    size_t count, first = output_quantities(r, output, &count);
    if (!count)
        return;
    if (first == r->front_change && count == 1) {
        front_finding(t, r, s);
        return;
    }
    size_t shown = count, from = first;
    if (count > 3) { /* too many for a title: the one that moves most */
        shown = 1;
        for (size_t q = first; q < first + count; q++)
            if (movement(s, q) > movement(s, from))
                from = q;
    }
    const quantity *q = &r->quantities[from];
    char window[WORDS_SIZE];
    if (output->change)
        next_window_name(r, window);
    else
        save_name(r, r->next_to, window);
    text_print(t, "%s", output->title);
    words_in_units(t, q->units);
    text_print(t, output->change ? ", mean of %s: " : q->flow ? ", %s: " : ", end of %s: ", window);
    for (size_t i = 0; i < shown; i++) {
        text_print(t, "%s", i ? "; " : "");
        put_label(t, &r->quantities[from + i]);
        if (output->change)
            put_estimate(t, reading_of(s, from + i, READING_NEXT));
        else
            put_level(t, r, s, from + i);
    }
}

/* ---- Scenarios ----------------------------------------------------------- */

/* " (50 %: -3.8 to -1.4)" */
static void put_spread(text *t, const statistics *d)
{
    char a[WORDS_SIZE], b[WORDS_SIZE];
    if (statistics_agree(d))
        return;
    words_signed(a, d->quantiles[1], statistics_step(d));
    words_signed(b, d->quantiles[3], statistics_step(d));
    text_print(t, " (" FIFTY ": %s to %s)", a, b);
}

/* " at the end of Dec 2029" */
static void put_end(text *t, const case_results *r, size_t q)
{
    const quantity *x = &r->quantities[q];
    char window[WORDS_SIZE];
    if (x->change)
        window_name(r, has_forecast(r) ? r->data_months : r->past_from, r->months, window);
    else
        save_name(r, r->months, window);
    bool on = x->flow && !x->change && strcmp(case_period(r->c), "day") == 0;
    text_print(t, " %s %s", on ? "on" : x->change || x->flow ? "in" : "at the end of", window);
}

void put_difference(text *t, const case_results *r, size_t q, const scenario_result *s)
{
    const statistics *d = &s->reading_differences[q * READING_COUNT + READING_END];
    char size[WORDS_SIZE];
    if (fabs(d->quantiles[2]) <= d->nothing / 2) {
        text_print(t, "the same in the median");
        put_end(t, r, q);
        return;
    }
    words_number(size, fabs(d->quantiles[2]), statistics_step(d));
    if (!strpbrk(size, "123456789")) { /* less than the digits that its spread leaves */
        text_print(t, "hardly changed in the median");
        put_end(t, r, q);
        put_spread(t, d);
        return;
    }
    text_print(t, "%s by %s", d->quantiles[2] > 0 ? "higher" : "lower", size);
    words_after_number(t, r->quantities[q].units);
    put_end(t, r, q);
    put_spread(t, d);
}

/* No median moves, but some futures may: how far, in the scenario where the 90 % interval is widest. */
static void put_median_stays(text *t, const case_results *r, size_t q)
{
    const scenario_result *widest = NULL;
    const statistics *d = NULL;
    for (size_t i = 1; i < r->scenario_count; i++) {
        const statistics *x = &r->scenarios[i].reading_differences[q * READING_COUNT + READING_END];
        double width = x->quantiles[QUANTILES - 1] - x->quantiles[0];
        if (width > 0 && (!d || width > d->quantiles[QUANTILES - 1] - d->quantiles[0])) {
            widest = &r->scenarios[i];
            d = x;
        }
    }
    if (!d) {
        text_print(t, ": no scenario moves it");
        put_end(t, r, q);
        return;
    }
    char low[WORDS_SIZE], high[WORDS_SIZE];
    double step = words_step(d->quantiles[0], d->quantiles[QUANTILES - 1]);
    words_signed(low, d->quantiles[0], step);
    words_signed(high, d->quantiles[QUANTILES - 1], step);
    text_print(t, ": the median stays in every scenario");
    put_end(t, r, q);
    text_print(t, ", while futures move by %s to %s (90 %%) with \"%s\"", low, high,
               scenario_of(r, widest)->title);
}

void difference_finding(text *t, const case_results *r, size_t q)
{
    const scenario_result *most = NULL;
    double largest = -1;
    for (size_t i = 1; i < r->scenario_count; i++) {
        const scenario_result *s = &r->scenarios[i];
        double size = fabs(s->reading_differences[q * READING_COUNT + READING_END].quantiles[2]);
        if (size > largest) {
            largest = size;
            most = s;
        }
    }
    if (!most)
        return;
    quantity_name(t, &r->quantities[q]);
    if (largest == 0) {
        put_median_stays(t, r, q);
        return;
    }
    text_print(t, ", with \"%s\": ", scenario_of(r, most)->title);
    put_difference(t, r, q, most);
}

/* ---- Observations and milestones ----------------------------------------- */

const char *series_title(const case_results *r, const char *name)
{
    for (size_t i = 0; i < r->c->observation_count; i++)
        if (strcmp(r->c->observations[i].name, name) == 0 && r->c->observations[i].title)
            return r->c->observations[i].title;
    return name;
}

void observation_finding(text *t, const case_results *r, size_t index)
{
    const case_observation *o = &r->c->observations[index];
    const observation_result *x = &r->observations[index];
    const coverage *in = &x->fitted, *after = &x->later;
    const char *period = case_period(r->c);
    text_print(t, "%s: ", o->title ? o->title : o->name);
    if (!in->used && !after->used)
        text_print(t, "no %s is used to judge the model", period);
    else if (!r->fitted_months)
        text_print(t,
                   "%zu of %zu observed %s%s in the 90" PERCENT " band (%.0f" PERCENT "), %zu in the " FIFTY
                   " band (%.0f" PERCENT ")",
                   after->within_90, after->used, period, after->used == 1 ? " lies" : "s lie",
                   100.0 * (double)after->within_90 / (double)after->used, after->within_50,
                   100.0 * (double)after->within_50 / (double)after->used);
    else if (in->used)
        text_print(t, "the 90" PERCENT " band holds %zu of %zu %s%s in the fit", in->within_90, in->used,
                   period, in->used == 1 ? "" : "s");
    if (in->used && after->used)
        text_print(t, " and %zu of %zu after it", after->within_90, after->used);
    else if (r->fitted_months && after->used)
        text_print(t, "the 90" PERCENT " band holds %zu of %zu %s%s after the fit", after->within_90,
                   after->used, period, after->used == 1 ? "" : "s");
}

void milestone_date(const case_results *r, double index, char out[WORDS_SIZE])
{
    double last = (double)r->months - 1;
    month_name(r->c->start + (month)fmin(fmax(floor(index + 0.5), 0), last), out);
}

const char *failure_words(const failure_record *f)
{
    if (isfinite(f->value))
        return "no step is short enough for the tolerance";
    return isnan(f->value) ? "not a number" : f->value > 0 ? "infinite" : "minus infinite";
}

void failure_month(const case_results *r, const failure_record *f, char out[WORDS_SIZE])
{
    double last = (double)r->months - 1;
    double at = isfinite(f->time) ? fmin(fmax(floor(f->time - r->c->time_start), 0), last) : 0;
    month_name(r->c->start + (month)at, out);
}

void collapsed_finding(text *t, const case_results *r)
{
    for (size_t k = 0; k < r->c->milestone_count; k++)
        if (r->c->milestones[k].collapsed) {
            text_print(t, "A side that has collapsed counts as short from then on");
            return;
        }
}

void under_way_finding(text *t, const case_results *r, const milestone_result *s)
{
    char share[WORDS_SIZE], data_end[WORDS_SIZE];
    if (!s->spells_running || !has_forecast(r))
        return;
    words_probability(share, (double)s->spells_running / (double)s->sound, s->sound);
    save_name(r, r->data_months, data_end);
    text_print(t, "under way at the end of %s in %s", data_end, share);
}

void milestone_finding(text *t, const case_results *r, const milestone_result *s)
{
    char share[WORDS_SIZE], data_end[WORDS_SIZE], stop[WORDS_SIZE];
    save_name(r, r->data_months, data_end);
    save_name(r, r->months, stop);
    words_probability(share, s->after, s->sound);
    text_print(t, "%s%s%s: ", s->label, s->label[0] ? ", " : "", s->milestone->title);
    if (!has_forecast(r)) {
        words_probability(share, s->before, s->sound);
        text_print(t, "%s up to %s", share, stop);
        return;
    }
    under_way_finding(t, r, s);
    bool usual = 2 * s->spells_running >= s->sound && s->spells_running;
    if (s->spells_running)
        text_print(t, "; ");
    text_print(t, usual ? "continues or returns in %s between %s and %s" : "%s between %s and %s", share,
               data_end, stop);
    if (!(s->after > 0) || usual)
        return;
    char dates[3][WORDS_SIZE];
    for (int i = 0; i < 3; i++)
        milestone_date(r, s->dates[i], dates[i]);
    text_print(t, "; if it comes, first in %s (median; 90\xc2\xa0%%: %s to %s)", dates[1], dates[0],
               dates[2]);
    if (!isnan(s->dates_of_all[1])) {
        milestone_date(r, s->dates_of_all[1], dates[1]);
        text_print(t, "; in half of all futures by %s", dates[1]);
    }
}

/* ---- The opening --------------------------------------------------------- */

/* ---- Learned or assumed --------------------------------------------------- */

/* Share of the prior's variance that the fit took from a parameter of the case; NaN when the fit has none. */
static double share_taken(const case_results *r, size_t parameter)
{
    const truce_fit *f = r->fit;
    for (size_t j = 0; f && j < truce_fit_parameter_count(f); j++)
        if (strcmp(truce_fit_parameter_name(f, j), r->c->parameters[parameter].name) == 0)
            return fmax(0.0, f->diagnoses[j].contraction);
    return NAN;
}

double share_learned(const case_results *r, const case_scenario *s)
{
    double sum = 0.0;
    for (size_t i = 0; i < s->rests_count; i++)
        sum += share_taken(r, s->rests_on[i]);
    return s->rests_count ? sum / (double)s->rests_count : NAN;
}

void learned_finding(text *t, const case_results *r, const case_scenario *s)
{
    const double much = 0.5, some = 0.2;
    double share = share_learned(r, s);
    if (isnan(share))
        return;
    text_print(t,
               "%s: the data removed %.0f\xc2\xa0%% of the variance of the priors that its size rests on (",
               share >= much   ? "learned"
               : share >= some ? "partly learned"
                               : "assumed",
               100.0 * share);
    for (size_t i = 0; i < s->rests_count; i++)
        text_print(t, "%s%s %.0f\xc2\xa0%%", i ? ", " : "", r->c->parameters[s->rests_on[i]].name,
                   100.0 * share_taken(r, s->rests_on[i]));
    text_print(t, ")");
}
