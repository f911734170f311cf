"""Faults of system calls inside a running daemon: tests/chaos/shim.c, compiled here, told what to do through a mapped file."""
import mmap
import os
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '../harness'), HERE]
from cw import SOURCE  # noqa: E402

CALLS = ('open', 'read', 'write', 'sync', 'truncate', 'rename', 'unlink', 'mkdir', 'socket', 'send', 'recv', 'accept', 'allocate', 'connect', 'memory', 'fork')
MANY = 1 << 30
KILL = 9999  # instead of an error: the process dies there
LAYOUT = struct.Struct('=5i236sq2i')


def shim():
    """Path of the library to preload; compiled when its source is newer."""
    source, out = os.path.join(HERE, 'shim.c'), os.path.join(SOURCE, 'build/shim.so')
    if not os.path.exists(out) or os.path.getmtime(out) < os.path.getmtime(source):
        aside = f'{out}.{os.getpid()}'
        subprocess.run(['cc', '-shared', '-fPIC', '-O1', '-o', aside, source, '-ldl'], check=True)
        os.rename(aside, out)
    return out


class Faults:
    """One daemon's: Faults(site).env goes to site.daemon(…, env=…)."""

    def __init__(self, site):
        self.file = os.path.join(site.dir, f'faults-{os.urandom(3).hex()}')
        with open(self.file, 'wb') as f:
            f.write(bytes(LAYOUT.size))
        self.fd = os.open(self.file, os.O_RDWR)
        self.map = mmap.mmap(self.fd, LAYOUT.size)
        self.env = {'LD_PRELOAD': shim(), 'FAULTS': self.file}

    def begin(self, errnum, calls, path='', skip=0, times=-1):
        """From now on: after `skip` calls that go well, `times` of these calls fail (-1: all, until heal)."""
        self.heal()
        bits = sum(1 << CALLS.index(c) for c in calls)
        self.map[20:20 + 236] = path.encode().ljust(236, b'\0')
        self.map[4:20] = struct.pack('=4i', bits, skip, times, 0)
        self.map[0:4] = struct.pack('=i', errnum)

    def heal(self):
        self.map[0:4] = bytes(4)

    def hits(self):
        return struct.unpack('=i', self.map[16:20])[0]

    def count(self, calls, path=''):
        """From now on these calls are counted, and go well."""
        self.begin(KILL, calls, path, MANY, 0)

    def counted(self):
        return MANY - struct.unpack('=i', self.map[8:12])[0]

    def clock(self, ahead_s):
        """The clock of the day is so many seconds ahead (or behind), at once."""
        self.map[256:264] = struct.pack('=q', ahead_s)

    def redirect(self, from_port, to_port):
        """Connections to 127.0.0.1:from_port go to to_port."""
        self.map[268:272] = struct.pack('=i', to_port)
        self.map[264:268] = struct.pack('=i', from_port)

    def close(self):
        self.map.close()
        os.close(self.fd)
