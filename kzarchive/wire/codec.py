r"""The codec: events to canonical bytes and back; the only module that imports cattrs.

Body of an event: one canonical JSON object with the event's fields. Fields that have their default are left out,
so that a field added later changes no id. An imprecise date is its text; an enumeration is its value; a member
of a union carries ``kind``::

    {"actor":"archive","assertion":{"act":"state","document":"5aff...","evidence":[{"kind":"span",...}],...}}

Ids are made from these bytes (see :mod:`kzarchive.values.canonical`): an assertion's over all its fields but
``note``. Two events of one identity with other bytes conflict.

Three ways in: :func:`structure` for JSON data from elsewhere and :func:`structure_text` for data whose scalars are all
text (a sheet) report every fault with its path; :func:`decode` is for bytes that a log vouches for, and as strict.
Nothing is coerced: ``None`` is no text, ``True`` no number, ``23.9`` no integer, text no list. Every fault of a field
is reported at once; a rule between fields is tested when the fields are right by themselves.
"""

import enum
import functools
import typing
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

import attrs
import cattrs
import orjson
from cattrs.fns import identity as identity_function
from cattrs.strategies import configure_tagged_union

from kzarchive.errors import DataError, InvalidEvent, KzArchiveError, LogError, Problem
from kzarchive.values.assertions import Assertion
from kzarchive.values.canonical import canonical, check_plain, content_digest, content_id, shown
from kzarchive.values.checks import SLUG
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import EVENT_TYPES, AssertionRecorded, DocumentRegistered, Event, UnknownEvent
from kzarchive.values.evidence import Anchor, Locator, RecordCell, TextSpan
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Link
from kzarchive.wire import quick, scalars, sound
from kzarchive.wire.faults import all_problems, join
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
UNIONS: dict[Any, dict[type, str]] = {Value: VALUE_KINDS, Anchor: ANCHOR_KINDS}
CLASSES = {kind.type: kind for kind in EVENT_TYPES}
UPCASTERS = Upcasters({kind.type: kind.version for kind in EVENT_TYPES})

ASSERTION_DOMAIN = "kzarchive.assertion/1"

# Half of what it costs to call the class of a tuple with names.
_new: Final = tuple.__new__

# What a step or a hook raises for data of another shape than it was written for.
_BROKEN = (DataError, ValueError, TypeError, LookupError, AttributeError)


class _Mode(enum.Enum):
    JSON = "json"
    TEXT = "text"


class Encoded(NamedTuple):
    """What an event is in a log.

    Attributes:
        identity: Under which identity it may stand there once, 32 bytes.
        body: Its canonical bytes.
    """

    identity: bytes
    body: bytes


def _is_tuple(kind: Any) -> bool:
    return typing.get_origin(kind) is tuple


def _tuple_factory(_: Any, converter: cattrs.Converter) -> Callable[[Any, Any], Any]:
    def hook(value: Any, kind: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise InvalidEvent(f"expected a list, got {shown(value)}")
        (item,) = {argument for argument in typing.get_args(kind) if argument is not ...}
        return tuple(converter.structure(value, list[item]))  # type: ignore[valid-type]

    return hook


def _tagged(converter: cattrs.Converter, union: Any, kinds: dict[type, str]) -> None:
    configure_tagged_union(union, converter, tag_name="kind", tag_generator=lambda kind: kinds[kind])
    inner = converter.get_structure_hook(union)

    def hook(value: Any, kind: Any) -> Any:
        if not isinstance(value, dict) or value.get("kind") not in kinds.values():
            got = value.get("kind") if isinstance(value, dict) else value
            raise InvalidEvent(
                Problem("kind", f"expected one of {', '.join(map(repr, kinds.values()))}, got {shown(got)}")
            )
        return inner(value, kind)

    converter.register_structure_hook_func(lambda kind: kind == union, hook)


def _object_check(converter: cattrs.Converter) -> None:
    make = converter.gen_structure_attrs_fromdict

    def factory(kind: Any) -> Callable[[Any, Any], Any]:
        inner = make(kind)

        def hook(value: Any, kind: Any) -> Any:
            if not isinstance(value, dict):
                raise InvalidEvent(f"expected a mapping, got {shown(value)}")
            try:
                return inner(value, kind)
            except cattrs.ClassValidationError as error:
                raise InvalidEvent(all_problems(_problems(error, ""), value, kind, converter.structure)) from error

        return hook

    converter.register_structure_hook_factory(attrs.has, factory)


@functools.cache
def _strict(mode: _Mode) -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, omit_if_default=True, detailed_validation=True)
    converter.register_unstructure_hook(ImpreciseDate, str)
    # Without this a StrEnum passes as it is: cattrs finds the hook of str first, and any other hook of an enum never.
    converter.register_unstructure_hook(enum.StrEnum, lambda member: str(member.value))
    converter.register_structure_hook(str, scalars.text)
    converter.register_structure_hook_factory(_is_tuple, _tuple_factory)
    _object_check(converter)
    converter.register_structure_hook(ImpreciseDate, scalars.date)
    if mode is _Mode.JSON:
        converter.register_structure_hook(int, scalars.exactly(int, "an integer"))
        converter.register_structure_hook(bool, scalars.exactly(bool, "true or false"))
    elif mode is _Mode.TEXT:
        converter.register_structure_hook(int, scalars.integer_of_text)
        converter.register_structure_hook(bool, scalars.flag_of_text)
    for union, kinds in UNIONS.items():
        _tagged(converter, union, kinds)
    return converter


