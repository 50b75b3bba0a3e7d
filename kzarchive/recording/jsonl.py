r"""Canonical JSON Lines: a log as text, one event a line, the same bytes on every machine.

Format of a line, in canonical JSON (RFC 8785, see :mod:`kzarchive.values.canonical`), ended by one line feed::

    {"body":{...},"position":1,"recorded":"2026-11-23T05:00:00.000000Z","type":"archive.opened","version":1}

An event whose body is redacted shows the gap, and which event ordered it::

    {"digest":"9f64...","identity":"3c0b...","position":4,"recorded":"...","redacted_by":9,"type":"...","version":1}

Such a text can be read by people and not recorded again: a log that has redactions is copied as a file.

Positions begin at 1 without a gap, and ``recorded`` never runs backwards. ``body`` is exactly the canonical body of
the event, so that ids and digests come out the same. Reading is strict: a line that is not canonical is refused.
"""

from collections.abc import Iterable, Iterator

import attrs

from kzarchive.errors import InvalidEvent, Problem
from kzarchive.log.clock import recorded_text, recorded_us
from kzarchive.log.protocol import StoredEvent
from kzarchive.values.canonical import canonical, shown
from kzarchive.values.events import Event, UnknownEvent
from kzarchive.wire import codec

FIELDS = {"body", "position", "recorded", "type", "version"}


@attrs.frozen
class Line:
    """One event of a JSON Lines text.

    Attributes:
        recorded: Microseconds UTC at which the log took it in.
        event: The event.
    """

    recorded: int
    event: Event | UnknownEvent


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
    lines: list[Line] = []
    problems: list[Problem] = []
    last = 0
    rows = text.split(b"\n")
    if rows.pop():
        problems.append(
            Problem(f"{name}:{len(rows) + 1}", "expected a line feed at the end of the last line, got none")
        )
    for number, raw in enumerate(rows, start=1):
        where = f"{name}:{number}"
        try:
            line = _line(raw, number, where)
            if line.recorded < last:
                raise InvalidEvent(Problem(f"{where}.recorded", "expected a time that does not run backwards"))
            last = line.recorded
            lines.append(line)
        except InvalidEvent as error:
            problems += error.problems
    if problems:
        raise InvalidEvent(problems)
    return lines


def _line(raw: bytes, number: int, where: str) -> Line:
    data = codec.loads(raw, where=where)
    if isinstance(data, dict) and "redacted_by" in data:
        message = f"expected an event with its body, got one redacted by position {shown(data['redacted_by'])}"
        raise InvalidEvent(Problem(where, f"{message}: a log that has redactions is copied as a file"))
    if not isinstance(data, dict) or set(data) != FIELDS:
        raise InvalidEvent(Problem(where, f"expected the fields {', '.join(sorted(FIELDS))}"))
    if type(data["position"]) is not int or data["position"] != number:
        raise InvalidEvent(Problem(f"{where}.position", f"expected {number}, got {shown(data['position'])}"))
    event = codec.structure_event(data["type"], data["version"], data["body"], where=f"{where}.body")
    if canonical(data) != raw or codec.encode(event) != canonical(data["body"]):
        raise InvalidEvent(Problem(where, "expected canonical JSON, got the same data in another form"))
    try:
        recorded = recorded_us(data["recorded"])
    except ValueError as error:
        raise InvalidEvent(Problem(f"{where}.recorded", str(error))) from error
    return Line(recorded, event)
