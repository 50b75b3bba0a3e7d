"""The file that a log opened, told from another one that came in its place.

SQLite goes on with the file that it opened when its name is given to another one, or taken away: what is appended then
is in a file that nobody finds again.
"""

from pathlib import Path
from typing import Final

from kzarchive.errors import StorageError


class OpenedFile:
    """A file as it is when a log opens it; made before the first connection to it, and checked after."""

    def __init__(self, path: Path) -> None:
        """Looks at a file.

        Raises:
            StorageError: It cannot be looked at.
        """
        self._path: Final = path
        self._is = self._seen()

    def check(self) -> None:
        """Checks that the name is still that of the same file.

        Raises:
            StorageError: It is that of another one, or of none.
        """
        if self._seen() != self._is:
            raise StorageError(
                f"{self._path}: expected the file that was opened, got another one that was put in its place: "
                "open the archive again"
            )

    def _seen(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError as error:
            raise StorageError(f"{self._path}: expected the file that was opened, got {error.strerror}") from error
        return found.st_dev, found.st_ino
