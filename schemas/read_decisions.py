#!/usr/bin/python3
"""The decisions that stand, from the topics, without Councilwire's own programs: see READING.md.

usage: read_decisions.py BOOTSTRAP [librdkafka.setting=value]...     (Debian: python3-confluent-kafka)
Prints one JSON object a decision as the topics stand now, then ends. space=limite reads the LIMITE half."""
import json
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

settings = dict(a.split('=', 1) for a in sys.argv[2:])
prefix = 'council.limite.' if settings.pop('space', 'public') == 'limite' else 'council.'
consumer = Consumer({'bootstrap.servers': sys.argv[1], 'group.id': 'read_decisions', 'enable.auto.commit': False,
                     'enable.partition.eof': True, 'isolation.level': 'read_uncommitted', **settings})
topics = (prefix + 'documents', prefix + 'decisions')
partitions = [TopicPartition(t, p, OFFSET_BEGINNING) for t in topics for p in consumer.list_topics(t, 20).topics[t].partitions]
consumer.assign(partitions)

documents, decisions = {}, {}  # key -> document; decision id -> event. In real work: tables with these as primary keys
left = len(partitions)
while left:
    record = consumer.poll(30)
    if record is None:
        sys.exit('no answer for 30 s')
    if record.error():
        if record.error().name() != '_PARTITION_EOF':
            sys.exit(str(record.error()))
        left -= 1
        continue
    attributes = {name: value.decode() for name, value in record.headers() or [] if value is not None}
    key = record.key().decode()
    if record.topic() == topics[0]:
        if record.value() is None:  # the paper was withdrawn
            documents.pop(key, None)
        else:
            documents[key] = json.loads(record.value())
    elif attributes.get('ce_type') == 'councilwire.decision.v1':  # by type: others may come
        event = json.loads(record.value())
        decisions[event['decision']['id']] = event  # a repeat replaces itself: the later record wins

# The document's list says which decisions stand; better rules may have left others behind.
for key, document in documents.items():
    for decision in document['decisions']:
        if decision in decisions:
            print(json.dumps(decisions[decision], ensure_ascii=False))
