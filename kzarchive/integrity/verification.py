"""The check of a whole file: everything that a log keeps is made again from its stored bytes, and compared.

Quick, one pass over the rows:

* the format, every table, index and trigger, word for word, and nothing besides;
* positions without a gap, no time that runs backwards, no row of another kind, none that belongs to no event;
* the digest of every body, the leaf of every event, every stored node of the tree, and the root;
* bodies that are gone only where an event redacts them;
* the root at the size of each checkpoint given, and its signature where a key is given.

Besides, unless ``quick``:

* SQLite's own check of pages, indexes and constraints;
* the canonical form of every body, its identity, which stands once, the columns that indexes read, every key used;
* the texts behind the anchors, where a folder of texts is given;
* whatever else is handed in as ``derived``: checks of tables that are made from the log.

The file is opened so that nothing can be written to it, and is read in one transaction, as of one moment. A file from
elsewhere may be anything: what is wrong with it is a finding; only what keeps it from being read at all (a lock, a
missing file, a place without rights) is an exception. Finding nothing shows that the file is one that kzarchive
writes; that it is the one that it was shows only a checkpoint that was kept apart from it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol

from kzarchive.errors import InvalidProof, KzArchiveError, NotAnArchive
from kzarchive.integrity.checkpoints import Checkpoint, TreeHead
from kzarchive.integrity.contents import Contents
from kzarchive.integrity.findings import Code, Finding, Report, one_line
from kzarchive.integrity.keys import VerifierKey
from kzarchive.integrity.layout import check_identities, check_layout, check_pages, check_sequence, open_unchanged
from kzarchive.integrity.redactions import Redactions
from kzarchive.integrity.rows import Collector, Row, Stopped, events, last_position
from kzarchive.integrity.trees import Trees
from kzarchive.log.clock import EARLIEST_RECORDED
from kzarchive.log.connection import check_file, storage_errors
from kzarchive.log.places import absolute
from kzarchive.log.protocol import EventLog, body_digest
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.recording.anchors import texts_by_hash

DerivedCheck = Callable[[EventLog], Iterable[Finding]]
"""Compares tables that are made from a log with a replay of it; it is given the log, opened read-only."""

Progress = Callable[[int, int], None]
"""Is told, now and then, how many events were seen since the last time, and how many there are in all."""

_TIMEOUT_SECONDS: Final = 30
_STEP: Final = 500

_NOT_THE_FILE: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
}
"""What SQLite reports that is not the fault of the file's bytes."""


def verify(
    path: Path,
    *,
    quick: bool = False,
    against: Sequence[Checkpoint | TreeHead] = (),
    key: VerifierKey | None = None,
    documents: Path | None = None,
    derived: Sequence[DerivedCheck] = (),
    progress: Progress | None = None,
) -> Report:
    """Checks a file and returns what was found.

    Args:
        path: The file of a log, or any other file.
        quick: Whether to check hashes and the tree alone.
        against: Checkpoints that the log must continue; heads without a signature too.
        key: The key that must have signed the checkpoints; None = signatures are not checked.
        documents: A folder of texts that the anchors are checked against, unless ``quick``; None = they are not.
        derived: Further checks, run when the log itself is clean, unless ``quick``.
        progress: Told how far the check is.

    Raises:
        StorageError: The file is missing or locked, or cannot be read where it is; a text cannot be read.
    """
    path = absolute(path)
    found = Collector()
    run = _Run(found, quick=quick, documents=documents, progress=progress)
    try:
        _check_signatures(against, key, found)
        run.check_file(path, [each.head if isinstance(each, Checkpoint) else each for each in against])
        if derived and not quick:
            _check_derived(path, derived, found)
    except Stopped:
        found.findings.append(Finding(Code.MORE, f"the first {len(found.findings)} are kept"))
    return Report(findings=tuple(found.findings), size=run.size, root=run.root, quick=quick)


class _Check(Protocol):
    """Looks at one event after the other, in log order, and at what remains."""

    def see(self, row: Row) -> None: ...

    def end(self) -> None: ...


