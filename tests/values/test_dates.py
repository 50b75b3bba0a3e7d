"""Imprecise dates: what a text means in UTC seconds, what it keeps, and what is refused."""

import itertools
import pickle
import sys
import time
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kzarchive.errors import DataError, InvalidDate, StorageError
from kzarchive.values import civil, dates
from kzarchive.values.bounds import UNBOUNDED, Bounds, Order
from kzarchive.values.dates import ImpreciseDate, moment

ALMATY = "Asia/Almaty"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = ("UTC", ALMATY, "Asia/Shanghai", "America/New_York", "America/St_Johns", "Pacific/Apia", "Etc/GMT+12")
MARKS = ("", "?", "~", "%")


def utc(text: str) -> int:
    """The UTC second that a text such as 2022-01-06T18:00:00 writes."""
    return int((datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH).total_seconds())


def span(earliest: str | None, latest: str | None) -> Bounds:
    return Bounds(earliest and utc(earliest), latest and utc(latest))  # type: ignore[arg-type]


def bounds(text: str, zone: str | None = "UTC") -> Bounds:
    return ImpreciseDate.parse(text).bounds(zone)


def contains(outer: Bounds, inner: Bounds) -> bool:
    low = outer.earliest is None or (inner.earliest is not None and outer.earliest <= inner.earliest)
    return low and (outer.latest is None or (inner.latest is not None and inner.latest <= outer.latest))


def refusal(text: str) -> str:
    with pytest.raises(InvalidDate) as error:
        ImpreciseDate.parse(text)
    return str(error.value)


