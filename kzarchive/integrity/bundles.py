r"""Bundles: events of a log, with what is needed to check them without the log, in one text file.

A bundle is canonical JSON Lines (RFC 8785, see :mod:`kzarchive.values.canonical`; each line ended by one line feed).
The first line is the head::

    {"checkpoint":"example.org/a\n3\nsFod...=\n","count":2,"events":"chosen","format":"kzarchive.bundle/1"}

==============  ======================================================================================
checkpoint      the text of a checkpoint, or of a tree head without signature
                (:mod:`kzarchive.integrity.checkpoints`)
count           number of the lines that follow
events          ``all``: the events 1 to the checkpoint's size; ``chosen``: some of them, each with its proof
format          ``kzarchive.bundle/1``
==============  ======================================================================================

Then one line an event, in log order::

    {"body":"{...}","digest":"9f64...","identity":"3c0b...","position":3,"proof":["J9f2...=","kQz8...="],
     "recorded":"2026-11-23T03:15:00.000000Z","type":"assertion.recorded","version":1}

shown on two lines here and one in truth. The fields but ``body`` and ``proof`` are the leaf of the event
(:mod:`kzarchive.log.leaves`). ``body`` is the body as text, so that it can be hashed as it stands; it is missing where
it was redacted, and then the event that redacts it is in the bundle too. ``proof`` is the inclusion path in base64,
only where events are chosen.

:mod:`kzarchive.integrity.verifier` checks a bundle, and is the other half of this description.
"""

import importlib.resources
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from kzarchive.errors import LogError, UsageError
from kzarchive.integrity.checkpoints import Checkpoint, TreeHead
from kzarchive.integrity.scalars import base64_text
from kzarchive.integrity.verifier import Fault, check_bundle
from kzarchive.log.clock import recorded_text
from kzarchive.log.copying import new_file
from kzarchive.log.protocol import EventLog, StoredEvent
from kzarchive.values.canonical import canonical

FORMAT: Final = "kzarchive.bundle/1"


def export_bundle(
    log: EventLog, path: Path, checkpoint: Checkpoint | TreeHead, positions: Sequence[int] | None = None
) -> int:
    """Writes a bundle to a new file, checks it, and returns how many events are in it.

    Args:
        log: The log.
        path: A place where there is no file yet.
        checkpoint: Of this log; events after it are left out.
        positions: Which events; None = all. The events that redact some of them are added.

    Raises:
        UsageError: There is a file already, a position is not one of the checkpoint's, or the checkpoint is of
            another log, or of one before an event was redacted.
        LogError: The log is damaged.
        StorageError: The file cannot be written.
    """
    head = checkpoint.head if isinstance(checkpoint, Checkpoint) else checkpoint
    chosen = None if positions is None else _with_redactions(log, sorted(set(positions)), head)
    with new_file(path) as partial:
        with partial.open("xb") as file:
            file.writelines(_lines(log, head, str(checkpoint), chosen))
        try:
            with partial.open("rb") as written:
                check_bundle(written, None)
        except Fault as fault:
            raise LogError(f"expected a log whose bundle can be checked, but {fault}") from fault
    return head.size if chosen is None else len(chosen)


def _lines(log: EventLog, head: TreeHead, checkpoint: str, chosen: Sequence[int] | None) -> Iterator[bytes]:
    _check_head(log, head)
    count, kind = (head.size, "all") if chosen is None else (len(chosen), "chosen")
    yield canonical({"checkpoint": checkpoint, "count": count, "events": kind, "format": FORMAT}) + b"\n"
    if chosen is None:
        for event in log.read(until=head.size):
            yield _line(event, head.size, None)
        return
    for position in chosen:
        yield _line(log.get(position), head.size, log.inclusion(position, head.size))


def _line(event: StoredEvent, size: int, path: Iterable[bytes] | None) -> bytes:
    data: dict[str, object] = {
        "digest": event.digest.hex(),
        "identity": event.identity.hex(),
        "position": event.position,
        "recorded": recorded_text(event.recorded),
        "type": event.type,
        "version": event.version,
    }
    if event.body is not None:
        data["body"] = _text(event)
    elif event.redacted_by is None or event.redacted_by > size:
        raise UsageError(
            f"position {event.position}: its body was redacted by the event at position {event.redacted_by}: "
            f"expected a checkpoint of at least that size, got one of {size}"
        )
    if path is not None:
        data["proof"] = [base64_text(each) for each in path]
    return canonical(data) + b"\n"


def _text(event: StoredEvent) -> str:
    try:
        return (event.body or b"").decode("utf-8")
    except UnicodeDecodeError as error:
        raise LogError(f"position {event.position}: expected a body in UTF-8, got another") from error


def _check_head(log: EventLog, head: TreeHead) -> None:
    if head.size > log.head:
        raise UsageError(f"expected a checkpoint of at most {log.head} events, which the log has, got {head.size}")
    if log.root(head.size) != head.root:
        raise UsageError(f"expected a checkpoint of this log, got one whose first {head.size} events have another root")


def _with_redactions(log: EventLog, positions: list[int], head: TreeHead) -> list[int]:
    wrong = [position for position in positions if not 1 <= position <= head.size]
    if wrong:
        raise UsageError(f"positions: expected some of 1 to the checkpoint's size {head.size}, got {wrong[0]}")
    wanted = set(positions)
    wanted |= {order.ordered_by for order in log.redactions() if order.position in wanted}
    return sorted(position for position in wanted if position <= head.size)


def export_verifier(path: Path) -> None:
    """Writes the stand-alone verifier to a new file.

    Raises:
        UsageError: There is a file already.
        StorageError: It cannot be written.
    """
    source = importlib.resources.files("kzarchive.integrity").joinpath("verifier.py")
    with new_file(path) as partial:
        partial.write_bytes(source.read_bytes())
