"""Laws that every archive keeps, whatever it holds: each test states one and tries it on small archives."""

import hashlib
from collections.abc import Sequence
from typing import Any

import attrs
import hypothesis.strategies as st
from hypothesis import HealthCheck, assume, given, settings
from strategies.archives import (
    AGENTS,
    DAYS,
    FORCE_FRAMES,
    VOCABULARY,
    Made,
    archives,
    is_taken,
    moments,
    notices,
    quantities,
    questions,
    recorded,
    replacements,
)

from kzarchive import Archive
from kzarchive.policies.answer import BestKnown
from kzarchive.policies.others import SHIPPED as POLICIES
from kzarchive.values.assertions import Act, Assertion, Modality, Temporality, Voice
from kzarchive.values.content import Unknown
from kzarchive.values.conventions import HALF_GRAIN
from kzarchive.values.conventions import SHIPPED as CONVENTIONS
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
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
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
)
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import Aggregation, ValueType
from kzarchive.wire.codec import assertion_id, identity

COMMON = {"grounds": "its context", "actor": "archive"}
law = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def frames_of(*held: Archive) -> list[Frame]:
    """Returns every frame that one of the archives may answer for with more than ``no_data``."""
    return sorted({frame for archive in held for frame in archive.frames()} | set(FORCE_FRAMES))


def figures(answer: BestKnown) -> tuple[Any, ...]:
    """Returns what an answer says, without its reasons."""
    return (
        answer.status,
        answer.low,
        answer.best,
        answer.high,
        answer.open_above,
        answer.state,
        answer.inferred,
        tuple(figures(part) for part in answer.by_unit),
    )


def listed(answer: BestKnown) -> list[str]:
    """Returns the ids under ``why`` and ``why_not``, in that order."""
    return [entry.assertion for entry in answer.why] + [entry.assertion for entry in answer.why_not]


def answers(archive: Archive, frames: Sequence[Frame], **axes: Any) -> dict[Frame, dict[str, Any]]:
    """Returns the whole answer for each frame as plain data."""
    state = archive.as_of(**axes)
    return {frame: state[frame].to_dict() for frame in frames}


def of_kind(made: Made, kind: type) -> list[Any]:
    """Returns the events of one kind."""
    return [event for event in made.events if isinstance(event, kind)]


def said(made: Made) -> list[Assertion]:
    """Returns the assertions recorded."""
    return [event.assertion for event in of_kind(made, AssertionRecorded)]


def targets(event: Event) -> set[str]:
    """Returns what a judgement is about."""
    match event:
        case TranscriptionFixed():
            return {event.old, event.new}
        case DateAssessed():
            return {event.target}
        case FrameReassigned() | DependenceDeclared():
            return set(event.assertions)
        case IdentityJudged():
            return {event.left, event.right}
    return set()


@st.composite
def shuffled(draw: st.DrawFn, made: Made) -> Made:
    """Draws another order of an archive in which everything still refers to what stands before it."""
    rest = list(made.events)
    done: list[Event] = []
    while rest:
        ready = [event for event in rest if _refers_to(event, rest).isdisjoint(map(_named, rest))]
        chosen = draw(st.sampled_from(ready))
        rest.remove(chosen)
        done.append(chosen)
    return attrs.evolve(made, events=tuple(done))


def _named(event: Event) -> str:
    return event.document.id if isinstance(event, DocumentRegistered) else identity(event)


def _refers_to(event: Event, rest: Sequence[Event]) -> set[str]:
    """Returns the names of the events that an event needs before it."""
    if isinstance(event, AgentRegistered):
        return set()
    agents = {_named(other) for other in rest if isinstance(other, AgentRegistered)}
    if isinstance(event, DocumentRegistered):
        return agents
    if isinstance(event, AssertionRecorded):
        return agents | {event.assertion.document} | {relation.target for relation in event.assertion.relations}
    if isinstance(event, JudgementWithdrawn):
        return {event.target}
    return {_named(other) for other in rest if isinstance(other, (AssertionRecorded, DocumentRegistered))}


@law
@given(st.data(), archives())
def test_the_order_of_recording_changes_no_state_of_a_published_date(data: st.DataObject, made: Made) -> None:
    judged = [targets(event) for event in made.events if isinstance(event, Judged)]
    assume(all(one.isdisjoint(other) for i, one in enumerate(judged) for other in judged[i + 1 :]))
    with recorded(made) as first, recorded(data.draw(shuffled(made))) as second:
        for day in DAYS[::2]:
            for axis in ("date", "published", "valid"):
                axes: dict[str, Any] = {axis: day}
                one, other = first.as_of(**axes), second.as_of(**axes)
                for frame in frames_of(first):
                    assert figures(one[frame]) == figures(other[frame])
                    assert (one[frame].why, one[frame].pending) == (other[frame].why, other[frame].pending)
                    assert sorted(listed(one[frame])) == sorted(listed(other[frame]))


