import pytest

from kzarchive.projections.facilities import Facilities
from kzarchive.replay.reasons import Status
from kzarchive.values.events import DependenceDeclared

HALL = "facility_status/city_hall/KZ.almaty"


@pytest.fixture
def facilities(shipped):
    return shipped.replay(Facilities(), as_of="2022-01-20")


def test_the_residence_was_attempted_by_one_text_and_entered_and_burnt_by_another(facilities):
    residence = facilities["presidential_residence/KZ.almaty"]
    assert Status.CONTESTED is residence.reach
    expected = {"attempted": ("document:000",), "entered": ("cgtn",), "set_on_fire": ("cgtn",)}
    assert expected == residence.side_by_side()


def test_the_city_hall_burnt_by_three_and_was_entered_by_one(facilities):
    hall = facilities["city_hall/KZ.almaty"]
    assert Status.SINGLE_ORIGIN is hall.reach
    expected = {"entered": ("cgtn",), "burning": ("document:000",), "set_on_fire": ("cgtn", "new-york-times")}
    assert expected == hall.side_by_side()


def test_who_set_the_city_hall_on_fire_stands_in_the_notes_alone(facilities):
    notes = {told.origin: told.note for told in facilities["city_hall/KZ.almaty"].saying("burning", "set_on_fire")}
    assert "By whose hand is not said" in notes["document:000"]
    assert "Demonstrators" in notes["new-york-times"]
    assert "Protesters" in notes["cgtn"]


def test_the_airport_was_occupied_and_is_clear(facilities):
    airport = facilities["airport/KZ.almaty"]
    assert ("document:000", "document:001") == airport.origins("occupied")
    assert ("001.news-agencies+001.russian-officials", "document:000") == airport.origins("cleared")


def test_an_attempt_alone_is_no_entry(facilities):
    police = facilities["police_headquarters/KZ.almaty"]
    assert ({"attempted": ("new-york-times",)}, Status.SINGLE_ORIGIN) == (police.side_by_side(), police.reach)


def test_a_fire_alone_says_nothing_of_an_entry(facilities):
    assert facilities["prosecutors_office/KZ.almaty"].reach is None


def test_buildings_of_the_country_are_not_those_of_almaty(facilities):
    assert ("document:000",) == facilities["government_buildings/KZ"].origins("entered")
    assert () == facilities["government_buildings/KZ.almaty"].origins("entered")


def test_who_has_it_tried_and_then_entered_agrees_with_who_has_it_entered(toy):
    toy.says("paper", HALL, "attempted", published="2022-01-05")
    toy.says("paper", HALL, "entered", published="2022-01-05")
    toy.says("radio", HALL, "entered", published="2022-01-05")
    assert Status.CORROBORATED is toy.replay(Facilities(), "2022-01-06")["city_hall/KZ.almaty"].reach


def test_nine_against_one_is_contested_all_the_same(toy):
    toy.says("paper", HALL, "attempted", published="2022-01-05")
    for number in range(9):
        toy.says(f"radio-{number}", HALL, "entered", published="2022-01-05")
    hall = toy.replay(Facilities(), "2022-01-06")["city_hall/KZ.almaty"]
    assert Status.CONTESTED is hall.reach
    assert str(hall).startswith("city_hall/KZ.almaty  contested: attempted against entered\n    attempted: paper\n")


def test_two_that_rest_on_one_source_are_one_voice_of_two_minds(toy):
    one = toy.says("paper", HALL, "attempted", published="2022-01-05")
    other = toy.says("radio", HALL, "entered", published="2022-01-05")
    toy.archive.append([DependenceDeclared(actor="analyst", assertions=(one, other), grounds="one agency text")])
    assert Status.ORDER_UNKNOWN is toy.replay(Facilities(), "2022-01-06")["city_hall/KZ.almaty"].reach
