/* A model as one file of standard C: declarations, then what happens at the start, at every time, and at
 * every step, equation by equation in the order of evaluation, then main.
 *
 *     initialise()   constants, and the initial values of stocks
 *     recall()       what fixed delays give during a step
 *     evaluate()     flows and auxiliaries at one time, then the net flow of every stock
 *     remember()     what states and fixed delays take in at the start of a step
 *     advance()      the stocks, and states with a memory, one step on
 *
 * It is made of the checked model and not of the program, so that what a modeller wrote can be found in it.
 */
#include "emit/emit.h"
#include "truce/ensemble.h"

#include "program/clock.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <string.h>

enum { MOST_COMMENT = 600 };

static void print_rule(emitter *e, const char *words)
{
    text_print(&e->out, "/* ---- %s ", words);
    for (size_t i = strlen(words); i < 86; i++)
        text_add(&e->out, "-", 1);
    text_print(&e->out, " */\n\n");
}

static const truce_variable *variable_of(const emitter *e, const element *x)
{
    return x->variable < e->model->variable_count ? &e->model->variables[x->variable] : NULL;
}

/* ---- Head --------------------------------------------------------------------------------------------- */

static void emit_head(emitter *e)
{
    const truce_model *m = e->model;
    text_print(&e->out, "/* ");
    emit_comment_words(&e->out, m->name, 200);
    text_print(&e->out, ", a model written in XMILE, as C by truce %s from ", truce_version());
    emit_comment_words(&e->out, m->file, 200);
    text_print(
        &e->out,
        "\n *\n"
        " *     cc -std=c99 -O2 model.c -lm -o model\n"
        " *     ./model --help\n"
        " *\n"
        " * It prints every variable at every save time as CSV. Names of the model begin with a capital. */\n"
        "#ifdef __clang__\n"
        "#pragma STDC FP_CONTRACT OFF /* numbers do not depend on the processor */\n"
        "#endif\n"
        "\n"
        "#include <math.h>\n"
        "#include <stdint.h>\n"
        "#include <stdio.h>\n"
        "#include <stdlib.h>\n"
        "#include <string.h>\n"
        "\n");
}

static void emit_clock(emitter *e)
{
    program_clock clock = clock_of(e->model->sim_specs.start, e->model->sim_specs.dt);
    text_print(&e->out, "/* START + steps * DT, rounded once. */\nstatic double time_of(double steps)\n{\n"
                        "    return fma(steps, ");
    emit_number(&e->out, clock.step);
    text_print(&e->out, ", ");
    emit_number(&e->out, clock.first);
    text_print(&e->out, ") / ");
    emit_number(&e->out, clock.parts);
    text_print(&e->out, ";\n}\n\n");
}

/* Steps are whole, as the program's are; the compiler of programs says when they are not. */
static void emit_times(emitter *e, const truce_program *program)
{
    const truce_sim_specs *s = &e->model->sim_specs;
    size_t save_every = truce_program_save_count(program) > 1
                            ? (size_t)floor((truce_program_save_time(program, 1) - s->start) / s->dt + 0.5)
                            : truce_program_step_count(program) + 1;
    print_rule(e, "Time");
    text_print(&e->out, "#define START      (");
    emit_number(&e->out, s->start);
    text_print(&e->out, ")");
    if (s->time_units[0]) {
        text_print(&e->out, " /* ");
        emit_comment_words(&e->out, s->time_units, 60);
        text_print(&e->out, " */");
    }
    text_print(&e->out, "\n#define DT         ");
    emit_number(&e->out, s->dt);
    text_print(&e->out, "\n#define STEPS      %zulu\n#define SAVE_EVERY %zulu /* steps */\n",
               truce_program_step_count(program), save_every);
    text_print(&e->out, "#define STOP       time_of((double)STEPS)\n\n");
    emit_clock(e);
    text_print(&e->out,
               "static unsigned long step;\nstatic double now; /* the time of the step, or of the part "
               "of it that is looked at */\n");
    if (e->model->sim_specs.method != TRUCE_EULER)
        text_print(&e->out, "static int within; /* a step, in the stages after the first */\n");
    text_print(&e->out, "\n");
}

