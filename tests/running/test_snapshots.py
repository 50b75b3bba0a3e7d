"""Snapshots are a cache: kept under name, version, log and position, and never believed without these."""

import contextlib
import sqlite3
from collections import Counter

import pytest
from running.folds import Events, Headers, Latest, Trace, Types

import kzarchive
from kzarchive.errors import StorageError, UsageError
from kzarchive.running.store import SnapshotStore
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import CoverageDeclared


def sql(path, statement, *values):
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def positions(path):
    return [position for (position,) in sql(path, "SELECT position FROM snapshot ORDER BY generation, position")]


def test_a_run_goes_on_from_the_snapshot_of_the_one_before(grown, kept):
    first = grown.archive.run(Events(), snapshots=kept)
    grown.grow(3)
    second = grown.archive.run(Events(), snapshots=kept)
    assert (0, first.position) == (first.started, second.started)
    assert second.result[: len(first.result)] == first.result
    assert [grown.archive.head] == positions(kept)


def test_a_question_about_an_earlier_position_never_uses_a_later_snapshot(grown, kept):
    grown.archive.run(Events(), snapshots=kept)
    run = grown.archive.run(Events(), position=3, snapshots=kept)
    assert (0, 3, 3) == (run.started, run.position, len(run.result))
    assert [grown.archive.head] == positions(kept)


def test_one_snapshot_of_many_positions_stays_for_earlier_questions(grown, kept):
    grown.grow(20)
    with grown.archive.follow(Headers(), snapshots=kept, batch=4, keep_every=10) as follower:
        follower.catch_up()
    assert [8, 16, 28, 36, grown.archive.head] == positions(kept)
    run = grown.archive.run(Headers(), position=20, snapshots=kept)
    assert (16, 20) == (run.started, len(run.result))


def test_another_projection_keeps_its_own(grown, kept):
    for kind in (Events, Headers, Types, Latest, Trace):
        grown.archive.run(kind(), snapshots=kept)
    grown.grow()
    for kind in (Events, Headers, Types, Latest, Trace):
        run = grown.archive.run(kind(), snapshots=kept)
        assert (grown.archive.replay(kind()), grown.archive.head - 2) == (run.result, run.started)


def test_another_archive_keeps_its_own(grown, kept, tmp_path):
    other = kzarchive.Archive.open(tmp_path / "other.db", vocabulary=grown.case.vocabulary, zone=grown.case.zone)
    with other:
        other.append(grown.case.items)
        grown.archive.run(Types(), snapshots=kept)
        assert 0 == other.run(Types(), snapshots=kept).started
        assert grown.archive.head == grown.archive.run(Types(), snapshots=kept).started
        assert other.head == other.run(Types(), snapshots=kept).started


def diverged(grown, tmp_path):
    """Returns a copy of the archive that took another way than the archive itself, of the same length."""
    grown.archive.copy_to(tmp_path / "copy.db")
    copy = kzarchive.Archive.open(tmp_path / "copy.db")
    copy.append([CoverageDeclared(actor="clerk", end=ImpreciseDate.parse("2022-01-09"), grounds="as far as it looked")])
    copy.append(grown.case.says(None, "killed/all/KZ", 99, document="other").items[len(grown.case.items) :])
    grown.grow()
    grown.archive.declare_coverage("2022-01-09", grounds="as far as it looked")
    return copy


def test_a_copy_that_went_another_way_is_another_log(grown, kept, tmp_path):
    with diverged(grown, tmp_path) as copy:
        assert copy.head == grown.archive.head
        grown.archive.run(Events(), snapshots=kept)
        run = copy.run(Events(), snapshots=kept)
        assert copy.replay(Events()) == run.result
        assert (
            f"began with nothing, now at position {copy.head}\n"
            f"the snapshot at position {copy.head} was set aside: "
            "the log up to there is another one than it was made from" == run.report()
        )
        again = copy.run(Events(), snapshots=kept)
        assert (copy.head, ()) == (again.started, again.set_aside)


def test_an_older_copy_of_the_log_is_not_answered_from_later_events(grown, kept, tmp_path):
    grown.archive.copy_to(tmp_path / "copy.db")
    grown.grow(2)
    grown.archive.run(Events(), snapshots=kept)
    with kzarchive.Archive.open(tmp_path / "copy.db") as copy:
        for run in (copy.run(Events(), snapshots=kept), copy.follow(Events(), snapshots=kept).catch_up()):
            assert (copy.replay(Events()), copy.head) == (run.result, run.position)
    run = grown.archive.run(Events(), snapshots=kept)
    assert (grown.archive.replay(Events()), grown.archive.head) == (run.result, run.position)


def test_what_is_set_aside_for_a_shorter_log_is_told(grown, kept, tmp_path):
    grown.archive.copy_to(tmp_path / "copy.db")
    grown.grow()
    grown.archive.run(Events(), snapshots=kept)
    with kzarchive.Archive.open(tmp_path / "copy.db") as copy:
        (aside,) = copy.run(Events(), snapshots=kept).set_aside
        assert f"the log ends before it, at position {copy.head}" == aside.why


