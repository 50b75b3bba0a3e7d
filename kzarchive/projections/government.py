"""Government: who holds which office, by whose act it ended, and who leads the Security Council.

That somebody is out of office and by whose act are two questions. The first is a state with a date. On the second,
claims that name different acts stand against each other whatever their dates, and no number of origins settles it.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.entries import Entry, Rows, lines_of, pending_of, visible
from kzarchive.projections.told import Told
from kzarchive.replay.identity import count_origins
from kzarchive.replay.reasons import Status

ENDINGS = ("resigned", "dismissed")
LEADS = "chair"
REMOVED = "removed"


@attrs.frozen(kw_only=True)
class Office(Entry):
    """A person or body and its office.

    Attributes:
        agency: How well it is founded by whose act it left the office: ``contested`` where origins name different acts,
            ``order_unknown`` where one origin does; None = nobody says that it left.
    """

    agency: Status | None = None

    def acts(self) -> tuple[str, ...]:
        """Returns the acts that somebody names and has not replaced."""
        return tuple(term for term in ENDINGS if self.origins(term))

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        agency = None if self.agency is None else self.agency.value
        return {**Entry.to_dict(self), "agency": agency, "acts": list(self.acts())}

    def headline(self) -> str:
        """Returns the office in a few words; a contested act is not named as the state."""
        if self.agency not in {Status.CONTESTED, Status.ORDER_UNKNOWN}:
            return Entry.headline(self)
        by = " against ".join(f"{term} ({', '.join(self.origins(term))})" for term in self.acts())
        left = self.answer.state is None or self.answer.state in ENDINGS
        state = "out of office" if left else f"{Entry.headline(self)}; out of office before"
        return f"{state}, by whose act {self.agency.value.replace('_', ' ')}: {by}"


@attrs.frozen(kw_only=True)
class GovernmentState:
    """Offices, the Security Council and departures.

    Attributes:
        offices: Persons and bodies with their offices, heads of state among them.
        council: The Security Council: roles and meetings.
        departures: When somebody left an office.
    """

    offices: Rows[Office]
    council: Rows[Entry]
    departures: Rows[Entry]

    def __getitem__(self, office: str) -> Office:
        """Returns an office, such as ``cabinet/KZ``.

        Raises:
            UnknownFrame: Nothing is told of it.
        """
        return self.offices[office]

    @property
    def leads_council(self) -> tuple[Told, ...]:
        """Who is said to lead the council."""
        return tuple(told for entry in self.council for told in entry.saying(LEADS))

    @property
    def removed_from_council(self) -> tuple[Told, ...]:
        """Who is said to have been removed from it."""
        return tuple(told for entry in self.council for told in entry.saying(REMOVED))

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            "offices": self.offices.to_dict(),
            "council": self.council.to_dict(),
            "departures": self.departures.to_dict(),
        }

    def __str__(self) -> str:
        parts = (("offices", self.offices), ("council", self.council), ("left office", self.departures))
        return "\n".join(lines_of(title, str(rows).splitlines()) for title, rows in parts)


@attrs.frozen
class Government:
    """Who governs, by person or body.

    Attributes:
        measures: Slugs of the status of an office, of the role in the council and of the day of departure.
    """

    name = "government"
    version = 1
    measures: tuple[str, ...] = ("office_status", "council_role", "left_office")

    def result(self, frames: Sequence[FrameClaims]) -> GovernmentState:
        """Returns the offices, the council and the departures of which something is told."""
        office, council, left = ([f for f in frames if f.frame.measure == measure] for measure in self.measures)
        return GovernmentState(
            offices=Rows(tuple(Office.of(f, agency=agency_of(f)) for f in visible(office)), pending_of(office)),
            council=Rows(tuple(map(Entry.of, visible(council))), pending_of(council)),
            departures=Rows(tuple(map(Entry.of, visible(left))), pending_of(left)),
        )


def agency_of(frame: FrameClaims) -> Status | None:
    """Returns how well it is founded by whose act an office ended; None = nobody says that it did."""
    ended = [c for c in frame.claims if getattr(c.value, "term", None) in ENDINGS]
    if not ended:
        return None
    origins = count_origins(((claim.id, claim.origin) for claim in ended), frame.dependence)
    if len({claim.value for claim in ended}) > 1:
        return Status.CONTESTED if origins > 1 else Status.ORDER_UNKNOWN
    return Status.CORROBORATED if origins > 1 else Status.SINGLE_ORIGIN
