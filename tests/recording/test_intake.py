"""Intake: what an archive refuses, what it says, and that nothing is written then."""

import sqlite3
from decimal import Decimal

import attrs
import pytest
from strategies.toy import STARTED, ZONE, empty_archive, harbour, harbour_archive, harbour_sheets

from kzarchive.archive import Archive
from kzarchive.errors import (
    ConflictingEvent,
    DataError,
    InvalidDate,
    InvalidEvent,
    InvalidQuantity,
    NotAnArchive,
    UsageError,
    VocabularyMismatch,
)
from kzarchive.log.clock import FixedClock
from kzarchive.recording.intake import check_batch
from kzarchive.replay.ledger import Ledger
from kzarchive.values.assertions import Relation, RelationKind
from kzarchive.values.content import Money, Status, Text, Unknown, UnknownReason
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    AgentRegistered,
    ArchiveOpened,
    AssertionRecorded,
    Axis,
    Credibility,
    DateAssessed,
    DependenceDeclared,
    DocumentRegistered,
    FrameReassigned,
    IdentityJudged,
    IdentityOf,
    Judgement,
    JudgementWithdrawn,
    Notice,
    ReliabilityAssessed,
    SourceCorrected,
    SourceRetracted,
    TargetKind,
    TranscriptionFixed,
    UnknownEvent,
    VocabularyExtended,
)
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Quantity
from kzarchive.values.sources import Agent, AgentKind, Document, Link, LinkMode, LinkRole
from kzarchive.values.terms import Place, Vocabulary
from kzarchive.wire import codec

MORNING, EVENING = harbour_sheets()
DISMISSALS = MORNING.keys["dismissals"]
COUNT = EVENING.keys["count"]
ELSEWHERE = "e" * 64
MADE = {"actor": "analyst", "grounds": "g"}


@pytest.fixture
def archive():
    with harbour_archive() as made:
        yield made


def dismissals():
    """Forty dockers were dismissed, says the morning's document itself."""
    return next(
        event.assertion
        for _, event in MORNING.events
        if isinstance(event, AssertionRecorded) and codec.assertion_id(event.assertion) == DISMISSALS
    )


def refusal(archive, *items, error=InvalidEvent):
    """Returns what an archive says of a batch that it refuses, once it is sure that nothing was written."""
    before = list(archive.stored_events())
    with pytest.raises(error) as caught:
        archive.append(items)
    assert list(archive.stored_events()) == before
    return str(caught.value)


def notice(document=MORNING.document.id):
    return Notice(
        published=ImpreciseDate.parse("2031-05-08"),
        evidence=(Locator(document=document, place="page 2"),),
        reason="slip",
    )


def day(text="2031-05-06"):
    return ImpreciseDate.parse(text)


# Frames and values


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            Frame("dismised", "all", "port"),
            "items[0].frame.measure: expected a measure of the vocabulary, got 'dismised' (near: dismissed)",
        ),
        (
            Frame("dismissed", "crane_driver", "port"),
            "items[0].frame.subject: expected a subject of the vocabulary, got 'crane_driver' (near: crane_drivers)",
        ),
        (
            Frame("dismissed", "all", "mountain"),
            "items[0].frame.place: expected a place of the vocabulary, got 'mountain'",
        ),
    ],
)
def test_a_misspelt_frame_is_refused_with_near_names(archive, frame, message):
    assert message == refusal(archive, attrs.evolve(dismissals(), frame=frame))


