"""Troop deployment: where each contingent of a force is, and how strong a force was decided on or sent."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from kzarchive.errors import UnknownFrame, near
from kzarchive.policies.answer import BestKnown
from kzarchive.projections.contract import FrameClaims
from kzarchive.replay.reasons import Status


@attrs.frozen(kw_only=True)
class Contingent:
    """Where a contingent is.

    Attributes:
        contingent: Slug of the contingent, or of the whole force.
        answer: The state with its reasons.
    """

    contingent: str
    answer: BestKnown

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            "contingent": self.contingent,
            "state": self.state,
            "status": self.answer.status.value,
            "inferred": self.answer.inferred,
            "since": self.answer.since,
            "why": [{"assertion": w.assertion, "rule": w.rule.value, "role": w.role.value} for w in self.answer.why],
        }

    @property
    def state(self) -> str:
        """The state's slug, or ``no_data``, ``unknown``, ``contested`` or ``order_unknown`` where there is none."""
        if self.answer.state is not None:
            return self.answer.state
        unsettled = {Status.UNKNOWN, Status.CONTESTED, Status.ORDER_UNKNOWN}
        return self.answer.status.value if self.answer.status in unsettled else Status.NO_DATA.value


@attrs.frozen(kw_only=True)
class Deployment:
    """The whereabouts of a force.

    Attributes:
        contingents: The whole force, then its contingents.
        strength: Answers for the strength decided on or sent.
    """

    contingents: tuple[Contingent, ...]
    strength: tuple[BestKnown, ...]

    def __iter__(self) -> Iterator[Contingent]:
        return iter(self.contingents)

    def __getitem__(self, contingent: str) -> Contingent:
        for entry in self.contingents:
            if entry.contingent == contingent:
                return entry
        names = [entry.contingent for entry in self.contingents]
        raise UnknownFrame(f"expected one of {', '.join(names)}, got {contingent!r}{near(contingent, names)}")

    def to_dict(self) -> list[dict[str, Any]]:
        """Returns plain JSON data: one entry a contingent."""
        return [entry.to_dict() for entry in self.contingents]

    def __str__(self) -> str:
        width = max((len(entry.contingent) for entry in self.contingents), default=0)
        lines = [f"{entry.contingent:{width}}  {_words(entry)}" for entry in self.contingents]
        return "\n".join(lines + [f"{answer.frame}  {answer.words()}" for answer in self.strength])


def _words(entry: Contingent) -> str:
    since = f", since {entry.answer.since}" if entry.answer.since else ""
    status = entry.answer.status.value.replace("_", " ")
    inferred = ", inferred" if entry.answer.inferred else ""
    return entry.state if entry.state == entry.answer.status.value else f"{entry.state} ({status}{inferred}{since})"


@attrs.frozen(kw_only=True)
class TroopDeployment:
    """Per contingent its whereabouts, and the strength of the force.

    Attributes:
        force: Slug of the whole force.
        place: Slug of the place.
        measures: Slugs of the status measure and of the strength.
    """

    name = "troop-deployment"
    version = 1
    force: str = "csto"
    place: str = "KZ"
    measures: tuple[str, ...] = ("contingent_status", "troops_sent")

    def result(self, frames: Sequence[FrameClaims]) -> Deployment:
        """Returns the force and each part of it that has no parts itself, also those that nothing is known of."""
        status, strength = self.measures
        rows = {f.frame.subject: f for f in frames if f.frame.measure == status and f.frame.place == self.place}
        parts = rows[self.force].parts if self.force in rows else ()
        names = [self.force, *(part for part in parts if not rows[part].parts)] if self.force in rows else []
        return Deployment(
            contingents=tuple(Contingent(contingent=name, answer=rows[name].answer) for name in names),
            strength=tuple(f.answer for f in frames if f.frame.measure == strength),
        )
