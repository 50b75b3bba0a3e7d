"""Vocabularies as files: read as they are written, and refused with the line of each fault."""

import pytest
from strategies.toy import VOCABULARY_TEXT, harbour

from kzarchive.errors import InvalidSheet, StorageError
from kzarchive.recording.vocabularies import parse_vocabulary, read_vocabulary


def refusals(text):
    with pytest.raises(InvalidSheet) as caught:
        parse_vocabulary(text, "harbour.yaml")
    return str(caught.value).splitlines()


def test_a_vocabulary_is_what_its_file_says(tmp_path):
    file = tmp_path / "harbour.yaml"
    file.write_text(VOCABULARY_TEXT)
    vocabulary = read_vocabulary(file)
    assert vocabulary == harbour()
    assert (vocabulary.name, [place.slug for place in vocabulary.places]) == ("harbour/1", ["port", "port.north"])
    assert [measure.decimal for measure in vocabulary.measures] == [False, False, True, False]
    assert vocabulary.measure("port_status").exclusive == (("open", "closed"),)
    assert vocabulary.wholes("crane_drivers") == ("all",)


def test_every_fault_has_its_line():
    text = VOCABULARY_TEXT.replace("aggregation: level, unit: ship", "aggregation: levle, unit: ship")
    text = text.replace("{slug: port.north, definition: Its north quay.}", "{slug: port.north}")
    told = refusals(text)
    assert told[0].startswith("harbour.yaml:4: measures[1].aggregation: expected one of 'cumulative', 'level'")
    assert told[1:] == ["harbour.yaml:19: places[1].definition: expected a value, got none"]


def test_a_slug_stands_once():
    assert refusals(VOCABULARY_TEXT.replace("slug: ships_waiting", "slug: dismissed")) == [
        "harbour.yaml:4: measures[1].slug: expected each slug once, got 'dismissed' again"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "harbour.yaml:1: expected a mapping, got ''"),
        ("[]", "harbour.yaml:1: expected a mapping, got []"),
        ("measures: []", "harbour.yaml:1: name: expected a value, got none"),
        ("name: a\ncolour: red", "harbour.yaml:1: expected no other fields, got 'colour'"),
        ("name: *a", "harbour.yaml:1: expected no alias, got 'a'"),
    ],
)
def test_something_else_is_no_vocabulary(text, message):
    assert refusals(text) == [message]


def test_a_file_that_is_not_there_is_the_storages_fault(tmp_path):
    with pytest.raises(StorageError, match="expected a readable file, got"):
        read_vocabulary(tmp_path / "none.yaml")
