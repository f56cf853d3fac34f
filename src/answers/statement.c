/* See statement.h: a parser by recursive descent, and the evaluation of what it made. */
#include "answers/statement.h"

#include <math.h>
#include <string.h>

typedef enum statement_operation {
    NUMBER,
    TERM,
    NEGATE,
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    LESS,
    LEAST,
    MORE,
    MOST,
    EQUAL,
    AND
} statement_operation;

struct statement_node {
    statement_operation kind;
    size_t a, b; /* nodes, or the statement_term */
    double value;
};

typedef struct parser {
    statement *e;
    const char *at, *term; /* where it is, and where the term in hand begins */
    const tree *where;
    arena *memory;
    truce_error *error;
    int depth;
    month by; /* of terms without months; MONTH_NONE: there are none */
} parser;

/* A long statement is a deep one too: each operation stands on those before it. */
enum { DEEPEST = 40, MOST_NODES = 1000 };

/* ---- Words ---------------------------------------------------------------------------------------------- */

static truce_status wrong(const parser *p, const char *what)
{
    return error_set(p->error, TRUCE_BAD_INPUT, p->where->file, p->where->line, "%s at \"%.40s\"", what,
                     p->at);
}

static truce_status beyond_horizon(const parser *p, month when)
{
    char name[16], start[16], stop[16];
    month_iso(when, name);
    month_iso(p->e->c->start, start);
    month_iso(p->e->c->stop, stop);
    return error_set(p->error, TRUCE_BAD_INPUT, p->where->file, p->where->line,
                     "%s lies outside the horizon, %s to %s", name, start, stop);
}

static void skip(parser *p)
{
    p->at += strspn(p->at, " \t\n");
}

static bool take(parser *p, const char *word)
{
    skip(p);
    size_t length = strlen(word);
    if (strncmp(p->at, word, length) != 0)
        return false;
    bool letters = word[0] >= 'a' && word[0] <= 'z';
    char next = p->at[length];
    if (letters && ((next >= 'a' && next <= 'z') || (next >= '0' && next <= '9') || next == '-'))
        return false;
    p->at += length;
    return true;
}

