"""Proof text: the exact bytes, the inverse of printing, and a documented refusal of everything else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzarchive.errors import InvalidProof
from kzarchive.integrity.proofs import (
    ConsistencyProof,
    InclusionProof,
    consistency_length,
    inclusion_length,
    parse,
)
from kzarchive.log import merkle

LARGEST = 130
LEAVES = [merkle.leaf_hash(b"leaf %d" % number) for number in range(LARGEST)]
NODES = {}
_tree = merkle.Frontier()
for _index, _leaf in enumerate(LEAVES):
    NODES |= {(level, _index >> level): digest for level, digest in enumerate(_tree.add(_leaf))}


def node(level: int, index: int) -> bytes:
    return NODES[level, index]


def inclusion(position: int, size: int) -> InclusionProof:
    path = merkle.inclusion_proof(position - 1, size, node)
    return InclusionProof(position, LEAVES[position - 1], size, merkle.root(size, node), path)


def consistency(old: int, new: int) -> ConsistencyProof:
    path = merkle.consistency_proof(old, new, node)
    return ConsistencyProof(old, merkle.root(old, node), new, merkle.root(new, node), path)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_the_bytes_of_an_inclusion_proof() -> None:
    assert str(inclusion(3, 3)) == (
        "kzarchive.inclusion/1\n"
        "position 3\n"
        f"leaf {b64(LEAVES[2])}\n"
        "size 3\n"
        f"root {b64(merkle.node_hash(merkle.node_hash(LEAVES[0], LEAVES[1]), LEAVES[2]))}\n"
        f"{b64(merkle.node_hash(LEAVES[0], LEAVES[1]))}\n"
    )


def test_the_bytes_of_a_consistency_proof() -> None:
    assert str(consistency(1, 2)) == (
        "kzarchive.consistency/1\n"
        "old-size 1\n"
        f"old-root {b64(LEAVES[0])}\n"
        "new-size 2\n"
        f"new-root {b64(merkle.node_hash(LEAVES[0], LEAVES[1]))}\n"
        f"{b64(LEAVES[1])}\n"
    )


def test_the_form_of_other_tools() -> None:
    """The C2SP form counts leaves from 0 and ends in the checkpoint itself."""
    assert inclusion(2, 2).tlog_proof("the checkpoint\n") == (
        f"c2sp.org/tlog-proof@v1\nindex 1\n{b64(LEAVES[0])}\n\nthe checkpoint\n"
    )


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_proof_of_a_size_holds_and_reads_back(size: int) -> None:
    for position in range(1, size + 1):
        proof = inclusion(position, size)
        assert proof.holds()
        assert parse(str(proof)) == proof
        assert inclusion_length(position - 1, size) == len(proof.path)
    for old in range(size + 1):
        between = consistency(old, size)
        assert between.holds()
        assert parse(str(between)) == between
        assert consistency_length(old, size) == len(between.path)


def test_a_proof_of_another_root_or_leaf_does_not_hold() -> None:
    proof = inclusion(5, 9)
    text = str(proof)
    assert not parse(text.replace(b64(proof.root), b64(bytes(32)))).holds()
    assert not parse(text.replace(b64(proof.leaf), b64(bytes(32)))).holds()
    assert not parse(text.replace(b64(proof.path[1]), b64(bytes(32)))).holds()
    assert not parse(text.replace("position 5", "position 6")).holds()
    assert not parse(str(consistency(4, 9)).replace(b64(merkle.root(4, node)), b64(bytes(32)))).holds()
    assert not ConsistencyProof(0, bytes(32), 9, merkle.root(9, node), ()).holds()
    assert not ConsistencyProof(3, merkle.root(3, node), 3, bytes(32), ()).holds()


GOOD = str(inclusion(5, 9))
ROOT = b64(merkle.root(9, node))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "each ended by a line feed"),
        (GOOD[:-1], "each ended by a line feed"),
        (GOOD + "\n", "expected a hash of 32 bytes, got 0"),
        (GOOD + f"{ROOT}\n", "expected a path of 4 hashes, got 5"),
        (GOOD + f"{ROOT}\n" * 65, "at most 69 lines"),
        (GOOD.replace("inclusion/1", "inclusion/2"), "line 1: expected 'kzarchive.inclusion/1' or"),
        (GOOD.replace("position 5", "position 05"), "line 2: expected a decimal number"),
        (GOOD.replace("position 5", "position +5"), "line 2: expected a decimal number"),
        (GOOD.replace("position 5", "position ٥"), "line 2: expected a decimal number"),
        (GOOD.replace("position 5", f"position {2**63}"), "line 2: expected a decimal number"),
        (GOOD.replace("position 5", "position " + "9" * 100_000), "line 2: expected a decimal number"),
        (GOOD.replace("position 5", "position 0"), "position: expected one of 1 to the size 9, got 0"),
        (GOOD.replace("position 5", "position 10"), "position: expected one of 1 to the size 9, got 10"),
        (GOOD.replace("position 5", "position  5"), "line 2: expected a decimal number"),
        (GOOD.replace("position 5", "index 5"), "line 2: expected 'position', a space and a value"),
        (GOOD.replace("\n", "\r\n"), "line 1: expected"),
        (GOOD.replace(ROOT, ROOT[:-1]), "line 5: expected base64"),
        (GOOD.replace(ROOT, ROOT[:-2] + chr(ord(ROOT[-2]) + 1) + "="), "line 5: expected base64"),
        (GOOD.replace(ROOT, "é" * 44), "line 5: expected base64"),
        (GOOD.replace(ROOT, ""), "line 5: expected a hash of 32 bytes, got 0"),
        ("kzarchive.consistency/1\nold-size 3\n", "line 3: expected 'old-root'"),
        (str(consistency(5, 9)).replace("old-size 5", "old-size 10"), "old-size: expected one of 0 to the new size 9"),
        (str(consistency(5, 9)).replace("old-size 5", "old-size 9"), "expected a path of 0 hashes"),
    ],
    ids=lambda value: value[:30] if value.startswith(("line", "expected", "name")) else "text",
)
def test_what_is_no_proof_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(InvalidProof) as caught:
        parse(text)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 300


def mutated(text: str) -> st.SearchStrategy[str]:
    place = st.integers(0, len(text))
    return st.builds(
        lambda at, to, new: text[: min(at, to)] + new + text[max(at, to) :], place, place, st.text(max_size=3)
    )


@given(st.text() | st.sampled_from([GOOD, str(consistency(5, 9))]).flatmap(mutated))
def test_any_text_is_refused_or_printed_again_byte_for_byte(text: str) -> None:
    try:
        proof = parse(text)
    except InvalidProof:
        return
    assert str(proof) == text
