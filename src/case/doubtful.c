/* Observed values that can hardly be right: a slip of the pen or of a unit. They are told, and used all the same. */
#include "case/load.h"
#include "math/order_statistics.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* A value this many times the median of its series, in a series of at least so many, is doubtful: the launches of a
 * war that grew a hundredfold within its years would just pass. */
static const double doubtful = 100;
enum { LEAST = 5 };

/* The median of what is there and is not 0, without signs; NaN when there is too little. */
static double usual_size(const case_column *data, double *room)
{
    size_t count = 0;
    for (size_t i = 0; i < data->count; i++)
        if (isfinite(data->values[i]) && data->values[i] != 0)
            room[count++] = fabs(data->values[i]);
    qsort(room, count, sizeof *room, order_of_numbers);
    return count < LEAST ? NAN : room[count / 2];
}

static bool warn(truce_case *c, const case_observation *o, size_t i, double times)
{
    char iso[16];
    month_iso(o->data.first + (month)i, iso);
    const char *sentence = arena_format(
        &c->memory,
        "%s: \"%s\" of %s, %.6g, is %.3g times the median of its series: a slip, or another unit?",
        o->data.file, o->name, iso, o->data.values[i], times);
    return sentence && ARENA_PUSH(&c->memory, c->warnings, c->warning_count, c->warning_capacity, sentence);
}

truce_status load_doubts(loader *l)
{
    truce_case *c = l->c;
    for (size_t k = 0; k < c->observation_count; k++) {
        const case_observation *o = &c->observations[k];
        double *room = calloc(o->data.count + 1, sizeof *room);
        if (!room)
            return error_memory(l->read.error);
        double usual = usual_size(&o->data, room);
        bool good = true;
        for (size_t i = 0; i < o->data.count && good; i++)
            if (fabs(o->data.values[i]) > doubtful * usual)
                good = warn(c, o, i, fabs(o->data.values[i]) / usual);
        free(room);
        if (!good)
            return error_memory(l->read.error);
    }
    return TRUCE_OK;
}

size_t truce_case_warning_count(const truce_case *c)
{
    return c ? c->warning_count : 0;
}

const char *truce_case_warning(const truce_case *c, size_t index)
{
    return c && index < c->warning_count ? c->warnings[index] : NULL;
}
