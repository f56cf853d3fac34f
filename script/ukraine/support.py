"""Support to the defender: allocations by group of donors and kind, EUR bn a month (Kiel tracker)."""

import os

from ukraine.reading import InputError, is_month, months, read_csv, to_number

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


def import_support(directory):
    groups = ('us', 'europe', 'other')
    columns = ['%s_%s' % (group, kind) for kind in KINDS for group in groups]
    origins = {'stockpile': 'stockpile', 'procurement': 'procurement', 'unspecified': 'unspecified',
               'purl': 'nato_purl'}

    totals = {}
    path = os.path.join(directory, 'kiel', 'total_allocations.csv')
    total_path = path
    for line, row in read_csv(path, ('year', 'month') + KINDS):
        month = kiel_month(path, line, row)
        if month in totals:
            raise InputError(path, line, 'month %s occurs twice' % month)
        totals[month] = (line, {kind: to_number(path, line, kind, row[kind]) for kind in KINDS})

    span = months(min(totals), max(totals))
    table = {month: dict.fromkeys(columns, 0.0) for month in span}
    path = os.path.join(directory, 'kiel', 'data_explorer.csv')
    seen = set()
    for line, row in read_csv(path, ('country', 'year', 'month') + KINDS):
        month, country = kiel_month(path, line, row), row['country']
        if (month, country) in seen:
            raise InputError(path, line, 'donor "%s" has two rows for %s' % (country, month))
        seen.add((month, country))
        group = donor_group(path, line, country)
        if month not in table:
            raise InputError(path, line, 'month %s is not in %s' % (month, total_path))
        for kind in KINDS:
            table[month]['%s_%s' % (group, kind)] += to_number(path, line, kind, row[kind])

    for month in span:
        if month not in totals:
            raise InputError(total_path, 0, 'month %s is missing' % month)
        line, total = totals[month]
        for kind in KINDS:
            donors = sum(table[month]['%s_%s' % (group, kind)] for group in groups)
            if abs(donors - total[kind]) > SUPPORT_TOLERANCE:
                raise InputError(total_path, line, '%s allocations of %s are %.6f, but the donors in %s add up to %.6f'
                                 % (kind, month, total[kind], path, donors))

    path = os.path.join(directory, 'kiel', 'procurement_trends.csv')
    for line, row in read_csv(path, ('year', 'month') + tuple(origins.values())):
        month = kiel_month(path, line, row)
        if month not in table:
            raise InputError(path, line, 'month %s is not in %s' % (month, total_path))
        if 'stockpile' in table[month]:
            raise InputError(path, line, 'month %s occurs twice' % month)
        for column, origin in origins.items():
            table[month][column] = to_number(path, line, origin, row[origin], 0)
    for month in span:
        for column in origins:
            table[month].setdefault(column, 0.0)
    for index, month in enumerate(span):
        year = span[max(0, index - 11):index + 1]
        table[month]['stockpile_share'] = stockpile_share([table[other] for other in year])
    return columns + list(origins) + ['stockpile_share'], table


def stockpile_share(rows):
    """Share taken out of stocks of what has a known origin: single months are too uneven to be a mix."""
    known = sum(row['stockpile'] + row['procurement'] + row['purl'] for row in rows)
    return sum(row['stockpile'] for row in rows) / known if known > 0 else None
