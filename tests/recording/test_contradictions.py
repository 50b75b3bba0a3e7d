"""Judgements that contradict standing ones are refused, with what they contradict; the log stays as it was."""

import pytest
from strategies.stories import Story
from strategies.toy import harbour_archive

import kzarchive
from kzarchive.errors import InvalidEvent
from kzarchive.values.content import Unknown, UnknownReason
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    Axis,
    DateAssessed,
    FrameReassigned,
    IdentityJudged,
    IdentityOf,
    Judgement,
    JudgementWithdrawn,
    TargetKind,
    TranscriptionFixed,
)
from kzarchive.values.frames import Frame
from kzarchive.wire import codec


@pytest.fixture
def archive():
    with harbour_archive() as harbour:
        yield harbour


def judged(left, right, judgement):
    return IdentityJudged(
        actor="analyst", of=IdentityOf.AGENT, left=left, right=right, judgement=judgement, grounds="seen in person"
    )


def agents(archive, *slugs):
    archive.append(
        [kzarchive.Agent(slug=slug, kind=kzarchive.AgentKind.PERSON, names=(slug.upper(),)) for slug in slugs]
    )


def refused(archive, event):
    """Returns the message with which an event is refused, and checks that nothing was written."""
    head = archive.head
    with pytest.raises(kzarchive.InvalidEvent) as caught:
        archive.append([event])
    assert head == archive.head
    return str(caught.value)


def test_different_within_a_component_names_the_path(archive):
    agents(archive, "ann", "bob", "cy", "dee")
    archive.append([judged("ann", "bob", Judgement.SAME), judged("cy", "bob", Judgement.SAME)])
    message = refused(archive, judged("ann", "cy", Judgement.DIFFERENT))
    expected = "items[0].judgement: expected no 'different' within what was judged the same: ann = bob = cy"
    assert expected == message
    archive.append([judged("ann", "dee", Judgement.DIFFERENT)])


def test_same_that_would_join_two_that_differ_names_the_path(archive):
    agents(archive, "ann", "bob", "cy")
    archive.append([judged("ann", "bob", Judgement.SAME), judged("ann", "cy", Judgement.DIFFERENT)])
    message = refused(archive, judged("cy", "bob", Judgement.SAME))
    assert message.endswith("ann = bob = cy, but ann and cy were judged different")


def test_unsure_contradicts_nothing_and_the_same_judgement_again_is_already_there(archive):
    agents(archive, "ann", "bob")
    same = judged("ann", "bob", Judgement.SAME)
    archive.append([same, judged("ann", "bob", Judgement.UNSURE)])
    assert not archive.append([same]).new


def test_a_withdrawn_judgement_contradicts_nothing(archive):
    agents(archive, "ann", "bob")
    same = judged("ann", "bob", Judgement.SAME)
    archive.append([same])
    archive.append([JudgementWithdrawn(actor="analyst", target=codec.identity(same), grounds="a namesake")])
    assert archive.append([judged("ann", "bob", Judgement.DIFFERENT)]).new


def fix(old, new, grounds="misread"):
    return TranscriptionFixed(actor="archive", old=old, new=new, grounds=grounds)


def test_a_reading_is_fixed_once(archive):
    first, second, third = [logged.id for logged in archive.assertions()][:3]
    archive.append([fix(first, second)])
    position = archive.head
    message = refused(archive, fix(first, third, "misread again"))
    expected = f"no fix has replaced, got one that {second[:12]} replaced at position {position}"
    assert expected in message
    assert "expected an assertion that stands" in refused(archive, fix(third, first))
    assert not archive.append([fix(first, second)]).new


def test_a_document_is_not_published_after_the_log_recorded_it(archive):
    document = archive.documents()[0]
    event = DateAssessed(
        actor="analyst",
        kind=TargetKind.DOCUMENT,
        target=document.id,
        axis=Axis.PUBLISHED,
        date=ImpreciseDate.parse("2999-01-01"),
        grounds="a guess",
    )
    message = refused(archive, event)
    assert "items[0].date: expected a date by which the log had recorded the document (position" in message


def test_a_changed_document_is_told_which_field_changed(archive):
    import attrs

    document = attrs.evolve(archive.documents()[0], note="another note")
    message = refused(archive, document)
    assert "got it with another note; a date that was recorded wrongly is mended by date.assessed" in message


def test_a_state_is_not_counted_up_to_a_date():
    story = Story()
    head = story.archive.head
    with pytest.raises(InvalidEvent, match=r"valid_reading: expected 'throughout' or 'within' for a status, .*'up_to'"):
        story.says("aida", "orders/all/KZ", "curfew", "2022-01-06", about="2022-01-05", reading="up_to")
    assert head == story.archive.head
    story.says("aida", "killed/all/KZ", 19, "2022-01-06", about="2022-01-05", reading="up_to")


def test_a_frame_that_is_a_state_takes_nothing_that_was_counted_up_to_a_date():
    story = Story()
    unknown = Unknown(UnknownReason.NOT_KNOWN)
    counted = story.says("aida", "killed/all/KZ", unknown, "2022-01-06", about="2022-01-05", reading="up_to")
    moved = FrameReassigned(
        actor="archive", assertions=(counted,), frame=Frame.parse("orders/all/KZ"), grounds="it is about the orders"
    )
    with pytest.raises(InvalidEvent, match=r"assertions\[0\]: expected 'throughout' or 'within' for a status"):
        story.add(moved)
