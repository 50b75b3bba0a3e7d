"""A view: a ledger seen at a cut. What is visible, what is live, who said it, and when.

Rules S1, S2, S4 and S12 to S14. What the rules leave open is decided here:

1. A correction acts when it is by the publisher of the old assertion, by an agent of its chain, or by its speaker, as
   a retraction does; that of a stranger changes nothing.
2. Corrections that lead in a circle would leave nothing. In log order, the one that closes the circle does not act.
3. A denial that its own speakers deny in turn does not deny: it is taken back. Who they are is read from the chains
   alone, before any denial of an attribution. A denial that another origin denies still denies, for dissent is not
   silenced: the first assertion stays contested, and so does its denial.
4. A denial of attribution by an agent that denies having said that denial does not act either.
"""

import functools
from collections.abc import Iterator

import attrs

from kzarchive.derived.facts import Fact
from kzarchive.replay.axes import Cut
from kzarchive.replay.identity import reachable
from kzarchive.replay.index import LedgerIndex, named_alike, one_each
from kzarchive.replay.reasons import Rule
from kzarchive.values.assertions import Act, Modality
from kzarchive.values.bounds import Bounds, Order
from kzarchive.values.content import Money, Value
from kzarchive.values.dated import DatedAssertion
from kzarchive.values.events import SourceCorrected, SourceRetracted
from kzarchive.values.quantities import Quantity