/* ---- Graphs ------------------------------------------------------------------------------------------- */

static void emit_numbers(emitter *e, const char *name, char axis, const double *numbers, size_t count)
{
    text line = {0};
    text_print(&line, "static const double %s_%c[] = {", name, axis);
    for (size_t i = 0; i < count; i++) {
        text_print(&line, i ? ", " : "");
        emit_number(&line, numbers[i]);
    }
    text_print(&line, "};");
    if (line.failed)
        e->out_of_memory = true;
    else
        emit_wrapped(e, "", line.bytes);
    text_free(&line);
}

static void emit_graphs(emitter *e)
{
    static const char *const kinds[] = {[XMILE_CONTINUOUS] = "CONTINUOUS",
                                        [XMILE_EXTRAPOLATE] = "EXTRAPOLATE",
                                        [XMILE_DISCRETE] = "DISCRETE"};
    const truce_model *m = e->model;
    if (!e->uses[OP_LOOKUP])
        return;
    print_rule(e, "Graphical functions");
    for (size_t i = 0; i < m->table_count; i++) {
        const table *t = &m->tables[i];
        if (!e->graphs[i])
            continue;
        emit_numbers(e, e->graphs[i], 'x', t->x, t->count);
        emit_numbers(e, e->graphs[i], 'y', t->y, t->count);
        text_print(&e->out, "static const graph %s = {%s, %zu, %s_x, %s_y};\n\n", e->graphs[i],
                   kinds[t->type], t->count, e->graphs[i], e->graphs[i]);
    }
}

/* ---- Variables ---------------------------------------------------------------------------------------- */

/* " population [people]: meaning" */
static void emit_meaning(emitter *e, const element *x)
{
    const truce_variable *v = variable_of(e, x);
    text line = {0};
    emit_comment_words(&line, x->name, MOST_COMMENT);
    if (v && v->units[0]) {
        text_print(&line, " [");
        emit_comment_words(&line, v->units, 80);
        text_print(&line, "]");
    }
    if (v && v->doc[0]) {
        text_print(&line, ": ");
        emit_comment_words(&line, v->doc, MOST_COMMENT);
    }
    if (line.failed)
        e->out_of_memory = true;
    else
        text_print(&e->out, " /* %s */\n", line.bytes ? line.bytes : "");
    text_free(&line);
}

/* A stock that starts at a plain number has a setting of its own. */
static bool starts_at_number(const element *x, double *value)
{
    return x->kind == ELEMENT_STOCK && !x->hidden && emit_plain_number(x->initial, value);
}

static void emit_declaration(emitter *e, size_t at)
{
    assert(at < e->model->element_count && e->phases[at] != PHASE_NONE);
    const element *x = &e->model->elements[at];
    const char *name = e->names[at];
    double value = 0.0;
    text_print(&e->out, "static double %s", name);
    if (e->phases[at] == PHASE_SETTING && emit_plain_number(x->equation, &value)) {
        text_print(&e->out, " = ");
        emit_number(&e->out, value);
    }
    if (x->kind == ELEMENT_STOCK)
        text_print(&e->out, ", change_of_%s", name);
    if (starts_at_number(x, &value)) {
        text_print(&e->out, ", initial_%s = ", name);
        emit_number(&e->out, value);
    }
    if (x->kind == ELEMENT_STATE && x->equation)
        text_print(&e->out, ", next_%s", name);
    text_print(&e->out, ";");
    emit_meaning(e, x);
    if (x->kind == ELEMENT_DELAY)
        text_print(&e->out, "static delay delay_of_%s;\n", name);
}

static void emit_variables(emitter *e)
{
    static const char *const rules[] = {"Constants", "Stocks", "Flows and auxiliaries",
                                        "Parts of functions with memory, macros and long equations"};
    const truce_model *m = e->model;
    for (size_t group = 0; group < sizeof rules / sizeof *rules; group++) {
        bool any = false;
        for (size_t i = 0; i < m->element_count; i++) {
            const element *x = &m->elements[i];
            size_t own = x->hidden                        ? 3
                         : x->kind == ELEMENT_STOCK       ? 1
                         : e->phases[i] == PHASE_SETTING  ? 0
                         : e->phases[i] == PHASE_CONSTANT ? 0
                                                          : 2;
            if (own != group || e->phases[i] == PHASE_NONE)
                continue;
            if (!any)
                print_rule(e, rules[group]);
            any = true;
            emit_declaration(e, i);
        }
        if (any)
            text_print(&e->out, "\n");
    }
}

