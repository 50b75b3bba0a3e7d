"""Judgements in sheets: keys and names become ids, and whatever names nothing is refused."""

import pytest
from strategies.toy import SHEETS, TEXTS, harbour, harbour_archive, harbour_sheets

from kzarchive.errors import DataError, InvalidSheet
from kzarchive.recording import judgements
from kzarchive.recording.sheets import read_sheets
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import (
    Axis,
    CoverageDeclared,
    Credibility,
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

IDS = {"morning:dismissals": "a" * 64, "evening:count": "b" * 64}
DOCUMENTS = {"morning": "d" * 64}
NOTICE = {"published": "2031-05-08", "reason": "a slip"}


def read(**entry):
    return judgements.read(entry, "judgements[0]", actor="analyst", assertion=IDS.get, document=DOCUMENTS.get)


def refusal(entry):
    with pytest.raises(DataError) as caught:
        judgements.read(entry, "judgements[0]", actor="analyst", assertion=IDS.get, document=DOCUMENTS.get)
    return str(caught.value)


MADE = {"actor": "analyst", "grounds": "g"}


@pytest.mark.parametrize(
    ("entry", "event"),
    [
        (
            {"type": "date.assessed", "document": "morning", "axis": "published", "date": "2031-05-06", "grounds": "g"},
            DateAssessed(
                kind=TargetKind.DOCUMENT,
                target="d" * 64,
                axis=Axis.PUBLISHED,
                date=ImpreciseDate.parse("2031-05-06"),
                **MADE,
            ),
        ),
        (
            {"type": "date.assessed", "utterance": "call", "axis": "stated", "date": "2031-05-06", "grounds": "g"},
            DateAssessed(
                kind=TargetKind.UTTERANCE,
                target="call",
                axis=Axis.STATED,
                date=ImpreciseDate.parse("2031-05-06"),
                **MADE,
            ),
        ),
        (
            {
                "type": "date.assessed",
                "assertion": "evening:count",
                "axis": "valid",
                "date": "2031/2032",
                "grounds": "g",
            },
            DateAssessed(
                kind=TargetKind.ASSERTION,
                target="b" * 64,
                axis=Axis.VALID,
                date=ImpreciseDate.parse("2031/2032"),
                **MADE,
            ),
        ),
        (
            {
                "type": "frame.reassigned",
                "assertions": ["evening:count"],
                "frame": "dismissed/all/port",
                "grounds": "g",
            },
            FrameReassigned(assertions=("b" * 64,), frame=Frame("dismissed", "all", "port"), **MADE),
        ),
        (
            {"type": "identity.judged", "of": "agent", "left": "a", "right": "b", "judgement": "same", "grounds": "g"},
            IdentityJudged(of=IdentityOf.AGENT, left="a", right="b", judgement=Judgement.SAME, **MADE),
        ),
        (
            {"type": "dependence.declared", "assertions": ["morning:dismissals", "evening:count"], "grounds": "g"},
            DependenceDeclared(assertions=("a" * 64, "b" * 64), **MADE),
        ),
        (
            {"type": "transcription.fixed", "old": "morning:dismissals", "new": "evening:count", "grounds": "g"},
            TranscriptionFixed(old="a" * 64, new="b" * 64, **MADE),
        ),
        (
            {
                "type": "reliability.assessed",
                "assessor": "Ana",
                "agent": "union",
                "reliability": "B",
                "assertion": "evening:count",
                "credibility": "2",
                "grounds": "g",
            },
            ReliabilityAssessed(
                assessor="Ana",
                agent="union",
                reliability=Reliability.B,
                assertion="b" * 64,
                credibility=Credibility.TWO,
                **MADE,
            ),
        ),
        (
            {"type": "judgement.withdrawn", "target": "e" * 64, "grounds": "g"},
            JudgementWithdrawn(target="e" * 64, **MADE),
        ),
        (
            {
                "type": "source.corrected",
                "by": "union",
                "old": "morning:dismissals",
                "new": "evening:count",
                "notice": NOTICE,
            },
            SourceCorrected(
                actor="analyst",
                by="union",
                old="a" * 64,
                new="b" * 64,
                notice=Notice(published=ImpreciseDate.parse("2031-05-08"), reason="a slip"),
            ),
        ),
        (
            {"type": "source.retracted", "by": "union", "utterance": "call", "notice": NOTICE},
            SourceRetracted(
                actor="analyst",
                by="union",
                utterance="call",
                notice=Notice(published=ImpreciseDate.parse("2031-05-08"), reason="a slip"),
            ),
        ),
        (
            {"type": "coverage.declared", "end": "2031-05-08", "grounds": "g"},
            CoverageDeclared(end=ImpreciseDate.parse("2031-05-08"), **MADE),
        ),
    ],
    ids=lambda part: part.get("type") if isinstance(part, dict) else "",
)
def test_every_type_of_the_table_is_read(entry, event):
    assert event == read(**entry)


def test_every_type_that_may_be_read_is_in_the_table():
    assert all(f"``{name}``" in judgements.__doc__ for name in judgements.TYPES)
    assert "archive.opened" not in judgements.TYPES
    assert "assertion.recorded" not in judgements.TYPES


TYPES = ", ".join(sorted(judgements.TYPES))
FRAME = {"type": "frame.reassigned", "assertions": ["evening:count"], "grounds": "g"}
DATE = {"type": "date.assessed", "axis": "stated", "date": "2031-05-06", "grounds": "g"}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("word", f"judgements[0]: expected a type of {TYPES}; got 'word'"),
        ({"grounds": "g"}, f"judgements[0]: expected a type of {TYPES}; got None"),
        ({"type": "archive.opened"}, f"judgements[0]: expected a type of {TYPES}; got 'archive.opened'"),
        ({"type": ["a"]}, f"judgements[0]: expected a type of {TYPES}; got ['a']"),
        (
            FRAME | {"frame": "dismissed/all/port/north"},
            "judgements[0].frame: expected measure/subject/place, got 'dismissed/all/port/north'",
        ),
        (
            FRAME | {"frame": "dismissed/all"},
            "judgements[0].frame: expected measure/subject/place, got 'dismissed/all'",
        ),
        (
            FRAME | {"frame": "dismissed/all/port", "actor": "somebody"},
            "judgements[0].actor: expected no such field here",
        ),
        (
            FRAME | {"frame": "dismissed/all/port", "assertions": ["evening:count", "evening:cuont"]},
            "judgements[0].assertions[1]: expected the key of a recorded assertion, got 'evening:cuont'",
        ),
        (
            FRAME | {"frame": "dismissed/all/port", "assertions": [["evening:count"]]},
            "judgements[0].assertions[0]: expected the key of a recorded assertion, got ['evening:count']",
        ),
        (
            FRAME | {"frame": "dismissed/all/port", "assertions": "evening:count"},
            "judgements[0].assertions: expected a list",
        ),
        (DATE, "judgements[0]: expected one of document, utterance, assertion, got none"),
        (
            DATE | {"document": "morning", "utterance": "call"},
            "judgements[0]: expected one of document, utterance, assertion, got document, utterance",
        ),
        (DATE | {"utterance": "call", "target": "other"}, "judgements[0].target: expected no such field here"),
        (DATE | {"document": "noon"}, "judgements[0].document: expected the name of a recorded document, got 'noon'"),
        (
            DATE | {"utterance": "call", "date": "2031-02-30"},
            "judgements[0].date: expected a day from 01 to 28 in month 02 of year 2031, got '2031-02-30'",
        ),
        (DATE | {"utterance": "call", "weight": "5"}, "judgements[0]: expected no other fields, got 'weight'"),
    ],
)
def test_a_faulty_entry_is_refused(entry, message):
    assert refusal(entry).startswith(message)


