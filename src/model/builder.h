/* What the files of this folder share while a model is built; of others only convert sees it, for the trees.
 *
 *     xmile_document --> sources (variables, parsed) --> resolved trees --> elements with scalar expressions
 *                        sources.c, parse.c             resolve.c          expand.c and its helpers
 *
 * A scope is a set of names: the root model, or the body of a macro. Its variables are sources. The trees of
 * a scope are parsed and resolved once; they are expanded once for each element and macro call. Trees and
 * sources live in the scratch arena and are gone when the model is done.
 *
 * Failures: the first one is kept in builder.status with its sentence in builder.error; functions return NULL
 * or false from there on, and callers only pass that up. */
#ifndef TRUCE_BUILDER_H
#define TRUCE_BUILDER_H

#include "model/model.h"

enum {
    DEPTH_LIMIT = 1000,      /* levels of an expression, so that walking it by recursion is safe */
    NESTING_LIMIT = 250,     /* parentheses and other levels of the text while it is parsed */
    DIMENSION_LIMIT = 16,    /* dimensions of one variable */
    MACRO_DEPTH_LIMIT = 100, /* macros that call macros */
    EXPANSION_LIMIT = 8000,  /* levels of trees and macros together while they are expanded */
    MODULE_DEPTH_LIMIT = 16, /* modules in modules */
    INSTANCE_LIMIT = 100000, /* modules of a model, those in modules included */
    ELEMENT_LIMIT = 1 << 20, /* scalars of a model, hidden ones included */
    NAMES_LIMIT = 1 << 28,   /* bytes of the names of all elements */
    NODE_LIMIT = 1 << 22     /* nodes of all scalar expressions of a model */
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
    SUBSCRIPT_EXPRESSION, /* as parsed: from; resolved: an index, from 1, known when it is expanded or run */
    SUBSCRIPT_ALL,   /* the wildcard; name: that of *:name or name.*, or NULL; index: dimension run through */
    SUBSCRIPT_RANGE, /* from:to */
    SUBSCRIPT_POSITION,  /* @n; index: n - 1 */
    SUBSCRIPT_ELEMENT,   /* resolved: index in the dimension, from 0 */
    SUBSCRIPT_DIMENSION, /* resolved: index: dimension */
} subscript_kind;

typedef struct subscript {
    subscript_kind kind;
    const char *name, *written;
    struct node *from, *to;
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
    bool transposed;
    bool resolved; /* a tree that several elements share is resolved once */
    bool checked;  /* and its units are checked once */
    symbol_kind symbol;
    size_t index;
    const struct builtin *function;
    const char *file;
} node;

/* ---- Built-in functions ------------------------------------------------------------------------------- */
/* Forms of FUNCTION_ALLOCATE; the last two are what models of Vensim are translated into. */
enum {
    ALLOCATE_BY_PRIORITY,
    ALLOCATE_AVAILABLE,
    ALLOCATE_OF_STELLA,
    ALLOCATE_BY_PRIORITY_OF_VENSIM,
    ALLOCATE_AVAILABLE_OF_VENSIM
};