/* ---- Equations ---------------------------------------------------------------------------------------- */

/* The equation as written, above the first of a variable's elements. */
static void emit_written(emitter *e, size_t at, size_t *last)
{
    assert(at < e->model->element_count);
    const element *x = &e->model->elements[at];
    const truce_variable *v = variable_of(e, x);
    text line = {0};
    if (x->hidden || x->variable == *last)
        return;
    *last = x->written ? SIZE_MAX : x->variable;
    text_print(&line, "/* ");
    emit_comment_words(&line, x->written || !v ? x->name : v->name, 100);
    if (v && v->units[0]) {
        text_print(&line, " [");
        emit_comment_words(&line, v->units, 80);
        text_print(&line, "]");
    }
    text_print(&line, " = ");
    emit_comment_words(&line, truce_model_element_equation(e->model, at), MOST_COMMENT);
    text_print(&line, " */");
    if (line.failed)
        e->out_of_memory = true;
    else
        emit_wrapped(e, "    ", line.bytes);
    text_free(&line);
}

/* A variable and what gives its value; a flow may be cut to a limit afterwards. */
static void emit_value(emitter *e, size_t at, const expression *value)
{
    const char *name = e->names[at];
    const expression *limit = e->model->elements[at].limit;
    if (e->model->elements[at].held) {
        emit_statement(e, arena_format(&e->memory, "%s = within ? %s : (", name, name), value, ");");
        if (limit)
            emit_statement(e, arena_format(&e->memory, "%s = within ? %s : least(%s, ", name, name, name),
                           limit, ");");
        return;
    }
    emit_statement(e, arena_format(&e->memory, "%s = ", name), value, ";");
    if (limit)
        emit_statement(e, arena_format(&e->memory, "%s = least(%s, ", name, name), limit, ");");
}

static void emit_start(emitter *e, size_t at, size_t *last)
{
    assert(at < e->model->element_count);
    const element *x = &e->model->elements[at];
    const char *name = e->names[at];
    double value;
    if (starts_at_number(x, &value)) {
        text_print(&e->out, "    %s = initial_%s;\n", name, name);
        return;
    }
    emit_written(e, at, last);
    emit_value(e, at, x->kind == ELEMENT_AUX && !x->initial ? x->equation : x->initial);
    if (x->kind != ELEMENT_DELAY)
        return;
    text_print(&e->out, "    delay_start(&delay_of_%s, %s);\n", name, name);
    if (!x->moving)
        emit_statement(e, arena_format(&e->memory, "delay_of_%s.length = delay_steps(", name), x->delay,
                       ");");
}

static void emit_initialise(emitter *e)
{
    size_t last = SIZE_MAX;
    text_print(&e->out, "static void initialise(void)\n{\n    now = START;\n");
    for (size_t i = 0; i < e->start_count; i++)
        emit_start(e, e->start_order[i], &last);
    text_print(&e->out, "}\n\n");
}

static void emit_evaluate(emitter *e)
{
    const truce_model *m = e->model;
    size_t last = SIZE_MAX;
    text_print(&e->out, "static void evaluate(void)\n{\n");
    for (size_t i = 0; i < e->step_count; i++) {
        size_t at = e->step_order[i];
        emit_written(e, at, &last);
        if (m->elements[at].kind == ELEMENT_DELAY)
            emit_statement(e,
                           arena_format(&e->memory, "%s = delay_value(&delay_of_%s, delay_steps(",
                                        e->names[at], e->names[at]),
                           m->elements[at].delay, "));");
        else
            emit_value(e, at, m->elements[at].equation);
    }
    for (size_t i = 0; i < m->element_count; i++)
        if (m->elements[i].kind == ELEMENT_STOCK && m->elements[i].equation)
            emit_statement(e, arena_format(&e->memory, "change_of_%s = ", e->names[i]),
                           m->elements[i].equation, ";");
    text_print(&e->out, "}\n\n");
}

