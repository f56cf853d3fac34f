/* See matter_columns.h. */
#include "show/matter_columns.h"

#include <math.h>
#include <stddef.h>

#define AT(member) offsetof(truce_index, member)

static const matter_column draws_columns[] = {
    {"share", "  ", "% of variance", 1, AT(share), MATTER_PERCENT},
    {"low", "   ", "90 %", 2, AT(low), MATTER_PERCENT},
    {"high", " to ", NULL, 1, AT(high), MATTER_PERCENT},
    {"direction", "   ", "direction", 1, AT(slope), MATTER_SIGNED},
    {"shapley", "   ", "Shapley", 1, AT(shapley), MATTER_PERCENT},
    {"shapley low", "   ", "90 %", 2, AT(shapley_low), MATTER_PERCENT},
    {"shapley high", " to ", NULL, 1, AT(shapley_high), MATTER_PERCENT},
};
static const matter_column sobol_columns[] = {
    {"share", "  ", "alone", 1, AT(share), MATTER_PERCENT},
    {"low", "  ", "90 %", 2, AT(low), MATTER_PERCENT},
    {"high", " to ", NULL, 1, AT(high), MATTER_PERCENT},
    {"total", "   ", "in all", 1, AT(total), MATTER_PERCENT},
    {"total low", "  ", "90 %", 2, AT(total_low), MATTER_PERCENT},
    {"total high", " to ", NULL, 1, AT(total_high), MATTER_PERCENT},
    {"best rank", "   ", "rank", 2, AT(best_rank), MATTER_RANK},
    {"worst rank", " to ", NULL, 1, AT(worst_rank), MATTER_RANK},
    {"direction", NULL, "direction", 1, AT(slope), MATTER_SIGNED},
};
static const matter_column morris_columns[] = {
    {"size", "  ", "size", 1, AT(size), MATTER_AMOUNT},
    {"size low", "   ", "90 %", 2, AT(size_low), MATTER_AMOUNT},
    {"size high", " to ", NULL, 1, AT(size_high), MATTER_AMOUNT},
    {"effect", "   ", "effect", 1, AT(effect), MATTER_AMOUNT},
    {"deviation", "   ", "spread", 1, AT(deviation), MATTER_AMOUNT},
    {"best rank", "   ", "rank", 2, AT(best_rank), MATTER_RANK},
    {"worst rank", " to ", NULL, 1, AT(worst_rank), MATTER_RANK},
};

size_t matter_columns(const truce_matter *m, const matter_column **columns)
{
    *columns = m->method == TRUCE_MATTER_SOBOL    ? sobol_columns
               : m->method == TRUCE_MATTER_MORRIS ? morris_columns
                                                  : draws_columns;
    return m->method == TRUCE_MATTER_SOBOL    ? sizeof sobol_columns / sizeof *sobol_columns
           : m->method == TRUCE_MATTER_MORRIS ? sizeof morris_columns / sizeof *morris_columns
           : m->explaining                    ? sizeof draws_columns / sizeof *draws_columns
                                              : 4;
}

const matter_column *matter_main_column(const truce_matter *m)
{
    return m->method == TRUCE_MATTER_SOBOL    ? &sobol_columns[3]
           : m->method == TRUCE_MATTER_MORRIS ? &morris_columns[0]
                                              : &draws_columns[0];
}

double matter_number(const truce_index *x, const matter_column *column)
{
    return *(const double *)(const void *)((const char *)x + column->offset);
}

void matter_cell(char cell[WORDS_SIZE], const truce_matter *m, const truce_index *x,
                 const matter_column *column)
{
    double value = matter_number(x, column);
    cell[0] = '\0';
    if (isnan(value))
        return;
    if (column->kind == MATTER_PERCENT)
        words_number(cell, 100 * value, 0.1);
    else if (column->kind == MATTER_SIGNED)
        words_signed(cell, value, 0.01);
    else if (column->kind == MATTER_RANK)
        words_number(cell, value, 1);
    else if (m->asked.plain)
        words_plain(cell, value);
    else
        words_number(cell, 100 * value, 0.1);
}

/* ---- Words ---------------------------------------------------------------------------------------------------- */

const char *matter_method_name(const truce_matter *m)
{
    return m->method == TRUCE_MATTER_SOBOL ? "sobol" : m->method == TRUCE_MATTER_MORRIS ? "morris" : "draws";
}

size_t matter_resolved(const truce_matter *m)
{
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++)
        count += matter_at(m, 0, i)->resolved;
    return count;
}

static const char *not_ranked(const truce_matter *m, size_t resolved)
{
    return resolved < m->count ? "; the others are not ranked" : "";
}