@functools.cache
def _quick() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, omit_if_default=True, detailed_validation=False)
    quick.set_encoding(converter, UNIONS, identity_function)
    quick.set_decoding(converter, UNIONS)
    return converter


@functools.cache
def _encoder(kind: Any) -> Callable[[Any], Any]:
    return _quick().get_unstructure_hook(kind)


@functools.cache
def _decoder(kind: Any) -> Callable[[Any, Any], Any]:
    return _quick().get_structure_hook(kind)


@functools.cache
def _reader() -> sound.Reader:
    return sound.Reader(link=_made_by(Link), value=_made_by(Value))


def _made_by(kind: Any) -> Callable[[Any], Any]:
    """Returns what makes a part of an event, and raises nothing that only this module knows."""
    hook = _decoder(kind)

    def make(data: Any) -> Any:
        try:
            return hook(data, kind)
        except (cattrs.BaseValidationError, cattrs.ForbiddenExtraKeysError) as error:
            raise DataError(str(error)) from error

    return make


def plain(value: Any) -> Any:
    """Returns an attrs value of this package as plain JSON data; fields that have their default are left out."""
    return _strict(_Mode.JSON).unstructure(value)


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
    try:
        value = _strict(mode).structure(data, kind)
    except (cattrs.BaseValidationError, DataError) as error:
        named = {problem.where for problem in problems}
        problems += [problem for problem in _problems(error, where) if problem.where not in named]
        raise InvalidEvent(problems) from error
    if problems:
        raise InvalidEvent(problems)
    return value


def _problems(error: BaseException, where: str) -> list[Problem]:
    if isinstance(error, DataError):
        return [Problem(join(where, problem.where), problem.message) for problem in error.problems]
    if isinstance(error, KzArchiveError):
        raise error
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        extra = ", ".join(sorted(map(shown, error.extra_fields)))
        return [Problem(where, f"expected no other fields, got {extra}")]
    if isinstance(error, KeyError):
        return [Problem(join(where, str(error.args[0])), "expected a value, got none")]
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
            for p in _problems(cause, where if isinstance(cause, KeyError) else join(where, note.name))
        ] + [p for cause in bare for p in _problems(cause, where)]
    return [Problem(where, f"expected valid data, got {error}")]


def encode(event: Event | UnknownEvent) -> bytes:
    """Returns the canonical body of an event."""
    if isinstance(event, UnknownEvent):
        return event.body
    kind: Any = type(event)
    return canonical(_encoder(kind)(event))


@functools.lru_cache(1_024)
def _before(actor: str) -> bytes:
    """Returns what stands before the assertion in the body of the event that records it."""
    return b'{"actor":"%b","assertion":' % actor.encode()


def encoded(event: Event | UnknownEvent) -> Encoded:
    """Returns the identity and the body of an event, as :func:`identity` and :func:`encode` give them.

    Both are made of the same bytes once: an assertion stands in its body as it is hashed, but for its note. An actor
    is a slug, of which JSON escapes no letter.
    """
    if type(event) is not AssertionRecorded:
        return Encoded(bytes.fromhex(identity(event)), encode(event))
    data = _encoder(Assertion)(event.assertion)
    asserted = canonical(data)
    body = _before(event.actor) + asserted + b"}"
    if event.assertion.note is not None:
        del data["note"]
        asserted = canonical(data)
    return _new(Encoded, (content_digest(ASSERTION_DOMAIN, asserted), body))


def decode(kind: str, version: int, body: bytes) -> Event | UnknownEvent:
    """Returns the event of a body that a log vouches for; of an unknown type or version an :class:`UnknownEvent`.

    What the body holds becomes the event, or is refused: nothing is coerced and nothing left over. Whether it is
    written in canonical form is asked where it is taken in, and where a log is verified.

    Raises:
        LogError: The body is not what its type and version promise.
    """
    if kind == AssertionRecorded.type and version == AssertionRecorded.version:
        recorded = _reader().read(body)
        if recorded is not None:
            return recorded
    if not UPCASTERS.knows(kind, version):
        return UnknownEvent(type=kind, version=version, body=body)
    try:
        data = orjson.loads(body)
        if version != UPCASTERS.newest[kind]:
            data = UPCASTERS.apply(kind, version, data)
        known: Any = CLASSES[kind]
        event: Event = _decoder(known)(data, known)
    except (*_BROKEN, cattrs.BaseValidationError, cattrs.ForbiddenExtraKeysError) as error:
        raise LogError(f"expected a body of {kind}/{version}, got {shown(body)}: {error}") from error
    return event


