"""Standing: which claims of an origin a later word replaces (S6), and which count only as floors (S7)."""

from collections.abc import Sequence

import attrs

from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Flag, Rule, WhyNot
from kzarchive.replay.selection import Selected, period
from kzarchive.values.bounds import Order
from kzarchive.values.content import Money, Status
from kzarchive.values.conventions import Interval
from kzarchive.values.terms import Aggregation, Measure

PERIODS = {Aggregation.INCREMENT, Aggregation.OCCURRENCE}


def settle(selected: Selected) -> None:
    """Applies S6 and S7 to what was selected, in place."""
    aggregation = selected.measure.aggregation
    if aggregation is Aggregation.TEXT:
        return
    selected.claims = _supersede(selected)
    if aggregation is Aggregation.CUMULATIVE:
        selected.claims = [_floored(claim, selected.claims) for claim in selected.claims]
    elif aggregation is Aggregation.LEVEL:
        selected.claims = _current(selected)
    elif aggregation in PERIODS:
        selected.claims = _latest_period(selected)


def _supersede(selected: Selected) -> list[Claim]:
    standing = []
    # By id, so that the order of recording does not tell which of several later words is named.
    selected.claims.sort(key=lambda claim: claim.id)
    for claim in selected.claims:
        later = next((other for other in selected.claims if supersedes(other, claim, selected.measure)), None)
        if later is None:
            standing.append(claim)
            continue
        selected.why_not += _out(claim, Rule.S6, f"superseded by {later.id[:12]} of the same origin")
        if _lower(later.interval, claim.interval):
            selected.flags.add(Flag.DOWNWARD_REVISION)
    return standing


def _out(claim: Claim, rule: Rule, detail: str) -> list[WhyNot]:
    return [WhyNot(identity, rule, detail) for identity in (claim.id, *claim.agreeing)]


def _lower(later: Interval | None, earlier: Interval | None) -> bool:
    return (
        later is not None
        and earlier is not None
        and later.high is not None
        and earlier.low is not None
        and later.high < earlier.low
    )


def supersedes(later: Claim, earlier: Claim, measure: Measure) -> bool:
    """Returns whether one claim of an origin replaces another one of it (S6)."""
    if later is earlier or later.origin != earlier.origin or not _comparable(later, earlier, measure):
        return False
    about_earlier = later.reference.before(earlier.reference) is Order.DEFINITELY
    return (
        earlier.stated.before(later.stated) is Order.DEFINITELY
        and not about_earlier
        and not bare_bound(later.interval, earlier.interval)
    )


def _comparable(one: Claim, other: Claim, measure: Measure) -> bool:
    if isinstance(one.value, Status) and isinstance(other.value, Status):
        pair = {one.value.term, other.value.term}
        return any(pair <= set(group) for group in measure.exclusive)
    same_period = measure.aggregation not in PERIODS or period(one) == period(other)
    return unit(one) == unit(other) and same_period


def unit(claim: Claim) -> str:
    """Returns the currency and unit of an amount of money; empty for what is no money."""
    return f"{claim.value.currency}/{claim.value.per}" if isinstance(claim.value, Money) else ""


def bare_bound(bound: Interval | None, other: Interval | None) -> bool:
    """Returns whether ``bound`` says only "at least x" while ``other``, from x upwards, says more."""
    if bound is None or other is None or bound == other:
        return False
    only_low = bound.low is not None and bound.point is None and bound.high is None
    return only_low and other.low is not None and bound.low is not None and bound.low <= other.low


def _floored(claim: Claim, claims: Sequence[Claim]) -> Claim:
    return attrs.evolve(claim, floor=True) if any(_overtakes(other, claim) for other in claims) else claim


def _current(selected: Selected) -> list[Claim]:
    current = []
    for claim in selected.claims:
        later = next((other for other in selected.claims if _overtakes(other, claim)), None)
        if later is None:
            current.append(claim)
        else:
            selected.why_not += _out(claim, Rule.S7, f"history: {later.id[:12]} refers to a later time")
    return current


def _overtakes(later: Claim, claim: Claim) -> bool:
    return (
        unit(later) == unit(claim)
        and claim.reference.before(later.reference) is Order.DEFINITELY
        and claim.interval != later.interval
        and not bare_bound(later.interval, claim.interval)
    )


def _latest_period(selected: Selected) -> list[Claim]:
    """Returns the claims of the latest period of each unit, and of periods that may be as late or the same."""
    last = {(unit(claim), period(claim)) for claim in selected.claims if not _is_followed(claim, selected.claims)}
    latest = []
    for claim in selected.claims:
        if (unit(claim), period(claim)) in last:
            latest.append(claim)
        else:
            selected.why_not += _out(claim, Rule.S7, "of an earlier period than the answer")
    return latest


def _is_followed(claim: Claim, claims: Sequence[Claim]) -> bool:
    return any(
        unit(other) == unit(claim)
        and period(other) != period(claim)
        and claim.reference.before(other.reference) is Order.DEFINITELY
        for other in claims
    )
