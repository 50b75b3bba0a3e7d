"""Places of files as callers name them: made absolute, read within bounds, and refused in words."""

import os
from pathlib import Path

from kzarchive.errors import StorageError


def absolute(path: str | os.PathLike[str]) -> Path:
    """Returns the absolute place that a path names; there may be a file or none.

    Which paths :class:`~pathlib.Path` looks at without an exception of its own is not the same in every Python.

    Raises:
        StorageError: No file can be there: the name is too long, holds a NUL or leads in a circle, or the folder may
            not be looked into.
    """
    try:
        found = Path(path).resolve()
        found.stat()
    except (FileNotFoundError, NotADirectoryError):
        return found
    except (OSError, ValueError, RuntimeError) as error:
        raise StorageError(f"expected a file at {os.fspath(path)!r}, which cannot be looked at: {error}") from error
    return found


def beginning(path: str | os.PathLike[str], most: int) -> bytes:
    """Returns the bytes of a file; of one that is longer than ``most``, or has no end, that many and one more.

    Raises:
        StorageError: It cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as error:
        raise StorageError(f"expected a readable file, got {error}") from error
