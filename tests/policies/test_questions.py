"""What would change an answer if somebody found it out: four kinds of questions, each in words."""

from kzarchive.values.quantities import Quantity

STATES = "whereabouts/force/KZ"


def which_is_later(press, first, second):
    """Returns the question about two claims by their origins and names, such as ``aida one``."""
    (origin, name), (other_origin, other) = first.split(), second.split()
    return (
        f"which is later, {origin} ({press.short(name)}) or {other_origin} ({press.short(other)}), "
        "is not known; a date would tell"
    )


def test_a_plain_answer_has_no_open_question(press):
    press.says("one", 12)
    press.says("two", 12, by="bek")
    assert press.questions("2022-01-06") == ()


def test_documents_that_may_have_been_known_are_named_once_each_and_counted(press):
    press.says("one", 12)
    press.says("late", 13, published="[2022-01-06..2022-01-09]", document="weekly")
    press.says("later", 14, document="weekly", by="bek")
    press.says("maybe", 15, published="[2022-01-06..2022-01-07]", document="daily", by="chan")
    assert press.questions("2022-01-06") == (
        "document daily may have been known or in scope by then (1 pending)",
        "document weekly may have been known or in scope by then (2 pending)",
    )


def test_a_notice_that_may_have_been_known_is_named(press):
    press.says("one", 12)
    press.says("two", 12, by="bek")
    press.says("new", 10, published="2022-01-20")
    press.corrects("one", "new", on="[2022-01-06..2022-01-08]")
    press.retracts("two", by="bek", on="[2022-01-05..2022-01-09]")
    assert sorted(press.questions("2022-01-06")) == [
        "source.corrected by aida may have been known by then (notice published [2022-01-06..2022-01-08])",
        "source.retracted by bek may have been known by then (notice published [2022-01-05..2022-01-09])",
    ]


def test_a_notice_about_two_claims_is_named_once(press):
    press.says("one", 12, utterance="briefing")
    press.says("again", 12, utterance="briefing")
    press.retracts("briefing", on="[2022-01-06..2022-01-08]")
    assert press.questions("2022-01-06") == (
        "source.retracted by aida may have been known by then (notice published [2022-01-06..2022-01-08])",
    )


def test_figures_that_conflict_without_an_order_wait_for_a_date(press):
    press.says("one", 12, by="bek", stated="[2022-01-04..2022-01-06]")
    press.says("two", 13, by="aida", stated="2022-01-05")
    assert press.questions("2022-01-06") == (which_is_later(press, "aida two", "bek one"),)


def test_pairs_are_told_by_origin_and_within_an_origin_by_id(press):
    for name, number, by in (("one", 12, "bek"), ("two", 13, "bek"), ("three", 14, "aida")):
        press.says(name, number, by=by, stated="2022-01-05")
    first, second = sorted(("one", "two"), key=lambda name: press.ids[name])
    assert press.questions("2022-01-06") == (
        which_is_later(press, "aida three", f"bek {first}"),
        which_is_later(press, "aida three", f"bek {second}"),
        which_is_later(press, f"bek {first}", f"bek {second}"),
    )


def test_figures_that_agree_or_only_narrow_each_other_need_no_date(press):
    press.says("one", 12, stated="2022-01-05")
    press.says("two", 12, by="bek", stated="2022-01-05")
    assert press.questions("2022-01-06") == ()


def test_an_older_floor_above_a_newer_bound_is_no_question_of_order(press):
    press.says("one", 12, stated="2022-01-04")
    press.says("two", 10, by="bek", stated="2022-01-05")
    assert press.best("2022-01-06").status == "contested"
    assert press.questions("2022-01-06") == ()


def test_states_that_exclude_each_other_wait_for_a_date_where_their_starts_have_no_order(press):
    press.says("here", "present", frame=STATES, about="2022-01-05/..", stated="2022-01-06")
    press.says("gone", "withdrawn", frame=STATES, about="2022-01-05/..", by="bek", stated="2022-01-06")
    assert press.best("2022-01-06", STATES).status == "contested"
    assert press.questions("2022-01-06", STATES) == (which_is_later(press, "aida here", "bek gone"),)


