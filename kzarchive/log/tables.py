"""The tables of a log in SQLite, the triggers that guard them, the check that a file has both, and how it is opened.

Format 1. ``PRAGMA application_id`` is 0x6b7a6172 ("kzar"), ``PRAGMA user_version`` is 1. All tables are STRICT:

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

Each table has three triggers, ``<table>_no_update``, ``<table>_no_delete`` and ``<table>_insert``. The last one
demands the next number and a key that is not there yet, before SQLite looks for conflicts: so OR REPLACE,
OR IGNORE and ON CONFLICT are refused on any connection, whatever its ``recursive_triggers``. Numbers are always
given; none is left to SQLite.

A file of format 1 has these tables and triggers, word for word, and nothing else: no view, no index, no table and
no trigger more (names that begin with ``sqlite_`` belong to SQLite). A change of this set is a new format number.
Derived tables live in another file. The header stands apart from the body so that a scan of headers reads no body.

Triggers guard against accidents, not against an owner of the file who drops them; that is noticed at the next
opening, and by whoever holds a digest of the log.
"""

import errno
import os
import sqlite3
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kzarchive.errors import KzArchiveError, LogError, NotAnArchive, StorageError, UnsafeLog, UsageError
from kzarchive.log.protocol import Draft

APPLICATION_ID: Final = int.from_bytes(b"kzar")
FORMAT_VERSION: Final = 1
_KEYS_A_QUERY: Final = 500

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


def _interned(table: str, key: str) -> str:
    return f"CREATE TABLE {table} (\n  id INTEGER PRIMARY KEY,\n  key {key}\n) STRICT"


_NEXT: Final = "NEW.{number} <> (SELECT coalesce(max({number}), 0) + 1 FROM {table})"

_INSERT_RULES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "event": (
        ("the identity is already there", "EXISTS (SELECT 1 FROM event WHERE identity = NEW.identity)"),
        ("the position is not the next one", _NEXT.format(number="position", table="event")),
        (
            "the time runs backwards",
            "NEW.recorded < (SELECT recorded FROM event WHERE position = NEW.position - 1)",
        ),
    ),
    "body": (
        ("the body is already there", "EXISTS (SELECT 1 FROM body WHERE position = NEW.position)"),
        ("there is no such event", "NOT EXISTS (SELECT 1 FROM event WHERE position = NEW.position)"),
    ),
} | {
    table: (
        ("the key is already there", f"EXISTS (SELECT 1 FROM {table} WHERE key = NEW.key)"),  # noqa: S608
        ("the id is not the next one", _NEXT.format(number="id", table=table)),
    )
    for table in _INTERNED
}


def _guards(table: str) -> Iterator[tuple[str, str]]:
    for verb in ("update", "delete"):
        name = f"{table}_no_{verb}"
        refusal = f"SELECT RAISE(ABORT, '{table} is append-only: no {verb}')"
        yield name, f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} BEGIN\n  {refusal};\nEND"
    checks = "".join(
        f"  SELECT RAISE(ABORT, '{table} is append-only: {words}') WHERE {rule};\n"
        for words, rule in _INSERT_RULES[table]
    )
    name = f"{table}_insert"
    yield name, f"CREATE TRIGGER {name} BEFORE INSERT ON {table} BEGIN\n{checks}END"


TABLES: Final[dict[str, str]] = {
    **{table: _interned(table, key) for table, key in _INTERNED.items()},
    "event": _EVENT,
    "body": _BODY,
}
"""The SQL of every table of format 1, by name, in the order of creation."""

TRIGGERS: Final[dict[str, str]] = {name: sql for table in TABLES for name, sql in _guards(table)}
"""The SQL of every trigger of format 1, by name."""


def create_schema(connection: sqlite3.Connection) -> None:
    """Makes the tables and triggers and marks the database as an archive, in the transaction that is open."""
    for sql in (*TABLES.values(), *TRIGGERS.values()):
        connection.execute(sql)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")


