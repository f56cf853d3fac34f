/* Unit texts to products of powers, and the algebra of these: XMILE 1.0, section 3.3.5.
 *
 *     units  := factor { ("*" | "-" | "/" | "per" | "*" "per" | "/" "per") factor }     left to right
 *     factor := ( [number] name | number | "(" units ")" ) [ "^" integer ]           of one or two digits
 *
 * A name may have several words ("thousand people"); digits at the end of a one-word name are its power
 * (km2). A plural s makes no difference. Names that nobody defines are base units. */
#include "model/units.h"

#include <math.h>
#include <string.h>

enum { NESTING = 40 };

/* ---- Algebra ------------------------------------------------------------------------------------------ */

unit unit_none(void)
{
    return (unit){.known = true, .scale = 1};
}

unit unit_multiply(const unit *a, const unit *b, double power_of_b)
{
    unit product = {0};
    if (!a->known || !b->known)
        return product;
    int i = 0, k = 0;
    while (i < a->count || k < b->count) {
        bool from_a = k == b->count || (i < a->count && a->parts[i].base <= b->parts[k].base);
        bool from_b = i == a->count || (k < b->count && b->parts[k].base <= a->parts[i].base);
        size_t base = from_a ? a->parts[i].base : b->parts[k].base;
        double power = (from_a ? a->parts[i].power : 0) + (from_b ? b->parts[k].power * power_of_b : 0);
        i += from_a;
        k += from_b;
        if (fabs(power) < 1e-9)
            continue;
        if (product.count == UNIT_PARTS)
            return (unit){0};
        product.parts[product.count].base = base;
        product.parts[product.count++].power = power;
    }
    product.known = true;
    product.scale = a->scale * pow(b->scale, power_of_b);
    return product;
}

unit unit_power(const unit *a, double power)
{
    unit one = unit_none();
    return unit_multiply(&one, a, power);
}

bool unit_equal(const unit *a, const unit *b)
{
    if (a->count != b->count || fabs(a->scale - b->scale) > 1e-9 * fabs(a->scale))
        return false;
    for (int i = 0; i < a->count; i++)
        if (a->parts[i].base != b->parts[i].base || fabs(a->parts[i].power - b->parts[i].power) > 1e-9)
            return false;
    return true;
}

bool unit_is_dimensionless(const unit *a)
{
    unit none = unit_none();
    return unit_equal(a, &none);
}

/* ---- Names -------------------------------------------------------------------------------------------- */

static size_t add_definition(unit_table *t, const char *name, const char *equation)
{
    unit_definition d = {.name = name, .equation = equation};
    size_t index = t->count;
    if (!equation) {
        d.state = UNIT_DONE;
        d.value = (unit){.known = true, .scale = 1, .count = 1, .parts = {{index, 1}}};
    }
    if (!ARENA_PUSH(t->memory, t->list, t->count, t->capacity, d)) {
        t->failed = true;
        return SIZE_MAX;
    }
    return index;
}

/* A name that is taken keeps its meaning: repetition is to be ignored. */
static void add_name(unit_table *t, const char *name, size_t definition)
{
    char *folded = name_fold(t->memory, name, strlen(name));
    if (definition == SIZE_MAX || !folded || !map_put(&t->names, folded, definition, NULL))
        t->failed = true;
}

/* The same name without or with a plural s; a letter alone has none: "m" is not "ms". NULL: out of memory. */
static char *other_number(unit_table *t, const char *folded)
{
    size_t length = strlen(folded);
    if (length < 2)
        return arena_string(t->memory, folded);
    if (length > 2 && folded[length - 1] == 's' && folded[length - 2] != 's')
        return arena_copy(t->memory, folded, length - 1);
    return arena_format(t->memory, "%ss", folded);
}

static size_t find_definition(unit_table *t, const char *name, size_t length)
{
    char *folded = name_fold(t->memory, name, length);
    if (!folded) {
        t->failed = true;
        return SIZE_MAX;
    }
    size_t found = map_get(&t->names, folded);
    if (found != SIZE_MAX)
        return found;
    char *other = other_number(t, folded);
    if (!other) {
        t->failed = true;
        return SIZE_MAX;
    }
    return map_get(&t->names, other);
}

static size_t find_or_add(unit_table *t, const char *name, size_t length)
{
    size_t found = find_definition(t, name, length);
    if (found != SIZE_MAX || t->failed)
        return found;
    char *display = name_display(t->memory, name, length);
    if (!display) {
        t->failed = true;
        return SIZE_MAX;
    }
    found = add_definition(t, display, NULL);
    add_name(t, display, found);
    return found;
}

/* ---- Reading ------------------------------------------------------------------------------------------ */

