"""Deriving: from the events of a log to the rows of its index, some thousands of events a transaction.

What is written is a pure function of the log up to a position. A transaction that fails leaves the index at the
position before it.
"""

import sqlite3
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Final

from kzarchive.derived.chunks import Chunk, looked_up
from kzarchive.derived.facts import FACTS_VERSION, Fact, fact_of, period_of
from kzarchive.derived.packing import pack, unpack
from kzarchive.derived.soundness import TALLIED, Kind, Rows, fact_sum, row_sum, typed
from kzarchive.derived.tables import SELECT_FACT, DerivedDamage, create, is_begun
from kzarchive.log.protocol import EventLog, StoredEvent
from kzarchive.values.assertions import Act, Assertion, RelationKind
from kzarchive.values.dated import DatedDocument, dated_assertion, dated_document
from kzarchive.values.events import (
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    DocumentRegistered,
    Event,
    UnknownEvent,
    VocabularyExtended,
)
from kzarchive.values.sources import Agent, AgentKind, Document
from kzarchive.values.terms import Vocabulary
from kzarchive.wire import codec

EVENTS_A_TRANSACTION: Final = 5_000
_DOCUMENTS_KEPT: Final = 20_000
_NEW_IN_EACH: Final = {AgentKind.UNNAMED, AgentKind.COLLECTIVE}
_DENIALS: Final = {Act.DENY, Act.DENY_ATTRIBUTION}

Progress = Callable[[int, int], None]


