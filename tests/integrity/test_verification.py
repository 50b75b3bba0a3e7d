"""What ``verify`` finds in files that somebody changed, by hand and with a will, and in files that are no log."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from kzarchive.archive import Archive
from kzarchive.errors import StorageError
from kzarchive.integrity.checkpoints import TreeHead
from kzarchive.integrity.findings import Code, Finding, Severity
from kzarchive.integrity.verification import verify
from kzarchive.log.clock import FixedClock
from kzarchive.log.leaves import leaf_data
from kzarchive.log.merkle import Frontier, leaf_hash
from kzarchive.log.protocol import Draft, body_digest
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.log.tables import TRIGGERS
from kzarchive.testing.log_contract import draft

CLOCK = FixedClock("2026-11-23T03:15:00.000000Z")
ORIGIN = "example.org/archive"


@contextmanager
def forced(path: Path) -> Iterator[sqlite3.Connection]:
    """Lends a plain connection without the triggers, which are put back word for word afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for sql in TRIGGERS.values():
            connection.execute(sql)


def codes(path: Path, *, quick: bool = False, **options) -> set[str]:
    return {finding.code.value for finding in verify(path, quick=quick, **options).findings}


def remade(connection: sqlite3.Connection) -> bytes:
    """Makes digests and tree anew from whatever the rows say, as a thorough forger does, and returns the root."""
    tree = Frontier()
    rows = connection.execute(
        "SELECT e.position, t.key, e.version, e.recorded, e.identity, b.bytes, e.digest FROM event AS e "
        "JOIN event_type AS t ON t.id = e.type_id LEFT JOIN body AS b USING (position) ORDER BY e.position"
    ).fetchall()
    for position, kind, version, recorded, identity, body, digest in rows:
        made = digest if body is None else body_digest(body)
        leaf = leaf_data(
            position=position, type=kind, version=version, recorded=recorded, identity=identity, digest=made
        )
        nodes = b"".join(tree.add(leaf_hash(leaf)))
        connection.execute("UPDATE event SET digest = ?, nodes = ? WHERE position = ?", (made, nodes, position))
    return tree.root()


def test_the_shipped_archive_is_clean(shipped: Path, archive: Archive) -> None:
    for quick in (False, True):
        report = verify(shipped, quick=quick)
        assert report.findings == ()
        assert (report.clean, report.size, report.root, report.quick) == (True, archive.head, archive.root(), quick)


