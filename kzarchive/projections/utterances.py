"""Utterances: what the answer sets aside, with each act of speech once.

Plans, claims that are not certain and claims that there is no value take no part in an answer. A projection that
shows them names an act of speech once, however many documents carry it, as the answer does with the others.
"""

from collections.abc import Iterable

from kzarchive.policies.resolution import Resolver
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Rule
from kzarchive.replay.selection import Selector, prominence, same_value
from kzarchive.replay.view import View
from kzarchive.values.frames import Frame


def converted(resolver: Resolver, frame: Frame) -> list[Claim]:
    """Returns the live claims of a frame whose value is converted from that of another one."""
    view, selected = resolver.view, resolver.selected(frame)
    selector = Selector(view, resolver.convention)
    left_out = (
        selector.claim(entry.assertion, selected.measure) for entry in selected.why_not if entry.rule is Rule.S4
    )
    return [claim for claim in left_out if claim.converted and view.dropped(claim.id) is None]


def each_once(view: View, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Returns claims in log order, with appearances of one utterance that say the same of the same time made one."""
    found: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=prominence):
        said = found.setdefault(view.index.utterance(claim.id), [])
        same = [i for i, other in enumerate(said) if _repeats(claim, other)]
        if same:
            said[same[0]] = said[same[0]]._replace(agreeing=(*said[same[0]].agreeing, claim.id))
        else:
            said.append(claim)
    return tuple(sorted((claim for said in found.values() for claim in said), key=lambda claim: claim.dated.position))


def _repeats(claim: Claim, other: Claim) -> bool:
    return same_value(claim, other) and claim.dated.valid == other.dated.valid
