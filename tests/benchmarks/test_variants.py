"""Every variant that needs no peer runs on a small archive; the driver tells what it could not run, and why."""

import importlib
import json
from collections import Counter

import attrs
import pytest
from click.testing import CliRunner

from benchmarks import appending, asking, replaying, workload
from benchmarks.__main__ import main
from benchmarks.driver import Failed, Plan, child, run_size
from benchmarks.readings import Task, digest, percentile
from benchmarks.rows import INPUTS, ROWS, Row, Variant

SIZE = 1_000
OWN = [(row, variant) for row in ROWS for variant in row.variants if variant.peer is None]


def function(variant):
    module, name = variant.run.split(":")
    return getattr(importlib.import_module(f"benchmarks.{module}"), name)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    for name in ("raw", "archive", "lines", "seek"):
        (folder / name).mkdir()
        function(INPUTS[name])(Task(events=SIZE, seed=1, prepared=folder, scratch=folder / name))
    return folder


@pytest.fixture
def task(prepared, tmp_path, monkeypatch):
    monkeypatch.setattr(appending, "SINGLE", 3)
    monkeypatch.setattr(appending, "FILL", 20)
    monkeypatch.setattr(asking, "NEWS", 20)
    return Task(events=SIZE, seed=1, prepared=prepared, scratch=tmp_path)


@pytest.mark.parametrize(("row", "variant"), OWN, ids=lambda part: part.name)
def test_a_variant_gives_the_figures_of_its_row(task, row, variant):
    figures = function(variant)(task).figures
    assert {row.figure, *row.columns} <= set(figures)
    assert all(value >= 0 for value in figures.values())
    assert figures.get("count", 1) in {1, appending.SINGLE, SIZE}


@pytest.mark.parametrize("row", [row for row in ROWS if row.agree], ids=lambda row: row.name)
def test_variants_that_compute_the_same_give_the_same_answer(task, row):
    answers = [function(variant)(task).answer for variant in row.variants if variant.peer is None]
    assert len(set(filter(None, answers))) == 1


def test_the_folds_give_what_the_workload_says(task):
    """``archive.opened`` stands at position 1, before all that the workload yields."""
    told = [(n, e.assertion) for n, e in enumerate(workload.events(SIZE, 1), start=2) if e.type == "assertion.recorded"]
    frames = Counter(str(assertion.frame) for _, assertion in told)
    last = {str(assertion.frame): position for position, assertion in told}
    counts = Counter(f"{assertion.frame.measure} {assertion.voice.value}" for _, assertion in told)
    assert replaying.headers(task).answer == digest({frame: (frames[frame], last[frame]) for frame in frames})
    assert replaying.events(task).answer == digest(dict(counts))


def test_copied_rows_make_the_same_log(task):
    """The floor of the format writes what the library writes, byte for byte, and the log opens it."""
    appending.same_rows(task)
    copy, source = (
        appending.SqliteEventLog.open(path, read_only=True)
        for path in (task.scratch / "archive.db", appending.archive_path(task))
    )
    with copy, source:
        assert list(copy.read()) == list(source.read())
        assert list(copy.headers()) == list(source.headers())


def test_an_imported_archive_has_the_same_events(task):
    appending.import_lines(task)
    copy, source = (
        appending.SqliteEventLog.open(path, read_only=True)
        for path in (task.scratch / "archive.db", appending.archive_path(task))
    )
    with copy, source:
        assert list(copy.read()) == list(source.read())


def test_questions_are_about_frames_of_the_archive(task):
    questions = task.facts()["questions"]
    assert len(questions) > 190
    with asking.Archive.open(asking.archive_path(task), read_only=True) as archive:
        frames = {str(frame) for frame in archive.frames()}
    assert {frame for frame, _ in questions} <= frames


def plan(folder, *variants, **changes):
    row = Row(name="r", title="", figure="per_second", variants=variants)
    told = []
    made = Plan(rows=(row,), rounds=2, seed=1, folder=folder, timeout=1, prepare_timeout=1, tell=told.append)
    return attrs.evolve(made, **changes), told


def test_a_peer_that_is_missing_is_reported_as_not_run(tmp_path):
    asked, told = plan(tmp_path, Variant(name="v", run="nowhere:nothing", peer="no_such_package"))
    found = list(run_size(asked, SIZE))
    assert [run.failure for run in found] == ["not run: no_such_package is not installed"] * 2
    assert [run.figures for run in found] == [{}, {}]
    assert told == ["1,000 r.v 1: not run: no_such_package is not installed"]


def test_a_variant_can_be_left_out_above_a_size(tmp_path):
    asked, _ = plan(tmp_path, Variant(name="v", run="nowhere:nothing"), most={"r.v": 999})
    assert [run.failure for run in run_size(asked, SIZE)] == ["not run: more than 999 events"] * 2


def test_an_input_that_cannot_be_made_is_told_by_every_variant_that_needs_it(tmp_path, monkeypatch):
    monkeypatch.setitem(INPUTS, "lost", Variant(name="lost", run="nowhere:nothing", peer="no_such_package"))
    asked, _ = plan(tmp_path, *(Variant(name=name, run="nowhere:nothing", needs=("lost",)) for name in "ab"))
    expected = "not run: lost could not be made: not run: no_such_package is not installed"
    assert [run.failure for run in run_size(asked, SIZE)] == [expected] * 4


def test_a_child_that_takes_too_long_is_stopped_and_told(tmp_path):
    with pytest.raises(Failed, match=r"^not finished in 0 s$"):
        child(OWN[0][1], SIZE, 1, tmp_path, tmp_path, timeout=0)


def test_the_command_prints_the_table_and_writes_the_data(tmp_path):
    file = tmp_path / "table.json"
    arguments = ["--events", "2000", "--rounds", "1", "--variant", "headers.select", "--folder", str(tmp_path)]
    done = CliRunner().invoke(main, [*arguments, "--json", str(file)])
    assert done.exit_code == 0, done.output
    assert "headers: replay of the whole log, a fold that needs no body; 2,000 events" in done.stdout
    found = json.loads(file.read_bytes())
    assert found["runs"][0]["figures"]["count"] == 2_000
    assert found["workload"]["2000"]["largest_body"] <= 700


def test_percentiles_are_values_that_were_measured():
    assert percentile(range(1, 101), 99) == 99
    assert percentile(range(1, 201), 99) == 198
    assert percentile([7], 99) == 7
