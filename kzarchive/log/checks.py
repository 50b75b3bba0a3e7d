"""The checks of what is handed to a log, and the words of its refusals, which every log shares."""

import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final

from kzarchive.errors import DataError, PositionConflict, Problem, UsageError
from kzarchive.log.protocol import REDACTION_TYPE, Columns, Draft

IDENTITY_BYTES: Final = 32
_TYPE: Final = re.compile(r"[a-z0-9_.-]{1,80}")
_INT64: Final = 2**63


def checked_drafts(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """Returns the drafts if all keep the rules of the format.

    Raises:
        DataError: With every fault, in the order of the drafts.
    """
    if not _is_a(drafts, Sequence) or _is_a(drafts, Draft):
        raise DataError(f"expected a sequence of drafts, got {type(drafts).__name__}")
    problems = [
        Problem(f"drafts[{index}]{field}", message)
        for index, draft in enumerate(drafts)
        if not _is_sound(draft)
        for field, message in _draft_faults(draft)
    ]
    if problems:
        raise DataError(problems)
    return tuple(drafts)


def redaction_faults(
    orders: Iterable[tuple[int, int, int]], redacted: Collection[int], type_of: Callable[[int], str]
) -> list[Problem]:
    """Returns what keeps the orders of a batch from being given.

    Args:
        orders: For each draft that redacts: its place in the batch, the position it takes, the position it redacts.
        redacted: The positions that are redacted already.
        type_of: Returns the type of the event at a position, also of one that this batch brings.
    """
    problems: list[Problem] = []
    seen = set(redacted)
    for index, position, target in orders:
        where = f"drafts[{index}].redacts"
        if target >= position:
            problems.append(Problem(where, f"expected an earlier position than {position}, got {target}"))
        elif target in seen:
            problems.append(Problem(where, f"expected a body that is not redacted, got that of position {target}"))
        elif type_of(target) == REDACTION_TYPE:
            message = f"expected an event of another type than {REDACTION_TYPE!r}, got position {target}"
            problems.append(Problem(where, message))
        seen.add(target)
    return problems


def conflict(index: int, draft: Draft, stands: str) -> Problem:
    """Describes a draft whose identity stands for another body.

    Args:
        index: Its place in the batch, from 0.
        draft: The draft that is refused.
        stands: Where the other body is: ``at position 7``, or ``in drafts[0]``.
    """
    identity = draft.identity.hex()
    message = f"expected the content that already stands {stands} under identity {identity}, got another one"
    label = f"{draft.type} {identity[:12]}" if draft.label is None else draft.label
    return Problem(f"drafts[{index}] ({label})", message)


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


def check_position(position: int, head: int) -> None:
    """Checks the position of one event.

    Raises:
        UsageError: ``position`` is not one of 1 to ``head``.
    """
    check_int("position", position)
    if not 1 <= position <= head:
        raise UsageError(f"position: expected one of 1 to {head}, got {position}")


def checked_size(name: str, size: int | None, head: int) -> int:
    """Returns a number of events, the head for None.

    Raises:
        UsageError: ``size`` is not one of 0 to ``head``.
    """
    if size is None:
        return head
    check_int(name, size)
    if not 0 <= size <= head:
        raise UsageError(f"{name}: expected a number of events of 0 to {head}, got {size}")
    return size


def not_ordered(position: int) -> UsageError:
    """Returns the error for a body that nobody ordered to be taken away."""
    return UsageError(f"position: expected one whose body a {REDACTION_TYPE!r} event orders to erase, got {position}")


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


def _is_sound(draft: Draft) -> bool:
    """Tells that a draft has no fault, without the words for one; False may also mean that it must be looked into."""
    if type(draft) is not Draft:
        return False
    kind, version, identity, body, columns, label, redacts = draft
    return (
        type(kind) is str
        and _is_type(kind)
        and type(version) is int
        and 1 <= version < _INT64
        and type(identity) is bytes
        and len(identity) == IDENTITY_BYTES
        and type(body) is bytes
        and body != b""
        and (label is None or type(label) is str)
        and redacts is None
        and type(columns) is Columns
        and _are_sound(columns)
    )


def _are_sound(columns: Columns) -> bool:
    document, frame, first, last, start, end = columns
    return (
        (document is None or (type(document) is bytes and len(document) == IDENTITY_BYTES))
        and (frame is None or (type(frame) is str and frame != "" and frame.isprintable()))
        and (first is None or (type(first) is int and -_INT64 <= first < _INT64))
        and (last is None or (type(last) is int and -_INT64 <= last < _INT64))
        and (start is None or (type(start) is int and -_INT64 <= start < _INT64))
        and (end is None or (type(end) is int and -_INT64 <= end < _INT64))
    )


@functools.lru_cache(1024)
def _is_type(text: str) -> bool:
    return _TYPE.fullmatch(text) is not None


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
    if draft.label is not None and not _is_a(draft.label, str):
        yield ".label", f"expected a text, got {draft.label!r}"
    if draft.redacts is not None:
        yield from _order_faults(draft)
    if not _is_a(draft.columns, Columns):
        yield ".columns", f"expected Columns, got {type(draft.columns).__name__}"
        return
    for field, message in _column_faults(draft.columns):
        yield f".columns.{field}", message


def _order_faults(draft: Draft) -> Iterator[tuple[str, str]]:
    if type(draft.redacts) is not int or draft.redacts < 1:
        yield ".redacts", f"expected a position of 1 or more, got {draft.redacts!r}"
    if draft.type != REDACTION_TYPE:
        yield ".redacts", f"expected none beside the type {draft.type!r}, only beside {REDACTION_TYPE!r}"


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
