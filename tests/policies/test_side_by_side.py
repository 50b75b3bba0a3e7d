"""What holds side by side is shown side by side: states that do not exclude each other, periods of unknown order."""

import attrs
import pytest
from strategies.archives import VOCABULARY
from strategies.stories import Story, figures

from kzarchive.values.content import Unknown, UnknownReason
from kzarchive.values.quantities import Quantity

ORDERS = "orders/all/KZ"
DAILY = "arrested_daily/all/KZ"


def held(answer):
    return [(each.term, each.status.value, each.inferred) for each in answer.states]


def why(answer):
    return {entry.assertion for entry in answer.why}


def with_measure(slug, **changes):
    """Returns the vocabulary with one measure that is otherwise."""
    measures = (attrs.evolve(each, **changes) if each.slug == slug else each for each in VOCABULARY.measures)
    return attrs.evolve(VOCABULARY, measures=tuple(measures))


# States


def test_two_states_of_one_day_are_both_shown_and_neither_is_the_state():
    """Before, one of the two was taken by the id of its assertion, and the other one was put aside."""
    story = Story()
    both = {story.says("aida", ORDERS, "curfew", "2022-01-06"), story.says("bek", ORDERS, "offline", "2022-01-06")}
    answer = story.knows(ORDERS, "2022-01-06")
    assert held(answer) == [("curfew", "single_origin", False), ("offline", "single_origin", False)]
    assert (answer.state, answer.status.value, why(answer)) == (None, "single_origin", both)
    assert answer.words() == "curfew, offline (single origin)"
    assert [state["term"] for state in answer.to_dict()["states"]] == ["curfew", "offline"]


def test_the_one_that_starts_definitely_last_is_the_state_and_the_other_holds_beside_it():
    story = Story()
    story.says("aida", ORDERS, "curfew", "2022-01-05")
    story.says("bek", ORDERS, "offline", "2022-01-06")
    story.says("chan", ORDERS, "offline", "2022-01-06")
    answer = story.knows(ORDERS, "2022-01-06")
    assert (answer.state, answer.status.value, answer.since) == ("offline", "corroborated", "[..2022-01-06]")
    assert held(answer) == [("curfew", "single_origin", True), ("offline", "corroborated", False)]
    assert answer.origins == 2
    assert answer.to_dict()["states"] == [
        {"term": "curfew", "status": "single_origin", "inferred": True, "since": "[..2022-01-05]"},
        {"term": "offline", "status": "corroborated", "inferred": False, "since": "[..2022-01-06]"},
    ]


def test_the_state_was_last_said_when_it_was_and_not_when_the_other_one_was():
    story = Story()
    story.says("aida", ORDERS, "curfew", "2022-01-08", about="2022-01-03/..")
    story.says("bek", ORDERS, "offline", "2022-01-06", about="2022-01-05/..")
    answer = story.knows(ORDERS, "2022-01-09")
    assert (answer.state, answer.last_said) == ("offline", "2022-01-06")


def test_a_later_word_of_one_speaker_replaces_only_what_it_excludes():
    story = Story()
    story.says("aida", ORDERS, "curfew", "2022-01-05")
    story.says("aida", ORDERS, "offline", "2022-01-06")
    assert [term for term, _, _ in held(story.knows(ORDERS, "2022-01-07"))] == ["curfew", "offline"]
    story.says("aida", ORDERS, "no_curfew", "2022-01-06")
    assert [term for term, _, _ in held(story.knows(ORDERS, "2022-01-07"))] == ["no_curfew", "offline"]


def test_two_milestones_of_one_day_contest_no_state_that_neither_of_them_ends():
    story = Story(with_measure("orders", exclusive=(("declared", "debated"),)))
    story.says("aida", ORDERS, "curfew", "2022-01-05")
    story.says("bek", ORDERS, "declared", "2022-01-05")
    story.says("chan", ORDERS, "debated", "2022-01-05")
    answer = story.knows(ORDERS, "2022-01-05")
    assert (answer.status, answer.state) == ("single_origin", "curfew")
    assert sorted(answer.milestones) == ["debated", "declared"]


