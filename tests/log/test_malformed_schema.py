"""A schema that is no text is a damaged file, and no error of another library."""

from pathlib import Path

import pytest

from kzarchive.errors import LogError
from kzarchive.log.clock import FixedClock
from kzarchive.log.sqlite import SqliteEventLog

CLOCK = FixedClock("2026-11-23T03:15:00.000000Z")


@pytest.mark.parametrize("read_only", [True, False])
def test_a_schema_with_bytes_that_are_no_text(tmp_path: Path, read_only: bool) -> None:
    """SQLite quotes the name that it stumbles over, and Python's module cannot decode it."""
    path = tmp_path / "log.db"
    with SqliteEventLog.create(path, clock=CLOCK) as log:
        log.copy_to(tmp_path / "copy.db")
    content = (tmp_path / "copy.db").read_bytes()
    path.write_bytes(content.replace(b"CREATE TABLE redaction (", b"CREATE\x80TABLE redaction (", 1))
    with pytest.raises(LogError, match="the file is damaged: its schema is malformed"):
        SqliteEventLog.open(path, clock=CLOCK, read_only=read_only)
