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

from kzarchive.errors import DataError, InvalidEvent, LogError
from kzarchive.values.assertions import Act, Assertion
from kzarchive.values.canonical import canonical
from kzarchive.values.content import Value
from kzarchive.values.events import AssertionRecorded
from kzarchive.values.evidence import RecordCell, TextSpan
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


READER = sound.Reader(
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


def read(body):
    """What the short way makes of bytes; None = it gives them back. Fails where it takes what the classes do not."""
    short = READER.read(body)
    if short is not None:
        assert codec.structure(orjson.loads(body), AssertionRecorded) == short
        assert codec.encode(short) == body
    return short


def agreed(data):
    """What the short way makes of the canonical bytes of data; None = it gives them back, or there are none."""
    try:
        return read(canonical(data))
    except DataError:
        return None


def test_an_assertion_with_every_field_is_taken():
    assert agreed(EVENT) is not None


@given(some.EVENTS[AssertionRecorded])
def test_every_sound_assertion_is_taken_but_a_denial(event):
    short = agreed(orjson.loads(codec.encode(event)))
    assert short == (None if event.assertion.act in {Act.DENY, Act.DENY_ATTRIBUTION} or is_odd(event) else event)


def is_odd(event):
    """Whether a text inside a list looks like the end of something."""
    assertion = event.assertion
    chain, rare = (canonical(codec.plain(part)).decode() for part in (assertion.chain, assertion.evidence))
    anchors = "" if len(assertion.evidence) == 1 and not isinstance(assertion.evidence[0], RecordCell) else rare
    value = canonical(codec.plain(assertion)["value"]).decode()
    links = [link for each in assertion.chain for link in (each.name or "", each.verb or "")]
    return (
        "]" in chain[1:-1]
        or "]" in anchors[1:-1]
        or any("},{" in link for link in links)
        or ":null" in chain + anchors
        or (not isinstance(assertion.value, Quantity) and ":null" in value)
    )


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
    assert READER.read(canonical(data)) is None
    with pytest.raises(InvalidEvent):
        codec.structure(data, AssertionRecorded)


@pytest.mark.parametrize(
    ("changed_text", "by"),
    [
        (b'"act":"state"', b'"act": "state"'),
        (b'"act":"state",', b""),
        (b'"mode":"direct"', b'"mode":"direct","mode":"direct"'),
        (b'"note":"Read twice."', b'"note":"Read\\u0020twice."'),
        (b'"note":"Read twice."', b'"note":"Read\\/twice."'),
        (b'"note":"Read twice."', b'"note":"Read\\u0009twice."'),
        (b'"numbers":["9","12"]', b'"numbers":["9", "12"]'),
        (b'"numbers":["9","12"]', b'"numbers":["\\u0039","12"]'),
        (b'"hedge":"', b'"hedge":"\xff'),
        (b'"start":3', b'"start":03'),
        (b'"start":3', b'"start":3.0'),
        (b'"actor":"desk"', b'"actor":"desk" '),
        (b'"voice":"body"}}', b'"voice":"body"}}\n'),
    ],
)
def test_another_form_of_the_same_is_given_back(changed_text, by):
    body = codec.encode(codec.structure(EVENT, AssertionRecorded))
    assert changed_text in body
    assert READER.read(body) is not None
    assert READER.read(body.replace(changed_text, by)) is None


@given(some.EVENTS[AssertionRecorded], st.data())
def test_bytes_that_are_changed_anywhere_are_taken_only_where_the_classes_write_them_so(event, data):
    body = bytearray(codec.encode(event))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from(PIECES))
    short = read(bytes(body))
    assert short is None or codec.encode(short) == body


PIECES = (b"", b'"', b"\\", b",", b"}", b"{", b"},{", b"]", b" ", b"0", b"-", b'":"', b'","', b"\n", b"\xd0", b"\\n")


@pytest.mark.parametrize(
    ("path", "odd"),
    [
        (("assertion", "value"), {"kind": "unknown", "target": B}),
        (("assertion", "value"), {"kind": "status", "term": "open", "since": "2022"}),
        (("assertion", "value"), {"kind": "rumour"}),
        (("assertion", "chain", 0), {"agent": "wire", "role": "relay", "mode": "direct", "mood": "grave"}),
        (("assertion", "chain", 0), {"agent": "wire", "role": "relay"}),
    ],
)
def test_a_part_that_its_class_refuses_is_refused_in_words(path, odd):
    body = canonical(changed(EVENT, path, odd))
    with pytest.raises(LogError, match=r"expected a body of assertion\.recorded/1"):
        codec.decode("assertion.recorded", 1, body)
    assert codec.read_canonical("assertion.recorded", 1, body) is None


def test_text_that_looks_like_the_end_of_a_link_or_needs_escapes_is_read_as_it_is():
    said = 'a "{1},{2}" and\ta \\ \x01 \x7f и'
    link = EVENT["assertion"]["chain"][1] | {"verb": said}
    value = EVENT["assertion"]["value"] | {"surface": said}
    data = changed(changed(EVENT, ("assertion", "value"), value), ("assertion", "hedge"), said)
    assert agreed(data).assertion.value.surface == agreed(data).assertion.hedge == said
    broken = changed(data, ("assertion", "chain", 1), link)
    assert agreed(broken) is None
    body = codec.encode(codec.structure(broken, AssertionRecorded))
    assert codec.decode("assertion.recorded", 1, body).assertion.chain[1].verb == said


def test_a_body_that_is_far_too_long_is_left_to_the_classes():
    """The expression would take hundreds of times as much memory as the body."""
    note = changed(EVENT, ("assertion", "note"), "\n" * 8_000)
    assert agreed(note) is None
    assert agreed(changed(EVENT, ("assertion", "note"), "a" + "\n" * 3_999)) is not None


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
