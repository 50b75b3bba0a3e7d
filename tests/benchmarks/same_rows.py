"""The other floor: the rows of a prepared log, copied into the same tables under the same triggers and indexes.

Nothing is checked, hashed or encoded; the connection is set up by the log itself. What is left is the price of the
format.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from kzarchive.log.connection import connect, enter_wal, sized


@attrs.frozen
class Rows:
    """The rows that one append writes into one table.

    Attributes:
        statement: The INSERT.
        rows: Its parameters.
    """

    statement: str
    rows: list[tuple[Any, ...]]


class SameRows:
    """The rows of a prepared log, in the portions in which appends of a given size would write them."""

    def __init__(self, source: Path) -> None:
        """Opens the log to copy from.

        Raises:
            ValueError: A table is of neither kind that is known here, by position or by id.
        """
        self._source = sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)
        listed = self._source.execute("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
        listed = [row for row in listed if not row[0].startswith("sqlite_")]
        self.schema = [sql for kind in ("table", "index", "trigger") for _, type_, sql in listed if type_ == kind]
        # A header is taken only where its body is there already.
        order = ["body", "event"]
        tables = [name for name, type_, _ in listed if type_ == "table"]
        names = sorted(tables, key=lambda name: order.index(name) if name in order else len(order))
        self._by_position = [name for name in names if "position" in self._columns(name)]
        self._keys = {
            row[2]: (name, row[3])
            for name in self._by_position
            for row in self._source.execute(f"PRAGMA foreign_key_list({name})")
            if row[2] not in self._by_position
        }
        if odd := set(names) - set(self._by_position) - set(self._keys):
            raise ValueError(f"expected tables by position or referred to by one, got {', '.join(sorted(odd))}")
        self.head = self._source.execute("SELECT max(position) FROM event").fetchone()[0]

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self._source.execute(f"PRAGMA table_info({table})")]

    def portions(self, size: int) -> Iterator[list[Rows]]:
        """Yields what each append of ``size`` events writes, keys first."""
        written = dict.fromkeys(self._keys, 0)
        for start in range(0, self.head, size):
            until = min(start + size, self.head)
            portion = []
            for table in self._keys:
                last = max(written[table], self._last_key(table, start, until))
                portion.append(self._rows(table, "id", written[table], last))
                written[table] = last
            portion += [self._rows(table, "position", start, until) for table in self._by_position]
            yield portion

    def _last_key(self, table: str, after: int, until: int) -> int:
        referring, column = self._keys[table]
        query = f"SELECT coalesce(max({column}), 0) FROM {referring} WHERE position > ? AND position <= ?"
        return int(self._source.execute(query, (after, until)).fetchone()[0])

    def _rows(self, table: str, by: str, after: int, until: int) -> Rows:
        columns = self._columns(table)
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        query = f"SELECT {names} FROM {table} WHERE {by} > ? AND {by} <= ? ORDER BY {by}"
        rows = self._source.execute(query, (after, until)).fetchall()
        return Rows(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)

    def new_file(self, path: Path) -> sqlite3.Connection:
        """Makes a file with the same tables, indexes and triggers, and connects to it as the log does."""
        connection = sized(connect(path, "rwc", 30))
        for sql in self.schema:
            connection.execute(sql)
        for mark in ("application_id", "user_version"):
            (number,) = self._source.execute(f"PRAGMA {mark}").fetchone()
            connection.execute(f"PRAGMA {mark} = {number}")
        enter_wal(connection, str(path))
        return connection

    def close(self) -> None:
        """Closes the log that is copied from."""
        self._source.close()


def write(connection: sqlite3.Connection, portion: list[Rows]) -> None:
    """Writes one portion in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for rows in portion:
        connection.executemany(rows.statement, rows.rows)
    connection.execute("COMMIT")
