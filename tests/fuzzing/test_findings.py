"""What the campaigns found, each with its input, and what it gets since it was mended."""

import io
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fuzzing.samples import archives
from fuzzing.surveys import PerType
from fuzzing.targets.bundles import run_verifier
from fuzzing.targets.commands import ended
from kzarchive import errors
from kzarchive.archive import Archive
from kzarchive.cli import main
from kzarchive.derived import index
from kzarchive.errors import InvalidSheet, LogError, StorageError, near
from kzarchive.integrity.backups import backup
from kzarchive.integrity.verification import verify
from kzarchive.log.clock import FixedClock
from kzarchive.log.erasing import is_marked, mark, unmark
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.log.upgrade import upgrade
from kzarchive.recording.anchors import folder_finder
from kzarchive.recording.sheets import read_sheets
from kzarchive.recording.vocabularies import parse_vocabulary, read_vocabulary
from kzarchive.running.store import SnapshotStore
from kzarchive.values.sources import Agent, AgentKind

CLOCK = FixedClock("2026-11-25T00:00:00.000000Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A copy of the golden archive of the present format, to spoil."""
    place = tmp_path / "harbour.kz"
    place.write_bytes(archives()["format-2"])
    return place


def damaged(path: Path, table: str, statement: str) -> None:
    """Runs a statement on a table that is for the moment neither guarded nor strict, as damage to its pages may do."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        schema = connection.execute("SELECT * FROM sqlite_schema").fetchall()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_schema WHERE type = 'trigger'")
        loose = "replace(replace(replace(sql, ') STRICT', ')'), ' INTEGER NOT NULL', ''), ' NOT NULL', '')"
        connection.execute(f"UPDATE sqlite_schema SET sql = {loose} WHERE name = ?", (table,))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_schema")
        connection.executemany("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", schema)


# Names of files


NO_FILE = {"too long": "x" * 300, "NUL": "a\0b", "a circle": "circle/a.db"}

ASKING: dict[str, Callable[[Path, Path], object]] = {
    "opened": lambda _, name: Archive.open(name, read_only=True),
    "created": lambda _, name: Archive.open(name, vocabulary=parse_vocabulary("name: small/1"), clock=CLOCK),
    "verified": lambda _, name: verify(name),
    "backed up": backup,
    "upgraded": upgrade,
    "snapshots": lambda _, name: SnapshotStore.open(name),
}


@pytest.mark.parametrize("name", NO_FILE.values(), ids=NO_FILE)
@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_a_name_that_no_file_can_have(path: Path, ask: Callable[[Path, Path], object], name: str) -> None:
    (path.parent / "circle").symlink_to("circle")
    if ask is ASKING["upgraded"]:
        path.write_bytes(archives()["format-1"])
    with pytest.raises(StorageError, match="which cannot be looked at: "):
        ask(path, path.parent / name)


def test_a_sheet_names_a_file_that_no_folder_can_hold(tmp_path: Path) -> None:
    sheet = f"sheet: kzarchive.sheet/1\nactor: archive\ndocument: {{name: a, file: {'x' * 300}}}\n"
    with pytest.raises(InvalidSheet, match=r"s\.yaml:3: document\.file: expected a file at .*, which cannot be"):
        read_sheets([("s.yaml", sheet)], find_text=folder_finder(tmp_path))


def test_the_command_line_prints_names_that_are_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert ended(["export-verifier", "\udcff"]) == (0, "run: python -I \\udcff BUNDLE --key KEY\n", "")
    assert os.listdir(b".") == [b"\xff"]


def test_a_key_without_a_name_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = ended(["keygen", "example.org/a", "--key", ""])
    assert (code, out, err) == (1, "", "error: expected the name of a file, got '.'\n")


def test_a_hint_among_very_many_words_compares_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet of 1 MiB can name thousands of agents wrongly, each to be compared with thousands: it took minutes."""
    compared: list[int] = []

    def counted(word: str, words: list[str], *, n: int, cutoff: float) -> list[str]:
        compared.append(len(words))
        return words[:n]

    known = [f"agent{number}" for number in range(5_000)]
    assert near("agent4999", known) == " (near: agent4999, agent499, agent4998)"
    monkeypatch.setattr(errors.difflib, "get_close_matches", counted)
    assert near("agant1", known) == ""
    assert near("agent", known) == " (near: agent0, agent1, agent10)"
    assert compared == [0, 300]


# What is shown


class Screen(io.TextIOWrapper):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_text_from_elsewhere_does_not_drive_a_terminal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name can hold what clears the screen, or writes over the line that says that nothing was checked."""
    with Archive.open(path, clock=CLOCK) as archive:
        archive.append([Agent(slug="mallory", kind=AgentKind.PERSON, names=("M\x1b[2J\x9b1A\rallory",))])
    screen = Screen(io.BytesIO(), "utf-8")
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "argv", ["kzarchive", "list", "agents", "--archive", str(path)])
    with pytest.raises(SystemExit, match="0"):
        main()
    screen.flush()
    assert "mallory  person  M\\x1b[2J\\x9b1A\\x0dallory\n" in screen.buffer.getvalue().decode()


def test_the_verifier_prints_no_origin_that_drives_a_terminal(path: Path) -> None:
    with Archive.open(path, read_only=True) as archive:
        archive.export_bundle(path.with_name("bundle"), archive.tree_head("example.org/a"))
    content = path.with_name("bundle").read_bytes()
    path.with_name("bundle").write_bytes(content.replace(b"example.org/a", rb"x\rsignature: signed by the key given"))
    code, out, err = run_verifier(str(path.with_name("bundle")))
    assert (code, out) == (1, "")
    assert err == (
        "refused: checkpoint: expected an origin of printable characters, no space or '+', "
        "got 'x\\rsignature: signed by the key given'\n"
    )


# Files without an end


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a file without an end")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["record", "/dev/zero", "--archive", "new"], "/dev/zero:1: expected at most 1048576 bytes, got more"),
        (["prove", "check", "/dev/zero"], "proof: expected at most 69 lines"),
        (["verify", "a.kz", "--against", "/dev/zero"], "checkpoint: expected at most 3 lines"),
        (["verify", "a.kz", "--key", "/dev/zero"], "verifier key: expected an Ed25519 key"),
    ],
)
def test_a_file_without_an_end_is_not_read_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = ended(arguments)
    assert (code, words in err) == (1, True), err


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a file without an end")
def test_a_vocabulary_without_an_end() -> None:
    with pytest.raises(InvalidSheet, match="zero:1: expected at most 1048576 bytes, got more"):
        read_vocabulary("/dev/zero")


# Links beside an archive that lead elsewhere


def test_the_mark_of_an_erasure_makes_no_file_elsewhere(path: Path) -> None:
    elsewhere, link = path.parent / "elsewhere", path.with_name(f"{path.name}-erasing")
    link.symlink_to(elsewhere)
    mark(path)
    assert (is_marked(path), elsewhere.exists()) == (True, False)
    unmark(path)
    assert (is_marked(path), link.is_symlink()) == (False, False)


@pytest.mark.parametrize("content", [None, b"", archives()["format-1"]], ids=["no file", "an empty file", "an archive"])
def test_an_index_is_never_written_through_a_link(
    path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    monkeypatch.setattr(index, "KEPT_FROM", 1)
    elsewhere, link = path.parent / "elsewhere", index.index_path(path)
    if content is not None:
        elsewhere.write_bytes(content)
    link.symlink_to(elsewhere)
    with Archive.open(path, clock=CLOCK) as archive:
        assert archive.frames()
        assert archive.index_remade == ("expected a file, got a link",)
    assert (link.is_symlink(), link.is_file()) == (False, True)
    assert (elsewhere.read_bytes() if elsewhere.exists() else None) == content


# Values of another type than their column


@pytest.mark.parametrize(
    ("table", "statement", "words"),
    [
        ("event_type", "UPDATE event_type SET key = x'00ff' WHERE id = 2", "position 2: its type is missing"),
        ("event", "UPDATE event SET recorded = 'noon' WHERE position = 2", "position 2: expected values of the types"),
        ("event", "UPDATE event SET type_id = 'one' WHERE position = 2", "position 2: expected values of the types"),
        ("body", "UPDATE body SET bytes = 'text' WHERE position = 2", "position 2: expected values of the types"),
        ("event", "UPDATE event SET nodes = NULL WHERE position = 6", "position 6: its values are not of the types"),
        (
            "event",
            "UPDATE event SET digest = hex(zeroblob(16)) WHERE position = 6",
            "position 6: its values are not of the types",
        ),
        ("event_type", "UPDATE event_type SET key = CAST(key AS BLOB)", "position 6: its values are not of the types"),
        ("redaction", "INSERT INTO redaction VALUES (2, x'07')", "redaction of position 2: expected the position of"),
    ],
)
def test_a_value_of_another_type_than_its_column(path: Path, table: str, statement: str, words: str) -> None:
    """STRICT tables are strict where they are written; damage, or who edits the schema, does not write."""
    damaged(path, table, statement)
    with pytest.raises(LogError, match=words), Archive.open(path, read_only=True) as archive:
        archive.as_of(beyond_coverage=True)


def test_a_root_over_a_node_that_is_missing(path: Path) -> None:
    damaged(path, "event", "UPDATE event SET nodes = NULL WHERE position = 4")
    with Archive.open(path, read_only=True) as archive, pytest.raises(LogError, match="position 4: a node of its tree"):
        archive.root()


def test_a_moment_looked_for_among_times_of_which_one_is_none(path: Path) -> None:
    damaged(path, "event", "UPDATE event SET recorded = 'noon' WHERE position = 4")
    with (
        SqliteEventLog.open(path, read_only=True) as log,
        pytest.raises(LogError, match="position 4: expected a time of recording, got 'noon'"),
    ):
        log.position_at(0)


def test_an_identity_that_its_index_does_not_find(path: Path) -> None:
    """The rows say one thing and the index of SQLite over them another."""
    with closing(sqlite3.connect(path)) as connection:
        (identity,) = connection.execute("SELECT identity FROM event WHERE position = 4").fetchone()
    content = path.read_bytes()
    changed = bytes([identity[0] ^ 1]) + identity[1:]
    assert content.count(identity) == 1, "in the row; the index of SQLite has its first 8 bytes"
    first = content.index(identity)
    path.write_bytes(content[:first] + changed + content[first + 32 :])
    assert not verify(path).clean
    with Archive.open(path, read_only=True) as archive:
        state = archive.as_of(beyond_coverage=True)
        with pytest.raises(LogError, match="names none: if the log itself gives this name, it is damaged"):
            state.explain("boats/all/port")


# Indexes and snapshots, which are made anew


@pytest.fixture
def indexed(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The index of the archive, in a file."""
    monkeypatch.setattr(index, "KEPT_FROM", 1)
    with Archive.open(path, clock=CLOCK) as archive:
        archive.rebuild_index()
    with closing(sqlite3.connect(index.index_path(path))) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return index.index_path(path)


def answers(path: Path) -> tuple[str, tuple[str, ...]]:
    """Returns a state, and why the index was made anew for it."""
    with Archive.open(path, read_only=True) as archive:
        return archive.as_of(beyond_coverage=True).to_json(), archive.index_remade


def test_an_index_with_a_schema_that_is_no_text(path: Path, indexed: Path) -> None:
    before, _ = answers(path)
    content = indexed.read_bytes()
    indexed.write_bytes(content.replace(b"CREATE TABLE meta (", b"CREATE\x80TABLE meta (", 1))
    assert answers(path) == (before, ("its schema is malformed",))


def test_an_index_with_a_count_that_is_missing(path: Path, indexed: Path) -> None:
    before, _ = answers(path)
    damaged(indexed, "frame", "UPDATE frame SET facts = NULL")
    assert answers(path) == (before, ("expected values of the types of an index, got others",))


def test_a_frame_that_is_not_found_by_its_key(path: Path, indexed: Path) -> None:
    """The rows are whole, and the index of SQLite over them is not: the frame must not seem to have no data."""
    before, _ = answers(path)
    with closing(sqlite3.connect(indexed)) as connection:
        of_keys = "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_frame_1'"
        (page,), size = connection.execute(of_keys).fetchone(), connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(indexed.read_bytes())
    place = content.index(b"boats/all/port", (page - 1) * size)
    content[place : place + 5] = b"BOATS"
    indexed.write_bytes(content)
    assert answers(path) == (before, ("expected to find boats/all/port by its key, got nothing",))


def test_an_utterance_that_is_not_found_by_its_slug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a frame: it must not seem as if nobody had said it, which moved its origin to nobody."""
    monkeypatch.setattr(index, "KEPT_FROM", 1)
    path = tmp_path / "archive"
    path.write_bytes(archives()["retraction"])
    with Archive.open(path, clock=CLOCK) as archive:
        archive.rebuild_index()
        before = str(archive.as_of(beyond_coverage=True).explain("killed/all/KZ"))
    with closing(sqlite3.connect(index.index_path(path))) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        of_slugs = "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_utterance_1'"
        (page,), size = connection.execute(of_slugs).fetchone(), connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(index.index_path(path).read_bytes())
    place = content.index(b"prosecutor-briefing", (page - 1) * size)
    content[place : place + 4] = b"kzar"
    index.index_path(path).write_bytes(content)
    with Archive.open(path, read_only=True) as archive:
        assert str(archive.as_of(beyond_coverage=True).explain("killed/all/KZ")) == before
        assert archive.index_remade == ("expected to find prosecutor-briefing by its slug, got nothing",)


def test_snapshots_with_a_schema_that_is_no_text(path: Path) -> None:
    snapshots = path.with_name("snapshots")
    with Archive.open(path, read_only=True) as archive:
        archive.run(PerType(), snapshots=snapshots)
        with closing(sqlite3.connect(snapshots)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        content = snapshots.read_bytes()
        snapshots.write_bytes(content.replace(b"CREATE TABLE snapshot (", b"CREATE\x80TABLE snapshot (", 1))
        with pytest.raises(StorageError, match=r"the file is damaged .its schema is malformed.; it is a cache"):
            archive.run(PerType(), snapshots=snapshots)


@pytest.mark.parametrize(
    ("table", "statement", "remade"),
    [
        ("snapshot", "UPDATE snapshot SET root = NULL", True),
        ("snapshot", "UPDATE snapshot SET state = 'text'", True),
        ("generation", "UPDATE generation SET version = 'one'", False),
    ],
)
def test_snapshots_with_values_of_another_type(path: Path, table: str, statement: str, remade: bool) -> None:
    snapshots = path.with_name("snapshots")
    with Archive.open(path, read_only=True) as archive:
        made = archive.run(PerType(), snapshots=snapshots).result
        damaged(snapshots, table, statement)
        if remade:
            assert archive.run(PerType(), snapshots=snapshots).result == made
            return
        with pytest.raises(StorageError, match=r"damaged .values of other types than those of its columns.; it is a"):
            archive.run(PerType(), snapshots=snapshots)


# Vocabularies


def test_a_vocabulary_with_the_whereabouts_of_troops_and_not_their_strength() -> None:
    """A state prints what its vocabulary has; of the two measures of a deployment it may have one."""
    kind = "value: status, aggregation: status, terms: [{slug: present, definition: There.}]"
    status = f"{{slug: contingent_status, definition: Where it is., {kind}}}"
    words = parse_vocabulary(f"name: troops/1\nmeasures: [{status}]\nsubjects: [{{slug: csto, definition: All.}}]\n")
    with Archive.in_memory(vocabulary=words, clock=CLOCK) as archive:
        assert archive.as_of(beyond_coverage=True).to_dict()["troops"] == []
