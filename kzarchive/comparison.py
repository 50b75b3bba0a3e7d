"""Comparisons of answers: what changed between two states, and how an answer moves under another reading."""

from typing import Any

import attrs

from kzarchive.policies.answer import BestKnown
from kzarchive.values.frames import Frame


@attrs.frozen(kw_only=True)
class Change:
    """A frame whose answer differs between two states.

    Attributes:
        frame: The frame.
        before: Its answer in the first state.
        after: Its answer in the second.
    """

    frame: Frame
    before: BestKnown
    after: BestKnown

    def __str__(self) -> str:
        return f"{self.frame}: {self.before.words()} -> {self.after.words()}"


@attrs.frozen(kw_only=True)
class Variation:
    """The answer under another convention or policy, or with what is pending.

    Attributes:
        what: What is different, such as ``convention acled/1``.
        answer: The answer then.
    """

    what: str
    answer: BestKnown


@attrs.frozen(kw_only=True)
class Sensitivity:
    """How an answer moves.

    Attributes:
        base: The answer as asked.
        basis: What it depends on, in words.
        variations: The answer under each variation.
    """

    base: BestKnown
    basis: str
    variations: tuple[Variation, ...]

    @property
    def moved(self) -> tuple[Variation, ...]:
        """The variations under which the answer is another one."""
        return tuple(row for row in self.variations if essence(row.answer) != essence(self.base))

    def __str__(self) -> str:
        lines = [f"{self.base.frame}: {self.base.words()}", f"as of {self.basis}"]
        for row in self.variations:
            moved = row.answer.words() if row in self.moved else "the same"
            lines.append(f"  {row.what}: {moved}")
        return "\n".join(lines)


def essence(answer: BestKnown) -> tuple[Any, ...]:
    """Returns what makes two answers the same to a reader; reasons alone make no difference."""
    figures = (answer.status, answer.low, answer.best, answer.high, answer.open_above, answer.unit)
    units = tuple(essence(each) for each in answer.by_unit)
    periods = tuple((each.period, essence(each)) for each in answer.by_period)
    states = (answer.state, answer.inferred, answer.states, answer.milestones)
    return (*figures, answer.soft, *states, answer.sayings, units, periods)
