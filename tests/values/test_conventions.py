"""Conventions: how the words of a quantity become bounds, and what intervals can be asked."""

import decimal
import pickle
from decimal import Decimal
from types import SimpleNamespace

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzarchive.errors import InvalidQuantity, Problem, UsageError
from kzarchive.values.conventions import (
    ACLED,
    HALF_GRAIN,
    SHIPPED,
    Convention,
    Interval,
    check_reading,
    convention,
    vague_words,
)
from kzarchive.values.quantities import Modifier, Quantity

WORDS = ["dozens", "scores", "hundreds", "thousands", "many"]
MINE = vague_words("mine/1", dozens=36, scores=60, hundreds=300, thousands=3000, many=3)

integer_texts = st.integers(-(10**15), 10**15).map(str) | st.builds(
    lambda digits, zeros: str(digits * 10**zeros), st.integers(-999, 999), st.integers(0, 12)
)
decimal_texts = (
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6)
    .filter(lambda number: not (number.is_zero() and number.is_signed()))
    .map(lambda number: format(number, "f"))
)


@st.composite
def quantities(draw, numbers=integer_texts):
    modifier = draw(st.sampled_from(Modifier))
    match modifier:
        case Modifier.BETWEEN:
            texts = sorted((draw(numbers), draw(numbers)), key=Decimal)
        case Modifier.ESTIMATE:
            low, point, high = sorted((draw(numbers), draw(numbers), draw(numbers)), key=Decimal)
            texts = [point, low, high]
        case Modifier.HIGHER_THAN:
            texts = draw(st.lists(numbers, max_size=1))
        case Modifier.NONE:
            texts = []
        case _:
            texts = [] if modifier in WORDS else [draw(numbers)]
    return Quantity(modifier, tuple(texts), "as written")


@st.composite
def intervals(draw):
    bounds = sorted((draw(st.integers(-20, 20)), draw(st.integers(-20, 20))))
    low, high = (draw(st.sampled_from([bound, None])) for bound in bounds)
    return Interval(low, None, high)


def integers(convention: Convention, quantity: Quantity) -> tuple[object, object, object]:
    interval = convention.read(quantity, decimal=False)
    return interval.low, interval.point, interval.high


def decimals(quantity: Quantity) -> tuple[str | None, ...]:
    interval = HALF_GRAIN.read(quantity, decimal=True)
    return tuple(None if n is None else str(n) for n in (interval.low, interval.point, interval.high))


def numbers_of(interval: Interval) -> list[object]:
    return [number for number in (interval.low, interval.point, interval.high) if number is not None]


