"""Facts: what an answer needs of an assertion, as narrow numbers, so that no body is decoded to decide among them.

A fact is a pure function of an assertion, its document and what the log held before it; nothing that an analyst judged
later is in it. Who reads facts applies those judgements (see :mod:`kzarchive.replay.index`).
"""

from typing import Final, NamedTuple

from kzarchive.errors import InvalidQuantity
from kzarchive.values.assertions import Act, Modality, RelationKind, Temporality, Voice
from kzarchive.values.content import Unknown, Value
from kzarchive.values.conventions import HALF_GRAIN, Interval
from kzarchive.values.dated import DatedAssertion, reference
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import LinkMode
from kzarchive.values.terms import Measure

FACTS_VERSION: Final = 1
"""Counts up whenever a fact of the same assertion comes out another way, so that stored ones are made anew."""

_INT64: Final = 2**63

VOTES: Final = 1 << 0
"""Certain, behind the speaker or going on, a value, not converted, and no denial of having said it."""
NUMBERED: Final = 1 << 1
"""``low``, ``point`` and ``high`` hold the whole-number reading of a quantity by ``half-grain/1``."""
SOFT: Final = 1 << 2
"""The point is approximate."""
UNCERTAIN: Final = 1 << 3
"""A date that it rests on is marked ``~`` or ``?``."""
CONTRADICTS: Final = 1 << 4
"""Its dates contradict the order stated, published, retrieved, recorded."""
PROSPECTIVE: Final = 1 << 5
"""It is about what lies ahead."""
RELATED: Final = 1 << 6
"""It has a relation to another assertion."""
MINOR_VOICE: Final = 1 << 7
"""It stands in a headline, a caption or a section header."""
DIRECT: Final = 1 << 8
"""It is a quotation, or the speaker's own words."""
CHAINED: Final = 1 << 9
"""It has an attribution chain; without one it is the document's own voice."""


class Fact(NamedTuple):
    """An assertion as narrow numbers.

    Attributes:
        position: Of the event that recorded it.
        identity: Its id, 32 bytes.
        document: Position of the event that registered its document.
        utterance: Number of its utterance; None = an utterance of its own.
        shared: 1 if another assertion may carry the same utterance, 0 if none does.
        origin: Number of the farthest agent of its chain, or of the publisher; None = the document itself.
        marks: The bits above.
        published_earliest: First second of its publication; None = unknown. All seconds are UTC, inclusive.
        published_latest: Last second of its publication; None = unknown.
        stated_earliest: First second of the act of speech; None = unknown.
        stated_latest: Last second of the act of speech; None = unknown.
        reference_earliest: First second to which a count, level or price refers; None = unknown.
        reference_latest: Last second to which it refers; None = unknown.
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
    marks: int
    published_earliest: int | None
    published_latest: int | None
    stated_earliest: int | None
    stated_latest: int | None
    reference_earliest: int | None
    reference_latest: int | None
    low: int | None
    point: int | None
    high: int | None

    @property
    def id(self) -> str:
        """The id of the assertion, hexadecimal."""
        return self.identity.hex()


def fact_of(
    dated: DatedAssertion,
    *,
    document: int,
    utterance: int | None,
    shared: bool,
    origin: int | None,
    measure: Measure | None,
) -> Fact:
    """Returns the fact of an assertion.

    Args:
        dated: The assertion with its dates.
        document: Position of the event that registered its document.
        utterance: Number of its utterance; None = its own.
        shared: Whether another assertion may carry the utterance.
        origin: Number of its origin as recorded; None = the document itself.
        measure: The measure of its frame; None = the vocabulary lacks it.
    """
    refers = reference(dated, dated.stated)
    interval = _reading(dated.assertion.value, measure)
    return Fact(
        dated.position,
        bytes.fromhex(dated.id),
        document,
        utterance,
        int(shared),
        origin,
        _marks(dated, interval),
        dated.published.earliest,
        dated.published.latest,
        dated.stated.earliest,
        dated.stated.latest,
        refers.earliest,
        refers.latest,
        *((None, None, None) if interval is None else _whole(interval)),
    )


def _whole(interval: Interval) -> tuple[int | None, ...]:
    numbers = (interval.low, interval.point, interval.high)
    return tuple(None if number is None else int(number) for number in numbers)


def _reading(value: Value, measure: Measure | None) -> Interval | None:
    """Returns the default reading of a quantity of whole numbers; None = it has none that 64 bits hold."""
    if not isinstance(value, Quantity) or measure is None or measure.decimal:
        return None
    try:
        interval = HALF_GRAIN.read(value, decimal=False)
    except InvalidQuantity:
        return None
    fits = all(number is None or -_INT64 <= number < _INT64 for number in _whole(interval))
    return interval if fits and not interval.open_above else None


def _marks(dated: DatedAssertion, interval: Interval | None) -> int:
    assertion = dated.assertion
    prospective = assertion.temporality is Temporality.PROSPECTIVE
    converted = any(relation.kind is RelationKind.CONVERTED_FROM for relation in assertion.relations)
    certain = assertion.modality is Modality.CERTAIN and assertion.act is not Act.DENY_ATTRIBUTION
    direct = bool(assertion.chain) and assertion.chain[-1].mode is LinkMode.DIRECT
    bits = (
        (VOTES, certain and not prospective and not converted and not isinstance(assertion.value, Unknown)),
        (NUMBERED, interval is not None),
        (SOFT, interval is not None and interval.soft),
        (UNCERTAIN, dated.uncertain),
        (CONTRADICTS, dated.contradicts),
        (PROSPECTIVE, prospective),
        (RELATED, bool(assertion.relations)),
        (MINOR_VOICE, assertion.voice not in {Voice.BODY, Voice.QUOTE}),
        (DIRECT, assertion.voice is Voice.QUOTE or direct),
        (CHAINED, bool(assertion.chain)),
    )
    return sum(bit for bit, holds in bits if holds)
