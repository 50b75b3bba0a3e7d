"""Erasing: bodies are taken away, and a mark tells that it is under way: no crash midway is taken for its end.

The mark is a file of no bytes, ``NAME-erasing``, beside the log. It is there from before the first body is deleted
until the last of its bytes is gone from the file and its write-ahead log.
"""

import os
import sqlite3
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from kzarchive.errors import StorageError
from kzarchive.log.checks import not_ordered
from kzarchive.log.connection import transaction, truncate_wal
from kzarchive.log.rows import redacted

_DELETED: Final = (
    "SELECT count(*) FROM redaction AS r WHERE NOT EXISTS (SELECT 1 FROM body AS b WHERE b.position = r.position)"
)


def erase(connection: sqlite3.Connection, positions: Collection[int], path: Path | None, place: str) -> None:
    """Takes away the bytes of bodies, from the file and its write-ahead log.

    Args:
        connection: The connection that writes.
        positions: Of the bodies.
        path: The file; None for a database in memory.
        place: Words for messages.

    Raises:
        UsageError: No event orders it; nothing was taken away.
        StorageError: The mark cannot be written, or somebody still reads what is to be taken away.
        sqlite3.Error: The storage refuses.
    """
    with transaction(connection, "BEGIN IMMEDIATE"):
        orders = redacted(connection)
        for position in positions:
            if position not in orders:
                raise not_ordered(position)
        if path is not None:
            mark(path)
        for position in positions:
            connection.execute("DELETE FROM body WHERE position = ?", (position,))
        deleted = connection.execute(_DELETED).fetchone()
    connection.execute("VACUUM")
    if path is not None:
        truncate_wal(connection, place)
        with transaction(connection, "BEGIN IMMEDIATE"):
            # What another process deleted meanwhile is for that process to finish.
            if connection.execute(_DELETED).fetchone() == deleted:
                unmark(path)


def marker(log: Path) -> Path:
    """Returns where the mark of a log file is."""
    return log.with_name(f"{log.name}-erasing")


def mark(log: Path) -> None:
    """Marks that an erasure begins, durably; marking again does nothing.

    Raises:
        StorageError: The mark cannot be written.
    """
    place = marker(log)
    try:
        # Never through a link: whoever put one there would choose a file to be made elsewhere.
        with suppress(FileExistsError):
            os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        _settle(place.parent)
    except OSError as error:
        raise StorageError(f"{place}: the mark of an erasure cannot be written: {error.strerror}") from error


def is_marked(log: Path) -> bool:
    """Returns whether the mark of a log file is there; a link that leads nowhere is one too."""
    return os.path.lexists(marker(log))


def unmark(log: Path) -> None:
    """Takes the mark away.

    Raises:
        StorageError: It cannot be taken away.
    """
    place = marker(log)
    try:
        place.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{place}: the mark of an erasure cannot be taken away: {error.strerror}") from error


def _settle(folder: Path) -> None:
    # Where a folder cannot be opened as a file, there is nothing more to be done.
    with suppress(PermissionError, NotImplementedError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
