"""Mandate: what a force is for by each origin, who asked for it, what it consists of, who leads it, how it goes.

Texts are shown by origin and never merged; a label such as "peacekeeping" stays with who uses it. What a speaker says
that the force will do is a plan, and stays one.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.entries import Entry, Rows, lines_of, pending_of, visible
from kzarchive.projections.plans import Plan, plans_of
from kzarchive.projections.told import Told


@attrs.frozen(kw_only=True)
class Purpose:
    """What one origin says that a force is for.

    Attributes:
        origin: Who says it.
        told: What it says of the force as it is.
        planned: What it says that the force is to do, or asks it to do.
        unsettled: What it does not say for certain.
    """

    origin: str
    told: tuple[Told, ...] = ()
    planned: tuple[Plan, ...] = ()
    unsettled: tuple[Told, ...] = ()

    @property
    def key(self) -> str:
        """The origin."""
        return self.origin

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            "origin": self.origin,
            "told": [told.to_dict() for told in self.told],
            "planned": [plan.to_dict() for plan in self.planned],
            "unsettled": [told.to_dict() for told in self.unsettled],
        }

    def __str__(self) -> str:
        planned = [f"{plan.told.frame.subject}: to come, {plan.told}" for plan in self.planned]
        told = [f"{told.frame.subject}: {told}" for told in (*self.told, *self.unsettled)]
        return lines_of(self.origin, (*told, *planned))


@attrs.frozen(kw_only=True)
class MandateState:
    """A force beyond its whereabouts.

    Attributes:
        purposes: What it is for, by origin.
        requests: Who asked for it.
        composition: What its contingents consist of.
        command: Standing facts of those who lead it and of its alliance.
        operation: How the operation and its aircraft stand.
        withdrawal: Plans of its whereabouts, such as a withdrawal.
    """

    purposes: Rows[Purpose]
    requests: Rows[Entry]
    composition: Rows[Entry]
    command: Rows[Entry]
    operation: Rows[Entry]
    withdrawal: tuple[Plan, ...]

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        parts = ("purposes", "requests", "composition", "command", "operation")
        rows: dict[str, Any] = {part: getattr(self, part).to_dict() for part in parts}
        return {**rows, "withdrawal": [plan.to_dict() for plan in self.withdrawal]}

    def __str__(self) -> str:
        parts = ("purposes", "requests", "composition", "command", "operation")
        blocks = [lines_of(part, str(getattr(self, part)).splitlines()) for part in parts]
        return "\n".join([*blocks, lines_of("planned whereabouts", self.withdrawal or ("no data",))])


@attrs.frozen
class Mandate:
    """What a force is for, by origin, with its composition and command.

    Attributes:
        measures: Slugs of the purpose, of the request, of the composition, of the status of the operation, of the
            status and the number of aircraft, of the whereabouts, and of standing facts.
        command: Slugs of those who lead the force and of its alliance, whose standing facts are shown.
    """

    name = "mandate"
    version = 1
    measures: tuple[str, ...] = (
        "mandate",
        "force_request",
        "composition",
        "operation_status",
        "aircraft_status",
        "aircraft_returned",
        "contingent_status",
        "background",
    )
    command: tuple[str, ...] = ("csto_alliance", "serdyukov")

    def result(self, frames: Sequence[FrameClaims]) -> MandateState:
        """Returns the purposes by origin and the rest by frame, as far as something is told."""
        purpose, request, composition, operation, aircraft, returned, whereabouts, facts = (
            [f for f in frames if f.frame.measure == measure] for measure in self.measures
        )
        led = [f for f in facts if f.frame.subject in self.command]
        return MandateState(
            purposes=Rows(_purposes(visible(purpose)), pending_of(purpose)),
            requests=_entries(request),
            composition=_entries(composition),
            command=_entries(led),
            operation=_entries([*operation, *aircraft, *returned]),
            withdrawal=tuple(plan for f in whereabouts for plan in plans_of(f)),
        )


def _entries(frames: Sequence[FrameClaims]) -> Rows[Entry]:
    return Rows(tuple(map(Entry.of, visible(frames))), pending_of(frames))


def _purposes(frames: Sequence[FrameClaims]) -> tuple[Purpose, ...]:
    entries = [Entry.of(f) for f in frames]
    told = [t for e in entries for t in e.told]
    planned = [p for e in entries for p in e.plans]
    unsettled = [t for e in entries for t in e.unsettled]
    origins = sorted({t.origin for t in (*told, *unsettled, *(p.told for p in planned))})
    return tuple(
        Purpose(
            origin=origin,
            told=tuple(t for t in told if t.origin == origin),
            planned=tuple(p for p in planned if p.told.origin == origin),
            unsettled=tuple(t for t in unsettled if t.origin == origin),
        )
        for origin in origins
    )
