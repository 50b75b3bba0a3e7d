"""A run, once: of any projection, at any question, from a snapshot or not, in one process or several."""

from collections.abc import Mapping
from typing import Any

import attrs

from kzarchive.errors import UsageError
from kzarchive.projections.checking import by_measure
from kzarchive.replay.view import View
from kzarchive.running.extending import Extended, Extender, going_on
from kzarchive.running.keeping import Base, Keeper
from kzarchive.running.progress import Progress
from kzarchive.running.snapshots import SetAside, redacted_in
from kzarchive.running.source import Run, Source
from kzarchive.running.store import SnapshotStore

_DATES = ("date", "published", "stated", "valid", "retrieved", "include")


def run_once(
    source: Source,
    projection: Any,
    *,
    axes: Mapping[str, Any],
    workers: int = 1,
    store: SnapshotStore | None = None,
    progress: Progress | None = None,
) -> Run[Any]:
    """Returns the result of a projection and what was done for it.

    Args:
        source: What is read.
        projection: The projection.
        axes: The arguments of ``as_of``, the bare date under ``date``; what is None is not given.
        workers: How many processes fold ranges of the log.
        store: The snapshots to go on from and to write to; None = none.
        progress: Is told how far it is.

    Raises:
        UsageError: The projection breaks its contract, or cannot be run in this way.
        BeyondCoverage: As ``as_of``.
        StorageError: The snapshots or the log cannot be read or written.
    """
    given = {name: value for name, value in axes.items() if value is not None}
    if by_measure(projection):
        return _by_measure(source, projection, given, workers=workers, store=store)
    source.check(projection)
    if workers != 1:
        from kzarchive.running.parallel import check_parallel

        check_parallel(projection, source.path, workers)
    question = _asked(source, projection, given)
    keeper = None if store is None else Keeper(store, projection, source.log)
    base = Base() if keeper is None else _base(keeper, question)
    extended = _extended(source, projection, base, question, workers=workers, progress=progress)
    result = projection.result(extended.accumulator)
    if keeper is not None and question.is_default and keeper.may_write:
        keeper.save(base, extended.accumulator, question.position, redacted=extended.redacted, final=True)
    return Run(
        result=result,
        position=question.position,
        started=extended.started,
        set_aside=base.set_aside,
        past_changes=extended.past_changes,
    )


def _by_measure(
    source: Source, projection: Any, given: dict[str, Any], *, workers: int, store: SnapshotStore | None
) -> Run[Any]:
    if workers != 1 or store is not None:
        way = "in one process" if workers != 1 else "without snapshots: it has no accumulator to store"
        raise UsageError(f"expected a projection by measure to run {way}")
    state = source.as_of(**given)
    return Run(result=state.replay(projection), position=state.basis.axes.position)


@attrs.frozen
class _Question:
    """Where a fold ends, how it sees assertions, and whether that is what is asked without a date."""

    position: int
    view: View | None
    is_default: bool


def _asked(source: Source, projection: Any, given: dict[str, Any]) -> _Question:
    if projection.over == "assertions":
        state = source.as_of(**given)
        position = state.basis.axes.position
        default = state if given.keys() <= {"position"} else source.as_of(position=position)
        return _Question(position, state.view, state.view.cut == default.view.cut)
    dates = [name for name in _DATES if given.get(name, "definite") != "definite"]
    if dates:
        raise UsageError(
            f"expected a position or a moment of recording for a fold over {projection.over}, which have no other "
            f"axis; got {', '.join(dates)}"
        )
    if "recorded" in given:
        return _Question(source.as_of(**given).basis.axes.position, None, is_default=True)
    head = source.log.head
    position = given.get("position", head)
    if type(position) is not int or not 1 <= position <= head:
        raise UsageError(f"position: expected 1 to {head}, got {position!r}")
    return _Question(position, None, is_default=True)


def _base(keeper: Keeper, question: _Question) -> Base:
    """Returns the snapshot to go on from; of assertions only what is asked without a date is kept."""
    base = keeper.base(until=question.position)
    if question.is_default or base.position == 0:
        return base
    return Base(set_aside=(SetAside(base.position, "it is of the question without a date, and another one is asked"),))


def _extended(
    source: Source, projection: Any, base: Base, question: _Question, *, workers: int, progress: Progress | None
) -> Extended:
    extender = Extender.of(source, projection)
    if workers == 1 or source.path is None:
        return extender.extend(base, until=question.position, view=question.view, progress=progress)
    from kzarchive.running.parallel import parallel_fold

    redacted = redacted_in(source.log, question.position)
    after, changes = going_on(source, base, question.view)
    cut = None if question.view is None else question.view.cut
    further = parallel_fold(
        projection, source.path, cut, after=after, until=question.position, workers=workers, progress=progress
    )
    return Extended(projection.merge(base.accumulator, further) if after else further, after, redacted, changes)
