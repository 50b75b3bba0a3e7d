"""Parallel: ranges of the log in several processes, merged in its order, give what one process gives."""

import os
import signal

import pytest
from running.folds import Events, Headers, Latest, Trace, Types

import kzarchive
from kzarchive.errors import StorageError, UsageError
from kzarchive.running import parallel


@pytest.fixture(scope="module")
def january(tmp_path_factory):
    path = tmp_path_factory.mktemp("january") / "january.db"
    with kzarchive.january_2022() as archive:
        archive.copy_to(path)
    with kzarchive.Archive.open(path, read_only=True) as archive:
        yield archive


@pytest.fixture
def short_ranges(monkeypatch):
    """Makes many ranges of a short log."""
    monkeypatch.setattr(parallel, "LONGEST_RANGE", 60)


@pytest.mark.parametrize("kind", [Trace, Events, Headers, Types])
def test_the_same_answer(january, short_ranges, kind):
    told = []
    run = january.run(kind(), workers=2, progress=lambda *at: told.append(at))
    assert (january.replay(kind()), january.head) == (run.result, run.position)
    assert ((0, january.head), (60, january.head), (january.head, january.head)) == (told[0], told[1], told[-1])


def test_the_same_answer_as_of_a_date_and_a_position(january):
    for axes in ({"as_of": "2022-01-07"}, {"as_of": "2022-01-19", "position": 419, "include": "possible"}):
        assert january.replay(Trace(), **axes) == january.run(Trace(), workers=2, **axes).result


def test_the_same_answer_from_a_snapshot(january, short_ranges, kept):
    january.run(Headers(), position=200, snapshots=kept)
    run = january.run(Headers(), workers=2, snapshots=kept)
    assert (january.replay(Headers()), 200) == (run.result, run.started)
    assert january.head == january.run(Headers(), snapshots=kept).started


def test_a_range_of_one_position(grown, kept):
    before = grown.archive.head
    grown.archive.run(Types(), position=before - 1, snapshots=kept)
    assert grown.archive.replay(Types()) == grown.archive.run(Types(), workers=2, snapshots=kept).result


def test_a_fold_that_cannot_merge_says_so(january):
    message = (
        r"projection 'latest': expected an operation merge\(one, other\) to run in 2 processes, got none: "
        "it runs in order only"
    )
    with pytest.raises(UsageError, match=message):
        january.run(Latest(), workers=2)


def test_a_projection_by_measure_says_so(january):
    with pytest.raises(UsageError, match="expected a projection by measure to run in one process"):
        january.run(kzarchive.Toll(), workers=2)


def test_an_archive_in_memory_says_so():
    with kzarchive.january_2022() as archive, pytest.raises(UsageError, match="expected an archive in a file"):
        archive.run(Types(), workers=2)


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2", None])
def test_workers_that_cannot_be(january, workers):
    with pytest.raises(UsageError, match="workers: expected an int of 1 or more"):
        january.run(Types(), workers=workers)


def test_a_class_that_no_other_process_can_import_says_so(january):
    class Local(Types):
        pass

    with pytest.raises(UsageError, match="projection 'types': expected one that can be handed to another process"):
        january.run(Local(), workers=2)


class Dying(Types):
    def apply(self, counts, item):
        if item.position == 300:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().apply(counts, item)


def test_a_process_that_dies_is_told(january):
    with pytest.raises(StorageError, match="expected every process to fold its ranges, but one ended before"):
        january.run(Dying(), workers=2)


class Failing(Types):
    def apply(self, counts, item):
        if item.position == 300:
            raise LookupError("no such thing")
        return super().apply(counts, item)


def test_what_a_projection_raises_in_another_process_is_raised_here(january):
    with pytest.raises(LookupError, match="no such thing"):
        january.run(Failing(), workers=2)


class Sharing(Types):
    def merge(self, one, other):
        return one + other

    def apply(self, counts, item):
        SHARED.append(item.position)
        return counts

    def initial(self):
        return SHARED


SHARED = []


def test_a_shared_accumulator_is_noticed_in_each_process(january):
    with pytest.raises(UsageError, match="gave the same list twice"):
        january.run(Sharing(), workers=2)


def test_an_interruption_ends_the_processes(january, short_ranges):
    def interrupt(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        january.run(Types(), workers=2, progress=interrupt)
    assert january.replay(Types()) == january.run(Types(), workers=2).result


def test_a_log_that_another_process_cannot_open_is_told(january, monkeypatch):
    monkeypatch.setattr(january, "_path", january._path.with_name("gone.db"))
    with pytest.raises(StorageError, match=r"gone.db: expected a kzarchive log, got no file"):
        january.run(Types(), workers=2)
