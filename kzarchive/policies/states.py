"""States: where things stand on a day (rule S18).

1. A claim is in force from the latest second of its start to its stated end.
2. The state is the in-force claim that starts last. Exclusive claims whose starts have no known order are
   ``order_unknown`` (one origin) or ``contested``.
3. Past the days that a claim itself covers, the state is ``inferred``.
4. Where the measure inherits, a part takes the state of the whole when its own is older, if a visible assertion
   names the part at all; that is ``inferred`` too. "Not clear", about the part or the whole, ends only what is
   inferred.
5. A state that the vocabulary marks as not persisting holds on the days that a claim covers; afterwards it is not
   known.
6. Where the states of a measure follow each other in order, a claim of an earlier state at a later time unsettles the
   answer: it is ``order_unknown`` or ``contested``, never plain.
7. Before the first claim that puts it somewhere the state is the measure's initial one, ``inferred``; not where
   such a claim may have begun already.
"""

from collections.abc import Sequence

import attrs

from kzarchive.policies.decision import CountOrigins
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Role, Rule, Status
from kzarchive.values.bounds import Bounds, Order
from kzarchive.values.civil import local_day
from kzarchive.values.content import Status as StatusValue
from kzarchive.values.terms import Measure


@attrs.frozen(kw_only=True)
class Standing:
    """A state with the claims that carry it.

    Attributes:
        status: How well it is founded.
        term: Slug of the state; None = not known.
        start: Bounds of its start; None = no claim carries it.
        inferred: Whether it goes beyond the days of any claim, or is taken from a whole.
        carriers: The claims that state it.
        rivals: In-force claims of another, exclusive state whose order is unknown.
        past: Claims of states that it has followed.
        milestones: Claims of milestones; shown on the timeline, never whereabouts.
    """

    status: Status
    term: str | None = None
    start: Bounds | None = None
    inferred: bool = False
    carriers: tuple[Claim, ...] = ()
    rivals: tuple[Claim, ...] = ()
    past: tuple[Claim, ...] = ()
    milestones: tuple[Claim, ...] = ()

    def starts(self) -> tuple[Bounds, ...]:
        """Returns the bounds of the start of each claim that carries or disputes the state."""
        return tuple(claim.spell.start for claim in (*self.carriers, *self.rivals))

    def roles(self) -> dict[str, tuple[Rule, Role]]:
        """Returns the part that each claim plays, by its id."""
        carriers = {c.id: (Rule.S18, Role.POINT) for c in self.carriers}
        rivals = {c.id: (Rule.S18, Role.BOUND) for c in self.rivals}
        milestones = {c.id: (Rule.S18, Role.SUPPORT) for c in self.milestones}
        return carriers | rivals | milestones


def own_state(
    claims: Sequence[Claim], unknowns: Sequence[Claim], measure: Measure, valid: int | None, origins: CountOrigins
) -> Standing:
    """Returns the state that the claims of one frame give.

    Args:
        claims: Live and certain claims in scope, after supersession.
        unknowns: Live assertions that the state is not known.
        measure: The measure.
        valid: The second asked for; None = not cut, so the last claim counts.
        origins: Counts independent origins.
    """
    milestones = tuple(claim for claim in claims if _is_milestone(claim, measure))
    states = [claim for claim in claims if not _is_milestone(claim, measure) and _in_force(claim, measure, valid)]
    ended = tuple(c for c in claims if c not in milestones and c not in states)
    unclear = _unclear(unknowns)
    if not states:
        lapsed = [c for c in ended if _has_lapsed(c, measure)]
        if lapsed and not unknowns:
            carriers = tuple(c for c in lapsed if not any(_later(o, c) for o in lapsed))
            past = tuple(c for c in ended if c not in carriers)
            return Standing(status=Status.UNKNOWN, carriers=carriers, past=past, milestones=milestones)
        return attrs.evolve(unclear, past=ended, milestones=milestones)
    decided = _decide(states, ended, milestones, measure, valid, origins)
    if unknowns and _replaces(unclear, decided):
        return attrs.evolve(unclear, past=decided.past + decided.carriers + decided.rivals, milestones=milestones)
    return decided


def _unclear(unknowns: Sequence[Claim]) -> Standing:
    if not unknowns:
        return Standing(status=Status.NO_DATA)
    return Standing(status=Status.UNKNOWN, start=earliest_start(unknowns), carriers=tuple(unknowns))


def _is_milestone(claim: Claim, measure: Measure) -> bool:
    term = measure.term(claim.value.term) if isinstance(claim.value, StatusValue) else None
    return term is not None and term.milestone


def _in_force(claim: Claim, measure: Measure, valid: int | None) -> bool:
    term = measure.term(_term(claim))
    if term is not None and not term.persists and _is_past(claim, valid):
        return False
    return valid is None or claim.spell.end is None or valid <= claim.spell.end


def _term(claim: Claim) -> str:
    return claim.value.term if isinstance(claim.value, StatusValue) else ""


def _later(one: Claim, other: Claim) -> bool:
    return other.spell.start.before(one.spell.start) is Order.DEFINITELY


def _exclusive(one: str, other: str, measure: Measure) -> bool:
    return one != other and any({one, other} <= set(group) for group in measure.exclusive)


