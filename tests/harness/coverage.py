#!/usr/bin/env python3
"""Lines that the tests run, a folder and a file: by gcov of a build with BUILD_KIND=coverage.
usage: tests/harness/coverage.py [--files] [--lines FILE]... [--no-run] [SCRIPT...]

Builds build/coverage, runs its unit, golden, broker and fuzz tests, and each SCRIPT (tests/e2e/test_people) with that
build; prints the shares. --lines FILE prints what was never run of a file, --no-run counts what the last run left.
What a daemon did that was killed, or a converter in its cage, is not counted."""
import argparse
import collections
import glob
import gzip
import json
import os
import subprocess
import sys
import tempfile

SOURCE = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..'))
BUILD = os.path.join(SOURCE, 'build/coverage')
COUNTED = ('lib', 'producers', 'consumers', 'deploy')


def build():
    subprocess.run(['cmake', '-S', SOURCE, '-B', BUILD, '-G', 'Ninja', '-DBUILD_KIND=coverage'], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(['ninja', '-C', BUILD], check=True, stdout=subprocess.DEVNULL)


def data():
    return glob.glob(os.path.join(BUILD, '**/*.gcda'), recursive=True)


def run_tests():
    run = subprocess.run(['ctest', '-j', str(os.cpu_count() or 2), '-L', 'unit|golden|broker|fuzz', '--output-on-failure'], cwd=BUILD,
                         capture_output=True, text=True)
    print('\n'.join(run.stdout.strip().split('\n')[-12:]))
    return run.returncode


def run_script(path):
    run = subprocess.run([os.path.abspath(path)], env=dict(os.environ, BUILD=BUILD), capture_output=True, text=True)
    print(f'{path}: {"passed" if run.returncode == 0 else run.stdout[-2000:]}', flush=True)
    return run.returncode


def lines():
    """file -> line -> how often; a line of several objects counts all of them."""
    out = collections.defaultdict(lambda: collections.defaultdict(int))
    with tempfile.TemporaryDirectory() as d:
        subprocess.run(['gcov', '--json-format', '--preserve-paths', '--hash-filenames', *data()], cwd=d, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for path in glob.glob(os.path.join(d, '*.gcov.json.gz')):
            with gzip.open(path) as f:
                report = json.load(f)
            for one in report['files']:
                name = os.path.relpath(os.path.join(report['current_working_directory'], one['file']), SOURCE)
                if name.startswith(COUNTED) and name.endswith('.c'):
                    for line in one['lines']:
                        out[name][line['line_number']] += line['count']
    return out


def share(counts):
    return f'{sum(c > 0 for c in counts)}/{len(counts)} {100 * sum(c > 0 for c in counts) / max(1, len(counts)):.1f} %'


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument('--files', action='store_true')
    p.add_argument('--lines', action='append', default=[])
    p.add_argument('--no-run', action='store_true')
    p.add_argument('script', nargs='*')
    o = p.parse_args()
    rc = 0
    if not o.no_run:
        build()
        for path in data():
            os.unlink(path)
        rc = max([run_tests(), *map(run_script, o.script)])
    found = lines()
    folders = collections.defaultdict(list)
    for name, by_line in found.items():
        folders[os.path.dirname(name)] += by_line.values()
    for folder, counts in sorted(folders.items()):
        print(f'{folder:24s} {share(counts)}')
        if o.files:
            for name in sorted(n for n in found if os.path.dirname(n) == folder):
                print(f'    {os.path.basename(name):24s} {share(found[name].values())}')
    for name in o.lines:
        with open(os.path.join(SOURCE, name)) as f:
            for number, text in enumerate(f, 1):
                if found[name].get(number) == 0:
                    print(f'{name}:{number}: {text.rstrip()}')
    return rc


sys.exit(main())
