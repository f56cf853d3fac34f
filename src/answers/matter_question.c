/* What questions about members have in common: their statement, how far they are simulated, and their statistics (matter.h). */
#include "answers/matter.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdlib.h>

truce_index matter_nothing(const char *name)
{
    return (truce_index){name, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN,  NAN,
                         NAN,  NAN, NAN, NAN, NAN, NAN, NAN, NAN, false};
}

truce_status matter_read_any(const truce_case *c, const char *written, const char *scenario, arena *memory,
                             statement *value, truce_error *error)
{
    const tree nowhere = {0};
    size_t of = 0;
    if (scenario)
        TRY(simulate_find_scenario(c, scenario, &of, error));
    TRY(statement_parse(c, written, &nowhere, memory, value, error));
    if (statement_last(value) == MONTH_NONE)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "\"%s\" must refer to the model", written);
    for (size_t i = 0; i < value->term_count; i++) {
        if (value->terms[i].source == TERM_TALKS)
            return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "a statement about members cannot use talks");
        if (value->terms[i].scenario == SIZE_MAX)
            value->terms[i].scenario = of;
    }
    statement_fill_data(value, c->stop);
    return TRUCE_OK;
}

truce_status matter_read(const truce_case *c, const char *written, const char *scenario, bool compares,
                         arena *memory, statement *value, truce_error *error)
{
    TRY(matter_read_any(c, written, scenario, memory, value, error));
    if (value->compares != compares)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                         compares ? "\"%s\" must compare something of the model with something"
                                  : "the output \"%s\" must be a value of the model, not a comparison",
                         written);
    return TRUCE_OK;
}

truce_case matter_view(const truce_case *c, const statement *value, const truce_fit *posterior)
{
    truce_case view = *c;
    month last = statement_last(value), fitted = last;
    if (posterior)
        fitted = c->start + (month)posterior->months - 1;
    view.stop = last > fitted ? last : fitted;
    return view;
}

truce_status matter_keep_output(truce_matter *m, const double *y, size_t count, truce_error *error)
{
    float *values = malloc((2 * count + 1) * sizeof *values);
    size_t sound = 0;
    for (size_t i = 0; values && i < count; i++)
        if (isfinite(y[i]))
            values[sound++] = (float)y[i];
    if (values)
        m->output = answers_statistics(values, values + count, sound);
    free(values);
    return values ? TRUCE_OK : error_memory(error);
}
