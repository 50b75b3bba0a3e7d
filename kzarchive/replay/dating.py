"""Dating: the bounds of each axis of each assertion, after the assessments that stand.

1. The last standing assessment of a target counts; one of an assertion goes before one of its utterance.
2. A document is published by when it was retrieved, and retrieved by when it was recorded.
3. What a document says in its own voice without another date is stated when the document is published.
4. What is stated is stated by when it is published; its document is published no earlier than it was stated, and
   retrieved no earlier than that.
5. An assessment of a misread assertion is one of the assertion that stands for it.

A pair of dates that contradicts this order is kept as it is and flagged, never refused.
"""

import functools
import re
from collections.abc import Callable, Iterable

import attrs

from kzarchive.replay.ledger import Ledger, Placed
from kzarchive.values.assertions import Assertion, ValidReading
from kzarchive.values.bounds import UNBOUNDED, Bounds
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import Axis, DateAssessed, TargetKind
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


class Dating:
    """The bounds of everything in a ledger; computed on demand and kept."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        utterance: Callable[[str], str],
        targets: Callable[[TargetKind, str], Iterable[str]],
    ) -> None:
        """Wraps a ledger.

        Args:
            ledger: The ledger.
            utterance: Returns the utterance of an assertion.
            targets: Returns what an assessment of a target is about.
        """
        self._ledger = ledger
        self._utterance = utterance
        self._assessed: dict[tuple[TargetKind, str, Axis], ImpreciseDate] = {
            (placed.what.kind, target, placed.what.axis): placed.what.date
            for placed in ledger.standing(DateAssessed)
            for target in targets(placed.what.kind, placed.what.target)
        }
        self.document = functools.cache(self._document)
        self.assertion = functools.cache(self._assertion)

    def _document(self, identity: str) -> DatedDocument:
        placed = self._ledger.documents[identity]
        document, zone = placed.what, placed.what.zone or self._ledger.zone
        published_date = self._document_date(document, Axis.PUBLISHED, document.published)
        retrieved_date = self._document_date(document, Axis.RETRIEVED, document.retrieved)
        recorded = placed.recorded // 1_000_000
        order = Ordered()
        retrieved = order.by(_bounds(retrieved_date, zone), Bounds(recorded, recorded))
        published = order.by(_bounds(published_date, zone), retrieved)
        retrieved = order.after(retrieved, published)
        return DatedDocument(document, zone, published, retrieved, published_date, order.contradicts)

    def _document_date(self, document: Document, axis: Axis, own: ImpreciseDate | None) -> ImpreciseDate | None:
        return self._assessed.get((TargetKind.DOCUMENT, document.id, axis), own)

    def _assertion(self, identity: str) -> DatedAssertion:
        placed: Placed[Assertion] = self._ledger.assertions[identity]
        assertion, document = placed.what, self.document(placed.what.document)
        stated_date = self.stated_date(identity)
        valid = self._date(identity, Axis.VALID, assertion.valid)
        own_voice = stated_date is None and not assertion.chain
        order = Ordered()
        stated = document.published if own_voice else order.by(_bounds(stated_date, document.zone), document.published)
        published = order.after(document.published, stated)
        reading = assertion.valid_reading or (None if valid is None else ValidReading.THROUGHOUT)
        return DatedAssertion(
            id=identity,
            position=placed.position,
            assertion=assertion,
            document=document,
            published=published,
            retrieved=order.after(document.retrieved, published),
            stated=stated,
            valid=valid,
            reading=reading,
            uncertain=_flagged((document.published_date, stated_date, valid)),
            contradicts=order.contradicts or document.contradicts,
        )

    def stated_date(self, identity: str) -> ImpreciseDate | None:
        """Returns when an assertion was stated, as assessed or as recorded; None = the document does not say."""
        assertion = self._ledger.assertions[identity].what
        return self._date(identity, Axis.STATED, assertion.stated)

    def _date(self, identity: str, axis: Axis, own: ImpreciseDate | None) -> ImpreciseDate | None:
        by_id = self._assessed.get((TargetKind.ASSERTION, identity, axis))
        return by_id or self._assessed.get((TargetKind.UTTERANCE, self._utterance(identity), axis), own)


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
    valid, zone = dated.valid, dated.document.zone
    if valid is None:
        return stated
    if dated.reading is ValidReading.WITHIN or not valid.is_interval:
        return minimum(valid.bounds(zone), stated)
    if valid.has_open_end:
        return stated
    if valid.has_unknown_end:
        return minimum(Bounds(valid.start(zone).earliest, None), stated)
    return minimum(valid.end(zone), stated)


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
