"""Parts and wholes (S17): more is claimed of a part than of the whole; that warns and computes nothing."""

import attrs
import pytest
from strategies.archives import VOCABULARY
from strategies.stories import Story, figures

from kzarchive.values.assertions import Relation, RelationKind
from kzarchive.values.content import Money
from kzarchive.values.quantities import Quantity
from kzarchive.values.terms import Place, Subject

ALL, OFFICERS, CITY = "killed/all/KZ", "killed/officers/KZ", "killed/all/KZ.almaty"
FLAG = "part_exceeds_whole"


def warned(answer):
    assert (FLAG in answer.flags) == bool(answer.excesses)
    return [(str(excess.part), excess.low, str(excess.whole), excess.high) for excess in answer.excesses]


def test_more_officers_than_people_is_a_warning_on_both_and_changes_neither():
    story = Story()
    story.says("aida", ALL, 19, "2022-01-06")
    story.says("bek", OFFICERS, 30, "2022-01-06")
    for frame, number in ((ALL, 19), (OFFICERS, 30)):
        answer = story.knows(frame, "2022-01-07")
        assert warned(answer) == [(OFFICERS, 30, ALL, 19)]
        assert figures(answer) == ("single_origin", number, number, number)


def test_the_explanation_names_the_two_frames():
    story = Story()
    story.says("aida", ALL, 19, "2022-01-06")
    story.says("bek", OFFICERS, 30, "2022-01-06")
    text = str(story.archive.as_of("2022-01-07").explain(ALL))
    words = "killed/officers/KZ is part of killed/all/KZ, but at least 30 person are claimed of the part and at most 19"
    assert f"warning: {words} person of the whole" in text
    assert "note: part_exceeds_whole" in text


def test_a_city_is_part_of_its_country_and_officers_of_it_are_part_of_all():
    story = Story()
    story.says("aida", ALL, 10, "2022-01-06")
    story.says("bek", "killed/officers/KZ.almaty", 12, "2022-01-06")
    story.says("bek", CITY, 11, "2022-01-06")
    assert warned(story.knows(ALL, "2022-01-07")) == [
        (CITY, 11, ALL, 10),
        ("killed/officers/KZ.almaty", 12, ALL, 10),
    ]
    assert warned(story.knows(CITY, "2022-01-07")) == [
        (CITY, 11, ALL, 10),
        ("killed/officers/KZ.almaty", 12, CITY, 11),
    ]
    assert warned(story.knows("killed/officers/KZ.almaty", "2022-01-07")) == [
        ("killed/officers/KZ.almaty", 12, ALL, 10),
        ("killed/officers/KZ.almaty", 12, CITY, 11),
    ]


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("killed/all/UZ", "killed/officers/UZ"),
        ("killed/animals/KZ", "killed/animals/KZ.almaty.north"),
        ("killed/animals/LV.riga", "killed/animals/LV.riga.port"),
    ],
)
def test_a_subject_or_a_place_is_enough_to_be_a_part(whole, part):
    """A place without places in it, a subject without parts, places whose country the vocabulary does not name."""
    places = ("KZ", "KZ.almaty.north", "LV.riga", "LV.riga.port", "UZ")
    vocabulary = attrs.evolve(
        VOCABULARY,
        subjects=(*VOCABULARY.subjects, Subject(slug="animals", definition="those that are no people")),
        places=tuple(Place(slug=slug, definition=slug) for slug in places),
    )
    story = Story(vocabulary)
    story.says("aida", whole, 19, "2022-01-06")
    story.says("bek", part, 30, "2022-01-06")
    assert warned(story.knows(whole, "2022-01-07")) == [(part, 30, whole, 19)]
    assert warned(story.knows(part, "2022-01-07")) == [(part, 30, whole, 19)]


def test_a_part_of_which_nobody_says_anything_breaks_nothing():
    story = Story()
    story.says("aida", ALL, 19, "2022-01-06")
    answer = story.knows("strength/officers/KZ", "2022-01-07")
    assert (answer.status, warned(answer)) == ("no_data", [])


