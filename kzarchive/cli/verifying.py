"""Commands that keep an archive whole: ``verify``, ``backup``, ``restore``."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kzarchive.cli.asking import opened
from kzarchive.derived.comparing import differences
from kzarchive.integrity.backups import backup as make_backup
from kzarchive.integrity.backups import restore as make_restored
from kzarchive.integrity.checkpoints import Checkpoint, TreeHead, head_of
from kzarchive.integrity.findings import Code, Finding, Report
from kzarchive.integrity.keys import read_verifier
from kzarchive.integrity.scalars import base64_text
from kzarchive.integrity.verification import Progress
from kzarchive.integrity.verification import verify as check
from kzarchive.log.places import beginning
from kzarchive.log.protocol import EventLog
from kzarchive.values.canonical import canonical

LONGEST_PROOF = 1024 * 1024
"""The most bytes of a file of a proof or checkpoint that are looked at; no proof and no checkpoint has as many."""
FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)
AGAINST = click.option(
    "--against", multiple=True, type=FILE, metavar="CHECKPOINT", help="Checkpoint that the log must continue."
)
KEY = click.option(
    "--key", metavar="KEY", help="Verifier key, or a file of one, that must have signed the checkpoints."
)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="Check hashes and the tree only.")
@AGAINST
@KEY
@click.option("--documents", type=FOLDER, help="Folder of the texts; every anchor is checked against them.")
@click.option("--json", "as_json", is_flag=True, help="Print canonical JSON.")
def verify(
    file: Path | None, quick: bool, against: tuple[Path, ...], key: str | None, documents: Path | None, as_json: bool
) -> None:
    """Check that FILE is a log to which nothing was done; exit code 0 only when it is clean.

    Without FILE the shipped archive is checked. What was cut from the end, and a log that was rewritten as a whole,
    show only against a checkpoint that was kept apart from the file.
    """
    verifier = None if key is None else read_verifier(key)
    heads = checkpoints(against)
    with _file(file) as path, _bar() as progress:
        index = [lambda log: _index_findings(log, path)]
        report = check(
            path, quick=quick, against=heads, key=verifier, documents=documents, derived=index, progress=progress
        )
    if as_json:
        click.echo(canonical(_data(report)))
    else:
        _tell(report)
    if not report.clean:
        raise SystemExit(1)


def _index_findings(log: EventLog, path: Path) -> Iterator[Finding]:
    return (Finding(Code.DERIVED, words) for words in differences(log, path))


@click.command()
@click.argument("target", type=FILE)
@click.option("--archive", required=True, type=FILE, help="Archive file to back up.")
def backup(target: Path, archive: Path) -> None:
    """Write a copy of an archive to the new file TARGET while others may append to it, and verify the copy."""
    _tell(make_backup(archive, target))
    click.echo(f"backed up to {target}")


@click.command()
@click.argument("source", metavar="BACKUP", type=FILE)
@click.argument("target", type=FILE)
@AGAINST
@KEY
def restore(source: Path, target: Path, against: tuple[Path, ...], key: str | None) -> None:
    """Put a verified copy of BACKUP to the new file TARGET.

    A damaged archive is not replaced: move it away first, together with the files beside it whose names end in -wal,
    -shm or -journal.
    """
    verifier = None if key is None else read_verifier(key)
    _tell(make_restored(source, target, against=checkpoints(against), key=verifier))
    click.echo(f"restored to {target}")


def checkpoints(files: tuple[Path, ...]) -> tuple[Checkpoint | TreeHead, ...]:
    """Returns the checkpoints of files, or their heads where they are not signed.

    Raises:
        InvalidProof: A file holds none.
        StorageError: A file cannot be read.
    """
    return tuple(signed or head for head, signed in (head_of(text_of(file)) for file in files))


def text_of(file: Path) -> str:
    """Returns the text of a proof or checkpoint file; bytes that are no UTF-8 become a text that no form accepts.

    Raises:
        StorageError: The file cannot be read.
    """
    return beginning(file, LONGEST_PROOF).decode("utf-8", errors="surrogateescape")


@contextmanager
def _file(path: Path | None) -> Iterator[Path]:
    """Lends the file to check; of the shipped archive a copy."""
    if path is not None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="kzarchive.") as folder, opened(None) as shipped:
        copied = Path(folder) / "january2022.db"
        shipped.copy_to(copied)
        yield copied


@contextmanager
def _bar() -> Iterator[Progress | None]:
    """Lends what draws a progress bar on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=0, label="verify", file=sys.stderr) as bar:

        def progress(seen: int, total: int) -> None:
            bar.length = total
            bar.update(seen)

        yield progress


def _tell(report: Report) -> None:
    for finding in report.findings:
        click.echo(str(finding), err=True)
    for code in dict.fromkeys(finding.code for finding in report.findings):
        first = next(finding for finding in report.findings if finding.code is code)
        click.echo(f"{code}: {first.meaning} {first.advice}", err=True)
    root = "not known" if report.root is None else base64_text(report.root)
    state = "clean" if report.clean else f"{len(report.faults)} faults"
    click.echo(f"{state}: {report.size} events, root {root}{', quick' if report.quick else ''}")


def _data(report: Report) -> dict[str, Any]:
    return {
        "clean": report.clean,
        "findings": [
            {
                "advice": finding.advice,
                "code": finding.code.value,
                "detail": finding.detail.encode("utf-8", errors="backslashreplace").decode(),
                "meaning": finding.meaning,
                "position": finding.position,
                "severity": finding.severity.value,
            }
            for finding in report.findings
        ],
        "quick": report.quick,
        "root": None if report.root is None else base64_text(report.root),
        "size": report.size,
    }
