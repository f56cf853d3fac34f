/* Shared by the files of this folder: entries, trees of equations, ranges of subscripts, variables. */
#ifndef TRUCE_VENSIM_READ_H
#define TRUCE_VENSIM_READ_H

#include "vensim/vensim.h"

enum {
    MDL_BYTES = 64 << 20,   /* of a file */
    MDL_NESTING = 200,      /* levels of the text of an expression */
    MDL_DEPTH = 1000,       /* levels of its tree, so that walking it by recursion is safe */
    MDL_SUBSCRIPTS = 16,    /* of one name */
    MDL_ELEMENTS = 1 << 20, /* of a range or of a variable */
    MDL_NUMBER = 100,       /* characters of a number */
    MDL_HANDED_ON = 1 << 20 /* parameters and arguments for variables of the model that macros use */
};

/* ---- Trees ------------------------------------------------------------------------------------------- */
typedef enum mdl_kind {
    MDL_VALUE,    /* written: a number */
    MDL_NAME,     /* of a variable, a range or an element, perhaps with subscripts */
    MDL_CALL,     /* name(arguments), of a function, a macro or a lookup */
    MDL_SIGN,     /* written: "-", "+" or "NOT"; one argument */
    MDL_OPERATOR, /* two arguments */
    MDL_BRACKETS, /* (argument) */
    MDL_STRING,   /* 'text' */
    MDL_POINTS,   /* a lookup written out */
    MDL_MISSING,  /* :NA: */
    MDL_LIST      /* numbers apart by commas and semicolons: arguments */
} mdl_kind;

typedef struct mdl_subscript {
    const char *name, *folded;
    bool each; /* followed by "!" */
    int line;
} mdl_subscript;

typedef struct mdl_node {
    mdl_kind kind;
    int line, depth, strength; /* of an operator */
    const char *written, *folded;
    mdl_subscript *subscripts;
    size_t subscript_count;
    bool each; /* of a name: a range followed by "!", which stands for its elements as numbers */
    struct mdl_node **arguments;
    size_t count;
    size_t outputs;           /* of a call: the index of the first argument after a colon, or count */
    size_t row;               /* of a list with semicolons: the numbers between them, else 0 */
    const xmile_graph *graph; /* MDL_POINTS */
} mdl_node;

/* ---- Equations --------------------------------------------------------------------------------------- */
typedef enum mdl_sign { MDL_ORDINARY, MDL_UNCHANGEABLE, MDL_DATA, MDL_LOOKUP, MDL_ABSENT } mdl_sign;
typedef enum mdl_reading { READ_INTERPOLATE, READ_BACKWARD, READ_FORWARD, READ_RAW } mdl_reading;

typedef struct mdl_subscripts {
    mdl_subscript *items;
    size_t count;
} mdl_subscripts;

typedef struct mdl_equation {
    const char *name, *folded;
    place at, right_at;
    mdl_subscripts left;
    mdl_subscripts *exceptions;
    size_t exception_count;
    mdl_sign sign;
    mdl_reading reading;
    mdl_node *right; /* NULL when there is none */
    const char *units, *comment;
    bool supplementary;
    size_t group; /* in the list of groups, or SIZE_MAX */
    size_t next;  /* equation of the same variable, or SIZE_MAX */
} mdl_equation;

typedef struct mdl_variable {
    const char *name, *folded;
    size_t first, last; /* equations */
    size_t dimension_count;
    size_t *dimensions; /* ranges */
} mdl_variable;

typedef struct mdl_group {
    const char *name, *comment;
    place at;
} mdl_group;

/* The model, or the body of a macro. */
typedef struct mdl_section {
    const char *name, *folded; /* of the macro; NULL: the model */
    place at;
    const char **inputs, **outputs; /* as written; outputs after the colon */
    size_t input_count, output_count, input_capacity, output_capacity;
    const char *
        *outer; /* variables of the model that the macro uses, "gravity" for "gravity$": more parameters */
    size_t outer_count, outer_capacity;
    mdl_equation *equations;
    size_t equation_count, equation_capacity;
    mdl_variable *variables;
    size_t variable_count, variable_capacity;
    map names;       /* folded -> variable */
    map input_names; /* folded -> input */
} mdl_section;

