"""The workload of the benchmarks: the same on every machine, of the promised shape, taken by an archive as it is."""

import datetime as dt
import hashlib
from collections import Counter
from itertools import islice

import pytest

from benchmarks import workload
from kzarchive.archive import Archive
from kzarchive.values.events import AgentRegistered, AssertionRecorded, DocumentRegistered
from kzarchive.wire import codec

SIZE = 10_000


@pytest.fixture(scope="module")
def events():
    return list(workload.events(SIZE, 1))


@pytest.fixture(scope="module")
def assertions(events):
    return [event.assertion for event in events if isinstance(event, AssertionRecorded)]


@pytest.fixture(scope="module")
def documents(events):
    return [event.document for event in events if isinstance(event, DocumentRegistered)]


def bodies(size, seed):
    return [codec.encode(event) for event in workload.events(size, seed)]


def day(date):
    return dt.date.fromisoformat(str(date))


def test_the_same_seed_gives_the_same_bytes_on_every_machine():
    assert (
        hashlib.sha256(b"".join(bodies(1_000, 1))).hexdigest()
        == "ae52feda9c9d43434bf8aac818adc1827213a50c6c4a57c51d63f05d6313854d"
    )
    assert bodies(1_000, 1) == bodies(1_000, 1)


def test_another_seed_shares_no_assertion():
    kept = [set(bodies(1_000, seed)[len(workload.agents()) :]) for seed in (1, 2)]
    assert kept[0].isdisjoint(kept[1])


def test_an_archive_has_as_many_events_as_asked_for_with_its_first(events):
    """The first one, ``archive.opened``, is made with the archive."""
    assert len(events) == SIZE - 1
    assert len(list(workload.events(100, 1))) == 99


def test_bodies_of_assertions_have_500_to_700_bytes(events):
    sizes = [len(codec.encode(event)) for event in events if isinstance(event, AssertionRecorded)]
    assert min(sizes) >= 500
    assert max(sizes) <= 700
    assert 600 <= sum(sizes) / len(sizes) <= 650


def test_a_tenth_arrives_5_to_120_days_late(documents, assertions):
    late = {d.id: (day(d.retrieved) - day(d.published)).days for d in documents if d.retrieved != d.published}
    share = sum(1 for assertion in assertions if assertion.document in late) / len(assertions)
    assert 0.08 <= share <= 0.12
    assert min(late.values()) >= 5
    assert 100 <= max(late.values()) <= 120


def test_documents_arrive_in_order_over_two_years(documents):
    arrivals = [day(document.retrieved) for document in documents]
    assert arrivals == sorted(arrivals)
    assert (arrivals[-1] - workload.START).days in range(725, 731)
    assert min(day(document.published) for document in documents) >= workload.START


def test_documents_hold_about_20_assertions_and_come_from_40_media(documents, assertions):
    assert 18 <= len(assertions) / len(documents) <= 22
    assert {document.publisher for document in documents} == set(workload.MEDIA)
    assert len(workload.MEDIA) == 40


def test_measures_follow_zipfs_law(assertions):
    """The measure of rank r is drawn in proportion to 1/r, give or take four standard deviations of a count."""
    found = Counter(assertion.frame.measure for assertion in assertions)
    harmonic = sum(1 / rank for rank in range(1, 13))
    for rank in range(1, 13):
        expected = len(assertions) / rank / harmonic
        assert found[f"m{rank - 1:02}"] == pytest.approx(expected, abs=4 * expected**0.5)


def test_subjects_and_places_are_all_drawn_and_some_far_more_often(assertions):
    subjects = Counter(assertion.frame.subject for assertion in assertions)
    places = Counter(assertion.frame.place for assertion in assertions)
    assert (len(subjects), len(places)) == (50, 200)
    assert subjects["s00"] > 5 * subjects["s49"]
    assert places["p000"] > 5 * places["p199"]
    hottest = Counter(assertion.frame for assertion in assertions).most_common(1)[0][1]
    assert 0.001 <= hottest / len(assertions) <= 0.0025


def test_chains_have_one_to_three_links(assertions):
    lengths = Counter(len(assertion.chain) for assertion in assertions)
    assert set(lengths) == {1, 2, 3}
    assert lengths[1] > lengths[2] > lengths[3] > len(assertions) / 10


def test_quantities_are_worded_in_three_ways(assertions):
    modifiers = Counter(assertion.value.modifier.value for assertion in assertions)
    share = {name: number / len(assertions) for name, number in modifiers.items()}
    assert share.pop("exact") == pytest.approx(0.6, abs=0.02)
    assert share.pop("between") == pytest.approx(0.15, abs=0.02)
    assert set(share) == {"more_than", "at_least", "at_most", "nearly", "about", "dozens", "hundreds"}


def test_a_third_has_an_utterance_and_some_of_them_in_several_documents(assertions):
    said = [(assertion.utterance, assertion.document) for assertion in assertions if assertion.utterance]
    assert len(said) / len(assertions) == pytest.approx(1 / 3, abs=0.02)
    documents = Counter(utterance for utterance, _ in set(said))
    assert sum(1 for number in documents.values() if number > 1) > len(documents) / 3


def test_an_archive_takes_it_as_it_is_and_what_comes_later_as_well():
    """Nothing is refused, nothing is already there, and every word of the vocabulary is known."""
    early = list(workload.events(1_500, 1))
    later = list(islice(workload.later(1_500, 1), 300))
    with Archive.in_memory(vocabulary=workload.vocabulary()) as archive:
        receipts = [archive.append(early[:700]), archive.append(early[700:]), archive.append(later)]
        assert [len(receipt.new) for receipt in receipts] == [700, 799, 300]
        assert archive.head == 1_800
        assert not any(isinstance(event, AgentRegistered) for event in later)


def test_what_comes_later_is_published_after_the_two_years_but_for_the_late():
    later = [
        event.document for event in islice(workload.later(SIZE, 1), 3_000) if isinstance(event, DocumentRegistered)
    ]
    end = workload.START + dt.timedelta(days=workload.DAYS)
    assert all(day(document.retrieved) >= end for document in later)
    assert sum(1 for document in later if day(document.published) >= end) > 0.8 * len(later)
