"""The rows of a log in SQLite: how events are written to the tables, and what is selected from them."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, NamedTuple

from kzarchive.errors import LogError
from kzarchive.log.leaves import leaf_data
from kzarchive.log.merkle import HASH_BYTES, Frontier, leaf_hash
from kzarchive.log.protocol import Draft
from kzarchive.log.tables import SAME_IDENTITY

_KEYS_A_QUERY: Final = 500
_KEYS_AT_ONCE: Final = 512
_KEYS_KEPT: Final = 200_000

SELECT_EVENTS: Final = """\
SELECT e.position, e.type_id, e.version, e.recorded, e.identity, e.digest, b.bytes
FROM event AS e LEFT JOIN body AS b ON b.position = e.position
WHERE e.position > ? AND e.position <= ?"""
"""The fields of ``StoredEvent``, after one position and up to another; NULL for a body that is gone."""

SELECT_HEADERS: Final = """\
SELECT e.position, e.type_id, e.version, e.recorded, e.identity, e.digest,
  e.document_id, e.frame_id, e.stated_earliest, e.stated_latest, e.valid_earliest, e.valid_latest
FROM event AS e
WHERE e.position > ? AND e.position <= ?"""
"""The fields of ``StoredHeader``."""

_NUMBERED: Final = {"type": "type_id", "document": "document_id", "frame": "frame_id"}


def select_fields(names: Sequence[str]) -> str:
    """Returns the selection of some fields of ``StoredHeader``."""
    columns = ", ".join(f"e.{_NUMBERED.get(name, name)}" for name in names)
    return f"SELECT {columns} FROM event AS e WHERE e.position > ? AND e.position <= ?"  # noqa: S608


OF_TYPES: Final = " AND e.type_id IN (SELECT id FROM event_type WHERE key IN (SELECT value FROM json_each(?)))"
"""Narrows either selection to a JSON array of event types."""


class Fresh(NamedTuple):
    """A draft that the log does not have yet.

    Attributes:
        position: The place that it takes.
        number: Its place in the batch, from 0.
        draft: The draft.
        digest: The digest of its body.
    """

    position: int
    number: int
    draft: Draft
    digest: bytes


class Numbers:
    """The numbers of the keys of one table, both ways, as far as they were asked for.

    A number never changes once it is committed, so what was read once is kept; :meth:`forget` drops what a
    transaction that was undone may have left.
    """

    def __init__(self, table: str, kind: type) -> None:
        self._table = table
        self._kind = kind
        self.forget()

    def forget(self) -> None:
        """Drops everything that is kept."""
        self.keys: dict[int | None, Any] = {None: None}
        self.ids: dict[Any, int | None] = {None: None}

    def learn_keys(self, connection: sqlite3.Connection, ids: Collection[int | None]) -> int | None:
        """Reads the keys of numbers into ``keys``; returns a number that has none, or None if all have one.

        Of another type than the table's, which only a damaged file holds, a key is none, and a number has none.
        """
        _make_room(self.keys)
        odd = next((number for number in ids if number is not None and type(number) is not int), None)
        if odd is not None:
            return odd
        for number in sorted(number for number in ids if number is not None and number not in self.keys):
            if number not in self.keys:
                select = f"SELECT id, key FROM {self._table} WHERE id >= ? ORDER BY id LIMIT ?"  # noqa: S608
                rows = connection.execute(select, (number, _KEYS_AT_ONCE))
                self.keys.update((found, key) for found, key in rows if type(key) is self._kind)
        return next((number for number in ids if number not in self.keys), None)

    def learn_ids(self, connection: sqlite3.Connection, keys: Collection[Any]) -> None:
        """Reads the numbers of keys into ``ids``, after adding the keys that are new, in the order of their first use.

        The transaction in which they are added is the caller's.
        """
        _make_room(self.ids)
        wanted = [key for key in dict.fromkeys(keys) if key not in self.ids]
        if not wanted:
            return
        last = connection.execute(f"SELECT coalesce(max(id), 0) FROM {self._table}").fetchone()[0]  # noqa: S608
        # Numbers have no gap: who has as many as there are has them all, and any other key is new.
        if len(self.ids) - 1 != last:
            self.ids.update(_keyed(connection, f"SELECT key, id FROM {self._table} WHERE key IN", wanted))  # noqa: S608
        new = [key for key in wanted if key not in self.ids]
        if new:
            numbered = {key: last + number for number, key in enumerate(new, start=1)}
            insert = f"INSERT INTO {self._table} (key, id) VALUES (?, ?)"  # noqa: S608
            connection.executemany(insert, numbered.items())
            self.ids.update(numbered)


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) > _KEYS_KEPT:
        kept.clear()
        kept[None] = None


class AllNumbers:
    """The numbers of event types, frames and documents of one log."""

    def __init__(self) -> None:
        self.types = Numbers("event_type", str)
        self.frames = Numbers("frame_key", str)
        self.documents = Numbers("document_key", bytes)

    def forget(self) -> None:
        """Drops everything that is kept."""
        for numbers in (self.types, self.frames, self.documents):
            numbers.forget()


def tip(connection: sqlite3.Connection) -> tuple[int, int | None]:
    """Returns the last position and when it was recorded; 0 and None for an empty log.

    Raises:
        LogError: The time is none, which only a damaged file holds.
    """
    row = connection.execute("SELECT position, recorded FROM event ORDER BY position DESC LIMIT 1").fetchone()
    if row is None:
        return 0, None
    return row[0], checked_time(*row)


def checked_time(position: int, recorded: Any) -> int:
    """Returns when an event was recorded, in microseconds.

    Raises:
        LogError: It is no integer, which only a damaged file holds.
    """
    if type(recorded) is not int:
        raise LogError(f"position {position}: expected a time of recording, got {recorded!r}")
    return recorded


def stored(connection: sqlite3.Connection, identities: Collection[bytes]) -> dict[bytes, tuple[int, bytes]]:
    """Returns the position and digest of those identities that the log already has."""
    wanted = set(identities)
    select = "SELECT identity, position, digest FROM event WHERE substr(identity, 1, 8) IN"
    rows = _keyed(connection, select, {identity[:8] for identity in wanted})
    return {identity: (position, digest) for identity, position, digest in rows if identity in wanted}


def position_of(connection: sqlite3.Connection, identity: bytes) -> int | None:
    """Returns the position of an identity, or None."""
    # A number, as in ?1, is taken for a name by some versions of Python 3.12, which then warn.
    select = f"SELECT position FROM event WHERE {SAME_IDENTITY.format(given=':identity')}"  # noqa: S608
    row = connection.execute(select, {"identity": identity}).fetchone()
    return None if row is None else row[0]


def write(
    connection: sqlite3.Connection,
    rows: Sequence[Fresh],
    recorded: Sequence[int],
    frontier: Frontier,
    known: AllNumbers,
) -> None:
    """Writes events that the log does not have, in the transaction that is open.

    Args:
        connection: The connection that appends.
        rows: The events; their positions follow the head of the log without gaps.
        recorded: When each is recorded, in microseconds.
        frontier: The tree of the log so far, to which their leaves are added.
        known: The numbers of keys; those of the events are added.
    """
    drafts = [draft for _, _, draft, _ in rows]
    columns = [draft.columns for draft in drafts]
    known.types.learn_ids(connection, [draft.type for draft in drafts])
    known.frames.learn_ids(connection, [each.frame for each in columns])
    known.documents.learn_ids(connection, [each.document for each in columns])
    headers = _headers(rows, recorded, frontier, known)
    begin = 0
    # The row of a redaction is written while the event that orders it is the newest.
    for end in (*(number for number, draft in enumerate(drafts, start=1) if draft.redacts is not None), len(rows)):
        connection.executemany(
            "INSERT INTO body VALUES (?, ?)", [(position, draft.body) for position, _, draft, _ in rows[begin:end]]
        )
        connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", headers[begin:end])
        if begin < end and rows[end - 1].draft.redacts is not None:
            order = (rows[end - 1].draft.redacts, rows[end - 1].position)
            connection.execute("INSERT INTO redaction VALUES (?, ?)", order)
        begin = end


def _headers(
    rows: Sequence[Fresh], recorded: Sequence[int], frontier: Frontier, known: AllNumbers
) -> list[tuple[Any, ...]]:
    types, documents, frames = known.types.ids, known.documents.ids, known.frames.ids
    leaves = [
        leaf_hash(leaf_data(position, draft[0], draft[1], instant, draft[2], digest))
        for (position, _, draft, digest), instant in zip(rows, recorded, strict=True)
    ]
    headers = []
    for (position, _, draft, digest), instant, nodes in zip(rows, recorded, frontier.extend(leaves), strict=True):
        kind, version, identity, _, columns, _, _ = draft
        document, frame, first, last, start, end = columns
        headers.append(
            (
                position,
                types[kind],
                version,
                instant,
                identity,
                digest,
                documents[document],
                frames[frame],
                first,
                last,
                start,
                end,
                nodes,
            )
        )
    return headers


def node(connection: sqlite3.Connection, level: int, index: int) -> bytes | None:
    """Returns a complete node of the tree; None if it is missing."""
    position = (index + 1) << level
    select = "SELECT substr(nodes, ?, ?) FROM event WHERE position = ?"
    row = connection.execute(select, (level * HASH_BYTES + 1, HASH_BYTES, position)).fetchone()
    return row[0] if row is not None and type(row[0]) is bytes and len(row[0]) == HASH_BYTES else None


def redacted(connection: sqlite3.Connection) -> dict[int, int]:
    """Returns the position of the order by the position of each body that is redacted.

    Raises:
        LogError: A value is no position, which only a damaged file holds.
    """
    return checked_orders(dict(connection.execute("SELECT position, ordered_by FROM redaction ORDER BY position")))


def checked_orders(orders: dict[int, int]) -> dict[int, int]:
    """Returns the orders if both sides of each are positions.

    Raises:
        LogError: One is not.
    """
    for position, ordered_by in orders.items():
        if type(position) is not int or type(ordered_by) is not int:
            raise LogError(f"redaction of position {position}: expected the position of its order, got {ordered_by!r}")
    return orders


def _keyed(connection: sqlite3.Connection, select: str, keys: Collection[Any]) -> Iterator[tuple[Any, ...]]:
    """Runs a selection that ends in ``IN`` over any number of keys."""
    wanted = list(keys)
    for start in range(0, len(wanted), _KEYS_A_QUERY):
        part = wanted[start : start + _KEYS_A_QUERY]
        yield from connection.execute(f"{select} ({', '.join('?' * len(part))})", part)
