/* Cross-fitted least squares: moments of features, sums of products by chunk, Cholesky, prediction. */
#include "talks/regression.h"

#include "engine/engine.h"
#include "engine/level.h"
#include "math/cholesky.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = REGRESSION_CHUNK,
    LEAST_CHUNKS = 10,
    SUMS = 8,
    GREATEST_COLUMNS = (1 + GREATEST_SCALES) * (1 + GREATEST_FEATURES * GREATEST_DEGREE +
                                                GREATEST_FEATURES * (GREATEST_FEATURES - 1) / 2)
};

/* Features are taken in standard deviations from their mean and not further out than this, so that powers of
 * a rare state do not decide the fit. */
static const double farthest = 4.0;
/* A column whose part not explained by those before it is smaller than this share takes no part. */
static const double dependent = 1e-9;
/* Ridge, as a share of the sum of squares of each column (Hoerl and Kennard 1970): directions in which
 * members hardly differ get no great coefficients, which states not met in the fit would multiply. */
static const double ridge = 1e-5;
/* With fewer members than this for each column only the mean is fitted. */
static const double least_members = 5.0;

struct regression {
    size_t members, features, targets, chunk, chunk_count;
    size_t functions, columns; /* of the state; and of all that is fitted, scales included */
    regression_options options;
    const kernel_set *kernels;
    unsigned workers;
    double *function; /* what the last fit found, see `place` */
    size_t triangle;  /* sums of products kept for a chunk: lower triangle, then targets by columns */
    double *sums;     /* [chunk][triangle + targets * columns] */
    double *basis;    /* [worker][column + target][CHUNK] */
    double *total;    /* as one chunk of sums */
    double *factor;   /* of its products: [column][column] */
    uint32_t hidden[GREATEST_TARGETS];
    uint32_t *features_of; /* [column]: features in it */
    double *ranges;        /* [chunk][target][least, greatest] of the values fitted on */
    const float *scale[GREATEST_SCALES];
    /* of the call */
    const float *state;
    const double *const *values;
    const float *weights;
    double *const *results;
};

/* Where the parts of a fitted function lie in its block of numbers. */
typedef struct place_of {
    double *mean, *scale;                /* [feature] */
    double *coefficients[2], *ranges[2]; /* by fold: [target][column]; [target][least, greatest] */
    double *fitted;                      /* [fold]: 1, or 0 when no member took part */
} place_of;

static place_of place(const regression *r, double *function)
{
    size_t coefficients = r->targets * r->columns;
    place_of p = {0};
    p.mean = function;
    p.scale = p.mean + r->features;
    for (int fold = 0; fold < 2; fold++) {
        p.coefficients[fold] = p.scale + r->features + (size_t)fold * coefficients;
        p.ranges[fold] = p.scale + r->features + 2 * coefficients + (size_t)fold * 2 * r->targets;
    }
    p.fitted = p.ranges[1] + 2 * r->targets;
    return p;
}

size_t regression_size(const regression *r)
{
    return 2 * r->features + 2 * r->targets * r->columns + 4 * r->targets + 2;
}

size_t regression_basis_size(size_t features, unsigned degree)
{
    return 1 + features * degree + (degree >= 2 ? features * (features - 1) / 2 : 0);
}

size_t regression_least_members(size_t features, unsigned degree)
{
    return (size_t)(2.0 * least_members * (double)regression_basis_size(features, degree));
}

size_t regression_run_length(size_t members)
{
    assert(members > 0);
    if (members >= CHUNK * LEAST_CHUNKS)
        return CHUNK;
    return members < LEAST_CHUNKS ? 1 : members / LEAST_CHUNKS;
}

unsigned regression_fold(size_t members, size_t member)
{
    assert(member < members);
    return (unsigned)(member / regression_run_length(members) % 2);
}

