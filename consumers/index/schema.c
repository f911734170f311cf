#include "schema.h"
#include "lib/db_fts.h"

/* Room that FTS5 fills in memory before it writes a segment: fewer segments, less merging
 * (1 MiB by default). */
#define HASH_BODY  "6291456"
#define HASH_OTHER "2097152"
/* So many segments of a level are merged at once while much comes in (4 by default):
 * each word is written less often; store_merge does the rest when there is time. */
#define SEGMENTS "8"

static const char *const steps[] = {
    "CREATE TABLE paper(paper INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
    " document_log INTEGER NOT NULL DEFAULT -1, document_offset INTEGER NOT NULL DEFAULT "
    "-1, text_log INTEGER NOT NULL DEFAULT -1, text_offset INTEGER NOT NULL DEFAULT -1);"

    "CREATE TABLE document(n INTEGER PRIMARY KEY, paper INTEGER UNIQUE, id TEXT, work"
    " TEXT, subject TEXT, type TEXT, code TEXT, number TEXT, doc TEXT, ref TEXT, date"
    " TEXT, meeting TEXT, lang TEXT, marking TEXT, text_sha256 TEXT NOT NULL, text_bytes"
    " INTEGER NOT NULL, log INTEGER NOT NULL, offset INTEGER NOT NULL, header TEXT NOT"
    " NULL, items TEXT NOT NULL, reflist TEXT NOT NULL, listed TEXT NOT NULL);"
    "CREATE INDEX document_work ON document(work);"
    "CREATE INDEX document_id ON document(id);"
    "CREATE INDEX document_date ON document(date);"

    "CREATE VIEW item AS SELECT d.paper, j.key AS n, j.value->>'number' AS number,"
    " j.value->>'title' AS title, j.value->>'$.span[0]' AS b, j.value->>'$.span[1]' AS e"
    " FROM document d, json_each(d.items) j;"
    "CREATE VIEW reference AS SELECT d.paper, j.key AS n, j.value->>'id' AS id,"
    " j.value->>'text' AS text, j.value->>'marking' AS marking, j.value->>'url' AS url,"
    " j.value->'spans' AS spans FROM document d, json_each(d.reflist) j;"

    "CREATE TABLE text(n INTEGER PRIMARY KEY, paper INTEGER UNIQUE, sha256 TEXT NOT "
    "NULL, bytes INTEGER NOT"
    " NULL, body TEXT NOT NULL);"

    "CREATE TABLE decision(n INTEGER PRIMARY KEY, paper INTEGER, id TEXT NOT"
    " NULL, log INTEGER NOT NULL, offset INTEGER NOT NULL,"
    " text TEXT, item TEXT, subject TEXT, body TEXT, addressee TEXT, type TEXT,"
    " code TEXT, number TEXT, doc TEXT, ref TEXT, kind TEXT NOT NULL, act TEXT NOT NULL,"
    " lang TEXT, status TEXT NOT NULL, marking TEXT, date TEXT, meeting TEXT, due TEXT,"
    " item_number TEXT, b INTEGER NOT NULL, e INTEGER NOT NULL, steps TEXT,"
    " UNIQUE(paper, id));"

    "CREATE TABLE full_text(one INTEGER PRIMARY KEY CHECK(one = 1), text INTEGER NOT"
    " NULL, document INTEGER NOT NULL, decision INTEGER NOT NULL);"
    "INSERT INTO full_text VALUES(1, 1, 1, 1);"

    "CREATE VIRTUAL TABLE body_fts USING fts5(body, content='text',"
    " content_rowid='n', " FTS_TOKENIZE ");"
    "CREATE VIRTUAL TABLE head_fts USING fts5(subject, type, code, number, doc, ref,"
    " content='document', content_rowid='n', " FTS_TOKENIZE ");"
    "CREATE VIRTUAL TABLE decision_fts USING fts5(text, item, subject, body, addressee,"
    " type, code, number, doc, ref, id, content='decision', "
    "content_rowid='n', " FTS_TOKENIZE ");"
    "INSERT INTO body_fts(body_fts, rank) VALUES('hashsize', " HASH_BODY ");"
    "INSERT INTO head_fts(head_fts, rank) VALUES('hashsize', " HASH_OTHER ");"
    "INSERT INTO decision_fts(decision_fts, rank) VALUES('hashsize', " HASH_OTHER ");",

    "INSERT INTO body_fts(body_fts, rank) VALUES('automerge', " SEGMENTS ");"
    "INSERT INTO decision_fts(decision_fts, rank) VALUES('automerge', " SEGMENTS ");",

    /* Rows are large: what a search asks of very many of them stands in an index. */
    "DROP INDEX document_date;"
    "CREATE INDEX document_date ON document(date, paper);"
    "CREATE INDEX text_number ON text(n, paper);",

    /* Few decisions have a deadline. */
    "CREATE INDEX decision_due ON decision(due) WHERE due IS NOT NULL;",

    /* `due` is when a deadline is, as far as it is known; due_said is how it is printed.
     */
    "ALTER TABLE decision ADD COLUMN due_said TEXT;"
    "UPDATE decision SET due_said = due, due = CASE WHEN due GLOB "
    "'[0-9][0-9][0-9][0-9]*' THEN due END WHERE due IS NOT NULL;",
};

int schema_check(struct db *db, struct err *err)
{
    return db_is_migrated(db, "index", ARRAY_LEN(steps), err);
}

int schema_migrate(struct db *db, struct err *err)
{
    return db_migrate(db, "index", steps, ARRAY_LEN(steps), err);
}
