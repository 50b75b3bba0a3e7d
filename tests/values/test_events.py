"""Events: stable types, and the rules of each."""

import re

import attrs
import pytest
from hypothesis import given
from strategies import values as some

from kzarchive.errors import InvalidEvent
from kzarchive.values import events as e
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.terms import Vocabulary

A, B, C = "a" * 64, "b" * 64, "c" * 64
SLUG = "expected a slug of 1 to 80 ASCII letters, digits, '_', '-', '.', ':' that begins with a letter or a digit"
TEXT = "expected non-empty text of at most 4000 characters"
ID = "expected 64 lower-case hexadecimal digits"
DAY, DAYS = ImpreciseDate.parse("2021-03-04"), ImpreciseDate.parse("2021-03-01/2021-03-04")
ONE_MOMENT = (
    "expected one moment, such as '[2021-03-01..2021-03-04]' for once, somewhere within it, got '2021-03-01/2021-03-04'"
)
NOTICE = e.Notice(published=DAY, reason="A misprint.")
JUDGED = {"actor": "dr-k", "grounds": "A slip."}
SOUND = {
    e.ArchiveOpened: {
        "actor": "archive",
        "name": "The flood",
        "zone": "Asia/Almaty",
        "vocabulary": Vocabulary(name="flood/1"),
    },
    e.CoverageDeclared: {"actor": "archive", "end": DAY, "grounds": "Read through."},
    e.VocabularyExtended: {"actor": "archive", "addition": Vocabulary(name="flood/2")},
    e.SourceCorrected: {"actor": "archive", "by": "courier", "old": A, "new": B, "notice": NOTICE},
    e.SourceRetracted: {"actor": "archive", "by": "mayor", "utterance": "mayor-4-march", "notice": NOTICE},
    e.TranscriptionFixed: {**JUDGED, "old": A, "new": B},
    e.DateAssessed: {**JUDGED, "kind": e.TargetKind.DOCUMENT, "target": A, "axis": e.Axis.PUBLISHED, "date": DAY},
    e.FrameReassigned: {**JUDGED, "assertions": (A,), "frame": Frame("drowned", "all", "UR")},
    e.IdentityJudged: {
        **JUDGED,
        "of": e.IdentityOf.AGENT,
        "left": "mayor",
        "right": "aino",
        "judgement": e.Judgement.UNSURE,
    },
    e.DependenceDeclared: {**JUDGED, "assertions": (A, B)},
    e.ReliabilityAssessed: {**JUDGED, "assessor": "Ms S.", "agent": "mayor", "reliability": e.Reliability.F},
    e.JudgementWithdrawn: {**JUDGED, "target": C},
    e.PayloadRedacted: {
        "actor": "archive",
        "target": 4,
        "reason": e.RedactionReason.COURT_ORDER,
        "approvers": ("dr-k", "ms-s"),
    },
    e.Notice: {"published": DAY, "reason": "A misprint."},
}


def faults(kind, /, **change):
    assert kind(**SOUND[kind])
    with pytest.raises(InvalidEvent) as caught:
        kind(**{**SOUND[kind], **change})
    return [str(problem) for problem in caught.value.problems]


def test_types_are_stable_names_and_never_python_paths():
    """A stored log refers to these for ever; none may be renamed or reused."""
    assert {(kind.type, kind.version) for kind in e.EVENT_TYPES} == {
        ("archive.opened", 1),
        ("coverage.declared", 1),
        ("vocabulary.extended", 1),
        ("agent.registered", 1),
        ("document.registered", 1),
        ("assertion.recorded", 1),
        ("source.corrected", 1),
        ("source.retracted", 1),
        ("transcription.fixed", 1),
        ("date.assessed", 1),
        ("frame.reassigned", 1),
        ("identity.judged", 1),
        ("dependence.declared", 1),
        ("reliability.assessed", 1),
        ("judgement.withdrawn", 1),
        ("payload.redacted", 1),
    }


