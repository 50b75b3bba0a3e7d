"""Snapshots: the stored state of a projection at a position, and what it is kept under.

A snapshot is believed only with its checksum, which covers everything that it is kept under::

    checksum = SHA-256("kzarchive.snapshot/1" 0x00 key 0x00 state)
    key      = canonical JSON [projection, version, over, log (hex), position, prefix (hex)]
    state    = canonical JSON of the accumulator
"""

import hashlib
from typing import Final

import attrs

from kzarchive.values.canonical import canonical

_DOMAIN: Final = b"kzarchive.snapshot/1\0"


@attrs.frozen
class Key:
    """What the snapshots of a projection are kept under, besides their positions.

    Attributes:
        projection: Its name.
        version: Its version.
        over: What it reduces; ``measures`` for one by measure, whose state is nothing.
        log: The 32 bytes of :func:`kzarchive.running.prefix.log_identity`.
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
        prefix: The 32 bytes of :func:`kzarchive.running.prefix.prefix_of` at that position.
        state: The accumulator as canonical JSON.
    """

    position: int
    prefix: bytes
    state: bytes

    def checksum(self, key: Key) -> bytes:
        """Returns the 32 bytes that tell whether it is what was stored under a key."""
        under = [key.projection, key.version, key.over, key.log.hex(), self.position, self.prefix.hex()]
        return hashlib.sha256(_DOMAIN + canonical(under) + b"\0" + self.state).digest()


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
