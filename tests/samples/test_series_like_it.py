"""Tables made up to be like real ones: the archive answers what a plain dict of each version holds.

The tables have several publishers, values that vanish and return (A, B, A), tolls that fall, days corrected months
later, estimates beside counts, words before the numbers, and publishers recorded one after the other.
"""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples.loading import CellsOfDay, Change, assertion_of, cells_of, document_of, load, vocabulary_of

import kzarchive

PUBLISHERS = ("ministry/daily.json", "volunteers/count.json")
TOPICS = (("reported", "killed"), ("estimated", "killed"), ("reported", "missing"))
DAYS = ("2023-01-31", "2023-02-01", "2023-08-15", "2024-01-01")
VALUES = (("120", ""), ("95", ""), ("95", "about"), ("0", ""), ("1000000", "more than"))
MINUTES = 60
NAMES = {"source": "ministry/daily.json", "speaker": "Spokesman", "group": "all sides", "place": "Ukraine"}
PLAIN = {"kind": "reported", "topic": "killed", "measure": "cumulative", "qualifier": "", "path": "data/daily.json"}


def change(op, value, prev_value="", *, valid="2023-02-01", **other):
    """Returns a row about the cell of a day, of a bulletin of that day; what is not given is the same in all."""
    given_or_plain = {
        **NAMES,
        **PLAIN,
        "op": op,
        "recorded": "2023-02-02T08:00:00Z",
        "published": valid,
        "valid": valid,
        "value": value,
        "prev_value": prev_value,
        "commit": "c1",
        **other,
    }
    return Change(**given_or_plain)


def moment(minute):
    """Returns a moment of the day on which all versions are published."""
    return f"2024-01-02T{minute // 60:02d}:{minute % 60:02d}:00Z"


def archive_of(changes):
    return kzarchive.Archive.in_memory(
        vocabulary=vocabulary_of("tables/1", changes), clock=kzarchive.FixedClock(0), zone="Europe/Kyiv"
    )


cell_contents = st.none() | st.sampled_from(VALUES)
tables = st.dictionaries(st.tuples(st.sampled_from(TOPICS), st.sampled_from(DAYS)), cell_contents, min_size=1)
histories = st.lists(
    st.tuples(st.integers(0, 12 * MINUTES), tables), min_size=1, max_size=6, unique_by=lambda version: version[0]
)


def rows_and_versions(publisher, history):
    """Returns the rows that a publisher's versions make, and beside each moment the whole table as it then was."""
    table, rows, versions = {}, [], []
    for minute, edits in sorted(history, key=lambda version: version[0]):
        for ((kind, topic), day), content in edits.items():
            old, key = table.get(((kind, topic), day)), ((kind, topic), day)
            if content == old:
                continue
            op = "retract" if content is None else "assert" if old is None else "revise"
            value, qualifier = content or ("", "")
            where = {"source": publisher, "path": publisher, "commit": f"c{minute}", "recorded": moment(minute)}
            rows.append(
                change(op, value, (old or ("",))[0], kind=kind, topic=topic, valid=day, qualifier=qualifier, **where)
            )
            table = {k: v for k, v in {**table, key: content}.items() if v is not None}
        versions.append((minute, table))
    return rows, versions


def table_at(versions, minute):
    return next((table for at, table in reversed(versions) if at <= minute), {})