def test_an_exclusive_state_still_ends_the_one_before():
    story = Story()
    old = story.says("aida", ORDERS, "curfew", "2022-01-05")
    story.says("bek", ORDERS, "offline", "2022-01-05")
    story.says("chan", ORDERS, "no_curfew", "2022-01-06")
    answer = story.knows(ORDERS, "2022-01-06")
    assert [term for term, _, _ in held(answer)] == ["offline", "no_curfew"]
    assert old in {entry.assertion for entry in answer.why_not}


def test_a_clash_of_two_states_hides_no_third_one():
    story = Story()
    story.says("aida", ORDERS, "curfew", "2022-01-06")
    story.says("bek", ORDERS, "no_curfew", "2022-01-06")
    story.says("chan", ORDERS, "offline", "2022-01-06")
    answer = story.knows(ORDERS, "2022-01-06")
    assert (answer.status.value, answer.state, held(answer)) == (
        "contested",
        None,
        [("offline", "single_origin", False)],
    )
    assert answer.words() == "contested; beside it offline"
    assert len(why(answer)) == 3


def test_not_clear_ends_only_those_that_are_inferred():
    story = Story()
    story.says("aida", ORDERS, "curfew", "2022-01-05")
    story.says("bek", ORDERS, "offline", "2022-01-05", about="2022-01-05/2022-01-09")
    story.says("chan", ORDERS, Unknown(UnknownReason.NOT_KNOWN), "2022-01-07")
    assert held(story.knows(ORDERS, "2022-01-08")) == [("offline", "single_origin", False)]
    story.says("dan", ORDERS, "offline", "2022-01-05", about="2022-01-05/2022-01-09")
    assert story.knows(ORDERS, "2022-01-06").status == "single_origin"
    assert story.knows(ORDERS, "2022-01-08").status == "corroborated"


@pytest.mark.parametrize(("ordered", "found"), [(True, ("contested", None)), (False, ("single_origin", "withdrawn"))])
def test_where_states_follow_in_order_an_earlier_one_claimed_for_later_unsettles_the_answer(ordered, found):
    story = Story(with_measure("whereabouts", ordered=ordered))
    story.says("aida", "whereabouts/force/KZ", "withdrawn", "2022-01-05")
    story.says("bek", "whereabouts/force/KZ", "present", "2022-01-07")
    answer = story.knows("whereabouts/force/KZ", "2022-01-08", valid="2022-01-05")
    assert (answer.status, answer.state) == found


def test_what_does_not_hold_side_by_side_is_one_state_as_before():
    story = Story()
    story.says("aida", "whereabouts/force/KZ", "present", "2022-01-05")
    story.says("bek", "whereabouts/force/KZ", "withdrawn", "2022-01-07")
    answer = story.knows("whereabouts/force/KZ", "2022-01-07")
    assert (answer.state, held(answer)) == ("withdrawn", [("withdrawn", "single_origin", False)])
    assert "states" not in answer.to_dict()


def test_a_milestone_that_excludes_a_state_ends_it_and_is_none():
    """What was abolished and then declared anew is not "abolished" any more; that it is in force nobody has said."""
    story = Story()
    old = story.says("aida", ORDERS, "no_curfew", "2022-01-05")
    story.says("aida", ORDERS, "declared", "2022-01-07")
    assert story.knows(ORDERS, "2022-01-06").state == "no_curfew"
    answer = story.knows(ORDERS, "2022-01-07")
    assert (answer.state, answer.states, answer.milestones) == (None, (), ("declared",))
    assert answer.words() == "declared (single origin)"
    assert old in {entry.assertion for entry in answer.why_not}


def test_a_milestone_that_excludes_a_state_of_the_same_day_contests_it():
    story = Story()
    story.says("aida", ORDERS, "no_curfew", "2022-01-05")
    story.says("bek", ORDERS, "declared", "2022-01-05")
    answer = story.knows(ORDERS, "2022-01-05")
    assert (answer.status.value, answer.state, answer.milestones) == ("contested", None, ("declared",))


