/* What the files of this folder share: a model on its way to a C file.
 *
 *     model ──▶ identifiers ──▶ sections of the file, equation by equation ──▶ text
 *               identifiers.c   emit.c, phases.c          expression.c        (support.c: fixed parts) */
#ifndef TRUCE_EMIT_H
#define TRUCE_EMIT_H

#include "model/model.h"

/* When the value of an element is computed. */
typedef enum phase {
    PHASE_SETTING,  /* a plain number: where it is declared, and never again */
    PHASE_CONSTANT, /* at the start: it depends on settings only */
    PHASE_STEP,     /* every step */
    PHASE_NONE      /* it has no value: a graph that is only called */
} phase;

typedef struct emitter {
    const truce_model *model;
    truce_error *error;
    arena memory;
    text out;
    const char **names;               /* identifiers, by element */
    const char **graphs;              /* by table; NULL: not used */
    uint8_t *phases;                  /* by element */
    size_t *start_order, *step_order; /* elements computed at the start and every step, in their order */
    size_t start_count, step_count;
    bool uses[OP_COUNT], has_delays, has_fixed_delays;
    bool out_of_memory;
    /* Of the equation that is written: what was put into variables of its own. */
    const expression **parts;
    size_t part_count, part_capacity;
} emitter;

/* ---- identifiers.c ------------------------------------------------------------------------------------ */
bool emit_names(emitter *e);
/* Writes words as part of a comment: no end of comment, no line break, at most `most` bytes. */
void emit_comment_words(text *to, const char *words, size_t most);

/* ---- phases.c ------------------------------------------------------------------------------------------ */
/* Phases, the order of the start, and what is used. */
bool emit_phases(emitter *e);
/* True, with its value, when the expression is a plain number. */
bool emit_plain_number(const expression *x, double *value);

/* ---- expression.c -------------------------------------------------------------------------------------- */
/* The C form of an operation: the operator or the function, or NULL when there is none of its own. */
const char *emit_form(operation op);
void emit_number(text *to, double number);
/* A statement of `before`, the expression and `after`; before it what had to be put into variables of its
 * own. `before` NULL: out of memory. */
void emit_statement(emitter *e, const char *before, const expression *x, const char *after);
/* Adds `line` to the file, broken at blanks so that lines have at most 100 columns. */
void emit_wrapped(emitter *e, const char *indent, const char *line);

/* ---- support.c ----------------------------------------------------------------------------------------- */
extern const char emit_quantiles[]; /* the text of src/math/quantiles*, made by embed.c */
bool emit_uses_draws(const emitter *e);
void emit_support(emitter *e); /* the functions that equations call */
void emit_method(emitter *e);  /* advance_stocks, of a Runge-Kutta method */
/* settings: the file has a table of them; memory: it has a function remember. */
void emit_main(emitter *e, bool settings, bool memory);

#endif
