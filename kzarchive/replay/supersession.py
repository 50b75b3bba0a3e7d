"""Supersession: within one origin a later word replaces an earlier one (S6).

``b`` supersedes ``a`` when both are of one origin and about the same thing, ``a`` was stated definitely before ``b``,
``b`` does not refer to a definitely earlier time, and ``b`` is not a bare bound under ``a``. What no claim supersedes
stands. Three notes on what follows from that:

1. Of two claims of a status measure only those whose states exclude each other are about the same thing; a milestone
   is never replaced. Of amounts those of one unit are, of increments and occurrences those of one period.
2. A superseded claim is told who superseded it: of the standing claims that do the one stated latest, and of several
   stated alike the one with the smallest id. Where none of them stands, which imprecise times and bare bounds make
   possible, the same is chosen among the others.
3. An origin has revised its figure downwards when a claim of it that stands is lower (its high below the low) than one
   that it supersedes. A figure that was lowered and raised again is no downward revision.
"""

import bisect
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

import attrs

from kzarchive.replay.claims import Claim
from kzarchive.values.bounds import Order
from kzarchive.values.content import Status
from kzarchive.values.conventions import Interval, Number
from kzarchive.values.terms import Aggregation, Measure

FAR = 2**62
_by_id = itemgetter(Claim._fields.index("id"))


@attrs.define
class Superseded:
    """What S6 leaves of the claims of a frame.

    Attributes:
        standing: The claims that stand.
        replaced: Each claim that does not, with the one that superseded it.
        lowered: Whether an origin revised its figure downwards.
    """

    standing: list[Claim] = attrs.field(factory=list)
    replaced: list[tuple[Claim, Claim]] = attrs.field(factory=list)
    lowered: bool = False


def supersede(claims: Sequence[Claim], measure: Measure) -> Superseded:
    """Returns what stands of the claims of a frame, sorted by id.

    Each origin's claims are gone through from the one stated last backwards, so that the few that stand are met first:
    the time is near linear in the number of claims where few of an origin stand.
    """
    found = Superseded()
    if len({claim.origin for claim in claims}) == len(claims):
        # Nobody said more than one thing.
        found.standing += sorted(claims, key=_by_id) if len(claims) > 1 else claims
        return found
    for group in _about_the_same(claims):
        if len(group) == 1:
            found.standing += group
        else:
            _sweep(group, measure, found)
    found.standing.sort(key=_by_id)
    return found


def _about_the_same(claims: Iterable[Claim]) -> Iterator[list[Claim]]:
    """Yields the claims in groups such that no claim supersedes one of another group."""
    groups: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.origin, claim.unit, claim.period), []).append(claim)
    yield from groups.values()


def _sweep(claims: Sequence[Claim], measure: Measure, found: Superseded) -> None:
    """Adds what stands of the claims of one origin, and what does not."""
    waiting = sorted((c for c in claims if c.stated.earliest is not None), key=lambda c: c.stated.earliest or 0)
    standing: list[Claim] = []
    fallen: list[Claim] = []
    gone: set[str] = set()
    lowest: Number | None = None
    for claim in sorted(claims, key=lambda c: -_or_far(c.stated.latest)):
        # What was stated definitely later has all been decided: it was stated by a later second.
        while waiting and _or_far(claim.stated.latest) < (waiting[-1].stated.earliest or 0):
            later = waiting.pop()
            bisect.insort(fallen if later.id in gone else standing, later, key=_stated_latest)
            lowest = lowest if later.id in gone else _least(lowest, later.interval)
        by = _first(standing, claim, measure) or _first(fallen, claim, measure)
        if by is None:
            found.standing.append(claim)
            continue
        gone.add(claim.id)
        found.replaced.append((claim, by))
        if not found.lowered and _is_above(claim.interval, lowest):
            found.lowered = any(supersedes(b, claim, measure) and is_lower(b, claim) for b in standing)


def _first(later: Iterable[Claim], claim: Claim, measure: Measure) -> Claim | None:
    return next((other for other in later if supersedes(other, claim, measure)), None)


def _stated_latest(claim: Claim) -> tuple[int, int, str]:
    return (-_or_far(claim.stated.latest), -(claim.stated.earliest or 0), claim.id)


def _or_far(second: int | None) -> int:
    return FAR if second is None else second


def _least(lowest: Number | None, interval: Interval | None) -> Number | None:
    if interval is None or interval.high is None:
        return lowest
    return interval.high if lowest is None else min(lowest, interval.high)


def _is_above(interval: Interval | None, number: Number | None) -> bool:
    return interval is not None and interval.low is not None and number is not None and number < interval.low


def is_lower(later: Claim, earlier: Claim) -> bool:
    """Returns whether a claim is lower than another one at every value of the two."""
    return later.interval is not None and _is_above(earlier.interval, later.interval.high)


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
    if measure.aggregation is not Aggregation.STATUS:
        return one.unit == other.unit and one.period == other.period
    if not isinstance(one.value, Status) or not isinstance(other.value, Status):
        return True
    pair = {one.value.term, other.value.term}
    milestones = {term.slug for term in measure.terms if term.milestone}
    return not pair & milestones and any(pair <= set(group) for group in measure.exclusive)


def bare_bound(bound: Interval | None, other: Interval | None) -> bool:
    """Returns whether ``bound`` says only "at least x" while ``other``, from x upwards, says more."""
    if bound is None or other is None or bound.low is None or bound.point is not None or bound.high is not None:
        return False
    return other.low is not None and bound.low <= other.low and bound != other