def test_unstated_is_always_a_subject_and_a_place(archive):
    receipt = archive.append([attrs.evolve(dismissals(), frame=Frame("dismissed", "unstated", "unstated"))])
    assert len(receipt.new) == 1


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Status("open"), "items[0].value: expected the kind 'quantity' for 'dismissed', got 'status'"),
        (Text("forty"), "items[0].value: expected the kind 'quantity' for 'dismissed', got 'text'"),
        (
            Quantity.exact("40.5", surface="40.5"),
            "items[0].value.numbers[0]: expected an integer for this measure, got '40.5'",
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(archive, value, message):
    assert message == refusal(archive, attrs.evolve(dismissals(), value=value))


def test_a_term_of_another_measure_is_refused(archive):
    moved = attrs.evolve(dismissals(), frame=Frame("port_status", "all", "port"), value=Status("dismissed"))
    message = "items[0].value.term: expected a term of 'port_status' (open, closed), got 'dismissed'"
    assert message == refusal(archive, moved)


def test_money_is_a_value_of_its_own(archive):
    wage = attrs.evolve(dismissals(), frame=Frame("wage", "all", "port"))
    assert refusal(archive, wage) == "items[0].value: expected the kind 'money' for 'wage', got 'quantity'"
    amount = Quantity.exact(Decimal("12.50"), surface="12.50")
    assert archive.append([attrs.evolve(wage, value=Money(amount=amount, currency="EUR"))]).new


def test_every_measure_takes_an_unknown(archive):
    for measure in archive.vocabulary.measures:
        frame = Frame(measure.slug, "all", "port")
        assert archive.append([attrs.evolve(dismissals(), frame=frame, value=Unknown(UnknownReason.NOT_KNOWN))]).new


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: Quantity.exact(40.0, surface="40"),
            InvalidQuantity,
            "numbers[0]: expected an exact integer or decimal text, got 40.0 (float)",
        ),
        (
            lambda: ImpreciseDate.parse("2031-02-30"),
            InvalidDate,
            "expected a day from 01 to 28 in month 02 of year 2031, got '2031-02-30'",
        ),
        (
            lambda: ImpreciseDate.parse("2031-05-07/2031-05-06"),
            InvalidDate,
            "reversed interval: expected a start that is not after the end, got '2031-05-07/2031-05-06'",
        ),
        (
            lambda: ImpreciseDate.parse("[2031-05-07..2031-05-06]"),
            InvalidDate,
            "reversed bracket: expected a start that is not after the end, got '[2031-05-07..2031-05-06]'",
        ),
        (
            lambda: attrs.evolve(dismissals(), stated=ImpreciseDate.parse("2031-05-06/2031-05-07")),
            InvalidEvent,
            (
                "stated: expected one moment, such as '[2031-05-06..2031-05-07]' for once, somewhere within it, "
                "got '2031-05-06/2031-05-07'"
            ),
        ),
        (lambda: attrs.evolve(dismissals(), evidence=()), InvalidEvent, "evidence: expected at least 1 TextSpan or"),
    ],
)
def test_an_impossible_value_cannot_even_be_made(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value).startswith(message)


# What assertions refer to


def test_an_assertion_of_an_unregistered_document_is_refused(archive):
    stray = attrs.evolve(dismissals(), document=ELSEWHERE, evidence=(Locator(document=ELSEWHERE, place="page 1"),))
    assert refusal(archive, stray) == f"items[0].document: expected a registered document, got '{ELSEWHERE}'"


def test_an_assertion_by_an_unregistered_agent_is_refused(archive):
    link = Link(agent="unoin", role=LinkRole.SPEAKER, mode=LinkMode.DIRECT)
    message = "items[0].chain[0].agent: expected a registered agent, got 'unoin' (near: union)"
    assert message == refusal(archive, attrs.evolve(dismissals(), chain=(link,)))


def test_a_relation_to_nothing_is_refused(archive):
    relation = Relation(kind=RelationKind.INCLUDES, target=ELSEWHERE)
    message = f"items[0].relations[0].target: expected the id of a recorded assertion, got '{ELSEWHERE}'"
    assert message == refusal(archive, attrs.evolve(dismissals(), relations=(relation,)))


def test_a_batch_may_refer_to_what_stands_before_it_in_the_batch(archive):
    port = Agent(slug="harbour-master", kind=AgentKind.ROLE, names=("the harbour master",))
    said = attrs.evolve(
        dismissals(), chain=(Link(agent="harbour-master", role=LinkRole.SPEAKER, mode=LinkMode.DIRECT),), hedge="about"
    )
    expected = "items[0].chain[0].agent: expected a registered agent, got 'harbour-master'"
    assert refusal(archive, said, port) == expected
    assert len(archive.append([port, said]).new) == 2


def test_all_faults_of_a_batch_are_told_and_a_good_item_is_not_written(archive):
    good = attrs.evolve(dismissals(), hedge="about")
    said = refusal(
        archive,
        good,
        attrs.evolve(dismissals(), frame=Frame("dismised", "everybody", "port")),
        attrs.evolve(dismissals(), value=Status("open")),
        IdentityJudged(of=IdentityOf.AGENT, left="union", right="unoin", judgement=Judgement.SAME, **MADE),
    )
    assert said.splitlines() == [
        "items[1].frame.measure: expected a measure of the vocabulary, got 'dismised' (near: dismissed)",
        "items[1].frame.subject: expected a subject of the vocabulary, got 'everybody'",
        "items[2].value: expected the kind 'quantity' for 'dismissed', got 'status'",
        "items[3].right: expected a registered agent, got 'unoin' (near: union)",
    ]
    assert archive.append([good]).new


