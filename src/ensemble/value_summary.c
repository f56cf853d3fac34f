/* A summary of a stream of values in memory that does not grow: moments, extremes, and quantiles with a
 * bound.
 *
 * The pilot (the first values) fixes the edges of the cells: each cell gets an equal share of the pilot, and
 * a value that fills more than a cell gets a cell of its own. From then on every value is counted in its
 * cell.
 *
 *     least        e0        e1     e2 e2+         e3            greatest
 *       |  cell 0  |  cell 1 | cell 2 |3|  cell 4  |    cell 5     |         cell 3 holds nothing but e2
 *
 * Counts are exact, so the cell that holds an order statistic is known for certain: a quantile lies between
 * the ends of its cell, whatever the distribution, and is off by no more ranks than the cell holds. The
 * result is a function of the values in their order, not of the portions they come in.
 *
 * Finding the cell. A linear guess maps a value to one of GUESSES stretches of the axis, and `starts` says
 * which edges lie in it; the search goes on among these. The guess grows with the value, which is all it
 * takes to be right: rounding can make it slow and never wrong. */
#include "ensemble/ensemble.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { GUESSES = SUMMARY_GUESSES, PORTION = 1024 };

/* ---- Cells from the pilot ---------------------------------------------------------------------------- */

static inline unsigned guess_of(const value_summary *s, float value)
{
    double at = ((double)value - s->guess_from) * s->guess_scale;
    at = at > 0 ? at : 0;
    return (unsigned)(int)(at < GUESSES - 1 ? at : GUESSES - 1);
}

static void push_edge(value_summary *s, float edge)
{
    assert(s->edge_count < SUMMARY_CELLS);
    if (s->edge_count == 0 || edge > s->edges[s->edge_count - 1])
        s->edges[s->edge_count++] = edge;
}

/* The number of halvings that find a cell among `edges` + 1. */
static unsigned halvings(unsigned edges)
{
    unsigned steps = 0;
    while (edges >> steps)
        steps++;
    return steps;
}

static void make_guesses(value_summary *s)
{
    if (s->edge_count == 0)
        return;
    double first = (double)s->edges[0], last = (double)s->edges[s->edge_count - 1];
    s->guess_from = first;
    s->guess_scale = last > first ? GUESSES / (last - first) : 0;
    unsigned edge = 0;
    for (unsigned g = 0; g < GUESSES; g++) {
        s->starts[g] = (uint16_t)edge;
        while (edge < s->edge_count && guess_of(s, s->edges[edge]) <= g)
            edge++;
        unsigned steps = halvings(edge - s->starts[g]);
        s->steps = steps > s->steps ? steps : s->steps;
    }
}

void summary_start(value_summary *s, const float *sorted, size_t count)
{
    assert(sorted || count == 0);
    memset(s, 0, sizeof *s);
    s->least = INFINITY;
    s->greatest = -INFINITY;
    for (size_t i = 0; i < SUMMARY_CELLS; i++)
        s->edges[i] = INFINITY;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)sorted[i];
    s->pivot = count ? sum / (double)count : 0;
    for (size_t k = 1; k < SUMMARY_CELLS && count; k++) {
        float edge = sorted[k * count / SUMMARY_CELLS];
        bool again = s->edge_count && edge <= s->edges[s->edge_count - 1];
        push_edge(s, again ? nextafterf(edge, INFINITY) : edge);
    }
    make_guesses(s);
}

/* ---- Counting ---------------------------------------------------------------------------------------- */

/* How many edges are not above each value. The loops over values are the inner ones, so that the searches of
 * different values overlap. The edges behind the last are infinite. */
static void find_cells(const value_summary *s, const float *values, size_t count, uint32_t *cells)
{
    const float *edges = s->edges;
    for (size_t i = 0; i < count; i++)
        cells[i] = guess_of(s, values[i]);
    for (size_t i = 0; i < count; i++)
        cells[i] = s->starts[cells[i]];
    for (unsigned step = s->steps; step-- > 0;) {
        uint32_t reach = 1u << step;
        for (size_t i = 0; i < count; i++) {
            uint32_t edge = cells[i] + reach - 1;
            edge = edge < SUMMARY_CELLS - 1 ? edge : SUMMARY_CELLS - 1;
            cells[i] += values[i] >= edges[edge] ? reach : 0;
        }
    }
}

static void add_to_cells(value_summary *s, const float *values, size_t count)
{
    uint32_t cells[PORTION];
    for (size_t first = 0; first < count; first += PORTION) {
        size_t here = count - first < PORTION ? count - first : PORTION;
        find_cells(s, values + first, here, cells);
        for (size_t i = 0; i < here; i++)
            s->counts[cells[i]]++;
    }
}

/* Sums by the number of a value modulo the number of lanes: an order of addition that does not depend on the
 * portions, and that vector units like. Deviations from the mean of the pilot lose no digits to a large mean.
 */
static void add_to_moments(value_summary *s, const float *values, size_t count)
{
    double sums[SUMMARY_LANES], squares[SUMMARY_LANES], pivot = s->pivot;
    memcpy(sums, s->sums, sizeof sums);
    memcpy(squares, s->squares, sizeof squares);
    size_t i = 0, lane = s->count % SUMMARY_LANES;
    for (; i < count && lane != 0; i++, lane = (lane + 1) % SUMMARY_LANES) {
        double deviation = (double)values[i] - pivot;
        sums[lane] += deviation;
        squares[lane] += deviation * deviation;
    }
    for (; i + SUMMARY_LANES <= count; i += SUMMARY_LANES)
        for (lane = 0; lane < SUMMARY_LANES; lane++) {
            double deviation = (double)values[i + lane] - pivot;
            sums[lane] += deviation;
            squares[lane] += deviation * deviation;
        }
    for (lane = 0; i < count; i++, lane++) {
        double deviation = (double)values[i] - pivot;
        sums[lane] += deviation;
        squares[lane] += deviation * deviation;
    }
    memcpy(s->sums, sums, sizeof sums);
    memcpy(s->squares, squares, sizeof squares);
}

