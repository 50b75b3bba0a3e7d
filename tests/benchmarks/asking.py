"""Variants that ask: one frame as of a date, a state as of a date, all frames of a state, and a state after news."""

import shutil
import sqlite3
from contextlib import closing
from itertools import islice
from typing import Any, Final

from kzarchive.archive import Archive
from kzarchive.log.clock import FixedClock
from kzarchive.values.events import Event
from kzarchive.wire import codec

from . import workload
from .prepared import RECORDED, archive_path, day_number
from .readings import Reading, Stopwatch, Task, digest, latencies

NEWS: Final = 1_000
BATCH: Final = 1_000
WARM_UP: Final = 5
SEEK: Final = "SELECT position FROM seek WHERE frame = ? AND published <= ? ORDER BY published DESC LIMIT 1"


def seek(task: Task) -> Reading:
    """The floor: the newest position of a frame by a date, by one seek in an index made by hand."""
    with closing(sqlite3.connect(task.prepared / "seek" / "seek.db")) as connection:

        def ask(question: tuple[str, str]) -> Any:
            (key,) = connection.execute("SELECT id FROM frame WHERE key = ?", (question[0],)).fetchone()
            return connection.execute(SEEK, (key, day_number(question[1]))).fetchone()

        return Reading(figures=_asked(ask, task))


def frame(task: Task) -> Reading:
    """The library: ``archive.as_of(date)[frame]``, each frame and date its own question, in an archive that is open."""
    with Archive.open(archive_path(task), read_only=True) as opened:
        return Reading(figures=_asked(lambda question: opened.as_of(question[1])[question[0]], task))


def state(task: Task) -> Reading:
    """The library: ``archive.as_of(date)``, in an archive that is open; no frame is resolved."""
    with Archive.open(archive_path(task), read_only=True) as opened:
        return Reading(figures=_asked(lambda question: opened.as_of(question[1]), task))


def first_answer(task: Task) -> Reading:
    """The library: from opening the file to the answer for one frame as of a date, in a new process."""
    (asked, date), watch = task.facts()["questions"][-1], Stopwatch()
    with watch, Archive.open(archive_path(task), read_only=True) as opened:
        _ = opened.as_of(date)[asked]
    return Reading(figures={"p50_ms": watch.wall * 1_000, "p99_ms": watch.wall * 1_000, "questions": 1})


def _asked(ask: Any, task: Task) -> dict[str, float]:
    questions = task.facts()["questions"]
    # What is gathered once, at the first question, is the figure of ``first_answer``.
    for question in questions[:WARM_UP]:
        ask(question)
    return latencies(ask, questions[WARM_UP:])


def resolve(task: Task) -> Reading:
    """The library: every frame of a state, as of the middle of the two years, in an archive that is open."""
    with Archive.open(archive_path(task), read_only=True) as opened:
        found, watch = opened.as_of(workload.day(workload.DAYS // 2)), Stopwatch()
        with watch:
            answers = {str(answer.frame): answer.figure() for answer in found}
    return watch.rate(1, digest(answers))


def full_replay(task: Task) -> Reading:
    """The library without an index: the whole log read and gathered in memory, and every frame of that state."""
    shutil.copy(archive_path(task), task.scratch)
    watch = Stopwatch()
    with Archive.open(task.scratch / archive_path(task).name, read_only=True) as opened, watch:
        found = opened.as_of(workload.day(workload.DAYS // 2))
        answers = {str(answer.frame): answer.figure() for answer in found}
    return watch.rate(1, digest(answers))


def news_read(task: Task) -> Reading:
    """The floor: the new events read from the log and decoded."""
    with _grown(task, NEWS) as opened:
        watch = Stopwatch()
        with watch:
            for stored in opened.stored_events(after=task.events):
                assert stored.body is not None
                codec.decode(stored.type, stored.version, stored.body)
    return watch.rate(1)


def news(task: Task) -> Reading:
    """The library: the answer for a frame after 1,000 new events, in an archive that had answered before."""
    return _caught_up(task, NEWS)


def more_news(task: Task) -> Reading:
    """The same after 4,000 new events."""
    return _caught_up(task, 4 * NEWS)


def _caught_up(task: Task, number: int) -> Reading:
    (asked, date), watch = task.facts()["questions"][-1], Stopwatch()
    shutil.copytree(archive_path(task).parent, task.scratch / "archive")
    path = task.scratch / "archive" / "archive.db"
    with Archive.open(path, read_only=True) as reader:
        _ = reader.as_of(date)[asked]
        _append(path, task, number)
        with watch:
            answer = reader.as_of(date)[asked]
    return watch.rate(1, digest(answer.figure()))


def _grown(task: Task, number: int) -> Archive:
    shutil.copytree(archive_path(task).parent, task.scratch / "archive")
    path = task.scratch / "archive" / "archive.db"
    _append(path, task, number)
    return Archive.open(path, read_only=True)


def _append(path: Any, task: Task, number: int) -> None:
    news: list[Event] = list(islice(workload.later(task.events, task.seed), number))
    with Archive.open(path, clock=FixedClock(RECORDED, 1)) as writer:
        for start in range(0, number, BATCH):
            writer.append(news[start : start + BATCH])
