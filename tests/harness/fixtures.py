"""Made-up Council papers, each as a list of blocks, and what writes them as text, Markdown, HTML, XHTML, DOCX and PDF,
in the ways that offices, converters and web pages do. The test generates them; nothing binary is kept.

A block: ('row', label, value) of the cover's table, ('right', text), ('type', text), ('title', number, text), ('p', text),
('bullets', [text or [text, ...]]), ('table', [[cell, ...], ...]), ('annex', text). In a text {1} is a footnote's mark, its
text stands in the paper's notes; ~ is a blank that does not break."""
import html
import io
import re
import textwrap
import zipfile


class Paper:
    def __init__(self, number, blocks, notes=(), footer='', codes=()):
        self.number, self.blocks, self.notes, self.footer, self.codes = number, blocks, list(notes), footer, list(codes)


OUTCOME = Paper('9412/1/16 REV 1', [
    ('right', 'Brussels, 13 June 2016'), ('right', '(OR. en)'), ('right', '9412/1/16'), ('right', 'REV 1'),
    ('right', 'LIMITE'), ('codes',), ('type', 'OUTCOME OF PROCEEDINGS'),
    ('row', 'From:', 'General Secretariat of the Council'),
    ('row', 'On:', '24 May 2016'),
    ('row', 'To:', 'Delegations'),
    ('row', 'No. prev. doc.:', '8770/16'),
    ('row', 'Subject:', 'Standing Committee on Operational Cooperation on Internal Security (COSI): follow-up to the '
     'conclusions of the European Council on the fight against firearms traffickers'),
    ('title', '1.', 'Adoption of the agenda'),
    ('p', 'The agenda set out in CM~2788/16 was adopted.'),
    ('title', '2.', 'Implementation of the Action Plan on the fight against illicit trafficking in firearms and explosives'),
    ('p', 'The Presidency briefed the Committee on the state of play{1} of the office-wide confidential file described in '
     '8436/16 and stressed the difficult first findings of the experts. The Committee endorsed the approach set out in '
     '7894/2/16 REV~2, and agreed to submit it to Coreper for confirmation.'),
    ('p', 'The Committee invited the Commission to present, by the end of October 2016, a report on the application of '
     'Directive 91/477/EEC{2} and of Regulation (EU) No~258/2012.'),
    ('title', '3.', 'Information from the Presidency'),
    ('p', 'The Committee took note of:'),
    ('bullets', ['the outcome of the meeting of the COSI Support Group on 10 May 2016, as set out in 8950/16,',
                 'the state of play of the renewal of the Internal Security Strategy (see 9797/15 and 10854/15),',
                 'the preparation of the Justice and Home Affairs Council on 9 and 10 June 2016.']),
    ('title', '4.', 'Terrorism: follow-up'),
    ('p', 'The Presidency concluded that COSI agreed:'),
    ('bullets', ['to task the Working Party on Terrorism with the preparation of a threat assessment, to be presented at '
                 'the next meeting,',
                 'to invite Europol to offer the Member States support in the field of fluvial traffic.']),
    ('table', [['Action', 'Lead', 'Deadline'], ['Assessment', 'Europol', 'September 2016'], ['Report', 'Commission', 'October 2016']]),
    ('title', '5.', 'Any other business'),
    ('p', 'The Netherlands delegation informed the Committee about the results of the conference on cybercrime (doc. 9030/16).'),
], notes=['See also the note of the Presidency in 8515/16.',
          'OJ L 256, 13.9.1991, p. 51.'],
    footer='9412/1/16 REV 1', codes=['COSI 91', 'ENFOPOL 177', 'CT 25'])

COVER = Paper('11222/15', [
    ('right', 'Brussels, 28 July 2015'), ('right', '(OR. fr)'), ('right', '11222/15'),
    ('right', 'Interinstitutional File: 2015/0211 (COD)'), ('codes',), ('type', 'COVER NOTE'),
    ('row', 'From:', 'Secretary-General of the European Commission, signed by Mr Jordi AYET PUIGARNAU, Director'),
    ('row', 'date of receipt:', '27 July 2015'),
    ('row', 'To:', 'Mr Jeppe TRANHOLM-MIKKELSEN, Secretary-General of the Council of the European Union'),
    ('row', 'No. Cion doc.:', 'COM(2015) 365 final'),
    ('row', 'Subject:', 'Proposal for a REGULATION OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL on certain rules for the '
     'efficient handling of official controls'),
    ('p', 'Delegations will find attached document COM(2015) 365 final.'),
    ('p', 'Encl.: COM(2015) 365 final'),
], footer='11222/15', codes=['AGRI 400', 'VETER 61', 'CODEC 1065'])

