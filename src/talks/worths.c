/* Draws of what things are worth to the sides. */
#include "talks/worths.h"

#include "math/distribution.h"
#include "math/quantiles.h"
#include "math/random.h"
#include "talks/futures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Members of an adapted design that are drawn from the priors: one in so many. */
enum { DEFENSIVE = 5, CHUNK = 1024 };
/* Moments closer than this to those of the prior are left as they are: they would cost weight for nothing. */
static const double least_shift = 0.1, least_narrowing = 0.95;
/* Narrower than this a coordinate is not drawn, whatever few members say. */
static const double narrowest = 0.4;

double line_place(const case_talks *t, double value)
{
    return (value - t->wanted[CASE_DEFENDER]) / (t->wanted[CASE_ATTACKER] - t->wanted[CASE_DEFENDER]);
}

double line_share(const case_talks *t, double value)
{
    double share = line_place(t, value);
    return share < 0.0 ? 0.0 : share > 1.0 ? 1.0 : share;
}

/* ---- Draws -------------------------------------------------------------------------------------------- */

typedef struct drawing {
    worths *w;
    const worths_design *design;
    uint64_t seed;
    unsigned threads;
    size_t members;
    float *next;
    double *log_ratio; /* of the proposal's density to the prior's; NULL without a design */
    bool failed;
} drawing;

/* Standard normal coordinate of a member, by the design (NULL: the prior's). */
static double coordinate(const worths_design *design, uint64_t seed, size_t quantity, uint64_t stream,
                         size_t m)
{
    double z = normal_quantile(distribution_uniform(seed, m, stream));
    return design && m % DEFENSIVE != 0 ? design->mean[quantity] + design->deviation[quantity] * z : z;
}

static double bounded_probability(double z)
{
    double p = normal_probability(z);
    return p < 1e-15 ? 1e-15 : p > 1.0 - 1e-15 ? 1.0 - 1e-15 : p;
}

/* One quantity, for members a chunk at a time. */
typedef struct quantity_drawing {
    const drawing *of;
    const case_quantity *quantity;
    size_t number;
    uint64_t stream;
    bool adapted; /* by the design */
    float *out;
} quantity_drawing;

static float draw_adapted(const quantity_drawing *q, size_t m)
{
    const drawing *d = q->of;
    double mean = d->design->mean[q->number], deviation = d->design->deviation[q->number];
    double z = coordinate(d->design, d->seed, q->number, q->stream, m), standard = (z - mean) / deviation;
    d->log_ratio[m] += 0.5 * (z * z - standard * standard) - portable_log(deviation);
    return (float)truce_distribution_quantile(&q->quantity->prior, bounded_probability(z));
}

static bool draw_chunk(void *context, unsigned worker, size_t chunk)
{
    const quantity_drawing *q = context;
    const drawing *d = q->of;
    size_t end = (chunk + 1) * CHUNK < d->members ? (chunk + 1) * CHUNK : d->members;
    (void)worker;
    for (size_t m = chunk * CHUNK; m < end; m++)
        q->out[m] = q->adapted ? draw_adapted(q, m)
                               : (float)distribution_draw_from(&q->quantity->prior, d->seed, m, q->stream);
    return true;
}

static float *draw(drawing *d, const case_quantity *q)
{
    float *values = d->next;
    size_t at = d->w->count++;
    d->next += d->members;
    d->w->quantities[at] = q;
    d->w->values[at] = values;
    quantity_drawing drawn = {.of = d,
                              .quantity = q,
                              .number = at,
                              .adapted = d->design && q->prior.kind != TRUCE_FIXED,
                              .out = values};
    if (d->failed || !distribution_stream(q->name, &drawn.stream))
        d->failed = true;
    else
        workers_run(d->threads, (d->members + CHUNK - 1) / CHUNK, draw_chunk, &drawn);
    return values;
}

/* Of values that are used in another form than that in which they are drawn. */
static float *derived(drawing *d)
{
    float *values = d->next;
    d->next += d->members;
    return values;
}

/* ---- Checks ------------------------------------------------------------------------------------------- */

