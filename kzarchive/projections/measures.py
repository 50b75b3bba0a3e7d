"""Measures of the authorities: declared, in force, ended, and what was planned.

Whether a measure was declared and whether it ended are two claims, and a plan to end it is none. Two rules:

1. What stands is the state of the frame's answer, and where that holds none, the last step that was taken. A step
   that the vocabulary lists as exclusive with a state ends it there already: a price limit that was abolished in
   December and declared anew in January has no state and counts as declared, in the frame and here.
2. The planned end is the day that a source names, or the days on which the measure is said to have been announced or
   declared, each with the planned duration added. The latter is a span: which day the duration runs from is not
   guessed. A day plus n days is the first on which the measure is no longer in force if it began on that day.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from kzarchive.policies.answer import day_text
from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.entries import Entry, Rows, lines_of, pending_of, visible
from kzarchive.projections.plans import Outcome, Plan, confirmations, not_before, outcome
from kzarchive.projections.told import days_text, span_text, tell, tell_all
from kzarchive.replay.claims import Claim
from kzarchive.values.bounds import Bounds
from kzarchive.values.civil import local_day
from kzarchive.values.content import Status
from kzarchive.values.conventions import Interval
from kzarchive.values.dates import ImpreciseDate

STEPS = ("announced", "declared")
END = "ended"


@attrs.frozen(kw_only=True)
class MeasureRow:
    """What is known of one measure at one place.

    Attributes:
        entry: Its steps and states, with the plans that name a day.
        duration: The planned duration with its claims; None = none is told.
        standing: ``announced``, ``declared``, ``in_force`` or ``ended``, whichever is claimed last; else the status of
            the answer, such as ``contested`` or ``no_data``.
        since: When ``standing`` began, as claimed; None = not known.
        ends: The planned ends: those of the entry, and those that follow from a duration.
    """

    entry: Entry
    duration: Entry | None = None
    standing: str
    since: str | None = None
    ends: tuple[Plan, ...] = ()

    @property
    def key(self) -> str:
        """Subject and place, such as ``curfew/unstated``."""
        return self.entry.key

    @property
    def inferred(self) -> bool:
        """Whether ``standing`` goes beyond the days of any claim."""
        return self.entry.answer.inferred and self.standing == self.entry.answer.state

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            "measure": self.entry.to_dict(),
            "duration": None if self.duration is None else self.duration.to_dict(),
            "standing": self.standing,
            "inferred": self.inferred,
            "since": self.since,
            "ends": [plan.to_dict() for plan in self.ends],
        }

    def __str__(self) -> str:
        since = f", since {self.since}" if self.since else ""
        title = f"{self.key}  {self.standing.replace('_', ' ')}{', inferred' if self.inferred else ''}{since}"
        ends = [f"planned end, {plan}" for plan in self.ends]
        unsettled = [f"unsettled, {told}" for told in self.entry.unsettled]
        return lines_of(title, (*self.entry.told, *ends, *unsettled))


@attrs.frozen
class Measures:
    """Measures of the authorities, by measure and place; a place that no text states stays ``unstated``.

    Attributes:
        measures: Slugs of the status of a measure and of its planned duration in days.
    """

    name = "measures"
    version = 1
    measures: tuple[str, ...] = ("measure_status", "planned_duration")

    def result(self, frames: Sequence[FrameClaims]) -> Rows[MeasureRow]:
        """Returns a row for each measure and place of which something is told."""
        known = visible(frames)
        status, duration = self.measures
        lengths = {(f.frame.subject, f.frame.place): f for f in known if f.frame.measure == duration}
        steps = {(f.frame.subject, f.frame.place): f for f in frames if f.frame.measure == status}
        shown = sorted(key for key, f in steps.items() if f in known or key in lengths)
        alone = sorted(lengths.keys() - steps.keys())
        rows = [_row(steps[key], lengths.get(key)) for key in shown] + [_bare(lengths[key]) for key in alone]
        return Rows(tuple(rows), pending_of(frames))


def _bare(length: FrameClaims) -> MeasureRow:
    entry = Entry.of(length)
    return MeasureRow(entry=entry, duration=entry, standing="no_data", ends=entry.plans)


def _row(steps: FrameClaims, length: FrameClaims | None) -> MeasureRow:
    standing, since = _standing(steps)
    entry = Entry.of(steps)
    lengths = () if length is None else (*length.claims, *length.plans)
    return MeasureRow(
        entry=entry,
        duration=None if length is None else Entry.of(length),
        standing=standing,
        since=since,
        ends=(
            *(plan for plan in entry.plans if plan.told.words == END),
            *(_end(claim, length.frame, steps) for claim in lengths if length is not None),
        ),
    )


def _standing(steps: FrameClaims) -> tuple[str, str | None]:
    """Returns the state or step claimed last, and since when."""
    answer, taken = steps.answer, _steps(steps.claims)
    if answer.state is not None or not taken or answer.status.value in {"contested", "order_unknown", "unknown"}:
        return answer.state or answer.status.value, answer.since
    last = max(taken, key=lambda claim: (claim.spell.start.latest or 0, STEPS.index(_term(claim))))
    return _term(last), days_text(last.spell.start, last.dated.document.zone)


def _steps(claims: Iterable[Claim]) -> list[Claim]:
    return [claim for claim in claims if _term(claim) in STEPS]


def _term(claim: Claim) -> str:
    return claim.value.term if isinstance(claim.value, Status) else ""


def _end(length: Claim, frame: Any, steps: FrameClaims) -> Plan:
    """Returns the planned end that a duration gives."""
    zone = length.dated.document.zone
    starts = [claim for claim in _steps(steps.live) if not_before(claim, length)]
    due = _added([claim.spell.start for claim in starts], length.interval, zone) if starts else None
    bounds = Bounds(None, None) if due is None else ImpreciseDate.parse(due).bounds(zone)
    confirming = confirmations(length, steps, Status(END))
    return Plan(
        told=tell(length, frame=frame),
        due=due,
        outcome=Outcome.CONFIRMED if confirming else outcome(bounds, steps.valid),
        confirmed_by=tell_all(confirming, frame=steps.frame),
        counted_from=tell_all(starts, frame=steps.frame),
    )


def _added(starts: Sequence[Bounds], days: Interval | None, zone: str) -> str | None:
    """Returns the span of the days from ``starts`` with a duration added; None = nothing bounds it."""
    if days is None:
        return None
    earliest = [None if s.earliest is None or days.low is None else (s.earliest, math.floor(days.low)) for s in starts]
    latest = [None if s.latest is None or days.high is None else (s.latest, math.ceil(days.high)) for s in starts]
    first = [None if end is None else local_day(end[0], zone) + end[1] for end in earliest]
    last = [None if end is None else local_day(end[0], zone) + end[1] for end in latest]
    return span_text(_day(first, min), _day(last, max))


def _day(days: Sequence[int | None], pick: Any) -> str | None:
    known = [day for day in days if day is not None]
    return day_text(pick(known)) if len(known) == len(days) else None
