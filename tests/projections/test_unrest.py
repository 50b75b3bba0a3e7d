import pytest

from kzarchive.projections.unrest import ProtestSpread


@pytest.fixture
def spread(shipped):
    return shipped.replay(ProtestSpread(), as_of="2022-01-20")


def test_places_are_rows_of_their_own(spread):
    expected = ["KZ", "KZ.aktobe", "KZ.almaty", "KZ.atyrau", "KZ.cities", "KZ.mangystau.aktau"]
    assert [*expected, "KZ.mangystau.zhanaozen", "KZ.nur-sultan", "KZ.west", "unstated"] == [row.key for row in spread]


def test_the_protests_began_in_zhanaozen_and_in_the_west(spread):
    assert [("document:003", "[..2022-01-19]")] == [
        (told.origin, told.about) for told in spread["KZ.mangystau.zhanaozen"].began
    ]
    assert ["[2022-01-01..2022-01-02]", "2022-01-02"] == [told.about for told in spread["KZ.west"].began]


def test_where_they_only_arrived_they_did_not_begin(spread):
    assert ((), 1) == (spread["KZ.aktobe"].began, len(spread["KZ.aktobe"].spread))


def test_the_start_in_the_country_is_the_second_of_january(spread):
    (start,) = spread["KZ"].starts
    assert ("2022-01-02", "corroborated") == (start.answer.best, start.answer.status)


def test_they_reached_the_capital_by_two_texts_without_a_day(spread):
    reached = [(told.origin, told.about) for told in spread["KZ.nur-sultan"].spread]
    assert [("cgtn", "[..2022-01-07]"), ("document:003", "[..2022-01-19]")] == reached


def test_small_in_zhanaozen_and_large_in_the_country(spread):
    assert [("small", "rfe-rl")] == [(told.words, told.origin) for told in spread["KZ.mangystau.zhanaozen"].size]
    assert {"large"} == {told.words for told in spread["KZ"].size}


def test_peaceful_at_first_and_violent_by_three(spread):
    said = [(told.words, told.origin) for told in spread["KZ"].violence]
    assert ("peaceful", "document:000") == said[0]
    assert {"document:000", "document:001", "document:003"} == {origin for word, origin in said if word == "violent"}


def test_thousands_went_out_and_no_figure_is_made_of_it(spread):
    (numbers,) = spread["KZ"].numbers
    assert (2000, None, None) == (numbers.answer.low, numbers.answer.best, numbers.answer.high)


def test_ongoing_is_a_word_of_its_day(spread):
    assert [("cgtn", "2022-01-06")] == [(told.origin, told.about) for told in spread["KZ.almaty"].ongoing]


def test_incidents_keep_their_subjects_and_a_place_that_is_not_stated(spread):
    almaty = {(entry.frame.subject, told.words) for entry in spread["KZ.almaty"].incidents for told in entry.told}
    assert {("vehicles_and_shops", "looting"), ("armed_men", "armed_men"), ("unrest", "gunfire")} < almaty
    assert {"deadly", "fired_upon"} == {t.words for entry in spread["unstated"].incidents for t in entry.told}


def test_before_its_text_a_town_has_no_row(shipped):
    assert "KZ.aktobe" not in [row.key for row in shipped.replay(ProtestSpread(), as_of="2022-01-07")]
