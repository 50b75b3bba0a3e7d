"""The command line: arguments, separated by NUL, given to ``main`` in a folder with one of each kind of file.

Every command ends with one of the exit codes 0, 1 and 2. Arguments that would lead out of the folder, that name a
module of this machine, or that make ``follow`` wait, are turned into such that do not: whoever gives them means them.
"""

import functools
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from random import Random
from typing import Final

import click

from fuzzing.mutating import mutated
from fuzzing.room import room
from fuzzing.samples import EXAMPLES, GOLDEN, archives
from fuzzing.target import Target
from fuzzing.targets.proofs import ORIGIN
from fuzzing.targets.sheets import AT_HAND, TEXT, as_text
from kzarchive.archive import Archive
from kzarchive.cli import commands as group
from kzarchive.cli import main
from kzarchive.cli.listing import PARTS
from kzarchive.integrity.signer import Signer

FILES: Final = (
    "a.db",
    "old.db",
    "a.jsonl",
    "sheet.yaml",
    "words.yaml",
    "proof",
    "head",
    "signed",
    "bundle",
    "key",
    "key.pub",
)
PLACES: Final = (
    *FILES,
    "folder",
    "new",
    "missing",
    "folder/text.txt",
    "empty",
    "binary",
    "a.db-index",
    "",
    ".",
    "\udcff",
)
WORDS: Final = (
    *(
        "2022-01-07",
        "2022-01",
        "2022",
        "2022-01-06/2022-01-19",
        "[2022..]",
        "2022-01-07T03:18Z",
        "0",
        "1",
        "3",
        "6",
        "-1",
        "99",
    ),
    *(
        "9" * 30,
        "killed/all/KZ",
        "boats/all/port",
        "boats/all/",
        "range/1",
        "source-priority/1(a)",
        "acled/1",
        "definite",
    ),
    *(
        "possible",
        "Europe/Oslo",
        "UTC",
        ORIGIN,
        "court_order",
        "alice",
        "bob",
        "x" * 300,
        "\udcff",
        "é",
        "-",
        "--",
        "=",
        " ",
    ),
    *(
        "kzarchive.projections.counts:Toll",
        "kzarchive.projections.counts:Arrests",
        "kzarchive:January",
        "kzarchive.none:X",
    ),
    *PARTS,
)
_MODULE: Final = re.compile(r"(?:kzarchive[a-z.]*|[^:]*[^A-Za-z0-9_.:][^:]*|):.*", re.DOTALL)


class Refused(Exception):
    """The command line ended with another exit code than 0, and in words."""


@functools.cache
def _kept() -> dict[str, bytes]:
    """Returns the files of the folder that each run begins with, by their names."""
    made = archives()
    with room().entered() as folder:
        (folder / "a.db").write_bytes(made["format-2"])
        with Archive.open(folder / "a.db", read_only=True) as archive:
            signed = archive.checkpoint(Signer.new(folder / "key", ORIGIN))
            (folder / "proof").write_text(str(archive.inclusion_proof(3)))
            (folder / "head").write_text(str(signed.head))
            (folder / "signed").write_text(str(signed))
            archive.export_bundle(folder / "bundle", signed)
        kept = {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.startswith("a.db-")}
    return kept | {
        "old.db": made["format-1"],
        "a.jsonl": (GOLDEN / "harbour.jsonl").read_bytes(),
        "sheet.yaml": as_text(AT_HAND),
        "words.yaml": (EXAMPLES / "vocabulary.yaml").read_bytes(),
        "folder/text.txt": TEXT.encode(),
        "empty": b"",
        "binary": b"\xff\xfe\0\n",
    }


def arguments_of(data: bytes) -> list[str]:
    """Returns the arguments of an input, confined to the folder and to the modules of the package."""
    given = data.decode("utf-8", "surrogateescape").split("\0")[:40]
    confined = [re.sub(r"\.\.|~|^/|=/", "", argument) for argument in given]
    if not {"follow", "rebuild"}.isdisjoint(confined):
        confined = [each if ":" not in each or _MODULE.fullmatch(each) else "kzarchive.none:X" for each in confined]
        confined = ["--once" if each == "--poll" else each for each in confined]
        if "follow" in confined:
            confined.insert(confined.index("follow") + 1, "--once")
    return confined


def run_command(data: bytes) -> None:
    """Runs a command line."""
    arguments = arguments_of(data)
    kept = _kept()
    with room().entered() as folder:
        (folder / "folder").mkdir()
        for name, content in kept.items():
            (folder / name).write_bytes(content)
        os.chmod(folder / "key", 0o600)
        code, out, err = ended(arguments)
    assert code in (0, 1, 2), (code, out, err)
    if code:
        assert err or '"clean":false' in out, (arguments, code, out)
        raise Refused(err)


