"""Which words of an origin a later word replaces (S6), and which figures count only as floors or history (S7)."""

import pytest
from strategies.press import HIGHER, UNKNOWN

from kzarchive.values.assertions import Modality
from kzarchive.values.content import Money
from kzarchive.values.quantities import Quantity

DAY = "2022-01-06"
KILLED, STRENGTH, PRICE = "killed/all/KZ", "strength/all/KZ", "price/all/KZ"
DAILY, CLASH, FINES, REACTION = "arrested_daily/all/KZ", "clash/all/KZ", "fines_daily/all/KZ", "reaction/all/KZ"


def at_least(number):
    return Quantity.at_least(number, surface=f"at least {number}")


def at_most(number):
    return Quantity.at_most(number, surface=f"at most {number}")


def between(low, high):
    return Quantity.between(low, high, surface=f"{low} to {high}")


def money(amount, currency="KZT"):
    return Money(amount=Quantity.exact(amount, surface=str(amount)), currency=currency, per="litre")


def figures(answer):
    return answer.status.value, answer.low, answer.best, answer.high


def superseded(press, name):
    return f"S6: superseded by {press.short(name)} of the same origin"


# A later word of the same origin (S6)


def test_a_later_word_of_an_origin_replaces_its_earlier_one(press):
    press.says("old", 12, stated="2022-01-04")
    press.says("new", 13, stated="2022-01-05")
    answer = press.best(DAY)
    assert figures(answer) == ("single_origin", 13, 13, 13)
    assert press.places(answer) == {"new": "S9 point", "old": superseded(press, "new")}
    assert (answer.flags, answer.origins, answer.documents) == ((), 1, 1)


def test_another_origin_replaces_nothing(press):
    press.says("old", 12, stated="2022-01-04")
    press.says("new", 13, stated="2022-01-05", by="bek")
    assert press.places(press.best(DAY)) == {"new": "S9 point", "old": "S7 floor"}


@pytest.mark.parametrize("stated", ["2022-01-04", "[2022-01-04..2022-01-05]", "2022-01"])
def test_a_word_that_is_not_definitely_later_replaces_nothing(press, stated):
    press.says("one", 12, stated="2022-01-04")
    press.says("other", 13, stated=stated)
    answer = press.best(DAY)
    assert figures(answer) == ("order_unknown", 12, None, 13)
    assert press.places(answer) == {"one": "S8 bound", "other": "S8 bound"}


def test_a_later_word_about_an_earlier_time_replaces_nothing(press):
    press.says("now", 13, stated="2022-01-04", about="2022-01-04")
    press.says("then", 12, stated="2022-01-05", about="2022-01-03")
    answer = press.best(DAY)
    assert figures(answer) == ("single_origin", 13, 13, 13)
    assert press.places(answer) == {"now": "S9 point", "then": "S7 floor"}


def test_agreeing_appearances_are_replaced_together(press):
    press.says("old", 12, stated="2022-01-04", utterance="call")
    press.says("again", 12, stated="2022-01-04", utterance="call")
    press.says("new", 13, stated="2022-01-05")
    words = superseded(press, "new")
    assert press.places(press.best(DAY)) == {"new": "S9 point", "old": words, "again": words}


@pytest.mark.parametrize(
    ("old", "new", "flags"),
    [
        (13, 12, ("downward_revision",)),
        (12, 13, ()),
        (12, 12, ()),
        (between(13, 15), between(10, 12), ("downward_revision",)),
        (between(12, 15), between(10, 12), ()),
        (at_least(13), 12, ("downward_revision",)),
        (13, at_most(12), ("downward_revision",)),
        (13, at_most(13), ()),
        (at_most(13), 12, ()),
        (13, at_least(14), ()),
    ],
)
def test_an_origin_that_lowers_its_figure_is_flagged(press, old, new, flags):
    press.says("old", old, stated="2022-01-04")
    press.says("new", new, stated="2022-01-05")
    answer = press.best(DAY)
    assert press.places(answer)["old"] == superseded(press, "new")
    assert answer.flags == flags


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        (12, at_least(12), False),
        (12, at_least(10), False),
        (12, at_least(13), True),
        (between(12, 15), at_least(12), False),
        (at_least(12), at_least(12), True),
        (at_least(12), at_least(10), False),
        (at_most(12), at_least(10), True),
        (12, at_most(12), True),
        (12, between(10, 15), True),
    ],
)
def test_a_bare_bound_under_an_earlier_word_replaces_nothing(press, old, new, replaced):
    press.says("old", old, stated="2022-01-04")
    press.says("new", new, stated="2022-01-05")
    places = press.places(press.best(DAY))
    assert (places["old"] == superseded(press, "new")) is replaced
    assert not places["new"].startswith("S6")


