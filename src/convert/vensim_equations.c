/* Trees of XMILE's equations in Vensim's language. */
#include "convert/convert.h"

#include <math.h>
#include <string.h>

static bool refuse(vensim_scene *s, const node *n, const char *what)
{
    return fail(&s->c->b, n->file, n->line,
                "%s in the equation of \"%s\" cannot be expressed in Vensim's language", what,
                s->owner ? s->owner->name : s->macro->name);
}

/* ---- Subscripts ---------------------------------------------------------------------------------------- */

static bool is_within(conversion *c, const xmile_dimension *inner, const xmile_dimension *outer)
{
    for (size_t i = 0; i < inner->size; i++)
        if (!inner->elements || !outer->elements || find_element_of(c, outer, inner->elements[i]) == SIZE_MAX)
            return false;
    return true;
}

static bool write_place(vensim_scene *s, size_t k)
{
    if (s->left[k])
        text_add(s->t, s->left[k], strlen(s->left[k]));
    else
        write_dimension_name(s->c, s->t, s->owner->dimensions[k]);
    return true;
}

bool write_left(vensim_scene *s, const char *dimension)
{
    const xmile_dimension *named = find_dimension(s->c, dimension);
    size_t count = s->owner ? s->owner->dimension_count : 0;
    for (size_t k = 0; k < count; k++)
        if (same_name(s->c, s->owner->dimensions[k], dimension))
            return write_place(s, k);
    for (size_t k = 0; k < count && named; k++) {
        const xmile_dimension *own = find_dimension(s->c, s->owner->dimensions[k]);
        if (own && is_within(s->c, own, named))
            return write_place(s, k);
    }
    write_dimension_name(s->c, s->t, dimension);
    return true;
}

static bool write_one_subscript(vensim_scene *s, const node *n, const subscript *given, const char *dimension)
{
    const xmile_dimension *d = find_dimension(s->c, dimension);
    const node *from = given->from;
    size_t index = SIZE_MAX;
    switch (given->kind) {
    case SUBSCRIPT_ALL:
        write_dimension_name(s->c, s->t, given->name ? given->name : dimension);
        text_add(s->t, "!", 1);
        return true;
    case SUBSCRIPT_POSITION:
        return (s->owner && given->index < s->owner->dimension_count && write_place(s, given->index)) ||
               refuse(s, n, "a position of a subscript");
    case SUBSCRIPT_EXPRESSION:
        break;
    default:
        return refuse(s, n, "a range of subscripts");
    }
    if (d && from->kind == NODE_NUMBER && from->number >= 1 && from->number <= (double)d->size)
        index = (size_t)from->number - 1;
    else if (d && from->kind == NODE_NAME && !from->subscript_count)
        index = find_element_of(s->c, d, from->written);
    if (index != SIZE_MAX) {
        write_element_name(s->c, s->t, d, index);
        return true;
    }
    if (from->kind == NODE_NAME && !from->subscript_count && find_dimension(s->c, from->written))
        return write_left(s, from->written);
    return refuse(s, n, "a subscript that moves");
}

static bool repeats_dimension(vensim_scene *s, const xmile_variable *v)
{
    for (size_t i = 0; i < v->dimension_count; i++)
        for (size_t k = 0; k < i; k++)
            if (same_name(s->c, v->dimensions[i], v->dimensions[k]))
                return true;
    return false;
}

static bool write_bare(vensim_scene *s, const node *n, const xmile_variable *v)
{
    if (repeats_dimension(s, v))
        return refuse(s, n, "an array that has a dimension twice, without subscripts,");
    for (size_t i = 0; i < v->dimension_count; i++) {
        text_print(s->t, i ? ", " : "[");
        if (s->in_array) {
            write_dimension_name(s->c, s->t, v->dimensions[i]);
            text_add(s->t, "!", 1);
        } else if (!write_left(s, v->dimensions[i])) {
            return false;
        }
    }
    text_add(s->t, "]", 1);
    return true;
}

