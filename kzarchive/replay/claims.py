"""Claims: what is left of a frame's assertions when rules S0 to S5 have been applied.

A claim is one utterance of one origin, however many documents and chains carry it. It is what policies decide among.
"""

from collections.abc import Callable
from operator import itemgetter
from typing import Final, NamedTuple, Protocol

from kzarchive.derived.facts import CERTAIN, CONVERTED, DENIAL, NOT_VOTING, PROSPECTIVE, UNKNOWN
from kzarchive.values.bounds import Bounds
from kzarchive.values.content import Value
from kzarchive.values.conventions import Interval, interval_of, whole_interval
from kzarchive.values.dated import DatedAssertion, Spell, spell


class Source(Protocol):
    """The assertion behind a claim, of which most answers need nothing."""

    @property
    def dated(self) -> DatedAssertion:
        """The assertion with its dates."""
        ...

    def spell(self, stated: Bounds) -> Spell:
        """Returns from when to when a state is claimed, said within ``stated``."""
        ...


class StoredSource:
    """An assertion that is looked up, and decoded, when something of it is asked for."""

    __slots__ = ("_dated", "_find", "_id")

    def __init__(self, identity: str, find: Callable[[str], DatedAssertion]) -> None:
        self._id = identity
        self._find = find
        self._dated: DatedAssertion | None = None

    @property
    def dated(self) -> DatedAssertion:
        """The assertion with its dates."""
        if self._dated is None:
            self._dated = self._find(self._id)
        return self._dated

    def spell(self, stated: Bounds) -> Spell:
        """Returns from when to when a state is claimed, said within ``stated``."""
        return spell(self.dated, stated)


# Half of what it costs to call the class of a tuple with names.
_new: Final = tuple.__new__


class Claim(NamedTuple):
    """One utterance of one origin about one frame.

    Attributes:
        id: Id of the assertion that speaks for the utterance.
        origin: Slug of the agent, or ``document:NAME``, or ``unattributed:UTTERANCE``.
        interval: The bounds of a quantity, an amount or a moment under the convention; None for other values.
        stated: Bounds of the act of speech.
        reference: When a count, level or price refers to.
        marks: What is known of the assertion without decoding it (see :mod:`kzarchive.derived.facts`).
        source: The assertion that speaks.
        unit: Currency and unit of an amount of money; empty for what is no money.
        period: The period that an increment or an occurrence is of; empty = that of its statement, or of none.
        utterance: The utterance that it belongs to; empty where no other assertion can carry it.
        document: Position of the event that registered the document of the assertion that speaks.
        agreeing: Ids of the other appearances of the utterance that say the same.
        varying: Ids of the appearances that say something else.
        carriers: As ``document``, of the appearances in ``agreeing``.
        floor: Whether it counts only as ``[low, open)``, because a later figure stands.
    """

    id: str
    origin: str
    interval: Interval | None
    stated: Bounds
    reference: Bounds
    marks: int
    source: Source
    unit: str = ""
    period: str = ""
    utterance: str = ""
    document: int = 0
    agreeing: tuple[str, ...] = ()
    varying: tuple[str, ...] = ()
    carriers: tuple[int, ...] = ()
    floor: bool = False

    def as_floor(self) -> "Claim":
        """Returns the claim as one that counts only as ``[low, open)``."""
        return _new(Claim, (*self[:-1], True))

    def __eq__(self, other: object) -> bool:
        """Returns whether another claim says the same of the same assertion, wherever that is looked up."""
        return isinstance(other, Claim) and _without_source(self) == _without_source(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(_without_source(self))

    @property
    def dated(self) -> DatedAssertion:
        """The assertion that speaks, with its dates."""
        return self.source.dated

    @property
    def value(self) -> Value:
        """The value as stated."""
        return self.source.dated.assertion.value

    @property
    def spell(self) -> Spell:
        """From when to when a state is claimed."""
        return self.source.spell(self.stated)

    @property
    def certain(self) -> bool:
        """Whether the origin commits itself to the value; who denies having said it does not."""
        return bool(self.marks & CERTAIN)

    @property
    def unknown(self) -> bool:
        """Whether it says that there is no value."""
        return bool(self.marks & UNKNOWN)

    @property
    def prospective(self) -> bool:
        """Whether it is about what lies ahead."""
        return bool(self.marks & PROSPECTIVE)

    @property
    def converted(self) -> bool:
        """Whether its value is converted from that of another assertion, which has the vote."""
        return bool(self.marks & CONVERTED)

    @property
    def denial(self) -> bool:
        """Whether its act is a denial, of content or of attribution."""
        return bool(self.marks & DENIAL)

    @property
    def votes(self) -> bool:
        """Whether it may decide an answer, where it is live (S4)."""
        return bool(self.marks & CERTAIN) and not self.marks & NOT_VOTING

    @property
    def appearances(self) -> tuple[str, ...]:
        """Ids of every assertion that carries the utterance here, the one that speaks first."""
        return (self.id, *self.agreeing, *self.varying)

    @property
    def bounds(self) -> Interval:
        """The interval that takes part in the answer: of a floor, open above and without its point."""
        if self.interval is None:
            return whole_interval(None, None, None)
        if not self.floor:
            return self.interval
        return interval_of(self.interval.low, None, None)


_without_source = itemgetter(*(place for place, name in enumerate(Claim._fields) if name != "source"))
