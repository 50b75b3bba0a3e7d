"""Faults of given data: every one of an object at once, each with its path.

A class stops at the first validator that refuses, and runs none while the type of one field is wrong. What that
hides is found here, so that nobody mends a batch one fault at a time. A rule between fields is tested by the class
itself, when its fields are right one by one.
"""

import re
from collections.abc import Callable
from typing import Any

import attrs

from kzarchive.errors import DataError, Problem
from kzarchive.values.quantities import Quantity

Structure = Callable[[Any, Any], Any]


def join(path: str, field: str) -> str:
    """Returns the path of ``field`` within ``path``; either may be empty."""
    return f"{path}.{field}" if path and field and not field.startswith("[") else path + field


def all_problems(
    found: list[Problem], data: dict[str, Any], kind: type[attrs.AttrsInstance], structure: Structure
) -> list[Problem]:
    """Returns the problems of an object in the order of its fields, those of the whole object last.

    Args:
        found: The problems that stopped it; paths begin with the field.
        data: The object.
        kind: Its attrs class.
        structure: Makes the value of a field from data and a type.
    """
    order = {field.name: index for index, field in enumerate(attrs.fields(kind))}
    reported = {_field(problem) for problem in found}
    hidden = [
        problem
        for field in attrs.fields(kind)
        if field.name in data.keys() - reported
        for problem in _refusals(_validate, field, data[field.name], structure)
    ]
    if kind is Quantity:
        hidden += [problem for problem in _refusals(_quantity, data) if _field(problem) not in reported]
    return sorted([*found, *hidden], key=lambda problem: order.get(_field(problem), len(order)))


def _field(problem: Problem) -> str:
    return re.split(r"[.\[]", problem.where, maxsplit=1)[0]


def _refusals(check: Callable[..., object], *arguments: Any) -> list[Problem]:
    try:
        check(*arguments)
    except DataError as error:
        return list(error.problems)
    except (TypeError, ValueError):
        # A validator from elsewhere; it is heard when it is the first to refuse.
        return []
    return []


def _validate(field: "attrs.Attribute[Any]", data: Any, structure: Structure) -> None:
    if field.validator:
        field.validator(None, field, structure(data, field.type))


def _quantity(data: dict[str, Any]) -> Quantity:
    # A quantity has no validators: it tests its fields together, and takes a tuple.
    modifier, numbers, surface = (data.get(name) for name in ("modifier", "numbers", "surface"))
    return Quantity(modifier, tuple(numbers) if isinstance(numbers, list) else numbers, surface)  # type: ignore[arg-type]
