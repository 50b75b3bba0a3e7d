"""The arithmetic of the table: ratios within a round, medians over the rounds, growth over the sizes."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from .rows import Goal, Row

PROCESSOR: Final = {"per_second": "per_processor_second", "seconds": "processor_seconds"}
"""The figure of processor time that belongs to one of wall time."""


@attrs.frozen(kw_only=True)
class Run:
    """One run of one variant.

    Attributes:
        row: Name of the row.
        variant: Name of the variant.
        events: Size of the archive.
        round: From 1.
        figures: What was measured; empty where nothing was.
        answer: Digest of what was computed; empty = none.
        failure: Why nothing was measured; None = it was.
    """

    row: str
    variant: str
    events: int
    round: int
    figures: dict[str, float] = attrs.field(factory=dict)
    answer: str = ""
    failure: str | None = None


@attrs.frozen(kw_only=True)
class Line:
    """A variant in the table.

    Attributes:
        variant: Its name.
        medians: Of each figure.
        ratio: Median over the rounds of its figure divided by that of the base in the same round; None = there is none.
        spread: The least and the greatest of those ratios; None = there is none.
        processor_ratio: The same as ``ratio``, of processor time; None = there is none.
        rounds: How many rounds gave a figure.
        failure: Why there are fewer figures than rounds; None = there are not.
    """

    variant: str
    medians: dict[str, float]
    ratio: float | None
    spread: tuple[float, float] | None
    processor_ratio: float | None
    rounds: int
    failure: str | None


@attrs.frozen(kw_only=True)
class Verdict:
    """A goal and what came of it.

    Attributes:
        goal: In words.
        value: What was measured; None = nothing.
        reached: Whether it is good enough; None = nothing was measured.
    """

    goal: str
    value: float | None
    reached: bool | None


def in_rounds(runs: Iterable[Run], variant: str, figure: str) -> dict[int, float]:
    """Returns a figure of a variant by round."""
    return {run.round: run.figures[figure] for run in runs if run.variant == variant and figure in run.figures}


def ratios(own: dict[int, float], base: dict[int, float]) -> list[float]:
    """Returns ``own / base`` of each round that both have."""
    return [own[number] / base[number] for number in sorted(own.keys() & base.keys())]


def lines(row: Row, runs: Sequence[Run]) -> list[Line]:
    """Returns a line for each variant of a row, of runs of one size."""
    return [_line(row, variant.name, runs) for variant in row.variants]


def _line(row: Row, variant: str, runs: Sequence[Run]) -> Line:
    own = [run for run in runs if run.variant == variant]
    figures = sorted({figure for run in own for figure in run.figures})
    base = row.variants[0].name
    found, processor = (
        ratios(in_rounds(own, variant, figure), in_rounds(runs, base, figure))
        for figure in (row.figure, PROCESSOR.get(row.figure, ""))
    )
    return Line(
        variant=variant,
        medians={figure: statistics.median(in_rounds(own, variant, figure).values()) for figure in figures},
        ratio=statistics.median(found) if found else None,
        spread=(min(found), max(found)) if found else None,
        processor_ratio=statistics.median(processor) if processor else None,
        rounds=sum(1 for run in own if run.figures),
        failure=next((run.failure for run in own if run.failure is not None), None),
    )


def verdicts(row: Row, runs: Sequence[Run]) -> list[Verdict]:
    """Returns what came of the goals of a row at one size."""
    return [_verdict(goal, _value(goal, runs)) for goal in row.goals if not goal.growth]


def growth_verdicts(row: Row, runs: Sequence[Run]) -> list[Verdict]:
    """Returns what came of the goals of a row about growth, of runs of all sizes; none where there is one size."""
    if len({run.events for run in runs}) < 2:
        return []
    return [_verdict(goal, _growth(goal, runs)) for goal in row.goals if goal.growth]


def _verdict(goal: Goal, value: float | None) -> Verdict:
    return Verdict(goal=goal.words(), value=value, reached=None if value is None else goal.reached(value))


def _value(goal: Goal, runs: Sequence[Run]) -> float | None:
    own = in_rounds(runs, goal.variant, goal.figure)
    found = list(own.values()) if goal.over is None else ratios(own, in_rounds(runs, goal.over, goal.figure))
    return statistics.median(found) if found else None


def _growth(goal: Goal, runs: Sequence[Run]) -> float | None:
    """Returns the median at the largest size over that at the smallest; None where either was not measured."""
    sizes = sorted({run.events for run in runs})
    smallest, largest = (_value(goal, [run for run in runs if run.events == size]) for size in (sizes[0], sizes[-1]))
    return None if smallest is None or largest is None else largest / smallest


def disagreeing(row: Row, runs: Sequence[Run]) -> tuple[str, ...]:
    """Returns the answers of a row at one size with their variants, where they should be one and are not."""
    answers: dict[str, set[str]] = {}
    for run in runs:
        if run.answer:
            answers.setdefault(run.answer, set()).add(run.variant)
    if not row.agree or len(answers) < 2:
        return ()
    return tuple(f"{answer}: {', '.join(sorted(variants))}" for answer, variants in sorted(answers.items()))
