/* Small readers of elements and attributes that everything shares. */
#include "xmile/read.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <strings.h>

void *xmile_array(xmile_reader *r, size_t count, size_t size)
{
    assert(size > 0);
    void *array = arena_array(r->a, count ? count : 1, size);
    if (!array)
        (void)fail_memory(r);
    return array;
}

bool xmile_warn(xmile_reader *r, int line, const char *format, ...)
{
    char sentence[512];
    va_list arguments;
    va_start(arguments, format);
    plain_vformat(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    xmile_document *d = r->document;
    const char *warning = arena_remark(r->a, r->file, line, sentence);
    return (warning && ARENA_PUSH(r->a, d->warnings, d->warning_count, d->warning_capacity, warning)) ||
           fail_memory(r);
}

bool xmile_is_one_of(const char *name, xmile_names names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

bool xmile_unknown(xmile_reader *r, const xml_element *element, const char *owner, xmile_names known)
{
    size_t count = 0;
    while (known[count])
        count++;
    const char *near = truce_nearest_name(element->name, known, count);
    if (near && strcmp(near, element->name) != 0)
        return fail(r, element->line, "%s holds <%.64s>, which is not known (did you mean <%s>?)", owner,
                    element->name, near);
    return fail(r, element->line, "%s holds <%.64s>, which is not supported", owner, element->name);
}

size_t xmile_count(const xml_element *element, const char *name)
{
    size_t count = 0;
    for (const xml_element *child = element->first; child; child = child->next)
        count += strcmp(child->name, name) == 0;
    return count;
}

bool xmile_only(xmile_reader *r, const xml_element *element, const char *name, const xml_element **child)
{
    *child = NULL;
    for (const xml_element *c = element->first; c; c = c->next) {
        if (strcmp(c->name, name) != 0)
            continue;
        if (*child)
            return fail(r, c->line, "<%s> holds a second <%s>; the first is on line %d", element->name, name,
                        (*child)->line);
        *child = c;
    }
    return true;
}

bool xmile_required(xmile_reader *r, const xml_element *element, const char *attribute, const char **value)
{
    *value = xml_attribute_value(element, attribute);
    if (!*value || (*value)[strspn(*value, " \t\n\r_")] == '\0')
        return fail(r, element->line, "<%s> has no %s", element->name, attribute);
    return true;
}

bool xmile_flag(xmile_reader *r, const char *written, int line, const char *what, bool blank, bool *flag)
{
    bool yes = strcasecmp(written, "true") == 0, no = strcasecmp(written, "false") == 0;
    if (!yes && !no && *written)
        return fail(r, line, "%s is \"%.64s\"; it is true or false", what, written);
    *flag = *written ? yes : blank;
    return true;
}

bool xmile_number(xmile_reader *r, const char *written, int line, const char *what, double *number)
{
    if (!text_to_number(written, strlen(written), number) || !isfinite(*number))
        return fail(r, line, "%s is \"%.64s\", which is not a finite number", what, written);
    return true;
}

place xmile_place(const xmile_reader *r, int line)
{
    return (place){.file = r->file, .line = line};
}

xmile_text xmile_text_of(const xmile_reader *r, const xml_element *element)
{
    if (!element)
        return (xmile_text){0};
    return (xmile_text){.text = element->text ? element->text : "",
                        .at = xmile_place(r, element->text ? element->text_line : element->line)};
}

bool xmile_refer(xmile_reader *r, const char **path, int line)
{
    xmile_document *d = r->document;
    xmile_reference reference = {path, xmile_place(r, line)};
    return ARENA_PUSH(r->a, d->references, d->reference_count, d->reference_capacity, reference) ||
           fail_memory(r);
}

const char *xml_attribute_value(const xml_element *element, const char *name)
{
    for (size_t i = 0; i < element->attribute_count; i++)
        if (strcmp(element->attributes[i].name, name) == 0)
            return element->attributes[i].value;
    return NULL;
}
