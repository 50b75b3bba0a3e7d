"""Which later events change the past of a fold over assertions, each as a story, and which do not."""

import hashlib

import pytest
from running.folds import Trace

from kzarchive.january2022 import vocabulary
from kzarchive.running.store import SnapshotStore
from kzarchive.testing import given
from kzarchive.testing.cases import document_id
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    Axis,
    DateAssessed,
    DependenceDeclared,
    FrameReassigned,
    IdentityJudged,
    IdentityOf,
    Judgement,
    JudgementWithdrawn,
    Notice,
    Reliability,
    ReliabilityAssessed,
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
)
from kzarchive.values.frames import Frame
from kzarchive.wire.codec import identity

BY = {"actor": "clerk", "grounds": "its context"}
BEFORE = (
    given(vocabulary(), zone="Asia/Almaty")
    .agent("officials", "collective")
    .coverage("2022-01-20")
    .says("ministry", "killed/all/KZ", 12, document="wire", published="2022-01-07", key="old", utterance="briefing")
    .says("officials", "injured/all/KZ", "dozens", document="wire", key="officials")
    .says(None, "arrested/all/KZ", 2_000, document="paper", published="2022-01-08", key="own")
)
AFTER = (
    BEFORE.says(None, "killed/all/KZ", 13, document="late", published="2022-01-09", key="new")
    .says(None, "killed/all/KZ", 31, document="late", key="misread")
    .says("police", "killed/all/KZ", 15, document="late", key="said late", utterance="call")
)


def notice(day="2022-01-10"):
    return Notice(published=ImpreciseDate.parse(day), reason="an error")


def fixed(old, new):
    return TranscriptionFixed(**BY, old=AFTER.id(old), new=AFTER.id(new))


def dated(kind, target, axis=Axis.STATED):
    return DateAssessed(**BY, kind=kind, target=target, axis=axis, date=ImpreciseDate.parse("2022-01-06"))


def judged(of, left, right):
    return IdentityJudged(**BY, of=of, left=left, right=right, judgement=Judgement.SAME)


def framed(*keys):
    frame = Frame.parse("killed/all/KZ.almaty")
    return FrameReassigned(**BY, assertions=tuple(map(AFTER.id, keys)), frame=frame)


