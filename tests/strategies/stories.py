"""Small archives told claim by claim: who says what of which frame, in a document of its own."""

import hashlib
from collections.abc import Sequence
from typing import Any

from strategies.archives import VOCABULARY

from kzarchive import Archive
from kzarchive.log.clock import FixedClock
from kzarchive.policies.answer import BestKnown
from kzarchive.values.assertions import Act, Assertion, Modality, Relation, RelationKind, Temporality, Voice
from kzarchive.values.assertions import ValidReading as Reading
from kzarchive.values.content import Moment, Status, Text, Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import Event, Notice, SourceCorrected, SourceRetracted
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import Vocabulary
from kzarchive.wire.codec import assertion_id


def date(text: str) -> ImpreciseDate:
    """Returns the date of a text."""
    return ImpreciseDate.parse(text)


def notice(published: str) -> Notice:
    """Returns a notice of which only the existence and the day are known."""
    return Notice(published=date(published), reason="as it says")


class Story:
    """An archive in memory that grows by one claim at a time, each in a document of its own."""

    def __init__(self, vocabulary: Vocabulary = VOCABULARY, zone: str = "UTC") -> None:
        clock = FixedClock("2026-01-01T00:00:00.000000Z")
        self.archive = Archive.in_memory(vocabulary=vocabulary, clock=clock, zone=zone)
        self.vocabulary = vocabulary
        self.count = 0

    def says(
        self,
        chain: str | Sequence[str],
        frame: str,
        value: int | str | Value,
        published: str,
        *,
        about: str | None = None,
        reading: str = "throughout",
        publisher: str | None = None,
        zone: str | None = None,
        denies: str | None = None,
        includes: Sequence[str] = (),
        **fields: Any,
    ) -> str:
        """Records a claim and returns its id.

        Args:
            chain: The agents from the nearest to the farthest; empty = the document's own voice.
            frame: Measure, subject, place.
            value: A value; a number is exact, a text is a term, a day or a text as the measure takes it.
            published: The day of the document, on which it is also said.
            about: When it is true; None = when it is said.
            reading: How ``about`` is read.
            publisher: Who publishes the document.
            zone: The zone of the document's bare dates; None = the archive's.
            denies: The id of an assertion that this one denies.
            includes: The ids of assertions that this one includes.
            **fields: Other fields of the assertion.
        """
        self.count += 1
        agents = [chain] if isinstance(chain, str) else list(chain)
        document = Document(
            id=hashlib.sha256(str(self.count).encode()).hexdigest(),
            name=f"d{self.count}",
            published=date(published),
            published_basis="its head",
            publisher=publisher,
            zone=zone,
            unhashed=True,
        )
        relations = [Relation(kind=RelationKind.INCLUDES, target=target) for target in includes]
        relations += [Relation(kind=RelationKind.RESPONDS_TO, target=denies)] if denies else []
        said = Assertion(
            document=document.id,
            evidence=(Locator(document=document.id, place="line 1"),),
            chain=tuple(Link(agent=slug, role=LinkRole.SPEAKER, mode=LinkMode.INDIRECT) for slug in agents),
            frame=Frame.parse(frame),
            value=self._value(frame, value),
            modality=fields.pop("modality", Modality.COUNTER if denies else Modality.CERTAIN),
            act=fields.pop("act", Act.DENY if denies else Act.STATE),
            temporality=Temporality.OCCURRED,
            voice=Voice.BODY,
            stated=date(fields.pop("stated", published)),
            valid=None if about is None else date(about),
            valid_reading=None if about is None else Reading(reading),
            relations=tuple(relations),
            **fields,
        )
        self.archive.append([*self._new((*agents, *([publisher] if publisher else []))), document, said])
        return assertion_id(said)

    def _value(self, frame: str, value: int | str | Value) -> Value:
        measure = self.vocabulary.measure(frame.split("/", maxsplit=1)[0])
        assert measure is not None
        if isinstance(value, int):
            return Quantity.exact(value, surface=str(value))
        if isinstance(value, str):
            if measure.terms:
                return Status(value)
            return Moment(date(value)) if measure.value == "moment" else Text(value)
        return value

    def _new(self, agents: Sequence[str]) -> list[Agent]:
        known = {agent.slug for agent in self.archive.agents()}
        new = sorted(set(agents) - known)
        return [Agent(slug=slug, kind=AgentKind.ORGANISATION, names=(slug,)) for slug in new]

    def corrects(self, by: str, old: str, new: str, published: str) -> None:
        """Records that a source replaces one claim by another one."""
        self.add(SourceCorrected(actor="archive", by=by, old=old, new=new, notice=notice(published)))

    def retracts(self, by: str, utterance: str, published: str) -> None:
        """Records that a source withdraws an utterance."""
        self.add(SourceRetracted(actor="archive", by=by, utterance=utterance, notice=notice(published)))

    def add(self, *events: Event) -> None:
        """Records events."""
        self.archive.append(list(events))

    def knows(self, frame: str, day: str | None = None, **axes: Any) -> BestKnown:
        """Returns what is best known of a frame."""
        return self.archive.as_of(day, **axes)[frame]


def figures(answer: BestKnown) -> tuple[Any, ...]:
    """Returns the status and the three figures of an answer."""
    return answer.status.value, answer.low, answer.best, answer.high
