"""A file that is replaced, moved or deleted while an archive has it open: it is noticed, and nothing goes astray."""

import pytest
from faults.material import document, made

from kzarchive import Archive, StorageError
from kzarchive.integrity.backups import backup
from kzarchive.integrity.verification import verify


@pytest.fixture
def path(tmp_path):
    made(tmp_path / "archive.db", 3)
    return tmp_path / "archive.db"


@pytest.fixture
def other(tmp_path):
    """A longer archive, in rollback mode, to be put in the place of the first."""
    made(tmp_path / "longer.db", 9)
    backup(tmp_path / "longer.db", tmp_path / "other.db")
    return tmp_path / "other.db"


def replaced(path, other):
    for side in ("-wal", "-shm"):
        path.with_name(path.name + side).unlink(missing_ok=True)
    other.replace(path)


def moved(path, other):
    path.rename(path.with_name("moved.db"))


CALLS = {
    "append": lambda archive: archive.append(document("new", 1)),
    "redact": lambda archive: archive.redact(3, reason="court_order", approvers=("editor", "lawyer")),
    "as_of": lambda archive: archive.as_of("2022-01-20", beyond_coverage=True),
    "events": lambda archive: list(archive.events()),
    "root": lambda archive: archive.root(),
    "copy_to": lambda archive: archive.copy_to(archive._path.with_name("copy.db")),
    "rebuild_index": lambda archive: archive.rebuild_index(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (replaced, "archive.db: expected the file that was opened, got another one that was put in its place"),
        (moved, "archive.db: expected the file that was opened, got No such file or directory"),
    ],
)
def test_whoever_has_the_old_file_open_is_told_and_writes_nothing(path, other, change, words, call):
    with Archive.open(path) as archive:
        list(archive.events())
        change(path, other)
        before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
        with pytest.raises(StorageError, match=words):
            call(archive)
        assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before


def test_an_append_that_is_overtaken_is_not_acknowledged(path, other):
    """The file is replaced after the last look before the write, which is then in no file that has the name."""

    class Clock:
        def now(self):
            replaced(path, other)
            return 2_000_000_000_000_000

    archive = Archive.open(path, clock=Clock())
    with archive, pytest.raises(StorageError, match="got another one that was put in its place"):
        archive.append(document("new", 1))


def test_whoever_follows_is_told_too(path, other, tmp_path):
    from faults.material import Chain

    with (
        Archive.open(path, read_only=True) as archive,
        archive.follow(Chain(), snapshots=tmp_path / "kept") as follower,
    ):
        follower.catch_up()
        replaced(path, other)
        with pytest.raises(StorageError, match="got another one that was put in its place"):
            follower.catch_up()


def test_the_new_file_loses_nothing_when_the_old_one_is_closed(path, other):
    """SQLite would take the write-ahead log of the new file for that of the old one."""
    with Archive.open(path) as old:
        old.append(document("last in the old one", 1))
        replaced(path, other)
        with Archive.open(path) as new:
            placed = new.append(document("first in the new one", 1)).placed
            old.close()
            assert new.append(document("second in the new one", 1)).head == placed[-1].position + 2
    with Archive.open(path, read_only=True) as archive:
        stored = {event.position: event.identity for event in archive.stored_events()}
    assert [stored[each.position] for each in placed] == [each.identity for each in placed]
    assert verify(path).clean
