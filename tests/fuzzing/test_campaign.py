"""A campaign of every target, as many runs each as ``KZARCHIVE_FUZZ_RUNS`` says (10,000 unless it does)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fuzzing.__main__ import NAMES

RUNS = int(os.environ.get("KZARCHIVE_FUZZ_RUNS", "10000"))
ROOT = Path(__file__).parents[2]


@pytest.mark.long
@pytest.mark.parametrize("target", NAMES)
def test_a_campaign_ends_without_a_finding(target: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    report = tmp_path / "report.json"
    where = ["--corpus", tmp_path / "corpus", "--report", report]
    command = [sys.executable, "-m", "tests.fuzzing", "--target", target, "--runs", str(RUNS), *map(str, where)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = json.loads(report.read_text()) if report.exists() else {}
    assert (done.returncode, told.get("finding")) == (0, None), done.stderr[-4_000:]
    assert told["runs"] >= RUNS
    assert len(told["outcomes"]) > 1, "everything was refused, or everything accepted"
