/* Characters, names, numbers and keywords of one entry. A name that is not in quotes is a run of letters,
 * digits, blanks and "_$'&%#"; blanks around it do not belong to it. */
#include "vensim/lex.h"

#include <string.h>
#include <strings.h>

int lex_line(lexer *x)
{
    for (; x->counted < x->at; x->counted++)
        x->line += *x->counted == '\n';
    return x->line;
}

bool lex_fail(lexer *x, const char *what)
{
    if (!*x->at)
        return mdl_fail(x->r, lex_line(x), "cannot read the entry of \"%s\": %s, but it ends", x->owner,
                        what);
    int length = 1;
    while (length < 24 && (x->at[length] & 0xC0) == 0x80)
        length++;
    return mdl_fail(x->r, lex_line(x), "cannot read the entry of \"%s\": %s, but there is \"%.*s\"", x->owner,
                    what, length, x->at);
}

/* What is blank at s: blanks, the end of a line with or without a backslash, a no-break space. */
static size_t blank_at(const char *s)
{
    if (ascii_is_space(*s))
        return 1;
    if (*s == '\\' && s[1] == '\n')
        return 2;
    return (unsigned char)s[0] == 0xC2 && (unsigned char)s[1] == 0xA0 ? 2 : 0;
}

bool lex_skip(lexer *x)
{
    for (;;) {
        size_t blank = blank_at(x->at);
        x->at += blank;
        if (blank)
            continue;
        if (*x->at != '{')
            return true;
        const char *end = strchr(x->at, '}');
        if (!end)
            return lex_fail(x, "a comment must end with \"}\"");
        x->at = end + 1;
    }
}

bool lex_take(lexer *x, const char *symbol)
{
    size_t length = strlen(symbol);
    if (strncmp(x->at, symbol, length) != 0)
        return false;
    x->at += length;
    return lex_skip(x);
}

/* The end of the keyword at s, whose words may be apart by any blanks; NULL: another. */
static const char *keyword_end(const char *s, const char *keyword)
{
    for (; *keyword; keyword++) {
        if (*keyword == ' ') {
            if (!blank_at(s))
                return NULL;
            while (blank_at(s))
                s += blank_at(s);
        } else if (ascii_lower(*s++) != ascii_lower(*keyword)) {
            return NULL;
        }
    }
    return s;
}

bool lex_at_keyword(lexer *x, const char *keyword)
{
    return keyword_end(x->at, keyword) != NULL;
}

bool lex_take_keyword(lexer *x, const char *keyword)
{
    const char *end = keyword_end(x->at, keyword);
    if (!end)
        return false;
    x->at = end;
    return lex_skip(x);
}

/* ---- Names --------------------------------------------------------------------------------------------- */

static bool in_name(char c)
{
    return ascii_is_alphanumeric(c) || (unsigned char)c >= 0x80 || (c && strchr("_$'&%#", c));
}

bool lex_starts_name(const lexer *x)
{
    char c = *x->at;
    return c == '"' || (in_name(c) && !ascii_is_digit(c) && c != '\'');
}

static const char *quoted_end(const char *s)
{
    for (s++; *s && *s != '"'; s++)
        if (*s == '\\' && s[1])
            s++;
    return *s == '"' ? s + 1 : NULL;
}

/* The last character of a plain name, with blanks inside it. */
static const char *plain_end(const char *s)
{
    const char *end = s;
    for (;;) {
        while (in_name(*s))
            s++;
        end = s;
        while (blank_at(s))
            s += blank_at(s);
        if (s == end || !in_name(*s))
            return end;
    }
}

/* Copies a name, with a backslash at the end of a line left out. */
static char *joined(mdl_reader *r, const char *from, const char *to, size_t *length)
{
    char *copy = arena_copy(r->a, from, (size_t)(to - from)), *out = copy;
    if (!copy) {
        mdl_no_memory(r);
        return NULL;
    }
    for (const char *s = copy; *s; s++)
        if (!(s[0] == '\\' && s[1] == '\n'))
            *out++ = *s;
    *out = '\0';
    *length = (size_t)(out - copy);
    return copy;
}

bool lex_name(lexer *x, const char **name, const char **folded)
{
    const char *end = *x->at == '"' ? quoted_end(x->at) : plain_end(x->at);
    size_t length;
    if (!end)
        return lex_fail(x, "a name in quotes must end with a quote");
    if (end == x->at)
        return lex_fail(x, "a name was expected");
    const char *copy = joined(x->r, x->at, end, &length);
    if (!copy || !mdl_name(x->r, copy, length, name, folded))
        return false;
    if (!**folded)
        return lex_fail(x, "a name must not be empty");
    x->at = end;
    return lex_skip(x);
}

/* ---- Numbers and strings ------------------------------------------------------------------------------- */

bool lex_number(lexer *x, const char **written)
{
    const char *s = x->at;
    double value;
    while (ascii_is_digit(*s))
        s++;
    if (*s == '.')
        for (s++; ascii_is_digit(*s);)
            s++;
    if (*s == 'e' || *s == 'E') {
        const char *exponent = s + 1 + (s[1] == '+' || s[1] == '-');
        if (ascii_is_digit(*exponent)) {
            while (ascii_is_digit(*exponent))
                exponent++;
            s = exponent;
        }
    }
    if (s == x->at || s - x->at > MDL_NUMBER || !text_to_number(x->at, (size_t)(s - x->at), &value))
        return lex_fail(x, "a number was expected");
    *written = arena_copy(x->r->a, x->at, (size_t)(s - x->at));
    if (!*written)
        return mdl_no_memory(x->r);
    x->at = s;
    return lex_skip(x);
}

bool lex_string(lexer *x, const char **written)
{
    const char *end = *x->at == '\'' ? strchr(x->at + 1, '\'') : NULL;
    if (!end)
        return lex_fail(x, "a text in '' was expected");
    *written = arena_copy(x->r->a, x->at + 1, (size_t)(end - x->at - 1));
    if (!*written)
        return mdl_no_memory(x->r);
    x->at = end + 1;
    return lex_skip(x);
}

mdl_node *parse_node(lexer *x, mdl_kind kind)
{
    mdl_node *n = arena_alloc(x->r->a, sizeof *n);
    if (!n) {
        mdl_no_memory(x->r);
        return NULL;
    }
    n->kind = kind;
    n->line = lex_line(x);
    return n;
}