def test_an_empty_log_is_clean(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    SqliteEventLog.create(path, clock=CLOCK).close()
    report = verify(path)
    assert (report.findings, report.size, report.root) == ((), 0, hashlib.sha256().digest())


def test_a_log_that_is_being_written_is_clean_as_of_one_moment(file: Path) -> None:
    with Archive.open(file) as archive:
        archive.declare_coverage("2022-01-21", grounds="looked on")
        assert verify(file).size == archive.head


ANOTHER_FIGURE = """UPDATE body SET bytes = CAST(replace(CAST(bytes AS TEXT), '"start":43', '"start":44') AS BLOB)"""
"""Moves one evidence anchor by a letter."""

WITHIN_THE_ROWS = {
    "the content of an event": (
        ANOTHER_FIGURE,
        {"digest.differs"},
        {"digest.differs", "identity.differs"},
    ),
    "the digest of an event": (
        "UPDATE event SET digest = zeroblob(32) WHERE position = 7",
        {"digest.differs", "tree.differs"},
        {"digest.differs", "tree.differs"},
    ),
    "the identity of an event": (
        "UPDATE event SET identity = zeroblob(32) WHERE position = 7",
        {"tree.differs"},
        {"tree.differs", "identity.differs"},
    ),
    "the version of an event": (
        "UPDATE event SET version = 2 WHERE position = 7",
        {"tree.differs"},
        {"tree.differs", "type.unknown"},
    ),
    "the type of an event": (
        "UPDATE event SET type_id = 1 WHERE position = 40",
        {"tree.differs"},
        {"tree.differs", "body.form"},
    ),
    "the name of a type": (
        "UPDATE event_type SET key = 'assertion.withdrawn' WHERE key = 'assertion.recorded'",
        {"tree.differs"},
        {"tree.differs", "type.unknown", "identity.differs"},
    ),
    "a type that is none": (
        "UPDATE event_type SET key = 'ASSERTION' WHERE key = 'assertion.recorded'",
        {"row.form"},
        {"row.form"},
    ),
    "the time of an event": (
        "UPDATE event SET recorded = recorded + 1 WHERE position = 40",
        {"tree.differs"},
        {"tree.differs"},
    ),
    "a time that runs backwards": (
        "UPDATE event SET recorded = recorded - 36000000000 WHERE position = 40",
        {"tree.differs", "clock.backwards"},
        {"tree.differs", "clock.backwards"},
    ),
    "a time that is no time": (
        "UPDATE event SET recorded = 9223372036854775807 WHERE position = 40",
        {"row.form"},
        {"row.form"},
    ),
    "a stored node": (
        "UPDATE event SET nodes = zeroblob(length(nodes)) WHERE position = 32",
        {"tree.differs"},
        {"tree.differs"},
    ),
    "the frame of an event": (
        "UPDATE event SET frame_id = frame_id % 5 + 1 WHERE position = 19",
        set(),
        {"columns.differ"},
    ),
    "a frame taken away": ("UPDATE event SET frame_id = NULL WHERE position = 19", set(), {"columns.differ"}),
    "the name of a frame": (
        "UPDATE frame_key SET key = 'killed/all/KZ.almaty2' WHERE id = 1",
        set(),
        {"columns.differ"},
    ),
    "the document of an event": (
        "UPDATE event SET document_id = NULL WHERE position = 19",
        set(),
        {"columns.differ"},
    ),
    "a narrow time": (
        "UPDATE event SET stated_latest = 0, valid_earliest = 7 WHERE position = 19",
        set(),
        {"columns.differ"},
    ),
    "a key that no event uses": (
        "INSERT INTO frame_key SELECT max(id) + 1, 'wounded/all/KZ' FROM frame_key",
        set(),
        {"keys.differ"},
    ),
    "a body without an event": ("INSERT INTO body VALUES (41, x'00')", {"row.surplus"}, {"row.surplus"}),
    "a body taken away": ("DELETE FROM body WHERE position = 19", {"body.missing"}, {"body.missing"}),
    "an order without an event": (
        "INSERT INTO redaction VALUES (19, 41)",
        {"redaction.differs", "redaction.pending"},
        {"redaction.differs", "redaction.pending"},
    ),
    "an order by another event": (
        "INSERT INTO redaction VALUES (19, 22)",
        {"redaction.differs", "redaction.pending"},
        {"redaction.differs", "redaction.pending"},
    ),
    "an order by an earlier event": (
        "INSERT INTO redaction VALUES (19, 8)",
        {"redaction.differs"},
        {"redaction.differs"},
    ),
    "a body taken away by an order of another event": (
        "INSERT INTO redaction VALUES (19, 22); DELETE FROM body WHERE position = 19",
        {"redaction.differs"},
        {"redaction.differs"},
    ),
    "an event taken out of the middle": (
        "DELETE FROM event WHERE position = 19; DELETE FROM body WHERE position = 19",
        {"position.gap", "not.checked"},
        {"position.gap", "not.checked"},
    ),
    "an event renumbered": (
        (
            "UPDATE event SET position = 41, nodes = zeroblob(64) WHERE position = 40; "
            "UPDATE body SET position = 41 WHERE position = 40"
        ),
        {"position.gap", "position.sequence", "not.checked"},
        {"position.gap", "position.sequence", "not.checked"},
    ),
    "a pair swapped": (
        (
            "UPDATE event SET position = -19 WHERE position = 19; UPDATE event SET position = 19 WHERE position = 17; "
            "UPDATE event SET position = 17 WHERE position = -19; "
            "UPDATE body SET position = -19 WHERE position = 19; UPDATE body SET position = 19 WHERE position = 17; "
            "UPDATE body SET position = 17 WHERE position = -19"
        ),
        {"tree.differs"},
        {"tree.differs"},
    ),
    "two bodies swapped": (
        (
            "UPDATE body SET position = -19 WHERE position = 19; UPDATE body SET position = 19 WHERE position = 17; "
            "UPDATE body SET position = 17 WHERE position = -19"
        ),
        {"digest.differs"},
        {"digest.differs", "identity.differs", "columns.differ"},
    ),
    "the last event": (
        "DELETE FROM event WHERE position = 40; DELETE FROM body WHERE position = 40",
        {"position.sequence"},
        {"position.sequence"},
    ),
    "the count of positions": (
        "UPDATE sqlite_sequence SET seq = 41",
        {"position.sequence"},
        {"position.sequence"},
    ),
    "the count of positions taken away": (
        "DELETE FROM sqlite_sequence",
        {"position.sequence"},
        {"position.sequence"},
    ),
}


@pytest.mark.parametrize("what", WITHIN_THE_ROWS)
def test_what_was_changed_within_the_rows_is_found(file: Path, what: str) -> None:
    statements, quick, full = WITHIN_THE_ROWS[what]
    with forced(file) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.executescript(statements)
    assert codes(file, quick=True) == quick
    assert full <= codes(file)
    assert not verify(file).clean


def test_a_root_is_told_only_of_all_rows(file: Path) -> None:
    with forced(file) as connection:
        connection.execute("UPDATE event_type SET key = 'ASSERTION' WHERE key = 'assertion.recorded'")
    report = verify(file)
    assert (report.size, report.root) == (10, None)


AS_A_WHOLE = {
    "a figure": ANOTHER_FIGURE,
    "a body in another form": "UPDATE body SET bytes = CAST(' ' || CAST(bytes AS TEXT) AS BLOB) WHERE position = 19",
    "a body that is no JSON": "UPDATE body SET bytes = x'ff00' WHERE position = 19",
    "a body of another type": "UPDATE body SET bytes = (SELECT bytes FROM body WHERE position = 1) WHERE position = 19",
    "a time": "UPDATE event SET recorded = recorded + 1 WHERE position = 40",
    "a swapped pair": (
        "UPDATE event SET position = -19 WHERE position = 19; UPDATE event SET position = 19 WHERE position = 17; "
        "UPDATE event SET position = 17 WHERE position = -19; "
        "UPDATE body SET position = -19 WHERE position = 19; UPDATE body SET position = 19 WHERE position = 17; "
        "UPDATE body SET position = 17 WHERE position = -19"
    ),
    "a cut tail": (
        "DELETE FROM event WHERE position > 36; DELETE FROM body WHERE position > 36; "
        "UPDATE sqlite_sequence SET seq = 36; DELETE FROM event_type WHERE id NOT IN (SELECT type_id FROM event); "
        "DELETE FROM frame_key WHERE id > (SELECT max(frame_id) FROM event)"
    ),
    "the first event twice": (
        "INSERT INTO event SELECT 41, type_id, version, (SELECT max(recorded) FROM event), identity, digest, "
        "document_id, frame_id, NULL, NULL, NULL, NULL, zeroblob(64) FROM event WHERE position = 1; "
        "INSERT INTO body SELECT 41, bytes FROM body WHERE position = 1"
    ),
}


@pytest.mark.parametrize(
    ("what", "alone"),
    [
        ("a figure", {"identity.differs"}),
        ("a body in another form", {"body.form"}),
        ("a body that is no JSON", {"body.form"}),
        ("a body of another type", {"body.form"}),
        ("a time", set()),
        ("a swapped pair", set()),
        ("a cut tail", set()),
        ("the first event twice", {"identity.twice", "opening.differs"}),
    ],
)
def test_a_file_that_was_rewritten_with_its_tree(file: Path, what: str, alone: set[str]) -> None:
    """By itself it shows only what contradicts itself; against a checkpoint it shows always, unless it only grew."""
    with Archive.open(file, read_only=True) as archive:
        head = archive.tree_head(ORIGIN)
    with forced(file) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.executescript(AS_A_WHOLE[what])
        root = remade(connection)
    report = verify(file)
    assert report.root == root
    assert {finding.code for finding in report.findings} == alone
    against = codes(file, against=[head]) - {"checkpoint.unsigned"}
    if what == "the first event twice":
        assert against == alone
    else:
        assert against == alone | {"checkpoint.cut" if what == "a cut tail" else "checkpoint.fork"}


def test_earlier_checkpoints_of_the_same_log_hold(shipped: Path, archive: Archive) -> None:
    heads = [archive.tree_head(ORIGIN, size) for size in (0, 1, 2, 255, 256, 257, archive.head)]
    report = verify(shipped, against=heads)
    assert report.clean
    assert {finding.code for finding in report.findings} == {Code.UNSIGNED}
    beyond = TreeHead(ORIGIN, archive.head + 1, bytes(32))
    assert codes(shipped, against=[beyond]) == {"checkpoint.unsigned", "checkpoint.cut"}
    assert codes(shipped, against=[TreeHead(ORIGIN, 256, bytes(32))]) == {"checkpoint.unsigned", "checkpoint.fork"}


SCHEMAS = {
    "a trigger dropped": ("DROP TRIGGER event_no_delete", {"schema.missing"}),
    "every trigger dropped": ("".join(f"DROP TRIGGER {name};" for name in TRIGGERS), {"schema.missing"}),
    "a trigger weakened": (
        "DROP TRIGGER body_no_update; CREATE TRIGGER body_no_update BEFORE UPDATE ON body BEGIN SELECT 1; END",
        {"schema.altered"},
    ),
    "a trigger moved to another table": (
        (
            "DROP TRIGGER body_no_update; CREATE TABLE other (x); "
            "CREATE TRIGGER body_no_update BEFORE UPDATE ON other BEGIN SELECT 1; END"
        ),
        {"schema.altered", "schema.surplus"},
    ),
    "a trigger added": (
        "CREATE TRIGGER spy AFTER INSERT ON body BEGIN UPDATE body SET bytes = x'00'; END",
        {"schema.surplus"},
    ),
    "a table added": ("CREATE TABLE notes (note)", {"schema.surplus"}),
    "a view added": ("CREATE VIEW events AS SELECT * FROM event", {"schema.surplus"}),
    "an index added": ("CREATE INDEX by_time ON event (recorded)", {"schema.surplus"}),
    "the index dropped": ("DROP INDEX event_identity", {"schema.missing"}),
    "a column added": ("ALTER TABLE body ADD COLUMN more TEXT", {"schema.altered", "not.checked"}),
    "a table renamed": (
        "ALTER TABLE redaction RENAME TO redactions",
        {"schema.missing", "schema.altered", "schema.surplus", "not.checked"},
    ),
    "a view in the place of a table": (
        (
            "DROP TABLE body; CREATE VIEW body AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i AS position, zeroblob(1000000) AS bytes FROM n"
        ),
        {"schema.missing", "schema.surplus", "not.checked"},
    ),
    "statistics": ("ANALYZE", set()),
    "another program's mark": ("PRAGMA application_id = 7", {"file.foreign", "not.checked"}),
    "a later format": ("PRAGMA user_version = 99", {"file.foreign", "not.checked"}),
}


@pytest.mark.parametrize("what", SCHEMAS)
def test_what_was_changed_in_the_schema_is_found(file: Path, what: str) -> None:
    statements, expected = SCHEMAS[what]
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript(statements)
    pages = {"not.checked"} if "schema.surplus" in expected else set()
    assert codes(file, quick=True) == expected
    assert codes(file) == expected | pages


def test_the_table_that_sqlite_utils_transformed_is_found(file: Path) -> None:
    """The one call that drops every trigger of a table without a word."""
    database = Database(file)
    database["body"].transform(not_null={"bytes"})
    database.close()
    assert {"schema.missing", "schema.altered"} <= codes(file, quick=True)


def test_what_only_the_raw_schema_shows_is_found(file: Path) -> None:
    """Rows that SQLite itself does not let anybody make: a trigger under a name of SQLite's own."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_spy', 'event', 0, "
            "'CREATE TRIGGER sqlite_spy AFTER INSERT ON event BEGIN SELECT 1; END')"
        )
    assert "schema.surplus" in codes(file, quick=True)


def test_values_of_another_kind_are_found(file: Path) -> None:
    """A STRICT table takes only its kinds; who edits the schema, writes, and mends the schema puts others there."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        strict = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'event'").fetchone()[0]
        connection.execute("PRAGMA writable_schema = ON")
        edit = "UPDATE sqlite_schema SET sql = ? WHERE name = 'event'"
        connection.execute(edit, (strict.replace(") STRICT", ")").replace("INTEGER NOT NULL", "BLOB NOT NULL"),))
    with forced(file) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE event SET version = '1' WHERE position = 19")
        connection.execute("UPDATE event SET recorded = 'x' WHERE position = 10")
        connection.execute(edit, (strict,))
    assert {"row.form", "not.checked"} <= codes(file, quick=True)
    assert {"row.form", "not.checked"} <= codes(file)


