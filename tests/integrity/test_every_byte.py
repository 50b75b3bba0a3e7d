"""Every byte of the smallest archive file, changed: ``verify`` finds it, or it provably does not matter.

What does not matter, by the file format of SQLite (sqlite.org/fileformat2.html): every such place is listed by
:func:`unimportant`, and after such a change every row, the schema and both format numbers must read as before.

* In the header: which version of the format may write and read the file (18-19: 1 and 2 say whether there may be a
  write-ahead log); counters of changes and of schema changes, and which version of SQLite wrote last (24-27, 40-43,
  92-99); the upper bytes of numbers of which SQLite reads one byte, and the encoding 0 or 129, which are UTF-8 too
  (44-46, 56-59); a size of the cache that nobody reads any more (48-51); bytes reserved for later (72-91).
* In a page: bytes that belong to no cell, neither to the header, the cell pointers nor to a link of free blocks.
* In SQLite's own two tables, of the schema and of the counts: the number of a row, which nothing refers to.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kzarchive.archive import Archive
from kzarchive.integrity.verification import verify
from kzarchive.log.clock import FixedClock
from kzarchive.values.terms import Vocabulary

HEADER = {
    **dict.fromkeys((18, 19), "format version"),
    **dict.fromkeys((*range(24, 28), *range(40, 44)), "counter of changes"),
    **dict.fromkeys((44, 45, 46, 56, 57, 58), "upper byte"),
    59: "encoding",
    **dict.fromkeys(range(48, 52), "size of the cache"),
    **dict.fromkeys(range(72, 92), "reserved"),
    **dict.fromkeys(range(92, 100), "last writer"),
}
INTERIOR, LEAF_TABLE = (2, 5), 13


@pytest.fixture(scope="module")
def smallest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with its first event alone."""
    folder = tmp_path_factory.mktemp("smallest")
    clock = FixedClock("2026-11-23T03:15:00.000000Z")
    with Archive.open(folder / "a.db", vocabulary=Vocabulary(name="small"), clock=clock, name="smallest") as archive:
        archive.copy_to(folder / "smallest.db")
    return folder / "smallest.db"


def unimportant(path: Path) -> dict[int, str]:
    """Returns the places whose value may not matter, each with what they are, by a reading of the file's pages."""
    content = path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        select = "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_sequence'"
        own = {1, connection.execute(select).fetchone()[0]}
    size = int.from_bytes(content[16:18], "big")
    found = dict(HEADER)
    for start in range(0, len(content), size):
        page = content[start : start + size]
        head = 100 if start == 0 else 0
        used = set(range(head + (12 if page[head] in INTERIOR else 8)))
        for pointer, cell, row_number in cells(page, head):
            used |= pointer | cell
            if start // size + 1 in own:
                found |= {start + place: "number of a row of SQLite's own" for place in row_number}
        block = int.from_bytes(page[head + 1 : head + 3], "big")
        while block:
            used |= set(range(block, block + 4))
            block = int.from_bytes(page[block : block + 2], "big")
        found |= {start + place: "belongs to no cell" for place in range(size) if place not in used}
    return found


def cells(page: bytes, head: int) -> Iterator[tuple[set[int], set[int], set[int]]]:
    """Yields the places of each cell of a page: of its pointer, of itself, and of its row number in a table leaf."""
    kind = page[head]
    assert kind in {*INTERIOR, LEAF_TABLE, 10}, "a page of another kind than b-trees have"
    pointers = head + (12 if kind in INTERIOR else 8)
    for number in range(int.from_bytes(page[head + 3 : head + 5], "big")):
        pointer = pointers + 2 * number
        start = end = int.from_bytes(page[pointer : pointer + 2], "big")
        row_number: set[int] = set()
        end += 4 if kind in INTERIOR else 0
        payload, end = varint(page, end)
        if kind == LEAF_TABLE:
            _, after = varint(page, end)
            row_number, end = set(range(end, after)), after
        end += 0 if kind == 5 else payload
        assert payload < len(page) // 4 - 35 or kind == LEAF_TABLE, "a cell with an overflow page"
        yield {pointer, pointer + 1}, set(range(start, max(end, start + 4))), row_number


def varint(page: bytes, at: int) -> tuple[int, int]:
    """Returns a number of up to 64 bits in SQLite's variable length, and the place after it."""
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | page[place] & 0x7F
        if page[place] < 0x80:
            return value, place + 1
    return value << 8 | page[at + 8], at + 9


def contents(path: Path) -> str:
    """Returns everything that a file says, in one text."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
        numbers = [connection.execute(f"PRAGMA {name}").fetchall() for name in ("application_id", "user_version")]
        tables = [connection.execute(f"SELECT * FROM {row[1]}").fetchall() for row in schema if row[0] == "table"]
        return repr((schema, numbers, tables))


def check_changes(smallest: Path, folder: Path, places: range | list[int], masks: tuple[int, ...]) -> dict[str, int]:
    """Changes each place in each way; returns how many changes were found, and how many did not matter, by reason."""
    content = smallest.read_bytes()
    known, before = unimportant(smallest), contents(smallest)
    path = folder / "changed.db"
    path.write_bytes(content)
    counts = {"found": 0}
    with path.open("r+b", buffering=0) as file:
        for place in places:
            for mask in masks:
                file.seek(place)
                file.write(bytes([content[place] ^ mask]))
                if verify(path).clean:
                    assert place in known, f"byte {place}, {content[place]} ^ {mask}: neither found nor known"
                    assert contents(path) == before, f"byte {place}, {content[place]} ^ {mask}: other contents"
                    counts[known[place]] = counts.get(known[place], 0) + 1
                    for side in ("-wal", "-shm"):
                        path.with_name(path.name + side).unlink(missing_ok=True)
                else:
                    counts["found"] += 1
            file.seek(place)
            file.write(content[place : place + 1])
    return counts


def test_a_sample_of_bytes_that_matter_is_found(smallest: Path, tmp_path: Path) -> None:
    known = unimportant(smallest)
    places = [place for place in range(smallest.stat().st_size) if place not in known]
    sample = places[::29]
    assert check_changes(smallest, tmp_path, sample, (0x01, 0x80)) == {"found": 2 * len(sample)}


def test_a_sample_of_bytes_that_do_not_matter_changes_nothing(smallest: Path, tmp_path: Path) -> None:
    known = sorted(unimportant(smallest))
    counts = check_changes(smallest, tmp_path, [*known[:60], *known[60::997]], (0xFF,))
    assert {"belongs to no cell", "reserved", "last writer", "counter of changes"} <= counts.keys()


@pytest.mark.long
def test_every_byte_in_three_ways_is_found_or_does_not_matter(smallest: Path, tmp_path: Path) -> None:
    size = smallest.stat().st_size
    counts = check_changes(smallest, tmp_path, range(size), (0x01, 0x80, 0xFF))
    assert sum(counts.values()) == 3 * size, counts
