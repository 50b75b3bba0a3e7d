from hypothesis import given
from hypothesis import strategies as st

from kzarchive.projections.entries import Entry
from kzarchive.projections.measures import Measures
from kzarchive.projections.plans import Outcome, outcome
from kzarchive.projections.reactions import Reactions
from kzarchive.values.assertions import Act, Modality, Relation, RelationKind
from kzarchive.values.bounds import UNBOUNDED, Bounds

CURFEW = "measure_status/curfew/KZ"
seconds = st.integers(-(10**6), 10**6)


def ends(toy, date):
    return [(plan.due, plan.outcome.value) for plan in toy.replay(Measures(), date)["curfew/KZ"].ends]


def test_a_plan_is_ahead_then_possibly_due_then_due_and_never_done(toy):
    toy.says("ministry", CURFEW, "ended", published="2022-01-06", about="2022-01-19", plan=True)
    assert [("2022-01-19", "ahead")] == ends(toy, "2022-01-18")
    assert [("2022-01-19", "possibly_due")] == ends(toy, "2022-01-19")
    assert [("2022-01-19", "due_unconfirmed")] == ends(toy, "2022-01-20")
    assert [("2022-01-19", "due_unconfirmed")] == ends(toy, "2023-01-20")


def test_a_claim_that_it_came_about_confirms_it(toy):
    toy.says("ministry", CURFEW, "ended", published="2022-01-06", about="2022-01-19", plan=True)
    seen = toy.says("reporter", CURFEW, "ended", published="2022-01-21", about="2022-01-20")
    (plan,) = toy.replay(Measures(), "2022-01-22")["curfew/KZ"].ends
    assert (Outcome.CONFIRMED, [seen]) == (plan.outcome, [told.assertion for told in plan.confirmed_by])
    assert [("2022-01-19", "due_unconfirmed")] == ends(toy, "2022-01-20")


def test_an_end_of_an_earlier_time_confirms_nothing(toy):
    toy.says("reporter", CURFEW, "ended", published="2022-01-06", about="2021-12-01")
    toy.says("ministry", CURFEW, "ended", published="2022-01-06", about="2022-01-19", plan=True)
    assert [("2022-01-19", "due_unconfirmed")] == ends(toy, "2022-01-20")


def test_an_end_that_may_be_of_an_earlier_time_confirms_nothing(toy):
    toy.says("ministry", CURFEW, "ended", published="2022-01-06", about="2022-01-19", plan=True)
    toy.says("reporter", CURFEW, "ended", published="2022-01-21", about="[..2022-01-20]")
    assert [("2022-01-19", "due_unconfirmed")] == ends(toy, "2022-01-22")


def test_a_rumour_confirms_nothing(toy):
    toy.says("ministry", CURFEW, "ended", published="2022-01-06", about="2022-01-19", plan=True)
    toy.says("reporter", CURFEW, "ended", published="2022-01-20", modality=Modality.POSSIBLE)
    row = toy.replay(Measures(), "2022-01-22")["curfew/KZ"]
    assert ["due_unconfirmed"] == [plan.outcome.value for plan in row.ends]
    assert ["possible"] == [told.modality for told in row.entry.unsettled]


def test_a_denied_end_confirms_nothing(toy):
    toy.says("ministry", CURFEW, "ended", published="2022-01-06", about="2022-01-19", plan=True)
    seen = toy.says("reporter", CURFEW, "ended", published="2022-01-20")
    denial = Relation(kind=RelationKind.RESPONDS_TO, target=seen)
    counter = {"act": Act.DENY, "modality": Modality.COUNTER, "relations": (denial,)}
    toy.says("mayor", CURFEW, "ended", published="2022-01-21", **counter)
    assert [("2022-01-19", "due_unconfirmed")] == ends(toy, "2022-01-22")


