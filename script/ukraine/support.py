"""Support to the defender: allocations by group of donors and kind, EUR bn a month (Kiel tracker)."""

import csv
import os

from ukraine.reading import Doubts, InputError, is_month, months, read_csv, to_number

# The Kiel tracker's donors, by group. "Europe" is what could stand in for the United States by common European
# decisions: the members and institutions of the European Union, the United Kingdom, Norway, Switzerland
# and Iceland. Turkiye is counted with the others.
EUROPE = {
    'Austria', 'Belgium', 'Bulgaria', 'Croatia', 'Cyprus', 'Czechia', 'Denmark', 'Estonia', 'Finland',
    'France', 'Germany', 'Greece', 'Hungary', 'Ireland', 'Italy', 'Latvia', 'Lithuania', 'Luxembourg',
    'Malta', 'Netherlands', 'Poland', 'Portugal', 'Romania', 'Slovakia', 'Slovenia', 'Spain', 'Sweden',
    'EU (Commission and Council)', 'European Investment Bank',
    'United Kingdom', 'Norway', 'Switzerland', 'Iceland'}
US = {'United States'}
OTHER = {
    'Australia', 'Canada', 'China', 'India', 'Japan', 'New Zealand', 'South Korea', 'Taiwan', 'Turkiye'}
KINDS = ('military', 'financial', 'humanitarian')

# Sums over donors must match the tracker's own totals to this many EUR bn a month (its figures are rounded
# to a thousand euros).
SUPPORT_TOLERANCE = 0.0005

# The four origins may miss the military total by so many EUR bn: half as much again as the most, 2.07 (December 2023).
ORIGINS_TOLERANCE = 3.1

# An earlier series is one of the same support where more than half of its values lie so near those read now.
SAME_SUPPORT = 0.1


def kiel_month(path, line, row):
    text = '%s-%s' % (row['year'], row['month'].zfill(2))
    if not is_month(text):
        raise InputError(path, line, 'year "%s" and month "%s" are not a month' % (row['year'], row['month']))
    return text


def donor_group(path, line, country):
    for group, members in (('us', US), ('europe', EUROPE), ('other', OTHER)):
        if country in members:
            return group
    raise InputError(path, line, 'donor "%s" belongs to no group of script/import-ukraine' % country)


GROUPS = ('us', 'europe', 'other')
COLUMNS = ['%s_%s' % (group, kind) for kind in KINDS for group in GROUPS]
ORIGINS = {'stockpile': 'stockpile', 'procurement': 'procurement', 'unspecified': 'unspecified', 'purl': 'nato_purl'}
ORIGIN_COLUMNS = list(ORIGINS) + ['stockpile_share']

# Columns that drive the model of cases/ukraine, which does not load when one of their months is empty.
DRIVING = ['%s_%s' % (group, kind) for kind in KINDS[:2] for group in GROUPS] + ['stockpile_share']


def columns_of(kind):
    return ['%s_%s' % (group, kind) for group in GROUPS]


def read_totals(path, doubts):
    """{month: (line, {kind: total})}; a kind that cannot be read is None."""
    totals = {}
    for line, row in read_csv(path, ('year', 'month') + KINDS, doubts):
        try:
            month = kiel_month(path, line, row)
        except InputError as error:
            doubts.skip_fault(line, error)
            continue
        total = {}
        for kind in KINDS:
            try:
                total[kind] = to_number(path, line, kind, row[kind])
            except InputError as error:
                total[kind] = None
                doubts.add_month(line, month, columns_of(kind), error.text)
        if month in totals and totals[month][1] != total:
            doubts.add_month(line, month, COLUMNS, 'month %s occurs twice' % month)
        totals[month] = (line, total)
    if not totals:
        raise doubts.first
    return totals


def add_donors(path, table, doubts):
    """Adds the rows of donors to the months of the table. What a donor whom nobody has put in a group has given is then
    missing from the sums, which empties its months; the donor is named once."""
    seen, unknown = set(), set()
    for line, row in read_csv(path, ('country', 'year', 'month') + KINDS, doubts):
        country = row['country']
        try:
            month = kiel_month(path, line, row)
            group = donor_group(path, line, country)
        except InputError as error:
            if country not in unknown:
                doubts.skip_fault(line, error)
            continue
        finally:
            unknown.update({country} - US - EUROPE - OTHER)
        if month not in table:
            doubts.skip(line, 'month %s is in no total' % month)
            continue
        if (month, country) in seen:
            doubts.skip(line, 'donor "%s" has two rows for %s, of which the first is used' % (country, month))
            continue
        seen.add((month, country))
        for kind in KINDS:
            try:
                table[month]['%s_%s' % (group, kind)] += to_number(path, line, kind, row[kind])
            except InputError as error:
                doubts.add_month(line, month, columns_of(kind), error.text)
    if not seen:
        raise doubts.first or InputError(path, 0, 'has no usable row')