class TestHalfGrainOverIntegers:
    @pytest.mark.parametrize(
        ("quantity", "read"),
        [
            (Quantity.exact(353, surface="353"), (353, 353, 353)),
            (Quantity.exact(2000, surface="two thousand"), (2000, 2000, 2000)),
            (Quantity.exact(-8, surface="minus 8"), (-8, -8, -8)),
            (Quantity.more_than(2000, surface="more than 2,000"), (2001, None, None)),
            (Quantity.less_than(20, surface="fewer than 20"), (None, None, 19)),
            (Quantity.at_least(12, surface="at least 12"), (12, None, None)),
            (Quantity.at_most(19, surface="up to 19"), (None, None, 19)),
            (Quantity.between(10, 15, surface="10 to 15"), (10, None, 15)),
            (Quantity.estimate(12, 10, 15, surface="12 (10-15)"), (10, 12, 15)),
            (Quantity.higher_than(227, surface="higher than 227"), (228, None, None)),
            (Quantity.word("none", surface="none"), (0, 0, 0)),
        ],
        ids=lambda value: value.surface if isinstance(value, Quantity) else "",
    )
    def test_bounds(self, quantity, read):
        assert integers(HALF_GRAIN, quantity) == read

    @pytest.mark.parametrize(
        ("n", "low", "high"),
        [
            (2000, 1500, 2499),
            (4500, 4450, 4549),
            (10, 5, 14),
            (110, 105, 114),
            (16000, 15500, 16499),
            (353, 352, 354),
            (101, 100, 102),
            (1, 0, 2),
            (0, -1, 1),
            (-353, -354, -352),
            (-2000, -2500, -1501),
            (10**59, 5 * 10**58, 15 * 10**58 - 1),
        ],
    )
    def test_about_widens_by_half_the_grain(self, n, low, high):
        interval = HALF_GRAIN.read(Quantity.about(n, surface="about"), decimal=False)

        assert interval == Interval(low, n, high, soft=True)

    @pytest.mark.parametrize(
        ("n", "low", "high"),
        [
            (16000, 15500, 15999),
            (2000, 1500, 1999),
            (10, 5, 9),
            (353, 352, 352),
            (1, 0, 0),
            (0, -1, -1),
            (-2000, -2500, -2001),
        ],
    )
    def test_nearly_is_below_and_has_no_point(self, n, low, high):
        assert integers(HALF_GRAIN, Quantity.nearly(n, surface="nearly")) == (low, None, high)

    @pytest.mark.parametrize(
        ("word", "low"), [("dozens", 24), ("scores", 40), ("hundreds", 200), ("thousands", 2000), ("many", 2)]
    )
    def test_a_word_is_open_above(self, word, low):
        assert integers(HALF_GRAIN, Quantity.word(word, surface=word)) == (low, None, None)

    def test_may_be_much_higher_bounds_nothing(self):
        interval = HALF_GRAIN.read(Quantity.higher_than(surface="may be much higher"), decimal=False)

        assert interval == Interval(None, None, None, open_above=True)

    def test_only_estimates_have_soft_points(self):
        soft = {
            quantity.modifier
            for quantity in (
                Quantity.exact(2000, surface="x"),
                Quantity.about(2000, surface="x"),
                Quantity.estimate(2000, 1000, 3000, surface="x"),
                Quantity.word("none", surface="none"),
            )
            if HALF_GRAIN.read(quantity, decimal=False).soft
        }

        assert soft == {Modifier.ABOUT, Modifier.ESTIMATE}

    def test_a_part_of_a_person_is_refused(self):
        with pytest.raises(InvalidQuantity) as caught:
            HALF_GRAIN.read(Quantity.between("0.5", "2.0", surface="0.5 to 2.0"), decimal=False)

        assert caught.value.problems == (
            Problem("numbers[0]", "expected an integer for this measure, got '0.5'"),
            Problem("numbers[1]", "expected an integer for this measure, got '2.0'"),
        )


class TestHalfGrainOverDecimals:
    @pytest.mark.parametrize(
        ("quantity", "read"),
        [
            (Quantity.exact("0.27", surface="$0.27"), ("0.27", "0.27", "0.27")),
            (Quantity.exact("0.50", surface="$0.50"), ("0.50", "0.50", "0.50")),
            (Quantity.more_than("0.50", surface="more than 0.50"), ("0.50", None, None)),
            (Quantity.less_than(20, surface="less than 20"), (None, None, "20")),
            (Quantity.at_least("1.5", surface="at least 1.5"), ("1.5", None, None)),
            (Quantity.at_most("1.5", surface="at most 1.5"), (None, None, "1.5")),
            (Quantity.between("0.1", "0.2", surface="0.1 to 0.2"), ("0.1", None, "0.2")),
            (Quantity.estimate("0.2", "0.1", "0.3", surface="0.2 (0.1-0.3)"), ("0.1", "0.2", "0.3")),
            (Quantity.higher_than(227, surface="higher than 227"), ("227", None, None)),
            (Quantity.higher_than(surface="higher"), (None, None, None)),
            (Quantity.word("none", surface="none"), ("0", "0", "0")),
            (Quantity.word("dozens", surface="dozens"), ("24", None, None)),
        ],
        ids=lambda value: value.surface if isinstance(value, Quantity) else "",
    )
    def test_bounds(self, quantity, read):
        assert decimals(quantity) == read

    @pytest.mark.parametrize(
        ("n", "low", "high"),
        [
            ("0.5", "0.45", "0.55"),
            ("0.50", "0.495", "0.505"),
            ("10.0", "9.95", "10.05"),
            ("0.0", "-0.05", "0.05"),
            ("-0.5", "-0.55", "-0.45"),
            ("353", "352", "354"),
            ("120", "115", "125"),
            ("2000", "1500", "2500"),
        ],
    )
    def test_about_closes_at_half_the_grain_on_both_sides(self, n, low, high):
        quantity = Quantity.about(n, surface="about")

        assert decimals(quantity) == (low, n, high)
        assert HALF_GRAIN.read(quantity, decimal=True).soft is True

    @pytest.mark.parametrize(
        ("n", "low"), [("0.5", "0.45"), ("0.50", "0.495"), ("1", "0"), ("120", "115"), ("-0.5", "-0.55")]
    )
    def test_nearly_closes_at_the_number_itself(self, n, low):
        assert decimals(Quantity.nearly(n, surface="nearly")) == (low, None, n)

    def test_sixty_characters_are_read_without_rounding(self):
        text = "0." + "3" * 58

        assert decimals(Quantity.about(text, surface="about")) == ("0." + "3" * 57 + "25", text, "0." + "3" * 57 + "35")

    def test_the_decimal_context_of_the_caller_plays_no_part(self):
        quantity = Quantity.about("12345.67", surface="about 12,345.67")

        with decimal.localcontext(prec=2, traps=[decimal.Inexact, decimal.Rounded, decimal.FloatOperation]):
            read = decimals(quantity)
            kept = decimal.getcontext().prec

        assert read == ("12345.665", "12345.67", "12345.675")
        assert kept == 2


