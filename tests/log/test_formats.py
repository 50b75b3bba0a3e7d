"""Files of every format that was ever written are read, and an older one is copied to the present format whole.

``golden/harbour.jsonl`` is one small archive as text; ``golden/format-N.kz`` holds the same archive as it was written
when N was the present format. None of these files is ever made anew.
"""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kzarchive.archive import Archive
from kzarchive.errors import LogError, StorageError, UsageError
from kzarchive.log.clock import FixedClock
from kzarchive.log.leaves import leaf_of
from kzarchive.log.merkle import check_consistency, check_inclusion
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.log.upgrade import Upgraded, upgrade
from kzarchive.recording import jsonl
from kzarchive.testing.log_contract import draft

GOLDEN = Path(__file__).parent / "golden"
TEXT = (GOLDEN / "harbour.jsonl").read_bytes()
ROOT = "5bc3c17e5b5b64644fabfb5cce782b0be818daf8c0ddbae4a557298994c34656"
CLOCK = FixedClock("2026-11-24T00:00:00.000000Z")


@pytest.fixture
def golden(tmp_path: Path) -> Callable[[int], Path]:
    """Copies the golden file of a format to a place where it may be written."""

    def copied(version: int) -> Path:
        return Path(shutil.copy(GOLDEN / f"format-{version}.kz", tmp_path / f"old-{version}.kz"))

    return copied


def force(place: Path, *statements: str) -> None:
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("version", [1, 2])
def test_a_file_of_each_format_is_read_as_it_was_written(golden: Callable[[int], Path], version: int) -> None:
    place = golden(version)
    before = place.read_bytes()
    with SqliteEventLog.open(place, read_only=True) as log:
        assert log.version == version
        assert b"".join(jsonl.write(log.read())) == TEXT
        assert (log.head, log.root().hex(), log.redactions()) == (6, ROOT, ())
        assert [log.find(event.identity) for event in log.read()] == [1, 2, 3, 4, 5, 6]
        assert log.position_at(log.get(4).recorded) == 5
        assert [header.frame for header in log.headers()] == [None, None, None, *["boats/all/port"] * 2, None]
    assert place.read_bytes() == before


@pytest.mark.parametrize("version", [1, 2])
def test_a_file_of_each_format_has_proofs(golden: Callable[[int], Path], version: int) -> None:
    with SqliteEventLog.open(golden(version), read_only=True) as log:
        for header in log.headers():
            proof = log.inclusion(header.position)
            assert check_inclusion(leaf_of(header), header.position - 1, 6, proof, bytes.fromhex(ROOT))
        for old in range(7):
            assert check_consistency(old, 6, log.root(old), log.root(), log.consistency(old))


@pytest.mark.parametrize("version", [1, 2])
def test_an_archive_of_each_format_answers(golden: Callable[[int], Path], version: int) -> None:
    with Archive.open(golden(version), read_only=True) as archive:
        assert str(archive.as_of("2022-01-06")["boats/all/port"]).startswith("boats/all/port: ")


def test_a_file_of_an_older_format_is_not_written_to(golden: Callable[[int], Path]) -> None:
    place = golden(1)
    before = place.read_bytes()
    with pytest.raises(UsageError) as caught:
        SqliteEventLog.open(place, clock=CLOCK)
    assert str(caught.value) == (
        f"{place}: expected a log of format 2 to write to, got format 1, which is only read: "
        f"make one of it with 'kzarchive upgrade {place} NEW'"
    )
    assert place.read_bytes() == before


def test_an_upgrade_keeps_everything(golden: Callable[[int], Path], tmp_path: Path) -> None:
    old, new = golden(1), tmp_path / "new.kz"
    assert upgrade(old, new) == Upgraded(6, 1, bytes.fromhex(ROOT))
    with SqliteEventLog.open(old, read_only=True) as before, SqliteEventLog.open(new, clock=CLOCK) as after:
        assert list(after.read()) == list(before.read())
        assert list(after.headers()) == list(before.headers())
        assert [after.root(size) for size in range(7)] == [before.root(size) for size in range(7)]
        assert after.version == 2
        assert after.append([draft("more")]).head == 7
    assert old.read_bytes() == (GOLDEN / "format-1.kz").read_bytes()


def test_an_upgraded_file_is_the_one_that_the_present_format_would_have_been(
    golden: Callable[[int], Path], tmp_path: Path
) -> None:
    upgrade(golden(1), tmp_path / "new.kz")
    assert rows(tmp_path / "new.kz") == rows(GOLDEN / "format-2.kz")


def rows(place: Path) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
        named = [name for name, sql in tables if sql and sql.startswith("CREATE TABLE")]
        return [tables, *(connection.execute(f"SELECT * FROM {name}").fetchall() for name in named)]


def test_what_is_not_sound_is_not_copied(golden: Callable[[int], Path], tmp_path: Path) -> None:
    """A body that was changed, or an event that was lost; there is no new file then."""
    changed, lost = golden(1), Path(shutil.copy(GOLDEN / "format-1.kz", tmp_path / "lost.kz"))
    restore = "CREATE TRIGGER body_no_update BEFORE UPDATE ON body BEGIN\n"
    restore += "  SELECT RAISE(ABORT, 'body is append-only: no update');\nEND"
    force(changed, "DROP TRIGGER body_no_update", "UPDATE body SET bytes = x'7b7d' WHERE position = 5", restore)
    with pytest.raises(LogError, match="position 5: its body is not the one of its digest"):
        upgrade(changed, tmp_path / "new.kz")
    force(lost, "DROP TRIGGER event_no_delete")
    with pytest.raises(LogError, match="the trigger event_no_delete is missing"):
        upgrade(lost, tmp_path / "new.kz")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["lost.kz", "old-1.kz"]


def test_an_upgrade_writes_over_nothing_and_needs_something_older(
    golden: Callable[[int], Path], tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("do not touch")
    with pytest.raises(UsageError, match="expected no file to copy a log to, got one that is in use"):
        upgrade(golden(1), tmp_path / "notes.txt")
    with pytest.raises(UsageError, match="expected a log of an older format than 2, got one of that format"):
        upgrade(golden(2), tmp_path / "new.kz")
    with pytest.raises(StorageError, match=r"no\.kz: expected a kzarchive log, got no file"):
        upgrade(tmp_path / "no.kz", tmp_path / "new.kz")
    with pytest.raises(StorageError, match=r"new\.kz: the copy cannot be written: No such file or directory"):
        upgrade(golden(1), tmp_path / "no folder" / "new.kz")
    assert not (tmp_path / "new.kz").exists()


def test_an_upgrade_from_the_command_line(golden: Callable[[int], Path], tmp_path: Path) -> None:
    old, new = golden(1), tmp_path / "new.kz"
    command = [sys.executable, "-m", "kzarchive", "upgrade", old, new]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"{new}: format 2, 6 events copied from format 1\nroot {ROOT}, the same for both\n",
        "",
    )
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"error: {new}: expected no file to copy a log to, got one that is in use\n"
