/* Expressions of Vensim as trees (Vensim Reference Manual, "Operators"). Precedence, strongest first:
 *
 *     ^;  + and - before a value;  * /;  + -;  = <> < <= > >=;  :NOT:;  :AND:;  :OR:
 *
 * so :NOT: a = b is :NOT: (a = b), unlike NOT of XMILE, and -2^2 is -4. A chain of ^ is read from the left.
 */
#include "vensim/lex.h"

#include <string.h>

enum { LEVEL_OR = 1, LEVEL_AND, LEVEL_COMPARE, LEVEL_ADD, LEVEL_MULTIPLY, LEVEL_POWER };

static mdl_node *parse_binary(lexer *x, int weakest);

static bool push(lexer *x, mdl_node *n, size_t *capacity, mdl_node *argument)
{
    if (!argument)
        return false;
    if (n->depth <= argument->depth)
        n->depth = argument->depth + 1;
    if (n->depth > MDL_DEPTH)
        return lex_fail(x, "an expression has at most 1000 levels: split it over variables");
    size_t room = *capacity;
    bool pushed = ARENA_PUSH(x->r->a, n->arguments, n->count, room, argument);
    *capacity = room;
    return pushed || mdl_no_memory(x->r);
}

static mdl_node *with_arguments(lexer *x, mdl_kind kind, const char *written, mdl_node *first,
                                mdl_node *second)
{
    mdl_node *n = first ? parse_node(x, kind) : NULL;
    size_t capacity = 0;
    if (!n || !push(x, n, &capacity, first) || (second && !push(x, n, &capacity, second)))
        return NULL;
    n->line = first->line;
    n->written = written;
    return n;
}

/* ---- Subscripts ---------------------------------------------------------------------------------------- */

bool parse_subscripts(lexer *x, mdl_subscripts *list)
{
    size_t capacity = 0;
    *list = (mdl_subscripts){0};
    do {
        mdl_subscript s = {.line = lex_line(x)};
        if (list->count == MDL_SUBSCRIPTS)
            return lex_fail(x, "a name has at most 16 subscripts");
        if (!lex_name(x, &s.name, &s.folded))
            return false;
        s.each = lex_take(x, "!");
        if (!ARENA_PUSH(x->r->a, list->items, list->count, capacity, s))
            return mdl_no_memory(x->r);
    } while (lex_take(x, ","));
    return lex_take(x, "]") || lex_fail(x, "\",\" or \"]\" was expected");
}

/* ---- Values -------------------------------------------------------------------------------------------- */

/* The second argument of WITH LOOKUP. */
static mdl_node *parse_argument(lexer *x, const mdl_node *call)
{
    if (call->count == 1 && strcmp(call->folded, "with_lookup") == 0) {
        if (lex_take(x, "("))
            return parse_points(x);
        lex_fail(x, "the points of a lookup were expected");
        return NULL;
    }
    if (*x->at == '\'') {
        mdl_node *n = parse_node(x, MDL_STRING);
        return n && lex_string(x, &n->written) ? n : NULL;
    }
    return parse_binary(x, LEVEL_OR);
}

/* After "(": arguments, and after a colon the outputs of a macro. */
bool parse_arguments(lexer *x, mdl_node *n)
{
    size_t capacity = 0;
    n->kind = MDL_CALL;
    n->outputs = SIZE_MAX;
    while (*x->at != ')') {
        if (!push(x, n, &capacity, parse_argument(x, n)))
            return false;
        if (*x->at == ':' && n->outputs == SIZE_MAX) {
            n->outputs = n->count;
            lex_take(x, ":");
        } else if (!lex_take(x, ",")) {
            break;
        }
    }
    if (n->outputs == SIZE_MAX)
        n->outputs = n->count;
    return lex_take(x, ")") || lex_fail(x, "\",\" or \")\" was expected after an argument");
}

static mdl_node *parse_name(lexer *x)
{
    mdl_node *n = parse_node(x, MDL_NAME);
    if (!n || !lex_name(x, &n->written, &n->folded))
        return NULL;
    if (strcmp(n->folded, "tabbed_array") == 0 && lex_take(x, "("))
        return parse_table(x);
    if (lex_take(x, "[")) {
        mdl_subscripts list;
        if (!parse_subscripts(x, &list))
            return NULL;
        n->subscripts = list.items;
        n->subscript_count = list.count;
    } else {
        n->each = lex_take(x, "!");
    }
    if (lex_take(x, "(") && !parse_arguments(x, n))
        return NULL;
    return x->r->status == TRUCE_OK ? n : NULL;
}

