"""Recording sheets: what a person writes down about one document, as a YAML file.

Format (every scalar is text; see :mod:`kzarchive.recording.lines`)::

    sheet: kzarchive.sheet/1
    actor: archive                      # who records
    document:
      name: "003"                       # short name
      file: 003.txt                     # its text, looked for in the folder of documents
      sha256: 5aff...                   # of the raw bytes; may be left out where the text is at hand, so may `size`
      size: 2697
      published: "[2022-01-06..2022-01-19]"     # or `unknown`; so `retrieved` and `publisher`
      published_basis: between the decision and the expected withdrawal
      retrieved: unknown
      publisher: unknown
      upstream: [tass]                  # the further fields are those of Document
    agents:
      - {slug: tokayev, kind: person, names: [Kassym-Jomart Tokayev, Tokayev]}
    defaults: {modality: certain, act: state, temporality: occurred, voice: body}
    assertions:
      - key: toll                       # a name within this sheet
        evidence: ["1690..1774 <sha256>"]       # code points, half-open; without the sha256 where the text is at hand,
                                        # or {quote: exact words} that occur once; or a cell or place of Evidence
        chain:                          # nearest first; left out for the document's own voice
          - {agent: 003.authorities, role: speaker, mode: indirect, verb: According to}
        utterance: briefing
        frame: killed/all/KZ
        value: {quantity: exact 225, surface: 225 people}
        stated: 2022-01-15              # left out where the document does not say
        valid: 2022-01-05               # left out where it speaks of the moment at which it is stated
        valid_reading: throughout
        relations: [{includes: officers}, {includes: "002:officers"}]
        note: the recorder's own words
    judgements:
      - {type: date.assessed, document: "003", axis: published, date: 2022-01-18, grounds: ...}

Forms of a value: ``{quantity: exact 225, surface: ...}``, ``{status: withdrawn}``, ``{money: exact 120, currency: KZT,
per: litre, surface: ...}``, ``{moment: 2022-01-02}``, ``{text: ...}``, ``{unknown: not_disclosed}``.

A sheet may lack ``document`` and hold judgements only. A key of another sheet of the same run is written
``name of its document:key``; where an id is expected 64 hexadecimal digits do as well.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import attrs

from kzarchive.errors import DataError, InvalidSheet, Problem
from kzarchive.recording import judgements
from kzarchive.recording.evidence import DocumentText, read_anchor
from kzarchive.recording.intake import check_frame, check_value
from kzarchive.recording.lines import Lined, read_lines
from kzarchive.values.assertions import Assertion
from kzarchive.values.checks import HEX_ID
from kzarchive.values.events import AgentRegistered, AssertionRecorded, DocumentRegistered, Event
from kzarchive.values.frames import Frame
from kzarchive.values.sources import Agent, Document
from kzarchive.values.terms import Vocabulary
from kzarchive.wire import codec

FORM = "kzarchive.sheet/1"
PARTS = ("sheet", "actor", "document", "agents", "defaults", "assertions", "judgements")
DEFAULTS = ("modality", "act", "temporality", "voice")
OF_FILE = ("file", "sha256")
MAY_BE_UNKNOWN = ("published", "retrieved", "publisher")

# Stands for the id of something that has a fault of its own, so that what refers to it is no second fault.
NOT_READ = "0" * 64

T = TypeVar("T")
FindText = Callable[[str], bytes | None]


@attrs.define
class _Sheet:
    """A sheet while it is read: its data, its faults, and what has been made of it."""

    lined: Lined
    problems: list[Problem] = attrs.field(factory=list)
    name: str = ""
    identity: str = NOT_READ
    document: Document | None = None
    text: DocumentText = attrs.field(factory=DocumentText)
    ids: dict[str, str] = attrs.field(factory=dict)
    events: list[tuple[str, Event]] = attrs.field(factory=list)

    def fault(self, path: str, message: str) -> None:
        where = f"{self.lined.place(path)}: {path}" if path else self.lined.place(path)
        self.problems.append(Problem(where, message))

    def take(self, path: str, error: DataError) -> None:
        for problem in error.problems:
            self.fault(problem.where if problem.where.startswith(path) else _join(path, problem.where), problem.message)

    def part(self, name: str, kind: type) -> Any:
        """Returns a part of the sheet, or an empty one where it is missing or of the wrong kind."""
        value = self.lined.data.get(name)
        if isinstance(value, kind):
            return value
        if name in self.lined.data:
            self.fault(name, f"expected a {'list' if kind is list else 'mapping'}, got {value!r}")
        return kind()


@attrs.frozen
class ReadSheet:
    """A sheet that was read.

    Attributes:
        name: Name of its file.
        events: Its events in order, each with ``file:line`` of its origin.
        keys: The id of each assertion by its key.
        document: The document; None for a sheet of judgements.
        checked: Whether the text was at hand and every anchor was checked against it.
    """

    name: str
    events: tuple[tuple[str, Event], ...]
    keys: dict[str, str]
    document: Document | None
    checked: bool


def read_sheets(
    sources: Sequence[tuple[str, str | bytes]],
    *,
    vocabulary: Vocabulary | None = None,
    find_text: FindText = lambda _: None,
    known: Callable[[str], str | None] = lambda _: None,
) -> tuple[ReadSheet, ...]:
    """Returns what the sheets say, in the order given.

    Args:
        sources: Name and content of each file.
        vocabulary: The vocabulary that frames and terms must stand in; None = not checked here.
        find_text: Returns the raw bytes of a document by the name of its file; None = not at hand.
        known: Returns the id of a document that is already in the archive by its short name.

    Raises:
        InvalidSheet: With every fault of every sheet, each with file and line.
    """
    sheets: list[_Sheet] = []
    problems: list[Problem] = []
    for name, content in sources:
        try:
            sheets.append(_Sheet(read_lines(content, name)))
        except InvalidSheet as error:
            problems += error.problems
    for sheet in sheets:
        _read_head(sheet, find_text)
    for sheet in sheets:
        _read_assertions(sheet, sheets, vocabulary)
    for sheet in sheets:
        _read_judgements(sheet, sheets, known)
    problems += [problem for sheet in sheets for problem in sheet.problems]
    if problems:
        raise InvalidSheet(problems)
    return tuple(
        ReadSheet(s.lined.name, tuple(s.events), s.ids, s.document, s.text.content is not None) for s in sheets
    )


def _join(path: str, field: str) -> str:
    return f"{path}.{field}" if path and field and not field.startswith("[") else path + field


def _read_head(sheet: _Sheet, find_text: FindText) -> None:
    data = sheet.lined.data
    if not isinstance(data, dict) or data.get("sheet") != FORM:
        sheet.fault("", f"expected a recording sheet that begins with 'sheet: {FORM}'")
        sheet.lined = Lined(sheet.lined.name, {}, sheet.lined.lines)
        return
    for name in data:
        if name not in PARTS:
            sheet.fault(name, f"expected one of {', '.join(PARTS)}, got {name!r}")
    for index, agent in enumerate(sheet.part("agents", list)):
        _read(sheet, f"agents[{index}]", agent, Agent, "agent", AgentRegistered)
    if "document" in data:
        _read_document(sheet, sheet.part("document", dict), find_text)


def _read(sheet: _Sheet, path: str, data: Any, kind: type[T], field: str, event: Callable[..., Event]) -> T | None:
    try:
        value = codec.structure_text(data, kind, where=path)
        made = event(**{"actor": str(sheet.lined.data.get("actor", "")), field: value})
        sheet.events.append((f"{sheet.lined.place(path)}: {path}", made))
    except DataError as error:
        sheet.take(path, error)
        return None
    return value


def _read_document(sheet: _Sheet, data: dict[str, Any], find_text: FindText) -> None:
    fields = {key: value for key, value in data.items() if key not in OF_FILE}
    for key in MAY_BE_UNKNOWN:
        if key not in data:
            sheet.fault("document", f"expected {key!r}: a value or 'unknown'")
        elif data[key] == "unknown":
            del fields[key]
    sheet.text = DocumentText.find(str(data.get("file", "")), find_text)
    fields |= sheet.text.describe(data, lambda field, message: sheet.fault(f"document.{field}", message))
    sheet.name, sheet.identity = str(data.get("name", "")), fields.get("id", NOT_READ)
    sheet.document = _read(sheet, "document", fields, Document, "document", DocumentRegistered)


def _read_assertions(sheet: _Sheet, sheets: list[_Sheet], vocabulary: Vocabulary | None) -> None:
    entries = sheet.part("assertions", list)
    if entries and "document" not in sheet.lined.data:
        sheet.fault("assertions", "expected a document for the assertions, got none")
    defaults = sheet.part("defaults", dict)
    for key in defaults:
        if key not in DEFAULTS:
            sheet.fault(f"defaults.{key}", f"expected one of {', '.join(DEFAULTS)}, got {key!r}")
    given = {key: defaults[key] for key in DEFAULTS if key in defaults}
    reader = _AssertionReader(sheet, sheets, vocabulary, given, entries)
    for index in range(len(entries)):
        reader.read(index)


@attrs.define
class _AssertionReader:
    """Reads the assertions of a sheet; one that relates to another is read after it, for its id needs the other's."""

    sheet: _Sheet
    sheets: list[_Sheet]
    vocabulary: Vocabulary | None
    defaults: dict[str, Any]
    entries: list[Any]
    by_key: dict[str, int] = attrs.field(factory=dict)
    done: dict[int, str | None] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for index, entry in enumerate(self.entries):
            key = entry.get("key") if isinstance(entry, dict) else None
            if not isinstance(key, str) or not key:
                self.sheet.fault(f"assertions[{index}]", "expected a 'key' for the assertion")
            elif key in self.by_key:
                self.sheet.fault(f"assertions[{index}].key", f"expected each key once, got {key!r} again")
            else:
                self.by_key[key] = index

    def read(self, index: int) -> str | None:
        """Returns the id of an assertion; None where it has a fault."""
        if index in self.done:
            return self.done[index]
        path, entry = f"assertions[{index}]", self.entries[index]
        self.done[index] = None
        if not isinstance(entry, dict):
            self.sheet.fault(path, f"expected a mapping, got {entry!r}")
            return None
        data = self.defaults | {k: v for k, v in entry.items() if k != "key"}
        if self._expand(path, data):
            assertion = _read(self.sheet, path, data, Assertion, "assertion", AssertionRecorded)
            if assertion is not None:
                self.done[index] = codec.assertion_id(assertion)
                self._check(path, assertion)
        identity = self.done[index] or NOT_READ
        self.done[index] = self.sheet.ids[entry.get("key", "")] = identity
        return identity

    def _expand(self, path: str, data: dict[str, Any]) -> bool:
        """Replaces the short forms of a sheet by plain data; returns whether that went without a fault."""
        readable = True
        data["document"] = self.sheet.identity
        for field, read in (("evidence", self._anchor), ("relations", self._relation)):
            if isinstance(data.get(field), list):
                data[field] = [self._part(f"{path}.{field}[{i}]", item, read) for i, item in enumerate(data[field])]
                readable = readable and None not in data[field]
        for field, read in (("frame", self._frame), ("value", read_value)):
            if field in data:
                data[field] = self._part(f"{path}.{field}", data[field], read)
                readable = readable and data[field] is not None
        return readable

    def _frame(self, value: Any, path: str) -> Any:
        data = read_frame(value, path)
        found = check_frame(codec.structure_text(data, Frame, where=path), self.vocabulary) if self.vocabulary else []
        if found:
            raise DataError([Problem(path, problem.message) for problem in found])
        return data

    def _anchor(self, value: Any, path: str) -> Any:
        return read_anchor(value, self.sheet.identity, self.sheet.text, path)

    def _check(self, path: str, assertion: Assertion) -> None:
        measure = self.vocabulary and self.vocabulary.measure(assertion.frame.measure)
        for problem in check_value(assertion, measure) if measure else []:
            self.sheet.fault(path + problem.where.removeprefix("assertion"), problem.message)

    def _part(self, path: str, value: Any, read: Callable[[Any, str], Any]) -> Any:
        try:
            return read(value, path)
        except DataError as error:
            self.sheet.take(path, error)
            return None

    def _relation(self, value: Any, path: str) -> Any:
        if not isinstance(value, dict) or len(value) != 1:
            raise DataError(Problem(path, f"expected one relation such as {{includes: key}}, got {value!r}"))
        ((kind, target),) = value.items()
        identity = self._target(str(target))
        if identity is None:
            raise DataError(
                Problem(path, f"expected the key of a readable assertion before this cycle, got {target!r}")
            )
        return {"kind": kind, "target": identity}

    def _target(self, target: str) -> str | None:
        if target in self.by_key:
            return self.read(self.by_key[target])
        return resolve(target, self.sheets)


