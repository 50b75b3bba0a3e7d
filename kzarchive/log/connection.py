"""Connections to the file of a log: how it is opened, put into WAL mode and published, and SQLite's errors translated.

Every connection distrusts the schema that it finds (``trusted_schema``, ``DEFENSIVE``) and commits with
``synchronous=FULL``. What a connection that writes frees is overwritten with zeros (``secure_delete``), so that a body
that is taken away is gone from the file.
"""

import errno
import os
import sqlite3
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final

from kzarchive.errors import KzArchiveError, LogError, NotAnArchive, StorageError, UsageError

PAGE_BYTES: Final = 8192
"""Size of a page of a new file: bodies of some 600 bytes leave less of a page unused than in SQLite's 4096."""

# Seconds between two questions for the lock; of unlike length, so that those who wait do not ask all at once.
_PAUSES: Final = (0.0023, 0.0029, 0.0037, 0.0041, 0.0053)

_SETTINGS: Final = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
)

# New identities fall anywhere into their index: once it outgrows the cache, each costs a page read and written.
# Measured at 1 million events: 73 us an event with SQLite's 2 MB and a checkpoint every 1000 pages, 29 us with these.
_WRITER_SETTINGS: Final = (
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 4000",
)


def begin_in_line(connection: sqlite3.Connection, begin: str, wait_seconds: int) -> None:
    """Begins a transaction that needs the write lock, asking for it every few milliseconds.

    SQLite by itself asks less and less often, so that of many writers the one that has waited longest gets the lock
    last: of 32 that appended 400 times each, one waited for 29 of 30 seconds.

    Args:
        connection: The connection, which waits by itself for as long.
        begin: The statement.
        wait_seconds: How long to go on asking.

    Raises:
        sqlite3.OperationalError: Others held the lock for all that time, or the storage failed.
    """
    until = time.monotonic() + wait_seconds
    pause = _PAUSES[os.getpid() % len(_PAUSES)]
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute(begin)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                    raise
                time.sleep(pause)
            else:
                return
    finally:
        connection.execute(f"PRAGMA busy_timeout = {wait_seconds * 1000}")


class transaction:  # noqa: N801 (reads as a statement, and costs a tenth of a generator at each append)
    """Runs a block in a transaction, which is undone if the block or the commit fails."""

    __slots__ = ("_begin", "_connection", "_wait")

    def __init__(self, connection: sqlite3.Connection, begin: str, *, wait_seconds: int | None = None) -> None:
        """Prepares.

        Args:
            connection: The connection.
            begin: The statement that begins it.
            wait_seconds: How long to stand in line for the write lock, see :func:`begin_in_line`; None = as the
                connection waits by itself.
        """
        self._connection = connection
        self._begin = begin
        self._wait = wait_seconds

    def __enter__(self) -> None:
        if self._wait is None:
            self._connection.execute(self._begin)
        else:
            begin_in_line(self._connection, self._begin, self._wait)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self._connection
        try:
            if kind is None:
                connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def check_file(path: Path) -> None:
    """Looks at a file without opening it: closing it again would drop the locks of this process upon it.

    Raises:
        NotAnArchive: It is a directory, or empty.
        StorageError: It is missing or cannot be looked at.
    """
    try:
        if not path.exists():
            raise StorageError(f"{path}: expected a kzarchive log, got no file")
        if not path.is_file():
            raise NotAnArchive(f"{path}: expected a kzarchive log, got something that is not a file")
        if path.stat().st_size == 0:
            raise NotAnArchive(f"{path}: expected a kzarchive log, got an empty file")
    except OSError as error:
        raise StorageError(f"{path}: the file cannot be read: {error.strerror}") from error


