/* Renewed war, and peace until then. */
#include "talks/peace.h"

#include "ensemble/ensemble.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { QUARTER = 3, PEACE_MONTHS = 120, CHECKS = PEACE_MONTHS / QUARTER };
const int talks_years[TALKS_YEARS] = {1, 2, 3, 5, 7, 10};

/* Wars by incident up to t years: incidents x t^0.53. The power is the Weibull shape fitted to the survival
 * of peace after interstate war episodes of 1946-2024 (UCDP/PRIO Armed Conflict Dataset 25.1). */
static const double incident_shape = 0.53;

/* Parts of the value of renewed war to side i; each is a target of a regression on the state in which it
 * begins. */
typedef enum part {
    PART_DEFENDER_COLLAPSES, /* d_i^t, t until the defender collapses; 0 when it does not */
    PART_ATTACKER_COLLAPSES,
    PART_FREEZE, /* d_i^t at the end of a war in which neither does */
    PART_DRIFT,  /* d_i^t times how far the line has moved by then, in shares */
    PART_BURDEN, /* present value of what it costs, years of output */
    PARTS
} part;

struct peace {
    const truce_case *c;
    const case_talks *t;
    const worths *w;
    size_t members, features;
    uint64_t seed;
    regression **loss; /* by deal; the last is a mere halt */
    float *calm;       /* [settlement][year][member]: probability that no incident has come by then */
    size_t settlements;
};

/* Entries of the elements that futures keep: the state first. */
typedef struct entries {
    size_t elements[32];
    size_t line, burden, collapsed, count;
} entries;

static entries list_entries(const case_talks *t)
{
    entries e = {.count = t->state_count};
    memcpy(e.elements, t->state, t->state_count * sizeof *t->state);
    e.line = e.count;
    e.elements[e.count++] = t->line;
    e.burden = e.count;
    for (int i = 0; i < CASE_SIDES; i++)
        e.elements[e.count++] = t->burden[i];
    e.collapsed = e.count;
    for (int i = 0; i < CASE_SIDES; i++)
        e.elements[e.count++] = t->collapsed[i];
    return e;
}

static bool is_over(const futures *f, const entries *e, size_t save, size_t m)
{
    return futures_value(f, e->collapsed, save, m) >= 0.5f ||
           futures_value(f, e->collapsed + 1, save, m) >= 0.5f;
}

static double share_of(int side, double line)
{
    return side == CASE_ATTACKER ? line : 1.0 - line;
}

/* ---- Runs with fighting stopped, and resumed --------------------------------------------------------------
 */

/* Fighting stops, and resumes, in months drawn from these; the draws belong to the elements' own names. */
static truce_status run_halted(const truce_case *c, const talks_options *options, const bool *takes_branch,
                               const entries *e, bool resumes, futures *f, truce_error *error)
{
    const case_talks *t = c->talks;
    double first = options->from - c->start, last = c->stop + 1 - c->start;
    const size_t drawn[] = {t->truce, t->resumption};
    const truce_distribution dates[] = {
        {.kind = TRUCE_UNIFORM, .a = first, .b = last, .scale = 1},
        {.kind = TRUCE_UNIFORM, .a = first, .b = last + PEACE_MONTHS, .scale = 1}};
    futures_options o = {.scenario = options->scenario,
                         .branch = options->branch,
                         .branch_probability = options->branch_probability,
                         .fit = options->fit,
                         .step = QUARTER,
                         .more_months = PEACE_MONTHS + QUARTER + (resumes ? t->renewed_months : 0),
                         .drawn = drawn,
                         .distributions = dates,
                         .drawn_count = resumes ? 2 : 1,
                         .run = options->run};
    int months = c->stop + 1 - c->start + o.more_months;
    o.more_months += (QUARTER - months % QUARTER) % QUARTER;
    return futures_run(c, &o, e->elements, e->count, takes_branch, f, error);
}