/* What FUNCTION_PAYMENTS gives. */
enum { PAYMENTS_FUTURE_VALUE, PAYMENTS_PRESENT_VALUE, PAYMENTS_EACH };

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
    FUNCTION_WINDOW, /* PULSE of Vensim */
    FUNCTION_STEP,
    FUNCTION_RAMP,
    FUNCTION_SMOOTH,     /* number: order, 0: third argument */
    FUNCTION_DELAY,      /* the same */
    FUNCTION_LATE_DELAY, /* of Vensim: the order of DELAYN's arguments */
    FUNCTION_FIXED_DELAY,
    FUNCTION_PREVIOUS,
    FUNCTION_INIT,
    FUNCTION_LOOKUP,
    FUNCTION_IF,
    FUNCTION_ROUND,
    FUNCTION_SIGN,
    FUNCTION_QUANTUM,
    FUNCTION_MODULO,
    FUNCTION_PERCENT,
    FUNCTION_ROOT,
    FUNCTION_WAVE, /* op: OP_SIN or OP_COS */
    FUNCTION_GROWTH,
    FUNCTION_STDDEV,
    FUNCTION_RANK,
    FUNCTION_VECTOR_SELECT,
    FUNCTION_VECTOR_ORDER,
    FUNCTION_VECTOR_RANK,
    FUNCTION_VECTOR_MAP,
    FUNCTION_INVERT_MATRIX,
    FUNCTION_PULSE_TRAIN,
    FUNCTION_TREND,
    FUNCTION_FORECAST,
    FUNCTION_NET_PRESENT_VALUE,
    FUNCTION_HISTORY,
    FUNCTION_DERIVATIVE,
    FUNCTION_SAMPLE,
    FUNCTION_LAST_RUN,
    FUNCTION_LOOKUP_INVERSE,
    FUNCTION_LOOKUP_FORM, /* number: xmile_graph_type of the same points */
    FUNCTION_LOOKUP_FORWARD,
    FUNCTION_LOOKUP_AREA,
    FUNCTION_PAYMENTS, /* number: which of them, above */
    FUNCTION_NORMAL_PROBABILITY,
    FUNCTION_NORMAL_QUANTILE,
    FUNCTION_LOG_GAMMA,
    FUNCTION_IS_NAN,
    FUNCTION_COUNTER,
    FUNCTION_EXPONENTIAL_CURVE,
    FUNCTION_FACTORIAL,
    FUNCTION_PERMUTATIONS, /* number: 1: of combinations */
    FUNCTION_INTERPOLATE,
    FUNCTION_ALLOCATE, /* number: its form, below */
    /* draws; number: how many arguments stand before the seed */
    FUNCTION_RANDOM, /* op */
    FUNCTION_NORMAL,
    FUNCTION_EXPONENTIAL,
    FUNCTION_TRIANGULAR,
    FUNCTION_LOGISTIC,
    FUNCTION_PARETO,
    FUNCTION_WEIBULL,
    FUNCTION_GAMMA,
    FUNCTION_BETA,
    FUNCTION_POISSON,
    FUNCTION_BINOMIAL,
    FUNCTION_NEGATIVE_BINOMIAL,
    FUNCTION_GEOMETRIC,
    FUNCTION_CHANCE,
    FUNCTION_UNSUPPORTED
} function;

typedef struct builtin {
    const char *name; /* folded */
    function function;
    int least, most; /* arguments; a function of none is written without parentheses */
    operation op;
    double number; /* FUNCTION_CONSTANT; the order of SMTH and DELAY; VENSIM_SMALL; as said above */
} builtin;

/* What Vensim's ZIDZ and XIDZ, and TREND and FORECAST by them, take for 0 in a divisor (Vensim Help, "XIDZ"). */
#define VENSIM_SMALL 1e-6

const builtin *builtin_find(const char *folded);
const builtin *builtin_at(size_t index); /* NULL after the last */
bool takes_graph(function f);            /* as its first argument */
bool is_array_function(const node *n);   /* a call of one */

/* ---- Sources and scopes ------------------------------------------------------------------------------- */
typedef struct source {
    const xmile_variable *from;
    const char *name; /* as displayed */
    const char *folded;
    size_t dimension_count;
    const size_t *dimensions;
    size_t element_count;
    size_t first;       /* element, in the root scope */
    const char *prefix; /* folded: "hares." for a variable of module hares; "" in the root and in macros */
    size_t instance;    /* module it belongs to */
    size_t alias;       /* an input of a module: the source it is connected to, or SIZE_MAX */
    node *equation;     /* of all elements; for a stock the initial value */
    node **equations;   /* one an element, NULL where it has none of its own; NULL: no such list */
    node *initial;      /* of a variable that is not a stock: its value while initial values are computed */
    node **initials;
    size_t table;   /* of all elements, or SIZE_MAX */
    size_t *tables; /* one an element or NULL */
    bool has_table; /* of any kind */
    bool is_table;  /* a graphical function without an equation: only called */
    bool non_negative;
    node **inflows, **outflows;
    node *length, *capacity, *limit, *arrest, *sample; /* of a conveyor, or NULL */
    node **contents;                                   /* listed ones */
    bool is_driven; /* an outflow of a conveyor: it has no equation of its own */
    node *net;      /* of a stock: its net flow when that is an expression, for all elements */
    node **nets;
    size_t *written_in; /* by position: the <element> that holds it, or SIZE_MAX; NULL: there is none */
} source;

