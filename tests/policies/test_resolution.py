"""What the rules around a policy make of a frame: amounts, texts, plans, denials, and what has no value."""

from decimal import Decimal

import pytest
from strategies.press import HIGHER, UNKNOWN

from kzarchive.errors import UsageError
from kzarchive.policies.decision import Decision
from kzarchive.replay.reasons import Role, Rule, Status
from kzarchive.values.assertions import Act, Modality, Relation, RelationKind
from kzarchive.values.content import Moment, Money
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.quantities import Quantity

DAY = "2022-01-06"
PRICE, DAMAGE, REACTION, BEGAN = "price/all/KZ", "damage/all/KZ", "reaction/all/KZ", "began/all/KZ"


def money(amount, currency="KZT", per="litre"):
    quantity = amount if isinstance(amount, Quantity) else Quantity.exact(amount, surface=str(amount))
    return Money(amount=quantity, currency=currency, per=per)


def moment(text):
    return Moment(ImpreciseDate.parse(text))


def figures(answer):
    return answer.status.value, answer.low, answer.best, answer.high


def test_everybody_whom_a_policy_passes_over_is_named(press):
    for name, number, by in (("one", 12, "aida"), ("two", 13, "bek"), ("three", 14, "chan")):
        press.says(name, number, by=by)
    answer = press.best(DAY, policy="source-priority/1(bek)")
    assert press.places(answer) == {"two": "S9 point", "one": "S8: bek goes first", "three": "S8: bek goes first"}


# Amounts of money


def test_an_amount_has_the_unit_that_it_buys(press):
    press.says("one", money(120), frame=PRICE)
    answer = press.best(DAY, PRICE)
    assert (figures(answer), answer.unit) == (("single_origin", 120, 120, 120), "KZT/litre")
    assert (answer.by_unit, answer.flags) == ((), ())


def test_an_amount_of_nothing_in_particular_has_a_currency(press):
    press.says("one", money("1.50", "USD", None), frame=DAMAGE)
    answer = press.best(DAY, DAMAGE)
    assert (figures(answer), answer.unit) == (
        ("single_origin", Decimal("1.50"), Decimal("1.50"), Decimal("1.50")),
        "USD",
    )


def test_amounts_in_several_units_stand_side_by_side(press):
    press.says("tenge", money(120), frame=PRICE)
    press.says("too", money(120), frame=PRICE, by="bek", document="paper-tenge")
    press.says("dollars", money("0.27", "USD"), frame=PRICE, by="chan")
    answer = press.best(DAY, PRICE)
    assert (figures(answer), answer.unit, answer.flags) == (("vague", None, None, None), None, ("several_units",))
    assert [(unit.unit, figures(unit)) for unit in answer.by_unit] == [
        ("KZT/litre", ("corroborated", 120, 120, 120)),
        ("USD/litre", ("single_origin", Decimal("0.27"), Decimal("0.27"), Decimal("0.27"))),
    ]
    assert (answer.origins, answer.documents) == (3, 2)
    assert [(unit.origins, unit.documents) for unit in answer.by_unit] == [(2, 1), (1, 1)]
    assert press.places(answer) == {"tenge": "S9 point", "too": "S9 point", "dollars": "S9 point"}


def test_what_a_policy_leaves_of_several_units_is_named(press):
    press.says("tenge", money(120), frame=PRICE)
    press.says("dollars", money("0.27", "USD"), frame=PRICE, by="bek")
    answer = press.best(DAY, PRICE, policy="source-priority/1(aida)")
    assert press.places(answer) == {"tenge": "S9 point", "dollars": "S8: of no origin in the order given"}


def test_several_units_are_contested_where_one_of_them_is(press):
    press.says("one", money(120), frame=PRICE, about=DAY)
    press.says("two", money(60), frame=PRICE, about=DAY, by="bek")
    press.says("dollars", money("0.27", "USD"), frame=PRICE, by="chan")
    answer = press.best(DAY, PRICE)
    assert (answer.status, [unit.status for unit in answer.by_unit]) == ("contested", ["contested", "single_origin"])
    assert press.places(answer) == {"one": "S8 bound", "two": "S8 bound", "dollars": "S9 point"}