ITEM_NOTE = Paper('13999/18', [
    ('right', 'Brussels, 19 November 2018'), ('right', '(OR. en)'), ('right', '13999/18'), ('codes',),
    ('type', '"I/A" ITEM NOTE'),
    ('row', 'From:', 'General Secretariat of the Council'),
    ('row', 'To:', 'Permanent Representatives Committee/Council'),
    ('row', 'No. prev. doc.:', '13750/1/18 REV 1'),
    ('row', 'Subject:', 'Draft Council conclusions on the efficient use of official statistics – Adoption'),
    ('p', '1. On 12 November 2018 the Working Party on Statistics finalised the draft Council conclusions set out in '
     '13750/1/18 REV~1{1}.'),
    ('p', '2. The Permanent Representatives Committee is therefore invited to confirm the agreement reached and to recommend '
     'that the Council adopt, as an "A" item at a forthcoming meeting, the Council conclusions as set out in the Annex.'),
    ('annex', 'ANNEX'),
    ('p', 'DRAFT COUNCIL CONCLUSIONS'),
    ('p', 'THE COUNCIL OF THE EUROPEAN UNION'),
    ('p', 'RECALLING Regulation (EC) No~223/2009 on European statistics,'),
    ('p', '1. UNDERLINES the importance of official statistics;'),
    ('p', '2. INVITES the Commission to report on its findings by 30 June 2019;'),
    ('p', '3. CALLS ON the Member States to offer sufficient staff.'),
], notes=['Germany and Finland maintain a scrutiny reservation (13801/18).'], footer='13999/18', codes=['ECOFIN 1052', 'STATIS 71'])

PAPERS = {'outcome': OUTCOME, 'cover': COVER, 'item-note': ITEM_NOTE}
BODY_KINDS = ('title', 'p', 'bullets', 'table', 'annex')
MARK = re.compile(r'\{(\d+)\}')


def plain(text, mark='<sup>\\1</sup>'):
    return MARK.sub(mark, text).replace('~', '\u00a0')


def flat(bullets, depth=0):
    for b in bullets:
        if isinstance(b, list):
            yield from flat(b, depth + 1)
        else:
            yield depth, b


def as_text(paper, markdown=False):
    out = []
    strong = '**' if markdown else ''
    for kind, *v in paper.blocks:
        if kind == 'right' or kind == 'annex':
            out.append(v[0])
        elif kind == 'codes':
            out.append('\n'.join(paper.codes))
        elif kind == 'type':
            out.append(f'{strong}{v[0]}{strong}')
        elif kind == 'row':
            if markdown:
                head = '' if out and out[-1].startswith('|') else '|  |  |\n|---|---|\n'
                line = f'{head}| {v[0]} | {v[1]} |'
                if not head:
                    out[-1] += '\n' + line
                    continue
                out.append(line)
            else:
                out.append(f'{v[0]} {v[1]}')
        elif kind == 'title':
            out.append(f'{v[0]} {strong}{plain(v[1])}{strong}')
        elif kind == 'p':
            out.append(plain(v[0]))
        elif kind == 'bullets':
            out.append('\n'.join('  ' * d + '- ' + plain(b) for d, b in flat(v[0])))
        elif kind == 'table':
            if markdown:
                rows = ['| ' + ' | '.join(r) + ' |' for r in v[0]]
                rows.insert(1, '|' + '---|' * len(v[0][0]))
            else:
                rows = ['\t'.join(r) for r in v[0]]
            out.append('\n'.join(rows))
    out += [f'<sup>{i}</sup> {plain(n)}' for i, n in enumerate(paper.notes, 1)]
    return '\n\n'.join(out) + '\n'


# ------------------------------------------------------------------------------------------------- HTML

