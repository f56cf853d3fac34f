"""Tests of script/import-ukraine: small invented inputs with known answers, wrong inputs with their sentences, and,
where the downloaded files are at hand (TRUCE_UKRAINE_DATA or ../shared/data), the committed series against fresh
ones."""

import csv
import json
import math
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCRIPT = os.path.join(ROOT, 'script', 'import-ukraine')
SERIES = os.path.join(ROOT, 'cases', 'ukraine', 'series')
sys.path.insert(0, os.path.join(ROOT, 'script'))

from ukraine import figures, support, territory  # noqa: E402  (found through the line above)

HEADINGS = 'Losses of Armoured Combat Vehicles\u00a0[Tanks, AFVs]'


def days_of(year, month):
    lengths = (31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return ['%04d-%02d-%02d' % (year, month, day) for day in range(1, lengths[month - 1] + 1)]


class Import(unittest.TestCase):
    """Each test starts from inputs that import cleanly, changes one thing, and looks at what comes out."""

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix='import-ukraine-')
        self.addCleanup(shutil.rmtree, self.directory)
        self.inputs = os.path.join(self.directory, 'in')
        self.outputs = os.path.join(self.directory, 'out')
        self.write('kiel/data_explorer.csv', [
            'country,year,month,military,financial,humanitarian',
            'United States,2022,2,1,0.5,0', 'Germany,2022,2,0.25,0,0.125', 'Norway,2022,2,0.25,0,0',
            'Japan,2022,2,0,2,0', 'United States,2022,4,3,0,0'])
        self.write('kiel/total_allocations.csv', [
            'year,month,military,financial,humanitarian', '2022,2,1.5,2.5,0.125', '2022,3,0,0,0', '2022,4,3,0,0'])
        self.write('kiel/procurement_trends.csv', [
            'year,month,stockpile,procurement,unspecified,nato_purl', '2022,2,0.9,0.3,0.3,0', '2022,4,0,1.2,1.8,0.6'])
        self.write('territory/isw_daily_areas.csv', ['date,layer,area_km2'] + [
            '%s,%s,%s' % (day, layer, value)
            for day in days_of(2022, 3) for layer, value in (('ukraine_control_map', 1000), ('russian_advances', 20))])
        self.write('territory/liveuamap_territory.csv', ['date,area'] + [
            '%s 00:00:00,%d' % (day, 900 + index) for index, day in enumerate(days_of(2022, 3))])
        self.write('territory/deepstate_occupied_area.csv', ['date,occupied_km2', '2022-03-29,950.5'])
        self.deaths = [['2022-02-23', 7, 9, 0]]
        self.deaths += [[day, 2, 1, 3] for day in days_of(2022, 3)]
        self.deaths += [[day, 1, 1, 1 if day < '2022-04-10' else 0] for day in days_of(2022, 4)]
        self.write_deaths()
        self.claims = {day: 100 + 10 * index for index, day in enumerate(days_of(2022, 3) + days_of(2022, 4))}
        self.corrections = [{'date': '2022-04-15', 'tank': -3, 'personnel': 0}]
        self.write_claims()
        self.log = [
            ('2022-02-28 10:00:00', 'Russia', 'tanks', 'destroyed', 300),
            ('2022-02-28 10:00:00', 'Ukraine', 'tanks', 'destroyed', 40),
            ('2022-03-10 10:00:00', 'Russia', 'tanks', 'captured', 5),
            ('2022-03-20 10:00:00', 'Russia', 'infantry fighting vehicles', 'damaged', 8),
            ('2022-04-20 10:00:00', 'Ukraine', 'tanks', 'destroyed', -40),
            ('2022-04-30 10:00:00', 'Russia', 'tanks', 'destroyed', 10)]
        self.write_log()
        self.write('strikes/daily_aerial_threats.csv', ['date,total_launched,total_destroyed'] + [
            '2022-03-30,9,8'] + ['%s,10,7' % day for day in days_of(2022, 4)])

    def write(self, name, lines):
        path = os.path.join(self.inputs, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write('\n'.join(lines) + '\n')

    def write_deaths(self):
        self.write('losses/named_deaths_daily.csv', ['isoDate,ukraineDeaths,ukraineMissing,russiaDeaths'] +
                   [','.join(str(cell) for cell in row) for row in self.deaths])

    def write_claims(self):
        personnel = [{'date': day, 'personnel': 10 * value} for day, value in self.claims.items()]
        equipment = [{'date': day, 'tank': value, 'APC': 2 * value, 'field artillery': value, 'MRL': 1,
                      'anti-aircraft warfare': 2, 'vehicles and fuel tanks': 3} for day, value in self.claims.items()]
        self.write('losses/russia_losses_personnel.json', [json.dumps(personnel, indent=1)])
        self.write('losses/russia_losses_equipment.json', [json.dumps(equipment, indent=1)])
        self.write('losses/russia_losses_equipment_correction.json', [json.dumps(self.corrections, indent=1)])

    def write_log(self):
        """The log, and trucks every other day, as a page that is read all the time."""
        days = [day for month in range(2, 6) for day in days_of(2022, month)]
        days = [day for day in days if '2022-02-28' < day <= max(row[0] for row in self.log)][::2]
        self.write('losses/oryx_log.csv', ['timestamp,country,category,state,value'] +
                   [','.join('"%s"' % cell for cell in row) for row in self.log] +
                   ['%s 09:00:00,Russia,trucks,destroyed,1' % day for day in days])

    def run_import(self, *arguments):
        return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False,
                              env={**os.environ, 'LC_ALL': 'C.UTF-8'})

    def import_all(self, *arguments):
        result = self.run_import(self.inputs, '-o', self.outputs, *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def contents(self):
        result = {}
        for name in sorted(os.listdir(self.outputs)):
            with open(os.path.join(self.outputs, name), 'rb') as file:
                result[name] = file.read()
        return result

    def column(self, name, column):
        with open(os.path.join(self.outputs, name), encoding='utf-8', newline='') as file:
            return {row['month']: row[column] for row in csv.DictReader(file)}

    def refused(self, *fragments):
        result = self.run_import(self.inputs, '-o', self.outputs)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stderr.count('\n'), 1, 'one sentence')
        for fragment in fragments:
            self.assertIn(fragment, result.stderr)
        self.assertFalse(os.path.exists(self.outputs), 'nothing is written')

    # Support

    def test_support_is_summed_by_group_of_donors(self):
        self.import_all()
        self.assertEqual(self.column('support.csv', 'us_military'), {'2022-02': '1', '2022-03': '0', '2022-04': '3'})
        self.assertEqual(self.column('support.csv', 'europe_military')['2022-02'], '0.5')
        self.assertEqual(self.column('support.csv', 'other_financial')['2022-02'], '2')
        self.assertEqual(self.column('support.csv', 'europe_humanitarian')['2022-02'], '0.125')

    def test_share_from_stockpile_is_that_of_the_last_twelve_months_of_known_origin(self):
        self.import_all()
        self.assertEqual(self.column('support.csv', 'stockpile_share'),
                         {'2022-02': '0.75', '2022-03': '0.75', '2022-04': '0.3'})

    def test_donors_that_miss_the_total_leave_the_kind_of_that_month_empty(self):
        self.write('kiel/total_allocations.csv', [
            'year,month,military,financial,humanitarian', '2022,2,1.6,2.5,0.125', '2022,3,0,0,0', '2022,4,3,0,0'])
        self.doubted('total_allocations.csv:2: 2022-02, us_military, europe_military, other_military: ',
                     'military allocations of 2022-02 are 1.600000', '1.500000')
        self.assertEqual(self.column('support.csv', 'us_military'), {'2022-02': '', '2022-03': '0', '2022-04': '3'})
        self.assertEqual(self.column('support.csv', 'other_financial')['2022-02'], '2')

    def test_a_donor_that_cannot_be_read_leaves_the_kind_of_that_month_empty(self):
        self.write('kiel/data_explorer.csv', [
            'country,year,month,military,financial,humanitarian',
            'United States,2022,2,1,0.5,0', 'Germany,2022,2,0.25,0,"0,125"', 'Norway,2022,2,0.25,0,0',
            'Japan,2022,2,0,2,0', 'United States,2022,4,3,0'])
        self.doubted('data_explorer.csv:3: 2022-02, us_humanitarian, europe_humanitarian, other_humanitarian: ',
                     'humanitarian "0,125" is not a number', 'data_explorer.csv:6: has 5 cells under 6 columns',
                     'military allocations of 2022-04 are 3.000000')
        self.assertEqual(self.column('support.csv', 'europe_humanitarian'),
                         {'2022-02': '', '2022-03': '0', '2022-04': '0'})
        self.assertEqual(self.column('support.csv', 'us_military'), {'2022-02': '1', '2022-03': '0', '2022-04': ''})

    def test_origins_that_cannot_be_read_are_left_out_of_the_share_of_a_year(self):
        self.write('kiel/procurement_trends.csv', [
            'year,month,stockpile,procurement,unspecified,nato_purl', '2022,2,0.9,0.3,0.3,0', '2022,4,many,1.2,1.8,0.6'])
        self.doubted('procurement_trends.csv:3: 2022-04, stockpile, procurement, unspecified, purl: ',
                     '2022-04, stockpile_share: to 2022-04 it is the share of the other months')
        self.assertEqual(self.column('support.csv', 'stockpile'), {'2022-02': '0.9', '2022-03': '0', '2022-04': ''})
        self.assertEqual(self.column('support.csv', 'stockpile_share'),
                         {'2022-02': '0.75', '2022-03': '0.75', '2022-04': '0.75'})

    def test_origins_far_from_military_aid_are_left_empty(self):
        self.write('kiel/procurement_trends.csv', [
            'year,month,stockpile,procurement,unspecified,nato_purl', '2022,2,0.9,0.3,0.3,0', '2022,4,0,12,1.8,0.6'])
        self.doubted('procurement_trends.csv:3: 2022-04, stockpile, ', 'the origins add up to 14.400000, but military')
        self.assertEqual(self.column('support.csv', 'procurement')['2022-04'], '')

    def test_unknown_donor_leaves_the_months_in_which_it_gave_empty(self):
        rows = ['country,year,month,military,financial,humanitarian', 'Atlantis,2022,2,1.5,2.5,0.125']
        self.write('kiel/data_explorer.csv', rows + ['Atlantis,2022,3,0,0,0', 'United States,2022,4,3,0,0'])
        result = self.doubted('data_explorer.csv:2: donor "Atlantis" belongs to no group')
        self.assertEqual(result.stderr.count('Atlantis'), 1)
        self.assertEqual(self.column('support.csv', 'us_military'), {'2022-02': '', '2022-03': '0', '2022-04': '3'})
        self.write('kiel/data_explorer.csv', rows)
        shutil.rmtree(self.outputs)
        self.refused('data_explorer.csv:2: donor "Atlantis" belongs to no group')

    def test_support_that_cannot_be_read_keeps_what_the_series_has_and_without_one_the_case_is_named(self):
        self.write('kiel/data_explorer.csv', [
            'country,year,month,military,financial,humanitarian',
            'United States,2022,2,1,0.5,0', 'Germany,2022,2,0.25,0,0.125', 'Norway,2022,2,0.25,0,0',
            'Japan,2022,2,0,2,0', 'United States,2022,4,3,0,0'])
        self.import_all()
        self.write('kiel/data_explorer.csv', [
            'country,year,month,military,financial,humanitarian',
            'United States,2022,2,1,0.5,0', 'Germany,2022,2,0.25,0,0.125', 'Norway,2022,2,0.25,0,0',
            'Japan,2022,2,0,2,0', 'United States,2022,4,30,0,0'])
        result = self.doubted('2022-04, us_military: keeps 3, which it has in ' + os.path.join(self.outputs, 'support.csv'))
        self.assertNotIn('will not load', result.stderr)
        self.assertEqual(self.column('support.csv', 'us_military')['2022-04'], '3')
        shutil.rmtree(self.outputs)
        result = self.doubted('cases/ukraine will not load with these series')
        self.assertIn('support.csv has no us_military of 2022-04, europe_military of 2022-04', result.stderr.splitlines()[-1])

    def test_columns_without_which_the_case_does_not_load_are_those_that_drive_it(self):
        with open(os.path.join(ROOT, 'cases', 'ukraine', 'case.yaml'), encoding='utf-8') as file:
            series = file.read().split('\nseries:\n')[1].split('\nobservations:\n')[0]
        driving = set(re.findall(r'series/support\.csv, column: (\w+)', series))
        self.assertEqual(driving, set(support.DRIVING))

    def test_missing_month_of_the_totals_is_left_empty(self):
        self.write('kiel/total_allocations.csv', [
            'year,month,military,financial,humanitarian', '2022,2,1.5,2.5,0.125', '2022,4,3,0,0'])
        self.doubted('total_allocations.csv: 2022-03, ', 'month 2022-03 is missing')
        self.assertEqual(self.column('support.csv', 'us_military'), {'2022-02': '1', '2022-03': '', '2022-04': '3'})

    # Territory

    def test_territory_is_the_last_value_within_three_days_of_the_end(self):
        self.import_all()
        self.assertEqual(self.column('territory.csv', 'isw'), {'2022-03': '1020'})
        self.assertEqual(self.column('territory.csv', 'liveuamap'), {'2022-03': '930'})
        self.assertEqual(self.column('territory.csv', 'deepstate'), {'2022-03': '950.5'})
        self.write('territory/deepstate_occupied_area.csv', ['date,occupied_km2', '2022-03-27,950.5'])
        self.import_all()
        self.assertEqual(self.column('territory.csv', 'deepstate'), {'2022-03': ''})

    def test_day_without_a_layer_and_day_that_leaps_and_comes_back_are_skipped(self):
        rows = ['date,layer,area_km2']
        for day, control, advances in (('2022-03-28', 1000, 20), ('2022-03-29', 1000, 25), ('2022-03-30', 100, 25),
                                       ('2022-03-31', None, 26), ('2022-04-01', 1001, 26)):
            rows += ['%s,russian_advances,%d' % (day, advances)]
            rows += ['%s,ukraine_control_map,%d' % (day, control)] if control is not None else []
        self.write('territory/isw_daily_areas.csv', rows)
        self.import_all()
        self.assertEqual(self.column('territory.csv', 'isw')['2022-03'], '1025')

    def test_area_of_a_polygon_is_that_of_the_zone_of_the_sphere(self):
        degrees = [(30 + step / 10, 48) for step in range(21)] + [(32 - step / 10, 50) for step in range(21)]
        exact = 6371.0072 ** 2 * math.radians(2) * (math.sin(math.radians(50)) - math.sin(math.radians(48)))
        self.assertAlmostEqual(territory.polygon_area('x', [[degrees + degrees[:1]]]), exact, delta=1e-6 * exact)
        hole = [(30.5, 48.5), (31, 48.5), (31, 49), (30.5, 49), (30.5, 48.5)]
        inner = 6371.0072 ** 2 * math.radians(0.5) * (math.sin(math.radians(49)) - math.sin(math.radians(48.5)))
        self.assertAlmostEqual(territory.polygon_area('x', [[degrees + degrees[:1], hole]]), exact - inner, delta=0.01)

    def polygon(self, ring):
        self.write('territory/deepstatemap_data_20220330.geojson', [json.dumps(
            {'features': [{'geometry': {'type': 'Polygon', 'coordinates': [ring]}}]})])

    def test_polygon_of_a_day_fills_in_for_the_table(self):
        self.write('territory/deepstate_occupied_area.csv', ['date,occupied_km2', '2022-03-29,82.5'])
        self.polygon([[30, 48], [30.1, 48], [30.1, 48.1], [30, 48.1], [30, 48]])
        self.import_all()
        self.assertAlmostEqual(float(self.column('territory.csv', 'deepstate')['2022-03']), 82.65, delta=0.1)

    def test_polygon_that_contradicts_the_table_is_refused(self):
        self.write('territory/deepstate_occupied_area.csv', ['date,occupied_km2', '2022-03-30,950.5'])
        self.polygon([[30, 48], [30.1, 48], [30.1, 48.1], [30, 48.1], [30, 48]])
        self.refused('deepstatemap_data_20220330.geojson: covers 82.', '950.5')

    def test_ring_that_is_not_closed_leaves_out_its_day(self):
        self.polygon([[30, 48], [30.1, 48], [30.1, 48.1], [30, 48.1]])
        self.doubted('deepstatemap_data_20220330.geojson: has a ring that is not closed; the day is left out')
        self.assertEqual(self.column('territory.csv', 'deepstate')['2022-03'], '950.5')

    def test_day_that_cannot_be_read_is_left_to_the_days_around_it(self):
        self.write('territory/liveuamap_territory.csv', ['date,area'] + [
            '%s 00:00:00,%s' % (day, 900 + index if index < 30 else '1,004') for index, day in enumerate(days_of(2022, 3))])
        self.doubted('liveuamap_territory.csv:32: has 3 cells under 2 columns; the line is left out')
        self.assertEqual(self.column('territory.csv', 'liveuamap'), {'2022-03': '929'})

    # Deaths

    def test_deaths_without_a_date_are_left_out_and_the_unfinished_month_is_empty(self):
        self.import_all()
        self.assertEqual(self.column('deaths.csv', 'defender_deaths'), {'2022-03': '62', '2022-04': '30'})
        self.assertEqual(self.column('deaths.csv', 'defender_deaths_and_missing'), {'2022-03': '93', '2022-04': '60'})
        self.assertEqual(self.column('deaths.csv', 'attacker_deaths'), {'2022-03': '93', '2022-04': ''})

    def test_last_six_months_of_deaths_are_marked_thinned(self):
        self.deaths = [[day, 1, 1, 1] for month in range(3, 11) for day in days_of(2022, month)]
        self.write_deaths()
        self.import_all()
        self.assertEqual(list(self.column('deaths.csv', 'thinned').values()), ['0', '0'] + ['1'] * 6)

    def test_negative_deaths_leave_their_month_empty(self):
        self.deaths[5][1] = -1
        self.write_deaths()
        self.doubted('named_deaths_daily.csv:7: ', 'defender_deaths: ukraineDeaths -1 is below 0')
        self.assertEqual(self.column('deaths.csv', 'defender_deaths')['2022-03'], '')

    # Claims

    def test_claims_are_monthly_differences_without_corrections(self):
        for day in days_of(2022, 4)[14:]:
            self.claims[day] -= 3
        self.write_claims()
        self.import_all()
        self.assertEqual(self.column('claims.csv', 'tanks'), {'2022-03': '400', '2022-04': '300'})
        self.assertEqual(self.column('claims.csv', 'personnel')['2022-03'], '4000')
        armoured = self.column('claims.csv', 'armoured_vehicles')
        self.assertEqual(armoured, {'2022-03': '800', '2022-04': '594'})
        self.assertEqual(self.column('claims.csv', 'armour')['2022-04'], '894')

    def test_fall_of_a_claim_with_a_correction_is_accepted(self):
        self.corrections = [{'date': '2022-04-15', 'tank': -50, 'APC': -100, 'field artillery': -50, 'personnel': -500}]
        for day in days_of(2022, 4)[14:]:
            self.claims[day] -= 50
        self.write_claims()
        self.import_all()
        self.assertEqual(self.column('claims.csv', 'tanks')['2022-04'], '300')

    def doubted(self, *fragments):
        result = self.run_import(self.inputs, '-o', self.outputs)
        self.assertEqual(result.returncode, 0, result.stderr)
        for fragment in fragments:
            self.assertIn(fragment, result.stderr)
        return result

    def test_fall_of_a_claim_without_a_correction_leaves_its_month_empty(self):
        for day in days_of(2022, 4)[11:]:
            self.claims[day] -= 50
        self.write_claims()
        self.doubted('russia_losses_personnel.json:', '2022-04, personnel: the cumulative count goes from 5100 to 4700 on '
                     '2022-04-12 without a correction; it is left empty')
        self.assertEqual(self.column('claims.csv', 'personnel'), {'2022-03': '4000', '2022-04': ''})

    def test_claim_that_falls_and_comes_back_is_left_to_the_days_around_it(self):
        self.claims['2022-04-20'] = 1
        self.write_claims()
        self.doubted('russia_losses_personnel.json:', '2022-04-20, personnel: the cumulative count of 10 does not fit')
        self.assertEqual(self.column('claims.csv', 'personnel'), {'2022-03': '4000', '2022-04': '3000'})

    def test_one_bad_cell_costs_one_month_of_one_column(self):
        self.deaths[5][1] = '1,204'
        self.write_deaths()
        self.doubted('named_deaths_daily.csv:7: ', 'has 5 cells under 4 columns')
        self.assertEqual(self.column('deaths.csv', 'attacker_deaths')['2022-03'], '')
        self.assertNotEqual(self.column('claims.csv', 'personnel')['2022-03'], '')

    def test_damaged_downloads_never_end_in_a_trace(self):
        names = ['losses/russia_losses_personnel.json', 'losses/named_deaths_daily.csv',
                 'strikes/daily_aerial_threats.csv', 'losses/russia_losses_equipment.json', 'losses/oryx_log.csv',
                 'kiel/data_explorer.csv', 'kiel/total_allocations.csv', 'kiel/procurement_trends.csv',
                 'territory/isw_daily_areas.csv', 'territory/liveuamap_territory.csv']
        draw = random.Random(1)
        for attempt in range(50):
            name = os.path.join(self.inputs, names[attempt % len(names)])
            with open(name) as stream:
                whole = stream.read()
            lines = whole.splitlines()
            at = draw.randrange(1, len(lines))
            kind = attempt // len(names)
            if kind == 0:
                lines[at] = lines[at][:len(lines[at]) // 2]
            elif kind == 1:
                del lines[at]
            elif kind == 2:
                lines.insert(at, lines[at])
            elif kind == 3:
                lines[at] = re.sub(r'([0-9])$', r'\g<1>,9', lines[at])
            else:
                lines[at] = ','.join(reversed(lines[at].split(',')))
            with open(name, 'w') as stream:
                stream.write('\n'.join(lines) + '\n')
            result = self.run_import(self.inputs, '-o', self.outputs)
            self.assertIn(result.returncode, (0, 2), result.stderr)
            self.assertNotIn('Traceback', result.stderr)
            with open(name, 'w') as stream:
                stream.write(whole)

    def test_fault_in_json_is_placed(self):
        self.write('losses/russia_losses_personnel.json', ['[', '{"date": "2022-03-01", "personnel": 3},', '{"date": }', ']'])
        self.doubted('russia_losses_personnel.json:3: is not JSON; the line is left out')
        self.write('losses/russia_losses_personnel.json', ['[', '{"date": "2022-03-01", "personnel": 3},', '{"date": '])
        shutil.rmtree(self.outputs)
        self.refused('russia_losses_personnel.json:3: is not JSON: the list has no end')
        self.write('losses/russia_losses_personnel.json', ['[', '{"date": "2022-03-01", "personnel": "many"}', ']'])
        self.doubted('russia_losses_personnel.json:2: 2022-03-01, personnel: personnel "many" is not a number')

    # Visually confirmed losses

    def test_visual_losses_add_up_over_states_by_month(self):
        self.import_all()
        self.assertEqual(self.column('visual.csv', 'attacker_tanks'), {'2022-02': '300', '2022-03': '5', '2022-04': '10'})
        self.assertEqual(self.column('visual.csv', 'attacker_armour')['2022-03'], '13')

    def test_a_change_that_cannot_be_read_leaves_its_month_of_its_kind_empty(self):
        self.log[2] = ('2022-03-10 10:00:00', 'Russia', 'tanks', 'captured', 'five')
        self.write_log()
        self.doubted('oryx_log.csv:4: 2022-03-10, attacker_tanks: ', '"five" is not a number')
        self.assertEqual(self.column('visual.csv', 'attacker_tanks'), {'2022-02': '300', '2022-03': '', '2022-04': '10'})
        self.assertEqual(self.column('visual.csv', 'attacker_armour')['2022-03'], '')
        self.assertEqual(self.column('visual.csv', 'attacker_armoured_vehicles')['2022-03'], '8')

    def test_renamed_label_takes_over_the_counts_of_its_side(self):
        moved = [('destroyed', 310), ('captured', 5)]
        self.log += [('2022-05-02 10:00:00', HEADINGS, 'tanks', state, value) for state, value in moved]
        self.log += [('2022-05-02 10:00:00', HEADINGS, 'infantry fighting vehicles', 'damaged', 8)]
        self.log += [('2022-05-02 10:00:00', 'Russia', 'tanks', state, -value) for state, value in moved]
        self.log += [('2022-05-02 10:00:00', 'Russia', 'infantry fighting vehicles', 'damaged', -8)]
        self.log += [('2022-05-30 10:00:00', HEADINGS, 'tanks', 'destroyed', 21)]
        self.write_log()
        self.import_all()
        self.assertEqual(self.column('visual.csv', 'attacker_tanks')['2022-05'], '21')

    def test_label_that_takes_over_nothing_leaves_its_months_empty(self):
        self.log += [('2022-04-22 10:00:00', HEADINGS, 'tanks', 'destroyed', 4)]
        self.write_log()
        self.doubted('oryx_log.csv:8: country "Losses of Armoured Combat Vehicles [Tanks, AFVs]" is neither side')
        self.assertEqual(self.column('visual.csv', 'attacker_tanks')['2022-04'], '')
        self.assertEqual(self.column('visual.csv', 'attacker_tanks')['2022-03'], '5')

    def test_misread_page_is_bridged_by_a_straight_line(self):
        self.log = self.log[:5] + [
            ('2022-04-25 10:00:00', 'Russia', 'tanks', 'destroyed', -290),
            ('2022-05-05 10:00:00', 'Russia', 'tanks', 'destroyed', 350),
            ('2022-05-31 10:00:00', 'Russia', 'tanks', 'destroyed', 1)]
        self.write_log()
        self.import_all()
        tanks = {month: int(value) for month, value in self.column('visual.csv', 'attacker_tanks').items()}
        self.assertEqual(sum(tanks.values()), 300 + 5 + 60 + 1)
        self.assertEqual(tanks['2022-04'], round(60 * 61 / 66))  # 28 February to 30 April, of 66 days to 5 May

    def test_defender_is_counted_where_both_ends_of_the_month_were_read(self):
        types = ('Tanks', 'Armoured Fighting Vehicles', 'Infantry Fighting Vehicles', 'Armoured Personnel Carriers')
        rows = ['country,equipment_type,type_total,date_recorded']
        for kind in types:
            rows += ['Ukraine,%s,10,2022-03-31' % kind, 'Ukraine,%s,14,2022-04-29' % kind,
                     'Ukraine,%s,15,2022-05-20' % kind, 'Russia,%s,99,2022-04-30' % kind]
        self.write('losses/oryx_daily_count.csv', rows)
        self.import_all()
        self.assertEqual(self.column('visual_defender.csv', 'tanks'), {'2022-04': '4'})
        self.assertEqual(self.column('visual_defender.csv', 'armour'), {'2022-04': '16'})

    # Strikes

    def test_strikes_are_summed_and_the_first_broken_month_is_left_out(self):
        self.import_all()
        self.assertEqual(self.column('strikes.csv', 'launched'), {'2022-04': '300'})
        self.assertEqual(self.column('strikes.csv', 'destroyed'), {'2022-04': '210'})

    def test_more_destroyed_than_launched_leaves_the_month_empty(self):
        self.write('strikes/daily_aerial_threats.csv', ['date,total_launched,total_destroyed', '2022-04-01,3,4'] +
                   ['%s,10,7' % day for day in days_of(2022, 4)[1:] + days_of(2022, 5)])
        self.doubted('daily_aerial_threats.csv:2: 2022-04-01, launched, destroyed: 4 destroyed of 3 launched')
        self.assertEqual(self.column('strikes.csv', 'launched'), {'2022-05': '310'})
        self.assertEqual(self.column('strikes.csv', 'destroyed'), {'2022-05': '217'})

    # Files

    def test_series_end_with_the_month_asked_for(self):
        self.deaths += [[day, 1, 1, 1] for day in days_of(2022, 5)]
        self.write_deaths()
        self.import_all('--until', '2022-04')
        self.assertEqual(list(self.column('deaths.csv', 'defender_deaths')), ['2022-03', '2022-04'])

    def test_same_input_gives_the_same_bytes(self):
        self.import_all()
        first = self.contents()
        self.import_all()
        self.assertEqual(first, self.contents())

    def test_faulty_input_leaves_old_series_and_no_other_file(self):
        self.import_all()
        before = self.contents()
        self.write('strikes/daily_aerial_threats.csv', ['date,total_launched,total_destroyed', 'x,4,4'])
        self.write('kiel/data_explorer.csv', ['country,year,month,military,financial,humanitarian',
                                              'France,2022,2,1.5,2.5,0.125', 'France,2022,4,3,0,0'])
        result = self.run_import(self.inputs, '-o', self.outputs)
        self.assertEqual(result.returncode, 2)
        self.assertIn('"x" is not a date', result.stderr)
        self.assertEqual(self.contents(), before)

    def test_files_that_are_missing_empty_or_broken_are_named(self):
        os.unlink(os.path.join(self.inputs, 'territory', 'liveuamap_territory.csv'))
        self.refused('liveuamap_territory.csv: cannot be read (No such file or directory)')
        self.write('territory/liveuamap_territory.csv', ['date,km2', '2022-03-01,3'])
        self.refused('liveuamap_territory.csv:1: has no column "area"')
        self.write('territory/liveuamap_territory.csv', ['date,area', '2022-03-01,3,4'])
        self.refused('liveuamap_territory.csv:2: has 3 cells under 2 columns')
        self.write('territory/liveuamap_territory.csv', ['date,area', '2022-02-30,3'])
        self.refused('liveuamap_territory.csv:2: "2022-02-30" is not a date')
        self.write('territory/liveuamap_territory.csv', ['date,area', '2022-03-31,nan'])
        self.refused('liveuamap_territory.csv:2: area "nan" is not a finite number')
        self.write('territory/liveuamap_territory.csv', ['date,area', '9999-12-31,3'])
        self.refused('liveuamap_territory.csv:2: "9999-12-31" is not a date of this century')
        self.write('territory/liveuamap_territory.csv', ['date,area', '"2022-', '02-01",3'])
        self.refused('liveuamap_territory.csv:2: is not a CSV line')
        with open(os.path.join(self.inputs, 'territory', 'liveuamap_territory.csv'), 'wb') as file:
            file.write(b'date,area\n2022-03-31,\xff\n')
        self.refused('liveuamap_territory.csv:2: area "\ufffd" is not a number')

    def test_directory_that_cannot_be_written_fails_with_a_sentence(self):
        blocked = os.path.join(self.directory, 'file')
        with open(blocked, 'w', encoding='utf-8'):
            pass
        result = self.run_import(self.inputs, '-o', os.path.join(blocked, 'series'))
        self.assertEqual(result.returncode, 1)
        self.assertIn('cannot be written', result.stderr)
        self.assertEqual(result.stderr.count('\n'), 1)

    def test_wrong_usage(self):
        self.assertEqual(self.run_import().returncode, 64)
        self.assertEqual(self.run_import(self.inputs, '--until', '2025-13').returncode, 64)
        self.assertEqual(self.run_import(os.path.join(self.directory, 'nowhere')).returncode, 2)
        result = self.run_import('--help')
        self.assertEqual(result.returncode, 0)
        self.assertIn('SOURCES.md', result.stdout)

    def test_written_files_are_readable_by_all(self):
        self.import_all()
        mode = os.stat(os.path.join(self.outputs, 'support.csv')).st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o644)


