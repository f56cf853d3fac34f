/* A plan in words, for tables and pages. */
#ifndef TRUCE_PLAN_WORDS_H
#define TRUCE_PLAN_WORDS_H

#include "answers/plan.h"
#include "results/words.h"
#include "show/answers.h"

void plan_put_basis(text *t, const truce_plan *p); /* what it rests on */
void plan_put_answer(text *t, const truce_plan *p);
void plan_put_cost(text *t, const truce_plan *p);   /* what cost is */
void plan_put_unsure(text *t, const truce_plan *p); /* what the table of parameters says */
/* A setting of a lever: a number, or a month; "" for NaN. */
void plan_amount(char words[WORDS_SIZE], const truce_plan *p, const truce_plan_setting *s, double value);

#endif