@law
@given(st.data(), archives())
def test_an_answer_at_a_position_never_changes_as_the_log_grows(data: st.DataObject, made: Made) -> None:
    cut = data.draw(st.integers(len(AGENTS), len(made.events)))
    question = data.draw(questions(1))
    axes = {**question.arguments(), "position": cut + 1}
    with recorded(attrs.evolve(made, events=made.events[:cut])) as archive:
        before = answers(archive, frames_of(archive), **axes)
        archive.append(made.events[cut:])
        assert answers(archive, list(before), **axes) == before


@law
@given(st.data(), archives())
def test_ten_more_documents_that_quote_one_utterance_change_only_counts_of_documents(
    data: st.DataObject, made: Made
) -> None:
    spoken = [what for what in said(made) if what.utterance is not None]
    assume(spoken)
    first = data.draw(st.sampled_from(spoken))
    original = next(e.document for e in of_kind(made, DocumentRegistered) if e.document.id == first.document)
    quotes: list[Event] = []
    for number in range(10):
        copy = attrs.evolve(original, id=hashlib.sha256(b"copy %d" % number).hexdigest(), name=f"z{number}")
        anchor = Locator(document=copy.id, place="quoted")
        quoted = attrs.evolve(first, document=copy.id, evidence=(anchor,))
        quotes += [
            DocumentRegistered(actor="archive", document=copy),
            AssertionRecorded(actor="archive", assertion=quoted),
        ]
    # What is said of the first appearance alone is not said of the copies.
    named = assertion_id(first)
    assume(not any(named in targets(e) for e in made.events if isinstance(e, Judged)))
    assume(not any(named == e.old for e in of_kind(made, SourceCorrected)))
    assume(first.document not in {e.target for e in of_kind(made, DateAssessed)})
    assume(original.publisher is not None or first.chain)
    assume(first.act is not Act.DENY_ATTRIBUTION)
    with recorded(made) as few, recorded(attrs.evolve(made, events=(*made.events, *quotes))) as many:
        for day in DAYS[::3]:
            for include in ("definite", "possible"):
                one, other = few.as_of(day, include=include), many.as_of(day, include=include)
                for frame in frames_of(few):
                    assert figures(one[frame]) == figures(other[frame])
                    assert one[frame].origins == other[frame].origins


@law
@given(st.data(), archives())
def test_a_correction_or_a_retraction_changes_nothing_before_its_notice(data: st.DataObject, made: Made) -> None:
    held = [event.document for event in of_kind(made, DocumentRegistered)]
    notice, by = data.draw(notices(held)), data.draw(st.sampled_from(AGENTS))
    what = data.draw(st.sampled_from(said(made)))
    event: Event = SourceRetracted(
        actor="archive", by=by, utterance=what.utterance or assertion_id(what), notice=notice
    )
    if len(said(made)) > 1 and data.draw(st.booleans()):
        old, new = data.draw(replacements(said(made)))
        by = data.draw(st.sampled_from([by, *(link.agent for a in said(made) for link in a.chain)]))
        event = SourceCorrected(actor="archive", by=by, old=old, new=new, notice=notice)
    assume(is_taken(event, made.events))
    earliest = notice.published.bounds("Pacific/Kiritimati").earliest
    with recorded(made) as archive:
        frames, head = frames_of(archive), archive.head
        archive.append([event])
        for day in DAYS:
            latest = ImpreciseDate.parse(day).bounds(made.zone).latest
            if earliest is not None and latest is not None and latest < earliest:
                for include in ("definite", "possible"):
                    axes = {"date": day, "include": include}
                    assert answers(archive, frames, **axes) == answers(archive, frames, **axes, position=head)


@law
@given(st.data(), archives(changes=False))
def test_a_transcription_fix_is_seen_at_every_published_date_and_at_no_earlier_position(
    data: st.DataObject, made: Made
) -> None:
    misread = said(made)[-1]
    assume(isinstance(misread.value, Quantity))
    read = attrs.evolve(misread, value=data.draw(quantities))
    assume(read != misread)
    fix = TranscriptionFixed(**COMMON, old=assertion_id(misread), new=assertion_id(read))
    new = AssertionRecorded(actor="archive", assertion=read)
    events = (new if event == AssertionRecorded(actor="archive", assertion=misread) else event for event in made.events)
    right = attrs.evolve(made, events=tuple(events))
    with recorded(made) as archive, recorded(right) as never_misread:
        frames, head = frames_of(archive), archive.head
        before = {day: answers(archive, frames, date=day) for day in DAYS}
        archive.append([new, fix])
        for day in DAYS:
            assert answers(archive, frames, date=day, position=head) == before[day]
            after, ideal = archive.as_of(day), never_misread.as_of(day)
            for frame in frames:
                assert figures(after[frame]) == figures(ideal[frame])
                assert [w.assertion for w in after[frame].why] == [w.assertion for w in ideal[frame].why]