@st.composite
def singles(draw: st.DrawFn) -> str:
    """Texts of one date, time, season or unspecified date, from year 1868 on, without a mark."""
    day = draw(st.dates(date(1868, 1, 1), date(2199, 12, 31)))
    second = f"{day}T{draw(st.times()):%H:%M:%S}"
    offset = draw(st.sampled_from(("", "Z", "+06:00", "+05", "-03:30", "+14:00", "-12:00")))
    year, month = f"{day.year:04}", f"{day:%Y-%m}"
    forms = (str(day), month, year, year[:3] + "X", year[:2] + "XX", year + "-XX", month + "-XX", year + "-XX-XX")
    seasons = tuple(f"{year}-{number}" for number in (21, 22, 23, 24))
    return draw(st.sampled_from((*forms, *seasons, second + offset, second[:-3] + offset)))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Texts of every supported form, reversed ones among them left out."""
    one, other = (draw(singles()) + draw(st.sampled_from(MARKS)) for _ in "ab")
    pairs = (f"{one}/{other}", f"[{one}..{other}]", f"../{one}", f"{one}/..", f"/{one}", f"{one}/")
    text = draw(st.sampled_from((one, one, *pairs, f"[..{one}]", f"[{one}..]", "../..", "/..", "../")))
    try:
        ImpreciseDate.parse(text)
    except InvalidDate as error:
        assume(not str(error).startswith("reversed"))
        raise
    return text


# What a text means


def test_a_day_is_a_civil_day_of_the_zone() -> None:
    assert bounds("2022-01-06", ALMATY) == span("2022-01-05T18:00:00", "2022-01-06T17:59:59")


def test_almaty_is_an_hour_behind_after_march_2024() -> None:
    assert bounds("2024-01-06", ALMATY) == span("2024-01-05T18:00:00", "2024-01-06T17:59:59")
    assert bounds("2024-04-06", ALMATY) == span("2024-04-05T19:00:00", "2024-04-06T18:59:59")
    assert bounds("2024-02-29", ALMATY) == span("2024-02-28T18:00:00", "2024-02-29T18:59:59")


def test_a_day_in_an_unknown_zone_spans_every_clock() -> None:
    assert bounds("2022-01-06", None) == span("2022-01-05T10:00:00", "2022-01-07T11:59:59")


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2022-01", "2022-01-01T00:00:00", "2022-01-31T23:59:59"),
        ("2020-02", "2020-02-01T00:00:00", "2020-02-29T23:59:59"),
        ("1900-02", "1900-02-01T00:00:00", "1900-02-28T23:59:59"),
        ("2022-12", "2022-12-01T00:00:00", "2022-12-31T23:59:59"),
        ("2022", "2022-01-01T00:00:00", "2022-12-31T23:59:59"),
        ("202X", "2020-01-01T00:00:00", "2029-12-31T23:59:59"),
        ("20XX", "2000-01-01T00:00:00", "2099-12-31T23:59:59"),
        ("2022-XX", "2022-01-01T00:00:00", "2022-12-31T23:59:59"),
        ("2022-XX-XX", "2022-01-01T00:00:00", "2022-12-31T23:59:59"),
        ("2022-01-XX", "2022-01-01T00:00:00", "2022-01-31T23:59:59"),
        ("2020-02-29", "2020-02-29T00:00:00", "2020-02-29T23:59:59"),
        ("2022-01-05/2022-01-07", "2022-01-05T00:00:00", "2022-01-07T23:59:59"),
        ("2022-01-05/2022-01", "2022-01-05T00:00:00", "2022-01-31T23:59:59"),
        ("2022-01-05/2022-01-05", "2022-01-05T00:00:00", "2022-01-05T23:59:59"),
        ("[2022-01-05..2022-01-07]", "2022-01-05T00:00:00", "2022-01-07T23:59:59"),
        ("[2022-01-05~..2022-02?]", "2022-01-05T00:00:00", "2022-02-28T23:59:59"),
        ("[..2022-01-07]", None, "2022-01-07T23:59:59"),
        ("[2022-01-05..]", "2022-01-05T00:00:00", None),
        ("../2022-01-07", None, "2022-01-07T23:59:59"),
        ("/2022-01-07", None, "2022-01-07T23:59:59"),
        ("2022-01-05/..", "2022-01-05T00:00:00", None),
        ("2022-01-05/", "2022-01-05T00:00:00", None),
        ("../..", None, None),
        ("/..", None, None),
        ("../", None, None),
        ("[2022-01-06T19:18Z..2022-01-07T03:18+06:00]", "2022-01-06T19:18:00", "2022-01-06T21:18:59"),
    ],
)
def test_bounds_in_utc(text: str, earliest: str | None, latest: str | None) -> None:
    assert bounds(text) == span(earliest, latest)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2022-01-07T03:18:00+08:00", "2022-01-06T19:18:00", "2022-01-06T19:18:00"),
        ("2022-01-07T03:18+08:00", "2022-01-06T19:18:00", "2022-01-06T19:18:59"),
        ("2022-01-07T03:18+08", "2022-01-06T19:18:00", "2022-01-06T19:18:59"),
        ("2022-01-07T03:18+05:59", "2022-01-06T21:19:00", "2022-01-06T21:19:59"),
        ("2022-01-07T03:18:09Z", "2022-01-07T03:18:09", "2022-01-07T03:18:09"),
        ("2022-01-07T23:59-03:30", "2022-01-08T03:29:00", "2022-01-08T03:29:59"),
        ("2022-01-07T03:18", "2022-01-06T13:18:00", "2022-01-07T15:18:59"),
        ("2022-01-07T03:18:00", "2022-01-06T13:18:00", "2022-01-07T15:18:00"),
    ],
)
@pytest.mark.parametrize("zone", [None, "UTC", ALMATY])
def test_a_time_does_not_read_the_zone(text: str, earliest: str, latest: str, zone: str | None) -> None:
    assert bounds(text, zone) == span(earliest, latest)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2022-21", "2022-03-01T00:00:00", "2022-12-31T23:59:59"),
        ("2022-22", "2021-12-01T00:00:00", "2023-03-31T23:59:59"),
        ("2022-23", "2022-03-01T00:00:00", "2022-12-31T23:59:59"),
        ("2022-24", "2021-12-01T00:00:00", "2023-03-31T23:59:59"),
    ],
)
def test_a_season_covers_both_halves_of_the_world(text: str, earliest: str, latest: str) -> None:
    assert bounds(text) == span(earliest, latest)


def test_an_interval_has_a_start_and_an_end_of_its_own() -> None:
    clashes = ImpreciseDate.parse("2022-01-05/2022-01")
    assert clashes.start("UTC") == bounds("2022-01-05")
    assert clashes.end("UTC") == bounds("2022-01")


def test_start_and_end_of_a_moment_are_its_bounds() -> None:
    for text in ("2022-01-05", "[2022-01-05..2022-01-07]", "[..2022-01-07]"):
        day = ImpreciseDate.parse(text)
        assert day.start(ALMATY) == day.end(ALMATY) == day.bounds(ALMATY)


@pytest.mark.parametrize("text", ["../2022-01-07", "/2022-01-07"])
def test_nothing_is_known_of_an_open_or_unknown_start(text: str) -> None:
    assert ImpreciseDate.parse(text).start("UTC") == UNBOUNDED
    assert ImpreciseDate.parse(text).end("UTC") == bounds("2022-01-07")


FLAGS = ("has_open_start", "has_open_end", "has_unknown_start", "has_unknown_end")


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("2022-01-07", ()),
        ("2022-01-05/2022-01-07", ()),
        ("../2022-01-07", ("has_open_start",)),
        ("2022-01-07/..", ("has_open_end",)),
        ("/2022-01-07", ("has_unknown_start",)),
        ("2022-01-07/", ("has_unknown_end",)),
        ("../..", ("has_open_start", "has_open_end")),
        ("/..", ("has_open_end", "has_unknown_start")),
        ("../", ("has_open_start", "has_unknown_end")),
        ("[..2022-01-07]", ("has_open_start",)),
        ("[2022-01-07..]", ("has_open_end",)),
    ],
)
def test_open_and_unknown_ends_are_kept_apart(text: str, raised: tuple[str, ...]) -> None:
    day = ImpreciseDate.parse(text)
    assert tuple(flag for flag in FLAGS if getattr(day, flag)) == raised


@pytest.mark.parametrize(
    ("text", "uncertain", "approximate"),
    [
        ("2022-01-19", False, False),
        ("2022-01-19?", True, False),
        ("2022-01-19~", False, True),
        ("2022-01-19%", True, True),
        ("2022-01-05?/2022-01-19", True, False),
        ("2022-01-05/2022-01-19~", False, True),
        ("2022-01-05?/2022-01-19~", True, True),
        ("[2022-01-05..2022-01-19%]", True, True),
        ("2022-01-07T03:18~", False, True),
    ],
)
def test_marks_are_kept(text: str, uncertain: bool, approximate: bool) -> None:
    day = ImpreciseDate.parse(text)
    assert (day.is_uncertain, day.is_approximate) == (uncertain, approximate)
    assert day.flagged is (uncertain or approximate)


@pytest.mark.parametrize("text", ["2022-01-05/2022-01-07", "../2022", "2022/", "/.."])
def test_an_interval_is_not_a_moment(text: str) -> None:
    day = ImpreciseDate.parse(text)
    assert (day.is_interval, day.is_moment) == (True, False)


@pytest.mark.parametrize("text", ["2022-01-05", "2022", "2022-01-07T03:18Z", "[2022-01-05..2022-01-07]", "[..2022]"])
def test_a_single_date_and_a_bracket_are_moments(text: str) -> None:
    day = ImpreciseDate.parse(text)
    assert (day.is_interval, day.is_moment) == (False, True)
    assert moment(text) == day


# Years beyond four digits


def test_year_zero_and_negative_years_count_backwards_without_a_gap() -> None:
    last_of_0, first_of_1 = bounds("0000-12-31", None), bounds("0001-01-01", None)
    assert first_of_1.earliest is not None
    assert last_of_0.earliest == first_of_1.earliest - civil.DAY
    assert bounds("-0001-12-31", None).earliest == bounds("0000-01-01", None).earliest - civil.DAY  # type: ignore[operator]


def test_year_zero_is_a_leap_year() -> None:
    assert bounds("0000-02-29", None).earliest == bounds("0000-03-01", None).earliest - civil.DAY  # type: ignore[operator]
    assert refusal("-0001-02-29") == "expected a day from 01 to 28 in month 02 of year -1, got '-0001-02-29'"


def test_years_without_zone_rules_span_every_clock() -> None:
    for text in ("Y17000", "Y-17000", "-0044-03-15", "0000"):
        assert bounds(text, ALMATY) == bounds(text, None)


def test_the_first_and_last_day_with_zone_rules_have_bounds_in_every_zone() -> None:
    for zone in ZONES:
        assert contains(bounds("0001-01-01", None), bounds("0001-01-01", zone))
        assert contains(bounds("9999-12-31", None), bounds("9999-12-31", zone))
    assert bounds("9999-12-31") == span("9999-12-31T00:00:00", "9999-12-31T23:59:59")


def test_a_winter_may_leave_the_years_with_zone_rules_on_one_side() -> None:
    assert bounds("9999-24").earliest == utc("9998-12-01T00:00:00")
    assert bounds("9999-24").latest == utc("9999-12-31T23:59:59") + 91 * civil.DAY + civil.WEST


def test_every_bound_is_an_integer_that_json_keeps_exactly() -> None:
    for text in ("Y99999999", "Y-99999999"):
        far = bounds(text, None)
        assert far.earliest is not None
        assert far.latest is not None
        assert max(abs(far.earliest), abs(far.latest)) < 2**53


@given(st.dates())
def test_days_agree_with_the_calendar_of_the_standard_library(day: date) -> None:
    assert civil.days(day.year, day.month, day.day) == (day - date(1970, 1, 1)).days


@given(st.dates(), st.integers(-1000, 1000))
def test_the_calendar_repeats_every_400_years(day: date, cycles: int) -> None:
    moved = civil.days(day.year + 400 * cycles, day.month, day.day)
    assert moved == civil.days(day.year, day.month, day.day) + 146_097 * cycles


# Days on which a zone changed its clocks


def local_days(zone: str, first: date, last: date) -> dict[date, tuple[int, int]]:
    """An oracle: the first and last UTC second of each local date, by asking the zone for every half minute."""
    found: dict[date, tuple[int, int]] = {}
    start, stop = utc(f"{first}T00:00:00"), utc(f"{last}T00:00:00")
    for second in range(start, stop):
        if second % 30 in (0, 29):
            day = datetime.fromtimestamp(second, zoneinfo.ZoneInfo(zone)).date()
            found[day] = (found.get(day, (second, second))[0], second)
    return found


@pytest.mark.parametrize(
    ("zone", "day", "why"),
    [
        ("America/New_York", "2021-03-14", "an hour is left out within the day"),
        ("America/New_York", "2021-11-07", "an hour comes twice within the day"),
        ("America/Sao_Paulo", "2017-10-15", "midnight is left out"),
        ("America/Sao_Paulo", "2018-02-18", "the hour before midnight comes twice"),
        ("America/Havana", "2021-11-07", "midnight comes twice"),
        ("America/St_Johns", "2010-11-07", "clocks go back over midnight, one minute after it"),
        ("America/Toronto", "1919-03-31", "clocks go forward over midnight, from 23:30"),
        ("Pacific/Apia", "2011-12-29", "the next day is left out"),
        ("Pacific/Kwajalein", "1993-08-22", "the day before is left out"),
        (ALMATY, "2024-02-29", "clocks go back at midnight"),
        ("Asia/Singapore", "1981-12-31", "the half hour before midnight is left out"),
        ("America/Nuuk", "2024-03-30", "the hour before midnight is left out"),
    ],
)
def test_a_day_spans_every_second_that_has_its_date(zone: str, day: str, why: str) -> None:
    centre = date.fromisoformat(day)
    found = local_days(zone, centre - timedelta(days=4), centre + timedelta(days=4))
    for near in (centre - timedelta(days=1), centre, centre + timedelta(days=1)):
        if near in found:
            assert bounds(str(near), zone) == Bounds(*found[near]), why


def test_a_day_may_end_140_seconds_before_midnight() -> None:
    """Bissau went from its own mean time, 1:02:20 behind UTC, to one hour behind at 01:00 UTC on 1912-01-01."""
    assert bounds("1911-12-31", "Africa/Bissau") == span("1911-12-31T01:02:20", "1912-01-01T00:59:59")
    assert bounds("1912-01-01", "Africa/Bissau") == span("1912-01-01T01:00:00", "1912-01-02T00:59:59")


def test_a_day_that_a_zone_left_out_is_counted_by_both_offsets() -> None:
    """Samoa went from 2011-12-29 (UTC-10) to 2011-12-31 (UTC+14)."""
    assert bounds("2011-12-30", "Pacific/Apia") == span("2011-12-29T10:00:00", "2011-12-31T09:59:59")
    assert bounds("2011-12-29", "Pacific/Apia") == span("2011-12-29T10:00:00", "2011-12-30T09:59:59")
    assert bounds("2011-12-31", "Pacific/Apia") == span("2011-12-30T10:00:00", "2011-12-31T09:59:59")


def test_a_month_that_ends_with_a_left_out_day_holds_that_day() -> None:
    """Kiritimati left out 1994-12-31."""
    month, day = bounds("1994-12", "Pacific/Kiritimati"), bounds("1994-12-31", "Pacific/Kiritimati")
    assert contains(month, day)


# Zones


@pytest.mark.parametrize("name", ["Asia/Alma-Ata", "", "../etc/passwd", "/etc/localtime", "Asia/", "America", "Азия"])
@pytest.mark.parametrize("text", ["2022-01-06", "2022-01-07T03:18Z", "2022-01-06/..", "../.."])
def test_an_unknown_zone_is_named(text: str, name: str) -> None:
    with pytest.raises(InvalidDate) as error:
        bounds(text, name)
    assert str(error.value) == f"expected the IANA name of a time zone such as 'Asia/Almaty', got {name!r}"


@pytest.mark.parametrize("name", ["localtime", "posixrules", "right/Asia/Almaty", "posix/Asia/Almaty"])
def test_the_zone_of_the_machine_and_leap_second_scales_are_not_zones(name: str) -> None:
    with pytest.raises(InvalidDate, match="expected the IANA name of a time zone"):
        bounds("2022-01-06", name)


@pytest.fixture
def without_zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which neither the operating system nor Python has time zone data."""
    known = zoneinfo.TZPATH
    for module in {"tzdata", "tzdata.zoneinfo", *(name for name in sys.modules if name.startswith("tzdata."))}:
        monkeypatch.setitem(sys.modules, module, None)
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
    civil.zone_named.cache_clear()
    dates._bounds_of.cache_clear()
    yield
    zoneinfo.reset_tzpath(to=known)


