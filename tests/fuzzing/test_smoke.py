"""Some inputs of each target, the same ones each time: real ones, and changes of them."""

from random import Random

import pytest

from fuzzing.__main__ import NAMES
from fuzzing.targets import targets

TARGETS = targets()


def test_the_command_line_knows_every_target() -> None:
    assert set(NAMES) == set(TARGETS)


@pytest.mark.parametrize("name", NAMES)
def test_most_real_inputs_are_accepted(name: str) -> None:
    """A target that refuses what is right tests nothing behind its first check."""
    # Most of those of schemas take the guards of an archive away.
    real = [data for data in TARGETS[name].seeds if name != "schemas" or not data[2:].strip()]
    outcomes = [TARGETS[name].outcome(data) for data in real]
    assert outcomes.count("accepted") > len(outcomes) / 2, outcomes


@pytest.mark.parametrize("name", NAMES)
def test_real_inputs_and_changes_of_them_meet_documented_errors_alone(name: str) -> None:
    target = TARGETS[name]
    random = Random(name)
    tried = [*target.seeds[: target.smoke], b"", b"\0", b"\xff"]
    for _ in range(target.smoke):
        tried.append(target.changed(random.choice(tried), random))
    outcomes = {target.outcome(data) for data in tried}
    assert len(outcomes) > 1, "everything was refused, or everything accepted: the target does not test what it should"
