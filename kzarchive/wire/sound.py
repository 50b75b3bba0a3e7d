"""Sound assertions: the shortest way from fresh JSON data to the assertion that they say, taken where nothing is wrong.

Nearly every event of a long log, and nearly every line of an import, records a sound assertion. Here each rule of its
classes is asked once, in as few steps as Python allows, and what keeps them all is put together without asking the
classes again: a third of the cost. Whatever leaves a doubt, also what is merely rare, is given back, and then the
classes are asked: so nothing is accepted here that they refuse, and what is said of a fault they say alone. A test
holds the two ways against each other.
"""

import functools
from collections.abc import Callable
from typing import Any, Final, TypeVar

import attrs

from kzarchive.errors import DataError
from kzarchive.values.assertions import (
    Act,
    Assertion,
    Modality,
    Relation,
    RelationKind,
    Temporality,
    ValidReading,
    Voice,
)
from kzarchive.values.canonical import LARGEST_INTEGER
from kzarchive.values.checks import HEX_ID, SLUG, is_text
from kzarchive.values.content import Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import AssertionRecorded
from kzarchive.values.evidence import Anchor, Locator, RecordCell, TextSpan
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Modifier, Quantity, is_sound
from kzarchive.values.sources import Link

T = TypeVar("T")

_KEPT: Final = 65_536
_NEEDED: Final = sum(field.default is attrs.NOTHING for field in attrs.fields(Assertion))
_DENIALS: Final = (Act.DENY, Act.DENY_ATTRIBUTION)
"""The acts that demand something of other fields."""

_MODALITIES: Final = Modality._value2member_map_
_ACTS: Final = Act._value2member_map_
_TEMPORALITIES: Final = Temporality._value2member_map_
_VOICES: Final = Voice._value2member_map_
_READINGS: Final = ValidReading._value2member_map_
_RELATIONS: Final = RelationKind._value2member_map_
_MODIFIERS: Final = Modifier._value2member_map_

_is_id: Final = HEX_ID.fullmatch
_is_slug: Final = SLUG.fullmatch


class _Doubt(Exception):
    """Something is wrong, or rare."""


# What data of another shape raise where they are taken apart.
_DOUBTS: Final = (_Doubt, DataError, ValueError, TypeError, LookupError, AttributeError)


@attrs.frozen
class Parts:
    """What makes the parts of an assertion that are not made here, as the classes would.

    Attributes:
        link: Makes a link of a chain.
        value: Makes a value that is no quantity; it may change the data.
    """

    link: Callable[[Any], Link]
    value: Callable[[Any], Value]


def recorded(data: Any, parts: Parts) -> AssertionRecorded | None:
    """Returns the event of the body of one that records a sound assertion; None = ask the classes, for all is possible.

    Args:
        data: The body as JSON says it; it is left as it is.
        parts: Makes the parts that are not made here.
    """
    try:
        actor = data["actor"]
        if len(data) != 2 or not _is_known_slug(actor):
            return None
        return _recorded(actor, _said(data["assertion"], parts))
    except _DOUBTS:
        return None


def _maker(kind: type[T]) -> Callable[..., T]:
    """Returns what puts an instance together of the values of all its fields, in their order, and asks nothing.

    It is written out, as attrs writes what it makes: a loop over the fields takes twice as long.
    """
    names = [field.name for field in attrs.fields(kind)]  # type: ignore[arg-type]
    puts = "".join(f"    put_{name}(made_, {name})\n" for name in names)
    source = f"def make({', '.join(names)}):\n    made_ = new_(class_)\n{puts}    return made_\n"
    known = {f"put_{name}": getattr(kind, name).__set__ for name in names} | {"new_": object.__new__, "class_": kind}
    exec(source, known)  # noqa: S102 (the names of fields are ours)
    make: Callable[..., T] = known["make"]
    return make


_recorded: Final = _maker(AssertionRecorded)
_assertion: Final = _maker(Assertion)
_span: Final = _maker(TextSpan)
_cell: Final = _maker(RecordCell)
_place: Final = _maker(Locator)
_relation: Final = _maker(Relation)
_quantity: Final = _maker(Quantity)
_new_frame: Final = _maker(Frame)

# The documents and actors of a log come again and again.
_is_known_id: Final = functools.lru_cache(_KEPT)(lambda text: type(text) is str and bool(_is_id(text)))
_is_known_slug: Final = functools.lru_cache(_KEPT)(lambda text: type(text) is str and bool(_is_slug(text)))