DENIALS = {Act.DENY, Act.DENY_ATTRIBUTION}


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
        self._visible: dict[str, Order] = {}
        self._said: dict[str, Bounds] = {}
        self._origins: dict[str, str] = {}

    def visibility(self, identity: str) -> Order:
        """Returns whether an assertion is visible: definitely, possibly, or not."""
        if identity not in self._visible:
            self._visible[identity] = self._visibility(identity)
        return self._visible[identity]

    def stated(self, identity: str) -> Bounds:
        """Returns when what an assertion says was said, over all appearances of its utterance."""
        if identity not in self._said:
            self._said[identity] = self._stated(identity)
        return self._said[identity]

    def origin(self, utterance: str) -> str:
        """Returns who said an utterance."""
        if utterance not in self._origins:
            self._origins[utterance] = self._origin(utterance)
        return self._origins[utterance]

    def _visibility(self, identity: str) -> Order:
        if self.cut.uncovered:
            return Order.NOT
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

    def order(self, fact: Fact) -> Order:
        """Returns whether a fact is visible: definitely, possibly, or not."""
        cut = self.cut
        if cut.uncovered:
            return Order.NOT
        if cut.retrieved is not None:
            return self.visibility(fact.id)
        definitely = True
        if (by := cut.published) is not None and ((last := fact.published_latest) is None or last > by):
            if (first := fact.published_earliest) is not None and first > by:
                return Order.NOT
            definitely = False
        if (by := cut.stated) is not None and ((last := fact.stated_latest) is None or last > by):
            if (first := fact.stated_earliest) is not None and first > by:
                return Order.NOT
            definitely = False
        return Order.DEFINITELY if definitely else Order.POSSIBLY

    def counts(self, fact: Fact) -> bool:
        """Returns whether a fact is visible, or possibly so where that was asked for."""
        order = self.order(fact)
        return order is Order.DEFINITELY or (self.cut.possible and order is Order.POSSIBLY)

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
        for identity, target in self._acting(Act.DENY_ATTRIBUTION):
            utterance = self.index.utterance(target)
            agents = {
                agent
                for known in self._shown(utterance)
                for agent in self.index.chain(self.ledger.assertions[known].what)
            }
            speakers = self._speakers(self.index.utterance(identity))
            acting = speakers & agents if by_agent_itself else speakers - agents
            if by_agent_itself:
                # An unnamed one who speaks in one document speaks the utterance in the others that carry it.
                acting = frozenset(agent for agent in agents for one in acting if named_alike(agent, one))
            if acting:
                found.setdefault(utterance, set()).update(acting)
        return {utterance: frozenset(agents) for utterance, agents in found.items()}

    def _acting(self, act: Act) -> Iterator[tuple[str, str]]:
        """Yields the denials of one kind that are known and stand, each with the assertion that it answers."""
        for identity, target in self.index.denials:
            if self._act(identity) is act and self._may_deny(identity) and identity not in self._taken_back:
                yield identity, target

    def _may_deny(self, identity: str) -> bool:
        return self.takes_part(identity) and self._notice_drop(identity) is None

    @functools.cached_property
    def _taken_back(self) -> dict[str, str]:
        """The denials that their own speakers deny, each with the denial that does.

        A denial is recorded after what it answers, so they are decided from the last one backwards.
        """
        found: dict[str, str] = {}
        acting: list[tuple[str, str]] = []
        for identity in self.index.denials_backwards:
            if not self._may_deny(identity):
                continue
            by = [denial for denial, target in acting if self._takes_back(denial, target, identity)]
            if by:
                found[identity] = min(by, key=lambda denial: (self._act(denial) is not Act.DENY, denial))
            else:
                acting += [pair for pair in self.index.denials if pair[0] == identity]
        return found

    def _act(self, identity: str) -> Act:
        return self.ledger.assertions[identity].what.act

    def _takes_back(self, denial: str, target: str, identity: str) -> bool:
        if self._act(denial) not in {Act.DENY, self._act(identity)}:
            return False
        said, answered = self.index.utterance(denial), self.index.utterance(identity)
        same = self.index.utterance(target) == answered and self._says_same(target, identity)
        return same and self._speakers(said) == self._speakers(answered)

    @functools.cached_property
    def content_denials(self) -> dict[str, tuple[str, ...]]:
        """The live assertions that deny the content of an assertion, by the assertion denied."""
        found: dict[str, tuple[str, ...]] = {}
        for identity, target in self._acting(Act.DENY):
            if self.ledger.assertions[identity].what.modality is Modality.COUNTER:
                found[target] = (*found.get(target, ()), identity)
        return found

    def notices(self, identity: str) -> Iterator[tuple[SourceCorrected | SourceRetracted, Order]]:
        """Yields the notices that may be about an assertion, in log order, with whether a reader could know each."""
        for placed in self.index.notices(identity):
            yield placed.what, self._known(placed.what)

    def _known(self, event: SourceCorrected | SourceRetracted) -> Order:
        bounds = self.index.notice(event.notice)
        return Order.DEFINITELY if self.cut.published is None else bounds.by(self.cut.published)

    def _acts(self, order: Order) -> bool:
        return order is Order.DEFINITELY or (self.cut.possible and order is Order.POSSIBLY)

    @functools.cached_property
    def _corrections(self) -> frozenset[SourceCorrected]:
        """The corrections that act: known, by somebody who may correct, and closing no circle.

        Of corrections that lead from an assertion back to itself the one recorded last does not act, so that
        something is left.
        """
        acting: list[SourceCorrected] = []
        leads: dict[str, set[str]] = {}
        for placed in self.ledger.notices:
            event = placed.what
            if not isinstance(event, SourceCorrected) or not self._acts(self._known(event)):
                continue
            old, new = self.index.current(event.old), self.index.current(event.new)
            if self._reached(event, old) and old not in reachable(new, leads):
                leads.setdefault(old, set()).add(new)
                acting.append(event)
        return frozenset(acting)

    def pending_change(self, identity: str) -> SourceCorrected | SourceRetracted | None:
        """Returns the notice that only possibly withdraws or replaces an assertion by then; None = there is none."""
        for event, order in self.notices(identity):
            if order is Order.POSSIBLY and not self.cut.possible and self._reached(event, identity):
                return event
        return None

    def dropped(self, identity: str) -> Dropped | None:
        """Returns why a visible assertion is not live; None = it is."""
        if identity in self.index.fixes:
            return Dropped(Rule.S4, f"misread; {self._instead(self.index.fixes[identity])}")
        return self._notice_drop(identity) or self._own_denial(identity)

    def _notice_drop(self, identity: str) -> Dropped | None:
        if identity in self.index.fixes:
            return Dropped(Rule.S4, "misread")
        for event, order in self.notices(identity):
            if isinstance(event, SourceCorrected):
                if event in self._corrections:
                    new = self.index.current(event.new)
                    return Dropped(Rule.S12, f"corrected by {event.by}; {self._instead(new)}")
            elif self._acts(order) and self._reached(event, identity):
                return self._retracted(event, identity)
        return None

    def _instead(self, identity: str) -> str:
        gone = "" if self.index.is_there(identity) else ", whose body is redacted"
        return f"{identity[:12]}{gone or ' stands instead'}"

    def _reached(self, event: SourceCorrected | SourceRetracted, identity: str) -> bool:
        """Returns whether a notice is about an assertion.

        It is made by an agent of the chain, by the publisher or by the speaker; one by anybody else is about nothing.
        So a retraction reaches each appearance whose chain passes through the agent that retracts; by the speaker, all.
        """
        if not self.index.is_there(identity):
            return False
        utterance = self.index.utterance(identity)
        if isinstance(event, SourceCorrected):
            if self.index.current(event.old) != identity:
                return False
        elif utterance != self.index.utterance_named(event.utterance):
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
        if self._act(identity) in DENIALS:
            by = self._taken_back.get(identity)
            if by is None or self._act(by) is not Act.DENY:
                return None
            return Dropped(Rule.S13, f"denied by its own origin in {by[:12]}")
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
