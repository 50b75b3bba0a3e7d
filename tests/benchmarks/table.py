"""The table as text for a terminal and as plain data for a file."""

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any

import attrs

from .ratios import Line, Run, Verdict, disagreeing, growth_verdicts, lines, verdicts
from .rows import Row

PACKAGES = (
    "kzarchive",
    "attrs",
    "cattrs",
    "orjson",
    "sqlite-utils",
    "eventsourcing",
    "eventsource-py",
    "duckdb",
    "polars",
)


def text(rows: Sequence[Row], runs: Sequence[Run]) -> Iterator[str]:
    """Yields the lines of the table: for each row and size its variants and goals, then the goals over all sizes."""
    for row in rows:
        own = [run for run in runs if run.row == row.name]
        for size in sorted({run.events for run in own}):
            yield from _block(row, size, [run for run in own if run.events == size])
        for verdict in growth_verdicts(row, own):
            yield f"  {_judged(verdict)}"


def _block(row: Row, size: int, runs: Sequence[Run]) -> Iterator[str]:
    yield ""
    yield f"{row.name}: {row.title}; {size:,} events"
    columns = (row.figure, *row.columns)
    heads = [f"{_head(column):>22}" for column in columns]
    yield f"  {'':<22}{''.join(heads)}{'x ' + row.variants[0].name:>14}{'from..to':>24}{'x CPU':>10}{'rounds':>8}"
    yield from (f"  {_line(line, columns)}" for line in lines(row, runs))
    yield from (f"  ANSWERS DIFFER: {words}" for words in disagreeing(row, runs))
    yield from (f"  {_judged(verdict)}" for verdict in verdicts(row, runs))


def _head(figure: str) -> str:
    return figure.replace("per_processor_second", "per CPU second").replace("_", " ")


def _line(line: Line, columns: Sequence[str]) -> str:
    if not line.rounds:
        return f"{line.variant:<22}  {line.failure}"
    figures = "".join(f"{_number(line.medians.get(column)):>22}" for column in columns)
    spread = "" if line.spread is None else f"{_number(line.spread[0])}..{_number(line.spread[1])}"
    failure = "" if line.failure is None else f"  {line.failure}"
    compared = f"{_number(line.ratio):>14}{spread:>24}{_number(line.processor_ratio):>10}"
    return f"{line.variant:<22}{figures}{compared}{line.rounds:>8}{failure}"


def _number(value: float | None) -> str:
    """Returns a number with three significant digits, and whole from 100 on."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _judged(verdict: Verdict) -> str:
    words = {None: "not measured", True: "reached", False: "MISSED"}[verdict.reached]
    return f"goal  {verdict.goal}: {_number(verdict.value)}  {words}"


def machine() -> dict[str, Any]:
    """Returns what the figures depend on besides the code."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "load": list(os.getloadavg()),
        "packages": {name: version for name in PACKAGES if (version := _version(name)) is not None},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def data(rows: Sequence[Row], runs: Sequence[Run]) -> dict[str, Any]:
    """Returns the table and every run as plain JSON data."""
    return {
        "rows": [_row_data(row, [run for run in runs if run.row == row.name]) for row in rows],
        "runs": [attrs.asdict(run) for run in runs],
    }


def _row_data(row: Row, runs: Sequence[Run]) -> dict[str, Any]:
    sizes = {size: [run for run in runs if run.events == size] for size in sorted({run.events for run in runs})}
    return {
        "row": row.name,
        "title": row.title,
        "figure": row.figure,
        "base": row.variants[0].name,
        "sizes": {
            str(size): {
                "variants": [attrs.asdict(line) for line in lines(row, own)],
                "goals": [attrs.asdict(verdict) for verdict in verdicts(row, own)],
                "answers_differ": list(disagreeing(row, own)),
            }
            for size, own in sizes.items()
        },
        "growth": [attrs.asdict(verdict) for verdict in growth_verdicts(row, runs)],
    }
