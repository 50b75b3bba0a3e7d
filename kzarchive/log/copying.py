"""Copies of a log file: written beside their place, checked, and only then given their name."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kzarchive.errors import StorageError, UsageError
from kzarchive.log.connection import connect, publish, storage_errors, sync
from kzarchive.log.places import absolute


@contextmanager
def new_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Lends a place beside a new file, where it is written; when the block is left, it gets its name, durably.

    Raises:
        UsageError: There is something at ``path`` already.
        StorageError: The file cannot be written.
    """
    target = absolute(path)
    in_use = UsageError(f"{target}: expected no file to copy a log to, got one that is in use")
    if target.exists():
        raise in_use
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            partial = Path(folder) / target.name
            yield partial
            sync(partial)
            publish(partial, target)
            sync(target.parent)
    except FileExistsError:
        raise in_use from None
    except OSError as error:
        raise StorageError(f"{target}: the copy cannot be written: {error.strerror}") from error


def copy(source: sqlite3.Connection, path: str | os.PathLike[str], place: str, timeout_seconds: int) -> None:
    """Writes a consistent copy of a database, as of now, to a new file in rollback-journal mode.

    Args:
        source: A connection to it.
        path: A place where there is no file yet.
        place: Words for messages: where the log is.
        timeout_seconds: How long to wait for the lock of another process.

    Raises:
        UsageError: There is something at ``path`` already.
        LogError: The log is damaged.
        StorageError: The copy cannot be written, or fails SQLite's check.
    """
    target = absolute(path)
    with (
        new_file(target) as partial,
        storage_errors(f"{target}, copied from {place}", timeout_seconds),
        closing(connect(partial, "rwc", timeout_seconds)) as made,
    ):
        source.backup(made)
        settle(made, str(target))


def settle(connection: sqlite3.Connection, place: str) -> None:
    """Puts a finished file into rollback-journal mode, so that it can be read anywhere, and checks it.

    Raises:
        StorageError: It fails SQLite's check.
    """
    connection.execute("PRAGMA journal_mode = DELETE")
    finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if finding != "ok":
        raise StorageError(f"{place}: expected a sound copy, got one where {finding}")
