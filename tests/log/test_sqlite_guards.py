"""What the log file refuses from a plain connection, and what is noticed when it is opened or copied."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from kzarchive.errors import DataError, KzArchiveError, LogError, NotAnArchive, StorageError, UnsafeLog, UsageError
from kzarchive.log.clock import FixedClock
from kzarchive.log.connection import PAGE_BYTES
from kzarchive.log.opening import check_newest
from kzarchive.log.protocol import Columns, Draft
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.log.tables import TABLES, TRIGGERS
from kzarchive.testing.log_contract import draft, order

CLOCK = FixedClock("2026-11-23T03:15:00.000000Z")

BATCH = [
    draft("a", b"first", columns=Columns(b"1" * 32, "killed/all/KZ", 1, 2, 3, 4)),
    draft("b", b"second", type="date.assessed", columns=Columns(b"2" * 32, "injured/all/KZ")),
    draft("c", b"third"),
    draft("w", b"a name that endangers a witness"),
    order("o", 4),
]

FORBIDDEN = {
    "UPDATE {table} SET {number} = {number}": "no update",
    "UPDATE {table} SET {number} = {number} + 100 WHERE {number} = {first}": "no update",
    "UPDATE OR IGNORE {table} SET {number} = 7 WHERE {number} = {first}": "no update",
    "UPDATE OR REPLACE {table} SET {number} = 2 WHERE {number} = {first}": "no update",
    "DELETE FROM {table}": "no delete",
    "DELETE FROM {table} WHERE {number} = {first}": "no delete",
    "INSERT INTO {table} SELECT * FROM {table} WHERE {number} = {first}": "{there}",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {number} = {first}": "{there}",
    "INSERT OR IGNORE INTO {table} SELECT * FROM {table} WHERE {number} = {first}": "{there}",
    "INSERT OR ROLLBACK INTO {table} SELECT * FROM {table} WHERE {number} = {first}": "{there}",
    "REPLACE INTO {table} SELECT * FROM {table}": "{there}",
    "INSERT INTO {table} SELECT * FROM {table} WHERE {number} = {first} ON CONFLICT DO NOTHING": "{there}",
    "INSERT INTO {table} SELECT * FROM {table} WHERE {number} = {first} "
    "ON CONFLICT ({number}) DO UPDATE SET {number} = 9": "{there}",
}
"""Statements by what they are refused with, for every table."""

FORBIDDEN_KEYED = {
    "INSERT OR REPLACE INTO {table} {same_number_other_key}": "not the next one",
    "INSERT OR REPLACE INTO {table} {next_number_same_key}": "already there",
    "INSERT OR IGNORE INTO {table} {same_number_other_key}": "not the next one",
    "INSERT OR IGNORE INTO {table} {next_number_same_key}": "already there",
    "INSERT INTO {table} {next_number_same_key} ON CONFLICT DO NOTHING": "already there",
    "INSERT INTO {table} {gap}": "not the next one",
    "INSERT INTO {table} {no_number}": "not the next one",
}
"""Statements for tables that have a number and another key."""

NUMBER = {"event": "position", "body": "position", "redaction": "position"}
FIRST = {"redaction": 4}
THERE = {"body": "the position is not the next one", "redaction": "the body is already redacted"}
KEY = {"event": "identity", "event_type": "key", "frame_key": "key", "document_key": "key"}


def forbidden() -> Iterator[tuple[str, str, str]]:
    for table in TABLES:
        number = NUMBER.get(table, "id")
        for statement, words in FORBIDDEN.items():
            there = THERE.get(table, "already there")
            yield (
                table,
                statement.format(table=table, number=number, first=FIRST.get(table, 1)),
                words.format(there=there),
            )
        if table in KEY:
            for statement, words in FORBIDDEN_KEYED.items():
                yield table, statement.format(table=table, key=KEY[table], **selections(table)), words


def selections(table: str) -> dict[str, str]:
    """Selects row 1 of a table with its number or its key exchanged."""
    number, key = NUMBER.get(table, "id"), KEY[table]
    other = "zeroblob(32)" if table in {"event", "document_key"} else "'other'"
    last = f"(SELECT max({number}) FROM {table})"
    with closing(SqliteEventLog.in_memory(clock=CLOCK)) as log:
        columns = [row[1] for row in log._connection.execute(f"PRAGMA table_info({table})")]

    def row(**changed: str) -> str:
        return f"SELECT {', '.join(changed.get(column, column) for column in columns)} FROM {table} WHERE {number} = 1"

    return {
        "same_number_other_key": row(**{key: other}),
        "next_number_same_key": row(**{number: f"{last} + 1"}),
        "gap": row(**{key: other, number: f"{last} + 2"}),
        "no_number": row(**{key: other, number: "NULL"}),
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log file with three events, in WAL mode and closed."""
    place = tmp_path / "log.kz"
    with SqliteEventLog.create(place, clock=CLOCK) as log:
        log.append(BATCH)
    return place


