#!/usr/bin/env python3
"""The matcher against an independent engine: match_oracle.py PRINTER TABLES PAPER...

Reads the same tables, turns each pattern into one of Python's `re`, and finds by trial what must be
found: at each place the longest match that ends at a word's edge, ties to the first line, without
overlap. PRINTER (test_knowledge --print) says what was found. Texts: the papers, and random pieces of
what the tables match, glued with and without blanks between them."""
import random
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

SCANNED = ["bodies", "formulas", "citations"]  # the order in which ties are decided
PLACEHOLDER_OF = {"body": "bodies"}  # the placeholder that is a whole table
BLANK = "(?:[ \\t\\n]|\u00a0){1,3}"


def rows(path):
    columns = None
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if columns is None:
            columns = cells
        else:
            cells += [""] * (len(columns) - len(cells))
            yield number, dict(zip(columns, cells))


class Language:
    """Pattern to regular expression, and pattern to a random text that it matches."""

    def __init__(self):
        self.holders = {}  # name: list of (pattern, fold)

    def holder(self, name):
        if name == "yy":
            return "[0-9]{2}"
        if name == "yyyy":
            return "(?:19|20)[0-9]{2}"
        if name.startswith("n:"):
            low, _, high = name[2:].partition("-")
            return "[0-9]{%s,%s}" % (low, high or low)
        return "(?:%s)" % "|".join(self.regex(p, f) for p, f in self.holders[name])

    def regex(self, pattern, fold):
        out, i = [[]], 0
        while i < len(pattern):
            c = pattern[i]
            if c in " \t\u00a0":
                while i < len(pattern) and pattern[i] in " \t\u00a0":
                    i += 1
                out[-1].append(BLANK)
                continue
            if c == "(":
                out.append([])
            elif c == "|":
                out[-1].append("|")
            elif c == ")":
                group = "(?:%s)" % "".join(out.pop())
                out[-1].append(group)
            elif c == "[":
                j = i + 1
                while pattern[j] != "]":
                    j += 2 if pattern[j] == "\\" else 1
                out[-1].append("[%s]" % pattern[i + 1:j].replace("[", "\\["))
                i = j
            elif c == "{":
                j = pattern.index("}", i)
                inside = pattern[i + 1:j]
                if inside[0].isdigit():
                    low, _, high = inside.partition(",")
                    out[-1].append("(?:%s){%s,%s}" % (out[-1].pop(), low, high or low))
                else:
                    out[-1].append(self.holder(inside))
                i = j
            elif c == "?":
                out[-1].append("(?:%s)?" % out[-1].pop())
            else:
                if c == "\\":
                    i += 1
                out[-1].append(re.escape(pattern[i]))
            i += 1
        return "(?%s:%s)" % ("i" if fold else "", "".join(out[0]))

    def sample(self, pattern, rng):
        """By Python's own parse of the regular expression."""
        try:
            from re import _parser as parser  # 3.11 and later
        except ImportError:
            import sre_parse as parser
        return sample(parser.parse(self.regex(pattern, False)), rng)


def sample(tree, rng):
    text = []
    for op, value in tree:
        name = str(op)
        if name == "LITERAL":
            text.append(chr(value))
        elif name == "IN":
            kind, what = rng.choice(value)
            text.append(chr(what if str(kind) == "LITERAL" else rng.randint(*what)))
        elif name == "MAX_REPEAT":
            low, high, inner = value
            text.extend(sample(inner, rng) for _ in range(rng.randint(low, min(high, low + 3))))
        elif name == "SUBPATTERN":
            text.append(sample(value[3], rng))
        elif name == "BRANCH":
            text.append(sample(rng.choice(value[1]), rng))
        else:
            raise ValueError(name)
    return "".join(text)


def in_word(c):
    category = unicodedata.category(c)
    return category[0] in "LM" or category == "Nd"


def inside(text, at):
    return 0 < at < len(text) and in_word(text[at - 1]) and in_word(text[at])


def bare(letter):
    """Without its accent, also where Unicode does not take the letter apart."""
    return {"\u00f8": "o", "\u00d8": "O", "\u00e6": "ae", "\u00df": "ss"}.get(letter) or unicodedata.normalize("NFD", letter)[0]


def may_lack_accents(row):
    return "accents" in row["case"].split()


def folds(row):
    return "fold" in row["case"].split()


def as_printed(row):
    """The pattern, where the row says so with each accent that may be missing."""
    if not may_lack_accents(row):
        return row["pattern"]
    return re.sub("[\u00c0-\u00ff]", lambda m: f"({m[0]}|{bare(m[0])})" if bare(m[0]) != m[0] else m[0], row["pattern"])


