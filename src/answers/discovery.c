/* truce_discovery_find (truce.h): members, half of which are searched for a box; the others judge it. */
#include "answers/discovery.h"
#include "answers/answers.h"
#include "answers/matter.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>

enum { MEMBERS = 4000, LEAST_MEMBERS = 400, SEARCHES = 20, PARAMETERS = 4 };

truce_discovery_options truce_discovery_default_options(void)
{
    return (truce_discovery_options){.members = MEMBERS, .seed = 1};
}

/* One half of the members: those of even numbers, or of odd ones. */
typedef struct half {
    prim_points points;
    double *x;
    uint8_t *hits;
    uint32_t *order;
    size_t all_hits;
} half;

typedef struct discovering {
    truce_discovery *d;
    matter_sample sample;
    size_t *parameters, count; /* those that vary, then those of them that are searched */
    size_t tried;              /* how many vary: the searched ones were chosen among them */
    half searched, held_back;
    prim_box box;
} discovering;

/* ---- Members ------------------------------------------------------------------------------------------------------ */

static truce_status simulate_members(discovering *g, truce_error *error)
{
    truce_discovery *d = g->d;
    static const int back[] = {0};
    statement when;
    const truce_fit *fit = d->asked.posterior;
    const char **words[] = {&d->asked.when, &d->asked.scenario, &d->asked.command};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*words[i] && !(*words[i] = arena_string(&d->memory, *words[i])))
            return error_memory(error);
    if (fit && d->asked.members > fit->count)
        d->asked.members = fit->count;
    if (d->asked.members < (fit ? LEAST_MEMBERS / 2 : LEAST_MEMBERS) ||
        d->asked.members > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "futures are searched with %d to %d members",
                         fit ? LEAST_MEMBERS / 2 : LEAST_MEMBERS, TRUCE_MEMBERS_AT_ONCE);
    TRY(matter_read(d->c, d->asked.when, d->asked.scenario, true, &d->memory, &when, error));
    truce_case view = matter_view(d->c, &when, fit);
    truce_ensemble_options run = {.members = d->asked.members,
                                  .seed = d->asked.seed,
                                  .threads = d->asked.threads,
                                  .engine = d->asked.engine,
                                  .progress = answers_go_on,
                                  .context = &d->watched};
    return matter_sample_make(&view, &when, fit, &run, back, 1, &d->memory, &g->sample, error);
}

static truce_status list_parameters(discovering *g, truce_error *error)
{
    const truce_case *c = g->d->c;
    g->parameters = arena_array(&g->d->memory, c->parameter_count + 1, sizeof *g->parameters);
    if (!g->parameters)
        return error_memory(error);
    for (size_t p = 0; p < c->parameter_count; p++)
        if (c->parameters[p].element != SIZE_MAX && c->parameters[p].prior.kind != TRUCE_FIXED)
            g->parameters[g->count++] = p;
    return g->count ? TRUCE_OK
                    : error_set(error, TRUCE_BAD_INPUT, c->path, 0,
                                "the case has no parameters with priors that the model knows");
}

static truce_status fill_half(const discovering *g, uint64_t odd, half *h, truce_error *error)
{
    arena *memory = &g->d->memory;
    *h = (half){0};
    size_t most = g->sample.count / 2 + 1, count = 0;
    uint64_t *which = arena_array(memory, most, sizeof *which);
    h->hits = arena_array(memory, most, sizeof *h->hits);
    h->x = arena_array(memory, most * (g->count + 1), sizeof *h->x);
    h->order = arena_array(memory, most * (g->count + 1), sizeof *h->order);
    if (!which || !h->hits || !h->x || !h->order)
        return error_memory(error);
    for (uint64_t m = odd; m < g->sample.count; m += 2)
        if (!isnan(g->sample.y[m])) {
            h->hits[count] = g->sample.y[m] != 0;
            h->all_hits += h->hits[count];
            which[count++] = m;
        }
    for (size_t k = 0; k < g->count; k++) {
        matter_draws draws;
        if (!matter_draws_of(g->d->c, g->d->asked.posterior, g->d->asked.seed, g->parameters[k], &draws))
            return error_memory(error);
        for (size_t i = 0; i < count; i++)
            h->x[k * count + i] = matter_drawn(&draws, which[i]);
    }
    h->points = (prim_points){count, g->count, h->x, h->hits, h->order};
    return prim_sort(h->x, count, g->count, h->order) ? TRUCE_OK : error_memory(error);
}

