import pytest

from kzarchive.projections.government import Government
from kzarchive.replay.reasons import Status

CABINET = "office_status/cabinet/KZ"


@pytest.fixture
def government(shipped):
    return shipped.replay(Government(), as_of="2022-01-20")


def test_by_whose_act_the_cabinet_left_is_contested_though_two_against_one(government):
    cabinet = government["cabinet/KZ"]
    assert Status.CONTESTED is cabinet.agency
    assert ("resigned", "dismissed") == cabinet.acts()
    assert ("cgtn", "tokayev") == cabinet.origins("resigned")
    assert ("document:003",) == cabinet.origins("dismissed")
    expected = "out of office, by whose act contested: resigned (cgtn, tokayev) against dismissed (document:003)"
    assert expected == cabinet.headline()


def test_before_the_third_text_the_cabinet_resigned(shipped):
    cabinet = shipped.replay(Government(), as_of="2022-01-07")["cabinet/KZ"]
    assert (Status.CORROBORATED, ("resigned",)) == (cabinet.agency, cabinet.acts())


def test_the_prime_minister_resigned_by_one_speaker(government):
    assert (Status.SINGLE_ORIGIN, "resigned") == (government["mamin/KZ"].agency, government["mamin/KZ"].answer.state)


def test_heads_are_in_office_and_nobody_says_that_they_left(government):
    for head in ("tokayev/KZ", "pashinyan/AM"):
        assert ("in_office", None) == (government[head].answer.state, government[head].agency)


def test_the_council_is_led_by_one_and_another_was_removed(government):
    assert ["tokayev"] == [told.frame.subject for told in government.leads_council]
    assert [("nazarbayev", "document:001")] == [
        (told.frame.subject, told.origin) for told in government.removed_from_council
    ]
    assert ["met"] == [told.words for told in government.council["security_council/KZ"].told]


def test_nazarbayev_left_an_office_in_2019_by_two_texts(government):
    left = government.departures["nazarbayev/KZ"]
    assert ("2019-01-01", "2019-12-31", "corroborated") == (left.answer.low, left.answer.high, left.answer.status)


def test_an_origin_that_took_its_word_back_contests_nothing(toy):
    toy.says("paper", CABINET, "dismissed", published="2022-01-05")
    toy.says("paper", CABINET, "resigned", published="2022-01-07")
    cabinet = toy.replay(Government(), "2022-01-08")["cabinet/KZ"]
    assert (Status.SINGLE_ORIGIN, ("resigned",)) == (cabinet.agency, cabinet.acts())
    assert [("dismissed", True), ("resigned", False)] == [(told.words, told.replaced) for told in cabinet.told]


def test_one_origin_that_says_both_of_one_day_contradicts_itself(toy):
    for act in ("dismissed", "resigned"):
        toy.says("paper", CABINET, act, published="2022-01-05", about="2022-01-05")
    cabinet = toy.replay(Government(), "2022-01-08")["cabinet/KZ"]
    assert Status.ORDER_UNKNOWN is cabinet.agency
    assert "out of office, by whose act order unknown: resigned (paper) against dismissed (paper)" == cabinet.headline()


def test_a_cabinet_that_is_back_is_not_out_of_office(toy):
    toy.says("paper", CABINET, "dismissed", published="2022-01-05", about="2022-01-05")
    toy.says("radio", CABINET, "resigned", published="2022-01-05", about="2022-01-05")
    toy.says("paper", CABINET, "in_office", published="2022-01-09")
    toy.says("radio", CABINET, "in_office", published="2022-01-09")
    headline = toy.replay(Government(), "2022-01-09")["cabinet/KZ"].headline()
    assert headline.startswith("in_office (corroborated), since [..2022-01-09]")
