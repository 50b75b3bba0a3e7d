"""The inputs of the variants: each is a function that fills an empty folder, once for a size and a seed."""

import json
import random
from collections import Counter
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from kzarchive.archive import Archive
from kzarchive.log.clock import FixedClock
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.recording import jsonl
from kzarchive.values.events import ArchiveOpened, AssertionRecorded, DocumentRegistered, Event
from kzarchive.wire import codec

from . import workload
from .floors import batches, connect, insert, new_raw
from .readings import Task

BATCH: Final = 1_000
QUESTIONS: Final = 200
NAME: Final = "synthetic"
RECORDED: Final = "2022-06-01T00:00:00.000000Z"

SEEK_FRAMES: Final = "CREATE TABLE frame (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT"
SEEK_INDEX: Final = """\
CREATE TABLE seek (frame INTEGER, published INTEGER, position INTEGER, PRIMARY KEY (frame, published, position))
STRICT, WITHOUT ROWID"""


def new_archive(path: Path) -> Archive:
    """Makes the archive's file, with its first event."""
    clock = FixedClock(RECORDED, step_us=1_000_000)
    return Archive.open(path, vocabulary=workload.vocabulary(), name=NAME, zone=workload.ZONE, clock=clock)


def raw(task: Task) -> None:
    """Makes ``raw.db``, a table of the canonical bodies of all events, and ``facts.json``."""
    opened = ArchiveOpened(actor="archive", name=NAME, zone=workload.ZONE, vocabulary=workload.vocabulary())
    facts = _Facts(task)
    stream = enumerate(chain([opened], workload.events(task.events, task.seed)), start=1)
    with closing(new_raw(task.scratch / "raw.db")) as connection:
        for batch in batches(stream, BATCH):
            encoded = [(position, event, codec.encode(event)) for position, event in batch]
            for each in encoded:
                facts.add(*each)
            insert(connection, [(position, body) for position, _, body in encoded])
    (task.scratch / "facts.json").write_text(json.dumps(facts.to_dict()), encoding="utf-8")


class _Facts:
    """What is counted while the workload passes by; frames are drawn by event, so that hot ones are asked more."""

    def __init__(self, task: Task) -> None:
        self._share = random.Random(f"{task.seed}/{task.events}/questions").random
        self._drawn = Counter(1 + int(self._share() * task.events) for _ in range(QUESTIONS))
        self._due = 0
        self._questions: list[tuple[str, str]] = []
        self._frames: Counter[str] = Counter()
        self._late: dict[str, bool] = {}
        self._late_assertions = 0
        self._sizes: Counter[int] = Counter()

    def add(self, position: int, event: Event, body: bytes) -> None:
        """Counts one event."""
        self._due += self._drawn[position]
        if isinstance(event, DocumentRegistered):
            self._late[event.document.id] = event.document.published != event.document.retrieved
        if isinstance(event, AssertionRecorded):
            frame = str(event.assertion.frame)
            self._frames[frame] += 1
            self._late_assertions += self._late[event.assertion.document]
            self._sizes[len(body)] += 1
            self._questions += [(frame, workload.day(int(self._share() * workload.DAYS))) for _ in range(self._due)]
            self._due = 0

    def to_dict(self) -> dict[str, Any]:
        """Returns the facts; sizes are bytes of the canonical bodies of assertions."""
        number = self._sizes.total()
        return {
            "assertions": number,
            "documents": len(self._late),
            "frames": len(self._frames),
            "hottest_frame_share": max(self._frames.values()) / number,
            "late_share": self._late_assertions / number,
            "mean_body": sum(size * count for size, count in self._sizes.items()) / number,
            "smallest_body": min(self._sizes),
            "largest_body": max(self._sizes),
            "questions": self._questions,
        }


def archive(task: Task) -> None:
    """Makes ``archive.db``, its intake passed, and what the library keeps beside it once it was asked."""
    with new_archive(task.scratch / "archive.db") as made:
        for batch in batches(workload.events(task.events, task.seed), BATCH):
            made.append(batch)
        _ = made.as_of(workload.day(workload.DAYS))[workload.HOTTEST]


def lines(task: Task) -> None:
    """Makes ``lines.jsonl``, the archive as canonical JSON Lines."""
    with SqliteEventLog.open(archive_path(task), read_only=True) as log, (task.scratch / "lines.jsonl").open("wb") as f:
        f.writelines(jsonl.write(log.read()))


def seek(task: Task) -> None:
    """Makes ``seek.db``, an index of positions by frame and publication, as one would write it by hand."""
    frames: dict[str, int] = {}
    published: dict[str, str] = {}
    rows = []
    for position, event in enumerate(workload.events(task.events, task.seed), start=2):
        if isinstance(event, DocumentRegistered):
            published[event.document.id] = str(event.document.published)
        if isinstance(event, AssertionRecorded):
            frame = frames.setdefault(str(event.assertion.frame), len(frames) + 1)
            rows.append((frame, day_number(published[event.assertion.document]), position))
    with closing(connect(task.scratch / "seek.db")) as connection:
        connection.execute(SEEK_FRAMES)
        connection.execute(SEEK_INDEX)
        insert(connection, [(number, key) for key, number in frames.items()], "INSERT INTO frame VALUES (?, ?)")
        insert(connection, sorted(rows), "INSERT INTO seek VALUES (?, ?, ?)")


def parquet(task: Task) -> None:
    """Makes ``headers.parquet``, position and frame of every event, with polars or else with DuckDB."""
    table, file = task.scratch / "headers.csv", task.scratch / "headers.parquet"
    with SqliteEventLog.open(archive_path(task), read_only=True) as log, table.open("w", encoding="utf-8") as text:
        text.write("position,frame\n")
        text.writelines(f"{header.position},{header.columns.frame or ''}\n" for header in log.headers())
    try:
        import polars as pl
    except ImportError:
        import duckdb

        duckdb.sql(f"COPY (SELECT * FROM read_csv('{table}')) TO '{file}' (FORMAT parquet)")
    else:
        pl.read_csv(table).write_parquet(file)


def warm_up(task: Task) -> None:
    """Encodes and decodes a few events, and opens a file: what is loaded at its first use is no part of a rate."""
    new_archive(task.scratch / "warm-up.db").close()
    for event in (workload.agents()[0], *islice(workload.later(task.events, task.seed), 100)):
        codec.decode(event.type, event.version, codec.encode(event))


def archive_path(task: Task) -> Path:
    """Returns where the prepared archive is."""
    return task.prepared / "archive" / "archive.db"


def raw_path(task: Task) -> Path:
    """Returns where the prepared raw table is."""
    return task.prepared / "raw" / "raw.db"


def day_number(text: str) -> int:
    """Returns a day as a number that orders days."""
    return int(text.replace("-", ""))
