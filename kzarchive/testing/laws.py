"""The laws of a projection, tried on generated archives: it gives the same answer however it is run.

==================  ===========================================================================================
law                 what is tried
==================  ===========================================================================================
``clean start``     ``initial`` gives a new accumulator at each call, and nothing of it is shared between folds
``replay twice``    an archive gives the same result again, also after another archive, and by another instance
``no effect``       asking for the result in between, or twice, changes nothing
``identity``        merging with the accumulator of nothing, on either side, changes nothing
``associativity``   of three ranges it does not matter which two are merged first
``split``           folding two ranges and merging them gives what folding both in one gives, and can be gone on from
``storage``         an accumulator that was stored and read goes on as if it had never been
``following``       what follows a log as it grows gives what a whole replay gives
``arrival``         of a projection by measure: the order in which documents were recorded changes nothing
==================  ===========================================================================================

A law that is broken is told with the smallest archive that was found. Results are compared by ``==``, or by what their
``to_dict()`` gives where they have one.
"""

import copy
import functools
import itertools
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Flaky, HypothesisWarning

from kzarchive.errors import InvalidEvent, UsageError
from kzarchive.projections.checking import by_measure, can_merge, check_projection
from kzarchive.projections.folding import Start, by_identity, fold
from kzarchive.running.serialising import dumped, loaded
from kzarchive.running.store import SnapshotStore
from kzarchive.testing.strategies import DAYS, EVERY_KIND, Made, archives, frame_sets
from kzarchive.values.events import AgentRegistered, AssertionRecorded, DocumentRegistered, Event
from kzarchive.values.terms import Vocabulary
from kzarchive.wire.codec import identity

EXAMPLES = 60


class LawBroken(AssertionError):
    """A projection breaks a law.

    Attributes:
        law: Which one.
        told: What was tried, and what it gave.
    """

    def __init__(self, law: str, message: str) -> None:
        super().__init__(f"{law}: {message}")
        self.law = law
        self.told = message


def check_laws(
    projection: Any, *, vocabulary: Vocabulary | None = None, examples: int = EXAMPLES, stored: bool = True
) -> None:
    """Tries a projection on generated archives.

    Args:
        projection: The projection; each archive gets a copy of it.
        vocabulary: Of the archives; None = one of every kind of measure, named ``killed``, ``price``, ``orders`` and
            so on. A projection by measure needs one that has its measures.
        examples: How many archives each law is tried on.
        stored: Whether its accumulator is to be stored; False leaves ``storage`` and ``following`` out.

    Raises:
        UsageError: The projection breaks its contract in a way that shows before it runs.
        LawBroken: It breaks a law.
    """
    vocabulary = EVERY_KIND if vocabulary is None else vocabulary
    check_projection(projection, vocabulary)
    measures = projection.measures if by_measure(projection) else None
    made = archives(vocabulary, frames=frame_sets(vocabulary, measures))
    _try(_laws_of(projection, stored=stored), projection, made, examples)


