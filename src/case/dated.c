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

/* "2025" at the head of `s`, as its first month: nothing of that year is earlier. */
static bool year_at(const char *s, month *m)
{
    for (int i = 0; i < 4; i++)
        if (!is_digit(s[i]))
            return false;
    int year = (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10 + (s[3] - '0');
    *m = 12 * year;
    return year >= 1900 && year < 2100 && !is_digit(s[4]) && !is_letter(s[4]);
}

/* "February 2025", "Feb. 2025" or "Feb 2025" at the head of `s`, and "Sept" like "Sep". */
static bool named_month_at(const char *s, month *m)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    for (int k = 0; k < 12; k++) {
        size_t length = strlen(names[k]);
        if (strncmp(s, names[k], 3) != 0)
            continue;
        if (strncmp(s, names[k], length) != 0) {
            length = strncmp(s, "Sept", 4) == 0 ? 4 : 3;
            length += s[length] == '.';
        }
        if (s[length] != ' ' || !year_at(s + length + 1, m))
            return false;
        *m += k;
        return true;
    }
    return false;
}

/* Whether the year at `s` is that of a publication, "Kluge 2025", "Report, 2024", "(2024)", and not one spoken of, as in
 * "plans for 2027": behind a word with a capital, or in brackets. */
static bool is_of_publication(const char *words, const char *s)
{
    const char *end = s;
    if (s > words && s[-1] == '(')
        return true;
    while (end > words && (end[-1] == ' ' || end[-1] == ','))
        end--;
    const char *first = end;
    while (first > words && (is_letter(first[-1]) || is_digit(first[-1])))
        first--;
    return first < end && end < s && *first >= 'A' && *first <= 'Z';
}

static month latest_in_words(const char *words)
{
    month latest = MONTH_NONE, m;
    for (const char *s = words; *s; s++) {
        bool begins = s == words || !(is_digit(s[-1]) || is_letter(s[-1]));
        if (begins &&
            (iso_month_at(s, &m) || named_month_at(s, &m) ||
             (year_at(s, &m) && is_of_publication(words, s))) &&
            m > latest)
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
