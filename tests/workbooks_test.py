#!/usr/bin/env python3
"""Models of Vensim read workbooks, written here by openpyxl (.xlsx) and xlwt (.xls), with their numbers.

usage: tests/workbooks_test.py TRUCE

The last line is "N passed, N failed"; the exit code is 1 when any failed, 77 when a library is missing.
"""

import csv
import datetime
import io
import os
import struct
import subprocess
import sys
import tempfile
import zipfile

try:
    import openpyxl
    import xlwt
    from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries
    from openpyxl.workbook.defined_name import DefinedName
except ImportError as missing:
    print(f'{missing}: script/bootstrap installs it')
    sys.exit(77)

PROGRAM = os.path.abspath(sys.argv[1])
CONTROL = '''
FINAL TIME = 4 ~~|
INITIAL TIME = 0 ~~|
SAVEPER = TIME STEP ~~|
TIME STEP = 0.5 ~~|
\\\\\\---/// Sketch information - do not modify anything except names
'''
results = []


def check(name, passed, note=''):
    results.append(passed)
    print(f'{"passed" if passed else "FAILED"}: {name}{"" if passed else " (" + note + ")"}')


# ---- Workbooks ---------------------------------------------------------------------------------------------

def fixed(place):
    """$B$2 of B2, and $B or $2 of a whole column or row."""
    return '$' + place if place.isdigit() or place.isalpha() else '$%s$%d' % coordinate_from_string(place)


def write_xlsx(path, sheets, names, dates_as_text=False):
    book = openpyxl.Workbook()
    book.iso_dates = dates_as_text
    book.remove(book.active)
    for title, cells in sheets.items():
        sheet = book.create_sheet(title)
        for place, value in cells.items():
            sheet[place] = value
    for name, sheet, area, local in names:
        first, _, last = area.partition(':')
        text = "'%s'!%s" % (sheet.replace("'", "''"), ':'.join(map(fixed, (first, last or first))))
        book.defined_names.append(DefinedName(name, attr_text=text,
                                              localSheetId=list(sheets).index(sheet) if local else None))
    book.save(path)


def name_record(name, sheet, area, local, titles):
    """Section 2.4.150 of [MS-XLS]: a name whose formula is one area of a sheet."""
    left, top, right, bottom = (given or whole for given, whole in zip(range_boundaries(area), (1, 1, 256, 65536)))
    index = titles.index(sheet)
    formula = struct.pack('<BHHHHH', 0x3B, index, top - 1, bottom - 1, left - 1, right - 1)
    data = struct.pack('<HBBHHHBBBBB', 0, 0, len(name), len(formula), 0, index + 1 if local else 0, 0, 0, 0, 0, 0)
    data += name.encode('latin-1') + formula
    return struct.pack('<HH', 0x18, len(data)) + data


def write_xls(path, sheets, names):
    book = xlwt.Workbook()
    titles = list(sheets)
    for title, cells in sheets.items():
        sheet = book.add_sheet(title)
        for place, value in cells.items():
            column, row = coordinate_from_string(place)
            sheet.write(row - 1, column_index_from_string(column) - 1, value)
    if names:
        links = struct.pack('<HHHH', 0x1AE, 4, len(titles), 0x0401)
        links += struct.pack('<HHH', 0x17, 2 + 6*len(titles), len(titles))
        links += b''.join(struct.pack('<HHH', 0, i, i) for i in range(len(titles)))
        links += b''.join(name_record(*name, titles) for name in names)
        book._Workbook__all_links_rec = lambda: links
    book.save(path)


WRITERS = {'xlsx': write_xlsx, 'xls': write_xls}


def run(model, files, arguments=()):
    with tempfile.TemporaryDirectory() as folder:
        for name, write in files.items():
            write(os.path.join(folder, name))
        with open(os.path.join(folder, 'model.mdl'), 'w', encoding='utf-8') as stream:
            stream.write('{UTF-8}\n' + model + CONTROL)
        done = subprocess.run([PROGRAM, 'run', 'model.mdl', *arguments], cwd=folder, capture_output=True, text=True)
    return done.returncode, list(csv.DictReader(io.StringIO(done.stdout))), done.stderr


