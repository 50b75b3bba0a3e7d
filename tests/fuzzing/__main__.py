"""``python -m tests.fuzzing``: see the package."""

import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import click

TESTS = str(Path(__file__).parents[1])

NAMES = (
    *("dates", "coordinates", "quantities", "proofs", "notes", "signatures", "bodies", "lines", "bundles"),
    *("sheets", "vocabularies", "imports", "files", "schemas", "commands"),
)


@click.command()
@click.option("--target", type=click.Choice(NAMES), help="What to fuzz.")
@click.option("--runs", type=click.IntRange(min=1), default=100_000, show_default=True, help="How many inputs.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the fuzzer's random numbers.")
@click.option(
    "--corpus", type=click.Path(path_type=Path), help="Folder of inputs, to begin with and to keep new ones in."
)
@click.option("--report", type=click.Path(path_type=Path), help="JSON file that counts the runs by outcome.")
@click.option(
    "--replay", type=click.Path(exists=True, path_type=Path), help="Run an input, or those of a folder, alone."
)
@click.option("--missing", is_flag=True, help="With --replay: print the lines that are not reached.")
@click.option("--list", "listed", is_flag=True, help="Print the targets.")
def main(
    target: str | None,
    runs: int,
    seed: int,
    corpus: Path | None,
    report: Path | None,
    replay: Path | None,
    missing: bool,
    listed: bool,
) -> None:
    """Hunts bad input in one target."""
    if TESTS not in sys.path:
        sys.path.insert(0, TESTS)
    if listed or target is None:
        click.echo("\n".join(NAMES))
    elif replay is not None:
        _replay(target, replay, missing=missing)
    else:
        folder = corpus or Path(f"fuzzing-{target}")
        folder.mkdir(parents=True, exist_ok=True)
        _fuzz(target, runs=runs, seed=seed, corpus=folder, report=report)


def _fuzz(name: str, **how: Any) -> None:
    try:
        import atheris
    except ImportError as error:
        raise click.ClickException("expected atheris: pip install 'kzarchive[fuzzing]'") from error
    with atheris.instrument_imports(include=["kzarchive", "yaml"]):
        from fuzzing.campaign import fuzz
        from fuzzing.targets import targets

        target = targets()[name]
    fuzz(target, instrumented=atheris, **how)


def _replay(name: str, place: Path, *, missing: bool) -> None:
    from fuzzing.limits import bound_memory
    from fuzzing.reached import reaching
    from fuzzing.targets import targets

    target = targets()[name]
    outcomes: Counter[str] = Counter()
    bound_memory()
    with reaching(target.modules) as reached:
        for file in sorted(place.iterdir()) if place.is_dir() else [place]:
            try:
                outcomes[target.outcome(file.read_bytes())] += 1
            except BaseException as error:
                traceback.print_exc()
                outcomes[f"FINDING {file.name}: {type(error).__name__}: {str(error)[:200]}"] += 1
    for outcome, count in outcomes.most_common():
        click.echo(f"{count:8d}  {outcome}")
    click.echo(f"{name}: {reached} of {', '.join(target.modules)}")
    if missing:
        click.echo("\n".join(reached.missing()))
    sys.exit(any(outcome.startswith("FINDING") for outcome in outcomes))


if __name__ == "__main__":
    main()