/* Which features each column of fill_basis is made of. */
static void name_columns(regression *r)
{
    uint32_t *column = r->features_of + 1;
    for (size_t f = 0; f < r->features && r->options.degree; f++)
        for (unsigned power = 1; power <= r->options.degree; power++)
            *column++ = (uint32_t)1 << f;
    for (size_t f = 0; f < r->features && r->options.degree >= 2; f++)
        for (size_t g = 0; g < f; g++)
            *column++ = (uint32_t)1 << f | (uint32_t)1 << g;
    for (unsigned k = 1; k <= r->options.scales; k++)
        memcpy(r->features_of + k * r->functions, r->features_of, r->functions * sizeof *r->features_of);
}

void regression_hide(regression *r, size_t target, uint32_t features)
{
    assert(target < r->targets);
    r->hidden[target] = features;
}

void regression_scale(regression *r, unsigned which, const float *scale)
{
    assert(which < r->options.scales);
    r->scale[which] = scale;
}

truce_status regression_create(size_t members, size_t features, size_t targets,
                               const regression_options *options, regression **result, truce_error *error)
{
    if (features > GREATEST_FEATURES || targets > GREATEST_TARGETS || options->degree > GREATEST_DEGREE ||
        options->scales > GREATEST_SCALES || options->folds < 1 || options->folds > 2 ||
        members < options->folds)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "a regression takes at most %d features, %d targets, degree %d and 2 folds, and a "
                         "member for each fold",
                         GREATEST_FEATURES, GREATEST_TARGETS, GREATEST_DEGREE);
    regression *r = calloc(1, sizeof *r);
    if (!r)
        return error_memory(error);
    r->members = members;
    r->features = features;
    r->targets = targets;
    r->functions = regression_basis_size(features, options->degree);
    r->columns = r->functions * (1 + options->scales);
    r->options = *options;
    r->kernels = level_kernels(engine_best_level(), 0);
    r->chunk = regression_run_length(members);
    r->chunk_count = (members + r->chunk - 1) / r->chunk;
    r->workers = workers_count(options->threads, r->chunk_count);
    r->triangle = r->columns * (r->columns + 1) / 2;
    size_t kept = r->triangle + r->targets * r->columns;
    r->sums = calloc(r->chunk_count * kept, sizeof *r->sums);
    r->total = calloc(kept, sizeof *r->total);
    r->factor = calloc(r->columns * r->columns, sizeof *r->factor);
    r->features_of = calloc(r->columns, sizeof *r->features_of);
    r->basis = calloc(r->workers * (r->columns + r->targets) * CHUNK, sizeof *r->basis);
    r->function = calloc(regression_size(r), sizeof *r->function);
    r->ranges = calloc(r->chunk_count * r->targets * 2 + 1, sizeof *r->ranges);
    if (!r->sums || !r->total || !r->factor || !r->features_of || !r->basis || !r->function || !r->ranges) {
        regression_destroy(r);
        return error_memory(error);
    }
    name_columns(r);
    *result = r;
    return TRUCE_OK;
}

void regression_destroy(regression *r)
{
    if (!r)
        return;
    free(r->sums);
    free(r->total);
    free(r->factor);
    free(r->features_of);
    free(r->basis);
    free(r->function);
    free(r->ranges);
    free(r);
}

static size_t chunk_end(const regression *r, size_t chunk)
{
    assert(chunk < r->chunk_count);
    size_t end = (chunk + 1) * r->chunk;
    return end < r->members ? end : r->members;
}

size_t regression_chunks(const regression *r)
{
    return r->chunk_count;
}

void regression_chunk(const regression *r, size_t chunk, size_t *first, size_t *count)
{
    assert(chunk < r->chunk_count);
    assert(first && count);
    *first = chunk * r->chunk;
    *count = chunk_end(r, chunk) - *first;
}

/* ---- The basis ---------------------------------------------------------------------------------------- */

static double weight(const regression *r, size_t member)
{
    assert(member < r->members);
    return r->weights ? (double)r->weights[member] : 1.0;
}

