"""Plans: what was said to lie ahead, held against the day asked for (rule S16).

==================  ======================================================================================
outcome             when
==================  ======================================================================================
``open``            the plan names no day, or the question names none
``ahead``           the day asked for is before the planned day
``possibly_due``    it lies within the span of the planned day, so the plan may or may not be due
``due_unconfirmed`` the planned day has passed, and no claim says that what was planned came about
``confirmed``       a certain claim says so, and its time is definitely not before the plan was stated
==================  ======================================================================================

A plan whose day has passed is never "done" by itself. A claim of the same state from before the plan confirms
nothing: a limit that ended in December says nothing about the end of one that was announced in January.
"""

import enum
from typing import Any

import attrs

from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.told import Told, days_text, tell, tell_all
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Flag
from kzarchive.values.assertions import ValidReading
from kzarchive.values.bounds import UNBOUNDED, Bounds, Order
from kzarchive.values.content import Status, Value


class Outcome(enum.StrEnum):
    """How a plan stands at the day asked for."""

    OPEN = "open"
    AHEAD = "ahead"
    POSSIBLY_DUE = "possibly_due"
    DUE_UNCONFIRMED = "due_unconfirmed"
    CONFIRMED = "confirmed"


@attrs.frozen(kw_only=True)
class Plan:
    """Something that was said to lie ahead.

    Attributes:
        told: Who said it.
        due: The planned day or days; None = none was given.
        outcome: How it stands at the day asked for.
        confirmed_by: The claims that it came about.
        counted_from: Where ``due`` is a start and a duration: the claims of the start.
    """

    told: Told
    due: str | None
    outcome: Outcome
    confirmed_by: tuple[Told, ...] = ()
    counted_from: tuple[Told, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            "told": self.told.to_dict(),
            "due": self.due,
            "outcome": self.outcome.value,
            "confirmed_by": [told.to_dict() for told in self.confirmed_by],
            "counted_from": [told.to_dict() for told in self.counted_from],
        }

    def __str__(self) -> str:
        due = f", due {self.due}" if self.due else ""
        start = f", counted from {' and '.join(told.words for told in self.counted_from)}" if self.counted_from else ""
        return f"{self.outcome.value.replace('_', ' ')}{due}{start}: {self.told}"


def plans_of(frame: FrameClaims) -> tuple[Plan, ...]:
    """Returns the plans of a frame, sorted by the latest day at which they were stated."""
    ordered = sorted(frame.plans, key=lambda c: (c.stated.latest is None, c.stated.latest or 0, c.id))
    return tuple(_plan(claim, frame) for claim in ordered)


def _plan(claim: Claim, frame: FrameClaims) -> Plan:
    due = due_of(claim)
    confirming = confirmations(claim, frame)
    return Plan(
        told=tell(claim, frame=frame.frame),
        due=days_text(due, claim.dated.document.zone),
        outcome=Outcome.CONFIRMED if confirming else outcome(due, frame.valid),
        confirmed_by=tell_all(confirming, frame=frame.frame),
    )


def due_of(claim: Claim) -> Bounds:
    """Returns when a plan is due: the day that it names, or the end of the span throughout which it is to hold."""
    valid, zone = claim.dated.valid, claim.dated.document.zone
    if valid is None:
        return UNBOUNDED
    return valid.bounds(zone) if claim.dated.reading is ValidReading.WITHIN else valid.end(zone)


def outcome(due: Bounds, valid: int | None) -> Outcome:
    """Returns how a plan that nothing confirms stands.

    Args:
        due: When it is due, inclusive.
        valid: The UTC second asked for; None = none.
    """
    if valid is None or due == UNBOUNDED:
        return Outcome.OPEN
    passed = {Order.DEFINITELY: Outcome.DUE_UNCONFIRMED, Order.POSSIBLY: Outcome.POSSIBLY_DUE, Order.NOT: Outcome.AHEAD}
    return passed[due.before(Bounds(valid, valid))]


def confirmations(plan: Claim, frame: FrameClaims, planned: Value | None = None) -> tuple[Claim, ...]:
    """Returns the certain claims of the planned state whose time is definitely not before the plan was stated.

    Where somebody denies what the answer rests on, nothing is confirmed.

    Args:
        plan: The plan.
        frame: The frame of the claims that may confirm it.
        planned: The planned state; None = the value of the plan.
    """
    state = plan.value if planned is None else planned
    if not isinstance(state, Status) or Flag.DENIED in frame.answer.flags:
        return ()
    return tuple(claim for claim in frame.claims if claim.value == state and not_before(claim, plan))


def not_before(claim: Claim, plan: Claim) -> bool:
    """Returns whether the time of a claim lies definitely not before the first second at which a plan was stated."""
    start, stated = claim.spell.start.earliest, plan.stated.earliest
    return start is not None and stated is not None and start >= stated