@law
@given(st.data(), archives())
def test_a_wider_date_of_publication_never_makes_the_pending_definite(data: st.DataObject, made: Made) -> None:
    events = [
        attrs.evolve(e, document=attrs.evolve(e.document, retrieved=None)) if isinstance(e, DocumentRegistered) else e
        for e in made.events
        if not (isinstance(e, DateAssessed) and e.axis in {Axis.RETRIEVED, Axis.PUBLISHED})
        and not isinstance(e, JudgementWithdrawn)
    ]
    narrow, wide = sorted(data.draw(st.lists(st.integers(0, len(DAYS) - 1), min_size=2, max_size=2)))
    document = data.draw(st.sampled_from([e.document for e in events if isinstance(e, DocumentRegistered)]))
    dates = (f"[{DAYS[narrow]}..{DAYS[wide]}]", f"[{DAYS[max(0, narrow - 2)]}..{DAYS[min(len(DAYS) - 1, wide + 2)]}]")
    first, second = (
        DateAssessed(
            **COMMON, kind=TargetKind.DOCUMENT, target=document.id, axis=Axis.PUBLISHED, date=ImpreciseDate.parse(date)
        )
        for date in dates
    )
    # A date that contradicts when it was said is kept as it is: there is no bound to widen.
    assume(all(what.document != document.id or what.stated is None for what in said(made)))
    assume(not any(e.axis is Axis.STATED for e in of_kind(made, DateAssessed)))
    with recorded(attrs.evolve(made, events=(*events, first))) as archive:
        head, frames = archive.head, frames_of(archive)
        archive.append([second])
        for day in DAYS:
            before, after = archive.as_of(published=day, position=head), archive.as_of(published=day)
            for frame in frames:
                own = {identity(e) for e in events if isinstance(e, AssertionRecorded)}
                assert not set(before[frame].pending) & set(listed(after[frame])) & own


def floats(value: Any) -> list[float]:
    """Returns every float in plain data."""
    if isinstance(value, dict):
        return [found for item in value.values() for found in floats(item)]
    if isinstance(value, (list, tuple)):
        return [found for item in value for found in floats(item)]
    return [value] if isinstance(value, float) else []


@law
@given(st.data(), archives())
def test_best_was_stated_and_lies_within_the_bounds_and_nothing_is_a_float(data: st.DataObject, made: Made) -> None:
    known = {assertion_id(what): what for what in said(made)}
    with recorded(made) as archive:
        question = data.draw(questions(archive.head))
        state = archive.as_of(**question.arguments())
        assert floats(state.to_dict()) == []
        for whole in (state[frame] for frame in frames_of(archive)):
            for answer in (whole, *whole.by_unit):
                numbers = [number for number in (answer.low, answer.best, answer.high) if number is not None]
                assert numbers == sorted(numbers)
                if answer.best is not None and not isinstance(answer.best, str):
                    values = [known[why.assertion].value for why in answer.why]
                    assert any(_states(value, answer.best) for value in values)


def _states(value: Any, number: Any) -> bool:
    quantity = getattr(value, "amount", value)
    decimal = not isinstance(number, int)
    return isinstance(quantity, Quantity) and HALF_GRAIN.read(quantity, decimal=decimal).point == number


@law
@given(archives(), st.sampled_from(DAYS))
def test_a_policy_or_a_convention_changes_no_byte_of_the_log(made: Made, day: str) -> None:
    with recorded(made) as archive:
        log = [(stored.position, stored.recorded, stored.body) for stored in archive.stored_events()]
        for policy in POLICIES:
            for convention in CONVENTIONS:
                archive.as_of(day, policy=policy, convention=convention).to_json()
        assert [(stored.position, stored.recorded, stored.body) for stored in archive.stored_events()] == log