DAMAGE = {
    "its state": "UPDATE snapshot SET state = CAST('[]' AS BLOB)",
    "one byte of its state": "UPDATE snapshot SET state = CAST(replace(state, 'archive', 'archivf') AS BLOB)",
    "its position": "UPDATE snapshot SET position = position - 1",
    "its root": "UPDATE snapshot SET root = zeroblob(32)",
    "its checksum": "UPDATE snapshot SET checksum = zeroblob(32)",
    "its version, and the one asked for": "UPDATE generation SET version = 2",
    "what it reduces, and is asked for": "UPDATE generation SET over = 'headers'",
    "that of another one": "UPDATE generation SET projection = 'renamed'",
}


class Renamed(Events):
    name = "renamed"


class Second(Events):
    version = 2


class ByHeaders(Events):
    over = "headers"

    def apply(self, rows, item):
        return [*rows, [item.position]]


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_snapshot_is_noticed_and_made_anew(grown, kept, what):
    grown.archive.run(Events(), snapshots=kept)
    sql(kept, DAMAGE[what])
    kinds = {"its version, and the one asked for": Second, "what it reduces, and is asked for": ByHeaders}
    kind = kinds.get(what, Renamed if "another" in what else Events)
    run = grown.archive.run(kind(), snapshots=kept)
    (aside,) = run.set_aside
    assert (grown.archive.replay(kind()), 0) == (run.result, run.started)
    assert "its checksum does not match" == aside.why
    again = grown.archive.run(kind(), snapshots=kept)
    assert ((), grown.archive.head) == (again.set_aside, again.started)


def test_a_follower_notices_damage_too(grown, kept):
    with grown.archive.follow(Events(), snapshots=kept) as follower:
        follower.catch_up()
    sql(kept, DAMAGE["its state"])
    grown.grow()
    with grown.archive.follow(Events(), snapshots=kept, batch=2) as follower:
        run = follower.catch_up()
    assert (grown.archive.replay(Events()), 0, 1) == (run.result, run.started, len(run.set_aside))


def test_an_older_good_snapshot_serves_where_the_newest_is_damaged(grown, kept):
    with grown.archive.follow(Events(), snapshots=kept, batch=3, keep_every=3) as follower:
        follower.catch_up()
    *_, before, newest = sorted(positions(kept))
    sql(kept, "UPDATE snapshot SET checksum = zeroblob(32) WHERE position = ?", newest)
    run = grown.archive.run(Events(), snapshots=kept)
    assert (grown.archive.replay(Events()), before) == (run.result, run.started)
    assert [newest] == positions(kept)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE snapshot",
        "DROP TABLE generation",
        "DROP INDEX one_live",
        "ALTER TABLE snapshot ADD COLUMN more TEXT",
        "CREATE TABLE more (x)",
        "CREATE VIEW seen AS SELECT 1",
        "CREATE TRIGGER never BEFORE INSERT ON snapshot BEGIN SELECT RAISE(ABORT, 'never'); END",
        "PRAGMA user_version = 0",
    ],
)
def test_a_file_with_other_tables_is_emptied_and_filled_again(grown, kept, statement):
    grown.archive.run(Events(), snapshots=kept)
    sql(kept, statement)
    run = grown.archive.run(Events(), snapshots=kept)
    assert grown.archive.replay(Events()) == run.result
    assert grown.archive.head == grown.archive.run(Events(), snapshots=kept).started


def test_a_file_that_holds_something_else_is_left_alone(grown, tmp_path):
    text, folder, database = tmp_path / "notes.txt", tmp_path / "folder", tmp_path / "other.db"
    text.write_text(
        "not a database, but somebody's notes, which are longer than the head of an SQLite file would be\n" * 9
    )
    folder.mkdir()
    sql(database, "CREATE TABLE mine (x)")
    for path, message in (
        (text, "expected a file of snapshots, or none, got a file that is no SQLite database"),
        (database, "expected a file of snapshots, or none, got another SQLite database"),
        (grown.path, "expected a file of snapshots, or none, got another SQLite database"),
    ):
        before = path.read_bytes()
        with pytest.raises(UsageError) as error:
            grown.archive.run(Events(), snapshots=path)
        assert f"{path}: {message}" == str(error.value)
        assert before == path.read_bytes()
    with pytest.raises(StorageError, match="expected a file of snapshots, got a directory"):
        grown.archive.run(Events(), snapshots=folder)


def test_a_newer_format_is_left_alone(grown, kept):
    grown.archive.run(Events(), snapshots=kept)
    sql(kept, "PRAGMA user_version = 2")
    with pytest.raises(UsageError, match="expected snapshots of format 1, got format 2 of a newer version"):
        grown.archive.run(Events(), snapshots=kept)