@pytest.fixture
def erased(path: Path) -> Path:
    """The same file, after the body whose redaction is ordered was erased: only such a one may be copied."""
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        log.erase(4)
    return path


def plain(place: Path) -> "closing[sqlite3.Connection]":
    """A connection as anybody makes it, committing each statement."""
    return closing(sqlite3.connect(place, isolation_level=None))


def force(place: Path, *statements: str) -> None:
    with plain(place) as connection:
        for statement in statements:
            connection.execute(statement)


def contents(connection: sqlite3.Connection) -> dict[str, list[Any]]:
    return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


def failure_of_opening(place: Path, **options: Any) -> KzArchiveError:
    with pytest.raises(KzArchiveError) as caught:
        SqliteEventLog.open(place, clock=CLOCK, **options)
    return caught.value


@pytest.mark.parametrize("recursive_triggers", ["OFF", "ON"])
@pytest.mark.parametrize(("table", "statement", "words"), tuple(forbidden()))
def test_a_plain_connection_can_change_nothing(
    path: Path, table: str, statement: str, words: str, recursive_triggers: str
) -> None:
    with plain(path) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
        before = contents(connection)
        with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only: .*{words}"):
            connection.execute(statement)
        assert contents(connection) == before


def test_every_table_holds_rows_that_the_statements_above_would_touch(path: Path) -> None:
    with plain(path) as connection:
        assert {table: len(rows) for table, rows in contents(connection).items()} == {
            "event": 5,
            "body": 5,
            "redaction": 1,
            "event_type": 3,
            "frame_key": 2,
            "document_key": 2,
        }


NEXT_EVENT = (
    "INSERT INTO event SELECT {position}, type_id, version, recorded + {later}, {identity}, digest, "
    "NULL, NULL, NULL, NULL, NULL, NULL, {nodes} FROM event WHERE position = 5"
)
"""A header written by hand; sound as it stands below, but for its hashes."""


def next_event(**changed: str) -> str:
    sound = {"position": "6", "later": "0", "identity": "zeroblob(32)", "nodes": "zeroblob(64)"}
    return NEXT_EVENT.format(**sound | changed)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"later": "-1"}, "event is append-only: the time runs backwards"),
        ({"position": "7"}, "event is append-only: the position is not the next one"),
        ({"identity": "identity"}, "event is append-only: the identity is already there"),
        ({"nodes": "NULL"}, "NOT NULL constraint failed: event.nodes"),
        ({"nodes": "zeroblob(0)"}, "CHECK constraint failed"),
        ({"nodes": "zeroblob(32)"}, "CHECK constraint failed"),
        ({"nodes": "zeroblob(96)"}, "CHECK constraint failed"),
        ({"nodes": "zeroblob(65)"}, "CHECK constraint failed"),
    ],
)
def test_a_header_that_breaks_a_rule_is_refused(path: Path, changed: dict[str, str], words: str) -> None:
    """Each is refused beside its body, and the sound one is not, so that the fault named is the only one."""
    with plain(path) as connection:
        connection.execute("BEGIN")
        connection.execute("INSERT INTO body VALUES (6, x'00')")
        with pytest.raises(sqlite3.IntegrityError, match=words):
            connection.execute(next_event(**changed))
        connection.execute(next_event())


def test_an_event_without_its_body_is_refused(path: Path) -> None:
    with plain(path) as connection, pytest.raises(sqlite3.IntegrityError, match="event is append-only: its body is mi"):
        connection.execute(next_event())


@pytest.mark.parametrize("position", ["NULL", "0", "4", "5", "7"])
def test_a_body_for_another_place_than_the_next_is_refused(path: Path, position: str) -> None:
    with plain(path) as connection, pytest.raises(sqlite3.IntegrityError, match="body is append-only: the position is"):
        connection.execute(f"INSERT INTO body VALUES ({position}, x'00')")


