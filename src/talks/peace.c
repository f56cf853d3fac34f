/* Renewed war, and peace until then. */
#include "talks/peace.h"

#include "ensemble/ensemble.h"
#include "math/random.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* MOST: members that are simulated; with more, what peace is worth is hardly known better, and each takes six
 * times as long as its war. */
enum { QUARTER = 3, PEACE_MONTHS = 120, CHECKS = PEACE_MONTHS / QUARTER, MOST = 8000 };
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
    /* Where ground is worth something while it is held: the part of its worth that falls into the war, and
     * the same of what the line has moved by. */
    PART_HELD,
    PART_MOVED,
    PARTS
} part;

/* Entries of the elements that futures keep: the state first. */
typedef struct entries {
    size_t elements[32];
    size_t line, burden, collapsed, count;
} entries;

struct peace {
    const truce_case *c;
    const case_talks *t;
    const worths *w;
    size_t most;           /* members simulated, the first of the war's */
    size_t members, count; /* of the fit, at most as many; and those that it is asked for */
    size_t features;
    uint64_t seed;
    futures resumes, halts;
    entries e;
    uint32_t *resumption, *halt; /* [member]: saves at which war resumes, and at which it halts */
    regression **loss;           /* by deal, of all that it is asked for; the last is a mere halt */
    float *calm; /* [settlement][year][count]: probability that no incident has come by then */
    size_t settlements;
};

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
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    return side == CASE_ATTACKER ? line : 1.0 - line;
}

/* ---- Runs with fighting stopped, and resumed ---------------------------------------------------------- */

