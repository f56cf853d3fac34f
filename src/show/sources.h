/* What the table and the files of sources have in common (sources_report.c). */
#ifndef TRUCE_SHOW_SOURCES_H
#define TRUCE_SHOW_SOURCES_H

#include "answers/sources.h"
#include "base/json.h"

/* What drives which conclusion, in words: one of them, a sentence or two. */
void sources_put_words(text *t, const truce_sources *s, size_t conclusion);
/* "9 sources, each left out in turn, ..." */
void sources_put_basis(text *t, const truce_sources *s);
/* What a fit left out, for readers: "all", "all, another seed", "without names". fit: as in sources.h. */
void sources_put_fit(text *t, const truce_sources *s, size_t fit);
/* A conclusion by a fit, with the verdict's name. */
truce_without sources_of_fit(const truce_sources *s, size_t conclusion, size_t fit);
const char *sources_verdict(bool compares, truce_verdict verdict);
void sources_put_json(text *t, const truce_sources *s);

#endif
