"""The state of an archive at a basis: an immutable value that answers for frames and carries what it depends on."""

import functools
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from kzarchive.basis import Basis, DocumentsAt
from kzarchive.comparison import Change, essence
from kzarchive.errors import InvalidEvent, UnknownFrame, UsageError, near
from kzarchive.explanation import Explanation
from kzarchive.policies.answer import BestKnown
from kzarchive.policies.resolution import Resolver
from kzarchive.projections.checking import check_projection
from kzarchive.projections.contract import (
    ByFold,
    ByMeasure,
    Result_co,
    frames_of,
    with_parts,
)
from kzarchive.projections.counts import Arrests, Counts, Toll
from kzarchive.projections.deployment import Deployment, TroopDeployment
from kzarchive.projections.folding import run_fold
from kzarchive.projections.visible import visible_assertions
from kzarchive.replay.index import LedgerIndex
from kzarchive.replay.redacted import Redacted
from kzarchive.replay.view import View
from kzarchive.report import state_html, state_text
from kzarchive.values.bounds import Order
from kzarchive.values.canonical import canonical
from kzarchive.values.frames import IN_ORDER, Frame, frame_of
from kzarchive.values.terms import Vocabulary


class State:
    """The best-known state of an archive at a basis.

    ``state["killed/all/KZ"]`` answers for one frame; ``toll``, ``arrests`` and ``troops`` are shipped projections.
    Answers are made when they are asked for.

    Attributes:
        basis: Everything that the answers depend on.
    """

    def __init__(self, resolver: Resolver, basis: Basis) -> None:
        self._resolver = resolver
        self.basis = basis

    def __getitem__(self, frame: str | Frame) -> BestKnown:
        """Returns the answer for a frame; ``no_data`` where the vocabulary has it and nothing is visible.

        Raises:
            UnknownFrame: The vocabulary lacks the measure, the subject or the place; the message names near ones.
            RedactedSince: What it rests on was redacted after the state was made, by this process or another one.
        """
        known = self._frame(frame)
        return self._resolver.answer(known).explained_by(lambda: self.explain(known))

    def __contains__(self, frame: object) -> bool:
        """Returns whether the archive holds an assertion of a frame at the basis's position."""
        try:
            return self._resolver.view.index.has_frame(Frame.parse(str(frame)))
        except InvalidEvent:
            return False

    def __len__(self) -> int:
        """Returns how many frames the archive holds an assertion of at the basis's position."""
        return len(self._resolver.view.index.frames)

    def on(self, basis: Basis) -> "State":
        """Returns the same state under another wording of its basis."""
        return State(self._resolver, basis)

    def _frame(self, frame: str | Frame) -> Frame:
        return known_frame(frame, self._resolver.view.index)

    def frames(self) -> tuple[Frame, ...]:
        """Returns every frame that the archive holds an assertion of at the basis's position, sorted."""
        return tuple(sorted(self._resolver.view.index.frames, key=IN_ORDER))

    def inheriting(self, frames: Sequence[Frame]) -> tuple[Frame, ...]:
        """Returns the frames of parts that no assertion is of, and that may take a state from one of ``frames``."""
        return tuple(sorted(with_parts(self._resolver.view, frames) - set(frames)))

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary at the basis's position."""
        return self._resolver.view.ledger.vocabulary

    def __iter__(self) -> Iterator[BestKnown]:
        """Yields the answer of each frame of :meth:`frames`."""
        return map(self._resolver.answer, self._resolver.view.index.read_ahead(self.frames()))

    def replay(self, projection: ByMeasure[Result_co] | ByFold[Result_co]) -> Result_co:
        """Returns the result of a projection by measure, or by fold over assertions, at this basis.

        Raises:
            UsageError: The projection breaks its contract (:mod:`kzarchive.projections.contract`), or is one by fold
                over events or headers, which only the archive has.
        """
        check_projection(projection, self.vocabulary)
        if isinstance(projection, ByMeasure):
            return projection.result(frames_of(self._resolver, projection.measures))
        if projection.over != "assertions":
            raise UsageError(f"expected a fold over 'assertions', got one over {projection.over!r}: ask the archive")
        result: Result_co = run_fold(projection, visible_assertions(self._resolver.view))
        return result

    @property
    def view(self) -> View:
        """The ledger behind this state, as seen at its cut; for whoever runs projections in other ways."""
        return self._resolver.view

    @property
    def redactions(self) -> tuple[Redacted, ...]:
        """What was redacted of the log up to the basis's position, whenever: no answer here rests on it any more."""
        return self._resolver.view.index.redactions

    @functools.cached_property
    def toll(self) -> Counts:
        """Killed, injured and missing, by frame."""
        return self.replay(Toll())

    @functools.cached_property
    def arrests(self) -> Counts:
        """Arrested, by frame."""
        return self.replay(Arrests())

    @functools.cached_property
    def troops(self) -> Deployment:
        """Where each contingent is, and how strong a force was decided on or sent."""
        return self.replay(TroopDeployment())

    @functools.cached_property
    def pending(self) -> tuple[str, ...]:
        """Ids of all assertions that are only possibly known, or possibly in scope, at the date."""
        return tuple(sorted({identity for answer in self for identity in answer.pending}))

    @functools.cached_property
    def documents(self) -> DocumentsAt:
        """The documents visible and pending at the date."""
        view = self._resolver.view
        visible: list[tuple[int, str]] = []
        pending: list[str] = []
        for identity, placed in ({} if view.cut.uncovered else view.ledger.documents).items():
            dated = view.index.dating.document(identity)
            orders = [
                bounds.by(cut)
                for bounds, cut in ((dated.published, view.cut.published), (dated.retrieved, view.cut.retrieved))
                if cut is not None
            ]
            if Order.NOT in orders:
                continue
            if Order.POSSIBLY in orders:
                pending.append(placed.what.name)
            else:
                visible.append((dated.published.latest or 0, placed.what.name))
        newest = max(visible, default=None)
        age = None if newest is None or view.cut.published is None else (view.cut.published - newest[0]) // 86_400
        return DocumentsAt(
            visible=tuple(sorted(name for _, name in visible)),
            pending=tuple(sorted(pending)),
            newest=None if newest is None else newest[1],
            age_days=age,
        )

    def explain(self, frame: str | Frame) -> Explanation:
        """Returns each assertion of a frame with who said it, where, when, and what it does for the answer.

        Raises:
            UnknownFrame: As ``state[frame]``.
        """
        return Explanation.of(self._resolver, self._frame(frame), str(self.basis))

    def diff(self, other: "State") -> tuple[Change, ...]:
        """Returns the frames whose answer differs in ``other``, sorted; reasons alone make no difference."""
        frames = sorted({*self.frames(), *other.frames()}, key=IN_ORDER)
        pairs = ((frame, self[frame], other[frame]) for frame in frames)
        return tuple(
            Change(frame=frame, before=before, after=after)
            for frame, before, after in pairs
            if essence(before) != essence(after)
        )

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON data: basis, frames, troops and documents, and what was redacted where something was."""
        has_troops = all(self.vocabulary.measure(slug) is not None for slug in TroopDeployment().measures)
        return {
            "basis": self.basis.to_dict(),
            "frames": [answer.to_dict() for answer in self],
            "troops": self.troops.to_dict() if has_troops else [],
            "documents": attrs.asdict(self.documents),
            **({"redactions": [each.to_dict() for each in self.redactions]} if self.redactions else {}),
        }

    def to_json(self) -> str:
        """Returns the canonical JSON text of :meth:`to_dict`: the same basis gives the same bytes."""
        return canonical(self.to_dict()).decode("utf-8")

    def digest(self) -> str:
        """Returns the sha256 of :meth:`to_json`, hexadecimal."""
        return hashlib.sha256(self.to_json().encode("utf-8")).hexdigest()

    def __str__(self) -> str:
        return state_text(self)

    def _repr_html_(self) -> str:
        return state_html(self)

    def __repr__(self) -> str:
        return f"<State of {self.basis.archive!r}: {self.basis}>"


def known_frame(frame: str | Frame, index: LedgerIndex) -> Frame:
    """Returns a frame of the vocabulary.

    Raises:
        UnknownFrame: The vocabulary lacks the measure, the subject or the place; the message names near ones.
    """
    vocabulary = index.ledger.vocabulary
    parts = str(frame).split("/")
    if len(parts) != 3:
        hint = near(str(frame), map(str, index.frames))
        raise UnknownFrame(f"expected measure/subject/place, got {str(frame)!r}{hint}")
    measure, subject, place = parts
    problems = []
    if vocabulary.measure(measure) is None:
        problems.append(f"measure {measure!r}{near(measure, (m.slug for m in vocabulary.measures))}")
    if not vocabulary.has_subject(subject):
        problems.append(f"subject {subject!r}{near(subject, (s.slug for s in vocabulary.subjects))}")
    if not vocabulary.has_place(place):
        problems.append(f"place {place!r}{near(place, (p.slug for p in vocabulary.places))}")
    if problems:
        raise UnknownFrame(f"expected a frame of the vocabulary, got the {', the '.join(problems)}")
    return frame_of(measure, subject, place)
