"""What a consumer's store must hold after any fault: the answers of the same questions as after a run without one."""
import contextlib
import os
import shutil
import sqlite3

STORE = {
    'index': ['SELECT key, text_sha256, listed FROM paper JOIN document USING(paper) ORDER BY 1',
              'SELECT key, sha256 FROM paper JOIN text USING(paper) ORDER BY 1',
              'SELECT key, id FROM paper JOIN decision USING(paper) ORDER BY 1, 2',
              "SELECT count(*) FROM decision_fts WHERE decision_fts MATCH 'the'", "SELECT count(*) FROM body_fts WHERE body_fts MATCH 'the'"],
    'archive': ['SELECT kind, key, sha256, withdrawn FROM archive_version ORDER BY 1, 2', 'SELECT count(*) FROM archive_entry'],
    'notify': ['SELECT key, decision FROM seen JOIN paper USING(paper) ORDER BY 1, 2'],
}


def answers(site, name, questions):
    db = sqlite3.connect(f'file:{site.root}/{name}/state.db?mode=ro', uri=True, timeout=10)
    with contextlib.closing(db):
        return [db.execute(q).fetchall() for q in questions]


def store(site, name):
    whole, *rest = answers(site, name, ['PRAGMA integrity_check', *STORE[name], 'SELECT topic, partition, next FROM position ORDER BY 1, 2'])
    assert whole == [('ok',)], f'{name}: {whole}'
    return rest


def taken(site, name):
    """How many records lie behind the positions; -1 where there is no store that says it."""
    with contextlib.suppress(sqlite3.Error):
        return sum(site.positions(name).values())
    return -1


def keep_start(site, name):
    """What `afresh` goes back to."""
    shutil.copytree(os.path.join(site.root, name), os.path.join(site.dir, f'{name}-at-start'))


def afresh(site, name):
    """As at the start; without a kept start, as before the first one."""
    kept = os.path.join(site.dir, f'{name}-at-start')
    shutil.rmtree(os.path.join(site.root, name), ignore_errors=True)
    if os.path.isdir(kept):
        shutil.copytree(kept, os.path.join(site.root, name))
