"""Placing: which drafts of a batch a log has already, and which positions the others take."""

import sqlite3
from collections.abc import Mapping, Sequence

from kzarchive.errors import ConflictingEvent, DataError, Problem
from kzarchive.log.checks import conflict, redaction_faults
from kzarchive.log.protocol import Draft, Placed, body_digest
from kzarchive.log.rows import Fresh, redacted


def place(
    drafts: Sequence[Draft], known: Mapping[bytes, tuple[int, bytes]], head: int
) -> tuple[tuple[Placed, ...], list[Fresh]]:
    """Returns the place of every draft, and what is to be written.

    Args:
        drafts: The batch.
        known: Position and digest of those identities that the log has.
        head: The last position of the log.

    Raises:
        ConflictingEvent: With every draft whose identity stands for another body.
    """
    placed: list[Placed] = []
    fresh: list[Fresh] = []
    mine: dict[bytes, tuple[int, bytes]] = {}
    problems: list[Problem] = []
    next_position = head + 1
    for index, draft in enumerate(drafts):
        identity, digest = draft.identity, body_digest(draft.body)
        stands = known.get(identity) or mine.get(identity)
        if stands is None:
            mine[identity] = stands = (next_position, digest)
            fresh.append(Fresh(next_position, index, draft, digest))
            placed.append(Placed(next_position, identity, True))
            next_position += 1
            continue
        if stands[1] != digest:
            first = "" if stands[0] <= head else f"in drafts[{fresh[stands[0] - head - 1].number}]"
            problems.append(conflict(index, draft, first or f"at position {stands[0]}"))
        placed.append(Placed(stands[0], identity, False))
    if problems:
        raise ConflictingEvent(problems)
    return tuple(placed), fresh


def check_orders(connection: sqlite3.Connection, fresh: Sequence[Fresh]) -> None:
    """Checks what the drafts of a batch redact, inside the transaction that writes them.

    Raises:
        DataError: With every order that may not be given.
    """
    orders = [(row.number, row.position, row.draft.redacts) for row in fresh if row.draft.redacts is not None]
    if not orders:
        return
    mine = {row.position: row.draft.type for row in fresh}

    def type_of(position: int) -> str:
        select = "SELECT t.key FROM event AS e JOIN event_type AS t ON t.id = e.type_id WHERE e.position = ?"
        return mine.get(position) or str(connection.execute(select, (position,)).fetchone()[0])

    if problems := redaction_faults(orders, redacted(connection), type_of):
        raise DataError(problems)
