"""Whoever dies while an archive is made leaves a place where it can be made again, and no half of one."""

import os
import random
import sqlite3
from contextlib import closing

import pytest
from faults.killing import Companion
from faults.material import VOCABULARY
from faults.works import create

from kzarchive import Archive, FixedClock, NotAnArchive, StorageError
from kzarchive.log.sqlite import SqliteEventLog

CLOCK = FixedClock("2026-11-23T03:15:00.000000Z")


def before_its_first_event(path):
    SqliteEventLog.create(path, clock=CLOCK).close()


def before_its_tables_were_there(path):
    """The pages of a transaction are in the file, and the journal that undoes them is beside it."""
    dying = path.with_name("dying")
    with closing(sqlite3.connect(dying, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("CREATE TABLE half (x)")
        connection.executemany("INSERT INTO half VALUES (?)", [("x" * 1000,)] * 100)
        for side in ("", "-journal"):
            path.with_name(path.name + side).write_bytes(dying.with_name(dying.name + side).read_bytes())


def before_anything(path):
    path.touch()


@pytest.mark.parametrize("died", [before_anything, before_its_tables_were_there, before_its_first_event])
def test_an_archive_whose_maker_died_is_made_by_the_next_one(tmp_path, died):
    path = tmp_path / "archive.db"
    died(path)
    with pytest.raises((NotAnArchive, StorageError)):
        Archive.open(path, read_only=True)
    with Archive.open(path, vocabulary=VOCABULARY, zone="Asia/Almaty", clock=CLOCK) as archive:
        assert [event.type for event in archive.events()] == ["archive.opened"]
        assert (archive.name, archive.ledger.zone) == ("archive", "Asia/Almaty")
    with Archive.open(path) as archive:
        assert archive.head == 1


@pytest.mark.parametrize("died", [before_anything, before_its_first_event])
def test_without_a_vocabulary_it_is_no_archive(tmp_path, died):
    died(tmp_path / "archive.db")
    with pytest.raises(NotAnArchive):
        Archive.open(tmp_path / "archive.db", clock=CLOCK)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_at_random_instants_of_making_one(tmp_path):
    chance = random.Random(2022)
    for number in range(4):
        folder = tmp_path / str(number)
        folder.mkdir()
        victim = Companion(create, folder)
        victim.killed_after(chance.random() * 0.2)
        made = len(victim.done)
        for each in range(made + 1):
            with Archive.open(folder / f"{each}.db", vocabulary=VOCABULARY) as archive:
                assert archive.head == 1
