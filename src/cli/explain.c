/* truce explain: what a variable is, where it comes from and what it acts on. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL = 12 };

/* What is asked about. Of a case also what it says of the variable. */
typedef struct question {
    const truce_model *model;
    const truce_case *c;       /* NULL: a bare model */
    const truce_fit *fit;      /* NULL: there is none */
    const char *fit_path;      /* its directory */
    bool truce_fit_is_current; /* of this case as it is */
    size_t variable;           /* SIZE_MAX: a free parameter of the case */
    const char *element;       /* when one element of an array was asked for, else NULL */
    const char *place_file;    /* where it stands */
    int place_line;
} question;

/* Words after a label; what is not there is not printed. False when out of memory. */
static bool print_phrase(const char *label, phrase *w)
{
    bool complete = !w->failed;
    if (complete && w->text)
        print_wrapped(label, LABEL, w->text);
    phrase_free(w);
    return complete;
}

/* ---- The variable of the model ----------------------------------------------------------------------- */

typedef size_t (*related_variables)(const truce_model *model, size_t index, size_t *indices, size_t capacity);

/* Names of related variables on one line, or false when out of memory. */
static bool print_related(const char *label, const truce_model *model, size_t index,
                          related_variables related)
{
    size_t count = related(model, index, NULL, 0);
    size_t *indices = calloc(count + 1, sizeof *indices);
    phrase names = {0};
    if (!indices)
        return false;
    related(model, index, indices, count);
    for (size_t i = 0; i < count; i++)
        phrase_print(&names, "%s%s", i ? ", " : "", truce_model_variable(model, indices[i])->name);
    free(indices);
    if (count == 0)
        phrase_print(&names, "none");
    return print_phrase(label, &names);
}

static bool print_dimensions(const truce_model *model, const truce_variable *v)
{
    for (size_t i = 0; i < v->dimension_count; i++)
        for (size_t d = 0; d < truce_model_dimension_count(model); d++) {
            const truce_dimension *dimension = truce_model_dimension(model, d);
            phrase list = {0};
            if (strcmp(dimension->name, v->dimensions[i]) != 0)
                continue;
            phrase_print(&list, "%s:", dimension->name);
            for (size_t e = 0; e < dimension->size; e++)
                phrase_print(&list, "%s %s", e ? "," : "", dimension->elements[e]);
            if (!print_phrase(i == 0 ? "Dimensions" : "", &list))
                return false;
            break;
        }
    return true;
}

/* The equation as written; of an array that is given element by element, one per line. */
static bool print_equation(const truce_model *model, const truce_variable *v)
{
    const char *label = v->kind == TRUCE_STOCK ? "Initial" : "Equation";
    if (v->equation[0]) {
        print_wrapped(label, LABEL, v->equation);
        return true;
    }
    for (size_t i = v->first_element; i < v->first_element + v->element_count; i++) {
        phrase line = {0};
        phrase_print(&line, "%s = %s", truce_model_element_name(model, i),
                     truce_model_element_equation(model, i));
        if (!print_phrase(label, &line))
            return false;
        label = "";
    }
    return true;
}

static bool print_variable(const truce_model *model, const truce_variable *v)
{
    static const char *const kinds[] = {"stock", "flow", "auxiliary"};
    print_wrapped("Kind", LABEL, kinds[v->kind]);
    print_wrapped("Units", LABEL, v->units[0] ? v->units : "not stated");
    if (v->doc[0])
        print_wrapped("Meaning", LABEL, v->doc);
    if (!print_equation(model, v))
        return false;
    if (v->group[0])
        print_wrapped("Sector", LABEL, v->group);
    return print_dimensions(model, v);
}

/* ---- What the case says of it ------------------------------------------------------------------------ */

/* Whether an entry of the case is about what was asked. */
static bool is_asked(const question *q, size_t variable, const char *element)
{
    if (variable != q->variable)
        return false;
    return !q->element || strcmp(element, q->element) == 0;
}

static bool print_source(const char *source, const char *url, const char *note)
{
    phrase line = {0};
    if (source)
        phrase_print(&line, "%s%s%s%s", source, url ? " (" : "", url ? url : "", url ? ")" : "");
    bool complete = print_phrase("Source", &line);
    if (note)
        print_wrapped("Note", LABEL, note);
    return complete;
}

static void print_units(phrase *line, const char *units)
{
    if (units[0] && strcmp(units, "1") != 0)
        phrase_print(line, " %s", units);
}

