/* XML into a tree, by expat.
 *
 * Namespaces are not processed: many files use a vendor's prefix (isee:) without declaring it, which a
 * parser that knows namespaces must refuse. An element with a prefix is a vendor's and is left out, unless
 * its local name is one that changes numbers: then it is kept under that name, to be refused by whoever
 * reads the element around it. A file that gives XMILE itself a prefix (<x:xmile>) is read as if it had none.
 *
 * Depth is bounded, so everything that walks the tree may recurse. A document type declaration may stand
 * there, but declare nothing: its only uses here would be entities that grow or point elsewhere. */
#include "xmile/xml.h"

#include <expat.h>
#include <limits.h>
#include <string.h>

typedef struct reader {
    XML_Parser parser;
    arena *tree, *strings;
    const char *file;
    truce_error *error;
    truce_status status;
    xml_element *root, *open[XML_MAXIMUM_DEPTH];
    text texts[XML_MAXIMUM_DEPTH]; /* of the open elements; reused */
    char prefix[64];               /* of XMILE itself, with its colon; mostly "" */
    size_t depth, skipping;        /* depth at which skipping began, or 0 */
    size_t element_count;
    const char *not_utf8; /* where the bytes stop to be UTF-8, or NULL */
} reader;

/* Drawing, windows, authors' pictures: nothing in them changes a number. */
static const char *const display_elements[] = {"views",          "style",          "display",
                                               "interface",      "image",          "event_poster",
                                               "ai_information", "equation_prefs", "default_format"};
/* Vendors' elements that change numbers. */
static const char *const numeric_elements[] = {"conveyor", "queue", "oven", "overflow", "leak", "multiplier"};

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static int line_of(XML_Parser parser)
{
    XML_Size line = XML_GetCurrentLineNumber(parser);
    return line < INT_MAX ? (int)line : INT_MAX;
}

static void stop(reader *r, truce_status status)
{
    r->status = status;
    XML_StopParser(r->parser, XML_FALSE);
}

/* Name without XMILE's own prefix, or NULL for a vendor's element that may be left out. */
static const char *plain_name(reader *r, const char *name)
{
    size_t own = strlen(r->prefix);
    if (own && strncmp(name, r->prefix, own) == 0)
        return name + own;
    const char *colon = strchr(name, ':');
    if (!colon)
        return name;
    bool numeric = is_one_of(colon + 1, numeric_elements, sizeof numeric_elements / sizeof *numeric_elements);
    return numeric ? colon + 1 : NULL;
}

/* Takes note of the prefix of a root such as <x:xmile>. */
static void note_prefix(reader *r, const char *name)
{
    const char *colon = strchr(name, ':');
    if (colon && strcmp(colon + 1, "xmile") == 0 && (size_t)(colon + 2 - name) <= sizeof r->prefix) {
        memcpy(r->prefix, name, (size_t)(colon + 1 - name));
        r->prefix[colon + 1 - name] = '\0';
    }
}

static bool copy_attributes(reader *r, xml_element *element, const char **pairs)
{
    size_t count = 0;
    while (pairs[2 * count])
        count++;
    if (!count)
        return true;
    xml_attribute *attributes = arena_array(r->tree, count, sizeof *attributes);
    if (!attributes)
        return false;
    for (size_t i = 0; i < count; i++) {
        attributes[i].name = arena_string(r->tree, pairs[2 * i]);
        const char *value = arena_clean_line(r->strings, pairs[2 * i + 1], strlen(pairs[2 * i + 1]));
        attributes[i].value = value;
        if (!attributes[i].name || !value)
            return false;
    }
    element->attributes = attributes;
    element->attribute_count = count;
    return true;
}

static bool check_limits(reader *r, const char *name, const char **pairs)
{
    int line = line_of(r->parser);
    truce_status status = TRUCE_OK;
    if (r->depth >= XML_MAXIMUM_DEPTH)
        status = error_set(r->error, TRUCE_BAD_INPUT, r->file, line,
                           "<%.64s> is nested deeper than %d elements", name, XML_MAXIMUM_DEPTH);
    for (size_t i = 0; !status && pairs[i]; i++)
        if (strlen(pairs[i]) > XML_MAXIMUM_TEXT)
            status = error_set(r->error, TRUCE_BAD_INPUT, r->file, line,
                               "attribute \"%.64s\" of <%.64s> is longer than %d bytes",
                               pairs[i & ~(size_t)1], name, XML_MAXIMUM_TEXT);
    if (!status && !r->skipping && r->element_count >= XML_MAXIMUM_ELEMENTS)
        status = error_set(r->error, TRUCE_BAD_INPUT, r->file, line, "there are more than %d elements",
                           XML_MAXIMUM_ELEMENTS);
    if (status)
        stop(r, status);
    return status == TRUCE_OK;
}

