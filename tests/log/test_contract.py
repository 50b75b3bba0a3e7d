"""The contract of event logs over every log that is shipped, and over logs that break it."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import given

from kzarchive.errors import ConflictingEvent, DataError, InvalidDate
from kzarchive.log.clock import (
    EARLIEST_RECORDED,
    LATEST_RECORDED,
    FixedClock,
    SystemClock,
    recorded_text,
    recorded_us,
)
from kzarchive.log.memory import MemoryEventLog
from kzarchive.log.protocol import Columns, Draft, EventLog, Receipt, StoredEvent
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.testing.log_contract import EventLogContract, draft


class TestMemoryEventLog(EventLogContract):
    def open_log(self) -> EventLog:
        return MemoryEventLog(clock=self.clock)


class TestSqliteEventLogInMemory(EventLogContract):
    def open_log(self) -> EventLog:
        return SqliteEventLog.in_memory(clock=self.clock)


class TestSqliteEventLogInAFile(EventLogContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def open_log(self) -> EventLog:
        return SqliteEventLog.create(self.folder / "log.kz", clock=self.clock)


class WritesOneByOne(MemoryEventLog):
    """Forgets that a batch lands whole or not at all."""

    def append(self, drafts: Sequence[Draft], *, expected_position: int | None = None) -> Receipt:
        receipts = [super(WritesOneByOne, self).append([each], expected_position=expected_position) for each in drafts]
        placed = tuple(each for receipt in receipts for each in receipt.placed)
        return Receipt(placed, self.head, receipts[-1].recorded if receipts else None, self.root())


class KeepsTheFirstContent(MemoryEventLog):
    """Takes a conflict for something that is already there."""

    def append(self, drafts: Sequence[Draft], *, expected_position: int | None = None) -> Receipt:
        try:
            return super().append(drafts, expected_position=expected_position)
        except ConflictingEvent:
            return Receipt((), self.head, None, self.root())


class ForgetsTheExpectedPosition(MemoryEventLog):
    """Appends wherever the head is."""

    def append(self, drafts: Sequence[Draft], *, expected_position: int | None = None) -> Receipt:
        return super().append(drafts)


class ShowsWhatComesLater(MemoryEventLog):
    """Iterates over the living list."""

    def read(
        self, *, after: int = 0, until: int | None = None, types: Collection[str] | None = None
    ) -> Iterator[StoredEvent]:
        return iter(self._events)


class FollowsTheClockBack(MemoryEventLog):
    """Forgets the newest instant before each append."""

    def _store(self, drafts: Sequence[Draft], recorded: int) -> None:
        super()._store(drafts, self._shown)

    def append(self, drafts: Sequence[Draft], *, expected_position: int | None = None) -> Receipt:
        outer, self._clock = self._clock, self
        try:
            self._outer = outer
            return super().append(drafts, expected_position=expected_position)
        finally:
            self._clock = outer

    def now(self) -> int:
        self._shown = self._outer.now()
        return self._shown


class LeavesTheTimeOutOfTheTree(MemoryEventLog):
    """Commits to everything but when it was recorded."""

    def _store(self, drafts: Sequence[Draft], recorded: int) -> None:
        super()._store(drafts, 0)
        first = len(self._events) - len(drafts)
        self._events[first:] = [event._replace(recorded=recorded) for event in self._events[first:]]


class ErasesWithoutAnOrder(MemoryEventLog):
    """Takes away whatever it is asked to."""

    def erase(self, position: int) -> None:
        self._events[position - 1] = self._events[position - 1]._replace(body=None)


class HidesOnlyWhatIsErased(MemoryEventLog):
    """Gives a body out until its bytes are gone."""

    def get(self, position: int) -> StoredEvent:
        event = super().get(position)
        return event if event.body or position in self._erased else event._replace(body=b"1", redacted_by=None)


class TellsTheRootBefore(MemoryEventLog):
    """Puts the root of the tree before the append into the receipt."""

    def append(self, drafts: Sequence[Draft], *, expected_position: int | None = None) -> Receipt:
        before = self.root()
        return attrs.evolve(super().append(drafts, expected_position=expected_position), root=before)


def broken_rules(log_class: type[MemoryEventLog]) -> set[str]:
    """Returns the names of the tests of the contract that a log fails."""

    class Suite(EventLogContract):
        def open_log(self) -> EventLog:
            return log_class(clock=self.clock)

    failed = set()
    for name in dir(Suite):
        if name.startswith("test_"):
            suite = Suite()
            suite.setup_method()
            try:
                getattr(suite, name)()
            except AssertionError:
                failed.add(name)
    return failed


@pytest.mark.parametrize(
    ("log_class", "rule"),
    [
        (WritesOneByOne, "test_another_content_under_a_stored_identity_is_refused"),
        (WritesOneByOne, "test_two_contents_under_one_identity_in_a_batch_are_refused"),
        (KeepsTheFirstContent, "test_another_content_under_a_stored_identity_is_refused"),
        (ForgetsTheExpectedPosition, "test_an_append_can_demand_the_head_it_was_decided_upon"),
        (ShowsWhatComesLater, "test_an_iteration_shows_the_log_of_its_first_step"),
        (LeavesTheTimeOutOfTheTree, "test_a_tree_stands_over_the_headers"),
        (ErasesWithoutAnOrder, "test_nothing_is_erased_without_an_order"),
        (HidesOnlyWhatIsErased, "test_a_redacted_body_is_given_to_nobody_and_all_else_stays"),
        (TellsTheRootBefore, "test_an_append_tells_the_root_after_it"),
        (FollowsTheClockBack, "test_a_batch_has_one_instant_and_time_never_runs_backwards"),
    ],
)
def test_a_log_that_breaks_a_rule_fails_the_contract(log_class: type[MemoryEventLog], rule: str) -> None:
    assert rule in broken_rules(log_class)


def test_a_sound_log_fails_no_rule() -> None:
    assert broken_rules(MemoryEventLog) == set()


def test_a_fixed_clock_steps_as_told() -> None:
    clock = FixedClock(5, step_us=-2)
    assert [clock.now(), clock.now(), clock.now()] == [5, 3, 1]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T03:15:00Z",
        "2026-11-23T03:15:00.000000+00:00",
        "2026-11-23 03:15:00.000000Z",
        "2026-02-29T00:00:00.000000Z",
        "2026-11-23T24:00:00.000000Z",
        "0000-01-01T00:00:00.000000Z",
        "٢٠٢٦-11-23T03:15:00.000000Z",
        "2026-11-23T03:15:00.000000Z\n",
        "",
    ],
)
def test_only_the_one_form_of_an_instant_is_read(text: str) -> None:
    with pytest.raises(InvalidDate) as caught:
        recorded_us(text)
    assert str(caught.value) == f"expected an instant like '2026-11-23T03:15:00.000000Z', got {text!r}"


@given(st.integers(EARLIEST_RECORDED, LATEST_RECORDED), st.integers(EARLIEST_RECORDED, LATEST_RECORDED))
def test_texts_of_instants_are_read_back_and_sort_as_instants_do(one: int, other: int) -> None:
    assert recorded_us(recorded_text(one)) == one
    assert (recorded_text(one) < recorded_text(other)) == (one < other)
    assert len(recorded_text(one)) == 27


@pytest.mark.parametrize("instant", [EARLIEST_RECORDED - 1, LATEST_RECORDED + 1, True, 1.0, None])
def test_what_is_no_instant_has_no_text(instant: int) -> None:
    message = f"expected microseconds since 1970 as an int, years 0001 to 9999, got {instant!r}"
    with pytest.raises(InvalidDate) as caught:
        recorded_text(instant)
    assert str(caught.value) == message
    with pytest.raises(InvalidDate):
        FixedClock(instant)


def test_the_clock_of_the_machine_moves_and_is_of_this_century() -> None:
    clock = SystemClock()
    first = clock.now()
    assert recorded_us("2024-01-01T00:00:00.000000Z") < first <= clock.now()


def changed(sound: Draft, **fields: Any) -> Draft:
    return sound._replace(**fields)


def test_a_draft_without_a_label_is_named_by_type_and_identity() -> None:
    other = changed(draft("a", b"2"), label=None)
    for log in (MemoryEventLog(clock=FixedClock(0)), SqliteEventLog.in_memory(clock=FixedClock(0))):
        with log:
            log.append([draft("a", b"1")])
            with pytest.raises(ConflictingEvent) as caught:
                log.append([other])
            assert str(caught.value).startswith(f"drafts[0] (assertion.recorded {other.identity.hex()[:12]}): expected")


@pytest.mark.parametrize(
    ("drafts", "message"),
    [
        (draft("a"), "expected a sequence of drafts, got Draft"),
        (iter([draft("a")]), "expected a sequence of drafts, got list_iterator"),
        (["a"], "drafts[0]: expected a Draft, got str"),
        ([changed(draft("a"), columns=None)], "drafts[0].columns: expected Columns, got NoneType"),
        ([changed(draft("a"), label=7)], "drafts[0].label: expected a text, got 7"),
        ([changed(draft("a"), body="{}")], "drafts[0].body: expected bytes, at least one, got str"),
        (
            [changed(draft("a"), body=bytearray(b"{}"))],
            "drafts[0].body: expected bytes, at least one, got bytearray",
        ),
        ([changed(draft("a"), version=True)], "drafts[0].version: expected an int of 1 or more, got True"),
        (
            [draft("a", columns=Columns(frame="killed/\ud800"))],
            "drafts[0].columns.frame: expected a printable text, got 'killed/\\ud800'",
        ),
    ],
)
def test_what_is_no_draft_is_named(drafts: Any, message: str) -> None:
    for log in (MemoryEventLog(clock=FixedClock(0)), SqliteEventLog.in_memory(clock=FixedClock(0))):
        with log, pytest.raises(DataError) as caught:
            log.append(drafts)
        assert str(caught.value) == message
