"""The driver: makes the inputs, then runs the variants of each row in turn, round by round, each in its own process."""

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from .ratios import Run
from .rows import INPUTS, Row, Variant

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[len(__package__.split(".")) - 1]
MADE_FROM: Final = "made_from"


@attrs.frozen(kw_only=True)
class Plan:
    """What is asked for.

    Attributes:
        rows: The rows to run.
        rounds: How often each variant runs.
        seed: Of the workload.
        folder: Where inputs are kept and databases are built.
        timeout: Seconds that one run may take.
        prepare_timeout: Seconds that the making of one input may take.
        timeouts: Seconds of single variants, by ``row.variant``.
        most: The largest size of single variants, by ``row.variant``.
        tell: Is told what goes on.
    """

    rows: tuple[Row, ...]
    rounds: int
    seed: int
    folder: Path
    timeout: int
    prepare_timeout: int
    timeouts: dict[str, int] = attrs.field(factory=dict)
    most: dict[str, int] = attrs.field(factory=dict)
    tell: Callable[[str], object]


class Failed(Exception):
    """A child process gave no reading; the message says why."""


def run_size(plan: Plan, events: int) -> Iterator[Run]:
    """Yields every run of one size."""
    inputs = Inputs(plan, events)
    for row in plan.rows:
        stopped: dict[str, str] = {}
        for number in range(1, (plan.rounds if row.rounds is None else min(row.rounds, plan.rounds)) + 1):
            for variant in row.variants:
                yield _run(plan, inputs, row, variant, number, stopped)


def _run(plan: Plan, inputs: "Inputs", row: Row, variant: Variant, number: int, stopped: dict[str, str]) -> Run:
    """Runs a variant once; what keeps it from running keeps it from running in later rounds as well."""
    name = f"{row.name}.{variant.name}"
    run = Run(row=row.name, variant=variant.name, events=inputs.events, round=number)
    try:
        if variant.name in stopped:
            raise Failed(stopped[variant.name])
        if inputs.events > plan.most.get(name, inputs.events):
            raise Failed(f"not run: more than {plan.most[name]:,} events")
        inputs.make(variant)
        found = _measured(plan, inputs, variant, plan.timeouts.get(name, plan.timeout))
        plan.tell(f"{inputs.events:,} {name} {number}: {_brief(found['figures'], row.figure)}")
        return attrs.evolve(run, figures=found["figures"], answer=found["answer"])
    except Failed as failure:
        if variant.name not in stopped:
            plan.tell(f"{inputs.events:,} {name} {number}: {failure}")
        stopped[variant.name] = str(failure)
        return attrs.evolve(run, failure=str(failure))


def _measured(plan: Plan, inputs: "Inputs", variant: Variant, timeout: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=plan.folder, prefix="run-") as scratch:
        return child(variant, inputs.events, plan.seed, inputs.folder, Path(scratch), timeout)


def _brief(figures: dict[str, float], figure: str) -> str:
    return f"{figure} {figures[figure]:,.6g}"


class Inputs:
    """The inputs of one size, made when they are first needed and kept for later runs of the same sources."""

    def __init__(self, plan: Plan, events: int) -> None:
        self.events = events
        self.folder = plan.folder / f"{events}-{plan.seed}"
        self._plan = plan
        self._failures: dict[str, str] = {}
        self._sources = sources_digest()

    def make(self, variant: Variant) -> None:
        """Makes what a variant needs.

        Raises:
            Failed: A peer is not installed, or an input could not be made.
        """
        if variant.peer is not None and importlib.util.find_spec(variant.peer) is None:
            raise Failed(f"not run: {variant.peer} is not installed")
        for name in variant.needs:
            self._make(INPUTS[name])

    def _make(self, wanted: Variant) -> None:
        folder = self.folder / wanted.name
        if wanted.name in self._failures:
            raise Failed(self._failures[wanted.name])
        try:
            self.make(wanted)
            if not _is_made_from(folder, self._sources):
                self._plan.tell(f"{self.events:,} making {wanted.name}")
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                child(wanted, self.events, self._plan.seed, self.folder, folder, self._plan.prepare_timeout)
                (folder / MADE_FROM).write_text(self._sources, encoding="ascii")
        except Failed as failure:
            self._failures[wanted.name] = f"not run: {wanted.name} could not be made: {failure}"
            raise Failed(self._failures[wanted.name]) from failure


def _is_made_from(folder: Path, sources: str) -> bool:
    mark = folder / MADE_FROM
    return mark.is_file() and mark.read_text(encoding="ascii") == sources


def sources_digest() -> str:
    """Returns a digest of the library's and of the inputs' sources."""
    package = importlib.util.find_spec("kzarchive")
    places = [] if package is None else [Path(place) for place in package.submodule_search_locations or ()]
    files = [file for place in places for file in sorted(place.rglob("*.py"))]
    files += [HERE / name for name in ("workload.py", "prepared.py", "floors.py")]
    found = hashlib.sha256(sys.version.encode("ascii"))
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()


def child(variant: Variant, events: int, seed: int, prepared: Path, scratch: Path, timeout: int) -> dict[str, Any]:
    """Runs a variant in a process of its own.

    Raises:
        Failed: It did not finish in ``timeout`` seconds, or failed.
    """
    command = [sys.executable, "-m", f"{__package__}.child", variant.run, str(events), str(seed)]
    try:
        done = subprocess.run(
            [*command, str(prepared), str(scratch)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"not finished in {timeout:,} s") from None
    if done.returncode:
        words = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Failed(f"failed: {words[-1]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
