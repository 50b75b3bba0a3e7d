"""Bounds of seconds: what is known of the order of two moments, and what is not."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzarchive.errors import InvalidDate
from kzarchive.values.bounds import UNBOUNDED, Bounds, Order

ENDS = (None, 0, 1, 2, 3)
SMALL = tuple(Bounds(a, b) for a, b in itertools.product(ENDS, ENDS) if a is None or b is None or a <= b)


def seconds_of(bounds: Bounds) -> set[int]:
    """The seconds of a bounds within a window wide enough for ENDS; an open side reaches past every ENDS value."""
    low = -2 if bounds.earliest is None else bounds.earliest
    high = 6 if bounds.latest is None else bounds.latest
    return set(range(low, high + 1))


def all_bounds() -> st.SearchStrategy[Bounds]:
    end = st.none() | st.integers(-(10**12), 10**12)
    return st.tuples(end, end).map(
        lambda ends: Bounds(*ends) if None in ends else Bounds(min(ends), max(ends))  # type: ignore[type-var]
    )


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        (Bounds(1, 5), Bounds(6, 9), Order.DEFINITELY),
        (Bounds(1, 5), Bounds(5, 9), Order.POSSIBLY),
        (Bounds(5, 9), Bounds(1, 5), Order.NOT),
        (Bounds(5, 9), Bounds(1, 6), Order.POSSIBLY),
        (Bounds(5, 5), Bounds(5, 5), Order.NOT),
        (Bounds(None, 5), Bounds(6, None), Order.DEFINITELY),
        (Bounds(6, None), Bounds(None, 5), Order.NOT),
        (Bounds(None, None), Bounds(6, 9), Order.POSSIBLY),
        (Bounds(6, 9), Bounds(None, None), Order.POSSIBLY),
        (Bounds(1, None), Bounds(6, None), Order.POSSIBLY),
    ],
)
def test_before_is_answered_in_three_values(one: Bounds, other: Bounds, order: Order) -> None:
    assert one.before(other) is order


@pytest.mark.parametrize(
    ("bounds", "instant", "order"),
    [
        (Bounds(1, 5), 5, Order.DEFINITELY),
        (Bounds(1, 5), 4, Order.POSSIBLY),
        (Bounds(1, 5), 1, Order.POSSIBLY),
        (Bounds(1, 5), 0, Order.NOT),
        (Bounds(None, 5), -(10**9), Order.POSSIBLY),
        (Bounds(1, None), 10**12, Order.POSSIBLY),
        (Bounds(1, None), 0, Order.NOT),
    ],
)
def test_by_an_instant_includes_the_instant(bounds: Bounds, instant: int, order: Order) -> None:
    assert bounds.by(instant) is order


def test_before_agrees_with_every_pair_of_seconds() -> None:
    """An oracle by enumeration: "definitely" holds for all pairs, "not" for none, "possibly" for some."""
    for one, other in itertools.product(SMALL, SMALL):
        answers = {a < b for a in seconds_of(one) for b in seconds_of(other)}
        expected = Order.POSSIBLY if len(answers) == 2 else Order.DEFINITELY if answers == {True} else Order.NOT
        assert one.before(other) is expected, (one, other)


def test_intersection_holds_the_common_seconds() -> None:
    for one, other in itertools.product(SMALL, SMALL):
        common = one.intersect(other)
        assert (set() if common is None else seconds_of(common)) == seconds_of(one) & seconds_of(other), (one, other)


def test_published_is_tightened_by_a_later_retrieval() -> None:
    published, retrieved = Bounds(10, None), Bounds(20, 30)
    assert published.at_most(retrieved) == Bounds(10, 30)


def test_retrieved_is_tightened_by_an_earlier_publication() -> None:
    published, retrieved = Bounds(10, 15), Bounds(None, 30)
    assert retrieved.at_least(published) == Bounds(10, 30)


def test_an_order_that_contradicts_the_bounds_leaves_nothing() -> None:
    published, retrieved = Bounds(10, 15), Bounds(5, 7)
    assert published.at_most(retrieved) is None
    assert retrieved.at_least(published) is None
    assert published.intersect(retrieved) is None


def test_an_unbounded_neighbour_tightens_nothing() -> None:
    published = Bounds(10, 15)
    assert published.at_most(UNBOUNDED) == published.at_least(UNBOUNDED) == published.intersect(UNBOUNDED) == published


def test_tightening_keeps_exactly_the_seconds_that_allow_the_order() -> None:
    for one, other in itertools.product(SMALL, SMALL):
        below, above = one.at_most(other), one.at_least(other)
        allowed_below = {a for a in seconds_of(one) if any(a <= b for b in seconds_of(other))}
        allowed_above = {a for a in seconds_of(one) if any(a >= b for b in seconds_of(other))}
        assert (set() if below is None else seconds_of(below)) == allowed_below, (one, other)
        assert (set() if above is None else seconds_of(above)) == allowed_above, (one, other)


def test_bounds_without_a_second_are_refused() -> None:
    with pytest.raises(InvalidDate) as error:
        Bounds(6, 5)
    assert str(error.value) == "expected bounds with earliest <= latest, got 6 and 5"


@given(all_bounds(), all_bounds())
def test_no_two_moments_are_definitely_before_each_other(one: Bounds, other: Bounds) -> None:
    if one.before(other) is Order.DEFINITELY:
        assert other.before(one) is Order.NOT


@given(all_bounds())
def test_no_moment_is_definitely_before_itself(one: Bounds) -> None:
    assert one.before(one) is not Order.DEFINITELY


@given(st.lists(all_bounds(), min_size=3, max_size=3))
def test_definitely_before_is_transitive(three: list[Bounds]) -> None:
    # A sorted triple makes the premise hold often.
    one, two, last = sorted(three, key=lambda b: (b.earliest is not None, b.earliest or 0))
    if one.before(two) is Order.DEFINITELY and two.before(last) is Order.DEFINITELY:
        assert one.before(last) is Order.DEFINITELY


def test_definitely_before_is_transitive_for_all_small_bounds() -> None:
    definite = {(a, b) for a, b in itertools.product(SMALL, SMALL) if a.before(b) is Order.DEFINITELY}
    chains = [(a, c) for a, b in definite for b2, c in definite if b == b2]
    assert chains
    assert set(chains) <= definite


@given(all_bounds(), all_bounds())
def test_intersection_does_not_depend_on_the_order(one: Bounds, other: Bounds) -> None:
    assert one.intersect(other) == other.intersect(one)


@given(all_bounds(), st.integers(-(10**12), 10**12))
def test_by_an_instant_is_not_after_it(bounds: Bounds, instant: int) -> None:
    """At or before t is the same question as strictly before t + 1."""
    assert bounds.by(instant) is bounds.before(Bounds(instant + 1, instant + 1))
