"""``range/1``, the default policy: what is claimed, from the lowest to the highest (rules S8 to S10).

1. An interval that properly contains another live one is weaker: compatible, and narrows nothing.
2. The others agree when they intersect and, where two or more state points, one of the points lies in the
   intersection. Then the answer is the intersection, and ``best`` a stated point inside it: an exact one before a
   soft one; two different soft ones give none.
3. Else they conflict: the answer is the hull of the intervals as claimed, floors with their own upper end, and has no
   ``best``. It is a range of claims and no confidence interval.

Nothing is averaged, no midpoint is taken and no majority counted: ``low <= best <= high``, and ``best`` was stated.
"""

from collections.abc import Sequence
from typing import Final

from kzarchive.policies.decision import CountOrigins, Decision
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Role, Rule, Status
from kzarchive.values.conventions import Interval, Number, interval_of


class RangePolicy:
    """The default policy."""

    name = "range/1"

    def decide(self, claims: Sequence[Claim], *, origins: CountOrigins) -> Decision:
        """Returns the decision; see the module."""
        strong = strongest(claims)
        common = intersection([claim.bounds for claim in strong])
        points = [point for claim in strong if (point := _point(claim)) is not None]
        agree = common is not None and (len(points) < 2 or any(common.holds(point) for point in points))
        if common is None or not agree:
            return conflict(claims, strong, origins)
        return agreement(claims, strong, common, origins)


RANGE = RangePolicy()


def strongest(claims: Sequence[Claim]) -> list[Claim]:
    """Returns the claims whose interval properly contains no other one's: those that decide the figures."""
    if len(claims) == 1:
        return list(claims)
    ends = [_ends(claim) for claim in claims]
    narrow = _containing_no_other(set(ends))
    return [claim for claim, end in zip(claims, ends, strict=True) if end in narrow]


_Ends = tuple[tuple[bool, Number], tuple[bool, Number]]


_OPEN_BELOW: Final = (False, 0)
_OPEN_ABOVE: Final = (True, 0)


def _ends(claim: Claim) -> _Ends:
    """Returns the two ends of the bounds of a claim in a form that orders an open end outside every number."""
    interval = claim.interval
    if interval is None:
        return _OPEN_BELOW, _OPEN_ABOVE
    low = _OPEN_BELOW if interval.low is None else (True, interval.low)
    return low, _OPEN_ABOVE if claim.floor or interval.high is None else (False, interval.high)


def _point(claim: Claim) -> Number | None:
    """Returns the point of the bounds of a claim; a floor has none."""
    return None if claim.floor or claim.interval is None else claim.interval.point


def _containing_no_other(intervals: set[_Ends]) -> set[_Ends]:
    """Returns those of different intervals in which no other one lies.

    From the highest low to the lowest, of one low the narrowest first: only one that came before can lie in the next.
    """
    found: set[_Ends] = set()
    nearest: tuple[bool, Number] | None = None
    by_low = sorted(sorted(intervals), key=lambda ends: ends[0], reverse=True)
    for low, high in by_low:
        if nearest is None or high < nearest:
            found.add((low, high))
            nearest = high
    return found


def intersection(intervals: Sequence[Interval]) -> Interval | None:
    """Returns what one or more intervals have in common, without a point; None = nothing."""
    common: Interval | None = interval_of(None, None, None)
    for interval in intervals:
        common = common.intersect(interval) if common is not None else None
    return common


def hull(intervals: Sequence[Interval]) -> tuple[Number | None, Number | None]:
    """Returns the lowest low and the highest high of one or more intervals; None = open."""
    lows = [interval.low for interval in intervals]
    highs = [interval.high for interval in intervals]
    low = None if None in lows else min(bound for bound in lows if bound is not None)
    high = None if None in highs else max(bound for bound in highs if bound is not None)
    return low, high


def conflict(claims: Sequence[Claim], strong: Sequence[Claim], origins: CountOrigins) -> Decision:
    """Returns the decision where claims cannot all be true."""
    low, high = hull([claim.interval for claim in strong if claim.interval is not None])
    status = Status.CONTESTED if origins(strong) > 1 else Status.ORDER_UNKNOWN
    bounding = {claim.id for claim in strong}
    roles = {claim.id: (Rule.S8, Role.BOUND if claim.id in bounding else Role.COMPATIBLE) for claim in claims}
    return Decision(status=status, low=low, high=high, roles=roles)


def agreement(claims: Sequence[Claim], strong: Sequence[Claim], common: Interval, origins: CountOrigins) -> Decision:
    """Returns the decision where the strong claims intersect in ``common``."""
    best, soft = stated_point(claims, common)
    bounding = {claim.id for claim in strong}
    roles = {claim.id: _role(claim, claim.id in bounding, best) for claim in claims}
    status = _status(claims, strong, common, best, origins)
    return Decision(status=status, low=common.low, best=best, high=common.high, soft=soft, roles=roles)


def stated_point(claims: Sequence[Claim], common: Interval) -> tuple[Number | None, bool]:
    """Returns the point stated inside ``common`` and whether it is soft: exact before soft, two soft ones none."""
    stated = [c.interval for c in claims if c.interval is not None and _point(c) is not None]
    inside = [interval for interval in stated if interval.point is not None and common.holds(interval.point)]
    exact = {interval.point for interval in inside if not interval.soft}
    soft = {interval.point for interval in inside if interval.soft}
    if exact:
        return (exact.pop(), False) if len(exact) == 1 else (None, False)
    return (soft.pop(), True) if len(soft) == 1 else (None, False)


def _role(claim: Claim, strong: bool, best: Number | None) -> tuple[Rule, Role]:
    if best is not None and _point(claim) == best:
        return Rule.S9, Role.POINT
    if claim.floor:
        support = best is not None and claim.interval is not None and claim.interval.point == best
        return Rule.S7, Role.SUPPORT if support else Role.FLOOR
    return Rule.S8, Role.BOUND if strong else Role.COMPATIBLE


def _status(
    claims: Sequence[Claim], strong: Sequence[Claim], common: Interval, best: Number | None, origins: CountOrigins
) -> Status:
    if best is not None:
        stating = [c for c in claims if c.interval is not None and c.interval.point == best]
        return Status.CORROBORATED if origins(stating) > 1 else Status.SINGLE_ORIGIN
    if common.low is None or common.high is None:
        return Status.VAGUE
    same = [c for c in strong if (c.bounds.low, c.bounds.high) == (common.low, common.high)]
    if same and origins(same) > 1:
        return Status.CORROBORATED
    return Status.COMPATIBLE if origins(strong) > 1 else Status.SINGLE_ORIGIN
