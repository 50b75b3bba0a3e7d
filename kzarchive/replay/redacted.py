"""What of a log says nothing any more: events whose bodies are redacted, and assertions whose documents are.

Without its document an assertion cannot be dated, and so it cannot be placed in any answer: it is a gap as well.
"""

import attrs

from kzarchive.replay.stored import Reach
from kzarchive.values.events import PayloadRedacted


@attrs.frozen(kw_only=True)
class Redacted:
    """An event that says nothing any more.

    Attributes:
        position: Its position.
        type: Its type.
        ordered_by: Position of the event that ordered a body away; None = that of one of several protected documents,
            and which of them it was is gone with their ids.
        reason: Why, as that event says; None where ``ordered_by`` is None.
        with_document: Whether it is gone with its document, and its own body is there.
    """

    position: int
    type: str
    ordered_by: int | None
    reason: str | None
    with_document: bool = False

    def to_dict(self) -> dict[str, int | str | bool | None]:
        """Returns plain JSON data."""
        return attrs.asdict(self)

    def __str__(self) -> str:
        what = f"position {self.position} ({self.type}{', with its document' if self.with_document else ''})"
        return f"{what} by position {self.ordered_by}: {self.reason}" if self.ordered_by else what


def redacted(reach: Reach) -> tuple[Redacted, ...]:
    """Returns what says nothing any more, at or before the position that counts, in log order.

    An order counts wherever it stands: what is gone is gone from every earlier position too.
    """
    return tuple(
        _redacted(reach, position, ordered_by)
        for position, ordered_by in reach.index.gaps()
        if position <= reach.position
    )


def _redacted(reach: Reach, position: int, ordered_by: int) -> Redacted:
    stored, said = reach.events.at(position)
    order = reach.events.at(ordered_by)[1] if ordered_by else None
    return Redacted(
        position=position,
        type=stored.type,
        ordered_by=ordered_by or None,
        reason=order.reason.value if isinstance(order, PayloadRedacted) else None,
        with_document=said is not None,
    )