static bool print_prior(const question *q, const truce_parameter *p, const char *label)
{
    static const char *const kinds[] = {"fixed", "normal", "lognormal", "uniform", "beta", "triangular"};
    phrase line = {0};
    if (!q->element)
        phrase_print(&line, "%s: ", p->name);
    phrase_print(&line, "%s, ", kinds[p->prior.kind]);
    phrase_parameter(&line, q->c, p, truce_distribution_quantile(&p->prior, 0.5));
    if (p->prior.kind != TRUCE_FIXED) {
        phrase_print(&line, " in the median, 5 %% to 95 %%: ");
        phrase_parameter(&line, q->c, p, truce_distribution_quantile(&p->prior, 0.05));
        phrase_print(&line, " to ");
        phrase_parameter(&line, q->c, p, truce_distribution_quantile(&p->prior, 0.95));
    }
    if (!p->date)
        print_units(&line, p->units);
    size_t variable, element;
    if (truce_model_look_up(q->model, p->name, &variable, &element, NULL) == TRUCE_OK) {
        size_t own = element != SIZE_MAX ? element : truce_model_variable(q->model, variable)->first_element;
        phrase_print(&line, "; replaces the constant %s of the model",
                     truce_model_element_equation(q->model, own));
    }
    if (p->judgement)
        phrase_print(&line, "; a judgement: nobody has measured it");
    return print_phrase(label, &line) && print_source(p->source, p->url, p->note);
}

/* What the data have made of a parameter. */
static bool print_posterior(const question *q, const truce_parameter *p)
{
    size_t j = 0, n = q->fit ? truce_fit_draw_count(q->fit) : 0;
    while (n && j < truce_fit_parameter_count(q->fit) &&
           strcmp(truce_fit_parameter_name(q->fit, j), p->name) != 0)
        j++;
    if (n == 0 || j == truce_fit_parameter_count(q->fit))
        return true;
    double *sorted = malloc(n * sizeof *sorted), learned = truce_fit_diagnosis_of(q->fit, j).contraction;
    phrase line = {0};
    if (!sorted)
        return false;
    sorted_draws(q->fit, j, sorted);
    phrase_parameter(&line, q->c, p, sorted[n / 2]);
    phrase_print(&line, " in the median, 5 %% to 95 %%: ");
    phrase_parameter(&line, q->c, p, sorted[n / 20]);
    phrase_print(&line, " to ");
    phrase_parameter(&line, q->c, p, sorted[n - 1 - n / 20]);
    print_units(&line, p->units);
    if (learned > 0)
        phrase_print(&line, "; the data removed %.0f %% of the prior's variance", 100 * learned);
    phrase_print(&line, " (%s, data to %s%s)", q->fit_path, truce_fit_until(q->fit),
                 q->truce_fit_is_current ? "" : "; its data, priors or model differ: fit again");
    free(sorted);
    return print_phrase("Posterior", &line);
}

static bool print_parameters(const question *q)
{
    size_t count = truce_case_facts_of(q->c).parameters;
    bool complete = true;
    for (size_t i = 0; i < count && complete; i++) {
        truce_parameter p = truce_case_parameter(q->c, i);
        if (is_asked(q, p.variable, p.name))
            complete = print_prior(q, &p, "Prior") && print_posterior(q, &p);
    }
    return complete;
}

static bool print_series(const question *q)
{
    size_t count = truce_case_facts_of(q->c).series;
    bool complete = true;
    for (size_t i = 0; i < count && complete; i++) {
        truce_series s = truce_case_series(q->c, i);
        char first[16], last[16];
        phrase line = {0};
        if (!is_asked(q, s.variable, s.element))
            continue;
        truce_month_name(s.first, first);
        truce_month_name(s.first + (truce_month)s.count - 1, last);
        phrase_print(&line, "%s: %s of %s, %s to %s, in place of the equation", s.element, s.column,
                     s.data_file, first, last);
        complete = print_phrase("Data", &line) && print_source(s.source, s.url, NULL);
    }
    return complete;
}

/* Observations that are compared with it, or that it scales. */
static bool print_observations(const question *q)
{
    truce_case_facts facts = truce_case_facts_of(q->c);
    phrase line = {0};
    for (size_t i = 0; i < facts.observations; i++) {
        truce_observation o = truce_case_observation(q->c, i);
        const size_t by[] = {o.scale, o.offset};
        if (q->variable != SIZE_MAX && is_asked(q, o.variable, o.element))
            phrase_print(&line, "%s\"%s\" observes it", line.text ? "; " : "", o.title);
        for (size_t k = 0; k < 2; k++) {
            if (by[k] >= facts.parameters)
                continue;
            truce_parameter p = truce_case_parameter(q->c, by[k]);
            bool asked =
                q->variable == SIZE_MAX ? strcmp(p.name, q->element) == 0 : is_asked(q, p.variable, p.name);
            if (asked)
                phrase_print(&line, "%s%s of \"%s\"", line.text ? "; " : "", k == 0 ? "scale" : "offset",
                             o.title);
        }
    }
    return print_phrase("Observed", &line);
}

