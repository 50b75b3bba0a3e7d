"""The past: which events of a range change how assertions from before it are read.

A fold over assertions may go on from a snapshot at a position only while every assertion up to there is visible, live,
and read as of the same frame and origin as then. This module tells which later event changed that, from its type and
its targets alone, and rather too often than too seldom: what it lets pass is tried against whole replays by a property.

==========================================  ==================================================================
event                                       changes the past where
==========================================  ==================================================================
``assertion.recorded``                      it is one more appearance of an utterance from before, and moves its
                                            origin, or a denial or a notice is about that; it denies, or denies
                                            having said, what is from before; it is the second document that names
                                            an unnamed or collective agent, from then on another one in each
``source.corrected``                        what is corrected is from before
``source.retracted``                        an appearance of the utterance is from before
``transcription.fixed``                     one of the two assertions is from before
``date.assessed``                           its document, or an appearance of its utterance, or its assertion is
``frame.reassigned``                        one of the assertions is from before
``identity.judged``                         of utterances: an appearance is from before; of agents: always
``judgement.withdrawn``                     the judgement is from before and of one of the types above
``coverage.declared``                       always: a question without a date is asked at the end of the coverage
any other                                   never
==========================================  ==================================================================

What is redacted is read by nobody, at any position: a snapshot that holds it is set aside before this is asked.
"""

from collections.abc import Iterable, Iterator

import attrs

from kzarchive.log.protocol import EventLog
from kzarchive.replay.index import LedgerIndex
from kzarchive.replay.view import View
from kzarchive.values.assertions import Act, Assertion, RelationKind
from kzarchive.values.events import (
    AssertionRecorded,
    CoverageDeclared,
    DateAssessed,
    DependenceDeclared,
    Event,
    FrameReassigned,
    IdentityJudged,
    IdentityOf,
    JudgementWithdrawn,
    ReliabilityAssessed,
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
    UnknownEvent,
)
from kzarchive.values.sources import AgentKind
from kzarchive.wire import codec

WATCHED = (
    AssertionRecorded,
    CoverageDeclared,
    DateAssessed,
    FrameReassigned,
    IdentityJudged,
    JudgementWithdrawn,
    SourceCorrected,
    SourceRetracted,
    TranscriptionFixed,
)
"""The types of events that may change the past."""


_DATED = {
    TargetKind.DOCUMENT: "a document",
    TargetKind.UTTERANCE: "an utterance",
    TargetKind.ASSERTION: "an assertion",
}


@attrs.frozen
class PastChange:
    """An event that changes how assertions from before a snapshot are read.

    Attributes:
        position: Of the event.
        type: Its type.
        why: What it does to the past, in words.
    """

    position: int
    type: str
    why: str

    def __str__(self) -> str:
        return f"{self.type} at position {self.position}: {self.why}"


def past_changes(log: EventLog, view: View, earlier: View) -> Iterator[PastChange]:
    """Yields the events after a snapshot that change how assertions before it are read, in log order.

    Args:
        log: The log.
        view: The archive as it is seen now.
        earlier: The archive as it was seen at the position of the snapshot.
    """
    after, until = earlier.cut.position, view.cut.position
    past = _Past(view, earlier, after)
    for stored in log.read(after=after, until=until, types=[kind.type for kind in WATCHED]):
        if stored.body is None:
            continue  # it is redacted: nobody reads it, at any position
        event = codec.decode(stored.type, stored.version, stored.body)
        why = None if isinstance(event, UnknownEvent) else past.change_by(event, stored.identity.hex())
        if why is not None:
            yield PastChange(stored.position, stored.type, why)


