"""Reactions: what each speaker says of the events, their causes and their background.

Everything stands by origin, in its own words as recorded, and nothing is merged: two speakers who give one cause are
two rows. What a speaker calls for or announces stands under ``ahead`` and is never told as done.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.entries import Entry, Rows, lines_of, pending_of, visible
from kzarchive.projections.plans import Plan
from kzarchive.projections.told import Told


@attrs.frozen(kw_only=True)
class Speaker:
    """One origin and what it says.

    Attributes:
        origin: Slug of the origin.
        told: Its claims, by measure, subject and place.
        ahead: What it calls for, announces or expects.
        unsettled: What it does not say for certain.
    """

    origin: str
    told: tuple[Told, ...] = ()
    ahead: tuple[Plan, ...] = ()
    unsettled: tuple[Told, ...] = ()

    @property
    def key(self) -> str:
        """The origin."""
        return self.origin

    def of(self, measure: str) -> tuple[Told, ...]:
        """Returns its claims of one measure, such as ``protest_cause``."""
        return tuple(told for told in self.told if told.frame.measure == measure)

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            "origin": self.origin,
            "told": [told.to_dict() for told in self.told],
            "ahead": [plan.to_dict() for plan in self.ahead],
            "unsettled": [told.to_dict() for told in self.unsettled],
        }

    def __str__(self) -> str:
        told = [f"{told.frame}: {told}" for told in (*self.told, *self.unsettled)]
        return lines_of(self.origin, (*told, *(f"{plan.told.frame}: {plan}" for plan in self.ahead)))


@attrs.frozen
class Reactions:
    """Reactions, accounts, causes and background, by speaker.

    Attributes:
        measures: Slugs of the measures.
    """

    name = "reactions"
    version = 1
    measures: tuple[str, ...] = ("reaction", "account", "protest_cause", "background")

    def result(self, frames: Sequence[FrameClaims]) -> Rows[Speaker]:
        """Returns a row for each origin, sorted; each measure in the order of ``measures``."""
        rank = {measure: place for place, measure in enumerate(self.measures)}
        ordered = sorted(visible(frames), key=lambda f: (rank[f.frame.measure], f.frame))
        entries = [Entry.of(f) for f in ordered]
        told = [t for e in entries for t in e.told]
        ahead = [p for e in entries for p in e.plans]
        unsettled = [t for e in entries for t in e.unsettled]
        origins = sorted({t.origin for t in (*told, *unsettled, *(p.told for p in ahead))})
        rows = tuple(
            Speaker(
                origin=origin,
                told=tuple(t for t in told if t.origin == origin),
                ahead=tuple(p for p in ahead if p.told.origin == origin),
                unsettled=tuple(t for t in unsettled if t.origin == origin),
            )
            for origin in origins
        )
        return Rows(rows, pending_of(frames))
