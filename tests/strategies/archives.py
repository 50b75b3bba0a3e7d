"""Strategies for small archives over a toy vocabulary: a few documents and agents that contradict each other.

An archive is a tuple of events that follow ``archive.opened``: agents, documents, assertions, then what sources and
analysts say of them. All days lie between 4 and 12 January 2022, so that ties, overlaps and cuts between are common.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import attrs
import hypothesis.strategies as st

from kzarchive import Archive
from kzarchive.log.clock import FixedClock
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
    AssertionRecorded,
    Axis,
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
            terms=_terms("curfew", "no_curfew", "offline", "online"),
            exclusive=(("curfew", "no_curfew"), ("offline", "online")),
        ),
        _measure("began", ValueType.MOMENT, Aggregation.MOMENT),
        _measure("reaction", ValueType.TEXT, Aggregation.TEXT),
    ),
    subjects=(
        Subject(slug="all", definition="everyone"),
        Subject(slug="force", definition="the whole force"),
        Subject(slug="force.a", definition="its first part", part_of=("force",)),
        Subject(slug="force.b", definition="its second part", part_of=("force",)),
    ),
    places=(Place(slug="KZ", definition="the country"),),
)

PLAIN_FRAMES = tuple(
    Frame(measure.slug, "all", "KZ") for measure in VOCABULARY.measures if measure.slug != "whereabouts"
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


days = st.sampled_from(DAYS)
pairs = st.sampled_from(PAIRS)
moment_texts = st.one_of(
    days,
    days,
    days,
    days,
    days.map(lambda day: day + "~"),
    pairs.map(lambda pair: f"[{pair[0]}..{pair[1]}]"),
    days.map(lambda day: f"[..{day}]"),
    days.map(lambda day: f"[{day}..]"),
    days.map(lambda day: f"{day}T12:00+06:00"),
    days.map(lambda day: f"{day}T12:00"),
    st.just("2022-01"),
)
moments = moment_texts.map(_date)
valids = st.one_of(
    moment_texts,
    pairs.map("/".join),
    days.map(lambda day: f"{day}/.."),
    days.map(lambda day: f"{day}/"),
    days.map(lambda day: f"../{day}"),
    days.map(lambda day: f"/{day}"),
).map(_date)

_small = st.sampled_from((1, 2, 5, 5, 12, 12, 20, 30))
quantities = st.one_of(
    _small.map(lambda n: Quantity.exact(n, surface="n")),
    _small.map(lambda n: Quantity.exact(n, surface="n")),
    st.sampled_from((10, 20, 30)).map(lambda n: Quantity.about(n, surface="about n")),
    st.sampled_from((10, 20, 30)).map(lambda n: Quantity.nearly(n, surface="nearly n")),
    _small.map(lambda n: Quantity.more_than(n, surface="more than n")),
    _small.map(lambda n: Quantity.at_least(n, surface="at least n")),
    _small.map(lambda n: Quantity.at_most(n, surface="at most n")),
    _small.map(lambda n: Quantity.less_than(n, surface="less than n")),
    st.tuples(_small, _small).map(lambda ab: Quantity.between(min(ab), max(ab), surface="a to b")),
    st.tuples(_small, _small, _small).map(
        lambda abc: Quantity.estimate(sorted(abc)[1], min(abc), max(abc), surface="n, a to b")
    ),
    st.sampled_from((Modifier.DOZENS, Modifier.SCORES, Modifier.MANY, Modifier.NONE, Modifier.HIGHER_THAN)).map(
        lambda modifier: Quantity.word(modifier, surface=modifier.value)
    ),
)
unknowns = st.sampled_from(UnknownReason).map(Unknown)


@st.composite
def values(draw: st.DrawFn, measure: Measure) -> Value:
    """Draws a value that the measure takes; one in ten is unknown."""
    if draw(st.integers(0, 9)) == 9:
        return draw(unknowns)
    if measure.value is ValueType.QUANTITY:
        return draw(quantities)
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
    published = draw(st.one_of(st.none(), moments, moments, moments))
    return Document(
        id=hashlib.sha256(str(number).encode()).hexdigest(),
        name=f"d{number}",
        published=published,
        published_basis=None if published is None else "its head",
        retrieved=draw(st.one_of(st.none(), st.none(), moments)),
        zone=draw(st.sampled_from((None, None, *ZONES))),
        publisher=draw(st.sampled_from((None, "aida", "chan", "officials"))),
        unhashed=True,
    )


def agents() -> list[Agent]:
    """Returns the agents of every archive; the last one is collective, so that it is new in each document."""
    kinds = (AgentKind.PERSON, AgentKind.ORGANISATION, AgentKind.MEDIA, AgentKind.COLLECTIVE)
    return [Agent(slug=slug, kind=kind, names=(slug,)) for slug, kind in zip(AGENTS, kinds, strict=True)]


_spoken = st.one_of(
    st.just([]),
    st.sampled_from(AGENTS).map(lambda slug: [slug]),
    st.sampled_from(AGENTS).map(lambda slug: [slug]),
    st.just(["officials"]),
    st.just(["chan", "officials"]),
    st.lists(st.sampled_from(AGENTS), unique=True, max_size=3),
)
chains = _spoken.flatmap(
    lambda slugs: st.tuples(
        *(
            st.sampled_from(LinkMode).map(lambda mode, slug=slug: Link(agent=slug, role=LinkRole.SPEAKER, mode=mode))
            for slug in slugs
        )
    )
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


@st.composite
def assertions(
    draw: st.DrawFn, number: int, document: Document, frame: Frame, earlier: Sequence[Assertion]
) -> Assertion:
    """Draws an assertion of a frame; one in five that can responds to an earlier one by a denial."""
    measure = VOCABULARY.measure(frame.measure)
    assert measure is not None
    modality, temporality = draw(commitments)
    act, relations = Act.STATE, ()
    if earlier and draw(st.integers(0, 4)) == 4:
        kind = draw(st.sampled_from((*(RelationKind.RESPONDS_TO,) * 4, RelationKind.CONVERTED_FROM)))
        target = draw(st.sampled_from(earlier))
        relations = (Relation(kind=kind, target=assertion_id(target)),)
        if kind is RelationKind.RESPONDS_TO:
            act, modality = draw(denials)
            temporality, frame = Temporality.OCCURRED, target.frame
            measure = VOCABULARY.measure(frame.measure)
            assert measure is not None
    valid = draw(st.one_of(st.none(), valids))
    chain = draw(chains)
    if relations and target.chain and draw(st.booleans()):
        chain = target.chain[-1:]
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
        stated=draw(st.one_of(st.none(), moments, moments)),
        valid=valid,
        valid_reading=None if valid is None else draw(st.sampled_from(ValidReading)),
        relations=relations,
    )


@st.composite
def notices(draw: st.DrawFn, held: Sequence[Document]) -> Notice:
    """Draws a notice that stands in one of the documents, or of which only the existence is known."""
    where = draw(st.one_of(st.none(), st.sampled_from(held)))
    evidence = () if where is None else (Locator(document=where.id, place="notice"),)
    return Notice(published=draw(moments), evidence=evidence, reason="as it says")


@st.composite
def replacements(draw: st.DrawFn, said: Sequence[Assertion]) -> tuple[str, str]:
    """Draws two assertions, the first one recorded earlier, so that nothing comes to stand for itself."""
    old, new = sorted(draw(st.lists(st.integers(0, len(said) - 1), min_size=2, max_size=2, unique=True)))
    return assertion_id(said[old]), assertion_id(said[new])


@st.composite
def source_events(draw: st.DrawFn, held: Sequence[Document], said: Sequence[Assertion]) -> Event:
    """Draws a correction or a retraction by a source."""
    by, notice = draw(st.sampled_from(AGENTS)), draw(notices(held))
    if len(said) > 1 and draw(st.booleans()):
        old, new = draw(replacements(said))
        return SourceCorrected(actor="archive", by=by, old=old, new=new, notice=notice)
    what = draw(st.sampled_from(said))
    utterance = what.utterance or assertion_id(what)
    if what.chain and draw(st.booleans()):
        by = what.chain[-1].agent
    return SourceRetracted(actor="archive", by=by, utterance=utterance, notice=notice)


@st.composite
def date_assessments(draw: st.DrawFn, held: Sequence[Document], said: Sequence[Assertion]) -> Event:
    """Draws an assessment of one axis of a document, an utterance or an assertion."""
    what = draw(st.sampled_from(said))
    targets = {TargetKind.DOCUMENT: draw(st.sampled_from(held)).id, TargetKind.ASSERTION: assertion_id(what)}
    if what.utterance is not None:
        targets[TargetKind.UTTERANCE] = what.utterance
    kind = draw(st.sampled_from(sorted(targets)))
    axis = draw(st.sampled_from(AXES[kind]))
    date = draw(valids if axis is Axis.VALID else moments)
    return DateAssessed(actor="archive", kind=kind, target=targets[kind], axis=axis, date=date, grounds="its context")


@st.composite
def judgements(draw: st.DrawFn, held: Sequence[Document], said: Sequence[Assertion], frames: Sequence[Frame]) -> Event:
    """Draws a judgement of an analyst, other than a withdrawal."""
    spoken = sorted({what.utterance for what in said if what.utterance is not None})
    kind = draw(st.sampled_from(("date", "date", "agent", "utterance", "dependence", "frame", "fix")))
    common = {"actor": "archive", "grounds": "its context"}
    if kind == "agent" or (kind == "utterance" and len(spoken) > 1):
        of, among = (IdentityOf.AGENT, AGENTS) if kind == "agent" else (IdentityOf.UTTERANCE, spoken)
        left, right = draw(st.lists(st.sampled_from(among), min_size=2, max_size=2, unique=True))
        return IdentityJudged(**common, of=of, left=left, right=right, judgement=draw(st.sampled_from(Judgement)))
    if kind == "dependence" and len(said) > 1:
        chosen = draw(st.lists(st.sampled_from(said), min_size=2, max_size=3, unique_by=assertion_id))
        return DependenceDeclared(**common, assertions=tuple(assertion_id(what) for what in chosen))
    if kind == "fix" and len(said) > 1:
        old, new = draw(replacements(said))
        return TranscriptionFixed(**common, old=old, new=new)
    if kind == "frame":
        what = draw(st.sampled_from(said))
        other = [f for f in frames if f.measure == what.frame.measure]
        return FrameReassigned(**common, assertions=(assertion_id(what),), frame=draw(st.sampled_from(other)))
    return draw(date_assessments(held, said))


def _contradicts(event: Event, events: Sequence[Event]) -> bool:
    """Tells whether a judgement contradicts a standing one, so that no archive takes it."""
    if isinstance(event, TranscriptionFixed):
        return any(isinstance(fix, TranscriptionFixed) and fix.old in {event.old, event.new} for fix in events)
    if not isinstance(event, IdentityJudged):
        return False
    judged = [other for other in (*events, event) if isinstance(other, IdentityJudged) and other.of is event.of]
    same = [{other.left, other.right} for other in judged if other.judgement is Judgement.SAME]
    return any(_connected(other.left, other.right, same) for other in judged if other.judgement is Judgement.DIFFERENT)


def _connected(left: str, right: str, pairs: Sequence[set[str]]) -> bool:
    found = {left}
    for _ in pairs:
        found = found.union(*(pair for pair in pairs if pair & found))
    return right in found


frame_sets = st.one_of(
    st.sampled_from(PLAIN_FRAMES).map(lambda frame: (frame,)),
    st.sampled_from(PLAIN_FRAMES).map(lambda frame: (frame,)),
    st.lists(st.sampled_from(PLAIN_FRAMES), min_size=2, max_size=3, unique=True).map(tuple),
    st.just(FORCE_FRAMES),
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
    for number in range(draw(st.integers(1, 8))):
        frame, document = draw(st.sampled_from(frames)), draw(st.sampled_from(held))
        said.append(draw(assertions(number, document, frame, said)))
    events: list[Event] = [AgentRegistered(actor="archive", agent=agent) for agent in agents()]
    events += [DocumentRegistered(actor="archive", document=document) for document in held]
    events += [AssertionRecorded(actor="archive", assertion=what) for what in said]
    for _ in range(draw(st.integers(0, 4)) if changes else 0):
        event = draw(st.one_of(source_events(held, said), judgements(held, said, frames)))
        if identity(event) not in set(map(identity, events)) and not _contradicts(event, events):
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
