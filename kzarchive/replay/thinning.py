"""Thinning: of an origin's plain claims about a count, those that a later word of it has replaced (S6), by numbers.

A fact is *plain* when it is known and in scope, may decide an answer, has its numbers in the index, alone carries its
utterance, and nothing that was recorded disputes it. Only origins all of whose deciding claims are plain are thinned,
so that what is set aside here could replace nothing that is left; the rule is that of
:mod:`kzarchive.replay.supersession`, which also tells, when somebody asks, what replaced what.
"""

from collections.abc import Sequence

import attrs

from kzarchive.derived.facts import AS_STATED, CERTAIN, CONTRADICTS, NUMBERED, OPEN_ABOVE, Fact
from kzarchive.replay.speech import Speeches
from kzarchive.replay.view import View
from kzarchive.values.bounds import Order

_PLAIN = CERTAIN | NUMBERED


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


def thinned(facts: Sequence[Fact], view: View, speeches: Speeches) -> Thinned:
    """Returns what is left of the facts of a frame of counts."""
    left: list[Fact] = []
    plain: dict[str, list[Fact]] = {}
    mixed: set[str] = set()
    disputed, origin_of, knows, takes = view.index.disputed, view.index.origin_of, view.order, view.cut.possible
    for fact in facts:
        order = knows(fact)
        if order is Order.NOT:
            continue
        if (order is Order.POSSIBLY and not takes) or not fact.votes or fact.marks & OPEN_ABOVE:
            left.append(fact)
        elif (
            fact.marks & _PLAIN == _PLAIN
            and not fact.marks & CONTRADICTS
            and fact.identity not in disputed
            and speeches.is_alone(fact)
        ):
            if _is_in_scope(fact, view):
                plain.setdefault(origin_of(fact), []).append(fact)
            else:
                left.append(fact)
        else:
            left.append(fact)
            mixed.add(speeches.of(fact)[0])
    return _settled(left, plain, mixed)


def _is_in_scope(fact: Fact, view: View) -> bool:
    valid = view.cut.valid
    if valid is None:
        return True
    _, _, first, last = _times(fact)
    if last is not None and last <= valid:
        return True
    return view.cut.possible and (first is None or first <= valid)


def _settled(left: list[Fact], plain: dict[str, list[Fact]], mixed: set[str]) -> Thinned:
    involved: list[Fact] = []
    lowered = False
    for origin, facts in plain.items():
        if origin in mixed or len(facts) == 1:
            left += facts
            continue
        standing, replaced = _standing(facts)
        left += standing
        if replaced:
            involved += facts
            lowered = lowered or _is_lowered(standing, replaced)
    left.sort()
    return Thinned(left, involved, lowered)


_Times = tuple[int | None, int | None, int | None, int | None]


def _times(fact: Fact) -> _Times:
    """Returns first and last second of the statement, and of the time that it refers to."""
    first, last = fact.stated_earliest, fact.stated_latest
    if fact.marks & AS_STATED:
        return first, last, first, last
    early, late = fact.valid_earliest, fact.valid_latest
    if early is not None:
        early = None if first is None else min(early, first)
    if last is not None:
        late = last if late is None else min(late, last)
    return first, last, early, late


def _standing(facts: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Returns which facts of one origin stand, and which a later one has replaced."""
    timed = [(fact, _times(fact)) for fact in facts]
    later = [entry for entry in timed if entry[1][0] is not None]
    later.sort(key=lambda entry: entry[1][0] or 0, reverse=True)
    standing: list[Fact] = []
    replaced: list[Fact] = []
    for fact, times in timed:
        (replaced if _is_replaced(fact, times, later) else standing).append(fact)
    return standing, replaced


def _is_replaced(fact: Fact, times: _Times, later: Sequence[tuple[Fact, _Times]]) -> bool:
    _, said, refers, _ = times
    if said is None:
        return False
    for other, (first, _, _, last) in later:
        if first is None or first <= said:
            return False
        about_earlier = last is not None and refers is not None and last < refers
        if not about_earlier and not _is_bare(other, fact):
            return True
    return False


def _is_bare(bound: Fact, other: Fact) -> bool:
    """Returns whether ``bound`` says only "at least x" while ``other``, from x upwards, says more."""
    if bound.low is None or bound.point is not None or bound.high is not None or other.low is None:
        return False
    return bound.low <= other.low and (bound.low, None, None) != (other.low, other.point, other.high)


def _is_lowered(standing: Sequence[Fact], replaced: Sequence[Fact]) -> bool:
    entries = [(fact, _times(fact)) for fact in standing if fact.high is not None]
    return any(
        old.low is not None and new[0].high < old.low and _is_replaced(old, _times(old), [new])  # type: ignore[operator]
        for new in entries
        for old in replaced
    )