/* The first save at or after the date drawn for each member. */
static bool draw_saves(const truce_case *c, const talks_options *options, size_t date_element,
                       bool resumption, uint32_t *saves)
{
    double first = options->from - c->start, last = c->stop + 1 - c->start;
    truce_distribution date = {
        .kind = TRUCE_UNIFORM, .a = first, .b = last + (resumption ? PEACE_MONTHS : 0), .scale = 1};
    uint64_t stream;
    if (!distribution_stream(c->model->elements[date_element].name, &stream))
        return false;
    for (size_t m = 0; m < options->run.members; m++)
        saves[m] = (uint32_t)ceil(distribution_draw_from(&date, options->run.seed, m, stream) / QUARTER);
    return true;
}

/* The state of each member at a save of its own. */
static void gather(const futures *f, size_t features, const uint32_t *saves, size_t later, float *out)
{
    for (size_t k = 0; k < features; k++)
        for (size_t m = 0; m < f->members; m++)
            out[k * f->members + m] = futures_value(f, k, saves[m] + later, m);
}

/* ---- The value of renewed war -----------------------------------------------------------------------------
 */

typedef struct renewal {
    futures f;
    entries e;
    regression *regression;
    uint32_t *saves;
    float *state, *weights;
    double *memory, *parts[CASE_SIDES * PARTS], *fits[CASE_SIDES * PARTS];
} renewal;

static bool renewal_allocate(renewal *r, size_t members, size_t features)
{
    enum { COLUMNS = CASE_SIDES * PARTS };
    r->saves = calloc(members, sizeof *r->saves);
    r->state = calloc(members * features, sizeof *r->state);
    r->weights = calloc(members, sizeof *r->weights);
    r->memory = calloc(2 * COLUMNS * members, sizeof *r->memory);
    for (size_t i = 0; r->memory && i < COLUMNS; i++) {
        r->parts[i] = r->memory + i * members;
        r->fits[i] = r->memory + (COLUMNS + i) * members;
    }
    return r->saves && r->state && r->weights && r->memory;
}

static void renewal_free(renewal *r)
{
    futures_free(&r->f);
    regression_destroy(r->regression);
    free(r->saves);
    free(r->state);
    free(r->weights);
    free(r->memory);
    *r = (renewal){0};
}

/* One member's renewed war, from the save at which it begins, as side i discounts it. */
static void follow_war(renewal *r, const case_talks *t, const worths *w, int side, size_t m)
{
    double discount = w->discount[side][m], power = 1.0, burden = 0.0;
    double quarter = discount * discount * discount, half = sqrt(quarter);
    double *const *parts = r->parts + side * PARTS;
    size_t start = r->saves[m], steps = (size_t)t->renewed_months / QUARTER;
    for (int k = 0; k < PARTS; k++)
        parts[k][m] = 0.0;
    for (size_t j = 0; j < steps; j++) {
        double cost = 0.5 * (futures_value(&r->f, r->e.burden + (size_t)side, start + j, m) +
                             futures_value(&r->f, r->e.burden + (size_t)side, start + j + 1, m));
        burden += power * half * cost * QUARTER;
        power *= quarter;
        bool defender = futures_value(&r->f, r->e.collapsed + CASE_DEFENDER, start + j + 1, m) >= 0.5f;
        bool attacker = futures_value(&r->f, r->e.collapsed + CASE_ATTACKER, start + j + 1, m) >= 0.5f;
        if (defender != attacker) {
            parts[defender ? PART_DEFENDER_COLLAPSES : PART_ATTACKER_COLLAPSES][m] = power;
            break;
        }
        if (defender || j + 1 == steps) {
            double before = line_share(t, futures_value(&r->f, r->e.line, start, m));
            double after = line_share(t, futures_value(&r->f, r->e.line, start + j + 1, m));
            parts[PART_FREEZE][m] = power;
            parts[PART_DRIFT][m] = power * (after - before);
            break;
        }
    }
    parts[PART_BURDEN][m] = burden;
}

