"""Archives to check: a small one with every kind of event that matters here, in a file of its own."""

import shutil
from pathlib import Path

import pytest

from kzarchive.archive import Archive
from kzarchive.january2022 import load
from kzarchive.log.clock import FixedClock
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.recording.drafts import draft

TIME = "2026-11-23T03:15:00.000000Z"


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped archive as a file, not to be changed."""
    path = tmp_path_factory.mktemp("shipped") / "january2022.db"
    with load() as archive:
        archive.copy_to(path)
    return path


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 40 events of it, of which those from 11 on are assertions, as a file that is not to be changed."""
    folder = tmp_path_factory.mktemp("small")
    with load() as archive:
        events = [logged.event for logged in archive.events() if logged.position <= 40]
    with SqliteEventLog.create(folder / "log.db", clock=FixedClock(TIME, step_us=1_000_000)) as log:
        log.append([draft(event, {}, "Asia/Almaty") for event in events[:20]])
        log.append([draft(event, {}, "Asia/Almaty") for event in events[20:]])
        log.copy_to(folder / "small.db")
    return folder / "small.db"


@pytest.fixture
def file(small: Path, tmp_path: Path) -> Path:
    """A copy of the small archive, to spoil."""
    path = tmp_path / "archive.db"
    shutil.copy(small, path)
    return path


@pytest.fixture
def archive(shipped: Path):
    """The shipped archive, open for reading."""
    with Archive.open(shipped, read_only=True) as opened:
        yield opened