static bool print_scenarios(const question *q)
{
    truce_case_facts facts = truce_case_facts_of(q->c);
    phrase line = {0};
    for (size_t i = 0; q->variable != SIZE_MAX && i < facts.scenarios; i++)
        if (truce_case_scenario_changes(q->c, i, q->variable))
            phrase_print(&line, "%s%s", line.text ? ", " : "changed by ", truce_case_scenario(q->c, i).name);
    return print_phrase("Scenarios", &line);
}

/* ---- The answer -------------------------------------------------------------------------------------- */

static bool answer(const question *q)
{
    phrase at = {0};
    bool known = q->variable != SIZE_MAX, complete = true;
    if (known)
        complete = print_variable(q->model, truce_model_variable(q->model, q->variable));
    else
        print_wrapped("Kind", LABEL, "parameter of observations, no variable of the model");
    if (complete && q->c)
        complete = print_parameters(q) && print_series(q) && print_observations(q) && print_scenarios(q);
    if (complete && known)
        complete = print_related("Depends on", q->model, q->variable, truce_model_inputs) &&
                   print_related("Used by", q->model, q->variable, truce_model_users);
    phrase_print(&at, "%s:%d", q->place_file, q->place_line);
    return complete && print_phrase("Place", &at);
}

static int explain(question *q)
{
    truce_error error = {0};
    if (q->variable != SIZE_MAX) {
        const truce_variable *v = truce_model_variable(q->model, q->variable);
        printf("%s\n", v->name);
        q->place_file = v->file;
        q->place_line = v->line;
        if (v->element_count == 1)
            q->element = v->name;
    } else {
        printf("%s\n", q->element);
    }
    if (answer(q))
        return 0;
    error_no_memory(&error);
    return report_error(&error);
}

/* A free parameter of the case. */
static bool find_parameter(question *q, const char *name)
{
    size_t count = q->c ? truce_case_facts_of(q->c).parameters : 0;
    for (size_t i = 0; i < count; i++) {
        truce_parameter p = truce_case_parameter(q->c, i);
        if (p.variable != SIZE_MAX || strcmp(p.name, name) != 0)
            continue;
        q->variable = SIZE_MAX;
        q->element = p.name;
        q->place_file = p.file;
        q->place_line = p.line;
        return true;
    }
    return false;
}

static int explain_named(question *q, const char *name)
{
    truce_error error = {0};
    size_t element;
    if (!find_parameter(q, name)) {
        if (truce_model_look_up(q->model, name, &q->variable, &element, &error) != TRUCE_OK)
            return report_error(&error);
        q->element = element == SIZE_MAX ? NULL : truce_model_element_name(q->model, element);
    }
    return explain(q);
}

/* The posterior asked for, or the one beside the case, which may be of another version of it. */
static int load_posterior(question *q, const char *directory, truce_fit **fit)
{
    truce_error error = {0};
    q->fit_path = directory ? directory : truce_case_facts_of(q->c).posterior;
    if (!q->fit_path)
        return 0;
    if (truce_fit_load(q->fit_path, q->c, fit, &error) != TRUCE_OK ||
        truce_fit_is_current(*fit, q->c, &q->truce_fit_is_current, &error) != TRUCE_OK)
        return report_error(&error);
    q->fit = *fit;
    return 0;
}

static int read_options(int argc, char **argv, const char **posterior)
{
    static const struct option names[] = {
        {"posterior", required_argument, NULL, 'p'}, {"help", no_argument, NULL, 'h'}, {0}};
    for (int option; (option = next_option("explain", argc, argv, ":p:h", names)) != -1;) {
        if (option == '?')
            return EXIT_USAGE;
        if (option == 'h') {
            help_print("explain");
            return -1;
        }
        *posterior = optarg;
    }
    if (argc - optind != 2)
        return usage_error("explain", argc - optind < 2 ? "say which model and which variable"
                                                        : "explain takes a model and one variable (quote a "
                                                          "name that has blanks)");
    return 0;
}

int command_explain(int argc, char **argv)
{
    const char *posterior = NULL;
    int code = read_options(argc, argv, &posterior);
    if (code != 0)
        return code < 0 ? 0 : code;
    target t;
    truce_model *model = NULL;
    truce_case *c = NULL;
    truce_fit *fit = NULL;
    code = target_find(argv[optind], &t);
    if (code == 0 && posterior && !t.is_case)
        code = usage_error("explain", "--posterior needs a case, and \"%s\" is a model", argv[optind]);
    if (code == 0)
        code = target_load(&t, &model, &c);
    question q = {.model = c ? truce_case_model(c) : model, .c = c};
    if (code == 0 && c)
        code = load_posterior(&q, posterior, &fit);
    if (code == 0)
        code = explain_named(&q, argv[optind + 1]);
    truce_fit_destroy(fit);
    target_unload(model, c);
    return code;
}
