/* Functions of XMILE, and of truce's namespace "vensim", in Vensim's language. */
#include "convert/convert.h"

#include <string.h>

typedef struct call_pattern {
    const char *name; /* folded */
    size_t count;     /* of arguments */
    const char *pattern;
} call_pattern;

/* "$1" is the first argument. Arguments of array functions stand for all their elements. */
static const call_pattern patterns[] = {
    {"abs", 1, "ABS($1)"},
    {"arccos", 1, "ARCCOS($1)"},
    {"arcsin", 1, "ARCSIN($1)"},
    {"arctan", 1, "ARCTAN($1)"},
    {"cgrowth", 1, "((POWER(1 + ($1) / 100, TIME STEP) - 1) / TIME STEP)"},
    {"cos", 1, "COS($1)"},
    {"cosh", 1, "COSH($1)"},
    {"counter", 2, "(($1) + XMILE MOD(Time - INITIAL TIME, ($2) - ($1)))"},
    {"coswave", 2, "(($1) * COS(6.283185307179586 * Time / ($2)))"},
    {"delay", 2, "DELAY FIXED($1, $2, $1)"},
    {"delay", 3, "DELAY FIXED($1, $2, $3)"},
    {"delay1", 2, "DELAY1($1, $2)"},
    {"delay1", 3, "DELAY1I($1, $2, $3)"},
    {"delay1i", 3, "DELAY1I($1, $2, $3)"},
    {"delay3", 2, "DELAY3($1, $2)"},
    {"delay3", 3, "DELAY3I($1, $2, $3)"},
    {"delay3i", 3, "DELAY3I($1, $2, $3)"},
    {"delay_fixed", 3, "DELAY FIXED($1, $2, $3)"},
    {"exp", 1, "EXP($1)"},
    {"expbound", 6,
     "(($1) + (($2) - ($1)) * IF THEN ELSE(($4) = 0, MIN(MAX((($3) - ($5)) / (($6) - ($5)), 0), 1), "
     "(EXP(($4) * MIN(MAX((($3) - ($5)) / (($6) - ($5)), 0), 1)) - 1) / (EXP($4) - 1)))"},
    {"forcst", 3, "(($1) * (1 + TREND($1, $2, 0) * ($3)))"},
    {"forcst", 4, "(($1) * (1 + TREND($1, $2, $4) * ($3)))"},
    {"forecast", 3, "FORECAST($1, $2, $3)"},
    {"fv", 3, "(-($3) * IF THEN ELSE(($1) = 0, $2, (POWER(1 + ($1), $2) - 1) / ($1)))"},
    {"fv", 4,
     "(-($4) * POWER(1 + ($1), $2) - ($3) * IF THEN ELSE(($1) = 0, $2, (POWER(1 + ($1), $2) - 1) / ($1)))"},
    {"gammaln", 1, "GAMMA LN($1)"},
    {"if_then_else", 3, "IF THEN ELSE($1, $2, $3)"},
    {"init", 1, "INITIAL($1)"},
    {"int", 1, "XMILE INT($1)"},
    {"ln", 1, "LN($1)"},
    {"log10", 1, "LOG($1, 10)"},
    {"logn", 1, "LN($1)"},
    {"max", 2, "MAX($1, $2)"},
    {"max", 3, "MAX(MAX($1, $2), $3)"},
    {"max", 4, "MAX(MAX($1, $2), MAX($3, $4))"},
    {"min", 2, "MIN($1, $2)"},
    {"min", 3, "MIN(MIN($1, $2), $3)"},
    {"min", 4, "MIN(MIN($1, $2), MIN($3, $4))"},
    {"mod", 2, "XMILE MOD($1, $2)"},
    {"modulo", 2, "MODULO($1, $2)"},
    {"normal", 2, "RANDOM NORMAL(-1e+30, 1e+30, $1, $2, 0)"},
    {"normal", 3, "RANDOM NORMAL(-1e+30, 1e+30, $1, $2, $3)"},
    {"npv", 2, "NPV($1, $2, 0, 1)"},
    {"npv", 3, "NPV($1, $2, $3, 1)"},
    {"npv", 4, "NPV($1, $2, $3, $4)"},
    {"previous", 2, "DELAY FIXED($1, TIME STEP, $2)"},
    {"percent", 1, "(($1) * 100)"},
    {"pmt", 3,
     "(-($3) * POWER(1 + ($1), $2) / IF THEN ELSE(($1) = 0, $2, (POWER(1 + ($1), $2) - 1) / ($1)))"},
    {"pmt", 4,
     "(-(($4) + ($3) * POWER(1 + ($1), $2)) / IF THEN ELSE(($1) = 0, $2, (POWER(1 + ($1), $2) - 1) / ($1)))"},
    {"pv", 3, "(-($3) * IF THEN ELSE(($1) = 0, $2, (POWER(1 + ($1), $2) - 1) / ($1)) / POWER(1 + ($1), $2))"},
    {"pv", 4,
     "(-(($4) + ($3) * IF THEN ELSE(($1) = 0, $2, (POWER(1 + ($1), $2) - 1) / ($1))) / POWER(1 + ($1), $2))"},
    {"pulse_train", 4, "PULSE TRAIN($1, $2, $3, $4)"},
    {"previous", 1, "DELAY FIXED($1, TIME STEP, $1)"},
    {"quantum", 2, "QUANTUM($1, $2)"},
    {"random", 2, "RANDOM UNIFORM($1, $2, 0)"},
    {"random", 3, "RANDOM UNIFORM($1, $2, $3)"},
    {"ramp", 2, "RAMP($1, $2, FINAL TIME)"},
    {"ramp", 3, "RAMP($1, $2, $3)"},
    {"random_normal", 5, "RANDOM NORMAL($1, $2, $3, $4, $5)"},
    {"random_uniform", 3, "RANDOM UNIFORM($1, $2, $3)"},
    {"rootn", 2,
     "IF THEN ELSE(($1) < 0 :AND: MODULO($2, 2) = 1, -POWER(ABS($1), 1 / ($2)), POWER($1, 1 / ($2)))"},
    {"round", 1,
     "(INTEGER($1) + IF THEN ELSE(($1) - INTEGER($1) >= 0.5, 1, IF THEN ELSE(INTEGER($1) - ($1) >= 0.5, -1, "
     "0)))"},
    {"safediv", 2, "ZIDZ($1, $2)"},
    {"safediv", 3, "XIDZ($1, $2, $3)"},
    {"sample_if_true", 3, "SAMPLE IF TRUE($1, $2, $3)"},
    {"sign", 1, "IF THEN ELSE(($1) > 0, 1, IF THEN ELSE(($1) < 0, -1, 0))"},
    {"sin", 1, "SIN($1)"},
    {"sinwave", 2, "(($1) * SIN(6.283185307179586 * Time / ($2)))"},
    {"sinh", 1, "SINH($1)"},
    {"smooth", 2, "SMOOTH($1, $2)"},
    {"smooth3", 2, "SMOOTH3($1, $2)"},
    {"smooth3i", 3, "SMOOTH3I($1, $2, $3)"},
    {"smoothi", 3, "SMOOTHI($1, $2, $3)"},
    {"smth1", 2, "SMOOTH($1, $2)"},
    {"smth1", 3, "SMOOTHI($1, $2, $3)"},
    {"smth3", 2, "SMOOTH3($1, $2)"},
    {"smth3", 3, "SMOOTH3I($1, $2, $3)"},
    {"smthn", 3, "SMOOTH N($1, $2, $1, $3)"},
    {"smthn", 4, "SMOOTH N($1, $2, $4, $3)"},
    {"sqrt", 1, "SQRT($1)"},
    {"step", 2, "STEP($1, $2)"},
    {"tan", 1, "TAN($1)"},
    {"tanh", 1, "TANH($1)"},
    {"trend", 2, "TREND($1, $2, 0)"},
    {"trend", 3, "TREND($1, $2, $3)"},
    {"uniform", 2, "RANDOM UNIFORM($1, $2, 0)"},
    {"uniform", 3, "RANDOM UNIFORM($1, $2, $3)"},
    {"vensim.delay_n", 4, "DELAY N($1, $2, $4, $3)"},
    {"vensim.delay_fixed", 3, "DELAY FIXED($1, $2, $3)"},
    {"vensim.pulse", 2, "PULSE($1, $2)"},
    {"vensim.trend", 3, "TREND($1, $2, $3)"},
    {"xidz", 3, "XIDZ($1, $2, $3)"},
    {"zidz", 2, "ZIDZ($1, $2)"},
};

