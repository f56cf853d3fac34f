"""Public figures that come now and then: one line each in figures.csv, by column and month, into series/public.csv.

Behind each column stands another, with how many months after its own a figure was published."""
import csv
import os

from .reading import months


def read(path):
    """(columns in order, {(column, month): (value, months until it was published)}); a figure given twice, or outside its own range, is an error."""
    columns, values = [], {}
    with open(path, encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), 2):
            key = row["column"], row["month"]
            low, value, high = (float(row[name]) for name in ("low", "value", "high"))
            if key in values:
                raise ValueError(f"{path}:{line}: {key[0]} of {key[1]} stands here twice")
            if not low <= value <= high:
                raise ValueError(f"{path}:{line}: {value:g} is not between {low:g} and {high:g}")
            if not row["source"] or row["published"] < row["month"]:
                raise ValueError(f"{path}:{line}: a figure needs a source, published in its month or later")
            if row["column"] not in columns:
                columns.append(row["column"])
            values[key] = row["value"], str(count(row["published"]) - count(row["month"]))
    return columns, values


def count(month):
    return 12 * int(month[:4]) + int(month[5:7])


def write(case, first="2023-01", last="2025-12"):
    columns, values = read(os.path.join(case, "figures.csv"))
    with open(os.path.join(case, "series", "public.csv"), "w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(["month"] + [column + end for column in columns for end in ("", "_after")])
        for month in months(first, last):
            out.writerow([month] + [cell for column in columns for cell in values.get((column, month), ("", ""))])
