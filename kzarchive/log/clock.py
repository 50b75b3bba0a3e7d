"""The clocks that tell a log when it took an event in, and the one text form of those instants.

An instant of the log is a whole number of microseconds since 1970-01-01T00:00:00Z (UTC, no leap seconds). Its
text form has one fixed width, so that sorting texts sorts instants::

    2026-11-23T03:15:00.000000Z        27 ASCII characters, years 0001 to 9999

The library never asks the time by itself: whoever opens a log passes a clock in.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from kzarchive.errors import InvalidDate, UsageError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_TEXT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")

EARLIEST_RECORDED: Final = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""0001-01-01T00:00:00.000000Z, the first instant that has a text form."""

LATEST_RECORDED: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""9999-12-31T23:59:59.999999Z, the last instant that has a text form."""


class Clock(Protocol):
    """Whatever tells the time to a log."""

    def now(self) -> int:
        """Returns the present instant, in microseconds since 1970-01-01T00:00:00Z."""


class SystemClock:
    """The clock of the machine; the only place of the library that reads it, and only where it is passed in."""

    def now(self) -> int:
        """Returns the machine's time, in microseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1000


class FixedClock:
    """A clock that shows a given instant, and moves by a given step at each reading.

    >>> clock = FixedClock("2026-11-23T03:15:00.000000Z", step_us=1)
    >>> [recorded_text(clock.now()) for _ in range(2)]
    ['2026-11-23T03:15:00.000000Z', '2026-11-23T03:15:00.000001Z']
    """

    def __init__(self, start: int | str, step_us: int = 0) -> None:
        """Sets the clock.

        Args:
            start: The first reading, in microseconds since 1970-01-01T00:00:00Z or in the text form of the log.
            step_us: Microseconds added after each reading; a negative step runs backwards.

        Raises:
            InvalidDate: ``start`` is not an instant of the log.
        """
        self._next = recorded_us(start) if isinstance(start, str) else _checked(start)
        self._step = step_us

    def set(self, start: int) -> None:
        """Shows another instant from now on, in microseconds since 1970-01-01T00:00:00Z.

        Raises:
            InvalidDate: ``start`` is not an instant of the log.
        """
        self._next = _checked(start)

    def now(self) -> int:
        """Returns the instant shown, in microseconds, then moves by one step."""
        shown = self._next
        self._next += self._step
        return shown


def recorded_text(us: int) -> str:
    """Writes an instant in the text form of the log.

    >>> recorded_text(0)
    '1970-01-01T00:00:00.000000Z'

    Args:
        us: Microseconds since 1970-01-01T00:00:00Z, years 0001 to 9999.

    Raises:
        InvalidDate: ``us`` is no int, or lies outside those years.
    """
    moment = _EPOCH + timedelta(microseconds=_checked(us))
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def recorded_us(text: str) -> int:
    """Reads the text form of the log; the inverse of :func:`recorded_text`, which accepts nothing else.

    >>> recorded_us("1970-01-01T00:00:01.000000Z")
    1000000
    >>> recorded_us("2026-11-23T03:15:00Z")
    Traceback (most recent call last):
    kzarchive.errors.InvalidDate: expected an instant like '2026-11-23T03:15:00.000000Z', got '2026-11-23T03:15:00Z'

    Raises:
        InvalidDate: ``text`` has another form, or names a day or time that does not exist.
    """
    try:
        if not _TEXT.fullmatch(text):
            raise ValueError
        us = (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND
        # Newer Pythons read 24:00:00 as the next midnight: two texts of one instant.
        if recorded_text(us) != text:
            raise ValueError
    except (ValueError, TypeError):
        raise InvalidDate(f"expected an instant like '2026-11-23T03:15:00.000000Z', got {text!r}") from None
    return us


def next_recorded(clock: Clock, last: int | None) -> int:
    """Reads the clock once and returns the later of that reading and ``last``: a log never runs backwards.

    Args:
        clock: The clock of the log.
        last: When the newest event of the log was recorded, in microseconds; None for an empty log.

    Raises:
        UsageError: The clock shows something that is not an instant of the log.
    """
    now = clock.now()
    if type(now) is not int or not EARLIEST_RECORDED <= now <= LATEST_RECORDED:
        raise UsageError(f"the clock: expected microseconds since 1970 as an int, years 0001 to 9999, got {now!r}")
    return now if last is None else max(now, last)


def _checked(us: int) -> int:
    if type(us) is not int or not EARLIEST_RECORDED <= us <= LATEST_RECORDED:
        raise InvalidDate(f"expected microseconds since 1970 as an int, years 0001 to 9999, got {us!r}")
    return us
