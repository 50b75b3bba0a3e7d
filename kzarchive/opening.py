"""Opening: what must be true of a log before an archive is made of it."""

from pathlib import Path

from kzarchive.errors import NotAnArchive, UsageError, VocabularyMismatch
from kzarchive.log.clock import Clock
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.replay.gathering import Ledgers
from kzarchive.values.terms import Vocabulary


def check_begun(head: int, file: Path) -> None:
    """Checks that a log holds anything.

    Raises:
        NotAnArchive: It is empty.
    """
    if head == 0:
        raise NotAnArchive(f"{file}: expected a log that begins with archive.opened, got an empty one")


def check_opened(ledgers: Ledgers, head: int, vocabulary: Vocabulary | None, zone: str | None) -> None:
    """Checks that an archive is the one that its caller knows.

    Args:
        ledgers: What the archive holds.
        head: Its last position.
        vocabulary: The vocabulary that it must have; None = any.
        zone: The zone that it must have; None = any.

    Raises:
        UsageError: It has another zone.
        VocabularyMismatch: It has another vocabulary.
        LogError: It begins with another event than ``archive.opened``.
    """
    # The first event tells what most need to know; the index, which all else needs, may take a while to make.
    opened = ledgers.opened()
    if zone is not None and zone != opened.zone:
        raise UsageError(f"zone: expected {opened.zone!r}, which the archive has, got {zone!r}")
    stored = opened.vocabulary
    if vocabulary is not None and vocabulary != stored and vocabulary != ledgers.at(head).vocabulary:
        other = stored.differing(vocabulary)
        words = f"; they differ in {', '.join(other)}" if vocabulary.name == stored.name else ""
        raise VocabularyMismatch(
            f"expected an archive of the vocabulary {vocabulary.name!r}, got one of {stored.name!r}{words}"
        )


def opened_log(file: Path, clock: Clock, *, read_only: bool, may_create: bool) -> SqliteEventLog:
    """Opens the log in a file; where there is nothing yet, also of one who died making it, it is made if it may be.

    Raises:
        UsageError: There is nothing, and it may not be made.
        NotAnArchive: The file is something else.
        UnsafeLog: The file lacks a guard that every log has.
        StorageError: The file cannot be read or written.
    """
    if read_only or (file.exists() and (file.stat().st_size or not may_create)):
        try:
            return SqliteEventLog.open(file, clock=clock, read_only=read_only)
        except NotAnArchive:
            # Opening it rolled back what there was.
            if not may_create or file.stat().st_size:
                raise
    if not may_create:
        raise UsageError(f"expected an archive at {file}, or a vocabulary to create one; found neither")
    return SqliteEventLog.create(file, clock=clock)