def test_an_amount_that_nobody_knows(press):
    press.says("one", UNKNOWN, frame=PRICE)
    answer = press.best(DAY, PRICE)
    assert (figures(answer), answer.unit, press.places(answer)) == (
        ("unknown", None, None, None),
        None,
        {"one": "S15 support"},
    )


# Moments


def test_a_moment_is_given_in_days(press):
    press.says("one", moment("[2022-01-04..2022-01-06]"), frame=BEGAN)
    press.says("two", moment("2022-01-05"), frame=BEGAN, by="bek")
    answer = press.best(DAY, BEGAN)
    assert figures(answer) == ("single_origin", "2022-01-05", "2022-01-05", "2022-01-05")
    press.says("three", moment("[2022-01-02..]"), frame=BEGAN, by="chan", published="2022-01-07")
    assert figures(press.best("2022-01-07", BEGAN, policy="source-priority/1(chan)")) == (
        "vague",
        "2022-01-02",
        None,
        None,
    )


# Texts


def test_texts_are_listed_by_origin(press):
    press.says("second", "regrets", frame=REACTION, by="bek")
    press.says("first", "approves", frame=REACTION, by="aida")
    answer = press.best(DAY, REACTION)
    assert [(said.origin, said.text, said.assertion) for said in answer.sayings] == [
        ("aida", "approves", press.ids["first"]),
        ("bek", "regrets", press.ids["second"]),
    ]
    assert (answer.status, answer.origins, answer.documents) == ("compatible", 2, 2)
    assert press.places(answer) == {"first": "S19 point", "second": "S19 point"}


def test_texts_of_one_origin_are_of_a_single_origin(press):
    press.says("first", "regrets", frame=REACTION, document="paper")
    press.says("second", "approves", frame=REACTION, document="paper")
    answer = press.best(DAY, REACTION)
    assert (answer.status, answer.origins, answer.documents) == ("single_origin", 1, 1)
    by_id = sorted(("first", "second"), key=press.ids.get)
    assert [said.assertion for said in answer.sayings] == [press.ids[name] for name in by_id]


def test_a_text_of_two_origins_is_corroborated(press):
    press.says("one", "regrets", frame=REACTION)
    press.says("two", "regrets", frame=REACTION, by="bek")
    press.says("three", "approves", frame=REACTION, by="chan")
    assert press.best(DAY, REACTION).status == "corroborated"


def test_a_text_is_contested_by_a_denial_alone(press):
    press.says("one", "regrets", frame=REACTION)
    press.says("no", "regrets", frame=REACTION, by="bek", denies="one")
    answer = press.best(DAY, REACTION)
    assert (answer.status, answer.flags) == ("contested", ("denied",))
    assert press.places(answer) == {"one": "S19 point", "no": "S14: denies that it is so"}


def test_another_appearance_of_a_text_supports_it(press):
    press.says("one", "regrets", frame=REACTION, utterance="call")
    press.says("again", "regrets", frame=REACTION, utterance="call")
    answer = press.best(DAY, REACTION)
    assert sorted(press.places(answer).values()) == ["S19 point", "S5 support"]
    assert (answer.origins, answer.documents, len(answer.sayings)) == (1, 2, 1)


def test_no_text_is_no_data(press):
    assert press.best(DAY, REACTION).status == "no_data"
    press.says("one", UNKNOWN, frame=REACTION)
    assert (press.best(DAY, REACTION).status, press.best(DAY, REACTION).unit) == ("unknown", None)


# Where nothing certain is said


def test_only_unknowns_are_unknown_and_support_the_answer(press):
    press.says("one", UNKNOWN)
    press.says("two", UNKNOWN, by="bek", document="paper-one")
    answer = press.best(DAY)
    assert (figures(answer), answer.origins, answer.documents) == (("unknown", None, None, None), 2, 1)
    assert (press.places(answer), answer.unit) == ({"one": "S15 support", "two": "S15 support"}, "person")


