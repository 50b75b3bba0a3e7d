"""Format 1 of the log in SQLite: read for ever, no longer written; ``kzarchive upgrade`` makes format 2 of it.

``PRAGMA application_id`` is 0x6b7a6172 ("kzar"), ``PRAGMA user_version`` is 1. All tables are STRICT:

================  ====================================================================================
table             rows
================  ====================================================================================
``event``         one header an event: ``position`` (1, 2, 3, ... without gaps), ``type_id``,
                  ``version``, ``recorded`` (microseconds since 1970 UTC, never less than the row
                  before), ``identity`` and ``digest`` (32 bytes each), ``document_id``, ``frame_id``,
                  ``stated_earliest``, ``stated_latest``, ``valid_earliest``, ``valid_latest`` (seconds
                  since 1970 UTC, inclusive; NULL where unknown, open or without meaning)
``body``          ``position`` of an event, ``bytes``: the body exactly as it was appended
``event_type``    ``id`` (1, 2, 3, ...), ``key``: the text of an event type, once
``frame_key``     ``id``, ``key``: the text of a frame, once
``document_key``  ``id``, ``key``: the 32-byte id of a document, once
================  ====================================================================================

It has no tree and no redactions. Its Merkle root is that of :mod:`kzarchive.log.leaves` all the same, made from the
headers each time that it is asked for.
"""

from typing import Final

from kzarchive.log.guards import NEXT, Schema, guards, interned, interned_rules

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
  identity BLOB NOT NULL UNIQUE CHECK (length(identity) = 32),
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  document_id INTEGER REFERENCES document_key (id),
  frame_id INTEGER REFERENCES frame_key (id),
  stated_earliest INTEGER,
  stated_latest INTEGER,
  valid_earliest INTEGER,
  valid_latest INTEGER
) STRICT"""

_BODY: Final = """\
CREATE TABLE body (
  position INTEGER PRIMARY KEY REFERENCES event (position),
  bytes BLOB NOT NULL CHECK (length(bytes) > 0)
) STRICT"""

_RULES: Final = {table: interned_rules(table) for table in _INTERNED} | {
    "event": (
        ("the identity is already there", "EXISTS (SELECT 1 FROM event WHERE identity = NEW.identity)"),
        ("the position is not the next one", NEXT.format(number="position", table="event")),
        (
            "the time runs backwards",
            "NEW.recorded < (SELECT recorded FROM event WHERE position = NEW.position - 1)",
        ),
    ),
    "body": (
        ("the body is already there", "EXISTS (SELECT 1 FROM body WHERE position = NEW.position)"),
        ("there is no such event", "NOT EXISTS (SELECT 1 FROM event WHERE position = NEW.position)"),
    ),
}

SCHEMA: Final = Schema(
    tables={
        **{table: interned(table, key) for table, key in _INTERNED.items()},
        "event": _EVENT,
        "body": _BODY,
    },
    indexes={},
    triggers={name: sql for table, rules in _RULES.items() for name, sql in guards(table, rules)},
)
"""What a file of format 1 holds, and nothing else."""
