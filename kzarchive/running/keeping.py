"""Keeping: which snapshot of a projection a run goes on from, and where its own is written."""

from typing import Any, Final

import attrs

from kzarchive.errors import UsageError
from kzarchive.log.protocol import EventLog
from kzarchive.projections.checking import by_measure
from kzarchive.running.serialising import dumped, loaded
from kzarchive.running.snapshots import Key, SetAside, Snapshot, redacted_in
from kzarchive.running.store import Generation, SnapshotStore

KEEP_EVERY: Final = 100_000
"""Of how many positions one snapshot stays when later ones are written, for questions about earlier positions."""


@attrs.frozen(kw_only=True)
class Base:
    """What a run goes on from.

    Attributes:
        position: The last position that is in ``accumulator``; 0 = nothing, and it is None.
        accumulator: The accumulator, of which nothing else has a part.
        generation: Where the next snapshot is written; None = in one that is yet to be begun.
        redacted: How many of the events in it were redacted when they were read.
        newest: The position of the newest snapshot there; 0 = none.
        afresh: Whether a generation that is being built has a fault and is to be begun again.
        set_aside: Snapshots that were not used, with why.
    """

    position: int = 0
    accumulator: Any = None
    redacted: int = 0
    generation: Generation | None = None
    newest: int = 0
    afresh: bool = False
    set_aside: tuple[SetAside, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether it is what readers read."""
        return self.generation is not None and self.generation.live


class Keeper:
    """The snapshots of one projection over one log."""

    def __init__(self, store: SnapshotStore, projection: Any, log: EventLog, *, keep_every: int = KEEP_EVERY) -> None:
        """Wraps a store.

        Args:
            store: The store.
            projection: The projection, checked.
            log: The log.
            keep_every: Of how many positions one snapshot stays when later ones are written.

        Raises:
            UsageError: ``keep_every`` is not 1 or more.
        """
        if type(keep_every) is not int or keep_every < 1:
            raise UsageError(f"keep_every: expected an int of 1 or more, got {keep_every!r}")
        self._store = store
        self._projection = projection
        self._log = log
        self._every = keep_every
        over = "measures" if by_measure(projection) else projection.over
        self.key = Key(projection.name, projection.version, over, log.root(1))

    def base(self, *, until: int) -> Base:
        """Returns what is gone on from to reach a position: the newest good snapshot up to there, or nothing."""
        live = self._store.live(self.key.projection, self.key.log)
        if live is None:
            return self._built(until)
        if live.key != self.key:
            why = f"it is of version {live.key.version} over {live.key.over}"
            return self._beside(Base(), (SetAside(self._store.newest_position(live), why),), until)
        base = self._newest(live, until)
        if base.newest > self._log.head:
            beyond = SetAside(base.newest, f"the log ends before it, at position {self._log.head}")
            return self._beside(base, (beyond, *base.set_aside), until)
        return self._beside(base, base.set_aside, until) if base.set_aside else base

    def _beside(self, base: Base, aside: tuple[SetAside, ...], until: int) -> Base:
        """Returns what is gone on from where the live generation has a fault: what follows is written beside it."""
        built = self._built(until)
        told = (*aside, *built.set_aside)
        if built.generation is None:
            built = attrs.evolve(base, generation=None, newest=0, afresh=built.afresh)
        return attrs.evolve(built, set_aside=told)

    @property
    def is_overtaken(self) -> bool:
        """Whether a later version of the projection is the one that readers read."""
        live = self._store.live(self.key.projection, self.key.log)
        return live is not None and live.key.version > self.key.version

    @property
    def may_write(self) -> bool:
        """Whether a run may leave a snapshot: not where readers read a later version, nor in a read-only store."""
        return not (self._store.read_only or self.is_overtaken)

    def check_not_overtaken(self) -> None:
        """Checks that no later version of the projection is the one that readers read.

        Raises:
            UsageError: One is: to go back takes a rebuild.
        """
        if self.is_overtaken:
            raise UsageError(
                f"projection {self.key.projection!r}: expected a later version, of which the snapshots are, "
                f"got version {self.key.version}; rebuild it to go back"
            )

    def begun(self, *, afresh: bool, until: int) -> Base:
        """Returns what a rebuild goes on from: nothing, or how far an earlier one has come."""
        generation = self._store.begin(self.key, afresh=afresh)
        base = self._newest(generation, until)
        if base.set_aside:
            return attrs.evolve(self.begun(afresh=True, until=until), set_aside=base.set_aside)
        return base

    def save(self, base: Base, accumulator: Any, position: int, *, redacted: int, final: bool) -> Base | None:
        """Writes a snapshot and returns what the next run goes on from.

        Args:
            base: What was gone on from.
            accumulator: The accumulator now.
            position: The last position that is in it.
            redacted: How many of the events in it were redacted before they were read.
            final: Whether readers are to read it from now on.

        Returns:
            None where another process has written meanwhile; then nothing was written.

        Raises:
            UsageError: The accumulator is not plain JSON data.
        """
        if position < base.newest:  # another process has seen more of the log
            return None
        if position == base.newest and base.is_live:
            return attrs.evolve(base, accumulator=accumulator, position=position)
        generation = base.generation or self._store.begin(self.key, afresh=base.afresh)
        state = b"null" if self.key.over == "measures" else dumped(self._projection, accumulator)
        snapshot = Snapshot(position, self._log.root(position), redacted, state)
        keep = base.newest // self._every != position // self._every
        if position != base.newest and not self._store.advance(generation, snapshot, after=base.newest, keep=keep):
            return None
        switched = self._store.switch(generation) if final and not generation.live else generation
        if switched is None:
            return None
        return Base(
            position=position,
            accumulator=accumulator,
            redacted=redacted,
            generation=switched,
            newest=position,
        )

    def _redacted_since(self, position: int) -> str:
        orders = [order for order in self._log.redactions() if order.position <= position < order.ordered_by]
        told = [f"position {order.position} is redacted by position {order.ordered_by}" for order in orders]
        return ", ".join(told) or "an event in it is redacted"

    def _built(self, until: int) -> Base:
        """Returns how far the generation that is being built has come."""
        generation = self._store.built(self.key)
        if generation is None:
            return Base()
        base = self._newest(generation, until)
        return Base(afresh=True, set_aside=base.set_aside) if base.set_aside else base

    def _newest(self, generation: Generation, until: int) -> Base:
        """Returns the newest good snapshot of a generation up to a position, and those that are no good."""
        aside: list[SetAside] = []
        newest = self._store.newest_position(generation)
        for position, snapshot in self._store.snapshots(generation, until=min(until, self._log.head)):
            if snapshot is None:
                aside.append(SetAside(position, "its checksum does not match"))
            elif position < 1 or snapshot.root != self._log.root(position):
                aside.append(SetAside(position, "the log up to there is another one than it was made from"))
            elif snapshot.redacted != redacted_in(self._log, position):
                aside.append(SetAside(position, self._redacted_since(position)))
            else:
                state = None if self.key.over == "measures" else loaded(self._projection, snapshot.state)
                return Base(
                    position=position,
                    accumulator=state,
                    redacted=snapshot.redacted,
                    generation=generation,
                    newest=newest,
                    set_aside=tuple(aside),
                )
        return Base(generation=generation, newest=newest, set_aside=tuple(aside))