def changes(more, *, before=BEFORE):
    """Returns what a run tells that goes on from a snapshot before to what stands in the log after."""
    with before.archive() as archive, SnapshotStore.in_memory() as store:
        archive.run(Trace(), snapshots=store)
        snapshot = archive.head
        archive.append(more.items[len(before.items) :])
        run = archive.run(Trace(), snapshots=store)
        assert archive.as_of().replay(Trace()) == run.result
        assert (0 if run.past_changes else snapshot) == run.started
        return [str(change) for change in run.past_changes]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (
            SourceCorrected(actor="clerk", by="ministry", old=AFTER.id("old"), new=AFTER.id("new"), notice=notice()),
            "an assertion is corrected",
        ),
        (
            SourceRetracted(actor="clerk", by="ministry", utterance="briefing", notice=notice()),
            "an utterance is retracted",
        ),
        (
            SourceRetracted(actor="clerk", by="wire", utterance=AFTER.id("own"), notice=notice()),
            "an utterance is retracted",
        ),
        (fixed("old", "new"), "an assertion had been misread"),
        (framed("new", "old"), "an assertion is read as of another frame"),
        (dated(TargetKind.DOCUMENT, document_id("wire"), Axis.PUBLISHED), "a document is dated"),
        (dated(TargetKind.ASSERTION, AFTER.id("old")), "an assertion is dated"),
        (dated(TargetKind.UTTERANCE, "briefing"), "an utterance is dated"),
        (judged(IdentityOf.AGENT, "ministry", "police"), "agents are judged"),
        (judged(IdentityOf.UTTERANCE, "briefing", "call"), "utterances are judged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_event_about_what_is_from_before(event, why):
    more = AFTER.agent("wire").events(event)
    told = changes(more)
    assert f"{event.type} at position {len(more.items) + 1}: {why}" == told[-1]
    # Two utterances that are the same are one, of which there is now one more appearance.
    assert (2 if "utterances are judged" == why else 1) == len(told)


@pytest.mark.parametrize(
    "event",
    [
        SourceCorrected(actor="clerk", by="police", old=AFTER.id("said late"), new=AFTER.id("new"), notice=notice()),
        SourceRetracted(actor="clerk", by="police", utterance="call", notice=notice()),
        fixed("misread", "new"),
        framed("new"),
        dated(TargetKind.DOCUMENT, document_id("late"), Axis.PUBLISHED),
        dated(TargetKind.ASSERTION, AFTER.id("new")),
        dated(TargetKind.UTTERANCE, "call"),
        DependenceDeclared(**BY, assertions=(AFTER.id("old"), AFTER.id("own"))),
        ReliabilityAssessed(**BY, assessor="clerk", agent="ministry", reliability=Reliability.B),
    ],
    ids=lambda event: event.type,
)
def test_an_event_about_what_is_no_older_than_itself_or_that_no_reading_depends_on(event):
    assert [] == changes(AFTER.events(event))


def test_late_documents_change_nothing():
    late = AFTER.says("ministry", "killed/all/KZ", 9, document="very-late", published="2022-01-05")
    assert [] == changes(late)


def test_a_withdrawn_judgement_changes_what_it_had_changed():
    event = framed("old")
    judged_before = AFTER.events(event)
    withdrawn = judged_before.events(JudgementWithdrawn(**BY, target=identity(event)))
    position = len(withdrawn.items) + 1
    told = [f"judgement.withdrawn at position {position}: a judgement is withdrawn"]
    assert told == changes(withdrawn, before=judged_before)
    assert [f"frame.reassigned at position {position - 1}: an assertion is read as of another frame"] == changes(
        withdrawn
    )


def test_a_withdrawn_declaration_of_dependence_changes_nothing():
    event = DependenceDeclared(**BY, assertions=(AFTER.id("old"), AFTER.id("own")))
    declared = AFTER.events(event)
    assert [] == changes(declared.events(JudgementWithdrawn(**BY, target=identity(event))), before=declared)


def test_the_coverage_moves_the_question_without_a_date():
    more = BEFORE.coverage("2022-01-07")
    assert ["coverage.declared at position 10: the coverage is declared anew"] == changes(more)


def test_one_more_appearance_through_a_longer_chain_moves_the_origin():
    more = BEFORE.says(
        ("agency", "minister"), "killed/all/KZ", 12, document="late", published="2022-01-09", utterance="briefing"
    )
    (told,) = changes(more)
    assert told.endswith(": an utterance appears once more, and its origin moves")


def test_one_more_appearance_through_the_same_chain_moves_nothing():
    assert [] == changes(
        BEFORE.says("ministry", "killed/all/KZ", 12, document="late", published="2022-01-09", utterance="briefing")
    )


def test_one_more_appearance_that_nobody_can_know_yet_moves_nothing():
    assert [] == changes(
        BEFORE.says("minister", "killed/all/KZ", 12, document="late", published="2023-01-09", utterance="briefing")
    )


def test_one_more_appearance_may_give_a_notice_its_say_though_the_origin_stays():
    """Two agents deny having said it; one of them also withdrew it, and now turns out to have been named."""

    def denies(case, agent):
        return case.says(
            agent,
            "killed/all/KZ",
            12,
            document=f"{agent}-reply",
            published="2022-01-09",
            responds_to="first",
            act="deny_attribution",
        )

    first = given(BEFORE.vocabulary, zone="UTC").says(
        ("agency", "one"), "killed/all/KZ", 12, document="first", published="2022-01-07", utterance="call", key="first"
    )
    before = denies(denies(first, "one"), "two").events(
        SourceRetracted(actor="clerk", by="two", utterance="call", notice=notice())
    )
    after = before.says(
        ("agency", "two"), "killed/all/KZ", 12, document="second", published="2022-01-11", utterance="call"
    )
    (told,) = changes(after, before=before)
    assert told.endswith(": an utterance appears once more, and its origin moves")


def test_a_denial_of_what_is_from_before():
    more = BEFORE.says(
        "ministry",
        "killed/all/KZ",
        12,
        document="late",
        published="2022-01-09",
        responds_to="old",
        act="deny",
        modality="counter",
    )
    (told,) = changes(more)
    assert told.endswith(": an assertion is denied")


def test_the_second_document_that_names_a_collective_agent_and_not_the_third():
    def naming(case, name):
        return case.says("officials", "injured/all/KZ", 30, document=name, published="2022-01-09")

    second = naming(BEFORE, "second")
    (told,) = changes(second)
    assert told.endswith(": a second document names an agent without a name of its own")
    assert [] == changes(naming(second, "third"), before=second)
    again = BEFORE.says("officials", "injured/all/KZ", 30, document="wire")
    assert [] == changes(again)


def test_a_collective_publisher_is_named_as_well():
    publisher = given(BEFORE.vocabulary, zone="UTC").agent("officials", "collective")
    one = publisher.document("one", publisher="officials").says(None, "killed/all/KZ", 1, document="one")
    two = one.document("two", publisher="officials").says(None, "killed/all/KZ", 1, document="two")
    (told,) = changes(two, before=one)
    assert told.endswith(": a second document names an agent without a name of its own")


def test_only_the_first_ten_changes_are_told_in_a_report():
    case = BEFORE
    for number in range(12):
        day = ImpreciseDate.parse(f"2022-01-{number + 1:02}")
        assessed = DateAssessed(
            **BY, kind=TargetKind.DOCUMENT, target=document_id("wire"), axis=Axis.PUBLISHED, date=day
        )
        case = case.events(assessed)
    with BEFORE.archive() as archive, SnapshotStore.in_memory() as store:
        archive.run(Trace(), snapshots=store)
        archive.append(case.items[len(BEFORE.items) :])
        run = archive.run(Trace(), snapshots=store)
    lines = run.report().splitlines()
    assert 12 == len(run.past_changes)
    assert "began with nothing, now at position 21" == lines[0]
    assert ["date.assessed at position 19: a document is dated", "and 2 more changes of the past"] == lines[-2:]
    assert hashlib.sha256(b"case wire").hexdigest() == document_id("wire")
