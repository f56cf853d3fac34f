/* One entry: a range of subscripts, an equivalence, an equation, or the head of a macro. */
#include "vensim/lex.h"

#include <stdlib.h>
#include <string.h>

/* ---- Ranges -------------------------------------------------------------------------------------------- */

/* The number that ends a name behind `stem` characters, or false: of nine digits at most. */
static bool sequence_number(const char *folded, size_t stem, unsigned long *number)
{
    size_t digits = strspn(folded + stem, "0123456789");
    *number = digits ? strtoul(folded + stem, NULL, 10) : 0;
    return digits && digits <= 9 && !folded[stem + digits];
}

/* "(A1-A5)": the names from the first to the last number, which have as many digits as the first, "(A01-A10)". */
static bool parse_sequence(lexer *x, mdl_range *range)
{
    mdl_subscript first = {0}, last = {0};
    if (!lex_name(x, &first.name, &first.folded))
        return false;
    if (!lex_take(x, "-"))
        return lex_fail(x, "\"-\" was expected in a sequence of subscripts");
    if (!lex_name(x, &last.name, &last.folded))
        return false;
    if (!lex_take(x, ")"))
        return lex_fail(x, "\")\" was expected after a sequence of subscripts");
    size_t stem = strlen(first.folded);
    while (stem && ascii_is_digit(first.folded[stem - 1]))
        stem--;
    unsigned long from = 0, to = 0;
    if (!sequence_number(first.folded, stem, &from) || strncmp(first.folded, last.folded, stem) != 0 ||
        !sequence_number(last.folded, stem, &to) || to < from || to - from >= MDL_ELEMENTS)
        return mdl_fail(x->r, lex_line(x), "(%s-%s) is not a sequence of subscripts", first.name, last.name);
    size_t digits = strlen(first.name);
    while (digits && ascii_is_digit(first.name[digits - 1]))
        digits--;
    for (unsigned long i = from; i <= to; i++) {
        mdl_subscript s = {.line = lex_line(x)};
        const char *written = arena_format(x->r->a, "%.*s%0*lu", (int)digits, first.name,
                                           (int)(strlen(first.name) - digits), i);
        if (!written || !mdl_name(x->r, written, strlen(written), &s.name, &s.folded) ||
            !ARENA_PUSH(x->r->a, range->written, range->written_count, range->written_capacity, s))
            return mdl_no_memory(x->r);
    }
    return true;
}

/* GET DIRECT SUBSCRIPT(...) */
static bool parse_source(lexer *x, mdl_range *range, const mdl_subscript *function)
{
    mdl_node *n = parse_node(x, MDL_CALL);
    if (!n)
        return false;
    n->written = function->name;
    n->folded = function->folded;
    range->source = n;
    if (strcmp(n->folded, "get_direct_subscript") != 0 && strcmp(n->folded, "get_xls_subscript") != 0)
        return mdl_fail(x->r, function->line, "the range \"%s\" cannot be made with %s", range->name,
                        function->name);
    return parse_arguments(x, n);
}

static bool parse_members(lexer *x, mdl_range *range)
{
    do {
        mdl_subscript s = {.line = lex_line(x)};
        if (lex_take(x, "(")) {
            if (!parse_sequence(x, range))
                return false;
            continue;
        }
        if (!lex_name(x, &s.name, &s.folded))
            return false;
        if (lex_take(x, "("))
            return parse_source(x, range, &s);
        if (!ARENA_PUSH(x->r->a, range->written, range->written_count, range->written_capacity, s))
            return mdl_no_memory(x->r);
    } while (lex_take(x, ","));
    return true;
}

/* After "->": Other, or (Other: a, b, c). */
static bool parse_mapping(lexer *x, mdl_wanted *w)
{
    size_t capacity = 0;
    *w = (mdl_wanted){.to.line = lex_line(x)};
    bool listed = lex_take(x, "(");
    if (!lex_name(x, &w->to.name, &w->to.folded))
        return false;
    if (!listed)
        return true;
    if (lex_take(x, ":")) {
        do {
            mdl_subscript s = {.line = lex_line(x)};
            if (!lex_name(x, &s.name, &s.folded))
                return false;
            if (!ARENA_PUSH(x->r->a, w->items, w->count, capacity, s))
                return mdl_no_memory(x->r);
        } while (lex_take(x, ","));
    }
    return lex_take(x, ")") || lex_fail(x, "\")\" was expected after a mapping");
}

