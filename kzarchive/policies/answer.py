"""The answer to "what is best known of this frame?": an immutable value with its reasons."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs

from kzarchive.errors import UsageError
from kzarchive.replay.reasons import Flag, Status, Why, WhyNot
from kzarchive.values.conventions import Number
from kzarchive.values.frames import Frame


@attrs.frozen(kw_only=True)
class Saying:
    """A text as an origin said it.

    Attributes:
        origin: Who said it.
        text: The recorder's rendering.
        assertion: Id of the assertion.
    """

    origin: str
    text: str
    assertion: str


@attrs.frozen(kw_only=True)
class BestKnown:
    """What a policy holds best known of one frame at one basis.

    Attributes:
        frame: The frame.
        status: How well the answer is founded.
        low: Lowest number claimed, or the earliest day of a moment; None = open or none.
        best: A number, or a day, that a live assertion states; None = none.
        high: Highest number claimed, or the latest day; None = open or none.
        soft: Whether ``best`` was stated as approximate.
        open_above: Whether someone says that it may be higher, without a number.
        unit: Unit of the number, such as ``person`` or ``KZT/litre``; None = none.
        state: Of a status-valued frame, the state at the date; None = none known.
        inferred: Whether ``state`` goes beyond the days of any claim, or comes from the whole that the subject is
            part of.
        since: From when ``state`` holds, as claimed; None = no state.
        last_said: The last day by which a claim that carries ``state`` was stated; None = no claim carries it.
        milestones: Of a status-valued frame, the milestones reached, in the order of their starts.
        sayings: Of a text-valued frame, what each origin said.
        origins: How many independent origins stand behind the answer.
        documents: How many documents carry it.
        flags: What a reader should know beside the status.
        why: The assertions that are part of the answer.
        why_not: The visible assertions that are not.
        pending: Ids of assertions that are only possibly known at the date.
        explainer: Gives the explanation of the answer; set by a state.
        by_unit: Where amounts in several units stand side by side, the answer for each.
    """

    frame: Frame
    status: Status
    low: Number | str | None = None
    best: Number | str | None = None
    high: Number | str | None = None
    soft: bool = False
    open_above: bool = False
    unit: str | None = None
    state: str | None = None
    inferred: bool = False
    since: str | None = None
    last_said: str | None = None
    milestones: tuple[str, ...] = ()
    sayings: tuple[Saying, ...] = ()
    origins: int = 0
    documents: int = 0
    flags: tuple[Flag, ...] = ()
    why: tuple[Why, ...] = ()
    why_not: tuple[WhyNot, ...] = ()
    pending: tuple[str, ...] = ()
    by_unit: tuple["BestKnown", ...] = ()
    _explainer: Callable[[], Any] | None = attrs.field(default=None, eq=False, repr=False)

    def timeline(self) -> tuple[Any, ...]:
        """Returns every visible or pending assertion of the frame in the order of the times that they are about.

        Each is a :class:`~kzarchive.explanation.Witness` with its rule, chain, document, dates and anchors.

        Raises:
            UsageError: The answer does not come from a state.
        """
        if self._explainer is None:
            raise UsageError("expected an answer of a state, such as state[frame], got one made otherwise")
        witnesses: tuple[Any, ...] = self._explainer().timeline()
        return witnesses

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data; a decimal number is its text."""
        data: dict[str, Any] = {
            "measure": self.frame.measure,
            "subject": self.frame.subject,
            "place": self.frame.place,
            "status": self.status.value,
            "low": number(self.low),
            "best": number(self.best),
            "high": number(self.high),
            "soft": self.soft,
            "open_above": self.open_above,
            "unit": self.unit,
            "origins": self.origins,
            "documents": self.documents,
            "flags": [flag.value for flag in self.flags],
            "why": [{"assertion": w.assertion, "rule": w.rule.value, "role": w.role.value} for w in self.why],
            "why_not": [{"assertion": w.assertion, "rule": w.rule.value, "detail": w.detail} for w in self.why_not],
            "pending": list(self.pending),
        }
        if self.state is not None or self.since is not None:
            data |= {
                "state": self.state,
                "inferred": self.inferred,
                "since": self.since,
                "last_said": self.last_said,
            }
        if self.milestones:
            data["milestones"] = list(self.milestones)
        if self.sayings:
            data["sayings"] = [{"origin": s.origin, "text": s.text, "assertion": s.assertion} for s in self.sayings]
        if self.by_unit:
            data["by_unit"] = [answer.to_dict() for answer in self.by_unit]
        return data

    def __str__(self) -> str:
        return f"{self.frame}: {self.words()}"

    def words(self) -> str:
        """Returns the answer in one line, such as ``225 (single origin)``."""
        status = self.status.value.replace("_", " ")
        figure = self.figure()
        notes = [status, *(["inferred"] if self.inferred else []), *(["may be higher"] if self.open_above else [])]
        return f"{figure} ({', '.join(notes)})" if figure else status

    def figure(self) -> str:
        """Returns the figure, state or texts without the status; empty where there is none."""
        if self.state is not None:
            return self.state
        if self.milestones and self.status in {Status.SINGLE_ORIGIN, Status.CORROBORATED}:
            return ", ".join(self.milestones)
        if self.sayings:
            return "; ".join(f"{s.text} [{s.origin}]" for s in self.sayings)
        return span_words(self.low, self.best, self.high)


def span_words(low: Number | str | None, best: Number | str | None, high: Number | str | None) -> str:
    """Returns bounds and a point in words: ``225``, ``12..13``, ``24 or more``, ``2,000 (1,500..2,499)``."""
    least, point, most = (None if value is None else display(value) for value in (low, best, high))
    if point is not None and least == most:
        return point
    if least is None and most is None:
        return point or ""
    span = f"{least}..{most}" if least and most else f"{least} or more" if least else f"at most {most}"
    return f"{point} ({span})" if point is not None else span


def number(value: Number | str | None) -> int | str | None:
    """Returns a number for JSON: an integer, or the exact text of a decimal."""
    return format(value, "f") if isinstance(value, Decimal) else value


def display(value: Number | str) -> str:
    """Returns a number for people, with thousands separated; a day as it is."""
    return f"{value:,}" if isinstance(value, int) else str(number(value))


def day_text(day: Number | None) -> str | None:
    """Returns the date of a day since 1970-01-01; None = open."""
    return None if day is None else (dt.date(1970, 1, 1) + dt.timedelta(days=int(day))).isoformat()
