"""Dated documents and assertions: the bounds of each axis of what a document says.

1. A document is published by when it was retrieved, and retrieved by when it was recorded.
2. What a document says in its own voice without another date is stated when the document is published.
3. What is stated is stated by when it is published; its document is published no earlier than it was stated, and
   retrieved no earlier than that.

A pair of dates that contradicts this order is kept as it is and flagged, never refused.
"""

import re
from collections.abc import Iterable

import attrs

from kzarchive.values.assertions import Assertion, ValidReading
from kzarchive.values.bounds import UNBOUNDED, Bounds
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.sources import Document

# A state that is claimed to have held always begins before every date that a document bears.
BEGINNING = -(2**53)


@attrs.frozen
class DatedDocument:
    """A document with the bounds of its axes in UTC seconds.

    Attributes:
        document: The document.
        zone: The zone of its bare dates.
        published: Bounds of its publication.
        retrieved: Bounds of its capture.
        published_date: The date that ``published`` rests on; None = unknown.
        contradicts: Whether its dates contradict the order of axes.
    """

    document: Document
    zone: str
    published: Bounds
    retrieved: Bounds
    published_date: ImpreciseDate | None
    contradicts: bool


@attrs.frozen
class DatedAssertion:
    """An assertion with the bounds of its axes in UTC seconds.

    Attributes:
        id: Its id.
        position: Of the event that recorded it.
        assertion: The assertion.
        document: Its document.
        published: Bounds of the publication, tightened by ``stated``.
        retrieved: Bounds of the capture, tightened by ``published``.
        stated: Bounds of the act of speech.
        valid: The date in force; None = at the moment at which it is stated.
        reading: How ``valid`` is read; None exactly when ``valid`` is None.
        uncertain: Whether a date that it rests on is marked ``~`` or ``?``.
        contradicts: Whether its dates contradict the order of axes.
    """

    id: str
    position: int
    assertion: Assertion
    document: DatedDocument
    published: Bounds
    retrieved: Bounds
    stated: Bounds
    valid: ImpreciseDate | None
    reading: ValidReading | None
    uncertain: bool
    contradicts: bool


def dated_document(
    document: Document,
    *,
    recorded: int,
    zone: str,
    published: ImpreciseDate | None,
    retrieved: ImpreciseDate | None,
) -> DatedDocument:
    """Returns a document with its bounds.

    Args:
        document: The document.
        recorded: UTC second at which the log took it in.
        zone: The zone of its bare dates.
        published: The date of its publication, as recorded or assessed; None = unknown.
        retrieved: The date of its capture, as recorded or assessed; None = unknown.
    """
    order = Ordered()
    captured = order.by(_bounds(retrieved, zone), Bounds(recorded, recorded))
    public = order.by(_bounds(published, zone), captured)
    captured = order.after(captured, public)
    return DatedDocument(document, zone, public, captured, published, order.contradicts)


def dated_assertion(
    identity: str,
    position: int,
    assertion: Assertion,
    document: DatedDocument,
    *,
    stated: ImpreciseDate | None,
    valid: ImpreciseDate | None,
) -> DatedAssertion:
    """Returns an assertion with its bounds.

    Args:
        identity: Its id.
        position: Of the event that recorded it.
        assertion: The assertion.
        document: Its document.
        stated: When it was said, as recorded or assessed; None = the document does not say.
        valid: When it is true, as recorded or assessed; None = at the moment at which it is stated.
    """
    order = Ordered()
    own_voice = stated is None and not assertion.chain
    said = document.published if own_voice else order.by(_bounds(stated, document.zone), document.published)
    public = order.after(document.published, said)
    return DatedAssertion(
        identity,
        position,
        assertion,
        document,
        public,
        order.after(document.retrieved, public),
        said,
        valid,
        assertion.valid_reading or (None if valid is None else ValidReading.THROUGHOUT),
        _flagged((document.published_date, stated, valid)),
        order.contradicts or document.contradicts,
    )


