"""Entries and rows: what the results of the shipped by-measure projections have in common.

An entry is one frame with its answer and everything that was told of it. A row may also join several frames. Rows
print as text, compare, give plain JSON data, and are looked up by their key.
"""

import html
from collections.abc import Iterator, Sequence
from typing import Any, Generic, Protocol, Self, TypeVar

import attrs

from kzarchive.errors import UnknownFrame, near
from kzarchive.policies.answer import BestKnown
from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.plans import Plan, plans_of
from kzarchive.projections.told import Told, tell_all
from kzarchive.values.frames import Frame


class Row(Protocol):
    """What a result may hold."""

    @property
    def key(self) -> str:
        """What it is looked up by."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        ...


Row_co = TypeVar("Row_co", bound=Row, covariant=True)


@attrs.frozen
class Rows(Generic[Row_co]):
    """Rows of a result, in order.

    Attributes:
        rows: The rows.
        pending: Ids of assertions that are only possibly known, or in scope, at the date.
    """

    rows: tuple[Row_co, ...]
    pending: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Row_co]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: str) -> Row_co:
        """Returns the row of a key.

        Raises:
            UnknownFrame: There is none; the message names near ones.
        """
        for row in self.rows:
            if row.key == key:
                return row
        keys = [row.key for row in self.rows]
        raise UnknownFrame(f"expected a row of the result, got {key!r}{near(str(key), keys)}")

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {"rows": [row.to_dict() for row in self.rows], "pending": list(self.pending)}

    def __str__(self) -> str:
        pending = [f"{len(self.pending)} pending"] if self.pending else []
        return "\n".join([*map(str, self.rows), *pending]) or "no data"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


@attrs.frozen(kw_only=True)
class Entry:
    """One frame: what is best known of it, and everything that was told.

    Attributes:
        frame: The frame.
        answer: What is best known of it.
        told: Its live and certain claims, those that a later word has replaced marked as such.
        plans: What was said to lie ahead.
        unsettled: Claims that are not certain, and those that there is no value.
    """

    frame: Frame
    answer: BestKnown
    told: tuple[Told, ...] = ()
    plans: tuple[Plan, ...] = ()
    unsettled: tuple[Told, ...] = ()

    @classmethod
    def of(cls, frame: FrameClaims, **more: Any) -> Self:
        """Returns the entry of a frame.

        Args:
            frame: The frame with its claims.
            **more: The fields that a kind of entry adds.
        """
        return cls(
            frame=frame.frame,
            answer=frame.answer,
            told=tell_all(frame.live, frame=frame.frame, current=frame.claims),
            plans=plans_of(frame),
            unsettled=tell_all((*frame.uncommitted, *frame.unknowns), frame=frame.frame),
            **more,
        )

    @property
    def key(self) -> str:
        """Subject and place, such as ``cabinet/KZ``."""
        return f"{self.frame.subject}/{self.frame.place}"

    def saying(self, *words: str) -> tuple[Told, ...]:
        """Returns the claims that state one of some terms."""
        return tuple(told for told in self.told if told.words in words)

    def origins(self, *words: str) -> tuple[str, ...]:
        """Returns who states one of some terms, sorted; those who have replaced that word left out."""
        return tuple(sorted({told.origin for told in self.saying(*words) if not told.replaced}))

    def headline(self) -> str:
        """Returns the entry in a few words."""
        if self.answer.sayings:
            return self.answer.status.value.replace("_", " ")
        since = f", since {self.answer.since}" if self.answer.state and self.answer.since else ""
        return self.answer.words() + since

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            "frame": str(self.frame),
            "answer": self.answer.to_dict(),
            "told": [told.to_dict() for told in self.told],
            "plans": [plan.to_dict() for plan in self.plans],
            "unsettled": [told.to_dict() for told in self.unsettled],
        }

    def __str__(self) -> str:
        plans, unsettled = ([f"plan, {p}" for p in self.plans], [f"unsettled, {t}" for t in self.unsettled])
        return lines_of(f"{self.key}  {self.headline()}", (*self.told, *plans, *unsettled))


def lines_of(title: str, parts: Sequence[object]) -> str:
    """Returns a title and its parts, one a line and set in."""
    return "\n".join([title, *(f"    {part}" for part in parts)])


def visible(frames: Sequence[FrameClaims]) -> list[FrameClaims]:
    """Returns the frames of which something live is told at the date."""
    return [f for f in frames if f.live or f.plans or f.uncommitted or f.unknowns or f.converted]


def pending_of(frames: Sequence[FrameClaims]) -> tuple[str, ...]:
    """Returns the ids of all pending assertions of some frames, sorted."""
    return tuple(sorted({identity for frame in frames for identity in frame.answer.pending}))
