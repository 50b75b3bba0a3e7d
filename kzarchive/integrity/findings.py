"""Findings: what the check of a file found, as values that say what they mean and what to do.

A finding of severity ``fault`` means that the file is not what an unharmed log is; one of severity ``note`` tells what
was not checked, or what is so by right. A report is clean when it holds no fault.
"""

import enum
from typing import Final

import attrs


class Severity(enum.StrEnum):
    """How much a finding weighs."""

    FAULT = "fault"
    NOTE = "note"


class Code(enum.StrEnum):
    """What can be found; the codes are stable."""

    FILE_FOREIGN = "file.foreign"
    FILE_DAMAGED = "file.damaged"
    SCHEMA_MISSING = "schema.missing"
    SCHEMA_ALTERED = "schema.altered"
    SCHEMA_SURPLUS = "schema.surplus"
    ROW_FORM = "row.form"
    ROW_SURPLUS = "row.surplus"
    POSITION_GAP = "position.gap"
    SEQUENCE = "position.sequence"
    CLOCK = "clock.backwards"
    IDENTITY = "identity.differs"
    DIGEST = "digest.differs"
    BODY_MISSING = "body.missing"
    BODY_FORM = "body.form"
    OPENING = "opening.differs"
    COLUMNS = "columns.differ"
    KEYS = "keys.differ"
    TREE = "tree.differs"
    REDACTION = "redaction.differs"
    NOT_ERASED = "redaction.pending"
    IDENTITY_TWICE = "identity.twice"
    CUT = "checkpoint.cut"
    FORK = "checkpoint.fork"
    SIGNATURE = "checkpoint.signature"
    ANCHOR = "anchor.differs"
    TEXT_MISSING = "anchor.text"
    DERIVED = "derived.differs"
    UNKNOWN_TYPE = "type.unknown"
    UNSIGNED = "checkpoint.unsigned"
    UNCHECKED = "not.checked"
    MORE = "more.findings"


_RESTORE: Final = (
    "Put the file aside unchanged, restore a backup that verifies against a checkpoint, and compare the two."
)
_REBUILD: Final = "The log itself is not touched by this: drop what is derived and let it be made again."

