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
                                        # or {quote: exact words} that occur once; in what is no text
                                        # {kind: cell, row: ..., column: ...} or {kind: place, place: ...}
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

The ``surface`` of a quantity is checked too: its words stand where the evidence points, whatever their case.

Forms of a value: ``{quantity: exact 225, surface: ...}``, ``{status: withdrawn}``, ``{money: exact 120, currency: KZT,
per: litre, surface: ...}``, ``{moment: 2022-01-02}``, ``{text: ...}``, ``{unknown: not_disclosed}``.

Fields of an assertion and their words, all required but where the comments say otherwise; ``defaults`` may give
the first four once for the whole sheet:

- ``modality``, how far the speaker commits itself: certain, probable, possible, counter (denied), uncommitted;
- ``act``: state, allege, expect, request, urge, deny, deny_attribution, decline;
- ``temporality``: occurred, ongoing, prospective;
- ``voice``: body, quote (inside quotation marks), headline, caption, section_header;
- ``valid_reading``, exactly beside ``valid``: throughout, within (once, somewhere in it), up_to (counted to its end);
- quantities: ``exact n``, ``more_than n``, ``less_than n``, ``at_least n``, ``at_most n``, ``nearly n``, ``about n``,
  ``between a b``, ``estimate n a b``, ``higher_than`` with or without n, ``dozens``, ``scores``, ``hundreds``,
  ``thousands``, ``many``, ``none``;
- ``unknown``: not_known, not_disclosed, not_stated, denied_to_exist;
- ``relations``: includes, same_event, responds_to, converted_from; ``hedge``: the hedge as written;
- a link's ``role``: speaker, spokesperson, relay; its ``mode``: direct (its own words), indirect;
- an agent's ``kind``: person, organisation, state, media, role, collective, unnamed.

Dates are EDTF: ``2022-01-06``, ``2022-01``, ``2022-01-07T03:18+06:00``, ``[2022-01-15..2022-01-18]`` for one day
within, ``2022-01-05/2022-01-19`` for a period, ``2022-01-05/`` with an unknown and ``2022-01-05/..`` with an open end.
The forms of ``judgements`` are those of :mod:`kzarchive.recording.judgements`.

A sheet may lack ``document`` and hold judgements only. A document without bytes has ``unhashed: true``, no ``size``,
and as ``sha256`` an id that the recorder gives. A key of an earlier sheet of the same run is written ``name of its
document:key``; where an id is expected 64 hexadecimal digits do as well.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from kzarchive.errors import DataError, InvalidSheet, Problem
from kzarchive.recording import judgements
from kzarchive.recording.assertions import read_assertions
from kzarchive.recording.evidence import DocumentText
from kzarchive.recording.lines import Lined, read_lines
from kzarchive.recording.open_sheet import OpenSheet, resolve
from kzarchive.values.canonical import shown
from kzarchive.values.checks import SLUG
from kzarchive.values.events import AgentRegistered, DocumentRegistered, Event
from kzarchive.values.sources import Agent, Document
from kzarchive.values.terms import Vocabulary

FORM = "kzarchive.sheet/1"
PARTS = ("sheet", "actor", "document", "agents", "defaults", "assertions", "judgements")
MAY_BE_UNKNOWN = ("published", "retrieved", "publisher")

FindText = Callable[[str], bytes | None]


