"""Visually confirmed losses of equipment (Oryx), by month of entry into the list."""

import datetime
import math
import os

from ukraine.plausible import dates_around, days_out_of_proportion
from ukraine.reading import (
    Doubts, InputError, MONTH_END_DAYS, WAR_BEGINS, last_day, month_ends, month_of, months, next_month, read_csv,
    to_count, to_date)

# Oryx's categories of equipment, by our columns. The tracker renamed one of them in June 2025.
VISUAL = {
    'tanks': ('tanks',),
    'armoured_vehicles': (
        'armoured fighting vehicles', 'infantry fighting vehicles', 'armoured personnel carriers'),
    'artillery': (
        'towed artillery', 'self-propelled artillery', 'multiple rocket launchers', 'rocket and missile artillery')}
# The log that covers Russia lost Ukraine in April 2022, when the page was split; Ukraine is in daily totals of another
# reader of the same list, which ends in December 2023.
DEFENDER_FILE = os.path.join('losses', 'oryx_daily_count.csv')

VISUAL_SIDES = {'Ukraine': 'defender', 'Russia': 'attacker'}
VISUAL_STATES = ('destroyed', 'damaged', 'abandoned', 'captured')

# A change of a count by more than this many pieces and this share of it at one reading of the page is a misread if
# it is undone within so many days; a real revision is below twenty pieces, and a batch of finds is not undone.
VISUAL_LEAP, VISUAL_LEAP_SHARE, VISUAL_LEAP_DAYS = 50, 0.2, 120

# A change of a column at one reading beyond so many times the third largest within sixty days (at least twenty) is no
# batch of finds: the largest ever was 3.7 (52 tanks on 21 October 2024, the arrears of two weeks). Half as much again.
VISUAL_CHANGE = {'reach': 60, 'factor': 5.6, 'least': 20}

# The page was read at least every sixth day, but for twelve days in October 2024 and eighteen in March 2025, after
# which 1.1 and 0.76 of what these weeks would have brought at the rate of the days around came within three days.
# A longer silence, or one with less than half of its arrears, is a piece missing from the log. A month with no more than
# three silent days is not touched by it.
SILENT_DAYS, SILENT_AT_MOST, ARREARS_DAYS, ARREARS_SHARE, TOUCHED_DAYS = 6, 21, 3, 0.5, 3

# A heading takes over a side's counts when so many of its pieces are what the side gives up: one may be damaged.
TAKEN_SHARE = 0.9


def visual_sides(rows):
    """Which side each label of the log belongs to.

    The log calls the sides by headings of the page it reads, and one heading changed. An unknown label is accepted as
    a side's new name if at its first timestamp it takes over, piece by piece, what that side gives up."""
    sides = dict(VISUAL_SIDES)
    moves, met = {}, set()
    for _, stamp, label, category, state, value in rows:
        moves.setdefault(stamp, {}).setdefault(label, {})[category, state] = value
    for stamp in sorted(moves):
        for label in sorted(set(moves[stamp]) - set(sides) - met):
            met.add(label)
            taken = moves[stamp][label].items()
            for known in sorted(set(moves[stamp]) & set(sides)):
                given = {piece: -value for piece, value in moves[stamp][known].items()}.items()
                if len(given & taken) >= TAKEN_SHARE * max(len(given), len(taken)):
                    sides[label] = sides[known]
    return sides


def known_sides(rows, doubts):
    """The rows of the sides, and which side each label is. A label of neither side leaves the months of what stands
    under it empty."""
    sides, strange = visual_sides(rows), {}
    for row in rows:
        if row[2] not in sides:
            strange.setdefault(row[2], []).append(row)
    for label, lost in strange.items():
        line = lost[0][0]
        cells = {(column, stamp[:7]) for _, stamp, _, category, _, _ in lost for column in columns_of(category)}
        doubts.cells |= cells
        doubts.skip(line, 'country "%s" is neither side, nor does it take over the counts of one (%d lines to %s)%s' % (
            label, len(lost), lost[-1][1][:10],
            ''.join('; %s of %s is left empty' % cell for cell in sorted(cells))))
    return [row for row in rows if row[2] in sides], sides


def columns_of(category):
    return ['attacker_' + column for column, names in VISUAL.items() if category in names]


def repaired(changes):
    """The count of one category and state after each reading of the page, [(date, count or None)]: None where the
    page was misread, that is between a leap that no revision explains and the reading that takes it back."""
    counts, count = [], 0
    for stamp, value in changes:
        count += value
        day = datetime.date.fromisoformat(stamp[:10])
        if counts and counts[-1][2] == stamp:
            counts[-1][1] = count
        else:
            counts.append([day, count, stamp])
    index = 1
    while index < len(counts):
        before, after = counts[index - 1][1], counts[index][1]
        if before is not None and abs(after - before) > VISUAL_LEAP and \
                abs(after - before) > VISUAL_LEAP_SHARE * max(before, after):
            back = taken_back(counts, index, before, after)
            for lost in range(index, back):
                counts[lost][1] = None
            index = max(back, index + 1)
        else:
            index += 1
    return [(day, value) for day, value, _ in counts]


