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

from kzarchive.errors import DataError, Problem
from kzarchive.values.events import CoverageDeclared, Event, Judged, SourceCorrected, SourceRetracted
from kzarchive.wire import codec

Find = Callable[[str], str | None]

TYPES = {
    kind.type: kind
    for kind in codec.CLASSES.values()
    if issubclass(kind, (Judged, SourceCorrected, SourceRetracted, CoverageDeclared))
}
TARGETS = ("document", "utterance", "assertion")


def read(entry: Any, path: str, *, actor: str, assertion: Find, document: Find) -> Event:
    """Returns the event of one entry.

    Args:
        entry: The entry as plain data.
        path: Its path, for messages.
        actor: Who judges.
        assertion: Returns the id of an assertion by its key; None = unknown.
        document: Returns the id of a document by its name; None = unknown.

    Raises:
        DataError: With every fault of the entry.
    """
    if not isinstance(entry, dict) or entry.get("type") not in TYPES:
        got = entry.get("type") if isinstance(entry, dict) else entry
        raise DataError(Problem(path, f"expected a type of {', '.join(sorted(TYPES))}; got {got!r}"))
    data = {key: value for key, value in entry.items() if key != "type"} | {"actor": actor}
    kind = TYPES[entry["type"]]
    problems: list[Problem] = []

    def found(field: str, key: Any, find: Find) -> str:
        identity = find(str(key))
        if identity is None:
            problems.append(Problem(f"{path}.{field}", f"expected something recorded before, got {key!r}"))
        return identity or str(key)

    if kind.type == "date.assessed":
        _target(data, path, problems, {"document": document, "utterance": str, "assertion": assertion}, found)
    for field in ("old", "new", "assertion"):
        if field in data:
            data[field] = found(field, data[field], assertion)
    if isinstance(data.get("assertions"), list):
        keys = enumerate(data["assertions"])
        data["assertions"] = [found(f"assertions[{i}]", key, assertion) for i, key in keys]
    if isinstance(data.get("frame"), str):
        data["frame"] = dict(zip(("measure", "subject", "place"), data["frame"].split("/"), strict=False))
    if problems:
        raise DataError(problems)
    event: Event = codec.structure_text(data, kind, where=path)
    return event


def _target(data: dict[str, Any], path: str, problems: list[Problem], finders: Any, found: Any) -> None:
    given = [target for target in TARGETS if target in data]
    if len(given) != 1:
        problems.append(Problem(path, f"expected one of {', '.join(TARGETS)} as the target, got {given}"))
        return
    (kind,) = given
    data["target"] = found(kind, data.pop(kind), finders[kind])
    data["kind"] = kind
