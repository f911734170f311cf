"""Hostile documents, made when they are needed: (name, bytes, outcomes). An outcome is a reject's reason, or 'taken'."""
import io
import struct
import zipfile
import zlib

MIB = 1 << 20
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCX, MARKUP, PDF = ('invalid-docx',), ('invalid-markup',), ('converter',)
TAKEN = ('taken',)


def packed(parts, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', method) as z:
        for name, content in parts:
            z.writestr(name, content)
    return out.getvalue()


def document(body, head=''):
    return f'<?xml version="1.0"?>{head}<w:document {W}><w:body>{body}</w:body></w:document>'


def docx(body, *more):
    return packed([('word/document.xml', document(body)), *more])


def paragraph(text):
    return f'<w:p><w:r><w:t>{text}</w:t></w:r></w:p>'


def patched(data, find, at, value):
    """The first record of a ZIP archive that begins with `find`, with other bytes at an offset."""
    i = data.index(find) + at
    return data[:i] + value + data[i + len(value):]


CENTRAL, LOCAL, END = b'PK\x01\x02', b'PK\x03\x04', b'PK\x05\x06'


def overlapping():
    """Forty names for one and the same data."""
    data = docx(paragraph('a' * 100000))
    i, e = data.index(CENTRAL), data.index(END)
    entry, end = data[i:e], data[e:]
    entries = entry + b''.join(entry.replace(b'word/document.xml', b'word/docu%04d.xml' % n) for n in range(40))
    return data[:i] + entries + end[:8] + struct.pack('<HHII', 41, 41, len(entries), i) + end[20:]


def zips():
    good = docx(paragraph('Council'))
    big = b'<w:document ' + W.encode() + b'><w:body><w:p><w:r><w:t>' + b' ' * (100 * MIB)
    yield 'zip of 100 MiB of blanks', packed([('word/document.xml', big)]), ('too-large',)
    yield 'zip whose footnotes inflate', docx(paragraph('x'), ('word/footnotes.xml', b'a' * (80 * MIB))), ('too-large',)
    yield 'zip with overlapping entries', overlapping(), DOCX
    yield 'zip of 2,500 entries', docx(paragraph('x'), *((f'word/m{i}', b'') for i in range(2500))), DOCX
    yield 'zip that says it is encrypted', patched(patched(good, LOCAL, 6, b'\1\0'), CENTRAL, 8, b'\1\0'), DOCX
    yield 'zip with names that climb', docx(paragraph('x'), ('../../../../tmp/councilwire-climbed', 'x'), ('/etc/councilwire-climbed', 'y')), TAKEN
    yield 'zip in a zip', docx(paragraph('x'), ('word/footnotes.xml', good)), MARKUP
    yield 'zip without a document', packed([('content.xml', '<a/>'), ('mimetype', 'application/vnd.oasis.opendocument.text')]), DOCX
    yield 'zip cut in the middle', good[:len(good) // 2], DOCX
    yield 'zip without its end', good[:good.index(END)], DOCX
    yield 'zip of nothing', END + bytes(18), ('binary',)
    yield 'zip with a wrong check sum', patched(patched(good, CENTRAL, 16, b'abcd'), LOCAL, 14, b'abcd'), DOCX
    yield 'zip of an unknown method', patched(patched(good, CENTRAL, 10, b'\x63\0'), LOCAL, 8, b'\x63\0'), DOCX
    yield 'zip that understates its size', patched(patched(good, CENTRAL, 24, b'\1\0\0\0'), LOCAL, 22, b'\1\0\0\0'), DOCX + TAKEN + MARKUP
    yield 'zip that overstates its size', patched(good, CENTRAL, 24, b'\xfe\xff\xff\xff'), DOCX + ('too-large',)
    yield 'zip that promises 65,535 entries', patched(good, END, 8, b'\xff\xff\xff\xff'), DOCX
    yield 'zip with 64 KiB of comment', good[:-2] + struct.pack('<H', 65535) + b'PK' * 32767 + b'x', DOCX + TAKEN
    yield 'zip behind a text', b'PK\3\4' + b'x' * 1000 + good, DOCX + TAKEN
    yield 'docx with an entity bomb', packed([('word/document.xml', document('', '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'))]), MARKUP
    yield 'docx of depth 100,000', docx('<w:p>' * 100000), MARKUP
    yield 'docx with 200,000 attributes', docx('<w:p ' + ' '.join(f'a{i}="1"' for i in range(200000)) + '/>'), MARKUP
    yield 'docx of a million paragraphs', docx('<w:p/>' * 1000000 + paragraph('x')), TAKEN + ('too-large',)
    yield 'docx of 200,000 list items', docx('<w:p><w:pPr><w:numPr><w:ilvl w:val="8"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>' * 200000), TAKEN + ('too-large', 'too-many')
    yield 'docx in UTF-16 of odd length', packed([('word/document.xml', document(paragraph('x')).encode('utf-16') + b'x')]), MARKUP
    yield 'docx with a template of elsewhere', docx(paragraph('x'), ('word/_rels/document.xml.rels', '<r Target="http://127.0.0.1:1/x" TargetMode="External"/>')), TAKEN
    yield 'docx with footnotes without end', docx(paragraph('x') + '<w:footnoteReference w:id="99999999999999999999"/>' * 1000), TAKEN


def markup():
    xml = '<?xml version="1.0"?>'
    yield 'xml, a billion laughs', xml + '<!DOCTYPE l [<!ENTITY l0 "lol">' + ''.join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10)) + ']><l>&l9;</l>', MARKUP
    yield 'xml, one long entity 2,000 times', xml + f'<!DOCTYPE a [<!ENTITY a "{"a" * 100000}">]><a>{"&a;" * 2000}</a>', MARKUP
    yield 'xml with a file as entity', xml + '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>', MARKUP
    yield 'xml with a parameter entity', xml + '<!DOCTYPE a [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x">%a;]><a/>', MARKUP
    yield 'xml with a DTD of elsewhere', xml + '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>Council</a>', TAKEN
    yield 'xml that includes a file', xml + '<a xmlns:xi="http://www.w3.org/2001/XInclude">Council<xi:include href="file:///etc/passwd" parse="text"/></a>', TAKEN
    yield 'xml with a style sheet', xml + '<?xml-stylesheet href="file:///etc/passwd"?><a>Council</a>', TAKEN
    yield 'xml with 200,000 attributes', xml + '<a ' + ' '.join(f'a{i}="1"' for i in range(200000)) + '/>', MARKUP
    yield 'xml with 40,000 namespaces', xml + '<a ' + ' '.join(f'xmlns:a{i}="u{i}"' for i in range(40000)) + '/>', MARKUP
    yield 'xml of depth 100,000', xml + '<a>' * 100000 + '</a>' * 100000, MARKUP
    yield 'xml with a text of 12 MB', xml + '<a>' + 'Council ' * 1500000 + '</a>', ('too-large',)
    yield 'xml with a name of 1 MiB', xml + '<' + 'a' * MIB + '/>', MARKUP
    yield 'xml with a comment without end', xml + '<a><!-- ' + 'x' * MIB, MARKUP
    yield 'xml with CDATA without end', xml + '<a><![CDATA[' + 'x' * MIB, MARKUP
    yield 'xml with a NUL', xml + '<a>\0</a>', MARKUP + TAKEN
    yield 'xml with an entity nobody knows', xml + '<a>&foo;</a>', MARKUP
    yield 'xml that says UTF-7', '<?xml version="1.0" encoding="UTF-7"?><a>Council +ADw-script+AD4-</a>', TAKEN
    yield 'xml of no element', xml + ' ', MARKUP
    yield 'xml with a million elements', xml + '<a>' + '<b/>' * 1000000 + 'x</a>', TAKEN + ('too-large',)
    yield 'html of depth 100,000', '<html><body>' + '<div>' * 100000, MARKUP
    yield 'html of 100,000 open b', '<html><body>' + '<b>x' * 100000, MARKUP
    yield 'html of 30,000 nested tables', '<html><body>' + '<table><tr><td>' * 30000, MARKUP
    yield 'html of a million smaller signs', '<html><body>' + '<' * MIB, TAKEN + MARKUP + ('empty',)
    yield 'html with an open quote', '<html><body><p title="' + 'x ' * (2 * MIB), TAKEN + MARKUP + ('empty',)
    yield 'html with 200,000 attributes', '<html><body ' + ' '.join(f'a{i}=1' for i in range(200000)) + '>x', MARKUP
    yield 'html of a million signs', '<html><body>' + '&amp;' * 1000000, TAKEN
    yield 'html with a row of 200,000 cells', '<html><body><table><tr>' + '<td>x' * 200000, TAKEN
    yield 'html of 100,000 crossed tags', '<html><body>' + '<p><a>x<b></p></a>' * 100000, TAKEN + MARKUP + ('too-many',)
    yield 'html with scripts', '<html><body><script>document.write("x")</script><p onclick="x()">Council</p><iframe src="file:///etc/passwd"></iframe></body></html>', TAKEN
    yield 'html that is a PDF too', b'<html><!-- %PDF-1.4 --><body>Council</body></html>', TAKEN


