/* Expressions as C. The order of operations is that of the model to the last bit: a parenthesis stands
 * wherever C would group otherwise. There are two ways to write an expression: as a number, and as a
 * condition, so that comparisons under IF, AND, OR and NOT read as C does them.
 *
 * Compilers promise 63 nested parentheses (C99, section 5.2.4.1). Of a deeper expression inner parts are put
 * into variables of their own first. */
#include "emit/emit.h"

#include <math.h>
#include <string.h>

enum { PART_DEPTH = 40, LINE_LENGTH = 100 };

/* How strongly an operator holds its operands together. */
enum { LOOSE, AT_OR, AT_AND, AT_COMPARISON, AT_SUM, AT_PRODUCT, AT_SIGN, AT_ATOM };

typedef struct form {
    const char *words;
    enum { FORM_NONE, FORM_WORD, FORM_INFIX, FORM_COMPARISON, FORM_LOGIC, FORM_FUNCTION } kind;
    int strength;
} form;

static form form_of(operation op)
{
    switch (op) {
    case OP_ADD:
        return (form){" + ", FORM_INFIX, AT_SUM};
    case OP_SUBTRACT:
        return (form){" - ", FORM_INFIX, AT_SUM};
    case OP_MULTIPLY:
        return (form){" * ", FORM_INFIX, AT_PRODUCT};
    case OP_DIVIDE:
        return (form){" / ", FORM_INFIX, AT_PRODUCT};
    case OP_LESS:
        return (form){" < ", FORM_COMPARISON, AT_COMPARISON};
    case OP_LESS_EQUAL:
        return (form){" <= ", FORM_COMPARISON, AT_COMPARISON};
    case OP_GREATER:
        return (form){" > ", FORM_COMPARISON, AT_COMPARISON};
    case OP_GREATER_EQUAL:
        return (form){" >= ", FORM_COMPARISON, AT_COMPARISON};
    case OP_EQUAL:
        return (form){" == ", FORM_COMPARISON, AT_COMPARISON};
    case OP_NOT_EQUAL:
        return (form){" != ", FORM_COMPARISON, AT_COMPARISON};
    case OP_AND:
        return (form){" && ", FORM_LOGIC, AT_AND};
    case OP_OR:
        return (form){" || ", FORM_LOGIC, AT_OR};
    case OP_ABS:
        return (form){"fabs", FORM_FUNCTION, AT_ATOM};
    case OP_EXP:
        return (form){"exp", FORM_FUNCTION, AT_ATOM};
    case OP_LN:
        return (form){"log", FORM_FUNCTION, AT_ATOM};
    case OP_LOG10:
        return (form){"log10", FORM_FUNCTION, AT_ATOM};
    case OP_SQRT:
        return (form){"sqrt", FORM_FUNCTION, AT_ATOM};
    case OP_SIN:
        return (form){"sin", FORM_FUNCTION, AT_ATOM};
    case OP_COS:
        return (form){"cos", FORM_FUNCTION, AT_ATOM};
    case OP_TAN:
        return (form){"tan", FORM_FUNCTION, AT_ATOM};
    case OP_ARCSIN:
        return (form){"asin", FORM_FUNCTION, AT_ATOM};
    case OP_ARCCOS:
        return (form){"acos", FORM_FUNCTION, AT_ATOM};
    case OP_ARCTAN:
        return (form){"atan", FORM_FUNCTION, AT_ATOM};
    case OP_INT:
        return (form){"floor", FORM_FUNCTION, AT_ATOM};
    case OP_POWER:
        return (form){"pow", FORM_FUNCTION, AT_ATOM};
    case OP_MOD:
        return (form){"modulo", FORM_FUNCTION, AT_ATOM};
    case OP_MIN:
        return (form){"least", FORM_FUNCTION, AT_ATOM};
    case OP_MAX:
        return (form){"greatest", FORM_FUNCTION, AT_ATOM};
    case OP_SAFE_DIVIDE:
        return (form){"safe_divide", FORM_FUNCTION, AT_ATOM};
    case OP_LOOKUP:
        return (form){"lookup", FORM_FUNCTION, AT_ATOM};
    case OP_RANDOM_UNIFORM:
        return (form){"uniform", FORM_FUNCTION, AT_ATOM};
    case OP_RANDOM_NORMAL:
        return (form){"normal", FORM_FUNCTION, AT_ATOM};
    case OP_RANDOM_LOGNORMAL:
        return (form){"lognormal", FORM_FUNCTION, AT_ATOM};
    case OP_GAMMA:
        return (form){"gamma_quantile", FORM_FUNCTION, AT_ATOM};
    case OP_POISSON:
        return (form){"poisson_quantile", FORM_FUNCTION, AT_ATOM};
    case OP_TRUNCATED_NORMAL:
        return (form){"truncated_normal_quantile", FORM_FUNCTION, AT_ATOM};
    case OP_BETA:
        return (form){"beta_quantile", FORM_FUNCTION, AT_ATOM};
    case OP_BINOMIAL:
        return (form){"binomial_quantile", FORM_FUNCTION, AT_ATOM};
    case OP_TIME:
        return (form){"now", FORM_WORD, AT_ATOM};
    case OP_STOP_TIME:
        return (form){"STOP", FORM_WORD, AT_ATOM};
    case OP_NEGATE:
        return (form){"-", FORM_NONE, AT_SIGN};
    case OP_NOT:
        return (form){"!", FORM_NONE, AT_SIGN};
    case OP_IF:
        return (form){"?:", FORM_NONE, AT_ATOM};
    case OP_NUMBER:
    case OP_VARIABLE:
    case OP_COUNT:
        break;
    }
    return (form){NULL, FORM_NONE, AT_ATOM};
}

