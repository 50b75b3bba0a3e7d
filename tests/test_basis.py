"""A basis gives the same answer again, byte for byte; and what an answer is sensitive to."""

import pytest

import kzarchive


@pytest.fixture(scope="module")
def archive():
    with kzarchive.january_2022() as shipped:
        yield shipped


@pytest.mark.parametrize(
    "axes",
    [
        {"date": "2022-01-07"},
        {"valid": "2022-01-10"},
        {"published": "2022-01-19", "include": "possible"},
        {"date": "2022-01-19", "position": 300},
        {"date": "2022-01-19", "recorded": "2026-11-23T05:00:00.000000Z"},
        {"stated": "2022-01-15"},
        {"date": "2022-05-18", "beyond_coverage": True},
        {},
    ],
    ids=str,
)
def test_the_same_basis_gives_the_same_bytes(archive, axes):
    state = archive.as_of(axes.get("date"), **{key: value for key, value in axes.items() if key != "date"})
    assert state.to_json() == archive.at(state.basis).to_json()
    assert state.to_json() == archive.at(state.basis.to_dict()).to_json()


def test_a_basis_outlives_the_growth_of_the_log(tmp_path):
    with kzarchive.january_2022() as shipped:
        shipped.copy_to(tmp_path / "own.db")
    with kzarchive.Archive.open(tmp_path / "own.db") as own:
        state = own.as_of("2022-01-19")
        before = state.to_json()
        agent = kzarchive.Agent(slug="late", kind=kzarchive.AgentKind.PERSON, names=("Late",))
        own.append([agent])
        own.declare_coverage("2022-02-28", grounds="looked further")
        assert before == own.at(state.basis).to_json()
        assert before != own.as_of("2022-01-19").to_json()


def test_a_basis_of_elsewhere_is_refused(archive):
    basis = archive.as_of("2022-01-07").basis.to_dict()
    for field, value in (("archive", "other"), ("engine", "kzarchive/9"), ("vocabulary", "other/1"), ("zone", "UTC")):
        with pytest.raises(kzarchive.UsageError, match="expected a basis of this archive and engine"):
            archive.at({**basis, field: value})
    with pytest.raises(kzarchive.UsageError, match="expected the fields of a basis, got others or too few: axis"):
        archive.at({**basis, "axis": "x"})
    with pytest.raises(kzarchive.UsageError, match="position: expected 1 to 429, got 9999"):
        archive.at({**basis, "position": 9999})


def test_sensitivity_names_what_moves_the_number(archive):
    found = archive.sensitivity("killed/all/KZ", "2022-01-07")
    assert {"convention acled/1": 12, "policy conservative/1": 24} == {
        row.what: row.answer.low for row in found.moved if row.what != "policy latest/1"
    }
    assert "  convention acled/1: 12 or more (vague)" in str(found)
    assert "  policy majority-of-origins/1: the same" in str(found)


def test_what_is_pending_moves_the_toll_of_the_19th(archive):
    found = archive.sensitivity("killed/all/KZ", "2022-01-19")
    assert 227 in [row.answer.best for row in found.moved if row.what == "include possible"]


def test_the_timeline_runs_by_the_times_that_assertions_are_about(archive):
    timeline = archive.as_of("2022-01-20")["killed/all/KZ"].timeline()
    figures = [w.value.split(" “")[0] for w in timeline if w.value.startswith(("exact", "dozens"))]
    assert ["dozens", "dozens", "exact 225", "exact 227"] == figures
    assert {"001", "004", "003", "002", "000"} == {w.document for w in timeline}


def test_an_answer_made_by_hand_has_no_timeline():
    answer = kzarchive.BestKnown(frame=kzarchive.Frame.parse("killed/all/KZ"), status=kzarchive.Status.NO_DATA)
    with pytest.raises(kzarchive.UsageError, match="expected an answer of a state"):
        answer.timeline()


def test_open_questions_tell_what_would_settle_a_conflict(archive):
    questions = archive.as_of("2022-01-19").explain("arrested/all/KZ").questions
    assert len(questions) == 1
    assert "which is later, document:000" in questions[0]
    pending = archive.as_of("2022-01-19").explain("killed/all/KZ").questions
    assert ("document 002 may have been known or in scope by then (2 pending)",) == pending
