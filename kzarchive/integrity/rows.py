"""Rows of a log file as they stand, read in order and without trust.

A file from elsewhere may hold anything under the names of our tables: values of other kinds, text that is no text,
rows out of order, one page reached over many ways. So nothing is counted beforehand, every value is looked at before
it is used, and whoever reads gives up after so many findings.
"""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from kzarchive.integrity.findings import Code, Finding

MOST_FINDINGS: Final = 1000
_TYPE: Final = re.compile(r"[a-z0-9_.-]{1,80}")

_HEADERS: Final = """\
SELECT position, type_id, version, recorded, identity, digest, {columns}, {nodes}
FROM event ORDER BY position"""
_COLUMNS: Final = "document_id, frame_id, stated_earliest, stated_latest, valid_earliest, valid_latest"
_NO_COLUMNS: Final = "NULL, NULL, NULL, NULL, NULL, NULL"
_BODIES: Final = "SELECT position, bytes FROM body ORDER BY position"

_NOTHING: Final = (None, None)


class Row(NamedTuple):
    """An event as the file has it, of the right kinds of values.

    Attributes:
        position: Its position.
        type: Its type.
        version: Version of its body.
        recorded: When it was recorded, in microseconds.
        identity: Its identity.
        digest: Digest of its body.
        document_id: Number of its document; None = none.
        frame_id: Number of its frame; None = none.
        stated_earliest: Its narrow time of that name, and so for the next three.
        nodes: The nodes of the tree that it completes; None where the format keeps none.
        body: Its body; None where the file has none.
    """

    position: int
    type: str
    version: int
    recorded: int
    identity: bytes
    digest: bytes
    document_id: int | None
    frame_id: int | None
    stated_earliest: int | None
    stated_latest: int | None
    valid_earliest: int | None
    valid_latest: int | None
    nodes: bytes | None
    body: bytes | None


# Made by the million: this costs half of calling the class, which passes each field by its name.
_new: Final = tuple.__new__


class Stopped(Exception):
    """There are more findings than anybody reads."""


class Collector:
    """Takes findings, up to a number."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def __call__(self, code: Code, detail: str, position: int | None = None) -> None:
        """Takes a finding.

        Raises:
            Stopped: There are enough.
        """
        if len(self.findings) >= MOST_FINDINGS:
            raise Stopped
        self.findings.append(Finding(code, detail, position))


def keys(connection: sqlite3.Connection, table: str, kind: type, found: Collector) -> dict[int, Any]:
    """Returns the keys of a table of types, frames or documents by their number, as far as they are of a kind."""
    known: dict[int, Any] = {}
    for number, key in connection.execute(f"SELECT id, key FROM {table} ORDER BY id"):  # noqa: S608
        if type(key) is not kind or not key:
            found(Code.ROW_FORM, f"{table}: expected a key of {kind.__name__} at number {number}, got another value")
        elif number in known:
            found(Code.KEYS, f"{table}: the number {number} stands twice")
        else:
            known[number] = key
    return known


def events(connection: sqlite3.Connection, found: Collector, *, has_tree: bool, has_columns: bool) -> Iterator[Row]:
    """Yields the events of a file in order, with their bodies; what is no event is a finding.

    Args:
        connection: The connection, inside a read transaction.
        found: Takes what is found.
        has_tree: Whether the format keeps the nodes of the tree.
        has_columns: Whether to read the columns that follow from the body; without them it is faster.

    Raises:
        sqlite3.Error: The file cannot be read on.
    """
    types = {number: key for number, key in keys(connection, "event_type", str, found).items() if _TYPE.fullmatch(key)}
    bodies = _Bodies(connection, found)
    select = _HEADERS.format(columns=_COLUMNS if has_columns else _NO_COLUMNS, nodes="nodes" if has_tree else "NULL")
    for raw in connection.execute(select):
        position, type_id = raw[0], raw[1]
        body = bodies.take() if bodies.position == position else bodies.search(position)
        # Of the right kind but not in its range, a value cannot have the right leaf.
        if (
            type_id in types
            and type(raw[2]) is type(raw[3]) is int
            and type(raw[4]) is type(raw[5]) is bytes
            and (type(body) is bytes or body is None)
        ):
            yield _new(Row, (position, types[type_id], *raw[2:], body))
        else:
            found(Code.ROW_FORM, "expected the kinds of values of an event, got others", position)
    bodies.search(None)


def last_position(connection: sqlite3.Connection) -> int:
    """Returns the last position; 0 for an empty log.

    Raises:
        sqlite3.Error: The file cannot be read.
    """
    last: int = connection.execute("SELECT coalesce(max(position), 0) FROM event").fetchone()[0]
    return last


class _Bodies:
    """The bodies of a file, read along with its events.

    Attributes:
        position: Of the next one; None = there are no more.
    """

    def __init__(self, connection: sqlite3.Connection, found: Collector) -> None:
        self._rows = connection.execute(_BODIES)
        self._found = found
        self.position: int | None
        self._body: object
        self.position, self._body = self._rows.fetchone() or _NOTHING

    def take(self) -> object:
        """Returns the next body and goes on."""
        body = self._body
        self.position, self._body = self._rows.fetchone() or _NOTHING
        return body

    def search(self, position: int | None) -> object:
        """Returns the body at a position, or None; those that are passed over belong to no event. None = the end."""
        while self.position is not None and (position is None or self.position <= position):
            at, body = self.position, self.take()
            if at == position:
                return body
            self._found(Code.ROW_SURPLUS, "a body without an event", at)
        return None
