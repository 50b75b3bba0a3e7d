"""Speech: who said what is stated in a frame, and when, each act of speech over all of its appearances (S5).

An utterance that one assertion alone carries, or that only assertions of one frame carry, is read from their facts. Any
other one, and every one that an analyst's judgement or a denial touches, is looked up in the view.
"""

from collections.abc import Iterable

from kzarchive.derived.facts import Fact
from kzarchive.replay.index import one_each
from kzarchive.replay.view import View
from kzarchive.values.bounds import Bounds, bounds_of


class Speeches:
    """The acts of speech of one frame in one view."""

    def __init__(self, view: View, facts: Iterable[Fact]) -> None:
        """Takes the facts of a frame; without them every utterance is looked up.

        Args:
            view: The view.
            facts: All facts of the frame.
        """
        index = view.index
        self._view = view
        self._regrouped = index.regroups
        self._scattered = index.regroups or bool(index.fixes) or index.reassigns
        self._denied = bool(view.denials)
        self._together: dict[int, list[Fact]] = {}
        self._known: dict[int, tuple[str, Bounds | None]] = {}
        for fact in facts:
            if fact.shared == 1 and fact.utterance is not None:
                self._together.setdefault(fact.utterance, []).append(fact)

    def is_alone(self, fact: Fact) -> bool:
        """Returns whether an assertion alone carries its utterance, and nobody denies having said it."""
        return not (fact.shared or self._regrouped or (self._denied and self._is_denied(fact)))

    def is_together(self, fact: Fact) -> bool:
        """Returns whether only assertions of this frame carry its utterance, and nobody denies having said it."""
        return not self._scattered and fact.utterance in self._together and not self._is_denied(fact)

    def _is_denied(self, fact: Fact) -> bool:
        return self._denied and self._view.index.utterance_of(fact) in self._view.denials

    def of(self, fact: Fact) -> tuple[str, Bounds]:
        """Returns the origin of a fact's utterance, and the bounds of the act of speech."""
        if self.is_alone(fact):
            return self._view.index.origin_of(fact), fact.stated
        if fact.utterance is not None and self.is_together(fact):
            origin, common = self.within(fact.utterance)
            narrowed = None if common is None else fact.stated.intersect(common)
            return origin, narrowed or fact.stated
        return self._view.origin(self._view.index.utterance_of(fact)), self._view.stated(fact.id)

    def within(self, number: int) -> tuple[str, Bounds | None]:
        """Returns the origin of an utterance that only assertions of this frame carry, and when it was said.

        That is what the bounds of all its appearances that take part have in common; None = nothing.

        Args:
            number: Of the utterance.
        """
        known = self._known.get(number)
        if known is None:
            appearances = self._together[number]
            taking_part = [other for other in appearances if self._view.counts(other)]
            known = self._known[number] = (self._origin(taking_part or appearances), _common(taking_part))
        return known

    def _origin(self, appearances: list[Fact]) -> str:
        """Returns the farthest agents of the longest chains; of no chain, the publishers."""
        longest = max([fact.links for fact in appearances])
        origins = {self._view.index.origin_of(fact) for fact in appearances if fact.links == longest}
        return origins.pop() if len(origins) == 1 else "+".join(sorted(one_each(origins)))


def _common(appearances: list[Fact]) -> Bounds | None:
    """Returns the bounds that all appearances share; None = they share none."""
    starts = [fact.stated_earliest for fact in appearances if fact.stated_earliest is not None]
    ends = [fact.stated_latest for fact in appearances if fact.stated_latest is not None]
    earliest, latest = max(starts, default=None), min(ends, default=None)
    if earliest is not None and latest is not None and earliest > latest:
        return None
    return bounds_of(earliest, latest)
