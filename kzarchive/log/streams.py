"""Iterations over a log in SQLite: pages of rows of one snapshot, turned into stored events and headers."""

import functools
import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import contains, itemgetter
from pathlib import Path
from typing import Any, Final

from kzarchive.errors import LogError, UsageError
from kzarchive.log.connection import connect_reader, storage_errors
from kzarchive.log.opened import OpenedFile
from kzarchive.log.protocol import BODY_DOMAIN, StoredEvent, StoredHeader
from kzarchive.log.rows import (
    OF_TYPES,
    SELECT_EVENTS,
    SELECT_HEADERS,
    AllNumbers,
    Numbers,
    redacted,
    select_fields,
    tip,
)

_PAGE: Final = 512
_INTEGER: Final = frozenset({int})
_BYTES: Final = frozenset({bytes})
_NULL: Final = frozenset({type(None)})
_TYPES: Final = {
    SELECT_EVENTS: (*[_INTEGER] * 4, *[_BYTES] * 2, _BYTES | _NULL),
    SELECT_HEADERS: (*[_INTEGER] * 4, *[_BYTES] * 2, *[_INTEGER | _NULL] * 6),
}
"""The types of the values of either selection."""
_FIELD_TYPES: Final = dict(zip(StoredHeader._fields, _TYPES[SELECT_HEADERS], strict=True))
_sha256: Final = hashlib.sha256

# Made by the million: this costs half of calling the class, which passes each field by its name.
_new: Final = tuple.__new__