def inline(text, dirty):
    s = html.escape(MARK.sub('\0\\1\1', text), quote=False).replace('~', '&nbsp;')
    if dirty:  # inline markup inside numbers and words, soft hyphens, line breaks of the editor
        s = re.sub(r'\b(\d{2})(\d{2,3}/)', r'<span lang="fr">\1</span>\2', s)
        s = re.sub(r'(/\d\d)(?=[ ,.)])', r'<i></i>\1', s)
        s = s.replace('Committee', 'Com&shy;mit&#173;tee').replace(' of the ', ' of\n      the&#32;')
    return re.sub('\0(\\d+)\1', r'<sup><a href="#fn\1" id="r\1">\1</a></sup>' if dirty else r'<sup>\1</sup>', s)


def as_html(paper, dirty=False, charset='utf-8', xhtml=False):
    out = []
    rows = []
    close = lambda tag: '' if dirty and not xhtml else f'</{tag}>'  # noqa: E731

    def flush():
        if rows:
            cells = ''.join(f'<tr><td width="20%"><p>{inline(a, dirty)}</p>{close("td")}<td><p>{inline(b, dirty)}</p>{close("td")}{close("tr")}\n'
                            for a, b in rows)
            out.append(f'<table border="0">\n{cells}</table>')
            rows.clear()
    for kind, *v in paper.blocks:
        if kind == 'row':
            rows.append(v)
            continue
        flush()
        if kind == 'right':
            out.append(f'<p align="right"><b>{inline(v[0], dirty)}</b></p>')
        elif kind == 'codes':
            out.append('<p>' + '<br/>'.join(paper.codes) + '</p>')
        elif kind == 'type':
            out.append(f'<p><strong>{inline(v[0], dirty)}</strong></p>')
        elif kind == 'title':
            out.append(f'<p><b>{v[0]}&nbsp;&nbsp;{inline(v[1], dirty)}</b></p>' if dirty else f'<h3>{v[0]} {inline(v[1], dirty)}</h3>')
        elif kind == 'annex':
            out.append(f'<hr/><p>{v[0]}</p>')
        elif kind == 'p':
            out.append(f'<p>{inline(v[0], dirty)}{close("p")}')
        elif kind == 'bullets':
            out.append('<ul>' + ''.join(f'<li>{inline(b, dirty)}{close("li")}\n' for _, b in flat(v[0])) + '</ul>')
        elif kind == 'table':
            out.append('<table>' + ''.join('<tr>' + ''.join(f'<td>{c}{close("td")}' for c in r) + close('tr') for r in v[0]) + '</table>')
    flush()
    out += [f'<p class="note"><sup>{i}</sup> {inline(n, dirty)}</p>' for i, n in enumerate(paper.notes, 1)]
    body = '\n'.join(out)
    if xhtml:
        body = body.replace('&nbsp;', '&#160;')
        return ('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
                '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>'
                f'</head><body>\n{body}\n</body></html>\n').encode()
    nav = '<nav><ul><li><a href="/">Home</a></li></ul></nav><script>var a = "<p>no</p>";</script>' if dirty else ''
    page = (f'<!DOCTYPE html>\n<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
            f'<title>paper</title><style>p {{ margin: 0 }}</style></head>\n<body>{nav}\n{body}\n</body></html>\n')
    return page.encode(charset, 'xmlcharrefreplace')


