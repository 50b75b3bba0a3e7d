"""A log in one SQLite file, or in a SQLite database in memory; :mod:`kzarchive.log.tables` describes the file.

A file of format 1 (:mod:`kzarchive.log.format1`) is read as well, and not written.

* An append is one ``BEGIN IMMEDIATE`` transaction with ``synchronous=FULL``: all of it is on the disk, or nothing is.
* A file that is open for writing is in WAL mode, so that readers and the one writer do not wait for each other.
* An iteration reads on a connection of its own, inside one read transaction: what is appended meanwhile it does not
  see. In memory it is cut at the head of its first ``next()`` instead, which comes to the same.
* An erasure that is not finished is told by a file of no bytes, ``NAME-erasing``, beside the log: it is there from
  before the first body is deleted until the last of its bytes is gone. So a crash between the two is not forgotten.
* Whoever has a file open whose name was given to another one, or taken away, is told so at the next call, and reads
  and writes nothing more (:mod:`kzarchive.log.opened`).
* A log object belongs to the thread that opened it, and is not to be carried over a fork; open one log each.

SQLite's own exceptions are translated at one place, :func:`kzarchive.log.connection.storage_errors`.
"""

import bisect
import os
import sqlite3
import weakref
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kzarchive.errors import StorageError, UsageError
from kzarchive.log import merkle
from kzarchive.log.appending import append
from kzarchive.log.checks import (
    check_identity,
    check_int,
    check_position,
    check_range,
    checked_drafts,
    checked_size,
)
from kzarchive.log.clock import Clock
from kzarchive.log.connection import (
    connect,
    sized,
    storage_errors,
    transaction,
)
from kzarchive.log.copying import copy, settle
from kzarchive.log.erasing import erase, is_marked
from kzarchive.log.files import create_file, open_file
from kzarchive.log.leaves import leaf_of
from kzarchive.log.opened import OpenedFile
from kzarchive.log.places import absolute
from kzarchive.log.protocol import Draft, Receipt, Redaction, StoredEvent, StoredHeader, narrow_header
from kzarchive.log.rows import AllNumbers, checked_orders, checked_time, node, position_of, tip
from kzarchive.log.streams import Streams
from kzarchive.log.tables import FORMAT_VERSION, create_schema