def test_in_a_city_more_rain_may_fall_than_in_the_country():
    story = Story()
    story.says("aida", "rain/all/KZ", Quantity.exact(10, surface="10"), "2022-01-06")
    story.says("bek", "rain/all/KZ.almaty", Quantity.exact(30, surface="30"), "2022-01-06")
    assert warned(story.knows("rain/all/KZ", "2022-01-07")) == []


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        (Quantity.exact(19, surface="19"), Quantity.exact(19, surface="19")),
        (Quantity.at_least(5, surface="5 or more"), Quantity.exact(30, surface="30")),
        (Quantity.exact(19, surface="19"), Quantity.at_most(30, surface="30 or fewer")),
        (Quantity.between(10, 20, surface="10 to 20"), Quantity.between(20, 30, surface="20 to 30")),
    ],
)
def test_where_some_values_fit_nothing_is_broken(whole, part):
    story = Story()
    story.says("aida", ALL, whole, "2022-01-06")
    story.says("bek", OFFICERS, part, "2022-01-06")
    assert warned(story.knows(ALL, "2022-01-07")) == warned(story.knows(OFFICERS, "2022-01-07")) == []


def test_where_somebody_says_that_the_whole_may_be_higher_nothing_is_broken():
    story = Story()
    story.says("aida", ALL, 19, "2022-01-06")
    story.says("bek", OFFICERS, 30, "2022-01-06")
    story.says("chan", ALL, Quantity.word("higher_than", surface="may be higher"), "2022-01-06")
    assert story.knows(ALL, "2022-01-07").open_above
    assert warned(story.knows(ALL, "2022-01-07")) == []


def test_a_warning_stands_only_while_both_are_known():
    story = Story()
    story.says("bek", OFFICERS, 30, "2022-01-06")
    story.says("aida", ALL, 19, "2022-01-08")
    story.says("aida", ALL, 31, "2022-01-10")
    days = ("2022-01-07", "2022-01-09", "2022-01-10")
    assert [bool(warned(story.knows(OFFICERS, day))) for day in days] == [False, True, False]


def test_what_an_assertion_includes_is_part_of_it_whatever_the_vocabulary_says():
    """Of money and of other measures with the same unit only the relation tells what is a part."""
    story = Story()
    damage = [Money(amount=Quantity.exact(n, surface=str(n)), currency="KZT") for n in (30, 20)]
    part = story.says("bek", "damage/officers/KZ", damage[0], "2022-01-06")
    assert warned(story.knows("damage/officers/KZ", "2022-01-07")) == []
    whole = story.says("aida", "damage/all/KZ", damage[1], "2022-01-06", includes=[part])
    assert warned(story.knows("damage/all/KZ", "2022-01-07")) == [("damage/officers/KZ", 30, "damage/all/KZ", 20)]
    story.retracts("aida", whole, "2022-01-08")
    assert warned(story.knows("damage/officers/KZ", "2022-01-08")) == []


@pytest.mark.parametrize("withdrawn", ["part", "whole"])
def test_an_inclusion_of_which_one_side_was_withdrawn_breaks_nothing_though_others_give_its_number(withdrawn):
    story = Story()
    ids = {"part": story.says("bek", "killed/force/KZ", 30, "2022-01-06")}
    story.says("chan", "killed/force/KZ", 30, "2022-01-06")
    ids["whole"] = story.says("bek", ALL, 19, "2022-01-06", includes=[ids["part"]])
    story.says("chan", ALL, 19, "2022-01-06")
    assert warned(story.knows(ALL, "2022-01-07")) == [("killed/force/KZ", 30, ALL, 19)]
    story.retracts("bek", ids[withdrawn], "2022-01-08")
    answer = story.knows(ALL, "2022-01-08")
    assert (figures(answer)[2], warned(answer)) == (19, [])


def test_of_the_parts_that_an_assertion_includes_a_redacted_one_hides_no_other():
    story = Story()
    gone = story.says("bek", "killed/force/KZ", 30, "2022-01-06")
    position = story.archive.head
    there = story.says("bek", "killed/force.a/KZ", 30, "2022-01-06")
    story.says("aida", ALL, 19, "2022-01-06", includes=[gone, there])
    story.archive.redact(position, reason="endangers_person", approvers=("editor", "lawyer"))
    assert warned(story.knows(ALL, "2022-01-07")) == [("killed/force.a/KZ", 30, ALL, 19)]