/* Fighting stops, and resumes, in months drawn from these; the draws belong to the elements' own names. */
static truce_status run_halted(const truce_case *c, const talks_options *options, size_t from,
                               const bool *takes_branch, const entries *e, bool resumes, futures *f,
                               truce_error *error)
{
    const case_talks *t = c->talks;
    double first = (double)from, last = c->stop + 1 - c->start;
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

/* The attacker's share under a deal (NULL: a mere halt), given where the line of contact is. */
double deal_share(const case_talks *t, const case_deal *deal, double contact)
{
    return line_share(t, !deal || deal->contact ? contact + (deal ? deal->beyond : 0.0) : deal->line);
}

/* The first save at or after the date drawn for each member. */
static bool draw_saves(const truce_case *c, const talks_options *options, size_t from, size_t date_element,
                       bool resumption, size_t members, uint32_t *saves)
{
    double first = (double)from, last = c->stop + 1 - c->start;
    truce_distribution date = {
        .kind = TRUCE_UNIFORM, .a = first, .b = last + (resumption ? PEACE_MONTHS : 0), .scale = 1};
    uint64_t stream;
    if (!distribution_stream(c->model->elements[date_element].name, &stream))
        return false;
    for (size_t m = 0; m < members; m++)
        saves[m] = (uint32_t)ceil(distribution_draw_from(&date, options->run.seed, m, stream) / QUARTER);
    return true;
}

/* The state of each member at a save of its own. */
static void gather(const peace *p, const futures *f, const uint32_t *saves, size_t later, float *out)
{
    for (size_t k = 0; k < p->t->state_count; k++)
        for (size_t m = 0; m < p->members; m++)
            out[k * p->members + m] = futures_value(f, k, saves[m] + later, m);
}

/* ---- The value of renewed war ------------------------------------------------------------------------- */

typedef struct renewal {
    regression *regression;
    float *state, *weights;
    double *memory, *parts[CASE_SIDES * PARTS], *fits[CASE_SIDES * PARTS];
} renewal;

static bool renewal_allocate(renewal *r, size_t members, size_t features)
{
    enum { COLUMNS = CASE_SIDES * PARTS };
    r->state = calloc(members * features, sizeof *r->state);
    r->weights = calloc(members, sizeof *r->weights);
    r->memory = calloc(2 * COLUMNS * members, sizeof *r->memory);
    for (size_t i = 0; r->memory && i < COLUMNS; i++) {
        r->parts[i] = r->memory + i * members;
        r->fits[i] = r->memory + (COLUMNS + i) * members;
    }
    return r->state && r->weights && r->memory;
}

static void renewal_free(renewal *r)
{
    regression_destroy(r->regression);
    free(r->state);
    free(r->weights);
    free(r->memory);
    *r = (renewal){0};
}

/* One member's renewed war, from the save at which it begins, as side i discounts it. */
static void follow_war(const peace *p, renewal *r, int side, size_t m)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    assert(m < p->members);
    const futures *f = &p->resumes;
    double discount = p->w->discount[side][m], power = 1.0, burden = 0.0;
    double quarter = discount * discount * discount, half = sqrt(quarter);
    double *const *parts = r->parts + side * PARTS;
    size_t start = p->resumption[m], steps = (size_t)p->t->renewed_months / QUARTER;
    for (int k = 0; k < PARTS; k++)
        parts[k][m] = 0.0;
    double began = line_share(p->t, futures_value(f, p->e.line, start, m));
    for (size_t j = 0; j < steps; j++) {
        double cost = 0.5 * (futures_value(f, p->e.burden + (size_t)side, start + j, m) +
                             futures_value(f, p->e.burden + (size_t)side, start + j + 1, m));
        burden += power * half * cost * QUARTER;
        if (p->t->flow) {
            double at = 0.5 * (line_share(p->t, futures_value(f, p->e.line, start + j, m)) +
                               line_share(p->t, futures_value(f, p->e.line, start + j + 1, m)));
            parts[PART_HELD][m] += power * (1.0 - quarter);
            parts[PART_MOVED][m] += power * (1.0 - quarter) * (at - began);
        }
        power *= quarter;
        bool defender = futures_value(f, p->e.collapsed + CASE_DEFENDER, start + j + 1, m) >= 0.5f;
        bool attacker = futures_value(f, p->e.collapsed + CASE_ATTACKER, start + j + 1, m) >= 0.5f;
        if (defender != attacker) {
            parts[defender ? PART_DEFENDER_COLLAPSES : PART_ATTACKER_COLLAPSES][m] = power;
            break;
        }
        if (defender || j + 1 == steps) {
            double after = line_share(p->t, futures_value(f, p->e.line, start + j + 1, m));
            parts[PART_FREEZE][m] = power;
            parts[PART_DRIFT][m] = power * (after - began);
            break;
        }
    }
    parts[PART_BURDEN][m] = burden;
}

typedef struct following {
    const peace *p;
    renewal *r;
} following;

enum { FOLLOWED = 256 }; /* members of an item of work */

static bool follow_wars(void *context, unsigned worker, size_t chunk)
{
    const following *f = context;
    const peace *p = f->p;
    size_t end = (chunk + 1) * FOLLOWED < p->members ? (chunk + 1) * FOLLOWED : p->members;
    (void)worker;
    for (size_t m = chunk * FOLLOWED; m < end; m++) {
        f->r->weights[m] = is_over(&p->resumes, &p->e, p->resumption[m], m) ? 0.0f : 1.0f;
        for (int i = 0; i < CASE_SIDES; i++)
            follow_war(p, f->r, i, m);
    }
    return true;
}

/* Without a member to learn from there is no value of a settlement. */
static truce_status need_members(const peace *p, const float *weights, const char *what, truce_error *error)
{
    for (size_t m = 0; m < p->members; m++)
        if (weights[m] > 0.0f)
            return TRUCE_OK;
    return error_set(error, TRUCE_BAD_INPUT, p->c->path, 0,
                     "settlements cannot be valued: in every future a side has collapsed before fighting %s",
                     what);
}