class Figures(unittest.TestCase):
    """The register of public figures (figures.csv) and the series made of it."""

    HEAD = 'column,month,value,low,high,kind,source,published'

    def case(self, *lines):
        directory = tempfile.mkdtemp(prefix='figures-')
        self.addCleanup(shutil.rmtree, directory)
        os.mkdir(os.path.join(directory, 'series'))
        with open(os.path.join(directory, 'figures.csv'), 'w', encoding='utf-8') as stream:
            stream.write('\n'.join((self.HEAD,) + lines) + '\n')
        return directory

    def test_figures_stand_in_their_month_and_column(self):
        case = self.case('force,2023-02,320,300,350,claim,A,2023-03', 'rounds,2023-01,2,1,3,press,B,2023-01')
        figures.write(case, '2023-01', '2023-03')
        with open(os.path.join(case, 'series', 'public.csv'), encoding='utf-8') as stream:
            self.assertEqual(stream.read(), 'month,force,force_after,rounds,rounds_after\n'
                             '2023-01,,,2,0\n2023-02,320,1,,\n2023-03,,,,\n')

    def test_wrong_figures_are_refused_with_their_line(self):
        for line, words in (('force,2023-02,320,330,350,claim,A,2023-03', 'not between'),
                            ('force,2023-02,320,300,350,claim,A,2023-01', 'published'), ('force,2023-02,320,300,350,claim,,2023-03', 'source')):
            with self.assertRaisesRegex(ValueError, ':2: .*' + words):
                figures.write(self.case(line))
        with self.assertRaisesRegex(ValueError, ':3: .*twice'):
            figures.write(self.case(*['force,2023-02,320,300,350,claim,A,2023-03'] * 2))

    def test_committed_series_is_that_of_the_register_and_nothing_in_it_is_hindsight(self):
        case = os.path.dirname(SERIES)
        columns, values = figures.read(os.path.join(case, 'figures.csv'))
        with open(os.path.join(SERIES, 'public.csv'), encoding='utf-8', newline='') as stream:
            rows = list(csv.DictReader(stream))
        self.assertEqual(list(rows[0]), ['month'] + [column + end for column in columns for end in ('', '_after')])
        written = {(column, row['month']): (row[column], row[column + '_after'])
                   for row in rows for column in columns if row[column]}
        self.assertEqual(written, values)
        with open(os.path.join(case, 'figures.csv'), encoding='utf-8', newline='') as stream:
            self.assertLessEqual(max(row['published'] for row in csv.DictReader(stream)), '2025-12')