bool write_vensim_variable(vensim_scene *s, const node *n)
{
    const xmile_variable *v = s->macro ? NULL : find_by_name(s->c, n->written);
    const char *name = v ? name_display(&s->c->b.scratch, v->name, strlen(v->name)) : n->written;
    if (!name)
        return fail_memory(&s->c->b);
    write_vensim_name(s->t, name);
    if (!v || !v->dimension_count)
        return !n->subscript_count || refuse(s, n, "subscripts of what has none");
    if (!n->subscript_count)
        return write_bare(s, n, v);
    if (n->subscript_count != v->dimension_count)
        return refuse(s, n, "a wrong number of subscripts");
    for (size_t i = 0; i < v->dimension_count; i++) {
        text_print(s->t, i ? ", " : "[");
        if (!write_one_subscript(s, n, &n->subscripts[i], v->dimensions[i]))
            return false;
    }
    text_add(s->t, "]", 1);
    return true;
}

/* ---- Names --------------------------------------------------------------------------------------------- */

/* "Side.defender" is a number: the position of the element. */
static bool write_qualified(vensim_scene *s, const node *n)
{
    const char *dot = strchr(n->written, '.');
    const char *dimension = dot ? arena_copy(&s->c->b.scratch, n->written, (size_t)(dot - n->written)) : NULL;
    const xmile_dimension *d = dimension ? find_dimension(s->c, dimension) : NULL;
    size_t index = d ? find_element_of(s->c, d, dot + 1) : SIZE_MAX;
    if (index == SIZE_MAX)
        return false;
    text_print(s->t, "%zu", index + 1);
    return true;
}

static bool is_of_macro(const vensim_scene *s, const char *name)
{
    for (size_t i = 0; s->macro && i < s->macro->parameter_count; i++)
        if (same_name(s->c, s->macro->parameters[i], name))
            return true;
    for (size_t i = 0; s->macro && i < s->macro->variable_count; i++)
        if (same_name(s->c, s->macro->variables[i].name, name))
            return true;
    return false;
}

/* In Vensim the number of an element is its place in the greatest range. */
static bool is_greatest(conversion *c, const xmile_dimension *d)
{
    for (size_t i = 0; i < c->document->dimension_count; i++) {
        const xmile_dimension *other = &c->document->dimensions[i];
        if (other != d && other->size > d->size && is_within(c, d, other))
            return false;
    }
    return true;
}

static bool write_name(vensim_scene *s, const node *n)
{
    static const char *const builtins[][3] = {
        {"time", "Time", "Time$"},
        {"dt", "TIME STEP", "TIME STEP$"},
        {"time_step", "TIME STEP", "TIME STEP$"},
        {"starttime", "INITIAL TIME", "INITIAL TIME$"},
        {"initial_time", "INITIAL TIME", "INITIAL TIME$"},
        {"stoptime", "FINAL TIME", "FINAL TIME$"},
        {"final_time", "FINAL TIME", "FINAL TIME$"},
        {"pi", "3.141592653589793", "3.141592653589793"},
    };
    if (is_of_macro(s, n->written) || (!s->macro && find_by_name(s->c, n->written)))
        return write_vensim_variable(s, n);
    const char *name = without_namespace(n->name);
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
        if (strcmp(name, builtins[i][0]) == 0) {
            text_print(s->t, "%s", builtins[i][s->macro ? 2 : 1]);
            return true;
        }
    const xmile_dimension *d = find_dimension(s->c, n->written);
    if (d)
        return is_greatest(s->c, d) ? write_left(s, n->written)
                                    : refuse(s, n, "the number of an element in a part of a dimension");
    if (strcmp(name, "nan") == 0)
        return refuse(s, n, "NAN");
    return write_qualified(s, n) ||
           (s->c->b.status == TRUCE_OK && refuse(s, n, arena_format(&s->c->b.scratch, "\"%s\"", n->written)));
}

/* ---- Trees --------------------------------------------------------------------------------------------- */

typedef struct binary_text {
    operation op;
    const char *written;
    int level;
} binary_text;

