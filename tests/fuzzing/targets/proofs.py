"""Proofs, checkpoints, keys and signatures as text: what is parsed is printed again byte for byte."""

import functools
from collections.abc import Callable, Iterator

from fuzzing.target import Target
from kzarchive.errors import InvalidProof
from kzarchive.integrity import keys
from kzarchive.integrity.checkpoints import Checkpoint, TreeHead, head_of
from kzarchive.integrity.keys import SecretKey, VerifierKey
from kzarchive.integrity.proofs import parse
from kzarchive.integrity.verifier import ed25519_holds
from kzarchive.january2022 import load

ORIGIN = "example.org/archive"
VERIFIER_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "72",
    ),
)
"""Keys, signatures and messages of RFC 8032, section 7.1."""
SIGNATURE = "hI2DJw" + "A" * 86 + "=="


def read_proof(data: bytes) -> None:
    """Reads a proof."""
    text = data.decode("utf-8", "surrogateescape")
    proof = parse(text)
    assert str(proof) == text
    assert proof.holds() in (True, False)
    assert proof.claim


def read_note(data: bytes) -> None:
    """Reads a checkpoint, a head or a verifier key, whichever it looks like."""
    text = data.decode("utf-8", "surrogateescape")
    if "\n" not in text:
        assert str(VerifierKey.parse(text)) == text
        return
    head, signed = head_of(text)
    assert str(signed or head) == text
    if signed is not None:
        assert (type(head), type(signed)) == (TreeHead, Checkpoint)
        signed.check(own_key().verifier)


class Refused(Exception):
    """The signature does not hold."""


def check_signature(data: bytes) -> None:
    """Checks a signature: 32 bytes of a key, 64 of a signature, then what is signed."""
    if not ed25519_holds(data[:32].ljust(32, b"\0"), data[96:], data[32:96]):
        raise Refused


@functools.cache
def own_key() -> SecretKey:
    """Returns a key that is the same each time."""
    return keys._secret(ORIGIN, bytes(32))


def _made() -> tuple[list[str], list[str]]:
    with load() as archive:
        sizes = ((1, None), (43, None), (7, 8), (429, 429), (256, 300), (1, 1))
        proofs = [str(archive.inclusion_proof(position, size)) for position, size in sizes]
        proofs += [str(archive.consistency_proof(old, new)) for old, new in ((100, 429), (0, 5), (8, 8), (256, 257))]
        heads = [str(archive.tree_head(ORIGIN, size)) for size in (0, 1, 429)]
    signed = [str(Checkpoint.signed(TreeHead.parse(head), own_key())) for head in heads]
    witness = f"\N{EM DASH} example.com/witness {SIGNATURE}\n"
    return proofs, [*heads, *signed, signed[1] + witness, str(own_key().verifier), VERIFIER_KEY]


def _target(
    name: str, run: Callable[[bytes], None], seeds: list[str], tokens: tuple[str, ...], modules: tuple[str, ...]
) -> Target:
    return Target(
        name=name,
        run=run,
        seeds=tuple(seed.encode() for seed in seeds),
        tokens=tuple(token.encode() for token in tokens),
        modules=("kzarchive.integrity.scalars", *(f"kzarchive.integrity.{module}" for module in modules)),
        refusals=(InvalidProof,),
    )


def targets() -> Iterator[Target]:
    """Yields the targets of proofs."""
    proofs, notes = _made()
    hashes = ("A" * 43 + "=", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "A" * 42 + "B=", "=", "\n", " ")
    words = ("position 1", "size 1", "old-size 0", "new-size 1", "root ", "leaf ", "old-root ", "new-root ")
    forms = ("kzarchive.inclusion/1", "kzarchive.consistency/1", "kzarchive.inclusion/2")
    yield _target("proofs", read_proof, proofs, (*hashes, *words, *forms), ("proofs",))
    marks = ("\N{EM DASH} ", "\n\n", "+", ORIGIN, SIGNATURE, "example.com/foo")
    yield _target("notes", read_note, notes, (*hashes, *marks), ("checkpoints", "keys"))
    yield Target(
        name="signatures",
        run=check_signature,
        seeds=tuple(bytes.fromhex(key + signature + message) for key, signature, message in RFC_8032),
        tokens=(b"\xff" * 32, b"\0" * 32, (2**255 - 19).to_bytes(32, "little"), (2**255 - 18).to_bytes(32, "little")),
        modules=("kzarchive.integrity.verifier",),
        refusals=(Refused,),
        longest=200,
        smoke=20,
    )