def gives(title, model, sheets, expected, names=(), formats=('xlsx', 'xls')):
    """expected(t) -> numbers of some columns at a time."""
    for kind in formats:
        code, rows, said = run(model.replace('BOOK', f'book.{kind}'),
                               {f'book.{kind}': lambda path: WRITERS[kind](path, sheets, names)})
        wrong = [f'{name} at {row["time"]}: {row.get(name)}, not {value}' for row in rows
                 for name, value in expected(float(row['time'])).items()
                 if abs(float(row.get(name, 'nan')) - value) > 1e-12*max(1, abs(value)) or name not in row]
        check(f'{title} (.{kind})', code == 0 and len(rows) == 9 and not wrong, said.strip() or '; '.join(wrong[:3]))


def refuses(title, model, files, words):
    code, _, said = run(model, files)
    check(title, code == 2 and words in said and len(said.splitlines()) == 1, f'exit {code}: {said.strip()}')


def line(points, t):
    points = [p for p in points if p[1] is not None]
    if t <= points[0][0]:
        return points[0][1]
    for (a, low), (b, high) in zip(points, points[1:]):
        if t <= b:
            return low + (high - low)*(t - a)/(b - a)
    return points[-1][1]


def last(points, t):
    return [y for x, y in points if y is not None and x <= t][-1]


def next_one(points, t):
    return next((y for x, y in points if y is not None and x >= t), [y for _, y in points if y is not None][-1])


# ---- Cells --------------------------------------------------------------------------------------------------

DOWN = {'A1': 'year', 'B1': 'north', 'C1': 'south', 'A2': 0, 'A3': 1, 'A4': 3, 'A5': 4,
        'B2': 10, 'B3': 12.25, 'B4': -7, 'B5': 1e9, 'C2': 5, 'C4': 1/3, 'C5': 0.1, 'E1': 1, 'E2': 2, 'E3': 'three'}
NORTH = [(0, 10), (1, 12.25), (3, -7), (4, 1e9)]
SOUTH = [(0, 5), (1, None), (3, 1/3), (4, 0.1)]
gives('series that run down, of each kind', '''
Side: north, south ~~|
x[Side] :INTERPOLATE: := GET XLS DATA('BOOK', 'Data', 'A', 'B2') ~~|
back :HOLD BACKWARD: := GET DIRECT DATA('BOOK', 'data', 'a', 'c2') ~~|
ahead :LOOK FORWARD: := GET DIRECT DATA('BOOK', '2', 'A', 'C2') ~~|
raw :RAW: := GET DIRECT DATA('BOOK', 'Data', 'A', 'C2') ~~|
curve[Side](GET XLS LOOKUPS('BOOK', 'Data', 'A', 'B2')) ~~|
y[Side] = curve[Side](Time + 1) ~~|
''', {'First': {'A1': 1}, 'Data': DOWN},
      lambda t: {'x[north]': line(NORTH, t), 'x[south]': line(SOUTH, t), 'back': last(SOUTH, t),
                 'ahead': next_one(SOUTH, t), 'raw': dict(SOUTH).get(t) or -2.0**109,
                 'y[north]': line(NORTH, t + 1), 'y[south]': line(SOUTH, t + 1)})

ACROSS = {'A1': 'time', 'B1': 0, 'D1': 2, 'E1': 3, 'F1': 4, 'A2': 'a', 'B2': 1, 'C2': 100, 'D2': 5, 'F2': 7,
          'B3': 2, 'D3': 4, 'E3': 9, 'F3': 0, 'H1': 'notes', 'I1': 9, 'I2': 99}
gives('series that run across, with gaps in both lines', '''
Side: north, south ~~|
x[Side] := GET DIRECT DATA('BOOK', 'S', '1', 'B2') ~~|
''', {'S': ACROSS}, lambda t: {'x[north]': line([(0, 1), (2, 5), (4, 7)], t),
                               'x[south]': line([(0, 2), (2, 4), (3, 9), (4, 0)], t)})

