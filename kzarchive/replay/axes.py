"""Axes: at which coordinates a question is asked.

A bare date is a day of the archive's zone and means its end; so do a month and a year. It cuts ``published`` and
``valid``. Each axis given by its own name cuts itself alone. Without any date the question is asked at the end
of the declared coverage; where no coverage is declared nothing is cut.

A question that lies after the end of the coverage is refused. One about what was published before its declared start
is answered by "no data" for every frame, for nothing was looked for there. Whoever asks beyond the coverage by name is
held by neither. What is true of the world before the start may well be known later, so ``valid`` has no such bound.
"""

import datetime as dt
import functools
from typing import Any

import attrs

from kzarchive.errors import BeyondCoverage, InvalidDate, UsageError
from kzarchive.log.clock import recorded_us
from kzarchive.replay.ledger import Ledger
from kzarchive.values.dates import ImpreciseDate

DateLike = str | dt.date | dt.datetime | ImpreciseDate
NAMES = ("published", "stated", "valid", "retrieved")


@attrs.frozen(kw_only=True)
class Cut:
    """The coordinates of a question as UTC seconds, inclusive.

    Attributes:
        position: Events up to this one are read, inclusive.
        published: Documents published by then; None = not cut.
        stated: Assertions stated by then; None = not cut.
        valid: What is true by then; None = not cut.
        retrieved: Documents retrieved by then; None = not cut.
        possible: Whether what is only possibly known by then takes part.
        uncovered: Whether ``published`` lies before the declared start of the coverage, so that nothing is known.
    """

    position: int
    published: int | None = None
    stated: int | None = None
    valid: int | None = None
    retrieved: int | None = None
    possible: bool = False
    uncovered: bool = False


@attrs.frozen(kw_only=True)
class Axes:
    """The coordinates of a question as given, each axis named; None = not cut.

    Attributes:
        published: Text of the date.
        stated: Text of the date.
        valid: Text of the date.
        retrieved: Text of the date.
        position: Log position up to which events are read.
        recorded: Text of the moment of recording that led to ``position``; None = ``position`` was given or is
            the head.
        include: ``definite`` or ``possible``.
        beyond_coverage: Whether the question may lie after the end of the coverage.
    """

    published: str | None = None
    stated: str | None = None
    valid: str | None = None
    retrieved: str | None = None
    position: int
    recorded: str | None = None
    include: str = "definite"
    beyond_coverage: bool = False


def text_of(date: DateLike, axis: str) -> str:
    """Returns the text of a date, a day or an aware moment.

    Raises:
        UsageError: The value is none of these, or a moment without a zone.
    """
    if isinstance(date, str):
        return date
    if isinstance(date, ImpreciseDate):
        return date.text
    if isinstance(date, dt.datetime):
        if date.tzinfo is None:
            raise UsageError(f"{axis}: expected a moment with a zone, got {date.isoformat()} without one")
        return date.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(date, dt.date):
        return date.isoformat()
    raise UsageError(f"{axis}: expected a date such as '2022-01-07', got {date!r}")


def instant(text: str, zone: str, axis: str) -> int:
    """Returns the last second that a day, month, year or zoned time names.

    Raises:
        UsageError: The text is no date, or an interval, a bracket or a marked date, or a time without a zone.
    """
    try:
        return _last_second(text, zone)
    except (InvalidDate, UsageError) as error:
        raise UsageError(f"{axis}: {error}") from error


@functools.lru_cache(1_000)
def _last_second(text: str, zone: str) -> int:
    date = ImpreciseDate.parse(text)
    if date.is_interval or text.startswith("[") or date.flagged:
        raise UsageError(f"expected one day, month, year or moment, got {text!r}")
    if "T" in text and not (text.endswith("Z") or "+" in text or "-" in text.partition("T")[2]):
        raise UsageError(f"expected a moment with a zone, such as {text + 'Z'!r}, got {text!r}")
    latest = date.bounds(zone).latest
    if latest is None:
        raise UsageError(f"expected a date with an end, got {text!r}")
    return latest