@attrs.define
class Ordered:
    """Tightens pairs of moments by their order; where that leaves nothing, keeps them and remembers it."""

    contradicts: bool = False

    def by(self, bounds: Bounds, limit: Bounds) -> Bounds:
        """Returns ``bounds`` no later than ``limit``."""
        return self._or_kept(bounds.at_most(limit), bounds)

    def after(self, bounds: Bounds, limit: Bounds) -> Bounds:
        """Returns ``bounds`` no earlier than ``limit``."""
        return self._or_kept(bounds.at_least(limit), bounds)

    def _or_kept(self, tightened: Bounds | None, kept: Bounds) -> Bounds:
        if tightened is None:
            self.contradicts = True
            return kept
        return tightened


def _bounds(date: ImpreciseDate | None, zone: str) -> Bounds:
    return UNBOUNDED if date is None else date.bounds(zone)


def _flagged(dates: Iterable[ImpreciseDate | None]) -> bool:
    return any(date is not None and date.flagged for date in dates)


def minimum(one: Bounds, other: Bounds) -> Bounds:
    """Returns the bounds of the earlier of two moments."""
    earliest = None if one.earliest is None or other.earliest is None else min(one.earliest, other.earliest)
    latest = [bound for bound in (one.latest, other.latest) if bound is not None]
    return Bounds(earliest, min(latest) if latest else None)


_WHOLE = re.compile(r"(?P<year>-?[0-9]{4})(?P<month>-(?:0[1-9]|1[0-2]))?[?~%]?")


def first_day(valid: ImpreciseDate) -> ImpreciseDate:
    """Returns the first day of a whole month or year, such as ``2022-01-01`` of ``2022-01``; another date as it is.

    A season has none, for it is another one in either half of the world; nor has a date with unspecified digits.
    """
    whole = _WHOLE.fullmatch(valid.text)
    if whole is None:
        return valid
    return ImpreciseDate.parse(f"{whole['year']}{whole['month'] or '-01'}-01")


def reference(dated: DatedAssertion, stated: Bounds) -> Bounds:
    """Returns when a count, level or price refers to: the end of ``valid``, cut at ``stated``.

    Args:
        dated: The assertion.
        stated: Bounds of its act of speech, which other appearances may have narrowed.
    """
    counted = counted_to(dated)
    return stated if counted is None else minimum(counted, stated)


def counted_to(dated: DatedAssertion) -> Bounds | None:
    """Returns the bounds of the end of ``valid``; None = it has none of its own, so that it is when it was stated."""
    valid, zone = dated.valid, dated.document.zone
    if valid is None:
        return None
    if dated.reading is ValidReading.WITHIN or not valid.is_interval:
        return valid.bounds(zone)
    if valid.has_open_end:
        return None
    return Bounds(valid.start(zone).earliest, None) if valid.has_unknown_end else valid.end(zone)


@attrs.frozen
class Spell:
    """The days of a state as claimed.

    Attributes:
        start: Bounds of its start; in force from their latest second.
        end: Last second of its stated end; None = none was stated.
        vouched: Last second that the claim itself covers; None = it has no end (``..``).
    """

    start: Bounds
    end: int | None
    vouched: int | None


def spell(dated: DatedAssertion, stated: Bounds) -> Spell:
    """Returns from when to when a state is claimed.

    ``within`` counts from the end of the span; a whole month or year read ``throughout`` begins with its first day.

    Args:
        dated: The assertion.
        stated: Bounds of its act of speech.
    """
    valid, zone = dated.valid, dated.document.zone
    if valid is None:
        return Spell(stated, None, stated.latest)
    whole = valid.bounds(zone)
    if dated.reading is ValidReading.WITHIN or not valid.is_interval:
        throughout = dated.reading is ValidReading.THROUGHOUT
        return Spell(first_day(valid).bounds(zone) if throughout else whole, None, whole.latest)
    start = valid.start(zone)
    if valid.has_open_start:
        start = Bounds(BEGINNING, BEGINNING)
    if valid.has_unknown_start:
        start = Bounds(None, whole.latest if whole.latest is not None else stated.latest)
    if valid.has_open_end:
        return Spell(start, None, None)
    if valid.has_unknown_end:
        return Spell(start, None, stated.latest)
    return Spell(start, whole.latest, whole.latest)
