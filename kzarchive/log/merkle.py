"""Merkle trees over a log, as RFC 9162 section 2.1 defines them; SHA-256 throughout, every hash 32 bytes.

* A leaf hash is SHA-256 of one byte 0x00 and the leaf's data; an inner hash is SHA-256 of one byte 0x01, the left
  hash and the right hash. So no inner node can pass for a leaf.
* The tree of n > 1 leaves splits at the largest power of two below n: the left part is always complete. The root of
  no leaves is the SHA-256 of nothing.
* Only *complete* subtrees are ever kept: the node (level, index) covers the 2**level leaves from index * 2**level on,
  and never changes once its last leaf stands. Roots and proofs of any size are made from such nodes alone, of which
  a root or a proof reads at most two for each level.

A proof binds hashes, not sizes: the tree's number of leaves may be misstated within limits and the proof still leads to
the root. So a size and its root are always stated together, and signed together where they are signed.

This module does no I/O: who asks for a root or a proof passes a function in that returns nodes.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, Final

from kzarchive.errors import UsageError

HASH_BYTES: Final = 32

_sha256: Final = hashlib.sha256

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Node = Callable[[int, int], bytes]
"""Returns the hash of a complete subtree by level and index; level 0 are the leaf hashes, both count from 0."""


def leaf_hash(data: bytes) -> bytes:
    """Returns the hash of a leaf.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Returns the hash of an inner node from the hashes of its two parts."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Frontier:
    """The complete subtrees that no larger one covers, while leaves are added: all that a growing tree must know.

    It holds at most one hash a level, so that a root over any number of leaves needs no memory to speak of.

    >>> tree = Frontier()
    >>> [len(tree.add(leaf_hash(data))) for data in (b"a", b"b", b"c", b"d")]
    [1, 2, 1, 3]
    """

    def __init__(self, size: int = 0, node: Node | None = None) -> None:
        """Begins with a tree that is already there.

        Args:
            size: How many leaves it has.
            node: Returns its nodes; may be None for an empty one.

        Raises:
            UsageError: ``size`` is less than 0, or not 0 without ``node``.
        """
        _check_size("size", size)
        if node is None and size:
            raise UsageError(f"node: expected a source of the nodes of {size} leaves, got None")
        self.size = size
        self._peaks: list[bytes] = [] if node is None else [node(*peak) for peak in _peaks(0, size)]

    def add(self, leaf: bytes) -> list[bytes]:
        """Adds a leaf hash and returns the nodes that it completes, from the leaf upwards.

        The k-th of them, from 0, is the node (k, n >> k) where n is the number of leaves before this one.
        """
        (nodes,) = self.extend([leaf])
        return [nodes[start : start + HASH_BYTES] for start in range(0, len(nodes), HASH_BYTES)]

    def extend(self, leaves: Iterable[bytes]) -> list[bytes]:
        """Adds leaf hashes one by one; returns what :meth:`add` does of each, without anything between the nodes."""
        completed = []
        peaks, size = self._peaks, self.size
        for leaf in leaves:
            nodes = node = leaf
            index = size
            while index & 1:
                node = _sha256(b"\1" + peaks.pop() + node).digest()
                nodes += node
                index >>= 1
            peaks.append(node)
            completed.append(nodes)
            size += 1
        self.size = size
        return completed

    def copy(self) -> "Frontier":
        """Returns another one that grows apart from this one."""
        twin = Frontier()
        twin.size, twin._peaks = self.size, list(self._peaks)
        return twin

    def root(self) -> bytes:
        """Returns the root of the leaves so far."""
        return _joined(self._peaks)


def root(size: int, node: Node) -> bytes:
    """Returns the root of the first ``size`` leaves.

    Args:
        size: Number of leaves, 0 or more.
        node: Returns the nodes that those leaves complete.

    Raises:
        UsageError: ``size`` is no such number.
    """
    _check_size("size", size)
    return _span(0, size, node)


