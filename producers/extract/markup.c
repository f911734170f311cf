/* HTML, Formex, Akoma Ntoso, RSS and Atom share one table: what an element does to the
 * text. */
#include "extract.h"
#include "lib/utf8.h"
#include "numeral.h"

enum action {
    INLINE, /* nothing */
    BLOCK,  /* a paragraph of its own */
    LINE,   /* a line of its own */
    CELL,   /* a tab before it, unless it is the first of its row */
    ROW,
    BREAK,   /* a line end */
    RULE,    /* --- */
    HEADING, /* a block with a heading mark */
    ITEM,    /* a list item */
    LIST,    /* unordered */
    NUMBERED,
    NUMBER, /* stands in front of its text, on the same line */
    SUP,
    BOLD, /* ** on both sides, as Markdown */
    PRE,
    NOTE,   /* a footnote's text */
    SIGNS,  /* Formex: a list, whose TYPE says whether its items have dashes */
    SIGNED, /* Formex: an item of a list, whose number is text of its own */
    QUOTE,  /* Formex: a quotation mark, by its code */
    SKIP    /* with all that it holds */
};

static const struct {
    const char *name;
    enum action action;
} elements[] = {
    /* HTML */
    {"p", BLOCK},
    {"div", BLOCK},
    {"section", BLOCK},
    {"article", BLOCK},
    {"header", BLOCK},
    {"footer", BLOCK},
    {"main", BLOCK},
    {"table", BLOCK},
    {"blockquote", BLOCK},
    {"dl", BLOCK},
    {"dt", LINE},
    {"dd", LINE},
    {"center", BLOCK},
    {"address", BLOCK},
    {"figure", BLOCK},
    {"caption", BLOCK},
    {"tr", ROW},
    {"td", CELL},
    {"th", CELL},
    {"br", BREAK},
    {"hr", RULE},
    {"h1", HEADING},
    {"h2", HEADING},
    {"h3", HEADING},
    {"h4", HEADING},
    {"h5", HEADING},
    {"h6", HEADING},
    {"li", ITEM},
    {"ul", LIST},
    {"ol", NUMBERED},
    {"sup", SUP},
    {"b", BOLD},
    {"strong", BOLD},
    {"pre", PRE},
    {"nav", SKIP},
    {"script", SKIP},
    {"style", SKIP},
    {"head", SKIP},
    {"noscript", SKIP},
    {"template", SKIP},
    {"svg", SKIP},
    {"select", SKIP},
    {"button", SKIP},
    {"dialog", SKIP},
    /* Formex 4 */
    {"P", BLOCK},
    {"TI", BLOCK},
    {"STI", BLOCK},
    {"TITLE", BLOCK},
    {"ALINEA", BLOCK},
    {"ARTICLE", BLOCK},
    {"PARAG", BLOCK},
    {"NP", BLOCK},
    {"LIST", SIGNS},
    {"ITEM", SIGNED},
    {"QUOT.START", QUOTE},
    {"QUOT.END", QUOTE},
    {"NO.P", NUMBER},
    {"NO.PARAG", NUMBER},
    {"TI.ART", BLOCK},
    {"STI.ART", BLOCK},
    {"VISA", BLOCK},
    {"CONSID", BLOCK},
    {"PREAMBLE.INIT", BLOCK},
    {"PREAMBLE.FINAL", BLOCK},
    {"ROW", ROW},
    {"CELL", CELL},
    {"NOTE", NOTE},
    {"BIB.INSTANCE", SKIP},
    {"BIB.DOC", SKIP},
    {"BIB.OJ", SKIP},
    {"SIGNATURE", BLOCK},
    {"ANNOTATION", BLOCK},
    {"DLIST.ITEM", BLOCK},
    /* Akoma Ntoso */
    {"meta", SKIP},
    {"heading", BLOCK},
    {"subheading", BLOCK},
    {"num", NUMBER},
    {"recital", BLOCK},
    {"paragraph", BLOCK},
    {"point", BLOCK},
    {"content", BLOCK},
    {"listIntroduction", BLOCK},
    {"docTitle", BLOCK},
    {"longTitle", BLOCK},
    {"authorialNote", NOTE},
    {"item", BLOCK},
    /* RSS and Atom */
    {"title", BLOCK},
    {"description", BLOCK},
    {"summary", BLOCK},
    {"entry", BLOCK},
    {"link", SKIP},
    {"guid", SKIP},
    {"id", SKIP},
    {"updated", SKIP},
    {"published", SKIP},
    {"pubDate", SKIP},
    {"generator", SKIP},
};

