/* Where data, priors and model are at odds: parameters whose posterior lies far outside their prior, and
 * observations that no draw comes near. A fit gives an answer all the same, and says so in its warnings. */
#include "fit/fit.h"
#include "math/order_statistics.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A median beyond this many standard deviations of the prior, as a normal score: 1 in 100 by chance. */
static const double far_from_prior = 2.576;
/* An observation this many standard errors from what the median draw predicts. */
static const double far_from_prediction = 6;
enum { NAMED = 3 };

/* How such a warning begins, also in files. */
#define CONFLICT "at odds: "

static bool warn(truce_fit *f, const text *sentence)
{
    const char *kept = sentence->failed ? NULL : arena_string(&f->memory, sentence->bytes);
    return kept && ARENA_PUSH(&f->memory, f->warnings, f->warning_count, f->warning_capacity, kept);
}

static double median_of(double *room, size_t count)
{
    qsort(room, count, sizeof *room, order_of_numbers);
    return room[count / 2];
}

/* ---- The farthest --------------------------------------------------------------------------------------- */

typedef struct finding {
    size_t index, point;
    double distance, median;
} finding;

/* The few that are farthest, in that order. */
static void keep_farthest(finding found[NAMED], size_t count, finding x)
{
    size_t at = count < NAMED ? count : NAMED - 1;
    if (count >= NAMED && x.distance <= found[at].distance)
        return;
    for (; at > 0 && found[at - 1].distance < x.distance; at--)
        found[at] = found[at - 1];
    found[at] = x;
}

/* ---- Parameters ------------------------------------------------------------------------------------------ */

static bool warn_of_priors(truce_fit *f, double *room)
{
    finding found[NAMED];
    size_t count = 0;
    for (size_t j = 0; j < f->parameter_count; j++) {
        for (size_t i = 0; i < f->count; i++)
            room[i] = f->x[i * f->dimension + j];
        double z = median_of(room, f->count);
        if (fabs(z) <= far_from_prior)
            continue;
        memcpy(room, f->values + j * f->count, f->count * sizeof *room);
        keep_farthest(found, count++, (finding){j, 0, fabs(z), median_of(room, f->count)});
    }
    if (!count)
        return true;
    text t = {0};
    text_print(&t, CONFLICT "the data pull %zu of %zu parameters far outside their priors: ", count,
               f->parameter_count);
    for (size_t k = 0; k < count && k < NAMED; k++)
        text_print(&t, "%s\"%s\" to %.4g (prior %.4g to %.4g, %.1f standard deviations of it away)",
                   k ? "; " : "", f->names[found[k].index], found[k].median, f->ranges[2 * found[k].index],
                   f->ranges[2 * found[k].index + 1], found[k].distance);
    text_print(&t, "%s: prior, data or model are wrong", count > NAMED ? "; and others" : "");
    bool good = warn(f, &t);
    text_free(&t);
    return good;
}

/* ---- Observations ---------------------------------------------------------------------------------------- */

/* How far an observation lies from what the median draw predicts: the distance in standard errors of a normal
 * error, and for others that of the same loss of density. */
static double distance_of(const truce_fit *f, size_t point, double peak, double *room)
{
    for (size_t i = 0; i < f->count; i++)
        room[i] = peak - (double)f->densities[point * f->count + i];
    return sqrt(2 * fmax(median_of(room, f->count), 0));
}

/* The observations that are farthest, of those farther than they can be; their number. */
static size_t find_far(const truce_fit *f, double *room, finding found[NAMED])
{
    size_t count = 0, point = 0;
    for (size_t k = 0; k < f->data_count; k++)
        for (size_t i = 0; i < f->data[k].count; i++, point++) {
            double distance = distance_of(f, point, f->data[k].peaks[i], room);
            if (distance > far_from_prediction)
                keep_farthest(found, count++, (finding){k, i, distance, 0});
        }
    return count;
}

static void name_observation(const truce_fit *f, const finding *x, text *t)
{
    const fit_data *d = &f->data[x->index];
    char iso[16];
    month_iso(d->months[x->point], iso);
    text_print(t, "\"%s\" of %s, %.6g, is %.3g standard errors from what draws predict", d->observation->name,
               iso, d->values[x->point], x->distance);
}

static bool warn_of_observations(truce_fit *f, double *room)
{
    finding found[NAMED];
    size_t count = find_far(f, room, found);
    if (!count)
        return true;
    text t = {0};
    text_print(&t, CONFLICT "%zu of %zu observations cannot be what the model says they are: ", count,
               f->point_count);
    for (size_t k = 0; k < count && k < NAMED; k++) {
        text_print(&t, "%s", k ? "; " : "");
        name_observation(f, &found[k], &t);
    }
    text_print(&t, "%s: look for a slip in the data, or widen the error",
               count > NAMED ? "; and others" : "");
    bool good = warn(f, &t);
    text_free(&t);
    return good;
}

void fit_blame(const truce_fit *f, truce_error *error)
{
    finding found[NAMED];
    double *room = calloc(f->count, sizeof *room);
    text t = {0};
    if (room && find_far(f, room, found)) {
        name_observation(f, &found[0], &t);
        if (!t.failed)
            error_set(error, TRUCE_RUN_FAILED, f->c->path, 0, "the data are out of reach of the model: %s",
                      t.bytes);
    }
    text_free(&t);
    free(room);
}

truce_status fit_warn_of_conflict(truce_fit *f, truce_error *error)
{
    assert(f->densities && f->ranges);
    double *room = calloc(f->count, sizeof *room);
    bool good = room && warn_of_priors(f, room) && warn_of_observations(f, room);
    free(room);
    return good ? TRUCE_OK : error_memory(error);
}

bool truce_fit_warning_is_conflict(const truce_fit *f, size_t index)
{
    return f && index < f->warning_count && strncmp(f->warnings[index], CONFLICT, strlen(CONFLICT)) == 0;
}
