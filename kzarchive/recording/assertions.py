"""The assertions of a sheet: each after those that it relates to, for its id needs theirs."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from kzarchive.errors import DataError, Problem, near
from kzarchive.recording.evidence import read_anchor, words_stand_in
from kzarchive.recording.forms import read_frame, read_value
from kzarchive.recording.intake import check_frame, check_value
from kzarchive.recording.open_sheet import NOT_READ, OpenSheet, resolve
from kzarchive.values.assertions import Assertion
from kzarchive.values.canonical import shown
from kzarchive.values.content import Money, Value
from kzarchive.values.events import AssertionRecorded
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.terms import Vocabulary
from kzarchive.wire import codec

VALUES = {name: kind for kind, name in codec.VALUE_KINDS.items()}
DEFAULTS = ("modality", "act", "temporality", "voice")


def read_assertions(sheet: OpenSheet, sheets: Sequence[OpenSheet], vocabulary: Vocabulary | None) -> None:
    """Adds the events of the assertions of a sheet, and notes their faults.

    Args:
        sheet: The sheet; its document is read.
        sheets: All sheets of the run; those before this one are read.
        vocabulary: The vocabulary that frames and terms must stand in; None = not checked here.
    """
    entries = sheet.part("assertions", list)
    if entries and "document" not in sheet.lined.data:
        sheet.fault("assertions", "expected a document for the assertions, got none")
    reader = _Reader(sheet, sheets, vocabulary, _defaults(sheet), entries, _indices(sheet, entries))
    for index in targets_first([reader.targets(index) for index in range(len(entries))]):
        reader.read(index)


def _defaults(sheet: OpenSheet) -> dict[str, Any]:
    given = sheet.part("defaults", dict)
    for key in given:
        if key not in DEFAULTS:
            sheet.fault(f"defaults.{key}", f"expected one of {', '.join(DEFAULTS)}, got {key!r}")
    return {key: value for key, value in given.items() if key in DEFAULTS}


def _indices(sheet: OpenSheet, entries: list[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, entry in enumerate(entries):
        path = f"assertions[{index}]"
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(entry, dict):
            sheet.fault(path, f"expected a mapping, got {shown(entry)}")
        elif not isinstance(key, str) or not key:
            sheet.fault(path, "expected a 'key' for the assertion")
        elif key in found:
            sheet.fault(f"{path}.key", f"expected each key once, got {shown(key)} again")
        else:
            found[key] = index
    return found


def targets_first(targets: Sequence[Sequence[int]]) -> list[int]:
    """Returns all indices so that each stands after its targets, where they do not lead in a circle.

    >>> targets_first([[2], [], [1]])
    [1, 2, 0]
    """
    order: list[int] = []
    met: set[int] = set()
    for root in range(len(targets)):
        # A stack of our own: a long row of relations is deeper than Python's.
        stack = [] if root in met else [(root, iter(targets[root]))]
        met.add(root)
        while stack:
            index, rest = stack[-1]
            target = next((target for target in rest if target not in met), None)
            if target is None:
                order.append(index)
                stack.pop()
            else:
                met.add(target)
                stack.append((target, iter(targets[target])))
    return order


@attrs.frozen
class _Reader:
    sheet: OpenSheet
    sheets: Sequence[OpenSheet]
    vocabulary: Vocabulary | None
    defaults: dict[str, Any]
    entries: list[Any]
    indices: dict[str, int]

    def targets(self, index: int) -> list[int]:
        """Returns the assertions of this sheet that one relates to."""
        entry = self.entries[index]
        relations = entry.get("relations") if isinstance(entry, dict) else None
        items = relations if isinstance(relations, list) else []
        named = [target for item in items if isinstance(item, dict) for target in item.values()]
        return [self.indices[target] for target in named if isinstance(target, str) and target in self.indices]

    def read(self, index: int) -> None:
        path, entry = f"assertions[{index}]", self.entries[index]
        if not isinstance(entry, dict):
            return
        assertion = self._assertion(path, entry)
        if assertion is not None and self._is_worded(path, assertion):
            self.sheet.add(path, AssertionRecorded(actor=self.sheet.actor, assertion=assertion))
        key = entry.get("key")
        if isinstance(key, str) and self.indices.get(key) == index:
            self.sheet.ids[key] = codec.assertion_id(assertion) if assertion else NOT_READ

    def _is_worded(self, path: str, assertion: Assertion) -> bool:
        """Returns whether the words of a quantity stand where its evidence points; notes it where they do not."""
        quantity = assertion.value.amount if isinstance(assertion.value, Money) else assertion.value
        if self.sheet.text.content is None or not isinstance(quantity, Quantity):
            return True
        if words_stand_in(quantity.surface, assertion.evidence, self.sheet.text.content):
            return True
        message = f"expected words that stand where the evidence points, got {shown(quantity.surface)}"
        self.sheet.fault(f"{path}.value.surface", message)
        return False

    def _assertion(self, path: str, entry: dict[str, Any]) -> Assertion | None:
        if "document" in entry:
            self.sheet.fault(f"{path}.document", "expected no 'document', for it is that of the sheet")
        data = self.defaults | {field: value for field, value in entry.items() if field != "key"}
        faulty = self._expand(path, data)
        return self.sheet.structured(path, data, Assertion, reported=faulty)

    def _expand(self, path: str, data: dict[str, Any]) -> set[str]:
        """Replaces the short forms of a sheet by plain data; returns the fields that have a fault, which is noted."""
        data["document"] = self.sheet.identity
        faulty = set()
        for field, item in (("evidence", self._anchor), ("relations", self._relation)):
            if isinstance(data.get(field), list):
                data[field] = [self._part(f"{path}.{field}[{i}]", x, item) for i, x in enumerate(data[field])]
                faulty |= {field} if None in data[field] else set()
        for field, whole in (("frame", self._frame), ("value", read_value)):
            if field in data:
                data[field] = self._part(f"{path}.{field}", data[field], whole)
                faulty |= {field} if data[field] is None else set()
        if {"frame", "value"} <= data.keys() - faulty:
            faulty |= self._misfit(path, data["frame"]["measure"], data["value"])
        return faulty

    def _misfit(self, path: str, slug: str, data: dict[str, Any]) -> set[str]:
        """Notes where a value does not fit its measure; returns the field then."""
        measure = self.vocabulary.measure(slug) if self.vocabulary else None
        bare = {field: part for field, part in data.items() if field != "kind"}
        try:
            value: Value = codec.structure_text(bare, VALUES[data["kind"]])
        except DataError:
            return set()
        problems = check_value(value, measure) if measure else []
        for problem in problems:
            self.sheet.fault(f"{path}.{problem.where}", problem.message)
        return {"value"} if problems else set()

    def _part(self, path: str, value: Any, read: Callable[[Any, str], Any]) -> Any:
        try:
            return read(value, path)
        except DataError as error:
            self.sheet.take(error)
            return None

    def _frame(self, value: Any, path: str) -> Any:
        data = read_frame(value, path)
        frame = codec.structure_text(data, Frame, where=path)
        found = check_frame(frame, self.vocabulary) if self.vocabulary else []
        if found:
            raise DataError([Problem(path, problem.message) for problem in found])
        return data

    def _anchor(self, value: Any, path: str) -> Any:
        return read_anchor(value, self.sheet.identity, self.sheet.text, path)

    def _relation(self, value: Any, path: str) -> Any:
        if not isinstance(value, dict) or len(value) != 1:
            raise DataError(Problem(path, f"expected one relation such as {{includes: key}}, got {shown(value)}"))
        ((kind, target),) = value.items()
        own = isinstance(target, str) and target in self.indices
        identity = self.sheet.ids.get(target) if own else resolve(str(target), self.sheets)
        if identity is None and own:
            raise DataError(Problem(path, f"expected relations that do not lead in a circle, got {shown(target)}"))
        if identity is None:
            hint = near(str(target), self.indices)
            message = f"expected the key of an assertion of this sheet or of one before it, got {shown(target)}{hint}"
            raise DataError(Problem(path, message))
        return {"kind": kind, "target": identity}
