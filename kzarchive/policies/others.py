"""The other shipped policies. Each is one decision over the claims that rules S0 to S7 leave.

========================  =========================================================================================
name                      decision
========================  =========================================================================================
``latest/1``              ``range/1`` over the claims whose reference time is definitely the latest; none where
                          the order is not known
``conservative/1``        the bounds of ``range/1``; ``best`` is the low, and none where the low is open
``source-priority/1``     ``range/1`` over the claims of the first origin, in the order given, that makes any
``majority-of-origins/1`` the bounds of ``range/1``; ``best`` is the point that most independent origins state; a tie
                          gives none
========================  =========================================================================================
"""

import math
from collections.abc import Sequence

import attrs

from kzarchive.errors import UsageError, near
from kzarchive.policies.decision import CountOrigins, Decision, Policy
from kzarchive.policies.range import RANGE, hull
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Role, Rule, Status
from kzarchive.values.bounds import Order
from kzarchive.values.conventions import Number


class LatestPolicy:
    """Only the definitely latest claim counts."""

    name = "latest/1"

    def decide(self, claims: Sequence[Claim], *, origins: CountOrigins) -> Decision:
        """Returns the decision; see the module."""
        latest = max(claims, key=_earliest)
        if not all(o is latest or o.reference.before(latest.reference) is Order.DEFINITELY for o in claims):
            low, high = hull([claim.interval for claim in claims if claim.interval is not None])
            roles = {claim.id: (Rule.S8, Role.BOUND) for claim in claims}
            return Decision(status=Status.ORDER_UNKNOWN, low=low, high=high, roles=roles)
        return _only([latest], claims, "not the latest", origins)


def _earliest(claim: Claim) -> float:
    """Orders claims by the first second that they may refer to: only the last one can be later than all others."""
    return -math.inf if claim.reference.earliest is None else claim.reference.earliest


def _only(chosen: Sequence[Claim], claims: Sequence[Claim], words: str, origins: CountOrigins) -> Decision:
    decision = RANGE.decide([claim._replace(floor=False) for claim in chosen], origins=origins)
    rejected = {claim.id: (Rule.S8, words) for claim in claims if claim not in chosen}
    return attrs.evolve(decision, rejected=rejected)


class ConservativePolicy:
    """The lowest number claimed, where there is one."""

    name = "conservative/1"

    def decide(self, claims: Sequence[Claim], *, origins: CountOrigins) -> Decision:
        """Returns the decision; see the module."""
        decision = RANGE.decide(claims, origins=origins)
        return attrs.evolve(decision, best=decision.low, soft=False)


@attrs.frozen
class SourcePriorityPolicy:
    """The first origin of a given order that says anything.

    Attributes:
        order: Slugs of origins, the first one preferred.
    """

    order: tuple[str, ...]
    name: str = attrs.field(init=False)

    @name.default
    def _named(self) -> str:
        return f"source-priority/1({','.join(self.order)})"

    def decide(self, claims: Sequence[Claim], *, origins: CountOrigins) -> Decision:
        """Returns the decision; see the module. Without a claim of any origin of the order nothing is decided."""
        for origin in self.order:
            chosen = [claim for claim in claims if claim.origin == origin]
            if chosen:
                return _only(chosen, claims, f"{origin} goes first", origins)
        rejected = {claim.id: (Rule.S8, "of no origin in the order given") for claim in claims}
        return Decision(status=Status.UNCOMMITTED, rejected=rejected)


class MajorityPolicy:
    """The point that most independent origins state."""

    name = "majority-of-origins/1"

    def decide(self, claims: Sequence[Claim], *, origins: CountOrigins) -> Decision:
        """Returns the decision; see the module."""
        decision = RANGE.decide(claims, origins=origins)
        best = _most_stated(claims, origins)
        inside = best is not None and _holds(decision, best)
        return attrs.evolve(decision, best=best if inside else None, soft=False)


def _most_stated(claims: Sequence[Claim], origins: CountOrigins) -> Number | None:
    points = {claim.bounds.point for claim in claims if claim.bounds.point is not None}
    counts = {point: origins([claim for claim in claims if claim.bounds.point == point]) for point in points}
    most = [point for point, count in counts.items() if count == max(counts.values())]
    return most[0] if len(most) == 1 else None


def _holds(decision: Decision, number: Number) -> bool:
    above = decision.low is None or decision.low <= number
    return above and (decision.high is None or number <= decision.high)


LATEST, CONSERVATIVE, MAJORITY = LatestPolicy(), ConservativePolicy(), MajorityPolicy()
SHIPPED: dict[str, Policy] = {policy.name: policy for policy in (RANGE, LATEST, CONSERVATIVE, MAJORITY)}
PRIORITY = "source-priority/1"


def policy_named(name: str) -> Policy | None:
    """Returns the shipped policy of a name; ``source-priority/1(a,b)`` holds its order. None = there is none."""
    if name.startswith(f"{PRIORITY}(") and name.endswith(")"):
        return SourcePriorityPolicy(tuple(filter(None, name[len(PRIORITY) + 1 : -1].split(","))))
    return SHIPPED.get(name)


def chosen_policy(policy: str | Policy) -> Policy:
    """Returns the policy of a name, or one of a user's own.

    Raises:
        UsageError: There is no shipped policy of that name; the object is no policy, or borrows a shipped one's name.
    """
    if isinstance(policy, str):
        known = policy_named(policy)
        if known is None:
            names = [*SHIPPED, f"{PRIORITY}(ORIGIN,...)"]
            raise UsageError(f"policy: expected one of {', '.join(names)}, got {policy!r}{near(policy, names)}")
        return known
    if not isinstance(getattr(policy, "name", None), str) or not callable(getattr(policy, "decide", None)):
        raise UsageError(f"policy: expected a name, or an object with 'name' and 'decide', got {policy!r}")
    shipped = policy_named(policy.name)
    if shipped is not None and type(shipped) is not type(policy):
        raise UsageError(f"policy: expected a name of its own, got {policy.name!r}, which a shipped policy has")
    return policy
