/* Shared by the files that write trees as XMILE text. */
#ifndef TRUCE_VENSIM_WRITE_H
#define TRUCE_VENSIM_WRITE_H

#include "vensim/read.h"

/* Levels of XMILE, section 3.3.1, and of what may stand as an argument. */
enum {
    LEVEL_ANY,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_EQUAL,
    LEVEL_COMPARE,
    LEVEL_ADD,
    LEVEL_MULTIPLY,
    LEVEL_SIGN,
    LEVEL_POWER,
    LEVEL_VALUE
};

typedef struct mdl_writer {
    mdl_scene *scene;
    bool (*write)(struct mdl_writer *w, const mdl_node *n, int least); /* translate.c's, for trees in calls */
    text t;
    int line; /* of the file, of what is written next */
} writer;

/* Line breaks up to a line of the file. */
void catch_up(writer *w, int line);
/* A tree, in brackets when it is weaker than `least`. */
static inline bool write_tree(writer *w, const mdl_node *n, int least)
{
    return w->write(w, n, least);
}
bool write_subscript(writer *w, const mdl_subscript *given, const char *of);
bool write_all_subscripts(writer *w, const mdl_node *n);
/* Whether one range is mapped to another. */
bool maps_to(const mdl_reader *r, size_t from, size_t to);
/* The element for which a range of the right side stands, or SIZE_MAX with a failure. */
size_t element_of_range(const mdl_scene *s, const mdl_subscript *given, size_t range, const char *of);

/* The element of the moment of a range that is written out, or NULL. */
const mdl_cover *element_of_each(const mdl_scene *s, size_t range);
/* sums.c: SUM and its relatives of what uses ranges as numbers. */
bool uses_each(const mdl_node *n);
bool write_out(writer *w, const mdl_node *n, const char *pattern);

/* ---- vectors.c: functions that depend on the element of the left side ---------------------------------- */
bool write_element_count(writer *w, const mdl_node *n);
bool write_sort_order(writer *w, const mdl_node *n);
bool write_rank(writer *w, const mdl_node *n);
bool write_reorder(writer *w, const mdl_node *n);
bool write_element_map(writer *w, const mdl_node *n);
bool write_allocation(writer *w, const mdl_node *n);
bool write_inverse(writer *w, const mdl_node *n);
bool write_time_value(writer *w, const mdl_node *n);
bool write_delay(writer *w, const mdl_node *n);
/* direct.c */
bool write_direct(writer *w, const mdl_node *n);

#endif
