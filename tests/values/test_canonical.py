"""Canonical JSON: the same bytes as another implementation of RFC 8785, and a refusal of all that has no such bytes."""

import datetime as dt
import decimal
import hashlib

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from kzarchive.errors import DataError
from kzarchive.values.canonical import (
    DEEPEST,
    LARGEST_INTEGER,
    canonical,
    check_plain,
    content_id,
    is_encodable,
    shown,
)

PLAIN = "expected text, an integer, true, false, null, a list or a mapping"

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127))
scalars = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | texts
plain = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=30)


class TestCanonical:
    @given(plain)
    @example("\U0001f600 and \U0010ffff")
    @example("".join(map(chr, range(0x21))) + '"\\/\x7f\x80\u2028\u2029\ufeff\ufffe')
    @example({"\x00": 1, "\n": 2, '"': 3, "\\": 4, "\x7f": 5, "": 6, "a": 7, "A": 8, "aa": 9})
    @example([LARGEST_INTEGER, -LARGEST_INTEGER, 0, True, False, None, {}, [], ""])
    def test_the_bytes_are_those_of_rfc_8785(self, value):
        assert canonical(value) == rfc8785.dumps(value)
        assert check_plain(value) == []

    @given(st.dictionaries(keys, scalars))
    def test_the_order_of_the_keys_given_does_not_show(self, value):
        assert canonical(dict(reversed(value.items()))) == canonical(value)

    @pytest.mark.parametrize("number", [LARGEST_INTEGER + 1, -LARGEST_INTEGER - 1, 2**63, 2**64, 10**30])
    def test_an_integer_that_json_does_not_keep_exactly_is_refused(self, number):
        with pytest.raises(DataError, match=r"^expected plain JSON data, got something else: Integer exceeds"):
            canonical({"n": number})
        assert [str(problem) for problem in check_plain({"n": number})] == [
            f"$.n: expected an integer of at most 53 bits, got one of {number.bit_length()} bits"
        ]

    @pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\ude00\ud83d"])
    def test_a_lone_surrogate_is_refused(self, text):
        with pytest.raises(DataError, match="surrogates not allowed"):
            canonical([text])
        assert [str(problem) for problem in check_plain([text])] == [
            f"$[0]: expected text without lone surrogates, got {text!r}"
        ]

    @pytest.mark.parametrize("value", [{1: 2}, {None: 2}, {"a": {1, 2}}, b"a", decimal.Decimal(1), object()])
    def test_what_is_no_json_is_refused(self, value):
        with pytest.raises(DataError, match=r"^expected plain JSON data, got something else: "):
            canonical(value)

    def test_nesting_without_end_is_refused(self):
        endless = []
        endless.append(endless)

        with pytest.raises(DataError, match=r"^expected plain JSON data"):
            canonical(endless)


class TestCheckPlain:
    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            (0.5, f"$: {PLAIN}, got 0.5"),
            ([1, 2.0], f"$[1]: {PLAIN}, got 2.0"),
            (float("nan"), f"$: {PLAIN}, got nan"),
            ({"a": [{"b": -0.0}]}, f"$.a[0].b: {PLAIN}, got -0.0"),
            (decimal.Decimal("0.5"), f"$: {PLAIN}, got Decimal('0.5')"),
            (dt.date(2022, 1, 6), f"$: {PLAIN}, got datetime.date(2022, 1, 6)"),
            ({"a": {1}}, f"$.a: {PLAIN}, got {{1}}"),
            (b"a", f"$: {PLAIN}, got b'a'"),
            ({"é": 1}, "$: expected ASCII text as a key, got 'é'"),
            ({"a": {1: 2}}, "$.a: expected ASCII text as a key, got 1"),
            ({None: 2}, "$: expected ASCII text as a key, got None"),
        ],
    )
    def test_what_an_archive_does_not_hold_is_named_with_its_path(self, value, problem):
        assert [str(found) for found in check_plain(value)] == [problem]

    def test_every_fault_is_found(self):
        data = {"a": [0.5, {"b": 1.5}], "ю": 2.5}

        assert [str(found) for found in check_plain(data, "")] == [
            "expected ASCII text as a key, got 'ю'",
            f"a[0]: {PLAIN}, got 0.5",
            f"a[1].b: {PLAIN}, got 1.5",
            f"ю: {PLAIN}, got 2.5",
        ]

    def test_the_path_begins_with_the_place_given(self):
        assert [found.where for found in check_plain([{"a": 0.5}], "line 2")] == ["line 2[0].a"]

    def test_a_hundred_levels_are_enough_and_one_more_is_refused(self):
        deep = 1
        for _ in range(DEEPEST):
            deep = [deep]

        assert check_plain(deep) == []
        assert [str(found) for found in check_plain({"a": deep}, "")] == [
            f"a{'[0]' * 99}: expected at most 100 levels of lists and mappings, got more"
        ]


class TestContentId:
    @given(st.binary())
    def test_an_id_is_the_sha256_of_domain_zero_byte_and_data(self, data):
        assert content_id("kzarchive.example/1", data) == hashlib.sha256(b"kzarchive.example/1\0" + data).hexdigest()

    def test_a_golden_id(self):
        assert (
            content_id("kzarchive.example/1", b"{}")
            == "203e953a9ff268d6ff98ef0f31c7cc57e02831768a23749b0b71691f4c71ee3a"
        )

    def test_the_same_data_in_two_domains_are_two_things(self):
        assert content_id("kzarchive.assertion/1", b"{}") != content_id("kzarchive.event/1", b"{}")
        assert content_id("a", b"bc") != content_id("ab", b"c")


class TestShown:
    @pytest.mark.parametrize("value", [None, True, 5, "a", "", "é\n", ["a", 1], {"a": 1}, (), b"a", 0.5])
    def test_a_short_value_is_shown_whole(self, value):
        assert shown(value) == repr(value)

    @given(st.text(min_size=100))
    def test_a_long_text_is_cut_in_the_middle(self, text):
        assert len(shown(text)) == 80

    def test_what_holds_itself_is_shown(self):
        endless = []
        endless.append(endless)

        assert shown(endless) == "[[[[[[[...]]]]]]]"


@given(st.text())
def test_text_is_encodable_when_utf_8_can_write_it(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        assert not is_encodable(text)
    else:
        assert is_encodable(text)
