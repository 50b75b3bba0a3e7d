"""The file of snapshots: an SQLite database beside the log, which anyone may delete.

Format 1. ``PRAGMA application_id`` is 0x6b7a736e ("kzsn"), ``PRAGMA user_version`` is 1, and the tables are:

==============  =========================================================================================
table           rows
==============  =========================================================================================
``generation``  one attempt to keep the state of one version of a projection over one log: ``id``,
                ``projection``, ``version``, ``over``, ``log`` (32 bytes), ``live`` (0 or 1). At most one of
                a projection and log is live, at most one of a version is being built
``snapshot``    ``generation``, ``position``, ``root`` (32 bytes), ``redacted`` (how many of those events had been
                when it was made), ``state`` (JSON), ``checksum`` (32 bytes)
==============  =========================================================================================

* State and position are one row, written in one ``BEGIN IMMEDIATE`` transaction that demands the position it goes on
  from: whoever is killed or overtaken has written all or nothing, so each event is in the state exactly once.
* A new version, or a rebuild, is written as a generation that is not live. Readers keep reading the live one, until
  one transaction makes the new one live and drops the old one.
* What is dropped is overwritten, for it may hold what was redacted since.
* A file whose tables are not exactly these is emptied: it is a cache. A file that is no file of snapshots is refused.
"""

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Self

import attrs

from kzarchive.errors import StorageError, UsageError
from kzarchive.log.connection import connect, connect_reader, transaction
from kzarchive.log.places import absolute
from kzarchive.running.snapshots import Key, Snapshot

APPLICATION_ID: Final = int.from_bytes(b"kzsn")
FORMAT_VERSION: Final = 1

_SCHEMA: Final = {
    "generation": """\
CREATE TABLE generation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  projection TEXT NOT NULL,
  version INTEGER NOT NULL,
  over TEXT NOT NULL,
  log BLOB NOT NULL,
  live INTEGER NOT NULL CHECK (live IN (0, 1))
) STRICT""",
    "one_live": "CREATE UNIQUE INDEX one_live ON generation (projection, log) WHERE live = 1",
    "one_built": "CREATE UNIQUE INDEX one_built ON generation (projection, log, version, over) WHERE live = 0",
    "snapshot": """\
CREATE TABLE snapshot (
  generation INTEGER NOT NULL REFERENCES generation (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  root BLOB NOT NULL,
  redacted INTEGER NOT NULL,
  state BLOB NOT NULL,
  checksum BLOB NOT NULL,
  PRIMARY KEY (generation, position)
) STRICT""",
}


@attrs.frozen
class Generation:
    """One attempt to keep the state of a projection.

    Attributes:
        id: Its number in the file.
        key: Whose state it keeps.
        live: Whether it is the one that readers read.
    """

    id: int
    key: Key
    live: bool


