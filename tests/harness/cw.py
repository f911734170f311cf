"""Real daemons, brokers and papers for the tests, in a folder of their own each; nothing here knows a fixed port.

A Site is one ROOT (DESIGN.md section 7) with its broker. What it started, it ends. KEEP=1 leaves the folder."""
import atexit
import contextlib
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # atexit ends what was started

SOURCE = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..'))
BIN = os.path.join(os.environ.get('BUILD') or os.path.join(SOURCE, 'build/release'), 'bin')
PAPERS = os.path.join(SOURCE, 'tests/data/papers')
KAFKA = os.path.join(SOURCE, 'deploy/kafka/kafka')
TOPICS = ('documents', 'decisions', 'texts', 'originals', 'rejects')
SPACES = ('public', 'limite')


def topic(kind, space='public'):
    return f'council.{"limite." if space == "limite" else ""}{kind}'


def wait_for(what, predicate, timeout=60.0, every=0.02):
    """The one place that looks again: for states that can only be asked for. Returns what the predicate gave."""
    end = time.monotonic() + timeout
    while True:
        got = predicate()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError(f'after {timeout:.0f} s still not: {what}')
        time.sleep(every)


class Daemon:
    """One program with a readiness socket; its log is a file."""

    def __init__(self, argv, log, env=None):
        self.argv, self.log, self.process = argv, log, None
        self.preexec = None  # called in the new process
        self.env = {k: v for k, v in os.environ.items() if not k.startswith('COUNCILWIRE_')}
        self.env.update(env or {})
        self._notify = None
        self.was_ready = False

    def start(self):
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        name = f'\0councilwire-test-{os.getpid()}-{os.urandom(6).hex()}'
        self._notify.bind(name)
        self._notify.settimeout(0.1)
        self.was_ready = False
        with open(self.log, 'ab') as out:
            self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            env=dict(self.env, NOTIFY_SOCKET='@' + name[1:]), preexec_fn=self.preexec)
        return self

    def ready(self, timeout=60):
        end = time.monotonic() + timeout
        while not self.was_ready:
            with contextlib.suppress(TimeoutError):
                self.was_ready = b'READY=1' in self._notify.recv(4096).split(b'\n')
                continue
            if self.process.poll() is not None:
                raise AssertionError(f'{self} ended with {self.process.returncode} before READY\n{self.tail()}')
            if time.monotonic() > end:
                raise AssertionError(f'{self} is not READY after {timeout} s\n{self.tail()}')
        return self

    def running(self):
        return self.process is not None and self.process.poll() is None

    def wait(self, timeout=120):
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f'{self} did not end in {timeout} s\n{self.tail()}') from None

    def stop(self, timeout=30):
        if self.running():
            self.process.send_signal(signal.SIGTERM)
        return self.wait(timeout)

    def kill(self):
        if self.running():
            self.process.kill()
        if self.process:
            self.process.wait()

    def text(self):
        with open(self.log, encoding='utf8', errors='replace') as f:
            return f.read()

    def events(self, name):
        """Log records of one event (JSON lines)."""
        out = []
        for line in self.text().split('\n'):
            with contextlib.suppress(ValueError):
                record = json.loads(line)
                if isinstance(record, dict) and record.get('event') == name:
                    out.append(record)
        return out

    def tail(self, n=12):
        return '\n'.join(self.text().split('\n')[-n:])

    def peak_kib(self):
        with open(f'/proc/{self.process.pid}/status') as f:
            return next(int(line.split()[1]) for line in f if line.startswith('VmHWM'))

    def __str__(self):
        return ' '.join([os.path.basename(self.argv[0]), *self.argv[1:3]])


