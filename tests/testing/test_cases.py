"""A case says a small archive in a few lines, and shows what was expected beside what came."""

import pytest

from kzarchive.errors import InvalidEvent, UnknownFrame, UsageError
from kzarchive.january2022 import vocabulary
from kzarchive.testing import given
from kzarchive.testing.cases import document_id
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import Notice, SourceRetracted
from kzarchive.values.quantities import Quantity


class Words:
    name, version = "words", 1

    def __init__(self, *measures):
        self.measures = measures

    def result(self, frames):
        return {str(frame.frame): frame.answer.words() for frame in frames}


class Said:
    """Who says what, in log order."""

    name, version, over = "said", 1, "assertions"

    def initial(self):
        return []

    def apply(self, rows, item):
        return [*rows, (item.origin, item.document.name, str(item.assertion.value.surface))]

    def result(self, rows):
        return rows


START = given(vocabulary(), zone="Asia/Almaty")


def test_what_a_reader_could_know_at_each_date():
    case = START.says(
        "ministry", "killed/all/KZ", "exact 12", document="wire", published="2022-01-07", stated="2022-01-07"
    ).says("ministry", "killed/all/KZ", "exact 15", document="later", published="2022-01-09", stated="2022-01-09")
    case.as_of("2022-01-06").expect(Words("killed"), {"killed/all/KZ": "no data"})
    case.as_of("2022-01-08").expect(Words("killed"), {"killed/all/KZ": "12 (single origin)"})
    case.as_of("2022-01-09").expect(Words("killed"), {"killed/all/KZ": "15 (single origin)"})
    case.as_of("2022-01-09", position=4).expect(Words("killed"), {"killed/all/KZ": "12 (single origin)"})


def test_a_value_is_written_as_its_measure_takes_it():
    case = (
        START.says(None, "killed/all/KZ", 12, document="a", published="2022-01-07")
        .says(None, "injured/all/KZ", "dozens", document="a")
        .says(None, "arrested/all/KZ", Quantity.nearly(16_000, surface="almost"), document="a")
        .says(None, "contingent_status/csto/KZ", "present", document="a", valid="2022-01-07")
    )
    case.as_of("2022-01-08").expect(
        Words("killed", "injured", "arrested"),
        {
            "arrested/all/KZ": "15,500..15,999 (single origin)",
            "injured/all/KZ": "24 or more (vague)",
            "killed/all/KZ": "12 (single origin)",
        },
    )
    assert "present" == case.as_of("2022-01-08").state["contingent_status/csto/KZ"].state


def test_money_is_written_as_in_a_sheet():
    value = {"money": "exact 120", "currency": "KZT", "per": "litre"}
    case = START.says(None, "price/lpg/KZ", value, document="a", published="2022-01-07")
    assert 120 == case.as_of("2022-01-08").state["price/lpg/KZ"].best


def test_what_is_said_is_retracted_and_denied_by_key():
    said = START.says("channel", "killed/all/KZ", 164, document="post", published="2022-01-09", key="post")
    notice = Notice(published=ImpreciseDate.parse("2022-01-10"), reason="a technical error")
    withdrawn = said.events(SourceRetracted(actor="clerk", by="channel", utterance=said.id("post"), notice=notice))
    withdrawn.as_of("2022-01-09").expect(Said(), [("channel", "post", "exact 164")])
    withdrawn.as_of("2022-01-10").expect(Said(), [])
    denied = said.says(
        "channel",
        "killed/all/KZ",
        164,
        document="reply",
        published="2022-01-11",
        responds_to="post",
        act="deny",
        modality="counter",
    )
    denied.as_of("2022-01-11").expect(Said(), [("channel", "reply", "exact 164")])


def test_a_case_shares_its_beginning_and_does_not_change():
    first = START.document("wire", published="2022-01-07", publisher=None)
    one, other = (first.says(None, "killed/all/KZ", n, document="wire") for n in (1, 2))
    one.as_of("2022-01-08").expect(Words("killed"), {"killed/all/KZ": "1 (single origin)"})
    other.as_of("2022-01-08").expect(Words("killed"), {"killed/all/KZ": "2 (single origin)"})
    assert 1 == len(first.items)


def test_speakers_stand_from_the_nearest_to_the_farthest():
    case = START.says(("agency", "ministry"), "killed/all/KZ", 12, document="wire", published="2022-01-07")
    case.as_of("2022-01-07").expect(Said(), [("ministry", "wire", "exact 12")])


def test_a_collective_speaker_is_another_one_in_each_document():
    case = START.agent("officials", "collective")
    for name in ("one", "two"):
        case = case.says("officials", "killed/all/KZ", 12, document=name, published="2022-01-07")
    rows = [("officials@one", "one", "exact 12"), ("officials@two", "two", "exact 12")]
    case.as_of("2022-01-08").expect(Said(), rows)


def test_the_end_of_the_coverage_is_where_a_question_without_a_date_is_asked():
    case = START.coverage("2022-01-08").says(None, "killed/all/KZ", 12, document="wire", published="2022-01-09")
    case.as_of().expect(Said(), [])
    case.as_of("2022-01-09", beyond_coverage=True).expect(Said(), [("document:wire", "wire", "exact 12")])


def test_a_failure_shows_what_was_expected_what_came_and_the_basis():
    case = START.says(None, "killed/all/KZ", 12, document="wire", published="2022-01-07")
    with pytest.raises(AssertionError) as failure:
        case.as_of("2022-01-08").expect(Words("killed"), {"killed/all/KZ": "13"})
    assert (
        "projection 'words' as of published by 2022-01-08; valid by 2022-01-08; position 3; policy range/1; "
        "convention half-grain/1; vocabulary january2022/1:\n"
        "  expected {'killed/all/KZ': '13'}\n"
        "  got      {'killed/all/KZ': '12 (single origin)'}" == str(failure.value)
    )


def test_what_is_wrong_with_a_case_is_told():
    with pytest.raises(UnknownFrame, match="expected a measure of the vocabulary, got 'eaten'"):
        START.says(None, "eaten/all/KZ", 1, document="wire")
    case = START.document("wire", published="2022-01-07")
    with pytest.raises(UsageError, match="document wire: expected it as it is there, published 2022-01-07"):
        case.says(None, "killed/all/KZ", 1, document="wire", published="2022-01-08")
    with pytest.raises(UsageError, match="expected the key of an assertion, one of none, got 'first'"):
        case.says(None, "killed/all/KZ", 1, document="wire", responds_to="first")
    with pytest.raises(InvalidEvent, match="subject"):
        case.says(None, "killed/nobody/KZ", 1, document="wire").archive()


def test_the_id_of_a_document_is_made_from_its_name():
    case = START.says(None, "killed/all/KZ", 1, document="wire")
    assert (document_id("wire"),) == tuple(document.id for document in case.archive().documents())
