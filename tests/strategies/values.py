"""Hypothesis strategies for every class of kzarchive.values; each draws only what the class accepts."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from kzarchive.values import assertions as a
from kzarchive.values import events as e
from kzarchive.values.canonical import LARGEST_INTEGER
from kzarchive.values.content import Moment, Money, Status, Text, Unknown, UnknownReason, Value
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.evidence import Anchor, Locator, RecordCell, TextSpan
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Modifier, Quantity
from kzarchive.values.sources import (
    Agent,
    AgentKind,
    DateKind,
    Document,
    DocumentDate,
    Link,
    LinkMode,
    LinkRole,
)
from kzarchive.values.terms import AGGREGATIONS, Measure, Place, Subject, Term, ValueType, Vocabulary

ALPHABET = "ABCXYZabcxyz0189"
MARKS = ("", "", "", "?", "~", "%")
ZONES = ("Asia/Almaty", "UTC", "Europe/Moscow", "America/New_York")
HARMLESS_ACTS = sorted(set(a.Act) - {a.Act.DENY, a.Act.DENY_ATTRIBUTION})


def optional(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """None, or what the strategy draws."""
    return st.none() | strategy


def tuples_of(strategy: SearchStrategy[Any], **options: Any) -> SearchStrategy[tuple[Any, ...]]:
    """Tuples of up to three, unless ``options`` of :func:`lists` say otherwise."""
    return st.lists(strategy, **{"max_size": 3, **options}).map(tuple)


# Single values

slugs: SearchStrategy[str] = st.builds(str.__add__, st.sampled_from(ALPHABET), st.text(f"{ALPHABET}_.:-", max_size=79))
ids: SearchStrategy[str] = st.binary(min_size=32, max_size=32).map(bytes.hex)
texts: SearchStrategy[str] = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda text: bool(text.strip())
)
naturals: SearchStrategy[int] = st.integers(0, LARGEST_INTEGER)
zones: SearchStrategy[str] = st.sampled_from(ZONES)


# Dates


@st.composite
def _single_texts(draw: DrawFn, first: date = date(1900, 1, 1), last: date = date(2099, 12, 31)) -> str:
    day = draw(st.dates(first, last))
    year, month = f"{day.year:04}", f"{day:%Y-%m}"
    offset = draw(st.sampled_from(("", "Z", "+06:00", "-03:30")))
    forms = (str(day), month, year, f"{year}-22", f"{month}-XX", f"{day}T{draw(st.times()):%H:%M}{offset}")
    return draw(st.sampled_from(forms)) + draw(st.sampled_from(MARKS))


@st.composite
def _pairs(draw: DrawFn) -> tuple[str, str]:
    early = draw(_single_texts(last=date(1999, 12, 31)) | st.just(""))
    late = draw(_single_texts(first=date(2001, 1, 1)) | (st.just("") if early else st.nothing()))
    return early, late


moments: SearchStrategy[ImpreciseDate] = (
    _single_texts() | st.builds(lambda pair: f"[{pair[0]}..{pair[1]}]", _pairs())
).map(ImpreciseDate)
intervals: SearchStrategy[ImpreciseDate] = (
    st.builds("/".join, _pairs()) | st.builds(lambda pair: f"{pair[0] or '..'}/{pair[1] or '..'}", _pairs())
).map(ImpreciseDate)
dates: SearchStrategy[ImpreciseDate] = moments | intervals


# Values of an assertion


@st.composite
def quantities(draw: DrawFn) -> Quantity:
    """Quantities of every modifier, with as many numbers as it takes and in their order."""
    modifier = draw(st.sampled_from(Modifier))
    counts = {Modifier.BETWEEN: 2, Modifier.ESTIMATE: 3, Modifier.HIGHER_THAN: draw(st.integers(0, 1))}
    words = {"dozens", "scores", "hundreds", "thousands", "many", "none"}
    count = counts.get(modifier, 0 if modifier in words else 1)
    numbers = sorted(draw(st.lists(st.integers(-(10**20), 10**20), min_size=count, max_size=count)))
    if modifier is Modifier.ESTIMATE:
        numbers = [numbers[1], numbers[0], numbers[2]]
    tail = draw(st.sampled_from(("", ".0", ".50")))
    written = tuple(f"{number}{tail if number > 0 and count == 1 else ''}" for number in numbers)
    return Quantity(modifier, written, draw(texts))


statuses: SearchStrategy[Status] = st.builds(Status, slugs)
money: SearchStrategy[Money] = st.builds(
    Money, amount=quantities(), currency=st.sampled_from(("KZT", "USD")), per=optional(slugs)
)
world_moments: SearchStrategy[Moment] = st.builds(Moment, moments)
renderings: SearchStrategy[Text] = st.builds(Text, texts)
unknowns: SearchStrategy[Unknown] = st.builds(Unknown, st.sampled_from(UnknownReason))
values: SearchStrategy[Value] = st.one_of(quantities(), statuses, money, world_moments, renderings, unknowns)


# Anchors, links, sources


@st.composite
def spans(draw: DrawFn, documents: SearchStrategy[str] = ids) -> TextSpan:
    """Spans of a text."""
    start, end = sorted(draw(st.lists(naturals, min_size=2, max_size=2, unique=True)))
    return TextSpan(document=draw(documents), start=start, end=end, sha256=draw(ids))


def anchors(documents: SearchStrategy[str] = ids) -> SearchStrategy[Anchor]:
    """Anchors of the three kinds into documents of these ids."""
    return st.one_of(
        spans(documents),
        st.builds(RecordCell, document=documents, row=texts, column=texts),
        st.builds(Locator, document=documents, place=texts),
    )


links: SearchStrategy[Link] = st.builds(
    Link,
    agent=slugs,
    role=st.sampled_from(LinkRole),
    mode=st.sampled_from(LinkMode),
    name=optional(texts),
    verb=optional(texts),
)
chains: SearchStrategy[tuple[Link, ...]] = tuples_of(links, unique_by=lambda link: link.agent)
agents: SearchStrategy[Agent] = st.builds(
    Agent,
    slug=slugs,
    kind=st.sampled_from(AgentKind),
    names=tuples_of(texts, min_size=1, unique=True),
    note=optional(texts),
    salt=optional(ids),
)
document_dates: SearchStrategy[DocumentDate] = st.builds(
    DocumentDate, kind=st.sampled_from(DateKind), date=moments, basis=texts
)


@st.composite
def documents(draw: DrawFn) -> Document:
    """Documents with and without bytes, dates and optional fields."""
    published, unhashed = draw(optional(moments)), draw(st.booleans())
    return Document(
        id=draw(ids),
        name=draw(slugs),
        published=published,
        published_basis=None if published is None else draw(texts),
        retrieved=draw(optional(moments)),
        zone=draw(optional(zones)),
        publisher=draw(optional(slugs)),
        upstream=draw(tuples_of(slugs, unique=True)),
        dates=draw(tuples_of(document_dates)),
        size=None if unhashed else draw(naturals),
        language=draw(optional(st.sampled_from(("en", "ru", "kk")))),
        media_type=draw(optional(texts)),
        unhashed=unhashed,
        note=draw(optional(texts)),
        salt=draw(optional(ids)),
    )


# Frames, assertions

frames: SearchStrategy[Frame] = st.builds(Frame, slugs, slugs, slugs)


def relations(kinds: SearchStrategy[Any] = st.sampled_from(a.RelationKind)) -> SearchStrategy[a.Relation]:  # noqa: B008
    """Relations of these kinds."""
    return st.builds(a.Relation, kind=kinds, target=ids)


@st.composite
def assertions(draw: DrawFn) -> a.Assertion:
    """Assertions of every value, act and kind of anchor, denials with their target among them."""
    document = draw(ids)
    act = draw(st.sampled_from(a.Act))
    valid = draw(optional(dates))
    related = draw(tuples_of(relations(), max_size=2))
    if act not in HARMLESS_ACTS:
        related += (draw(relations(st.just(a.RelationKind.RESPONDS_TO))),)
    return a.Assertion(
        document=document,
        evidence=draw(tuples_of(anchors(st.just(document)), min_size=1)),
        chain=draw(chains),
        utterance=draw(optional(slugs)),
        frame=draw(frames),
        value=draw(values),
        modality=a.Modality.COUNTER if act is a.Act.DENY else draw(st.sampled_from(a.Modality)),
        act=act,
        temporality=draw(st.sampled_from(a.Temporality)),
        voice=draw(st.sampled_from(a.Voice)),
        stated=draw(optional(moments)),
        valid=valid,
        valid_reading=None if valid is None else draw(st.sampled_from(a.ValidReading)),
        relations=related,
        hedge=draw(optional(texts)),
        note=draw(optional(texts)),
        salt=draw(optional(ids)),
    )


# Vocabularies

terms: SearchStrategy[Term] = st.builds(
    Term, slug=slugs, definition=texts, milestone=st.booleans(), persists=st.booleans()
)


@st.composite
def measures(draw: DrawFn) -> Measure:
    """Measures of every kind of value; those of a status with terms, groups and an initial state."""
    value = draw(st.sampled_from(ValueType))
    fields: dict[str, Any] = {}
    if value is ValueType.STATUS:
        listed = draw(tuples_of(terms, min_size=1, max_size=4, unique_by=lambda term: term.slug))
        states = [term.slug for term in listed if not term.milestone]
        fields["terms"] = listed
        if states:
            slugs_of_terms = [term.slug for term in listed]
            fields["exclusive"] = draw(tuples_of(tuples_of(st.sampled_from(slugs_of_terms), unique=True), max_size=2))
            fields["initial"] = draw(optional(st.sampled_from(states)))
    return Measure(
        slug=draw(slugs),
        definition=draw(texts),
        value=value,
        aggregation=draw(st.sampled_from(AGGREGATIONS[value])),
        unit=draw(optional(slugs)),
        decimal=draw(st.booleans()),
        ordered=draw(st.booleans()),
        inherits=draw(st.booleans()),
        **fields,
    )


subjects: SearchStrategy[Subject] = st.builds(
    Subject, slug=slugs, definition=texts, part_of=tuples_of(slugs, unique=True)
)
places: SearchStrategy[Place] = st.builds(Place, slug=slugs, definition=texts)


def _listed(strategy: SearchStrategy[Any]) -> SearchStrategy[tuple[Any, ...]]:
    return tuples_of(strategy, unique_by=lambda entry: entry.slug)


vocabularies: SearchStrategy[Vocabulary] = st.builds(
    Vocabulary, name=texts, measures=_listed(measures()), subjects=_listed(subjects), places=_listed(places)
)


# Events

notices: SearchStrategy[e.Notice] = st.builds(e.Notice, published=moments, evidence=tuples_of(anchors()), reason=texts)


@st.composite
def _date_assessments(draw: DrawFn) -> e.DateAssessed:
    kind = draw(st.sampled_from(e.TargetKind))
    axis = draw(st.sampled_from(e.AXES[kind]))
    return e.DateAssessed(
        actor=draw(slugs),
        grounds=draw(texts),
        kind=kind,
        target=draw(slugs),
        axis=axis,
        date=draw(dates if axis is e.Axis.VALID else moments),
    )


@st.composite
def _identity_judgements(draw: DrawFn) -> e.IdentityJudged:
    left, right = draw(st.lists(slugs, min_size=2, max_size=2, unique=True))
    return e.IdentityJudged(
        actor=draw(slugs),
        grounds=draw(texts),
        of=draw(st.sampled_from(e.IdentityOf)),
        left=left,
        right=right,
        judgement=draw(st.sampled_from(e.Judgement)),
    )


@st.composite
def _reliability_assessments(draw: DrawFn) -> e.ReliabilityAssessed:
    of_agent, of_assertion = draw(st.sampled_from(((True, False), (False, True), (True, True))))
    return e.ReliabilityAssessed(
        actor=draw(slugs),
        grounds=draw(texts),
        assessor=draw(texts),
        agent=draw(slugs) if of_agent else None,
        reliability=draw(st.sampled_from(e.Reliability)) if of_agent else None,
        assertion=draw(ids) if of_assertion else None,
        credibility=draw(st.sampled_from(e.Credibility)) if of_assertion else None,
    )


def _by(kind: Callable[..., e.Event], **fields: SearchStrategy[Any]) -> SearchStrategy[e.Event]:
    return st.builds(kind, actor=slugs, **fields)


@st.composite
def _redactions(draw: DrawFn) -> e.PayloadRedacted:
    stones = draw(tuples_of(ids, unique=True))
    return e.PayloadRedacted(
        actor=draw(slugs),
        target=draw(st.integers(1, 2**53 - 1)),
        reason=draw(st.sampled_from(e.RedactionReason)),
        approvers=draw(tuples_of(slugs, min_size=2, unique=True)),
        tombstones=stones,
        tombstone_key=draw(ids) if stones else None,
    )


EVENTS: dict[type[e.Event], SearchStrategy[e.Event]] = {
    e.ArchiveOpened: _by(e.ArchiveOpened, name=texts, zone=zones, vocabulary=vocabularies),
    e.CoverageDeclared: _by(e.CoverageDeclared, end=moments, start=optional(moments), grounds=texts),
    e.VocabularyExtended: _by(e.VocabularyExtended, addition=vocabularies),
    e.AgentRegistered: _by(e.AgentRegistered, agent=agents),
    e.DocumentRegistered: _by(e.DocumentRegistered, document=documents()),
    e.AssertionRecorded: _by(e.AssertionRecorded, assertion=assertions()),
    e.SourceCorrected: _by(e.SourceCorrected, by=slugs, old=ids, new=ids, notice=notices),
    e.SourceRetracted: _by(e.SourceRetracted, by=slugs, utterance=slugs, notice=notices),
    e.TranscriptionFixed: _by(e.TranscriptionFixed, grounds=texts, old=ids, new=ids),
    e.DateAssessed: _date_assessments(),
    e.FrameReassigned: _by(e.FrameReassigned, grounds=texts, assertions=tuples_of(ids, unique=True), frame=frames),
    e.IdentityJudged: _identity_judgements(),
    e.DependenceDeclared: _by(e.DependenceDeclared, grounds=texts, assertions=tuples_of(ids, min_size=2, unique=True)),
    e.ReliabilityAssessed: _reliability_assessments(),
    e.JudgementWithdrawn: _by(e.JudgementWithdrawn, grounds=texts, target=ids),
    e.PayloadRedacted: _redactions(),
}
"""A strategy for the events of each class."""

events: SearchStrategy[e.Event] = st.one_of(*EVENTS.values())


def leaves(value: Any) -> list[Any]:
    """All that is inside plain data and is neither a list nor a mapping, keys among them."""
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in (key, *leaves(item))]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]