@given(st.lists(histories, min_size=2, max_size=2), st.lists(st.integers(0, 13 * MINUTES), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_as_of_any_moment_the_archive_holds_the_last_version_of_each_table(made, minutes):
    written = [rows_and_versions(publisher, history) for publisher, history in zip(PUBLISHERS, made, strict=True)]
    changes = [row for rows, _ in written for row in rows]
    with archive_of(changes) as archive:
        load(archive, changes)
        for minute in minutes:
            expected = {
                (publisher.replace("/", "_"), f"{kind}.cumulative.{topic}/all_sides/Ukraine", day): value
                for publisher, (_, versions) in zip(PUBLISHERS, written, strict=True)
                for ((kind, topic), day), (value, _) in table_at(versions, minute).items()
            }
            found = cells_of(archive, moment(minute))
            assert expected == {(publisher, str(frame), day): value for (publisher, frame, day), value in found.items()}


def test_a_value_that_returns_is_a_new_assertion_and_nothing_older_stands_again():
    changes = [
        change("assert", "120", commit="c1", recorded="2023-02-02T08:00:00Z"),
        change("revise", "95", "120", commit="c2", recorded="2023-02-02T09:00:00Z"),
        change("revise", "120", "95", commit="c3", recorded="2023-02-02T10:00:00Z"),
        change("retract", "", "120", commit="c4", recorded="2023-02-02T11:00:00Z"),
        change("assert", "120", commit="c5", recorded="2023-02-02T12:00:00Z"),
    ]
    with archive_of(changes) as archive:
        load(archive, changes)
        held = [list(cells_of(archive, f"2023-02-02T{hour:02d}:30:00Z").values()) for hour in range(7, 13)]
        assert [[], ["120"], ["95"], ["120"], [], ["120"]] == held
        assert 4 == len(list(archive.assertions()))


def test_a_toll_that_falls_months_later_is_neither_clamped_nor_filled_back():
    changes = [
        change("assert", "120", valid="2023-02-01", commit="c1"),
        change("assert", "95", valid="2023-02-02", commit="c1"),
        change("revise", "60", "120", valid="2023-02-01", commit="c2", recorded="2023-08-15T08:00:00Z"),
    ]
    with archive_of(changes) as archive:
        load(archive, changes)
        before, after = (cells_of(archive, f"{day}T23:59:59Z") for day in ("2023-08-14", "2023-08-15"))
        assert ["120", "95"] == [before[cell] for cell in sorted(before)]
        assert ["60", "95"] == [after[cell] for cell in sorted(after)]


def test_the_word_before_a_number_is_kept_and_makes_another_assertion():
    changes = [
        change("assert", "95", commit="c1"),
        change("reattribute", "95", "95", qualifier="about", commit="c2", recorded="2023-02-03T08:00:00Z"),
    ]
    with archive_of(changes) as archive:
        load(archive, changes)
        first, second = (entry.assertion for entry in archive.assertions())
        assert ("exact", "about") == (first.value.modifier, second.value.modifier)
        assert (None, "about") == (first.hedge, second.hedge)


def test_a_state_that_was_asked_for_stays_as_it_is_while_the_log_grows():
    changes = [
        change("assert", "120", commit="c1"),
        change("revise", "95", "120", commit="c2", recorded="2023-02-02T09:00:00Z"),
    ]
    with archive_of(changes) as archive:
        load(archive, changes[:1])
        asked, projection = archive.as_of(published="2024-01-01"), CellsOfDay([changes[0].frame.measure])
        load(archive, changes)
        (before,), (after,) = (
            asked.replay(projection).values(),
            archive.replay(projection, published="2024-01-01").values(),
        )
        assert ("120", "95") == (before[0].value.numbers[0], after[0].value.numbers[0])
        again = archive.replay(projection, published="2024-01-01", position=asked.basis.axes.position)
        assert "120" == again.popitem()[1][0].value.numbers[0]


def test_what_a_refused_batch_would_have_registered_is_not_known_afterwards():
    first, second = change("assert", "120"), change("assert", "95", commit="c2", speaker="Another")
    with archive_of([first]) as archive:
        load(archive, [first])
        head = archive.head
        with pytest.raises(kzarchive.InvalidEvent, match="expected a registered agent, got 'Another'"):
            archive.append([document_of(second), assertion_of(second)])
        with pytest.raises(kzarchive.InvalidEvent, match="expected a registered document, got"):
            archive.append([assertion_of(attrs.evolve(second, speaker=first.speaker))])
        assert head == archive.head


def test_without_a_correction_the_cell_of_the_last_version_counts_whatever_was_recorded_last():
    newer = change("assert", "95", commit="c2", recorded="2023-02-03T08:00:00Z")
    older = change("assert", "120", commit="c1", recorded="2023-02-02T08:00:00Z")
    with archive_of([newer, older]) as archive:
        load(archive, [newer])
        archive.append([document_of(older), assertion_of(older)])
        assert ["95"] == list(cells_of(archive, "2023-02-03T08:00:00Z").values())
        assert ["120"] == list(cells_of(archive, "2023-02-03T07:59:59Z").values())


def test_of_two_versions_without_a_known_order_neither_hides_the_other():
    one, other = (change("assert", value, commit=value, recorded="2023-02-03T08:00:00Z") for value in ("95", "120"))
    with archive_of([one, other]) as archive:
        load(archive, [one])
        archive.append([document_of(other), assertion_of(other)])
        (claims,) = archive.replay(CellsOfDay([one.frame.measure]), published="2023-02-04T00:00:00Z").values()
        assert {"95", "120"} == {claim.value.numbers[0] for claim in claims}


@pytest.mark.parametrize(
    ("field", "date", "message"),
    [
        ("valid", "2023-02-29", "expected a day from 01 to 28 in month 02 of year 2023, got '2023-02-29'"),
        (
            "valid",
            "2023-13-01",
            "expected a month from 01 to 12, or a season from 21 to 24 without a day, got '2023-13-01'",
        ),
        (
            "valid",
            "2023-00-10",
            "expected a month from 01 to 12, or a season from 21 to 24 without a day, got '2023-00-10'",
        ),
        ("published", "2023-04-31", "expected a day from 01 to 30 in month 04 of year 2023, got '2023-04-31'"),
        (
            "recorded",
            "2023-02-02T24:00:00Z",
            "expected an hour from 00 to 23 (midnight is 00:00 of the day that begins), got '2023-02-02T24:00:00Z'",
        ),
    ],
)
def test_a_date_that_cannot_be_is_refused_and_nothing_of_its_version_is_written(field, date, message):
    good = change("assert", "120")
    other = change("assert", "95", valid="2023-02-02", commit="c2")
    version = [other, attrs.evolve(other, valid="2023-02-03")]
    if field == "recorded":
        version = [attrs.evolve(row, recorded=date) for row in version]
    else:
        version[1] = attrs.evolve(version[1], **{field: date})
    with archive_of([good, *version]) as archive:
        load(archive, [good])
        head, state = archive.head, archive.as_of(published="2024-01-01").digest()
        with pytest.raises(kzarchive.InvalidDate) as refused:
            load(archive, version)
        assert message == str(refused.value)
        assert head == archive.head
        assert state == archive.as_of(published="2024-01-01").digest()
