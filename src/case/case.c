/* Loading a case from top to bottom, and what can be asked of one. */
#include "case/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- The head of the file ----------------------------------------------------------------------------- */

static truce_status load_horizon(loader *l, const tree *root)
{
    truce_case *c = l->c;
    const char *what;
    const tree *node = tree_get(root, "horizon");
    if (!node)
        return tree_error(&l->read, root, "the case needs the key \"horizon\"");
    TRY(load_keys(l, node, KEYS_HORIZON, &what));
    TRY(load_month(l, node, what, "start", TREE_REQUIRED, &c->start));
    TRY(load_month(l, node, what, "end", TREE_REQUIRED, &c->stop));
    if (c->stop < c->start)
        return tree_error(&l->read, node, "the horizon ends before it starts");
    if (c->stop - c->start >= HORIZON_MONTHS)
        return tree_error(&l->read, node, "the horizon is longer than %d %ss", HORIZON_MONTHS,
                          case_period(c));
    /* A case without any data has nothing to look back on: all but its first period is a forecast. */
    bool data = tree_get(root, "observations") || tree_get(root, "series");
    c->data_end = data ? c->stop : c->start;
    return load_horizon_month(l, root, "the case", "data end", &c->data_end);
}

/* `time unit`: months, days, weeks or years. */
static truce_status load_time_unit(const loader *l, const tree *root)
{
    static const char *const words[] = {
        [TRUCE_MONTHS] = "months", [TRUCE_DAYS] = "days", [TRUCE_WEEKS] = "weeks", [TRUCE_YEARS] = "years"};
    enum { WORDS = sizeof words / sizeof *words };
    const char *written = words[TRUCE_MONTHS];
    TRY(tree_text(&l->read, root, "the case", "time unit", TREE_OPTIONAL, &written));
    for (int i = 0; i < WORDS; i++)
        if (strcmp(written, words[i]) == 0) {
            l->c->unit = (time_unit)i;
            return TRUCE_OK;
        }
    return tree_unknown(&l->read, tree_get(root, "time unit"), "\"time unit\" cannot be", written, words,
                        WORDS);
}

/* Whether a model's unit of time, folded, is that of the case. */
static bool is_unit(const char *folded, const char *period)
{
    size_t length = strlen(period);
    return strncmp(folded, period, length) == 0 && (!folded[length] || strcmp(folded + length, "s") == 0);
}

/* Time must be in the unit of the case, and every period's end must be a step. */
static truce_status check_time(const loader *l, const tree *root)
{
    const truce_sim_specs *specs = truce_model_sim_specs(l->c->model);
    const tree *at = tree_get(root, "model");
    const char *units = specs->time_units ? specs->time_units : "";
    const char *folded = name_fold(l->memory, units, strlen(units));
    if (!folded)
        return error_memory(l->read.error);
    static const char *const calendar[] = {"month", "day", "week", "year"};
    bool known = false; /* other units, such as hours, stand for the case's as they are */
    for (size_t i = 0; i < sizeof calendar / sizeof *calendar; i++)
        known |= is_unit(folded, calendar[i]);
    l->c->time_start = specs->start;
    if (known && !is_unit(folded, case_period(l->c)))
        return tree_error(&l->read, at,
                          "the case is in %ss, and this model's unit of time is \"%s\": give the case's with "
                          "\"time unit\"",
                          case_period(l->c), units);
    double steps = round(1 / specs->dt);
    if (!(steps >= 1) || fabs(steps * specs->dt - 1) > 1e-9)
        return tree_error(
            &l->read, at,
            "the model's dt of %g does not divide a %s, at whose ends values are read: set it in the "
            "model to %g (%g step%s a %s)",
            specs->dt, case_period(l->c), 1 / fmax(1, ceil(1 / specs->dt)), fmax(1, ceil(1 / specs->dt)),
            specs->dt >= 1 ? "" : "s", case_period(l->c));
    return TRUCE_OK;
}

