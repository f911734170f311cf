"""Events checked against schemas/ with python's jsonschema; and what CloudEvents in binary mode must carry (EVENTS.md 1)."""
import base64
import glob
import hashlib
import json
import os
import re

from jsonschema import Draft202012Validator

SCHEMAS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../schemas')
TYPES = ('document', 'decision', 'text', 'original', 'reject', 'withdrawn')
_validators = {}


def schemas():
    out = {}
    for path in sorted(glob.glob(os.path.join(SCHEMAS, '*.schema.json'))):
        with open(path, encoding='utf8') as f:
            out[os.path.basename(path).split('.')[0]] = json.load(f)
    return out


def check_schema(schema):
    Draft202012Validator.check_schema(schema)


def validator(name):
    if name not in _validators:
        _validators[name] = Draft202012Validator(schemas()[name])
    return _validators[name]


def known_version(dataschema, kind):
    """The schema that a record names is this one or an older one."""
    named, _, minor = dataschema.rpartition('.')
    newest, _, last = schemas()[kind]['$id'].rpartition('.')
    return named == newest and minor.isdecimal() and int(minor) <= int(last)


def topics_tsv():
    rows, head = {}, None
    with open(os.path.join(SCHEMAS, 'topics.tsv'), encoding='utf8') as f:
        for line in f:
            cells = line.rstrip('\n').split('\t')
            if line.startswith('#') and head is None:
                head = [c.lstrip('# ') for c in cells]
            elif line.strip() and not line.startswith('#'):
                rows[cells[0]] = dict(zip(head, cells))
    return rows


def type_of(event):
    m = re.fullmatch(r'councilwire\.(\w+)\.v1', event.get('type', ''))
    return m.group(1) if m else event.get('type')


def check_value(kind, value):
    """Findings of a decoded JSON value under its schema."""
    return [f'{"/".join(map(str, e.absolute_path)) or "value"}: {e.message[:200]}' for e in validator(kind).iter_errors(value)]


def check_attributes(kind, key, attributes, value_size):
    """What the envelope of every event holds; attributes without prefix."""
    for name in ('specversion', 'id', 'source', 'type', 'time', 'subject'):
        if not attributes.get(name):
            yield f'{name} is missing'
    if attributes.get('specversion') != '1.0':
        yield f'specversion {attributes.get("specversion")}'
    if not re.fullmatch(r'[0-9a-f]{64}', attributes.get('id', '')):
        yield f'id {attributes.get("id")} is no SHA-256'
    if not re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)', attributes.get('time', '')):
        yield f'time {attributes.get("time")} is not RFC 3339'
    if attributes.get('subject') != key:
        yield f'subject {attributes.get("subject")} is not the key {key}'
    if not attributes.get('source', '').startswith('/councilwire/'):
        yield f'source {attributes.get("source")}'
    if kind in ('text', 'original'):
        if not attributes.get('marking'):
            yield 'marking is missing on text or original'
        if 'dataschema' in attributes:
            yield 'dataschema on a value that is no JSON'
    elif not known_version(attributes.get('dataschema') or '', kind):
        yield f'dataschema {attributes.get("dataschema")}'
    parent = attributes.get('traceparent')
    if parent and (not re.fullmatch(r'00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}', parent) or '-' + '0' * 32 in parent):
        yield f'traceparent {parent}'


def check_line(event):
    """A structured-mode event as --dry-run prints it."""
    kind = type_of(event)
    if kind not in TYPES:
        return [f'type {event.get("type")}']
    findings = list(check_attributes(kind, event.get('key'), {k: v for k, v in event.items() if isinstance(v, str)}, 0))
    if kind in ('text', 'original'):
        data = event.get('data')
        if 'data_base64' in event:
            base64.b64decode(event['data_base64'], validate=True)
        elif not isinstance(data, str):
            findings.append('no data')
    else:
        findings += check_value(kind, event.get('data'))
    return findings


def check_record(record, kind):
    """A record of a topic as kcat read it (binary mode). kind: the topic's: document, decision, text, original, reject."""
    attributes = {k.removeprefix('ce_'): v for k, v in record.headers.items()}
    actual = type_of(attributes)
    findings = []
    if actual != kind and not (kind == 'decision' and actual == 'withdrawn'):
        findings.append(f'type {attributes.get("type")} on the topic of {kind}s')
    if record.value is None:
        return findings
    findings += check_attributes(actual, record.key, attributes, len(record.value))
    want = {'text': 'text/plain; charset=utf-8', 'original': None}.get(actual, 'application/json')
    if want and attributes.get('content-type') != want:
        findings.append(f'content-type {attributes.get("content-type")}')
    if actual == 'text':
        record.value.decode('utf8')
    elif actual == 'original':
        if hashlib.sha256(record.value).hexdigest() != record.key:
            findings.append('key is not the SHA-256 of the bytes')
    else:
        findings += check_value(actual, json.loads(record.value))
    return [f'{record.key} at {record.partition}/{record.offset}: {f}' for f in findings]
