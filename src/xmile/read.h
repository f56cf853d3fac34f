/* Shared by the files that turn the tree of an XMILE file into a document. */
#ifndef TRUCE_XMILE_READ_H
#define TRUCE_XMILE_READ_H

#include "xmile/xml.h"

typedef struct xmile_reader {
    arena *a; /* of the document */
    const char *file;
    truce_error *error;
    truce_status status; /* set by fail and fail_memory */
    size_t variable_count;
    xmile_document *document; /* its dimensions are read before its variables */
    bool is_part;             /* of a model whose main file is another one */
} xmile_reader;

/* Set the error and are false, so that `return fail(r, line, ...)` ends a function that reads something. */
#define fail(r, line, ...)                                                                                   \
    ((r)->status = error_set((r)->error, TRUCE_BAD_INPUT, (r)->file, (line), __VA_ARGS__), false)
#define fail_memory(r) ((r)->status = error_memory((r)->error), false)

/* Notes a sentence for the reader of the model. False: no memory. */
bool xmile_warn(xmile_reader *r, int line, const char *format, ...) PRINTF_LIKE(3, 4);

/* A zeroed array in the arena, of at least one so that NULL always means no memory, which is then noted. */
void *xmile_array(xmile_reader *r, size_t count, size_t size);

/* What may stand inside an element: names it knows, terminated by NULL. */
typedef const char *const *xmile_names;
bool xmile_is_one_of(const char *name, xmile_names names);
/* "<owner> has an element <x> that is not known (did you mean <y>?)" */
bool xmile_unknown(xmile_reader *r, const xml_element *element, const char *owner, xmile_names known);

size_t xmile_count(const xml_element *element, const char *name); /* children called `name` */
/* The only child called `name`, or NULL; two are an error. */
bool xmile_only(xmile_reader *r, const xml_element *element, const char *name, const xml_element **child);
/* An attribute that must be there and not blank. */
bool xmile_required(xmile_reader *r, const xml_element *element, const char *attribute, const char **value);
/* "true", "false" or, for "", `blank`; any case. */
bool xmile_flag(xmile_reader *r, const char *written, int line, const char *what, bool blank, bool *flag);
/* A finite number. */
bool xmile_number(xmile_reader *r, const char *written, int line, const char *what, double *number);
/* The text of an element with its place; the text of an empty element is "". */
xmile_text xmile_text_of(const xmile_reader *r, const xml_element *element);
place xmile_place(const xmile_reader *r, int line);

/* Takes note of a reference to another file; *path is replaced once that file is read. */
bool xmile_refer(xmile_reader *r, const char **path, int line);

/* One file. A part may be without simulation specifications and without a model. */
truce_status xmile_read_part(arena *a, const char *bytes, size_t length, const char *file, bool is_part,
                             xmile_document **document, truce_error *error);

bool xmile_read_graph(xmile_reader *r, const xml_element *element, const xmile_graph **graph);
/* Variables and groups among the children of <variables> (or, in old files, of <model>). */
bool xmile_read_variables(xmile_reader *r, const xml_element *parent, xmile_names others, xmile_model *model);
/* One <eqn> for each element, or a list of numbers: gives the variable its elements. */
bool xmile_spread_equations(xmile_reader *r, const xml_element *element, xmile_variable *v);
bool xmile_read_macro(xmile_reader *r, const xml_element *element, xmile_macro *macro);

#endif