static truce_status check(const case_talks *t, const worths *w, size_t members, const char *file,
                          truce_error *error)
{
    for (size_t m = 0; m < members; m++) {
        for (int i = 0; i < CASE_SIDES; i++) {
            if (!(w->stake[i][m] > 0.0f))
                return error_set(error, TRUCE_BAD_INPUT, file, 0,
                                 "the stake must be worth more than 0 to both sides, and member %zu has %g",
                                 m, w->stake[i][m]);
            if (!(w->discount[i][m] > 0.0f && w->discount[i][m] <= 1.0f))
                return error_set(error, TRUCE_BAD_INPUT, file, 0,
                                 "a discount rate must not be negative (member %zu)", m);
            if (!(w->bears[i][m] > 0.0f && w->bears[i][m] <= 1.0f))
                return error_set(error, TRUCE_BAD_INPUT, file, 0,
                                 "those who decide bear more than none and at most all of what war costs, "
                                 "not %g of it (member %zu)",
                                 w->bears[i][m], m);
            if (!(w->signing[i][m] >= 0.0f && w->relaxation[i][m] >= 0.0f && w->relaxation[i][m] <= 1.0f))
                return error_set(
                    error, TRUCE_BAD_INPUT, file, 0,
                    "\"signing\" must not be negative, and \"relaxation\" be 0 to 1 (member %zu)", m);
            for (int issue = 0; issue < CASE_ISSUES; issue++)
                if (isnan(w->hard[issue][i][m]))
                    return error_set(error, TRUCE_BAD_INPUT, file, 0,
                                     "the probability that a side is \"hard\" must be 0 to 1 (member %zu)",
                                     m);
        }
        if (!(w->proposer[m] >= 0.0f && w->proposer[m] <= 1.0f))
            return error_set(error, TRUCE_BAD_INPUT, file, 0,
                             "the probability of proposing must be 0 to 1, and member %zu has %g", m,
                             w->proposer[m]);
        if (!(w->openings[m] >= 0.0f && w->openings[m] <= 1.0f && w->error[m] >= 0.0f))
            return error_set(error, TRUCE_BAD_INPUT, file, 0,
                             "the rate of openings must be 0 to 1, and the error of decisions not negative "
                             "(member %zu)",
                             m);
        bool negative = !(w->incidents[m] >= 0.0f), believed = true;
        for (size_t g = 0; g < t->guarantee_count; g++) {
            negative = negative || !(w->hazard_ratio[g][m] >= 0.0f);
            believed = believed && w->credibility[g][m] >= 0.0f && w->credibility[g][m] <= 1.0f;
        }
        if (negative)
            return error_set(error, TRUCE_BAD_INPUT, file, 0,
                             "incidents and hazard ratios must not be negative (member %zu)", m);
        if (!believed)
            return error_set(error, TRUCE_BAD_INPUT, file, 0,
                             "the credibility of a guarantee must be 0 to 1 (member %zu)", m);
    }
    return TRUCE_OK;
}

/* ---- All of them -------------------------------------------------------------------------------------- */

enum { PLAIN_PAIRS = 8 + CASE_ISSUES, SINGLE = 4 };

static bool make_room(const case_talks *t, const worths_design *design, size_t members, worths *w, drawing *d)
{
    size_t quantities = PLAIN_PAIRS * CASE_SIDES + SINGLE + t->guarantee_count * (2 * CASE_SIDES + 2) +
                        t->form_count * CASE_SIDES;
    size_t columns = quantities + (2 + CASE_ISSUES) * CASE_SIDES;
    size_t tables = t->guarantee_count * (2 * CASE_SIDES + 2) + t->form_count * CASE_SIDES;
    float *values = w->memory[0] = calloc(columns * members, sizeof *values);
    float **pointers = w->memory[1] = calloc(quantities + tables + 1, sizeof *pointers);
    w->quantities = w->memory[2] = calloc(quantities, sizeof *w->quantities);
    if (design)
        w->weights = w->memory[3] = calloc(members, sizeof *w->weights);
    if (!values || !pointers || !w->quantities || (design && !w->weights))
        return false;
    w->values = pointers;
    pointers += quantities;
    w->penalty = (float *(*)[CASE_SIDES])pointers;
    w->cost = w->penalty + t->guarantee_count;
    w->weight = w->cost + t->guarantee_count;
    w->hazard_ratio = (float **)(w->weight + t->form_count);
    w->credibility = w->hazard_ratio + t->guarantee_count;
    d->next = values;
    return true;
}

static void draw_first(drawing *d, const case_talks *t)
{
    worths *w = d->w;
    for (int i = 0; i < CASE_SIDES; i++) {
        w->stake[i] = draw(d, &t->stake[i]);
        w->dictated[i] = draw(d, &t->dictated[i]);
        w->relief[i] = draw(d, &t->relief[i]);
        const float *rate = draw(d, &t->discount[i]);
        w->discount[i] = derived(d);
        for (size_t m = 0; m < d->members; m++)
            w->discount[i][m] = (float)portable_pow(1.0 + rate[m], -1.0 / 12.0);
    }
    w->proposer = draw(d, &t->proposer);
    w->incidents = draw(d, &t->incidents);
    for (size_t g = 0; g < t->guarantee_count; g++) {
        for (int i = 0; i < CASE_SIDES; i++) {
            w->penalty[g][i] = draw(d, &t->guarantees[g].penalty[i]);
            w->cost[g][i] = draw(d, &t->guarantees[g].cost[i]);
        }
        w->hazard_ratio[g] = draw(d, &t->guarantees[g].hazard_ratio);
        w->credibility[g] = draw(d, &t->guarantees[g].credibility);
    }
    w->openings = draw(d, &t->opening_rate);
    w->error = draw(d, &t->error);
}

