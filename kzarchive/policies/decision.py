"""The contract of a policy: claims in, one decision out.

A policy is one decision over the claims that rules S0 to S7 leave. It is pure: the same claims give the same
decision, in whatever order they come. It may be passed to ``as_of(policy=...)``; its name is part of the basis.
"""

from collections.abc import Sequence
from typing import Protocol

import attrs

from kzarchive.errors import UsageError
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Role, Rule, Status
from kzarchive.values.conventions import Number, interval_of


@attrs.frozen(kw_only=True)
class Decision:
    """What a policy decides.

    Attributes:
        status: How well the answer is founded.
        low: Lowest number; None = open.
        best: A number that a live claim states; None = none.
        high: Highest number; None = open.
        soft: Whether ``best`` was stated as approximate.
        roles: The part that each claim plays, by its id.
        rejected: The rule and the words for each claim that plays none, by its id.
    """

    status: Status
    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    soft: bool = False
    roles: dict[str, tuple[Rule, Role]] = attrs.field(factory=dict)
    rejected: dict[str, tuple[Rule, str]] = attrs.field(factory=dict)


class CountOrigins(Protocol):
    """Counts the independent origins behind claims."""

    def __call__(self, claims: Sequence[Claim]) -> int:
        """Returns the number of origins; dependent ones count as one."""
        ...


class Policy(Protocol):
    """A rule that decides among live claims."""

    @property
    def name(self) -> str:
        """Its name with a version, such as ``range/1``."""
        ...

    def decide(self, claims: Sequence[Claim], *, origins: CountOrigins) -> Decision:
        """Returns the decision over one or more claims that all have an interval."""
        ...


def check_decision(policy: Policy, decision: Decision, claims: Sequence[Claim]) -> None:
    """Checks that a policy keeps to its contract.

    Raises:
        UsageError: It gave no decision, a number that no claim states as ``best``, or bounds out of order.
    """
    if not isinstance(decision, Decision):
        raise UsageError(f"policy {policy.name}: expected a Decision, got {decision!r}")
    if not isinstance(decision.status, Status):
        raise UsageError(f"policy {policy.name}: expected a Status, got {decision.status!r}")
    for name, bound in (("low", decision.low), ("high", decision.high)):
        if bound is not None and not _is_stated(bound, claims):
            raise UsageError(f"policy {policy.name}: expected a {name} that a claim states, got {bound!r}")
    if decision.best is not None and not _is_stated(decision.best, claims):
        raise UsageError(f"policy {policy.name}: expected a best that a claim states, got {decision.best!r}")
    try:
        interval_of(decision.low, decision.best, decision.high)
    except UsageError as error:
        raise UsageError(f"policy {policy.name}: {error}") from error
    strangers = (decision.roles.keys() | decision.rejected.keys()) - {claim.id for claim in claims}
    if strangers:
        raise UsageError(f"policy {policy.name}: expected parts for its claims only, got {sorted(strangers)}")


def _is_stated(number: Number, claims: Sequence[Claim]) -> bool:
    """Returns whether a claim has a number as its point or as a bound."""
    for claim in claims:
        interval = claim.interval
        if interval is not None and number in (interval.point, interval.low, interval.high):
            return True
    return False
