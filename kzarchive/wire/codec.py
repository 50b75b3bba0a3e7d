r"""The codec: events to canonical bytes and back; the only module that imports cattrs.

Body of an event: one canonical JSON object with the event's fields. Fields that have their default are left out,
so that a field added later changes no id. An imprecise date is its text; an enumeration is its value; a member
of a union carries ``kind``::

    {"actor":"archive","assertion":{"act":"state","document":"5aff...","evidence":[{"kind":"span",...}],...}}

Ids are made from these bytes (see :mod:`kzarchive.values.canonical`): an assertion's over all its fields but
``note``. Two events of one identity with other bytes conflict.

Three ways in: :func:`structure` for JSON data from elsewhere and :func:`structure_text` for data whose scalars are all
text (a sheet) are strict and report every fault with its path; :func:`decode` is for bytes that a log vouches for.
Nothing is coerced: ``None`` is no text, ``True`` no number, ``23.9`` no integer, text no list.
"""

import enum
import functools
import re
import typing
from collections.abc import Callable
from typing import Any, TypeVar

import attrs
import cattrs
import orjson
from cattrs.strategies import configure_tagged_union

from kzarchive.errors import DataError, InvalidEvent, LogError, Problem
from kzarchive.values.assertions import Assertion
from kzarchive.values.canonical import canonical, check_plain, content_id
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import EVENT_TYPES, AssertionRecorded, DocumentRegistered, Event, UnknownEvent
from kzarchive.values.evidence import Anchor, Locator, RecordCell, TextSpan
from kzarchive.values.quantities import Quantity
from kzarchive.wire.upcasters import Upcasters

T = TypeVar("T")

VALUE_KINDS: dict[type, str] = {
    Quantity: "quantity",
    Status: "status",
    Money: "money",
    Moment: "moment",
    Text: "text",
    Unknown: "unknown",
}
ANCHOR_KINDS: dict[type, str] = {TextSpan: "span", RecordCell: "cell", Locator: "place"}
CLASSES = {kind.type: kind for kind in EVENT_TYPES}
UPCASTERS = Upcasters({kind.type: kind.version for kind in EVENT_TYPES})


class _Mode(enum.Enum):
    JSON = "json"
    TEXT = "text"
    VERIFIED = "verified"