def taken_back(counts, index, before, after):
    """Index of the reading that undoes a leap from `before` to `after`, or `index` when none does in time."""
    for later in range(index + 1, len(counts)):
        if (counts[later][0] - counts[index][0]).days > VISUAL_LEAP_DAYS:
            break
        value = counts[later][1]
        if (after < before and value >= 0.9 * before) or (after > before and value <= 1.1 * before + 10):
            return later
    return index


def level_at(levels, date):
    """The last known count on or before a date; between readings lost to a misread page, on the straight line between
    the good readings around them."""
    known, lost, following = (None, 0), False, None
    for when, count in levels:
        if when > date and count is not None:
            following = (when, count)
            break
        if when <= date:
            lost = count is None
            if count is not None:
                known = (when, count)
    if not lost or known[0] is None or following is None:
        return known[1]
    share = (date - known[0]).days / (following[0] - known[0]).days
    return known[1] + share * (following[1] - known[1])


def visual_levels(rows, sides, side):
    """{(category, state): [(date, count or None)]} of a side, and the date of its last reading. A list that is emptied
    at one timestamp has ended: its last reading is the one before."""
    wanted = {category for names in VISUAL.values() for category in names}
    stamps, total, pieces = [], 0, {}
    for _, stamp, label, category, state, value in rows:
        if sides[label] != side:
            continue
        if not stamps or stamps[-1][0] != stamp:
            stamps.append([stamp, 0])
        total += value
        stamps[-1][1] = total
        if category in wanted:
            pieces.setdefault((category, state), []).append((stamp, value))
    emptied = [stamp for stamp, left in stamps if left == 0]
    end = min(emptied) if emptied else None
    alive = [stamp for stamp, _ in stamps if end is None or stamp < end]
    if not alive:
        return {}, None
    levels = {}
    for key, changes in pieces.items():
        levels[key] = repaired([change for change in changes if end is None or change[0] < end])
    return levels, datetime.date.fromisoformat(alive[-1][:10])


def read_log(path, doubts):
    """Changes in the order of their times as (line, timestamp, label, category, state, value). One that cannot be read
    is left out: its month is in doubt, and those after it are right again, since they are differences of counts."""
    rows, lines = [], {}
    for line, row in read_csv(path, ('timestamp', 'country', 'category', 'state', 'value'), doubts):
        category = ' '.join(row['category'].split())
        columns = columns_of(category)
        try:
            date = lines[line] = to_date(path, line, row['timestamp'])
        except InputError as error:
            doubts.skip_fault(line, error)
            continue
        try:
            value = to_count(path, line, 'value', row['value'], -math.inf)
            if row['state'] not in VISUAL_STATES and columns:
                raise InputError(path, line, 'state "%s" of "%s" is unknown' % (row['state'], category))
        except InputError as error:
            if columns:
                doubts.add(line, date, columns, error.text)
            continue
        rows.append((line, row['timestamp'], ' '.join(row['country'].split()), category, row['state'], value))
    if not rows:
        raise doubts.first or InputError(path, 0, 'has no usable row')
    for line in doubts.undated:
        for month in dates_around(line, lines):
            doubts.add_month(line, month, ALL_COLUMNS, 'a line without a date may belong here')
    return sorted(rows, key=lambda row: row[1])


ALL_COLUMNS = ['attacker_' + column for column in VISUAL]


def silences(days):
    """[(last reading before, first reading after)] of times from which lines of the log are missing.
    days: {date: change of all counts}."""
    dates, result = sorted(days), []
    for before, after in zip(dates, dates[1:]):
        silent = (after - before).days
        if silent <= SILENT_DAYS:
            continue
        usual = sum(value for date, value in days.items() if 0 < abs((date - after).days) <= 45) / 90
        arrears = sum(value for date, value in days.items() if 0 <= (date - after).days < ARREARS_DAYS)
        if silent > SILENT_AT_MOST or arrears < ARREARS_SHARE * usual * (silent + ARREARS_DAYS - 1):
            result.append((before, after))
    return result


def doubt_silences(rows, sides, doubts):
    days = {}
    for _, stamp, label, _, _, value in rows:
        if sides[label] == 'attacker':
            date = datetime.date.fromisoformat(stamp[:10])
            days[date] = days.get(date, 0) + value
    for before, after in silences(days):
        count = {}
        for offset in range(1, (after - before).days):
            month = month_of(before + datetime.timedelta(days=offset))
            count[month] = count.get(month, 0) + 1
        for month in count:
            if count[month] > TOUCHED_DAYS:
                doubts.add_month(0, month, ALL_COLUMNS, 'nothing was entered from %s to %s' % (before, after))


