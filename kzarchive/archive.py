"""The archive: the one door to a log, its replay and its answers. It wires the floors and holds no rule of its own."""

import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kzarchive.basis import Basis
from kzarchive.comparison import Sensitivity, Variation
from kzarchive.derived.index import DerivedIndex
from kzarchive.errors import (
    InvalidEvent,
    Problem,
    UsageError,
)
from kzarchive.integrity import proving
from kzarchive.integrity.bundles import export_bundle
from kzarchive.integrity.checkpoints import Checkpoint, TreeHead
from kzarchive.integrity.proofs import ConsistencyProof, InclusionProof
from kzarchive.integrity.signer import Signer
from kzarchive.log.clock import Clock, FixedClock, SystemClock
from kzarchive.log.copying import new_file
from kzarchive.log.places import absolute
from kzarchive.log.protocol import EventLog, Receipt, StoredEvent
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.logged import LoggedAssertion, LoggedEvent
from kzarchive.opening import check_begun, check_opened, opened_log
from kzarchive.policies.decision import Policy
from kzarchive.policies.others import SHIPPED
from kzarchive.policies.range import RANGE
from kzarchive.projections.contract import ByFold, ByMeasure, Result_co
from kzarchive.reading import Reader
from kzarchive.recording import jsonl
from kzarchive.recording.drafts import Recordable
from kzarchive.recording.redactions import Erased
from kzarchive.replay.axes import DateLike
from kzarchive.replay.gathering import Ledgers
from kzarchive.replay.ledger import Ledger
from kzarchive.replay.redacted import Redacted
from kzarchive.running.appending import BATCH, Appended, append_in_batches
from kzarchive.running.following import Follower
from kzarchive.running.once import run_once
from kzarchive.running.progress import Progress
from kzarchive.running.rebuilding import rebuild
from kzarchive.running.source import Run, Source
from kzarchive.running.store import SnapshotsLike, SnapshotStore, opened_store, store_of
from kzarchive.state import State
from kzarchive.values.conventions import HALF_GRAIN, Convention
from kzarchive.values.conventions import SHIPPED as CONVENTIONS
from kzarchive.values.events import (
    ArchiveOpened,
    CoverageDeclared,
    RedactionReason,
)
from kzarchive.values.frames import IN_ORDER, Frame
from kzarchive.values.sources import Agent, Document
from kzarchive.values.terms import Vocabulary
from kzarchive.wire import codec
from kzarchive.writing import Writer


