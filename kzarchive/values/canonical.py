r"""Canonical JSON and the ids made from it.

Format: RFC 8785 (JSON Canonicalization Scheme) restricted to what an archive may hold: objects with ASCII keys,
arrays, strings, integers of at most 53 bits, true, false, null. No floating-point number ever, so that the
scheme's number formatting is never reached. Keys are sorted, nothing stands between tokens, text is UTF-8.

An id is ``sha256(domain || 0x00 || canonical bytes)`` in lower-case hexadecimal. The domain (such as
``kzarchive.assertion/1``) separates kinds of things, so that two kinds with the same content differ.

>>> canonical({"b": 1, "a": ["é", None]})
b'{"a":["\xc3\xa9",null],"b":1}'
>>> content_id("kzarchive.example/1", b"{}")[:16]
'203e953a9ff268d6'
"""

import functools
import hashlib
import re
import reprlib
from typing import Any

import orjson

from kzarchive.errors import DataError, Problem

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 100
"""How many lists and mappings may stand inside each other in data from elsewhere."""

_surrogate = re.compile("[\ud800-\udfff]").search


def canonical(value: Any) -> bytes:
    """Returns the canonical bytes of plain JSON data.

    The caller promises plain data without floats; :func:`check_plain` tests that of data from elsewhere.

    Raises:
        DataError: A string holds a lone surrogate, an integer has more than 53 bits, a key is not text, or a value is
            not JSON.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise DataError(f"expected plain JSON data, got something else: {error}") from error


def check_plain(value: Any, where: str = "$") -> list[Problem]:
    """Returns what keeps ``value`` from being canonical: floats, wide integers, odd text or keys, foreign types.

    Args:
        value: The data.
        where: The path of ``value``, with which the path of each problem begins; may be empty.
    """
    return _check(value, where, DEEPEST)


def _check(value: Any, where: str, levels: int) -> list[Problem]:
    if isinstance(value, (dict, list, tuple)):
        if not levels:
            return [Problem(where, f"expected at most {DEEPEST} levels of lists and mappings, got more")]
        return _check_items(value, where, levels - 1)
    if value is None or isinstance(value, bool) or (isinstance(value, str) and is_encodable(value)):
        return []
    if isinstance(value, str):
        return [Problem(where, f"expected text without lone surrogates, got {shown(value)}")]
    if isinstance(value, int):
        if abs(value) <= LARGEST_INTEGER:
            return []
        return [Problem(where, f"expected an integer of at most 53 bits, got one of {value.bit_length()} bits")]
    return [Problem(where, f"expected text, an integer, true, false, null, a list or a mapping, got {shown(value)}")]


def _check_items(value: Any, where: str, levels: int) -> list[Problem]:
    if not isinstance(value, dict):
        return [problem for i, item in enumerate(value) for problem in _check(item, f"{where}[{i}]", levels)]
    found = [
        Problem(where, f"expected ASCII text as a key, got {shown(key)}")
        for key in value
        if not (isinstance(key, str) and key.isascii())
    ]
    prefix = f"{where}." if where else ""
    return found + [problem for key, item in value.items() for problem in _check(item, f"{prefix}{key}", levels)]


def is_encodable(text: str) -> bool:
    """Returns whether a text has a UTF-8 form: whether it is free of lone surrogates."""
    return text.isascii() or not _surrogate(text)


def shown(value: object) -> str:
    """Returns any value in one short line for a message; text of more than 80 characters loses its middle."""
    return _SHORT.repr(value)


def _short() -> reprlib.Repr:
    short = reprlib.Repr()
    short.maxstring = short.maxother = 80
    return short


_SHORT = _short()


def content_id(domain: str, data: bytes) -> str:
    """Returns the id of ``data`` within ``domain``: 64 hexadecimal digits."""
    return content_digest(domain, data).hex()


def content_digest(domain: str, data: bytes) -> bytes:
    """Returns the 32 bytes of the id of ``data`` within ``domain``."""
    return hashlib.sha256(_prefix(domain) + data).digest()


@functools.lru_cache(64)
def _prefix(domain: str) -> bytes:
    return domain.encode("ascii") + b"\0"
