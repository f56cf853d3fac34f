/* The conclusions and the sources of truce_sources_find: as they were named, or those that the case has. */
#include "answers/matter.h"
#include "answers/sources.h"

#include <string.h>

/* ---- Conclusions ------------------------------------------------------------------------------------------------- */

static truce_status add_conclusion(truce_sources *s, const char *written, truce_error *error)
{
    statement *e = &s->conclusions[s->conclusion_count];
    s->written[s->conclusion_count] = arena_string(&s->memory, written);
    if (!s->written[s->conclusion_count])
        return error_memory(error);
    TRY(matter_read_any(s->c, written, s->asked.scenario, &s->memory, e, error));
    month last = statement_last(e);
    s->last = s->conclusion_count == 0 || last > s->last ? last : s->last;
    s->listed[s->conclusion_count++] = e;
    return TRUCE_OK;
}

static bool is_seen_before(const truce_case *c, size_t observation)
{
    const case_observation *x = &c->observations[observation];
    for (size_t i = 0; i < observation; i++)
        if (c->observations[i].element == x->element && c->observations[i].change == x->change)
            return true;
    return false;
}

/* What was observed, at the end of the data: a count since their beginning, or a level. */
static truce_status add_observed(truce_sources *s, size_t observation, truce_error *error)
{
    const case_observation *x = &s->c->observations[observation];
    const char *name = s->c->model->elements[x->element].name;
    char from[16], to[16];
    month_iso(s->c->start, from);
    month_iso(s->c->data_end, to);
    const char *written = x->change ? arena_format(&s->memory, "change \"%s\" %s..%s", name, from, to)
                                    : arena_format(&s->memory, "at \"%s\" %s", name, to);
    return written ? add_conclusion(s, written, error) : error_memory(error);
}

/* The front in the year, or as many periods, after the data: how far, and whether it moves the way it is counted. */
static truce_status add_front(truce_sources *s, truce_error *error)
{
    enum { AHEAD = 12 };
    const truce_case *c = s->c;
    month first = c->data_end + 1, last = first + AHEAD - 1 < c->stop ? first + AHEAD - 1 : c->stop;
    char from[16], to[16];
    if (c->front_element == SIZE_MAX || first > c->stop)
        return TRUCE_OK;
    month_iso(first, from);
    month_iso(last, to);
    const char *name = c->model->elements[c->front_element].name;
    const char *value = arena_format(&s->memory, "change \"%s\" %s..%s", name, from, to);
    const char *way = value ? arena_format(&s->memory, "%s > 0", value) : NULL;
    if (!way)
        return error_memory(error);
    TRY(add_conclusion(s, value, error));
    return add_conclusion(s, way, error);
}

static truce_status read_conclusions(truce_sources *s, truce_error *error)
{
    size_t most = s->asked.conclusion_count + s->c->observation_count + 2;
    s->conclusions = arena_array(&s->memory, most, sizeof *s->conclusions);
    s->listed = arena_array(&s->memory, most, sizeof(statement *));
    s->written = arena_array(&s->memory, most, sizeof *s->written);
    if (!s->conclusions || !s->listed || !s->written)
        return error_memory(error);
    for (size_t i = 0; i < s->asked.conclusion_count; i++)
        TRY(add_conclusion(s, s->asked.conclusions[i], error));
    if (s->asked.conclusion_count)
        return TRUCE_OK;
    for (size_t i = 0; i < s->c->observation_count; i++)
        if (!is_seen_before(s->c, i))
            TRY(add_observed(s, i, error));
    return add_front(s, error);
}

/* ---- Sources --------------------------------------------------------------------------------------------------------- */

static bool is_of(const case_observation *x, const char *name, size_t length)
{
    return (strlen(x->source) == length && strncmp(x->source, name, length) == 0) ||
           (strlen(x->name) == length && strncmp(x->name, name, length) == 0);
}

/* Marks the observations of a source, or the one of that name; false where there is none. */
static bool mark(const truce_case *c, const char *name, size_t length, bool *left_out)
{
    bool found = false;
    for (size_t i = 0; i < c->observation_count; i++)
        if (is_of(&c->observations[i], name, length)) {
            left_out[i] = true;
            found = true;
        }
    return found;
}