static const call_pattern array_patterns[] = {
    {"max", 1, "VMAX($1)"},
    {"min", 1, "VMIN($1)"},
    {"prod", 1, "PROD($1)"},
    {"sum", 1, "SUM($1)"},
    {"vmax", 1, "VMAX($1)"},
    {"vmin", 1, "VMIN($1)"},
    {"vensim.vector_select", 5, "VECTOR SELECT($1, $2, $3, $4, $5)"},
};

static const call_pattern *find_pattern(const call_pattern *list, size_t length, const char *name,
                                        size_t count)
{
    for (size_t i = 0; i < length; i++)
        if (strcmp(list[i].name, name) == 0 && list[i].count == count)
            return &list[i];
    return NULL;
}

static bool write_pattern(vensim_scene *s, const node *n, const char *pattern)
{
    s->c->needs_floor = s->c->needs_floor || strstr(pattern, "XMILE INT(");
    s->c->needs_modulo = s->c->needs_modulo || strstr(pattern, "XMILE MOD(");
    for (const char *p = pattern; *p; p++) {
        if (*p != '$')
            text_add(s->t, p, 1);
        else if (!write_vensim_tree(s, n->arguments[*++p - '1'], TO_ANY))
            return false;
    }
    return true;
}

/* ---- What must stand alone ----------------------------------------------------------------------------- */