static void add_to_extremes(value_summary *s, const float *values, size_t count)
{
    float least[SUMMARY_LANES], greatest[SUMMARY_LANES];
    for (size_t lane = 0; lane < SUMMARY_LANES; lane++) {
        least[lane] = s->least;
        greatest[lane] = s->greatest;
    }
    size_t i = 0;
    for (; i + SUMMARY_LANES <= count; i += SUMMARY_LANES)
        for (size_t lane = 0; lane < SUMMARY_LANES; lane++) {
            float value = values[i + lane];
            least[lane] = value < least[lane] ? value : least[lane];
            greatest[lane] = value > greatest[lane] ? value : greatest[lane];
        }
    for (; i < count; i++) {
        least[0] = values[i] < least[0] ? values[i] : least[0];
        greatest[0] = values[i] > greatest[0] ? values[i] : greatest[0];
    }
    for (size_t lane = 0; lane < SUMMARY_LANES; lane++) {
        s->least = least[lane] < s->least ? least[lane] : s->least;
        s->greatest = greatest[lane] > s->greatest ? greatest[lane] : s->greatest;
    }
}

void summary_add(value_summary *s, const float *values, size_t count)
{
    assert(values || count == 0);
    add_to_cells(s, values, count);
    add_to_moments(s, values, count);
    add_to_extremes(s, values, count);
    s->count += count;
}

/* Packs the values of members that are not bad. */
static size_t keep_sound(const float *values, const bool *bad, size_t count, float *sound)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        sound[kept] = values[i];
        kept += !bad[i];
    }
    return kept;
}

void summary_add_members(value_summary *s, const float *values, const bool *bad, size_t count, bool first,
                         float *room)
{
    assert(values && bad && room);
    if (first) {
        size_t pilot = keep_sound(values, bad, count < SUMMARY_PILOT ? count : SUMMARY_PILOT, room);
        sort_floats_into(room + pilot, room, pilot);
        summary_start(s, room + pilot, pilot);
    }
    summary_add(s, room, keep_sound(values, bad, count, room));
}

size_t summary_chunk(unsigned threads)
{
    enum { SHARE = 2048 }; /* of a thread: sixteen blocks of the usual width */
    size_t shares = workers_count(threads, UINT32_MAX) * (size_t)SHARE;
    return (shares + SUMMARY_PILOT - 1) / SUMMARY_PILOT * SUMMARY_PILOT;
}

/* ---- What came out ----------------------------------------------------------------------------------- */

static double lane_sum(const double *lanes)
{
    double sum = 0;
    for (int i = 0; i < SUMMARY_LANES; i++)
        sum += lanes[i];
    return sum;
}

truce_summary summary_moments(const value_summary *s)
{
    if (s->count == 0)
        return (truce_summary){0, NAN, NAN, NAN, NAN};
    double count = (double)s->count, sum = lane_sum(s->sums), squares = lane_sum(s->squares);
    double about_mean = fmax(squares - sum * sum / count, 0);
    return (truce_summary){.members = s->count,
                           .mean = s->pivot + sum / count,
                           .standard_deviation = s->count > 1 ? sqrt(about_mean / (count - 1)) : NAN,
                           .least = (double)s->least,
                           .greatest = (double)s->greatest};
}

/* Where an order statistic is: its cell's first and last rank, and the values between which the cell's lie.
 */
typedef struct stretch {
    size_t first, last;
    double low, high;
} stretch;

static stretch stretch_of(const value_summary *s, size_t rank)
{
    assert(rank < s->count);
    size_t cell = 0, below = 0;
    while (below + s->counts[cell] <= rank)
        below += s->counts[cell++];
    float low = s->least, high = s->greatest;
    if (cell > 0 && s->edges[cell - 1] > low)
        low = s->edges[cell - 1];
    if (cell < s->edge_count && s->edges[cell] <= high)
        high = nextafterf(s->edges[cell], -INFINITY);
    return (stretch){below, below + s->counts[cell] - 1, (double)low, (double)high};
}

/* An order statistic, as if the values of a cell lay at equal distances; the extremes are known. */
static double value_at(const value_summary *s, const stretch *x, size_t rank)
{
    if (rank == 0)
        return (double)s->least;
    if (rank == s->count - 1)
        return (double)s->greatest;
    double share = ((double)(rank - x->first) + 0.5) / (double)(x->last - x->first + 1);
    return x->low + share * (x->high - x->low);
}

truce_quantile summary_quantile(const value_summary *s, double probability)
{
    assert(probability >= 0 && probability <= 1);
    if (s->count == 0)
        return (truce_quantile){NAN, NAN, NAN, NAN};
    double position = (double)(s->count - 1) * fmin(fmax(probability, 0), 1);
    size_t below = (size_t)position, above = below + 1 < s->count ? below + 1 : below;
    double part = position - (double)below;
    if (part == 0)
        above = below;
    stretch a = stretch_of(s, below), b = stretch_of(s, above);
    double low = value_at(s, &a, below), high = value_at(s, &b, above);
    truce_quantile q = {.value = low + part * (high - low), .least = a.low, .greatest = b.high};
    if (above == 0)
        q.greatest = q.value;
    if (below == s->count - 1)
        q.least = q.value;
    size_t down = above - a.first, up = b.last - below, ranks = down > up ? down : up;
    q.rank_error = q.least < q.greatest ? (double)ranks / (double)s->count : 0;
    return q;
}
