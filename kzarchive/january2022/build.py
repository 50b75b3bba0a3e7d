"""Builds ``archive.jsonl`` from the recording sheets: ``python -m kzarchive.january2022.build``.

The times of recording are fixed here, one for each batch, so that every build gives the same bytes.
"""

import importlib.resources
from pathlib import Path

from kzarchive.archive import Archive
from kzarchive.january2022 import FOLDER, ZONE, vocabulary
from kzarchive.log.clock import FixedClock
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.recording import jsonl
from kzarchive.recording.sheets import ReadSheet, read_sheets
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.events import ArchiveOpened, CoverageDeclared, Event

NAME = "Kazakhstan, January 2022"
OPENED = "2026-11-23T03:30:00.000000Z"
STEP_US = 30 * 60 * 1_000_000
DOCUMENTS = ("000", "001", "002", "003", "004")
COVERAGE = CoverageDeclared(
    actor="archive",
    end=ImpreciseDate.parse("2022-01-20"),
    grounds="Five documents, the last of them published by 20 January 2022; nothing later was looked for.",
)


def sheets() -> tuple[ReadSheet, ...]:
    """Returns the shipped sheets as read, without their texts; the assessments come last."""
    folder = FOLDER.joinpath("sheets")
    names = [f"{name}.yaml" for name in (*DOCUMENTS, "assessments")]
    return read_sheets([(name, folder.joinpath(name).read_bytes()) for name in names], vocabulary=vocabulary())


def build() -> bytes:
    """Returns the canonical JSON Lines of the archive.

    Raises:
        DataError: A sheet has a fault.
    """
    *documents, assessments = sheets()
    log = SqliteEventLog.in_memory(clock=FixedClock(OPENED, step_us=STEP_US))
    archive = Archive(log)
    archive.append([ArchiveOpened(actor="archive", name=NAME, zone=ZONE, vocabulary=vocabulary())])
    recorded: list[Event] = [event for sheet in documents for _, event in sheet.events]
    archive.append([COVERAGE, *recorded])
    archive.append([event for _, event in assessments.events])
    return b"".join(jsonl.write(log.read()))


if __name__ == "__main__":
    target = Path(str(importlib.resources.files("kzarchive.january2022").joinpath("archive.jsonl")))
    target.write_bytes(build())
