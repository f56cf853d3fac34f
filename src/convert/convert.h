/* Models as text in another language: a document of XMILE or Vensim, written as either. Drawings are not
 * kept; XMILE gets a page of its own for every sector. */
#ifndef TRUCE_CONVERT_H
#define TRUCE_CONVERT_H

#include "model/builder.h" /* for the trees of equations */

typedef struct conversion {
    const xmile_document *document;
    const truce_model *model; /* of the same document */
    builder b;                /* its scratch memory, error and status */
    text out;
    map variables, dimensions, macros; /* folded name -> index: variables of the first model */
    map groups;                        /* name -> the first group of that name, where all are */
    map *elements;                     /* by dimension: folded name -> element */
    size_t *drained, *first_elements;  /* by variable: see find_drained */
    bool needs_floor, needs_modulo;    /* functions of XMILE that Vensim gets as macros */
} conversion;

/* Whole files, into c->out. False with the failure in c->b. */
bool write_xmile(conversion *c);
bool write_vensim(conversion *c);

/* ---- pages.c: a view of XMILE for every sector --------------------------------------------------------- */
void write_pages(conversion *c);
/* Whether no group before it has the name of a group. */
bool is_first_group(const conversion *c, size_t group);
/* The flow that the net flow of a stock becomes where it is an expression, and a name that nothing has for it. */
bool has_net_flow(const xmile_variable *v);
const char *net_flow_name(conversion *c, const xmile_variable *v);
void write_escaped(text *t, const char *s); /* escape.c: for XML */

/* ---- vensim_names.c -------------------------------------------------------------------------------------
 */
void write_vensim_name(text *t, const char *name);
const xmile_variable *find_by_name(conversion *c, const char *name);
const xmile_dimension *find_dimension(conversion *c, const char *name);
bool same_name(conversion *c, const char *a, const char *b);
size_t find_element_of(conversion *c, const xmile_dimension *d, const char *name); /* or SIZE_MAX */
const xmile_macro *find_macro(conversion *c, const char *name);
/* `base`, with a number behind it where a variable, a dimension or what is in the macro (or NULL) has that name. */
const char *free_name(conversion *c, const xmile_macro *macro, const char *base);
void write_dimension_name(conversion *c, text *t, const char *name);
void write_element_name(conversion *c, text *t, const xmile_dimension *d, size_t index);
/* Whether a text is within quotes behind the character at *s, which is passed over, and added to `to` (or NULL), where it
 * is the backslash before a quoted one. */
bool stays_quoted(bool quoted, const char **s, text *to);
/* "{...}" of a text, after it. */
void write_comments(text *t, const char *equation);

/* ---- vensim_equations.c ---------------------------------------------------------------------------------
 */
typedef struct vensim_scene {
    conversion *c;
    const xmile_variable *owner;
    const xmile_macro *macro; /* or NULL */
    text *t;
    size_t element; /* of the owner, whose equation is written, by its place in the list of elements */
    const char
        *left[DIMENSION_LIMIT]; /* what stands on the left for each dimension, as written there; NULL: it */
    bool in_array;
    bool alone;       /* the next equation stands directly behind "=" */
    const node *root; /* of an equation that does, or NULL */
    text parts;       /* variables that are parts of the equations, see write_part */
    size_t part_count;
    bool (*write_call)(struct vensim_scene *s,
                       const node *n); /* of vensim_calls.c, whose arguments are trees again */
} vensim_scene;
/* What stands on the left for a dimension, or its name. */
bool write_left(vensim_scene *s, const char *dimension);
/* A name with its subscripts. */
bool write_vensim_variable(vensim_scene *s, const node *n);
/* An equation of XMILE in Vensim's language. */
bool write_vensim_equation(vensim_scene *s, const xmile_text *equation);
bool write_vensim_tree(vensim_scene *s, const node *n, int least);
bool write_vensim_call(vensim_scene *s, const node *n); /* vensim_calls.c */
enum { TO_ANY, TO_OR, TO_AND, TO_NOT, TO_COMPARE, TO_ADD, TO_MULTIPLY, TO_SIGN, TO_POWER, TO_VALUE };

/* ---- vensim_limits.c: stocks that may not be negative --------------------------------------------------- */
bool find_drained(
    conversion *c); /* and first_elements, before the others are asked; false when out of memory */
bool is_uniflow(const conversion *c, const xmile_variable *v);
bool is_limited(const conversion *c, const xmile_variable *v);
/* Whether it can be said at all; else a failure. */
bool check_limited(conversion *c, const xmile_variable *stock, const xmile_macro *macro);
bool is_held(conversion *c, const xmile_variable *stock);
bool write_contents(vensim_scene *s, const xmile_variable *stock);
bool is_cut(const conversion *c, const xmile_variable *flow);
bool write_cut(vensim_scene *s, const xmile_variable *flow);

#endif
