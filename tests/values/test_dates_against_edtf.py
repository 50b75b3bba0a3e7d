"""A second opinion on bounds from the package edtf, and the list of what edtf 5.0.2 gets wrong.

The first part compares days in UTC wherever both are right. The second part states each disagreement as it is, so that
a repaired edtf shows as a failure here.
"""

import warnings
from datetime import UTC, date, datetime, timedelta
from time import struct_time
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kzarchive.errors import InvalidDate
from kzarchive.values.bounds import Bounds
from kzarchive.values.civil import DAY, days
from kzarchive.values.dates import ImpreciseDate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    edtf = pytest.importorskip("edtf")

pytestmark = pytest.mark.filterwarnings("ignore")

Day = tuple[int, int, int]


def read_by_edtf(text: str) -> Any:
    return edtf.parse_edtf(text)


def day_of(value: struct_time | float) -> Day | None:
    """A bound of edtf as year, month and day; None for its infinities."""
    return (value.tm_year, value.tm_mon, value.tm_mday) if isinstance(value, struct_time) else None


def edtf_days(text: str) -> tuple[Day | None, Day | None]:
    parsed = read_by_edtf(text)
    return day_of(parsed.lower_strict()), day_of(parsed.upper_strict())


def as_bounds(first: Day | None, last: Day | None) -> Bounds:
    return Bounds(None if first is None else days(*first) * DAY, None if last is None else days(*last) * DAY + DAY - 1)


def ours(text: str) -> Bounds:
    return ImpreciseDate.parse(text).bounds("UTC")


def our_days(text: str) -> tuple[str, str]:
    bounds = ours(text)
    assert bounds.earliest is not None
    assert bounds.latest is not None
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    first, last = (epoch + timedelta(seconds=second) for second in (bounds.earliest, bounds.latest))
    return str(first.date()), str(last.date())


# Where both are right

DATES = st.dates(date(1, 1, 1), date(9999, 12, 31))
PLAIN = st.builds(lambda day, length: str(day)[:length], DATES, st.sampled_from((4, 7, 10)))
MARKS = st.sampled_from(("", "?", "~", "%"))
UNSPECIFIED = st.builds(
    lambda day, form: form.format(year=str(day)[:4], month=str(day)[:7]),
    DATES,
    st.sampled_from(("{year}-XX", "{month}-XX", "{year}-XX-XX")),
)
DECADES = st.integers(0, 999).map(lambda decade: f"{decade:03}X") | st.integers(0, 99).map(lambda c: f"{c:02}XX")


def agree(text: str) -> None:
    """Compare both readings; a year outside 1 to 9999 has the bounds of an unknown zone here, so it is left out."""
    first, last = edtf_days(text)
    assume(all(end is None or 1 <= end[0] <= 9999 for end in (first, last)))
    assert ours(text) == as_bounds(first, last)


@given(PLAIN | UNSPECIFIED | DECADES, MARKS)
@settings(max_examples=60, deadline=None)
def test_single_dates_agree(text: str, mark: str) -> None:
    agree(text + mark)


@given(PLAIN, PLAIN, MARKS, st.sampled_from(("{0}/{1}", "../{1}", "{0}/..", "[..{1}]", "[{0}..{1}]", "[{0}..]")))
@settings(max_examples=60, deadline=None)
def test_pairs_agree(one: str, other: str, mark: str, form: str) -> None:
    start, end = sorted((one, other))
    if form.startswith("["):
        # edtf reads a bracket only without marks and with ends of one precision.
        size = min(len(start), len(end))
        agree(form.format(start[:size], end[:size]))
    else:
        # edtf fails on unspecified digits in most intervals.
        agree(form.format(start + mark, end))


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-06",
        "2022-01",
        "2020-02",
        "1900-02",
        "2022",
        "0001",
        "9999",
        "202X",
        "20XX",
        "2022-XX",
        "2022-01-XX",
        "2022-XX-XX",
        "2022-01-06?",
        "2022-01-06~",
        "2022-01-06%",
        "2022-01-05/2022-01-07",
        "2022-01-05~/2022-01-06?",
        "2022-01/2022-02-03",
        "../2022-01-07",
        "2022-01-05/..",
        "../..",
        "[2022-01-05..2022-01-07]",
        "[..2022-01-07]",
        "[2022-01-05..]",
    ],
)
def test_fixed_texts_agree(text: str) -> None:
    assert ours(text) == as_bounds(*edtf_days(text))


@pytest.mark.parametrize("text", ["0000", "-0044", "-0044-03-15", "Y17000", "Y-17000"])
def test_far_years_agree_but_for_the_width_of_an_unknown_zone(text: str) -> None:
    days_only = as_bounds(*edtf_days(text))
    assert days_only.earliest is not None
    assert days_only.latest is not None
    assert ours(text) == Bounds(days_only.earliest - 14 * 3600, days_only.latest + 12 * 3600)


@pytest.mark.parametrize(
    "text", ["2022-02-30", "2022-13", "-0000", "/", "2022-01-07T03:18:60", "2022-01-07T03:18:00-00:00"]
)
def test_both_refuse(text: str) -> None:
    with pytest.raises(InvalidDate):
        ImpreciseDate.parse(text)
    with pytest.raises(edtf.EDTFParseException):
        read_by_edtf(text)