static mdl_node *parse_value(lexer *x)
{
    if (ascii_is_digit(*x->at) || *x->at == '.') {
        mdl_node *n = parse_node(x, MDL_VALUE);
        return n && lex_number(x, &n->written) ? n : NULL;
    }
    if (lex_take(x, "(")) {
        mdl_node *inside = parse_binary(x, LEVEL_OR);
        if (!inside)
            return NULL;
        if (!lex_take(x, ")")) {
            lex_fail(x, "\")\" was expected");
            return NULL;
        }
        return with_arguments(x, MDL_BRACKETS, "(", inside, NULL);
    }
    if (lex_take_keyword(x, ":NA:"))
        return parse_node(x, MDL_MISSING);
    if (lex_starts_name(x))
        return parse_name(x);
    lex_fail(x, "a value was expected");
    return NULL;
}

/* ---- Operators ----------------------------------------------------------------------------------------- */

static mdl_node *operate(lexer *x, const char *written, int strength, mdl_node *left, mdl_node *right)
{
    mdl_node *n = left && right ? with_arguments(x, MDL_OPERATOR, written, left, right) : NULL;
    if (n)
        n->strength = strength;
    return n;
}

static mdl_node *parse_signed(lexer *x);

static mdl_node *parse_power(lexer *x)
{
    mdl_node *n = parse_value(x);
    while (n && lex_take(x, "^")) {
        bool minus = *x->at == '-' || *x->at == '+';
        n = operate(x, "^", LEVEL_POWER, n, minus ? parse_signed(x) : parse_value(x));
    }
    return x->r->status == TRUCE_OK ? n : NULL;
}

static mdl_node *parse_signed(lexer *x)
{
    if (x->r->status != TRUCE_OK)
        return NULL;
    if (++x->nesting > MDL_NESTING) {
        lex_fail(x, "it is nested more than 200 levels deep");
        return NULL;
    }
    mdl_node *n;
    if (lex_take(x, "-"))
        n = with_arguments(x, MDL_SIGN, "-", parse_signed(x), NULL);
    else if (lex_take(x, "+"))
        n = parse_signed(x);
    else if (lex_take_keyword(x, ":NOT:"))
        n = with_arguments(x, MDL_SIGN, "NOT", parse_binary(x, LEVEL_COMPARE), NULL);
    else
        n = parse_power(x);
    x->nesting--;
    return n;
}

typedef struct operator_text {
    const char *symbol, *written;
    int strength;
} operator_text;

static const operator_text *operator_at(lexer *x)
{
    static const operator_text list[] = {
        {":OR:", "OR", LEVEL_OR},    {":AND:", "AND", LEVEL_AND}, {"<=", "<=", LEVEL_COMPARE},
        {">=", ">=", LEVEL_COMPARE}, {"<>", "<>", LEVEL_COMPARE}, {"<", "<", LEVEL_COMPARE},
        {">", ">", LEVEL_COMPARE},   {"=", "=", LEVEL_COMPARE},   {"+", "+", LEVEL_ADD},
        {"-", "-", LEVEL_ADD},       {"*", "*", LEVEL_MULTIPLY},  {"/", "/", LEVEL_MULTIPLY},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (lex_at_keyword(x, list[i].symbol))
            return &list[i];
    return NULL;
}

/* Operators at least as strong as `weakest`, left to right. */
static mdl_node *parse_binary(lexer *x, int weakest)
{
    mdl_node *left = parse_signed(x);
    while (left) {
        const operator_text *next = operator_at(x);
        if (!next || next->strength < weakest)
            break;
        lex_take_keyword(x, next->symbol);
        left = operate(x, next->written, next->strength, left, parse_binary(x, next->strength + 1));
    }
    return x->r->status == TRUCE_OK ? left : NULL;
}

mdl_node *parse_expression(lexer *x)
{
    return parse_binary(x, LEVEL_OR);
}

/* "1, 2; 3, 4;" of a whole array, or one expression. */
mdl_node *parse_right(lexer *x)
{
    mdl_node *first = parse_expression(x);
    if (!first || (*x->at != ',' && *x->at != ';'))
        return first;
    mdl_node *list = parse_node(x, MDL_LIST);
    size_t capacity = 0;
    if (!list || !push(x, list, &capacity, first))
        return NULL;
    list->line = first->line;
    size_t row = 0, begins = 0; /* how long rows are, and where the present one begins */
    while (*x->at == ',' || *x->at == ';') {
        if (*x->at == ';' && !parse_row_end(x, list, &row, &begins))
            return NULL;
        lex_take(x, *x->at == ',' ? "," : ";");
        if (*x->at && !push(x, list, &capacity, parse_expression(x)))
            return NULL;
    }
    if (row && list->count > begins && !parse_row_end(x, list, &row, &begins))
        return NULL;
    list->row = row;
    return x->r->status == TRUCE_OK ? list : NULL;
}
