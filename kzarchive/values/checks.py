"""Validators that the attrs classes of this floor share; each raises InvalidEvent naming the field.

They check types exactly: ``True`` is no integer, ``5`` is no text, a list is no tuple.
"""

import enum
import re
from collections.abc import Callable
from typing import Any

from attrs import Attribute

from kzarchive.errors import InvalidEvent, Problem
from kzarchive.values.dates import ImpreciseDate

Validator = Callable[[Any, "Attribute[Any]", Any], None]

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}", re.ASCII)
HEX_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
LONGEST_TEXT = 4_000


def fault(field: str, expected: str, got: object) -> InvalidEvent:
    """Returns the error for one field, in the one form that all messages have."""
    return InvalidEvent(Problem(field, f"expected {expected}, got {got!r}"))


def _optional(check: Callable[[str, Any], None]) -> tuple[Validator, Validator]:
    def required(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        """Validates a value."""
        check(attribute.name, value)

    def optional(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        """Validates a value, or None."""
        if value is not None:
            check(attribute.name, value)

    return required, optional


def _check_slug(field: str, value: Any) -> None:
    if type(value) is not str or not SLUG.fullmatch(value):
        raise fault(field, "a slug of ASCII letters, digits, '_', '-', '.', ':'", value)


def _check_id(field: str, value: Any) -> None:
    if type(value) is not str or not HEX_ID.fullmatch(value):
        raise fault(field, "64 lower-case hexadecimal digits", value)


def _check_text(field: str, value: Any) -> None:
    if type(value) is not str or not value.strip() or len(value) > LONGEST_TEXT:
        raise fault(field, f"non-empty text of at most {LONGEST_TEXT} characters", value)
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise fault(field, "text without lone surrogates", value)


def _check_date(field: str, value: Any) -> None:
    if not isinstance(value, ImpreciseDate):
        raise fault(field, "an ImpreciseDate", value)


def _check_moment(field: str, value: Any) -> None:
    _check_date(field, value)
    if value.is_interval:
        start, end = value.text.split("/")
        proposal = f"[{start or '..'}..{end or '..'}]".replace("....", "..")
        raise fault(field, f"one moment, such as {proposal} for one moment within", value.text)


slug, optional_slug = _optional(_check_slug)
identifier, optional_identifier = _optional(_check_id)
text, optional_text = _optional(_check_text)
date, optional_date = _optional(_check_date)
moment, optional_moment = _optional(_check_moment)


def member(kind: type[enum.Enum]) -> Validator:
    """Returns a validator for a member of an enumeration."""

    def check(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        if not isinstance(value, kind):
            raise fault(attribute.name, "one of " + ", ".join(str(m.value) for m in kind), value)

    return check


def instance(*kinds: type) -> Validator:
    """Returns a validator for an instance of one of ``kinds``."""

    def check(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        if not isinstance(value, kinds):
            raise fault(attribute.name, " or ".join(kind.__name__ for kind in kinds), value)

    return check


def natural(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """Validates an integer that is not negative; ``True`` is none."""
    if type(value) is not int or value < 0:
        raise fault(attribute.name, "an integer that is not negative", value)


def flag(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """Validates ``True`` or ``False``."""
    if type(value) is not bool:
        raise fault(attribute.name, "true or false", value)


def tuple_of(*kinds: type, least: int = 0) -> Validator:
    """Returns a validator for a tuple of at least ``least`` instances of one of ``kinds``."""

    def check(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        names = " or ".join(kind.__name__ for kind in kinds)
        if not isinstance(value, tuple) or any(not isinstance(item, kinds) for item in value):
            raise fault(attribute.name, f"a tuple of {names}", value)
        if len(value) < least:
            raise fault(attribute.name, f"at least {least} {names}", value)

    return check


def slugs(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """Validates a tuple of slugs without repeats."""
    if not isinstance(value, tuple):
        raise fault(attribute.name, "a tuple of slugs", value)
    for index, item in enumerate(value):
        _check_slug(f"{attribute.name}[{index}]", item)
    if len(set(value)) != len(value):
        raise fault(attribute.name, "slugs without repeats", value)


def identifiers(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """Validates a tuple of ids without repeats."""
    if not isinstance(value, tuple):
        raise fault(attribute.name, "a tuple of ids", value)
    for index, item in enumerate(value):
        _check_id(f"{attribute.name}[{index}]", item)
    if len(set(value)) != len(value):
        raise fault(attribute.name, "ids without repeats", value)
