/* Changes that go beyond what a case was made for: outside the range of its levers, else outside the prior, else far
 * outside the data or the model's own value. The model still answers, by equations that nothing has tested there. */
#include "results/findings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LIMITS_TOLD = 6, USERS_MOST = 256, TENFOLD = 10 };

typedef struct tested {
    double low, high;
    const char *by; /* NULL: nothing is known */
} tested;

/* The hull of a list of values. */
static void widen(tested *t, double value, const char *by)
{
    if (!isfinite(value))
        return;
    t->low = t->by ? fmin(t->low, value) : value;
    t->high = t->by ? fmax(t->high, value) : value;
    t->by = by;
}

static tested range_of_levers(const truce_case *c, const case_change *x)
{
    bool share = x->kind == CHANGE_SCALE || x->kind == CHANGE_MULTIPLY;
    tested t = {0};
    for (size_t i = 0; i < c->control_count; i++) {
        const case_control *k = &c->controls[i];
        bool shares = k->kind == CHANGE_SCALE || k->kind == CHANGE_MULTIPLY;
        for (size_t e = 0; e < k->element_count && !k->date; e++)
            if (k->elements[e] == x->element && shares == share &&
                (k->kind == CHANGE_ADD) == (x->kind == CHANGE_ADD)) {
                widen(&t, k->least, "the case's levers cover");
                widen(&t, k->greatest, "the case's levers cover");
            }
    }
    return t;
}

/* Of a value: the prior of what it replaces, or ten times the greatest of its data or the model's constant. */
static tested range_of_values(const truce_case *c, const case_change *x)
{
    tested t = {0};
    double own;
    if (x->kind == CHANGE_SCALE || x->kind == CHANGE_MULTIPLY)
        return (tested){0, TENFOLD, "a tenfold change covers"};
    if (x->kind != CHANGE_SET && x->kind != CHANGE_VALUE)
        return t;
    for (size_t i = 0; i < c->parameter_count; i++)
        if (c->parameters[i].element == x->element && c->parameters[i].prior.kind != TRUCE_FIXED) {
            widen(&t, truce_distribution_quantile(&c->parameters[i].prior, 0.0005), "its prior covers");
            widen(&t, truce_distribution_quantile(&c->parameters[i].prior, 0.9995), "its prior covers");
        }
    for (size_t i = 0; i < c->series_count && !t.by; i++)
        for (size_t k = 0; c->series[i].element == x->element && k < c->series[i].data.count; k++)
            widen(&t, c->series[i].data.values[k], "its data cover");
    if (!t.by && case_constant(c->model, x->element, &own) && own != 0)
        return (tested){fmin(TENFOLD * own, 0), fmax(TENFOLD * own, 0),
                        "ten times the model's own value covers"};
    if (t.by && strcmp(t.by, "its data cover") == 0) {
        t.low = fmin(t.low, 0);
        t.high = fmax(TENFOLD * t.high, 0);
    }
    return t;
}

/* Variables behind the changed one whose equations take the least of several things, nearest first. */
static void put_limits(text *t, const truce_case *c, size_t changed)
{
    const truce_model *m = c->model;
    size_t count = m->variable_count, head = 0, tail = 0, told = 0, users[USERS_MOST];
    size_t *queue = calloc(count + 1, sizeof *queue);
    bool *seen = calloc(count + 1, sizeof *seen);
    if (queue && seen) {
        queue[tail++] = m->elements[changed].variable;
        seen[queue[0]] = true;
    }
    while (queue && seen && head < tail && told < LIMITS_TOLD) {
        size_t found = truce_model_users(m, queue[head++], users, USERS_MOST);
        for (size_t i = 0; i < found && i < USERS_MOST; i++) {
            if (seen[users[i]])
                continue;
            seen[users[i]] = true;
            queue[tail++] = users[i];
            if (told < LIMITS_TOLD && strstr(m->variables[users[i]].equation, "MIN("))
                text_print(t, "%s%s", told++ ? ", " : ". Limits downstream, which more of it does not lift: ",
                           m->variables[users[i]].name);
        }
    }
    if (!told)
        text_print(t, ". No equation downstream takes the least of several things: nothing in the model "
                      "limits the effect of more of it");
    t->failed = t->failed || !queue || !seen;
    free(queue);
    free(seen);
}

void range_caution(text *t, const truce_case *c, const case_change *x)
{
    tested range = range_of_levers(c, x);
    if (!range.by)
        range = range_of_values(c, x);
    if (!range.by || (x->value >= range.low && x->value <= range.high) || x->kind == CHANGE_MEAN_OF)
        return;
    char value[WORDS_SIZE], low[WORDS_SIZE], high[WORDS_SIZE];
    words_plain(value, x->value);
    words_plain(low, range.low);
    words_plain(high, range.high);
    text_print(t, "%s%s: %s lies outside the range that %s, %s to %s, where nothing has tested the model",
               t->length ? ". " : "", x->variable, value, range.by, low, high);
    if (x->value < 0 && range.low == 0)
        text_print(t, ". Below 0 there is none of it, and the model's results have no meaning");
    if (x->value > range.high)
        put_limits(t, c, x->element);
}

/* Whether a later change of the same kind stands in the place of this one. */
static bool is_repeated(const case_scenario *s, size_t index)
{
    const case_change *x = &s->changes[index];
    for (size_t i = index + 1; i < s->change_count; i++) {
        const case_change *y = &s->changes[i];
        if (y->element == x->element && y->kind == x->kind && y->first == x->first && y->last == x->last)
            return true;
    }
    return false;
}

void range_finding(text *t, const case_results *r, const scenario_result *s)
{
    const truce_case *c = r->c;
    text words = {0};
    for (size_t k = s->scenario, steps = 0; k < c->scenario_count && steps <= c->scenario_count;
         k = c->scenarios[k].base, steps++)
        for (size_t i = 0; i < c->scenarios[k].change_count; i++)
            if (!is_repeated(&c->scenarios[k], i))
                range_caution(&words, c, &c->scenarios[k].changes[i]);
    if (words.length)
        text_add(t, words.bytes, words.length);
    t->failed = t->failed || words.failed;
    text_free(&words);
}
