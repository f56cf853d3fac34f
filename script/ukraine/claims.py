"""Claims of the defender's general staff on the attacker's losses, by month."""

import datetime
import math
import os

from ukraine.plausible import dates_around, months_after, without_runs
from ukraine.reading import (
    Doubts, InputError, MONTH_END_DAYS, WAR_BEGINS, last_day, month_ends, month_of, months, next_month,
    read_json_records, to_count, to_date)

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

# A day may claim so many times what nine in ten of the days within thirty claim (at least one piece). The largest ever,
# without corrections, was 4.0 (air defence, 31 October 2024; with more than ten pieces 4.0 too: 179 vehicles on 16
# March 2022). Half as much again.
LEAP_FACTOR, DAYS_AROUND = 6, 30
# Where a count falls for good, so few days may be at fault, being too high before or too low after it; more days have
# no fault in common, and the count was restated.
FAULT_DAYS = 2
# The count begins so near the invasion, or its first month is not known.
BEGIN_DAYS = 7
DAY = datetime.timedelta(days=1)


def read_cumulative(path, columns, doubts):
    """{column: {date: (line, count)}} of a list of daily cumulative records. A record or a count that cannot be read is
    left to the days around it: what one day claims is part of the next day's count."""
    days = {column: {} for column in columns}
    for line, record in read_json_records(path, doubts):
        try:
            date = to_date(path, line, record.get('date'))
        except InputError as error:
            doubts.skip_fault(line, error)
            continue
        for column in columns:
            try:
                given = [field for field in CLAIMS[column] if record.get(field) is not None]
                if not given:
                    raise InputError(path, line, 'has no such field')
                count = sum(to_count(path, line, field, record[field]) for field in given)
                if days[column].setdefault(date, (line, count))[1] != count:
                    days[column][date] = (line, None)
                    raise InputError(path, line, 'the date occurs twice with different counts')
            except InputError as error:
                doubts.skip_day(line, date, [column], error.text)
    return {column: {date: read for date, read in known.items() if read[1] is not None}
            for column, known in days.items()}


def read_corrections(path, fields, doubts):
    """{date: {field: correction}}. One that cannot be read leaves its field in doubt, in its month, or without a date
    in the months from the record before to the record after."""
    days, lines, undated = {}, {}, []
    for line, record in read_json_records(path, doubts):
        try:
            date = lines[line] = to_date(path, line, record.get('date'))
        except InputError as error:
            doubts.skip_fault(line, error)
            undated.append((line, [field for field in fields if record.get(field, 0) != 0]))
            continue
        for field in fields:
            try:
                value = to_count(path, line, field, record.get(field, 0), -math.inf)
                if days.setdefault(date, {}).setdefault(field, value) != value:
                    raise InputError(path, line, 'the date occurs twice with different corrections')
            except InputError as error:
                doubts.add(line, date, [field], error.text)
    for line, changed in undated:
        for month in dates_around(line, lines):
            doubts.add_month(line, month, changed, 'a correction without a date may belong here')
    for line in set(doubts.undated) - {line for line, _ in undated}:
        for month in dates_around(line, lines):
            doubts.add_month(line, month, fields, 'a correction that cannot be read may belong here')
    return days


