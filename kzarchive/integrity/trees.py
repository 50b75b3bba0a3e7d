"""The tree of a file, made again from its events, against the nodes that are stored and the heads published."""

from collections.abc import Iterable

from kzarchive.errors import InvalidDate
from kzarchive.integrity.checkpoints import TreeHead
from kzarchive.integrity.findings import Code, one_line
from kzarchive.integrity.rows import Collector, Row
from kzarchive.integrity.scalars import base64_text
from kzarchive.log.leaves import leaf_data
from kzarchive.log.merkle import HASH_BYTES, Frontier, leaf_hash
from kzarchive.values.canonical import shown


class Trees:
    """Checks stored nodes and published heads; events must come in log order."""

    def __init__(self, found: Collector, heads: Iterable[TreeHead]) -> None:
        """Takes what the tree is compared with.

        Args:
            found: Takes what is found.
            heads: Heads that were published, of this log if all is well.
        """
        self._found = found
        self._heads: dict[int, list[TreeHead]] = {}
        for head in heads:
            self._heads.setdefault(head.size, []).append(head)
        self._frontier = Frontier()
        self._broken = False

    @property
    def root(self) -> bytes | None:
        """The root over the events so far; None once an event was missing."""
        return None if self._broken else self._frontier.root()

    def see(self, row: Row) -> None:
        """Adds an event and compares the nodes that it completes."""
        if self._broken:
            return
        if row.position != self._frontier.size + 1:
            words = f"the tree from position {self._frontier.size + 1} on, where there is no event"
            self._break(Code.UNCHECKED, words, None)
            return
        try:
            leaf = _leaf(*row[:6])
        except InvalidDate as error:
            self._break(Code.ROW_FORM, one_line(error), row.position)
            return
        nodes = b"".join(self._frontier.add(leaf_hash(leaf)))
        if row.nodes is not None and row.nodes != nodes:
            self._found(Code.TREE, _difference(nodes, row.nodes), row.position)
        if self._frontier.size in self._heads:
            self._compare_heads(self._frontier.size)

    def end(self) -> None:
        """Tells of heads beyond the last event."""
        for size in sorted(self._heads):
            if size > self._frontier.size and not self._broken:
                words = f"expected at least the {size} events of the checkpoint, got {self._frontier.size}"
                self._found(Code.CUT, words)

    def _break(self, code: Code, detail: str, position: int | None) -> None:
        self._broken = True
        self._found(code, detail, position)

    def _compare_heads(self, size: int) -> None:
        root = self._frontier.root()
        for head in self._heads[size]:
            if head.root != root:
                expected, got = base64_text(head.root), base64_text(root)
                self._found(Code.FORK, f"expected the root {expected} over the first {size} events, got {got}")


def _leaf(position: int, kind: str, version: int, recorded: int, identity: bytes, digest: bytes) -> bytes:
    return leaf_data(position=position, type=kind, version=version, recorded=recorded, identity=identity, digest=digest)


def _difference(expected: bytes, got: object) -> str:
    if not isinstance(got, bytes) or len(expected) != len(got):
        return f"expected {len(expected) // HASH_BYTES} nodes, got {shown(got)}"
    levels = range(len(expected) // HASH_BYTES)
    spans = [slice(level * HASH_BYTES, (level + 1) * HASH_BYTES) for level in levels]
    level = next(level for level in levels if expected[spans[level]] != got[spans[level]])
    return f"level {level}: expected the node {expected[spans[level]].hex()}, got {got[spans[level]].hex()}"
