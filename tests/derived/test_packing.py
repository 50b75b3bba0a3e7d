"""Packed facts: any fact comes back as it was, and bytes that are none are told from those that are."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from kzarchive.derived.facts import Fact
from kzarchive.derived.packing import ALWAYS, NULLABLE, pack, unpack, unpacked

numbers = st.one_of(st.integers(-300, 300), st.integers(-(2**31) - 1, 2**31), st.integers(-(2**63), 2**63 - 1))
facts = st.builds(
    Fact,
    position=st.integers(1, 2**62),
    identity=st.binary(min_size=32, max_size=32),
    shared=st.integers(0, 2),
    document=st.integers(1, 2**62),
    marks=st.integers(0, 2**40),
    **dict.fromkeys(NULLABLE, st.one_of(st.none(), numbers)),
)


@given(facts)
def test_a_fact_comes_back_as_it_was(fact):
    assert fact == unpack(fact.position, pack(fact))
    assert type(unpack(fact.position, pack(fact))) is Fact


@given(st.lists(facts))
def test_many_come_back_in_their_order(some):
    assert some == unpacked([(fact.position, pack(fact)) for fact in some])


def test_the_layout_byte_by_byte():
    fact = Fact(7, b"i" * 32, 3, None, 1, 5, None, 17, None, None, -2, None, None, None, 12, 12, None)
    assert {"origin": 1, "stated_earliest": 5, "low": 9, "point": 10} == {
        name: NULLABLE.index(name) for name in ("origin", "stated_earliest", "low", "point")
    }
    there = (1 << 1 | 1 << 5 | 1 << 9 | 1 << 10).to_bytes(2, "little")
    four = [number.to_bytes(4, "little", signed=True) for number in (3, 17, 5, -2, 12, 12)]
    assert there + b"i" * 32 + b"\x01" + b"".join(four) == pack(fact)
    wide = pack(fact._replace(low=-(2**31) - 1))
    eight = [number.to_bytes(8, "little", signed=True) for number in (3, 17, 5, -2, -(2**31) - 1, 12)]
    assert (0x8622).to_bytes(2, "little") + b"i" * 32 + b"\x01" + b"".join(eight) == wide


def test_every_column_but_the_position_is_packed():
    assert {*Fact._fields} == {"position", *ALWAYS, *NULLABLE}


@pytest.mark.parametrize("packed", [b"", b"\x00", b"\x00\x00", b"\x00\x10" + bytes(60), b"\x00\x00" + bytes(90)])
def test_what_is_no_packed_fact_is_refused(packed):
    with pytest.raises(ValueError, match=r"expected (a packed fact|packed facts), got"):
        unpack(1, packed)
