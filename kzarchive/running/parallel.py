"""Parallel: a fold over ranges of the log in several processes, merged in the order of the log.

Each process opens the log read-only by itself, and folds one range after the other. Ranges are short, so that an
interruption does not wait long for those under way. The processes are begun anew (``spawn``): a script that asks for
them needs ``if __name__ == "__main__":``, and the class of its projection must be importable.
"""

import functools
import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import attrs

from kzarchive.derived.index import DerivedIndex
from kzarchive.errors import StorageError, UsageError
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.projections.checking import can_merge
from kzarchive.projections.folding import Start, fold
from kzarchive.replay.axes import Cut
from kzarchive.replay.gathering import Ledgers
from kzarchive.replay.view import View
from kzarchive.running.items import Items
from kzarchive.running.progress import Progress

LONGEST_RANGE: Final = 20_000
"""Positions of a range at most."""


@attrs.frozen
class _Work:
    """What a process needs to know once."""

    path: Path
    projection: Any
    cut: Cut | None


def check_parallel(projection: Any, path: Path | None, workers: int) -> None:
    """Checks that a fold may run in several processes.

    Raises:
        UsageError: ``workers`` is not 1 or more, the fold cannot merge, the archive is in memory, or the projection
            cannot be handed to another process.
    """
    if type(workers) is not int or workers < 1:
        raise UsageError(f"workers: expected an int of 1 or more, got {workers!r}")
    if not can_merge(projection):
        raise UsageError(
            f"projection {projection.name!r}: expected an operation merge(one, other) to run in {workers} processes, "
            "got none: it runs in order only"
        )
    if path is None:
        raise UsageError("expected an archive in a file, which other processes can open, got one in memory")
    try:
        pickle.dumps(projection)
    except Exception as error:  # pickle raises whatever the class raises
        kind = type(projection).__qualname__
        raise UsageError(
            f"projection {projection.name!r}: expected one that can be handed to another process, of a class that can "
            f"be imported; got one of {kind}: {error}"
        ) from error


def parallel_fold(
    projection: Any, path: Path, cut: Cut | None, *, after: int, until: int, workers: int, progress: Progress | None
) -> Any:
    """Returns the accumulator of a range, folded in parts by several processes.

    Args:
        projection: The projection, checked by :func:`check_parallel`.
        path: The file of the archive.
        cut: At which coordinates assertions are seen; None for a fold over events or headers.
        after: The position before the range.
        until: The last position of the range.
        workers: How many processes.
        progress: Is told how far it is.

    Raises:
        StorageError: A process ended before its work was done.
    """
    accumulator, work = projection.initial(), _Work(path, projection, cut)
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin, initargs=(work,))
    try:
        parts = [(last, pool.submit(_fold_range, first, last)) for first, last in ranges(after, until, workers)]
        if progress is not None:
            progress(0, until - after)
        for last, part in parts:
            accumulator = projection.merge(accumulator, _given(part))
            if progress is not None:
                progress(last - after, until - after)
    except BaseException:
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown()
    return accumulator


def ranges(after: int, until: int, workers: int) -> Iterator[tuple[int, int]]:
    """Yields the ranges of positions that are folded apart, as the position before and the last one of each.

    >>> list(ranges(0, 10, 3))
    [(0, 4), (4, 8), (8, 10)]
    """
    length = max(1, min(LONGEST_RANGE, -(-(until - after) // workers)))
    for first in range(after, until, length):
        yield first, min(first + length, until)


def _given(part: "Future[Any]") -> Any:
    try:
        return part.result()
    except BrokenProcessPool as error:
        raise StorageError(
            "expected every process to fold its ranges, but one ended before; a script that runs a projection in "
            "several processes does so under: if __name__ == '__main__'"
        ) from error


_work: _Work


def _begin(work: _Work) -> None:
    """Prepares a process."""
    global _work  # noqa: PLW0603 a process of the pool has no other place for it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interruption is for the process that asked
    _work = work


@functools.cache
def _items() -> Items:
    """Returns what is folded, opened once for all ranges of a process."""
    log = SqliteEventLog.open(_work.path, read_only=True)
    if _work.cut is None:
        return Items.of(_work.projection, log)
    index = DerivedIndex(log, _work.path, writable=False)
    return Items.of(_work.projection, log, View(Ledgers(log, index).index(_work.cut.position), _work.cut))


def _fold_range(after: int, until: int) -> Any:
    start = Start(_work.projection)
    accumulator = fold(_work.projection, start.accumulator(), _items().between(after, until))
    start.check()
    return accumulator
