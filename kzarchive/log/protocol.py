r"""What every log keeps and does: drafts go in, stored events come out, and nothing is changed or taken away.

A log is a gap-free sequence of events at positions 1, 2, 3, ... It knows nothing of what a body says:

==============  ======================================================================================
type            dotted name of the kind of event: 1 to 80 of ``a-z 0-9 _ . -``
version         schema version of the body, 1 or more
recorded        when the log took it in: microseconds since 1970-01-01T00:00:00Z, never running backwards
identity        32 bytes; under one identity one event stands
digest          SHA-256 of the ASCII bytes ``kzarchive.body/1``, one zero byte, and the body
body            the canonical bytes, kept exactly as given
columns         narrow values taken from the body by whoever drafted it, for replay and indexes
==============  ======================================================================================

Notes that bind others:

1. Context: recording the same thing twice must write nothing, and two contents under one identity must never
   pass for one. Decision: equal identity and equal digest is "already there"; equal identity and another digest
   is a conflict. Type, version and columns take no part. Consequence: whoever makes identities must separate
   them by type.
2. Context: many appends find everything already there. Decision: the clock is read once an append, and only when
   something is to be written. Consequence: ``Receipt.recorded`` is None when nothing was.
3. Context: a name that endangers a witness must be removable without breaking the proof of what stands beside it.
   Decision: an event of the type ``payload.redacted`` orders the body of one earlier event to be taken away. From
   its position on no reader is given that body, and :meth:`EventLog.erase` takes the bytes themselves away. Header,
   identity, digest and place stay. Consequence: ``StoredEvent.body`` may be None, and then ``redacted_by`` says why;
   a body that is missing without such an order is a LogError.
"""

import functools
import hashlib
from collections import namedtuple
from collections.abc import Collection, Iterator, Sequence
from types import TracebackType
from typing import Any, Final, NamedTuple, Protocol, Self

import attrs

from kzarchive.errors import UsageError

BODY_DOMAIN: Final = b"kzarchive.body/1\0"
REDACTION_TYPE: Final = "payload.redacted"
"""The type of the events that order a redaction, the only type that a log knows by name."""


# Drafts and rows are tuples: made and read by the million, and an attrs object costs three times as much to make.
class Columns(NamedTuple):
    """Narrow values of an event that replay and indexes read without decoding the body.

    Attributes:
        document: The 32-byte id of the document that an assertion rests on; None where there is none.
        frame: The frame in text form (``killed/all/KZ``); None where the event is not of one frame.
        stated_earliest: First second, inclusive, of when it was stated (UTC seconds since 1970); None if unknown.
        stated_latest: Last second, inclusive, of when it was stated; None if unknown or open.
        valid_earliest: First second, inclusive, of what it is true of; None if unknown or open.
        valid_latest: Last second, inclusive, of what it is true of; None if unknown or open.
    """

    document: bytes | None = None
    frame: str | None = None
    stated_earliest: int | None = None
    stated_latest: int | None = None
    valid_earliest: int | None = None
    valid_latest: int | None = None


class Draft(NamedTuple):
    """An event as it is handed to :meth:`EventLog.append`; checked there, not here.

    Attributes:
        type: Dotted name of the kind of event (``assertion.recorded``).
        version: Schema version of the body, 1 or more.
        identity: 32 bytes; under one identity one event stands.
        body: Canonical bytes, at least one.
        columns: Narrow values that belong to the body.
        label: Words for error messages; not stored. None = its type and the beginning of its identity.
        redacts: The earlier position whose body this event orders to be taken away; only with the type
            ``payload.redacted``. None = it orders nothing.
    """

    type: str
    version: int
    identity: bytes
    body: bytes
    columns: Columns
    label: str | None = None
    redacts: int | None = None


