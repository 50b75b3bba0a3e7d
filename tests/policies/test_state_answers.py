"""Where things stand, as a reader sees it: the state, since when, who says so, what is over, and what only happened."""

import pytest
from strategies.press import UNKNOWN

from kzarchive.values.assertions import Modality

FORCE, PART, ORDERS = "whereabouts/force/KZ", "whereabouts/force.a/KZ", "orders/all/KZ"
OVER = "S18: of a state that is over, or that another one has followed"


@pytest.fixture
def says(press):
    """Records a state of the force, stated on 6 January."""

    def record(name, term, about=None, **fields):
        press.says(name, term, **{"frame": FORCE, "about": about, "stated": "2022-01-06", **fields})

    return record


def seen(answer):
    return answer.status.value, answer.state, answer.inferred, answer.since, answer.last_said


def test_a_state_is_no_inference_on_the_days_claimed(press, says):
    says("here", "present", "2022-01-04/2022-01-05", stated="2022-01-05", published="2022-01-05")
    says("on", "present", "2022-01-05/..", by="bek", frame=PART)
    assert seen(press.best("2022-01-05", FORCE)) == ("single_origin", "present", False, "2022-01-04", "2022-01-05")
    assert seen(press.best("2022-01-09", PART)) == ("single_origin", "present", False, "2022-01-05", "2022-01-06")


def test_a_state_without_a_stated_end_goes_on_as_an_inference(press, says):
    says("here", "present", "2022-01-05")
    assert seen(press.best("2022-01-06", FORCE)) == ("single_origin", "present", True, "2022-01-05", "2022-01-06")
    assert seen(press.best("2022-01-12", FORCE, valid="2022-01-05")) == (
        "single_origin",
        "present",
        False,
        "2022-01-05",
        "2022-01-06",
    )


@pytest.mark.parametrize(
    ("about", "reading", "since"),
    [
        (None, "throughout", "[..2022-01-06]"),
        ("2022-01-05", "throughout", "2022-01-05"),
        ("[2022-01-03..2022-01-05]", "within", "[2022-01-03..2022-01-05]"),
        ("[..2022-01-05]", "within", "[..2022-01-05]"),
        ("2022-01-03/..", "throughout", "2022-01-03"),
        ("../..", "throughout", None),
        ("/..", "throughout", "[..2022-01-06]"),
    ],
)
def test_since_when_a_state_holds_as_claimed(press, says, about, reading, since):
    says("here", "present", about, reading=reading)
    assert press.best("2022-01-06", FORCE).since == since


def test_a_state_that_may_begin_at_any_later_time_has_no_last_day_of_its_start(press, says):
    says("here", "present", "[2022-01-03..]", reading="within")
    assert press.best(None, FORCE, published="2022-01-06").since == "[2022-01-03..]"


def test_of_a_state_in_a_paper_dated_after_it_was_taken_in_nothing_bounds_the_start(press, says):
    """The paper's date is kept as it is, though it contradicts the log; its own word has no other date."""
    says("here", "present", by=None, stated=None, published="[2030-01-01..]")
    answer = press.best(None, FORCE, position=press.archive.head)
    assert (answer.state, answer.since, answer.flags) == ("present", None, ("dates_contradict",))


def test_the_later_of_two_exclusive_states_holds_and_the_other_is_over(press, says):
    says("here", "present", "2022-01-04")
    says("gone", "withdrawn", "2022-01-05", by="bek", stated="2022-01-05")
    answer = press.best("2022-01-06", FORCE)
    assert seen(answer) == ("single_origin", "withdrawn", True, "2022-01-05", "2022-01-05")
    places = press.places(answer)
    assert places["gone"] == "S18 point"
    assert places["here"] == OVER
    assert (answer.origins, answer.documents) == (1, 1)


def test_a_state_of_two_origins_is_corroborated_since_the_first_start_and_last_said_by_the_last(press, says):
    says("here", "present", "2022-01-05", stated="2022-01-05")
    says("too", "present", "2022-01-04", by="bek", stated="2022-01-06")
    answer = press.best("2022-01-06", FORCE)
    assert seen(answer) == ("corroborated", "present", True, "2022-01-04", "2022-01-06")
    assert (answer.origins, answer.documents) == (2, 2)
    assert press.places(answer) == {"here": "S18 point", "too": "S18 point"}


def test_exclusive_states_without_an_order_are_contested_or_of_unknown_order(press, says):
    says("here", "present", "2022-01-05")
    says("gone", "withdrawn", "2022-01-05", by="bek")
    answer = press.best("2022-01-06", FORCE)
    assert seen(answer) == ("contested", None, False, None, None)
    assert press.places(answer) == {"here": "S18 bound", "gone": "S18 bound"}
    assert (answer.origins, answer.documents) == (2, 2)


def test_of_one_origin_they_are_of_unknown_order(press, says):
    says("here", "present", "2022-01-05")
    says("gone", "withdrawn", "2022-01-05")
    answer = press.best("2022-01-06", FORCE)
    assert (answer.status, answer.state, answer.origins, answer.documents) == ("order_unknown", None, 1, 2)


