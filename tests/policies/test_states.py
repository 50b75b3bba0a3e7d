"""States, rule by rule (S18), on claims made by hand."""

from types import SimpleNamespace

import pytest
from strategies.claims import DAY, origins, state

from kzarchive.policies.states import (
    before_the_first,
    inherited,
    milestone_terms,
    milestones_agree,
    own_state,
    unsettled,
)
from kzarchive.values.bounds import Bounds
from kzarchive.values.dated import Spell
from kzarchive.values.terms import Aggregation, Measure, Term, ValueType

TERMS = ("absent", "present", "leaving", "gone", "busy")
MEASURE = Measure(
    slug="whereabouts",
    definition="Where it is.",
    value=ValueType.STATUS,
    aggregation=Aggregation.STATUS,
    terms=(
        *(Term(slug=slug, definition=slug) for slug in TERMS),
        Term(slug="quiet", definition="Nothing heard.", persists=False),
        Term(slug="sent", definition="Sent.", milestone=True),
        Term(slug="asked", definition="Asked.", milestone=True),
    ),
    exclusive=(("absent", "present", "leaving", "gone"),),
    initial="absent",
    ordered=True,
    inherits=True,
)


def end_of(day):
    return (day + 1) * DAY - 1


def own(*claims, unknowns=(), on=None):
    return own_state(claims, unknowns, MEASURE, None if on is None else end_of(on), origins)


def said(standing):
    return standing.status.value, standing.term, standing.inferred


@pytest.mark.parametrize(
    ("claims", "on", "expected"),
    [
        ([], 5, ("no_data", None, False)),
        ([state("a", "present", day=3)], 3, ("single_origin", "present", False)),
        ([state("a", "present", day=3)], 4, ("single_origin", "present", True)),
        ([state("a", "present", day=3)], None, ("single_origin", "present", False)),
        ([state("a", "present", day=3, vouched=5)], 5, ("single_origin", "present", False)),
        ([state("a", "present", day=3, end=4, vouched=4)], 4, ("single_origin", "present", False)),
        ([state("a", "present", day=3, end=4, vouched=4)], 5, ("no_data", None, False)),
        ([state("a", "present", day=3), state("b", "present", day=4)], 4, ("corroborated", "present", False)),
        ([state("a", "present", day=3), state("b", "gone", day=4)], 4, ("single_origin", "gone", False)),
        ([state("a", "present", day=3), state("b", "gone", day=3)], 4, ("contested", None, False)),
        ([state("a", "present"), state("b", "gone", origin="a")], 4, ("order_unknown", None, False)),
        ([state("a", "present", day=1, days=4), state("b", "gone", day=3)], 6, ("contested", None, False)),
        ([state("a", "present", day=3), state("b", "busy", day=4)], 4, ("single_origin", "busy", False)),
        ([state("a", "sent", day=3)], 4, ("no_data", None, False)),
        ([state("a", "quiet", day=3)], 3, ("single_origin", "quiet", False)),
        ([state("a", "quiet", day=3)], 4, ("unknown", None, False)),
        ([state("a", "quiet", day=3), state("b", "busy", day=2)], 4, ("single_origin", "busy", True)),
    ],
)
def test_the_state_of_a_frame(claims, on, expected):
    assert expected == said(own(*claims, on=on))
    assert expected == said(own(*reversed(claims), on=on))


def test_not_clear_is_unknown_with_its_start():
    unclear = state("u", "present", day=4)
    found = own(unknowns=[unclear], on=5)
    assert (said(found), found.start) == (("unknown", None, False), unclear.spell.start)


def test_not_clear_ends_only_what_is_inferred():
    present, unclear = state("a", "present", day=3), state("u", "present", day=4)
    assert said(own(present, unknowns=[unclear], on=5)) == ("unknown", None, False)
    vouched = state("a", "present", day=3, vouched=9)
    assert said(own(vouched, unknowns=[unclear], on=5)) == ("single_origin", "present", False)
    early = state("u", "present", day=2)
    assert said(own(present, unknowns=[early], on=5)) == ("single_origin", "present", True)


def test_what_follows_and_what_is_past():
    old, new, milestone = state("a", "present", day=3), state("b", "gone", day=5), state("m", "sent", day=2)
    found = own(old, new, milestone, on=6)
    assert (found.carriers, found.milestones) == ((new,), (milestone,))
    assert found.start == new.spell.start
    assert {name: f"{rule} {role}" for name, (rule, role) in found.roles().items()} == {
        "b": "S18 point",
        "m": "S18 support",
    }


def test_rivals_bound():
    found = own(state("a", "present"), state("b", "gone"), on=3)
    assert {"S18 bound"} == {f"{rule} {role}" for rule, role in found.roles().values()}
    assert found.carriers == ()


def test_the_start_is_that_of_the_first_who_says_so():
    first, second = state("a", "present", day=3), state("b", "present", day=5)
    assert own(second, first, on=6).start == first.spell.start


def started(name, first, last):
    """Returns a claim that it is present from some day between two on; None = open."""
    start = Bounds(None if first is None else first * DAY, None if last is None else end_of(last))
    plain = state(name, "present")
    return plain._replace(source=SimpleNamespace(dated=plain.dated, spell=lambda _: Spell(start, None, None)))


@pytest.mark.parametrize(
    ("foremost", "other"),
    [((5, 5), (1, 9)), ((3, 5), (5, 5)), ((None, 5), (5, 5)), ((5, 5), (3, None))],
)
def test_the_first_start_is_the_one_that_is_over_first_and_of_these_the_one_that_may_be_earliest(foremost, other):
    first, second = started("a", *foremost), started("b", *other)
    assert own(first, second).start == own(second, first).start == first.spell.start


