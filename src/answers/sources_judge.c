/* Which changes are told from chance, and which verdicts they flip (sources.h). */
#include "answers/sources.h"
#include "math/quantiles.h"

#include <math.h>

/* ---- Chance --------------------------------------------------------------------------------------------------------- */

/* P(|T| > t) = I_{n / (n + t^2)}(n / 2, 1 / 2) (Abramowitz and Stegun 1964, 26.7.1 with 26.5.27), halved down to its
 * rounding. */
double sources_student(double p, double degrees)
{
    double low = 0, high = 1e6;
    for (int i = 0; i < 200 && high - low > 1e-12 * high; i++) {
        double t = low + (high - low) / 2;
        double beyond = exp(log_incomplete_beta(log(degrees / (degrees + t * t)), degrees / 2, 0.5));
        *(beyond > p ? &low : &high) = t;
    }
    return low + (high - low) / 2;
}

/* The variance of the centre of a fit, by the spread of its populations, which are independent. */
static double variance_of(const sources_value *v)
{
    double mean = 0, sum = 0;
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        mean += v->populations[p] / FIT_POPULATIONS;
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        sum += (v->populations[p] - mean) * (v->populations[p] - mean);
    return sum / (FIT_POPULATIONS - 1) / FIT_POPULATIONS;
}

/* A standard deviation from the 90 % interval, which no outlier rules; of a statement 1. */
static double spread_of(const truce_sources *s, size_t conclusion, const sources_value *v)
{
    return s->conclusions[conclusion].compares ? 1 : (v->high - v->low) / (2 * 1.6448536269514722);
}

/* The variance by which chance moves a centre, as a part of its squared spread: of that the fits, which have as many
 * particles each, are all alike, so that it is the mean over them. */
static double relative_variance(const truce_sources *s, size_t conclusion)
{
    double sum = 0;
    for (size_t f = 0; f < s->fit_count; f++) {
        const sources_value *v = sources_value_of(s, f, conclusion);
        double spread = spread_of(s, conclusion, v);
        sum += spread > 0 ? variance_of(v) / (spread * spread) : 0;
    }
    return sum / (double)s->fit_count;
}

/* What the greatest change of so many sources exceeds by chance in one case of twenty (Bonferroni); and what another seed
 * has changed, where that is more. In the conclusion's own units. */
static double chance_of(const truce_sources *s, size_t conclusion, size_t fit)
{
    const sources_value *all = sources_value_of(s, SOURCES_ALL, conclusion),
                        *other = sources_value_of(s, SOURCES_NULL, conclusion);
    double degrees = (FIT_POPULATIONS - 1) * (double)s->fit_count,
           sources = (double)(s->fit_count - SOURCES_FIRST);
    double bound =
        sources_student(0.05 / sources, degrees) * sqrt(relative_variance(s, conclusion)) *
        hypot(spread_of(s, conclusion, all), spread_of(s, conclusion, sources_value_of(s, fit, conclusion)));
    return isnan(bound) ? INFINITY : fmax(bound, fabs(other->centre - all->centre));
}

/* ---- Verdicts ------------------------------------------------------------------------------------------------------- */

static truce_verdict verdict_of(const truce_sources *s, size_t conclusion, const sources_value *v)
{
    if (s->conclusions[conclusion].compares)
        return answers_verdict(v->centre, s->asked.holds_if);
    return v->low > 0 ? TRUCE_SUPPORTED : v->high < 0 ? TRUCE_CONTRADICTED : TRUCE_UNDETERMINED;
}

truce_conclusion truce_sources_conclusion(const truce_sources *s, size_t conclusion)
{
    if (!s || conclusion >= s->conclusion_count)
        return (truce_conclusion){"", false, NAN, NAN, NAN, NAN, TRUCE_UNDETERMINED};
    const sources_value *all = sources_value_of(s, SOURCES_ALL, conclusion);
    double spread = spread_of(s, conclusion, all);
    return (truce_conclusion){.written = s->written[conclusion],
                              .compares = s->conclusions[conclusion].compares,
                              .value = all->centre,
                              .low = all->low,
                              .high = all->high,
                              .spread = spread,
                              .verdict = verdict_of(s, conclusion, all)};
}

static truce_without without(const truce_sources *s, size_t conclusion, size_t fit)
{
    const sources_value *all = sources_value_of(s, SOURCES_ALL, conclusion),
                        *v = sources_value_of(s, fit, conclusion);
    double spread = spread_of(s, conclusion, all), change = v->centre - all->centre,
           chance = chance_of(s, conclusion, fit);
    bool compares = s->conclusions[conclusion].compares, spreads = spread > 0;
    truce_without w = {.value = v->centre,
                       .low = v->low,
                       .high = v->high,
                       .change = spreads ? change / spread : NAN,
                       .chance = spreads ? chance / spread : NAN,
                       .wider = compares || !spreads ? NAN : spread_of(s, conclusion, v) / spread,
                       .verdict = verdict_of(s, conclusion, v),
                       .resolved = fabs(change) > chance};
    w.flips = w.resolved && w.verdict != verdict_of(s, conclusion, all);
    return w;
}

static const truce_without nothing = {NAN, NAN, NAN, NAN, NAN, NAN, TRUCE_UNDETERMINED, false, false};

truce_without truce_sources_without(const truce_sources *s, size_t conclusion, size_t source)
{
    return s && conclusion < s->conclusion_count && source < truce_sources_count(s)
               ? without(s, conclusion, SOURCES_FIRST + source)
               : nothing;
}

truce_without truce_sources_null(const truce_sources *s, size_t conclusion)
{
    return s && conclusion < s->conclusion_count ? without(s, conclusion, SOURCES_NULL) : nothing;
}

/* ---- Names ------------------------------------------------------------------------------------------------------------ */

size_t truce_sources_count(const truce_sources *s)
{
    return s ? s->fit_count - SOURCES_FIRST : 0;
}

const char *truce_sources_name(const truce_sources *s, size_t source)
{
    return source < truce_sources_count(s) ? s->fits[SOURCES_FIRST + source].name : NULL;
}

size_t truce_sources_conclusions(const truce_sources *s)
{
    return s ? s->conclusion_count : 0;
}