class Committed(unittest.TestCase):
    """The series in the project."""

    def rows(self, name):
        with open(os.path.join(SERIES, name), encoding='utf-8', newline='') as file:
            return list(csv.DictReader(file))

    def year(self, name, column, year):
        return sum(float(row[column]) for row in self.rows(name) if row['month'][:4] == year and row[column])

    def test_months_follow_one_another(self):
        for name in sorted(os.listdir(SERIES)):
            months = [12 * int(row['month'][:4]) + int(row['month'][5:]) for row in self.rows(name)]
            self.assertEqual(months, list(range(months[0], months[0] + len(months))), name)
            self.assertLessEqual(self.rows(name)[-1]['month'], '2025-12', name)

    def test_yearly_support_is_that_of_the_tracker(self):
        kinds = ['%s_%s' % (group, kind) for group in ('us', 'europe', 'other')
                 for kind in ('military', 'financial', 'humanitarian')]
        for year, total, military in (('2022', 78.0, 37.8), ('2023', 87.5, 46.3), ('2024', 97.7, 41.6), ('2025', 80.8, 37.2)):
            self.assertAlmostEqual(sum(self.year('support.csv', kind, year) for kind in kinds), total, delta=0.06)
            self.assertAlmostEqual(sum(self.year('support.csv', kind, year) for kind in kinds[::3]), military, delta=0.06)

    def test_us_support_shows_the_halt_and_its_end(self):
        us = {row['month']: float(row['us_military']) for row in self.rows('support.csv')}
        self.assertTrue(all(us[month] < 0.6 for month in ('2023-10', '2023-11', '2023-12', '2024-01', '2024-02', '2024-03')))
        self.assertEqual((us['2024-01'], us['2024-02']), (0, 0))
        self.assertAlmostEqual(us['2024-04'], 6.7, delta=0.1)

    def test_yearly_losses_claimed_and_named(self):
        for year, claimed in (('2023', 253270), ('2024', 430320), ('2025', 418360 - 1810)):
            self.assertEqual(self.year('claims.csv', 'personnel', year), claimed)
        for year, dead, missing, attacker in (('2023', 23600, 10400, 26900), ('2024', 22000, 27900, 41600)):
            self.assertAlmostEqual(self.year('deaths.csv', 'defender_deaths', year), dead, delta=50)
            self.assertAlmostEqual(self.year('deaths.csv', 'defender_missing', year), missing, delta=50)
            self.assertAlmostEqual(self.year('deaths.csv', 'attacker_deaths', year), attacker, delta=50)

    def test_visual_losses_of_the_attacker_are_the_totals_that_oryx_published(self):
        tanks = [(row['month'], int(row['attacker_tanks'])) for row in self.rows('visual.csv')]
        by = {month: sum(count for other, count in tanks if other <= month) for month, _ in tanks}
        self.assertAlmostEqual(by['2025-01'], 3704, delta=25)  # Oryx on 25 January 2025, Kyiv Independent
        self.assertAlmostEqual(by['2023-01'], 1688, delta=40)  # Oryx in the first week of February 2023, CNN

    def test_territory_and_launches_by_year(self):
        held = {row['month']: row for row in self.rows('territory.csv')}
        self.assertAlmostEqual(float(held['2025-12']['isw']) - float(held['2024-12']['isw']), 4831, delta=1)
        self.assertAlmostEqual(float(held['2025-12']['deepstate']) - float(held['2024-12']['deepstate']), 4318, delta=1)
        self.assertAlmostEqual(float(held['2024-12']['liveuamap']) - float(held['2023-12']['liveuamap']), 4299, delta=1)
        for year, launched in (('2023', 4800), ('2024', 14100), ('2025', 58800)):
            self.assertAlmostEqual(self.year('strikes.csv', 'launched', year), launched, delta=60)

    def test_series_are_what_the_importer_makes_of_the_downloaded_files(self):
        data = os.environ.get('TRUCE_UKRAINE_DATA') or os.path.join(ROOT, '..', 'shared', 'data')
        if not os.path.isdir(data):
            self.skipTest('no downloaded files (set TRUCE_UKRAINE_DATA)')
        with tempfile.TemporaryDirectory() as output:
            result = subprocess.run([sys.executable, SCRIPT, data, '-o', output], capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertGreaterEqual(len(os.listdir(output)), 6)
            for name in os.listdir(output):
                with open(os.path.join(output, name), 'rb') as new, open(os.path.join(SERIES, name), 'rb') as old:
                    self.assertEqual(new.read(), old.read(), name)


if __name__ == '__main__':
    unittest.main()