class SnapshotStore:
    """A file of snapshots; made by :meth:`open` or :meth:`in_memory`. It belongs to one thread."""

    def __init__(self, connection: sqlite3.Connection, *, place: str, timeout_seconds: int, read_only: bool) -> None:
        """Wraps a connection; callers use the class methods."""
        self._connection = connection
        self._place = place
        self._timeout = timeout_seconds
        self.read_only = read_only
        # A store that nobody closes is closed when it is collected, without a warning of Python 3.13.
        self._finalizer = weakref.finalize(self, connection.close)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, read_only: bool = False, timeout_seconds: int = 30) -> Self:
        """Opens a file of snapshots, or makes one.

        Args:
            path: The file; never that of an archive.
            read_only: Whether to write nothing; then the file must exist.
            timeout_seconds: How long to wait for the lock of another process.

        Raises:
            UsageError: The file is something else, or of a newer format.
            StorageError: It is damaged, locked, or cannot be read or written.
        """
        file = absolute(path)
        if file.is_dir() or (read_only and not file.exists()):
            raise StorageError(
                f"{file}: expected a file of snapshots, got {'a directory' if file.is_dir() else 'none'}"
            )
        with _errors(str(file), timeout_seconds):
            connection = connect_reader(file, timeout_seconds) if read_only else connect(file, "rwc", timeout_seconds)
            try:
                _prepare(connection, str(file), read_only)
            except BaseException:
                connection.close()
                raise
        return cls(connection, place=str(file), timeout_seconds=timeout_seconds, read_only=read_only)

    @classmethod
    def in_memory(cls) -> Self:
        """Returns a store that is gone when it is closed."""
        connection = connect(None, "memory", 0)
        _prepare(connection, "the snapshots in memory", read_only=False)
        return cls(connection, place="the snapshots in memory", timeout_seconds=0, read_only=False)

    def live(self, projection: str, log: bytes) -> Generation | None:
        """Returns the generation of a projection over a log that readers read, of whatever version; None = none."""
        return self._generation("projection = ? AND log = ? AND live = 1", projection, log)

    def built(self, key: Key) -> Generation | None:
        """Returns the generation that is being built under a key; None = none."""
        where = "projection = ? AND log = ? AND version = ? AND over = ? AND live = 0"
        return self._generation(where, key.projection, key.log, key.version, key.over)

    def newest_position(self, generation: Generation) -> int:
        """Returns the position of the newest snapshot of a generation, damaged or not; 0 = it has none."""
        with _errors(self._place, self._timeout):
            return self._newest(generation.id)

    def snapshots(self, generation: Generation, *, until: int) -> Iterator[tuple[int, Snapshot | None]]:
        """Yields the snapshots of a generation up to a position, the newest first; None in place of a damaged one."""
        select = (
            "SELECT position, root, redacted, state, checksum FROM snapshot WHERE generation = ? AND position <= ? "
            "ORDER BY position DESC LIMIT 1"
        )
        while True:
            with _errors(self._place, self._timeout):
                row = self._connection.execute(select, (generation.id, until)).fetchone()
            if row is None:
                return
            position, root, redacted, state, checksum = row
            self._check_types(row[:1], int)
            snapshot = None
            if tuple(map(type, row)) == (int, bytes, int, bytes, bytes):
                snapshot = Snapshot(position, root, redacted, state)
            yield position, snapshot if snapshot and snapshot.checksum(generation.key) == checksum else None
            until = position - 1

    def begin(self, key: Key, *, afresh: bool) -> Generation:
        """Returns the generation to build under a key, one begun earlier unless it is to be built afresh.

        Raises:
            UsageError: The store was opened read-only.
        """
        with self._writing() as connection:
            before = self.built(key)
            if before is not None and not afresh:
                return before
            if before is not None:
                connection.execute("DELETE FROM generation WHERE id = ?", (before.id,))
            row = (key.projection, key.version, key.over, key.log)
            made = connection.execute(
                "INSERT INTO generation (projection, version, over, log, live) VALUES (?, ?, ?, ?, 0)", row
            )
            return Generation(made.lastrowid or 0, key, live=False)

    def advance(self, generation: Generation, snapshot: Snapshot, *, after: int, keep: bool) -> bool:
        """Writes the next snapshot of a generation, unless another process has been there.

        Args:
            generation: The generation.
            snapshot: The snapshot.
            after: The position of the newest one that it goes on from; 0 = there is none.
            keep: Whether that one stays.

        Returns:
            Whether it was written: False where the newest snapshot is not at ``after``, or the generation is gone.

        Raises:
            UsageError: The store was opened read-only.
        """
        with self._writing() as connection:
            there = connection.execute("SELECT 1 FROM generation WHERE id = ?", (generation.id,)).fetchone()
            if there is None or self._newest(generation.id) != after:
                return False
            if not keep:
                connection.execute("DELETE FROM snapshot WHERE generation = ? AND position = ?", (generation.id, after))
            checksum = snapshot.checksum(generation.key)
            row = (generation.id, snapshot.position, snapshot.root, snapshot.redacted, snapshot.state, checksum)
            connection.execute("INSERT INTO snapshot VALUES (?, ?, ?, ?, ?, ?)", row)
            return True

    def switch(self, generation: Generation) -> Generation | None:
        """Makes a generation the one that readers read, and drops the one before, in one transaction.

        Returns:
            The live generation; None where it is gone, for another process has built it anew.

        Raises:
            UsageError: The store was opened read-only.
        """
        with self._writing() as connection:
            key = generation.key
            if connection.execute("SELECT 1 FROM generation WHERE id = ?", (generation.id,)).fetchone() is None:
                return None
            connection.execute(
                "DELETE FROM generation WHERE projection = ? AND log = ? AND live = 1 AND id <> ?",
                (key.projection, key.log, generation.id),
            )
            connection.execute("UPDATE generation SET live = 1 WHERE id = ?", (generation.id,))
        with _errors(self._place, self._timeout):
            # What was dropped is still in the write-ahead log; while others read from it, the next one empties it.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return attrs.evolve(generation, live=True)

    def close(self) -> None:
        """Closes the store; closing again does nothing."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _generation(self, where: str, *values: Any) -> Generation | None:
        select = f"SELECT id, projection, version, over, log, live FROM generation WHERE {where}"  # noqa: S608
        with _errors(self._place, self._timeout):
            row = self._connection.execute(select, values).fetchone()
        if row is None:
            return None
        self._check_types(row, int, str, int, str, bytes, int)
        return Generation(row[0], Key(*row[1:5]), bool(row[5]))

    def _newest(self, generation: int) -> int:
        """Returns the position of the newest snapshot of a generation; 0 = it has none."""
        select = "SELECT coalesce(max(position), 0) FROM snapshot WHERE generation = ?"
        row = self._connection.execute(select, (generation,)).fetchone()
        self._check_types(row, int)
        return int(row[0])

    def _check_types(self, row: tuple[Any, ...], *kinds: type) -> None:
        """Checks that values have the types of their columns, which SQLite does where they are written alone.

        Raises:
            StorageError: One has not.
        """
        if tuple(map(type, row)) != kinds:
            raise _damaged(self._place, "values of other types than those of its columns")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        if self.read_only:
            raise UsageError(f"{self._place}: expected snapshots to write to, got some that were opened read-only")
        with _errors(self._place, self._timeout), transaction(self._connection, "BEGIN IMMEDIATE"):
            yield self._connection


SnapshotsLike = str | os.PathLike[str] | SnapshotStore
"""A file of snapshots, or an open store of them."""


def store_of(snapshots: SnapshotsLike | None) -> SnapshotStore:
    """Returns a store: the one given, that of a file, or for None a new one in memory."""
    if snapshots is None:
        return SnapshotStore.in_memory()
    return snapshots if isinstance(snapshots, SnapshotStore) else SnapshotStore.open(snapshots)


@contextmanager
def opened_store(snapshots: SnapshotsLike) -> Iterator[SnapshotStore]:
    """Lends a store; one that was opened for this is closed at the end."""
    if isinstance(snapshots, SnapshotStore):
        yield snapshots
        return
    with SnapshotStore.open(snapshots) as store:
        yield store


def _prepare(connection: sqlite3.Connection, place: str, read_only: bool) -> None:
    """Checks that a database is a file of snapshots with the tables of this format; makes or remakes them."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    found = _tables(connection)
    if application != APPLICATION_ID and (application or found):
        raise UsageError(f"{place}: expected a file of snapshots, or none, got another SQLite database")
    if version > FORMAT_VERSION:
        raise UsageError(
            f"{place}: expected snapshots of format {FORMAT_VERSION}, got format {version} of a newer version"
        )
    if read_only:
        if found != _SCHEMA:
            raise StorageError(f"{place}: expected the tables of a file of snapshots, got others")
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA secure_delete = ON")
    if found != _SCHEMA or version != FORMAT_VERSION:
        with transaction(connection, "BEGIN EXCLUSIVE"):
            # Another process may have made them between the look and the lock.
            if (found := _tables(connection)) != _SCHEMA:
                _remake(connection, found)


