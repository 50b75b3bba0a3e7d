"""Archives edited by somebody with SQLite and no scruple: tables, triggers and views of their own, values of any kind.

Input: a byte that chooses the file, a byte that chooses what is done with it, then SQL statements, a line each. Those
that SQLite refuses do nothing. A line of hexadecimal digits behind ``!`` is a value that the next statements may name
as ``:v``.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Final

from fuzzing.mutating import mutated
from fuzzing.room import room
from fuzzing.samples import archives
from fuzzing.surveys import WAYS, survey
from fuzzing.target import Target
from fuzzing.targets.files import Refused
from fuzzing.targets.files import targets as file_targets

TABLES: Final = ("event", "body", "event_type", "frame_key", "document_key", "redaction")
COLUMNS: Final = (
    "position",
    "type_id",
    "version",
    "recorded",
    "identity",
    "digest",
    "document_id",
    "frame_id",
    "nodes",
)
MORE_COLUMNS: Final = (
    "stated_earliest",
    "stated_latest",
    "valid_earliest",
    "valid_latest",
    "bytes",
    "id",
    "key",
    "rowid",
)
VALUES: Final = (
    *(
        "NULL",
        "0",
        "1",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "1.5",
        "9e999",
        "''",
        "x''",
        "zeroblob(32)",
    ),
    *("'é'", "char(0)", "char(0) || 'x'", "x'ff'", "CAST(x'ff' AS TEXT)", "zeroblob(70000)", "randomblob(0)", ":v"),
    *(
        "'agent.registered'",
        "'assertion.recorded'",
        "'archive.opened'",
        "'a/b'",
        "'killed/all/KZ'",
        "'../x'",
        "x'7b7d'",
    ),
    *(
        'CAST(\'{"actor":"archive"}\' AS BLOB)',
        "253402300800000000",
        "1e18",
        "-62135596800000001",
        "printf('%.9000c', 'x')",
    ),
)
_UNGUARDED: Final = (
    "PRAGMA writable_schema = ON",
    "DELETE FROM sqlite_schema WHERE type = 'trigger'",
    "PRAGMA writable_schema = RESET",
)
_RELAXED: Final = (
    "PRAGMA writable_schema = ON",
    "UPDATE sqlite_schema SET sql = replace(replace(sql, ') STRICT', ')'), ' NOT NULL', '') WHERE type = 'table'",
    "PRAGMA writable_schema = RESET",
)
STEPS: Final = 20_000
LARGEST_VALUE: Final = 200_000


class _Guard:
    """Keeps the editing itself within bounds: it stays in its file, and ends."""

    def __init__(self) -> None:
        self._left = 200

    def tick(self) -> int:
        self._left -= 1
        return int(self._left < 0)

    def allows(self, action: int, first: str | None, *_: object) -> int:
        refused = {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH}
        if action in refused or (action == sqlite3.SQLITE_PRAGMA and first not in PRAGMAS):
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK


PRAGMAS: Final = {"writable_schema", "user_version", "application_id", "foreign_keys", "recursive_triggers", "encoding"}


def edited(path: Path, script: bytes) -> None:
    """Runs the statements of a script on a file."""
    guard, value = _Guard(), b""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        connection.set_authorizer(guard.allows)
        connection.set_progress_handler(guard.tick, STEPS)
        for line in script.split(b"\n")[:40]:
            if line.startswith(b"!"):
                digits = re.sub(rb"[^0-9a-f]", b"", line)
                value = bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
                continue
            with suppress(sqlite3.Error, sqlite3.Warning, UnicodeDecodeError, ValueError):
                text = line.decode("utf-8", "surrogateescape")
                connection.execute(text, {"v": value} if ":v" in text else ())
        with suppress(sqlite3.Error):
            connection.execute("COMMIT")


def open_edited(data: bytes) -> None:
    """Edits an archive and does something with it."""
    names = list(archives())
    name = names[(data[0] if data else 0) % len(names)]
    with room().entered() as folder:
        path = folder / "archive"
        path.write_bytes(archives()[name])
        edited(path, data[2:])
        survey(path, data[1] if len(data) > 1 else 0)


def statement(random: Random) -> str:
    """Returns a statement that somebody could want to run on an archive."""
    table, other = random.choice(TABLES), random.choice(TABLES)
    column, value = random.choice((*COLUMNS, *MORE_COLUMNS)), random.choice(VALUES)
    row = random.choice((1, 2, 3, 4, 5, 6, 7))
    kind = random.choice(("", "TEXT", "ANY", "position", "key"))
    key = "id" if table.endswith(("_type", "_key")) else "position"
    return random.choice(
        (
            *[f"UPDATE {table} SET {column} = {value} WHERE {key} = {row}"] * 6,
            *[f"UPDATE {table} SET {column} = {value}"] * 2,
            f"DELETE FROM {table} WHERE {key} = {row}",
            f"DELETE FROM {table}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {key} = {row}",
            f"INSERT INTO body VALUES ({row}, {value})",
            f"INSERT INTO redaction VALUES ({row}, {random.randrange(9)})",
            f"INSERT INTO {table} ({key}, key) VALUES ({row}, {value})",
            f"DROP TABLE {table}",
            f"ALTER TABLE {table} RENAME TO x{random.randrange(3)}",
            f"ALTER TABLE {table} ADD COLUMN x {random.choice(('', 'TEXT', f'AS ({column})', 'INTEGER DEFAULT 1'))}",
            f"ALTER TABLE {table} DROP COLUMN {column}",
            f"CREATE VIEW {random.choice((table, 'v', 'sqlite_v'))} AS SELECT * FROM {other}",
            f"CREATE VIEW {table} AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
            f"CREATE TRIGGER t{row} AFTER INSERT ON {table} BEGIN DELETE FROM {other}; END",
            f"CREATE TRIGGER t{row} BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END",
            f"CREATE TRIGGER t{row} AFTER INSERT ON {table} BEGIN SELECT load_extension('x'); END",
            f"CREATE INDEX i{row} ON {table} ({random.choice((column, f'abs({column})', f'zeroblob({column})'))})",
            f"CREATE TABLE {random.choice((table, 'x', 'sqlite_stat1', '[a b]'))} ({column} {kind})",
            f"CREATE VIRTUAL TABLE {random.choice((table, 'x'))} USING fts5({column})",
            f"CREATE VIRTUAL TABLE {table} USING {random.choice(('dbstat', 'rtree(a,b,c)', 'json_each', 'none'))}",
            f"UPDATE sqlite_schema SET sql = replace(sql, '{column}', '{kind}') WHERE name = '{table}'",
            f"UPDATE sqlite_schema SET {random.choice(('sql', 'name', 'tbl_name', 'type', 'rootpage'))} = {value}",
            f"UPDATE sqlite_schema SET rootpage = {random.randrange(20)} WHERE name = '{table}'",
            f"INSERT INTO sqlite_schema VALUES ('{random.choice(('table', 'x'))}', 'x', {value}, {row}, {value})",
            f"DELETE FROM sqlite_schema WHERE rowid = {random.randrange(40)}",
            f"UPDATE sqlite_sequence SET seq = {value}",
            "DELETE FROM sqlite_sequence",
            "ANALYZE",
            "VACUUM",
            "REINDEX",
            f"PRAGMA user_version = {random.randrange(5)}",
            f"PRAGMA application_id = {random.choice((0, 1, 0x6B7A6172))}",
            "PRAGMA writable_schema = ON",
            "!" + random.choice((b"{}", b"[" * 5_000, b'{"a":' * 900, b"\xff\xfe", b"\0" * 70, b"null", b"1e9")).hex(),
        )
    )


def changed(data: bytes, random: Random, target: Target) -> bytes:
    """Adds a statement, takes one away, or changes the words of the script."""
    start = (
        data[:2].ljust(2, b"\0") if random.random() < 0.6 else bytes((random.randrange(3), random.randrange(len(WAYS))))
    )
    rows = data[2:].split(b"\n")
    match random.randrange(6):
        case 0:
            return start + mutated(data[2:], random, target.tokens, target.seeds)
        case 1 if len(rows) > 1:
            del rows[random.randrange(len(rows))]
        case _:
            rows.append(statement(random).encode())
    return start + b"\n".join(rows)


def targets() -> Iterator[Target]:
    """Yields the target of schemas."""
    scripts = ("", "\n".join(_UNGUARDED), "\n".join((*_UNGUARDED, *_RELAXED)), "PRAGMA writable_schema = ON")
    seeds = [
        bytes((name, way)) + script.encode() + b"\n"
        for name in (0, 1, 2)
        for way in range(len(WAYS))
        for script in scripts
    ]
    words = (
        *TABLES,
        *COLUMNS,
        *MORE_COLUMNS,
        *VALUES,
        "sqlite_schema",
        "rootpage",
        "WHERE",
        "SELECT",
        "FROM",
        ",",
        "(",
        ")",
    )
    (files,) = file_targets()
    yield Target(
        name="schemas",
        run=open_edited,
        seeds=tuple(seeds),
        tokens=tuple(word.encode() for word in words),
        modules=files.modules,
        refusals=(Refused,),
        longest=16_384,
        seconds=20,
        smoke=40,
        mutator=changed,
    )
