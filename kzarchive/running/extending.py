"""Extending: from an accumulator at one position to that at a later one, the same as if all had been folded anew."""

from typing import Any

import attrs

from kzarchive.projections.checking import by_measure
from kzarchive.projections.folding import Start, fold
from kzarchive.replay.view import View
from kzarchive.running.items import Items
from kzarchive.running.keeping import Base
from kzarchive.running.past import PastChange, past_changes
from kzarchive.running.progress import Progress, told
from kzarchive.running.snapshots import redacted_in
from kzarchive.running.source import Source


@attrs.frozen
class Extended:
    """An accumulator at a later position.

    Attributes:
        accumulator: The accumulator.
        started: The position that it was gone on from; 0 = it was folded anew.
        redacted: How many of the events in it were redacted before they were read.
        past_changes: The events that made that necessary.
    """

    accumulator: Any
    started: int
    redacted: int
    past_changes: tuple[PastChange, ...] = ()


@attrs.frozen
class Extender:
    """Extends the accumulators of one projection.

    Attributes:
        source: What is read.
        projection: The projection, checked.
        start: Where its folds begin; None for one by measure, which has no accumulator.
    """

    source: Source
    projection: Any
    start: Start | None

    @classmethod
    def of(cls, source: Source, projection: Any) -> "Extender":
        """Returns the extender of a projection.

        Raises:
            UsageError: ``initial`` gives the same accumulator twice.
        """
        return cls(source, projection, None if by_measure(projection) else Start(projection))

    def extend(self, base: Base, *, until: int, view: View | None, progress: Progress | None = None) -> Extended:
        """Returns the accumulator at a position.

        Args:
            base: What to go on from; its accumulator is used up.
            until: The position.
            view: The archive as seen there, for a fold over assertions.
            progress: Is told how far it is.

        Raises:
            UsageError: The fold does not begin clean, or ``apply`` gives nothing.
        """
        redacted = redacted_in(self.source.log, until)
        if self.start is None:
            return Extended(None, base.position, redacted)
        after, changes = going_on(self.source, base, view)
        accumulator = base.accumulator if after else self.start.accumulator()
        items = Items.of(self.projection, self.source.log, view).between(after, until)
        accumulator = fold(self.projection, accumulator, told(items, progress, after=after, until=until))
        self.start.check()
        return Extended(accumulator, after, redacted, changes)


def going_on(source: Source, base: Base, view: View | None) -> tuple[int, tuple[PastChange, ...]]:
    """Returns the position that a base can be gone on from, 0 where its past was changed, and what changed it."""
    if view is None or base.position == 0:
        return base.position, ()
    changes = tuple(past_changes(source.log, view, source.as_of(position=base.position).view))
    return (0, changes) if changes else (base.position, ())
