/* What the files of this folder share while a model is built, and nobody else sees.
 *
 *     xmile_document --> sources (variables, parsed) --> resolved trees --> elements with scalar expressions
 *                        variables.c, parse.c           resolve.c          expand.c and its helpers
 *
 * A scope is a set of names: the root model, or the body of a macro. Its variables are sources. The trees of
 * a scope are parsed and resolved once; they are expanded once for each element and macro call. Trees and
 * sources live in the scratch arena and are gone when the model is done.
 *
 * Failures: the first one is kept in builder.status with its sentence in builder.error; functions return NULL
 * or false from there on, and callers only pass that up. */
#ifndef TRUCE_MODEL_BUILD_H
#define TRUCE_MODEL_BUILD_H

#include "model/model.h"

enum {
    DEPTH_LIMIT = 1000,      /* levels of an expression, so that walking it by recursion is safe */
    NESTING_LIMIT = 250,     /* parentheses and other levels of the text while it is parsed */
    DIMENSION_LIMIT = 16,    /* dimensions of one variable */
    MACRO_DEPTH_LIMIT = 8,   /* macros that call macros */
    ELEMENT_LIMIT = 1 << 20, /* scalars of a model, hidden ones included */
    NODE_LIMIT = 1 << 23     /* nodes of all scalar expressions of a model */
};

/* ---- Trees -------------------------------------------------------------------------------------------- */
typedef enum node_kind { NODE_NUMBER, NODE_NAME, NODE_OPERATION, NODE_CALL } node_kind;

typedef enum symbol_kind {
    SYMBOL_NONE,      /* not resolved yet */
    SYMBOL_VARIABLE,  /* index: source of the scope */
    SYMBOL_PARAMETER, /* index: parameter of the macro */
    SYMBOL_DIMENSION, /* index: dimension; its value is the position of the element, from 1 */
    SYMBOL_BUILTIN,   /* function */
    SYMBOL_MACRO,     /* index: scope */
    SYMBOL_SELF
} symbol_kind;

typedef enum subscript_kind {
    SUBSCRIPT_NAME,      /* as parsed */
    SUBSCRIPT_NUMBER,    /* as parsed: index, from 1 */
    SUBSCRIPT_ALL,       /* the wildcard */
    SUBSCRIPT_ELEMENT,   /* resolved: index in the dimension, from 0 */
    SUBSCRIPT_DIMENSION, /* resolved: dimension */
} subscript_kind;

typedef struct subscript {
    subscript_kind kind;
    const char *name, *written;
    size_t index;
} subscript;

typedef struct node {
    node_kind kind;
    operation op; /* NODE_OPERATION */
    int depth, line;
    double number;           /* NODE_NUMBER */
    const char *name;        /* folded */
    const char *written;     /* for messages */
    struct node **arguments; /* of operations and calls */
    size_t count;
    subscript *subscripts;
    size_t subscript_count;
    symbol_kind symbol;
    size_t index;
    const struct builtin *function;
    const char *file;
} node;

/* ---- Built-in functions ------------------------------------------------------------------------------- */
typedef enum function {
    FUNCTION_OPERATION, /* one operation of the engine */
    FUNCTION_TIME,
    FUNCTION_DT,
    FUNCTION_STARTTIME,
    FUNCTION_STOPTIME,
    FUNCTION_CONSTANT,
    FUNCTION_SAFEDIV,
    FUNCTION_SINH,
    FUNCTION_COSH,
    FUNCTION_TANH,
    FUNCTION_MIN,
    FUNCTION_MAX,
    FUNCTION_SUM,
    FUNCTION_PROD,
    FUNCTION_MEAN,
    FUNCTION_SIZE,
    FUNCTION_PULSE,
    FUNCTION_STEP,
    FUNCTION_RAMP,
    FUNCTION_SMOOTH, /* number: order, 0: third argument */
    FUNCTION_DELAY,  /* the same */
    FUNCTION_FIXED_DELAY,
    FUNCTION_PREVIOUS,
    FUNCTION_INIT,
    FUNCTION_RANDOM,
    FUNCTION_LOOKUP,
    FUNCTION_IF,
    FUNCTION_UNSUPPORTED
} function;

typedef struct builtin {
    const char *name; /* folded */
    function function;
    int least, most; /* arguments; a function of none is written without parentheses */
    operation op;    /* FUNCTION_OPERATION, FUNCTION_RANDOM */
    double number;   /* FUNCTION_CONSTANT; the order of SMTH and DELAY */
} builtin;

const builtin *builtin_find(const char *folded);
const builtin *builtin_at(size_t index); /* NULL after the last */

/* ---- Sources and scopes ------------------------------------------------------------------------------- */
typedef struct source {
    const xmile_variable *from;
    const char *name; /* as displayed */
    const char *folded;
    size_t dimension_count;
    const size_t *dimensions;
    size_t element_count;
    size_t first;     /* element, in the root scope */
    node *equation;   /* of all elements; for a stock the initial value */
    node **equations; /* one an element, NULL where it has none of its own; NULL: no such list */
    size_t table;     /* of all elements, or SIZE_MAX */
    size_t *tables;   /* one an element or NULL */
    bool has_table;   /* of any kind */
    bool is_table;    /* a graphical function without an equation: only called */
    bool non_negative;
    node **inflows, **outflows;
} source;

typedef struct scope {
    const xmile_macro *macro; /* NULL: the root */
    const char *name;         /* folded name of the macro */
    source *sources;
    size_t source_count;
    map names;       /* folded -> source, or source_count + parameter */
    node **defaults; /* one a parameter, or NULL */
    node *result;
    size_t next; /* next macro of the same name, or SIZE_MAX */
} scope;

