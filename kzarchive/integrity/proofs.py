r"""Proofs as text: that an event stands in a log, and that a log is the beginning of a longer one.

A proof is ASCII text; each line is ended by one line feed (0x0A), and there is no other white space than the single
spaces shown. Numbers and hashes are written as in :mod:`kzarchive.integrity.scalars`. Hashing is that of RFC 9162
(SHA-256, leaves behind a byte 0x00, nodes behind 0x01), and paths are its PATH and PROOF (sections 2.1.3.1, 2.1.4.1),
in its order.

Inclusion::

    kzarchive.inclusion/1
    position 43              place of the event, 1 to size
    leaf <hash>              RFC 9162 leaf hash of the event
    size 429                 number of events of the log that is spoken of
    root <hash>              its root
    <hash>                   the path, from the leaf's sibling to the root's child; as many lines as position and size
                             make it

Consistency::

    kzarchive.consistency/1
    old-size 100             number of events then, 0 to new-size
    old-root <hash>          root then
    new-size 429
    new-root <hash>
    <hash>                   the proof, as many lines as the two sizes make it; none from 0 events, or to the same size

Each text has one form: what :func:`parse` accepts is exactly what ``str`` prints of the proof that it returns. A
later version has another first line.

A proof that holds ties a leaf to a root, no more: whoever checks it compares the root with a checkpoint of their
own, and makes the leaf hash from the event in front of them.
"""

from typing import Final

import attrs

from kzarchive.errors import InvalidProof
from kzarchive.integrity.scalars import HASH_BYTES, LARGEST, base64_text, hash_bytes, lines_of, number
from kzarchive.log import merkle
from kzarchive.values.canonical import shown

INCLUSION: Final = "kzarchive.inclusion/1"
CONSISTENCY: Final = "kzarchive.consistency/1"
_FIELDS: Final = 5
_LONGEST: Final = 64


@attrs.frozen
class InclusionProof:
    """That the event at a position has a leaf hash, in the log of a size and root.

    Attributes:
        position: Place of the event, from 1.
        leaf: Its leaf hash.
        size: Number of events of the log that is spoken of.
        root: Root of that log.
        path: The hashes from the leaf's sibling to the root's child.
    """

    position: int
    leaf: bytes
    size: int
    root: bytes
    path: tuple[bytes, ...]

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.position <= self.size <= LARGEST:
            raise InvalidProof(f"position: expected one of 1 to the size {self.size}, got {self.position}")
        _check_hashes((self.leaf, self.root, *self.path))
        _check_length(self.path, inclusion_length(self.position - 1, self.size))

    def __str__(self) -> str:
        head = f"{INCLUSION}\nposition {self.position}\nleaf {base64_text(self.leaf)}\n"
        return f"{head}size {self.size}\nroot {base64_text(self.root)}\n{_lines(self.path)}"

    @property
    def claim(self) -> str:
        """What it proves, in words."""
        return f"the event at position {self.position} stands in the log of {self.size} events"

    @property
    def state(self) -> tuple[int, bytes]:
        """Size and root of the log that it speaks of."""
        return self.size, self.root

    def holds(self) -> bool:
        """Returns whether the path leads from the leaf to the root."""
        return merkle.check_inclusion(self.leaf, self.position - 1, self.size, self.path, self.root)

    def tlog_proof(self, checkpoint: str) -> str:
        """Returns the proof in the form of C2SP ``tlog-proof`` (c2sp.org/tlog-proof@v1).

        Args:
            checkpoint: A signed checkpoint of the size and root of the proof; the caller sees to that.
        """
        return f"c2sp.org/tlog-proof@v1\nindex {self.position - 1}\n{_lines(self.path)}\n{checkpoint}"


