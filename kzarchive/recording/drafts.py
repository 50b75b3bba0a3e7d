"""Drafts: events as the log takes them, with the narrow columns that replay and indexes read.

The columns repeat what the body says, in the zone of the document; a protected assertion has none, because what is
in its payload must be removable.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from kzarchive.errors import DataError
from kzarchive.log.protocol import Columns, Draft
from kzarchive.replay.ledger import Ledger
from kzarchive.values.assertions import Assertion
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import AgentRegistered, AssertionRecorded, DocumentRegistered, Event, UnknownEvent
from kzarchive.values.sources import Agent, Document
from kzarchive.wire import codec

NO_COLUMNS = Columns()
Recordable = Event | UnknownEvent | Document | Agent | Assertion


def draft(
    event: Event | UnknownEvent, zones: Mapping[str, str], zone: str, encoded: codec.Encoded | None = None
) -> Draft:
    """Returns the draft of an event.

    Args:
        event: The event.
        zones: The zone of each document that has one of its own, by id.
        zone: The archive's zone.
        encoded: What :func:`kzarchive.wire.codec.encoded` gives of it; None = it is made here.
    """
    made = codec.encoded(event) if encoded is None else encoded
    label = f"{event.type} {made.identity[:6].hex()}"
    return Draft(event.type, event.version, made.identity, made.body, _columns(event, zones, zone), label)


def document_zones(events: list[Event | UnknownEvent], ledger: Ledger) -> dict[str, str]:
    """Returns the zone of each document that has one of its own, of new ones and of those that assertions name."""
    new = {event.document.id: event.document for event in events if isinstance(event, DocumentRegistered)}
    named = {event.assertion.document for event in events if isinstance(event, AssertionRecorded)}
    known = {identity: ledger.documents[identity].what for identity in named - new.keys()}
    return {identity: document.zone for identity, document in (new | known).items() if document.zone is not None}


def _columns(event: Event | UnknownEvent, zones: Mapping[str, str], zone: str) -> Columns:
    if isinstance(event, AssertionRecorded):
        return _columns_of(event.assertion, zones, zone) if event.assertion.salt is None else NO_COLUMNS
    if isinstance(event, DocumentRegistered) and event.document.salt is None:
        return Columns(document=bytes.fromhex(event.document.id))
    return NO_COLUMNS


def _columns_of(assertion: Assertion, zones: Mapping[str, str], zone: str) -> Columns:
    document = assertion.document
    zone = zones.get(document, zone)
    stated_earliest, stated_latest = _bounds(assertion.stated, zone)
    valid_earliest, valid_latest = _bounds(assertion.valid, zone)
    return Columns(
        bytes.fromhex(document), str(assertion.frame), stated_earliest, stated_latest, valid_earliest, valid_latest
    )


def _bounds(date: ImpreciseDate | None, zone: str) -> tuple[int | None, int | None]:
    return (None, None) if date is None else _bounds_of(date.text, zone)


# The days of a subject are few, and come again and again.
@functools.lru_cache(16_384)
def _bounds_of(text: str, zone: str) -> tuple[int | None, int | None]:
    bounds = ImpreciseDate(text).bounds(zone)
    return bounds.earliest, bounds.latest


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
    if isinstance(item, (Event, UnknownEvent)):
        return item
    if type(item) not in _WRAPPED:
        raise DataError(f"items[{index}]: expected an event, a document, an agent or an assertion, got {item!r}")
    return _WRAPPED[type(item)](item, actor)
