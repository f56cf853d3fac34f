/* What matters, for readers: a sentence, tables of inputs, JSON (files: matter_files.c). */
#include "show/grid.h"
#include "show/matter_columns.h"
#include "show/printed.h"

#include <math.h>

enum { MOST_ROWS = 25 }; /* of a table */

/* ---- Tables ----------------------------------------------------------------------------------------------------- */

static void put_heads(grid *g, const matter_column *columns, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        if (!columns[k].before)
            continue;
        if (columns[k].head)
            g->heads[g->head_count++] =
                (grid_head){g->column_count, g->column_count + columns[k].span - 1, columns[k].head};
        g->before[g->column_count++] = columns[k].before;
    }
}

static void print_inputs(FILE *stream, const truce_matter *m, bool colour)
{
    const matter_column *columns;
    size_t count = matter_columns(m, &columns);
    size_t resolved = 0;
    grid g = {.title = "PARAMETER"};
    put_heads(&g, columns, count);
    for (size_t i = 0; i < m->count; i++) {
        const truce_index *x = matter_at(m, 0, i);
        resolved += x->resolved;
        grid_row *row = x->resolved && resolved <= MOST_ROWS ? grid_add(&g, x->parameter) : NULL;
        for (size_t k = 0, at = 0; row && k < count; k++)
            if (columns[k].before)
                matter_cell(row->cells[at++], m, x, &columns[k]);
    }
    fputc('\n', stream);
    if (g.row_count)
        grid_print(&g, stream, colour);
    if (resolved > MOST_ROWS)
        fprintf(stream, "and %zu more: --json and -o have all.\n", resolved - MOST_ROWS);
    grid_free(&g);
}

static void print_times(FILE *stream, const truce_matter *m, bool colour)
{
    size_t times[MATTER_SHOWN_TIMES], inputs[MATTER_SHOWN_INPUTS];
    size_t time_count = matter_shown_times(m, times), count = matter_shown_inputs(m, inputs);
    char months[MATTER_SHOWN_TIMES][16];
    if (!count)
        return;
    grid g = {.title = "THROUGH TIME", .column_count = time_count, .head_count = time_count};
    for (size_t k = 0; k < time_count; k++) {
        month_name(m->last - m->back[times[k]], months[k]);
        g.before[k] = "  ";
        g.heads[k] = (grid_head){k, k, months[k]};
    }
    for (size_t i = 0; i < count; i++) {
        grid_row *row = grid_add(&g, matter_at(m, 0, inputs[i])->parameter);
        for (size_t k = 0; row && k < time_count; k++) {
            const truce_index *x = matter_at(m, times[k], inputs[i]);
            if (x->resolved)
                matter_cell(row->cells[k], m, x, matter_main_column(m));
        }
    }
    fprintf(stream, "The same with all %ss moved back, %s; empty where it is not resolved.\n\n",
            case_period(m->c),
            m->method == TRUCE_MATTER_SOBOL    ? "% in all"
            : m->method == TRUCE_MATTER_MORRIS ? "size"
                                               : "% of variance");
    grid_print(&g, stream, colour);
    grid_free(&g);
}

static void print_matter(const void *context, FILE *stream, bool colour)
{
    const truce_matter *m = context;
    text basis = {0}, answer = {0};
    matter_put_basis(&basis, m);
    matter_put_answer(&answer, m);
    answers_print_head(stream, m->c, "Output", m->asked.output, &basis, &answer);
    text_free(&basis);
    text_free(&answer);
    print_inputs(stream, m, colour);
    if (m->times > 1)
        print_times(stream, m, colour);
}

truce_status truce_matter_table(const truce_matter *m, char **words, truce_error *error)
{
    REQUIRE(m, "matter");
    REQUIRE(words, "table");
    return printed(print_matter, m, false, words, error);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static void put_inputs(json *j, const truce_matter *m, size_t time)
{
    const matter_column *columns;
    size_t count = matter_columns(m, &columns);
    json_open(j, "parameters", '[');
    for (size_t i = 0; i < m->count; i++) {
        const truce_index *x = matter_at(m, time, i);
        json_open(j, NULL, '{');
        json_string(j, "parameter", x->parameter);
        json_bool(j, "resolved", x->resolved);
        for (size_t k = 0; k < count; k++)
            json_number(j, columns[k].name, matter_number(x, &columns[k]));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_times(json *j, const truce_matter *m)
{
    char iso[16];
    json_open(j, "through time", '[');
    for (size_t t = m->times; t-- > 1;) {
        month_iso(m->last - m->back[t], iso);
        json_open(j, NULL, '{');
        json_string(j, "until", iso);
        put_inputs(j, m, t);
        json_close(j, '}');
    }
    json_close(j, ']');
}

truce_status truce_matter_json(const truce_matter *m, char **words, truce_error *error)
{
    REQUIRE(m, "matter");
    REQUIRE(words, "json");
    text t = {0}, answer = {0};
    json j = {.out = &t};
    matter_put_answer(&answer, m);
    json_open(&j, NULL, '{');
    json_string(&j, "case", m->c->title);
    json_string(&j, "command", m->asked.command);
    answers_json_basis(&j, m->asked.members, m->asked.seed, m->asked.posterior);
    json_string(&j, "output", m->asked.output);
    json_string(&j, "method", matter_method_name(m));
    json_bool(&j, "of ranks", !m->asked.plain);
    json_number(&j, "runs", (double)m->runs);
    json_string(&j, "answer", answer.failed ? NULL : answer.bytes);
    answers_json_statistics(&j, "value", &m->output);
    json_number(&j, "explained together", m->together);
    put_inputs(&j, m, 0);
    put_times(&j, m);
    json_close(&j, '}');
    t.failed = t.failed || answer.failed;
    text_free(&answer);
    return answers_hand_over(&t, words, error);
}