static truce_status fit_renewal(const peace *p, const talks_options *options, renewal *r, truce_error *error)
{
    regression_options fit = {.degree = options->degree, .folds = 2, .threads = options->run.threads};
    TRY(regression_create(p->members, p->t->state_count, CASE_SIDES * PARTS, &fit, &r->regression, error));
    if (!renewal_allocate(r, p->members, p->t->state_count))
        return error_memory(error);
    following followed = {p, r};
    workers_run(options->run.threads, (p->members + FOLLOWED - 1) / FOLLOWED, follow_wars, &followed);
    TRY(need_members(p, r->weights, "could resume", error));
    gather(p, &p->resumes, p->resumption, 0, r->state);
    if (!regression_run(r->regression, r->state, (const double *const *)r->parts, r->weights, r->fits))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "the value of renewed war is not finite for some member");
    return TRUCE_OK;
}

/* Value of renewed war to a side, in years of output, from the parts expected in its state. */
static double war_value(const renewal *r, const worths *w, int side, size_t m, double line)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    double *const *p = r->fits + side * PARTS;
    double sign = side == CASE_ATTACKER ? 1.0 : -1.0;
    double own = p[side == CASE_ATTACKER ? PART_ATTACKER_COLLAPSES : PART_DEFENDER_COLLAPSES][m];
    return w->stake[side][m] * (p[PART_DEFENDER_COLLAPSES][m] * share_of(side, 1.0) +
                                p[PART_ATTACKER_COLLAPSES][m] * share_of(side, 0.0) +
                                (p[PART_FREEZE][m] + p[PART_HELD][m]) * share_of(side, line) +
                                sign * (p[PART_DRIFT][m] + p[PART_MOVED][m])) -
           w->dictated[side][m] * own - w->bears[side][m] * p[PART_BURDEN][m];
}

/* ---- Peace until then --------------------------------------------------------------------------------- */

typedef struct branch {
    float *state, *now, *weights;
    float *line;       /* [settlement][member]: attacker's share */
    uint32_t *until;   /* [settlement][member]: quarter in which war resumes; UINT32_MAX: not yet */
    uint32_t *decided; /* quarter in which a side decides to attack, or would if no incident had come */
    /* loss: [settlement][member], of either cause and by decision */
    double *memory, *targets[PEACE_TARGETS], *loss[2 * CASE_SIDES], *fits[PEACE_TARGETS];
} branch;

static bool branch_allocate(branch *b, size_t members, size_t features, size_t settlements)
{
    b->state = calloc(members * features, sizeof *b->state);
    b->now = calloc(members * features, sizeof *b->now);
    b->weights = calloc(members, sizeof *b->weights);
    b->line = calloc(members * settlements, sizeof *b->line);
    b->until = calloc(members * settlements, sizeof *b->until);
    b->decided = calloc(members * settlements, sizeof *b->decided);
    b->memory = calloc((2 * PEACE_TARGETS + 2 * CASE_SIDES * settlements) * members, sizeof *b->memory);
    if (!b->state || !b->now || !b->weights || !b->line || !b->until || !b->decided || !b->memory)
        return false;
    double *next = b->memory;
    for (int i = 0; i < PEACE_TARGETS; i++, next += 2 * members) {
        b->targets[i] = next;
        b->fits[i] = next + members;
    }
    for (int i = 0; i < 2 * CASE_SIDES; i++, next += settlements * members)
        b->loss[i] = next;
    return true;
}

static void branch_free(branch *b)
{
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
    assert(settlement <= p->t->deal_count);
    return settlement < p->t->deal_count ? &p->t->deals[settlement] : NULL;
}

/* Wars by incident that a member expects in the first year of a settlement. */
static double incidents_of(const peace *p, size_t settlement, size_t m)
{
    assert(m < p->members);
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
    assert(m < a->p->members && settlement <= a->p->t->deal_count);
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
        penalty[i] =
            deal ? (double)w->penalty[deal->guarantee][i][m] * w->credibility[deal->guarantee][m] : 0.0;
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
        b->loss[CASE_SIDES + i][at] = decided ? b->loss[i][at] : 0.0;
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
    assert(isfinite(years));
    return years > 0.0 ? portable_pow(years, incident_shape) : 0.0;
}

