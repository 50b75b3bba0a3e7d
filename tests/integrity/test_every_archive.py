"""Whatever is recorded through the archive is clean to ``verify``, and its bundle is accepted."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.archives import archives, recorded

from kzarchive.archive import Archive
from kzarchive.integrity.verification import verify
from kzarchive.integrity.verifier import check_bundle
from kzarchive.january2022 import vocabulary
from kzarchive.log.clock import FixedClock
from kzarchive.values.assertions import Act, Assertion, Modality, Temporality, Voice
from kzarchive.values.dates import ImpreciseDate
from kzarchive.values.evidence import Locator
from kzarchive.values.frames import Frame
from kzarchive.values.quantities import Modifier, Quantity
from kzarchive.values.sources import Document

ORIGIN = "example.org/archive"


@settings(max_examples=15, deadline=None)
@given(archives(), st.data())
def test_every_archive_is_clean_and_its_bundles_are_accepted(
    tmp_path_factory: pytest.TempPathFactory, made, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("every")
    with recorded(made) as archive:
        archive.copy_to(folder / "archive.db")
        head = archive.tree_head(ORIGIN)
        chosen = data.draw(st.sets(st.integers(1, archive.head), min_size=1, max_size=4))
        archive.export_bundle(folder / "all", head)
        archive.export_bundle(folder / "chosen", head, sorted(chosen))
        report = verify(folder / "archive.db", against=[archive.tree_head(ORIGIN, size) for size in sorted(chosen)])
        assert (report.faults, report.size, report.root) == ((), archive.head, archive.root())
    for name in ("all", "chosen"):
        assert check_bundle(io.BytesIO((folder / name).read_bytes()), None).startswith("accepted: ")


def test_dates_are_checked_in_the_zone_of_their_document(tmp_path: Path) -> None:
    """A bare date is a day of its document's zone, also when the assertion comes in a later append."""
    path = tmp_path / "archive.db"
    there = Document(id="a" * 64, name="there", size=10, zone="America/New_York")
    clock = FixedClock("2026-11-23T03:15:00.000000Z")
    with Archive.open(path, vocabulary=vocabulary(), clock=clock, zone="Asia/Almaty") as archive:
        archive.append([there])
        archive.append([_assertion(there, "2022-01-07"), _assertion(there, "2022-01-08")])
        assert verify(path).findings == ()


def _assertion(document: Document, stated: str) -> Assertion:
    return Assertion(
        document=document.id,
        evidence=(Locator(document=document.id, place="page 1"),),
        frame=Frame.parse("killed/all/KZ"),
        value=Quantity(modifier=Modifier.EXACT, numbers=("12",), surface="12"),
        modality=Modality.CERTAIN,
        act=Act.STATE,
        temporality=Temporality.OCCURRED,
        voice=Voice.BODY,
        stated=ImpreciseDate.parse(stated),
    )
