"""Judgements that contradict standing ones: identities, fixes, and dates against the log's own clock."""

from collections import deque
from collections.abc import Iterable

from kzarchive.errors import Problem
from kzarchive.replay.ledger import Ledger
from kzarchive.values.events import (
    Axis,
    CoverageDeclared,
    DateAssessed,
    FrameReassigned,
    IdentityJudged,
    Judged,
    Judgement,
    TargetKind,
    TranscriptionFixed,
)
from kzarchive.wire import codec


def contradicted_identity(event: IdentityJudged, known: Ledger) -> list[Problem]:
    """Returns the fault of ``different`` within a component of ``same``, or of ``same`` that joins two that differ.

    The message names the path of judgements that leads from one to the other.
    """
    judged = [placed.what for placed in known.standing(IdentityJudged)]
    if event in judged:
        return []
    standing = [judgement for judgement in judged if judgement.of is event.of]
    same = [(j.left, j.right) for j in standing if j.judgement is Judgement.SAME]
    if event.judgement is Judgement.DIFFERENT:
        path = _path(event.left, event.right, same)
        if path:
            words = " = ".join(path)
            return [Problem("judgement", f"expected no 'different' within what was judged the same: {words}")]
    if event.judgement is Judgement.SAME:
        joined = [*same, (event.left, event.right)]
        for other in standing:
            path = _path(other.left, other.right, joined) if other.judgement is Judgement.DIFFERENT else ()
            if path:
                words = f"{' = '.join(path)}, but {other.left} and {other.right} were judged different"
                return [Problem("judgement", f"expected no 'same' that joins what was judged different: {words}")]
    return []


def _path(start: str, end: str, edges: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Returns the slugs from ``start`` to ``end`` along edges, both included; empty = there is no way."""
    neighbours: dict[str, list[str]] = {}
    for left, right in edges:
        neighbours.setdefault(left, []).append(right)
        neighbours.setdefault(right, []).append(left)
    came_from: dict[str, str] = {start: ""}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if here == end:
            return _walked(came_from, end)
        for there in neighbours.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                queue.append(there)
    return ()


def _walked(came_from: dict[str, str], end: str) -> tuple[str, ...]:
    path = [end]
    while came_from[path[-1]]:
        path.append(came_from[path[-1]])
    return tuple(reversed(path))


def contradicted_fix(event: TranscriptionFixed, known: Ledger) -> list[Problem]:
    """Returns the fault of fixing what is already fixed, or by an assertion that was itself a misreading."""
    problems = []
    for placed in known.standing(TranscriptionFixed):
        fix = placed.what
        if fix == event:
            return []
        if fix.old == event.old:
            message = (
                f"expected an assertion that no fix has replaced, got one that {fix.new[:12]} replaced at position"
            )
            problems.append(Problem("old", f"{message} {placed.position}"))
        if fix.old == event.new:
            message = f"expected an assertion that stands, got one that {fix.new[:12]} replaced at position"
            problems.append(Problem("new", f"{message} {placed.position}"))
    return problems


def made_again(event: Judged | CoverageDeclared, known: Ledger) -> list[Problem]:
    """Returns the fault of making a judgement again that was withdrawn, or that a later one of its target replaced.

    It would be taken for the earlier event and change nothing; with other grounds it is an event of its own.
    """
    if isinstance(event, CoverageDeclared):
        replaced = event in known.coverages and known.coverage != event
    else:
        identity = codec.identity(event)
        replaced = identity in known.judgements and (identity in known.withdrawals or not _is_last(event, known))
    if not replaced:
        return []
    return [Problem("grounds", "expected other grounds, for the same judgement was made before and no longer stands")]


def _is_last(event: Judged, known: Ledger) -> bool:
    later: list[Judged] = []
    if isinstance(event, DateAssessed):
        target = (event.kind, event.target, event.axis)
        found = (placed.what for placed in known.standing(DateAssessed))
        later = [other for other in found if (other.kind, other.target, other.axis) == target]
    elif isinstance(event, FrameReassigned):
        reassigned = (placed.what for placed in known.standing(FrameReassigned))
        later = [other for other in reassigned if set(other.assertions) & set(event.assertions)]
    return not later or later[-1] == event


def contradicted_clock(event: DateAssessed, known: Ledger) -> list[Problem]:
    """Returns the fault of dating a document's publication or capture after the log recorded it."""
    placed = known.documents.get(event.target) if event.kind is TargetKind.DOCUMENT else None
    if placed is None or not placed.recorded or event.axis not in {Axis.PUBLISHED, Axis.RETRIEVED}:
        return []
    earliest = event.date.bounds(placed.what.zone or known.zone).earliest
    if earliest is None or earliest <= placed.recorded // 1_000_000:
        return []
    words = f"expected a date by which the log had recorded the document (position {placed.position}), got {event.date}"
    return [Problem("date", words)]
