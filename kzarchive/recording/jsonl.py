r"""Canonical JSON Lines: a log as text, one event a line, the same bytes on every machine.

Format of a line, in canonical JSON (RFC 8785, see :mod:`kzarchive.values.canonical`), ended by one line feed::

    {"body":{...},"position":1,"recorded":"2026-11-23T05:00:00.000000Z","type":"archive.opened","version":1}

An event whose body is redacted shows the gap, and which event ordered it::

    {"digest":"9f64...","identity":"3c0b...","position":4,"recorded":"...","redacted_by":9,"type":"...","version":1}

Such a text can be read by people and not recorded again: a log that has redactions is copied as a file.

Positions begin at 1 without a gap, and ``recorded`` never runs backwards. ``body`` is exactly the canonical body of
the event, so that ids and digests come out the same. Reading is strict: a line that is not canonical is refused.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import Final, NamedTuple

from kzarchive.errors import DataError, InvalidEvent, Problem
from kzarchive.log.clock import recorded_text, recorded_us
from kzarchive.log.protocol import StoredEvent
from kzarchive.values.canonical import canonical, shown
from kzarchive.values.events import Event, UnknownEvent
from kzarchive.wire import codec

FIELDS: Final = {"body", "position", "recorded", "type", "version"}
BATCH: Final = 1_000
"""How many lines are read together."""

_DRAFT: Final = re.compile(r"drafts\[([0-9]+)\]")
_HEAD: Final = b'{"body":'
_POSITION: Final = b',"position":'
_TAIL: Final = re.compile(rb',"recorded":"([^"\\]+)","type":"([a-z0-9_.-]+)","version":([1-9][0-9]{0,8})\}')
# Half of what it costs to call the class of a tuple with names.
_new: Final = tuple.__new__
# What a line of another shape raises where it is taken apart.
_ODD: Final = (DataError, ValueError)


class Line(NamedTuple):
    """One event of a JSON Lines text.

    Attributes:
        number: Its line, from 1, which is its position.
        recorded: Microseconds UTC at which the log took it in.
        event: The event.
        encoded: What the event is in a log.
    """

    number: int
    recorded: int
    event: Event | UnknownEvent
    encoded: codec.Encoded


def write(events: Iterable[StoredEvent]) -> Iterator[bytes]:
    """Yields the line of each event, with its line feed."""
    for stored in events:
        head = canonical({"position": stored.position, "recorded": recorded_text(stored.recorded)})
        tail = canonical({"type": stored.type, "version": stored.version})
        if stored.body is None:
            hashes = canonical({"digest": stored.digest.hex(), "identity": stored.identity.hex()})
            order = canonical({"redacted_by": stored.redacted_by})
            yield b",".join((hashes[:-1], head[1:-1], order[1:-1], tail[1:])) + b"\n"
        else:
            yield b'{"body":' + stored.body + b"," + head[1:-1] + b"," + tail[1:] + b"\n"


def read(text: bytes, name: str = "line") -> list[Line]:
    """Returns the events of a JSON Lines text.

    Args:
        text: The whole text.
        name: What messages call it.

    Raises:
        InvalidEvent: With every fault, each with its line.
    """
    return Reader(name).take(text.splitlines(keepends=True) if b"\r" not in text else _split(text))


def batches(lines: Iterable[bytes], name: str = "line", size: int = BATCH) -> Iterator[list[Line]]:
    """Yields the events of lines, at most ``size`` of one time of recording together.

    Args:
        lines: The lines with their line feeds, such as a file opened for reading bytes; they are read as they are
            needed.
        name: What messages call the text.
        size: How many events stand together at most.

    Raises:
        InvalidEvent: With every fault of a portion of at most ``size`` lines, each with its line; all events before it
            were given.
    """
    reader, left = Reader(name), iter(lines)
    waiting: list[Line] = []
    while part := list(islice(left, size - len(waiting))):
        try:
            waiting += reader.take(part)
        except InvalidEvent:
            # What is wrong with lines before is told before.
            if waiting:
                yield waiting
            raise
        *whole, waiting = (list(same) for _, same in groupby(waiting, key=attrgetter("recorded")))
        yield from whole
        if len(waiting) == size:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


class Reader:
    """Reads the lines of one text, portion by portion."""

    def __init__(self, name: str = "line") -> None:
        """Begins with the first line; ``name`` is what messages call the text."""
        self._name = name
        self._number = 0
        self._last: int | None = None

    def take(self, lines: Iterable[bytes]) -> list[Line]:
        """Returns the events of the next lines, each with its line feed.

        Raises:
            InvalidEvent: With every fault of these lines.
        """
        taken: list[Line] = []
        problems: list[Problem] = []
        for line in lines:
            self._number += 1
            try:
                read = self._line(line)
            except InvalidEvent as error:
                problems += error.problems
            else:
                taken.append(read)
        if problems:
            raise InvalidEvent(problems)
        return taken

    def _line(self, line: bytes) -> Line:
        number, where = self._number, f"{self._name}:{self._number}"
        if not line.endswith(b"\n"):
            raise InvalidEvent(Problem(where, "expected a line feed at the end of the last line, got none"))
        read = _quick(line[:-1], number) or _slow(line[:-1], number, where)
        if self._last is not None and read.recorded < self._last:
            raise InvalidEvent(Problem(f"{where}.recorded", "expected a time that does not run backwards"))
        self._last = read.recorded
        return read


def by_lines(problems: Sequence[Problem], where: Sequence[str]) -> list[Problem]:
    """Returns problems of drafts as problems of the lines that they were made of.

    Args:
        problems: They name drafts by their place, from 0, such as ``drafts[3]``.
        where: What to call each instead.
    """

    def named(text: str) -> str:
        return _DRAFT.sub(lambda found: where[int(found[1])], text)

    return [Problem(named(problem.where), named(problem.message)) for problem in problems]


def _split(text: bytes) -> list[bytes]:
    """Splits at line feeds alone."""
    rows = [row + b"\n" for row in text.split(b"\n")]
    last = rows.pop()[:-1]
    return [*rows, last] if last else rows


def _quick(raw: bytes, number: int) -> Line | None:
    """Returns a line that is as it should be; None = look into it."""
    # The last one: what a body holds stands before it.
    at = raw.rfind(_POSITION)
    end = raw.find(b",", at + len(_POSITION))
    if not raw.startswith(_HEAD) or raw[at + len(_POSITION) : end] != b"%d" % number:
        return None
    try:
        kind, version, recorded = _tail(raw[end:])
        found = codec.read_canonical(kind, version, raw[len(_HEAD) : at])
    except _ODD:
        return None
    return None if found is None else _new(Line, (number, recorded, *found))


# The events of one append share theirs.
@functools.lru_cache(256)
def _tail(told: bytes) -> tuple[str, int, int]:
    """Returns type, version and time of recording.

    Raises:
        ValueError: They are not told in the one canonical form.
    """
    found = _TAIL.fullmatch(told)
    if found is None:
        raise ValueError("expected the end of a canonical line")
    recorded, kind, version = found.groups()
    return kind.decode(), int(version), recorded_us(recorded.decode())


def _slow(raw: bytes, number: int, where: str) -> Line:
    """Returns a line after looking at everything.

    Raises:
        InvalidEvent: With every fault.
    """
    data = codec.loads(raw, where=where)
    if isinstance(data, dict) and "redacted_by" in data:
        message = f"expected an event with its body, got one redacted by position {shown(data['redacted_by'])}"
        raise InvalidEvent(Problem(where, f"{message}: a log that has redactions is copied as a file"))
    if not isinstance(data, dict) or set(data) != FIELDS:
        got = shown(sorted(data) if isinstance(data, dict) else data)
        raise InvalidEvent(Problem(where, f"expected the fields {', '.join(sorted(FIELDS))}, got {got}"))
    if type(data["position"]) is not int or data["position"] != number:
        raise InvalidEvent(Problem(f"{where}.position", f"expected {number}, got {shown(data['position'])}"))
    event = codec.structure_event(data["type"], data["version"], data["body"], where=f"{where}.body")
    encoded = codec.encoded(event)
    if canonical(data) != raw or encoded.body != canonical(data["body"]):
        raise InvalidEvent(Problem(where, "expected canonical JSON, got the same data in another form"))
    try:
        recorded = recorded_us(data["recorded"])
    except ValueError as error:
        raise InvalidEvent(Problem(f"{where}.recorded", str(error))) from error
    return Line(number, recorded, event, encoded)