def test_a_later_word_of_the_same_origin_replaces_its_state(press, says):
    says("here", "present", "2022-01-05", stated="2022-01-05")
    says("gone", "withdrawn", "2022-01-05", stated="2022-01-06")
    answer = press.best("2022-01-06", FORCE)
    assert (answer.status, answer.state) == ("single_origin", "withdrawn")
    assert press.places(answer) == {
        "gone": "S18 point",
        "here": f"S6: superseded by {press.short('gone')} of the same origin",
    }


def test_another_appearance_supports_a_state(press, says):
    says("here", "present", "2022-01-05", utterance="call")
    says("again", "present", "2022-01-05", utterance="call")
    answer = press.best("2022-01-06", FORCE)
    assert sorted(press.places(answer).values()) == ["S18 point", "S5 support"]
    assert (answer.origins, answer.documents) == (1, 2)


def test_agreeing_appearances_of_what_is_over_are_over_too(press, says):
    says("here", "present", "2022-01-04", utterance="call")
    says("again", "present", "2022-01-04", utterance="call")
    says("gone", "withdrawn", "2022-01-05", by="bek")
    places = press.places(press.best("2022-01-06", FORCE))
    assert places["gone"] == "S18 point"
    assert places["here"] == places["again"]
    assert places["here"] == OVER


# Milestones


def test_a_milestone_alone_is_no_state(press, says):
    says("sent", "sent", "2022-01-05")
    answer = press.best("2022-01-06", FORCE)
    assert seen(answer) == ("single_origin", None, False, None, None)
    assert (answer.milestones, answer.figure(), answer.origins, answer.documents) == (("sent",), "sent", 1, 1)
    assert press.places(answer) == {"sent": "S18 support"}


def test_a_milestone_of_two_origins_is_corroborated_and_several_of_one_each_are_not(press, says):
    says("sent", "sent", "2022-01-05")
    says("asked", "requested", "2022-01-04", by="bek")
    answer = press.best("2022-01-06", FORCE)
    assert (answer.status, answer.milestones) == ("single_origin", ("requested", "sent"))
    says("sent too", "sent", "2022-01-05", by="bek")
    assert press.best("2022-01-06", FORCE).status == "corroborated"


def test_a_denied_milestone_is_contested(press, says):
    says("sent", "sent", "2022-01-05")
    says("no", "sent", "2022-01-05", by="bek", denies="sent")
    answer = press.best("2022-01-06", FORCE)
    assert (answer.status, answer.milestones, answer.flags) == ("contested", ("sent",), ("denied",))


def test_milestones_stand_beside_a_state(press, says):
    says("sent", "sent", "2022-01-06")
    says("here", "present", "2022-01-05", by="bek")
    answer = press.best("2022-01-06", FORCE)
    assert (answer.state, answer.milestones, answer.origins, answer.documents) == ("present", ("sent",), 1, 1)
    assert press.places(answer) == {"sent": "S18 support", "here": "S18 point"}


# Not clear, perhaps, planned, denied


def test_not_clear_is_unknown_since_it_was_so(press, says):
    says("unclear", UNKNOWN, "2022-01-05")
    answer = press.best("2022-01-06", FORCE)
    assert seen(answer) == ("unknown", None, False, "2022-01-05", "2022-01-06")
    assert press.places(answer) == {"unclear": "S18 point"}
    assert (answer.origins, answer.documents) == (1, 1)


def test_not_clear_ends_an_inferred_state_and_an_earlier_one_does_not(press, says):
    says("here", "present", "2022-01-04")
    says("unclear", UNKNOWN, "2022-01-05", by="bek")
    answer = press.best("2022-01-06", FORCE)
    assert seen(answer) == ("unknown", None, False, "2022-01-05", "2022-01-06")
    places = press.places(answer)
    assert places["unclear"] == "S18 point"
    assert places["here"] == OVER


def test_not_clear_does_not_end_what_is_claimed_for_the_day(press, says):
    says("here", "present", "2022-01-04/..")
    says("unclear", UNKNOWN, "2022-01-05", by="bek")
    answer = press.best("2022-01-06", FORCE)
    assert (answer.status, answer.state, answer.inferred) == ("single_origin", "present", False)
    assert press.places(answer)["here"] == "S18 point"


@pytest.mark.parametrize("fields", [{"modality": Modality.POSSIBLE}, {"plan": True}])
def test_a_possible_or_planned_state_is_uncommitted(press, says, fields):
    says("perhaps", "present", "2022-01-05", **fields)
    answer = press.best("2022-01-06", FORCE)
    assert seen(answer) == ("uncommitted", None, False, None, None)
    assert (answer.origins, answer.documents) == (0, 0)


def test_a_possible_state_beside_a_claimed_one_changes_nothing(press, says):
    says("here", "present", "2022-01-05")
    says("perhaps", "withdrawn", "2022-01-06", by="bek", modality=Modality.POSSIBLE)
    assert (press.best("2022-01-06", FORCE).status, press.best("2022-01-06", FORCE).state) == (
        "single_origin",
        "present",
    )