# ------------------------------------------------------------------------------------------------- DOCX

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def runs(text, split, props=''):
    """split: a run every few letters, as spelling checks and revisions leave them."""
    out = []
    for i, piece in enumerate(MARK.split(text)):
        if i % 2:
            out.append(f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="{piece}"/></w:r>')
            continue
        piece = piece.replace('~', '\u00a0')
        for part in re.findall(r'.{1,7}', piece, re.S) if split else [piece] if piece else []:
            part = html.escape(part, quote=False)
            out.append(f'<w:r>{props}<w:t xml:space="preserve">{part}</w:t></w:r>')
    return ''.join(out)


BOLD = '<w:rPr><w:b/></w:rPr>'


def par(content, props=''):
    return f'<w:p>{"<w:pPr>" + props + "</w:pPr>" if props else ""}{content}</w:p>'


def as_docx(paper, split=False, revised=False, boxed=False, footers=False, styled=False, banner=''):
    """revised: tracked changes (an inserted number, a deleted word); boxed: the cover's right column in a text box;
    footers: page header and footer parts, default and first; styled: as a template for papers has it, numbers in
    styles, notes whose ids begin anywhere, hidden text, fields that nobody filled in."""
    shift = 5 if styled else 0  # of the notes' ids
    out, rows = [], []

    def cells(row, width=2000):
        return '<w:tr>' + ''.join(f'<w:tc><w:tcPr><w:tcW w:w="{width}"/></w:tcPr>{par(runs(c, split))}</w:tc>' for c in row) + '</w:tr>'

    def table(rs):
        return '<w:tbl><w:tblPr/><w:tblGrid/>' + ''.join(cells(r) for r in rs) + '</w:tbl>'
    right = []
    for kind, *v in paper.blocks:
        if kind in ('right', 'codes'):
            right += [par(runs(t, split)) for t in ([v[0]] if kind == 'right' else paper.codes)]
            continue
        if right and boxed:
            box = ''.join(right)
            out.append(par('<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wps:wsp><wps:txbx><w:txbxContent>'
                           f'{box}</w:txbxContent></wps:txbx></wps:wsp></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>'
                           f'<v:textbox><w:txbxContent>{box}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>'))
        else:
            out += right
        right = []
        if kind == 'row':
            rows.append(v)
            continue
        if rows:
            out.append(table(rows))
            rows = []
        if kind == 'type':
            out.append(par(runs(v[0], split, BOLD), '<w:jc w:val="center"/>'))
        elif kind == 'title':
            numbers = '<w:pStyle w:val="Titolo"/>' if styled else '<w:pStyle w:val="Heading2"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
            out.append(par(runs(v[1], split, BOLD), numbers))
        elif kind in ('p', 'annex'):
            if kind == 'annex':
                out.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
            body = runs(v[0], split)
            if revised:
                body = body.replace('The Committee', 'The Committee</w:t></w:r><w:del w:id="1"><w:r><w:delText> perhaps</w:delText></w:r></w:del>'
                                    '<w:ins w:id="2"><w:r><w:t></w:t></w:r></w:ins><w:r><w:t xml:space="preserve">')
            if styled:
                body = ('<w:r><w:rPr><w:vanish/></w:rPr><w:t>DRAFT 1111/11 </w:t></w:r><w:moveFrom><w:r><w:t>moved 2222/12 </w:t></w:r></w:moveFrom>'
                        f'{body}<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Click here 3333/13.</w:t></w:r></w:sdtContent></w:sdt>')
                body = re.sub(r'([a-z])-([a-z]+ <|[a-z])', r'\1</w:t></w:r><w:r><w:noBreakHyphen/></w:r><w:r><w:t xml:space="preserve">\2', body)
            out.append(par(body, '<w:pPrChange w:id="9"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:pPrChange>' if styled else ''))
        elif kind == 'bullets':
            out += [par(runs(b, split), f'<w:numPr><w:ilvl w:val="{d}"/><w:numId w:val="1"/></w:numPr>') for d, b in flat(v[0])]
        elif kind == 'table':
            out.append(table(v[0]))
    if rows:
        out.append(table(rows))
    document = (f'<w:document {W} xmlns:mc="mc" xmlns:wp="wp" xmlns:wps="wps" xmlns:v="v"><w:body>{"".join(out)}'
                '<w:sectPr/></w:body></w:document>')
    if styled:
        document = re.sub(r'footnoteReference w:id="(\d+)"', lambda m: f'footnoteReference w:id="{int(m.group(1)) + shift}"', document)
    notes = ''.join(f'<w:footnote w:id="{i + shift}">{par("<w:r><w:footnoteRef/></w:r>" + runs(" " + n, split))}</w:footnote>'
                    for i, n in enumerate(paper.notes, 1))
    parts = {
        'word/document.xml': document,
        'word/footnotes.xml': f'<w:footnotes {W}><w:footnote w:type="separator" w:id="{shift - 1}">{par("")}</w:footnote>{notes}</w:footnotes>',
        'word/styles.xml': f'<w:styles {W}><w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>'
                            '<w:style w:type="paragraph" w:styleId="Numbered"><w:name w:val="numbered"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'
                            '<w:style w:type="paragraph" w:styleId="Titolo"><w:name w:val="titolo"/><w:basedOn w:val="Numbered"/></w:style></w:styles>',
        'word/numbering.xml': (f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
                               '<w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0">'
                               '<w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
                               '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="1"/>'
                               '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'),
    }
    if banner:
        parts['word/footer1.xml'] = f'<w:ftr {W}>{par(runs(banner, True))}</w:ftr>'
    if footers:
        parts['word/header1.xml'] = f'<w:hdr {W}>{par(runs("Council of the European Union", split))}</w:hdr>'
        foot = par(runs(paper.footer, split) + '<w:r><w:tab/></w:r>' + runs('FL/jg', False) + '<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
                   '<w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>1</w:t></w:r>')
        parts['word/footer1.xml'] = parts['word/footer2.xml'] = f'<w:ftr {W}>{foot}{par(runs("DGD 1C", False))}</w:ftr>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        for name, content in parts.items():
            z.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + content)
    return out.getvalue()