/* ---- Which parameters are searched ---------------------------------------------------------------------------- */

/* How far hits go with a parameter beyond what chance gives the greatest of so many, in units of that: by rank, or by
 * neighbours where they bend. */
static truce_status strength_of(const discovering *g, const double *x, const double *hits, double *strength,
                                truce_error *error)
{
    size_t count = g->searched.points.count;
    double correlation, share;
    if (!matter_correlation(x, hits, count, &correlation) || !matter_share(x, hits, count, &share))
        return error_memory(error);
    *strength =
        fmax(fabs(correlation) / matter_chance(count, 2 * g->count), share / matter_chance(count, g->count));
    return TRUCE_OK;
}

/* Puts a parameter among the strongest, which stand in front. */
static void rank_parameter(discovering *g, double *strengths, size_t parameter, double strength, size_t most,
                           size_t *chosen)
{
    size_t at = *chosen < most ? (*chosen)++ : most;
    for (; at > 0 && strengths[at - 1] < strength; at--)
        if (at < most) {
            strengths[at] = strengths[at - 1];
            g->parameters[at] = g->parameters[at - 1];
        }
    if (at < most) {
        strengths[at] = strength;
        g->parameters[at] = parameter;
    }
}

/* Among hundreds of parameters a peel finds one that does better by chance at every step, and a box of many has no
 * sentence: only the few that stand out most by themselves are searched. */
static truce_status choose_parameters(discovering *g, truce_error *error)
{
    size_t count = g->searched.points.count, chosen = 0;
    size_t most = g->d->asked.parameters ? g->d->asked.parameters : PARAMETERS;
    double *hits = malloc((count + 1) * sizeof *hits), *strengths = malloc((most + 1) * sizeof *strengths);
    truce_status status = hits && strengths ? TRUCE_OK : error_memory(error);
    for (size_t i = 0; hits && i < count; i++)
        hits[i] = g->searched.hits[i];
    for (size_t k = 0; k < g->count && status == TRUCE_OK; k++) {
        double strength = 0;
        status = strength_of(g, g->searched.x + k * count, hits, &strength, error);
        if (status == TRUCE_OK && strength > 1)
            rank_parameter(g, strengths, g->parameters[k], strength, most, &chosen);
    }
    free(hits);
    free(strengths);
    g->count = chosen;
    return status;
}

/* ---- The box ------------------------------------------------------------------------------------------------------- */

/* A restriction must be unlikely to be chance among all that could have been made, at either end of every parameter that
 * was looked at, also of those that the screening has left out: Bonferroni's bound. */
static double most_chance(const discovering *g)
{
    return g->tried ? 0.05 / (2 * (double)g->tried) : 1;
}

static truce_status make_box(arena *memory, size_t inputs, prim_box *box, truce_error *error)
{
    *box = (prim_box){.low = arena_array(memory, inputs + 1, sizeof *box->low),
                      .high = arena_array(memory, inputs + 1, sizeof *box->high)};
    return box->low && box->high ? TRUCE_OK : error_memory(error);
}

static truce_status search(const discovering *g, const prim_points *points, prim_box *box, prim_step *steps,
                           size_t *count, truce_error *error)
{
    if (!prim_search(points, g->d->asked.density, box, steps, count))
        return error_memory(error);
    prim_prune(points, box, most_chance(g));
    return TRUCE_OK;
}

