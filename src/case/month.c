/* Periods of time: the months of a case or, as its `time unit` says, its days, weeks or years.
 *
 * A period is a whole number that counts on by one from period to period and carries its unit by the range it
 * lies in, so that whoever writes a date needs nothing but the period:
 *
 *     0            months from January of year 0
 *     1,000,000    years from year 0
 *     2,000,000    weeks (ISO 8601) from that of 3 January 0000, a Monday
 *     4,000,000    days from 3 January 0000
 *
 * A case has at most some thousand periods, so that no sum leaves its range. */
#include "case/case.h"

#include <string.h>

enum { YEARS = 1000000, WEEKS = 2000000, DAYS = 4000000, FIRST_MONDAY = 2 /* day of year 0, from 0 */ };

truce_status month_require(month m, const char *argument, truce_error *error)
{
    enum { LAST = DAYS + 3652424 - FIRST_MONDAY }; /* 9999-12-31 */
    return m >= MONTH_NONE && m <= LAST
               ? TRUCE_OK
               : error_set(error, TRUCE_BAD_USAGE, NULL, 0, "\"%s\" is not a period of time", argument);
}

time_unit month_unit(month m)
{
    return m >= DAYS ? TRUCE_DAYS : m >= WEEKS ? TRUCE_WEEKS : m >= YEARS ? TRUCE_YEARS : TRUCE_MONTHS;
}

const char *time_unit_name(time_unit unit)
{
    static const char *const names[] = {
        [TRUCE_MONTHS] = "month", [TRUCE_DAYS] = "day", [TRUCE_WEEKS] = "week", [TRUCE_YEARS] = "year"};
    return names[unit];
}

const char *time_unit_example(time_unit unit)
{
    static const char *const examples[] = {[TRUCE_MONTHS] = "2024-03",
                                           [TRUCE_DAYS] = "2024-03-31",
                                           [TRUCE_WEEKS] = "2024-W09",
                                           [TRUCE_YEARS] = "2024"};
    return examples[unit];
}

double time_unit_per_year(time_unit unit)
{
    static const double counts[] = {
        [TRUCE_MONTHS] = 12, [TRUCE_DAYS] = 365.25, [TRUCE_WEEKS] = 365.25 / 7, [TRUCE_YEARS] = 1};
    return counts[unit];
}

/* ---- The calendar ------------------------------------------------------------------------------------- */

/* Days from 1 January of year 0 to the first of a month (0 to 11), by the Gregorian calendar. */
static int day_number(int year, int of_year)
{
    static const int before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int past = year - 1, leaps = year > 0 ? past / 4 - past / 100 + past / 400 + 1 : 0;
    return 365 * year + leaps + before[of_year] + (leap && of_year > 1);
}

typedef struct date {
    int year, month, day; /* month and day from 0 */
} date;

static date date_of(int day)
{
    date d = {.year = day / 366};
    while (day_number(d.year + 1, 0) <= day)
        d.year++;
    while (d.month < 11 && day_number(d.year, d.month + 1) <= day)
        d.month++;
    d.day = day - day_number(d.year, d.month);
    return d;
}

/* The Monday of the first ISO week of a year: that of the week of 4 January. */
static int first_monday(int year)
{
    int fourth = day_number(year, 0) + 3;
    return fourth - ((fourth - FIRST_MONDAY) % 7 + 7) % 7;
}

/* Month of the year (0 to 11) and year, also for months before year 0, which only arithmetic can give. */
static int split(month m, int *year)
{
    int of_year = m % 12 < 0 ? m % 12 + 12 : m % 12;
    *year = (int)(((int64_t)m - of_year) / 12);
    return of_year;
}

int month_first_day(month m)
{
    int year, of_year;
    switch (month_unit(m)) {
    case TRUCE_DAYS:
        return m - DAYS + FIRST_MONDAY;
    case TRUCE_WEEKS:
        return (m - WEEKS) * 7 + FIRST_MONDAY;
    case TRUCE_YEARS:
        return day_number(m - YEARS, 0);
    case TRUCE_MONTHS:
        break;
    }
    of_year = split(m, &year);
    return day_number(year, of_year);
}

month month_in(time_unit unit, month m)
{
    if (m < 0 || month_unit(m) == unit)
        return m;
    int day = month_first_day(m);
    date d = date_of(day);
    switch (unit) {
    case TRUCE_DAYS:
        return DAYS + day - FIRST_MONDAY;
    case TRUCE_WEEKS:
        return WEEKS + (day - FIRST_MONDAY) / 7;
    case TRUCE_YEARS:
        return YEARS + d.year;
    case TRUCE_MONTHS:
        break;
    }
    return d.year * 12 + d.month;
}