# -------------------------------------------------------------------------------------------------- PDF

# Widths of Times-Roman and Times-Bold from blank to ~, in thousandths of the size.
ROMAN = [int(n) for n in '''250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 500 500 278 278 564
    564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 556 722 667 556 611 722 722 944 722 722
    611 333 278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 500 500 333 389 278 500 500
    722 500 500 444 480 200 480 541'''.split()]
HEAVY = [int(n) for n in '''250 333 555 500 500 1000 833 278 333 333 500 570 250 333 250 278 500 500 500 500 500 500 500 500 500 500 333 333 570
    570 570 500 930 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722
    667 333 278 333 581 500 333 500 556 444 556 444 333 500 556 278 333 556 278 833 556 500 556 556 444 389 333 556 500
    722 500 500 444 394 220 394 520'''.split()]
PAGE_W, PAGE_H, LEFT, RIGHT, SIZE, PITCH = 595, 842, 72, 523, 12, 16


def width(text, size=SIZE, bold=False):
    table = HEAVY if bold else ROMAN
    return sum(table[ord(c) - 32] if 32 <= ord(c) < 127 else 500 for c in text) * size / 1000


class Pdf:
    """Lines set at their places, as a printer driver leaves them: no paragraphs, no order but the one of drawing."""

    def __init__(self, ligatures):
        self.pages, self.ligatures = [], ligatures

    def page(self):
        self.pages.append([])

    def set(self, x, y, text, size=SIZE, bold=False, spread=0.0):
        data = text.replace('\u00a0', ' ').encode('cp1252', 'replace')
        if self.ligatures:
            data = data.replace(b'ffi', b'f\x02').replace(b'fi', b'\x02').replace(b'fl', b'\x03')
        data = data.replace(b'\\', b'\\\\').replace(b'(', b'\\(').replace(b')', b'\\)')
        self.pages[-1].append((x, y, b'BT /F%d %g Tf %.2f Tw 1 0 0 1 %.2f %.2f Tm (%s) Tj ET\n' % (1 + bold, size, spread, x, y, data)))

    def bytes(self, torn=False):
        objects = [b'<< /Type /Catalog /Pages 2 0 R >>', b'']
        fonts = b''
        for i, name in enumerate((b'Times-Roman', b'Times-Bold')):
            objects.append(b'<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding '
                           b'/Differences [2 /fi /fl] >> >>' % name)
            fonts += b'/F%d %d 0 R ' % (i + 1, len(objects))
        kids = []
        for page in self.pages:
            lines = sorted(page, key=lambda t: t[0]) if torn else page  # drawn column by column
            stream = b''.join(t[2] for t in lines)
            objects.append(b'<< /Length %d >>\nstream\n%sendstream' % (len(stream), stream))
            objects.append(b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font << %s >> >> /Contents %d 0 R >>'
                           % (PAGE_W, PAGE_H, fonts, len(objects)))
            kids.append(b'%d 0 R' % len(objects))
        objects[1] = b'<< /Type /Pages /Kids [%s] /Count %d >>' % (b' '.join(kids), len(kids))
        out, places = b'%PDF-1.4\n', []
        for i, o in enumerate(objects, 1):
            places.append(len(out))
            out += b'%d 0 obj\n%s\nendobj\n' % (i, o)
        xref = len(out)
        out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1) + b''.join(b'%010d 00000 n \n' % p for p in places)
        return out + b'trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (len(objects) + 1, xref)


