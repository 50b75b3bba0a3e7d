"""Strategies for small archives over a toy vocabulary: a few documents and agents that contradict each other.

An archive is a tuple of events that follow ``archive.opened``: agents, documents, assertions, then what sources and
analysts say of them. All days lie between 4 and 12 January 2022, so that ties, overlaps and cuts between are common.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, TypeVar

import attrs
import hypothesis.strategies as st

from kzarchive import Archive
from kzarchive.log.clock import FixedClock
from kzarchive.recording.intake import check_batch
from kzarchive.replay.ledger import Ledger
from kzarchive.values.assertions import (
    Act,
    Assertion,
    Modality,
    Relation,
    RelationKind,
    Temporality,
    ValidReading,
    Voice,
)
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, UnknownReason, Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    AXES,
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    Axis,
    CoverageDeclared,
    DateAssessed,
    DependenceDeclared,
    DocumentRegistered,
    Event,
    FrameReassigned,
    IdentityJudged,
    IdentityOf,
    Judged,
    Judgement,
    JudgementWithdrawn,
    Notice,
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
)
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Modifier, Quantity
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import Aggregation, Measure, Place, Subject, Term, ValueType, Vocabulary
from kzarchive.wire.codec import assertion_id, identity

T = TypeVar("T")

RECORDED = "2023-01-01T00:00:00.000000Z"
ZONES = ("Asia/Almaty", "UTC", "America/New_York")
DAYS = tuple(f"2022-01-{day:02}" for day in range(4, 13))
PAIRS = tuple((DAYS[i], DAYS[j]) for i in range(len(DAYS)) for j in range(i + 1, min(i + 5, len(DAYS))))
AGENTS = ("aida", "bek", "chan", "officials")
UTTERANCES = ("briefing", "call")


def _measure(slug: str, value: ValueType, aggregation: Aggregation, **rest: Any) -> Measure:
    return Measure(slug=slug, definition=slug, value=value, aggregation=aggregation, **rest)


def _terms(*slugs: str, milestones: Sequence[str] = ()) -> tuple[Term, ...]:
    return tuple(Term(slug=slug, definition=slug, milestone=slug in milestones) for slug in (*slugs, *milestones))


VOCABULARY = Vocabulary(
    name="toy/1",
    measures=(
        _measure("killed", ValueType.QUANTITY, Aggregation.CUMULATIVE, unit="person"),
        _measure("rain", ValueType.QUANTITY, Aggregation.CUMULATIVE, unit="metre", decimal=True),
        _measure("strength", ValueType.QUANTITY, Aggregation.LEVEL, unit="person"),
        _measure("arrested_daily", ValueType.QUANTITY, Aggregation.INCREMENT, unit="person"),
        _measure("clash", ValueType.QUANTITY, Aggregation.OCCURRENCE, unit="person"),
        _measure("price", ValueType.MONEY, Aggregation.LEVEL, decimal=True),
        _measure("damage", ValueType.MONEY, Aggregation.CUMULATIVE, decimal=True),
        _measure("fines_daily", ValueType.MONEY, Aggregation.INCREMENT, decimal=True),
        _measure(
            "whereabouts",
            ValueType.STATUS,
            Aggregation.STATUS,
            terms=_terms("absent", "present", "withdrawn", milestones=("requested", "sent")),
            exclusive=(("absent", "present", "withdrawn"),),
            initial="absent",
            inherits=True,
        ),
        _measure(
            "orders",
            ValueType.STATUS,
            Aggregation.STATUS,
            terms=_terms("curfew", "no_curfew", "offline", "online", "mourning", milestones=("declared", "debated")),
            exclusive=(("curfew", "no_curfew"), ("offline", "online"), ("declared", "no_curfew")),
        ),
        _measure("began", ValueType.MOMENT, Aggregation.MOMENT),
        _measure("reaction", ValueType.TEXT, Aggregation.TEXT),
    ),
    subjects=(
        Subject(slug="all", definition="everyone"),
        Subject(slug="officers", definition="those in uniform", part_of=("all",)),
        Subject(slug="force", definition="the whole force"),
        Subject(slug="force.a", definition="its first part", part_of=("force",)),
        Subject(slug="force.b", definition="its second part", part_of=("force",)),
    ),
    places=(Place(slug="KZ", definition="the country"), Place(slug="KZ.almaty", definition="a city of it")),
)

PLAIN_FRAMES = tuple(
    Frame(measure.slug, "all", "KZ") for measure in VOCABULARY.measures if measure.slug != "whereabouts"
)
WHOLE_FRAMES = tuple(
    Frame(measure, subject, place)
    for measure in ("killed", "strength", "arrested_daily")
    for subject, place in (("all", "KZ"), ("officers", "KZ"), ("all", "KZ.almaty"), ("officers", "KZ.almaty"))
)
FORCE_FRAMES = tuple(Frame("whereabouts", subject, "KZ") for subject in ("force", "force.a", "force.b"))


@attrs.frozen
class Made:
    """An archive to be recorded.

    Attributes:
        zone: The zone of its bare dates.
        events: The events after ``archive.opened``, in an order in which they may be recorded.
    """

    zone: str
    events: tuple[Event, ...]


def recorded(made: Made) -> Archive:
    """Returns the archive with all its events, recorded long after everything in it."""
    archive = Archive.in_memory(vocabulary=VOCABULARY, clock=FixedClock(RECORDED), zone=made.zone)
    archive.append(made.events)
    return archive


def _date(text: str) -> ImpreciseDate:
    return ImpreciseDate.parse(text)


def weighted(*options: tuple[int, st.SearchStrategy[T]]) -> st.SearchStrategy[T]:
    """Draws from one of several strategies, each as often as its weight says."""
    picks = [strategy for weight, strategy in options for _ in range(weight)]
    return st.integers(0, len(picks) - 1).flatmap(picks.__getitem__)


days = st.sampled_from(DAYS)
pairs = st.sampled_from(PAIRS)
moment_texts = weighted(
    (8, days),
    (1, days.map(lambda day: day + "~")),
    (2, pairs.map(lambda pair: f"[{pair[0]}..{pair[1]}]")),
    (1, days.map(lambda day: f"[..{day}]")),
    (1, days.map(lambda day: f"[{day}..]")),
    (1, days.map(lambda day: f"{day}T12:00+06:00")),
    (1, days.map(lambda day: f"{day}T12:00")),
    (1, st.just("2022-01")),
)
moments = moment_texts.map(_date)
valids = weighted(
    (4, moment_texts),
    (2, pairs.map("/".join)),
    (1, st.sampled_from(("2022", "2022-01", "2022-01~", "2021-12/2022-01"))),
    (1, days.map(lambda day: f"{day}/..")),
    (1, days.map(lambda day: f"{day}/")),
    (1, days.map(lambda day: f"../{day}")),
    (1, days.map(lambda day: f"/{day}")),
).map(_date)

_small = st.sampled_from((1, 2, 5, 5, 12, 12, 20, 30))
_round = st.sampled_from((10, 20, 30))
_words = st.sampled_from((Modifier.DOZENS, Modifier.SCORES, Modifier.MANY, Modifier.NONE, Modifier.HIGHER_THAN))
quantities = weighted(
    (6, _small.map(lambda n: Quantity.exact(n, surface="n"))),
    (2, _round.map(lambda n: Quantity.about(n, surface="about n"))),
    (2, _round.map(lambda n: Quantity.nearly(n, surface="nearly n"))),
    (1, _small.map(lambda n: Quantity.more_than(n, surface="more than n"))),
    (1, _small.map(lambda n: Quantity.at_least(n, surface="at least n"))),
    (1, _small.map(lambda n: Quantity.at_most(n, surface="at most n"))),
    (1, _small.map(lambda n: Quantity.less_than(n, surface="less than n"))),
    (1, st.tuples(_small, _small).map(lambda ab: Quantity.between(min(ab), max(ab), surface="a to b"))),
    (
        1,
        st.tuples(_small, _small, _small).map(
            lambda abc: Quantity.estimate(sorted(abc)[1], min(abc), max(abc), surface="n, a to b")
        ),
    ),
    (3, _words.map(lambda modifier: Quantity.word(modifier, surface=modifier.value))),
)


@st.composite
def values(draw: st.DrawFn, measure: Measure) -> Value:
    """Draws a value that the measure takes; one in ten is unknown."""
    if draw(st.integers(0, 9)) == 9:
        return Unknown(draw(st.sampled_from(UnknownReason)))
    if measure.value is ValueType.QUANTITY:
        quantity: Quantity = draw(quantities)
        return quantity
    if measure.value is ValueType.MONEY:
        currency, per = draw(st.sampled_from((("KZT", "litre"), ("KZT", "litre"), ("KZT", "litre"), ("USD", None))))
        return Money(amount=draw(quantities), currency=currency, per=per)
    if measure.value is ValueType.STATUS:
        return Status(draw(st.sampled_from(measure.terms)).slug)
    if measure.value is ValueType.MOMENT:
        return Moment(draw(moments))
    return Text(draw(st.sampled_from(("approves", "regrets"))))


@st.composite
def documents(draw: st.DrawFn, number: int) -> Document:
    """Draws a document: dated, imprecisely dated, or of unknown date."""
    published = draw(weighted((1, st.none()), (5, moments)))
    return Document(
        id=hashlib.sha256(str(number).encode()).hexdigest(),
        name=f"d{number}",
        published=published,
        published_basis=None if published is None else "its head",
        retrieved=draw(weighted((4, st.none()), (1, moments))),
        zone=draw(st.sampled_from((None, None, *ZONES))),
        publisher=draw(st.sampled_from((None, "aida", "chan", "officials"))),
        unhashed=True,
    )


def agents() -> list[Agent]:
    """Returns the agents of every archive; the last one is collective, so that it is new in each document."""
    kinds = (AgentKind.PERSON, AgentKind.ORGANISATION, AgentKind.MEDIA, AgentKind.COLLECTIVE)
    return [Agent(slug=slug, kind=kind, names=(slug,)) for slug, kind in zip(AGENTS, kinds, strict=True)]


_spoken = weighted(
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
        Link(agent=slug, role=LinkRole.SPEAKER, mode=draw(st.sampled_from(LinkMode))) for slug in draw(_spoken)
    )


voices = st.sampled_from((Voice.BODY, Voice.BODY, Voice.QUOTE, Voice.HEADLINE, Voice.CAPTION))
commitments = st.sampled_from(
    (
        *((Modality.CERTAIN, Temporality.OCCURRED),) * 10,
        (Modality.CERTAIN, Temporality.ONGOING),
        (Modality.CERTAIN, Temporality.PROSPECTIVE),
        (Modality.POSSIBLE, Temporality.OCCURRED),
        (Modality.COUNTER, Temporality.OCCURRED),
    )
)


denials = st.sampled_from(
    (
        (Act.DENY, Modality.COUNTER),
        (Act.DENY, Modality.COUNTER),
        (Act.DENY_ATTRIBUTION, Modality.COUNTER),
        (Act.DENY_ATTRIBUTION, Modality.CERTAIN),
    )
)


RELATIONS = (*(RelationKind.RESPONDS_TO,) * 4, *(RelationKind.INCLUDES,) * 2, RelationKind.CONVERTED_FROM)


@st.composite
def assertions(
    draw: st.DrawFn, number: int, document: Document, frame: Frame, earlier: Sequence[Assertion]
) -> Assertion:
    """Draws an assertion of a frame; one in five that can responds to an earlier one by a denial."""
    measure = VOCABULARY.measure(frame.measure)
    assert measure is not None
    modality, temporality = draw(commitments)
    act, relations, chain = Act.STATE, tuple[Relation, ...](), draw(chains())
    if earlier and draw(st.integers(0, 4)) == 4:
        kind = draw(st.sampled_from(RELATIONS))
        target = draw(one_of_them(earlier))
        relations = (Relation(kind=kind, target=assertion_id(target)),)
        if kind is RelationKind.RESPONDS_TO:
            act, modality = draw(denials)
            temporality, frame = Temporality.OCCURRED, target.frame
            measure = VOCABULARY.measure(frame.measure)
            assert measure is not None
            if draw(st.booleans()) and target.chain:
                chain = target.chain[-1:]
    valid = draw(weighted((1, st.none()), (1, valids)))
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
        voice=draw(voices),
        stated=draw(weighted((1, st.none()), (2, moments))),
        valid=valid,
        valid_reading=None if valid is None else draw(readings(measure)),
        relations=relations,
    )


def readings(measure: Measure) -> st.SearchStrategy[ValidReading]:
    """Draws a reading of a time; a state is not counted up to one."""
    held = (ValidReading.THROUGHOUT, ValidReading.WITHIN)
    return st.sampled_from(held if measure.value is ValueType.STATUS else tuple(ValidReading))


def one_of_them(said: Sequence[Assertion]) -> st.SearchStrategy[Assertion]:
    """Draws an assertion, often one of the first two, so that several events meet in one."""
    return st.one_of(st.sampled_from(said[:2]), st.sampled_from(said))


@st.composite
def notices(draw: st.DrawFn, held: Sequence[Document]) -> Notice:
    """Draws a notice that stands in one of the documents, or of which only the existence is known."""
    where = draw(st.one_of(st.none(), st.sampled_from(held)))
    evidence = () if where is None else (Locator(document=where.id, place="notice"),)
    return Notice(published=draw(moments), evidence=evidence, reason="as it says")


@st.composite
def replacing(draw: st.DrawFn, said: Sequence[Assertion]) -> tuple[Assertion, Assertion]:
    """Draws two assertions, the first one recorded earlier, so that nothing comes to stand for itself."""
    old = draw(st.one_of(st.just(0), st.integers(0, len(said) - 2)))
    return said[old], said[draw(st.integers(old + 1, len(said) - 1))]


def replacements(said: Sequence[Assertion]) -> st.SearchStrategy[tuple[str, str]]:
    """Draws the ids of two assertions, as :func:`replacing` does."""
    return replacing(said).map(lambda pair: (assertion_id(pair[0]), assertion_id(pair[1])))


@st.composite
def source_events(draw: st.DrawFn, held: Sequence[Document], said: Sequence[Assertion]) -> Event:
    """Draws a correction or a retraction by a source."""
    by, notice = draw(st.sampled_from(AGENTS)), draw(notices(held))
    if len(said) > 1 and draw(st.booleans()):
        old, new = draw(st.permutations(said))[:2] if draw(st.integers(0, 3)) == 0 else draw(replacing(said))
        if old.chain and draw(st.booleans()):
            by = draw(st.sampled_from(old.chain)).agent
        return SourceCorrected(actor="archive", by=by, old=assertion_id(old), new=assertion_id(new), notice=notice)
    what = draw(one_of_them(said))
    utterance = what.utterance or assertion_id(what)
    if draw(st.booleans()) and what.chain:
        by = what.chain[-1].agent
    return SourceRetracted(actor="archive", by=by, utterance=utterance, notice=notice)


@st.composite
def date_assessments(draw: st.DrawFn, held: Sequence[Document], said: Sequence[Assertion]) -> Event:
    """Draws an assessment of one axis of a document, an utterance or an assertion."""
    what = draw(one_of_them(said))
    targets = {TargetKind.DOCUMENT: draw(st.sampled_from(held)).id, TargetKind.ASSERTION: assertion_id(what)}
    if what.utterance is not None:
        targets[TargetKind.UTTERANCE] = what.utterance
    kind = draw(st.sampled_from(sorted(targets)))
    axis = draw(st.sampled_from(AXES[kind]))
    date = draw(valids if axis is Axis.VALID else moments)
    return DateAssessed(actor="archive", kind=kind, target=targets[kind], axis=axis, date=date, grounds="its context")


KINDS = ("date", "date", "agent", "agent", "utterance", "dependence", "frame", "fix", "fix")


@st.composite
def judgements(draw: st.DrawFn, held: Sequence[Document], said: Sequence[Assertion], frames: Sequence[Frame]) -> Event:
    """Draws a judgement of an analyst, other than a withdrawal."""
    spoken = sorted({what.utterance for what in said if what.utterance is not None})
    kind = draw(st.sampled_from(KINDS))
    common = {"actor": "archive", "grounds": "its context"}
    answer = draw(st.sampled_from((Judgement.SAME, Judgement.SAME, Judgement.DIFFERENT, Judgement.UNSURE)))
    if kind == "agent" or (kind == "utterance" and len(spoken) > 1):
        of, among = (IdentityOf.AGENT, AGENTS) if kind == "agent" else (IdentityOf.UTTERANCE, spoken)
        left, right = draw(st.permutations(among))[:2]
        left = "officials" if kind == "agent" and right != "officials" and draw(st.booleans()) else left
        return IdentityJudged(**common, of=of, left=left, right=right, judgement=answer)
    if kind == "dependence" and len(said) > 1:
        chosen = draw(st.lists(st.sampled_from(said), min_size=2, max_size=3, unique_by=assertion_id))
        return DependenceDeclared(**common, assertions=tuple(assertion_id(what) for what in chosen))
    if kind == "fix" and len(said) > 1:
        old, new = draw(replacements(said))
        return TranscriptionFixed(**common, old=old, new=new)
    if kind == "frame":
        what = draw(one_of_them(said))
        other = [f for f in frames if f.measure == what.frame.measure]
        return FrameReassigned(**common, assertions=(assertion_id(what),), frame=draw(st.sampled_from(other)))
    return draw(date_assessments(held, said))


def is_taken(event: Event, events: Sequence[Event]) -> bool:
    """Tells whether an archive takes an event after others: a judgement may contradict one that stands."""
    opened = ArchiveOpened(actor="archive", name="toy", zone="UTC", vocabulary=VOCABULARY)
    return not check_batch([("", each) for each in (opened, *events, event)], Ledger())


def _of_parts(measure: str) -> list[Frame]:
    return [frame for frame in WHOLE_FRAMES if frame.measure == measure]


frame_sets: st.SearchStrategy[Sequence[Frame]] = weighted(
    (2, st.sampled_from(("killed", "killed", "strength", "arrested_daily")).map(_of_parts)),
    (6, st.sampled_from(PLAIN_FRAMES).map(lambda frame: [frame])),
    (2, st.lists(st.sampled_from(PLAIN_FRAMES), min_size=2, max_size=3, unique=True)),
    (3, st.just(list(FORCE_FRAMES))),
)


@st.composite
def archives(draw: st.DrawFn, *, changes: bool = True) -> Made:
    """Draws an archive of 1 to 4 documents and 1 to 8 assertions over 1 to 3 frames.

    Args:
        draw: Of hypothesis.
        changes: Whether sources correct and retract and analysts judge.
    """
    held = [draw(documents(number)) for number in range(draw(st.integers(1, 4)))]
    frames = draw(frame_sets)
    said: list[Assertion] = []
    for number in range(draw(st.sampled_from((1, 2, 3, 4, 5, 5, 6, 6, 7, 8)))):
        frame, document = draw(st.sampled_from(frames)), draw(st.sampled_from(held))
        said.append(draw(assertions(number, document, frame, said)))
    events: list[Event] = [AgentRegistered(actor="archive", agent=agent) for agent in agents()]
    events += [DocumentRegistered(actor="archive", document=document) for document in held]
    events += [AssertionRecorded(actor="archive", assertion=what) for what in said]
    if draw(st.integers(0, 4)) == 0:
        start = draw(weighted((1, st.none()), (3, days.map(_date))))
        events.append(CoverageDeclared(actor="archive", start=start, end=_date("2025"), grounds="so far"))
    for _ in range(draw(st.sampled_from((0, 1, 2, 3, 4))) if changes else 0):
        judgement = judgements(held, said, frames)
        event = draw(weighted((1, source_events(held, said)), (2, judgement)))
        if identity(event) not in set(map(identity, events)) and is_taken(event, events):
            events.append(event)
    made = [event for event in events if isinstance(event, Judged)]
    if made and draw(st.integers(0, 3)) == 0:
        target = identity(draw(st.sampled_from(made)))
        events.append(JudgementWithdrawn(actor="archive", target=target, grounds="a mistake"))
    return Made(zone=draw(st.sampled_from(ZONES)), events=tuple(events))


@attrs.frozen(kw_only=True)
class Question:
    """The coordinates of a question, as ``as_of`` takes them; None = not given."""

    date: str | None = None
    published: str | None = None
    stated: str | None = None
    valid: str | None = None
    retrieved: str | None = None
    position: int | None = None
    include: str = "definite"
    convention: str = "half-grain/1"

    def arguments(self) -> dict[str, Any]:
        """Returns the arguments of ``as_of``."""
        return {name: value for name, value in attrs.asdict(self).items() if value is not None}


_asked = st.sampled_from((*DAYS, "2022-01", "2022-01-07T12:00:00Z", "2025"))


@st.composite
def questions(draw: st.DrawFn, head: int) -> Question:
    """Draws a question about an archive whose log ends at ``head``."""
    axes = draw(
        st.one_of(
            st.just({}),
            st.fixed_dictionaries({"date": _asked}),
            st.fixed_dictionaries({"published": _asked}),
            st.fixed_dictionaries({"valid": _asked}),
            st.fixed_dictionaries({"stated": _asked}),
            st.fixed_dictionaries({"retrieved": _asked}),
            st.fixed_dictionaries({"published": _asked, "valid": _asked}),
            st.fixed_dictionaries({"date": _asked, "stated": _asked, "retrieved": _asked}),
        )
    )
    position = draw(st.one_of(st.none(), st.none(), st.integers(1, head)))
    include = draw(st.sampled_from(("definite", "definite", "possible")))
    convention = draw(st.sampled_from(("half-grain/1", "half-grain/1", "acled/1")))
    return Question(**axes, position=position, include=include, convention=convention)