def with_lost_letters(pattern):
    """Each letter with an accent behind the first letter may be U+FFFD or "?"; None: none may, or it gets too long."""
    out, begun, outer, any_lost, i = [], False, [False], False, 0
    while i < len(pattern):
        c = pattern[i]
        if begun and "\u00c0" <= c <= "\u017f":
            out.append("(%s|\ufffd|\\?)" % c)
            any_lost = True
            i += 1
            continue
        out.append(c)
        if c == "(":
            outer.append(begun)
        elif c == "|":
            begun = outer[-1]
        else:
            begun = True
        if c == ")" and len(outer) > 1:
            outer.pop()
        if c == "\\" and i + 1 < len(pattern):
            i += 1
            out.append(pattern[i])
        i += 1
    made = "".join(out)
    return made if any_lost and len(made.encode()) <= 512 else None


def readings(row):
    """As it is, without accents, with lost letters: None where the row has no such reading."""
    return (row["pattern"], as_printed(row) if may_lack_accents(row) else None,
            with_lost_letters(row["pattern"]))


class Oracle:
    def __init__(self, folder):
        self.language = Language()
        tables = {p.stem: list(rows(p)) for p in sorted(folder.glob("*.tsv"))}
        for _, row in tables["placeholders"]:
            self.language.holders.setdefault(row["name"], []).append(
                (as_printed(row), folds(row)))
        for name, table in PLACEHOLDER_OF.items():
            self.language.holders[name] = [(as_printed(r), folds(r))
                                           for _, r in tables[table]]
        self.lines = []
        for reading in range(3):  # what a row has as it is goes before what another has without its accents
            for table in SCANNED:
                for number, row in tables[table]:
                    pattern = readings(row)[reading]
                    if pattern is None:
                        continue
                    regex = self.language.regex(pattern, folds(row))
                    self.lines.append((table, number, re.compile(regex), pattern, regex))
        self.any = re.compile("|".join(line[4] for line in self.lines))

    def longest(self, line, text, at):
        """The longest end that the whole expression agrees with and that is a word's edge."""
        greedy = line[2].match(text, at)
        if not greedy:
            return 0
        for end in range(min(len(text), at + 1200), at, -1):
            if not inside(text, end) and line[2].fullmatch(text, at, end):
                return end
        return 0

    def find(self, text):
        found, at = [], 0
        while at < len(text):
            best, best_line = 0, None
            if not inside(text, at) and self.any.match(text, at):
                for line in self.lines:
                    end = self.longest(line, text, at)
                    if end > best:
                        best, best_line = end, line
            if best_line:
                found.append((best_line[0], best_line[1], at, best))
            at = best or at + 1
        return found


def printed(printer, text):
    with tempfile.NamedTemporaryFile(suffix=".txt") as f:
        f.write(text.encode())
        f.flush()
        out = subprocess.run([printer, "--print", f.name], check=True, capture_output=True,
                             text=True).stdout
    place = {0: 0}  # byte offset: character offset
    offset = 0
    for i, c in enumerate(text, 1):
        offset += len(c.encode())
        place[offset] = i
    found = []
    for line in out.splitlines():
        table, number, start, end = line.split()
        found.append((table, int(number), place[int(start)], place[int(end)]))
    return found


def glued(oracle, rng, pieces):
    glue = ["", " ", " ", " ", "\n", "\u00a0", ", ", ". ", "(", ")", "/", "\u00e9", "1", "-", "    "]
    text = []
    for _ in range(pieces):
        piece = oracle.language.sample(rng.choice(oracle.lines)[3], rng)
        if rng.random() < 0.2:  # a piece cut short
            piece = piece[:rng.randint(1, len(piece))]
        if rng.random() < 0.1:
            piece = piece.swapcase()
        text += [piece, rng.choice(glue)]
    return "".join(text)


def main():
    printer, folder, papers = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    oracle = Oracle(folder)
    seed = 20261121
    texts = [(p, Path(p).read_text(encoding="utf-8")) for p in papers]
    texts += [("glued pieces, seed %d" % (seed + i), glued(oracle, random.Random(seed + i), 150))
              for i in range(4)]
    failed, total = 0, 0
    for name, text in texts:
        want, have = oracle.find(text), printed(printer, text)
        total += len(want)
        for hit in sorted(set(want) ^ set(have), key=lambda h: h[2]):
            failed += 1
            print("%s: %s %s line %d: %r" % (name, "missing" if hit in want else "too much",
                                             hit[0], hit[1], text[hit[2]:hit[3]]))
    print("%d texts, %d matches, %d differ" % (len(texts), total, failed))
    return 1 if failed or total < 500 else 0


if __name__ == "__main__":
    sys.exit(main())
