"""Small files that must be durable and are never overwritten: keys, and checkpoints beside them."""

import os
from pathlib import Path

from kzarchive.errors import StorageError, UsageError


def beside(path: Path, ending: str) -> Path:
    """Returns the place whose name is that of ``path`` with more at the end.

    Raises:
        UsageError: The path names no file.
    """
    if not path.name:
        raise UsageError(f"expected the name of a file, got {str(path)!r}")
    return path.with_name(path.name + ending)


def check_free(*paths: Path) -> None:
    """Checks that places for the files of a key are free.

    Raises:
        UsageError: There is something.
    """
    for path in paths:
        if os.path.lexists(path):
            raise UsageError(f"{path}: expected no file, got one; a key is never overwritten")


def write_new(path: Path, text: str, mode: int) -> None:
    """Writes a new file, durably.

    Raises:
        UsageError: There is a file.
        StorageError: It cannot be written.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise UsageError(f"{path}: expected no file, got one; a key is never overwritten") from error
    except OSError as error:
        raise StorageError(f"{path}: the file cannot be written: {error.strerror}") from error


def sync_folder(folder: Path) -> None:
    """Makes the names of the files in a folder durable.

    Raises:
        OSError: They cannot be.
    """
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
