"""An answer as a reader sees it: in words, as JSON data, with every reason."""

from decimal import Decimal

import attrs
import pytest

from kzarchive.errors import UsageError
from kzarchive.policies.answer import BestKnown, Excess, HeldState, Saying, day_text, display, number, span_words
from kzarchive.replay.reasons import Flag, Role, Rule, Status, Why, WhyNot
from kzarchive.values.frames import Frame

KILLED = Frame.parse("killed/all/KZ")
BESIDE = Why("a" * 64, Rule.S18, Role.BOUND)


def answer(status=Status.SINGLE_ORIGIN, **fields):
    return BestKnown(frame=KILLED, status=status, **fields)


def holding(*terms, status=Status.SINGLE_ORIGIN, **fields):
    """Returns an answer of states that hold side by side; of one alone it is *the* state."""
    states = tuple(HeldState(term=term, status=status) for term in terms)
    return answer(status, state=terms[0] if len(terms) == 1 else None, states=states, **fields)


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
    absent = {"state", "inferred", "since", "last_said", "states", "milestones", "sayings"}
    assert absent.isdisjoint(answer().to_dict())
    assert {"by_unit", "by_period", "period", "excesses"}.isdisjoint(answer().to_dict())


def test_states_side_by_side_as_json_data_and_the_only_one_is_not_repeated():
    held = [{"term": t, "status": "single_origin", "inferred": False, "since": None} for t in ("curfew", "alert")]
    assert holding("curfew", "alert").to_dict()["states"] == held
    assert "states" not in holding("curfew").to_dict()
    beside = attrs.evolve(holding("curfew"), state=None).to_dict()
    assert (beside["states"], "state" in beside) == (held[:1], False)


def is_plain(data):
    """Tells whether data are of the types that JSON has alone."""
    if type(data) is dict:
        return all(type(key) is str and is_plain(value) for key, value in data.items())
    return all(map(is_plain, data)) if type(data) is list else type(data) in {str, int, bool, type(None)}


def test_json_data_are_of_plain_types_alone():
    why, why_not = Why("a" * 64, Rule.S18, Role.POINT), WhyNot("b" * 64, Rule.S6, "superseded")
    found = holding("curfew", "alert", flags=(Flag.ZOMBIE,), why=(why,), why_not=(why_not,), pending=("c" * 64,))
    assert is_plain(found.to_dict())
    assert is_plain(answer(low=Decimal("0.5"), best=Decimal(1), high=2, by_unit=(found,), milestones=("m",)).to_dict())


def test_milestones_texts_and_units_as_json_data():
    said = Saying(origin="tokayev", text="calm is restored", assertion="d" * 64)
    part = answer(low=Decimal("0.50"), best=Decimal("0.50"), high=Decimal("0.50"), unit="USD/litre")
    found = answer(milestones=("requested", "sent"), sayings=(said,), by_unit=(part,)).to_dict()
    assert found["milestones"] == ["requested", "sent"]
    assert found["sayings"] == [{"origin": "tokayev", "text": "calm is restored", "assertion": "d" * 64}]
    assert [(unit["unit"], unit["low"], unit["best"], unit["high"]) for unit in found["by_unit"]] == [
        ("USD/litre", "0.50", "0.50", "0.50")
    ]


def test_periods_and_excesses_as_json_data():
    part = answer(low=5, best=5, high=5, period="2022-01-04")
    police = Frame.parse("killed/police/KZ")
    more = Excess(part=police, whole=KILLED, low=20, high=Decimal("19.5"), unit="person")
    found = answer(by_period=(part,), excesses=(more,)).to_dict()
    assert [(one["period"], one["best"]) for one in found["by_period"]] == [("2022-01-04", 5)]
    assert found["excesses"] == [
        {"part": "killed/police/KZ", "whole": "killed/all/KZ", "low": 20, "high": "19.5", "unit": "person"}
    ]
    assert str(more) == (
        "killed/police/KZ is part of killed/all/KZ, but at least 20 person are claimed of the part "
        "and at most 19.5 person of the whole"
    )
    assert "at least 20 are claimed" in str(attrs.evolve(more, unit=None))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (answer(low=225, best=225, high=225), "225 (single origin)"),
        (answer(Status.NO_DATA), "no data"),
        (answer(Status.VAGUE, low=24), "24 or more (vague)"),
        (answer(Status.VAGUE, low=2001, open_above=True), "2,001 or more (vague, may be higher)"),
        (answer(Status.UNCOMMITTED, open_above=True), "uncommitted"),
        (holding("present"), "present (single origin)"),
        (holding("present", inferred=True), "present (single origin, inferred)"),
        (holding("present", inferred=True, open_above=True), "present (single origin, inferred, may be higher)"),
        (holding("present", low=3, best=3, high=3), "present (single origin)"),
        (answer(milestones=("requested", "sent")), "requested, sent (single origin)"),
        (answer(Status.CORROBORATED, milestones=("sent",)), "sent (corroborated)"),
        (answer(Status.CONTESTED, milestones=("sent",)), "contested"),
        (holding("present", milestones=("sent",)), "present (single origin)"),
        (holding("curfew", "alert", status=Status.CORROBORATED), "curfew, alert (corroborated)"),
        (holding("curfew", status=Status.CONTESTED, why=(BESIDE,)), "contested; beside it curfew"),
        (holding("curfew", why=(Why("a" * 64, Rule.S18, Role.POINT),)), "curfew (single origin)"),
        (answer(Status.CONTESTED, why=(BESIDE,)), "contested"),
        (
            answer(
                Status.VAGUE,
                by_unit=(
                    answer(low=120, best=120, high=120, unit="KZT/litre"),
                    answer(Status.VAGUE, low=1, unit="USD/litre"),
                ),
            ),
            "120 (single origin) KZT/litre; 1 or more (vague) USD/litre (vague)",
        ),
        (
            answer(
                Status.ORDER_UNKNOWN,
                by_period=(answer(low=5, best=5, high=5, period="2022-01-04"), answer(low=3, high=4, period="")),
            ),
            "2022-01-04: 5 (single origin); when stated: 3..4 (single origin) (order unknown)",
        ),
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
