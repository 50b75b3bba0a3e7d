"""Comparing: the index that is kept beside a log against one made anew from it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

from kzarchive.derived.deriving import Deriver
from kzarchive.derived.index import index_path
from kzarchive.derived.soundness import checked_position
from kzarchive.derived.tables import TABLES, DerivedDamage, connect, is_begun
from kzarchive.errors import StorageError
from kzarchive.log.protocol import EventLog


def differences(log: EventLog, path: Path, *, timeout_seconds: int = 30) -> Iterator[str]:
    """Yields what the index of a log file says otherwise than the log, in words; nothing where there is no index.

    A table is named once, with the first row that differs. An index that was not begun, because whoever made it died,
    says nothing.

    Args:
        log: The log.
        path: The file of the log.
        timeout_seconds: How long to wait for another process that writes the index.

    Raises:
        LogError: The log is damaged.
    """
    file = index_path(path)
    # A rollback journal has only one that was not begun: it is put into WAL mode first.
    if not file.exists() or file.with_name(f"{file.name}-journal").exists():
        return
    try:
        with closing(connect(file, read_only=True, timeout_seconds=timeout_seconds)) as kept:
            reached = checked_position(kept, log) if is_begun(kept) else 0
            with closing(connect(None, read_only=False, timeout_seconds=0)) as made:
                if reached:
                    Deriver(made, log).run(reached)
                    yield from _rows_that_differ(kept, made)
    except (sqlite3.Error, StorageError, DerivedDamage) as error:
        yield f"{file.name}: {error}"


def _rows_that_differ(kept: sqlite3.Connection, made: sqlite3.Connection) -> Iterator[str]:
    kept.execute("BEGIN")
    for table in TABLES:
        query = f"SELECT * FROM {table} ORDER BY 1, 2"  # noqa: S608
        for row, expected in zip_longest(kept.execute(query), made.execute(query)):
            if row != expected:
                yield f"table {table}: expected {expected}, got {row}"
                break
