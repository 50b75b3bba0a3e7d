"""Quantities: the words of a source, kept as exact text."""

import decimal
import enum
import pickle
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kzarchive.errors import DataError, InvalidQuantity, Problem
from kzarchive.values.quantities import MAX_NUMBER_LENGTH, Modifier, Quantity, decimal_text

ONE_NUMBER = ["exact", "more_than", "less_than", "at_least", "at_most", "nearly", "about"]
NO_NUMBER = ["dozens", "scores", "hundreds", "thousands", "many", "none", "higher_than"]

integers = st.integers(-(10**40), 10**40)
finite_decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**20), max_value=10**20)
surfaces = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200).filter(str.strip)


def problems_of(*fields: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidQuantity) as caught:
        Quantity(*fields)
    return [(problem.where, problem.message) for problem in caught.value.problems]


def number_fault(number: object) -> str:
    ((where, message),) = problems_of(Modifier.EXACT, (number,), "as written")
    assert where == "numbers[0]"
    return message


class TestConstructors:
    @pytest.mark.parametrize("name", ONE_NUMBER)
    def test_a_modifier_of_one_number_has_a_constructor_of_its_name(self, name):
        quantity = getattr(Quantity, name)(16000, surface="16,000")

        assert quantity == Quantity(Modifier(name), ("16000",), "16,000")

    def test_between_keeps_both_ends_in_their_order(self):
        assert Quantity.between(10, 15, surface="10 to 15").numbers == ("10", "15")

    def test_between_two_equal_numbers_is_between(self):
        assert Quantity.between(10, "10.0", surface="10 to 10.0").numbers == ("10", "10.0")

    def test_an_estimate_gives_its_point_first(self):
        assert Quantity.estimate(227, 200, 250, surface="227 (200-250)").numbers == ("227", "200", "250")

    def test_an_estimate_may_be_its_own_end(self):
        assert Quantity.estimate(200, 200, 250, surface="200 (to 250)").numbers == ("200", "200", "250")
        assert Quantity.estimate(250, 200, 250, surface="250 (from 200)").numbers == ("250", "200", "250")

    def test_higher_than_takes_a_number_or_none(self):
        assert Quantity.higher_than(227, surface="higher than 227").numbers == ("227",)
        assert Quantity.higher_than(surface="may be much higher").numbers == ()

    @pytest.mark.parametrize("name", NO_NUMBER)
    def test_a_word_has_no_number(self, name):
        assert Quantity.word(Modifier(name), surface=name) == Quantity(Modifier(name), (), name)

    def test_the_text_of_a_modifier_becomes_the_member(self):
        assert Quantity.word("dozens", surface="dozens").modifier is Modifier.DOZENS
        assert Quantity("exact", ("1",), "one").modifier is Modifier.EXACT

    def test_every_modifier_can_be_built(self):
        built = {*ONE_NUMBER, *NO_NUMBER, "between", "estimate"}

        assert built == {str(modifier) for modifier in Modifier}


