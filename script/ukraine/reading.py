"""Months, numbers, CSV and JSON files, and the one error that a fault of the input raises."""

import csv
import datetime
import json
import math
import re

WAR_BEGINS = datetime.date(2022, 2, 24)

# A value that stands for a month's end must be at most this many days older than the month's last day.
MONTH_END_DAYS = 3


class InputError(Exception):
    """A fault of the input, said in one sentence with its place."""

    def __init__(self, path, line, text):
        text = ' '.join(text.split())  # what is quoted from a file may hold line breaks
        super().__init__('%s:%d: %s' % (path, line, text) if line else '%s: %s' % (path, text))
        self.text = text


class Doubts:
    """What could not be used of one file: months of single columns, which are left empty, and why.

    One bad month of one column is no reason to import nothing."""
    told = []  # of all files, in the order in which they were met

    def __init__(self, path, days_apart=False):
        """days_apart: a line tells of its day only, and the days around it can stand for it."""
        self.path, self.cells, self.days_apart, self.first = path, set(), days_apart, None
        self.undated = []  # lines left out of which nobody knows the day

    def add(self, line, date, columns, text):
        month = month_of(date)
        self.cells.update((column, month) for column in columns)
        Doubts.told.append('%s: %s, %s: %s; %s is left empty' % (
            self.place(line), date, ', '.join(columns), ' '.join(text.split()), month))

    def add_month(self, line, month, columns, text):
        self.cells.update((column, month) for column in columns)
        Doubts.told.append('%s: %s, %s: %s; it is left empty' % (
            self.place(line), month, ', '.join(columns), ' '.join(text.split())))

    def skip_fault(self, line, error):
        """Leaves out the line for a fault found in it, which stops the import where no other line is of use."""
        self.first = self.first or error
        self.undated.append(line)
        self.skip(line, error.text)

    def skip(self, line, text):
        Doubts.told.append('%s: %s; the line is left out' % (self.place(line), ' '.join(text.split())))

    def skip_day(self, line, date, columns, text):
        """Leaves out a day, or days, of some columns, which the days around can stand for."""
        self.first = self.first or InputError(self.path, line, text)
        Doubts.told.append('%s: %s, %s: %s; left out' % (
            self.place(line), date, ', '.join(columns), ' '.join(text.split())))

    def place(self, line):
        return '%s:%d' % (self.path, line) if line else self.path

    def empty(self, table):
        for column, month in self.cells:
            table.get(month, {}).pop(column, None)


def month_of(date):
    return '%04d-%02d' % (date.year, date.month)


def next_month(month):
    year, number = int(month[:4]), int(month[5:])
    return '%04d-%02d' % (year + number // 12, number % 12 + 1)


def last_day(month):
    following = next_month(month)
    return datetime.date(int(following[:4]), int(following[5:]), 1) - datetime.timedelta(days=1)


def months(first, last):
    result = []
    while first <= last:
        result.append(first)
        first = next_month(first)
    return result


def is_month(text):
    return re.fullmatch(r'20[0-9]{2}-(0[1-9]|1[0-2])', text) is not None


def to_date(path, line, text):
    try:
        return datetime.date.fromisoformat(re.match(r'20[0-9]{2}-[0-9]{2}-[0-9]{2}', text).group())
    except (ValueError, TypeError, AttributeError):
        raise InputError(path, line, '"%s" is not a date of this century (YYYY-MM-DD)' % text) from None


def to_number(path, line, name, text, least=-math.inf):
    try:
        value = float(text)
    except (ValueError, TypeError):
        raise InputError(path, line, '%s "%s" is not a number' % (name, text)) from None
    if not math.isfinite(value):
        raise InputError(path, line, '%s "%s" is not a finite number' % (name, text))
    if value < least:
        raise InputError(path, line, '%s %s is below %g' % (name, text, least))
    return value


def to_count(path, line, name, text, least=0):
    value = to_number(path, line, name, text, least)
    if value != int(value):
        raise InputError(path, line, '%s %s is not a whole number' % (name, text))
    return int(value)


def month_ends(values):
    """{date: value} to {month: last value}, for months with a value close enough to their end."""
    result = {}
    for date in sorted(values):
        if (last_day(month_of(date)) - date).days <= MONTH_END_DAYS:
            result[month_of(date)] = values[date]
    return result


def read_text(path):
    try:
        with open(path, encoding='utf-8-sig', errors='replace') as file:  # a broken letter costs its cell
            return file.read()
    except OSError as error:
        raise InputError(path, 0, 'cannot be read (%s)' % error.strerror) from None


def cut_line(doubts, line, row, header, columns):
    """A line with too few or too many cells: its month is doubtful, if its first cell tells which that is."""
    text = 'has %d cells under %d columns' % (len(row), len(header))
    if doubts.days_apart:
        doubts.skip_fault(line, InputError(doubts.path, line, text))
        return
    try:
        date = to_date(doubts.path, line, row[header.index(columns[0])])
    except (InputError, IndexError):
        doubts.skip_fault(line, InputError(doubts.path, line, text))
    else:
        doubts.add(line, date, columns[1:], text)


def csv_lines(path, doubts):
    """(line number, cells) of each line by itself: no cell of these files holds a line break, and a quotation mark too
    many must not swallow the lines below it."""
    for number, text in enumerate(read_text(path).splitlines(), 1):
        try:
            cells = next(csv.reader([text], strict=True), None)
        except csv.Error as error:
            fault = InputError(path, number, 'is not a CSV line (%s)' % error)
            if number == 1:
                raise fault from None
            doubts.skip_fault(number, fault)
            continue
        if cells:
            yield number, cells


def read_csv(path, columns, doubts):
    """Rows as (line number, {column: text}); the columns asked for must exist."""
    lines = csv_lines(path, doubts)
    header, rows = next(lines, (0, None))[1], []
    if header is None:
        raise InputError(path, 0, 'is empty')
    for column in columns:
        if column not in header:
            raise InputError(path, 1, 'has no column "%s"' % column)
    for number, row in lines:
        if len(row) != len(header):
            cut_line(doubts, number, row, header, columns)
        else:
            rows.append((number, dict(zip(header, row))))
    if not rows:
        raise doubts.first or InputError(path, 0, 'has no rows')
    return rows


def read_json_records(path, doubts):
    """Items of a JSON list of objects as (line number, object), which json alone would lose. What is not JSON is left
    out up to the next object; a list without an end is a file cut short, which stops the import."""
    text = read_text(path)
    decoder = json.JSONDecoder()

    def place(offset):
        return text.count('\n', 0, offset) + 1

    if not text.lstrip().startswith('['):
        raise InputError(path, 1, 'is not a JSON list')
    if not text.rstrip().endswith(']'):
        raise InputError(path, place(len(text.rstrip())), 'is not JSON: the list has no end')
    at, records = text.index('[') + 1, []
    while at >= 0:
        start = text.find('{', at)
        between = text[at:start if start >= 0 else len(text)].strip()
        if between not in (('', ',') if start >= 0 else (']',)):
            doubts.skip_fault(place(at), InputError(path, place(at), 'holds something other than an object'))
        if start < 0:
            break
        try:
            record, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            line = getattr(error, 'lineno', place(start))
            doubts.skip_fault(line, InputError(path, line, 'is not JSON'))
            at = text.find('{', start + 1)
        else:
            records.append((place(start), record))
    if not records:
        raise doubts.first or InputError(path, 0, 'has no records')
    return records