class TestLawsOfReadings:
    @pytest.mark.parametrize("name", SHIPPED)
    @given(quantity=quantities())
    def test_integers_in_order_over_integers(self, name, quantity):
        numbers = numbers_of(SHIPPED[name].read(quantity, decimal=False))

        assert numbers == sorted(numbers)
        assert {type(number) for number in numbers} <= {int}

    @pytest.mark.parametrize("name", SHIPPED)
    @given(quantity=quantities(integer_texts | decimal_texts))
    def test_decimals_in_order_over_decimals(self, name, quantity):
        numbers = numbers_of(SHIPPED[name].read(quantity, decimal=True))

        assert numbers == sorted(numbers)
        assert {type(number) for number in numbers} <= {Decimal}

    @pytest.mark.parametrize("name", SHIPPED)
    @pytest.mark.parametrize("modifier", Modifier)
    @pytest.mark.parametrize("decimal", [True, False])
    def test_every_modifier_is_read(self, name, modifier, decimal):
        numbers = {"between": ("10", "15"), "estimate": ("12", "10", "15")}.get(modifier, ("12",))
        words = {*WORDS, "none"}
        quantity = Quantity(modifier, () if modifier in words else numbers, "as written")

        interval = SHIPPED[name].read(quantity, decimal=decimal)

        assert check_reading(SHIPPED[name], quantity, interval) is interval
        assert numbers_of(interval) != []

    @given(quantities(integer_texts | decimal_texts))
    def test_reading_twice_gives_the_same(self, quantity):
        assert HALF_GRAIN.read(quantity, decimal=True) == HALF_GRAIN.read(quantity, decimal=True)

    @given(quantities())
    def test_acled_differs_on_the_plural_words_alone(self, quantity):
        differ = ACLED.read(quantity, decimal=False) != HALF_GRAIN.read(quantity, decimal=False)

        assert differ == (quantity.modifier in WORDS)

    @given(quantities())
    def test_a_measure_of_decimals_allows_whatever_one_of_integers_does(self, quantity):
        whole = HALF_GRAIN.read(quantity, decimal=False)

        assert HALF_GRAIN.read(quantity, decimal=True).contains(whole)

    @given(integer_texts)
    def test_nearly_is_the_part_of_about_below_the_number(self, n):
        about = HALF_GRAIN.read(Quantity.about(n, surface="x"), decimal=False)
        nearly = HALF_GRAIN.read(Quantity.nearly(n, surface="x"), decimal=False)
        below = HALF_GRAIN.read(Quantity.less_than(n, surface="x"), decimal=False)

        assert nearly == about.intersect(below)

    @given(integer_texts)
    def test_no_number_is_more_and_less_than_the_same(self, n):
        more = HALF_GRAIN.read(Quantity.more_than(n, surface="x"), decimal=False)
        less = HALF_GRAIN.read(Quantity.less_than(n, surface="x"), decimal=False)

        assert more.intersect(less) is None
        assert not more.holds(int(n))
        assert not less.holds(int(n))

    @given(quantities(integer_texts | decimal_texts))
    def test_a_stated_point_is_the_number_as_written(self, quantity):
        point = HALF_GRAIN.read(quantity, decimal=True).point
        stated = {Modifier.EXACT, Modifier.ABOUT, Modifier.ESTIMATE}

        expected = quantity.numbers[0] if quantity.modifier in stated else None
        assert (None if point is None else format(point, "f")) == ("0" if quantity.modifier == "none" else expected)