class TestNumbers:
    @pytest.mark.parametrize(
        ("number", "text"),
        [
            (353, "353"),
            (0, "0"),
            (-8, "-8"),
            (Decimal("0.27"), "0.27"),
            (Decimal("0.50"), "0.50"),
            (Decimal("1.6E+4"), "16000"),
            (Decimal("1E-3"), "0.001"),
            (Decimal("0E+5"), "0"),
            ("0.50", "0.50"),
            ("-8", "-8"),
            ("9" * 60, "9" * 60),
        ],
    )
    def test_an_exact_number_has_one_text(self, number, text):
        assert decimal_text(number) == text
        assert Quantity.exact(number, surface="x").numbers == (text,)

    def test_zeros_after_the_point_are_what_was_written(self):
        assert Quantity.exact("0.50", surface="x") != Quantity.exact("0.5", surface="x")

    def test_an_integer_of_a_subclass_is_its_value(self):
        class Dead(int, enum.Enum):
            OFFICERS = 19

        assert decimal_text(Dead.OFFICERS) == "19"

    @pytest.mark.parametrize(
        "text", ["", " 1", "1\n", "+5", "007", "1e3", "2,000", "1.", ".5", "٣", "1_000", "NaN", "0x1", "--1", "²"]
    )
    def test_a_text_that_is_not_canonical_is_refused(self, text):
        assert number_fault(text) == f"expected a decimal text such as '353' or '0.27', got {text!r}"

    @pytest.mark.parametrize("text", ["-0", "-0.0", "-0.000"])
    def test_zero_has_no_sign(self, text):
        assert number_fault(text) == f"expected a decimal text without a negative zero, got {text!r}"
        with pytest.raises(InvalidQuantity, match="without a negative zero"):
            Quantity.exact(Decimal(text), surface="none")

    @pytest.mark.parametrize(
        ("number", "shown"),
        [
            (23.9, "23.9 (float)"),
            (2000.0, "2000.0 (float)"),
            (True, "True (bool)"),
            (Fraction(1, 3), "Fraction(1, 3) (Fraction)"),
            (None, "None (NoneType)"),
            (b"353", "b'353' (bytes)"),
            (1j, "1j (complex)"),
        ],
    )
    def test_a_number_that_is_not_exact_is_named_with_its_type(self, number, shown):
        with pytest.raises(InvalidQuantity) as caught:
            Quantity.exact(number, surface="x")

        assert str(caught.value) == f"numbers[0]: expected an exact integer or decimal text, got {shown}"
        with pytest.raises(InvalidQuantity) as caught:
            decimal_text(number)
        assert str(caught.value) == f"expected an exact integer or decimal text, got {shown}"

    @pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
    def test_a_decimal_that_is_no_number_is_refused(self, text):
        with pytest.raises(InvalidQuantity, match=r"^numbers\[0\]: expected a finite number, got Decimal"):
            Quantity.exact(Decimal(text), surface="x")

    def test_the_class_itself_takes_only_the_stored_form(self):
        assert number_fault(353) == "expected a decimal text such as '353', got 353 (int)"
        assert number_fault(Decimal("0.50")) == "expected a decimal text such as '353', got 0.50 (Decimal)"

    @pytest.mark.parametrize(
        "number",
        ["1" * 61, 10**60, -(10**60), 10**9000, Decimal("1E+999999"), Decimal("1E-999999")],
        ids=["text", "61 digits", "below zero", "9001 digits", "huge", "tiny"],
    )
    def test_a_number_too_long_to_be_one_is_refused_without_being_written_out(self, number):
        with pytest.raises(
            InvalidQuantity, match=r"^numbers\[0\]: expected a .* of at most 60 characters, got"
        ) as caught:
            Quantity.exact(number, surface="x")

        assert len(str(caught.value)) < 200

    def test_a_long_value_is_shortened_in_the_message(self):
        assert len(number_fault(b"9" * 10_000)) < 200

    def test_a_refused_text_is_shown_whole_up_to_its_greatest_length(self):
        assert number_fault("y" * 60).endswith(f", got '{'y' * 60}'")

    def test_a_text_of_a_subclass_is_no_plain_text(self):
        assert number_fault(Modifier.MANY) == (
            "expected an exact integer or decimal text, got <Modifier.MANY: 'many'> (Modifier)"
        )

    @given(integers)
    def test_an_integer_survives_its_text(self, number):
        assert int(decimal_text(number)) == number

    @given(finite_decimals.filter(lambda number: not (number.is_zero() and number.is_signed())))
    def test_a_decimal_survives_its_text_with_its_digits(self, number):
        text = decimal_text(number)

        assert Decimal(text) == number
        assert Decimal(text).as_tuple() == number.as_tuple()

    @given(st.text("0123456789.-+eE", max_size=8))
    @example("1.0")
    def test_an_accepted_text_is_the_text_of_its_own_number(self, text):
        try:
            accepted = decimal_text(text)
        except InvalidQuantity:
            return
        assert accepted == text == format(Decimal(text), "f")

    @given(st.floats())
    def test_no_float_ever_enters(self, number):
        with pytest.raises(InvalidQuantity, match=r"\(float\)$"):
            Quantity.about(number, surface="about")

    def test_the_precision_of_the_caller_rounds_nothing(self):
        with decimal.localcontext(prec=2):
            quantity = Quantity.between(Decimal("12345.678"), Decimal("12345.679"), surface="x")

        assert quantity.numbers == ("12345.678", "12345.679")

    def test_a_wrong_order_is_seen_whatever_the_precision_of_the_caller(self):
        with decimal.localcontext(prec=2), pytest.raises(InvalidQuantity, match="expected a <= b"):
            Quantity.between("12345.679", "12345.678", surface="x")