static bool add_range(lexer *x, const mdl_range *range)
{
    return ARENA_PUSH(x->r->a, x->r->ranges, x->r->range_count, x->r->range_capacity, *range) ||
           mdl_no_memory(x->r);
}

static bool parse_range(lexer *x, mdl_range *range)
{
    size_t capacity = 0;
    if (!parse_members(x, range))
        return false;
    if (lex_take(x, "->"))
        do {
            mdl_wanted w;
            if (!parse_mapping(x, &w))
                return false;
            if (!ARENA_PUSH(x->r->a, range->wanted, range->wanted_count, capacity, w))
                return mdl_no_memory(x->r);
        } while (lex_take(x, ","));
    if (*x->at)
        return lex_fail(x, "\",\" or \"->\" was expected in a range of subscripts");
    return add_range(x, range);
}

static bool parse_equivalence(lexer *x, mdl_range *range)
{
    const char *name;
    if (!lex_name(x, &name, &range->alias))
        return false;
    if (*x->at)
        return lex_fail(x, "nothing was expected after an equivalence");
    return add_range(x, range);
}

/* ---- Equations ----------------------------------------------------------------------------------------- */

static bool parse_exceptions(lexer *x, mdl_equation *e)
{
    size_t capacity = 0;
    do {
        mdl_subscripts list;
        if (!lex_take(x, "["))
            return lex_fail(x, "\"[\" was expected after :EXCEPT:");
        if (!parse_subscripts(x, &list))
            return false;
        if (!ARENA_PUSH(x->r->a, e->exceptions, e->exception_count, capacity, list))
            return mdl_no_memory(x->r);
    } while (lex_take(x, ","));
    return true;
}

static bool parse_reading(lexer *x, mdl_equation *e)
{
    static const struct {
        const char *keyword;
        mdl_reading reading;
    } list[] = {{":INTERPOLATE:", READ_INTERPOLATE},
                {":HOLD BACKWARD:", READ_BACKWARD},
                {":LOOK FORWARD:", READ_FORWARD},
                {":RAW:", READ_RAW}};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (lex_take_keyword(x, list[i].keyword)) {
            e->reading = list[i].reading;
            e->sign = MDL_DATA;
            return true;
        }
    return false;
}

static bool parse_lookup(lexer *x, mdl_equation *e)
{
    e->sign = MDL_LOOKUP;
    if (!lex_starts_name(x))
        return (e->right = parse_points(x)) != NULL;
    e->right = parse_expression(x);
    return e->right && (lex_take(x, ")") || lex_fail(x, "\")\" was expected after the points"));
}

static bool parse_definition(lexer *x, mdl_equation *e)
{
    if (lex_take_keyword(x, ":EXCEPT:") && !parse_exceptions(x, e))
        return false;
    while (parse_reading(x, e)) {
    }
    e->right_at = mdl_place(x->r, lex_line(x));
    if (!*x->at)
        e->sign = e->sign == MDL_DATA ? MDL_DATA : MDL_ABSENT;
    else if (lex_take(x, "("))
        return parse_lookup(x, e);
    else if (lex_take(x, ":="))
        e->sign = MDL_DATA;
    else if (lex_take(x, "=="))
        e->sign = MDL_UNCHANGEABLE;
    else if (!lex_take(x, "="))
        return lex_fail(x, "\"=\" was expected after the name of a variable");
    e->right_at = mdl_place(x->r, lex_line(x));
    return !*x->at || (e->right = parse_right(x)) != NULL;
}

/* Reality checks say what should be true of a model, and change nothing in it. */
static bool is_check(lexer *x)
{
    return lex_at_keyword(x, ":THE CONDITION:") || lex_at_keyword(x, ":TEST INPUT:");
}

static bool leave_check(lexer *x)
{
    return mdl_warn(x->r, lex_line(x), "a reality check is ignored: it changes nothing in a run");
}

static bool add_equation(lexer *x, mdl_equation *e)
{
    mdl_section *s = &x->r->sections[x->r->section];
    if (*x->at)
        return lex_fail(x, "an operator was expected");
    e->next = SIZE_MAX;
    return ARENA_PUSH(x->r->a, s->equations, s->equation_count, s->equation_capacity, *e) ||
           mdl_no_memory(x->r);
}