@pytest.mark.parametrize("options", [{"modality": Modality.POSSIBLE}, {"plan": True}])
def test_what_is_possible_or_planned_is_uncommitted_and_more_than_unknown(press, options):
    press.says("perhaps", 12, **options)
    answer = press.best(DAY)
    assert (figures(answer), answer.origins, answer.documents) == (("uncommitted", None, None, None), 0, 0)
    press.says("not known", UNKNOWN, by="bek")
    answer = press.best(DAY)
    assert (figures(answer), answer.origins, answer.documents) == (("uncommitted", None, None, None), 0, 0)
    words = "S16: a plan or an expectation" if "plan" in options else "S4: not certain"
    assert press.places(answer) == {
        "perhaps": words,
        "not known": "S15: says that it is not known; that erases no number",
    }


def test_nothing_visible_is_no_data(press):
    press.says("later", 12, published="2022-01-09")
    answer = press.best(DAY)
    assert (figures(answer), answer.why, answer.why_not, answer.pending) == (("no_data", None, None, None), (), (), ())
    assert (answer.unit, answer.origins, answer.documents, answer.open_above) == ("person", 0, 0, False)


# Higher than nobody knows


def test_higher_without_a_number_is_vague_and_open_above(press):
    press.says("more", HIGHER)
    answer = press.best(DAY)
    assert (figures(answer), answer.open_above) == (("vague", None, None, None), True)
    assert (answer.origins, answer.documents, press.places(answer)) == (0, 0, {"more": "S4 bound"})
    press.says("not known", UNKNOWN, by="bek")
    assert (press.best(DAY).status, press.best(DAY).open_above) == ("vague", True)


def test_higher_opens_a_figure_until_a_later_one_states_a_point(press):
    press.says("figure", 12, stated="2022-01-04")
    press.says("more", HIGHER, by="bek", stated="2022-01-05")
    answer = press.best(DAY)
    assert (figures(answer), answer.open_above) == (("single_origin", 12, 12, 12), True)
    assert press.places(answer) == {"figure": "S9 point", "more": "S4 bound"}
    press.says("bounds", Quantity.at_least(13, surface="at least 13"), by="chan", stated=DAY)
    assert press.best(DAY).open_above is True
    press.says("counted", 20, by="dana", stated=DAY)
    answer = press.best(DAY)
    assert answer.open_above is False
    assert press.places(answer)["more"] == "S4: bounds nothing, and a later figure stands"


def test_a_figure_of_the_same_day_does_not_close_what_is_open(press):
    press.says("figure", 12, stated="2022-01-05")
    press.says("more", HIGHER, by="bek", stated="2022-01-05")
    assert press.best(DAY).open_above is True


def test_higher_that_is_only_possible_opens_too_and_one_that_is_denied_does_not(press):
    press.says("figure", 12, stated="2022-01-04")
    press.says("perhaps", HIGHER, by="bek", modality=Modality.POSSIBLE, stated="2022-01-05")
    answer = press.best(DAY)
    assert (answer.open_above, press.places(answer)) == (True, {"figure": "S9 point", "perhaps": "S4 bound"})


def test_who_denies_that_it_is_higher_opens_nothing(press):
    press.says("figure", 12, stated="2022-01-04")
    press.says("no", HIGHER, by="bek", denies="figure", stated="2022-01-05")
    assert press.best(DAY).open_above is False


def test_who_denies_having_said_that_it_is_higher_opens_nothing(press):
    press.says("figure", 12, stated="2022-01-04")
    relation = Relation(kind=RelationKind.RESPONDS_TO, target=press.ids["figure"])
    press.says("no", HIGHER, by="bek", act=Act.DENY_ATTRIBUTION, relations=(relation,), stated="2022-01-05")
    assert press.best(DAY).open_above is False


def test_a_higher_price_in_another_currency_opens_nothing(press):
    press.says("tenge", money(120), frame=PRICE, stated="2022-01-04")
    press.says("more", money(HIGHER, "USD"), frame=PRICE, by="bek", stated="2022-01-05")
    assert press.best(DAY, PRICE).open_above is False
    press.says("more tenge", money(HIGHER), frame=PRICE, by="bek", stated="2022-01-05")
    assert press.best(DAY, PRICE).open_above is True