static void XMLCALL on_start(void *context, const char *written, const char **pairs)
{
    reader *r = context;
    if (r->status || !check_limits(r, written, pairs))
        return;
    if (r->depth == 0)
        note_prefix(r, written);
    const char *name = plain_name(r, written);
    size_t level = r->depth++;
    if (!r->skipping && level > 0 &&
        (!name || is_one_of(name, display_elements, sizeof display_elements / sizeof *display_elements)))
        r->skipping = r->depth;
    if (r->skipping)
        return;

    xml_element *element = arena_alloc(r->tree, sizeof *element);
    if (!element || !(element->name = arena_string(r->tree, name ? name : written)) ||
        !copy_attributes(r, element, pairs)) {
        stop(r, error_memory(r->error));
        return;
    }
    r->element_count++;
    element->line = line_of(r->parser);
    r->texts[level].length = 0;
    r->open[level] = element;
    if (level == 0) {
        r->root = element;
        return;
    }
    xml_element *parent = r->open[level - 1];
    if (parent->last)
        parent->last->next = element;
    else
        parent->first = element;
    parent->last = element;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Text arrives in pieces; blanks before the first character are dropped here, blanks at the end later. */
static void XMLCALL on_text(void *context, const char *piece, int piece_length)
{
    reader *r = context;
    if (r->status || r->skipping || r->depth == 0)
        return;
    size_t length = (size_t)piece_length;
    xml_element *element = r->open[r->depth - 1];
    text *t = &r->texts[r->depth - 1];
    if (!element->text_line) {
        int line = line_of(r->parser);
        while (length && is_blank(*piece)) {
            line += *piece == '\n';
            piece++;
            length--;
        }
        if (!length)
            return;
        element->text_line = line;
    }
    if (t->length + length > XML_MAXIMUM_TEXT) {
        stop(r, error_set(r->error, TRUCE_BAD_INPUT, r->file, element->text_line,
                          "the text of <%.64s> is longer than %d bytes", element->name, XML_MAXIMUM_TEXT));
        return;
    }
    text_add(t, piece, length);
    if (t->failed)
        stop(r, error_memory(r->error));
}

static void XMLCALL on_end(void *context, const char *name)
{
    (void)name;
    reader *r = context;
    if (r->status)
        return;
    size_t level = --r->depth;
    if (r->skipping) {
        if (r->skipping == level + 1)
            r->skipping = 0;
        return;
    }
    xml_element *element = r->open[level];
    if (!element->text_line)
        return;
    text *t = &r->texts[level];
    size_t length = t->length;
    while (length && is_blank(t->bytes[length - 1]))
        length--;
    element->text = arena_clean(r->strings, t->bytes, length);
    if (!element->text)
        stop(r, error_memory(r->error));
}

/* A document type without declarations of its own changes nothing: what it points to is never read. */
static void XMLCALL on_doctype(void *context, const char *name, const char *system, const char *public,
                               int has_internal)
{
    (void)system, (void)public;
    reader *r = context;
    if (!r->status && has_internal)
        stop(r,
             error_set(r->error, TRUCE_BAD_INPUT, r->file, line_of(r->parser),
                       "a document type declaration with declarations inside (<!DOCTYPE %.64s [...]>) is not "
                       "accepted, because they can define entities",
                       name));
}

/* What expat found wrong, with the element that was open. */
static truce_status explain(reader *r)
{
    enum XML_Error code = XML_GetErrorCode(r->parser);
    if (code == XML_ERROR_NO_MEMORY)
        return error_memory(r->error);
    int line = line_of(r->parser);
    const char *reason = XML_ErrorString(code);
    if (code == XML_ERROR_NO_ELEMENTS && r->depth == 0)
        return error_set(r->error, TRUCE_BAD_INPUT, r->file, line, "there is no XML element in the file");
    if (code == XML_ERROR_INVALID_TOKEN && r->not_utf8)
        return error_set(
            r->error, TRUCE_BAD_INPUT, r->file, line,
            "the file is not in UTF-8 and names no other encoding: there is the byte 0x%02X; save it "
            "as UTF-8, or begin it with <?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
            (unsigned)(unsigned char)*r->not_utf8);
    if (r->depth > 0 && !r->skipping)
        return error_set(r->error, TRUCE_BAD_INPUT, r->file, line,
                         "this is not well-formed XML: %s, inside <%.64s> of line %d", reason,
                         r->open[r->depth - 1]->name, r->open[r->depth - 1]->line);
    return error_set(r->error, TRUCE_BAD_INPUT, r->file, line, "this is not well-formed XML: %s", reason);
}

truce_status xml_parse(arena *tree, arena *strings, const char *bytes, size_t length, const char *file,
                       const xml_element **root, truce_error *error)
{
    if (length > XML_MAXIMUM_BYTES)
        return error_set(error, TRUCE_BAD_INPUT, file, 0, "the file is larger than the limit of %d bytes",
                         XML_MAXIMUM_BYTES);
    reader r = {.tree = tree, .strings = strings, .file = file, .error = error};
    r.parser = XML_ParserCreate(NULL);
    if (!r.parser)
        return error_memory(error);
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    enum XML_Status parsed = XML_Parse(r.parser, bytes, (int)length, XML_TRUE);
    if (parsed != XML_STATUS_OK && !r.status) {
        r.not_utf8 = text_not_utf8(bytes, length);
        r.status = explain(&r);
    }
    XML_ParserFree(r.parser);
    for (size_t i = 0; i < XML_MAXIMUM_DEPTH; i++)
        text_free(&r.texts[i]);
    if (!r.status)
        *root = r.root;
    return r.status;
}