def pdf_of(objects, trailer=b'/Root 1 0 R', tail=b''):
    out, places = b'%PDF-1.7\n', []
    for i, o in enumerate(objects, 1):
        places.append(len(out))
        out += b'%d 0 obj\n%s\nendobj\n' % (i, o)
    xref = len(out)
    out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1) + b''.join(b'%010d 00000 n \n' % p for p in places)
    return out + b'trailer << /Size %d %s >>\n%sstartxref\n%d\n%%%%EOF\n' % (len(objects) + 1, trailer, tail, xref)


def page(content, filters=b'', resources=b'<< /Font << /F 5 0 R >> >>', kids=b'[3 0 R]', count=1):
    return pdf_of([b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids %s /Count %d >>' % (kids, count),
                   b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents 4 0 R >>' % resources,
                   b'<< /Length %d %s >>\nstream\n%s\nendstream' % (len(content), filters, content),
                   b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'])


def stacked(depth, data):
    for _ in range(depth):
        data = zlib.compress(data, 9)
    return page(data, b'/Filter [%s]' % (b'/FlateDecode ' * depth))


def pdfs():
    text = b'BT /F 12 Tf 72 700 Td (Council) Tj ET\n'
    good = page(text)
    some = PDF + TAKEN + ('empty', 'too-large', 'too-many')
    yield 'pdf whose filters are stacked', stacked(3, b' ' * (200 * MIB)), some
    yield 'pdf of 200,000 words on a page', page(zlib.compress(b''.join(b'BT /F 1 Tf %d %d Td (x) Tj ET\n' % (i % 590, i // 590) for i in range(200000))), b'/Filter /FlateDecode'), some
    yield 'pdf of 50 MiB of operators', page(zlib.compress(b'0 0 m 1 1 l S\n' * (4 * MIB)), b'/Filter /FlateDecode'), some
    yield 'pdf whose tables point to themselves', pdf_of([b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [] /Count 0 >>'], b'/Root 1 0 R /Prev 0'), some
    yield 'pdf whose pages hold themselves', page(text, kids=b'[2 0 R 3 0 R]', count=2), some
    yield 'pdf of 100,000 times one page', page(text, kids=b'[' + b'3 0 R ' * 100000 + b']', count=100000), some
    yield 'pdf with a form in itself', pdf_of([b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
                                               b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> /Contents 4 0 R >>',
                                               b'<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> /Length 12 >>\nstream\n/X Do /X Do \nendstream']), some
    yield 'pdf that is encrypted', good.replace(b'/Root 1 0 R', b'/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (' + b'o' * 32 + b') /U (' + b'u' * 32 + b') >> /ID [(i) (i)]'), PDF
    yield 'pdf cut in the middle', good[:len(good) // 2], some
    yield 'pdf of its first line', b'%PDF-1.7\n', PDF
    yield 'pdf with a negative length', good.replace(b'/Length %d' % len(text), b'/Length -5'), some
    yield 'pdf on a page without bounds', good.replace(b'[0 0 595 842]', b'[-1e38 -1e38 1e38 1e38]'), some
    yield 'pdf of words at no place', page(b'BT /F 1e30 Tf 1e30 -1e30 1e30 1e30 1e37 1e37 Tm (Council) Tj ET\n'), some
    yield 'pdf that runs a program', good.replace(b'/Pages 2 0 R', b'/Pages 2 0 R /OpenAction << /S /Launch /F (/bin/sh) >> /AA << /O << /S /JavaScript /JS (app.alert(1)) >> >>'), TAKEN
    yield 'pdf with a deep array', page(text, b'/X ' + b'[' * 100000), some
    yield 'pdf with broken LZW', page(bytes(range(256)) * 100, b'/Filter /LZWDecode'), some
    yield 'pdf with a zip behind it', good + docx(paragraph('Council')), TAKEN


def texts():
    yield 'text with overlong forms', b'Council \xc0\xae\xc0\xae/ \xe0\x80\xaf \xf0\x80\x80\xaf \xed\xa0\x80 \xf5\x80\x80\x80 \xff\n', TAKEN
    yield 'text that runs from right to left', 'Council \u202egnp.exe\u202c \u2066x\u2069 \u200b\ufeff\u2028y\n', TAKEN
    yield 'text of one line of REV', b'REV ' * (2 * MIB - 1), TAKEN
    yield 'text of brackets', b'(' * (4 * MIB), TAKEN
    yield 'text of nested lists', b''.join(b' ' * (i % 4000) + b'- 1. a) x\n' for i in range(3000)), TAKEN + ('too-large', 'too-many')
    yield 'text over 8 MiB', b'Council ' * (MIB + 1), ('too-large',)
    yield 'text with a NUL', b'Council\0Council\n', ('binary',)
    yield 'text of nothing', b'', ('empty',)
    yield 'text of a mark only', b'\xef\xbb\xbf', ('empty',)
    yield 'text of blanks', b' \n\t' * 1000, ('empty',)
    yield 'text for a terminal', b'The Council of the European Union agreed. ' * 5 + b'\x1b[2J\x1b]0;x\x07 \x9b31m\n', TAKEN
    yield 'text of 20,001 references', b''.join(b'See %d/%02d.\n' % (10000 + i % 5000, 1 + i // 5000) for i in range(20001)), ('too-many',)
    yield 'UTF-16 of a mark only', b'\xff\xfe', ('empty',)
    yield 'UTF-16 of halves', b'\xff\xfe' + b'C\0\0\xd8' * 1000 + b'x', TAKEN
    yield 'UTF-16 of NULs', b'\xfe\xff' + bytes(5000), ('binary',)
    yield 'an ELF program', b'\x7fELF\2\1\1' + bytes(9) + bytes(range(256)) * 20, ('binary',)
    yield 'a picture', b'\x89PNG\r\n\x1a\n' + bytes(range(256)) * 20, ('binary',)


def inputs():
    for make in (zips, markup, pdfs, texts):
        for name, data, outcomes in make():
            yield name, data if isinstance(data, bytes) else data.encode(), outcomes
