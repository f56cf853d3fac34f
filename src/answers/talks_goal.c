/* See talks_goal.h. */
#include "answers/talks_goal.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Words -------------------------------------------------------------------------------------------------------- */

static const char *const preferring[] = {" prefers ", " prefer ", " accepts ", " accept "};

bool talks_goal_is(const char *written)
{
    const char *at = written + strspn(written, " \t\n");
    if (strncmp(at, "talks", 5) == 0 && (at[5] == ' ' || at[5] == ':'))
        return true;
    for (size_t i = 0; i < sizeof preferring / sizeof *preferring; i++)
        if (strstr(written, preferring[i]))
            return true;
    return false;
}

bool truce_goal_asks_talks(const char *goal)
{
    return goal && talks_goal_is(goal);
}

typedef struct reader {
    const truce_case *c;
    const char *at;
    month by;
    truce_error *error;
} reader;

static truce_status wrong(const reader *r, const char *what)
{
    return error_set(r->error, TRUCE_BAD_INPUT, NULL, 0,
                     "%s at \"%.40s\"; a goal about talks is such as \"attacker prefers deal NAME\", \"both "
                     "prefer deal NAME\", \"talks strong defender\" or \"talks deal by 2027-12\"",
                     what, r->at);
}

static void skip(reader *r)
{
    r->at += strspn(r->at, " \t\n");
}

static bool take(reader *r, const char *word)
{
    size_t length = strlen(word);
    skip(r);
    if (strncmp(r->at, word, length) != 0 || ascii_is_alphanumeric(r->at[length]) || r->at[length] == '-')
        return false;
    r->at += length;
    return true;
}

/* A side by its name in the case format, or as readers call it. */
static bool take_side(reader *r, int *side)
{
    static const char *const names[] = {"defender", "attacker"};
    for (int i = 0; i < CASE_SIDES; i++)
        if (take(r, names[i]) || take(r, case_display_name(r->c, names[i]))) {
            *side = i;
            return true;
        }
    return false;
}