def test_what_is_not_certain_or_not_known_replaces_nothing(press):
    press.says("old", 12, stated="2022-01-04")
    press.says("perhaps", 20, stated="2022-01-05", modality=Modality.POSSIBLE)
    press.says("not known", UNKNOWN, stated="2022-01-05")
    press.says("more", HIGHER, stated="2022-01-05")
    assert figures(press.best(DAY)) == ("single_origin", 12, 12, 12)


def test_texts_replace_nothing(press):
    press.says("old", "regrets", frame=REACTION, stated="2022-01-04")
    press.says("new", "approves", frame=REACTION, stated="2022-01-05")
    answer = press.best(DAY, REACTION)
    assert press.places(answer) == {"old": "S19 point", "new": "S19 point"}


def test_amounts_replace_each_other_within_a_unit(press):
    press.says("old", money(120), frame=PRICE, stated="2022-01-04")
    press.says("dollars", money(1, "USD"), frame=PRICE, stated="2022-01-05")
    assert press.places(press.best(DAY, PRICE)) == {"old": "S9 point", "dollars": "S9 point"}
    press.says("new", money(60), frame=PRICE, stated="2022-01-05")
    answer = press.best(DAY, PRICE)
    assert press.places(answer) == {"old": superseded(press, "new"), "new": "S9 point", "dollars": "S9 point"}
    assert "downward_revision" in answer.flags


@pytest.mark.parametrize("frame", [DAILY, CLASH])
def test_increments_and_occurrences_replace_each_other_within_a_period(press, frame):
    press.says("old", 12, frame=frame, about="2022-01-03", stated="2022-01-04")
    press.says("new", 13, frame=frame, about="2022-01-03", stated="2022-01-05")
    answer = press.best(DAY, frame)
    assert figures(answer) == ("single_origin", 13, 13, 13)
    assert press.places(answer) == {"old": superseded(press, "new"), "new": "S9 point"}


# Cumulative counts (S7)


def test_an_older_count_is_a_floor_of_a_newer_one(press):
    press.says("old", 12, stated="2022-01-04")
    press.says("new", at_least(10), by="bek", stated="2022-01-05")
    press.says("bounded", between(5, 20), by="chan", stated="2022-01-05")
    answer = press.best(DAY)
    assert figures(answer) == ("compatible", 12, None, 20)
    assert press.places(answer)["old"] == "S7 floor"


def test_an_older_count_above_a_newer_one_is_a_conflict(press):
    press.says("old", 15, stated="2022-01-04")
    press.says("new", 12, by="bek", stated="2022-01-05")
    assert figures(press.best(DAY)) == ("contested", 12, None, 15)


def test_an_older_count_of_the_same_number_corroborates(press):
    press.says("old", 12, stated="2022-01-04")
    press.says("new", 12, by="bek", stated="2022-01-05")
    answer = press.best(DAY)
    assert figures(answer) == ("corroborated", 12, 12, 12)
    assert press.places(answer) == {"old": "S9 point", "new": "S9 point"}


def test_a_count_is_no_floor_of_a_bare_bound_under_it_or_of_one_that_may_be_as_old(press):
    press.says("old", 12, stated="2022-01-04")
    press.says("bound", at_least(10), by="bek", stated="2022-01-05")
    assert press.places(press.best(DAY))["old"] == "S9 point"
    press.says("same day", between(5, 20), by="chan", stated="[2022-01-04..2022-01-05]")
    assert press.places(press.best(DAY))["old"] == "S9 point"


# Levels, of which an older one is history (S7)


def test_an_older_level_is_history(press):
    press.says("old", 12, frame=STRENGTH, stated="2022-01-04", utterance="call")
    press.says("again", 12, frame=STRENGTH, stated="2022-01-04", utterance="call")
    press.says("new", 5, frame=STRENGTH, by="bek", stated="2022-01-05")
    answer = press.best(DAY, STRENGTH)
    assert (figures(answer), answer.flags) == (("single_origin", 5, 5, 5), ())
    history = f"S7: history: {press.short('new')} refers to a later time"
    assert press.places(answer) == {"new": "S9 point", "old": history, "again": history}


