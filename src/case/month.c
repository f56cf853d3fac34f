/* Months as counts from January of year 0. */
#include "case/case.h"

#include <string.h>

bool month_parse(const char *iso, month *m)
{
    if (strlen(iso) != 7 || iso[4] != '-')
        return false;
    int digits[7] = {0};
    for (int i = 0; i < 7; i++) {
        if (i == 4)
            continue;
        if (iso[i] < '0' || iso[i] > '9')
            return false;
        digits[i] = iso[i] - '0';
    }
    int year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    int of_year = digits[5] * 10 + digits[6];
    if (of_year < 1 || of_year > 12)
        return false;
    *m = year * 12 + of_year - 1;
    return true;
}

/* Month of the year (0 to 11) and year, also for months before year 0, which only arithmetic can give. */
static int split(month m, int *year)
{
    int of_year = m % 12 < 0 ? m % 12 + 12 : m % 12;
    *year = (m - of_year) / 12;
    return of_year;
}

void month_name(month m, char *name)
{
    static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int year, of_year = split(m, &year);
    snprintf(name, 16, "%s %d", names[of_year], year);
}

void month_iso(month m, char *iso)
{
    int year, of_year = split(m, &year);
    snprintf(iso, 16, "%04d-%02d", year, of_year + 1);
}

void month_last_day(month m, char *date)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, of_year = split(m, &year);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    char iso[16];
    month_iso(m, iso);
    snprintf(date, 16, "%.7s-%02d", iso, (days[of_year] + (of_year == 1 && leap)) % 100);
}