typedef struct scope {
    const xmile_macro *macro; /* NULL: the root */
    const char *name;         /* folded name of the macro */
    source *sources;
    size_t source_count;
    map names;       /* folded -> source, or source_count + parameter */
    node **defaults; /* one per parameter, or NULL */
    bool *arrayed;   /* by parameter: it is used as an array */
    node *result;
    node *start, *stop, *step; /* <sim_specs> of its own, or NULL */
    size_t next;               /* next macro of the same name, or SIZE_MAX */
} scope;

/* A model in its place: the root, or what one module holds. */
typedef struct instance {
    const xmile_model *model;
    const xmile_variable *module; /* NULL for the root */
    const char *name;             /* path as displayed: "" for the root, "hares", "west.hares" */
    const char *prefix;           /* folded: "", "hares.", "west.hares." */
    size_t parent;
    int depth;
    bool ambiguous; /* another module has the same name */
} instance;

/* Where the elements of one dimension are in another, by name. */
typedef struct relation {
    const size_t *positions; /* SIZE_MAX for an element that the other has not */
    bool within;             /* all are there */
    bool shared;             /* some are there */
} relation;

struct context;

typedef struct builder {
    truce_model *model;
    const xmile_document *document;
    arena scratch;
    truce_error *error;
    truce_status status;
    scope *scopes; /* the root, then the macros */
    size_t scope_count;
    map dimension_names, macro_names;
    map *dimension_elements;          /* by dimension: folded element -> position */
    const char *const **element_keys; /* by dimension: folded names of its elements */
    relation *relations;              /* those asked for */
    size_t relation_count, relation_capacity;
    map relation_keys;   /* "from:to" -> relation */
    instance *instances; /* the root first */
    size_t instance_count, instance_capacity;
    map module_names; /* folded name of a module -> instance */
    size_t element_capacity, table_capacity, finding_capacity;
    unsigned *hidden_counts, *random_counts; /* by visible element */
    struct stock_flows *stocks;              /* in the order of expansion */
    size_t stock_count, stock_capacity;
    size_t *root_first; /* first element of every source of the root */
    size_t node_count;
    size_t name_bytes; /* of the names of all elements */
    int expansion_depth;
    size_t start_time, step_time; /* hidden elements, made when first needed; else SIZE_MAX */
    size_t factorials;            /* a table, likewise */
    unsigned searches;            /* for a value that is the same in every run, one within another */
    struct delay_stage *stages;   /* of smooths and delays */
    size_t stage_count, stage_capacity;
    /* Trees hold trees. The files for calls, arrays, macros, ... come back to expand.c, which comes to them,
     * by way of these. */
    const expression *(*expand)(struct builder *b, struct context *c, const node *n);
    bool (*expand_element)(struct builder *b, struct context *c, const source *s, size_t position,
                           size_t element_index);
    bool (*constant_value)(struct builder *b, struct context *c, const node *n, const char *what,
                           double *value);
} builder;

/* ---- model.c, failures.c ------------------------------------------------------------------------------ */
/* Fills an empty model (with its file name) from a document that lives as long as the model. */
truce_status model_build(truce_model *model, const xmile_document *document, truce_error *error);
/* False, always. Keeps the first failure. */
bool fail(builder *b, const char *file, int line, const char *format, ...) PRINTF_LIKE(4, 5);
bool fail_memory(builder *b);
/* Counts the name of one more element; false when they are too long together. */
bool count_name(builder *b, const char *name, const char *file, int line);
/* Notes a sentence for the reader of the model. */
bool warn(builder *b, const char *file, int line, const char *format, ...) PRINTF_LIKE(4, 5);
/* "unknown ... (did you mean ...?)" from a list of candidates. */
bool fail_unknown(builder *b, const char *file, int line, const char *what, const char *name,
                  const char *const *names, size_t count);

/* ---- horizon.c ---------------------------------------------------------------------------------------- */
/* Start, stop, DT and save step, once names are resolved. */
bool find_horizon(builder *b);