class TestAcled:
    @pytest.mark.parametrize(
        ("word", "low"), [("dozens", 12), ("scores", 20), ("hundreds", 100), ("thousands", 1000), ("many", 1)]
    )
    def test_a_word_is_read_low(self, word, low):
        assert integers(ACLED, Quantity.word(word, surface=word)) == (low, None, None)


class TestConventionByName:
    def test_the_shipped_ones_are_known_by_name(self):
        assert dict(SHIPPED) == {"half-grain/1": HALF_GRAIN, "acled/1": ACLED}
        assert convention("half-grain/1") is HALF_GRAIN
        assert convention("acled/1") is ACLED

    def test_a_misspelt_name_is_answered_with_a_near_one(self):
        with pytest.raises(UsageError) as caught:
            convention("half-grian/1")

        assert str(caught.value) == (
            "expected a convention, one of half-grain/1, acled/1, got 'half-grian/1'; did you mean half-grain/1?"
        )

    def test_a_name_near_to_several_gets_them_all(self):
        with pytest.raises(UsageError, match=r"got 'half/1'; did you mean half-grain/1 or acled/1\?$"):
            convention("half/1")

    def test_a_name_near_to_none_gets_no_proposal(self):
        with pytest.raises(UsageError) as caught:
            convention("")

        assert str(caught.value) == "expected a convention, one of half-grain/1, acled/1, got ''"

    @pytest.mark.parametrize("given", [HALF_GRAIN, ACLED, MINE], ids=["half-grain", "acled", "mine"])
    def test_a_convention_is_itself(self, given):
        assert convention(given) is given

    def test_a_shipped_one_is_still_shipped_after_a_journey(self):
        assert convention(pickle.loads(pickle.dumps(ACLED))) == ACLED  # noqa: S301

    @pytest.mark.parametrize("other", [None, 5, object(), SimpleNamespace(name="mine/1")])
    def test_what_cannot_read_is_no_convention(self, other):
        with pytest.raises(UsageError, match=r"^expected a convention or its name, got "):
            convention(other)

    def test_a_class_is_no_convention(self):
        with pytest.raises(UsageError, match=r"^expected a convention or its name, got <class "):
            convention(type(HALF_GRAIN))

    @pytest.mark.parametrize("name", ["mine", "mine/0", "mine/", "/1", "mi ne/1", "mine/1/1", "mine/1\n", 7, None])
    def test_a_name_without_a_version_is_refused(self, name):
        with pytest.raises(UsageError) as caught:
            vague_words(name, dozens=1, scores=1, hundreds=1, thousands=1, many=1)

        assert str(caught.value) == (
            f"expected the name of a convention with its version, such as 'mine/1', got {name!r}"
        )

    def test_no_other_reading_goes_by_a_shipped_name(self):
        with pytest.raises(UsageError) as caught:
            vague_words("acled/1", dozens=1, scores=1, hundreds=1, thousands=1, many=1)

        assert str(caught.value) == "expected a name of its own, got 'acled/1', which is a shipped convention"


