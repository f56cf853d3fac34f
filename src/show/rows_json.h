/* Tables of files as JSON. */
#ifndef TRUCE_ROWS_JSON_H
#define TRUCE_ROWS_JSON_H

#include "base/json.h"

/* Writes the rows of the table that `write` prints as CSV, with its head, as a list of objects: numbers as such, null
 * where a cell is empty. False when out of memory. */
bool json_rows(json *j, const char *name, void (*write)(const void *context, FILE *stream),
               const void *context);
/* The error of a call in which what is to be told, or the place where it is to go, is NULL. */
truce_status json_missing(truce_error *error);
/* Closes the object of a document and takes its text, as json_take. */
truce_status json_end(json *j, bool good, char **words, truce_error *error);
/* The finished text, which a caller of the library frees; an error where it or what is in it failed. */
truce_status json_take(text *out, bool good, char **words, truce_error *error);

#endif
