"""Commands that ask an archive: ``state``, ``why``, ``diff``, ``export``, ``copy``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kzarchive.archive import Archive
from kzarchive.cli.quoting import quoted
from kzarchive.january2022 import load
from kzarchive.recording import jsonl
from kzarchive.report import changes_text, state_text
from kzarchive.state import State
from kzarchive.values.canonical import canonical

ARCHIVE = click.option(
    "--archive",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Archive file to read; without it the shipped one.",
)
AXES = (
    click.option("--published", metavar="DATE", help="Cut on the publication of documents alone."),
    click.option("--stated", metavar="DATE", help="Cut on when it was said alone."),
    click.option("--valid", metavar="DATE", help="Cut on when it is true of the world alone: hindsight."),
    click.option("--retrieved", metavar="DATE", help="Cut on when documents were captured."),
    click.option("--recorded", metavar="DATE", help="What this archive would have answered at that moment."),
    click.option("--position", type=int, help="What this archive would have answered when its log ended there."),
    click.option(
        "--include",
        type=click.Choice(["definite", "possible"]),
        default="definite",
        show_default=True,
        help="Whether what is only possibly known by then takes part.",
    ),
    click.option(
        "--policy",
        metavar="NAME",
        default="range/1",
        show_default=True,
        help="How to decide; or latest/1, conservative/1, majority-of-origins/1, source-priority/1(A,B).",
    ),
    click.option(
        "--convention",
        metavar="NAME",
        default="half-grain/1",
        show_default=True,
        help="How vague quantities such as 'dozens' are read; also acled/1.",
    ),
    click.option("--beyond-coverage", is_flag=True, help="Allow dates after the end of the declared coverage."),
)
AS_OF = click.option(
    "--as-of", "date", metavar="DATE", help="Day, month, year or zoned moment, inclusive; default: end of the coverage."
)
ALL = click.option("--all", "everything", is_flag=True, help="Print texts too: mandates, reactions, background.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print canonical JSON.")


def axes_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options of every axis, the policy and the convention to a command."""
    for option in reversed(AXES):
        command = option(command)
    return command


def opened(path: Path | None) -> Archive:
    """Returns the archive of a file, read-only, or the shipped one."""
    return load() if path is None else Archive.open(path, read_only=True)


def _print_json(data: Any) -> None:
    click.echo(canonical(data))


@click.command()
@AS_OF
@axes_options
@JSON
@ARCHIVE
@ALL
def state(date: str | None, as_json: bool, archive: Path | None, everything: bool, **axes: Any) -> None:
    """Print the best-known state."""
    with opened(archive) as source:
        found = source.as_of(date, **axes)
        click.echo(found.to_json().encode() if as_json else state_text(found, everything=everything))


@click.command()
@click.argument("frame")
@AS_OF
@axes_options
@JSON
@ARCHIVE
@click.option(
    "--documents",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder of the texts; the words behind each anchor are quoted from those found in it.",
)
@click.option(
    "--sensitivity", "moves", is_flag=True, help="Print how the answer moves under other conventions, policies."
)
def why(
    frame: str,
    date: str | None,
    as_json: bool,
    archive: Path | None,
    documents: Path | None,
    moves: bool,
    **axes: Any,
) -> None:
    """Print what the answer for FRAME (such as killed/all/KZ) rests on, and what lost and why."""
    with opened(archive) as source:
        explanation = source.as_of(date, **axes).explain(frame)
        if documents is not None:
            explanation = quoted(explanation, source, documents)
        if as_json:
            _print_json(explanation.to_dict())
        else:
            click.echo(str(explanation))
        if moves and not as_json:
            click.echo(f"\nUnder another reading:\n{source.sensitivity(frame, date, **axes)}")


@click.command()
@click.argument("before")
@click.argument("after")
@axes_options
@JSON
@ARCHIVE
@ALL
def diff(before: str, after: str, as_json: bool, archive: Path | None, everything: bool, **axes: Any) -> None:
    """Print what changed between the dates BEFORE and AFTER."""
    with opened(archive) as source:
        first, second = source.as_of(before, **axes), source.as_of(after, **axes)
        if as_json:
            _print_json(_diff_data(first, second))
        else:
            click.echo(changes_text(first, second, first.diff(second), everything=everything))


def _diff_data(first: State, second: State) -> dict[str, Any]:
    return {
        "before": first.basis.to_dict(),
        "after": second.basis.to_dict(),
        "changes": [{"before": c.before.to_dict(), "after": c.after.to_dict()} for c in first.diff(second)],
    }


@click.command()
@ARCHIVE
def export(archive: Path | None) -> None:
    """Print every event as canonical JSON Lines."""
    with opened(archive) as source:
        for line in jsonl.write(source.stored_events()):
            click.echo(line, nl=False)


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@ARCHIVE
def copy(target: Path, archive: Path | None) -> None:
    """Write a consistent copy of the archive to the file TARGET."""
    with opened(archive) as source:
        source.copy_to(target)
        click.echo(f"copied {source.head} events to {target}")
