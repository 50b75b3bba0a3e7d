"""Source: what runs read of an archive, and what they give back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import attrs

from kzarchive.log.protocol import EventLog
from kzarchive.projections.checking import by_measure, check_projection
from kzarchive.replay.view import View
from kzarchive.running.past import PastChange
from kzarchive.running.snapshots import SetAside
from kzarchive.state import State
from kzarchive.values.terms import Vocabulary

_TOLD = 10

Result_co = TypeVar("Result_co", covariant=True)


@attrs.frozen(kw_only=True)
class Source:
    """What runs read of an archive.

    Attributes:
        log: Its log.
        as_of: Its ``as_of``.
        path: Its file; None = it is in memory, and no other process can open it.
    """

    log: EventLog
    as_of: Callable[..., State]
    path: Path | None = None

    def check(self, projection: Any) -> None:
        """Checks a projection; of one by fold without a look at what the archive holds.

        Raises:
            UsageError: It breaks its contract.
        """
        vocabulary = self.as_of().vocabulary if by_measure(projection) else Vocabulary(name="none is needed")
        check_projection(projection, vocabulary)

    def view(self, projection: Any, position: int) -> View | None:
        """Returns the view at a position of the question that is asked by default; None = the projection needs none."""
        if by_measure(projection) or projection.over != "assertions":
            return None
        return self.as_of(position=position).view

    def result(self, projection: Any, accumulator: Any, position: int) -> Any:
        """Returns the result of an accumulator; of a projection by measure that of the state at a position."""
        if by_measure(projection):
            return self.as_of(position=position).replay(projection)
        return projection.result(accumulator)


@attrs.frozen(kw_only=True)
class Run(Generic[Result_co]):
    """What a run of a projection gave and did.

    Attributes:
        result: The result.
        position: The log position that it is of.
        started: The position of the snapshot that it went on from; 0 = it began with nothing.
        set_aside: Snapshots that were not used, with why.
        past_changes: Later events that changed the past of the snapshot, so that it was not gone on from.
    """

    result: Result_co
    position: int
    started: int = 0
    set_aside: tuple[SetAside, ...] = ()
    past_changes: tuple[PastChange, ...] = ()

    def report(self) -> str:
        """Returns what was done, a line for each thing worth knowing."""
        began = f"went on from position {self.started}" if self.started else "began with nothing"
        told = [*map(str, self.set_aside), *map(str, self.past_changes[:_TOLD])]
        more = len(self.past_changes) - _TOLD
        rest = [f"and {more} more changes of the past"] if more > 0 else []
        return "\n".join([f"{began}, now at position {self.position}", *told, *rest])