static void live_in_peace(const peace *p, renewal *r, branch *b, unsigned threads)
{
    asking a = {.p = p, .r = r, .b = b, .stream = hash_bytes("incidents in peace", 18)};
    for (a.quarter = 1; a.quarter <= CHECKS; a.quarter++) {
        gather(p, &p->halts, p->halt, a.quarter, b->now);
        regression_predict(r->regression, b->now, r->fits);
        a.growth = incidents_by(a.quarter * QUARTER / 12.0) - incidents_by((a.quarter - 1) * QUARTER / 12.0);
        workers_run(threads, (p->members + 255) / 256, ask_chunk, &a);
    }
}

/* Features of the settlement: the state in which it is struck, and how light war weighs on each side. */
static void add_stakes(const peace *p, float *state)
{
    for (int i = 0; i < CASE_SIDES; i++)
        memcpy(state + (p->t->state_count + (size_t)i) * p->members, p->w->effective[i],
               p->members * sizeof *state);
}

/* What a settlement has come to for each member, as targets. */
static void set_targets(const peace *p, branch *b, size_t settlement)
{
    for (size_t m = 0; m < p->members; m++) {
        size_t at = settlement * p->members + m;
        for (int i = 0; i < 2 * CASE_SIDES; i++)
            b->targets[PEACE_LOSS + i][m] = b->loss[i][at];
        for (int y = 0; y < TALKS_YEARS; y++)
            b->targets[PEACE_RESUMED + y][m] =
                b->decided[at] * (uint64_t)QUARTER <= 12u * (unsigned)talks_years[y];
    }
}

static truce_status fit_losses(peace *p, const talks_options *options, branch *b, truce_error *error)
{
    regression_options fit = {.degree = options->degree, .folds = 2, .threads = options->run.threads};
    regression *r = NULL;
    TRY(regression_create(p->members, p->features, PEACE_TARGETS, &fit, &r, error));
    double *function = calloc(regression_size(r), sizeof *function);
    truce_status status = function ? TRUCE_OK : error_memory(error);
    for (size_t s = 0; status == TRUCE_OK && s < p->settlements; s++) {
        set_targets(p, b, s);
        status = regression_create(p->count, p->features, PEACE_TARGETS, &fit, &p->loss[s], error);
        if (status == TRUCE_OK &&
            !regression_fit(r, b->state, (const double *const *)b->targets, b->weights, function))
            status = error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                               "the loss of a settlement is not finite for some member");
        if (status == TRUCE_OK)
            regression_adopt(p->loss[s], function);
    }
    free(function);
    regression_destroy(r);
    return status;
}

static truce_status fit_peace(peace *p, const talks_options *options, renewal *r, branch *b,
                              truce_error *error)
{
    const case_talks *t = p->t;
    if (!branch_allocate(b, p->members, p->features, p->settlements))
        return error_memory(error);
    for (size_t m = 0; m < p->members; m++) {
        b->weights[m] = is_over(&p->halts, &p->e, p->halt[m], m) ? 0.0f : 1.0f;
        double contact = futures_value(&p->halts, p->e.line, p->halt[m], m);
        for (size_t s = 0; s < p->settlements; s++) {
            b->line[s * p->members + m] = (float)deal_share(t, deal_of(p, s), contact);
            b->until[s * p->members + m] = b->decided[s * p->members + m] = UINT32_MAX;
        }
    }
    TRY(need_members(p, b->weights, "could halt", error));
    gather(p, &p->halts, p->halt, 0, b->state);
    add_stakes(p, b->state);
    live_in_peace(p, r, b, options->run.threads);
    return fit_losses(p, options, b, error);
}

/* ---- The whole ---------------------------------------------------------------------------------------- */

size_t peace_members(size_t members)
{
    return members < MOST ? members : MOST;
}

size_t peace_features(const case_talks *t)
{
    return t->state_count + CASE_SIDES;
}

