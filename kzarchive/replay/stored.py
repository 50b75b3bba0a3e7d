"""What a log holds up to a position, looked up when it is asked for: documents, agents, assertions and utterances.

Each class here is a read-only mapping over the log and its index, so that a ledger of a million assertions costs no
more to make than one of ten.

What was redacted is not there: a document, an agent or an assertion whose body is gone, and an assertion whose document
is, for nothing could date it.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

import attrs

from kzarchive.derived.index import DerivedIndex
from kzarchive.errors import LogError, RedactedSince
from kzarchive.log.protocol import EventLog, StoredEvent
from kzarchive.replay.ledger import Placed, with_names
from kzarchive.values.assertions import Assertion
from kzarchive.values.canonical import shown
from kzarchive.values.checks import HEX_ID
from kzarchive.values.events import AgentRegistered, AssertionRecorded, DocumentRegistered, Event, UnknownEvent
from kzarchive.values.sources import Agent, Document
from kzarchive.wire import codec
from kzarchive.wire.codec import document_identity

K = TypeVar("K")
V = TypeVar("V")

KEPT_EVENTS: Final = 20_000
"""How many decoded events are kept for the next one who asks."""


class DecodedEvents:
    """The events of a log by position, decoded when they are asked for; the newest of them are kept.

    Attributes:
        log: The log; when one more of its bodies is redacted, these events are no longer to be used.
        documents: Where documents that were asked for are registered, by id.
        protected: Where protected documents are registered that the index has not reached, by id.
        gaps: Whether any body is redacted.
    """

    def __init__(self, log: EventLog, kept: int = KEPT_EVENTS) -> None:
        self.log = log
        self._kept = kept
        self._events: OrderedDict[int, tuple[StoredEvent, Event | UnknownEvent | None]] = OrderedDict()
        self.documents: dict[str, int] = {}
        self.protected: dict[str, int] = {}
        self.gaps = bool(log.redactions())

    def at(self, position: int) -> tuple[StoredEvent, Event | UnknownEvent | None]:
        """Returns the stored event at a position, and what it says; None = its body was redacted.

        Raises:
            LogError: The event is damaged.
        """
        found = self._events.get(position)
        if found is None:
            stored = self.log.get(position)
            said = None if stored.body is None else codec.decode(stored.type, stored.version, stored.body)
            found = self._events[position] = (stored, said)
            if len(self._events) > self._kept:
                self._events.popitem(last=False)
        return found


@attrs.frozen
class Reach:
    """A log with its index, as of a position.

    Attributes:
        events: The events of the log.
        index: The index, which has reached ``position``.
        position: The last position that counts.
    """

    events: DecodedEvents
    index: DerivedIndex
    position: int


class NotThere(LogError, KeyError):
    """There is no thing of a name; where the log itself has given the name out, it is damaged.

    Attributes:
        what: The kind of thing.
        key: The name that it was asked for by.
    """

    def __init__(self, what: str, key: object) -> None:
        super().__init__(what, key)
        self.what = what
        self.key = key

    def __str__(self) -> str:
        return (
            f"expected {self.what} of the log, got {shown(self.key)}, which names none: if the log itself gives this "
            "name, it is damaged, and 'kzarchive verify' tells where"
        )


class StoredAssertions(Mapping[str, Placed[Assertion]]):
    """Assertions by id, in log order."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._documents = StoredDocuments(reach)

    def place(self, identity: object) -> int | None:
        """Returns where an assertion was recorded, though its body may be gone; None = it was not."""
        if not isinstance(identity, str) or not HEX_ID.fullmatch(identity):
            return None
        position = self._reach.events.log.find(bytes.fromhex(identity))
        return position if position is not None and position <= self._reach.position else None

    def _is_there(self, position: int | None) -> bool:
        event = None if position is None else self._reach.events.at(position)[1]
        if not isinstance(event, AssertionRecorded):
            return False
        return not self._reach.events.gaps or event.assertion.document in self._documents

    def at(self, position: int) -> tuple[str, Placed[Assertion]]:
        """Returns id and assertion of a position.

        Raises:
            LogError: There is none at that position.
            RedactedSince: It was redacted after this began to be read.
        """
        stored, event = self._reach.events.at(position)
        if not isinstance(event, AssertionRecorded):
            raise _another(stored, event, "an assertion")
        return stored.identity.hex(), Placed(position, stored.recorded, event.assertion)

    def __getitem__(self, identity: str) -> Placed[Assertion]:
        position = self.place(identity)
        if position is None or not self._is_there(position):
            raise NotThere("the id of an assertion", identity)
        return self.at(position)[1]

    def __contains__(self, identity: object) -> bool:
        return self._is_there(self.place(identity))

    def __iter__(self) -> Iterator[str]:
        headers = self._reach.events.log.headers(until=self._reach.position, types=[AssertionRecorded.type])
        gaps = self._reach.events.gaps
        return (header.identity.hex() for header in headers if not gaps or self._is_there(header.position))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class StoredDocuments(Mapping[str, Placed[Document]]):
    """Documents by id, in log order."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._positions = reach.events.documents

    def at(self, position: int) -> Placed[Document]:
        """Returns the document registered at a position.

        Raises:
            LogError: There is none at that position.
            RedactedSince: It was redacted after this began to be read.
        """
        stored, event = self._reach.events.at(position)
        if not isinstance(event, DocumentRegistered):
            raise _another(stored, event, "a document")
        return Placed(position, stored.recorded, event.document)

    def __getitem__(self, identity: str) -> Placed[Document]:
        position = self.position(identity)
        if position is None:
            raise NotThere("the id of a document", identity)
        return self.at(position)

    def __contains__(self, identity: object) -> bool:
        return isinstance(identity, str) and self.position(identity) is not None

    def position(self, identity: str) -> int | None:
        """Returns where a document was registered; None = it is not there, at or before the position that counts."""
        position = self._positions.get(identity)
        if position is None:
            position = self._find(identity)
            if position is None:
                return None
            if len(self._positions) >= KEPT_EVENTS:
                self._positions.clear()
            self._positions[identity] = position
        return position if position <= self._reach.position else None

    def _find(self, identity: str) -> int | None:
        if not HEX_ID.fullmatch(identity):
            return None
        position = self._reach.events.log.find(bytes.fromhex(document_identity(identity)))
        if position is None:
            # The identity of a protected document does not follow from its id.
            position = self._reach.events.protected.get(identity)
            return self._reach.index.document(identity, self._reach.position) if position is None else position
        is_gone = self._reach.events.gaps and self._reach.events.at(position)[1] is None
        return None if is_gone else position

    def __iter__(self) -> Iterator[str]:
        return (identity for _, identity, _ in self._reach.index.documents(self._reach.position))

    def __len__(self) -> int:
        return len(self._reach.index.documents(self._reach.position))


class StoredTypes(Mapping[int, str]):
    """The type of every event by its position."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def __getitem__(self, position: int) -> str:
        if type(position) is not int or not 1 <= position <= self._reach.position:
            raise KeyError(position)
        return next(self._reach.events.log.headers(after=position - 1, until=position)).type

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, self._reach.position + 1))

    def __len__(self) -> int:
        return self._reach.position


