/* Is a program safe to run? The engine trusts its program: it adds indices to addresses. What the compiler
 * makes is sound by construction, and the tests hold it to this check; what comes from a file must pass it.
 *
 * Of every instruction: that its operation may stand in its list, that its operands, result and index exist,
 * and that a temporary column is written before it is read. Of the whole: that counts and times agree, that
 * every output and shared scalar is stored once, and that no more columns are asked for than instructions
 * fill, so that a small file cannot ask for much memory through them. */
#include "model/model.h"
#include "program/program.h"
#include "program/serialise.h"

#include <stdlib.h>

enum { MOST_STEPS = 9999999 };

enum {
    IN_SHARED = 1,
    IN_MEMBER = 2,
    IN_STEP = 4,
    IN_SAVE = 8,
    IN_STAGE = 16,
    IN_STEPS = IN_STEP | IN_SAVE | IN_STAGE,
    ANYWHERE = IN_SHARED | IN_MEMBER | IN_STEPS
};

typedef struct checker {
    const truce_program *p;
    const char *name;
    truce_error *error;
    uint8_t *written; /* by column: written in the list that is looked at */
    uint8_t *stored;  /* by output or shared scalar */
} checker;

static truce_status unsound(const checker *c, const char *what)
{
    return error_set(c->error, TRUCE_BAD_INPUT, c->name, 0, "the program is not sound: %s", what);
}

/* ---- Instructions ------------------------------------------------------------------------------------- */

typedef struct rule {
    unsigned where;
    bool has_result;
    size_t index_limit; /* SIZE_MAX: the index means nothing */
} rule;

static rule rule_of(const truce_program *p, code c)
{
    switch (c) {
#define X(name, operands, expression) case CODE_##name:
        ELEMENTWISE_OPERATIONS(X)
        FUSED_OPERATIONS(X)
        QUANTILE_OPERATIONS(X)
#undef X
#define X(name, stem, accuracy) case CODE_##name:
        SPECIAL_OPERATIONS(X)
#undef X
    case CODE_POWER:
    case CODE_MOD:
        return (rule){ANYWHERE, true, SIZE_MAX};
    case CODE_LOOKUP:
        return (rule){ANYWHERE, true, p->table_count};
    case CODE_PARAMETER:
        return (rule){IN_MEMBER, true, p->input_counts[TRUCE_INPUT_PARAMETER]};
    case CODE_TIME:
        return (rule){IN_SHARED, true, SIZE_MAX};
    case CODE_SCHEDULE:
        return (rule){IN_SHARED, true, p->input_counts[TRUCE_INPUT_SCHEDULE]};
    case CODE_FACTOR:
        return (rule){IN_SHARED, true, p->input_counts[TRUCE_INPUT_FACTOR]};
    case CODE_FIRST_SCHEDULE:
        return (rule){IN_MEMBER, true, p->input_counts[TRUCE_INPUT_SCHEDULE]};
    case CODE_FIRST_FACTOR:
        return (rule){IN_MEMBER, true, p->input_counts[TRUCE_INPUT_FACTOR]};
    case CODE_UNIFORM:
    case CODE_NORMAL:
        return (rule){IN_STEPS, true, p->stream_count};
    case CODE_FIRST_UNIFORM:
    case CODE_FIRST_NORMAL:
        return (rule){IN_MEMBER, true, p->stream_count};
    case CODE_DELAY_READ:
        return (rule){IN_STEPS, true, p->delay_count};
    case CODE_DELAY_PUSH:
        return (rule){IN_STEP | IN_SAVE, false, p->delay_count};
    case CODE_STORE:
    case CODE_STORE_STATED:
        return (rule){IN_SAVE, false, p->output_count};
    case CODE_STORE_SHARED:
        return (rule){IN_SHARED, false, p->shared_count};
    case CODE_COUNT:
    case CODE_NATIVE:
    case CODE_NUMBER:
    case CODE_STATE:
        break;
    }
    return (rule){0};
}

/* A delay is read with the same length for all members and steps, which its ring must hold, or with lengths
 * of the members' or the steps' own, which are at most one more than the steps of a run. */
static bool delay_is_sound(const truce_program *p, const instruction *x)
{
    size_t ring = p->delays[x->index].ring;
    if (!(x->scalars & 2) || x->operands[1] >= p->constant_count)
        return ring == p->step_count + 2;
    double length = p->constants[x->operands[1]];
    return isfinite(length) ? length >= 1.0 && length < (double)ring : ring == p->step_count + 2;
}

static const char *check_instruction(const checker *c, const instruction *x, unsigned where)
{
    const truce_program *p = c->p;
    size_t columns = where == IN_SHARED ? p->shared_columns : p->column_count;
    size_t persistent = where == IN_SHARED ? 0 : p->persistent_count;
    size_t scalars = where & IN_STEPS ? program_scalar_count(p) : p->constant_count;
    rule r = x->code < CODE_COUNT ? rule_of(p, (code)x->code) : (rule){0};
    unsigned operands = code_operands(x->code);
    if (!(r.where & where))
        return "an operation stands where it must not";
    if (x->scalars >> operands)
        return "an operation has more operands than it takes";
    for (unsigned k = 0; k < operands; k++) {
        uint32_t at = x->operands[k];
        if (x->scalars >> k & 1 ? at >= scalars : at >= columns)
            return "an operand does not exist";
        if (!(x->scalars >> k & 1) && at >= persistent && !c->written[at])
            return "a value is read before it is computed";
    }
    if (r.has_result ? x->result >= columns : x->result != NO_COLUMN)
        return "a result has no place";
    if (r.index_limit != SIZE_MAX && x->index >= r.index_limit)
        return "an index is too large";
    for (unsigned k = 0; k < FUSED; k++)
        if (x->elements[k] >= p->element_count)
            return "an operation is part of no variable";
    if (x->code == CODE_DELAY_READ && !delay_is_sound(p, x))
        return "a delay is longer than what is kept of it";
    return NULL;
}

