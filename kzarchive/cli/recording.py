"""Commands that record and check: ``record``, ``verify-anchors``."""

from pathlib import Path

import click

from kzarchive.archive import Archive
from kzarchive.cli.asking import ARCHIVE, opened
from kzarchive.january2022 import ZONE
from kzarchive.january2022 import vocabulary as january_vocabulary
from kzarchive.log.places import absolute, beginning
from kzarchive.recording.anchors import AnchorReport, check_anchors, folder_finder
from kzarchive.recording.lines import LONGEST
from kzarchive.recording.recorder import Recorded, record_sheets
from kzarchive.recording.vocabularies import read_vocabulary
from kzarchive.values.terms import Vocabulary

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)


@click.command()
@click.argument("sheets", nargs=-1, required=True, type=FILE)
@click.option("--archive", required=True, type=FILE, help="Archive file to append to; created where there is none.")
@click.option("--documents", type=FOLDER, help="Folder of the texts; anchors are checked against those found in it.")
@click.option("--vocabulary", type=FILE, help="YAML vocabulary for a new archive; default: that of January 2022.")
@click.option(
    "--zone", help="IANA zone of bare dates in a new archive.  [default: Asia/Almaty, or UTC with --vocabulary]"
)
def record(
    sheets: tuple[Path, ...], archive: Path, documents: Path | None, vocabulary: Path | None, zone: str | None
) -> None:
    """Append recording SHEETS: all of them, or none where one has a fault."""
    sources = [(str(sheet), beginning(sheet, LONGEST)) for sheet in sheets]
    given = None if vocabulary is None else read_vocabulary(vocabulary)
    file = absolute(archive)
    if file.exists() and file.stat().st_size:
        with Archive.open(archive, vocabulary=given) as target:
            for line in target.erasures:
                click.echo(line, err=True)
            _tell(record_sheets(target, sources, find_text=folder_finder(documents)))
        return
    words, zone = given or january_vocabulary(), zone or ("UTC" if given else ZONE)
    _rehearse(words, zone, sources, documents)
    with Archive.open(archive, vocabulary=words, zone=zone) as target:
        click.echo(f"created {archive} with the vocabulary {words.name} and the zone {zone}")
        _tell(record_sheets(target, sources, find_text=folder_finder(documents)))


def _rehearse(words: Vocabulary, zone: str, sources: list[tuple[str, bytes]], documents: Path | None) -> None:
    """Records into memory first, so that a faulty sheet leaves no empty archive behind."""
    with Archive.in_memory(vocabulary=words, zone=zone) as rehearsal:
        record_sheets(rehearsal, sources, find_text=folder_finder(documents))


def _tell(recorded: Recorded) -> None:
    for sheet in recorded.sheets:
        checked = "anchors checked against the text" if sheet.checked else "text not at hand, anchors not checked"
        what = checked if sheet.document is not None else "no document"
        click.echo(f"{sheet.name}: {len(sheet.events)} events; {what}")
    new, known = len(recorded.receipt.new), len(recorded.receipt.already)
    click.echo(f"{new} recorded, {known} already there; the log ends at {recorded.receipt.head}")


@click.command("verify-anchors")
@click.option("--documents", required=True, type=FOLDER, help="Folder of the texts.")
@ARCHIVE
def verify_anchors(documents: Path, archive: Path | None) -> None:
    """Check every evidence anchor against the texts in a folder; exit code 0 only when all were found and match."""
    with opened(archive) as source:
        report: AnchorReport = check_anchors(source, documents)
    for problem in report.problems:
        click.echo(str(problem), err=True)
    click.echo(
        f"{report.matching} of {report.anchors} anchors match, in {report.documents} of {report.registered} documents"
    )
    if report.problems:
        raise SystemExit(1)
