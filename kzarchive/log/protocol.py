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
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from types import TracebackType
from typing import Final, Protocol, Self

import attrs

from kzarchive.errors import DataError, PositionConflict, Problem, UsageError

BODY_DOMAIN: Final = b"kzarchive.body/1\0"
IDENTITY_BYTES: Final = 32
_TYPE: Final = re.compile(r"[a-z0-9_.-]{1,80}")
_INT64: Final = 2**63


@attrs.frozen
class Columns:
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


@attrs.frozen
class Draft:
    """An event as it is handed to :meth:`EventLog.append`; checked there, not here.

    Attributes:
        type: Dotted name of the kind of event (``assertion.recorded``).
        version: Schema version of the body, 1 or more.
        identity: 32 bytes; under one identity one event stands.
        body: Canonical bytes, at least one.
        columns: Narrow values that belong to the body.
        label: Words for error messages (``assertion 3f2a...``); not stored.
    """

    type: str
    version: int
    identity: bytes
    body: bytes
    columns: Columns
    label: str


@attrs.frozen
class StoredEvent:
    """An event as the log keeps it, with its body.

    Attributes:
        position: Place in the log, from 1, without gaps.
        type: Dotted name of the kind of event.
        version: Schema version of the body.
        recorded: When the log took it in, in microseconds since 1970-01-01T00:00:00Z.
        identity: 32 bytes, unlike those of any other event of the log.
        digest: :func:`body_digest` of the body.
        body: The bytes exactly as they were appended.
    """

    position: int
    type: str
    version: int
    recorded: int
    identity: bytes
    digest: bytes
    body: bytes


@attrs.frozen
class StoredHeader:
    """An event as the log keeps it, without its body; the first six fields are those of :class:`StoredEvent`.

    Attributes:
        position: Place in the log, from 1, without gaps.
        type: Dotted name of the kind of event.
        version: Schema version of the body.
        recorded: When the log took it in, in microseconds since 1970-01-01T00:00:00Z.
        identity: 32 bytes, unlike those of any other event of the log.
        digest: :func:`body_digest` of the body.
        columns: The narrow values that were appended with it.
    """

    position: int
    type: str
    version: int
    recorded: int
    identity: bytes
    digest: bytes
    columns: Columns


@attrs.frozen
class Placed:
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
    """

    placed: tuple[Placed, ...]
    head: int
    recorded: int | None

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
            DataError: Drafts break the rules of the format; all faults are listed.
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

    def close(self) -> None:
        """Closes the log and ends iterations that still run; closing again does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def body_digest(body: bytes) -> bytes:
    """Returns the 32-byte SHA-256 of a body under the domain of bodies."""
    return hashlib.sha256(BODY_DOMAIN + body).digest()


def checked_drafts(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """Returns the drafts if all keep the rules of the format.

    Raises:
        DataError: With every fault, in the order of the drafts.
    """
    if not _is_a(drafts, Sequence):
        raise DataError(f"expected a sequence of drafts, got {type(drafts).__name__}")
    problems = [
        Problem(f"drafts[{index}]{field}", message)
        for index, draft in enumerate(drafts)
        for field, message in _draft_faults(draft)
    ]
    if problems:
        raise DataError(problems)
    return tuple(drafts)


def conflict(index: int, draft: Draft, stands: str) -> Problem:
    """Describes a draft whose identity stands for another body.

    Args:
        index: Its place in the batch, from 0.
        draft: The draft that is refused.
        stands: Where the other body is: ``at position 7``, or ``in drafts[0]``.
    """
    identity = draft.identity.hex()
    message = f"expected the content that already stands {stands} under identity {identity}, got another one"
    return Problem(f"drafts[{index}] ({draft.label})", message)


def check_range(after: int, until: int | None, types: Collection[str] | None) -> None:
    """Checks the arguments of a read.

    Raises:
        UsageError: A position is not an int of 0 or more, or ``types`` is not a collection of texts.
    """
    for name, position in (("after", after), ("until", 0 if until is None else until)):
        if type(position) is not int or not 0 <= position < _INT64:
            raise UsageError(f"{name}: expected a position of 0 or more, got {position!r}")
    # A single text is a collection of its letters, and would quietly select nothing.
    if types is None or (_is_a(types, Collection) and not _is_a(types, str) and all(_is_a(t, str) for t in types)):
        return
    raise UsageError(f"types: expected a collection of event types, got {types!r}")


def check_expected(expected_position: int | None, head: int) -> None:
    """Checks the head of a log against the one that an append demands.

    Raises:
        UsageError: ``expected_position`` is neither None nor an int.
        PositionConflict: It is not the head.
    """
    if expected_position is None:
        return
    check_int("expected_position", expected_position)
    if expected_position != head:
        raise PositionConflict(f"expected the head at position {expected_position}, got {head}")


def check_identity(identity: bytes) -> None:
    """Checks the argument of a search.

    Raises:
        UsageError: ``identity`` is not 32 bytes.
    """
    if fault := _bytes_fault(identity, IDENTITY_BYTES):
        raise UsageError(f"identity: {fault}")


def check_int(name: str, value: int) -> None:
    """Checks a whole number that is handed to the log.

    Raises:
        UsageError: ``value`` is not an int of 64 bits.
    """
    if fault := _int_fault(value):
        raise UsageError(f"{name}: {fault}")


def _draft_faults(draft: Draft) -> Iterator[tuple[str, str]]:
    if not _is_a(draft, Draft):
        yield "", f"expected a Draft, got {type(draft).__name__}"
        return
    if not _is_a(draft.type, str) or not _TYPE.fullmatch(draft.type):
        yield ".type", f"expected 1 to 80 of a-z, 0-9, '_', '.' and '-', got {draft.type!r}"
    if _int_fault(draft.version) or draft.version < 1:
        yield ".version", f"expected an int of 1 or more, got {draft.version!r}"
    if fault := _bytes_fault(draft.identity, IDENTITY_BYTES):
        yield ".identity", fault
    if type(draft.body) is not bytes or not draft.body:
        yield ".body", f"expected bytes, at least one, got {_shown(draft.body)}"
    if not _is_a(draft.label, str):
        yield ".label", f"expected a text, got {draft.label!r}"
    if not _is_a(draft.columns, Columns):
        yield ".columns", f"expected Columns, got {type(draft.columns).__name__}"
        return
    for field, message in _column_faults(draft.columns):
        yield f".columns.{field}", message


def _column_faults(columns: Columns) -> Iterator[tuple[str, str]]:
    if columns.document is not None and (fault := _bytes_fault(columns.document, IDENTITY_BYTES)):
        yield "document", fault
    frame = columns.frame
    if frame is not None and not (_is_a(frame, str) and frame and frame.isprintable()):
        yield "frame", f"expected a printable text, got {frame!r}"
    for field in ("stated_earliest", "stated_latest", "valid_earliest", "valid_latest"):
        seconds = getattr(columns, field)
        if seconds is not None and (fault := _int_fault(seconds)):
            yield field, fault


def _is_a(value: object, kind: type) -> bool:
    """Tells what a value is to those who do not check types; mypy takes the annotations at their word."""
    return isinstance(value, kind)


def _int_fault(value: object) -> str | None:
    if type(value) is int and -_INT64 <= value < _INT64:
        return None
    return f"expected an int of 64 bits, got {value!r}"


def _bytes_fault(value: object, length: int) -> str | None:
    if type(value) is bytes and len(value) == length:
        return None
    return f"expected {length} bytes, got {_shown(value)}"


def _shown(value: object) -> str:
    return f"{len(value)} bytes" if isinstance(value, bytes) else type(value).__name__
