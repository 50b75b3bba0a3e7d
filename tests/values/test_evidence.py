"""Evidence anchors: where in a document an assertion stands."""

import hashlib

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import values as some

from kzarchive.errors import InvalidEvent
from kzarchive.values.evidence import Locator, RecordCell, TextSpan, span_hash

A, B = "a" * 64, "b" * 64
ID = "expected 64 lower-case hexadecimal digits"
TEXT = "expected non-empty text of at most 4000 characters"
NATURAL = "expected an integer from 0 to 9007199254740991"


def refusal(make, *arguments, **fields):
    with pytest.raises(InvalidEvent) as caught:
        make(*arguments, **fields)
    return str(caught.value)


class TestTextSpan:
    TEXT = "Мэр said: 30 drowned 🌊 in Ust-Reka."

    def test_a_span_counts_code_points_and_hashes_utf_8(self):
        start = self.TEXT.index("30")
        span = TextSpan.of(A, self.TEXT, start, start + len("30 drowned 🌊"))

        assert (span.start, span.end) == (10, 22)
        assert span.sha256 == hashlib.sha256("30 drowned 🌊".encode()).hexdigest()
        assert span.sha256 == span_hash("30 drowned 🌊")

    @given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.data())
    def test_every_span_matches_the_text_it_was_made_from(self, text, data):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))

        assert TextSpan.of(A, text, start, end).check(text) is None

    def test_nothing_is_normalised(self):
        """A letter and its mark written as two code points are another text."""
        span = TextSpan.of(A, "\u0439", 0, 1)

        assert span.check("\u0438\u0306") is not None

    @pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 2), (-1, 2), (0, 36), (36, 37)])
    def test_a_span_lies_within_its_text(self, start, end):
        assert len(self.TEXT) == 35
        assert refusal(TextSpan.of, A, self.TEXT, start, end) == (
            f"end: expected offsets within the text of 35 code points, got ({start}, {end})"
        )

    def test_an_anchor_says_where_it_does_not_match(self):
        span = TextSpan.of(A, "30 drowned", 0, 2)

        assert str(span.check("31 drowned")) == (
            f"evidence: expected a span with sha256 {span_hash('30')[:12]}... at 0..2, got {span_hash('31')[:12]}..."
        )
        assert str(span.check("3")) == "evidence: expected offsets within 1 code points, got 0..2"

    def test_a_lone_surrogate_has_no_hash(self):
        message = "text: expected text without lone surrogates, got '\\ud800'"

        assert refusal(TextSpan.of, A, "a\ud800", 1, 2) == message
        assert refusal(span_hash, "\ud800") == message

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"document": "A" * 64}, f"document: {ID}, got '{'A' * 64}'"),
            ({"document": None}, f"document: {ID}, got None"),
            ({"sha256": "b" * 63}, f"sha256: {ID}, got '{'b' * 63}'"),
            ({"sha256": "b" * 64 + "\n"}, f"sha256: {ID}, got '{'b' * 64}\\n'"),
            ({"start": -1}, f"start: {NATURAL}, got -1"),
            ({"start": True}, f"start: {NATURAL}, got True"),
            ({"start": 1.0}, f"start: {NATURAL}, got 1.0"),
            ({"end": 2**53}, f"end: {NATURAL}, got 9007199254740992"),
            ({"end": 3}, "end: expected an offset after the start 3, got 3"),
            ({"end": 2}, "end: expected an offset after the start 3, got 2"),
        ],
    )
    def test_a_wrong_field_is_named(self, change, message):
        assert refusal(TextSpan, **{"document": A, "start": 3, "end": 9, "sha256": B, **change}) == message


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        (RecordCell, {"document": A, "row": "", "column": "dead"}, f"row: {TEXT}, got ''"),
        (RecordCell, {"document": A, "row": "3", "column": 4}, f"column: {TEXT}, got 4"),
        (RecordCell, {"document": "a", "row": "3", "column": "dead"}, f"document: {ID}, got 'a'"),
        (Locator, {"document": A, "place": " "}, f"place: {TEXT}, got ' '"),
        (Locator, {"document": A, "place": "\udfff"}, "place: expected text without lone surrogates, got '\\udfff'"),
    ],
)
def test_a_cell_and_a_place_are_named_in_text(kind, fields, message):
    assert refusal(kind, **fields) == message


@given(some.anchors())
def test_an_anchor_cannot_be_changed_and_can_be_a_key(anchor):
    assert {anchor: 1}[attrs.evolve(anchor)] == 1
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        anchor.document = B
