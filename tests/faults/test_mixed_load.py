"""An hour of mixed load on one file: no error, every acknowledged event there once, no process that grows.

The campaign is ``KZARCHIVE_LOAD_SECONDS=3600 pytest -m long -s tests/faults/test_mixed_load.py``; it lasts a minute
where nothing is set, and prints what it measured. Two write, one follows, two ask, one rebuilds, one verifies and one
makes backups, each a process of its own that rests between its steps. None of it is in the default run, which it would
make too long.

Memory is flat when the resident size of no process grows, from the second quarter of the time to the last, by more than
:data:`SLACK` and what is kept of each new event (:data:`KEPT_OF_AN_EVENT`): SQLite's pages up to 64 MB and the names of
documents in a writer; an index in memory and decoded events, up to 20,000 of them, in each that asks. The log is long
from the beginning and grows slowly, so that this does not hide what grows with time. The caches fill in the first
minutes: a run of less than :data:`WARM_SECONDS` prints its figures and does not judge them.
"""

import os
import statistics
import time
from pathlib import Path

import pytest
from faults import roles
from faults.killing import Stopping
from faults.material import Chain, linked, made

from kzarchive import Archive
from kzarchive.integrity.verification import verify
from kzarchive.log.sqlite import SqliteEventLog

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc to look at other processes"),
]

SLACK = 8 * 2**20
KEPT_OF_AN_EVENT = 3_000
DOCUMENTS = 10_000
WAL_LIMIT = 3 * 4000 * 8192
SAMPLE_SECONDS = 5
WARM_SECONDS = 600
TICKS = os.sysconf("SC_CLK_TCK")


class Measured:
    """What is measured of the processes and the files while they work."""

    def __init__(self, companions, path):
        self._companions = companions
        self._path = path
        self.sizes = {name: [] for name in companions}
        self.files = {name: [] for name in companions}
        self.seconds = dict.fromkeys(companions, 0.0)
        self.wal = 0

    def look(self):
        for name, companion in self._companions.items():
            companion.hear()
            proc = Path(f"/proc/{companion.pid}")
            self.sizes[name].append(int((proc / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
            self.files[name].append(len(list((proc / "fd").iterdir())))
            times = (proc / "stat").read_text().rpartition(")")[2].split()[11:13]
            self.seconds[name] = sum(map(int, times)) / TICKS
        side = self._path.with_name(f"{self._path.name}-wal")
        self.wal = max(self.wal, side.stat().st_size if side.exists() else 0)


def quarters(values):
    """Returns the median of each quarter."""
    length = len(values) // 4
    return [statistics.median(values[start : start + length]) for start in range(0, 4 * length, length)]


def begin(path, documents):
    """Makes the archive that the load begins with."""
    made(path, 1)
    chance = roles.random.Random(1)
    with Archive.open(path) as archive:
        for start in range(0, documents, 200):
            archive.append(
                [item for number in range(start, start + 200) for item in roles.report(f"before {number}", chance, 2)]
            )
        return archive.head


def test_mixed_load(tmp_path, capsys):
    seconds = float(os.environ.get("KZARCHIVE_LOAD_SECONDS", "60"))
    path, kept = tmp_path / "archive.db", tmp_path / "kept"
    started = begin(path, DOCUMENTS)
    work = {
        "writer 1": (roles.write, path, "one", {"seed": 11, "rest": 4.0}),
        "writer 2": (roles.write, path, "two", {"seed": 12, "rest": 4.0}),
        "follower": (roles.follow, path, kept, {"rest": 0.5}),
        "reader 1": (roles.ask, path, {"seed": 21, "rest": 1.0}),
        "reader 2": (roles.ask, path, {"seed": 22, "rest": 1.0}),
        "rebuilder": (roles.rebuild, path, tmp_path / "rebuilt", {"seed": 31, "rest": 30}),
        "verifier": (roles.check, path, {"rest": min(40, seconds / 5)}),
        "backups": (roles.save, path, tmp_path, {"rest": min(240, seconds / 3)}),
    }
    running = {name: Stopping(each, *args, **options) for name, (each, *args, options) in work.items()}
    measured = Measured({name: each.companion for name, each in running.items()}, path)
    end = time.monotonic() + seconds
    heads = []
    while time.monotonic() < end:
        time.sleep(min(SAMPLE_SECONDS, seconds / 40))
        measured.look()
        heads.append(size_of(path))
    for each in running.values():
        each.stop()
    told = {name: each.companion for name, each in running.items()}
    with capsys.disabled():
        print(table(measured, told, heads, started))
    check_events(path, told, started)
    if seconds >= WARM_SECONDS:
        check_flat(measured, heads)
    assert measured.wal <= WAL_LIMIT


def size_of(path):
    with SqliteEventLog.open(path, read_only=True) as log:
        return log.head


def check_events(path, told, started):
    """Every acknowledged event is there, once, and nothing else; what was followed is what a whole replay gives."""
    with SqliteEventLog.open(path, read_only=True) as log:
        ids = [header.identity.hex() for header in log.headers()]
    said = [each for name in ("writer 1", "writer 2") for (placed,) in told[name].done for each in placed]
    assert sorted(position for position, _ in said) == list(range(started + 1, len(ids) + 1))
    assert all(ids[position - 1] == identity for position, identity in said)
    assert len(set(ids)) == len(ids)
    assert verify(path).clean
    chain, digest = {}, ""
    for number, identity in enumerate(ids, start=1):
        digest = linked(digest, identity)
        chain[number] = (number, digest)
    for name in ("follower", "rebuilder"):
        assert all(result == chain[position] for position, result in told[name].done), name
    with Archive.open(path, read_only=True) as archive:
        assert archive.replay(Chain()) == chain[len(ids)]


def check_flat(measured, heads):
    _, before, _, after = quarters(heads)
    allowed = SLACK + KEPT_OF_AN_EVENT * (after - before)
    for name in measured.sizes:
        _, second, _, last = quarters(measured.sizes[name])
        assert last - second <= allowed, f"{name} grew by {(last - second) / 2**20:.1f} MB"
        _, second, _, last = quarters(measured.files[name])
        assert last <= second + 2, f"{name} has {last} files open, before it had {second}"


def table(measured, told, heads, started):
    rows = [f"\n{'process':10}{'steps':>7}{'CPU':>9}{'resident, median of each quarter':>42}{'files open':>18}"]
    for name, sizes in measured.sizes.items():
        resident = "".join(f"{size / 2**20:8.1f}" for size in quarters(sizes))
        files = "".join(f"{files:4.0f}" for files in quarters(measured.files[name]))
        rows.append(f"{name:10}{len(told[name].done):7}{measured.seconds[name]:7.0f} s{resident:>39} MB{files:>18}")
    rows.append(f"events: {started} at first, median of each quarter {quarters(heads)}, {heads[-1]} at last")
    rows.append(f"processors used: {sum(measured.seconds.values()):.0f} s")
    rows.append(f"largest write-ahead log: {measured.wal / 2**20:.1f} MB")
    return "\n".join(rows)
