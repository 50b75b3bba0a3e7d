"""Closed bounds of one moment, in whole UTC seconds, and comparisons that may answer "possibly".

A moment that is not known to the second is kept as the seconds between which it lies. Two such moments often have
no known order, and a comparison then says so: it answers with an :class:`Order`, never with a guess.
"""

import enum
import functools

import attrs

from kzarchive.errors import InvalidDate
from kzarchive.values.making import maker


class Order(enum.Enum):
    """The three answers to "was it before?"."""

    DEFINITELY = "definitely"
    POSSIBLY = "possibly"
    NOT = "definitely not"


@attrs.frozen
class Bounds:
    """Closed interval of whole UTC seconds since 1970-01-01T00:00:00Z in which one moment lies.

    Attributes:
        earliest: The first second at which it can lie, inclusive; None when nothing bounds it below.
        latest: The last second at which it can lie, inclusive; None when nothing bounds it above.

    Raises:
        InvalidDate: ``earliest`` is after ``latest``: no second is left.
    """

    earliest: int | None
    latest: int | None

    def __attrs_post_init__(self) -> None:
        if _is_empty(self.earliest, self.latest):
            message = f"expected bounds with earliest <= latest, got {self.earliest} and {self.latest}"
            raise InvalidDate(message)

    def before(self, other: "Bounds") -> Order:
        """Say whether this moment is strictly before the other one.

        Two moments within the same single second are not before each other.

        >>> Bounds(1, 5).before(Bounds(6, 9)), Bounds(1, 5).before(Bounds(5, 9)), Bounds(5, 9).before(Bounds(1, 5))
        (<Order.DEFINITELY: 'definitely'>, <Order.POSSIBLY: 'possibly'>, <Order.NOT: 'definitely not'>)
        """
        if self.latest is not None and other.earliest is not None and self.latest < other.earliest:
            return Order.DEFINITELY
        if self.earliest is not None and other.latest is not None and self.earliest >= other.latest:
            return Order.NOT
        return Order.POSSIBLY

    def by(self, instant: int) -> Order:
        """Say whether this moment is at or before ``instant``, a UTC second since 1970-01-01T00:00:00Z."""
        latest, earliest = self.latest, self.earliest
        if latest is not None and latest <= instant:
            return Order.DEFINITELY
        return Order.NOT if earliest is not None and earliest > instant else Order.POSSIBLY

    def intersect(self, other: "Bounds") -> "Bounds | None":
        """Return the seconds that lie in both, or None when there is none."""
        return _nonempty(_later(self.earliest, other.earliest), _earlier(self.latest, other.latest))

    def at_most(self, other: "Bounds") -> "Bounds | None":
        """Return these bounds, tightened by the knowledge that this moment is not after the other.

        Only ``latest`` can change. None when no second is left: the two moments contradict that order.
        """
        return _nonempty(self.earliest, _earlier(self.latest, other.latest))

    def at_least(self, other: "Bounds") -> "Bounds | None":
        """Return these bounds, tightened by the knowledge that this moment is not before the other.

        Only ``earliest`` can change. None when no second is left: the two moments contradict that order.
        """
        return _nonempty(_later(self.earliest, other.earliest), self.latest)


@functools.lru_cache(50_000)
def bounds_of(earliest: int | None, latest: int | None) -> Bounds:
    """Returns the bounds of two seconds; the same ones for the same seconds, while they are remembered.

    Raises:
        InvalidDate: As :class:`Bounds`.
    """
    return Bounds(earliest, latest) if _is_empty(earliest, latest) else _made(earliest, latest)


_made = maker(Bounds)


def _is_empty(earliest: int | None, latest: int | None) -> bool:
    return earliest is not None and latest is not None and earliest > latest


def _nonempty(earliest: int | None, latest: int | None) -> Bounds | None:
    return None if _is_empty(earliest, latest) else bounds_of(earliest, latest)


def _later(one: int | None, other: int | None) -> int | None:
    """Return the tighter of two lower bounds."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _earlier(one: int | None, other: int | None) -> int | None:
    """Return the tighter of two upper bounds."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


UNBOUNDED = Bounds(None, None)
"""The bounds of a moment of which nothing is known."""
