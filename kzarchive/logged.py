"""Logged things: events and assertions as an archive gives them out, with their place in its log."""

import attrs

from kzarchive.errors import UsageError
from kzarchive.log.clock import recorded_text
from kzarchive.log.protocol import StoredEvent
from kzarchive.replay.view import View
from kzarchive.values.assertions import Assertion
from kzarchive.values.events import Event, UnknownEvent
from kzarchive.values.frames import Frame
from kzarchive.wire import codec


@attrs.frozen(kw_only=True)
class LoggedEvent:
    """An event as the archive gives it out.

    Attributes:
        position: Its place in the log, from 1.
        type: Its type.
        version: The version of its body.
        recorded: When the log took it in, RFC 3339 UTC with microseconds.
        id: Its identity, hexadecimal; of an assertion its id.
        body: Its canonical bytes exactly as hashed; None where they are redacted.
        redacted_by: Position of the event that ordered it; None = the body is there.
    """

    position: int
    type: str
    version: int
    recorded: str
    id: str
    body: bytes | None
    redacted_by: int | None = None

    @property
    def event(self) -> Event | UnknownEvent:
        """The event made from the body.

        Raises:
            UsageError: The body is redacted.
        """
        if self.body is None:
            raise UsageError(
                f"expected an event with a body, got position {self.position}, redacted by position {self.redacted_by}"
            )
        return codec.decode(self.type, self.version, self.body)


@attrs.frozen(kw_only=True)
class LoggedAssertion:
    """An assertion with its place in the archive.

    Attributes:
        id: Its id.
        position: Of the event that recorded it.
        recorded: When the log took it in, RFC 3339 UTC with microseconds.
        frame: The frame that it is read as of now.
        origin: Who said it, as judged now.
        document: Short name of its document.
        assertion: The assertion as recorded.
    """

    id: str
    position: int
    recorded: str
    frame: Frame
    origin: str
    document: str
    assertion: Assertion


def logged_event(stored: StoredEvent) -> LoggedEvent:
    """Returns a stored event as the archive gives it out."""
    return LoggedEvent(
        position=stored.position,
        type=stored.type,
        version=stored.version,
        recorded=recorded_text(stored.recorded),
        id=stored.identity.hex(),
        body=stored.body,
        redacted_by=stored.redacted_by,
    )


def logged_assertion(view: View, identity: str) -> LoggedAssertion:
    """Returns an assertion with its place, as a view stands to it."""
    placed = view.ledger.assertions[identity]
    return LoggedAssertion(
        id=identity,
        position=placed.position,
        recorded=recorded_text(placed.recorded),
        frame=view.index.frame(identity),
        origin=view.origin(view.index.utterance(identity)),
        document=view.ledger.documents[placed.what.document].what.name,
        assertion=placed.what,
    )
