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
    by one step each, and then becomes what it is: a quarter of the time. Python 3.11 refuses that; there each field is
    set by the function of its slot. What is returned is written out, as attrs writes what it makes.

    Args:
        kind: A class of attrs with slots.
    """
    fields: tuple[Any, ...] = attrs.fields(kind)  # type: ignore[arg-type]
    slots = kind.__dict__["__slots__"]
    twin = type(f"Mutable{kind.__name__}", kind.__bases__, {"__slots__": slots, "__setattr__": object.__setattr__})
    known: dict[str, Any] = {"new_object": object.__new__, "class_": kind}
    defaults = {field.alias: field.default for field in _left_out(fields)}
    known |= {f"default_of_{alias}": default for alias, default in defaults.items()}
    given = ", ".join(f"{f.alias}=default_of_{f.alias}" if f.alias in defaults else f.alias for f in fields)
    values = [(field.name, field.alias) for field in fields]
    # Where attrs keeps a hash, none is known yet.
    values += [(slot, "None") for slot in slots if slot == _KEPT_HASH]
    if _may_become(twin, kind):
        known["twin_"] = twin
        sets = [f"made_.{name} = {value}" for name, value in values]
        steps = ["made_ = new_object(twin_)", *sets, "made_.__class__ = class_"]
    else:
        known |= {f"put_{name}": getattr(kind, name).__set__ for name, _ in values}
        steps = ["made_ = new_object(class_)", *(f"put_{name}(made_, {value})" for name, value in values)]
    source = "".join(f"    {step}\n" for step in (*steps, "return made_"))
    exec(f"def make({given}):\n{source}", known)  # noqa: S102 (the names of fields are ours)
    make: Callable[..., T] = known["make"]
    return make


def _may_become(twin: type, kind: type) -> bool:
    """Returns whether an instance of a class of the same layout may become one of another class."""
    try:
        object.__new__(twin).__class__ = kind  # type: ignore[assignment]
    except TypeError:
        return False
    return True


def _left_out(fields: Sequence[Any]) -> list[Any]:
    """Returns the fields at the end that have a default which is a value."""
    left = itertools.takewhile(_has_value, reversed(fields))
    return list(left)


def _has_value(field: Any) -> bool:
    return field.default is not attrs.NOTHING and not isinstance(field.default, attrs.Factory)  # type: ignore[arg-type]
