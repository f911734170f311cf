/* The baseline of the index bench: the same texts into a plain FTS5 table, same
 * tokenizer, same pragmas, 1,000 rows a transaction; nothing else.
 *
 *   plain_fts DATABASE FOLDER      prints: files bytes seconds
 */
#define _DEFAULT_SOURCE /* DT_DIR */
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct {
    sqlite3 *db;
    sqlite3_stmt *insert;
    long files, bytes;
} run;

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "plain_fts: %s: %s\n", what, run.db ? sqlite3_errmsg(run.db) : "");
    exit(1);
}

static void sql(const char *text)
{
    if (sqlite3_exec(run.db, text, NULL, NULL, NULL) != SQLITE_OK)
        die(text);
}

static void open_database(const char *path)
{
    if (sqlite3_open(path, &run.db) != SQLITE_OK)
        die(path);
    sql("PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-8000;"
        "PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=67108864;"
        "PRAGMA synchronous=NORMAL;");
    sql("CREATE VIRTUAL TABLE text USING fts5(key UNINDEXED, body,"
        " tokenize=\"unicode61 remove_diacritics 2\")");
    if (sqlite3_prepare_v2(run.db, "INSERT INTO text VALUES(?, ?)", -1, &run.insert,
                           NULL) != SQLITE_OK)
        die("prepare");
}

static void insert(const char *name, char *data, size_t size)
{
    if (run.files % 1000 == 0)
        sql(run.files ? "COMMIT; BEGIN" : "BEGIN");
    sqlite3_bind_text(run.insert, 1, name, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(run.insert, 2, data, (int)size, free);
    if (sqlite3_step(run.insert) != SQLITE_DONE)
        die("insert");
    sqlite3_reset(run.insert);
    run.files++;
    run.bytes += (long)size;
}

static void take_file(int dir, const char *name)
{
    struct stat st;
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        die(name);
    char *data = malloc((size_t)st.st_size + 1);
    if (!data || read(fd, data, (size_t)st.st_size) != st.st_size)
        die(name);
    close(fd);
    insert(name, data, (size_t)st.st_size);
}

static void take_folder(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir)
        die(name);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (e->d_name[0] == '.')
            continue;
        if (e->d_type == DT_DIR)
            take_folder(fd, e->d_name);
        else
            take_file(fd, e->d_name);
    }
    closedir(dir);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        die("usage: DATABASE FOLDER");
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    open_database(argv[1]);
    take_folder(AT_FDCWD, argv[2]);
    sql("COMMIT");
    clock_gettime(CLOCK_MONOTONIC, &b);
    double s = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
    printf("%ld %ld %.3f\n", run.files, run.bytes, s);
    sqlite3_finalize(run.insert);
    sqlite3_close(run.db);
    return 0;
}