@attrs.frozen
class _Past:
    """What two views know of the log up to the position ``after`` of the earlier one."""

    view: View
    earlier: View
    after: int

    @property
    def index(self) -> LedgerIndex:
        """The index behind the view."""
        return self.view.index

    def change_by(self, event: Event, identity: str) -> str | None:
        """Returns what an event after the range's beginning does to what is before it; None = nothing."""
        match event:
            case AssertionRecorded():
                return self._by_assertion(event.assertion, identity)
            case SourceCorrected():
                return self._says("an assertion is corrected", self._is_old(event.old))
            case SourceRetracted():
                return self._says("an utterance is retracted", self._is_said(event.utterance))
            case TranscriptionFixed():
                fixed = self._is_old(event.old) or self._is_old(event.new)
                return self._says("an assertion had been misread", fixed)
            case FrameReassigned():
                return self._says("an assertion is read as of another frame", any(map(self._is_old, event.assertions)))
            case DateAssessed():
                return self._says(f"{_DATED[event.kind]} is dated", self._is_dated(event))
            case IdentityJudged(of=IdentityOf.AGENT):
                return "agents are judged"
            case IdentityJudged():
                judged = self._is_said(event.left) or self._is_said(event.right)
                return self._says("utterances are judged", judged)
            case JudgementWithdrawn():
                return self._says("a judgement is withdrawn", self._is_judged(event.target))
            case CoverageDeclared():
                return "the coverage is declared anew"
        return None

    def _says(self, words: str, so: bool) -> str | None:
        return words if so else None

    def _is_old(self, identity: str) -> bool:
        placed = self.index.ledger.assertions.get(identity)
        return placed is not None and placed.position <= self.after

    def _is_said(self, utterance: str) -> bool:
        """Tells whether an utterance, given by its slug or as the id of an assertion, was said before."""
        return any(map(self._is_old, self.index.appearances(self.index.utterance_named(utterance))))

    def _is_dated(self, event: DateAssessed) -> bool:
        if event.kind is TargetKind.DOCUMENT:
            placed = self.index.ledger.documents.get(event.target)
            return placed is not None and placed.position <= self.after
        return self._is_old(event.target) if event.kind is TargetKind.ASSERTION else self._is_said(event.target)

    def _is_judged(self, identity: str) -> bool:
        placed = self.index.ledger.judgements.get(identity)
        if placed is None or isinstance(placed.what, (DependenceDeclared, ReliabilityAssessed)):
            return False
        return placed.position <= self.after

    def _by_assertion(self, assertion: Assertion, identity: str) -> str | None:
        if identity not in self.index.ledger.assertions:
            return None  # its document is redacted
        if self._moves_utterance(identity):
            return "an utterance appears once more, and its origin moves"
        if assertion.act in {Act.DENY, Act.DENY_ATTRIBUTION} and any(
            self._is_said(relation.target)
            for relation in assertion.relations
            if relation.kind is RelationKind.RESPONDS_TO
        ):
            return "an assertion is denied"
        if any(self._is_second_to_name(slug, assertion.document) for slug in self._unnamed(assertion)):
            return "a second document names an agent without a name of its own"
        return None

    def _moves_utterance(self, identity: str) -> bool:
        """Tells whether an appearance of an utterance from before moves its origin, or may move what is said of it."""
        utterance = self.index.utterance(identity)
        before = self.earlier.index.appearances(utterance)
        if not before:
            # An utterance that was joined with another one since is told by the judgement.
            return any(map(self._is_old, self.index.appearances(utterance)))
        if not self.index.disputed.isdisjoint(map(bytes.fromhex, before)):
            return True
        return self.view.origin(utterance) != self.earlier.origin(utterance)

    def _unnamed(self, assertion: Assertion) -> Iterable[str]:
        agents = self.index.ledger.agents
        publisher = self.index.ledger.documents[assertion.document].what.publisher
        for slug in {link.agent for link in assertion.chain} | ({publisher} - {None}):
            if slug is not None and agents[slug].kind in {AgentKind.UNNAMED, AgentKind.COLLECTIVE}:
                yield slug

    def _is_second_to_name(self, slug: str, document: str) -> bool:
        heard = self.earlier.index.heard_in(slug)
        return len(heard) == 1 and heard != (document,)
