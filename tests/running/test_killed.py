"""Killed at any instant: what is stored is whole, and the next one goes on from it."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running.folds import Trace
from running.test_following import Sum, whole

import kzarchive
from kzarchive.running.store import SnapshotStore

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")

FOLLOWING = """\
import sys
sys.path.insert(0, sys.argv[3])
import kzarchive
from running.test_following import Sum
with kzarchive.Archive.open(sys.argv[1], read_only=True) as archive:
    with archive.follow(Sum(), snapshots=sys.argv[2], batch=2, poll_seconds=0.001) as follower:
        for run in follower:
            print(run.position, flush=True)
"""


def killed_at(statement, work):
    """Runs work in a process that kills itself when it begins its nth statement on the snapshots; tells if it did."""
    child = os.fork()
    if child == 0:
        seen = 0

        def count(_):
            nonlocal seen
            seen += 1
            if seen == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        with contextlib.suppress(BaseException):
            work(count)
            os._exit(0)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status in {0, signal.SIGKILL}, "the process failed by itself"
    return status == signal.SIGKILL


def followed(path, kept, projection, count=None):
    with kzarchive.Archive.open(path, read_only=True) as archive, SnapshotStore.open(kept) as store:
        store._connection.set_trace_callback(count)
        with archive.follow(projection, snapshots=store, batch=4) as follower:
            return follower.catch_up()


@pytest.mark.parametrize("kind", [Sum, Trace])
def test_at_every_statement_of_catching_up(grown, tmp_path, kind):
    grown.grow(2)
    grown.archive.close()
    expected = followed(grown.path, tmp_path / "whole", kind()).result
    statement = 0
    killed = True
    while killed:
        statement += 1
        kept = tmp_path / f"killed-{statement}"
        killed = killed_at(statement, lambda count, kept=kept: followed(grown.path, kept, kind(), count))
        with kzarchive.Archive.open(grown.path, read_only=True) as archive:
            run = archive.run(kind(), snapshots=kept)
            assert (expected, ()) == (run.result, run.set_aside)
        assert expected == followed(grown.path, kept, kind()).result
    assert statement > 10


def test_at_every_statement_of_a_rebuild_readers_read_the_old_or_the_new(grown, tmp_path):
    grown.grow(2)
    grown.archive.close()

    class Second(Sum):
        version = 2

    def rebuilt(kept, count):
        with kzarchive.Archive.open(grown.path, read_only=True) as archive, SnapshotStore.open(kept) as store:
            store._connection.set_trace_callback(count)
            archive.rebuild(Second(), snapshots=store, batch=4)

    killed, statement, used = True, 0, set()
    while killed:
        statement += 1
        kept = tmp_path / f"killed-{statement}"
        followed(grown.path, kept, Sum())
        killed = killed_at(statement, lambda count, kept=kept: rebuilt(kept, count))
        with kzarchive.Archive.open(grown.path, read_only=True) as archive:
            first, second = (archive.run(kind(), snapshots=kept) for kind in (Sum, Second))
            assert whole(archive) == first.result == second.result
            used.add((first.started, second.started))
            assert archive.head in {first.started, second.started}
            resumed = archive.rebuild(Second(), snapshots=kept, resume=True, batch=4)
            assert whole(archive) == resumed.result
    assert len(used) > 1


def test_at_random_instants_while_others_append(grown, kept):
    chance = random.Random(2022)  # noqa: S311 a test that fails must fail again
    tests = str(Path(__file__).parent.parent)
    for _ in range(6):
        command = [sys.executable, "-c", FOLLOWING, str(grown.path), str(kept), tests]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            child.stdout.readline()
            for _ in range(chance.randint(1, 6)):
                grown.grow(chance.randint(1, 5))
                time.sleep(chance.random() / 200)
            child.kill()
        with SnapshotStore.open(kept, read_only=True) as store:
            (state, position) = store._connection.execute("SELECT state, position FROM snapshot").fetchone()
            assert f'{{"count":{position},"sum":{position * (position + 1) // 2}}}' == state.decode()
    run = grown.archive.run(Sum(), snapshots=kept)
    assert (whole(grown.archive), ()) == (run.result, run.set_aside)
    assert run.started > 0
