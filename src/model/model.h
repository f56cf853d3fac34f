/* A checked model: every name resolved, arrays, macros and stateful functions expanded into scalars, units
 * known, no cycles. What the compiler reads. */
#ifndef TRUCE_MODEL_H
#define TRUCE_MODEL_H

#include "xmile/xmile.h"

/* ---- Scalar expressions ------------------------------------------------------------------------------- */
typedef enum operation {
    /* leaves */
    OP_NUMBER,   /* number */
    OP_VARIABLE, /* index: element */
    OP_STOP_TIME,
    OP_TIME, /* time of the step (of the stage for RK4) */
    /* one argument */
    OP_NEGATE,
    OP_NOT,
    OP_ABS,
    OP_EXP,
    OP_LN,
    OP_LOG10,
    OP_SQRT,
    OP_SIN,
    OP_COS,
    OP_TAN,
    OP_ARCSIN,
    OP_ARCCOS,
    OP_ARCTAN,
    OP_INT /* toward minus infinity, XMILE 1.0 section 3.5.1 */,
    OP_LOOKUP, /* index: table; argument 0: x */
    /* two arguments; comparisons and logic give 1 or 0, non-zero is true */
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_POWER,
    OP_MOD /* sign of the divisor */,
    OP_MIN,
    OP_MAX,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_EQUAL,
    OP_NOT_EQUAL,
    OP_AND,
    OP_OR,
    OP_RANDOM_UNIFORM,   /* (lowest, highest); index: stream. One draw per step, the same in all stages of RK4
                          */
    OP_RANDOM_NORMAL,    /* (mean, standard deviation) */
    OP_RANDOM_LOGNORMAL, /* (mean, standard deviation) of the lognormal variable itself, as XMILE defines it
                          */
    OP_GAMMA,   /* quantile of the gamma distribution at the first argument (math/quantiles.h); shape */
    OP_POISSON, /* mean */
    /* three arguments */
    OP_IF,               /* (condition, then, else): a select, both sides are evaluated */
    OP_SAFE_DIVIDE,      /* (a, b, value when b is 0) */
    OP_TRUNCATED_NORMAL, /* quantile of the standard normal distribution between two bounds */
    OP_BETA,             /* shapes */
    OP_BINOMIAL,         /* trials, probability */
    OP_COUNT
} operation;

typedef struct expression {
    operation op;
    int arity;
    int depth; /* 1 for a leaf; at most 1,000, so that walking an expression by recursion is safe */
    double number;
    uint64_t index; /* variable, table, or random stream (a hash of the owning variable's name and the call's
                       position) */
    const struct expression *arguments[3];
    place at;
} expression;

/* ---- Elements: the scalars ---------------------------------------------------------------------------- */
typedef enum element_kind {
    ELEMENT_STOCK, /* initial; equation = net flow a unit of time: value += dt * equation (Euler) */
    ELEMENT_STATE, /* initial; equation = next value, taken once a full step (PREVIOUS; INIT: equation is
                      NULL, the value never changes) */
    ELEMENT_DELAY, /* delay: initial = value before it has run through; equation = input; delay = time,
                      evaluated at the start; value at time t = input at t - delay, the initial value while t
                      - delay < start */
    ELEMENT_AUX    /* equation (flows too); a lookup table's own element has no equation. initial: its value
                      while initial values are computed, where that is not the equation's; else NULL */
} element_kind;

#define MODEL_CLOCK "the clock"

typedef struct element {
    element_kind kind;
    const char *name;    /* "losses[defender, drones]"; hidden ones "name#1" of the owner */
    size_t variable;     /* index into variables of truce_model; SIZE_MAX for hidden elements */
    size_t owner;        /* the visible element that it serves: itself, or whose equation made it */
    bool hidden;         /* made by the expansion of a macro, SMTH, DELAY, ... : never saved by default */
    const char *written; /* its own equation (initial value of a stock) as written; NULL: its variable's */
    bool is_constant_written; /* the equation as written is a plain number */
    const expression *equation;
    const expression *initial;
    const expression *delay;
    const expression *limit; /* a flow is cut to this, whatever gives its value; NULL: it is not */
    bool non_negative;       /* a flow that an input must not make negative either */
    bool is_data;            /* its values must be given */
    data_reading reading;    /* of a series of them */
    bool moving;             /* the time of a delay is evaluated every step */
    bool guarded;            /* the model asks whether it is a number (ISNAN), so it may be none */
    bool driven;             /* a flow out of a conveyor, which gives its value */
    bool held;               /* an auxiliary whose value at the start of the DT holds in all stages of it */
    const char *fixes;       /* the function whose order or seed it is, or MODEL_CLOCK: it cannot be an input;
                                or NULL */
    const char
        *steady; /* the conveyor that takes it as it is at the start alone: it cannot be a series; or NULL */
    place at;
} element;

typedef struct table {
    xmile_graph_type type;
    size_t count;
    const double *x, *y;
} table;

struct truce_model {
    arena memory;
    const truce_files *files; /* where `file` was read from; NULL: on disk, or from a text */
    const char *name, *file;
    truce_sim_specs sim_specs;
    truce_dimension *dimensions;
    size_t dimension_count;
    truce_variable *variables; /* in the order of the file; without macros' and other hidden ones */
    size_t variable_count;
    element *elements; /* in the order of the variables, hidden ones after; programs refer to these indices */
    size_t element_count;
    size_t visible_count; /* elements before the hidden ones */
    table *tables;
    size_t table_count;
    map variable_names; /* folded name -> variable */
    map element_names;  /* folded element name ("losses[defender,_drones]" with blanks folded) -> element */
    size_t **inputs, **users; /* by variable, lists with counts */
    size_t *input_counts, *user_counts;
    const char **warnings;
    size_t warning_count, warning_capacity;
    const char **imports; /* resources of the file that were not read */
    size_t import_count;
    const char **unit_findings;
    size_t unit_finding_count;
    const size_t *order; /* element_count entries: a topological order of ELEMENT_AUX equations (others
                            after); initial values have none of their own: the compiler orders them, model.c
                            has checked that they have no cycle */
};

/* The form under which the name of an element is compared with others. NULL: out of memory. */
char *element_key(arena *a, const char *name);
/* Element by name "losses[defender, drones]" or "lethality", spaces as the user likes. SIZE_MAX when there is
 * none. */
size_t model_find_element(const truce_model *model, const char *name);
/* TRUCE_BAD_INPUT with the nearest right name, at the given place. what: "variable" or "element". */
truce_status model_unknown_name(const truce_model *model, const char *name, const char *file, int line,
                                truce_error *error);

#endif
