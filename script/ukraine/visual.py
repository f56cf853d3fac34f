"""Visually confirmed losses of equipment (Oryx), by month of entry into the list."""

import datetime
import math
import os

from ukraine.reading import (
    Doubts, InputError, MONTH_END_DAYS, WAR_BEGINS, last_day, month_ends, month_of, months, next_month, read_csv, to_count,
    to_date)

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


def visual_sides(path, rows):
    """Which side each label of the log belongs to.

    The log calls the sides by headings of the page it reads, and one heading changed. An unknown label is accepted as
    a side's new name if at its first timestamp it takes over, piece by piece, what that side gives up."""
    sides = dict(VISUAL_SIDES)
    moves = {}
    for line, stamp, label, category, state, value in rows:
        moves.setdefault(stamp, {}).setdefault(label, []).append((line, category, state, value))
    for stamp in sorted(moves):
        for label in moves[stamp]:
            if label in sides:
                continue
            line = moves[stamp][label][0][0]
            taken = {(category, state): value for _, category, state, value in moves[stamp][label]}
            for known in [name for name in moves[stamp] if name in sides]:
                given = {(category, state): -value for _, category, state, value in moves[stamp][known]}
                if given == taken:
                    sides[label] = sides[known]
            if label not in sides:
                raise InputError(
                    path, line, 'country "%s" is neither side, nor does it take over the counts of one' % label)
    return sides


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
    rows = []
    for line, row in read_csv(path, ('timestamp', 'country', 'category', 'state', 'value'), doubts):
        category = ' '.join(row['category'].split())
        columns = ['attacker_' + column for column, names in VISUAL.items() if category in names]
        try:
            date = to_date(path, line, row['timestamp'])
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
    return sorted(rows, key=lambda row: row[1])


def import_visual(directory):
    path = os.path.join(directory, 'losses', 'oryx_log.csv')
    doubts = Doubts(path, days_apart=True)
    rows = read_log(path, doubts)
    sides = visual_sides(path, rows)

    levels, end = visual_levels(rows, sides, 'attacker')
    if end is None:
        raise InputError(path, 0, 'has no losses of Russia')
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
    known = {month: {column: sum(last_before(counts, last_day(month))
                                 for (name, _), counts in totals.items() if name == column)
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


def last_before(counts, date):
    earlier = [when for when in counts if when <= date]
    return counts[max(earlier)] if earlier else 0
