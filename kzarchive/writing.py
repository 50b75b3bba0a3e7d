"""Writing: how events get into the log of an archive, and how bodies are taken away again.

Whatever is written is checked against what the log holds at its head, encoded once, and appended under the demand that
the head is still there; where another process was faster all of it is done again.
"""

from collections.abc import Sequence
from pathlib import Path

import attrs

from kzarchive.errors import ConflictingEvent, InvalidEvent, PositionConflict, Problem, StorageError, UsageError
from kzarchive.log.neighbours import warn_of_other_libraries
from kzarchive.log.protocol import Draft, EventLog, Receipt
from kzarchive.recording import jsonl
from kzarchive.recording.drafts import Recordable, as_event, drafts, named_documents
from kzarchive.recording.intake import check_batch
from kzarchive.recording.redactions import Erased, erased, left_to_erase, ordered, recorded_again
from kzarchive.recording.tombstones import Tombstones
from kzarchive.replay.gathering import Ledgers
from kzarchive.replay.ledger import Ledger
from kzarchive.values.events import ArchiveOpened, Event, PayloadRedacted, UnknownEvent
from kzarchive.wire import codec


class Writer:
    """What writes to one log.

    Attributes:
        erasures: What :meth:`finish_erasures` did, in words; empty = there was nothing to finish.
    """

    def __init__(self, log: EventLog, ledgers: Ledgers, path: Path | None, *, read_only: bool) -> None:
        """Wraps a log.

        Args:
            log: The log.
            ledgers: What it holds.
            path: Its file, beside which the key of the tombstones is kept; None = it is in memory.
            read_only: Whether everything is refused.
        """
        self._log = log
        self._ledgers = ledgers
        self._tombstones = Tombstones(path)
        self._read_only = read_only
        self.erasures: tuple[str, ...] = ()

    def append(self, items: Sequence[Recordable], *, actor: str, expected_position: int | None = None) -> Receipt:
        """Appends items, all of them or none; see :meth:`kzarchive.archive.Archive.append`."""
        self._check_writable("appended to")
        warn_of_other_libraries()
        events = [as_event(item, actor, index) for index, item in enumerate(items)]
        receipt = self._appended(events, expected_position)
        if any(type(event) is PayloadRedacted for event in events):
            self._erase()
        return receipt

    def _appended(self, events: Sequence[Event | UnknownEvent], expected_position: int | None) -> Receipt:
        encoded = [codec.encoded(event) for event in events]
        where = [f"items[{index}]" for index in range(len(events))]
        while True:
            head = self._log.head
            if expected_position is not None and head != expected_position:
                raise PositionConflict(f"expected the log to end at {expected_position}, it ends at {head}")
            checked = self._checked(events, head, encoded, where)
            try:
                receipt = self._log.append(checked, expected_position=head)
            except PositionConflict:
                if expected_position is not None:
                    raise
            else:
                self._ledgers.appended(events, receipt)
                return receipt

    def append_lines(self, lines: Sequence[jsonl.Line], name: str) -> None:
        """Appends the events of lines of one time of recording to a log that ends before the first of them.

        Args:
            lines: The lines.
            name: What messages call the text.

        Raises:
            InvalidEvent: With every fault, each with its line.
            ConflictingEvent: As ``InvalidEvent``.
        """
        events = [line.event for line in lines]
        where = [f"{name}:{line.number}" for line in lines]
        checked = self._checked(events, self._log.head, [line.encoded for line in lines], where)
        try:
            receipt = self._log.append(checked, expected_position=lines[0].number - 1)
        except ConflictingEvent as error:
            raise ConflictingEvent(jsonl.by_lines(error.problems, where)) from error
        if receipt.already:
            again = [at for at, placed in zip(where, receipt.placed, strict=True) if not placed.new]
            raise InvalidEvent([Problem(at, "expected each event once, got one that stands before") for at in again])
        self._ledgers.appended(events, receipt)

    def _checked(
        self,
        events: Sequence[Event | UnknownEvent],
        head: int,
        encoded: Sequence[codec.Encoded],
        where: Sequence[str],
    ) -> list[Draft]:
        ledger = self._ledgers.newest(head)
        identities = [identity for identity, _ in encoded]
        placed = list(zip(where, events, strict=True))
        problems = check_batch(placed, ledger, [identity.hex() for identity in identities])
        problems += self._recorded_again(placed, ledger, identities)
        if problems:
            raise InvalidEvent(problems)
        zone = next((event.zone for event in events if type(event) is ArchiveOpened), None) or ledger.zone
        documents = named_documents(events, ledger)
        return drafts(events, documents, zone, encoded)

    def _recorded_again(
        self, batch: Sequence[tuple[str, Event | UnknownEvent]], ledger: Ledger, identities: Sequence[bytes]
    ) -> list[Problem]:
        orders = [(placed.position, placed.what) for placed in ledger.redactions.values()]
        by_key = self._tombstones.problems(batch, orders)
        named = {problem.where for problem in by_key}
        by_id = recorded_again(batch, identities, self._log)
        return by_key + [problem for problem in by_id if problem.where not in named]

    def redact(self, position: int, *, reason: str, approvers: Sequence[str], actor: str) -> Erased:
        """Takes the body of an event away for ever; see :meth:`kzarchive.archive.Archive.redact`."""
        self._check_writable("redacted")
        if (ordered_by := left_to_erase(self._log, position)) is not None:
            self._erase()
            return Erased(position=position, ordered_by=ordered_by, resumed=True)
        target, order = ordered(self._log, position, reason=reason, approvers=approvers, actor=actor)
        orders = [placed.what for placed in self._ledgers.newest(self._log.head).redactions.values()]
        stones, key = self._tombstones.of(target, orders)
        whole = attrs.evolve(order, tombstones=stones, tombstone_key=key)
        receipt = self.append([whole], actor=actor)
        return Erased(position=position, ordered_by=receipt.placed[0].position)

    def _erase(self) -> None:
        erased(self._log)
        self._ledgers.index(self._log.head)

    def finish_erasures(self) -> None:
        """Finishes what a call before left to erase, as far as the storage lets it; ``erasures`` tells of it."""
        redactions = () if self._read_only else self._log.redactions()
        if redactions:
            self._ledgers.attach()
        left = [row.position for row in redactions if not row.erased]
        if left:
            words = f"of position {', '.join(map(str, left))}"
            try:
                self._erase()
            except StorageError as error:
                self.erasures = (f"the erasure {words} is still not finished: {error}",)
            else:
                self.erasures = (f"finished the erasure {words}, which an earlier call had begun",)

    def _check_writable(self, done: str) -> None:
        if self._read_only:
            raise UsageError(f"expected an archive that may be {done}, got one opened read-only")
