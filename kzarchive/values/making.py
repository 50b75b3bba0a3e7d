"""Making: instances of immutable classes put together of values that were checked already.

The class asks every rule each time, and sets every field by a function call. Where thousands of instances are made of
values that keep the rules, that is most of the cost.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import attrs

T = TypeVar("T")
_KEPT_HASH: Final = "_attrs_cached_hash"


def maker(kind: type[T]) -> Callable[..., T]:
    """Returns what puts an instance together of the values of all its fields, in their order, and asks nothing.

    A field may be left out, and given by name, where no field without a default stands behind it; a default that is
    made anew each time must be given. What is made is first of a mutable class of the same layout, whose fields are set
    by one step each, and then becomes what it is: a quarter of the time. The function is written out, as attrs writes
    what it makes.

    Args:
        kind: A class of attrs with slots.
    """
    fields: tuple[Any, ...] = attrs.fields(kind)  # type: ignore[arg-type]
    slots = kind.__dict__["__slots__"]
    twin = type(f"Mutable{kind.__name__}", kind.__bases__, {"__slots__": slots, "__setattr__": object.__setattr__})
    known: dict[str, Any] = {"new_": object.__new__, "twin_": twin, "class_": kind}
    known |= {f"{field.alias}_": field.default for field in _left_out(fields)}
    given = ", ".join(f"{f.alias}={f.alias}_" if f"{f.alias}_" in known else f.alias for f in fields)
    sets = "".join(f"    made_.{field.name} = {field.alias}\n" for field in fields)
    # Where attrs keeps a hash, none is known yet.
    sets += "".join(f"    made_.{slot} = None\n" for slot in slots if slot == _KEPT_HASH)
    source = f"def make({given}):\n    made_ = new_(twin_)\n{sets}    made_.__class__ = class_\n    return made_\n"
    exec(source, known)  # noqa: S102 (the names of fields are ours)
    make: Callable[..., T] = known["make"]
    return make


def _left_out(fields: Sequence[Any]) -> list[Any]:
    """Returns the fields at the end that have a default which is a value."""
    left = itertools.takewhile(_has_value, reversed(fields))
    return list(left)


def _has_value(field: Any) -> bool:
    return field.default is not attrs.NOTHING and not isinstance(field.default, attrs.Factory)  # type: ignore[arg-type]
