"""Validators that the attrs classes of this floor share; each raises InvalidEvent naming the field.

They check types exactly: ``True`` is no integer, ``5`` is no text, a list is no tuple.
"""

import enum
import re
from collections.abc import Callable
from typing import Any

from attrs import Attribute

from kzarchive.errors import InvalidDate, InvalidEvent, Problem
from kzarchive.values.canonical import LARGEST_INTEGER, is_encodable, shown
from kzarchive.values.civil import zone_named
from kzarchive.values.dates import ImpreciseDate

Validator = Callable[[Any, "Attribute[Any]", Any], None]

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}", re.ASCII)
HEX_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
LONGEST_TEXT = 4_000


def problem(field: str, expected: str, got: object) -> Problem:
    """Returns the problem of one field, in the one form that all messages have."""
    return Problem(field, f"expected {expected}, got {shown(got)}")


def fault(field: str, expected: str, got: object) -> InvalidEvent:
    """Returns the error for one field."""
    return InvalidEvent(problem(field, expected, got))


def _optional(check: Callable[[str, Any], None]) -> tuple[Validator, Validator]:
    def required(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        """Validates a value."""
        check(attribute.name, value)

    def optional(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        """Validates a value, or None."""
        if value is not None:
            check(attribute.name, value)

    return required, optional


def _matching(pattern: re.Pattern[str], words: str) -> tuple[Callable[[str, Any], None], Validator, Validator]:
    """Returns a check and two validators for text of a pattern: they run on every event, and so call nothing else."""
    matches = pattern.fullmatch

    def check(field: str, value: Any) -> None:
        if type(value) is not str or not matches(value):
            raise fault(field, words, value)

    def required(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        """Validates a value."""
        if type(value) is not str or not matches(value):
            raise fault(attribute.name, words, value)

    def optional(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        """Validates a value, or None."""
        if value is not None and (type(value) is not str or not matches(value)):
            raise fault(attribute.name, words, value)

    return check, required, optional


_check_slug, slug, optional_slug = _matching(
    SLUG, "a slug of 1 to 80 ASCII letters, digits, '_', '-', '.', ':' that begins with a letter or a digit"
)
_check_id, identifier, optional_identifier = _matching(HEX_ID, "64 lower-case hexadecimal digits")


def is_text(value: Any) -> bool:
    """Returns whether a value is non-empty text of at most 4,000 characters without lone surrogates."""
    return type(value) is str and value.strip() != "" and len(value) <= LONGEST_TEXT and is_encodable(value)


def _check_text(field: str, value: Any) -> None:
    if is_text(value):
        return
    if type(value) is not str or not value.strip() or len(value) > LONGEST_TEXT:
        raise fault(field, f"non-empty text of at most {LONGEST_TEXT} characters", value)
    raise fault(field, "text without lone surrogates", value)


def _check_date(field: str, value: Any) -> None:
    if not isinstance(value, ImpreciseDate):
        raise fault(field, "an ImpreciseDate", value)


def _check_moment(field: str, value: Any) -> None:
    _check_date(field, value)
    problems = moment_problems(field, value)
    if problems:
        raise InvalidEvent(problems)


def moment_problems(field: str, date: ImpreciseDate) -> list[Problem]:
    """Returns what is wrong with a date where one moment is wanted: that it is an interval."""
    if date.is_moment:
        return []
    start, end = ("" if side == ".." else side for side in date.text.split("/"))
    advice = f"such as '[{start}..{end}]' for once, somewhere within it" if start or end else "or none if it is unknown"
    return [problem(field, f"one moment, {advice}", date.text)]


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
    """Validates an integer from 0 to 2**53 - 1, the largest that JSON keeps exactly; ``True`` is none."""
    if type(value) is not int or not 0 <= value <= LARGEST_INTEGER:
        raise fault(attribute.name, f"an integer from 0 to {LARGEST_INTEGER}", value)


def position(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """Validates a place in a log: an integer from 1 to 2**53 - 1; ``True`` is none."""
    if type(value) is not int or not 1 <= value <= LARGEST_INTEGER:
        raise fault(attribute.name, f"a position from 1 to {LARGEST_INTEGER}", value)


def flag(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """Validates ``True`` or ``False``."""
    if type(value) is not bool:
        raise fault(attribute.name, "true or false", value)


def tuple_of(*kinds: type, least: int = 0) -> Validator:
    """Returns a validator for a tuple of at least ``least`` instances of one of ``kinds``."""
    names = " or ".join(kind.__name__ for kind in kinds)

    def check(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        if not isinstance(value, tuple):
            raise fault(attribute.name, f"a tuple of {names}", value)
        for item in value:
            if not isinstance(item, kinds):
                raise fault(attribute.name, f"a tuple of {names}", value)
        if len(value) < least:
            raise fault(attribute.name, f"at least {least} {names}", value)

    return check


def _each(check: Callable[[str, Any], None], names: str, *, least: int = 0) -> Validator:
    def validate(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        if not isinstance(value, tuple):
            raise fault(attribute.name, f"a tuple of {names}", value)
        if len(value) < least:
            raise fault(attribute.name, f"at least {least} of {names}", value)
        problems: list[Problem] = []
        for index, item in enumerate(value):
            try:
                check(f"{attribute.name}[{index}]", item)
            except InvalidEvent as error:
                problems += error.problems
        if problems:
            raise InvalidEvent(problems)
        if len(set(value)) != len(value):
            raise fault(attribute.name, f"{names} without repeats", value)

    return validate


slugs = _each(_check_slug, "slugs")
identifiers = _each(_check_id, "ids")
texts = _each(_check_text, "texts", least=1)


def slug_groups(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """Validates a tuple of tuples of slugs, each without repeats."""
    if not isinstance(value, tuple):
        raise fault(attribute.name, "a tuple of tuples of slugs", value)
    for index, group in enumerate(value):
        slugs(None, attribute.evolve(name=f"{attribute.name}[{index}]"), group)


def zone_problems(field: str, name: str | None) -> list[Problem]:
    """Returns what is wrong with the IANA name of a zone; None is right.

    Raises:
        StorageError: The machine has no time zone data.
    """
    try:
        if name is not None:
            zone_named(name)
    except InvalidDate as error:
        return [Problem(field, problem.message) for problem in error.problems]
    return []
