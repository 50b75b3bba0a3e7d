import pytest

from kzarchive.errors import UnknownFrame
from kzarchive.projections.prices import Prices
from kzarchive.values.assertions import Relation, RelationKind
from kzarchive.values.content import Money
from kzarchive.values.events import TranscriptionFixed
from kzarchive.values.quantities import Quantity


@pytest.fixture
def prices(shipped):
    return shipped.replay(Prices(), as_of="2022-01-20")


def test_a_litre_costs_120_tenge_and_the_dollars_are_the_same_price(prices):
    petrol = prices["petrol/KZ"]
    assert [("KZT/litre", 120)] == [(answer.unit, answer.best) for answer in petrol.amounts]
    assert ["0.27 USD/litre"] == [told.words for told in petrol.converted]
    assert 1 == petrol.amounts[0].origins


def test_two_texts_have_the_lpg_price_doubled_and_no_price_follows(prices):
    lpg = prices["lpg/KZ"]
    assert [("2", "document:001"), ("2", "cgtn")] == [(told.words, told.origin) for told in lpg.figures]
    assert 2 == lpg.factor.origins
    assert () == lpg.amounts


def test_a_demand_is_no_price_and_no_change(prices):
    petrol = prices["petrol/KZ"]
    assert {"0.5", "restored"} == {plan.told.words for plan in petrol.demanded}
    assert {"003.protesters"} == {plan.told.origin for plan in petrol.demanded}
    assert (None, (), ()) == (petrol.factor, petrol.moves, petrol.planned)


def test_an_announced_fall_stays_a_plan(prices):
    lpg = prices["lpg/KZ"]
    assert ["rose"] == [told.words for told in lpg.moves]
    planned = [(plan.told.words, plan.told.origin, plan.outcome.value) for plan in lpg.planned]
    assert [("restored", "tokayev", "open"), ("fell", "document:003", "open")] == planned


def test_a_rise_in_per_cent_stands_by_itself(prices):
    uranium = prices["uranium/unstated"]
    assert (8, "percent") == (uranium.rise.best, uranium.rise.unit)


def test_fuel_without_a_place_is_not_fuel_in_the_country(prices):
    assert ["document:000", "document:001", "cgtn"] == [told.origin for told in prices["fuel/KZ"].moves]
    assert ["rfe-rl"] == [told.origin for told in prices["fuel/unstated"].moves]


def test_before_the_text_with_the_price_there_is_none(shipped):
    with pytest.raises(UnknownFrame) as caught:
        shipped.replay(Prices(), as_of="2022-01-07")["petrol/KZ"]
    assert "expected a row of the result, got 'petrol/KZ' (near: fuel/KZ)" == str(caught.value)


def test_prices_in_two_currencies_stand_side_by_side(toy):
    tenge = Money(amount=Quantity.exact(120, surface="120"), currency="KZT", per="litre")
    dollar = Money(amount=Quantity.exact("0.30", surface="0.30"), currency="USD", per="litre")
    toy.says("dealer", "price/lpg/KZ", tenge, published="2022-01-05")
    toy.says("bank", "price/lpg/KZ", dollar, published="2022-01-05")
    row = toy.replay(Prices(), "2022-01-06")["lpg/KZ"]
    assert ["KZT/litre", "USD/litre"] == [answer.unit for answer in row.amounts]


def test_a_converted_amount_that_stands_alone_is_still_no_price(toy):
    tenge = Money(amount=Quantity.exact(120, surface="120"), currency="KZT", per="litre")
    dollar = Money(amount=Quantity.exact("0.27", surface="0.27"), currency="USD", per="litre")
    first = toy.says("dealer", "price/lpg/KZ", tenge, published="2022-01-09", document="late")
    relation = Relation(kind=RelationKind.CONVERTED_FROM, target=first)
    toy.says("bank", "price/lpg/KZ", dollar, published="2022-01-05", relations=(relation,))
    row = toy.replay(Prices(), "2022-01-06")["lpg/KZ"]
    assert ((), ["0.27 USD/litre"]) == (row.amounts, [told.words for told in row.converted])


def test_a_converted_amount_that_was_misread_is_gone(toy):
    tenge = Money(amount=Quantity.exact(120, surface="120"), currency="KZT", per="litre")
    first = toy.says("dealer", "price/lpg/KZ", tenge, published="2022-01-05")
    relations = (Relation(kind=RelationKind.CONVERTED_FROM, target=first),)
    old, new = (
        toy.says(
            "dealer",
            "price/lpg/KZ",
            Money(amount=Quantity.exact(amount, surface=amount), currency="USD", per="litre"),
            published="2022-01-05",
            document="list",
            relations=relations,
        )
        for amount in ("0.72", "0.27")
    )
    toy.archive.append([TranscriptionFixed(actor="analyst", old=old, new=new, grounds="two digits swapped")])
    row = toy.replay(Prices(), "2022-01-06")["lpg/KZ"]
    assert ["0.27 USD/litre"] == [told.words for told in row.converted]


def test_prints_each_kind_on_a_line(prices):
    title, amount, converted, *_ = str(prices["petrol/KZ"]).splitlines()
    assert ("petrol/KZ", "    KZT/litre: 120 (single origin)") == (title, amount)
    who = "[document:003, document 003, about [..2022-01-19], stated [2022-01-18..2022-01-19]]"
    assert f"    the same price, converted: 0.27 USD/litre  {who}" == converted
