/* An XMILE file as a document: header, simulation, units, dimensions, behaviour, models (XMILE 1.0 chapters
 * 2 to 4).
 *
 * The rule for what is not read: display and vendors' own elements are left out (xml.c); everything else
 * that is not known is refused with its name and line, because it might change numbers. */
#include "xmile/read.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- Header ------------------------------------------------------------------------------------------- */

/* Options in the header say what a file uses; whether it does is seen where it does. */
static bool read_includes(xmile_reader *r, const xml_element *includes)
{
    static const char *const known[] = {"include", NULL};
    const char **paths = xmile_array(r, xmile_count(includes, "include"), sizeof *paths);
    size_t count = 0;
    if (!paths)
        return false;
    for (const xml_element *child = includes->first; child; child = child->next) {
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<includes>", known);
        if (!xmile_required(r, child, "resource", &paths[count]) ||
            !xmile_refer(r, &paths[count++], child->line))
            return false;
    }
    return true;
}

/* <uses_arrays invalid_index_value="NaN"> says what a subscript out of range gives (section 2.2.1). */
static bool read_options(xmile_reader *r, const xml_element *header, xmile_document *document)
{
    const xml_element *options, *arrays = NULL;
    if (!xmile_only(r, header, "options", &options) ||
        (options && !xmile_only(r, options, "uses_arrays", &arrays)))
        return false;
    const char *value = arrays ? xml_attribute_value(arrays, "invalid_index_value") : NULL;
    document->invalid_index_is_nan = value && strcasecmp(value, "NaN") == 0;
    if (value && !document->invalid_index_is_nan && strcmp(value, "0") != 0)
        return fail(r, arrays->line, "invalid_index_value is \"%.64s\"; it is 0 or NaN", value);
    return true;
}

/* In one line. */
static bool read_model_name(xmile_reader *r, const char *name, xmile_document *document)
{
    char *line = arena_string(r->a, name);
    truce_clean_line(line);
    document->name = line;
    return line || fail_memory(r);
}

static bool read_header(xmile_reader *r, const xml_element *header, xmile_document *document)
{
    const xml_element *name, *includes;
    if (!xmile_only(r, header, "name", &name) || !xmile_only(r, header, "includes", &includes))
        return false;
    if (includes && !read_includes(r, includes))
        return false;
    if (name && name->text && !read_model_name(r, name->text, document))
        return false;
    for (const xml_element *child = header->first; child; child = child->next)
        if (child->text && strcmp(child->name, "name") != 0 && strstr(child->text, "xmutil"))
            document->is_converted = true;
    return read_options(r, header, document);
}

/* The name of a file without folders and ending. */
static const char *base_name(arena *a, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *start = slash ? slash + 1 : file;
    const char *dot = strrchr(start, '.');
    return arena_copy(a, start, dot && dot > start ? (size_t)(dot - start) : strlen(start));
}

/* ---- Simulation: XMILE 1.0 sections 2.3 and 3.4 ------------------------------------------------------- */

/* A time is a number, or an expression of constants that the model is asked for once it is known. */
static bool read_time(xmile_reader *r, const xml_element *specs, const char *name, bool required,
                      double *number, xmile_text *expression)
{
    const xml_element *element;
    if (!xmile_only(r, specs, name, &element))
        return false;
    if (!element)
        return required ? fail(r, specs->line, "<sim_specs> has no <%s>", name) : true;
    xmile_text written = xmile_text_of(r, element);
    if (text_to_number(written.text, strlen(written.text), number) && isfinite(*number))
        return true;
    *expression = written;
    if (text_to_number(written.text, strlen(written.text), number) ||
        !written.text[strspn(written.text, " \t\r\n")])
        return fail(r, written.at.line, "<%s> is \"%.64s\", which is not a finite number", name,
                    written.text);
    return true;
}

static bool read_dt(xmile_reader *r, const xml_element *specs, xmile_document *document)
{
    const xml_element *element;
    document->dt = 1;
    if (!read_time(r, specs, "dt", false, &document->dt, &document->dt_text) ||
        !xmile_only(r, specs, "dt", &element))
        return false;
    const char *flag = element ? xml_attribute_value(element, "reciprocal") : NULL;
    if (flag && !xmile_flag(r, flag, element->line, "reciprocal of <dt>", false, &document->dt_is_reciprocal))
        return false;
    if (document->dt_text.text || !element)
        return true;
    if (!(document->dt > 0))
        return fail(r, element->text_line, "<dt> is %s; it must be greater than zero", element->text);
    if (document->dt_is_reciprocal)
        document->dt = 1 / document->dt;
    if (!isfinite(document->dt))
        return fail(r, element->text_line, "<dt> is 1/%s, which is not a finite number", element->text);
    return true;
}