@pytest.mark.parametrize(
    ("about", "first"),
    [("2022-01", "2022-01-01"), ("2022-01~", "2022-01-01"), ("2022", "2022-01-01"), ("2021-12/2022-01", "2021-12-31")],
)
def test_a_whole_month_throughout_begins_with_its_first_day(about, first):
    """``a/b`` begins somewhere in ``a``; ``a`` throughout is all of ``a``."""
    story = Story()
    story.says("aida", ORDERS, "curfew", "2022-01-20", about=about)
    assert story.knows(ORDERS, None, valid=first).state == "curfew"
    before = {"2022-01-01": "2021-12-31", "2021-12-31": "2021-12-30"}[first]
    assert story.knows(ORDERS, None, valid=before).state is None
    assert not story.knows(ORDERS, None, valid="2022-01-20").inferred


def test_within_a_month_counts_from_its_end():
    story = Story()
    story.says("aida", ORDERS, "curfew", "2022-01-20", about="2022-01", reading="within")
    assert story.knows(ORDERS, None, valid="2022-01-30").pending
    assert story.knows(ORDERS, None, valid="2022-01-31").state == "curfew"


# Periods


def test_two_periods_of_unknown_order_are_never_one_range():
    """Before, 10 on some day and 50 on another one were "contested 10..50", which nobody claims."""
    story = Story()
    story.says("aida", DAILY, 10, "2022-01-09", about="[2022-01-04..2022-01-06]", reading="within")
    story.says("bek", DAILY, 50, "2022-01-09", about="2022-01-05", reading="within")
    answer = story.knows(DAILY, "2022-01-09")
    assert figures(answer) == ("order_unknown", None, None, None)
    assert "several_periods" in answer.flags
    assert [(part.period, part.best) for part in answer.by_period] == [
        ("2022-01-05", 50),
        ("[2022-01-04..2022-01-06]", 10),
    ]
    words = "2022-01-05: 50 (single origin); [2022-01-04..2022-01-06]: 10 (single origin) (order unknown)"
    assert answer.words() == words
    assert len(why(answer)) == 2
    assert [answer.unit, *(part.unit for part in answer.by_period)] == ["person"] * 3
    assert not answer.open_above
    story.says("chan", DAILY, Quantity.word("higher_than", surface="may be higher"), "2022-01-09")
    assert story.knows(DAILY, "2022-01-09").open_above


def test_of_periods_in_order_the_latest_is_the_answer():
    story = Story()
    story.says("aida", DAILY, 10, "2022-01-09", about="2022-01-05", reading="within")
    story.says("bek", DAILY, 50, "2022-01-09", about="2022-01-06", reading="within")
    answer = story.knows(DAILY, "2022-01-09")
    assert (figures(answer), answer.by_period) == (("single_origin", 50, 50, 50), ())


def test_a_conflict_within_one_of_the_periods_is_told():
    story = Story()
    for agent, number, about in (("aida", 10, "2022-01-05"), ("bek", 12, "2022-01-05"), ("chan", 7, "[..2022-01-06]")):
        story.says(agent, DAILY, number, "2022-01-09", about=about, reading="within")
    answer = story.knows(DAILY, "2022-01-09")
    assert answer.status.value == "contested"
    assert [figures(part) for part in answer.by_period] == [("contested", 10, None, 12), ("single_origin", 7, 7, 7)]


def test_a_wider_claim_of_another_period_narrows_nothing():
    story = Story()
    story.says("aida", DAILY, Quantity.between(1, 9, surface="1 to 9"), "2022-01-09", about="[..2022-01-06]")
    story.says("bek", DAILY, 5, "2022-01-09", about="2022-01-05", reading="within")
    assert [figures(p)[1:] for p in story.knows(DAILY, "2022-01-09").by_period] == [(5, 5, 5), (1, None, 9)]
