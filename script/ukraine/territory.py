"""Territory: km2 held by the attacker at the end of the month, by mapper."""

import datetime
import glob
import json
import math
import os
import re

from ukraine.plausible import months_after, without_runs
from ukraine.reading import (
    Doubts, InputError, last_day, month_ends, months, read_csv, read_text, to_date, to_number)

EARTH_AUTHALIC_RADIUS_KM = 6371.0072

# The whole of Ukraine, Crimea included; a map that shows no ground held is as wrong as one that shows more than this.
COUNTRY_KM2 = 603700

# A day's step of a map. Since 2023 the largest of any mapper was 320 km2 (ISW, 24 November 2025): half as much again,
# and 50 km2 for each day that lies between, twice what the front has moved in the fastest month (715 km2). In 2022 maps
# grew by up to 63 % in a day: then no more than to the double or to the half.
STEP_KM2, DAY_KM2, STEADY_FROM, STEP_FACTOR = 480, 50, datetime.date(2023, 1, 1), 2


def ring_area(ring):
    """Area of a closed ring of (longitude, latitude) in degrees on the authalic sphere, km2, positive when the
    ring runs anticlockwise; edges are straight on the cylindrical equal-area map, which differs from great
    circles by far less than the mapper's own error at edges of a few kilometres."""
    total = 0.0
    for (longitude, latitude), (next_longitude, next_latitude) in zip(ring, ring[1:]):
        height = math.sin(math.radians(latitude)) + math.sin(math.radians(next_latitude))
        total -= math.radians(next_longitude - longitude) * height / 2
    return total * EARTH_AUTHALIC_RADIUS_KM ** 2


def polygon_area(path, polygons):
    """Area of a list of polygons, each an outer ring followed by its holes."""
    total = 0.0
    try:
        for rings in polygons:
            for index, ring in enumerate(rings):
                points = [(float(point[0]), float(point[1])) for point in ring]
                if len(points) < 4 or points[0] != points[-1]:
                    raise InputError(path, 0, 'has a ring that is not closed')
                total += abs(ring_area(points)) * (-1 if index else 1)
    except (TypeError, ValueError, IndexError):
        raise InputError(path, 0, 'has a point that is not a pair of numbers') from None
    return total


def geojson_area(path):
    try:
        document = json.loads(read_text(path))
        geometries = [feature['geometry'] for feature in document['features']]
        total = 0.0
        for geometry in geometries:
            if geometry['type'] == 'MultiPolygon':
                total += polygon_area(path, geometry['coordinates'])
            elif geometry['type'] == 'Polygon':
                total += polygon_area(path, [geometry['coordinates']])
            else:
                raise InputError(path, 0, 'has a geometry of type "%s", not a polygon' % geometry['type'])
    except json.JSONDecodeError as error:
        raise InputError(path, error.lineno, 'is not JSON') from None
    except (KeyError, TypeError, RecursionError):
        raise InputError(path, 0, 'is not a GeoJSON collection of features') from None
    return total


def ends_of_months(area, column, doubts):
    """{month: area at its end}. Areas that cannot be, and runs of days that leap away and come back, are left to the
    days around them; a leap that stays leaves its month empty, since a map was redrawn or damaged."""
    for date in sorted(area):
        if not 0 < area[date] <= COUNTRY_KM2:
            doubts.skip_day(0, date, [column], '%g km2 cannot be held of %d' % (area.pop(date), COUNTRY_KM2))

    def possible(before, after):
        if after < STEADY_FROM:
            return area[before] / STEP_FACTOR <= area[after] <= area[before] * STEP_FACTOR
        return abs(area[after] - area[before]) <= STEP_KM2 + DAY_KM2 * ((after - before).days - 1)

    good, runs, leaps = without_runs(sorted(area), possible)
    for first, last in runs:
        doubts.skip_day(0, first if first == last else '%s to %s' % (first, last), [column],
                        '%g km2 does not fit the days around it' % area[first])
    ends = month_ends({date: area[date] for date in good})
    for before, after in leaps:
        for month in months_after(before, after):
            doubts.add_month(0, month, [column], 'the area goes from %g to %g km2 on %s' % (
                area[before], area[after], after))
            ends.pop(month, None)
    for month in months(min(ends), max(ends)) if ends else []:
        if month not in ends and (column, month) not in doubts.cells:
            doubts.add(0, last_day(month), [column], 'no area in the last days of the month')
    return ends


