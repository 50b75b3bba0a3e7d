"""The tables of a log in SQLite and the triggers that guard them: format 2.

``PRAGMA application_id`` is 0x6b7a6172 ("kzar"), ``PRAGMA user_version`` is 2. All tables are STRICT:

================  ====================================================================================
table             rows
================  ====================================================================================
``event``         one header an event: ``position`` (1, 2, 3, ... without gaps), ``type_id``,
                  ``version``, ``recorded`` (microseconds since 1970 UTC, never less than the row
                  before), ``identity`` and ``digest`` (32 bytes each), ``document_id``, ``frame_id``,
                  ``stated_earliest``, ``stated_latest``, ``valid_earliest``, ``valid_latest`` (seconds
                  since 1970 UTC, inclusive; NULL where unknown, open or without meaning), ``nodes``
``body``          ``position`` of an event, ``bytes``: the body exactly as it was appended; the row is
                  there before its event, and is gone where the body was redacted
``redaction``     ``position`` of an event whose body is redacted, ``ordered_by``: the position of the
                  later event, of the type ``payload.redacted``, that orders it
``event_type``    ``id`` (1, 2, 3, ...), ``key``: the text of an event type, once
``frame_key``     ``id``, ``key``: the text of a frame, once
``document_key``  ``id``, ``key``: the 32-byte id of a document, once
================  ====================================================================================

``nodes`` holds the part of the Merkle tree (RFC 9162; :mod:`kzarchive.log.merkle`, leaves as in
:mod:`kzarchive.log.leaves`) that the event completes: the hash of its leaf, then those of every complete subtree that
ends with it, from small to large, 32 bytes each without anything between. Position n has one hash more than the number
of times that 2 divides n::

    position  1  2  3  4  5  6  7  8        the node (level k, index i) is the hash k, from 0, of the
    hashes    1  2  1  3  1  2  1  4        row at position (i + 1) << k

``event`` has one index, ``event_identity`` on the first 8 bytes of the identity. A row may be added only as its table
demands, and nothing is ever updated or deleted, but for a ``body`` whose position stands in ``redaction``. An event
demands that its body stands; a redaction, that the newest event is the one that orders it. Numbers are always given;
none is left to SQLite.

A file of format 2 has these tables, index and triggers, word for word, and nothing else: no view, no index, no table
and no trigger more (names that begin with ``sqlite_`` belong to SQLite). A change of this set is a new format number.
Derived tables live in another file. The header stands apart from the body so that a scan of headers reads no body.

Triggers guard against accidents, not against an owner of the file who drops them; that is noticed at the next
opening, and by whoever holds a root of the log.

Notes that bind others:

1. Context: the tree must be kept in the transaction of the append, and only ever be added to. Decision: the nodes
   stand in the row of the event that completes them. Consequence: no header without its nodes can be written, there is
   one row an event less to write (4 of 22 us), and a scan of headers takes 1 in 100 longer.
2. Context: an index of whole identities is the costliest part of an append to a long log. Decision: it holds 8 bytes
   of each, and the guard compares the whole. Consequence: 27 bytes an event less, and 15 in 100 of the time of a
   write at 1 million events; that an identity stands once is demanded by the guard and not by a constraint.
"""

import sqlite3
from typing import Final

from kzarchive.log.guards import NEXT, Schema, guards, interned, interned_rules
from kzarchive.log.protocol import REDACTION_TYPE

APPLICATION_ID: Final = int.from_bytes(b"kzar")
FORMAT_VERSION: Final = 2

_INTERNED: Final = {
    "event_type": "TEXT NOT NULL UNIQUE CHECK (key <> '')",
    "frame_key": "TEXT NOT NULL UNIQUE CHECK (key <> '')",
    "document_key": "BLOB NOT NULL UNIQUE CHECK (length(key) = 32)",
}

_EVENT: Final = """\
CREATE TABLE event (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  type_id INTEGER NOT NULL REFERENCES event_type (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  recorded INTEGER NOT NULL,
  identity BLOB NOT NULL CHECK (length(identity) = 32),
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  document_id INTEGER REFERENCES document_key (id),
  frame_id INTEGER REFERENCES frame_key (id),
  stated_earliest INTEGER,
  stated_latest INTEGER,
  valid_earliest INTEGER,
  valid_latest INTEGER,
  nodes BLOB NOT NULL CHECK (
    length(nodes) % 32 = 0 AND 1 << (length(nodes) / 32 - 1) = (position & -position)
  )
) STRICT"""

