"""Tests of script/import-ukraine on damaged downloads: a year of invented files, one fault of each kind, and random
lines spoiled; every month must come out true or empty, and what is wrong must be told."""

import json
import os
import random
import re
import shutil
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'script'))

from import_ukraine_test import days_of  # noqa: E402  (found through the line above)
from ukraine import claims, deaths, reading, strikes, territory, visual  # noqa: E402


class Damaged(unittest.TestCase):
    """A year of invented downloads that import without a warning, and what damage to them makes of each month: its true
    value or, with a warning, none."""
    DAYS = [day for month in range(1, 13) for day in days_of(2024, month)]
    READERS = {'strikes': strikes.import_strikes, 'deaths': deaths.import_deaths, 'claims': claims.import_claims,
               'visual': visual.import_visual, 'territory': territory.import_territory}
    FILES = {'strikes': 'strikes/daily_aerial_threats.csv', 'deaths': 'losses/named_deaths_daily.csv',
             'visual': 'losses/oryx_log.csv', 'isw': 'territory/isw_daily_areas.csv',
             'liveuamap': 'territory/liveuamap_territory.csv', 'deepstate': 'territory/deepstate_occupied_area.csv',
             'personnel': 'losses/russia_losses_personnel.json', 'equipment': 'losses/russia_losses_equipment.json',
             'corrections': 'losses/russia_losses_equipment_correction.json'}

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix='import-damaged-')
        self.addCleanup(shutil.rmtree, self.directory)
        draw, count = random.Random(7), {'personnel': 0, 'equipment': 0}
        rows = {'strikes': ['date,total_launched,total_destroyed'], 'isw': ['date,layer,area_km2'],
                'deaths': ['isoDate,ukraineDeaths,ukraineMissing,russiaDeaths'], 'liveuamap': ['date,area'],
                'deepstate': ['date,occupied_km2'], 'visual': ['timestamp,country,category,state,value']}
        records = {'personnel': [], 'equipment': [], 'corrections': []}
        # the count of claims begins with the war: the year is counted from its first day
        for index, day in enumerate(['2022-02-25'] + self.DAYS):
            if index:
                rows['strikes'].append('%s,%d,%d' % (day, draw.randint(100, 200), draw.randint(50, 100)))
                rows['deaths'].append('%s,%d,%d,%d' % (day, *(draw.randint(60, 120) for _ in range(3))))
                rows['liveuamap'].append('%s,%d' % (day, 108000 + 10 * index))
                rows['deepstate'].append('%s,%d' % (day, 107000 + 11 * index))
                rows['isw'] += ['%s,ukraine_control_map,%d' % (day, 107500 + 9 * index), day + ',russian_advances,1500']
                if index % 2:
                    rows['visual'] += ['%s 10:00:00,Russia,%s,destroyed,%d' % (day, kind, draw.randint(3, 9))
                                       for kind in ('tanks', 'infantry fighting vehicles', 'towed artillery')]
            count = {kind: value + draw.randint(900, 1300) // (1 if kind == 'personnel' else 100)
                     for kind, value in count.items()}
            records['personnel'].append({'date': day, 'personnel': count['personnel']})
            records['equipment'].append({'date': day, **{field: count['equipment'] for field in (
                'tank', 'APC', 'field artillery', 'MRL', 'anti-aircraft warfare', 'vehicles and fuel tanks')}})
        records['corrections'] = [{'date': '2024-03-10', 'tank': 2}, {'date': '2024-08-10', 'personnel': 50}]
        self.whole = {**rows, **{name: [json.dumps(record) for record in listed] for name, listed in records.items()}}
        for name in self.whole:
            self.damage(name, lambda lines: lines)
        self.true = {subject: self.read(subject)[0] for subject in self.READERS}

    def damage(self, name, change):
        lines = change(list(self.whole[name]))
        path = os.path.join(self.directory, self.FILES[name])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write('[\n' + ',\n'.join(lines) + '\n]\n' if path.endswith('.json') else '\n'.join(lines) + '\n')

    def read(self, subject):
        reading.Doubts.told = []
        columns, table = self.READERS[subject](self.directory)
        return {(column, month): row[column] for month, row in table.items() for column in columns
                if row.get(column) is not None}, reading.Doubts.told

    def lost(self, subject, *fragments, near=0.05):
        """The cells that are empty now and were not; all others hold what they held, month's ends drawn between days to
        a twentieth. What damage there is, is told."""
        got, told = self.read(subject)
        for fragment in fragments:
            self.assertTrue(any(fragment in warning for warning in told), (fragment, told))
        self.assertLessEqual(set(got), set(self.true[subject]))
        for cell, value in got.items():
            self.assertAlmostEqual(value, self.true[subject][cell], delta=near * self.true[subject][cell], msg=(cell, told))
        return {'%s %s' % cell for cell in set(self.true[subject]) - set(got)}

    @staticmethod
    def without(first, last):
        return lambda lines: [line for line in lines if not re.search('"?20', line) or
                              not first <= re.search('20[-0-9]{8}', line + ' 2000-00-00').group() <= last]

    @staticmethod
    def times(days, factor, cell=1):
        def change(lines):
            for index, line in enumerate(lines):
                if line[:10] in days and 'advances' not in line:
                    cells = line.split(',')
                    cells[cell] = str(int(cells[cell]) * factor)
                    lines[index] = ','.join(cells)
            return lines
        return change

    @staticmethod
    def record(day, **fields):
        return lambda lines: [json.dumps({**json.loads(line), **{
            field: value(json.loads(line)[field]) for field, value in fields.items()}})
            if '"date": "%s"' % day in line else line for line in lines]

    def test_undamaged_files_give_every_month_and_no_warning(self):
        for subject in self.READERS:
            cells, told = self.read(subject)
            before = re.compile('202[23]-|2024-01-31, .*the month before is not known')  # what the year begins with
            self.assertEqual([warning for warning in told if not before.search(warning)], [])
            self.assertGreaterEqual(len(cells), 22, subject)

    def test_days_missing_leave_their_month_empty(self):
        self.damage('strikes', self.without('2024-06-10', '2024-06-24'))
        self.assertEqual(self.lost('strikes', '2024-06, launched, destroyed: no row on 15 days'),
                         {'launched 2024-06', 'destroyed 2024-06'})
        self.damage('strikes', self.without('2024-06-01', '2024-06-30'))
        self.assertEqual(len(self.lost('strikes', '2024-06, launched, destroyed: no row on 30 days')), 2)
        self.damage('deaths', self.without('2024-03-31', '2024-03-31'))
        self.assertEqual({cell[-7:] for cell in self.lost('deaths', '2024-03, defender_deaths')}, {'2024-03'})
        self.damage('visual', self.without('2024-03-01', '2024-03-31'))
        self.assertEqual({cell[-7:] for cell in self.lost('visual', 'nothing was entered from 2024-02-')}, {'2024-03'})
        self.damage('isw', self.without('2024-05-22', '2024-05-31'))
        self.assertEqual(self.lost('territory', '2024-05-31, isw: no area in the last days'), {'isw 2024-05'})

    def test_a_few_quiet_days_are_no_fault(self):
        self.damage('strikes', self.without('2024-06-10', '2024-06-12'))
        self.assertEqual(self.lost('strikes', near=0.2), set())

    def test_a_day_out_of_proportion_leaves_its_month_empty(self):
        self.damage('strikes', self.times(['2024-06-10'], 100))
        self.assertEqual(self.lost('strikes', '2024-06-10, launched: '), {'launched 2024-06'})
        self.damage('strikes', self.times(['2024-06-10'], 0))
        self.assertEqual(len(self.lost('strikes', '2024-06-10, launched, destroyed: total_launched 0 is below 1')), 2)
        self.damage('deaths', self.times(['2024-03-10', '2024-03-12'], 100, 3))
        self.assertEqual(self.lost('deaths', '2024-03-10, attacker_deaths: '), {'attacker_deaths 2024-03'})
        self.damage('visual', lambda lines: [line + '00' if line.startswith('2024-03-11') and 'tanks' in line else line
                                             for line in lines])
        self.assertEqual(self.lost('visual', '2024-03-11, attacker_tanks: '),
                         {'attacker_tanks 2024-03', 'attacker_armour 2024-03'})

    def test_running_totals_of_the_file_find_a_day_that_they_do_not_confirm(self):
        running, lines = 0, [self.whole['deaths'][0] + ',russiaTotalCumulative']
        for line in self.whole['deaths'][1:]:
            running += int(line.split(',')[3])
            lines.append('%s,%d' % (line, running))
        self.whole['deaths'] = lines
        self.damage('deaths', self.times(['2024-03-10'], 2, 3))
        self.assertEqual(self.lost('deaths', '2024-03-10, attacker_deaths: russiaTotal'), {'attacker_deaths 2024-03'})
        self.damage('deaths', self.times(['2024-03-31'], 2, 4))  # the total itself is wrong
        self.assertEqual(self.lost('deaths'), set())

    def test_a_claim_that_leaps_on_a_months_last_day_spoils_neither_month(self):
        for day, factor in (('2024-06-30', 10), ('2024-06-30', 0), ('2024-12-31', 10), ('2024-07-01', 3)):
            self.damage('personnel', self.record(day, personnel=lambda value: factor * value))
            self.assertEqual(self.lost('claims', day + ', personnel: the cumulative count of'), set())
        self.damage('personnel', lambda lines: lines)
        self.damage('equipment', self.record('2024-06-30', tank=lambda value: value + 1000))
        self.assertEqual(self.lost('claims', '2024-06-30, tanks: the count at the month\'s end is drawn'), set())
        self.damage('equipment', self.without('2024-06-20', '2024-06-30'))
        self.assertEqual({cell[-7:] for cell in self.lost('claims', '2024-06-30, tanks: no count in the last')},
                         {'2024-06', '2024-07'})

    def test_a_small_fall_at_a_months_end_leaves_both_months_empty(self):
        self.damage('equipment', self.record('2024-06-30', tank=lambda value: value + 25))
        self.assertEqual(self.lost('claims', '2024-06, tanks: the cumulative count goes from'),
                         {'tanks 2024-06', 'tanks 2024-07', 'armour 2024-06', 'armour 2024-07'})

    def test_corrections_that_cannot_be_read_leave_their_column_of_their_month_empty(self):
        tanks = {'tanks 2024-03', 'armour 2024-03'}
        for value in (None, '2,5', 500):
            self.damage('corrections', self.record('2024-03-10', tank=lambda _: value))
            self.assertEqual(self.lost('claims', '2024-03-10, tank'), tanks)
        self.damage('corrections', lambda lines: lines + [json.dumps({'date': '2024-03-10', 'tank': 9})])
        self.assertEqual(self.lost('claims', 'occurs twice with different corrections'), tanks)
        self.damage('corrections', lambda lines: lines + lines[-1:])
        self.assertEqual(self.lost('claims'), set())
        self.damage('corrections', lambda lines: [line.replace('2024-08-10', 'Aug 10') for line in lines])
        self.assertEqual(self.lost('claims', '"Aug 10" is not a date'), {'personnel 2024-03'} | {
            cell for cell in self.lost('claims') if cell.startswith('personnel')})

    def test_a_map_that_shows_what_cannot_be_is_left_to_the_days_around_it(self):
        for days, factor in ((['2024-05-31'], 0), (['2024-05-30', '2024-05-31'], 10), (['2024-12-31'], 10),
                             (['2024-05-30', '2024-05-31', '2024-06-01'], 2)):
            for name in ('isw', 'liveuamap', 'deepstate'):
                self.damage(name, self.times(days, factor, 2 if name == 'isw' else 1))
                self.assertEqual(self.lost('territory', '%s: ' % name, near=0.001), set())
                self.damage(name, lambda lines: lines)

    def test_a_map_that_leaps_for_good_leaves_the_month_of_the_leap_empty(self):
        self.true['territory'] = {cell: value + (2000 if cell[0] == 'deepstate' and cell[1] >= '2024-06' else 0)
                                  for cell, value in self.true['territory'].items()}
        self.damage('deepstate', lambda lines: [
            '%s,%d' % (line[:10], int(line[11:]) + 2000) if '2024-06-10' <= line[:10] < '2025' else line for line in lines])
        self.assertEqual(self.lost('territory', '2024-06, deepstate: the area goes from'), {'deepstate 2024-06'})

    def test_lines_that_cannot_be_read_cost_no_more_than_their_months(self):
        bad = {'date': lambda line: re.sub('2024-', '2O24-', line, count=1), 'cut': lambda line: line[:len(line) // 2],
               'quotation mark': lambda line: line.replace('4', '"4', 1), 'comma': lambda line: re.sub('([0-9])$', r'\g<1>,5', line),
               'moved': lambda line: ','.join(reversed(line.split(','))), 'byte': lambda line: line.replace('4', '\ufffd', 1)}
        draw = random.Random(11)
        subjects = {'strikes': 'strikes', 'deaths': 'deaths', 'visual': 'visual', 'isw': 'territory',
                    'liveuamap': 'territory', 'deepstate': 'territory', 'personnel': 'claims', 'equipment': 'claims'}
        for attempt in range(10 * len(bad)):
            name = draw.choice(sorted(subjects))
            kind = sorted(bad)[attempt % len(bad)]
            at = draw.randrange(2, len(self.whole[name]))
            line = bad[kind](self.whole[name][at])
            if line == self.whole[name][at]:
                continue
            with self.subTest(name=name, kind=kind, at=at):
                self.damage(name, lambda lines: lines[:at] + [line] + lines[at + 1:])
                lost = self.lost(subjects[name], self.FILES[name])
                self.assertLessEqual(len({cell[-7:] for cell in lost}), 2)
                self.damage(name, lambda lines: lines)


if __name__ == '__main__':
    unittest.main()
