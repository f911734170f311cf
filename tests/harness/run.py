"""Runs the parts of the test suite and counts individual tests. Called by tests/run.

A part is a list of commands. What they print is read as TAP (our scripts) or cmocka's output (unit tests, through
ctest); the log of each part lies in build/logs/PART.log. In CI (CI=true) a skipped test is a failure."""
import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

SOURCE = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..'))
BUILD = os.path.join(SOURCE, 'build')
LOGS = os.path.join(BUILD, 'logs')
CI = os.environ.get('CI', '') not in ('', '0', 'false')
JOBS = str(os.cpu_count() or 2)
AT_ONCE = min(os.cpu_count() or 2, 4)  # scripts with brokers and daemons
PAPERS = os.path.abspath(os.path.join(SOURCE, '../shared'))  # labelled papers that are not part of the source
KINDS = {'dev': ('dev', 'gcc'), 'release': ('release', 'gcc'), 'asan': ('asan', 'gcc'),
         'tsan': ('tsan', 'gcc'), 'fuzz': ('fuzz', 'clang')}
SANITIZERS = {'ASAN_OPTIONS': 'detect_leaks=1:abort_on_error=0:strict_string_checks=1',
              'UBSAN_OPTIONS': 'print_stacktrace=1', 'TSAN_OPTIONS': f'halt_on_error=1:second_deadlock_stack=1:suppressions={SOURCE}/tests/harness/tsan.supp'}


