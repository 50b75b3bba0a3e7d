"""Facts: what an answer needs of an assertion, as narrow numbers, so that no body is decoded to decide among them.

A fact is a pure function of an assertion, its document and what the log held before it; nothing that an analyst judged
later is in it. Who reads facts applies those judgements (see :mod:`kzarchive.replay.index`).
"""

from typing import Final, NamedTuple

from kzarchive.errors import InvalidQuantity
from kzarchive.values.assertions import Act, Modality, RelationKind, Temporality, Voice
from kzarchive.values.bounds import Bounds, bounds_of
from kzarchive.values.content import Unknown, Value
from kzarchive.values.conventions import HALF_GRAIN, Interval, whole_interval
from kzarchive.values.dated import DatedAssertion, counted_to
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import LinkMode
from kzarchive.values.terms import Aggregation, Measure

FACTS_VERSION: Final = 1
"""Counts up whenever a fact of the same assertion comes out another way, so that stored ones are made anew."""

PERIODS: Final = frozenset({Aggregation.INCREMENT, Aggregation.OCCURRENCE})
"""The aggregations whose values are of a period of their own."""

CERTAIN: Final = 1 << 0
"""The origin commits itself, and does not deny having said it."""
PROSPECTIVE: Final = 1 << 1
"""It is about what lies ahead."""
UNKNOWN: Final = 1 << 2
"""It says that there is no value."""
CONVERTED: Final = 1 << 3
"""Its value is converted from that of another assertion, which has the vote."""
NUMBERED: Final = 1 << 4
"""``low``, ``point`` and ``high`` hold the whole-number reading of a quantity by ``half-grain/1``."""
SOFT: Final = 1 << 5
"""The point is approximate."""
OPEN_ABOVE: Final = 1 << 6
"""It says only that some figure may be higher."""
UNCERTAIN: Final = 1 << 7
"""A date that it rests on is marked ``~`` or ``?``."""
CONTRADICTS: Final = 1 << 8
"""Its dates contradict the order stated, published, retrieved, recorded."""
DENIAL: Final = 1 << 9
"""Its act is a denial, of content or of attribution."""
MINOR_VOICE: Final = 1 << 10
"""It stands in a headline, a caption or a section header."""
DIRECT: Final = 1 << 11
"""It is a quotation, or the speaker's own words."""
AS_STATED: Final = 1 << 12
"""It refers to the moment at which it is stated."""
LINKS_SHIFT: Final = 16
"""Above this bit: how many links its attribution chain has."""

_INT64: Final = 2**63
_NO_NUMBERS: Final = (None, None, None)
NOT_VOTING: Final = PROSPECTIVE | UNKNOWN | CONVERTED
"""Whoever bears one of these decides no answer."""


class Fact(NamedTuple):
    """An assertion as narrow numbers. All seconds are UTC since 1970, inclusive.

    Attributes:
        position: Of the event that recorded it.
        identity: Its id, 32 bytes.
        document: Position of the event that registered its document.
        utterance: Number of its utterance; None = an utterance of its own.
        shared: 0 if it alone carries the utterance, 1 if others of its frame may, 2 if others of another frame may.
        origin: Number of the farthest agent of its chain, or of the publisher; None = the document itself.
        period: Number of the period that an increment or an occurrence is of; None = that of its statement.
        marks: The bits above.
        published_earliest: First second of its publication; None = unknown.
        published_latest: Last second of its publication; None = unknown.
        stated_earliest: First second of the act of speech; None = unknown.
        stated_latest: Last second of the act of speech; None = unknown.
        valid_earliest: First second of the end of ``valid``; None = unknown, or ``AS_STATED``.
        valid_latest: Last second of the end of ``valid``; None = unknown, or ``AS_STATED``.
        low: Lowest number, where the marks say ``NUMBERED``; None = open.
        point: The number stated; None = none.
        high: Highest number; None = open.
    """

    position: int
    identity: bytes
    document: int
    utterance: int | None
    shared: int
    origin: int | None
    period: int | None
    marks: int
    published_earliest: int | None
    published_latest: int | None
    stated_earliest: int | None
    stated_latest: int | None
    valid_earliest: int | None
    valid_latest: int | None
    low: int | None
    point: int | None
    high: int | None

    @property
    def id(self) -> str:
        """The id of the assertion, hexadecimal."""
        return self.identity.hex()

    @property
    def votes(self) -> bool:
        """Whether it may decide an answer, where it is live (S4)."""
        return bool(self.marks & CERTAIN) and not self.marks & NOT_VOTING

    @property
    def links(self) -> int:
        """How many links its attribution chain has."""
        return self.marks >> LINKS_SHIFT

    @property
    def stated(self) -> Bounds:
        """Bounds of the act of speech."""
        return bounds_of(self.stated_earliest, self.stated_latest)

    def refers_to(self, stated: Bounds) -> Bounds:
        """Returns when a count, level or price refers to.

        Args:
            stated: Bounds of the act of speech, which other appearances may have narrowed.
        """
        if self.marks & AS_STATED:
            return stated
        first, last = self.valid_earliest, self.valid_latest
        first = None if first is None or stated.earliest is None else min(first, stated.earliest)
        if stated.latest is not None:
            last = stated.latest if last is None else min(last, stated.latest)
        return bounds_of(first, last)

    @property
    def interval(self) -> Interval | None:
        """The reading by ``half-grain/1``; None = the numbers are not here."""
        if self.marks & OPEN_ABOVE:
            return Interval(None, None, None, open_above=True)
        if not self.marks & NUMBERED:
            return None
        return whole_interval(self.low, self.point, self.high, bool(self.marks & SOFT))


