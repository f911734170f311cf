/* DOCX (ECMA-376): word/document.xml with its lists, footnotes, headers and footers. The
 * container is read by its central directory only; sizes are counted while inflating,
 * names are never used for files. Headers and footers come behind the text: one of them
 * may hold the only copy of the number. */
#include "docx_numbering.h"
#include "docx_styles.h"
#include "extract.h"

#include <stdio.h>

#include <zip.h>

enum {
    ENTRIES_MAX = 2000,
    READ_BYTES = 65536,
    ENTRY_BYTES = 64 << 20,
    TOTAL_BYTES = 256 << 20,
    RATIO_MAX = 200,
    RATIO_FROM = 1 << 20,
    NOTES_MAX = 20000
};

struct docx {
    struct writer *w;
    struct docx_numbering *numbering;
    struct docx_styles *styles;
    long *note; /* ids of notes in the order of their marks: the n-th is printed as n */
    size_t notes_cited;
    /* of the paragraph and run that are open */
    bool in_text, super, heading_due, first_cell;
    bool cell_start;   /* the first paragraph of a cell stands on its row's line */
    bool bold, hidden; /* of the run */
    bool placeholder;  /* the content control asks for a text that nobody gave */
    int heading;
    long list_id, list_level;
    int runs_depth;
    bool notes; /* this part holds the notes' texts */
    int skip;
};

static bool is(struct sv name, const char *what)
{
    return sv_eq(name, sv_cstr(what));
}

static struct sv attribute(const struct xml_attribute *a, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq(a[i].name, sv_cstr(name)))
            return a[i].value;
    return SV_NULL;
}

static long number(struct sv s, long otherwise)
{
    uint64_t v;
    return s.n && sv_u64(s, &v) && v < 100000 ? (long)v : otherwise;
}

/* The paragraph's properties are known when its first run comes. */
static void start_paragraph(struct docx *d)
{
    AUTO(buf_free) struct buf mark = {0};
    if (!d->heading_due)
        return;
    d->heading_due = false;
    for (int i = 0; i < d->heading; i++)
        buf_addc(&mark, '#');
    if (d->heading)
        buf_addc(&mark, ' ');
    if (d->list_id >= 0)
        docx_numbering_next(d->numbering, d->list_id, d->list_level, &mark);
    if (mark.n)
        writer_mark(d->w, buf_sv(&mark));
}

static void open_paragraph(struct docx *d)
{
    if (!d->cell_start)
        writer_block(d->w);
    d->cell_start = false;
    d->heading = 0;
    d->list_id = -1;
    d->list_level = 0;
    d->heading_due = true;
}

static void set_style(struct docx *d, struct sv name)
{
    struct docx_style style = docx_styles_find(d->styles, name);
    struct sv heading = SV("Heading");
    if (style.heading)
        d->heading = style.heading;
    else if (name.n == heading.n + 1 && sv_eq_fold(sv_sub(name, 0, heading.n), heading) &&
             name.p[heading.n] >= '1' && name.p[heading.n] <= '6')
        d->heading = name.p[heading.n] - '0'; /* a file without styles */
    if (style.list_id < 0)
        return;
    d->list_id = style.list_id;
    d->list_level = style.list_level >= 0
                        ? style.list_level
                        : docx_numbering_level(d->numbering, style.list_id, name);
}

static void open_cell(struct docx *d)
{
    if (!d->first_cell)
        writer_tab(d->w);
    d->cell_start = true;
}

/* Ids are no numbers: separators take some of them, and notes come and go. */
static size_t number_of_note(struct docx *d, long id)
{
    for (size_t i = 0; i < d->notes_cited; i++)
        if (d->note[i] == id)
            return i + 1;
    if (d->notes_cited == NOTES_MAX)
        return 0;
    if (!d->note)
        d->note = mem_resize(NULL, NOTES_MAX, sizeof *d->note);
    d->note[d->notes_cited++] = id;
    return d->notes_cited;
}

static void open_note(struct docx *d, long id)
{
    AUTO(buf_free) struct buf sign = {0};
    buf_addf(&sign, "<sup>%zu</sup>", number_of_note(d, id));
    if (d->notes) {
        writer_block(d->w);
        buf_addc(&sign, ' ');
        writer_mark(d->w, buf_sv(&sign));
        d->heading_due = false;
    } else {
        start_paragraph(d);
        writer_sign(d->w, buf_sv(&sign));
    }
}

/* Separators are notes of a type. */
static void open_note_text(struct docx *d, const struct xml_attribute *a, size_t n,
                           bool end)
{
    long id = number(attribute(a, n, "id"), 0);
    struct sv type = attribute(a, n, "type");
    if (type.n && !is(type, "normal"))
        d->skip++;
    else
        open_note(d, end ? -id - 2 : id);
}

