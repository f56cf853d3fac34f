/* What matters, from a design on the priors (matter.h). Sobol': so many parameters as are asked for have indices of
 * their own, chosen by a screening where there are more; the others vary together as one input, and all chance is
 * another. Morris: every parameter, and chance. */
#include "answers/matter.h"
#include "answers/sensitivity.h"
#include "math/distribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 1024, LEAST_ROWS = 64, TRAJECTORIES = 20, SCREENING = 10, INPUTS = 25, RUNS_AT_ONCE = 16384 };
/* A total index below this is as good as none: its lower end must lie above to be resolved. */
static const double negligible = 0.01;

typedef struct designing {
    truce_matter *m;
    design d;
    size_t *varying, varying_count; /* parameters of the case that the model knows */
    size_t *input_of;               /* [parameter]: which input it belongs to */
    size_t inputs, luck;            /* luck: the input that chance is, SIZE_MAX without */
    const char **names;             /* [input] */
} designing;

/* ---- Inputs ---------------------------------------------------------------------------------------------------- */

static truce_status find_varying(designing *g, truce_error *error)
{
    const truce_case *c = g->m->c;
    g->varying = arena_array(&g->m->memory, c->parameter_count + 1, sizeof *g->varying);
    g->input_of = arena_array(&g->m->memory, c->parameter_count + 1, sizeof *g->input_of);
    g->names = arena_array(&g->m->memory, c->parameter_count + 2, sizeof *g->names);
    if (!g->varying || !g->input_of || !g->names)
        return error_memory(error);
    for (size_t p = 0; p < c->parameter_count; p++)
        if (c->parameters[p].element != SIZE_MAX && c->parameters[p].prior.kind != TRUCE_FIXED)
            g->varying[g->varying_count++] = p;
    return g->varying_count ? TRUCE_OK
                            : error_set(error, TRUCE_BAD_INPUT, c->path, 0,
                                        "the case has no parameters with priors that the model knows");
}

static void begin_inputs(designing *g)
{
    g->inputs = 0;
    for (size_t p = 0; p < g->m->c->parameter_count; p++)
        g->input_of[p] = SIZE_MAX;
}

static void add_parameter(designing *g, size_t parameter)
{
    g->names[g->inputs] = g->m->c->parameters[parameter].name;
    g->input_of[parameter] = g->inputs++;
}

/* The parameters that are nobody's yet, and chance. */
static truce_status end_inputs(designing *g, truce_error *error)
{
    size_t others = 0;
    for (size_t k = 0; k < g->varying_count; k++)
        if (g->input_of[g->varying[k]] == SIZE_MAX) {
            g->input_of[g->varying[k]] = g->inputs;
            others++;
        }
    if (others && !(g->names[g->inputs++] = arena_format(&g->m->memory, "(%zu other parameters)", others)))
        return error_memory(error);
    g->luck = g->d.has_luck ? g->inputs : SIZE_MAX;
    if (g->d.has_luck)
        g->names[g->inputs++] = "(chance)";
    return TRUCE_OK;
}

/* ---- Points ---------------------------------------------------------------------------------------------------- */

/* The uniform numbers of members first .. first + count - 1. */
static truce_status member_points(const designing *g, uint64_t first, size_t count, double *uniforms,
                                  truce_error *error)
{
    const truce_case *c = g->m->c;
    for (size_t p = 0; p < c->parameter_count; p++) {
        uint64_t stream;
        if (!distribution_stream(c->parameters[p].name, &stream))
            return error_memory(error);
        for (size_t i = 0; i < count; i++)
            uniforms[p * count + i] = distribution_uniform(g->m->asked.seed, first + i, stream);
    }
    return TRUCE_OK;
}

static truce_status run(designing *g, const double *uniforms, const uint64_t *luck, size_t count, double *y,
                        truce_error *error)
{
    g->m->runs += count;
    return design_run(&g->d, uniforms, luck, count, y, error);
}

/* ---- Morris ----------------------------------------------------------------------------------------------------- */