def test_a_damaged_index_is_found_in_full_only(file: Path) -> None:
    """The index does not take part in the hashes; whoever looks an id up relies on it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_schema WHERE name = 'event_identity'")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("CREATE INDEX other ON event (substr(identity, 1, 8)) WHERE position <> 19")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET name = 'event_identity', "
            "sql = 'CREATE INDEX event_identity ON event (substr(identity, 1, 8))' WHERE name = 'other'"
        )
    assert codes(file, quick=True) == set()
    assert "file.damaged" in codes(file)


NO_LOGS: dict[str, Callable[[Path], object]] = {
    "an empty file": lambda path: path.write_bytes(b""),
    "a text": lambda path: path.write_text("not a database, but longer than the header of one\n" * 10),
    "a header alone": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "half a file": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "a file without its last byte": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "zeros after the header": lambda path: path.write_bytes(path.read_bytes()[:100] + bytes(path.stat().st_size - 100)),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("what", NO_LOGS)
@pytest.mark.parametrize("quick", [True, False])
def test_what_is_no_log_or_half_a_log_is_a_finding(file: Path, what: str, quick: bool) -> None:
    NO_LOGS[what](file)
    report = verify(file, quick=quick)
    assert not report.clean
    assert {finding.code for finding in report.findings} <= {
        Code.FILE_FOREIGN,
        Code.FILE_DAMAGED,
        Code.UNCHECKED,
        Code.DIGEST,
        Code.BODY_FORM,
    }


def test_a_database_of_somebody_else_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE event (position, bytes)")
    assert codes(path) == {"file.foreign", "not.checked"}


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="got no file"):
        verify(tmp_path / "nothing.db")


def test_a_locked_file_is_an_error(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kzarchive.integrity.verification._TIMEOUT_SECONDS", 0)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError, match="locked by another connection"):
            verify(file)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_with_any_piece_overwritten_gives_findings_or_is_the_same(
    small: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Anything may come of it but an exception of another library, or a clean report over other rows."""
    content = bytearray(small.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    piece = data.draw(st.binary(min_size=1, max_size=64))
    content[at : at + len(piece)] = piece
    path = tmp_path_factory.mktemp("piece") / "archive.db"
    path.write_bytes(content[: small.stat().st_size])
    if verify(path).clean:
        assert rows(path) == rows(small)


def rows(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        tables = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in names]
        return [connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall(), *tables]


def test_values_longer_than_the_file_are_not_read(tmp_path: Path) -> None:
    """A body that claims 268 MB, and finds them: the last page of its chain points to itself."""
    path, body = tmp_path / "log.db", b'"%s"' % (b"x" * 2_200_000)
    with SqliteEventLog.create(path, clock=CLOCK) as log:
        log.append([draft("large", body, type="test.event")])
        log.copy_to(tmp_path / "copy.db")
    content = bytearray((tmp_path / "copy.db").read_bytes())
    # A record of a leaf: its length, row 1, a header of 6 bytes: its own length, NULL, and 12 + 2 x length for a blob.
    begin = content.index(varint(len(body) + 6) + b"\x01\x06\x00" + varint(12 + 2 * len(body)))
    claimed = (2**28 - 13) // 2
    content[begin : begin + 4], content[begin + 7 : begin + 11] = varint(claimed + 6), varint(12 + 2 * claimed)
    last = content.rindex(b'x"')
    page = last - last % 8192
    assert content[page : page + 4] == bytes(4)
    content[page : page + 4] = (page // 8192 + 1).to_bytes(4, "big")
    path.write_bytes(content)
    report = verify(path, quick=True)
    assert [str(finding) for finding in report.findings] == ["fault file.damaged: string or blob too big"]
    assert not verify(path).clean


def varint(number: int) -> bytes:
    """Returns a number as SQLite writes it, in four bytes."""
    return bytes(0x80 | number >> shift & 0x7F for shift in (21, 14, 7)) + bytes([number & 0x7F])


def test_findings_are_kept_up_to_a_number(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with SqliteEventLog.create(path, clock=CLOCK) as log:
        log.append([draft(f"event {number}", type="test.event") for number in range(1200)])
    with forced(path) as connection:
        connection.execute("UPDATE body SET bytes = x'00'")
    report = verify(path, quick=True)
    assert len(report.findings) == 1001
    assert report.findings[-1].code is Code.MORE


def test_events_of_unknown_types_are_noted_and_their_identities_checked(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    body = b'{"a":1}'
    identity = hashlib.sha256(b"kzarchive.event/1\0test.event/3\0" + body).digest()
    good = Draft("test.event", 3, identity, body, draft("x").columns, "good")
    with SqliteEventLog.create(path, clock=CLOCK) as log:
        log.append([good])
        assert codes(path) == {"type.unknown"}
        assert verify(path).clean
        log.append([draft("another", b'{"b":1}', type="test.event")])
        assert codes(path) == {"type.unknown", "identity.differs"}
        log.append([draft("third", b'{"b": 1}', type="test.event")])
        assert codes(path) == {"type.unknown", "identity.differs", "body.form"}


def test_derived_tables_are_checked_by_whoever_makes_them(file: Path) -> None:
    def stale(log) -> Iterator[Finding]:
        yield Finding(Code.DERIVED, f"expected the tables at position {log.head}, got 30")

    report = verify(file, derived=[stale, lambda log: ()])
    assert [str(finding) for finding in report.findings] == [
        "fault derived.differs: expected the tables at position 40, got 30"
    ]
    assert verify(file, derived=[stale], quick=True).clean
    with forced(file) as connection:
        connection.execute("DELETE FROM body WHERE position = 9")
    assert codes(file, derived=[stale]) == {"body.missing", "not.checked"}


def test_nothing_is_written(file: Path) -> None:
    before, names = file.read_bytes(), sorted(file.parent.iterdir())
    verify(file)
    verify(file, quick=True)
    assert (file.read_bytes(), sorted(file.parent.iterdir())) == (before, names)


def test_the_progress_adds_up(file: Path) -> None:
    told: list[tuple[int, int]] = []
    verify(file, progress=lambda seen, total: told.append((seen, total)))
    assert sum(seen for seen, _ in told) == 40
    assert {total for _, total in told} == {40}


@pytest.mark.parametrize("code", Code)
def test_every_finding_says_what_it_means_and_what_to_do(code: Code) -> None:
    finding = Finding(code, "detail", 7)
    assert finding.meaning.endswith(".")
    assert finding.advice.endswith(".")
    assert str(finding) == f"{finding.severity} {code} at position 7: detail"
    assert finding.severity in Severity


@pytest.mark.parametrize("version", [1, 2])
def test_the_files_of_every_format_are_clean(version: int, tmp_path: Path) -> None:
    golden = Path(__file__).parent.parent / "log" / "golden" / f"format-{version}.kz"
    path = Path(shutil.copy(golden, tmp_path / "old.kz"))
    for quick in (True, False):
        report = verify(path, quick=quick)
        assert (report.findings, report.size) == ((), 6)
    with Archive.open(path, read_only=True) as archive:
        assert report.root == archive.root()
