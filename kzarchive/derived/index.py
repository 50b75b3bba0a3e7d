"""The index of a log: what is derived from it, up to a position, with every read checked.

Decision: where the index lives.
    Context: a small log is read in a moment, a large one in minutes; and looking at evidence should write nothing.
    Decision: a log of fewer than :data:`KEPT_FROM` events is indexed in memory each time. A larger one that is open for
    writing keeps its index in ``NAME-index`` beside the file. A reader reads that file where it goes far enough, and
    else goes on with a copy in memory; it never writes.
    Consequence: the index may be deleted at any time; ``kzarchive rebuild`` makes it.
"""

import json
import sqlite3
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from kzarchive.derived.deriving import Deriver, Progress
from kzarchive.derived.facts import Fact
from kzarchive.derived.packing import unpacked
from kzarchive.derived.soundness import (
    TALLIED,
    Kind,
    Rows,
    check_origin,
    check_tally,
    checked_position,
    checked_utterance,
    fact_sum,
    row_sum,
    typed,
)
from kzarchive.derived.tables import SELECT_FACTS, SELECT_UTTERANCE, DerivedDamage, connect, is_begun
from kzarchive.errors import LogError, StorageError
from kzarchive.log.connection import storage_errors
from kzarchive.log.protocol import EventLog
from kzarchive.values.checks import HEX_ID

T = TypeVar("T")

KEPT_FROM: Final = 5_000
"""From how many events on an index is kept in a file."""
_NUMBER: Final = (int,)
_TEXT: Final = (str,)
_DOCUMENT: Final = ("document",)
_SIDES: Final = ("", "-wal", "-shm", "-journal")


def index_path(log: Path) -> Path:
    """Returns where the index of a log file is kept."""
    return log.with_name(f"{log.name}-index")


