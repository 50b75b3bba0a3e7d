"""The index of a log: made, brought further, thrown away; damaged or foreign ones are noticed and never believed."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from faults.material import made
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.archives import Made, archives, recorded

from kzarchive import Archive
from kzarchive.derived import index as derived
from kzarchive.derived.comparing import differences
from kzarchive.derived.deriving import Deriver
from kzarchive.derived.index import DerivedIndex, index_path
from kzarchive.errors import StorageError
from kzarchive.log.clock import FixedClock
from kzarchive.log.sqlite import SqliteEventLog

CLOCK = "2026-11-23T03:15:00.000000Z"


@pytest.fixture(autouse=True)
def _small_logs_keep_an_index(monkeypatch):
    monkeypatch.setattr(derived, "KEPT_FROM", 10)


@pytest.fixture(scope="module")
def shipped_file(tmp_path_factory):
    """The shipped archive as a file."""
    import kzarchive

    path = tmp_path_factory.mktemp("log") / "january.db"
    with kzarchive.january_2022() as archive:
        archive.copy_to(path)
    return path


@pytest.fixture
def log_file(shipped_file, tmp_path):
    path = tmp_path / "january.db"
    path.write_bytes(shipped_file.read_bytes())
    return path


def answers(path: Path, *, read_only: bool = False) -> list[str]:
    with Archive.open(path, clock=FixedClock(CLOCK), read_only=read_only) as archive:
        return [str(answer) for answer in archive.as_of("2022-01-20", beyond_coverage=True)]


def content(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Returns every row of an index, numbers that are only names replaced by what they name."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}


def test_an_index_is_kept_beside_a_file_that_is_open_for_writing(log_file):
    expected = answers(log_file, read_only=True)
    assert not index_path(log_file).exists()
    assert answers(log_file) == expected
    assert index_path(log_file).exists()
    assert answers(log_file, read_only=True) == expected


def test_a_small_log_has_no_index_file(log_file, monkeypatch):
    monkeypatch.setattr(derived, "KEPT_FROM", 10_000)
    answers(log_file)
    assert not index_path(log_file).exists()


DAMAGES = {
    "a number of a fact": "UPDATE fact SET packed = CAST(substr(packed, 1, length(packed) - 4) || x'e7030000' AS BLOB)",
    "facts changed places": "UPDATE fact SET position = -position",
    "a fact is another one": "UPDATE fact SET packed = (SELECT max(packed) FROM fact)",
    "a fact is cut": "UPDATE fact SET packed = substr(packed, 1, 40)",
    "a fact is empty": "UPDATE fact SET packed = x''",
    "a fact is gone": "DELETE FROM fact WHERE position = (SELECT max(position) FROM fact)",
    "a fact of another frame": "UPDATE OR IGNORE fact SET frame = 1 WHERE frame = 2",
    "a frame is gone": "DELETE FROM frame WHERE key = 'killed/all/KZ'",
    "a frame has another name": "UPDATE frame SET key = 'killed/none/KZ' WHERE key = 'killed/all/KZ'",
    "the facts are dropped": "DROP TABLE fact",
    "a table more": "CREATE TABLE more (x)",
    "a trigger of its own": "CREATE TRIGGER t AFTER UPDATE ON fact BEGIN SELECT 1; END",
    "the position runs ahead": "UPDATE meta SET position = position + 1",
    "the log is another one": "UPDATE meta SET log = zeroblob(32)",
    "the format is an older one": "PRAGMA user_version = 1",
    "the version is another one": "UPDATE meta SET version = 0",
    "the last event is another one": "UPDATE meta SET digest = zeroblob(32)",
    "the utterances are gone": "DELETE FROM utterance",
    "an appearance is gone": "DELETE FROM appearance WHERE position = (SELECT max(position) FROM appearance)",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("read_only", [False, True])
def test_a_damaged_index_is_noticed_and_made_anew(log_file, damage, read_only):
    expected = answers(log_file)
    with closing(sqlite3.connect(index_path(log_file))) as connection:
        connection.executescript(damage)
    assert answers(log_file, read_only=read_only) == expected


def test_a_damage_that_is_the_same_in_two_facts_does_not_cancel_out(tmp_path):
    path = tmp_path / "archive.db"
    made(path, documents=10, assertions=2)
    expected = answers(path)
    with closing(sqlite3.connect(index_path(path))) as connection:
        facts = connection.execute("SELECT frame, position, packed FROM fact").fetchall()
        changed = [(packed[:-1] + bytes([packed[-1] ^ 1]), frame, position) for frame, position, packed in facts]
        connection.executemany("UPDATE fact SET packed = ? WHERE frame = ? AND position = ?", changed)
        connection.commit()
    assert answers(path) == expected


TABLES_READ = {
    "the kind of an agent": "UPDATE agent SET kind = 'unnamed' WHERE no = 1",
    "the name of an agent": "UPDATE agent SET slug = slug || 'x' WHERE no = 1",
    "an agent is gone": "DELETE FROM agent WHERE no = 1",
    "where an agent was registered": "UPDATE naming SET position = position + 1 WHERE agent = 1",
    "a registration is gone": "DELETE FROM naming WHERE agent = 1",
    "who is heard where": "DELETE FROM heard WHERE agent = (SELECT min(agent) FROM heard)",
    "the name of a document": "UPDATE document SET name = '999' WHERE name = '003'",
    "a period": "UPDATE period SET text = '2021' WHERE no = 1",
    "a denial is gone": "DELETE FROM telling WHERE position = (SELECT min(position) FROM telling)",
    "a gap more": "INSERT INTO gap VALUES (200, 201)",
    "a judgement is gone": "DELETE FROM special WHERE type = 'date.assessed'",
    "the type of a judgement": "UPDATE special SET type = 'date.accessed' WHERE type = 'date.assessed'",
    "the first position of an utterance": "UPDATE utterance SET first = first + 1",
    "the name of an utterance": "UPDATE utterance SET slug = slug || 'x'",
    "the place of an appearance": "UPDATE OR IGNORE appearance SET position = position + 1",
    "a tally": "UPDATE tally SET sum = sum + 1 WHERE name = 'special'",
    "a tally is gone": "DELETE FROM tally WHERE name = 'gap'",
}


@pytest.mark.parametrize("damage", TABLES_READ.values(), ids=TABLES_READ)
def test_what_is_read_of_a_table_is_compared_with_its_sum(log_file, damage):
    def read():
        with Archive.open(log_file, read_only=True) as archive:
            index = archive._derived
            index.catch_up(archive.head)
            agents = [(slug, index.namings(slug, 999), index.heard(slug, 999)) for slug in index.agent_slugs(999)]
            said = [(slug, index.utterance(slug), index.appearances(slug, 999)) for slug in index.utterances(999)]
            telling = [index.telling(kind, 999) for kind in ("deny", "deny_attribution", "includes")]
            rows = (index.agents(), index.documents(999), index.periods(), index.gaps(), index.special(999))
            return (agents, said, telling, *rows), len(archive.index_remade)

    answers(log_file)
    expected, _ = read()
    with closing(sqlite3.connect(index_path(log_file))) as connection:
        before = connection.total_changes
        connection.executescript(damage)
        assert connection.total_changes > before, "nothing was damaged"
    assert read() == (expected, 1)


def test_damaged_bytes_of_an_index_are_noticed(log_file):
    expected = answers(log_file)
    path = index_path(log_file)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    sound = path.read_bytes()
    for offset in range(0, len(sound), 7 * 4096):
        path.write_bytes(sound[:offset] + b"\xff" * 64 + sound[offset + 64 :])
        assert answers(log_file) == expected


@pytest.mark.parametrize("bytes_there", [b"", b"not a database", b"SQLite format 3\0" + b"\0" * 84])
def test_what_is_no_index_is_replaced(log_file, bytes_there):
    index_path(log_file).write_bytes(bytes_there)
    expected = answers(log_file, read_only=True)
    assert answers(log_file) == expected
    assert answers(log_file, read_only=True) == expected


def test_the_reason_is_told(log_file):
    answers(log_file)
    with closing(sqlite3.connect(index_path(log_file))) as connection:
        connection.executescript("UPDATE meta SET version = 0")
    with Archive.open(log_file, clock=FixedClock(CLOCK)) as archive:
        archive.as_of("2022-01-20")
        assert ("expected facts of version 1, got 0",) == archive.index_remade


def test_an_index_of_a_longer_log_is_not_believed(log_file, shipped_file):
    """The file is put back as it was before its last events, and its index is of the longer one."""
    with Archive.open(log_file, clock=FixedClock(CLOCK)) as archive:
        archive.declare_coverage("2022-06-01", grounds="we looked")
        assert "2022-06-01" == archive.as_of().basis.axes.published
    log_file.write_bytes(shipped_file.read_bytes())
    with Archive.open(log_file, clock=FixedClock(CLOCK)) as archive:
        assert archive.as_of().basis.axes.published < "2022-06-01"


def test_a_reader_goes_on_in_memory_where_the_index_ends(log_file):
    answers(log_file)
    with Archive.open(log_file, clock=FixedClock(CLOCK)) as writer:
        writer.declare_coverage("2022-06-01", grounds="we looked")
    before = index_path(log_file).read_bytes()
    with Archive.open(log_file, read_only=True) as reader:
        assert reader.as_of().basis.axes.published == "2022-06-01"
    assert index_path(log_file).read_bytes() == before


def test_two_archives_on_one_file_share_the_index(log_file):
    with (
        Archive.open(log_file, clock=FixedClock(CLOCK)) as one,
        Archive.open(log_file, clock=FixedClock(CLOCK)) as other,
    ):
        assert [str(a) for a in one.as_of("2022-01-20")] == [str(a) for a in other.as_of("2022-01-20")]
        one.declare_coverage("2022-06-01", grounds="we looked")
        assert other.as_of().basis.axes.published == "2022-06-01"
        assert one.as_of().basis.axes.published == "2022-06-01"
        assert () == one.index_remade == other.index_remade


def test_an_index_that_another_process_holds_is_left_alone(log_file):
    expected = answers(log_file)
    path = index_path(log_file)
    before = path.read_bytes()
    with Archive.open(log_file, clock=FixedClock(CLOCK)) as archive:
        archive.declare_coverage("2022-06-01", grounds="we looked")
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with SqliteEventLog.open(log_file, read_only=True) as log:
            index = DerivedIndex(log, log_file, writable=True, timeout_seconds=0)
            index.catch_up(log.head)
            assert index.position == log.head
            assert any("locked" in reason for reason in index.remade)
            index.close()
        holder.execute("ROLLBACK")
    assert path.read_bytes() == before
    assert expected == answers(log_file)


def begun_in_wal_mode(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def begun_with_a_journal(path: Path) -> None:
    """Leaves what a writer leaves that died before it could put the new file into WAL mode."""
    other = path.with_name("dying")
    with closing(sqlite3.connect(other, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE half (x)")
        connection.executemany("INSERT INTO half VALUES (?)", [("x" * 1000,)] * 100)
        for side in ("", "-journal"):
            path.with_name(path.name + side).write_bytes(other.with_name(other.name + side).read_bytes())


@pytest.mark.parametrize("begun", [Path.touch, begun_in_wal_mode, begun_with_a_journal])
def test_an_index_whose_maker_died_at_once_is_no_fault_and_is_made_anew(log_file, begun):
    expected = answers(log_file, read_only=True)
    begun(index_path(log_file))
    with SqliteEventLog.open(log_file, read_only=True) as log:
        assert list(differences(log, log_file)) == []
    assert answers(log_file, read_only=True) == expected
    assert answers(log_file) == expected
    with closing(sqlite3.connect(index_path(log_file))) as connection:
        assert connection.execute("SELECT position FROM meta").fetchone() == (429,)


class Overtaken:
    """A log of which another process redacts an event when all of it was read, and before the index is written."""

    def __init__(self, log, redact):
        self._log, self._redact = log, redact

    def __getattr__(self, name):
        return getattr(self._log, name)

    def read(self, **span):
        yield from self._log.read(**span)
        self._redact()


def test_what_is_redacted_while_it_is_indexed_is_not_kept(log_file, monkeypatch):
    with SqliteEventLog.open(log_file, read_only=True) as log:
        position = next(event.position for event in log.read() if b"004.dujarric" in event.body)

        def redact():
            with monkeypatch.context() as patch:
                patch.setattr(derived, "KEPT_FROM", 10_000)  # the index is being written
                archive = Archive.open(log_file, clock=FixedClock(CLOCK))
            with archive:
                archive._log._timeout = archive._derived._timeout = 0  # the log is being read
                with suppress(StorageError):
                    archive.redact(position, reason="endangers_person", approvers=("editor", "lawyer"))

        index = DerivedIndex(Overtaken(log, redact), log_file, writable=True)
        index.catch_up(log.head)
        assert "004.dujarric" in index.utterances(log.head), "it was read before it was redacted"
        index._log = log
        index.catch_up(log.head)
        assert "004.dujarric" not in index.utterances(log.head)
        index.close()
    Archive.open(log_file, clock=FixedClock(CLOCK)).close()
    assert b"004.dujarric" not in b"".join(each.read_bytes() for each in log_file.parent.iterdir())


@settings(max_examples=40, deadline=None)
@given(archives(), st.data())
def test_brought_further_step_by_step_it_is_what_it_is_made_at_once(made: Made, data: st.DataObject) -> None:
    with recorded(made) as archive:
        log = archive._log
        whole = DerivedIndex(log, None, writable=False)
        whole.catch_up(log.head)
        steps = DerivedIndex(log, None, writable=False)
        for position in sorted(data.draw(st.sets(st.integers(1, log.head), max_size=5)) | {log.head}):
            steps.catch_up(position)
        assert content(whole._db) == content(steps._db)
        whole.close()
        steps.close()


def test_a_reader_follows_the_file_that_its_writer_brings_further(log_file, monkeypatch):
    answers(log_file)
    with (
        Archive.open(log_file, read_only=True) as reader,
        Archive.open(log_file, clock=FixedClock(CLOCK)) as writer,
    ):
        reader.as_of("2022-01-20")
        writer.declare_coverage("2022-06-01", grounds="we looked")
        writer.as_of("2022-01-20")
        monkeypatch.setattr(Deriver, "run", None)
        assert reader.as_of().basis.axes.published == "2022-06-01"
        assert reader.index_remade == ()


def test_opening_waits_for_no_index(log_file, monkeypatch):
    monkeypatch.setattr(Deriver, "run", None)
    with Archive.open(log_file, clock=FixedClock(CLOCK)) as archive:
        assert archive.head == 429
        assert len(list(archive.stored_events(after=428))) == 1
    assert not index_path(log_file).exists()
