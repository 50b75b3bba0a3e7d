"""Items: what a fold is handed from a range of the log."""

import functools
from collections.abc import Iterable, Iterator
from typing import Any, Final, Self

import attrs

from kzarchive.log.protocol import EventLog
from kzarchive.logged import LoggedEvent
from kzarchive.projections.visible import Seen, VisibleAssertion, seen_by_frame, seen_one_by_one
from kzarchive.replay.view import View
from kzarchive.values.events import AssertionRecorded

FEW: Final = 2_000
"""Up to how many positions assertions are looked at one by one; of more, all of the archive are found at once."""


@attrs.frozen(slots=False)
class Items:
    """What folds are handed from a log.

    Attributes:
        over: ``assertions``, ``events`` or ``headers``.
        log: The log.
        view: Tells which assertions are visible and how they are read; needed for ``assertions`` alone.
        fields: The fields of headers that are read; None = all.
    """

    over: str
    log: EventLog
    view: View | None = None
    fields: tuple[str, ...] | None = None

    @classmethod
    def of(cls, projection: Any, log: EventLog, view: View | None = None) -> Self:
        """Returns what a projection is handed."""
        fields = getattr(projection, "fields", None) if projection.over == "headers" else None
        return cls(projection.over, log, view, fields)

    def between(self, after: int, until: int) -> Iterable[Any]:
        """Returns the items of a range, lazily and in order.

        Args:
            after: The position before the range.
            until: The last position of the range.
        """
        if self.fields is not None:
            return self.log.narrow(self.fields, after=after, until=until)
        if self.over == "headers":
            return self.log.headers(after=after, until=until)
        if self.over == "events":
            return map(LoggedEvent, self.log.read(after=after, until=until))
        if self.view is None:
            raise TypeError("expected a view for a fold over assertions, got None")
        return self._assertions(self.view, after, until)

    def _assertions(self, view: View, after: int, until: int) -> Iterator[VisibleAssertion]:
        if until - after > FEW:
            seen = iter([each for each in self._all if after < each.position <= until])
        else:
            seen = seen_one_by_one(view, _recorded(self.log, view, after=after, until=until))
        return _with_bodies(self.log, view, seen, after=after, until=until)

    @functools.cached_property
    def _all(self) -> list[Seen]:
        return [] if self.view is None else seen_by_frame(self.view)


def _recorded(log: EventLog, view: View, *, after: int, until: int) -> Iterator[str]:
    """Yields the assertions that a range records, without a look at those before it."""
    for header in log.headers(after=after, until=until, types=(AssertionRecorded.type,)):
        # An assertion of a version that this release does not know is no assertion to it.
        if (identity := header.identity.hex()) in view.ledger.assertions:
            yield identity


def _with_bodies(
    log: EventLog, view: View, seen: Iterator[Seen], *, after: int, until: int
) -> Iterator[VisibleAssertion]:
    """Yields what was seen with its stored event, which is read along with it, page by page."""
    stored = log.read(after=after, until=until, types=(AssertionRecorded.type,))
    for each in seen:
        event = next(event for event in stored if event.position == each.position)
        yield VisibleAssertion(each, view, event)