def test_every_older_level_is_history(press):
    for name, number, by, day in (("one", 12, "aida", 3), ("two", 13, "bek", 4), ("three", 14, "chan", 5)):
        press.says(name, number, frame=STRENGTH, by=by, stated=f"2022-01-0{day}")
    history = f"S7: history: {press.short('three')} refers to a later time"
    assert press.places(press.best(DAY, STRENGTH)) == {"one": history, "two": history, "three": "S9 point"}


def test_levels_of_one_time_or_of_one_number_stand_together(press):
    press.says("one", 12, frame=STRENGTH, stated="2022-01-04")
    press.says("other", 12, frame=STRENGTH, by="bek", stated="2022-01-05")
    assert figures(press.best(DAY, STRENGTH)) == ("corroborated", 12, 12, 12)
    press.says("third", 13, frame=STRENGTH, by="chan", stated="2022-01-05")
    answer = press.best(DAY, STRENGTH)
    assert figures(answer) == ("contested", 12, None, 13)
    assert press.places(answer)["one"] == f"S7: history: {press.short('third')} refers to a later time"


def test_a_level_in_another_currency_is_no_later_one(press):
    press.says("old", money(120), frame=PRICE, stated="2022-01-04")
    press.says("dollars", money(1, "USD"), frame=PRICE, by="bek", stated="2022-01-05")
    assert set(press.places(press.best(DAY, PRICE)).values()) == {"S9 point"}
    press.says("new", money(60), frame=PRICE, by="chan", stated="2022-01-05")
    assert press.places(press.best(DAY, PRICE))["old"] == f"S7: history: {press.short('new')} refers to a later time"


# Increments and occurrences, of which the latest period answers (S7)


@pytest.mark.parametrize("frame", [DAILY, CLASH])
def test_the_latest_period_answers(press, frame):
    press.says("first", 12, frame=frame, about="2022-01-03", stated=DAY, utterance="call")
    press.says("again", 12, frame=frame, about="2022-01-03", stated=DAY, utterance="call")
    press.says("second", 5, frame=frame, about="2022-01-04", stated=DAY)
    press.says("too", 5, frame=frame, about="2022-01-04", by="bek", stated=DAY)
    answer = press.best(DAY, frame)
    assert (figures(answer), answer.flags) == (("corroborated", 5, 5, 5), ())
    earlier = "S7: of an earlier period than the answer"
    assert press.places(answer) == {"first": earlier, "again": earlier, "second": "S9 point", "too": "S9 point"}


def test_every_earlier_period_is_named(press):
    for name, day in (("one", 3), ("two", 4), ("three", 5)):
        press.says(name, 12, frame=DAILY, about=f"2022-01-0{day}", stated=DAY)
    earlier = "S7: of an earlier period than the answer"
    assert press.places(press.best(DAY, DAILY)) == {"one": earlier, "two": earlier, "three": "S9 point"}


def test_a_period_without_a_known_beginning_answers_where_there_is_no_later_one(press):
    press.says("only", 12, frame=DAILY, about="[..2022-01-03]", stated=DAY)
    assert figures(press.best(DAY, DAILY)) == ("single_origin", 12, 12, 12)


def test_figures_of_one_period_compete(press):
    press.says("one", 12, frame=DAILY, about="2022-01-03", stated="2022-01-04")
    press.says("other", 13, frame=DAILY, about="2022-01-03", by="bek", stated="2022-01-05")
    assert figures(press.best(DAY, DAILY)) == ("contested", 12, None, 13)


def test_each_currency_has_a_latest_period_of_its_own(press):
    press.says("tenge", money(120), frame=FINES, about="2022-01-03", stated=DAY)
    press.says("dollars", money(1, "USD"), frame=FINES, about="2022-01-04", stated=DAY)
    assert set(press.places(press.best(DAY, FINES)).values()) == {"S9 point"}
    press.says("later", money(60), frame=FINES, about="2022-01-04", stated=DAY)
    places = press.places(press.best(DAY, FINES))
    assert places == {
        "tenge": "S7: of an earlier period than the answer",
        "dollars": "S9 point",
        "later": "S9 point",
    }