@attrs.frozen
class ConsistencyProof:
    """That a log of one size and root is the beginning of a log of another.

    Attributes:
        old_size: Number of events of the shorter log; may be 0.
        old_root: Its root.
        new_size: Number of events of the longer log.
        new_root: Its root.
        path: The hashes of the proof.
    """

    old_size: int
    old_root: bytes
    new_size: int
    new_root: bytes
    path: tuple[bytes, ...]

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.old_size <= self.new_size <= LARGEST:
            raise InvalidProof(f"old-size: expected one of 0 to the new size {self.new_size}, got {self.old_size}")
        _check_hashes((self.old_root, self.new_root, *self.path))
        _check_length(self.path, consistency_length(self.old_size, self.new_size))

    def __str__(self) -> str:
        head = f"{CONSISTENCY}\nold-size {self.old_size}\nold-root {base64_text(self.old_root)}\n"
        return f"{head}new-size {self.new_size}\nnew-root {base64_text(self.new_root)}\n{_lines(self.path)}"

    @property
    def claim(self) -> str:
        """What it proves, in words."""
        return f"the log of {self.new_size} events begins with the {self.old_size} of an earlier one"

    @property
    def state(self) -> tuple[int, bytes]:
        """Size and root of the longer log."""
        return self.new_size, self.new_root

    def holds(self) -> bool:
        """Returns whether the two roots belong to one log and its beginning."""
        return merkle.check_consistency(self.old_size, self.new_size, self.old_root, self.new_root, self.path)


def parse(text: str) -> InclusionProof | ConsistencyProof:
    """Returns the proof of a text.

    Raises:
        InvalidProof: The text is not one that this module prints; the line is named.
    """
    first, *rest = lines_of(text, "proof", _FIELDS + _LONGEST)
    if first == INCLUSION:
        position, leaf, size, root, *path = _fields(rest, ("position", "leaf", "size", "root"))
        return InclusionProof(
            number(position, "line 2"),
            hash_bytes(leaf, "line 3"),
            number(size, "line 4"),
            hash_bytes(root, "line 5"),
            _path(path),
        )
    if first == CONSISTENCY:
        old_size, old_root, new_size, new_root, *path = _fields(rest, ("old-size", "old-root", "new-size", "new-root"))
        return ConsistencyProof(
            number(old_size, "line 2"),
            hash_bytes(old_root, "line 3"),
            number(new_size, "line 4"),
            hash_bytes(new_root, "line 5"),
            _path(path),
        )
    raise InvalidProof(f"line 1: expected {INCLUSION!r} or {CONSISTENCY!r}, got {shown(first)}")


def inclusion_length(index: int, size: int) -> int:
    """Returns how many hashes the inclusion path of a leaf has, by its index from 0 and the size of the tree."""
    inner = (index ^ (size - 1)).bit_length()
    return inner + (index >> inner).bit_count()


def consistency_length(old: int, new: int) -> int:
    """Returns how many hashes the consistency proof between two sizes has."""
    if old in {0, new}:
        return 0
    complete = old & -old
    # A beginning that is one complete subtree is known to the checker as the old root.
    return inclusion_length(old - 1, new) - (complete.bit_length() - 1) + (old != complete)


def _fields(lines: list[str], names: tuple[str, ...]) -> list[str]:
    """Returns the values of the named lines, then the lines that follow."""
    for place, name in enumerate(names):
        line = lines[place] if place < len(lines) else ""
        if not line.startswith(f"{name} "):
            raise InvalidProof(f"line {place + 2}: expected {name!r}, a space and a value, got {shown(line)}")
    return [line.partition(" ")[2] for line in lines[: len(names)]] + lines[len(names) :]


def _path(lines: list[str]) -> tuple[bytes, ...]:
    return tuple(hash_bytes(line, f"line {place}") for place, line in enumerate(lines, start=_FIELDS + 1))


def _lines(path: tuple[bytes, ...]) -> str:
    return "".join(f"{base64_text(each)}\n" for each in path)


def _check_hashes(hashes: tuple[bytes, ...]) -> None:
    if any(type(each) is not bytes or len(each) != HASH_BYTES for each in hashes):
        raise InvalidProof(f"expected hashes of {HASH_BYTES} bytes, got another value among them")


def _check_length(path: tuple[bytes, ...], expected: int) -> None:
    if len(path) != expected:
        raise InvalidProof(f"expected a path of {expected} hashes, got {len(path)}")
