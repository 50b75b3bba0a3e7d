"""Many processes and connections upon one log file, and places that cannot be written."""

import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kzarchive.errors import PositionConflict, StorageError, UsageError
from kzarchive.log.clock import FixedClock, SystemClock
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.testing.log_contract import draft

PROCESSES = 8
APPENDS = 100
NOBODY = 65534
CLOCK = FixedClock("2026-11-23T03:15:00.000000Z")


def append_wherever(path: str, writer: int) -> list[int]:
    """Appends one event after the other."""
    with SqliteEventLog.open(path, clock=SystemClock()) as log:
        return [log.append([draft(f"{writer}/{number}")]).head for number in range(APPENDS)]


def append_where_decided(path: str, writer: int) -> list[int]:
    """Reads the head, appends to it alone, and tries again if another was faster."""
    positions = []
    with SqliteEventLog.open(path, clock=SystemClock()) as log:
        for number in range(APPENDS):
            while True:
                head = log.head
                try:
                    receipt = log.append([draft(f"{writer}/{number}")], expected_position=head)
                except PositionConflict:
                    continue
                assert receipt.head == head + 1
                positions.append(receipt.head)
                break
    return positions


def append_pairs_known_to_all(path: str, writer: int) -> list[int]:
    """Appends the same batches as every other process; the first to come writes both of a batch."""
    new = []
    with SqliteEventLog.open(path, clock=SystemClock()) as log:
        for number in range(APPENDS):
            receipt = log.append([draft(f"left {number}"), draft(f"right {number}")])
            new += [each.position for each in receipt.new]
            assert receipt.placed[1].position == receipt.placed[0].position + 1
    return new


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty log file."""
    SqliteEventLog.create(tmp_path / "log.kz", clock=CLOCK).close()
    return tmp_path / "log.kz"


@pytest.mark.parametrize(
    ("work", "events"),
    [
        (append_wherever, PROCESSES * APPENDS),
        (append_where_decided, PROCESSES * APPENDS),
        (append_pairs_known_to_all, 2 * APPENDS),
    ],
)
def test_no_append_of_many_processes_is_lost(path: Path, work, events: int) -> None:  # type: ignore[no-untyped-def]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        positions = pool.starmap(work, [(str(path), writer) for writer in range(PROCESSES)])
        pool.close()
        pool.join()
    assert sorted(position for each in positions for position in each) == list(range(1, events + 1))
    with SqliteEventLog.open(path, read_only=True) as log:
        stored = list(log.read())
    assert [event.position for event in stored] == list(range(1, events + 1))
    assert len({event.identity for event in stored}) == events
    recorded = [event.recorded for event in stored]
    assert recorded == sorted(recorded)


def append_and_wait(path: str, writer: int, number: int) -> tuple[list[int], float]:
    """Appends events one by one; returns their positions, and the longest wait for one in seconds."""
    positions, longest = [], 0.0
    with SqliteEventLog.open(path, clock=SystemClock()) as log:
        for each in range(number):
            begun = time.monotonic()
            positions.append(log.append([draft(f"{writer}/{each}")]).head)
            longest = max(longest, time.monotonic() - begun)
    return positions, longest


@pytest.mark.long
def test_32_processes_that_append_at_once_all_come_to_it(path: Path) -> None:
    """``pytest -m long -s tests/log/test_sqlite_processes.py`` prints the longest wait."""
    with multiprocessing.get_context("spawn").Pool(32) as pool:
        found = pool.starmap(append_and_wait, [(str(path), writer, 400) for writer in range(32)], chunksize=1)
        pool.close()
        pool.join()
    print(f"longest wait: {max(longest for _, longest in found):.1f} s")  # noqa: T201 a campaign tells its figure
    assert sorted(position for positions, _ in found for position in positions) == list(range(1, 12_801))
    with SqliteEventLog.open(path, read_only=True) as log:
        assert len({event.identity for event in log.read()}) == 12_800


def test_a_reader_keeps_its_moment_while_another_log_object_appends(path: Path) -> None:
    with (
        SqliteEventLog.open(path, clock=CLOCK) as writer,
        SqliteEventLog.open(path, read_only=True) as reader,
    ):
        writer.append([draft("a"), draft("b")])
        events = reader.read()
        assert next(events).position == 1
        writer.append([draft("c")])
        assert reader.head == 3
        assert [event.position for event in events] == [2]
        assert [event.position for event in reader.read()] == [1, 2, 3]


def test_an_iteration_that_is_left_early_frees_its_transaction(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        log.append([draft("a"), draft("b")])
        events = log.read()
        next(events)
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            log.append([draft("c")])
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 1
            events.close()  # type: ignore[attr-defined]
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_iterations_use_their_connections_again(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        log.append([draft("a"), draft("b")])
        for _ in range(20):
            assert len(list(zip(log.read(), log.headers(), strict=True))) == 2
        assert len(log._streams.readers) == 2


def test_a_lock_that_is_never_freed_is_a_storage_error(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK, timeout_seconds=0) as log:
        log.append([draft("a")])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError) as caught:
                log.append([draft("b")])
            assert str(caught.value) == f"{path}: locked by another connection (waited 0 s)"
            assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
            assert [event.position for event in log.read()] == [1]
            other.execute("ROLLBACK")
        assert log.append([draft("b")]).head == 2


def test_an_append_waits_for_a_lock_that_is_freed(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        held = threading.Event()

        def hold() -> None:
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                held.set()
                time.sleep(0.1)
                other.execute("ROLLBACK")

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait()
        assert log.append([draft("a")]).head == 1
        thread.join()


def test_a_full_disk_writes_nothing_of_the_batch(path: Path) -> None:
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        log.append([draft("a")])
        pages = log._connection.execute("PRAGMA page_count").fetchone()[0]
        log._connection.execute(f"PRAGMA max_page_count = {pages + 3}")
        with pytest.raises(StorageError) as caught:
            log.append([draft(str(number), b"x" * 4000) for number in range(10)])
        assert str(caught.value) == f"{path}: the storage failed: database or disk is full"
        assert [event.position for event in log.read()] == [1]
        assert log.append([draft("b")]).head == 2


def test_a_log_belongs_to_the_thread_that_opened_it(path: Path) -> None:
    errors: list[BaseException] = []

    def work() -> None:
        try:
            log.append([draft("a")])
        except UsageError as error:
            errors.append(error)

    with SqliteEventLog.open(path, clock=CLOCK) as log:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert log.head == 0
    assert len(errors) == 1
    assert str(errors[0]).startswith(f"{path}: expected an open log in the thread that opened it: ")


@contextmanager
def nobody() -> Iterator[None]:
    """Runs a block without the right to write everywhere, which root has."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder that others may read, outside of pytest's own, which they may not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        with SqliteEventLog.create(folder / "log.kz", clock=CLOCK) as log:
            log.append([draft("a"), draft("b")])
            log.copy_to(folder / "copy.kz")
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["log.kz", "copy.kz"])
def test_a_log_in_a_place_that_cannot_be_written_can_be_read(shelf: Path, name: str) -> None:
    with nobody():
        with SqliteEventLog.open(shelf / name, read_only=True) as log:
            assert [event.position for event in log.read()] == [1, 2]
            assert log.head == 2
        assert sorted(each.name for each in shelf.iterdir()) == ["copy.kz", "log.kz"]