class StoredEvent(NamedTuple):
    """An event as the log keeps it, with its body.

    Attributes:
        position: Place in the log, from 1, without gaps.
        type: Dotted name of the kind of event.
        version: Schema version of the body.
        recorded: When the log took it in, in microseconds since 1970-01-01T00:00:00Z.
        identity: 32 bytes, unlike those of any other event of the log.
        digest: :func:`body_digest` of the body.
        body: The bytes exactly as they were appended; None where they are redacted.
        redacted_by: Position of the event that ordered it; None = the body is there.
    """

    position: int
    type: str
    version: int
    recorded: int
    identity: bytes
    digest: bytes
    body: bytes | None
    redacted_by: int | None = None


class StoredHeader(NamedTuple):
    """An event as the log keeps it, without its body.

    The first six fields are those of :class:`StoredEvent`, the others those of :class:`Columns`, where they are told.

    Attributes:
        position: Place in the log, from 1, without gaps.
        type: Dotted name of the kind of event.
        version: Schema version of the body.
        recorded: When the log took it in, in microseconds since 1970-01-01T00:00:00Z.
        identity: 32 bytes, unlike those of any other event of the log.
        digest: :func:`body_digest` of the body.
        document: See :class:`Columns`, and so for the rest.
    """

    position: int
    type: str
    version: int
    recorded: int
    identity: bytes
    digest: bytes
    document: bytes | None
    frame: str | None
    stated_earliest: int | None
    stated_latest: int | None
    valid_earliest: int | None
    valid_latest: int | None

    @property
    def columns(self) -> Columns:
        """The narrow values that were appended with it."""
        return Columns(*self[6:])


@functools.lru_cache(1_000)
def narrow_header(fields: frozenset[str]) -> Any:
    """Returns the class of headers that have their position and some other fields alone, in the order of a header.

    Raises:
        UsageError: A header has no such field.
    """
    unknown = sorted(fields - {*StoredHeader._fields})
    if unknown:
        known = ", ".join(StoredHeader._fields)
        raise UsageError(f"fields: expected fields of a header ({known}), got {unknown[0]!r}")
    names = [name for name in StoredHeader._fields if name in fields or name == "position"]
    return namedtuple("NarrowHeader", names)


@attrs.frozen
class Redaction:
    """An order to take a body away.

    Attributes:
        position: Of the event whose body it is.
        ordered_by: Of the event that orders it.
        erased: Whether the bytes are gone already.
    """

    position: int
    ordered_by: int
    erased: bool


class Placed(NamedTuple):
    """Where a draft stands after an append.

    Attributes:
        position: Its place in the log.
        identity: The identity of the draft.
        new: False if the event was already there and nothing was written for this draft.
    """

    position: int
    identity: bytes
    new: bool


@attrs.frozen
class Receipt:
    """What an append did.

    Attributes:
        placed: One entry for each draft, in the order given.
        head: The last position of the log after the append.
        recorded: When the new events were recorded, in microseconds; None when there are none.
        root: The root of the Merkle tree over the log after the append.
    """

    placed: tuple[Placed, ...]
    head: int
    recorded: int | None
    root: bytes

    @property
    def new(self) -> tuple[Placed, ...]:
        """The drafts that were written, in the order given."""
        return tuple(placed for placed in self.placed if placed.new)

    @property
    def already(self) -> tuple[Placed, ...]:
        """The drafts that were already there, in the order given."""
        return tuple(placed for placed in self.placed if not placed.new)