@attrs.define(slots=False)
class _Trial:
    """One archive, and the projection that is tried on it."""

    made: Made
    projection: Any
    law: str = ""

    def same(self, one: Any, other: Any, ways: str) -> None:
        """Checks that two results are the same."""
        if not _equal(one, other):
            raise LawBroken(self.law, f"{ways}, got {one!r} and {other!r}")

    @functools.cached_property
    def items(self) -> list[Any]:
        """All items of the archive."""
        with self.made.archive() as archive:
            items: list[Any] = archive.replay(_Items(self.projection.over, getattr(self.projection, "fields", None)))
            return items

    def folded(self, items: Sequence[Any]) -> Any:
        """Returns the accumulator of items; a new one each time, for merging may use it up."""
        return fold(self.projection, self.projection.initial(), items)

    def result(self, accumulator: Any) -> Any:
        """Returns the result of an accumulator."""
        return self.projection.result(accumulator)

    def cuts(self) -> list[int]:
        """Returns where items are split: at the ends, next to them, and within."""
        count = len(self.items)
        return sorted({cut for cut in (0, 1, count // 3, count // 2, count - 1, count) if cut >= 0})

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yields where items are split in three."""
        return itertools.combinations_with_replacement(self.cuts(), 2)


@attrs.frozen
class _Items:
    """The items themselves, as a fold over them."""

    over: str
    fields: tuple[str, ...] | None
    name = "items"
    version = 1

    def initial(self) -> list[Any]:
        return []

    def apply(self, items: list[Any], item: Any) -> list[Any]:
        items.append(item)
        return items

    def result(self, items: list[Any]) -> list[Any]:
        return items


_Laws = Mapping[str, Callable[[_Trial], None]]


def _laws_of(projection: Any, *, stored: bool) -> _Laws:
    if by_measure(projection):
        return {"replay twice": _replay_twice, "arrival": _arrival}
    laws = {"clean start": _clean_start, "replay twice": _replay_twice, "no effect": _no_effect}
    if can_merge(projection):
        laws |= {"identity": _identity, "associativity": _associativity, "split": _split}
    if stored:
        laws |= {"storage": _storage, "following": _following}
    return laws


def _try(laws: _Laws, projection: Any, made: st.SearchStrategy[Made], examples: int) -> None:
    """Tries each law on each archive, and raises what is told of the smallest archive that breaks one."""
    broke: list[Made] = []

    @settings(
        max_examples=examples,
        phases=(Phase.generate,),
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(made)
    def tried(archive: Made) -> None:
        broke.append(archive)
        _check(laws, projection, archive)

    try:
        with warnings.catch_warnings():
            # The vocabulary of a user is longer than what hypothesis likes to describe a strategy by.
            warnings.simplefilter("ignore", HypothesisWarning)
            tried()
    except LawBroken as broken:
        raise _smallest(laws, projection, broke[-1], broken) from None
    except Flaky as flaky:
        message = "one archive broke a law once and kept it once: something is left over from an earlier run"
        raise LawBroken("replay twice", message) from flaky


def _check(laws: _Laws, projection: Any, made: Made) -> None:
    trial = _Trial(made, _copied(projection))
    for trial.law, check in laws.items():
        check(trial)


def _smallest(laws: _Laws, projection: Any, made: Made, broken: LawBroken) -> LawBroken:
    """Returns what is told of an archive that has no event more than it takes to break the law.

    It is made smaller here and not by hypothesis, which tries every drawn value and takes many times as long.
    """
    law = {broken.law: laws[broken.law]}
    index = len(made.events) - 1
    while index >= 0:
        fewer = attrs.evolve(made, events=made.events[:index] + made.events[index + 1 :])
        try:
            _check(law, projection, fewer)
        except LawBroken as still:
            made, broken = fewer, still
        except InvalidEvent:
            pass  # another event needs this one
        index -= 1
    return LawBroken(broken.law, f"{broken.told}, of the archive:\n{_told(made)}")


def _clean_start(trial: _Trial) -> None:
    try:
        start = Start(trial.projection)
        trial.folded(trial.items)
        start.check()
    except UsageError as error:
        raise LawBroken(trial.law, str(error)) from error


def _replay_twice(trial: _Trial) -> None:
    dates = (None,) if _by_events(trial.projection) else (None, DAYS[2], DAYS[5])
    with trial.made.archive() as archive, attrs.evolve(trial.made, events=()).archive() as other:
        for date in dates:
            first = archive.replay(trial.projection, date)
            trial.same(first, archive.replay(trial.projection, date), "replayed twice")
            other.replay(trial.projection)
            trial.same(first, archive.replay(trial.projection, date), "replayed before and after another archive")
            trial.same(first, archive.replay(_copied(trial.projection), date), "replayed by two instances")


def _no_effect(trial: _Trial) -> None:
    items = trial.items
    for cut in trial.cuts():
        accumulator = trial.folded(items[:cut])
        trial.same(trial.result(accumulator), trial.result(accumulator), "asked twice for the result")
        accumulator = fold(trial.projection, accumulator, items[cut:])
        trial.same(trial.result(trial.folded(items)), trial.result(accumulator), "never and once asked in between")


def _identity(trial: _Trial) -> None:
    items, merge, initial = trial.items, trial.projection.merge, trial.projection.initial
    plain = trial.result(trial.folded(items))
    trial.same(plain, trial.result(merge(initial(), trial.folded(items))), "folded, and merged after nothing")
    trial.same(plain, trial.result(merge(trial.folded(items), initial())), "folded, and merged before nothing")


def _associativity(trial: _Trial) -> None:
    items, merge, folded = trial.items, trial.projection.merge, trial.folded
    for first, second in trial.pairs():
        one, two, three = items[:first], items[first:second], items[second:]
        left = merge(merge(folded(one), folded(two)), folded(three))
        right = merge(folded(one), merge(folded(two), folded(three)))
        trial.same(
            trial.result(left), trial.result(right), f"merged from the left and from the right at {first}, {second}"
        )


def _split(trial: _Trial) -> None:
    items, merge = trial.items, trial.projection.merge
    for first, second in trial.pairs():
        merged = merge(trial.folded(items[:first]), trial.folded(items[first:second]))
        further = fold(trial.projection, merged, items[second:])
        ways = f"folded in one, and merged at {first} and gone on with from {second}"
        trial.same(trial.result(trial.folded(items)), trial.result(further), ways)


def _storage(trial: _Trial) -> None:
    items = trial.items
    for cut in trial.cuts():
        try:
            data = dumped(trial.projection, trial.folded(items[:cut]))
        except UsageError as error:
            raise LawBroken(trial.law, f"{error}; if it is never to be stored, say stored=False") from error
        further = fold(trial.projection, loaded(trial.projection, data), items[cut:])
        ways = f"never stored, and stored after {cut}"
        trial.same(trial.result(trial.folded(items)), trial.result(further), ways)


def _following(trial: _Trial) -> None:
    cut = len(trial.made.events) * 2 // 3
    begun = attrs.evolve(trial.made, events=trial.made.events[:cut])
    with begun.archive() as archive, SnapshotStore.in_memory() as kept:
        for more in ((), trial.made.events[cut:]):
            archive.append(more)
            with archive.follow(trial.projection, snapshots=kept, batch=7) as follower:
                followed = follower.catch_up().result
            trial.same(archive.replay(trial.projection), followed, f"replayed whole, and followed from {cut}")


def _arrival(trial: _Trial) -> None:
    plain = tuple(event for event in trial.made.events if isinstance(event, _RECORDED))
    with attrs.evolve(trial.made, events=plain).archive() as archive:
        for order in (tuple(reversed(plain)), sorted(plain, key=identity), sorted(plain, key=identity, reverse=True)):
            with attrs.evolve(trial.made, events=_recordable(order)).archive() as other:
                for date in (None, DAYS[2], DAYS[5]):
                    one, two = archive.replay(trial.projection, date), other.replay(trial.projection, date)
                    trial.same(one, two, "recorded in two orders")


_RECORDED = (AgentRegistered, DocumentRegistered, AssertionRecorded)


def _recordable(events: Sequence[Event]) -> tuple[Event, ...]:
    """Returns events in an order as near to theirs as they can be recorded in: what others need stands before them."""
    done: list[Event] = [event for event in events if isinstance(event, AgentRegistered)]
    left = [event for event in events if event not in done]
    while left:
        named = {_named(event) for event in left}
        ready = next(event for event in left if named.isdisjoint(_needed(event)))
        left.remove(ready)
        done.append(ready)
    return tuple(done)


def _named(event: Event) -> str:
    return event.document.id if isinstance(event, DocumentRegistered) else identity(event)


def _needed(event: Event) -> Iterator[str]:
    if isinstance(event, AssertionRecorded):
        yield event.assertion.document
        yield from (relation.target for relation in event.assertion.relations)


def _by_events(projection: Any) -> bool:
    return not by_measure(projection) and projection.over != "assertions"


def _copied(projection: Any) -> Any:
    try:
        return copy.deepcopy(projection)
    except Exception:  # a class of a user that cannot be copied is tried as it is
        return projection


def _equal(one: Any, other: Any) -> bool:
    if hasattr(one, "to_dict") and hasattr(other, "to_dict"):
        return bool(one.to_dict() == other.to_dict())
    if one is other:
        return True
    if by_identity(one, "__eq__"):
        raise UsageError(f"expected a result that compares, or has to_dict(), got a {type(one).__name__}")
    return bool(one == other)


def _told(made: Made) -> str:
    """Returns an archive in a few lines."""
    return "\n".join(f"  {number}. {_line(event)}" for number, event in enumerate(made.events, start=2))


def _line(event: Event) -> str:
    match event:
        case AgentRegistered():
            return f"{event.type} {event.agent.slug}"
        case DocumentRegistered():
            return f"{event.type} {event.document.name}, published {event.document.published}"
        case AssertionRecorded():
            said = event.assertion
            through = ", ".join(link.agent for link in said.chain) or "its own voice"
            return f"{event.type} {said.frame} {said.value} through {through}"
    return f"{event.type}"
