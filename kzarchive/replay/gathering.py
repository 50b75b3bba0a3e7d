"""Gathering: the ledgers of a log at the positions that are asked for, kept so that none is made twice.

A ledger at a position never changes, so the newest few are kept. One more grows with the log and serves the checks of
appends; it needs the index only for what is rarely asked for, so that appending does not wait for the index.
"""

from collections import ChainMap, OrderedDict
from collections.abc import Sequence
from typing import Final

from kzarchive.derived.index import DerivedIndex
from kzarchive.errors import LogError
from kzarchive.log.protocol import EventLog, Receipt
from kzarchive.replay.index import LedgerIndex
from kzarchive.replay.ledger import Ledger, with_names
from kzarchive.replay.stored import (
    DecodedEvents,
    Reach,
    StoredAgents,
    StoredAssertions,
    StoredDocuments,
    StoredNames,
    StoredSayings,
    StoredTypes,
)
from kzarchive.values.events import (
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    DocumentRegistered,
    Event,
    UnknownEvent,
)
from kzarchive.values.sources import Agent

KEPT_LEDGERS: Final = 8


class Ledgers:
    """The ledgers of one log."""

    def __init__(self, log: EventLog, index: DerivedIndex) -> None:
        self._log = log
        self._derived = index
        self._events = DecodedEvents(log)
        self._intake: Intake | None = None
        self._indexes: OrderedDict[int, LedgerIndex] = OrderedDict()
        self._generation = index.generation
        self._redactions = len(log.redactions())

    def attach(self) -> None:
        """Opens the file of the index where there is one; one made before a redaction is thrown away."""
        self._derived.attach()

    def opened(self) -> ArchiveOpened:
        """Returns the first event of a log that has one, without bringing the index further.

        Raises:
            LogError: It is another one than ``archive.opened``.
        """
        stored, event = self._events.at(1)
        if not isinstance(event, ArchiveOpened):
            raise LogError(f"expected archive.opened at position 1, got {stored.type}")
        return event

    def newest(self, position: int) -> Ledger:
        """Returns what the log holds at a position not before those asked for so far; it grows and is not given out."""
        if self._redactions != len(self._log.redactions()):
            # What was decoded before is no longer to be used, whoever ordered it away.
            self.index(position)
        if self._intake is None:
            self._intake = Intake(self._events, self._derived)
        try:
            return self._intake.at(position)
        except BaseException:
            # A ledger that stopped midway would pass over what stopped it.
            self._intake = None
            raise

    def appended(self, events: Sequence[Event | UnknownEvent], receipt: Receipt) -> None:
        """Takes note of events that were just appended, so that they need not be read again."""
        if self._intake is not None:
            self._intake.take(events, receipt)

    def at(self, position: int) -> Ledger:
        """Returns what the log holds at a position."""
        return self.index(position).ledger

    def index(self, position: int) -> LedgerIndex:
        """Returns what follows from the ledger at a position; the newest ones are kept, for positions never change."""
        redactions = len(self._log.redactions())
        self._derived.catch_up(position, redactions)
        if (self._generation, self._redactions) != (self._derived.generation, redactions):
            self._generation, self._redactions, self._intake = self._derived.generation, redactions, None
            self._events = DecodedEvents(self._log)
            self._indexes.clear()
        found = self._indexes.get(position)
        if found is None:
            reach = Reach(self._events, self._derived, position)
            found = self._indexes[position] = LedgerIndex(_gathered(reach), reach)
            if len(self._indexes) > KEPT_LEDGERS:
                self._indexes.popitem(last=False)
        return found


def _gathered(reach: Reach) -> Ledger:
    """Returns the ledger at the position of a reach."""
    ledger = _over(reach)
    for position, _ in reach.index.special(reach.position):
        _add(ledger, reach.events, position)
    ledger.position = reach.position
    return ledger


def _over(reach: Reach) -> Ledger:
    assertions = StoredAssertions(reach)
    return Ledger(
        agents=StoredAgents(reach),
        documents=StoredDocuments(reach),
        names=StoredNames(reach),
        assertions=assertions,
        said=StoredSayings(reach, assertions),
        types=StoredTypes(reach),
    )


