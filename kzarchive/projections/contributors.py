"""Contributors: which contingents a force is said to have, by whom, and whose list leaves one out.

A list is what one origin names in one document, where that is two contingents or more. A list that lacks a contingent
which others name is an omission: lists need not be complete, so it is shown and is never read as a denial.
"""

import enum
from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.entries import Entry, Rows, lines_of, pending_of, visible
from kzarchive.projections.told import Told
from kzarchive.values.assertions import Modality


class Naming(enum.StrEnum):
    """How the claims about one contingent stand to each other."""

    NAMED = "named"
    CONTESTED_BY_OMISSION = "contested_by_omission"
    DENIED = "denied"
    NOT_NAMED = "not_named"


@attrs.frozen(kw_only=True)
class NameList:
    """What one origin names in one document.

    Attributes:
        origin: Slug of the origin.
        document: Short name of the document.
        contingents: Slugs of the contingents, sorted; two or more.
    """

    origin: str
    document: str
    contingents: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {"origin": self.origin, "document": self.document, "contingents": list(self.contingents)}

    def __str__(self) -> str:
        return f"{', '.join(self.contingents)}  [{self.origin}, document {self.document}]"


@attrs.frozen(kw_only=True)
class Contributor:
    """One contingent.

    Attributes:
        contingent: Its slug.
        named_by: Who names it as sent.
        denied_by: Who says that it was not.
        unsettled: Who says so without certainty.
        missing_from: The lists that lack it.
    """

    contingent: str
    named_by: tuple[Told, ...] = ()
    denied_by: tuple[Told, ...] = ()
    unsettled: tuple[Told, ...] = ()
    missing_from: tuple[NameList, ...] = ()

    @property
    def key(self) -> str:
        """The contingent."""
        return self.contingent

    @property
    def naming(self) -> Naming:
        """How its claims stand to each other; a denial goes before an omission."""
        if self.denied_by:
            return Naming.DENIED
        if not self.named_by:
            return Naming.NOT_NAMED
        return Naming.CONTESTED_BY_OMISSION if self.missing_from else Naming.NAMED

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            "contingent": self.contingent,
            "naming": self.naming.value,
            "named_by": [told.to_dict() for told in self.named_by],
            "denied_by": [told.to_dict() for told in self.denied_by],
            "unsettled": [told.to_dict() for told in self.unsettled],
            "missing_from": [one.to_dict() for one in self.missing_from],
        }

    def __str__(self) -> str:
        missing = [f"not in the list {one}; an omission is no denial" for one in self.missing_from]
        denied = [f"denied, {told}" for told in self.denied_by]
        title = f"{self.contingent}  {self.naming.value.replace('_', ' ')}"
        return lines_of(title, (*self.named_by, *denied, *self.unsettled, *missing))


@attrs.frozen(kw_only=True)
class ContributorList:
    """The contingents of a force, the lists that name them, and the members of its alliance.

    Attributes:
        contingents: Those that somebody names, or that are said not to have been sent.
        lists: What each origin names, two contingents or more.
        members: Names and number of the members of the alliance; to be a member is not to have sent anybody.
    """

    contingents: Rows[Contributor]
    lists: tuple[NameList, ...]
    members: Rows[Entry]

    def __getitem__(self, contingent: str) -> Contributor:
        """Returns a contingent.

        Raises:
            UnknownFrame: Nobody names it.
        """
        return self.contingents[contingent]

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        return {
            "contingents": self.contingents.to_dict(),
            "lists": [one.to_dict() for one in self.lists],
            "members": self.members.to_dict(),
        }

    def __str__(self) -> str:
        parts = (("contingents", self.contingents), ("members of the alliance, whether or not they sent", self.members))
        return "\n".join(lines_of(title, str(rows).splitlines()) for title, rows in parts)


@attrs.frozen
class Contributors:
    """Contributing countries, by who names them.

    Attributes:
        measures: Slugs of the status of a contingent, of the names of members and of their number.
        force: Slug of the whole force.
        place: Slug of the place.
        naming: Terms that name a contingent as part of the force.
    """

    name = "contributors"
    version = 1
    measures: tuple[str, ...] = ("contingent_status", "members", "member_states")
    force: str = "csto"
    place: str = "KZ"
    naming: tuple[str, ...] = ("sent",)

    def result(self, frames: Sequence[FrameClaims]) -> ContributorList:
        """Returns the contingents without parts of their own, the lists, and the members."""
        status, *alliance = self.measures
        here = [f for f in frames if f.frame.measure == status and f.frame.place == self.place]
        single = [f for f in here if self.force in f.wholes and not f.parts]
        rows = {f.frame.subject: self._row(f) for f in single}
        lists = _lists(rows)
        named = [
            attrs.evolve(row, missing_from=tuple(one for one in lists if row.contingent not in one.contingents))
            for row in rows.values()
            if row.named_by or row.denied_by or row.unsettled
        ]
        members = [f for f in frames if f.frame.measure in alliance]
        return ContributorList(
            contingents=Rows(tuple(named), pending_of(single)),
            lists=lists,
            members=Rows(tuple(map(Entry.of, visible(members))), pending_of(members)),
        )

    def _row(self, frame: FrameClaims) -> Contributor:
        entry = Entry.of(frame)
        unsettled = [told for told in entry.unsettled if told.words in self.naming]
        counter = Modality.COUNTER.value
        return Contributor(
            contingent=frame.frame.subject,
            named_by=entry.saying(*self.naming),
            denied_by=tuple(told for told in unsettled if told.modality == counter),
            unsettled=tuple(told for told in unsettled if told.modality != counter),
        )


def _lists(rows: dict[str, Contributor]) -> tuple[NameList, ...]:
    named: dict[tuple[str, str], set[str]] = {}
    for contingent, row in rows.items():
        for told in row.named_by:
            named.setdefault((told.origin, told.document), set()).add(contingent)
    return tuple(
        NameList(origin=origin, document=document, contingents=tuple(sorted(contingents)))
        for (origin, document), contingents in sorted(named.items())
        if len(contingents) > 1
    )