MATRIX = {f'{"BCD"[j]}{2 + i}': 3*i + j + 1 for i in range(2) for j in range(3)}
gives('constants: one, across, down, a matrix, the matrix turned, by parts', '''
Two: A1, A2 ~~|
Three: (B1-B3) ~~|
Odd: B3, B1 ~~|
one = GET XLS CONSTANTS('BOOK', 'S', 'C3') ~~|
right[Three] = GET DIRECT CONSTANTS('BOOK', 'S', 'B2') ~~|
down[Two] = GET DIRECT CONSTANTS('BOOK', 'S', 'D2*') ~~|
both[Two, Three] = GET DIRECT CONSTANTS('BOOK', 'S', 'B2') ~~|
turned[Three, Two] = GET DIRECT CONSTANTS('BOOK', 'S', 'B2*') ~~|
cube[Two, A, Three] = GET DIRECT CONSTANTS('BOOK', 'S', 'B2') ~~|
cube[Two, B, Three] = GET DIRECT CONSTANTS('BOOK', 'S', 'B12') ~~|
Letters: A, B ~~|
ordered[Odd] = GET DIRECT CONSTANTS('BOOK', 'S', 'B2') ~~|
ordered[B2] = 7 ~~|
''', {'S': {**MATRIX, **{f'{"BCD"[j]}{12 + i}': 10*(3*i + j) for i in range(2) for j in range(3)}}}, lambda t: {
    'one': 5, 'right[B1]': 1, 'right[B3]': 3, 'down[A1]': 3, 'down[A2]': 6,
    **{f'both[A{i + 1}, B{j + 1}]': 3*i + j + 1 for i in range(2) for j in range(3)},
    **{f'turned[B{j + 1}, A{i + 1}]': 3*i + j + 1 for i in range(2) for j in range(3)},
    'cube[A2, A, B3]': 6, 'cube[A2, B, B3]': 50, 'ordered[B3]': 1, 'ordered[B1]': 2, 'ordered[B2]': 7})

gives('names of elements: a block, empty cells passed over, and to the first empty cell', '''
Block: GET DIRECT SUBSCRIPT('BOOK', 'S', 'A1', 'B3', 'at ') ~~|
Row: GET XLS SUBSCRIPT('BOOK', 'S', 'A1', 'B1', '') ~~|
Open: GET DIRECT SUBSCRIPT('BOOK', 'S', 'D1', '', 'Depth') ~~|
x[Block] = 1 ~~|
y[Open] = 2 ~~|
z[Row] = 3 ~~|
count = ELMCOUNT(Block) + 10*ELMCOUNT(Open) + 100*ELMCOUNT(Row) ~~|
''', {'S': {'A1': 'north', 'B1': 'süd', 'A2': 'east', 'B3': 'west', 'D1': 1, 'D2': 2, 'D4': 4}}, lambda t: {
    'x[at north]': 1, 'x[at west]': 1, 'y[Depth1]': 2, 'y[Depth2]': 2, 'z[süd]': 3, 'count': 4 + 20 + 200})

NAMES = [('when', 'Big one', 'B2:B4', False), ('level', 'Big one', 'E2:F4', False), ('corner', 'Big one', 'E2', False),
         ('when2', 'Own', 'C3:E3', True), ('level2', 'Own', 'C5:E6', True), ('corner', 'Own', 'C5', True),
         ('list', 'Big one', 'H1:H3', False)]
TABLE = {'B2': 0, 'B3': 2, 'B4': 4, 'B5': 5, 'E2': 1, 'E3': 5, 'E4': 3, 'E5': 1000, 'F2': 2, 'F3': 0, 'F4': 8,
         'H1': 'p', 'H2': 'q', 'H3': 'r'}
