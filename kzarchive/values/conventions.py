"""Conventions: versioned readings of quantities as low, point and high.

A convention turns the words of a :class:`~kzarchive.values.quantities.Quantity` into an :class:`Interval` each
time that they are read; nothing of it is stored. Below, u is the unit of the last significant digit of n as
written (2000 -> 1000; 4500 -> 100; 353 -> 1; 0 -> 1; 0.50 -> 0.01) and m, the half grain, is u/2, or 1 where u
is 1. ``-`` means no point, ``..`` an open end. Negative numbers use the same arithmetic, mirrored nowhere.

``half-grain/1``:

================  ==============================  ================
words             measure of integers             decimal measure
================  ==============================  ================
exact n           n, n, n                         n, n, n
more_than n       n+1, -, ..                      n, -, ..
higher_than n     n+1, -, ..                      n, -, ..
higher_than       bounds nothing; ``open_above``  the same
less_than n       ``..``, -, n-1                  ``..``, -, n
at_least n        n, -, ..                        n, -, ..
at_most n         ``..``, -, n                    ``..``, -, n
about n, u >= 10  n-m, n soft, n+m-1              n-m, n soft, n+m
about n, u <= 1   n-m, n soft, n+m                n-m, n soft, n+m
nearly n          n-m, -, n-1                     n-m, -, n
between a b       a, -, b                         a, -, b
estimate n a b    a, n soft, b                    a, n soft, b
none              0, 0, 0                         0, 0, 0
dozens            24, -, ..                       24, -, ..
scores            40, -, ..                       40, -, ..
hundreds          200, -, ..                      200, -, ..
thousands         2000, -, ..                     2000, -, ..
many              2, -, ..                        2, -, ..
================  ==============================  ================

A plural word is read as two of its units at least, and many as two. ``acled/1`` reads dozens as 12, scores 20, hundreds
100, thousands 1000 and many 1, and everything else as ``half-grain/1`` does. The 12 and the 100 are those of the
frequently asked questions of the Armed Conflict Location and Event Data project (ACLED) on its fatality figures;
scores, thousands and many are choices of this library, in its spirit of the most conservative reading.

A decimal measure closes an end at n where one of integers steps to the next whole number, because no decimal is
next to n. A convention whose reading changes gets another name (``half-grain/2``); the old one stays.
"""

import difflib
import functools
import re
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal, Inexact, localcontext
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Protocol, runtime_checkable

import attrs

from kzarchive.errors import InvalidQuantity, Problem, UsageError
from kzarchive.values.making import maker
from kzarchive.values.quantities import Modifier, Quantity

Number = int | Decimal
"""An exact number: an int for a measure of integers, a Decimal for a decimal measure."""

# Wide enough for each sum of numbers of 60 characters; were it not, Inexact would raise instead of rounding.
_EXACT: Final = Context(prec=150, traps=[Inexact])
_WHOLE: Final = {int, type(None)}
_NAME: Final = re.compile(r"[^\s/]+/[1-9][0-9]*")
_WORDS: Final = (Modifier.DOZENS, Modifier.SCORES, Modifier.HUNDREDS, Modifier.THOUSANDS, Modifier.MANY)


