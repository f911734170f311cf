"""A receiver of webhooks that misbehaves: what it does stands in the path."""
import gzip
import socket
import ssl
import threading
import time

BOMB = gzip.compress(bytes(16 << 20)) * 64  # members of one file: 1 GiB


class Evil:
    """Each connection in a thread of its own; `heard` counts requests by path, `ids` their webhook-ids; `stamp`: the last one's."""

    def __init__(self):
        self.heard, self.ids, self.lock = {}, {}, threading.Lock()
        self.closed, self.stamp = threading.Event(), 0
        self.server = socket.create_server(('127.0.0.1', 0), backlog=512)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.closed.set()
        self.server.close()

    def _accept(self):
        while True:
            try:
                c, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(c,), daemon=True).start()

    def _request(self, c):
        data = b''
        while b'\r\n\r\n' not in data:
            more = c.recv(65536)
            if not more:
                return None, None
            data += more
        head, _, body = data.partition(b'\r\n\r\n')
        headers = {k.strip().lower(): v.strip() for k, _, v in (x.partition(b':') for x in head.split(b'\r\n')[1:])}
        while len(body) < int(headers.get(b'content-length', 0)):
            body += c.recv(65536)
        self.stamp = int(headers.get(b'webhook-timestamp', b'0'))
        return head.split(b' ')[1].decode().strip('/'), headers.get(b'webhook-id', b'').decode()

    def _serve(self, c):
        try:
            with c:
                what, webhook_id = self._request(c)
                if what is None:
                    return
                with self.lock:
                    self.heard[what] = self.heard.get(what, 0) + 1
                    self.ids.setdefault(what, []).append(webhook_id)
                    n = self.ids[what].count(webhook_id)  # which attempt this is
                getattr(self, 'do_' + what.split('-')[0].split('?')[0], self.do_good)(c, n)
        except OSError:
            pass

    def _answer(self, c, status, *headers, body=b''):
        c.sendall('\r\n'.join([f'HTTP/1.1 {status} x', f'Content-Length: {len(body)}', *headers, '', '']).encode() + body)

    def do_good(self, c, n):
        self._answer(c, 204)

    def do_late(self, c, n):
        self.closed.wait(0.7)
        self._answer(c, 200)

    def do_hang(self, c, n):
        self.closed.wait(60)

    def do_reset(self, c, n):  # after the body was read
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')

    def do_cut(self, c, n):  # a status, and the promised body never comes
        c.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc')

    def do_cutlater(self, c, n):  # and neither an end
        c.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc')
        self.closed.wait(60)

    def do_endless(self, c, n):
        c.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        while not self.closed.is_set():
            c.sendall(b'10000\r\n' + b'x' * 65536 + b'\r\n')

    def do_trailers(self, c, n):  # of headers behind the body there is no end
        c.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n')
        while not self.closed.is_set():
            c.sendall(b'X: y\r\n' * 1000)

    def do_trailing(self, c, n):  # one such, and silence
        c.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n')
        self.closed.wait(60)

    def do_drip(self, c, n):
        c.sendall(b'HTTP/1.1 200 OK\r\n')
        while not self.closed.wait(0.05):
            c.sendall(b'X: y\r\n')

    def do_informational(self, c, n):
        while not self.closed.wait(0.001):
            c.sendall(b'HTTP/1.1 102 Processing\r\n\r\n')

    def do_continues(self, c, n):
        while not self.closed.is_set():
            c.sendall(b'HTTP/1.1 100 Continue\r\n\r\n' * 1000)

    def do_line(self, c, n):  # one header without an end
        c.sendall(b'HTTP/1.1 200 OK\r\nX: ')
        while not self.closed.is_set():
            c.sendall(b'y' * 65536)

    def do_headers(self, c, n):
        c.sendall(b'HTTP/1.1 200 OK\r\n')
        while not self.closed.is_set():
            c.sendall(b'Set-Cookie: a=b\r\nX: y\r\n' * 1000)

    def do_bomb(self, c, n):  # 1 GiB of zeros
        self._answer(c, 200, 'Content-Encoding: gzip', 'Content-Type: text/html', body=BOMB)

    def do_garbage(self, c, n):
        c.sendall(b'\x16\x03\x01\x00\xff' * 100)

    def do_unauthorized(self, c, n):
        self._answer(c, 401)

    def do_error(self, c, n):
        self._answer(c, 500 if n == 1 else 204)

    def do_moved(self, c, n):
        self._answer(c, 302, f'Location: http://127.0.0.1:{self.port}/good-moved')

    def do_gone(self, c, n):
        self._answer(c, 410)

    def do_slow(self, c, n):
        self._answer(c, 429, 'Retry-After: 3600')

    def do_dated(self, c, n):
        self._answer(c, 503, 'Retry-After: Fri, 31 Dec 2999 23:59:59 GMT')
