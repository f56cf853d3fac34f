/* Equation text to trees: XMILE 1.0 sections 3.2 and 3.3. Names are not looked up here.
 *
 * Precedence, strongest first (section 3.3.1):
 *     ^ (right to left);  + - NOT before a value;  * / MOD;  + -;  < <= > >=;  = <>;  AND;  OR
 * so -2^2 is -4, 2^-1 is a half, and NOT a = b is (NOT a) = b. IF c THEN a ELSE b stands where a value may
 * stand and reaches as far to the right as it can. Chains such as a + b + c are read in a loop and nesting is
 * counted, so no text can exhaust the stack; the tree itself is at most DEPTH_LIMIT deep.
 *
 * Neighbouring words without an operator between them are one name ("EXPRESSION MACRO(x)"), as some tools
 * write names with their spaces and no quotes. */
#include "model/builder.h"

#include <math.h>
#include <string.h>
#include <strings.h>

typedef struct parser {
    builder *b;
    const char *owner;
    const char *file;
    const char *at;      /* next character, blanks and comments skipped */
    const char *counted; /* line is the line of this character */
    int line;
    int nesting;
} parser;

static node *parse_binary(parser *p, int weakest);

/* ---- Characters and words ----------------------------------------------------------------------------- */

static int line_here(parser *p)
{
    for (; p->counted < p->at; p->counted++)
        if (p->counted[0] == '\n' || (p->counted[0] == '\r' && p->counted[1] != '\n'))
            p->line++;
    return p->line;
}

static node *complain(parser *p, const char *what)
{
    fail(p->b, p->file, line_here(p), "cannot read the equation of \"%s\": %s", p->owner, what);
    return NULL;
}

static node *complain_here(parser *p, const char *what)
{
    char sentence[160];
    if (!*p->at) {
        snprintf(sentence, sizeof sentence, "%s, but it ends", what);
    } else {
        int length = 1;
        while (length < 24 && (p->at[length] & 0xC0) == 0x80)
            length++;
        snprintf(sentence, sizeof sentence, "%s, but there is \"%.*s\"", what, length, p->at);
    }
    return complain(p, sentence);
}

/* A converter writes 0{GET_DIRECT_DATA(...)} for data that it could not read. */
static bool warn_of_leftover(parser *p, const char *comment)
{
    static const char *const heads[] = {"GET_DIRECT", "GET DIRECT", "GET_XLS",  "GET XLS", "GET_123",
                                        "GET 123",    "GET_DATA",   "GET DATA", "GET_VDF", "GET VDF"};
    comment += strspn(comment, " \t");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (strncasecmp(comment, heads[i], strlen(heads[i])) == 0)
            return warn(p->b, p->file, line_here(p),
                        "the equation of \"%s\" is what a converter left in place of data (%.40s...): give "
                        "the data with "
                        "--data",
                        p->owner, comment);
    return true;
}

