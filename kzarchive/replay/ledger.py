"""The ledger: everything that the log holds at a position, gathered in log order.

A ledger is a pure function of a prefix of the log. It decides nothing: it gives each document, agent, assertion and
judgement with the position at which it entered, and policies decide when they read. Judgements, notices and the
vocabulary are kept in it; of documents, agents and assertions, which may be many, it has mappings that look them up
(see :mod:`kzarchive.replay.stored`).
"""

from collections import ChainMap
from collections.abc import Iterator, KeysView, Mapping, MutableMapping
from typing import Final, Generic, TypeVar

import attrs

from kzarchive.errors import LogError
from kzarchive.values.assertions import Assertion
from kzarchive.values.events import (
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    CoverageDeclared,
    DocumentRegistered,
    Event,
    Judged,
    JudgementWithdrawn,
    PayloadRedacted,
    SourceCorrected,
    SourceRetracted,
    UnknownEvent,
    VocabularyExtended,
)
from kzarchive.values.sources import Agent, Document
from kzarchive.values.terms import Vocabulary

T = TypeVar("T")


@attrs.frozen
class Placed(Generic[T]):
    """Something with its place in the log.

    Attributes:
        position: Of the event that brought it.
        recorded: Microseconds UTC at which the log took it in.
        what: The thing itself.
    """

    position: int
    recorded: int
    what: T


EMPTY: Final = Vocabulary(name="empty")
"""The vocabulary of a ledger of nothing."""


@attrs.define
class Ledger:
    """What the log holds up to ``position``.

    Attributes:
        position: Of the last event gathered; 0 = nothing yet.
        opened: The first event; None while nothing is gathered.
        vocabulary: The vocabulary with its extensions.
        coverage: The last declaration; None = none.
        coverages: All declarations, in log order.
        agents: By slug, with all spellings registered so far.
        documents: By id.
        names: Ids of documents by short name; of two with one name the first.
        assertions: By id.
        said: By utterance, an assertion without one under its own id: a position at which it was recorded.
        judgements: Standing and withdrawn ones by the id of their event, in log order.
        withdrawals: By the id of the event that they withdraw.
        notices: Corrections and retractions by sources, in log order.
        redactions: The orders to take a body away, by the position of the body.
        types: The type of every event of the log, by position.
        unknown: Events of unknown types, kept and reported.
    """

    position: int = 0
    opened: ArchiveOpened | None = None
    vocabulary: Vocabulary = EMPTY
    coverage: CoverageDeclared | None = None
    coverages: list[CoverageDeclared] = attrs.field(factory=list)
    agents: Mapping[str, Agent] = attrs.field(factory=dict)
    documents: Mapping[str, Placed[Document]] = attrs.field(factory=dict)
    names: Mapping[str, str] = attrs.field(factory=dict)
    assertions: Mapping[str, Placed[Assertion]] = attrs.field(factory=dict)
    said: Mapping[str, int] = attrs.field(factory=dict)
    judgements: MutableMapping[str, Placed[Judged]] = attrs.field(factory=dict)
    withdrawals: MutableMapping[str, Placed[JudgementWithdrawn]] = attrs.field(factory=dict)
    notices: list[Placed[SourceCorrected | SourceRetracted]] = attrs.field(factory=list)
    redactions: dict[int, Placed[PayloadRedacted]] = attrs.field(factory=dict)
    types: Mapping[int, str] = attrs.field(factory=dict)
    unknown: list[Placed[UnknownEvent]] = attrs.field(factory=list)

    def add(self, event: Event | UnknownEvent, *, position: int, recorded: int, identity: str) -> None:
        """Gathers one event that records neither agent, document nor assertion."""
        self.position = position
        match event:
            case ArchiveOpened():
                self.opened, self.vocabulary = event, event.vocabulary
            case CoverageDeclared():
                self.coverage = event
                self.coverages.append(event)
            case VocabularyExtended():
                self.vocabulary = self.vocabulary.extended(event.addition)
            case JudgementWithdrawn():
                self.withdrawals[event.target] = Placed(position, recorded, event)
            case Judged():
                self.judgements[identity] = Placed(position, recorded, event)
            case SourceCorrected() | SourceRetracted():
                self.notices.append(Placed(position, recorded, event))
            case PayloadRedacted():
                self.redactions[event.target] = Placed(position, recorded, event)
            case UnknownEvent():
                self.unknown.append(Placed(position, recorded, event))
            case _:
                raise LogError(f"expected an event that the ledger knows, got {event.type} at {position}")

    def standing(self, kind: type[T]) -> Iterator[Placed[T]]:
        """Yields the judgements of one type that are not withdrawn, in log order."""
        for identity, placed in self.judgements.items():
            if isinstance(placed.what, kind) and identity not in self.withdrawals:
                yield placed  # type: ignore[misc]

    def branch(self) -> "Branch":
        """Returns a ledger that reads through to this one and keeps what is added for itself.

        It costs next to nothing however much the log holds; this ledger must not change while the branch is in use.
        """
        return Branch(
            position=self.position,
            opened=self.opened,
            vocabulary=self.vocabulary,
            coverage=self.coverage,
            agents=ChainMap({}, self.agents),  # type: ignore[arg-type]
            documents=ChainMap({}, self.documents),  # type: ignore[arg-type]
            names=ChainMap({}, self.names),  # type: ignore[arg-type]
            assertions=ChainMap({}, self.assertions),  # type: ignore[arg-type]
            said=ChainMap({}, self.said),  # type: ignore[arg-type]
            judgements=ChainMap({}, self.judgements),
            withdrawals=ChainMap({}, self.withdrawals),
            coverages=list(self.coverages),
            notices=list(self.notices),
            redactions=dict(self.redactions),
            types=self.types,
            unknown=list(self.unknown),
        )

    def utterances(self) -> KeysView[str]:
        """Returns the slugs of all utterances, and the ids of assertions that are utterances of their own."""
        return self.said.keys()

    @property
    def zone(self) -> str:
        """The zone of bare dates in this archive."""
        if self.opened is None:
            raise LogError("expected an archive.opened event, got an empty log")
        return self.opened.zone


@attrs.define
class Branch(Ledger):
    """A ledger that takes in events of every type, over one that stays as it is."""

    agents: MutableMapping[str, Agent] = attrs.field(factory=dict)
    documents: MutableMapping[str, Placed[Document]] = attrs.field(factory=dict)
    names: MutableMapping[str, str] = attrs.field(factory=dict)
    assertions: MutableMapping[str, Placed[Assertion]] = attrs.field(factory=dict)
    said: MutableMapping[str, int] = attrs.field(factory=dict)

    def add(self, event: Event | UnknownEvent, *, position: int, recorded: int, identity: str) -> None:
        """Gathers one event."""
        match event:
            case AssertionRecorded():
                self.assertions[identity] = Placed(position, recorded, event.assertion)
                # Not setdefault: looking up what lies below may take long, and nobody asked.
                self.said[event.assertion.utterance or identity] = position
            case DocumentRegistered():
                self.documents[event.document.id] = Placed(position, recorded, event.document)
                self.names.setdefault(event.document.name, event.document.id)
            case AgentRegistered():
                self.agents[event.agent.slug] = with_names(self.agents.get(event.agent.slug), event.agent)
            case _:
                super().add(event, position=position, recorded=recorded, identity=identity)
        self.position = position


def with_names(known: Agent | None, agent: Agent) -> Agent:
    """Returns an agent as registered first, with the spellings of a later registration; None = it is the first."""
    if known is None:
        return agent
    names = known.names + tuple(name for name in agent.names if name not in known.names)
    return attrs.evolve(known, names=names)
