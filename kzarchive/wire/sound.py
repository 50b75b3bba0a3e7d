r"""Sound assertions: the shortest way from the canonical body of an event to the assertion that it says.

Nearly every event of a long log, and nearly every line of an import, records a sound assertion. Its canonical bytes
have one form: fields in one order, nothing between them, what is left out left out. So one regular expression takes
them apart, each rule of the classes is asked once, and what keeps them all is put together without asking the classes
again: a third of the cost. What is rare (a cell of a record, several anchors, relations, a value that is no quantity)
is parsed as JSON and compared with its own canonical bytes.

Whatever leaves a doubt is given back, and then the classes are asked. So nothing is accepted here that they refuse, a
body in another form than the canonical one least of all, and what is said of a fault they say alone. A test holds the
two ways against each other.
"""

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import orjson

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
from kzarchive.values.canonical import LARGEST_INTEGER, canonical
from kzarchive.values.checks import HEX_ID, SLUG, is_text
from kzarchive.values.content import Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import AssertionRecorded
from kzarchive.values.evidence import Anchor, Locator, RecordCell, TextSpan
from kzarchive.values.frames import frame_of
from kzarchive.values.making import maker
from kzarchive.values.quantities import Modifier, Quantity, is_sound
from kzarchive.values.sources import Link

_KEPT: Final = 16_384
_LONGEST: Final = 16_384
"""Bytes of the longest body that is taken apart here: the expression takes some hundred times as much memory."""

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

_ID: Final = HEX_ID.pattern
_SLUG: Final = SLUG.pattern
_WORD: Final = "[a-z_]+"
_OFFSET: Final = "0|[1-9][0-9]{0,15}"
# Of what JSON may escape, canonical JSON escapes this and nothing else.
_ESCAPED: Final = r'\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))'
_PLAIN: Final = r'[^"\\\x00-\x1f]'
_TEXT: Final = f"{_PLAIN}*(?:{_ESCAPED}{_PLAIN}*)*"

_body: Final = re.compile(
    rf'\{{"actor":"({_SLUG})","assertion":\{{"act":"({_WORD})",'
    r'(?:"chain":\[\{([^\]]+)\}\],)?'
    rf'"document":"({_ID})","evidence":\[(?:'
    rf'\{{"document":"\4",(?:"kind":"place","place":"({_TEXT})"'
    rf'|"end":({_OFFSET}),"kind":"span","sha256":"({_ID})","start":({_OFFSET}))\}}'
    r"|([^\]]+))\],"
    rf'"frame":\{{"measure":"({_SLUG})","place":"({_SLUG})","subject":"({_SLUG})"\}},'
    rf'(?:"hedge":"({_TEXT})",)?'
    rf'"modality":"({_WORD})",'
    rf'(?:"note":"({_TEXT})",)?'
    r'(?:"relations":(\[[^\]]+\]),)?'
    rf'(?:"salt":"({_ID})",)?'
    rf'(?:"stated":"({_PLAIN}+)",)?'
    rf'"temporality":"({_WORD})",'
    rf'(?:"utterance":"({_SLUG})",)?'
    rf'(?:"valid":"({_PLAIN}+)","valid_reading":"({_WORD})",)?'
    r'"value":(?:'
    rf'\{{"kind":"quantity","modifier":"({_WORD})","numbers":\[(?:"([^\]]*)")?\],"surface":"({_TEXT})"\}}'
    r"|(\{.+\})),"
    rf'"voice":"({_WORD})"\}}\}}'
).fullmatch


class _Doubt(Exception):
    """Something is wrong, or rare."""


# What text of another shape raises where it is taken apart.
_DOUBTS: Final = (_Doubt, DataError, ValueError, TypeError, LookupError, AttributeError)


_recorded: Final = maker(AssertionRecorded)
_assertion: Final = maker(Assertion)
_span: Final = maker(TextSpan)
_cell: Final = maker(RecordCell)
_locator: Final = maker(Locator)
_relation: Final = maker(Relation)
_quantity: Final = maker(Quantity)
_frame: Final = functools.lru_cache(_KEPT)(frame_of)

date_of: Final = functools.lru_cache(_KEPT)(ImpreciseDate)
"""Returns the date of a text, which is made once."""


