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
        self.skip(line, error.text)

    def skip(self, line, text):
        Doubts.told.append('%s: %s; the line is left out' % (self.place(line), ' '.join(text.split())))

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
        with open(path, encoding='utf-8-sig') as file:
            return file.read()
    except OSError as error:
        raise InputError(path, 0, 'cannot be read (%s)' % error.strerror) from None
    except UnicodeDecodeError:
        raise InputError(path, 0, 'is not UTF-8 text') from None


def cut_line(doubts, line, row, header, columns):
    """A line with too few or too many cells: its month is doubtful, if its first cell tells which that is."""
    text = 'has %d cells under %d columns' % (len(row), len(header))
    if doubts.days_apart:
        doubts.skip_fault(line, InputError(doubts.path, line, text))
        return
    try:
        date = to_date(doubts.path, line, row[header.index(columns[0])])
    except (InputError, IndexError):
        doubts.skip(line, text)
    else:
        doubts.add(line, date, columns[1:], text)


def read_csv(path, columns, doubts=None):
    """Rows as (line number, {column: text}); the columns asked for must exist."""
    reader = csv.reader(read_text(path).splitlines(keepends=True), strict=True)
    rows = []
    try:
        header = next(reader, None)
        if header is None:
            raise InputError(path, 0, 'is empty')
        for column in columns:
            if column not in header:
                raise InputError(path, 1, 'has no column "%s"' % column)
        for row in reader:
            if not row:
                continue
            if len(row) != len(header) and doubts:
                cut_line(doubts, reader.line_num, row, header, columns)
                continue
            if len(row) != len(header):
                raise InputError(path, reader.line_num, 'has %d cells under %d columns' % (len(row), len(header)))
            rows.append((reader.line_num, dict(zip(header, row))))
    except csv.Error as error:
        raise InputError(path, reader.line_num, 'is not a CSV line (%s)' % error) from None
    if not rows:
        raise doubts.first if doubts and doubts.first else InputError(path, 0, 'has no rows')
    return rows


def read_json_records(path):
    """Items of a JSON list of objects as (line number, object), which json alone would lose."""
    text = read_text(path)
    decoder = json.JSONDecoder()
    blank = re.compile(r'\s*')

    def line_at(offset):
        return text.count('\n', 0, offset) + 1

    at = blank.match(text).end()
    if text[at:at + 1] != '[':
        raise InputError(path, line_at(at), 'is not a JSON list')
    at = blank.match(text, at + 1).end()
    records = []
    while text[at:at + 1] != ']':
        try:
            record, end = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            line = getattr(error, 'lineno', line_at(at))
            raise InputError(path, line, 'is not JSON') from None
        if not isinstance(record, dict):
            raise InputError(path, line_at(at), 'holds something other than an object')
        records.append((line_at(at), record))
        at = blank.match(text, end).end()
        if text[at:at + 1] == ',':
            at = blank.match(text, at + 1).end()
        elif text[at:at + 1] != ']':
            raise InputError(path, line_at(at), 'is not JSON (a list item must be followed by "," or "]")')
    if not records:
        raise InputError(path, 0, 'has no records')
    return records