class EventLog(Protocol):
    """An append-only log. Leaving it as a context manager closes it; a closed log answers with UsageError."""

    @property
    def head(self) -> int:
        """The last position; 0 for an empty log."""

    def append(self, drafts: Sequence[Draft], *, expected_position: int | None = None) -> Receipt:
        """Appends all of the drafts that are not yet there, or none.

        Args:
            drafts: The events, in the order in which they take their places; may be empty.
            expected_position: The head that the caller decided upon; None appends wherever the head is.

        Returns:
            The place of every draft, and which were already there.

        Raises:
            DataError: Drafts break the rules of the format, or redact what they may not; all faults are listed.
            ConflictingEvent: An identity already stands for another body, in the log or within ``drafts``; all
                conflicts are listed.
            PositionConflict: The head is not at ``expected_position``.
            UsageError: The log is closed or read-only, or its clock shows no instant.
            StorageError: The storage is locked, full or read-only.
        """

    def read(
        self, *, after: int = 0, until: int | None = None, types: Collection[str] | None = None
    ) -> Iterator[StoredEvent]:
        """Iterates over events in order, lazily, as of the moment of the first ``next()``.

        Args:
            after: The last position to leave out; 0 starts at the beginning.
            until: The last position to give; None, or one beyond the head, goes to the head.
            types: The types to give; None gives all, an empty collection none.

        Raises:
            UsageError: An argument is not of that form, or the log is closed.
            LogError: An event that must be there is missing or damaged.
            StorageError: The storage cannot be read.
        """

    def headers(
        self, *, after: int = 0, until: int | None = None, types: Collection[str] | None = None
    ) -> Iterator[StoredHeader]:
        """Iterates over headers as :meth:`read` does over events, without touching a body."""

    def narrow(self, fields: Collection[str], *, after: int = 0, until: int | None = None) -> Iterator[Any]:
        """Iterates over headers as :meth:`headers` does, of which only some fields are read.

        Args:
            fields: Names of fields of :class:`StoredHeader`. What is yielded is a named tuple of the position and
                these, in the order of a header; asking it for another field raises ``AttributeError``.
            after: The position before the first one.
            until: The last position; None = the head.

        Raises:
            UsageError: A header has no such field, a position is none, or the log is closed.
        """

    def get(self, position: int) -> StoredEvent:
        """Returns the event at a position.

        Raises:
            UsageError: ``position`` is not one of 1 to the head, or the log is closed.
            LogError: The event is missing or damaged.
        """

    def find(self, identity: bytes) -> int | None:
        """Returns the position of the event with that identity, or None.

        Raises:
            UsageError: ``identity`` is not 32 bytes, or the log is closed.
        """

    def position_at(self, recorded: int) -> int:
        """Returns the last position recorded at or before an instant; 0 if there is none.

        Args:
            recorded: Microseconds since 1970-01-01T00:00:00Z.

        Raises:
            UsageError: ``recorded`` is not an int, or the log is closed.
        """

    def root(self, size: int | None = None) -> bytes:
        """Returns the root of the Merkle tree over the first ``size`` events; see :mod:`kzarchive.log.leaves`.

        Args:
            size: Number of events; None = all.

        Raises:
            UsageError: ``size`` is not one of 0 to the head, or the log is closed.
            LogError: A node of the tree is missing.
        """

    def inclusion(self, position: int, size: int | None = None) -> tuple[bytes, ...]:
        """Returns the proof that the event at ``position`` is in the tree over the first ``size`` events.

        :func:`kzarchive.log.merkle.check_inclusion` checks it, with the index ``position - 1``.

        Args:
            position: Place of the event, from 1 to ``size``.
            size: Number of events; None = all.

        Raises:
            UsageError: There is no such event, or no such size, or the log is closed.
            LogError: A node of the tree is missing.
        """

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Returns the proof that the first ``new`` events begin with the first ``old`` ones.

        Args:
            old: Number of events of the earlier tree, from 0 to ``new``.
            new: Number of events of the later tree; None = all.

        Raises:
            UsageError: There are no such sizes, or the log is closed.
            LogError: A node of the tree is missing.
        """

    def redactions(self) -> tuple[Redaction, ...]:
        """Returns every order to take a body away, in the order of the positions of the bodies."""

    def erase(self, *positions: int) -> None:
        """Takes away the bytes of bodies whose redaction is ordered; doing it again does nothing.

        Raises:
            UsageError: No event orders it, or the log is closed or read-only; nothing was taken away.
            StorageError: The storage is locked, full or read-only, or somebody still reads what is to be taken away:
                do it again when they have finished.
        """

    def close(self) -> None:
        """Closes the log and ends iterations that still run; closing again does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def body_digest(body: bytes) -> bytes:
    """Returns the 32-byte SHA-256 of a body under the domain of bodies."""
    return hashlib.sha256(BODY_DOMAIN + body).digest()