/* ---- Ranges of subscripts ----------------------------------------------------------------------------- */
typedef struct mdl_mapping {
    size_t to;         /* range */
    size_t *positions; /* by element of the range mapped from: element (of all) in `to` */
} mdl_mapping;

typedef struct mdl_range {
    const char *name, *folded;
    place at;
    mdl_subscript *written; /* members as written: elements and ranges */
    size_t written_count, written_capacity;
    struct mdl_wanted *wanted; /* mappings as written */
    size_t wanted_count;
    const char *alias;      /* folded: the range it is the same as */
    const mdl_node *source; /* GET ... SUBSCRIPT(...), or NULL */
    size_t *elements;       /* of all */
    size_t count;
    size_t family; /* the greatest range with these elements */
    mdl_mapping *mappings;
    size_t mapping_count;
    int state; /* while it is filled: 0 not yet, 1 being, 2 done */
    const char *comment;
} mdl_range;

typedef struct mdl_wanted { /* -> Other or -> (Other: a, b, c) */
    mdl_subscript to;
    mdl_subscript *items;
    size_t count;
} mdl_wanted;

typedef struct mdl_element {
    const char *name, *folded;
    size_t family;                 /* the greatest range it is in */
    size_t first;                  /* the first range that lists it */
    const struct mdl_range *range; /* the last that it was put into, while ranges are filled */
} mdl_element;

/* ---- The reader --------------------------------------------------------------------------------------- */
typedef struct mdl_reader {
    arena *a;
    const truce_files *files; /* of the files that the model names; NULL: on disk */
    const char *file;
    truce_error *error;
    truce_status status;
    const char *at, *end;  /* what is left of the text */
    int line;              /* of at */
    mdl_section *sections; /* the model first */
    size_t section_count, section_capacity, section;
    mdl_range *ranges;
    size_t range_count, range_capacity;
    mdl_element *elements;
    size_t element_count, element_capacity;
    map range_names, element_names, macro_names;
    mdl_group *groups;
    size_t group_count, group_capacity;
    size_t group; /* of what is read now, or SIZE_MAX */
    xmile_unit *units;
    size_t unit_count, unit_capacity;
    xmile_text method;
    struct mdl_alias { /* "?data" in the settings */
        const char *name, *path;
    } * aliases;
    size_t alias_count, alias_capacity;
    size_t terms;            /* of sums that were written out */
    size_t handed_on;        /* see MDL_HANDED_ON */
    struct mdl_grid **grids; /* files that were read */
    size_t grid_count, grid_capacity;
    xmile_document *document;
} mdl_reader;

/* Set the error and are false. */
bool mdl_fail(mdl_reader *r, int line, const char *format, ...) PRINTF_LIKE(3, 4);
bool mdl_no_memory(mdl_reader *r);
/* Notes what was left out; false: no memory. */
bool mdl_warn(mdl_reader *r, int line, const char *format, ...) PRINTF_LIKE(3, 4);
/* An array in the arena, zeroed; NULL: no memory, which is noted. */
void *mdl_array(mdl_reader *r, size_t count, size_t size);
place mdl_place(const mdl_reader *r, int line);
/* A name for display and for comparison. */
bool mdl_name(mdl_reader *r, const char *bytes, size_t length, const char **name, const char **folded);

/* ---- split.c: the text in entries ---------------------------------------------------------------------- */
bool mdl_split(mdl_reader *r);

/* ---- parse.c ------------------------------------------------------------------------------------------- */
/* One entry: a range, an equivalence or an equation. */
bool mdl_parse_entry(mdl_reader *r, const char *bytes, size_t length, int line, const char *units,
                     const char *comment, bool supplementary);
/* "name(input, input : output)" of a macro. */
bool mdl_parse_macro(mdl_reader *r, const char *bytes, size_t length, int line);