static truce_status fit_renewal(const truce_case *c, const talks_options *options, const worths *w,
                                const bool *takes_branch, renewal *r, truce_error *error)
{
    const case_talks *t = c->talks;
    size_t members = options->run.members;
    regression_options fit = {.degree = options->degree, .folds = 2, .threads = options->run.threads};
    r->e = list_entries(t);
    TRY(run_halted(c, options, takes_branch, &r->e, true, &r->f, error));
    TRY(regression_create(members, t->state_count, CASE_SIDES * PARTS, &fit, &r->regression, error));
    if (!renewal_allocate(r, members, t->state_count) ||
        !draw_saves(c, options, t->resumption, true, r->saves))
        return error_memory(error);
    for (size_t m = 0; m < members; m++) {
        r->weights[m] = is_over(&r->f, &r->e, r->saves[m], m) ? 0.0f : 1.0f;
        for (int i = 0; i < CASE_SIDES; i++)
            follow_war(r, t, w, i, m);
    }
    gather(&r->f, t->state_count, r->saves, 0, r->state);
    futures_free(&r->f);
    if (!regression_run(r->regression, r->state, (const double *const *)r->parts, r->weights, r->fits))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "the value of renewed war is not finite for some member");
    return TRUCE_OK;
}

/* Value of renewed war to a side, in years of output, from the parts expected in its state. */
static double war_value(const renewal *r, const worths *w, int side, size_t m, double line)
{
    double *const *p = r->fits + side * PARTS;
    double sign = side == CASE_ATTACKER ? 1.0 : -1.0;
    double own = p[side == CASE_ATTACKER ? PART_ATTACKER_COLLAPSES : PART_DEFENDER_COLLAPSES][m];
    return w->stake[side][m] * (p[PART_DEFENDER_COLLAPSES][m] * share_of(side, 1.0) +
                                p[PART_ATTACKER_COLLAPSES][m] * share_of(side, 0.0) +
                                p[PART_FREEZE][m] * share_of(side, line) + sign * p[PART_DRIFT][m]) -
           w->dictated[side][m] * own - p[PART_BURDEN][m];
}

/* ---- Peace until then -------------------------------------------------------------------------------------
 */

typedef struct branch {
    futures f;
    entries e;
    uint32_t *saves;
    float *state, *now, *weights;
    float *line;       /* [settlement][member]: attacker's share */
    uint32_t *until;   /* [settlement][member]: quarter in which war resumes; UINT32_MAX: not yet */
    uint32_t *decided; /* quarter in which a side decides to attack, or would if no incident had come */
    double *memory, *targets[PEACE_TARGETS], *loss[CASE_SIDES],
        *fits[PEACE_TARGETS]; /* loss: [settlement][member] */
} branch;

static bool branch_allocate(branch *b, size_t members, size_t features, size_t settlements)
{
    b->saves = calloc(members, sizeof *b->saves);
    b->state = calloc(members * features, sizeof *b->state);
    b->now = calloc(members * features, sizeof *b->now);
    b->weights = calloc(members, sizeof *b->weights);
    b->line = calloc(members * settlements, sizeof *b->line);
    b->until = calloc(members * settlements, sizeof *b->until);
    b->decided = calloc(members * settlements, sizeof *b->decided);
    b->memory = calloc((2 * PEACE_TARGETS + CASE_SIDES * settlements) * members, sizeof *b->memory);
    if (!b->saves || !b->state || !b->now || !b->weights || !b->line || !b->until || !b->decided ||
        !b->memory)
        return false;
    double *next = b->memory;
    for (int i = 0; i < PEACE_TARGETS; i++, next += 2 * members) {
        b->targets[i] = next;
        b->fits[i] = next + members;
    }
    for (int i = 0; i < CASE_SIDES; i++, next += settlements * members)
        b->loss[i] = next;
    return true;
}

static void branch_free(branch *b)
{
    futures_free(&b->f);
    free(b->saves);
    free(b->state);
    free(b->now);
    free(b->weights);
    free(b->line);
    free(b->until);
    free(b->decided);
    free(b->memory);
}

static const case_deal *deal_of(const peace *p, size_t settlement)
{
    return settlement < p->t->deal_count ? &p->t->deals[settlement] : NULL;
}

/* Wars by incident that a member expects in the first year of a settlement. */
static double incidents_of(const peace *p, size_t settlement, size_t m)
{
    const case_deal *deal = deal_of(p, settlement);
    return p->w->incidents[m] * (deal ? (double)p->w->hazard_ratio[deal->guarantee][m] : 1.0);
}

/* A quarter in which all members are asked. */
typedef struct asking {
    const peace *p;
    const renewal *r;
    branch *b;
    unsigned quarter;
    double growth; /* of years^shape in this quarter */
    uint64_t stream;
} asking;

