from kzarchive.projections.foreign import ForeignInvolvement
from kzarchive.replay.reasons import Flag
from kzarchive.values.assertions import Act, Modality
from kzarchive.values.content import Unknown, UnknownReason
from kzarchive.values.events import DependenceDeclared

UNREST = "foreign_involvement/unrest/KZ"
EVIDENCE = "evidence_presented/government/KZ"


def test_allegations_stand_by_origin_and_an_echo_shows_that_it_is_one(shipped):
    rows = shipped.replay(ForeignInvolvement(), as_of="2022-01-07").allegations
    (echo,) = [told for row in rows for told in row.told if told.origin == "pashinyan"]
    assert ("foreign_involvement", "echoed Tokayev’s rhetoric") == (echo.words, echo.hedge)
    assert {"allege", "urge"} == {told.act for row in rows for told in row.told}


def test_the_alleged_attackers_stand_with_their_alleger(shipped):
    rows = shipped.replay(ForeignInvolvement(), as_of="2022-01-20").allegations
    (figure,) = [told for row in rows for told in row.told if told.frame.measure == "attackers"]
    assert ("20000", "tokayev") == (figure.words, figure.origin)


def test_no_evidence_is_a_part_of_its_own_and_denies_nothing(shipped):
    state = shipped.as_of("2022-01-20")
    result = state.replay(ForeignInvolvement())
    assert {"none_presented"} == {told.words for row in result.evidence for told in row.told}
    assert not {told.assertion for row in result.evidence for told in row.told} & {
        told.assertion for row in result.allegations for told in row.told
    }
    for frame in state.frames():
        if frame.measure == "foreign_involvement":
            assert Flag.DENIED not in state[frame].flags
            assert "contested" != state[frame].status


def test_evidence_has_the_day_on_which_it_was_said_and_grows_old(shipped):
    january = shipped.replay(ForeignInvolvement(), as_of="2022-01-20").evidence
    assert ("[2022-01-15..2022-01-18]", 2) == (january["government/KZ"].said, january["government/KZ"].age_days)
    assert ("[2022-01-19..2022-01-20]", 0) == (january["tokayev/KZ"].said, january["tokayev/KZ"].age_days)
    may = shipped.replay(ForeignInvolvement(), as_of="2022-05-18", beyond_coverage=True).evidence
    assert ("[2022-01-19..2022-01-20]", 118) == (may["tokayev/KZ"].said, may["tokayev/KZ"].age_days)
    expected = "none presented, said [2022-01-19..2022-01-20], 118 days before the day asked for"
    assert expected == may["tokayev/KZ"].headline()


def test_no_answer_of_may_is_plainly_that_none_was_presented(shipped):
    for row in shipped.replay(ForeignInvolvement(), as_of="2022-05-18", beyond_coverage=True).evidence:
        assert row.answer.state is None or row.answer.inferred


def test_without_a_valid_date_there_is_no_age(shipped):
    rows = shipped.replay(ForeignInvolvement(), published="2022-01-20").evidence
    assert [None, None, None] == [row.age_days for row in rows]


def test_origins_that_were_judged_to_rest_on_one_source_stand_together(toy):
    speech = toy.says("president", UNREST, "terrorists", published="2022-01-05", act=Act.ALLEGE)
    echo = toy.says("ally", "foreign_involvement/protests/KZ", "international", published="2022-01-06", act=Act.ALLEGE)
    toy.says("paper", UNREST, "terrorists", published="2022-01-06", act=Act.ALLEGE)
    before = toy.replay(ForeignInvolvement(), "2022-01-07").allegations
    assert ["ally", "paper", "president"] == [row.key for row in before]
    toy.archive.append([DependenceDeclared(actor="analyst", assertions=(speech, echo), grounds="it says so itself")])
    after = toy.replay(ForeignInvolvement(), "2022-01-07").allegations
    assert ["ally+president", "paper"] == [row.key for row in after]
    assert {speech, echo} == {told.assertion for told in after["ally+president"].told}


def test_a_guess_stands_among_the_allegations_with_its_modality(toy):
    toy.says("paper", UNREST, "terrorists", published="2022-01-06", act=Act.ALLEGE, modality=Modality.POSSIBLE)
    (row,) = toy.replay(ForeignInvolvement(), "2022-01-07").allegations
    assert ["possible"] == [told.modality for told in row.told]


def test_that_it_is_not_known_is_shown_and_is_no_evidence(toy):
    unknown = Unknown(UnknownReason.NOT_KNOWN)
    toy.says("paper", EVIDENCE, unknown, published="2022-01-05", modality=Modality.UNCOMMITTED)
    row = toy.replay(ForeignInvolvement(), "2022-01-10").evidence["government/KZ"]
    assert ((), ["unknown (not_known)"]) == (row.told, [told.words for told in row.unsettled])
    assert ("2022-01-05", 5) == (row.said, row.age_days)


def test_evidence_that_is_presented_later_is_the_last_word(toy):
    toy.says("paper", EVIDENCE, "none_presented", published="2022-01-05")
    toy.says("paper", EVIDENCE, "presented", published="2022-01-09")
    row = toy.replay(ForeignInvolvement(), "2022-01-10").evidence["government/KZ"]
    assert ("presented", "2022-01-09", 1) == (row.answer.state, row.said, row.age_days)
    assert [True, False] == [told.replaced for told in row.told]
