"""Who may take back what: corrections by strangers and in circles, denials that are denied (S12 to S14)."""

import pytest
from strategies.stories import Story, figures, notice

from kzarchive.errors import InvalidEvent
from kzarchive.recording.drafts import draft
from kzarchive.values.assertions import Act
from kzarchive.values.events import IdentityJudged, IdentityOf, Judgement, JudgementWithdrawn, SourceCorrected
from kzarchive.wire.codec import identity

KILLED = "killed/all/KZ"
DAY = "2022-01-12"


def best(story, day=DAY):
    return figures(story.knows(KILLED, day))


def rules(story, day=DAY):
    return {entry.assertion: entry.rule.value for entry in story.knows(KILLED, day).why_not}


# Corrections


@pytest.mark.parametrize("by", ["aida", "chan", "paper"])
def test_who_said_passed_on_or_published_it_may_correct(by):
    story = Story()
    old = story.says(["chan", "aida"], KILLED, 19, "2022-01-05", publisher="paper")
    new = story.says("aida", KILLED, 21, "2022-01-04")
    story.corrects(by, old, new, "2022-01-08")
    assert rules(story) == {old: "S12"}
    assert best(story) == ("single_origin", 21, 21, 21)


def test_the_speaker_whom_another_document_names_may_correct():
    story = Story()
    old = story.says("chan", KILLED, 19, "2022-01-05", utterance="briefing")
    story.says(["paper", "aida"], KILLED, 19, "2022-01-06", utterance="briefing")
    new = story.says("aida", KILLED, 21, "2022-01-04")
    story.corrects("aida", old, new, "2022-01-08")
    assert rules(story)[old] == "S12"


def test_a_correction_by_a_stranger_is_refused_and_names_who_may():
    story = Story()
    old = story.says(["chan", "aida"], KILLED, 19, "2022-01-05", publisher="paper")
    new = story.says("bek", KILLED, 21, "2022-01-06")
    head = story.archive.head
    with pytest.raises(InvalidEvent, match="expected who said, passed on or published the old assertion") as caught:
        story.corrects("bek", old, new, "2022-01-08")
    assert "one of aida, chan, paper; got 'bek'" in str(caught.value)
    assert head == story.archive.head


def test_a_correction_by_who_is_no_more_the_same_does_not_act():
    """It was taken while the two were judged the same; without that judgement it is a stranger's."""
    story = Story()
    old = story.says("aida", KILLED, 19, "2022-01-05")
    new = story.says("bek", KILLED, 21, "2022-01-04")
    same = IdentityJudged(
        actor="archive", of=IdentityOf.AGENT, left="aida", right="bek", judgement=Judgement.SAME, grounds="a name"
    )
    story.add(same)
    story.corrects("bek", old, new, "2022-01-08")
    with_it = story.archive.head
    story.add(JudgementWithdrawn(actor="archive", target=identity(same), grounds="two people"))
    assert story.knows(KILLED, DAY, position=with_it).best == 21
    assert best(story) == ("contested", 19, None, 21)


def test_a_correction_that_closes_a_circle_is_refused():
    story = Story()
    ids = [story.says("aida", KILLED, n, "2022-01-05") for n in (19, 21, 23)]
    story.corrects("aida", ids[0], ids[1], "2022-01-06")
    story.corrects("aida", ids[1], ids[2], "2022-01-07")
    head = story.archive.head
    with pytest.raises(InvalidEvent, match=f"new: expected an assertion that does not lead back .*{ids[0][:12]}"):
        story.corrects("aida", ids[2], ids[0], "2022-01-08")
    assert head == story.archive.head