class Result:
    def __init__(self):
        self.passed, self.failed, self.skipped = [], [], []

    def add(self, name, outcome, detail=''):
        if outcome == 'skipped' and CI:
            outcome, detail = 'failed', f'skipped, and nothing is skipped in CI: {detail}'
        getattr(self, outcome).append((name, detail))

    def join(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


def run(command, log, env=None, cwd=SOURCE, timeout=1500):
    """Output of the command (both streams), also appended to the log; and its exit status."""
    full = dict(os.environ, CCACHE_BASEDIR=os.path.dirname(SOURCE), CCACHE_NOHASHDIR='1', **SANITIZERS)
    full.update(env or {})
    with open(log, 'ab+') as f:
        f.write(f'$ {" ".join(command)}\n'.encode())
        f.flush()
        start = f.tell()
        try:
            rc = subprocess.run(command, cwd=cwd, env=full, stdin=subprocess.DEVNULL, stdout=f, stderr=subprocess.STDOUT,
                                timeout=timeout).returncode
        except subprocess.TimeoutExpired:
            f.write(f'\nstopped after {timeout} s\n'.encode())
            rc = 124
        f.seek(start)
        return f.read().decode('utf8', 'replace'), rc


def read_tap(part, text, rc, result):
    found = planned = None
    lines = text.split('\n')
    failures = 0
    found = 0
    for i, line in enumerate(lines):
        m = re.match(r'(ok|not ok) \d+ - (.*?)(?: # SKIP ?(.*))?$', line)
        if m:
            found += 1
            name = f'{part}: {m.group(2)}'
            if m.group(3) is not None:
                result.add(name, 'skipped', m.group(3))
            elif m.group(1) == 'ok':
                result.add(name, 'passed')
            else:
                failures += 1
                notes = []
                for later in lines[i + 1:]:
                    if not later.startswith('#'):
                        break
                    notes.append(later[1:].strip())
                result.add(name, 'failed', '\n'.join(notes))
        m = re.match(r'1\.\.(\d+)', line)
        if m:
            planned = int(m.group(1))
    if planned is None or planned != found or (rc and not failures):
        tail = '\n'.join(lines[-15:])
        result.add(part, 'failed', f'ended with status {rc} after {found} of {planned} tests\n{tail}')


def read_cmocka(name, text, status, result):
    seen = {}
    for m in re.finditer(r'^\[\s+(OK|FAILED|SKIPPED)\s+\] (?!\d+ test)(\S+)', text, re.M):
        seen[m.group(2)] = {'OK': 'passed', 'FAILED': 'failed', 'SKIPPED': 'skipped'}[m.group(1)]
    for test, outcome in seen.items():
        detail = '\n'.join(re.findall(r'^\[  ERROR   \] --- (.*)|^(.*: error: .*)', text, re.M) and
                           [''.join(x) for x in re.findall(r'^\[  ERROR   \] --- (.*)|^(.*: error: .*)', text, re.M)][:8])
        result.add(f'{name}: {test}', outcome, detail if outcome == 'failed' else '')
    if status == 'fail' and 'failed' not in seen.values():
        result.add(name, 'failed', '\n'.join(text.strip().split('\n')[-25:]))
    elif not seen:
        result.add(name, 'passed' if status == 'run' else 'skipped', text.strip()[-200:])


def ctest(part, build, labels, result, log, only=None):
    xml = os.path.join(LOGS, f'{part}.xml')
    command = ['ctest', '--test-dir', os.path.join(BUILD, build), '-j', JOBS, '--output-junit', xml, '--no-tests=error',
               '--test-output-size-passed', '10000000', '--test-output-size-failed', '10000000', '--output-on-failure']
    if labels:
        command += ['-L', f'^({labels})$']
    if only:
        command += ['-R', only]
    if build == 'tsan':
        command += ['-E', '^test_convert$']  # it has one thread, and forks
    if os.path.exists(xml):
        os.remove(xml)
    text, rc = run(command, log)
    if not os.path.exists(xml):
        result.add(part, 'failed', text[-600:])
        return
    for case in ET.parse(xml).getroot().iter('testcase'):
        output = case.findtext('system-out') or ''
        status = case.get('status')
        if status == 'notrun' or case.find('skipped') is not None:
            result.add(f'{part}: {case.get("name")}', 'skipped', output[-200:])
        elif re.search(r'^1\.\.\d+$', output, re.M):
            for figures in re.findall(r'^# (labelled variants .*)$', output, re.M):
                print(f'    {figures}', flush=True)
            read_tap(f'{part}: {case.get("name")}', output, 1 if status == 'fail' else 0, result)
        else:
            read_cmocka(f'{part}: {case.get("name")}', output, status, result)


_built = set()


def build(kind, result, log):
    """Compiles a kind once a run; a warning is an error. False when it does not compile."""
    if kind in _built:
        return True
    which, compiler = KINDS[kind]
    folder = os.path.join(BUILD, kind)
    configure = ['cmake', '-S', SOURCE, '-B', folder, '-G', 'Ninja', f'-DBUILD_KIND={which}', f'-DCMAKE_C_COMPILER={compiler}']
    if subprocess.run(['which', 'ccache'], capture_output=True).returncode == 0:
        configure.append('-DCMAKE_C_COMPILER_LAUNCHER=ccache')
    text, rc = run(configure, log)
    if rc == 0:
        text, rc = run(['ninja', '-C', folder, '-j', JOBS], log)
    if rc:
        errors = [line for line in text.split('\n') if 'error' in line.lower() or 'warning' in line][:12]
        result.add(f'build {kind}', 'failed', '\n'.join(errors) or text[-600:])
        return False
    result.add(f'build {kind} ({compiler}, BUILD_KIND={which})', 'passed')
    _built.add(kind)
    return True


def script(part, command, result, log, env=None):
    env = dict(env or {}, BUILD=os.path.join(BUILD, 'release'), PYTHONUNBUFFERED='1')
    text, rc = run(command, log, env=env)
    read_tap(part, text, rc, result)


# The figures that are asked for.
SCORES = [('documents', 'gold', '.', 'header=1 references=1 items=1 decisions=0.97 attributes=0.95'),
          ('papers, headers', 'papers/gold', 'papers', 'header=0.98'),
          ('papers, bodies', 'papers/gold-body', 'papers', 'references=0.98 decisions=0.92 items=0.95')]


def score(result, log):
    if not os.path.isdir(os.path.join(PAPERS, 'score')):
        print('    the labelled papers are not beside this source: nothing to score', flush=True)
        return
    for name, gold, root, minimums in SCORES:
        command = [os.path.join(PAPERS, 'score/score.py')]
        for m in minimums.split():
            command += ['--min', m]
        command += [os.path.join(PAPERS, gold), os.path.join(PAPERS, root), '--', 'build/release/bin/councilwire', 'parse']
        text, rc = run(command, log)
        figures = re.findall(r'^(header|attributes)\s+([\d.]+)|^(items|references|decisions)\s.*F1 ([\d.]+)', text, re.M)
        print('    ' + f'{name}: ' + '  '.join(f'{a or c} {b or d}' for a, b, c, d in figures), flush=True)
        result.add(f'score: {name} ({minimums or "every document yields JSON"})', 'failed' if rc else 'passed',
                   '\n'.join(line for line in text.split('\n') if 'minimum' in line or 'FAILED' in line))


def part_build(result, log):
    for kind in KINDS:
        build(kind, result, log)


def part_units(labels, kind='dev'):
    def f(result, log):
        if build(kind, result, log):
            ctest(f'{kind}-{labels.replace("|", "-")}' if kind != 'dev' else labels.replace('|', '-'), kind, labels, result, log)
    return f


def part_script(*commands, need='release'):
    """Several at a time: they mostly wait, each for daemons and brokers of its own. Their logs are put together at the end."""
    def one_of(command, log):
        result = Result()
        name = os.path.relpath(command[0], 'tests') + ''.join(' ' + a for a in command[1:])
        script(name, [os.path.join(SOURCE, command[0]), *command[1:]], result, log)
        return result

    def f(result, log):
        if not build(need, result, log):
            return
        logs = [f'{log}.{i}' for i in range(len(commands))]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for own, path in zip(pool.map(one_of, commands, logs), logs):
                result.join(own)
                with open(log, 'ab') as whole, open(path, 'rb') as part:
                    shutil.copyfileobj(part, whole)
                os.remove(path)
    return f


def part_score(result, log):
    if build('release', result, log):
        score(result, log)


def part_spans(result, log):
    """text[span] equals what is stated: the five papers, and the labelled ones where they are."""
    if build('release', result, log):
        docs = [os.path.join('tests/data/papers', n) for n in sorted(os.listdir(os.path.join(SOURCE, 'tests/data/papers')))]
        more = os.path.join(PAPERS, 'papers/docs')
        if os.path.isdir(more):
            docs += [os.path.join(more, n) for n in sorted(os.listdir(more))]
        script('spans', ['python3', 'tests/harness/spans.py', 'build/release/bin', *docs], result, log)


PARTS = {
    'build': (part_build, 'every kind compiles without a warning, gcc and clang'),
    'unit': (part_units('unit|fuzz'), 'unit tests and fuzz corpora, gcc dev'),
    'lint': (part_units('lint'), 'layers, sizes, format, clang-tidy, schemas'),
    'golden': (part_units('golden'), 'golden files through the programs'),
    'broker': (part_units('broker'), "librdkafka's mock cluster in process"),
    'asan': (part_units('unit|fuzz|golden|broker', 'asan'), 'the same under address and undefined sanitizers'),
    'fuzz': (part_units('fuzz', 'fuzz'), "the corpora under libFuzzer and clang's sanitizers"),
    'tsan': (part_units('unit|broker', 'tsan'), 'units and broker tests under the thread sanitizer'),
    'spans': (part_spans, 'every item, reference and decision is where its span says'),
    'score': (part_score, 'labelled papers, where they are beside the source'),
}


def parts_of_folder(name, text):
    """tests/NAME/test_*: executable scripts that print TAP, a part of their own."""
    folder = os.path.join(SOURCE, 'tests', name)
    found = sorted(n for n in os.listdir(folder) if n.startswith('test_') and os.access(os.path.join(folder, n), os.X_OK))
    if found:
        PARTS[name] = (part_script(*[[f'tests/{name}/{n}'] for n in found]), text)


parts_of_folder('e2e', 'real daemons, embedded broker and real Kafka, from end to end')
parts_of_folder('chaos', 'daemons and broker killed in the middle')


def one(name, result, log):
    """Not a part: a test program by name, or one script."""
    for folder in ('e2e', 'chaos'):
        path = f'tests/{folder}/{os.path.basename(name)}'
        for p in (path, f'tests/{folder}/test_{name}'):
            if os.access(os.path.join(SOURCE, p), os.X_OK):
                return part_script([p])(result, log)
    if build('dev', result, log):
        ctest(re.sub(r'\W', '_', name), 'dev', None, result, log, only=name)


def main(argv):
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # tests/run --list | head
    if '--list' in argv or '-h' in argv or '--help' in argv:
        print('tests/run [PART...]   a part, or the name of a test program or script\n')
        for name, (_, text) in PARTS.items():
            print(f'  {name:8s} {text}')
        return 0
    os.makedirs(LOGS, exist_ok=True)
    total, started = Result(), time.monotonic()
    for name in argv or PARTS:
        log = os.path.join(LOGS, f'{re.sub(r"[^A-Za-z0-9_-]", "_", name)}.log')
        open(log, 'w').close()
        part, begun = Result(), time.monotonic()
        print(f'[{begun - started:5.0f} s] {name} ...', flush=True)
        (PARTS[name][0] if name in PARTS else lambda r, g, n=name: one(n, r, g))(part, log)
        print(f'          {name}: {len(part.passed)} passed, {len(part.failed)} failed, {len(part.skipped)} skipped'
              f' in {time.monotonic() - begun:.0f} s', flush=True)
        for test, detail in part.failed:
            print(f'    FAILED {test}')
            for line in detail.split('\n')[:25]:
                print(f'           {line}')
            print(f'           log: {os.path.relpath(log, SOURCE)}', flush=True)
        for test, detail in part.skipped:
            print(f'    skipped {test}: {detail}')
        total.join(part)
    print(f'{len(total.passed)} passed, {len(total.failed)} failed, {len(total.skipped)} skipped', flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