def test_what_refers_to_a_faulty_thing_is_no_second_fault(archive):
    noon = Document(id="a" * 64, name="noon", published=day(), published_basis="g", publisher="gazette", unhashed=True)
    says = attrs.evolve(dismissals(), document=noon.id, evidence=(Locator(document=noon.id, place="page 1"),))
    later = DependenceDeclared(assertions=(DISMISSALS, codec.assertion_id(says)), **MADE)
    assert refusal(archive, noon, says, later) == "items[0].publisher: expected a registered agent, got 'gazette'"


# Documents and agents


def test_two_documents_cannot_have_one_name(archive):
    other = attrs.evolve(MORNING.document, id="a" * 64)
    message = f"items[0].name: expected a name of its own, got 'morning', which document {MORNING.document.id[:12]} has"
    assert message == refusal(archive, other)


def test_two_documents_of_one_batch_cannot_have_one_name(archive):
    noon = attrs.evolve(MORNING.document, id="a" * 64, name="noon")
    message = "items[1].name: expected a name of its own, got 'noon', which document aaaaaaaaaaaa has"
    assert message == refusal(archive, noon, attrs.evolve(noon, id="b" * 64))


def test_publisher_and_upstream_are_registered_agents(archive):
    noon = attrs.evolve(MORNING.document, id="a" * 64, name="noon", publisher="gazette", upstream=("union", "pilto"))
    assert refusal(archive, noon).splitlines() == [
        "items[0].publisher: expected a registered agent, got 'gazette'",
        "items[0].upstream[1]: expected a registered agent, got 'pilto' (near: pilot)",
    ]


def test_an_agent_keeps_its_kind_and_may_gain_spellings(archive):
    company = Agent(slug="company", kind=AgentKind.STATE, names=("Harbour Company",))
    message = "items[0].kind: expected the kind 'organisation' that the agent has, got 'state'"
    assert message == refusal(archive, company)
    archive.append([Agent(slug="company", kind=AgentKind.ORGANISATION, names=("Harbour Co.", "the company"))])
    (agent,) = (agent for agent in archive.agents() if agent.slug == "company")
    assert agent.names == ("the company", "Harbour Company", "The company", "Harbour Co.")


# Recording again


def test_the_same_again_writes_nothing_and_says_so(archive):
    head = archive.head
    receipt = archive.append([event for _, event in MORNING.events])
    assert (receipt.new, len(receipt.already), receipt.recorded) == ((), 6, None)
    assert archive.head == head


def test_the_same_assertion_with_another_note_is_refused_naming_the_stored_one(archive):
    (stored,) = (event for event in archive.events() if event.id == DISMISSALS)
    message = refusal(archive, attrs.evolve(dismissals(), note="forty, not fourteen"), error=ConflictingEvent)
    assert message == (
        f"drafts[0] (assertion.recorded {DISMISSALS[:12]}): expected the content that already stands "
        f"at position {stored.position} under identity {DISMISSALS}, got another one"
    )


def test_the_same_document_with_other_dates_is_refused(archive):
    other = attrs.evolve(MORNING.document, published=day("2031-05-05"))
    expected = "got it with another published; a date that was recorded wrongly is mended by date.assessed"
    assert refusal(archive, other).endswith(expected)


def test_something_else_is_nothing_to_record(archive):
    message = refusal(archive, "forty dockers", error=DataError)
    assert message == "items[0]: expected an event, a document, an agent or an assertion, got 'forty dockers'"