class TestFaults:
    @pytest.mark.parametrize("name", ONE_NUMBER)
    @pytest.mark.parametrize("numbers", [(), ("1", "2")])
    def test_a_modifier_of_one_number_takes_one(self, name, numbers):
        assert problems_of(Modifier(name), numbers, "x") == [
            ("numbers", f"expected 1 number for {name}, got {len(numbers)}")
        ]

    @pytest.mark.parametrize("name", [name for name in NO_NUMBER if name != "higher_than"])
    def test_a_word_takes_no_number(self, name):
        assert problems_of(Modifier(name), ("24",), "x") == [("numbers", f"expected 0 numbers for {name}, got 1")]

    @pytest.mark.parametrize(
        ("name", "numbers", "expected"),
        [
            ("between", ("1",), "expected 2 numbers for between, got 1"),
            ("between", ("1", "2", "3"), "expected 2 numbers for between, got 3"),
            ("estimate", ("1", "2"), "expected 3 numbers for estimate, got 2"),
            ("higher_than", ("1", "2"), "expected 0 or 1 numbers for higher_than, got 2"),
        ],
    )
    def test_the_count_of_numbers_is_named(self, name, numbers, expected):
        assert problems_of(Modifier(name), numbers, "x") == [("numbers", expected)]

    def test_reversed_ends_are_refused(self):
        assert problems_of(Modifier.BETWEEN, ("15", "10"), "15 to 10") == [
            ("numbers", "expected a <= b for between, got a = 15 and b = 10")
        ]

    def test_ends_are_compared_as_numbers_and_not_as_texts(self):
        assert Quantity.between("9", "10", surface="9 to 10").numbers == ("9", "10")
        assert Quantity.between("-10", "-9", surface="-10 to -9").numbers == ("-10", "-9")

    @pytest.mark.parametrize("numbers", [("9", "10", "15"), ("16", "10", "15"), ("12", "15", "10")])
    def test_an_estimate_lies_within_its_ends(self, numbers):
        n, a, b = numbers

        assert problems_of(Modifier.ESTIMATE, numbers, "x") == [
            ("numbers", f"expected a <= n <= b for estimate, got n = {n}, a = {a} and b = {b}")
        ]

    def test_an_unknown_modifier_is_answered_with_the_known_ones(self):
        known = (
            "exact, more_than, less_than, at_least, at_most, nearly, about, between, estimate, "
            "dozens, scores, hundreds, thousands, many, none, higher_than"
        )

        assert problems_of("moar", ("1",), "x") == [("modifier", f"expected one of {known}, got 'moar'")]

    @pytest.mark.parametrize("modifier", [None, 5, [], {}, "EXACT", "", b"exact"])
    def test_a_modifier_of_another_type_is_refused(self, modifier):
        ((where, message),) = problems_of(modifier, ("1",), "x")

        assert where == "modifier"
        assert message.startswith("expected one of exact, more_than,")

    @pytest.mark.parametrize("numbers", [["1"], "1", None, {"1": 2}, 353])
    def test_numbers_are_a_tuple(self, numbers):
        assert problems_of(Modifier.EXACT, numbers, "x") == [
            ("numbers", f"expected a tuple of decimal texts, got {type(numbers).__name__}")
        ]

    @pytest.mark.parametrize("surface", ["", " ", "\n\t"])
    def test_a_quantity_without_words_is_refused(self, surface):
        assert problems_of(Modifier.MANY, (), surface) == [
            ("surface", f"expected the words as written, got {surface!r}")
        ]

    @pytest.mark.parametrize(
        ("surface", "shown"), [(None, "None (NoneType)"), (353, "353 (int)"), (b"x", "b'x' (bytes)")]
    )
    def test_words_are_text(self, surface, shown):
        assert problems_of(Modifier.MANY, (), surface) == [("surface", f"expected the words as written, got {shown}")]

    def test_a_giant_number_in_place_of_words_is_not_written_out(self):
        assert problems_of(Modifier.MANY, (), 10**9000) == [
            ("surface", "expected the words as written, got an int of more than 60 digits")
        ]

    def test_words_have_at_most_two_hundred_characters(self):
        assert Quantity.word("many", surface="ы" * 200).surface == "ы" * 200
        assert problems_of(Modifier.MANY, (), "ы" * 201) == [("surface", "expected at most 200 characters, got 201")]

    def test_words_that_cannot_be_stored_are_refused(self):
        assert problems_of(Modifier.MANY, (), "many \ud800") == [
            ("surface", "expected text that can be encoded as UTF-8, got a lone surrogate")
        ]

    def test_all_faults_are_reported_at_once_in_the_order_of_the_fields(self):
        found = problems_of("moar", ("1,5", 2.5), "")

        assert [where for where, _ in found] == ["modifier", "numbers[0]", "numbers[1]", "surface"]

    def test_a_wrong_count_does_not_hide_a_wrong_number(self):
        found = problems_of(Modifier.EXACT, ("1", "x"), "x")

        assert [where for where, _ in found] == ["numbers[1]", "numbers"]

    def test_a_value_whose_repr_fails_is_refused_all_the_same(self):
        class Broken:
            def __repr__(self) -> str:
                raise RuntimeError

        assert number_fault(Broken()).startswith("expected an exact integer or decimal text, got <Broken instance")

    def test_the_error_is_one_of_the_data(self):
        with pytest.raises(DataError) as caught:
            Quantity.exact(23.9, surface="x")

        assert caught.value.problems == (
            Problem("numbers[0]", "expected an exact integer or decimal text, got 23.9 (float)"),
        )

    @given(
        st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.sampled_from(Modifier)),
        st.one_of(st.none(), st.text(), st.tuples(), st.tuples(st.one_of(st.floats(), st.text(), st.integers()))),
        st.one_of(st.none(), st.integers(), st.text(), st.binary()),
    )
    def test_whatever_comes_gives_a_quantity_or_the_one_error(self, modifier, numbers, surface):
        try:
            quantity = Quantity(modifier, numbers, surface)
        except InvalidQuantity as error:
            sound = {problem.where for problem in error.problems} <= {"modifier", "numbers", "numbers[0]", "surface"}
        else:
            sound = all(type(number) is str and len(number) <= MAX_NUMBER_LENGTH for number in quantity.numbers)
        assert sound


class TestValue:
    def test_a_quantity_cannot_be_changed(self):
        quantity = Quantity.exact(353, surface="353")

        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            quantity.surface = "354"

    @given(integers, surfaces)
    def test_equal_quantities_are_interchangeable(self, number, surface):
        first, second = (Quantity.exact(n, surface=surface) for n in (number, str(number)))

        assert first == second
        assert hash(first) == hash(second)
        assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301

    def test_other_words_are_another_quantity(self):
        assert Quantity.exact(2000, surface="two thousand") != Quantity.exact(2000, surface="2,000")
