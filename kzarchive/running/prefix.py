"""Prefix: which log it is, and up to where, in 32 bytes each; snapshots are bound to both.

Two archives differ in their first event (its content and when it was recorded), but a copy of an archive shares it,
and may go another way from some position on. So a snapshot is bound to what stood in the log up to its position::

    log     = SHA-256("kzarchive.log/1" 0x00 entry(1))
    prefix  = SHA-256("kzarchive.prefix/1" 0x00 entry(p1) entry(p2) ... gone)
    gone    = position (8 bytes, big-endian) of each event up to there whose body is redacted, in log order
    entry   = position (8 bytes, big-endian) recorded (8 bytes, big-endian, signed) identity (32) digest (32)

So a snapshot made before a redaction of something in it is not gone on from.

Decision: the entries of a prefix up to ``p`` are those at p, p-1, p-3, p-7, ... down to 1, some twenty for a million
events. Context: the log has no running digest that could be asked for at any position, and to read every header of a
long log would cost more than the snapshot saves. Consequence: two logs with one beginning that differ only at positions
not looked at, to the microsecond of their recording, are taken for one. It guards against mix-ups, not against
forgery; what guards against that is a checkpoint of the log.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from kzarchive.errors import LogError
from kzarchive.log.protocol import EventLog

_LOG: Final = b"kzarchive.log/1\0"
_PREFIX: Final = b"kzarchive.prefix/1\0"


def log_identity(log: EventLog) -> bytes:
    """Returns the 32 bytes of a log that is not empty."""
    return hashlib.sha256(_LOG + _entry(log, 1)).digest()


def prefix_of(log: EventLog, position: int) -> bytes:
    """Returns the 32 bytes of what a log holds up to a position, which it has reached."""
    entries = b"".join(_entry(log, looked_at) for looked_at in _looked_at(position))
    gone = b"".join(row.position.to_bytes(8) for row in log.redactions() if row.position <= position)
    return hashlib.sha256(_PREFIX + entries + gone).digest()


def _looked_at(position: int) -> Iterator[int]:
    """Yields the positions looked at, the last one first.

    >>> list(_looked_at(20))
    [20, 19, 17, 13, 5, 1]
    """
    step, at = 1, position
    while at > 1:
        yield at
        at, step = at - step, step * 2
    yield 1


def _entry(log: EventLog, position: int) -> bytes:
    header = next(iter(log.headers(after=position - 1, until=position)), None)
    if header is None:
        raise LogError(f"expected an event at position {position} of the log, got none")
    place = position.to_bytes(8) + header.recorded.to_bytes(8, signed=True)
    return place + header.identity + header.digest
