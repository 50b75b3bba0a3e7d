"""A later word of an origin (S6): the sweep gives what the definition gives, in few comparisons."""

import hypothesis.strategies as st
import pytest
from hypothesis import given
from strategies.claims import DAY, claim, count, exact, state

import kzarchive.replay.supersession as sweep
from kzarchive.replay.reasons import Flag
from kzarchive.replay.selection import Selected
from kzarchive.replay.standing import settle
from kzarchive.replay.supersession import is_lower, supersede, supersedes
from kzarchive.values.bounds import Bounds
from kzarchive.values.content import Money
from kzarchive.values.conventions import Interval
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.terms import Aggregation, Measure, Term, ValueType

COUNTED = Measure(
    slug="killed", definition="d", value=ValueType.QUANTITY, aggregation=Aggregation.CUMULATIVE, unit="person"
)
STATES = Measure(
    slug="orders",
    definition="d",
    value=ValueType.STATUS,
    aggregation=Aggregation.STATUS,
    terms=(
        *(Term(slug=s, definition=s) for s in ("on", "off", "dim")),
        Term(slug="set", definition="s", milestone=True),
    ),
    exclusive=(("on", "off"), ("off", "dim", "set")),
)
PRICES = Measure(slug="price", definition="d", value=ValueType.MONEY, aggregation=Aggregation.LEVEL, decimal=True)


def by_definition(claims, measure):
    """Returns what stands, what superseded each of the rest, and whether an origin lowered its figure."""
    above = {a.id: [b for b in claims if supersedes(b, a, measure)] for a in claims}
    standing = sorted(a.id for a in claims if not above[a.id])
    named = {a.id: named_one(above[a.id], standing) for a in claims if above[a.id]}
    lowered = any(b.id in standing and is_lower(b, a) for a in claims for b in above[a.id])
    return standing, named, lowered


def named_one(above, standing):
    foremost = [b for b in above if b.id in standing] or above
    far = 2**70
    last = [(far if b.stated.latest is None else b.stated.latest, b.stated.earliest) for b in foremost]
    return min(b.id for b, key in zip(foremost, last, strict=True) if key == max(last))


def swept(claims, measure):
    found = supersede(claims, measure)
    return [c.id for c in found.standing], {a.id: b.id for a, b in found.replaced}, found.lowered


seconds = st.one_of(st.none(), st.integers(1, 6), st.integers(1, 6))
spans = st.tuples(seconds, seconds).map(lambda ab: Bounds(*ab) if None in ab else Bounds(min(ab), max(ab)))
numbers = st.integers(1, 6)
intervals = st.one_of(
    numbers.map(lambda n: Interval(n, n, n)),
    numbers.map(lambda n: Interval(n, None, None)),
    numbers.map(lambda n: Interval(None, None, n)),
    st.tuples(numbers, numbers).map(lambda ab: Interval(min(ab), None, max(ab))),
    st.just(Interval(None, None, None)),
)


@st.composite
def claims_of(draw, make):
    made = []
    for number in range(draw(st.integers(0, 9))):
        given_claim = make(draw, f"c{number:02}", draw(st.sampled_from("ab")))
        made.append(given_claim._replace(stated=draw(spans), reference=draw(spans)))
    return draw(st.permutations(made))


def counted(draw, name, origin):
    found = draw(intervals)
    return count(name, found.low, found.point, found.high, origin=origin)


def stated(draw, name, origin):
    return state(name, draw(st.sampled_from(("on", "off", "dim", "set"))), origin=origin)


def priced(draw, name, origin):
    money = Money(amount=Quantity.exact(1, surface="1"), currency=draw(st.sampled_from(("KZT", "USD"))))
    return claim(name, value=money, interval=draw(intervals), origin=origin, day=1, days=1)


@given(claims_of(counted))
def test_of_counts_the_sweep_gives_what_the_definition_gives(claims):
    assert by_definition(claims, COUNTED) == swept(claims, COUNTED)


@given(claims_of(stated))
def test_of_states_the_sweep_gives_what_the_definition_gives(claims):
    assert by_definition(claims, STATES) == swept(claims, STATES)


@given(claims_of(priced))
def test_of_amounts_the_sweep_gives_what_the_definition_gives(claims):
    assert by_definition(claims, PRICES) == swept(claims, PRICES)


def settled(*claims):
    selected = Selected(Frame("killed", "all", "KZ"), COUNTED, claims=list(claims))
    settle(selected)
    return selected


def test_a_figure_that_was_lowered_and_raised_again_is_no_downward_revision():
    """Before, the flag hung on which of the two later claims had the smaller id, which a hash decides."""
    first, lower, higher = (
        exact("b", 10, origin="a"),
        exact("a", 5, origin="a", day=2),
        exact("c", 12, origin="a", day=3),
    )
    assert Flag.DOWNWARD_REVISION not in settled(first, lower, higher).flags
    assert Flag.DOWNWARD_REVISION in settled(first, lower).flags
    assert Flag.DOWNWARD_REVISION in settled(first, higher, exact("d", 11, origin="a", day=4)).flags


def test_the_same_figure_said_anew_is_no_downward_revision():
    assert Flag.DOWNWARD_REVISION not in settled(exact("b", 10, origin="a"), exact("a", 10, origin="a", day=2)).flags