@pytest.mark.usefixtures("without_zones")
def test_a_machine_without_zones_is_told_what_to_install() -> None:
    with pytest.raises(StorageError) as error:
        bounds("2022-01-06", ALMATY)
    assert str(error.value) == (
        "expected time zone data on this machine, found none: install the operating system's tzdata, "
        "or the Python package tzdata"
    )
    assert bounds("2022-01-06", None) == span("2022-01-05T10:00:00", "2022-01-07T11:59:59")


# Values


def test_a_date_is_equal_by_its_text() -> None:
    assert ImpreciseDate.parse("2022-01-06") == ImpreciseDate("2022-01-06")
    assert len({ImpreciseDate.parse("2022-01-06"), ImpreciseDate("2022-01-06")}) == 1
    assert ImpreciseDate.parse("2022-XX") != ImpreciseDate.parse("2022")
    assert repr(ImpreciseDate.parse("2022-01-06")) == "ImpreciseDate(text='2022-01-06')"


def test_a_date_survives_pickling() -> None:
    day = ImpreciseDate.parse("2022-01-05~/..")
    again = pickle.loads(pickle.dumps(day))  # noqa: S301
    assert again == day
    assert (again.bounds(ALMATY), again.has_open_end) == (day.bounds(ALMATY), True)


# Refusals

