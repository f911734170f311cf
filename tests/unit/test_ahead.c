/* Documents come out in the order in which they were put, whoever read them. */
#include "lib/event.h"
#include "lib/hash.h"
#include "lib/producer_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const int knowledge = 7;
static atomic_int parsed;

/* Takes longer for some than for others; one that begins with "bad" is refused. */
static int parse(const void *k, const struct doc *in, struct arena *a, struct parsed *out,
                 struct err *err)
{
    char hex[HASH_HEX + 1];
    assert_ptr_equal(k, &knowledge);
    for (char i = 0; i < in->text.p[0] % 7; i++)
        for (int j = 0; j < 200; j++)
            hash_sha256_hex(in->text, hex);
    atomic_fetch_add(&parsed, 1);
    out->document.number = arena_copy(a, in->text);
    return sv_starts(in->text, SV("bad")) ? err_reject(err, "too-many", "bad") : 0;
}

static const struct producer_parser parser = {.parse = parse};

static void put_for(struct ahead *a, const char *text, size_t bytes, uint64_t serial)
{
    struct ahead_doc *d = ahead_place(a);
    assert_non_null(d);
    d->serial = serial;
    char *p = arena_alloc(&d->bytes, bytes + 64);
    int n = snprintf(p, bytes + 64, "%s%*s", text, (int)bytes, "");
    d->doc.original = (struct sv){p, (size_t)n};
    ahead_put(a, d);
}

static void put(struct ahead *a, const char *text, size_t bytes)
{
    put_for(a, text, bytes, 0);
}

static void take(struct ahead *a)
{
    struct ahead_doc *d = ahead_take(a);
    assert_non_null(d);
    ahead_drop(a, d);
}

static void the_first_put_is_the_first_out(void **state)
{
    (void)state;
    struct ahead *a = ahead_new();
    ahead_start(a, &parser, &knowledge);
    int in = 0, out = 0;
    char text[32];
    while (out < 3000) {
        while (in < 3000 && in - out < out % AHEAD_DOCS + 1) {
            (void)snprintf(text, sizeof text, "%s%d", in % 10 ? "" : "bad", in);
            put(a, text, 1);
            in++;
        }
        struct ahead_doc *d = ahead_take(a);
        (void)snprintf(text, sizeof text, "%s%d ", out % 10 ? "" : "bad", out);
        assert_true(sv_eq(d->parsed->document.number, sv_cstr(text)));
        assert_int_equal(d->rc, out % 10 ? 0 : -1);
        assert_int_equal(d->err.kind, out % 10 ? ERR_NONE : ERR_BAD_INPUT);
        ahead_drop(a, d);
        out++;
    }
    assert_null(ahead_take(a));
    ahead_free(&a);
}

static void places_end_with_their_number_and_their_bytes(void **state)
{
    (void)state;
    struct ahead *a = ahead_new();
    ahead_start(a, &parser, &knowledge);
    for (int i = 0; i < AHEAD_DOCS; i++)
        put(a, "x", 10);
    assert_null(ahead_place(a));
    for (int i = 0; i < AHEAD_DOCS; i++)
        take(a);
    assert_int_equal(ahead_docs(a), 0);
    put(a, "x", AHEAD_BYTES / 2);
    put(a, "x", 2 * (size_t)AHEAD_BYTES); /* told only once it is there */
    assert_null(ahead_place(a));
    take(a);
    assert_null(ahead_place(a));
    take(a);
    assert_non_null(ahead_place(a));
    ahead_free(&a);
}

static void what_is_abandoned_is_gone_at_once(void **state)
{
    (void)state;
    struct ahead *a = ahead_new();
    uint64_t serials[AHEAD_PLACES];
    ahead_start(a, &parser, &knowledge);
    for (uint64_t turn = 0; turn < 100; turn++) {
        size_t n = 0;
        while (ahead_place(a)) {
            put_for(a, "x", 1000, 10 * turn + n++);
            assert_int_equal(ahead_docs(a), n);
        }
        assert_int_equal(ahead_abandon(a, serials), n);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(serials[i], 10 * turn + i);
        assert_int_equal(ahead_docs(a), 0);
        assert_null(ahead_take(a));
        if (n < AHEAD_DOCS) { /* the others are being read */
            put_for(a, "last", 1, 1);
            take(a);
        }
    }
    ahead_free(&a);
}

static void a_reject_of_the_source_is_not_parsed(void **state)
{
    (void)state;
    struct ahead_doc d;
    ahead_doc_init(&d);
    d.doc = (struct doc){.name = SV("pipe"), .reject_reason = "not-a-file"};
    ahead_doc_read(&d, &parser, &knowledge);
    assert_int_equal(d.rc, -1);
    assert_string_equal(d.err.reason, "not-a-file");
    assert_null(d.parsed);
    assert_int_equal(sv_cstr(d.doc.original_sha256).n, HASH_HEX);
    ahead_doc_free(&d);
}

/* ---- within the producer ---- */

static struct {
    uint64_t token;
    enum verdict verdict;
} told[8];
static size_t ntold;

static void done(void *ctx, uint64_t token, enum verdict v)
{
    (void)ctx;
    told[ntold].token = token;
    told[ntold++].verdict = v;
}

/* One that was asked for ahead may be a later version of the one that comes again: sent
 * now, it would stand before it. */
static void a_retry_calls_back_what_was_asked_for_ahead(void **state)
{
    (void)state;
    char dir[] = "/tmp/test_ahead.XXXXXX", path[64];
    struct err err = {0};
    static const struct producer source = {.name = "toy", .done = done};
    struct producing r = {.p = &source, .parser = &parser};
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/state.db", dir);
    assert_int_equal(db_open(path, DB_DATA, &r.d.db, &err), 0);
    r.window = window_new();
    r.ahead = ahead_new();
    ahead_start(r.ahead, &parser, &knowledge);
    for (uint64_t token = 11; token <= 13; token++) {
        struct doc d = {.source = SV("/toy")};
        struct entry *e = producing_enter(&r, &d, token, SV_NULL);
        if (token == 11) { /* it was taken and sent, and came back */
            e->unsent = 0;
            entry_fail(e, VERDICT_RETRY, "refused");
            continue;
        }
        put_for(r.ahead, "x", 10, e->serial);
    }
    assert_int_equal(producing_settle(&r, &err), 0);
    assert_int_equal(ahead_docs(r.ahead), 0);
    assert_int_equal(ntold, 3);
    for (size_t i = 0; i < ntold; i++) {
        assert_int_equal(told[i].token, 11 + i);
        assert_int_equal(told[i].verdict, VERDICT_RETRY);
    }
    assert_int_equal(producing_commit(&r, &err), 0);
    ahead_free(&r.ahead);
    window_free(&r.window);
    db_close(&r.d.db);
    (void)unlink(path);
    (void)rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_put_is_the_first_out),
        cmocka_unit_test(places_end_with_their_number_and_their_bytes),
        cmocka_unit_test(what_is_abandoned_is_gone_at_once),
        cmocka_unit_test(a_reject_of_the_source_is_not_parsed),
        cmocka_unit_test(a_retry_calls_back_what_was_asked_for_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
