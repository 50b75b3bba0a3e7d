"""Appending much: batch by batch, with progress; interrupted and appended again, nothing is lost or there twice."""

import pytest

import kzarchive
from kzarchive.errors import ConflictingEvent, InvalidEvent, UsageError
from kzarchive.january2022 import vocabulary
from kzarchive.testing import given
from kzarchive.values.sources import Agent, AgentKind

CASE = given(vocabulary(), zone="Asia/Almaty").document("wire", published="2022-01-07")
for number in range(10):
    CASE = CASE.says(None, "killed/all/KZ", number, document="wire")


@pytest.fixture
def archive():
    clock = kzarchive.FixedClock("2026-01-01T00:00:00.000000Z", step_us=1)
    with kzarchive.Archive.in_memory(vocabulary=CASE.vocabulary, zone=CASE.zone, clock=clock) as empty:
        yield empty


def test_all_items_in_order(archive):
    told = []
    done = archive.append_in_batches(CASE.items, batch=4, progress=lambda *at: told.append(at))
    assert (11, 0, 12) == (done.new, done.already, done.head)
    assert [(4, 11), (8, 11), (11, 11)] == told
    moments = [event.recorded for event in archive.events()]
    assert [1, 4, 4, 3] == [moments.count(moment) for moment in sorted(set(moments))]


def test_items_that_are_made_while_they_are_appended(archive):
    told = []
    done = archive.append_in_batches(iter(CASE.items), batch=8, progress=lambda *at: told.append(at))
    assert ([(8, 8), (11, 11)], 12) == (told, done.head)


def test_no_items(archive):
    done = archive.append_in_batches([])
    assert (0, 0, 1) == (done.new, done.already, done.head)


def test_interrupted_and_appended_again(archive):
    def items():
        yield from CASE.items[:6]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.append_in_batches(items(), batch=4)
    assert 5 == archive.head
    done = archive.append_in_batches(CASE.items, batch=4)
    assert (7, 4, 12) == (done.new, done.already, done.head)
    assert 12 == len(list(archive.events()))


def test_an_interruption_told_by_progress_leaves_whole_batches(archive):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.append_in_batches(CASE.items, batch=4, progress=interrupt)
    assert 5 == archive.head


def test_a_fault_is_told_with_its_place_among_all_items(archive):
    wrong = CASE.says("nobody", "killed/somebody/KZ", 1, document="wire")
    items = [item for item in wrong.items if not isinstance(item, Agent)]
    with pytest.raises(InvalidEvent) as error:
        archive.append_in_batches(items, batch=4)
    assert {"items[11].frame.subject", "items[11].chain[0].agent"} == {p.where for p in error.value.problems}
    assert 9 == archive.head


def test_a_conflict_is_told_with_its_place_among_all_items(archive):
    one, other = (Agent(slug="aida", kind=kind, names=("Aida",)) for kind in (AgentKind.PERSON, AgentKind.MEDIA))
    with pytest.raises((ConflictingEvent, InvalidEvent)) as error:
        archive.append_in_batches([*CASE.items, one, other], batch=4)
    assert all(problem.where.startswith(("items[12]", "drafts[12]")) for problem in error.value.problems)


def test_a_fault_in_the_first_batch_is_told_as_it_is(archive):
    with pytest.raises(InvalidEvent, match=r"items\[0\]"):
        archive.append_in_batches(CASE.items[1:], batch=4)
    assert 1 == archive.head


def test_a_batch_that_cannot_be(archive):
    with pytest.raises(UsageError, match="batch: expected an int of 1 or more, got 0"):
        archive.append_in_batches(CASE.items, batch=0)


def test_an_archive_opened_read_only():
    with kzarchive.january_2022() as archive, pytest.raises(UsageError, match="opened read-only"):
        archive.append_in_batches(CASE.items)