typedef struct reader {
    unit_table *t;
    const char *at;
    int nesting; /* of parentheses and of definitions */
    bool bad;
} reader;

static unit read_units(reader *r);

static void skip_blanks(reader *r)
{
    while (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')
        r->at++;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '%' || c == '"' ||
           c == '\'' || (unsigned char)c >= 128;
}

static const char *word_end(const char *s)
{
    while (starts_word(*s) || is_digit(*s) || *s == '.')
        s++;
    return s;
}

static bool at_per(const char *s)
{
    return (s[0] | 32) == 'p' && (s[1] | 32) == 'e' && (s[2] | 32) == 'r' &&
           (s[3] == '_' || s[3] == ' ' || s[3] == '\t' || s[3] == '\n');
}

static unit value_of(reader *r, size_t definition)
{
    if (definition == SIZE_MAX || r->nesting > NESTING) {
        r->bad = true;
        return (unit){0};
    }
    unit_definition *d = &r->t->list[definition];
    if (d->state == UNIT_OPEN) {
        r->bad = true; /* defined by itself */
        return (unit){0};
    }
    if (d->state == UNIT_NEW) {
        d->state = UNIT_OPEN;
        reader inner = {.t = r->t, .at = d->equation, .nesting = r->nesting + 1};
        unit value = read_units(&inner);
        d = &r->t->list[definition]; /* reading may have moved the list */
        d->value = inner.bad || *inner.at ? (unit){0} : value;
        d->state = UNIT_DONE;
    }
    if (!d->value.known)
        r->bad = true;
    return d->value;
}

/* A name of one or more words, up to an operator or the word "per". */
static unit read_name(reader *r)
{
    const char *start = r->at, *end = start;
    int words = 0;
    while (starts_word(*r->at) && !at_per(r->at)) {
        const char *word = r->at;
        r->at = word_end(r->at);
        /* km_per_hour: the word ends before "_per_" */
        for (const char *s = word; s + 4 < r->at; s++)
            if (*s == '_' && at_per(s + 1) && s[4] == '_' && s > word) {
                r->at = s;
                break;
            }
        end = r->at;
        words++;
        if (*r->at == '_')
            r->at++;
        skip_blanks(r);
    }
    size_t length = (size_t)(end - start);
    double power = 1;
    if (words == 1 && find_definition(r->t, start, length) == SIZE_MAX && !r->t->failed) {
        if (length > 1 && end[-1] >= '2' && end[-1] <= '9' && !is_digit(end[-2])) {
            power = end[-1] - '0';
            length--;
        } else if (length > 2 && (unsigned char)end[-2] == 0xC2 &&
                   ((unsigned char)end[-1] == 0xB2 || (unsigned char)end[-1] == 0xB3)) {
            power = (unsigned char)end[-1] == 0xB2 ? 2 : 3; /* the signs for squared and cubed */
            length -= 2;
        }
    }
    unit value = value_of(r, find_or_add(r->t, start, length));
    return unit_power(&value, power);
}

static unit read_factor(reader *r)
{
    unit value = unit_none();
    skip_blanks(r);
    if (*r->at == '(') {
        if (++r->nesting > NESTING) {
            r->bad = true;
            return value;
        }
        r->at++;
        value = read_units(r);
        r->nesting--;
        r->bad = r->bad || *r->at != ')';
        if (r->bad)
            return value;
        r->at++;
    } else if (is_digit(*r->at)) {
        const char *start = r->at;
        while (is_digit(*r->at) || *r->at == '.')
            r->at++;
        r->bad =
            r->bad || !text_to_number(start, (size_t)(r->at - start), &value.scale) || !(value.scale > 0);
        skip_blanks(r);
        if (starts_word(*r->at) && !at_per(r->at)) {
            unit name = read_name(r);
            value = unit_multiply(&value, &name, 1);
        }
    } else if (starts_word(*r->at) && !at_per(r->at)) {
        value = read_name(r);
    } else {
        r->bad = true;
    }
    skip_blanks(r);
    if (*r->at == '^') {
        r->at++;
        skip_blanks(r);
        bool minus = *r->at == '-';
        r->at += minus;
        if (!is_digit(*r->at) || (is_digit(r->at[1]) && is_digit(r->at[2]))) {
            r->bad = true;
            return value;
        }
        double power = *r->at++ - '0';
        if (is_digit(*r->at))
            power = 10 * power + (*r->at++ - '0');
        value = unit_power(&value, minus ? -power : power);
    }
    return value;
}

static unit read_units(reader *r)
{
    skip_blanks(r);
    unit all = at_per(r->at) ? unit_none() : read_factor(r);
    while (!r->bad) {
        double power = 1;
        skip_blanks(r);
        if (at_per(r->at)) {
            power = -1;
            r->at += 4;
        } else if (*r->at == '*' || *r->at == '-') {
            r->at++;
        } else if (*r->at == '/') {
            r->at++;
            power = -1;
        } else {
            break;
        }
        skip_blanks(r);
        if (at_per(r->at)) { /* person * per_month */
            power = -power;
            r->at += 4;
        }
        unit next = read_factor(r);
        all = unit_multiply(&all, &next, power);
    }
    return all;
}

unit units_read(unit_table *t, const char *written)
{
    reader r = {.t = t, .at = written};
    unit value = read_units(&r);
    return r.bad || *r.at ? (unit){0} : value;
}

/* ---- Tables ------------------------------------------------------------------------------------------- */

/* Whether a unit of the model is one of these names, or has one as an alias. */
static bool is_called(unit_table *t, const xmile_unit *u, const char *const *names, size_t count)
{
    for (size_t i = 0; i <= u->alias_count; i++) {
        const char *own = i ? u->aliases[i - 1] : u->name;
        char *folded = name_fold(t->memory, own, strlen(own));
        if (!folded) {
            t->failed = true;
            return false;
        }
        for (size_t k = 0; k < count && names[k]; k++)
            if (strcmp(folded, names[k]) == 0)
                return true;
    }
    return false;
}

bool units_init(unit_table *t, arena *memory, const xmile_unit *units, size_t count)
{
    /* Units that the standard recommends, each row one unit under several names. A percentage counts as
     * dimensionless: the factor of 100 is in the equation, as plain numbers have no unit. */
    static const char *const built_in[][6] = {
        {"1", "dimensionless", "unitless", "dmnl", "%", "percent"},
        {"nanosecond", "ns"},
        {"microsecond", "us"},
        {"millisecond", "ms"},
        {"second", "s"},
        {"minute", "min"},
        {"hour", "hr"},
        {"day"},
        {"week", "wk"},
        {"month", "mo"},
        {"quarter", "qtr"},
        {"year", "yr"},
    };
    *t = (unit_table){.memory = memory};
    for (size_t i = 0; i < count && !t->failed; i++) {
        const char *equation = units[i].equation;
        if (equation && equation[strspn(equation, " \t\r\n")] == '\0')
            equation = NULL;
        if (!equation && is_called(t, &units[i], built_in[0], sizeof *built_in / sizeof **built_in))
            equation = "1";
        size_t definition = add_definition(t, units[i].name, equation);
        add_name(t, units[i].name, definition);
        for (size_t k = 0; k < units[i].alias_count && !t->failed; k++)
            add_name(t, units[i].aliases[k], definition);
    }
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in && !t->failed; i++) {
        size_t definition = find_definition(t, built_in[i][0], strlen(built_in[i][0]));
        if (definition == SIZE_MAX)
            definition = add_definition(t, built_in[i][0], i == 0 ? "1" : NULL);
        for (size_t k = 0; k < 6 && built_in[i][k] && !t->failed; k++)
            add_name(t, built_in[i][k], definition);
    }
    return !t->failed;
}

