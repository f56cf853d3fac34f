/* The sentences that open a report. */
#include "results/findings.h"

void outlook_finding(text *t, const case_results *r, const scenario_result *s)
{
    if (best_forecast_finding(t, r))
        text_print(t, ". By itself the model says: ");
    front_finding(t, r, s);
    if (t->length)
        standing_finding(t, r);
}

static const milestone_result *likeliest_shortage(const case_results *r)
{
    const milestone_result *found = NULL;
    for (size_t i = 0; i < r->milestone_count; i++) {
        const milestone_result *s = &r->scenarios[0].milestones[i];
        if (s->milestone->shortage && s->after > (found ? found->after : 0))
            found = s;
    }
    return found;
}

static void end_sentence(text *t, size_t before)
{
    if (t->length > before)
        text_print(t, ". ");
}

static void put_findings(text *t, const case_results *r, bool outlook)
{
    const milestone_result *shortage = likeliest_shortage(r);
    size_t before = t->length;
    if (outlook)
        outlook_finding(t, r, &r->scenarios[0]);
    else
        front_finding(t, r, &r->scenarios[0]);
    end_sentence(t, before);
    before = t->length;
    losses_finding(t, r, &r->scenarios[0]);
    end_sentence(t, before);
    before = t->length;
    if (r->scenario_count > 1 && r->front_level != SIZE_MAX)
        difference_finding(t, r, r->front_level);
    end_sentence(t, before);
    if (!shortage)
        return;
    text_print(t, "The likeliest shortage: ");
    milestone_finding(t, r, shortage);
    text_print(t, ". ");
}

void opening_findings(text *t, const case_results *r)
{
    put_findings(t, r, true);
}

void summary_findings(text *t, const case_results *r)
{
    put_findings(t, r, false);
}