_BODY: Final = """\
CREATE TABLE body (
  position INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL CHECK (length(bytes) > 0)
) STRICT"""

_REDACTION: Final = """\
CREATE TABLE redaction (
  position INTEGER PRIMARY KEY REFERENCES event (position),
  ordered_by INTEGER NOT NULL UNIQUE REFERENCES event (position)
) STRICT"""

SAME_IDENTITY: Final = "substr(identity, 1, 8) = substr({given}, 1, 8) AND identity = {given}"
"""Finds an identity by the index, in SQL; ``given`` stands for what is looked for."""

IDENTITY_IS_THERE: Final = "the identity is already there"
"""What the guard of events says of an identity that stands."""

_TYPE_OF: Final = "(SELECT t.key FROM event AS e JOIN event_type AS t ON t.id = e.type_id WHERE e.position = {})"
_LAST: Final = "(SELECT coalesce(max(position), 0) FROM {})"
_ORDER: Final = f"'{REDACTION_TYPE}'"

_RULES: Final = {table: interned_rules(table) for table in _INTERNED} | {
    "event": (
        (
            IDENTITY_IS_THERE,
            f"EXISTS (SELECT 1 FROM event WHERE {SAME_IDENTITY.format(given='NEW.identity')})",  # noqa: S608
        ),
        ("the position is not the next one", NEXT.format(number="position", table="event")),
        (
            "the time runs backwards",
            "NEW.recorded < (SELECT recorded FROM event WHERE position = NEW.position - 1)",
        ),
        ("its body is missing", "NOT EXISTS (SELECT 1 FROM body WHERE position = NEW.position)"),
    ),
    "body": (
        (
            "the position is not the next one",
            f"NEW.position <> 1 + max({_LAST.format('event')}, {_LAST.format('body')})",
        ),
    ),
    "redaction": (
        ("the body is already redacted", "EXISTS (SELECT 1 FROM redaction WHERE position = NEW.position)"),
        ("the order is already given", "EXISTS (SELECT 1 FROM redaction WHERE ordered_by = NEW.ordered_by)"),
        (
            "the order is not the newest event",
            f"NEW.ordered_by <> {_LAST.format('event')}",
        ),
        (
            f"the order is not of the type {REDACTION_TYPE}",
            f"coalesce({_TYPE_OF.format('NEW.ordered_by')}, '') <> {_ORDER}",
        ),
        (
            "there is no earlier event with a body to redact",
            f"NEW.position >= NEW.ordered_by OR coalesce({_TYPE_OF.format('NEW.position')}, {_ORDER}) = {_ORDER}",
        ),
    ),
}

_ERASABLE: Final = {"body": "EXISTS (SELECT 1 FROM redaction WHERE position = OLD.position)"}

TABLES: Final[dict[str, str]] = {
    **{table: interned(table, key) for table, key in _INTERNED.items()},
    "event": _EVENT,
    "body": _BODY,
    "redaction": _REDACTION,
}
"""The SQL of every table of format 2, by name, in the order of creation."""

INDEXES: Final[dict[str, str]] = {"event_identity": "CREATE INDEX event_identity ON event (substr(identity, 1, 8))"}
"""The SQL of the index of format 2, by name."""

TRIGGERS: Final[dict[str, str]] = {
    name: sql for table, rules in _RULES.items() for name, sql in guards(table, rules, erasable=_ERASABLE.get(table))
}
"""The SQL of every trigger of format 2, by name."""

SCHEMA: Final = Schema(tables=TABLES, indexes=INDEXES, triggers=TRIGGERS)
"""What a file of format 2 holds, and nothing else."""


def create_schema(connection: sqlite3.Connection) -> None:
    """Makes the tables and triggers and marks the database as an archive, in the transaction that is open."""
    for sql in (*TABLES.values(), *INDEXES.values(), *TRIGGERS.values()):
        connection.execute(sql)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