enum { NESTED_LISTS = 16 };

struct list {
    bool numbered;
    char style; /* '1', 'a', 'A', 'i', 'I' */
    long next;
};

struct markup {
    struct writer *w;
    int skip; /* depth inside a skipped element */
    struct list list[NESTED_LISTS];
    int lists;
    bool first_cell, cell_start; /* the first block of a cell stands on its row's line */
    int bold, notes;
    bool after_number; /* the block behind a number stands on the number's line */
    uint64_t super;    /* one bit an open HT: is it a superscript? */
};

static enum action action_of(struct sv name)
{
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if (sv_eq(name, sv_cstr(elements[i].name)))
            return elements[i].action;
    return INLINE;
}

static struct sv attribute(const struct xml_attribute *a, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq(a[i].name, sv_cstr(name)))
            return a[i].value;
    return SV_NULL;
}

/* What a site puts around each of its pages, by its landmark role (WAI-ARIA 1.2). */
static bool is_site_furniture(struct sv role)
{
    static const struct sv roles[] = {{"banner", 6},         {"navigation", 10},
                                      {"search", 6},         {"contentinfo", 11},
                                      {"complementary", 13}, {"dialog", 6},
                                      {"alertdialog", 11}};
    for (size_t i = 0; role.n && i < ARRAY_LEN(roles); i++)
        if (sv_eq(role, roles[i]))
            return true;
    return false;
}

static void open_list(struct markup *m, bool numbered, const struct xml_attribute *a,
                      size_t n)
{
    struct sv type = attribute(a, n, "type"), start = attribute(a, n, "start");
    uint64_t first = 1;
    if (start.n)
        sv_u64(start, &first);
    if (m->lists++ < NESTED_LISTS)
        m->list[m->lists - 1] = (struct list){
            numbered, (char)(type.n == 1 ? type.p[0] : '1'), (long)(first & 0xffff)};
    writer_block(m->w);
}

static void open_item(struct markup *m, struct sv value)
{
    AUTO(buf_free) struct buf mark = {0};
    struct list none = {false, '1', 1};
    struct list *l =
        m->lists > 0 && m->lists <= NESTED_LISTS ? &m->list[m->lists - 1] : &none;
    uint64_t said;
    if (value.n && sv_u64(value, &said))
        l->next = (long)(said & 0xffff);
    for (int i = 1; i < m->lists && i < NESTED_LISTS; i++)
        buf_lit(&mark, "  ");
    if (!l->numbered) {
        buf_lit(&mark, "-");
    } else {
        numeral_add(&mark, l->style, l->next);
        buf_addc(&mark, l->style == 'a' || l->style == 'A' ? ')' : '.');
    }
    buf_lit(&mark, " ");
    l->next++;
    writer_line(m->w);
    writer_mark(m->w, buf_sv(&mark));
}

/* DASH, NDASH and BULLET lists have no numbers as text. */
static void open_signs(struct markup *m, struct sv type)
{
    static const struct sv signs[] = {{"DASH", 4}, {"NDASH", 5}, {"BULLET", 6}};
    bool signed_ = false;
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        signed_ |= sv_eq(type, signs[i]);
    if (m->lists++ < NESTED_LISTS)
        m->list[m->lists - 1] = (struct list){false, (char)(signed_ ? '-' : '\0'), 1};
    writer_block(m->w);
}

static void open_signed(struct markup *m)
{
    bool inside = m->lists > 0 && m->lists <= NESTED_LISTS;
    if (inside && m->list[m->lists - 1].style == '-') {
        open_item(m, SV_NULL);
        m->after_number = true; /* its first paragraph stands behind the dash */
    } else if (!m->after_number) {
        writer_block(m->w);
    }
}

/* CODE is the sign's number in hexadecimal digits. */
static void add_quote(struct markup *m, struct sv code)
{
    AUTO(buf_free) struct buf sign = {0};
    uint32_t cp = 0;
    for (size_t i = 0; i < code.n && i < 4; i++) {
        char c = code.p[i];
        bool digit = c >= '0' && c <= '9', letter = c >= 'A' && c <= 'F';
        cp = cp * 16 + (uint32_t)(digit ? c - '0' : letter ? c - 'A' + 10 : 0);
    }
    if (cp < 0x2010 || cp > 0x203a) /* the signs of quotations */
        cp = '"';
    utf8_add(&sign, cp);
    m->after_number = m->cell_start = false;
    writer_text(m->w, buf_sv(&sign));
}