static truce_status load_model(loader *l, const tree *root)
{
    const char *path = NULL;
    TRY(load_path(l, root, "the case", "model", &path));
    TRY(load_readable(l, root, "model", path));
    TRY(truce_model_load_from(l->c->files, path, &l->c->model, l->read.error));
    size_t count = l->c->model->element_count;
    l->series_of = arena_array(l->memory, count, sizeof *l->series_of);
    l->parameter_of = arena_array(l->memory, count, sizeof *l->parameter_of);
    if (!l->series_of || !l->parameter_of)
        return error_memory(l->read.error);
    for (size_t i = 0; i < count; i++)
        l->series_of[i] = l->parameter_of[i] = SIZE_MAX;
    return check_time(l, root);
}

/* ---- Names, sources, front ---------------------------------------------------------------------------- */

/* All names that `names` may bind, in the model's spelling. Returns how many; a NULL list is only counted. */
static size_t bindable_names(const truce_model *model, const char **list)
{
    size_t count = 0;
    for (size_t d = 0; d < model->dimension_count; d++) {
        const truce_dimension *dimension = &model->dimensions[d];
        for (size_t i = 0; i <= dimension->size; i++, count++)
            if (list)
                list[count] = i == 0 ? dimension->name : dimension->elements[i - 1];
    }
    return count;
}

/* `taken` says which names have been given: two spellings of one name are one too many. */
static truce_status load_name(const loader *l, const tree *key, const tree *value, map *known,
                              const char **list, size_t count, bool *taken, case_name *name)
{
    const char *folded = name_fold(l->memory, key->text, strlen(key->text));
    if (!folded)
        return error_memory(l->read.error);
    size_t found = map_get(known, folded);
    if (found == SIZE_MAX)
        return tree_unknown(&l->read, key, "the model has no element or dimension", key->text, list, count);
    if (taken[found])
        return tree_error(&l->read, key, "the name \"%s\" is given twice", list[found]);
    taken[found] = true;
    name->name = list[found];
    return tree_node_text(&l->read, value, "a display name", &name->display);
}

static truce_status load_names(loader *l, const tree *node)
{
    truce_case *c = l->c;
    if (!node)
        return TRUCE_OK;
    TRY(tree_is_map(&l->read, node, "\"names\"", NULL));
    size_t count = bindable_names(c->model, NULL);
    const char **list = arena_array(l->memory, count, sizeof *list);
    case_name *names = arena_array(l->memory, node->count, sizeof *names);
    bool *taken = arena_array(l->memory, count, sizeof *taken);
    if (!list || !names || !taken)
        return error_memory(l->read.error);
    bindable_names(c->model, list);
    map known = {0};
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < count && status == TRUCE_OK; i++) {
        const char *folded = name_fold(l->memory, list[i], strlen(list[i]));
        if (!folded || !map_put(&known, folded, i, NULL))
            status = error_memory(l->read.error);
    }
    for (size_t i = 0; i < node->count && status == TRUCE_OK; i++)
        status = load_name(l, &node->keys[i], &node->items[i], &known, list, count, taken, &names[i]);
    map_free(&known);
    if (status != TRUCE_OK)
        return status;
    c->names = names;
    c->name_count = node->count;
    return TRUCE_OK;
}

/* 2026, 2026-08 or 2026-08-04 */
static bool is_date(const char *date)
{
    month m;
    return month_parse(date, &m) && month_unit(m) != TRUCE_WEEKS;
}

static truce_status load_source_entry(const loader *l, const tree *key, const tree *entry, case_source *s)
{
    const char *what;
    TRY(load_keys(l, entry, KEYS_SOURCE, &what));
    if (key->text[0] == '\0' || strchr(key->text, ' '))
        return tree_error(&l->read, key, "\"%s\" cannot name a source: use one short word", key->text);
    *s = (case_source){.id = key->text, .at = {key->file, key->line}};
    TRY(tree_text(&l->read, entry, what, "text", TREE_REQUIRED, &s->text));
    TRY(tree_text(&l->read, entry, what, "url", TREE_OPTIONAL, &s->url));
    TRY(tree_text(&l->read, entry, what, "date", TREE_OPTIONAL, &s->date));
    if (s->date && !is_date(s->date))
        return tree_error(&l->read, tree_get(entry, "date"), "\"%s\" is not a date such as 2026-08-04",
                          s->date);
    return tree_text(&l->read, entry, what, "licence", TREE_OPTIONAL, &s->licence);
}

