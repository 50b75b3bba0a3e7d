"""Packing: a fact as the bytes of one cell, of which a hot frame has thousands to read.

A packed fact is, little-endian and without gaps:

=======  ==================================================================================================
bytes    what
=======  ==================================================================================================
0-1      which columns are there: bit n stands for the nth of :data:`NULLABLE`; bit 15 is set where numbers
         take 8 bytes, because one of them does not fit 4
2-33     ``identity``
34       ``shared``
35-      ``document``, ``marks``, then the columns that are there, in the order of the fact: signed numbers of
         4 bytes each, or of 8
=======  ==================================================================================================

Its position is the key of its row. Beside the columns that are there nothing is stored, so that equal facts are equal
bytes.
"""

import functools
import struct
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, Final

from kzarchive.derived.facts import Fact

ALWAYS: Final = ("identity", "shared", "document", "marks")
NULLABLE: Final = tuple(name for name in Fact._fields if name not in {"position", *ALWAYS})
_WIDE: Final = 1 << 15
_INT32: Final = 2**31
_nullable: Final = itemgetter(*(Fact._fields.index(name) for name in NULLABLE))


def pack(fact: Fact) -> bytes:
    """Returns a fact, without its position, as bytes."""
    nullable = _nullable(fact)
    present = _present(tuple([number is None for number in nullable]))
    there = [number for number in nullable if number is not None]
    numbers = (fact.document, fact.marks, *there)
    if min(numbers) < -_INT32 or max(numbers) >= _INT32:
        present |= _WIDE
    return _form(present).pack(present, fact.identity, fact.shared, *numbers)


@functools.lru_cache(2**13)
def _present(absent: tuple[bool, ...]) -> int:
    return sum(1 << place for place, is_absent in enumerate(absent) if not is_absent)


def unpack(position: int, packed: bytes) -> Fact:
    """Returns the fact of a position; raises as :func:`unpacked`."""
    return unpacked([(position, packed)])[0]


def unpacked(rows: Iterable[tuple[int, bytes]]) -> list[Fact]:
    """Returns the facts of rows, each a position and its packed bytes.

    Raises:
        ValueError: Some bytes are no packed fact.
    """
    try:
        return [_taker(packed[:2])(position, packed) for position, packed in rows]
    except struct.error as error:
        raise ValueError(f"expected packed facts, got bytes of another length: {error}") from error


@functools.lru_cache(2**13)
def _taker(first: bytes) -> Callable[[int, bytes], Fact]:
    """Returns what makes a fact of its position and its packed bytes, of those that begin with the same two.

    It is written out: to bring what is there into the order of a fact by other means takes as long again.
    """
    present = int.from_bytes(first, "little")
    if len(first) < 2 or (present & ~_WIDE) >> len(NULLABLE):
        raise ValueError(f"expected a packed fact, got one that begins with {first.hex() or 'nothing'}")
    there = (*ALWAYS, *_there(present))
    fields = ", ".join(name if name in {"position", *there} else "None" for name in Fact._fields)
    taken = f"    _, {', '.join(there)} = unpack(packed)\n"
    source = f"def take(position, packed):\n{taken}    return new(Fact, ({fields}))\n"
    known: dict[str, Any] = {"unpack": _form(present).unpack, "new": tuple.__new__, "Fact": Fact}
    exec(source, known)  # noqa: S102 (the names of fields are ours)
    take: Callable[[int, bytes], Fact] = known["take"]
    return take


@functools.lru_cache(2**13)
def _form(present: int) -> struct.Struct:
    """Returns the layout of the packed facts that have some columns."""
    return struct.Struct(f"<H32sB{2 + len(_there(present))}{'q' if present & _WIDE else 'i'}")


def _there(present: int) -> list[str]:
    return [name for place, name in enumerate(NULLABLE) if present >> place & 1]
