"""Files that call themselves archives, spoiled: real ones with bytes exchanged, cut, doubled, or quite other bytes.

Input: a byte that chooses the file, a byte that chooses what is done with it, then edits of 6 bytes or more::

    0 index(2) length(1) bytes     at a place that matters: headers, cell pointers, the beginnings of cells
    1 place(3) length(1) bytes     anywhere
    2 page(1) page(1)              one page in place of another
    3 place(3)                     cut there
    4 bytes                        the rest is the whole file
    5 page(1)                      a page of zeros
    6 index(1) number(4)           a number of the header of the file
    7 bytes                        the rest is a write-ahead log beside the file
    8 bytes                        the rest is a rollback journal beside the file
"""

import functools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from random import Random
from typing import Final

from fuzzing.mutating import mutated
from fuzzing.room import room
from fuzzing.samples import archives
from fuzzing.surveys import WAYS, PerType, Refused, survey
from fuzzing.target import Target
from kzarchive.archive import Archive
from kzarchive.derived import index

NAMES: Final = ("retraction", "format-1", "archive-index", "snapshots", "format-2")
HEADER: Final = (16, 18, 20, 24, 28, 32, 36, 40, 44, 52, 56, 60, 64, 68, 92, 96)


@functools.cache
def bases() -> dict[str, bytes]:
    """Returns the files that are spoiled, by name: three archives, an index and a file of snapshots of the first."""
    made = dict(archives())
    kept, index.KEPT_FROM = index.KEPT_FROM, 1  # type: ignore[misc]
    try:
        with room().entered() as folder:
            (folder / "archive").write_bytes(made["retraction"])
            with Archive.open(folder / "archive") as archive:
                archive.rebuild_index()
                archive.run(PerType(), snapshots=folder / "snapshots")
            for name in ("archive-index", "snapshots"):
                with closing(sqlite3.connect(folder / name)) as connection:
                    connection.execute("PRAGMA journal_mode = DELETE")
                made[name] = (folder / name).read_bytes()
    finally:
        index.KEPT_FROM = kept  # type: ignore[misc]
    return made


@functools.cache
def places(name: str) -> tuple[int, ...]:
    """Returns the offsets of a file whose bytes matter most."""
    content = bases()[name]
    size = int.from_bytes(content[16:18], "big")
    found = list(range(100))
    for start in range(0, len(content), size):
        page, head = content[start : start + size], 100 if start == 0 else 0
        cells = min(int.from_bytes(page[head + 3 : head + 5], "big"), 200)
        found += range(start + head, start + head + 12 + 2 * cells)
        for number in range(cells):
            at = head + 8 + 2 * number
            cell = int.from_bytes(page[at : at + 2], "big")
            found += range(start + cell, start + min(cell + 24, size))
    return tuple(place for place in found if place < len(content))


def spoiled(name: str, edits: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Returns a file after edits, and what lies beside it by ending."""
    content, at, beside = bytearray(bases()[name]), 0, {}
    size = int.from_bytes(content[16:18], "big")
    while at < len(edits) and content:
        kind, at = edits[at] % 9, at + 1
        number = int.from_bytes(edits[at : at + 3], "big")
        match kind:
            case 0 | 1:
                matters = places(name)
                place = matters[(number >> 8) % len(matters)] if kind == 0 else number % len(content)
                at += 2 + kind
                new = edits[at + 1 : at + 1 + (edits[at] % 32 if at < len(edits) else 0)]
                content[place : place + len(new)] = new
                at += 1 + len(new)
            case 2 | 5:
                pages = max(1, len(content) // size)
                to, of = (number >> 16) % pages * size, (number >> 8 & 0xFF) % pages * size
                content[to : to + size] = bytes(size) if kind == 5 else content[of : of + size]
                at += 2 if kind == 2 else 1
            case 3:
                del content[number % len(content) :]
                at += 3
            case 4:
                return edits[at:], beside
            case 6:
                place = HEADER[(number >> 16) % len(HEADER)]
                content[place : place + 4] = edits[at + 1 : at + 5]
                at += 5
            case _:
                beside["-wal" if kind == 7 else "-journal"] = edits[at:]
                break
    return bytes(content), beside


def open_file(data: bytes) -> None:
    """Spoils a file and does something with it."""
    name = NAMES[data[0] % len(NAMES)] if data else NAMES[0]
    content, beside = spoiled(name, data[2:])
    with room().entered() as folder:
        path = folder / "archive"
        if name in archives():
            path.write_bytes(content)
        else:
            path.write_bytes(bases()["retraction"])
            (folder / name).write_bytes(content)
        for ending, side in beside.items():
            (folder / f"{path.name}{ending}").write_bytes(side)
        told = survey(path, data[1] if len(data) > 1 else 0)
    if told is not None and name == "archive-index":
        assert told == sound_answer(), "a spoiled index is made anew, or it changes nothing"


@functools.cache
def sound_answer() -> str:
    """Returns what the archive answers whose index is spoiled."""
    with room().entered() as folder:
        (folder / "archive").write_bytes(bases()["retraction"])
        return str(survey(folder / "archive", list(WAYS).index("asked")))


def changed(data: bytes, random: Random, target: Target) -> bytes:
    """Adds an edit, takes one away, or changes the bytes."""
    start = data[:2] if random.random() < 0.7 else bytes((random.randrange(len(NAMES)), random.randrange(len(WAYS))))
    if random.random() < 0.2:
        return start + mutated(data[2:], random, target.tokens, target.seeds)
    kind = random.choice((0, 0, 0, 0, 0, 1, 2, 3, 5, 6, 6, 7, 8, 4))
    edit = bytes([kind]) + random.randbytes(3 if kind == 1 else 2 if kind in {0, 2} else 1)
    if kind == 6:
        edit = edit[:2] + random.choice((bytes(4), b"\xff" * 4, random.randbytes(4), b"\0\0\0\1", b"\x7f\xff\xff\xff"))
    elif kind in {0, 1}:
        new = random.choice(
            (bytes(4), b"\xff" * 9, random.randbytes(1), random.randbytes(4), b"\x81" * 9, *target.tokens)
        )
        edit += bytes([min(len(new), 31)]) + new[:31]
    elif kind == 3:
        edit += random.randbytes(2)
    elif kind in {4, 7, 8}:
        return data + edit[:1] + bases()[random.choice(NAMES)][: random.randrange(3_000)]
    return start + (data[2:] if random.random() < 0.6 else b"") + edit


def targets() -> Iterator[Target]:
    """Yields the target of files."""
    seeds = [bytes((name, way)) for name in range(len(NAMES)) for way in range(len(WAYS))]
    tokens = (
        b"SQLite format 3\0",
        b"kzar",
        b"CREATE",
        b"event",
        b"body",
        b"\xff\xff",
        b"\0\0",
        b"\x7f\xff\xff\xff\xff",
        b"\x0d",
    )
    yield Target(
        name="files",
        run=open_file,
        seeds=tuple(seeds),
        tokens=tokens,
        modules=(
            *("kzarchive.log.opening", "kzarchive.log.sqlite", "kzarchive.log.rows", "kzarchive.log.streams"),
            *("kzarchive.log.connection", "kzarchive.integrity.layout", "kzarchive.integrity.rows"),
            *("kzarchive.integrity.verification", "kzarchive.integrity.contents", "kzarchive.integrity.trees"),
            *(
                "kzarchive.derived.index",
                "kzarchive.derived.tables",
                "kzarchive.running.store",
                "kzarchive.log.upgrade",
            ),
        ),
        refusals=(Refused,),
        longest=4_096,
        seconds=20,
        smoke=40,
        mutator=changed,
    )
