#!/usr/bin/env python3
"""Which rules does only one paper use? usage: honesty.py BUILD [--all] [PAPER-FOLDER...]

Over the five papers, the labelled variants of tests/golden and, where they are beside the source, the other labelled
papers: a rule is a line of a scanned table (bodies, formulas, citations) that matches, a line of another table whose
words a paper holds, or a rule of the code that `councilwire explain` names. Prints, for each group of labelled papers, the
rules that fire in one of its papers and in no other paper at all; and how many lines no paper uses (knowledge that
waits for its paper). --all lists these too."""
import collections
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.abspath(os.path.join(HERE, '../..'))
SHARED = os.path.abspath(os.path.join(SOURCE, '../shared'))
TABLES = os.path.join(SOURCE, 'producers/parse/knowledge')
SCANNED = ('bodies', 'formulas', 'citations')


def papers(more):
    """(name, group, path): the group says which labelled set a paper is of."""
    out = []
    own = os.path.join(SOURCE, 'tests/data/papers')
    out += [(n, 'the five', os.path.join(own, n)) for n in sorted(os.listdir(own))]
    gold = os.path.join(SHARED, 'papers/gold')
    if os.path.isdir(gold):
        for n in sorted(os.listdir(gold)):
            with open(os.path.join(gold, n), encoding='utf8') as f:
                label = json.load(f)
            out.append((n[:-5], label.get('group', 'papers'), os.path.join(SHARED, 'papers', label['source'])))
    golden = os.path.join(SOURCE, 'tests/golden/parse')
    for case in sorted(os.listdir(golden)):
        path = os.path.join(golden, case, 'input.txt')
        if os.path.exists(path) and os.path.exists(os.path.join(golden, case, 'expected.json')):
            out.append((case, 'variants', path))
    for folder in more:
        out += [(n, 'more', os.path.join(folder, n)) for n in sorted(os.listdir(folder))]
    return out


def rows(name):
    """(line, cells) of a table."""
    columns = None
    with open(os.path.join(TABLES, name), encoding='utf8') as f:
        for number, line in enumerate(f.read().split('\n'), 1):
            if line and not line.startswith('#'):
                if columns is None:
                    columns = line.split('\t')
                else:
                    yield number, line.split('\t')


def fold(text):
    return re.sub(r'[\W_]+', ' ', text.casefold()).strip()


def scanned(printer, path):
    run = subprocess.run([printer, '--print', path], capture_output=True, text=True, check=True)
    return {f'{f[0]}.tsv:{f[1]}' for f in (line.split() for line in run.stdout.split('\n')) if len(f) >= 2}


def code_rules(command, path):
    run = subprocess.run([command, 'explain', path], capture_output=True, text=True, check=False)
    found = re.findall(r'^ *\d+ +line \d+ +(\S.*?)(?: {2,}|$)', run.stdout, re.M)
    return {r for r in found if not re.match(r'\w+\.tsv:', r)}


def fired(build, path, plain):
    rules = scanned(os.path.join(build, 'tests/test_knowledge'), path) | code_rules(os.path.join(build, 'bin/councilwire'), path)
    with open(path, encoding='utf8', errors='replace') as f:
        text = f' {fold(f.read())} '
    return rules | {rule for rule, words in plain if f' {words} ' in text}


def main(argv):
    build = os.path.abspath(argv[0]) if argv else os.path.join(SOURCE, 'build/dev')
    plain, shown = [], {}
    for name in sorted(os.listdir(TABLES)):
        for line, cells in rows(name):
            rule = f'{name}:{line}'
            shown[rule] = ' | '.join(c for c in cells if c)
            words = fold(cells[0])
            if name[:-4] not in SCANNED and words:
                plain.append((rule, words))
    users, group_of = collections.defaultdict(set), {}
    for name, group, path in papers([a for a in argv[1:] if not a.startswith('-')]):
        group_of[name] = group
        for rule in fired(build, path, plain):
            users[rule].add(name)
    alone = {r: next(iter(u)) for r, u in users.items() if len(u) == 1}
    count = collections.Counter(len(u) for u in users.values())
    print(f'{len(group_of)} papers; {len(users)} rules fire, {count[1]} in one paper, {count[2]} in two; '
          f'{len(shown) - sum(r in users for r in shown)} of {len(shown)} table lines fire nowhere')
    for group in sorted(set(group_of.values())):
        if group == 'variants' and '--all' not in argv:
            continue
        mine = sorted(r for r, n in alone.items() if group_of[n] == group)
        print(f'\n{group}: {len(mine)} rules that one paper alone uses')
        for r in mine:
            print(f'  {alone[r][:40]:40s} {r:22s} {shown.get(r, "(code)")[:110]}')
    if '--all' in argv:
        print('\nlines that fire nowhere:')
        for r in shown:
            if r not in users:
                print(f'  {r:22s} {shown[r][:120]}')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