def test_every_concrete_event_class_is_listed_once():
    def below(kind):
        return {kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))}

    listed = [kind.type for kind in e.EVENT_TYPES]

    own = {kind for kind in below(e.Event) if kind.__module__ == e.__name__}

    assert set(e.EVENT_TYPES) == own - {e.Event, e.Judged}
    assert len(set(listed)) == len(listed)
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+", name) for name in listed)


@pytest.mark.parametrize("kind", set(SOUND) - {e.Notice}, ids=lambda kind: kind.__name__)
def test_every_event_names_its_actor(kind):
    assert faults(kind, actor="") == [f"actor: {SLUG}, got ''"]


@pytest.mark.parametrize("kind", [kind for kind in SOUND if issubclass(kind, e.Judged)], ids=lambda kind: kind.__name__)
def test_every_judgement_gives_its_grounds(kind):
    assert faults(kind, grounds=" ") == [f"grounds: {TEXT}, got ' '"]


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        (e.ArchiveOpened, {"name": ""}, f"name: {TEXT}, got ''"),
        (
            e.ArchiveOpened,
            {"zone": "Almaty"},
            "zone: expected the IANA name of a time zone such as 'Asia/Almaty', got 'Almaty'",
        ),
        (e.ArchiveOpened, {"vocabulary": "flood/1"}, "vocabulary: expected Vocabulary, got 'flood/1'"),
        (e.CoverageDeclared, {"end": None}, "end: expected an ImpreciseDate, got None"),
        (e.CoverageDeclared, {"end": DAYS}, f"end: {ONE_MOMENT}"),
        (e.CoverageDeclared, {"start": DAYS}, f"start: {ONE_MOMENT}"),
        (e.CoverageDeclared, {"grounds": ""}, f"grounds: {TEXT}, got ''"),
        (e.VocabularyExtended, {"addition": None}, "addition: expected Vocabulary, got None"),
        (e.Notice, {"published": DAYS}, f"published: {ONE_MOMENT}"),
        (e.Notice, {"reason": ""}, f"reason: {TEXT}, got ''"),
        (
            e.Notice,
            {"evidence": (A,)},
            f"evidence: expected a tuple of TextSpan or RecordCell or Locator, got ('{A}',)",
        ),
        (e.SourceCorrected, {"old": "mayor"}, f"old: {ID}, got 'mayor'"),
        (e.SourceCorrected, {"by": None}, f"by: {SLUG}, got None"),
        (e.SourceCorrected, {"notice": DAY}, "notice: expected Notice, got ImpreciseDate(text='2021-03-04')"),
        (e.SourceRetracted, {"utterance": "4 march"}, f"utterance: {SLUG}, got '4 march'"),
        (e.TranscriptionFixed, {"new": B[:-1]}, f"new: {ID}, got '{B[:-1]}'"),
        (
            e.DateAssessed,
            {"kind": "document"},
            "kind: expected one of document, utterance, assertion, got 'document'",
        ),
        (
            e.DateAssessed,
            {"axis": e.Axis.VALID},
            "axis: expected 'published' or 'retrieved' for a target of kind 'document', got 'valid'",
        ),
        (
            e.DateAssessed,
            {"kind": e.TargetKind.UTTERANCE},
            "axis: expected 'stated' or 'valid' for a target of kind 'utterance', got 'published'",
        ),
        (e.DateAssessed, {"date": DAYS}, f"date: {ONE_MOMENT}"),
        (e.FrameReassigned, {"assertions": [A]}, f"assertions: expected a tuple of ids, got ['{A}']"),
        (e.FrameReassigned, {"assertions": (A, "b")}, f"assertions[1]: {ID}, got 'b'"),
        (e.FrameReassigned, {"frame": "drowned/all/UR"}, "frame: expected Frame, got 'drowned/all/UR'"),
        (e.IdentityJudged, {"right": "mayor"}, "right: expected another slug than 'mayor', got 'mayor'"),
        (
            e.IdentityJudged,
            {"judgement": "perhaps"},
            "judgement: expected one of same, different, unsure, got 'perhaps'",
        ),
        (e.DependenceDeclared, {"assertions": (A,)}, f"assertions: expected at least two ids, got ('{A}',)"),
        (e.JudgementWithdrawn, {"target": "slip"}, f"target: {ID}, got 'slip'"),
        (e.PayloadRedacted, {"target": 0}, "target: expected a position from 1 to 9007199254740991, got 0"),
        (e.PayloadRedacted, {"target": True}, "target: expected a position from 1 to 9007199254740991, got True"),
        (
            e.PayloadRedacted,
            {"reason": "the name of the witness"},
            (
                "reason: expected one of endangers_person, consent_withdrawn, personal_data, court_order, "
                "unlawful_content, got 'the name of the witness'"
            ),
        ),
        (
            e.PayloadRedacted,
            {"approvers": ("dr-k",)},
            "approvers: expected at least two different slugs, got ('dr-k',)",
        ),
        (
            e.PayloadRedacted,
            {"approvers": ("dr-k", "dr-k")},
            "approvers: expected slugs without repeats, got ('dr-k', 'dr-k')",
        ),
        (
            e.PayloadRedacted,
            {"tombstones": (A,)},
            "tombstone_key: expected a key exactly when there are tombstones, got None",
        ),
        (e.ReliabilityAssessed, {"assessor": ""}, f"assessor: {TEXT}, got ''"),
        (e.ReliabilityAssessed, {"reliability": "F"}, "reliability: expected one of A, B, C, D, E, F, got 'F'"),
        (
            e.ReliabilityAssessed,
            {"reliability": None},
            "reliability: expected a letter exactly when 'agent' is given, got None",
        ),
        (
            e.ReliabilityAssessed,
            {"credibility": e.Credibility.TWO},
            "credibility: expected a digit exactly when 'assertion' is given, got '2'",
        ),
    ],
)
def test_a_wrong_field_is_named(kind, change, message):
    assert faults(kind, **change) == [message]


