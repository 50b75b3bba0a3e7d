"""The rows of the table: which variants stand side by side, which figure is compared, and what is to be reached.

This module and those that drive the runs import nothing of the library: a child that is started from a large process
would show that process's memory as its own.
"""

from typing import Final

import attrs


@attrs.frozen(kw_only=True)
class Variant:
    """One way of doing what a row is about.

    Attributes:
        name: Its name within the row.
        run: ``module:function`` below this package; the function takes a task and returns a reading.
        needs: The inputs that must have been prepared.
        peer: The package that must be installed; None = none but the library.
    """

    name: str
    run: str
    needs: tuple[str, ...] = ()
    peer: str | None = None


@attrs.frozen(kw_only=True)
class Goal:
    """What is to be reached.

    Attributes:
        variant: Whose figure it is about.
        figure: Which one.
        over: The variant that it is divided by, in the same round; None = the figure itself.
        growth: Whether it is about the figure at the largest size divided by that at the smallest.
        least: The value must not be below; None = see ``most``.
        most: The value must not be above; None = see ``least``.
        aim: The value that would be better still; None = none was named.
    """

    variant: str
    figure: str
    over: str | None = None
    growth: bool = False
    least: float | None = None
    most: float | None = None
    aim: float | None = None

    def reached(self, value: float) -> bool:
        """Returns whether a value is good enough."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def words(self) -> str:
        """Returns the goal in words."""
        what = f"{self.variant}: {self.figure}"
        if self.over is not None:
            what = f"{self.variant} / {self.over}: {self.figure}"
        if self.growth:
            what += ", growth over all sizes"
        bound = f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"
        return f"{what} {bound}" + ("" if self.aim is None else f" (aim {self.aim:g})")


@attrs.frozen(kw_only=True)
class Row:
    """A row of the table.

    Attributes:
        name: How the command line names it.
        title: What is measured.
        figure: The figure that ratios are made of.
        variants: The ways of doing it; the first one is the base of all ratios.
        goals: What is to be reached.
        columns: Further figures to show.
        agree: Whether all variants that have an answer must have the same one.
        rounds: How often it is run; None = as often as asked.
    """

    name: str
    title: str
    figure: str
    variants: tuple[Variant, ...]
    goals: tuple[Goal, ...] = ()
    columns: tuple[str, ...] = ()
    agree: bool = False
    rounds: int | None = None


INPUTS: Final[dict[str, Variant]] = {
    "raw": Variant(name="raw", run="prepared:raw"),
    "archive": Variant(name="archive", run="prepared:archive"),
    "lines": Variant(name="lines", run="prepared:lines", needs=("archive",)),
    "seek": Variant(name="seek", run="prepared:seek"),
    "parquet": Variant(name="parquet", run="prepared:parquet", needs=("archive",)),
    "eventsourcing": Variant(
        name="eventsourcing", run="peer_eventsourcing:prepare", needs=("raw",), peer="eventsourcing"
    ),
}
"""What variants need, by name; an input comes after those that it needs itself."""

EVENTSOURCING: Final = {"name": "eventsourcing", "peer": "eventsourcing"}
EVENTSOURCE_PY: Final = {"name": "eventsource-py", "peer": "eventsource"}

ROWS: Final[tuple[Row, ...]] = (
    Row(
        name="append",
        title="append in batches of 1,000, synchronous=FULL",
        figure="per_second",
        columns=("per_processor_second",),
        variants=(
            Variant(name="raw", run="appending:raw", needs=("raw",)),
            Variant(name="same-rows", run="appending:same_rows", needs=("archive",)),
            Variant(name="drafts", run="appending:drafts", needs=("archive",)),
            Variant(name="archive", run="appending:archive"),
            Variant(name="import", run="appending:import_lines", needs=("lines",)),
            Variant(**EVENTSOURCING, run="peer_eventsourcing:append", needs=("raw",)),
            Variant(**EVENTSOURCE_PY, run="peer_eventsource_py:append", needs=("raw",)),
        ),
        goals=(
            Goal(variant="archive", over="same-rows", figure="per_second", least=0.5),
            Goal(variant="archive", over="eventsourcing", figure="per_second", least=1.5, aim=3),
            Goal(variant="import", over="archive", figure="per_second", least=0.8),
        ),
    ),
    Row(
        name="single",
        title="append one by one (2,000 events on top of the archive, after one append of 8,000), synchronous=FULL",
        figure="per_second",
        columns=("per_processor_second",),
        variants=(
            Variant(name="raw", run="appending:single_raw", needs=("raw",)),
            Variant(name="archive", run="appending:single_archive", needs=("archive",)),
            Variant(**EVENTSOURCING, run="peer_eventsourcing:single", needs=("raw", "eventsourcing")),
            Variant(**EVENTSOURCE_PY, run="peer_eventsource_py:single", needs=("raw",)),
        ),
        goals=(Goal(variant="archive", over="raw", figure="per_second", least=0.6, aim=0.8),),
    ),
    Row(
        name="headers",
        title="replay of the whole log, a fold that needs no body",
        figure="per_second",
        columns=("per_processor_second",),
        agree=True,
        variants=(
            Variant(name="select", run="replaying:select_bodies", needs=("raw",)),
            Variant(name="select-headers", run="replaying:select_headers", needs=("archive",)),
            Variant(name="fold", run="replaying:headers", needs=("archive",)),
            Variant(name="duckdb", run="peer_duckdb:fold", needs=("parquet",), peer="duckdb"),
            Variant(name="polars", run="peer_polars:fold", needs=("parquet",), peer="polars"),
        ),
        goals=(Goal(variant="fold", over="select", figure="per_second", least=0.6),),
    ),
    Row(
        name="decoded",
        title="replay of the whole log, a fold over decoded events",
        figure="per_second",
        columns=("per_processor_second",),
        agree=True,
        variants=(
            Variant(name="converter", run="replaying:converter", needs=("raw",)),
            Variant(name="converter+validators", run="replaying:converter_with_validators", needs=("raw",)),
            Variant(name="orjson", run="replaying:plain_data", needs=("raw",)),
            Variant(name="replay", run="replaying:replay", needs=("archive",)),
            Variant(name="events", run="replaying:events", needs=("archive",)),
            Variant(**EVENTSOURCING, run="peer_eventsourcing:replay", needs=("eventsourcing",)),
            Variant(
                name="eventsourcing-typed",
                run="peer_eventsourcing:typed_replay",
                needs=("eventsourcing",),
                peer="eventsourcing",
            ),
        ),
        goals=(
            Goal(variant="replay", over="converter", figure="per_second", least=0.8),
            Goal(variant="replay", over="eventsourcing", figure="per_second", least=1.5),
            Goal(variant="replay", over="eventsourcing-typed", figure="per_second", least=1.5),
        ),
    ),
    Row(
        name="frame",
        title="one frame as of a random date (frames drawn by event), default policy",
        figure="p50_ms",
        columns=("p99_ms",),
        variants=(
            Variant(name="seek", run="asking:seek", needs=("raw", "seek")),
            Variant(name="frame", run="asking:frame", needs=("raw", "archive")),
            Variant(name="first-answer", run="asking:first_answer", needs=("raw", "archive")),
        ),
        goals=(
            Goal(variant="frame", figure="p50_ms", most=0.5),
            Goal(variant="frame", figure="p99_ms", most=5),
            Goal(variant="frame", figure="p50_ms", most=1.5, growth=True),
        ),
    ),
    Row(
        name="state",
        title="opening a state as of a random date",
        figure="p50_ms",
        columns=("p99_ms",),
        variants=(
            Variant(name="seek", run="asking:seek", needs=("raw", "seek")),
            Variant(name="state", run="asking:state", needs=("raw", "archive")),
        ),
        goals=(Goal(variant="state", figure="p50_ms", most=5),),
    ),
    Row(
        name="resolve",
        title="all frames of a state as of the middle of the two years, against a fold over all events, decoded, "
        "and against a full replay that ends in the same answers",
        figure="seconds",
        agree=True,
        variants=(
            Variant(name="replay", run="replaying:replay_without_answer", needs=("archive",)),
            Variant(name="full-replay", run="asking:full_replay", needs=("archive",)),
            Variant(name="resolve", run="asking:resolve", needs=("archive",)),
        ),
        goals=(
            Goal(variant="resolve", over="replay", figure="seconds", most=1 / 3, aim=0.1),
            Goal(variant="resolve", over="full-replay", figure="seconds", most=1 / 3, aim=0.1),
        ),
    ),
    Row(
        name="memory",
        title="peak memory of a full replay",
        figure="peak_mb",
        columns=("grown_bytes_an_event",),
        variants=(
            Variant(name="scan", run="holding:scan", needs=("raw",)),
            Variant(name="headers", run="holding:headers", needs=("archive",)),
            Variant(name="bounded", run="holding:bounded", needs=("archive",)),
            Variant(name="gathering", run="holding:gathering", needs=("raw", "archive")),
        ),
        goals=(
            Goal(variant="bounded", figure="peak_mb", most=150),
            Goal(variant="bounded", figure="peak_mb", most=1.2, growth=True),
            Goal(variant="gathering", figure="grown_bytes_an_event", most=400),
        ),
    ),
    Row(
        name="news",
        title="the answer for a frame again after new events by another connection",
        figure="seconds",
        variants=(
            Variant(name="read-1000", run="asking:news_read", needs=("raw", "archive")),
            Variant(name="after-1000", run="asking:news", needs=("raw", "archive")),
            Variant(name="after-4000", run="asking:more_news", needs=("raw", "archive")),
        ),
        goals=(Goal(variant="after-1000", figure="seconds", most=1.5, growth=True),),
    ),
    Row(
        name="space",
        title="bytes on disk an event",
        figure="bytes_an_event",
        rounds=1,
        variants=(
            Variant(name="raw", run="holding:raw_bytes", needs=("raw",)),
            Variant(name="log", run="holding:log_bytes", needs=("archive",)),
            Variant(name="all", run="holding:all_bytes", needs=("raw", "archive")),
            Variant(**EVENTSOURCING, run="peer_eventsourcing:stored", needs=("eventsourcing",)),
        ),
        goals=(Goal(variant="all", over="raw", figure="bytes_an_event", most=1.6),),
    ),
)
"""The table."""