/* What Vensim takes only directly behind "=". */
static bool must_stand_alone(const char *pattern)
{
    static const char *const list[] = {"INITIAL(", "DELAY FIXED(", "SAMPLE IF TRUE("};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (strncmp(pattern, list[i], strlen(list[i])) == 0)
            return true;
    return false;
}

/* A name for a part of the owner's equations that nothing has yet. */
static const char *part_name(vensim_scene *s)
{
    const char *owner = s->owner ? s->owner->name : s->macro->name;
    return free_name(s->c, s->macro, arena_format(&s->c->b.scratch, "%s part %zu", owner, ++s->part_count));
}

static bool write_part_name(vensim_scene *s, const char *name)
{
    size_t count = s->owner ? s->owner->dimension_count : 0;
    write_vensim_name(s->t, name);
    for (size_t k = 0; k < count; k++) {
        text_print(s->t, k ? ", " : "[");
        if (!write_left(s, s->owner->dimensions[k]))
            return false;
    }
    text_print(s->t, count ? "]" : "");
    return true;
}

/* A call that must stand alone, within an equation: a variable of its own, with the subscripts of the owner. */
static bool write_part(vensim_scene *s, const node *n, const char *pattern)
{
    text *whole = s->t, part = {0};
    const char *name = part_name(s);
    if (!name)
        return fail_memory(&s->c->b);
    if (s->in_array)
        return fail(&s->c->b, n->file, n->line,
                    "%s within an array function cannot be expressed in Vensim's language", n->written);
    s->t = &part;
    bool done = write_part_name(s, name);
    text_print(&part, "=\n\t");
    done = done && write_pattern(s, n, pattern);
    text_print(&part, "\n\t~\t\n\t~\tA part of the equation of the variable whose name it has.\n\t|\n\n");
    text_add(&s->parts, part.bytes ? part.bytes : "", part.length);
    s->parts.failed = s->parts.failed || part.failed;
    text_free(&part);
    s->t = whole;
    return done && write_part_name(s, name);
}

/* ---- Calls --------------------------------------------------------------------------------------------- */

static bool write_array_call(vensim_scene *s, const node *n, const char *pattern)
{
    bool before = s->in_array;
    s->in_array = true;
    bool done = write_pattern(s, n, pattern);
    s->in_array = before;
    return done;
}

/* graph(x): graphs that go on beyond their ends or hold their values are asked by a function. */
static bool write_graph_call(vensim_scene *s, const node *graph, const node *x, const char *asked)
{
    const xmile_variable *v = s->macro ? NULL : find_by_name(s->c, graph->written);
    const xmile_graph *g = v ? (v->graph ? v->graph : v->element_count ? v->elements[0].graph : NULL) : NULL;
    if (v && v->equation.text)
        return fail(&s->c->b, graph->file, graph->line,
                    "the graphical function of \"%s\", which has an equation too, cannot be called in Vensim",
                    v->name);
    if (!asked && g && g->type != XMILE_CONTINUOUS)
        asked = g->type == XMILE_EXTRAPOLATE ? "LOOKUP EXTRAPOLATE" : "LOOKUP BACKWARD";
    if (asked)
        text_print(s->t, "%s(", asked);
    if (!write_vensim_variable(s, graph))
        return false;
    text_print(s->t, asked ? ", " : "(");
    if (!write_vensim_tree(s, x, TO_ANY))
        return false;
    text_add(s->t, ")", 1);
    return true;
}

