"""Upgrade: a log file of an older format copied, event for event, to a new file of the present one."""

import os
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Final

import attrs

from kzarchive.errors import LogError, UsageError
from kzarchive.log.connection import connect, give_up_durability, sized, storage_errors, transaction
from kzarchive.log.copying import new_file, settle
from kzarchive.log.merkle import Frontier
from kzarchive.log.places import absolute
from kzarchive.log.protocol import Draft
from kzarchive.log.rows import AllNumbers, Fresh, write
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.log.tables import FORMAT_VERSION, create_schema

_BATCH: Final = 1000


@attrs.frozen
class Upgraded:
    """What an upgrade did.

    Attributes:
        events: How many events were copied.
        old_format: The format of the file that was copied.
        root: The root of the Merkle tree over them, the same for both files.
    """

    events: int
    old_format: int
    root: bytes


def upgrade(old: str | os.PathLike[str], new: str | os.PathLike[str], *, timeout_seconds: int = 30) -> Upgraded:
    """Copies a log of an older format to a new file of the present one; the old file is left as it is.

    Positions, identities, bodies and recorded times stay, and with them every id and the root. The new file gets its
    name when it is complete and was checked.

    Args:
        old: The file of the older format.
        new: A place where there is no file yet.
        timeout_seconds: How long to wait for the lock of another process.

    Raises:
        UsageError: ``old`` is of the present format already, or there is something at ``new``.
        LogError: ``old`` is no log, or is damaged: an event is missing, or a body is not the one of its digest.
        StorageError: A file cannot be read or written.
    """
    target = absolute(new)
    with SqliteEventLog.open(old, read_only=True, timeout_seconds=timeout_seconds) as source:
        if source.version == FORMAT_VERSION:
            raise UsageError(f"{old}: expected a log of an older format than {FORMAT_VERSION}, got one of that format")
        head = source.head
        frontier, known = Frontier(), AllNumbers()
        with (
            new_file(target) as partial,
            storage_errors(f"{target}, upgraded from {old}", timeout_seconds),
            closing(sized(connect(partial, "rwc", timeout_seconds))) as connection,
        ):
            give_up_durability(connection)
            with transaction(connection, "BEGIN EXCLUSIVE"):
                create_schema(connection)
            rows = _rows(source, head)
            while batch := list(islice(rows, _BATCH)):
                with transaction(connection, "BEGIN IMMEDIATE"):
                    write(connection, [row for row, _ in batch], [at for _, at in batch], frontier, known)
            if frontier.root() != source.root(head):
                raise LogError(f"{old}: expected the root {source.root(head).hex()}, got {frontier.root().hex()}")
            settle(connection, str(target))
        return Upgraded(head, source.version, frontier.root())


def _rows(source: SqliteEventLog, head: int) -> Iterator[tuple[Fresh, int]]:
    """Yields what is to be written, and when each event was recorded, in microseconds."""
    for event, header in zip(source.read(until=head), source.headers(until=head), strict=True):
        if event.body is None:
            raise LogError(f"position {event.position}: expected a body, which an older format never redacts, got none")
        draft = Draft(event.type, event.version, event.identity, event.body, header.columns)
        yield Fresh(event.position, event.position, draft, event.digest), event.recorded