SINGLE_FORMS = (
    "expected a date such as '2022-01-06', '2022-01', '2022-01-07T03:18Z', '2022-01-06~', '2022-01-05/..' or '[a..b]'"
)
ASCII_ONLY = "expected a date in ASCII characters and without spaces"
LEVEL_2_SETS = "expected one date or '[a..b]' (sets are EDTF level 2, which is not supported)"
LEVEL_2_DIGITS = (
    "expected 'X' only as in '202X', '20XX', '2022-XX', '2022-01-XX' and '2022-XX-XX' (level 2 is not supported)"
)
LEVEL_2_MARKS = "expected a mark only after the whole date (elsewhere it is EDTF level 2, which is not supported)"
A_MONTH = "expected a month from 01 to 12, or a season from 21 to 24 without a day"
AN_HOUR = "expected an hour from 00 to 23 (midnight is 00:00 of the day that begins)"
AN_OFFSET = "expected an offset from -12:00 to +14:00"
LONG_YEAR = "expected 'Y' only before a year of 5 to 8 digits"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-02-30", "expected a day from 01 to 28 in month 02 of year 2022"),
        ("2021-02-29", "expected a day from 01 to 28 in month 02 of year 2021"),
        ("1900-02-29", "expected a day from 01 to 28 in month 02 of year 1900"),
        ("2022-01-00", "expected a day from 01 to 31 in month 01 of year 2022"),
        ("2022-04-31T10:00Z", "expected a day from 01 to 30 in month 04 of year 2022"),
        ("2022-13", A_MONTH),
        ("2022-00-10", A_MONTH),
        ("2022-21-05", A_MONTH),
        ("2022-25", A_MONTH),
        ("2022-XX-05", "expected no day in an unspecified month (level 2 is not supported)"),
        ("2022-01-XXT10:00Z", "expected a whole date before a time"),
        ("2022-01-07T24:00:00", AN_HOUR),
        ("2022-01-07T24:00Z", AN_HOUR),
        ("2022-01-07T03:60", "expected a minute from 00 to 59"),
        ("2016-12-31T23:59:60Z", "expected a second from 00 to 59 (leap seconds are not supported)"),
        ("2022-01-07T03:18:00.5Z", "expected a time in whole seconds"),
        ("2022-01-07T03:18:00,5", "expected a time in whole seconds"),
        ("2022-01-07t03:18Z", "expected a time with upper-case 'T' and 'Z'"),
        ("2022-01-07T03:18z", "expected a time with upper-case 'T' and 'Z'"),
        ("2022-01-07T03:18+0600", "expected an offset such as '+06:00'"),
        ("2022-01-07T03:18+14:01", AN_OFFSET),
        ("2022-01-07T03:18-12:30", AN_OFFSET),
        ("2022-01-07T03:18+05:60", AN_OFFSET),
        ("2022-01-07T03:18-00:00", "expected 'Z' or '+00:00' for UTC ('-00:00' is not ISO 8601)"),
        ("2022-01-07T03", SINGLE_FORMS),
        ("2022-01T03:18", SINGLE_FORMS),
        ("-0000", "expected year '0000' for the year before year 1"),
        ("Y2022", LONG_YEAR),
        ("Y02022", LONG_YEAR),
        ("Y100000000", LONG_YEAR),
        ("Y17E7", LONG_YEAR),
        ("2022-1X", LEVEL_2_DIGITS),
        ("XXXX", LEVEL_2_DIGITS),
        ("2XXX", LEVEL_2_DIGITS),
        ("202X-01", LEVEL_2_DIGITS),
        ("2022?-01", LEVEL_2_MARKS),
        ("~2022-01", LEVEL_2_MARKS),
        ("2022-01?~", "expected one mark of '?', '~' and '%' ('%' means both)"),
        ("[2022,2023]", LEVEL_2_SETS),
        ("[2022..2023,2025]", LEVEL_2_SETS),
        ("{2022..2023}", LEVEL_2_SETS),
        ("[2022]", LEVEL_2_SETS),
        ("[2022..2023]~", LEVEL_2_SETS),
        ("２０２２-01-06", ASCII_ONLY),
        ("2022-01-0٦", ASCII_ONLY),
        ("2022\u201301\u201306", ASCII_ONLY),
        (" 2022-01-06", ASCII_ONLY),
        ("2022-01-06 ", ASCII_ONLY),
        ("2022-01-06\n", ASCII_ONLY),
        ("2022-01-06\x00", ASCII_ONLY),
        ("2022-01-06\ud800", ASCII_ONLY),
        ("2022-01-05 / 2022-01-06", ASCII_ONLY),
        ("2022-01-06x", SINGLE_FORMS),
        ("2022-1-6", SINGLE_FORMS),
        ("20220106", SINGLE_FORMS),
        ("06.01.2022", SINGLE_FORMS),
        ("+2022", SINGLE_FORMS),
        ("..", SINGLE_FORMS),
        ("/", "expected a start or an end in 'a/b'"),
        ("[..]", "expected a start or an end in '[a..b]'"),
        ("2022/2023/2024", "expected a start and an end as in 'a/b'"),
        ("[2022..2023..2024]", "expected a start and an end as in '[a..b]'"),
        ("2022-01-05/2022-01-40", "expected a day from 01 to 31 in month 01 of year 2022"),
        ("[2022/2023..2024]", SINGLE_FORMS),
        ("2022..2023", SINGLE_FORMS),
        ("2022/[2023..]", LEVEL_2_SETS),
    ],
)
def test_a_text_of_no_supported_form_is_refused(text: str, expected: str) -> None:
    assert refusal(text) == f"{expected}, got {text!r}"


