"""Strategies for dates, quantities and values, and the vocabulary of every kind of measure."""

import functools
from collections.abc import Sequence
from typing import Any, Final, TypeVar

import hypothesis.strategies as st

from kzarchive.values.assertions import ValidReading
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, UnknownReason, Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.quantities import Modifier, Quantity
from kzarchive.values.terms import Aggregation, Measure, Place, Subject, Term, ValueType, Vocabulary

T = TypeVar("T")

ZONES: Final = ("Asia/Almaty", "UTC", "America/New_York")
DAYS: Final = tuple(f"2022-01-{day:02}" for day in range(4, 13))
_PAIRS: Final = tuple((DAYS[i], DAYS[j]) for i in range(len(DAYS)) for j in range(i + 1, min(i + 5, len(DAYS))))


def _measure(slug: str, value: ValueType, aggregation: Aggregation, **rest: Any) -> Measure:
    return Measure(slug=slug, definition=slug, value=value, aggregation=aggregation, **rest)


def _terms(*slugs: str, milestones: Sequence[str] = ()) -> tuple[Term, ...]:
    return tuple(Term(slug=slug, definition=slug, milestone=slug in milestones) for slug in (*slugs, *milestones))


EVERY_KIND: Final = Vocabulary(
    name="every-kind/1",
    measures=(
        _measure("killed", ValueType.QUANTITY, Aggregation.CUMULATIVE, unit="person"),
        _measure("rain", ValueType.QUANTITY, Aggregation.CUMULATIVE, unit="metre", decimal=True),
        _measure("strength", ValueType.QUANTITY, Aggregation.LEVEL, unit="person"),
        _measure("arrested_daily", ValueType.QUANTITY, Aggregation.INCREMENT, unit="person"),
        _measure("clash", ValueType.QUANTITY, Aggregation.OCCURRENCE, unit="person"),
        _measure("price", ValueType.MONEY, Aggregation.LEVEL, decimal=True),
        _measure("damage", ValueType.MONEY, Aggregation.CUMULATIVE, decimal=True),
        _measure("fines_daily", ValueType.MONEY, Aggregation.INCREMENT, decimal=True),
        _measure(
            "whereabouts",
            ValueType.STATUS,
            Aggregation.STATUS,
            terms=_terms("absent", "present", "withdrawn", milestones=("requested", "sent")),
            exclusive=(("absent", "present", "withdrawn"),),
            initial="absent",
            inherits=True,
        ),
        _measure(
            "orders",
            ValueType.STATUS,
            Aggregation.STATUS,
            terms=_terms("curfew", "no_curfew", "offline", "online", "mourning", milestones=("declared", "debated")),
            exclusive=(("curfew", "no_curfew"), ("offline", "online"), ("declared", "no_curfew")),
        ),
        _measure("began", ValueType.MOMENT, Aggregation.MOMENT),
        _measure("reaction", ValueType.TEXT, Aggregation.TEXT),
    ),
    subjects=(
        Subject(slug="all", definition="everyone"),
        Subject(slug="officers", definition="those in uniform", part_of=("all",)),
        Subject(slug="force", definition="the whole force"),
        Subject(slug="force.a", definition="its first part", part_of=("force",)),
        Subject(slug="force.b", definition="its second part", part_of=("force",)),
    ),
    places=(Place(slug="KZ", definition="the country"), Place(slug="KZ.almaty", definition="a city of it")),
)
"""A vocabulary with a measure of every kind of value and every aggregation."""


def weighted(*options: tuple[int, st.SearchStrategy[T]]) -> st.SearchStrategy[T]:
    """Draws from one of several strategies, each as often as its weight says."""
    picks = [strategy for weight, strategy in options for _ in range(weight)]
    return st.integers(0, len(picks) - 1).flatmap(picks.__getitem__)


@functools.cache
def days() -> st.SearchStrategy[str]:
    """Draws the text of one of a few days next to each other."""
    return st.sampled_from(DAYS)


@functools.cache
def _pairs() -> st.SearchStrategy[tuple[str, str]]:
    return st.sampled_from(_PAIRS)


