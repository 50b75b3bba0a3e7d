"""Following: what is in a log, then what is appended to it, by whichever process, each event exactly once.

Exactly once means: the state and its position are one row of the snapshots, so that whoever stops, is interrupted or is
killed goes on from where that row stands. What a program does with a result (a message sent, a line printed) is
outside of that, and may be done again after a crash.
"""

import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, Generic, Self

import attrs

from kzarchive.errors import RedactedSince, UsageError
from kzarchive.running.extending import Extended, Extender
from kzarchive.running.keeping import KEEP_EVERY, Base, Keeper
from kzarchive.running.progress import Progress, part_of
from kzarchive.running.snapshots import SetAside, redacted_in
from kzarchive.running.source import Result_co, Run, Source
from kzarchive.running.store import SnapshotStore

BATCH: Final = 1_000
"""How many positions are applied between two snapshots."""


class Follower(Generic[Result_co]):
    """Keeps a projection up with a log; made by ``archive.follow``. Iterating over it waits for new events for ever.

    It belongs to the thread of its archive; only :meth:`stop` may be called from another one or from a signal handler.
    """

    def __init__(
        self,
        source: Source,
        projection: Any,
        store: SnapshotStore,
        *,
        batch: int = BATCH,
        keep_every: int = KEEP_EVERY,
        poll_seconds: float = 1.0,
        progress: Progress | None = None,
        close_store: bool = False,
    ) -> None:
        """Begins to follow; nothing is applied yet.

        Args:
            source: What is read.
            projection: The projection.
            store: Where its state and position are kept.
            batch: How many positions are applied between two snapshots; assertions are always applied up to the end.
            keep_every: Of how many positions one snapshot stays when later ones are written.
            poll_seconds: How long to wait before looking for new events again.
            progress: Is told how far each catching up is.
            close_store: Whether :meth:`close` closes the store.

        Raises:
            UsageError: The projection breaks its contract, or a later version of it is kept.
        """
        if type(batch) is not int or batch < 1:
            raise UsageError(f"batch: expected an int of 1 or more, got {batch!r}")
        if not poll_seconds > 0:
            raise UsageError(f"poll_seconds: expected more than 0, got {poll_seconds!r}")
        source.check(projection)
        self._source = source
        self._projection = projection
        self._store = store
        self._keeper = Keeper(store, projection, source.log, keep_every=keep_every)
        self._keeper.check_not_overtaken()
        self._extender = Extender.of(source, projection)
        self._batch, self._poll = batch, poll_seconds
        self._progress = progress
        self._close_store = close_store
        self._stopped = threading.Event()
        self._base: Base | None = None

    def catch_up(self) -> Run[Result_co]:
        """Applies what the log holds now, and returns the result; readers of the snapshots see it from now on.

        Raises:
            UsageError: The projection breaks its contract, its state is not plain JSON data, or a later version of it
                is kept.
            StorageError: The snapshots or the log cannot be read or written.
        """
        redacted = len(self._source.log.redactions())
        try:
            return self._caught_up()
        except RedactedSince:
            self._base = None
            if len(self._source.log.redactions()) == redacted:
                raise
            return self.catch_up()  # it was redacted while it was read
        except BaseException:
            # An accumulator in which a step stopped midway is no accumulator; the next step goes on from the store.
            self._base = None
            raise

    def _caught_up(self) -> Run[Result_co]:
        first: int | None = None
        aside: tuple[SetAside, ...] = ()
        changes: dict[int, Any] = {}
        while True:
            head = self._source.log.head
            base = self._base or self._loaded(head)
            if base.redacted != redacted_in(self._source.log, base.position):
                self._base = None  # what it holds is to be held no longer
                continue
            first = base.position if first is None else first
            aside += tuple(each for each in base.set_aside if each not in aside)
            if base.position >= head and base.is_live:
                break
            extended, until = self._extended(base, first, head)
            changes |= {change.position: change for change in extended.past_changes}
            self._base = self._keeper.save(
                base, extended.accumulator, until, redacted=extended.redacted, final=until == head
            )
        self._base = attrs.evolve(base, set_aside=())
        return Run(
            result=self._source.result(self._projection, base.accumulator, base.position),
            position=base.position,
            started=0 if changes else first,
            set_aside=aside,
            past_changes=tuple(changes.values()),
        )

    def _loaded(self, head: int) -> Base:
        self._keeper.check_not_overtaken()
        return self._keeper.base(until=head)

    def _extended(self, base: Base, first: int, head: int) -> tuple[Extended, int]:
        view = self._source.view(self._projection, head)
        in_batches = self._keeper.key.over in {"events", "headers"}
        until = min(head, base.position + self._batch) if in_batches else head
        progress = part_of(self._progress, done=base.position - first, total=head - first)
        return self._extender.extend(base, until=until, view=view, progress=progress), until

    def __iter__(self) -> Iterator[Run[Result_co]]:
        """Yields what there is now, then once more whenever new events were applied, until :meth:`stop`."""
        position = None
        while not self._stopped.is_set():
            run = self.catch_up()
            if run.position != position:
                position = run.position
                yield run
            self._stopped.wait(self._poll)

    def stop(self) -> None:
        """Ends the iteration after the step that is under way; what is applied stays applied."""
        self._stopped.set()

    def close(self) -> None:
        """Stops, and closes the snapshots if they were opened for this follower."""
        self.stop()
        if self._close_store:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
