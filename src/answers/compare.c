/* truce_compare: what members have in a world less what the same members have in the reference, for every
 * quantity, over a window of months; and how such a difference is shared out among switches.
 *
 * A world passes while the reference is still in memory (simulate.h). One item of work is one quantity. What a
 * quantity is over the window is kept for all members of all sets of switches, for the shares:
 *
 *     windows[set][quantity][member]        set 0: the reference; bit i: switch i is on
 */
#include "answers/answers.h"
#include "answers/compare_months.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef struct comparing {
    truce_comparison *x;
    const truce_comparison_options *options;
    size_t *scenarios;  /* of the view, the reference first */
    size_t count, done; /* worlds; of these, taken */
    float *windows;     /* NULL without shares */
    bool *bad;          /* [member], in any world so far */
    truce_status status;
    truce_error *error;
} comparing;

truce_comparison_options truce_comparison_default_options(void)
{
    return (truce_comparison_options){
        .from = TRUCE_MONTH_NONE, .to = TRUCE_MONTH_NONE, .members = 1000, .seed = 1};
}

/* ---- Shares ------------------------------------------------------------------------------------------- */

double shapley_weight(size_t players, size_t before)
{
    double weight = 1.0 / (double)players;
    /* (before)! (players - before - 1)! / players! = 1 / (players * C(players - 1, before)) */
    for (size_t i = 1; i <= before; i++)
        weight *= (double)i / (double)(players - i);
    return weight;
}

static size_t bits_of(size_t set)
{
    size_t count = 0;
    for (; set; set &= set - 1)
        count++;
    return count;
}

static const float *window_of(const comparing *g, size_t set, size_t q)
{
    return g->windows + (set * g->x->quantities->quantity_count + q) * g->x->members;
}

/* Shapley (1953): the mean over all orders of what the switch adds to those before it. */
static double share_of(const comparing *g, size_t player, size_t q, size_t member)
{
    size_t players = g->x->switch_count;
    double sum = 0;
    for (size_t set = 0; set < (size_t)1 << players; set++)
        if (!(set >> player & 1))
            sum += shapley_weight(players, bits_of(set)) *
                   ((double)window_of(g, set | (size_t)1 << player, q)[member] -
                    (double)window_of(g, set, q)[member]);
    return sum;
}

static double alone_of(const comparing *g, size_t player, size_t q, size_t member)
{
    return (double)window_of(g, (size_t)1 << player, q)[member] - (double)window_of(g, 0, q)[member];
}

static double interaction_of(const comparing *g, size_t q, size_t member)
{
    size_t all = ((size_t)1 << g->x->switch_count) - 1;
    double left = (double)window_of(g, all, q)[member] - (double)window_of(g, 0, q)[member];
    for (size_t i = 0; i < g->x->switch_count; i++)
        left -= alone_of(g, i, q, member);
    return left;
}

static bool share_item(void *context, unsigned worker, size_t q)
{
    (void)worker;
    const comparing *g = context;
    const truce_comparison *x = g->x;
    float *values = malloc((x->members + 1) * sizeof *values),
          *room = malloc((x->members + 1) * sizeof *room);
    for (size_t what = 0; values && room && what <= 2 * x->switch_count; what++) {
        size_t player = what / 2, count = 0;
        bool rest = what == 2 * x->switch_count;
        for (size_t m = 0; m < x->members; m++)
            if (!g->bad[m])
                values[count++] = (float)(rest       ? interaction_of(g, q, m)
                                          : what % 2 ? alone_of(g, player, q, m)
                                                     : share_of(g, player, q, m));
        double error = error_of_mean(values, count);
        truce_statistics s = answers_statistics(values, room, count);
        if (effect_of(x, 1, q)->window.share)
            put_interval_of_mean(&s, error);
        if (rest)
            x->shares[q].interaction = s;
        else if (what % 2)
            x->shares[q].switches[player].alone = s;
        else
            x->shares[q].switches[player].share = s;
    }
    bool good = values && room;
    free(values);
    free(room);
    return good;
}

static truce_status make_shares(comparing *g, truce_error *error)
{
    truce_comparison *x = g->x;
    size_t quantities = x->quantities->quantity_count;
    x->shares = arena_array(&x->memory, quantities, sizeof *x->shares);
    for (size_t q = 0; x->shares && q < quantities; q++) {
        x->shares[q].switches = arena_array(&x->memory, x->switch_count, sizeof *x->shares[q].switches);
        if (!x->shares[q].switches)
            return error_memory(error);
    }
    if (!x->shares || !workers_run(g->options->threads, quantities, share_item, g))
        return error_memory(error);
    return TRUCE_OK;
}

/* ---- Worlds ------------------------------------------------------------------------------------------- */

