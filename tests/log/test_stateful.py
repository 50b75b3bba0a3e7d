"""The SQLite log against the plain log in memory, through any history of calls."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from kzarchive.errors import KzArchiveError, UsageError
from kzarchive.log.memory import MemoryEventLog
from kzarchive.log.protocol import Columns, Draft, EventLog, StoredEvent, StoredHeader
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.testing.log_contract import order

TYPES = ("assertion.recorded", "source.retracted", "date.assessed")

seconds = st.none() | st.integers(-(2**63), 2**63 - 1)
columns = st.builds(
    Columns,
    document=st.none() | st.sampled_from([bytes([number]) * 32 for number in range(3)]),
    frame=st.none() | st.sampled_from(["killed/all/KZ", "killed/police/KZ.almaty", "арест/all/KZ"]),
    stated_earliest=seconds,
    stated_latest=seconds,
    valid_earliest=seconds,
    valid_latest=seconds,
)
drafts = st.builds(
    Draft,
    type=st.sampled_from(TYPES),
    version=st.integers(1, 3),
    identity=st.binary(min_size=32, max_size=32),
    body=st.binary(min_size=1, max_size=40),
    columns=columns,
    label=st.just("a draft"),
)


class HandClock:
    """A clock that shows what it was last set to."""

    def __init__(self) -> None:
        self.instant = 0

    def now(self) -> int:
        return self.instant


@attrs.frozen
class Running:
    """Two iterations that began together, and the log object of the second."""

    log: SqliteEventLog
    expected: Iterator[StoredHeader]
    given: Iterator[StoredHeader]


def outcome(call: Callable[[], object]) -> object:
    """Returns the result of a call, or the kind and words of its refusal."""
    try:
        return call()
    except KzArchiveError as error:
        return type(error), str(error)


class TwoLogs(RuleBasedStateMachine):
    """Does everything to both logs and compares what they answer."""

    known = Bundle("known")
    running = Bundle("running")

    @initialize()
    def open_both(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "log.kz"
        self.clock = HandClock()
        self.model = MemoryEventLog(clock=self.clock)
        self.log = SqliteEventLog.create(self.path, clock=self.clock)
        self.past: list[StoredEvent] = []

    def both(self, call: Callable[[EventLog], object]) -> object:
        expected = outcome(lambda: call(self.model))
        assert outcome(lambda: call(self.log)) == expected
        return expected

    @rule(target=known, batch=st.lists(drafts, max_size=4), expected=st.none() | st.integers(-1, 6))
    def append(self, batch: list[Draft], expected: int | None) -> object:
        self.both(lambda log: log.append(batch, expected_position=expected))
        return multiple(*batch)

    @rule(target=known, first=known, second=known, body=st.binary(min_size=1, max_size=2), again=st.booleans())
    def append_known_identities(self, first: Draft, second: Draft, body: bytes, again: bool) -> Draft:
        changed = first._replace(body=body)
        self.both(lambda log: log.append([second, first if again else changed, second]))
        return changed

    @rule(target=known, before=st.lists(drafts, max_size=2), name=st.integers(0, 9), position=st.integers(1, 12))
    def redact(self, before: list[Draft], name: int, position: int) -> object:
        batch = [*before, order(f"order {name}", position)]
        self.both(lambda log: log.append(batch))
        return multiple(*batch)

    @rule(position=st.integers(0, 12))
    def erase(self, position: int) -> None:
        self.both(lambda log: log.erase(position))

    @rule(size=st.none() | st.integers(-1, 12), part=st.integers(-1, 12))
    def prove(self, size: int | None, part: int) -> None:
        self.both(lambda log: log.root(size))
        self.both(lambda log: log.inclusion(part, size))
        self.both(lambda log: log.consistency(part, size))

    @rule(instant=st.integers(-5, 50))
    def set_the_clock(self, instant: int) -> None:
        self.clock.instant = instant

    @rule(
        after=st.integers(-1, 12),
        until=st.none() | st.integers(-1, 12),
        types=st.none() | st.sets(st.sampled_from((*TYPES, "no.such"))),
    )
    def read(self, after: int, until: int | None, types: set[str] | None) -> None:
        self.both(lambda log: list(log.read(after=after, until=until, types=types)))
        self.both(lambda log: list(log.headers(after=after, until=until, types=types)))

    @rule(position=st.integers(-1, 12), instant=st.integers(-6, 51))
    def look_up(self, position: int, instant: int) -> None:
        self.both(lambda log: log.get(position))
        self.both(lambda log: log.position_at(instant))

    @rule(draft=known)
    def find(self, draft: Draft) -> None:
        self.both(lambda log: log.find(draft.identity))

    @rule(target=running)
    def start_to_read(self) -> Running:
        return Running(self.log, self.model.headers(), self.log.headers())

    @rule(running=running)
    def read_on(self, running: Running) -> None:
        expected = outcome(lambda: next(running.expected, None))
        given = outcome(lambda: next(running.given, None))
        if running.log is self.log:
            assert given == expected
        else:
            assert given in ((UsageError, "the log is closed"), None)

    @rule()
    def open_again(self) -> None:
        self.log.close()
        self.log = SqliteEventLog.open(self.path, clock=self.clock)

    @invariant()
    def heads_are_equal_and_the_past_stays(self) -> None:
        assert self.log.head == self.model.head
        assert self.log.root() == self.model.root()
        assert self.log.redactions() == self.model.redactions()
        now = list(self.log.read())
        for before, after in zip(self.past, now, strict=False):
            assert after in (before, before._replace(body=None, redacted_by=after.redacted_by))
        assert len(self.past) <= len(now)
        assert now == list(self.model.read())
        self.past = now

    def teardown(self) -> None:
        if hasattr(self, "log"):
            self.log.close()
            self.folder.cleanup()


TestTwoLogs = TwoLogs.TestCase
TestTwoLogs.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