def test_an_end_that_its_own_origin_took_back_confirms_nothing(toy):
    toy.says("ministry", CURFEW, "ended", published="2022-01-06", about="2022-01-19", plan=True)
    toy.says("reporter", CURFEW, "ended", published="2022-01-20", about="2022-01-20")
    toy.says("reporter", CURFEW, "in_force", published="2022-01-21", about="2022-01-20")
    assert [("2022-01-19", "due_unconfirmed")] == ends(toy, "2022-01-22")


def test_a_plan_of_another_state_is_no_planned_end(toy):
    toy.says("ministry", CURFEW, "in_force", published="2022-01-06", about="2022-01-19", plan=True)
    row = toy.replay(Measures(), "2022-01-20")["curfew/KZ"]
    assert ((), 1) == (row.ends, len(row.entry.plans))


def test_a_plan_that_holds_throughout_is_due_at_its_end(toy):
    span = {"about": "2022-01-05/2022-01-19", "reading": "throughout"}
    toy.says("ministry", CURFEW, "ended", published="2022-01-06", plan=True, **span)
    assert [("2022-01-19", "ahead")] == ends(toy, "2022-01-18")
    assert [("2022-01-19", "due_unconfirmed")] == ends(toy, "2022-01-20")


def test_a_plan_without_a_day_stays_open_and_so_does_one_that_no_day_is_held_against(toy):
    toy.says("ministry", CURFEW, "ended", published="2022-01-06", plan=True)
    assert [(None, "open")] == ends(toy, "2023-01-01")
    toy.says("ministry", CURFEW, "ended", published="2022-01-06", about="2022-01-19", plan=True)
    row = toy.archive.replay(Measures(), published="2023-01-01")["curfew/KZ"]
    assert {"open"} == {plan.outcome.value for plan in row.ends}


def test_a_call_that_two_documents_carry_is_one_plan(toy):
    call = {"published": "2022-01-06", "about": "2022-01-19", "act": Act.URGE, "plan": True, "utterance": "call"}
    ids = {toy.says("speaker", "reaction/people/KZ", "hold a rally", **call) for _ in range(2)}
    (plan,) = toy.replay(Reactions(), "2022-01-20")["speaker"].ahead
    assert "due_unconfirmed" == plan.outcome
    assert ids == {plan.told.assertion, *plan.told.agreeing}


def test_one_speech_that_names_two_days_is_two_plans(toy):
    for day in ("2022-01-19", "2022-01-25"):
        toy.says("ministry", CURFEW, "ended", published="2022-01-06", about=day, plan=True, utterance="speech")
    assert {("2022-01-19", "due_unconfirmed"), ("2022-01-25", "ahead")} == set(ends(toy, "2022-01-20"))


def test_the_shipped_withdrawal_is_confirmed_by_two_speakers_of_one_utterance(shipped):
    class Whereabouts:
        name, version, measures = "whereabouts", 1, ("contingent_status",)

        def result(self, frames):
            return {entry.frame.subject: entry for entry in map(Entry.of, frames)}

    (before,) = shipped.replay(Whereabouts(), as_of="2022-01-19")["csto"].plans
    assert ("2022-01-19", Outcome.POSSIBLY_DUE) == (before.due, before.outcome)
    (plan,) = shipped.replay(Whereabouts(), as_of="2022-01-20")["csto"].plans
    assert Outcome.CONFIRMED is plan.outcome
    assert {"borodavkin+serdyukov", "rfe-rl"} == {told.origin for told in plan.confirmed_by}


@given(seconds, seconds, seconds)
def test_outcome_never_says_due_before_the_last_second(one, other, valid):
    due = Bounds(min(one, other), max(one, other))
    found = outcome(due, valid)
    assert found is not Outcome.CONFIRMED
    assert (found is Outcome.DUE_UNCONFIRMED) == (valid > max(one, other))
    assert (found is Outcome.AHEAD) == (valid <= min(one, other))


@given(seconds)
def test_outcome_is_open_without_a_day(valid):
    assert Outcome.OPEN is outcome(UNBOUNDED, valid)
    assert Outcome.OPEN is outcome(Bounds(valid, valid), None)
