"""The peer polars: the fold that needs no body, as a scan of a Parquet file of positions and frames."""

import polars as pl

from .readings import Reading, Stopwatch, Task
from .replaying import frames_answer


def fold(task: Task) -> Reading:
    """The fold, its result a dictionary of Python."""
    watch, file = Stopwatch(), task.prepared / "parquet" / "headers.parquet"
    with watch:
        table = (
            pl.scan_parquet(file)
            .filter(pl.col("frame").is_not_null())
            .group_by("frame")
            .agg(pl.len().alias("number"), pl.col("position").max().alias("last"))
            .collect()
        )
        frames = {frame: (number, last) for frame, number, last in table.iter_rows()}
    return watch.rate(task.events, frames_answer(frames))
