"""The child process: one run of one variant, or the making of one input.

``python -m tests.benchmarks.child MODULE:FUNCTION EVENTS SEED PREPARED SCRATCH`` prints one line of JSON.
"""

import importlib
import json
import sys
from pathlib import Path

from .readings import Task


def main(run: str, events: str, seed: str, prepared: str, scratch: str) -> None:
    """Runs a function with its task and prints the reading."""
    module, function = run.split(":")
    task = Task(events=int(events), seed=int(seed), prepared=Path(prepared), scratch=Path(scratch))
    reading = getattr(importlib.import_module(f"{__package__}.{module}"), function)(task)
    figures, answer = ({}, "") if reading is None else (reading.figures, reading.answer)
    sys.stdout.write(json.dumps({"figures": figures, "answer": answer}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
