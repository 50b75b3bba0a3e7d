"""What would change an answer if somebody found it out."""

from strategies.stories import Story

from kzarchive.values.events import IdentityJudged, IdentityOf, Judgement

KILLED = "killed/all/KZ"
DAY = "2022-01-12"


def questions(story, frame=KILLED):
    return story.archive.as_of(DAY).explain(frame).questions


def judged(of, left, right, judgement, grounds):
    return IdentityJudged(actor="archive", of=of, left=left, right=right, judgement=judgement, grounds=grounds)


def two_sayings():
    story = Story()
    story.says("aida", KILLED, 19, "2022-01-05", utterance="briefing")
    story.says("bek", KILLED, 19, "2022-01-05", utterance="call")
    story.says("chan", "strength/all/KZ", 4, "2022-01-05", utterance="speech")
    return story


def test_two_agents_of_whom_it_is_unsure_whether_they_are_one():
    story = two_sayings()
    story.add(judged(IdentityOf.AGENT, "aida", "bek", Judgement.UNSURE, "a like name"))
    assert questions(story) == ("whether aida and bek are the same was judged unsure (a like name)",)
    assert questions(story, "strength/all/KZ") == ()


def test_two_acts_of_speech_of_which_it_is_unsure_whether_they_are_one():
    """If they are, the number has one origin and not two."""
    story = two_sayings()
    story.add(judged(IdentityOf.UTTERANCE, "briefing", "call", Judgement.UNSURE, "the same hour"))
    assert questions(story) == ("whether briefing and call are the same was judged unsure (the same hour)",)
    assert questions(story, "strength/all/KZ") == ()
    assert story.knows(KILLED, DAY).status.value == "corroborated"


def test_what_was_unsure_and_is_judged_since_is_no_question():
    story = two_sayings()
    story.add(judged(IdentityOf.UTTERANCE, "briefing", "call", Judgement.UNSURE, "the same hour"))
    story.add(judged(IdentityOf.UTTERANCE, "briefing", "call", Judgement.SAME, "the recording"))
    assert questions(story) == ()
    assert story.knows(KILLED, DAY).status.value == "single_origin"


def test_a_claim_that_has_lost_may_still_be_the_same_as_another():
    story = Story()
    story.says("aida", KILLED, 19, "2022-01-05", utterance="briefing")
    story.says("aida", KILLED, 21, "2022-01-07", utterance="call")
    story.add(judged(IdentityOf.UTTERANCE, "call", "briefing", Judgement.UNSURE, "the same room"))
    assert len(questions(story)) == 1
