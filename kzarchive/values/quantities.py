r"""Quantities as sources word them: a modifier, its numbers, and the words themselves.

A :class:`Quantity` has three fields, all of them text:

- ``modifier``: how the words bind the numbers, one of :class:`Modifier`;
- ``numbers``: canonical decimal texts, as many as the modifier takes (table below);
- ``surface``: the words as written.

=======================================================================  ==========================================
modifiers                                                                numbers
=======================================================================  ==========================================
exact, more_than, less_than, at_least, at_most, nearly, about            one: n
between                                                                  two: a, b with a <= b
estimate                                                                 three: n, a, b with a <= n <= b
higher_than                                                              none, or one: n
dozens, scores, hundreds, thousands, many, none                          none
=======================================================================  ==========================================

A canonical decimal text has the form ``-?(0|[1-9][0-9]*)(\.[0-9]+)?``, is not a negative zero, and has at most
60 characters. Zeros after the point are kept, as they say how precise the writer was: ``0.50`` and ``0.5`` are
different texts. Signs (``+5``), exponents and marks between thousands are refused.

A quantity holds no bounds. What "dozens" or "nearly 16,000" means as bounds is a reading, and readings are
made by the conventions of :mod:`kzarchive.values.conventions`, so that another reading changes nothing stored.
"""

import enum
import re
import reprlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Self

import attrs

from kzarchive.errors import InvalidQuantity, Problem
from kzarchive.values.canonical import is_encodable

MAX_NUMBER_LENGTH: Final = 60
"""Most characters of one decimal text, the sign and the point included."""

MAX_SURFACE_LENGTH: Final = 200
"""Most characters (code points) of the words as written."""

_DECIMAL_TEXT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_NEGATIVE_ZERO = re.compile(r"-0(\.0+)?")
_is_count = re.compile(r"0|[1-9][0-9]{0,17}").fullmatch


class Modifier(enum.StrEnum):
    """How the words of a source bind the numbers that they give."""

    EXACT = "exact"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    NEARLY = "nearly"
    ABOUT = "about"
    BETWEEN = "between"
    ESTIMATE = "estimate"
    DOZENS = "dozens"
    SCORES = "scores"
    HUNDREDS = "hundreds"
    THOUSANDS = "thousands"
    MANY = "many"
    NONE = "none"
    HIGHER_THAN = "higher_than"


_TAKES: Final[dict[Modifier, tuple[int, ...]]] = {
    Modifier.EXACT: (1,),
    Modifier.MORE_THAN: (1,),
    Modifier.LESS_THAN: (1,),
    Modifier.AT_LEAST: (1,),
    Modifier.AT_MOST: (1,),
    Modifier.NEARLY: (1,),
    Modifier.ABOUT: (1,),
    Modifier.BETWEEN: (2,),
    Modifier.ESTIMATE: (3,),
    Modifier.DOZENS: (0,),
    Modifier.SCORES: (0,),
    Modifier.HUNDREDS: (0,),
    Modifier.THOUSANDS: (0,),
    Modifier.MANY: (0,),
    Modifier.NONE: (0,),
    Modifier.HIGHER_THAN: (0, 1),
}


def _as_modifier(value: object) -> Modifier:
    """Gives the modifier of a text; anything else comes back as it is, for the validation to name."""
    if type(value) is Modifier:
        return value
    if isinstance(value, str) and value in _TAKES:
        return Modifier(value)
    return value  # type: ignore[return-value]


