"""A log that lives in memory: the plainest thing that keeps the protocol, for tests, notebooks and comparison.

It shares the checks of drafts and the words of its refusals with the SQLite log, and nothing else, so that each can
be tested against the other. What it holds is lost when it is closed.
"""

import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import attrgetter
from types import TracebackType
from typing import Any, Self

from kzarchive.errors import ConflictingEvent, DataError, Problem, UsageError
from kzarchive.log import merkle
from kzarchive.log.checks import (
    check_expected,
    check_identity,
    check_int,
    check_position,
    check_range,
    checked_drafts,
    checked_size,
    conflict,
    not_ordered,
    redaction_faults,
)
from kzarchive.log.clock import Clock, next_recorded
from kzarchive.log.leaves import leaf_of
from kzarchive.log.protocol import (
    Columns,
    Draft,
    Placed,
    Receipt,
    Redaction,
    StoredEvent,
    StoredHeader,
    body_digest,
    narrow_header,
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
        self._levels: list[list[bytes]] = []
        self._frontier = merkle.Frontier()
        self._redacted: dict[int, int] = {}
        self._erased: set[int] = set()
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
            DataError: Drafts break the rules of the format, or redact what they may not.
            ConflictingEvent: An identity already stands for another body.
            PositionConflict: The head is not at ``expected_position``.
            UsageError: The log is closed, or its clock shows no instant.
        """
        self._check_open()
        drafts = checked_drafts(drafts)
        check_expected(expected_position, self.head)
        fresh = self._fresh(drafts)
        self._check_orders(fresh)
        recorded = next_recorded(self._clock, self._events[-1].recorded if self._events else None) if fresh else None
        if recorded is not None:
            self._store(tuple(fresh.values()), recorded)
        placed = tuple(
            Placed(self._positions[draft.identity], draft.identity, index in fresh)
            for index, draft in enumerate(drafts)
        )
        return Receipt(placed, len(self._events), recorded, self._frontier.root())

    def read(
        self, *, after: int = 0, until: int | None = None, types: Collection[str] | None = None
    ) -> Iterator[StoredEvent]:
        """Iterates over events in order, as of the first ``next()``; see ``EventLog.read``.

        Raises:
            UsageError: An argument is not of the right form, or the log is closed.
        """
        check_range(after, until, types)
        self._check_open()
        return self._selected(after, until, types)

    def headers(
        self, *, after: int = 0, until: int | None = None, types: Collection[str] | None = None
    ) -> Iterator[StoredHeader]:
        """Iterates over headers in order, as of the first ``next()``; see ``EventLog.headers``.

        Raises:
            UsageError: An argument is not of the right form, or the log is closed.
        """
        check_range(after, until, types)
        self._check_open()
        return (self._header(event) for event in self._selected(after, until, types))

    def narrow(self, fields: Collection[str], *, after: int = 0, until: int | None = None) -> Iterator[Any]:
        """Iterates over some fields of headers; see ``EventLog.narrow``.

        Raises:
            UsageError: An argument is not of the right form, or the log is closed.
        """
        kind = narrow_header(frozenset(fields))
        fields_of = attrgetter("position", "position", *kind._fields[1:])
        return (tuple.__new__(kind, fields_of(header)[1:]) for header in self.headers(after=after, until=until))

    def get(self, position: int) -> StoredEvent:
        """Returns the event at a position.

        Raises:
            UsageError: ``position`` is not one of 1 to the head, or the log is closed.
        """
        check_position(position, self.head)
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

    def root(self, size: int | None = None) -> bytes:
        """Returns the root of the Merkle tree over the first ``size`` events; None = all.

        Raises:
            UsageError: ``size`` is not one of 0 to the head, or the log is closed.
        """
        return merkle.root(checked_size("size", size, self.head), self._node)

    def inclusion(self, position: int, size: int | None = None) -> tuple[bytes, ...]:
        """Returns the proof that an event is in the tree over the first ``size`` events; see ``EventLog.inclusion``.

        Raises:
            UsageError: There is no such event or size, or the log is closed.
        """
        size = checked_size("size", size, self.head)
        check_position(position, size)
        return merkle.inclusion_proof(position - 1, size, self._node)

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Returns the proof that the first ``new`` events begin with the first ``old``; see ``EventLog.consistency``.

        Raises:
            UsageError: There are no such sizes, or the log is closed.
        """
        new = checked_size("new", new, self.head)
        return merkle.consistency_proof(checked_size("old", old, new), new, self._node)

    def redactions(self) -> tuple[Redaction, ...]:
        """Returns every order to take a body away, in the order of the positions of the bodies.

        Raises:
            UsageError: The log is closed.
        """
        self._check_open()
        return tuple(Redaction(at, by, at in self._erased) for at, by in sorted(self._redacted.items()))

    def erase(self, *positions: int) -> None:
        """Takes away bodies whose redaction is ordered; doing it again does nothing.

        Raises:
            UsageError: No event orders it, or the log is closed; nothing was taken away.
        """
        for position in positions:
            check_position(position, self.head)
        for position in positions:
            if position not in self._redacted:
                raise not_ordered(position)
        self._erased.update(positions)

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
                if self._events[position - 1].digest != body_digest(draft.body):
                    problems.append(conflict(index, draft, f"at position {position}"))
            elif first is None:
                firsts[draft.identity] = index
                fresh[index] = draft
            elif drafts[first].body != draft.body:
                problems.append(conflict(index, draft, f"in drafts[{first}]"))
        if problems:
            raise ConflictingEvent(problems)
        return fresh

    def _check_orders(self, fresh: Mapping[int, Draft]) -> None:
        """Checks what the drafts of a batch redact.

        Raises:
            DataError: With every order that may not be given.
        """
        first, drafts = len(self._events) + 1, list(fresh.values())
        orders = [
            (index, first + number, draft.redacts)
            for number, (index, draft) in enumerate(fresh.items())
            if draft.redacts is not None
        ]

        def type_of(position: int) -> str:
            return self._events[position - 1].type if position < first else drafts[position - first].type

        if problems := redaction_faults(orders, self._redacted, type_of):
            raise DataError(problems)

    def _store(self, drafts: Sequence[Draft], recorded: int) -> None:
        for draft in drafts:
            position = len(self._events) + 1
            digest = body_digest(draft.body)
            event = StoredEvent(position, draft.type, draft.version, recorded, draft.identity, digest, draft.body)
            self._events.append(event)
            self._columns.append(draft.columns)
            self._positions[draft.identity] = position
            for level, node in enumerate(self._frontier.add(leaf_of(event))):
                if level == len(self._levels):
                    self._levels.append([])
                self._levels[level].append(node)
            if draft.redacts is not None:
                self._redacted[draft.redacts] = position
                gone = self._events[draft.redacts - 1]
                self._events[draft.redacts - 1] = gone._replace(body=None, redacted_by=position)

    def _node(self, level: int, index: int) -> bytes:
        return self._levels[level][index]

    def _selected(self, after: int, until: int | None, types: Collection[str] | None) -> Iterator[StoredEvent]:
        """Yields the events of a read; a generator, so that they are taken at the first ``next()``."""
        self._check_open()
        for event in self._events[after:until]:
            if types is None or event.type in types:
                yield event
                self._check_open()

    def _header(self, event: StoredEvent) -> StoredHeader:
        columns = self._columns[event.position - 1]
        return StoredHeader(
            *event[:6],
            columns.document,
            columns.frame,
            columns.stated_earliest,
            columns.stated_latest,
            columns.valid_earliest,
            columns.valid_latest,
        )
