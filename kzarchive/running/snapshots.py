"""Snapshots: the stored state of a projection at a position, and what it is kept under.

A log is known by the root of its Merkle tree over the first event, and what it holds up to a position by the root over
that many: a copy of an archive that went another way after that has other roots.

A snapshot is believed only with its checksum, which covers everything that it is kept under::

    checksum = SHA-256("kzarchive.snapshot/1" 0x00 key 0x00 state)
    key      = canonical JSON [projection, version, over, log (hex), position, root (hex), redacted]
    state    = canonical JSON of the accumulator
"""

import hashlib
from typing import Final

import attrs

from kzarchive.log.protocol import EventLog
from kzarchive.values.canonical import canonical

_DOMAIN: Final = b"kzarchive.snapshot/1\0"


@attrs.frozen
class Key:
    """What the snapshots of a projection are kept under, besides their positions.

    Attributes:
        projection: Its name.
        version: Its version.
        over: What it reduces; ``measures`` for one by measure, whose state is nothing.
        log: The root of the log over its first event, 32 bytes.
    """

    projection: str
    version: int
    over: str
    log: bytes


@attrs.frozen
class Snapshot:
    """The state of a projection at a position.

    Attributes:
        position: The last position that is in it.
        root: The root of the log over that many events, 32 bytes.
        redacted: How many of those events had been redacted when it was made.
        state: The accumulator as canonical JSON.
    """

    position: int
    root: bytes
    redacted: int
    state: bytes

    def checksum(self, key: Key) -> bytes:
        """Returns the 32 bytes that tell whether it is what was stored under a key."""
        under = [key.projection, key.version, key.over, key.log.hex(), self.position, self.root.hex(), self.redacted]
        return hashlib.sha256(_DOMAIN + canonical(under) + b"\0" + self.state).digest()


def redacted_in(log: EventLog, position: int) -> int:
    """Returns how many of the events up to a position are redacted.

    To be asked before the events are read: of what is redacted meanwhile, the snapshot then counts one too few.
    """
    return sum(order.position <= position for order in log.redactions())


@attrs.frozen
class SetAside:
    """A snapshot that was not used.

    Attributes:
        position: The position that it claims.
        why: In words.
    """

    position: int
    why: str

    def __str__(self) -> str:
        return f"the snapshot at position {self.position} was set aside: {self.why}"
