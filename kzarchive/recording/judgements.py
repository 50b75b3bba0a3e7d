"""Judgements in sheets: the events of analysts, with keys of assertions and names of documents instead of ids.

========================  =================================================================================
type                      fields beside ``grounds``
========================  =================================================================================
``date.assessed``         ``document`` (name), ``utterance`` (slug) or ``assertion`` (key); ``axis``, ``date``
``frame.reassigned``      ``assertions`` (keys), ``frame``
``identity.judged``       ``of`` (agent, utterance), ``left``, ``right``, ``judgement``
``dependence.declared``   ``assertions`` (keys)
``transcription.fixed``   ``old``, ``new`` (keys)
``reliability.assessed``  ``assessor``, ``agent``, ``reliability``, ``assertion`` (key), ``credibility``
``judgement.withdrawn``   ``target`` (id of the event)
``source.corrected``      ``by``, ``old``, ``new`` (keys), ``notice``
``source.retracted``      ``by``, ``utterance``, ``notice``
``coverage.declared``     ``start``, ``end``
========================  =================================================================================
"""

from collections.abc import Callable
from typing import Any

import attrs

from kzarchive.errors import DataError, Problem
from kzarchive.recording.forms import read_frame
from kzarchive.values.canonical import shown
from kzarchive.values.events import CoverageDeclared, DateAssessed, Event, Judged, SourceCorrected, SourceRetracted
from kzarchive.wire import codec

Find = Callable[[str], str | None]

TYPES = {
    kind.type: kind
    for kind in codec.CLASSES.values()
    if issubclass(kind, (Judged, SourceCorrected, SourceRetracted, CoverageDeclared))
}


def read(entry: Any, path: str, *, actor: str, assertion: Find, document: Find) -> Event:
    """Returns the event of one entry.

    Args:
        entry: The entry as plain data.
        path: Its path, for messages.
        actor: Who judges.
        assertion: Returns the id of an assertion by its key; None = unknown.
        document: Returns the id of a document by its name; None = unknown.

    Raises:
        DataError: With every fault of the references of the entry, or else of its fields.
    """
    name = entry.get("type") if isinstance(entry, dict) else entry
    if not isinstance(entry, dict) or not isinstance(name, str) or name not in TYPES:
        raise DataError(Problem(path, f"expected a type of {', '.join(sorted(TYPES))}; got {shown(name)}"))
    kind = TYPES[name]
    made = {"actor"} | ({"kind", "target"} if kind is DateAssessed else set())
    problems = [Problem(f"{path}.{field}", "expected no such field here") for field in entry if field in made]
    data = {field: value for field, value in entry.items() if field not in made | {"type"}}
    references = _References(path, problems, {"document": document, "utterance": str, "assertion": assertion})
    references.replace(data, date=kind is DateAssessed)
    if problems:
        raise DataError(problems)
    return codec.structure_text(data | {"actor": actor}, kind, where=path)


@attrs.frozen
class _References:
    """Replaces the keys and names of an entry by ids, and gathers those that name nothing."""

    path: str
    problems: list[Problem]
    finders: dict[str, Find]

    def replace(self, data: dict[str, Any], *, date: bool) -> None:
        if date:
            self._target(data)
        for field in ("old", "new", "assertion"):
            if field in data:
                data[field] = self._found(field, data[field], "assertion")
        if isinstance(data.get("assertions"), list):
            keys = enumerate(data["assertions"])
            data["assertions"] = [self._found(f"assertions[{i}]", key, "assertion") for i, key in keys]
        if "frame" in data:
            try:
                data["frame"] = read_frame(data["frame"], f"{self.path}.frame")
            except DataError as error:
                self.problems.extend(error.problems)

    def _target(self, data: dict[str, Any]) -> None:
        given = [kind for kind in self.finders if kind in data]
        if len(given) != 1:
            got = ", ".join(given) or "none"
            self.problems.append(Problem(self.path, f"expected one of {', '.join(self.finders)}, got {got}"))
            return
        (kind,) = given
        data["target"] = self._found(kind, data.pop(kind), kind)
        data["kind"] = kind

    def _found(self, field: str, key: Any, kind: str) -> str | None:
        identity = self.finders[kind](key) if isinstance(key, str) else None
        if identity is None:
            message = f"expected the {'key' if kind == 'assertion' else 'name'} of a recorded {kind}, got {shown(key)}"
            self.problems.append(Problem(f"{self.path}.{field}", message))
        return identity