def test_a_body_that_was_left_without_its_event_is_named_at_the_next_opening(path: Path) -> None:
    force(path, "INSERT INTO body VALUES (6, x'00')")
    for read_only in (False, True):
        error = failure_of_opening(path, read_only=read_only)
        assert (type(error), str(error)) == (LogError, f"{path}: position 6: a body stands without its event")


def test_a_header_written_by_hand_is_named_at_the_next_opening(path: Path) -> None:
    """Its nodes are hashes that do not belong to it."""
    force(path, "INSERT INTO body VALUES (6, x'00')", next_event())
    error = failure_of_opening(path)
    words = "position 6: its node of the tree is not the hash of its header"
    assert (type(error), str(error)) == (LogError, f"{path}: {words}")


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("body", "position 5: its body is missing"),
        ("event", "position 5: the event is missing, 5 were appended"),
        ("event_type", "position 5: its type is missing"),
    ],
)
def test_what_was_cut_off_at_the_end_is_named_at_the_next_opening(path: Path, lost: str, words: str) -> None:
    """Who does it drops a guard, and here makes it again."""
    guard = TRIGGERS[f"{lost}_no_delete"]
    row = "id = 3" if lost == "event_type" else "position = 5"
    force(path, f"DROP TRIGGER {lost}_no_delete", f"DELETE FROM {lost} WHERE {row}", guard)
    error = failure_of_opening(path)
    assert (type(error), str(error)) == (LogError, f"{path}: {words}")


