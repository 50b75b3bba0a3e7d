"""What every event log must do, as a suite of tests that runs over any implementation.

Subclass it in a test module, say how an empty log is opened, and pytest collects the rest::

    class TestMyLog(EventLogContract):
        def open_log(self) -> EventLog:
            return MyLog(clock=self.clock)

The suite needs no pytest: any runner will do that makes an instance for each test and calls ``setup_method`` and one
``test_`` method. It compares by itself, so that its messages are the same in an installed package.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from kzarchive.errors import ConflictingEvent, DataError, PositionConflict, UsageError
from kzarchive.log.clock import Clock, recorded_us
from kzarchive.log.leaves import leaf_of
from kzarchive.log.merkle import EMPTY_ROOT, check_consistency, check_inclusion
from kzarchive.log.protocol import (
    REDACTION_TYPE,
    Columns,
    Draft,
    EventLog,
    Placed,
    Receipt,
    Redaction,
    StoredEvent,
    StoredHeader,
)

_E = TypeVar("_E", bound=BaseException)

START = recorded_us("2026-11-23T03:15:00.000000Z")
"""The first reading of the clock that each test begins with."""


class ScriptedClock:
    """A clock that shows given instants one after the other, and fails when it is read once too often."""

    def __init__(self, *instants: int) -> None:
        """Sets the instants, in microseconds since 1970-01-01T00:00:00Z."""
        self._instants = list(instants)

    def now(self) -> int:
        """Returns the next instant."""
        if not self._instants:
            raise AssertionError("the clock was read more often than this test allows")
        return self._instants.pop(0)


def draft(name: str, body: bytes = b"{}", *, type: str = "assertion.recorded", columns: Columns | None = None) -> Draft:  # noqa: A002
    """Returns a valid draft whose identity is made from its name, and whose label is its name."""
    identity = hashlib.sha256(name.encode()).digest()
    return Draft(type, 1, identity, body, Columns() if columns is None else columns, name)


def order(name: str, position: int) -> Draft:
    """Returns a valid draft of a redaction of the body at a position."""
    identity = hashlib.sha256(name.encode()).digest()
    return Draft(REDACTION_TYPE, 1, identity, b"order", Columns(), name, redacts=position)


class EventLogContract:
    """The tests; each opens one empty log."""

    clock: Clock

    def open_log(self) -> EventLog:
        """Returns a new, empty log that reads ``self.clock``; called once a test."""
        raise TypeError(f"expected {type(self).__name__} to define open_log")

    def setup_method(self) -> None:
        """Gives each test a clock of ten readings, one second apart."""
        self.clock = ScriptedClock(*(START + number * 1_000_000 for number in range(10)))

    def test_an_empty_log_has_nothing(self) -> None:
        """Head 0, no events, no positions."""
        with self.open_log() as log:
            same(0, log.head)
            same([], list(log.read()))
            same([], list(log.headers()))
            same(None, log.find(bytes(32)))
            same(0, log.position_at(START))

    def test_events_take_the_next_positions_in_the_order_given(self) -> None:
        """Positions are 1, 2, 3 over several appends."""
        with self.open_log() as log:
            first = log.append([draft("a"), draft("b")])
            second = log.append([draft("c")])
            placed = (Placed(1, draft("a").identity, True), Placed(2, draft("b").identity, True))
            same(Receipt(placed, 2, START, log.root(2)), first)
            same(Receipt((Placed(3, draft("c").identity, True),), 3, START + 1_000_000, log.root(3)), second)
            same([1, 2, 3], _positions(log))
            same([1, 2, 3], [log.find(draft(name).identity) for name in "abc"])
            same(3, log.head)

    def test_an_event_comes_back_byte_for_byte(self) -> None:
        """Zero bytes and broken UTF-8 survive; the digest is over the domain and the body."""
        body = b'{"a":"\x00\xff"}\r\n'
        with self.open_log() as log:
            log.append([draft("a", body)])
            digest = hashlib.sha256(b"kzarchive.body/1\0" + body).digest()
            event = StoredEvent(1, "assertion.recorded", 1, START, draft("a").identity, digest, body)
            same(event, log.get(1))
            same([event], list(log.read()))

    def test_columns_come_back_as_given(self) -> None:
        """Each may be absent, and numbers reach the ends of 64 bits."""
        columns = (
            Columns(),
            Columns(document=b"d" * 32, frame="killed/all/KZ"),
            Columns(b"d" * 32, "killed/police/KZ.almaty", -(2**63), 2**63 - 1, 0, -1),
            Columns(stated_latest=1, valid_earliest=2),
        )
        with self.open_log() as log:
            log.append([draft(str(number), columns=each) for number, each in enumerate(columns)])
            same(list(columns), [header.columns for header in log.headers()])

    def test_some_fields_of_headers_are_read_alone(self) -> None:
        """With their position, in the order of a header; a field that was not asked for is not there."""
        columns = (Columns(), Columns(document=b"d" * 32, frame="killed/all/KZ", stated_latest=5))
        with self.open_log() as log:
            log.append([draft(str(number), columns=each) for number, each in enumerate(columns * 300)])
            for fields in ((), ("position",), ("frame",), ("digest", "type"), ("document", "frame"), tuple(_FIELDS)):
                kept = [name for name in _FIELDS if name in {"position", *fields}]
                expected = [tuple(getattr(header, name) for name in kept) for header in log.headers()]
                found = list(log.narrow(fields))
                same(expected, list(map(tuple, found)))
                same([kept] * 600, [list(header._fields) for header in found])
            same(list(range(4, 589)), [header.position for header in log.narrow(["frame"], after=3, until=588)])
            same(False, hasattr(next(log.narrow(["frame"])), "document"))
            error = refused(UsageError, partial(log.narrow, ["frame", "where"]))
            same(f"fields: expected fields of a header ({', '.join(_FIELDS)}), got 'where'", str(error))
            refused(UsageError, partial(log.narrow, ["frame"], after=-1))

    def test_a_header_is_the_event_without_its_body(self) -> None:
        """The six fields that both have are the same."""
        with self.open_log() as log:
            log.append([draft("a", b"1"), draft("b", b"2", type="source.retracted")])
            headers = [(h.position, h.type, h.version, h.recorded, h.identity, h.digest) for h in log.headers()]
            events = [(e.position, e.type, e.version, e.recorded, e.identity, e.digest) for e in log.read()]
            same(2, len(headers))
            same(events, headers)

    def test_appending_again_writes_nothing_and_says_so(self) -> None:
        """The receipt names the places that the events have, and no time."""
        self.clock = ScriptedClock(START)
        with self.open_log() as log:
            log.append([draft("a"), draft("b")])
            again = log.append([draft("b"), draft("a")])
            placed = (Placed(2, draft("b").identity, False), Placed(1, draft("a").identity, False))
            same(Receipt(placed, 2, None, log.root()), again)
            same(((), placed), (again.new, again.already))
            same([1, 2], _positions(log))

    def test_new_and_known_events_may_come_in_one_batch(self) -> None:
        """Only the new ones take positions."""
        with self.open_log() as log:
            log.append([draft("a")])
            receipt = log.append([draft("b"), draft("a"), draft("c")])
            same([(2, True), (1, False), (3, True)], [(each.position, each.new) for each in receipt.placed])
            same([2, 3], [each.position for each in receipt.new])
            same([1, 2, 3], _positions(log))

    def test_known_events_may_come_anywhere_in_a_long_batch(self) -> None:
        """Whether the log looks each one up or finds out when it writes: it comes out the same, of one reading."""
        self.clock = ScriptedClock(START, START + 1)
        with self.open_log() as log:
            log.append([draft("known"), draft("other")])
            names = [str(number) for number in range(20)]
            batch = [*map(draft, names[:15]), draft("other"), *map(draft, names[15:]), draft("known"), draft("3")]
            receipt = log.append(batch)
            places = [*range(3, 18), 2, *range(18, 23), 1, 6]
            same(places, [placed.position for placed in receipt.placed])
            same(22, receipt.head)
            same([START] * 2 + [START + 1] * 20, [header.recorded for header in log.headers()])
            same([log.find(each.identity) for each in batch], places)

    def test_every_conflict_of_a_long_batch_is_named(self) -> None:
        """Those within the batch and those with what is stored."""
        with self.open_log() as log:
            log.append([draft("known", b"1")])
            batch = [*(draft(str(number)) for number in range(20)), draft("7", b"2"), draft("known", b"2")]
            error = refused(ConflictingEvent, lambda: log.append(batch))
            same(
                [
                    f"drafts[20] (7): {_conflict('in drafts[7]', '7')}",
                    f"drafts[21] (known): {_conflict('at position 1', 'known')}",
                ],
                str(error).splitlines(),
            )
            same([1], _positions(log))
            same(21, log.append(batch[:20]).head)

    def test_a_draft_twice_in_a_batch_is_stored_once(self) -> None:
        """The second is already there, at the place of the first."""
        with self.open_log() as log:
            receipt = log.append([draft("a"), draft("b"), draft("a")])
            same([(1, True), (2, True), (1, False)], [(each.position, each.new) for each in receipt.placed])
            same(2, receipt.head)
            same([1, 2], _positions(log))

    def test_another_content_under_a_stored_identity_is_refused(self) -> None:
        """Every conflict of the batch is named with the stored position, and nothing of the batch is written."""
        self.clock = ScriptedClock(START)
        with self.open_log() as log:
            log.append([draft("a", b"1"), draft("b", b"2")])
            error = refused(ConflictingEvent, lambda: log.append([draft("c"), draft("b", b"3"), draft("a", b"4")]))
            same(
                [
                    f"drafts[1] (b): {_conflict('at position 2', 'b')}",
                    f"drafts[2] (a): {_conflict('at position 1', 'a')}",
                ],
                str(error).splitlines(),
            )
            same([1, 2], _positions(log))
            same(None, log.find(draft("c").identity))
            same([b"1", b"2"], [event.body for event in log.read()])

    def test_two_contents_under_one_identity_in_a_batch_are_refused(self) -> None:
        """The one that came first is named by its place in the batch."""
        with self.open_log() as log:
            batch = [draft("a", b"1"), draft("b"), draft("b"), draft("b", b"2"), draft("a", b"2")]
            error = refused(ConflictingEvent, lambda: log.append(batch))
            same(
                [
                    f"drafts[3] (b): {_conflict('in drafts[1]', 'b')}",
                    f"drafts[4] (a): {_conflict('in drafts[0]', 'a')}",
                ],
                str(error).splitlines(),
            )
            same(0, log.head)

    def test_an_append_can_demand_the_head_it_was_decided_upon(self) -> None:
        """It lands if the head is there, and is refused if not, also when it is empty or brings nothing new."""
        with self.open_log() as log:
            log.append([draft("a")], expected_position=0)
            log.append([draft("b")], expected_position=1)
            for batch in ([draft("c")], [draft("a")], []):
                error = refused(PositionConflict, partial(log.append, batch, expected_position=1))
                same("expected the head at position 1, got 2", str(error))
            same([1, 2], _positions(log))

    def test_an_empty_append_writes_nothing(self) -> None:
        """Its receipt shows the head; the clock is not read."""
        self.clock = ScriptedClock(START)
        with self.open_log() as log:
            same(Receipt((), 0, None, EMPTY_ROOT), log.append([]))
            log.append([draft("a")])
            same(Receipt((), 1, None, log.root()), log.append([], expected_position=1))

    def test_drafts_that_break_the_rules_are_refused_with_every_fault(self) -> None:
        """A sound draft in the batch is not written either."""
        bad = Draft("No Such", 0, b"short", b"", Columns(b"x", "", 2**63, True, None, None), "bad", redacts=0)
        with self.open_log() as log:
            error = refused(DataError, lambda: log.append([draft("a"), bad]))
            same(
                [
                    "drafts[1].type: expected 1 to 80 of a-z, 0-9, '_', '.' and '-', got 'No Such'",
                    "drafts[1].version: expected an int of 1 or more, got 0",
                    "drafts[1].identity: expected 32 bytes, got 5 bytes",
                    "drafts[1].body: expected bytes, at least one, got 0 bytes",
                    "drafts[1].redacts: expected a position of 1 or more, got 0",
                    "drafts[1].redacts: expected none beside the type 'No Such', only beside 'payload.redacted'",
                    "drafts[1].columns.document: expected 32 bytes, got 1 bytes",
                    "drafts[1].columns.frame: expected a printable text, got ''",
                    "drafts[1].columns.stated_earliest: expected an int of 64 bits, got 9223372036854775808",
                    "drafts[1].columns.stated_latest: expected an int of 64 bits, got True",
                ],
                str(error).splitlines(),
            )
            same(0, log.head)

    def test_a_batch_has_one_instant_and_time_never_runs_backwards(self) -> None:
        """A clock that was set back repeats the last instant until it has caught up."""
        self.clock = ScriptedClock(START, START - 5, START + 5)
        with self.open_log() as log:
            log.append([draft("a"), draft("b")])
            same(START, log.append([draft("c")]).recorded)
            same(START + 5, log.append([draft("d")]).recorded)
            same([START, START, START, START + 5], [header.recorded for header in log.headers()])

    def test_a_clock_that_shows_no_instant_writes_nothing(self) -> None:
        """A float is no instant."""
        self.clock = ScriptedClock(1.5)  # type: ignore[arg-type]
        with self.open_log() as log:
            refused(UsageError, lambda: log.append([draft("a")]))
            same(0, log.head)

    def test_the_log_is_usable_after_a_clock_that_fails(self) -> None:
        """Whatever the clock raises undoes the append and leaves no transaction behind."""
        self.clock = ScriptedClock()
        with self.open_log() as log:
            refused(AssertionError, lambda: log.append([draft("a")]))
            same([], _positions(log))
            same(Receipt((), 0, None, EMPTY_ROOT), log.append([]))

    def test_position_at_is_the_last_one_recorded_by_an_instant(self) -> None:
        """The instant itself counts."""
        self.clock = ScriptedClock(START, START + 10)
        with self.open_log() as log:
            log.append([draft("a"), draft("b")])
            log.append([draft("c")])
            asked = [START - 1, START, START + 9, START + 10, 2**62]
            same([0, 2, 2, 3, 3], [log.position_at(instant) for instant in asked])

    def test_a_read_can_be_cut_on_both_sides(self) -> None:
        """``after`` is left out, ``until`` is given; beyond the head there is nothing."""
        with self.open_log() as log:
            log.append([draft(name) for name in "abcd"])
            same([3, 4], _positions(log, after=2))
            same([1, 2], _positions(log, until=2))
            same([2, 3], _positions(log, after=1, until=3))
            same([4], _positions(log, after=3, until=99))
            for after, until in ((4, None), (9, None), (0, 0), (3, 2)):
                same([], _positions(log, after=after, until=until))

    def test_a_read_can_be_narrowed_to_types(self) -> None:
        """Types that the log lacks add nothing; no types, no events."""
        with self.open_log() as log:
            log.append([draft("a"), draft("b", type="date.assessed"), draft("c"), draft("d", type="x")])
            same([2], _positions(log, types={"date.assessed"}))
            same([1, 2, 3], _positions(log, types=["date.assessed", "assertion.recorded", "no.such"]))
            same([3], _positions(log, after=1, until=3, types=("assertion.recorded",)))
            same([], _positions(log, types=["no.such"]))
            same([], _positions(log, types=()))

    def test_a_read_that_makes_no_sense_is_refused_at_once(self) -> None:
        """Also a single text as ``types``, which would select nothing without a word."""
        with self.open_log() as log:
            reads: tuple[Callable[..., Any], ...] = (log.read, log.headers)
            for read in reads:
                refused(UsageError, partial(read, after=-1))
                refused(UsageError, partial(read, after=None))
                refused(UsageError, partial(read, until=1.0))
                error = refused(UsageError, partial(read, types="assertion.recorded"))
                same("types: expected a collection of event types, got 'assertion.recorded'", str(error))

    def test_long_logs_are_read_whole(self) -> None:
        """More events than one fetch brings, with and without a choice of types."""
        with self.open_log() as log:
            types = ("a", "b", "c")
            log.append([draft(str(number), b"%d" % number, type=types[number % 3]) for number in range(1700)])
            same([b"%d" % number for number in range(1700)], [event.body for event in log.read()])
            same(list(range(1, 1701)), [header.position for header in log.headers()])
            same(list(range(2, 1701, 3)), _positions(log, types=["b"]))
            same(list(range(601, 1500)), _positions(log, after=600, until=1499))

    def test_an_iteration_shows_the_log_of_its_first_step(self) -> None:
        """What is appended before the first ``next()`` is seen, what comes later is not, and nobody waits."""
        with self.open_log() as log:
            log.append([draft("a")])
            for iterate in _iterations(log):
                before = log.head
                iteration = iterate()
                log.append([draft(f"{before} seen")])
                seen = [next(iteration).position]
                log.append([draft(f"{before} unseen")])
                seen += [item.position for item in iteration]
                same(list(range(1, before + 2)), seen)
                same(before + 2, log.head)

    def test_iterations_do_not_disturb_each_other(self) -> None:
        """One may run inside another, and one that is left early holds nothing up."""
        with self.open_log() as log:
            log.append([draft(name) for name in "abc"])
            pairs = [(outer.position, inner.position) for outer in log.read() for inner in log.headers(until=2)]
            same([(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)], pairs)
            left = log.read()
            next(left)
            del left
            same(4, log.append([draft("d")]).head)
            same([1, 2, 3, 4], _positions(log))

    def test_a_position_outside_the_log_is_refused(self) -> None:
        """The message says which there are."""
        with self.open_log() as log:
            log.append([draft("a"), draft("b")])
            for position in (0, 3, -1):
                error = refused(UsageError, partial(log.get, position))
                same(f"position: expected one of 1 to 2, got {position}", str(error))
            refused(UsageError, lambda: log.get(True))

    def test_searches_take_only_what_can_be_there(self) -> None:
        """An identity is 32 bytes, an instant an int."""
        with self.open_log() as log:
            error = refused(UsageError, lambda: log.find(b"abc"))
            same("identity: expected 32 bytes, got 3 bytes", str(error))
            refused(UsageError, lambda: log.find(draft("a").identity.hex()))  # type: ignore[arg-type]
            refused(UsageError, lambda: log.position_at(1.0))  # type: ignore[arg-type]

    def test_a_tree_stands_over_the_headers(self) -> None:
        """Its root at every size is that of RFC 9162 over the leaves as they are documented, by another way."""
        with self.open_log() as log:
            log.append([draft(str(number), b"%d" % number, type=f"t.{number % 3}") for number in range(9)])
            log.append([draft("last", b"{}")])
            leaves = [
                b'{"digest":"%s","identity":"%s","position":%d,"recorded":"%s","type":"%s","version":1}'
                % (
                    hashlib.sha256(b"kzarchive.body/1\0" + event.body).hexdigest().encode(),
                    event.identity.hex().encode(),
                    event.position,
                    b"2026-11-23T03:15:00.000000Z" if event.position < 10 else b"2026-11-23T03:15:01.000000Z",
                    event.type.encode(),
                )
                for event in log.read()
                if event.body is not None
            ]
            same([_tree(leaves[:size]) for size in range(11)], [log.root(size) for size in range(11)])
            same(log.root(10), log.root())

    def test_an_append_tells_the_root_after_it(self) -> None:
        """Also one that writes nothing."""
        with self.open_log() as log:
            told = [log.append([draft(name)]).root for name in ("a", "b", "c", "a")]
            same([log.root(1), log.root(2), log.root(3), log.root(3)], told)

    def test_every_event_is_shown_to_be_in_every_tree_that_has_it(self) -> None:
        """The proofs hold against the roots of the log."""
        with self.open_log() as log:
            log.append([draft(str(number)) for number in range(17)])
            leaves = [leaf_of(header) for header in log.headers()]
            for size in range(1, 18):
                for position in range(1, size + 1):
                    proof = log.inclusion(position, size)
                    held = check_inclusion(leaves[position - 1], position - 1, size, proof, log.root(size))
                    same((position, size, True), (position, size, held))
            same(log.inclusion(3, 17), log.inclusion(3))

    def test_every_tree_is_shown_to_begin_with_every_earlier_one(self) -> None:
        """The proofs hold against the roots of the log."""
        with self.open_log() as log:
            log.append([draft(str(number)) for number in range(17)])
            for new in range(18):
                for old in range(new + 1):
                    proof = log.consistency(old, new)
                    held = check_consistency(old, new, log.root(old), log.root(new), proof)
                    same((old, new, True), (old, new, held))
            same(log.consistency(5, 17), log.consistency(5))

    def test_a_tree_outside_the_log_is_refused(self) -> None:
        """Sizes and positions that are not there are named."""
        with self.open_log() as log:
            log.append([draft("a"), draft("b")])
            calls: list[tuple[Callable[[], object], str]] = [
                (lambda: log.root(3), "size: expected a number of events of 0 to 2, got 3"),
                (lambda: log.root(-1), "size: expected a number of events of 0 to 2, got -1"),
                (lambda: log.inclusion(1, 3), "size: expected a number of events of 0 to 2, got 3"),
                (lambda: log.inclusion(2, 1), "position: expected one of 1 to 1, got 2"),
                (lambda: log.inclusion(0), "position: expected one of 1 to 2, got 0"),
                (lambda: log.consistency(2, 1), "old: expected a number of events of 0 to 1, got 2"),
                (lambda: log.consistency(0, 3), "new: expected a number of events of 0 to 2, got 3"),
            ]
            for call, words in calls:
                same(words, str(refused(UsageError, call)))
            refused(UsageError, lambda: log.root(True))

    def test_a_redacted_body_is_given_to_nobody_and_all_else_stays(self) -> None:
        """The order takes effect at once, and also for reads that end before it; root and proofs are as they were."""
        with self.open_log() as log:
            log.append([draft("a", b"1"), draft("b", b"2")])
            headers, root, proof = list(log.headers()), log.root(), log.inclusion(1)
            log.append([order("o", 1)])
            event = StoredEvent(*headers[0][:6], body=None, redacted_by=3)
            same([event, b"2", b"order"], [log.get(1), log.get(2).body, log.get(3).body])
            same([event], list(log.read(until=1)))
            same([event], list(log.read(until=1, types=["assertion.recorded"])))
            same((Redaction(1, 3, False),), log.redactions())
            log.erase(1)
            log.erase(1)
            same((Redaction(1, 3, True),), log.redactions())
            same([None, b"2", b"order"], [event.body for event in log.read()])
            same([3, None, None], [event.redacted_by for event in log.read()])
            same((headers, root, proof), (list(log.headers(until=2)), log.root(2), log.inclusion(1, 2)))

    def test_a_redacted_event_is_still_there(self) -> None:
        """Appending it again writes nothing; another content under its identity is refused."""
        with self.open_log() as log:
            log.append([draft("a", b"1"), order("o", 1)])
            log.erase(1)
            same([1], [placed.position for placed in log.append([draft("a", b"1")]).already])
            refused(ConflictingEvent, lambda: log.append([draft("a", b"2")]))

    def test_a_batch_may_bring_what_it_redacts(self) -> None:
        """Orders stand anywhere in it."""
        with self.open_log() as log:
            log.append([draft("a"), order("x", 1), draft("b"), order("y", 3), draft("c")])
            same((Redaction(1, 2, False), Redaction(3, 4, False)), log.redactions())
            same([True, False, True, False, False], [event.body is None for event in log.read()])

    def test_what_may_not_be_redacted_is_refused_with_every_fault(self) -> None:
        """What does not stand before the order, what is redacted already, and an order."""
        with self.open_log() as log:
            log.append([draft("a"), order("o", 1), draft("b")])
            batch = [order("p", 5), order("q", 1), order("r", 2), order("s", 3), order("t", 3), order("u", 4)]
            error = refused(DataError, lambda: log.append(batch))
            same(
                [
                    "drafts[0].redacts: expected an earlier position than 4, got 5",
                    "drafts[1].redacts: expected a body that is not redacted, got that of position 1",
                    "drafts[2].redacts: expected an event of another type than 'payload.redacted', got position 2",
                    "drafts[4].redacts: expected a body that is not redacted, got that of position 3",
                    "drafts[5].redacts: expected an event of another type than 'payload.redacted', got position 4",
                ],
                str(error).splitlines(),
            )
            same((3, (Redaction(1, 2, False),)), (log.head, log.redactions()))

    def test_nothing_is_erased_without_an_order(self) -> None:
        """A body that stands, or a position that there is not."""
        with self.open_log() as log:
            log.append([draft("a"), draft("b"), order("o", 1)])
            error = refused(UsageError, lambda: log.erase(2))
            same(
                "position: expected one whose body a 'payload.redacted' event orders to erase, got 2",
                str(error),
            )
            same("position: expected one of 1 to 3, got 4", str(refused(UsageError, lambda: log.erase(4))))
            same(b"{}", log.get(2).body)

    def test_an_order_that_is_already_there_redacts_nothing_anew(self) -> None:
        """It is an event as any other: recorded twice it is there once."""
        with self.open_log() as log:
            log.append([draft("a"), order("o", 1)])
            same([2], [placed.position for placed in log.append([order("o", 1)]).already])
            same((Redaction(1, 2, False),), log.redactions())

    def test_a_closed_log_answers_with_an_error(self) -> None:
        """So do iterations that still ran; closing again does nothing."""
        log = self.open_log()
        log.append([draft("a"), draft("b")])
        iterations: list[Iterator[object]] = [log.read(), log.headers()]
        for iteration in iterations:
            next(iteration)
        log.close()
        log.close()
        calls: list[Callable[[], object]] = [
            lambda: log.head,
            lambda: log.append([]),
            log.read,
            log.headers,
            lambda: log.get(1),
            lambda: log.find(bytes(32)),
            lambda: log.position_at(START),
            log.root,
            lambda: log.inclusion(1),
            lambda: log.consistency(1),
            log.redactions,
            lambda: log.erase(1),
            *(partial(next, iteration) for iteration in iterations),
        ]
        for call in calls:
            same("the log is closed", str(refused(UsageError, call)))


def same(expected: object, actual: object) -> None:
    """Fails unless both are equal.

    Raises:
        AssertionError: They differ; the message shows both.
    """
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def refused(kind: type[_E], call: Callable[[], object]) -> _E:
    """Returns the error of a call that must fail.

    Raises:
        AssertionError: The call succeeds, or fails with an error of another family.
    """
    try:
        given = call()
    except kind as error:
        return error
    except Exception as error:
        raise AssertionError(f"expected {kind.__name__}, got {error!r}") from error
    raise AssertionError(f"expected {kind.__name__}, got the result {given!r}")


_FIELDS = StoredHeader._fields


def _iterations(log: EventLog) -> tuple[Callable[..., Iterator[StoredEvent | StoredHeader]], ...]:
    return (log.read, log.headers, partial(log.narrow, ("type",)))


def _positions(log: EventLog, **cut: Any) -> list[int]:
    return [event.position for event in log.read(**cut)]


def _tree(leaves: list[bytes]) -> bytes:
    """Returns the root of RFC 9162, section 2.1.1, as it is defined there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + _tree(leaves[:split]) + _tree(leaves[split:])).digest()


def _conflict(stands: str, name: str) -> str:
    identity = draft(name).identity.hex()
    return f"expected the content that already stands {stands} under identity {identity}, got another one"