/* Counts how often each output (in the save list) and shared scalar (in the shared list) is stored. */
static const char *check_list(const checker *c, const instruction_list *list, unsigned where)
{
    memset(c->written, 0, c->p->column_count + c->p->shared_columns);
    for (size_t i = 0; i < list->count; i++) {
        const instruction *x = &list->items[i];
        const char *wrong = check_instruction(c, x, where);
        if (wrong)
            return wrong;
        if (x->result != NO_COLUMN)
            c->written[x->result] = 1;
        if ((x->code == CODE_STORE || x->code == CODE_STORE_STATED || x->code == CODE_STORE_SHARED) &&
            c->stored[x->index]++)
            return "a value is stored twice";
    }
    return NULL;
}

static bool all_stored(const checker *c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!c->stored[i])
            return false;
    return true;
}

static const char *check_lists(const checker *c)
{
    const truce_program *p = c->p;
    const struct {
        const instruction_list *list;
        unsigned where;
        size_t stores;
    } lists[] = {{&p->shared, IN_SHARED, p->shared_count},
                 {&p->member, IN_MEMBER, 0},
                 {&p->step, IN_STEP, 0},
                 {&p->save, IN_SAVE, p->output_count},
                 {&p->stage, IN_STAGE, 0}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        memset(c->stored, 0, p->output_count + p->shared_count);
        const char *wrong = check_list(c, lists[i].list, lists[i].where);
        if (wrong)
            return wrong;
        if (!all_stored(c, lists[i].stores))
            return "a value is never stored";
    }
    return NULL;
}

/* ---- The rest ----------------------------------------------------------------------------------------- */

static const char *check_horizon(const truce_program *p)
{
    if (!isfinite(p->start) || !isfinite(p->dt) || !(p->dt > 0))
        return "its times are not numbers";
    if ((unsigned)p->method > TRUCE_RK45)
        return "its method is not known";
    bool adaptive = p->method == TRUCE_RK45;
    if (!(p->tolerance >= 1e-12 && p->tolerance <= 0.1))
        return "its tolerance is out of bounds";
    if (adaptive ? p->time_column >= p->persistent_count : p->time_column != NO_COLUMN)
        return "its time has no place";
    if (p->steps_cross_dt && (!adaptive || p->state_count || p->delay_count))
        return "its steps may not cross DT";
    if (p->step_count < 1 || p->step_count > MOST_STEPS || p->save_every < 1 || p->save_every > MOST_STEPS)
        return "it has too few or too many steps";
    if (p->save_count != p->step_count / p->save_every + 1)
        return "its steps and save times do not agree";
    return NULL;
}

static const char *check_columns(const truce_program *p)
{
    size_t results = p->member.count + p->step.count + p->save.count + p->stage.count;
    if (p->persistent_count > p->column_count || p->column_count > results + 1 ||
        p->shared_columns > p->shared.count)
        return "it has more columns than it fills";
    for (size_t i = 0; i < p->stock_count; i++) {
        const program_stock *s = &p->stocks[i];
        bool derivative =
            p->method != TRUCE_EULER ? s->derivative < p->persistent_count : s->derivative == NO_COLUMN;
        if (s->column >= p->persistent_count || !derivative || s->element >= p->element_count)
            return "a stock does not exist";
    }
    for (size_t i = 0; i < p->state_count; i++)
        if (p->states[i].column >= p->persistent_count || p->states[i].next >= p->persistent_count)
            return "a state does not exist";
    return NULL;
}

static const char *check_parts(const truce_program *p)
{
    for (size_t i = 0; i < p->table_count; i++)
        if (p->tables[i].count < 1 || p->tables[i].first > p->point_count ||
            p->tables[i].count > (p->point_count - p->tables[i].first) / 3)
            return "a table lies outside of the points";
    for (size_t i = 0; i < p->delay_count; i++)
        if (p->delays[i].ring < 2 || p->delays[i].ring > p->step_count + 2)
            return "a delay is longer than a run";
    for (size_t i = 0; i < p->shared_count; i++)
        if (p->shared_elements[i] >= p->element_count)
            return "a shared value is part of no variable";
    for (int kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < p->input_counts[kind]; i++)
            if (p->input_elements[kind][i] >= p->element_count)
                return "an input does not exist";
            else if (p->readings[kind][i] > READING_RAW)
                return "a series is read in no known way";
    return NULL;
}

truce_status program_check(const truce_program *program, const char *name, truce_error *error)
{
    checker c = {.p = program, .name = name, .error = error};
    const char *wrong = check_horizon(program);
    if (!wrong)
        wrong = check_columns(program);
    if (!wrong)
        wrong = check_parts(program);
    if (wrong)
        return unsound(&c, wrong);
    c.written = calloc(program->column_count + program->shared_columns + 1, 1);
    c.stored = calloc(program->output_count + program->shared_count + 1, 1);
    truce_status status = c.written && c.stored ? TRUCE_OK : error_memory(error);
    wrong = status == TRUCE_OK ? check_lists(&c) : NULL;
    free(c.written);
    free(c.stored);
    return wrong ? unsound(&c, wrong) : status;
}
