"""A view: a ledger seen at a cut. What is visible, what is live, who said it, and when.

Rules S1, S2, S4 and S12 to S14.
"""

import functools
from collections.abc import Iterable, Iterator

import attrs

from kzarchive.replay.axes import Cut
from kzarchive.replay.dating import DatedAssertion, Dating
from kzarchive.replay.identity import dependent, judged_same
from kzarchive.replay.ledger import Ledger, Placed
from kzarchive.replay.reasons import Rule
from kzarchive.values.assertions import Act, Assertion, Modality, RelationKind
from kzarchive.values.bounds import Bounds, Order
from kzarchive.values.events import FrameReassigned, IdentityOf, SourceCorrected, SourceRetracted, TranscriptionFixed
from kzarchive.values.frames import Frame


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


class LedgerIndex:
    """What follows from a ledger alone and serves every cut: frames, dates, identities, fixes."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.dating = Dating(ledger)
        self.agents = judged_same(ledger, IdentityOf.AGENT)
        self._utterances = judged_same(ledger, IdentityOf.UTTERANCE)
        self.dependence = dependent(ledger)
        self.fixes = {placed.what.old: placed.what.new for placed in ledger.standing(TranscriptionFixed)}
        self._reassigned = {
            identity: placed.what.frame
            for placed in ledger.standing(FrameReassigned)
            for identity in placed.what.assertions
        }
        self.by_frame: dict[Frame, list[str]] = {}
        self.by_utterance: dict[str, list[str]] = {}
        for identity in ledger.assertions:
            self.by_frame.setdefault(self.frame(identity), []).append(identity)
            self.by_utterance.setdefault(self.utterance(identity), []).append(identity)

    def frame(self, identity: str) -> Frame:
        """Returns the frame that an assertion is read as of."""
        return self._reassigned.get(identity) or self.ledger.assertions[identity].what.frame

    def utterance(self, identity: str) -> str:
        """Returns the utterance that an assertion belongs to; its own id where it has none."""
        return self._utterances.find(self.ledger.assertions[identity].what.utterance or identity)

    def utterance_named(self, slug: str) -> str:
        """Returns the utterance that a slug or an assertion's id names."""
        return self._utterances.find(slug)

    def chain(self, assertion: Assertion) -> tuple[str, ...]:
        """Returns the agents of a chain, nearest first, each by the slug that stands for it."""
        return tuple(self.agents.find(link.agent) for link in assertion.chain)

    def publisher(self, assertion: Assertion) -> str:
        """Returns the origin of a document's own voice: its publisher, or the document where none is known."""
        document = self.ledger.documents[assertion.document].what
        return f"document:{document.name}" if document.publisher is None else self.agents.find(document.publisher)


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
                (dated.document.retrieved, self.cut.retrieved),
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
        for identity in self.index.by_utterance.get(utterance, ()):
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
        chains = self._chains(utterance)
        if not chains:
            return f"unattributed:{utterance}"
        longest = max(map(len, chains))
        return "+".join(sorted({chain[-1] for chain in chains if len(chain) == longest}))

    def _chains(self, utterance: str) -> list[tuple[str, ...]]:
        """Returns the chains of an utterance that reach an agent; a document's own voice where no chain does."""
        denied = self.denials.get(utterance, frozenset())
        found: list[tuple[str, ...]] = []
        bare: list[tuple[str, ...]] = []
        cut_off = False
        # Of what is only pending, who said it is told all the same.
        for identity in tuple(self.appearances(utterance)) or self.index.by_utterance.get(utterance, ()):
            assertion = self.ledger.assertions[identity].what
            chain = self.index.chain(assertion)
            standing = tuple(agent for agent in chain if agent not in denied)
            if standing:
                found.append(standing)
            elif chain:
                cut_off = True
            else:
                bare.append((self.index.publisher(assertion),))
        return found or ([] if cut_off else bare)

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
            chain = self.index.chain(self.ledger.assertions[identity].what)
            speaker = chain[-1] if chain else self.index.publisher(self.ledger.assertions[identity].what)
            itself = speaker in self.index.chain(self.ledger.assertions[target].what)
            if itself is by_agent_itself:
                found.setdefault(self.index.utterance(target), set()).add(speaker)
        return {utterance: frozenset(agents) for utterance, agents in found.items()}

    def _responses(self, act: Act) -> Iterator[tuple[str, str]]:
        for identity, placed in self.ledger.assertions.items():
            assertion = placed.what
            if assertion.act is act and self.takes_part(identity) and self._notice_drop(identity) is None:
                for relation in assertion.relations:
                    if relation.kind is RelationKind.RESPONDS_TO:
                        yield identity, relation.target

    @functools.cached_property
    def content_denials(self) -> dict[str, tuple[str, ...]]:
        """The live assertions that deny the content of an assertion, by the assertion denied."""
        found: dict[str, tuple[str, ...]] = {}
        for identity, target in self._responses(Act.DENY):
            if self.ledger.assertions[identity].what.modality is Modality.COUNTER:
                found[target] = (*found.get(target, ()), identity)
        return found

    def notices(self) -> Iterable[tuple[Placed[SourceCorrected | SourceRetracted], Order]]:
        """Yields the notices of sources with whether a reader could know each."""
        for placed in self.ledger.notices:
            bounds = placed.what.notice.published.bounds(self.ledger.zone)
            yield placed, Order.DEFINITELY if self.cut.published is None else bounds.by(self.cut.published)

    def dropped(self, identity: str) -> Dropped | None:
        """Returns why a visible assertion is not live; None = it is."""
        if identity in self.index.fixes:
            return Dropped(Rule.S4, f"misread; {self.index.fixes[identity][:12]} stands instead")
        return self._notice_drop(identity) or self._own_denial(identity)

    def _notice_drop(self, identity: str) -> Dropped | None:
        if identity in self.index.fixes:
            return Dropped(Rule.S4, "misread")
        for placed, order in self.notices():
            if order is Order.NOT or (order is Order.POSSIBLY and not self.cut.possible):
                continue
            event = placed.what
            if isinstance(event, SourceCorrected):
                if event.old == identity:
                    return Dropped(Rule.S12, f"corrected by {event.by}; {event.new[:12]} stands instead")
            elif self._reached(event, identity):
                return self._retracted(event, identity)
        return None

    def _reached(self, event: SourceRetracted, identity: str) -> bool:
        if self.index.utterance(identity) != self.index.utterance_named(event.utterance):
            return False
        assertion, by = self.ledger.assertions[identity].what, self.index.agents.find(event.by)
        if by == self.index.publisher(assertion) or by in self.index.chain(assertion):
            return True
        chains = (
            self.index.chain(self.ledger.assertions[i].what)
            for i in self.index.by_utterance[self.index.utterance(identity)]
        )
        return any(chain and chain[-1] == by for chain in chains)

    def _retracted(self, event: SourceRetracted, identity: str) -> Dropped:
        notice = event.notice.published.bounds(self.ledger.zone)
        zombie = notice.before(self.index.dating.assertion(identity).published) is Order.DEFINITELY
        words = "repeats what was" if zombie else "was"
        return Dropped(Rule.S13, f"{words} retracted by {event.by}", zombie)

    def _own_denial(self, identity: str) -> Dropped | None:
        for denial in self.content_denials.get(identity, ()):
            if self.origin(self.index.utterance(denial)) == self.origin(self.index.utterance(identity)):
                return Dropped(Rule.S13, f"denied by its own origin in {denial[:12]}")
        return None

    def dated(self, identity: str) -> DatedAssertion:
        """Returns an assertion with its dates."""
        return self.index.dating.assertion(identity)
