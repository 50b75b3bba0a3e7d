"""The checks of a file that is opened as a log: its format, every table and guard, and the newest event.

They cost next to nothing however long the log is. That each event is what the tree commits to is another question,
which ``verify`` answers.
"""

import sqlite3
from typing import Any, Final

from kzarchive.errors import LogError, NotAnArchive, UnsafeLog
from kzarchive.log import format1, tables
from kzarchive.log.leaves import leaf_data
from kzarchive.log.merkle import HASH_BYTES, leaf_hash

SCHEMAS: Final = {1: format1.SCHEMA, tables.FORMAT_VERSION: tables.SCHEMA}
"""What a file of each format holds that this version reads."""


def check_format(connection: sqlite3.Connection, place: str) -> int:
    """Checks that a database calls itself a kzarchive log, and returns its format, one that this version reads.

    Args:
        connection: An open connection; only two numbers of the file's header are read.
        place: Words for messages: the path of the file.

    Raises:
        NotAnArchive: It is another SQLite database, or of a newer format.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != tables.APPLICATION_ID:
        raise NotAnArchive(
            f"{place}: expected a kzarchive log (application_id {tables.APPLICATION_ID}), "
            f"got application_id {application}"
        )
    if version in SCHEMAS:
        return version
    newer = " of a newer version of kzarchive" if version > tables.FORMAT_VERSION else ""
    raise NotAnArchive(f"{place}: expected format {tables.FORMAT_VERSION}, got format {version}{newer}")


def check_schema(connection: sqlite3.Connection, place: str, version: int = tables.FORMAT_VERSION) -> None:
    """Checks that a database has exactly the tables, indexes and triggers of its format.

    Args:
        connection: An open connection, on which nothing else has been run; it is left without a transaction.
        place: Words for messages: the path of the file.
        version: The format.

    Raises:
        UnsafeLog: With everything that is missing, altered, or more than there should be.
    """
    found = _introspected(connection)
    schema = SCHEMAS[version]
    faults: list[str] = []
    for kind, expected in (
        ("table", schema.tables),
        ("trigger", schema.triggers),
        ("view", {}),
        ("index", schema.indexes),
    ):
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
    found: dict[str, dict[str, str]] = {kind: {} for kind in ("table", "trigger", "view", "index")}
    for row in database.query("SELECT type, name, sql FROM sqlite_schema"):
        if not row["name"].lower().startswith("sqlite_"):
            found.setdefault(row["type"], {})[row["name"]] = row["sql"]
    return found


_NEWEST: Final = """\
SELECT e.position, t.key, e.version, e.recorded, e.identity, e.digest,
  EXISTS (SELECT 1 FROM body AS b WHERE b.position = e.position){more}
FROM event AS e LEFT JOIN event_type AS t ON t.id = e.type_id ORDER BY e.position DESC LIMIT 1"""

_MORE: Final = ", EXISTS (SELECT 1 FROM redaction AS r WHERE r.position = e.position), e.nodes"


def check_newest(connection: sqlite3.Connection, place: str, version: int = tables.FORMAT_VERSION) -> None:
    """Checks that the newest event has its body and its leaf, and that nothing stands after it.

    Args:
        connection: An open connection to a database whose schema was checked; it is left without a transaction.
        place: Words for messages: the path of the file.
        version: The format.

    Raises:
        LogError: With what does not fit.
    """
    has_tree = version > 1
    # All of one moment: others may append meanwhile.
    connection.execute("BEGIN")
    try:
        row = connection.execute(_NEWEST.format(more=_MORE if has_tree else "")).fetchone()
        counted = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
        body = connection.execute("SELECT coalesce(max(position), 0) FROM body").fetchone()[0]
    finally:
        connection.execute("ROLLBACK")
    head = 0 if row is None else row[0]
    if counted is not None and counted[0] != head:
        raise LogError(f"{place}: position {head + 1}: the event is missing, {counted[0]} were appended")
    if body > head:
        raise LogError(f"{place}: position {head + 1}: a body stands without its event")
    if row is not None and (fault := _newest_fault(*row[:7], *(row[7:] if has_tree else (0, b"")))):
        raise LogError(f"{place}: position {head}: {fault}")


def _newest_fault(
    position: int,
    type_: Any,
    version: Any,
    recorded: Any,
    identity: Any,
    digest: Any,
    has_body: int,
    is_redacted: int,
    nodes: Any,
) -> str | None:
    """Returns what is wrong with the newest event; ``nodes`` are no bytes at all where the format has no tree."""
    if type_ is None:
        return "its type is missing"
    if not has_body and not is_redacted:
        return "its body is missing"
    if tuple(map(type, (type_, version, recorded, identity, digest, nodes))) != (str, int, int, bytes, bytes, bytes):
        return "its values are not of the types of a log"
    if nodes == b"":
        return None
    leaf = leaf_data(position, type_, version, recorded, identity, digest)
    return None if nodes[:HASH_BYTES] == leaf_hash(leaf) else "its node of the tree is not the hash of its header"