typedef struct world_work {
    comparing *g;
    const members_view *v, *reference; /* reference: NULL where this is it */
    size_t shown;                      /* place among the worlds shown; 0: kept for shares only */
} world_work;

static bool world_item(void *context, unsigned worker, size_t q)
{
    (void)worker;
    const world_work *w = context;
    truce_comparison *x = w->g->x;
    compare_pair pair = {.v = w->v,
                         .reference = w->reference,
                         .q = &x->quantities->quantities[q],
                         .from = x->from,
                         .months = x->months};
    float *window = w->g->windows ? (float *)window_of(w->g, w->g->done, q) : NULL;
    if (!w->shown)
        return !window || compare_window(&pair, window);
    return compare_months(&pair, &x->effects[(w->shown - 1) * x->quantities->quantity_count + q], window);
}

static truce_status take_world(void *context, const simulate_part *part, truce_error *error)
{
    comparing *g = context;
    truce_comparison *x = g->x;
    results_scenario scenario = {part->scenario, part->plan, part->ensemble};
    results_scenario baseline = {g->scenarios[0], part->baseline_plan, part->baseline};
    members_view v, reference = {0};
    TRY(members_view_make(x->quantities, &scenario, &v, error));
    truce_status status =
        part->baseline ? members_view_make(x->quantities, &baseline, &reference, error) : TRUCE_OK;
    bool last = g->done + 1 == g->count;
    world_work w = {g, &v, part->baseline ? &reference : NULL, !g->options->shares ? g->done : last ? 1 : 0};
    for (size_t m = 0; m < x->members && status == TRUCE_OK; m++)
        g->bad[m] = g->bad[m] || v.bad[m];
    if (status == TRUCE_OK &&
        !workers_run(g->options->threads, x->quantities->quantity_count, world_item, &w))
        status = error_memory(error);
    g->done++;
    members_view_free(&v);
    members_view_free(&reference);
    return status;
}

static bool tell_progress(void *context, const truce_progress *progress)
{
    const comparing *g = context;
    truce_progress told = *progress;
    if (told.scenario >= g->x->c->scenario_count) /* one that was made */
        told.scenario = g->scenarios[0];
    return !g->options->progress || g->options->progress(g->options->context, &told);
}

static truce_status simulate_worlds(comparing *g, truce_error *error)
{
    const truce_comparison_options *o = g->options;
    simulate_options how = {.scenarios = g->scenarios,
                            .scenario_count = g->count,
                            .fit = o->posterior,
                            .members = o->members,
                            .seed = o->seed,
                            .threads = o->threads,
                            .engine = o->engine,
                            .take = take_world,
                            .progress = tell_progress,
                            .context = g};
    return simulate(&g->x->view, &how, error);
}

/* ---- What is asked for --------------------------------------------------------------------------------- */

static truce_status set_window(truce_comparison *x, const truce_comparison_options *o, truce_error *error)
{
    const truce_case *c = x->c;
    month from = o->from == MONTH_NONE ? c->start : o->from, to = o->to == MONTH_NONE ? c->stop : o->to;
    char a[16], b[16];
    month_iso(c->start, a);
    month_iso(c->stop, b);
    if (from < c->start || from > c->stop || to < c->start || to > c->stop)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "the window must lie within the horizon of the case, %s to %s", a, b);
    if (from > to)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the window ends before it begins");
    x->from = (size_t)(from - c->start);
    x->months = (size_t)(to - from) + 1;
    month fitted = o->posterior ? c->start + (month)o->posterior->months - 1 : to;
    x->view.stop = to > fitted ? to : fitted; /* the draws of a fit are those of all its months */
    return TRUCE_OK;
}

static truce_status check_options(const truce_comparison_options *o, truce_error *error)
{
    TRY(answers_require(o->scenarios, o->scenario_count, "scenario", error));
    if (o->members == 0 || o->members > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a comparison has 1 to %d members",
                         TRUCE_MEMBERS_AT_ONCE);
    TRY(month_require(o->from, "from", error));
    TRY(month_require(o->to, "to", error));
    if (o->scenario_count < 2)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "a comparison needs a reference and a scenario to compare with it");
    if (o->shares && (o->scenario_count < 3 || o->scenario_count > TRUCE_SWITCHES + 1))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "shares need a reference and 2 to %d switches",
                         TRUCE_SWITCHES);
    return TRUCE_OK;
}

static truce_status name_world(truce_comparison *x, const case_scenario *s, const char **name,
                               const char **title, truce_error *error)
{
    *name = arena_string(&x->memory, s->name);
    *title = arena_string(&x->memory, s->title[0] ? s->title : s->name);
    return *name && *title ? TRUCE_OK : error_memory(error);
}

