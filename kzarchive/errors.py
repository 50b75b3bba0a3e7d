"""The exceptions of kzarchive: one root, and one family for each party that can be at fault.

======================  ================================================================
family                  who is at fault
======================  ================================================================
:class:`UsageError`     the caller: a misspelt frame, a read beyond the coverage
:class:`DataError`      the data: an impossible date, an anchor that does not match
:class:`LogError`       the stored log: not an archive, another vocabulary, lost triggers
:class:`StorageError`   the storage: locked, full, read-only
======================  ================================================================

Messages say what was expected, what came, and where. Exceptions of SQLite, cattrs and YAML never reach the
user; the one that caused an error is its ``__cause__``.
"""

import difflib
from collections.abc import Iterable, Sequence
from typing import Final

import attrs


@attrs.frozen
class Problem:
    """One fault in given data.

    Attributes:
        where: The path of the field (``assertions[3].value.modifier``) or the place in a file (``sheet.yaml:12``).
        message: What was expected and what came.
    """

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class KzArchiveError(Exception):
    """Root of all errors that this package raises on purpose."""


class UsageError(KzArchiveError):
    """The caller asked for something that cannot be answered as asked."""


class UnknownFrame(UsageError, KeyError):
    """A frame, measure, subject or place that the vocabulary lacks; the message names near ones."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class BeyondCoverage(UsageError):
    """A read after the declared end of the coverage, where "no news" would be mistaken for "no change"."""


class RedactedSince(UsageError):
    """What an answer rests on was redacted after the question was asked; ask anew, and it answers from what is left."""


class PositionConflict(UsageError):
    """An append demanded an ``expected_position`` that is not the head of the log."""


class DataError(KzArchiveError, ValueError):
    """Given data is refused. Nothing was written.

    Attributes:
        problems: Every fault found, in the order of the data; at least one.
    """

    def __init__(self, problems: str | Problem | Sequence[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem("", problems)
        if isinstance(problems, Problem):
            problems = (problems,)
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class InvalidDate(DataError):
    """A text that is not an imprecise date of the supported form, or a date that does not exist."""


class InvalidQuantity(DataError):
    """A quantity whose numbers do not fit its modifier, or a number that is not exact."""


class InvalidEvent(DataError):
    """An event, or a part of one, breaks the rules of its type or of the vocabulary."""


class InvalidSheet(DataError):
    """A recording sheet breaks the rules; every message names the file and the line."""


class AnchorMismatch(DataError):
    """An evidence anchor does not match the text that it points into."""


class ConflictingEvent(DataError):
    """An event with the same identity but another content is already in the log."""


class InvalidProof(DataError):
    """A proof, a checkpoint, a key or a bundle that is not of its form, or does not hold."""


class LogError(KzArchiveError):
    """The stored log cannot be trusted or understood."""


class NotAnArchive(LogError):
    """The file is not a kzarchive log, or was made by a newer version of its format."""


class VocabularyMismatch(LogError):
    """The log was opened with another vocabulary than the one given."""


class UnsafeLog(LogError):
    """The log lacks a guard that every archive has: a trigger, a table, a column."""


class SigningRefused(LogError):
    """The log does not continue what was signed before; nothing was signed."""


class StorageError(KzArchiveError):
    """The storage did not do its part: the file is locked, the disk is full, the place is read-only."""


MOST_COMPARED: Final = 300
"""With how many known words a word is compared at most: a large sheet can have thousands of each."""


def near(word: str, known: Iterable[str]) -> str:
    """Returns `` (near: ...)`` naming known words like ``word``, or an empty text.

    Of very many known words only those are looked at that begin as ``word`` does, as far as makes them few.
    """
    words, length = sorted(known), 0
    while len(words) > MOST_COMPARED and length < len(word):
        length += 1
        words = [each for each in words if each.startswith(word[:length])]
    found = difflib.get_close_matches(word, words[:MOST_COMPARED], n=3, cutoff=0.6)
    return f" (near: {', '.join(found)})" if found else ""