def connect(path: Path | None, mode: str, timeout_seconds: int, *, immutable: bool = False) -> sqlite3.Connection:
    """Connects to a database and reads its schema, which is not trusted to run code.

    Transactions on the connection are begun and ended by hand.

    Args:
        path: The file, absolute; None for a new database in memory.
        mode: ``ro``, ``rw``, ``rwc`` (make the file if there is none) or ``memory``, as in SQLite's file names.
        timeout_seconds: How long to wait for a lock.
        immutable: Whether to take the file for unchanging, and so to need no lock and no side file.

    Raises:
        sqlite3.Error: The file cannot be opened.
    """
    target = ":memory:" if path is None else f"{path.as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"
    connection = sqlite3.connect(target, uri=True, timeout=timeout_seconds, isolation_level=None)
    try:
        if sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        for setting in (*_SETTINGS, *(() if mode == "ro" else _WRITER_SETTINGS)):
            connection.execute(setting)
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def sized(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Gives a database that is still empty the size of pages of a log, and returns its connection."""
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    return connection


def connect_reader(path: Path, timeout_seconds: int) -> sqlite3.Connection:
    """Connects for reading only, to an unchanging file if SQLite cannot keep its side files beside it.

    Raises:
        sqlite3.Error: The file cannot be opened at all.
        StorageError: It cannot, and a ``-wal`` or ``-journal`` file lies there, so that the file alone is not the log.
    """
    try:
        return connect(path, "ro", timeout_seconds)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        # A write-ahead log holds the newest events, a rollback journal what a crash left half done.
        for side in (path.with_name(f"{path.name}-{kind}") for kind in ("wal", "journal")):
            if side.exists():
                raise StorageError(
                    f"{path}: the place cannot be written, and {side.name} lies beside the file: "
                    "copy both to a place that can be written, and open the copy there"
                ) from error
        return connect(path, "ro", timeout_seconds, immutable=True)


def enter_wal(connection: sqlite3.Connection, place: str) -> None:
    """Puts a file into WAL mode, unless it is.

    Raises:
        StorageError: SQLite cannot keep a write-ahead log there.
    """
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StorageError(f"{place}: expected a place where SQLite can keep a write-ahead log, got mode {mode!r}")


def give_up_durability(connection: sqlite3.Connection) -> None:
    """Lets a connection write without waiting for the disk, to a file that is worth nothing before it is whole.

    A transaction can still be undone; a crash of the machine may leave anything.
    """
    connection.execute("PRAGMA synchronous = OFF")


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk; no connection of this process may be open to it.

    Raises:
        OSError: They cannot be brought there.
    """
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish(partial: Path, target: Path) -> None:
    """Gives a finished file its name; a link, unlike a rename, never replaces what came there meanwhile.

    Raises:
        FileExistsError: There is something at ``target``.
        OSError: The name cannot be given.
    """
    try:
        os.link(partial, target)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        partial.rename(target)


def truncate_wal(connection: sqlite3.Connection, place: str) -> None:
    """Moves everything from the write-ahead log into the file and leaves the log empty.

    Raises:
        StorageError: Another connection still reads or writes what is in it.
    """
    if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise StorageError(
            f"{place}: the body is taken away, but its bytes are still in the write-ahead log, which another "
            "connection reads: erase it again when that has finished"
        )


class storage_errors:  # noqa: N801 (as above)
    """Turns SQLite's exceptions within a block into those of this package; may be entered again and again."""

    __slots__ = ("_place", "_waited")

    def __init__(self, place: str, waited: int) -> None:
        """Prepares.

        Args:
            place: Words for messages: the path of the file.
            waited: How many seconds SQLite waits for a lock.
        """
        self._place = place
        self._waited = waited

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.Error):
            raise _translated(error, self._place, self._waited) from error
        if isinstance(error, UnicodeDecodeError):
            # SQLite quotes a malformed schema in its message, and the module cannot make a text of that.
            raise LogError(f"{self._place}: the file is damaged: its schema is malformed") from error


def _translated(error: sqlite3.Error, place: str, waited: int) -> KzArchiveError:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Raised by the module itself, for an object of another thread or a closed one.
        return UsageError(f"{place}: expected an open log in the thread that opened it: {error}")
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageError(f"{place}: locked by another connection (waited {waited} s)")
        case sqlite3.SQLITE_NOTADB:
            return NotAnArchive(f"{place}: expected a kzarchive log, got a file that is not a SQLite database")
        case sqlite3.SQLITE_CORRUPT:
            return LogError(f"{place}: the file is damaged: {error}")
        case sqlite3.SQLITE_CONSTRAINT | sqlite3.SQLITE_ERROR:
            return LogError(f"{place}: the log refused: {error}")
        case _:
            return StorageError(f"{place}: the storage failed: {error}")