class TestVagueWords:
    @pytest.mark.parametrize(
        ("word", "low"), [("dozens", 36), ("scores", 60), ("hundreds", 300), ("thousands", 3000), ("many", 3)]
    )
    def test_a_word_is_read_as_its_user_says(self, word, low):
        quantity = Quantity.word(word, surface=word)

        assert integers(MINE, quantity) == (low, None, None)
        assert repr(MINE.read(quantity, decimal=True).low) == f"Decimal('{low}')"

    @given(quantities().filter(lambda quantity: quantity.modifier not in WORDS))
    def test_the_rest_is_read_as_the_base_does(self, quantity):
        assert MINE.read(quantity, decimal=False) == HALF_GRAIN.read(quantity, decimal=False)

    def test_a_base_of_ones_own_reads_the_rest(self):
        lows = {"dozens": 1, "scores": 1, "hundreds": 1, "thousands": 1, "many": 0}
        on_top = vague_words("mine/3", **lows, base=Unbounded())

        assert integers(on_top, Quantity.exact(353, surface="353")) == (None, None, None)
        assert integers(on_top, Quantity.word("dozens", surface="dozens")) == (1, None, None)

    def test_the_base_is_named_or_given(self):
        lows = {"dozens": 1, "scores": 1, "hundreds": 1, "thousands": 1, "many": 0}

        assert vague_words("mine/2", **lows, base="acled/1") == vague_words("mine/2", **lows, base=ACLED)
        with pytest.raises(UsageError, match=r"did you mean acled/1\?$"):
            vague_words("mine/2", **lows, base="aclad/1")

    @pytest.mark.parametrize("word", WORDS)
    @pytest.mark.parametrize("low", [24.0, True, -1, "24", None, Decimal(24)])
    def test_a_low_is_a_whole_number(self, word, low):
        lows = {"dozens": 12, "scores": 20, "hundreds": 100, "thousands": 1000, "many": 1, word: low}

        with pytest.raises(UsageError) as caught:
            vague_words("mine/1", **lows)

        assert str(caught.value) == f"expected an int of 0 or more as {word}, got {low!r}"


class Unbounded:
    """A convention of a user, which trusts no words."""

    name = "unbounded/1"

    def read(self, quantity, *, decimal):
        return Interval(None, None, None)


class Midpoint:
    """A convention of a user, which invents a number."""

    name = "midpoint/1"

    def read(self, quantity, *, decimal):
        low, high = map(int, quantity.numbers)
        return Interval(low, (low + high) / 2, high)


class TestCheckReading:
    QUANTITY = Quantity.between(10, 15, surface="10 to 15")

    def test_a_sound_reading_is_returned(self):
        interval = HALF_GRAIN.read(self.QUANTITY, decimal=False)

        assert check_reading(HALF_GRAIN, self.QUANTITY, interval) is interval

    @pytest.mark.parametrize(
        ("reading", "shown"), [(None, "None (NoneType)"), ((10, None, 15), "(10, None, 15) (tuple)"), (12, "12 (int)")]
    )
    def test_what_is_no_interval_is_refused(self, reading, shown):
        with pytest.raises(UsageError) as caught:
            check_reading(MINE, self.QUANTITY, reading)

        assert str(caught.value) == f"convention 'mine/1' on '10 to 15' (between): expected an Interval, got {shown}"

    def test_a_float_put_in_behind_the_back_is_refused(self):
        interval = Interval(10, None, 15)
        object.__setattr__(interval, "point", 12.5)

        with pytest.raises(UsageError) as caught:
            check_reading(MINE, self.QUANTITY, interval)

        assert str(caught.value) == (
            "convention 'mine/1' on '10 to 15' (between): "
            "expected an int or a finite Decimal as point, got 12.5 (float)"
        )

    def test_a_midpoint_cannot_even_be_made(self):
        with pytest.raises(UsageError, match=r"^expected an int or a finite Decimal as point, got 12\.5 \(float\)$"):
            convention(Midpoint()).read(self.QUANTITY, decimal=False)


