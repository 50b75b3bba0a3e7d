"""A room: the one folder that runs may write to, with a file outside it that must stay as it is."""

import atexit
import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fuzzing.limits import Finding, watched

_OUTSIDE = b"nobody writes here"
_MEMORY = Path("/dev/shm")  # noqa: S108


class Room:
    """A folder of this process, and what stands beside it."""

    def __init__(self) -> None:
        self._outer = Path(tempfile.mkdtemp(prefix="kzarchive.fuzzing.", dir=_MEMORY if _MEMORY.is_dir() else None))
        atexit.register(shutil.rmtree, self._outer, ignore_errors=True)
        self.folder = self._outer / "room"
        self._canary = self._outer / "canary"
        self._canary.write_bytes(_OUTSIDE)
        self._owner = os.getpid()

    @contextmanager
    def entered(self) -> Iterator[Path]:
        """Lends the folder, empty, as the present one; afterwards nothing outside it may have changed."""
        before, tempfile.tempdir = (Path.cwd(), tempfile.tempdir), str(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        os.chdir(self.folder)
        try:
            with watched(self.folder):
                yield self.folder
        finally:
            os.chdir(before[0])
            tempfile.tempdir = before[1]
        there = sorted(os.listdir(self._outer))
        if there != ["canary", "room"] or self._canary.read_bytes() != _OUTSIDE:
            raise Finding(f"written outside the folder: {there}")


@functools.cache
def room() -> Room:
    """Returns the room of this process."""
    return Room()
