"""Standing: which claims take part in an answer after a later word or a later figure (S6, S7).

Increments and occurrences of different periods are never decided together. The answer is of the latest period; where
it is not known which of several periods is the latest, the claims of each of them are left, and the answer lists them
apart (:class:`~kzarchive.policies.answer.BestKnown`, ``by_period``).
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from kzarchive.derived.facts import PERIODS
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Flag, Rule, WhyNot
from kzarchive.replay.selection import Selected
from kzarchive.replay.supersession import Superseded, bare_bound, supersede
from kzarchive.values.bounds import Order
from kzarchive.values.later import Later
from kzarchive.values.terms import Aggregation


def settle(selected: Selected) -> None:
    """Applies S6 and S7 to what was selected, in place."""
    aggregation = selected.measure.aggregation
    if aggregation is Aggregation.TEXT or selected.is_empty:
        return
    found = supersede(selected.claims, selected.measure)
    selected.claims = found.standing
    selected.why_not += replaced(found)
    involved, measure = selected.involved, selected.measure
    if involved is not None:
        selected.replaced = Later(lambda: replaced(supersede(involved(), measure)))
    if found.lowered:
        selected.flags.add(Flag.DOWNWARD_REVISION)
    if aggregation is Aggregation.CUMULATIVE:
        selected.claims = _floored(selected.claims)
    elif aggregation is Aggregation.LEVEL:
        selected.claims = _current(selected)
    elif aggregation in PERIODS:
        selected.claims = _latest_periods(selected)


def replaced(found: Superseded) -> list[WhyNot]:
    """Returns which claims do not stand, and what replaced each."""
    return [
        entry
        for claim, by in found.replaced
        for entry in _out(claim, Rule.S6, f"superseded by {by.id[:12]} of the same origin")
    ]


def _out(claim: Claim, rule: Rule, detail: str) -> list[WhyNot]:
    return [WhyNot(identity, rule, detail) for identity in (claim.id, *claim.agreeing)]


def _floored(claims: Sequence[Claim]) -> list[Claim]:
    if len(claims) < 2:
        return list(claims)
    latest = _latest_first(claims)
    return [claim if _overtaking(claim, latest) is None else claim.as_floor() for claim in claims]


def _current(selected: Selected) -> list[Claim]:
    current, latest = [], _latest_first(selected.claims)
    for claim in selected.claims:
        later = _overtaking(claim, latest)
        if later is None:
            current.append(claim)
        else:
            selected.why_not += _out(claim, Rule.S7, f"history: {later.id[:12]} refers to a later time")
    return current


def _latest_first(claims: Sequence[Claim]) -> list[Claim]:
    """Returns the claims of a known earliest reference time, the latest first, those of one time by id."""
    known = [claim for claim in claims if claim.reference.earliest is not None]
    known.sort(key=_id)
    known.sort(key=_earliest, reverse=True)
    return known


_id: Final = attrgetter("id")
_earliest: Final = attrgetter("reference.earliest")


def _overtaking(claim: Claim, latest: Sequence[Claim]) -> Claim | None:
    """Returns the first of ``latest`` that refers definitely later and says something else; None = none does."""
    last = claim.reference.latest
    for later in latest:
        if last is None or last >= (later.reference.earliest or 0):
            return None
        if (
            later.unit == claim.unit
            and claim.interval != later.interval
            and not bare_bound(later.interval, claim.interval)
        ):
            return later
    return None


def _latest_periods(selected: Selected) -> list[Claim]:
    """Returns the claims of the latest period of each unit, and of each period that may be as late."""
    by_time = _latest_first(selected.claims)
    last = {(claim.unit, claim.period) for claim in selected.claims if not _is_followed(claim, by_time)}
    latest = []
    for claim in selected.claims:
        if (claim.unit, claim.period) in last:
            latest.append(claim)
        else:
            selected.why_not += _out(claim, Rule.S7, "of an earlier period than the answer")
    return latest


def _is_followed(claim: Claim, latest: Sequence[Claim]) -> bool:
    for later in latest:
        if claim.reference.before(later.reference) is not Order.DEFINITELY:
            return False
        if later.unit == claim.unit and later.period != claim.period:
            return True
    return False
