"""A log in one SQLite file, or in a SQLite database in memory; :mod:`kzarchive.log.tables` describes the file.

* An append is one ``BEGIN IMMEDIATE`` transaction with ``synchronous=FULL``: all of it is on the disk, or nothing is.
* A file that is open for writing is in WAL mode, so that readers and the one writer do not wait for each other.
* An iteration reads on a connection of its own, inside one read transaction: what is appended meanwhile it does not
  see. In memory it is cut at the head of its first ``next()`` instead, which comes to the same.
* A log object belongs to the thread that opened it, and is not to be carried over a fork; open one log each.

SQLite's own exceptions are translated at one place, :func:`kzarchive.log.tables.storage_errors`.
"""

import bisect
import json
import os
import sqlite3
import tempfile
import weakref
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from kzarchive.errors import ConflictingEvent, LogError, Problem, StorageError, UsageError
from kzarchive.log.clock import Clock, next_recorded
from kzarchive.log.protocol import (
    Columns,
    Draft,
    Placed,
    Receipt,
    StoredEvent,
    StoredHeader,
    body_digest,
    check_expected,
    check_identity,
    check_int,
    check_range,
    checked_drafts,
    conflict,
)
from kzarchive.log.tables import (
    OF_TYPES,
    SELECT_EVENTS,
    SELECT_HEADERS,
    check_file,
    check_format,
    check_schema,
    connect,
    connect_reader,
    create_schema,
    enter_wal,
    publish,
    storage_errors,
    stored,
    tip,
    transaction,
    write,
)

_T = TypeVar("_T")

_PAGE: Final = 512