def fact_of(
    dated: DatedAssertion,
    *,
    document: int,
    utterance: int | None,
    shared: int,
    origin: int | None,
    period: int | None,
    measure: Measure | None,
) -> Fact:
    """Returns the fact of an assertion; ``measure`` is that of its frame, None = the vocabulary lacks it.

    The other arguments are the attributes of the fact that do not follow from the assertion alone.
    """
    counted = counted_to(dated)
    interval = _reading(dated.assertion.value, measure)
    return Fact(
        dated.position,
        bytes.fromhex(dated.id),
        document,
        utterance,
        shared,
        origin,
        period,
        _marks(dated, interval, as_stated=counted is None),
        dated.published.earliest,
        dated.published.latest,
        dated.stated.earliest,
        dated.stated.latest,
        None if counted is None else counted.earliest,
        None if counted is None else counted.latest,
        *(_NO_NUMBERS if interval is None else _whole(interval)),
    )


def period_of(dated: DatedAssertion, measure: Measure | None) -> str | None:
    """Returns the text of the period that an assertion is of; None = it is of none, or that of its statement."""
    if measure is None or measure.aggregation not in PERIODS or dated.valid is None:
        return None
    return dated.valid.text


def _whole(interval: Interval) -> tuple[int | None, ...]:
    low, point, high = interval.low, interval.point, interval.high
    return (
        None if low is None else int(low),
        None if point is None else int(point),
        None if high is None else int(high),
    )


def _reading(value: Value, measure: Measure | None) -> Interval | None:
    """Returns the default reading of a quantity of whole numbers; None = it has none that 64 bits hold."""
    if not isinstance(value, Quantity) or measure is None or measure.decimal:
        return None
    try:
        interval = HALF_GRAIN.read(value, decimal=False)
    except InvalidQuantity:
        return None
    for number in (interval.low, interval.point, interval.high):
        if number is not None and not -_INT64 <= number < _INT64:
            return None
    return interval


def _marks(dated: DatedAssertion, interval: Interval | None, *, as_stated: bool) -> int:
    assertion = dated.assertion
    marks = len(assertion.chain) << LINKS_SHIFT
    if assertion.modality is Modality.CERTAIN and assertion.act is not Act.DENY_ATTRIBUTION:
        marks |= CERTAIN
    if assertion.temporality is Temporality.PROSPECTIVE:
        marks |= PROSPECTIVE
    if assertion.act is Act.DENY or assertion.act is Act.DENY_ATTRIBUTION:
        marks |= DENIAL
    if isinstance(assertion.value, Unknown):
        marks |= UNKNOWN
    for relation in assertion.relations:
        if relation.kind is RelationKind.CONVERTED_FROM:
            marks |= CONVERTED
    return marks | _marks_of_reading(interval) | _marks_of_telling(dated, as_stated=as_stated)


def _marks_of_reading(interval: Interval | None) -> int:
    if interval is None:
        return 0
    return (OPEN_ABOVE if interval.open_above else NUMBERED) | (SOFT if interval.soft else 0)


def _marks_of_telling(dated: DatedAssertion, *, as_stated: bool) -> int:
    assertion = dated.assertion
    marks = AS_STATED if as_stated else 0
    if dated.uncertain:
        marks |= UNCERTAIN
    if dated.contradicts:
        marks |= CONTRADICTS
    if assertion.voice is not Voice.BODY and assertion.voice is not Voice.QUOTE:
        marks |= MINOR_VOICE
    if assertion.voice is Voice.QUOTE or (assertion.chain and assertion.chain[-1].mode is LinkMode.DIRECT):
        marks |= DIRECT
    return marks