/* ---- parse.c ------------------------------------------------------------------------------------------ */
/* The tree of an equation, or NULL. `owner` is the variable, for messages. */
node *parse_equation(builder *b, const xmile_text *equation, const char *owner);
/* A tree of one name, for <inflow> and <outflow>; takes the whole text as one name when the scope has it. */
node *parse_flow_name(builder *b, const xmile_text *equation, const scope *sc, const source *owner);
/* A tree of one name that is known already. */
node *parse_path(builder *b, const char *path, const char *written, const place *at);

/* ---- sources.c -------------------------------------------------------------------------------------- */
bool build_dimensions(builder *b);
bool is_reserved(const char *folded); /* a word that XMILE keeps for itself */
bool build_sources(builder *b);       /* scopes with parsed variables, elements named, tables */
void free_sources(builder *b);

/* ---- equations.c -------------------------------------------------------------------------------------- */
bool parse_scopes(builder *b); /* all equations, with tables */
bool is_given(const xmile_text *t);

/* ---- modules.c ---------------------------------------------------------------------------------------- */
/* The modules of the model and all its variables, module by module, as sources of the root scope. */
bool build_instances(builder *b);
bool gather_variables(builder *b, scope *root);
bool connect_modules(builder *b, scope *root);

/* ---- qualified_names.c -------------------------------------------------------------------------------- */
/* name_fold and name_display of every part of a name with dots. */
char *path_fold(arena *a, const char *name, size_t length);
char *path_display(arena *a, const char *name, size_t length);
/* A name without the reserved namespace in front of it: "std.max" is "max". */
const char *without_namespace(const char *name);
/* "losses[defender, drones]". NULL: out of memory. */
char *element_name(const builder *b, arena *a, const source *s, size_t position);

/* ---- resolve.c, scopes.c, mentions.c ------------------------------------------------------------------ */
typedef struct resolver {
    builder *b;
    scope *sc;
    bool (*resolve)(struct resolver *r, node *n); /* resolve.c's, for trees in subscripts */
    const source *owner;                          /* whose equation is resolved; NULL for a macro's result */
    size_t axis;                                  /* dimension whose subscript is resolved, or SIZE_MAX */
    int array_depth;                              /* array functions around */
} resolver;

bool find_arrayed_parameters(builder *b); /* arrayed_parameters.c: after all names are resolved */
bool resolve_all(builder *b);
bool resolve_in_root(builder *b, node *n); /* a tree that belongs to no variable */
static inline bool resolve(resolver *r, node *n)
{
    return r->resolve(r, n);
}
/* Source of a scope, or source_count + parameter, or SIZE_MAX; `prefix` is that of the variable that asks. */
size_t find_variable(builder *b, const scope *sc, const char *prefix, const char *name);
/* "Side.defender": the position of an element, from 1, or 0. */
size_t qualified_position(const resolver *r, const char *name);
/* Indices, dimension by dimension, of an element of a source. */
void indices_of(const builder *b, const source *s, size_t position, size_t *indices);
bool resolve_inputs(builder *b); /* inputs and users of every variable */

/* ---- subscripts.c ------------------------------------------------------------------------------------- */
const relation *relate(builder *b, size_t from, size_t to); /* NULL: no memory */
bool has_names(const builder *b, size_t dimension);
bool owner_reaches(resolver *r, size_t dimension);
bool resolve_subscripts(resolver *r, node *n);

/* ---- Contexts ----------------------------------------------------------------------------------------- */
typedef struct loop {
    size_t dimension, index, count;
} loop;

/* An array as a macro gets it: of any shape, in row-major order. */
typedef struct array_value {
    size_t dimension_count;
    size_t dimensions[DIMENSION_LIMIT], sizes[DIMENSION_LIMIT];
    const expression **items;
} array_value;

typedef struct parameter { /* one of the two */
    const expression *scalar;
    const array_value *array;
} parameter;