/* Mean and inverse of the standard deviation of each feature over the members that take part. */
static bool standardise_feature(void *context, unsigned worker, size_t f)
{
    regression *r = context;
    place_of p = place(r, r->function);
    const float *x = r->state + f * r->members;
    double count = 0.0, sum = 0.0, square = 0.0;
    (void)worker;
    for (size_t i = 0; i < r->members; i++)
        if (weight(r, i) > 0.0) {
            sum += weight(r, i) * x[i];
            count += weight(r, i);
        }
    double mean = count > 0.0 ? sum / count : 0.0;
    for (size_t i = 0; i < r->members; i++)
        if (weight(r, i) > 0.0)
            square += weight(r, i) * (x[i] - mean) * (x[i] - mean);
    double deviation = count > 0.0 ? sqrt(square / count) : 0.0;
    p.mean[f] = mean;
    /* Features are 32-bit floats: a spread of some units in their last place is none. */
    p.scale[f] = deviation > 4e-7 * fabs(mean) ? 1.0 / deviation : 0.0;
    return true;
}

/* Members of a chunk, filled up to whole groups of SUMS. */
static size_t filled(size_t count)
{
    return (count + SUMS - 1) / SUMS * SUMS;
}

/* Columns of the basis for the members of a chunk: 1, powers of each feature, products of pairs. */
static void fill_basis(const regression *r, const place_of *p, const float *state, size_t first, size_t count,
                       double *basis)
{
    assert(first + count <= r->members && count <= r->chunk);
    unsigned degree = r->options.degree;
    size_t end = filled(count);
    double *column = basis + CHUNK;
    for (size_t i = 0; i < end; i++)
        basis[i] = 1.0;
    for (size_t f = 0; f < r->features && degree; f++) {
        const float *x = state + f * r->members + first;
        double mean = p->mean[f], scale = p->scale[f];
        for (size_t i = 0; i < count; i++) {
            double z = (x[i] - mean) * scale;
            column[i] = z > farthest ? farthest : z < -farthest ? -farthest : z;
        }
        for (size_t i = count; i < end; i++)
            column[i] = 0.0;
        for (unsigned power = 2; power <= degree; power++)
            for (size_t i = 0; i < end; i++)
                column[(power - 1) * CHUNK + i] = column[(power - 2) * CHUNK + i] * column[i];
        column += degree * CHUNK;
    }
    if (degree < 2)
        return;
    for (size_t f = 0; f < r->features; f++)
        for (size_t g = 0; g < f; g++, column += CHUNK)
            for (size_t i = 0; i < end; i++)
                column[i] = basis[(1 + f * degree) * CHUNK + i] * basis[(1 + g * degree) * CHUNK + i];
}

/* The same times each scale, behind them. */
static void scale_basis(const regression *r, size_t first, size_t count, double *basis)
{
    for (unsigned k = 0; k < r->options.scales; k++) {
        const float *scale = r->scale[k] + first;
        double *scaled = basis + (k + 1) * r->functions * CHUNK;
        for (size_t c = 0; c < r->functions; c++)
            for (size_t i = 0; i < count; i++)
                scaled[c * CHUNK + i] = basis[c * CHUNK + i] * scale[i];
    }
}

/* ---- Sums of products --------------------------------------------------------------------------------- */

