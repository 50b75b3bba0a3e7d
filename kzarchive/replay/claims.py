"""Claims: what is left of a frame's assertions when rules S0 to S5 have been applied.

A claim is one utterance of one origin, however many documents and chains carry it. It is what policies decide among.
"""

import attrs

from kzarchive.values.bounds import Bounds
from kzarchive.values.content import Value
from kzarchive.values.conventions import Interval
from kzarchive.values.dated import DatedAssertion, Spell


@attrs.frozen(kw_only=True)
class Claim:
    """One utterance of one origin about one frame.

    Attributes:
        id: Id of the assertion that speaks for the utterance.
        origin: Slug of the agent, or ``document:NAME``, or ``unattributed:UTTERANCE``.
        value: The value as stated.
        interval: The bounds of a quantity, an amount or a moment under the convention; None for other values.
        stated: Bounds of the act of speech.
        reference: When a count, level or price refers to.
        spell: From when to when a state is claimed.
        dated: The assertion that speaks, with its dates.
        agreeing: Ids of the other appearances of the utterance that say the same.
        varying: Ids of the appearances that say something else.
        floor: Whether it counts only as ``[low, open)``, because a later figure stands.
    """

    id: str
    origin: str
    value: Value
    interval: Interval | None
    stated: Bounds
    reference: Bounds
    spell: Spell
    dated: DatedAssertion
    agreeing: tuple[str, ...] = ()
    varying: tuple[str, ...] = ()
    floor: bool = False

    @property
    def appearances(self) -> tuple[str, ...]:
        """Ids of every assertion that carries the utterance here, the one that speaks first."""
        return (self.id, *self.agreeing, *self.varying)

    @property
    def bounds(self) -> Interval:
        """The interval that takes part in the answer: of a floor, open above and without its point."""
        if self.interval is None:
            return Interval(None, None, None)
        return Interval(self.interval.low, None, None) if self.floor else self.interval
