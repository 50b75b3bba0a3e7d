"""Whether an index is sound: types, sums, and that it is of the log beside it.

A *sum* is the exclusive or of half the square of the CRC-32 of each row, so that it does not depend on the order and
one row can be exchanged, while the same change in two rows does not cancel out: of a fact the CRC-32 of its packed
bytes, begun with its position; of any other row that of its ``marshal`` format 1.

What is read is compared with its sum before: of the frames when the index is opened, of facts and utterances one by
one, of another table once, when something of it is first read.

It notices damage, not malice: whoever forges an index and its sums is found by ``kzarchive verify``, which makes it
anew and compares.
"""

import functools
import marshal
import sqlite3
from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Any, Final, get_args
from zlib import crc32

from kzarchive.derived.facts import FACTS_VERSION
from kzarchive.derived.tables import APPLICATION_ID, FORMAT_VERSION, INDEXES, TABLES, DerivedDamage
from kzarchive.log.protocol import EventLog

TALLIED: Final[dict[str, tuple[type, ...]]] = {
    "agent": (int, str, str),
    "naming": (int, int),
    "heard": (int, int, int),
    "document": (int, bytes, str),
    "period": (int, str),
    "telling": (str, int),
    "gap": (int, int),
    "special": (int, str),
}
"""The tables that have a tally, with the types of their columns."""
_FOUND_BY_KEY: Final = ("agent", "period")
_LOW_BITS: Final = 2**32 - 1


Rows = list[tuple[Any, ...]]
Kind = type | UnionType
"""The type of a column, or ``int | None`` where it may be NULL."""


def typed(rows: Rows, *kinds: Kind) -> Rows:
    """Returns rows whose values have the types of their columns: SQLite sees to that where they are written alone.

    Args:
        rows: The rows.
        kinds: The type of each column.

    Raises:
        DerivedDamage: A value has another type.
    """
    columns = zip(*rows, strict=True)
    if rows and not all(
        _types(kind).issuperset(map(type, column)) for kind, column in zip(kinds, columns, strict=True)
    ):
        raise DerivedDamage("expected values of the types of an index, got others")
    return rows


@functools.cache
def _types(kind: Kind) -> frozenset[type]:
    return frozenset(get_args(kind) or (kind,))


def row_sum(rows: Iterable[Sequence[Any]]) -> int:
    """Returns the sum of rows; of none 0."""
    total = 0
    for row in rows:
        # Squared: check sums alone are linear, so that the same change in two rows would cancel out.
        total ^= crc32(marshal.dumps(tuple(row), 1)) ** 2 >> 1
    return total


def fact_sum(rows: Iterable[tuple[int, bytes]]) -> int:
    """Returns the sum of facts, each a position and its packed bytes; of none 0.

    Raises:
        TypeError: A row holds something else.
    """
    total = 0
    for position, packed in rows:
        total ^= crc32(packed, position & _LOW_BITS) ** 2 >> 1
    return total


def check_tables(connection: sqlite3.Connection) -> None:
    """Checks that a database has the tables of an index and nothing else.

    Raises:
        DerivedDamage: It has not.
        sqlite3.Error: It is damaged.
    """
    marks = [connection.execute(f"PRAGMA {mark}").fetchone()[0] for mark in ("application_id", "user_version")]
    if marks != [APPLICATION_ID, FORMAT_VERSION]:
        raise DerivedDamage(f"expected an index of format {FORMAT_VERSION}, got {marks}")
    found = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'").fetchall())
    if found != TABLES | INDEXES:
        raise DerivedDamage("expected the tables of an index, got others")


def check_frames(connection: sqlite3.Connection) -> None:
    """Checks the frames of an index against the sum of them that it keeps.

    Raises:
        DerivedDamage: They differ.
        sqlite3.Error: It is damaged.
    """
    rows = typed(
        connection.execute("SELECT no, key, first, facts, sum FROM frame").fetchall(), *(int, str, int, int, int)
    )
    meta = connection.execute("SELECT facts, frames, sum FROM meta").fetchone()
    if meta != (sum(row[3] for row in rows), len(rows), row_sum(rows)):
        raise DerivedDamage("expected the frames that were counted, got others")


def check_tally(connection: sqlite3.Connection, table: str) -> None:
    """Checks a table of an index against its tally, and that SQLite's own index finds its keys.

    Raises:
        DerivedDamage: The rows are others.
        sqlite3.Error: It is damaged.
    """
    rows = typed(connection.execute(f"SELECT * FROM {table}").fetchall(), *TALLIED[table])  # noqa: S608
    tally = connection.execute("SELECT sum FROM tally WHERE name = ?", (table,)).fetchone()
    if tally != (row_sum(rows),):
        raise DerivedDamage(f"expected the rows of {table} that were counted, got others")
    if table in _FOUND_BY_KEY and connection.execute(f"PRAGMA integrity_check({table})").fetchone() != ("ok",):
        raise DerivedDamage(f"expected to find every row of {table} by its key, got fewer")


def checked_utterance(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Returns number, slug, first position, count, frame and sum of an utterance, whose row is sound.

    Args:
        row: A row of :data:`SELECT_UTTERANCE`.

    Raises:
        DerivedDamage: It is another row than the one that was stored.
    """
    *values, own = row
    typed([row], int, str, int, int, int | None, int, int)
    if row_sum([values]) != own:
        raise DerivedDamage(f"expected the utterance {row[0]} as it was counted, got another one")
    return tuple(values)


def checked_position(database: sqlite3.Connection, log: EventLog) -> int:
    """Returns the position that an index has reached, after checking that it is of a log, of this version, and sound.

    It is sound as far as its tables and frames tell; facts are checked when they are read.

    Raises:
        DerivedDamage: It is not.
        sqlite3.Error: It is damaged.
    """
    database.execute("BEGIN")
    try:
        check_tables(database)
        rows = database.execute("SELECT log, version, position, digest, redactions FROM meta").fetchall()
        if not rows:
            return 0
        (row,) = typed(rows[:1], bytes, int, int, bytes, int)
        check_origin(log, *row[:4])
        _check_redactions(log, row[4])
        check_frames(database)
        return int(row[2])
    finally:
        database.execute("ROLLBACK")


def _check_redactions(log: EventLog, known: int) -> None:
    """Checks that nothing was redacted since the index was made, for it would still hold it."""
    now = len(log.redactions())
    if known != now:
        raise DerivedDamage(f"expected the index of a log of which {now} bodies are redacted, got that of {known}")


def check_origin(log: EventLog, first: bytes, version: int, position: int, digest: bytes) -> None:
    """Checks that an index is of a log and of this version; the arguments are those of its table ``meta``.

    Raises:
        DerivedDamage: It is not.
    """
    if version != FACTS_VERSION:
        raise DerivedDamage(f"expected facts of version {FACTS_VERSION}, got {version}")
    if not 1 <= position <= log.head:
        raise DerivedDamage(f"expected a position of the log, which ends at {log.head}, got {position}")
    if log.get(1).identity != first or log.get(position).digest != digest:
        raise DerivedDamage("expected the index of this log, got that of another one")