def test_an_empty_text_is_refused() -> None:
    assert refusal("") == "expected a date of 1 to 200 characters, got 0 characters"


def test_a_long_text_is_refused_before_it_is_read() -> None:
    assert refusal("2022" * 10**6) == "expected a date of 1 to 200 characters, got 4000000 characters"


@pytest.mark.parametrize("value", [None, 2022, 2022.0, True, date(2022, 1, 6), ["2022"]])
def test_a_value_that_is_no_text_is_refused(value: object) -> None:
    assert refusal(value) == f"expected the text of a date, got {type(value).__name__}"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-05/2022-01-03",
        "2022-01-05/2021",
        "2022-01-07T03:19/2022-01-07T03:18",
        "2022-01-07T03:18Z/2022-01-07T03:18+06:00",
        "2022-01-07T03:18:00Z/2022-01-04",
    ],
)
def test_a_reversed_interval_is_refused(text: str) -> None:
    assert refusal(text) == f"reversed interval: expected a start that is not after the end, got {text!r}"


def test_a_reversed_bracket_is_refused() -> None:
    text = "[2022-01-05..2022-01-03]"
    assert refusal(text) == f"reversed bracket: expected a start that is not after the end, got {text!r}"


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-31/2022-01",
        "2022/2022-01-01",
        "2022-01-XX/2022-01-03",
        "2022-01-07T03:18:59/2022-01-07T03:18",
        "2022-01-07T03:18+06:00/2022-01-06T21:18Z",
        "2022-01-07T03:18:00Z/2022-01-06",
    ],
)
def test_an_interval_that_may_be_in_order_is_accepted(text: str) -> None:
    assert ImpreciseDate.parse(text).text == text


