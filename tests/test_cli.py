"""The command line, as a person types it: what it prints, what it refuses, and with which exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHEETS = ROOT / "kzarchive" / "january2022" / "sheets"


def run(*arguments, **options):
    """Runs ``kzarchive`` in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "kzarchive", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, **options)


def test_state_needs_no_other_argument_than_a_date():
    done = run("state", "--as-of", "2022-01-07")
    assert (0, "") == (done.returncode, done.stderr)
    assert "  law_enforcement/KZ  12..13 (contested)" in done.stdout
    assert "as of published by 2022-01-07; valid by 2022-01-07; position 429; policy range/1;" in done.stdout


def test_state_as_json_has_the_agreed_shape():
    data = json.loads(run("state", "--as-of", "2022-01-07", "--json").stdout)
    assert {"basis", "frames", "troops", "documents"} == set(data)
    assert {"published", "valid", "position", "policy", "convention", "vocabulary"} <= set(data["basis"])
    frames = {(f["measure"], f["subject"], f["place"]): f for f in data["frames"]}
    killed = frames["killed", "law_enforcement", "KZ"]
    assert ("contested", 12, None, 13, False) == tuple(
        killed[key] for key in ("status", "low", "best", "high", "open_above")
    )
    assert [{"assertion", "rule", "role"}] * 2 == [set(entry) for entry in killed["why"]]
    assert frames["arrested", "all", "KZ"]["status"] == "no_data"
    assert {"csto", "csto.ru", "csto.am", "csto.by", "csto.kg", "csto.tj"} == {t["contingent"] for t in data["troops"]}
    assert {"contingent", "state", "status", "inferred", "since", "why"} == set(data["troops"][0])
    assert ["001", "004"] == data["documents"]["visible"]


@pytest.mark.parametrize(
    ("options", "low"),
    [
        (["--convention", "acled/1"], 12),
        (["--include", "possible"], 24),
        (["--position", "419"], 24),
        (["--valid", "2022-01-06"], 24),
        (["--policy", "range/1"], 24),
    ],
)
def test_every_axis_is_on_the_command_line(options, low):
    data = json.loads(run("state", "--as-of", "2022-01-06", "--json", *options).stdout)
    killed = [f for f in data["frames"] if (f["measure"], f["subject"], f["place"]) == ("killed", "all", "KZ")]
    assert [low] == [frame["low"] for frame in killed]


def test_why_shows_winners_and_losers():
    done = run("why", "killed/all/KZ", "--as-of", "2022-01-19")
    rests, losers = done.stdout.split("Pending:")
    assert "exact 225 “225 people dead”" in rests
    assert "said by 003.authorities; stated 2022-01-15" in rests
    assert "exact 227" in losers


def test_diff_tells_what_changed():
    done = run("diff", "2022-01-07", "2022-01-20")
    assert "  all/KZ  24 or more (vague) -> 227 (single origin, may be higher)" in done.stdout
    assert "more in frames of texts (--all shows them)" in done.stdout
    assert "nothing changed" in run("diff", "2022-01-07", "2022-01-07").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["why", "kiled/all/KZ"], "error: expected a frame of the vocabulary, got the measure 'kiled' (near: killed)"),
        (["why", "killed"], "error: expected measure/subject/place, got 'killed'"),
        (["state", "--as-of", "2022-02-30"], "error: published: expected a day from 01 to 28 in month 02 of year 2022"),
        (["state", "--as-of", "2022-03-01"], "the coverage, which ends on 2022-01-20, got '2022-03-01'"),
        (["state", "--as-of", "2022-01-07T12:00"], "expected a moment with a zone, such as '2022-01-07T12:00Z'"),
        (["state", "--convention", "acled/2"], "acled/1"),
        (["state", "--policy", "mean/1"], "majority-of-origins/1, source-priority/1(ORIGIN,...), got 'mean/1'"),
        (["state", "--position", "999"], "error: position: expected 1 to 429, got 999"),
        (["state", "--archive", "no-such-file.db"], "no-such-file.db"),
    ],
)
def test_wrong_questions_get_one_line_and_exit_code_1(arguments, message):
    done = run(*arguments)
    assert (1, "") == (done.returncode, done.stdout)
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_record_then_ask_then_record_again(tmp_path):
    archive = tmp_path / "own.db"
    done = run("record", SHEETS / "001.yaml", SHEETS / "004.yaml", "--archive", archive)
    assert done.returncode == 0, done.stderr
    assert "with the vocabulary january2022/1 and the zone Asia/Almaty" in done.stdout
    assert "001.yaml" in done.stdout
    assert "text not at hand, anchors not checked" in done.stdout
    asked = run("state", "--as-of", "2022-01-07", "--archive", archive)
    assert "injured" in asked.stdout
    again = run("record", SHEETS / "001.yaml", SHEETS / "004.yaml", "--archive", archive)
    assert "\n0 recorded, " in again.stdout


def test_a_faulty_sheet_leaves_no_archive_behind(tmp_path):
    sheet = tmp_path / "bad.yaml"
    sheet.write_text((SHEETS / "001.yaml").read_text().replace("killed/all/KZ", "kiled/all/KZ"))
    done = run("record", sheet, "--archive", tmp_path / "own.db")
    assert done.returncode == 1
    assert "expected a measure of the vocabulary, got 'kiled' (near: killed)" in done.stderr
    assert f"{sheet}:" in done.stderr
    assert [sheet] == list(tmp_path.iterdir())


def test_verify_anchors_tells_what_is_missing(tmp_path):
    (tmp_path / "other.txt").write_text("something else")
    done = run("verify-anchors", "--documents", tmp_path)
    assert done.returncode == 1
    assert "anchors match, in 0 of 5 documents" in done.stdout
    assert "document 000: expected a text with sha256" in done.stderr


@pytest.mark.skipif("KZARCHIVE_DOCUMENTS" not in os.environ, reason="KZARCHIVE_DOCUMENTS names no folder of texts")
def test_every_shipped_anchor_matches():
    done = run("verify-anchors", "--documents", os.environ["KZARCHIVE_DOCUMENTS"])
    assert (0, "") == (done.returncode, done.stderr)
    assert "in 5 of 5 documents" in done.stdout


def test_export_is_the_shipped_file_and_copy_answers_the_same(tmp_path):
    exported = run("export").stdout
    assert (SHEETS.parent / "archive.jsonl").read_text() == exported
    target = tmp_path / "copy.db"
    assert f"copied 429 events to {target}\n" == run("copy", target).stdout
    assert run("export", "--archive", target).stdout == exported
    refused = run("copy", target)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_two_readers_and_a_recorder_at_once(tmp_path):
    archive = tmp_path / "own.db"
    run("record", SHEETS / "001.yaml", "--archive", archive)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "kzarchive"]
    reading = [*command, "state", "--archive", str(archive)]
    writing = [*command, "record", str(SHEETS / "004.yaml"), "--archive", str(archive)]
    options = {"env": environment, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(line, **options) for line in (reading, writing, reading)]
    outcomes = [process.communicate() for process in running]
    assert [0, 0, 0] == [process.returncode for process in running], outcomes
