"""The index: what follows from a ledger alone and serves every cut.

Frames, dates, identities and transcription fixes. What is said of a misread assertion (a correction, a denial, an
assessment) is said of the one that stands for it, at every date.
"""

import functools
from collections.abc import Iterable

from kzarchive.replay.dating import Dating
from kzarchive.replay.identity import dependent, judged_same
from kzarchive.replay.ledger import Ledger, Placed
from kzarchive.values.assertions import Act, Assertion, RelationKind
from kzarchive.values.bounds import Bounds
from kzarchive.values.events import (
    FrameReassigned,
    IdentityOf,
    Notice,
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
)
from kzarchive.values.frames import Frame
from kzarchive.values.sources import AgentKind


class LedgerIndex:
    """What follows from a ledger alone and serves every cut: frames, dates, identities, fixes."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.agents = judged_same(ledger, IdentityOf.AGENT)
        self._utterances = judged_same(ledger, IdentityOf.UTTERANCE)
        self.fixes = {placed.what.old: placed.what.new for placed in ledger.standing(TranscriptionFixed)}
        self.dating = Dating(ledger, utterance=self.utterance, targets=self._assessed)
        self.dependence = tuple(frozenset(map(self.current, group)) for group in dependent(ledger))
        self._reassigned = {
            identity: placed.what.frame
            for placed in ledger.standing(FrameReassigned)
            for named in placed.what.assertions
            for identity in self._path(named)
        }
        self._heard_in = _heard_in(ledger)
        self.by_frame: dict[Frame, list[str]] = {}
        self.by_utterance: dict[str, list[str]] = {}
        for identity in ledger.assertions:
            self.by_frame.setdefault(self.frame(identity), []).append(identity)
            self.by_utterance.setdefault(self.utterance(identity), []).append(identity)

    def _path(self, identity: str) -> tuple[str, ...]:
        """Returns an assertion, the one that stands for it where it was misread, and so on."""
        path = [identity]
        while (following := self.fixes.get(path[-1])) is not None and following not in path:
            path.append(following)
        return tuple(path)

    def current(self, identity: str) -> str:
        """Returns the assertion that stands for one that was misread: what is said of that one is said of it."""
        return self._path(identity)[-1]

    def _assessed(self, kind: TargetKind, target: str) -> tuple[str, ...]:
        if kind is TargetKind.DOCUMENT:
            return (target,)
        return self._path(target) if target in self.ledger.assertions else (self._utterances.find(target),)

    def frame(self, identity: str) -> Frame:
        """Returns the frame that an assertion is read as of."""
        return self._reassigned.get(identity) or self.ledger.assertions[identity].what.frame

    def utterance(self, identity: str) -> str:
        """Returns the utterance that an assertion belongs to; its own id where it has none."""
        return self._utterances.find(self.ledger.assertions[identity].what.utterance or identity)

    def utterance_named(self, slug: str) -> str:
        """Returns the utterance that a slug or an assertion's id names."""
        known = slug in self.ledger.assertions
        return self.utterance(self.current(slug)) if known else self._utterances.find(slug)

    def agent(self, slug: str, document: str) -> str:
        """Returns who an agent named in a document is: the slug that stands for those judged the same.

        An unnamed or collective one that several documents name is a new one in each, ``SLUG@NAME``, until it is judged
        the same as another.
        """
        if len(self._heard_in.get(slug, ())) > 1 and not self.agents.is_joined(slug):
            return f"{slug}@{self.ledger.documents[document].what.name}"
        return self.agents.find(slug)

    def named(self, slug: str) -> frozenset[str]:
        """Returns everyone whom a slug names, in whichever document."""
        return frozenset(self.agent(slug, document) for document in self._heard_in.get(slug, ())) | {
            self.agents.find(slug)
        }

    def chain(self, assertion: Assertion) -> tuple[str, ...]:
        """Returns the agents of a chain, nearest first, each as :meth:`agent` says."""
        return tuple(self.agent(link.agent, assertion.document) for link in assertion.chain)

    def publisher(self, assertion: Assertion) -> str:
        """Returns the origin of a document's own voice: its publisher, or the document where none is known."""
        document = self.ledger.documents[assertion.document].what
        if document.publisher is None:
            return f"document:{document.name}"
        return self.agent(document.publisher, document.id)

    @functools.cached_property
    def denials(self) -> tuple[tuple[str, str], ...]:
        """The denials of content or of attribution, in log order, each with the assertion that it answers."""
        return tuple(
            (identity, self.current(relation.target))
            for identity, placed in self.ledger.assertions.items()
            if placed.what.act in {Act.DENY, Act.DENY_ATTRIBUTION}
            for relation in placed.what.relations
            if relation.kind is RelationKind.RESPONDS_TO
        )

    @functools.cached_property
    def denials_backwards(self) -> tuple[str, ...]:
        """The denials, each once, from the one recorded last to the first; a fixed one stands where it was misread."""
        first = {identity: self.ledger.assertions[identity].position for identity, _ in self.denials}
        for old in self.fixes:
            new, position = self.current(old), self.ledger.assertions[old].position
            if new in first:
                first[new] = min(first[new], position)
        return tuple(sorted(first, key=lambda identity: (-first[identity], identity)))

    @functools.cached_property
    def _notices(self) -> dict[str, list[Placed[SourceCorrected | SourceRetracted]]]:
        """The notices by the assertion that they correct or the utterance that they retract, in log order."""
        found: dict[str, list[Placed[SourceCorrected | SourceRetracted]]] = {}
        for placed in self.ledger.notices:
            event = placed.what
            if isinstance(event, SourceCorrected):
                about = self.current(event.old)
            else:
                about = self.utterance_named(event.utterance)
            found.setdefault(about, []).append(placed)
        return found

    def notices(self, identity: str) -> list[Placed[SourceCorrected | SourceRetracted]]:
        """Returns the notices that may be about an assertion, in log order."""
        about = {identity, self.utterance(identity)}
        return sorted((n for key in about for n in self._notices.get(key, ())), key=lambda notice: notice.position)

    def notice(self, notice: Notice) -> Bounds:
        """Returns when a reader could know a notice; a bare date is a day in the zone of the document it stands in."""
        zones = [self.ledger.documents[anchor.document].what.zone for anchor in notice.evidence[:1]]
        return notice.published.bounds(next(iter(zones), None) or self.ledger.zone)


def one_each(agents: Iterable[str]) -> frozenset[str]:
    """Returns agents with an unnamed one that several documents name once: it spoke one utterance."""
    first: dict[str, str] = {}
    for agent in sorted(agents):
        first.setdefault(agent.partition("@")[0], agent)
    return frozenset(first.values())


def _heard_in(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Returns the documents that each unnamed or collective agent speaks in or publishes, by its slug."""
    found: dict[str, dict[str, None]] = {}
    for placed in ledger.assertions.values():
        publisher = ledger.documents[placed.what.document].what.publisher
        for slug in (*(link.agent for link in placed.what.chain), *([] if publisher is None else [publisher])):
            if ledger.agents[slug].kind in {AgentKind.UNNAMED, AgentKind.COLLECTIVE}:
                found.setdefault(slug, {})[placed.what.document] = None
    return {slug: tuple(documents) for slug, documents in found.items()}