/* Whether a side is hard on an issue, by the probability of the member's world; NaN: it is none. */
static float *draw_hard(drawing *d, const case_quantity *q, int issue, int side)
{
    const float *probability = draw(d, q);
    float *hard = derived(d);
    uint64_t stream = hash_bytes("hard aim", 8) + (uint64_t)(issue * CASE_SIDES + side);
    for (size_t m = 0; m < d->members; m++)
        hard[m] = !(probability[m] >= 0.0f && probability[m] <= 1.0f)      ? NAN
                  : random_uniform(d->seed, m, stream, 0) < probability[m] ? 1.0f
                                                                           : 0.0f;
    return hard;
}

static void draw_government(drawing *d, const case_talks *t)
{
    static const case_quantity all = {.name = "bears", .prior = {.kind = TRUCE_FIXED, .a = 1, .scale = 1}},
                               none = {.name = "none", .prior = {.kind = TRUCE_FIXED, .scale = 1}};
    const case_government *g = t->government;
    worths *w = d->w;
    for (int i = 0; i < CASE_SIDES; i++) {
        w->bears[i] = draw(d, g ? &g->bears[i] : &all);
        w->signing[i] = draw(d, g ? &g->signing[i] : &none);
        w->relaxation[i] = draw(d, g ? &g->relaxation[i] : &none);
        w->yields[i] = draw(d, g ? &g->yields[i] : &none);
        for (int issue = 0; issue < CASE_ISSUES; issue++)
            w->hard[issue][i] = draw_hard(d, g ? &g->hard[issue][i] : &none, issue, i);
        w->effective[i] = derived(d);
        for (size_t m = 0; m < d->members; m++)
            w->effective[i][m] = (float)portable_log(w->stake[i][m] / w->bears[i][m]);
    }
    for (size_t f = 0; f < t->form_count; f++)
        for (int i = 0; i < CASE_SIDES; i++)
            w->weight[f][i] = draw(d, &t->forms[f].weight[i]);
}

/* Prior against the mixture of both. */
static void weigh(drawing *d)
{
    double share = 1.0 / DEFENSIVE, sum = 0.0;
    for (size_t m = 0; m < d->members; m++) {
        d->log_ratio[m] = 1.0 / (share + (1.0 - share) * portable_exp(d->log_ratio[m]));
        sum += d->log_ratio[m];
    }
    for (size_t m = 0; m < d->members; m++)
        d->log_ratio[m] *= (double)d->members / sum;
}

truce_status worths_draw(const truce_case *c, const worths_design *design, const truce_ensemble_options *run,
                         size_t members, worths *w, truce_error *error)
{
    const case_talks *t = c->talks;
    const worths_design *used = design && design->adapted ? design : NULL;
    drawing d = {.w = w, .design = used, .seed = run->seed, .threads = run->threads, .members = members};
    *w = (worths){0};
    if (!make_room(t, used, members, w, &d)) {
        worths_free(w);
        return error_memory(error);
    }
    d.log_ratio = w->weights;
    draw_first(&d, t);
    draw_government(&d, t);
    truce_status status = d.failed ? error_memory(error) : check(t, w, members, c->path, error);
    if (status == TRUCE_OK && used)
        weigh(&d);
    if (status != TRUCE_OK)
        worths_free(w);
    return status;
}

void worths_free(worths *w)
{
    for (size_t i = 0; i < sizeof w->memory / sizeof *w->memory; i++)
        free(w->memory[i]);
    *w = (worths){0};
}

/* ---- The design --------------------------------------------------------------------------------------- */

/* Moments of one coordinate over members that count. */
static void take_moments(const worths_design *old, uint64_t seed, size_t quantity, uint64_t stream,
                         const double *weights, size_t members, worths_design *next)
{
    double sum = 0.0, square = 0.0, mass = 0.0;
    for (size_t m = 0; m < members; m++) {
        if (weights[m] < 1e-3)
            continue;
        double z = coordinate(old, seed, quantity, stream, m);
        sum += weights[m] * z;
        square += weights[m] * z * z;
        mass += weights[m];
    }
    double mean = sum / mass, deviation = sqrt(fmax(square / mass - mean * mean, 0.0));
    deviation = deviation > 1.0 ? 1.0 : deviation < narrowest ? narrowest : deviation;
    if (fabs(mean) < least_shift && deviation > least_narrowing)
        return;
    next->mean[quantity] = mean;
    next->deviation[quantity] = deviation;
}

bool worths_adapt(const worths *w, uint64_t seed, const double *weights, size_t members,
                  worths_design *design)
{
    worths_design next = {.adapted = true,
                          .count = w->count,
                          .mean = calloc(w->count, sizeof *next.mean),
                          .deviation = calloc(w->count, sizeof *next.deviation)};
    bool enough = next.mean && next.deviation;
    for (size_t k = 0; enough && k < w->count; k++) {
        uint64_t stream;
        next.deviation[k] = 1.0;
        if (w->quantities[k]->prior.kind == TRUCE_FIXED)
            continue;
        enough = distribution_stream(w->quantities[k]->name, &stream);
        if (enough)
            take_moments(design->adapted ? design : NULL, seed, k, stream, weights, members, &next);
    }
    worths_design_free(design);
    *design = next;
    return enough;
}

void worths_design_free(worths_design *design)
{
    free(design->mean);
    free(design->deviation);
    *design = (worths_design){0};
}