typedef struct context {
    scope *scope;
    const size_t *first;         /* element of each source of the scope */
    const parameter *parameters; /* of the macro call */
    size_t owner;                /* the visible element that is served */
    size_t self;                 /* the element whose equation this is */
    const source *target;        /* whose dimensions may be named, or NULL */
    const size_t *indices;       /* of the target's element */
    bool in_array_function;
    loop loops[DIMENSION_LIMIT]; /* wildcards that are run through */
    size_t loop_count;
    int macro_depth;
    const double *now; /* in a macro with a run of its own: the time there; NULL: that of the model */
    const char *file;
    int line; /* of the call that is expanded, for made-up expressions */
} context;

/* ---- expand.c ----------------------------------------------------------------------------------------- */
bool start_expansion(builder *b); /* before anything is expanded */
bool expand_all(builder *b);
/* Expands the equations of one element of a source into the element; of stocks also their flows. */
static inline bool expand_element(builder *b, context *c, const source *s, size_t position,
                                  size_t element_index)
{
    return b->expand_element(b, c, s, position, element_index);
}
static inline const expression *expand(builder *b, context *c, const node *n)
{
    return b->expand(b, c, n);
}
/* The value of a tree that must be the same in every run: numbers, arithmetic, and auxiliaries that are plain
 * numbers, which then cannot be inputs. False when it is none. `what`: the function that needs it. In
 * constants.c. */
static inline bool constant_value(builder *b, context *c, const node *n, const char *what, double *value)
{
    return b->constant_value(b, c, n, what, value);
}
bool find_constant(builder *b, context *c, const node *n, const char *what, double *value);
/* The same of what may change later: the value at the start. */
bool find_start_value(builder *b, context *c, const node *n, const char *what, double *value);

/* ---- arrays.c ----------------------------------------------------------------------------------------- */
/* The value of a name that may have dimensions and subscripts. */
const expression *expand_variable(builder *b, context *c, const node *n);
/* array(i): the element by its number in row-major order. */
const expression *expand_flat(builder *b, context *c, const node *n);
/* The value at x of the graph of the element that a name means. */
const expression *expand_graph(builder *b, context *c, const node *graph, const expression *x);
/* The element of an arrayed source that a name means here, which must be the same at all times. */
bool find_position_of(builder *b, context *c, const node *n, size_t *position);
/* The position, from 1, of the element whose equation this is in a dimension. */
bool find_index(builder *b, context *c, const node *n, size_t dimension, size_t *index);
/* Runs an array argument through all its elements. */
bool expand_array(builder *b, context *c, const node *n, const expression ***items, size_t *count);
/* The same for an array that is handed to a macro. */
bool expand_array_value(builder *b, context *c, const node *n, array_value *value);
bool is_array_argument(builder *b, const context *c, const node *n);
/* The table of a source for an element; false when it has none. */
bool find_table(builder *b, const node *n, const source *s, size_t position, size_t *table_index);

/* ---- expressions.c ------------------------------------------------------------------------------------ */
/* True for an expression of numbers only, and its value. */
bool is_constant(const expression *x, double *value);
const expression *make(builder *b, const context *c, operation op, const expression *x, const expression *y,
                       const expression *z);
const expression *make_number(builder *b, const context *c, double number);
const expression *make_variable(builder *b, const context *c, size_t element_index);
const expression *make_lookup(builder *b, const context *c, size_t table_index, const expression *x);
const expression *make_random(builder *b, const context *c, operation op, const expression *x,
                              const expression *y, uint64_t stream);
/* x / y, or z where y is 0 or, with `small` above 0, nearer to 0 than that. */
const expression *make_safe_division(builder *b, const context *c, double small, const expression *x,
                                     const expression *y, const expression *z);
/* items[0] op items[1] op ..., by halves, so that the depth is the logarithm of the count. */
const expression *make_fold(builder *b, const context *c, operation op, const expression *const *items,
                            size_t count);
/* The expression itself when it is a leaf, else a hidden auxiliary that holds it: for values that are
 * used more than once. */
const expression *share(builder *b, const context *c, const expression *x);
/* The value at the start of the DT, in all stages of the DT. */
const expression *hold(builder *b, const context *c, const expression *x);
/* A new hidden element of the context's owner, or SIZE_MAX. */
size_t add_hidden(builder *b, const context *c, element_kind kind);

