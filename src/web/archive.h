/* What a page holds of a case: the files it is read from, in a form that needs no parser, and the draws of its
 * fit. archive.c writes it, web/engine/unpack.c reads it inside
 * the page.
 *
 * YAML and XML are written as the trees that their parsers give, with lines, so that the page needs neither
 * libyaml nor expat, and reads what the native build reads. All other files go in as they are.
 *
 *     "truceweb" | version | hash of what follows
 *     path of the case
 *     count of files, then for each: path, kind, bytes
 *     1 and a fit, or 0
 *
 * Numbers are little-endian: 32 bits for counts, lines and lengths, 64 for doubles and keys; a text is its
 * length, its bytes and a zero. A list of numbers of 64 bits is its length, then the lowest bytes of all numbers, then the
 * second bytes, and so on: of draws the high bytes are alike, and often the low ones, so that they compress. */
#ifndef TRUCE_WEB_ARCHIVE_H
#define TRUCE_WEB_ARCHIVE_H

#include "fit/fit.h"

enum { ARCHIVE_VERSION = 2, ARCHIVE_FILES = 1000 };
#define ARCHIVE_MAGIC "truceweb"

typedef enum archive_kind { ARCHIVE_PLAIN, ARCHIVE_YAML, ARCHIVE_XML } archive_kind;

/* Draws of a fit are most of what a reader has to load, and more than these change no picture. */
enum { PAGE_DRAWS = 300 };

/* Appends the archive of a case to `bytes`. fit: NULL without; the first `draws` of its draws (0: all). */
truce_status archive_write(const truce_case *c, const truce_fit *fit, size_t draws, text *bytes,
                           truce_error *error);

/* ---- web/engine/unpack.c ----------------------------------------------------------------------------- */
/* Makes the files of an archive those that everything reads; `bytes` must live on. *path is the case's. */
truce_status archive_open(const unsigned char *bytes, size_t length, const char **path, truce_error *error);
/* The fit of the open archive for a case; NULL when it has none. */
truce_status archive_fit(const truce_case *c, truce_fit **fit, truce_error *error);

#endif
