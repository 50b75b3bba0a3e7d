"""Reading: states as of a date, states of a basis, and the assertions of a log."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from kzarchive.basis import Basis
from kzarchive.errors import RedactedSince, UsageError, near
from kzarchive.log.protocol import EventLog
from kzarchive.logged import LoggedAssertion, logged_assertion
from kzarchive.policies.decision import Policy
from kzarchive.policies.others import chosen_policy
from kzarchive.policies.resolution import Resolver
from kzarchive.replay.axes import Cut, DateLike, axes_of
from kzarchive.replay.gathering import Ledgers
from kzarchive.replay.view import View
from kzarchive.state import State, known_frame
from kzarchive.values.conventions import Convention
from kzarchive.values.conventions import convention as convention_named
from kzarchive.values.frames import Frame
from kzarchive.values.later import kept


class Reader:
    """What reads from one log."""

    def __init__(self, log: EventLog, ledgers: Ledgers) -> None:
        """Wraps a log, with what it holds."""
        self._log = log
        self._ledgers = ledgers

    def as_of(
        self,
        date: DateLike | None = None,
        *,
        recorded: DateLike | None = None,
        position: int | None = None,
        include: str,
        policy: str | Policy,
        convention: str | Convention,
        beyond_coverage: bool,
        **given: DateLike | None,
    ) -> State:
        """Returns the best-known state; see :meth:`kzarchive.archive.Archive.as_of`.

        Args:
            date: The bare date.
            recorded: The moment of an audit.
            position: The position of an audit.
            include: ``definite`` or ``possible``.
            policy: The policy.
            convention: The convention.
            beyond_coverage: Whether the date may lie after the end of the coverage.
            **given: ``published``, ``stated``, ``valid`` and ``retrieved``.
        """
        index_at = kept(self._ledgers.index)
        axes, cut, ledger = axes_of(
            lambda at: index_at(at).ledger,
            self._log.head,
            date=date,
            given=given,
            position=position,
            recorded=recorded,
            position_at=self._log.position_at,
            include=include,
            beyond_coverage=beyond_coverage,
        )
        chosen, reading = chosen_policy(policy), convention_named(convention)
        basis = Basis(
            axes=axes,
            policy=chosen.name,
            convention=reading.name,
            vocabulary=ledger.vocabulary.name,
            archive=ledger.opened.name if ledger.opened else "",
            zone=ledger.zone,
            unknown_events=len(ledger.unknown),
        )
        return State(Resolver(View(index_at(axes.position), cut), chosen, reading), basis)

    def at(
        self, basis: Basis | Mapping[str, Any], *, policy: Policy | None = None, convention: Convention | None = None
    ) -> State:
        """Returns the state of a basis again; see :meth:`kzarchive.archive.Archive.at`."""
        given = basis if isinstance(basis, Basis) else Basis.from_dict(basis)
        for part, own in (("policy", policy), ("convention", convention)):
            if own is not None and own.name != getattr(given, part):
                raise UsageError(f"{part}: expected {getattr(given, part)!r} as in the basis, got {own.name!r}")
        axes = given.axes
        state = self.as_of(
            published=axes.published,
            stated=axes.stated,
            valid=axes.valid,
            retrieved=axes.retrieved,
            position=axes.position,
            include=axes.include,
            policy=policy or given.policy,
            convention=convention or given.convention,
            beyond_coverage=axes.beyond_coverage,
        )
        again = attrs.evolve(state.basis, axes=attrs.evolve(state.basis.axes, recorded=axes.recorded))
        if again != given:
            raise UsageError(f"expected a basis of this archive and engine, got {given}, which is here {again}")
        if since := [each for each in state.redactions if (each.ordered_by or 0) > axes.position]:
            raise RedactedSince(
                f"expected the answer as it was given at position {axes.position}, but since then was redacted: "
                f"{'; '.join(map(str, since))}; as_of(position={axes.position}, ...) answers from what is left"
            )
        return state.on(again)

    def assertions(
        self, *, frame: str | Frame | None, origin: str | None, document: str | None
    ) -> Iterator[LoggedAssertion]:
        """Returns the assertions in log order; see :meth:`kzarchive.archive.Archive.assertions`."""
        index = self._ledgers.index(self._log.head)
        view = View(index, Cut(position=self._log.head))
        wanted = None if frame is None else known_frame(frame, index)
        ids = index.ledger.assertions if wanted is None else index.ids_in(wanted)
        found = [logged_assertion(view, identity) for identity in ids]
        _check_known("origin", origin, {logged.origin for logged in found} | set(index.ledger.agents))
        names = {name for placed in index.ledger.documents.values() for name in (placed.what.name, placed.what.id)}
        _check_known("document", document, names)
        return iter(
            [
                logged
                for logged in found
                if origin in {None, logged.origin} and document in {None, logged.document, logged.assertion.document}
            ]
        )

    def assertion(self, identity: str) -> LoggedAssertion:
        """Returns the assertion of an id or its beginning; see :meth:`kzarchive.archive.Archive.assertion`."""
        index = self._ledgers.index(self._log.head)
        found = [known for known in index.ledger.assertions if known.startswith(identity)] if len(identity) >= 8 else []
        if len(found) != 1:
            hint = near(identity, index.ledger.assertions)
            raise UsageError(f"expected the id of one assertion, got {identity!r}, which {len(found)} have{hint}")
        return logged_assertion(View(index, Cut(position=self._log.head)), found[0])


def _check_known(part: str, word: str | None, known: set[str]) -> None:
    if word is not None and word not in known:
        raise UsageError(f"{part}: expected one that the archive has, got {word!r}{near(word, known)}")
