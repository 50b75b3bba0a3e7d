"""Redactions: what may be taken away, what is left to erase, and what would record again what was taken away."""

from collections.abc import Sequence

import attrs

from kzarchive.errors import InvalidEvent, Problem
from kzarchive.log.protocol import EventLog
from kzarchive.recording.intake import KEPT
from kzarchive.values.events import Event, PayloadRedacted, UnknownEvent
from kzarchive.wire import codec


@attrs.frozen(kw_only=True)
class Erased:
    """A body that was taken away.

    Attributes:
        position: Of the event whose body it was.
        ordered_by: Of the event that ordered it.
        resumed: Whether the order stood already, and only the erasure was left to finish.
    """

    position: int
    ordered_by: int
    resumed: bool = False


def left_to_erase(log: EventLog, position: int) -> int | None:
    """Returns the position of the order to take a body away whose bytes are not gone yet; None = there is none."""
    return next((row.ordered_by for row in log.redactions() if row.position == position and not row.erased), None)


def ordered(
    log: EventLog, position: int, *, reason: str, approvers: Sequence[str], actor: str
) -> tuple[Event | UnknownEvent, PayloadRedacted]:
    """Returns the event whose body is to be taken away, and the order to do so, without tombstones.

    Raises:
        InvalidEvent: With every fault of the target and of the order.
        LogError: The target is damaged.
    """
    named = approvers if isinstance(approvers, str) else list(approvers)
    data = {"actor": actor, "target": position, "reason": str(reason), "approvers": named}
    problems: list[Problem] = []
    target = order = None
    try:
        target = _target(log, position)
    except InvalidEvent as error:
        problems += error.problems
    try:
        order = codec.structure(data, PayloadRedacted)
    except InvalidEvent as error:
        known = {problem.where for problem in problems}
        problems += [problem for problem in error.problems if problem.where not in known]
    if target is None or order is None:
        raise InvalidEvent(problems)
    return target, order


def _target(log: EventLog, position: int) -> Event | UnknownEvent:
    """Returns the event whose body is to be taken away.

    Raises:
        InvalidEvent: There is no such event, its body may not go, or is gone.
        LogError: It is damaged.
    """
    if type(position) is not int or not 1 <= position <= log.head:
        raise InvalidEvent(Problem("target", f"expected a position of the log, 1 to {log.head}, got {position!r}"))
    stored = log.get(position)
    if stored.body is None:
        message = (
            f"expected a body that is there, got position {position}, which position {stored.redacted_by} redacted"
        )
        raise InvalidEvent(Problem("target", message))
    if stored.type in KEPT:
        message = f"expected an event whose body may go, got position {position}, {stored.type}"
        raise InvalidEvent(Problem("target", message))
    return codec.decode(stored.type, stored.version, stored.body)


def erased(log: EventLog) -> None:
    """Erases every body whose redaction is ordered and whose bytes are not gone yet.

    Raises:
        StorageError: The storage did not do its part, or somebody still reads what is to be erased.
    """
    left = [row.position for row in log.redactions() if not row.erased]
    if left:
        log.erase(*left)


def recorded_again(
    events: Sequence[tuple[str, Event | UnknownEvent]], identities: Sequence[bytes], log: EventLog
) -> list[Problem]:
    """Returns which events have the identity of one whose body is redacted.

    Args:
        events: Each event with the place that messages name.
        identities: The identity of each.
        log: The log.
    """
    orders = {row.position: row.ordered_by for row in log.redactions()}
    if not orders:
        return []
    found = [(*pair, log.find(identity)) for pair, identity in zip(events, identities, strict=True)]
    return [
        Problem(
            where,
            f"expected what is not redacted, got the {event.type} of position {position}, which position "
            f"{orders[position]} redacted",
        )
        for where, event, position in found
        if position in orders
    ]
