"""Policies on the shipped archive: the same claims, other decisions; one of your own is held to its contract."""

from types import SimpleNamespace

import pytest

import kzarchive
from kzarchive.policies.decision import Decision
from kzarchive.replay.reasons import Status


@pytest.fixture(scope="module")
def archive():
    with kzarchive.january_2022() as shipped:
        yield shipped


def figures(answer):
    return (answer.status.value, answer.low, answer.best, answer.high)


@pytest.mark.parametrize(
    ("policy", "frame", "date", "expected"),
    [
        ("range/1", "killed/law_enforcement/KZ", "2022-01-07", ("contested", 12, None, 13)),
        ("latest/1", "killed/law_enforcement/KZ", "2022-01-07", ("order_unknown", 12, None, 13)),
        ("latest/1", "killed/law_enforcement/KZ", "2022-01-06", ("single_origin", 12, 12, 12)),
        ("conservative/1", "killed/law_enforcement/KZ", "2022-01-07", ("contested", 12, 12, 13)),
        ("conservative/1", "killed/all/KZ", "2022-01-07", ("vague", 24, 24, None)),
        ("majority-of-origins/1", "killed/law_enforcement/KZ", "2022-01-07", ("contested", 12, None, 13)),
        ("majority-of-origins/1", "killed/all/KZ", "2022-01-20", ("single_origin", 227, 227, 227)),
        ("source-priority/1(almaty-police)", "killed/law_enforcement/KZ", "2022-01-07", ("single_origin", 12, 12, 12)),
        (
            "source-priority/1(nobody,004.state-media)",
            "killed/law_enforcement/KZ",
            "2022-01-07",
            ("single_origin", 13, 13, 13),
        ),
        ("source-priority/1(nobody)", "killed/law_enforcement/KZ", "2022-01-07", ("uncommitted", None, None, None)),
    ],
)
def test_shipped_policies(archive, policy, frame, date, expected):
    state = archive.as_of(date, policy=policy)
    assert expected == figures(state[frame])
    assert policy == state.basis.policy


def test_the_losers_of_a_policy_are_named(archive):
    answer = archive.as_of("2022-01-07", policy="source-priority/1(almaty-police)")["killed/law_enforcement/KZ"]
    assert ["almaty-police goes first"] == [entry.detail for entry in answer.why_not]


class Highest:
    """The highest figure anyone gives."""

    name = "highest/1"

    def decide(self, claims, *, origins):
        highest = max(claim.interval.high for claim in claims if claim.interval.high is not None)
        return Decision(status=Status.CONTESTED, best=highest)


class Midpoint:
    """Invents a number."""

    name = "midpoint/1"

    def decide(self, claims, *, origins):
        return Decision(status=Status.CONTESTED, best=sum(claim.interval.low for claim in claims) * 10)


class Broken:
    """Falls over."""

    name = "broken/1"

    def decide(self, claims, *, origins):
        raise ZeroDivisionError("no")


class Nothing:
    """Gives nothing."""

    name = "nothing/1"

    def decide(self, claims, *, origins):
        return None


class Borrowed(Highest):
    """Takes the name of a shipped policy."""

    name = "range/1"


def test_a_policy_of_ones_own(archive):
    state = archive.as_of("2022-01-07", policy=Highest())
    assert state["killed/law_enforcement/KZ"].best == 13
    assert state.basis.policy == "highest/1"


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (Midpoint(), "policy midpoint/1: expected a best that a claim states, got 250"),
        (Broken(), "policy broken/1: expected a decision, it raised ZeroDivisionError: no"),
        (Nothing(), "policy nothing/1: expected a Decision, got None"),
    ],
)
def test_a_policy_that_breaks_its_contract(archive, policy, message):
    head = archive.head
    state = archive.as_of("2022-01-07", policy=policy)
    with pytest.raises(kzarchive.UsageError, match=message):
        state["killed/law_enforcement/KZ"]
    assert head == archive.head


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (Borrowed(), "policy: expected a name of its own, got 'range/1', which a shipped policy has"),
        (object(), "policy: expected a name, or an object with 'name' and 'decide', got <object object at"),
        (SimpleNamespace(name="mine/1"), r"expected a name, or an object with 'name' and 'decide', got namespace\("),
        (SimpleNamespace(name="mine/1", decide=5), "expected a name, or an object with 'name' and 'decide'"),
        (SimpleNamespace(name=5, decide=len), "expected a name, or an object with 'name' and 'decide'"),
        (SimpleNamespace(decide=len), "expected a name, or an object with 'name' and 'decide'"),
        (
            "rang/1",
            r"one of range/1, latest/1, conservative/1, majority-of-origins/1, source-priority/1\(ORIGIN,...\), got",
        ),
        (
            "rang/1",
            r"^policy: expected one of .*, got 'rang/1' \(near: range/1\)$",
        ),
    ],
)
def test_what_is_no_policy(archive, policy, message):
    with pytest.raises(kzarchive.UsageError, match=message):
        archive.as_of("2022-01-07", policy=policy)
