import pytest

from kzarchive.projections.mandate import Mandate
from kzarchive.projections.plans import Outcome


@pytest.fixture
def mandate(shipped):
    return shipped.replay(Mandate(), as_of="2022-01-20")


def test_each_origin_has_its_own_words_for_what_the_force_is_for(mandate):
    assert ["help against anti-government demonstrations"] == [t.words for t in mandate.purposes["cgtn"].told]
    assert {"peacekeeping", "deal with violent demonstrations"} == {
        told.words for told in mandate.purposes["document:003"].told
    }


def test_what_the_force_is_asked_to_do_stays_ahead(mandate):
    asked = mandate.purposes["tokayev"]
    assert () == asked.told
    assert {"request"} == {plan.told.act for plan in asked.planned}
    assert {Outcome.OPEN} == {plan.outcome for plan in asked.planned}
    assert 5 == len(mandate.purposes["zainetdinov"].planned)


def test_who_asked_for_it_differs_between_texts(mandate):
    assert ["rfe-rl"] == [told.origin for told in mandate.requests["government/KZ"].told]
    assert {"requested", "invited"} == {told.words for told in mandate.requests["tokayev/KZ"].told}


def test_composition_and_command(mandate):
    words = [told.words for told in mandate.composition["csto.ru/KZ"].told]
    assert ["included units of airborne troops", "paratroopers"] == words
    assert ["led the mission of the CSTO"] == [told.words for told in mandate.command["serdyukov/KZ"].told]
    assert {"serdyukov", "csto_alliance"} == {entry.frame.subject for entry in mandate.command}
    assert ("document:000", "rfe-rl") == mandate.command["csto_alliance/unstated"].origins("led by Russia")


def test_the_operation_is_over_by_one_utterance_of_two_speakers(mandate):
    (told,) = mandate.operation["csto/KZ"].told
    assert ("over", "borodavkin+serdyukov", "2022-01-19") == (told.words, told.origin, told.stated)


def test_the_expected_withdrawal_is_no_withdrawal_until_somebody_says_so(shipped):
    (before,) = shipped.replay(Mandate(), as_of="2022-01-19").withdrawal
    (after,) = shipped.replay(Mandate(), as_of="2022-01-20").withdrawal
    assert (Outcome.POSSIBLY_DUE, Outcome.CONFIRMED) == (before.outcome, after.outcome)


def test_an_expected_withdrawal_that_nobody_saw_is_due(toy):
    plan = {"published": "2022-01-18", "about": "2022-01-19", "plan": True}
    toy.says("ministry", "contingent_status/csto/KZ", "withdrawn", **plan)
    (found,) = toy.replay(Mandate(), "2022-01-20").withdrawal
    assert (Outcome.DUE_UNCONFIRMED, "2022-01-19") == (found.outcome, found.due)