static truce_status unknown_source(const truce_sources *s, const char *name, size_t length,
                                   truce_error *error)
{
    const truce_case *c = s->c;
    text t = {0};
    char asked[256];
    snprintf(asked, sizeof asked, "%.*s", (int)(length < 255 ? length : 255), name);
    for (size_t i = 0; i < c->observation_count; i++) {
        size_t before = 0;
        while (before < i && strcmp(c->observations[before].source, c->observations[i].source) != 0)
            before++;
        if (before == i)
            text_print(&t, "%s%s", t.length ? ", " : "", c->observations[i].source);
    }
    truce_status status = t.failed
                              ? error_memory(error)
                              : error_set(error, TRUCE_BAD_INPUT, c->path, 0,
                                          "no observation and no source of one \"%s\"; the sources are %s",
                                          asked, t.bytes ? t.bytes : "none");
    text_free(&t);
    return status;
}

static truce_status add_fit(truce_sources *s, const char *name, uint64_t seed, bool **left_out,
                            truce_error *error)
{
    bool *marks = arena_array(&s->memory, s->c->observation_count + 1, sizeof *marks);
    sources_fit *f = &s->fits[s->fit_count++];
    *f = (sources_fit){.name = arena_string(&s->memory, name), .seed = seed, .left_out = marks};
    *left_out = marks;
    return marks && f->name ? TRUCE_OK : error_memory(error);
}

static truce_status leave_out(truce_sources *s, const char *name, truce_error *error)
{
    bool *marks;
    TRY(add_fit(s, name, s->asked.seed, &marks, error));
    if (mark(s->c, name, strlen(name), marks))
        return TRUCE_OK;
    for (const char *at = name; at;) {
        size_t length = strcspn(at, "+");
        if (!mark(s->c, at, length, marks))
            return unknown_source(s, at, length, error);
        at = at[length] ? at + length + 1 : NULL;
    }
    return TRUCE_OK;
}

static bool leaves_something(const truce_sources *s, const sources_fit *f)
{
    for (size_t i = 0; i < s->c->observation_count; i++)
        if (!f->left_out[i])
            return true;
    return false;
}

/* Every source; where all observations have the same one, every observation. */
static truce_status leave_out_each(truce_sources *s, truce_error *error)
{
    const truce_case *c = s->c;
    bool several = false;
    for (size_t i = 1; i < c->observation_count; i++)
        several = several || strcmp(c->observations[i].source, c->observations[0].source) != 0;
    for (size_t i = 0; i < c->observation_count; i++) {
        size_t before = 0;
        while (before < i && strcmp(c->observations[before].source, c->observations[i].source) != 0)
            before++;
        if (!several)
            TRY(leave_out(s, c->observations[i].name, error));
        else if (before == i)
            TRY(leave_out(s, c->observations[i].source, error));
    }
    return TRUCE_OK;
}

static truce_status read_sources(truce_sources *s, truce_error *error)
{
    bool *none;
    s->fits = arena_array(&s->memory, SOURCES_FIRST + s->asked.source_count + s->c->observation_count,
                          sizeof *s->fits);
    if (!s->fits)
        return error_memory(error);
    TRY(add_fit(s, "", s->asked.seed, &none, error));
    TRY(add_fit(s, "", s->asked.seed + 1, &none, error));
    for (size_t i = 0; i < s->asked.source_count; i++)
        TRY(leave_out(s, s->asked.sources[i], error));
    if (s->asked.source_count == 0)
        TRY(leave_out_each(s, error));
    for (size_t k = SOURCES_FIRST; k < s->fit_count; k++)
        if (!leaves_something(s, &s->fits[k]))
            return error_set(error, TRUCE_BAD_INPUT, s->c->path, 0,
                             "without \"%s\" there is no observation left to fit", s->fits[k].name);
    return TRUCE_OK;
}

truce_status sources_read(truce_sources *s, truce_error *error)
{
    if (s->c->observation_count < 2)
        return error_set(error, TRUCE_BAD_INPUT, s->c->path, 0,
                         "the case has %s, and leaving sources out needs two at least",
                         s->c->observation_count ? "one observation" : "no observations");
    TRY(read_conclusions(s, error));
    return read_sources(s, error);
}