class SqliteEventLog:
    """An :class:`~kzarchive.log.protocol.EventLog` in SQLite; made by ``create``, ``open`` or ``in_memory``.

    Attributes:
        version: The format of the file.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        path: Path | None,
        clock: Clock | None,
        timeout_seconds: int,
        version: int = FORMAT_VERSION,
        opened: OpenedFile | None = None,
    ) -> None:
        """Wraps a connection to a checked database; callers use the class methods.

        Args:
            connection: The connection that appends.
            path: The file; None for a database in memory.
            clock: Tells when events are recorded; None for a log that is only read.
            timeout_seconds: How long to wait for the lock of another process.
            version: The format of the file.
            opened: The file that was opened; None for a database in memory.
        """
        self._connection = connection
        self._file = opened
        self._path = path
        self._clock = clock
        self._timeout = timeout_seconds
        self._place = "the log in memory" if path is None else str(path)
        self._errors = storage_errors(self._place, timeout_seconds)
        self.version = version
        self._has_tree = version >= FORMAT_VERSION
        self._known = AllNumbers()
        self._frontier: merkle.Frontier | None = None
        self._streams = Streams(
            connection,
            path=path,
            place=self._place,
            timeout_seconds=timeout_seconds,
            known=self._known,
            has_redactions=self._has_tree,
            opened=opened,
        )
        # A log that nobody closes is closed when it is collected, without a warning of Python 3.13.
        self._finalizer = weakref.finalize(self, _close_all, self._streams.readers, connection)

    @classmethod
    def create(
        cls, path: str | os.PathLike[str], *, clock: Clock, timeout_seconds: int = 30, durable: bool = True
    ) -> Self:
        """Makes a new log file and opens it for writing.

        The file becomes an archive in one transaction; what a crash leaves before that is no archive.

        Args:
            path: A place where there is no file yet, or an empty one.
            clock: Tells when events are recorded.
            timeout_seconds: How long to wait for the lock of another process.
            durable: Whether an append is on the disk when it returns. A file that is worth nothing before it is whole
                may do without; its maker then calls :meth:`finish`, and sees to it that the file reaches the disk.

        Raises:
            UsageError: There is something at ``path`` already.
            StorageError: The file cannot be written.
        """
        path = absolute(path)
        create_file(path, timeout_seconds)
        return cls.open(path, clock=clock, timeout_seconds=timeout_seconds, durable=durable)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        clock: Clock | None = None,
        read_only: bool = False,
        timeout_seconds: int = 30,
        durable: bool = True,
    ) -> Self:
        """Opens a log file after checking its format and every guard.

        With ``read_only``, a file in a place where SQLite cannot keep its side files is read as unchanging, once no
        ``-wal`` or ``-journal`` file lies beside it; nobody may write to it meanwhile.

        Args:
            path: The file.
            clock: Tells when events are recorded; may be None only if ``read_only``.
            read_only: Whether to refuse appends and leave the file's bytes alone.
            timeout_seconds: How long to wait for the lock of another process.
            durable: Whether an append is on the disk when it returns; see :meth:`create`.

        Raises:
            UsageError: A log to write to was given no clock, or is of an older format.
            NotAnArchive: The file is something else, or of a newer format.
            UnsafeLog: A table or trigger is missing, altered, or more than there should be.
            LogError: The file is damaged, or its newest event is not whole.
            StorageError: The file is missing, locked, or cannot be read or written.
        """
        path = absolute(path)
        if clock is None and not read_only:
            raise UsageError("clock: expected a clock for a log to write to, got None")
        connection, version, opened = open_file(path, timeout_seconds, read_only=read_only, durable=durable)
        writes = None if read_only else clock
        return cls(connection, path=path, clock=writes, timeout_seconds=timeout_seconds, version=version, opened=opened)

    @classmethod
    def in_memory(cls, *, clock: Clock) -> Self:
        """Makes an empty log in a SQLite database in memory, with the same tables and guards.

        Args:
            clock: Tells when events are recorded.
        """
        connection = sized(connect(None, "memory", 0))
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
        with self._opened():
            return tip(self._connection)[0]

    def append(self, drafts: Sequence[Draft], *, expected_position: int | None = None) -> Receipt:
        """Appends all of the drafts that are not yet there, or none; see ``EventLog.append``.

        Raises:
            DataError: Drafts break the rules of the format, or redact what they may not.
            ConflictingEvent: An identity already stands for another body.
            PositionConflict: The head is not at ``expected_position``.
            UsageError: The log is closed or read-only, or its clock shows no instant.
            LogError: A guard refuses the write, or the file is damaged.
            StorageError: The storage is locked, full or read-only.
        """
        drafts = checked_drafts(drafts)
        with self._opened():
            receipt, self._frontier = append(
                self._connection,
                drafts,
                expected_position=expected_position,
                clock=self._clock_to("write to"),
                tree_of=self._tree_of,
                known=self._known,
                wait_seconds=self._timeout,
            )
            self._check_file()  # what is written to a file that has lost its name is not acknowledged
        return receipt

    def read(
        self, *, after: int = 0, until: int | None = None, types: Collection[str] | None = None
    ) -> Iterator[StoredEvent]:
        """Iterates over events in order, as of the first ``next()``; see ``EventLog.read``.

        Raises:
            UsageError: An argument is not of the right form, or the log is closed.
            LogError: An event or its body is missing or altered, or the file is damaged.
            StorageError: The storage cannot be read.
        """
        check_range(after, until, types)
        self._streams.check_open()
        return self._streams.events(after, until, types)

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
        self._streams.check_open()
        return self._streams.headers(after, until, types)

    def narrow(self, fields: Collection[str], *, after: int = 0, until: int | None = None) -> Iterator[Any]:
        """Iterates over some fields of headers, as of the first ``next()``; see ``EventLog.narrow``.

        Raises:
            UsageError: An argument is not of the right form, or the log is closed.
            LogError: A header or one of its keys is missing, or the file is damaged.
            StorageError: The storage cannot be read.
        """
        kind = narrow_header(frozenset(fields))
        check_range(after, until, None)
        self._streams.check_open()
        return self._streams.narrow(kind, after, until)

    def get(self, position: int) -> StoredEvent:
        """Returns the event at a position.

        Raises:
            UsageError: ``position`` is not one of 1 to the head, or the log is closed.
            LogError: The event or its body is missing or altered, or the file is damaged.
            StorageError: The storage cannot be read.
        """
        check_position(position, self.head)
        return next(self._streams.events(position - 1, position, None))

    def find(self, identity: bytes) -> int | None:
        """Returns the position of the event with that identity, or None.

        Raises:
            UsageError: ``identity`` is not 32 bytes, or the log is closed.
            StorageError: The storage cannot be read.
        """
        check_identity(identity)
        with self._opened():
            return position_of(self._connection, identity)

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
                raise self._streams.missing(position)
            return checked_time(position, row[0])

        connection = self._connection
        with self._opened():
            return bisect.bisect_right(range(1, tip(connection)[0] + 1), recorded, key=recorded_at)

    def root(self, size: int | None = None) -> bytes:
        """Returns the root of the Merkle tree over the first ``size`` events; None = all.

        Raises:
            UsageError: ``size`` is not one of 0 to the head, or the log is closed.
            LogError: A node of the tree, or an event of a log without one, is missing.
            StorageError: The storage cannot be read.
        """
        return merkle.root(checked_size("size", size, self.head), self._node)

    def inclusion(self, position: int, size: int | None = None) -> tuple[bytes, ...]:
        """Returns the proof that an event is in the tree over the first ``size`` events; see ``EventLog.inclusion``.

        Raises:
            UsageError: There is no such event or size, or the log is closed.
            LogError: A node of the tree, or an event of a log without one, is missing.
            StorageError: The storage cannot be read.
        """
        size = checked_size("size", size, self.head)
        check_position(position, size)
        return merkle.inclusion_proof(position - 1, size, self._node)

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Returns the proof that the first ``new`` events begin with the first ``old``; see ``EventLog.consistency``.

        Raises:
            UsageError: There are no such sizes, or the log is closed.
            LogError: A node of the tree, or an event of a log without one, is missing.
            StorageError: The storage cannot be read.
        """
        new = checked_size("new", new, self.head)
        return merkle.consistency_proof(checked_size("old", old, new), new, self._node)

    def redactions(self) -> tuple[Redaction, ...]:
        """Returns every order to take a body away, in the order of the positions of the bodies.

        Raises:
            UsageError: The log is closed.
            StorageError: The storage cannot be read.
        """
        select = "SELECT position, ordered_by, NOT EXISTS (SELECT 1 FROM body AS b WHERE b.position = r.position)"
        with self._opened():
            if not self._has_tree:
                return ()
            rows = self._connection.execute(f"{select} FROM redaction AS r ORDER BY position").fetchall()
        checked_orders({position: ordered_by for position, ordered_by, _ in rows})
        # Looked at afterwards: who deletes a body has marked it before.
        is_erasing = bool(rows) and self._path is not None and is_marked(self._path)
        return tuple(
            Redaction(position, ordered_by, bool(erased) and not is_erasing) for position, ordered_by, erased in rows
        )

    def erase(self, *positions: int) -> None:
        """Takes away the bytes of bodies whose redaction is ordered, from the file and its write-ahead log.

        The file is written anew, which takes about 15 seconds for a gigabyte, and as much free space: where pages that
        were emptied are joined, SQLite leaves copies of what still stood beside, and so of what is erased later.
        Doing it again does nothing, or finishes what a reader held up.

        Raises:
            UsageError: No event orders it, or the log is closed or read-only; nothing was taken away.
            StorageError: The storage is locked, full or read-only, or somebody still reads what is to be taken away.
        """
        for position in positions:
            check_position(position, self.head)
        with self._opened():
            self._clock_to("erase from")
            erase(self._connection, positions, self._path, self._place)

    def copy_to(self, path: str | os.PathLike[str]) -> None:
        """Writes a consistent copy of the log, as of now, to a new file in rollback-journal mode.

        The copy is written beside its place, checked, and only then given its name.

        Args:
            path: A place where there is no file yet.

        Raises:
            UsageError: There is something at ``path`` already, or the log is closed.
            LogError: The log is damaged.
            StorageError: The copy cannot be written, or fails SQLite's check; or an erasure is not finished, so that
                the copy would hold what is to be gone.
        """
        self._opened()
        if left := [row.position for row in self.redactions() if not row.erased]:
            raise StorageError(
                f"{self._place}: expected a log whose redacted bodies are erased, got one where that of position "
                f"{left[0]} is not: open it for writing, which finishes it, and copy it then"
            )
        copy(self._connection, path, self._place, self._timeout)

    def finish(self) -> None:
        """Puts the file into rollback-journal mode, as copies are, and checks it; nothing is appended after that.

        Raises:
            UsageError: The log is closed.
            StorageError: The file fails SQLite's check, or others have it open.
        """
        with self._opened():
            self._streams.close()
            settle(self._connection, self._place)

    def close(self) -> None:
        """Closes the log and ends iterations that still run; closing again does nothing."""
        with storage_errors(self._place, self._timeout):
            self._streams.close()
            self._connection.close()
        self._finalizer.detach()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _opened(self) -> storage_errors:
        """Checks that the log is open and its file in its place; returns what turns SQLite's exceptions into ours."""
        self._streams.check_open()
        self._check_file()
        return self._errors

    def _check_file(self) -> None:
        """Checks that the file is still the one that was opened."""
        if self._file is not None:
            self._file.check()

    def _clock_to(self, write: str) -> Clock:
        """Returns the clock of a log that may be written to."""
        if self._clock is None:
            raise UsageError(f"{self._place}: expected a log to {write}, got one that was opened read-only")
        return self._clock

    def _tree_of(self, head: int) -> merkle.Frontier:
        """Returns the tree over the events up to the head, for the caller to add to."""
        if self._frontier is None or self._frontier.size != head:
            return merkle.Frontier(head, self._node)
        return self._frontier.copy()

    def _node(self, level: int, index: int) -> bytes:
        if not self._has_tree:
            return self._node_of_headers(level, index)
        with self._opened():
            found = node(self._connection, level, index)
        if found is None:
            raise self._streams.missing((index + 1) << level, "a node of its tree")
        return found

    def _node_of_headers(self, level: int, index: int) -> bytes:
        tree = merkle.Frontier()
        for header in self.headers(after=index << level, until=(index + 1) << level):
            tree.add(leaf_of(header))
        return tree.root()


def _close_all(readers: list[sqlite3.Connection], connection: sqlite3.Connection) -> None:
    for each in (*readers, connection):
        with suppress(sqlite3.Error):
            each.close()