static truce_box_counts count_box(size_t members, size_t hits, size_t points, size_t box_hits)
{
    truce_box_counts c = {members, hits, points, box_hits, NAN, NAN, NAN, NAN};
    if (points) {
        c.density = (double)box_hits / (double)points;
        answers_share_interval(c.density, (double)points, &c.low, &c.high);
    }
    if (hits)
        c.coverage = (double)box_hits / (double)hits;
    return c;
}

static truce_box_counts count_half(const half *h, prim_box *box)
{
    prim_count(&h->points, box);
    return count_box(h->points.count, h->all_hits, box->points, box->hits);
}

/* ---- Searched again ------------------------------------------------------------------------------------------------- */

/* A half of the searched points, in their order. */
static size_t draw_half(const half *h, size_t inputs, uint64_t seed, uint64_t number, half *to)
{
    uint64_t key = random_key(seed, 0x7072696du), words[2]; /* a stream of its own */
    size_t count = 0, left = h->points.count, wanted = left / 2;
    uint32_t *kept = to->order; /* as room */
    for (size_t i = 0; i < h->points.count; i++, left--) {
        random_words(key, number, i, words);
        if (random_unit(words[0]) * (double)left < (double)(wanted - count))
            kept[count++] = (uint32_t)i;
    }
    for (size_t i = 0; i < count; i++)
        to->hits[i] = h->hits[kept[i]];
    for (size_t k = 0; k < inputs; k++)
        for (size_t i = 0; i < count; i++)
            to->x[k * count + i] = h->x[k * h->points.count + kept[i]];
    return count;
}

static truce_status search_again(discovering *g, truce_error *error)
{
    truce_discovery *d = g->d;
    prim_box box;
    prim_step steps[PRIM_STEPS];
    size_t size = g->searched.points.count * (g->count + 1) + 1, step_count;
    half h = {.x = malloc(size * sizeof(double)),
              .hits = malloc(g->searched.points.count + 1),
              .order = malloc(size * sizeof(uint32_t))};
    truce_status status =
        h.x && h.hits && h.order ? make_box(&d->memory, g->count, &box, error) : error_memory(error);
    for (uint64_t s = 0; s < SEARCHES && status == TRUCE_OK; s++) {
        size_t count = draw_half(&g->searched, g->count, d->asked.seed, s, &h);
        h.points = (prim_points){count, g->count, h.x, h.hits, h.order};
        status = prim_sort(h.x, count, g->count, h.order)
                     ? search(g, &h.points, &box, steps, &step_count, error)
                     : error_memory(error);
        for (size_t k = 0, at = 0; k < g->count && status == TRUCE_OK; k++)
            if (prim_restricts(&g->box, k))
                d->restrictions[at++].found_again += prim_restricts(&box, k);
    }
    for (size_t i = 0; i < d->count; i++)
        d->restrictions[i].found_again /= SEARCHES;
    free(h.x);
    free(h.hits);
    free(h.order);
    return status;
}

/* ---- What was found --------------------------------------------------------------------------------------------------- */

static double share_below(const half *h, size_t input, double end)
{
    size_t below = 0;
    for (size_t i = 0; i < h->points.count; i++)
        below += h->x[input * h->points.count + i] < end;
    return (double)below / (double)h->points.count;
}

static truce_status keep_restrictions(discovering *g, truce_error *error)
{
    truce_discovery *d = g->d;
    d->restrictions = arena_array(&d->memory, g->count + 1, sizeof *d->restrictions);
    if (!d->restrictions)
        return error_memory(error);
    for (size_t k = 0; k < g->count; k++) {
        if (!prim_restricts(&g->box, k))
            continue;
        bool low = isfinite(g->box.low[k]), high = isfinite(g->box.high[k]);
        d->restrictions[d->count++] = (truce_restriction){
            .parameter = d->c->parameters[g->parameters[k]].name,
            .low = low ? g->box.low[k] : NAN,
            .high = high ? g->box.high[k] : NAN,
            .low_share = low ? share_below(&g->searched, k, g->box.low[k]) : 0,
            .high_share = high ? share_below(&g->searched, k, nextafter(g->box.high[k], INFINITY)) : 1,
            .chance = prim_chance(&g->searched.points, &g->box, k)};
    }
    return TRUCE_OK;
}