def test_a_zone_in_which_an_interval_would_be_reversed_is_not_the_zone_meant() -> None:
    """01:00 UTC on the 7th is before the 7th began in New York."""
    mixed = ImpreciseDate.parse("2022-01-07/2022-01-07T01:00Z")
    assert mixed.bounds("America/New_York") == mixed.bounds(None) == span("2022-01-06T10:00:00", "2022-01-07T01:00:59")
    assert mixed.start("America/New_York") == bounds("2022-01-07", None)
    assert mixed.bounds(ALMATY) == span("2022-01-06T18:00:00", "2022-01-07T01:00:59")


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2022-01-05/2022-01-07", "write '[2022-01-05..2022-01-07]' for once, somewhere within it"),
        ("../2022-01-07", "write '[..2022-01-07]' for once, somewhere within it"),
        ("2022-01-05~/", "write '[2022-01-05~..]' for once, somewhere within it"),
        ("/..", "leave it unknown"),
    ],
)
def test_a_moment_is_not_an_interval(text: str, advice: str) -> None:
    with pytest.raises(InvalidDate) as error:
        moment(text)
    assert str(error.value) == f"expected one moment, got the interval {text!r}: {advice}"


def test_what_a_refused_interval_is_told_to_be_is_a_moment() -> None:
    assert moment("[2022-01-05..2022-01-07]").bounds(ALMATY) == bounds("2022-01-05/2022-01-07", ALMATY)