/* XMILE 1.0 has no save step. Stella writes an attribute isee:save_interval, 0 or blank for every step;
 * others write an element. */
static bool read_save_step(xmile_reader *r, const xml_element *specs, xmile_document *document)
{
    static const char *const attributes[] = {"isee:save_interval", "save_interval", "save_step", "savestep"};
    static const char *const elements[] = {"save_step", "savestep", "save_interval"};
    const char *written = NULL, *what = NULL;
    int line = specs->line;
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes && !written; i++)
        written = xml_attribute_value(specs, what = attributes[i]);
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        const xml_element *element;
        if (!xmile_only(r, specs, elements[i], &element))
            return false;
        if (!element)
            continue;
        what = elements[i];
        written = element->text ? element->text : "";
        line = element->text ? element->text_line : element->line;
    }
    if (!written || !written[strspn(written, " \t")])
        return true;
    document->save_text = (xmile_text){.text = written, .at = xmile_place(r, line)};
    return xmile_number(r, written, line, what, &document->save_step);
}

/* Before the standard the method and the units of time were elements (iThink and Stella 10). */
static bool read_old_specs(xmile_reader *r, const xml_element *specs, xmile_document *document)
{
    const xml_element *method, *units;
    if (!xmile_only(r, specs, "method", &method) || !xmile_only(r, specs, "time_units", &units))
        return false;
    if (method && method->text && !document->method.text)
        document->method = xmile_text_of(r, method);
    if (units && units->text && !*document->time_units)
        document->time_units = units->text;
    return true;
}

/* How a tool pauses is its own affair. */
static bool read_sim_specs(xmile_reader *r, const xml_element *specs, xmile_document *document)
{
    static const char *const known[] = {"start",      "stop",          "dt",  "save_step",
                                        "savestep",   "save_interval", "run", "method",
                                        "time_units", "pause",         NULL};
    const xml_element *run;
    for (const xml_element *child = specs->first; child; child = child->next)
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<sim_specs>", known);
    if (!xmile_only(r, specs, "run", &run))
        return false;
    const char *by = run ? xml_attribute_value(run, "by") : NULL;
    if (by && strcmp(by, "all") != 0)
        return fail(r, run->line, "<run by=\"%.64s\">, a part of the model alone, is not supported", by);
    const char *method = xml_attribute_value(specs, "method");
    const char *units = xml_attribute_value(specs, "time_units");
    document->specs_at = xmile_place(r, specs->line);
    document->method = (xmile_text){.text = method, .at = document->specs_at};
    document->time_units = units ? units : "";
    return read_time(r, specs, "start", true, &document->start, &document->start_text) &&
           read_time(r, specs, "stop", true, &document->stop, &document->stop_text) &&
           read_dt(r, specs, document) && read_old_specs(r, specs, document) &&
           read_save_step(r, specs, document);
}

/* ---- Dimensions and units ----------------------------------------------------------------------------- */

static bool read_dimension(xmile_reader *r, const xml_element *element, xmile_dimension *dimension)
{
    static const char *const known[] = {"elem", NULL};
    enum { MOST = 1000000 };
    size_t count = xmile_count(element, "elem"), used = 0;
    dimension->at = xmile_place(r, element->line);
    if (!xmile_required(r, element, "name", &dimension->name))
        return false;
    for (const xml_element *child = element->first; child; child = child->next)
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<dim>", known);
    const char *size = xml_attribute_value(element, "size");
    if (size) {
        double number;
        if (!xmile_number(r, size, element->line, "size of <dim>", &number))
            return false;
        if (!(number >= 1) || number > MOST || number != floor(number))
            return fail(r, element->line,
                        "size of dimension \"%.64s\" is %.32s; it must be a whole number from 1 "
                        "to %d",
                        dimension->name, size, MOST);
        dimension->size = (size_t)number;
    }
    if (!count)
        return size ? true
                    : fail(r, element->line, "dimension \"%.64s\" has neither a size nor elements",
                           dimension->name);
    if (size && count != dimension->size)
        return fail(r, element->line, "dimension \"%.64s\" says it has %zu elements and lists %zu",
                    dimension->name, dimension->size, count);
    const char **names = xmile_array(r, count, sizeof *names);
    if (!names)
        return false;
    for (const xml_element *child = element->first; child; child = child->next) {
        if (!xmile_required(r, child, "name", &names[used++]))
            return false;
    }
    dimension->size = count;
    dimension->elements = names;
    return true;
}

