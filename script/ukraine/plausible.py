"""What a reading can be beside the readings around it. Thresholds stand above everything that the files have held
(downloads of December 2025, measured), so that no figure of theirs is touched."""

import datetime

from ukraine.reading import month_of, months

# Readings that leap away and come back are misread when they come back within this many days. At the beginning or end
# of a file, where a leap cannot be seen to come back, so many days are left out.
RETURN_DAYS, EDGE_DAYS = 120, 14
# Runs of readings that a search for the way back passes over: more are no single fault, and it takes their square.
RUNS_PASSED = 6

# A day's count may be so many times the third largest of the other days within thirty (so that two faults in a month do
# not hide each other). Where that is above 50, the largest ever was 2.6 (launches of 26 August 2024) and 1.8 (deaths of
# 23 July 2024). Below 50, chance alone gives 3.9; there the limit is that of 50.
DAY_FACTOR, DAY_LEAST, DAYS_AROUND = 3.5, 50, 30

# Days without a row that a month may have in a file that skips quiet days: twice the median of the three months on
# either side, plus three. The most seen were 13 beside 8 (August 2023) and 3 beside none (December 2024).
QUIET_FACTOR, QUIET_MORE, QUIET_MONTHS = 2, 3, 3


def without_runs(dates, possible):
    """Takes out runs of readings between leaps that are taken back. possible(a, b): whether the reading of b can follow
    that of a. Returns the good dates, the runs taken out [(first, last)] and the leaps that stay [(before, after)]."""
    runs = []
    for date in dates:
        if runs and possible(runs[-1][-1], date):
            runs[-1].append(date)
        else:
            runs.append([date])
    out = []
    while True:
        found = shortest_return(runs, possible)
        if not found:
            break
        first, last = found
        out += [(run[0], run[-1]) for run in runs[first + 1:last]]
        runs[first:last + 1] = [runs[first] + runs[last]]
    for index, beside in ((0, 1), (-1, -2)):
        while len(runs) > 1 and len(runs[index]) < len(runs[beside]) and \
                (runs[index][-1] - runs[index][0]).days < EDGE_DAYS:
            run = runs.pop(index)
            out.append((run[0], run[-1]))
    leaps = [(before[-1], after[0]) for before, after in zip(runs, runs[1:])]
    return [date for run in runs for date in run], sorted(out), leaps


def shortest_return(runs, possible):
    """(i, j): the runs between i and j are the fewest readings without which j can follow i."""
    best = None
    for i in range(len(runs) - 2):
        between = len(runs[i + 1])
        for j in range(i + 2, min(i + 2 + RUNS_PASSED, len(runs))):
            if (runs[j][0] - runs[i][-1]).days > RETURN_DAYS:
                break
            key = (between, -len(runs[i]) - len(runs[j]))
            if (best is None or key < best[0]) and possible(runs[i][-1], runs[j][0]):
                best = key, (i, j)
            between += len(runs[j])
    return best and best[1]


def months_after(before, after):
    """Months whose change holds that from one reading to the next."""
    return months(month_of(before + datetime.timedelta(days=1)), month_of(after))


def limit_of_day(values, date, reach=DAYS_AROUND, factor=DAY_FACTOR, least=DAY_LEAST):
    """The most that a day may be, by the days around it."""
    days = (date + datetime.timedelta(days=offset) for offset in range(-reach, reach + 1) if offset)
    near = sorted(values[day] for day in days if day in values)
    return factor * max(near[-3], least) if len(near) >= 3 else None


def days_out_of_proportion(values, **limits):
    """[(date, value, limit)] of the days that are more than the days around them allow."""
    bounds = ((date, values[date], limit_of_day(values, date, **limits)) for date in sorted(values))
    return [bound for bound in bounds if bound[2] is not None and bound[1] > bound[2]]


def missing_days(dates, first, last):
    """{month: [days without a row]} from the first day to the last."""
    missing, date, present = {}, first, set(dates)
    while date <= last:
        missing.setdefault(month_of(date), [])
        if date not in present:
            missing[month_of(date)].append(date)
        date += datetime.timedelta(days=1)
    return missing


def told_missing(dates):
    """The days in words, for a warning."""
    return 'no row on %s' % dates[0] if len(dates) == 1 else 'no row on %d days from %s to %s' % (
        len(dates), dates[0], dates[-1])


def too_quiet(missing):
    """{month: the most days without a row} of the months that miss more than the months around them allow."""
    names, result = sorted(missing), {}
    for index, month in enumerate(names):
        near = names[max(0, index - QUIET_MONTHS):index] + names[index + 1:index + 1 + QUIET_MONTHS]
        counts = sorted(len(missing[other]) for other in near)
        if not counts:
            continue
        median = (counts[len(counts) // 2] + counts[(len(counts) - 1) // 2]) / 2
        if len(missing[month]) > QUIET_FACTOR * median + QUIET_MORE:
            result[month] = int(QUIET_FACTOR * median + QUIET_MORE)
    return result


def dates_around(line, lines):
    """Months in which a line without a date can lie: those from the dated line before it to the one after it, in a file
    that is in the order of its days. lines: {line: date}."""
    before = max((other for other in lines if other < line), default=None)
    after = min((other for other in lines if other > line), default=None)
    known = [lines[other] for other in (before, after) if other is not None]
    if not known:
        return []
    ends = sorted(month_of(date) for date in known)
    return months(ends[0], ends[-1])

