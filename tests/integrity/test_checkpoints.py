"""Checkpoints and keys: the C2SP forms byte for byte, and what is refused."""

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kzarchive.errors import InvalidProof, KzArchiveError, StorageError, UsageError
from kzarchive.integrity.checkpoints import Checkpoint, TreeHead, head_of
from kzarchive.integrity.keys import VerifierKey, generate, read_secret, read_verifier
from kzarchive.integrity.verifier import ed25519_holds, point

ORIGIN = "example.org/almaty-archive"
ROOT = bytes(range(32))

NOTE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE_TEXT = b"This is an example message.\n"
NOTE_SIGNATURE = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
"""The example of c2sp.org/signed-note."""


@pytest.fixture
def key(tmp_path: Path):
    return generate(tmp_path / "log.key", ORIGIN)


def test_the_example_of_the_signed_note_specification() -> None:
    key, blob = VerifierKey.parse(NOTE_KEY), base64.b64decode(NOTE_SIGNATURE)
    assert str(key) == NOTE_KEY
    assert key.id == blob[:4]
    assert key.verifies(NOTE_TEXT, blob[4:])
    assert not key.verifies(NOTE_TEXT + b"\n", blob[4:])


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_the_vectors_of_rfc_8032(public: str, message: str, signature: str) -> None:
    given_key, text, signed = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert ed25519_holds(given_key, text, signed)
    assert not ed25519_holds(given_key, text + b"\0", signed)
    order = 2**252 + 27742317777372353535851937790883648493
    another_s = int.from_bytes(signed[32:], "little") + order
    assert not ed25519_holds(given_key, text, signed[:32] + another_s.to_bytes(32, "little"))


@settings(max_examples=10, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_signatures_hold_exactly_where_another_implementation_says_so(seed: bytes, message: bytes, bit: int) -> None:
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = secret.public_key(), bytearray(secret.sign(message))
    assert ed25519_holds(public.public_bytes_raw(), message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not ed25519_holds(public.public_bytes_raw(), message, bytes(signature))


@pytest.mark.parametrize("public", [b"\xff" * 32, b"\x02" + bytes(31), b"\x01" + bytes(30) + b"\x80", bytes(31)])
def test_what_is_no_point_of_the_curve_verifies_nothing(public: bytes) -> None:
    if len(public) < 32:
        with pytest.raises(InvalidProof, match="public key of 32 bytes"):
            VerifierKey("a", public)
    else:
        assert not VerifierKey("a", public).verifies(b"", bytes(64))


def test_a_point_has_one_form() -> None:
    """The neutral point, y = 1, written as p + 1: RFC 8032, 5.1.3 wants y below p."""
    prime = 2**255 - 19
    assert point((1).to_bytes(32, "little")) == (0, 1)
    assert point((prime + 1).to_bytes(32, "little")) is None


def test_the_bytes_of_a_checkpoint(key) -> None:
    checkpoint = Checkpoint.signed(TreeHead(ORIGIN, 429, ROOT), key)
    text = str(checkpoint)
    head = f"{ORIGIN}\n429\n{base64.b64encode(ROOT).decode()}\n"
    blob = base64.b64encode(key.verifier.id + key.sign(head.encode())).decode()
    assert text == f"{head}\n— {ORIGIN} {blob}\n"
    assert Checkpoint.parse(text) == checkpoint
    assert head_of(text) == (checkpoint.head, checkpoint)
    assert head_of(head) == (checkpoint.head, None)
    checkpoint.check(VerifierKey.parse(str(key.verifier)))


def test_witnesses_may_sign_too_and_are_kept(key) -> None:
    text = str(Checkpoint.signed(TreeHead(ORIGIN, 1, ROOT), key))
    more = text + f"— witness.example {base64.b64encode(bytes(80)).decode()}\n"
    checkpoint = Checkpoint.parse(more)
    checkpoint.check(key.verifier)
    assert str(checkpoint) == more


def test_a_checkpoint_that_the_key_did_not_sign(key, tmp_path: Path) -> None:
    checkpoint = Checkpoint.signed(TreeHead(ORIGIN, 1, ROOT), key)
    with pytest.raises(InvalidProof, match=r"expected a signature by .*, got none"):
        checkpoint.check(generate(tmp_path / "other.key", ORIGIN).verifier)
    with pytest.raises(InvalidProof, match=r"expected the key's name example\.org/other"):
        checkpoint.check(generate(tmp_path / "third.key", "example.org/other").verifier)
    longer = Checkpoint(TreeHead(ORIGIN, 2, ROOT), checkpoint.signatures)
    with pytest.raises(InvalidProof, match="got one that it did not"):
        longer.check(key.verifier)
    with pytest.raises(InvalidProof, match="expected the key's name"):
        Checkpoint.signed(TreeHead("example.org/other", 2, ROOT), key)


def test_each_signature_of_the_key_must_hold(key) -> None:
    head = TreeHead(ORIGIN, 1, ROOT)
    good = Checkpoint.signed(head, key).signatures[0]
    bad = Checkpoint.signed(TreeHead(ORIGIN, 2, ROOT), key).signatures[0]
    for signatures in ((good, bad), (bad, good)):
        with pytest.raises(InvalidProof, match="got one that it did not"):
            Checkpoint(head, signatures).check(key.verifier)


HEAD = f"a\n1\n{base64.b64encode(ROOT).decode()}\n"
SIGNED = f"{HEAD}\n— a {base64.b64encode(bytes(68)).decode()}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "each ended by a line feed"),
        (HEAD, "expected origin, size, root, an empty line and signatures"),
        (HEAD + "\n", "expected origin, size, root, an empty line and signatures"),
        (SIGNED[:-1], "each ended by a line feed"),
        (SIGNED + SIGNED[SIGNED.index("—") :] * 16, "at most 20 lines"),
        (SIGNED.replace("a\n1\n", "a\n01\n"), "line 2: expected a decimal number"),
        (SIGNED.replace("a\n1\n", "a\n-1\n"), "line 2: expected a decimal number"),
        (SIGNED.replace("a\n1\n", "a\n0\n"), "expected that of an empty tree for size 0"),
        (SIGNED.replace("a\n1\n", "a b\n1\n"), "name: expected"),
        (SIGNED.replace("a\n1\n", "a+b\n1\n"), "name: expected"),
        (SIGNED.replace("a\n1\n", "\n1\n"), "name: expected"),
        (SIGNED.replace("\n\n", "\nextension\n\n"), "an empty line and signatures"),
        (SIGNED.replace("— a", "- a"), "line 5: expected '— name base64'"),
        (SIGNED.replace("— a", "—  a"), "line 5: expected '— name base64'"),
        (SIGNED.replace("— a", "— a b"), "line 5: expected '— name base64'"),
        (f"{HEAD}\n— a {base64.b64encode(bytes(4)).decode()}\n", "line 5: expected a key id and a signature"),
        (f"{HEAD}\n— a {'A' * 20_000}\n", "line 5: expected"),
        (SIGNED.replace("a\n1\n", "a\x00\n1\n"), "name: expected"),
        (SIGNED.replace("a\n1\n", "\ud800\n1\n"), "name: expected"),
    ],
    ids=lambda value: value[:30] if value.startswith(("line", "expected", "name")) else "text",
)
def test_what_is_no_checkpoint_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(InvalidProof) as caught:
        Checkpoint.parse(text)
    assert words in str(caught.value)