static bool read_dimensions(xmile_reader *r, const xml_element *element, xmile_document *document)
{
    static const char *const known[] = {"dim", NULL};
    size_t count = xmile_count(element, "dim");
    xmile_dimension *dimensions = xmile_array(r, count, sizeof *dimensions);
    if (!dimensions)
        return false;
    for (const xml_element *child = element->first; child; child = child->next) {
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<dimensions>", known);
        if (!read_dimension(r, child, &dimensions[document->dimension_count++]))
            return false;
    }
    document->dimensions = dimensions;
    return true;
}

static bool read_unit(xmile_reader *r, const xml_element *element, xmile_unit *unit)
{
    const xml_element *eqn;
    const char **aliases = xmile_array(r, xmile_count(element, "alias"), sizeof *aliases);
    unit->at = xmile_place(r, element->line);
    if (!aliases)
        return false;
    if (!xmile_required(r, element, "name", &unit->name) || !xmile_only(r, element, "eqn", &eqn))
        return false;
    unit->equation = eqn ? eqn->text : NULL;
    for (const xml_element *child = element->first; child; child = child->next)
        if (strcmp(child->name, "alias") == 0 && child->text)
            aliases[unit->alias_count++] = child->text;
    unit->aliases = aliases;
    return true;
}

/* A disabled unit is out of use (section 2.4). Old files also hold <units>, expressions without a name. */
static bool read_units(xmile_reader *r, const xml_element *element, xmile_document *document)
{
    size_t count = xmile_count(element, "unit");
    xmile_unit *units = xmile_array(r, count, sizeof *units);
    if (!units)
        return false;
    for (const xml_element *child = element->first; child; child = child->next) {
        const char *flag = xml_attribute_value(child, "disabled");
        bool disabled = false;
        if (strcmp(child->name, "unit") != 0)
            continue;
        if (flag && !xmile_flag(r, flag, child->line, "disabled of <unit>", false, &disabled))
            return false;
        if (!disabled && !read_unit(r, child, &units[document->unit_count++]))
            return false;
    }
    document->units = units;
    return true;
}

/* ---- Behaviour: XMILE 1.0 section 2.6 ----------------------------------------------------------------- */

static bool read_behavior(xmile_reader *r, const xml_element *behavior, int *stocks_non_negative,
                          int *flows_non_negative)
{
    static const char *const known[] = {"non_negative", "stock", "flow", NULL};
    static const char *const inner[] = {"non_negative", NULL};
    for (const xml_element *child = behavior->first; child; child = child->next) {
        bool flag = true;
        const xml_element *option = child;
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<behavior>", known);
        if (strcmp(child->name, "non_negative") != 0) {
            option = child->first;
            if (!option)
                continue;
            if (!xmile_is_one_of(option->name, inner))
                return xmile_unknown(r, option, "<behavior>", inner);
            if (option->next)
                return fail(r, option->next->line, "<%s> of <behavior> holds more than one option",
                            child->name);
        }
        if (!xmile_flag(r, option->text ? option->text : "", option->text_line, "<non_negative>", true,
                        &flag))
            return false;
        if (strcmp(child->name, "flow") != 0)
            *stocks_non_negative = flag;
        if (strcmp(child->name, "stock") != 0)
            *flows_non_negative = flag;
    }
    return true;
}

/* ---- Models ------------------------------------------------------------------------------------------- */

/* What a model holds beside its variables. Before XMILE 1.0 variables stood in <model> itself. */
static const char *const model_names[] = {"variables", "sim_specs", "behavior", "simulation_delay", NULL};

