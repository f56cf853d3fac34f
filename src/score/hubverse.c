/* See hubverse.h. */
#include "score/hubverse.h"

const double hubverse_levels[HUBVERSE_LEVELS] = {0.01, 0.025, 0.05, 0.1, 0.15, 0.2,   0.25, 0.3,
                                                 0.35, 0.4,   0.45, 0.5, 0.55, 0.6,   0.65, 0.7,
                                                 0.75, 0.8,   0.85, 0.9, 0.95, 0.975, 0.99};

static void write_change(FILE *stream, const score_table *t, size_t origin, size_t i, size_t h, size_t e,
                         const char *more)
{
    const score_change *s = score_change_of(t, origin, i, h, e);
    char from[16], to[16];
    month_last_day(t->origins[origin], from);
    month_last_day(t->origins[origin] + score_horizons[h], to);
    for (size_t q = 0; q < HUBVERSE_LEVELS && s->forecast; q++) {
        fprintf(stream, "%s,%s,", t->entrants[e].name, from);
        text_write_field(stream, t->c->observations[i].name);
        plain_print(stream, ",%d,%s,quantile,%g,%.6g%s\n", score_horizons[h], to, hubverse_levels[q],
                    sample_quantile(s->points, hubverse_levels[q]), more);
    }
}

void hubverse_write_origin(FILE *stream, const score_table *t, size_t origin, const char *more)
{
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            for (size_t e = 0; e < t->entrant_count; e++)
                write_change(stream, t, origin, i, h, e, more);
}