static void open_heading(struct markup *m, char level)
{
    writer_block(m->w);
    for (char c = '1'; c <= level; c++)
        writer_mark(m->w, SV("#"));
    writer_mark(m->w, SV(" "));
}

static void open_cell(struct markup *m)
{
    if (!m->first_cell) {
        m->w->line_ends = 0; /* the blocks of a cell do not end its row */
        writer_tab(m->w);
    }
    m->first_cell = false;
    m->cell_start = true;
}

static void open_note(struct markup *m)
{
    AUTO(buf_free) struct buf mark = {0};
    buf_addf(&mark, "<sup>%d</sup>", ++m->notes);
    writer_sign(m->w, buf_sv(&mark));
    writer_note(m->w, true);
    buf_addc(&mark, ' ');
    writer_mark(m->w, buf_sv(&mark));
}

static void open_element(void *ctx, struct sv name, const struct xml_attribute *a,
                         size_t n)
{
    struct markup *m = ctx;
    enum action action = action_of(name);
    bool ht = sv_eq(name, SV("HT"));
    bool super = ht && sv_eq(attribute(a, n, "TYPE"), SV("SUPER"));
    if (m->skip || action == SKIP || is_site_furniture(attribute(a, n, "role"))) {
        m->skip++;
        return;
    }
    if (ht)
        m->super = m->super << 1 | super;
    if (super)
        action = SUP;
    switch (action) {
    case INLINE:
    case SKIP: break;
    case BLOCK:
        if (!m->after_number && !m->cell_start)
            writer_block(m->w);
        break;
    case LINE:
    case NUMBER:
        if (!m->cell_start)
            writer_line(m->w);
        break;
    case ROW: writer_line(m->w), m->first_cell = true; break;
    case CELL: open_cell(m); break;
    case BREAK: writer_line(m->w); break;
    case RULE:
        writer_block(m->w), writer_text(m->w, SV("---")), writer_block(m->w);
        break;
    case HEADING: open_heading(m, name.p[1]); break;
    case LIST:
    case NUMBERED: open_list(m, action == NUMBERED, a, n); break;
    case ITEM: open_item(m, attribute(a, n, "value")); break;
    case SUP: writer_sign(m->w, SV("<sup>")); break;
    case BOLD: writer_bold(m->w, ++m->bold > 0); break;
    case PRE: writer_block(m->w), m->w->keep_blanks = true; break;
    case NOTE: open_note(m); break;
    case SIGNS: open_signs(m, attribute(a, n, "TYPE")); break;
    case SIGNED: open_signed(m); break;
    case QUOTE: add_quote(m, attribute(a, n, "CODE")); break;
    }
}

static void close_element(void *ctx, struct sv name)
{
    struct markup *m = ctx;
    if (m->skip) {
        m->skip--;
        return;
    }
    enum action action = action_of(name);
    if (sv_eq(name, SV("HT"))) {
        action = m->super & 1 ? SUP : INLINE;
        m->super >>= 1;
    }
    switch (action) {
    case BLOCK:
    case HEADING: writer_block(m->w); break;
    case LINE:
    case ITEM:
    case SIGNED:
    case ROW: writer_line(m->w); break;
    case LIST:
    case NUMBERED:
    case SIGNS:
        if (m->lists > 0)
            m->lists--;
        writer_block(m->w);
        break;
    case NUMBER:
        writer_blank(m->w);
        m->after_number = true;
        break;
    case SUP: writer_sign(m->w, SV("</sup>")); break;
    case BOLD:
        m->bold -= m->bold > 0;
        writer_bold(m->w, m->bold > 0);
        break;
    case PRE: m->w->keep_blanks = false, writer_block(m->w); break;
    case NOTE: writer_note(m->w, false); break;
    case INLINE:
    case CELL:
    case BREAK:
    case RULE:
    case QUOTE:
    case SKIP: break;
    }
}

static void add_text(void *ctx, struct sv text)
{
    struct markup *m = ctx;
    if (m->skip)
        return;
    if (sv_trim(text).n)
        m->after_number = m->cell_start = false;
    writer_text(m->w, text);
}

int extract_markup(struct sv text, enum xml_kind kind, struct writer *w, struct err *err)
{
    static const struct xml_handler handler = {open_element, close_element, add_text};
    struct markup m = {.w = w, .first_cell = true};
    return xml_parse(text, kind, &handler, &m, err);
}
