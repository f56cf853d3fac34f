/* What was known when: the date of a source, and a case as it could have been written at the end of an
 * earlier month. */
#include "case/case.h"

#include <math.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "2025-02" at the head of `s`, with or without a day; not the "2023-25" of a range of years. */
static bool iso_month_at(const char *s, month *m)
{
    char iso[8] = {0};
    memcpy(iso, s, strnlen(s, 7));
    return month_parse_in(TRUCE_MONTHS, iso, m) && !is_digit(s[7]);
}

/* "February 2025" at the head of `s`. */
static bool named_month_at(const char *s, month *m)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    for (int k = 0; k < 12; k++) {
        size_t length = strlen(names[k]);
        const char *year = s + length + 1;
        if (strncmp(s, names[k], length) != 0 || s[length] != ' ')
            continue;
        for (int i = 0; i < 4; i++)
            if (!is_digit(year[i]))
                return false;
        *m = 12 * ((year[0] - '0') * 1000 + (year[1] - '0') * 100 + (year[2] - '0') * 10 + (year[3] - '0')) +
             k;
        return !is_digit(year[4]);
    }
    return false;
}

static month latest_in_words(const char *words)
{
    month latest = MONTH_NONE, m;
    for (const char *s = words; *s; s++) {
        bool begins = s == words || !(is_digit(s[-1]) || is_letter(s[-1]));
        if (begins && (iso_month_at(s, &m) || named_month_at(s, &m)) && m > latest)
            latest = m;
    }
    return latest;
}

month case_source_month(const truce_case *c, const char *source)
{
    const case_source *s = case_find_source(c, source);
    char padded[8] = "0000-01";
    month m;
    if (!s)
        return month_in(c->unit, latest_in_words(source));
    if (!s->date)
        return MONTH_NONE;
    memcpy(padded, s->date, strnlen(s->date, 7));
    return month_parse_in(TRUCE_MONTHS, padded, &m) ? month_in(c->unit, m) : MONTH_NONE;
}

size_t case_priors_known_later(const truce_case *c, month origin)
{
    size_t count = 0;
    for (size_t i = 0; i < c->parameter_count; i++)
        count += c->parameters[i].has_before && c->parameters[i].known > origin;
    return count;
}

month case_value_known(const case_observation *o, month m)
{
    double after = o->complete_after;
    if (o->after && m >= o->data.first && (size_t)(m - o->data.first) < o->data.count)
        after = o->after[m - o->data.first];
    return isnan(after) ? m : m + (month)after;
}

/* Values that have a time of their own until they are complete. */
static bool leave_out_unknown(case_observation *o, month origin, arena *memory)
{
    if (!o->after)
        return true;
    double *values = arena_array(memory, o->data.count, sizeof *values);
    for (size_t i = 0; values && i < o->data.count; i++) {
        month m = o->data.first + (month)i;
        values[i] = case_value_known(o, m) <= origin ? o->data.values[i] : NAN;
    }
    o->data.values = values;
    return values != NULL;
}

truce_status case_as_known(const truce_case *c, month origin, bool dated, arena *memory, truce_case *view,
                           truce_error *error)
{
    case_parameter *parameters = arena_array(memory, c->parameter_count + 1, sizeof *parameters);
    case_observation *observations = arena_array(memory, c->observation_count + 1, sizeof *observations);
    if (!parameters || !observations)
        return error_memory(error);
    for (size_t i = 0; i < c->parameter_count; i++) {
        parameters[i] = c->parameters[i];
        if (dated && parameters[i].has_before && parameters[i].known > origin)
            parameters[i].prior = parameters[i].before;
    }
    for (size_t i = 0; i < c->observation_count; i++) {
        month last = origin - c->observations[i].complete_after;
        observations[i] = c->observations[i];
        observations[i].last_used = last < observations[i].last_used ? last : observations[i].last_used;
        if (!leave_out_unknown(&observations[i], origin, memory))
            return error_memory(error);
    }
    *view = *c;
    view->parameters = parameters;
    view->observations = observations;
    return TRUCE_OK;
}
