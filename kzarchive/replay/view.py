"""A view: a ledger seen at a cut. What is visible, what is live, who said it, and when.

Rules S1, S2, S4 and S12 to S14.
"""

import functools
from collections.abc import Iterator

import attrs

from kzarchive.replay.axes import Cut
from kzarchive.replay.index import LedgerIndex, one_each
from kzarchive.replay.reasons import Rule
from kzarchive.values.assertions import Act, Modality, RelationKind
from kzarchive.values.bounds import Bounds, Order
from kzarchive.values.content import Money, Value
from kzarchive.values.dated import DatedAssertion
from kzarchive.values.events import SourceCorrected, SourceRetracted
from kzarchive.values.quantities import Quantity


@attrs.frozen
class Dropped:
    """Why a visible assertion is not live.

    Attributes:
        rule: The rule.
        detail: In words.
        zombie: Whether it repeats what had been retracted before it was published.
    """

    rule: Rule
    detail: str
    zombie: bool = False


class View:
    """A ledger seen at a cut; everything is computed on demand and kept."""

    def __init__(self, index: LedgerIndex, cut: Cut) -> None:
        self.index = index
        self.ledger = index.ledger
        self.cut = cut
        self.visibility = functools.cache(self._visibility)
        self.stated = functools.cache(self._stated)
        self.origin = functools.cache(self._origin)

    def _visibility(self, identity: str) -> Order:
        dated = self.index.dating.assertion(identity)
        orders = [
            bounds.by(cut)
            for bounds, cut in (
                (dated.published, self.cut.published),
                (dated.stated, self.cut.stated),
                (dated.retrieved, self.cut.retrieved),
            )
            if cut is not None
        ]
        if Order.NOT in orders:
            return Order.NOT
        return Order.POSSIBLY if Order.POSSIBLY in orders else Order.DEFINITELY

    def takes_part(self, identity: str) -> bool:
        """Returns whether an assertion is visible, or possibly so where that was asked for."""
        order = self.visibility(identity)
        return order is Order.DEFINITELY or (self.cut.possible and order is Order.POSSIBLY)

    def appearances(self, utterance: str) -> Iterator[str]:
        """Yields the assertions of an utterance that take part and are transcribed as they are, in log order."""
        for identity in self.index.appearances(utterance):
            if self.takes_part(identity) and identity not in self.index.fixes:
                yield identity

    def _stated(self, identity: str) -> Bounds:
        own = self.index.dating.assertion(identity).stated
        narrowed = own
        for other in self.appearances(self.index.utterance(identity)):
            both = narrowed.intersect(self.index.dating.assertion(other).stated)
            if both is None:
                return own
            narrowed = both
        return narrowed

    def _origin(self, utterance: str) -> str:
        speakers = self._speakers(utterance, self.denials.get(utterance, frozenset()))
        return "+".join(sorted(speakers)) if speakers else f"unattributed:{utterance}"

    def _speakers(self, utterance: str, denied: frozenset[str] = frozenset()) -> frozenset[str]:
        """Returns the farthest agents of the longest chains, without those that deny; of no chain, the publishers."""
        assertions = [self.ledger.assertions[identity].what for identity in self._shown(utterance)]
        chains = [self.index.chain(assertion) for assertion in assertions]
        most = max(map(len, chains), default=0)
        if most == 0:
            return one_each(self.index.publisher(assertion) for assertion in assertions)
        left = [tuple(agent for agent in chain if agent not in denied) for chain in chains if len(chain) == most]
        longest = max(map(len, left))
        return one_each(chain[-1] for chain in left if chain and len(chain) == longest)

    def _shown(self, utterance: str) -> tuple[str, ...]:
        # Of what is only pending, who said it is told all the same.
        return tuple(self.appearances(utterance)) or tuple(self.index.appearances(utterance))

    @functools.cached_property
    def denials(self) -> dict[str, frozenset[str]]:
        """The agents that deny that an utterance is theirs, by utterance."""
        return self._denials(by_agent_itself=True)

    @functools.cached_property
    def contested_attributions(self) -> dict[str, frozenset[str]]:
        """The agents that deny another's part in an utterance, by utterance."""
        return self._denials(by_agent_itself=False)

    def _denials(self, *, by_agent_itself: bool) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for identity, target in self._responses(Act.DENY_ATTRIBUTION):
            utterance = self.index.utterance(target)
            agents = {
                agent
                for known in self._shown(utterance)
                for agent in self.index.chain(self.ledger.assertions[known].what)
            }
            speakers = self._speakers(self.index.utterance(identity))
            acting = speakers & agents if by_agent_itself else speakers - agents
            if acting:
                found.setdefault(utterance, set()).update(acting)
        return {utterance: frozenset(agents) for utterance, agents in found.items()}

    def _responses(self, act: Act) -> Iterator[tuple[str, str]]:
        for identity, placed in self.ledger.assertions.items():
            assertion = placed.what
            if assertion.act is act and self.takes_part(identity) and self._notice_drop(identity) is None:
                for relation in assertion.relations:
                    if relation.kind is RelationKind.RESPONDS_TO:
                        yield identity, self.index.current(relation.target)

    @functools.cached_property
    def content_denials(self) -> dict[str, tuple[str, ...]]:
        """The live assertions that deny the content of an assertion, by the assertion denied."""
        found: dict[str, tuple[str, ...]] = {}
        for identity, target in self._responses(Act.DENY):
            if self.ledger.assertions[identity].what.modality is Modality.COUNTER:
                found[target] = (*found.get(target, ()), identity)
        return found

    def notices(self, identity: str) -> Iterator[tuple[SourceCorrected | SourceRetracted, Order]]:
        """Yields the notices that may be about an assertion, in log order, with whether a reader could know each."""
        for placed in self.index.notices(identity):
            bounds = self.index.notice(placed.what.notice)
            yield placed.what, Order.DEFINITELY if self.cut.published is None else bounds.by(self.cut.published)

    def pending_change(self, identity: str) -> SourceCorrected | SourceRetracted | None:
        """Returns the notice that only possibly withdraws or replaces an assertion by then; None = there is none."""
        for event, order in self.notices(identity):
            if order is Order.POSSIBLY and not self.cut.possible and self._reached(event, identity):
                return event
        return None

    def dropped(self, identity: str) -> Dropped | None:
        """Returns why a visible assertion is not live; None = it is."""
        if identity in self.index.fixes:
            return Dropped(Rule.S4, f"misread; {self.index.fixes[identity][:12]} stands instead")
        return self._notice_drop(identity) or self._own_denial(identity)

    def _notice_drop(self, identity: str) -> Dropped | None:
        if identity in self.index.fixes:
            return Dropped(Rule.S4, "misread")
        for event, order in self.notices(identity):
            if order is Order.NOT or (order is Order.POSSIBLY and not self.cut.possible):
                continue
            if not self._reached(event, identity):
                continue
            if isinstance(event, SourceCorrected):
                return Dropped(Rule.S12, f"corrected by {event.by}; {event.new[:12]} stands instead")
            return self._retracted(event, identity)
        return None

    def _reached(self, event: SourceCorrected | SourceRetracted, identity: str) -> bool:
        """Returns whether a notice is about an assertion.

        A retraction reaches each appearance whose chain passes through the agent that retracts; by the speaker, all.
        """
        if isinstance(event, SourceCorrected):
            return self.index.current(event.old) == identity
        utterance = self.index.utterance(identity)
        if utterance != self.index.utterance_named(event.utterance):
            return False
        assertion = self.ledger.assertions[identity].what
        passed = {self.index.publisher(assertion), *self.index.chain(assertion), *self._speakers(utterance)}
        return not passed.isdisjoint(self.index.named(event.by))

    def _retracted(self, event: SourceRetracted, identity: str) -> Dropped:
        notice = self.index.notice(event.notice)
        zombie = notice.before(self.index.dating.assertion(identity).published) is Order.DEFINITELY
        words = "repeats what was" if zombie else "was"
        return Dropped(Rule.S13, f"{words} retracted by {event.by}", zombie)

    def _own_denial(self, identity: str) -> Dropped | None:
        utterance = self.index.utterance(identity)
        for said in self.index.appearances(utterance):
            if not self._says_same(said, identity):
                continue
            for denial in self.content_denials.get(said, ()):
                if self.origin(self.index.utterance(denial)) == self.origin(utterance):
                    return Dropped(Rule.S13, f"denied by its own origin in {denial[:12]}")
        return None

    def _says_same(self, one: str, other: str) -> bool:
        values = (_without_surface(self.ledger.assertions[identity].what.value) for identity in (one, other))
        return self.index.frame(one) == self.index.frame(other) and next(values) == next(values)

    def dated(self, identity: str) -> DatedAssertion:
        """Returns an assertion with its dates."""
        return self.index.dating.assertion(identity)


def _without_surface(value: Value) -> Value:
    """Returns a value without the words in which it was written."""
    if isinstance(value, Money):
        return attrs.evolve(value, amount=attrs.evolve(value.amount, surface="-"))
    return attrs.evolve(value, surface="-") if isinstance(value, Quantity) else value
