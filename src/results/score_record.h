/* The record of forecasts: scores.csv of `truce score`, read back by the names of its columns. */
#ifndef TRUCE_SCORE_RECORD_H
#define TRUCE_SCORE_RECORD_H

#include "case/case.h"

/* Of one series, horizon and rival. Shares and bias are NaN, months MONTH_NONE where the file does not say.
 */
typedef struct score_row {
    size_t series, rival;
    int months; /* ahead */
    size_t origins;
    month first, last; /* origins */
    double crps, within_50, within_90, bias;
    double model_against; /* the model's crps over this on what both forecast; NaN: not stated */
} score_row;

typedef struct score_names {
    size_t count, capacity;
    const char **names;
} score_names;

enum { SCORE_ROWS = 4096, SCORE_PLACES = 4 * SCORE_ROWS, SCORE_RIVALS = 128 };

typedef struct score_record {
    score_names series, units; /* units: of each series */
    score_names rivals;        /* "model" among them */
    size_t row_count, row_capacity;
    score_row *rows;
    uint16_t *places;       /* [SCORE_PLACES] by series, rival and months: a row, from 1; 0: none */
    month first, last;      /* origins of all rows; MONTH_NONE: not stated */
    double particles, seed; /* of the fits; NaN: not stated */
} score_record;

truce_status scores_read(arena *memory, const truce_files *files, const char *path, score_record **result,
                         truce_error *error);
/* NULL when there is none. */
const score_row *scores_find(const score_record *s, size_t series, size_t rival, int months);
/* Whether an entry of `rivals` is one, and not the model, the pool or a control. */
bool scores_is_rival(const score_record *s, size_t index);
/* SIZE_MAX when there is none of the name. */
size_t scores_rival(const score_record *s, const char *name);

#endif
