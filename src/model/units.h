/* Units of measure as products of powers of base units. */
#ifndef TRUCE_MODEL_UNITS_H
#define TRUCE_MODEL_UNITS_H

#include "model/builder.h"

enum { UNIT_PARTS = 8 };

/* scale * base^power * ...; parts ordered by base, no power of zero. Scale differs from 1 for "%" and for
 * units that the model defines with a number ("1000*people"). */
typedef struct unit {
    bool known;
    double scale;
    int count;
    struct {
        size_t base;
        double power;
    } parts[UNIT_PARTS];
} unit;

typedef struct unit_definition {
    const char *name;     /* as first written */
    const char *equation; /* NULL: a base unit */
    enum { UNIT_NEW, UNIT_OPEN, UNIT_DONE } state;
    unit value;
} unit_definition;

typedef struct unit_table {
    arena *memory;
    map names; /* folded names and aliases -> definition */
    unit_definition *list;
    size_t count, capacity;
    bool failed; /* out of memory */
} unit_table;

/* False when out of memory. */
bool units_init(unit_table *t, arena *memory, const xmile_unit *units, size_t count);
void units_free(unit_table *t);
/* Reads "km2/month", "thousand people", "1/month", ... An unreadable text gives an unknown unit. */
unit units_read(unit_table *t, const char *written);

unit unit_none(void); /* dimensionless */
unit unit_multiply(const unit *a, const unit *b, double power_of_b);
unit unit_power(const unit *a, double power);
bool unit_equal(const unit *a, const unit *b);
bool unit_is_dimensionless(const unit *a);
/* "km2/month"; the buffer is always terminated. */
void unit_write(const unit_table *t, const unit *a, char *buffer, size_t size);

#endif