@attrs.frozen
class Interval:
    """The bounds of a quantity under a convention, both ends included.

    Attributes:
        low: The lowest number that the words allow; None = open below.
        point: The number that the words state; None = they state none.
        high: The highest number that the words allow; None = open above.
        soft: Whether the point is approximate ("about 2,000"): it excludes no other point.
        open_above: Whether the words only say that some figure may be higher, without a number. Such an
            interval bounds nothing: low, point and high are None.

    Raises:
        UsageError: A number is not an int or a finite Decimal, low <= point <= high is broken, a soft point
            is missing, or ``open_above`` stands beside a number.
    """

    low: Number | None
    point: Number | None
    high: Number | None
    soft: bool = False
    open_above: bool = False

    def __attrs_post_init__(self) -> None:
        message = _interval_fault(self)
        if message is not None:
            raise UsageError(message)

    def contains(self, other: "Interval") -> bool:
        """Tells whether each number of the other interval lies in this one; equal bounds contain each other."""
        low = self.low is None or (other.low is not None and self.low <= other.low)
        high = self.high is None or (other.high is not None and other.high <= self.high)
        return low and high

    def properly_contains(self, other: "Interval") -> bool:
        """Tells whether this interval contains the other and is wider; points play no part."""
        return self.contains(other) and not other.contains(self)

    def intersect(self, other: "Interval") -> "Interval | None":
        """Returns the bounds that both share, without a point; None when they share no number."""
        lows = [low for low in (self.low, other.low) if low is not None]
        highs = [high for high in (self.high, other.high) if high is not None]
        low, high = max(lows, default=None), min(highs, default=None)
        if low is not None and high is not None and low > high:
            return None
        return interval_of(low, None, high)

    def holds(self, number: Number) -> bool:
        """Tells whether a number lies within the bounds, ends included.

        Raises:
            UsageError: The number is not an int or a finite Decimal.
        """
        message = _number_fault("number", number)
        if message is not None:
            raise UsageError(message)
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)


def whole_interval(low: int | None, point: int | None, high: int | None, soft: bool = False) -> Interval:
    """Returns the interval of whole numbers.

    Raises:
        UsageError: As :class:`Interval`.
    """
    if _in_order(low, point, high) and (point is not None or not soft):
        return _made(low, point, high, soft, False)
    return Interval(low, point, high, soft)


def _in_order(low: int | None, point: int | None, high: int | None) -> bool:
    if point is None:
        return low is None or high is None or low <= high
    return (low is None or low <= point) and (high is None or point <= high)


_made = maker(Interval)


def interval_of(low: Number | None, point: Number | None, high: Number | None) -> Interval:
    """Returns the interval of numbers of either kind.

    Raises:
        UsageError: As :class:`Interval`.
    """
    if point is None and high is None and type(low) is int:
        return _made(low, None, None, False, False)
    kinds = {type(low), type(point), type(high)}
    return whole_interval(low, point, high) if kinds <= _WHOLE else Interval(low, point, high)  # type: ignore[arg-type]


def _interval_fault(interval: Interval) -> str | None:
    """Says what makes an interval no interval; None when it is sound."""
    ends = {"low": interval.low, "point": interval.point, "high": interval.high}
    stated = {name: number for name, number in ends.items() if number is not None}
    for name, number in stated.items():
        message = _number_fault(name, number)
        if message is not None:
            return message
    for name in ("soft", "open_above"):
        if not isinstance(getattr(interval, name), bool):
            return f"expected True or False as {name}, got {getattr(interval, name)!r}"
    numbers = list(stated.values())
    if any(lower > upper for lower, upper in pairwise(numbers)):
        shown = ", ".join(f"{name} = {number}" for name, number in stated.items())
        return f"expected low <= point <= high, got {shown}"
    if interval.soft and interval.point is None:
        return "expected a point beside soft, got None"
    if interval.open_above and stated:
        return f"expected no numbers beside open_above, got {', '.join(stated)}"
    return None


def _number_fault(name: str, number: object) -> str | None:
    if type(number) is int or (type(number) is Decimal and number.is_finite()):
        return None
    return f"expected an int or a finite Decimal as {name}, got {number!r} ({type(number).__name__})"


@runtime_checkable
class Convention(Protocol):
    """A named, versioned reading of quantities; a user may pass any object of this form."""

    @property
    def name(self) -> str:
        """The name and version, such as ``half-grain/1``; it stands in the basis of each answer."""

    def read(self, quantity: Quantity, *, decimal: bool) -> Interval:
        """Reads a quantity as an interval; the same quantity gives the same interval each time.

        Args:
            quantity: The quantity as worded.
            decimal: False for a measure of integers, where each number of the interval is an int; True for a
                decimal measure, where each is a Decimal.

        Raises:
            InvalidQuantity: A number of the quantity is no integer and the measure is one of integers.
        """


