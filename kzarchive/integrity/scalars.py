"""The scalars of proof and checkpoint text: decimal numbers and base64, each with exactly one accepted form.

==========  ====================================================================================
number      ASCII digits without sign or leading zero (``0`` itself excepted), at most 2^63 - 1
hash        32 bytes in base64 of RFC 4648, section 4: 44 characters, padded, unused bits zero
==========  ====================================================================================
"""

import base64
import binascii
from typing import Final

from kzarchive.errors import InvalidProof
from kzarchive.values.canonical import shown

HASH_BYTES: Final = 32
LARGEST: Final = 2**63 - 1


def base64_text(data: bytes) -> str:
    """Returns the base64 form of bytes."""
    return base64.b64encode(data).decode("ascii")


def base64_bytes(text: str, where: str) -> bytes:
    """Returns the bytes of a base64 text that is written as :func:`base64_text` writes it.

    Raises:
        InvalidProof: It is written otherwise.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        data = None
    if data is None or base64_text(data) != text:
        raise InvalidProof(f"{where}: expected base64 with padding, got {shown(text)}")
    return data


def hash_bytes(text: str, where: str) -> bytes:
    """Returns the 32 bytes of a hash in base64.

    Raises:
        InvalidProof: It is no base64, or of another length.
    """
    data = base64_bytes(text, where)
    if len(data) != HASH_BYTES:
        raise InvalidProof(f"{where}: expected a hash of {HASH_BYTES} bytes, got {len(data)}")
    return data


def number(text: str, where: str) -> int:
    """Returns the number of a decimal text.

    Raises:
        InvalidProof: It is written otherwise, or too large.
    """
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))
    if not digits or str(int(text)) != text or int(text) > LARGEST:
        raise InvalidProof(f"{where}: expected a decimal number of at most 63 bits, got {shown(text)}")
    return int(text)


def lines_of(text: str, what: str, most: int) -> list[str]:
    """Returns the lines of a text, each of which must end in one line feed.

    Args:
        text: The text.
        what: Words for messages.
        most: How many lines there may be.

    Raises:
        InvalidProof: The last line has no end, or there are too many.
    """
    lines = text.split("\n", most)
    if lines[-1] != "" or len(lines) == 1:
        raise InvalidProof(f"{what}: expected at most {most} lines, each ended by a line feed, got {shown(text)}")
    return lines[:-1]