class Archive:
    """An archive: an append-only log, and the best-known state as of any date.

    Made by :meth:`open` or :meth:`in_memory`; it belongs to one thread and is a context manager.
    """

    def __init__(self, log: EventLog, *, read_only: bool = False, path: Path | None = None) -> None:
        """Wraps a log.

        Args:
            log: The log; an empty one takes ``archive.opened`` as its first event.
            read_only: Whether :meth:`append` is refused.
            path: The file of the log, for other processes to open; None = they cannot.
        """
        self._log = log
        self._path = path or (log.path if isinstance(log, SqliteEventLog) else None)
        self._derived = DerivedIndex(log, self._path, writable=not read_only)
        self._ledgers = Ledgers(log, self._derived)
        self._writer = Writer(log, self._ledgers, self._path, read_only=read_only)
        self._reader = Reader(log, self._ledgers)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        vocabulary: Vocabulary | None = None,
        clock: Clock | None = None,
        name: str | None = None,
        zone: str | None = None,
        read_only: bool = False,
    ) -> Self:
        """Opens the archive in an SQLite file, or creates it there.

        Args:
            path: The file.
            vocabulary: Needed to create; of an existing archive it must be the stored one. None = the stored one.
            clock: Gives the time of recording; None = the machine's clock.
            name: The archive's name, when created; None = the file's name without its ending.
            zone: IANA name of the zone of bare dates, stored when created and shown in every basis; None = ``UTC``
                when created. Of an existing archive it must be the stored one.
            read_only: Whether nothing may be appended; then the file must exist.

        Raises:
            UsageError: The file does not exist and no vocabulary was given, or the archive has another zone.
            NotAnArchive: The file is something else.
            VocabularyMismatch: The archive has another vocabulary.
            UnsafeLog: The file lacks a guard that every archive has.
            StorageError: The file cannot be read or written.
        """
        file, used = absolute(path), clock or SystemClock()
        opened = None
        if vocabulary is not None and not read_only:
            title = name or Path(path).stem
            opened = ArchiveOpened(actor="archive", name=title, zone=zone or "UTC", vocabulary=vocabulary)
        log = opened_log(file, used, read_only=read_only, may_create=opened is not None)
        archive = cls(log, read_only=read_only, path=file)
        try:
            if opened is not None and archive.head == 0:
                archive.append([opened])
            check_begun(archive.head, file)
            check_opened(archive._ledgers, archive.head, vocabulary, zone)
            archive._writer.finish_erasures()
        except BaseException:
            archive.close()
            raise
        return archive

    @classmethod
    def in_memory(
        cls, *, vocabulary: Vocabulary, clock: Clock | None = None, name: str = "in memory", zone: str = "UTC"
    ) -> Self:
        """Returns a new archive in an SQLite database in memory; the arguments are those of :meth:`open`."""
        opened = ArchiveOpened(actor="archive", name=name, zone=zone, vocabulary=vocabulary)
        return cls._created(SqliteEventLog.in_memory(clock=clock or SystemClock()), opened)

    @classmethod
    def from_lines(
        cls,
        path: str | os.PathLike[str],
        lines: Iterable[bytes],
        *,
        name: str = "line",
        clock: Clock | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Makes a new archive file of the JSON Lines that ``kzarchive export`` prints, and opens it.

        Everything is checked as when it is appended. Positions, ids, times of recording and the root come out as they
        were. The file gets its name when all of it is on the disk.

        Args:
            path: A place where there is no file yet.
            lines: The lines with their line feeds, such as a file opened for reading bytes; they are read as they are
                needed.
            name: What messages call the text.
            clock: Gives the time of what is appended later; None = the machine's clock.
            progress: Is called with how many events are there so far, twice, as nobody knows how many there will be.

        Raises:
            InvalidEvent: With every fault of the first thousand lines that have one; there is no new file.
            ConflictingEvent: As ``InvalidEvent``.
            UsageError: There is something at ``path`` already.
            StorageError: The file cannot be written.
        """
        with new_file(path) as partial:
            when = FixedClock(0)
            log = SqliteEventLog.create(partial, clock=when, durable=False)
            with cls(log, path=partial) as made:
                for batch in jsonl.batches(lines, name):
                    when.set(batch[0].recorded)
                    made._writer.append_lines(batch, name)
                    if progress is not None:
                        progress(batch[-1].number, batch[-1].number)
                if made.head == 0:
                    raise InvalidEvent(Problem(name, "expected archive.opened in the first line, got no line"))
                log.finish()
        return cls(SqliteEventLog.open(path, clock=clock or SystemClock()), path=absolute(path))

    @classmethod
    def _created(cls, log: EventLog, opened: ArchiveOpened, path: Path | None = None) -> Self:
        archive = cls(log, path=path)
        archive.append([opened])
        return archive

    # Writing

    def append(
        self, items: Sequence[Recordable], *, actor: str = "archive", expected_position: int | None = None
    ) -> Receipt:
        """Appends documents, agents, assertions and events: all of them or none.

        Args:
            items: Events, or bare documents, agents and assertions, in the order in which they refer to each other.
            actor: Who records the bare ones.
            expected_position: The head that the log must have; None = any.

        Returns:
            The position and identity of each item, and whether it is new; what is already there is not written again.

        Raises:
            UsageError: The archive was opened read-only.
            InvalidEvent: With every fault of every item, such as content that was redacted; nothing was written.
            ConflictingEvent: An item has the identity of a stored one and another content; nothing was written.
            PositionConflict: The head is not ``expected_position``; nothing was written.
            StorageError: The storage did not do its part, or the key of the tombstones is missing; nothing was written.
        """
        return self._writer.append(items, actor=actor, expected_position=expected_position)

    def append_in_batches(
        self,
        items: Iterable[Recordable],
        *,
        actor: str = "archive",
        batch: int = BATCH,
        progress: Progress | None = None,
    ) -> Appended:
        """Appends many items, each batch of them or none; who is interrupted appends the same items again.

        Args:
            items: As for :meth:`append`; may be made while they are appended.
            actor: Who records the bare ones.
            batch: How many items one transaction takes.
            progress: Is called with how many items are appended and how many there are in all, as far as is known.

        Raises:
            UsageError: As :meth:`append`, or ``batch`` is not 1 or more.
            InvalidEvent: With every fault of the first batch that has one; the batches before it are written.
            ConflictingEvent: As ``InvalidEvent``.
            StorageError: The storage did not do its part; the batches before are written.
        """
        append = functools.partial(self.append, actor=actor)
        return append_in_batches(append, items, head=self.head, batch=batch, progress=progress)

    def declare_coverage(self, end: str, *, grounds: str, start: str | None = None, actor: str = "archive") -> Receipt:
        """Declares up to which moment, inclusive, the archive claims to have looked; the last declaration counts.

        Raises:
            DataError: A date is none; nothing was written.
        """
        data = {"actor": actor, "end": end, "grounds": grounds} | ({} if start is None else {"start": start})
        return self.append([codec.structure(data, CoverageDeclared)])

    # Redacting

    def redact(
        self,
        position: int,
        *,
        reason: str | RedactionReason,
        approvers: Sequence[str],
        actor: str = "archive",
    ) -> Erased:
        """Takes the body of an event away for ever: orders it, erases the bytes, and makes the index anew.

        Its place, its hashes and every proof stay. A call that a crash or a reader held up between the order and the
        erasure is finished by the next one, or by the next opening for writing. What stays known all the same is told
        in :mod:`kzarchive.recording.tombstones`.

        Args:
            position: Of the event whose body goes.
            reason: Why: a :class:`RedactionReason` or its text.
            approvers: Slugs of those who approved it, at least two.
            actor: Who records it.

        Raises:
            UsageError: The archive was opened read-only.
            InvalidEvent: With every fault; nothing was written.
            StorageError: The storage did not do its part, or somebody still reads what is to be erased. Where the order
                stands no reader is given the body any more; call it again when they have finished.
        """
        return self._writer.redact(position, reason=reason, approvers=approvers, actor=actor)

    @property
    def erasures(self) -> tuple[str, ...]:
        """What opening the archive did about erasures that an earlier call had not finished, in words; empty = none."""
        return self._writer.erasures

    # Reading

    @property
    def head(self) -> int:
        """The last position of the log."""
        return self._log.head

    def rebuild_index(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Throws away the index that is derived from the log, and makes it anew; the log does not change.

        Args:
            progress: Told how many events are indexed and how many there are, some thousands apart; None = nobody.

        Raises:
            LogError: The log is damaged.
            StorageError: The log cannot be read.
        """
        self._derived.rebuild(progress)

    @property
    def index_remade(self) -> tuple[str, ...]:
        """Why an index of the log that was there was thrown away and made anew, in words; empty = none was."""
        return self._derived.remade

    @property
    def ledger(self) -> Ledger:
        """What the log holds now; not to be changed."""
        return self._ledgers.at(self.head)

    def stored_events(self, *, after: int = 0) -> Iterator[StoredEvent]:
        """Yields the events after a position as the log keeps them, lazily and in order."""
        return self._log.read(after=after)

    def events(self, *, after: int = 0) -> Iterator[LoggedEvent]:
        """Yields the events after a position, lazily and in order."""
        return map(LoggedEvent, self._log.read(after=after))

    def as_of(
        self,
        date: DateLike | None = None,
        *,
        published: DateLike | None = None,
        stated: DateLike | None = None,
        valid: DateLike | None = None,
        retrieved: DateLike | None = None,
        recorded: DateLike | None = None,
        position: int | None = None,
        include: str = "definite",
        policy: str | Policy = RANGE,
        convention: str | Convention = HALF_GRAIN,
        beyond_coverage: bool = False,
    ) -> State:
        """Returns the best-known state.

        Args:
            date: A day, month, year or zoned moment, inclusive: what documents published by then say about that time.
                None = the end of the coverage, unless an axis is named.
            published: Cut on the publication of documents alone.
            stated: Cut on when it was said alone.
            valid: Cut on when it is true of the world alone: hindsight.
            retrieved: Cut on when documents were captured.
            recorded: What this archive would have answered at that moment.
            position: What this archive would have answered when its log ended there; not together with ``recorded``.
            include: ``possible`` takes in what is only possibly known by then.
            policy: Name of a shipped policy, or one of your own.
            convention: Name of a shipped convention, or one of your own.
            beyond_coverage: Whether the date may lie after the end of the coverage.

        Raises:
            BeyondCoverage: A date lies after the declared end of the coverage.
            UsageError: A coordinate is no date or contradicts another one; a policy or convention is not known.
        """
        return self._reader.as_of(
            date,
            published=published,
            stated=stated,
            valid=valid,
            retrieved=retrieved,
            recorded=recorded,
            position=position,
            include=include,
            policy=policy,
            convention=convention,
            beyond_coverage=beyond_coverage,
        )

    def at(
        self, basis: Basis | Mapping[str, Any], *, policy: Policy | None = None, convention: Convention | None = None
    ) -> State:
        """Returns the state of a basis again: the same bytes, however much the log has grown since.

        Once something that it rested on is redacted these bytes can never be given again, and the error says so;
        ``as_of`` with the same axes answers from what is left, and its ``redactions`` tell what is not.

        Args:
            basis: The basis of a state, or the data of its ``to_dict()``.
            policy: The policy itself, where it is one of your own.
            convention: The convention itself, where it is one of your own.

        Raises:
            UsageError: The basis is of another archive, vocabulary or version of the engine, or names another
                policy or convention than the one given, or a position that the log has not reached.
            RedactedSince: Something up to its position was redacted after it.
        """
        return self._reader.at(basis, policy=policy, convention=convention)

    def sensitivity(self, frame: str | Frame, date: DateLike | None = None, **axes: Any) -> Sensitivity:
        """Returns how the answer for a frame moves under each shipped convention and policy, and with what is pending.

        ``date`` and ``axes`` are the arguments of :meth:`as_of`, and so are the errors; :class:`UnknownFrame` besides.
        """
        base = self.as_of(date, **axes)
        variations = [
            *(("convention", name) for name in CONVENTIONS if name != base.basis.convention),
            *(("policy", name) for name in SHIPPED if name != base.basis.policy),
            *([("include", "possible")] if base.basis.axes.include == "definite" else []),
        ]
        rows = [
            Variation(what=f"{part} {value}", answer=self.as_of(date, **{**axes, part: value})[frame])
            for part, value in variations
        ]
        return Sensitivity(base=base[frame], basis=str(base.basis), variations=tuple(rows))

    def replay(
        self, projection: ByMeasure[Result_co] | ByFold[Result_co], as_of: DateLike | None = None, **axes: Any
    ) -> Result_co:
        """Returns the result of a projection; ``as_of`` and ``axes`` are the arguments of :meth:`as_of`.

        Raises:
            UsageError: The projection breaks its contract (:mod:`kzarchive.projections.contract`), or is a fold over
                events or headers, which have no date, and one was given.
            BeyondCoverage: As :meth:`as_of`.
        """
        result: Result_co = self.run(projection, as_of, **axes).result
        return result

    def run(
        self,
        projection: ByMeasure[Result_co] | ByFold[Result_co],
        as_of: DateLike | None = None,
        *,
        workers: int = 1,
        snapshots: SnapshotsLike | None = None,
        progress: Progress | None = None,
        **axes: Any,
    ) -> Run[Result_co]:
        """Returns the result of a projection, as :meth:`replay` does, and what was done for it.

        Args:
            projection: The projection.
            as_of: The date, and in ``axes`` all further arguments of :meth:`as_of`.
            workers: How many processes fold ranges of the log; more than one needs ``merge`` and an archive in a file.
            snapshots: A file of snapshots, or an open store, to go on from and to write to; None = none.
            progress: Is called with the positions done and those in all.
            **axes: See ``as_of``.

        Raises:
            UsageError: As :meth:`replay`; or the projection cannot be run in this way.
            BeyondCoverage: As :meth:`as_of`.
            StorageError: The snapshots cannot be read or written.
        """
        with nullcontext() if snapshots is None else opened_store(snapshots) as store:
            given = {"date": as_of, **axes}
            return run_once(self._source, projection, axes=given, workers=workers, store=store, progress=progress)

    def follow(
        self,
        projection: ByMeasure[Result_co] | ByFold[Result_co],
        *,
        snapshots: SnapshotsLike | None = None,
        **options: Any,
    ) -> Follower[Result_co]:
        """Returns a follower, which keeps a projection up with the log as any process appends to it.

        Args:
            projection: The projection.
            snapshots: The file, or an open store, that keeps its state and position, so that it goes on from there
                after a stop or a crash; None = in memory.
            **options: ``batch``, ``keep_every``, ``poll_seconds`` and ``progress`` of
                :class:`~kzarchive.running.following.Follower`.

        Raises:
            UsageError: The projection breaks its contract, or a later version of it is kept.
            StorageError: The snapshots cannot be read or written.
        """
        own = not isinstance(snapshots, SnapshotStore)
        return Follower(self._source, projection, store_of(snapshots), close_store=own, **options)

    def rebuild(self, projection: ByFold[Result_co], *, snapshots: SnapshotsLike, **options: Any) -> Run[Result_co]:
        """Makes the stored state of a fold anew from the log, beside the old one, and puts it in its place when whole.

        Args:
            projection: The projection.
            snapshots: The file of snapshots, or an open store.
            **options: ``resume``, ``batch``, ``keep_every`` and ``progress`` of
                :func:`~kzarchive.running.rebuilding.rebuild`.

        Raises:
            UsageError: The projection breaks its contract, or has no state of its own.
            StorageError: The snapshots cannot be read or written.
        """
        with opened_store(snapshots) as store:
            return rebuild(self._source, projection, store, **options)

    @property
    def _source(self) -> Source:
        return Source(log=self._log, as_of=self.as_of, path=self._path)

    def frames(self) -> tuple[Frame, ...]:
        """Returns every frame that an assertion is read as of, sorted."""
        return tuple(sorted(self._ledgers.index(self.head).frames, key=IN_ORDER))

    def documents(self) -> tuple[Document, ...]:
        """Returns the documents as registered, in log order."""
        return tuple(placed.what for placed in self._ledgers.at(self.head).documents.values())

    def agents(self) -> tuple[Agent, ...]:
        """Returns the agents with all spellings registered, in log order."""
        return tuple(self._ledgers.at(self.head).agents.values())

    def redactions(self) -> tuple[Redacted, ...]:
        """Returns what says nothing any more because a body was redacted, in log order."""
        return self._ledgers.index(self.head).redactions

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary with its extensions."""
        return self._ledgers.at(self.head).vocabulary

    @property
    def name(self) -> str:
        """The archive's name."""
        opened = self._ledgers.at(self.head).opened
        return opened.name if opened else ""

    def assertions(
        self, *, frame: str | Frame | None = None, origin: str | None = None, document: str | None = None
    ) -> Iterator[LoggedAssertion]:
        """Returns the assertions in log order.

        Args:
            frame: Only those read as of this frame.
            origin: Only those that this agent (or ``document:NAME``) said.
            document: Only those of the document with this short name or id.

        Raises:
            UnknownFrame: The vocabulary lacks the frame.
            UsageError: Nobody of that name, or no such document, is in the archive.
        """
        return self._reader.assertions(frame=frame, origin=origin, document=document)

    def assertion(self, identity: str) -> LoggedAssertion:
        """Returns the assertion of an id, or of the beginning of one, at least 8 digits.

        Raises:
            UsageError: No assertion, or more than one, has that id.
        """
        return self._reader.assertion(identity)

    # Proving

    def root(self, size: int | None = None) -> bytes:
        """Returns the root of the Merkle tree over the first ``size`` events; None = all."""
        return self._log.root(size)

    def tree_head(self, origin: str, size: int | None = None) -> TreeHead:
        """Returns the head of the log for a checkpoint; see :func:`kzarchive.integrity.proving.tree_head`."""
        return proving.tree_head(self._log, origin, size)

    def checkpoint(self, signer: Signer) -> Checkpoint:
        """Returns a signed checkpoint over all events; see :func:`kzarchive.integrity.proving.checkpoint`."""
        return proving.checkpoint(self._log, signer)

    def inclusion_proof(self, position: int, size: int | None = None) -> InclusionProof:
        """Returns the proof that an event is there; see :func:`kzarchive.integrity.proving.inclusion_proof`."""
        return proving.inclusion_proof(self._log, position, size)

    def consistency_proof(self, old: int, new: int | None = None) -> ConsistencyProof:
        """Returns the proof that the log only grew; see :func:`kzarchive.integrity.proving.consistency_proof`."""
        return proving.consistency_proof(self._log, old, new)

    def export_bundle(
        self, path: str | os.PathLike[str], checkpoint: Checkpoint | TreeHead, positions: Sequence[int] | None = None
    ) -> int:
        """Writes events to check elsewhere; see :func:`kzarchive.integrity.bundles.export_bundle`."""
        return export_bundle(self._log, Path(path), checkpoint, positions)

    def position_of(self, identity: str) -> int:
        """Returns the position of the event with an id, 64 hexadecimal digits.

        Raises:
            UsageError: No event has that id.
        """
        position = self._log.find(bytes.fromhex(identity)) if re.fullmatch("[0-9a-f]{64}", identity) else None
        if position is None:
            raise UsageError(f"expected the id of an event, 64 hexadecimal digits, got {identity!r}")
        return position

    def copy_to(self, path: str | os.PathLike[str]) -> None:
        """Writes a consistent copy of the archive as an SQLite file.

        Raises:
            StorageError: There is already a file, or it cannot be written.
            UsageError: The log is not kept in SQLite.
        """
        if not isinstance(self._log, SqliteEventLog):
            raise UsageError(f"expected a log in SQLite to copy, got a {type(self._log).__name__}")
        self._log.copy_to(path)

    def close(self) -> None:
        """Closes the log; the archive cannot be used afterwards."""
        self._derived.close()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Archive {self.name!r}: {self.head} events>"
