"""Strategies for small archives of any vocabulary: a few documents and agents that contradict each other.

An archive is a tuple of events that follow ``archive.opened``: agents, documents, assertions, then what sources and
analysts say of them.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import attrs
import hypothesis.strategies as st

from kzarchive.archive import Archive
from kzarchive.errors import UsageError
from kzarchive.log.clock import FixedClock
from kzarchive.recording.intake import check_batch
from kzarchive.replay.ledger import Ledger
from kzarchive.testing.strategies.changes import judgements, source_events
from kzarchive.testing.strategies.values import (
    EVERY_KIND,
    ZONES,
    days,
    moments,
    readings,
    valids,
    values,
    weighted,
)
from kzarchive.values.assertions import (
    Act,
    Assertion,
    Modality,
    Relation,
    RelationKind,
    Temporality,
    Voice,
)
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    CoverageDeclared,
    DocumentRegistered,
    Event,
    Judged,
    JudgementWithdrawn,
)
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import Measure, Vocabulary
from kzarchive.wire.codec import assertion_id, identity

RECORDED: Final = "2023-01-01T00:00:00.000000Z"
AGENTS: Final = ("aida", "bek", "chan", "officials")
"""The agents of every archive; ``officials`` are collective, so that they are new in each document."""
UTTERANCES: Final = ("briefing", "call")
_KINDS: Final = (AgentKind.PERSON, AgentKind.ORGANISATION, AgentKind.MEDIA, AgentKind.COLLECTIVE)


@attrs.frozen
class Made:
    """An archive to be recorded.

    Attributes:
        zone: The zone of its bare dates.
        events: The events after ``archive.opened``, in an order in which they may be recorded.
        vocabulary: Its vocabulary.
    """

    zone: str
    events: tuple[Event, ...]
    vocabulary: Vocabulary = attrs.field(default=EVERY_KIND, repr=False)

    def archive(self) -> Archive:
        """Returns a new archive in memory with all its events, recorded long after everything in it."""
        archive = Archive.in_memory(vocabulary=self.vocabulary, clock=FixedClock(RECORDED), zone=self.zone)
        archive.append(self.events)
        return archive


@st.composite
def documents(draw: st.DrawFn, number: int) -> Document:
    """Draws a document: dated, imprecisely dated, or of unknown date; ``number`` tells it from others."""
    published = draw(weighted((1, st.none()), (5, moments())))
    return Document(
        id=hashlib.sha256(str(number).encode()).hexdigest(),
        name=f"d{number}",
        published=published,
        published_basis=None if published is None else "its head",
        retrieved=draw(weighted((4, st.none()), (1, moments()))),
        zone=draw(st.sampled_from((None, None, *ZONES))),
        publisher=draw(st.sampled_from((None, "aida", "chan", "officials"))),
        unhashed=True,
    )


def agents() -> list[Agent]:
    """Returns the agents of every archive."""
    return [Agent(slug=slug, kind=kind, names=(slug,)) for slug, kind in zip(AGENTS, _KINDS, strict=True)]


_SPOKEN: st.SearchStrategy[list[str]] = weighted(
    (2, st.just([])),
    (3, st.sampled_from(AGENTS).map(lambda slug: [slug])),
    (2, st.just(["officials"])),
    (1, st.just(["chan", "officials"])),
    (2, st.lists(st.sampled_from(AGENTS), unique=True, max_size=3)),
)


@st.composite
def chains(draw: st.DrawFn) -> tuple[Link, ...]:
    """Draws an attribution chain of at most three agents."""
    return tuple(
        Link(agent=slug, role=LinkRole.SPEAKER, mode=draw(st.sampled_from(LinkMode))) for slug in draw(_SPOKEN)
    )


_VOICES = st.sampled_from((Voice.BODY, Voice.BODY, Voice.QUOTE, Voice.HEADLINE, Voice.CAPTION))
_COMMITMENTS = st.sampled_from(
    (
        *((Modality.CERTAIN, Temporality.OCCURRED),) * 10,
        (Modality.CERTAIN, Temporality.ONGOING),
        (Modality.CERTAIN, Temporality.PROSPECTIVE),
        (Modality.POSSIBLE, Temporality.OCCURRED),
        (Modality.COUNTER, Temporality.OCCURRED),
    )
)
_DENIALS = st.sampled_from(
    (
        (Act.DENY, Modality.COUNTER),
        (Act.DENY, Modality.COUNTER),
        (Act.DENY_ATTRIBUTION, Modality.COUNTER),
        (Act.DENY_ATTRIBUTION, Modality.CERTAIN),
    )
)

_RELATIONS = st.sampled_from(
    (*(RelationKind.RESPONDS_TO,) * 4, *(RelationKind.INCLUDES,) * 2, RelationKind.CONVERTED_FROM)
)


@st.composite
def assertions(
    draw: st.DrawFn,
    number: int,
    document: Document,
    frame: Frame,
    earlier: Sequence[Assertion] = (),
    vocabulary: Vocabulary = EVERY_KIND,
) -> Assertion:
    """Draws an assertion; one in five that can responds to an earlier one by a denial.

    Args:
        draw: Of hypothesis.
        number: Tells it from others of its document.
        document: Its document.
        frame: Its frame, unless it denies.
        earlier: The assertions recorded before it.
        vocabulary: Has the measure of the frame.
    """
    modality, temporality = draw(_COMMITMENTS)
    act, relations, chain = Act.STATE, tuple[Relation, ...](), draw(chains())
    if earlier and draw(st.integers(0, 4)) == 4:
        kind = draw(_RELATIONS)
        target = draw(st.one_of(st.sampled_from(earlier[:2]), st.sampled_from(earlier)))
        relations = (Relation(kind=kind, target=assertion_id(target)),)
        if kind is RelationKind.RESPONDS_TO:
            act, modality = draw(_DENIALS)
            temporality, frame = Temporality.OCCURRED, target.frame
            if draw(st.booleans()) and target.chain:
                chain = target.chain[-1:]
    valid, measure = draw(weighted((1, st.none()), (1, valids()))), _measure(vocabulary, frame)
    return Assertion(
        document=document.id,
        evidence=(Locator(document=document.id, place=f"line {number}"),),
        chain=chain,
        utterance=draw(st.sampled_from((None, None, *UTTERANCES))),
        frame=frame,
        value=draw(values(measure)),
        modality=modality,
        act=act,
        temporality=temporality,
        voice=draw(_VOICES),
        stated=draw(weighted((1, st.none()), (2, moments()))),
        valid=valid,
        valid_reading=None if valid is None else draw(readings(measure)),
        relations=relations,
    )


def _measure(vocabulary: Vocabulary, frame: Frame) -> Measure:
    measure = vocabulary.measure(frame.measure)
    if measure is None:
        raise UsageError(f"expected a frame of the vocabulary, got {frame}")
    return measure


def frame_sets(
    vocabulary: Vocabulary = EVERY_KIND, measures: Sequence[str] | None = None
) -> st.SearchStrategy[list[Frame]]:
    """Draws the frames that an archive speaks of: one, several, or those of a whole and its parts.

    Args:
        vocabulary: Of the archive.
        measures: Slugs of the measures to take; None = any.
    """
    chosen = [m for m in vocabulary.measures if measures is None or m.slug in measures]
    places = [place.slug for place in vocabulary.places]
    subjects = [subject.slug for subject in vocabulary.subjects]
    single = st.builds(
        Frame, st.sampled_from([m.slug for m in chosen]), st.sampled_from(subjects), st.sampled_from(places)
    )
    few = st.lists(single, min_size=2, max_size=3, unique=True)
    wholes = [subject for subject in subjects if vocabulary.parts(subject)]
    if not wholes:
        return weighted((3, single.map(lambda frame: [frame])), (2, few))
    of_whole = st.tuples(single, st.sampled_from(wholes)).map(lambda drawn: _with_parts(vocabulary, *drawn))
    return weighted((3, single.map(lambda frame: [frame])), (1, few), (2, of_whole))


def _with_parts(vocabulary: Vocabulary, frame: Frame, whole: str) -> list[Frame]:
    return [attrs.evolve(frame, subject=subject) for subject in (whole, *vocabulary.parts(whole)[:2])]


def is_taken(event: Event, events: Sequence[Event], vocabulary: Vocabulary = EVERY_KIND) -> bool:
    """Tells whether an archive takes an event after others: a judgement may contradict one that stands."""
    opened = ArchiveOpened(actor="archive", name="made", zone="UTC", vocabulary=vocabulary)
    return not check_batch([("", each) for each in (opened, *events, event)], Ledger())


@st.composite
def archives(
    draw: st.DrawFn,
    vocabulary: Vocabulary = EVERY_KIND,
    *,
    frames: st.SearchStrategy[Any] | None = None,
    changes: bool = True,
) -> Made:
    """Draws an archive of 1 to 4 documents and 1 to 8 assertions over 1 to 3 frames.

    Args:
        draw: Of hypothesis.
        vocabulary: Of the archive.
        frames: Draws the frames that it speaks of; None = :func:`frame_sets` of the vocabulary.
        changes: Whether sources correct and retract and analysts judge.
    """
    held = [draw(documents(number)) for number in range(draw(st.integers(1, 4)))]
    spoken_of = draw(frame_sets(vocabulary) if frames is None else frames)
    said: list[Assertion] = []
    for number in range(draw(st.sampled_from((1, 2, 3, 4, 5, 5, 6, 6, 7, 8)))):
        frame, document = draw(st.sampled_from(spoken_of)), draw(st.sampled_from(held))
        said.append(draw(assertions(number, document, frame, said, vocabulary)))
    events: list[Event] = [AgentRegistered(actor="archive", agent=agent) for agent in agents()]
    events += [DocumentRegistered(actor="archive", document=document) for document in held]
    events += [AssertionRecorded(actor="archive", assertion=what) for what in said]
    if draw(st.integers(0, 4)) == 0:
        start, end = draw(weighted((1, st.none()), (3, days().map(ImpreciseDate.parse)))), ImpreciseDate.parse("2025")
        events.append(CoverageDeclared(actor="archive", start=start, end=end, grounds="so far"))
    for _ in range(draw(st.sampled_from((0, 1, 2, 3, 4))) if changes else 0):
        of_source, of_analyst = source_events(held, said, AGENTS), judgements(held, said, spoken_of, AGENTS)
        event = draw(weighted((1, of_source), (2, of_analyst)))
        if identity(event) not in set(map(identity, events)) and is_taken(event, events, vocabulary):
            events.append(event)
    made = [event for event in events if isinstance(event, Judged)]
    if made and draw(st.integers(0, 3)) == 0:
        target = identity(draw(st.sampled_from(made)))
        events.append(JudgementWithdrawn(actor="archive", target=target, grounds="a mistake"))
    return Made(draw(st.sampled_from(ZONES)), tuple(events), vocabulary)