def decode_canonical(kind: str, version: int, body: bytes) -> Event | UnknownEvent:
    """Returns the event of a body as :func:`decode` does, if the body has its one canonical form.

    Of a type or version that is not known no form is asked for.

    Raises:
        LogError: The body is not what its type and version promise, or is written in another form.
    """
    event = decode(kind, version, body)
    if isinstance(event, UnknownEvent):
        return event
    wanted = encode(event) if version == UPCASTERS.newest[kind] else canonical(orjson.loads(body))
    if wanted != body:
        raise LogError(f"expected a body of {kind}/{version} in canonical form, got {shown(body)}")
    return event


def read_canonical(kind: str, version: int, body: bytes) -> tuple[Event, Encoded] | None:
    """Returns the event of a body from elsewhere, and what it is in a log, where all is as it should be.

    None tells of a fault, of a body in another form than the canonical one, of a type or version that is not known or
    not the newest, or of nothing at all: then :func:`structure_event` looks into it.
    """
    if UPCASTERS.newest.get(kind) != version:
        return None
    recorded = _reader().read(body) if kind == AssertionRecorded.type else None
    if recorded is not None and recorded.assertion.note is None:
        asserted = body[len(_before(recorded.actor)) : -1]
        return recorded, _new(Encoded, (content_digest(ASSERTION_DOMAIN, asserted), body))
    try:
        event: Any = recorded or decode(kind, version, body)
    except LogError:
        return None
    made = encoded(event)
    return (event, made) if made.body == body else None


def structure_event(kind: Any, version: Any, data: Any, *, where: str = "") -> Event | UnknownEvent:
    """Returns the event of JSON data that nobody vouches for; of an unknown type an :class:`UnknownEvent`.

    Raises:
        InvalidEvent: With every fault found and its path.
    """
    if type(kind) is not str or not SLUG.fullmatch(kind) or type(version) is not int or version < 1:
        got = f"{shown(kind)} and {shown(version)}"
        raise InvalidEvent(Problem(where, f"expected a type (a dotted name) and a version from 1, got {got}"))
    if not isinstance(data, dict):
        raise InvalidEvent(Problem(where, f"expected a mapping, got {shown(data)}"))
    if not UPCASTERS.knows(kind, version):
        problems = check_plain(data, where)
        if problems:
            raise InvalidEvent(problems)
        return UnknownEvent(type=kind, version=version, body=canonical(data))
    try:
        data = UPCASTERS.apply(kind, version, data)
    except _BROKEN as error:
        raise InvalidEvent(Problem(where, f"expected a body of {kind}/{version}, got another: {error!r}")) from error
    return structure(data, CLASSES[kind], where=where)


def loads(text: bytes, *, where: str = "") -> Any:
    """Returns the plain data of a JSON text.

    Raises:
        InvalidEvent: The text is no JSON, nests too deep, or holds a float.
    """
    try:
        data = orjson.loads(text)
    except ValueError as error:
        raise InvalidEvent(Problem(where, f"expected JSON, got {shown(text)}: {error}")) from error
    problems = check_plain(data, where)
    if problems:
        raise InvalidEvent(problems)
    return data


def assertion_id(assertion: Assertion) -> str:
    """Returns the id of an assertion: of all its fields but ``note``, 64 hexadecimal digits."""
    data = _encoder(Assertion)(assertion)
    data.pop("note", None)
    return content_id(ASSERTION_DOMAIN, canonical(data))


def document_identity(document: str, salt: str | None = None) -> str:
    """Returns the identity of the event that registers a document, by the document's id.

    That of a protected one covers its salt, so that who has the text, or guesses it, cannot tell that it was here.

    Args:
        document: The document's id.
        salt: The salt of a protected document; None = it is not protected.
    """
    if salt is None:
        return content_id("kzarchive.document/1", document.encode("ascii"))
    return content_id("kzarchive.protected-document/1", f"{document}\0{salt}".encode("ascii"))


def identity(event: Event | UnknownEvent) -> str:
    """Returns under which identity an event may stand in a log once, 64 hexadecimal digits.

    An assertion's is its id and a document's comes from the document's id and salt; another event's covers its type,
    its version and its body.
    """
    if isinstance(event, AssertionRecorded):
        return assertion_id(event.assertion)
    if isinstance(event, DocumentRegistered):
        return document_identity(event.document.id, event.document.salt)
    return content_id("kzarchive.event/1", f"{event.type}/{event.version}\0".encode() + encode(event))
