"""Five papers in, on one kind of broker: documents, decisions, texts in the right topics; search, webhooks, archive."""
import json
import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '../harness'), os.path.join(HERE, '../chaos')]
import check  # noqa: E402
import contract  # noqa: E402
import papers  # noqa: E402
from cw import PAPERS, SOURCE, SPACES, Site, parse, sha256, wait_for  # noqa: E402
from receiver import Receiver  # noqa: E402

CONSUMERS = [(n, s) for n in ('index', 'notify', 'archive') for s in SPACES]
KINDS = {'documents': 'document', 'decisions': 'decision', 'texts': 'text', 'originals': 'original', 'rejects': 'reject'}
LIMITE = {'ST-15584-2012-REV-1/en', 'ST-14186-2014-REV-1/en'}


def load_papers():
    """key -> what `councilwire parse` says, and the bytes."""
    out = {}
    for name in sorted(os.listdir(PAPERS)):
        path = os.path.join(PAPERS, name)
        parsed = parse(path)
        with open(path, 'rb') as f:
            data = f.read()
        out[f'{parsed["document"]["id"]}/{parsed["document"]["language"]}'] = (parsed, data)
    return out


class Flow(unittest.TestCase):
    broker = None  # set by the scripts
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.papers = load_papers()
        cls.site = site = Site(cls.broker)
        site.start_broker()
        cls.receiver = Receiver(site)
        cls.start_consumers()
        cls.subscribe()
        cls.spool = site.start('spool')
        site.offer_papers()
        cls.through()

    @classmethod
    def start_consumers(cls):
        cls.daemons = {}
        for n, s in CONSUMERS:
            cls.daemons[n, s] = cls.site.start(n, s, *cls.receiver.options(n))

    @classmethod
    def subscribe(cls):
        r, site = cls.receiver, cls.site
        r.subscribe(site, 'requests', 'kind:request')
        r.subscribe(site, 'flaky', 'kind:decision', fail=1)
        r.subscribe(site, 'limite', 'kind:request OR kind:noted', space='limite')

    @classmethod
    def expected(cls, name):
        """Ids of the decisions that a subscription must tell, from the parser's own output."""
        kinds = {'requests': ('request',), 'flaky': ('decision',), 'limite': ('request', 'noted')}[name]
        return {d['id'] for key, (p, _) in cls.papers.items() for d in p['decisions']
                if d['kind'] in kinds and (key in LIMITE) == (name == 'limite')}

    @classmethod
    def through(cls):
        wait_for('five documents on the topics', lambda: len(cls.documents()) == 5, timeout=30, every=0.1)
        for n, s in CONSUMERS:
            cls.site.wait_idle(n, s)
        wait_for('every webhook', lambda: all(cls.receiver.decisions(n) >= cls.expected(n) for n in ('requests', 'flaky', 'limite')),
                 timeout=30, every=0.1)

    @classmethod
    def documents(cls):
        return {r.key: r.json() for s in SPACES for r in cls.site.records('documents', s)}

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def test_01_documents_in_their_space(self):
        """five documents, each in the topics of its space"""
        for space in SPACES:
            keys = {r.key for r in self.site.records('documents', space)}
            self.assertEqual(keys, {k for k in self.papers if (k in LIMITE) == (space == 'limite')})
            self.assertEqual({r.key for r in self.site.records('texts', space)}, keys)

    def test_02_texts_are_the_bytes(self):
        """texts are the papers' bytes, and their hash is in the document"""
        documents = self.documents()
        for space in SPACES:
            for r in self.site.records('texts', space):
                self.assertEqual(r.value, self.papers[r.key][1])
                self.assertEqual(documents[r.key]['text']['sha256'], sha256(r.value))
                self.assertEqual(documents[r.key]['text']['bytes'], len(r.value))

    def test_03_documents_hold_what_parse_prints(self):
        """documents hold the header, items and references that `parse` prints"""
        for key, d in self.documents().items():
            p = self.papers[key][0]
            for part in ('document', 'items', 'references'):
                self.assertEqual(strip(d[part]), strip(p[part]), f'{key} {part}')
            self.assertEqual(d['decisions'], [x['id'] for x in p['decisions']])

    def test_04_all_decisions(self):
        """every decision is on the topic, as `parse` prints it, and is news"""
        for space in SPACES:
            got = {}
            for r in self.site.records('decisions', space):
                v = r.json()
                self.assertTrue(v['news'])
                self.assertNotIn((r.key, v['decision']['id']), got, 'a decision twice')
                got[r.key, v['decision']['id']] = strip(v['decision'])
            want = {(k, d['id']): strip(d) for k, (p, _) in self.papers.items() if (k in LIMITE) == (space == 'limite') for d in p['decisions']}
            self.assertEqual(set(got), set(want))
            self.assertEqual(got, want)

    def test_05_events_are_valid(self):
        """every published event is valid under its schema and carries its envelope"""
        n = 0
        for space in SPACES:
            for kind, type_ in KINDS.items():
                for r in self.site.records(kind, space):
                    self.assertEqual(contract.check_record(r, type_), [])
                    n += 1
        self.assertGreater(n, 20)

    def test_06_nothing_rejected(self):
        """nothing was rejected, and `rejects list` says so"""
        for space in SPACES:
            self.assertEqual(self.site.records('rejects', space), [])
        self.assertEqual(json_lines(self.site.command('rejects', 'list', '--json')), [])

    def test_07_search(self):
        """search finds words, phrases, prefixes and fields; LIMITE papers only when asked"""
        site = self.site
        self.assertIn('ST-15754-2017-INIT', site.command('search', 'by:COSI'))
        self.assertIn('ST-12650-2017-INIT', site.command('search', '--documents', '"mid-term review"'))
        self.assertIn('ST-12650-2017-INIT', site.command('search', '--documents', 'interopera* code:COSI date:2017-01..2017-12'))
        self.assertNotIn('ST-8410-2013-INIT', site.command('search', '--documents', 'security date:2017-01..2017-12'))
        self.assertNotIn('ST-15584-2012', site.command('search', '--documents', '"Western Balkans"', ok=(0, 1)))
        self.assertIn('ST-15584-2012-REV-1', site.command('search', '--limite', '--documents', '"Western Balkans"'))

    def test_08_show(self):
        """show gives header, items and decisions of one paper"""
        text = self.site.command('show', 'ST-15754-2017-INIT')
        for part in ('15754/17', 'OUTCOME OF PROCEEDINGS', 'ST-12223-2017-REV-3'):
            self.assertIn(part, text)

    def test_09_webhooks(self):
        """each matching decision reaches the receiver once, signature valid"""
        for name in ('requests', 'flaky'):
            accepted = self.receiver.accepted(name)
            told = [r[0]['event']['data'] for r in accepted.values()]
            self.assertEqual(sorted(check_id(d) for d in told), sorted(self.expected(name)))
            self.assertTrue(all(len(r) == 1 for r in accepted.values()), 'an accepted webhook came again')
            for r in self.receiver.heard(name):
                self.assertTrue(r['valid'], r)
                self.assertRegex(r['event']['type'], r'^[a-zA-Z0-9_.]+$')
                self.assertLess(r['bytes'], 20480)
        self.assertTrue(any(r['attempt'] == 2 for r in self.receiver.heard('flaky')), 'a failed delivery is tried again')

    def test_10_limite_webhooks_are_thin(self):
        """LIMITE notices hold ids only"""
        accepted = self.receiver.accepted('limite')
        self.assertEqual({check_id(r[0]['event']['data']) for r in accepted.values()}, self.expected('limite'))
        texts = [d['text'] for k, (p, _) in self.papers.items() if k in LIMITE for d in p['decisions']]
        for r in accepted.values():
            said = json.dumps(r[0]['event'], ensure_ascii=False)
            self.assertFalse([t for t in texts if len(t) > 20 and t[:20] in said], said)
            self.assertNotIn('Summary of discussions', said)

    def test_11_archive(self):
        """the archive verifies and gives every text back byte for byte"""
        self.site.command('verify')
        for space in SPACES:
            args = ['--limite'] if space == 'limite' else []
            for key, (_, data) in self.papers.items():
                if (key in LIMITE) == (space == 'limite'):
                    self.assertEqual(self.site.command('cat', *args, key.split('/')[0]).encode(), data)

    def test_12_status_and_health(self):
        """status names every daemon; health, readiness and metrics answer on the sockets"""
        told = set()
        status = self.site.command('status')
        for n in ('spool', 'index', 'notify', 'archive', 'index-limite'):
            self.assertIn(n, status)
        for n, s in [('spool', 'public'), *CONSUMERS]:
            name = n + ('-limite' if s == 'limite' else '')
            self.assertEqual(self.site.get(name, '/readyz')[0], 200, name)
            code, body = self.site.get(name, '/healthz')
            self.assertEqual(code, 200)
            json.loads(body)
            code, body = self.site.get(name, '/metrics')
            self.assertEqual(code, 200)
            self.assertIn(b'councilwire_build_info', body)
            told |= set(re.findall(r'^# TYPE (councilwire_\w+) ', body.decode(), re.M))
        # what is promised (and alerted on) is there, from the first event on
        promised = {'councilwire_documents_total', 'councilwire_events_total', 'councilwire_stage_duration_seconds', 'councilwire_publish_latency_seconds',
                    'councilwire_alert_latency_seconds', 'councilwire_consumer_lag_records', 'councilwire_queue_bytes', 'councilwire_inflight_documents',
                    'councilwire_deliveries_total', 'councilwire_source_last_success_timestamp_seconds', 'councilwire_build_info'}
        with open(os.path.join(SOURCE, 'deploy/prometheus/councilwire.rules.yml')) as f:
            promised |= set(re.findall(r'councilwire_\w+', f.read()))
        self.assertEqual(promised - told, set())

    def test_13_same_again(self):
        """the same papers again, and every daemon started again: nothing comes twice"""
        before = {(k, s): len(self.site.records(k, s)) for s in SPACES for k in KINDS}
        heard = len(self.receiver.heard())
        self.assertEqual(self.spool.stop(), 0)
        for d in self.daemons.values():
            self.assertEqual(d.stop(), 0, d.tail())
        self.start_consumers()
        self.site.offer_papers()
        self.site.once('spool')
        for n, s in CONSUMERS:
            self.site.wait_idle(n, s)
        self.assertEqual({(k, s): len(self.site.records(k, s)) for s in SPACES for k in KINDS}, before)
        self.assertEqual(len(self.receiver.heard()), heard)
        # its receiver refuses each notice once: hours of back-off for the many papers of test_15
        self.site.command('subscribe', 'remove', 'flaky')

    def test_14_the_sets_agree(self):
        """offered = topics = index = archive, as kcat, SQLite and sha256sum see it"""
        for d in self.daemons.values():
            self.assertEqual(d.stop(), 0)
        offered = [{'key': k, 'sha256': sha256(data), 'space': 'limite' if k in LIMITE else 'public', 'family': None}
                   for k, (_, data) in self.papers.items()]
        findings, _ = check.check(self.site.root, self.site.address(), offered)
        self.assertEqual(findings, [])

    def test_15_a_second_run_of_papers(self):
        """made-up papers with other numbers come through as well, as many decisions each"""
        if self.broker == 'embedded':
            made = list(papers.write(self.site.folder, 20))
        else:
            made = list(papers.write(self.site.folder, 200))
        self.site.once('spool')
        for n, s in CONSUMERS:
            self.site.once(n, s, *self.receiver.options(n))
        base = [{'key': k, 'sha256': sha256(data), 'space': 'limite' if k in LIMITE else 'public',
                 'family': [f[2].format(f[1]) + '/en' for f in papers.FAMILIES].index(k)} for k, (_, data) in self.papers.items()]
        offered = base + [{k: getattr(p, k) for k in ('key', 'sha256', 'space', 'family')} for p in made]
        findings, figures = check.check(self.site.root, self.site.address(), offered, decisions_per_family=check.decisions_per_family())
        self.assertEqual(findings, [])


def check_id(data):
    return data['decision']['id']


def strip(v):
    """Absent and null and the empty list mean the same."""
    if isinstance(v, dict):
        return {k: strip(x) for k, x in v.items() if x is not None and x != []}
    if isinstance(v, list):
        return [strip(x) for x in v]
    return v


def json_lines(text):
    text = text.strip()
    if text.startswith('['):
        return json.loads(text)
    return [json.loads(line) for line in text.split('\n') if line]
