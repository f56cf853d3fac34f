"""Territory: km2 held by the attacker at the end of the month, by mapper."""

import glob
import json
import math
import os
import re

from ukraine.reading import Doubts, InputError, month_ends, read_csv, read_text, to_date, to_number

EARTH_AUTHALIC_RADIUS_KM = 6371.0072


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


def read_isw(directory):
    """Assessed control plus assessed advances. Days on which either layer is absent were not mapped in full, and
    days on which one of the two is an evident misread (the sum leaps and comes back the next day) are left
    to the days around them: a month's end takes its last good day."""
    path = os.path.join(directory, 'territory', 'isw_daily_areas.csv')
    layers, doubts = {}, Doubts(path, days_apart=True)
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
    return without_leaps(area)


def without_leaps(area):
    """Drop single readings that differ by more than 300 km2 from both neighbours while these agree to 100."""
    dates = sorted(area)
    bad = {today for before, today, after in zip(dates, dates[1:], dates[2:])
           if abs(area[today] - area[before]) > 300 and abs(area[today] - area[after]) > 300
           and abs(area[after] - area[before]) < 100}
    return {date: area[date] for date in dates if date not in bad}


def read_areas(path, column):
    """{date: area}; a day whose line cannot be read, or that has two areas, is left to the days around it."""
    area, doubts = {}, Doubts(path, days_apart=True)
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


def read_deepstate(directory):
    """Areas computed before (CSV), or from the mapper's polygons as downloaded, or both, which must agree."""
    folder = os.path.join(directory, 'territory')
    path = os.path.join(folder, 'deepstate_occupied_area.csv')
    polygons = sorted(glob.glob(os.path.join(folder, 'deepstatemap_data_*.geojson')))
    area = read_areas(path, 'occupied_km2') if os.path.exists(path) or not polygons else {}
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
    sources = {
        'isw': read_isw(directory),
        'liveuamap': read_areas(os.path.join(directory, 'territory', 'liveuamap_territory.csv'), 'area'),
        'deepstate': read_deepstate(directory)}
    table = {}
    for column, area in sources.items():
        for month, value in month_ends(area).items():
            table.setdefault(month, {})[column] = value
    return list(sources), table