gives('areas by their names, of the workbook and of a sheet', '''
Side: north, south ~~|
List: GET DIRECT SUBSCRIPT('BOOK', 'Big one', 'LIST', '', '') ~~|
down[Side] := GET DIRECT DATA('BOOK', 'Big one', 'when', 'level') ~~|
across[Side] := GET DIRECT DATA('BOOK', 'Own', 'when2', 'level2') ~~|
mixed := GET DIRECT DATA('BOOK', 'Big one', 'B', 'corner') ~~|
one = GET DIRECT CONSTANTS('BOOK', 'Big one', 'Corner') ~~|
own = GET DIRECT CONSTANTS('BOOK', 'Own', 'corner') ~~|
turned[Side] = GET DIRECT CONSTANTS('BOOK', 'Big one', 'level*') ~~|
curve(GET DIRECT LOOKUPS('BOOK', 'Big one', 'when', 'level')) ~~|
y = curve(Time) ~~|
count = ELMCOUNT(List) ~~|
''', {'Big one': TABLE, 'Own': {'C3': 1, 'D3': 2, 'E3': 4, 'C5': 7, 'D5': 8, 'E5': 0,
                                                          'C6': 3, 'D6': 3, 'E6': 9}}, lambda t: {
    'down[north]': line([(0, 1), (2, 5), (4, 3)], t), 'down[south]': line([(0, 2), (2, 0), (4, 8)], t),
    'across[north]': line([(1, 7), (2, 8), (4, 0)], t), 'across[south]': line([(1, 3), (2, 3), (4, 9)], t),
    'mixed': 1, 'one': 1, 'own': 7, 'turned[north]': 1, 'turned[south]': 5,
    'y': line([(0, 1), (2, 5), (4, 3)], t), 'count': 3},
      names=NAMES)

gives('names of whole columns and rows', '''
Side: north, south ~~|
down[Side] := GET XLS DATA('BOOK', 'S', 'years', 'B2') ~~|
turned := GET XLS DATA('BOOK', 'T', 'times', 'B2') ~~|
bare := GET XLS DATA('BOOK', 'U', 'left', 'right') ~~|
first = GET XLS CONSTANTS('BOOK', 'U', 'right') ~~|
''', {'S': DOWN, 'T': ACROSS, 'U': {'A1': 0, 'A2': 4, 'D1': 1, 'D2': 3}}, lambda t: {
    'down[north]': line(NORTH, t), 'down[south]': line(SOUTH, t), 'turned': line([(0, 1), (2, 5), (4, 7)], t),
    'bare': 1 + t/2, 'first': 1},
      names=[('years', 'S', 'A:A', False), ('times', 'T', '1:1', False), ('left', 'U', 'A:A', True),
             ('right', 'U', 'D:D', True)])

DATES = {'A1': datetime.date(2023, 4, 1), 'A2': datetime.datetime(2023, 4, 1, 18), 'A3': datetime.date(1900, 3, 1),
         'A4': datetime.date(2024, 2, 29), 'A5': datetime.date(2023, 12, 31)}
DAYS = [45017, 45017.75, 61, 45351, 45291]
for dates_as_text in (False, True):
    code, rows, said = run("""
Days: (d1-d5) ~~|
x[Days] = GET XLS CONSTANTS('book.xlsx', 'S', 'A1*') ~~|
""", {'book.xlsx': lambda path: write_xlsx(path, {'S': DATES}, (), dates_as_text)})
    found = code == 0 and [float(rows[0][f'x[d{i}]']) for i in range(1, 6)]
    check(f'dates, as {"texts" if dates_as_text else "numbers"}', found == DAYS, said or str(found))

gives('numbers of every kind', '''
Kinds: (k1-k8) ~~|
x[Kinds] = GET DIRECT CONSTANTS('BOOK', 'S', 'A1*') ~~|
''', {'S': {'A1': 12, 'A2': -3, 'A3': 0.01, 'A4': -123456.78, 'A5': 1e-300, 'A6': 536870912, 'A7': '4.5', 'A8': True,
            'B1': 1, 'C1': 2, 'D1': 'text ' + 'é'*3000}},
      lambda t: dict(zip([f'x[k{i}]' for i in range(1, 9)], [12, -3, .01, -123456.78, 1e-300, 536870912, 4.5, 1])))

