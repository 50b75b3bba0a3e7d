"""Rebuilding: the state of a projection made anew from the log alone, beside what readers read meanwhile."""

from typing import Any

import attrs

from kzarchive.errors import UsageError
from kzarchive.projections.checking import by_measure
from kzarchive.running.extending import Extender
from kzarchive.running.following import BATCH
from kzarchive.running.keeping import KEEP_EVERY, Keeper
from kzarchive.running.progress import Progress, part_of
from kzarchive.running.source import Run, Source
from kzarchive.running.store import SnapshotStore


def rebuild(
    source: Source,
    projection: Any,
    store: SnapshotStore,
    *,
    resume: bool = False,
    batch: int = BATCH,
    keep_every: int = KEEP_EVERY,
    progress: Progress | None = None,
) -> Run[Any]:
    """Makes the state of a fold anew and, when it is whole, puts it in the place of the old one in one transaction.

    Args:
        source: What is read.
        projection: The projection; also one of an earlier version than is kept.
        store: The snapshots.
        resume: Whether to go on from where an interrupted rebuild of this version has come; otherwise all begins anew.
        batch: How many positions are applied between two snapshots; assertions are applied in one go.
        keep_every: Of how many positions one snapshot stays when later ones are written.
        progress: Is told how far it is.

    Raises:
        UsageError: The projection breaks its contract, is one by measure, or its state is not plain JSON data.
        StorageError: The snapshots or the log cannot be read or written.
    """
    source.check(projection)
    if by_measure(projection):
        raise UsageError("expected a fold to rebuild; a projection by measure has no state of its own")
    keeper = Keeper(store, projection, source.log, keep_every=keep_every)
    extender = Extender.of(source, projection)
    base = keeper.begun(afresh=not resume, until=source.log.head)
    started, aside = base.position, base.set_aside
    while True:
        head = source.log.head
        view = source.view(projection, head)
        until = head if view is not None else min(head, base.position + batch)
        part = part_of(progress, done=base.position, total=head)
        extended = extender.extend(base, until=until, view=view, progress=part)
        saved = keeper.save(base, extended.accumulator, until, redacted=extended.redacted, final=until == head)
        if saved is None:
            base = keeper.begun(afresh=False, until=source.log.head)
            continue
        base = attrs.evolve(saved, set_aside=())
        if base.is_live:
            return Run(
                result=projection.result(base.accumulator),
                position=base.position,
                started=started,
                set_aside=aside,
                past_changes=extended.past_changes,
            )
