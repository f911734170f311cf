/* A matcher as bytes: what a build makes of the tables that it embeds need not be made at
 * every start. The bytes are those of this build: its byte order, its struct layout. */
#include "match_internal.h"

enum { ALIGN = 8 };

struct image_head {
    uint64_t matcher_bytes, segment_bytes; /* of one: another layout is refused */
    uint64_t nslot, nsegment, npattern;
};

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static void add_array(struct buf *out, const void *p, size_t n)
{
    static const char zero[ALIGN] = {0};
    buf_add(out, p, n);
    buf_add(out, zero, aligned(n) - n);
}

void match_image_write(const struct matcher *m, struct buf *out)
{
    struct image_head h = {sizeof *m, sizeof *m->segment, m->nslot, m->nsegment,
                           m->npattern};
    struct matcher copy;
    memcpy(&copy, m, sizeof copy); /* padding too: the same tables give the same bytes */
    copy.slot = NULL;
    copy.segment = NULL;
    copy.id = NULL;
    copy.borrowed = false;
    copy.more = NULL;
    copy.before = NULL;
    add_array(out, &h, sizeof h);
    add_array(out, &copy, sizeof copy);
    add_array(out, m->slot, m->nslot * sizeof *m->slot);
    add_array(out, m->segment, m->nsegment * sizeof *m->segment);
    add_array(out, m->id, m->npattern * sizeof *m->id);
}

/* Where the next `count` things of `size` bytes lie in the image; NULL where there are
 * not so many. Not to be written to. */
static void *take(struct sv *image, uint64_t count, size_t size)
{
    if (count > image->n / size || aligned(count * size) > image->n)
        return NULL;
    const char *at = image->p;
    void *p;
    memcpy(&p, &at, sizeof p);
    *image = sv_sub(*image, aligned(count * size), image->n);
    return p;
}

struct matcher *match_image_open(struct sv image)
{
    if ((uintptr_t)image.p % ALIGN != 0)
        return NULL;
    const struct image_head *h = take(&image, 1, sizeof *h);
    struct matcher *m = NULL;
    const void *fixed;
    if (!h || h->matcher_bytes != sizeof *m || h->segment_bytes != sizeof *m->segment ||
        (fixed = take(&image, 1, sizeof *m)) == NULL)
        return NULL;
    m = mem_alloc(sizeof *m);
    memcpy(m, fixed, sizeof *m);
    m->borrowed = true;
    m->slot = take(&image, h->nslot, sizeof *m->slot);
    m->segment = take(&image, h->nsegment, sizeof *m->segment);
    m->id = take(&image, h->npattern, sizeof *m->id);
    if (!m->slot || !m->segment || !m->id)
        matcher_free(&m);
    return m;
}
