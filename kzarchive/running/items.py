"""Items: what a fold is handed from a range of the log."""

from collections.abc import Iterable, Iterator
from typing import Any

from kzarchive.log.protocol import EventLog
from kzarchive.logged import LoggedEvent
from kzarchive.projections.contract import VisibleAssertion, visible_assertions
from kzarchive.replay.view import View
from kzarchive.values.events import AssertionRecorded


def items_of(over: str, log: EventLog, view: View | None, *, after: int, until: int) -> Iterable[Any]:
    """Returns the items of a range of the log, lazily and in order.

    Args:
        over: ``assertions``, ``events`` or ``headers``.
        log: The log.
        view: Tells which assertions are visible and how they are read; needed for ``assertions`` alone.
        after: The position before the range.
        until: The last position of the range.
    """
    if over == "headers":
        return log.headers(after=after, until=until)
    if over == "events":
        return map(LoggedEvent, log.read(after=after, until=until))
    if view is None:
        raise TypeError("expected a view for a fold over assertions, got None")
    return visible_assertions(view, _recorded(log, view, after=after, until=until))


def visible_of(log: EventLog, view: View, *, after: int, until: int) -> Iterable[VisibleAssertion]:
    """Returns the visible and live assertions of a range of the log, in order."""
    return visible_assertions(view, _recorded(log, view, after=after, until=until))


def _recorded(log: EventLog, view: View, *, after: int, until: int) -> Iterator[str]:
    """Yields the assertions that a range records, without a look at those before it."""
    for header in log.headers(after=after, until=until, types=(AssertionRecorded.type,)):
        # An assertion of a version that this release does not know is no assertion to it.
        if (identity := header.identity.hex()) in view.ledger.assertions:
            yield identity