const char *emit_form(operation op)
{
    return form_of(op).words;
}

/* A C constant of type double. */
void emit_number(text *to, double number)
{
    char digits[40];
    if (isnan(number)) {
        text_print(to, "NAN");
        return;
    }
    if (isinf(number)) {
        text_print(to, number > 0 ? "INFINITY" : "-INFINITY");
        return;
    }
    text_from_number(digits, number);
    text_print(to, strpbrk(digits, ".e") ? "%s" : "%s.0", digits);
}

/* ---- Numbers and conditions --------------------------------------------------------------------------- */

static void write_value(emitter *e, text *to, const expression *x, int strength);
static void write_condition(emitter *e, text *to, const expression *x, int strength);

static bool is_part(const emitter *e, const expression *x, size_t *index)
{
    for (size_t i = 0; i < e->part_count; i++)
        if (e->parts[i] == x) {
            *index = i;
            return true;
        }
    return false;
}

static bool is_truth(const expression *x)
{
    return x->op == OP_NOT || form_of(x->op).kind == FORM_COMPARISON || form_of(x->op).kind == FORM_LOGIC;
}

/* Compilers warn when a variable is compared with itself, which only asks whether it is a number. */
static bool compares_itself(const expression *x)
{
    const expression *a = x->arguments[0], *b = x->arguments[1];
    return a == b || (a->op == OP_VARIABLE && b->op == OP_VARIABLE && a->index == b->index) ||
           (a->op == b->op && form_of(a->op).kind == FORM_WORD);
}

static void write_comparison(emitter *e, text *to, const expression *x)
{
    if (!compares_itself(x)) {
        write_value(e, to, x->arguments[0], AT_SUM);
        text_print(to, "%s", form_of(x->op).words);
        write_value(e, to, x->arguments[1], AT_SUM);
        return;
    }
    bool unless = x->op == OP_EQUAL || x->op == OP_LESS_EQUAL || x->op == OP_GREATER_EQUAL;
    if (x->op == OP_LESS || x->op == OP_GREATER) {
        text_print(to, "0");
        return;
    }
    text_print(to, unless ? "!isnan(" : "isnan(");
    write_value(e, to, x->arguments[0], LOOSE);
    text_print(to, ")");
}

/* The operands of && stand in parentheses under ||, as compilers ask for. */
static void write_logic(emitter *e, text *to, const expression *x)
{
    int inner = x->op == OP_OR ? AT_COMPARISON : AT_AND;
    for (int i = 0; i < 2; i++) {
        bool same = x->arguments[i]->op == x->op && i == 0;
        write_condition(e, to, x->arguments[i],
                        same ? form_of(x->op).strength : inner + (i && inner == AT_AND));
        if (i == 0)
            text_print(to, "%s", form_of(x->op).words);
    }
}

static void write_condition(emitter *e, text *to, const expression *x, int strength)
{
    size_t part;
    form f = form_of(x->op);
    if (!is_truth(x) || is_part(e, x, &part)) {
        bool bracket = strength > AT_COMPARISON;
        text_print(to, bracket ? "(" : "");
        write_value(e, to, x, AT_SUM);
        text_print(to, bracket ? " != 0.0)" : " != 0.0");
        return;
    }
    bool bracket = f.strength < strength;
    text_print(to, bracket ? "(" : "");
    if (x->op == OP_NOT) {
        text_print(to, "!");
        write_condition(e, to, x->arguments[0], AT_SIGN);
    } else if (f.kind == FORM_LOGIC) {
        write_logic(e, to, x);
    } else {
        write_comparison(e, to, x);
    }
    text_print(to, bracket ? ")" : "");
}

