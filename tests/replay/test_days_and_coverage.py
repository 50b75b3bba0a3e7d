"""One instant is one day wherever it is written (S19); before the start of the coverage there is no data."""

import pytest
from strategies.stories import Story, date, figures

from kzarchive.errors import BeyondCoverage
from kzarchive.values.events import CoverageDeclared

BEGAN = "began/all/KZ"
KILLED = "killed/all/KZ"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Almaty", "America/New_York"])
def test_one_instant_in_documents_of_two_zones_is_one_day_of_the_archive(zone):
    story = Story(zone=zone)
    instant = "2022-01-05T20:00Z"
    story.says("aida", BEGAN, instant, "2022-01-09", zone="America/New_York", about="2022-01-08")
    story.says("bek", BEGAN, instant, "2022-01-09", zone="Asia/Almaty", about="2022-01-08")
    day = "2022-01-06" if zone == "Asia/Almaty" else "2022-01-05"
    assert figures(story.knows(BEGAN, "2022-01-12")) == ("corroborated", day, day, day)


def test_a_bare_day_is_that_day_wherever_it_is_written():
    story = Story(zone="Asia/Almaty")
    story.says("aida", BEGAN, "2022-01-05", "2022-01-09", zone="America/New_York", about="2022-01-08")
    story.says("bek", BEGAN, "2022-01-05", "2022-01-09", about="2022-01-08")
    assert figures(story.knows(BEGAN, "2022-01-12")) == ("corroborated", "2022-01-05", "2022-01-05", "2022-01-05")


def covered():
    story = Story()
    story.says("aida", KILLED, 19, "2022-01-02")
    story.add(CoverageDeclared(actor="archive", start=date("2022-01-04"), end=date("2022-01-10"), grounds="looked for"))
    return story


def test_before_the_start_of_the_coverage_there_is_no_data():
    story = covered()
    answer = story.knows(KILLED, "2022-01-03")
    assert (figures(answer), answer.why, answer.why_not, answer.pending) == (("no_data", None, None, None), (), (), ())
    assert story.archive.as_of("2022-01-03").documents.visible == ()
    assert figures(story.knows(KILLED, "2022-01-04")) == ("single_origin", 19, 19, 19)


def test_asked_for_by_name_it_answers_beyond_the_coverage_on_either_side():
    story = covered()
    assert story.knows(KILLED, "2022-01-03", beyond_coverage=True).best == 19
    with pytest.raises(BeyondCoverage):
        story.knows(KILLED, "2022-01-11")


def test_the_start_bounds_what_was_published_and_not_what_was_true():
    """What holds before the start may well be known later: hindsight is not cut."""
    assert covered().knows(KILLED, None, valid="2022-01-03").best == 19
    assert covered().knows(KILLED, None, published="2022-01-03").status.value == "no_data"


def test_a_question_at_an_earlier_position_knows_no_coverage_yet():
    story = covered()
    assert story.knows(KILLED, "2022-01-03", position=story.archive.head - 1).best == 19
