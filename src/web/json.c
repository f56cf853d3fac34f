/* See json.h. */
#include "web/json.h"

#include <math.h>
#include <string.h>

static void begin(text *t, const char *key)
{
    char last = t->length ? t->bytes[t->length - 1] : '{';
    if (last != '{' && last != '[' && last != ':' && last != '=')
        text_add(t, ",", 1);
    if (key)
        text_print(t, "\"%s\":", key);
}

void json_open(text *t, const char *key, char bracket)
{
    begin(t, key);
    text_add(t, &bracket, 1);
}

void json_close(text *t, char bracket)
{
    text_add(t, &bracket, 1);
}

static void escape(text *t, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            text_print(t, "\\%c", c);
        else if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x7F)
            text_print(t, "\\u%04x", c);
        else if (c == 0xE2 && (unsigned char)s[1] == 0x80 && ((unsigned char)s[2] | 1) == 0xA9) {
            text_print(t, "\\u20%02x", (unsigned char)s[2] - 0x80);
            s += 2;
        } else
            text_add(t, s, 1);
    }
}

void json_text(text *t, const char *key, const char *value)
{
    arena memory = {0};
    begin(t, key);
    if (!value) {
        text_print(t, "null");
        return;
    }
    const char *clean = arena_clean(&memory, value, strlen(value));
    text_add(t, "\"", 1);
    escape(t, clean ? clean : "");
    text_add(t, "\"", 1);
    t->failed = t->failed || !clean;
    arena_free(&memory);
}

void json_number(text *t, const char *key, double value)
{
    char digits[32];
    begin(t, key);
    if (isfinite(value))
        text_add(t, digits, text_from_number(digits, value));
    else
        text_print(t, "null");
}

void json_flag(text *t, const char *key, bool value)
{
    begin(t, key);
    text_print(t, value ? "true" : "false");
}
