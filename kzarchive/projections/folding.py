"""Folding: items go into an accumulator one by one, and a fold that does not begin clean is noticed."""

import copy
from collections.abc import Iterable
from typing import Any

from kzarchive.errors import KzArchiveError, UsageError
from kzarchive.projections.contract import ByFold


class Start:
    """Where the folds of a projection begin: each with an accumulator of its own, like the first one.

    Two folds that share a part of their accumulators give answers that depend on what ran before: the worst kind of
    wrong, for the second answer looks like the first. It is noticed here where ``initial`` gives one object twice,
    and by :meth:`check` where it gives another accumulator after a fold than before.
    """

    def __init__(self, projection: ByFold[Any]) -> None:
        """Looks at what ``initial`` gives.

        Raises:
            UsageError: It gives the same object twice, and that may change.
        """
        self._projection = projection
        first, second = projection.initial(), projection.initial()
        if first is second and _may_change(first):
            raise self._shared(f"gave the same {type(first).__name__} twice")
        self._clean = _copy(first)

    def accumulator(self) -> Any:
        """Returns a new accumulator of nothing."""
        return self._projection.initial()

    def check(self) -> None:
        """Checks, after a fold, that the next one begins as this one did.

        Raises:
            UsageError: It does not.
        """
        if self._clean is not _UNKNOWN and not _same(self._clean, again := self._projection.initial()):
            raise self._shared(f"gave {self._clean!r} before a fold and {again!r} after it")

    def _shared(self, what: str) -> UsageError:
        return UsageError(
            f"projection {self._projection.name!r}: expected initial() to give a new accumulator at each call; it "
            f"{what}, so that one fold would find what another one left"
        )


def fold(projection: ByFold[Any], accumulator: Any, items: Iterable[Any]) -> Any:
    """Returns an accumulator with more items; what ``apply`` raises carries a note of where it was.

    Raises:
        UsageError: ``apply`` gives nothing.
    """
    apply, item = projection.apply, None
    left = iter(items)
    try:
        for item in left:
            before, accumulator = accumulator, apply(accumulator, item)
            if accumulator is None and before is not None:
                raise _gives_nothing(projection, item)
            break
        for item in left:
            accumulator = apply(accumulator, item)
    except KzArchiveError:
        raise
    except Exception as error:
        if item is not None:
            error.add_note(f"while projection {projection.name!r} was applied to position {item.position}")
        raise
    return accumulator


def run_fold(projection: ByFold[Any], items: Iterable[Any]) -> Any:
    """Returns the result of a fold over items, from nothing.

    Raises:
        UsageError: The fold does not begin clean, or ``apply`` gives nothing.
    """
    start = Start(projection)
    accumulator = fold(projection, start.accumulator(), items)
    start.check()
    return projection.result(accumulator)


def _gives_nothing(projection: ByFold[Any], item: Any) -> UsageError:
    return UsageError(
        f"projection {projection.name!r}: expected apply(accumulator, item) to return the accumulator, "
        f"got None at position {item.position}; does it lack its return?"
    )


_UNKNOWN = object()


def _may_change(value: Any) -> bool:
    """Tells whether a value that is given out twice may be changed by whoever has it."""
    if value is None or callable(value):
        return False
    if by_identity(value, "__hash__"):
        return hasattr(value, "__dict__") or hasattr(type(value), "__slots__")
    try:
        hash(value)
    except TypeError:
        return True
    return False


def _copy(value: Any) -> Any:
    """Returns a copy that compares equal, or ``_UNKNOWN`` for what cannot be copied or compared."""
    try:
        copied = copy.deepcopy(value)
        return copied if _same(copied, value) else _UNKNOWN
    except Exception:  # the copying or comparing of a user's class raises whatever it likes
        return _UNKNOWN


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if by_identity(one, "__eq__") and hasattr(one, "__dict__"):
        return bool(vars(one) == vars(other))
    return bool(one == other)


def by_identity(value: object, method: str) -> bool:
    """Returns whether a value compares or hashes (``__eq__``, ``__hash__``) as any object does: by being itself."""
    return getattr(type(value), method) is getattr(object, method)