static lexer start(mdl_reader *r, const char *bytes, size_t length, int line)
{
    const char *copy = arena_copy(r->a, bytes, length);
    if (!copy)
        mdl_no_memory(r);
    return (lexer){.r = r, .at = copy, .counted = copy, .line = line, .owner = "?"};
}

bool mdl_parse_entry(mdl_reader *r, const char *bytes, size_t length, int line, const char *units,
                     const char *comment, bool supplementary)
{
    lexer x = start(r, bytes, length, line);
    mdl_equation e = {.units = units, .comment = comment, .supplementary = supplementary, .group = r->group};
    if (!x.at || !lex_skip(&x))
        return false;
    if (!*x.at)
        return true;
    if (is_check(&x))
        return leave_check(&x);
    e.at = mdl_place(r, lex_line(&x));
    if (!lex_starts_name(&x))
        return lex_fail(&x, "the name of a variable was expected");
    if (!lex_name(&x, &e.name, &e.folded))
        return false;
    x.owner = e.name;
    mdl_range range = {.name = e.name, .folded = e.folded, .at = e.at, .comment = comment};
    if (lex_take(&x, "<->"))
        return parse_equivalence(&x, &range);
    if (is_check(&x))
        return leave_check(&x);
    bool keyword = lex_at_keyword(&x, ":EXCEPT:") || lex_at_keyword(&x, ":INTERPOLATE:") ||
                   lex_at_keyword(&x, ":HOLD BACKWARD:") || lex_at_keyword(&x, ":LOOK FORWARD:") ||
                   lex_at_keyword(&x, ":RAW:") || lex_at_keyword(&x, ":=");
    if (lex_at_keyword(&x, ":IS:"))
        return mdl_fail(r, e.at.line, "the text constant \"%s\" (:IS:) is not supported", e.name);
    if (!keyword && lex_take(&x, ":"))
        return parse_range(&x, &range);
    if (lex_take(&x, "[") && !parse_subscripts(&x, &e.left))
        return false;
    if (is_check(&x))
        return leave_check(&x);
    return parse_definition(&x, &e) && add_equation(&x, &e);
}

/* ---- Macros -------------------------------------------------------------------------------------------- */

static bool parse_parameters(lexer *x, mdl_section *s)
{
    bool outputs = false;
    while (*x->at != ')') {
        const char *name, *folded;
        if (!lex_name(x, &name, &folded))
            return false;
        if (outputs ? !ARENA_PUSH(x->r->a, s->outputs, s->output_count, s->output_capacity, name)
                    : !ARENA_PUSH(x->r->a, s->inputs, s->input_count, s->input_capacity, name))
            return mdl_no_memory(x->r);
        if (!outputs && lex_take(x, ":"))
            outputs = true;
        else if (!lex_take(x, ","))
            break;
    }
    return lex_take(x, ")") || lex_fail(x, "\",\" or \")\" was expected after a parameter");
}

bool mdl_parse_macro(mdl_reader *r, const char *bytes, size_t length, int line)
{
    lexer x = start(r, bytes, length, line);
    mdl_section s = {.at = mdl_place(r, line)};
    size_t existing;
    x.owner = "a macro";
    if (!x.at || !lex_skip(&x) || !lex_name(&x, &s.name, &s.folded))
        return false;
    x.owner = s.name;
    if (!lex_take(&x, "("))
        return lex_fail(&x, "\"(\" was expected after the name of a macro");
    if (!parse_parameters(&x, &s))
        return false;
    if (!map_put(&r->macro_names, s.folded, r->section_count, &existing))
        return mdl_no_memory(r);
    if (existing != SIZE_MAX)
        return mdl_fail(r, line, "macro \"%s\" is defined twice", s.name);
    for (size_t i = 0; i < s.output_count; i++) {
        const char *name = arena_format(r->a, "%s %s", s.name, s.outputs[i]);
        char *folded = name ? name_fold(r->a, name, strlen(name)) : NULL;
        if (!folded || !map_put(&r->macro_names, folded, r->section_count, NULL))
            return mdl_no_memory(r);
    }
    return ARENA_PUSH(r->a, r->sections, r->section_count, r->section_capacity, s) || mdl_no_memory(r);
}
