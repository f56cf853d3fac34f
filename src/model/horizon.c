/* When a run starts and stops, its DT and its save step: numbers, or constants of the model (Stella lets its
 * run settings name variables). The latter then are part of the structure and cannot be inputs. */
#include "model/builder.h"

#include <math.h>

static const double most_steps = 1e8;

static bool find_time(builder *b, const xmile_text *written, const char *what, double *value)
{
    if (!written->text)
        return true;
    node *n = parse_equation(b, written, what);
    if (!n || !resolve_in_root(b, n))
        return false;
    context c = {
        .scope = &b->scopes[0], .first = b->root_first, .file = written->at.file, .line = written->at.line};
    if (constant_value(b, &c, n, MODEL_CLOCK, value) && isfinite(*value))
        return true;
    return fail(b, written->at.file, written->at.line,
                "%s is \"%.64s\", which is not a number known before the run", what, written->text);
}

static bool find_times(builder *b)
{
    const xmile_document *d = b->document;
    truce_sim_specs *specs = &b->model->sim_specs;
    specs->start = d->start;
    specs->stop = d->stop;
    specs->dt = d->dt;
    if (!find_time(b, &d->start_text, "<start>", &specs->start) ||
        !find_time(b, &d->stop_text, "<stop>", &specs->stop) ||
        !find_time(b, &d->dt_text, "<dt>", &specs->dt))
        return false;
    if (d->dt_text.text && d->dt_is_reciprocal)
        specs->dt = 1 / specs->dt;
    return true;
}

/* A save step that is not a whole number of DT would save at times that are never computed. */
static bool find_save_step(builder *b)
{
    const xmile_document *d = b->document;
    truce_sim_specs *specs = &b->model->sim_specs;
    specs->save_step = d->save_step;
    if (specs->save_step == 0) {
        specs->save_step = specs->dt;
        return true;
    }
    double steps = round(specs->save_step / specs->dt);
    if (!(specs->save_step > 0) || steps < 1 || fabs(specs->save_step / specs->dt - steps) > 1e-4)
        return fail(b, b->model->file, d->save_text.at.line,
                    "the save step is %g; it must be a whole number of steps of %g: a dt of %g would do",
                    specs->save_step, specs->dt,
                    specs->save_step / fmax(1, ceil(specs->save_step / specs->dt)));
    specs->save_step = steps * specs->dt;
    return true;
}

static bool check_times(builder *b)
{
    const truce_sim_specs *specs = &b->model->sim_specs;
    const char *file = b->model->file;
    int line = b->document->specs_at.line;
    double steps = (specs->stop - specs->start) / specs->dt;
    if (!(specs->dt > 0))
        return fail(b, file, line, "<dt> is %g; it must be greater than zero", specs->dt);
    if (!(specs->stop > specs->start) || specs->stop - specs->start > 1e300)
        return fail(b, file, line, "<stop> is %g; it must be after <start>, which is %g", specs->stop,
                    specs->start);
    if (!(steps >= 1 - 1e-9))
        return fail(b, file, line, "a step of %g is longer than the run from %g to %g", specs->dt,
                    specs->start, specs->stop);
    return steps <= most_steps ||
           fail(b, file, line, "the simulation takes %g steps; the limit is %g", steps, most_steps);
}

/* Variables of Vensim's that gave the times above. */
static bool fix_clock(builder *b)
{
    for (size_t i = 0; i < b->document->clock_count; i++) {
        char *key = element_key(&b->scratch, b->document->clock[i]);
        if (!key)
            return fail_memory(b);
        size_t at = map_get(&b->model->element_names, key);
        if (at != SIZE_MAX)
            b->model->elements[at].fixes = MODEL_CLOCK;
    }
    return true;
}

bool find_horizon(builder *b)
{
    return fix_clock(b) && find_times(b) && check_times(b) && find_save_step(b);
}