/* Deleted text, field codes, the second copy of a drawing, what was before a change. */
static bool is_skipped(const struct docx *d, struct sv name)
{
    static const struct sv names[] = {
        {"del", 3},           {"moveFrom", 8},        {"instrText", 9},
        {"Fallback", 8},      {"pPrChange", 9},       {"rPrChange", 9},
        {"sectPrChange", 12}, {"tblPrChange", 11},    {"tcPrChange", 10},
        {"trPrChange", 10},   {"numberingChange", 15}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (sv_eq(name, names[i]))
            return true;
    return d->placeholder && sv_eq(name, SV("sdtContent"));
}

static bool is_on(struct sv value)
{
    return !is(value, "0") && !is(value, "false");
}

static void open_text(struct docx *d)
{
    d->in_text = !d->hidden;
    if (d->hidden)
        return;
    start_paragraph(d);
    writer_bold(d->w, d->bold);
    if (d->super)
        writer_sign(d->w, SV("<sup>"));
}

/* What a run is made of. */
static void open_run_element(struct docx *d, struct sv name,
                             const struct xml_attribute *a, size_t n)
{
    if (is(name, "r"))
        d->super = d->bold = d->hidden = false;
    else if (is(name, "b"))
        d->bold = is_on(attribute(a, n, "val"));
    else if (is(name, "vanish"))
        d->hidden = is_on(attribute(a, n, "val"));
    else if (is(name, "vertAlign"))
        d->super = is(attribute(a, n, "val"), "superscript");
    else if (is(name, "t"))
        open_text(d);
    else if (is(name, "tab") || is(name, "sym"))
        writer_blank(d->w);
    else if (is(name, "noBreakHyphen"))
        writer_sign(d->w, SV("-"));
    else if (is(name, "br") || is(name, "cr"))
        writer_line(d->w);
    else if (is(name, "footnoteReference"))
        open_note(d, number(attribute(a, n, "id"), 0));
    else if (is(name, "endnoteReference"))
        open_note(d, -number(attribute(a, n, "id"), 0) - 2);
}

static void open_element(void *ctx, struct sv name, const struct xml_attribute *a,
                         size_t n)
{
    struct docx *d = ctx;
    if (d->skip || is_skipped(d, name)) {
        d->skip++;
        d->placeholder = false;
        return;
    }
    if (is(name, "p"))
        open_paragraph(d);
    else if (is(name, "pStyle"))
        set_style(d, attribute(a, n, "val"));
    else if (is(name, "numId"))
        d->list_id = number(attribute(a, n, "val"), -1);
    else if (is(name, "ilvl"))
        d->list_level = number(attribute(a, n, "val"), 0);
    else if (is(name, "tr"))
        writer_line(d->w), d->first_cell = true;
    else if (is(name, "tc"))
        open_cell(d);
    else if (is(name, "sdtPr"))
        d->placeholder = false;
    else if (is(name, "showingPlcHdr"))
        d->placeholder = is_on(attribute(a, n, "val"));
    else if (is(name, "footnote") || is(name, "endnote"))
        open_note_text(d, a, n, is(name, "endnote"));
    else
        open_run_element(d, name, a, n);
}

static void close_element(void *ctx, struct sv name)
{
    struct docx *d = ctx;
    if (d->skip) {
        d->skip--;
        return;
    }
    if (is(name, "t")) {
        if (d->super && d->in_text)
            writer_sign(d->w, SV("</sup>"));
        d->in_text = false;
    } else if (is(name, "p") || is(name, "tbl")) {
        writer_block(d->w);
    } else if (is(name, "tc")) {
        d->first_cell = false;
        d->w->line_ends = 0; /* the paragraphs of a cell do not end its row */
        writer_blank(d->w);
    } else if (is(name, "tr")) {
        writer_line(d->w);
    }
}

static void add_text(void *ctx, struct sv text)
{
    struct docx *d = ctx;
    if (d->skip || !d->in_text)
        return;
    start_paragraph(d);
    writer_text(d->w, text);
}

/* One entry, inflated within the limits. */
static int read_entry(zip_t *z, zip_uint64_t index, size_t *total, struct buf *out,
                      struct err *err)
{
    zip_stat_t st;
    if (zip_stat_index(z, index, 0, &st) != 0)
        return err_reject(err, "invalid-docx", "an entry of the archive can not be read");
    zip_file_t *f = zip_fopen_index(z, index, 0);
    if (!f)
        return err_reject(err, "invalid-docx",
                          "an entry of the archive is encrypted or damaged");
    zip_int64_t n;
    bool too_large = false;
    buf_reset(out);
    do {
        buf_reserve(out, READ_BYTES);
        n = zip_fread(f, out->p + out->n, READ_BYTES);
        if (n > 0)
            out->n += (size_t)n;
        too_large = out->n > ENTRY_BYTES || *total + out->n > TOTAL_BYTES ||
                    (out->n > RATIO_FROM && out->n / RATIO_MAX > st.comp_size);
    } while (n > 0 && !too_large);
    zip_fclose(f);
    *total += out->n;
    if (too_large)
        return err_reject(err, "too-large", "its archive inflates beyond every reason");
    return n < 0 ? err_reject(err, "invalid-docx", "an entry of the archive is damaged")
                 : 0;
}

static int read_part(struct docx *d, zip_t *z, const char *name, size_t *total,
                     struct err *err)
{
    static const struct xml_handler handler = {open_element, close_element, add_text};
    AUTO(buf_free) struct buf part = {0};
    zip_int64_t index = zip_name_locate(z, name, 0);
    if (index < 0)
        return 0;
    if (read_entry(z, (zip_uint64_t)index, total, &part, err) != 0)
        return -1;
    d->notes = strstr(name, "notes.xml") != NULL;
    writer_block(d->w);
    return xml_parse(buf_sv(&part), XML_STRICT, &handler, d, err);
}

/* A part that is read by its own reader. */
static int read_table(zip_t *z, const char *name, size_t *total, struct buf *out,
                      struct err *err)
{
    zip_int64_t index = zip_name_locate(z, name, 0);
    return index < 0 ? 0 : read_entry(z, (zip_uint64_t)index, total, out, err);
}

static int read_all(struct docx *d, zip_t *z, const char *const *parts, size_t n,
                    size_t *total, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        char name[32];
        snprintf(name, sizeof name, "word/%s.xml", parts[i]);
        if (read_part(d, z, name, total, err) != 0)
            return -1;
    }
    return 0;
}

