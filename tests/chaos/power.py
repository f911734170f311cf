"""What a power cut may leave of the folders that a program writes to: its calls as strace saw them, played into a model of a disk.

The disk promises what POSIX does and no more: the bytes of a file are there once that file was synced, its name once its folder
was; syncfs covers all. What is not promised yet may be there or not, each write for itself, names in their order (a rename is
there or not, never half). CALLS are those that the programs use; a call that changes files in a way this does not know ends it."""
import os
import re
import subprocess

CALLS = ('open,openat,creat,close,dup,dup2,dup3,fcntl,lseek,write,writev,pwrite64,pwritev,sendto,sendmsg,ftruncate,truncate,fallocate,fsync,'
         'fdatasync,syncfs,sync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,copy_file_range,'
         'sendfile,splice,clone,clone3,fork,vfork')
UNKNOWN = ('truncate', 'link', 'symlink', 'symlinkat', 'rmdir', 'copy_file_range', 'sendfile', 'splice', 'pwritev', 'sync')
DIR = 'a folder'
HOWS = ('all', 'lost', 'empty', 'torn', 'mixed')
SECTOR = 512

LINE = re.compile(r'(\d+) +(\w+)\((.*)\) += (-?\d+|\?)(.*)', re.S)
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def record(argv, env, log):
    """Runs it to its end; exit status, output."""
    run = subprocess.run(['strace', '-f', '-qq', '-xx', '-s', '100000000', '-e', 'signal=none', '-e', f'trace={CALLS}', '-o', log, *argv],
                         env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return run.returncode, run.stderr


def calls(log):
    """(process, call, arguments, result) in the order in which they ended; of the program itself, not of its children."""
    out, begun, parent = [], {}, {}
    with open(log, encoding='latin1') as f:
        for line in f:
            pid, _, rest = line.rstrip('\n').partition(' ')
            rest = rest.lstrip()
            if rest.endswith('<unfinished ...>'):
                begun[pid] = rest[:-len('<unfinished ...>')]
                continue
            if rest.startswith('<... '):
                rest = begun.pop(pid, '') + rest[rest.index('>') + 1:]
            m = LINE.match(f'{pid} {rest}')
            if not m:
                continue
            _, name, args, result, _ = m.groups()
            result = -1 if result == '?' else int(result)
            if name in ('clone', 'clone3', 'fork', 'vfork'):
                parent[str(result)] = pid, 'CLONE_THREAD' in args
            else:
                out.append((pid, name, args, result))

    def own(pid):
        while pid in parent:
            pid, thread = parent[pid]
            if not thread:
                return False
        return True
    mine = {p: own(p) for p in {c[0] for c in out}}
    return [c for c in out if mine[c[0]]]


def strings(args):
    return [bytes.fromhex(s.replace('\\x', '')) for s in STRING.findall(args)]


class File:
    def __init__(self, content=b'', safe=b''):
        self.data, self.safe, self.todo, self.synced = bytearray(content), safe, [], False

    def change(self, at, piece):
        """piece: bytes at `at`; None: the file's length is `at`."""
        self.todo.append((at, piece))
        put(self.data, at, piece)

    def sync(self):
        self.safe, self.todo, self.synced = bytes(self.data), [], True


def put(data, at, piece):
    if len(data) < at:
        data.extend(bytes(at - len(data)))
    if piece is None:
        del data[at:]
    else:
        data[at:at + len(piece)] = piece


class Disk:
    def __init__(self, folders):
        """What is in the folders now has been there for long."""
        self.folders = [os.path.realpath(f) for f in folders]
        self.names, self.base, self.pending = {}, {}, []
        self.ops = 0  # changes and syncs so far
        self.said = b''  # to standard error
        self.sent = b''
        for folder in self.folders:
            for at, _, files in os.walk(folder):
                self.names[at] = DIR
                for name in files:
                    path = os.path.join(at, name)
                    with open(path, 'rb') as f:
                        content = f.read()
                    self.names[path] = File(content, content)
                    self.names[path].synced = True
        self.base = dict(self.names)

    def give(self, files):
        """path: content, that others have put there for good."""
        for path, content in files.items():
            for at in [*reversed(parents(path, self.folders)), path]:
                entry = File(content, content) if at == path else DIR
                for names in (self.names, self.base):
                    names.setdefault(at, entry)

    # ---- one call after the other

    def play(self, log):
        """Yields after each call that changed something or synced it."""
        self.fds = {}
        for _, name, args, result in calls(log):
            before = self.ops
            if result >= 0:
                if name in UNKNOWN and any(self.mine(os.fsdecode(s)) for s in strings(args)):
                    raise NotImplementedError(f'{name}({args[:200]})')
                getattr(self, f'do_{name}', lambda a, r: None)(args, result)
            if self.ops != before:
                yield self.ops

    def mine(self, path):
        return any(path == f or path.startswith(f + '/') for f in self.folders)

    def path(self, at, name):
        name = os.fsdecode(name)
        if not name.startswith('/') and at.isdigit() and int(at) in self.fds:
            name = os.path.join(self.fds[int(at)][0], name)
        return os.path.normpath(name)

    def name(self, what, *paths):
        """A change of names, promised when all folders it touches are synced."""
        self.ops += 1
        self.pending.append([what, paths, {os.path.dirname(p) for p in paths[:2] if isinstance(p, str)}])
        apply(self.names, what, paths)

    def opened(self, at, name, flags, fd):
        path = self.path(at, name)
        self.fds.pop(fd, None)
        if not self.mine(path) and not any(path == os.path.dirname(f) for f in self.folders):
            return
        if 'O_TMPFILE' in flags:
            entry = File()
        else:
            if path not in self.names and 'O_CREAT' in flags:
                self.name('add', path, File())
            entry = self.names.get(path, DIR)
        if isinstance(entry, File) and 'O_TRUNC' in flags:
            self.ops += 1
            entry.change(0, None)
        self.fds[fd] = [path, entry, 0, 'O_APPEND' in flags]

    def do_openat(self, args, fd):
        at, _, rest = args.partition(', ')
        self.opened(at, strings(rest)[0], rest, fd)

    def do_open(self, args, fd):
        self.opened('', strings(args)[0], args, fd)

    def do_close(self, args, _):
        self.fds.pop(int(args), None)

    def copied(self, args, fd):
        self.fds.pop(fd, None)
        if int(args.partition(',')[0]) in self.fds:
            self.fds[fd] = self.fds[int(args.partition(',')[0])]
    do_dup = do_dup2 = do_dup3 = copied

    def do_fcntl(self, args, fd):
        if 'F_DUPFD' in args:
            self.copied(args, fd)

    def file(self, args):
        f = self.fds.get(int(re.match(r'\d+', args).group()))
        return f if f and isinstance(f[1], File) else None

    def do_lseek(self, args, result):
        if f := self.file(args):
            f[2] = result

    def do_write(self, args, result):
        piece = b''.join(strings(args))[:result]
        if args.startswith('2, '):
            self.said += piece
        if f := self.file(args):
            self.ops += 1
            at = len(f[1].data) if f[3] else f[2]
            f[1].change(at, piece)
            f[2] = at + len(piece)
    do_writev = do_write

    def do_pwrite64(self, args, result):
        if f := self.file(args):
            self.ops += 1
            f[1].change(int(args.rpartition(', ')[2]), strings(args)[0][:result])

    def do_sendto(self, args, result):
        self.sent += b''.join(strings(args))[:result]
    do_sendmsg = do_sendto

    def do_ftruncate(self, args, _):
        if f := self.file(args):
            self.ops += 1
            f[1].change(int(args.rpartition(', ')[2]), None)

    def do_fallocate(self, args, _):
        if f := self.file(args):
            raise NotImplementedError(f'fallocate {f[0]}')

    def do_fsync(self, args, _):
        f = self.fds.get(int(args))
        if not f:
            return
        self.ops += 1
        if isinstance(f[1], File):
            f[1].sync()
            return
        for op in self.pending:
            op[2].discard(f[0])
        self.promise()
    do_fdatasync = do_fsync

    def do_syncfs(self, args, _):
        self.ops += 1
        for op in self.pending:
            op[2].clear()
        self.promise()
        for f in self.files():
            f.sync()

    def files(self):
        return {id(f): f for f in [*self.names.values(), *(e[1] for e in self.fds.values())] if isinstance(f, File)}.values()

    def promise(self):
        for what, paths, left in self.pending:
            if not left:
                apply(self.base, what, paths)
        self.pending = [op for op in self.pending if op[2]]

    def renamed(self, at, old, to_at, new):
        old, new = self.path(at, old), self.path(to_at, new)
        if self.mine(old) or self.mine(new):
            self.name('move', old, new)

    def do_rename(self, args, _):
        self.renamed('', strings(args)[0], '', strings(args)[1])

    def do_renameat2(self, args, _):
        m = re.match(r'(\w+), "[^"]*", (\w+), ', args)
        self.renamed(m[1], strings(args)[0], m[2], strings(args)[1])
    do_renameat = do_renameat2

    def do_linkat(self, args, _):
        m = re.match(r'(\w+), "[^"]*", (\w+), ', args)
        old, new = strings(args)
        number = re.fullmatch(rb'/proc/self/fd/(\d+)', old)
        fd = int(number[1]) if number else int(m[1]) if not old else None
        entry = self.fds.get(fd, [None, None])[1] if fd is not None else self.names.get(self.path(m[1], old))
        if entry and self.mine(self.path(m[2], new)):
            self.name('add', self.path(m[2], new), entry)

    def unlinked(self, at, name):
        path = self.path(at, name)
        if path in self.names:
            self.name('drop', path)

    def do_unlink(self, args, _):
        self.unlinked('', strings(args)[0])

    def do_unlinkat(self, args, _):
        self.unlinked(args.partition(',')[0], strings(args)[0])

    def do_mkdir(self, args, _):
        path = self.path('', strings(args)[0])
        if self.mine(path):
            self.name('add', path, DIR)

    def do_mkdirat(self, args, _):
        path = self.path(args.partition(',')[0], strings(args)[0])
        if self.mine(path):
            self.name('add', path, DIR)

    # ---- the power goes

    def cut(self, how, rnd):
        """path: content, or DIR. all: as a kill leaves it; lost: what was not promised is gone; empty: names are there, what was
        never synced has no bytes; torn: a part of the names and of each file's writes, the last one in part; mixed: any of its writes."""
        names = dict(self.base)
        many = {'lost': 0, 'all': len(self.pending), 'empty': len(self.pending)}.get(how, rnd.randint(0, len(self.pending)))
        for what, paths, _ in self.pending[:many]:
            apply(names, what, paths)
        left = {p: e for p, e in names.items() if all(names.get(d) == DIR for d in parents(p, self.folders))}
        return {p: e if e == DIR else self.content(e, how, rnd) for p, e in left.items()}

    @staticmethod
    def content(f, how, rnd):
        if how == 'all':
            return bytes(f.data)
        data = bytearray(f.safe)
        if how in ('lost', 'empty'):
            return bytes(data)
        some = f.todo[:rnd.randint(0, len(f.todo))] if how == 'torn' else [t for t in f.todo if rnd.random() < 0.5]
        for i, (at, piece) in enumerate(some):
            if how == 'torn' and i + 1 == len(some) and piece is not None and len(piece) > SECTOR:
                piece = piece[:rnd.randint(0, len(piece) // SECTOR) * SECTOR]
            put(data, at, piece)
        return bytes(data)


def parents(path, folders):
    """Folders between a path and the one of `folders` it lies in, that one included."""
    out = []
    while path not in folders:
        path = os.path.dirname(path)
        out.append(path)
    return out


def apply(names, what, paths):
    if what == 'add':
        names[paths[0]] = paths[1]
    elif what == 'drop':
        names.pop(paths[0], None)
    elif paths[0] in names:
        names[paths[1]] = names.pop(paths[0])
