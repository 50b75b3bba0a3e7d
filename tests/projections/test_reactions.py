import pytest

from kzarchive.projections.reactions import Reactions


@pytest.fixture
def reactions(shipped):
    return shipped.replay(Reactions(), as_of="2022-01-20")


def test_a_speaker_through_a_relay_is_the_speaker(reactions):
    assert ["corruption"] == [told.words for told in reactions["shekenova"].of("protest_cause")]
    assert "guardian" not in [row.key for row in reactions]


def test_causes_stand_by_who_gives_them_and_are_not_merged(reactions):
    causes = {row.key: [told.words for told in row.of("protest_cause")] for row in reactions}
    assert ["economic uncertainty; the pandemic; no democratic redress"] == causes["001.activists-and-protesters"]
    assert 4 == len(causes["cgtn"])
    assert 4 == len(causes["document:001"])


def test_a_vow_in_body_and_caption_is_one(reactions):
    (vow,) = reactions["tokayev"].ahead
    assert ("maximum toughness", 1) == (vow.told.words, len(vow.told.agreeing))


def test_a_call_for_a_day_that_has_passed_is_due_and_unconfirmed(reactions):
    (call,) = reactions["ablyazov"].ahead
    assert ("2022-01-19", "due_unconfirmed", "urge") == (call.due, call.outcome.value, call.told.act)


def test_a_belief_of_many_is_unsettled(reactions):
    row = reactions["004.many"]
    assert ((), [("still in control", "probable")]) == (row.told, [(t.words, t.modality) for t in row.unsettled])


def test_background_in_a_documents_own_voice_is_the_publishers(reactions):
    assert "largest producer of uranium in the world" in [told.words for told in reactions["cgtn"].of("background")]


def test_a_row_prints_its_frames(reactions):
    who = "[united-nations, document 004, stated [..2022-01-07]]"
    assert str(reactions["united-nations"]).splitlines() == [
        "united-nations",
        f"    reaction/united_nations/KZ: concerned by the violence  {who}",
        f"    reaction/united_nations/KZ: monitoring the situation  {who}",
    ]


def test_a_result_is_a_block_in_a_notebook(toy):
    toy.says("speaker", "reaction/people/KZ", "wants <peace>", published="2022-01-06")
    html = toy.replay(Reactions(), "2022-01-07")._repr_html_()
    assert html.startswith("<pre>speaker\n")
    assert "wants &lt;peace&gt;" in html
