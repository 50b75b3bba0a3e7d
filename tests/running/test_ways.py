"""One contract, every way of running it: whatever the archive and the way, the answer is that of a whole replay."""

from typing import Any

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from running.folds import FOLDS, Trace
from strategies.archives import AGENTS, DAYS, Made, archives, questions, recorded

from kzarchive.projections.visible import seen_by_frame, seen_one_by_one, visible_assertions
from kzarchive.running.past import past_changes
from kzarchive.running.store import SnapshotStore
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import CoverageDeclared

law = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
everything = pytest.mark.parametrize("kind", FOLDS, ids=lambda kind: kind.__name__)


def batches(data: st.DataObject, made: Made) -> list[Made]:
    """Draws how the events of an archive are appended: in one to four batches, the agents in the first one."""
    cuts = sorted(data.draw(st.lists(st.integers(len(AGENTS), len(made.events)), max_size=3)))
    edges = zip([0, *cuts], [*cuts, len(made.events)], strict=True)
    return [attrs.evolve(made, events=made.events[first:last]) for first, last in edges]


@st.composite
def covered(draw: st.DrawFn) -> Made:
    """Draws an archive that may declare up to which day it has looked, once or again, anywhere in its log."""
    made = draw(archives())
    events = list(made.events)
    for day in draw(st.lists(st.sampled_from(DAYS), max_size=2, unique=True)):
        declared = CoverageDeclared(actor="archive", end=ImpreciseDate.parse(day), grounds="as far as it looked")
        events.insert(draw(st.integers(0, len(events))), declared)
    return attrs.evolve(made, events=tuple(events))


@everything
@law
@given(data=st.data(), made=covered())
def test_from_snapshots_at_any_positions(kind: Any, data: st.DataObject, made: Made) -> None:
    with recorded(made) as archive, SnapshotStore.in_memory() as store:
        for position in data.draw(st.lists(st.integers(1, archive.head), min_size=1, max_size=5)):
            run = archive.run(kind(), position=position, snapshots=store)
            assert archive.replay(kind(), position=position) == run.result
            assert (position, ()) == (run.position, run.set_aside)


@everything
@law
@given(data=st.data(), made=covered())
def test_following_what_is_appended(kind: Any, data: st.DataObject, made: Made) -> None:
    first, *rest = batches(data, made)
    with recorded(first) as archive, SnapshotStore.in_memory() as store:
        follower = archive.follow(kind(), snapshots=store, batch=data.draw(st.integers(1, 9)))
        for more in (attrs.evolve(made, events=()), *rest):
            archive.append(more.events)
            if data.draw(st.booleans()):
                follower = archive.follow(kind(), snapshots=store)
            run = follower.catch_up()
            assert (archive.replay(kind()), archive.head) == (run.result, run.position)


@everything
@law
@given(data=st.data(), made=covered())
def test_rebuilding_gives_what_was_there(kind: Any, data: st.DataObject, made: Made) -> None:
    with recorded(made) as archive, SnapshotStore.in_memory() as store:
        before = archive.run(kind(), snapshots=store).result
        run = archive.rebuild(kind(), snapshots=store, batch=data.draw(st.integers(1, 9)))
        assert (before, archive.head, 0) == (run.result, run.position, run.started)
        assert before == archive.run(kind(), snapshots=SnapshotStore.in_memory()).result


@law
@given(data=st.data(), made=covered())
def test_at_any_question_snapshots_change_no_answer(data: st.DataObject, made: Made) -> None:
    with recorded(made) as archive, SnapshotStore.in_memory() as store:
        archive.run(Trace(), snapshots=store)
        asked = data.draw(questions(archive.head)).arguments()
        axes = {name: value for name, value in asked.items() if name != "date"}
        axes["beyond_coverage"] = asked["beyond_coverage"] = True
        run = archive.run(Trace(), asked.get("date"), snapshots=store, **axes)
        assert archive.as_of(**asked).replay(Trace()) == run.result


@law
@given(data=st.data(), made=covered())
def test_visible_assertions_are_those_that_take_part_and_are_not_dropped(data: st.DataObject, made: Made) -> None:
    with recorded(made) as archive:
        asked = data.draw(questions(archive.head)).arguments() | {"beyond_coverage": True}
        view = archive.as_of(**asked).view
        expected = [
            (placed.position, identity, view.index.frame(identity), view.origin(view.index.utterance(identity)))
            for identity, placed in view.ledger.assertions.items()
            if view.takes_part(identity) and view.dropped(identity) is None
        ]
        for found in (seen_by_frame(view), seen_one_by_one(view, view.ledger.assertions)):
            assert expected == [(seen.position, seen.identity.hex(), seen.frame, seen.origin) for seen in found]
        for item in visible_assertions(view):
            placed = view.ledger.assertions[item.id]
            assert (placed.what, placed.position) == (item.assertion, item.position)
            assert placed.what.document == item.document.id


@law
@given(data=st.data(), made=covered())
def test_where_no_change_of_the_past_is_told_the_past_is_read_as_before(data: st.DataObject, made: Made) -> None:
    with recorded(made) as archive:
        after = data.draw(st.integers(1, archive.head))
        until = data.draw(st.integers(after, archive.head))
        view, earlier = archive.as_of(position=until).view, archive.as_of(position=after).view
        if not list(past_changes(archive._log, view, earlier)):
            before, now = archive.replay(Trace(), position=after), archive.replay(Trace(), position=until)
            assert before == [row for row in now if row[0] <= after]