def circle_behind_the_intake(story):
    """Writes what the intake refuses to the log itself, as a log made elsewhere may hold it."""
    old, new = (story.says("aida", KILLED, n, "2022-01-05") for n in (19, 21))
    for event in (
        SourceCorrected(actor="archive", by="aida", old=old, new=new, notice=notice("2022-01-06")),
        SourceCorrected(actor="archive", by="aida", old=new, new=old, notice=notice("2022-01-08")),
        SourceCorrected(actor="archive", by="bek", old=old, new=new, notice=notice("2022-01-06")),
    ):
        story.archive._log.append([draft(event, {}, "UTC")])
    return old, new


def test_of_a_circle_that_a_log_holds_the_one_recorded_last_does_not_act():
    story = Story()
    story.says("bek", "killed/officers/KZ", 1, "2022-01-05")
    old, _ = circle_behind_the_intake(story)
    assert best(story) == ("single_origin", 21, 21, 21)
    assert rules(story) == {old: "S12"}


# Denials


def test_a_denial_that_its_own_origin_denies_does_not_deny():
    story = Story()
    said = story.says("aida", KILLED, 19, "2022-01-05")
    denial = story.says("bek", KILLED, 19, "2022-01-06", denies=said)
    story.says("bek", KILLED, 19, "2022-01-08", denies=denial)
    assert best(story, "2022-01-07") == ("contested", 19, 19, 19)
    assert best(story, "2022-01-08") == ("single_origin", 19, 19, 19)
    assert rules(story)[denial] == "S13"


def test_a_retracted_denial_does_not_deny():
    story = Story()
    said = story.says("aida", KILLED, 19, "2022-01-05")
    denial = story.says("bek", KILLED, 19, "2022-01-06", denies=said)
    story.retracts("bek", denial, "2022-01-08")
    assert [best(story, day)[0] for day in ("2022-01-07", "2022-01-08")] == ["contested", "single_origin"]


def test_a_denial_that_another_origin_denies_still_denies():
    """Dissent is not silenced: who speaks up for the figure leaves it contested."""
    story = Story()
    said = story.says("aida", KILLED, 19, "2022-01-05")
    denial = story.says("bek", KILLED, 19, "2022-01-06", denies=said)
    story.says("chan", KILLED, 19, "2022-01-08", denies=denial)
    assert best(story) == ("contested", 19, 19, 19)


def test_a_denial_of_the_denial_that_is_taken_back_lets_the_first_denial_act_again():
    story = Story()
    said = story.says("aida", KILLED, 19, "2022-01-05")
    denial = story.says("bek", KILLED, 19, "2022-01-06", denies=said)
    second = story.says("bek", KILLED, 19, "2022-01-07", denies=denial)
    story.says("bek", KILLED, 19, "2022-01-08", denies=second)
    days = ("2022-01-06", "2022-01-07", "2022-01-08")
    assert [best(story, day)[0] for day in days] == ["contested", "single_origin", "contested"]


def test_a_denial_of_attribution_that_is_taken_back_gives_the_saying_back():
    story = Story()
    said = story.says(["chan", "aida"], KILLED, 19, "2022-01-05", utterance="briefing")
    denial = story.says("aida", KILLED, 19, "2022-01-06", denies=said, act=Act.DENY_ATTRIBUTION)
    story.says("aida", KILLED, 19, "2022-01-08", denies=denial)
    origins = [
        next(w.origin for w in story.archive.as_of(day).explain(KILLED).witnesses if w.assertion == said)
        for day in ("2022-01-05", "2022-01-06", "2022-01-08")
    ]
    assert origins == ["aida", "chan", "aida"]


def test_one_who_denies_having_denied_the_attribution_does_not_deny_it():
    story = Story()
    said = story.says(["chan", "aida"], KILLED, 19, "2022-01-05", utterance="briefing")
    denial = story.says("aida", KILLED, 19, "2022-01-06", denies=said, act=Act.DENY_ATTRIBUTION)
    story.says("aida", KILLED, 19, "2022-01-08", denies=denial, act=Act.DENY_ATTRIBUTION)
    witnesses = story.archive.as_of(DAY).explain(KILLED).witnesses
    assert next(w.origin for w in witnesses if w.assertion == said) == "aida"