def check_format(connection: sqlite3.Connection, place: str) -> None:
    """Checks that a database calls itself a kzarchive log of a format that this version reads.

    Args:
        connection: An open connection; only two numbers of the file's header are read.
        place: Words for messages: the path of the file.

    Raises:
        NotAnArchive: It is another SQLite database, or of a newer format.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise NotAnArchive(
            f"{place}: expected a kzarchive log (application_id {APPLICATION_ID}), got application_id {application}"
        )
    if version > FORMAT_VERSION:
        raise NotAnArchive(
            f"{place}: expected format {FORMAT_VERSION}, got format {version} of a newer version of kzarchive"
        )
    if version != FORMAT_VERSION:
        raise NotAnArchive(f"{place}: expected format {FORMAT_VERSION}, got {version}")


def check_schema(connection: sqlite3.Connection, place: str) -> None:
    """Checks that a database has exactly the tables and triggers of its format.

    Args:
        connection: An open connection, on which nothing else has been run; it is left without a transaction.
        place: Words for messages: the path of the file.

    Raises:
        UnsafeLog: With every table or trigger that is missing, altered, or more than there should be.
    """
    found = _introspected(connection)
    faults: list[str] = []
    for kind, expected in (("table", TABLES), ("trigger", TRIGGERS), ("view", {}), ("index", {})):
        there = found[kind]
        faults += [f"the {kind} {name} is missing" for name in expected if name not in there]
        faults += [f"the {kind} {name} was altered" for name, sql in expected.items() if there.get(name, sql) != sql]
        faults += [f"the {kind} {name} does not belong to a log" for name in there if name not in expected]
    if faults:
        raise UnsafeLog(f"{place}: expected the guards of a log, but {'; '.join(faults)}")


def _introspected(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Returns the SQL of what a database holds, by kind and name, all of one moment."""
    # Imported here: it takes longer to import than all the rest, and pulls in numpy and pandas where they are.
    from sqlite_utils import Database

    # Plug-ins are foreign code, and its recursive_triggers would outlast this check on the connection.
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    connection.execute("BEGIN")
    try:
        tables = {name: database.table(name).schema for name in database.table_names() if not _internal(name)}
        return {
            "table": tables,
            "trigger": {trigger.name: trigger.sql for trigger in database.triggers},
            "view": dict.fromkeys(database.view_names(), ""),
            "index": {
                index.name: ""
                for name in tables
                if name in TABLES
                for index in database.table(name).indexes
                if not _internal(index.name)
            },
        }
    finally:
        connection.execute("ROLLBACK")


def _internal(name: str) -> bool:
    return name.lower().startswith("sqlite_")


SELECT_EVENTS: Final = """\
SELECT e.position, t.key, e.version, e.recorded, e.identity, e.digest, b.bytes
FROM event AS e LEFT JOIN event_type AS t ON t.id = e.type_id LEFT JOIN body AS b ON b.position = e.position
WHERE e.position > ? AND e.position <= ?"""
"""The fields of ``StoredEvent``, after one position and up to another; NULL for a type or body that is lost."""

SELECT_HEADERS: Final = """\
SELECT e.position, t.key, e.version, e.recorded, e.identity, e.digest,
  d.key, f.key, e.stated_earliest, e.stated_latest, e.valid_earliest, e.valid_latest,
  (d.key IS NULL) = (e.document_id IS NULL) AND (f.key IS NULL) = (e.frame_id IS NULL)
FROM event AS e LEFT JOIN event_type AS t ON t.id = e.type_id
  LEFT JOIN document_key AS d ON d.id = e.document_id LEFT JOIN frame_key AS f ON f.id = e.frame_id
WHERE e.position > ? AND e.position <= ?"""
"""The fields of ``StoredHeader`` and ``Columns``, then 0 if a document or frame is lost."""

OF_TYPES: Final = " AND e.type_id IN (SELECT id FROM event_type WHERE key IN (SELECT value FROM json_each(?)))"
"""Narrows either selection to a JSON array of event types."""


def tip(connection: sqlite3.Connection) -> tuple[int, int | None]:
    """Returns the last position and when it was recorded; 0 and None for an empty log."""
    row = connection.execute("SELECT position, recorded FROM event ORDER BY position DESC LIMIT 1").fetchone()
    return (0, None) if row is None else row


def stored(connection: sqlite3.Connection, identities: Collection[bytes]) -> dict[bytes, tuple[int, bytes]]:
    """Returns the position and digest of those identities that the log already has."""
    rows = _keyed(connection, "SELECT identity, position, digest FROM event WHERE identity IN", identities)
    return {identity: (position, digest) for identity, position, digest in rows}


def write(connection: sqlite3.Connection, rows: Sequence[tuple[int, Draft, bytes]], recorded: int) -> None:
    """Writes events that the log does not have, in the transaction that is open.

    Args:
        connection: The connection that appends.
        rows: Position, draft and digest of each event; the positions follow the head of the log without gaps.
        recorded: When they are recorded, in microseconds.
    """
    types = _intern(connection, "event_type", [draft.type for _, draft, _ in rows])
    frames = _intern(connection, "frame_key", [draft.columns.frame for _, draft, _ in rows])
    documents = _intern(connection, "document_key", [draft.columns.document for _, draft, _ in rows])
    headers = [
        (
            position,
            types[draft.type],
            draft.version,
            recorded,
            draft.identity,
            digest,
            documents.get(draft.columns.document),
            frames.get(draft.columns.frame),
            draft.columns.stated_earliest,
            draft.columns.stated_latest,
            draft.columns.valid_earliest,
            draft.columns.valid_latest,
        )
        for position, draft, digest in rows
    ]
    connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", headers)
    connection.executemany("INSERT INTO body VALUES (?, ?)", [(position, draft.body) for position, draft, _ in rows])