@attrs.frozen
class _HalfGrain:
    """Reads as the table of the module says."""

    name: str = "half-grain/1"

    def read(self, quantity: Quantity, *, decimal: bool) -> Interval:
        """Reads a quantity as an interval; see :meth:`Convention.read`."""
        if quantity.modifier in _WORDS:
            return _plural((24, 40, 200, 2000, 2), quantity.modifier, decimal=decimal)
        if not decimal:
            return _read_whole(quantity.modifier, quantity.numbers)
        with localcontext(_EXACT):
            return _read_numbers(quantity.modifier, quantity.numbers, decimal=True)


@attrs.frozen
class _VagueWords:
    """Reads the plural words at lows of its own, in the order of ``_WORDS``, and the rest as its base does."""

    name: str
    lows: tuple[int, ...]
    base: Convention

    def read(self, quantity: Quantity, *, decimal: bool) -> Interval:
        """Reads a quantity as an interval; see :meth:`Convention.read`."""
        if quantity.modifier in _WORDS:
            return _plural(self.lows, quantity.modifier, decimal=decimal)
        return self.base.read(quantity, decimal=decimal)


def _plural(lows: tuple[int, ...], modifier: Modifier, *, decimal: bool) -> Interval:
    low = lows[_WORDS.index(modifier)]
    return Interval(Decimal(low) if decimal else low, None, None)


# The same few numbers are told again and again. Decimals are not kept: 0.5 and 0.50 are equal and not the same.
@functools.lru_cache(16_384)
def _read_whole(modifier: Modifier, numbers: tuple[str, ...]) -> Interval:
    return _read_numbers(modifier, numbers, decimal=False)


def _read_numbers(modifier: Modifier, texts: tuple[str, ...], *, decimal: bool) -> Interval:
    numbers = _numbers(texts, decimal=decimal)
    match modifier, numbers:
        case Modifier.NONE, ():
            zero: Number = Decimal(0) if decimal else 0
            return Interval(zero, zero, zero)
        case Modifier.HIGHER_THAN, ():
            return Interval(None, None, None, open_above=True)
        case Modifier.BETWEEN, (a, b):
            return Interval(a, None, b)
        case Modifier.ESTIMATE, (n, a, b):
            return Interval(a, n, b, soft=True)
    return _read_around(modifier, numbers[0], _grain(texts[0]), step=0 if decimal else 1)


def _read_around(modifier: Modifier, n: Number, grain: Number, *, step: int) -> Interval:
    """Reads the modifiers of one number; ``step`` is the distance to the next number, 0 for decimals."""
    half = _half(grain)
    match modifier:
        case Modifier.EXACT:
            return Interval(n, n, n)
        case Modifier.MORE_THAN | Modifier.HIGHER_THAN:
            return Interval(n + step, None, None)
        case Modifier.LESS_THAN:
            return Interval(None, None, n - step)
        case Modifier.AT_LEAST:
            return Interval(n, None, None)
        case Modifier.AT_MOST:
            return Interval(None, None, n)
        case Modifier.ABOUT:
            return Interval(n - half, n, n + half - (step if grain > 1 else 0), soft=True)
        case _:
            return Interval(n - half, None, n - step)


def _numbers(texts: tuple[str, ...], *, decimal: bool) -> tuple[Number, ...]:
    """Returns the numbers of a quantity as the measure needs them: all int, or all Decimal."""
    if decimal:
        return tuple(map(Decimal, texts))
    problems = tuple(integer_problems(texts))
    if problems:
        raise InvalidQuantity(problems)
    return tuple(map(int, texts))


def integer_problems(numbers: tuple[str, ...]) -> Iterator[Problem]:
    """Yields what keeps the numbers of a quantity from a measure of integers."""
    for index, number in enumerate(numbers):
        if "." in number:
            yield Problem(f"numbers[{index}]", f"expected an integer for this measure, got {number!r}")


def _grain(text: str) -> Number:
    """Returns the unit of the last significant digit of a decimal text; zeros after the point are significant."""
    _, _, fraction = text.partition(".")
    if fraction:
        return Decimal(f"1E-{len(fraction)}")
    significant = text.rstrip("0")
    return 10 ** (len(text) - len(significant)) if significant else 1


