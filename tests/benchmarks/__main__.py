"""The command line of the benchmarks."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import attrs
import click

from .driver import Plan, run_size
from .ratios import Run
from .rows import ROWS, Row
from .table import data, machine, text

TEN_MILLION = 10_000_000
VARIANTS = {f"{row.name}.{variant.name}" for row in ROWS for variant in row.variants}


def _settings(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, int]:
    """Returns the numbers of single variants, each given as ``row.variant=NUMBER``."""
    found = {}
    for value in values:
        name, _equals, number = value.partition("=")
        if name not in VARIANTS or not number.isdecimal():
            raise click.BadParameter(
                f"expected ROW.VARIANT=NUMBER with a variant of the table, got {value!r}", param=option
            )
        found[name] = int(number)
    return found


@click.command(context_settings={"max_content_width": 120})
@click.option("--events", "sizes", type=click.IntRange(min=2_000), multiple=True, help="Size; may be repeated. [10000]")
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--ten-million", is_flag=True, help="Besides, one round at 10,000,000 events.")
@click.option("--row", "names", type=click.Choice([row.name for row in ROWS]), multiple=True, help="Only these rows.")
@click.option(
    "--variant",
    "only",
    type=click.Choice(sorted(VARIANTS)),
    multiple=True,
    metavar="ROW.VARIANT",
    help="Of their rows only these, and the base.",
)
@click.option(
    "--most", multiple=True, callback=_settings, metavar="ROW.VARIANT=EVENTS", help="The largest size of one variant."
)
@click.option("--timeout", type=click.IntRange(min=1), default=600, show_default=True, help="Seconds a run.")
@click.option(
    "--timeout-of",
    multiple=True,
    callback=_settings,
    metavar="ROW.VARIANT=SECONDS",
    help="Seconds a run of one variant.",
)
@click.option(
    "--prepare-timeout", type=click.IntRange(min=1), default=3_600, show_default=True, help="Seconds an input."
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="For inputs (kept) and databases. [a temporary one]",
)
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Writes table and runs as JSON.")
def main(
    sizes: tuple[int, ...],
    rounds: int,
    ten_million: bool,
    names: tuple[str, ...],
    only: tuple[str, ...],
    most: dict[str, int],
    timeout: int,
    timeout_of: dict[str, int],
    prepare_timeout: int,
    seed: int,
    folder: Path | None,
    file: Path | None,
) -> None:
    """Runs the benchmarks: variants in turn, round by round, each in a process of its own; ratios within a round.

    Progress goes to stderr, the table to stdout.
    """
    rows = _chosen(names, only)
    with tempfile.TemporaryDirectory(prefix="kzarchive-benchmarks-") as temporary:
        place = (folder or Path(temporary)).resolve()
        place.mkdir(parents=True, exist_ok=True)
        plan = Plan(
            rows=rows,
            rounds=rounds,
            seed=seed,
            folder=place,
            timeout=timeout,
            prepare_timeout=prepare_timeout,
            timeouts=timeout_of,
            most=most,
            tell=lambda words: click.echo(words, err=True),
        )
        asked = [(size, plan) for size in sizes or (10_000,)]
        if ten_million:
            asked.append((TEN_MILLION, attrs.evolve(plan, rounds=1)))
        begun, facts = machine(), {}
        runs: list[Run] = []
        for size, one in asked:
            for run in run_size(one, size):
                runs.append(run)
                facts[str(size)] = _facts(place / f"{size}-{seed}")
                about = {"machine": begun, "machine_after": machine(), "seed": seed, "workload": facts}
                _write(file, rows, runs, about)
    for words in (*_workload(facts), *text(rows, runs)):
        click.echo(words)


def _chosen(names: tuple[str, ...], only: tuple[str, ...]) -> tuple[Row, ...]:
    """Returns the rows asked for, with the variants asked for and the bases of their ratios."""
    wanted = {*names, *(name.partition(".")[0] for name in only)}
    rows = [row for row in ROWS if not wanted or row.name in wanted]
    named = {name.partition(".")[0] for name in only}
    return tuple(
        attrs.evolve(
            row,
            variants=tuple(
                variant
                for variant in row.variants
                if row.name not in named or variant is row.variants[0] or f"{row.name}.{variant.name}" in only
            ),
        )
        for row in rows
    )


def _facts(folder: Path) -> dict[str, Any]:
    found = folder / "raw" / "facts.json"
    facts = json.loads(found.read_bytes()) if found.is_file() else {}
    return {name: value for name, value in facts.items() if name != "questions"}


def _workload(facts: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"{int(size):,} events: " + ", ".join(f"{name.replace('_', ' ')} {value:,.4g}" for name, value in found.items())
        for size, found in facts.items()
    ]


def _write(file: Path | None, rows: tuple[Row, ...], runs: list[Run], about: dict[str, Any]) -> None:
    """Writes what is known so far, so that a run that is stopped leaves what it measured."""
    if file is not None:
        file.write_text(json.dumps(about | data(rows, runs), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
