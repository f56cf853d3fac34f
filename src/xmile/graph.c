/* Graphical functions: <gf>, XMILE 1.0 section 4.1.3. */
#include "xmile/read.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What stands between two numbers. `width` 0: any run of blanks. */
typedef struct separator {
    const char *bytes;
    size_t width;
} separator;

static separator separator_of(const xml_element *element)
{
    const char *written = xml_attribute_value(element, "sep");
    if (!written || !*written)
        return (separator){",", 1};
    while (is_blank(*written))
        written++;
    size_t width = strlen(written);
    while (width && is_blank(written[width - 1]))
        width--;
    return (separator){written, width};
}

/* The first separator in [s, end), or end. */
static const char *find_separator(const char *s, const char *end, separator by)
{
    for (; s < end; s++)
        if (by.width ? (size_t)(end - s) >= by.width && memcmp(s, by.bytes, by.width) == 0 : is_blank(*s))
            return s;
    return end;
}

/* Numbers of <xpts> or <ypts>, apart by the sep attribute, a comma when there is none. */
static bool read_points(xmile_reader *r, const xml_element *element, double **numbers, size_t *count)
{
    separator by = separator_of(element);
    size_t capacity = 0;
    const char *s = element->text ? element->text : "", *end = s + strlen(s);
    int line = element->text ? element->text_line : element->line;
    *numbers = NULL;
    *count = 0;
    while (s < end) {
        for (; s < end && is_blank(*s); s++)
            line += *s == '\n';
        const char *stop = find_separator(s, end, by);
        double number;
        if (!text_to_number(s, (size_t)(stop - s), &number) || !isfinite(number))
            return fail(r, line, "point %zu of <%s> is \"%.*s\", which is not a finite number", *count + 1,
                        element->name, stop - s < 40 ? (int)(stop - s) : 40, s);
        if (!ARENA_PUSH(r->a, *numbers, *count, capacity, number))
            return fail_memory(r);
        for (; s < stop; s++)
            line += *s == '\n';
        if (s == end)
            break;
        s += by.width;
        if (s >= end)
            return fail(r, line, "<%s> ends with a separator: a number is missing after it", element->name);
    }
    return true;
}

/* x of the points, spread evenly from the least to the greatest of <xscale>. */
static bool spread(xmile_reader *r, const xml_element *scale, size_t count, double **x)
{
    assert(count > 0);
    const char *least = NULL, *greatest = NULL;
    double from = 0, to = 0;
    if (!xmile_required(r, scale, "min", &least) || !xmile_required(r, scale, "max", &greatest) ||
        !xmile_number(r, least, scale->line, "min of <xscale>", &from) ||
        !xmile_number(r, greatest, scale->line, "max of <xscale>", &to))
        return false;
    if (!(from < to))
        return fail(r, scale->line, "<xscale> runs from %s to %s: min must be less than max", least,
                    greatest);
    *x = xmile_array(r, count, sizeof **x);
    if (!*x)
        return false;
    for (size_t i = 0; i < count; i++)
        (*x)[i] = count == 1 ? from : from + (to - from) * (double)i / (double)(count - 1);
    return true;
}

static bool read_type(xmile_reader *r, const xml_element *element, xmile_graph_type *type)
{
    const char *written = xml_attribute_value(element, "type");
    const char *discrete = xml_attribute_value(element, "discrete"); /* before XMILE 1.0 */
    bool is_discrete = false;
    if (discrete && !xmile_flag(r, discrete, element->line, "discrete of <gf>", false, &is_discrete))
        return false;
    *type = is_discrete ? XMILE_DISCRETE : XMILE_CONTINUOUS;
    if (!written)
        return true;
    if (strcmp(written, "continuous") == 0)
        *type = XMILE_CONTINUOUS;
    else if (strcmp(written, "extrapolate") == 0)
        *type = XMILE_EXTRAPOLATE;
    else if (strcmp(written, "discrete") == 0)
        *type = XMILE_DISCRETE;
    else
        return fail(r, element->line,
                    "type of <gf> is \"%.64s\"; it is one of continuous, extrapolate and discrete", written);
    return true;
}

/* Points listed from the right to the left are the same points. */
static void turn_around(double *x, double *y, size_t count)
{
    for (size_t i = 0, k = count - 1; i < k; i++, k--) {
        double keep = x[i];
        x[i] = x[k];
        x[k] = keep;
        keep = y[i];
        y[i] = y[k];
        y[k] = keep;
    }
}

/* When a file gives both <xpts> and <xscale>, as some tools do, the points say more than the scale. */
bool xmile_read_graph(xmile_reader *r, const xml_element *element, const xmile_graph **result)
{
    static const char *const known[] = {"xscale", "yscale", "xpts", "ypts", "title", "doc", "units", NULL};
    const xml_element *scale, *across, *up;
    for (const xml_element *child = element->first; child; child = child->next)
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<gf>", known);
    if (!xmile_only(r, element, "xscale", &scale) || !xmile_only(r, element, "xpts", &across) ||
        !xmile_only(r, element, "ypts", &up))
        return false;
    xmile_graph *graph = arena_alloc(r->a, sizeof *graph);
    if (!graph)
        return fail_memory(r);
    graph->at = xmile_place(r, element->line);
    if (!read_type(r, element, &graph->type))
        return false;
    if (!up)
        return fail(r, element->line, "<gf> has no <ypts>");
    if (!across && !scale)
        return fail(r, element->line, "<gf> has neither <xpts> nor <xscale>");

    double *x = NULL, *y = NULL;
    size_t x_count = 0;
    if (!read_points(r, up, &y, &graph->count))
        return false;
    if (graph->count < 1)
        return fail(r, up->line, "<ypts> has no points");
    if (across) {
        if (!read_points(r, across, &x, &x_count))
            return false;
        if (x_count != graph->count)
            return fail(r, across->line, "<xpts> has %zu points and <ypts> has %zu", x_count, graph->count);
    } else if (!spread(r, scale, graph->count, &x)) {
        return false;
    }
    if (graph->count > 1 && x[0] > x[graph->count - 1])
        turn_around(x, y, graph->count);
    for (size_t i = 1; i < graph->count; i++)
        if (!(x[i] > x[i - 1]))
            return fail(r, across ? across->line : scale->line,
                        "point %zu of <%s> is not greater than the one before it", i + 1,
                        across ? "xpts" : "xscale");
    graph->x = x;
    graph->y = y;
    *result = graph;
    return true;
}