typedef struct walking {
    size_t *varied;     /* [coordinate]: parameter, SIZE_MAX of chance */
    size_t coordinates; /* varying parameters, and chance */
    double *points;     /* of one trajectory */
    size_t *order;      /* [trajectory][coordinate] */
    uint64_t *room;
    double *uniforms; /* [parameter][run] */
    uint64_t *luck;   /* [run] */
    double *y;        /* [time][run] */
    double *effects;  /* [time][trajectory][coordinate] */
} walking;

static truce_status walking_make(const designing *g, size_t together, size_t trajectories, walking *w,
                                 truce_error *error)
{
    size_t runs = together * (g->varying_count + 2);
    w->coordinates = g->varying_count + g->d.has_luck;
    w->varied = calloc(w->coordinates + 1, sizeof *w->varied);
    w->points = calloc((w->coordinates + 1) * w->coordinates + 1, sizeof *w->points);
    w->order = calloc(together * w->coordinates + 1, sizeof *w->order);
    w->room = calloc(w->coordinates + 1, sizeof *w->room);
    w->uniforms = calloc(g->m->c->parameter_count * runs + 1, sizeof *w->uniforms);
    w->luck = calloc(runs + 1, sizeof *w->luck);
    w->y = calloc(g->m->times * runs + 1, sizeof *w->y);
    w->effects = calloc(g->m->times * trajectories * w->coordinates + 1, sizeof *w->effects);
    if (!w->varied || !w->points || !w->order || !w->room || !w->uniforms || !w->luck || !w->y || !w->effects)
        return error_memory(error);
    for (size_t k = 0; k < w->coordinates; k++)
        w->varied[k] = k < g->varying_count ? g->varying[k] : SIZE_MAX;
    return TRUCE_OK;
}

static void walking_free(walking *w)
{
    free(w->varied);
    free(w->points);
    free(w->order);
    free(w->room);
    free(w->uniforms);
    free(w->luck);
    free(w->y);
    free(w->effects);
}

/* The points of `count` trajectories: what does not vary stays in the middle; chance is one of two members' each. */
static void lay_out(const designing *g, walking *w, size_t first, size_t count)
{
    size_t points = w->coordinates + 1, runs = count * points;
    for (size_t i = 0; i < g->m->c->parameter_count * runs; i++)
        w->uniforms[i] = 0.5;
    for (size_t t = 0; t < count; t++) {
        sensitivity_trajectory(g->m->asked.seed, first + t, w->coordinates, w->points,
                               w->order + t * w->coordinates, w->room);
        for (size_t k = 0; k < points; k++) {
            const double *point = w->points + k * w->coordinates;
            w->luck[t * points + k] = 2 * (first + t);
            for (size_t j = 0; j < w->coordinates; j++)
                if (w->varied[j] == SIZE_MAX)
                    w->luck[t * points + k] += point[j] != w->points[j];
                else
                    w->uniforms[w->varied[j] * runs + t * points + k] = point[j];
        }
    }
}