class Count:
    """One column: its readings and the corrections to it."""

    def __init__(self, days, corrections):
        self.days = days
        self.corrections = {date: correction for date, correction in corrections.items() if correction}
        dates = sorted(days)
        self.changes = {after: (days[after][1] - days[before][1]) / (after - before).days
                        for before, after in zip(dates, dates[1:])}
        self.usual = {date: max(1, self.nine_in_ten(date)) for date in dates}

    def nine_in_ten(self, date):
        near = sorted(self.changes[other] for other in (
            date + offset * DAY for offset in range(-DAYS_AROUND, DAYS_AROUND + 1) if offset) if other in self.changes)
        return near[len(near) * 9 // 10] if near else math.inf

    def possible(self, before, after):
        """Whether the count of one day can follow that of another: it grows, by no more than the days around it allow,
        but for corrections from the day of the first reading to the day after the second."""
        near = [value for date, value in self.corrections.items() if before <= date <= after + DAY]
        change = self.days[after][1] - self.days[before][1]
        most = (LEAP_FACTOR + (after - before).days - 1) * self.usual[after]
        return sum(min(0, value) for value in near) <= change <= most + sum(max(0, value) for value in near)

    def suspects(self, before, after):
        """Days that may be at fault where a count falls for good: those on which it is above, or below, what stands on
        the other side of the fall, if they are few."""
        above = [date for date in self.days if date <= before and self.days[date][1] > self.days[after][1]]
        below = [date for date in self.days if date >= after and self.days[date][1] < self.days[before][1]]
        return [date for few in (above, below) if len(few) <= FAULT_DAYS for date in few]


def good_days(count, column, doubts):
    """The readings without those that leap and come back; a leap that stays leaves its month empty."""
    good, runs, leaps = without_runs(sorted(count.days), count.possible)
    for first, last in runs:
        line, value = count.days[first]
        text = 'the cumulative count of %d does not fit the days around it' % value
        doubts.skip_day(line, first if first == last else '%s to %s' % (first, last), [column], text)
    for before, after in leaps:
        line, value = count.days[after]
        touched = set(months_after(before, after))
        for date in count.suspects(before, after):
            if date == last_day(month_of(date)):
                touched |= {month_of(date), next_month(month_of(date))}
        for month in sorted(touched):
            doubts.add_month(line, month, [column],
                             'the cumulative count goes from %d to %d on %s without a correction' % (
                                 count.days[before][1], value, after))
    return good


def check_corrections(count, column, doubts):
    """A correction that the count around its date does not show leaves its month empty."""
    for date, correction in count.corrections.items():
        if not all(day in count.days for day in (date - 2 * DAY, date + DAY)):
            continue
        change = count.days[date + DAY][1] - count.days[date - 2 * DAY][1]
        if not 0 <= change - correction <= (LEAP_FACTOR + 2) * count.usual[date]:
            doubts.add(0, date, [column], 'a correction of %d stands beside a change of the count by %d in three days'
                       % (correction, change))


def counts_at_ends(count, good, column, doubts):
    """{month: count on its last day}. Where that day is missing or at fault its count lies on the straight line between
    the good days around it, no more than three days away; at the end of the file the last good day stands for it."""
    ends = {}
    for month in months(month_of(good[0]), month_of(good[-1])) if good else []:
        end = last_day(month)
        before = max((date for date in good if date <= end), default=None)
        after = min((date for date in good if date > end), default=None)
        if before is None or (end - before).days > MONTH_END_DAYS or \
                (after and before < end and (after - end).days > MONTH_END_DAYS):
            continue
        value = count.days[before][1]
        if before < end and after:
            value += round((count.days[after][1] - value) * (end - before).days / (after - before).days)
            Doubts.told.append('%s: %s, %s: the count at the month\'s end is drawn between those of %s and %s' % (
                doubts.path, end, column, before, after))
        ends[month] = value
    return ends


def claimed_by_month(count, column, doubts):
    """Monthly differences of a cumulative count, without the corrections.

    A correction restates the sum of losses claimed earlier, of unknown date: it is part of the cumulative count
    and not of the month in which it was made."""
    good = good_days(count, column, doubts)
    if not good:
        return {}
    check_corrections(Count({date: count.days[date] for date in good}, count.corrections), column, doubts)
    ends = counts_at_ends(count, good, column, doubts)
    revised = {}
    for date, correction in count.corrections.items():
        revised[month_of(date)] = revised.get(month_of(date), 0) + correction
    result, before = {}, 0 if (good[0] - WAR_BEGINS).days <= BEGIN_DAYS else None
    for month in months(month_of(good[0]), max(month_ends(count.days), default='')):
        if month not in ends:
            doubts.add(0, last_day(month), [column], 'no count in the last days of the month')
        elif before is None:
            doubts.add(0, last_day(month), [column], 'the count at the end of the month before is not known')
        else:
            result[month] = ends[month] - before - revised.get(month, 0)
            if result[month] < 0:
                doubts.add(0, last_day(month), [column], 'the claims come out negative (%d)' % result[month])
        before = ends.get(month)
    return result


def import_claims(directory):
    folder = os.path.join(directory, 'losses')
    fields = sorted(field for names in CLAIMS.values() for field in names)
    correction_path = os.path.join(folder, 'russia_losses_equipment_correction.json')
    correction_doubts = Doubts(correction_path)
    corrections = read_corrections(correction_path, fields, correction_doubts)
    table = {}
    for name, columns in (('personnel', ['personnel']), ('equipment', [c for c in CLAIMS if c != 'personnel'])):
        doubts = Doubts(os.path.join(folder, 'russia_losses_%s.json' % name))
        for column, days in read_cumulative(doubts.path, columns, doubts).items():
            of_column = {date: sum(correction.get(field, 0) for field in CLAIMS[column])
                         for date, correction in corrections.items()}
            result = claimed_by_month(Count(days, of_column), column, doubts)
            doubts.cells |= {(column, month) for field, month in correction_doubts.cells if field in CLAIMS[column]}
            for month, value in result.items():
                table.setdefault(month, {})[column] = value
        doubts.empty(table)
    for row in table.values():
        if 'tanks' in row and 'armoured_vehicles' in row:
            row['armour'] = row['tanks'] + row['armoured_vehicles']
    return list(CLAIMS) + ['armour'], table
