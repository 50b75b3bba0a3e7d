"""The law-checker lets right projections pass, and names the law that a wrong one breaks."""

import random
from collections import Counter
from typing import ClassVar

import pytest
from running.folds import FOLDS, Headers, Trace, Types

import kzarchive
from kzarchive.errors import UsageError
from kzarchive.january2022 import vocabulary
from kzarchive.testing import LawBroken, check_laws


class PerFrame:
    """How many live assertions each frame has."""

    name, version, over = "per-frame", 1, "assertions"

    def initial(self):
        return {}

    def apply(self, counts, item):
        counts[str(item.frame)] = counts.get(str(item.frame), 0) + 1
        return counts

    def merge(self, one, other):
        return {frame: one.get(frame, 0) + other.get(frame, 0) for frame in one | other}

    def result(self, counts):
        return dict(counts)


class Best:
    name, version, measures = "best", 1, ("killed", "price", "whereabouts")

    def result(self, frames):
        return {str(frame.frame): frame.answer.words() for frame in frames}


@pytest.mark.parametrize("projection", [PerFrame(), *(kind() for kind in FOLDS)], ids=lambda p: p.name)
def test_a_right_fold_passes(projection):
    check_laws(projection)


def test_a_right_projection_by_measure_passes():
    check_laws(Best())


@pytest.mark.parametrize("kind", [kzarchive.Toll, kzarchive.TroopDeployment, kzarchive.Prices, kzarchive.Contributors])
def test_a_shipped_projection_passes_in_its_own_vocabulary(kind):
    check_laws(kind(), vocabulary=vocabulary(), examples=25)


class OneList(PerFrame):
    """Gives out one and the same list."""

    rows: ClassVar = []

    def initial(self):
        return self.rows

    def apply(self, rows, item):
        rows.append(item.id)
        return rows

    def merge(self, one, other):
        return one + other

    def result(self, rows):
        return len(rows)


class SharedInside(OneList):
    """Gives out a new dict each time, with one and the same list in it."""

    rows: ClassVar = []

    def initial(self):
        return {"rows": self.rows}

    def apply(self, total, item):
        total["rows"].append(item.id)
        return total

    def merge(self, one, other):
        return {"rows": one["rows"] + other["rows"]}

    def result(self, total):
        return len(total["rows"])


class RememberingItself(PerFrame):
    """Counts in a field of its own besides."""

    def __init__(self):
        self.seen = 0

    def apply(self, counts, item):
        self.seen += 1
        return super().apply(counts, item)

    def result(self, counts):
        return counts, self.seen


class RememberingForAll(RememberingItself):
    """Counts in a field of its class, which outlives every copy of it."""

    seen_by_all: ClassVar = Counter()

    def apply(self, counts, item):
        self.seen_by_all["items"] += 1
        return PerFrame.apply(self, counts, item)

    def result(self, counts):
        return counts, self.seen_by_all["items"]


class Rolling(PerFrame):
    """Answers by chance."""

    def result(self, counts):
        return random.random()  # noqa: S311


class Emptying(PerFrame):
    """Takes out of the accumulator what it gives."""

    def result(self, counts):
        return {frame: counts.pop(frame) for frame in tuple(counts)}


class StartingAtOne(Headers):
    """Its accumulator of nothing counts one."""

    def initial(self):
        return 1

    def apply(self, count, item):
        return count + 1

    def merge(self, one, other):
        return one + other

    def result(self, count):
        return count


class HalfOfBoth(Headers):
    """Takes the mean of two means, as if both were of as many; with nothing it does nothing."""

    def initial(self):
        return None

    def apply(self, mean, item):
        return item.position if mean is None else (mean + item.position) // 2

    def merge(self, one, other):
        if one is None or other is None:
            return other if one is None else one
        return (one + other) // 2

    def result(self, mean):
        return mean


class Minus(Headers):
    """Merges by a difference, which is not associative, and which nothing on the right leaves as it is."""

    def initial(self):
        return 0

    def apply(self, count, item):
        return count + 1

    def merge(self, one, other):
        return one - other if one else other

    def result(self, count):
        return count


class FirstOfEither(Headers):
    """Keeps the last event, but where it merges the one of the earlier range: it depends on how it was split."""

    def initial(self):
        return None

    def apply(self, last, item):
        return item.position

    def merge(self, one, other):
        return other if one is None else one

    def result(self, last):
        return last


class Backwards(Trace):
    """Merges the wrong way around."""

    def merge(self, one, other):
        return other + one


class OnlyInMemory(Types):
    """Keeps a Counter, which comes back as a dict."""

    dump = load = None


class Lossy(Types):
    """Does not store all that it keeps."""

    def dump(self, counts):
        return {kind: count for kind, count in counts.items() if kind != "document.registered"}


class ByArrival:
    """Takes the first claim as recorded for the first one said."""

    name, version, measures = "by-arrival", 1, ("killed",)

    def result(self, frames):
        return [frame.live[0].id for frame in frames if frame.live]


class MadeAnewByEachQuestion:
    """Remembers the frames that it was ever asked about."""

    name, version, measures = "remembering", 1, ("killed",)

    def __init__(self):
        self.seen = []

    def result(self, frames):
        self.seen += [str(frame.frame) for frame in frames]
        return list(self.seen)


@pytest.mark.parametrize(
    ("kind", "law"),
    [
        (OneList, "clean start"),
        (SharedInside, "clean start"),
        (RememberingItself, "replay twice"),
        (RememberingForAll, "replay twice"),
        (Rolling, "replay twice"),
        (Emptying, "no effect"),
        (StartingAtOne, "identity"),
        (HalfOfBoth, "associativity"),
        (Minus, "associativity"),
        (FirstOfEither, "split"),
        (Backwards, "split"),
        (OnlyInMemory, "storage"),
        (Lossy, "storage"),
        (ByArrival, "arrival"),
        (MadeAnewByEachQuestion, "replay twice"),
    ],
)
def test_a_wrong_projection_is_caught_and_the_law_named(kind, law):
    with pytest.raises(LawBroken) as broken:
        check_laws(kind())
    assert law == broken.value.law
    assert str(broken.value).startswith(f"{law}: ")


def test_the_smallest_archive_is_shown():
    with pytest.raises(LawBroken) as broken:
        check_laws(Backwards())
    assert "got [" in str(broken.value)
    assert ", of the archive:\n  2. " in str(broken.value)
    assert 2 == str(broken.value).count("assertion.recorded")


def test_a_fold_that_is_never_stored_may_keep_what_it_likes():
    check_laws(OnlyInMemory(), stored=False)


def test_a_projection_that_breaks_its_contract_is_told_so_at_once():
    with pytest.raises(UsageError, match="got the class itself"):
        check_laws(PerFrame)
    with pytest.raises(UsageError, match="measures: expected measures of the vocabulary, got 'injured'"):
        check_laws(kzarchive.Toll())


def test_a_result_that_cannot_be_compared_is_told_so():
    class Opaque(PerFrame):
        def result(self, counts):
            return object()

    with pytest.raises(UsageError, match=r"expected a result that compares, or has to_dict\(\), got a object"):
        check_laws(Opaque())