/* A word of letters, digits and dashes, as scenarios and deals are called. */
static truce_status take_word(parser *p, const char *what, const char **word)
{
    skip(p);
    size_t length = strspn(p->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    if (length == 0)
        return wrong(p, what);
    *word = arena_copy(p->memory, p->at, length);
    p->at += length;
    return *word ? TRUCE_OK : error_memory(p->error);
}

static truce_status take_name(parser *p, const char **name)
{
    skip(p);
    const char *end = *p->at == '"' ? strchr(p->at + 1, '"') : NULL;
    if (!end)
        return wrong(p, "a name in double quotes is expected");
    *name = arena_copy(p->memory, p->at + 1, (size_t)(end - p->at) - 1);
    p->at = end + 1;
    return *name ? TRUCE_OK : error_memory(p->error);
}

/* A period in the unit of the case; weeks and years may also be given by a day of theirs. */
static truce_status take_month(parser *p, month *m)
{
    static const size_t lengths[] = {
        [TRUCE_MONTHS] = 7, [TRUCE_DAYS] = 10, [TRUCE_WEEKS] = 8, [TRUCE_YEARS] = 4};
    const time_unit unit = p->e->c->unit;
    const size_t tried[] = {lengths[unit],
                            unit == TRUCE_WEEKS || unit == TRUCE_YEARS ? lengths[TRUCE_DAYS] : 0};
    skip(p);
    for (int i = 1; i >= 0; i--) { /* a day first: a year is its beginning */
        char iso[16] = {0};
        memcpy(iso, p->at, strnlen(p->at, tried[i]));
        if (tried[i] && month_parse_in(unit, iso, m)) {
            p->at += tried[i];
            return TRUCE_OK;
        }
    }
    return error_set(p->error, TRUCE_BAD_INPUT, p->where->file, p->where->line,
                     "a %s such as %s is expected at \"%.40s\"", time_unit_name(unit),
                     time_unit_example(unit), p->at);
}

/* ---- Nodes ---------------------------------------------------------------------------------------------- */

static truce_status add(parser *p, statement_operation kind, size_t a, size_t b, double value, size_t *made)
{
    statement *e = p->e;
    struct statement_node n = {kind, a, b, value};
    *made = e->node_count;
    if (e->node_count >= MOST_NODES)
        return error_set(p->error, TRUCE_BAD_INPUT, p->where->file, p->where->line,
                         "a statement has at most %d numbers, terms and operations", MOST_NODES);
    return ARENA_PUSH(p->memory, e->nodes, e->node_count, e->node_capacity, n) ? TRUCE_OK
                                                                               : error_memory(p->error);
}

static truce_status add_term(parser *p, statement_term *t, size_t *made)
{
    statement *e = p->e;
    size_t index = e->term_count;
    size_t length = (size_t)(p->at - p->term);
    while (length > 0 && p->term[length - 1] == ' ')
        length--;
    t->words = arena_copy(p->memory, p->term, length);
    if (!t->words || !ARENA_PUSH(p->memory, e->terms, e->term_count, e->term_capacity, *t))
        return error_memory(p->error);
    return add(p, TERM, index, 0, 0, made);
}

/* ---- Terms ---------------------------------------------------------------------------------------------- */

static truce_status find_scenario(parser *p, const char *name, size_t *scenario)
{
    *scenario = truce_case_find_scenario(p->e->c, name);
    if (*scenario != SIZE_MAX)
        return TRUCE_OK;
    return error_set(p->error, TRUCE_BAD_INPUT, p->where->file, p->where->line, "no scenario \"%s\"", name);
}

static truce_status find_element(parser *p, statement_term *t)
{
    const truce_model *m = p->e->c->model;
    t->element = model_find_element(m, t->name);
    if (t->element < m->element_count)
        return TRUCE_OK;
    truce_error nearest = {0};
    size_t whole, part;
    if (truce_model_look_up(m, t->name, &whole, &part, &nearest) != TRUCE_OK)
        return error_set(p->error, nearest.status, p->where->file, p->where->line, "%s", nearest.message);
    if (model_find_element(m, t->name) < m->element_count)
        return error_memory(p->error); /* it was not found for want of memory */
    return error_set(p->error, TRUCE_BAD_INPUT, p->where->file, p->where->line,
                     "\"%s\" is an array: name one of its elements", t->name);
}

static bool has_data(const truce_case *c, const char *name)
{
    for (size_t i = 0; i < c->series_count; i++)
        if (strcmp(c->series[i].variable, name) == 0)
            return true;
    for (size_t i = 0; i < c->observation_count; i++)
        if (strcmp(c->observations[i].name, name) == 0)
            return true;
    return false;
}

static truce_status take_months(parser *p, statement_term *t)
{
    skip(p);
    t->first = t->last = p->by;
    if (p->by != MONTH_NONE && !(*p->at >= '0' && *p->at <= '9'))
        return TRUCE_OK;
    TRY(take_month(p, &t->first));
    t->last = t->first;
    return take(p, "..") ? take_month(p, &t->last) : TRUCE_OK;
}

/* MONTH[..MONTH] [in SCENARIO] of a term that has its name */
static truce_status take_window(parser *p, statement_term *t, size_t *made)
{
    const char *scenario;
    TRY(take_months(p, t));
    if (t->last < t->first || (t->function == TERM_AT && t->last != t->first))
        return wrong(p, "the window ends before it begins, or \"at\" has two ends");
    if (t->source == TERM_DATA)
        return has_data(p->e->c, t->name)
                   ? add_term(p, t, made)
                   : error_set(p->error, TRUCE_BAD_INPUT, p->where->file, p->where->line,
                               "no series and no observation \"%s\"", t->name);
    TRY(find_element(p, t));
    if (t->first < p->e->c->start || t->last > p->e->c->stop)
        return beyond_horizon(p, t->first < p->e->c->start ? t->first : t->last);
    if (take(p, "in")) {
        TRY(take_word(p, "a scenario is expected", &scenario));
        TRY(find_scenario(p, scenario, &t->scenario));
    }
    return add_term(p, t, made);
}

static truce_status take_deal(parser *p, statement_term *t)
{
    const case_talks *talks = p->e->c->talks;
    TRY(take_word(p, "a deal is expected", &t->name));
    for (size_t i = 0; talks && i < talks->deal_count; i++)
        if (strcmp(talks->deals[i].name, t->name) == 0)
            return TRUCE_OK;
    return error_set(p->error, TRUCE_BAD_INPUT, p->where->file, p->where->line, "no deal \"%s\"", t->name);
}

static truce_status take_talks(parser *p, size_t *made)
{
    static const struct {
        const char *word;
        term_function function;
    } kinds[] = {{"strong", TERM_STRONG},
                 {"position", TERM_POSITION},
                 {"accepts", TERM_ACCEPTS},
                 {"gap", TERM_GAP},
                 {"stronger", TERM_STRONGER}};
    statement_term t = {.source = TERM_TALKS, .scenario = SIZE_MAX, .value = NAN};
    size_t kind = 0, kinds_count = sizeof kinds / sizeof *kinds;
    const char *scenario;
    while (kind < kinds_count && !take(p, kinds[kind].word))
        kind++;
    if (kind == kinds_count)
        return wrong(p, "strong, position, accepts, gap or stronger is expected");
    t.function = kinds[kind].function;
    if (t.function == TERM_STRONGER) {
        TRY(take_word(p, "a scenario is expected", &scenario));
        TRY(find_scenario(p, scenario, &t.scenario));
        return add_term(p, &t, made);
    }
    t.side = take(p, "attacker") ? CASE_ATTACKER : CASE_DEFENDER;
    if (t.side == CASE_DEFENDER && !take(p, "defender"))
        return wrong(p, "attacker or defender is expected");
    if (t.function == TERM_ACCEPTS || t.function == TERM_GAP)
        TRY(take_deal(p, &t));
    return add_term(p, &t, made);
}

static truce_status take_front(parser *p, size_t *made)
{
    const truce_case *c = p->e->c;
    statement_term t = {.source = TERM_MODEL, .function = TERM_CHANGE, .scenario = SIZE_MAX, .value = NAN};
    if (!take(p, "speed"))
        return wrong(p, "\"front speed\" is expected");
    if (c->front_element == SIZE_MAX)
        return wrong(p, "the case has no front");
    t.name = c->model->elements[c->front_element].name;
    return take_window(p, &t, made);
}

/* *found: whether the words that come are those of a term. */
static truce_status take_term(parser *p, bool *found, size_t *made)
{
    static const char *const functions[] = {"mean", "sum", "least", "greatest", "change", "at"};
    *found = true;
    skip(p);
    p->term = p->at;
    if (take(p, "talks"))
        return take_talks(p, made);
    if (take(p, "front"))
        return take_front(p, made);
    statement_term t = {
        .source = take(p, "data") ? TERM_DATA : TERM_MODEL, .scenario = SIZE_MAX, .value = NAN};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (take(p, functions[i])) {
            t.function = (term_function)i;
            TRY(take_name(p, &t.name));
            return take_window(p, &t, made);
        }
    *found = false;
    return t.source == TERM_DATA ? wrong(p, "mean, sum, least, greatest, change or at is expected")
                                 : TRUCE_OK;
}

/* ---- The grammar ---------------------------------------------------------------------------------------- */

static truce_status take_sum(parser *p, size_t *made);

/* Digits, a point, and an exponent with its sign. */
static size_t number_length(const char *at)
{
    size_t length = strspn(at, "0123456789.");
    if (length == 0 || (at[length] != 'e' && at[length] != 'E'))
        return length;
    size_t sign = at[length + 1] == '+' || at[length + 1] == '-';
    return length + 1 + sign + strspn(at + length + 1 + sign, "0123456789");
}

static truce_status take_number(parser *p, size_t *made)
{
    double value;
    size_t length = number_length(p->at);
    if (length == 0 || !text_to_number(p->at, length, &value))
        return wrong(p, "a number or a term is expected");
    p->at += length;
    return add(p, NUMBER, 0, 0, value, made);
}

static truce_status take_atom(parser *p, size_t *made)
{
    bool found;
    size_t inner;
    if (++p->depth > DEEPEST)
        return wrong(p, "too many parentheses");
    if (take(p, "(")) {
        TRY(take_sum(p, made));
        if (!take(p, ")"))
            return wrong(p, "a closing parenthesis is expected");
    } else if (take(p, "-")) {
        TRY(take_atom(p, &inner));
        TRY(add(p, NEGATE, inner, 0, 0, made));
    } else {
        TRY(take_term(p, &found, made));
        if (!found)
            TRY(take_number(p, made));
    }
    p->depth--;
    return TRUCE_OK;
}

static truce_status take_product(parser *p, size_t *made)
{
    TRY(take_atom(p, made));
    for (;;) {
        statement_operation kind = take(p, "*") ? MULTIPLY : take(p, "/") ? DIVIDE : NUMBER;
        size_t right;
        if (kind == NUMBER)
            return TRUCE_OK;
        TRY(take_atom(p, &right));
        TRY(add(p, kind, *made, right, 0, made));
    }
}

static truce_status take_sum(parser *p, size_t *made)
{
    TRY(take_product(p, made));
    for (;;) {
        statement_operation kind = take(p, "+") ? ADD : take(p, "-") ? SUBTRACT : NUMBER;
        size_t right;
        if (kind == NUMBER)
            return TRUCE_OK;
        TRY(take_product(p, &right));
        TRY(add(p, kind, *made, right, 0, made));
    }
}

/* ---- Events --------------------------------------------------------------------------------------------- */

/* Whether what comes is an event: a name, and no number, parenthesis or word of a term. */
static bool begins_event(parser *p)
{
    static const char *const words[] = {"talks", "data", "mean", "sum", "least", "greatest", "change", "at"};
    skip(p);
    if (*p->at == '\0' || strchr("0123456789.(-", *p->at))
        return false;
    parser front = *p;
    if (take(&front, "front") && take(&front, "speed"))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        parser ahead = *p;
        if (!take(&ahead, words[i]))
            continue;
        skip(&ahead);
        return i >= 2 && *ahead.at != '"'; /* "mean aid < 2" is of a variable */
    }
    return true;
}