# What takes no part, and flags


def test_what_is_no_figure_beside_a_figure_is_told_why(press):
    press.says("figure", 12, stated="2022-01-04")
    press.says("not known", UNKNOWN, by="bek", stated="2022-01-05")
    press.says("perhaps", 20, by="bek", modality=Modality.POSSIBLE)
    press.says("plan", 30, by="bek", plan=True)
    press.says("no", 12, by="bek", denies="figure")
    relation = Relation(kind=RelationKind.RESPONDS_TO, target=press.ids["figure"])
    press.says("not said", 12, by="chan", act=Act.DENY_ATTRIBUTION, modality=Modality.COUNTER, relations=(relation,))
    answer = press.best(DAY)
    assert press.places(answer) == {
        "figure": "S9 point",
        "not known": "S15: says that it is not known; that erases no number",
        "perhaps": "S4: not certain",
        "plan": "S16: a plan or an expectation",
        "no": "S14: denies that it is so",
        "not said": "S14: denies that it was said so",
    }
    assert (answer.status, answer.flags) == ("contested", ("attribution_contested", "denied"))


def test_a_denial_of_what_decides_nothing_contests_nothing(press):
    press.says("old", 5, stated="2022-01-04")
    press.says("new", 12, by="bek", stated="2022-01-05")
    press.says("no", 5, by="chan", denies="old", stated="2022-01-05")
    answer = press.best(DAY)
    assert (figures(answer), answer.flags) == (("single_origin", 12, 12, 12), ("denied",))


def test_a_denial_of_an_agreeing_appearance_contests_the_utterance(press):
    press.says("one", 12, utterance="call")
    press.says("again", 12, utterance="call")
    press.says("no", 12, by="bek", denies="again")
    assert (press.best(DAY).status, press.best(DAY).flags) == ("contested", ("denied",))
    press.says("no to one", 12, by="bek", denies="one")
    assert press.best(DAY).status == "contested"


@pytest.mark.parametrize(("stated", "flags"), [("2022-01-04~", ("date_uncertain",)), ("2022-01-04", ())])
def test_what_rests_on_a_marked_date_is_flagged(press, stated, flags):
    press.says("figure", 12, stated=stated)
    assert press.best(DAY).flags == flags


def test_a_marked_date_of_what_takes_no_part_is_not_flagged(press):
    press.says("figure", 12, stated="2022-01-04")
    press.says("perhaps", 12, stated="2022-01-04~", modality=Modality.POSSIBLE)
    assert press.best(DAY).flags == ()


@pytest.mark.parametrize(
    ("by", "stated", "flags"),
    [
        ("aida", "2022-01-05", ("later_declined",)),
        ("aida", "2022-01-03", ()),
        ("aida", "2022-01-04", ()),
        ("bek", "2022-01-05", ()),
    ],
)
def test_an_origin_that_gave_a_figure_and_says_later_that_it_is_not_known(press, by, stated, flags):
    press.says("figure", 12, stated="2022-01-04")
    press.says("not known", UNKNOWN, by=by, stated=stated)
    answer = press.best(DAY)
    assert (figures(answer), answer.flags) == (("single_origin", 12, 12, 12), flags)


def test_reasons_and_pending_ids_are_sorted(press):
    for name, number in (("one", 5), ("two", 6), ("three", 7)):
        press.says(name, number, by=f"agent-{name}", stated="2022-01-05", utterance=f"call-{name}")
        press.says(f"{name} again", number, by=f"agent-{name}", stated="2022-01-05", utterance=f"call-{name}")
        press.says(f"perhaps {name}", number, by=f"agent-{name}", modality=Modality.POSSIBLE)
        press.says(f"late {name}", number, by=f"agent-{name}", published="[2022-01-06..2022-01-09]")
    answer = press.best(DAY)
    assert (len(answer.why), len(answer.why_not), len(answer.pending)) == (6, 3, 3)
    for reasons in (answer.why, answer.why_not, answer.pending):
        assert list(reasons) == sorted(reasons)


