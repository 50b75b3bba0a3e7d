"""Bounds of one run: processor time, memory, and where it may write."""

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

MEMORY: Final = 3 * 2**30
"""Bytes of address space that a campaign may have, the interpreter and the fuzzer included."""

_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES: Final = {
    "os.remove": 1,
    "os.rename": 2,
    "os.link": 2,
    "os.symlink": 2,
    "os.mkdir": 1,
    "os.rmdir": 1,
    "os.truncate": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "shutil.rmtree": 1,
}
_PROGRAMS: Final = {
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "subprocess.Popen",
    "pickle.find_class",
}


class Finding(BaseException):
    """What must not happen; no handler of the package catches it."""


class _Watch:
    """The folder that a run may write to; None = nothing is watched."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.installed = False

    def install(self) -> None:
        if not self.installed:
            self.installed = True
            sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.folder is None:
            return
        if event in _PROGRAMS or event.startswith("socket.connect"):
            raise Finding(f"{event}{arguments!r:.200}")
        if event == "open" and arguments[2] & _WRITES:
            self._check(event, arguments[0])
        elif event in _CHANGES:
            for path in arguments[: _CHANGES[event]]:
                self._check(event, path)

    def _check(self, event: str, path: Any) -> None:
        if isinstance(path, int) or path is None:
            return
        place = os.path.realpath(os.path.dirname(os.path.abspath(os.fsdecode(path))))
        if os.fsdecode(path) != os.devnull and not f"{place}/".startswith(f"{self.folder}/"):
            raise Finding(f"{event} outside the folder: {os.fsdecode(path)!r}")


_WATCH: Final = _Watch()


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Lets the block change files within a folder alone, and start no program."""
    _WATCH.install()
    _WATCH.folder = os.path.realpath(folder)
    try:
        yield
    finally:
        _WATCH.folder = None


@contextmanager
def timed(seconds: float) -> Iterator[None]:
    """Lets the block run for so many seconds of processor time; a loaded machine makes no finding."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise Finding(f"still running after {seconds} s of processor time")

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def bound_memory() -> None:
    """Bounds the address space of this process, so that an input that wants more ends in a MemoryError."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
