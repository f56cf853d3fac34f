/* C identifiers. Every variable begins with a capital and goes on in small letters, as nothing of the C
 * library and no macro of its headers does; what is derived from a variable has a prefix in small letters
 * (change_of_Population). So names of the model never meet others. */
#include "emit/emit.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 48 }; /* C99 promises 63 characters; there are prefixes and suffixes to come */

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static char lower(unsigned char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Letters and digits stay, a run of anything else in ASCII becomes one '_', bytes beyond it their code. */
static void spell(const char *name, size_t length, char out[LONGEST_NAME + 8])
{
    size_t used = 0;
    for (size_t i = 0; i < length && used < LONGEST_NAME; i++) {
        unsigned char c = (unsigned char)name[i];
        if (used == 0 && !is_letter(c))
            out[used++] = 'V';
        if (is_letter(c) || is_digit(c)) {
            out[used++] = lower(c);
        } else if (c >= 0x80) {
            used += (size_t)snprintf(out + used, 3, "%02x", c);
        } else if (out[used - 1] != '_' && i + 1 < length) {
            out[used++] = '_';
        }
    }
    while (used > 1 && out[used - 1] == '_')
        used--;
    if (used == 0)
        out[used++] = 'V';
    out[0] = (char)(out[0] >= 'a' ? out[0] - 'a' + 'A' : out[0]);
    out[used] = '\0';
}

/* "Supply_level_1" for "supply#1": what was made for a function with memory or a macro. */
static const char *base_name(emitter *e, const element *x)
{
    static const char *const words[] = {[ELEMENT_STOCK] = "level",
                                        [ELEMENT_STATE] = "memory",
                                        [ELEMENT_DELAY] = "delay",
                                        [ELEMENT_AUX] = "part"};
    char spelt[LONGEST_NAME + 8];
    const char *hash = x->hidden ? strrchr(x->name, '#') : NULL;
    spell(x->name, hash ? (size_t)(hash - x->name) : strlen(x->name), spelt);
    return hash ? arena_format(&e->memory, "%s_%s_%s", spelt, words[x->kind], hash + 1)
                : arena_string(&e->memory, spelt);
}

bool emit_names(emitter *e)
{
    const truce_model *m = e->model;
    map taken = {0};
    size_t *tried = arena_array(&e->memory, m->element_count, sizeof *tried); /* by the first of a name */
    e->names = arena_array(&e->memory, m->element_count, sizeof *e->names);
    bool room = e->names && tried;
    for (size_t i = 0; i < m->element_count && room; i++) {
        const char *base = base_name(e, &m->elements[i]), *name = base;
        size_t first = SIZE_MAX, existing;
        while (name && (room = map_put(&taken, name, i, &existing)) && existing != SIZE_MAX) {
            first = first == SIZE_MAX ? existing : first;
            name = arena_format(&e->memory, "%s_%zu", base, ++tried[first] + 1);
        }
        room = room && name;
        e->names[i] = name;
    }
    map_free(&taken);
    return room;
}

void emit_comment_words(text *to, const char *words, size_t most)
{
    size_t length = strlen(words);
    bool cut = length > most;
    while (cut && ((unsigned char)words[most] & 0xC0) == 0x80)
        most--; /* not half a character */
    for (size_t i = 0; i < (cut ? most : length); i++) {
        char c = words[i];
        bool blank = (unsigned char)c <= ' ';
        if (blank && (i == 0 || (unsigned char)words[i - 1] <= ' '))
            continue;
        text_add(to, blank ? " " : &c, 1);
        bool touches = (c == '*' && words[i + 1] == '/') || (c == '/' && words[i + 1] == '*') ||
                       (c == '?' && words[i + 1] == '?') || (c == '\\' && (unsigned char)words[i + 1] <= ' ');
        if (touches)
            text_add(to, " ", 1);
    }
    if (cut)
        text_add(to, " ...", 4);
}