class SqliteEventLog:
    """An :class:`~kzarchive.log.protocol.EventLog` in SQLite; made by ``create``, ``open`` or ``in_memory``."""

    def __init__(
        self, connection: sqlite3.Connection, *, path: Path | None, clock: Clock | None, timeout_seconds: int
    ) -> None:
        """Wraps a connection to a checked database; callers use the class methods.

        Args:
            connection: The connection that appends.
            path: The file; None for a database in memory.
            clock: Tells when events are recorded; None for a log that is only read.
            timeout_seconds: How long to wait for the lock of another process.
        """
        self._connection = connection
        self._path = path
        self._clock = clock
        self._timeout = timeout_seconds
        self._place = "the log in memory" if path is None else str(path)
        self._readers: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        # A log that nobody closes is closed when it is collected, without a warning of Python 3.13.
        self._finalizer = weakref.finalize(self, _close_all, self._readers, connection)

    @classmethod
    def create(cls, path: str | os.PathLike[str], *, clock: Clock, timeout_seconds: int = 30) -> Self:
        """Makes a new log file and opens it for writing.

        The file becomes an archive in one transaction; what a crash leaves before that is no archive.

        Args:
            path: A place where there is no file yet, or an empty one.
            clock: Tells when events are recorded.
            timeout_seconds: How long to wait for the lock of another process.

        Raises:
            UsageError: There is something at ``path`` already.
            StorageError: The file cannot be written.
        """
        path = Path(path).resolve()
        in_use = UsageError(f"{path}: expected no file or an empty one to make a log in, got one that is in use")
        if path.exists() and (path.is_dir() or path.stat().st_size):
            raise in_use
        with (
            storage_errors(str(path), timeout_seconds),
            closing(connect(path, "rwc", timeout_seconds)) as connection,
            transaction(connection, "BEGIN EXCLUSIVE"),
        ):
            # Another process may have made it between the look and the lock.
            if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                raise in_use
            create_schema(connection)
        return cls.open(path, clock=clock, timeout_seconds=timeout_seconds)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        clock: Clock | None = None,
        read_only: bool = False,
        timeout_seconds: int = 30,
    ) -> Self:
        """Opens a log file after checking its format and every guard.

        With ``read_only``, a file in a place where SQLite cannot keep its side files is read as unchanging, once no
        ``-wal`` or ``-journal`` file lies beside it; nobody may write to it meanwhile.

        Args:
            path: The file.
            clock: Tells when events are recorded; may be None only if ``read_only``.
            read_only: Whether to refuse appends and leave the file's bytes alone.
            timeout_seconds: How long to wait for the lock of another process.

        Raises:
            UsageError: A log to write to was given no clock.
            NotAnArchive: The file is something else, or of a newer format.
            UnsafeLog: A table or trigger is missing, altered, or more than there should be.
            LogError: The file is damaged.
            StorageError: The file is missing, locked, or cannot be read or written.
        """
        path = Path(path).resolve()
        if clock is None and not read_only:
            raise UsageError("clock: expected a clock for a log to write to, got None")
        check_file(path)
        place = str(path)
        with storage_errors(place, timeout_seconds):
            connection = connect_reader(path, timeout_seconds) if read_only else connect(path, "rw", timeout_seconds)
            try:
                check_format(connection, place)
                check_schema(connection, place)
                if not read_only:
                    enter_wal(connection, place)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path=path, clock=None if read_only else clock, timeout_seconds=timeout_seconds)

    @classmethod
    def in_memory(cls, *, clock: Clock) -> Self:
        """Makes an empty log in a SQLite database in memory, with the same tables and guards.

        Args:
            clock: Tells when events are recorded.
        """
        connection = connect(None, "memory", 0)
        with transaction(connection, "BEGIN"):
            create_schema(connection)
        return cls(connection, path=None, clock=clock, timeout_seconds=0)

    @property
    def path(self) -> Path | None:
        """The file, absolute; None for a database in memory."""
        return self._path

    @property
    def head(self) -> int:
        """The last position; 0 for an empty log.

        Raises:
            UsageError: The log is closed.
            StorageError: The storage cannot be read.
        """
        with self._opened() as connection:
            return tip(connection)[0]

    def append(self, drafts: Sequence[Draft], *, expected_position: int | None = None) -> Receipt:
        """Appends all of the drafts that are not yet there, or none; see ``EventLog.append``.

        Raises:
            DataError: Drafts break the rules of the format.
            ConflictingEvent: An identity already stands for another body.
            PositionConflict: The head is not at ``expected_position``.
            UsageError: The log is closed or read-only, or its clock shows no instant.
            LogError: A guard refuses the write, or the file is damaged.
            StorageError: The storage is locked, full or read-only.
        """
        drafts = checked_drafts(drafts)
        with self._opened() as connection:
            if self._clock is None:
                raise UsageError(f"{self._place}: expected a log to write to, got one that was opened read-only")
            with transaction(connection, "BEGIN IMMEDIATE"):
                head, last = tip(connection)
                check_expected(expected_position, head)
                placed, fresh = _place(drafts, stored(connection, {draft.identity for draft in drafts}), head)
                recorded = next_recorded(self._clock, last) if fresh else None
                if recorded is not None:
                    write(connection, fresh, recorded)
        return Receipt(placed, head + len(fresh), recorded)

    def read(
        self, *, after: int = 0, until: int | None = None, types: Collection[str] | None = None
    ) -> Iterator[StoredEvent]:
        """Iterates over events in order, as of the first ``next()``; see ``EventLog.read``.

        Raises:
            UsageError: An argument is not of the right form, or the log is closed.
            LogError: An event or its body is missing, or the file is damaged.
            StorageError: The storage cannot be read.
        """
        check_range(after, until, types)
        self._check_open()
        return self._stream(SELECT_EVENTS, self._event, after, until, types)

    def headers(
        self, *, after: int = 0, until: int | None = None, types: Collection[str] | None = None
    ) -> Iterator[StoredHeader]:
        """Iterates over headers in order, as of the first ``next()``; see ``EventLog.headers``.

        Raises:
            UsageError: An argument is not of the right form, or the log is closed.
            LogError: A header or one of its keys is missing, or the file is damaged.
            StorageError: The storage cannot be read.
        """
        check_range(after, until, types)
        self._check_open()
        return self._stream(SELECT_HEADERS, self._header, after, until, types)

    def get(self, position: int) -> StoredEvent:
        """Returns the event at a position.

        Raises:
            UsageError: ``position`` is not one of 1 to the head, or the log is closed.
            LogError: The event or its body is missing, or the file is damaged.
            StorageError: The storage cannot be read.
        """
        check_int("position", position)
        if not 1 <= position <= self.head:
            raise UsageError(f"position: expected one of 1 to {self.head}, got {position}")
        with self._opened() as connection:
            row = connection.execute(SELECT_EVENTS, (position - 1, position)).fetchone()
        if row is None:
            raise self._missing(position)
        return self._event(row)

    def find(self, identity: bytes) -> int | None:
        """Returns the position of the event with that identity, or None.

        Raises:
            UsageError: ``identity`` is not 32 bytes, or the log is closed.
            StorageError: The storage cannot be read.
        """
        check_identity(identity)
        with self._opened() as connection:
            row = connection.execute("SELECT position FROM event WHERE identity = ?", (identity,)).fetchone()
        return None if row is None else row[0]

    def position_at(self, recorded: int) -> int:
        """Returns the last position recorded at or before an instant in microseconds; 0 if there is none.

        Raises:
            UsageError: ``recorded`` is not an int, or the log is closed.
            LogError: An event is missing, or the file is damaged.
            StorageError: The storage cannot be read.
        """
        check_int("recorded", recorded)

        def recorded_at(position: int) -> int:
            row = connection.execute("SELECT recorded FROM event WHERE position = ?", (position,)).fetchone()
            if row is None:
                raise self._missing(position)
            return int(row[0])

        with self._opened() as connection:
            return bisect.bisect_right(range(1, tip(connection)[0] + 1), recorded, key=recorded_at)

    def copy_to(self, path: str | os.PathLike[str]) -> None:
        """Writes a consistent copy of the log, as of now, to a new file in rollback-journal mode.

        The copy is written beside its place, checked, and only then given its name.

        Args:
            path: A place where there is no file yet.

        Raises:
            UsageError: There is something at ``path`` already, or the log is closed.
            LogError: The log is damaged.
            StorageError: The copy cannot be written, or fails SQLite's check.
        """
        self._check_open()
        target = Path(path).resolve()
        in_use = UsageError(f"{target}: expected no file to copy a log to, got one that is in use")
        if target.exists():
            raise in_use
        try:
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
                partial = Path(folder) / target.name
                with (
                    storage_errors(f"{target}, copied from {self._place}", self._timeout),
                    closing(connect(partial, "rwc", self._timeout)) as copy,
                ):
                    self._connection.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")
                    finding = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
                if finding != "ok":
                    raise StorageError(f"{target}: expected a sound copy, got one where {finding}")
                publish(partial, target)
        except FileExistsError:
            raise in_use from None
        except OSError as error:
            raise StorageError(f"{target}: the copy cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Closes the log and ends iterations that still run; closing again does nothing."""
        with storage_errors(self._place, self._timeout):
            for connection in (*self._readers, self._connection):
                connection.close()
        self._finalizer.detach()
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise UsageError("the log is closed")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self._check_open()
        with storage_errors(self._place, self._timeout):
            yield self._connection

    @contextmanager
    def _snapshot(self) -> Iterator[sqlite3.Connection]:
        """Lends a connection inside a read transaction; in memory, where there is only one, the connection itself."""
        with self._opened() as connection:
            if self._path is None:
                yield connection
                return
            if not self._idle:
                self._idle.append(connect_reader(self._path, self._timeout))
                self._readers.append(self._idle[-1])
            reader = self._idle.pop()
            reader.execute("BEGIN")
            try:
                yield reader
            finally:
                if not self._closed:
                    reader.execute("ROLLBACK")
                    self._idle.append(reader)

    def _stream(
        self,
        select: str,
        build: Callable[[tuple[Any, ...]], _T],
        after: int,
        until: int | None,
        types: Collection[str] | None,
    ) -> Iterator[_T]:
        """Yields what is built from rows, page by page, all of one snapshot; a gap in the positions is an error."""
        chosen = () if types is None else (json.dumps(list(types)),)
        query = f"{select}{OF_TYPES if chosen else ''} ORDER BY e.position LIMIT {_PAGE}"
        with self._snapshot() as connection:
            head = tip(connection)[0]
            last = head if until is None else min(until, head)
            while after < last:
                rows = connection.execute(query, (after, last, *chosen)).fetchall()
                for row in rows:
                    if not chosen and row[0] != after + 1:
                        raise self._missing(after + 1)
                    yield build(row)
                    self._check_open()
                    after = row[0]
                if len(rows) < _PAGE:
                    break
            if not chosen and after < last:
                raise self._missing(after + 1)

    def _event(self, row: tuple[Any, ...]) -> StoredEvent:
        if row[1] is None or row[6] is None:
            raise self._missing(row[0], "its type" if row[1] is None else "its body")
        return StoredEvent(*row)

    def _header(self, row: tuple[Any, ...]) -> StoredHeader:
        if row[1] is None or not row[12]:
            raise self._missing(row[0], "its type" if row[1] is None else "its document or frame")
        return StoredHeader(row[0], row[1], row[2], row[3], row[4], row[5], Columns(*row[6:12]))

    def _missing(self, position: int, part: str = "the event") -> LogError:
        return LogError(f"{self._place}: position {position}: {part} is missing")


def _close_all(readers: list[sqlite3.Connection], connection: sqlite3.Connection) -> None:
    for each in (*readers, connection):
        with suppress(sqlite3.Error):
            each.close()


def _place(
    drafts: Sequence[Draft], known: dict[bytes, tuple[int, bytes]], head: int
) -> tuple[tuple[Placed, ...], list[tuple[int, Draft, bytes]]]:
    """Finds the place of every draft, and the rows to write: position, draft, digest.

    Args:
        drafts: The batch.
        known: Position and digest of those identities that the log has; those of the batch are added.
        head: The last position of the log.

    Raises:
        ConflictingEvent: With every draft whose identity stands for another body.
    """
    placed: list[Placed] = []
    fresh: list[tuple[int, Draft, bytes]] = []
    firsts: dict[int, int] = {}
    problems: list[Problem] = []
    for index, draft in enumerate(drafts):
        digest = body_digest(draft.body)
        position, stored_digest = known.setdefault(draft.identity, (head + len(fresh) + 1, digest))
        new = position == head + len(fresh) + 1
        if new:
            fresh.append((position, draft, digest))
            firsts[position] = index
        elif stored_digest != digest:
            stands_at = f"in drafts[{firsts[position]}]" if position in firsts else f"at position {position}"
            problems.append(conflict(index, draft, stands_at))
        placed.append(Placed(position, draft.identity, new))
    if problems:
        raise ConflictingEvent(problems)
    return tuple(placed), fresh
