"""Commands for those who do not trust the archive: keys, checkpoints, proofs, bundles, the verifier."""

from pathlib import Path

import click

from kzarchive.archive import Archive
from kzarchive.cli.asking import ARCHIVE, opened
from kzarchive.cli.verifying import FILE, KEY, text_of
from kzarchive.errors import InvalidProof, UsageError
from kzarchive.integrity.bundles import export_verifier as write_verifier
from kzarchive.integrity.checkpoints import Checkpoint, TreeHead, head_of
from kzarchive.integrity.keys import read_verifier
from kzarchive.integrity.proofs import parse
from kzarchive.integrity.scalars import LARGEST
from kzarchive.integrity.signer import Signer

CHECKPOINT = click.option(
    "--checkpoint", "published", type=FILE, help="File of a checkpoint, or of a head without signature."
)


@click.command()
@click.argument("name")
@click.option("--key", required=True, type=FILE, help="New file for the secret key; more files come beside it.")
def keygen(name: str, key: Path) -> None:
    """Make a key that signs checkpoints of the origin NAME, such as example.org/my-archive, and print its public half.

    The secret key stands in the file with mode 600, the public half beside it with the ending .pub, and what was
    signed last with the ending .last: the three belong together.
    """
    click.echo(Signer.new(key, name).verifier)


@click.group()
def checkpoint() -> None:
    """Sign the state of an archive, or look at a checkpoint."""


@checkpoint.command()
@click.option("--key", required=True, type=FILE, help="Secret key file.")
@ARCHIVE
def sign(key: Path, archive: Path | None) -> None:
    """Print a signed checkpoint of an archive; refused unless it continues what the key signed before."""
    with opened(archive) as source:
        click.echo(str(source.checkpoint(Signer.open(key))), nl=False)


@checkpoint.command()
@click.argument("file", type=FILE)
@KEY
def show(file: Path, key: str | None) -> None:
    """Print what the checkpoint in FILE says, and with a key check who says it."""
    head, signed = head_of(text_of(file))
    if key is not None:
        if signed is None:
            raise InvalidProof(f"{file}: expected a signed checkpoint, got one without signature")
        signed.check(read_verifier(key))
    by = "nobody" if signed is None else ", ".join(each.name for each in signed.signatures)
    click.echo(str(head), nl=False)
    click.echo(f"signed by {by} ({'checked' if key else 'not checked: no key given'})")


@checkpoint.command()
@click.argument("origin")
@ARCHIVE
def head(origin: str, archive: Path | None) -> None:
    """Print ORIGIN, size and root of an archive, without a signature."""
    with opened(archive) as source:
        click.echo(str(source.tree_head(origin)), nl=False)


@click.group()
def prove() -> None:
    """Prove that an event stands in an archive, or that an archive begins with an earlier one; check such a proof."""


@prove.command()
@click.argument("event")
@CHECKPOINT
@ARCHIVE
def inclusion(event: str, published: Path | None, archive: Path | None) -> None:
    """Print the proof that EVENT, a position or an id, stands in an archive.

    With a signed checkpoint it is in the form of c2sp.org/tlog-proof, which other tools read; else in kzarchive's own.
    """
    with opened(archive) as source:
        head, signed = (None, None) if published is None else _published(source, published)
        proof = source.inclusion_proof(_position(source, event), None if head is None else head.size)
        click.echo(str(proof) if signed is None else proof.tlog_proof(str(signed)), nl=False)


@prove.command()
@click.argument("old", type=click.IntRange(0, LARGEST))
@click.argument("new", type=click.IntRange(0, LARGEST), required=False)
@ARCHIVE
def consistency(old: int, new: int | None, archive: Path | None) -> None:
    """Print the proof that the first NEW events of an archive (default: all) begin with the first OLD ones."""
    with opened(archive) as source:
        click.echo(str(source.consistency_proof(old, new)), nl=False)


@prove.command("check")
@click.argument("file", type=FILE)
@CHECKPOINT
def check_proof(file: Path, published: Path | None) -> None:
    """Check the proof in FILE by itself, and with a checkpoint that it speaks of that one."""
    proof = parse(text_of(file))
    if not proof.holds():
        raise InvalidProof(f"{file}: expected a proof that holds, got one that does not")
    if published is not None:
        head, _ = head_of(text_of(published))
        if proof.state != (head.size, head.root):
            raise InvalidProof(f"{file}: expected a proof of the size and root of the checkpoint, got one of others")
    where = "the root in the proof" if published is None else "the checkpoint"
    click.echo(f"holds: {proof.claim}, by {where}")


@click.command("export-bundle")
@click.argument("target", type=FILE)
@click.option(
    "--checkpoint", "published", required=True, type=FILE, help="File of a checkpoint, or of a head without signature."
)
@click.option("--event", "events", multiple=True, help="Position or id of an event, several times; default: all.")
@ARCHIVE
def export_bundle(target: Path, published: Path, events: tuple[str, ...], archive: Path | None) -> None:
    """Write events and what is needed to check them to the new file TARGET.

    Whoever gets it runs the verifier that export-verifier writes: python -I verifier.py TARGET --key KEY.
    """
    with opened(archive) as source:
        head, signed = _published(source, published)
        positions = [_position(source, event) for event in events] or None
        count = source.export_bundle(target, signed or head, positions)
    click.echo(f"{count} of {head.size} events in {target}")


@click.command("export-verifier")
@click.argument("target", type=FILE)
def export_verifier(target: Path) -> None:
    """Write the stand-alone verifier of bundles, one Python file that needs nothing else, to the new file TARGET."""
    write_verifier(target)
    click.echo(f"run: python -I {target} BUNDLE --key KEY")


def _published(source: Archive, file: Path) -> tuple[TreeHead, Checkpoint | None]:
    """Returns a checkpoint, if it is one of the archive."""
    head, signed = head_of(text_of(file))
    if head.size > source.head or source.root(head.size) != head.root:
        raise UsageError(f"{file}: expected a checkpoint of this archive, got one that it does not continue")
    return head, signed


def _position(source: Archive, event: str) -> int:
    if event.isascii() and event.isdigit() and len(event) < 19:
        return int(event)
    return source.position_of(event)