def _decide(
    states: list[Claim],
    ended: tuple[Claim, ...],
    milestones: tuple[Claim, ...],
    measure: Measure,
    valid: int | None,
    origins: CountOrigins,
) -> Standing:
    last = [c for c in states if not any(_later(o, c) for o in states if _exclusive(_term(o), _term(c), measure))]
    terms = sorted({_term(claim) for claim in last})
    clash = [t for t in terms if any(_exclusive(t, other, measure) for other in terms)]
    past = tuple(claim for claim in states if claim not in last) + ended
    if clash:
        carriers = tuple(claim for claim in last if _term(claim) in clash)
        status = Status.CONTESTED if origins(carriers) > 1 else Status.ORDER_UNKNOWN
        return Standing(status=status, rivals=carriers, past=past, milestones=milestones)
    newest = max(last, key=lambda claim: (_start(claim), claim.id))
    carriers = tuple(claim for claim in last if _term(claim) == _term(newest))
    others = tuple(claim for claim in last if claim not in carriers)
    status = Status.CORROBORATED if origins(carriers) > 1 else Status.SINGLE_ORIGIN
    return Standing(
        status=status,
        term=_term(newest),
        start=earliest_start(carriers),
        inferred=all(_is_past(claim, valid) for claim in carriers),
        carriers=carriers,
        past=past + others,
        milestones=milestones,
    )


def _start(claim: Claim) -> tuple[int, int]:
    start = claim.spell.start
    far = 2**62
    return (start.latest if start.latest is not None else far, start.earliest if start.earliest is not None else -far)


def milestone_terms(claims: Sequence[Claim]) -> tuple[str, ...]:
    """Returns the milestones that claims state, each once, in the order of their starts."""
    return tuple(dict.fromkeys(_term(claim) for claim in sorted(claims, key=lambda c: (_start(c), c.id))))


def earliest_start(claims: Sequence[Claim]) -> Bounds:
    """Returns the bounds of the start that the claim with the earliest one gives."""
    return min(claims, key=_start).spell.start


def _is_past(claim: Claim, valid: int | None) -> bool:
    if valid is None or claim.spell.vouched is None:
        return False
    zone = claim.dated.document.zone
    return local_day(claim.spell.vouched, zone) < local_day(valid, zone)


def inherited(own: Standing, unknowns: Sequence[Claim], wholes: Sequence[Standing]) -> Standing | None:
    """Returns what a part takes from the wholes that it belongs to; None = its own state stands.

    The whole's state is taken when it starts definitely after the part's own. Among wholes the one whose state starts
    last counts. A whole whose state is not known ends an inferred state only; a later "not clear" about the part ends
    what is taken.

    Args:
        own: The part's own state.
        unknowns: Live assertions that the state of the part is not known.
        wholes: The states of the wholes.
    """
    taken: Standing | None = None
    for whole in wholes:
        if whole.start is None or (whole.term is None and whole.status is not Status.UNKNOWN):
            continue
        if taken is None or _starts_after(whole, taken):
            taken = whole
    if taken is None or not _replaces(taken, own):
        return None
    unclear, past = _unclear(unknowns), own.past + own.carriers + own.rivals
    if unknowns and _starts_after(unclear, taken):
        return attrs.evolve(unclear, milestones=own.milestones, past=past)
    return attrs.evolve(taken, inferred=taken.term is not None, milestones=own.milestones, past=past)


def _replaces(later: Standing, own: Standing) -> bool:
    if own.starts() and later.term is None and not own.inferred:
        return False
    return _starts_after(later, own)


def _starts_after(one: Standing, other: Standing) -> bool:
    """Returns whether a claim of the one starts definitely after every claim of the other."""
    return any(all(start.before(last) is Order.DEFINITELY for start in other.starts()) for last in one.starts())


def _has_lapsed(claim: Claim, measure: Measure) -> bool:
    term = measure.term(_term(claim))
    return term is not None and not term.persists


def unsettled(standing: Standing, later: Sequence[Claim], measure: Measure, origins: CountOrigins) -> Standing | None:
    """Returns the standing without a state where a later claim of an earlier state contradicts it; None = not so.

    Args:
        standing: The state found.
        later: Claims of the same frame that start definitely after the second asked for.
        measure: The measure.
        origins: Counts independent origins.
    """
    if not measure.ordered or standing.term is None or not standing.carriers:
        return None
    earlier = {
        slug for group in measure.exclusive if standing.term in group for slug in group[: group.index(standing.term)]
    }
    against = [claim for claim in later if _term(claim) in earlier]
    if not against:
        return None
    status = Status.CONTESTED if origins((*standing.carriers, *against)) > 1 else Status.ORDER_UNKNOWN
    return attrs.evolve(standing, status=status, term=None, inferred=False, carriers=(), rivals=standing.carriers)


def before_the_first(
    later: Sequence[Claim], begun: Sequence[Claim], measure: Measure, origins: CountOrigins
) -> Standing | None:
    """Returns the measure's initial state where visible claims put the subject elsewhere only later; None = not so.

    Args:
        later: Live and certain claims that start definitely after the second asked for.
        begun: Live and certain claims that have started by then, or may have.
        measure: The measure.
        origins: Counts independent origins.
    """
    elsewhere = [claim for claim in later if _is_elsewhere(claim, measure)]
    if measure.initial is None or not elsewhere or any(_is_elsewhere(claim, measure) for claim in begun):
        return None
    status = Status.CORROBORATED if origins(elsewhere) > 1 else Status.SINGLE_ORIGIN
    return Standing(status=status, term=measure.initial, inferred=True)


def _is_elsewhere(claim: Claim, measure: Measure) -> bool:
    return not _is_milestone(claim, measure) and _term(claim) != measure.initial


def milestones_agree(claims: Sequence[Claim], origins: CountOrigins) -> bool:
    """Returns whether two origins or more state one and the same milestone."""
    terms = {_term(claim) for claim in claims}
    return any(origins([claim for claim in claims if _term(claim) == term]) > 1 for term in terms)
