"""A second SQLite library in the process is told of before anything is written."""

import sys
import types
import warnings

import pytest

from kzarchive.archive import Archive
from kzarchive.log.clock import FixedClock
from kzarchive.values.terms import Vocabulary


@pytest.fixture
def archive():
    with Archive.in_memory(
        vocabulary=Vocabulary(name="small"), clock=FixedClock("2026-11-23T03:15:00.000000Z")
    ) as opened:
        yield opened


def test_a_package_with_its_own_sqlite_is_warned_of(archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apsw", types.ModuleType("apsw"))
    with pytest.warns(RuntimeWarning, match="apsw brings a second SQLite library into this process"):
        archive.declare_coverage("2022-01-20", grounds="looked on")
    assert archive.head == 2


def test_without_one_nothing_is_said(archive) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        archive.declare_coverage("2022-01-20", grounds="looked on")
