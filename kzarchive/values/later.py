"""Later: values that are made when somebody asks for them, once.

As ``functools.cache`` and ``lru_cache``, for objects of which thousands are made: they copy no names and documentation.
"""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar, cast

K = TypeVar("K")
V = TypeVar("V")
_NOT_MADE = object()


class Later(Generic[V]):
    """Returns the same value each time it is called; the first call makes it."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], V]) -> None:
        """Takes what makes the value."""
        self._make: Callable[[], V] | None = make
        self._made: object = _NOT_MADE

    def __call__(self) -> V:
        """Returns the value."""
        if self._make is not None:
            self._made, self._make = self._make(), None
        return cast("V", self._made)


class Kept(OrderedDict[K, V]):
    """What was made, by what it was made of; of too many the one made first goes.

    It knows nothing of who makes it, so that an object that keeps what its own methods made is in no circle, and is
    gone as soon as nobody holds it.
    """

    def __init__(self, most: int | None = None) -> None:
        """Keeps nothing yet.

        Args:
            most: How many values are kept; None = all.
        """
        super().__init__()
        self._most = most

    def put(self, key: K, made: V) -> V:
        """Keeps a value, and returns it."""
        if self._most is not None and len(self) >= self._most:
            # Another thread may have dropped the last one.
            with suppress(KeyError):
                self.popitem(last=False)
        self[key] = made
        return made


class _Made(Kept[K, V]):
    """Values that a function makes when they are asked for."""

    def __init__(self, make: Callable[[K], V], most: int | None) -> None:
        super().__init__(most)
        self._make = make

    def __missing__(self, key: K) -> V:
        return self.put(key, self._make(key))


def kept(make: Callable[[K], V], most: int | None = None) -> Callable[[K], V]:
    """Returns a function of one argument that keeps what it returned for the next one who asks.

    Args:
        make: The function.
        most: How many values are kept; None = all.
    """
    return _Made(make, most).__getitem__
