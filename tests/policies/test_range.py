"""range/1 and its neighbours, rule by rule, on claims made by hand."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies.claims import DAY, count, exact, origins

from kzarchive.policies.others import CONSERVATIVE, LATEST, MAJORITY, SourcePriorityPolicy, policy_named
from kzarchive.policies.range import RANGE, hull, intersection, stated_point, strongest
from kzarchive.values.bounds import Bounds
from kzarchive.values.conventions import Interval


def decided(*claims, policy=RANGE):
    found = policy.decide(claims, origins=origins)
    return found.status.value, found.low, found.best, found.high


def roles(*claims, policy=RANGE):
    found = policy.decide(claims, origins=origins).roles
    return {name: f"{rule} {role}" for name, (rule, role) in found.items()}


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([exact("a", 5)], ("single_origin", 5, 5, 5)),
        ([exact("a", 5), exact("b", 5)], ("corroborated", 5, 5, 5)),
        ([exact("a", 5), exact("b", 5, origin="a")], ("single_origin", 5, 5, 5)),
        ([exact("a", 5), exact("b", 6)], ("contested", 5, None, 6)),
        ([exact("a", 5), exact("b", 6, origin="a")], ("order_unknown", 5, None, 6)),
        ([exact("a", 5), exact("b", 6), exact("c", 9)], ("contested", 5, None, 9)),
        ([count("a", 5)], ("vague", 5, None, None)),
        ([count("a", None, None, 9)], ("vague", None, None, 9)),
        ([count("a", 5), count("b", 5)], ("vague", 5, None, None)),
        ([count("a", 5), count("b", None, None, 9)], ("compatible", 5, None, 9)),
        ([count("a", 5), count("b", None, None, 9, origin="a")], ("single_origin", 5, None, 9)),
        ([count("a", 5, None, 9)], ("single_origin", 5, None, 9)),
        ([count("a", 5, None, 9), count("b", 5, None, 9)], ("corroborated", 5, None, 9)),
        ([count("a", 5, None, 9), count("b", 7, None, 12)], ("compatible", 7, None, 9)),
        ([count("a", 5, None, 9), count("b", 6, None, 7)], ("single_origin", 6, None, 7)),
        ([count("a", 5, None, 9), exact("b", 7)], ("single_origin", 7, 7, 7)),
        ([count("a", 5, 7, 9, soft=True)], ("single_origin", 5, 7, 9)),
        ([count("a", 5, 7, 9, soft=True), count("b", 5, 7, 9, soft=True)], ("corroborated", 5, 7, 9)),
        ([count("a", 5, 7, 9, soft=True), count("b", 5, 8, 9, soft=True)], ("corroborated", 5, None, 9)),
        ([count("a", 5, 7, 9, soft=True), count("b", 7, 10, 12, soft=True)], ("single_origin", 7, 7, 9)),
        ([count("a", 5, 6, 9, soft=True), count("b", 8, 10, 12, soft=True)], ("contested", 5, None, 12)),
        ([count("a", 5, None, 6), count("b", 8, None, 9)], ("contested", 5, None, 9)),
        ([count("a", 5), count("b", None, None, 4)], ("contested", None, None, None)),
        ([count("a", 5, None, 9), count("b", 5, None, 7)], ("single_origin", 5, None, 7)),
        ([count("a", 5, None, 9), count("b", 7, None, 9)], ("single_origin", 7, None, 9)),
        ([count("a", None, None, 5), count("b", 0, None, 5)], ("single_origin", 0, None, 5)),
        ([exact("a", 5, floor=True), exact("b", 9)], ("single_origin", 9, 9, 9)),
        ([exact("a", 9, floor=True), exact("b", 5)], ("contested", 5, None, 9)),
        ([exact("a", 9, floor=True), exact("b", 5, origin="a")], ("order_unknown", 5, None, 9)),
        ([exact("a", 9, floor=True), exact("b", 9)], ("corroborated", 9, 9, 9)),
        ([count("a", 5, None, 8, floor=True), count("b", 7, None, 9)], ("single_origin", 7, None, 9)),
        ([exact("a", 5, floor=True)], ("vague", 5, None, None)),
    ],
)
def test_the_default_policy(claims, expected):
    assert {expected} == {decided(*order) for order in itertools.permutations(claims)}


def test_roles_of_an_agreement():
    found = roles(exact("a", 9), count("b", 5), exact("c", 4, floor=True), exact("d", 9, floor=True))
    assert {"a": "S9 point", "b": "S8 compatible", "c": "S7 floor", "d": "S7 support"} == found


def test_roles_of_a_conflict():
    found = roles(exact("a", 9), exact("b", 5), count("c", 2))
    assert {"a": "S8 bound", "b": "S8 bound", "c": "S8 compatible"} == found


def test_roles_of_bounds():
    assert {"a": "S8 bound", "b": "S8 bound"} == roles(count("a", 5), count("b", None, None, 9))


def test_whether_the_point_is_soft():
    assert RANGE.decide([count("a", 5, 7, 9, soft=True)], origins=origins).soft is True
    assert RANGE.decide([exact("a", 7), count("b", 5, 7, 9, soft=True)], origins=origins).soft is False
    assert RANGE.decide([exact("a", 7), exact("b", 8)], origins=origins).soft is False


def test_the_parts_of_the_rule():
    a, b, c = Interval(5, None, 9), Interval(7, None, None), Interval(10, None, 12)
    assert (intersection([a, b]), intersection([a, c])) == (Interval(7, None, 9), None)
    assert intersection([]) == Interval(None, None, None)
    assert (hull([a, c]), hull([a, b])) == ((5, 12), (5, None))
    assert hull([Interval(None, None, 3), c]) == (None, 12)
    wide, narrow = count("w", 1, None, 9), count("n", 2, None, 3)
    assert strongest([wide, narrow]) == [narrow]
    assert strongest([wide, count("x", 1, None, 9)]) == [wide, count("x", 1, None, 9)]
    common = Interval(5, None, 9)
    assert stated_point([exact("a", 5), count("s", 5, 6, 9, soft=True)], common) == (5, False)
    assert stated_point([exact("a", 5), exact("b", 6)], common) == (None, False)
    assert stated_point([exact("a", 4)], common) == (None, False)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([exact("a", 5, day=1), exact("b", 9, day=3)], ("single_origin", 9, 9, 9)),
        ([exact("a", 5, day=3), exact("b", 9, day=3)], ("order_unknown", 5, None, 9)),
        ([exact("a", 5, day=1, days=3), exact("b", 9, day=3)], ("order_unknown", 5, None, 9)),
        ([exact("a", 5, day=4, floor=True), exact("b", 9, day=3)], ("single_origin", 5, 5, 5)),
        ([exact("a", 5)._replace(reference=Bounds(None, DAY)), exact("b", 9, day=3)], ("single_origin", 9, 9, 9)),
    ],
)
def test_the_latest(claims, expected):
    assert expected == decided(*claims, policy=LATEST)


def test_the_latest_names_what_it_left():
    found = LATEST.decide([exact("a", 5, day=1), exact("b", 9, day=3)], origins=origins)
    assert {"a": ("S8", "not the latest")} == found.rejected
    assert {"b"} == set(found.roles)
    assert {"a": "S8 bound", "b": "S8 bound"} == roles(exact("a", 5), exact("b", 9), policy=LATEST)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([exact("a", 5), exact("b", 9)], ("contested", 5, 5, 9)),
        ([count("a", 5)], ("vague", 5, 5, None)),
        ([count("a", None, None, 5)], ("vague", None, None, 5)),
        ([count("a", 5, 7, 9, soft=True)], ("single_origin", 5, 5, 9)),
    ],
)
def test_the_conservative(claims, expected):
    assert expected == decided(*claims, policy=CONSERVATIVE)
    assert CONSERVATIVE.decide(claims, origins=origins).soft is False


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([exact("a", 5), exact("b", 5), exact("c", 9)], ("contested", 5, 5, 9)),
        ([exact("a", 5), exact("b", 5, origin="a"), exact("c", 9)], ("contested", 5, None, 9)),
        ([exact("a", 5), exact("b", 9)], ("contested", 5, None, 9)),
        ([count("a", 5)], ("vague", 5, None, None)),
        ([exact("a", 5)], ("single_origin", 5, 5, 5)),
        ([exact("a", 5, floor=True), exact("b", 5, floor=True), exact("c", 9)], ("single_origin", 9, 9, 9)),
    ],
)
def test_the_majority(claims, expected):
    assert expected == decided(*claims, policy=MAJORITY)


def test_the_majority_has_no_soft_point():
    assert MAJORITY.decide([count("a", 5, 7, 9, soft=True)], origins=origins).soft is False


def test_the_order_of_sources():
    claims = [exact("a", 5), exact("b", 9), exact("c", 9, origin="b", floor=True)]
    assert decided(*claims, policy=SourcePriorityPolicy(("z", "b", "a"))) == ("single_origin", 9, 9, 9)
    found = SourcePriorityPolicy(("a", "b")).decide(claims, origins=origins)
    assert {"b": ("S8", "a goes first"), "c": ("S8", "a goes first")} == found.rejected
    nobody = SourcePriorityPolicy(("z",)).decide(claims, origins=origins)
    assert (nobody.status.value, nobody.low, nobody.best, nobody.high) == ("uncommitted", None, None, None)
    assert {("S8", "of no origin in the order given")} == set(nobody.rejected.values())
    assert SourcePriorityPolicy(("a", "b")).name == "source-priority/1(a,b)"


def test_policies_by_name():
    assert policy_named("range/1") is RANGE
    assert policy_named("latest/1") is LATEST
    assert policy_named("source-priority/1(a,b)") == SourcePriorityPolicy(("a", "b"))
    assert policy_named("source-priority/1()") == SourcePriorityPolicy(())
    assert policy_named("source-priority/1(a") is None
    assert policy_named("source-priority/1") is None
    assert policy_named("mean/1") is None


@st.composite
def some_claims(draw):
    claims = []
    for index in range(draw(st.integers(1, 5))):
        low, high = draw(st.none() | st.integers(0, 9)), draw(st.none() | st.integers(0, 9))
        if low is not None and high is not None and low > high:
            low, high = high, low
        inside = [n for n in range(10) if (low is None or low <= n) and (high is None or n <= high)]
        point = draw(st.none() | st.sampled_from(inside))
        soft = point is not None and draw(st.booleans())
        name, origin = f"c{index}", draw(st.sampled_from("abc"))
        claims.append(count(name, low, point, high, origin=origin, soft=soft, floor=draw(st.booleans())))
    return claims


@given(some_claims())
def test_low_best_and_high_are_in_order_and_best_was_stated(claims):
    for policy in (RANGE, LATEST, MAJORITY):
        found = policy.decide(claims, origins=origins)
        ordered = [n for n in (found.low, found.best, found.high) if n is not None]
        assert ordered == sorted(ordered)
        assert found.best is None or found.best in [c.interval.point for c in claims]
        assert {c.id for c in claims} == set(found.roles) | set(found.rejected)


@given(some_claims(), st.randoms())
def test_the_order_of_claims_decides_nothing(claims, random):
    shuffled = random.sample(claims, len(claims))
    for policy in (RANGE, LATEST, CONSERVATIVE, MAJORITY):
        assert policy.decide(claims, origins=origins) == policy.decide(shuffled, origins=origins)
