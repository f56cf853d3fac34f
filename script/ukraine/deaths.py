"""Deaths counted by name, by month of death."""

import os

from ukraine.reading import (
    Doubts, InputError, MONTH_END_DAYS, WAR_BEGINS, last_day, month_of, read_csv, to_count, to_date)

# The last months of lists of the dead are still filling: deaths become known months later.
THINNED_MONTHS = 6


def import_deaths(directory):
    """The list of Ukraine's dead keeps those without a date on the day before the invasion: they are left out. A
    side's list ends with its last day that has a death; the month in which it ends is incomplete and empty unless
    it ends within three days of the month's end."""
    path = os.path.join(directory, 'losses', 'named_deaths_daily.csv')
    fields = {'defender_deaths': 'ukraineDeaths', 'defender_missing': 'ukraineMissing',
              'attacker_deaths': 'russiaDeaths'}
    days, doubts = {}, Doubts(path)
    columns = {field: column for column, field in fields.items()}
    for line, row in read_csv(path, ('isoDate',) + tuple(fields.values()), doubts):
        date = to_date(path, line, row['isoDate'])
        counts = dict.fromkeys(fields, 0)
        for field, column in columns.items():
            try:
                counts[column] = to_count(path, line, field, row[field])
            except InputError as error:
                doubts.add(line, date, [column], str(error).split(': ', 1)[1])
        if date in days and days[date] != counts:
            doubts.add(line, date, list(fields), 'the date occurs twice with different counts')
        days[date] = counts
    doubts.cells = {(columns.get(column, column), month) for column, month in doubts.cells}

    table, last = {}, {}
    for column in fields:
        dated = [date for date in days if days[date][column] > 0]
        if dated:
            last[column] = max(dated)
    for date, counts in days.items():
        if date < WAR_BEGINS:
            continue
        for column, count in counts.items():
            month = month_of(date)
            if column in last and (last_day(month) - last[column]).days <= MONTH_END_DAYS:
                table.setdefault(month, {}).setdefault(column, 0)
                table[month][column] += count
    doubts.empty(table)
    if table:
        end = max(table)
        for month in table:
            distance = 12 * (int(end[:4]) - int(month[:4])) + int(end[5:]) - int(month[5:])
            table[month]['thinned'] = 1 if distance < THINNED_MONTHS else 0
    for row in table.values():
        if 'defender_deaths' in row and 'defender_missing' in row:
            row['defender_deaths_and_missing'] = row['defender_deaths'] + row['defender_missing']
    return ['defender_deaths', 'defender_missing', 'defender_deaths_and_missing', 'attacker_deaths', 'thinned'], table
