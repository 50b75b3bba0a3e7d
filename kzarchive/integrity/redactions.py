"""Redactions of a file: bodies that are gone, and the events that order it."""

import sqlite3

from kzarchive.integrity.findings import Code
from kzarchive.integrity.rows import Collector, Row
from kzarchive.log.protocol import REDACTION_TYPE


class Redactions:
    """Checks that each missing body has its order, and each order its event; events must come in log order."""

    def __init__(self, connection: sqlite3.Connection, found: Collector, *, has_redactions: bool) -> None:
        """Reads the orders.

        Args:
            connection: The connection, inside a read transaction.
            found: Takes what is found.
            has_redactions: Whether the format has a table of them.

        Raises:
            sqlite3.Error: The file cannot be read.
        """
        self._found = found
        self._orders: dict[int, int] = {}
        self._open: set[int] = set()
        self._pending = 0
        if has_redactions:
            for position, ordered_by in connection.execute("SELECT position, ordered_by FROM redaction"):
                self._read(position, ordered_by)

    def order_of(self, position: int) -> int | None:
        """Returns which event orders the body at a position to be taken away; None = none."""
        return self._orders.get(position)

    def see(self, row: Row) -> None:
        """Checks one event."""
        if row.body is not None and not self._orders:
            return
        if row.position in self._orders:
            self._pending += row.body is not None
            if row.type == REDACTION_TYPE:
                self._found(Code.REDACTION, "a redaction is redacted", row.position)
        elif row.body is None:
            self._found(Code.BODY_MISSING, "no event orders it to be taken away", row.position)
        if row.position in self._open:
            self._open.remove(row.position)
            if row.type != REDACTION_TYPE:
                self._found(Code.REDACTION, f"expected {REDACTION_TYPE}, got {row.type}", row.position)

    def end(self) -> None:
        """Tells of orders without an event, and of bodies that are still to be taken away."""
        for position in sorted(self._open):
            self._found(Code.REDACTION, "the event that orders a redaction is missing", position)
        if self._pending:
            self._found(Code.NOT_ERASED, f"{self._pending} bodies")

    def _read(self, position: int, ordered_by: object) -> None:
        if type(ordered_by) is not int or ordered_by <= position or ordered_by in self._open:
            self._found(Code.REDACTION, "expected an order of its own, by a later event", position)
            return
        self._orders[position] = ordered_by
        self._open.add(ordered_by)
