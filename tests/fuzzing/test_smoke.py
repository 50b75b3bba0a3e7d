"""Some inputs of each target, the same ones each time: real ones, and changes of them."""

from random import Random

import pytest

from fuzzing.__main__ import NAMES
from fuzzing.targets import targets

TARGETS = targets()


def test_the_command_line_knows_every_target() -> None:
    assert set(NAMES) == set(TARGETS)


@pytest.mark.parametrize("name", NAMES)
def test_real_inputs_and_changes_of_them_meet_documented_errors_alone(name: str) -> None:
    target = TARGETS[name]
    random = Random(name)
    tried = [*target.seeds[: target.smoke], b"", b"\0", b"\xff"]
    for _ in range(target.smoke):
        tried.append(target.changed(random.choice(tried), random))
    outcomes = {target.outcome(data) for data in tried}
    assert len(outcomes) > 1, "everything was refused, or everything accepted: the target does not test what it should"
