"""Guards: the triggers that make a table append-only, in the exact words that a file has them.

Each table has three triggers, ``<table>_no_update``, ``<table>_no_delete`` and ``<table>_insert``. The last one
tests a new row before SQLite looks for conflicts: so OR REPLACE, OR IGNORE and ON CONFLICT are refused on any
connection, whatever its ``recursive_triggers``.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

Rule = tuple[str, str]
"""Words for the refusal, and the SQL condition under which a new row is refused."""

NEXT: Final = "NEW.{number} <> (SELECT coalesce(max({number}), 0) + 1 FROM {table})"
"""The condition that a number is not the next one of its table."""


@attrs.frozen
class Schema:
    """Everything that a file of one format holds, by name, each with its SQL word for word.

    Attributes:
        tables: In the order of creation.
        indexes: Beside those that SQLite makes by itself.
        triggers: Of all tables.
    """

    tables: Mapping[str, str]
    indexes: Mapping[str, str]
    triggers: Mapping[str, str]


def interned(table: str, key: str) -> str:
    """Returns the SQL of a table that gives numbers to keys; ``key`` is the definition of their column."""
    return f"CREATE TABLE {table} (\n  id INTEGER PRIMARY KEY,\n  key {key}\n) STRICT"


def interned_rules(table: str) -> tuple[Rule, ...]:
    """Returns what a new row of such a table must not be."""
    return (
        ("the key is already there", f"EXISTS (SELECT 1 FROM {table} WHERE key = NEW.key)"),  # noqa: S608
        ("the id is not the next one", NEXT.format(number="id", table=table)),
    )


def guards(table: str, rules: Sequence[Rule], *, erasable: str | None = None) -> Iterator[tuple[str, str]]:
    """Yields name and SQL of the three triggers of a table.

    Args:
        table: The table.
        rules: What a new row must not be, in the order in which it is tested.
        erasable: The SQL condition under which a row may be deleted; None = never.
    """
    for verb in ("update", "delete"):
        name = f"{table}_no_{verb}"
        refusal = f"SELECT RAISE(ABORT, '{table} is append-only: no {verb}')"
        unless = f"\n  WHERE NOT ({erasable})" if erasable and verb == "delete" else ""
        yield name, f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} BEGIN\n  {refusal}{unless};\nEND"
    checks = "".join(
        f"  SELECT RAISE(ABORT, '{table} is append-only: {words}') WHERE {rule};\n" for words, rule in rules
    )
    name = f"{table}_insert"
    yield name, f"CREATE TRIGGER {name} BEFORE INSERT ON {table} BEGIN\n{checks}END"
