"""What the body of each event says, against what stands beside it: form, identity, columns, and texts where given."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping

from kzarchive.errors import KzArchiveError, LogError
from kzarchive.integrity.findings import Code, one_line
from kzarchive.integrity.rows import Collector, Row, keys
from kzarchive.log.protocol import Columns
from kzarchive.recording.drafts import draft
from kzarchive.values.assertions import Assertion
from kzarchive.values.canonical import canonical, shown
from kzarchive.values.events import (
    ArchiveOpened,
    AssertionRecorded,
    DocumentRegistered,
    Event,
    PayloadRedacted,
    UnknownEvent,
)
from kzarchive.values.evidence import TextSpan
from kzarchive.values.sources import Document
from kzarchive.wire import codec


class Contents:
    """Checks the contents of events, which must come in log order."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        found: Collector,
        *,
        order_of: Callable[[int], int | None],
        texts: Mapping[str, str] | None,
    ) -> None:
        """Takes what events refer to.

        Args:
            connection: The connection, inside a read transaction.
            found: Takes what is found.
            order_of: Returns which event orders the body at a position to be taken away.
            texts: Texts by the sha256 of their bytes, hexadecimal; None = anchors are not checked.

        Raises:
            sqlite3.Error: The file cannot be read.
        """
        self._found = found
        self._order_of = order_of
        self._texts = texts
        self._frames = keys(connection, "frame_key", str, found)
        self._documents = keys(connection, "document_key", bytes, found)
        self._types = set(keys(connection, "event_type", str, found).values())
        self._used: tuple[set[int | None], set[int | None]] = (set(), set())
        self._zone = "UTC"
        self._named: dict[str, Document] = {}
        self._gone: set[bytes] = set()
        self._unknown: Counter[str] = Counter()

    def see(self, row: Row) -> None:
        """Checks one event."""
        self._types.discard(row.type)
        self._used[0].add(row.frame_id)
        self._used[1].add(row.document_id)
        if row.body is None:
            if row.type == DocumentRegistered.type:
                self._gone.add(row.identity)
            return
        try:
            event = codec.decode_canonical(row.type, row.version, row.body)
            if isinstance(event, UnknownEvent):
                self._see_unknown(row, row.body)
                return
            self._note(event)
            expected = draft(event, self._named, self._zone)
        except KzArchiveError as error:
            self._found(Code.BODY_FORM, one_line(error), row.position)
            return
        if (row.position == 1) != isinstance(event, ArchiveOpened):
            self._found(Code.OPENING, f"got {row.type} at position {row.position}", row.position)
        self._check_identity(expected.identity.hex(), row)
        if expected.columns != self._columns(row) and not self._is_undated(event, expected.columns, self._columns(row)):
            self._found(Code.COLUMNS, f"expected {expected.columns}, got {self._columns(row)}", row.position)
        if isinstance(event, PayloadRedacted) and self._order_of(event.target) != row.position:
            self._found(Code.REDACTION, f"it names position {event.target}, which it does not redact", row.position)
        if self._texts is not None:
            self._see_texts(event, self._texts, row.position)

    def end(self) -> None:
        """Tells of keys that no event uses, and what was left out."""
        for table, unused in (
            ("event_type", self._types),
            ("frame_key", self._frames.keys() - self._used[0]),
            ("document_key", self._documents.keys() - self._used[1]),
        ):
            if unused:
                self._found(Code.KEYS, f"{table}: no event uses {shown(sorted(unused, key=str))}")
        if self._unknown:
            words = ", ".join(f"{name} ({count})" for name, count in sorted(self._unknown.items())[:20])
            self._found(Code.UNKNOWN_TYPE, f"{self._unknown.total()} events: {words}")

    def _check_identity(self, expected: str, row: Row) -> None:
        if expected != row.identity.hex():
            self._found(Code.IDENTITY, f"expected the identity {expected}, got {row.identity.hex()}", row.position)

    def _columns(self, row: Row) -> Columns:
        document = None if row.document_id is None else self._documents.get(row.document_id, b"?")
        frame = None if row.frame_id is None else self._frames.get(row.frame_id, "?")
        return Columns(document, frame, *row[8:12])

    def _note(self, event: Event) -> None:
        """Keeps what the columns of later events depend on: zones, and which documents are protected."""
        if isinstance(event, ArchiveOpened):
            self._zone = event.zone
        if isinstance(event, DocumentRegistered) and (event.document.zone or event.document.salt):
            self._named[event.document.id] = event.document

    def _is_undated(self, event: Event, expected: Columns, found: Columns) -> bool:
        """Returns whether columns differ only in what a redacted document told: its zone, its salt."""
        if not self._gone or not isinstance(event, AssertionRecorded) or event.assertion.salt is not None:
            return False
        document = event.assertion.document
        plain = bytes.fromhex(codec.document_identity(document)) in self._gone
        protected = found.document is None and document not in self._named
        return (plain or protected) and (found.frame, found.document) in {
            (expected.frame, expected.document),
            (expected.frame, None),
        }

    def _see_unknown(self, row: Row, body: bytes) -> None:
        self._unknown[f"{row.type}/{row.version}"] += 1
        if canonical(codec.loads(body)) != body:
            raise LogError("expected canonical JSON, got the same data in another form")
        # A later version of a type that is known may make its identity in a way that is not.
        if row.type not in codec.CLASSES:
            self._check_identity(codec.identity(UnknownEvent(type=row.type, version=row.version, body=body)), row)

    def _see_texts(self, event: Event, texts: Mapping[str, str], position: int) -> None:
        if isinstance(event, DocumentRegistered):
            document = event.document
            if not document.unhashed and document.id not in texts:
                self._found(Code.TEXT_MISSING, f"document {document.name}: no text with sha256 {document.id}", position)
        if isinstance(event, AssertionRecorded):
            self._see_anchors(event.assertion, texts, position)

    def _see_anchors(self, assertion: Assertion, texts: Mapping[str, str], position: int) -> None:
        for anchor in assertion.evidence:
            if isinstance(anchor, TextSpan) and anchor.document in texts:
                problem = anchor.check(texts[anchor.document])
                if problem is not None:
                    self._found(Code.ANCHOR, problem.message, position)
