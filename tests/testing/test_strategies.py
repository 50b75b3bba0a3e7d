"""The strategies generate only what intake accepts."""

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, find, given, settings

from kzarchive.testing.strategies import AGENTS, EVERY_KIND, Made, archives, judgements, readings, source_events
from kzarchive.values.assertions import ValidReading
from kzarchive.values.events import AssertionRecorded, DocumentRegistered, SourceCorrected

law = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@law
@given(archives())
def test_a_generated_archive_is_taken_whole(made: Made) -> None:
    with made.archive() as archive:
        assert len(made.events) + 1 == archive.head


@law
@given(st.data(), archives(changes=False))
def test_what_a_source_or_an_analyst_says_of_an_archive_is_taken(data: st.DataObject, made: Made) -> None:
    """Drawn for an archive of which nothing was said yet, so that there is nothing to contradict."""
    held = [event.document for event in made.events if isinstance(event, DocumentRegistered)]
    said = [event.assertion for event in made.events if isinstance(event, AssertionRecorded)]
    frames = [what.frame for what in said]
    events = st.one_of(source_events(held, said, AGENTS), judgements(held, said, frames, AGENTS))
    with made.archive() as archive:
        archive.append([data.draw(events)])


def test_corrections_are_among_what_is_generated() -> None:
    def has_correction(made: Made) -> bool:
        return any(isinstance(event, SourceCorrected) for event in made.events)

    first = settings(max_examples=1_000, phases=(Phase.generate,), database=None, derandomize=True)
    assert has_correction(find(archives(), has_correction, settings=first))


@law
@given(st.data())
def test_a_state_is_never_counted_up_to_a_day(data: st.DataObject) -> None:
    state = EVERY_KIND.measure("whereabouts")
    assert state is not None
    assert data.draw(readings(state)) in {ValidReading.THROUGHOUT, ValidReading.WITHIN}


def test_a_count_may_be_counted_up_to_a_day() -> None:
    count = EVERY_KIND.measure("killed")
    assert count is not None
    assert find(readings(count), lambda reading: reading is ValidReading.UP_TO)
