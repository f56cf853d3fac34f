/* Compiled against the installed header and library, as C and as C++, by script/test: runs a few members of
 * the model it is given, through shared library and public header only. */
#include <truce/truce.h>

#include <stdio.h>

static int fail(const truce_error *error)
{
    char text[1152];
    truce_error_text(error, text, sizeof text);
    fprintf(stderr, "%s\n", text);
    return 1;
}

int main(int argc, char **argv)
{
    truce_error error;
    truce_model *model = NULL;
    truce_program *program = NULL;
    truce_ensemble *ensemble = NULL;
    truce_ensemble_options options = truce_ensemble_default_options();
    const double half = 0.5;
    double median = 0;
    options.members = 10;
    if (argc != 2)
        return 64;
    if (truce_model_load(argv[1], &model, &error) != TRUCE_OK)
        return fail(&error);
    if (truce_program_compile(model, NULL, &program, &error) != TRUCE_OK)
        return fail(&error);
    if (truce_ensemble_run(program, NULL, NULL, NULL, &options, &ensemble, &error) != TRUCE_OK)
        return fail(&error);
    if (truce_ensemble_quantiles(ensemble, 0, 0, &half, 1, &median, &error) != TRUCE_OK)
        return fail(&error);
    printf("truce %s: %lu outputs, median %s %g\n", truce_version(),
           (unsigned long)truce_program_output_count(program), truce_program_output_name(program, 0), median);
    truce_ensemble_destroy(ensemble);
    truce_program_destroy(program);
    truce_model_destroy(model);
    return 0;
}
