"""Held: the states that hold in a frame, with the claims that carry them (rule S18)."""

from collections.abc import Sequence

import attrs

from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Role, Rule, Status
from kzarchive.values.bounds import Bounds, Order


@attrs.frozen(kw_only=True)
class Held:
    """A state that holds.

    Attributes:
        term: Its slug.
        status: How well it is founded.
        carriers: The claims that state it; empty for an initial state, which nobody claims.
        inferred: Whether it goes beyond the days of any claim, or is taken from a whole.
    """

    term: str
    status: Status
    carriers: tuple[Claim, ...] = ()
    inferred: bool = False

    def starts(self) -> tuple[Bounds, ...]:
        """Returns the bounds of the start of each claim that states it."""
        return tuple(claim.spell.start for claim in self.carriers)

    @property
    def begun(self) -> tuple[Claim, ...]:
        """The claims that :attr:`start` is taken from."""
        return self.carriers

    @property
    def start(self) -> Bounds | None:
        """Bounds of its start, as the claim with the earliest one gives them; None = nobody claims it."""
        return earliest_start(self.begun) if self.begun else None


@attrs.frozen(kw_only=True)
class Standing:
    """Where things stand, with the claims that say so.

    Attributes:
        status: How well it is founded.
        held: The states that hold side by side, by their starts; empty = none is known.
        unclear: The claims that it is not clear; only where ``status`` is unknown.
        lapsed: The claims of states that do not persist and whose days are over; only where ``status`` is unknown.
        rivals: In-force claims of exclusive states whose order is unknown.
        milestones: Claims of milestones; shown on the timeline, never whereabouts.
    """

    status: Status
    held: tuple[Held, ...] = ()
    unclear: tuple[Claim, ...] = ()
    lapsed: tuple[Claim, ...] = ()
    rivals: tuple[Claim, ...] = ()
    milestones: tuple[Claim, ...] = ()

    @property
    def last(self) -> Held | None:
        """The state that starts definitely after all others that hold, or the only one; None = there is none."""
        return None if self.rivals else last_of(self.held)

    @property
    def term(self) -> str | None:
        """Slug of :attr:`last`; None = there is none."""
        return None if self.last is None else self.last.term

    @property
    def inferred(self) -> bool:
        """Whether :attr:`last` is inferred; where there is none, whether any state that holds is."""
        return any(held.inferred for held in self.held) if self.last is None else self.last.inferred

    @property
    def start(self) -> Bounds | None:
        """Bounds of the start of :attr:`last`, or since when it is not clear; None = no claim tells."""
        return earliest_start(self.begun) if self.begun else None

    @property
    def begun(self) -> tuple[Claim, ...]:
        """The claims that :attr:`start` is taken from."""
        if self.last is not None:
            return self.last.carriers
        return self.unclear if not self.held else ()

    @property
    def carriers(self) -> tuple[Claim, ...]:
        """The claims that state what holds or held last, or that it is not clear."""
        return (*(claim for held in self.held for claim in held.carriers), *self.unclear, *self.lapsed)

    def starts(self) -> tuple[Bounds, ...]:
        """Returns the bounds of the start of each claim that carries or disputes the state."""
        return tuple(claim.spell.start for claim in (*self.carriers, *self.rivals))

    def roles(self) -> dict[str, tuple[Rule, Role]]:
        """Returns the part that each claim plays, by its id."""
        carriers = {c.id: (Rule.S18, Role.POINT) for c in self.carriers}
        rivals = {c.id: (Rule.S18, Role.BOUND) for c in self.rivals}
        milestones = {c.id: (Rule.S18, Role.SUPPORT) for c in self.milestones}
        return carriers | rivals | milestones


def last_of(held: Sequence[Held]) -> Held | None:
    """Returns the state that starts definitely after all others, or the only one; None = there is none."""
    return next((h for h in held if all(h is o or starts_after(h, o) for o in held)), None)


def founded(held: Sequence[Held]) -> Status:
    """Returns how well states that hold side by side are founded: as the last of them, or as the weakest."""
    last = last_of(held)
    statuses = {each.status for each in ([last] if last else held)}
    return Status.CORROBORATED if statuses == {Status.CORROBORATED} else Status.SINGLE_ORIGIN


def begins(claim: Claim) -> tuple[int, int]:
    """Orders claims by the starts of their states, by the latest bound first; an open one comes last."""
    start = claim.spell.start
    far = 2**62
    return (start.latest if start.latest is not None else far, start.earliest if start.earliest is not None else -far)


def earliest_start(claims: Sequence[Claim]) -> Bounds:
    """Returns the bounds of the start that the claim with the earliest one gives."""
    return min(claims, key=begins).spell.start


def starts_after(one: Standing | Held, other: Standing | Held) -> bool:
    """Returns whether a claim of the one starts definitely after every claim of the other."""
    return any(all(start.before(last) is Order.DEFINITELY for start in other.starts()) for last in one.starts())
