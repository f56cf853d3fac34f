/* Trees as XMILE text. A line of the text is a line of the file, so that messages about it name the right
 * one. Subscripts of the left side are written as they are where XMILE means the same by them, and else as
 * the elements that they stand for, an equation an element. */
#include "vensim/write.h"

#include <string.h>
#include <strings.h>

static const char missing_value[] = "-649037107316853453566312041152512"; /* -2^109, :NA: */

/* ---- Values -------------------------------------------------------------------------------------------- */

/* A subscript as a number: the position of the element in its greatest range, from 1. */
static bool write_position(writer *w, const mdl_node *n, size_t range, size_t element)
{
    mdl_scene *s = w->scene;
    mdl_subscript given = {.name = n->written, .folded = n->folded, .line = n->line};
    if (range != SIZE_MAX)
        element = element_of_range(s, &given, range, n->written);
    if (element == SIZE_MAX)
        return false;
    size_t family = s->r->elements[element].family;
    text_print(&w->t, "%zu", mdl_position(&s->r->ranges[family], element) + 1);
    return true;
}

static bool is_time(const char *folded)
{
    return strcmp(folded, "time") == 0;
}

/* "Time$" in a macro is the time of the model, and "gravity$" a variable of it, which is a parameter. */
static const char *outer_name(const mdl_scene *s, const mdl_node *n)
{
    size_t length = strlen(n->written);
    if (!s->section->folded || !length || n->written[length - 1] != '$' || mdl_is_own(s->section, n))
        return NULL;
    const char *outer = mdl_outer_name(s->r, s->section, n);
    outer = outer ? arena_format(s->r->a, "%s$", outer) : arena_copy(s->r->a, n->written, length - 1);
    if (!outer)
        mdl_no_memory(s->r);
    return outer;
}

static bool write_variable(writer *w, const mdl_node *n)
{
    mdl_scene *s = w->scene;
    const char *outer = outer_name(s, n);
    size_t range = mdl_find_range(s->r, n->folded), element = mdl_find_element(s->r, n->folded);
    bool known = map_get(&s->section->names, n->folded) != SIZE_MAX;
    if (s->r->status != TRUCE_OK)
        return false;
    const mdl_cover *each = n->each ? element_of_each(s, range) : NULL;
    if (n->each && !each)
        return mdl_fail(s->r, n->line, "\"%s!\" stands outside of SUM and its relatives", n->written);
    if (each)
        return write_position(w, n, SIZE_MAX, each->element);
    if (!known && !n->subscript_count && (range != SIZE_MAX || element != SIZE_MAX))
        return write_position(w, n, range, element);
    if (is_time(n->folded) && !n->subscript_count)
        text_print(&w->t, "TIME");
    else
        mdl_write_name(&w->t, outer ? outer : n->written);
    return write_all_subscripts(w, n);
}

/* ---- Calls --------------------------------------------------------------------------------------------- */

/* What a macro uses of the model follows its arguments; in another macro that is a parameter, too. */
static void write_outer(writer *w, const mdl_section *called, size_t i)
{
    const char *name = called->outer[i];
    if (w->scene->section->folded && !(name = arena_format(w->scene->r->a, "%s$", name)))
        mdl_no_memory(w->scene->r);
    else
        mdl_write_name(&w->t, name);
}

static bool write_arguments(writer *w, const mdl_node *n, size_t count, const mdl_section *called)
{
    if (!mdl_hand_on(w->scene->r, called->outer_count, n->line))
        return false;
    text_add(&w->t, "(", 1);
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_print(&w->t, ", ");
        if (!write_tree(w, n->arguments[i], LEVEL_ANY))
            return false;
    }
    for (size_t i = 0; i < called->outer_count; i++) {
        text_print(&w->t, "%s", count + i ? ", " : "");
        write_outer(w, called, i);
    }
    text_add(&w->t, ")", 1);
    return w->scene->r->status == TRUCE_OK;
}