@attrs.frozen
class Quantity:
    """A quantity as a source worded it: never bounds, never a float.

    The constructors named after the modifiers take int, Decimal or canonical decimal text; the class itself
    takes only texts, the form that is stored. Two quantities are equal when all their texts are.

    >>> Quantity.more_than(2000, surface="more than 2,000")
    Quantity(modifier=<Modifier.MORE_THAN: 'more_than'>, numbers=('2000',), surface='more than 2,000')

    Attributes:
        modifier: How the words bind the numbers; the text of a modifier is accepted.
        numbers: Canonical decimal texts, as many as the modifier takes.
        surface: The words as written, not blank, at most 200 characters.

    Raises:
        InvalidQuantity: Something does not fit; it holds one problem for each fault, where ``where`` is
            ``modifier``, ``numbers``, ``numbers[i]`` or ``surface``.
    """

    modifier: Modifier = attrs.field(converter=_as_modifier)
    numbers: tuple[str, ...]
    surface: str

    def __attrs_post_init__(self) -> None:
        if is_sound(self.modifier, self.numbers, self.surface):
            return
        problems = tuple(_problems(self.modifier, self.numbers, self.surface))
        if problems:
            raise InvalidQuantity(problems)

    @classmethod
    def exact(cls, n: int | Decimal | str, *, surface: str) -> Self:
        """Returns the quantity of a number stated without a modifier ("353")."""
        return cls(Modifier.EXACT, _texts(n), surface)

    @classmethod
    def more_than(cls, n: int | Decimal | str, *, surface: str) -> Self:
        """Returns the quantity above n, n excluded ("more than 2,000")."""
        return cls(Modifier.MORE_THAN, _texts(n), surface)

    @classmethod
    def less_than(cls, n: int | Decimal | str, *, surface: str) -> Self:
        """Returns the quantity below n, n excluded ("fewer than 20")."""
        return cls(Modifier.LESS_THAN, _texts(n), surface)

    @classmethod
    def at_least(cls, n: int | Decimal | str, *, surface: str) -> Self:
        """Returns the quantity of n or more ("at least 12")."""
        return cls(Modifier.AT_LEAST, _texts(n), surface)

    @classmethod
    def at_most(cls, n: int | Decimal | str, *, surface: str) -> Self:
        """Returns the quantity of n or less ("up to 19")."""
        return cls(Modifier.AT_MOST, _texts(n), surface)

    @classmethod
    def nearly(cls, n: int | Decimal | str, *, surface: str) -> Self:
        """Returns the quantity close to n and below it ("nearly 16,000")."""
        return cls(Modifier.NEARLY, _texts(n), surface)

    @classmethod
    def about(cls, n: int | Decimal | str, *, surface: str) -> Self:
        """Returns the quantity close to n on either side ("about 2,000")."""
        return cls(Modifier.ABOUT, _texts(n), surface)

    @classmethod
    def between(cls, a: int | Decimal | str, b: int | Decimal | str, *, surface: str) -> Self:
        """Returns the quantity from a to b, both included, without a point ("10 to 15")."""
        return cls(Modifier.BETWEEN, _texts(a, b), surface)

    @classmethod
    def estimate(cls, n: int | Decimal | str, a: int | Decimal | str, b: int | Decimal | str, *, surface: str) -> Self:
        """Returns the estimate n that its source gives with a low end a and a high end b, both included."""
        return cls(Modifier.ESTIMATE, _texts(n, a, b), surface)

    @classmethod
    def higher_than(cls, n: int | Decimal | str | None = None, *, surface: str) -> Self:
        """Returns the quantity said to be higher than n, or, with None, than some figure that is not named."""
        return cls(Modifier.HIGHER_THAN, () if n is None else _texts(n), surface)

    @classmethod
    def word(cls, modifier: Modifier | str, *, surface: str) -> Self:
        """Returns the quantity of a modifier that takes no number ("dozens", "many", "none")."""
        return cls(modifier, (), surface)


def decimal_text(number: int | Decimal | str) -> str:
    """Returns the canonical decimal text of an exact number.

    An int gives its digits; a Decimal keeps the zeros after its point and loses its exponent; a text must
    already be canonical and comes back as it is.

    >>> decimal_text(353), decimal_text(Decimal("0.50")), decimal_text(Decimal("1.6E+4"))
    ('353', '0.50', '16000')

    Raises:
        InvalidQuantity: The number is a bool, a float or another type, not finite, a negative zero, a text
            that is not canonical, or needs more than 60 characters.
    """
    (text,) = _texts(number)
    message = _number_fault(text)
    if message is not None:
        raise InvalidQuantity(message)
    return text


def _texts(*numbers: int | Decimal | str) -> tuple[str, ...]:
    """Writes exact numbers as text; what has no text stays as it is, for the validation to name."""
    return tuple(_plain(number) if _has_text(number) else number for number in numbers)  # type: ignore[misc]


def _plain(number: int | Decimal | str) -> str:
    return str(int(number)) if isinstance(number, int) else format(number, "f")


def _has_text(number: object) -> bool:
    """Tells whether an exact number has a plain text that is short enough to write out."""
    if isinstance(number, int):
        return not isinstance(number, bool) and abs(number) < 10**MAX_NUMBER_LENGTH
    if isinstance(number, Decimal):
        exponent = number.as_tuple().exponent
        return isinstance(exponent, int) and max(abs(number.adjusted()), abs(exponent)) <= MAX_NUMBER_LENGTH
    return False