def read_isw(doubts):
    """Assessed control plus assessed advances. Days on which either layer is absent were not mapped in full, and
    days on which one of the two is an evident misread (the sum leaps and comes back the next day) are left
    to the days around them: a month's end takes its last good day."""
    path, layers = doubts.path, {}
    for line, row in read_csv(path, ('date', 'layer', 'area_km2'), doubts):
        try:
            day = layers.setdefault(to_date(path, line, row['date']), {})
            value = to_number(path, line, 'area_km2', row['area_km2'], 0)
            if day.setdefault(row['layer'], value) != value:
                day[row['layer']] = None
                raise InputError(path, line, 'layer "%s" has two areas on %s' % (row['layer'], row['date']))
        except InputError as error:
            doubts.skip_fault(line, error)
    layers = {date: {layer: value for layer, value in day.items() if value is not None} for date, day in layers.items()}
    wanted = ('ukraine_control_map', 'russian_advances')
    if not any(all(layer in day for layer in wanted) for day in layers.values()):
        raise doubts.first or InputError(path, 0, 'has no day with both "%s" and "%s"' % wanted)
    area = {date: sum(day[layer] for layer in wanted)
            for date, day in layers.items() if all(layer in day for layer in wanted)}
    return without_leaps(area, doubts)


def without_leaps(area, doubts):
    """Drop single readings that differ by more than 300 km2 from both neighbours while these agree to 100."""
    dates = sorted(area)
    bad = {today for before, today, after in zip(dates, dates[1:], dates[2:])
           if abs(area[today] - area[before]) > 300 and abs(area[today] - area[after]) > 300
           and abs(area[after] - area[before]) < 100}
    for date in sorted(bad):
        doubts.skip_day(0, date, ['isw'], '%g km2 does not fit the days around it' % area[date])
    return {date: area[date] for date in dates if date not in bad}


def read_areas(column, doubts):
    """{date: area}; a day whose line cannot be read, or that has two areas, is left to the days around it."""
    path, area = doubts.path, {}
    for line, row in read_csv(path, ('date', column), doubts):
        try:
            date = to_date(path, line, row['date'])
            value = to_number(path, line, column, row[column], 0)
            if area.setdefault(date, value) != value:
                area[date] = None
                raise InputError(path, line, 'date %s has two areas' % date)
        except InputError as error:
            doubts.skip_fault(line, error)
    area = {date: value for date, value in area.items() if value is not None}
    if not area:
        raise doubts.first
    return area


def read_deepstate(doubts):
    """Areas computed before (CSV), or from the mapper's polygons as downloaded, or both, which must agree."""
    path = doubts.path
    polygons = sorted(glob.glob(os.path.join(os.path.dirname(path), 'deepstatemap_data_*.geojson')))
    area = read_areas('occupied_km2', doubts) if os.path.exists(path) or not polygons else {}
    first = None
    for polygon in polygons:
        try:
            add_polygon(polygon, path, area)
        except InputError as error:
            first = first or error
            Doubts.told.append('%s; the day is left out' % error)
    if not area and first:
        raise first
    return area


def add_polygon(polygon, path, area):
    """The area of a day from its polygons; a day on which the table says otherwise is in doubt, and taken out."""
    match = re.search(r'_(\d{4})(\d\d)(\d\d)\.geojson$', polygon)
    if not match:
        raise InputError(polygon, 0, 'has no date (YYYYMMDD) in its name')
    date = to_date(polygon, 0, '-'.join(match.groups()))
    computed = geojson_area(polygon)
    if abs(area.setdefault(date, computed) - computed) > 0.5:
        told = area.pop(date)
        raise InputError(polygon, 0, 'covers %.1f km2, but %s says %.1f' % (computed, path, told))


def import_territory(directory):
    readers = {
        'isw': ('isw_daily_areas', read_isw),
        'liveuamap': ('liveuamap_territory', lambda doubts: read_areas('area', doubts)),
        'deepstate': ('deepstate_occupied_area', read_deepstate)}
    table = {}
    for column, (name, read) in readers.items():
        doubts = Doubts(os.path.join(directory, 'territory', name + '.csv'), days_apart=True)
        for month, value in ends_of_months(read(doubts), column, doubts).items():
            table.setdefault(month, {})[column] = value
    return list(readers), table
