"""Tests of script/conformance with a program in truce's place that does what the model file tells it to."""

import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCRIPT = os.path.join(ROOT, 'script', 'conformance')

# run MODEL -o OUTPUT: a model that begins with a word of these does that; any other is copied to OUTPUT.
PROGRAM = '''#!/bin/sh
case $(head -n 1 "$2") in
refuse) echo "truce: $2:3: unknown variable \\"a\\"" >&2; exit 2 ;;
crash) kill -SEGV $$ ;;
hang) exec sleep 30 ;;
*) cp "$2" "$4" ;;
esac
'''


class Conformance(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.program = os.path.join(self.scratch.name, 'truce')
        self.models = os.path.join(self.scratch.name, 'models')
        os.mkdir(self.models)
        self.write('../truce', PROGRAM)
        os.chmod(self.program, 0o755)

    def write(self, name, content):
        path = os.path.join(self.models, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as stream:
            stream.write(content if isinstance(content, bytes) else content.encode())

    def run_it(self, *more):
        done = subprocess.run([SCRIPT, self.models, '--truce', self.program, *more], capture_output=True, text=True)
        self.assertEqual(done.stderr, '')
        return done.returncode, done.stdout.replace(self.models + os.sep, '').splitlines()

    def verdict(self, expected, got, output='output.csv', model='m.xmile'):
        """The line for one model that gives `got` where `expected` is the output."""
        self.write(f'one/{output}', expected)
        self.write(f'one/{model}', got)
        code, lines = self.run_it()
        self.assertEqual(len(lines), 2)
        self.assertEqual(code, 0 if lines[0].startswith('passed') else 1)
        return lines[0]

    def test_says_passed_and_counts_columns(self):
        self.assertEqual(self.verdict('Time,a,other\n0,1,9\n1,2,9\n', 'time,a,more\n0,1,5\n1,2,5\n'),
                         'passed  one/m.xmile (1 of 2 columns)')

    def test_names_the_first_difference(self):
        self.assertEqual(self.verdict('Time,a,b,c\n0,1,1,3\n1,2,7,4\n', 'time,a,b,c\n0,1,1,4\n1,2,8,4\n'),
                         'FAILED  one/m.xmile: "b" at time 1 is 8.0, expected 7.0 (and 1 more of 3 columns)')

    def test_small_differences_pass_and_larger_ones_fail(self):
        self.assertIn('passed', self.verdict('Time,a\n0,10000\n1,0\n', 'time,a\n0,10000.9\n1,0.009\n'))
        self.assertIn('FAILED', self.verdict('Time,a\n0,10000\n1,0\n', 'time,a\n0,10001.1\n1,0\n'))
        self.assertIn('FAILED', self.verdict('Time,a\n0,10000\n1,0\n', 'time,a\n0,10000\n1,0.02\n'))

    def test_line_ends_and_separators_of_every_kind(self):
        got = 'time,a,b\n0,1,2\n1,3,4\n'
        for end in ('\n', '\r\n', '\r'):
            for mark, name in ((',', 'output.csv'), ('\t', 'output.csv'), (';', 'output.csv')):
                expected = end.join(mark.join(row) for row in (('Time', 'a', 'b'), ('0', '1', '2'), ('1', '3', '4')))
                self.assertIn('(2 of 2 columns)', self.verdict(expected, got, name))
                self.assertIn('(2 of 2 columns)', self.verdict(expected + end, got, name))
        self.assertIn('(1 of 1', self.verdict('\ufeffTime,ü\n0,1\n', 'time,Ü\n0,1\n'))
        self.assertIn('(1 of 1', self.verdict('Time,ü\n0,1\n'.encode('utf-16'), 'time,ü\n0,1\n'))
        self.assertIn('(1 of 1', self.verdict('Time,ü\n0,1\n'.encode('latin-1'), 'time,ü\n0,1\n'))

    def test_names_and_subscripts_are_folded(self):
        got = 'time,front velocity,"a[A1, B2]","say ""yes""",two lines,hares.area,Größe\n0,1,2,3,4,5,6\n'
        for names in ('Front_Velocity,"A[a1,b2]",say "yes",two\\nlines,Hares.area,GRÖSSE',
                      '"""front  velocity""","a [A1 , B2 ]",say \\"yes\\",Two_Lines,hares\u00b7area,gro\u0308ße',
                      'FRONT VELOCITY,"a[a1, b2]","say ""yes""","two\nlines","""hares.area""",größe'):
            self.assertIn('(6 of 6 columns)', self.verdict(f'Time,{names}\n0,1,2,3,4,5,6\n', got))

    def test_empty_missing_and_foreign_cells_are_not_compared(self):
        got = 'time,a,b,c\n0,1,2,3\n1,1,5,6\n'
        self.assertIn('(3 of 3', self.verdict('Time,a,b,c\n0,1,2,3\n1,,5\n', got))
        self.assertIn('(2 of 2', self.verdict('Time,a,b\n0,1,2,99,99\n1,,5\n', got))
        self.assertIn('(3 of 3', self.verdict('Time,a,b,c\n0,1,2,3\n,,,\nEnd of data\n', got))
        self.assertIn('"c" at time 1', self.verdict('Time,a,b,c\n0,1,2,3\n1,,5,7\n', got))
        self.assertIn('"b" at time 1 is None', self.verdict('Time,a,b\n0,1,2\n1,1,5\n', 'time,a,b\n0,1,2\n1,1\n'))

    def test_numbers_without_end_must_agree(self):
        self.assertIn('passed', self.verdict('Time,a,b\n0,nan,inf\n', 'time,a,b\n0,nan,inf\n'))
        self.assertIn('FAILED', self.verdict('Time,a\n0,inf\n', 'time,a\n0,-inf\n'))
        self.assertIn('FAILED', self.verdict('Time,a\n0,1\n', 'time,a\n0,nan\n'))

    def test_a_table_on_its_side_is_turned(self):
        self.assertIn('(2 of 2', self.verdict('Time,0,1\na,1,2\nb,3,4\n', 'time,a,b\n0,1,3\n1,2,4\n'))
        self.assertIn('"b" at time 1', self.verdict('Time,0,1\na,1,2\nb,3,4\n', 'time,a,b\n0,1,3\n1,2,5\n'))

    def test_times_of_the_output_must_be_there(self):
        got = 'time,a\n0,1\n0.25,2\n0.5,3\n0.75,4\n1,5\n'
        self.assertIn('passed', self.verdict('Time,a\n0,1\n0.5,3\n1,5\n', got))
        self.assertIn('passed', self.verdict('Time,a\n0,1\n0.50001,3\n', got))
        self.assertIn('time 0.6 is not in the output', self.verdict('Time,a\n0,1\n0.6,3\n', got))
        self.assertIn('time 2 is not in the output', self.verdict('Time,a\n0,1\n2,3\n', got))

    def test_nothing_in_common_fails(self):
        self.assertIn('no column in common', self.verdict('Time,a\n0,1\n', 'time,b\n0,1\n'))

    def test_outputs_that_cannot_be_read_fail(self):
        for content in ('', 'Time,a\n', 'Time,a\nx,y\n'):
            self.assertIn('output.csv has no', self.verdict(content, 'time,a\n0,1\n'))

    def test_refusals_crashes_and_endless_models_are_told_apart(self):
        self.write('a/output.csv', 'Time,a\n0,1\n')
        for name in ('refuse', 'crash', 'hang'):
            self.write(f'a/{name}.stmx', name + '\n')
        self.write('a/works.itmx', 'time,a\n0,1\n')
        self.write('a/worse.xmile', 'time,a\n0,2\n')
        code, lines = self.run_it('--timeout', '0.5')
        self.assertEqual(code, 1)
        self.assertEqual(lines[0], 'FAILED  a/crash.stmx: crashed with SIGSEGV')
        self.assertEqual(lines[1], 'FAILED  a/hang.stmx: still running after 0.5 s')
        self.assertEqual(lines[2], 'FAILED  a/refuse.stmx: truce: a/refuse.stmx:3: unknown variable "a"')
        self.assertEqual(lines[3], 'passed  a/works.itmx (1 of 1 columns)')
        self.assertEqual(lines[4], 'FAILED  a/worse.xmile: "a" at time 0 is 2.0, expected 1.0')
        self.assertEqual(lines[5:], ['1 of 5 models passed; 1 gave other numbers, 1 were refused, 1 did not finish, '
                                     '1 crashed'.replace(', ', '; ')])

    def test_which_files_are_models_and_outputs(self):
        model = 'time,a\n0,1\n'
        self.write('both/output.csv', 'Time,a\n0,1\n')
        self.write('both/output.tab', 'Time\ta\n0\t2\n')
        self.write('both/m.xmile', model)
        self.write('tab/output.tab', 'Time\ta\n0\t1\n')
        self.write('tab/output_b.csv', 'Time,a\n0,2\n')
        self.write('tab/m.stmx', model)
        self.write('other/output_stella.csv', 'Time,a\n0,1\n')
        self.write('other/m.xmile', model)
        self.write('other/m.mdl', model)
        self.write('both/part.xml', 'refuse <xmile')
        self.write('xml/output.csv', 'Time,<xmile\n0,1\n')
        self.write('xml/model.xml', 'time,<xmile\n0,1\n')
        self.write('xml/notes.xml', 'time,a\n0,1\n')
        self.write('none/m.xmile', model)
        code, lines = self.run_it()
        self.assertEqual(code, 0)
        self.assertEqual([line.split()[1] for line in lines[:-1]],
                         ['both/m.xmile', 'other/m.mdl', 'other/m.xmile', 'tab/m.stmx', 'xml/model.xml'])
        self.assertEqual(lines[-1], '5 of 5 models passed')

    def test_an_empty_folder_is_a_failure(self):
        self.assertEqual(self.run_it(), (1, ['0 of 0 models passed']))

    def test_wrong_usage(self):
        for arguments in ([], ['a', 'b'], [self.models, '--truce'], [self.models, '--timeout', 'x'],
                          [self.models, '--timeout', '-1'], ['--no'], [os.path.join(self.models, 'missing')],
                          [self.models, '--truce', '/does/not/exist']):
            done = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout), (64, ''))
            self.assertNotIn('Traceback', done.stderr)


if __name__ == '__main__':
    unittest.main()
