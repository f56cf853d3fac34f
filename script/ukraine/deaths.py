"""Deaths counted by name, by month of death."""

import os

from ukraine.plausible import days_out_of_proportion, missing_days, told_missing
from ukraine.reading import (
    Doubts, InputError, MONTH_END_DAYS, WAR_BEGINS, last_day, month_of, read_csv, to_count, to_date)

# The last months of lists of the dead are still filling: deaths become known months later.
THINNED_MONTHS = 6

FIELDS = {'defender_deaths': 'ukraineDeaths', 'defender_missing': 'ukraineMissing', 'attacker_deaths': 'russiaDeaths'}
# The file's own running totals, where it has them, and the columns that add up to each.
TOTALS = {'ukraineTotalCumulative': ('defender_deaths', 'defender_missing'),
          'russiaTotalCumulative': ('attacker_deaths',)}
TOTALS_FIT = 5  # so many days for one that does not fit, or more


def read_days(path, doubts):
    """({date: {column: count}}, {date: (line, row)}); None for a count that cannot be read."""
    days, rows = {}, {}
    for line, row in read_csv(path, ('isoDate',) + tuple(FIELDS.values()), doubts):
        try:
            date = to_date(path, line, row['isoDate'])
        except InputError as error:
            doubts.skip_fault(line, error)
            continue
        counts = {}
        for column, field in FIELDS.items():
            try:
                counts[column] = to_count(path, line, field, row[field])
            except InputError as error:
                counts[column] = None
                doubts.add(line, date, [column], error.text)
        if date in days and days[date] != counts:
            doubts.add(line, date, list(FIELDS), 'the date occurs twice with different counts')
        days[date], rows[date] = counts, (line, row)
    return days, rows


def doubt_missing(days, doubts):
    """Every day of the war has a row in this file, so a month without one is not whole."""
    dates = [date for date in days if date >= WAR_BEGINS]
    if not dates:
        return
    for month, missing in missing_days(dates, min(dates), last_day(month_of(max(dates)))).items():
        if missing:
            doubts.add_month(0, month, list(FIELDS), told_missing(missing))


def distances(days, rows, path, field, columns):
    """[(date, line, running total of the file less the sum of the days)]."""
    running, result = 0, []
    for date in sorted(days):
        line, row = rows[date]
        running += sum(days[date][column] or 0 for column in columns)
        try:
            result.append((date, line, to_count(path, line, field, row.get(field)) - running))
        except InputError:
            continue
    return result


def doubt_totals(days, rows, doubts):
    """Days whose counts the file's own running totals do not confirm. The distance between a total and the sum of the
    days is the same throughout; where it changes for one day only, the total is wrong and not the count. Days missing
    before a day say nothing against it, and totals that mostly do not fit are totals of something else."""
    for field, columns in TOTALS.items():
        all_of_it = distances(days, rows, doubts.path, field, columns)
        fits, changes = (all_of_it or [(None, 0, 0)])[0][2], []
        for (earlier, _, _), (date, line, distance), later in zip(all_of_it, all_of_it[1:], all_of_it[2:] + [None]):
            if distance == fits or (later and later[2] == fits):
                continue
            fits = distance
            if (date - earlier).days == 1 and not all((column, month_of(date)) in doubts.cells for column in columns):
                changes.append((line, date))
        for line, date in changes if len(changes) < len(all_of_it) / TOTALS_FIT else []:
            doubts.add(line, date, list(columns), '%s of the file does not confirm the day' % field)


def import_deaths(directory):
    """The list of Ukraine's dead keeps those without a date on the day before the invasion: they are left out. A
    side's list ends with its last day that has a death; the month in which it ends is incomplete and empty unless
    it ends within three days of the month's end."""
    path = os.path.join(directory, 'losses', 'named_deaths_daily.csv')
    doubts = Doubts(path)
    days, rows = read_days(path, doubts)
    if not days:
        raise doubts.first or InputError(path, 0, 'has no usable line')
    columns = {field: column for column, field in FIELDS.items()}
    doubts.cells = {(columns.get(column, column), month) for column, month in doubts.cells}
    doubt_missing(days, doubts)
    doubt_totals(days, rows, doubts)

    table, last = {}, {}
    for column in FIELDS:
        values = {date: counts[column] for date, counts in days.items()
                  if counts[column] is not None and date >= WAR_BEGINS}
        for date, value, limit in days_out_of_proportion(values):
            doubts.add(rows[date][0], date, [column], '%d where the days around allow %d' % (value, limit))
        last[column] = max((date for date, value in values.items() if value > 0), default=None)
        for date, value in values.items():
            month = month_of(date)
            if last[column] and (last_day(month) - last[column]).days <= MONTH_END_DAYS:
                table.setdefault(month, {}).setdefault(column, 0)
                table[month][column] += value
    end = max(table, default=None)
    doubts.empty(table)
    for month in table:
        distance = 12 * (int(end[:4]) - int(month[:4])) + int(end[5:]) - int(month[5:])
        table[month]['thinned'] = 1 if distance < THINNED_MONTHS else 0
    for row in table.values():
        if 'defender_deaths' in row and 'defender_missing' in row:
            row['defender_deaths_and_missing'] = row['defender_deaths'] + row['defender_missing']
    return ['defender_deaths', 'defender_missing', 'defender_deaths_and_missing', 'attacker_deaths', 'thinned'], table
