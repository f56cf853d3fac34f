/* An XMILE document as written: names, equations and places, nothing resolved. Display is skipped. */
#ifndef TRUCE_XMILE_H
#define TRUCE_XMILE_H

#include "base/base.h"
#include "truce/model.h"

typedef struct place {
    const char *file;
    int line; /* of the first character of the text or of the opening tag */
} place;

/* Text with the place of its first character after leading white space. text is NULL when the tag is absent.
 */
typedef struct xmile_text {
    const char *text;
    place at;
} xmile_text;

typedef enum xmile_graph_type { XMILE_CONTINUOUS, XMILE_EXTRAPOLATE, XMILE_DISCRETE } xmile_graph_type;

typedef struct xmile_graph { /* graphical function */
    xmile_graph_type type;
    size_t count;        /* points, at least 1 */
    const double *x, *y; /* x spread evenly over xscale when the file gives no xpts; strictly rising */
    place at;
} xmile_graph;

typedef enum xmile_kind {
    XMILE_STOCK,
    XMILE_FLOW,
    XMILE_AUX,
    XMILE_GRAPH /* a bare <gf name=...> */,
    XMILE_MODULE
} xmile_kind;

typedef struct xmile_element { /* <element subscript="a, b"> of an arrayed variable */
    const char *subscript;
    xmile_text equation;
    xmile_text initial;       /* <init_eqn>, or absent */
    xmile_text net;           /* see xmile_variable */
    const xmile_graph *graph; /* or NULL */
    place at;
} xmile_element;

typedef struct xmile_connection {
    const char *to, *from;
    place at;
} xmile_connection; /* of a module */

typedef struct xmile_conveyor { /* <conveyor> of a stock: expressions, text NULL where absent */
    xmile_text length, capacity, limit, sample, arrest;
    const xmile_text *contents; /* initial ones, from the end on, when they are listed */
    size_t content_count;
    bool exponential, discrete;
    place at;
} xmile_conveyor;

/* What a series of a data variable gives between its times, and the value of the nearest one beyond them. */
typedef enum data_reading {
    READING_OF_CALLER, /* what who gives the series says, and nothing beyond its times */
    READING_LINEAR,
    READING_BACKWARD, /* the last value */
    READING_FORWARD,  /* the next value */
    READING_RAW       /* :NA: of Vensim, also beyond them */
} data_reading;

typedef struct xmile_variable {
    xmile_kind kind;
    const char *name; /* as written in the attribute, entities decoded */
    place at;
    xmile_text equation;     /* <eqn> */
    xmile_text initial;      /* <init_eqn> if any */
    xmile_text net;          /* of a level of Vensim: its net flow, which is an expression there */
    const char *units, *doc; /* NULL when absent */
    const xmile_graph *graph;
    size_t dimension_count;
    const char *const *dimensions; /* names as written */
    size_t element_count;
    const xmile_element *elements;
    size_t inflow_count, outflow_count;
    const xmile_text *inflows, *outflows;
    /* The <element> in which each stands, which it belongs to alone; SIZE_MAX, or no list: to all. */
    const size_t *inflow_elements, *outflow_elements;
    const xmile_conveyor *conveyor; /* of a stock, or NULL */
    bool is_leak;                /* an outflow of a conveyor: <leak>; its equation is the leakage fraction */
    double leak_start, leak_end; /* its zone, as parts of the conveyor from where material enters */
    bool is_input;               /* access="input": the caller or the connection gives its value */
    int non_negative;            /* -1 not said, 0 no (<non_negative>false), 1 yes */
    const char *unsupported;     /* a construct in it that changes numbers and is not supported, such as
                                "conveyor", or NULL */
    int unsupported_line;
    bool is_data;            /* without an equation: a series from a file must be given for it */
    data_reading reading;    /* of its series */
    size_t connection_count; /* modules */
    const xmile_connection *connections;
    const char *model_name; /* of the model in a module when that is not the module's name, or NULL */
    const char *resource;   /* path of the file a module is kept in, or NULL */
} xmile_variable;

typedef struct xmile_group {
    const char *name, *doc;
    size_t member_count;
    const xmile_text *members;
    place at;
} xmile_group;

typedef struct xmile_model {
    const char *name; /* NULL: none */
    place at;
    bool is_root;                                /* of its file */
    const char *resource;                        /* path of the file it is kept in, or NULL */
    int stocks_non_negative, flows_non_negative; /* 1 when an option makes it the default */
    size_t variable_count;
    const xmile_variable *variables;
    size_t group_count;
    const xmile_group *groups;
} xmile_model;

typedef struct xmile_macro {
    const char *name;
    place at;
    size_t parameter_count;
    const char *const *parameters;
    const xmile_text *defaults; /* one a parameter; text NULL: none */
    xmile_text equation;
    xmile_text start, stop, step; /* <sim_specs> of its own, expressions; start.text NULL: none */
    const char *space;            /* namespace, or NULL */
    size_t variable_count;
    const xmile_variable *variables;
} xmile_macro;

typedef struct xmile_dimension {
    const char *name;
    place at;
    size_t size;
    const char *const *elements; /* NULL when only a size is given */
} xmile_dimension;

typedef struct xmile_unit {
    const char *name, *equation;
    size_t alias_count;
    const char *const *aliases;
    place at;
} xmile_unit;

typedef struct xmile_reference { /* to another file */
    const char **path;           /* as written; once the file is read, the path under which it was */
    place at;
} xmile_reference;

typedef struct xmile_document {
    const char *name;                          /* of <header>, or the file's name */
    double start, stop, dt;                    /* a reciprocal dt is already inverted */
    xmile_text start_text, stop_text, dt_text; /* expressions in place of these numbers, or absent */
    bool dt_is_reciprocal;                     /* of dt_text */
    place specs_at;
    double save_step;                            /* 0 when not given: dt */
    xmile_text save_text;                        /* save_step as written */
    const char *time_units;                      /* "" when absent */
    xmile_text method;                           /* as written, or absent (Euler) */
    int stocks_non_negative, flows_non_negative; /* 1 when <behavior> of the file makes it the default */
    bool is_converted;                           /* from Vensim, by a tool that writes INTEGER as INT */
    bool invalid_index_is_nan;                   /* what a subscript out of range gives, else 0 */
    bool names_are_free;                         /* names that XMILE reserves may be those of variables */
    size_t dimension_count;
    const xmile_dimension *dimensions;
    size_t unit_count;
    const xmile_unit *units;
    size_t model_count;
    const xmile_model *models; /* the root first */
    size_t macro_count;
    const xmile_macro *macros;
    size_t reference_count, reference_capacity;
    xmile_reference *references;
    size_t warning_count, warning_capacity;
    const char **warnings; /* "file:line: what was left out, and why" */
    size_t import_count, import_capacity;
    const char **imports; /* resources of <import>, as written */
    size_t clock_count, clock_capacity;
    const char **clock; /* variables whose values are those of start, stop, dt and save_step above */
} xmile_document;

/* Reads a document into the arena. Refuses entity declarations, over-long text and deep nesting (limits in
 * xml.h), elements that change numbers and that it does not know, and references to other files. */
truce_status xmile_read(arena *a, const char *bytes, size_t length, const char *file,
                        const xmile_document **document, truce_error *error);

/* Reads a file, and the files in its folder and below that it refers to, into one document. */
truce_status xmile_load(arena *a, const truce_files *files, const char *path, const xmile_document **document,
                        truce_error *error);

#endif
