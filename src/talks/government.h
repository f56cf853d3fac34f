/* What signing costs those who decide (docs/science/talks.md, "Those who decide").
 *
 *     price_i = signing_i x resolve_i x weight_i(form) x shortfall_i(line)      shares of the stake
 *
 * and no price at all at which a side signs what falls short on an issue on which it is hard, while its
 * resolve is at or above the level at which it yields. It is paid for signing, not for a front that merely
 * freezes (Fearon 1994; Goemans 2000, War and Punishment; Croco 2011; Weisiger 2013). */
#ifndef TRUCE_GOVERNMENT_H
#define TRUCE_GOVERNMENT_H

#include "talks/talking.h"

/* The line that a side's government aims at in a month: what was declared, less what is given up of it. */
double government_aim(const talking *k, int side, size_t j, size_t m);
/* Whether a government refuses a deal whatever its line. */
bool government_bars(const talking *k, int side, const case_deal *deal, size_t j, size_t m);
/* The price for each unit by which the line of a deal falls short. */
double government_rate(const talking *k, int side, const case_deal *deal, size_t j, size_t m);
/* By how much, and whether no line beyond the aim is signed at any price. */
double government_beyond(const talking *k, int side, size_t j, size_t m, double line);
bool government_holds_line(const talking *k, int side, size_t j, size_t m);

#endif
