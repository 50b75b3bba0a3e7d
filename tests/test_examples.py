"""The examples run, print what they promise, and the README's sessions are true."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
LAST_WORDS = {
    "first_projection": "killed/law_enforcement/KZ: 12 (almaty-police) to 13 (004.state-media): contested",
    "newsroom_follower": "  killed/all/KZ: 225 (single origin) -> 227 (single origin, may be higher)\n",
    "quoted_by_whom": "date.assessed at position 420: an utterance is dated\n",
    "replay_at_three_dates": "killed/all/KZ: 227 (single origin, may be higher)",
    "retraction_of_164": "now (position 32): 225 (single origin), said by prosecutor-general",
    "two_conflicting_sources": "2024-03-05: dismissed/dockers/port: 120 or more (contested)",
}


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_example(script, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, env=environment, check=False, cwd=tmp_path
    )
    assert (0, "") == (done.returncode, done.stderr)
    assert LAST_WORDS[script.stem] in done.stdout


def test_readme_sessions():
    failures, tests = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tests > 10
    assert failures == 0


def test_readme_output_is_what_the_commands_print():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    printed = ""
    for arguments in (["state", "--as-of", "2022-01-07"], ["diff", "2022-01-07", "2022-01-20"]):
        command = [sys.executable, "-m", "kzarchive", *arguments]
        printed += subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout
    shown = re.findall(r"```text\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[:2]
    lines = [line for block in shown for line in block.splitlines() if line.strip()]
    assert [] == [line for line in lines if line not in printed.splitlines()]


def test_the_first_two_sh_blocks_are_single_lines():
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert [1, 1] == [len(block.splitlines()) for block in blocks[:2]]
