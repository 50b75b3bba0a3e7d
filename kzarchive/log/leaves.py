r"""Leaves: what of each event the Merkle tree of a log commits to.

The leaf of an event is the canonical JSON (RFC 8785, see :mod:`kzarchive.values.canonical`) of its header, without
the narrow columns, which follow from the body; UTF-8, nothing before or after it::

    {"digest":"9f64...","identity":"3c0b...","position":1,"recorded":"2026-11-23T03:15:00.000000Z",
     "type":"archive.opened","version":1}

shown on two lines here and one in truth. ``digest`` and ``identity`` are 64 lower-case hexadecimal digits,
``recorded`` has the fixed width of :mod:`kzarchive.log.clock`. The leaf at index n - 1 of the tree is the event at
position n. The digest stands for the body: a body that is redacted leaves the tree as it was.
"""

import functools

from kzarchive.log.clock import recorded_text
from kzarchive.log.merkle import leaf_hash
from kzarchive.log.protocol import StoredEvent, StoredHeader


@functools.lru_cache(maxsize=256)
def _end(recorded: int, type: str, version: int) -> str:  # noqa: A002
    return f'"recorded":"{recorded_text(recorded)}","type":"{type}","version":{version}}}'


def leaf_data(position: int, type: str, version: int, recorded: int, identity: bytes, digest: bytes) -> bytes:  # noqa: A002
    """Returns the bytes that the tree commits to for one event.

    Args:
        position: Its place in the log, from 1.
        type: Its type; of the letters that a type may have none is escaped in JSON.
        version: Schema version of its body.
        recorded: Microseconds since 1970-01-01T00:00:00Z.
        identity: Its identity, 32 bytes.
        digest: The digest of its body, 32 bytes.

    Raises:
        InvalidDate: ``recorded`` lies outside the years 0001 to 9999.
    """
    return (
        f'{{"digest":"{digest.hex()}","identity":"{identity.hex()}","position":{position},'
        f"{_end(recorded, type, version)}"
    ).encode()


def leaf_of(event: StoredEvent | StoredHeader) -> bytes:
    """Returns the leaf hash of a stored event or header.

    Raises:
        InvalidDate: It was recorded outside the years 0001 to 9999.
    """
    return leaf_hash(leaf_data(*event[:6]))