def ended(arguments: list[str]) -> tuple[object, str, str]:
    """Returns the exit code, and what a UTF-8 terminal would have been given."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", "strict", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
    before = sys.argv, sys.stdin, list(sys.path)
    sys.argv, sys.stdin = ["kzarchive", *arguments], io.TextIOWrapper(io.BytesIO(b"y\n"), "utf-8")
    code: object = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        sys.argv, sys.stdin, sys.path[:] = before
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]
    return code, *texts


def command_lines() -> Iterator[tuple[str, ...]]:
    """Yields a line of each command, with and without its options."""
    archive = ("--archive", "a.db")
    yield from (
        ("state", "--as-of", "2022-01-06", *archive),
        (
            "state",
            *archive,
            "--json",
            "--all",
            "--include",
            "possible",
            "--policy",
            "latest/1",
            "--convention",
            "acled/1",
        ),
        ("state", *archive, "--position", "4", "--valid", "2022-01-05", "--beyond-coverage"),
        ("state", *archive, "--recorded", "2026-11-23T03:15:01.500000Z", "--stated", "2022", "--retrieved", "2022-01"),
        ("why", "boats/all/port", *archive, "--documents", "folder", "--sensitivity"),
        ("why", "boats/all/port", *archive, "--json", "--published", "2022-01-06"),
        ("diff", "2022-01-05", "2022-01-06", *archive, "--beyond-coverage", "--json"),
        *(("list", part, *archive) for part in PARTS),
        *(("format", form) for form in ("sheet", "judgements", "vocabulary", "lines", "json-lines")),
        ("export", *archive),
        ("copy", "new", *archive),
        ("redact", "4", *archive, "--reason", "court_order", "--approver", "alice", "--approver", "bob", "--yes"),
        ("upgrade", "old.db", "new"),
        ("import", "a.jsonl", "new"),
        ("record", "sheet.yaml", "--archive", "new", "--documents", "folder", "--zone", "Asia/Almaty"),
        ("record", "sheet.yaml", "--archive", "new", "--vocabulary", "words.yaml"),
        ("record", "sheet.yaml", *archive, "--documents", "folder"),
        ("verify-anchors", "--documents", "folder", *archive),
        ("verify", "a.db", "--quick", "--against", "signed", "--key", "key.pub", "--documents", "folder", "--json"),
        ("verify", "a.db", "--against", "head"),
        ("follow", "kzarchive.projections.counts:Toll", *archive, "--snapshots", "new", "--json"),
        ("rebuild", *archive),
        ("rebuild", "kzarchive.projections.counts:Arrests", *archive, "--snapshots", "new", "--resume"),
        ("backup", "new", *archive),
        ("restore", "a.db", "new", "--against", "signed", "--key", "key.pub"),
        ("keygen", "example.org/b", "--key", "new"),
        ("checkpoint", "sign", "--key", "key", *archive),
        ("checkpoint", "show", "signed", "--key", "key.pub"),
        ("checkpoint", "head", ORIGIN, *archive),
        ("prove", "inclusion", "3", "--checkpoint", "signed", *archive),
        ("prove", "consistency", "2", "5", *archive),
        ("prove", "check", "proof", "--checkpoint", "head"),
        ("export-bundle", "new", "--checkpoint", "signed", "--event", "3", *archive),
        ("export-verifier", "new"),
    )


def options() -> tuple[str, ...]:
    """Returns the options of every command."""

    def those_of(command: click.Command) -> Iterator[str]:
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield from parameter.opts
        for inner in command.commands.values() if isinstance(command, click.Group) else ():
            yield inner.name or ""
            yield from those_of(inner)

    return (*dict.fromkeys(those_of(group)), "--help", "-h", "--version", "--", "-x")


def changed(data: bytes, random: Random, target: Target) -> bytes:
    """Changes, adds or takes away an argument."""
    given = data.split(b"\0")
    at = random.randrange(len(given))
    words = tuple(word.encode("utf-8", "surrogateescape") for word in random.choice((WORDS, PLACES, options())))
    match random.randrange(7):
        case 0:
            given[at] = mutated(given[at], random, words, words).replace(b"\0", b"")
        case 1:
            del given[at]
        case 2 | 3:
            given[at] = random.choice(words)
        case 4:
            given.insert(at, random.choice(words))
        case 5:
            other = random.choice(target.seeds).split(b"\0")
            given = given[:at] + other[random.randrange(len(other)) :]
        case _:
            given += [random.choice(words) for _ in range(random.randrange(3))]
    return b"\0".join(given)


def targets() -> Iterator[Target]:
    """Yields the target of command lines."""
    lines = list(command_lines())
    yield Target(
        name="commands",
        run=run_command,
        seeds=tuple("\0".join(line).encode() for line in lines),
        tokens=tuple(word.encode("utf-8", "surrogateescape") for word in (*WORDS, *PLACES, *options())),
        modules=tuple(
            f"kzarchive.cli.{name}" for name in ("asking", "listing", "making", "proving", "recording", "redacting")
        )
        + tuple(f"kzarchive.cli.{name}" for name in ("running", "verifying", "quoting", "progress")),
        refusals=(Refused,),
        longest=1_024,
        seconds=30,
        smoke=40,
        mutator=changed,
    )