static bool is_whole_array(const vensim_scene *s, const node *x)
{
    const xmile_variable *v =
        x->kind == NODE_NAME && !x->subscript_count ? find_by_name(s->c, x->written) : NULL;
    return v && v->dimension_count && !(s->owner && s->owner->dimension_count);
}

/* Whether a value is that of an array with all its elements. What functions of arrays give is not. */
static bool runs_through(const vensim_scene *s, const node *x)
{
    const char *name = x->kind == NODE_CALL ? without_namespace(x->name) : "";
    if (find_pattern(array_patterns, sizeof array_patterns / sizeof *array_patterns, name, x->count) ||
        (strcmp(name, "mean") == 0 && x->count == 1) || strcmp(name, "size") == 0)
        return false;
    for (size_t i = 0; i < x->subscript_count; i++)
        if (x->subscripts[i].kind == SUBSCRIPT_ALL)
            return true;
    for (size_t i = 0; i < x->count; i++)
        if (runs_through(s, x->arguments[i]))
            return true;
    return is_whole_array(s, x);
}

/* Outside functions of arrays MAX and MIN of several values take all elements of those that are arrays. */
static bool takes_arrays(const vensim_scene *s, const node *n, const char *name)
{
    bool extreme = !s->in_array && n->count > 1 && (strcmp(name, "max") == 0 || strcmp(name, "min") == 0);
    bool takes = false;
    for (size_t i = 0; i < n->count && extreme; i++)
        takes = takes || runs_through(s, n->arguments[i]);
    return takes;
}

static bool write_extreme(vensim_scene *s, const node *n, const char *name)
{
    const char *written = strcmp(name, "max") == 0 ? "MAX" : "MIN";
    for (size_t i = 1; i < n->count; i++)
        text_print(s->t, "%s(", written);
    for (size_t i = 0; i < n->count; i++) {
        bool array = s->in_array = runs_through(s, n->arguments[i]);
        if (array)
            text_print(s->t, "V%s(", written);
        bool done = write_vensim_tree(s, n->arguments[i], TO_ANY);
        s->in_array = false;
        if (!done)
            return false;
        text_print(s->t, "%s%s", array ? ")" : "", i ? ")" : "");
        text_print(s->t, "%s", i + 1 < n->count ? ", " : "");
    }
    return true;
}

static bool write_macro_call(vensim_scene *s, const node *n, const xmile_macro *macro)
{
    if (n->count < macro->parameter_count)
        return fail(&s->c->b, n->file, n->line,
                    "a default of macro \"%s\" cannot be expressed in Vensim's language", n->written);
    if (macro == s->macro)
        return fail(&s->c->b, n->file, n->line, "macro \"%s\" calls itself, which Vensim does not allow",
                    n->written);
    write_vensim_name(s->t, n->written);
    text_add(s->t, "(", 1);
    for (size_t i = 0; i < n->count; i++) {
        if (i)
            text_print(s->t, ", ");
        if (is_whole_array(s, n->arguments[i]))
            return fail(&s->c->b, n->file, n->line,
                        "an array for macro \"%s\" cannot be expressed in Vensim's language", n->written);
        if (!write_vensim_tree(s, n->arguments[i], TO_ANY))
            return false;
    }
    text_add(s->t, ")", 1);
    return true;
}

static bool write_quantum(vensim_scene *s, const node *n)
{
    bool whole = n->arguments[1]->kind == NODE_NUMBER && n->arguments[1]->number == 1;
    return write_pattern(s, n, whole ? "INTEGER($1)" : "QUANTUM($1, $2)");
}

/* VECTOR ELM MAP counts from the element that is named: here from the first of the array. */
static bool write_element_map(vensim_scene *s, const node *n)
{
    const node *x = n->arguments[0];
    const xmile_variable *v = x->kind == NODE_NAME && !s->macro ? find_by_name(s->c, x->written) : NULL;
    bool whole = v && v->dimension_count == x->subscript_count;
    for (size_t i = 0; whole && i < x->subscript_count; i++)
        whole = x->subscripts[i].kind == SUBSCRIPT_ALL && !x->subscripts[i].name;
    if (!whole)
        return fail(&s->c->b, n->file, n->line,
                    "%s of a part of an array cannot be expressed in Vensim's language", n->written);
    text_print(s->t, "VECTOR ELM MAP(");
    write_vensim_name(s->t, v->name);
    for (size_t i = 0; i < v->dimension_count; i++) {
        const xmile_dimension *d = find_dimension(s->c, v->dimensions[i]);
        if (!d)
            return fail_memory(&s->c->b);
        text_print(s->t, i ? ", " : "[");
        write_element_name(s->c, s->t, d, 0);
    }
    text_print(s->t, "], ");
    if (!write_vensim_tree(s, n->arguments[1], TO_ANY))
        return false;
    text_add(s->t, ")", 1);
    return true;
}