/* The end of an event: "and" outside of quotes, or that of the text. */
static const char *event_end(const char *at)
{
    bool quoted = false;
    for (; *at && (quoted || strncmp(at, " and ", 5) != 0); at++)
        quoted ^= *at == '"';
    return at;
}

/* " in SCENARIO" at the end of an event, which gets shorter by it. */
static truce_status take_event_scenario(parser *p, const char *first, size_t *length, statement_term *t)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    for (size_t i = *length; i-- > 4;) {
        if (strncmp(first + i - 4, " in ", 4) != 0)
            continue;
        const char *name = arena_copy(p->memory, first + i, *length - i);
        if (!name)
            return error_memory(p->error);
        if (!*name || strspn(name, letters) != strlen(name))
            return TRUCE_OK;
        *length = i - 4;
        return find_scenario(p, name, &t->scenario);
    }
    return TRUCE_OK;
}

static truce_status place_event(parser *p, const case_test *w, statement_term *t)
{
    const truce_case *c = p->e->c;
    month after = c->data_end < c->stop ? c->data_end + 1 : c->start;
    t->event = (case_milestone){.variable = t->name,
                                .change = w->speed,
                                .test = w->test,
                                .bound = w->bound,
                                .months = w->count,
                                .first = w->first == MONTH_NONE ? after : w->first,
                                .last = w->last != MONTH_NONE ? w->last
                                        : p->by != MONTH_NONE ? p->by
                                                              : c->stop};
    if (w->unit >= 0 && w->unit != (int)c->unit)
        return wrong(p, "the event uses another unit of time than the case");
    if (t->event.first < c->start || t->event.last > c->stop)
        return beyond_horizon(p, t->event.first < c->start ? t->event.first : t->event.last);
    if (t->event.last < t->event.first)
        return wrong(p, "the event ends before it begins");
    t->first = t->event.first;
    t->last = t->event.last + w->count - 1 < c->stop ? t->event.last + w->count - 1 : c->stop;
    return TRUCE_OK;
}