def inclusion_proof(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Returns the hashes that lead from a leaf to the root, nearest first (RFC 9162, 2.1.3.1).

    Args:
        index: Place of the leaf, from 0.
        size: Number of leaves of the tree.
        node: Returns the nodes that those leaves complete.

    Raises:
        UsageError: There is no such leaf.
    """
    _check_size("size", size)
    if type(index) is not int or not 0 <= index < size:
        raise UsageError(f"index: expected one of the {size} leaves, from 0, got {index!r}")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(_span(middle, end, node))
            end = middle
        else:
            proof.append(_span(begin, middle, node))
            begin = middle
    return tuple(reversed(proof))


def consistency_proof(old: int, new: int, node: Node) -> tuple[bytes, ...]:
    """Returns the hashes that show that the first ``old`` leaves are a beginning of ``new`` ones (RFC 9162, 2.1.4.1).

    Between equal sizes, and from an empty tree, there is nothing to show and the proof is empty.

    Args:
        old: Number of leaves of the earlier tree.
        new: Number of leaves of the later tree.
        node: Returns the nodes that the later tree's leaves complete.

    Raises:
        UsageError: ``old`` is not one of 0 to ``new``.
    """
    _check_size("new", new)
    if type(old) is not int or not 0 <= old <= new:
        raise UsageError(f"old: expected a size of 0 to {new}, got {old!r}")
    if old in (0, new):
        return ()
    proof: list[bytes] = []
    begin, end = 0, new
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            proof.append(_span(middle, end, node))
            end = middle
        else:
            proof.append(_span(begin, middle, node))
            begin = middle
    # Where the earlier tree is one complete subtree of the later one, who checks has its hash: the earlier root.
    if begin:
        proof.append(_span(begin, end, node))
    return tuple(reversed(proof))


def check_inclusion(leaf: bytes, index: int, size: int, proof: Iterable[bytes], root: bytes) -> bool:
    """Returns whether a proof shows that a leaf stands in a tree (RFC 9162, 2.1.3.2); False for what is no proof.

    Args:
        leaf: The leaf's hash.
        index: Its place, from 0.
        size: Number of leaves of the tree.
        proof: As :func:`inclusion_proof` gives it.
        root: The root of the tree.
    """
    hashes = _hashes(proof)
    if hashes is None or not (_is_size(index) and _is_size(size) and index < size and _is_hash(leaf)):
        return False
    below, last, current = index, size - 1, leaf
    for each in hashes:
        if not last:
            return False
        if below & 1 or below == last:
            current = node_hash(each, current)
            while below and not below & 1:
                below, last = below >> 1, last >> 1
        else:
            current = node_hash(current, each)
        below, last = below >> 1, last >> 1
    return not last and current == root


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Iterable[bytes]) -> bool:
    """Returns whether a proof shows that one tree begins with another (RFC 9162, 2.1.4.2); False for what is no proof.

    Args:
        old: Number of leaves of the earlier tree.
        new: Number of leaves of the later tree.
        old_root: The root of the earlier tree.
        new_root: The root of the later tree.
        proof: As :func:`consistency_proof` gives it.
    """
    hashes = _hashes(proof)
    if hashes is None or not (_is_size(old) and _is_size(new) and old <= new):
        return False
    if not (_is_hash(old_root) and _is_hash(new_root)):
        return False
    if old == 0:
        return not hashes and old_root == EMPTY_ROOT and (new_root == EMPTY_ROOT) == (new == 0)
    if old == new:
        return not hashes and old_root == new_root
    if not old & (old - 1):
        hashes = [old_root, *hashes]
    if not hashes:
        return False
    return _rebuilt(old, new, hashes) == (old_root, new_root)


def _rebuilt(old: int, new: int, hashes: list[bytes]) -> tuple[bytes, bytes] | None:
    """Returns the earlier and the later root that a consistency proof leads to; None where it is too short or long."""
    below, last = old - 1, new - 1
    while below & 1:
        below, last = below >> 1, last >> 1
    earlier = later = hashes[0]
    for each in hashes[1:]:
        if not last:
            return None
        if below & 1 or below == last:
            earlier, later = node_hash(each, earlier), node_hash(each, later)
            while below and not below & 1:
                below, last = below >> 1, last >> 1
        else:
            later = node_hash(later, each)
        below, last = below >> 1, last >> 1
    return None if last else (earlier, later)


def _split(size: int) -> int:
    """Returns the largest power of two below ``size``, which is 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)


def _peaks(begin: int, end: int) -> list[tuple[int, int]]:
    """Returns the complete subtrees, level and index, that cover leaves ``begin`` to before ``end``, left to right."""
    found = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        found.append((level, begin >> level))
        begin += 1 << level
    return found


def _span(begin: int, end: int, node: Node) -> bytes:
    """Returns the hash over the leaves ``begin`` to before ``end``, where the tree has such a part."""
    return _joined([node(*peak) for peak in _peaks(begin, end)])


def _joined(peaks: list[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    joined = peaks[-1]
    for left in reversed(peaks[:-1]):
        joined = node_hash(left, joined)
    return joined


def _check_size(name: str, size: int) -> None:
    if not _is_size(size):
        raise UsageError(f"{name}: expected a number of leaves, 0 or more, got {size!r}")


def _is_size(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_hash(value: Any) -> bool:
    return type(value) is bytes and len(value) == HASH_BYTES


def _hashes(proof: Any) -> list[bytes] | None:
    """Returns the hashes of a proof, or None for something that is none."""
    try:
        hashes = list(proof)
    except TypeError:
        return None
    return hashes if all(map(_is_hash, hashes)) else None
