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

import hashlib
from typing import Any

import orjson

from kzarchive.errors import DataError, Problem

LARGEST_INTEGER = 2**53 - 1


def canonical(value: Any) -> bytes:
    """Returns the canonical bytes of plain JSON data.

    The caller promises plain data without floats; :func:`check_plain` tests that of data from elsewhere.

    Raises:
        DataError: A string holds a lone surrogate, a key is not text, or a value is not JSON.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise DataError(f"expected plain JSON data, got something else: {error}") from error


def check_plain(value: Any, where: str = "$") -> list[Problem]:
    """Returns what keeps ``value`` from being canonical: floats, wide integers, odd keys, foreign types."""
    if value is None or isinstance(value, (bool, str)):
        return []
    if isinstance(value, int):
        if abs(value) <= LARGEST_INTEGER:
            return []
        return [Problem(where, f"expected an integer of at most 53 bits, got {value}")]
    if isinstance(value, dict):
        found = [
            Problem(where, f"expected ASCII text as a key, got {key!r}")
            for key in value
            if not (isinstance(key, str) and key.isascii())
        ]
        return found + [problem for key, item in value.items() for problem in check_plain(item, f"{where}.{key}")]
    if isinstance(value, (list, tuple)):
        return [problem for i, item in enumerate(value) for problem in check_plain(item, f"{where}[{i}]")]
    return [Problem(where, f"expected text, an integer, true, false, null, a list or a mapping, got {value!r}")]


def content_id(domain: str, data: bytes) -> str:
    """Returns the id of ``data`` within ``domain``: 64 hexadecimal digits."""
    return hashlib.sha256(domain.encode("ascii") + b"\0" + data).hexdigest()
