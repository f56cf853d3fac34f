/* truce list: what there is. */
#include "cli/cli.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Cases and models ---------------------------------------------------------------------------------- */

/* A name, and beside it what there is to say. */
static void print_entry(const char *name, size_t width, const char *words)
{
    phrase label = {0};
    phrase_print(&label, "  %s", name);
    print_wrapped(label.failed ? "" : label.text, width + 2, words ? words : "");
    phrase_free(&label);
}

static void print_case(void *context, const char *name, const char *path)
{
    bool *wrong = context;
    truce_case *c = NULL;
    truce_error error = {0};
    if (truce_case_load(path, &c, &error) != TRUCE_OK) {
        report_error(&error);
        *wrong = true;
        return;
    }
    phrase words = {0};
    phrase_print(&words, "%s: %s", path, truce_case_facts_of(c).title);
    print_entry(name, 20, words.text);
    phrase_free(&words);
    truce_case_destroy(c);
}

static void print_model(void *context, const char *name, const char *path)
{
    (void)context;
    printf("  ");
    print_padded(name, 20);
    print_line(stdout, "%s", path);
}

/* Those of ./cases or ./models. */
static int list_each(const char *folder, void (*print)(void *context, const char *name, const char *path),
                     void *context)
{
    size_t count = target_each(strcmp(folder, "cases") == 0, print, context);
    if (count == 0)
        printf("  none in ./%s or %s/%s\n", folder, TRUCE_DATA_DIRECTORY, folder);
    if (count != SIZE_MAX)
        return 0;
    print_line(stderr, "truce: cannot look for all %s: %s", folder, strerror(errno));
    return EXIT_RUN_FAILED;
}

static int list_all(void)
{
    bool wrong = false;
    printf("Cases\n");
    int code = list_each("cases", print_case, &wrong);
    printf("Models\n");
    if (code == 0)
        code = list_each("models", print_model, NULL);
    return code == 0 && wrong ? EXIT_INPUT : code;
}

/* ---- A model ------------------------------------------------------------------------------------------ */

static void print_variable(const truce_variable *v, size_t width)
{
    static const char *const kinds[] = {"stock", "flow", "auxiliary"};
    phrase name = {0}, words = {0};
    phrase_print(&name, "%s", v->name);
    for (size_t d = 0; d < v->dimension_count; d++)
        phrase_print(&name, "%s%s%s", d ? ", " : "[", v->dimensions[d],
                     d + 1 == v->dimension_count ? "]" : "");
    phrase_print(&words, "%s%s%s", kinds[v->kind], v->units[0] ? ", " : "", v->units);
    print_entry(name.failed ? v->name : name.text, width, words.text);
    phrase_free(&words);
    phrase_free(&name);
}

/* A variable in its sector, which stands where its first one does. */
typedef struct member {
    const truce_variable *variable;
    size_t index, first;
} member;

