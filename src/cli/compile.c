/* truce compile: a model as a program file, which runs without the model. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

typedef struct compile_options {
    truce_program_options program;
    const char *output;
    bool force;
} compile_options;

static const struct option option_names[] = {
    {"input", required_argument, NULL, 'i'},  {"save", required_argument, NULL, 's'},
    {"output", required_argument, NULL, 'o'}, {"force", no_argument, NULL, 'f'},
    {"help", no_argument, NULL, 'h'},         {0}};

/* "attrition.truce" for "models/attrition.xmile". */
static void default_output(phrase *w, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *point = strrchr(name, '.');
    phrase_print(w, "%.*s.truce", (int)(point && point > name ? point - name : (long)strlen(name)), name);
}

static int compile_to_file(const target *t, const compile_options *o)
{
    phrase named = {0};
    truce_error error = {0};
    char *made = NULL;
    truce_model *model = NULL;
    truce_case *c = NULL;
    truce_program *program = NULL;
    if (!o->output)
        default_output(&named, t->path);
    const char *path = o->output ? o->output : named.text;
    int code = EXIT_RUN_FAILED;
    if (named.failed) {
        error_no_memory(&error);
        report_error(&error);
    } else {
        code = target_load(t, &model, &c);
    }
    if (code == 0 && truce_program_compile(model, &o->program, &program, &error))
        code = report_error(&error);
    if (code == 0)
        code = file_prepare(path, o->force, &made);
    if (code == 0 && truce_program_save(program, path, &error))
        code = report_error(&error);
    truce_program_destroy(program);
    target_unload(model, c);
    code = file_end(path, made, code);
    phrase_free(&named);
    return code;
}

static int compile_target(const char *name, const compile_options *o)
{
    target t;
    int code = target_find(name, &t);
    if (code == 0 && t.is_case)
        return usage_error("compile",
                           "compile takes a model, and \"%s\" is a case, whose data and priors are not "
                           "part of a program",
                           name);
    return code == 0 ? compile_to_file(&t, o) : code;
}

/* 0, an exit code, or -1 when help was asked for. */
static int read_option(int option, compile_options *o, truce_input *inputs, const char **saved)
{
    switch (option) {
    case 'i':
        inputs[o->program.input_count++] = (truce_input){optarg, TRUCE_INPUT_PARAMETER};
        return 0;
    case 's':
        saved[o->program.output_count++] = optarg;
        o->program.outputs = saved;
        return 0;
    case 'o':
        o->output = optarg;
        return 0;
    case 'f':
        o->force = true;
        return 0;
    case 'h':
        help_print("compile");
        return -1;
    default:
        return EXIT_USAGE;
    }
}

int command_compile(int argc, char **argv)
{
    truce_input *inputs = calloc((size_t)argc, sizeof *inputs);
    const char **saved = calloc((size_t)argc, sizeof *saved);
    compile_options o = {.program = {.inputs = inputs}};
    int code = 0;
    if (!inputs || !saved) {
        truce_error error = {0};
        error_no_memory(&error);
        code = report_error(&error);
    }
    for (int option; code == 0 && (option = next_option("compile", argc, argv, ":o:fh", option_names)) != -1;)
        code = read_option(option, &o, inputs, saved);
    if (code == 0 && argc - optind != 1)
        code =
            usage_error("compile", argc == optind ? "say which model to compile" : "compile takes one model");
    else if (code == 0)
        code = compile_target(argv[optind], &o);
    free(inputs);
    free(saved);
    return code < 0 ? 0 : code;
}