static void write_function(emitter *e, text *to, const expression *x)
{
    text_print(to, "%s(", form_of(x->op).words);
    if (x->op == OP_LOOKUP)
        text_print(to, "&%s, ", e->graphs[x->index]);
    for (int i = 0; i < x->arity; i++) {
        text_print(to, i ? ", " : "");
        write_value(e, to, x->arguments[i], LOOSE);
    }
    if (x->op == OP_RANDOM_UNIFORM || x->op == OP_RANDOM_NORMAL || x->op == OP_RANDOM_LOGNORMAL)
        text_print(to, ", UINT64_C(0x%016llX)", (unsigned long long)x->index);
    text_print(to, ")");
}

static void write_operator(emitter *e, text *to, const expression *x, form f)
{
    write_value(e, to, x->arguments[0], f.strength);
    text_print(to, "%s", f.words);
    write_value(e, to, x->arguments[1], f.strength + 1);
}

static void write_choice(emitter *e, text *to, const expression *x)
{
    text_print(to, "(");
    write_condition(e, to, x->arguments[0], AT_OR);
    text_print(to, " ? ");
    write_value(e, to, x->arguments[1], LOOSE);
    text_print(to, " : ");
    write_value(e, to, x->arguments[2], LOOSE);
    text_print(to, ")");
}

/* Recursion is safe: expressions are at most 1,000 deep. */
static void write_value(emitter *e, text *to, const expression *x, int strength)
{
    size_t part;
    form f = form_of(x->op);
    if (is_part(e, x, &part)) {
        text_print(to, "part_%zu", part + 1);
        return;
    }
    bool negative = x->op == OP_NUMBER && signbit(x->number);
    bool bracket = (negative ? AT_SIGN : f.strength) < strength;
    if (is_truth(x)) {
        text_print(to, "(");
        write_condition(e, to, x, AT_OR);
        text_print(to, " ? 1.0 : 0.0)");
        return;
    }
    text_print(to, bracket ? "(" : "");
    if (x->op == OP_NUMBER) {
        emit_number(to, x->number);
    } else if (x->op == OP_VARIABLE) {
        text_print(to, "%s", e->names[x->index]);
    } else if (f.kind == FORM_WORD) {
        text_print(to, "%s", f.words);
    } else if (x->op == OP_NEGATE) {
        text_print(to, "-");
        write_value(e, to, x->arguments[0], AT_ATOM);
    } else if (x->op == OP_IF) {
        write_choice(e, to, x);
    } else if (f.kind == FORM_INFIX) {
        write_operator(e, to, x, f);
    } else {
        write_function(e, to, x);
    }
    text_print(to, bracket ? ")" : "");
}

/* ---- Statements --------------------------------------------------------------------------------------- */

void emit_wrapped(emitter *e, const char *indent, const char *line)
{
    size_t margin = strlen(indent);
    for (bool first = true; *line; first = false) {
        size_t room = LINE_LENGTH - margin - (first ? 0 : 4), length = strnlen(line, room + 1), next;
        if (length > room) {
            size_t at = room;
            while (at > 0 && line[at] != ' ')
                at--;
            if (at == 0)
                at = room + strcspn(line + room, " ");
            length = at;
        }
        next = length + (line[length] == ' ');
        text_print(&e->out, "%s%s", indent, first ? "" : "    ");
        text_add(&e->out, line, length);
        text_add(&e->out, "\n", 1);
        line += next;
    }
}

static void write_line(emitter *e, const char *indent, const char *before, const expression *x,
                       const char *after)
{
    text line = {0};
    text_print(&line, "%s", before);
    write_value(e, &line, x, LOOSE);
    text_print(&line, "%s", after);
    if (line.failed)
        e->out_of_memory = true;
    else
        emit_wrapped(e, indent, line.bytes);
    text_free(&line);
}

/* Every PART_DEPTH levels, innermost first. */
static void write_parts(emitter *e, const expression *x)
{
    size_t known;
    for (int i = 0; i < x->arity; i++)
        if (x->arguments[i]->depth >= PART_DEPTH)
            write_parts(e, x->arguments[i]);
    if (x->depth % PART_DEPTH != 0 || is_part(e, x, &known))
        return;
    char name[64];
    snprintf(name, sizeof name, "const double part_%zu = ", e->part_count + 1);
    write_line(e, "        ", name, x, ";");
    if (!ARENA_PUSH(&e->memory, e->parts, e->part_count, e->part_capacity, x))
        e->out_of_memory = true;
}

void emit_statement(emitter *e, const char *before, const expression *x, const char *after)
{
    bool deep = x->depth > PART_DEPTH;
    e->part_count = 0;
    if (!before || e->out_of_memory) {
        e->out_of_memory = true;
        return;
    }
    if (deep) {
        text_print(&e->out, "    {\n");
        write_parts(e, x);
    }
    write_line(e, deep ? "        " : "    ", before, x, after);
    if (deep)
        text_print(&e->out, "    }\n");
    e->part_count = 0;
}