/* ---- calls.c, functions.c, reductions.c, random.c, stateful.c, macros.c ------------------------------- */
const expression *expand_call(builder *b, context *c, const node *n);
/* Functions without memory of scalar arguments, x. */
const expression *expand_scalar(builder *b, context *c, const node *n, const expression *const *x);
const expression *expand_array_function(builder *b, context *c, const node *n);
const expression *expand_vector_function(builder *b, context *c, const node *n); /* in vectors.c */
const expression *expand_allocation(builder *b, context *c, const node *n);
const expression *expand_draw(builder *b, context *c, const node *n, const expression *const *x);
const expression *expand_stateful(builder *b, context *c, const node *n);
const expression *expand_payments(builder *b, const context *c, const node *n,
                                  const expression *const *x); /* in finance.c */
const expression *expand_special(builder *b, const context *c, const node *n,
                                 const expression *const *x); /* in special.c */
/* The probability of less than an argument under the standard normal distribution (special.c). */
const expression *make_normal_probability(builder *b, const context *c, const expression *argument);
const expression *expand_macro(builder *b, context *c, const node *n);
const expression *start_time(builder *b, const context *c);
/* The time of the start of the DT: the same in all its stages, so that pulses and steps last whole DTs. */
const expression *step_time(builder *b, const context *c);

/* ---- warnings.c --------------------------------------------------------------------------------------- */
/* One stage of a smooth or a delay: how long it is. */
typedef struct delay_stage {
    const expression *length;
    const char *function;
    size_t owner;
    place at;
} delay_stage;
bool note_stage(builder *b, const context *c, const char *caller, const expression *length);
/* Warns of stages shorter than DT, as far as their length is known before the run. */
bool check_stages(builder *b);

/* ---- loops.c ------------------------------------------------------------------------------------------ */
/* The specifications of a macro's own run. */
bool find_loop_specs(builder *b, context *c, truce_sim_specs *specs);
/* Writes that run out; afterwards `first` has the elements of its last step. */
bool expand_loop(builder *b, context *inner, const scope *macro, double *now, size_t *first);

/* ---- stocks.c ----------------------------------------------------------------------------------------- */
typedef struct stock_flows {
    size_t stock, owner; /* elements */
    size_t inflow_count, outflow_count;
    const size_t *inflows, *outflows; /* elements */
    const expression *net;            /* in place of the flows, or NULL */
    bool non_negative;
    bool inflows_non_negative; /* every inflow is known not to be negative */
    struct conveyor *conveyor; /* or NULL */
} stock_flows;

/* ---- conveyors.c -------------------------------------------------------------------------------------- */
typedef struct conveyor {
    const expression *length, *capacity, *limit, *arrest, *sample; /* but the first NULL: none */
    const expression **contents;                                   /* listed ones, or NULL */
    size_t content_count;
    size_t slats;  /* its DTs, where they are known before the run and every slat is kept apart; else 0 */
    bool by_slats; /* every slat is kept apart */
    bool exponential, discrete;
    const bool *leaks;  /* by outflow of the element */
    double (*zones)[2]; /* the same: their ends; NULL: all leak along the whole conveyor */
    const char *name;
} conveyor;

bool parse_conveyor(builder *b, scope *sc, source *s);
/* What belongs to one element, in its context. */
bool expand_conveyor(builder *b, context *c, const source *s, stock_flows *record);
/* The equations of its outflows, and the limits of its inflows. */
bool build_conveyor(builder *b, const context *c, const stock_flows *s);

bool add_stock(builder *b, context *c, const source *s, size_t position, size_t element_index);
/* Is flow i of a list, whose flows stand in these elements of the file, one of the element at the position? */
static inline bool is_flow_of(const source *s, const size_t *elements, size_t i, size_t position)
{
    return !elements || elements[i] == SIZE_MAX || elements[i] == s->written_in[position];
}
bool build_stocks(builder *b);

/* ---- evaluation_order.c, check_units.c ---------------------------------------------------------------- */
bool build_order(builder *b);
/* The order of the equations alone, by element in `order`. */
bool find_order(builder *b, size_t *order);
bool check_units(builder *b);

#endif
