"""A proxy between a daemon and a peer that makes the network bad: late, slow, silent, cut, refused. Loopback only.

The daemon finds its way here by Faults.redirect (a broker names its own address, so a bootstrap address alone is not
enough), or because the address that it was given is the proxy's. What is bad may change at any moment:

  late_s       each piece comes so much later, each way
  rate         so many bytes a second at most, in small pieces, each way; who sends faster is held up, as by a full link
  up, down     'held': what the client (up) or the peer (down) sends arrives when it is well again, as by TCP behind an outage;
               'lost': it never does, nor what follows it: half open, as behind a firewall that forgot the connection
  accepts      False: new connections are accepted and never served, as by a host whose answers are lost
  refuses      True: new connections are reset at once
  cut_after    each connection is reset after so many bytes of the peer"""
import collections
import contextlib
import selectors
import socket
import threading
import time

PIECE = 16384
HELD = 65536  # bytes of a way that has a rate
RESET = b'\1\0\0\0\0\0\0\0'


class Way:
    """One direction of a connection."""

    def __init__(self, name, source, target):
        self.name, self.source, self.target = name, source, target
        self.late = collections.deque()  # (when, bytes)
        self.next_s = 0.0  # when the next piece may go, where the rate is bounded
        self.passed = self.held = 0  # bytes
        self.lost = self.full = False  # full: its source is not read


class Proxy:
    def __init__(self, host, port):
        self.peer = (host, port)
        self.heal()
        self.connections = self.bytes = 0
        self.said = None  # a bytearray gets what clients say
        self.open = {}  # socket -> its two ways
        self.selector = selectors.DefaultSelector()
        self.server = socket.create_server(('127.0.0.1', 0), backlog=256)
        self.server.setblocking(False)
        self.port = self.server.getsockname()[1]
        self.selector.register(self.server, selectors.EVENT_READ)
        self.ending = False
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def heal(self):
        self.late_s = self.rate = self.cut_after = 0
        self.up = self.down = ''
        self.accepts, self.refuses = True, False

    def bad(self, **how):
        """From now on; what is not named is well again."""
        self.heal()
        for k, v in how.items():
            assert hasattr(self, k)
            setattr(self, k, v)

    def cut(self):
        """All open connections are reset."""
        with self.lock:
            for ways in list(self.open.values()):
                self._close(ways, reset=True)

    def close(self):
        self.ending = True
        self.thread.join()
        self.cut()
        self.server.close()

    # ---- its thread
    def _run(self):
        while not self.ending:
            events = self.selector.select(0.005 if self._waiting() else 0.05)
            with self.lock:
                for key, _ in events:
                    if key.fileobj is self.server:
                        self._accept()
                    elif key.fileobj in self.open:
                        self._read(key.fileobj)
                for ways in list(self.open.values()):
                    self._forward(ways)

    def _waiting(self):
        with self.lock:
            return any(w.late for ways in self.open.values() for w in ways)

    def _accept(self):
        with contextlib.suppress(OSError):
            client, _ = self.server.accept()
            self.connections += 1
            if self.refuses:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                client.close()
                return
            peer = None
            if self.accepts:
                try:
                    peer = socket.create_connection(self.peer, timeout=5)
                except OSError:
                    client.close()
                    return
                peer.setblocking(False)
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.setblocking(False)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ways = (Way('up', client, peer), Way('down', peer, client))
            for s in (client, peer):
                if s:
                    self.open[s] = ways
                    self.selector.register(s, selectors.EVENT_READ)

    def _read(self, s):
        ways = self.open[s]
        way = ways[0] if s is ways[0].source else ways[1]
        try:
            data = s.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            self._close(ways, reset=True)
            return
        if not data:
            self.selector.unregister(s)
        elif self.rate and way.held + len(data) > HELD:
            self.selector.unregister(s)
            way.full = True
        self.bytes += len(data)
        if self.said is not None and way.name == 'up':
            self.said += data
        way.lost = way.lost or getattr(self, way.name) == 'lost'
        if way.target and not way.lost:
            way.late.append((time.monotonic() + self.late_s, data))
            way.held += len(data)

    def _forward(self, ways):
        now = time.monotonic()
        for w in ways:
            while w.late and w.late[0][0] <= now and w.next_s <= now and getattr(self, w.name) != 'held':
                due, data = w.late.popleft()
                if not data:
                    self._close(ways)
                    return
                n = min(len(data), max(1, self.rate // 50)) if self.rate else len(data)
                if self.cut_after and w.name == 'down' and w.passed + n > self.cut_after:
                    self._close(ways, reset=True)
                    return
                try:
                    sent = w.target.send(data[:n])
                except BlockingIOError:
                    sent = 0
                except OSError:
                    self._close(ways, reset=True)
                    return
                w.passed += sent
                w.held -= sent
                if sent < len(data):
                    w.late.appendleft((due, data[sent:]))
                if sent == 0:
                    break
                if self.rate:
                    w.next_s = now + n / self.rate
            if w.full and w.held < HELD // 2:
                w.full = False
                self.selector.register(w.source, selectors.EVENT_READ)

    def _close(self, ways, reset=False):
        for s in (ways[0].source, ways[1].source):
            if s and self.open.pop(s, None):
                with contextlib.suppress(KeyError, ValueError):
                    self.selector.unregister(s)
                with contextlib.suppress(OSError):
                    if reset:
                        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    s.close()
