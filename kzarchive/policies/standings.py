"""Standings: the states of the frames of a view (S18): their own, those taken from a whole, and the initial one."""

from collections.abc import Callable, Iterable, Sequence

import attrs

from kzarchive.policies.answer import day_text
from kzarchive.policies.decision import CountOrigins
from kzarchive.policies.held import Held, Standing
from kzarchive.policies.states import before_the_first, inherited, own_state, unsettled
from kzarchive.replay.claims import Claim
from kzarchive.replay.reasons import Rule, Status
from kzarchive.replay.selection import Selected, Selector
from kzarchive.replay.view import View
from kzarchive.values.civil import local_day
from kzarchive.values.dated import BEGINNING
from kzarchive.values.frames import Frame
from kzarchive.values.later import Kept
from kzarchive.values.terms import Measure

KEPT = 2_000
"""How many standings are kept for the next one who asks."""


class Standings:
    """Where things stand in each status-valued frame of a view; computed on demand and kept."""

    def __init__(
        self, view: View, selector: Selector, selected: Callable[[Frame], Selected], origins: CountOrigins
    ) -> None:
        """Wraps a view.

        Args:
            view: The view.
            selector: Makes claims of assertions.
            selected: Returns what a frame offers.
            origins: Counts independent origins.
        """
        self._view = view
        self._selector = selector
        self._selected = selected
        self._origins = origins
        self._known: Kept[Frame, Standing] = Kept(KEPT)

    def of(self, frame: Frame) -> Standing:
        """Returns how a frame stands."""
        found = self._known.get(frame)
        return self._known.put(frame, self._of(frame)) if found is None else found

    def _of(self, frame: Frame) -> Standing:
        selected, valid = self._selected(frame), self._view.cut.valid
        measure = selected.measure
        own = own_state(selected.claims, selected.unknowns, measure, valid, self._origins)
        own = unsettled(own, self._later(frame, measure), measure, self._origins) or own
        named = any(map(self._is_live, self._view.index.ids_in(frame)))
        wholes = self._wholes(frame) if measure.inherits and named else []
        taken = inherited(own, selected.unknowns, [self.of(whole) for whole in wholes])
        if taken is not None:
            return taken
        if own.status is Status.NO_DATA:
            return self._initial((frame, *wholes), measure, own) or own
        return own

    def _initial(self, frames: Sequence[Frame], measure: Measure, own: Standing) -> Standing | None:
        later = [claim for frame in frames for claim in self._later(frame, measure)]
        begun = [claim for frame in frames for claim in (*self._selected(frame).claims, *self._perhaps(frame, measure))]
        initial = before_the_first(later, begun, measure, self._origins)
        return None if initial is None else attrs.evolve(initial, milestones=own.milestones)

    def _perhaps(self, frame: Frame, measure: Measure) -> list[Claim]:
        """Returns the claims of a frame that are known and have only possibly started at the second asked for."""
        return self._deciding_claims(self._selected(frame).pending, measure)

    def _deciding_claims(self, identities: Iterable[str], measure: Measure) -> list[Claim]:
        claims = [self._selector.claim(identity, measure) for identity in identities if self._is_live(identity)]
        return [claim for claim in claims if claim.votes]

    def _is_live(self, identity: str) -> bool:
        return self._view.takes_part(identity) and self._view.dropped(identity) is None

    def _wholes(self, frame: Frame) -> list[Frame]:
        subjects = self._view.ledger.vocabulary.wholes(frame.subject)
        return [Frame(frame.measure, subject, frame.place) for subject in subjects]

    def _later(self, frame: Frame, measure: Measure) -> list[Claim]:
        """Returns the claims of a frame that start definitely after the second asked for."""
        out_of_scope = (entry.assertion for entry in self._selected(frame).why_not if entry.rule is Rule.S0)
        return self._deciding_claims(out_of_scope, measure)


def since(standing: Standing | Held, zone: str) -> str | None:
    """Returns the day or days from which a state holds, or it is not clear; None = nothing bounds them.

    Args:
        standing: The state.
        zone: The zone of the days.
    """
    start, claims = standing.start, standing.begun
    if start is None:
        return None
    if claims and all(claim.dated.valid is None for claim in claims):
        # Nobody gave a start: it held when it was said, and may have begun before.
        said = None if start.latest is None else day_text(local_day(start.latest, zone))
        return None if said is None else f"[..{said}]"
    bounds = [None if bound == BEGINNING else bound for bound in (start.earliest, start.latest)]
    first, last = [None if bound is None else day_text(local_day(bound, zone)) for bound in bounds]
    return first if first == last else f"[{first or ''}..{last or ''}]"


def last_said(standing: Standing, zone: str) -> str | None:
    """Returns the last day by which a claim that carries a state was stated; None = no claim does.

    Args:
        standing: The state.
        zone: The zone of the days.
    """
    carriers = standing.last.carriers if standing.last else standing.carriers
    latest = [claim.stated.latest for claim in carriers if claim.stated.latest is not None]
    return day_text(local_day(max(latest), zone)) if latest else None
