"""Checkpoints: a log's size and root under the name of its origin, signed, in the form of C2SP ``tlog-checkpoint``.

A checkpoint is a signed note (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), UTF-8, each line ended by one line
feed::

    example.org/almaty-archive                       origin
    429                                              size, decimal
    sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=     root hash, base64
                                                     an empty line
    — example.org/almaty-archive hI2DJw...           em dash, space, key name, space, base64 of key id and signature

What is signed is the first three lines with their line feeds. There may be 1 to 16 signature lines, for instance of
witnesses; those of unknown keys are kept and not judged. Extension lines are refused: nobody could audit them.

A :class:`TreeHead` is the first three lines alone: an unsigned statement. Numbers and hashes have one form (see
:mod:`kzarchive.integrity.scalars`), so a text that is accepted is printed again byte for byte.
"""

from typing import Final, Self

import attrs

from kzarchive.errors import InvalidProof
from kzarchive.integrity.keys import ID_BYTES, SecretKey, VerifierKey, check_name
from kzarchive.integrity.scalars import HASH_BYTES, LARGEST, base64_bytes, base64_text, hash_bytes, lines_of, number
from kzarchive.log.merkle import EMPTY_ROOT
from kzarchive.values.canonical import shown

DASH: Final = "\N{EM DASH}"
_HEAD_LINES: Final = 3
_MOST_SIGNATURES: Final = 16
_LONGEST_SIGNATURE: Final = 16_384


@attrs.frozen
class TreeHead:
    """The state of a log: what a checkpoint signs.

    Attributes:
        origin: Name of the log.
        size: Number of events.
        root: Root of the tree over them.
    """

    origin: str
    size: int
    root: bytes

    def __attrs_post_init__(self) -> None:
        check_name(self.origin)
        if type(self.size) is not int or not 0 <= self.size <= LARGEST:
            raise InvalidProof(f"size: expected a number of events, got {self.size!r}")
        if type(self.root) is not bytes or len(self.root) != HASH_BYTES:
            raise InvalidProof(f"root: expected {HASH_BYTES} bytes, got another value")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise InvalidProof("root: expected that of an empty tree for size 0, got another")

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64_text(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Returns the head of a text of three lines; accepts only what ``str`` prints.

        Raises:
            InvalidProof: It is none; the line is named.
        """
        lines = lines_of(text, "checkpoint", _HEAD_LINES)
        if len(lines) != _HEAD_LINES:
            raise InvalidProof(f"checkpoint: expected origin, size and root, a line each, got {len(lines)} lines")
        return cls(lines[0], number(lines[1], "line 2"), hash_bytes(lines[2], "line 3"))


@attrs.frozen
class Signature:
    """A signature line of a note.

    Attributes:
        name: Name of the key.
        key_id: The first 4 bytes of its blob.
        signature: The bytes that follow, at least one.
    """

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{DASH} {self.name} {base64_text(self.key_id + self.signature)}\n"

    @classmethod
    def parse(cls, line: str, where: str) -> Self:
        """Returns the signature of a line without its line feed.

        Raises:
            InvalidProof: It is none.
        """
        dash, name, blob_text = (*line.split(" "), "", "")[:3]
        if dash != DASH or f"{dash} {name} {blob_text}" != line or len(blob_text) > _LONGEST_SIGNATURE:
            raise InvalidProof(f"{where}: expected '{DASH} name base64', got {shown(line)}")
        check_name(name)
        blob = base64_bytes(blob_text, where)
        if len(blob) <= ID_BYTES:
            raise InvalidProof(f"{where}: expected a key id and a signature, got {len(blob)} bytes")
        return cls(name, blob[:ID_BYTES], blob[ID_BYTES:])


@attrs.frozen
class Checkpoint:
    """A signed tree head.

    Attributes:
        head: What is signed.
        signatures: The signature lines, 1 to 16.
    """

    head: TreeHead
    signatures: tuple[Signature, ...]

    def __attrs_post_init__(self) -> None:
        if not 1 <= len(self.signatures) <= _MOST_SIGNATURES:
            raise InvalidProof(f"expected 1 to {_MOST_SIGNATURES} signatures, got {len(self.signatures)}")

    def __str__(self) -> str:
        return f"{self.head}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Returns the checkpoint of a text; accepts only what ``str`` prints. No signature is checked.

        Raises:
            InvalidProof: It is none; the line is named.
        """
        lines = lines_of(text, "checkpoint", _HEAD_LINES + 1 + _MOST_SIGNATURES)
        if len(lines) <= _HEAD_LINES + 1 or lines[_HEAD_LINES]:
            raise InvalidProof("checkpoint: expected origin, size, root, an empty line and signatures, a line each")
        head = TreeHead.parse("".join(f"{line}\n" for line in lines[:_HEAD_LINES]))
        start = _HEAD_LINES + 1
        found = [Signature.parse(line, f"line {place + 1}") for place, line in enumerate(lines) if place >= start]
        return cls(head, tuple(found))

    @classmethod
    def signed(cls, head: TreeHead, key: SecretKey) -> Self:
        """Returns a checkpoint with one signature; see :mod:`kzarchive.integrity.signer` for who may ask for it.

        Raises:
            InvalidProof: The origin is not the key's name.
        """
        verifier = key.verifier
        if head.origin != verifier.name:
            raise InvalidProof(f"origin: expected the key's name {verifier.name}, got {head.origin}")
        return cls(head, (Signature(verifier.name, verifier.id, key.sign(str(head).encode())),))

    def check(self, key: VerifierKey) -> None:
        """Checks that the log with a key of the origin's name has signed.

        Raises:
            InvalidProof: No signature is of the key, one of the key is wrong, or the origin has another name.
        """
        if self.head.origin != key.name:
            raise InvalidProof(f"origin: expected the key's name {key.name}, got {self.head.origin}")
        own = [each for each in self.signatures if (each.name, each.key_id) == (key.name, key.id)]
        if not own:
            raise InvalidProof(f"expected a signature by {key}, got none")
        message = str(self.head).encode()
        if not all(key.verifies(message, each.signature) for each in own):
            raise InvalidProof(f"expected a signature that {key} made over this checkpoint, got one that it did not")


def head_of(text: str) -> tuple[TreeHead, Checkpoint | None]:
    """Returns the head of a checkpoint or of the three lines alone, and the checkpoint if it is one.

    Raises:
        InvalidProof: It is neither.
    """
    if "\n\n" in text:
        checkpoint = Checkpoint.parse(text)
        return checkpoint.head, checkpoint
    return TreeHead.parse(text), None
