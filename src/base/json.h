/* JSON as text (RFC 8259): what is written in order comes out well-formed. */
#ifndef TRUCE_JSON_H
#define TRUCE_JSON_H

#include "base/base.h"

/* A writer of one document into `out`; start with {.out = &text}. */
typedef struct json {
    text *out;
    int depth;
    bool filled; /* the list or object in hand has an entry already */
} json;

/* name: of an entry of an object; NULL in lists and at the top. */
void json_open(json *j, const char *name, char bracket);        /* '{' or '[' */
void json_close(json *j, char bracket);                         /* '}' or ']' */
void json_string(json *j, const char *name, const char *value); /* NULL: null */
void json_number(json *j, const char *name, double value);      /* not finite: null */
void json_whole(json *j, const char *name, uint64_t value);     /* in full, beyond 2^53 too */
void json_bool(json *j, const char *name, bool value);

#endif