def test_a_denied_state_is_contested_and_still_told(press, says):
    says("here", "present", "2022-01-05")
    says("no", "present", "2022-01-05", by="bek", denies="here")
    answer = press.best("2022-01-06", FORCE)
    assert (answer.status, answer.state, answer.flags) == ("contested", "present", ("denied",))


def test_a_denied_not_clear_stays_unknown(press, says):
    says("unclear", UNKNOWN, "2022-01-05")
    says("no", "present", "2022-01-05", by="bek", denies="unclear")
    assert press.best("2022-01-06", FORCE).status == "unknown"


def test_a_state_that_was_denied_and_is_over_contests_nothing(press, says):
    says("here", "present", "2022-01-04")
    says("no", "present", "2022-01-04", by="chan", denies="here")
    says("gone", "withdrawn", "2022-01-05", by="bek")
    answer = press.best("2022-01-06", FORCE)
    assert (answer.status, answer.state, answer.flags) == ("single_origin", "withdrawn", ())


# Before the first, and the parts of a whole


def test_before_the_first_claim_it_was_absent_as_an_inference(press, says):
    says("here", "present", "2022-01-05/..")
    says("too", "present", "2022-01-05/..", by="bek", frame=PART)
    answer = press.best("2022-01-06", FORCE, valid="2022-01-04")
    assert seen(answer) == ("single_origin", "absent", True, None, None)
    assert (answer.origins, answer.documents, answer.why) == (0, 0, ())
    assert [(held.term, held.status, held.inferred) for held in answer.states] == [("absent", "single_origin", True)]
    assert press.best("2022-01-06", FORCE, valid="2022-01-05").state == "present"


def test_milestones_stand_beside_the_initial_state(press, says):
    says("sent", "sent", "2022-01-03", by="bek")
    says("here", "present", "2022-01-05/..")
    answer = press.best("2022-01-06", FORCE, valid="2022-01-04")
    assert (answer.state, answer.milestones) == ("absent", ("sent",))


def test_before_the_first_is_not_absent_where_it_may_have_begun(press, says):
    says("here", "present", "[2022-01-03..2022-01-05]", reading="within")
    assert press.best("2022-01-06", FORCE, valid="2022-01-02").state == "absent"
    assert press.best("2022-01-06", FORCE, valid="2022-01-04").state is None


def test_a_measure_without_an_initial_state_has_none_before(press):
    press.says("on", "curfew", frame=ORDERS, about="2022-01-05/..", stated="2022-01-06")
    assert press.best("2022-01-06", ORDERS, valid="2022-01-04").status == "no_data"


def test_a_part_that_is_named_takes_the_later_state_of_the_whole(press, says):
    says("part", "present", "2022-01-04", frame=PART)
    says("whole", "withdrawn", "2022-01-05", by="bek")
    answer = press.best("2022-01-06", PART)
    assert seen(answer) == ("single_origin", "withdrawn", True, "2022-01-05", "2022-01-06")
    places = press.places(answer)
    assert places["whole"] == "S18 point"
    assert places["part"] == OVER
    assert (answer.origins, answer.documents) == (1, 1)


def test_a_part_that_takes_the_state_of_the_whole_keeps_its_own_milestones(press, says):
    says("whole", "withdrawn", "2022-01-05", by="bek")
    says("asked", "requested", "2022-01-04", by="bek")
    says("sent", "sent", "2022-01-04", frame=PART)
    answer = press.best("2022-01-06", PART)
    assert (answer.state, answer.inferred, answer.milestones) == ("withdrawn", True, ("sent",))


def test_a_part_keeps_its_own_later_state_and_one_that_nobody_names_has_none(press, says):
    says("part", "withdrawn", "2022-01-05", frame=PART)
    says("whole", "present", "2022-01-04", by="bek")
    assert press.best("2022-01-06", PART).state == "withdrawn"
    assert press.best("2022-01-06", "whereabouts/force.b/KZ").status == "no_data"


def test_a_part_is_absent_before_its_whole_comes(press, says):
    says("whole", "present", "2022-01-05/..")
    says("part", "present", "2022-01-06/..", frame=PART, by="bek")
    answer = press.best("2022-01-06", PART, valid="2022-01-04")
    assert (answer.state, answer.inferred) == ("absent", True)
    assert press.best("2022-01-06", PART, valid="2022-01-05").state == "present"


def test_what_is_published_later_is_not_known_yet(press, says):
    says("here", "present", "2022-01-04")
    says("gone", "withdrawn", "2022-01-05", by="bek", published="[2022-01-06..2022-01-08]")
    answer = press.best("2022-01-06", FORCE)
    assert (answer.state, press.places(answer)) == ("present", {"here": "S18 point", "gone": "pending"})
    assert press.best("2022-01-06", FORCE, include="possible").state == "withdrawn"
