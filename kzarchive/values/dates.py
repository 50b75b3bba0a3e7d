"""Imprecise dates: a text of EDTF kept as written, and the bounds that follow from it.

The format is EDTF (ISO 8601-2:2019, https://www.loc.gov/standards/datetime/), levels 0 and 1, and one form more::

    date      2022-01-06   2022-01   2022   -0044-03-15   Y17000   Y-17000
    time      2022-01-07T03:18   2022-01-07T03:18:00   with Z, +06:00 or +06 at its end, or without
    digits    202X   20XX   2022-XX   2022-01-XX   2022-XX-XX      unspecified: any digit
    season    2022-21 spring   2022-22 summer   2022-23 autumn   2022-24 winter
    mark      2022-01-06? uncertain   2022-01-06~ approximate   2022-01-06% both; after the whole date or time
    interval  a/b throughout   ../b  a/..  ../.. open ends   /b  a/ unknown ends   /.. ../ one of each
    bracket   [a..b]  [..b]  [a..]      one moment, somewhere from the start of a to the end of b

``a`` and ``b`` are dates, times, digits or seasons, each with its own mark. Nothing is normalised: parsing accepts only
what it would print, so ``ImpreciseDate.parse(text).text == text``. Sets (``[a,b]``, ``{a,b}``) and other forms of
level 2 are refused, and so are days that do not exist, hour 24, second 60, parts of seconds, and texts of more than
200 characters. A year has at most 8 digits: each bound is then an integer that JSON keeps exactly.

How a text becomes bounds:

- Whole days are read in a zone given by the caller; times and unknown zones as :mod:`kzarchive.values.civil` says.
- A time to the minute covers its 60 seconds.
- Marks widen nothing. They are kept and shown.
- A season covers what it means in either half of the world: :func:`kzarchive.values.civil.season`.
- An open (``..``) and an unknown (empty) end both have no bound; flags keep them apart.
- An interval or bracket whose start is after its end is refused: days and times without an offset are compared on one
  clock, times with offsets as UTC seconds, and one of each as wide as an unknown zone makes them. Where such a mixed
  pair is reversed in the zone of the caller alone, that zone is not the one meant: it is read as unknown.
"""

import enum
import functools
import re
from typing import Self

import attrs

from kzarchive.errors import InvalidDate
from kzarchive.values.bounds import UNBOUNDED, Bounds
from kzarchive.values.civil import EAST, WEST, CivilSpan, days_in_month, season, whole_days, zone_named

MAX_LENGTH = 200
"""The most characters that the text of a date has."""

_FORMS = "a date such as '2022-01-06', '2022-01', '2022-01-07T03:18Z', '2022-01-06~', '2022-01-05/..' or '[a..b]'"

_SINGLE = re.compile(
    r"""(?: (?P<long> Y-?[1-9][0-9]{4,7} )
          | (?P<prefix> [0-9]{2} ) (?P<suffix> [0-9]X | XX )
          | (?P<year> -?[0-9]{4} ) (?: - (?P<month> [0-9]{2} | XX ) (?: - (?P<day> [0-9]{2} | XX )
            (?: T (?P<hour> [0-9]{2} ) : (?P<minute> [0-9]{2} ) (?: : (?P<second> [0-9]{2} ) )?
                (?P<offset> Z | [+-][0-9]{2} (?: :[0-9]{2} )? )? )? )? )?
        ) (?P<mark> [?~%] )?""",
    re.VERBOSE,
)

# What an unreadable text most likely meant, tried in this order.
_HINTS = tuple(
    (re.compile(pattern), expected)
    for pattern, expected in (
        (r"[^\x21-\x7e]", "a date in ASCII characters and without spaces"),
        (r"T[0-9:]*[.,][0-9]", "a time in whole seconds"),
        (r"[\[\]{},]", "one date or '[a..b]' (sets are EDTF level 2, which is not supported)"),
        (r"[tz]", "a time with upper-case 'T' and 'Z'"),
        (r"T[0-9]{2}(?::?[0-9]{2})*[+-][0-9]{4}$", "an offset such as '+06:00'"),
        (r"[?~%]{2}$", "one mark of '?', '~' and '%' ('%' means both)"),
        (r"[?~%].", "a mark only after the whole date (elsewhere it is EDTF level 2, which is not supported)"),
        (r"X", "'X' only as in '202X', '20XX', '2022-XX', '2022-01-XX' and '2022-XX-XX' (level 2 is not supported)"),
        (r"^Y", "'Y' only before a year of 5 to 8 digits"),
    )
)


class _Side(enum.Enum):
    OPEN = ".."
    UNKNOWN = ""


class _Kind(enum.Enum):
    SINGLE = "a"
    INTERVAL = "a/b"
    BRACKET = "[a..b]"


@attrs.frozen
class _Shape:
    """What a text says: its form, its two ends (the same one for a single date) and its marks."""

    kind: _Kind
    start: CivilSpan | _Side
    end: CivilSpan | _Side
    marks: frozenset[str]


