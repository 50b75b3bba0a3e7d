"""The file as SQLite sees it: its format, its tables and triggers against those of a new log, and its pages."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from kzarchive.errors import LogError
from kzarchive.integrity.findings import Code, one_line
from kzarchive.integrity.rows import Collector, last_position
from kzarchive.log.connection import connect, connect_reader
from kzarchive.log.guards import Schema
from kzarchive.log.opening import SCHEMAS, check_format
from kzarchive.values.canonical import shown

_SCHEMA: Final = "SELECT type, name, tbl_name, rootpage IS NOT 0, sql FROM sqlite_schema"

_Name = tuple[Any, Any]
"""Kind and name of a thing of the schema."""

_Entry = tuple[Any, Any, Any]
"""Its table, whether it has pages of its own, and its SQL."""

_STATISTICS: Final = {
    ("table", "sqlite_stat1"): ("sqlite_stat1", 1, "CREATE TABLE sqlite_stat1(tbl,idx,stat)"),
    ("table", "sqlite_stat4"): ("sqlite_stat4", 1, "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"),
}
"""Tables that ``ANALYZE`` makes; SQLite alone reads them, to choose between ways to the same rows."""


def open_unchanged(path: Path, timeout_seconds: int) -> sqlite3.Connection:
    """Returns a connection that cannot write, for a file that nobody vouches for.

    Raises:
        sqlite3.Error: SQLite cannot open it.
        StorageError: It needs a side file that it cannot have.
    """
    connection = connect_reader(path, timeout_seconds)
    # A damaged file can claim values of any length; none is longer than the file and its write-ahead log.
    longest = sum(each.stat().st_size for each in (path, path.with_name(f"{path.name}-wal")) if each.exists())
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(max(longest, 1_000_000), 2**31 - 1))
    connection.text_factory = lambda data: data.decode("utf-8", errors="surrogateescape")
    return connection


def check_layout(connection: sqlite3.Connection, place: str, found: Collector) -> int | None:
    """Finds what is wrong with the format, the tables, indexes and triggers.

    Returns:
        The format, if the tables are those of a log, so that their rows can be read; else None.

    Raises:
        sqlite3.Error: The file cannot be read.
    """
    try:
        version = check_format(connection, place)
    except LogError as error:
        found(Code.FILE_FOREIGN, one_line(error))
        return None
    schema = SCHEMAS[version]
    expected, there = _entries_of(schema), _entries(connection, found)
    readable = True
    for (kind, name), entry in expected.items():
        if there.get((kind, name)) == entry:
            continue
        missing = (kind, name) not in there
        words = f"the {kind} {name} {'is missing' if missing else 'was altered'}"
        found(Code.SCHEMA_MISSING if missing else Code.SCHEMA_ALTERED, words)
        readable = readable and name not in schema.tables
    for (kind, name), entry in there.items():
        if (kind, name) not in expected and _STATISTICS.get((kind, name)) != entry:
            found(Code.SCHEMA_SURPLUS, f"the {shown(kind)} {shown(name)} does not belong to a log")
    return version if readable else None


def check_pages(connection: sqlite3.Connection, found: Collector) -> None:
    """Finds what SQLite's own check of pages, indexes and constraints finds.

    The check evaluates expressions of the schema, so it is left out where somebody else's was found in it.

    Raises:
        sqlite3.Error: The file cannot be read.
    """
    if Code.SCHEMA_SURPLUS in {finding.code for finding in found.findings}:
        found(Code.UNCHECKED, "the pages, because the file holds what no log has")
        return
    for (finding,) in connection.execute("PRAGMA integrity_check(100)"):
        if finding != "ok":
            found(Code.FILE_DAMAGED, " ".join(str(finding).split()))


def check_sequence(connection: sqlite3.Connection, found: Collector) -> None:
    """Finds whether SQLite's own count of positions differs from the last position.

    Raises:
        sqlite3.Error: The file cannot be read.
    """
    last = last_position(connection)
    rows = connection.execute("SELECT name, seq FROM sqlite_sequence LIMIT 10").fetchall()
    if rows != ([("event", last)] if last else []):
        found(Code.SEQUENCE, f"expected the count of positions to end at {last}, got {shown(rows)}")


def check_identities(connection: sqlite3.Connection, found: Collector) -> None:
    """Finds identities that stand at two positions.

    Raises:
        sqlite3.Error: The file cannot be read.
    """
    rows = connection.execute("SELECT identity, position FROM event ORDER BY identity, position")
    before = None
    for identity, position in rows:
        if identity == before:
            found(Code.IDENTITY_TWICE, f"the identity {shown(identity)}", position)
        before = identity


def _entries_of(schema: Schema) -> dict[_Name, _Entry]:
    """Returns what a new log of a format has."""
    with closing(connect(None, "memory", 0)) as connection:
        for sql in (*schema.tables.values(), *schema.indexes.values(), *schema.triggers.values()):
            connection.execute(sql)
        return {(kind, name): tuple(entry) for kind, name, *entry in connection.execute(_SCHEMA)}


def _entries(connection: sqlite3.Connection, found: Collector) -> dict[_Name, _Entry]:
    there: dict[_Name, _Entry] = {}
    for kind, name, *entry in connection.execute(_SCHEMA):
        if (kind, name) in there:
            found(Code.SCHEMA_ALTERED, f"the {shown(kind)} {shown(name)} stands twice")
        there[kind, name] = tuple(entry)
    return there


def side_files(path: Path) -> tuple[Path, ...]:
    """Returns the files that SQLite keeps beside a file and that are there."""
    beside = (path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))
    return tuple(each for each in beside if os.path.lexists(each))