class StoredNames(Mapping[str, str]):
    """Ids of documents by short name; of two with one name the first."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def __getitem__(self, name: str) -> str:
        identity = self._reach.index.document_named(name, self._reach.position)
        if identity is None:
            raise KeyError(name)
        return identity

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for _, _, name in self._reach.index.documents(self._reach.position)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class StoredAgents(Mapping[str, Agent]):
    """Agents by slug with all spellings registered, in log order."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def __getitem__(self, slug: str) -> Agent:
        agent: Agent | None = None
        for position in self._reach.index.namings(slug, self._reach.position):
            stored, event = self._reach.events.at(position)
            if not isinstance(event, AgentRegistered):
                raise _another(stored, event, "an agent")
            agent = with_names(agent, event.agent)
        if agent is None:
            raise NotThere("the slug of an agent", slug)
        return agent

    def __contains__(self, slug: object) -> bool:
        return isinstance(slug, str) and bool(self._reach.index.namings(slug, self._reach.position))

    def __iter__(self) -> Iterator[str]:
        return iter(self._reach.index.agent_slugs(self._reach.position))

    def __len__(self) -> int:
        return len(self._reach.index.agent_slugs(self._reach.position))


class StoredSayings(Mapping[str, int]):
    """The position at which each utterance was first recorded, an assertion without one under its own id."""

    def __init__(self, reach: Reach, assertions: StoredAssertions) -> None:
        self._reach = reach
        self._assertions = assertions

    def __getitem__(self, slug: str) -> int:
        self._reach.index.catch_up(self._reach.position)
        found = self._reach.index.utterance(slug)
        if found is not None and found[1] <= self._reach.position:
            return found[1]
        placed = self._assertions[slug]
        if placed.what.utterance is not None:
            raise KeyError(slug)
        return placed.position

    def __iter__(self) -> Iterator[str]:
        self._reach.index.catch_up(self._reach.position)
        yield from self._reach.index.utterances(self._reach.position)
        for identity, placed in self._assertions.items():
            if placed.what.utterance is None:
                yield identity

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _another(stored: StoredEvent, event: Event | UnknownEvent | None, expected: str) -> LogError | RedactedSince:
    """Returns the error for an event that is not what the index says, or is that no more."""
    if event is None:
        return RedactedSince(
            f"expected {expected} at position {stored.position}, which position {stored.redacted_by} has redacted "
            "since the question was asked: ask again"
        )
    return LogError(f"position {stored.position}: expected {expected}, got {stored.type}")