_WORDS: Final[dict[Code, tuple[Severity, str, str]]] = {
    Code.FILE_FOREIGN: (
        Severity.FAULT,
        "The file is no kzarchive log of a format that this version reads.",
        "Check that it is the right file; if it was made by a newer version, use that one.",
    ),
    Code.FILE_DAMAGED: (Severity.FAULT, "SQLite finds the file damaged.", _RESTORE),
    Code.SCHEMA_MISSING: (
        Severity.FAULT,
        "A table or trigger that every log has is gone, so that rows could be changed unnoticed by SQLite.",
        _RESTORE,
    ),
    Code.SCHEMA_ALTERED: (Severity.FAULT, "A table or trigger is not the one that every log has.", _RESTORE),
    Code.SCHEMA_SURPLUS: (
        Severity.FAULT,
        "The file holds a table, view, index or trigger that no log has; it may act on whoever opens the file.",
        _RESTORE,
    ),
    Code.ROW_FORM: (Severity.FAULT, "A row holds values of another kind than a log writes.", _RESTORE),
    Code.ROW_SURPLUS: (Severity.FAULT, "A row belongs to no event.", _RESTORE),
    Code.POSITION_GAP: (Severity.FAULT, "Events were taken out, put in or renumbered.", _RESTORE),
    Code.SEQUENCE: (
        Severity.FAULT,
        "SQLite's own count of the positions given is not the last position: events at the end were taken out.",
        _RESTORE,
    ),
    Code.CLOCK: (Severity.FAULT, "An event was recorded before the one at the position below it.", _RESTORE),
    Code.IDENTITY: (Severity.FAULT, "An event stands under another identity than that of its content.", _RESTORE),
    Code.DIGEST: (Severity.FAULT, "The content of an event was changed after it was recorded.", _RESTORE),
    Code.BODY_MISSING: (
        Severity.FAULT,
        "The content of an event is gone, and no event says that it was redacted.",
        _RESTORE,
    ),
    Code.BODY_FORM: (Severity.FAULT, "The content of an event is not what its type and version promise.", _RESTORE),
    Code.OPENING: (Severity.FAULT, "A log begins with archive.opened, and no other event is one.", _RESTORE),
    Code.COLUMNS: (
        Severity.FAULT,
        "The columns that indexes read do not say what the event says, so that replay could pass over it.",
        _RESTORE,
    ),
    Code.KEYS: (
        Severity.FAULT,
        "The table of types, frames or documents is not the one that the events make.",
        _RESTORE,
    ),
    Code.TREE: (
        Severity.FAULT,
        "The stored Merkle tree is not the one that the events make: one of the two was changed.",
        _RESTORE,
    ),
    Code.REDACTION: (Severity.FAULT, "A redaction and what it names do not fit together.", _RESTORE),
    Code.IDENTITY_TWICE: (Severity.FAULT, "One identity stands at two positions.", _RESTORE),
    Code.NOT_ERASED: (
        Severity.NOTE,
        "Bodies that are redacted are still in the file, though no reader is given them.",
        "Erase them: whoever has the file can read them.",
    ),
    Code.CUT: (
        Severity.FAULT,
        "The log is shorter than the checkpoint says it was: events at the end were taken out.",
        _RESTORE,
    ),
    Code.FORK: (
        Severity.FAULT,
        "The events up to the checkpoint's size have another root: the log was rewritten, or it is another log.",
        "Keep the file and the checkpoint: together they prove the change. Restore a backup that verifies.",
    ),
    Code.SIGNATURE: (
        Severity.FAULT,
        "The checkpoint is not signed by the key that was given.",
        "Get checkpoint and key from whoever published them, on another way than the file.",
    ),
    Code.ANCHOR: (
        Severity.FAULT,
        "The text does not hold, at the place that an assertion points to, what the assertion was recorded from.",
        "Record a transcription.fixed if the anchor is wrong; if the text was changed, get the captured bytes back.",
    ),
    Code.TEXT_MISSING: (
        Severity.FAULT,
        "The text of a document is not among the texts given, so its anchors were not checked.",
        "Add the captured file, unchanged, to the folder.",
    ),
    Code.DERIVED: (Severity.FAULT, "A derived table is not what a replay of the log makes.", _REBUILD),
    Code.UNKNOWN_TYPE: (
        Severity.NOTE,
        "Events of types that this version does not know were checked by hash and place alone.",
        "Verify with the version that recorded them.",
    ),
    Code.UNSIGNED: (
        Severity.NOTE,
        "The checkpoint was taken at its word: nobody's signature was checked.",
        "Give the verifier key that its origin published.",
    ),
    Code.UNCHECKED: (Severity.NOTE, "Something was left unchecked.", "Mend what is found first, then verify again."),
    Code.MORE: (
        Severity.NOTE,
        "There are more findings than are kept; the check stopped here.",
        "Look at the first ones: the rest often follow from them.",
    ),
}


@attrs.frozen
class Finding:
    """One thing found.

    Attributes:
        code: What kind of thing.
        detail: What was expected, what came and where, in one line.
        position: The event that it is about; None where it is not about one.
    """

    code: Code
    detail: str
    position: int | None = None

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return _WORDS[self.code][0]

    @property
    def meaning(self) -> str:
        """What it means, in a sentence."""
        return _WORDS[self.code][1]

    @property
    def advice(self) -> str:
        """What to do about it, in a sentence."""
        return _WORDS[self.code][2]

    def __str__(self) -> str:
        place = "" if self.position is None else f" at position {self.position}"
        return f"{self.severity} {self.code}{place}: {self.detail}"


def one_line(error: Exception) -> str:
    """Returns the message of an error without line breaks."""
    return " ".join(str(error).split())


@attrs.frozen(kw_only=True)
class Report:
    """What the check of a file found.

    Attributes:
        findings: Everything found, in the order of the check.
        size: Number of events that were seen.
        root: Root of the tree over them, re-derived from the rows; None if the events could not be read.
        quick: Whether only hashes and the tree were checked.
    """

    findings: tuple[Finding, ...]
    size: int
    root: bytes | None
    quick: bool

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that make the report unclean."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.FAULT)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults
