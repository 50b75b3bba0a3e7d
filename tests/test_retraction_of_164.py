"""The small archive of the toll of 164: a denial of attribution, a retraction that reaches the quoters, a zombie."""

import hashlib
from pathlib import Path

import pytest

from kzarchive import Archive, BeyondCoverage, FixedClock, read_vocabulary
from kzarchive.recording.recorder import record_sheets

SHEETS = Path(__file__).resolve().parent.parent / "examples" / "retraction_of_164"
TOLL, ALMATY = "killed/all/KZ", "killed/all/KZ.almaty"
EVENING, ANSWERED, REMOVED, LATER = "2022-01-09", "2022-01-10T01:00+06:00", "2022-01-10", "2022-01-15"
DOCUMENTS = ("post", "reply", "belsat", "urdupoint", "wire")


@pytest.fixture(scope="module")
def archive():
    made = Archive.in_memory(
        vocabulary=read_vocabulary(SHEETS / "vocabulary.yaml"),
        clock=FixedClock("2026-11-23T00:00:00.000000Z"),
        zone="Asia/Almaty",
    )
    record(made)
    return made


def record(archive):
    sheets = sorted(SHEETS.glob("[0-9]_*.yaml"))
    return record_sheets(archive, [(sheet.name, sheet.read_bytes()) for sheet in sheets])


def witnesses(state, place, frame=TOLL):
    """Returns rule, document and origin of each assertion of one place of an explanation, in log order."""
    found = sorted(state.explain(frame).witnesses, key=lambda witness: witness.position)
    return [(w.rule, w.document, w.origin) for w in found if w.place == place]


def before(archive, kind):
    """Returns the position before the first event of a type."""
    return min(event.position for event in archive.events() if event.type == kind) - 1


def test_each_document_has_an_id_given_by_the_recorder_from_a_label(archive):
    given = {document.name: (document.id, document.unhashed) for document in archive.documents()}
    labels = {name: hashlib.sha256(f"retraction_of_164/{name}".encode()).hexdigest() for name in DOCUMENTS}
    assert {name: (label, True) for name, label in labels.items()} == given


def test_at_noon_of_the_9th_nothing_is_certain(archive):
    state = archive.as_of("2022-01-09T12:00+06:00")
    assert "no data" == state[TOLL].words()
    assert [(None, "post", "health-ministry"), (None, "reply", "health-ministry")] == witnesses(state, "pending")


def test_on_the_evening_of_the_9th_the_figure_stands_and_is_the_ministrys(archive):
    state = archive.as_of(EVENING)
    assert "164 (single origin)" == state[TOLL].words()
    assert [("S9", "post", "health-ministry")] == witnesses(state, "why")
    assert [("S9", "post", "health-ministry")] == witnesses(state, "why", ALMATY)
    assert [] == witnesses(state, "why_not")


def test_a_change_that_is_only_possible_is_open_and_does_not_act(archive):
    assert (
        "document reply may have been known or in scope by then (1 pending)",
        "source.retracted by telegram-channel may have been known by then (notice published [2022-01-09..2022-01-10])",
    ) == archive.as_of(EVENING).explain(TOLL).questions
    possible = archive.as_of(EVENING, include="possible")
    assert "uncommitted" == possible[TOLL].words()
    assert () == possible.explain(TOLL).questions


@pytest.mark.parametrize(
    ("moment", "origin", "why_not"),
    [
        ("2022-01-10T00:58+06:00", "health-ministry", []),
        (ANSWERED, "telegram-channel", [("S14", "reply", "health-ministry")]),
    ],
)
def test_the_denial_of_attribution_moves_the_origin_to_the_channel(archive, moment, origin, why_not):
    state = archive.as_of(moment)
    assert "164 (single origin)" == state[TOLL].words()
    assert [("S9", "post", origin)] == witnesses(state, "why")
    assert [("S9", "post", origin)] == witnesses(state, "why", ALMATY)
    assert why_not == witnesses(state, "why_not")


def test_the_denial_is_told_as_one(archive):
    (denial,) = archive.as_of(ANSWERED)[TOLL].why_not
    assert ("S14", "denies that it was said so") == (denial.rule, denial.detail)


def test_the_figure_stands_until_the_removal_was_surely_known(archive):
    assert "164 (single origin)" == archive.as_of("2022-01-10T23:58+06:00")[TOLL].words()
    assert "uncommitted" == archive.as_of("2022-01-10T23:59+06:00")[TOLL].words()


