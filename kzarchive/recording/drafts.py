"""Drafts: events as the log takes them, with the narrow columns that replay and indexes read.

The columns repeat what the body says, in the zone of the document; a protected assertion has none, because what is
in its payload must be removable.
"""

from collections.abc import Callable

from kzarchive.errors import DataError
from kzarchive.log.protocol import Columns, Draft
from kzarchive.replay.ledger import Ledger
from kzarchive.values.assertions import Assertion
from kzarchive.values.bounds import UNBOUNDED, Bounds
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import AgentRegistered, AssertionRecorded, DocumentRegistered, Event, UnknownEvent
from kzarchive.values.sources import Agent, Document
from kzarchive.wire import codec

NO_COLUMNS = Columns()
Recordable = Event | UnknownEvent | Document | Agent | Assertion


def draft(event: Event | UnknownEvent, zones: dict[str, str], zone: str) -> Draft:
    """Returns the draft of an event.

    Args:
        event: The event.
        zones: The zone of each document that has one of its own, by id.
        zone: The archive's zone.
    """
    identity = codec.identity(event)
    return Draft(
        type=event.type,
        version=event.version,
        identity=bytes.fromhex(identity),
        body=codec.encode(event),
        columns=_columns(event, zones, zone),
        label=f"{event.type} {identity[:12]}",
    )


def document_zones(events: list[Event | UnknownEvent], ledger: Ledger) -> dict[str, str]:
    """Returns the zone of each document that has one of its own, of new ones and of those that assertions name."""
    new = {event.document.id: event.document for event in events if isinstance(event, DocumentRegistered)}
    named = {event.assertion.document for event in events if isinstance(event, AssertionRecorded)}
    known = {identity: ledger.documents[identity].what for identity in named - new.keys()}
    return {identity: document.zone for identity, document in (new | known).items() if document.zone is not None}


def _columns(event: Event | UnknownEvent, zones: dict[str, str], zone: str) -> Columns:
    if isinstance(event, DocumentRegistered) and event.document.salt is None:
        return Columns(document=bytes.fromhex(event.document.id))
    if not isinstance(event, AssertionRecorded) or event.assertion.salt is not None:
        return NO_COLUMNS
    assertion: Assertion = event.assertion
    zone = zones.get(assertion.document, zone)
    stated, valid = _bounds(assertion.stated, zone), _bounds(assertion.valid, zone)
    return Columns(
        document=bytes.fromhex(assertion.document),
        frame=str(assertion.frame),
        stated_earliest=stated.earliest,
        stated_latest=stated.latest,
        valid_earliest=valid.earliest,
        valid_latest=valid.latest,
    )


def _bounds(date: ImpreciseDate | None, zone: str) -> Bounds:
    return UNBOUNDED if date is None else date.bounds(zone)


def as_event(item: Recordable, actor: str, where: str) -> Event | UnknownEvent:
    """Returns the event that records something.

    Args:
        item: An event, or a bare document, agent or assertion.
        actor: Who records a bare one.
        where: Its path, for messages.

    Raises:
        DataError: It is none of these.
    """
    wrap: dict[type, Callable[..., Event]] = {
        Document: lambda value: DocumentRegistered(actor=actor, document=value),
        Agent: lambda value: AgentRegistered(actor=actor, agent=value),
        Assertion: lambda value: AssertionRecorded(actor=actor, assertion=value),
    }
    if isinstance(item, (Event, UnknownEvent)):
        return item
    if type(item) not in wrap:
        raise DataError(f"{where}: expected an event, a document, an agent or an assertion, got {item!r}")
    return wrap[type(item)](item)
