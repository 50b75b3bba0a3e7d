"""Following: each event is in the state exactly once, whoever appends it and whatever interrupts."""

import threading

import pytest
from running.folds import FOLDS, Events, Headers, Trace, Types

import kzarchive
from kzarchive.errors import UsageError
from kzarchive.running.store import SnapshotStore


class Sum(Types):
    """Adds up positions in an accumulator that is changed in place: an event taken twice, or not, shows."""

    name, over = "sum", "events"

    def initial(self):
        return {"count": 0, "sum": 0}

    def apply(self, total, item):
        total["count"] += 1
        total["sum"] += item.position
        return total

    def result(self, total):
        return total["count"], total["sum"]

    dump = load = None


def whole(archive):
    head = archive.head
    return head, head * (head + 1) // 2


def test_what_is_there_and_then_what_another_process_appends(grown, kept):
    with grown.others() as archive, archive.follow(Sum(), snapshots=kept) as follower:
        first = follower.catch_up()
        grown.grow(3)
        second = follower.catch_up()
    assert (whole(grown.archive), first.position) == (second.result, second.started)
    assert (0, grown.archive.head) == (first.started, second.position)


def test_stopping_and_going_on_later(grown, kept):
    for count in (1, 4, 0, 2):
        with grown.archive.follow(Sum(), snapshots=kept, batch=2) as follower:
            assert whole(grown.archive) == follower.catch_up().result
        grown.grow(count)


def test_without_a_file_it_is_kept_in_memory(grown):
    with grown.archive.follow(Sum()) as follower:
        follower.catch_up()
        grown.grow()
        assert (whole(grown.archive), grown.archive.head - 2) == ((run := follower.catch_up()).result, run.started)


def test_a_projection_by_measure_is_followed_too(grown, kept):
    class Killed:
        name, version, measures = "killed", 1, ("killed",)

        def result(self, frames):
            return [frame.answer.words() for frame in frames]

    with grown.archive.follow(Killed(), snapshots=kept) as follower:
        assert ["12 (single origin)"] == follower.catch_up().result
        grown.grow()
        run = follower.catch_up()
    assert (grown.archive.replay(Killed()), grown.archive.head) == (run.result, run.position)
    with grown.archive.follow(Killed(), snapshots=kept) as follower:
        assert run.position == follower.catch_up().started


def test_iterating_waits_for_new_events_until_it_is_stopped(grown, kept):
    seen = []
    with grown.others() as archive, archive.follow(Sum(), snapshots=kept, poll_seconds=0.01) as follower:
        for run in follower:
            seen.append(run.position)
            if len(seen) == 4:
                follower.stop()
            else:
                grown.grow()
    assert [grown.archive.head - 6, grown.archive.head - 4, grown.archive.head - 2, grown.archive.head] == seen


def test_a_long_wait_ends_when_another_thread_stops_it(grown):
    with grown.archive.follow(Sum(), poll_seconds=3_600) as follower:
        timer = threading.Timer(0.05, follower.stop)
        timer.start()
        assert [grown.archive.head] == [run.position for run in follower]
        timer.join()


def test_nothing_new_gives_the_same_again(grown, kept):
    with grown.archive.follow(Trace(), snapshots=kept) as follower:
        first, second = follower.catch_up(), follower.catch_up()
    assert (first.result, first.position) == (second.result, second.started)


@pytest.mark.parametrize("kind", FOLDS)
def test_two_followers_of_one_file_overtake_each_other(grown, kept, kind):
    with (
        grown.others() as archive,
        grown.archive.follow(kind(), snapshots=kept, batch=2) as one,
        archive.follow(kind(), snapshots=kept, batch=3) as other,
    ):
        for follower in (one, other, other, one, one, other):
            grown.grow()
            assert grown.archive.replay(kind()) == follower.catch_up().result


def test_a_follower_that_is_overtaken_midway_takes_nothing_twice(grown, kept):
    """The second one catches up inside the step of the first one, whose snapshot then comes too late."""

    class Overtaken(Sum):
        def apply(self, total, item):
            if self.waiting and item.position == 5:
                self.waiting = False
                with grown.archive.follow(Sum(), snapshots=kept, batch=4) as other:
                    other.catch_up()
            return super().apply(total, item)

        waiting = True

    with grown.others() as archive, archive.follow(Overtaken(), snapshots=kept, batch=3) as follower:
        assert whole(archive) == follower.catch_up().result
    assert whole(grown.archive) == grown.archive.run(Sum(), snapshots=kept).result


def test_a_follower_that_looked_at_the_head_before_another_one_went_on_takes_nothing_back(grown, kept):
    with grown.others() as archive, archive.follow(Sum(), snapshots=kept, batch=3) as follower:
        loaded = follower._loaded

        def late(head):
            follower._loaded = loaded
            grown.grow(2)
            with grown.archive.follow(Sum(), snapshots=kept) as other:
                other.catch_up()
            return loaded(head)

        follower._loaded = late
        run = follower.catch_up()
        assert whole(grown.archive) == run.result
    assert grown.archive.head == grown.archive.run(Sum(), snapshots=kept).started


class Interrupted(Sum):
    """Is interrupted once, at a position, with the accumulator already changed."""

    def __init__(self, position, error=KeyboardInterrupt):
        self.position, self.error = position, error

    def apply(self, total, item):
        total = super().apply(total, item)
        if item.position == self.position:
            self.position = None
            raise self.error
        return total


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
@pytest.mark.parametrize("position", [1, 4, 5, 8])
def test_an_interruption_leaves_everything_whole_and_the_follower_goes_on(grown, kept, position, error):
    projection = Interrupted(position, error)
    with grown.archive.follow(projection, snapshots=kept, batch=3) as follower:
        with pytest.raises(error):
            follower.catch_up()
        before = (position - 1) // 3 * 3
        run = follower.catch_up()
        assert (whole(grown.archive), before) == (run.result, run.started)


