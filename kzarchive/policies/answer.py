"""The answer to "what is best known of this frame?": an immutable value with its reasons."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any

import attrs

from kzarchive.errors import UsageError
from kzarchive.replay.reasons import Flag, Role, Rule, Status, Why, WhyNot
from kzarchive.values.conventions import Number
from kzarchive.values.frames import Frame
from kzarchive.values.making import maker


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


@attrs.frozen(kw_only=True, order=True)
class Excess:
    """A part that is claimed to be more than the whole, at every value of the two (S17); nothing is computed from it.

    Attributes:
        part: The frame of the part.
        whole: The frame of the whole.
        low: The lowest number claimed of the part.
        high: The highest number claimed of the whole.
        unit: The unit of both; None = none is counted.
    """

    part: Frame
    whole: Frame
    low: Number
    high: Number
    unit: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data; a decimal number is its text."""
        numbers = {"low": number(self.low), "high": number(self.high), "unit": self.unit}
        return {"part": str(self.part), "whole": str(self.whole), **numbers}

    def __str__(self) -> str:
        of = f" {self.unit}" if self.unit else ""
        return (
            f"{self.part} is part of {self.whole}, but at least {display(self.low)}{of} are claimed of the part "
            f"and at most {display(self.high)}{of} of the whole"
        )


@attrs.frozen(kw_only=True)
class HeldState:
    """One of the states that hold side by side.

    Attributes:
        term: Its slug.
        status: How well it is founded.
        inferred: Whether it goes beyond the days of any claim, or comes from the whole that the subject is part of.
        since: From when it holds, as claimed; None = not known.
    """

    term: str
    status: Status
    inferred: bool = False
    since: str | None = None


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
        state: Of a status-valued frame, the state at the date; where several hold side by side, the one that starts
            definitely last. None = none known, or none of several starts last.
        inferred: Whether ``state`` goes beyond the days of any claim, or comes from the whole that the subject is
            part of.
        since: From when ``state`` holds, as claimed; None = no state.
        last_said: The last day by which a claim that carries ``state`` was stated; None = no claim carries it.
        states: Of a status-valued frame, all states that hold side by side at the date, by their starts.
        milestones: Of a status-valued frame, the milestones reached, in the order of their starts.
        sayings: Of a text-valued frame, what each origin said.
        origins: How many independent origins stand behind the answer.
        documents: How many documents carry it.
        flags: What a reader should know beside the status.
        why: The assertions that are part of the answer.
        why_not: The visible assertions that are not; made when somebody asks.
        pending: Ids of assertions that are only possibly known at the date.
        explainer: Gives the explanation of the answer; set by a state.
        by_unit: Where amounts in several units stand side by side, the answer for each.
        by_period: Of an increment or an occurrence of which several periods may be the latest, the answer for each.
        period: In one of ``by_period``, the period as dated; empty = that of its statement. None = any other answer.
        excesses: Where a part is claimed to be more than the whole, this frame being one of the two.
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
    states: tuple[HeldState, ...] = ()
    milestones: tuple[str, ...] = ()
    sayings: tuple[Saying, ...] = ()
    origins: int = 0
    documents: int = 0
    flags: tuple[Flag, ...] = ()
    why: tuple[Why, ...] = ()
    _why_not: tuple[WhyNot, ...] | Callable[[], tuple[WhyNot, ...]] = attrs.field(
        default=(), alias="why_not", eq=lambda value: value() if callable(value) else value, repr=False
    )
    pending: tuple[str, ...] = ()
    by_unit: tuple["BestKnown", ...] = ()
    by_period: tuple["BestKnown", ...] = ()
    period: str | None = None
    excesses: tuple[Excess, ...] = ()
    _explainer: Callable[[], Any] | None = attrs.field(default=None, eq=False, repr=False)

    def completed(
        self,
        *,
        flags: tuple[Flag, ...],
        why: tuple[Why, ...],
        why_not: Callable[[], tuple[WhyNot, ...]],
        pending: tuple[str, ...],
    ) -> "BestKnown":
        """Returns this answer with what every answer has, in place, for the one who made it and gave it to nobody."""
        for name, value in (("flags", flags), ("why", why), ("_why_not", why_not), ("pending", pending)):
            object.__setattr__(self, name, value)
        return self

    def explained_by(self, explainer: Callable[[], Any]) -> "BestKnown":
        """Returns the answer as one of a state, which explains it."""
        return best_known(*_parts(self), explainer)

    @property
    def why_not(self) -> tuple[WhyNot, ...]:
        """The visible assertions that are not part of the answer."""
        return self._why_not() if callable(self._why_not) else self._why_not

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
        if len(self.states) > 1 or (self.states and self.state is None):
            data["states"] = [attrs.asdict(s, value_serializer=_plain) for s in self.states]
        if self.milestones:
            data["milestones"] = list(self.milestones)
        if self.sayings:
            data["sayings"] = [{"origin": s.origin, "text": s.text, "assertion": s.assertion} for s in self.sayings]
        if self.by_unit:
            data["by_unit"] = [answer.to_dict() for answer in self.by_unit]
        if self.by_period:
            data["by_period"] = [answer.to_dict() for answer in self.by_period]
        if self.period is not None:
            data["period"] = self.period
        if self.excesses:
            data["excesses"] = [excess.to_dict() for excess in self.excesses]
        return data

    def __str__(self) -> str:
        return f"{self.frame}: {self.words()}"

    def words(self) -> str:
        """Returns the answer in one line, such as ``225 (single origin)``."""
        status = self.status.value.replace("_", " ")
        if self.states and any(why.rule is Rule.S18 and why.role is Role.BOUND for why in self.why):
            return f"{status}; beside it {self.figure()}"
        figure = self.figure()
        notes = [status, *(["inferred"] if self.inferred else []), *(["may be higher"] if self.open_above else [])]
        return f"{figure} ({', '.join(notes)})" if figure else status

    def figure(self) -> str:
        """Returns the figure, state or texts without the status; empty where there is none."""
        if self.states:
            return ", ".join(held.term for held in self.states)
        if self.milestones and self.status in {Status.SINGLE_ORIGIN, Status.CORROBORATED}:
            return ", ".join(self.milestones)
        if self.sayings:
            return "; ".join(f"{s.text} [{s.origin}]" for s in self.sayings)
        if self.by_unit:
            return "; ".join(f"{answer.words()} {answer.unit}" for answer in self.by_unit)
        if self.by_period:
            return "; ".join(f"{answer.period or 'when stated'}: {answer.words()}" for answer in self.by_period)
        return span_words(self.low, self.best, self.high)


best_known = maker(BestKnown)
"""Returns an answer of sound parts, as :class:`BestKnown` does."""

# The explainer is the last field.
_parts = attrgetter(*[part.name for part in attrs.fields(BestKnown)[:-1]])


def _plain(_: Any, __: Any, value: Any) -> Any:
    return value.value if isinstance(value, Status) else value


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
