#!/usr/bin/env python3
"""Do the SETS agree? What was offered = what is on the topics = what the index holds = what the archive holds.

Reads topics with kcat, stores with SQLite, objects with zstd and sha256sum; none of our own programs. Usable alone:
    check.py ROOT OFFERED.jsonl        each line: {"key", "sha256", "space", "family"}
Findings are lost keys, strange keys, other hashes, decisions lost or repeated in effect; repeats on the wire are counted."""
import collections
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../harness'))
from cw import SPACES, read_topic, sha256, topic  # noqa: E402


class Sets:
    """What one space's topics hold: newest text hash and document of each key, all decision ids of each key."""

    def __init__(self):
        self.texts, self.documents, self.decisions = {}, {}, collections.defaultdict(set)
        self.records = self.repeats = 0
        self.findings = []


def compare(what, want, got, findings, limit=3):
    """Two dicts or sets that must be the same; what differs becomes at most a few lines."""
    lost, strange = sorted(set(want) - set(got)), sorted(set(got) - set(want))
    if lost:
        findings.append(f'{what}: {len(lost)} lost, e.g. {", ".join(map(str, lost[:limit]))}')
    if strange:
        findings.append(f'{what}: {len(strange)} that were never offered, e.g. {", ".join(map(str, strange[:limit]))}')
    if isinstance(want, dict):
        other = [k for k in want if k in got and want[k] != got[k]]
        if other:
            k = other[0]
            findings.append(f'{what}: {len(other)} differ, e.g. {k}: {str(got[k])[:100]} instead of {str(want[k])[:100]}')


def ours(records):
    """Without the records of others, which some tests write under such keys."""
    return (r for r in records if not r.key.startswith('stranger-'))


def read_space(address, space):
    s = Sets()
    seen = collections.Counter()

    def each(kind):
        for r in ours(read_topic(address, topic(kind, space))):
            s.records += 1
            seen[r.headers.get('ce_id')] += 1
            yield r

    for r in each('texts'):
        if r.value is None:
            s.texts.pop(r.key, None)
        else:
            s.texts[r.key] = sha256(r.value)
    for r in each('documents'):
        if r.value is None:
            s.documents.pop(r.key, None)
        else:
            v = r.json()
            s.documents[r.key] = (v['text']['sha256'], tuple(v['decisions']))
    ids = {}
    for r in each('decisions'):
        if not r.headers.get('ce_type', '').startswith('councilwire.decision.'):
            continue
        v = r.json()
        s.decisions[r.key].add(v['decision']['id'])
        # one decision, one content: the same id never says two things
        content = json.dumps(v['decision'], sort_keys=True)
        if ids.setdefault((r.key, v['decision']['id']), content) != content:
            s.findings.append(f'{space}: decision {v["decision"]["id"]} says two things')
    s.repeats = sum(n - 1 for n in seen.values())
    return s


def read_index(path):
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    ok = db.execute('PRAGMA integrity_check').fetchone()[0]
    documents = dict(db.execute('SELECT key, text_sha256 FROM paper JOIN document USING (paper)'))
    texts, wrong = {}, []
    for key, named, body in db.execute('SELECT key, sha256, CAST(body AS BLOB) FROM paper JOIN text USING (paper)'):
        texts[key] = named
        if sha256(body) != named:
            wrong.append(key)
    listed = {k: v.split() for k, v in db.execute('SELECT key, listed FROM paper JOIN document USING (paper)')}
    stored = collections.defaultdict(set)
    for key, i in db.execute('SELECT key, id FROM paper JOIN decision USING (paper)'):
        stored[key].add(i)
    full_text(db, wrong)
    db.close()
    # what search and show give: those whose id is in the list of the current document
    decisions = {k: sorted(set(v) & stored[k]) for k, v in listed.items() if v}
    return ok, documents, texts, wrong, decisions


def full_text(db, wrong):
    """FTS5's own integrity check, against the content tables, in a copy (it writes)."""
    copy = sqlite3.connect(':memory:')
    db.backup(copy)
    for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'").fetchall():
        try:
            copy.execute(f"INSERT INTO {name}({name}, rank) VALUES('integrity-check', 1)")
        except sqlite3.DatabaseError as e:
            wrong.append(f'{name}: {e}')
    copy.close()


def check_index(path, space, topics, findings):
    ok, documents, texts, wrong, decisions = read_index(path)
    if ok != 'ok':
        findings.append(f'index {space}: integrity_check: {ok}')
    if wrong:
        findings.append(f'index {space}: {len(wrong)} texts or tables are not what they should be, e.g. {wrong[0]}')
    compare(f'index {space}, documents', {k: v[0] for k, v in topics.documents.items()}, documents, findings)
    compare(f'index {space}, texts', topics.texts, texts, findings)
    want = {k: tuple(sorted(v[1])) for k, v in topics.documents.items() if v[1]}
    compare(f'index {space}, decisions', want, {k: tuple(sorted(v)) for k, v in decisions.items()}, findings)
    return len(documents), sum(len(v) for v in decisions.values())


