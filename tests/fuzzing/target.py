"""A target: an entry of the package as a function of bytes, with what it needs to be fuzzed well."""

from collections.abc import Callable
from random import Random
from typing import Final

import attrs

from fuzzing.limits import timed
from fuzzing.mutating import mutated
from kzarchive.errors import KzArchiveError

ACCEPTED: Final = "accepted"

Mutator = Callable[[bytes, Random, "Target"], bytes]


@attrs.frozen(kw_only=True)
class Target:
    """An entry of the package.

    Attributes:
        name: Its name.
        run: Gives bytes to the entry; returns where they are accepted, raises one of ``refusals`` where not.
        seeds: Real inputs to begin with.
        tokens: Words of its language.
        modules: The modules whose lines are counted as reached.
        refusals: The errors that its documentation names.
        longest: The most bytes of an input.
        seconds: The most processor time of a run.
        smoke: How many inputs the default test run tries.
        mutator: Changes an input; None = by its words.
    """

    name: str
    run: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    tokens: tuple[bytes, ...]
    modules: tuple[str, ...]
    refusals: tuple[type[Exception], ...] = (KzArchiveError,)
    longest: int = 4_096
    seconds: float = 5
    smoke: int = 200
    mutator: Mutator | None = None

    def changed(self, data: bytes, random: Random) -> bytes:
        """Returns another input made from one."""
        made = (
            mutated(data, random, self.tokens, self.seeds) if self.mutator is None else self.mutator(data, random, self)
        )
        return made[: self.longest]

    def outcome(self, data: bytes) -> str:
        """Runs an input; returns ``accepted`` or the name of the error that refused it, and lets all else through."""
        with timed(self.seconds):
            try:
                self.run(data)
            except self.refusals as error:
                str(error)  # a message that cannot be made is a finding too
                return type(error).__name__
        return ACCEPTED
