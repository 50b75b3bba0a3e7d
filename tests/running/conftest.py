"""Archives in files for the tests of running: one of a few days, and one that grows."""

import pytest

import kzarchive
from kzarchive.january2022 import vocabulary
from kzarchive.testing import given

FIRST = (
    given(vocabulary(), zone="Asia/Almaty")
    .says("ministry", "killed/all/KZ", 12, document="wire", published="2022-01-07", key="twelve")
    .says(None, "injured/all/KZ", "dozens", document="wire", key="dozens")
    .says(("agency", "police"), "arrested/all/KZ", 2_000, document="paper", published="2022-01-08", key="arrests")
)


class Grown:
    """An archive in a file that takes more events; ``others`` opens it as another process would."""

    def __init__(self, path):
        self.path = path
        self.archive = kzarchive.Archive.open(path, vocabulary=FIRST.vocabulary, zone=FIRST.zone)
        self.case = FIRST
        self.archive.append(FIRST.items)

    def grow(self, count=1):
        """Appends so many documents with an assertion each."""
        start = len(self.case.items)
        for number in range(start, start + count):
            self.case = self.case.says(None, "killed/all/KZ", number, document=f"d{number}", published="2022-01-09")
        self.archive.append(self.case.items[start:])

    def add(self, case):
        """Appends what a case has more than the archive."""
        self.archive.append(case.items[len(self.case.items) :])
        self.case = case

    def others(self):
        return kzarchive.Archive.open(self.path, read_only=True)


@pytest.fixture
def grown(tmp_path):
    made = Grown(tmp_path / "archive.db")
    yield made
    made.archive.close()


@pytest.fixture
def kept(tmp_path):
    """A place for a file of snapshots."""
    return tmp_path / "kept.snapshots"
