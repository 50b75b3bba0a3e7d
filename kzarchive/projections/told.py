"""Told: one claim as a result shows it: who said what, of when, when it was said, in which document.

A day or a span of days is printed as an imprecise date: ``2022-01-05``, ``[2022-01-06..2022-01-07]``, and with an
open side where nothing bounds it.
"""

from collections.abc import Iterable
from typing import Any

import attrs

from kzarchive.policies.answer import day_text
from kzarchive.replay.claims import Claim
from kzarchive.values.bounds import Bounds
from kzarchive.values.civil import local_day
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, Value
from kzarchive.values.dated import BEGINNING
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Modifier, Quantity


@attrs.frozen(kw_only=True)
class Told:
    """One claim of one origin.

    Attributes:
        frame: What it is of.
        origin: Slug of who said it.
        words: The term, the text, the figure as worded, the date, or why there is none.
        about: The time that it is about, as recorded or assessed; None = when it was stated.
        stated: Days in which it was stated; None = nothing bounds them.
        act: What the origin does by saying it, such as ``state``, ``allege`` or ``request``.
        modality: How far the origin commits itself, such as ``certain``.
        hedge: The hedge as written; None = none.
        note: The recorder's own words; None = none.
        document: Short name of the document that speaks for it.
        assertion: Id of the assertion that speaks for it.
        agreeing: Ids of other appearances of the utterance that say the same.
        varying: Ids of other appearances of the utterance that say something else.
        replaced: Whether a later word of its own origin has replaced it.
    """

    frame: Frame
    origin: str
    words: str
    about: str | None
    stated: str | None
    act: str
    modality: str
    hedge: str | None
    note: str | None
    document: str
    assertion: str
    agreeing: tuple[str, ...] = ()
    varying: tuple[str, ...] = ()
    replaced: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        data = {field.name: getattr(self, field.name) for field in attrs.fields(Told)}
        return data | {"frame": str(self.frame), "agreeing": list(self.agreeing), "varying": list(self.varying)}

    def __str__(self) -> str:
        how = [self.act] if self.act != "state" else []
        how += [self.modality] if self.modality != "certain" else []
        how += [f"about {self.about}"] if self.about else []
        how += [f"stated {self.stated}"] if self.stated else []
        how += [f"hedge: {self.hedge}"] if self.hedge else []
        how += ["replaced by a later word"] if self.replaced else []
        return f"{self.words}  [{', '.join((self.origin, f'document {self.document}', *how))}]"


def tell(claim: Claim, *, frame: Frame, replaced: bool = False) -> Told:
    """Returns a claim as a result shows it.

    Args:
        claim: The claim.
        frame: The frame that it is read as of.
        replaced: Whether a later word of its own origin has replaced it.
    """
    dated = claim.dated
    return Told(
        frame=frame,
        origin=claim.origin,
        words=words_of(claim.value),
        about=None if dated.valid is None else dated.valid.text,
        stated=days_text(claim.stated, dated.document.zone),
        act=dated.assertion.act.value,
        modality=dated.assertion.modality.value,
        hedge=dated.assertion.hedge,
        note=dated.assertion.note,
        document=dated.document.document.name,
        assertion=claim.id,
        agreeing=claim.agreeing,
        varying=claim.varying,
        replaced=replaced,
    )


def tell_all(claims: Iterable[Claim], *, frame: Frame, current: Iterable[Claim] | None = None) -> tuple[Told, ...]:
    """Returns claims in the order of the times that they are about.

    Args:
        claims: The claims.
        frame: The frame that they are read as of.
        current: Those of them that no later word has replaced; None = all.
    """
    standing = None if current is None else {claim.id for claim in current}
    return tuple(
        tell(claim, frame=frame, replaced=standing is not None and claim.id not in standing)
        for claim in sorted(claims, key=_when)
    )


def _when(claim: Claim) -> tuple[bool, int, bool, int, str]:
    start = claim.spell.start
    return (start.latest is None, start.latest or 0, start.earliest is not None, start.earliest or 0, claim.id)


def days_text(bounds: Bounds, zone: str) -> str | None:
    """Returns the days of a moment as an imprecise date; None = nothing bounds it.

    Args:
        bounds: The moment.
        zone: IANA name of the zone of its days.
    """
    open_start = bounds.earliest is None or bounds.earliest <= BEGINNING
    first = None if open_start or bounds.earliest is None else day_text(local_day(bounds.earliest, zone))
    last = None if bounds.latest is None else day_text(local_day(bounds.latest, zone))
    return span_text(first, last)


def span_text(first: str | None, last: str | None) -> str | None:
    """Returns two days as one imprecise date; None = both sides are open."""
    if first == last:
        return first
    return f"[{first or ''}..{last or ''}]"


def words_of(value: Value) -> str:
    """Returns a value in words: an exact number as it is, another quantity with its modifier."""
    match value:
        case Status(term):
            return term
        case Text(text):
            return text
        case Moment(date):
            return date.text
        case Unknown(reason):
            return f"unknown ({reason.value})"
        case Money():
            per = f"/{value.per}" if value.per else ""
            return f"{words_of(value.amount)} {value.currency}{per}"
        case Quantity():
            modifier = [] if value.modifier is Modifier.EXACT else [value.modifier.value.replace("_", " ")]
            return " ".join((*modifier, *value.numbers))