/* "std." in front of a function of which a variable has the name. */
static void write_namespace(writer *w, const char *function)
{
    size_t length = strspn(function, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    char *folded = name_fold(w->scene->r->a, function, length);
    if (!folded)
        mdl_no_memory(w->scene->r);
    else if (function[length] == '(' && map_get(&w->scene->section->names, folded) != SIZE_MAX)
        text_print(&w->t, "std.");
}

/* A pattern: "$1" is the first argument, "$*" all of them apart by commas. */
static bool write_pattern(writer *w, const mdl_node *n, const char *pattern)
{
    bool is_if = strncmp(pattern, "IF ", 3) == 0;
    for (const char *s = pattern; *s; s++) {
        if (*s != '$') {
            if (*s >= 'A' && *s <= 'Z' &&
                (s == pattern || !(ascii_is_alphanumeric(s[-1]) || s[-1] == '_' || s[-1] == '.')))
                write_namespace(w, s);
            text_add(&w->t, s, 1);
            continue;
        }
        s++;
        size_t first = *s == '*' ? 0 : (size_t)(*s - '1'), last = *s == '*' ? n->count : first + 1;
        for (size_t i = first; i < last; i++) {
            if (i > first)
                text_print(&w->t, ", ");
            bool alone = is_if || *s == '*' || s[1] == ',' || s[1] == ')';
            if (i >= n->count || !write_tree(w, n->arguments[i], alone ? LEVEL_ANY : LEVEL_POWER))
                return false;
        }
    }
    return true;
}

static bool write_lookup(writer *w, const mdl_node *n)
{
    text_print(&w->t, "LOOKUP(");
    if (!write_variable(w, n))
        return false;
    text_print(&w->t, ", ");
    if (!write_tree(w, n->arguments[0], LEVEL_ANY))
        return false;
    text_add(&w->t, ")", 1);
    return true;
}

static bool write_macro(writer *w, const mdl_node *n)
{
    const char *name = mdl_macro_name(w->scene->r->a, n->written, n->folded);
    const mdl_section *called = &w->scene->r->sections[map_get(&w->scene->r->macro_names, n->folded)];
    if (!name)
        return mdl_no_memory(w->scene->r);
    if (n->outputs != called->input_count)
        return mdl_fail(w->scene->r, n->line, "macro \"%s\" takes %zu argument%s, but %zu %s given",
                        called->name, called->input_count, called->input_count == 1 ? "" : "s", n->outputs,
                        n->outputs == 1 ? "is" : "are");
    mdl_write_name(&w->t, name);
    return write_arguments(w, n, n->outputs, called);
}

static bool unknown_function(const mdl_scene *s, const mdl_node *n)
{
    size_t count = 0;
    if (strcmp(n->folded, "integ") == 0 || strcmp(n->folded, "active_initial") == 0 ||
        strcmp(n->folded, "with_lookup") == 0)
        return mdl_fail(s->r, n->line,
                        n == s->equation->right ? "%s takes 2 arguments"
                                                : "%s must stand alone after the equal sign",
                        n->written);
    for (size_t i = 0; i < s->section->input_count; i++)
        if (strcasecmp(s->section->inputs[i], n->written) == 0)
            return mdl_fail(
                s->r, n->line,
                "\"%s\", a parameter of macro \"%s\", is a value: a lookup cannot be given to a macro",
                n->written, s->section->name);
    while (mdl_function_at(count))
        count++;
    const char **names = mdl_array(s->r, count, sizeof *names);
    if (!names)
        return false;
    for (size_t i = 0; i < count; i++)
        names[i] = mdl_function_at(i)->name;
    const char *nearest = truce_nearest_name(n->written, names, count);
    char *shown = nearest ? name_display(s->r->a, nearest, strlen(nearest)) : NULL;
    for (char *c = shown; c && *c; c++)
        *c = ascii_upper(*c);
    return mdl_fail(s->r, n->line, "there is no function, macro or lookup \"%s\"%s%s%s", n->written,
                    shown ? " (did you mean " : "", shown ? shown : "", shown ? "?)" : "");
}

/* Whether a name is that of a lookup, or of a parameter of a macro, which may be one. */
static bool is_lookup(const mdl_scene *s, const mdl_node *n)
{
    size_t variable = map_get(&s->section->names, n->folded);
    if (variable == SIZE_MAX)
        return false;
    const mdl_equation *e = &s->section->equations[s->section->variables[variable].first];
    return e->sign == MDL_LOOKUP || (e->right && e->right->kind == MDL_POINTS) ||
           !mdl_find_function(n->folded);
}

/* A literal number with its sign. */
static bool is_literal(const mdl_node *n, double *value)
{
    bool minus = n->kind == MDL_SIGN && *n->written == '-';
    const mdl_node *x = minus ? n->arguments[0] : n;
    if (x->kind != MDL_VALUE || !text_to_number(x->written, strlen(x->written), value))
        return false;
    *value = minus ? -*value : *value;
    return true;
}

/* Seed 0 is that of the model: no seed of its own. Bounds beyond 1e30 are none. */
static const char *pattern_of(const mdl_node *n, const mdl_function *f)
{
    double seed = 1, least = 0, most = 0;
    if (strcmp(f->name, "random_uniform") == 0 && is_literal(n->arguments[2], &seed) && seed == 0)
        return "UNIFORM($1, $2)";
    if (strcmp(f->name, "random_normal") != 0)
        return f->pattern;
    bool own = !is_literal(n->arguments[4], &seed) || seed != 0;
    if (is_literal(n->arguments[0], &least) && is_literal(n->arguments[1], &most) && least <= -1e30 &&
        most >= 1e30)
        return own ? "NORMAL($3, $4, $5)" : "NORMAL($3, $4)";
    return f->pattern;
}

static bool write_call(writer *w, const mdl_node *n)
{
    mdl_scene *s = w->scene;
    bool known = is_lookup(s, n);
    const mdl_function *f = mdl_find_function(n->folded);
    if (known && n->count == 1)
        return write_lookup(w, n);
    if (map_get(&s->r->macro_names, n->folded) != SIZE_MAX)
        return write_macro(w, n);
    if (!f)
        return unknown_function(s, n);
    if (!f->pattern && !f->write)
        return mdl_fail(s->r, n->line, "function %s is not supported%s%s", n->written, f->reason ? ": " : "",
                        f->reason ? f->reason : "");
    if (n->count < (size_t)f->least || (f->most >= 0 && n->count > (size_t)f->most))
        return mdl_fail(s->r, n->line, "%s takes %s%d argument%s, but %zu %s given", n->written,
                        f->most == f->least ? "" : "at least ", f->least, f->least == 1 ? "" : "s", n->count,
                        n->count == 1 ? "is" : "are");
    bool sums = strcmp(f->name, "sum") == 0 || strcmp(f->name, "prod") == 0 || strcmp(f->name, "vmin") == 0 ||
                strcmp(f->name, "vmax") == 0;
    if (sums && uses_each(n->arguments[0]))
        return write_out(w, n, f->pattern);
    return f->write ? f->write(w, n) : write_pattern(w, n, pattern_of(n, f));
}

/* ---- Trees --------------------------------------------------------------------------------------------- */

static int level_of_operator(const mdl_node *n)
{
    switch (*n->written) {
    case 'O':
        return LEVEL_OR;
    case 'A':
        return LEVEL_AND;
    case '=':
        return LEVEL_EQUAL;
    case '<':
        return n->written[1] == '>' ? LEVEL_EQUAL : LEVEL_COMPARE;
    case '>':
        return LEVEL_COMPARE;
    case '+':
    case '-':
        return LEVEL_ADD;
    case '^':
        return LEVEL_POWER;
    default:
        return LEVEL_MULTIPLY;
    }
}

static bool write_operator(writer *w, const mdl_node *n)
{
    int level = level_of_operator(n);
    bool power = level == LEVEL_POWER;
    if (!write_tree(w, n->arguments[0], power ? LEVEL_VALUE : level))
        return false;
    text_print(&w->t, power ? "%s" : " %s ", n->written);
    return write_tree(w, n->arguments[1], power ? LEVEL_SIGN : level + 1);
}

static int level_of(const mdl_scene *s, const mdl_node *n)
{
    if (n->kind == MDL_OPERATOR)
        return level_of_operator(n);
    if (n->kind == MDL_SIGN || n->kind == MDL_MISSING)
        return LEVEL_SIGN;
    if (n->kind == MDL_CALL && !is_lookup(s, n)) {
        const mdl_function *f = mdl_find_function(n->folded);
        return f && f->pattern && strncmp(f->pattern, "IF ", 3) == 0 ? LEVEL_ANY : LEVEL_VALUE;
    }
    return LEVEL_VALUE;
}

static bool write_inside(writer *w, const mdl_node *n)
{
    catch_up(w, n->line);
    switch (n->kind) {
    case MDL_VALUE:
        text_print(&w->t, "%s", n->written);
        return true;
    case MDL_NAME:
        return write_variable(w, n);
    case MDL_CALL:
        return write_call(w, n);
    case MDL_SIGN:
        text_print(&w->t, *n->written == '-' ? "-" : "NOT ");
        return write_tree(w, n->arguments[0], LEVEL_SIGN);
    case MDL_OPERATOR:
        return write_operator(w, n);
    case MDL_BRACKETS:
        text_add(&w->t, "(", 1);
        if (!write_tree(w, n->arguments[0], LEVEL_ANY))
            return false;
        text_add(&w->t, ")", 1);
        return true;
    case MDL_MISSING:
        text_print(&w->t, "%s", missing_value);
        return true;
    case MDL_STRING:
        return mdl_fail(w->scene->r, n->line, "the text '%s' stands where a value is needed", n->written);
    case MDL_POINTS:
    case MDL_LIST:
        break;
    }
    return mdl_fail(w->scene->r, n->line, "numbers in a list stand where one value is needed");
}

static bool write_any(writer *w, const mdl_node *n, int least)
{
    bool brackets = level_of(w->scene, n) < least;
    catch_up(w, n->line);
    if (brackets)
        text_add(&w->t, "(", 1);
    if (!write_inside(w, n))
        return false;
    if (brackets)
        text_add(&w->t, ")", 1);
    return true;
}

bool mdl_translate(mdl_scene *s, const mdl_node *n, xmile_text *out)
{
    writer w = {.scene = s, .write = write_any, .line = n->line};
    bool done = write_tree(&w, n, LEVEL_ANY);
    if (done && w.t.failed)
        done = mdl_no_memory(s->r);
    if (done) {
        out->text = arena_copy(s->r->a, w.t.bytes ? w.t.bytes : "", w.t.length);
        out->at = mdl_place(s->r, n->line);
        done = out->text || mdl_no_memory(s->r);
    }
    text_free(&w.t);
    return done;
}

/* ---- Equations of whole ranges ------------------------------------------------------------------------- */

/* Whether a range of the right side is, by the names of its elements, the one of the left side of that family: in the
 * order of element_of_range(). */
static bool follows_left(const mdl_scene *s, size_t range)
{
    const mdl_range *named = &s->r->ranges[range];
    for (size_t i = 0; i < s->cover_count; i++)
        if (s->covers[i].range == range)
            return true;
    for (size_t i = 0; i < s->cover_count; i++) {
        size_t own = s->covers[i].range;
        if (own != SIZE_MAX && (maps_to(s->r, own, range) || maps_to(s->r, range, own)))
            return false;
    }
    for (size_t i = 0; i < s->cover_count; i++) {
        if (s->covers[i].range == SIZE_MAX)
            continue;
        const mdl_range *left = &s->r->ranges[s->covers[i].range];
        bool within = true;
        for (size_t k = 0; k < left->count && within; k++)
            within = mdl_position(named, left->elements[k]) != SIZE_MAX;
        if (within)
            return true;
    }
    return false;
}

static bool uniform_subscripts(const mdl_scene *s, const mdl_node *n)
{
    for (size_t i = 0; i < n->subscript_count; i++) {
        size_t range = mdl_find_range(s->r, n->subscripts[i].folded);
        if (range != SIZE_MAX && !n->subscripts[i].each && !follows_left(s, range))
            return false;
    }
    return true;
}

static bool uniform_tree(const mdl_scene *s, const mdl_node *n)
{
    bool named = n->kind == MDL_NAME || n->kind == MDL_CALL;
    if (named && !uniform_subscripts(s, n))
        return false;
    const mdl_function *f = n->kind == MDL_CALL ? mdl_find_function(n->folded) : NULL;
    if (f && f->write)
        return false;
    if (n->kind == MDL_NAME && !n->subscript_count && map_get(&s->section->names, n->folded) == SIZE_MAX &&
        mdl_find_range(s->r, n->folded) != SIZE_MAX)
        return false;
    for (size_t i = 0; i < n->count; i++)
        if (!uniform_tree(s, n->arguments[i]))
            return false;
    return true;
}

bool mdl_is_uniform(mdl_scene *s, const mdl_node *n)
{
    if (!n)
        return true;
    for (size_t i = 0; i < s->cover_count; i++)
        for (size_t k = 0; k < i; k++) {
            size_t a = s->covers[i].range, b = s->covers[k].range;
            if (a != SIZE_MAX && b != SIZE_MAX && s->r->ranges[a].family == s->r->ranges[b].family)
                return false;
        }
    return uniform_tree(s, n);
}
