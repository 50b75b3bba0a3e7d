"""An archive made of JSON Lines is the one that was written out, and anything less is no archive at all."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from strategies.toy import harbour_archive

from kzarchive.archive import Archive
from kzarchive.errors import ConflictingEvent, InvalidEvent, KzArchiveError, StorageError, UsageError
from kzarchive.log.clock import recorded_text
from kzarchive.recording import jsonl

with harbour_archive() as archive:
    LINES = list(jsonl.write(archive.stored_events()))
    EVENTS = list(archive.stored_events())
    ROOT = archive.root()


def lines_of(archive: Archive) -> list[bytes]:
    return list(jsonl.write(archive.stored_events()))


def failure(place: Path, lines: list[bytes]) -> KzArchiveError:
    with pytest.raises(KzArchiveError) as caught:
        Archive.from_lines(place, lines, name="log.jsonl")
    assert list(place.parent.iterdir()) == []
    return caught.value


def at(position: int, line: bytes) -> bytes:
    """The same event at another place, recorded with the last one."""
    head, _, tail = line.rpartition(b',"position":')
    kind = tail[tail.index(b',"type":') :]
    return b'%b,"position":%d,"recorded":"%b"%b' % (head, position, recorded_text(EVENTS[-1].recorded).encode(), kind)


def renumbered(lines: Iterable[bytes]) -> list[bytes]:
    return [at(number, line) for number, line in enumerate(lines, start=1)]


def test_the_archive_that_comes_back_is_the_one_that_was_written_out(tmp_path: Path) -> None:
    """Every header, body and time, and the root; it can be appended to and asked."""
    told: list[tuple[int, int]] = []
    with Archive.from_lines(tmp_path / "new.kz", iter(LINES), progress=lambda *at: told.append(at)) as made:
        assert list(made.stored_events()) == EVENTS
        assert made.root() == ROOT
        assert lines_of(made) == LINES
        assert told[-1] == (len(LINES), len(LINES))
        made.declare_coverage("2031-06-30", grounds="Looked again.")
        assert made.head == len(LINES) + 1
    assert [each.name for each in tmp_path.iterdir()] == ["new.kz"]


def test_batches_end_where_the_time_of_recording_changes() -> None:
    read = [[line.number for line in batch] for batch in jsonl.batches(LINES, size=4)]
    times = [event.recorded for event in EVENTS]
    assert [number for batch in read for number in batch] == list(range(1, len(LINES) + 1))
    assert all(len({times[number - 1] for number in batch}) == 1 and len(batch) <= 4 for batch in read)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "log.jsonl: expected archive.opened in the first line, got no line"),
        (renumbered(LINES[1:]), "log.jsonl:1: expected one archive.opened, as the first event, got"),
        ([*LINES[:-1], LINES[-1][:-1]], f"log.jsonl:{len(LINES)}: expected a line feed at the end of the last line"),
        ([LINES[0], b"{}\n", *LINES[2:]], "log.jsonl:2: expected the fields body, position, recorded, type, version"),
    ],
)
def test_what_is_no_archive_leaves_no_file(tmp_path: Path, lines: list[bytes], words: str) -> None:
    error = failure(tmp_path / "new.kz", lines)
    assert isinstance(error, InvalidEvent)
    assert str(error).startswith(words)


def test_every_fault_is_named_by_its_line(tmp_path: Path) -> None:
    """Assertions, and what else names a document, of an archive whose documents were left out."""
    without = renumbered(line for line in LINES if b'"type":"document.registered"' not in line)
    error = failure(tmp_path / "new.kz", without)
    assert isinstance(error, InvalidEvent)
    said = [number for number, line in enumerate(without, start=1) if b'"type":"assertion.recorded"' in line]
    found = [
        problem.where for problem in error.problems if problem.message.startswith("expected a registered document")
    ]
    assert found[: len(said)] == [f"log.jsonl:{number}.document" for number in said]


SAID = next(event.position for event in EVENTS if event.type == "assertion.recorded" and b'"note"' not in event.body)
LAST = len(LINES) + 1


def test_an_event_that_comes_twice_is_a_fault(tmp_path: Path) -> None:
    error = failure(tmp_path / "new.kz", [*LINES, at(LAST, LINES[SAID - 1])])
    assert (type(error), str(error)) == (
        InvalidEvent,
        f"log.jsonl:{LAST}: expected each event once, got one that stands before",
    )


def test_the_same_assertion_with_another_note_is_named_by_its_line(tmp_path: Path) -> None:
    noted = at(LAST, LINES[SAID - 1]).replace(b'"modality":"certain",', b'"modality":"certain","note":"n",')
    error = failure(tmp_path / "new.kz", [*LINES, noted])
    assert isinstance(error, ConflictingEvent)
    assert str(error).startswith(f"log.jsonl:{LAST} (assertion.recorded ")
    assert f"expected the content that already stands at position {SAID} under identity" in str(error)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("do not touch")
    with pytest.raises(UsageError, match="expected no file to copy a log to, got one that is in use"):
        Archive.from_lines(place, LINES)
    with pytest.raises(StorageError, match="the copy cannot be written: No such file or directory"):
        Archive.from_lines(tmp_path / "no" / "new.kz", LINES)
    assert place.read_text() == "do not touch"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    def command(*arguments: str | Path) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "kzarchive", *arguments], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr

    return command


def test_an_import_from_the_command_line(tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    text, new = tmp_path / "log.jsonl", tmp_path / "new.kz"
    text.write_bytes(b"".join(LINES))
    assert run("import", text, new) == (0, f"{new}: {len(LINES)} events; root {ROOT.hex()}\n", "")
    assert run("import", tmp_path / "no.jsonl", tmp_path / "other.kz")[0] == 1
    assert run("export", "--archive", new)[1] == text.read_text()
