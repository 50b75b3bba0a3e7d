"""Chunks: what one transaction adds to an index.

The frames and utterances that its assertions name are looked up together, changed here, and written once.
"""

import json
import sqlite3
from collections.abc import Collection
from typing import Any, Final

import attrs

from kzarchive.derived.facts import Fact
from kzarchive.derived.packing import pack
from kzarchive.derived.soundness import checked_utterance, fact_sum, row_sum, typed
from kzarchive.derived.tables import INSERT_FACT, SELECT_UTTERANCE, DerivedDamage

_FRAME: Final = (int, str, int, int, int)
_SELECT_FRAME: Final = "SELECT no, key, first, facts, sum FROM frame"
_AMONG: Final = "IN (SELECT value FROM json_each(?))"
_SELECT_FRAMES: Final = f"{_SELECT_FRAME} WHERE key {_AMONG}"
_SELECT_UTTERANCES: Final = f"{SELECT_UTTERANCE} WHERE slug {_AMONG}"


@attrs.define
class IndexedFrame:
    """A row of the table of frames, and whether it is stored."""

    no: int
    key: str
    first: int
    facts: int = 0
    sum: int = 0
    stored: bool = False

    def row(self) -> tuple[Any, ...]:
        """Returns the row."""
        return (self.no, self.key, self.first, self.facts, self.sum)


@attrs.define
class IndexedUtterance:
    """A row of the table of utterances, and whether it is stored."""

    no: int
    slug: str
    first: int
    appearances: int = 0
    frame: int | None = None
    sum: int = 0
    stored: bool = False

    def row(self) -> tuple[Any, ...]:
        """Returns the row, without its own sum."""
        return (self.no, self.slug, self.first, self.appearances, self.frame, self.sum)


@attrs.define
class Chunk:
    """What one transaction adds.

    Attributes:
        next_frame: The number that the next new frame gets.
        next_utterance: The number that the next new utterance gets.
        frames: The frames that it touches, by key.
        by_number: The same by number.
        facts: New facts, by the number of their frame and their position.
        utterances: The utterances that it touches, by slug.
        said: Position and frame of new appearances, by the number of their utterance.
        heard: Number of an agent that is a new one in each document, position of the document, position.
        sum: Of the rows of frames as they are stored.
    """

    next_frame: int
    next_utterance: int
    frames: dict[str, IndexedFrame] = attrs.field(factory=dict)
    by_number: dict[int, IndexedFrame] = attrs.field(factory=dict)
    facts: dict[tuple[int, int], Fact] = attrs.field(factory=dict)
    utterances: dict[str, IndexedUtterance] = attrs.field(factory=dict)
    said: dict[int, list[tuple[int, int]]] = attrs.field(factory=dict)
    heard: list[tuple[int, int, int]] = attrs.field(factory=list)
    sum: int = 0

    def frame(self, key: str, position: int) -> IndexedFrame:
        """Returns the frame of a key; where none is there yet, a new one, which begins at a position."""
        frame = self.frames.get(key)
        if frame is None:
            frame = self.frames[key] = self.by_number[self.next_frame] = IndexedFrame(self.next_frame, key, position)
            self.next_frame += 1
        return frame

    def add_stored(self, row: tuple[Any, ...]) -> None:
        """Adds a frame as it is stored."""
        self.sum ^= row_sum([row])
        frame = IndexedFrame(*row)
        frame.stored = True
        self.frames[frame.key] = self.by_number[frame.no] = frame

    def stored_frame(self, database: sqlite3.Connection, number: int) -> IndexedFrame:
        """Returns a frame of which a fact is stored; it is one of the chunk from now on.

        Raises:
            DerivedDamage: There is none.
        """
        if number not in self.by_number:
            rows = typed(database.execute(f"{_SELECT_FRAME} WHERE no = ?", (number,)).fetchall(), *_FRAME)
            if not rows:
                raise DerivedDamage(f"expected the frame {number} in the index, got none")
            self.add_stored(rows[0])
        return self.by_number[number]

    def utterance(self, slug: str, position: int, frame: int) -> IndexedUtterance:
        """Returns the utterance of a slug; where none is there yet, a new one, which its first appearance begins."""
        known = self.utterances.get(slug)
        if known is None:
            known = IndexedUtterance(self.next_utterance, slug, position, frame=frame)
            self.utterances[slug] = known
            self.next_utterance += 1
        return known

    def write(self, database: sqlite3.Connection) -> None:
        """Writes facts, frames, appearances and utterances in the transaction that is open."""
        packed = [(*key, pack(fact)) for key, fact in sorted(self.facts.items())]
        database.executemany(INSERT_FACT, packed)
        for number, position, content in packed:
            self.by_number[number].sum ^= fact_sum([(position, content)])
        frames = self.frames.values()
        database.executemany("INSERT INTO frame VALUES (?, ?, ?, ?, ?)", [f.row() for f in frames if not f.stored])
        known = [(f.facts, f.sum, f.no) for f in frames if f.stored]
        database.executemany("UPDATE frame SET facts = ?, sum = ? WHERE no = ?", known)
        appearances = sorted((number, *place) for number, places in self.said.items() for place in places)
        database.executemany("INSERT INTO appearance VALUES (?, ?, ?)", appearances)
        self._write_utterances(database)

    def _write_utterances(self, database: sqlite3.Connection) -> None:
        new = [(*each.row(), row_sum([each.row()])) for each in self.utterances.values() if not each.stored]
        database.executemany("INSERT INTO utterance VALUES (?, ?, ?, ?, ?, ?, ?)", new)
        database.executemany(
            "UPDATE utterance SET appearances = ?, frame = ?, sum = ?, own = ? WHERE no = ?",
            [
                (each.appearances, each.frame, each.sum, row_sum([each.row()]), each.no)
                for each in self.utterances.values()
                if each.stored
            ],
        )


def looked_up(database: sqlite3.Connection, frames: Collection[str], utterances: Collection[str]) -> Chunk:
    """Returns a chunk of nothing, with those of some frames and utterances that are stored already.

    Args:
        database: The index.
        frames: Texts of frames.
        utterances: Slugs of utterances.

    Raises:
        DerivedDamage: A row is another one than the one that was stored.
    """
    chunk = Chunk(next_frame=_next(database, "frame"), next_utterance=_next(database, "utterance"))
    for row in typed(database.execute(_SELECT_FRAMES, (json.dumps(list(frames)),)).fetchall(), *_FRAME):
        chunk.add_stored(row)
    for row in database.execute(_SELECT_UTTERANCES, (json.dumps(list(utterances)),)).fetchall():
        utterance = IndexedUtterance(*checked_utterance(row))
        utterance.stored = True
        chunk.utterances[utterance.slug] = utterance
    return chunk


def _next(database: sqlite3.Connection, table: str) -> int:
    query = f"SELECT coalesce(max(no), 0) + 1 FROM {table}"  # noqa: S608
    return int(typed(database.execute(query).fetchall(), int)[0][0])
