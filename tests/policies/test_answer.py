"""An answer as a reader sees it: in words, as JSON data, with every reason."""

from decimal import Decimal

import pytest

from kzarchive.errors import UsageError
from kzarchive.policies.answer import BestKnown, Saying, day_text, display, number, span_words
from kzarchive.replay.reasons import Flag, Role, Rule, Status, Why, WhyNot
from kzarchive.values.frames import Frame

KILLED = Frame.parse("killed/all/KZ")


def answer(status=Status.SINGLE_ORIGIN, **fields):
    return BestKnown(frame=KILLED, status=status, **fields)


def test_a_figure_as_json_data_has_every_field_of_a_figure():
    found = answer(
        low=225,
        best=227,
        high=230,
        soft=True,
        open_above=True,
        unit="person",
        origins=2,
        documents=3,
        flags=(Flag.ZOMBIE, Flag.DENIED),
        why=(Why("a" * 64, Rule.S9, Role.POINT),),
        why_not=(WhyNot("b" * 64, Rule.S6, "superseded by aaaaaaaaaaaa of the same origin"),),
        pending=("c" * 64,),
    )
    assert found.to_dict() == {
        "measure": "killed",
        "subject": "all",
        "place": "KZ",
        "status": "single_origin",
        "low": 225,
        "best": 227,
        "high": 230,
        "soft": True,
        "open_above": True,
        "unit": "person",
        "origins": 2,
        "documents": 3,
        "flags": ["zombie", "denied"],
        "why": [{"assertion": "a" * 64, "rule": "S9", "role": "point"}],
        "why_not": [{"assertion": "b" * 64, "rule": "S6", "detail": "superseded by aaaaaaaaaaaa of the same origin"}],
        "pending": ["c" * 64],
    }


def test_a_state_as_json_data_says_from_when_and_whether_it_is_inferred():
    found = answer(state="present", inferred=True, since="2022-01-08", last_said="2022-01-11").to_dict()
    assert found == {
        **answer().to_dict(),
        "state": "present",
        "inferred": True,
        "since": "2022-01-08",
        "last_said": "2022-01-11",
    }


def test_a_state_that_is_not_clear_has_a_start_without_a_state():
    found = answer(Status.UNKNOWN, since="2022-01-18", last_said="2022-01-18").to_dict()
    assert (found["state"], found["inferred"], found["since"]) == (None, False, "2022-01-18")


def test_a_state_without_a_known_start_is_given_all_the_same():
    found = answer(state="absent", inferred=True).to_dict()
    assert (found["state"], found["since"], found["last_said"]) == ("absent", None, None)


def test_a_frame_that_has_no_state_says_nothing_of_states():
    assert {"state", "inferred", "since", "last_said", "milestones", "sayings", "by_unit"}.isdisjoint(
        answer().to_dict()
    )


def test_milestones_texts_and_units_as_json_data():
    said = Saying(origin="tokayev", text="calm is restored", assertion="d" * 64)
    part = answer(low=Decimal("0.50"), best=Decimal("0.50"), high=Decimal("0.50"), unit="USD/litre")
    found = answer(milestones=("requested", "sent"), sayings=(said,), by_unit=(part,)).to_dict()
    assert found["milestones"] == ["requested", "sent"]
    assert found["sayings"] == [{"origin": "tokayev", "text": "calm is restored", "assertion": "d" * 64}]
    assert [(unit["unit"], unit["low"], unit["best"], unit["high"]) for unit in found["by_unit"]] == [
        ("USD/litre", "0.50", "0.50", "0.50")
    ]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (answer(low=225, best=225, high=225), "225 (single origin)"),
        (answer(Status.NO_DATA), "no data"),
        (answer(Status.VAGUE, low=24), "24 or more (vague)"),
        (answer(Status.VAGUE, low=2001, open_above=True), "2,001 or more (vague, may be higher)"),
        (answer(Status.UNCOMMITTED, open_above=True), "uncommitted"),
        (answer(state="present"), "present (single origin)"),
        (answer(state="present", inferred=True), "present (single origin, inferred)"),
        (answer(state="present", inferred=True, open_above=True), "present (single origin, inferred, may be higher)"),
        (answer(state="present", low=3, best=3, high=3), "present (single origin)"),
        (answer(milestones=("requested", "sent")), "requested, sent (single origin)"),
        (answer(Status.CORROBORATED, milestones=("sent",)), "sent (corroborated)"),
        (answer(Status.CONTESTED, milestones=("sent",)), "contested"),
        (answer(state="present", milestones=("sent",)), "present (single origin)"),
        (
            answer(
                Status.COMPATIBLE,
                sayings=(Saying(origin="a", text="calm", assertion="d"), Saying(origin="b", text="war", assertion="e")),
            ),
            "calm [a]; war [b] (compatible)",
        ),
    ],
)
def test_an_answer_in_words(found, words):
    assert found.words() == words
    assert str(found) == f"killed/all/KZ: {words}"


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ((None, None, None), ""),
        ((225, 225, 225), "225"),
        ((12, None, 13), "12..13"),
        ((5, None, 5), "5..5"),
        ((24, None, None), "24 or more"),
        ((None, None, 19), "at most 19"),
        ((None, 19, None), "19"),
        ((1500, 2000, 2499), "2,000 (1,500..2,499)"),
        ((1500, 1500, None), "1,500 (1,500 or more)"),
        ((None, 19, 20), "19 (at most 20)"),
        ((0, 0, 0), "0"),
        ((0, None, None), "0 or more"),
        ((0, None, 5), "0..5"),
        ((Decimal("0.50"), Decimal("1E+2"), Decimal(100)), "100 (0.50..100)"),
        (("2022-01-08", None, "2022-01-11"), "2022-01-08..2022-01-11"),
        (("2022-01-08", "2022-01-08", "2022-01-08"), "2022-01-08"),
    ],
)
def test_bounds_and_a_point_in_words(bounds, words):
    assert span_words(*bounds) == words


def test_numbers_for_json_and_for_people():
    assert [number(n) for n in (227, Decimal("12.50"), Decimal("1E+3"), "2022-01-08", None)] == [
        227,
        "12.50",
        "1000",
        "2022-01-08",
        None,
    ]
    shown = [display(n) for n in (15999, 1_234_567, -2000, Decimal("12.50"), Decimal(2000), "2022-01-08")]
    assert shown == ["15,999", "1,234,567", "-2,000", "12.50", "2000", "2022-01-08"]


def test_days_as_dates():
    assert [day_text(day) for day in (0, 18998, -1, None)] == ["1970-01-01", "2022-01-06", "1969-12-31", None]


def test_an_answer_made_by_hand_has_no_timeline():
    with pytest.raises(UsageError) as error:
        answer().timeline()
    assert str(error.value) == "expected an answer of a state, such as state[frame], got one made otherwise"


def test_the_timeline_is_that_of_the_explanation():
    class Explained:
        def timeline(self):
            return ("first", "second")

    assert answer(explainer=Explained).timeline() == ("first", "second")
