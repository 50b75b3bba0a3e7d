"""Parts and wholes: warnings where a part is claimed to be more than the whole (S17).

A frame is part of another one of the same measure when its subject is part of the other's subject, its place lies in
the other's place, or both; this holds of counts (whole numbers with a unit), whatever their subjects. Beside that an
assertion may say so itself: the frame of what it ``includes`` is part of its own, where both are live and are counted
in the same unit.

A warning stands where the lowest number claimed of the part is above the highest of the whole, so that no value of the
one fits any of the other. The numbers are those that ``range/1`` gives at the basis, whatever policy answers: a policy
may choose among claims, and what is claimed is compared here. Increments and occurrences are compared only where both
are of one and the same period. Where somebody says that the whole may be higher, nothing is broken. Neither answer
changes: nothing is computed from the other one, and which of them is wrong is not told.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from kzarchive.policies.answer import Excess
from kzarchive.replay.view import View
from kzarchive.values.assertions import RelationKind
from kzarchive.values.conventions import Number
from kzarchive.values.frames import Frame
from kzarchive.values.terms import Aggregation, Measure, ValueType, Vocabulary

NUMBERS = {Aggregation.CUMULATIVE, Aggregation.LEVEL, Aggregation.INCREMENT, Aggregation.OCCURRENCE}


class Parts:
    """Which frames of a view are parts of which."""

    def __init__(self, view: View) -> None:
        self._index = view.index
        self._vocabulary = view.ledger.vocabulary
        self._included = set(included(view))

    def pairs(self, frame: Frame) -> set[tuple[Frame, Frame]]:
        """Returns the pairs of a part and a whole that a frame is one of."""
        measure = self._vocabulary.measure(frame.measure)
        included = (pair for pair in self._included if frame in pair) if self._included else ()
        found = {pair for pair in included if self._share_a_unit(*pair)}
        if measure is None or not is_count(measure):
            return found
        if not self._vocabulary.may_divide(frame.subject, frame.place):
            return found
        others = self._index.frames_by_measure.get(frame.measure, frozenset())
        found |= {(frame, whole) for whole in wholes(frame, self._vocabulary) if whole in others}
        return found | {(part, frame) for part in self._below(frame) & others}

    def _below(self, frame: Frame) -> set[Frame]:
        subjects = (frame.subject, *self._vocabulary.parts(frame.subject))
        places = (frame.place, *self._inside.get(frame.place, ()))
        return {Frame(frame.measure, subject, place) for subject in subjects for place in places} - {frame}

    @functools.cached_property
    def _inside(self) -> dict[str, list[str]]:
        """The places that lie in a place, by that place."""
        found: dict[str, list[str]] = {}
        for place in self._vocabulary.places:
            names = place.slug.split(".")
            for end in range(1, len(names)):
                found.setdefault(".".join(names[:end]), []).append(place.slug)
        return found

    def _share_a_unit(self, part: Frame, whole: Frame) -> bool:
        one = self._counted_in(part)
        return one is not None and one == self._counted_in(whole)

    def _counted_in(self, frame: Frame) -> tuple[ValueType, str | None] | None:
        """Returns the kind of value and the unit of a frame of numbers; None = of another frame."""
        measure = self._vocabulary.measure(frame.measure)
        if measure is None or measure.aggregation not in NUMBERS:
            return None
        return measure.value, measure.unit


def is_count(measure: Measure) -> bool:
    """Returns whether a measure counts something, so that no part of it can be more than the whole."""
    return measure.value is ValueType.QUANTITY and measure.unit is not None and not measure.decimal


def wholes(frame: Frame, vocabulary: Vocabulary) -> set[Frame]:
    """Returns the frames of the same measure that a frame is part of, by its subject, its place, or both."""
    names = frame.place.split(".")
    places = [".".join(names[:end]) for end in range(1, len(names) + 1)]
    subjects = (frame.subject, *vocabulary.wholes(frame.subject))
    return {Frame(frame.measure, subject, place) for subject in subjects for place in places} - {frame}


def included(view: View) -> Iterator[tuple[Frame, Frame]]:
    """Yields the frames of what live assertions say that they include, each with that of the whole."""
    for identity in view.index.including:
        for relation in view.ledger.assertions[identity].what.relations:
            if relation.kind is RelationKind.INCLUDES and _is_live(identity, view):
                target = view.index.current(relation.target)
                if not view.index.is_there(target):
                    continue
                part, whole = view.index.frame(target), view.index.frame(identity)
                if part != whole and _is_live(target, view):
                    yield part, whole


def _is_live(identity: str, view: View) -> bool:
    return view.takes_part(identity) and view.dropped(identity) is None


@attrs.frozen
class Range:
    """What is claimed of one frame in one unit and of one period.

    Attributes:
        unit: The unit; None = none is counted.
        period: The period of an increment or an occurrence; None = of another measure.
        low: The lowest number; None = open.
        high: The highest number; None = open, or somebody says that it may be higher.
    """

    unit: str | None
    period: str | None
    low: Number | None
    high: Number | None


def excesses(pairs: Iterable[tuple[Frame, Frame]], ranges: Callable[[Frame], Sequence[Range]]) -> tuple[Excess, ...]:
    """Returns where a part is more than the whole, sorted.

    Args:
        pairs: Pairs of a part and a whole.
        ranges: Returns what is claimed of a frame, for each unit; of several periods nothing.
    """
    return tuple(
        sorted(
            Excess(part=part, whole=whole, low=one.low, high=other.high, unit=one.unit)
            for part, whole in pairs
            for one in ranges(part)
            for other in ranges(whole)
            if (one.unit, one.period) == (other.unit, other.period)
            and one.low is not None
            and other.high is not None
            and one.low > other.high
        )
    )