# Where edtf 5.0.2 is wrong


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("/2022-05-18", ((2012, 5, 18), (2022, 5, 18))),
        ("2022-05-18/", ((2022, 5, 18), (2032, 5, 18))),
    ],
)
def test_edtf_invents_ten_years_for_an_unknown_end(text: str, invented: tuple[Day, Day]) -> None:
    assert edtf_days(text) == invented
    assert None in (ours(text).earliest, ours(text).latest)


@pytest.mark.parametrize("text", ["2022-01-05/2022-01-03", "[2022-01-06..2022-01-05]"])
def test_edtf_accepts_reversed_pairs(text: str) -> None:
    first, last = edtf_days(text)
    assert first is not None
    assert last is not None
    assert first > last
    with pytest.raises(InvalidDate, match=r"^reversed"):
        ImpreciseDate.parse(text)


@pytest.mark.parametrize(
    ("text", "bound", "padded", "day"),
    [
        ("1944-11?", "lower_fuzzy", (1943, 10, 1), "1944-11-01"),
        ("1944-11?", "upper_fuzzy", (1945, 12, 30), "1944-11-30"),
        ("2022-01-19~", "lower_fuzzy", (2020, 12, 18), "2022-01-19"),
        ("2022-01-19~", "upper_fuzzy", (2023, 2, 20), "2022-01-19"),
    ],
)
def test_edtf_pads_marked_dates_by_a_year_a_month_and_a_day(text: str, bound: str, padded: Day, day: str) -> None:
    assert day_of(getattr(read_by_edtf(text), bound)()) == padded
    assert our_days(text)[bound == "upper_fuzzy"] == day


def test_edtf_accepts_a_leap_day_in_1900() -> None:
    assert edtf_days("1900-02-29") == ((1900, 2, 29), (1900, 2, 29))
    with pytest.raises(InvalidDate, match="from 01 to 28"):
        ImpreciseDate.parse("1900-02-29")


@pytest.mark.parametrize("text", ["2022-01-07T03:18", "2022-01-07T03:18Z", "2022-01-07T03:18+06:00"])
def test_edtf_refuses_a_time_to_the_minute(text: str) -> None:
    with pytest.raises(edtf.EDTFParseException):
        read_by_edtf(text)
    assert ImpreciseDate.parse(text).text == text


def test_edtf_drops_the_time_and_the_offset_from_bounds() -> None:
    text = "2022-01-07T03:18:00+06:00"
    parsed = read_by_edtf(text)
    assert parsed.lower_strict()[:6] == parsed.upper_strict()[:6] == (2022, 1, 7, 0, 0, 0)
    assert our_days(text) == ("2022-01-06", "2022-01-06")


def test_edtf_accepts_hour_24() -> None:
    assert read_by_edtf("2022-01-07T24:00:00") is not None
    with pytest.raises(InvalidDate, match="expected an hour from 00 to 23"):
        ImpreciseDate.parse("2022-01-07T24:00:00")


@pytest.mark.parametrize("text", ["2022-XX/2023", "../202X", "2022-01-XX/..", "[2022-01~..2023]", "[..202X]"])
def test_edtf_fails_on_most_pairs_of_level_1(text: str) -> None:
    with pytest.raises((edtf.EDTFParseException, AttributeError, TypeError)):
        edtf_days(text)
    assert ImpreciseDate.parse(text).text == text


@pytest.mark.parametrize("text", ["/..", "../"])
def test_edtf_fails_on_one_open_and_one_unknown_end(text: str) -> None:
    with pytest.raises(TypeError):
        read_by_edtf(text)
    assert ours(text) == Bounds(None, None)


def test_edtf_keeps_both_at_once_apart_from_each() -> None:
    parsed = read_by_edtf("2022-01-06%")
    assert (parsed.is_uncertain, parsed.is_approximate) == (False, False)
    day = ImpreciseDate.parse("2022-01-06%")
    assert (day.is_uncertain, day.is_approximate) == (True, True)


@pytest.mark.parametrize(
    ("text", "northern"),
    [
        ("2022-21", ((2022, 3, 1), (2022, 5, 31))),
        ("2022-22", ((2022, 6, 1), (2022, 8, 31))),
        ("2022-23", ((2022, 9, 1), (2022, 11, 30))),
        ("2022-24", ((2022, 12, 1), (2022, 12, 31))),
    ],
)
def test_edtf_knows_only_northern_seasons_within_a_year(text: str, northern: tuple[Day, Day]) -> None:
    assert edtf_days(text) == northern
    assert ours(text).intersect(as_bounds(*northern)) == as_bounds(*northern)
    assert ours(text) != as_bounds(*northern)


def test_edtf_changes_the_text_of_a_set() -> None:
    assert str(read_by_edtf("[1667,1668]")) == "[1667, 1668]"
    with pytest.raises(InvalidDate, match="level 2"):
        ImpreciseDate.parse("[1667,1668]")