static truce_status take_event(parser *p, size_t *made)
{
    statement_term t = {.function = TERM_EVENT, .scenario = SIZE_MAX, .value = NAN};
    const char *first = p->at, *end = event_end(first), *because;
    size_t length = (size_t)(end - first);
    case_test w;
    TRY(take_event_scenario(p, first, &length, &t));
    if (!case_test_read(first, length, &w, &because))
        return wrong(p, because);
    if (!(t.name = arena_copy(p->memory, w.name, w.length)))
        return error_memory(p->error);
    if (strcmp(t.name, "the front") == 0 && p->e->c->front_element != SIZE_MAX)
        t.name = p->e->c->model->elements[p->e->c->front_element].name;
    TRY(find_element(p, &t));
    TRY(place_event(p, &w, &t));
    p->term = first;
    p->at = end;
    return add_term(p, &t, made);
}

static truce_status take_comparison(parser *p, size_t *made, bool *compares)
{
    if (begins_event(p)) {
        *compares = true;
        return take_event(p, made);
    }
    TRY(take_sum(p, made));
    statement_operation kind = take(p, "<=")   ? MOST
                               : take(p, ">=") ? LEAST
                               : take(p, "<")  ? LESS
                               : take(p, ">")  ? MORE
                               : take(p, "=")  ? EQUAL
                                               : NUMBER;
    size_t right;
    *compares = kind != NUMBER;
    if (!*compares)
        return TRUCE_OK;
    TRY(take_sum(p, &right));
    return add(p, kind, *made, right, 0, made);
}