class UnixHTTP(http.client.HTTPConnection):
    def __init__(self, path, timeout=10):
        super().__init__('localhost', timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Site:
    def __init__(self, broker='embedded', nodes=1, crash_tests=False, sasl=False, settings=()):
        self.dir = tempfile.mkdtemp(prefix='councilwire-')
        self.root = os.path.join(self.dir, 'state')
        self.folder = os.path.join(self.dir, 'papers')
        self.logs = os.path.join(self.dir, 'logs')
        for d in (self.root, self.folder, self.logs):
            os.mkdir(d)
        self.kind, self.nodes, self.crash_tests, self.sasl = broker, nodes, crash_tests, sasl
        self.settings = [x for s in settings for x in ('--set', s)]  # of Kafka
        self.daemons = []
        self.broker = None
        self.kafka_dir = os.path.join(self.dir, 'kafka')
        atexit.register(self.close)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if not os.path.isdir(self.dir):
            return
        for d in self.daemons:
            d.kill()
        if os.path.isdir(self.kafka_dir):
            self.kafka('kill')
        if os.environ.get('KEEP'):
            print(f'# kept: {self.dir}')
            os.environ.setdefault('KEPT', self.dir)
            atexit.unregister(self.close)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

    # ---- broker
    def start_broker(self):
        if self.kind == 'kafka':
            more = ['--crash-tests'] * self.crash_tests + ['--sasl'] * self.sasl
            self.kafka('start', *more, '--nodes', str(self.nodes), *self.settings)
            self.command('topics', 'apply', *self.as_user('admin'))
        else:
            self.broker = self.program('broker', [os.path.join(BIN, 'councilwire'), 'broker', '--state-dir', self.root])
            self.broker.start().ready()
        return self

    def kafka(self, what, *args):
        run = subprocess.run([KAFKA, what, '--dir', self.kafka_dir, '--state-dir', self.root, '-q', *args],
                             capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if run.returncode:
            raise AssertionError(f'kafka {what}: {run.stderr}')
        return run.stdout

    def kafka_answers(self):
        return subprocess.run([KAFKA, 'status', '--dir', self.kafka_dir, '--state-dir', self.root], capture_output=True,
                              stdin=subprocess.DEVNULL).returncode == 0

    def as_user(self, name):
        """Options that connect as this user, where the broker asks who is there."""
        return ['--config', os.path.join(self.kafka_dir, 'users', f'{name}.conf')] if self.sasl else []

    def kcat_user(self, name):
        """The same for kcat."""
        if not self.sasl:
            return []
        password = os.path.join(self.kafka_dir, 'users', f'{name}.password')
        with open(password) as f:
            secret = f.read().strip()
        with open(os.path.join(self.kafka_dir, 'users', f'{name}.conf')) as f:
            mechanism = next(line.split()[-1] for line in f if line.startswith('kafka.sasl.mechanism'))
        return [x for o in ('security.protocol=SASL_SSL', f'ssl.ca.location={self.kafka_dir}/tls/ca.pem', f'sasl.mechanism={mechanism}',
                            f'sasl.username={name}', f'sasl.password={secret}') for x in ('-X', o)]

    def address(self):
        with open(os.path.join(self.root, 'broker.address')) as f:
            return f.read().strip()

    # ---- programs
    def program(self, label, argv, env=None):
        d = Daemon(argv, os.path.join(self.logs, f'{label}.log'), env)
        self.daemons.append(d)
        return d

    def daemon(self, name, space=None, *args, env=None):
        """A daemon of this site, not started yet. The spool takes self.folder unless told otherwise."""
        argv = [os.path.join(BIN, f'councilwire-{name}'), '--state-dir', self.root]
        if space:
            argv += ['--space', space]
        if name == 'spool' and not any(a.startswith('--folder') for a in args):
            argv += ['--folder', self.folder]
        if not any(a.startswith('--config') for a in args):
            argv += self.as_user(name + ('-limite' if space == 'limite' else ''))
        return self.program(name + (f'-{space}' if space == 'limite' else ''), argv + list(args), env)

    def start(self, name, space=None, *args, env=None):
        return self.daemon(name, space, *args, env=env).start().ready()

    def once(self, name, space=None, *args, timeout=300, env=None):
        """Runs until idle; the exit status must be 0."""
        d = self.daemon(name, space, '--once', *args, env=env).start()
        rc = d.wait(timeout)
        if rc != 0:
            raise AssertionError(f'{d} --once ended with {rc}\n{d.tail()}')
        return d

    def command(self, *args, ok=(0,), stdin=None, env=None, timeout=120):
        """`councilwire ARGS` on this site; its standard output."""
        full = {k: v for k, v in os.environ.items() if not k.startswith('COUNCILWIRE_')}
        full['COUNCILWIRE_STATE_DIR'] = self.root
        full.update(env or {})
        run = subprocess.run([os.path.join(BIN, 'councilwire'), *args], capture_output=True, text=True, env=full,
                             input=stdin if stdin is not None else '', timeout=timeout)
        if run.returncode not in ok:
            raise AssertionError(f'councilwire {" ".join(args)}: exit {run.returncode}\n{run.stdout[-500:]}{run.stderr[-1500:]}')
        self.last_stderr = run.stderr
        return run.stdout

    def get(self, name, path):
        """GET over the daemon's socket: status, body."""
        c = UnixHTTP(os.path.join(self.root, name, 'socket'))
        try:
            c.request('GET', path)
            r = c.getresponse()
            return r.status, r.read()
        finally:
            c.close()

    def positions(self, name):
        """(topic, partition) -> next, from the daemon's store."""
        path = os.path.join(self.root, name, 'state.db')
        db = sqlite3.connect(f'file:{path}?mode=ro', uri=True, timeout=10)
        try:
            return {(t, p): n for t, p, n in db.execute('SELECT topic, partition, next FROM position')}
        finally:
            db.close()

    def wait_idle(self, name, space='public', timeout=60):
        """Until the daemon's stored positions are at the ends of its topics."""
        name += '-limite' if space == 'limite' else ''
        topics = {t for t, _ in wait_for(f'positions of {name}', lambda: self.positions(name), timeout)}

        def idle():
            ends = {}
            for t in topics:
                for r in read_topic(self.address(), t, values=False, more=self.kcat_user('admin')):
                    ends[t, r.partition] = max(ends.get((t, r.partition), 0), r.offset + 1)
            positions = self.positions(name)
            return all(positions.get(k, 0) >= n for k, n in ends.items())
        wait_for(f'{name} has taken everything', idle, timeout, every=0.1)

    def health(self, name):
        """/healthz of a daemon, or {} while it does not answer."""
        try:
            return json.loads(self.get(name, '/healthz')[1])
        except (OSError, ValueError, http.client.HTTPException):
            return {}

    # ---- papers
    def offer(self, name, data):
        """A paper as a careful sender puts it: written aside, renamed in."""
        if isinstance(data, str):
            data = data.encode()
        aside = os.path.join(self.dir, 'aside')
        with open(aside, 'wb') as f:
            f.write(data)
        target = os.path.join(os.fsencode(self.folder), os.fsencode(name))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.rename(aside, target)

    def offer_papers(self):
        for name in sorted(os.listdir(PAPERS)):
            with open(os.path.join(PAPERS, name), 'rb') as f:
                self.offer(name, f.read())

    # ---- what is on the topics, by kcat
    def records(self, kind, space='public'):
        return list(read_topic(self.address(), topic(kind, space), more=self.kcat_user('admin')))


class Record:
    __slots__ = ('partition', 'offset', 'key', 'headers', 'value')

    def json(self):
        return json.loads(self.value)


def read_topic(address, name, values=True, more=()):
    """Every record of a topic from the beginning to its present end, read by kcat."""
    layout = '%p %o %K %S\n%k\n%h\n' + ('%s\n' if values else '')
    p = subprocess.Popen(['kcat', '-C', '-b', address, '-t', name, '-o', 'beginning', '-e', '-q', '-X', 'fetch.wait.max.ms=20', *more, '-f', layout],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1 << 20)
    out = p.stdout
    while True:
        head = out.readline()
        if not head:
            break
        partition, offset, key_size, size = (int(x) for x in head.split())
        r = Record()
        r.partition, r.offset = partition, offset
        r.key = out.read(max(key_size, 0)).decode('utf8', 'surrogateescape')
        out.read(1)
        r.headers = {}
        last = None
        for part in out.readline().rstrip(b'\n').decode('utf8', 'replace').split(','):
            k, eq, v = part.partition('=')
            if eq and (k in ('content-type', 'traceparent', 'tracestate') or k.startswith('ce_')):
                r.headers[k] = v
                last = k
            elif last:
                r.headers[last] += ',' + part  # a comma inside a value
        r.value = None
        if values:
            r.value = out.read(max(size, 0)) if size >= 0 else None
            out.read(1)
        yield r
    error = p.stderr.read().decode('utf8', 'replace')
    if p.wait() != 0:
        raise AssertionError(f'kcat {name}: {error}')


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def parse(path, *args):
    run = subprocess.run([os.path.join(BIN, 'councilwire'), 'parse', *args, path], capture_output=True, check=True)
    return json.loads(run.stdout)
