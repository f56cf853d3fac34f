/* truce_matter_find: the members of one simulation, what each drew for every parameter, and what of the spread of
 * the output goes with it. */
#include "answers/matter.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_MEMBERS = 200 };

truce_matter_options truce_matter_default_options(void)
{
    return (truce_matter_options){.members = 4000, .seed = 1};
}

typedef struct sample {
    size_t count;    /* sound members */
    uint64_t *which; /* their numbers */
    double *y;
} sample;

static truce_status read_output(truce_matter *m, statement *output, truce_error *error)
{
    const tree nowhere = {0};
    size_t scenario = 0;
    if (!m->asked.output)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "an output is needed");
    if (m->asked.scenario)
        TRY(simulate_find_scenario(m->c, m->asked.scenario, &scenario, error));
    TRY(statement_parse(m->c, m->asked.output, &nowhere, &m->memory, output, error));
    if (output->compares || statement_last(output) == MONTH_NONE)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                         "the output \"%s\" must be a value of the model, and compare nothing",
                         m->asked.output);
    for (size_t i = 0; i < output->term_count; i++) {
        if (output->terms[i].source == TERM_TALKS)
            return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "an output cannot ask talks");
        if (output->terms[i].scenario == SIZE_MAX)
            output->terms[i].scenario = scenario;
    }
    statement_fill_data(output, m->c->stop);
    return TRUCE_OK;
}

static truce_status simulate_output(truce_matter *m, statement *output, sample *s, truce_error *error)
{
    const truce_matter_options *o = &m->asked;
    truce_case view = *m->c;
    statement *outputs[] = {output};
    truce_ensemble_options run = truce_ensemble_default_options();
    month last = statement_last(output), fitted = last;
    if (o->posterior)
        fitted = m->c->start + (month)o->posterior->months - 1;
    view.stop = last > fitted ? last : fitted;
    run.members = o->members;
    run.seed = o->seed;
    run.threads = o->threads;
    run.engine = o->engine;
    bool *bad = arena_array(&m->memory, o->members, sizeof *bad);
    s->which = arena_array(&m->memory, o->members, sizeof *s->which);
    s->y = arena_array(&m->memory, o->members, sizeof *s->y);
    if (!bad || !s->which || !s->y)
        return error_memory(error);
    TRY(terms_fill(&view, outputs, 1, o->posterior, &run, &m->memory, bad, error));
    for (size_t i = 0; i < o->members; i++) {
        double value = bad[i] ? NAN : statement_value(output, i);
        if (!isfinite(value))
            continue;
        s->which[s->count] = i;
        s->y[s->count++] = value;
    }
    return s->count >= LEAST_MEMBERS / 2
               ? TRUCE_OK
               : error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the output is known of too few members");
}

/* What a member drew. */
static double drawn(const truce_matter *m, size_t parameter, uint64_t member)
{
    const case_parameter *p = &m->c->parameters[parameter];
    const truce_fit *fit = m->asked.posterior;
    size_t found = fit ? fit_parameter(fit, p->name) : SIZE_MAX;
    return found != SIZE_MAX ? fit->values[found * fit->count + member % fit->count]
                             : truce_distribution_draw(&p->prior, m->asked.seed, member, p->name);
}

/* What the greatest of so many shares of parameters without any part exceeds in one case of twenty: each is normal
 * with a variance of 1 / members then (Chatterjee 2021), and the bound is Bonferroni's. */
static double chance_of_many(size_t members, size_t parameters)
{
    const truce_distribution normal = {.kind = TRUCE_NORMAL, .b = 1, .scale = 1};
    return truce_distribution_quantile(&normal, 1 - 0.05 / (double)parameters) / sqrt((double)members);
}

static truce_status estimate(truce_matter *m, const sample *s, truce_error *error)
{
    double *x = malloc((s->count + 1) * sizeof *x);
    truce_status status = x ? TRUCE_OK : error_memory(error);
    for (size_t p = 0; p < m->count && status == TRUCE_OK; p++) {
        for (size_t i = 0; i < s->count; i++)
            x[i] = drawn(m, p, s->which[i]);
        m->indices[p].parameter = m->c->parameters[p].name;
        if (!matter_index(x, s->y, s->count, &m->indices[p]))
            status = error_memory(error);
        if (!(m->indices[p].share > chance_of_many(s->count, m->count)))
            m->indices[p].resolved = false;
    }
    free(x);
    return status;
}

static int by_share(const void *a, const void *b)
{
    const truce_index *x = a, *y = b;
    double first = isnan(x->share) ? -INFINITY : x->share, second = isnan(y->share) ? -INFINITY : y->share;
    return (first < second) - (first > second);
}

static truce_status keep_output(truce_matter *m, const sample *s, truce_error *error)
{
    float *values = malloc((2 * s->count + 1) * sizeof *values);
    for (size_t i = 0; values && i < s->count; i++)
        values[i] = (float)s->y[i];
    if (values)
        m->output = answers_statistics(values, values + s->count, s->count);
    free(values);
    return values ? TRUCE_OK : error_memory(error);
}

static truce_status find(truce_matter *m, truce_error *error)
{
    statement output;
    sample s = {0};
    const char **words[] = {&m->asked.output, &m->asked.scenario, &m->asked.command};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*words[i] && !(*words[i] = arena_string(&m->memory, *words[i])))
            return error_memory(error);
    if (m->asked.members < LEAST_MEMBERS || m->asked.members > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "what matters is judged with %d to %d members",
                         LEAST_MEMBERS, TRUCE_MEMBERS_AT_ONCE);
    if (m->asked.posterior && m->asked.members > m->asked.posterior->count)
        m->asked.members = m->asked.posterior->count; /* the same draw again would pass for a neighbour */
    TRY(read_output(m, &output, error));
    TRY(simulate_output(m, &output, &s, error));
    m->count = m->c->parameter_count;
    m->indices = arena_array(&m->memory, m->count + 1, sizeof *m->indices);
    if (!m->indices)
        return error_memory(error);
    TRY(keep_output(m, &s, error));
    double *ranks = arena_array(&m->memory, s.count + 1, sizeof *ranks);
    if (!ranks || !matter_ranks(s.y, s.count, ranks))
        return error_memory(error);
    s.y = ranks; /* a few members far out would decide over the variance of the values */
    TRY(estimate(m, &s, error));
    qsort(m->indices, m->count, sizeof *m->indices, by_share);
    return TRUCE_OK;
}

truce_status truce_matter_find(const truce_case *c, const truce_matter_options *options,
                               truce_matter **matter, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(options, "options");
    REQUIRE(matter, "matter");
    REQUIRE(options->output, "output");
    *matter = NULL;
    truce_matter *m = calloc(1, sizeof *m);
    if (!m)
        return error_memory(error);
    *m = (truce_matter){.c = c, .asked = *options};
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

size_t truce_matter_count(const truce_matter *m)
{
    return m ? m->count : 0;
}

truce_index truce_matter_index(const truce_matter *m, size_t index)
{
    return m && index < m->count ? m->indices[index] : (truce_index){.parameter = "", .share = NAN};
}

truce_statistics truce_matter_output(const truce_matter *m)
{
    return m ? m->output : answers_nothing();
}