def _intern(connection: sqlite3.Connection, table: str, keys: Sequence[Any]) -> dict[Any, int]:
    """Returns the ids of keys, after adding those that are new, in the order of their first use; None has no id."""
    wanted = dict.fromkeys(key for key in keys if key is not None)
    ids = dict(_keyed(connection, f"SELECT key, id FROM {table} WHERE key IN", wanted))  # noqa: S608
    last = connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]  # noqa: S608
    new = {key: last + number for number, key in enumerate((key for key in wanted if key not in ids), start=1)}
    connection.executemany(f"INSERT INTO {table} (key, id) VALUES (?, ?)", new.items())  # noqa: S608
    return ids | new


def _keyed(connection: sqlite3.Connection, select: str, keys: Collection[Any]) -> Iterator[tuple[Any, ...]]:
    """Runs a selection that ends in ``IN`` over any number of keys."""
    wanted = list(keys)
    for start in range(0, len(wanted), _KEYS_A_QUERY):
        part = wanted[start : start + _KEYS_A_QUERY]
        yield from connection.execute(f"{select} ({', '.join('?' * len(part))})", part)


_SETTINGS: Final = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
)


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    """Runs a block in a transaction, which is undone if the block or the commit fails."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check_file(path: Path) -> None:
    """Looks at a file without opening it: closing it again would drop the locks of this process upon it.

    Raises:
        NotAnArchive: It is a directory, or empty.
        StorageError: It is missing or cannot be looked at.
    """
    try:
        if not path.exists():
            raise StorageError(f"{path}: expected a kzarchive log, got no file")
        if not path.is_file():
            raise NotAnArchive(f"{path}: expected a kzarchive log, got something that is not a file")
        if path.stat().st_size == 0:
            raise NotAnArchive(f"{path}: expected a kzarchive log, got an empty file")
    except OSError as error:
        raise StorageError(f"{path}: the file cannot be read: {error.strerror}") from error


def connect(path: Path | None, mode: str, timeout_seconds: int, *, immutable: bool = False) -> sqlite3.Connection:
    """Connects to a database and reads its schema, which is not trusted to run code.

    Transactions on the connection are begun and ended by hand.

    Args:
        path: The file, absolute; None for a new database in memory.
        mode: ``ro``, ``rw``, ``rwc`` (make the file if there is none) or ``memory``, as in SQLite's file names.
        timeout_seconds: How long to wait for a lock.
        immutable: Whether to take the file for unchanging, and so to need no lock and no side file.

    Raises:
        sqlite3.Error: The file cannot be opened.
    """
    target = ":memory:" if path is None else f"{path.as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"
    connection = sqlite3.connect(target, uri=True, timeout=timeout_seconds, isolation_level=None)
    try:
        if sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        for setting in _SETTINGS:
            connection.execute(setting)
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def connect_reader(path: Path, timeout_seconds: int) -> sqlite3.Connection:
    """Connects for reading only, to an unchanging file if SQLite cannot keep its side files beside it.

    Raises:
        sqlite3.Error: The file cannot be opened at all.
        StorageError: It cannot, and a ``-wal`` or ``-journal`` file lies there, so that the file alone is not the log.
    """
    try:
        return connect(path, "ro", timeout_seconds)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        # A write-ahead log holds the newest events, a rollback journal what a crash left half done.
        for side in (path.with_name(f"{path.name}-{kind}") for kind in ("wal", "journal")):
            if side.exists():
                raise StorageError(
                    f"{path}: the place cannot be written, and {side.name} lies beside the file: "
                    "copy both to a place that can be written, and open the copy there"
                ) from error
        return connect(path, "ro", timeout_seconds, immutable=True)


def enter_wal(connection: sqlite3.Connection, place: str) -> None:
    """Puts a file into WAL mode, unless it is.

    Raises:
        StorageError: SQLite cannot keep a write-ahead log there.
    """
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StorageError(f"{place}: expected a place where SQLite can keep a write-ahead log, got mode {mode!r}")


def publish(partial: Path, target: Path) -> None:
    """Gives a finished file its name; a link, unlike a rename, never replaces what came there meanwhile.

    Raises:
        FileExistsError: There is something at ``target``.
        OSError: The name cannot be given.
    """
    try:
        os.link(partial, target)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        partial.rename(target)


@contextmanager
def storage_errors(place: str, waited: int) -> Iterator[None]:
    """Turns SQLite's exceptions into those of this package.

    Args:
        place: Words for messages: the path of the file.
        waited: How many seconds SQLite waits for a lock.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _translated(error, place, waited) from error


def _translated(error: sqlite3.Error, place: str, waited: int) -> KzArchiveError:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Raised by the module itself, for an object of another thread or a closed one.
        return UsageError(f"{place}: expected an open log in the thread that opened it: {error}")
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageError(f"{place}: locked by another connection (waited {waited} s)")
        case sqlite3.SQLITE_NOTADB:
            return NotAnArchive(f"{place}: expected a kzarchive log, got a file that is not a SQLite database")
        case sqlite3.SQLITE_CORRUPT:
            return LogError(f"{place}: the file is damaged: {error}")
        case sqlite3.SQLITE_CONSTRAINT | sqlite3.SQLITE_ERROR:
            return LogError(f"{place}: the log refused: {error}")
        case _:
            return StorageError(f"{place}: the storage failed: {error}")
