"""Variants that are measured by what they hold: memory while they replay, bytes on the disk when they are done."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from kzarchive.archive import Archive

from .prepared import archive_path, raw_path
from .readings import Reading, Task, digest, peak_mb
from .replaying import CountsByMeasure, folded_headers, frames_answer


def scan(task: Task) -> Reading:
    """The floor: a streaming SELECT of all bodies."""
    before = peak_mb()
    with closing(sqlite3.connect(raw_path(task))) as connection:
        for _ in connection.execute("SELECT payload FROM raw ORDER BY seq"):
            pass
    return _held(task, before)


def headers(task: Task) -> Reading:
    """The library: the fold over headers."""
    before = peak_mb()
    return _held(task, before, frames_answer(folded_headers(archive_path(task))))


def bounded(task: Task) -> Reading:
    """The library: ``archive.replay`` of a fold over events whose accumulator does not grow."""
    before = peak_mb()
    with Archive.open(archive_path(task), read_only=True) as opened:
        return _held(task, before, digest(opened.replay(CountsByMeasure())))


class PositionsByFrame:
    """A fold over assertions that gathers: of each frame the positions of its assertions."""

    name, version, over = "positions-by-frame", 1, "assertions"

    def initial(self) -> dict[str, list[int]]:
        """Returns no frames."""
        return {}

    def apply(self, total: dict[str, list[int]], item: Any) -> dict[str, list[int]]:
        """Keeps the position of an assertion."""
        total.setdefault(str(item.frame), []).append(item.position)
        return total

    def result(self, total: dict[str, list[int]]) -> dict[str, list[int]]:
        """Returns the positions by frame."""
        return total


def gathering(task: Task) -> Reading:
    """The library: ``archive.replay`` of a fold over assertions that gathers."""
    before = peak_mb()
    with Archive.open(archive_path(task), read_only=True) as opened:
        total = opened.replay(PositionsByFrame())
        reading = _held(task, before)
    assert sum(map(len, total.values())) == task.facts()["assertions"]
    return reading


def _held(task: Task, before: float, answer: str = "") -> Reading:
    peak = peak_mb()
    grown = (peak - before) * 1e6 / task.events
    return Reading(figures={"peak_mb": peak, "grown_bytes_an_event": grown}, answer=answer)


def raw_bytes(task: Task) -> Reading:
    """The floor: the raw table."""
    return _stored(task, [raw_path(task)])


def log_bytes(task: Task) -> Reading:
    """The log of the library alone."""
    return _stored(task, [archive_path(task)])


def all_bytes(task: Task) -> Reading:
    """The log of the library and everything that it keeps beside it once it has answered a question."""
    beside = archive_path(task).parent.glob(f"{archive_path(task).name}*")
    return _stored(task, list(beside))


def _stored(task: Task, files: list[Path]) -> Reading:
    size = sum(file.stat().st_size for file in files)
    return Reading(figures={"bytes": size, "bytes_an_event": size / task.events})
