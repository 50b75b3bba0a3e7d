"""Commands that make one archive file of something else: ``upgrade``, ``import``."""

from pathlib import Path

import click

from kzarchive.archive import Archive
from kzarchive.cli.progress import bar
from kzarchive.errors import StorageError
from kzarchive.log.tables import FORMAT_VERSION
from kzarchive.log.upgrade import upgrade

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("upgrade")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
def upgrade_file(old: Path, new: Path) -> None:
    """Copy the archive file OLD, of an older format, to a NEW file of the present one; OLD stays as it is."""
    done = upgrade(old, new)
    click.echo(f"{new}: format {FORMAT_VERSION}, {done.events} events copied from format {done.old_format}")
    click.echo(f"root {done.root.hex()}, the same for both")


@click.command("import")
@click.argument("lines", type=FILE)
@click.argument("new", type=FILE)
def import_lines(lines: Path, new: Path) -> None:
    """Make a NEW archive file of the JSON LINES that `kzarchive export` prints, checked as when it was recorded."""
    try:
        text = lines.open("rb")
    except OSError as error:
        raise StorageError(f"expected a readable file, got {error}") from error
    with text, bar("events") as progress, Archive.from_lines(new, text, name=lines.name, progress=progress) as made:
        click.echo(f"{new}: {made.head} events; root {made.root().hex()}")
