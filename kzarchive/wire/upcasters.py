"""Upcasters: pure steps from one version of an event's body to the next, on plain mappings, before any object exists.

A stored body is never rewritten. When it is read, the steps from its version to the newest are applied in turn;
the chain of each type is checked when the set is built, so a gap is found at start-up and not in the field.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from kzarchive.errors import UsageError

Body = dict[str, Any]
Step = Callable[[Body], Body]


@attrs.frozen
class Upcasters:
    """The steps of all event types.

    Attributes:
        newest: The newest version of each event type, 1 or more.
        steps: For ``(type, version)`` the step from that version to the next one.

    Raises:
        UsageError: A step is missing, or leads beyond the newest version, or belongs to no known type.
    """

    newest: Mapping[str, int]
    steps: Mapping[tuple[str, int], Step] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        wanted = {(kind, version) for kind, newest in self.newest.items() for version in range(1, newest)}
        missing, surplus = sorted(wanted - set(self.steps)), sorted(set(self.steps) - wanted)
        if missing or surplus:
            raise UsageError(f"expected one step from each old version: missing {missing}, not needed {surplus}")

    def knows(self, kind: str, version: int) -> bool:
        """Returns whether bodies of this type and version can be read."""
        return 1 <= version <= self.newest.get(kind, 0)

    def apply(self, kind: str, version: int, body: Body) -> Body:
        """Returns the body in the form of the newest version of its type; the given one is not changed.

        Raises:
            UsageError: The type or the version is not known.
        """
        if not self.knows(kind, version):
            raise UsageError(f"expected a known type and version, got {kind}/{version}")
        for old in range(version, self.newest[kind]):
            body = self.steps[kind, old](dict(body))
        return body
