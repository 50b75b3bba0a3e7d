"""The shipped archive answers as its texts and the rules say: the table of January 2022."""

import pytest

import kzarchive

DATES = ("2022-01-05", "2022-01-06", "2022-01-07", "2022-01-18", "2022-01-19", "2022-01-20")
NO_DATA = ("no_data", None, None, None)

COUNTS = {
    "killed/all/KZ": (
        NO_DATA,
        ("vague", 24, None, None),
        ("vague", 24, None, None),
        ("vague", 24, None, None),
        ("single_origin", 225, 225, 225),
        ("single_origin", 227, 227, 227),
    ),
    "killed/law_enforcement/KZ": (
        NO_DATA,
        ("single_origin", 12, 12, 12),
        ("contested", 12, None, 13),
        ("contested", 12, None, 13),
        ("contested", 12, None, 13),
        ("single_origin", 19, 19, 19),
    ),
    "injured/all/KZ": (
        NO_DATA,
        ("vague", 200, None, None),
        ("vague", 1001, None, None),
        ("vague", 1001, None, None),
        ("vague", 4501, None, None),
        ("vague", 4501, None, None),
    ),
    "injured/law_enforcement/KZ": (NO_DATA, *[("single_origin", 353, 353, 353)] * 5),
    "arrested/all/KZ": (
        NO_DATA,
        NO_DATA,
        NO_DATA,
        ("single_origin", 15500, None, 15999),
        ("contested", 1500, None, 15999),
        ("contested", 1500, None, 15999),
    ),
    "troops_sent/csto/KZ": (
        NO_DATA,
        ("unknown", None, None, None),
        ("unknown", None, None, None),
        ("vague", 2001, None, None),
        ("vague", 2001, None, None),
        ("vague", 2001, None, None),
    ),
}

CONTINGENTS = {
    # contingent: (state, inferred) on each date; None = the rules give it, the table does not fix it.
    "csto": (("no_data", False), ("present", False), ("present", None), None, None, ("withdrawn", False)),
    "csto.ru": (
        ("no_data", False),
        ("no_data", False),
        ("present", True),
        ("withdrawn", None),
        ("withdrawing", None),
        ("withdrawn", True),
    ),
    "csto.am": (
        ("no_data", False),
        ("no_data", False),
        ("present", True),
        ("unknown", False),
        ("unknown", False),
        ("withdrawn", True),
    ),
}


@pytest.fixture(scope="module")
def archive():
    with kzarchive.january_2022() as shipped:
        yield shipped


@pytest.mark.parametrize("frame", COUNTS)
@pytest.mark.parametrize("column", range(6), ids=DATES)
def test_counts(archive, frame, column):
    answer = archive.as_of(DATES[column])[frame]
    assert COUNTS[frame][column] == (answer.status.value, answer.low, answer.best, answer.high)


@pytest.mark.parametrize("contingent", CONTINGENTS)
@pytest.mark.parametrize("column", range(6), ids=DATES)
def test_contingents(archive, contingent, column):
    expected = CONTINGENTS[contingent][column]
    found = archive.as_of(DATES[column]).troops[contingent]
    if expected is None:
        assert found.state in {"present", "withdrawing", "withdrawn"}
        return
    state, inferred = expected
    assert state == found.state
    assert inferred in {None, found.answer.inferred}


def test_the_russian_withdrawal_of_the_18th_is_its_ministrys_alone(archive):
    state = archive.as_of("2022-01-18")
    answer = state.troops["csto.ru"].answer
    assert answer.status == "single_origin"
    points = [w for w in state.explain(answer.frame).witnesses if w.role == "point"]
    assert {w.origin for w in points} == {"ru-defence-ministry"}


def test_may_be_higher_opens_the_toll_of_the_20th_only(archive):
    opened = [date for date in DATES if archive.as_of(date)["killed/all/KZ"].open_above]
    assert opened == ["2022-01-20"]


def test_the_headline_restates_the_body_and_loses_to_it(archive):
    state = archive.as_of("2022-01-18")
    (loser,) = [w for w in state.explain("troops_sent/csto/KZ").witnesses if w.rule == "S5" and w.place == "why_not"]
    assert loser.voice == "headline"
    assert "relay_variance" in loser.detail


def test_the_common_upstream_text_counts_once(archive):
    assert archive.as_of("2022-01-19")["troops_sent/csto/KZ"].origins == 1
    before = archive.as_of("2022-01-19", include="possible", position=assessments(archive))
    assert before["troops_sent/csto/KZ"].origins == 2


def test_pending_documents(archive):
    assert archive.as_of("2022-01-06").documents.pending == ("004",)
    assert archive.as_of("2022-01-17").documents.pending == ("000",)


def assessments(archive):
    """Returns the position before the first assessment."""
    return next(event.position for event in archive.events() if event.type == "date.assessed") - 1


def test_before_the_assessments_the_two_tolls_contest_each_other(archive):
    late = {"beyond_coverage": True}
    before = archive.as_of("2022-05-18", position=assessments(archive), **late)["killed/all/KZ"]
    after = archive.as_of("2022-05-18", **late)["killed/all/KZ"]
    assert ("contested", 225, None, 227) == (before.status.value, before.low, before.best, before.high)
    assert ("single_origin", 227, 227, 227) == (after.status.value, after.low, after.best, after.high)


def test_before_the_assessments_the_officers_have_no_place(archive):
    before = archive.as_of("2022-01-06", position=assessments(archive))
    assert before["killed/law_enforcement/KZ"].status == "no_data"
    assert before["killed/law_enforcement/unstated"].best == 12


def test_another_convention_reads_the_same_bytes(archive):
    bodies = [event.body for event in archive.events()]
    assert archive.as_of("2022-01-06", convention="acled/1")["killed/all/KZ"].low == 12
    assert bodies == [event.body for event in archive.events()]


def test_beyond_the_coverage_is_refused_by_name(archive):
    with pytest.raises(kzarchive.BeyondCoverage, match="coverage, which ends on 2022-01-20, got '2022-01-21'"):
        archive.as_of("2022-01-21")
    assert archive.as_of("2022-01-21", beyond_coverage=True)["killed/all/KZ"].best == 227


def test_no_date_means_the_end_of_the_coverage(archive):
    assert archive.as_of().basis.axes.published == "2022-01-20"
    assert archive.as_of()["killed/all/KZ"] == archive.as_of("2022-01-20")["killed/all/KZ"]


def test_the_same_question_gives_the_same_bytes(archive):
    assert archive.as_of("2022-01-19").to_json() == kzarchive.january_2022().as_of("2022-01-19").to_json()
    assert archive.as_of("2022-01-19").digest() != archive.as_of("2022-01-20").digest()


def test_every_reason_names_each_visible_assertion_of_its_frame_once(archive):
    for date in DATES:
        state = archive.as_of(date)
        for answer in state:
            own = [logged.id for logged in archive.assertions(frame=answer.frame)]
            named = [entry.assertion for entry in (*answer.why, *answer.why_not)] + list(answer.pending)
            assert len(named) == len(set(named)), (date, answer.frame)
            hidden = set(own) - set(named)
            published = {archive.assertion(identity).document for identity in hidden}
            assert not published & set(state.documents.visible), (date, answer.frame)