@attrs.frozen
class ImpreciseDate:
    """A date, time, interval or bracket as a source or a recorder wrote it; equal when the text is.

    Attributes:
        text: The EDTF text, verbatim.

    Raises:
        InvalidDate: The text is not of a supported form, names a day or time that does not exist, or is reversed.
    """

    text: str
    _shape: _Shape = attrs.field(init=False, eq=False, repr=False)

    @_shape.default
    def _read(self) -> _Shape:
        if not isinstance(self.text, str):
            raise _refusal(f"the text of a date, got {type(self.text).__name__}")
        return _parse(self.text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the date that the text writes.

        >>> ImpreciseDate.parse("2022-01-06").bounds("Asia/Almaty")
        Bounds(earliest=1641405600, latest=1641491999)

        Raises:
            InvalidDate: The text is not of a supported form, names a day or time that does not exist, or is reversed.
        """
        return cls(text)

    def __str__(self) -> str:
        return self.text

    @property
    def is_interval(self) -> bool:
        """True for ``a/b``: throughout, from start to end."""
        return self._shape.kind is _Kind.INTERVAL

    @property
    def is_moment(self) -> bool:
        """True for a single date or time and for ``[a..b]``: once, somewhere within the bounds."""
        return not self.is_interval

    @property
    def is_uncertain(self) -> bool:
        """True when the date or one of its ends is marked ``?`` or ``%``."""
        return not self._shape.marks.isdisjoint("?%")

    @property
    def is_approximate(self) -> bool:
        """True when the date or one of its ends is marked ``~`` or ``%``."""
        return not self._shape.marks.isdisjoint("~%")

    @property
    def flagged(self) -> bool:
        """True when the date or one of its ends carries any mark."""
        return bool(self._shape.marks)

    @property
    def has_open_start(self) -> bool:
        """True for ``../b`` and ``[..b]``."""
        return self._shape.start is _Side.OPEN

    @property
    def has_open_end(self) -> bool:
        """True for ``a/..`` and ``[a..]``."""
        return self._shape.end is _Side.OPEN

    @property
    def has_unknown_start(self) -> bool:
        """True for ``/b``."""
        return self._shape.start is _Side.UNKNOWN

    @property
    def has_unknown_end(self) -> bool:
        """True for ``a/``."""
        return self._shape.end is _Side.UNKNOWN

    def bounds(self, zone: str | None) -> Bounds:
        """Return the UTC seconds from the first of the start to the last of the end, both inclusive.

        Args:
            zone: IANA name of the zone in which whole days are read, such as ``Asia/Almaty``; None when unknown.

        Raises:
            InvalidDate: There is no zone of that name.
            StorageError: The machine has no time zone data.
        """
        return _bounds_of(self.text, zone)

    def start(self, zone: str | None) -> Bounds:
        """Return the UTC seconds in which the start of an interval lies; of a moment, its bounds.

        An open or unknown start is unbounded on both sides. Arguments and errors are those of :meth:`bounds`.
        """
        return _ends_of(self.text, zone)[0] if self.is_interval else self.bounds(zone)

    def end(self, zone: str | None) -> Bounds:
        """Return the UTC seconds in which the end of an interval lies; of a moment, its bounds.

        An open or unknown end is unbounded on both sides. Arguments and errors are those of :meth:`bounds`.
        """
        return _ends_of(self.text, zone)[1] if self.is_interval else self.bounds(zone)


# The days of a subject are few, and come again and again.
@functools.lru_cache(maxsize=16_384)
def _bounds_of(text: str, zone: str | None) -> Bounds:
    start, end = _ends_of(text, zone)
    return Bounds(start.earliest, end.latest)


def _ends_of(text: str, zone: str | None) -> tuple[Bounds, Bounds]:
    if zone is not None:
        zone_named(zone)
    shape = _parse(text)
    start = _side_bounds(shape.start, zone)
    end = start if shape.end is shape.start else _side_bounds(shape.end, zone)
    if start.earliest is not None and end.latest is not None and start.earliest > end.latest:
        return _ends_of(text, None)
    return start, end


def moment(text: str) -> ImpreciseDate:
    """Return the date that the text writes, for a field that holds one moment.

    Raises:
        InvalidDate: The text is an interval ``a/b``, or not a date.
    """
    date = ImpreciseDate.parse(text)
    if date.is_interval:
        start, end = ("" if side == ".." else side for side in text.split("/"))
        advice = f"write '[{start}..{end}]' for once, somewhere within it" if start or end else "leave it unknown"
        message = f"expected one moment, got the interval {text!r}: {advice}"
        raise InvalidDate(message)
    return date


@functools.lru_cache(maxsize=16_384)
def _parse(text: str) -> _Shape:
    if not text or len(text) > MAX_LENGTH:
        raise _refusal(f"a date of 1 to {MAX_LENGTH} characters, got {len(text)} characters")
    if text[0] == "[" and text[-1] == "]" and ".." in text and "," not in text:
        return _pair(_Kind.BRACKET, text, text[1:-1].split(".."))
    if "/" in text:
        return _pair(_Kind.INTERVAL, text, text.split("/"))
    span, marks = _single(text, text)
    return _Shape(_Kind.SINGLE, span, span, marks)


def _pair(kind: _Kind, text: str, sides: list[str]) -> _Shape:
    if len(sides) != 2:
        raise _refusal(f"a start and an end as in '{kind.value}', got {text!r}")
    if not any(sides):
        raise _refusal(f"a start or an end in '{kind.value}', got {text!r}")
    (start, start_marks), (end, end_marks) = (_side(kind, side, text) for side in sides)
    if isinstance(start, CivilSpan) and isinstance(end, CivilSpan) and start.is_after(end):
        message = f"reversed {kind.name.lower()}: expected a start that is not after the end, got {text!r}"
        raise InvalidDate(message)
    return _Shape(kind, start, end, start_marks | end_marks)


def _side(kind: _Kind, side: str, text: str) -> tuple[CivilSpan | _Side, frozenset[str]]:
    if kind is _Kind.BRACKET and not side:
        return _Side.OPEN, frozenset()
    if kind is _Kind.INTERVAL and side in ("", ".."):
        return _Side(side), frozenset()
    return _single(side, text)


def _side_bounds(side: CivilSpan | _Side, zone: str | None) -> Bounds:
    return side.bounds(zone) if isinstance(side, CivilSpan) else UNBOUNDED


def _refusal(expected: str) -> InvalidDate:
    return InvalidDate(f"expected {expected}")


def _single(part: str, text: str) -> tuple[CivilSpan, frozenset[str]]:
    """Read one date or time; ``text`` is the whole, for messages."""
    match = _SINGLE.fullmatch(part)
    if match is None:
        expected = next((hint for pattern, hint in _HINTS if pattern.search(part)), _FORMS)
        raise _refusal(f"{expected}, got {text!r}")
    span = _time(match, text) if match["hour"] else _days(match, text)
    return span, frozenset(match["mark"] or "")


def _days(match: re.Match[str], text: str) -> CivilSpan:
    first_year, last_year = _years(match, text)
    month, day = match["month"], match["day"]
    if month is None or month == "XX":
        if day is not None and day != "XX":
            raise _refusal(f"no day in an unspecified month (level 2 is not supported), got {text!r}")
        return whole_days((first_year, 1, 1), (last_year, 12, 31))
    if day is None and "21" <= month <= "24":
        return season(first_year, int(month))
    if not "01" <= month <= "12":
        raise _refusal(f"a month from 01 to 12, or a season from 21 to 24 without a day, got {text!r}")
    length = days_in_month(first_year, int(month))
    if day is None or day == "XX":
        return whole_days((first_year, int(month), 1), (first_year, int(month), length))
    if not 1 <= int(day) <= length:
        raise _refusal(f"a day from 01 to {length} in month {month} of year {first_year}, got {text!r}")
    return whole_days((first_year, int(month), int(day)), (first_year, int(month), int(day)))


def _years(match: re.Match[str], text: str) -> tuple[int, int]:
    if match["long"]:
        year = int(match["long"][1:])
        return year, year
    if match["prefix"]:
        digits = match["prefix"] + match["suffix"]
        return int(digits.replace("X", "0")), int(digits.replace("X", "9"))
    if match["year"] == "-0000":
        raise _refusal(f"year '0000' for the year before year 1, got {text!r}")
    return int(match["year"]), int(match["year"])


def _time(match: re.Match[str], text: str) -> CivilSpan:
    if "XX" in (match["month"], match["day"]):
        raise _refusal(f"a whole date before a time, got {text!r}")
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if hour > 23:
        raise _refusal(f"an hour from 00 to 23 (midnight is 00:00 of the day that begins), got {text!r}")
    if minute > 59:
        raise _refusal(f"a minute from 00 to 59, got {text!r}")
    if second > 59:
        raise _refusal(f"a second from 00 to 59 (leap seconds are not supported), got {text!r}")
    first = _days(match, text).first + hour * 3600 + minute * 60 + second
    return CivilSpan(first, first if match["second"] else first + 59, is_time=True, offset=_offset(match, text))


def _offset(match: re.Match[str], text: str) -> int | None:
    written: str | None = match["offset"]
    if written is None:
        return None
    if written == "Z":
        return 0
    hour, _, minute = written[1:].partition(":")
    minutes = int(minute or 0)
    seconds = int(hour) * 3600 + minutes * 60
    if written[0] == "-":
        seconds = -seconds
    if minutes > 59 or not -WEST <= seconds <= EAST:
        raise _refusal(f"an offset from -12:00 to +14:00, got {text!r}")
    if written[0] == "-" and seconds == 0:
        raise _refusal(f"'Z' or '+00:00' for UTC ('-00:00' is not ISO 8601), got {text!r}")
    return seconds