static bool read_model(xmile_reader *r, const xml_element *element, xmile_model *model)
{
    static const char *const others[] = {NULL};
    const xml_element *variables, *behavior;
    model->at = xmile_place(r, element->line);
    model->stocks_non_negative = r->document->stocks_non_negative;
    model->flows_non_negative = r->document->flows_non_negative;
    model->resource = xml_attribute_value(element, "resource");
    if (model->resource && !xmile_refer(r, &model->resource, element->line))
        return false;
    if (xml_attribute_value(element, "encryption-scheme"))
        return fail(r, element->line, "an encrypted model is not supported");
    return xmile_only(r, element, "behavior", &behavior) &&
           (!behavior ||
            read_behavior(r, behavior, &model->stocks_non_negative, &model->flows_non_negative)) &&
           xmile_only(r, element, "variables", &variables) &&
           xmile_read_variables(r, element, model_names, model) &&
           (!variables || xmile_read_variables(r, variables, others, model));
}

/* The root is the model without a name; a single model is the root whatever it is called. */
static const xml_element *root_model(const xml_element *xmile)
{
    const xml_element *root = NULL;
    for (const xml_element *child = xmile->first; child; child = child->next) {
        if (strcmp(child->name, "model") != 0)
            continue;
        const char *name = xml_attribute_value(child, "name");
        if (!name || !*name)
            return child;
        root = child;
    }
    return xmile_count(xmile, "model") == 1 ? root : NULL;
}

static bool same_time(double one, xmile_text one_text, double other, xmile_text other_text)
{
    return one == other &&
           strcmp(one_text.text ? one_text.text : "", other_text.text ? other_text.text : "") == 0;
}

/* A submodel runs with the whole model. Specifications of its own are accepted when they say the same. */
static bool check_sim_specs(xmile_reader *r, const xml_element *element, const xmile_model *model,
                            const xmile_document *document)
{
    const xml_element *specs;
    xmile_document own = {0};
    if (!xmile_only(r, element, "sim_specs", &specs))
        return false;
    if (!specs || r->is_part)
        return true;
    if (!read_sim_specs(r, specs, &own))
        return false;
    bool same_method = !own.method.text ||
                       (document->method.text && strcasecmp(own.method.text, document->method.text) == 0);
    if (same_time(own.start, own.start_text, document->start, document->start_text) &&
        same_time(own.stop, own.stop_text, document->stop, document->stop_text) &&
        same_time(own.dt, own.dt_text, document->dt, document->dt_text) && same_method &&
        !xml_attribute_value(specs, "run"))
        return true;
    return fail(r, specs->line,
                "<sim_specs> of a submodel (\"%.64s\") that differ from those of the whole model "
                "are not supported",
                model->name);
}

static bool read_models(xmile_reader *r, const xml_element *xmile, const xml_element *root,
                        xmile_document *document)
{
    size_t count = xmile_count(xmile, "model");
    xmile_model *models = xmile_array(r, count, sizeof *models);
    if (!models)
        return false;
    models[0].is_root = root != NULL;
    if (root && !read_model(r, root, &models[document->model_count++]))
        return false;
    for (const xml_element *child = xmile->first; child; child = child->next) {
        if (strcmp(child->name, "model") != 0 || child == root)
            continue;
        xmile_model *model = &models[document->model_count++];
        if (!xmile_required(r, child, "name", &model->name) || !check_sim_specs(r, child, model, document) ||
            !read_model(r, child, model))
            return false;
    }
    document->models = models;
    return true;
}

static bool read_macros(xmile_reader *r, const xml_element *xmile, xmile_document *document)
{
    size_t count = xmile_count(xmile, "macro");
    xmile_macro *macros = xmile_array(r, count, sizeof *macros);
    if (!macros)
        return false;
    for (const xml_element *child = xmile->first; child; child = child->next)
        if (strcmp(child->name, "macro") == 0 &&
            !xmile_read_macro(r, child, &macros[document->macro_count++]))
            return false;
    document->macros = macros;
    return true;
}

/* ---- The whole ---------------------------------------------------------------------------------------- */

/* <data> describes tables to read from and write to spreadsheets. What is written changes nothing, and what
 * is read is in the equations already, but for series of times, which the caller looks for. */
