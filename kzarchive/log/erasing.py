"""Erasing: the mark that an erasure is under way, so that a crash midway is not taken for its end.

The mark is a file of no bytes, ``NAME-erasing``, beside the log. It is there from before the first body is deleted
until the last of its bytes is gone from the file and its write-ahead log.
"""

import os
from contextlib import suppress
from pathlib import Path

from kzarchive.errors import StorageError


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
        place.touch()
        _settle(place.parent)
    except OSError as error:
        raise StorageError(f"{place}: the mark of an erasure cannot be written: {error.strerror}") from error


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
