"""A write-ahead log that is torn, as a disk leaves it that lied about what it had written.

What was acknowledged before the torn place is there, whole and in order; what comes after it is not there, and a
checkpoint that was kept tells so.
"""

import os
import random

import pytest
from faults.material import document, made

from kzarchive import Archive, KzArchiveError
from kzarchive.derived.index import index_path
from kzarchive.integrity.checkpoints import TreeHead
from kzarchive.integrity.findings import Code
from kzarchive.integrity.verification import verify


class Written:
    """An archive whose newest events are in the write-ahead log alone.

    Attributes:
        file: The bytes of the file.
        wal: Those of the write-ahead log.
        acknowledged: After each append, the size of the write-ahead log, the head, and the root.
    """

    def __init__(self, folder):
        path = folder / "archive.db"
        made(path, 5)
        self.acknowledged = []
        with Archive.open(path) as archive:
            self.acknowledged.append((0, archive.head, archive.root()))
            for number in range(12):
                archive.append(document(f"new {number}", number % 4))
                size = self._side(path).stat().st_size
                self.acknowledged.append((size, archive.head, archive.root()))
            self.file, self.wal = path.read_bytes(), self._side(path).read_bytes()

    def _side(self, path):
        return path.with_name(f"{path.name}-wal")

    def put(self, folder, wal):
        folder.mkdir()
        path = folder / "archive.db"
        path.write_bytes(self.file)
        self._side(path).write_bytes(wal)
        return path

    def before(self, size):
        """Returns head and root of the last append whose frames end at or before a place."""
        return next((head, root) for end, head, root in reversed(self.acknowledged) if end <= size)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return Written(tmp_path_factory.mktemp("written"))


def places(written, chance, count):
    """Returns so many places in the write-ahead log: random ones, and in turn some at an end of an append."""
    ends = [end + by for end, *_ in written.acknowledged for by in (-1, 0, 1) if 0 <= end + by < len(written.wal)]
    return chance.sample(ends, min(len(ends), count // 2)) + [chance.randrange(len(written.wal)) for _ in range(count)]


def check(written, path, size):
    """What was acknowledged before a place is there, the next event is appended after it, and the loss is found."""
    head, root = written.before(size)
    with Archive.open(path, read_only=True) as archive:
        assert (archive.head, archive.root()) == (head, root)
        assert [event.position for event in archive.stored_events()] == list(range(1, head + 1))
    assert verify(path).clean
    kept = TreeHead(origin="example.org/kept", size=written.acknowledged[-1][1], root=written.acknowledged[-1][2])
    found = {finding.code for finding in verify(path, against=[kept]).faults}
    assert found == (set() if head == kept.size else {Code.CUT})
    with Archive.open(path) as archive:
        assert archive.append(document("after", 1)).placed[0].position == head + 1
    assert verify(path).clean


def cut(written, chance, place):
    return written.wal[:place]


def turned(written, chance, place):
    """A bit is another one; SQLite ends at the frame whose checksum does not fit, at once where it is the header."""
    torn = bytearray(written.wal)
    torn[place] ^= 1 << chance.randrange(8)
    return bytes(torn)


def filled(written, chance, place):
    """What a file system leaves that gave the file its length before its bytes."""
    filler = chance.choice((bytes, chance.randbytes))
    return written.wal[:place] + filler(len(written.wal) - place)


def torn_at(written, folder, tear, seed, count):
    chance = random.Random(seed)
    for number, place in enumerate(places(written, chance, count)):
        check(written, written.put(folder / str(number), tear(written, chance, place)), place)


@pytest.mark.parametrize("tear", [cut, turned, filled])
def test_torn_at_some_places(written, tmp_path, tear):
    torn_at(written, tmp_path, tear, seed=1, count=6)


@pytest.mark.long
@pytest.mark.parametrize("tear", [cut, turned, filled])
def test_torn_at_many_places(written, tmp_path, tear):
    """``KZARCHIVE_TORN=300 pytest -m long tests/faults/test_torn_wal.py``."""
    torn_at(written, tmp_path, tear, seed=2, count=int(os.environ.get("KZARCHIVE_TORN", "300")))


def test_a_write_ahead_log_that_is_gone_or_of_another_file(written, tmp_path):
    check(written, written.put(tmp_path / "empty", b""), 0)
    check(written, written.put(tmp_path / "noise", b"no log at all" * 5000), 0)


def test_an_index_that_knows_more_than_the_torn_log_is_made_anew(written, tmp_path, monkeypatch):
    monkeypatch.setattr("kzarchive.derived.index.KEPT_FROM", 10)
    path = written.put(tmp_path / "whole", written.wal)
    with Archive.open(path) as archive:
        archive.as_of("2022-01-20", beyond_coverage=True)
        known = index_path(path).read_bytes()
        wal = index_path(path).with_name(f"{index_path(path).name}-wal").read_bytes()
    torn = written.put(tmp_path / "torn", written.wal[: written.acknowledged[3][0] + 100])
    index_path(torn).write_bytes(known)
    index_path(torn).with_name(f"{index_path(torn).name}-wal").write_bytes(wal)
    without = written.put(tmp_path / "without", written.wal[: written.acknowledged[3][0]])
    with Archive.open(torn) as one, Archive.open(without, read_only=True) as other:
        assert str(one.as_of("2022-01-20", beyond_coverage=True)) == str(
            other.as_of("2022-01-20", beyond_coverage=True)
        )
        assert one.index_remade


def test_a_torn_file_is_told_or_reads_as_before(written, tmp_path):
    """Pages of the file itself that were never written; the write-ahead log holds some of them."""
    chance = random.Random(4)
    for number in range(30):
        start = chance.randrange(0, len(written.file), 8192)
        file = written.file[:start] + bytes(8192) + written.file[start + 8192 :]
        path = written.put(tmp_path / str(number), written.wal)
        path.write_bytes(file)
        try:
            with Archive.open(path, read_only=True) as archive:
                whole = [event.position for event in archive.stored_events()] == list(range(1, archive.head + 1))
                same = (archive.head, archive.root()) == written.acknowledged[-1][1:]
        except KzArchiveError:
            continue
        assert (whole and same) or not verify(path).clean
