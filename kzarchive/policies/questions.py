"""Open questions: what would change an answer if somebody found it out.

1. A document that is only possibly published by then.
2. A correction or a retraction whose notice is only possibly published by then.
3. A pair of conflicting claims whose order a date would give.
4. An identity of two origins, or of two acts of speech, that was judged unsure.
"""

from itertools import combinations

from kzarchive.policies.answer import BestKnown
from kzarchive.policies.resolution import Resolver
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Role
from kzarchive.values.bounds import Order
from kzarchive.values.events import IdentityJudged, IdentityOf, Judgement
from kzarchive.values.terms import Aggregation


def open_questions(resolver: Resolver, answer: BestKnown) -> tuple[str, ...]:
    """Returns the questions that are open about an answer, in words; empty = none is known."""
    pending = (*_pending(resolver, answer), *_pending_changes(resolver, answer))
    return (*pending, *_unordered(resolver, answer), *_unsure(resolver, answer))


def _pending(resolver: Resolver, answer: BestKnown) -> list[str]:
    names = sorted({resolver.view.dated(identity).document.document.name for identity in answer.pending})
    count = dict.fromkeys(names, 0)
    for identity in answer.pending:
        count[resolver.view.dated(identity).document.document.name] += 1
    return [f"document {name} may have been known or in scope by then ({count[name]} pending)" for name in names]


def _pending_changes(resolver: Resolver, answer: BestKnown) -> list[str]:
    notices = (resolver.view.pending_change(why.assertion) for why in answer.why)
    return list(
        dict.fromkeys(
            f"{event.type} by {event.by} may have been known by then (notice published {event.notice.published})"
            for event in notices
            if event is not None
        )
    )


def _unordered(resolver: Resolver, answer: BestKnown) -> list[str]:
    selected = resolver.selected(answer.frame)
    rivals = {why.assertion for why in answer.why if why.role is Role.BOUND}
    claims = sorted(
        (claim for claim in selected.claims if claim.id in rivals), key=lambda claim: (claim.origin, claim.id)
    )
    is_state = selected.measure.aggregation is Aggregation.STATUS
    return [
        f"which is later, {one.origin} ({one.id[:12]}) or {other.origin} ({other.id[:12]}), is not known; "
        "a date would tell"
        for one, other in combinations(claims, 2)
        if _conflict(one, other) and _has_no_order(one, other, is_state=is_state)
    ]


def _conflict(one: Claim, other: Claim) -> bool:
    if one.interval is None:
        return one.value != other.value
    return one.bounds.intersect(other.bounds) is None


def _has_no_order(one: Claim, other: Claim, *, is_state: bool) -> bool:
    first, second = (one.spell.start, other.spell.start) if is_state else (one.reference, other.reference)
    return Order.DEFINITELY not in {first.before(second), second.before(first)}


def _unsure(resolver: Resolver, answer: BestKnown) -> list[str]:
    view = resolver.view
    deciding = [entry.assertion for entry in answer.why]
    origins = {view.origin(view.index.utterance(identity)) for identity in deciding}
    seen = (*deciding, *(entry.assertion for entry in answer.why_not))
    utterances = {view.index.utterance(identity) for identity in seen}
    judged = {
        (placed.what.of, frozenset((placed.what.left, placed.what.right))): placed.what
        for placed in view.ledger.standing(IdentityJudged)
    }
    concerned = {IdentityOf.AGENT: origins, IdentityOf.UTTERANCE: utterances}
    stands_for = {IdentityOf.AGENT: view.index.agents.find, IdentityOf.UTTERANCE: view.index.utterance_named}
    return [
        f"whether {event.left} and {event.right} are the same was judged unsure ({event.grounds})"
        for event in judged.values()
        if event.judgement is Judgement.UNSURE
        and not concerned[event.of].isdisjoint(stands_for[event.of](slug) for slug in (event.left, event.right))
    ]