@law
@given(st.data(), archives())
def test_an_unsure_judgement_changes_nothing(data: st.DataObject, made: Made) -> None:
    left, right = data.draw(st.lists(st.sampled_from(AGENTS), min_size=2, max_size=2, unique=True))
    assume(all({left, right} != targets(event) for event in of_kind(made, IdentityJudged)))
    unsure = IdentityJudged(**COMMON, of=IdentityOf.AGENT, left=left, right=right, judgement=Judgement.UNSURE)
    with recorded(made) as archive:
        head = archive.head
        archive.append([unsure])
        for question in data.draw(st.lists(questions(1), min_size=4, max_size=4)):
            axes = {**question.arguments(), "position": head}
            before = answers(archive, frames_of(archive), **axes)
            assert answers(archive, frames_of(archive), **{**axes, "position": head + 1}) == before


@law
@given(st.data(), archives())
def test_every_reason_of_an_answer_is_a_live_assertion_of_the_archive(data: st.DataObject, made: Made) -> None:
    with recorded(made) as archive:
        state = archive.as_of(**data.draw(questions(archive.head)).arguments())
        for frame in frames_of(archive):
            for why in state[frame].why:
                assert archive.assertion(why.assertion).id == why.assertion
                assert state._resolver.view.takes_part(why.assertion)
                assert state._resolver.view.dropped(why.assertion) is None


@law
@given(st.data(), archives())
def test_what_is_visible_is_visible_too_where_the_possible_is_asked_for(data: st.DataObject, made: Made) -> None:
    with recorded(made) as archive:
        question = attrs.evolve(data.draw(questions(archive.head)), include="definite")
        definite = archive.as_of(**question.arguments())
        possible = archive.as_of(**attrs.evolve(question, include="possible").arguments())
        for frame in frames_of(archive):
            own = set(definite._resolver.view.index.ids_in(frame))
            assert own & set(listed(definite[frame])) <= set(listed(possible[frame]))
            assert not possible[frame].pending


@law
@given(st.data(), archives())
def test_every_assertion_that_is_visible_or_pending_is_named_once(data: st.DataObject, made: Made) -> None:
    with recorded(made) as archive:
        state = archive.as_of(**data.draw(questions(archive.head)).arguments())
        view = state._resolver.view
        for frame in frames_of(archive):
            own = [known for known in view.index.ids_in(frame) if view.visibility(known).name != "NOT"]
            named = [*listed(state[frame]), *state[frame].pending]
            assert sorted(known for known in named if known in own) == sorted(own)
            inherited = {known for known in named if known not in own}
            assert not inherited or frame.subject.startswith("force.")
            assert inherited <= set(view.index.ids_in(FORCE_FRAMES[0]))


@law
@given(st.data(), archives())
def test_one_more_many_changes_no_figure(data: st.DataObject, made: Made) -> None:
    counted = {Aggregation.CUMULATIVE, Aggregation.LEVEL}
    frames = {
        what.frame
        for what in said(made)
        if (measure := VOCABULARY.measure(what.frame.measure)) is not None
        and measure.aggregation in counted
        and measure.value is ValueType.QUANTITY
    }
    assume(frames)
    frame = data.draw(st.sampled_from(sorted(frames)))
    document = Document(
        id=hashlib.sha256(b"many").hexdigest(),
        name="z",
        published=ImpreciseDate.parse("2022-01-04"),
        published_basis="its head",
        unhashed=True,
    )
    many = Assertion(
        document=document.id,
        evidence=(Locator(document=document.id, place="line 1"),),
        chain=(Link(agent="nobody", role=LinkRole.SPEAKER, mode=LinkMode.DIRECT),),
        frame=frame,
        value=Quantity.word("many", surface="many"),
        modality=Modality.CERTAIN,
        act=Act.STATE,
        temporality=Temporality.OCCURRED,
        voice=Voice.BODY,
        stated=data.draw(moments),
    )
    nobody = Agent(slug="nobody", kind=AgentKind.PERSON, names=("nobody",))
    with recorded(made) as archive:
        head = archive.head
        archive.append([nobody, document, many])
        for day in DAYS:
            before, after = archive.as_of(day, position=head)[frame], archive.as_of(day)[frame]
            if before.low is not None and _all_at_least_two(made, frame):
                assert (before.low, before.best, before.high) == (after.low, after.best, after.high)


def _all_at_least_two(made: Made, frame: Frame) -> bool:
    """Tells whether every number of a measure is one of two or more, which "many" is a bare bound under."""
    values = [what.value for what in said(made) if what.frame.measure == frame.measure]
    measure = VOCABULARY.measure(frame.measure)
    assert measure is not None
    readings = [HALF_GRAIN.read(v, decimal=measure.decimal) for v in values if isinstance(v, Quantity)]
    return all(isinstance(v, (Quantity, Unknown)) for v in values) and all(
        reading.open_above or (reading.low is not None and reading.low >= 2) for reading in readings
    )