def test_an_append_of_another_process_in_the_midst_of_opening_is_no_fault(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Meanwhile:
        """A connection during whose second question somebody else appends."""

        def __init__(self, connection: sqlite3.Connection) -> None:
            self.connection = connection

        def execute(self, statement: str) -> sqlite3.Cursor:
            if "sqlite_sequence" in statement:
                writer.append([draft("meanwhile")])
            return self.connection.execute(statement)

    with SqliteEventLog.open(path, clock=CLOCK) as writer:
        with monkeypatch.context() as patch:
            patch.setattr(
                "kzarchive.log.files.check_newest",
                lambda connection, *rest: check_newest(Meanwhile(connection), *rest),  # type: ignore[arg-type]
            )
            SqliteEventLog.open(path, read_only=True).close()
        assert writer.head == 6


REDACT = "INSERT INTO redaction VALUES ({position}, {ordered_by})"


@pytest.mark.parametrize(
    ("position", "ordered_by", "words"),
    [
        (4, 6, "the body is already redacted"),
        (1, 5, "the order is already given"),
        (1, 3, "the order is not the newest event"),
        (1, 7, "the order is not the newest event"),
        (6, 6, "there is no earlier event with a body to redact"),
        (7, 6, "there is no earlier event with a body to redact"),
        ("NULL", 6, "there is no earlier event with a body to redact"),
        (5, 6, "there is no earlier event with a body to redact"),
    ],
)
def test_a_redaction_that_nobody_ordered_is_refused(
    path: Path, position: int | str, ordered_by: int, words: str
) -> None:
    """The newest event is an order that redacts nothing yet; only an earlier event with a body can be its target."""
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        log.append([order("another", 1)._replace(redacts=None)])
    with plain(path) as connection:
        with pytest.raises(sqlite3.IntegrityError, match=f"redaction is append-only: {words}"):
            connection.execute(REDACT.format(position=position, ordered_by=ordered_by))
        assert contents(connection)["redaction"] == [(4, 5)]


def test_an_event_of_another_type_orders_nothing(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        log.append([draft("d")])
    with plain(path) as connection, pytest.raises(sqlite3.IntegrityError, match="the order is not of the type payload"):
        connection.execute(REDACT.format(position=1, ordered_by=6))


def test_a_redaction_without_any_event_is_refused(tmp_path: Path) -> None:
    SqliteEventLog.create(tmp_path / "log.kz", clock=CLOCK).close()
    with plain(tmp_path / "log.kz") as connection, pytest.raises(sqlite3.IntegrityError, match="the order is not of"):
        connection.execute(REDACT.format(position=0, ordered_by=0))


@pytest.mark.parametrize("position", [1, 2, 3, 5])
def test_only_a_body_whose_redaction_is_ordered_can_be_deleted(path: Path, position: int) -> None:
    with plain(path) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="body is append-only: no delete"):
            connection.execute(f"DELETE FROM body WHERE position = {position}")
        connection.execute("DELETE FROM body WHERE position = 4")
    with SqliteEventLog.open(path, read_only=True) as log:
        assert [event.body is None for event in log.read()] == [False, False, False, True, False]


def test_the_log_in_memory_has_the_same_guards() -> None:
    with SqliteEventLog.in_memory(clock=CLOCK) as log:
        names = {row[0] for row in log._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
        assert names == set(TRIGGERS)
        assert len(names) == 3 * 6


def test_positions_go_on_where_they_were_after_a_refused_write(path: Path) -> None:
    with plain(path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM event")
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        assert [each.position for each in log.append([draft("d")]).new] == [6]


@pytest.mark.parametrize("trigger", tuple(TRIGGERS))
def test_a_dropped_trigger_is_named_at_the_next_opening(path: Path, trigger: str) -> None:
    force(path, f"DROP TRIGGER {trigger}")
    error = failure_of_opening(path)
    assert isinstance(error, UnsafeLog)
    assert str(error) == f"{path}: expected the guards of a log, but the trigger {trigger} is missing"


@pytest.mark.parametrize(
    ("statements", "finding"),
    [
        (
            [
                "DROP TRIGGER body_no_delete",
                "CREATE TRIGGER body_no_delete BEFORE DELETE ON body BEGIN SELECT 1; END",
            ],
            "the trigger body_no_delete was altered",
        ),
        (
            ["CREATE TRIGGER spy AFTER INSERT ON event BEGIN SELECT 1; END"],
            "the trigger spy does not belong to a log",
        ),
        (["CREATE VIEW report AS SELECT * FROM event"], "the view report does not belong to a log"),
        (["CREATE INDEX by_time ON event (recorded)"], "the index by_time does not belong to a log"),
        (["DROP INDEX event_identity"], "the index event_identity is missing"),
        (
            ["DROP INDEX event_identity", "CREATE INDEX event_identity ON event (substr(identity, 1, 4))"],
            "the index event_identity was altered",
        ),
        (["CREATE TABLE notes (note TEXT)"], "the table notes does not belong to a log"),
        (["ALTER TABLE event ADD COLUMN extra TEXT"], "the table event was altered"),
        (
            ["ALTER TABLE frame_key RENAME TO frames"],
            "the table frame_key is missing",
        ),
        (
            ["DROP TABLE body"],
            (
                "the table body is missing; the trigger body_no_update is missing; "
                "the trigger body_no_delete is missing; the trigger body_insert is missing"
            ),
        ),
    ],
)
def test_a_changed_schema_is_named_at_the_next_opening(path: Path, statements: list[str], finding: str) -> None:
    force(path, *statements)
    for read_only in (False, True):
        error = failure_of_opening(path, read_only=read_only)
        assert isinstance(error, UnsafeLog)
        assert str(error).startswith(f"{path}: expected the guards of a log, but {finding}")


@pytest.mark.parametrize("table", tuple(TABLES))
def test_a_table_that_sqlite_utils_transformed_is_noticed(path: Path, table: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        Database(connection, execute_plugins=False).table(table).transform(not_null=set())
    error = failure_of_opening(path)
    assert isinstance(error, UnsafeLog)
    for trigger in (f"{table}_no_update", f"{table}_no_delete", f"{table}_insert"):
        assert f"the trigger {trigger} is missing" in str(error)


def test_statistics_of_sqlite_itself_are_no_change(path: Path) -> None:
    force(path, "ANALYZE")
    with SqliteEventLog.open(path, read_only=True) as log:
        assert log.head == 5


def test_a_foreign_file_that_calls_itself_an_archive_runs_nothing(tmp_path: Path) -> None:
    place = tmp_path / "hostile.kz"
    force(
        place,
        "PRAGMA application_id = 0x6b7a6172",
        "PRAGMA user_version = 1",
        "CREATE VIEW event AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n",
    )
    assert isinstance(failure_of_opening(place), UnsafeLog)


def test_a_lost_body_is_an_error_and_never_a_missing_event(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        force(path, "DROP TRIGGER body_no_delete", "DELETE FROM body WHERE position = 2")
        events = log.read()
        assert next(events).position == 1
        for call in (lambda: next(events), lambda: log.get(2), lambda: list(log.read(types=["date.assessed"]))):
            with pytest.raises(LogError) as caught:
                call()
            assert str(caught.value) == f"{path}: position 2: its body is missing"
        assert [header.position for header in log.headers()] == [1, 2, 3, 4, 5]


def test_a_body_that_was_changed_is_noticed_when_it_is_read(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        force(path, "DROP TRIGGER body_no_update", "UPDATE body SET bytes = x'00' WHERE position = 2")
        assert [event.body for event in log.read(until=1)] == [b"first"]
        for call in (lambda: log.get(2), lambda: list(log.read())):
            with pytest.raises(LogError) as caught:
                call()
            assert str(caught.value) == f"{path}: position 2: its body is not the one of its digest"


@pytest.mark.parametrize(
    ("table", "where", "part"),
    [
        ("event_type", "key = 'date.assessed'", "its type"),
        ("frame_key", "id = 2", "its document or frame"),
        ("document_key", "id = 2", "its document or frame"),
        ("event", "position = 2", "the event"),
    ],
)
def test_a_lost_row_is_an_error_and_never_a_missing_value(path: Path, table: str, where: str, part: str) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        force(path, f"DROP TRIGGER {table}_no_delete", f"DELETE FROM {table} WHERE {where}")
        with pytest.raises(LogError) as caught:
            list(log.headers())
        assert str(caught.value) == f"{path}: position 2: {part} is missing"


def test_a_lost_event_is_an_error_wherever_it_is_asked_for(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        force(path, "DROP TRIGGER event_no_delete", "DELETE FROM event WHERE position = 2")
        for call in (lambda: list(log.read()), lambda: log.get(2), lambda: log.position_at(0)):
            with pytest.raises(LogError, match="position 2: the event is missing"):
                call()


def test_headers_are_read_without_the_bodies(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        force(path, "DROP TABLE body")
        assert [header.columns for header in log.headers()] == [each.columns for each in BATCH]
        with pytest.raises(LogError, match="no such table: body"):
            list(log.read())


def test_a_guard_that_refuses_an_append_is_a_log_error(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        force(path, "CREATE TRIGGER no BEFORE INSERT ON body BEGIN SELECT RAISE(ABORT, 'no bodies today'); END")
        with pytest.raises(LogError) as caught:
            log.append([draft("d")])
        assert str(caught.value) == f"{path}: the log refused: no bodies today"
        assert log.head == 5


def test_a_missing_file_is_not_made_by_opening_it(tmp_path: Path) -> None:
    place = tmp_path / "no.kz"
    error = failure_of_opening(place)
    assert (type(error), str(error)) == (StorageError, f"{place}: expected a kzarchive log, got no file")
    assert not place.exists()


def test_what_is_not_a_log_is_named(tmp_path: Path) -> None:
    folder, empty, text, other = (tmp_path / name for name in ("folder", "empty", "text", "other.db"))
    folder.mkdir()
    empty.touch()
    text.write_text("killed: 12\n" * 100)
    force(other, "CREATE TABLE event (position INTEGER)")
    assert {each.name: str(failure_of_opening(each)).removeprefix(f"{each}: ") for each in tmp_path.iterdir()} == {
        "folder": "expected a kzarchive log, got something that is not a file",
        "empty": "expected a kzarchive log, got an empty file",
        "text": "expected a kzarchive log, got a file that is not a SQLite database",
        "other.db": "expected a kzarchive log (application_id 1803182450), got application_id 0",
    }
    for each in (folder, empty, text, other):
        assert isinstance(failure_of_opening(each, read_only=True), NotAnArchive)
    assert text.read_text() == "killed: 12\n" * 100


@pytest.mark.parametrize(
    ("version", "words"),
    [(3, "expected format 2, got format 3 of a newer version of kzarchive"), (0, "expected format 2, got format 0")],
)
def test_another_format_is_named(path: Path, version: int, words: str) -> None:
    force(path, f"PRAGMA user_version = {version}")
    error = failure_of_opening(path)
    assert (type(error), str(error)) == (NotAnArchive, f"{path}: {words}")


def overwrite_page(place: Path, content: bytes, filler: bytes) -> None:
    """Overwrites the one page of a file that holds some content."""
    whole = place.read_bytes()
    assert whole.count(content) == 1
    start = whole.index(content) // PAGE_BYTES * PAGE_BYTES
    place.write_bytes(whole[:start] + filler * PAGE_BYTES + whole[start + PAGE_BYTES :])


def hundred() -> list[Draft]:
    return [draft(str(number), b"body %03d " % number * 60) for number in range(100)]


def test_a_damaged_file_is_a_log_error(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        log.append(hundred())
    overwrite_page(path, b"body 050 " * 60, b"\xff")
    with SqliteEventLog.open(path, read_only=True) as log, pytest.raises(LogError, match="the file is damaged"):
        list(log.read())
    overwrite_page(path, b"body 099 " * 60, b"\xff")
    error = failure_of_opening(path)
    assert type(error) is LogError
    assert str(error) == f"{path}: the file is damaged: database disk image is malformed"


def test_a_log_is_made_only_where_there_is_nothing(path: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("do not touch")
    for place in (path, text, tmp_path):
        before = place.read_bytes() if place.is_file() else b""
        with pytest.raises(UsageError) as caught:
            SqliteEventLog.create(place, clock=CLOCK)
        assert str(caught.value) == (
            f"{place}: expected no file or an empty one to make a log in, got one that is in use"
        )
        assert (place.read_bytes() if place.is_file() else b"") == before


def test_a_log_can_be_made_in_an_empty_file_of_any_name(tmp_path: Path) -> None:
    place = tmp_path / "a b%20?mode=memory#ж.kz"
    place.touch()
    with SqliteEventLog.create(place, clock=CLOCK) as log:
        log.append([draft("a")])
    with SqliteEventLog.open(place, read_only=True) as log:
        assert log.head == 1


def test_a_log_that_is_only_half_made_is_no_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "log.kz"

    def power_cut(connection: sqlite3.Connection) -> None:
        connection.execute(TABLES["event_type"])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("kzarchive.log.files.create_schema", power_cut)
        with pytest.raises(KeyboardInterrupt):
            SqliteEventLog.create(place, clock=CLOCK)
    assert isinstance(failure_of_opening(place), NotAnArchive)
    with SqliteEventLog.create(place, clock=CLOCK) as log:
        assert log.head == 0


def test_a_folder_that_is_not_there_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="unable to open database file"):
        SqliteEventLog.create(tmp_path / "no" / "log.kz", clock=CLOCK)


def test_a_log_to_write_to_needs_a_clock(path: Path) -> None:
    with pytest.raises(UsageError, match="clock: expected a clock for a log to write to, got None"):
        SqliteEventLog.open(path)


def test_a_log_that_was_opened_read_only_refuses_appends(path: Path) -> None:
    before = path.read_bytes()
    with SqliteEventLog.open(path, clock=CLOCK, read_only=True) as log:
        with pytest.raises(UsageError) as caught:
            log.append([draft("d")])
        assert str(caught.value) == f"{path}: expected a log to write to, got one that was opened read-only"
        assert [event.body for event in log.read(until=3)] == [b"first", b"second", b"third"]
        with pytest.raises(UsageError) as caught:
            log.erase(4)
        assert str(caught.value) == f"{path}: expected a log to erase from, got one that was opened read-only"
    assert path.read_bytes() == before


def test_a_file_is_written_in_wal_mode_and_safely(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cell_size_check", "secure_delete")
        values = [log._connection.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in pragmas]
        assert dict(zip(pragmas, values, strict=True)) == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "trusted_schema": 0,
            "cell_size_check": 1,
            "secure_delete": 1,
        }


def test_whoever_waits_for_an_append_waits_as_before_afterwards(path: Path) -> None:
    """A read or an erasure on the same connection."""
    with SqliteEventLog.open(path, clock=CLOCK, timeout_seconds=7) as log:
        log.append([draft("d")])
        with pytest.raises(DataError):
            log.append([order("p", 99)])
        assert log._connection.execute("PRAGMA busy_timeout").fetchone()[0] == 7000


def test_a_copy_is_whole_and_in_rollback_mode(erased: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.kz"
    with SqliteEventLog.open(erased, clock=CLOCK) as log:
        log.append([draft("d")])
        log.copy_to(copy)
        log.append([draft("e")])
        expected = list(log.read(until=6))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.kz", "log.kz"]
    with plain(copy) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    with SqliteEventLog.open(copy, read_only=True) as log:
        assert list(log.read()) == expected
    with SqliteEventLog.open(copy, clock=CLOCK) as log:
        assert log.append([draft("e")]).head == 7


def test_a_log_in_memory_can_be_copied_to_a_file(tmp_path: Path) -> None:
    with SqliteEventLog.in_memory(clock=CLOCK) as log:
        log.append(BATCH)
        log.erase(4)
        log.copy_to(tmp_path / "kept.kz")
        expected = list(log.headers())
    with SqliteEventLog.open(tmp_path / "kept.kz", read_only=True) as log:
        assert list(log.headers()) == expected


def test_a_copy_replaces_nothing(erased: Path, tmp_path: Path) -> None:
    target = tmp_path / "notes.txt"
    target.write_text("do not touch")
    with SqliteEventLog.open(erased, read_only=True) as log:
        for place in (target, erased):
            with pytest.raises(UsageError) as caught:
                log.copy_to(place)
            assert str(caught.value) == f"{place}: expected no file to copy a log to, got one that is in use"
        with pytest.raises(StorageError, match=r"copy\.kz: the copy cannot be written: No such file or directory"):
            log.copy_to(tmp_path / "no" / "copy.kz")
    assert target.read_text() == "do not touch"


def test_a_copy_replaces_nothing_that_came_meanwhile(
    erased: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copy.kz"

    def no_links(source: Path, place: Path) -> None:
        target.write_text("came meanwhile")
        raise OSError(errno.EPERM, "no hard links here")

    def link_late(source: Path, place: Path, link: Any = os.link) -> None:
        target.write_text("came meanwhile")
        link(source, place)

    with SqliteEventLog.open(erased, read_only=True) as log:
        for substitute in (no_links, link_late):
            monkeypatch.setattr(os, "link", substitute)
            with pytest.raises(UsageError, match="expected no file to copy a log to"):
                log.copy_to(target)
            assert target.read_text() == "came meanwhile"
            target.unlink()


def test_a_copy_is_made_also_where_there_are_no_hard_links(
    erased: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(source: Path, place: Path) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", no_links)
    with SqliteEventLog.open(erased, read_only=True) as log:
        log.copy_to(tmp_path / "copy.kz")
    with SqliteEventLog.open(tmp_path / "copy.kz", read_only=True) as log:
        assert log.head == 5


def test_an_event_lost_at_the_end_of_a_cut_is_an_error(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        force(path, "DROP TRIGGER event_no_delete", "DELETE FROM event WHERE position = 2")
        with pytest.raises(LogError, match="position 2: the event is missing"):
            list(log.read(until=2))


def test_a_guard_that_rolls_back_by_itself_is_a_log_error(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        force(path, "CREATE TRIGGER no BEFORE INSERT ON body BEGIN SELECT RAISE(ROLLBACK, 'all undone'); END")
        with pytest.raises(LogError, match="the log refused: all undone"):
            log.append([draft("d")])
        assert log.head == 5


def test_of_two_that_make_a_log_in_one_place_the_second_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda place: False)
    with pytest.raises(UsageError, match="expected no file or an empty one to make a log in"):
        SqliteEventLog.create(path, clock=CLOCK)
    monkeypatch.undo()
    with SqliteEventLog.open(path, read_only=True) as log:
        assert log.head == 5


def test_a_copy_of_a_damaged_log_gets_no_name(erased: Path, tmp_path: Path) -> None:
    with SqliteEventLog.open(erased, clock=CLOCK) as log:
        log.append(hundred())
    overwrite_page(erased, b"body 050 " * 60, b"\0")
    with (
        SqliteEventLog.open(erased, read_only=True) as log,
        pytest.raises(StorageError, match=r"copy\.kz: expected a sound copy, got one where "),
    ):
        log.copy_to(tmp_path / "copy.kz")
    assert not [each for each in tmp_path.iterdir() if "copy" in each.name]


def test_a_file_that_others_read_in_rollback_mode_takes_no_writer(path: Path) -> None:
    force(path, "PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM event").fetchone()
        error = failure_of_opening(path, timeout_seconds=0)
    assert str(error) == f"{path}: locked by another connection (waited 0 s)"