/* Headers and footers stand on every page, so a classification in one is the paper's:
 * then they are written above the text too, where a reader of the paper sees them. */
static bool is_classified(struct sv text)
{
    static const struct sv words[] = {{"RESTREINT", 9},
                                      {"RESTRICTED", 10},
                                      {"CONFIDENTIEL", 12},
                                      {"CONFIDENTIAL", 12},
                                      {"SECRET", 6}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (sv_find(text, words[i]) != SIZE_MAX)
            return true;
    return false;
}

static int read_parts(struct docx *d, zip_t *z, struct err *err)
{
    static const char *const edges[] = {"header1", "header2", "header3",
                                        "footer1", "footer2", "footer3"};
    static const char *const parts[] = {"document", "footnotes", "endnotes"};
    size_t total = 0;
    AUTO(buf_free) struct buf numbering = {0}, styles = {0};
    if (zip_get_num_entries(z, 0) > ENTRIES_MAX)
        return err_reject(err, "invalid-docx", "its archive has more than %d entries",
                          ENTRIES_MAX);
    if (zip_name_locate(z, "word/document.xml", 0) < 0)
        return err_reject(err, "invalid-docx",
                          "it is a ZIP archive without word/document.xml");
    if (read_table(z, "word/numbering.xml", &total, &numbering, err) != 0 ||
        (numbering.n &&
         docx_numbering_read(d->numbering, buf_sv(&numbering), err) != 0) ||
        read_table(z, "word/styles.xml", &total, &styles, err) != 0 ||
        (styles.n && docx_styles_read(d->styles, buf_sv(&styles), err) != 0))
        return -1;
    struct writer *w = d->w, around = {.limit = w->limit};
    d->w = &around;
    int rc = read_all(d, z, edges, ARRAY_LEN(edges), &total, err);
    d->w = w;
    if (rc == 0 && is_classified(writer_end(&around)))
        writer_append(w, &around);
    if (rc == 0)
        rc = read_all(d, z, parts, ARRAY_LEN(parts), &total, err);
    if (rc == 0)
        writer_append(w, &around);
    writer_free(&around);
    return rc;
}

int extract_docx(struct sv bytes, struct writer *w, struct err *err)
{
    zip_error_t ze;
    zip_error_init(&ze);
    zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &ze);
    zip_t *z =
        source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &ze) : NULL;
    if (!z) {
        zip_source_free(source);
        zip_error_fini(&ze);
        return err_reject(err, "invalid-docx", "its ZIP archive is damaged");
    }
    struct docx d = {.w = w, .list_id = -1, .first_cell = true};
    d.numbering = docx_numbering_new();
    d.styles = docx_styles_new();
    int rc = read_parts(&d, z, err);
    docx_numbering_free(&d.numbering);
    docx_styles_free(&d.styles);
    mem_free(&d.note);
    zip_discard(z);
    zip_error_fini(&ze);
    return rc;
}
