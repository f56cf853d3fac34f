"""Long-range drones and missiles launched at the defender, by month."""

import os

from ukraine.plausible import dates_around, days_out_of_proportion, missing_days, told_missing, too_quiet
from ukraine.reading import Doubts, InputError, MONTH_END_DAYS, last_day, month_of, read_csv, to_count, to_date

FIELDS = {'launched': 'total_launched', 'destroyed': 'total_destroyed'}


def read_days(path, doubts):
    """{date: {column: count}}. The file has a row only for a day with launches, so that none launched is a fault."""
    days, lines = {}, {}
    for line, row in read_csv(path, ('date',) + tuple(FIELDS.values()), doubts):
        try:
            date = lines[line] = to_date(path, line, row['date'])
        except InputError as error:
            doubts.skip_fault(line, error)
            continue
        counts = {}
        try:
            counts = {column: to_count(path, line, field, row[field], 1 if column == 'launched' else 0)
                      for column, field in FIELDS.items()}
            if counts['destroyed'] > counts['launched']:
                raise InputError(path, line, '%d destroyed of %d launched' % (counts['destroyed'], counts['launched']))
        except InputError as error:
            doubts.add(line, date, list(FIELDS), error.text)
        if date in days and days[date] != counts:
            doubts.add(line, date, list(FIELDS), 'the date occurs twice with different counts')
        days[date] = counts
    for line in doubts.undated:
        for month in dates_around(line, lines):
            doubts.add_month(line, month, list(FIELDS), 'a line without a date may belong here')
    return days


def doubt_months(days, doubts):
    """Months with more days without a row than the months around them, and days out of proportion."""
    missing = missing_days(days, min(days), max(days))
    for month, most in too_quiet(missing).items():
        doubts.add_month(0, month, list(FIELDS), '%s, where the months around allow %d' % (
            told_missing(missing[month]), most))
    for column in FIELDS:
        values = {date: counts[column] for date, counts in days.items() if column in counts}
        for date, value, limit in days_out_of_proportion(values):
            doubts.add(0, date, [column], '%d where the days around allow %d' % (value, limit))


def import_strikes(directory):
    """Totals only: the split between drones and missiles in this file is wrong. The first month is left out when
    the file begins after its first days."""
    path = os.path.join(directory, 'strikes', 'daily_aerial_threats.csv')
    doubts = Doubts(path)
    days = read_days(path, doubts)
    if not any(days.values()):
        raise doubts.first or InputError(path, 0, 'has no usable line')
    first, end = min(days), max(days)
    doubt_months(days, doubts)
    table = {}
    for date, counts in days.items():
        month = month_of(date)
        if (month == month_of(first) and first.day > 1 + MONTH_END_DAYS) or \
                (last_day(month) - end).days > MONTH_END_DAYS:
            continue
        for column, count in counts.items():
            table.setdefault(month, dict.fromkeys(FIELDS, 0))[column] += count
    columns = {field: column for column, field in FIELDS.items()}
    doubts.cells = {(columns.get(column, column), month) for column, month in doubts.cells}
    doubts.empty(table)
    return list(FIELDS), table