def is_sound(modifier: object, numbers: object, surface: object) -> bool:
    """Tells that three fields have no fault, without the words for one; False may mean that they are looked into."""
    if type(modifier) is not Modifier or type(numbers) is not tuple or len(numbers) not in _TAKES[modifier]:
        return False
    for number in numbers:
        if type(number) is not str or not (_is_count(number) or _number_fault(number) is None):
            return False
    if len(numbers) > 1 and any(_order_problems(modifier, numbers)):
        return False
    return type(surface) is str and _surface_fault(surface) is None


def _problems(modifier: object, numbers: object, surface: object) -> Iterator[Problem]:
    """Yields every fault of the three fields; wrong types included."""
    if not isinstance(modifier, Modifier):
        yield Problem("modifier", f"expected one of {', '.join(Modifier)}, got {_shown(modifier)}")
    yield from _number_problems(modifier, numbers)
    message = _surface_fault(surface)
    if message is not None:
        yield Problem("surface", message)


def _number_problems(modifier: object, numbers: object) -> Iterator[Problem]:
    if not isinstance(numbers, tuple):
        yield Problem("numbers", f"expected a tuple of decimal texts, got {type(numbers).__name__}")
        return
    faults = [(f"numbers[{index}]", _number_fault(number)) for index, number in enumerate(numbers)]
    yield from (Problem(where, message) for where, message in faults if message is not None)
    if not isinstance(modifier, Modifier):
        return
    if len(numbers) not in _TAKES[modifier]:
        expected = " or ".join(map(str, _TAKES[modifier]))
        plural = "number" if _TAKES[modifier] == (1,) else "numbers"
        yield Problem("numbers", f"expected {expected} {plural} for {modifier}, got {len(numbers)}")
    elif not any(message for _, message in faults):
        yield from _order_problems(modifier, numbers)


def _order_problems(modifier: Modifier, numbers: tuple[str, ...]) -> Iterator[Problem]:
    if modifier is Modifier.BETWEEN:
        a, b = numbers
        if _is_above(a, b):
            yield Problem("numbers", f"expected a <= b for between, got a = {a} and b = {b}")
    elif modifier is Modifier.ESTIMATE:
        n, a, b = numbers
        if _is_above(a, n) or _is_above(n, b):
            yield Problem("numbers", f"expected a <= n <= b for estimate, got n = {n}, a = {a} and b = {b}")


def _is_above(first: str, second: str) -> bool:
    """Compares two canonical decimal texts; where both are digits alone no Decimal is made."""
    exact: type[int | Decimal] = int if first.isdigit() and second.isdigit() else Decimal
    return exact(first) > exact(second)


def _number_fault(number: object) -> str | None:
    """Says what is wrong with one entry of ``numbers``; None for a canonical decimal text."""
    if type(number) is not str:
        return _type_fault(number)
    if len(number) > MAX_NUMBER_LENGTH:
        return f"expected a decimal text of at most {MAX_NUMBER_LENGTH} characters, got {len(number)} characters"
    if _NEGATIVE_ZERO.fullmatch(number):
        return f"expected a decimal text without a negative zero, got {number!r}"
    if not _DECIMAL_TEXT.fullmatch(number):
        return f"expected a decimal text such as '353' or '0.27', got {_shown(number)}"
    return None


def _type_fault(number: object) -> str:
    if isinstance(number, Decimal) and not number.is_finite():
        return f"expected a finite number, got {_shown(number)}"
    if isinstance(number, int | Decimal) and not isinstance(number, bool):
        if not _has_text(number):
            return f"expected a number of at most {MAX_NUMBER_LENGTH} characters, got a longer one"
        return f"expected a decimal text such as '353', got {_plain(number)} ({type(number).__name__})"
    return f"expected an exact integer or decimal text, got {_shown(number)}"


def _surface_fault(surface: object) -> str | None:
    if type(surface) is not str or not surface.strip():
        return f"expected the words as written, got {_shown(surface)}"
    if len(surface) > MAX_SURFACE_LENGTH:
        return f"expected at most {MAX_SURFACE_LENGTH} characters, got {len(surface)}"
    if not is_encodable(surface):
        return "expected text that can be encoded as UTF-8, got a lone surrogate"
    return None


def _shown(value: object) -> str:
    """Shows a value of any type in one short line, with its type unless it is a text."""
    shortened = reprlib.Repr()
    shortened.maxstring = shortened.maxother = 80
    if type(value) is str:
        return shortened.repr(value)
    if isinstance(value, int) and not isinstance(value, bool) and not _has_text(value):
        return f"an {type(value).__name__} of more than {MAX_NUMBER_LENGTH} digits"
    return f"{shortened.repr(value)} ({type(value).__name__})"
