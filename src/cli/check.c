/* truce check: is a model or a case right, and what was checked. */
#include "cli/cli.h"

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static const char *method_name(truce_method method)
{
    static const char *const names[] = {[TRUCE_EULER] = "Euler",
                                        [TRUCE_RK2] = "Runge-Kutta 2 (Heun)",
                                        [TRUCE_RK4] = "Runge-Kutta 4",
                                        [TRUCE_RK45] = "Runge-Kutta 4/5, adaptive (Dormand and Prince)"};
    return names[method];
}

static void summarise_model(const truce_model *model)
{
    size_t kinds[3] = {0}, variables = truce_model_variable_count(model), without_units = 0;
    for (size_t i = 0; i < variables; i++) {
        const truce_variable *v = truce_model_variable(model, i);
        kinds[v->kind]++;
        without_units += v->units[0] == '\0';
    }
    const truce_sim_specs *specs = truce_model_sim_specs(model);
    printf("Model      %s: %zu variable%s (%zu stock%s, %zu flow%s, %zu auxiliar%s),\n"
           "           %zu with arrays expanded\n",
           truce_model_name(model), variables, plural(variables), kinds[TRUCE_STOCK],
           plural(kinds[TRUCE_STOCK]), kinds[TRUCE_FLOW], plural(kinds[TRUCE_FLOW]), kinds[TRUCE_AUXILIARY],
           kinds[TRUCE_AUXILIARY] == 1 ? "y" : "ies", truce_model_element_count(model));
    printf("Time       %g to %g%s%s, step %g, saved every %g, %s\n", specs->start, specs->stop,
           specs->time_units[0] ? " " : "", specs->time_units, specs->dt, specs->save_step,
           method_name(specs->method));
    printf("Checked    names, arrays, arguments, cycles, lookup tables\n");
    for (size_t i = 0; i < truce_model_warnings(model); i++)
        printf("Warning    %s\n", truce_model_warning(model, i));
    printf("Units      %zu of %zu variables have units; %zu finding%s\n", variables - without_units,
           variables, truce_model_unit_findings(model), plural(truce_model_unit_findings(model)));
}

static int check_case(const truce_case *c)
{
    truce_case_facts f = truce_case_facts_of(c);
    char first[16], last[16], data_end[16];
    truce_error error = {0};
    if (truce_case_check(c, &error) != TRUCE_OK)
        return report_error(&error);
    truce_month_name(f.start, first);
    truce_month_name(f.stop, last);
    truce_month_name(f.data_end, data_end);
    printf("Case       %s\n", f.title);
    printf("Horizon    %s to %s, data to %s\n", first, last, data_end);
    printf("Checked    %zu series, %zu parameter%s, %zu observation%s, %zu scenario%s,\n"
           "           %zu output%s, %zu source%s\n",
           f.series, f.parameters, plural(f.parameters), f.observations, plural(f.observations), f.scenarios,
           plural(f.scenarios), f.outputs, plural(f.outputs), f.sources, plural(f.sources));
    return 0;
}

static int check(const truce_model *model, const truce_case *c, bool units)
{
    int code = c ? check_case(c) : 0;
    if (code != 0)
        return code;
    summarise_model(model);
    size_t findings = truce_model_unit_findings(model);
    for (size_t i = 0; units && i < findings; i++)
        printf("%s\n", truce_model_unit_finding(model, i));
    if (!units && findings > 0)
        printf("           --units shows the findings\n");
    if (!units || findings == 0)
        return 0;
    truce_error error = {0};
    fflush(stdout);
    error_make(&error, TRUCE_BAD_INPUT, NULL, "%zu finding%s in the units of the model", findings,
               plural(findings));
    return report_error(&error);
}

int command_check(int argc, char **argv)
{
    static const struct option names[] = {
        {"units", no_argument, NULL, 'u'}, {"help", no_argument, NULL, 'h'}, {0}};
    bool units = false;
    for (int option; (option = next_option("check", argc, argv, ":uh", names)) != -1;) {
        if (option == '?')
            return EXIT_USAGE;
        if (option == 'h') {
            help_print("check");
            return 0;
        }
        units = true;
    }
    if (argc - optind != 1)
        return usage_error("check", argc == optind ? "say which model or case to check"
                                                   : "check takes one model or case");
    target t;
    truce_model *model = NULL;
    truce_case *c = NULL;
    int code = target_find(argv[optind], &t);
    if (code == 0)
        code = target_load(&t, &model, &c);
    if (code == 0)
        code = check(model, c, units);
    target_unload(model, c);
    return code;
}
