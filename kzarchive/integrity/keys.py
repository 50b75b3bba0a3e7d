"""Keys of checkpoints: the public half as a C2SP verifier key, the secret half in a file that only its owner reads.

A verifier key (c2sp.org/signed-note) is one line: the key's name, ``+``, the key id as 8 hexadecimal digits, ``+``,
and base64 of the byte 0x01 (Ed25519) and the 32-byte public key::

    example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k

The key id is the first 4 bytes of SHA-256 over name, 0x0A, 0x01 and public key. A name has no white space, control
character or ``+``; a schema-less URL is a good one, and it is the origin of the checkpoints.

A secret key file is one line, ended by a line feed: ``PRIVATE+KEY+``, name, ``+``, key id, ``+``, and base64 of 0x01
and the 32-byte seed of RFC 8032, as the signed notes of Go's checksum database keep it. Beside it lie, with more at
the end of the name, ``.pub`` (the verifier key) and ``.last`` (see :mod:`kzarchive.integrity.signer`).

Checking a signature needs the standard library only; making one needs the extra ``sign`` (cryptography).
"""

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import attrs

from kzarchive.errors import InvalidProof, StorageError, UsageError
from kzarchive.integrity.files import beside, check_free, write_new
from kzarchive.integrity.scalars import base64_bytes, base64_text
from kzarchive.integrity.verifier import ed25519_holds
from kzarchive.log.places import beginning
from kzarchive.values.canonical import is_encodable, shown

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519: Final = b"\x01"
KEY_BYTES: Final = 32
ID_BYTES: Final = 4
_SECRET: Final = "PRIVATE+KEY+"  # noqa: S105
_LONGEST_NAME: Final = 200
_LONGEST_FILE: Final = 4096


@attrs.frozen
class VerifierKey:
    """The public half of a key.

    Attributes:
        name: Name of the key, which is the origin of its checkpoints.
        public: The 32 bytes of an Ed25519 public key.
    """

    name: str
    public: bytes

    def __attrs_post_init__(self) -> None:
        check_name(self.name)
        if type(self.public) is not bytes or len(self.public) != KEY_BYTES:
            raise InvalidProof(f"expected a public key of {KEY_BYTES} bytes, got another")

    @property
    def id(self) -> bytes:
        """The 4 bytes that signature lines name the key by."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64_text(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Returns the key of a verifier key text; accepts only what ``str`` prints.

        Raises:
            InvalidProof: It is none.
        """
        name, _, rest = text.partition("+")
        id_text, _, material = rest.partition("+")
        key = cls(name, _material(material, "verifier key"))
        if key.id.hex() != id_text:
            raise InvalidProof(f"verifier key: expected the key id {key.id.hex()}, got {shown(id_text)}")
        return key

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Returns whether a signature of 64 bytes over a message was made with the secret half."""
        return ed25519_holds(self.public, message, signature)


@attrs.frozen(repr=False)
class SecretKey:
    """Both halves of a key; never shown.

    Attributes:
        verifier: The public half.
    """

    verifier: VerifierKey
    _key: "Ed25519PrivateKey" = attrs.field(eq=False)

    def __repr__(self) -> str:
        return f"<SecretKey of {self.verifier}>"

    def sign(self, message: bytes) -> bytes:
        """Returns the 64 bytes of an Ed25519 signature."""
        return self._key.sign(message)


def generate(path: Path, name: str) -> SecretKey:
    """Makes a key and writes its two files, ``path`` with mode 0600 and ``path.pub``.

    Args:
        path: A place where there is no file yet; the same for ``path.pub``.
        name: Name of the key.

    Raises:
        InvalidProof: The name is not allowed.
        UsageError: A file is there already, or the extra ``sign`` is missing.
        StorageError: A file cannot be written.
    """
    check_name(name)
    check_free(path, beside(path, ".pub"))
    seed = os.urandom(KEY_BYTES)
    key = _secret(name, seed)
    line = f"{_SECRET}{name}+{key.verifier.id.hex()}+{base64_text(ED25519 + seed)}\n"
    write_new(path, line, 0o600)
    write_new(beside(path, ".pub"), f"{key.verifier}\n", 0o644)
    return key


def read_secret(path: Path) -> SecretKey:
    """Returns the key of a secret key file.

    Raises:
        InvalidProof: The file holds something else; its content is not shown.
        UsageError: Others than the owner can read it, or the extra ``sign`` is missing.
        StorageError: It cannot be read.
    """
    text = _read_private(path)
    head, _, rest = text.partition(_SECRET)
    name, _, rest = rest.partition("+")
    id_text, _, material = rest.removesuffix("\n").partition("+")
    wrong = InvalidProof(f"{path}: expected a secret key file, got something else")
    if head or not text.endswith("\n"):
        raise wrong
    try:
        key = _secret(name, _material(material, "secret key"))
    except InvalidProof:
        raise wrong from None
    if key.verifier.id.hex() != id_text:
        raise wrong
    return key


def read_verifier(text: str) -> VerifierKey:
    """Returns the verifier key of a text, or of the file that the text names.

    Raises:
        InvalidProof: It is neither.
        StorageError: The file cannot be read.
    """
    if "+" in text:
        return VerifierKey.parse(text)
    path = Path(text)
    try:
        content = beginning(path, _LONGEST_FILE).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidProof(f"{path}: expected a verifier key, got no text") from error
    except StorageError as error:
        raise StorageError(f"expected a verifier key or a file of one, got {shown(text)}: {error}") from error
    return VerifierKey.parse(content.removesuffix("\n"))


def check_name(name: str) -> None:
    """Checks the name of a key, which is the origin of its checkpoints.

    Raises:
        InvalidProof: It is empty, too long, or holds ``+``, white space or a character that does not print.
    """
    fits = 0 < len(name) <= _LONGEST_NAME and is_encodable(name) and name.isprintable()
    if not fits or any(character == "+" or character.isspace() for character in name):
        raise InvalidProof(
            f"name: expected 1 to {_LONGEST_NAME} printable characters, no space or '+', got {shown(name)}"
        )


def _read_private(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LONGEST_FILE)
    except (OSError, ValueError) as error:
        raise StorageError(f"{path}: expected a readable secret key file: {error}") from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise UsageError(
            f"{path}: expected a secret key that only its owner can read (mode 600), got mode {stat.S_IMODE(mode):o}; "
            "if others may have read it, make a new key"
        )
    return content.decode("utf-8", errors="replace")


def _material(text: str, where: str) -> bytes:
    material = base64_bytes(text, where)
    if len(material) != 1 + KEY_BYTES or not material.startswith(ED25519):
        raise InvalidProof(f"{where}: expected an Ed25519 key (0x01 and {KEY_BYTES} bytes), got another")
    return material[1:]


def _secret(name: str, seed: bytes) -> SecretKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise UsageError("signing needs the package cryptography: pip install 'kzarchive[sign]'") from error
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return SecretKey(VerifierKey(name, key.public_key().public_bytes_raw()), key)
