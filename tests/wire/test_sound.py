"""The short way to a sound assertion: what it takes is what the classes take, and what they refuse it never takes."""

import copy
import functools
import operator

import attrs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import values as some

from kzarchive.errors import InvalidEvent
from kzarchive.values.assertions import Act, Assertion
from kzarchive.values.content import Value
from kzarchive.values.events import AssertionRecorded
from kzarchive.values.evidence import TextSpan
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Link
from kzarchive.wire import codec, sound

A, B = "a" * 64, "b" * 64

SPAN = {"kind": "span", "document": A, "start": 3, "end": 9, "sha256": B}
EVENT = {
    "actor": "desk",
    "assertion": {
        "document": A,
        "evidence": [SPAN, {"kind": "place", "document": A, "place": "page 3"}],
        "chain": [
            {"agent": "wire", "role": "relay", "mode": "direct"},
            {"agent": "mayor", "role": "speaker", "mode": "indirect", "name": "the Mayor", "verb": "said"},
        ],
        "utterance": "said-at-noon",
        "frame": {"measure": "drowned", "subject": "all", "place": "UR"},
        "value": {"kind": "quantity", "modifier": "between", "numbers": ["9", "12"], "surface": "девять или 12"},
        "modality": "certain",
        "act": "state",
        "temporality": "occurred",
        "voice": "body",
        "stated": "2022-01-06",
        "valid": "2022-01-05/2022-01-06",
        "valid_reading": "within",
        "relations": [{"kind": "includes", "target": B}],
        "hedge": "приблизительно",
        "note": "Read twice.",
        "salt": B,
    },
}

ODD = (
    *(None, True, 0, 1, -1, 2**53, 9.0, "", " ", "x y", "9", "-0", "12.5", "A" * 64, A, "z" * 4_001, "\ud800"),
    *("deny", "counter", "cell", "money", "quantity", "2022-02-30", "2022-01-05/..", "within", "includes"),
    *([], {}, [None], ["7"], ["12", "9"], [{}], {"kind": "span"}, [SPAN], [SPAN | {"document": B}]),
)


PARTS = sound.Parts(
    link=lambda part: codec.structure(part, Link),
    value=lambda part: codec.structure(part, Value),
)


def places(data, path=()):
    """The path of everything in nested data, but of the whole."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(data, path, *change):
    """A copy of the data in which one place holds something else, or, without ``change``, nothing any more."""
    again = copy.deepcopy(data)
    inner = again
    for key in path[:-1]:
        inner = inner[key]
    if change:
        inner[path[-1]] = change[0]
    else:
        del inner[path[-1]]
    return again


def agreed(data):
    """What both ways make of data; None = the short way gives it back. Fails where it takes what the classes do not."""
    before = copy.deepcopy(data)
    short = sound.recorded(data, PARTS)
    assert data == before
    if short is not None:
        assert codec.structure(data, AssertionRecorded) == short
        assert codec.encode(short) == codec.encode(codec.structure(data, AssertionRecorded))
    return short


def test_an_assertion_with_every_field_is_taken():
    assert agreed(EVENT) is not None


@given(some.EVENTS[AssertionRecorded])
def test_every_sound_assertion_is_taken_but_a_denial(event):
    short = agreed(orjson.loads(codec.encode(event)))
    denies = event.assertion.act in {Act.DENY, Act.DENY_ATTRIBUTION}
    assert short == (None if denies else event)


@pytest.mark.parametrize("path", list(places(EVENT)), ids=lambda path: ".".join(map(str, path)))
def test_nothing_odd_is_taken_anywhere_that_the_classes_refuse(path):
    agreed(changed(EVENT, path))
    taken = [value for value in ODD if agreed(changed(EVENT, path, value))]
    assert len(taken) < len(ODD) / 2


@pytest.mark.parametrize("path", [(), *places(EVENT)], ids=lambda path: ".".join(map(str, path)) or "whole")
def test_a_field_that_nobody_knows_is_never_taken(path):
    again = copy.deepcopy(EVENT)
    inner = functools.reduce(operator.getitem, path, again)
    if isinstance(inner, dict):
        inner["mood"] = "grave"
        assert agreed(again) is None


@given(some.EVENTS[AssertionRecorded], st.data())
def test_what_is_changed_anywhere_is_taken_as_the_classes_take_it(event, data):
    body = orjson.loads(codec.encode(event))
    path = data.draw(st.sampled_from(sorted(places(body), key=str)))
    agreed(changed(body, path, data.draw(st.sampled_from(ODD))))
    agreed(changed(body, path))


@pytest.mark.parametrize("data", [None, 5, "desk", [], {}, {"actor": "desk"}, {"actor": "desk", "assertion": None}])
def test_what_is_no_event_is_given_back(data):
    assert sound.recorded(data, PARTS) is None
    with pytest.raises(InvalidEvent):
        codec.structure(data, AssertionRecorded)


def test_what_is_put_together_is_as_immutable_and_as_equal_as_what_the_class_makes():
    short, made = agreed(EVENT), codec.structure(EVENT, AssertionRecorded)
    assert (hash(short), repr(short)) == (hash(made), repr(made))
    assert attrs.evolve(short.assertion, note=None) == attrs.evolve(made.assertion, note=None)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        short.assertion.note = "another"


def test_every_field_of_an_assertion_is_looked_at():
    """Whoever adds a field to the class adds it to the short way."""
    assert set(EVENT["assertion"]) == {field.name for field in attrs.fields(Assertion)}


@given(some.EVENTS[AssertionRecorded])
def test_an_assertion_is_written_as_the_strict_way_writes_it(event):
    assert orjson.loads(codec.encode(event)) == codec.plain(event)


def test_every_field_of_an_assertion_and_of_its_parts_is_written():
    assert orjson.loads(codec.encode(codec.structure(EVENT, AssertionRecorded))) == EVENT
    link, quantity = EVENT["assertion"]["chain"][1], EVENT["assertion"]["value"]
    for kind, data in ((Link, link), (Quantity, quantity), (TextSpan, SPAN), (Frame, EVENT["assertion"]["frame"])):
        assert data.keys() - {"kind"} == {field.name for field in attrs.fields(kind)}
