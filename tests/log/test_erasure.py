"""What is erased is nowhere: the bytes of the file and of its write-ahead log are searched."""

import sqlite3
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from kzarchive.errors import KzArchiveError, LogError, StorageError
from kzarchive.log.clock import FixedClock
from kzarchive.log.protocol import Redaction
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.testing.log_contract import draft, order

CLOCK = FixedClock("2026-11-23T03:15:00.000000Z")
ATTACH = 24
"""The action of an authorizer by which VACUUM begins."""
SECRET = b"the witness Ainur"


def bytes_of(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.iterdir())


def secret(number: int, size: int) -> bytes:
    """A body of its own, several times over where there is room."""
    return b"<secret %d>" % number * max(1, size // 11)


@pytest.mark.parametrize("size", [20, 600, 9_000, 300_000])
def test_an_erased_body_is_in_no_file(tmp_path: Path, size: int) -> None:
    """Before it is erased it is there, to show that the search would find it."""
    with SqliteEventLog.create(tmp_path / "log.kz", clock=CLOCK) as log:
        log.append([draft("before"), draft("w", SECRET * (1 + size // len(SECRET))), draft("after")])
        root = log.append([order("o", 2)]).root
        assert SECRET in bytes_of(tmp_path)
        log.erase(2)
        assert SECRET not in bytes_of(tmp_path)
        assert log.root() == root
        log.append([draft("later")])
    assert SECRET not in bytes_of(tmp_path)


@pytest.mark.parametrize(
    ("sizes", "targets"),
    [
        ([300, 20, 3000, 20, 1500, 1500, 600, 20, 1500, 3000, 3000], [9, 3, 6, 8]),
        ([1500, 1500, 20, 300, 300, 600, 1500, 300, 600, 3000, 1500, 1500], [4, 2, 5, 6, 7, 8]),
    ],
)
def test_a_body_that_was_moved_before_it_was_erased_leaves_no_copy(
    tmp_path: Path, sizes: list[int], targets: list[int]
) -> None:
    """SQLite joins pages that were emptied: here it moves the last of these bodies, and deleting alone left a copy."""
    with SqliteEventLog.create(tmp_path / "log.kz", clock=CLOCK) as log:
        log.append([draft(str(number), secret(number, size)) for number, size in enumerate(sizes, start=1)])
        log.append([order(f"o{position}", position) for position in targets])
        for position in targets:
            log.erase(position)
        assert [number for number in targets if b"<secret %d>" % number in bytes_of(tmp_path)] == []


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.sampled_from([20, 300, 600, 1500, 9000]), min_size=20, max_size=80),
    data=st.data(),
)
def test_erased_bodies_are_in_no_file_whatever_stood_beside_them(sizes: list[int], data: st.DataObject) -> None:
    """Emptied pages are joined, and what is moved then leaves copies behind: those too are gone once it is erased."""
    targets = data.draw(st.lists(st.integers(1, len(sizes)), min_size=1, max_size=40, unique=True))
    with tempfile.TemporaryDirectory() as name, SqliteEventLog.create(Path(name) / "log.kz", clock=CLOCK) as log:
        log.append([draft(str(number), secret(number, size)) for number, size in enumerate(sizes, start=1)])
        log.append([order(f"o{position}", position) for position in targets])
        parts = data.draw(st.integers(1, 4))
        erased: list[int] = []
        for part in (targets[number::parts] for number in range(parts)):
            log.erase(*part)
            erased += part
            kept = bytes_of(Path(name))
            assert [number for number in erased if b"<secret %d>" % number in kept] == []
            assert all(b"<secret %d>" % number in kept for number in range(1, len(sizes) + 1) if number not in targets)


def test_a_copy_made_afterwards_has_nothing_of_it(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    with SqliteEventLog.create(tmp_path / "log.kz", clock=CLOCK) as log:
        log.append([draft("w", SECRET), order("o", 1)])
        log.erase(1)
        log.copy_to(copies / "copy.kz")
        expected = list(log.read()), log.root(), log.redactions()
    assert SECRET not in bytes_of(copies)
    with SqliteEventLog.open(copies / "copy.kz", read_only=True) as copy:
        assert (list(copy.read()), copy.root(), copy.redactions()) == expected


def test_a_file_is_still_a_log_after_it_was_written_anew(tmp_path: Path) -> None:
    """Positions go on, guards stand, and another process that has it open sees what there is."""
    with (
        SqliteEventLog.create(tmp_path / "log.kz", clock=CLOCK) as log,
        SqliteEventLog.open(tmp_path / "log.kz", clock=CLOCK) as other,
    ):
        log.append([draft("w", SECRET), order("o", 1)])
        other.append([draft("a")])
        log.erase(1)
        assert other.append([draft("b")]).root == log.root() == other.root()
        assert [event.body for event in other.read()] == [None, b"order", b"{}", b"{}"]
    with SqliteEventLog.open(tmp_path / "log.kz", clock=CLOCK) as log:
        assert log.append([draft("c")]).head == 5


def test_whoever_still_reads_it_holds_the_erasure_up(tmp_path: Path) -> None:
    """The body is out of reach at once; its bytes go when the reader has finished and it is asked for again."""
    with SqliteEventLog.create(tmp_path / "log.kz", clock=CLOCK, timeout_seconds=0) as log:
        log.append([draft("w", SECRET), order("o", 1)])
        reading = log.read()
        next(reading)
        with pytest.raises(StorageError) as caught:
            log.erase(1)
        assert str(caught.value) == (
            f"{tmp_path / 'log.kz'}: the body is taken away, but its bytes are still in the write-ahead log, which "
            "another connection reads: erase it again when that has finished"
        )
        assert log.redactions() == (Redaction(1, 2, False),)
        assert SECRET in bytes_of(tmp_path)
        with pytest.raises(StorageError, match="expected a log whose redacted bodies are erased"):
            log.copy_to(tmp_path / "copy.kz")
        reading.close()  # type: ignore[attr-defined]
        log.erase(1)
        assert log.redactions() == (Redaction(1, 2, True),)
        assert SECRET not in bytes_of(tmp_path)


def test_a_crash_in_the_middle_of_an_erasure_is_told_by_the_next_who_looks(tmp_path: Path) -> None:
    """The body is deleted, and the process dies before the file is written anew."""
    path = tmp_path / "log.kz"
    with SqliteEventLog.create(path, clock=CLOCK) as log:
        log.append([draft("w", SECRET), order("o", 1)])
        log._connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action == ATTACH else 0)
        with pytest.raises(KzArchiveError):
            log.erase(1)
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        assert log.redactions() == (Redaction(1, 2, False),)
        log.erase(1)
        assert log.redactions() == (Redaction(1, 2, True),)
    assert [each.name for each in tmp_path.iterdir()] == ["log.kz"]


def test_a_body_that_is_gone_without_an_order_is_never_taken_for_redacted(tmp_path: Path) -> None:
    """Beside one that is redacted, one whose row was lost."""
    with SqliteEventLog.create(tmp_path / "log.kz", clock=CLOCK) as log:
        log.append([draft("a"), draft("b"), order("o", 1)])
        log.erase(1)
        log._connection.execute("DROP TRIGGER body_no_delete")
        log._connection.execute("DELETE FROM body WHERE position = 2")
        events = log.read()
        assert next(events).redacted_by == 3
        with pytest.raises(LogError, match="position 2: its body is missing"):
            next(events)