@given(st.text() | st.tuples(st.integers(0, len(SIGNED)), st.integers(0, 4), st.text(max_size=3)))
def test_any_text_is_refused_or_printed_again_byte_for_byte(given_text) -> None:
    text = given_text
    if isinstance(given_text, tuple):
        at, cut, new = given_text
        text = SIGNED[:at] + new + SIGNED[at + cut :]
    try:
        _, checkpoint = head_of(text)
    except InvalidProof:
        return
    assert text == (str(checkpoint) if checkpoint else str(head_of(text)[0]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a+b",
        "a+00000000+AQ==",
        NOTE_KEY.replace("530d", "530e"),
        NOTE_KEY + "\n",
        " " + NOTE_KEY,
        NOTE_KEY[:-1],
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidProof):
        VerifierKey.parse(text)


@given(st.text())
def test_any_text_is_a_verifier_key_or_refused(text: str) -> None:
    try:
        key = VerifierKey.parse(text)
    except InvalidProof:
        return
    assert str(key) == text


def test_a_key_is_written_for_its_owner_alone_and_never_overwritten(tmp_path: Path, key) -> None:
    path = tmp_path / "log.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_secret(path).verifier == key.verifier
    assert read_verifier(str(tmp_path / "log.key.pub")) == key.verifier == read_verifier(str(key.verifier))
    before = path.read_bytes()
    with pytest.raises(UsageError, match="a key is never overwritten"):
        generate(path, ORIGIN)
    assert path.read_bytes() == before
    assert str(key.verifier) in repr(key)
    assert before.decode().strip()[-20:] not in repr(key)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, key, mode: int) -> None:
    (tmp_path / "log.key").chmod(mode)
    with pytest.raises(UsageError, match=f"only its owner can read .mode 600., got mode {mode:o}"):
        read_secret(tmp_path / "log.key")


@pytest.mark.parametrize(
    "content", [b"", b"PRIVATE+KEY+a+00000000+AQ==\n", b"\xff" * 100, b"PRIVATE+KEY+", b"x" * 10_000]
)
def test_what_is_no_secret_key_is_refused_without_being_shown(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(InvalidProof, match="expected a secret key file, got something else"):
        read_secret(path)


def test_a_secret_key_with_one_letter_changed_is_refused_without_being_shown(tmp_path: Path, key) -> None:
    path = tmp_path / "log.key"
    line = path.read_text()
    path.write_text(line[:-5] + ("A" if line[-5] != "A" else "B") + line[-4:])
    with pytest.raises(InvalidProof) as caught:
        read_secret(path)
    assert line[-30:-10] not in str(caught.value)


def test_places_where_no_key_is(tmp_path: Path) -> None:
    for broken in ("missing.key", "no\0name"):
        with pytest.raises(StorageError):
            read_secret(tmp_path / broken)
        with pytest.raises(KzArchiveError):
            read_verifier(str(tmp_path / broken))
    with pytest.raises(StorageError, match="cannot be written"):
        generate(tmp_path / "no folder" / "log.key", ORIGIN)


def test_without_cryptography_signing_says_what_to_install_and_checking_works(tmp_path: Path, key) -> None:
    checkpoint = tmp_path / "checkpoint"
    checkpoint.write_text(str(Checkpoint.signed(TreeHead(ORIGIN, 1, ROOT), key)))
    code = f"""
import sys
sys.modules["cryptography"] = None
from pathlib import Path
from kzarchive.errors import UsageError
from kzarchive.integrity.checkpoints import Checkpoint
from kzarchive.integrity.keys import VerifierKey, read_secret
Checkpoint.parse(Path({str(checkpoint)!r}).read_text()).check(VerifierKey.parse({str(key.verifier)!r}))
try:
    read_secret(Path({str(tmp_path / "log.key")!r}))
except UsageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "signing needs the package cryptography: pip install 'kzarchive[sign]'\n"
