#include "window.h"

#include <assert.h>

struct window *window_new(void)
{
    struct window *w = mem_zalloc(sizeof *w);
    w->head = w->tail = 1;
    return w;
}

static void entry_clear(struct entry *e)
{
    mem_free(&e->key);
    mem_free(&e->id);
    mem_free(&e->source);
    mem_free(&e->replay_id);
    mem_free(&e->detail);
    mem_free(&e->name);
    mem_free(&e->uri);
    mem_free(&e->marking);
    mem_free(&e->media_type);
    *e = (struct entry){0};
}

void window_free(struct window **wp)
{
    struct window *w = *wp;
    if (!w)
        return;
    while (w->head < w->tail)
        window_pop(w);
    mem_free(wp);
}

bool window_room(const struct window *w, size_t bytes)
{
    if (w->head == w->tail)
        return true;
    return w->tail - w->head < WINDOW_DOCS && w->bytes + bytes <= WINDOW_BYTES;
}

size_t window_docs(const struct window *w)
{
    return (size_t)(w->tail - w->head);
}

struct entry *window_add(struct window *w, uint64_t token, size_t bytes)
{
    assert(w->tail - w->head < WINDOW_DOCS);
    struct entry *e = &w->entry[w->tail % WINDOW_DOCS];
    assert(e->serial == 0);
    e->serial = w->tail++;
    e->token = token;
    e->bytes = bytes;
    w->bytes += bytes;
    return e;
}

struct entry *window_head(struct window *w)
{
    return w->head < w->tail ? &w->entry[w->head % WINDOW_DOCS] : NULL;
}

struct entry *window_find(struct window *w, uint64_t serial)
{
    if (serial < w->head || serial >= w->tail)
        return NULL;
    return &w->entry[serial % WINDOW_DOCS];
}

bool entry_ready(const struct entry *e)
{
    return e->unsent == 0 && e->outstanding == 0;
}

void entry_sent(struct entry *e)
{
    assert(e->unsent > 0);
    e->unsent--;
    e->outstanding++;
}

void entry_fail(struct entry *e, enum verdict v, const char *why)
{
    if (e->verdict == VERDICT_RETRY || v == VERDICT_OK)
        return;
    e->verdict = v;
    mem_free(&e->detail);
    struct sv text = sv_cstr(why);
    e->detail = why ? mem_copy(text.p, text.n) : NULL;
}

void entry_wait(struct entry *e, const char *why)
{
    e->behind = e->behind || e->verdict != VERDICT_RETRY;
    entry_fail(e, VERDICT_RETRY, why);
}

void entry_report(struct entry *e, enum verdict v, const char *why)
{
    assert(e->outstanding > 0);
    e->outstanding--;
    entry_fail(e, v, why);
}

void window_lose(struct window *w, const char *why)
{
    for (uint64_t s = w->head; s < w->tail; s++) {
        struct entry *e = &w->entry[s % WINDOW_DOCS];
        if (e->outstanding == 0)
            continue;
        e->outstanding = 0;
        entry_fail(e, VERDICT_RETRY, why);
    }
}

static void go_behind(struct window *w, const struct entry *first, bool same_text)
{
    for (uint64_t s = first->serial + 1; first->key && s < w->tail; s++) {
        struct entry *e = &w->entry[s % WINDOW_DOCS];
        bool same = strcmp(e->text_sha256, first->text_sha256) == 0;
        if (e->key && strcmp(e->key, first->key) == 0 && (same_text || !same))
            entry_wait(e, "an earlier version of this document goes first");
    }
}

void window_spread_retry(struct window *w, const struct entry *head)
{
    go_behind(w, head, true);
}

void window_passed(struct window *w, const struct entry *e)
{
    go_behind(w, e, false);
}

void window_pop(struct window *w)
{
    struct entry *e = window_head(w);
    assert(e);
    w->bytes -= e->bytes;
    w->head++;
    entry_clear(e);
}