def resolve(target: str, sheets: list[_Sheet]) -> str | None:
    """Returns the id that ``document:key`` or 64 hexadecimal digits name; None = nothing that was read so far."""
    if HEX_ID.fullmatch(target):
        return target
    name, _, key = target.partition(":")
    for sheet in sheets:
        if sheet.name == name:
            return sheet.ids.get(key)
    return None


def read_frame(value: Any, path: str) -> Any:
    """Returns the parts of ``measure/subject/place`` as plain data."""
    parts = value.split("/") if isinstance(value, str) else ()
    if len(parts) != 3:
        raise DataError(Problem(path, f"expected measure/subject/place, got {value!r}"))
    return dict(zip(("measure", "subject", "place"), parts, strict=True))


def _quantity(words: Any, surface: Any, path: str) -> dict[str, Any]:
    if not isinstance(words, str) or not words.split():
        raise DataError(Problem(path, f"expected a modifier and its numbers, such as 'exact 225', got {words!r}"))
    modifier, *numbers = words.split()
    quantity = {"modifier": modifier, "numbers": numbers}
    return quantity if surface is None else quantity | {"surface": surface}


def read_value(value: Any, path: str) -> Any:
    """Returns a value of a sheet as plain data of the union of values.

    Raises:
        DataError: The value has none of the six forms.
    """
    kinds = ("quantity", "status", "money", "moment", "text", "unknown")
    found = [kind for kind in kinds if isinstance(value, dict) and kind in value]
    if len(found) != 1:
        raise DataError(Problem(path, f"expected one of {', '.join(kinds)} with what belongs to it, got {value!r}"))
    (kind,) = found
    rest = {key: item for key, item in value.items() if key != kind}
    match kind:
        case "quantity":
            surface = rest.pop("surface", None)
            return {"kind": kind, **_quantity(value[kind], surface, path), **rest}
        case "money":
            surface = rest.pop("surface", None)
            return {"kind": kind, "amount": _quantity(value[kind], surface, path), **rest}
        case _:
            field = {"status": "term", "moment": "date", "text": "text", "unknown": "reason"}[kind]
            return {"kind": kind, field: value[kind], **rest}


def _read_judgements(sheet: _Sheet, sheets: list[_Sheet], known: Callable[[str], str | None]) -> None:
    def document(name: str) -> str | None:
        return next((s.identity for s in sheets if s.name == name), None) or known(name)

    for index, entry in enumerate(sheet.part("judgements", list)):
        path = f"judgements[{index}]"
        try:
            event = judgements.read(
                entry,
                path,
                actor=str(sheet.lined.data.get("actor", "")),
                assertion=lambda key: resolve(key, sheets),
                document=document,
            )
            sheet.events.append((f"{sheet.lined.place(path)}: {path}", event))
        except DataError as error:
            sheet.take(path, error)
