"""A full disk: a documented error, nothing half written, and all of it works once there is room.

Each is tried with no room at all and then with a little more, until it works, so that the disk is full at one step
after the other. Where a small file system can be mounted it is full; everywhere it is the limit of a file's size.
"""

import os
import subprocess
from contextlib import contextmanager

import pytest
from faults.material import Chain, Said, bytes_beside, document, made
from faults.works import KEPT_FROM

from kzarchive import Archive, StorageError
from kzarchive.derived import index
from kzarchive.integrity.backups import backup
from kzarchive.integrity.verification import verify

resource = pytest.importorskip("resource")

APPROVED = {"reason": "endangers_person", "approvers": ("editor", "lawyer")}
STEPS = (0, 1, 6, 20, 40, 70, 110, 160, 220, 300, 400, 600, 900, 1400, 2200, 4000)
"""Room in units of 1,024 bytes."""


@pytest.fixture(autouse=True)
def _small_logs_keep_an_index(monkeypatch):
    monkeypatch.setattr(index, "KEPT_FROM", KEPT_FROM)


class Limited:
    """Room up to a limit for each file that is written."""

    def __init__(self, folder):
        self.folder = folder

    @contextmanager
    def room(self, kilobytes):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class Filled:
    """Room in a small file system."""

    def __init__(self, folder):
        self.folder = folder

    @contextmanager
    def room(self, kilobytes):
        filler = self.folder / "filler"
        with filler.open("wb") as file:
            free = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
            file.write(b"\0" * max(0, free - kilobytes * 1024))
        try:
            yield
        finally:
            filler.unlink()


@pytest.fixture(params=["limit", "file system"])
def disk(request, tmp_path):
    if request.param == "limit":
        yield Limited(tmp_path)
        return
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a file system")
    yield Filled(folder)
    subprocess.run(["umount", "-l", folder], check=True)


def tried(disk, work):
    """Does something with more and more room until it works; returns how often it did not."""
    for failures, kilobytes in enumerate(STEPS):
        try:
            with disk.room(kilobytes):
                work()
        except StorageError:
            continue
        return failures
    raise AssertionError("it never worked")


def others(folder):
    """Returns the names of the files that are neither of the archive nor take the room away."""
    return [each.name for each in folder.iterdir() if each.name != "filler" and not each.name.startswith("archive.db")]


def test_appending(disk):
    path = disk.folder / "archive.db"
    made(path, 10)
    items = [item for number in range(30) for item in document(f"new {number}", 3)]
    with Archive.open(path) as archive:
        head, root = archive.head, archive.root()

        def append():
            assert (archive.head, archive.root()) == (head, root)
            archive.append(items)

        assert tried(disk, append) > 0
        assert archive.head == head + len(items)
    assert verify(path).clean


def test_appending_in_batches_goes_on_where_it_stopped(disk):
    path = disk.folder / "archive.db"
    made(path, 2)
    items = [item for number in range(40) for item in document(f"new {number}", 3)]
    with Archive.open(path) as archive:
        head = archive.head
        assert tried(disk, lambda: archive.append_in_batches(items, batch=16)) > 0
        assert archive.head == head + len(items)
    assert verify(path).clean


def test_importing_leaves_no_file(disk):
    from kzarchive.recording import jsonl

    made(disk.folder / "archive.db", 20)
    with Archive.open(disk.folder / "archive.db") as archive:
        lines, root = list(jsonl.write(archive.stored_events())), archive.root()
    target = disk.folder / "imported.db"

    def imported():
        assert others(disk.folder) == []
        Archive.from_lines(target, lines).close()

    assert tried(disk, imported) > 0
    with Archive.open(target, read_only=True) as archive:
        assert archive.root() == root
    assert verify(target).clean


def test_an_index_that_finds_no_room_is_made_in_memory(disk):
    """Every question is answered all the same, and the index is kept once there is room."""
    path = disk.folder / "archive.db"
    made(path, 60)
    with Archive.open(path, read_only=True) as archive:
        expected = answers(archive)
    for kilobytes in STEPS[::3]:
        with Archive.open(path) as archive, disk.room(kilobytes):
            archive.rebuild_index()
            assert answers(archive) == expected
        assert verify(path).clean
        with Archive.open(path, read_only=True) as archive:
            assert answers(archive) == expected
    assert index.index_path(path).stat().st_size > 0


def answers(archive):
    return [str(answer) for answer in archive.as_of("2022-01-20", beyond_coverage=True)]


@pytest.mark.parametrize("kind", [Chain, Said])
def test_snapshots(disk, kind):
    path, kept = disk.folder / "archive.db", disk.folder / "kept"
    made(path, 60)
    with Archive.open(path, read_only=True) as archive:
        expected = archive.replay(kind())
        for way in (archive.run, archive.rebuild):
            assert tried(disk, lambda way=way: way(kind(), snapshots=kept)) > 0
            run = archive.run(kind(), snapshots=kept)
            assert (run.result, run.started, run.set_aside) == (expected, archive.head, ())
            kept.unlink()
        with archive.follow(kind(), snapshots=kept, batch=10) as follower:
            tried(disk, follower.catch_up)
            assert follower.catch_up().result == expected


def test_redacting(disk):
    """Without room there is no order, or an order whose erasure is finished once there is room."""
    path = disk.folder / "archive.db"
    words = made(path, 60)
    position = 7
    failed = []
    with Archive.open(path) as archive:

        def redact():
            try:
                failed.append(archive.redact(position, **APPROVED).resumed)
            except StorageError:
                orders = [row.ordered_by for row in archive._log.redactions()]
                assert orders in ([], [archive.head])
                failed.append(bool(orders))
                raise

        assert tried(disk, redact) > 0
        assert [row.position for row in archive._log.redactions()] == [position]
        assert [row.erased for row in archive._log.redactions()] == [True]
    gone = words.pop(position)
    assert gone.encode() not in bytes_beside(path)
    assert all(word.encode() in bytes_beside(path) for word in words.values())
    assert verify(path).clean
    assert failed == sorted(failed), "an order that stands is given once"


@pytest.mark.parametrize("way", [backup, lambda source, target: Archive.open(source, read_only=True).copy_to(target)])
def test_a_copy_that_finds_no_room_gets_no_name(disk, way):
    path, target = disk.folder / "archive.db", disk.folder / "copy.db"
    made(path, 60)

    def copied():
        assert others(disk.folder) == []
        way(path, target)

    assert tried(disk, copied) > 0
    assert verify(target).clean
    assert verify(target).root == verify(path).root
