"""The vocabulary as a value: measures, subjects and places, each with a written definition.

The engine knows no measure by name. A vocabulary is passed in explicitly and stored in the archive's first event.
"""

import enum
from collections.abc import Iterable
from typing import Any

import attrs

from kzarchive.errors import InvalidEvent, Problem
from kzarchive.values import checks
from kzarchive.values.frames import UNSTATED


class ValueType(enum.StrEnum):
    """The kind of value that a measure takes; each also takes ``unknown``."""

    QUANTITY = "quantity"
    STATUS = "status"
    MONEY = "money"
    MOMENT = "moment"
    TEXT = "text"


class Aggregation(enum.StrEnum):
    """How values of one frame and different times relate.

    ``cumulative``: counted so far, never fewer later in the world; ``level``: as it is at a time; ``increment``: of
    one period; ``occurrence``: of one event. ``status``, ``moment`` and ``text`` have their own.
    """

    CUMULATIVE = "cumulative"
    LEVEL = "level"
    INCREMENT = "increment"
    OCCURRENCE = "occurrence"
    STATUS = "status"
    MOMENT = "moment"
    TEXT = "text"


AGGREGATIONS: dict[ValueType, tuple[Aggregation, ...]] = {
    ValueType.QUANTITY: (Aggregation.CUMULATIVE, Aggregation.LEVEL, Aggregation.INCREMENT, Aggregation.OCCURRENCE),
    ValueType.MONEY: (Aggregation.CUMULATIVE, Aggregation.LEVEL, Aggregation.INCREMENT, Aggregation.OCCURRENCE),
    ValueType.STATUS: (Aggregation.STATUS,),
    ValueType.MOMENT: (Aggregation.MOMENT,),
    ValueType.TEXT: (Aggregation.TEXT,),
}


@attrs.frozen(kw_only=True)
class Term:
    """A term of a status measure.

    Attributes:
        slug: Its slug.
        definition: What it means.
        milestone: True for something that happens and is shown on the timeline (``sent``); False for a state that
            holds (``present``).
        persists: Whether the state goes on past the days that a claim covers, as an inference, until another
            one begins; False for what may have changed the day after it was said (``none_presented``).
    """

    slug: str = attrs.field(validator=checks.slug)
    definition: str = attrs.field(validator=checks.text)
    milestone: bool = attrs.field(default=False, validator=checks.flag)
    persists: bool = attrs.field(default=True, validator=checks.flag)


@attrs.frozen(kw_only=True)
class Measure:
    """What is measured.

    Attributes:
        slug: Its slug.
        definition: What is counted or described, and what not.
        value: The kind of value that it takes.
        aggregation: How values of different times relate.
        unit: Slug of the unit counted; None for what is not counted.
        decimal: Whether quantities may have decimals.
        terms: Of a status measure; else empty.
        exclusive: Groups of states that exclude each other; a state may stand in several. A milestone in a group is
            no state all the same, but ends those of the group: what was declared anew is not ended any more.
        initial: The state before the first one begins (``absent``); None = unknown.
        ordered: Whether the states of each exclusive group follow each other in the order listed, so that a claim
            of an earlier state at a later time unsettles what was said before.
        inherits: Whether a part of a subject takes the whole's state where its own is older.
    """

    slug: str = attrs.field(validator=checks.slug)
    definition: str = attrs.field(validator=checks.text)
    value: ValueType = attrs.field(validator=checks.member(ValueType))
    aggregation: Aggregation = attrs.field(validator=checks.member(Aggregation))
    unit: str | None = attrs.field(default=None, validator=checks.optional_slug)
    decimal: bool = attrs.field(default=False, validator=checks.flag)
    terms: tuple[Term, ...] = attrs.field(default=(), validator=checks.tuple_of(Term))
    exclusive: tuple[tuple[str, ...], ...] = attrs.field(default=(), validator=checks.slug_groups)
    initial: str | None = attrs.field(default=None, validator=checks.optional_slug)
    ordered: bool = attrs.field(default=False, validator=checks.flag)
    inherits: bool = attrs.field(default=False, validator=checks.flag)

    def __attrs_post_init__(self) -> None:
        problems = [*_aggregation_problems(self), *_term_problems(self)]
        if problems:
            raise InvalidEvent(problems)

    def term(self, slug: str) -> Term | None:
        """Returns the term of that slug; None = the measure has none."""
        return next((term for term in self.terms if term.slug == slug), None)


@attrs.frozen(kw_only=True)
class Subject:
    """Who or what is counted or described.

    Attributes:
        slug: Its slug.
        definition: Who belongs to it.
        part_of: Slugs of the wholes that it is a part of; warnings compare part and whole, nothing is computed.
    """

    slug: str = attrs.field(validator=checks.slug)
    definition: str = attrs.field(validator=checks.text)
    part_of: tuple[str, ...] = attrs.field(default=(), validator=checks.slugs)


@attrs.frozen(kw_only=True)
class Place:
    """Where.

    Attributes:
        slug: Its slug; a dot nests (``KZ.almaty`` lies in ``KZ``).
        definition: Which place it is.
    """

    slug: str = attrs.field(validator=checks.slug)
    definition: str = attrs.field(validator=checks.text)