def doubt_changes(levels, columns, doubts):
    """Days on which a column changes out of proportion."""
    for column, categories in columns.items():
        of_column = [changes for (category, _), changes in levels.items() if category in categories]
        changes, before = {}, 0
        for date in sorted({date for known in of_column for date, _ in known}):
            level = sum(level_at(known, date) for known in of_column)
            changes[date], before = abs(level - before), level
        for date, value, limit in days_out_of_proportion(changes, **VISUAL_CHANGE):
            doubts.add(0, date, ['attacker_' + column], 'the count changes by %d, where the days around allow %d' % (
                value, limit))


def import_visual(directory):
    path = os.path.join(directory, 'losses', 'oryx_log.csv')
    doubts = Doubts(path, days_apart=True)
    rows, sides = known_sides(read_log(path, doubts), doubts)
    levels, end = visual_levels(rows, sides, 'attacker')
    if end is None:
        raise InputError(path, 0, 'has no losses of Russia')
    doubt_silences(rows, sides, doubts)
    doubt_changes(levels, VISUAL, doubts)
    table = {}
    for column, categories in VISUAL.items():
        before = 0
        for month in months(month_of(WAR_BEGINS), month_of(end)):
            if (last_day(month) - end).days > MONTH_END_DAYS:
                break
            level = round(sum(level_at(changes, last_day(month))
                              for (category, _), changes in levels.items() if category in categories))
            table.setdefault(month, {})['attacker_' + column] = level - before
            before = level
    doubts.empty(table)
    for row in table.values():
        if 'attacker_tanks' in row and 'attacker_armoured_vehicles' in row:
            row['attacker_armour'] = row['attacker_tanks'] + row['attacker_armoured_vehicles']
    return ['attacker_tanks', 'attacker_armoured_vehicles', 'attacker_armour', 'attacker_artillery'], table


def read_daily_totals(path, columns, doubts):
    """{(column, type): {date: count}} of the defender, and the days that were read. A count that cannot be read leaves
    its month in doubt and the next, which begins with it."""
    totals, read = {}, set()
    for line, row in read_csv(path, ('country', 'equipment_type', 'type_total', 'date_recorded'), doubts):
        if VISUAL_SIDES.get(row['country']) != 'defender':
            continue
        category = row['equipment_type'].strip().lower()
        named = [column for column in columns if category in VISUAL[column]]
        try:
            date = to_date(path, line, row['date_recorded'])
        except InputError as error:
            doubts.skip_fault(line, error)
            continue
        try:
            count = to_count(path, line, 'type_total', row['type_total'])
            for column in named:
                if totals.setdefault((column, category), {}).setdefault(date, count) != count:
                    raise InputError(path, line, '"%s" has two counts on %s' % (row['equipment_type'], date))
        except InputError as error:
            doubts.add(line, date, named, error.text)
            doubts.cells.update((column, next_month(month_of(date))) for column in named)
            continue
        read.add(date)
    return totals, read


def import_visual_defender(directory):
    """The defender's losses from daily totals by type. Rows are there for days of change only, so a month's end is
    known when any type of the defender was read within three days of it."""
    path = os.path.join(directory, DEFENDER_FILE)
    columns = ('tanks', 'armoured_vehicles')
    doubts = Doubts(path, days_apart=True)
    totals, read = read_daily_totals(path, columns, doubts)
    for column in columns:
        for category in VISUAL[column]:
            if (column, category) not in totals:
                raise InputError(path, 0, 'has no rows of Ukraine with type "%s"' % category)

    ends = month_ends(dict.fromkeys(read, True))
    levels = {key: repaired(changes_of(counts)) for key, counts in totals.items()}
    known = {month: {column: round(sum(level_at(counts, last_day(month))
                                       for (name, _), counts in levels.items() if name == column))
                     for column in columns} for month in ends}
    table = {}
    for month, level in known.items():
        if next_month(month) in known:
            row = {column: known[next_month(month)][column] - level[column] for column in columns}
            table[next_month(month)] = row
    doubts.empty(table)
    for row in table.values():
        if len(row) == len(columns):
            row['armour'] = row['tanks'] + row['armoured_vehicles']
    return list(columns) + ['armour'], table


def changes_of(counts):
    """[(day, change)] of the counts by day."""
    dates = sorted(counts)
    return [(date.isoformat(), counts[date] - (counts[before] if before else 0))
            for before, date in zip([None] + dates, dates)]