/* Eight sums side by side, added in a fixed order: the same bits whatever the processor's vectors. */
static double product(const double *a, const double *b, size_t end)
{
    assert(end % SUMS == 0);
    double sum[SUMS] = {0};
    for (size_t i = 0; i < end; i += SUMS)
        for (size_t j = 0; j < SUMS; j++)
            sum[j] += a[i + j] * b[i + j];
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

static bool sum_chunk(void *context, unsigned worker, size_t chunk)
{
    regression *r = context;
    size_t first = chunk * r->chunk, count = chunk_end(r, chunk) - first, end = filled(count);
    double *basis = r->basis + worker * (r->columns + r->targets) * CHUNK;
    double *values = basis + r->columns * CHUNK;
    double *sums = r->sums + chunk * (r->triangle + r->targets * r->columns);
    double *ranges = r->ranges + chunk * r->targets * 2;
    bool finite = true;
    place_of p = place(r, r->function);
    fill_basis(r, &p, r->state, first, count, basis);
    if (r->options.scales)
        scale_basis(r, first, count, basis);
    for (size_t t = 0; t < r->targets; t++) {
        ranges[2 * t] = INFINITY;
        ranges[2 * t + 1] = -INFINITY;
    }
    for (size_t i = 0; i < end; i++) {
        double w = i < count ? weight(r, first + i) : 0.0;
        double root = w > 0.0 ? sqrt(w) : 0.0;
        for (size_t c = 0; c < r->columns; c++) {
            double *value = &basis[c * CHUNK + i];
            *value = root > 0.0 ? *value * root : 0.0;
            finite = finite && isfinite(*value);
        }
        for (size_t t = 0; t < r->targets; t++) {
            double value = root > 0.0 ? r->values[t][first + i] : 0.0;
            values[t * CHUNK + i] = value * root;
            finite = finite && isfinite(value);
            if (root > 0.0 && value < ranges[2 * t])
                ranges[2 * t] = value;
            if (root > 0.0 && value > ranges[2 * t + 1])
                ranges[2 * t + 1] = value;
        }
    }
    for (size_t a = 0; a < r->columns; a++)
        for (size_t b = 0; b <= a; b++)
            *sums++ = product(basis + a * CHUNK, basis + b * CHUNK, end);
    for (size_t t = 0; t < r->targets; t++)
        for (size_t a = 0; a < r->columns; a++)
            *sums++ = product(values + t * CHUNK, basis + a * CHUNK, end);
    return finite;
}

/* ---- Solution ----------------------------------------------------------------------------------------- */

/* The sums of products of a fold as a matrix; columns with hidden features, and those that others explain,
 * take no part in its factor. False without members. */
static bool factorise(const regression *r, size_t columns, uint32_t hidden)
{
    assert(columns > 0 && columns <= r->columns);
    double least[GREATEST_COLUMNS];
    for (size_t a = 0; a < columns; a++) {
        const double *row = r->total + a * (a + 1) / 2;
        for (size_t b = 0; b <= a; b++)
            r->factor[b * columns + a] = (r->features_of[a] | r->features_of[b]) & hidden ? 0.0 : row[b];
        least[a] = fmax(dependent * row[a], 0.0);
    }
    cholesky_factorise(r->factor, columns, least, NULL);
    return r->total[0] > 0.0;
}

static void fit_fold(regression *r, unsigned fold)
{
    assert(fold < 2);
    size_t kept = r->triangle + r->targets * r->columns;
    memset(r->total, 0, kept * sizeof *r->total);
    for (size_t chunk = fold; chunk < r->chunk_count; chunk += r->options.folds)
        for (size_t i = 0; i < kept; i++)
            r->total[i] += r->sums[chunk * kept + i];
    place_of p = place(r, r->function);
    double *ranges = p.ranges[fold];
    for (size_t t = 0; t < r->targets; t++) {
        ranges[2 * t] = INFINITY;
        ranges[2 * t + 1] = -INFINITY;
        for (size_t chunk = fold; chunk < r->chunk_count; chunk += r->options.folds) {
            ranges[2 * t] = fmin(ranges[2 * t], r->ranges[(chunk * r->targets + t) * 2]);
            ranges[2 * t + 1] = fmax(ranges[2 * t + 1], r->ranges[(chunk * r->targets + t) * 2 + 1]);
        }
    }
    for (size_t a = 1; a < r->columns; a++)
        r->total[a * (a + 1) / 2 + a] *= 1.0 + ridge;
    size_t columns = r->columns;
    if (r->total[0] < least_members * (double)columns)
        columns = r->functions;
    if (r->total[0] < least_members * (double)columns)
        columns = 1;
    bool fitted = false;
    for (size_t t = 0; t < r->targets; t++) {
        if (t == 0 || r->hidden[t] != r->hidden[t - 1])
            fitted = factorise(r, columns, r->hidden[t]);
        double *coefficients = p.coefficients[fold] + t * r->columns;
        memset(coefficients, 0, r->columns * sizeof *coefficients);
        if (fitted)
            cholesky_solve(r->factor, columns, r->total + r->triangle + t * r->columns, coefficients);
    }
    p.fitted[fold] = fitted;
}

void regression_basis(const regression *r, const double *function, const float *features, size_t chunk,
                      double *room)
{
    assert(chunk < r->chunk_count);
    place_of p = place(r, (double *)function);
    size_t first = chunk * r->chunk;
    fill_basis(r, &p, features, first, chunk_end(r, chunk) - first, room);
}

/* Functions of the state with coefficients; those that took no part have none. */
static void add_functions(const regression *r, const double *coefficients, const double *basis, size_t count,
                          double *sum)
{
    for (size_t c = 0; c < r->functions; c++)
        if (coefficients[c] != 0.0)
            r->kernels->accumulate(sum, coefficients[c], basis + c * CHUNK, filled(count));
}

void regression_value(const regression *r, const double *function, size_t chunk, bool own,
                      const double *basis, double *const *out)
{
    assert(chunk < r->chunk_count);
    size_t count = chunk_end(r, chunk) - chunk * r->chunk;
    place_of p = place(r, (double *)function);
    size_t fold = r->options.folds == 2 ? (own ? chunk % 2 : 1 - chunk % 2) : 0;
    if (p.fitted[fold] == 0.0)
        fold = r->options.folds - 1 - fold;
    for (size_t t = 0; t < r->targets; t++) {
        const double *coefficients = p.coefficients[fold] + t * r->columns, *range = p.ranges[fold] + 2 * t;
        double sum[CHUNK] = {0}, low = range[0], high = range[1];
        add_functions(r, coefficients, basis, count, sum);
        for (unsigned k = 0; k < r->options.scales; k++) {
            double scaled[CHUNK] = {0};
            const float *scale = r->scale[k] + chunk * r->chunk;
            add_functions(r, coefficients + (k + 1) * r->functions, basis, count, scaled);
            for (size_t i = 0; i < count; i++)
                sum[i] += scale[i] * scaled[i];
        }
        for (size_t i = 0; i < count; i++)
            out[t][i] = sum[i] < low ? low : sum[i] > high ? high : sum[i];
        for (size_t i = 0; i < count && p.fitted[fold] == 0.0; i++)
            out[t][i] = NAN;
    }
}

size_t regression_room(const regression *r)
{
    return r->functions * CHUNK;
}

static bool predict_chunk(void *context, unsigned worker, size_t chunk)
{
    regression *r = context;
    double *out[GREATEST_TARGETS];
    for (size_t t = 0; t < r->targets; t++)
        out[t] = r->results[t] + chunk * r->chunk;
    double *basis = r->basis + worker * (r->columns + r->targets) * CHUNK;
    regression_basis(r, r->function, r->state, chunk, basis);
    regression_value(r, r->function, chunk, false, basis, out);
    return true;
}

void regression_adopt(regression *r, const double *function)
{
    memcpy(r->function, function, regression_size(r) * sizeof *function);
}

void regression_predict(regression *r, const float *features, double *const *fitted)
{
    assert(features && fitted);
    r->state = features;
    r->results = fitted;
    workers_run(r->workers, r->chunk_count, predict_chunk, r);
}

static bool fit(regression *r, double *function)
{
    if (!workers_run(r->workers, r->chunk_count, sum_chunk, r))
        return false;
    for (unsigned fold = 0; fold < r->options.folds; fold++)
        fit_fold(r, fold);
    if (function)
        memcpy(function, r->function, regression_size(r) * sizeof *function);
    return true;
}

bool regression_fit(regression *r, const float *features, const double *const *values, const float *weights,
                    double *function)
{
    assert(features && values);
    r->state = features;
    r->values = values;
    r->weights = weights;
    workers_run(r->workers, r->features, standardise_feature, r);
    return fit(r, function);
}

bool regression_fit_on(regression *r, const double *basis_of, const float *features,
                       const double *const *values, const float *weights, double *function)
{
    assert(features && values);
    r->state = features;
    r->values = values;
    r->weights = weights;
    memcpy(r->function, basis_of, 2 * r->features * sizeof *r->function);
    return fit(r, function);
}

bool regression_run(regression *r, const float *features, const double *const *values, const float *weights,
                    double *const *fitted)
{
    if (!regression_fit(r, features, values, weights, NULL))
        return false;
    regression_predict(r, features, fitted);
    return true;
}
