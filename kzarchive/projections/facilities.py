"""Facilities: what was done to each building or site, and who says so.

Attempted, entered and burnt stand side by side, each with its origins. Where one origin has an attempt only and
another has the place entered, the reach is contested; how many say which decides nothing. Who did it is no term of a
building's status: it stands in the recorder's note beside each claim.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.entries import Entry, Rows, lines_of, pending_of, visible
from kzarchive.replay.claims import Claim
from kzarchive.replay.identity import count_origins
from kzarchive.replay.reasons import Status

ATTEMPTED = "attempted"
INSIDE = ("entered", "occupied")
BURNT = ("burning", "set_on_fire")
TERMS = (ATTEMPTED, *INSIDE, *BURNT, "damaged", "knocked_down", "cleared")


@attrs.frozen(kw_only=True)
class Facility(Entry):
    """A building or site.

    Attributes:
        reach: Whether it was entered or only attempted: ``contested`` where origins differ, else how well founded what
            they say is; None = neither is told.
    """

    reach: Status | None = None

    def side_by_side(self) -> dict[str, tuple[str, ...]]:
        """Returns who states each term, in a fixed order of terms; terms that nobody states are left out."""
        others = [told.words for told in self.told if told.words not in TERMS]
        found = {term: self.origins(term) for term in dict.fromkeys((*TERMS, *others))}
        return {term: origins for term, origins in found.items() if origins}

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            **Entry.to_dict(self),
            "reach": None if self.reach is None else self.reach.value,
            "side_by_side": {term: list(origins) for term, origins in self.side_by_side().items()},
        }

    def __str__(self) -> str:
        reach = "  contested: attempted against entered" if self.reach is Status.CONTESTED else ""
        rows = [f"{term.replace('_', ' ')}: {', '.join(origins)}" for term, origins in self.side_by_side().items()]
        return lines_of(f"{self.key}{reach}", (*rows, *self.plans, *self.unsettled))


@attrs.frozen
class Facilities:
    """Buildings and sites, by name and place.

    Attributes:
        measures: Slug of the status of a building.
    """

    name = "facilities"
    version = 1
    measures: tuple[str, ...] = ("facility_status",)

    def result(self, frames: Sequence[FrameClaims]) -> Rows[Facility]:
        """Returns a row for each building of which something is told."""
        return Rows(tuple(Facility.of(f, reach=reach_of(f)) for f in visible(frames)), pending_of(frames))


def reach_of(frame: FrameClaims) -> Status | None:
    """Returns how well it is founded whether a building was entered; None = nobody says that, or that it was tried."""
    inside = [claim for claim in frame.claims if _term(claim) in INSIDE]
    entered_by = {claim.origin for claim in inside}
    # Who has it entered may well have it attempted too; only those who stop at the attempt differ.
    short = [c for c in frame.claims if _term(c) == ATTEMPTED and c.origin not in entered_by]
    if not inside and not short:
        return None
    said = inside + short
    several = count_origins(((claim.id, claim.origin) for claim in said), frame.dependence) > 1
    if inside and short:
        return Status.CONTESTED if several else Status.ORDER_UNKNOWN
    return Status.CORROBORATED if several else Status.SINGLE_ORIGIN


def _term(claim: Claim) -> str:
    return str(getattr(claim.value, "term", ""))
