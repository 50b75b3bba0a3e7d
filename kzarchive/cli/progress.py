"""The bar of long commands: on standard error, and only where that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from kzarchive.running.progress import Progress


@contextmanager
def bar(label: str) -> Iterator[Progress | None]:
    """Lends a callback that draws a bar, and nothing once the block is left; None where nobody would see it.

    Args:
        label: What is being done.
    """
    if not sys.stderr.isatty():
        yield None
        return
    seen = True
    with click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True) as drawn:

        def tell(done: int, total: int) -> None:
            if seen:
                drawn.length = total
                drawn.update(done - drawn.pos)

        try:
            yield tell
        finally:
            seen = False
