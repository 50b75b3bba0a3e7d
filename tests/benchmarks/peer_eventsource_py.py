"""The peer ``eventsource-py`` with SQLite: all events in one stream, its defaults (WAL, ``synchronous`` FULL)."""

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from eventsource.adapters.sqlite import SQLiteEventStore
from eventsource.domain import DomainEvent, StreamId, register_event
from eventsource.ports import ExpectedVersion

from .appending import SINGLE
from .floors import batches, raw_rows
from .prepared import BATCH, raw_path
from .readings import Reading, Stopwatch, Task

CATEGORY = "Archive"
STREAM = StreamId(UUID(int=1), CATEGORY)


@register_event
class Told(DomainEvent):
    """An event of the workload."""

    event_type: str = "Told"
    data: dict[str, Any]


def append(task: Task) -> Reading:
    """``store.append`` of 1,000 events."""
    return asyncio.run(_appended(task, raw_rows(raw_path(task)), BATCH))


def single(task: Task) -> Reading:
    """``store.append`` of one event, into an empty store."""
    return asyncio.run(_appended(task, islice(raw_rows(raw_path(task)), SINGLE), 1))


async def _appended(task: Task, rows: Iterable[tuple[int, bytes]], size: int) -> Reading:
    watch, number = Stopwatch(), 0
    async with SQLiteEventStore(str(task.scratch / "eventsource.db")) as store:
        for batch in batches(rows, size):
            events = [
                Told(
                    aggregate_id=STREAM.aggregate_id,
                    aggregate_type=CATEGORY,
                    aggregate_version=position,
                    data=orjson.loads(body),
                )
                for position, body in batch
            ]
            with watch:
                await store.append(STREAM, events, ExpectedVersion.exact(number))
            number += len(events)
    return watch.rate(number)