def test_the_last_of_the_states_whose_days_are_over_is_the_reason_that_nothing_is_known():
    old, last, sent = state("a", "quiet", day=1), state("b", "quiet", day=2), state("m", "sent", day=2)
    found = own(old, last, sent, on=4)
    assert (said(found), found.lapsed, found.milestones) == (("unknown", None, False), (last,), (sent,))
    assert own(old, sent, unknowns=[state("u", "quiet", day=3)], on=4).lapsed == ()


def part(*claims, unknowns=(), wholes, on):
    mine = own(*claims, unknowns=unknowns, on=on)
    taken = inherited(mine, unknowns, [own(*whole, on=on) for whole in wholes])
    return said(mine if taken is None else taken)


@pytest.mark.parametrize(
    ("claims", "wholes", "expected"),
    [
        ([], [[state("w", "present", day=3)]], ("single_origin", "present", True)),
        ([state("a", "gone", day=5)], [[state("w", "present", day=3)]], ("single_origin", "gone", True)),
        ([state("a", "leaving", day=5)], [[state("w", "gone", day=6)]], ("single_origin", "gone", True)),
        ([state("a", "leaving", day=5)], [[state("w", "gone", day=5)]], ("single_origin", "leaving", True)),
        ([], [[state("v", "present", day=3)], [state("w", "gone", day=6)]], ("single_origin", "gone", True)),
        ([], [[state("w", "gone", day=6)], [state("v", "present", day=3)]], ("single_origin", "gone", True)),
        ([], [[]], ("no_data", None, False)),
        ([state("m", "sent", day=5)], [[state("w", "present", day=3)]], ("single_origin", "present", True)),
        ([state("a", "present", day=3)], [[state("w", "quiet", day=5)]], ("single_origin", "present", True)),
        ([], [[state("v", "present"), state("w", "gone"), state("x", "busy")]], ("no_data", None, False)),
    ],
)
def test_a_part_takes_the_state_of_its_whole_where_its_own_is_older(claims, wholes, expected):
    assert expected == part(*claims, wholes=wholes, on=7)


def test_not_clear_about_the_whole_ends_what_is_inferred_of_the_part():
    unclear = own(unknowns=[state("u", "present", day=6)], on=7)
    inferred, vouched = own(state("a", "present", day=3), on=7), own(state("a", "present", day=3, vouched=9), on=7)
    assert said(inherited(inferred, (), [unclear])) == ("unknown", None, False)
    assert inherited(vouched, (), [unclear]) is None


def test_a_later_not_clear_about_the_part_ends_what_it_takes():
    unclear = state("u", "present", day=5)
    assert part(unknowns=[unclear], wholes=[[state("w", "present", day=3)]], on=7) == ("unknown", None, False)
    assert part(unknowns=[unclear], wholes=[[state("w", "gone", day=6)]], on=7) == ("single_origin", "gone", True)


def test_not_clear_about_the_part_ends_what_it_takes_in_place_of_its_own_and_no_milestone():
    claimed, sent = state("a", "present", day=3, vouched=9), state("m", "sent", day=2)
    unclear = state("u", "present", day=6)
    mine = own(claimed, sent, unknowns=[unclear], on=7)
    assert said(mine) == ("single_origin", "present", False)
    taken = inherited(mine, [unclear], [own(state("w", "gone", day=5), on=7)])
    assert (said(taken), taken.unclear, taken.milestones) == (("unknown", None, False), (unclear,), (sent,))


def test_an_earlier_state_claimed_for_a_later_time_unsettles_the_answer():
    gone = own(state("a", "gone", day=3), on=4)
    same, other = state("b", "leaving", origin="a", day=6), state("c", "leaving", day=6)
    found = unsettled(gone, [same], MEASURE, origins)
    assert (said(found), [claim.id for claim in found.rivals]) == (("order_unknown", None, False), ["a"])
    assert said(unsettled(gone, [other], MEASURE, origins)) == ("contested", None, False)
    assert unsettled(gone, [state("d", "gone", day=6)], MEASURE, origins) is None
    assert unsettled(gone, [state("m", "sent", day=6)], MEASURE, origins) is None
    assert unsettled(own(on=4), [same], MEASURE, origins) is None
    assert unsettled(own(state("e", "present", day=3), on=4), [same], MEASURE, origins) is None


def test_before_the_first_state_it_was_at_the_initial_one():
    later = [state("a", "present", day=6)]
    assert said(before_the_first(later, [], MEASURE, origins)) == ("single_origin", "absent", True)
    two = [*later, state("b", "present", day=7)]
    assert said(before_the_first(two, [], MEASURE, origins)) == ("corroborated", "absent", True)
    assert before_the_first([], [], MEASURE, origins) is None
    assert before_the_first([state("m", "sent", day=6)], [], MEASURE, origins) is None
    assert before_the_first([state("n", "absent", day=6)], [], MEASURE, origins) is None
    assert before_the_first(later, [state("b", "present", day=2)], MEASURE, origins) is None


def test_milestones_come_once_in_the_order_of_their_starts():
    claims = [state("b", "sent", day=5), state("a", "asked", day=2), state("c", "sent", day=7)]
    assert milestone_terms(claims) == ("asked", "sent")
    assert milestones_agree(claims, origins)
    assert not milestones_agree(claims[:2], origins)
    assert milestones_agree([claims[0], claims[2]], origins)
    assert not milestones_agree([claims[0], state("d", "sent", origin="b", day=6)], origins)
