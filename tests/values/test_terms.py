"""The vocabulary: measures, subjects and places, and what each part may hold."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import values as some

from kzarchive.errors import InvalidEvent
from kzarchive.values.terms import AGGREGATIONS, Aggregation, Measure, Place, Subject, Term, ValueType, Vocabulary

SLUG = "expected a slug of 1 to 80 ASCII letters, digits, '_', '-', '.', ':' that begins with a letter or a digit"
TEXT = "expected non-empty text of at most 4000 characters"

COUNT = {
    "slug": "drowned",
    "definition": "People who drowned.",
    "value": ValueType.QUANTITY,
    "aggregation": Aggregation.CUMULATIVE,
}
WHOLE, BROKEN = Term(slug="whole", definition="It holds."), Term(slug="broken", definition="It does not.")
INSPECTED = Term(slug="inspected", definition="Somebody looked at it.", milestone=True)
DAM = {
    "slug": "dam",
    "definition": "The state of the dam.",
    "value": ValueType.STATUS,
    "aggregation": Aggregation.STATUS,
    "terms": (WHOLE, BROKEN, INSPECTED),
    "exclusive": (("whole", "broken"),),
    "initial": "whole",
}


def faults(kind, fields, **change):
    assert kind(**fields)
    with pytest.raises(InvalidEvent) as caught:
        kind(**{**fields, **change})
    return [str(problem) for problem in caught.value.problems]


def subject(slug, *part_of):
    return Subject(slug=slug, definition=f"The {slug}.", part_of=part_of)


def place(slug):
    return Place(slug=slug, definition=f"The place {slug}.")


class TestMeasure:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"slug": "killed/injured"}, f"slug: {SLUG}, got 'killed/injured'"),
            ({"definition": " "}, f"definition: {TEXT}, got ' '"),
            ({"value": "quantity"}, "value: expected one of quantity, status, money, moment, text, got 'quantity'"),
            ({"unit": "per son"}, f"unit: {SLUG}, got 'per son'"),
            ({"decimal": 1}, "decimal: expected true or false, got 1"),
            ({"inherits": None}, "inherits: expected true or false, got None"),
            (
                {"aggregation": Aggregation.STATUS},
                (
                    "aggregation: expected 'cumulative' or 'level' or 'increment' or 'occurrence' "
                    "for a measure of 'quantity', got 'status'"
                ),
            ),
            (
                {"value": ValueType.TEXT},
                "aggregation: expected 'text' for a measure of 'text', got 'cumulative'",
            ),
            ({"terms": (WHOLE,)}, "terms: expected terms exactly for a status measure, got ['whole']"),
            ({"initial": "whole"}, "initial: expected one of the states of the measure 'drowned', got 'whole'"),
        ],
    )
    def test_a_wrong_field_of_a_count_is_named(self, change, message):
        assert faults(Measure, COUNT, **change) == [message]

    @pytest.mark.parametrize(
        ("change", "problems"),
        [
            (
                {"terms": ()},
                [
                    "terms: expected terms exactly for a status measure, got []",
                    "exclusive[0]: expected one of the terms of the measure 'dam', got 'whole'",
                    "exclusive[0]: expected one of the terms of the measure 'dam', got 'broken'",
                    "initial: expected one of the states of the measure 'dam', got 'whole'",
                ],
            ),
            (
                {"terms": (*DAM["terms"], WHOLE)},
                ["terms[3].slug: expected each slug once, got 'whole' again"],
            ),
            (
                {"exclusive": (("whole", "broken"), ("whole", "gone"))},
                ["exclusive[1]: expected one of the terms of the measure 'dam', got 'gone'"],
            ),
            ({"initial": "inspected"}, ["initial: expected one of the states of the measure 'dam', got 'inspected'"]),
            ({"exclusive": ("whole",)}, ["exclusive[0]: expected a tuple of slugs, got 'whole'"]),
            ({"exclusive": ((1,),)}, [f"exclusive[0][0]: {SLUG}, got 1"]),
            ({"exclusive": (1,)}, ["exclusive[0]: expected a tuple of slugs, got 1"]),
            ({"exclusive": "whole"}, ["exclusive: expected a tuple of tuples of slugs, got 'whole'"]),
            (
                {"exclusive": (("whole", "whole"),)},
                ["exclusive[0]: expected slugs without repeats, got ('whole', 'whole')"],
            ),
        ],
    )
    def test_a_wrong_field_of_a_status_is_named(self, change, problems):
        assert faults(Measure, DAM, **change) == problems

    def test_a_term_is_found_by_its_slug(self):
        dam = Measure(**DAM)

        assert dam.term("broken") == BROKEN
        assert dam.term("gone") is None
        assert Measure(**COUNT).term("broken") is None

    def test_every_kind_of_value_has_its_aggregations(self):
        assert set(AGGREGATIONS) == set(ValueType)
        assert {one for several in AGGREGATIONS.values() for one in several} == set(Aggregation)

    def test_a_term_says_what_it_means(self):
        fields = {"slug": "whole", "definition": "It holds."}

        assert faults(Term, fields, definition="") == [f"definition: {TEXT}, got ''"]
        assert faults(Term, fields, milestone="yes") == ["milestone: expected true or false, got 'yes'"]


class TestVocabulary:
    FLOOD = Vocabulary(
        name="flood/1",
        measures=(Measure(**COUNT), Measure(**DAM)),
        subjects=(
            subject("all"),
            subject("town", "all"),
            subject("children", "town"),
            subject("guests"),
            subject("young-guests", "guests", "children"),
        ),
        places=(place("UR"), place("UR.harbour")),
    )

    def test_a_measure_is_found_by_its_slug(self):
        assert self.FLOOD.measure("dam") == Measure(**DAM)
        assert self.FLOOD.measure("dams") is None

    def test_what_is_unstated_is_always_known(self):
        assert self.FLOOD.has_subject("unstated")
        assert self.FLOOD.has_place("unstated")
        assert Vocabulary(name="empty").has_place("unstated")

    def test_a_subject_and_a_place_are_known_when_they_are_listed(self):
        assert self.FLOOD.has_subject("guests")
        assert not self.FLOOD.has_subject("UR")
        assert self.FLOOD.has_place("UR.harbour")
        assert not self.FLOOD.has_place("UR.bridge")

    def test_the_wholes_of_a_subject_come_near_ones_first(self):
        assert self.FLOOD.wholes("young-guests") == ("guests", "children", "town", "all")
        assert self.FLOOD.wholes("children") == ("town", "all")
        assert self.FLOOD.wholes("all") == ()
        assert self.FLOOD.wholes("nobody") == ()

    def test_the_parts_of_a_subject_come_in_the_order_of_the_vocabulary(self):
        assert self.FLOOD.parts("all") == ("town", "children", "young-guests")
        assert self.FLOOD.parts("guests") == ("young-guests",)
        assert self.FLOOD.parts("young-guests") == ()

    def test_wholes_that_name_each_other_end(self):
        circle = Vocabulary(name="circle", subjects=(subject("a", "b"), subject("b", "c"), subject("c", "a")))

        assert circle.wholes("a") == ("b", "c")
        assert circle.parts("a") == ("b", "c")

    @given(some.vocabularies)
    def test_part_and_whole_are_two_sides_of_one_relation(self, vocabulary):
        slugs = [one.slug for one in vocabulary.subjects]

        assert {(part, whole) for whole in slugs for part in vocabulary.parts(whole)} == {
            (part, whole) for part in slugs for whole in vocabulary.wholes(part) if whole in slugs
        }

    def test_a_slug_that_is_there_twice_is_refused_each_time(self):
        with pytest.raises(InvalidEvent) as caught:
            Vocabulary(
                name="twice",
                measures=(Measure(**COUNT), Measure(**COUNT)),
                subjects=(subject("all"), subject("town"), subject("all"), subject("all")),
                places=(place("UR"), place("UR")),
            )
        assert [str(problem) for problem in caught.value.problems] == [
            "measures[1].slug: expected each slug once, got 'drowned' again",
            "subjects[2].slug: expected each slug once, got 'all' again",
            "subjects[3].slug: expected each slug once, got 'all' again",
            "places[1].slug: expected each slug once, got 'UR' again",
        ]

    def test_one_slug_may_name_a_measure_a_subject_and_a_place(self):
        water = Vocabulary(
            name="water",
            measures=(Measure(**{**COUNT, "slug": "water"}),),
            subjects=(subject("water"),),
            places=(place("water"),),
        )

        assert water.has_subject("water")
        assert water.has_place("water")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"name": ""}, f"name: {TEXT}, got ''"),
            ({"measures": ["drowned"]}, "measures: expected a tuple of Measure, got ['drowned']"),
            ({"subjects": ("all",)}, "subjects: expected a tuple of Subject, got ('all',)"),
            ({"places": ("UR",)}, "places: expected a tuple of Place, got ('UR',)"),
        ],
    )
    def test_a_wrong_field_is_named(self, change, message):
        assert faults(Vocabulary, {"name": "flood/1"}, **change) == [message]


class TestExtension:
    def test_the_entries_of_an_addition_come_after_its_own(self):
        old = Vocabulary(name="flood/1", measures=(Measure(**COUNT),), subjects=(subject("all"),))
        more = Vocabulary(name="flood/2", measures=(Measure(**DAM),), places=(place("UR"),))

        extended = old.extended(more)

        assert extended.name == "flood/1"
        assert [measure.slug for measure in extended.measures] == ["drowned", "dam"]
        assert extended.measure("dam") == Measure(**DAM)
        assert extended.has_place("UR")
        assert not old.has_place("UR")

    def test_what_is_there_cannot_be_changed(self):
        old = Vocabulary(name="flood/1", subjects=(subject("all"), subject("town")))

        with pytest.raises(InvalidEvent) as caught:
            old.extended(Vocabulary(name="flood/2", subjects=(subject("guests"), subject("town"))))
        assert str(caught.value) == "subjects[3].slug: expected each slug once, got 'town' again"

    @given(some.vocabularies, some.vocabularies)
    def test_an_extension_keeps_every_answer_of_the_old_vocabulary(self, old, more):
        try:
            extended = old.extended(more)
        except InvalidEvent:
            assert any(
                {entry.slug for entry in getattr(old, part)} & {entry.slug for entry in getattr(more, part)}
                for part in ("measures", "subjects", "places")
            )
            return
        assert all(extended.measure(measure.slug) == measure for measure in old.measures)
        assert extended.subjects == old.subjects + more.subjects
        assert extended.places == old.places + more.places

    @given(some.vocabularies)
    def test_an_empty_addition_changes_nothing(self, vocabulary):
        assert vocabulary.extended(Vocabulary(name="nothing")) == vocabulary


@given(some.vocabularies, st.sampled_from(["name", "measures", "_measures"]))
def test_a_vocabulary_cannot_be_changed_and_can_be_a_key(vocabulary, field):
    assert {vocabulary: 1}[attrs.evolve(vocabulary)] == 1
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(vocabulary, field, ())