/* The worlds to simulate, and what they are called. */
static truce_status make_worlds(comparing *g, truce_error *error)
{
    truce_comparison *x = g->x;
    const truce_comparison_options *o = g->options;
    size_t given[TRUCE_SWITCHES + 1] = {0}, switches = o->shares ? o->scenario_count - 1 : 0;
    g->count = switches ? (size_t)1 << switches : o->scenario_count;
    g->scenarios = arena_array(&x->memory, g->count, sizeof *g->scenarios);
    x->world_count = switches ? 2 : o->scenario_count;
    x->names = arena_array(&x->memory, x->world_count, sizeof *x->names);
    x->titles = arena_array(&x->memory, x->world_count, sizeof *x->titles);
    x->switch_names = arena_array(&x->memory, switches + 1, sizeof *x->switch_names);
    x->switch_titles = arena_array(&x->memory, switches + 1, sizeof *x->switch_titles);
    if (!g->scenarios || !x->names || !x->titles || !x->switch_names || !x->switch_titles)
        return error_memory(error);
    for (size_t i = 0; i < o->scenario_count; i++) {
        size_t *into = switches ? &given[i] : &g->scenarios[i];
        TRY(simulate_find_scenario(x->c, o->scenarios[i], into, error));
    }
    if (switches)
        TRY(combined_make(x->c, given[0], given + 1, switches, &x->memory, &x->view, error));
    for (size_t i = 0; i < g->count && switches; i++)
        g->scenarios[i] = i == 0 ? given[0] : x->c->scenario_count + i - 1;
    for (size_t i = 0; i < x->world_count; i++) {
        size_t at = g->scenarios[switches && i ? g->count - 1 : i];
        TRY(name_world(x, &x->view.scenarios[at], &x->names[i], &x->titles[i], error));
    }
    x->switch_count = switches;
    for (size_t i = 0; i < switches; i++)
        TRY(name_world(x, &x->c->scenarios[given[i + 1]], &x->switch_names[i], &x->switch_titles[i], error));
    return TRUCE_OK;
}

static truce_status make_room(comparing *g, truce_error *error)
{
    truce_comparison *x = g->x;
    size_t quantities = x->quantities->quantity_count, effects = (x->world_count - 1) * quantities;
    x->effects = arena_array(&x->memory, effects, sizeof *x->effects);
    g->bad = arena_array(&x->memory, x->members, sizeof *g->bad);
    for (size_t i = 0; x->effects && i < effects; i++) {
        x->effects[i].months = arena_array(&x->memory, x->months, sizeof *x->effects[i].months);
        if (!x->effects[i].months)
            return error_memory(error);
    }
    if (g->options->shares)
        g->windows = malloc(g->count * quantities * x->members * sizeof *g->windows);
    return x->effects && g->bad && (g->windows || !g->options->shares) ? TRUCE_OK : error_memory(error);
}

static truce_status compare(comparing *g, truce_error *error)
{
    truce_comparison *x = g->x;
    const truce_comparison_options *o = g->options;
    TRY(check_options(o, error));
    TRY(set_window(x, o, error));
    TRY(results_create(&x->view, o->seed, o->members, o->command, &x->quantities, error));
    x->command = arena_string(&x->memory, o->command ? o->command : "");
    if (!x->command)
        return error_memory(error);
    TRY(make_worlds(g, error));
    TRY(make_room(g, error));
    TRY(simulate_worlds(g, error));
    for (size_t m = 0; m < x->members; m++)
        x->failed += g->bad[m];
    return o->shares ? make_shares(g, error) : TRUCE_OK;
}

truce_status truce_compare(const truce_case *c, const truce_comparison_options *options,
                           truce_comparison **comparison, truce_error *error)
{
    truce_comparison_options defaults = truce_comparison_default_options();
    REQUIRE(c, "case");
    REQUIRE(comparison, "comparison");
    if (!options)
        options = &defaults;
    *comparison = NULL;
    truce_comparison *x = calloc(1, sizeof *x);
    if (!x)
        return error_memory(error);
    *x = (truce_comparison){.c = c,
                            .view = *c,
                            .seed = options->seed,
                            .members = options->members,
                            .fit = options->posterior,
                            .progress = options->progress,
                            .context = options->context};
    comparing g = {.x = x, .options = options};
    truce_status status = compare(&g, error);
    free(g.windows);
    if (status == TRUCE_OK)
        *comparison = x;
    else
        truce_comparison_destroy(x);
    return status;
}

void truce_comparison_destroy(truce_comparison *x)
{
    if (!x)
        return;
    results_destroy(x->quantities);
    arena_free(&x->memory);
    free(x);
}