/* A number, or a variable that is one: what nothing in the model changes. */
static bool is_plain(const vensim_scene *s, const node *x)
{
    const xmile_variable *v = x->kind == NODE_NAME && !s->macro ? find_by_name(s->c, x->written) : NULL;
    size_t variable = v ? (size_t)(v - s->c->document->models[0].variables) : SIZE_MAX;
    bool plain = v && v->kind != XMILE_STOCK && !v->is_data;
    for (size_t i = 0; i < s->c->model->visible_count && plain; i++)
        plain = s->c->model->elements[i].variable != variable || s->c->model->elements[i].is_constant_written;
    return plain || x->kind == NODE_NUMBER;
}

/* DELAY N takes the delay time of the step before, so it is DELAYN where that is the same. */
static bool write_delay(vensim_scene *s, const node *n)
{
    static const char *const written[3][2] = {{"DELAY1($1, $2)", "DELAY1I($1, $2, $4)"},
                                              {"DELAY3($1, $2)", "DELAY3I($1, $2, $4)"},
                                              {"DELAY N($1, $2, $1, $3)", "DELAY N($1, $2, $4, $3)"}};
    double order = n->arguments[2]->kind == NODE_NUMBER ? n->arguments[2]->number : 0;
    int row = order == 1 ? 0 : order == 3 ? 1 : 2;
    if (row == 2 && !is_plain(s, n->arguments[1]))
        return fail(&s->c->b, n->file, n->line,
                    "%s of \"%s\", whose time changes, cannot be expressed in Vensim's language", n->written,
                    s->owner ? s->owner->name : s->macro->name);
    return write_pattern(s, n, written[row][n->count == 4]);
}

/* PULSE of XMILE is a volume that flows in one step, once or every `interval`. */
static bool write_pulse(vensim_scene *s, const node *n)
{
    static const char once[] = "IF THEN ELSE(PULSE($2, TIME STEP) > 0, ($1) / TIME STEP, 0)";
    static const char often[] =
        "IF THEN ELSE(PULSE TRAIN($2, TIME STEP, $3, FINAL TIME + 2 * TIME STEP) > 0, ($1) / TIME STEP, 0)";
    static const char as_said[] =
        "IF THEN ELSE(IF THEN ELSE(($3) > 0, PULSE TRAIN($2, TIME STEP, IF THEN ELSE(($3) > 0, $3, 1), "
        "FINAL TIME + 2 * TIME STEP), PULSE($2, TIME STEP)) > 0, ($1) / TIME STEP, 0)";
    if (s->c->model->sim_specs.method != TRUCE_EULER)
        return fail(&s->c->b, n->file, n->line,
                    "PULSE of \"%s\" can be expressed in Vensim's language only with Euler's method",
                    s->owner ? s->owner->name : s->macro->name);
    if (n->count == 2)
        return write_pattern(s, n, once);
    if (n->arguments[2]->kind != NODE_NUMBER)
        return write_pattern(s, n, as_said);
    return write_pattern(s, n, n->arguments[2]->number > 0 ? often : once);
}

/* How many elements an array argument runs through; 0 when it is more than a name. */
static size_t count_elements(vensim_scene *s, const node *x)
{
    const xmile_variable *v = x->kind == NODE_NAME && !s->macro ? find_by_name(s->c, x->written) : NULL;
    size_t count = v && v->dimension_count ? 1 : 0;
    for (size_t i = 0; count && i < v->dimension_count; i++) {
        const subscript *given = x->subscript_count == v->dimension_count ? &x->subscripts[i] : NULL;
        const char *name =
            given && given->kind == SUBSCRIPT_ALL && given->name ? given->name : v->dimensions[i];
        const xmile_dimension *d = find_dimension(s->c, name);
        if (x->subscript_count && !given)
            return 0;
        if (!given || given->kind == SUBSCRIPT_ALL)
            count *= d ? d->size : 0;
        else if (given->kind != SUBSCRIPT_EXPRESSION)
            return 0;
    }
    return count;
}

