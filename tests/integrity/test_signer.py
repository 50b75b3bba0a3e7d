"""The signer: it signs what continues, and nothing else, whoever asks and whatever crashed before."""

import multiprocessing
from pathlib import Path

import pytest

from kzarchive.errors import InvalidProof, SigningRefused, UsageError
from kzarchive.integrity.checkpoints import Checkpoint
from kzarchive.integrity.proofs import ConsistencyProof
from kzarchive.integrity.signer import Signer
from kzarchive.log import merkle

ORIGIN = "example.org/almaty-archive"


class Tree:
    """Leaves in a list, with the proofs that a log gives."""

    def __init__(self, *leaves: bytes) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        tree = merkle.Frontier()
        for index, leaf in enumerate(leaves):
            completed = tree.add(merkle.leaf_hash(leaf))
            self.nodes |= {(level, index >> level): digest for level, digest in enumerate(completed)}
        self.size = len(leaves)

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def root(self, size: int) -> bytes:
        return merkle.root(size, self.node)

    def prove(self, old: int, new: int) -> ConsistencyProof:
        path = merkle.consistency_proof(old, new, self.node)
        return ConsistencyProof(old, self.root(old), new, self.root(new), path)

    def signed_by(self, signer: Signer, size: int | None = None) -> Checkpoint:
        size = self.size if size is None else size
        return signer.sign(size, self.root(size), self.prove)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "log.key"


@pytest.fixture
def signer(place: Path) -> Signer:
    return Signer.new(place, ORIGIN)


THREE = Tree(b"a", b"b", b"c")
FIVE = Tree(b"a", b"b", b"c", b"d", b"e")
FORK = Tree(b"a", b"B", b"c", b"d", b"e")


def test_a_log_that_grows_is_signed_each_time(signer: Signer, place: Path) -> None:
    for tree in (Tree(), THREE, THREE, FIVE):
        checkpoint = tree.signed_by(Signer.open(place))
        assert (checkpoint.head.origin, checkpoint.head.size, checkpoint.head.root) == (
            ORIGIN,
            tree.size,
            tree.root(tree.size),
        )
        assert signer.last == checkpoint == Checkpoint.parse(Path(f"{place}.last").read_text())


def test_the_same_state_signed_again_gives_the_same_checkpoint(signer: Signer) -> None:
    assert THREE.signed_by(signer) == THREE.signed_by(signer)


def refused(tree: Tree, signer: Signer, words: str, size: int | None = None) -> None:
    before = signer.last
    with pytest.raises(SigningRefused, match=words):
        tree.signed_by(signer, size)
    assert signer.last == before


def test_a_log_that_was_cut_is_not_signed(signer: Signer) -> None:
    FIVE.signed_by(signer)
    refused(THREE, signer, "expected a log of at least the 5 events signed before, got one of 3")
    refused(FIVE, signer, "at least the 5 events", size=4)


def test_a_log_that_was_rewritten_is_not_signed(signer: Signer) -> None:
    THREE.signed_by(signer)
    refused(FORK, signer, "begins with the 3 events signed before, got another one")
    refused(Tree(b"a", b"b", b"C"), signer, "begins with the 3 events signed before, got another one")


def test_a_proof_about_something_else_is_not_taken(signer: Signer) -> None:
    """A log that answers with a sound proof of another pair of sizes or roots gets no signature."""
    THREE.signed_by(signer)
    for answer in (FIVE.prove(2, 5), FIVE.prove(3, 4), FORK.prove(3, 5), FIVE.prove(5, 5)):
        with pytest.raises(SigningRefused, match="got another one"):
            signer.sign(5, FIVE.root(5), lambda _old, _new, answer=answer: answer)


def test_a_proof_that_does_not_hold_is_not_taken(signer: Signer) -> None:
    """A fork that claims to continue what was signed, with hashes that do not show it."""
    THREE.signed_by(signer)
    path = FIVE.prove(3, 5).path
    lie = ConsistencyProof(3, THREE.root(3), 5, FORK.root(5), path)
    with pytest.raises(SigningRefused, match="got another one"):
        signer.sign(5, FORK.root(5), lambda _old, _new: lie)


def test_without_what_was_signed_last_nothing_is_signed(signer: Signer, place: Path) -> None:
    last = Path(f"{place}.last")
    kept = last.read_bytes()
    last.unlink()
    with pytest.raises(SigningRefused, match="expected the last checkpoint that the key signed, got no file"):
        THREE.signed_by(signer)
    for damaged in (b"", kept[:-5], kept.replace(b"\n0\n", b"\n1\n"), b"\xff"):
        last.write_bytes(damaged)
        with pytest.raises(SigningRefused, match="expected the last checkpoint that the key signed: "):
            THREE.signed_by(signer)
    last.write_bytes(kept)
    THREE.signed_by(signer)


def test_what_a_crash_left_behind_does_no_harm(signer: Signer, place: Path) -> None:
    Path(f"{place}.last.new").write_text("half a che")
    THREE.signed_by(signer)
    assert sorted(path.name for path in place.parent.iterdir()) == [
        "log.key",
        "log.key.last",
        "log.key.last.lock",
        "log.key.pub",
    ]


def test_a_place_that_is_in_use_or_a_bad_name_makes_no_key(tmp_path: Path) -> None:
    for taken in ("log.key", "log.key.pub", "log.key.last"):
        folder = tmp_path / f"with {taken}"
        folder.mkdir()
        (folder / taken).write_text("mine")
        with pytest.raises(UsageError, match="never overwritten"):
            Signer.new(folder / "log.key", ORIGIN)
        assert [(folder / taken).read_text()] == [path.read_text() for path in folder.iterdir()]
    with pytest.raises(InvalidProof, match="name: expected"):
        Signer.new(tmp_path / "log.key", "two words")
    assert not (tmp_path / "log.key").exists()


def _sign_many(place: str, tree_letters: str) -> int:
    signed = 0
    for size in range(1, 13):
        tree = Tree(*(b"%s%d" % (tree_letters.encode(), number) for number in range(size)))
        try:
            tree.signed_by(Signer.open(Path(place)))
            signed += 1
        except SigningRefused:
            pass
    return signed


def test_of_two_futures_in_two_processes_one_is_signed(signer: Signer, place: Path) -> None:
    """Both start from the empty log; whichever signs first shuts the other out from then on."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        counts = pool.starmap(_sign_many, [(str(place), "a"), (str(place), "b")])
    assert 0 in counts
    assert max(counts) == 12