static bool is_fixed_delay(const element *x)
{
    return x->kind == ELEMENT_DELAY && !x->moving;
}

static bool has_memory(const element *x)
{
    return x->kind == ELEMENT_DELAY || (x->kind == ELEMENT_STATE && x->equation);
}

/* What holds through a step is read once a step, and taken in once. */
static void emit_memory(emitter *e)
{
    const truce_model *m = e->model;
    if (e->has_fixed_delays) {
        text_print(&e->out, "/* What fixed delays give during this step. */\nstatic void recall(void)\n{\n");
        for (size_t i = 0; i < m->element_count; i++)
            if (is_fixed_delay(&m->elements[i]))
                text_print(&e->out, "    %s = delay_value(&delay_of_%s, delay_of_%s.length);\n", e->names[i],
                           e->names[i], e->names[i]);
        text_print(&e->out, "}\n\n");
    }
    text_print(&e->out, "/* What is taken in at the start of a step, to be given later. */\nstatic void "
                        "remember(void)\n{\n");
    for (size_t i = 0; i < m->element_count; i++) {
        const element *x = &m->elements[i];
        const char *target = x->kind == ELEMENT_DELAY ? "delay_of_%s.inputs[step] = " : "next_%s = ";
        if (has_memory(x))
            emit_statement(e, arena_format(&e->memory, target, e->names[i]), x->equation, ";");
    }
    text_print(&e->out, "}\n\n");
}

/* ---- The step ----------------------------------------------------------------------------------------- */

static size_t count_stocks(const emitter *e)
{
    size_t count = 0;
    for (size_t i = 0; i < e->model->element_count; i++)
        count += e->model->elements[i].kind == ELEMENT_STOCK;
    return count;
}

static void emit_stock_table(emitter *e, size_t count)
{
    text_print(&e->out,
               "#define STOCKS %zu\n\nstatic const struct {\n    double *value, *change;\n} stocks[STOCKS] "
               "= {\n",
               count);
    for (size_t i = 0; i < e->model->element_count; i++)
        if (e->model->elements[i].kind == ELEMENT_STOCK)
            text_print(&e->out, "    {&%s, &change_of_%s},\n", e->names[i], e->names[i]);
    text_print(&e->out, "};\n\n");
}

static void emit_advance(emitter *e)
{
    const truce_model *m = e->model;
    bool euler = m->sim_specs.method == TRUCE_EULER;
    size_t stocks = count_stocks(e);
    if (!euler && stocks) {
        emit_stock_table(e, stocks);
        emit_method(e);
    }
    text_print(&e->out, "static void advance(void)\n{\n");
    if (!euler && stocks)
        text_print(&e->out, "    advance_stocks();\n");
    for (size_t i = 0; euler && i < m->element_count; i++)
        if (m->elements[i].kind == ELEMENT_STOCK)
            text_print(&e->out, "    %s = %s + change_of_%s * DT;\n", e->names[i], e->names[i], e->names[i]);
    for (size_t i = 0; i < m->element_count; i++)
        if (m->elements[i].kind == ELEMENT_STATE && m->elements[i].equation)
            text_print(&e->out, "    %s = next_%s;\n", e->names[i], e->names[i]);
    text_print(&e->out, "}\n\n");
}

/* ---- Tables for main ---------------------------------------------------------------------------------- */

/* A string constant; a field of a CSV file, as text_write_field writes it, when `field`. */
static void emit_string(emitter *e, const char *words, bool field)
{
    bool formula = field && text_is_guarded(words, strlen(words));
    bool quoted = formula || (field && strpbrk(words, ",\"\r\n"));
    text_print(&e->out, "%s%s", quoted ? "\"\\\"" : "\"", formula ? "'" : "");
    for (; *words; words++) {
        unsigned char c = (unsigned char)*words;
        if (quoted && c == '"')
            text_print(&e->out, "\\\"");
        if (c == '"' || c == '\\' || c == '?')
            text_print(&e->out, "\\%c", c);
        else if (c < ' ' || c == 0x7F)
            text_print(&e->out, "\\%03o", c);
        else
            text_add(&e->out, words, 1);
    }
    text_print(&e->out, quoted ? "\\\"\"" : "\"");
}