static bool write_size(vensim_scene *s, const node *n)
{
    const node *x = n->arguments[0];
    const xmile_dimension *d =
        x->kind == NODE_NAME && !x->subscript_count ? find_dimension(s->c, x->written) : NULL;
    size_t count = d ? d->size : count_elements(s, x);
    if (!count)
        return fail(&s->c->b, n->file, n->line, "%s of \"%s\" cannot be expressed in Vensim's language",
                    n->written, s->owner ? s->owner->name : s->macro->name);
    text_print(s->t, "%zu", count);
    return true;
}

/* MEAN of an array, and of values. */
static bool write_mean(vensim_scene *s, const node *n)
{
    size_t count = n->count == 1 ? count_elements(s, n->arguments[0]) : n->count;
    for (size_t i = 0; i < n->count && n->count > 1; i++)
        count = runs_through(s, n->arguments[i]) ? 0 : count;
    if (!count)
        return fail(&s->c->b, n->file, n->line, "%s of \"%s\" cannot be expressed in Vensim's language",
                    n->written, s->owner ? s->owner->name : s->macro->name);
    text_add(s->t, "(", 1);
    if (n->count == 1 && !write_array_call(s, n, "SUM($1)"))
        return false;
    for (size_t i = 0; i < n->count && n->count > 1; i++) {
        text_print(s->t, i ? " + " : "(");
        if (!write_vensim_tree(s, n->arguments[i], TO_MULTIPLY))
            return false;
    }
    text_print(s->t, "%s / %zu)", n->count > 1 ? ")" : "", count);
    return true;
}

static const char *lookup_function(const char *name)
{
    static const char *const list[][2] = {{"lookup", NULL},
                                          {"lookup_extrapolate", "LOOKUP EXTRAPOLATE"},
                                          {"lookup_forward", "LOOKUP FORWARD"},
                                          {"lookup_backward", "LOOKUP BACKWARD"},
                                          {"lookupinv", "LOOKUP INVERT"}};
    for (size_t i = 1; i < sizeof list / sizeof *list; i++)
        if (strcmp(name, list[i][0]) == 0)
            return list[i][1];
    return NULL;
}

bool write_vensim_call(vensim_scene *s, const node *n)
{
    const char *name = strncmp(n->name, "vensim.", 7) == 0 ? n->name : without_namespace(n->name);
    const call_pattern *p = find_pattern(patterns, sizeof patterns / sizeof *patterns, name, n->count);
    const call_pattern *array =
        find_pattern(array_patterns, sizeof array_patterns / sizeof *array_patterns, name, n->count);
    const xmile_variable *v = s->macro ? NULL : find_by_name(s->c, n->written);
    const char *lookup = lookup_function(name);
    const xmile_macro *macro = find_macro(s->c, n->written);
    if (v && n->count == 1 && (v->graph || v->element_count))
        return write_graph_call(s, n, n->arguments[0], NULL);
    if (macro)
        return write_macro_call(s, n, macro);
    if (n->count == 2 && (lookup || strcmp(name, "lookup") == 0))
        return write_graph_call(s, n->arguments[0], n->arguments[1], lookup);
    if (strcmp(name, "vensim.vector_elm_map") == 0)
        return write_element_map(s, n);
    if (strcmp(name, "delayn") == 0 && (n->count == 3 || n->count == 4))
        return write_delay(s, n);
    if (strcmp(name, "quantum") == 0 && n->count == 2)
        return write_quantum(s, n);
    if (strcmp(name, "pulse") == 0 && (n->count == 2 || n->count == 3))
        return write_pulse(s, n);
    if (strcmp(name, "size") == 0 && n->count == 1)
        return write_size(s, n);
    if (strcmp(name, "mean") == 0)
        return write_mean(s, n);
    if (takes_arrays(s, n, name))
        return write_extreme(s, n, name);
    if (array)
        return write_array_call(s, n, array->pattern);
    if (p && n != s->root && must_stand_alone(p->pattern))
        return write_part(s, n, p->pattern);
    if (p)
        return write_pattern(s, n, p->pattern);
    return fail(&s->c->b, n->file, n->line, "function %s of \"%s\" cannot be expressed in Vensim's language",
                n->written, s->owner ? s->owner->name : s->macro->name);
}
