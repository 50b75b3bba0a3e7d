"""Foreign involvement: what is alleged, by whom, and what is said of the evidence.

An allegation is no finding, however many repeat it. Origins that were judged to rest on one source stand together;
where a text itself calls a claim an echo, the hedge shows it. That no evidence has been presented is a claim about
what was shown up to the day on which it was said: it denies nothing, and says nothing of later days.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.entries import Entry, Rows, lines_of, pending_of, visible
from kzarchive.projections.told import Told
from kzarchive.replay.identity import Components

DAY = 86_400


@attrs.frozen(kw_only=True)
class Allegations:
    """What one origin alleges, with those who were judged to rest on one source with it.

    Attributes:
        origins: Who alleges it, sorted; counted as one.
        told: The claims, certain or not.
    """

    origins: tuple[str, ...]
    told: tuple[Told, ...]

    @property
    def key(self) -> str:
        """The origins, joined by ``+``."""
        return "+".join(self.origins)

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {"origins": list(self.origins), "told": [told.to_dict() for told in self.told]}

    def __str__(self) -> str:
        return lines_of(self.key, [f"{told.frame.subject}/{told.frame.place}: {told}" for told in self.told])


@attrs.frozen(kw_only=True)
class Evidence(Entry):
    """What is said of the evidence that somebody has presented.

    Attributes:
        said: The days in which it was last said; None = nothing bounds them.
        age_days: Days from the latest of them to the day asked for; None = no day was asked for, or nothing was said.
    """

    said: str | None = None
    age_days: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {**Entry.to_dict(self), "said": self.said, "age_days": self.age_days}

    def headline(self) -> str:
        """Returns what was said, with its day and its age."""
        words = ", ".join(dict.fromkeys(told.words.replace("_", " ") for told in self.told)) or "no data"
        days = "1 day" if self.age_days == 1 else f"{self.age_days} days"
        age = f", {days} before the day asked for" if self.age_days else ""
        return f"{words}, said {self.said or 'on an unknown day'}{age}"


@attrs.frozen(kw_only=True)
class ForeignInvolvementState:
    """Allegations and evidence, apart from each other.

    Attributes:
        allegations: By origin.
        evidence: By who is said to have presented some or none.
    """

    allegations: Rows[Allegations]
    evidence: Rows[Evidence]

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {"allegations": self.allegations.to_dict(), "evidence": self.evidence.to_dict()}

    def __str__(self) -> str:
        parts = (("allegations, which are no findings", self.allegations), ("evidence", self.evidence))
        return "\n".join(lines_of(title, str(rows).splitlines()) for title, rows in parts)


@attrs.frozen
class ForeignInvolvement:
    """Allegations of foreign involvement by origin, and the state of the evidence.

    Attributes:
        measures: Slugs of the allegations, of the alleged attackers and of the evidence.
    """

    name = "foreign-involvement"
    version = 1
    measures: tuple[str, ...] = ("foreign_involvement", "attackers", "evidence_presented")

    def result(self, frames: Sequence[FrameClaims]) -> ForeignInvolvementState:
        """Returns the allegations and the evidence of which something is told."""
        *_, evidence = self.measures
        shown = [f for f in frames if f.frame.measure == evidence]
        alleged = [f for f in frames if f.frame.measure != evidence]
        return ForeignInvolvementState(
            allegations=Rows(_by_origin(alleged), pending_of(alleged)),
            evidence=Rows(tuple(map(_evidence, visible(shown))), pending_of(shown)),
        )


def _by_origin(frames: Sequence[FrameClaims]) -> tuple[Allegations, ...]:
    entries = [Entry.of(f) for f in visible(frames)]
    told = [t for e in entries for t in (*e.told, *e.unsettled, *(plan.told for plan in e.plans))]
    by_id = {t.assertion: t.origin for t in told}
    together = Components()
    for group in frames[0].dependence if frames else ():
        first, *others = [by_id[identity] for identity in sorted(group) if identity in by_id] or [""]
        for other in others:
            together.join(first, other)
    groups: dict[str, list[Told]] = {}
    for one in told:
        groups.setdefault(together.find(one.origin), []).append(one)
    return tuple(
        Allegations(origins=tuple(sorted({t.origin for t in group})), told=tuple(group))
        for _, group in sorted(groups.items())
    )


def _evidence(frame: FrameClaims) -> Evidence:
    stated = [claim.stated for claim in (*frame.live, *frame.unknowns, *frame.uncommitted)]
    known = [bounds.latest for bounds in stated if bounds.latest is not None]
    entry = Entry.of(frame)
    told = max((t for t in (*entry.told, *entry.unsettled) if t.stated), key=_last_day, default=None)
    age = None if frame.valid is None or not known else max(0, (frame.valid - max(known)) // DAY)
    return Evidence.of(frame, said=None if told is None else told.stated, age_days=age)


def _last_day(told: Told) -> str:
    return (told.stated or "").rpartition("..")[2].rstrip("]")
