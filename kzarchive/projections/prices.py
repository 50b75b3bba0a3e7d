"""Prices: per unit and currency, by what factor or per cent they changed, and what was demanded.

An amount that a text converts into another currency is no second price: it stands under ``converted`` and takes no
part in an answer. A demanded price is no price: it stands under ``demanded``. Nothing is computed from anything else;
a doubled price and a price of 120 give no price before the doubling.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.policies.answer import BestKnown
from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.entries import Entry, Rows, lines_of, pending_of, visible
from kzarchive.projections.plans import Plan
from kzarchive.projections.told import Told, tell_all
from kzarchive.replay.reasons import Status
from kzarchive.values.assertions import Act

WISHES = {Act.REQUEST.value, Act.URGE.value}


@attrs.frozen(kw_only=True)
class PriceRow:
    """What is known of the price of one thing at one place.

    Attributes:
        subject: Slug of the thing.
        place: Slug of the place.
        amounts: The price, one answer for each currency and unit in which somebody states it.
        factor: The new price divided by the old one; None = nobody states it.
        rise: The rise in per cent; None = nobody states it.
        figures: Who states an amount, a factor or a rise; of unordered times they may give no one answer.
        moves: Who says that it rose, fell or is back where it was.
        converted: The same price in another currency, as a text converts it.
        demanded: What was asked for.
        planned: What was announced or expected.
        entries: The frames that all this comes from.
    """

    subject: str
    place: str
    amounts: tuple[BestKnown, ...] = ()
    factor: BestKnown | None = None
    rise: BestKnown | None = None
    figures: tuple[Told, ...] = ()
    moves: tuple[Told, ...] = ()
    converted: tuple[Told, ...] = ()
    demanded: tuple[Plan, ...] = ()
    planned: tuple[Plan, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def key(self) -> str:
        """Subject and place, such as ``lpg/KZ``."""
        return f"{self.subject}/{self.place}"

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            "subject": self.subject,
            "place": self.place,
            "amounts": [answer.to_dict() for answer in self.amounts],
            "factor": None if self.factor is None else self.factor.to_dict(),
            "rise": None if self.rise is None else self.rise.to_dict(),
            "figures": [told.to_dict() for told in self.figures],
            "moves": [told.to_dict() for told in self.moves],
            "converted": [told.to_dict() for told in self.converted],
            "demanded": [plan.to_dict() for plan in self.demanded],
            "planned": [plan.to_dict() for plan in self.planned],
            "entries": [entry.to_dict() for entry in self.entries],
        }

    def __str__(self) -> str:
        return lines_of(
            self.key,
            (
                *(f"{answer.unit}: {answer.words()}" for answer in self.amounts),
                *(f"the same price, converted: {told}" for told in self.converted),
                *([f"new price by old price: {self.factor.words()}"] if self.factor else []),
                *([f"rise in per cent: {self.rise.words()}"] if self.rise else []),
                *(f"{told.frame.measure}: {told}" for told in self.figures),
                *self.moves,
                *(f"demanded, {plan.told}" for plan in self.demanded),
                *(f"plan, {plan}" for plan in self.planned),
                *(f"unsettled, {told}" for entry in self.entries for told in entry.unsettled),
            ),
        )


@attrs.frozen
class Prices:
    """Prices and their changes, by subject and place.

    Attributes:
        measures: Slugs of the price, of the factor, of the rise in per cent and of the direction of the change.
    """

    name = "prices"
    version = 1
    measures: tuple[str, ...] = ("price", "price_factor", "price_rise", "price_change")

    def result(self, frames: Sequence[FrameClaims]) -> Rows[PriceRow]:
        """Returns a row for each thing and place of which something is told."""
        known = visible(frames)
        keys = sorted({(f.frame.subject, f.frame.place) for f in known})
        rows = (self._row([f for f in known if (f.frame.subject, f.frame.place) == key]) for key in keys)
        return Rows(tuple(rows), pending_of(frames))

    def _row(self, frames: Sequence[FrameClaims]) -> PriceRow:
        entries = {f.frame.measure: Entry.of(f) for f in frames}
        price, factor, rise, change = (entries.get(measure) for measure in self.measures)
        plans = [plan for entry in entries.values() for plan in entry.plans]
        return PriceRow(
            subject=frames[0].frame.subject,
            place=frames[0].frame.place,
            amounts=_amounts(price),
            factor=_stated(factor),
            rise=_stated(rise),
            figures=tuple(told for entry in (price, factor, rise) if entry is not None for told in entry.told),
            moves=() if change is None else change.told,
            converted=tuple(told for f in frames for told in tell_all(f.converted, frame=f.frame)),
            demanded=tuple(plan for plan in plans if plan.told.act in WISHES),
            planned=tuple(plan for plan in plans if plan.told.act not in WISHES),
            entries=tuple(entries.values()),
        )


def _stated(entry: Entry | None) -> BestKnown | None:
    bare = {Status.NO_DATA, Status.UNCOMMITTED, Status.UNKNOWN}
    return None if entry is None or entry.answer.status in bare else entry.answer


def _amounts(entry: Entry | None) -> tuple[BestKnown, ...]:
    answer = _stated(entry)
    return () if answer is None else answer.by_unit or (answer,)
