"""A sheet while it is read, and how the parts of several sheets refer to each other."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

import attrs

from kzarchive.errors import DataError, Problem
from kzarchive.recording.evidence import DocumentText
from kzarchive.recording.lines import Lined
from kzarchive.values.canonical import shown
from kzarchive.values.checks import HEX_ID
from kzarchive.values.events import Event
from kzarchive.values.sources import Document
from kzarchive.wire import codec

# Stand for the id or the slug of something that has a fault of its own, so that what refers to it is no second fault.
NOT_READ = "0" * 64
NOBODY = "nobody"

T = TypeVar("T")


@attrs.define
class OpenSheet:
    """A sheet while it is read: its data, its faults, and what has been made of it.

    Attributes:
        lined: Its data with their lines.
        problems: The faults found so far.
        actor: Who records.
        name: Short name of its document; empty = none.
        document: The document; None = none, or one with a fault.
        text: The text of the document.
        ids: The id of each assertion read so far by its key.
        events: The events made so far, each with its place.
    """

    lined: Lined
    problems: list[Problem] = attrs.field(factory=list)
    actor: str = NOBODY
    name: str = ""
    document: Document | None = None
    text: DocumentText = attrs.field(factory=DocumentText)
    ids: dict[str, str] = attrs.field(factory=dict)
    events: list[tuple[str, Event]] = attrs.field(factory=list)

    @property
    def identity(self) -> str:
        """The id of the document."""
        return self.document.id if self.document else NOT_READ

    def fault(self, path: str, message: str) -> None:
        """Notes a fault."""
        self.problems.append(Problem(self.lined.where(path), message))

    def take(self, error: DataError) -> None:
        """Notes the faults of an error, whose paths are those of the sheet."""
        for problem in error.problems:
            self.fault(problem.where, problem.message)

    def part(self, name: str, kind: type[T]) -> T:
        """Returns a part of the sheet, or an empty one where it is missing or of the wrong kind."""
        value = self.lined.data.get(name)
        if isinstance(value, kind):
            return value
        if name in self.lined.data:
            self.fault(name, f"expected a {'list' if kind is list else 'mapping'}, got {shown(value)}")
        return kind()

    def structured(self, path: str, data: Any, kind: type[T], *, reported: Collection[str] = ()) -> T | None:
        """Returns a thing of the sheet made from plain data; None = it has a fault.

        Args:
            path: Its path.
            data: The data.
            kind: What to make of them.
            reported: Fields whose faults are noted already.
        """
        try:
            return codec.structure_text(data, kind, where=path)
        except DataError as error:
            known = tuple(f"{path}.{field}{mark}" for field in reported for mark in ("", ".", "["))
            for problem in error.problems:
                if problem.where not in known and not problem.where.startswith(known):
                    self.fault(problem.where, problem.message)
            return None

    def add(self, path: str, event: Event) -> None:
        """Adds an event made from the part at ``path``."""
        self.events.append((self.lined.where(path), event))


def resolve(target: str, sheets: Sequence[OpenSheet]) -> str | None:
    """Returns the id that ``document:key`` or 64 hexadecimal digits name; None = nothing that was read so far."""
    if HEX_ID.fullmatch(target):
        return target
    name, _, key = target.partition(":")
    return next((sheet.ids.get(key) for sheet in sheets if sheet.name == name), None)
