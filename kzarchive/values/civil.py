"""Civil days, clock readings and time zones as whole UTC seconds, by integer arithmetic alone.

Days are counted from 1970-01-01 (day 0) in the proleptic Gregorian calendar, with a year 0 and negative years as in
ISO 8601. A *clock second* is a day times 86,400 plus the seconds of that day on the clock of some place; it becomes a
UTC second when the clock's distance from UTC is subtracted. Leap seconds do not exist on either scale.

Two rules widen what is not known:

- Where the zone is unknown, a clock reading spans every clock in use: from UTC+14 (the first to read it) to UTC-12
  (the last). No zone has left that range since 1868; before, Manila, Guam and Alaska kept the day of
  the other side of the Pacific, and a named zone can then lie outside the range.
- Time zone rules reach no further than the years 1 to 9999. Days outside these years span UTC+14 to UTC-12
  whatever the zone.

A zone is named by its IANA name and not by an offset: ``Asia/Almaty`` was +06:00 in January 2022 and is +05:00 since
March 2024.
"""

import functools
import re
import zoneinfo
from datetime import UTC, date, datetime, timedelta

import attrs

from kzarchive.errors import InvalidDate, StorageError
from kzarchive.values.bounds import Bounds, Order

DAY = 86_400
"""Seconds in one civil day."""

EAST = 14 * 3600
"""The most a clock is ahead of UTC, in seconds: UTC+14."""

WEST = 12 * 3600
"""The most a clock is behind UTC, in seconds: UTC-12."""

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_LAST_ORDINAL = date.max.toordinal()
_ZONE_NAME = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")
# Files beside the zones that hold the machine's own zone, or the zones on a scale with leap seconds.
_NOT_A_ZONE = re.compile(r"localtime|posixrules|(?:posix|right)/.*")