def axes_of(
    ledger_at: Any,
    head: int,
    *,
    date: DateLike | None,
    given: dict[str, DateLike | None],
    position: int | None,
    recorded: DateLike | None,
    position_at: Any,
    include: str,
    beyond_coverage: bool,
) -> tuple[Axes, Cut, Ledger]:
    """Returns the coordinates of a question, and the ledger at its position.

    Args:
        ledger_at: Returns the ledger at a position.
        head: The last position of the log.
        date: A bare date for ``published`` and ``valid``.
        given: A date for each axis of :data:`NAMES`; None = not given.
        position: The position to read up to, from 1; None = by ``recorded``, or the head.
        recorded: The moment of recording to read up to; None = not given.
        position_at: Returns the last position recorded by a microsecond.
        include: ``definite`` or ``possible``.
        beyond_coverage: Whether the question may lie after the end of the coverage.

    Raises:
        UsageError: Two coordinates contradict each other, or one is no date.
        BeyondCoverage: A date lies after the declared end of the coverage.
    """
    if include not in {"definite", "possible"}:
        raise UsageError(f"include: expected 'definite' or 'possible', got {include!r}")
    if position is not None and recorded is not None:
        raise UsageError("expected a position or a moment of recording, got both")
    recorded_text = None if recorded is None else _recorded_text(recorded)
    position = _position(position, recorded_text, head, ledger_at, position_at)
    ledger: Ledger = ledger_at(position)
    texts = _texts(ledger, date, given)
    zone = ledger.zone
    cuts = {axis: None if text is None else instant(text, zone, axis) for axis, text in texts.items()}
    uncovered = False
    if not beyond_coverage:
        _check_coverage(ledger, texts, cuts)
        uncovered = _is_before_coverage(ledger, cuts["published"])
    axes = Axes(**texts, position=position, recorded=recorded_text, include=include, beyond_coverage=beyond_coverage)
    return axes, Cut(**cuts, position=position, possible=include == "possible", uncovered=uncovered), ledger


def _position(position: int | None, recorded: str | None, head: int, ledger_at: Any, position_at: Any) -> int:
    if recorded is not None:
        position = position_at(_recorded(recorded, ledger_at(head).zone))
        if position == 0:
            raise UsageError(f"recorded: expected a moment after the archive was opened, got {recorded!r}")
    if position is None:
        return head
    if type(position) is not int or not 1 <= position <= head:
        raise UsageError(f"position: expected 1 to {head}, got {position!r}")
    return position


def _recorded_text(date: DateLike) -> str:
    if isinstance(date, dt.datetime) and date.tzinfo is not None:
        return date.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return text_of(date, "recorded")


def _recorded(text: str, zone: str) -> int:
    if len(text) == 27:
        try:
            return recorded_us(text)
        except ValueError as error:
            raise UsageError(f"recorded: {error}") from error
    return instant(text, zone, "recorded") * 1_000_000 + 999_999


def _texts(ledger: Ledger, date: DateLike | None, given: dict[str, DateLike | None]) -> dict[str, str | None]:
    texts = {axis: None if value is None else text_of(value, axis) for axis, value in given.items()}
    if date is not None:
        bare = text_of(date, "date")
        if texts["published"] is not None:
            raise UsageError(f"expected one date for 'published', got {bare!r} and {texts['published']!r}")
        texts["published"] = bare
        texts["valid"] = texts["valid"] or bare
    elif not any(texts.values()) and ledger.coverage is not None:
        texts["published"] = texts["valid"] = ledger.coverage.end.text
    return texts


def _is_before_coverage(ledger: Ledger, published: int | None) -> bool:
    """Returns whether nothing was looked for by a second, for it lies definitely before the start of the coverage."""
    if ledger.coverage is None or ledger.coverage.start is None or published is None:
        return False
    earliest = ledger.coverage.start.bounds(ledger.zone).earliest
    return earliest is not None and published < earliest


def _meaning(text: str | None) -> str:
    return ", which means its last day" if text is not None and len(text) <= 7 else ""


def _check_coverage(ledger: Ledger, texts: dict[str, str | None], cuts: dict[str, int | None]) -> None:
    if ledger.coverage is None:
        return
    end = ledger.coverage.end.bounds(ledger.zone).latest
    for axis, cut in cuts.items():
        if cut is not None and end is not None and cut > end:
            raise BeyondCoverage(
                f"{axis}: expected a date within the coverage, which ends on {ledger.coverage.end}, "
                f"got {texts[axis]!r}{_meaning(texts[axis])}; "
                "ask with beyond_coverage (--beyond-coverage) to read on, where no news is not no change"
            )
