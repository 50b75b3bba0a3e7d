"""``kzarchive follow`` and ``rebuild``: a projection of one's own, kept from the command line."""

import json
import os
import pty
import signal
import subprocess
import sys

import pytest
from test_cli import ROOT, run

import kzarchive

OWN = """\
class PerType:
    name, version, over = "per-type", 1, "headers"
    def initial(self): return {}
    def apply(self, counts, item): return counts | {item.type: counts.get(item.type, 0) + 1}
    def result(self, counts): return counts

class Dead:
    name, version, measures = "dead", 1, ("killed",)
    def result(self, frames): return "; ".join(str(f.answer) for f in frames if f.answer.best)

ready = PerType()
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    with kzarchive.january_2022() as archive:
        archive.copy_to(tmp_path / "january.db")
    return tmp_path


def test_follow_once_prints_the_result(folder):
    done = run("follow", "own:PerType", "--once", cwd=folder)
    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("position 429\n{'archive.opened': 1, ")
    done = run("follow", "own:Dead", "--once", "--archive", "january.db", cwd=folder)
    assert "killed/all/KZ: 227 (single origin, may be higher)" in done.stdout


def test_follow_as_json_keeps_its_state_in_a_file(folder):
    arguments = ("follow", "own:ready", "--once", "--json", "--snapshots", "kept.db", "--archive", "january.db")
    for _ in range(2):
        data = json.loads(run(*arguments, cwd=folder).stdout)
        assert (429, 334) == (data["position"], data["result"]["assertion.recorded"])
    done = run("rebuild", "own:ready", "--snapshots", "kept.db", "--archive", "january.db", cwd=folder)
    assert (0, "per-type: began with nothing, now at position 429\n", "") == (done.returncode, done.stdout, done.stderr)


# Whoever was started in the background ignores an interruption, and so do the processes that it starts.
INTERRUPTIBLE = """\
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from kzarchive.cli import main
main()
"""


def test_follow_prints_again_when_the_archive_grows_and_stops_when_interrupted(folder):
    command = [
        sys.executable,
        "-c",
        INTERRUPTIBLE,
        "follow",
        "own:PerType",
        "--archive",
        "january.db",
        "--poll",
        "0.01",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment, "cwd": folder}
    with subprocess.Popen(command, **pipes) as child:
        assert "position 429\n" == child.stdout.readline()
        child.stdout.readline()
        with kzarchive.Archive.open(folder / "january.db") as archive:
            archive.declare_coverage("2022-01-31", grounds="as far as it looked")
        assert "position 430\n" == child.stdout.readline()
        child.send_signal(signal.SIGINT)
        assert (0, "stopped\n") == (child.wait(30), child.stderr.read())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("own", "expected MODULE:OBJECT, got 'own'"),
        (":PerType", "expected MODULE:OBJECT, got ':PerType'"),
        ("nowhere:PerType", "expected a module that Python finds from here, got 'nowhere'"),
        ("nowhere.at.all:PerType", "expected a module that Python finds from here, got 'nowhere.at.all'"),
        ("own:Nothing", "expected an object of the module own, got 'Nothing'"),
    ],
)
def test_a_projection_that_is_not_there_is_a_fault_of_the_command_line(folder, name, message):
    for command in (("follow", name, "--once"), ("rebuild", name, "--snapshots", "kept.db")):
        done = run(*command, cwd=folder)
        assert (2, "") == (done.returncode, done.stdout)
        assert message in done.stderr


def test_what_is_no_projection_is_a_fault_of_the_question(folder):
    done = run("follow", "json:dumps", "--once", cwd=folder)
    assert 1 == done.returncode
    assert "error: projection function: expected 'measures' (for one by measure) or 'over'" in done.stderr


def test_a_module_that_lacks_what_it_imports_says_so_itself(folder):
    (folder / "broken.py").write_text("import nowhere_at_all\n")
    done = run("follow", "broken:PerType", "--once", cwd=folder)
    assert "ModuleNotFoundError: No module named 'nowhere_at_all'" in done.stderr


def test_nothing_in_the_present_folder_stands_in_for_a_module_of_python(folder):
    (folder / "fractions.py").write_text("raise SystemExit('the wrong one')\n")
    (folder / "uses.py").write_text(f"import fractions\n{OWN}")
    console = "import sys; sys.path.pop(0); from kzarchive.cli import main; main()"
    command = [sys.executable, "-c", console, "follow", "uses:PerType", "--once"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)
    assert (0, "") == (done.returncode, done.stderr)


def test_a_terminal_sees_a_bar(folder):
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "kzarchive", "rebuild", "own:PerType", "--snapshots", "kept.db"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=end, text=True, env=environment, cwd=folder) as child:
        os.close(end)
        seen = b""
        while b"429/429" not in seen:
            seen += os.read(terminal, 1_000)
        assert "per-type: began with nothing, now at position 429\n" == child.stdout.read()
    os.close(terminal)
    assert b"rebuilding per-type" in seen
