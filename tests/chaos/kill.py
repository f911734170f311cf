#!/usr/bin/env python3
"""kill -9 of a daemon at seeded moments, on real Kafka; at the next start everything goes on, and the SETS agree.

    kill.py --daemon spool|index|notify|archive|broker|node [--seeds N] [--kills N] [--first SEED] [--papers N]

Each seed is one run on a broker and state of its own: the papers lie in the folder, all daemons run; at seeded moments
the victim is killed (sometimes again within 200 ms of its restart) and started again, and when all is through
the checker compares. `node` is one of three Kafka nodes, each time another: killed, stopped and started, or
frozen longer than the cluster waits for it (FAULTS 13). A failure names its seed: --first SEED --seeds 1 plays it again."""
import argparse
import json
import os
import random
import signal
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../harness'))
sys.path.insert(0, HERE)
import check  # noqa: E402
import papers  # noqa: E402
from cw import BIN, Site, SPACES, wait_for  # noqa: E402
from receiver import Receiver  # noqa: E402
from tap import done, report  # noqa: E402

CONSUMERS = tuple(n for n in ('index', 'notify', 'archive') if os.path.exists(os.path.join(BIN, f'councilwire-{n}')))


class Run:
    def __init__(self, seed, victim, count):
        self.random = random.Random(seed * 1000003 + hash_of(victim))
        self.victim, self.count = victim, count
        self.site = Site('kafka', nodes=3 if victim == 'node' else 1, crash_tests=True)
        self.offered = list(papers.write(self.site.folder, count))

    def names(self):
        return [(n, s) for n in CONSUMERS for s in SPACES]

    def start_all(self):
        site = self.site
        site.start_broker()
        self.receiver = Receiver(site)
        self.daemons = {}
        for name, space in self.names():
            self.daemons[name, space] = site.start(name, space, *self.receiver.options(name))
        self.receiver.subscribe(site, 'all', QUERY)
        self.started = time.monotonic()
        self.daemons['spool', None] = site.start('spool')

    def published(self):
        d = self.daemons['spool', None]
        return d.running() and len(self.acknowledged()) >= self.count

    def acknowledged(self):
        """Keys whose document is on its topic."""
        from cw import read_topic, topic
        return {r.key for s in SPACES for r in read_topic(self.site.address(), topic('documents', s), values=False)}

    def moments(self, expected_s, kills):
        """Anywhere between the start and somewhat behind the expected end."""
        return sorted(self.random.random() * expected_s * 1.1 for _ in range(kills))

    def murder(self, at):
        left = at - (time.monotonic() - self.started)
        if left > 0:
            threading.Event().wait(left)
        if self.victim == 'broker':
            self.site.kafka('kill')
            self.site.kafka('start', '--crash-tests')
            return
        if self.victim == 'node':
            self.trouble(str(self.random.randint(1, 3)), self.random.choice(('kill', 'stop', 'freeze')))
            return
        space = self.random.choice(SPACES) if self.victim != 'spool' else None
        d = self.daemons[self.victim, space]
        again = self.random.random() < 0.3
        d.kill()
        if again:  # in the middle of its recovery
            d.start()
            threading.Event().wait(self.random.random() * 0.2)
            d.kill()
        d.start().ready()

    def trouble(self, node, fault):
        """One node of three is away for a while; the others have every record (RF 3, min.insync.replicas 2)."""
        away = 0.5 + self.random.random() * 4
        if fault == 'freeze':
            with open(os.path.join(self.site.kafka_dir, f'node-{node}/pid')) as f:
                pid = int(f.read())
            os.kill(pid, signal.SIGSTOP)
            threading.Event().wait(away)
            os.kill(pid, signal.SIGCONT)
        else:
            self.site.kafka(fault, '--node', node)
            threading.Event().wait(away)
            self.site.kafka('start', '--crash-tests', '--node', node)
        wait_for('all nodes answer', lambda: self.site.kafka_answers(), timeout=120, every=0.2)

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


# A share of the decisions, so that node keeps up.
QUERY = 'kind:decision act:endorsed date:2017'


def hash_of(text):
    return sum(ord(c) * 31 ** i for i, c in enumerate(text)) % 1000003


def play(seed, o, per_family):
    run = Run(seed, o.daemon, o.papers)
    try:
        run.start_all()
        moments = run.moments(o.expect or o.papers / 1200 + 0.5, o.kills)
        for at in moments:
            run.murder(at)
        run.drain()
        findings, figures = check.check(run.site.root, run.site.address(), run.offered, decisions_per_family=per_family)
        want = {v['decision']['id'] for v in map(lambda r: r.json(), run.site.records('decisions'))
                if v['decision']['kind'] == 'decision' and v['decision']['act'] == 'endorsed' and v['document']['id'].endswith('-2017-INIT')}
        findings += run.receiver.check(run.site, 'all', want)
        figures['webhooks'] = len(want)
        figures['webhooks repeated'] = sum(len(r) - 1 for r in run.receiver.accepted('all').values())
        took = time.monotonic() - run.started
        print(f'# seed {seed}: {o.daemon} killed at {", ".join(f"{m:.2f}" for m in moments)} s of {took:.1f} s; {figures}', flush=True)
        return findings, figures
    except AssertionError as e:
        return str(e).split('\n'), {}
    finally:
        run.site.close()


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--daemon', required=True, choices=('spool', *CONSUMERS, 'broker', 'node'))
    a.add_argument('--seeds', type=int, default=10)
    a.add_argument('--first', type=int, default=1)
    a.add_argument('--papers', type=int, default=2000)
    a.add_argument('--kills', type=int, default=5, help='moments a run (default 5)')
    a.add_argument('--expect', type=float, default=0, help='seconds that a run without a kill takes')
    o = a.parse_args()
    per_family = check.decisions_per_family()
    totals = {}
    for seed in range(o.first, o.first + o.seeds):
        findings, figures = play(seed, o, per_family)
        for k, v in figures.items():
            totals[k] = totals.get(k, 0) + v
        report(f'{o.daemon} killed {o.kills} times, seed {seed}, {o.papers} papers', findings)
    print(f'# {o.daemon}: {o.seeds * o.kills} kills, {json.dumps(totals)}')
    done()


if __name__ == '__main__':
    main()
