"""Test Anything Protocol for the scripts: each check is one test, its findings are its diagnosis."""
import sys

_n = 0
_bad = 0


def report(name, findings=(), skip=None):
    """One test: ok when there are no findings. A finding is one line of text."""
    global _n, _bad
    _n += 1
    findings = list(findings)
    if skip:
        print(f'ok {_n} - {name} # SKIP {skip}', flush=True)
        return
    print(('not ok' if findings else 'ok') + f' {_n} - {name}', flush=True)
    _bad += bool(findings)
    for line in findings[:50]:
        print(f'# {line}')
    if len(findings) > 50:
        print(f'# ... and {len(findings) - 50} more')


def done():
    print(f'1..{_n}', flush=True)
    sys.exit(1 if _bad else 0)
