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
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, Final

from kzarchive.derived.facts import Fact

ALWAYS: Final = ("identity", "shared", "document", "marks")
NULLABLE: Final = tuple(name for name in Fact._fields if name not in {"position", *ALWAYS})
_WIDE: Final = 1 << 15
_INT32: Final = 2**31
_as_fact: Final = functools.partial(tuple.__new__, Fact)
_nullable: Final = itemgetter(*(Fact._fields.index(name) for name in NULLABLE))


def pack(fact: Fact) -> bytes:
    """Returns a fact, without its position, as bytes."""
    nullable = _nullable(fact)
    there = [number for number in nullable if number is not None]
    present = sum(1 << place for place, number in enumerate(nullable) if number is not None)
    if not all(-_INT32 <= number < _INT32 for number in (fact.document, fact.marks, *there)):
        present |= _WIDE
    return _form(present)[0].pack(present, fact.identity, fact.shared, fact.document, fact.marks, *there)


def unpack(position: int, packed: bytes) -> Fact:
    """Returns the fact of a position; raises as :func:`unpacked`."""
    return unpacked([position], [packed])[0]


def unpacked(positions: Iterable[int], packed: Sequence[bytes]) -> list[Fact]:
    """Returns the facts of positions.

    Raises:
        ValueError: Some bytes are no packed fact.
    """
    forms = {first: _form_of(first) for first in {one[:2] for one in packed}}
    try:
        return [
            _as_fact(in_order((position, None, *take(one))))
            for position, one in zip(positions, packed, strict=True)
            for take, in_order in (forms[one[:2]],)
        ]
    except struct.error as error:
        raise ValueError(f"expected packed facts, got bytes of another length: {error}") from error


@functools.lru_cache(2**13)
def _form_of(first: bytes) -> tuple[Callable[[bytes], Any], Callable[[Any], Any]]:
    present = int.from_bytes(first, "little")
    if len(first) < 2 or (present & ~_WIDE) >> len(NULLABLE):
        raise ValueError(f"expected a packed fact, got one that begins with {first.hex() or 'nothing'}")
    form, in_order = _form(present)
    return form.unpack, in_order


@functools.lru_cache(2**13)
def _form(present: int) -> tuple[struct.Struct, Callable[[Any], Any]]:
    """Returns the layout of the packed facts that have some columns, and what puts them in the order of a fact."""
    there = [name for place, name in enumerate(NULLABLE) if present >> place & 1]
    form = struct.Struct(f"<H32sB{2 + len(there)}{'q' if present & _WIDE else 'i'}")
    # Before the columns stand the position, the None of those that are not there, and the two bytes.
    places = {name: place for place, name in enumerate(("position", "", "", *ALWAYS, *there))}
    return form, itemgetter(*(places.get(name, 1) for name in Fact._fields))