truce_status statement_parse(const truce_case *c, const char *written, const tree *at, arena *memory,
                             statement *e, truce_error *error)
{
    return statement_parse_by(c, written, at, MONTH_NONE, memory, e, error);
}

truce_status statement_parse_by(const truce_case *c, const char *written, const tree *at, month by,
                                arena *memory, statement *e, truce_error *error)
{
    *e = (statement){.c = c};
    parser p = {.e = e, .at = written, .where = at, .memory = memory, .error = error, .by = by};
    bool compares;
    TRY(take_comparison(&p, &e->root, &e->compares));
    while (take(&p, "and")) {
        size_t right;
        TRY(take_comparison(&p, &right, &compares));
        if (!compares || !e->compares)
            return wrong(&p, "\"and\" stands between comparisons");
        TRY(add(&p, AND, e->root, right, 0, &e->root));
    }
    skip(&p);
    return *p.at ? wrong(&p, "the statement should end") : TRUCE_OK;
}

/* ---- Values --------------------------------------------------------------------------------------------- */

static double value_of(const statement *e, size_t index, size_t member)
{
    const struct statement_node *n = &e->nodes[index];
    if (n->kind == NUMBER)
        return n->value;
    if (n->kind == TERM) {
        const statement_term *t = &e->terms[n->a];
        return t->source == TERM_MODEL ? (t->values ? (double)t->values[member] : NAN) : t->value;
    }
    double a = value_of(e, n->a, member);
    if (n->kind == NEGATE)
        return -a;
    double b = value_of(e, n->b, member);
    if (isnan(a) || isnan(b))
        return NAN;
    switch (n->kind) {
    case ADD:
        return a + b;
    case SUBTRACT:
        return a - b;
    case MULTIPLY:
        return a * b;
    case DIVIDE:
        return b != 0 ? a / b : NAN;
    case LESS:
        return a < b;
    case LEAST:
        return a >= b;
    case MORE:
        return a > b;
    case MOST:
        return a <= b;
    case EQUAL:
        return a == b;
    default:
        return a != 0 && b != 0;
    }
}

bool statement_is_probability(const statement *e)
{
    bool shares = e->term_count > 0;
    for (size_t i = 0; i < e->term_count; i++) {
        term_function f = e->terms[i].function;
        shares = shares && (f == TERM_STRONG || f == TERM_ACCEPTS || f == TERM_STRONGER);
    }
    return e->compares || shares;
}

double statement_value(const statement *e, size_t member)
{
    return value_of(e, e->root, member);
}

month statement_last(const statement *e)
{
    month last = MONTH_NONE;
    for (size_t i = 0; i < e->term_count; i++)
        if (e->terms[i].source == TERM_MODEL && e->terms[i].last > last)
            last = e->terms[i].last;
    return last;
}

/* ---- Data ------------------------------------------------------------------------------------------------ */

static const case_column *column_of(const truce_case *c, const char *name)
{
    for (size_t i = 0; i < c->series_count; i++)
        if (strcmp(c->series[i].variable, name) == 0)
            return &c->series[i].data;
    for (size_t i = 0; i < c->observation_count; i++)
        if (strcmp(c->observations[i].name, name) == 0)
            return &c->observations[i].data;
    return NULL;
}

static double seen(const case_column *column, month m)
{
    return column && m >= column->first && (size_t)(m - column->first) < column->count
               ? column->values[m - column->first]
               : NAN;
}

static double over_months(const case_column *column, const statement_term *t)
{
    double sum = 0, least = INFINITY, greatest = -INFINITY;
    if (t->function == TERM_AT)
        return seen(column, t->first);
    if (t->function == TERM_CHANGE) /* between the ends of the month before the first and of the last */
        return seen(column, t->last) - seen(column, t->first - 1);
    for (month m = t->first; m <= t->last; m++) {
        double value = seen(column, m);
        if (isnan(value))
            return NAN;
        sum += value;
        least = fmin(least, value);
        greatest = fmax(greatest, value);
    }
    return t->function == TERM_LEAST      ? least
           : t->function == TERM_GREATEST ? greatest
           : t->function == TERM_SUM      ? sum
                                          : sum / (double)(t->last - t->first + 1);
}

void statement_fill_data(statement *e, month until)
{
    for (size_t i = 0; i < e->term_count; i++) {
        statement_term *t = &e->terms[i];
        if (t->source == TERM_DATA)
            t->value = t->last > until ? NAN : over_months(column_of(e->c, t->name), t);
    }
}