class Reader:
    """Reads the bodies of sound assertions; what is immutable and comes again and again is made once."""

    def __init__(self, link: Callable[[Any], Link], value: Callable[[Any], Value]) -> None:
        """Takes what makes the parts that are not made here, as the classes would.

        Args:
            link: Makes a link of a chain of its data.
            value: Makes a value that is no quantity of its data, which it may change.
        """
        self._link = functools.lru_cache(_KEPT)(lambda text: link(_data("{" + text + "}")))
        self._value = functools.lru_cache(_KEPT)(lambda text: value(_data(text)))

    def read(self, body: bytes) -> AssertionRecorded | None:
        """Returns the event that a canonical body says; None = ask the classes, for all is possible."""
        if len(body) > _LONGEST:
            return None
        try:
            found = _body(body.decode())
            return None if found is None else self._made(found.groups())
        except _DOUBTS:
            return None

    def _made(self, said: Sequence[Any]) -> AssertionRecorded:
        # As the groups stand in the expression.
        actor, act, chain, document, locator, end, sha256, start, anchors, measure, place, subject = said[:12]
        hedge, modality, note, relations, salt, stated, temporality, utterance, valid, reading = said[12:22]
        modifier, numbers, surface, value, voice = said[22:]
        done = _ACTS[act]
        if done in _DENIALS:
            raise _Doubt
        if locator is not None:
            evidence: tuple[Anchor, ...] = (_locator(document, _text(locator)),)
        elif start is not None:
            evidence = (_span_of(document, int(start), int(end), sha256),)
        else:
            evidence = _anchors(f"[{anchors}]", document)
        assertion = _assertion(
            document,
            evidence,
            () if chain is None else self._links(chain),
            utterance,
            _frame(measure, subject, place),
            _quantity_of(modifier, numbers, surface) if value is None else self._value(value),
            _MODALITIES[modality],
            done,
            _TEMPORALITIES[temporality],
            _VOICES[voice],
            None if stated is None else _moment_of(stated),
            None if valid is None else date_of(valid),
            None if reading is None else _READINGS[reading],
            () if relations is None else _related(relations),
            None if hedge is None else _text(hedge),
            None if note is None else _text(note),
            salt,
        )
        return _recorded(actor, assertion)

    def _links(self, chain: str) -> tuple[Link, ...]:
        # Where a text holds these letters, what they part is no link.
        links = tuple([self._link(each) for each in chain.split("},{")])
        if len(links) > 1 and len({link.agent for link in links}) != len(links):
            raise _Doubt
        return links


def _data(text: str) -> Any:
    """Returns the data of a part of a body that is canonical and holds no null, which nobody writes."""
    data = orjson.loads(text)
    if ":null" in text or canonical(data) != text.encode():
        raise _Doubt
    return data


def _text(said: str) -> str:
    text = _unescaped(said)
    if not is_text(text):
        raise _Doubt
    return text


def _unescaped(said: str) -> str:
    text: str = orjson.loads(f'"{said}"') if "\\" in said else said
    return text


@functools.lru_cache(_KEPT)
def _moment_of(text: str) -> ImpreciseDate:
    date = date_of(text)
    if not date.is_moment:
        raise _Doubt
    return date


@functools.lru_cache(_KEPT)
def _quantity_of(modifier: str, numbers: str | None, surface: str) -> Quantity:
    how, texts = _MODIFIERS[modifier], () if numbers is None else tuple(numbers.split('","'))
    words = _unescaped(surface)
    if not is_sound(how, texts, words):
        raise _Doubt
    return _quantity(how, texts, words)


def _span_of(document: str, start: int, end: int, sha256: str | None) -> TextSpan:
    if not start < end <= LARGEST_INTEGER:
        raise _Doubt
    return _span(document, start, end, sha256)


def _anchors(text: str, document: str) -> tuple[Anchor, ...]:
    return tuple([_anchor(each, document) for each in _data(text)])


def _anchor(data: Any, document: str) -> Anchor:
    kind = data["kind"]
    if data["document"] != document:
        raise _Doubt
    if kind == "place" and len(data) == 3 and is_text(data["place"]):
        return _locator(document, data["place"])
    if kind == "span" and len(data) == 5:
        start, end, sha256 = data["start"], data["end"], data["sha256"]
        if type(start) is type(end) is int and start >= 0 and _is_id(sha256):
            return _span_of(document, start, end, sha256)
    if kind == "cell" and len(data) == 4 and is_text(data["row"]) and is_text(data["column"]):
        return _cell(document, data["row"], data["column"])
    raise _Doubt


def _related(text: str) -> tuple[Relation, ...]:
    return tuple([_relation_of(each) for each in _data(text)])


def _relation_of(data: Any) -> Relation:
    kind, target = _RELATIONS[data["kind"]], data["target"]
    if len(data) != 2 or not _is_id(target):
        raise _Doubt
    return _relation(kind, target)
