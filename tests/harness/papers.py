"""Papers for tests, made from the five by changing their own number: as many as asked for, all different, with what
must come of each. The same arguments make the same papers."""
import hashlib
import os
import re

from cw import PAPERS

# file, number as printed, canonical id around the number, space
FAMILIES = [
    ('st-12650-2017-init.txt', '12650', 'ST-{}-2017-INIT', 'public', 20000),
    ('st-14186-2014-rev-1.txt', '14186', 'ST-{}-2014-REV-1', 'limite', 20000),
    ('st-15584-2012-rev-1.txt', '15584', 'ST-{}-2012-REV-1', 'limite', 20000),
    ('st-15754-2017-init.txt', '15754', 'ST-{}-2017-INIT', 'public', 60000),
    ('st-8410-2013-init.txt', '8410', 'ST-{}-2013-INIT', 'public', 20000),
]
LANGUAGE = 'en'


class Paper:
    __slots__ = ('family', 'name', 'key', 'space', 'data', 'sha256')


def base(family):
    with open(os.path.join(PAPERS, FAMILIES[family][0]), 'rb') as f:
        return f.read()


_split = {}


def make(i):
    """Paper i: family i % 5, its own number replaced where the header prints it."""
    family = i % len(FAMILIES)
    name, number, form, space, first = FAMILIES[family]
    if family not in _split:
        parts = re.split(rb'(?<!\d)' + number.encode() + rb'(?=/)', base(family))
        assert len(parts) == 2, f'{name} prints its number once'
        _split[family] = parts
    mine = str(first + i // len(FAMILIES))
    assert int(mine) < 100000
    p = Paper()
    p.family, p.space = family, space
    p.name = f'{i:06d}-{name}'
    p.key = f'{form.format(mine)}/{LANGUAGE}'
    p.data = mine.encode().join(_split[family])
    p.sha256 = hashlib.sha256(p.data).hexdigest()
    return p


def write(folder, count, first=0, per_folder=5000):
    """Writes papers first..first+count-1 below folder; yields each."""
    for i in range(first, first + count):
        p = make(i)
        below = os.path.join(folder, f'{i // per_folder:03d}')
        os.makedirs(below, exist_ok=True)
        with open(os.path.join(below, p.name), 'wb') as f:
            f.write(p.data)
        p.data = None
        yield p
