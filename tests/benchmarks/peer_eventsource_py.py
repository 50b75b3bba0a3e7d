"""The peer ``eventsource-py`` with SQLite: all events in one stream, its defaults (WAL, ``synchronous`` FULL)."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from eventsource.adapters.sqlite import SQLiteEventStore
from eventsource.domain import DomainEvent, StreamId, register_event
from eventsource.ports import ExpectedVersion

from kzarchive.wire import codec

from .appending import FILL, later
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
    return asyncio.run(_appended(task, batches(raw_rows(raw_path(task)), BATCH), untimed=0))


def single(task: Task) -> Reading:
    """``store.append`` of one event, into a store that is otherwise empty."""
    rows = list(enumerate(map(codec.encode, later(task)), start=1))
    return asyncio.run(_appended(task, [rows[:FILL], *([row] for row in rows[FILL:])], untimed=1))


async def _appended(task: Task, portions: Iterable[list[tuple[int, bytes]]], *, untimed: int) -> Reading:
    """Appends portions of rows; the first ``untimed`` of them take no part in the reading."""
    watch, number, counted = Stopwatch(), 0, 0
    async with SQLiteEventStore(str(task.scratch / "eventsource.db")) as store:
        for turn, portion in enumerate(portions):
            events = [_told(position, body) for position, body in portion]
            with Stopwatch() if turn < untimed else watch:
                await store.append(STREAM, events, ExpectedVersion.exact(number))
            number += len(events)
            counted += 0 if turn < untimed else len(events)
    return watch.rate(counted)


def _told(position: int, body: bytes) -> Told:
    return Told(
        aggregate_id=STREAM.aggregate_id,
        aggregate_type=CATEGORY,
        aggregate_version=position,
        data=orjson.loads(body),
    )