# Laws


@given(texts())
def test_parsing_then_printing_gives_the_same_text(text: str) -> None:
    assert str(ImpreciseDate.parse(text)) == ImpreciseDate.parse(text).text == text


@given(st.text(alphabet="0123456789-/.TZX?~%[]+: Y", max_size=30) | st.text(max_size=30))
def test_any_text_is_parsed_or_refused_in_our_words(text: str) -> None:
    try:
        day = ImpreciseDate.parse(text)
    except DataError as error:
        assert str(error).startswith(("expected ", "reversed "))  # noqa: PT017
    else:
        assert day.text == text
        day.bounds(ALMATY)


@given(texts(), st.sampled_from(ZONES))
@example("2011-12-30", "Pacific/Apia")
def test_bounds_in_a_zone_lie_inside_those_without(text: str, zone: str) -> None:
    assert contains(bounds(text, None), bounds(text, zone))


@given(texts(), st.sampled_from((None, *ZONES)))
def test_bounds_run_from_the_start_to_the_end(text: str, zone: str | None) -> None:
    day = ImpreciseDate.parse(text)
    assert day.bounds(zone) == Bounds(day.start(zone).earliest, day.end(zone).latest)


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.sampled_from((None, *ZONES)))
@example(date(2011, 12, 30), "Pacific/Apia")
@example(date(1994, 12, 31), "Pacific/Kiritimati")
def test_a_wider_date_holds_the_narrower(day: date, zone: str | None) -> None:
    year, month = f"{day.year:04}", f"{day.year:04}-{day.month:02}"
    widening = [f"{day}", month, year, year[:3] + "X", year[:2] + "XX"]
    for narrow, wide in itertools.pairwise(widening):
        assert contains(bounds(wide, zone), bounds(narrow, zone))