/* ---- Reading ------------------------------------------------------------------------------------------ */

/* The number that `count` digits are, -1 when they are none. */
static int digits(const char *s, size_t count)
{
    int number = 0;
    for (size_t i = 0; i < count; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        number = 10 * number + s[i] - '0';
    }
    return number;
}

static bool read_day(int year, const char *s, month *m)
{
    int of_year = digits(s, 2), day = digits(s + 3, 2);
    if (of_year < 1 || of_year > 12 || day < 1)
        return false;
    int first = day_number(year, of_year - 1);
    int next = of_year < 12 ? day_number(year, of_year) : day_number(year + 1, 0);
    *m = DAYS + first + day - 1 - FIRST_MONDAY;
    return first + day <= next && *m >= DAYS;
}

static bool read_week(int year, const char *s, month *m)
{
    int week = digits(s, 2), monday = first_monday(year) + 7 * (week - 1);
    *m = WEEKS + (monday - FIRST_MONDAY) / 7;
    return week >= 1 && monday < first_monday(year + 1);
}

bool month_parse(const char *iso, month *m)
{
    size_t length = strnlen(iso, 11);
    int year = length >= 4 ? digits(iso, 4) : -1;
    if (year < 0 || (length > 4 && iso[4] != '-'))
        return false;
    if (length == 10)
        return iso[7] == '-' && read_day(year, iso + 5, m);
    if (length == 8)
        return iso[5] == 'W' && read_week(year, iso + 6, m);
    int of_year = length == 7 ? digits(iso + 5, 2) : 0;
    *m = length == 4 ? YEARS + year : year * 12 + of_year - 1;
    return length == 4 || (length == 7 && of_year >= 1 && of_year <= 12);
}

bool month_parse_in(time_unit unit, const char *iso, month *m)
{
    month read = MONTH_NONE;
    if (!month_parse(iso, &read))
        return false;
    bool by_day = (unit == TRUCE_WEEKS || unit == TRUCE_YEARS) && month_unit(read) == TRUCE_DAYS;
    if (!by_day && month_unit(read) != unit)
        return false;
    *m = month_in(unit, read);
    return true;
}

/* ---- Writing ------------------------------------------------------------------------------------------ */

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* The ISO year and week of a Monday: the year is that of the Thursday. */
static int week_of(int monday, int *year)
{
    *year = date_of(monday + 3).year;
    return (monday - first_monday(*year)) / 7 + 1;
}

void month_name(month m, char *name)
{
    int year, of_year;
    date d;
    switch (month_unit(m)) {
    case TRUCE_DAYS:
        d = date_of(month_first_day(m));
        snprintf(name, 16, "%d %s %d", d.day + 1, month_names[d.month], d.year);
        return;
    case TRUCE_WEEKS:
        of_year = week_of(month_first_day(m), &year);
        snprintf(name, 16, "Week %d %d", of_year % 100, year % 10000);
        return;
    case TRUCE_YEARS:
        snprintf(name, 16, "%d", m - YEARS);
        return;
    case TRUCE_MONTHS:
        break;
    }
    of_year = split(m, &year);
    snprintf(name, 16, "%s %d", month_names[of_year], year);
}

static void write_day(int day, char *iso)
{
    date d = date_of(day);
    snprintf(iso, 16, "%04d-%02d-%02d", d.year % 10000, (d.month + 1) % 100, (d.day + 1) % 100);
}

void month_iso(month m, char *iso)
{
    int year, of_year;
    switch (month_unit(m)) {
    case TRUCE_DAYS:
        write_day(month_first_day(m), iso);
        return;
    case TRUCE_WEEKS:
        of_year = week_of(month_first_day(m), &year);
        snprintf(iso, 16, "%04d-W%02d", year % 10000, of_year % 100);
        return;
    case TRUCE_YEARS:
        snprintf(iso, 16, "%04d", m - YEARS);
        return;
    case TRUCE_MONTHS:
        break;
    }
    of_year = split(m, &year);
    snprintf(iso, 16, "%04d-%02d", year, of_year + 1);
}

void month_last_day(month m, char *iso)
{
    write_day(month_first_day(m + 1) - 1, iso);
}

void month_first_date(month m, char *iso)
{
    write_day(month_first_day(m), iso);
}

bool month_begins_year(month m)
{
    date d = date_of(month_first_day(m));
    return d.month == 0 && d.day == 0;
}