/* ---- ranges.c ------------------------------------------------------------------------------------------ */
bool mdl_fill_ranges(mdl_reader *r);
size_t mdl_find_range(const mdl_reader *r, const char *folded);   /* or SIZE_MAX */
size_t mdl_find_element(const mdl_reader *r, const char *folded); /* or SIZE_MAX */
/* Position of an element in a range, or SIZE_MAX. */
size_t mdl_position(const mdl_range *range, size_t element);
/* The element of range `to` that belongs to an element of range `from` by a mapping, or SIZE_MAX. */
size_t mdl_map(const mdl_reader *r, size_t from, size_t to, size_t element);

/* ---- variables.c --------------------------------------------------------------------------------------- */
/* What the left side of an equation covers, axis by axis. */
typedef struct mdl_cover {
    size_t range;   /* or SIZE_MAX for one element */
    size_t element; /* of the moment */
} mdl_cover;
bool mdl_gather(mdl_reader *r, mdl_section *s); /* variables and their dimensions */
bool mdl_build_variables(mdl_reader *r, mdl_section *s, const xmile_variable **list, size_t *count);

/* ---- translate.c: trees as XMILE text ----------------------------------------------------------------- */
/* ---- flows.c: which auxiliaries are flows -------------------------------------------------------------- */
bool mdl_find_flows(mdl_reader *r, mdl_section *s, xmile_variable *variables);

/* ---- translate.c: trees as XMILE text -------------------------------------------------------------------
 */
typedef struct mdl_scene {
    mdl_reader *r;
    mdl_section *section;
    const mdl_equation *equation;
    const mdl_cover *covers; /* of the left side */
    size_t cover_count;
    bool single;                    /* an equation of one element: names of ranges become elements */
    mdl_cover each[MDL_SUBSCRIPTS]; /* ranges that are written out, element by element */
    size_t each_count;
} mdl_scene;
/* The text of a tree. */
bool mdl_translate(mdl_scene *s, const mdl_node *n, xmile_text *out);
void mdl_write_name(text *t, const char *name);
/* Whether the text of an equation may stand for all elements of its left side. */
bool mdl_is_uniform(mdl_scene *s, const mdl_node *n);

/* ---- direct.c: numbers from CSV files, for the element of the left side -------------------------------- */
bool mdl_direct_constant(mdl_scene *s, const mdl_node *n, xmile_text *out);
bool mdl_direct_points(mdl_scene *s, const mdl_node *n, const xmile_graph **graph);
bool mdl_direct_data(mdl_scene *s, const mdl_node *n, xmile_text *out, const xmile_graph **graph);
bool mdl_direct_range(mdl_reader *r, mdl_range *range);

/* ---- functions.c --------------------------------------------------------------------------------------- */
struct mdl_writer;
typedef struct mdl_function {
    const char *name; /* folded */
    int least, most;
    const char *pattern;                                    /* XMILE, with $1 to $9 for arguments */
    const char *reason;                                     /* without pattern and write it is refused: why */
    bool (*write)(struct mdl_writer *w, const mdl_node *n); /* for one element of the left side */
} mdl_function;
const mdl_function *mdl_find_function(const char *folded);
const mdl_function *mdl_function_at(size_t index);

/* ---- outer.c ------------------------------------------------------------------------------------------- */
bool mdl_find_outer(mdl_reader *r);                      /* what macros use of the model */
bool mdl_hand_on(mdl_reader *r, size_t count, int line); /* counts; false: too many */
/* Whether a macro has a parameter or a variable of that name itself. */
bool mdl_is_own(const mdl_section *s, const mdl_node *n);
/* The name of a variable of the model in what stands in a macro, "gravity" for "gravity$", or NULL; one with
 * subscripts is a failure. */
const char *mdl_outer_name(mdl_reader *r, const mdl_section *s, const mdl_node *n);

/* ---- macros.c, control.c ------------------------------------------------------------------------------- */
bool mdl_build_macros(mdl_reader *r);
/* The name of a macro in XMILE: another one where a function of the translation has it. NULL: out of memory. */
const char *mdl_macro_name(arena *a, const char *name, const char *folded); /* functions.c */
bool mdl_build_control(mdl_reader *r, const mdl_section *model);

#endif
