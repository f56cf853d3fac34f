"""Claims of the defender's general staff on the attacker's losses, by month."""

import datetime
import math
import os

from ukraine.reading import Doubts, InputError, last_day, month_ends, month_of, months, read_json_records, to_count, to_date

# Our columns of the general staff's claims, and the fields of the data set that add up to them. Two kinds of
# vehicle were merged into one field on 1 May 2022.
CLAIMS = {
    'personnel': ('personnel',),
    'tanks': ('tank',),
    'armoured_vehicles': ('APC',),
    'artillery': ('field artillery',),
    'rocket_launchers': ('MRL',),
    'air_defence': ('anti-aircraft warfare',),
    'vehicles': ('vehicles and fuel tanks', 'military auto', 'fuel tank')}


def read_cumulative(path, fields, doubts):
    """{date: (line, {field: count})} of a list of daily cumulative records."""
    days = {}
    for line, record in read_json_records(path):
        date = to_date(path, line, record.get('date'))
        counts, given = {}, [field for field in fields if record.get(field) is not None]
        try:
            counts = {field: to_count(path, line, field, record[field]) for field in given}
        except InputError as error:
            doubts.add(line, date, fields[:1], str(error).split(': ', 1)[1])
        else:
            if not counts:
                doubts.add(line, date, fields[:1], 'has no such field')
        if date in days and days[date][1] != counts:
            doubts.add(line, date, fields[:1], 'the date occurs twice with different counts')
        days[date] = (line, counts)
    return days


def read_corrections(path, fields):
    days = {}
    for line, record in read_json_records(path):
        date = to_date(path, line, record.get('date'))
        if date in days:
            raise InputError(path, line, 'date %s occurs twice' % date)
        days[date] = {field: to_count(path, line, field, record.get(field, 0), -math.inf) for field in fields}
    return days


def claimed_by_month(path, days, fields, corrections, doubts):
    """Monthly differences of a cumulative count, without the corrections.

    A correction restates the sum of losses claimed earlier, of unknown date: it is part of the cumulative count
    and not of the month in which it was made. A month in which the count falls, and no correction within a day
    explains it, is left empty."""
    previous, ends = 0, {}
    for date in sorted(days):
        line, counts = days[date]
        present = [field for field in fields if field in counts]
        if not present:
            continue
        value = sum(counts[field] for field in present)
        if value < previous:
            nearby = [corrections.get(date + datetime.timedelta(days=offset), {}) for offset in (-1, 0, 1)]
            if not any(sum(correction.get(field, 0) for field in fields) < 0 for correction in nearby):
                doubts.add(line, date, fields[:1],
                           'the cumulative count falls from %d to %d without a correction' % (previous, value))
        previous = value
        ends[date] = value
    ends = month_ends(ends)
    revised = {}
    for date, correction in corrections.items():
        revised[month_of(date)] = revised.get(month_of(date), 0) + sum(correction.get(field, 0) for field in fields)
    result, before = {}, 0
    for month in months(min(ends), max(ends)) if ends else []:
        if month not in ends:
            doubts.add(0, last_day(month), fields[:1], 'no count in the last days of the month')
        elif before is None:
            doubts.add(0, last_day(month), fields[:1], 'the count at the end of the month before is not known')
        else:
            result[month] = ends[month] - before - revised.get(month, 0)
            if result[month] < 0:
                doubts.add(0, last_day(month), fields[:1], 'the claims come out negative (%d)' % result[month])
        before = ends.get(month)
    for _, month in doubts.cells:
        result.pop(month, None)
    return result


def import_claims(directory):
    folder = os.path.join(directory, 'losses')
    fields = sorted(field for names in CLAIMS.values() for field in names)
    correction_path = os.path.join(folder, 'russia_losses_equipment_correction.json')
    corrections = read_corrections(correction_path, fields)
    table = {}
    for column, names in CLAIMS.items():
        path = os.path.join(folder, 'russia_losses_%s.json' % ('personnel' if column == 'personnel' else 'equipment'))
        doubts = Doubts(path)
        days = read_cumulative(path, names, doubts)
        for month, value in claimed_by_month(path, days, names, corrections, doubts).items():
            table.setdefault(month, {})[column] = value
    for row in table.values():
        if 'tanks' in row and 'armoured_vehicles' in row:
            row['armour'] = row['tanks'] + row['armoured_vehicles']
    return list(CLAIMS) + ['armour'], table
