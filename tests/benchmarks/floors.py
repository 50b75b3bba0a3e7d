"""The floor: a table of ready bytes in plain SQLite, as durable as the library (WAL, ``synchronous=FULL``)."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

T = TypeVar("T")

RAW_TABLE: Final = "CREATE TABLE raw (seq INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT"
RAW_INSERT: Final = "INSERT INTO raw VALUES (?, ?)"


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yields the items in lists of ``size``; the last one may be shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def connect(path: Path) -> sqlite3.Connection:
    """Connects to a file with WAL and FULL; transactions are begun and ended by hand."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def new_raw(path: Path) -> sqlite3.Connection:
    """Makes a file with the raw table."""
    connection = connect(path)
    connection.execute(RAW_TABLE)
    return connection


def insert(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]], statement: str = RAW_INSERT) -> None:
    """Writes rows in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(statement, rows)
    connection.execute("COMMIT")


def raw_rows(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yields the rows of a raw file."""
    with closing(sqlite3.connect(path)) as connection:
        yield from connection.execute("SELECT seq, payload FROM raw ORDER BY seq")
