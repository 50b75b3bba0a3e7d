"""Rebuilding: anew from the log, beside what readers read, switched at once."""

import pytest
from running.folds import Events, Trace
from running.test_following import Interrupted, Sum, whole
from running.test_snapshots import sql

import kzarchive
from kzarchive.running.store import SnapshotStore


def test_a_state_that_nobody_could_make_from_the_log_is_gone(grown, kept):
    class Wrong(Sum):
        def apply(self, total, item):
            return {"count": 0, "sum": 10**9, "left over": 1}

    grown.archive.run(Wrong(), snapshots=kept)
    assert (0, 10**9) == grown.archive.run(Sum(), snapshots=kept).result
    run = grown.archive.rebuild(Sum(), snapshots=kept)
    assert (whole(grown.archive), 0) == (run.result, run.started)
    assert [(b'{"count":9,"sum":45}',)] == sql(kept, "SELECT state FROM snapshot")


def test_rebuilding_twice_gives_the_same(grown, kept):
    one, two = (grown.archive.rebuild(Trace(), snapshots=kept) for _ in range(2))
    assert one == two
    assert 1 == len(sql(kept, "SELECT 1 FROM generation")) == len(sql(kept, "SELECT 1 FROM snapshot"))


def test_readers_read_the_old_one_until_the_new_one_is_whole(grown, kept):
    grown.archive.run(Sum(), snapshots=kept)
    started = []

    class Rebuilt(Sum):
        def apply(self, total, item):
            with grown.others() as archive:
                started.append(archive.run(Sum(), snapshots=kept).started)
            return super().apply(total, item)

    grown.archive.rebuild(Rebuilt(), snapshots=kept, batch=2)
    assert {grown.archive.head} == set(started)
    assert 1 == len(sql(kept, "SELECT 1 FROM generation"))


def test_a_follower_goes_on_with_what_was_rebuilt(grown, kept):
    with grown.archive.follow(Sum(), snapshots=kept) as follower:
        follower.catch_up()
        grown.archive.rebuild(Sum(), snapshots=kept)
        grown.grow()
        assert whole(grown.archive) == follower.catch_up().result
    assert 1 == len(sql(kept, "SELECT 1 FROM generation"))


def test_an_interrupted_rebuild_goes_on_where_it_was_if_asked(grown, kept):
    projection = Interrupted(6)
    with pytest.raises(KeyboardInterrupt):
        grown.archive.rebuild(projection, snapshots=kept, batch=2)
    run = grown.archive.rebuild(projection, snapshots=kept, batch=2, resume=True)
    assert (4, whole(grown.archive)) == (run.started, run.result)


def test_an_interrupted_rebuild_begins_anew_if_not(grown, kept):
    with pytest.raises(KeyboardInterrupt):
        grown.archive.rebuild(Interrupted(6), snapshots=kept, batch=2)
    run = grown.archive.rebuild(Sum(), snapshots=kept, batch=2)
    assert (0, whole(grown.archive)) == (run.started, run.result)


def test_an_interrupted_rebuild_changes_nothing_for_readers(grown, kept):
    grown.archive.run(Sum(), snapshots=kept)
    with pytest.raises(KeyboardInterrupt):
        grown.archive.rebuild(Interrupted(6), snapshots=kept, batch=2)
    assert grown.archive.head == grown.archive.run(Sum(), snapshots=kept).started


def test_a_damaged_part_of_an_interrupted_rebuild_is_not_gone_on_from(grown, kept):
    with pytest.raises(KeyboardInterrupt):
        grown.archive.rebuild(Interrupted(6), snapshots=kept, batch=2)
    sql(kept, 'UPDATE snapshot SET state = CAST(\'{"count":9,"sum":9}\' AS BLOB)')
    run = grown.archive.rebuild(Sum(), snapshots=kept, batch=2, resume=True)
    assert (0, whole(grown.archive)) == (run.started, run.result)
    assert ["its checksum does not match"] == [aside.why for aside in run.set_aside]


def test_what_is_appended_meanwhile_is_taken_in(grown, kept):
    class Growing(Sum):
        def apply(self, total, item):
            if item.position in {2, 5}:
                grown.grow()
            return super().apply(total, item)

    with grown.others() as archive:
        before, run = archive.head, archive.rebuild(Growing(), snapshots=kept, batch=3)
    assert (before + 4, whole(grown.archive)) == (run.position, run.result)


def test_two_rebuilds_at_once_do_not_mix(grown, kept):
    class Twice(Sum):
        began = False

        def apply(self, total, item):
            if not self.began:
                self.began = True
                grown.archive.rebuild(Sum(), snapshots=kept, batch=5)
            return super().apply(total, item)

    with grown.others() as archive:
        assert whole(archive) == archive.rebuild(Twice(), snapshots=kept, batch=3).result
    assert (1, 1) == (len(sql(kept, "SELECT 1 FROM generation")), len(sql(kept, "SELECT 1 FROM snapshot")))


def test_progress_is_told_up_to_the_end(grown, kept):
    told = []
    grown.archive.rebuild(Events(), snapshots=kept, batch=3, progress=lambda *at: told.append(at))
    head = grown.archive.head
    assert ((0, head), (head, head)) == (told[0], told[-1])
    assert sorted(told) == told


def test_in_memory_it_leaves_nothing(grown):
    with SnapshotStore.in_memory() as store:
        assert whole(grown.archive) == grown.archive.rebuild(Sum(), snapshots=store).result


def test_the_shipped_archive_is_rebuilt(kept):
    with kzarchive.january_2022() as archive:
        assert archive.replay(Trace()) == archive.rebuild(Trace(), snapshots=kept).result
