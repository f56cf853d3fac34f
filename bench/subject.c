#include "subject.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool failed(const truce_error *error)
{
    char line[1100];
    truce_error_text(error, line, sizeof line);
    fprintf(stderr, "%s\n", line);
    return false;
}

enum { OUTPUTS = 200 };

static bool compile_model(subject *s)
{
    truce_error error;
    const char *outputs[OUTPUTS];
    size_t count = 0, output_count = 0, elements = s->model->visible_count;
    truce_input *inputs = calloc(elements + 1, sizeof *inputs);
    s->plan.parameters = calloc(elements + 1, sizeof *s->plan.parameters);
    if (!inputs || !s->plan.parameters) {
        free(inputs);
        return false;
    }
    for (size_t i = 0; i < elements; i++) {
        const element *e = &s->model->elements[i];
        if (e->kind == ELEMENT_STOCK && output_count < OUTPUTS)
            outputs[output_count++] = e->name;
        if (e->kind != ELEMENT_AUX || !e->is_constant_written || !e->equation || e->fixes)
            continue;
        double v = e->equation->number, width = 0.1 * fabs(v);
        s->plan.parameters[count] =
            width > 0
                ? (truce_distribution){.kind = TRUCE_UNIFORM, .a = v - width, .b = v + width, .scale = 1}
                : (truce_distribution){.kind = TRUCE_FIXED, .a = v, .scale = 1};
        inputs[count++] = (truce_input){e->name, TRUCE_INPUT_PARAMETER};
    }
    truce_program_options options = {
        .inputs = inputs, .input_count = count, .outputs = outputs, .output_count = output_count};
    double start = processor_seconds();
    truce_status status = truce_program_compile(s->model, &options, &s->plan.program, &error);
    s->compile_seconds = processor_seconds() - start;
    free(inputs);
    return status == TRUCE_OK || failed(&error);
}

bool subject_load(subject *s, const char *path)
{
    truce_error error;
    *s = (subject){0};
    size_t length = strlen(path);
    bool done, is_case = length > 5 && strcmp(path + length - 5, ".yaml") == 0;
    double start = processor_seconds();
    truce_status status =
        is_case ? truce_case_load(path, &s->c, &error) : truce_model_load(path, &s->model, &error);
    if (status != TRUCE_OK)
        return failed(&error);
    s->load_seconds = processor_seconds() - start;
    if (is_case) {
        start = processor_seconds();
        done = case_plan_create(s->c, 0, false, &s->plan, &error) == TRUCE_OK || failed(&error);
        s->compile_seconds = processor_seconds() - start;
    } else {
        done = compile_model(s);
    }
    s->program = s->plan.program;
    if (!done)
        subject_free(s);
    return done;
}

void subject_free(subject *s)
{
    case_plan_free(&s->plan);
    truce_case_destroy(s->c);
    truce_model_destroy(s->model);
    *s = (subject){0};
}