@pytest.mark.parametrize("side", ["wal", "journal"])
def test_a_file_is_not_taken_for_the_log_while_a_side_file_lies_there(shelf: Path, side: str) -> None:
    shelf.chmod(0o755)
    (shelf / f"log.kz-{side}").write_bytes(b"")
    shelf.chmod(0o555)
    with nobody(), pytest.raises(StorageError) as caught:
        SqliteEventLog.open(shelf / "log.kz", read_only=True)
    assert str(caught.value) == (
        f"{shelf}/log.kz: the place cannot be written, and log.kz-{side} lies beside the file: "
        "copy both to a place that can be written, and open the copy there"
    )


@pytest.mark.parametrize("name", ["log.kz", "copy.kz"])
def test_a_place_that_cannot_be_written_takes_no_appends(shelf: Path, name: str) -> None:
    with nobody(), pytest.raises(StorageError):
        SqliteEventLog.open(shelf / name, clock=CLOCK)
    with SqliteEventLog.open(shelf / "copy.kz", read_only=True) as log:
        assert log.head == 2


def test_a_log_in_memory_does_without_sqlite_utils() -> None:
    program = (
        "import sys; from kzarchive.log.sqlite import SqliteEventLog; from kzarchive.log.clock import FixedClock\n"
        "with SqliteEventLog.in_memory(clock=FixedClock(0)) as log: print(log.head, 'sqlite_utils' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "0 False\n"
