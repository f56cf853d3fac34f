/* truce_matter_find: reads what is asked, and has it found from the members as they are or from a design. */
#include "answers/matter.h"

#include <math.h>
#include <stdlib.h>

truce_matter_options truce_matter_default_options(void)
{
    return (truce_matter_options){.seed = 1, .since = TRUCE_MONTH_NONE};
}

/* ---- What is asked ---------------------------------------------------------------------------------------- */

/* How far the months go back: in equal steps, at most MATTER_TIMES - 1 of them. */
static truce_status find_times(truce_matter *m, truce_error *error)
{
    month first = m->last;
    m->times = 1;
    if (m->asked.since == MONTH_NONE)
        return TRUCE_OK;
    for (size_t i = 0; i < m->value.term_count; i++)
        if (m->value.terms[i].source == TERM_MODEL && m->value.terms[i].first < first)
            first = m->value.terms[i].first;
    int far = m->last - m->asked.since, step = (far + MATTER_TIMES - 2) / (MATTER_TIMES - 1);
    if (far < 0 || first - far < m->c->start)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                         "the months of the value cannot be moved so that they end there: it must be before "
                         "their end, and leave their beginning within the horizon");
    for (; step > 0 && (int)m->times * step <= far; m->times++)
        m->back[m->times] = (int)m->times * step;
    return TRUCE_OK;
}

static truce_status read_question(truce_matter *m, truce_error *error)
{
    const char **words[] = {&m->asked.output, &m->asked.scenario, &m->asked.command};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*words[i] && !(*words[i] = arena_string(&m->memory, *words[i])))
            return error_memory(error);
    TRY(matter_read(m->c, m->asked.output, m->asked.scenario, false, &m->memory, &m->value, error));
    m->last = statement_last(&m->value);
    m->view = matter_view(m->c, &m->value, m->asked.posterior);
    m->method = m->asked.method != TRUCE_MATTER_AUTO ? m->asked.method
                : m->asked.posterior                 ? TRUCE_MATTER_DRAWS
                                                     : TRUCE_MATTER_SOBOL;
    if (m->asked.posterior && m->method != TRUCE_MATTER_DRAWS)
        return error_set(
            error, TRUCE_BAD_USAGE, NULL, 0,
            "a design needs independent parameters: it is for priors, not for the draws of a fit");
    return find_times(m, error);
}

/* ---- The answer ---------------------------------------------------------------------------------------------- */

static double weight_of(const truce_matter *m, const truce_index *x)
{
    double weight = m->method == TRUCE_MATTER_SOBOL    ? x->total
                    : m->method == TRUCE_MATTER_MORRIS ? x->size
                                                       : x->share;
    return isnan(weight) ? -INFINITY : weight;
}

/* The same order at every time: that of what was asked. An insertion sort keeps the file's order among equals. */
static truce_status sort_inputs(truce_matter *m, truce_error *error)
{
    truce_index *sorted = arena_array(&m->memory, m->times * m->count + 1, sizeof *sorted);
    size_t *order = arena_array(&m->memory, m->count + 1, sizeof *order);
    if (!sorted || !order)
        return error_memory(error);
    for (size_t i = 0; i < m->count; i++) {
        size_t at = i;
        for (; at > 0 && weight_of(m, &m->indices[order[at - 1]]) < weight_of(m, &m->indices[i]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    for (size_t t = 0; t < m->times; t++)
        for (size_t i = 0; i < m->count; i++)
            sorted[t * m->count + i] = *matter_at(m, t, order[i]);
    m->indices = sorted;
    return TRUCE_OK;
}

static truce_status find(truce_matter *m, truce_error *error)
{
    TRY(read_question(m, error));
    TRY(m->method == TRUCE_MATTER_DRAWS ? matter_from_draws(m, error) : matter_from_design(m, error));
    return sort_inputs(m, error);
}

truce_status truce_matter_find(const truce_case *c, const truce_matter_options *options,
                               truce_matter **matter, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(options, "options");
    REQUIRE(matter, "matter");
    REQUIRE(options->output, "output");
    TRY(month_require(options->since, "since", error));
    if ((unsigned)options->method > TRUCE_MATTER_MORRIS)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there is no method %d", (int)options->method);
    *matter = NULL;
    truce_matter *m = calloc(1, sizeof *m);
    if (!m)
        return error_memory(error);
    *m = (truce_matter){
        .c = c, .asked = *options, .together = NAN, .watched = {options->go_on, options->context}};
    truce_status status = find(m, error);
    if (status == TRUCE_OK)
        *matter = m;
    else
        truce_matter_destroy(m);
    return status;
}

void truce_matter_destroy(truce_matter *m)
{
    if (!m)
        return;
    arena_free(&m->memory);
    free(m);
}

/* ---- Reading it ----------------------------------------------------------------------------------------------- */

size_t truce_matter_count(const truce_matter *m)
{
    return m ? m->count : 0;
}

truce_index truce_matter_index_at(const truce_matter *m, size_t time, size_t index)
{
    return m && time < m->times && index < m->count ? *matter_at(m, time, index) : matter_nothing("");
}

truce_index truce_matter_index(const truce_matter *m, size_t index)
{
    return truce_matter_index_at(m, 0, index);
}

size_t truce_matter_times(const truce_matter *m)
{
    return m ? m->times : 0;
}

truce_month truce_matter_time(const truce_matter *m, size_t time)
{
    return m && time < m->times ? m->last - m->back[time] : MONTH_NONE;
}

truce_statistics truce_matter_output(const truce_matter *m)
{
    return m ? m->output : answers_nothing();
}

truce_matter_method truce_matter_method_of(const truce_matter *m)
{
    return m ? m->method : TRUCE_MATTER_AUTO;
}

size_t truce_matter_runs(const truce_matter *m)
{
    return m ? m->runs : 0;
}