@functools.cache
def _moment_texts() -> st.SearchStrategy[str]:
    return weighted(
        (8, days()),
        (1, days().map(lambda day: day + "~")),
        (2, _pairs().map(lambda pair: f"[{pair[0]}..{pair[1]}]")),
        (1, days().map(lambda day: f"[..{day}]")),
        (1, days().map(lambda day: f"[{day}..]")),
        (1, days().map(lambda day: f"{day}T12:00+06:00")),
        (1, days().map(lambda day: f"{day}T12:00")),
        (1, st.just("2022-01")),
    )


@functools.cache
def moments() -> st.SearchStrategy[ImpreciseDate]:
    """Draws a moment: mostly a day, else uncertain, one day within several, with a time, or a month."""
    return _moment_texts().map(ImpreciseDate.parse)


@functools.cache
def valids() -> st.SearchStrategy[ImpreciseDate]:
    """Draws a moment or an interval, its ends given, open or unknown."""
    return weighted(
        (4, _moment_texts()),
        (2, _pairs().map("/".join)),
        (1, st.sampled_from(("2022", "2022-01", "2022-01~", "2021-12/2022-01"))),
        (1, days().map(lambda day: f"{day}/..")),
        (1, days().map(lambda day: f"{day}/")),
        (1, days().map(lambda day: f"../{day}")),
        (1, days().map(lambda day: f"/{day}")),
    ).map(ImpreciseDate.parse)


_SMALL = st.sampled_from((1, 2, 5, 5, 12, 12, 20, 30))
_ROUND = st.sampled_from((10, 20, 30))
_WORDS = st.sampled_from((Modifier.DOZENS, Modifier.SCORES, Modifier.MANY, Modifier.NONE, Modifier.HIGHER_THAN))


@functools.cache
def quantities() -> st.SearchStrategy[Quantity]:
    """Draws a small quantity, of any modifier, so that bounds often meet."""
    return weighted(
        (6, _SMALL.map(lambda n: Quantity.exact(n, surface="n"))),
        (2, _ROUND.map(lambda n: Quantity.about(n, surface="about n"))),
        (2, _ROUND.map(lambda n: Quantity.nearly(n, surface="nearly n"))),
        (1, _SMALL.map(lambda n: Quantity.more_than(n, surface="more than n"))),
        (1, _SMALL.map(lambda n: Quantity.at_least(n, surface="at least n"))),
        (1, _SMALL.map(lambda n: Quantity.at_most(n, surface="at most n"))),
        (1, _SMALL.map(lambda n: Quantity.less_than(n, surface="less than n"))),
        (1, st.tuples(_SMALL, _SMALL).map(lambda ab: Quantity.between(min(ab), max(ab), surface="a to b"))),
        (1, st.tuples(_SMALL, _SMALL, _SMALL).map(_estimate)),
        (3, _WORDS.map(lambda modifier: Quantity.word(modifier, surface=modifier.value))),
    )


def _estimate(numbers: tuple[int, int, int]) -> Quantity:
    low, middle, high = sorted(numbers)
    return Quantity.estimate(middle, low, high, surface="n, a to b")


def readings(measure: Measure) -> st.SearchStrategy[ValidReading]:
    """Draws a reading of a time; a state is not counted up to one."""
    held = (ValidReading.THROUGHOUT, ValidReading.WITHIN)
    return st.sampled_from(held if measure.value is ValueType.STATUS else tuple(ValidReading))


@st.composite
def values(draw: st.DrawFn, measure: Measure) -> Value:
    """Draws a value that a measure takes; one in ten is unknown."""
    if draw(st.integers(0, 9)) == 9:
        return Unknown(draw(st.sampled_from(UnknownReason)))
    if measure.value is ValueType.QUANTITY:
        return draw(quantities())
    if measure.value is ValueType.MONEY:
        currency, per = draw(st.sampled_from((("KZT", "litre"), ("KZT", "litre"), ("KZT", "litre"), ("USD", None))))
        return Money(amount=draw(quantities()), currency=currency, per=per)
    if measure.value is ValueType.STATUS:
        return Status(draw(st.sampled_from(measure.terms)).slug)
    if measure.value is ValueType.MOMENT:
        return Moment(draw(moments()))
    return Text(draw(st.sampled_from(("approves", "regrets"))))