def test_an_interruption_after_the_first_step_leaves_no_half_of_a_batch_in_memory(grown, kept):
    with grown.archive.follow(Interrupted(8), snapshots=kept, batch=1_000) as follower:
        with pytest.raises(KeyboardInterrupt):
            follower.catch_up()
        grown.grow()
        assert whole(grown.archive) == follower.catch_up().result


def test_what_was_damaged_while_it_was_first_built_is_built_from_the_beginning(grown, kept):
    with grown.archive.follow(Interrupted(8), snapshots=kept, batch=3) as follower, pytest.raises(KeyboardInterrupt):
        follower.catch_up()
    with SnapshotStore.open(kept) as store:
        store._connection.execute('UPDATE snapshot SET state = CAST(\'{"count":0,"sum":0}\' AS BLOB)')
    with grown.archive.follow(Sum(), snapshots=kept, batch=2) as follower:
        run = follower.catch_up()
    assert (0, whole(grown.archive)) == (run.started, run.result)
    assert [(6, "its checksum does not match")] == [(aside.position, aside.why) for aside in run.set_aside]


def test_progress_is_told_up_to_the_end(grown, kept):
    told = []
    grown.grow(4)
    with grown.archive.follow(Headers(), snapshots=kept, batch=5, progress=lambda *at: told.append(at)) as follower:
        follower.catch_up()
        assert (grown.archive.head, grown.archive.head) == told[-1]
        assert {grown.archive.head} == {total for _, total in told}
        assert sorted(told) == told
        told.clear()
        grown.grow(1)
        follower.catch_up()
        assert [(0, 2), (2, 2)] == told


def test_a_later_version_is_built_beside_the_one_that_readers_read(grown, kept):
    class Second(Sum):
        version = 2

        def result(self, total):
            with SnapshotStore.open(kept, read_only=True) as store:
                return super().result(total), store.live("sum", self.log).key.version

        def apply(self, total, item):
            if item.position == grown.archive.head:
                self.seen = grown.archive.run(Sum(), snapshots=kept)
            return super().apply(total, item)

    first = grown.archive.run(Sum(), snapshots=kept)
    with SnapshotStore.open(kept) as store:
        (Second.log,) = {row[0] for row in store._connection.execute("SELECT log FROM generation")}
    grown.grow()
    second = Second()
    with grown.archive.follow(second, snapshots=kept, batch=3) as follower:
        run = follower.catch_up()
    assert (whole(grown.archive), 2) == run.result
    assert [f"the snapshot at position {first.position} was set aside: it is of version 1 over events"] == list(
        map(str, run.set_aside)
    )
    # While it was built, a reader with the earlier version went on from what it had.
    assert (whole(grown.archive), first.position) == (second.seen.result, second.seen.started)


def test_an_earlier_version_does_not_take_the_place_of_a_later_one(grown, kept):
    class Second(Sum):
        version = 2

    with grown.archive.follow(Sum(), snapshots=kept) as first:
        first.catch_up()
        grown.archive.run(Second(), snapshots=kept)
        grown.grow()
        with pytest.raises(UsageError, match="expected a later version, of which the snapshots are, got version 1"):
            first.catch_up()
    message = "projection 'sum': expected a later version, of which the snapshots are, got version 1; rebuild it"
    with pytest.raises(UsageError, match=message):
        grown.archive.follow(Sum(), snapshots=kept)
    run = grown.archive.run(Sum(), snapshots=kept)
    assert (whole(grown.archive), 0) == (run.result, run.started)
    assert "it is of version 2 over events" == run.set_aside[0].why
    assert grown.archive.run(Second(), snapshots=kept).started == grown.archive.head - 2
    grown.archive.rebuild(Sum(), snapshots=kept)
    assert grown.archive.head == grown.archive.follow(Sum(), snapshots=kept).catch_up().started


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch": 0}, "batch: expected an int of 1 or more, got 0"),
        ({"batch": 1.5}, "batch: expected an int of 1 or more, got 1.5"),
        ({"poll_seconds": 0}, "poll_seconds: expected more than 0, got 0"),
        ({"keep_every": 0}, "keep_every: expected an int of 1 or more, got 0"),
    ],
)
def test_options_that_cannot_be(grown, options, message):
    with pytest.raises(UsageError) as error:
        grown.archive.follow(Sum(), **options)
    assert message == str(error.value)


def test_a_wrong_projection_is_refused_before_anything_is_written(grown, kept):
    with pytest.raises(UsageError, match="got the class itself"):
        grown.archive.follow(Sum, snapshots=kept)
    with pytest.raises(UsageError, match="measures of the vocabulary"):
        grown.archive.follow(type("P", (), {"name": "p", "version": 1, "measures": ("x",), "result": len})())


def test_an_open_store_stays_open_and_a_file_is_closed(grown, kept):
    with SnapshotStore.open(kept) as store:
        for kind in (Sum, Events):
            with grown.archive.follow(kind(), snapshots=store) as follower:
                follower.catch_up()
        assert 2 == len(store._connection.execute("SELECT 1 FROM generation").fetchall())
    with grown.archive.follow(Sum(), snapshots=kept) as follower:
        follower.catch_up()
    with pytest.raises(UsageError, match="expected open snapshots"):
        follower._store.live("sum", b"")


def test_the_shipped_archive_is_followed(kept):
    with kzarchive.january_2022() as archive, archive.follow(Trace(), snapshots=kept) as follower:
        assert archive.as_of().replay(Trace()) == follower.catch_up().result
