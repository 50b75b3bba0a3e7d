"""The command that makes an archive of an older format one of the present format: ``upgrade``."""

from pathlib import Path

import click

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