def test_a_file_with_torn_pages_is_told_to_be_a_cache(grown, kept):
    grown.grow(60)
    grown.archive.run(Events(), snapshots=kept)
    with kept.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 3)
    with pytest.raises(StorageError, match=r"the file is damaged .*; it is a cache: delete it and it is made anew"):
        grown.archive.run(Events(), snapshots=kept)


def test_snapshots_opened_read_only_are_used_and_not_written(grown, kept):
    grown.archive.run(Events(), snapshots=kept)
    grown.grow()
    with SnapshotStore.open(kept, read_only=True) as store:
        run = grown.archive.run(Events(), snapshots=store)
        assert (grown.archive.replay(Events()), grown.archive.head - 2) == (run.result, run.started)
        with pytest.raises(UsageError, match="expected snapshots to write to, got some that were opened read-only"):
            grown.archive.follow(Events(), snapshots=store).catch_up()
    assert [grown.archive.head - 2] == positions(kept)
    with pytest.raises(StorageError, match="expected a file of snapshots, got none"):
        SnapshotStore.open(kept.with_name("none"), read_only=True)


def test_snapshots_can_be_deleted_at_any_time(grown, kept):
    before = grown.archive.run(Trace(), snapshots=kept).result
    kept.unlink()
    for side in kept.parent.glob(f"{kept.name}-*"):
        side.unlink()
    assert before == grown.archive.run(Trace(), snapshots=kept).result


def test_the_archive_has_no_part_in_it(grown, kept):
    grown.archive.copy_to(kept.with_name("copy.db"))
    before = kept.with_name("copy.db").read_bytes()
    with kzarchive.Archive.open(kept.with_name("copy.db"), read_only=True) as archive:
        archive.run(Events(), snapshots=kept)
        archive.rebuild(Events(), snapshots=kept)
    assert before == kept.with_name("copy.db").read_bytes()


def test_a_closed_store_is_closed(kept):
    store = SnapshotStore.open(kept)
    store.close()
    store.close()
    with pytest.raises(UsageError, match="expected open snapshots in the thread that opened them"):
        store.live("any", b"")


class Kept(Events):
    def __init__(self, accumulator):
        self.accumulator = accumulator

    def initial(self):
        return self.accumulator

    def apply(self, accumulator, item):
        return accumulator


@pytest.mark.parametrize(
    ("accumulator", "fault"),
    [
        ((1, 2), "accumulator: expected a dict, list, text, number, bool or None, got the tuple (1, 2)"),
        ({"a": {1}}, "accumulator['a']: expected a dict, list, text, number, bool or None, got the set {1}"),
        ({"a": [Counter()]}, "accumulator['a'][0]: expected a dict, list, text, number, bool or None, got the Counter"),
        ({1: 2}, "accumulator: expected texts as keys, got 1"),
        ([float("nan")], "accumulator[0]: expected a finite number of at most 53 bits, or text"),
        ([2**53], "accumulator[0]: expected a finite number of at most 53 bits, or text"),
        (["\ud800"], "accumulator[0]: expected a finite number of at most 53 bits, or text that UTF-8 can write"),
    ],
)
def test_what_would_not_come_back_as_it_was_is_not_stored(grown, kept, accumulator, fault):
    class Given(Events):
        def initial(self):
            return type(accumulator)(accumulator)

        def apply(self, total, item):
            return total

        def result(self, total):
            return total

    with pytest.raises(UsageError) as error:
        grown.archive.run(Given(), snapshots=kept)
    assert str(error.value).startswith(f"projection 'events': {fault}")
    assert str(error.value).endswith("so that it cannot be stored; give it dump and load, or keep plain data in it")
    assert [] == positions(kept)


@pytest.mark.parametrize("plain", [{"é": [1.5, -1, True, None, "Ж"]}, [[]], {}, 0, "", 2**53 - 1])
def test_plain_data_comes_back_as_it_was(grown, kept, plain):
    class Given(Events):
        def initial(self):
            return [plain]

        def apply(self, total, item):
            return total

        def result(self, total):
            return total

    grown.archive.run(Given(), snapshots=kept)
    grown.grow()
    run = grown.archive.run(Given(), snapshots=kept)
    assert ([plain], grown.archive.head - 2) == (run.result, run.started)
    assert repr([plain]) == repr(run.result)


def test_dump_that_gives_no_plain_data_is_told(grown, kept):
    class Wrong(Types):
        def dump(self, counts):
            return counts

    with pytest.raises(
        UsageError, match=r"dump\(accumulator\): expected a dict.* got the Counter.*; let dump give plain"
    ):
        grown.archive.run(Wrong(), snapshots=kept)


def test_a_projection_by_measure_has_nothing_to_store(grown, kept):
    with pytest.raises(UsageError, match="expected a projection by measure to run without snapshots"):
        grown.archive.run(kzarchive.Toll(), snapshots=kept)
    with pytest.raises(UsageError, match="expected a fold to rebuild"):
        grown.archive.rebuild(kzarchive.Toll(), snapshots=kept)
