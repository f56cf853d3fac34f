/* Arrays as converters from Vensim write them: an arrayed variable with one <eqn> for each element, or with
 * a list of numbers ("0.1, 0.2; 0.4, 0.5;", rows apart by semicolons) in a single <eqn>. XMILE 1.0 wants
 * an <element> for each; this file turns the one into the other. Neither form is an expression of XMILE, so
 * nothing that already has a meaning is read in another way. */
#include "xmile/read.h"

#include <math.h>
#include <string.h>

enum { MAXIMUM_ELEMENTS = 1000000 };

/* NULL when there is none, or no memory (which r->status then says). */
static const xmile_dimension *find_dimension(xmile_reader *r, const char *name)
{
    const char *wanted = name_fold(r->a, name, strlen(name));
    for (size_t i = 0; i < r->document->dimension_count; i++) {
        const xmile_dimension *dimension = &r->document->dimensions[i];
        const char *folded = name_fold(r->a, dimension->name, strlen(dimension->name));
        if (!wanted || !folded) {
            (void)fail_memory(r);
            return NULL;
        }
        if (strcmp(folded, wanted) == 0)
            return dimension;
    }
    return NULL;
}

/* Number of elements of a variable, or 0 when a dimension is not known or there are too many; and its dimensions. */
static size_t element_count(xmile_reader *r, const xmile_variable *v, const xmile_dimension **dimensions)
{
    size_t count = v->dimension_count ? 1 : 0;
    for (size_t d = 0; count && d < v->dimension_count; d++) {
        const xmile_dimension *dimension = find_dimension(r, v->dimensions[d]);
        if (!dimension || dimension->size > MAXIMUM_ELEMENTS / count)
            return 0;
        count *= dimension->size;
        dimensions[d] = dimension;
    }
    return count;
}

/* "a, d" for element `index` of a variable with these dimensions; the last one runs fastest. */
static const char *subscript_of(xmile_reader *r, const xmile_dimension *const *dimensions, size_t count,
                                size_t index)
{
    const char *subscript = "";
    for (size_t d = count; d-- > 0 && subscript;) {
        const xmile_dimension *dimension = dimensions[d];
        size_t i = index % dimension->size;
        index /= dimension->size;
        const char *between = *subscript ? ", " : "";
        subscript = dimension->elements
                        ? arena_format(r->a, "%s%s%s", dimension->elements[i], between, subscript)
                        : arena_format(r->a, "%zu%s%s", i + 1, between, subscript);
    }
    return subscript;
}

/* The next number of a list, or false. */
static bool next_number(const char **at, int *line, xmile_text *number)
{
    const char *s = *at;
    for (; *s == ' ' || *s == '\t' || *s == '\n' || *s == '\r'; s++)
        *line += *s == '\n';
    size_t length = strcspn(s, ",;");
    double value;
    if (!text_to_number(s, length, &value) || !isfinite(value))
        return false;
    number->text = s;
    number->at.line = *line;
    *at = s + length;
    return true;
}

/* Numbers in a list, written to `numbers` when it is not NULL; 0 when the text is not a list. */
static size_t list_of_numbers(xmile_reader *r, xmile_text written, xmile_text *numbers)
{
    const char *s = written.text;
    int line = written.at.line;
    size_t count = 0;
    if (!s || !strpbrk(s, ",;"))
        return 0;
    for (;;) {
        xmile_text number = {.at = written.at};
        if (!next_number(&s, &line, &number))
            return 0;
        if (numbers) {
            numbers[count] = number;
            numbers[count].text = arena_copy(r->a, number.text, (size_t)(s - number.text));
        }
        count++;
        if (!*s || !s[1]) /* the end, or a last separator */
            return count;
        s++;
    }
}

static bool make_elements(xmile_reader *r, xmile_variable *v, const xmile_dimension *const *dimensions,
                          const xmile_text *equations, size_t count)
{
    xmile_element *elements = xmile_array(r, count, sizeof *elements);
    if (!elements)
        return false;
    for (size_t i = 0; i < count; i++) {
        elements[i] = (xmile_element){.subscript = subscript_of(r, dimensions, v->dimension_count, i),
                                      .equation = equations[i],
                                      .at = equations[i].at};
        if (!elements[i].subscript || !equations[i].text)
            return fail_memory(r);
    }
    v->elements = elements;
    v->element_count = count;
    v->equation = (xmile_text){0};
    return true;
}

/* Only called for a variable with dimensions and no <element>. */
bool xmile_spread_equations(xmile_reader *r, const xml_element *element, xmile_variable *v)
{
    size_t written = xmile_count(element, "eqn"), count = written, used = 0;
    size_t listed = written == 1 ? list_of_numbers(r, v->equation, NULL) : 0;
    if (listed)
        count = listed;
    if (count < 2)
        return true;
    const xmile_dimension **dimensions = xmile_array(r, v->dimension_count, sizeof *dimensions);
    size_t elements = dimensions ? element_count(r, v, dimensions) : 0;
    if (r->status)
        return false;
    if (count != elements)
        return fail(r, v->at.line, "\"%.64s\" has %zu equations for the %zu elements of its dimensions",
                    v->name, count, elements);
    xmile_text *equations = xmile_array(r, count, sizeof *equations);
    if (!equations)
        return false;
    if (listed)
        list_of_numbers(r, v->equation, equations);
    for (const xml_element *child = element->first; child && !listed; child = child->next)
        if (strcmp(child->name, "eqn") == 0)
            equations[used++] = xmile_text_of(r, child);
    return make_elements(r, v, dimensions, equations, count);
}