class _Order:
    """Positions without a gap, times that never run backwards, digests that are those of the bodies."""

    def __init__(self, found: Collector) -> None:
        self._found = found
        self.size = 0
        self._position = 0
        self._recorded = EARLIEST_RECORDED

    def see(self, row: Row) -> None:
        position, recorded, digest, body = row.position, row.recorded, row.digest, row.body
        if position != self._position + 1:
            self._found(Code.POSITION_GAP, f"expected the position {self._position + 1}", position)
        if recorded < self._recorded:
            self._found(Code.CLOCK, f"recorded {self._recorded - recorded} us before the event before", position)
        if body is not None and (made := body_digest(body)) != digest:
            self._found(Code.DIGEST, f"expected the digest {made.hex()}, got {digest.hex()}", position)
        self.size += 1
        self._position = position
        self._recorded = recorded

    def end(self) -> None: ...


class _Run:
    """One pass over one file."""

    def __init__(self, found: Collector, *, quick: bool, documents: Path | None, progress: Progress | None) -> None:
        self._found = found
        self._quick = quick
        self._documents = documents
        self._progress = progress
        self._order = _Order(found)
        self.root: bytes | None = None

    @property
    def size(self) -> int:
        """Number of events seen."""
        return self._order.size

    def check_file(self, path: Path, heads: Sequence[TreeHead]) -> None:
        """Checks the file; what SQLite finds wrong with it is a finding."""
        try:
            check_file(path)
            with closing(open_unchanged(path, _TIMEOUT_SECONDS)) as connection:
                connection.execute("BEGIN")
                self._check(connection, str(path), heads)
        except NotAnArchive as error:
            self._found(Code.FILE_FOREIGN, one_line(error))
        except UnicodeDecodeError:
            # SQLite quotes the schema in its message, and that is no text.
            self._found(Code.FILE_DAMAGED, "the schema is malformed")
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
            if code in _NOT_THE_FILE:
                with storage_errors(str(path), _TIMEOUT_SECONDS):
                    raise
            self._found(Code.FILE_FOREIGN if code == sqlite3.SQLITE_NOTADB else Code.FILE_DAMAGED, one_line(error))

    def _check(self, connection: sqlite3.Connection, place: str, heads: Sequence[TreeHead]) -> None:
        version = check_layout(connection, place, self._found)
        if version is None:
            self._found(Code.UNCHECKED, "the events, because their tables are not those of a log")
            return
        if not self._quick:
            check_pages(connection, self._found)
        trees = Trees(self._found, heads)
        redactions = Redactions(connection, self._found, has_redactions=version > 1)
        checks: list[_Check] = [self._order, trees, redactions]
        if not self._quick:
            texts = None if self._documents is None else _texts(self._documents)
            checks.append(Contents(connection, self._found, order_of=redactions.order_of, texts=texts))
        rows = events(connection, self._found, has_tree=version > 1, has_columns=not self._quick)
        for row in rows if self._progress is None else _told(connection, rows, self._progress):
            for check in checks:
                check.see(row)
        for check in checks:
            check.end()
        self.root = trees.root if self.size == last_position(connection) else None
        check_sequence(connection, self._found)
        if not self._quick:
            check_identities(connection, self._found)


def _told(connection: sqlite3.Connection, rows: Iterator[Row], progress: Progress) -> Iterator[Row]:
    """Yields rows and tells the progress."""
    total = last_position(connection)
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _STEP == 0:
            progress(_STEP, total)
    progress(total % _STEP, total)


def _check_signatures(against: Sequence[Checkpoint | TreeHead], key: VerifierKey | None, found: Collector) -> None:
    for each in against:
        if key is None or isinstance(each, TreeHead):
            head = each if isinstance(each, TreeHead) else each.head
            found(Code.UNSIGNED if key is None else Code.SIGNATURE, f"{head.origin}, {head.size} events")
            continue
        try:
            each.check(key)
        except InvalidProof as error:
            found(Code.SIGNATURE, one_line(error))


def _check_derived(path: Path, derived: Sequence[DerivedCheck], found: Collector) -> None:
    if Report(findings=tuple(found.findings), size=0, root=None, quick=False).faults:
        found(Code.UNCHECKED, "what is derived from the log, because the log has faults")
        return
    try:
        with SqliteEventLog.open(path, read_only=True) as log:
            for check in derived:
                for finding in check(log):
                    found(finding.code, finding.detail, finding.position)
    except KzArchiveError as error:
        found(Code.DERIVED, one_line(error))


def _texts(folder: Path) -> dict[str, str]:
    return {digest: raw.decode("utf-8", errors="replace") for digest, raw in texts_by_hash(folder).items()}