def check_sums(totals, table, donors_path, doubts):
    """Months in which the donors miss the tracker's own total: the kind is left empty, unless that is told already."""
    for month in table:
        line, total = totals.get(month, (0, None))
        if total is None:
            doubts.add_month(0, month, COLUMNS, 'month %s is missing' % month)
            continue
        for kind in KINDS:
            donors = sum(table[month][column] for column in columns_of(kind))
            known = total[kind] is not None and not any((column, month) in doubts.cells for column in columns_of(kind))
            if known and abs(donors - total[kind]) > SUPPORT_TOLERANCE:
                doubts.add_month(line, month, columns_of(kind),
                                 '%s allocations of %s are %.6f, but the donors in %s add up to %.6f'
                                 % (kind, month, total[kind], donors_path, donors))


def add_origins(path, totals, table, doubts):
    seen = set()
    for line, row in read_csv(path, ('year', 'month') + tuple(ORIGINS.values()), doubts):
        try:
            month = kiel_month(path, line, row)
        except InputError as error:
            doubts.skip_fault(line, error)
            continue
        if month not in table:
            doubts.skip(line, 'month %s is in no total' % month)
            continue
        try:
            values = {column: to_number(path, line, origin, row[origin], 0) for column, origin in ORIGINS.items()}
        except InputError as error:
            doubts.add_month(line, month, list(ORIGINS), error.text)
            continue
        if month in seen and any(table[month][column] != values[column] for column in ORIGINS):
            doubts.add_month(line, month, list(ORIGINS), 'month %s occurs twice' % month)
        seen.add(month)
        table[month].update(values)
        military = totals.get(month, (0, {'military': None}))[1]['military']
        if military is not None and abs(sum(values.values()) - military) > ORIGINS_TOLERANCE:
            doubts.add_month(line, month, list(ORIGINS), 'the origins add up to %.6f, but military allocations are %.6f'
                             % (sum(values.values()), military))
    for month, (_, total) in totals.items():
        if month not in seen and total['military'] != 0 and ('stockpile', month) not in doubts.cells:
            doubts.add_month(0, month, list(ORIGINS), 'month %s is missing' % month)


def series_before(paths, table):
    """{month: {column: number}} of the first of the files that holds the same support as has been read now: another
    series under that name must not lend its months."""
    for path in paths:
        try:
            with open(path, encoding='utf-8', newline='') as file:
                before = {row['month']: {column: float(row[column]) for column in COLUMNS + list(ORIGINS)
                                         if row[column]} for row in csv.DictReader(file)}
        except (OSError, ValueError, KeyError, TypeError, csv.Error):
            continue
        pairs = [(value, table[month][column]) for month in before if month in table
                 for column, value in before[month].items() if value or table[month][column]]
        alike = sum(abs(then - now) <= SAME_SUPPORT * max(abs(then), abs(now)) for then, now in pairs)
        if alike > len(pairs) / 2:
            return path, before
    return '', {}


def keep(table, path, before, doubts):
    """A month of support that cannot be read keeps what the project has: the case does not load without it, and from
    release to release the tracker revises few months by much."""
    for column, month in sorted(doubts.cells):
        if month in table and column in before.get(month, {}):
            table[month][column] = before[month][column]
            doubts.cells.discard((column, month))
            Doubts.told.append('%s: %s, %s: keeps %g, which it has in %s' % (
                doubts.path, month, column, table[month][column], path))


def import_support(directory, series=()):
    """series: files of earlier imports whose values stay where a month cannot be read."""
    paths = [os.path.join(directory, 'kiel', name + '.csv')
             for name in ('total_allocations', 'data_explorer', 'procurement_trends')]
    totals_doubts, donors_doubts, origins_doubts = doubts = [Doubts(path, days_apart=True) for path in paths]
    totals = read_totals(paths[0], totals_doubts)
    span = months(min(totals), max(totals))
    table = {month: dict.fromkeys(COLUMNS + list(ORIGINS), 0.0) for month in span}
    add_donors(paths[1], table, donors_doubts)
    totals_doubts.cells |= donors_doubts.cells
    donors_doubts.cells = set()
    check_sums(totals, table, paths[1], totals_doubts)
    add_origins(paths[2], totals, table, origins_doubts)
    path, before = series_before(series, table)
    keep(table, path, before, totals_doubts)
    keep(table, path, before, origins_doubts)
    add_shares(table, span, origins_doubts)
    for doubt in doubts:
        doubt.empty(table)
    return COLUMNS + ORIGIN_COLUMNS, table


def add_shares(table, span, doubts):
    """The share of each month, of the months of its year whose origins are known."""
    known = [month for month in span if ('stockpile', month) not in doubts.cells]
    for index, month in enumerate(span):
        year = [other for other in span[max(0, index - 11):index + 1] if other in known]
        table[month]['stockpile_share'] = stockpile_share([table[other] for other in year])
        if month not in known:
            Doubts.told.append('%s: %s, stockpile_share: to %s it is the share of the other months' % (
                doubts.path, month, span[min(index + 11, len(span) - 1)]))


def stockpile_share(rows):
    """Share taken out of stocks of what has a known origin: single months are too uneven to be a mix."""
    known = sum(row['stockpile'] + row['procurement'] + row['purl'] for row in rows)
    return sum(row['stockpile'] for row in rows) / known if known > 0 else None
