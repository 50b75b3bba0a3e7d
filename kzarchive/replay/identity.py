"""Identity: who is the same as whom, at a position.

``identity.judged`` events with ``same`` merge agents or utterances into connected components; ``different`` and
``unsure`` merge nothing. Of several standing judgements of a pair the last counts. ``dependence.declared`` joins
origins only for counting how many stand behind an answer.
"""

from collections.abc import Iterable, Mapping

import attrs

from kzarchive.replay.ledger import Ledger
from kzarchive.values.events import DependenceDeclared, IdentityJudged, IdentityOf, Judgement


@attrs.define
class Components:
    """Connected components over slugs; the first member in alphabetical order stands for its component.

    Attributes:
        parents: What a slug was joined to, by the slug.
        groups: The members of each component of two or more, by the slug that stands for it.
    """

    parents: dict[str, str] = attrs.field(factory=dict)
    groups: dict[str, list[str]] = attrs.field(factory=dict)

    def find(self, slug: str) -> str:
        """Returns the slug that stands for the component of ``slug``."""
        while (parent := self.parents.get(slug, slug)) != slug:
            slug = parent
        return slug

    def is_joined(self, slug: str) -> bool:
        """Returns whether ``slug`` is in a component with another one."""
        return slug in self.parents or slug in self.groups

    def members(self, slug: str) -> tuple[str, ...]:
        """Returns every slug of the component of ``slug``, itself among them."""
        return tuple(self.groups.get(self.find(slug), (slug,)))

    def join(self, left: str, right: str) -> None:
        """Makes one component of two."""
        first, second = sorted((self.find(left), self.find(right)))
        if first != second:
            self.parents[second] = first
            self.groups[first] = self.groups.pop(first, [first]) + self.groups.pop(second, [second])


def reachable(start: str, leads: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Returns ``start`` and all that it leads to, over however many steps."""
    found, queue = {start}, [start]
    while queue:
        for following in leads.get(queue.pop(), ()):
            if following not in found:
                found.add(following)
                queue.append(following)
    return frozenset(found)


def judged_same(ledger: Ledger, of: IdentityOf) -> Components:
    """Returns the components that standing ``same`` judgements make of agents or of utterances."""
    components = Components()
    last = {
        frozenset((placed.what.left, placed.what.right)): placed.what.judgement
        for placed in ledger.standing(IdentityJudged)
        if placed.what.of is of
    }
    for (left, right), judgement in last.items():
        if judgement is Judgement.SAME:
            components.join(left, right)
    return components


def dependent(ledger: Ledger) -> tuple[frozenset[str], ...]:
    """Returns the groups of assertions that were declared to rest on one source."""
    return tuple(frozenset(placed.what.assertions) for placed in ledger.standing(DependenceDeclared))


def count_origins(stated_by: Iterable[tuple[str, str]], groups: tuple[frozenset[str], ...]) -> int:
    """Returns how many independent origins stand behind assertions.

    Args:
        stated_by: Pairs of an assertion's id and its origin.
        groups: Groups of assertions that rest on one source.
    """
    pairs = tuple(stated_by)
    if not groups:
        return len({origin for _, origin in pairs})
    components = Components()
    for group in groups:
        origins = [origin for identity, origin in pairs if identity in group]
        for origin in origins[1:]:
            components.join(origins[0], origin)
    return len({components.find(origin) for _, origin in pairs})