@attrs.frozen
class ReadSheet:
    """A sheet that was read.

    Attributes:
        name: Name of its file.
        events: Its events in order, each with ``file:line`` and the path of its origin.
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

    Whether agents are registered and targets recorded shows only when the events meet an archive.

    Args:
        sources: Name and content of each file.
        vocabulary: The vocabulary that frames and terms must stand in; None = not checked here.
        find_text: Returns the raw bytes of a document by the name of its file; None = not at hand.
        known: Returns the id of a document that is already in the archive by its short name.

    Raises:
        InvalidSheet: With every fault of every sheet, each with file and line.
    """
    sheets: list[OpenSheet] = []
    problems: list[Problem] = []
    for name, content in sources:
        try:
            sheets.append(OpenSheet(read_lines(content, name)))
        except InvalidSheet as error:
            problems += error.problems
    for sheet in sheets:
        _read_head(sheet, find_text)
    for sheet in sheets:
        read_assertions(sheet, sheets, vocabulary)
    for sheet in sheets:
        _read_judgements(sheet, sheets, known)
    problems += [problem for sheet in sheets for problem in sheet.problems]
    if problems:
        raise InvalidSheet(problems)
    return tuple(
        ReadSheet(s.lined.name, tuple(s.events), s.ids, s.document, s.text.content is not None) for s in sheets
    )


def _read_head(sheet: OpenSheet, find_text: FindText) -> None:
    data = sheet.lined.data
    if not isinstance(data, dict) or data.get("sheet") != FORM:
        sheet.fault("", f"expected a recording sheet that begins with 'sheet: {FORM}'")
        sheet.lined = Lined(sheet.lined.name, {}, sheet.lined.lines)
        return
    for name in data:
        if name not in PARTS:
            sheet.fault(name, f"expected one of {', '.join(PARTS)}, got {name!r}")
    actor = data.get("actor")
    if isinstance(actor, str) and SLUG.fullmatch(actor):
        sheet.actor = actor
    else:
        sheet.fault("actor", f"expected the slug of who records, got {shown(actor)}")
    for index, entry in enumerate(sheet.part("agents", list)):
        path = f"agents[{index}]"
        agent = sheet.structured(path, entry, Agent)
        if agent is not None:
            sheet.add(path, AgentRegistered(actor=sheet.actor, agent=agent))
    document = data.get("document")
    if isinstance(document, dict):
        _read_document(sheet, document, find_text)
    elif "document" in data:
        sheet.fault("document", f"expected a mapping, got {shown(document)}")


def _read_document(sheet: OpenSheet, data: dict[str, Any], find_text: FindText) -> None:
    fields = {key: value for key, value in data.items() if key != "file"}
    for key in MAY_BE_UNKNOWN:
        if key not in data:
            sheet.fault("document", f"expected {key!r}: a value or 'unknown'")
        elif data[key] == "unknown":
            del fields[key]
    sheet.name = data["name"] if isinstance(data.get("name"), str) else ""
    sheet.text = _find(sheet, data.get("file", ""), find_text)
    for key in ("id", "sha256"):
        fields.pop(key, None)
    if "id" in data:
        sheet.fault("document.id", "expected 'sha256' as the name of this field")
    fields |= sheet.text.identify(data, lambda field, message: sheet.fault(f"document.{field}", message))
    # What stands in for a field that is missing is no second fault.
    missing = {"id", "size"} - fields.keys()
    sheet.document = sheet.structured("document", fields, Document, reported=missing)
    if sheet.document is not None:
        sheet.add("document", DocumentRegistered(actor=sheet.actor, document=sheet.document))


def _find(sheet: OpenSheet, file: Any, find_text: FindText) -> DocumentText:
    if not isinstance(file, str):
        sheet.fault("document.file", f"expected the name of a file, got {shown(file)}")
        return DocumentText()
    try:
        return DocumentText.find(file, find_text)
    except DataError as error:
        sheet.problems += [Problem(sheet.lined.where("document.file"), problem.message) for problem in error.problems]
        return DocumentText(file)


def _read_judgements(sheet: OpenSheet, sheets: list[OpenSheet], known: Callable[[str], str | None]) -> None:
    def document(name: str) -> str | None:
        return next((s.identity for s in sheets if s.name == name), None) or known(name)

    for index, entry in enumerate(sheet.part("judgements", list)):
        path = f"judgements[{index}]"
        try:
            event = judgements.read(
                entry,
                path,
                actor=sheet.actor,
                assertion=lambda key: resolve(key, sheets),
                document=document,
            )
            sheet.add(path, event)
        except DataError as error:
            sheet.take(error)
