"""Redacted bodies: justified ones are clean, before and after their bytes are gone; others are faults."""

import hashlib
from pathlib import Path

import pytest

from kzarchive.integrity.findings import Code
from kzarchive.integrity.verification import verify
from kzarchive.log.clock import FixedClock
from kzarchive.log.protocol import Columns, Draft
from kzarchive.log.sqlite import SqliteEventLog

CLOCK = FixedClock("2026-11-23T03:15:00.000000Z", step_us=1_000_000)


ORDER = b'{"actor":"archive","approvers":["dr-k","ms-s"],"reason":"court_order","target":%d}'


def event(body: bytes, kind: str = "test.event", redacts: int | None = None) -> Draft:
    identity = hashlib.sha256(b"kzarchive.event/1\0" + f"{kind}/1\0".encode() + body).digest()
    return Draft(kind, 1, identity, body, Columns(), body.decode(), redacts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Four events, of which the second is redacted by the fifth, and not yet erased."""
    place = tmp_path / "log.db"
    with SqliteEventLog.create(place, clock=CLOCK) as log:
        log.append([event(b'{"a":%d}' % number) for number in range(4)])
        log.append([event(ORDER % 2, "payload.redacted", 2)])
    return place


def found(path: Path, **options) -> set[Code]:
    return {finding.code for finding in verify(path, **options).findings} - {Code.UNKNOWN_TYPE}


def test_a_redaction_is_clean_and_what_is_still_to_be_erased_is_noted(path: Path) -> None:
    report = verify(path)
    assert report.clean
    assert found(path) == found(path, quick=True) == {Code.NOT_ERASED}
    with SqliteEventLog.open(path, clock=CLOCK) as log:
        before = log.root()
        log.erase(2)
    assert found(path) == found(path, quick=True) == set()
    assert verify(path).root == before


def forced(path: Path, *statements: str) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)


def test_an_order_that_says_another_position_than_it_redacts_is_a_fault(tmp_path: Path) -> None:
    place = tmp_path / "log.db"
    with SqliteEventLog.create(place, clock=CLOCK) as log:
        log.append([event(b'{"a":1}'), event(b'{"a":2}'), event(ORDER % 1, "payload.redacted", 2)])
    assert {finding.code for finding in verify(place).faults} == {Code.REDACTION}


FORGED = {
    "the order is gone, and the body": ("DELETE FROM redaction", "DELETE FROM body WHERE position = 2"),
    "the order names another event": ("UPDATE redaction SET position = 3", "DELETE FROM body WHERE position = 2"),
    "the order is by another event": (
        "UPDATE redaction SET ordered_by = 4",
        "DELETE FROM body WHERE position = 2",
    ),
    "one order for two bodies": (
        "INSERT INTO redaction VALUES (3, 5) ON CONFLICT DO NOTHING",
        "DELETE FROM body WHERE position IN (2, 3)",
    ),
    "an order that redacts itself": ("UPDATE redaction SET position = 5",),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_body_that_is_gone_without_its_order_is_a_fault(path: Path, what: str) -> None:
    forced(path, *FORGED[what])
    for quick in (True, False):
        report = verify(path, quick=quick)
        assert not report.clean
        assert {finding.code for finding in report.faults} <= {Code.BODY_MISSING, Code.REDACTION}