def test_what_an_including_assertion_only_speaks_of_is_no_part_of_it(press):
    press.says("other", 30, frame="killed/force/KZ")
    press.says("part", 5, frame=OFFICERS)
    kinds = {"part": RelationKind.INCLUDES, "other": RelationKind.SAME_EVENT}
    press.says("all", 19, relations=tuple(Relation(kind=kind, target=press.ids[n]) for n, kind in kinds.items()))
    assert warned(press.best("2022-01-06")) == []


def test_an_increment_of_no_named_period_is_no_part_of_a_count_that_includes_it():
    story = Story()
    part = story.says("bek", "arrested_daily/all/KZ", 30, "2022-01-06")
    story.says("aida", ALL, 19, "2022-01-06", includes=[part])
    assert warned(story.knows(ALL, "2022-01-07")) == []


def test_what_includes_a_later_moment_is_broken_by_no_number():
    story = Story()
    part = story.says("bek", "began/officers/KZ", "2022-01-05", "2022-01-06")
    story.says("aida", "began/all/KZ", "2022-01-04", "2022-01-06", includes=[part])
    assert warned(story.knows("began/all/KZ", "2022-01-07")) == []


def test_what_includes_numbers_of_another_unit_is_broken_by_none():
    story = Story()
    metres = story.says("bek", "rain/all/KZ", Quantity.exact(30, surface="30"), "2022-01-06")
    story.says("aida", ALL, 19, "2022-01-06", includes=[metres])
    assert warned(story.knows(ALL, "2022-01-07")) == warned(story.knows("rain/all/KZ", "2022-01-07")) == []


def test_a_price_in_a_city_may_be_higher_than_in_the_country():
    story = Story()
    price = [Money(amount=Quantity.exact(n, surface=str(n)), currency="KZT", per="litre") for n in (60, 120)]
    story.says("aida", "price/all/KZ", price[0], "2022-01-06")
    story.says("aida", "price/all/KZ.almaty", price[1], "2022-01-06")
    assert warned(story.knows("price/all/KZ", "2022-01-07")) == []


def test_increments_are_compared_only_of_one_period():
    story = Story()
    story.says("aida", "arrested_daily/all/KZ", 19, "2022-01-07", about="2022-01-06", reading="within")
    story.says("bek", "arrested_daily/officers/KZ", 30, "2022-01-07", about="2022-01-05", reading="within")
    assert warned(story.knows("arrested_daily/all/KZ", "2022-01-08")) == []
    story.says("bek", "arrested_daily/officers/KZ", 40, "2022-01-07", about="2022-01-06", reading="within")
    assert warned(story.knows("arrested_daily/all/KZ", "2022-01-08")) == [
        ("arrested_daily/officers/KZ", 40, "arrested_daily/all/KZ", 19)
    ]


def test_the_warning_is_the_same_under_every_policy():
    """A policy chooses among claims; the warning is about what is claimed, and calls no policy of a user's own."""
    story = Story()
    story.says("aida", ALL, 19, "2022-01-06")
    story.says("bek", OFFICERS, 30, "2022-01-06")
    for policy in ("range/1", "latest/1", "conservative/1", "majority-of-origins/1", "source-priority/1(chan)"):
        assert warned(story.knows(ALL, "2022-01-07", policy=policy)) == [(OFFICERS, 30, ALL, 19)]


def test_a_warning_is_part_of_the_json():
    story = Story()
    story.says("aida", ALL, 19, "2022-01-06")
    assert "excesses" not in story.knows(ALL, "2022-01-07").to_dict()
    story.says("bek", OFFICERS, 30, "2022-01-06")
    assert story.knows(ALL, "2022-01-07").to_dict()["excesses"] == [
        {"part": OFFICERS, "whole": ALL, "low": 30, "high": 19, "unit": "person"}
    ]
