"""Thinning: of an origin's plain claims about a count, those that a later word of it has replaced (S6), by numbers.

A fact is *plain* when it is known and in scope, may decide an answer, has its numbers in the index, and nothing that
was recorded disputes it; and it alone carries its utterance, or does so beside others of its frame that are plain and
say the same. Only origins all of whose deciding claims are plain are thinned, so that what is set aside here could
replace nothing that is left; the rule is that of :mod:`kzarchive.replay.supersession`, which also tells, when somebody
asks, what replaced what.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Final, NamedTuple

import attrs

from kzarchive.derived.facts import (
    AS_STATED,
    CERTAIN,
    CONTRADICTS,
    NOT_VOTING,
    NUMBERED,
    OPEN_ABOVE,
    Fact,
)
from kzarchive.replay.speech import Speeches
from kzarchive.replay.view import View
from kzarchive.values.bounds import Order

_PLAIN = CERTAIN | NUMBERED
_PLAIN_OR_ODD = _PLAIN | CONTRADICTS
_NOT_DECIDING = NOT_VOTING | OPEN_ABOVE
# Half of what it costs to call the class of a tuple with names.
_new: Final = tuple.__new__


@attrs.frozen
class Thinned:
    """What is left of the facts of a frame.

    Attributes:
        left: The facts that were not replaced, in log order; without those that nobody can know yet.
        involved: The plain facts of each origin of which something was replaced.
        lowered: Whether a figure that stands is lower than one that it replaced.
    """

    left: list[Fact]
    involved: list[Fact]
    lowered: bool

    @property
    def replaced(self) -> bool:
        """Whether anything was replaced."""
        return bool(self.involved)


class _Said(NamedTuple):
    """One utterance with the numbers that decide whether it is replaced; seconds as those of a fact."""

    facts: tuple[Fact, ...]
    stated_earliest: int | None
    stated_latest: int | None
    refers_earliest: int | None
    refers_latest: int | None
    low: int | None
    point: int | None
    high: int | None


def thinned(facts: Sequence[Fact], view: View, speeches: Speeches) -> Thinned:
    """Returns what is left of the facts of a frame of counts."""
    left: list[Fact] = []
    alone: list[Fact] = []
    odd: list[Fact] = []
    together: dict[int, list[Fact]] = {}
    disputed, order_of, takes = view.index.disputed, view.order, view.cut.possible
    for fact in facts:
        order = order_of(fact)
        if order is Order.NOT:
            continue
        marks = fact.marks
        if (order is Order.POSSIBLY and not takes) or not marks & CERTAIN or marks & _NOT_DECIDING:
            left.append(fact)
        elif marks & _PLAIN_OR_ODD != _PLAIN or fact.identity in disputed:
            odd.append(fact)
        elif speeches.is_alone(fact):
            alone.append(fact)
        elif speeches.is_together(fact):
            together.setdefault(fact.utterance or 0, []).append(fact)
        else:
            odd.append(fact)
    plain: dict[str, list[_Said]] = {}
    for fact in alone:
        _place(_said((fact,), fact.stated_earliest, fact.stated_latest), view.index.origin_of(fact), view, plain, left)
    for number, group in together.items():
        origin, stated = speeches.within(number)
        if stated is not None and all(_says_same(fact, group[0]) for fact in group[1:]):
            _place(_said(tuple(group), stated.earliest, stated.latest), origin, view, plain, left)
        else:
            odd += group
    left += odd
    return _settled(left, plain, {speeches.of(fact)[0] for fact in odd})


def _place(said: _Said, origin: str, view: View, plain: dict[str, list[_Said]], left: list[Fact]) -> None:
    if not _is_in_scope(said, view):
        left += said.facts
    elif origin in plain:
        plain[origin].append(said)
    else:
        plain[origin] = [said]


def _says_same(fact: Fact, other: Fact) -> bool:
    # Low, point, high and what they refer to; one of two appearances that were narrowed alike speaks for both.
    return fact[-5:] == other[-5:] and fact.marks & _ALIKE == other.marks & _ALIKE


_ALIKE = _PLAIN | AS_STATED


def _said(facts: tuple[Fact, ...], first: int | None, last: int | None) -> _Said:
    fact = facts[0]
    if fact.marks & AS_STATED:
        return _new(_Said, (facts, first, last, first, last, *fact[-3:]))
    early, late = fact.valid_earliest, fact.valid_latest
    if early is not None:
        early = None if first is None else min(early, first)
    if last is not None:
        late = last if late is None else min(late, last)
    return _new(_Said, (facts, first, last, early, late, *fact[-3:]))


def _is_in_scope(said: _Said, view: View) -> bool:
    valid, last = view.cut.valid, said.refers_latest
    if valid is None or (last is not None and last <= valid):
        return True
    return view.cut.possible and (said.refers_earliest is None or said.refers_earliest <= valid)


def _settled(left: list[Fact], plain: dict[str, list[_Said]], mixed: set[str]) -> Thinned:
    involved: list[Fact] = []
    lowered = False
    for origin, all_said in plain.items():
        if len(all_said) == 1 or origin in mixed:
            for said in all_said:
                left += said.facts
            continue
        standing, replaced = _standing(all_said)
        for said in standing:
            left += said.facts
        if replaced:
            for said in all_said:
                involved += said.facts
            lowered = lowered or _is_lowered(standing, replaced)
    left.sort()
    return Thinned(left, involved, lowered)


def _standing(all_said: Sequence[_Said]) -> tuple[list[_Said], list[_Said]]:
    """Returns what of one origin stands, and what a later word has replaced."""
    later = [said for said in all_said if said.stated_earliest is not None]
    later.sort(key=_earliest, reverse=True)
    standing: list[_Said] = []
    replaced: list[_Said] = []
    for said in all_said:
        (replaced if _is_replaced(said, later) else standing).append(said)
    return standing, replaced


_earliest: Final = itemgetter(_Said._fields.index("stated_earliest"))


def _is_replaced(said: _Said, later: Sequence[_Said]) -> bool:
    stated_latest, first = said.stated_latest, said.refers_earliest
    if stated_latest is None:
        return False
    for other in later:
        if other.stated_earliest is None or other.stated_earliest <= stated_latest:
            return False
        last = other.refers_latest
        about_earlier = last is not None and first is not None and last < first
        if not about_earlier and not _is_bare(other, said):
            return True
    return False


def _is_bare(bound: _Said, other: _Said) -> bool:
    """Returns whether ``bound`` says only "at least x" while ``other``, from x upwards, says more."""
    if bound.point is not None or bound.high is not None or bound.low is None or other.low is None:
        return False
    return bound.low <= other.low and (bound.low, None, None) != (other.low, other.point, other.high)


def _is_lowered(standing: Sequence[_Said], replaced: Sequence[_Said]) -> bool:
    highs = [said.high for said in standing if said.high is not None]
    lows = [said.low for said in replaced if said.low is not None]
    if not highs or not lows or min(highs) >= max(lows):
        return False
    return any(
        new.high is not None and old.low is not None and new.high < old.low and _is_replaced(old, [new])
        for new in standing
        for old in replaced
    )