def test_all_references_that_name_nothing_are_told():
    assert refusal({"type": "transcription.fixed", "old": "x", "new": "y", "grounds": "g"}).splitlines() == [
        "judgements[0].old: expected the key of a recorded assertion, got 'x'",
        "judgements[0].new: expected the key of a recorded assertion, got 'y'",
    ]


ANALYST = """\
sheet: kzarchive.sheet/1
actor: analyst
judgements:
  - type: dependence.declared
    assertions: ["morning:dismissals", "evening:count"]
    grounds: The union read the company's list.
  - {type: date.assessed, document: evening, axis: published, date: 2031-05-08, grounds: the stamp}
"""


def test_a_sheet_of_judgements_refers_to_the_sheets_before_it():
    *_, sheet = read_sheets([*SHEETS, ("analyst.yaml", ANALYST)], vocabulary=harbour(), find_text=TEXTS.get)
    (first, dependence), (second, dated) = sheet.events
    assert (first, second) == ("analyst.yaml:4: judgements[0]", "analyst.yaml:7: judgements[1]")
    keys = [read.keys for read in harbour_sheets()]
    assert dependence.assertions == (keys[0]["dismissals"], keys[1]["count"])
    assert dated.target == harbour_sheets()[1].document.id
    assert (dependence.actor, sheet.document, sheet.checked) == ("analyst", None, False)


def test_a_later_run_knows_documents_by_name_and_assertions_by_id():
    with harbour_archive() as archive:
        known = {document.name: document.id for document in archive.documents()}.get
        count = harbour_sheets()[1].keys["count"]
        alone = ANALYST.replace("morning:dismissals", "c" * 64).replace("evening:count", count)
        (sheet,) = read_sheets([("analyst.yaml", alone)], vocabulary=archive.vocabulary, known=known)
    assert sheet.events[0][1].assertions == ("c" * 64, count)
    with pytest.raises(InvalidSheet) as caught:
        read_sheets([("analyst.yaml", ANALYST)])
    assert str(caught.value).splitlines() == [
        (
            "analyst.yaml:5: judgements[0].assertions[0]: "
            "expected the key of a recorded assertion, got 'morning:dismissals'"
        ),
        "analyst.yaml:5: judgements[0].assertions[1]: expected the key of a recorded assertion, got 'evening:count'",
        "analyst.yaml:7: judgements[1].document: expected the name of a recorded document, got 'evening'",
    ]
