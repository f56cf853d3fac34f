/* Vensim's models in text (.mdl), read into the same document as XMILE.
 *
 *     text --> entries --> equations (trees) and ranges --> xmile_document, with equations as XMILE text
 *              split.c     parse.c, ranges.c               variables.c, translate.c, macros.c, control.c
 *
 * The sketch is skipped. What Vensim means and XMILE cannot say is written with functions of the namespace
 * "vensim", which src/model knows. */
#ifndef TRUCE_VENSIM_H
#define TRUCE_VENSIM_H

#include "xmile/xmile.h"

/* Whether a file is a model of Vensim: by the end of its name, or, with content, by its first bytes. */
bool vensim_is_name(const char *path);
bool vensim_is_text(const char *bytes, size_t length);

bool vensim_is_function(const char *folded); /* the name of a function of Vensim */

/* Reads a model into the arena. `file` is its path, for messages and to find the files that it names. */
truce_status vensim_read(arena *a, const truce_files *files, const char *bytes, size_t length,
                         const char *file, const xmile_document **document, truce_error *error);
truce_status vensim_load(arena *a, const truce_files *files, const char *path,
                         const xmile_document **document, truce_error *error);

#endif
