"""The checks of a projection before it runs, with every fault told at once."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from kzarchive.errors import UsageError, near
from kzarchive.log.protocol import StoredHeader
from kzarchive.values.canonical import shown
from kzarchive.values.terms import Vocabulary

OVER = ("assertions", "events", "headers")
"""What a fold may reduce."""

_BY_FOLD = {"initial": (), "apply": ("accumulator", "item"), "result": ("accumulator",)}
_OPTIONAL = {"merge": ("one", "other"), "dump": ("accumulator",), "load": ("data",)}


def check_projection(projection: Any, vocabulary: Vocabulary) -> None:
    """Checks that a projection keeps the contract, as far as that shows before it runs.

    Args:
        projection: The projection.
        vocabulary: That of the archive; a projection by measure may name only what it has.

    Raises:
        UsageError: With every fault: an operation is missing or takes other arguments, a field is of another type, a
            measure is not in the vocabulary.
    """
    if isinstance(projection, type):
        raise UsageError(f"projection: expected an instance such as {projection.__name__}(), got the class itself")
    kind = type(projection).__name__
    if not hasattr(projection, "measures") and not hasattr(projection, "over"):
        raise UsageError(
            f"projection {kind}: expected 'measures' (for one by measure) or 'over' (for one by fold), got neither"
        )
    faults = [
        *_naming(projection),
        *(_by_measure(projection, vocabulary) if by_measure(projection) else _fold(projection)),
    ]
    if faults:
        raise UsageError(f"projection {kind}: {'; '.join(faults)}")


def by_measure(projection: Any) -> bool:
    """Returns whether a projection is one by measure."""
    return hasattr(projection, "measures")


def can_merge(projection: Any) -> bool:
    """Returns whether a fold may be split over ranges of the log."""
    return callable(getattr(projection, "merge", None))


def _naming(projection: Any) -> Iterator[str]:
    name, version = getattr(projection, "name", None), getattr(projection, "version", None)
    if not (isinstance(name, str) and name.strip() and name.isprintable()):
        yield f"name: expected a text in one line, got {shown(name)}"
    if type(version) is not int or version < 1:
        yield f"version: expected an int of 1 or more, got {shown(version)}"


def _by_measure(projection: Any, vocabulary: Vocabulary) -> Iterator[str]:
    if hasattr(projection, "over"):
        yield "expected 'measures' or 'over', got both"
    yield from _operation(projection, "result", ("frames",))
    measures = projection.measures
    is_list = isinstance(measures, Sequence) and not isinstance(measures, str)
    if not is_list or not all(isinstance(slug, str) for slug in measures):
        yield f"measures: expected a tuple of measures, got {shown(measures)}"
        return
    known = [measure.slug for measure in vocabulary.measures]
    for slug in measures:
        if slug not in known:
            yield f"measures: expected measures of the vocabulary, got {slug!r}{near(slug, known)}"


def _fold(projection: Any) -> Iterator[str]:
    if projection.over not in OVER:
        yield f"over: expected {', '.join(map(repr, OVER[:-1]))} or {OVER[-1]!r}, got {shown(projection.over)}"
    for name, arguments in _BY_FOLD.items():
        yield from _operation(projection, name, arguments)
    for name, arguments in _OPTIONAL.items():
        if getattr(projection, name, None) is not None:
            yield from _operation(projection, name, arguments)
    if projection.over == "headers" and (fields := getattr(projection, "fields", None)) is not None:
        yield from _fields(fields)
    given = [name for name in ("dump", "load") if getattr(projection, name, None) is not None]
    if len(given) == 1:
        yield f"expected 'dump' and 'load' or neither, got {given[0]!r} alone"


def _fields(fields: Any) -> Iterator[str]:
    known = StoredHeader._fields
    if not isinstance(fields, tuple) or not all(isinstance(name, str) for name in fields):
        yield f"fields: expected a tuple of fields of a header, got {shown(fields)}"
        return
    for name in fields:
        if name not in known:
            yield f"fields: expected fields of a header, got {name!r}{near(name, known)}"


def _operation(projection: Any, name: str, arguments: tuple[str, ...]) -> Iterator[str]:
    operation = getattr(projection, name, None)
    expected = f"{name}: expected an operation {name}({', '.join(arguments)})"
    if not callable(operation):
        yield f"{expected}, got {'none' if operation is None else shown(operation)}"
        return
    try:
        signature = inspect.signature(operation)
    except (TypeError, ValueError):
        return  # One written in C tells nothing of its arguments.
    try:
        signature.bind(*arguments)
    except TypeError:
        yield f"{expected}, got {name}{signature}"