def _half(grain: Number) -> Number:
    """Returns half the grain, and 1 for the grain 1, of which whole numbers have no half."""
    if grain == 1:
        return 1
    return grain // 2 if isinstance(grain, int) else grain / 2


HALF_GRAIN: Final[Convention] = _HalfGrain()
"""``half-grain/1``, the default."""

ACLED: Final[Convention] = _VagueWords("acled/1", (12, 20, 100, 1000, 1), HALF_GRAIN)
"""``acled/1``: the plural words read as low as the practice of ACLED does."""

SHIPPED: Final[Mapping[str, Convention]] = MappingProxyType({shipped.name: shipped for shipped in (HALF_GRAIN, ACLED)})
"""The conventions of the library by name."""


def convention(name_or_convention: str | Convention) -> Convention:
    """Returns a convention by its name, or checks and returns the one given.

    Args:
        name_or_convention: The name of a shipped convention, or an object with ``name`` and ``read``.

    Raises:
        UsageError: No shipped convention has the name; the object is no convention; its name has no version;
            or another convention goes by the name of a shipped one, so that a basis would name the wrong one.
    """
    if isinstance(name_or_convention, str):
        return _shipped(name_or_convention)
    if isinstance(name_or_convention, type) or not isinstance(name_or_convention, Convention):
        raise UsageError(f"expected a convention or its name, got {name_or_convention!r}")
    _check_name(name_or_convention.name)
    if SHIPPED.get(name_or_convention.name, name_or_convention) != name_or_convention:
        raise UsageError(f"expected a name of its own, got {name_or_convention.name!r}, which is a shipped convention")
    return name_or_convention


def _shipped(name: str) -> Convention:
    if name in SHIPPED:
        return SHIPPED[name]
    near = difflib.get_close_matches(name, SHIPPED)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(f"expected a convention, one of {', '.join(SHIPPED)}, got {name!r}{hint}")


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UsageError(f"expected the name of a convention with its version, such as 'mine/1', got {name!r}")


def vague_words(
    name: str,
    *,
    dozens: int,
    scores: int,
    hundreds: int,
    thousands: int,
    many: int,
    base: str | Convention = HALF_GRAIN,
) -> Convention:
    """Returns a convention of one's own that reads the plural words from the given lows up to an open end.

    >>> mine = vague_words("mine/1", dozens=36, scores=60, hundreds=300, thousands=3000, many=3)
    >>> mine.read(Quantity.word("dozens", surface="dozens"), decimal=False)
    Interval(low=36, point=None, high=None, soft=False, open_above=False)

    Args:
        name: The name and version, such as ``mine/1``; not that of a shipped convention.
        dozens: The low of "dozens", 0 or more; so are the others.
        scores: The low of "scores".
        hundreds: The low of "hundreds".
        thousands: The low of "thousands".
        many: The low of "many".
        base: The convention that reads everything else.

    Raises:
        UsageError: The name is not new or has no version, a low is no int of 0 or more, or the base is no convention.
    """
    lows = {"dozens": dozens, "scores": scores, "hundreds": hundreds, "thousands": thousands, "many": many}
    for word, low in lows.items():
        if type(low) is not int or low < 0:
            raise UsageError(f"expected an int of 0 or more as {word}, got {low!r}")
    return convention(_VagueWords(name, tuple(lows.values()), convention(base)))


def check_reading(convention: Convention, quantity: Quantity, interval: object) -> Interval:
    """Returns what a convention read if it is an interval of exact numbers, and refuses it if not.

    Args:
        convention: The convention that read the quantity.
        quantity: The quantity read.
        interval: What the convention returned.

    Raises:
        UsageError: It is no interval, or one whose numbers are no longer sound; the message names the
            convention and the quantity.
    """
    read = f"convention {convention.name!r} on {quantity.surface!r} ({quantity.modifier})"
    if not isinstance(interval, Interval):
        raise UsageError(f"{read}: expected an Interval, got {interval!r} ({type(interval).__name__})")
    message = _interval_fault(interval)
    if message is not None:
        raise UsageError(f"{read}: {message}")
    return interval
