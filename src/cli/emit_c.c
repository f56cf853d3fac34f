/* truce emit-c: a model as a C program of its own. */
#include "cli/cli.h"

static const struct option option_names[] = {{"output", required_argument, NULL, 'o'},
                                             {"force", no_argument, NULL, 'f'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

static int emit_target(const char *name, const char *output, bool force)
{
    target t;
    truce_error error = {0};
    char *made = NULL;
    truce_model *model = NULL;
    truce_case *c = NULL;
    int code = target_find(name, &t);
    if (code == 0 && t.is_case)
        return usage_error("emit-c", "emit-c takes a model, and \"%s\" is a case", name);
    if (code == 0)
        code = target_load(&t, &model, &c);
    if (code == 0 && output)
        code = file_prepare(output, force, &made);
    if (code == 0 && output)
        die_at_signals(output, made);
    if (code == 0 && truce_model_write_c(model, output, &error) != TRUCE_OK)
        code = report_error(&error);
    target_unload(model, c);
    return file_end(output, made, code);
}

int command_emit_c(int argc, char **argv)
{
    const char *output = NULL;
    bool force = false;
    for (int option; (option = next_option("emit-c", argc, argv, ":o:fh", option_names)) != -1;) {
        if (option == '?')
            return EXIT_USAGE;
        if (option == 'h') {
            help_print("emit-c");
            return 0;
        }
        force |= option == 'f';
        if (option == 'o')
            output = optarg;
    }
    if (argc - optind != 1)
        return usage_error("emit-c",
                           argc == optind ? "say which model to write as C" : "emit-c takes one model");
    return emit_target(argv[optind], output, force);
}