def test_the_retraction_removes_the_figure_for_every_quoter(archive):
    state = archive.as_of(REMOVED)
    assert ("uncommitted", None, None, None) == (
        state[TOLL].words(),
        state[TOLL].low,
        state[TOLL].best,
        state[TOLL].high,
    )
    assert [] == witnesses(state, "why")
    assert [
        ("S13", "post", "telegram-channel"),
        ("S14", "reply", "health-ministry"),
        ("S13", "belsat", "telegram-channel"),
        ("S14", "belsat", "health-ministry"),
    ] == witnesses(state, "why_not")
    assert "no data" == state[ALMATY].words()
    assert [("S13", "post", "telegram-channel"), ("S13", "belsat", "telegram-channel")] == witnesses(
        state, "why_not", ALMATY
    )


def test_a_quoter_whose_hour_has_no_zone_is_reached_once_it_is_surely_published(archive):
    urdupoint = [(None, "urdupoint", "telegram-channel"), (None, "urdupoint", "health-ministry")]
    assert urdupoint == witnesses(archive.as_of("2022-01-11T07:28+06:00"), "pending")
    later = archive.as_of("2022-01-11T07:29+06:00")
    assert [] == witnesses(later, "pending")
    assert ("S13", "urdupoint", "telegram-channel") in witnesses(later, "why_not")


def test_the_retraction_changes_no_earlier_date(archive):
    position = before(archive, "source.retracted")
    for moment in (EVENING, ANSWERED, "2022-01-10T23:58+06:00"):
        now, then = archive.as_of(moment), archive.as_of(moment, position=position)
        assert (then[TOLL].words(), witnesses(then, "why")) == (now[TOLL].words(), witnesses(now, "why"))
        assert "164 (single origin)" == now[TOLL].words()


def test_on_the_15th_225_stands_and_the_repeat_is_a_zombie(archive):
    state = archive.as_of(LATER)
    assert "225 (single origin)" == state[TOLL].words()
    assert [("S9", "wire", "prosecutor-general")] == witnesses(state, "why")
    assert ("zombie",) == state[TOLL].flags
    details = {w.document: w.detail for w in state.explain(TOLL).witnesses if w.rule == "S13"}
    assert {
        "post": "was retracted by telegram-channel",
        "belsat": "was retracted by telegram-channel",
        "urdupoint": "was retracted by telegram-channel",
        "wire": "repeats what was retracted by telegram-channel",
    } == details


@pytest.mark.parametrize("moment", [EVENING, ANSWERED, REMOVED, "2022-01-14"])
def test_before_the_repeat_there_is_no_zombie(archive, moment):
    assert () == archive.as_of(moment)[TOLL].flags


def test_audit_tells_what_the_archive_would_have_answered(archive):
    denial = next(archive.assertions(document="reply")).position
    positions = (denial - 1, denial, before(archive, "source.retracted"), archive.head)
    states = [archive.as_of(LATER, position=position) for position in positions]
    origins = [sorted({origin for _, _, origin in witnesses(state, "why")}) for state in states]
    assert [
        ("164 (single origin)", 1, ["health-ministry"]),
        ("164 (single origin)", 1, ["telegram-channel"]),
        ("164 (single origin)", 3, ["telegram-channel"]),
        ("225 (single origin)", 1, ["prosecutor-general"]),
    ] == [(state[TOLL].words(), state[TOLL].documents, names) for state, names in zip(states, origins, strict=True)]


def test_three_documents_that_carry_one_utterance_are_one_origin(archive):
    state = archive.as_of(LATER, position=before(archive, "source.retracted"))
    assert ["belsat", "post", "urdupoint"] == sorted(document for _, document, _ in witnesses(state, "why"))
    assert (1, 3) == (state[TOLL].origins, state[TOLL].documents)


def test_without_the_judgement_of_identity_the_repeat_would_contest_225(archive):
    state = archive.as_of(LATER, position=before(archive, "identity.judged"))
    assert "164..225 (contested)" == state[TOLL].words()
    assert [("S8", "wire", "prosecutor-general"), ("S8", "wire", "wire.officials")] == witnesses(state, "why")
    assert () == state[TOLL].flags


def test_recording_the_sheets_again_writes_nothing(archive):
    head = archive.head
    assert (head, ()) == (record(archive).receipt.head, record(archive).receipt.new)


def test_after_the_15th_the_archive_claims_nothing(archive):
    with pytest.raises(BeyondCoverage, match="which ends on 2022-01-15, got '2022-01-16'"):
        archive.as_of("2022-01-16")