void units_free(unit_table *t)
{
    map_free(&t->names);
}

/* ---- Writing ------------------------------------------------------------------------------------------ */

static size_t write_parts(const unit_table *t, const unit *a, int sign, char *buffer, size_t size)
{
    size_t used = 0;
    for (int i = 0; i < a->count; i++) {
        double power = a->parts[i].power * sign;
        if (power < 0 || used + 1 >= size)
            continue;
        int length = snprintf(buffer + used, size - used, "%s%s",
                              sign < 0 ? "/"
                              : used   ? "*"
                                       : "",
                              t->list[a->parts[i].base].name);
        used += length > 0 ? (size_t)length : 0;
        if (used < size && power != 1) {
            length = plain_format(buffer + used, size - used, power == floor(power) ? "%g" : "^%g", power);
            used += length > 0 ? (size_t)length : 0;
        }
    }
    return used < size ? used : size - 1;
}

void unit_write(const unit_table *t, const unit *a, char *buffer, size_t size)
{
    size_t used = 0;
    buffer[0] = '\0';
    if (fabs(a->scale - 1) > 1e-9) {
        int length = plain_format(buffer, size, "%g ", a->scale);
        used = length > 0 && (size_t)length < size ? (size_t)length : 0;
    }
    size_t over = write_parts(t, a, 1, buffer + used, size - used);
    if (!over) {
        if (a->count == 0)
            snprintf(buffer + used, size - used, used ? "of 1" : "dimensionless");
        else
            snprintf(buffer + used, size - used, "1");
        over = strlen(buffer + used);
    }
    used += over;
    write_parts(t, a, -1, buffer + used, size - used);
}