static truce_status judge(discovering *g, truce_error *error)
{
    truce_discovery *d = g->d;
    d->searched = count_half(&g->searched, &g->box);
    TRY(keep_restrictions(g, error));
    TRY(search_again(g, error));
    d->held_back = count_half(&g->held_back, &g->box);
    double all = (double)d->held_back.hits / (double)d->held_back.members;
    d->resolved = d->count > 0 && d->held_back.low > all;
    return TRUCE_OK;
}

static truce_status find(truce_discovery *d, truce_error *error)
{
    discovering g = {.d = d};
    if (!(d->asked.density >= 0 && d->asked.density <= 1))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the density must be above 0 and at most 1");
    TRY(simulate_members(&g, error));
    TRY(list_parameters(&g, error));
    g.tried = g.count;
    TRY(fill_half(&g, 0, &g.searched, error));
    TRY(choose_parameters(&g, error));
    TRY(fill_half(&g, 0, &g.searched, error));
    TRY(fill_half(&g, 1, &g.held_back, error));
    d->candidates = g.count;
    if (g.searched.points.count < LEAST_MEMBERS / 8 || g.held_back.points.count < LEAST_MEMBERS / 8)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the statement can be judged in too few members");
    TRY(make_box(&d->memory, g.count, &g.box, error));
    TRY(search(&g, &g.searched.points, &g.box, d->steps, &d->step_count, error));
    return judge(&g, error);
}

truce_status truce_discovery_find(const truce_case *c, const truce_discovery_options *options,
                                  truce_discovery **discovery, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(options, "options");
    REQUIRE(discovery, "discovery");
    REQUIRE(options->when, "statement");
    *discovery = NULL;
    truce_discovery *d = calloc(1, sizeof *d);
    if (!d)
        return error_memory(error);
    *d = (truce_discovery){.c = c, .asked = *options, .watched = {options->go_on, options->context}};
    truce_status status = find(d, error);
    if (status == TRUCE_OK)
        *discovery = d;
    else
        truce_discovery_destroy(d);
    return status;
}

void truce_discovery_destroy(truce_discovery *d)
{
    if (!d)
        return;
    arena_free(&d->memory);
    free(d);
}

/* ---- Reading it --------------------------------------------------------------------------------------------------------- */

bool truce_discovery_resolved(const truce_discovery *d)
{
    return d && d->resolved;
}

truce_box_counts truce_discovery_searched(const truce_discovery *d)
{
    return d ? d->searched : count_box(0, 0, 0, 0);
}

truce_box_counts truce_discovery_held_back(const truce_discovery *d)
{
    return d ? d->held_back : count_box(0, 0, 0, 0);
}

size_t truce_discovery_restrictions(const truce_discovery *d)
{
    return d ? d->count : 0;
}

truce_restriction truce_discovery_restriction(const truce_discovery *d, size_t index)
{
    return d && index < d->count ? d->restrictions[index]
                                 : (truce_restriction){"", NAN, NAN, NAN, NAN, NAN, NAN};
}

size_t truce_discovery_steps(const truce_discovery *d)
{
    return d ? d->step_count : 0;
}

truce_box_counts truce_discovery_step(const truce_discovery *d, size_t index, size_t *restrictions)
{
    bool known = d && index < d->step_count;
    if (restrictions)
        *restrictions = known ? d->steps[index].restricted : 0;
    return known ? count_box(d->searched.members, d->searched.hits, d->steps[index].points,
                             d->steps[index].hits)
                 : count_box(0, 0, 0, 0);
}