@pytest.mark.parametrize("spans", [((5, 5), (4, 5)), ((4, 5), (5, 5))])
def test_one_lower_figure_among_several_that_stand_is_a_downward_revision(spans):
    first = exact("f", 12, origin="a", day=1)
    lower, higher = (
        exact(name, number, origin="a", day=start, days=end - start + 1)
        for (name, number), (start, end) in zip((("l", 10), ("h", 15)), spans, strict=True)
    )
    found = supersede([first, lower, higher], COUNTED)
    assert (found.lowered, [claim.id for claim in found.standing]) == (True, ["h", "l"])


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        ("on", "on", True),
        ("on", "off", True),
        ("off", "dim", True),
        ("on", "dim", False),
        ("set", "off", False),
        ("off", "set", False),
        ("set", "set", False),
    ],
)
def test_a_state_is_replaced_by_itself_and_by_one_that_excludes_it_and_a_milestone_never_is(old, new, replaced):
    found = supersede([state("a", old, origin="o", day=1), state("b", new, origin="o", day=2)], STATES)
    assert [claim.id for claim in found.standing] == (["b"] if replaced else ["a", "b"])


@pytest.mark.parametrize(
    ("changed", "replaces"),
    [({}, True), ({"unit": "USD/litre"}, False), ({"period": "2022"}, False), ({"origin": "p"}, False)],
)
def test_a_figure_replaces_only_one_of_its_origin_its_unit_and_its_period(changed, replaces):
    old, new = (exact(name, 10, origin="o", day=day)._replace(unit="KZT/litre") for name, day in (("a", 1), ("b", 2)))
    new = new._replace(**changed)
    assert supersedes(new, old, PRICES) is replaces
    assert [claim.id for claim in supersede([old, new], PRICES).standing] == (["b"] if replaces else ["a", "b"])


def test_the_one_that_stands_is_named():
    first, second, third = (exact(name, 10, origin="a", day=day) for name, day in (("c", 1), ("a", 2), ("b", 3)))
    found = settled(first, second, third)
    assert {entry.assertion: entry.detail for entry in found.why_not} == {
        "c": "superseded by b of the same origin",
        "a": "superseded by b of the same origin",
    }


def test_of_several_that_stand_the_one_stated_latest_is_named_and_of_these_the_smallest_id():
    first = exact("a", 10, origin="o", day=1)
    later = [
        exact(name, number, origin="o", day=day) for name, number, day in (("z", 11, 3), ("y", 12, 3), ("b", 13, 2))
    ]
    later[2] = later[2]._replace(reference=Bounds(9 * DAY, 9 * DAY))
    found = supersede([first, *later], COUNTED)
    assert ["b", "y", "z"] == [claim.id for claim in found.standing]
    assert [("a", "y")] == [(old.id, new.id) for old, new in found.replaced]


def word(name, number, *, said, about):
    """Returns a figure of one origin with the seconds between which it was said, and those that it refers to."""
    return exact(name, number, origin="o")._replace(stated=Bounds(*said), reference=Bounds(*about))


def named_for(*claims):
    return {old.id: new.id for old, new in supersede(claims, COUNTED).replaced}


def test_where_none_that_stands_replaces_a_word_one_that_fell_is_named_and_else_one_that_stands():
    first = word("first", 10, said=(1, 1), about=(9, 9))
    fallen = word("fallen", 11, said=(4, 4), about=(5, 9))
    last = word("last", 12, said=(6, 6), about=(5, 5))
    assert named_for(first, fallen, last) == {"first": "fallen", "fallen": "last"}
    stands = word("stands", 13, said=(3, 4), about=(9, 9))
    assert named_for(first, fallen, last, stands) == {"first": "stands", "fallen": "last"}


def test_words_of_one_second_each_that_were_lowered_and_raised_again_are_no_downward_revision():
    first, lower, higher = (
        word(name, n, said=(s, s), about=(s, s)) for name, n, s in (("f", 10, 4), ("l", 5, 5), ("h", 12, 6))
    )
    assert not supersede([first, lower, higher], COUNTED).lowered


def test_a_figure_is_lowered_only_by_one_that_replaces_it_and_stays_so_whatever_came_before():
    lower, higher = word("lower", 10, said=(5, 5), about=(5, 5)), word("higher", 15, said=(5, 5), about=(9, 9))
    of_later = word("of later", 12, said=(1, 1), about=(9, 9))
    assert not supersede([of_later, lower, higher], COUNTED).lowered
    lowered = word("lowered", 12, said=(3, 3), about=(5, 5))
    assert supersede([of_later, lowered, lower, higher], COUNTED).lowered


@pytest.mark.parametrize("size", [500, 1000])
def test_thousands_of_figures_of_a_few_origins_take_few_comparisons(monkeypatch, size):
    """Not by the clock: the comparisons are counted, and stay in proportion to the number of claims."""
    compared = [0]

    def counting(later, earlier, measure):
        compared[0] += 1
        return supersedes(later, earlier, measure)

    monkeypatch.setattr(sweep, "supersedes", counting)
    claims = [exact(f"c{day:05}", day, origin=f"o{day % 3}", day=day) for day in range(size)]
    assert len(supersede(claims, COUNTED).standing) == 3
    assert compared[0] <= 3 * size