def test_repeated_ids_are_refused():
    (fault,) = faults(e.DependenceDeclared, assertions=(A, B, A))

    assert fault.startswith("assertions: expected ids without repeats, got (")


def test_rules_between_fields_are_reported_together():
    assert faults(e.DateAssessed, kind=e.TargetKind.ASSERTION, date=DAYS) == [
        "axis: expected 'stated' or 'valid' for a target of kind 'assertion', got 'published'",
        f"date: {ONE_MOMENT}",
    ]
    assert faults(e.ReliabilityAssessed, agent=None, credibility=e.Credibility.SIX) == [
        "reliability: expected a letter exactly when 'agent' is given, got 'F'",
        "credibility: expected a digit exactly when 'assertion' is given, got '6'",
        "agent: expected an agent, an assertion, or both, got None",
    ]


def test_valid_alone_may_be_assessed_as_an_interval():
    assessed = {**SOUND[e.DateAssessed], "kind": e.TargetKind.UTTERANCE, "target": "mayor-4-march", "date": DAYS}

    assert e.DateAssessed(**{**assessed, "axis": e.Axis.VALID}).date == DAYS
    with pytest.raises(InvalidEvent):
        e.DateAssessed(**{**assessed, "axis": e.Axis.STATED})


def test_every_target_has_its_axes():
    assert set(e.AXES) == set(e.TargetKind)
    assert {axis for axes in e.AXES.values() for axis in axes} == set(e.Axis)


def test_a_notice_may_be_known_without_its_text():
    assert NOTICE.evidence == ()
    assert e.Notice(published=DAY, reason="Seen.", evidence=(Locator(document=B, place="page 2"),)).evidence


def test_credibility_is_a_digit_of_text_and_no_number():
    assert [grade.value for grade in e.Credibility] == ["1", "2", "3", "4", "5", "6"]
    assert not any(isinstance(grade, int) for grade in e.Credibility)


@given(some.events)
def test_an_event_cannot_be_changed_and_can_be_a_key(event):
    assert {event: 1}[attrs.evolve(event)] == 1
    for field in attrs.fields(type(event)):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(event, field.name, None)


def test_an_event_of_an_unknown_type_can_be_a_key():
    kept = e.UnknownEvent(type="payload.redacted", version=1, body=b"{}")

    assert {kept: 1}[e.UnknownEvent(type="payload.redacted", version=1, body=b"{}")] == 1
