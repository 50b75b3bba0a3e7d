"""Variants that replay a whole log: a fold that needs no body, a fold over decoded events, and what each is held to.

The fold without a body counts the events of each frame and keeps the last position. The fold over decoded events counts
the assertions by measure and voice. Variants of a row that compute something give the same answer.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import cattrs
import orjson
from attrs import validators
from cattrs.strategies import configure_tagged_union

from kzarchive.archive import Archive
from kzarchive.values.content import Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import AgentRegistered, ArchiveOpened, AssertionRecorded, DocumentRegistered, Event
from kzarchive.values.evidence import Anchor
from kzarchive.wire import codec

from .prepared import archive_path, raw_path, warm_up
from .readings import Reading, Stopwatch, Task, digest

CLASSES: dict[str, type[Event]] = {
    "assertion": AssertionRecorded,
    "document": DocumentRegistered,
    "agent": AgentRegistered,
    "vocabulary": ArchiveOpened,
}
"""The class of an event by a field that only its body has."""


def select_bodies(task: Task) -> Reading:
    """The floor: every body of the raw table, none of them looked into."""
    return _scanned(raw_path(task), "SELECT payload FROM raw ORDER BY seq")


def select_headers(task: Task) -> Reading:
    """The floor of headers: every row of the log's table of headers."""
    return _scanned(archive_path(task), "SELECT * FROM event ORDER BY position")


def _scanned(path: Path, query: str) -> Reading:
    watch, number = Stopwatch(), 0
    with closing(sqlite3.connect(path)) as connection, watch:
        for _ in connection.execute(query):
            number += 1
    return watch.rate(number)


def headers(task: Task) -> Reading:
    """The library: the fold over headers, in an archive that is open."""
    watch = Stopwatch()
    with Archive.open(archive_path(task), read_only=True) as opened, watch:
        frames = opened.replay(EventsByFrame())
    return watch.rate(task.events, frames_answer(frames))


class EventsByFrame:
    """The fold that needs no body, as a user writes it."""

    name, version, over = "events-by-frame", 1, "headers"
    fields = ("frame",)

    def initial(self) -> dict[str, tuple[int, int]]:
        """Returns no frames."""
        return {}

    def apply(self, total: dict[str, tuple[int, int]], item: Any) -> dict[str, tuple[int, int]]:
        """Counts an event, if it is of a frame."""
        frame = item.frame
        if frame is not None:
            total[frame] = (total[frame][0] + 1 if frame in total else 1, item.position)
        return total

    def result(self, total: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        """Returns number of events and last position by frame."""
        return total


def folded_headers(path: Path) -> dict[str, tuple[int, int]]:
    """Returns number of events and last position by frame."""
    with Archive.open(path, read_only=True) as opened:
        return opened.replay(EventsByFrame())


def frames_answer(frames: dict[str, tuple[int, int]]) -> str:
    """Returns the answer of the fold without a body."""
    return digest(frames)


class CountsByMeasure:
    """The fold over decoded events, as a user writes it."""

    name, version, over = "counts-by-measure", 1, "events"

    def initial(self) -> dict[str, int]:
        """Returns no counts."""
        return {}

    def apply(self, total: dict[str, int], item: Any) -> dict[str, int]:
        """Counts an event, if it records an assertion."""
        event = item.event
        if isinstance(event, AssertionRecorded):
            count(total, event.assertion.frame.measure, event.assertion.voice)
        return total

    def result(self, total: dict[str, int]) -> dict[str, int]:
        """Returns the counts."""
        return total


def count(total: dict[str, int], measure: str, voice: str) -> None:
    """Counts one assertion."""
    key = f"{measure} {voice}"
    total[key] = total.get(key, 0) + 1


def replay(task: Task) -> Reading:
    """The library: ``archive.replay`` of a fold over events, in an archive that is open."""
    warm_up(task)
    watch = Stopwatch()
    with Archive.open(archive_path(task), read_only=True) as opened, watch:
        total = opened.replay(CountsByMeasure())
    return watch.rate(task.events, digest(total))


def replay_without_answer(task: Task) -> Reading:
    """The same, for a row of which it computes nothing."""
    return attrs.evolve(replay(task), answer="")


def events(task: Task) -> Reading:
    """The library: the same fold by hand over ``archive.events()``."""
    warm_up(task)
    watch, fold = Stopwatch(), CountsByMeasure()
    total = fold.initial()
    with Archive.open(archive_path(task), read_only=True) as opened, watch:
        for event in opened.events():
            total = fold.apply(total, event)
    return watch.rate(task.events, digest(total))


def converter(task: Task) -> Reading:
    """The floor: SELECT, orjson and a cattrs converter of the same classes, without validators."""
    with validators.disabled():
        return _converted(task)


def converter_with_validators(task: Task) -> Reading:
    """The same, with the validators of the classes."""
    return _converted(task)


def _converted(task: Task) -> Reading:
    watch, plain = Stopwatch(), plain_converter()
    total: dict[str, int] = {}
    with closing(sqlite3.connect(raw_path(task))) as connection:
        for (body,) in connection.execute("SELECT payload FROM raw ORDER BY seq LIMIT 1000"):
            structured(plain, orjson.loads(body))
        with watch:
            for (body,) in connection.execute("SELECT payload FROM raw ORDER BY seq"):
                event = structured(plain, orjson.loads(body))
                if isinstance(event, AssertionRecorded):
                    count(total, event.assertion.frame.measure, event.assertion.voice)
    return watch.rate(task.events, digest(total))


def structured(plain: cattrs.Converter, data: dict[str, Any]) -> Event:
    """Returns the event of plain data."""
    return plain.structure(data, next(kind for field, kind in CLASSES.items() if field in data))


def plain_converter() -> cattrs.Converter:
    """Returns a converter to the classes of the library that trusts what it is given."""
    plain = cattrs.Converter(detailed_validation=False)
    plain.register_structure_hook(ImpreciseDate, lambda text, _: ImpreciseDate(text))
    for union, kinds in ((Value, codec.VALUE_KINDS), (Anchor, codec.ANCHOR_KINDS)):
        configure_tagged_union(union, plain, tag_name="kind", tag_generator=kinds.__getitem__)
    return plain


def plain_data(task: Task) -> Reading:
    """For comparison: SELECT and orjson alone, no objects."""
    watch = Stopwatch()
    total: dict[str, int] = {}
    with closing(sqlite3.connect(raw_path(task))) as connection, watch:
        _count_data(total, (orjson.loads(body) for (body,) in connection.execute("SELECT payload FROM raw")))
    return watch.rate(task.events, digest(total))


def _count_data(total: dict[str, int], bodies: Iterable[dict[str, Any]]) -> None:
    for data in bodies:
        assertion = data.get("assertion")
        if assertion is not None:
            count(total, assertion["frame"]["measure"], assertion["voice"])
