"""A webhook receiver of another house (node, npm standardwebhooks), and what it must have heard."""
import base64
import collections
import json
import os
import shutil
import subprocess

from cw import SOURCE

WEBHOOK = os.path.join(SOURCE, 'tests/e2e/webhook')
MODULES = os.path.join(SOURCE, 'build/npm')


def install():
    """npm ci into build/npm, when it is not there."""
    os.makedirs(MODULES, exist_ok=True)
    lock = os.path.join(MODULES, 'package-lock.json')
    with open(os.path.join(WEBHOOK, 'package-lock.json')) as f:
        want = f.read()
    if not (os.path.isdir(os.path.join(MODULES, 'node_modules/standardwebhooks')) and os.path.exists(lock) and open(lock).read() == want):
        for n in ('package.json', 'package-lock.json'):
            shutil.copy(os.path.join(WEBHOOK, n), MODULES)
        run = subprocess.run(['npm', 'ci', '--no-audit', '--no-fund'], cwd=MODULES, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if run.returncode:
            raise AssertionError(f'npm ci: {run.stderr[-600:]}')
    shutil.copy(os.path.join(WEBHOOK, 'receiver.mjs'), MODULES)


class Receiver:
    def __init__(self, site):
        install()
        self.out = os.path.join(site.dir, f'webhooks-{os.urandom(3).hex()}.jsonl')
        open(self.out, 'w').close()
        self.log = open(os.path.join(site.logs, 'receiver.log'), 'ab')
        self.process = subprocess.Popen(['node', os.path.join(MODULES, 'receiver.mjs'), self.out], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        site.daemons.append(self)  # the site ends it
        self.port = int(self.process.stdout.readline())
        self.secrets = {}

    def url(self, name, **options):
        """Address of one endpoint; its secret travels to the receiver in the query, to the notifier in a file."""
        secret = self.secrets.setdefault(name, 'whsec_' + base64.b64encode(os.urandom(32)).decode())
        query = '&'.join([f'secret={secret.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")}'] + [f'{k}={v}' for k, v in options.items()])
        return f'http://127.0.0.1:{self.port}/{name}?{query}'

    def heard(self, name=None):
        with open(self.out, encoding='utf8') as f:
            all_ = [json.loads(line) for line in f.read().split('\n')[:-1] if line.strip()]  # the last one may be half written
        return [r for r in all_ if name is None or r['name'] == name]

    def accepted(self, name):
        """Requests that were answered 2xx, by webhook-id."""
        by_id = collections.defaultdict(list)
        for r in self.heard(name):
            if r['status'] == 204:
                by_id[r['id']].append(r)
        return by_id

    def options(self, name):
        """What a daemon of a site with this receiver is started with."""
        return ['--webhook-allow', f'127.0.0.1:{self.port}'] if name == 'notify' else []

    def subscribe(self, site, name='all', query='kind:request', space='public', **options):
        """`options` go to the receiver: fail=N answers the first N attempts of each notice with 503."""
        url = self.url(name, **options)
        secret = os.path.join(site.dir, f'{name}.secret')
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as f:
            f.write(self.secrets[name] + '\n')
        site.command('subscribe', 'add', '--id', name, '--url', url, '--secret-file', secret,
                     *(['--limite'] if space == 'limite' else []), query)

    def decisions(self, name):
        """Ids of the decisions that were told and accepted."""
        return {r[0]['event']['data']['decision']['id'] for r in self.accepted(name).values()}

    def check(self, site, name='all', want=None):
        """Every notice valid, every decision under one webhook-id; want: the ids that must have been told."""
        findings, ids = [], collections.defaultdict(set)
        for r in self.heard(name):
            if not r['valid']:
                findings.append(f'webhook {r["id"]}: {r["error"]}')
            else:
                ids[r['event']['data']['decision']['id']].add(r['id'])
        for decision, under in ids.items():
            if len(under) > 1:
                findings.append(f'decision {decision} was told under {len(under)} webhook-ids')
        if want is not None:
            told = self.decisions(name)
            if told != want:
                findings.append(f'{name}: {len(want - told)} decisions not told, {len(told - want)} told that should not be')
        return findings

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()
