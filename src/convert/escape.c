/* Text within XML. */
#include "convert/convert.h"

void write_escaped(text *t, const char *s)
{
    for (; *s; s++)
        switch (*s) {
        case '&':
            text_print(t, "&amp;");
            break;
        case '<':
            text_print(t, "&lt;");
            break;
        case '>':
            text_print(t, "&gt;");
            break;
        case '"':
            text_print(t, "&quot;");
            break;
        default:
            text_add(t, s, 1);
        }
}