static truce_status load_sources(loader *l, const tree *node)
{
    truce_case *c = l->c;
    if (!node)
        return TRUCE_OK;
    TRY(tree_is_map(&l->read, node, "\"sources\"", NULL));
    case_source *all = arena_array(l->memory, node->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    for (size_t i = 0; i < node->count; i++) {
        TRY(load_source_entry(l, &node->keys[i], &node->items[i], &all[i]));
        if (!map_put(&c->source_ids, all[i].id, i, NULL))
            return error_memory(l->read.error);
    }
    c->sources = all;
    c->source_count = node->count;
    return TRUCE_OK;
}

static truce_status load_front(loader *l, const tree *node)
{
    truce_case *c = l->c;
    const char *what;
    c->front_element = SIZE_MAX;
    c->front_length = NAN;
    if (!node)
        return TRUCE_OK;
    TRY(load_keys(l, node, KEYS_FRONT, &what));
    TRY(bind_element(l, node, what, "variable", &c->front_element));
    TRY(tree_text(&l->read, node, what, "gains", TREE_REQUIRED, &c->front_gains));
    TRY(tree_text(&l->read, node, what, "loses", TREE_REQUIRED, &c->front_loses));
    c->front_gains = case_display_name(c, c->front_gains);
    c->front_loses = case_display_name(c, c->front_loses);
    TRY(tree_text(&l->read, node, what, "towards", TREE_OPTIONAL, &c->front_towards));
    TRY(tree_text(&l->read, node, what, "back", TREE_OPTIONAL, &c->front_back));
    if (!tree_get(node, "length"))
        return TRUCE_OK;
    TRY(tree_number(&l->read, node, what, "length", TREE_REQUIRED, &c->front_length));
    if (!(c->front_length > 0))
        return tree_error(&l->read, tree_get(node, "length"), "the length of the front is in km, above zero");
    return TRUCE_OK;
}

/* ---- Rivals ------------------------------------------------------------------------------------------- */

/* Whether scores call somebody else by a name: the model, the extrapolations of a series, the pool, the controls. */
static bool is_entrant(const char *name)
{
    static const char *const names[] = {"model",       "ar1",  "bootstrap", "damped",   "year-before",
                                        "persistence", "pool", "prior",     "hindsight"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static truce_status load_rivals(loader *l, const tree *node)
{
    truce_case *c = l->c;
    if (!node)
        return TRUCE_OK;
    TRY(tree_is_map(&l->read, node, "\"rivals\"", NULL));
    if (node->count > CASE_RIVALS)
        return tree_error(&l->read, node, "more than %d rivals", CASE_RIVALS);
    case_rival *all = arena_array(l->memory, node->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    for (size_t i = 0; i < node->count; i++) {
        const tree *key = &node->keys[i];
        TRY(load_name_check(l, key, "a rival"));
        if (is_entrant(key->text))
            return tree_error(&l->read, key, "the name \"%s\" is reserved in scores", key->text);
        all[i].name = key->text;
        TRY(load_path(l, node, "\"rivals\"", key->text, &all[i].path));
        TRY(load_readable(l, node, key->text, all[i].path));
        if (c->files) /* named, so not to be overwritten, also where it is not read */
            TRY(truce_files_count_as_read(c->files, all[i].path, l->read.error));
    }
    c->rivals = all;
    c->rival_count = node->count;
    return TRUCE_OK;
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

static truce_status check_version(const loader *l, const tree *root)
{
    const tree *version = tree_get(root, "truce");
    if (!version)
        return tree_error(&l->read, root, "not a case: it needs the key \"truce\" with the version 1");
    if (version->kind != TREE_SCALAR || strcmp(version->text, "1") != 0)
        return tree_error(&l->read, version, "this version of truce reads cases of version 1 only");
    return TRUCE_OK;
}

/* Of what results depend on besides the scenario that is run. */
static void hash_sections(hash128 *h, const tree *root)
{
    static const char *const others[] = {"title",   "description", "names",  "sources",  "sections",
                                         "outputs", "events",      "rivals", "scenarios"};
    for (size_t i = 0; i < root->count; i++) {
        bool is_other = false;
        for (size_t k = 0; k < sizeof others / sizeof *others; k++)
            is_other = is_other || strcmp(root->keys[i].text, others[k]) == 0;
        if (is_other)
            continue;
        tree_hash(h, &root->keys[i]);
        tree_hash(h, &root->items[i]);
    }
}

static truce_status load_all(loader *l, const tree *root)
{
    truce_case *c = l->c;
    const char *what;
    if (root->kind != TREE_MAP)
        return tree_error(&l->read, root, "not a case: the file must be a map of keys and values");
    TRY(check_version(l, root));
    TRY(load_keys(l, root, KEYS_CASE, &what));
    TRY(load_included(l, &root, true));
    TRY(load_shared(l, &root));
    hash_sections(&l->content, root);
    TRY(tree_text(&l->read, root, what, "title", TREE_REQUIRED, &c->title));
    TRY(tree_text(&l->read, root, what, "description", TREE_OPTIONAL, &c->description));
    TRY(load_time_unit(l, root));
    TRY(load_horizon(l, root));
    TRY(load_model(l, root));
    TRY(load_names(l, tree_get(root, "names")));
    TRY(load_sources(l, tree_get(root, "sources")));
    TRY(load_front(l, tree_get(root, "front")));
    TRY(load_series(l, tree_get(root, "series")));
    TRY(load_parameters(l, tree_get(root, "parameters")));
    TRY(load_observations(l, tree_get(root, "observations")));
    TRY(load_doubts(l));
    TRY(load_scenarios(l, tree_get(root, "scenarios")));
    TRY(load_sections(l, tree_get(root, "sections")));
    TRY(load_outputs(l, tree_get(root, "outputs")));
    TRY(load_milestones(l, tree_get(root, "milestones"), tree_get(root, "shortages")));
    TRY(load_events(l, tree_get(root, "events")));
    TRY(load_rivals(l, tree_get(root, "rivals")));
    TRY(load_controls(l, tree_get(root, "levers")));
    return load_talks(l, tree_get(root, "talks"));
}

/* The folder "posterior" beside the case, where it holds a fit. */
static truce_status find_posterior(truce_case *c, truce_error *error)
{
    const char *slash = strrchr(c->path, '/');
    int folder = slash ? (int)(slash + 1 - c->path) : 0;
    const char *file = arena_format(&c->memory, "%.*sposterior/posterior.nc", folder, c->path);
    const char *directory = arena_format(&c->memory, "%.*sposterior", folder, c->path);
    if (!file || !directory)
        return error_memory(error);
    c->posterior = file_is_there(c->files, file) ? directory : NULL;
    return TRUCE_OK;
}

static truce_status read_case(truce_case *c, const char *path, const char *part, truce_error *error)
{
    text content = {0};
    const tree *root = NULL;
    loader l = {.c = c, .memory = &c->memory, .part = part};
    c->path = arena_string(&c->memory, path);
    if (!c->path)
        return error_memory(error);
    l.read = (tree_reader){error};
    hash128_start(&l.content);
    truce_status status = file_read(c->files, path, TREE_BYTES, &content, error);
    if (status == TRUCE_OK)
        status = tree_read(&c->memory, content.bytes, content.length, c->path, &root, error);
    text_free(&content);
    if (status == TRUCE_OK)
        status = load_all(&l, root);
    if (status == TRUCE_OK)
        status = find_posterior(c, error);
    hash128_finish(&l.content, c->content);
    map_free(&l.parameter_names);
    return status;
}

truce_status truce_case_load(const char *path, truce_case **result, truce_error *error)
{
    return truce_case_load_from(NULL, path, NULL, result, error);
}

truce_status truce_case_load_with(const char *path, const char *part, truce_case **result, truce_error *error)
{
    return truce_case_load_from(NULL, path, part, result, error);
}

truce_status truce_case_load_from(const truce_files *files, const char *path, const char *part,
                                  truce_case **result, truce_error *error)
{
    REQUIRE(path, "path");
    REQUIRE(result, "case");
    *result = NULL;
    truce_case *c = calloc(1, sizeof *c);
    if (!c)
        return error_memory(error);
    c->files = files;
    truce_status status = read_case(c, path, part, error);
    if (status == TRUCE_OK)
        *result = c;
    else
        truce_case_destroy(c);
    return status;
}

void truce_case_destroy(truce_case *c)
{
    if (!c)
        return;
    truce_model_destroy(c->model);
    map_free(&c->source_ids);
    arena_free(&c->memory);
    free(c);
}