def _tables(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    return dict(rows.fetchall())


def _remake(connection: sqlite3.Connection, found: dict[str, str]) -> None:
    kinds = dict(connection.execute("SELECT name, type FROM sqlite_schema").fetchall())
    for kind in ("trigger", "view", "index", "table"):
        for name in (name for name in found if kinds[name] == kind):
            quoted = name.replace('"', '""')
            connection.execute(f'DROP {kind} IF EXISTS "{quoted}"')
    for sql in _SCHEMA.values():
        connection.execute(sql)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")


@contextmanager
def _errors(place: str, waited: int) -> Iterator[None]:
    """Turns SQLite's exceptions into those of this package."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translated(error, place, waited) from error
    except UnicodeDecodeError as error:
        # SQLite quotes a malformed schema in its message, and the module cannot make a text of that.
        raise _damaged(place, "its schema is malformed") from error


def _damaged(place: str, what: object) -> StorageError:
    return StorageError(f"{place}: the file is damaged ({what}); it is a cache: delete it and it is made anew")


def _translated(error: sqlite3.Error, place: str, waited: int) -> StorageError | UsageError:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return UsageError(f"{place}: expected open snapshots in the thread that opened them: {error}")
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageError(f"{place}: locked by another connection (waited {waited} s)")
        case sqlite3.SQLITE_NOTADB:
            return UsageError(f"{place}: expected a file of snapshots, or none, got a file that is no SQLite database")
        case sqlite3.SQLITE_CORRUPT:
            return _damaged(place, error)
        case _:
            return StorageError(f"{place}: the storage failed: {error}")
