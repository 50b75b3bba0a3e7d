"""The shipped archive: what its sheets say, the same bytes everywhere, and every part of it used or excused."""

import hashlib
import importlib.resources
import sqlite3

import pytest
import yaml

import kzarchive
from kzarchive.archive import Archive
from kzarchive.errors import InvalidEvent, StorageError, UsageError
from kzarchive.january2022 import FOLDER, filled, load, vocabulary
from kzarchive.january2022.build import DOCUMENTS, build, sheets
from kzarchive.recording import jsonl
from kzarchive.recording.vocabularies import read_vocabulary
from kzarchive.values.events import AssertionRecorded

SHA256 = "f3863c7d155e93175ba9ed6bd18b78cd426c017d657e0fc1b26c278f1ebbf4da"
"""Of ``archive.jsonl``; a change of it is a change of what people cite."""

LEAST = {"000": 55, "001": 91, "002": 50, "003": 51, "004": 87}
"""Assertions of each document, at least."""

UNUSED_PLACES = {
    "KZ.mangystau": "holds the two places in it that are used",
}
ONLY_NAMED = {
    *("nazarbayev", "mamin", "guterres"),
    *("csto-security-council", "csto-peacekeeping-force", "ru-aerospace-forces", "kremlin", "nato"),
    *("kz-security-council", "almaty-authorities"),
    *("ap", "reuters", "sputnik", "jabarkhyl", "mikheyev", "nikolsky"),
    *("000.police", "000.security-forces", "001.kazakh-authorities"),
    *("003.russian-peacekeepers", "003.nur-sultan-officials"),
}
"""Agents that a text names and that say nothing in it: those acted upon, and credits of words and pictures."""
UNUSED_TERMS = {
    ("aircraft_status", "away"): "excludes 'returned'",
    ("contingent_status", "absent"): "the state before the first one, and inferred",
    ("evidence_presented", "presented"): "excludes 'none_presented'",
    ("operation_status", "under_way"): "excludes 'over'",
}


@pytest.fixture(scope="module")
def shipped():
    return FOLDER.joinpath("archive.jsonl").read_bytes()


@pytest.fixture(scope="module")
def archive():
    with load() as loaded:
        yield loaded


# Bytes


def test_the_shipped_bytes_are_pinned(shipped):
    assert hashlib.sha256(shipped).hexdigest() == SHA256


def test_the_shipped_bytes_are_what_the_sheets_say(shipped):
    built = build()
    assert built == shipped
    assert built == build()


def test_loading_gives_the_same_events_times_and_bytes(shipped, archive):
    assert b"".join(jsonl.write(archive.stored_events())) == shipped
    lines = jsonl.read(shipped)
    assert [line.event for line in lines] == [logged.event for logged in archive.events()]
    assert [line.recorded for line in lines] == [stored.recorded for stored in archive.stored_events()]


def test_it_was_recorded_in_three_batches_at_fixed_times(archive):
    times = [logged.recorded for logged in archive.events()]
    assert times == sorted(times)
    opened, documents, assessments = (f"2026-11-23T{time}:00.000000Z" for time in ("03:30", "04:00", "04:30"))
    assert set(times) == {opened, documents, assessments}
    assert (times.count(opened), times.count(assessments)) == (1, 10)


def test_damaged_bytes_are_refused(shipped):
    with pytest.raises(InvalidEvent, match=r"archive\.jsonl:2"):
        filled(shipped.replace(b'"end":"2022-01-20"', b'"end":"2022-01-32"'))
    with pytest.raises(InvalidEvent, match="line feed"):
        filled(shipped[:-1])


def test_nothing_can_be_appended(archive):
    with pytest.raises(UsageError) as caught:
        archive.append([archive.agents()[0]])
    assert str(caught.value) == "expected an archive that may be appended to, got one opened read-only"


# What is recorded


def test_every_entry_of_every_sheet_is_recorded(archive):
    recorded = {logged.id for logged in archive.assertions()}
    for name, sheet in zip(DOCUMENTS, sheets(), strict=False):
        written = yaml.load(FOLDER.joinpath(f"sheets/{name}.yaml").read_bytes(), Loader=yaml.BaseLoader)  # noqa: S506
        keys = [entry["key"] for entry in written["assertions"]]
        assert len(keys) == len(set(keys)) == len(sheet.keys)
        assert set(keys) == set(sheet.keys)
        assert len(set(sheet.keys.values())) == len(keys), "two entries of a sheet say the same"
        assert set(sheet.keys.values()) <= recorded
        assert all(key.split("-")[key.startswith("missing-")] == name for key in keys)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_has_lost_assertions(archive, name):
    assert len(list(archive.assertions(document=name))) >= LEAST[name]


