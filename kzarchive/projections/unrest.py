"""Protest spread: at each place when protests began and arrived, how large and how violent they were, what happened.

A place that no text states stays ``unstated``. A place and the places within it are rows of their own: that protests
spread over a country says nothing of one town.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from kzarchive.projections.contract import FrameClaims
from kzarchive.projections.entries import Entry, Rows, lines_of, pending_of, visible
from kzarchive.projections.told import Told

BEGAN = ("began",)
ARRIVED = ("spread", "escalated")
SIZES = ("small", "large")
VIOLENCE = ("peaceful", "violent")
ONGOING = ("ongoing",)


@attrs.frozen(kw_only=True)
class PlaceRow:
    """What is told of one place.

    Attributes:
        place: Slug of the place.
        course: Course and character of the protests, by subject.
        starts: When the protests began, by subject.
        numbers: How many took part, by subject.
        incidents: What else happened, by subject.
    """

    place: str
    course: tuple[Entry, ...] = ()
    starts: tuple[Entry, ...] = ()
    numbers: tuple[Entry, ...] = ()
    incidents: tuple[Entry, ...] = ()

    @property
    def key(self) -> str:
        """The place."""
        return self.place

    @property
    def began(self) -> tuple[Told, ...]:
        """Who says that the protests began here, and when."""
        return self._saying(BEGAN)

    @property
    def spread(self) -> tuple[Told, ...]:
        """Who says that they reached this place or grew at it."""
        return self._saying(ARRIVED)

    @property
    def size(self) -> tuple[Told, ...]:
        """Who says that they were small or large."""
        return self._saying(SIZES)

    @property
    def violence(self) -> tuple[Told, ...]:
        """Who says that they were peaceful or violent."""
        return self._saying(VIOLENCE)

    @property
    def ongoing(self) -> tuple[Told, ...]:
        """Who says that they went on, and when."""
        return self._saying(ONGOING)

    def _saying(self, terms: tuple[str, ...]) -> tuple[Told, ...]:
        return tuple(told for entry in self.course for told in entry.saying(*terms))

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data."""
        parts = ("course", "starts", "numbers", "incidents")
        rows: dict[str, Any] = {part: [entry.to_dict() for entry in getattr(self, part)] for part in parts}
        return {"place": self.place, **rows}

    def __str__(self) -> str:
        figures = [f"{e.frame.measure}: {e.answer.words()}" for e in (*self.starts, *self.numbers)]
        told = [f"{told.frame.subject}: {told}" for e in (*self.course, *self.incidents) for told in e.told]
        rest = [f"{e.key}: {one}" for e in (*self.course, *self.incidents) for one in (*e.plans, *e.unsettled)]
        return lines_of(self.place, (*figures, *told, *rest))


@attrs.frozen
class ProtestSpread:
    """The protests and what came with them, by place.

    Attributes:
        measures: Slugs of the course of the protests, of their start, of the number of those who took part and of
            incidents.
    """

    name = "protest-spread"
    version = 1
    measures: tuple[str, ...] = ("protest_status", "protest_start", "protesters", "incident")

    def result(self, frames: Sequence[FrameClaims]) -> Rows[PlaceRow]:
        """Returns a row for each place of which something is told, sorted by place."""
        known = visible(frames)
        places = sorted({f.frame.place for f in known})
        rows = (self._row(place, [f for f in known if f.frame.place == place]) for place in places)
        return Rows(tuple(rows), pending_of(frames))

    def _row(self, place: str, frames: Sequence[FrameClaims]) -> PlaceRow:
        course, starts, numbers, incidents = (
            tuple(Entry.of(f) for f in frames if f.frame.measure == measure) for measure in self.measures
        )
        return PlaceRow(place=place, course=course, starts=starts, numbers=numbers, incidents=incidents)
