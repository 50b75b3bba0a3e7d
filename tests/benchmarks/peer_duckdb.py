"""The peer DuckDB: the fold that needs no body, as a scan of a Parquet file of positions and frames."""

import duckdb

from .readings import Reading, Stopwatch, Task
from .replaying import frames_answer

QUERY = "SELECT frame, count(*), max(position) FROM read_parquet(?) WHERE frame IS NOT NULL GROUP BY frame"


def fold(task: Task) -> Reading:
    """The fold, its result a dictionary of Python."""
    watch, file = Stopwatch(), str(task.prepared / "parquet" / "headers.parquet")
    with watch, duckdb.connect() as connection:
        frames = {frame: (number, last) for frame, number, last in connection.execute(QUERY, [file]).fetchall()}
    return watch.rate(task.events, frames_answer(frames))