def test_no_assertion_has_come_from_elsewhere(archive):
    of_sheets = [event for sheet in sheets() for _, event in sheet.events if isinstance(event, AssertionRecorded)]
    assert len(of_sheets) == len(list(archive.assertions()))


def test_every_anchor_is_a_span_with_a_hash_within_its_document(archive):
    sizes = {document.id: document.size for document in archive.documents()}
    for logged in archive.assertions():
        for anchor in logged.assertion.evidence:
            assert 0 <= anchor.start < anchor.end <= sizes[anchor.document]


def test_the_coverage_ends_where_it_was_declared(archive):
    with pytest.raises(kzarchive.BeyondCoverage, match="2022-01-20"):
        archive.as_of("2022-01-21")


# The vocabulary


def test_the_vocabulary_reads_as_a_file_and_as_data(archive):
    with importlib.resources.as_file(FOLDER.joinpath("vocabulary.yaml")) as path:
        assert read_vocabulary(path) == vocabulary() == archive.vocabulary
    with pytest.raises(StorageError, match="expected a readable file"):
        read_vocabulary(path.with_name("none.yaml"))


def unused(archive, part):
    entries = {"measure": "measures", "subject": "subjects", "place": "places"}[part]
    used = {getattr(frame, part) for x in archive.assertions() for frame in (x.frame, x.assertion.frame)}
    return [entry.slug for entry in getattr(archive.vocabulary, entries) if entry.slug not in used]


@pytest.mark.parametrize("part", ["measure", "subject"])
def test_every_measure_and_subject_is_used(archive, part):
    assert unused(archive, part) == []


def test_every_place_is_used_or_excused(archive):
    assert unused(archive, "place") == sorted(UNUSED_PLACES)


def test_every_term_is_used_or_excused(archive):
    used = {(x.frame.measure, getattr(x.assertion.value, "term", None)) for x in archive.assertions()}
    terms = [(measure.slug, term.slug) for measure in archive.vocabulary.measures for term in measure.terms]
    assert {term for term in terms if term not in used} == set(UNUSED_TERMS)


def test_places_lie_in_places_that_are_there(archive):
    places = {place.slug for place in archive.vocabulary.places}
    assert [place for place in places if "." in place and place.rpartition(".")[0] not in places] == []


def test_every_agent_speaks_publishes_or_is_only_named(archive):
    speaking = {link.agent for logged in archive.assertions() for link in logged.assertion.chain}
    behind = {slug for document in archive.documents() for slug in (document.publisher, *document.upstream)}
    assert {agent.slug for agent in archive.agents()} - speaking - behind == ONLY_NAMED


def test_no_spelling_is_kept_twice(archive):
    assert all(len(set(agent.names)) == len(agent.names) for agent in archive.agents())


# The copy


def test_a_copy_is_a_file_that_answers_the_same(archive, tmp_path):
    file = tmp_path / "january.db"
    archive.copy_to(file)
    before = file.read_bytes()
    with Archive.open(file, vocabulary=vocabulary(), read_only=True) as copy:
        assert b"".join(jsonl.write(copy.stored_events())) == b"".join(jsonl.write(archive.stored_events()))
        assert copy.frames() == archive.frames()
        for date in ("2022-01-05", "2022-01-07", "2022-01-15", "2022-01-20"):
            here, there = archive.as_of(date), copy.as_of(date)
            assert here.basis == there.basis
            assert [here[str(frame)] for frame in archive.frames()] == [there[str(frame)] for frame in copy.frames()]
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["january.db"]


def test_a_copy_refuses_changes_by_its_own_triggers(archive, tmp_path):
    file = tmp_path / "january.db"
    archive.copy_to(file)
    with pytest.raises(sqlite3.DatabaseError), sqlite3.connect(file) as database:
        database.execute("DELETE FROM event")
    database.close()
    with pytest.raises(UsageError, match="expected no file to copy a log to"):
        archive.copy_to(file)