class DerivedIndex:
    """The index of one log; it belongs to the thread that opened it.

    Reads are of positions up to the one reached by :meth:`catch_up`; who reads as of an earlier position leaves out
    what came later.

    Attributes:
        generation: Counts up whenever what was read from the index is no longer to be used.
        remade: Why an index that was there was thrown away, in words; empty = none was.
    """

    def __init__(
        self,
        log: EventLog,
        path: Path | None,
        *,
        writable: bool,
        timeout_seconds: int = 30,
    ) -> None:
        """Takes the index of a log; nothing is read before :meth:`catch_up`.

        Args:
            log: The log.
            path: The file of the log; None = it has none, so that the index is in memory.
            writable: Whether the file of the index may be written.
            timeout_seconds: How long to wait for another process that writes it.
        """
        self._log = log
        self._file = None if path is None else index_path(path)
        self._writable = writable
        self._timeout = timeout_seconds
        self._db: sqlite3.Connection | None = None
        self._in_file = False
        self._borrowed = False
        self._distrusted = False
        self._deriver: Deriver | None = None
        self._position = 0
        self._redacted = 0
        self._unchecked: set[str] = set()
        self.generation = 0
        self.remade: tuple[str, ...] = ()

    @property
    def position(self) -> int:
        """The position up to which the log is indexed."""
        return self._position

    def attach(self) -> None:
        """Opens the file of the index where there is one, without bringing it further."""
        if self._db is None and self._file is not None and not self._distrusted and self._file.exists():
            self._guarded(self._attach)

    def _attach(self) -> None:
        database = self._opened(self._log.head)
        row = None
        if is_begun(database):
            row = database.execute("SELECT position, redactions FROM meta").fetchone()
        self._position, self._redacted = (0, 0) if row is None else row

    def catch_up(self, until: int, redacted: int | None = None, progress: Progress | None = None) -> None:
        """Indexes the log up to a position, inclusive; does nothing where that was done.

        Args:
            until: The position; the log has reached it.
            redacted: How many bodies of the log are redacted now; None = the log is asked.
            progress: Told the position reached and ``until``, some thousands of events apart; None = nobody.

        Raises:
            LogError: The log is damaged.
            StorageError: The log cannot be read.
        """
        if self._position and self._redacted != (len(self._log.redactions()) if redacted is None else redacted):
            # What was redacted must stand nowhere: all is made anew, without it.
            self._discard()
        if until > self._position:
            self._guarded(lambda: self._derive(until, progress))

    def _derive(self, until: int, progress: Progress | None) -> None:
        database = self._opened(until)
        if self._borrowed:
            if self._is_brought_to(until, database):
                return
            database = self._take(_in_memory(database), in_file=False, kept=True)
        if self._deriver is None:
            self._deriver = Deriver(database, self._log)
        self._deriver.run(until, progress)
        self._position, self._redacted = database.execute("SELECT position, redactions FROM meta").fetchone()

    def _is_brought_to(self, until: int, database: sqlite3.Connection) -> bool:
        """Returns whether the writer of a file that is only read has brought it far enough, and takes note of it."""
        row = database.execute("SELECT log, version, position, digest, redactions FROM meta").fetchone()
        if row is None or row[2] < until:
            return False
        check_origin(self._log, *row[:4])
        self._position, self._redacted = row[2], row[4]
        return True

    def rebuild(self, progress: Progress | None = None) -> None:
        """Throws the index away and makes it anew up to the head of the log; arguments as :meth:`catch_up`."""
        self._discard()
        self.catch_up(self._log.head, progress=progress)

    def _opened(self, until: int) -> sqlite3.Connection:
        """Returns the connection to the index, opened and checked when it is first needed."""
        file = None if self._distrusted else self._file
        keeps = file is not None and self._writable and until >= KEPT_FROM
        if self._db is not None and (self._in_file or not keeps):
            return self._db
        if self._db is not None:
            self._close()
        there = file is not None and file.exists()
        if file is not None and (keeps or there):
            with suppress(sqlite3.OperationalError, StorageError):
                return self._open_file(file, keeps=keeps, there=there)
        return self._take(connect(None, read_only=False, timeout_seconds=self._timeout), in_file=False, kept=False)

    def _take(
        self, database: sqlite3.Connection, *, in_file: bool, kept: bool, borrowed: bool = False
    ) -> sqlite3.Connection:
        # An index that nobody closes is closed when it is collected, without a warning of Python 3.13.
        self._finalizer = weakref.finalize(self, database.close)
        self._db, self._in_file, self._borrowed = database, in_file, borrowed
        self._unchecked = set(TALLIED) if kept else set()
        return database

    def _open_file(self, file: Path, *, keeps: bool, there: bool) -> sqlite3.Connection:
        if file.is_symlink():
            # Whoever put it there would choose what is written to, and where a file is made.
            raise DerivedDamage("expected a file, got a link")
        database = connect(file, read_only=not keeps, timeout_seconds=self._timeout)
        try:
            if there and is_begun(database):
                checked_position(database, self._log)
            elif not keeps:
                database = _in_memory(database)
                return self._take(database, in_file=False, kept=False)
        except BaseException:
            database.close()
            raise
        return self._take(database, in_file=keeps, kept=there, borrowed=not keeps)

    def _guarded(self, work: Callable[[], T]) -> T:
        """Does something with the index, once more with a new one where the first is damaged or cannot be had."""
        try:
            return work()
        except (DerivedDamage, sqlite3.DatabaseError) as error:
            reached = self._position
            self.remade = (*self.remade, str(error))
            # A file that is locked or full is not damaged: it is left alone, and the index is made in memory.
            self._discard(keep_file=isinstance(error, sqlite3.OperationalError))
            return self._again(work, reached)

    def _again(self, work: Callable[[], T], reached: int) -> T:
        """Does something with a new index; what fails now is not its fault.

        Raises:
            LogError: The log holds what no index can.
            StorageError: The index cannot be written.
        """
        place = "the index in memory" if self._file is None else str(self._file)
        try:
            with storage_errors(place, self._timeout):
                if reached:
                    self._derive(reached, None)
                return work()
        except DerivedDamage as error:
            raise LogError(f"{place}: expected a log that can be indexed, got one whose index has {error}") from error

    def _discard(self, *, keep_file: bool = False) -> None:
        self._close()
        if self._file is None:
            return
        if keep_file or not self._writable:
            self._distrusted = True
            return
        for side in _SIDES:
            self._file.with_name(self._file.name + side).unlink(missing_ok=True)

    def _close(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._finalizer()
        self._db, self._deriver, self._position, self._in_file, self._borrowed = None, None, 0, False, False
        self.generation += 1

    def close(self) -> None:
        """Closes the index; closing again does nothing."""
        self._close()

    # Reading

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Lends the connection while it sees one moment of the file."""
        database = self._db
        if database is None:
            raise DerivedDamage("expected an index, got none")
        if not (self._in_file or self._borrowed) or database.in_transaction:
            yield database
            return
        database.execute("BEGIN")
        try:
            yield database
        finally:
            database.execute("ROLLBACK")

    def _rows(self, kinds: Sequence[Kind], query: str, *values: Any, of: Sequence[str]) -> Rows:
        """Returns the rows of a query.

        Args:
            kinds: The types of its columns.
            query: The query.
            values: Its values.
            of: The tables that it reads from; each is compared with its tally when it is first read from.
        """

        def read() -> Rows:
            with self._reading() as database:
                for table in self._unchecked.intersection(of):
                    check_tally(database, table)
                    self._unchecked.discard(table)
                return typed(database.execute(query, values).fetchall(), *kinds)

        return [] if self._position == 0 else self._guarded(read)

    def facts(self, *frames: str) -> list[list[Fact]]:
        """Returns the facts of each of some frames by position, checked against the sum of the frame."""
        return [[] for _ in frames] if self._position == 0 else self._guarded(lambda: self._facts(frames))

    def _facts(self, frames: Sequence[str]) -> list[list[Fact]]:
        if self._db is None:
            raise DerivedDamage("expected an index, got none")
        found = [_checked(frame, self._db.execute(SELECT_FACTS, (frame, frame)).fetchall()) for frame in frames]
        self._check_absent([frame for frame, facts in zip(frames, found, strict=True) if not facts])
        return found

    def _check_absent(self, frames: Sequence[str]) -> None:
        """Checks that there are no facts of frames of which none were found.

        SQLite finds a key by an index of its own; where that is damaged, a frame must not seem to have no data.
        """
        if frames and self._db is not None:
            select = "SELECT key FROM frame NOT INDEXED WHERE key IN (SELECT value FROM json_each(?))"
            for (frame,) in self._db.execute(select, (json.dumps(frames),)):
                raise DerivedDamage(f"expected to find {frame} by its key, got nothing")

    def fact_at(self, frame: str, position: int) -> Fact | None:
        """Returns the fact of an assertion by its frame and position; None = there is none."""
        return next((fact for fact in self.facts(frame)[0] if fact.position == position), None)

    def frames(self, until: int) -> list[str]:
        """Returns the text of every frame with an assertion at or before a position."""
        return [key for (key,) in self._rows(_TEXT, "SELECT key FROM frame WHERE first <= ?", until, of=())]

    def has_frame(self, frame: str, until: int) -> bool:
        """Returns whether there is an assertion of a frame at or before a position."""
        query = "SELECT 1 FROM frame WHERE key = ? AND first <= ?"
        # Not found by its key, it is looked for among all: see _frame.
        return bool(self._rows(_NUMBER, query, frame, until, of=())) or frame in self.frames(until)

    def special(self, until: int) -> list[tuple[int, str]]:
        """Returns position and type of what records neither agent, document nor assertion, in log order."""
        query = "SELECT position, type FROM special WHERE position <= ? ORDER BY position"
        return self._rows((int, str), query, until, of=("special",))

    def telling(self, kind: str, until: int) -> list[int]:
        """Returns the positions of the assertions that bear on others, in log order.

        Args:
            kind: The act of a denial, or ``includes``.
            until: The last position.
        """
        query = "SELECT position FROM telling WHERE kind = ? AND position <= ? ORDER BY position"
        return [position for (position,) in self._rows(_NUMBER, query, kind, until, of=("telling",))]

    def gaps(self) -> list[tuple[int, int]]:
        """Returns the positions that say nothing any more, each with that of the event that ordered it."""
        return self._rows((int, int), "SELECT position, ordered_by FROM gap ORDER BY position", of=("gap",))

    def agents(self) -> dict[int, tuple[str, str]]:
        """Returns slug and kind of every agent by its number."""
        rows = self._rows((int, str, str), "SELECT no, slug, kind FROM agent", of=("agent",))
        return {number: (slug, kind) for number, slug, kind in rows}

    def agent_slugs(self, until: int) -> list[str]:
        """Returns the slugs of the agents registered at or before a position, in log order."""
        query = (
            "SELECT a.slug FROM naming AS n JOIN agent AS a ON a.no = n.agent WHERE n.position <= ?"
            " GROUP BY a.no ORDER BY min(n.position)"
        )
        return [slug for (slug,) in self._rows(_TEXT, query, until, of=("agent", "naming"))]

    def namings(self, slug: str, until: int) -> list[int]:
        """Returns the positions at which an agent was registered at or before a position, in log order."""
        query = (
            "SELECT n.position FROM naming AS n JOIN agent AS a ON a.no = n.agent"
            " WHERE a.slug = ? AND n.position <= ? ORDER BY n.position"
        )
        return [position for (position,) in self._rows(_NUMBER, query, slug, until, of=("agent", "naming"))]

    def heard(self, slug: str, until: int) -> list[int]:
        """Returns the documents, by position, in which an unnamed or collective agent speaks or which it publishes."""
        query = (
            "SELECT h.document FROM heard AS h JOIN agent AS a ON a.no = h.agent"
            " WHERE a.slug = ? AND h.position <= ? ORDER BY h.position"
        )
        return [document for (document,) in self._rows(_NUMBER, query, slug, until, of=("agent", "heard"))]

    def documents(self, until: int) -> list[tuple[int, str, str]]:
        """Returns position, id and name of the documents registered at or before a position, in log order."""
        query = "SELECT position, lower(hex(id)), name FROM document WHERE position <= ? ORDER BY position"
        return self._rows((int, str, str), query, until, of=_DOCUMENT)

    def document(self, identity: str, until: int) -> int | None:
        """Returns the position of a document; None = it is not registered at or before ``until``."""
        query = "SELECT position FROM document WHERE id = ?"
        rows = self._rows(_NUMBER, query, bytes.fromhex(identity), of=_DOCUMENT)
        return rows[0][0] if rows and rows[0][0] <= until else None

    def document_named(self, name: str, until: int) -> str | None:
        """Returns the id of the first document of a name; None = there is none at or before ``until``."""
        query = "SELECT lower(hex(id)) FROM document WHERE name = ? AND position <= ? ORDER BY position LIMIT 1"
        rows = self._rows(_TEXT, query, name, until, of=_DOCUMENT)
        return rows[0][0] if rows else None

    def periods(self) -> dict[int, str]:
        """Returns the text of every period by its number."""
        return dict(self._rows((int, str), "SELECT no, text FROM period", of=("period",)))

    def utterances(self, until: int) -> list[str]:
        """Returns the slugs of the utterances first carried at or before a position, in log order."""
        return [slug for _, slug, *_ in self._utterances("WHERE first <= ? ORDER BY first", until)]

    def utterance(self, slug: str) -> tuple[int, int] | None:
        """Returns the number of an utterance and the position of its first appearance; None = nobody said it."""
        if self._position == 0:
            return None
        rows = self._guarded(lambda: self._named(slug))
        return (rows[0][0], rows[0][2]) if rows else None

    def utterance_slug(self, number: int) -> str:
        """Returns the slug of an utterance by its number."""

        def slug() -> str:
            rows = self._utterances("WHERE no = ?", number)
            if not rows:
                raise DerivedDamage(f"expected the utterance {number} in the index, got none")
            return str(rows[0][1])

        return self._guarded(slug)

    def _named(self, slug: str) -> Rows:
        """Returns the utterance of a slug, if there is one."""
        with self._reading() as database:
            rows = _said(database, "WHERE slug = ?", slug)
            # As with frames: what SQLite's own index has lost must not seem never to have been said. An assertion
            # that is an utterance by itself goes by its id, and is in no row.
            if not rows and not HEX_ID.fullmatch(slug) and _said(database, "WHERE +slug = ?", slug):
                raise DerivedDamage(f"expected to find {slug} by its slug, got nothing")
        return rows

    def _utterances(self, where: str, value: Any) -> Rows:
        """Returns utterances without their own sums, each compared with it."""

        def read() -> Rows:
            with self._reading() as database:
                return _said(database, where, value)

        return [] if self._position == 0 else self._guarded(read)

    def appearances(self, slug: str, until: int) -> list[int]:
        """Returns the positions of the assertions that carry an utterance, at or before a position, in log order."""
        return self._guarded(lambda: self._appearances(slug, until)) if self._position else []

    def _appearances(self, slug: str, until: int) -> list[int]:
        with self._reading() as database:
            said = self._named(slug)
            if not said:
                return []
            number, _, _, appearances, _, total = said[0]
            query = "SELECT utterance, position, frame FROM appearance WHERE utterance = ? ORDER BY position"
            rows = typed(database.execute(query, (number,)).fetchall(), int, int, int)
        if (len(rows), row_sum(rows)) != (appearances, total):
            raise DerivedDamage(f"expected the {appearances} appearances of {slug} that were counted, got others")
        return [position for _, position, _ in rows if position <= until]


def _said(database: sqlite3.Connection, where: str, value: Any) -> Rows:
    return list(map(checked_utterance, database.execute(f"{SELECT_UTTERANCE} {where}", (value,))))


def _checked(frame: str, rows: list[tuple[Any, ...]]) -> list[Fact]:
    if not rows:
        return []
    (number, total), *facts = rows
    try:
        if (len(facts), fact_sum(facts)) == (number, total):
            return unpacked(facts)
    except (TypeError, ValueError) as error:
        raise DerivedDamage(f"expected facts of {frame}, got something else: {error}") from error
    raise DerivedDamage(f"expected the {number} facts of {frame} that were counted, got others")


def _in_memory(database: sqlite3.Connection) -> sqlite3.Connection:
    """Returns a copy in memory of an index, which may be brought further without writing the file."""
    copy = connect(None, read_only=False, timeout_seconds=0)
    database.backup(copy)
    database.close()
    return copy