# Judgements


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (
            DateAssessed(kind=TargetKind.DOCUMENT, target=ELSEWHERE, axis=Axis.PUBLISHED, date=day(), **MADE),
            f"target: expected a known document, got '{ELSEWHERE}'",
        ),
        (
            DateAssessed(kind=TargetKind.UTTERANCE, target="briefing", axis=Axis.STATED, date=day(), **MADE),
            "target: expected a known utterance, got 'briefing'",
        ),
        (
            DateAssessed(kind=TargetKind.ASSERTION, target=ELSEWHERE, axis=Axis.STATED, date=day(), **MADE),
            f"target: expected the id of a recorded assertion, got '{ELSEWHERE}'",
        ),
        (
            FrameReassigned(assertions=(ELSEWHERE,), frame=Frame("dismissed", "all", "prt"), **MADE),
            (
                "frame.place: expected a place of the vocabulary, got 'prt' (near: port)\n"
                f"items[0].assertions[0]: expected the id of a recorded assertion, got '{ELSEWHERE}'"
            ),
        ),
        (
            FrameReassigned(assertions=(DISMISSALS,), frame=Frame("port_status", "all", "port"), **MADE),
            "assertions[0]: expected the kind 'status' for 'port_status', got 'quantity'",
        ),
        (
            IdentityJudged(of=IdentityOf.AGENT, left="unoin", right="company", judgement=Judgement.SAME, **MADE),
            "left: expected a registered agent, got 'unoin' (near: union)",
        ),
        (
            IdentityJudged(of=IdentityOf.UTTERANCE, left=DISMISSALS, right="call", judgement=Judgement.SAME, **MADE),
            "right: expected a known utterance, got 'call'",
        ),
        (
            DependenceDeclared(assertions=(COUNT, ELSEWHERE), **MADE),
            f"assertions[1]: expected the id of a recorded assertion, got '{ELSEWHERE}'",
        ),
        (
            TranscriptionFixed(old=ELSEWHERE, new=COUNT, **MADE),
            f"old: expected the id of a recorded assertion, got '{ELSEWHERE}'",
        ),
        (TranscriptionFixed(old=COUNT, new=COUNT, **MADE), "new: expected another assertion than 'old', got the same"),
        (
            SourceCorrected(actor="clerk", by="unoin", old=COUNT, new=DISMISSALS, notice=notice(ELSEWHERE)),
            (
                "by: expected a registered agent, got 'unoin' (near: union)\n"
                f"items[0].notice.evidence[0].document: expected a registered document, got '{ELSEWHERE}'"
            ),
        ),
        (
            SourceRetracted(actor="clerk", by="union", utterance="call", notice=notice(ELSEWHERE)),
            (
                "utterance: expected an utterance that was said, got 'call'\n"
                f"items[0].notice.evidence[0].document: expected a registered document, got '{ELSEWHERE}'"
            ),
        ),
        (
            ReliabilityAssessed(assessor="Ana", assertion=ELSEWHERE, credibility=Credibility.TWO, **MADE),
            f"assertion: expected the id of a recorded assertion, got '{ELSEWHERE}'",
        ),
        (
            JudgementWithdrawn(target=ELSEWHERE, **MADE),
            f"target: expected the id of a judgement, got '{ELSEWHERE}'",
        ),
    ],
    ids=lambda part: getattr(part, "type", ""),
)
def test_a_judgement_of_nothing_is_refused(archive, event, message):
    assert refusal(archive, event) == f"items[0].{message}"


@pytest.mark.parametrize(
    "event",
    [
        DateAssessed(kind=TargetKind.DOCUMENT, target=MORNING.document.id, axis=Axis.PUBLISHED, date=day(), **MADE),
        DateAssessed(kind=TargetKind.UTTERANCE, target=COUNT, axis=Axis.STATED, date=day(), **MADE),
        FrameReassigned(assertions=(DISMISSALS,), frame=Frame("dismissed", "crane_drivers", "port"), **MADE),
        IdentityJudged(of=IdentityOf.UTTERANCE, left=DISMISSALS, right=COUNT, judgement=Judgement.UNSURE, **MADE),
        DependenceDeclared(assertions=(COUNT, DISMISSALS), **MADE),
        SourceCorrected(actor="clerk", by="union", old=COUNT, new=DISMISSALS, notice=notice()),
        SourceRetracted(actor="clerk", by="union", utterance=COUNT, notice=notice()),
    ],
    ids=lambda event: event.type,
)
def test_a_judgement_of_what_is_there_is_taken(archive, event):
    assert archive.append([event]).new


def test_a_judgement_is_withdrawn_once_and_by_its_maker(archive):
    judged = DependenceDeclared(assertions=(COUNT, DISMISSALS), **MADE)
    target = codec.identity(judged)
    archive.append([judged])
    other = JudgementWithdrawn(actor="clerk", grounds="g", target=target)
    assert refusal(archive, other) == "items[0].actor: expected its maker 'analyst', got 'clerk'"
    withdrawn = JudgementWithdrawn(target=target, **MADE)
    archive.append([withdrawn])
    again = attrs.evolve(withdrawn, grounds="once more")
    message = f"items[0].target: expected a judgement that stands, got '{target}', which is withdrawn"
    assert message == refusal(archive, again)


# The vocabulary and the first event


def test_a_vocabulary_only_grows(archive):
    quay = Vocabulary(name="more", places=(Place(slug="port.south", definition="Its south quay."),))
    said = attrs.evolve(dismissals(), frame=Frame("dismissed", "all", "port.south"))
    extended = VocabularyExtended(actor="clerk", addition=quay)
    assert len(archive.append([extended, said]).new) == 2
    message = "items[0].addition: expected each slug once, got 'port.south' again"
    assert message == refusal(archive, attrs.evolve(extended, actor="analyst"))


