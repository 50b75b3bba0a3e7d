"""A log that lives in memory: the plainest thing that keeps the protocol, for tests, notebooks and comparison.

It shares the checks of drafts and the words of its refusals with the SQLite log, and nothing else, so that each can
be tested against the other. What it holds is lost when it is closed.
"""

import bisect
from collections.abc import Collection, Iterator, Sequence
from types import TracebackType
from typing import Self

from kzarchive.errors import ConflictingEvent, Problem, UsageError
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


class MemoryEventLog:
    """An :class:`~kzarchive.log.protocol.EventLog` in a list; it belongs to one thread."""

    def __init__(self, *, clock: Clock) -> None:
        """Makes an empty log.

        Args:
            clock: Tells when events are recorded.
        """
        self._clock = clock
        self._events: list[StoredEvent] = []
        self._columns: list[Columns] = []
        self._positions: dict[bytes, int] = {}
        self._closed = False

    @property
    def head(self) -> int:
        """The last position; 0 for an empty log.

        Raises:
            UsageError: The log is closed.
        """
        self._check_open()
        return len(self._events)

    def append(self, drafts: Sequence[Draft], *, expected_position: int | None = None) -> Receipt:
        """Appends all of the drafts that are not yet there, or none; see ``EventLog.append``.

        Raises:
            DataError: Drafts break the rules of the format.
            ConflictingEvent: An identity already stands for another body.
            PositionConflict: The head is not at ``expected_position``.
            UsageError: The log is closed, or its clock shows no instant.
        """
        self._check_open()
        drafts = checked_drafts(drafts)
        check_expected(expected_position, self.head)
        fresh = self._fresh(drafts)
        recorded = next_recorded(self._clock, self._events[-1].recorded if self._events else None) if fresh else None
        if recorded is not None:
            self._store(tuple(fresh.values()), recorded)
        placed = tuple(
            Placed(self._positions[draft.identity], draft.identity, index in fresh)
            for index, draft in enumerate(drafts)
        )
        return Receipt(placed, len(self._events), recorded)

    def read(
        self, *, after: int = 0, until: int | None = None, types: Collection[str] | None = None
    ) -> Iterator[StoredEvent]:
        """Iterates over events in order, as of the first ``next()``; see ``EventLog.read``.

        Raises:
            UsageError: An argument is not of the right form, or the log is closed.
        """
        check_range(after, until, types)
        self._check_open()
        return (self._events[index] for index in self._selected(after, until, types))

    def headers(
        self, *, after: int = 0, until: int | None = None, types: Collection[str] | None = None
    ) -> Iterator[StoredHeader]:
        """Iterates over headers in order, as of the first ``next()``; see ``EventLog.headers``.

        Raises:
            UsageError: An argument is not of the right form, or the log is closed.
        """
        check_range(after, until, types)
        self._check_open()
        return (self._header(index) for index in self._selected(after, until, types))

    def get(self, position: int) -> StoredEvent:
        """Returns the event at a position.

        Raises:
            UsageError: ``position`` is not one of 1 to the head, or the log is closed.
        """
        check_int("position", position)
        if not 1 <= position <= self.head:
            raise UsageError(f"position: expected one of 1 to {self.head}, got {position}")
        return self._events[position - 1]

    def find(self, identity: bytes) -> int | None:
        """Returns the position of the event with that identity, or None.

        Raises:
            UsageError: ``identity`` is not 32 bytes, or the log is closed.
        """
        check_identity(identity)
        self._check_open()
        return self._positions.get(identity)

    def position_at(self, recorded: int) -> int:
        """Returns the last position recorded at or before an instant in microseconds; 0 if there is none.

        Raises:
            UsageError: ``recorded`` is not an int, or the log is closed.
        """
        check_int("recorded", recorded)
        self._check_open()
        return bisect.bisect_right(self._events, recorded, key=lambda event: event.recorded)

    def close(self) -> None:
        """Closes the log; closing again does nothing."""
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

    def _fresh(self, drafts: Sequence[Draft]) -> dict[int, Draft]:
        """Returns the drafts to write by their place in the batch, or raises with every conflict."""
        fresh: dict[int, Draft] = {}
        firsts: dict[bytes, int] = {}
        problems: list[Problem] = []
        for index, draft in enumerate(drafts):
            position = self._positions.get(draft.identity)
            first = firsts.get(draft.identity)
            if position is not None:
                if self._events[position - 1].body != draft.body:
                    problems.append(conflict(index, draft, f"at position {position}"))
            elif first is None:
                firsts[draft.identity] = index
                fresh[index] = draft
            elif drafts[first].body != draft.body:
                problems.append(conflict(index, draft, f"in drafts[{first}]"))
        if problems:
            raise ConflictingEvent(problems)
        return fresh

    def _store(self, drafts: Sequence[Draft], recorded: int) -> None:
        for draft in drafts:
            position = len(self._events) + 1
            digest = body_digest(draft.body)
            self._events.append(
                StoredEvent(position, draft.type, draft.version, recorded, draft.identity, digest, draft.body)
            )
            self._columns.append(draft.columns)
            self._positions[draft.identity] = position

    def _selected(self, after: int, until: int | None, types: Collection[str] | None) -> Iterator[int]:
        """Yields the list indexes of a read; a generator, so that the head is taken at the first ``next()``."""
        self._check_open()
        last = self.head if until is None else min(until, self.head)
        for index in range(after, last):
            if types is None or self._events[index].type in types:
                yield index
                self._check_open()

    def _header(self, index: int) -> StoredHeader:
        event = self._events[index]
        return StoredHeader(
            event.position,
            event.type,
            event.version,
            event.recorded,
            event.identity,
            event.digest,
            self._columns[index],
        )
