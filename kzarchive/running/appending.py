"""Appending much: in batches, each all or nothing, with progress; who is interrupted begins again and loses nothing.

What is already there is not written again, so that the way to resume is to append the same items once more.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import attrs

from kzarchive.errors import ConflictingEvent, DataError, InvalidEvent, Problem, UsageError
from kzarchive.log.protocol import Receipt
from kzarchive.running.progress import Progress

BATCH: Final = 1_000
"""How many items one transaction takes."""

_PLACE: Final = re.compile(r"(items|drafts)\[([0-9]+)\]")


@attrs.frozen
class Appended:
    """What appending in batches did.

    Attributes:
        new: How many items were written.
        already: How many were already there.
        head: The last position of the log.
    """

    new: int
    already: int
    head: int


def append_in_batches(
    append: Callable[..., Receipt],
    items: Iterable[Any],
    *,
    head: int,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> Appended:
    """Appends items batch by batch, in order.

    Args:
        append: Appends one batch, all of it or nothing.
        items: The items; where they have a length, ``progress`` is told it, otherwise what is done so far.
        head: The head of the log, for the case that there is no item.
        batch: How many items one transaction takes.
        progress: Is told how many items are appended, and how many there are.

    Raises:
        UsageError: ``batch`` is not 1 or more.
        InvalidEvent: With every fault of the first batch that has one, and the place of each among all items; what
            stood in batches before is written.
        ConflictingEvent: As ``InvalidEvent``.
    """
    if type(batch) is not int or batch < 1:
        raise UsageError(f"batch: expected an int of 1 or more, got {batch!r}")
    total = len(items) if isinstance(items, Sequence) else None
    new, done = 0, 0
    for part in _batches(items, batch):
        receipt = _appended(append, part, done)
        new, done, head = new + len(receipt.new), done + len(part), receipt.head
        if progress is not None:
            progress(done, done if total is None else total)
    return Appended(new, done - new, head)


def _batches(items: Iterable[Any], batch: int) -> Iterator[list[Any]]:
    left = iter(items)
    while part := list(islice(left, batch)):
        yield part


def _appended(append: Callable[..., Receipt], part: list[Any], done: int) -> Receipt:
    """Appends one batch; the places in what it tells of faults are those among all items."""
    try:
        return append(part)
    except (InvalidEvent, ConflictingEvent) as error:
        if not done:
            raise
        raise type(error)(_moved(error, done)) from error


def _moved(error: DataError, done: int) -> list[Problem]:
    def moved(found: re.Match[str]) -> str:
        return f"{found[1]}[{int(found[2]) + done}]"

    return [Problem(_PLACE.sub(moved, p.where), _PLACE.sub(moved, p.message)) for p in error.problems]
