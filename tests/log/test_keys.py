"""Keys have one number each, whoever writes: what a log remembers of them is never taken for more than it is."""

import sqlite3
from contextlib import closing

import pytest

from kzarchive.errors import ConflictingEvent
from kzarchive.log.clock import FixedClock
from kzarchive.log.protocol import Columns
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.testing.log_contract import draft

CLOCK = FixedClock("2026-11-27T10:00:00.000000Z")


def of(*frames, start):
    """Drafts of frames, with names of their own."""
    return [draft(f"{start}{at}", columns=Columns(frame=f"{frame}/all/KZ")) for at, frame in enumerate(frames)]


def numbers(path):
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT key, id FROM frame_key"))


def test_two_who_write_in_turn_give_one_number_to_a_frame(tmp_path):
    path = tmp_path / "log.db"
    with SqliteEventLog.create(path, clock=CLOCK) as one, SqliteEventLog.open(path, clock=CLOCK) as two:
        for turn, (log, frames) in enumerate([(one, "ab"), (two, "cb"), (one, "dca"), (two, "ed"), (one, "ef")]):
            log.append(of(*frames, start=turn))

        written = [header.frame for header in two.headers()]
    assert written == [f"{frame}/all/KZ" for frame in "abcbdcaedef"]
    assert numbers(path) == {f"{frame}/all/KZ": number for number, frame in enumerate("abcdef", 1)}


def test_a_number_that_was_undone_is_given_again(tmp_path):
    path = tmp_path / "log.db"
    with SqliteEventLog.create(path, clock=CLOCK) as log:
        log.append(of("a", start=0))
        with pytest.raises(ConflictingEvent):
            log.append([*of("b", "c", start=1), draft("00", b"another body")])
        log.append(of("c", "b", start=2))

        assert [header.frame for header in log.headers()] == ["a/all/KZ", "c/all/KZ", "b/all/KZ"]
    assert numbers(path) == {"a/all/KZ": 1, "c/all/KZ": 2, "b/all/KZ": 3}