/* Blanks, no-break spaces and {comments}. */
static bool skip(parser *p)
{
    for (;;) {
        if (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r') {
            p->at++;
        } else if ((unsigned char)p->at[0] == 0xC2 && (unsigned char)p->at[1] == 0xA0) {
            p->at += 2;
        } else if (*p->at == '{') {
            const char *end = strchr(p->at, '}');
            if (!end)
                return complain(p, "a comment has no closing brace") != NULL;
            if (!warn_of_leftover(p, p->at + 1))
                return false;
            p->at = end + 1;
        } else {
            return true;
        }
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
           (unsigned char)c >= 128;
}

static bool continues_name(char c)
{
    return starts_name(c) || is_digit(c);
}

/* The end of the plain word at s; words joined by a dot are one ("Side.defender"). An apostrophe inside it
 * belongs to it ("soldiers'_pay"); at its end it transposes. */
static const char *word_end(const char *s)
{
    while (continues_name(*s) || (*s == '.' && starts_name(s[1])) || (*s == '\'' && continues_name(s[1])))
        s++;
    return s;
}

static bool word_is(const char *s, const char *end, const char *keyword)
{
    size_t length = strlen(keyword);
    if ((size_t)(end - s) != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((s[i] & ~0x20) != keyword[i])
            return false;
    return true;
}

static bool at_word(const parser *p, const char *keyword)
{
    return starts_name(*p->at) && word_is(p->at, word_end(p->at), keyword);
}

static bool at_keyword(const parser *p)
{
    static const char *const keywords[] = {"IF", "THEN", "ELSE", "AND", "OR", "NOT", "MOD"};
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (at_word(p, keywords[i]))
            return true;
    return false;
}

static bool take_word(parser *p, const char *keyword)
{
    if (!at_word(p, keyword))
        return false;
    p->at = word_end(p->at);
    return skip(p);
}

static bool take(parser *p, char c)
{
    if (*p->at != c)
        return false;
    p->at++;
    return skip(p);
}

/* ---- Nodes -------------------------------------------------------------------------------------------- */

static node *new_node(parser *p, node_kind kind)
{
    node *n = arena_alloc(&p->b->scratch, sizeof *n);
    if (!n) {
        fail_memory(p->b);
        return NULL;
    }
    n->kind = kind;
    n->depth = 1;
    n->file = p->file;
    n->line = line_here(p);
    n->index = SIZE_MAX;
    return n;
}

static void deepen(node *n, const node *part)
{
    if (part && part->depth >= n->depth)
        n->depth = part->depth + 1;
}

static bool set_arguments(parser *p, node *n, node **arguments, size_t count)
{
    n->arguments = arena_array(&p->b->scratch, count, sizeof(node *));
    if (!n->arguments)
        return fail_memory(p->b);
    n->count = count;
    for (size_t i = 0; i < count; i++) {
        if (!arguments[i])
            return false;
        n->arguments[i] = arguments[i];
        deepen(n, arguments[i]);
    }
    if (n->depth > DEPTH_LIMIT)
        return complain(p, "it has more than 1000 levels; split it over auxiliaries") != NULL;
    return true;
}

static node *operate(parser *p, operation op, node *x, node *y, node *z)
{
    if (!x)
        return NULL;
    node *n = new_node(p, NODE_OPERATION);
    if (!n)
        return NULL;
    n->op = op;
    n->line = x->line;
    node *arguments[] = {x, y, z};
    size_t count = op == OP_IF || op == OP_SAFE_DIVIDE ? 3 : op == OP_NEGATE || op == OP_NOT ? 1 : 2;
    return set_arguments(p, n, arguments, count) ? n : NULL;
}

/* ---- Values ------------------------------------------------------------------------------------------- */

static node *parse_number(parser *p)
{
    const char *s = p->at, *end = s;
    while (is_digit(*end))
        end++;
    if (*end == '.')
        for (end++; is_digit(*end);)
            end++;
    if (*end == 'e' || *end == 'E') {
        const char *exponent = end + 1;
        if (*exponent == '+' || *exponent == '-')
            exponent++;
        if (is_digit(*exponent)) {
            while (is_digit(*exponent))
                exponent++;
            end = exponent;
        }
    }
    node *n = new_node(p, NODE_NUMBER);
    if (!n)
        return NULL;
    if (end - s > 100)
        return complain(p, "a number has more than 100 characters");
    if (!text_to_number(s, (size_t)(end - s), &n->number))
        return complain_here(p, "a number was expected");
    if (!isfinite(n->number))
        return complain(p, "a number is too large");
    p->at = end;
    return skip(p) ? n : NULL;
}

/* The end of the quoted name that begins at s, or NULL. */
static const char *quoted_end(parser *p, const char *s)
{
    for (s++; *s && *s != '"'; s++)
        if (*s == '\\' && s[1])
            s++;
    if (*s == '"')
        return s + 1;
    complain(p, "a quoted name has no closing quote");
    return NULL;
}

static bool starts_path(const char *s)
{
    return starts_name(*s) || *s == '"' || (*s == '.' && (starts_name(s[1]) || s[1] == '"'));
}

/* The end of a name of one or more parts apart by dots, each a plain word or in quotes, or NULL. */
static const char *path_end(parser *p, const char *s, bool *quoted)
{
    *quoted = false;
    for (s += *s == '.';; s++) {
        if (*s == '"') {
            *quoted = true;
            if (!(s = quoted_end(p, s)))
                return NULL;
        } else {
            s = word_end(s);
        }
        if (*s != '.' || (s[1] != '"' && !starts_name(s[1])))
            return s;
    }
}

/* A name at p->at: in quotes, or one or more neighbouring words. Sets *name folded and *written. */
static bool read_name(parser *p, const char **name, const char **written)
{
    bool quoted;
    const char *start = p->at, *end = path_end(p, start, &quoted);
    if (!end)
        return false;
    p->at = end;
    if (!skip(p))
        return false;
    while (!quoted && starts_name(*p->at) && !at_keyword(p) &&
           memchr(end, '{', (size_t)(p->at - end)) == NULL) {
        end = word_end(p->at);
        p->at = end;
        if (!skip(p))
            return false;
    }
    *name = path_fold(&p->b->scratch, start, (size_t)(end - start));
    *written = path_display(&p->b->scratch, start, (size_t)(end - start));
    return (*name && *written) || fail_memory(p->b);
}

/* ---- Subscripts: a value, *, *:part, Dimension.*, first:last, @position ------------------------------- */

static bool parse_wildcard(parser *p, subscript *s)
{
    const char *ignored;
    s->kind = SUBSCRIPT_ALL;
    p->at++;
    if (!skip(p) || !take(p, ':'))
        return p->b->status == TRUCE_OK;
    if (!starts_name(*p->at) && *p->at != '"')
        return complain_here(p, "the name of a dimension was expected after *:") != NULL;
    return read_name(p, &s->name, &ignored);
}

static bool parse_position(parser *p, subscript *s)
{
    s->kind = SUBSCRIPT_POSITION;
    p->at++;
    if (!skip(p))
        return false;
    for (; is_digit(*p->at) && s->index <= DIMENSION_LIMIT; p->at++)
        s->index = s->index * 10 + (size_t)(*p->at - '0');
    if (s->index < 1 || s->index > DIMENSION_LIMIT)
        return complain(p, "the number of a dimension, from 1, was expected after @") != NULL;
    s->index--;
    return skip(p);
}

/* "Location.*", which Stella writes for the wildcard of that dimension. */
static bool at_named_wildcard(parser *p, const char **end)
{
    *end = NULL;
    if (*p->at == '"' && !(*end = quoted_end(p, p->at)))
        return false;
    if (starts_name(*p->at))
        *end = word_end(p->at);
    return *end && (*end)[0] == '.' && (*end)[1] == '*';
}

static bool parse_index(parser *p, subscript *s)
{
    const char *end;
    if (at_named_wildcard(p, &end)) {
        s->kind = SUBSCRIPT_ALL;
        s->name = name_fold(&p->b->scratch, p->at, (size_t)(end - p->at));
        p->at = end + 2;
        return s->name ? skip(p) : fail_memory(p->b);
    }
    if (p->b->status != TRUCE_OK || !(s->from = parse_binary(p, 1)))
        return false;
    if (!take(p, ':'))
        return p->b->status == TRUCE_OK;
    s->kind = SUBSCRIPT_RANGE;
    s->to = parse_binary(p, 1);
    return s->to != NULL;
}

static bool parse_subscript(parser *p, subscript *s)
{
    const char *start = p->at;
    if (*start == ',' || *start == ']')
        return complain_here(p, "a subscript must be a name, a number or *") != NULL;
    bool read = *start == '*'   ? parse_wildcard(p, s)
                : *start == '@' ? parse_position(p, s)
                                : parse_index(p, s);
    if (!read)
        return false;
    if (*p->at != ',' && *p->at != ']')
        return complain_here(p, "a subscript must be one value, one range or *") != NULL;
    const char *end = p->at;
    while (end > start && (unsigned char)end[-1] <= ' ')
        end--;
    s->written = arena_copy(&p->b->scratch, start, (size_t)(end - start));
    return s->written || fail_memory(p->b);
}

static bool parse_subscripts(parser *p, node *n)
{
    subscript list[DIMENSION_LIMIT];
    size_t count = 0;
    do {
        if (count == DIMENSION_LIMIT)
            return complain(p, "a name has more than 16 subscripts") != NULL;
        list[count] = (subscript){0};
        if (!parse_subscript(p, &list[count++]))
            return false;
    } while (take(p, ','));
    if (!take(p, ']'))
        return p->b->status == TRUCE_OK ? complain_here(p, "\"]\" was expected") != NULL : false;
    n->subscripts = arena_array(&p->b->scratch, count, sizeof *list);
    if (!n->subscripts)
        return fail_memory(p->b);
    memcpy(n->subscripts, list, count * sizeof *list);
    n->subscript_count = count;
    for (size_t i = 0; i < count; i++) {
        deepen(n, list[i].from);
        deepen(n, list[i].to);
    }
    return n->depth <= DEPTH_LIMIT ||
           complain(p, "it has more than 1000 levels; split it over auxiliaries") != NULL;
}

static bool parse_call_arguments(parser *p, node *n)
{
    node **list = NULL;
    size_t count = 0, capacity = 0;
    n->kind = NODE_CALL;
    if (*p->at != ')') {
        do {
            node *argument = parse_binary(p, 1);
            if (!argument)
                return false;
            if (!ARENA_PUSH(&p->b->scratch, list, count, capacity, argument))
                return fail_memory(p->b);
        } while (take(p, ','));
    }
    if (!take(p, ')'))
        return p->b->status == TRUCE_OK ? complain_here(p, "\")\" was expected after the arguments") != NULL
                                        : false;
    return set_arguments(p, n, list, count);
}

static node *parse_name(parser *p)
{
    node *n = new_node(p, NODE_NAME);
    if (!n || !read_name(p, &n->name, &n->written))
        return NULL;
    if (take(p, '(')) {
        if (!parse_call_arguments(p, n))
            return NULL;
    } else if (take(p, '[')) {
        if (!parse_subscripts(p, n))
            return NULL;
    }
    while (n->kind == NODE_NAME && take(p, '\''))
        n->transposed = !n->transposed;
    return p->b->status == TRUCE_OK ? n : NULL;
}

static node *parse_if(parser *p)
{
    int line = line_here(p);
    take_word(p, "IF");
    node *condition = parse_binary(p, 1);
    if (!condition)
        return NULL;
    if (!take_word(p, "THEN"))
        return complain_here(p, "THEN was expected after IF");
    node *yes = parse_binary(p, 1);
    if (!yes)
        return NULL;
    if (!take_word(p, "ELSE"))
        return complain_here(p, "ELSE was expected after IF ... THEN");
    node *no = parse_binary(p, 1);
    if (!no)
        return NULL;
    node *n = operate(p, OP_IF, condition, yes, no);
    if (n)
        n->line = line;
    return n;
}

static node *parse_value(parser *p)
{
    if (is_digit(*p->at) || (*p->at == '.' && is_digit(p->at[1])))
        return parse_number(p);
    if (take(p, '(')) {
        node *n = parse_binary(p, 1);
        if (!n)
            return NULL;
        if (!take(p, ')'))
            return complain_here(p, "\")\" was expected");
        return n;
    }
    if (at_word(p, "IF"))
        return parse_if(p);
    if (starts_path(p->at) && (!at_keyword(p) || at_word(p, "MOD")))
        return parse_name(p);
    return complain_here(p, "a value was expected");
}

/* ---- Operators ---------------------------------------------------------------------------------------- */

/* Signs, NOT, a value, and the power it may be raised to. */
static node *parse_unary(parser *p)
{
    if (p->b->status != TRUCE_OK)
        return NULL;
    if (++p->nesting > NESTING_LIMIT)
        return complain(p, "it is nested more than 250 levels deep");
    node *n;
    int line = line_here(p);
    if (take(p, '+')) {
        n = parse_unary(p);
    } else if (take(p, '-')) {
        n = operate(p, OP_NEGATE, parse_unary(p), NULL, NULL);
    } else if (take_word(p, "NOT")) {
        n = operate(p, OP_NOT, parse_unary(p), NULL, NULL);
    } else {
        n = parse_value(p);
        if (n && take(p, '^')) {
            node *exponent = parse_unary(p);
            n = exponent ? operate(p, OP_POWER, n, exponent, NULL) : NULL;
        }
        /* Converted files hold "x NOT" for Vensim's :NOT: x. It has no other meaning there. */
        while (n && take_word(p, "NOT"))
            n = operate(p, OP_NOT, n, NULL, NULL);
    }
    p->nesting--;
    if (n && n->kind == NODE_OPERATION)
        n->line = line;
    return p->b->status == TRUCE_OK ? n : NULL;
}

typedef struct binary {
    operation op;
    int strength; /* 0: no operator here */
    int length;
} binary;

static binary binary_at(const parser *p)
{
    const char *s = p->at;
    switch (*s) {
    case '+':
        return (binary){OP_ADD, 5, 1};
    case '-':
        return (binary){OP_SUBTRACT, 5, 1};
    case '*':
        return (binary){OP_MULTIPLY, 6, 1};
    case '/':
        return s[1] == '/' ? (binary){OP_SAFE_DIVIDE, 6, 2} : (binary){OP_DIVIDE, 6, 1};
    case '=':
        return (binary){OP_EQUAL, 3, 1};
    case '<':
        return s[1] == '>'   ? (binary){OP_NOT_EQUAL, 3, 2}
               : s[1] == '=' ? (binary){OP_LESS_EQUAL, 4, 2}
                             : (binary){OP_LESS, 4, 1};
    case '>':
        return s[1] == '=' ? (binary){OP_GREATER_EQUAL, 4, 2} : (binary){OP_GREATER, 4, 1};
    default:
        break;
    }
    if (at_word(p, "MOD"))
        return (binary){OP_MOD, 6, 3};
    if (at_word(p, "AND"))
        return (binary){OP_AND, 2, 3};
    if (at_word(p, "OR"))
        return (binary){OP_OR, 1, 2};
    return (binary){OP_NUMBER, 0, 0};
}

/* Operators at least as strong as `weakest`, left to right (precedence climbing, Richards 1979). */
static node *parse_binary(parser *p, int weakest)
{
    node *left = parse_unary(p);
    while (left) {
        binary next = binary_at(p);
        if (next.strength < weakest || next.strength == 0)
            break;
        p->at += next.length;
        if (!skip(p))
            return NULL;
        node *right = parse_binary(p, next.strength + 1);
        /* a // b of Stella: 0 where b is 0 */
        node *otherwise = next.op == OP_SAFE_DIVIDE ? new_node(p, NODE_NUMBER) : NULL;
        left = right ? operate(p, next.op, left, right, otherwise) : NULL;
    }
    return p->b->status == TRUCE_OK ? left : NULL;
}

/* ---- Entry points ------------------------------------------------------------------------------------- */

static parser start(builder *b, const xmile_text *equation, const char *owner)
{
    return (parser){.b = b,
                    .owner = owner,
                    .file = equation->at.file,
                    .at = equation->text,
                    .counted = equation->text,
                    .line = equation->at.line};
}

node *parse_equation(builder *b, const xmile_text *equation, const char *owner)
{
    parser p = start(b, equation, owner);
    if (!skip(&p))
        return NULL;
    node *n = parse_binary(&p, 1);
    if (n && *p.at)
        return complain_here(&p, "an operator was expected");
    return n;
}

static node *name_node(parser *p, const char *folded, const char *written)
{
    node *n = new_node(p, NODE_NAME);
    if (n) {
        n->name = folded;
        n->written = written;
    }
    return n;
}

node *parse_path(builder *b, const char *path, const char *written, const place *at)
{
    xmile_text equation = {.text = written, .at = *at};
    parser p = start(b, &equation, written);
    return name_node(&p, path, written);
}

node *parse_flow_name(builder *b, const xmile_text *equation, const scope *sc, const source *owner)
{
    parser p = start(b, equation, owner->name);
    if (!skip(&p))
        return NULL;
    char *folded = name_fold(&b->scratch, p.at, strlen(p.at));
    char *written = name_display(&b->scratch, p.at, strlen(p.at));
    if (!folded || !written) {
        fail_memory(b);
        return NULL;
    }
    if (find_variable(b, sc, owner->prefix, folded) != SIZE_MAX)
        return name_node(&p, folded, written);
    if (!starts_path(p.at))
        return complain_here(&p, "the name of a flow was expected");
    node *n = parse_name(&p);
    if (n && (n->kind != NODE_NAME || *p.at))
        return complain(&p, "an inflow or outflow must be the name of a flow");
    return n;
}
