/* Prices of signing, and what is not signed at any price. */
#include "talks/government.h"

#include <assert.h>
#include <math.h>

/* A line that nobody reaches: the side that is barred accepts none. */
static const float never = 1e6f;

double government_aim(const talking *k, int side, size_t j, size_t m)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    assert(j < k->months && m < k->members);
    const case_government *g = k->t->government;
    month now = k->c->start + (month)(k->first + j);
    double contact = (double)share_at(k, j * k->members + m), declared = side == CASE_ATTACKER ? 1.0 : 0.0;
    for (size_t a = 0; a < g->aim_count && g->aims[a].from <= now; a++)
        if (g->aims[a].side == side)
            declared = g->aims[a].contact ? contact : line_share(k->t, g->aims[a].line);
    return declared + k->worths.relaxation[side][m] * (contact - declared);
}

static bool holds_out(const talking *k, int side, size_t j, size_t m)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    assert(j < k->months && m < k->members);
    return k->will[side][j * k->members + m] >= k->worths.yields[side][m];
}

bool government_bars(const talking *k, int side, const case_deal *deal, size_t j, size_t m)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    assert(j < k->months && m < k->members);
    if (!k->t->government || !holds_out(k, side, j, m))
        return false;
    bool form = deal->form != SIZE_MAX && k->t->forms[deal->form].fails[side];
    bool guarantee = k->t->guarantees[deal->guarantee].fails[side];
    return (form && k->worths.hard[ISSUE_FORM][side][m] > 0.0f) ||
           (guarantee && k->worths.hard[ISSUE_GUARANTEE][side][m] > 0.0f);
}

double government_rate(const talking *k, int side, const case_deal *deal, size_t j, size_t m)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    assert(j < k->months && m < k->members);
    double weight = deal->form != SIZE_MAX ? (double)k->worths.weight[deal->form][side][m] : 1.0;
    return (double)k->worths.signing[side][m] * k->will[side][j * k->members + m] * weight;
}

double government_beyond(const talking *k, int side, size_t j, size_t m, double line)
{
    if (!k->t->government)
        return 0.0;
    double aim = government_aim(k, side, j, m), by = side == CASE_ATTACKER ? aim - line : line - aim;
    return by > 1e-9 ? by : 0.0;
}

bool government_holds_line(const talking *k, int side, size_t j, size_t m)
{
    return k->worths.hard[ISSUE_LINE][side][m] > 0.0f && holds_out(k, side, j, m);
}

double government_price(const talking *k, int side, const case_deal *deal, size_t j, size_t m, double line)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    assert(j < k->months && m < k->members);
    if (government_bars(k, side, deal, j, m))
        return INFINITY;
    double by = government_beyond(k, side, j, m, line);
    if (by == 0.0)
        return 0.0;
    return government_holds_line(k, side, j, m) ? INFINITY : government_rate(k, side, deal, j, m) * by;
}

static bool fill_month(void *context, unsigned worker, size_t j)
{
    const talking *k = context;
    const case_deal *deal = &k->t->deals[k->t->reference];
    (void)worker;
    for (int i = 0; i < CASE_SIDES; i++)
        for (size_t m = 0; m < k->members; m++) {
            size_t at = j * k->members + m;
            double aim = government_aim(k, i, j, m);
            bool line = government_holds_line(k, i, j, m);
            float far = i == CASE_ATTACKER ? never : -never;
            k->aim[i][at] = (float)aim;
            k->signing[i][at] = (float)government_rate(k, i, deal, j, m);
            k->limit[i][at] = government_bars(k, i, deal, j, m) ? far : line ? (float)aim : -far;
        }
    return true;
}

void government_fill(talking *k)
{
    workers_run(k->options->run.threads, k->months, fill_month, k);
}