/* Whether war resumes for one member, and what the settlement has then lost to each side. An incident comes
 * when the hazard of the quarter is above `bar`. */
static void ask(const asking *a, size_t settlement, double bar, size_t m)
{
    const peace *p = a->p;
    const case_deal *deal = deal_of(p, settlement);
    const worths *w = p->w;
    branch *b = a->b;
    size_t at = settlement * p->members + m;
    bool incident = incidents_of(p, settlement, m) * a->growth > bar, decided = false;
    double line = b->line[at], war[CASE_SIDES], stay[CASE_SIDES], penalty[CASE_SIDES];
    bool attacks[CASE_SIDES];
    for (int i = 0; i < CASE_SIDES; i++) {
        war[i] = war_value(a->r, w, i, m, line);
        stay[i] = w->stake[i][m] * share_of(i, line) + (deal ? deal->relief * w->relief[i][m] : 0.0);
        penalty[i] = deal ? (double)w->penalty[deal->guarantee][i][m] : 0.0;
        attacks[i] = war[i] - penalty[i] > stay[i];
        decided = decided || attacks[i];
    }
    if (decided)
        b->decided[at] = a->quarter;
    if ((!decided && !incident) || b->until[at] != UINT32_MAX)
        return;
    b->until[at] = a->quarter;
    for (int i = 0; i < CASE_SIDES; i++) {
        double discount = portable_pow(w->discount[i][m], (double)a->quarter * QUARTER);
        b->loss[i][at] = discount * (stay[i] - war[i] + (attacks[i] ? penalty[i] : 0.0)) / w->stake[i][m];
    }
}

static bool ask_chunk(void *context, unsigned worker, size_t chunk)
{
    const asking *a = context;
    const peace *p = a->p;
    size_t end = (chunk + 1) * 256 < p->members ? (chunk + 1) * 256 : p->members;
    (void)worker;
    for (size_t m = chunk * 256; m < end; m++) {
        double bar = -portable_log1p(-random_uniform(p->seed, m, a->stream, a->quarter));
        for (size_t s = 0; s < p->settlements; s++)
            if (a->b->decided[s * p->members + m] == UINT32_MAX)
                ask(a, s, bar, m);
    }
    return true;
}

static double incidents_by(double years)
{
    return years > 0.0 ? portable_pow(years, incident_shape) : 0.0;
}

static void live_in_peace(const peace *p, renewal *r, branch *b, unsigned threads)
{
    asking a = {.p = p, .r = r, .b = b, .stream = hash_bytes("incidents in peace", 18)};
    for (a.quarter = 1; a.quarter <= CHECKS; a.quarter++) {
        gather(&b->f, p->t->state_count, b->saves, a.quarter, b->now);
        regression_predict(r->regression, b->now, r->fits);
        a.growth = incidents_by(a.quarter * QUARTER / 12.0) - incidents_by((a.quarter - 1) * QUARTER / 12.0);
        workers_run(threads, (p->members + 255) / 256, ask_chunk, &a);
    }
}

/* Features of the settlement: the state in which it is struck, and the stakes. */
static void add_stakes(const peace *p, float *state)
{
    for (int i = 0; i < CASE_SIDES; i++)
        for (size_t m = 0; m < p->members; m++)
            state[(p->t->state_count + (size_t)i) * p->members + m] = (float)portable_log(p->w->stake[i][m]);
}

static truce_status fit_losses(peace *p, const talks_options *options, branch *b, truce_error *error)
{
    regression_options fit = {.degree = options->degree, .folds = 2, .threads = options->run.threads};
    for (size_t s = 0; s < p->settlements; s++) {
        for (size_t m = 0; m < p->members; m++) {
            size_t at = s * p->members + m;
            for (int i = 0; i < CASE_SIDES; i++)
                b->targets[PEACE_LOSS + i][m] = b->loss[i][at];
            for (int y = 0; y < TALKS_YEARS; y++)
                b->targets[PEACE_RESUMED + y][m] =
                    b->decided[at] * (uint64_t)QUARTER <= 12u * (unsigned)talks_years[y];
        }
        TRY(regression_create(p->members, p->features, PEACE_TARGETS, &fit, &p->loss[s], error));
        if (!regression_run(p->loss[s], b->state, (const double *const *)b->targets, b->weights, b->fits))
            return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                             "the loss of a settlement is not finite for some member");
    }
    return TRUCE_OK;
}