# Counts of origins and documents


def test_documents_count_agreeing_appearances_and_origins_count_utterances_once(press):
    press.says("one", 12, utterance="call")
    press.says("again", 12, utterance="call")
    press.says("other", 12, by="bek", document="paper-one")
    answer = press.best(DAY)
    assert (answer.origins, answer.documents) == (2, 2)


# The contract of a policy


class Deciding:
    """A policy that decides what a test says of one claim."""

    name = "deciding/1"

    def __init__(self, **decision):
        self.decision = {"status": Status.SINGLE_ORIGIN, **decision}

    def decide(self, claims, *, origins):
        return Decision(**self.decision)


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        ({"status": "single_origin"}, "expected a Status, got 'single_origin'"),
        ({"low": 4}, "expected a low that a claim states, got 4"),
        ({"high": 16}, "expected a high that a claim states, got 16"),
        ({"best": 11}, "expected a best that a claim states, got 11"),
        ({"low": 15, "high": 5}, "expected low <= point <= high, got low = 15, high = 5"),
        ({"low": 5, "best": 15, "high": 10}, "expected low <= point <= high, got low = 5, point = 15, high = 10"),
        ({"roles": {"b": (Rule.S8, Role.BOUND)}}, "expected parts for its claims only, got ['b']"),
        (
            {"rejected": {"c": (Rule.S8, "no")}, "roles": {"b": (Rule.S8, Role.BOUND)}},
            "expected parts for its claims only, got ['b', 'c']",
        ),
    ],
)
def test_a_decision_is_held_to_what_is_claimed(press, decision, message):
    press.says("one", Quantity.estimate(10, 5, 15, surface="10 (5 to 15)"))
    with pytest.raises(UsageError) as error:
        press.best(DAY, policy=Deciding(**decision))
    assert str(error.value) == f"policy deciding/1: {message}"


@pytest.mark.parametrize("best", [5, 10, 15, None])
def test_a_decision_may_state_any_number_that_a_claim_does(press, best):
    press.says("one", Quantity.estimate(10, 5, 15, surface="10 (5 to 15)"))
    answer = press.best(DAY, policy=Deciding(low=5, best=best, high=15, soft=True))
    assert (figures(answer), answer.soft) == (("single_origin", 5, best, 15), True)


def test_a_claim_that_a_policy_does_not_mention_plays_no_part(press):
    press.says("one", 12, utterance="call")
    press.says("again", 12, utterance="call")
    press.says("two", 13, by="bek")
    role = {press.ids["two"]: (Rule.S8, Role.POINT)}
    rejected = {press.ids["two"]: (Rule.S8, "said twice")}
    answer = press.best(DAY, policy=Deciding(best=13, roles=role, rejected=rejected))
    no_part = "S8: plays no part in this policy's answer"
    assert press.places(answer) == {"one": no_part, "again": no_part, "two": "S8 point"}
    answer = press.best(DAY, policy=Deciding(rejected=rejected))
    assert press.places(answer)["two"] == "S8: said twice"


def test_a_policy_that_raises_is_named(press):
    class Broken:
        name = "broken/1"

        def decide(self, claims, *, origins):
            raise KeyError("x")

    press.says("one", 12)
    with pytest.raises(UsageError) as error:
        press.best(DAY, policy=Broken())
    assert str(error.value) == "policy broken/1: expected a decision, it raised KeyError: 'x'"
    assert isinstance(error.value.__cause__, KeyError)


def test_a_policy_that_gives_something_else_is_told_so(press):
    class Nothing:
        name = "nothing/1"

        def decide(self, claims, *, origins):
            return (5, 10)

    press.says("one", 12)
    with pytest.raises(UsageError) as error:
        press.best(DAY, policy=Nothing())
    assert str(error.value) == "policy nothing/1: expected a Decision, got (5, 10)"


def test_a_measure_that_the_vocabulary_does_not_know_is_refused(press):
    with pytest.raises(UsageError, match="wounded"):
        press.best(DAY, "wounded/all/KZ")
