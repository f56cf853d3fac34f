/* The text of a model in entries:
 *
 *     name = equation ~ units ~ comment ~ :SUPPLEMENTARY |
 *     ****...  .Group  ****...~ comment |
 *     :MACRO: name(inputs : outputs)  entries  :END OF MACRO:
 *
 * until the sketch, of which only the settings at its end are read: the method of integration and what units
 * are the same. */
#include "vensim/read.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Moving on ----------------------------------------------------------------------------------------- */

static void advance(mdl_reader *r)
{
    r->line += *r->at == '\n';
    r->at++;
}

static bool at_text(const mdl_reader *r, const char *wanted)
{
    size_t length = strlen(wanted);
    return (size_t)(r->end - r->at) >= length && strncasecmp(r->at, wanted, length) == 0;
}

static void skip_blank(mdl_reader *r)
{
    while (r->at < r->end && ascii_is_space(*r->at))
        advance(r);
}

/* To the character after the quote or brace that closes the one here. */
static bool skip_enclosed(mdl_reader *r, char close, const char *what)
{
    int line = r->line;
    for (advance(r); r->at < r->end && *r->at != close; advance(r))
        if (close == '"' && *r->at == '\\' && r->at + 1 < r->end)
            advance(r);
    if (r->at == r->end)
        return mdl_fail(r, line, "%s has no end", what);
    advance(r);
    return true;
}

/* To one of the characters `stops`; in an equation not inside quotes and comments. */
static bool skip_to(mdl_reader *r, const char *stops, bool in_equation)
{
    while (r->at < r->end && !strchr(stops, *r->at)) {
        if (in_equation && *r->at == '"') {
            if (!skip_enclosed(r, '"', "a name in quotes"))
                return false;
        } else if (in_equation && *r->at == '{') {
            if (!skip_enclosed(r, '}', "a comment in braces"))
                return false;
        } else {
            advance(r);
        }
    }
    return true;
}

/* A copy with the blanks at both ends dropped, and a backslash at the end of a line with the line's end. */
static char *trimmed(mdl_reader *r, const char *from, const char *to)
{
    while (from < to && ascii_is_space(*from))
        from++;
    while (to > from && ascii_is_space(to[-1]))
        to--;
    char *copy = arena_copy(r->a, from, (size_t)(to - from));
    if (!copy) {
        mdl_no_memory(r);
        return NULL;
    }
    char *out = copy;
    for (const char *s = copy; *s; s++) {
        if (s[0] == '\\' && s[1] == '\n') {
            for (s++; s[1] == ' ' || s[1] == '\t'; s++) {
            }
            continue;
        }
        *out++ = *s;
    }
    *out = '\0';
    return copy;
}

/* ---- Entries ------------------------------------------------------------------------------------------- */

/* Units stand before their range, "Month [0,?]"; tables show them on one line. */
static const char *units_alone(mdl_reader *r, const char *from, const char *to)
{
    const char *bracket = memchr(from, '[', (size_t)(to - from));
    char *units = trimmed(r, from, bracket ? bracket : to);
    truce_clean_line(units);
    return units;
}

static bool read_fields(mdl_reader *r, const char **units, const char **comment, bool *supplementary)
{
    const char *from = r->at;
    *units = *comment = "";
    *supplementary = false;
    if (r->at == r->end || *r->at == '|')
        return true;
    from = r->at + 1;
    advance(r);
    skip_to(r, "~|", false);
    if (!(*units = units_alone(r, from, r->at)))
        return false;
    if (r->at == r->end || *r->at == '|')
        return true;
    from = r->at + 1;
    advance(r);
    skip_to(r, "~|", false);
    if (!(*comment = trimmed(r, from, r->at)))
        return false;
    if (r->at < r->end && *r->at == '~') {
        *supplementary = true;
        skip_to(r, "|", false);
    }
    return true;
}

static bool read_entry(mdl_reader *r)
{
    const char *from = r->at, *units, *comment;
    int line = r->line;
    bool supplementary;
    if (!skip_to(r, "~|", true))
        return false;
    if (r->at == r->end)
        return mdl_fail(r, line, "the entry that begins here has no \"~\" and no \"|\"");
    size_t length = (size_t)(r->at - from);
    if (!read_fields(r, &units, &comment, &supplementary))
        return false;
    if (r->at == r->end)
        return mdl_fail(r, line, "the entry that begins here has no \"|\" at its end");
    advance(r);
    return mdl_parse_entry(r, from, length, line, units, comment, supplementary);
}

/* ---- Groups and macros --------------------------------------------------------------------------------- */

static bool read_group(mdl_reader *r)
{
    mdl_group group = {.at = mdl_place(r, r->line), .comment = ""};
    while (r->at < r->end && *r->at == '*')
        advance(r);
    const char *from = r->at;
    skip_to(r, "*~|", false);
    const char *to = r->at;
    while (from < to && (ascii_is_space(*from) || *from == '.' || *from == '{'))
        from++;
    if (!(group.name = trimmed(r, from, to)))
        return false;
    skip_to(r, "~|", false);
    if (r->at < r->end && *r->at == '~') {
        from = r->at + 1;
        skip_to(r, "|", false);
        if (!(group.comment = trimmed(r, from, r->at)))
            return false;
    }
    if (r->at == r->end)
        return mdl_fail(r, group.at.line, "the group that begins here has no \"|\" at its end");
    advance(r);
    r->group = *group.name ? r->group_count : SIZE_MAX; /* stars alone end a group */
    return !*group.name || ARENA_PUSH(r->a, r->groups, r->group_count, r->group_capacity, group) ||
           mdl_no_memory(r);
}