class Deriver:
    """Brings the index in one connection up to a position of one log."""

    def __init__(self, connection: sqlite3.Connection, log: EventLog) -> None:
        self._db = connection
        self._log = log
        self._zone = "UTC"
        self._vocabulary = Vocabulary(name="empty")
        self._known = 0
        self._agents: dict[str, tuple[int, str]] = {}
        self._documents: dict[str, tuple[int, DatedDocument]] = {}
        self._sums = dict.fromkeys(TALLIED, 0)

    def run(self, until: int, progress: Progress | None = None) -> None:
        """Derives what is not yet derived up to a position, inclusive.

        Args:
            until: The position; the log has reached it.
            progress: Told the position reached and ``until`` after each transaction; None = nobody.

        Raises:
            DerivedDamage: The index contradicts itself.
            LogError: The log is damaged.
            sqlite3.Error: The index cannot be written.
        """
        while (reached := self._transaction(until)) < until:
            if progress is not None:
                progress(reached, until)
        if progress is not None:
            progress(until, until)

    def _transaction(self, until: int) -> int:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            start = self._position()
            last = min(until, start + EVENTS_A_TRANSACTION)
            if last > start:
                self._catch_up_with(start)
                # Counted before: what is redacted while it is read is then one too many, and all is made anew.
                redactions = len(self._log.redactions())
                self._add(list(self._log.read(after=start, until=last)), last, redactions)
            self._db.execute("COMMIT")
        except BaseException:
            self._forget()
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return max(last, start)

    def _position(self) -> int:
        if not is_begun(self._db):
            create(self._db)
        row = self._db.execute("SELECT position FROM meta").fetchone()
        return 0 if row is None else int(row[0])

    def _rows(self, kinds: Sequence[Kind], query: str, *values: Any) -> Rows:
        return typed(self._db.execute(query, values).fetchall(), *kinds)

    def _row(self, kinds: Sequence[Kind], query: str, *values: Any) -> tuple[Any, ...] | None:
        return next(iter(self._rows(kinds, query, *values)), None)

    def _insert(self, table: str, *values: Any, ignore: bool = False) -> int:
        """Inserts a row and counts it; returns the number that SQLite gives it where its first value is None.

        Args:
            table: The table.
            values: The row.
            ignore: Whether a row of the same key that is there stays, and this one is left out.
        """
        marks = ", ".join("?" * len(values))
        made = self._db.execute(f"INSERT {'OR IGNORE ' if ignore else ''}INTO {table} VALUES ({marks})", values)  # noqa: S608
        number = made.lastrowid or 0
        if made.rowcount:
            self._sums[table] ^= row_sum([values if values[0] is not None else (number, *values[1:])])
        return number

    def _forget(self) -> None:
        self.__init__(self._db, self._log)  # type: ignore[misc]

    def _catch_up_with(self, position: int) -> None:
        """Learns the zone and the vocabulary as they are at the position that the index has reached."""
        if self._known > position:
            raise DerivedDamage("expected an index that only grows, got one that was cut")
        rows = self._rows(
            (int,),
            "SELECT position FROM special WHERE position > ? AND type IN (?, ?) ORDER BY position",
            *(self._known, ArchiveOpened.type, VocabularyExtended.type),
        )
        for (found,) in rows:
            self._learn(_said(self._log.get(found)))
        self._known = position

    def _learn(self, event: Any) -> None:
        if isinstance(event, ArchiveOpened):
            self._zone, self._vocabulary = event.zone, event.vocabulary
        elif isinstance(event, VocabularyExtended):
            self._vocabulary = self._vocabulary.extended(event.addition)

    def _add(self, events: Sequence[StoredEvent], last: int, redactions: int) -> None:
        told = list(map(_said, events))
        assertions = [event.assertion for event in told if isinstance(event, AssertionRecorded)]
        utterances = {assertion.utterance for assertion in assertions if assertion.utterance is not None}
        chunk = looked_up(self._db, {str(assertion.frame) for assertion in assertions}, utterances)
        for stored, event in zip(events, told, strict=True):
            match event:
                case None:
                    self._gap(stored.position, stored.redacted_by or 0)
                case AssertionRecorded():
                    self._assertion(stored, event.assertion, chunk)
                case DocumentRegistered():
                    self._document(stored, event.document)
                case AgentRegistered():
                    self._agent(stored.position, event.agent)
                case _:
                    self._insert("special", stored.position, stored.type)
                    self._learn(event)
        self._known = last
        self._write(chunk, events[0], events[-1], redactions)

    def _agent(self, position: int, agent: Agent) -> None:
        number, _ = self._agent_number(agent.slug, agent.kind.value)
        self._insert("naming", number, position)

    def _agent_number(self, slug: str, kind: str) -> tuple[int, str]:
        known = self._agents.get(slug)
        if known is None:
            known = self._row((int, str), "SELECT no, kind FROM agent WHERE slug = ?", slug)
        if known is None:
            known = (self._insert("agent", None, slug, kind), kind)
        self._agents[slug] = known
        return known

    def _document(self, stored: StoredEvent, document: Document) -> None:
        self._insert("document", stored.position, bytes.fromhex(document.id), document.name, ignore=True)
        self._keep(document, stored)

    def _keep(self, document: Document, stored: StoredEvent) -> tuple[int, DatedDocument]:
        if len(self._documents) >= _DOCUMENTS_KEPT:
            self._documents.clear()
        dated = dated_document(
            document,
            recorded=stored.recorded // 1_000_000,
            zone=document.zone or self._zone,
            published=document.published,
            retrieved=document.retrieved,
        )
        self._documents[document.id] = (stored.position, dated)
        return self._documents[document.id]

    def _dated(self, identity: str) -> tuple[int, DatedDocument]:
        if identity in self._documents:
            return self._documents[identity]
        row = self._row((int,), "SELECT position FROM document WHERE id = ?", bytes.fromhex(identity))
        stored = None if row is None else self._log.get(row[0])
        event = None if stored is None else _said(stored)
        if stored is None or not isinstance(event, DocumentRegistered) or event.document.id != identity:
            raise DerivedDamage(f"expected the document {identity} in the index, got none")
        return self._keep(event.document, stored)

    def _gap(self, position: int, ordered_by: int) -> None:
        self._insert("gap", position, ordered_by)

    def _ordered_by(self, document: str) -> int | None:
        """Returns the position of the event that ordered the body of a document away; None = it is there.

        Which of several protected documents it was does not follow from its id: then it is 0.
        """
        if document in self._documents or not self._log.redactions():
            return None
        row = self._db.execute("SELECT 1 FROM document WHERE id = ?", (bytes.fromhex(document),)).fetchone()
        if row is not None:
            return None
        position = self._log.find(bytes.fromhex(codec.document_identity(document)))
        if position is not None:
            row = self._row((int,), "SELECT ordered_by FROM gap WHERE position = ?", position)
            return None if row is None else row[0]
        gone = [
            ordered_by
            for position, ordered_by in self._rows((int, int), "SELECT position, ordered_by FROM gap")
            if self._log.get(position).type == DocumentRegistered.type
        ]
        return gone[0] if len(gone) == 1 else 0

    def _assertion(self, stored: StoredEvent, assertion: Assertion, chunk: Chunk) -> None:
        ordered_by = self._ordered_by(assertion.document)
        if ordered_by is not None:
            self._gap(stored.position, ordered_by)
            return
        document, dated = self._dated(assertion.document)
        frame = chunk.frame(str(assertion.frame), stored.position)
        utterance, shared = self._utterance(assertion.utterance, stored.position, frame.no, chunk)
        measure = self._vocabulary.measure(assertion.frame.measure)
        said = dated_assertion(
            stored.identity.hex(),
            stored.position,
            assertion,
            dated,
            stated=assertion.stated,
            valid=assertion.valid,
        )
        fact = fact_of(
            said,
            document=document,
            utterance=utterance,
            shared=shared,
            origin=self._speakers(assertion, dated.document, document, stored.position, chunk),
            period=self._period(period_of(said, measure)),
            measure=measure,
        )
        chunk.facts[frame.no, stored.position] = fact
        frame.facts += 1
        kinds = [assertion.act.value] if assertion.act in _DENIALS else []
        if any(relation.kind is RelationKind.INCLUDES for relation in assertion.relations):
            kinds.append(RelationKind.INCLUDES.value)
        for kind in kinds:
            self._insert("telling", kind, stored.position)

    def _speakers(
        self, assertion: Assertion, document: Document, document_position: int, position: int, chunk: Chunk
    ) -> int | None:
        """Returns the number of the origin as recorded, and notes who is heard that is a new one in each document."""
        own = [] if document.publisher is None else [document.publisher]
        agents = [self._agent_number(slug, "") for slug in chain((link.agent for link in assertion.chain), own)]
        chunk.heard += [(number, document_position, position) for number, kind in agents if kind in _NEW_IN_EACH]
        last = len(assertion.chain) - 1 if assertion.chain else 0
        return agents[last][0] if agents else None

    def _period(self, text: str | None) -> int | None:
        if text is None:
            return None
        row = self._row((int,), "SELECT no FROM period WHERE text = ?", text)
        return row[0] if row else self._insert("period", None, text)

    def _utterance(self, slug: str | None, position: int, frame: int, chunk: Chunk) -> tuple[int | None, int]:
        """Returns the number of an utterance, and how widely it is shared now that it has one more appearance."""
        if slug is None:
            return None, 0
        known = chunk.utterance(slug, position, frame)
        shared = 0 if known.appearances == 0 else 1 if known.frame == frame else 2
        if known.appearances == 1 or (shared == 2 and known.frame is not None):
            for place in self._appearances(known.no, chunk):
                self._share(*place, shared, chunk)
        known.appearances += 1
        known.frame = known.frame if shared < 2 else None
        known.sum ^= row_sum([(known.no, position, frame)])
        chunk.said.setdefault(known.no, []).append((position, frame))
        return known.no, shared

    def _appearances(self, utterance: int, chunk: Chunk) -> list[tuple[int, int]]:
        """Returns position and frame of the appearances of an utterance so far."""
        stored = self._rows((int, int), "SELECT position, frame FROM appearance WHERE utterance = ?", utterance)
        return stored + chunk.said.setdefault(utterance, [])

    def _share(self, position: int, frame: int, shared: int, chunk: Chunk) -> None:
        """Marks an appearance of an utterance, now that there is another one."""
        waiting = chunk.facts.get((frame, position))
        if waiting is not None:
            chunk.facts[frame, position] = waiting._replace(shared=max(shared, waiting.shared))
            return
        row = self._row((bytes,), SELECT_FACT, frame, position)
        if row is None:
            raise DerivedDamage(f"expected the fact of position {position} in the index, got none")
        old = _unpacked(position, row[0])
        if old.shared < shared:
            new = pack(old._replace(shared=shared))
            self._db.execute("UPDATE fact SET packed = ? WHERE frame = ? AND position = ?", (new, frame, position))
            chunk.stored_frame(self._db, frame).sum ^= fact_sum([(position, row[0]), (position, new)])

    def _write(self, chunk: Chunk, first: StoredEvent, last: StoredEvent, redactions: int) -> None:
        db = self._db
        chunk.write(db)
        for heard in chunk.heard:
            self._insert("heard", *heard, ignore=True)
        self._tally()
        frames = chunk.frames.values()
        total = chunk.sum ^ row_sum(frame.row() for frame in frames)
        if first.position == 1:
            new = (first.identity, FACTS_VERSION, redactions)
            db.execute("INSERT INTO meta VALUES (?, ?, 0, x'', 0, 0, 0, ?)", new)
        facts, old = len(chunk.facts), db.execute("SELECT sum FROM meta").fetchone()[0]
        new_frames = sum(not frame.stored for frame in frames)
        db.execute(
            "UPDATE meta SET position = ?, digest = ?, facts = facts + ?, frames = frames + ?, sum = ?",
            (last.position, last.digest, facts, new_frames, old ^ total),
        )

    def _tally(self) -> None:
        """Adds the sums of what was inserted to those of the tables."""
        for table, added in self._sums.items():
            row = self._row((int,), "SELECT sum FROM tally WHERE name = ?", table)
            if row is None or added:
                self._db.execute("INSERT OR REPLACE INTO tally VALUES (?, ?)", (table, added ^ (row[0] if row else 0)))
            self._sums[table] = 0


def _said(stored: StoredEvent) -> Event | UnknownEvent | None:
    """Returns the event of a stored body; None = the body was redacted."""
    return None if stored.body is None else codec.decode(stored.type, stored.version, stored.body)


def _unpacked(position: int, packed: bytes) -> Fact:
    try:
        return unpack(position, packed)
    except ValueError as error:
        raise DerivedDamage(str(error)) from error
