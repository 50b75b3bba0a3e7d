"""A real table with 22,994 changes of cells: as of each date the archive answers what the table then held.

The sample lies in the folder ``ua_losses`` of the folder that the environment variable ``KZARCHIVE_SAMPLES`` names.
"""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest
from samples.loading import CellsOfDay, cells_of, load, measure_slug, read_changes, slug, vocabulary_of, written

import kzarchive
from kzarchive.values.events import AssertionRecorded, DocumentRegistered, SourceCorrected, SourceRetracted

FOLDER = Path(os.environ.get("KZARCHIVE_SAMPLES", "")) / "ua_losses"
pytestmark = pytest.mark.skipif(
    "KZARCHIVE_SAMPLES" not in os.environ or not FOLDER.is_dir(),
    reason="KZARCHIVE_SAMPLES names no folder with ua_losses",
)
# Versions in which no cell changed have no row: by file, published versions less versions with a change.
WITHOUT_A_CHANGE = {"russia_losses_personnel.json": 3, "russia_losses_equipment.json": 10}
TANK = measure_slug("reported", "cumulative", "tank")


def rows_of(name):
    """Returns the rows of a CSV file of the sample."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def series_of(row):
    """Returns publisher and frame of a row of an expectation."""
    measure = measure_slug("reported", row["measure"], row["topic"])
    return slug(row["source"]), kzarchive.Frame(measure, slug(row["group"]), slug(row["place"]))


@pytest.fixture(scope="module")
def changes():
    return read_changes(FOLDER / "assertions.csv")


@pytest.fixture(scope="module")
def archive(changes):
    clock = kzarchive.FixedClock("2026-08-09T00:00:00.000000Z")
    vocabulary = vocabulary_of("ua-losses/1", changes)
    with kzarchive.Archive.in_memory(vocabulary=vocabulary, clock=clock, zone="Europe/Kyiv") as loaded:
        load(loaded, changes)
        yield loaded


class Revisions:
    """Counts of what the log says happened to the cells of each series, from the raw events."""

    name, version, over = "revisions", 1, "events"

    def initial(self):
        return {"publishers": {}, "said": {}, "count": Counter(), "cells": {}, "revised": {}, "versions": Counter()}

    def apply(self, total, item):
        match item.event:
            case DocumentRegistered(document=document):
                total["publishers"][document.id] = document.publisher
                total["versions"][document.publisher] += 1
            case AssertionRecorded(assertion=assertion):
                total["said"][item.id] = assertion
                self.count(total, assertion, "asserted", "cells")
            case SourceCorrected(old=old, new=new):
                was, now = total["said"][old], total["said"][new]
                self.count(total, now, "asserted", by=-1)
                if written(was) != written(now):
                    self.count(total, now, "revised", "revised")
            case SourceRetracted(utterance=utterance):
                self.count(total, total["said"][utterance], "retracted")
        return total

    def count(self, total, assertion, what, cells=None, by=1):
        series = total["publishers"][assertion.document], assertion.frame
        total["count"][(*series, what)] += by
        if cells:
            total[cells].setdefault(series, set()).add(assertion.valid.text)

    def result(self, total):
        return total


def test_every_change_is_an_event_and_every_version_with_a_change_a_document(archive, changes):
    ops = Counter(change.op for change in changes)
    replaced = ops["revise"] + ops["reattribute"]
    found = Counter(event.type for event in archive.events())
    assert 22_994 == ops.total()
    assert {
        "archive.opened": 1,
        "agent.registered": 3,
        "document.registered": len({change.version for change in changes}),
        "assertion.recorded": ops["assert"] + replaced,
        "source.corrected": replaced,
        "source.retracted": ops["retract"],
    } == found


def test_loading_again_writes_nothing(archive, changes):
    head = archive.head
    load(archive, changes[:500])
    assert head == archive.head


def test_each_of_the_3570_cases_is_answered(archive):
    cases = rows_of("expected_asof.csv")
    wrong = []
    for moment in sorted({case["asof_recorded"] for case in cases}):
        series = {}
        for (publisher, frame, day), value in cells_of(archive, moment).items():
            series.setdefault((publisher, frame), {})[day] = value
        for case in (case for case in cases if case["asof_recorded"] == moment):
            days = series.get(series_of(case), {})
            day = max(days, default="") if case["query"] == "latest" else case["valid"]
            if (case["valid"], case["value"]) != (day, days.get(day, "")):
                wrong.append((case["case"], day, days.get(day, "")))
    assert 3_570 == len(cases)
    assert {"at", "latest"} == {case["query"] for case in cases}
    assert [] == wrong


def test_the_counts_of_revisions(archive):
    found = archive.replay(Revisions())
    for row in rows_of("expected_revisions.csv"):
        series = series_of(row)
        assert {
            "cells": int(row["cells"]),
            "asserted": int(row["asserted"]),
            "revised": int(row["revised"]),
            "retracted": int(row["retracted"]),
            "cells_ever_revised": int(row["cells_ever_revised"]),
            "vintages": int(row["vintages"]),
        } == {
            "cells": len(found["cells"][series]),
            "asserted": found["count"][(*series, "asserted")],
            "revised": found["count"][(*series, "revised")],
            "retracted": found["count"][(*series, "retracted")],
            "cells_ever_revised": len(found["revised"].get(series, ())),
            "vintages": found["versions"][series[0]] + WITHOUT_A_CHANGE[Path(row["source"]).name],
        }, row["topic"]


@pytest.mark.parametrize(
    ("moment", "first_of_2024", "first_of_2025"),
    [
        ("2025-01-01T13:36:25Z", "5983", None),
        ("2025-01-01T13:36:26Z", "9672", None),
        ("2025-01-01T13:41:39Z", "9672", None),
        ("2025-01-01T13:41:40Z", "5983", "9672"),
    ],
)
def test_a_day_filed_under_the_wrong_year_is_wrong_until_it_is_moved(archive, moment, first_of_2024, first_of_2025):
    tanks = {day: value for (_, _, day), value in cells_of(archive, moment, [TANK]).items()}
    assert (first_of_2024, first_of_2025) == (tanks.get("2024-01-01"), tanks.get("2025-01-01"))


def test_each_value_of_a_series_leads_to_its_cell(archive):
    claims = archive.replay(CellsOfDay([TANK]), published="2026-08-08T23:59:59Z")
    anchors = {
        (claim.dated.assertion.evidence[0].row, claim.dated.assertion.evidence[0].column)
        for (claim,) in claims.values()
    }
    assert {(day, "tank") for _, _, day in claims} == anchors
    assert 1_626 == len(anchors)
