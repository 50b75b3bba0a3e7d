"""The archive of January 2022: five press texts about the unrest in Kazakhstan, as they were recorded.

``sheets/`` is the source: one recording sheet a document, and one of an analyst's assessments. ``archive.jsonl`` is
made from it by :mod:`kzarchive.january2022.build` and is what :func:`load` reads.

Decision: the archive is built in memory at each start, and not into a cache folder.
    Context: it has a few hundred events, and a file in a cache can be stale, half-written or changed by somebody.
    Decision: an SQLite database in memory, with the same tables and triggers as a file, filled from the package's data.
    Consequence: the same bytes on every machine, nothing written, nothing to trust but the package itself;
    ``archive.copy_to(path)`` gives the file.
"""

import importlib.resources
from itertools import groupby

from kzarchive.archive import Archive
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.recording import jsonl
from kzarchive.recording.drafts import drafts
from kzarchive.recording.vocabularies import parse_vocabulary
from kzarchive.values.events import ArchiveOpened
from kzarchive.values.sources import Document
from kzarchive.values.terms import Vocabulary

ZONE = "Asia/Almaty"
FOLDER = importlib.resources.files(__name__)


class _RecordedClock:
    """The clock of a log that is filled with events recorded before."""

    def __init__(self) -> None:
        self.time = 0

    def now(self) -> int:
        """Returns the time of the line that is being appended."""
        return self.time


def vocabulary() -> Vocabulary:
    """Returns the vocabulary of January 2022."""
    return parse_vocabulary(FOLDER.joinpath("vocabulary.yaml").read_bytes(), "vocabulary.yaml")


def load() -> Archive:
    """Returns the shipped archive in memory, with the times at which it was recorded; nothing can be appended.

    Raises:
        InvalidEvent: The package's data is damaged.
    """
    return Archive(filled(FOLDER.joinpath("archive.jsonl").read_bytes()), read_only=True)


def filled(text: bytes) -> SqliteEventLog:
    """Returns a log in memory with the events of a JSON Lines text at their recorded times."""
    lines = jsonl.read(text, "archive.jsonl")
    zone = next(line.event.zone for line in lines if isinstance(line.event, ArchiveOpened))
    documents: dict[str, Document] = {}
    clock = _RecordedClock()
    log = SqliteEventLog.in_memory(clock=clock)
    for recorded, same in groupby(lines, key=lambda line: line.recorded):
        clock.time, batch = recorded, list(same)
        log.append(drafts([line.event for line in batch], documents.get, zone, [line.encoded for line in batch]))
    return log
