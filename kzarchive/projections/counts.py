"""Counts of people: the toll (killed, injured, missing) and the arrests."""

from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.errors import UnknownFrame, near
from kzarchive.policies.answer import BestKnown
from kzarchive.projections.contract import FrameClaims
from kzarchive.replay.reasons import Status


@attrs.frozen
class Counts:
    """Answers of some measures, by frame.

    Attributes:
        answers: One for each frame that the archive holds, sorted by frame.
    """

    answers: tuple[BestKnown, ...]

    def __iter__(self) -> Any:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)

    def __getitem__(self, frame: str) -> BestKnown:
        for answer in self.answers:
            if str(answer.frame) == frame:
                return answer
        raise UnknownFrame(f"expected a frame of the result, got {frame!r}{near(frame, map(_name, self.answers))}")

    def to_dict(self) -> list[dict[str, Any]]:
        """Returns plain JSON data."""
        return [answer.to_dict() for answer in self.answers]

    def __str__(self) -> str:
        known = [answer for answer in self.answers if answer.status is not Status.NO_DATA]
        width = max((len(str(answer.frame)) for answer in known), default=0)
        return "\n".join(f"{a.frame!s:{width}}  {a.words()}" for a in known) or "no data"


def _name(answer: BestKnown) -> str:
    return str(answer.frame)


@attrs.frozen
class Toll:
    """How many were killed, injured and missing, by subject and place.

    Attributes:
        measures: Slugs of the measures.
    """

    name = "toll"
    version = 1
    measures: tuple[str, ...] = ("killed", "injured", "missing")

    def result(self, frames: Sequence[FrameClaims]) -> Counts:
        """Returns the answer of each frame."""
        return Counts(tuple(frame.answer for frame in frames))


@attrs.frozen
class Arrests:
    """How many were arrested, by subject and place.

    Attributes:
        measures: Slugs of the measures.
    """

    name = "arrests"
    version = 1
    measures: tuple[str, ...] = ("arrested",)

    def result(self, frames: Sequence[FrameClaims]) -> Counts:
        """Returns the answer of each frame."""
        return Counts(tuple(frame.answer for frame in frames))
