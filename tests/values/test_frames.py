"""Frames: measure/subject/place."""

import attrs
import pytest
from hypothesis import given
from strategies import values as some

from kzarchive.errors import InvalidEvent
from kzarchive.values.frames import UNSTATED, Frame

SLUG = "expected a slug of 1 to 80 ASCII letters, digits, '_', '-', '.', ':' that begins with a letter or a digit"


def refusal(text):
    with pytest.raises(InvalidEvent) as caught:
        Frame.parse(text)
    return str(caught.value)


@given(some.frames)
def test_the_printed_form_is_read_back(frame):
    assert Frame.parse(str(frame)) == frame


def test_a_frame_prints_its_three_parts():
    assert str(Frame("killed", "all", "KZ.almaty")) == "killed/all/KZ.almaty"


@pytest.mark.parametrize("text", ["", "killed", "killed/all", "killed/all/KZ/almaty", "killed all KZ"])
def test_a_text_without_three_parts_is_refused(text):
    assert refusal(text) == f"frame: expected measure/subject/place, got {text!r}"


@pytest.mark.parametrize(
    ("text", "where", "got"),
    [
        ("killed//KZ", "subject", "''"),
        ("/all/KZ", "measure", "''"),
        ("killed/all/", "place", "''"),
        ("killed/all/ KZ", "place", "' KZ'"),
        ("killed/.all/KZ", "subject", "'.all'"),
        ("убито/all/KZ", "measure", "'убито'"),
        ("killed/all/KZ\n", "place", r"'KZ\n'"),
        ("killed/all/" + "K" * 81, "place", "'" + "K" * 37 + "..." + "K" * 38 + "'"),
    ],
)
def test_a_part_that_is_no_slug_is_named(text, where, got):
    assert refusal(text) == f"{where}: {SLUG}, got {got}"


def test_a_slug_has_up_to_80_characters():
    assert Frame("k" * 80, "a", "0_-.:").measure == "k" * 80


def test_unstated_is_a_place_of_its_own():
    assert len({Frame("killed", "all", place) for place in (UNSTATED, "all", "KZ", "KZ.almaty")}) == 4


def test_frames_are_ordered_by_measure_then_subject_then_place():
    frames = [Frame("b", "a", "a"), Frame("a", "b", "a"), Frame("a", "a", "b"), Frame("a", "a", "a")]

    assert [str(frame) for frame in sorted(frames)] == ["a/a/a", "a/a/b", "a/b/a", "b/a/a"]


def test_a_frame_cannot_be_changed():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Frame("killed", "all", "KZ").place = "KZ.almaty"
