#!/usr/bin/env python3
"""text[span] equals what is stated, for every item, reference and decision of the papers given.

usage: spans.py BIN FILE...   (TAP, one test a file; a second opinion: plain() written again here, from DESIGN.md section 3)"""
import json
import os
import re
import subprocess
import sys
import unicodedata

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tap import done, report  # noqa: E402


def normalise(data):
    """DESIGN.md section 2, "text"."""
    s = data.decode('utf8', 'replace').removeprefix('\ufeff').replace('\r\n', '\n').replace('\r', '\n')
    s = ''.join('\ufffd' if (c < ' ' and c not in '\t\n\f') or '\x7f' <= c < '\xa0' else c for c in s)
    return unicodedata.normalize('NFC', s).encode()


def letters(s):
    """What no reader can lose: letters and digits, without footnote marks, tags, link targets."""
    s = re.sub(r'<sup>.*?</sup>|</?[A-Za-z][^<>]*>', '', s, flags=re.S)
    s = re.sub(r'\]\([^)\s]*\)', ']', s)
    return re.sub(r'[\W_¹²³⁰-⁹]+', '', s)


def subsequence(short, long):
    it = iter(long)
    return all(c in it for c in short)


def holds(stated, span, furniture):
    """Equal in letters and digits; page furniture inside the span may be dropped."""
    a, b = letters(stated), letters(span)
    return a == b or (furniture and subsequence(a, b) and len(b) - len(a) <= 400)


def check(parsed, text):
    for kind, name, many in (('items', 'title', False), ('decisions', 'text', False), ('references', 'text', True)):
        for x in parsed[kind]:
            spans = x['spans'] if many else [x['span']]
            for i, (b, e) in enumerate(spans):
                if not 0 <= b < e <= len(text):
                    yield f'{kind}: [{b}, {e}) is outside the text'
                    continue
                try:
                    got = text[b:e].decode()
                except UnicodeDecodeError:
                    yield f'{kind}: [{b}, {e}) cuts a character'
                    continue
                if many and i > 0:
                    if not re.search(r'\w', got):
                        yield f'{kind}: {x["id"]} again at [{b}, {e}): {got!r}'
                elif not holds(x[name], got, kind != 'references'):
                    yield f'{kind}: [{b}, {e}) is {got[:150]!r}, stated {x[name][:150]!r}'


if __name__ == '__main__':
    for path in sys.argv[2:]:
        run = subprocess.run([os.path.join(sys.argv[1], 'councilwire'), 'parse', path], capture_output=True)
        with open(path, 'rb') as f:
            data = f.read()
        if run.returncode:
            report(os.path.basename(path), [run.stderr.decode('utf8', 'replace')[:200]])
        else:
            report(os.path.basename(path), check(json.loads(run.stdout), normalise(data)))
    done()
