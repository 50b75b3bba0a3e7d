import pytest

from kzarchive.projections.measures import Measures
from kzarchive.values.quantities import Quantity

CAP = "price_cap.lpg/KZ"
LATE = {"beyond_coverage": True}


def only(plans):
    (plan,) = plans
    return plan.due, plan.outcome.value


@pytest.mark.parametrize(
    ("date", "outcome"), [("2022-01-18", "ahead"), ("2022-01-19", "possibly_due"), ("2022-01-20", "due_unconfirmed")]
)
def test_the_state_of_emergency_is_due_from_the_20th_and_never_said_to_be_over(shipped, date, outcome):
    row = shipped.replay(Measures(), as_of=date)["state_of_emergency/unstated"]
    assert ("declared", "2022-01-05", False) == (row.standing, row.since, row.inferred)
    assert ("2022-01-19", outcome) == only(row.ends)


@pytest.mark.parametrize(
    ("date", "outcome"), [("2022-07-02", "ahead"), ("2022-07-04", "possibly_due"), ("2022-07-05", "due_unconfirmed")]
)
def test_the_price_cap_ends_180_days_from_its_announcement_or_declaration(shipped, date, outcome):
    row = shipped.replay(Measures(), as_of=date, **LATE)[CAP]
    assert ("[2022-07-03..2022-07-04]", outcome) == only(row.ends)
    assert ["announced", "declared"] == [told.words for told in row.ends[0].counted_from]
    assert ("tokayev", "180") == (row.ends[0].told.origin, row.ends[0].told.words)


def test_the_price_cap_that_ended_before_the_protests_is_not_the_new_one(shipped):
    """The frame and the projection tell one story: the old cap is over, the new one was announced and declared."""
    row = shipped.replay(Measures(), as_of="2022-01-07")[CAP]
    answer = shipped.as_of("2022-01-07")["measure_status/price_cap.lpg/KZ"]
    assert answer == row.entry.answer
    assert (None, ("announced", "declared"), ()) == (answer.state, answer.milestones, answer.states)
    assert "announced, declared (single origin)" == answer.words()
    assert ("declared", "2022-01-05") == (row.standing, row.since)
    assert ["ended", "announced", "declared"] == [told.words for told in row.entry.told]


def test_on_the_day_before_the_declaration_it_is_announced(shipped):
    row = shipped.replay(Measures(), None, valid="2022-01-04")[CAP]
    assert ("announced", "2022-01-04") == (row.standing, row.since)


def test_a_place_that_no_text_states_stays_unstated(shipped):
    rows = shipped.replay(Measures(), as_of="2022-01-20")
    assert ["curfew/unstated", "internet_shutdown/KZ", "internet_shutdown/unstated", CAP] == [r.key for r in rows][:4]
    assert () == rows["curfew/unstated"].ends


def test_the_internet_is_shut_by_what_was_said_then_and_inferred_since(shipped):
    row = shipped.replay(Measures(), as_of="2022-01-20")["internet_shutdown/KZ"]
    assert ("in_force", True, "[2022-01-05..2022-01-06]") == (row.standing, row.inferred, row.since)
    assert "internet_shutdown/KZ  in force, inferred, since [2022-01-05..2022-01-06]" == str(row).splitlines()[0]


def test_a_soft_duration_and_a_vague_start_widen_the_end(toy):
    toy.says("mayor", "measure_status/curfew/KZ", "declared", published="2022-01-12", about="[2022-01-08..2022-01-10]")
    days = Quantity.about(20, surface="about 20 days")
    toy.says("mayor", "planned_duration/curfew/KZ", days, published="2022-01-06", plan=True)
    # about 20 is read as 15 to 24
    assert ("[2022-01-23..2022-02-03]", "ahead") == only(toy.replay(Measures(), "2022-01-20")["curfew/KZ"].ends)


def test_a_duration_without_an_upper_bound_or_a_start_names_no_last_day(toy):
    toy.says("mayor", "measure_status/curfew/KZ", "declared", published="2022-01-06", about="2022-01-06")
    days = Quantity.at_least(10, surface="ten days or more")
    toy.says("mayor", "planned_duration/curfew/KZ", days, published="2022-01-06", plan=True)
    assert ("[2022-01-16..]", "possibly_due") == only(toy.replay(Measures(), "2023-01-20")["curfew/KZ"].ends)
    toy.says("mayor", "planned_duration/internet_shutdown/KZ", days, published="2022-01-06", plan=True)
    assert (None, "open") == only(toy.replay(Measures(), "2023-01-20")["internet_shutdown/KZ"].ends)


def test_one_start_with_an_open_side_opens_the_end(toy):
    toy.says("mayor", "measure_status/curfew/KZ", "announced", published="2022-01-06", about="2022-01-06")
    toy.says("mayor", "measure_status/curfew/KZ", "declared", published="2022-01-06", about="[2022-01-08..]")
    days = Quantity.exact(10, surface="ten days")
    toy.says("mayor", "planned_duration/curfew/KZ", days, published="2022-01-06", plan=True)
    row = toy.archive.replay(Measures(), published="2022-02-01")["curfew/KZ"]
    assert ("[2022-01-16..]", "open") == only(row.ends)


def test_a_start_from_before_the_plan_is_none_of_its_starts(toy):
    toy.says("mayor", "measure_status/curfew/KZ", "declared", published="2022-01-06", about="2021-03-01")
    days = Quantity.exact(10, surface="ten days")
    toy.says("mayor", "planned_duration/curfew/KZ", days, published="2022-01-06", plan=True)
    assert (None, "open") == only(toy.replay(Measures(), "2023-01-20")["curfew/KZ"].ends)


def test_an_end_that_was_seen_confirms_the_duration(toy):
    toy.says("mayor", "measure_status/curfew/KZ", "declared", published="2022-01-06", about="2022-01-06")
    days = Quantity.exact(10, surface="ten days")
    toy.says("mayor", "planned_duration/curfew/KZ", days, published="2022-01-06", plan=True)
    toy.says("reporter", "measure_status/curfew/KZ", "ended", published="2022-01-17", about="2022-01-16")
    row = toy.replay(Measures(), "2022-01-18")["curfew/KZ"]
    assert ("2022-01-16", "confirmed") == only(row.ends)
    assert ("ended", "2022-01-16") == (row.standing, row.since)


def test_two_claims_that_clash_are_no_standing(toy):
    toy.says("mayor", "measure_status/curfew/KZ", "in_force", published="2022-01-06", about="2022-01-06")
    toy.says("reporter", "measure_status/curfew/KZ", "ended", published="2022-01-06", about="2022-01-06")
    assert "contested" == toy.replay(Measures(), "2022-01-06")["curfew/KZ"].standing