static truce_status run_peace(peace *p, const talks_options *options, const bool *takes_branch, renewal *r,
                              branch *b, truce_error *error)
{
    const case_talks *t = p->t;
    b->e = list_entries(t);
    TRY(run_halted(p->c, options, takes_branch, &b->e, false, &b->f, error));
    if (!branch_allocate(b, p->members, p->features, p->settlements) ||
        !draw_saves(p->c, options, t->truce, false, b->saves))
        return error_memory(error);
    for (size_t m = 0; m < p->members; m++) {
        b->weights[m] = is_over(&b->f, &b->e, b->saves[m], m) ? 0.0f : 1.0f;
        double contact = futures_value(&b->f, b->e.line, b->saves[m], m);
        for (size_t s = 0; s < p->settlements; s++) {
            const case_deal *deal = deal_of(p, s);
            b->line[s * p->members + m] = (float)line_share(t, !deal || deal->contact ? contact : deal->line);
            b->until[s * p->members + m] = b->decided[s * p->members + m] = UINT32_MAX;
        }
    }
    gather(&b->f, t->state_count, b->saves, 0, b->state);
    add_stakes(p, b->state);
    live_in_peace(p, r, b, options->run.threads);
    return fit_losses(p, options, b, error);
}

/* ---- The whole --------------------------------------------------------------------------------------------
 */

size_t peace_features(const case_talks *t)
{
    return t->state_count + CASE_SIDES;
}

static void fill_calm(peace *p)
{
    for (size_t s = 0; s < p->settlements; s++)
        for (int y = 0; y < TALKS_YEARS; y++) {
            double expected = incidents_by(talks_years[y]);
            float *calm = p->calm + (s * TALKS_YEARS + (size_t)y) * p->members;
            for (size_t m = 0; m < p->members; m++)
                calm[m] = (float)portable_exp(-incidents_of(p, s, m) * expected);
        }
}

truce_status peace_create(const truce_case *c, const talks_options *options, const worths *w,
                          const bool *takes_branch, peace **result, truce_error *error)
{
    peace *p = calloc(1, sizeof *p);
    if (!p)
        return error_memory(error);
    *p = (peace){.c = c,
                 .t = c->talks,
                 .w = w,
                 .members = options->run.members,
                 .features = peace_features(c->talks),
                 .seed = options->run.seed,
                 .settlements = c->talks->deal_count + 1};
    p->loss = calloc(p->settlements, sizeof *p->loss);
    p->calm = calloc(p->settlements * TALKS_YEARS * p->members, sizeof *p->calm);
    renewal r = {0};
    branch b = {0};
    truce_status status =
        p->loss && p->calm ? fit_renewal(c, options, w, takes_branch, &r, error) : error_memory(error);
    if (status == TRUCE_OK)
        status = run_peace(p, options, takes_branch, &r, &b, error);
    renewal_free(&r);
    branch_free(&b);
    if (status == TRUCE_OK) {
        fill_calm(p);
        *result = p;
    } else {
        peace_destroy(p);
    }
    return status;
}

void peace_destroy(peace *p)
{
    if (!p)
        return;
    for (size_t s = 0; p->loss && s < p->settlements; s++)
        regression_destroy(p->loss[s]);
    free(p->loss);
    free(p->calm);
    free(p);
}

void peace_expect(const peace *p, size_t deal, const float *features, double *const *out)
{
    regression_predict(p->loss[deal], features, out);
    for (int y = 0; y < TALKS_YEARS; y++) {
        double *share = out[PEACE_RESUMED + y];
        const float *calm = p->calm + (deal * TALKS_YEARS + (size_t)y) * p->members;
        for (size_t m = 0; m < p->members; m++) {
            double decided = share[m] < 0.0 ? 0.0 : share[m] > 1.0 ? 1.0 : share[m];
            share[m] = 1.0 - (1.0 - decided) * calm[m];
        }
    }
}