static truce_status take_deal(reader *r, size_t *deal)
{
    const case_talks *t = r->c->talks;
    const char *names[64];
    char name[128];
    skip(r);
    size_t count = t->deal_count < 64 ? t->deal_count : 64, length = strcspn(r->at, " \t\n<>=");
    snprintf(name, sizeof name, "%.*s", (int)(length < 127 ? length : 127), r->at);
    for (*deal = 0; *deal < t->deal_count; ++*deal)
        if (strcmp(t->deals[*deal].name, name) == 0) {
            r->at += length;
            return TRUCE_OK;
        }
    for (size_t i = 0; i < count; i++)
        names[i] = t->deals[i].name;
    const char *near = truce_nearest_name(name, names, count);
    return error_set(r->error, TRUCE_BAD_INPUT, NULL, 0, "no deal \"%s\"%s%s%s", name,
                     near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
}

static truce_status take_preference(reader *r, talks_watch *w)
{
    int side;
    w->what = TALKS_ACCEPTED;
    if (take(r, "accepts")) { /* as statements of claims have it */
        if (!take_side(r, &side))
            return wrong(r, "a side is expected");
        w->sides[side] = true;
        return take_deal(r, &w->deal);
    }
    if (take(r, "both"))
        w->sides[0] = w->sides[1] = true;
    else if (take_side(r, &side))
        w->sides[side] = true;
    else
        return wrong(r, "no such goal");
    if (!take(r, "prefers") && !take(r, "prefer") && !take(r, "accepts") && !take(r, "accept"))
        return wrong(r, "\"prefers\" is expected");
    take(r, "deal");
    return take_deal(r, &w->deal);
}

static truce_status take_what(reader *r, talks_watch *w)
{
    int side;
    if (take(r, "strong")) {
        w->what = TALKS_STRONG;
        if (!take_side(r, &side))
            return wrong(r, "a side is expected");
        w->sides[side] = true;
        return TRUCE_OK;
    }
    if (take(r, "P(deal)") || take(r, "deal")) {
        w->what = TALKS_STRUCK;
        return TRUCE_OK;
    }
    return take_preference(r, w);
}

/* by MONTH: of a deal struck by then; else the month in which it is looked at. */
static truce_status take_month(reader *r, talks_watch *w)
{
    enum { AHEAD = 12 };
    const truce_case *c = r->c;
    char iso[16] = {0};
    month first = c->data_end + 1 > c->talks->from ? c->data_end + 1 : c->talks->from;
    month ahead = first + AHEAD - 1 < c->stop ? first + AHEAD - 1 : c->stop;
    w->month = r->by != MONTH_NONE ? r->by : w->what == TALKS_STRUCK ? ahead : MONTH_NONE;
    if (take(r, "by")) {
        skip(r);
        memcpy(iso, r->at, strnlen(r->at, 7));
        if (!month_parse_in(c->unit, iso, &w->month))
            return wrong(r, "a month is expected");
        r->at += strlen(iso);
    }
    if (w->month == MONTH_NONE || (w->month >= first && w->month <= c->stop))
        return TRUCE_OK;
    char from[16], to[16];
    month_iso(first, from);
    month_iso(c->stop, to);
    return error_set(r->error, TRUCE_BAD_INPUT, NULL, 0,
                     "a goal about talks is of a month after the data and within the horizon, %s to %s", from,
                     to);
}

static truce_status take_bound(reader *r, double *bound)
{
    *bound = NAN;
    skip(r);
    if (!*r->at)
        return TRUCE_OK;
    if (*r->at != '>')
        return wrong(r, strncmp(r->at, "and ", 4) == 0
                            ? "a goal about talks stands alone: \"and\" is not taken"
                            : "\">\" and a probability are expected");
    r->at += r->at[1] == '=' ? 2 : 1;
    skip(r);
    size_t length = strcspn(r->at, " %\t\n");
    bool number = text_to_number(r->at, length, bound);
    r->at += number ? length : 0;
    skip(r);
    if (number && *r->at == '%') {
        *bound /= 100;
        r->at++;
        skip(r);
    }
    return number && *bound > 0 && *bound <= 1 && !*r->at ? TRUCE_OK : wrong(r, "a probability is expected");
}

truce_status talks_goal_read(const truce_case *c, const char *written, month by, talks_goal *goal,
                             truce_error *error)
{
    reader r = {.c = c, .at = written, .by = by, .error = error};
    *goal = (talks_goal){0};
    if (!c->talks)
        return error_set(error, TRUCE_BAD_INPUT, c->path, 0, "the case has no section \"talks\"");
    if (take(&r, "talks") && *r.at == ':')
        r.at++;
    TRY(take_what(&r, &goal->watch));
    TRY(take_month(&r, &goal->watch));
    return take_bound(&r, &goal->bound);
}

/* ---- Trials ------------------------------------------------------------------------------------------------------- */

static talks_options options_of(const truce_fit *fit, const truce_ensemble_options *run)
{
    talks_options o = talks_default_options();
    o.fit = fit;
    o.run.members = run->members;
    o.run.seed = run->seed;
    o.run.threads = run->threads;
    o.run.engine = run->engine;
    o.run.progress = run->progress;
    o.run.context = run->context;
    return o;
}

truce_status talks_trials_open(const truce_case *c, const talks_goal *goal, const truce_fit *fit,
                               const truce_ensemble_options *run, talks_trials *t, truce_error *error)
{
    *t = (talks_trials){.goal = *goal, .options = options_of(fit, run), .effective = (double)run->members};
    t->open = true;
    t->holds = calloc(run->members + 1, sizeof *t->holds);
    t->index = calloc(run->members + 1, sizeof *t->index);
    if (!t->holds || !t->index)
        return error_memory(error);
    t->goal.watch.holds = t->holds;
    t->goal.watch.index = t->index;
    if (c->talks->has_record) {
        talks_options first = t->options;
        first.watch = &t->goal.watch;
        TRY(talks_run(c, &first, &t->first, error));
        t->options.record = &t->first.record;
        t->effective = t->first.record.effective;
    }
    t->options.watch = &t->goal.watch;
    return TRUCE_OK;
}

void talks_trials_close(talks_trials *t)
{
    if (!t->open)
        return;
    talks_free(&t->first);
    free(t->holds);
    free(t->index);
    *t = (talks_trials){0};
}

truce_status talks_trials_try(const truce_case *view, size_t scenario, talks_trials *t, uint8_t *outcomes,
                              truce_error *error)
{
    enum { STREAM = 0x676f616cu };
    talks_options o = t->options;
    talks_result result;
    o.scenario = scenario;
    TRY(talks_run(view, &o, &result, error));
    talks_free(&result);
    for (size_t i = 0; i < o.run.members; i++) {
        float holds = t->holds[t->index[i]];
        /* the same luck in every setting decides whether a deal that is probable comes */
        double luck = random_uniform(o.run.seed, i, STREAM, 0);
        outcomes[i] = isnan(holds) ? 2 : luck < (double)holds;
    }
    return TRUCE_OK;
}
