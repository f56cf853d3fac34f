/* Commitment: whether peace can be divided month by month when power shifts.
 *
 * Each month at peace yields a flow that the sides divide anew; nothing can be promised beyond it. A side
 * that rises will ask for more tomorrow, at least the value of its war tomorrow, so what it can offer the
 * other today is this month's flow and what is left of the future. Where that is less than the other's war of
 * today, no division keeps the peace, whatever both would gain from it. Powell (2006), "War as a commitment
 * problem", International Organization 60(1), inequality for one shift: d M_r(t + 1) - M_r(t) > B(t) - M_r(t)
 * - M_f(t), with M the values of war (minmax), B the value of all flows from t on and d the discount factor.
 */
#ifndef TRUCE_COMMITMENT_H
#define TRUCE_COMMITMENT_H

/* How much the falling side's value of war of this month exceeds the most that peace can give it; a positive
 * gap means that no peaceful division exists. flow: of this month; future: value, seen from next month, of
 * all later flows; discount: monthly factor; falling_now: its value of war now; rising_next: the riser's
 * value of war of next month. All in the unit of the stake. */
double commitment_gap(double flow, double future, double discount, double falling_now, double rising_next);

#endif