static void put_draws(text *t, const truce_matter *m, const char *of)
{
    size_t resolved = matter_resolved(m);
    char share[WORDS_SIZE];
    if (!resolved) {
        text_print(t,
                   "No parameter's share of the variance of %s is resolved with these members, so they "
                   "cannot be ranked.",
                   of);
        answers_put_more(t, m->asked.members, m->asked.posterior);
        return;
    }
    text_print(
        t,
        "The shares of %zu of %zu parameters are resolved%s. A share is the part of the variance of %s "
        "explained by a parameter and all that is correlated with it; shares need not add up to one.",
        resolved, m->count, not_ranked(m, resolved), of);
    if (!m->explaining)
        return;
    words_percent(share, m->together);
    text_print(t, " Shapley effects divide what the first %zu explain together, %s, among them.",
               m->explaining, share);
}

static void put_sobol(text *t, const truce_matter *m, const char *of)
{
    size_t resolved = matter_resolved(m);
    double alone = 0;
    char share[WORDS_SIZE];
    if (m->screened)
        text_print(t, "A screening of %zu parameters has chosen the ones below. ", m->screened);
    if (!resolved) {
        text_print(
            t,
            "No input's share of the variance of %s is resolved by this design: take more rows (--members).",
            of);
        return;
    }
    for (size_t i = 0; i < m->count; i++)
        alone += fmax(0, matter_at(m, 0, i)->share);
    words_percent(share, fmin(1, alone));
    text_print(t,
               "%zu of %zu inputs are resolved: the 90 %% interval of their share of the variance of %s, in "
               "all, lies above 1 %%%s. Alone: what would vanish if the input were known. In all: what would "
               "remain if all others were known; the difference is what it does together with others. The "
               "inputs alone explain %s. Ranks are ranges where this sample cannot decide.",
               resolved, m->count, of, not_ranked(m, resolved), share);
}

static void put_morris(text *t, const truce_matter *m, const char *of)
{
    text_print(t,
               "Each parameter was moved by half of its probability, from %zu different points. The size of "
               "the effect is for the whole of it, %s; a spread as large as the size means that the effect "
               "depends on other parameters or is not linear. Shown are the %zu of %zu whose size is in the "
               "upper half in 90 %% of resampled screenings; a screening ranks roughly and gives no shares.",
               m->asked.members, of, matter_resolved(m), m->count);
}

void matter_put_answer(text *t, const truce_matter *m)
{
    if (m->method != TRUCE_MATTER_MORRIS) { /* whose points are no sample */
        text_print(t, "The output is ");
        answers_interval(t, &m->output, false);
        text_print(t, ". ");
    }
    if (m->method == TRUCE_MATTER_MORRIS)
        put_morris(t, m, m->asked.plain ? "in units of the output" : "in percent of its ranks");
    else if (m->method == TRUCE_MATTER_SOBOL)
        put_sobol(t, m, m->asked.plain ? "the output" : "its rank");
    else
        put_draws(t, m, m->asked.plain ? "the output" : "its rank");
}

void matter_put_basis(text *t, const truce_matter *m)
{
    char runs[WORDS_SIZE], rows[WORDS_SIZE];
    if (m->method == TRUCE_MATTER_DRAWS) {
        answers_put_basis(t, m->asked.members, m->asked.seed, m->asked.posterior);
        return;
    }
    words_number(runs, (double)m->runs, 1);
    words_number(rows, (double)m->asked.members, 1);
    text_print(t, "%s runs: %s of %s %s, seed %llu, truce %s, from the priors.", runs,
               m->method == TRUCE_MATTER_SOBOL ? "Sobol' indices" : "elementary effects", rows,
               m->method == TRUCE_MATTER_SOBOL ? "rows" : "trajectories", (unsigned long long)m->asked.seed,
               truce_version());
}

/* ---- Through time ---------------------------------------------------------------------------------------------- */

size_t matter_shown_times(const truce_matter *m, size_t times[MATTER_SHOWN_TIMES])
{
    size_t count = m->times < MATTER_SHOWN_TIMES ? m->times : MATTER_SHOWN_TIMES;
    for (size_t k = 0; k < count; k++)
        times[k] = count < 2 ? 0 : (count - 1 - k) * (m->times - 1) / (count - 1);
    return count;
}

size_t matter_shown_inputs(const truce_matter *m, size_t inputs[MATTER_SHOWN_INPUTS])
{
    size_t count = 0;
    for (size_t i = 0; i < m->count && count < MATTER_SHOWN_INPUTS; i++) {
        bool resolved = false;
        for (size_t t = 0; t < m->times; t++)
            resolved = resolved || matter_at(m, t, i)->resolved;
        if (resolved)
            inputs[count++] = i;
    }
    return count;
}