@given(st.dates(date(1868, 1, 2), date(2199, 12, 30)), st.sampled_from(ZONES))
def test_no_second_lies_between_two_days(day: date, zone: str) -> None:
    today, tomorrow = bounds(str(day), zone), bounds(str(day + timedelta(days=1)), zone)
    assert today.latest is not None
    assert tomorrow.earliest is not None
    assert tomorrow.earliest <= today.latest + 1


@given(st.integers(utc("1868-01-02T00:00:00"), utc("2199-12-30T00:00:00")), st.sampled_from(ZONES))
def test_an_instant_lies_in_the_civil_day_that_its_zone_shows(second: int, zone: str) -> None:
    local = (EPOCH + timedelta(seconds=second)).astimezone(zoneinfo.ZoneInfo(zone))
    assert contains(bounds(str(local.date()), zone), Bounds(second, second))


@given(st.integers(utc("1868-01-02T00:00:00"), utc("2199-12-30T00:00:00")), st.sampled_from(ZONES))
def test_the_local_day_of_an_instant_holds_that_instant(second: int, zone: str) -> None:
    day = date(1970, 1, 1) + timedelta(days=civil.local_day(second, zone))
    assert contains(bounds(str(day), zone), Bounds(second, second))


def test_the_local_day_in_almaty_begins_at_18_utc() -> None:
    second = utc("2022-01-05T18:00:00")
    assert (civil.local_day(second - 1, ALMATY), civil.local_day(second, ALMATY)) == (
        civil.days(2022, 1, 5),
        civil.days(2022, 1, 6),
    )


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("0001-01-01T20:00:00", ALMATY, (1, 1, 1)),
        ("0001-01-01T00:00:00", "America/New_York", (1, 1, 1)),
        ("0001-01-02T00:00:00", "America/New_York", (1, 1, 1)),
        ("0001-01-02T20:00:00", ALMATY, (1, 1, 3)),
        ("9999-12-30T20:00:00", ALMATY, (9999, 12, 31)),
        ("9999-12-31T00:00:00", "America/New_York", (9999, 12, 31)),
        ("9999-12-31T20:00:00", ALMATY, (9999, 12, 31)),
    ],
)
def test_the_local_day_at_the_ends_of_the_years_with_zone_rules(
    moment: str, zone: str, day: tuple[int, int, int]
) -> None:
    assert civil.local_day(utc(moment), zone) == civil.days(*day)


@pytest.mark.parametrize("year", [-4000, 0, 10_000, 12_345])
def test_the_local_day_of_a_year_without_zone_rules_is_that_of_utc(year: int) -> None:
    first = civil.days(year, 7, 1)
    assert [civil.local_day(first * civil.DAY + second, ALMATY) for second in (-1, 0, 1, 72_000, 86_399, 86_400)] == [
        first - 1,
        first,
        first,
        first,
        first,
        first + 1,
    ]


@pytest.fixture
def machine_in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own clock is nine hours ahead of UTC."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of this machine cannot be set for one process")
@pytest.mark.usefixtures("machine_in_tokyo")
def test_the_zone_of_the_machine_plays_no_part() -> None:
    second = utc("2022-01-05T18:00:00")
    assert civil.local_day(second, ALMATY) == civil.days(2022, 1, 6)
    assert civil.local_day(second - 1, ALMATY) == civil.days(2022, 1, 5)
    assert bounds("2022-01-06", ALMATY) == span("2022-01-05T18:00:00", "2022-01-06T17:59:59")


@given(singles(), st.sampled_from(MARKS[1:]), st.sampled_from((None, *ZONES)))
def test_a_mark_changes_no_bounds(text: str, mark: str, zone: str | None) -> None:
    assert bounds(text + mark, zone) == bounds(text, zone)
    assert not ImpreciseDate.parse(text).flagged
    assert ImpreciseDate.parse(text + mark).flagged


@given(singles(), singles())
def test_two_dates_make_an_interval_unless_they_are_reversed(one: str, other: str) -> None:
    """In an unknown zone a refused interval is one whose start is definitely after its end, on one clock."""
    forward = bounds(one, "UTC"), bounds(other, "UTC")
    assume(all("T" not in text or text[16:].endswith("Z") for text in (one, other)))
    assume(("T" in one) == ("T" in other))
    reversed_order = forward[1].before(forward[0]) is Order.DEFINITELY
    try:
        ImpreciseDate.parse(f"{one}/{other}")
    except InvalidDate as error:
        assert reversed_order, str(error)  # noqa: PT017
    else:
        assert not reversed_order
