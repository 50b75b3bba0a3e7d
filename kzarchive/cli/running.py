"""Commands that keep projections of your own: ``follow``, ``rebuild``.

A projection is named by where Python finds it, ``MODULE:OBJECT``, in the present folder or among what is installed.
To name it is to run its code: it comes from the command line alone, never out of an archive or a file of snapshots.
"""

import importlib
import sys
from pathlib import Path
from typing import Any

import click

from kzarchive.archive import Archive
from kzarchive.cli.asking import ARCHIVE, opened
from kzarchive.cli.progress import bar
from kzarchive.derived.index import index_path
from kzarchive.running.following import Follower
from kzarchive.running.source import Run
from kzarchive.values.canonical import canonical

FILE = click.Path(dir_okay=False, path_type=Path)
SNAPSHOTS_HELP = "File that keeps the state and the position of the projection, so that it goes on from there."


def projection_named(name: str) -> Any:
    """Returns the projection of a ``MODULE:OBJECT``; of a class, which then takes no arguments, an instance.

    Raises:
        click.BadParameter: There is no such module or object.
    """
    module, _, path = name.partition(":")
    if not module or not path:
        raise click.BadParameter(f"expected MODULE:OBJECT, got {name!r}")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.append(here)  # at the end, so that nothing in this folder stands in for a module of another
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise click.BadParameter(f"expected a module that Python finds from here, got {module!r}") from error
    for part in path.split("."):
        if not hasattr(found, part):
            raise click.BadParameter(f"expected an object of the module {module}, got {path!r}")
        found = getattr(found, part)
    return found() if isinstance(found, type) else found


def _one(_context: click.Context, _parameter: click.Parameter, name: str) -> Any:
    return projection_named(name)


def _all(_context: click.Context, _parameter: click.Parameter, names: tuple[str, ...]) -> list[Any]:
    return [projection_named(name) for name in names]


@click.command()
@click.argument("projection", metavar="MODULE:OBJECT", callback=_one)
@ARCHIVE
@click.option("--snapshots", type=FILE, help=SNAPSHOTS_HELP)
@click.option("--once", is_flag=True, help="End when everything that is there now has been applied.")
@click.option(
    "--poll",
    "poll_seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="Seconds before looking for new events again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print each result as a line of canonical JSON.")
def follow(
    projection: Any, archive: Path | None, snapshots: Path | None, once: bool, poll_seconds: float, as_json: bool
) -> None:
    """Print the result of a projection, and again whenever the archive has grown, until interrupted.

    Each event is taken in exactly once, also after an interruption or a crash, where --snapshots keeps the state.
    """
    with opened(archive) as source:
        with bar("applying events") as progress:
            follower = source.follow(projection, snapshots=snapshots, poll_seconds=poll_seconds, progress=progress)
            follower.catch_up()
        with follower:
            _follow(follower, once=once, as_json=as_json)


def _follow(follower: Follower[Any], *, once: bool, as_json: bool) -> None:
    try:
        for run in follower:
            _print(run, as_json=as_json)
            if once:
                return
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


@click.command()
@click.argument("projections", metavar="[MODULE:OBJECT...]", nargs=-1, callback=_all)
@ARCHIVE
@click.option("--snapshots", type=FILE, help=SNAPSHOTS_HELP)
@click.option("--resume", is_flag=True, help="Go on where an interrupted rebuild has come; the code must be the same.")
def rebuild(projections: list[Any], archive: Path | None, snapshots: Path | None, resume: bool) -> None:
    """Make anew what is derived from an archive: its index, or the stored state of projections of your own.

    Nothing of the log changes. Readers of a projection read the old state until the new one is whole.
    """
    if not projections:
        _rebuild_index(archive)
        return
    if snapshots is None:
        raise click.UsageError("expected --snapshots beside the names of projections, got none")
    with opened(archive) as source:
        for projection in projections:
            with bar(f"rebuilding {getattr(projection, 'name', '')}") as progress:
                run = source.rebuild(projection, snapshots=snapshots, resume=resume, progress=progress)
            click.echo(f"{projection.name}: {run.report()}")


def _rebuild_index(file: Path | None) -> None:
    if file is None:
        raise click.UsageError("expected --archive, for the shipped archive keeps no index, got none")
    with Archive.open(file) as archive, bar("indexing") as progress:
        archive.rebuild_index(progress)
        kept = index_path(file).exists()
        click.echo(f"indexed {archive.head} events{'' if kept else ' (so few are indexed in memory each time)'}")


def _print(run: Run[Any], *, as_json: bool) -> None:
    result = run.result
    if as_json:
        plain = result.to_dict() if hasattr(result, "to_dict") else result
        click.echo(canonical({"position": run.position, "result": plain}))
    else:
        click.echo(f"position {run.position}\n{result}")
