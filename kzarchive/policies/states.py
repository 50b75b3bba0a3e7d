"""States: where things stand on a day (rule S18).

1. A claim is in force from the latest second of its start to its stated end.
2. The state is the in-force claim that starts last. Exclusive claims whose starts have no known order are
   ``order_unknown`` (one origin) or ``contested``.
3. States that do not exclude each other hold side by side, and none displaces another: all of them are given. One of
   them is *the* state only where it starts definitely after all others.
4. A milestone is never a state. One that the vocabulary lists as exclusive with a state ends it all the same: what was
   declared anew is not "ended" any more.
5. Past the days that a claim itself covers, a state is ``inferred``.
6. Where the measure inherits, a part takes the states of the whole when its own are older, if a visible assertion
   names the part at all; that is ``inferred`` too. "Not clear", about the part or the whole, ends only what is
   inferred.
7. A state that the vocabulary marks as not persisting holds on the days that a claim covers; afterwards it is not
   known.
8. Where the states of a measure follow each other in order, a claim of an earlier state at a later time unsettles the
   answer: it is ``order_unknown`` or ``contested``, never plain.
9. Before the first claim that puts it somewhere the state is the measure's initial one, ``inferred``; not where
   such a claim may have begun already.
"""

from collections.abc import Sequence

import attrs

from kzarchive.policies.decision import CountOrigins
from kzarchive.policies.held import Held, Standing, begins, founded, starts_after
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Status
from kzarchive.values.bounds import Order
from kzarchive.values.civil import local_day
from kzarchive.values.content import Status as StatusValue
from kzarchive.values.terms import Measure


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
    unclear = attrs.evolve(_unclear(unknowns), milestones=milestones)
    if not states:
        return unclear if unknowns else _lapsed(claims, measure, unclear)
    clash, held = _decided((*states, *milestones), measure, valid, origins)
    left = tuple(each for each in held if not _is_ended(each, unclear))
    if not left and not clash:
        return unclear
    return Standing(
        status=_disputed(clash, origins) if clash else founded(left),
        held=left,
        rivals=tuple(claim for claim in clash if claim in states),
        milestones=milestones,
    )


def _lapsed(claims: Sequence[Claim], measure: Measure, unclear: Standing) -> Standing:
    """Returns that the last states that do not persist are over; where there are none, what was given."""
    lapsed = [c for c in claims if not _is_milestone(c, measure) and _has_lapsed(c, measure)]
    carriers = tuple(c for c in lapsed if not any(_later(o, c) for o in lapsed))
    return attrs.evolve(unclear, status=Status.UNKNOWN, lapsed=carriers) if carriers else unclear


def _disputed(claims: Sequence[Claim], origins: CountOrigins) -> Status:
    return Status.CONTESTED if origins(claims) > 1 else Status.ORDER_UNKNOWN


def _unclear(unknowns: Sequence[Claim]) -> Standing:
    return Standing(status=Status.UNKNOWN if unknowns else Status.NO_DATA, unclear=tuple(unknowns))


def _is_ended(held: Held, unclear: Standing) -> bool:
    """Returns whether a state is inferred and begun before it was "not clear", which ends it."""
    return bool(unclear.unclear) and held.inferred and starts_after(unclear, held)


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


def _decided(
    contenders: Sequence[Claim], measure: Measure, valid: int | None, origins: CountOrigins
) -> tuple[list[Claim], list[Held]]:
    """Returns, of the claims that no later one ends, those whose order is unknown, and the states of the others."""
    last = [c for c in contenders if not any(_later(o, c) and _excludes(o, c, measure) for o in contenders)]
    clash = [c for c in last if any(_excludes(o, c, measure) for o in last)]
    terms = sorted({_term(claim) for claim in last if not _is_milestone(claim, measure) and claim not in clash})
    held = [_held([c for c in last if _term(c) == term], term, valid, origins) for term in terms]
    return clash, sorted(held, key=lambda h: (begins(min(h.carriers, key=begins)), h.term))


def _excludes(one: Claim, other: Claim, measure: Measure) -> bool:
    """Returns whether two claims are of exclusive terms, one of which at least is a state."""
    milestones = _is_milestone(one, measure) and _is_milestone(other, measure)
    return not milestones and _exclusive(_term(one), _term(other), measure)


def _held(carriers: Sequence[Claim], term: str, valid: int | None, origins: CountOrigins) -> Held:
    return Held(
        term=term,
        status=Status.CORROBORATED if origins(carriers) > 1 else Status.SINGLE_ORIGIN,
        carriers=tuple(carriers),
        inferred=all(_is_past(claim, valid) for claim in carriers),
    )


def milestone_terms(claims: Sequence[Claim]) -> tuple[str, ...]:
    """Returns the milestones that claims state, each once, in the order of their starts."""
    return tuple(dict.fromkeys(_term(claim) for claim in sorted(claims, key=lambda c: (begins(c), c.id))))


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
        if whole.rivals or whole.lapsed:
            continue
        if taken is None or starts_after(whole, taken):
            taken = whole
    if taken is None or not _replaces(taken, own):
        return None
    unclear = _unclear(unknowns)
    if unknowns and starts_after(unclear, taken):
        return attrs.evolve(unclear, milestones=own.milestones)
    held = tuple(attrs.evolve(each, inferred=True) for each in taken.held)
    return attrs.evolve(taken, held=held, milestones=own.milestones)


def _replaces(later: Standing, own: Standing) -> bool:
    inferred = bool(own.held) and all(held.inferred for held in own.held) and not own.rivals
    if own.starts() and not later.held and not inferred:
        return False
    return starts_after(later, own)


def _has_lapsed(claim: Claim, measure: Measure) -> bool:
    term = measure.term(_term(claim))
    return term is not None and not term.persists


def unsettled(standing: Standing, later: Sequence[Claim], measure: Measure, origins: CountOrigins) -> Standing | None:
    """Returns the standing without the states that later claims of earlier ones contradict; None = there are none.

    Args:
        standing: The states found.
        later: Claims of the same frame that start definitely after the second asked for.
        measure: The measure.
        origins: Counts independent origins.
    """
    against = {
        held.term: [claim for claim in later if _term(claim) in _earlier(held.term, measure)]
        for held in (standing.held if measure.ordered else ())
        if held.carriers
    }
    shaken = [held for held in standing.held if against.get(held.term)]
    if not shaken:
        return None
    rivals = tuple(claim for held in shaken for claim in held.carriers)
    disputed = (*rivals, *standing.rivals, *(claim for held in shaken for claim in against[held.term]))
    return attrs.evolve(
        standing,
        status=_disputed(disputed, origins),
        held=tuple(held for held in standing.held if held not in shaken),
        rivals=standing.rivals + rivals,
    )


def _earlier(term: str, measure: Measure) -> set[str]:
    """Returns the states that come before a state in the groups that follow in order."""
    milestones = {each.slug for each in measure.terms if each.milestone}
    groups = (group[: group.index(term)] for group in measure.exclusive if term in group)
    return {slug for group in groups for slug in group} - milestones


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
    return Standing(status=status, held=(Held(term=measure.initial, status=status, inferred=True),))


def _is_elsewhere(claim: Claim, measure: Measure) -> bool:
    return not _is_milestone(claim, measure) and _term(claim) != measure.initial


def milestones_agree(claims: Sequence[Claim], origins: CountOrigins) -> bool:
    """Returns whether two origins or more state one and the same milestone."""
    terms = {_term(claim) for claim in claims}
    return any(origins([claim for claim in claims if _term(claim) == term]) > 1 for term in terms)