static void fill_calm(peace *p)
{
    for (size_t s = 0; s < p->settlements; s++)
        for (int y = 0; y < TALKS_YEARS; y++) {
            double expected = incidents_by(talks_years[y]);
            float *calm = p->calm + (s * TALKS_YEARS + (size_t)y) * p->count;
            for (size_t m = 0; m < p->count; m++)
                calm[m] = (float)portable_exp(-incidents_of(p, s, m) * expected);
        }
}

truce_status peace_fit(peace *p, const talks_options *options, const worths *w, truce_error *error)
{
    renewal r = {0};
    branch b = {0};
    p->w = w;
    p->count = options->run.members;
    p->members = p->count < p->most ? p->count : p->most;
    for (size_t s = 0; s < p->settlements; s++) {
        regression_destroy(p->loss[s]);
        p->loss[s] = NULL;
    }
    truce_status status = fit_renewal(p, options, &r, error);
    if (status == TRUCE_OK)
        status = fit_peace(p, options, &r, &b, error);
    renewal_free(&r);
    branch_free(&b);
    if (status == TRUCE_OK)
        fill_calm(p);
    return status;
}

static truce_status simulate(peace *p, const talks_options *options, size_t first, const bool *takes_branch,
                             truce_error *error)
{
    const truce_case *c = p->c;
    size_t n = p->most;
    p->e = list_entries(p->t);
    p->loss = calloc(p->settlements, sizeof *p->loss);
    p->calm = calloc(p->settlements * TALKS_YEARS * options->run.members, sizeof *p->calm);
    p->resumption = calloc(n, sizeof *p->resumption);
    p->halt = calloc(n, sizeof *p->halt);
    if (!p->loss || !p->calm || !p->resumption || !p->halt ||
        !draw_saves(c, options, first, p->t->resumption, true, n, p->resumption) ||
        !draw_saves(c, options, first, p->t->truce, false, n, p->halt))
        return error_memory(error);
    talks_options of = *options;
    of.run.members = n;
    TRY(run_halted(c, &of, first, takes_branch, &p->e, true, &p->resumes, error));
    return run_halted(c, &of, first, takes_branch, &p->e, false, &p->halts, error);
}

truce_status peace_create(const truce_case *c, const talks_options *options, size_t first,
                          const bool *takes_branch, peace **result, truce_error *error)
{
    peace *p = calloc(1, sizeof *p);
    if (!p)
        return error_memory(error);
    *p = (peace){.c = c,
                 .t = c->talks,
                 .most = peace_members(options->run.members),
                 .features = peace_features(c->talks),
                 .seed = options->run.seed,
                 .settlements = c->talks->deal_count + 1};
    truce_status status = simulate(p, options, first, takes_branch, error);
    if (status == TRUCE_OK)
        *result = p;
    else
        peace_destroy(p);
    return status;
}

void peace_destroy(peace *p)
{
    if (!p)
        return;
    for (size_t s = 0; p->loss && s < p->settlements; s++)
        regression_destroy(p->loss[s]);
    futures_free(&p->resumes);
    futures_free(&p->halts);
    free(p->resumption);
    free(p->halt);
    free(p->loss);
    free(p->calm);
    free(p);
}

void peace_expect(const peace *p, size_t deal, const float *features, double *const *out,
                  double *const *decided)
{
    assert(deal <= p->t->deal_count);
    regression_predict(p->loss[deal], features, out);
    for (int y = 0; y < TALKS_YEARS; y++) {
        double *share = out[PEACE_RESUMED + y];
        const float *calm = p->calm + (deal * TALKS_YEARS + (size_t)y) * p->count;
        for (size_t m = 0; m < p->count; m++) {
            double by_decision = share[m] < 0.0 ? 0.0 : share[m] > 1.0 ? 1.0 : share[m];
            share[m] = 1.0 - (1.0 - by_decision) * calm[m];
            if (decided)
                decided[y][m] = by_decision;
        }
    }
}
