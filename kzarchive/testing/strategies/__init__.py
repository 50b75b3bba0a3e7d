"""Hypothesis strategies for dates, quantities, values, assertions and small archives of any vocabulary.

The days are few and near each other, so that ties, overlaps and cuts between are common; archives contradict
themselves, correct, retract and judge, as real ones do. :data:`EVERY_KIND` is a vocabulary with all kinds of measure.

>>> from hypothesis import given
>>> from kzarchive.testing.strategies import archives
>>> @given(archives())
... def test_the_log_never_loses_an_event(made):
...     with made.archive() as archive:
...         assert archive.head == len(made.events) + 1
>>> test_the_log_never_loses_an_event()
"""

from kzarchive.testing.strategies.archives import (
    AGENTS,
    UTTERANCES,
    Made,
    archives,
    assertions,
    chains,
    documents,
    frame_sets,
    is_taken,
)
from kzarchive.testing.strategies.changes import judgements, notices, replacements, replacing, source_events
from kzarchive.testing.strategies.values import (
    DAYS,
    EVERY_KIND,
    ZONES,
    days,
    moments,
    quantities,
    readings,
    valids,
    values,
    weighted,
)

__all__ = [
    "AGENTS",
    "DAYS",
    "EVERY_KIND",
    "UTTERANCES",
    "ZONES",
    "Made",
    "archives",
    "assertions",
    "chains",
    "days",
    "documents",
    "frame_sets",
    "is_taken",
    "judgements",
    "moments",
    "notices",
    "quantities",
    "readings",
    "replacements",
    "replacing",
    "source_events",
    "valids",
    "values",
    "weighted",
]
