"""Two versions of the package on one file: what one does not know it keeps, counts and says, and never writes over."""

import shutil
from pathlib import Path

import pytest
from faults.material import Chain, document, made

from kzarchive import Archive, NotAnArchive, StorageError, SystemClock, UsageError
from kzarchive.integrity.verification import verify
from kzarchive.log.protocol import Columns, Draft
from kzarchive.log.sqlite import SqliteEventLog
from kzarchive.log.upgrade import upgrade
from kzarchive.values.events import UnknownEvent
from kzarchive.wire import codec

OLDER = Path(__file__).parent.parent / "log" / "golden" / "format-1.kz"


@pytest.fixture
def path(tmp_path):
    made(tmp_path / "archive.db", 4)
    return tmp_path / "archive.db"


def append_as_a_newer_version(path, *events):
    """Appends what this version does not know, as one would that knows it."""
    drafts = [
        Draft(event.type, event.version, bytes.fromhex(codec.identity(event)), event.body, Columns())
        for event in (UnknownEvent(type=type_, version=version, body=body) for type_, version, body in events)
    ]
    with SqliteEventLog.open(path, clock=SystemClock()) as log:
        log.append(drafts)


def test_an_older_one_goes_on_beside_a_newer_one(path):
    with Archive.open(path) as older, older.follow(Chain()) as follower:
        before = [str(answer) for answer in older.as_of("2022-01-20", beyond_coverage=True)]
        head = older.head
        append_as_a_newer_version(path, ("harbour.closed", 1, b"{}"), ("assertion.recorded", 99, b'{"more":1}'))
        state = older.as_of("2022-01-20", beyond_coverage=True)
        assert [str(answer) for answer in state] == before
        assert state.basis.unknown_events == 2
        assert older.append(document("new", 1)).placed[0].position == head + 3
        assert follower.catch_up().result == older.replay(Chain())
        assert [event.body for event in older.stored_events(after=head)][:2] == [b"{}", b'{"more":1}']
    report = verify(path)
    assert report.clean
    assert {str(finding.code) for finding in report.findings} == {"type.unknown"}


def test_whoever_reads_an_older_file_is_told_when_its_upgrade_takes_its_place(tmp_path):
    path, new = tmp_path / "archive.db", tmp_path / "new.db"
    shutil.copy(OLDER, path)
    with pytest.raises(UsageError, match="expected a log of format 2 to write to, got format 1"):
        Archive.open(path)
    with Archive.open(path, read_only=True) as reader:
        state = str(reader.as_of("2022-01-06"))
        upgrade(path, new)
        new.replace(path)
        with pytest.raises(StorageError, match="got another one that was put in its place"):
            reader.as_of("2022-01-06")
    with Archive.open(path) as archive:
        assert str(archive.as_of("2022-01-06")) == state
        archive.declare_coverage("2022-06-01", grounds="it can be written to")


@pytest.mark.parametrize("read_only", [True, False])
def test_a_newer_format_is_left_alone(path, read_only):
    with SqliteEventLog.open(path, clock=SystemClock()) as log:
        log._connection.execute("PRAGMA user_version = 3")
    before = path.read_bytes()
    with pytest.raises(NotAnArchive, match="expected format 2, got format 3 of a newer version of kzarchive"):
        Archive.open(path, read_only=read_only)
    assert path.read_bytes() == before