class TestInterval:
    @pytest.mark.parametrize("place", ["low", "point", "high"])
    @pytest.mark.parametrize(
        ("number", "shown"),
        [
            (1.0, "1.0 (float)"),
            (True, "True (bool)"),
            ("1", "'1' (str)"),
            (Decimal("NaN"), "Decimal('NaN') (Decimal)"),
            (Decimal("Infinity"), "Decimal('Infinity') (Decimal)"),
        ],
    )
    def test_a_number_is_exact_and_finite(self, place, number, shown):
        with pytest.raises(UsageError) as caught:
            Interval(**{"low": None, "point": None, "high": None, place: number})

        assert str(caught.value) == f"expected an int or a finite Decimal as {place}, got {shown}"

    @pytest.mark.parametrize(
        ("numbers", "shown"),
        [
            ((2, None, 1), "low = 2, high = 1"),
            ((2, 1, None), "low = 2, point = 1"),
            ((None, 2, 1), "point = 2, high = 1"),
            ((1, 4, 3), "low = 1, point = 4, high = 3"),
            ((Decimal("1.1"), 1, 3), "low = 1.1, point = 1, high = 3"),
        ],
    )
    def test_the_point_lies_between_the_ends(self, numbers, shown):
        with pytest.raises(UsageError) as caught:
            Interval(*numbers)

        assert str(caught.value) == f"expected low <= point <= high, got {shown}"

    def test_one_number_may_be_all_three(self):
        assert numbers_of(Interval(19, 19, 19)) == [19, 19, 19]

    def test_a_soft_point_is_a_point(self):
        with pytest.raises(UsageError, match=r"^expected a point beside soft, got None$"):
            Interval(1, None, 2, soft=True)

    def test_open_above_bounds_nothing(self):
        with pytest.raises(UsageError, match=r"^expected no numbers beside open_above, got low$"):
            Interval(228, None, None, open_above=True)

    @pytest.mark.parametrize("name", ["soft", "open_above"])
    def test_the_flags_are_flags(self, name):
        with pytest.raises(UsageError) as caught:
            Interval(1, 1, 1, **{name: 0})

        assert str(caught.value) == f"expected True or False as {name}, got 0"

    def test_an_interval_cannot_be_changed(self):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            Interval(1, None, 2).low = 0

    @pytest.mark.parametrize(
        ("outer", "inner", "contains", "properly"),
        [
            (Interval(1, None, 9), Interval(2, None, 8), True, True),
            (Interval(1, None, 9), Interval(1, None, 8), True, True),
            (Interval(1, None, 9), Interval(1, None, 9), True, False),
            (Interval(1, None, 9), Interval(1, 5, 9), True, False),
            (Interval(1, None, 9), Interval(1, None, 10), False, False),
            (Interval(1, None, None), Interval(1, None, 9), True, True),
            (Interval(1, None, 9), Interval(1, None, None), False, False),
            (Interval(None, None, 9), Interval(1, None, 9), True, True),
            (Interval(1, None, 9), Interval(None, None, 9), False, False),
            (Interval(None, None, None), Interval(None, None, None), True, False),
            (Interval(Decimal("1.0"), None, 9), Interval(1, None, 9), True, False),
        ],
    )
    def test_containment(self, outer, inner, contains, properly):
        assert outer.contains(inner) is contains
        assert outer.properly_contains(inner) is properly

    @pytest.mark.parametrize(
        ("one", "other", "shared"),
        [
            (Interval(1, None, 5), Interval(3, None, 9), Interval(3, None, 5)),
            (Interval(1, None, 5), Interval(5, None, 9), Interval(5, None, 5)),
            (Interval(1, None, 5), Interval(6, None, 9), None),
            (Interval(24, None, None), Interval(None, None, 227), Interval(24, None, 227)),
            (Interval(24, None, None), Interval(12, None, None), Interval(24, None, None)),
            (Interval(225, 225, 225), Interval(225, 225, 225), Interval(225, None, 225)),
            (Interval(None, None, None, open_above=True), Interval(1, 1, 1), Interval(1, None, 1)),
        ],
    )
    def test_what_two_share(self, one, other, shared):
        assert one.intersect(other) == shared
        assert other.intersect(one) == shared

    def test_ends_are_held_and_what_lies_outside_is_not(self):
        held = [number for number in range(8, 18) if Interval(10, None, 15).holds(number)]

        assert held == [10, 11, 12, 13, 14, 15]
        assert not Interval(10, None, 15).holds(Decimal("15.1"))

    def test_a_float_cannot_be_asked_for(self):
        with pytest.raises(UsageError, match=r"^expected an int or a finite Decimal as number, got 12\.0 \(float\)$"):
            Interval(10, None, 15).holds(12.0)

    @given(intervals(), intervals(), st.integers(-22, 22))
    def test_the_shared_part_holds_what_both_hold(self, one, other, number):
        shared = one.intersect(other)

        both = one.holds(number) and other.holds(number)
        assert (shared is not None and shared.holds(number)) == both

    @given(intervals(), intervals())
    def test_containing_is_holding_each_number_of_the_other(self, one, other):
        far = range(-25, 26)

        assert one.contains(other) == all(one.holds(number) for number in far if other.holds(number))
        assert one.contains(other) == (one.intersect(other) == other)

    @given(intervals(), intervals(), intervals())
    def test_proper_containment_is_a_strict_order(self, one, two, three):
        assert not one.properly_contains(one)
        assert not (one.properly_contains(two) and two.properly_contains(one))
        if one.properly_contains(two) and two.properly_contains(three):
            assert one.properly_contains(three)
