"""Backups: a checked copy while others write, nothing half-made, nothing overwritten; and the way back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kzarchive.archive import Archive
from kzarchive.errors import KzArchiveError, LogError, StorageError, UsageError
from kzarchive.integrity.backups import backup, restore
from kzarchive.integrity.checkpoints import TreeHead

ORIGIN = "example.org/archive"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_the_log_as_of_now(file: Path, tmp_path: Path) -> None:
    with Archive.open(file) as archive:
        archive.declare_coverage("2022-01-21", grounds="looked on")
        # What was just written still stands in the write-ahead log beside the file.
        assert Path(f"{file}-wal").stat().st_size > 0
        report = backup(file, tmp_path / "backup.db")
        archive.declare_coverage("2022-01-22", grounds="looked on")
        assert (report.clean, report.size, report.root) == (True, 41, archive.root(41))
    with Archive.open(tmp_path / "backup.db", read_only=True) as copy:
        assert copy.head == 41
    assert names(tmp_path) == ["archive.db", "backup.db"]


def test_a_backup_comes_back(file: Path, tmp_path: Path) -> None:
    with Archive.open(file, read_only=True) as archive:
        head = archive.tree_head(ORIGIN)
    backup(file, tmp_path / "backup.db")
    report = restore(tmp_path / "backup.db", tmp_path / "restored.db", against=(head,))
    assert report.clean
    with Archive.open(tmp_path / "restored.db") as restored:
        restored.declare_coverage("2022-01-21", grounds="looked on")
        assert restored.consistency_proof(40).holds()


def spoil(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.executescript(statement)
        for _, sql in triggers:
            connection.execute(sql)


@pytest.mark.parametrize("way", [backup, restore])
def test_a_log_with_faults_is_told_and_not_copied(file: Path, tmp_path: Path, way) -> None:
    spoil(file, "UPDATE body SET bytes = x'00' WHERE position = 9")
    with pytest.raises(LogError, match=r"got one with 2: fault digest\.differs at position 9: .*; fault body\.form"):
        way(file, tmp_path / "copy.db")
    assert names(tmp_path) == ["archive.db"]


def test_a_backup_that_ends_before_a_checkpoint_is_not_restored(file: Path, tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"checkpoint\.cut: expected at least the 41 events"):
        restore(file, tmp_path / "restored.db", against=(TreeHead(ORIGIN, 41, bytes(32)),))
    assert names(tmp_path) == ["archive.db"]


@pytest.mark.parametrize("taken", ["copy.db", "copy.db-wal", "copy.db-shm", "copy.db-journal"])
@pytest.mark.parametrize("way", [backup, restore])
def test_nothing_is_overwritten_and_no_stale_side_file_is_taken_for_the_copys(
    file: Path, tmp_path: Path, way, taken: str
) -> None:
    (tmp_path / taken).write_text("mine")
    with pytest.raises(UsageError, match="expected no"):
        way(file, tmp_path / "copy.db")
    assert (tmp_path / taken).read_text() == "mine"
    assert names(tmp_path) == sorted(["archive.db", taken])


def test_what_is_no_log_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a log " * 100)
    for source, kind in (("text.db", LogError), ("nothing.db", StorageError), (".", LogError)):
        with pytest.raises(kind):
            backup(tmp_path / source, tmp_path / "copy.db")
    with pytest.raises(KzArchiveError):
        backup(tmp_path / "text.db", tmp_path / "no folder" / "copy.db")
    assert names(tmp_path) == ["text.db"]
