"""What a variant is given and what it gives back: a task, a stopwatch, a reading."""

import hashlib
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import attrs

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Task:
    """One run of one variant.

    Attributes:
        events: How many events the archive has.
        seed: Of the workload.
        prepared: The folder of the inputs, not to be changed.
        scratch: An empty folder for what the run writes.
    """

    events: int
    seed: int
    prepared: Path
    scratch: Path

    def facts(self) -> dict[str, Any]:
        """Returns what is known of the workload: see :func:`tests.benchmarks.prepared.raw`."""
        facts: dict[str, Any] = json.loads((self.prepared / "raw" / "facts.json").read_bytes())
        return facts


@attrs.frozen(kw_only=True)
class Reading:
    """What one run measured.

    Attributes:
        figures: By name, such as ``per_second`` or ``p50_ms``.
        answer: A digest of what was computed, the same for all variants of a row that compute the same; empty = none.
    """

    figures: dict[str, float]
    answer: str = ""


class Stopwatch:
    """Adds up the wall and the processor time of the blocks that it is held around."""

    def __init__(self) -> None:
        self.wall = 0.0
        self.processor = 0.0

    def __enter__(self) -> Self:
        self._processor = time.process_time()
        self._wall = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wall += time.perf_counter() - self._wall
        self.processor += time.process_time() - self._processor

    def rate(self, count: int, answer: str = "") -> Reading:
        """Returns the reading of ``count`` things done while the watch ran."""
        return Reading(
            figures={
                "count": count,
                "seconds": self.wall,
                "processor_seconds": self.processor,
                "per_second": count / self.wall,
                "per_processor_second": count / max(self.processor, 1e-9),
            },
            answer=answer,
        )


def latencies(ask: Callable[[T], object], questions: Iterable[T]) -> dict[str, float]:
    """Returns the median and the 99th percentile of the time that each question takes, in milliseconds."""
    taken = []
    for question in questions:
        start = time.perf_counter()
        ask(question)
        taken.append((time.perf_counter() - start) * 1_000)
    return {"p50_ms": statistics.median(taken), "p99_ms": percentile(taken, 99), "questions": len(taken)}


def percentile(values: Sequence[float], percent: int) -> float:
    """Returns the smallest of the values that at least ``percent`` per cent of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def peak_mb() -> float:
    """Returns the most memory that this process has held so far, in megabytes of 10**6 bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def digest(answer: object) -> str:
    """Returns a short digest of plain JSON data."""
    return hashlib.sha256(json.dumps(answer, sort_keys=True).encode("utf-8")).hexdigest()[:16]
