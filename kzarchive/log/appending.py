"""Appending: which drafts of a batch a log in SQLite has already, which positions the others take, and their writing.

Decision: most batches bring nothing that the log has.
    Context: to look up a thousand identities before they are written costs a tenth of writing them, and the guard of
    the table looks each up again.
    Decision: of a batch only the first is looked up. Is it new, the rest is written as if all were; where the guard
    finds one that is there, the transaction is undone and begun again, and all are looked up.
    Consequence: a batch that brings new events before known ones is written twice, and comes out the same. The clock is
    read once all the same.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from kzarchive.errors import ConflictingEvent, DataError, Problem
from kzarchive.log.checks import check_expected, conflict, redaction_faults
from kzarchive.log.clock import Clock, next_recorded
from kzarchive.log.connection import transaction
from kzarchive.log.merkle import Frontier
from kzarchive.log.protocol import Draft, Placed, Receipt, body_digest
from kzarchive.log.rows import AllNumbers, Fresh, redacted, stored, tip, write
from kzarchive.log.tables import IDENTITY_IS_THERE

# Half of what it costs to call the class of a tuple with names.
_new: Final = tuple.__new__

_FEW: Final = 8
"""A batch of up to so many is always looked up: there is next to nothing to gain."""


def append(
    connection: sqlite3.Connection,
    drafts: Sequence[Draft],
    *,
    expected_position: int | None,
    clock: Clock,
    tree_of: Callable[[int], Frontier],
    known: AllNumbers,
    wait_seconds: int,
) -> tuple[Receipt, Frontier]:
    """Appends drafts in one transaction; returns what was done, and the tree after it.

    Args:
        connection: The connection that appends.
        drafts: Sound drafts.
        expected_position: The head that the log must have; None = any.
        clock: Tells when they are recorded; read only if something is written.
        tree_of: Returns the tree of the log over the events up to a head, for this function to add to.
        known: The numbers of keys.
        wait_seconds: How long to wait for the write lock.

    Raises:
        DataError: Drafts redact what they may not.
        ConflictingEvent: An identity already stands for another body.
        PositionConflict: The head is not at ``expected_position``.
        UsageError: The clock shows no instant.
        sqlite3.Error: A guard or the storage refuses.
    """
    once = _ReadOnce(clock)

    def attempt(*, as_new: bool) -> tuple[Receipt, Frontier]:
        with transaction(connection, "BEGIN IMMEDIATE", wait_seconds=wait_seconds):
            head, last = tip(connection)
            check_expected(expected_position, head)
            looked_up = drafts[:1] if as_new else drafts
            stands = stored(connection, [draft.identity for draft in looked_up])
            if as_new and stands:
                stands = stored(connection, [draft.identity for draft in drafts])
            placed, fresh = place(drafts, stands, head)
            _check_orders(connection, fresh)
            tree = tree_of(head)
            recorded = next_recorded(once, last) if fresh else None
            if recorded is not None:
                write(connection, fresh, [recorded] * len(fresh), tree, known)
            return Receipt(placed, tree.size, recorded, tree.root()), tree

    try:
        if len(drafts) > _FEW and all(draft.redacts is None for draft in drafts):
            try:
                return attempt(as_new=True)
            except ConflictingEvent:
                # There may be more of them, with what is stored.
                known.forget()
            except sqlite3.IntegrityError as error:
                known.forget()
                if IDENTITY_IS_THERE not in str(error):
                    raise
        return attempt(as_new=False)
    except BaseException:
        known.forget()
        raise


class _ReadOnce:
    """A clock that is read at most once, however often it is asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shown: int | None = None

    def now(self) -> int:
        """Returns what the clock showed when it was first asked."""
        if self._shown is None:
            self._shown = self._clock.now()
        return self._shown


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
    all_known = dict(known)
    problems: list[Problem] = []
    next_position = head + 1
    for index, draft in enumerate(drafts):
        _, _, identity, body, _, _, _ = draft
        digest = body_digest(body)
        stands = all_known.get(identity)
        if stands is None:
            all_known[identity] = (next_position, digest)
            fresh.append(_new(Fresh, (next_position, index, draft, digest)))
            placed.append(_new(Placed, (next_position, identity, True)))
            next_position += 1
            continue
        if stands[1] != digest:
            first = "" if stands[0] <= head else f"in drafts[{fresh[stands[0] - head - 1].number}]"
            problems.append(conflict(index, draft, first or f"at position {stands[0]}"))
        placed.append(Placed(stands[0], identity, False))
    if problems:
        raise ConflictingEvent(problems)
    return tuple(placed), fresh


def _check_orders(connection: sqlite3.Connection, fresh: Sequence[Fresh]) -> None:
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