@attrs.frozen(kw_only=True)
class Vocabulary:
    """Measures, subjects and places that an archive may speak of.

    Attributes:
        name: Its name with a version, such as ``january2022/1``.
        measures: The measures.
        subjects: The subjects; ``unstated`` is always there.
        places: The places; ``unstated`` is always there.
    """

    name: str = attrs.field(validator=checks.text)
    measures: tuple[Measure, ...] = attrs.field(default=(), validator=checks.tuple_of(Measure))
    subjects: tuple[Subject, ...] = attrs.field(default=(), validator=checks.tuple_of(Subject))
    places: tuple[Place, ...] = attrs.field(default=(), validator=checks.tuple_of(Place))
    _measures: dict[str, Measure] = attrs.field(init=False, eq=False, repr=False)
    _subjects: dict[str, Subject] = attrs.field(init=False, eq=False, repr=False)
    _places: dict[str, Place] = attrs.field(init=False, eq=False, repr=False)
    _dividing: frozenset[str] = attrs.field(init=False, eq=False, repr=False)
    _nesting: frozenset[str] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        problems = [
            *_repeats("measures", self.measures),
            *_repeats("subjects", self.subjects),
            *_repeats("places", self.places),
        ]
        if problems:
            raise InvalidEvent(problems)
        object.__setattr__(self, "_measures", {measure.slug: measure for measure in self.measures})
        object.__setattr__(self, "_subjects", {subject.slug: subject for subject in self.subjects})
        object.__setattr__(self, "_places", {place.slug: place for place in self.places})
        divided = (slug for subject in self.subjects if subject.part_of for slug in (subject.slug, *subject.part_of))
        object.__setattr__(self, "_dividing", frozenset(divided))
        nested = (place.slug.partition(".")[0] for place in self.places if "." in place.slug)
        object.__setattr__(self, "_nesting", frozenset(nested))

    def measure(self, slug: str) -> Measure | None:
        """Returns the measure of that slug; None = the vocabulary has none."""
        return self._measures.get(slug)

    def has_subject(self, slug: str) -> bool:
        """Returns whether the subject is known; ``unstated`` always is."""
        return slug in self._subjects or slug == UNSTATED

    def has_place(self, slug: str) -> bool:
        """Returns whether the place is known; ``unstated`` always is."""
        return slug in self._places or slug == UNSTATED

    def may_divide(self, subject: str, place: str) -> bool:
        """Returns whether a subject is part of another one or has parts, or a place may lie in another one or hold it.

        It is asked of every frame that is answered for; most are neither a part nor a whole.
        """
        return subject in self._dividing or place.partition(".")[0] in self._nesting

    def wholes(self, subject: str) -> tuple[str, ...]:
        """Returns the subjects that ``subject`` is part of, near ones first, without itself."""
        found: list[str] = []
        queue = [subject]
        while queue:
            entry = self._subjects.get(queue.pop(0))
            for whole in entry.part_of if entry else ():
                if whole not in found and whole != subject:
                    found.append(whole)
                    queue.append(whole)
        return tuple(found)

    def parts(self, whole: str) -> tuple[str, ...]:
        """Returns the subjects that are part of ``whole``, in the vocabulary's order, without itself."""
        return tuple(subject.slug for subject in self.subjects if whole in self.wholes(subject.slug))

    def differing(self, other: "Vocabulary") -> tuple[str, ...]:
        """Returns the slugs of the entries that the two do not share as they are, sorted."""
        parts = ((self.measures, other.measures), (self.subjects, other.subjects), (self.places, other.places))
        return tuple(sorted({entry.slug for own, others in parts for entry in {*own} ^ {*others}}))

    def extended(self, addition: "Vocabulary") -> "Vocabulary":
        """Returns this vocabulary with the entries of ``addition`` after its own.

        Raises:
            InvalidEvent: An added slug is already there.
        """
        return Vocabulary(
            name=self.name,
            measures=self.measures + addition.measures,
            subjects=self.subjects + addition.subjects,
            places=self.places + addition.places,
        )


def _aggregation_problems(measure: Measure) -> list[Problem]:
    if measure.aggregation in AGGREGATIONS[measure.value]:
        return []
    expected = " or ".join(repr(aggregation.value) for aggregation in AGGREGATIONS[measure.value])
    return [
        checks.problem("aggregation", f"{expected} for a measure of {measure.value.value!r}", measure.aggregation.value)
    ]


def _term_problems(measure: Measure) -> list[Problem]:
    problems = _repeats("terms", measure.terms)
    if (measure.value is ValueType.STATUS) != bool(measure.terms):
        got = [term.slug for term in measure.terms]
        problems.append(checks.problem("terms", "terms exactly for a status measure", got))
    states = {term.slug for term in measure.terms if not term.milestone}
    terms = {term.slug for term in measure.terms}
    named = [(f"exclusive[{i}]", slug) for i, group in enumerate(measure.exclusive) for slug in group]
    problems += [
        checks.problem(where, f"one of the terms of the measure {measure.slug!r}", slug)
        for where, slug in named
        if slug not in terms
    ]
    if measure.initial is not None and measure.initial not in states:
        expected = f"one of the states of the measure {measure.slug!r}"
        problems.append(checks.problem("initial", expected, measure.initial))
    return problems


def _repeats(where: str, entries: Iterable[Any]) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for index, entry in enumerate(entries):
        if entry.slug in seen:
            problems.append(Problem(f"{where}[{index}].slug", f"expected each slug once, got {entry.slug!r} again"))
        seen.add(entry.slug)
    return problems