static void emit_columns(emitter *e)
{
    const truce_model *m = e->model;
    text_print(&e->out,
               "static const struct {\n    const char *name;\n    const double *value;\n} columns[] = {\n");
    for (size_t i = 0; i < m->visible_count; i++) {
        if (e->phases[i] == PHASE_NONE)
            continue;
        text_print(&e->out, "    {");
        emit_string(e, m->elements[i].name, true);
        text_print(&e->out, ", &%s},\n", e->names[i]);
    }
    text_print(&e->out, "};\n\n");
}

static bool emit_settings(emitter *e)
{
    const truce_model *m = e->model;
    double value;
    size_t count = 0;
    for (size_t i = 0; i < m->visible_count; i++) {
        bool stock = starts_at_number(&m->elements[i], &value);
        if (!stock && e->phases[i] != PHASE_SETTING)
            continue;
        if (count++ == 0)
            text_print(&e->out,
                       "static const struct {\n    const char *name;\n    double *value;\n} settings[] = "
                       "{\n");
        text_print(&e->out, "    {");
        emit_string(e, m->elements[i].name, false);
        text_print(&e->out, ", &%s%s},\n", stock ? "initial_" : "", e->names[i]);
    }
    if (count)
        text_print(&e->out, "};\n\n");
    return count > 0;
}

/* ---- The whole ---------------------------------------------------------------------------------------- */

static void emit_file(emitter *e, const truce_program *program)
{
    bool memory = false;
    for (size_t i = 0; i < e->model->element_count; i++)
        memory = memory || has_memory(&e->model->elements[i]);
    emit_head(e);
    emit_times(e, program);
    print_rule(e, "Functions");
    emit_support(e);
    emit_graphs(e);
    emit_variables(e);
    print_rule(e, "The start");
    emit_initialise(e);
    print_rule(e, "Equations, in the order of evaluation");
    emit_evaluate(e);
    if (memory)
        emit_memory(e);
    print_rule(e, "The step");
    emit_advance(e);
    print_rule(e, "Settings and output");
    emit_columns(e);
    bool settings = emit_settings(e);
    emit_main(e, settings, memory);
}

static truce_status refuse(const emitter *e)
{
    return error_set(e->error, TRUCE_BAD_INPUT, e->model->file, 0,
                     "a model with method rk45 cannot be written as C; choose euler, rk2 or rk4");
}

static truce_status emit_model(emitter *e)
{
    truce_program *program = NULL;
    truce_status status = e->model->sim_specs.method == TRUCE_RK45
                              ? refuse(e)
                              : truce_program_compile(e->model, NULL, &program, e->error);
    if (status == TRUCE_OK && emit_names(e) && emit_phases(e))
        emit_file(e, program);
    else if (status == TRUCE_OK)
        e->out_of_memory = true;
    truce_program_destroy(program);
    return status == TRUCE_OK && (e->out_of_memory || e->out.failed) ? error_memory(e->error) : status;
}

static truce_status write_file(const text *bytes, const char *path, truce_error *error)
{
    output_file file;
    if (!path) {
        errno = 0;
        fwrite(bytes->bytes, 1, bytes->length, stdout);
        if (fflush(stdout) == 0 && !ferror(stdout))
            return TRUCE_OK;
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cannot write to standard output: %s",
                         errno ? strerror(errno) : "output error");
    }
    truce_status status = output_open(&file, path, error);
    if (status != TRUCE_OK)
        return status;
    fwrite(bytes->bytes, 1, bytes->length, file.stream);
    return output_commit(&file, error);
}

truce_status truce_model_write_c(const truce_model *model, const char *path, truce_error *error)
{
    if (!model)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a model is needed");
    emitter e = {.model = model, .error = error};
    truce_status status = emit_model(&e);
    if (status == TRUCE_OK)
        status = write_file(&e.out, path, error);
    text_free(&e.out);
    arena_free(&e.memory);
    return status;
}