static const binary_text *binary_of(operation op)
{
    static const binary_text list[] = {
        {OP_OR, " :OR: ", TO_OR},          {OP_AND, " :AND: ", TO_AND},
        {OP_EQUAL, " = ", TO_COMPARE},     {OP_NOT_EQUAL, " <> ", TO_COMPARE},
        {OP_LESS, " < ", TO_COMPARE},      {OP_LESS_EQUAL, " <= ", TO_COMPARE},
        {OP_GREATER, " > ", TO_COMPARE},   {OP_GREATER_EQUAL, " >= ", TO_COMPARE},
        {OP_ADD, " + ", TO_ADD},           {OP_SUBTRACT, " - ", TO_ADD},
        {OP_MULTIPLY, " * ", TO_MULTIPLY}, {OP_DIVIDE, " / ", TO_MULTIPLY},
        {OP_POWER, "^", TO_POWER},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (list[i].op == op)
            return &list[i];
    return NULL;
}

static bool write_list(vensim_scene *s, const node *n, const char *name)
{
    text_print(s->t, "%s(", name);
    for (size_t i = 0; i < n->count; i++) {
        if (i)
            text_print(s->t, ", ");
        if (!write_vensim_tree(s, n->arguments[i], TO_ANY))
            return false;
    }
    text_add(s->t, ")", 1);
    return true;
}

static bool write_operation(vensim_scene *s, const node *n)
{
    const binary_text *two = binary_of(n->op);
    node pair = *n;
    if (n->op == OP_IF)
        return write_list(s, n, "IF THEN ELSE");
    if (n->op == OP_SAFE_DIVIDE) {
        pair.count = 2;
        return write_list(s, &pair, "ZIDZ");
    }
    if (n->op == OP_MOD) {
        s->c->needs_modulo = true;
        return write_list(s, n, "XMILE MOD");
    }
    if (n->op == OP_NEGATE || n->op == OP_NOT) {
        text_print(s->t, n->op == OP_NOT ? ":NOT: " : "-");
        return write_vensim_tree(s, n->arguments[0], n->op == OP_NOT ? TO_COMPARE : TO_SIGN);
    }
    if (!two)
        return refuse(s, n, "an operator");
    int left = two->level + (two->level == TO_COMPARE);
    if (!write_vensim_tree(s, n->arguments[0], left))
        return false;
    text_print(s->t, "%s", two->written);
    return write_vensim_tree(s, n->arguments[1], two->level == TO_POWER ? TO_VALUE : two->level + 1);
}

static int level_of(const node *n)
{
    if (n->kind == NODE_NUMBER)
        return n->number < 0 ? TO_SIGN : TO_VALUE;
    if (n->kind != NODE_OPERATION || n->op == OP_IF || n->op == OP_SAFE_DIVIDE || n->op == OP_MOD)
        return TO_VALUE;
    if (n->op == OP_NEGATE)
        return TO_SIGN;
    if (n->op == OP_NOT)
        return TO_NOT;
    const binary_text *two = binary_of(n->op);
    return two ? two->level : TO_VALUE;
}

static void write_number(vensim_scene *s, double number)
{
    char buffer[40];
    size_t length = text_from_number(buffer, number);
    text_add(s->t, buffer, length);
}

/* -2^109 is :NA:. */
static bool is_missing(const node *n)
{
    return n->kind == NODE_OPERATION && n->op == OP_NEGATE && n->arguments[0]->kind == NODE_NUMBER &&
           n->arguments[0]->number == 0x1p109;
}

bool write_vensim_tree(vensim_scene *s, const node *n, int least)
{
    bool brackets = level_of(n) < least, done;
    if (is_missing(n)) {
        text_print(s->t, ":NA:");
        return true;
    }
    if (brackets)
        text_add(s->t, "(", 1);
    switch (n->kind) {
    case NODE_NUMBER:
        write_number(s, n->number);
        done = isfinite(n->number) || refuse(s, n, "a number that is not finite");
        break;
    case NODE_NAME:
        done = write_name(s, n);
        break;
    case NODE_CALL:
        done = s->write_call(s, n);
        break;
    default:
        done = write_operation(s, n);
    }
    if (brackets)
        text_add(s->t, ")", 1);
    return done;
}

bool write_vensim_equation(vensim_scene *s, const xmile_text *equation)
{
    node *n = parse_equation(&s->c->b, equation, s->owner ? s->owner->name : s->macro->name);
    s->root = s->alone ? n : NULL;
    s->alone = false;
    return n && write_vensim_tree(s, n, TO_ANY);
}