@attrs.frozen
class CivilSpan:
    """A run of clock seconds: a day, a month, a year, or a time of day.

    Attributes:
        first: The first clock second, inclusive.
        last: The last clock second, inclusive.
        is_time: True for a time of day, False for whole days.
        offset: Seconds that the clock is ahead of UTC (negative: behind); None when the text gives no offset.
    """

    first: int
    last: int
    is_time: bool = False
    offset: int | None = None

    def bounds(self, zone: str | None) -> Bounds:
        """Return the UTC seconds that the span can cover.

        Args:
            zone: IANA name of the zone in which whole days are read; None when it is unknown. A time of day does not
                use it: one with an offset is exact, one without spans UTC+14 to UTC-12.

        Raises:
            InvalidDate: There is no zone of that name.
            StorageError: The machine has no time zone data.
        """
        clock = None if zone is None else zone_named(zone)
        if self.offset is not None:
            return Bounds(self.first - self.offset, self.last - self.offset)
        if self.is_time or clock is None:
            return Bounds(self.first - EAST, self.last + WEST)
        return Bounds(_day_start(self.first // DAY, clock), _day_end(self.last // DAY, clock))

    def is_after(self, other: "CivilSpan") -> bool:
        """Say whether the whole span is after the other, whatever the zone of the archive.

        Two spans without offset are compared on one clock, two with offsets as UTC seconds; else both are as wide as
        an unknown zone makes them.
        """
        if self.offset is None and other.offset is None:
            return self.first > other.last
        return other.bounds(None).before(self.bounds(None)) is Order.DEFINITELY


def whole_days(first: tuple[int, int, int], last: tuple[int, int, int]) -> CivilSpan:
    """Return the span from the first day to the last, both inclusive; each is year, month, day and is not checked."""
    return CivilSpan(days(*first) * DAY, days(*last) * DAY + DAY - 1)


def season(year: int, number: int) -> CivilSpan:
    """Return the days that a season of EDTF level 1 can mean, in either half of the world.

    Spring begins in March in one half and in September in the other, and a winter that spans two years is named after
    either. Meteorologists begin a season on the first of a month, astronomers at the solstice or equinox, up to the
    24th. The span covers all of these, to the ends of months: spring and autumn from 1 March to 31 December of the
    year, summer and winter from 1 December of the year before to 31 March of the year after.

    Args:
        year: The year as written.
        number: 21 spring, 22 summer, 23 autumn, 24 winter.
    """
    if number in (21, 23):
        return whole_days((year, 3, 1), (year, 12, 31))
    return whole_days((year - 1, 12, 1), (year + 1, 3, 31))


def days(year: int, month: int, day: int) -> int:
    """Return the number of days from 1970-01-01 to a day of the proleptic Gregorian calendar.

    The formula counts years from 1 March, so that a leap day ends its year, in eras of 400 years or 146,097 days
    (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil). The day is not checked.

    >>> days(1970, 1, 1), days(2022, 1, 6), days(0, 3, 1)
    (0, 18998, -719468)
    """
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def days_in_month(year: int, month: int) -> int:
    """Return the length of a month, 28 to 31, of the proleptic Gregorian calendar."""
    following = (year + 1, 1, 1) if month == 12 else (year, month + 1, 1)
    return days(*following) - days(year, month, 1)


@functools.lru_cache(maxsize=1024)
def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """Return the rules of the zone with this IANA name, such as ``Asia/Almaty``.

    Raises:
        InvalidDate: There is no such zone. Names of the machine's own zone (``localtime``) are not zones.
        StorageError: The machine has no time zone data.
    """
    if _ZONE_NAME.fullmatch(name) and not _NOT_A_ZONE.fullmatch(name):
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            _check_zones_exist(error)
    message = f"expected the IANA name of a time zone such as 'Asia/Almaty', got {name!r}"
    raise InvalidDate(message)


def _check_zones_exist(cause: Exception) -> None:
    try:
        zoneinfo.ZoneInfo.no_cache("Etc/UTC")
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        message = (
            "expected time zone data on this machine, found none: install the operating system's tzdata, "
            "or the Python package tzdata"
        )
        raise StorageError(message) from cause


@functools.lru_cache(maxsize=16_384)
def _day_start(day: int, zone: zoneinfo.ZoneInfo) -> int:
    """Return the first UTC second of a civil day; of two midnights (clocks set back) the first."""
    if not _has_rules(day):
        return day * DAY - EAST
    before, after = _offsets(day * DAY, zone)
    if before >= after:
        return day * DAY - before
    return day * DAY - after if _is_skipped(day, zone) else _change(day * DAY, before, after, zone)


@functools.lru_cache(maxsize=16_384)
def _day_end(day: int, zone: zoneinfo.ZoneInfo) -> int:
    """Return the last UTC second of a civil day, also where clocks are set back over the midnight after it."""
    last = day * DAY + DAY - 1
    if not _has_rules(day):
        return last + WEST
    before, after = _offsets(last, zone)
    if before >= after:
        return last - after
    return last - before if _is_skipped(day, zone) else _change(last, before, after, zone) - 1


def _has_rules(day: int) -> bool:
    return 1 <= day + _EPOCH_ORDINAL <= _LAST_ORDINAL


def _is_skipped(day: int, zone: zoneinfo.ZoneInfo) -> bool:
    """Say whether the zone left the whole day out, as Samoa did with 2011-12-30.

    A source that gives such a day counts it by the offset before or after the change: its bounds cover both.
    """
    return all(before < after for before, after in (_offsets(day * DAY, zone), _offsets(day * DAY + DAY - 1, zone)))


def _offsets(clock_second: int, zone: zoneinfo.ZoneInfo) -> tuple[int, int]:
    """Return the offsets of the zone, in seconds, by which a clock reading is told before and after a change.

    They are equal but near a change: the first is larger for a reading that comes twice, smaller for one left out.
    """
    day, second = divmod(clock_second, DAY)
    reading = datetime.fromordinal(day + _EPOCH_ORDINAL) + timedelta(seconds=second)
    return _seconds(reading.replace(tzinfo=zone)), _seconds(reading.replace(tzinfo=zone, fold=1))


def _seconds(reading: datetime) -> int:
    offset = reading.utcoffset() or timedelta()
    return offset.days * DAY + offset.seconds


def _change(clock_second: int, before: int, after: int, zone: zoneinfo.ZoneInfo) -> int:
    """Return the first UTC second after the change that left out a clock reading."""
    low, high = clock_second - after, clock_second - before
    while low + 1 < high:
        middle = (low + high) // 2
        known = datetime.fromordinal(_EPOCH_ORDINAL) + timedelta(seconds=middle)
        local = known.replace(tzinfo=zone)
        if _seconds(zone.fromutc(local)) == before:
            low = middle
        else:
            high = middle
    return high


def local_day(second: int, zone: str) -> int:
    """Return the day, counted from 1970-01-01, on which a UTC second falls in a zone.

    Outside the years 1 to 9999, and on the first and the last day of them, the day is that of UTC: zones have no rules
    beyond.

    Raises:
        InvalidDate: There is no such zone.
        StorageError: The machine has no time zone data.
    """
    rules = zone_named(zone)
    day = second // DAY
    if not _has_rules(day - 1) or not _has_rules(day + 1):
        return day
    moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)).astimezone(rules)
    return moment.toordinal() - _EPOCH_ORDINAL