def test_an_archive_is_opened_once(archive):
    opened = ArchiveOpened(actor="clerk", name="another", zone="UTC", vocabulary=harbour())
    message = "items[0]: expected one archive.opened, as the first event, got archive.opened"
    assert message == refusal(archive, opened)


def test_the_first_event_opens_the_archive():
    agent = AgentRegistered(actor="clerk", agent=Agent(slug="a", kind=AgentKind.ROLE, names=("a",)))
    unknown = UnknownEvent(type="port.flooded", version=1, body=b"{}")
    assert [str(problem) for problem in check_batch([("x", agent), ("y", unknown)], Ledger())] == [
        "x: expected one archive.opened, as the first event, got agent.registered",
        "y: expected archive.opened as the first event",
    ]


def test_an_event_of_an_unknown_type_is_kept(archive):
    assert archive.append([UnknownEvent(type="port.flooded", version=1, body=b"{}")]).new
    assert archive.as_of("2031-05-07").basis.unknown_events == 1


def test_the_ledger_of_the_head_is_not_changed_by_a_check(archive):
    before = dict(archive.ledger.agents)
    agent = AgentRegistered(actor="clerk", agent=Agent(slug="late", kind=AgentKind.ROLE, names=("a",)))
    assert check_batch([("", agent)], archive.ledger) == []
    assert dict(archive.ledger.agents) == before


# Files


def test_a_file_that_is_something_else_is_no_archive_and_stays_as_it_is(tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(b"<html>" * 200)
    with pytest.raises(NotAnArchive) as caught:
        Archive.open(page)
    assert str(page) in str(caught.value)
    assert page.read_bytes() == b"<html>" * 200


def test_a_database_of_somebody_else_is_no_archive_and_stays_as_it_is(tmp_path):
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE event (position INTEGER)")
    database.close()
    before = other.read_bytes()
    with pytest.raises(NotAnArchive):
        Archive.open(other, vocabulary=harbour())
    assert other.read_bytes() == before


def test_an_archive_of_another_vocabulary_is_not_opened_with_this_one(tmp_path):
    file = tmp_path / "harbour.db"
    with empty_archive() as archive:
        archive.copy_to(file)
    rail = attrs.evolve(harbour(), name="rail/1")
    with pytest.raises(VocabularyMismatch) as caught:
        Archive.open(file, vocabulary=rail, read_only=True)
    assert str(caught.value) == "expected an archive of the vocabulary 'rail/1', got one of 'harbour/1'"
    shorter = attrs.evolve(harbour(), places=())
    with pytest.raises(VocabularyMismatch) as caught:
        Archive.open(file, vocabulary=shorter, read_only=True)
    assert str(caught.value) == (
        "expected an archive of the vocabulary 'harbour/1', got one of 'harbour/1'; they differ in port, port.north"
    )
    with Archive.open(file, vocabulary=harbour(), read_only=True) as archive:
        assert archive.head == 1


def test_a_place_without_an_archive_needs_a_vocabulary(tmp_path):
    with pytest.raises(UsageError) as caught:
        Archive.open(tmp_path / "none.db")
    assert str(caught.value) == (
        f"expected an archive at {tmp_path / 'none.db'}, or a vocabulary to create one; found neither"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_refused_batch_leaves_the_file_as_it_was(tmp_path):
    file = tmp_path / "harbour.db"
    with Archive.open(file, vocabulary=harbour(), clock=FixedClock(STARTED), zone=ZONE) as archive:
        archive.append([event for _, event in MORNING.events])
        refusal(archive, attrs.evolve(dismissals(), frame=Frame("dismised", "all", "port")))
        refusal(archive, attrs.evolve(dismissals(), note="another"), error=ConflictingEvent)
    before = file.read_bytes()
    with Archive.open(file, clock=FixedClock(STARTED)) as archive:
        refusal(archive, DocumentRegistered(actor="clerk", document=attrs.evolve(MORNING.document, id="a" * 64)))
        assert archive.head == 7
    assert file.read_bytes() == before


# Another subject than the shipped one


def test_the_engine_knows_no_measure_by_name(archive):
    may = {"beyond_coverage": True}
    assert str(archive.as_of("2031-05-06", **may)["dismissed/all/port"]) == "dismissed/all/port: 40 (single origin)"
    assert str(archive.as_of("2031-05-07", **may)["dismissed/all/port"]) == "dismissed/all/port: 40..55 (contested)"
    states = [archive.as_of(date, **may)["port_status/all/port"].state for date in ("2031-05-06", "2031-05-07")]
    assert states == ["closed", "open"]
    assert str(archive.as_of("2031-05-07", **may)["wage/all/port"]) == "wage/all/port: 12.50 (single origin)"
