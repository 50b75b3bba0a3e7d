"""Quick hooks: the codec's ways out and in where every event of a long log passes.

They do what the strict hooks of :mod:`kzarchive.wire.codec` do, at a third of the cost, and say less about what is
wrong: a fault is one of Python's own errors, which the codec turns into its own or looks into by the strict way. They
coerce nothing and drop nothing. Whatever is immutable and comes again and again (dates, frames, links) is made once.

The hooks are set on a converter of cattrs, which this module is handed and does not import.
"""

import enum
import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from kzarchive.values.assertions import Assertion
from kzarchive.values.content import Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.evidence import Anchor
from kzarchive.values.frames import Frame
from kzarchive.values.sources import Link
from kzarchive.wire import sound, written

_KEPT: Final = 65_536

Hook = Callable[[Any, Any], Any]


def set_encoding(converter: Any, unions: Mapping[Any, Mapping[type, str]], same: Callable[[Any], Any]) -> None:
    """Sets the hooks by which an event becomes data that orjson writes; members of enumerations stay as they are.

    Args:
        converter: A converter that leaves defaults out.
        unions: For each tagged union the value of ``kind`` by class.
        same: The function of cattrs that returns its argument, which it knows and does not call.
    """
    converter.register_unstructure_hook(ImpreciseDate, lambda date: date.text)
    converter.register_unstructure_hook(enum.StrEnum, same)
    converter.register_unstructure_hook_factory(_is_tuple, _list_factory)
    for union, kinds in unions.items():
        converter.register_unstructure_hook_func(_exactly(union), _tagging(converter, kinds))
    anchor, value, relations = map(
        converter.get_unstructure_hook, (Anchor, Value, attrs.fields(Assertion).relations.type)
    )
    converter.register_unstructure_hook(
        Assertion, functools.partial(written.data_of, anchor=anchor, value=value, relations=relations)
    )


def set_decoding(converter: Any, unions: Mapping[Any, Mapping[type, str]]) -> None:
    """Sets the hooks by which fresh JSON data, which they may change, becomes an event.

    Args:
        converter: A converter that forbids extra keys.
        unions: For each tagged union the value of ``kind`` by class.
    """
    converter.register_structure_hook(str, _text_or_member)
    converter.register_structure_hook(int, lambda value, _: value)
    converter.register_structure_hook(bool, lambda value, _: value)
    converter.register_structure_hook(ImpreciseDate, lambda value, _: sound.date_of(value))
    converter.register_structure_hook_factory(_is_tuple, _tuple_factory)
    converter.register_structure_hook_factory(_is_optional, _optional_factory)
    for union, kinds in unions.items():
        converter.register_structure_hook_func(_exactly(union), _untagging(converter, kinds))
    for kind in (Frame, Link):
        converter.register_structure_hook(kind, _once(converter.gen_structure_attrs_fromdict(kind), kind))


def _text_or_member(value: Any, kind: Any) -> Any:
    """Reads text, which the class checks, or the member of an enumeration of texts."""
    # cattrs finds the hook of str for every StrEnum too.
    return value if kind is str else kind._value2member_map_[value]


def _exactly(union: Any) -> Callable[[Any], bool]:
    return lambda kind: kind == union


def _is_tuple(kind: Any) -> bool:
    return typing.get_origin(kind) is tuple


def _item(kind: Any) -> Any:
    (item,) = {argument for argument in typing.get_args(kind) if argument is not ...}
    return item


def _is_optional(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType) and len(_members(kind)) == 1


def _members(kind: Any) -> list[Any]:
    return [member for member in typing.get_args(kind) if member is not type(None)]


def _list_factory(kind: Any, converter: Any) -> Callable[[Any], Any]:
    item = _item(kind)
    hook = converter.get_unstructure_hook(item)
    return lambda value: [hook(each) for each in value]


def _tuple_factory(kind: Any, converter: Any) -> Hook:
    item = _item(kind)
    inner = converter.get_structure_hook(item)

    def hook(value: Any, _: Any) -> tuple[Any, ...]:
        # A text would become a tuple of its letters.
        if type(value) is not list:
            raise TypeError(f"expected a list, got {type(value).__name__}")
        return tuple(value) if item is str else tuple([inner(each, item) for each in value])

    return hook


def _optional_factory(kind: Any, converter: Any) -> Hook:
    (member,) = _members(kind)
    inner = converter.get_structure_hook(member)

    def hook(value: Any, _: Any) -> Any:
        # What is absent is left out; nobody writes null.
        if value is None:
            raise TypeError("expected a value or none at all, got null")
        return inner(value, member)

    return hook


def _tagging(converter: Any, kinds: Mapping[type, str]) -> Callable[[Any], Any]:
    hooks = {kind: (converter.get_unstructure_hook(kind), tag) for kind, tag in kinds.items()}

    def hook(value: Any) -> Any:
        inner, tag = hooks[type(value)]
        data = inner(value)
        data["kind"] = tag
        return data

    return hook


def _untagging(converter: Any, kinds: Mapping[type, str]) -> Hook:
    hooks = {tag: (converter.get_structure_hook(kind), kind) for kind, tag in kinds.items()}

    def hook(value: Any, _: Any) -> Any:
        inner, kind = hooks[value.pop("kind")]
        return inner(value, kind)

    return hook


def _once(make: Hook, kind: type) -> Hook:
    """Returns a hook that makes equal values once.

    Args:
        make: The hook that makes one.
        kind: Its class; each of its fields is text or absent.
    """
    made: dict[tuple[Any, ...], Any] = {}

    def hook(value: Any, _: Any = None) -> Any:
        said = tuple(value.items())
        known = made.get(said)
        if known is None:
            known = make(value, kind)
            if len(made) >= _KEPT:
                made.clear()
            made[said] = known
        return known

    return hook
