"""Serialising: an accumulator as the bytes of plain JSON data, and back; never as code, so no pickle.

The bytes are the canonical JSON of :mod:`kzarchive.values.canonical`, except that keys need not be ASCII and finite
floats are allowed. What JSON would quietly turn into something else (a tuple, a set, a Counter, a key that is a
number) is refused: after a resumption it would be another accumulator than before.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from kzarchive.errors import DataError, StorageError, UsageError
from kzarchive.projections.contract import ByFold
from kzarchive.values.canonical import LARGEST_INTEGER, canonical, is_encodable, shown


def dumped(projection: ByFold[Any], accumulator: Any) -> bytes:
    """Returns the bytes of an accumulator.

    Raises:
        UsageError: It, or what ``dump`` makes of it, is not plain JSON data.
    """
    dump = getattr(projection, "dump", None)
    data = accumulator if dump is None else dump(accumulator)
    fault = next(_faults(data, "accumulator" if dump is None else "dump(accumulator)"), None)
    if fault is None:
        try:
            return canonical(data)
        except DataError as error:
            fault = str(error)
    advice = "give it dump and load, or keep plain data in it" if dump is None else "let dump give plain data"
    raise UsageError(f"projection {projection.name!r}: {fault}, so that it cannot be stored; {advice}")


def loaded(projection: ByFold[Any], data: bytes) -> Any:
    """Returns the accumulator of its bytes.

    Raises:
        StorageError: The bytes are not JSON.
    """
    try:
        plain = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise StorageError(f"expected the JSON of an accumulator, got other bytes: {error}") from error
    load = getattr(projection, "load", None)
    return plain if load is None else load(plain)


def _faults(value: Any, where: str) -> Iterator[str]:
    """Yields what keeps a value from coming back as it was."""
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not is_encodable(key):
                yield f"{where}: expected texts as keys, got {shown(key)}"
            yield from _faults(item, f"{where}[{shown(key)}]")
    elif kind is list:
        for number, item in enumerate(value):
            yield from _faults(item, f"{where}[{number}]")
    elif kind not in _KEPT:
        yield f"{where}: expected a dict, list, text, number, bool or None, got the {kind.__name__} {shown(value)}"
    elif not _KEPT[kind](value):
        yield f"{where}: expected a finite number of at most 53 bits, or text that UTF-8 can write, got {shown(value)}"


_KEPT: dict[type, Callable[[Any], bool]] = {
    str: is_encodable,
    int: lambda number: abs(number) <= LARGEST_INTEGER,
    float: math.isfinite,
    bool: lambda _: True,
    type(None): lambda _: True,
}
"""The types of single values that come back as they were, and which of their values do."""