MANY = {f'A{i + 1}': f'name {i} ' + 'ä€'*(i % 60) for i in range(900)}
gives('many strings, over several records', '''
Names: GET DIRECT SUBSCRIPT('BOOK', 'S', 'A1', 'A900', '') ~~|
x[Names] = ELMCOUNT(Names) ~~|
''', {'S': MANY}, lambda t: {
    'x[name 0]': 900, 'x[name 899 ' + 'ä€'*59 + ']': 900, 'x[name 500 ' + 'ä€'*20 + ']': 900})

# ---- What is refused -----------------------------------------------------------------------------------------

BOOK = {'S': {'A1': 0, 'B1': 1, 'A2': 1, 'B2': 2}}
ONE = "x = GET XLS CONSTANTS('book.xlsx', 'S', 'B1') ~~|"


def book(path):
    write_xlsx(path, BOOK, ())


def bytes_of(content):
    def write(path):
        with open(path, 'wb') as stream:
            stream.write(content)
    return write


def part(sheet, **more):
    """A workbook by hand, to say what openpyxl does not."""
    office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    parts = {'_rels/.rels': f'<r:Relationships xmlns:r="x"><r:Relationship Id="a" Type="{office}/officeDocument" '
                            'Target="/xl/workbook.xml"/></r:Relationships>',
             'xl/workbook.xml': '<x:workbook xmlns:x="x" xmlns:r="r"><x:sheets><x:sheet name="S" r:id="b"/></x:sheets>'
                                '</x:workbook>',
             'xl/_rels/workbook.xml.rels': f'<Relationships><Relationship Id="b" Type="{office}/worksheet" '
                                           'Target="worksheets/one.xml"/></Relationships>',
             'xl/worksheets/one.xml': sheet, **more}

    def write(path):
        with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                if content is not None:
                    archive.writestr(name, content)
    return write


code, rows, said = run(ONE, {'book.xlsx': part('<x:worksheet xmlns:x="x"><x:sheetData><x:row><x:c><x:v>4</x:v></x:c>'
                                               '<x:c t="inlineStr"><x:is><x:r><x:t>6</x:t></x:r>'
                                               '<x:r><x:t>.5</x:t></x:r>'
                                               '<x:rPh><x:t>8</x:t></x:rPh></x:is></x:c></x:row></x:sheetData>'
                                               '</x:worksheet>')})
check('cells without places, prefixes, strings in their cells', code == 0 and float(rows[0]['x']) == 6.5, said)

SINCE_1904 = ('<workbook><workbookPr date1904="1"/><sheets><sheet name="S" id="b"/></sheets></workbook>')
code, rows, said = run(ONE, {'book.xlsx': part('<s><row><c r="B1" t="d"><v>2024-01-02T06:00:00.000Z</v></c></row></s>',
                                               **{'xl/workbook.xml': SINCE_1904})})
check('a date in a workbook that counts from 1904', code == 0 and float(rows[0]['x']) == 43831.25, said)
for wrong in ('2023-02-29', '2023-13-01', '2023-00-01', '2023-01-00', '2023-01-01T24:00:00', '1900-02-28', '2023-01',
              '2023-01-01+02:00'):
    refuses(f'a date that is none: {wrong}', ONE,
            {'book.xlsx': part(f'<s><row><c r="B1" t="d"><v>{wrong}</v></c></row></s>')}, 'holds no number')

code, rows, said = run("x := GET XLS DATA('book.xlsx', 'S', 'A', 'B1') ~~|", {'book.xlsx': part(
    '<worksheet><sheetData>'
    '<row><c><v>0</v></c><c><f>1+1</f><v>2</v></c></row>'
    '<row><c><v>1</v></c><c t="str"><f>IF(1,"",3)</f><v></v></c></row>'
    '<row><c><v>2</v></c><c><f>2+2</f><v>4</v></c></row></sheetData></worksheet>')})
check('a formula that gives an empty text is an empty cell', code == 0 and float(rows[0]['x']) == 2, said)

