"""Long-range drones and missiles launched at the defender, by month."""

import os

from ukraine.reading import InputError, MONTH_END_DAYS, last_day, month_of, read_csv, to_count, to_date


def import_strikes(directory):
    """Totals only: the split between drones and missiles in this file is wrong. The first month is left out when
    the file begins after its first days."""
    path = os.path.join(directory, 'strikes', 'daily_aerial_threats.csv')
    fields = {'launched': 'total_launched', 'destroyed': 'total_destroyed'}
    days = {}
    for line, row in read_csv(path, ('date',) + tuple(fields.values())):
        date = to_date(path, line, row['date'])
        if date in days:
            raise InputError(path, line, 'date %s occurs twice' % date)
        counts = {column: to_count(path, line, field, row[field]) for column, field in fields.items()}
        if counts['destroyed'] > counts['launched']:
            raise InputError(path, line, '%d destroyed of %d launched on %s'
                             % (counts['destroyed'], counts['launched'], date))
        days[date] = counts
    first, end = min(days), max(days)
    table = {}
    for date, counts in days.items():
        month = month_of(date)
        if (month == month_of(first) and first.day > 1 + MONTH_END_DAYS) or \
                (last_day(month) - end).days > MONTH_END_DAYS:
            continue
        for column, count in counts.items():
            table.setdefault(month, dict.fromkeys(fields, 0))[column] += count
    return list(fields), table
