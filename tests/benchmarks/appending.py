"""Variants that append: in batches of 1,000 and one by one, from bytes, rows, drafts, objects and JSON Lines."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Final

from kzarchive.archive import Archive
from kzarchive.log.clock import FixedClock
from kzarchive.log.protocol import Draft
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.values.events import Event
from kzarchive.wire import codec

from . import workload
from .floors import batches, connect, insert, new_raw, raw_rows
from .prepared import BATCH, RECORDED, archive_path, new_archive, raw_path, warm_up
from .readings import Reading, Stopwatch, Task
from .same_rows import SameRows, write

SINGLE: Final = 2_000
FILL: Final = 8_000
"""Events of one append before those one by one: a write-ahead log that grows for the first time is dearer to sync."""


def raw(task: Task) -> Reading:
    """The floor: ready bytes into one table."""
    watch = Stopwatch()
    with closing(new_raw(task.scratch / "raw.db")) as connection:
        for batch in batches(raw_rows(raw_path(task)), BATCH):
            with watch:
                insert(connection, batch)
    return watch.rate(task.events)


def same_rows(task: Task) -> Reading:
    """The price of the format: ready rows into the same tables, under the same triggers."""
    watch = Stopwatch()
    with (
        closing(SameRows(archive_path(task))) as source,
        closing(source.new_file(task.scratch / "archive.db")) as connection,
    ):
        for portion in source.portions(BATCH):
            with watch:
                write(connection, portion)
    return watch.rate(task.events)


def drafts(task: Task) -> Reading:
    """The log alone: ready drafts, checked and hashed by the log, not by the archive."""
    watch = Stopwatch()
    with (
        SqliteEventLog.open(archive_path(task), read_only=True) as source,
        SqliteEventLog.create(task.scratch / "archive.db", clock=FixedClock(RECORDED)) as log,
    ):
        for batch in batches(_drafts(source), BATCH):
            with watch:
                log.append(batch)
    return watch.rate(task.events)


def _drafts(log: SqliteEventLog) -> Iterator[Draft]:
    for event, header in zip(log.read(), log.headers(), strict=True):
        assert event.body is not None
        yield Draft(event.type, event.version, event.identity, event.body, header.columns, "an event")


def archive(task: Task) -> Reading:
    """The library: events as objects, checked, encoded, hashed and written."""
    warm_up(task)
    watch = Stopwatch()
    with new_archive(task.scratch / "archive.db") as made:
        for batch in batches(workload.events(task.events, task.seed), BATCH):
            with watch:
                made.append(batch)
        head = made.head
    return watch.rate(head)


def import_lines(task: Task) -> Reading:
    """The library: canonical JSON Lines, validation included."""
    warm_up(task)
    watch, path = Stopwatch(), task.scratch / "archive.db"
    lines = (task.prepared / "lines" / "lines.jsonl").open("rb")
    with lines, watch, Archive.from_lines(path, lines) as made:
        head = made.head
    return watch.rate(head)


def single_raw(task: Task) -> Reading:
    """The floor: one row of ready bytes a transaction, on top of a table of the full size."""
    shutil.copy(raw_path(task), task.scratch)
    watch = Stopwatch()
    rows = list(enumerate(map(codec.encode, later(task)), start=task.events + 1))
    with closing(connect(task.scratch / "raw.db")) as connection:
        insert(connection, rows[:FILL])
        for row in rows[FILL:]:
            with watch:
                insert(connection, [row])
    return watch.rate(SINGLE)


def single_archive(task: Task) -> Reading:
    """The library: one event an append, on top of an archive of the full size."""
    shutil.copytree(archive_path(task).parent, task.scratch / "archive")
    events, watch = later(task), Stopwatch()
    with Archive.open(task.scratch / "archive" / "archive.db", clock=FixedClock(RECORDED, 1)) as made:
        made.append(events[:FILL])
        for event in events[FILL:]:
            with watch:
                made.append([event])
    return watch.rate(SINGLE)


def later(task: Task) -> list[Event]:
    """Returns the events of one append, and after them those that are appended one by one."""
    return list(islice(workload.later(task.events, task.seed), FILL + SINGLE))