code, rows, said = run("x = GET XLS CONSTANTS('book.xls', 'S', 'B1') ~~|", {'book.xlsx': book})
check('a workbook saved in the newer format since is read, with a warning',
      code == 0 and float(rows[0]['x']) == 1 and 'does not exist; "book.xlsx" is read in its place' in said, said)
code, rows, said = run("x = GET XLS CONSTANTS('book.xls', 'S', 'B1') ~~|", {'book.xls': book})
check('its content, not its name, says what a workbook is', code == 0 and float(rows[0]['x']) == 1, said)

refuses('a workbook that is not there', ONE, {}, 'the file "book.xlsx" named here')
refuses('a sheet that is not there', ONE.replace("'S'", "'T'"), {'book.xlsx': book},
        'there is no sheet "T" (the first of 1 is "S")')
refuses('a cell without a number', ONE.replace('B1', 'C9'), {'book.xlsx': book},
        'row 9, column 3 of "book.xlsx" holds no number')
refuses('a name that is no name', ONE.replace('B1', 'nowhere'), {'book.xlsx': book},
        'and no name of an area of the sheet')
refuses('a formula without its value', ONE, {'book.xlsx': lambda p: write_xlsx(p, {'S': {'B1': '=1+1'}}, ())},
        'holds a formula without its value')
refuses('times that fall', "x := GET XLS DATA('book.xlsx', 'S', 'A', 'B1') ~~|",
        {'book.xlsx': lambda p: write_xlsx(p, {'S': {'A1': 2, 'A2': 1, 'B1': 1, 'B2': 1}}, ())}, 'must rise')
refuses('a spreadsheet of OpenDocument', ONE.replace('xlsx', 'ods'), {'book.ods': book},
        'save it as .xlsx or its sheet as CSV')
refuses('text under the name of a workbook', ONE, {'book.xlsx': bytes_of(b'a,b\n1,2\n')}, 'is not a workbook of a kind')
refuses('half a workbook', ONE, {'book.xlsx': bytes_of(b'PK\x03\x04' + bytes(100))}, 'the workbook is damaged')
refuses('half an old workbook', ONE.replace('xlsx', 'xls'),
        {'book.xls': bytes_of(b'\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1' + bytes(600))}, 'damaged')
refuses('a document type', ONE, {'book.xlsx': part('<!DOCTYPE x [<!ENTITY a "b">]><x/>')}, 'declares a document type')
refuses('a part that unpacks to more than it may', ONE, {'book.xlsx': part(b' '*(300 << 20))}, 'larger than the limit')
refuses('a cell beyond the last row', ONE, {'book.xlsx': part('<s><row><c r="A1048577"><v>1</v></c></row></s>')},
        'it has a cell "A1048577"')
refuses('a cell twice', ONE,
        {'book.xlsx': part('<s><row r="1"><c r="B1"><v>1</v></c><c r="B1"><v>2</v></c></row></s>')},
        'row 1, column 2 stands there twice')
refuses('a string that is not there', ONE, {'book.xlsx': part('<s><row><c t="s"><v>7</v></c></row></s>')},
        'refers to string 7 of 0')
refuses('a workbook outside of the folder', ONE.replace('book', '../book'), {}, 'is not in the folder of the model')

# ---- All of what is cut off or changed -------------------------------------------------------------------------

with tempfile.TemporaryDirectory() as folder:
    for kind, write in WRITERS.items():
        path = os.path.join(folder, f'whole.{kind}')
        write(path, {'S': {**DOWN, 'G1': datetime.date(2024, 1, 1)}}, [('when', 'S', 'A2:A5', False)])
        with open(path, 'rb') as stream:
            whole = stream.read()
        codes = set()
        for end in range(0, len(whole), max(1, len(whole)//40)):
            code, _, said = run(ONE.replace('xlsx', kind), {f'book.{kind}': bytes_of(whole[:end])})
            codes.add((code, len(said.splitlines())))
        check(f'a .{kind} cut off anywhere is refused with one line', codes == {(2, 1)}, str(codes))

print(f'{sum(results)} passed, {len(results) - sum(results)} failed')
sys.exit(0 if all(results) else 1)