def halves(word, room, size, bold):
    """A long word broken at the line's end, where a vowel is followed by a consonant: (first half-, second half)."""
    for k in range(len(word) - 3, 3, -1):
        if word[:k + 1].isalpha() and word[k - 1] in 'aeiou' and word[k] not in 'aeiou' and width(word[:k] + '-', size, bold) <= room:
            return word[:k] + '-', word[k:]
    return None


def wrap(text, room, size=SIZE, bold=False, hyphens=False):
    lines, line = [], ''
    for word in text.replace('\u00a0', '~').split(' '):
        word = word.replace('~', ' ')
        bare = MARK.sub('', (line + ' ' + word).strip())
        if line and width(bare, size, bold) > room:
            rest = halves(word, room - width(MARK.sub('', line) + ' ', size, bold), size, bold) if hyphens else None
            if rest:
                line, word = f'{line} {rest[0]}', rest[1]
            lines.append(line)
            line = word
        else:
            line = f'{line} {word}'.strip()
    return lines + [line]


class Setter:
    def __init__(self, paper, pdf, height, hyphens, justified, banner=''):
        self.paper, self.pdf, self.height, self.hyphens, self.justified = paper, pdf, height, hyphens, justified
        self.banner = banner  # at the foot of each page
        self.n, self.due = 0, []
        self.new_page()

    def new_page(self):
        if self.n:
            self.close_page()
        self.pdf.page()
        self.n += 1
        self.y = PAGE_H - 90

    def close_page(self):
        bottom = PAGE_H - self.height
        if self.banner:
            self.pdf.set(220, bottom - 62, self.banner, SIZE, True)
        y = bottom + 14 * sum(len(wrap(self.paper.notes[i - 1], RIGHT - LEFT - 14, 10)) for i in self.due)
        for i in self.due:
            self.pdf.set(LEFT, y + 3, str(i), 6.5)
            for line in wrap(self.paper.notes[i - 1].replace('~', '\u00a0'), RIGHT - LEFT - 14, 10):
                self.pdf.set(LEFT + 14, y, line, 10)
                y -= 14
        self.due = []
        self.pdf.set(LEFT, bottom - 34, self.paper.footer, 10)
        self.pdf.set(300, bottom - 34, 'FL/jg', 10)
        self.pdf.set(RIGHT - 6, bottom - 34, str(self.n), 10)
        self.pdf.set(LEFT, bottom - 48, 'DGD 1C', 10)
        if ('right', 'LIMITE') in self.paper.blocks:
            self.pdf.set(280, bottom - 48, 'LIMITE', 12, True)
        self.pdf.set(RIGHT - 14, bottom - 48, 'EN', 10)

    def need(self, room):
        if self.y - room < PAGE_H - self.height + 14 * 2 * len(self.due) + 10:
            self.new_page()

    def line(self, x, text, bold=False, spread=0.0):
        """One line with its footnote marks."""
        for i, piece in enumerate(MARK.split(text)):
            if i % 2:
                self.pdf.set(x, self.y + 5, piece, 7)
                self.due.append(int(piece))
                x += width(piece, 7)
            elif piece:
                self.pdf.set(x, self.y, piece, SIZE, bold, spread)
                x += width(piece, SIZE, bold) + spread * piece.count(' ')

    def text(self, x, text, right=RIGHT, bold=False, after=10):
        lines = wrap(text.replace('~', '\u00a0'), right - x, SIZE, bold, self.hyphens)
        for i, line in enumerate(lines):
            self.need(PITCH)
            bare = MARK.sub('', line).replace('\u00a0', ' ')
            gaps = bare.count(' ')
            spread = (right - x - width(bare, SIZE, bold)) / gaps if self.justified and i < len(lines) - 1 and gaps else 0.0
            self.line(x, line, bold, max(0.0, spread))
            self.y -= PITCH
        self.y -= after

    def cells(self, row, columns, pad=4, bold=False):
        wrapped = [wrap(c.replace('~', '\u00a0'), columns[i + 1] - columns[i] - 8, SIZE) for i, c in enumerate(row)]
        height = max(len(w) for w in wrapped)
        self.need(height * PITCH)
        top = self.y
        for x, lines in zip(columns, wrapped):
            self.y = top
            for line in lines:
                self.line(x, line, bold)
                self.y -= PITCH
        self.y = top - height * PITCH - pad


