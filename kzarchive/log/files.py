"""Files of logs: how a new one is made, and how one is opened after its format and every guard were checked."""

import sqlite3
from contextlib import closing
from pathlib import Path

from kzarchive.errors import UsageError
from kzarchive.log.connection import (
    check_file,
    connect,
    connect_reader,
    enter_wal,
    give_up_durability,
    sized,
    storage_errors,
    transaction,
)
from kzarchive.log.opened import OpenedFile
from kzarchive.log.opening import check_format, check_newest, check_schema
from kzarchive.log.tables import FORMAT_VERSION, create_schema


def create_file(path: Path, timeout_seconds: int) -> None:
    """Makes the tables of a log in a new file, in one transaction.

    Args:
        path: A place where there is no file yet, or an empty one; absolute.
        timeout_seconds: How long to wait for the lock of another process.

    Raises:
        UsageError: There is something at ``path`` already.
        StorageError: The file cannot be written.
    """
    in_use = UsageError(f"{path}: expected no file or an empty one to make a log in, got one that is in use")
    if path.exists() and (path.is_dir() or path.stat().st_size):
        raise in_use
    with (
        storage_errors(str(path), timeout_seconds),
        closing(sized(connect(path, "rwc", timeout_seconds))) as connection,
        transaction(connection, "BEGIN EXCLUSIVE"),
    ):
        # Another process may have made it between the look and the lock.
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise in_use
        create_schema(connection)


def open_file(
    path: Path, timeout_seconds: int, *, read_only: bool, durable: bool
) -> tuple[sqlite3.Connection, int, OpenedFile]:
    """Returns a connection to a log file, its format and which file it is, after the checks of an opening.

    Args:
        path: The file, absolute.
        timeout_seconds: How long to wait for the lock of another process.
        read_only: Whether nothing is written, not even to the file's head.
        durable: Whether a transaction is on the disk when it is committed.

    Raises:
        UsageError: It is to be written to and of an older format.
        NotAnArchive: The file is something else, or of a newer format.
        UnsafeLog: A table or trigger is missing, altered, or more than there should be.
        LogError: The file is damaged, or its newest event is not whole.
        StorageError: The file is missing, locked, or cannot be read or written.
    """
    check_file(path)
    opened, place = OpenedFile(path), str(path)
    with storage_errors(place, timeout_seconds):
        connection = connect_reader(path, timeout_seconds) if read_only else connect(path, "rw", timeout_seconds)
        try:
            version = check_format(connection, place)
            check_schema(connection, place, version)
            check_newest(connection, place, version)
            if not read_only:
                if version < FORMAT_VERSION:
                    raise _too_old(place, version)
                enter_wal(connection, place)
            if not durable:
                give_up_durability(connection)
            opened.check()
        except BaseException:
            connection.close()
            raise
    return connection, version, opened


def _too_old(place: str, version: int) -> UsageError:
    return UsageError(
        f"{place}: expected a log of format {FORMAT_VERSION} to write to, got format {version}, which is only read: "
        f"make one of it with 'kzarchive upgrade {place} NEW'"
    )