class Streams:
    """The iterations over one log; each has a connection of its own while it runs, inside one read transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        path: Path | None,
        place: str,
        timeout_seconds: int,
        known: AllNumbers,
        has_redactions: bool,
        opened: OpenedFile | None,
    ) -> None:
        """Prepares to read.

        Args:
            connection: The connection of the log, which a log in memory reads on too.
            path: The file; None for a database in memory.
            place: Words for messages.
            timeout_seconds: How long to wait for the lock of another process.
            known: The numbers of keys that the log shares.
            has_redactions: Whether the log has a table of redactions.
            opened: The file that was opened; None for a database in memory.
        """
        self._connection = connection
        self._path = path
        self._place = place
        self._timeout = timeout_seconds
        self._known = known
        self._has_redactions = has_redactions
        self._file = opened
        self._idle: list[sqlite3.Connection] = []
        self.readers: list[sqlite3.Connection] = []
        self.closed = False

    def check_open(self) -> None:
        """Checks that the log is open.

        Raises:
            UsageError: It is closed.
        """
        if self.closed:
            raise UsageError("the log is closed")

    def events(self, after: int, until: int | None, types: Collection[str] | None) -> Iterator[StoredEvent]:
        """Yields stored events of one snapshot; see ``EventLog.read``."""
        keys = self._known.types.keys
        with self._snapshot() as connection:
            orders = redacted(connection) if self._has_redactions else {}
            for rows in self._pages(connection, SELECT_EVENTS, after, until, types):
                self._learn(connection, rows, 1, self._known.types, "its type")
                for row in rows:
                    position, type_id, version, recorded, identity, digest, body = row
                    order = None
                    if orders or body is None:
                        body, order = self._readable(connection, position, body, orders)
                    if body is not None and _sha256(BODY_DOMAIN + body).digest() != digest:
                        raise LogError(f"{self._place}: position {position}: its body is not the one of its digest")
                    yield _new(StoredEvent, (position, keys[type_id], version, recorded, identity, digest, body, order))
                    if self.closed:
                        self.check_open()

    def headers(self, after: int, until: int | None, types: Collection[str] | None) -> Iterator[StoredHeader]:
        """Yields headers of one snapshot; see ``EventLog.headers``."""
        known = self._known
        keys, documents, frames = known.types.keys, known.documents.keys, known.frames.keys
        with self._snapshot() as connection:
            for rows in self._pages(connection, SELECT_HEADERS, after, until, types):
                self._learn(connection, rows, 1, known.types, "its type")
                self._learn(connection, rows, 6, known.documents, "its document or frame")
                self._learn(connection, rows, 7, known.frames, "its document or frame")
                for position, type_id, version, recorded, identity, digest, document, frame, a, b, c, d in rows:
                    yield _new(
                        StoredHeader,
                        (
                            position,
                            keys[type_id],
                            version,
                            recorded,
                            identity,
                            digest,
                            documents[document],
                            frames[frame],
                            a,
                            b,
                            c,
                            d,
                        ),
                    )
                    if self.closed:
                        self.check_open()

    def narrow(self, kind: Any, after: int, until: int | None) -> Iterator[Any]:
        """Yields headers of a class of few fields, of one snapshot; see ``EventLog.narrow``."""
        return chain.from_iterable(self._narrow_pages(kind, after, until))

    def _narrow_pages(self, kind: Any, after: int, until: int | None) -> Iterator[Iterable[Any]]:
        made = functools.partial(_new, kind)
        numbers = {"type": self._known.types, "document": self._known.documents, "frame": self._known.frames}
        keyed = [(place, numbers[name]) for place, name in enumerate(kind._fields) if name in numbers]
        kinds = [_FIELD_TYPES[name] for name in kind._fields]
        with self._snapshot() as connection:
            for rows in self._pages(connection, select_fields(kind._fields), after, until, None, kinds):
                columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
                for place, known in keyed:
                    try:
                        columns[place] = list(map(known.keys.__getitem__, columns[place]))
                    except KeyError:
                        self._learn(connection, rows, place, known, "a key of it")
                        columns[place] = map(known.keys.__getitem__, columns[place])
                yield map(made, zip(*columns, strict=True))
                self.check_open()

    def missing(self, position: int, part: str = "the event") -> LogError:
        """Returns the error for something that the log must have and has not."""
        return LogError(f"{self._place}: position {position}: {part} is missing")

    def close(self) -> None:
        """Closes the connections of all iterations, which end thereby."""
        self.closed = True
        for connection in self.readers:
            connection.close()

    @contextmanager
    def _snapshot(self) -> Iterator[sqlite3.Connection]:
        """Lends a connection inside a read transaction; in memory, where there is only one, the connection itself."""
        self.check_open()
        with storage_errors(self._place, self._timeout):
            if self._path is None:
                yield self._connection
                return
            if not self._idle:
                self._idle.append(connect_reader(self._path, self._timeout))
                self.readers.append(self._idle[-1])
            if self._file is not None:
                self._file.check()
            reader = self._idle.pop()
            reader.execute("BEGIN")
            try:
                yield reader
            finally:
                if not self.closed:
                    reader.execute("ROLLBACK")
                    self._idle.append(reader)

    def _pages(
        self,
        connection: sqlite3.Connection,
        select: str,
        after: int,
        until: int | None,
        types: Collection[str] | None,
        kinds: Sequence[frozenset[type]] | None = None,
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Yields rows, page by page, all of one snapshot; a gap in the positions is an error."""
        chosen = () if types is None else (json.dumps(list(types)),)
        query = f"{select}{OF_TYPES if chosen else ''} ORDER BY e.position LIMIT {_PAGE}"
        head = tip(connection)[0]
        last = head if until is None else min(until, head)
        while after < last:
            rows = connection.execute(query, (after, last, *chosen)).fetchall()
            self._check_types(rows, _TYPES[select] if kinds is None else kinds)
            if chosen and not rows:
                return
            whole = rows if chosen else rows[: _without_gap(rows, after)]
            yield whole
            if len(whole) < len(rows) or not whole:
                raise self.missing(whole[-1][0] + 1 if whole else after + 1)
            after = rows[-1][0]
            if chosen and len(rows) < _PAGE:
                return

    def _check_types(self, rows: list[tuple[Any, ...]], types: Sequence[frozenset[type]]) -> None:
        """Checks that values have the types of their columns: SQLite does so where they are written, not where read.

        Raises:
            LogError: One has another type.
        """
        columns = zip(*rows, strict=True)
        if all(kinds.issuperset(map(type, column)) for kinds, column in zip(types, columns, strict=bool(rows))):
            return
        wrong = next(row[0] for row in rows if not all(map(contains, types, map(type, row))))
        raise LogError(f"{self._place}: position {wrong}: expected values of the types of a log, got others")

    def _learn(
        self, connection: sqlite3.Connection, rows: list[tuple[Any, ...]], column: int, numbers: Numbers, part: str
    ) -> None:
        """Reads the keys that a page needs.

        Raises:
            LogError: One of them is missing.
        """
        unknown = numbers.learn_keys(connection, set(map(itemgetter(column), rows)))
        if unknown is not None:
            raise self.missing(next(row[0] for row in rows if row[column] == unknown), part)

    def _readable(
        self, connection: sqlite3.Connection, position: int, body: bytes | None, orders: Mapping[int, int]
    ) -> tuple[bytes | None, int | None]:
        """Returns a body, or None and the position of the event that orders it to be taken away."""
        if position in orders:
            return None, orders[position]
        if body is not None:
            return body, None
        # In memory an iteration may meet what was redacted after it began.
        order = redacted(connection).get(position) if self._has_redactions else None
        if order is None:
            raise self.missing(position, "its body")
        return None, order


def _without_gap(rows: list[tuple[Any, ...]], after: int) -> int:
    """Returns how many rows follow a position without a gap; positions only ever increase."""
    if rows and rows[-1][0] == after + len(rows):
        return len(rows)
    return next((number for number, row in enumerate(rows) if row[0] != after + number + 1), len(rows))
