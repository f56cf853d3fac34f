/* XML into a small tree of elements. What is for display only, and what belongs to a vendor, is left out
 * while parsing and costs no memory. */
#ifndef TRUCE_XML_H
#define TRUCE_XML_H

#include "xmile/xmile.h"

/* Limits on what a file may hold: far above any model ever published, far below what would hurt. */
enum {
    XML_MAXIMUM_BYTES = 64 << 20,     /* of a file */
    XML_MAXIMUM_TEXT = 1 << 20,       /* of one attribute or of the text of one element */
    XML_MAXIMUM_DEPTH = 64,           /* of nested elements */
    XML_MAXIMUM_ELEMENTS = 4 << 20,   /* kept in the tree */
    XMILE_MAXIMUM_VARIABLES = 1000000 /* of a file */
};

typedef struct xml_attribute {
    const char *name, *value;
} xml_attribute;

typedef struct xml_element {
    const char *name;
    int line; /* of the opening tag */
    size_t attribute_count;
    const xml_attribute *attributes;
    const char *text; /* blanks around it removed; NULL when there is nothing else */
    int text_line;    /* of its first character */
    struct xml_element *first, *last, *next;
} xml_element;

/* The tree lives in `tree`; texts and values of attributes in `strings`. `file` is for messages. */
truce_status xml_parse(arena *tree, arena *strings, const char *bytes, size_t length, const char *file,
                       const xml_element **root, truce_error *error);

const char *xml_attribute_value(const xml_element *element, const char *name); /* NULL when absent */

#endif