static bool read_data(xmile_reader *r, const xml_element *data, xmile_document *document)
{
    for (const xml_element *child = data ? data->first : NULL; child; child = child->next) {
        if (strcmp(child->name, "import") != 0 && strcmp(child->name, "export") != 0)
            return fail(r, child->line, "<data> holds <%.64s>, which is not supported", child->name);
        const char *enabled = xml_attribute_value(child, "enabled");
        const char *resource = xml_attribute_value(child, "resource");
        if (child->name[0] == 'e' || (enabled && strcmp(enabled, "false") == 0))
            continue;
        resource = resource && *resource ? resource : "a file without a name";
        if (!ARENA_PUSH(r->a, document->imports, document->import_count, document->import_capacity, resource))
            return fail_memory(r);
        if (!xmile_warn(r, child->line,
                        "the import of \"%.200s\" provides time series only, from --data or from a CSV file "
                        "of that name beside the model; otherwise the numbers in the equations are used",
                        resource))
            return false;
    }
    return true;
}

static bool check_parts(xmile_reader *r, const xml_element *xmile)
{
    static const char *const known[] = {
        "header", "sim_specs", "model_units", "dimensions", "model_dimensions", "behavior", "data",
        "model",  "macro",     "prefs",       NULL};
    if (strcmp(xmile->name, "xmile") != 0)
        return fail(r, xmile->line, "the file holds <%.64s>, not <xmile>", xmile->name);
    for (const xml_element *child = xmile->first; child; child = child->next)
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<xmile>", known);
    return true;
}

static bool check_include(xmile_reader *r, const xml_element *behavior, const xmile_document *document)
{
    if (!behavior || document->model_count || document->macro_count)
        return true;
    return fail(r, behavior->line, "an included file with nothing but <behavior> is not supported");
}

static bool read_document(xmile_reader *r, const xml_element *xmile, xmile_document *document)
{
    const xml_element *header, *specs, *own_specs = NULL, *units, *dimensions, *others, *behavior, *data;
    if (!check_parts(r, xmile) || !xmile_only(r, xmile, "header", &header) ||
        !xmile_only(r, xmile, "sim_specs", &specs) || !xmile_only(r, xmile, "model_units", &units) ||
        !xmile_only(r, xmile, "dimensions", &dimensions) ||
        !xmile_only(r, xmile, "model_dimensions", &others) || !xmile_only(r, xmile, "data", &data) ||
        !xmile_only(r, xmile, "behavior", &behavior) || !read_data(r, data, document))
        return false;
    const xml_element *root = root_model(xmile);
    if (!root && !r->is_part)
        return fail(r, xmile->line,
                    xmile_count(xmile, "model") ? "no <model> is the root: one has no name"
                                                : "there is no <model>");
    if (root && !xmile_only(r, root, "sim_specs", &own_specs))
        return false;
    if (!specs && !own_specs && !r->is_part)
        return fail(r, xmile->line, "there is no <sim_specs>");
    if (dimensions && others && dimensions->first && others->first)
        return fail(r, others->line, "there are both <dimensions> and <model_dimensions>");
    if (dimensions && !dimensions->first)
        dimensions = NULL;
    /* What the root model says about itself comes before what the file says (sections 2.3, 2.6). */
    return (!header || read_header(r, header, document)) &&
           (r->is_part || read_sim_specs(r, own_specs ? own_specs : specs, document)) &&
           (!units || read_units(r, units, document)) &&
           (!(dimensions || others) || read_dimensions(r, dimensions ? dimensions : others, document)) &&
           (!behavior ||
            read_behavior(r, behavior, &document->stocks_non_negative, &document->flows_non_negative)) &&
           read_models(r, xmile, root, document) && read_macros(r, xmile, document) &&
           check_include(r, r->is_part ? behavior : NULL, document);
}

truce_status xmile_read_part(arena *a, const char *bytes, size_t length, const char *file, bool is_part,
                             xmile_document **document, truce_error *error)
{
    xmile_reader r = {.a = a, .file = arena_string(a, file ? file : ""), .error = error, .is_part = is_part};
    xmile_document *result = arena_alloc(a, sizeof *result);
    if (!r.file || !result || !(result->name = base_name(a, r.file)))
        return error_memory(error);
    r.document = result;
    arena tree = {0};
    const xml_element *root = NULL;
    r.status = xml_parse(&tree, a, bytes, length, r.file, &root, error);
    if (!r.status && read_document(&r, root, result))
        *document = result;
    arena_free(&tree);
    return r.status;
}