static int by_sector(const void *a, const void *b)
{
    const member *x = a, *y = b;
    int order = strcmp(x->variable->group, y->variable->group);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static int by_place(const void *a, const void *b)
{
    const member *x = a, *y = b;
    int order = (x->first > y->first) - (x->first < y->first);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Sectors in the order in which they first appear. */
static void print_sectors(member *members, size_t count, size_t width)
{
    qsort(members, count, sizeof *members, by_sector);
    for (size_t i = 0; i < count; i++) {
        bool begins = i == 0 || strcmp(members[i].variable->group, members[i - 1].variable->group) != 0;
        members[i].first = begins ? members[i].index : members[i - 1].first;
    }
    qsort(members, count, sizeof *members, by_place);
    for (size_t i = 0; i < count; i++) {
        const char *group = members[i].variable->group;
        if (members[i].first == members[i].index)
            printf("%s\n", group[0] ? group : "Variables");
        print_variable(members[i].variable, width);
    }
}

static truce_status list_model(const truce_model *model, truce_error *error)
{
    size_t count = truce_model_variable_count(model), width = 20;
    member *members = calloc(count + 1, sizeof *members);
    if (!members)
        return error_no_memory(error);
    for (size_t i = 0; i < count; i++)
        members[i] = (member){truce_model_variable(model, i), i, i};
    for (size_t i = 0; i < count; i++) {
        const truce_variable *v = truce_model_variable(model, i);
        size_t needed = print_width(v->name) + 2;
        for (size_t d = 0; d < v->dimension_count; d++)
            needed += print_width(v->dimensions[d]) + 2;
        width = needed > width ? needed : width;
    }
    if (width > 44)
        width = 44;
    print_sectors(members, count, width);
    free(members);
    return TRUCE_OK;
}

/* ---- A case ------------------------------------------------------------------------------------------- */

static void list_scenarios(const truce_case *c, size_t count)
{
    printf("Scenarios\n");
    for (size_t i = 0; i < count; i++) {
        truce_scenario s = truce_case_scenario(c, i);
        print_entry(s.name, 20, s.title);
    }
}

static void list_parameter(const truce_case *c, const truce_parameter *p)
{
    phrase line = {0};
    phrase_parameter(&line, c, p, truce_distribution_quantile(&p->prior, 0.5));
    if (p->prior.kind == TRUCE_FIXED) {
        phrase_print(&line, " fixed");
    } else {
        phrase_print(&line, ", ");
        phrase_parameter(&line, c, p, truce_distribution_quantile(&p->prior, 0.05));
        phrase_print(&line, " to ");
        phrase_parameter(&line, c, p, truce_distribution_quantile(&p->prior, 0.95));
    }
    bool bare = p->date || strcmp(p->units, "1") == 0 || !p->units[0];
    phrase_print(&line, "%s%s%s", bare ? "" : " ", bare ? "" : p->units, p->judgement ? " (judgement)" : "");
    print_entry(p->name, 40, line.text);
    phrase_free(&line);
}

static void print_amount(phrase *line, const truce_case_facts *facts, const truce_lever *lever, double value)
{
    char month[24];
    if (lever->date) {
        truce_month_iso(facts->start + (truce_month)lround(value - facts->time_start), month);
        phrase_print(line, "%s", month);
    } else
        phrase_print(line, "%g", value);
}

static void list_levers(const truce_case *c, const truce_case_facts *facts)
{
    if (facts->levers)
        printf("Levers (range; default)\n");
    for (size_t i = 0; i < facts->levers; i++) {
        truce_lever lever = truce_case_lever(c, i);
        phrase line = {0};
        phrase_print(&line, "%s: ", lever.title);
        print_amount(&line, facts, &lever, lever.least);
        phrase_print(&line, " to ");
        print_amount(&line, facts, &lever, lever.most);
        bool told = lever.units[0] && !lever.date;
        phrase_print(&line, "%s%s%s; ", told ? " (" : "", told ? lever.units : "", told ? ")" : "");
        if (lever.date && lever.rest > lever.most)
            phrase_print(&line, "never");
        else
            print_amount(&line, facts, &lever, lever.rest);
        print_entry(lever.name, 20, line.failed ? lever.title : line.text);
        phrase_free(&line);
    }
}

static void list_outputs(const truce_case *c, size_t count)
{
    printf("Outputs\n");
    for (size_t i = 0; i < count; i++) {
        truce_output o = truce_case_output(c, i);
        print_entry(o.title, 50, o.units);
    }
}

static void list_case(const truce_case *c)
{
    truce_case_facts facts = truce_case_facts_of(c);
    printf("%s\n", facts.title);
    list_scenarios(c, facts.scenarios);
    list_levers(c, &facts);
    printf("Parameters (median, 5 %% to 95 %% of the prior)\n");
    for (size_t i = 0; i < facts.parameters; i++) {
        truce_parameter p = truce_case_parameter(c, i);
        list_parameter(c, &p);
    }
    list_outputs(c, facts.outputs);
}

static int list_as_json(const truce_model *model, const truce_case *c)
{
    char *json = NULL;
    truce_error error = {0};
    truce_status status = c ? truce_case_json(c, &json, &error) : truce_model_json(model, &json, &error);
    if (status != TRUCE_OK)
        return report_error(&error);
    fputs(json, stdout);
    truce_text_free(json);
    return 0;
}

static int list_target(const char *name, bool as_json)
{
    target t;
    truce_model *model = NULL;
    truce_case *c = NULL;
    truce_error error = {0};
    int code = target_find(name, &t);
    if (code == 0)
        code = target_load(&t, &model, &c);
    if (code == 0 && as_json)
        code = list_as_json(model, c);
    else if (code == 0 && c)
        list_case(c);
    else if (code == 0 && list_model(model, &error) != TRUCE_OK)
        code = report_error(&error);
    target_unload(model, c);
    return code;
}

int command_list(int argc, char **argv)
{
    static const struct option names[] = {
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
    bool as_json = false;
    for (int option; (option = next_option("list", argc, argv, ":h", names)) != -1;) {
        if (option == '?')
            return EXIT_USAGE;
        if (option == 'h') {
            help_print("list");
            return 0;
        }
        as_json = true;
    }
    if (argc - optind > 1)
        return usage_error("list", "list takes one model or case");
    if (argc == optind && as_json)
        return usage_error("list", "--json needs a model or a case");
    return argc == optind ? list_all() : list_target(argv[optind], as_json);
}