def as_pdf(paper, height=700, hyphens=False, ligatures=False, justified=False, torn=False, banner=''):
    pdf = Pdf(ligatures)
    s = Setter(paper, pdf, height, hyphens, justified, banner)
    pdf.set(LEFT, s.y, 'Council of the', 14)
    pdf.set(LEFT, s.y - 16, 'European Union', 14)
    right = [t for kind, *v in paper.blocks if kind in ('right', 'codes') for t in (v or paper.codes)]
    s.y -= 4
    for t in right:
        pdf.set(370, s.y, t, SIZE, t == 'LIMITE')
        s.y -= PITCH
    s.y -= 20
    for kind, *v in paper.blocks:
        if kind == 'type':
            s.text(LEFT, v[0], bold=True, after=14)
        elif kind == 'row':
            s.cells(v, (LEFT, LEFT + 110, RIGHT))
        elif kind == 'title':
            s.y -= 6
            s.need(PITCH)
            pdf.set(LEFT, s.y, v[0], SIZE, True)
            s.text(LEFT + 36, v[1], bold=True)
        elif kind == 'p':
            s.text(LEFT, v[0])
        elif kind == 'bullets':
            for d, b in flat(v[0]):
                s.need(PITCH)
                pdf.set(LEFT + 18 * d + 18, s.y, '-')
                s.text(LEFT + 18 * d + 36, b)
        elif kind == 'table':
            for row in v[0]:
                s.cells(row, [LEFT + 150 * i for i in range(len(row))] + [RIGHT])
            s.y -= 10
        elif kind == 'annex':
            s.new_page()
            s.line(440, v[0], True)
            s.y -= 2 * PITCH
    s.close_page()
    return pdf.bytes(torn)


# ----------------------------------------------------------------------------------------------- variants

def variants(paper):
    """(name, file ending, bytes) of every way."""
    text = as_text(paper)
    yield 'text', 'txt', text.encode()
    yield 'text of Windows-1252', 'txt', text.encode('cp1252', 'replace')
    yield 'text of UTF-16 with a mark', 'txt', text.encode('utf-16')
    yield 'text of UTF-16, big end first', 'txt', b'\xfe\xff' + text.encode('utf-16-be')
    yield 'text with CR LF and a mark', 'txt', b'\xef\xbb\xbf' + text.replace('\n', '\r\n').encode()
    yield 'Markdown', 'md', as_text(paper, markdown=True).encode()
    yield 'HTML', 'html', as_html(paper)
    yield 'HTML as offices leave it', 'html', as_html(paper, dirty=True)
    yield 'HTML of Windows-1252', 'html', as_html(paper, dirty=True, charset='windows-1252')
    yield 'HTML of UTF-16', 'html', as_html(paper, charset='utf-16')
    yield 'XHTML', 'xhtml', as_html(paper, xhtml=True)
    yield 'XHTML with marks in numbers', 'xhtml', as_html(paper, dirty=True, xhtml=True)
    yield 'DOCX', 'docx', as_docx(paper)
    yield 'DOCX with split runs', 'docx', as_docx(paper, split=True)
    yield 'DOCX with tracked changes', 'docx', as_docx(paper, revised=True)
    yield 'DOCX with a text box', 'docx', as_docx(paper, boxed=True)
    yield 'DOCX with headers and footers', 'docx', as_docx(paper, split=True, boxed=True, footers=True)
    yield 'DOCX of a template', 'docx', as_docx(paper, styled=True, footers=True)
    yield 'PDF', 'pdf', as_pdf(paper)
    yield 'PDF, columns drawn one by one', 'pdf', as_pdf(paper, torn=True)
    yield 'PDF with ligatures', 'pdf', as_pdf(paper, ligatures=True, justified=True)
    yield 'PDF with hyphens', 'pdf', as_pdf(paper, hyphens=True, justified=True)
    for height in (380, 420, 460, 500, 540, 580):
        yield f'PDF, pages of {height} points', 'pdf', as_pdf(paper, height=height, justified=True)
