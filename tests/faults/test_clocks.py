"""Clocks that jump back, and two that differ: the times of a log never run backwards, in whichever process."""

from faults.material import document, made

from kzarchive import Archive, FixedClock
from kzarchive.integrity.verification import verify
from kzarchive.log.clock import recorded_us

NOW = recorded_us("2100-01-01T00:00:00.000000Z")
HOUR = 3_600_000_000


def test_times_of_recording_never_run_backwards(tmp_path):
    path = tmp_path / "archive.db"
    made(path, 1)
    ahead, behind = FixedClock(NOW, step_us=1_000_000), FixedClock(NOW - HOUR, step_us=-HOUR)
    with Archive.open(path, clock=ahead) as one, Archive.open(path, clock=behind) as other:
        for number in range(10):
            (one, other)[number % 2].append(document(f"number {number}", 1))
        recorded = [event.recorded for event in one.stored_events()]
        assert recorded == sorted(recorded)
        assert recorded[-20:] == [NOW + number // 2 * 1_000_000 for number in range(10) for _ in "12"]
        last = one.as_of("2022-01-20", recorded="2100-01-01T00:00:04Z", beyond_coverage=True)
        assert last.basis.axes.position == one.head
    assert verify(path).clean
