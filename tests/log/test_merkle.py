"""Trees of 0 to 130 leaves, every leaf and every pair of sizes, against the definition of RFC 9162 word for word."""

import hashlib
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzarchive.errors import UsageError
from kzarchive.log.merkle import (
    EMPTY_ROOT,
    Frontier,
    Node,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
)

LARGEST = 130
LEAVES = [b"leaf %d" % number for number in range(LARGEST)]


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH(D_n) of section 2.1.1."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    k = split(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:]))


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D_n) of section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: list[bytes]) -> list[bytes]:
    """PROOF(m, D_n) of section 2.1.4.1."""
    return naive_subproof(m, leaves, known=True)


def naive_subproof(m: int, leaves: list[bytes], *, known: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if known else [naive_root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*naive_subproof(m, leaves[:k], known=known), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], known=False), naive_root(leaves[:k])]


class Kept:
    """The complete nodes of some leaves; asking for another one fails the test."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.reads = 0
        frontier = Frontier()
        for place, leaf in enumerate(leaves):
            for level, digest in enumerate(frontier.add(leaf_hash(leaf))):
                assert (level, place >> level) not in self.nodes
                self.nodes[level, place >> level] = digest

    def __call__(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self.nodes[level, index]


NAIVE_ROOTS = [naive_root(LEAVES[:size]) for size in range(LARGEST + 1)]
NODE: Node = Kept(LEAVES)


def test_the_nodes_kept_are_those_of_the_complete_subtrees() -> None:
    kept = Kept(LEAVES)
    assert {at: naive_root(LEAVES[at[1] << at[0] : (at[1] + 1) << at[0]]) for at in kept.nodes} == kept.nodes
    assert len(kept.nodes) == sum(LARGEST >> level for level in range(8))


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_a_tree_of_each_size(size: int) -> None:
    """Its root, its root while it grows, and the proof of every leaf are those of the definition, and are accepted."""
    node = Kept(LEAVES[:size])
    assert root(size, node) == NAIVE_ROOTS[size]
    assert Frontier(size, node).root() == NAIVE_ROOTS[size]
    for index in range(size):
        node.reads = 0
        proof = inclusion_proof(index, size, node)
        assert list(proof) == naive_path(index, LEAVES[:size])
        assert node.reads <= 2 * size.bit_length()
        assert check_inclusion(leaf_hash(LEAVES[index]), index, size, proof, NAIVE_ROOTS[size])


@pytest.mark.parametrize("new", range(LARGEST + 1))
def test_each_earlier_size_of_a_tree(new: int) -> None:
    """The proof is that of the definition, and is accepted for its two roots and no others.

    An empty tree begins every other one, whatever the root of that.
    """
    node = Kept(LEAVES[:new])
    for old in range(new + 1):
        proof = consistency_proof(old, new, node)
        assert list(proof) == (naive_proof(old, LEAVES[:new]) if old else [])
        roots = NAIVE_ROOTS[old], NAIVE_ROOTS[new]
        assert check_consistency(old, new, *roots, proof)
        assert not check_consistency(old, new, roots[1], roots[0], proof) or old == new
        for other in {0, old - 1, old + 1, old + 2, new} - {-1, old}:
            assert not check_consistency(other, new, *roots, proof)
        for other in {0, old, new - 1, new + 1} - {-1, LARGEST + 1, new} if old else {0} - {new}:
            assert not check_consistency(old, new, roots[0], NAIVE_ROOTS[other], proof)
        for other in {0, old - 1, old + 1} - {-1, LARGEST + 1, old}:
            assert not check_consistency(old, new, NAIVE_ROOTS[other], roots[1], proof)


def test_a_frontier_can_go_on_from_any_size() -> None:
    for size in range(LARGEST):
        frontier = Frontier(size, NODE)
        twin = frontier.copy()
        for leaf in LEAVES[size:]:
            frontier.add(leaf_hash(leaf))
        assert (frontier.size, frontier.root()) == (LARGEST, NAIVE_ROOTS[LARGEST])
        assert (twin.size, twin.root()) == (size, NAIVE_ROOTS[size])


@pytest.mark.parametrize("size", range(1, 35))
def test_a_proof_holds_for_one_leaf_at_one_place_under_one_root(size: int) -> None:
    for index in range(size):
        proof, leaf = inclusion_proof(index, size, NODE), leaf_hash(LEAVES[index])
        for other in range(size):
            assert check_inclusion(leaf, other, size, proof, NAIVE_ROOTS[size]) == (other == index)
            assert check_inclusion(leaf_hash(LEAVES[other]), index, size, proof, NAIVE_ROOTS[size]) == (other == index)
        for other in range(size + 9):
            assert check_inclusion(leaf, index, size, proof, NAIVE_ROOTS[other]) == (other == size)
            assert not check_inclusion(leaf, index, other, proof, NAIVE_ROOTS[size]) or other > index


@given(st.data())
def test_a_proof_that_was_changed_anywhere_is_refused(data: st.DataObject) -> None:
    """A bit turned over, a hash dropped, doubled, added or exchanged with its neighbour."""
    new = data.draw(st.integers(2, LARGEST))
    old, index = data.draw(st.integers(1, new - 1)), data.draw(st.integers(0, new - 1))
    for proof, check in (
        (
            consistency_proof(old, new, NODE),
            lambda changed: check_consistency(old, new, NAIVE_ROOTS[old], NAIVE_ROOTS[new], changed),
        ),
        (
            inclusion_proof(index, new, NODE),
            lambda changed: check_inclusion(leaf_hash(LEAVES[index]), index, new, changed, NAIVE_ROOTS[new]),
        ),
    ):
        place = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        turned = (int.from_bytes(proof[place]) ^ 1 << bit).to_bytes(32)
        assert check(proof)
        assert not check((*proof[:place], turned, *proof[place + 1 :]))
        assert not check(proof[:place] + proof[place + 1 :])
        assert not check(proof[:place] + proof[place : place + 1] + proof[place:])
        assert not check((*proof, bytes(32)))
        assert not check((bytes(32), *proof))
        if place:
            assert not check((*proof[: place - 1], proof[place], proof[place - 1], *proof[place + 1 :]))


ODD: list[Any] = [None, -1, True, 1.0, "1", b"", b"short", 2**70, object(), bytearray(32), [b"short"], [None], "ab"]


@given(st.data())
def test_checks_are_total(data: st.DataObject) -> None:
    """Something odd in any place is refused without an error."""
    for check, sound in (
        (check_inclusion, (leaf_hash(LEAVES[2]), 2, 5, inclusion_proof(2, 5, NODE), NAIVE_ROOTS[5])),
        (check_consistency, (2, 5, NAIVE_ROOTS[2], NAIVE_ROOTS[5], consistency_proof(2, 5, NODE))),
    ):
        assert check(*sound)
        places = data.draw(st.sets(st.integers(0, 4), min_size=1))
        mixed = [data.draw(st.sampled_from(ODD)) if place in places else each for place, each in enumerate(sound)]
        assert check(*mixed) is False


def test_an_empty_tree_begins_every_other_one_and_nothing_else_is_shown_by_nothing() -> None:
    assert check_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, ())
    assert check_consistency(0, 9, EMPTY_ROOT, NAIVE_ROOTS[9], ())
    assert not check_consistency(0, 0, NAIVE_ROOTS[1], NAIVE_ROOTS[1], ())
    assert not check_consistency(0, 0, EMPTY_ROOT, NAIVE_ROOTS[1], ())
    assert not check_consistency(0, 9, EMPTY_ROOT, EMPTY_ROOT, ())
    assert not check_consistency(0, 9, NAIVE_ROOTS[1], NAIVE_ROOTS[9], ())
    assert not check_consistency(0, 9, EMPTY_ROOT, NAIVE_ROOTS[9], (bytes(32),))
    assert not check_consistency(9, 9, NAIVE_ROOTS[8], NAIVE_ROOTS[9], ())
    assert not check_consistency(8, 9, NAIVE_ROOTS[8], NAIVE_ROOTS[9], ())
    assert not check_consistency(7, 9, NAIVE_ROOTS[7], NAIVE_ROOTS[9], ())


def test_a_size_or_place_that_is_not_there_is_the_callers_fault() -> None:
    calls: list[Any] = [
        (lambda: root(-1, NODE), "size: expected a number of leaves, 0 or more, got -1"),
        (lambda: root(True, NODE), "size: expected a number of leaves, 0 or more, got True"),
        (lambda: inclusion_proof(0, 0, NODE), "index: expected one of the 0 leaves, from 0, got 0"),
        (lambda: inclusion_proof(3, 3, NODE), "index: expected one of the 3 leaves, from 0, got 3"),
        (lambda: inclusion_proof(-1, 3, NODE), "index: expected one of the 3 leaves, from 0, got -1"),
        (lambda: consistency_proof(4, 3, NODE), "old: expected a size of 0 to 3, got 4"),
        (lambda: consistency_proof(0, -3, NODE), "new: expected a number of leaves, 0 or more, got -3"),
        (lambda: Frontier(3), "node: expected a source of the nodes of 3 leaves, got None"),
    ]
    for call, words in calls:
        with pytest.raises(UsageError) as caught:
            call()
        assert str(caught.value) == words


# The leaves, roots and proofs that implementations of certificate transparency have been tested with since RFC 6962.
REFERENCE_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
REFERENCE_INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
REFERENCE_CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def test_the_roots_that_every_implementation_is_tested_with() -> None:
    node = Kept(REFERENCE_LEAVES)
    assert [root(size, node).hex() for size in range(9)] == REFERENCE_ROOTS
    assert REFERENCE_ROOTS[0] == EMPTY_ROOT.hex()


def test_the_proofs_that_every_implementation_is_tested_with() -> None:
    node = Kept(REFERENCE_LEAVES)
    for (index, size), hashes in REFERENCE_INCLUSION.items():
        assert [each.hex() for each in inclusion_proof(index, size, node)] == hashes
    for (old, new), hashes in REFERENCE_CONSISTENCY.items():
        assert [each.hex() for each in consistency_proof(old, new, node)] == hashes


def test_leaves_and_inner_nodes_are_hashed_apart() -> None:
    """What two hashes are joined to is not the hash of a leaf that holds both."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right) == sha256(b"\x01" + left + right)
    assert all(earlier != later for earlier, later in pairwise(NAIVE_ROOTS))
