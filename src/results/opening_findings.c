/* The sentences that open a report. */
#include "results/findings.h"

void outlook_finding(text *t, const case_results *r, const scenario_result *s)
{
    best_forecast_finding(t, r);
    front_finding(t, r, s);
    if (r->standing && t->length) {
        text lost = {0};
        lost_finding(&lost, r);
        if (lost.length)
            text_print(t, ". %s", lost.bytes);
        t->failed = t->failed || lost.failed;
        text_free(&lost);
    }
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

void opening_findings(text *t, const case_results *r)
{
    const milestone_result *shortage = likeliest_shortage(r);
    size_t before = t->length;
    outlook_finding(t, r, &r->scenarios[0]);
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
