/* Writing HTML that is also well-formed XML. */
#ifndef TRUCE_HTML_H
#define TRUCE_HTML_H

#include "base/base.h"

/* Text as character data or attribute value: markup escaped, control characters and broken UTF-8 replaced. */
void html_text(text *t, const char *string);
/* The same with units for a reader (km² for km2). */
void html_units(text *t, const char *units);
/* <tag>string</tag> */
void html_element(text *t, const char *tag, const char *string);
/* A command of the shell, with long ones broken before options so that they can be copied as they stand. */
void html_command(text *t, const char *command);
/* A link where `url` is one of the web, else only the text. */
void html_link(text *t, const char *url, const char *string);
/* The drawing of figure `number`, made fit to stand in a page: names of its own, a label for readers who do
 * not see it. */
void html_drawing(text *t, const text *drawing, size_t number, int width, int height, const char *label);
/* The same for wide screens (0) and for narrow ones (1), of which a reader sees one: figures `number` and the next. */
void html_widths(text *t, const text drawings[2], size_t number, const int widths[2], const int heights[2],
                 const char *label);

#endif