typedef struct builder {
    truce_model *model;
    const xmile_document *document;
    arena scratch;
    truce_error *error;
    truce_status status;
    scope *scopes; /* the root, then the macros */
    size_t scope_count;
    map dimension_names, macro_names;
    map *dimension_elements; /* by dimension: folded element -> position */
    size_t element_capacity, table_capacity, finding_capacity;
    size_t *owners; /* of every element: the visible element it serves */
    size_t owner_capacity;
    unsigned *hidden_counts, *random_counts; /* by visible element */
    struct stock_flows *stocks;              /* in the order of expansion */
    size_t stock_count, stock_capacity;
    size_t *root_first; /* first element of every source of the root */
    size_t node_count;
    size_t start_time, step_time; /* hidden elements, made when first needed; else SIZE_MAX */
} builder;

/* ---- model.c: building and failures ------------------------------------------------------------------- */
/* Fills an empty model (with its file name) from a document that lives as long as the model. */
truce_status model_build(truce_model *model, const xmile_document *document, truce_error *error);
/* False, always. Keeps the first failure. */
bool fail(builder *b, const char *file, int line, const char *format, ...) PRINTF_LIKE(4, 5);
bool fail_memory(builder *b);
/* "unknown ... (did you mean ...?)" from a list of candidates. */
bool fail_unknown(builder *b, const char *file, int line, const char *what, const char *name,
                  const char *const *names, size_t count);

/* ---- parse.c ------------------------------------------------------------------------------------------ */
/* The tree of an equation, or NULL. `owner` is the variable, for messages. */
node *parse_equation(builder *b, const xmile_text *equation, const char *owner);
/* A tree of one name, for <inflow> and <outflow>; takes the whole text as one name when it is in `names`. */
node *parse_flow_name(builder *b, const xmile_text *equation, const map *names, const char *owner);

/* ---- variables.c -------------------------------------------------------------------------------------- */
bool build_dimensions(builder *b);
bool build_sources(builder *b); /* scopes with parsed variables, elements named, tables */
void free_sources(builder *b);
/* "losses[defender, drones]", and the key under which element_names has it. NULL: out of memory. */
char *element_name(const builder *b, arena *a, const source *s, size_t position);
char *element_key(arena *a, const char *name);

/* ---- resolve.c ---------------------------------------------------------------------------------------- */
bool resolve_all(builder *b);
bool resolve_inputs(builder *b); /* inputs and users of every variable */

/* ---- expand.c ----------------------------------------------------------------------------------------- */
typedef struct loop {
    size_t dimension, index;
} loop;

typedef struct context {
    scope *scope;
    const size_t *first;                 /* element of each source of the scope */
    const expression *const *parameters; /* of the macro call */
    size_t owner;                        /* the visible element that is served */
    size_t self;                         /* the element whose equation this is */
    const source *target;                /* whose dimensions may be named, or NULL in a macro */
    const size_t *indices;               /* of the target's element */
    bool in_array_function;
    loop loops[DIMENSION_LIMIT]; /* wildcards that are run through */
    size_t loop_count;
    int macro_depth;
    const char *file;
    int line; /* of the call that is expanded, for made-up expressions */
} context;

bool expand_all(builder *b);
/* Expands the equations of one element of a source into the element; of stocks also their flows. */
bool expand_element(builder *b, context *c, const source *s, size_t position, size_t element_index);
const expression *expand(builder *b, context *c, const node *n);
/* The element of an arrayed source that a name means here. */
bool find_position_of(builder *b, context *c, const node *n, const source *s, size_t *position);
/* The table of a source for that element, as a call needs it; false when it has none. */
bool find_table(builder *b, const node *n, const source *s, size_t position, size_t *table_index);
/* Runs an array argument through all its elements. */
bool expand_array(builder *b, context *c, const node *n, const expression ***items, size_t *count);
bool is_array_argument(const context *c, const node *n);

const expression *make(builder *b, const context *c, operation op, const expression *x, const expression *y,
                       const expression *z);
const expression *make_number(builder *b, const context *c, double number);
const expression *make_variable(builder *b, const context *c, size_t element_index);
const expression *make_lookup(builder *b, const context *c, size_t table_index, const expression *x);
const expression *make_random(builder *b, const context *c, operation op, const expression *x,
                              const expression *y, uint64_t stream);
/* items[0] op items[1] op ..., by halves, so that the depth is the logarithm of the count. */
const expression *make_fold(builder *b, const context *c, operation op, const expression *const *items,
                            size_t count);
/* The expression itself when it is a leaf, else a hidden auxiliary that holds it: for values that are
 * used more than once. */
const expression *share(builder *b, const context *c, const expression *x);
/* A new hidden element of the context's owner, or SIZE_MAX. */
size_t add_hidden(builder *b, const context *c, element_kind kind);

/* ---- builtins.c, stateful.c, macros.c ----------------------------------------------------------------- */
const expression *expand_call(builder *b, context *c, const node *n);
const expression *expand_stateful(builder *b, context *c, const node *n);
const expression *expand_macro(builder *b, context *c, const node *n);
const expression *start_time(builder *b, const context *c);
/* The time of the step: in all stages of RK4 the same, so that pulses and steps last whole steps. */
const expression *step_time(builder *b, const context *c);

/* ---- stocks.c ----------------------------------------------------------------------------------------- */
typedef struct stock_flows {
    size_t stock, owner; /* elements */
    size_t inflow_count, outflow_count;
    const size_t *inflows, *outflows; /* elements */
    bool non_negative;
    bool inflows_non_negative; /* every inflow is known not to be negative */
} stock_flows;

bool add_stock(builder *b, context *c, const source *s, size_t element_index);
bool build_stocks(builder *b);

/* ---- order.c, check_units.c --------------------------------------------------------------------------- */
bool build_order(builder *b);
bool check_units(builder *b);

#endif
