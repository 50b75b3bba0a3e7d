"""The strategies of :mod:`kzarchive.testing.strategies` over frames that the laws and the oracle speak of often."""

from collections.abc import Sequence
from typing import Any

import attrs
import hypothesis.strategies as st

from kzarchive import Archive
from kzarchive.testing import strategies as public
from kzarchive.testing.strategies import (
    AGENTS,
    DAYS,
    UTTERANCES,
    ZONES,
    Made,
    is_taken,
    notices,
    readings,
    replacements,
    replacing,
    weighted,
)
from kzarchive.testing.strategies import EVERY_KIND as VOCABULARY
from kzarchive.values.frames import Frame

__all__ = [
    "AGENTS",
    "DAYS",
    "FORCE_FRAMES",
    "PLAIN_FRAMES",
    "UTTERANCES",
    "VOCABULARY",
    "WHOLE_FRAMES",
    "ZONES",
    "Made",
    "Question",
    "archives",
    "days",
    "frame_sets",
    "is_taken",
    "moments",
    "notices",
    "quantities",
    "questions",
    "readings",
    "recorded",
    "replacements",
    "replacing",
    "valids",
    "weighted",
]

days, moments, valids, quantities = public.days(), public.moments(), public.valids(), public.quantities()

PLAIN_FRAMES = tuple(
    Frame(measure.slug, "all", "KZ") for measure in VOCABULARY.measures if measure.slug != "whereabouts"
)
WHOLE_FRAMES = tuple(
    Frame(measure, subject, place)
    for measure in ("killed", "strength", "arrested_daily")
    for subject, place in (("all", "KZ"), ("officers", "KZ"), ("all", "KZ.almaty"), ("officers", "KZ.almaty"))
)
FORCE_FRAMES = tuple(Frame("whereabouts", subject, "KZ") for subject in ("force", "force.a", "force.b"))


def _of_parts(measure: str) -> list[Frame]:
    return [frame for frame in WHOLE_FRAMES if frame.measure == measure]


frame_sets: st.SearchStrategy[Sequence[Frame]] = weighted(
    (2, st.sampled_from(("killed", "killed", "strength", "arrested_daily")).map(_of_parts)),
    (6, st.sampled_from(PLAIN_FRAMES).map(lambda frame: [frame])),
    (2, st.lists(st.sampled_from(PLAIN_FRAMES), min_size=2, max_size=3, unique=True)),
    (3, st.just(list(FORCE_FRAMES))),
)


def recorded(made: Made) -> Archive:
    """Returns the archive with all its events, recorded long after everything in it."""
    return made.archive()


def archives(*, changes: bool = True) -> st.SearchStrategy[Made]:
    """Draws an archive of 1 to 4 documents and 1 to 8 assertions over one of the sets of frames.

    Args:
        changes: Whether sources correct and retract and analysts judge.
    """
    return public.archives(frames=frame_sets, changes=changes)


@attrs.frozen(kw_only=True)
class Question:
    """The coordinates of a question, as ``as_of`` takes them; None = not given."""

    date: str | None = None
    published: str | None = None
    stated: str | None = None
    valid: str | None = None
    retrieved: str | None = None
    position: int | None = None
    include: str = "definite"
    convention: str = "half-grain/1"

    def arguments(self) -> dict[str, Any]:
        """Returns the arguments of ``as_of``."""
        return {name: value for name, value in attrs.asdict(self).items() if value is not None}


_asked = st.sampled_from((*DAYS, "2022-01", "2022-01-07T12:00:00Z", "2025"))


@st.composite
def questions(draw: st.DrawFn, head: int) -> Question:
    """Draws a question about an archive whose log ends at ``head``."""
    axes = draw(
        st.one_of(
            st.just({}),
            st.fixed_dictionaries({"date": _asked}),
            st.fixed_dictionaries({"published": _asked}),
            st.fixed_dictionaries({"valid": _asked}),
            st.fixed_dictionaries({"stated": _asked}),
            st.fixed_dictionaries({"retrieved": _asked}),
            st.fixed_dictionaries({"published": _asked, "valid": _asked}),
            st.fixed_dictionaries({"date": _asked, "stated": _asked, "retrieved": _asked}),
        )
    )
    position = draw(st.one_of(st.none(), st.none(), st.integers(1, head)))
    include = draw(st.sampled_from(("definite", "definite", "possible")))
    convention = draw(st.sampled_from(("half-grain/1", "half-grain/1", "acled/1")))
    return Question(**axes, position=position, include=include, convention=convention)