static bool begin_macro(mdl_reader *r)
{
    int line = r->line;
    if (r->section)
        return mdl_fail(r, line, "a macro begins inside macro \"%s\"", r->sections[r->section].name);
    r->at += strlen(":MACRO:");
    const char *from = r->at;
    if (!skip_to(r, ")~|", true))
        return false;
    if (r->at == r->end || *r->at != ')')
        return mdl_fail(r, line, "the arguments of a macro must stand in parentheses after its name");
    advance(r);
    if (!mdl_parse_macro(r, from, (size_t)(r->at - from), line))
        return false;
    r->section = r->section_count - 1;
    return true;
}

static bool end_macro(mdl_reader *r)
{
    if (!r->section)
        return mdl_fail(r, r->line, ":END OF MACRO: stands outside a macro");
    r->at += strlen(":END OF MACRO:");
    r->section = 0;
    return true;
}

/* ---- Settings after the sketch ------------------------------------------------------------------------- */

/* "22:Month,Months": names of one unit. */
static bool read_unit(mdl_reader *r, const char *from, const char *to)
{
    const char **names = NULL;
    size_t count = 0, capacity = 0;
    xmile_unit unit = {.at = mdl_place(r, r->line), .equation = ""};
    for (const char *s = from; s <= to; s++) {
        const char *comma = memchr(s, ',', (size_t)(to - s)), *end = comma ? comma : to;
        const char *name = trimmed(r, s, end);
        if (!name || !ARENA_PUSH(r->a, names, count, capacity, name))
            return mdl_no_memory(r);
        s = end;
    }
    unit.name = names[0];
    unit.aliases = names + 1;
    unit.alias_count = count - 1;
    return !*unit.name || ARENA_PUSH(r->a, r->units, r->unit_count, r->unit_capacity, unit) ||
           mdl_no_memory(r);
}

/* "15:0,0,0,1,0,0": the fourth number is the method. Those that choose their own step run at TIME STEP, and
 * the difference method is Euler's. */
static bool read_method(mdl_reader *r, const char *from, const char *to)
{
    static const char *const names[] = {"euler", "rk4", "euler", "rk2", "rk2", "rk4"};
    int commas = 0;
    for (; from < to && commas < 3; from++)
        commas += *from == ',';
    if (commas < 3 || from == to)
        return true;
    long method = strtol(from, NULL, 10);
    if (method < 0 || method >= (long)(sizeof names / sizeof *names))
        return mdl_fail(
            r, r->line,
            "the method of integration number %ld of the settings is not supported (0 Euler, 1 and "
            "5 RK4, 2 difference, 3 and 4 RK2)",
            method);
    r->method = (xmile_text){.text = names[method], .at = mdl_place(r, r->line)};
    return (method != 1 && method != 3) ||
           mdl_warn(r, r->line, "the method that chooses its own steps runs at TIME STEP: %s", names[method]);
}

/* "30:?data=file.csv" */
static bool read_alias(mdl_reader *r, const char *from, const char *to)
{
    const char *sign = memchr(from, '=', (size_t)(to - from));
    if (!sign)
        return true;
    struct mdl_alias alias = {.name = trimmed(r, from, sign), .path = trimmed(r, sign + 1, to)};
    return (alias.name && alias.path &&
            ARENA_PUSH(r->a, r->aliases, r->alias_count, r->alias_capacity, alias)) ||
           mdl_no_memory(r);
}

static bool read_settings(mdl_reader *r)
{
    bool in_settings = false;
    while (r->at < r->end) {
        const char *from = r->at;
        skip_to(r, "\n", false);
        const char *to = r->at;
        if (to - from >= 6 && memcmp(from, "///---", 6) == 0)
            in_settings = true;
        bool read = true;
        if (in_settings && to - from > 3 && memcmp(from, "22:", 3) == 0)
            read = read_unit(r, from + 3, to);
        else if (in_settings && to - from > 3 && memcmp(from, "15:", 3) == 0)
            read = read_method(r, from + 3, to);
        else if (in_settings && to - from > 3 && memcmp(from, "30:", 3) == 0)
            read = read_alias(r, from + 3, to);
        if (!read)
            return false;
        if (r->at < r->end)
            advance(r);
    }
    return true;
}

/* ---- All of it ----------------------------------------------------------------------------------------- */

static bool read_one(mdl_reader *r)
{
    if (*r->at == '{')
        return skip_enclosed(r, '}', "a comment in braces");
    if (at_text(r, ":MACRO:"))
        return begin_macro(r);
    if (at_text(r, ":END OF MACRO:"))
        return end_macro(r);
    return at_text(r, "***") ? read_group(r) : read_entry(r);
}

bool mdl_split(mdl_reader *r)
{
    for (skip_blank(r); r->at < r->end; skip_blank(r)) {
        if (at_text(r, "\\\\\\---///") || at_text(r, "///---\\\\\\"))
            break;
        if (!read_one(r))
            return false;
    }
    if (r->section)
        return mdl_fail(r, r->sections[r->section].at.line,
                        "macro \"%s\" has no :END OF MACRO:", r->sections[r->section].name);
    return read_settings(r);
}