static int upwards(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The share of a sorted sample below a value, ties by half. */
static double standing(const double *sorted, size_t count, double value)
{
    size_t low = 0, high = count, from;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    from = low;
    for (high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return ((double)from + (double)low) / (2 * (double)count);
}

/* Values by their standing in a sample, which is sorted for it; NaN stays. */
static void rank_values(double *sample, size_t count, double *values, size_t value_count)
{
    size_t sound = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(sample[i]))
            sample[sound++] = sample[i];
    qsort(sample, sound, sizeof *sample, upwards);
    for (size_t i = 0; i < value_count; i++)
        if (!isnan(values[i]))
            values[i] = standing(sample, sound, values[i]);
}

static truce_status rank_time(const designing *g, double *y, size_t count, truce_error *error)
{
    double *sample = malloc((count + 1) * sizeof *sample);
    if (!sample)
        return error_memory(error);
    memcpy(sample, y, count * sizeof *y);
    if (!g->m->asked.plain)
        rank_values(sample, count, y, count);
    free(sample);
    return TRUCE_OK;
}

/* By the time all are done the effects are of values; ranks are those among the runs of these trajectories. */
static truce_status take_effects(const designing *g, walking *w, size_t first, size_t count,
                                 size_t trajectories, truce_error *error)
{
    size_t points = w->coordinates + 1, runs = count * points;
    for (size_t time = 0; time < g->m->times; time++) {
        double *y = w->y + time * runs;
        TRY(rank_time(g, y, runs, error));
        for (size_t t = 0; t < count; t++)
            for (size_t k = 0; k < w->coordinates; k++) {
                size_t j = w->order[t * w->coordinates + k], at = t * points + k;
                bool chance = w->varied[j] == SIZE_MAX;
                double up = chance ? 1
                                   : w->uniforms[w->varied[j] * runs + at + 1] -
                                         w->uniforms[w->varied[j] * runs + at];
                w->effects[(time * trajectories + first + t) * w->coordinates + j] = (y[at + 1] - y[at]) / up;
            }
    }
    return TRUCE_OK;
}

static truce_status walk(designing *g, walking *w, size_t together, size_t trajectories, bool keep,
                         truce_error *error)
{
    for (size_t first = 0; first < trajectories; first += together) {
        size_t count = together < trajectories - first ? together : trajectories - first;
        size_t runs = count * (w->coordinates + 1);
        lay_out(g, w, first, count);
        TRY(run(g, w->uniforms, w->luck, runs, w->y, error));
        if (keep && first == 0)
            TRY(matter_keep_output(g->m, w->y, runs, error));
        TRY(take_effects(g, w, first, count, trajectories, error));
    }
    return TRUCE_OK;
}

/* Elementary effects of all varying parameters, and of chance; indices [time][coordinate]. */
static truce_status morris(designing *g, size_t trajectories, bool keep, truce_index *indices,
                           truce_error *error)
{
    walking w = {0};
    size_t together = RUNS_AT_ONCE / (g->varying_count + 2) + 1;
    together = together < trajectories ? together : trajectories;
    truce_status status = walking_make(g, together, trajectories, &w, error);
    if (status == TRUCE_OK)
        status = walk(g, &w, together, trajectories, keep, error);
    for (size_t t = 0; t < g->m->times && status == TRUCE_OK; t++)
        if (!sensitivity_morris(w.effects + t * trajectories * w.coordinates, trajectories, w.coordinates,
                                g->m->asked.seed, indices + t * w.coordinates))
            status = error_memory(error);
    walking_free(&w);
    return status;
}

static truce_status find_effects(designing *g, truce_error *error)
{
    truce_matter *m = g->m;
    size_t trajectories = m->asked.members ? m->asked.members : TRAJECTORIES;
    if (trajectories < 2 || trajectories > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a screening has 2 to %d trajectories",
                         TRUCE_MEMBERS_AT_ONCE);
    m->asked.members = trajectories;
    begin_inputs(g);
    for (size_t k = 0; k < g->varying_count; k++)
        add_parameter(g, g->varying[k]);
    TRY(end_inputs(g, error));
    m->count = g->inputs;
    m->indices = arena_array(&m->memory, m->times * m->count, sizeof *m->indices);
    if (!m->indices)
        return error_memory(error);
    for (size_t i = 0; i < m->times * m->count; i++)
        m->indices[i] = matter_nothing(g->names[i % m->count]);
    TRY(morris(g, trajectories, true, m->indices, error));
    /* Told apart from the last half of the inputs: what may rank there is not ranked. */
    for (size_t i = 0; i < m->times * m->count; i++)
        m->indices[i].resolved =
            m->indices[i].size > 0 && m->indices[i].worst_rank <= fmax(2, (double)m->count / 2);
    return TRUCE_OK;
}

/* ---- Which parameters Sobol' indices are for ---------------------------------------------------------------------- */

static truce_status screen(designing *g, size_t most, truce_error *error)
{
    truce_matter *m = g->m;
    size_t coordinates = g->varying_count + g->d.has_luck, times = m->times;
    truce_index *found = calloc(coordinates + 1, sizeof *found);
    bool *taken = calloc(coordinates + 1, sizeof *taken);
    truce_status status = found && taken ? TRUCE_OK : error_memory(error);
    m->times = g->d.times = 1;
    if (status == TRUCE_OK)
        status = morris(g, SCREENING, false, found, error);
    m->times = g->d.times = times;
    m->screened = g->varying_count;
    for (size_t i = 0; i < most && status == TRUCE_OK; i++) {
        size_t best = SIZE_MAX;
        for (size_t k = 0; k < g->varying_count; k++)
            if (!taken[k] && (best == SIZE_MAX || found[k].size > found[best].size))
                best = k;
        taken[best] = true;
        add_parameter(g, g->varying[best]);
    }
    free(found);
    free(taken);
    return status;
}

static truce_status choose_inputs(designing *g, truce_error *error)
{
    size_t most = g->m->asked.inputs ? g->m->asked.inputs : INPUTS;
    begin_inputs(g);
    if (g->varying_count > most)
        TRY(screen(g, most, error));
    else
        for (size_t k = 0; k < g->varying_count; k++)
            add_parameter(g, g->varying[k]);
    return end_inputs(g, error);
}

/* ---- Sobol' ------------------------------------------------------------------------------------------------------ */

typedef struct matrices {
    size_t rows, columns;  /* columns: a, b, and one for each input */
    double *a, *b, *mixed; /* [parameter][row] */
    uint64_t *luck[2], *luck_mixed;
    double *y; /* [column][time][row] */
} matrices;

static truce_status matrices_make(const designing *g, size_t rows, matrices *x, truce_error *error)
{
    size_t points = g->m->c->parameter_count * rows;
    x->rows = rows;
    x->columns = g->inputs + 2;
    x->a = calloc(points, sizeof *x->a);
    x->b = calloc(points, sizeof *x->b);
    x->mixed = calloc(points, sizeof *x->mixed);
    x->luck[0] = calloc(rows, sizeof *x->luck[0]);
    x->luck[1] = calloc(rows, sizeof *x->luck[1]);
    x->y = calloc(x->columns * g->m->times * rows, sizeof *x->y);
    if (!x->a || !x->b || !x->mixed || !x->luck[0] || !x->luck[1] || !x->y)
        return error_memory(error);
    for (size_t j = 0; j < rows; j++) {
        x->luck[0][j] = j;
        x->luck[1][j] = rows + j;
    }
    TRY(member_points(g, 0, rows, x->a, error));
    TRY(member_points(g, rows, rows, x->b, error));
    memcpy(x->mixed, x->a, points * sizeof *x->mixed);
    return TRUCE_OK;
}

static void matrices_free(matrices *x)
{
    free(x->a);
    free(x->b);
    free(x->mixed);
    free(x->luck[0]);
    free(x->luck[1]);
    free(x->y);
}

/* Takes the rows of an input from another matrix. */
static void put_input(const designing *g, matrices *x, size_t input, const double *from)
{
    for (size_t p = 0; p < g->m->c->parameter_count; p++)
        if (g->input_of[p] == input)
            memcpy(x->mixed + p * x->rows, from + p * x->rows, x->rows * sizeof *from);
}

static truce_status run_matrices(designing *g, matrices *x, truce_error *error)
{
    size_t size = g->m->times * x->rows;
    TRY(run(g, x->a, x->luck[0], x->rows, x->y, error));
    TRY(run(g, x->b, x->luck[1], x->rows, x->y + size, error));
    for (size_t i = 0; i < g->inputs; i++) {
        put_input(g, x, i, x->b);
        TRY(run(g, x->mixed, x->luck[i == g->luck], x->rows, x->y + (i + 2) * size, error));
        put_input(g, x, i, x->a);
    }
    return TRUCE_OK;
}

/* The rows of one time in which no run failed, column by column, as ranks unless plain values are asked for. */
static truce_status sound_rows(const designing *g, const matrices *x, size_t time, double *y, size_t *sound,
                               truce_error *error)
{
    size_t size = g->m->times * x->rows, count = 0;
    for (size_t j = 0; j < x->rows; j++) {
        bool good = true;
        for (size_t k = 0; k < x->columns; k++)
            good = good && !isnan(x->y[k * size + time * x->rows + j]);
        for (size_t k = 0; good && k < x->columns; k++)
            y[k * x->rows + count] = x->y[k * size + time * x->rows + j];
        count += good;
    }
    *sound = count;
    if (count < LEAST_ROWS / 2)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the output is known for too few members");
    double *sample = malloc(2 * count * sizeof *sample);
    if (!sample)
        return error_memory(error);
    memcpy(sample, y, count * sizeof *y);
    memcpy(sample + count, y + x->rows, count * sizeof *y);
    for (size_t k = 0; k < x->columns && !g->m->asked.plain; k++)
        rank_values(sample, 2 * count, y + k * x->rows, count);
    free(sample);
    return TRUCE_OK;
}

/* Rank correlations of parameters that are inputs by themselves with the value, at the first sample. */
static truce_status find_directions(const designing *g, const matrices *x, size_t time, truce_error *error)
{
    const double *y = x->y + time * x->rows;
    double *sound = malloc((2 * x->rows + 1) * sizeof *sound);
    truce_status status = sound ? TRUCE_OK : error_memory(error);
    for (size_t p = 0; p < g->m->c->parameter_count && status == TRUCE_OK; p++) {
        size_t input = g->input_of[p], count = 0;
        if (input == SIZE_MAX || g->names[input] != g->m->c->parameters[p].name)
            continue;
        for (size_t j = 0; j < x->rows; j++)
            if (!isnan(y[j])) {
                sound[count] = x->a[p * x->rows + j];
                sound[x->rows + count++] = y[j];
            }
        if (!matter_correlation(sound, sound + x->rows, count, &matter_at(g->m, time, input)->slope))
            status = error_memory(error);
    }
    free(sound);
    return status;
}

static truce_status estimate_time(const designing *g, const matrices *x, size_t time, double *y,
                                  const double **columns, truce_error *error)
{
    size_t sound;
    TRY(find_directions(g, x, time, error));
    TRY(sound_rows(g, x, time, y, &sound, error));
    for (size_t i = 0; i < g->inputs; i++)
        columns[i] = y + (i + 2) * x->rows;
    if (!sensitivity_sobol(y, y + x->rows, columns, sound, g->inputs, g->m->asked.seed,
                           matter_at(g->m, time, 0)))
        return error_memory(error);
    for (size_t i = 0; i < g->inputs; i++)
        matter_at(g->m, time, i)->resolved = matter_at(g->m, time, i)->total_low > negligible;
    return TRUCE_OK;
}

static truce_status estimate(const designing *g, const matrices *x, truce_error *error)
{
    truce_matter *m = g->m;
    m->count = g->inputs;
    m->indices = arena_array(&m->memory, m->times * m->count, sizeof *m->indices);
    double *y = calloc(x->columns * x->rows, sizeof *y);
    const double **columns = calloc(g->inputs, sizeof *columns);
    truce_status status = m->indices && y && columns ? TRUCE_OK : error_memory(error);
    for (size_t i = 0; status == TRUCE_OK && i < m->times * m->count; i++)
        m->indices[i] = matter_nothing(g->names[i % m->count]);
    for (size_t t = 0; t < m->times && status == TRUCE_OK; t++)
        status = estimate_time(g, x, t, y, columns, error);
    free(y);
    free(columns);
    return status;
}

static truce_status find_shares(designing *g, truce_error *error)
{
    truce_matter *m = g->m;
    matrices x = {0};
    size_t rows = m->asked.members ? m->asked.members : ROWS;
    if (rows < LEAST_ROWS || rows > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a design has %d to %d rows", LEAST_ROWS,
                         TRUCE_MEMBERS_AT_ONCE);
    m->asked.members = rows;
    TRY(choose_inputs(g, error));
    truce_status status = matrices_make(g, rows, &x, error);
    if (status == TRUCE_OK)
        status = run_matrices(g, &x, error);
    if (status == TRUCE_OK)
        status = matter_keep_output(m, x.y, rows, error);
    if (status == TRUCE_OK)
        status = estimate(g, &x, error);
    matrices_free(&x);
    return status;
}

truce_status matter_from_design(truce_matter *m, truce_error *error)
{
    designing g = {.m = m};
    const truce_matter_options *o = &m->asked;
    truce_ensemble_options run_options = {.members = 4096,
                                          .seed = o->seed,
                                          .threads = o->threads,
                                          .engine = o->engine,
                                          .progress = answers_go_on,
                                          .context = &m->watched};
    TRY(find_varying(&g, error));
    truce_status status = design_open(&g.d, &m->view, &m->value, m->back, m->times, &run_options, error);
    if (status == TRUCE_OK)
        status = m->method == TRUCE_MATTER_MORRIS ? find_effects(&g, error) : find_shares(&g, error);
    design_close(&g.d);
    return status;
}
