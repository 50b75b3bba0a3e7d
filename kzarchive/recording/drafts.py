"""Drafts: events as the log takes them, with the narrow columns that replay and indexes read.

The columns repeat what the body says, in the zone of the document; a protected assertion has none, because what is
in its payload must be removable. The id of a protected document stands in no column either.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kzarchive.errors import DataError
from kzarchive.log.protocol import Columns, Draft
from kzarchive.replay.ledger import Ledger
from kzarchive.values.assertions import Assertion
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    AgentRegistered,
    AssertionRecorded,
    DocumentRegistered,
    Event,
    PayloadRedacted,
    UnknownEvent,
)
from kzarchive.values.later import kept
from kzarchive.values.sources import Agent, Document
from kzarchive.wire import codec

NO_COLUMNS = Columns()
_UNKNOWN: Final = (None, None)
_RECORDED: Final = AssertionRecorded.type
_RECORDED_VERSION: Final = AssertionRecorded.version
# Half of what it costs to call the class of a tuple with names.
_new: Final = tuple.__new__
_Reading = Callable[[str], tuple[int | None, int | None]]
Recordable = Event | UnknownEvent | Document | Agent | Assertion


def drafts(
    events: Sequence[Event | UnknownEvent],
    document_of: Callable[[str], Document | None],
    zone: str,
    encoded: Sequence[codec.Encoded],
) -> list[Draft]:
    """Returns the drafts of events.

    Args:
        events: The events.
        document_of: Returns the document of an id, on which an assertion rests; None = it is not known.
        zone: The archive's zone.
        encoded: What :func:`kzarchive.wire.codec.encoded` gives of each.
    """

    def told(identity: str) -> tuple[bytes | None, _Reading]:
        document = document_of(identity)
        shown = None if document and document.salt else bytes.fromhex(identity)
        return shown, _reading_in((document and document.zone) or zone)

    told_of = kept(told)
    return [
        _new(Draft, (_RECORDED, _RECORDED_VERSION, *made, _columns_of(event.assertion, told_of), None, None))
        if type(event) is AssertionRecorded
        else _draft(event, made)
        for event, made in zip(events, encoded, strict=True)
    ]


def draft(
    event: Event | UnknownEvent, documents: Mapping[str, Document], zone: str, encoded: codec.Encoded | None = None
) -> Draft:
    """Returns the draft of an event; the arguments are those of :func:`drafts`, with the documents by id.

    Args:
        event: The event.
        documents: The documents that assertions rest on, by id.
        zone: The archive's zone.
        encoded: What :func:`kzarchive.wire.codec.encoded` gives of it; None = it is made here.
    """
    return drafts([event], documents.get, zone, [encoded or codec.encoded(event)])[0]


def _draft(event: Event | UnknownEvent, made: codec.Encoded) -> Draft:
    redacts = event.target if type(event) is PayloadRedacted else None
    columns = NO_COLUMNS
    if type(event) is DocumentRegistered and event.document.salt is None:
        columns = Columns(document=bytes.fromhex(event.document.id))
    return Draft(event.type, event.version, made.identity, made.body, columns, None, redacts)


def named_documents(events: Sequence[Event | UnknownEvent], ledger: Ledger) -> Callable[[str], Document]:
    """Returns what finds the documents that a batch registers, and those that the log holds already, by id."""
    new = {event.document.id: event.document for event in events if type(event) is DocumentRegistered}
    return lambda identity: new[identity] if identity in new else ledger.documents[identity].what


def _columns_of(assertion: Assertion, told_of: Callable[[str], tuple[bytes | None, _Reading]]) -> Columns:
    if assertion.salt is not None:
        return NO_COLUMNS
    shown, read = told_of(assertion.document)
    frame, stated, valid = assertion.frame, assertion.stated, assertion.valid
    return _new(
        Columns,
        (
            shown,
            f"{frame.measure}/{frame.subject}/{frame.place}",
            *(_UNKNOWN if stated is None else read(stated.text)),
            *(_UNKNOWN if valid is None else read(valid.text)),
        ),
    )


# The days of a subject are few, and come again and again.
@functools.lru_cache(256)
def _reading_in(zone: str) -> _Reading:
    """Returns what reads the text of a date as its first and last second in a zone."""

    def read(text: str) -> tuple[int | None, int | None]:
        bounds = ImpreciseDate(text).bounds(zone)
        return bounds.earliest, bounds.latest

    return kept(read, 16_384)


_WRAPPED: dict[type, Callable[[Any, str], Event]] = {
    Document: lambda value, actor: DocumentRegistered(actor=actor, document=value),
    Agent: lambda value, actor: AgentRegistered(actor=actor, agent=value),
    Assertion: lambda value, actor: AssertionRecorded(actor=actor, assertion=value),
}


def as_event(item: Recordable, actor: str, index: int) -> Event | UnknownEvent:
    """Returns the event that records something.

    Args:
        item: An event, or a bare document, agent or assertion.
        actor: Who records a bare one.
        index: Its place among the items, from 0, for messages.

    Raises:
        DataError: It is none of these.
    """
    if type(item) is AssertionRecorded or isinstance(item, (Event, UnknownEvent)):
        return item
    if type(item) not in _WRAPPED:
        raise DataError(f"items[{index}]: expected an event, a document, an agent or an assertion, got {item!r}")
    return _WRAPPED[type(item)](item, actor)
