"""The recorder: sheets into an archive, all or none."""

from collections.abc import Callable, Sequence
from typing import Protocol

import attrs

from kzarchive.errors import InvalidSheet, Problem
from kzarchive.log.protocol import Receipt
from kzarchive.recording.intake import check_batch
from kzarchive.recording.sheets import ReadSheet, read_sheets
from kzarchive.replay.ledger import Ledger
from kzarchive.values.events import Event
from kzarchive.values.sources import Document
from kzarchive.values.terms import Vocabulary


class Target(Protocol):
    """An archive, as far as recording goes."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary."""
        ...

    @property
    def ledger(self) -> Ledger:
        """What the log holds now."""
        ...

    def documents(self) -> tuple[Document, ...]:
        """Returns the documents."""
        ...

    def append(self, items: Sequence[Event]) -> Receipt:
        """Appends events: all or none."""
        ...


@attrs.frozen
class Recorded:
    """What was recorded.

    Attributes:
        sheets: The sheets as read.
        receipt: Where their events stand.
    """

    sheets: tuple[ReadSheet, ...]
    receipt: Receipt


def record_sheets(
    archive: Target,
    sources: Sequence[tuple[str, str | bytes]],
    *,
    find_text: Callable[[str], bytes | None] = lambda _: None,
) -> Recorded:
    """Appends what sheets say.

    Args:
        archive: The archive.
        sources: Name and content of each sheet.
        find_text: Returns the raw bytes of a document by the name of its file; None = not at hand.

    Raises:
        InvalidSheet: With every fault, each with file and line; nothing was written.
        ConflictingEvent: Something recorded before has the same identity and another content; nothing was written.
        StorageError: The storage did not do its part; nothing was written.
    """
    names = {document.name: document.id for document in archive.documents()}
    sheets = read_sheets(sources, vocabulary=archive.vocabulary, find_text=find_text, known=names.get)
    events = [event for sheet in sheets for event in sheet.events]
    problems = check_batch(events, archive.ledger)
    if problems:
        raise InvalidSheet([Problem(problem.where, problem.message) for problem in problems])
    return Recorded(sheets, archive.append([event for _, event in events]))
