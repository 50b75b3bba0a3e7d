from kzarchive.projections.contributors import Contributors, Naming
from kzarchive.values.assertions import Act, Modality, Relation, RelationKind

BELARUS = "contingent_status/csto.by/KZ"


def lists(toy, *names, speaker="paper", document="list", **fields):
    for name in names:
        frame = f"contingent_status/csto.{name}/KZ"
        toy.says(speaker, frame, "sent", published="2022-01-06", document=document, **fields)


def test_belarus_is_named_by_one_and_missing_from_anothers_list(shipped):
    belarus = shipped.replay(Contributors(), as_of="2022-01-20")["csto.by"]
    assert Naming.CONTESTED_BY_OMISSION is belarus.naming
    assert ["zainetdinov"] == [told.origin for told in belarus.named_by]
    assert [("rfe-rl", "002")] == [(one.origin, one.document) for one in belarus.missing_from]
    assert () == belarus.denied_by


def test_the_omission_reaches_no_answer(shipped):
    answer = shipped.as_of("2022-01-20")["contingent_status/csto.by/KZ"]
    assert ("withdrawn", ()) == (answer.state, answer.flags)


def test_the_others_are_named_and_nobody_leaves_them_out(shipped):
    rows = shipped.replay(Contributors(), as_of="2022-01-20").contingents
    assert {"csto.am", "csto.kg", "csto.ru", "csto.tj"} == {r.key for r in rows if r.naming is Naming.NAMED}


def test_before_the_second_list_nobody_leaves_belarus_out(shipped):
    result = shipped.replay(Contributors(), as_of="2022-01-07")
    assert Naming.NAMED is result["csto.by"].naming
    assert [("zainetdinov", 5)] == [(one.origin, len(one.contingents)) for one in result.lists]


def test_to_be_a_member_is_not_to_have_sent(shipped):
    result = shipped.replay(Contributors(), as_of="2022-01-20")
    assert any("Kazakhstan" in told.words for entry in result.members for told in entry.told)
    assert 6 == next(e.answer.best for e in result.members if e.frame.measure == "member_states")
    assert "csto.kz" not in [row.key for row in result.contingents]


def test_who_names_one_contingent_gives_no_list(toy):
    lists(toy, "by", "ru")
    toy.says("radio", "contingent_status/csto.ru/KZ", "sent", published="2022-01-06")
    assert Naming.NAMED is toy.replay(Contributors(), "2022-01-07")["csto.by"].naming


def test_two_documents_of_one_origin_make_no_list_together(toy):
    lists(toy, "by", "kg")
    lists(toy, "ru", document="other", speaker="radio")
    lists(toy, "am", document="third", speaker="radio")
    result = toy.replay(Contributors(), "2022-01-07")
    assert [("by", "kg")] == [tuple(c.removeprefix("csto.") for c in one.contingents) for one in result.lists]


def test_a_denial_is_more_than_an_omission(toy):
    lists(toy, "ru", "am")
    said = toy.says("radio", BELARUS, "sent", published="2022-01-06")
    assert Naming.CONTESTED_BY_OMISSION is toy.replay(Contributors(), "2022-01-07")["csto.by"].naming
    counter = {"relations": (Relation(kind=RelationKind.RESPONDS_TO, target=said),), "modality": Modality.COUNTER}
    toy.says("minsk", BELARUS, "sent", published="2022-01-07", act=Act.DENY, **counter)
    belarus = toy.replay(Contributors(), "2022-01-07")["csto.by"]
    assert (Naming.DENIED, ["minsk"]) == (belarus.naming, [told.origin for told in belarus.denied_by])


def test_a_rumour_names_nobody(toy):
    toy.says("radio", BELARUS, "sent", published="2022-01-06", modality=Modality.POSSIBLE)
    belarus = toy.replay(Contributors(), "2022-01-07")["csto.by"]
    assert (Naming.NOT_NAMED, 1) == (belarus.naming, len(belarus.unsettled))


def test_prints_that_an_omission_is_no_denial(shipped):
    lines = str(shipped.replay(Contributors(), as_of="2022-01-20")["csto.by"]).splitlines()
    assert "csto.by  contested by omission" == lines[0]
    expected = "not in the list csto.am, csto.kg, csto.ru, csto.tj  [rfe-rl, document 002]; an omission is no denial"
    assert f"    {expected}" == lines[-1]
