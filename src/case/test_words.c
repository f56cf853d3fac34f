/* Tests as they are written: in --milestone, in the key `test` of milestones, and in statements.
 *
 *     event   [speed of] NAME TEST NUMBER [%] { for COUNT UNITS | from PERIOD | by PERIOD }
 *     window  (mean | sum | least | greatest | change | at) "NAME" PERIOD[..PERIOD] TEST NUMBER [%]
 *     TEST    < | <= | > | >= | below | at most | above | at least
 *
 * A name that holds a test, or begins with the word of a window, stands in double quotes. docs/use/tests.md says what
 * they mean. */
#include "case/case.h"

#include <math.h>
#include <string.h>

typedef struct reader {
    const char *at, *end;
    const char *wrong;
} reader;

static bool fail(reader *r, const char *wrong)
{
    r->wrong = wrong;
    return false;
}

/* ---- Words ---------------------------------------------------------------------------------------------- */

static void skip(reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n'))
        r->at++;
}

static bool is_blank_at(const reader *r, const char *from)
{
    return from >= r->end || *from == ' ' || *from == '\t' || *from == '\n';
}

static bool starts(const reader *r, const char *from, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(r->end - from) >= length && strncmp(from, word, length) == 0;
}

/* A word of letters, or a sign. */
static bool take(reader *r, const char *word)
{
    skip(r);
    bool letters = word[0] >= 'a' && word[0] <= 'z';
    if (!starts(r, r->at, word) || (letters && !is_blank_at(r, r->at + strlen(word))))
        return false;
    r->at += strlen(word);
    return true;
}

/* The characters up to a blank, or to two full stops. */
static size_t token(reader *r, const char **first)
{
    skip(r);
    *first = r->at;
    while (!is_blank_at(r, r->at) && !starts(r, r->at, ".."))
        r->at++;
    return (size_t)(r->at - *first);
}

static bool take_number(reader *r, double *value)
{
    const char *first;
    size_t length = token(r, &first);
    bool percent = length > 1 && first[length - 1] == '%';
    if (!text_to_number(first, length - percent, value) || !isfinite(*value))
        return fail(r, "a number is expected after the test");
    if (percent || take(r, "%"))
        *value /= 100;
    return true;
}

static bool take_period(reader *r, month *m)
{
    char written[16] = "";
    const char *first;
    size_t length = token(r, &first);
    if (length < sizeof written)
        memcpy(written, first, length);
    return month_parse(written, m) || fail(r, "a date such as 2028-06 is expected");
}

static const struct {
    const char *word;
    enum milestone_test test;
} signs[] = {{"<=", MILESTONE_AT_MOST},      {">=", MILESTONE_AT_LEAST},      {"<", MILESTONE_BELOW},
             {">", MILESTONE_ABOVE},         {"below", MILESTONE_BELOW},      {"above", MILESTONE_ABOVE},
             {"at most", MILESTONE_AT_MOST}, {"at least", MILESTONE_AT_LEAST}};

static bool take_sign(reader *r, enum milestone_test *test)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (take(r, signs[i].word)) {
            *test = signs[i].test;
            return true;
        }
    return fail(
        r,
        "a test (<, <=, >, >=, below, at most, above, at least) is expected after the name (that of a value "
        "stands in quotes: at \"NAME\" 2024-08)");
}

/* Whether a test comes at the place of the reader, within what began at `first`: not in the middle of a word. */
static bool is_sign(const reader *r, const char *first)
{
    reader ahead = *r;
    enum milestone_test test;
    bool word = *r->at >= 'a' && *r->at <= 'z';
    return !(word && r->at > first && !is_blank_at(r, r->at - 1)) && take_sign(&ahead, &test);
}

/* ---- Names ---------------------------------------------------------------------------------------------- */

static bool take_quoted(reader *r, case_test *t)
{
    const char *end = r->at + 1;
    while (end < r->end && *end != '"')
        end++;
    if (end >= r->end)
        return fail(r, "a double quote is missing");
    t->name = r->at + 1;
    t->length = (size_t)(end - t->name);
    r->at = end + 1;
    return true;
}

