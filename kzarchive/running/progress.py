"""Progress: how far a long run has come, told to whoever asked for it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

Progress = Callable[[int, int], None]
"""Takes how much is done and how much there is in all; called at the latest when all of it is done."""

EVERY: Final = 1_000
"""How many items go by between two calls."""


def told(items: Iterable[Any], progress: Progress | None, *, after: int, until: int) -> Iterator[Any]:
    """Returns items of a range of the log, which tell how far they are as they are taken.

    Args:
        items: Things with a ``position``, in log order.
        progress: Is told positions done and positions in all; None = nobody asked.
        after: The position before the range.
        until: The last position of the range.
    """
    return iter(items) if progress is None else _told(items, progress, after, until)


def _told(items: Iterable[Any], progress: Progress, after: int, until: int) -> Iterator[Any]:
    progress(0, until - after)
    for number, item in enumerate(items, start=1):
        yield item
        if number % EVERY == 0 and item.position < until:
            progress(item.position - after, until - after)
    progress(until - after, until - after)


def part_of(progress: Progress | None, *, done: int, total: int) -> Progress | None:
    """Returns the progress of a part that begins when ``done`` of ``total`` are done; its own total is not told."""
    if progress is None:
        return None
    return lambda further, _: progress(done + further, total)
