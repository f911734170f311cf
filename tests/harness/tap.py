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


def unit(module='__main__'):
    """Runs the unittest classes of a script; each method is one test."""
    import traceback
    import unittest

    class Result(unittest.TestResult):
        def _say(self, test, findings=(), skip=None):
            report((test.shortDescription() or test.id().split('.')[-1]).strip(), findings, skip)

        def addSuccess(self, test):
            self._say(test)

        def addSkip(self, test, reason):
            self._say(test, skip=reason)

        def addFailure(self, test, err):
            super().addFailure(test, err)
            if issubclass(err[0], AssertionError):
                frames = [f'{f.filename.split("/")[-1]}:{f.lineno}' for f in traceback.extract_tb(err[2])
                          if 'unittest' not in f.filename]
                self._say(test, str(err[1]).split('\n') + ['at ' + ' '.join(frames)])
            else:
                self._say(test, traceback.format_exception(*err)[-8:])

        def addError(self, test, err):
            super().addError(test, err)
            lines = ''.join(traceback.format_exception(*err)[-8:]).split('\n')
            if hasattr(test, 'id') and 'setUpClass' in str(test):
                report(str(test), lines)
            else:
                self._say(test, lines)

    loader = unittest.defaultTestLoader
    names = [a for a in sys.argv[1:] if not a.startswith('-')]
    suite = loader.loadTestsFromNames(names, sys.modules[module]) if names else loader.loadTestsFromModule(sys.modules[module])
    suite.run(Result())
    done()
