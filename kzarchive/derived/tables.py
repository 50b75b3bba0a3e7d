"""The tables of the index that is derived from a log, how they are checked, and how they are opened.

Index format 2, in a file of its own beside the log (``NAME-index``), or in memory. ``PRAGMA application_id`` is
0x6b7a6978 ("kzix"), ``PRAGMA user_version`` is 2. Positions are those of the log.

==============  ===========================================================================================
table           rows
==============  ===========================================================================================
``meta``        one row: the identity of the log's first event, the version of the facts, the position up to
                which the log was read, the digest of the event there, how many facts and frames there are,
                the sum of the frames, and how many bodies of the log were redacted
``frame``       one a frame: ``no``, ``key`` (its text), ``first`` (position of its first assertion), how many
                ``facts`` it has, and their ``sum``
``fact``        the facts (see :mod:`kzarchive.derived.facts`), ``packed`` (see :mod:`kzarchive.derived.packing`), by
                frame and position
``agent``       one an agent: ``no``, ``slug``, ``kind``
``naming``      the positions at which an agent was registered, first and again
``heard``       the documents in which an unnamed or collective agent speaks, or which it publishes, with the
                position of the first assertion of which that is so
``document``    position, id and name of each document
``utterance``   ``no``, ``slug``, the ``first`` position, how many ``appearances`` it has, their ``frame`` where
                all have one, their ``sum``, and the sum of this row (``own``)
``appearance``  the positions and frames of the assertions that carry an utterance
``period``      ``no`` and ``text`` of each period that an increment or an occurrence is of
``telling``     the positions of assertions that bear on others: the kind is the act of a denial, or ``includes``
``gap``         positions that say nothing any more, for their body or that of their document was redacted, with
                the position of the event that ordered it, 0 where it is that of one of several documents
``special``     position and type of every event that records neither agent, document nor assertion
``tally``       the ``sum`` of each table that has none of another kind, by ``name``
==============  ===========================================================================================

Sums, and what they are for, are described in :mod:`kzarchive.derived.soundness`.

Nothing here is evidence. An index of another log, of another version, or one that fails a check is thrown away and made
anew from the log.
"""

import sqlite3
from pathlib import Path
from typing import Final

from kzarchive.log.connection import connect_reader

APPLICATION_ID: Final = int.from_bytes(b"kzix")
FORMAT_VERSION: Final = 2

TABLES: Final[dict[str, str]] = {
    "meta": (
        "CREATE TABLE meta (log BLOB NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL,"
        " digest BLOB NOT NULL, facts INTEGER NOT NULL, frames INTEGER NOT NULL, sum INTEGER NOT NULL,"
        " redactions INTEGER NOT NULL) STRICT"
    ),
    "frame": (
        "CREATE TABLE frame (no INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, first INTEGER NOT NULL,"
        " facts INTEGER NOT NULL, sum INTEGER NOT NULL) STRICT"
    ),
    "fact": (
        "CREATE TABLE fact (frame INTEGER NOT NULL, position INTEGER NOT NULL, packed BLOB NOT NULL,"
        " PRIMARY KEY (frame, position)) STRICT, WITHOUT ROWID"
    ),
    "agent": "CREATE TABLE agent (no INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, kind TEXT NOT NULL) STRICT",
    "naming": (
        "CREATE TABLE naming (agent INTEGER NOT NULL, position INTEGER NOT NULL,"
        " PRIMARY KEY (agent, position)) STRICT, WITHOUT ROWID"
    ),
    "heard": (
        "CREATE TABLE heard (agent INTEGER NOT NULL, document INTEGER NOT NULL, position INTEGER NOT NULL,"
        " PRIMARY KEY (agent, document)) STRICT, WITHOUT ROWID"
    ),
    "document": (
        "CREATE TABLE document (position INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, name TEXT NOT NULL) STRICT"
    ),
    "utterance": (
        "CREATE TABLE utterance (no INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, first INTEGER NOT NULL,"
        " appearances INTEGER NOT NULL, frame INTEGER, sum INTEGER NOT NULL, own INTEGER NOT NULL) STRICT"
    ),
    "appearance": (
        "CREATE TABLE appearance (utterance INTEGER NOT NULL, position INTEGER NOT NULL, frame INTEGER NOT NULL,"
        " PRIMARY KEY (utterance, position)) STRICT, WITHOUT ROWID"
    ),
    "period": "CREATE TABLE period (no INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",
    "telling": (
        "CREATE TABLE telling (kind TEXT NOT NULL, position INTEGER NOT NULL,"
        " PRIMARY KEY (kind, position)) STRICT, WITHOUT ROWID"
    ),
    "gap": "CREATE TABLE gap (position INTEGER PRIMARY KEY, ordered_by INTEGER NOT NULL) STRICT",
    "special": "CREATE TABLE special (position INTEGER PRIMARY KEY, type TEXT NOT NULL) STRICT",
    "tally": "CREATE TABLE tally (name TEXT PRIMARY KEY, sum INTEGER NOT NULL) STRICT, WITHOUT ROWID",
}
INDEXES: Final[dict[str, str]] = {"document_name": "CREATE INDEX document_name ON document (name, position)"}

SELECT_FACT: Final = "SELECT packed FROM fact WHERE frame = ? AND position = ?"
SELECT_FACTS: Final = (
    "SELECT facts, sum FROM frame WHERE key = ?"
    " UNION ALL SELECT position, packed FROM fact WHERE frame = (SELECT no FROM frame WHERE key = ?)"
)
"""The number and the sum of the facts of a frame, which is given twice, and then its facts by position.

One statement, for it reads one state of a file that another process may write.
"""
INSERT_FACT: Final = "INSERT INTO fact VALUES (?, ?, ?)"


SELECT_UTTERANCE: Final = "SELECT no, slug, first, appearances, frame, sum, own FROM utterance"


class DerivedDamage(Exception):
    """The index is not what it should be; caught where the index is used, which then makes it anew."""


def connect(path: Path | None, *, read_only: bool, timeout_seconds: int) -> sqlite3.Connection:
    """Connects to the file of an index, or to a new one in memory, with its transactions begun and ended by hand.

    Raises:
        DerivedDamage: Its schema is no text.
        sqlite3.Error: It cannot be opened.
        StorageError: It cannot be read without its side file, which cannot be used where it is.
    """
    try:
        return _connected(path, read_only, timeout_seconds)
    except UnicodeDecodeError as error:
        # SQLite quotes a malformed schema in its message, and the module cannot make a text of that.
        raise DerivedDamage("its schema is malformed") from error


def _connected(path: Path | None, read_only: bool, timeout_seconds: int) -> sqlite3.Connection:
    if path is None:
        connection = sqlite3.connect(":memory:", isolation_level=None)
    elif read_only:
        connection = connect_reader(path, timeout_seconds)
    else:
        target = f"{path.as_uri()}?mode=rwc"
        connection = sqlite3.connect(target, uri=True, timeout=timeout_seconds, isolation_level=None)
    try:
        for setting in ("trusted_schema = OFF", "cell_size_check = ON", "secure_delete = ON", "cache_size = -65536"):
            connection.execute(f"PRAGMA {setting}")
        if path is not None and not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def create(connection: sqlite3.Connection) -> None:
    """Makes the tables of an empty index, in the transaction that is open."""
    for sql in (*TABLES.values(), *INDEXES.values()):
        connection.execute(sql)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")


def is_begun(connection: sqlite3.Connection) -> bool:
    """Returns whether there is anything in an index; whoever dies before its first transaction ends leaves none."""
    return bool(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