date_of: Final = functools.lru_cache(_KEPT)(ImpreciseDate)
"""Returns the date of a text, which is made once."""


@functools.lru_cache(_KEPT)
def _moment_of(text: str) -> ImpreciseDate:
    date = date_of(text)
    if not date.is_moment:
        raise _Doubt
    return date


def _said(data: Any, parts: Parts) -> Assertion:
    get, document, act = data.get, data["document"], _ACTS[data["act"]]
    chain, utterance, relations = get("chain"), get("utterance"), get("relations")
    stated, valid, reading = get("stated"), get("valid"), get("valid_reading")
    hedge, note, salt = get("hedge"), get("note"), get("salt")
    absent = (chain, utterance, stated, valid, reading, relations, hedge, note, salt).count(None)
    # A field more than there may be, or one that is null, makes the counts differ.
    if len(data) != _NEEDED + 9 - absent or not _is_known_id(document) or act in _DENIALS:
        raise _Doubt
    if absent < 9 and not (_is_date_read(valid, reading) and _are_words(utterance, hedge, note, salt)):
        raise _Doubt
    return _assertion(
        document,
        _anchors(data["evidence"], document),
        () if chain is None else _links(chain, parts),
        utterance,
        _frame(data["frame"]),
        _value(data["value"], parts),
        _MODALITIES[data["modality"]],
        act,
        _TEMPORALITIES[data["temporality"]],
        _VOICES[data["voice"]],
        None if stated is None else _moment_of(stated),
        None if valid is None else date_of(valid),
        None if reading is None else _READINGS[reading],
        () if relations is None else _related(relations),
        hedge,
        note,
        salt,
    )


def _is_date_read(valid: Any, reading: Any) -> bool:
    return (valid is None) == (reading is None)


def _are_words(utterance: Any, hedge: Any, note: Any, salt: Any) -> bool:
    return (
        (utterance is None or (type(utterance) is str and bool(_is_slug(utterance))))
        and (hedge is None or is_text(hedge))
        and (note is None or is_text(note))
        and (salt is None or (type(salt) is str and bool(_is_id(salt))))
    )


def _links(data: Any, parts: Parts) -> tuple[Link, ...]:
    if type(data) is not list:
        raise _Doubt
    links = tuple([parts.link(each) for each in data])
    if len(links) > 1 and len({link.agent for link in links}) != len(links):
        raise _Doubt
    return links


def _anchors(data: Any, document: str) -> tuple[Anchor, ...]:
    if type(data) is not list or not data:
        raise _Doubt
    return tuple([_anchor(each, document) for each in data])


def _anchor(data: Any, document: str) -> Anchor:
    kind = data["kind"]
    if data["document"] != document:
        raise _Doubt
    if kind == "place" and len(data) == 3 and is_text(data["place"]):
        return _place(document, data["place"])
    if kind == "span" and len(data) == 5:
        start, end, sha256 = data["start"], data["end"], data["sha256"]
        if type(start) is type(end) is int and 0 <= start < end <= LARGEST_INTEGER and _is_id(sha256):
            return _span(document, start, end, sha256)
    if kind == "cell" and len(data) == 4 and is_text(data["row"]) and is_text(data["column"]):
        return _cell(document, data["row"], data["column"])
    raise _Doubt


def _frame(data: Any) -> Frame:
    if len(data) != 3:
        raise _Doubt
    return _frame_of(data["measure"], data["subject"], data["place"])


@functools.lru_cache(_KEPT)
def _frame_of(measure: str, subject: str, place: str) -> Frame:
    if not (_is_known_slug(measure) and _is_known_slug(subject) and _is_known_slug(place)):
        raise _Doubt
    return _new_frame(measure, subject, place)


def _value(data: Any, parts: Parts) -> Value:
    if data["kind"] != "quantity":
        return parts.value(dict(data))
    modifier, numbers, surface = _MODIFIERS[data["modifier"]], data["numbers"], data["surface"]
    if len(data) == 4 and type(numbers) is list and is_sound(modifier, numbers := tuple(numbers), surface):
        return _quantity(modifier, numbers, surface)
    raise _Doubt


def _related(data: Any) -> tuple[Relation, ...]:
    if type(data) is not list:
        raise _Doubt
    return tuple([_relation_of(each) for each in data])


def _relation_of(data: Any) -> Relation:
    kind, target = _RELATIONS[data["kind"]], data["target"]
    if len(data) != 2 or not _is_id(target):
        raise _Doubt
    return _relation(kind, target)