def object_hashes(folder):
    """Name (a SHA-256) and the hash of the content of each stored object; and what else lies there."""
    objects, strange = {}, []
    for at, _, names in os.walk(folder):
        for n in names:
            m = re.fullmatch(r'(?:[0-9a-f]{2,4}/)*([0-9a-f]{40,64})(\.zst)?', n)
            if m:
                objects[os.path.join(at, n)] = m.group(0).removesuffix('.zst')
            elif re.search(r'tmp|\.part|\.new|^\.', n) and not n.startswith('.nfs'):
                strange.append(os.path.join(at, n))
    paths = sorted(objects)
    for i in range(0, len(paths), 1000):
        batch = paths[i:i + 1000]
        with tempfile.TemporaryDirectory() as out:
            packed = [p for p in batch if p.endswith('.zst')]
            if packed:
                subprocess.run(['zstd', '-d', '-q', '-f', '--output-dir-flat', out, *packed], check=True)
            where = {p: os.path.join(out, os.path.basename(p)[:-4]) if p.endswith('.zst') else p for p in batch}
            run = subprocess.run(['sha256sum', *where.values()], capture_output=True, text=True, check=True)
            for p, line in zip(batch, run.stdout.split('\n')):
                yield objects[p], line.split(' ')[0].lstrip('\\'), p
    for p in strange:
        yield None, None, p


def check_archive(folder, space, want, earlier, findings):
    hashes = set()
    for name, real, path in object_hashes(folder):
        if name is None:
            findings.append(f'archive {space}: left behind: {path}')
        else:
            if not real.startswith(name):
                findings.append(f'archive {space}: {path} holds {real}')
            if real not in earlier or real in want:
                hashes.add(real)
    compare(f'archive {space}, hashes', want, hashes, findings)
    return len(hashes)


def check(root, address, offered, consumers=('index', 'archive'), decisions_per_family=None, earlier=()):
    """offered: iterable of dicts or Papers. earlier: hashes that the archive may hold, too. Returns findings, figures."""
    findings, figures = [], collections.Counter()
    want = {s: {} for s in SPACES}
    family = {}
    for p in offered:
        p = p if isinstance(p, dict) else {k: getattr(p, k) for k in ('key', 'sha256', 'space', 'family')}
        want[p['space']][p['key']] = p['sha256']
        family[p['key']] = p.get('family')
    for space in SPACES:
        t = read_space(address, space)
        findings += t.findings
        figures['records'] += t.records
        figures['repeats on the wire'] += t.repeats
        figures['documents'] += len(t.documents)
        figures['decisions'] += sum(len(v) for v in t.decisions.values())
        compare(f'topic {topic("texts", space)}', want[space], t.texts, findings)
        compare(f'topic {topic("documents", space)}', want[space], {k: v[0] for k, v in t.documents.items()}, findings)
        listed = {k: tuple(sorted(v[1])) for k, v in t.documents.items() if v[1]}
        compare(f'topic {topic("decisions", space)}, ids', listed, {k: tuple(sorted(v)) for k, v in t.decisions.items()}, findings)
        if decisions_per_family:
            compare(f'decisions of each paper, {space}', {k: decisions_per_family[family[k]] for k in want[space]},
                    {k: len(v[1]) for k, v in t.documents.items()}, findings)
        suffix = '-limite' if space == 'limite' else ''
        if 'index' in consumers:
            n, d = check_index(store(root, f'index{suffix}'), space, t, findings)
            figures['in the index'] += n
            figures['decisions in the index'] += d
        if 'archive' in consumers:
            figures['in the archive'] += check_archive(os.path.join(root, f'archive{suffix}'), space, set(want[space].values()), set(earlier), findings)
    return findings, dict(figures)


def store(root, name):
    """The SQLite file of a daemon."""
    return os.path.join(root, name, 'state.db')


def decisions_per_family():
    """How many decisions each of the five yields: every paper made of one must yield as many."""
    import papers
    from cw import PAPERS, parse
    return [len(parse(os.path.join(PAPERS, f[0]))['decisions']) for f in papers.FAMILIES]


if __name__ == '__main__':
    root, offered = sys.argv[1:3]
    with open(os.path.join(root, 'broker.address')) as f:
        address = f.read().strip()
    with open(offered, encoding='utf8') as f:
        findings, figures = check(root, address, map(json.loads, f))
    for name, n in figures.items():
        print(f'{name:24s} {n}')
    for line in findings:
        print('WRONG', line)
    print('the SETS agree' if not findings else f'{len(findings)} findings')
    sys.exit(1 if findings else 0)
