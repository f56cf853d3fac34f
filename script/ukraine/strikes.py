"""Long-range drones and missiles launched at the defender, by month."""

import os

from ukraine.reading import Doubts, InputError, MONTH_END_DAYS, last_day, month_of, read_csv, to_count, to_date


def import_strikes(directory):
    """Totals only: the split between drones and missiles in this file is wrong. The first month is left out when
    the file begins after its first days."""
    path = os.path.join(directory, 'strikes', 'daily_aerial_threats.csv')
    fields = {'launched': 'total_launched', 'destroyed': 'total_destroyed'}
    days, doubts = {}, Doubts(path)
    for line, row in read_csv(path, ('date',) + tuple(fields.values()), doubts):
        date = to_date(path, line, row['date'])
        counts = dict.fromkeys(fields, 0)
        try:
            counts = {column: to_count(path, line, field, row[field]) for column, field in fields.items()}
        except InputError as error:
            doubts.add(line, date, list(fields), str(error).split(': ', 1)[1])
        if counts['destroyed'] > counts['launched']:
            doubts.add(line, date, ['destroyed'],
                       '%d destroyed of %d launched' % (counts['destroyed'], counts['launched']))
        if date in days and days[date] != counts:
            doubts.add(line, date, list(fields), 'the date occurs twice with different counts')
        days[date] = counts
    if not days:
        raise InputError(path, 0, 'has no usable line')
    doubts.cells = {(column.replace('total_', ''), month) for column, month in doubts.cells}
    first, end = min(days), max(days)
    table = {}
    for date, counts in days.items():
        month = month_of(date)
        if (month == month_of(first) and first.day > 1 + MONTH_END_DAYS) or \
                (last_day(month) - end).days > MONTH_END_DAYS:
            continue
        for column, count in counts.items():
            table.setdefault(month, dict.fromkeys(fields, 0))[column] += count
    doubts.empty(table)
    return list(fields), table
