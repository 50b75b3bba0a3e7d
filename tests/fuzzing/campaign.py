"""A campaign: one target, guided by coverage, until so many runs are done or a finding is made."""

import json
import os
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, Final

import attrs

from fuzzing.limits import bound_memory
from fuzzing.target import Target

EVERY: Final = 20_000
"""After how many runs the report is written anew."""
OWN: Final = 0.85
"""How many of the changes are the target's own; the others are the fuzzer's."""


@attrs.define
class Tally:
    """How many runs there were, by outcome.

    Attributes:
        target: Name of the target.
        report: Where it is written; None = nowhere.
        outcomes: Runs by outcome.
        begun: When the first began.
    """

    target: str
    report: Path | None
    outcomes: Counter[str] = attrs.field(factory=Counter)
    begun: float = attrs.field(factory=time.monotonic)

    def add(self, outcome: str) -> None:
        """Counts a run."""
        self.outcomes[outcome] += 1
        if self.outcomes.total() % EVERY == 0:
            self.write()

    def write(self, finding: str | None = None) -> None:
        """Writes the report."""
        if self.report is None:
            return
        seconds = time.monotonic() - self.begun
        data = {
            "target": self.target,
            "runs": self.outcomes.total(),
            "runs_a_second": round(self.outcomes.total() / max(seconds, 0.001), 1),
            "seconds": round(seconds, 1),
            "outcomes": dict(self.outcomes.most_common()),
            "finding": finding,
        }
        partial = self.report.with_name(f"{self.report.name}.new")
        partial.write_text(json.dumps(data, indent=1) + "\n")
        partial.replace(self.report)


def _word(token: bytes) -> str:
    """Returns a line of the fuzzer's dictionary; it takes no empty and no long words."""
    return "" if not 0 < len(token) <= 60 else '"' + "".join(f"\\x{byte:02x}" for byte in token) + '"\n'


def fuzz(target: Target, *, runs: int, corpus: Path, report: Path | None, seed: int, instrumented: Any) -> None:
    """Runs a campaign; the process ends with it."""
    for number, data in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(data)
    words = corpus.with_name(f"{corpus.name}.words")
    words.write_text("".join(map(_word, target.tokens)))
    tally = Tally(target.name, report)
    # The fuzzer ends the process without a word to anybody, so the last runs are counted as they come.
    last = runs

    def one(data: bytes) -> None:
        try:
            outcome = target.outcome(data)
        except BaseException as error:
            traceback.print_exc()  # the fuzzer prints the last one of a chain alone
            tally.write(f"{type(error).__name__}: {error}")
            raise
        tally.add(outcome)
        if tally.outcomes.total() >= last:
            tally.write()

    def changed(data: bytes, most: int, number: int) -> bytes:
        random = Random(number)
        made = target.changed(data, random) if random.random() < OWN else instrumented.Mutate(data, most)
        return made[:most]

    bound_memory()
    options = [f"-runs={runs}", f"-seed={seed}", f"-max_len={target.longest}", f"-timeout={int(target.seconds * 6)}"]
    options += ["-rss_limit_mb=2500", "-print_final_stats=1", f"-dict={words}", f"-artifact_prefix={corpus}.finding-"]
    instrumented.Setup(
        [sys.argv[0], *options, "-close_fd_mask=0", "-report_slow_units=60", os.fspath(corpus)],
        one,
        custom_mutator=changed,
    )
    instrumented.Fuzz()
