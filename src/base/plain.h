/* The locale "C" for the calling thread (base.h says why). */
#ifndef TRUCE_PLAIN_H
#define TRUCE_PLAIN_H

#include "base/base.h"

#include <locale.h>

/* Between these two calls the thread prints and reads as in the locale "C". */
locale_t plain_enter(void);
void plain_leave(locale_t before);

double plain_number(const char *digits, char **end); /* strtod */

#endif
