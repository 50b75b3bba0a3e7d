"""Media that cannot be written: everything is answered, nothing is written, and what would write says so."""

import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from faults.material import Chain, document, made
from faults.works import KEPT_FROM

from kzarchive import Archive, StorageError, UsageError
from kzarchive.cli import commands
from kzarchive.derived import index
from kzarchive.integrity.backups import backup
from kzarchive.integrity.verification import verify

NOBODY = 65534


@contextmanager
def nobody():
    """Runs a block without the right to write everywhere, which root has."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture(autouse=True)
def _small_logs_keep_an_index(monkeypatch):
    monkeypatch.setattr(index, "KEPT_FROM", KEPT_FROM)


@pytest.fixture(params=["with an index", "without one", "a backup"])
def path(request):
    """An archive in a folder that everybody may read and nobody write, outside of pytest's own, which is closed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        file = folder / "archive.db"
        made(file, 20)
        if request.param == "with an index":
            with Archive.open(file) as archive:
                archive.rebuild_index()
        if request.param == "a backup":
            backup(file, folder / "copy.db")
            (folder / "copy.db").replace(file)
        for each in folder.iterdir():
            each.chmod(0o444)
        folder.chmod(0o555)
        yield file
        folder.chmod(0o755)


@pytest.fixture
def elsewhere():
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name).resolve()


def content(path):
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}


def test_everything_is_answered_and_nothing_is_written(path, elsewhere):
    before = content(path)
    with nobody():
        with Archive.open(path, read_only=True) as archive:
            answers = [str(answer) for answer in archive.as_of("2022-01-20", beyond_coverage=True)]
            assert answers
            run = archive.run(Chain(), snapshots=elsewhere / "kept")
            assert run.result[0] == archive.head == len(list(archive.events()))
            archive.copy_to(elsewhere / "copy.db")
        assert verify(path).clean
        assert verify(elsewhere / "copy.db").root == verify(path).root
        backup(path, elsewhere / "backup.db")
        with Archive.open(elsewhere / "backup.db") as copy:
            assert answers == [str(answer) for answer in copy.as_of("2022-01-20", beyond_coverage=True)]
            copy.append(document("new", 1))
    assert content(path) == before


def test_what_would_write_says_so(path):
    before = content(path)
    with nobody():
        with pytest.raises(StorageError, match=r"archive\.db: "):
            Archive.open(path)
        with Archive.open(path, read_only=True) as archive:
            for work in (
                lambda: archive.append(document("new", 1)),
                lambda: archive.redact(3, reason="court_order", approvers=("editor", "lawyer")),
            ):
                with pytest.raises(UsageError, match="opened read-only"):
                    work()
            with pytest.raises(StorageError, match=r"kept: "):
                archive.run(Chain(), snapshots=path.with_name("kept"))
            with pytest.raises(StorageError, match=r"copy\.db: the copy cannot be written"):
                archive.copy_to(path.with_name("copy.db"))
    assert content(path) == before


@pytest.mark.parametrize("command", ["state --archive", "list documents --archive", "verify"])
def test_the_command_line_answers(path, command):
    before = content(path)
    with nobody():
        done = CliRunner().invoke(commands, [*command.split(), str(path)])
    assert done.exit_code == 0, done.output
    assert content(path) == before


def test_a_damaged_index_there_is_found(path):
    """It is read as it is, and answers are made without it."""
    if not index.index_path(path).exists():
        pytest.skip("there is none")
    with Archive.open(path, read_only=True) as archive:
        expected = str(archive.as_of("2022-01-20", beyond_coverage=True))
    path.parent.chmod(0o755)
    index.index_path(path).chmod(0o644)
    with closing(sqlite3.connect(index.index_path(path))) as connection:
        connection.executescript("UPDATE fact SET packed = zeroblob(43); PRAGMA journal_mode = WAL")
    path.parent.chmod(0o555)
    with nobody():
        done = CliRunner().invoke(commands, ["verify", str(path)])
        assert (done.exit_code, "derived.differs" in done.output) == (1, True), done.output
        with Archive.open(path, read_only=True) as archive:
            assert str(archive.as_of("2022-01-20", beyond_coverage=True)) == expected
