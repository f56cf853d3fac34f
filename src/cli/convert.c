/* truce convert: a model of Vensim as XMILE, or the other way. */
#include "cli/cli.h"

#include <unistd.h>

static const struct option option_names[] = {{"output", required_argument, NULL, 'o'},
                                             {"force", no_argument, NULL, 'f'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

/* Where there is something to write over: the model, for the files that it is in. */
static int count_files(const target *t, const char *output)
{
    truce_model *model = NULL;
    truce_case *c = NULL;
    int code = access(output, F_OK) == 0 ? target_load(t, &model, &c) : 0;
    target_unload(model, c);
    return code;
}

static int convert_target(const char *name, const char *output, bool force)
{
    target t;
    truce_error error = {0};
    char *made = NULL;
    int code = target_find(name, &t);
    if (code == 0 && t.is_case)
        return usage_error("convert", "convert takes a model, and \"%s\" is a case", name);
    if (code == 0)
        code = count_files(&t, output);
    if (code == 0)
        code = file_prepare(output, force, &made);
    if (code == 0)
        die_at_signals(output, made);
    if (code == 0 && truce_model_convert(t.path, output, &error) != TRUCE_OK)
        code = report_error(&error);
    return file_end(output, made, code);
}

int command_convert(int argc, char **argv)
{
    const char *output = NULL;
    bool force = false;
    for (int option; (option = next_option("convert", argc, argv, ":o:fh", option_names)) != -1;) {
        if (option == '?')
            return EXIT_USAGE;
        if (option == 'h') {
            help_print("convert");
            return 0;
        }
        force |= option == 'f';
        if (option == 'o')
            output = optarg;
    }
    if (!output || !output[0])
        return usage_error("convert", "convert needs -o FILE.xmile or -o FILE.mdl");
    if (argc - optind != 1)
        return usage_error("convert",
                           argc == optind ? "say which model to convert" : "convert takes one model");
    return convert_target(argv[optind], output, force);
}