def _add(ledger: Ledger, events: DecodedEvents, position: int) -> None:
    stored, event = events.at(position)
    if event is None:
        return
    if (position == 1) != isinstance(event, ArchiveOpened):
        raise LogError(f"expected one archive.opened event, at position 1; got {stored.type} at {position}")
    ledger.add(event, position=position, recorded=stored.recorded, identity=stored.identity.hex())


class _RememberedAgents(StoredAgents):
    """Agents of an index that stays as it is; whoever was there once is not looked up again."""

    def __init__(self, reach: Reach) -> None:
        super().__init__(reach)
        self._there: set[object] = set()

    def __contains__(self, slug: object) -> bool:
        if slug in self._there:
            return True
        if not super().__contains__(slug):
            return False
        self._there.add(slug)
        return True


class Intake:
    """The ledger at the head of a log that is appended to; it grows without decoding what it does not need.

    What the index has not reached yet is kept here: agents, and the names of documents.
    """

    def __init__(self, events: DecodedEvents, index: DerivedIndex) -> None:
        self._events = events
        self._index = index
        self._agents: dict[str, Agent] = {}
        self._names: dict[str, str] = {}
        index.attach()
        self._indexed = min(index.position, events.log.head)
        self._indexed_agents = _RememberedAgents(Reach(events, index, self._indexed))
        self._ledger = Ledger()
        for position, _ in index.special(self._indexed):
            _add(self._ledger, events, position)
        self._position = self._indexed

    def at(self, position: int) -> Ledger:
        """Returns what the log holds at a position, after reading what came since the last call."""
        new = self._events.log.headers(after=self._position, until=position) if position > self._position else ()
        for header in new:
            if header.type != AssertionRecorded.type:
                event = self._events.at(header.position)[1]
                if event is not None:
                    self._take(event, header.position, header.recorded, header.identity.hex())
            elif header.position == 1:
                raise LogError(f"expected archive.opened at position 1, got {header.type}")
        self._position = max(self._position, position)
        return self._at_position()

    def _at_position(self) -> Ledger:
        reach = Reach(self._events, self._index, self._position)
        indexed = Reach(self._events, self._index, self._indexed)
        over = _over(reach)
        ledger = self._ledger
        ledger.assertions, ledger.documents, ledger.said = over.assertions, over.documents, over.said
        ledger.types = over.types
        ledger.agents = ChainMap(self._agents, self._indexed_agents)  # type: ignore[arg-type]
        ledger.names = ChainMap(self._names, StoredNames(indexed))  # type: ignore[arg-type]
        ledger.position = self._position
        return ledger

    def take(self, events: Sequence[Event | UnknownEvent], receipt: Receipt) -> None:
        """Takes in events that were appended next; does nothing where others came between or some were there before."""
        places = [position for position, _, _ in receipt.placed]
        if receipt.recorded is None or places != list(range(self._position + 1, self._position + 1 + len(events))):
            return
        for event, placed in zip(events, receipt.placed, strict=True):
            if type(event) is not AssertionRecorded:
                self._take(event, placed.position, receipt.recorded, placed.identity.hex())
        self._position += len(events)

    def _take(self, event: Event | UnknownEvent, position: int, recorded: int, identity: str) -> None:
        match event:
            case AgentRegistered():
                slug = event.agent.slug
                known = self._agents.get(slug) or self._indexed_agents.get(slug)
                self._agents[slug] = with_names(known, event.agent)
            case DocumentRegistered():
                self._names.setdefault(event.document.name, event.document.id)
                if event.document.salt is not None:
                    self._events.protected.setdefault(event.document.id, position)
            case _:
                if (position == 1) != isinstance(event, ArchiveOpened):
                    raise LogError(f"expected one archive.opened event, at position 1; got {event.type} at {position}")
                self._ledger.add(event, position=position, recorded=recorded, identity=identity)
