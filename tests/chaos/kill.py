#!/usr/bin/env python3
"""kill -9 of a daemon at seeded moments, on real Kafka; at the next start everything goes on, and the SETS agree.

    kill.py --daemon spool|index|notify|archive|broker [--seeds N] [--first SEED] [--papers N]

Each seed is one run on a broker and state of its own: the papers lie in the folder, all daemons run; after a seeded
share of the expected time the victim is killed (sometimes again within 200 ms of its restart), started again, and when all
is through the checker compares. A failure names its seed: --first SEED --seeds 1 plays it again."""
import argparse
import json
import os
import random
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../harness'))
sys.path.insert(0, HERE)
import check  # noqa: E402
import papers  # noqa: E402
from cw import Site, SPACES, wait_for  # noqa: E402
from receiver import Receiver  # noqa: E402
from tap import done, report  # noqa: E402

CONSUMERS = ('index', 'notify', 'archive')


def end_offsets(site):
    """Records of each topic at its end, by kcat's watermarks."""
    import subprocess
    from cw import TOPICS, topic
    out = {}
    for space in SPACES:
        for kind in TOPICS:
            args = [x for p in range(12) for x in ('-t', f'{topic(kind, space)}:{p}:-1')]
            run = subprocess.run(['kcat', '-Q', '-b', site.address(), *args], capture_output=True, text=True, check=True)
            for line in run.stdout.split('\n'):
                if ' offset ' in line:
                    where, offset = line.split(' offset ')
                    out[where.strip()] = int(offset)
    return out


class Run:
    def __init__(self, seed, victim, count):
        self.random = random.Random(seed * 1000003 + hash_of(victim))
        self.victim, self.count = victim, count
        self.site = Site('kafka', crash_tests=True)
        self.offered = list(papers.write(self.site.folder, count))

    def names(self):
        return [(n, s) for n in CONSUMERS for s in SPACES]

    def start_all(self):
        site = self.site
        site.start_broker()
        self.receiver = Receiver(site)
        self.receiver.subscribe(site)
        self.daemons = {}
        for name, space in self.names():
            self.daemons[name, space] = site.start(name, space, *self.receiver.options(name))
        self.started = time.monotonic()
        self.daemons['spool', None] = site.start('spool')

    def published(self):
        d = self.daemons['spool', None]
        return d.running() and len(self.acknowledged()) >= self.count

    def acknowledged(self):
        """Keys whose document is on its topic."""
        from cw import read_topic, topic
        return {r.key for s in SPACES for r in read_topic(self.site.address(), topic('documents', s), values=False)}

    def moment(self, expected_s):
        """Anywhere between the start and somewhat behind the expected end, more often early."""
        return self.random.random() ** 1.3 * expected_s * 1.1

    def murder(self, expected_s):
        at = self.moment(expected_s)
        left = at - (time.monotonic() - self.started)
        if left > 0:
            threading.Event().wait(left)
        if self.victim == 'broker':
            self.site.kafka('kill')
            self.site.kafka('start', '--crash-tests')
            return at
        space = self.random.choice(SPACES) if self.victim != 'spool' else None
        d = self.daemons[self.victim, space]
        again = self.random.random() < 0.3
        d.kill()
        if again:  # in the middle of its recovery
            d.start()
            threading.Event().wait(self.random.random() * 0.2)
            d.kill()
        d.start().ready()
        return at

    def drain(self):
        """All is through: everything offered is on the topics, then each consumer is idle."""
        wait_for('every paper is published', self.published, timeout=180, every=0.3)
        spool = self.daemons['spool', None]
        assert spool.stop(60) == 0, f'spool ended badly\n{spool.tail()}'
        for key in self.names():
            d = self.daemons[key]
            assert d.running(), f'{d} ended\n{d.tail()}'
            assert d.stop(60) == 0, f'{d} ended badly\n{d.tail()}'
            self.site.once(key[0], key[1], *self.receiver.options(key[0]))


def hash_of(text):
    return sum(ord(c) * 31 ** i for i, c in enumerate(text)) % 1000003


def play(seed, victim, count, expected_s, per_family):
    run = Run(seed, victim, count)
    try:
        run.start_all()
        at = run.murder(expected_s)
        run.drain()
        findings, figures = check.check(run.site.root, run.site.address(), run.offered, decisions_per_family=per_family)
        findings += run.receiver.check(run.site)
        took = time.monotonic() - run.started
        print(f'# seed {seed}: {victim} killed at {at:.2f} s of {took:.1f} s; {figures}', flush=True)
        return findings, figures
    except AssertionError as e:
        return str(e).split('\n'), {}
    finally:
        run.site.close()


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--daemon', required=True, choices=('spool', *CONSUMERS, 'broker'))
    a.add_argument('--seeds', type=int, default=50)
    a.add_argument('--first', type=int, default=1)
    a.add_argument('--papers', type=int, default=2000)
    a.add_argument('--expect', type=float, default=0, help='seconds that a run without a kill takes (default: papers / 700 + 1)')
    o = a.parse_args()
    per_family = check.decisions_per_family()
    expected = o.expect or o.papers / 700 + 1
    totals = {}
    for seed in range(o.first, o.first + o.seeds):
        findings, figures = play(seed, o.daemon, o.papers, expected, per_family)
        for k, v in figures.items():
            totals[k] = totals.get(k, 0) + v
        report(f'{o.daemon} killed, seed {seed}, {o.papers} papers', findings)
    print(f'# {o.daemon}: {o.seeds} seeds, {json.dumps(totals)}')
    done()


if __name__ == '__main__':
    main()
