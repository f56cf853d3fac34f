/* See json.h. */
#include "base/json.h"

#include <math.h>
#include <string.h>

/* What a terminal would obey is replaced, as in all that is shown: others print what they find in JSON. */
static void put_quoted(text *t, const char *string)
{
    arena memory = {0};
    size_t length = strlen(string);
    const char *at = text_hostile(string, length) == SIZE_MAX ? string : arena_clean(&memory, string, length);
    t->failed |= !at;
    text_print(t, "\"");
    while (at && *at) {
        size_t plain = 0;
        while ((unsigned char)at[plain] >= 0x20 && at[plain] != '"' && at[plain] != '\\')
            plain++;
        text_add(t, at, plain);
        at += plain;
        if (*at == '"' || *at == '\\')
            text_print(t, "\\%c", *at++);
        else if (*at)
            text_print(t, "\\u%04x", (unsigned)(unsigned char)*at++);
    }
    text_print(t, "\"");
    arena_free(&memory);
}

/* The comma, the line and the name before an entry. */
static void begin(json *j, const char *name)
{
    if (j->depth)
        text_print(j->out, "%s\n%*s", j->filled ? "," : "", 2 * j->depth, "");
    j->filled = true;
    if (!name)
        return;
    put_quoted(j->out, name);
    text_print(j->out, ": ");
}

void json_open(json *j, const char *name, char bracket)
{
    begin(j, name);
    text_print(j->out, "%c", bracket);
    j->depth++;
    j->filled = false;
}

void json_close(json *j, char bracket)
{
    j->depth--;
    if (j->filled)
        text_print(j->out, "\n%*s", 2 * j->depth, "");
    text_print(j->out, j->depth ? "%c" : "%c\n", bracket);
    j->filled = true;
}

void json_string(json *j, const char *name, const char *value)
{
    begin(j, name);
    if (value)
        put_quoted(j->out, value);
    else
        text_print(j->out, "null");
}

void json_number(json *j, const char *name, double value)
{
    char number[32];
    begin(j, name);
    if (isfinite(value))
        text_add(j->out, number, text_from_number(number, value));
    else
        text_print(j->out, "null");
}

void json_whole(json *j, const char *name, uint64_t value)
{
    begin(j, name);
    text_print(j->out, "%llu", (unsigned long long)value);
}

void json_bool(json *j, const char *name, bool value)
{
    begin(j, name);
    text_print(j->out, value ? "true" : "false");
}
