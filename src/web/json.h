/* JSON into a growing text. A value follows a key or stands in a list; commas are put where they belong. */
#ifndef TRUCE_WEB_JSON_H
#define TRUCE_WEB_JSON_H

#include "base/base.h"

void json_open(text *t, const char *key, char bracket); /* key: NULL in a list; bracket: '{' or '[' */
void json_close(text *t, char bracket);
/* value: NULL is null; what is no UTF-8 is replaced. No "<" and no line separators stand in the result, so that
 * it may stand in a script. */
void json_text(text *t, const char *key, const char *value);
void json_number(text *t, const char *key, double value); /* null when it is not finite */
void json_flag(text *t, const char *key, bool value);

#endif
