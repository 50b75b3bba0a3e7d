"""JSON Lines made into an archive file: whole, with its checks against what was recorded before."""

import io
import re
from collections.abc import Iterator
from random import Random
from typing import Final

import orjson

from fuzzing.mutating import mutated
from fuzzing.room import room
from fuzzing.samples import GOLDEN, retraction
from fuzzing.target import Target
from fuzzing.targets.lines import MODULES, RECORDED, changed, words
from kzarchive.archive import Archive
from kzarchive.errors import ConflictingEvent, InvalidEvent
from kzarchive.integrity.verification import verify
from kzarchive.log.clock import FixedClock
from kzarchive.recording import jsonl
from kzarchive.values.canonical import canonical


def make_archive(data: bytes) -> None:
    """Makes an archive; what is accepted is exported byte for byte, is clean, and can be asked."""
    with room().entered() as folder:
        path = folder / "made.db"
        with Archive.from_lines(path, io.BytesIO(data), name="log.jsonl", clock=FixedClock(RECORDED)) as made:
            assert b"".join(jsonl.write(made.stored_events())) == data
            state = made.as_of(beyond_coverage=True)
            for frame in made.frames():
                assert str(state.explain(str(frame)))
        assert verify(path).faults == ()


FREE: Final = re.compile(rb'("(?:grounds|note|verb|definition|hedge|surface|name|unit|place)":")([^"\\]*)(")')
"""Where any words may stand."""


def _other(found: re.Match[bytes], random: Random) -> bytes:
    """Returns a field with other words, mostly the same."""
    if random.random() < 0.8:
        return found[0]
    text = mutated(found[2], random, (b"x", b"2022", b"harbour"), ()).decode("utf-8", "replace")
    return found[1] + canonical(text)[1:-1] + found[3]


def renumbered(data: bytes, random: Random, target: Target) -> bytes:
    """Changes a line, then mostly gives every line its place, and now and then words that stand elsewhere."""
    made = changed(data, random, target) if random.random() < 0.5 else data
    if random.random() < 0.2:
        return made
    rows = [row for row in made.split(b"\n") if row]
    match random.randrange(4):
        case 0 if rows:
            del rows[random.randrange(len(rows))]
        case 1 if rows:
            rows.insert(random.randint(1, len(rows)), random.choice(rows))
        case _:
            rows = [FREE.sub(lambda found: _other(found, random), row) for row in rows]
    try:
        plain = [orjson.loads(row) | {"position": at} for at, row in enumerate(rows, start=1)]
        return b"".join(canonical(each) + b"\n" for each in plain)
    except (ValueError, TypeError):
        return made


def targets() -> Iterator[Target]:
    """Yields the target of imports."""
    harbour = (GOLDEN / "harbour.jsonl").read_bytes()
    head = harbour.splitlines(keepends=True)
    whole = retraction().splitlines(keepends=True)
    parts = [b"".join(whole[:lines]) for lines in (8, 16, 24, len(whole))]
    yield Target(
        name="imports",
        run=make_archive,
        seeds=(harbour, b"".join(head[:1]), b"".join(head[:3]), *parts),
        tokens=words(),
        modules=("kzarchive.recording.intake", "kzarchive.recording.drafts", *MODULES),
        refusals=(InvalidEvent, ConflictingEvent),
        longest=60_000,
        smoke=15,
        mutator=renumbered,
    )