def test_states_are_ordered_by_their_starts_and_not_by_when_they_were_said(press):
    press.says("here", "present", frame=STATES, about="2022-01-05/..", stated="2022-01-05")
    press.says("gone", "withdrawn", frame=STATES, about="2022-01-05/..", by="bek", stated="2022-01-06")
    assert press.questions("2022-01-06", STATES) == (which_is_later(press, "aida here", "bek gone"),)


def test_figures_are_ordered_by_the_ends_of_their_days_and_not_by_their_starts(press):
    press.says("one", 12, about="2022-01-03/2022-01-05", stated="2022-01-06")
    press.says("two", 13, about="2022-01-05", by="bek", stated="2022-01-06")
    assert press.questions("2022-01-06") == (which_is_later(press, "aida one", "bek two"),)


def test_only_figures_that_no_number_fits_both_are_in_question(press):
    low, high = Quantity.between(5, 9, surface="5 to 9"), Quantity.between(8, 12, surface="8 to 12")
    press.says("low", low, stated="2022-01-05")
    press.says("high", high, by="bek", stated="2022-01-05")
    press.says("far", 20, by="chan", stated="2022-01-05")
    assert press.best("2022-01-06").status == "contested"
    assert press.questions("2022-01-06") == (
        which_is_later(press, "aida low", "chan far"),
        which_is_later(press, "bek high", "chan far"),
    )


def test_texts_that_differ_are_no_conflict(press):
    press.says("one", "approves", frame="reaction/all/KZ", stated="2022-01-05")
    press.says("two", "regrets", frame="reaction/all/KZ", by="bek", stated="2022-01-05")
    assert press.questions("2022-01-06", "reaction/all/KZ") == ()


def test_states_said_at_one_time_about_others_are_ordered_by_their_starts(press):
    press.says("here", "present", frame=STATES, about="2022-01-04/..", stated="2022-01-06")
    press.says("gone", "withdrawn", frame=STATES, about="2022-01-05/..", by="bek", stated="2022-01-06")
    assert press.best("2022-01-06", STATES).state == "withdrawn"
    assert press.questions("2022-01-06", STATES) == ()


def test_states_that_agree_need_no_date(press):
    press.says("here", "present", frame=STATES, about="2022-01-05/..", stated="2022-01-06")
    press.says("too", "present", frame=STATES, about="2022-01-05/..", by="bek", stated="2022-01-06")
    assert press.questions("2022-01-06", STATES) == ()


def test_an_unsure_identity_of_an_origin_is_open_and_one_of_strangers_is_not(press):
    press.says("one", 12, by="aida")
    press.says("elsewhere", 3, frame="strength/all/KZ", by="bek")
    press.says("too", 4, frame="strength/all/KZ", by="chan")
    press.judges("aida", "bek")
    press.judges("bek", "chan")
    assert press.questions("2022-01-06") == ("whether aida and bek are the same was judged unsure (the names)",)


def test_what_was_judged_different_is_not_open(press):
    press.says("one", 12, by="aida")
    press.says("elsewhere", 3, frame="strength/all/KZ", by="bek")
    press.judges("aida", "bek", "different")
    assert press.questions("2022-01-06") == ()


def test_an_unsure_identity_of_utterances_that_are_named_like_the_origins_is_no_question_about_these(press):
    press.says("one", 12, by="aida")
    press.says("two", 12, by="bek")
    press.says("elsewhere", 3, frame="strength/all/KZ", by="chan", utterance="aida")
    press.says("too", 4, frame="strength/all/KZ", by="chan", utterance="bek")
    press.judges("aida", "bek", of="utterance")
    assert press.questions("2022-01-06") == ()
    assert press.questions("2022-01-06", "strength/all/KZ")[-1:] == (
        "whether aida and bek are the same was judged unsure (the names)",
    )


def test_all_kinds_of_questions_stand_in_one_order(press):
    press.says("one", 12, by="aida", stated="2022-01-05")
    press.says("two", 13, by="bek", stated="2022-01-05")
    press.says("maybe", 15, published="[2022-01-06..2022-01-07]", by="chan")
    press.retracts("one", on="[2022-01-06..2022-01-08]")
    press.judges("aida", "bek")
    assert press.questions("2022-01-06") == (
        "document paper-maybe may have been known or in scope by then (1 pending)",
        "source.retracted by aida may have been known by then (notice published [2022-01-06..2022-01-08])",
        which_is_later(press, "aida one", "bek two"),
        "whether aida and bek are the same was judged unsure (the names)",
    )