static bool take_name(reader *r, case_test *t)
{
    static const char speed[] = "speed of ";
    skip(r);
    if (r->at < r->end && *r->at == '"') {
        if (!take_quoted(r, t))
            return false;
    } else {
        t->name = r->at;
        while (r->at < r->end && !is_sign(r, t->name))
            r->at++;
        t->length = (size_t)(r->at - t->name);
        while (t->length && t->name[t->length - 1] == ' ')
            t->length--;
    }
    if (t->length >= strlen(speed) && strncmp(t->name, speed, strlen(speed)) == 0) {
        t->speed = true;
        t->name += strlen(speed);
        t->length -= strlen(speed);
    }
    return t->length > 0 || fail(r, "the name of a variable is expected");
}

/* ---- Tests ---------------------------------------------------------------------------------------------- */

/* "6 months", the unit in its singular or plural. */
static bool take_spell(reader *r, case_test *t)
{
    static const char wrong[] = "\"for\" takes a number of months (days, weeks, years)";
    double count;
    const char *first;
    size_t length = token(r, &first);
    if (!text_to_number(first, length, &count) || count != floor(count) || count < 1 || count > 10000)
        return fail(r, wrong);
    t->count = (int)count;
    length = token(r, &first);
    for (int unit = TRUCE_MONTHS; unit <= TRUCE_YEARS; unit++) {
        const char *name = time_unit_name((time_unit)unit);
        size_t letters = strlen(name);
        if (length >= letters && strncmp(first, name, letters) == 0 &&
            (length == letters || (length == letters + 1 && first[letters] == 's'))) {
            t->unit = unit;
            return true;
        }
    }
    return fail(r, wrong);
}

static bool take_event(reader *r, case_test *t)
{
    if (!take_name(r, t) || !take_sign(r, &t->test) || !take_number(r, &t->bound))
        return false;
    for (;;) {
        if (t->unit < 0 && take(r, "for")) {
            if (!take_spell(r, t))
                return false;
        } else if (t->first == MONTH_NONE && take(r, "from")) {
            if (!take_period(r, &t->first))
                return false;
        } else if (t->last == MONTH_NONE && take(r, "by")) {
            if (!take_period(r, &t->last))
                return false;
        } else {
            return true;
        }
    }
}

static bool take_window(reader *r, case_test *t)
{
    skip(r);
    if (!take_quoted(r, t) || !take_period(r, &t->first))
        return false;
    t->last = t->first;
    if (take(r, "..") && !take_period(r, &t->last))
        return false;
    if (t->last < t->first || (t->window == WINDOW_AT && t->last != t->first))
        return fail(r, "the dates are out of order, or \"at\" has two of them");
    return take_sign(r, &t->test) && take_number(r, &t->bound);
}

static const char *const windows[] = {
    [WINDOW_MEAN] = "mean",         [WINDOW_SUM] = "sum",       [WINDOW_LEAST] = "least",
    [WINDOW_GREATEST] = "greatest", [WINDOW_CHANGE] = "change", [WINDOW_AT] = "at"};

/* Whether the word of a window comes, with a name in quotes behind it. */
static bool begins_window(reader *r, case_window *window)
{
    for (int i = WINDOW_MEAN; i <= WINDOW_AT; i++) {
        reader ahead = *r;
        if (!take(&ahead, windows[i]))
            continue;
        skip(&ahead);
        if (ahead.at >= ahead.end || *ahead.at != '"')
            continue;
        *window = (case_window)i;
        r->at = ahead.at;
        return true;
    }
    return false;
}

bool case_test_read(const char *written, size_t length, case_test *t, const char **wrong)
{
    reader r = {written, written + length, NULL};
    *t = (case_test){.first = MONTH_NONE, .last = MONTH_NONE, .unit = -1, .count = 1};
    bool good = begins_window(&r, &t->window) ? take_window(&r, t) : take_event(&r, t);
    skip(&r);
    if (good && r.at < r.end)
        good = fail(&r, starts(&r, r.at, "and")
                            ? "it is one test: give another --milestone for the rest"
                            : "more is written than a test has (for COUNT months, from and by a date)");
    *wrong = r.wrong;
    return good;
}
