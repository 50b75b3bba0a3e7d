"""Readers of single values that coerce nothing: for each type the exact type of the data, or a refusal.

Each takes the data and the wanted type, the two arguments of a structuring hook, and raises InvalidEvent
(:func:`date` also InvalidDate) with a message without a path.
"""

import enum
import re
from collections.abc import Callable
from typing import Any

from kzarchive.errors import InvalidEvent
from kzarchive.values.canonical import shown
from kzarchive.values.dates import ImpreciseDate


def exactly(kind: type, words: str) -> Callable[[Any, Any], Any]:
    """Returns a reader that takes a value of exactly ``kind``, which messages call ``words``."""

    def hook(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise InvalidEvent(f"expected {words}, got {shown(value)}")
        return value

    return hook


def text(value: Any, kind: Any) -> Any:
    """Reads text, or the member of an enumeration of texts."""
    # cattrs finds the hook of str for every StrEnum too.
    if kind is not str:
        return member(value, kind)
    return exactly(str, "text")(value, kind)


def integer_of_text(value: Any, _: Any) -> int:
    """Reads the digits of an integer that is not negative; no sign, no zero in front, at most 16 digits."""
    if not isinstance(value, str) or not re.fullmatch(r"0|[1-9][0-9]{0,15}", value, re.ASCII):
        raise InvalidEvent(f"expected digits of an integer, got {shown(value)}")
    return int(value)


def flag_of_text(value: Any, _: Any) -> bool:
    """Reads ``true`` or ``false``."""
    if type(value) is not str or value not in {"true", "false"}:
        raise InvalidEvent(f"expected true or false, got {shown(value)}")
    return value == "true"


def member(value: Any, kind: type[enum.Enum]) -> enum.Enum:
    """Reads a member of an enumeration from its value; its name is refused."""
    values = {str(member.value): member for member in kind}
    if type(value) is not str or value not in values:
        raise InvalidEvent(f"expected one of {', '.join(map(repr, values))}, got {shown(value)}")
    return values[value]


def date(value: Any, _: Any) -> ImpreciseDate:
    """Reads an imprecise date from its text."""
    if type(value) is not str:
        raise InvalidEvent(f"expected a date as text, got {shown(value)}")
    return ImpreciseDate.parse(value)