def _exactly(kind: type, words: str) -> Callable[[Any, Any], Any]:
    def hook(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise InvalidEvent(f"expected {words}, got {value!r}")
        return value

    return hook


def _text(value: Any, kind: Any) -> Any:
    # cattrs finds the hook of str for every StrEnum too.
    if kind is not str:
        return _member(value, kind)
    return _exactly(str, "text")(value, kind)


def _integer_of_text(value: Any, _: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"0|[1-9][0-9]{0,15}", value, re.ASCII):
        raise InvalidEvent(f"expected digits of an integer, got {value!r}")
    return int(value)


def _flag_of_text(value: Any, _: Any) -> bool:
    if value not in {"true", "false"}:
        raise InvalidEvent(f"expected true or false, got {value!r}")
    return bool(value == "true")


def _member(value: Any, kind: type[enum.Enum]) -> enum.Enum:
    values = {str(member.value): member for member in kind}
    if type(value) is not str or value not in values:
        raise InvalidEvent(f"expected one of {', '.join(map(repr, values))}, got {value!r}")
    return values[value]


def _date(value: Any, _: Any) -> ImpreciseDate:
    if type(value) is not str:
        raise InvalidEvent(f"expected a date as text, got {value!r}")
    return ImpreciseDate.parse(value)


def _is_tuple(kind: Any) -> bool:
    return typing.get_origin(kind) is tuple


def _tuple_factory(_: Any, converter: cattrs.Converter) -> Callable[[Any, Any], Any]:
    def hook(value: Any, kind: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise InvalidEvent(f"expected a list, got {value!r}")
        (item,) = {argument for argument in typing.get_args(kind) if argument is not ...}
        return tuple(converter.structure(value, list[item]))  # type: ignore[valid-type]

    return hook


def _tagged(converter: cattrs.Converter, union: Any, kinds: dict[type, str], *, strict: bool) -> None:
    configure_tagged_union(union, converter, tag_name="kind", tag_generator=lambda kind: kinds[kind])
    if not strict:
        return
    inner = converter.get_structure_hook(union)

    def hook(value: Any, kind: Any) -> Any:
        if not isinstance(value, dict) or value.get("kind") not in kinds.values():
            got = value.get("kind") if isinstance(value, dict) else value
            raise InvalidEvent(Problem("kind", f"expected one of {', '.join(map(repr, kinds.values()))}, got {got!r}"))
        return inner(value, kind)

    converter.register_structure_hook_func(lambda kind: kind == union, hook)


def _object_check(converter: cattrs.Converter) -> None:
    make = converter.gen_structure_attrs_fromdict

    def factory(kind: Any) -> Callable[[Any, Any], Any]:
        inner = make(kind)

        def hook(value: Any, kind: Any) -> Any:
            if not isinstance(value, dict):
                raise InvalidEvent(f"expected a mapping, got {value!r}")
            return inner(value, kind)

        return hook

    converter.register_structure_hook_factory(attrs.has, factory)


def _converter(mode: _Mode) -> cattrs.Converter:
    strict = mode is not _Mode.VERIFIED
    converter = cattrs.Converter(forbid_extra_keys=strict, omit_if_default=True, detailed_validation=strict)
    converter.register_unstructure_hook(ImpreciseDate, str)
    # Without this a StrEnum passes as it is, for it is a str already.
    converter.register_unstructure_hook_func(
        lambda kind: isinstance(kind, enum.EnumMeta), lambda member: str(member.value)
    )
    converter.register_structure_hook(ImpreciseDate, _date)
    if strict:
        converter.register_structure_hook(str, _text)
        converter.register_structure_hook_factory(_is_tuple, _tuple_factory)
        _object_check(converter)
        converter.register_structure_hook(ImpreciseDate, _date)
    if mode is _Mode.JSON:
        converter.register_structure_hook(int, _exactly(int, "an integer"))
        converter.register_structure_hook(bool, _exactly(bool, "true or false"))
    elif mode is _Mode.TEXT:
        converter.register_structure_hook(int, _integer_of_text)
        converter.register_structure_hook(bool, _flag_of_text)
    _tagged(converter, Value, VALUE_KINDS, strict=strict)
    _tagged(converter, Anchor, ANCHOR_KINDS, strict=strict)
    return converter


@functools.cache
def _cached(mode: _Mode) -> cattrs.Converter:
    return _converter(mode)


def plain(value: Any) -> Any:
    """Returns an attrs value of this package as plain JSON data; fields that have their default are left out."""
    return _cached(_Mode.VERIFIED).unstructure(value)


def structure(data: Any, kind: type[T], *, where: str = "") -> T:
    """Returns a ``kind`` made from JSON data that nobody vouches for.

    Raises:
        InvalidEvent: With every fault found and its path, which begins with ``where``.
    """
    return _structure(data, kind, _Mode.JSON, where)


def structure_text(data: Any, kind: type[T], *, where: str = "") -> T:
    """Returns a ``kind`` made from data whose scalars are all text, such as a sheet; raises as :func:`structure`."""
    return _structure(data, kind, _Mode.TEXT, where)


def _structure(data: Any, kind: type[T], mode: _Mode, where: str) -> T:
    problems = check_plain(data, where)
    if problems:
        raise InvalidEvent(problems)
    try:
        return _cached(mode).structure(data, kind)
    except (cattrs.BaseValidationError, DataError) as error:
        raise InvalidEvent(_problems(error, where)) from error


def _problems(error: BaseException, where: str) -> list[Problem]:
    if isinstance(error, DataError):
        return [Problem(_join(where, problem.where), problem.message) for problem in error.problems]
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        extra = ", ".join(repr(field) for field in sorted(error.extra_fields))
        return [Problem(where, f"expected no other fields, got {extra}")]
    if isinstance(error, KeyError):
        return [Problem(_join(where, str(error.args[0])), "expected a value, got none")]
    if isinstance(error, cattrs.IterableValidationError):
        with_notes, without = error.group_exceptions()
        return [p for cause, note in with_notes for p in _problems(cause, f"{where}[{note.index}]")] + [
            p for cause in without for p in _problems(cause, where)
        ]
    if isinstance(error, cattrs.ClassValidationError):
        noted, bare = error.group_exceptions()
        return [
            p
            for cause, note in noted
            for p in _problems(cause, where if isinstance(cause, KeyError) else _join(where, note.name))
        ] + [p for cause in bare for p in _problems(cause, where)]
    return [Problem(where, f"expected valid data, got {error}")]


def _join(path: str, field: str) -> str:
    return f"{path}.{field}" if path and field and not field.startswith("[") else path + field


def encode(event: Event | UnknownEvent) -> bytes:
    """Returns the canonical body of an event."""
    if isinstance(event, UnknownEvent):
        return event.body
    return canonical(_cached(_Mode.VERIFIED).unstructure(event))


def decode(kind: str, version: int, body: bytes) -> Event | UnknownEvent:
    """Returns the event of a body that a log vouches for; of an unknown type or version an :class:`UnknownEvent`.

    Raises:
        LogError: The body is not what its type and version promise.
    """
    if not UPCASTERS.knows(kind, version):
        return UnknownEvent(type=kind, version=version, body=body)
    try:
        data = UPCASTERS.apply(kind, version, orjson.loads(body))
        event: Event = _cached(_Mode.VERIFIED).structure(data, CLASSES[kind])
    except (DataError, cattrs.BaseValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise LogError(f"expected the body of a {kind}/{version} event, got {body[:80]!r}...: {error}") from error
    return event


def structure_event(kind: Any, version: Any, data: Any, *, where: str = "") -> Event | UnknownEvent:
    """Returns the event of JSON data that nobody vouches for; of an unknown type an :class:`UnknownEvent`.

    Raises:
        InvalidEvent: With every fault found and its path.
    """
    if type(kind) is not str or type(version) is not int or version < 1:
        raise InvalidEvent(Problem(where, f"expected a type and a version from 1, got {kind!r} and {version!r}"))
    if not UPCASTERS.knows(kind, version):
        problems = (
            check_plain(data, where)
            if isinstance(data, dict)
            else [Problem(where, f"expected a mapping, got {data!r}")]
        )
        if problems:
            raise InvalidEvent(problems)
        return UnknownEvent(type=kind, version=version, body=canonical(data))
    if isinstance(data, dict) and UPCASTERS.newest[kind] > version:
        data = UPCASTERS.apply(kind, version, data)
    return structure(data, CLASSES[kind], where=where)


def loads(text: bytes, *, where: str = "") -> Any:
    """Returns the plain data of a JSON text.

    Raises:
        InvalidEvent: The text is no JSON, nests too deep, or holds a float.
    """
    try:
        data = orjson.loads(text)
    except ValueError as error:
        raise InvalidEvent(Problem(where, f"expected JSON, got {text[:60]!r}...: {error}")) from error
    problems = check_plain(data, where)
    if problems:
        raise InvalidEvent(problems)
    return data


def assertion_id(assertion: Assertion) -> str:
    """Returns the id of an assertion: of all its fields but ``note``, 64 hexadecimal digits."""
    bare = assertion if assertion.note is None else attrs.evolve(assertion, note=None)
    return content_id("kzarchive.assertion/1", canonical(plain(bare)))


def identity(event: Event | UnknownEvent) -> str:
    """Returns under which identity an event may stand in a log once, 64 hexadecimal digits.

    An assertion's is its id and a document's comes from the document's id; another event's covers its type, its
    version and its body.
    """
    if isinstance(event, AssertionRecorded):
        return assertion_id(event.assertion)
    if isinstance(event, DocumentRegistered):
        return content_id("kzarchive.document/1", event.document.id.encode("ascii"))
    return content_id("kzarchive.event/1", f"{event.type}/{event.version}\0".encode() + encode(event))
