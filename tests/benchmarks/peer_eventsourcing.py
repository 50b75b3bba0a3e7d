"""The peer ``eventsourcing`` with SQLite: one aggregate an assertion, its own JSON transcoder, its defaults.

Its files are in WAL mode, and it leaves ``synchronous`` as SQLite has it: FULL. Aggregates are made outside the clock,
as events of the library are.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from attrs import validators
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from kzarchive.values.events import AssertionRecorded
from kzarchive.wire import codec

from .appending import FILL, SINGLE, later
from .floors import batches, raw_rows
from .prepared import BATCH, raw_path
from .readings import Reading, Stopwatch, Task, digest
from .replaying import count, plain_converter, structured

PAGE = 1_000


class Recorded(Aggregate):
    """An event of the workload as an aggregate of one event."""

    @event("Told")
    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data


class Assertions(Application[UUID]):
    """The store of all of them."""


def _application(path: Path) -> Assertions:
    return Assertions(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})


def _data(task: Task) -> Iterator[dict[str, Any]]:
    return (orjson.loads(body) for _, body in raw_rows(raw_path(task)))


def prepare(task: Task) -> None:
    """Makes ``eventsourcing.db``, the workload as this peer keeps it."""
    _appended(task)


def append(task: Task) -> Reading:
    """``app.save`` of 1,000 aggregates."""
    return _appended(task).rate(task.events)


def _appended(task: Task) -> Stopwatch:
    application, watch = _application(task.scratch / "eventsourcing.db"), Stopwatch()
    for batch in batches(_data(task), BATCH):
        aggregates = [Recorded(data) for data in batch]
        with watch:
            application.save(*aggregates)
    application.close()
    return watch


def single(task: Task) -> Reading:
    """``app.save`` of one aggregate, on top of a store of the full size."""
    shutil.copy(_prepared(task), task.scratch)
    application, watch = _application(task.scratch / _prepared(task).name), Stopwatch()
    aggregates = [Recorded(orjson.loads(codec.encode(event))) for event in later(task)]
    application.save(*aggregates[:FILL])
    for aggregate in aggregates[FILL:]:
        with watch:
            application.save(aggregate)
    application.close()
    return watch.rate(SINGLE)


def _prepared(task: Task) -> Path:
    return task.prepared / "eventsourcing" / "eventsourcing.db"


def replay(task: Task) -> Reading:
    """Every notification, page by page, mapped to its domain event, which holds plain data, and counted."""
    watch = Stopwatch()
    total: dict[str, int] = {}
    with closing(_application(_prepared(task))) as application, watch:
        for data in _told(application):
            assertion = data.get("assertion")
            if assertion is not None:
                count(total, assertion["frame"]["measure"], assertion["voice"])
    return watch.rate(task.events, digest(total))


def typed_replay(task: Task) -> Reading:
    """The same, each made into an object of the library's classes by a converter without validators."""
    watch, plain = Stopwatch(), plain_converter()
    total: dict[str, int] = {}
    with validators.disabled(), closing(_application(_prepared(task))) as application, watch:
        for data in _told(application):
            told = structured(plain, data)
            if isinstance(told, AssertionRecorded):
                count(total, told.assertion.frame.measure, told.assertion.voice)
    return watch.rate(task.events, digest(total))


def _told(application: Assertions) -> Iterator[dict[str, Any]]:
    last = 0
    while page := application.recorder.select_notifications(last + 1, PAGE):
        for notification in page:
            told: Any = application.mapper.to_domain_event(notification)
            yield told.data
        last = page[-1].id


def stored(task: Task) -> Reading:
    """Bytes on the disk."""
    size = _prepared(task).stat().st_size
    return Reading(figures={"bytes": size, "bytes_an_event": size / task.events})
