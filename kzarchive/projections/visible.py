"""Visible: the assertions that a fold is handed, in log order, with what is asked of each read when it is asked for.

Over a whole archive they are found frame by frame, from the facts of the log's index, so that no body is decoded that
nobody asks for. Of a few they are looked at one by one. Both give the same, which a property tries.
"""

import functools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import attrs

from kzarchive.log.protocol import StoredEvent
from kzarchive.replay.speech import Speeches
from kzarchive.replay.view import View
from kzarchive.values.assertions import Assertion
from kzarchive.values.events import AssertionRecorded
from kzarchive.values.frames import Frame
from kzarchive.values.sources import Document
from kzarchive.wire import codec


class Seen(NamedTuple):
    """An assertion that is visible and live, before its body is asked for.

    Attributes:
        position: Of the event that recorded it.
        identity: Its id, 32 bytes.
        frame: The frame that it is read as of.
        origin: Who said it.
    """

    position: int
    identity: bytes
    frame: Frame
    origin: str


@attrs.frozen(eq=False, repr=False)
class VisibleAssertion:
    """An assertion as a fold over assertions sees it; its body is decoded when it is asked for."""

    _seen: Seen
    _view: View
    _stored: StoredEvent | None = None

    @property
    def position(self) -> int:
        """Position of the event that recorded it."""
        return self._seen.position

    @property
    def id(self) -> str:
        """Its id, hexadecimal."""
        return self._seen.identity.hex()

    @property
    def frame(self) -> Frame:
        """The frame that it is read as of."""
        return self._seen.frame

    @property
    def origin(self) -> str:
        """Who said it: the slug of an agent, ``document:NAME`` or ``unattributed:UTTERANCE``."""
        return self._seen.origin

    @functools.cached_property
    def assertion(self) -> Assertion:
        """The assertion as recorded."""
        if self._stored is not None and self._stored.body is not None:
            event = codec.decode(self._stored.type, self._stored.version, self._stored.body)
            if isinstance(event, AssertionRecorded):
                return event.assertion
        return self._view.ledger.assertions[self.id].what

    @property
    def document(self) -> Document:
        """Its document."""
        return self._view.ledger.documents[self.assertion.document].what

    def __repr__(self) -> str:
        return f"VisibleAssertion({self.position}, {self.id[:12]!r}, {str(self.frame)!r}, origin={self.origin!r})"


def visible_assertions(view: View) -> Iterator[VisibleAssertion]:
    """Yields what a reader could know at the view's cut and what is live, in log order."""
    return (VisibleAssertion(seen, view) for seen in seen_by_frame(view))


def seen_by_frame(view: View) -> list[Seen]:
    """Returns all assertions that are visible and live at a view's cut, in log order."""
    found = [seen for frame in view.index.read_ahead(view.index.frames) for seen in _of_frame(view, frame)]
    found.sort()
    return found


def _of_frame(view: View, frame: Frame) -> Iterator[Seen]:
    facts = view.index.facts(frame)
    speeches = Speeches(view, facts)
    for fact in facts:
        if view.counts(fact) and _is_live(view, fact.identity):
            yield Seen(fact.position, fact.identity, frame, speeches.of(fact)[0])


def seen_one_by_one(view: View, identities: Iterable[str]) -> Iterator[Seen]:
    """Yields those of some assertions that are visible and live at a view's cut, in the order given."""
    for identity in identities:
        if view.takes_part(identity) and _is_live(view, bytes.fromhex(identity)):
            position = view.ledger.assertions[identity].position
            origin = view.origin(view.index.utterance(identity))
            yield Seen(position, bytes.fromhex(identity), view.index.frame(identity), origin)


def _is_live(view: View, identity: bytes) -> bool:
    """Tells whether a visible assertion stands; of most of them nothing is said that could take them away."""
    return identity not in view.index.disputed or view.dropped(identity.hex()) is None
